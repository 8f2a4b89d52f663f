"""A verdict told step by step: lines that each equal the one before, every pair proved by the kernel."""

from symconv.derivations.derivation import Derivation
from symconv.derivations.records import Chain, Step
from symconv.derivations.telling import tell

__all__ = ["Chain", "Derivation", "Step", "tell"]
