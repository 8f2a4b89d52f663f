"""From a claim to a verdict: statements, hypotheses, refuting, the exact condition, iff."""

from symconv.proving.proof_search import prove

__all__ = ["prove"]
