"""symconv: is this "convolution" a convolution? Prove it for every size, or see why not."""

from symconv import operators as _operators
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.operators.registry import REGISTRY
from symconv.tensors import ElementwiseFunction, Tensor, sizes

__version__ = "0.1.0"
globals().update(REGISTRY)
__all__ = ["ElementwiseFunction", "ShapeError", "SymconvError", "Tensor", "Unsupported", "sizes", *REGISTRY]
del _operators
