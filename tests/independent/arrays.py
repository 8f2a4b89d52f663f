"""Object arrays, and NumPy's functions on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import einops
import numpy as np

from . import exact
from .exact import ratio


class Outside(Exception):
    """Sizes that an operator does not take: a window that does not fit, bounds out of order."""


def array(value: Any) -> Any:
    """As an object array; a number has no axes."""
    if isinstance(value, np.ndarray):
        return value if value.dtype == object else each(exact.number)(value)
    if isinstance(value, (list, tuple)):
        return stacked([array(v) for v in value])
    result = np.empty((), object)
    result[()] = value
    return result


def plain(value: Any) -> Any:
    """A number instead of an array without axes, and no dtype but object."""
    if type(value) is int:
        return value
    if isinstance(value, np.ndarray):
        if value.ndim:
            return array(value)
        value = value[()]
    return exact.number(value)


def stacked(parts: Sequence[Any]) -> Any:
    result = np.empty((len(parts), *(np.shape(parts[0]) if parts else ())), object)
    for k, part in enumerate(parts):
        if np.shape(part) != result.shape[1:]:
            raise Outside("rows of different lengths")
        result[k] = part if np.ndim(part) else plain(part)
    return result


def each(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function on every entry of what broadcasts."""
    ufunc = np.frompyfunc(function, function.__code__.co_argcount, 1)
    return lambda *values: ufunc(*(v if isinstance(v, np.ndarray) else _boxed(v) for v in values))


def _boxed(value: Any) -> Any:
    box = np.empty((), object)
    box[()] = value
    return box


def on_arrays(function: Callable[..., Any], arrays: int = 1) -> Callable[..., Any]:
    def called(*args: Any, **keywords: Any) -> Any:
        args = tuple(array(a) if k < arrays else a for k, a in enumerate(args))
        try:
            return plain(function(*args, **keywords))
        except (ValueError, IndexError, TypeError) as error:
            raise Outside(str(error)) from None

    return called


def on_sequences(function: Callable[..., Any]) -> Callable[..., Any]:
    return on_arrays(lambda parts, *a, **k: function([array(p) for p in parts], *a, **k), 0)


def needs(condition: bool, what: str = "") -> None:
    if not condition:
        raise Outside(what)


def divided(value: Any, by: Any) -> Any:
    return plain(each(lambda v: ratio(v, by))(array(value)))


def sequence(value: Any, axes: int) -> tuple[int, ...]:
    return (
        tuple(value) * axes
        if isinstance(value, (tuple, list)) and len(value) == 1
        else (tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes)
    )


def rearrange(value: Any, pattern: str, **sizes: int) -> Any:
    try:
        return plain(einops.rearrange(array(value), pattern, **sizes))
    except einops.EinopsError as error:
        raise Outside(str(error)) from None
