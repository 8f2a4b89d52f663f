"""symconv: is this "convolution" a convolution? Prove it for every size, or see why not."""

from importlib import import_module as _import_module
from types import SimpleNamespace as _Namespace
from typing import Any

from symconv import operators as _operators
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions import hooks as _hooks
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import ElementwiseFunction, Tensor, sizes

__version__ = "0.1.0"

_LATER = {
    "Claim": "claims", "hypothesis": "claims", "parse": "claims",
    "prove": "results", "calc": "derivations.calculation",
    "evaluate": "numerics.evaluation",
    "from_file": "reading.programs", "from_python": "reading.programs", "from_source": "reading.programs",
    "to_loops": "printing.as_loops", "to_einsum": "printing.as_numpy", "to_numpy_source": "printing.as_numpy",
    "Notation": "printing.notation",
}  # fmt: skip
"""Names that need the prover or the evaluator, which are imported when first asked for."""

_hooks.fill(
    latex="symconv.printing.as_latex:expression_latex",
    text="symconv.printing.as_text:expression_text",
    sympy_sums="symconv.printing.as_sympy:as_sums",
    sympy_entries="symconv.printing.as_sympy:written_out",
    numpy_function="symconv.reading.numpy_protocol:call",
    numpy_ufunc="symconv.reading.numpy_protocol:ufunc",
    numpy_method="symconv.reading.numpy_protocol:method",
    einops="symconv.libraries.einops_backend:SymconvBackend",
    latex_claim="symconv.reading.latex:read",
    sympy_expressions="symconv.reading.sympy_expressions:from_sympy",
    is_sympy="symconv.reading.sympy_expressions:is_foreign",
)

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
