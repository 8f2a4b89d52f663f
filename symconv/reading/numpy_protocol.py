"""NumPy's functions on symbolic tensors, called by NumPy itself: what `library_table` knows, by NumPy's objects."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError, Unsupported
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.formulas.axis import from_digits
from symconv.libraries.library_table import (
    AMBIGUOUS_METHODS,
    LibraryFunction,
    by_name,
    by_numpy_function,
    method_named,
    of_method,
)

PARTS = ("real", "imag")


def call(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """A NumPy function on tensors; raises `Unsupported` for one that is not known here."""
    name = f"{getattr(function, '__module__', None) or 'numpy'}.{getattr(function, '__name__', function)}"
    make = by_numpy_function().get(function)
    if make is None:
        raise Unsupported(f"{name} is not known for symbolic tensors", hint=_nearest(name))
    known = LibraryFunction(name, make, function)
    return known.apply(*known.bound(args, kwargs))


def _nearest(name: str) -> str:
    known = sorted({n.rpartition(".")[2] for n in by_name() if n.startswith("numpy.")})
    close = get_close_matches(name.rpartition(".")[2], known, 1)
    return f"known are, among others, numpy.{close[0]}" if close else "write it with +, *, @, einsum and slices"


def ufunc(function: np.ufunc, method: str, inputs: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """A universal function on tensors, or its `reduce` or `outer`."""
    match method, function:
        case "__call__", _:
            return call(function, inputs, kwargs)
        case "reduce", np.add:
            return call(np.sum, inputs, {"axis": 0, **kwargs})
        case "outer", np.multiply:
            return call(np.tensordot, (*inputs, 0), kwargs)
    raise Unsupported(f"numpy.{function.__name__}.{method} is not known for symbolic tensors")


def method(array: TensorExpr, name: str) -> Any:
    """A method or attribute of an array; raises `AttributeError` for one that is not known.

    Where PyTorch is in use, a method that means something else there has to be written as a function.
    """
    if name in PARTS:
        return REGISTRY[name](array)
    ours, theirs = method_named(name), method_named(name, "torch")
    known = [m for m in (ours, theirs if ours is None or "torch" in sys.modules else None) if m is not None]
    if not known:
        is_method = hasattr(np.ndarray, name)
        raise AttributeError(
            f"the method {name!r} is not known for symbolic tensors" if is_method else f"no attribute {name!r}"
        )

    def bound(*args: Any, **kwargs: Any) -> Any:
        return agreed([partial(m.apply, *m.bound(of_method(m, array, args), kwargs)) for m in known], name)

    return bound


def agreed(readings: Sequence[Callable[[], Any]], name: str, array_of: Callable[[Any], Any] = as_tensor) -> Any:
    """What a method means, where every library that its array may come from gives it the same meaning or none."""
    values: list[Any] = []
    refused: SymconvError | None = None
    for read in readings:
        try:
            values.append(read())
        except SymconvError as error:
            refused = refused or error
            continue
        if name not in AMBIGUOUS_METHODS:
            break
    if not values and refused is not None:
        raise refused
    if len(values) > 1 and len({_entry(array_of(value)) for value in values}) > 1:
        hint = f"write it as a function: np.{name}(…) or torch.{name}(…)"
        raise Unsupported(f"the method '{name}' means one thing in NumPy and another in PyTorch", hint=hint)
    return values[0]


def _entry(array: TensorExpr) -> Any:
    """The shape of an array, and what it reads at an entry."""
    names = (f"e.{k}.{d}" for k, axis in enumerate(array.axes) for d in range(len(axis.digits)))
    return array.axes, array.entry(*from_digits(array.axes, map(Poly.name, names)))
