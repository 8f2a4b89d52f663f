"""symconv: is this "convolution" a convolution? Prove it for every size, or see why not.

Everything is imported when it is first asked for. What there is, with types, stands in `__init__.pyi`.
"""

from importlib import import_module as _import_module
from types import SimpleNamespace as _Namespace

from symconv.expressions import hooks as _hooks

__version__ = "0.1.0"

PLACES = {
    "ClaimError": "errors", "ShapeError": "errors", "SymconvError": "errors", "Unsupported": "errors",
    "ElementwiseFunction": "expressions.elementwise_functions",
    "Tensor": "expressions.tensors", "sizes": "expressions.tensors",
    "Claim": "claims", "hypothesis": "claims", "parse": "claims",
    "Result": "results", "prove": "results", "prove_all": "batches", "calc": "derivations.calculation",
    "evaluate": "numerics.evaluation", "lambdify": "printing.as_function",
    "from_file": "reading.programs", "from_python": "reading.programs", "from_source": "reading.programs",
    "to_loops": "printing.as_loops", "to_einsum": "printing.as_numpy", "to_numpy_source": "printing.as_numpy",
    "Notation": "printing.notation",
    "load_ipython_extension": "publish.notebook",
}  # fmt: skip
"""The module of each name that is not an operator's."""

_hooks.fill(
    operators="symconv.operators:",
    latex="symconv.printing.as_latex:expression_latex",
    text="symconv.printing.as_text:expression_text",
    sympy_sums="symconv.printing.as_sympy:as_sums",
    sympy_entries="symconv.printing.as_sympy:written_out",
    numpy_function="symconv.reading.numpy_protocol:call",
    numpy_ufunc="symconv.reading.numpy_protocol:ufunc",
    numpy_method="symconv.reading.numpy_protocol:method",
    torch_function="symconv.reading.torch_protocol:call",
    function_code="symconv.printing.as_function:function_code",
    einops="symconv.libraries.einops_backend:SymconvBackend",
    latex_claim="symconv.reading.latex:read",
    sympy_expressions="symconv.reading.sympy_expressions:from_sympy",
    record_line="symconv.displays.terminal:one_line",
    record_lines="symconv.displays.terminal:record_lines",
    record_html="symconv.displays.html:styled",
    is_sympy="symconv.reading.sympy_expressions:is_foreign",
)


def __getattr__(name: str) -> object:
    found = _found(name)
    if name != "__all__":  # what a program adds to the registry later is a name then, too
        globals()[name] = found
    return found


def _found(name: str) -> object:
    if name in PLACES:
        return getattr(_import_module(f"symconv.{PLACES[name]}"), name)
    if name == "__all__":
        return _names()
    if not name.startswith("_"):
        registry = _import_module("symconv.expressions.registry").REGISTRY
        if name in registry:
            return registry[name]
        if name == "lax":
            return _Namespace(**{key[4:]: value for key, value in registry.items() if key.startswith("lax.")})
    raise AttributeError(f"module 'symconv' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*_names(), "__version__"]


def _names() -> list[str]:
    registry = _import_module("symconv.expressions.registry").REGISTRY
    return sorted({"lax", *PLACES, *(name for name in registry if "." not in name)})
