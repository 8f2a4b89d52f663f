"""NumPy's functions on symbolic tensors, called by NumPy itself: what `library_table` knows, by NumPy's objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from symconv.errors import Unsupported
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.libraries.library_table import LibraryFunction, by_name, by_numpy_function, method_named, of_method

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
    """A method or attribute of an array; raises `AttributeError` for one that is not known."""
    if name in PARTS:
        return REGISTRY[name](array)
    known = method_named(name)
    if known is None:
        is_method = hasattr(np.ndarray, name)
        raise AttributeError(
            f"the method {name!r} is not known for symbolic tensors" if is_method else f"no attribute {name!r}"
        )

    def bound(*args: Any, **kwargs: Any) -> Any:
        return known.apply(*known.bound(of_method(known, array, args), kwargs))

    return bound
