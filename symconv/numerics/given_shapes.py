"""The sizes that the shapes of given arrays say."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import isolated
from symconv.errors import ShapeError
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import nodes


def sizes_of(expr: TensorExpr, arrays: Mapping[str, Any], known: Mapping[str, int]) -> dict[str, int]:
    """The sizes that are known, and what the shapes of arrays say of others.

    Raises `ShapeError` where two shapes contradict each other or a declaration.

    >>> from symconv import convolve, sizes
    >>> n, r = sizes("n r")
    >>> sizes_of(convolve(Tensor("x", n), Tensor("k", 2 * r + 1)), {"x": [1, 2], "k": [1, 1, 1]}, {})
    {'n': 2, 'r': 1}
    """
    values = {name: Poly.of(value) for name, value in known.items()}
    told_by = dict.fromkeys(known, "what is given")
    axes = [place for tensor in _tensors(expr) for place in _axes(tensor, arrays)]
    while axes:
        waiting = []
        for name, declared, size in axes:
            difference = declared.substitute(values) - size
            if len(difference.names) > 1:
                waiting.append((name, declared, size))
                continue
            (unknown,) = difference.names or ("",)
            value = _solution(difference, unknown) if unknown else None
            if value is not None:
                values[unknown], told_by[unknown] = value, f"the shape of '{name}'"
            elif difference != 0:
                by = " and ".join(dict.fromkeys(told_by[n] for n in sorted(declared.names - {unknown})))
                why = f"where {declared} is {difference + size} by {by}" if by else f"which {declared} is not"
                raise ShapeError(f"the array for '{name}' has the size {size}, {why}")
        if len(waiting) == len(axes):
            break
        axes = waiting
    return {name: value.integer for name, value in values.items() if value.integer is not None}


def _tensors(expr: TensorExpr) -> list[Tensor]:
    return list(dict.fromkeys(t for t in nodes(expr) if isinstance(t, Tensor)))


def _axes(tensor: Tensor, arrays: Mapping[str, Any]) -> list[tuple[str, Poly, int]]:
    """The tensor's name with the declared and the given size of each axis; none where its shape is not known."""
    array = arrays.get(tensor.name)
    if array is None or isinstance(array, Mapping):
        return []
    shape = np.shape(array)
    if len(shape) != len(tensor.axes):
        raise ShapeError(f"the array for '{tensor.name}' has {len(shape)} axes, not {len(tensor.axes)}")
    return [(tensor.name, axis.size, size) for axis, size in zip(tensor.axes, shape, strict=True)]


def _solution(equation: Poly, name: str) -> Poly | None:
    """The whole number for a name at which a polynomial is 0, where it is linear in it."""
    match isolated(equation, name):
        case c, rest if (value := (rest * (-1 / Fraction(c))).integer) is not None:
            return Poly.of(value)
    return None
