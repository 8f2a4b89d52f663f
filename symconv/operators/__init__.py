"""The operators, one file a family; importing this fills the registry."""

from symconv.operators import arithmetic, sliding
from symconv.operators.registry import REGISTRY, Operator

__all__ = ["REGISTRY", "Operator", "arithmetic", "sliding"]
