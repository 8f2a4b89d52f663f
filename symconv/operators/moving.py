"""Axes that are moved, put in and taken out, and turned around, as NumPy defines it."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import Definition, Requirement, operator, read, require
from symconv.formulas.axis import Axis, Index
from symconv.operators.axes import POINT, axis_number, axis_numbers, parameter_latex
from symconv.operators.layout import flip, transpose


def _below(word: str) -> Any:
    """The operator's name with its parameters below."""

    def latex_of(a: str, *shown: Any, **named: Any) -> str:
        below = "; ".join(parameter_latex(v) for v in (*shown, *named.values()) if v is not None)
        return rf"\operatorname{{{word}}}" + (f"_{{{below}}}" if below else "") + f"({a})"

    return latex_of


@operator(library="numpy.swapaxes", family="layout", operands="a", latex=_below("swapaxes"), twin=np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Definition:
    """Two axes exchanged.

    Shapes: the two sizes exchanged. Raises `ShapeError` for an axis that does not exist. Source: numpy.swapaxes.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> swapaxes(Tensor("X", n, m, k), 0, 2).shape
    (k, m, n)
    """
    rank = len(a.axes)
    first, second = axis_number(axis1, rank, "swapaxes"), axis_number(axis2, rank, "swapaxes")
    order = list(range(rank))
    order[first], order[second] = second, first
    return transpose.define(a, tuple(order))


@operator(library="numpy.moveaxis", family="layout", operands="a", latex=_below("moveaxis"), twin=np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Definition:
    """Axes moved to other places; the others keep their order.

    Shapes: the sizes go with their axes. Raises `ShapeError` where the two lists differ in length or repeat an axis.
    Source: numpy.moveaxis.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> moveaxis(Tensor("X", n, m, k), 0, -1).shape
    (m, k, n)
    """
    rank = len(a.axes)
    given = [v if isinstance(v, tuple) else (v,) for v in (source, destination)]
    old, new = (axis_numbers(v, rank, "moveaxis") for v in given)
    if len(old) != len(new):
        raise ShapeError(f"moveaxis: {len(old)} axes for {len(new)} places")
    order = [k for k in range(rank) if k not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return transpose.define(a, tuple(order))


@operator(library="numpy.expand_dims", family="layout", operands="a", latex=_below("expand"), twin=np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Definition:
    """New axes of size 1 at the places that they have in the result.

    Shapes: (n…) with 1 put in. Raises `ShapeError` for a place that does not exist or is given twice.
    Source: numpy.expand_dims.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> expand_dims(Tensor("X", n, m), 1).shape
    (n, 1, m)
    """
    given = axis if isinstance(axis, tuple) else (axis,)
    rank = len(a.axes) + len(given)
    new = axis_numbers(given, rank, "expand_dims")
    old = iter(a.axes)
    axes = tuple(POINT if k in new else next(old) for k in range(rank))
    return Definition(axes, lambda *i: read(a, *(i[k] for k in range(rank) if k not in new)))


@operator(library="numpy.squeeze", family="layout", operands="a", latex=_below("squeeze"), twin=np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Definition:
    """Axes of size 1 taken out: those given, or (None) all of them.

    Shapes: (n…) without them. Raises `ShapeError` where an axis has another size, `Unsupported` where it is not known
    which symbolic sizes are 1. Source: numpy.squeeze.

    >>> from symconv import Tensor, sizes
    >>> squeeze(Tensor("X", 1, sizes("n")), 0).shape
    (n,)
    """
    rank = len(a.axes)
    requires: tuple[Requirement, ...] = ()
    if axis is None:
        for size in (x.size for x in a.axes):
            if size.constant is None:
                raise Unsupported(f"squeeze: whether the size {size} is 1 is not known", hint="give the axis")
        gone = [k for k, x in enumerate(a.axes) if x.size == 1]
    else:
        gone = [0][:rank] if not rank and axis in (0, -1) else list(axis_numbers(axis, rank, "squeeze"))
        sizes = [(k, a.axes[k].size) for k in gone]
        requires = tuple(require(n, ONE, f"squeeze: the size of axis {k} and 1:") for k, n in sizes if n != 1)

    def entry(*index: Index) -> Any:
        left = iter(index)
        return read(a, *(_first(x) if k in gone else next(left) for k, x in enumerate(a.axes)))

    return Definition(tuple(x for k, x in enumerate(a.axes) if k not in gone), entry, requires=requires)


def _first(axis: Axis) -> Index:
    """The index of the first entry along an axis."""
    return axis.index([ZERO] * len(axis.digits))


@operator(library="numpy.fliplr", family="layout", operands="m", latex=_below("fliplr"), twin=np.fliplr)
def fliplr(m: Any) -> Definition:
    """Columns in reverse order: `flip` along axis 1.

    Shapes: unchanged. Raises `ShapeError` for fewer than two axes. Source: numpy.fliplr.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> fliplr(Tensor("K", h, w)).shape
    (h, w)
    """
    if len(m.axes) < 2:
        raise ShapeError(f"fliplr: the array has {len(m.axes)} axes; it takes 2 or more")
    return flip.define(m, 1)


@operator(library="numpy.flipud", family="layout", operands="m", latex=_below("flipud"), twin=np.flipud)
def flipud(m: Any) -> Definition:
    """Rows in reverse order: `flip` along axis 0.

    Shapes: unchanged. Raises `ShapeError` for a scalar. Source: numpy.flipud.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> flipud(Tensor("K", h, w)).shape
    (h, w)
    """
    if not m.axes:
        raise ShapeError("flipud: the array has 0 axes; it takes 1 or more")
    return flip.define(m, 0)
