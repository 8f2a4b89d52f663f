"""The operators, one file a family; importing this fills the registry."""

from symconv.operators import arithmetic, functions, indexing, layers, layout, products, sliding, structured
from symconv.operators.registry import REGISTRY, Operator

__all__ = [
    "REGISTRY",
    "Operator",
    "arithmetic",
    "functions",
    "indexing",
    "layers",
    "layout",
    "products",
    "sliding",
    "structured",
]
