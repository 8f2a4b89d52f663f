"""Expressions as functions of NumPy arrays: `lambdify`, SymPy's as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np
from sympy import Symbol, Tuple

from symconv.errors import SymconvError, Unsupported
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.expressions.traversal import is_complex
from symconv.numerics.evaluation import evaluate
from symconv.numerics.given_shapes import sizes_of
from symconv.printing.as_loops import signature
from symconv.printing.as_numpy import to_numpy_source

_numbers = count(1)


def lambdify(args: Any, expr: Any, modules: str | Sequence[str] = "numpy") -> Callable[..., Any]:
    """A function of NumPy arrays that computes the expression, by the functions of NumPy and SciPy where they have it.

    `args` are the tensors, and the symbols of parameters and sizes, in the order in which the function takes them;
    functions are named. What the shapes of arrays tell need not be among them. Shapes: the function returns an array of
    the shape of the expression. Raises `SymconvError` for what is missing among the arguments and `Unsupported` for
    other modules; the function raises `ShapeError` where shapes contradict each other.

    >>> from symconv import Tensor, convolve, roll, sizes
    >>> n, m, p = sizes("n m p")
    >>> x, k = Tensor("x", n), Tensor("k", m)
    >>> lambdify((x, k), convolve(x, k))([1, 2], [1, 1])
    array([1, 3, 2])
    >>> lambdify((p, x), roll(x, p))(1, np.array([1.5, 2, 3]))
    array([3. , 1.5, 2. ])
    """
    if modules not in ("numpy", "scipy", ["numpy"], ["scipy"], ["scipy", "numpy"], None):
        raise Unsupported(f"{modules!r} is not known here", hint='write modules="numpy"')
    expr = as_tensor(expr)
    listed = list(args) if isinstance(args, (list, tuple, Tuple)) else [args]
    names = [_name(arg) for arg in listed]
    called, compute = signature(expr), _compiled(expr)
    tensors = [t.name for t in called.tensors]
    missing = [n for n in (*tensors, *called.numbers, *called.functions) if n not in names]
    if missing:
        raise SymconvError(f"{', '.join(missing)} occurs in {expr} and is no argument", hint="add it to the arguments")

    def function(*values: Any) -> Any:
        if len(values) != len(names):
            raise SymconvError(f"{len(values)} arguments for a function of {', '.join(names)}")
        given = dict(zip(names, values, strict=True))
        arrays = {name: np.asarray(given[name]) for name in tensors}
        known = {name: given[name] for name in names if name in called.sizes}
        sizes_of(expr, arrays, known)
        return compute(*arrays.values(), *(given[name] for name in (*called.numbers, *called.functions)))

    return function


def _name(arg: Any) -> str:
    name = arg if isinstance(arg, str) else getattr(arg, "name", None)
    if name is None or isinstance(arg, TensorExpr) and arg.args[1:2] == ():
        raise SymconvError(f"{arg} is no argument", hint="arguments are tensors, symbols and names of functions")
    return str(name)


@lru_cache(maxsize=256)
def _compiled(expr: TensorExpr) -> Callable[..., Any]:
    """A function of the arguments of the expression's signature: NumPy code, or the evaluator where there is none."""
    called = signature(expr)
    names = [*(t.name for t in called.tensors), *called.numbers, *called.functions]
    try:
        space: dict[str, Any] = {}
        exec(compile(to_numpy_source(expr, "f"), f"<{expr}>", "exec"), space)  # code of ours, from a tree of ours
        compute: Callable[..., Any] = space["f"]
        return compute
    except Unsupported:
        kind = complex if is_complex(expr) else float

        def evaluated(*values: Any) -> Any:
            return np.asarray(evaluate(expr, **dict(zip(names, values, strict=True)))).astype(kind)

        return evaluated


def function_code(expr: TensorExpr, printer: Any) -> str:
    """The call that stands for an expression in the code of SymPy's `lambdify`, of a function in this module.

    >>> import sympy
    >>> from symconv import Tensor, convolve, sizes
    >>> x = Tensor("x", sizes("n"))
    >>> sympy.lambdify([x], convolve(x, x))(np.array([1, 2]))
    array([1, 4, 4])
    """
    called = signature(expr)
    names = [Symbol(n) for n in called.numbers]
    name = _names.setdefault(expr, f"f{next(_numbers)}")
    globals()[name] = lambdify([*called.tensors, *names, *called.functions], expr)
    printer.module_imports[__name__].add(name)
    return f"{name}({called.arguments})"


_names: dict[TensorExpr, str] = {}

__all__ = ["function_code", "lambdify"]
