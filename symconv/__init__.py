"""symconv: is this "convolution" a convolution? Prove it for every size, or see why not."""

from importlib import import_module as _import_module
from types import SimpleNamespace as _Namespace
from typing import Any

from symconv import operators as _operators
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.operators.registry import REGISTRY
from symconv.tensors import ElementwiseFunction, Tensor, sizes

__version__ = "0.1.0"

_LATER = {
    "Claim": "claims", "hypothesis": "claims", "parse": "claims", "prove": "proving", "evaluate": "numerics",
    "from_file": "programs", "from_python": "programs", "from_source": "programs", "calc": "derivations.calculation",
    "to_loops": "programs.loop_code", "to_einsum": "programs.numpy_code", "to_numpy_source": "programs.numpy_code",
    "Notation": "latex.symbols",
}  # fmt: skip
"""Names that need the prover or the evaluator, which are imported when first asked for."""

_NAMED = {name: op for name, op in REGISTRY.items() if "." not in name}
globals().update(_NAMED)
lax = _Namespace(**{name.removeprefix("lax."): op for name, op in REGISTRY.items() if name.startswith("lax.")})
__all__ = [
    "ElementwiseFunction", "ShapeError", "SymconvError", "Tensor", "Unsupported", "lax", "sizes", *_LATER, *_NAMED,
]  # fmt: skip
del _operators


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'symconv' has no attribute {name!r}")
    return getattr(_import_module(f"symconv.{_LATER[name]}"), name)
