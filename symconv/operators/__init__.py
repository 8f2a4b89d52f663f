"""The operators, one file a family; importing this fills the registry."""

from symconv.operators import (
    arithmetic,
    boundaries,
    contractions,
    functions,
    indexing,
    lax,
    lax_convolution,
    layers,
    layout,
    matrices,
    patterns,
    products,
    sliding,
    structured,
    transforms,
    transposed,
    windows,
)
from symconv.operators.registry import REGISTRY, Operator

__all__ = [
    "REGISTRY",
    "Operator",
    "arithmetic",
    "boundaries",
    "contractions",
    "functions",
    "indexing",
    "lax",
    "lax_convolution",
    "layers",
    "layout",
    "matrices",
    "patterns",
    "products",
    "sliding",
    "structured",
    "transforms",
    "transposed",
    "windows",
]
