"""Entries that occur several times, as NumPy defines it."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read, same_axis
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Formula, When, plus
from symconv.operators.axes import (
    POINT,
    along,
    axis_number,
    bounded,
    flat_axis,
    literal,
    parameter_latex,
    shape_of,
    unflatten,
)


def _repeat_latex(a: str, repeats: Any, axis: Any = None) -> str:
    below = parameter_latex(repeats) + ("" if axis is None else f"; {axis}")
    return rf"\operatorname{{repeat}}_{{{below}}}({a})"


@operator(library="numpy.repeat", family="layout", operands="a", latex=_repeat_latex, twin=np.repeat)
def repeat(a: Any, repeats: Any, axis: Any = None) -> Definition:
    """Every entry `repeats` times in a row along an axis; with `axis` None of all entries in row-major order.

    `repeats` is a number, or a tuple of numbers, one for every entry of the axis. Shapes: n to n·repeats, or to the sum
    of the tuple. Raises `ShapeError` for negative numbers or a tuple of another length. Source: numpy.repeat.

    >>> from symconv import Tensor, sizes
    >>> n, r = sizes("n r")
    >>> repeat(Tensor("x", n), r).shape
    (n*r,)
    """
    place = 0 if axis is None else axis_number(axis, len(a.axes), "repeat")
    line = flat_axis(a.axes) if axis is None else a.axes[place]
    needs: tuple[Compare, ...] = ()

    def along_line(index: tuple[Index, ...], i: Index) -> Formula:
        if axis is None:
            return read(a, *unflatten(a.axes, i))
        return read(a, *index[:place], i, *index[place + 1 :])

    if isinstance(repeats, tuple) and len(repeats) != 1:
        counts = [literal(r, "repeat: repeats") for r in repeats]
        if line.size.integer != len(counts):
            raise ShapeError(f"repeat: {len(counts)} numbers for the {line.size} entries of the axis")
        if min(counts, default=0) < 0:
            raise ShapeError(f"repeat: repeats {min(counts)} is less than 0")
        ends = [int(n) for n in np.cumsum(counts)]
        made = Axis.of(ends[-1] if ends else 0)

        def entry(*index: Index) -> Formula:
            i = made.flat(index[place])
            return plus(
                *(
                    When((at_least(i, end - count), at_least(end - 1, i)), along_line(index, line.index(line.parts(k))))
                    for k, (end, count) in enumerate(zip(ends, counts, strict=True))
                )
            )

    else:
        count, needs = bounded(repeats[0] if isinstance(repeats, tuple) else repeats, 0, "repeat: repeats")
        made = Axis((*line.digits, count))

        def entry(*index: Index) -> Formula:
            return along_line(index, line.index(made.parts(index[place])[:-1]))

    axes = (made,) if axis is None else (*a.axes[:place], made, *a.axes[place + 1 :])
    return Definition(axes, entry, needs)


def _tile_latex(A: str, reps: Any) -> str:
    return rf"\operatorname{{tile}}_{{{parameter_latex(reps)}}}({A})"


@operator(library="numpy.tile", family="layout", operands="A", latex=_tile_latex, twin=np.tile)
def tile(A: Any, reps: Any) -> Definition:
    """The whole array `reps` times side by side: one number for the last axis, or a tuple for the last axes.

    Shapes: (n, …) to (reps·n, …); missing axes come first, with size 1. Raises `ShapeError` for negative numbers.
    Source: numpy.tile.

    >>> from symconv import Tensor, sizes
    >>> n, r = sizes("n r")
    >>> tile(Tensor("x", n), r).shape
    (n*r,)
    """
    given = reps if isinstance(reps, tuple) else (reps,)
    checked = [bounded(r, 0, "tile: reps") for r in given]
    rank = max(len(given), len(A.axes))
    counts = [*([POINT.size] * (rank - len(given))), *(count for count, _ in checked)]
    own = [*([POINT] * (rank - len(A.axes))), *A.axes]
    axes = tuple(x if r == 1 else Axis((r, *x.digits)) for r, x in zip(counts, own, strict=True))

    def entry(*index: Index) -> Formula:
        at = [i if made is x else x.index(made.parts(i)[1:]) for i, made, x in zip(index, axes, own, strict=True)]
        return read(A, *at[rank - len(A.axes) :])

    return Definition(axes, entry, tuple(need for _, needs in checked for need in needs))


def _broadcast_latex(array: str, shape: Any) -> str:
    return rf"\operatorname{{broadcast}}_{{{parameter_latex(shape)}}}({array})"


@operator(library="numpy.broadcast_to", family="layout", operands="array", latex=_broadcast_latex,
          twin=np.broadcast_to)  # fmt: skip
def broadcast_to(array: Any, shape: Any) -> Definition:
    """The array stretched to a shape: axes of size 1 repeat, missing ones come first.

    Shapes: (n…) to `shape`. Raises `ShapeError` where a size is neither 1 nor that of the shape.
    Source: numpy.broadcast_to.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> broadcast_to(Tensor("x", m), (n, m)).shape
    (n, m)
    """
    axes, needs = shape_of(shape, "broadcast_to")
    reader, requires = stretched(array, axes, "broadcast_to")
    return Definition(axes, reader, needs, requires)


def stretched(array: Any, axes: tuple[Axis, ...], name: str) -> tuple[Any, tuple[Requirement, ...]]:
    """How an array is read at an index along larger axes, and what its sizes have to be."""
    skipped = len(axes) - len(array.axes)
    if skipped < 0:
        raise ShapeError(f"{name}: an array with {len(array.axes)} axes does not fit a shape with {len(axes)}")
    requires: tuple[Requirement, ...] = ()
    for wide, own in zip(axes[skipped:], array.axes, strict=True):
        if own.size != 1:
            requires += same_axis(wide, own, f"{name}: sizes")[1]

    def entry(*index: Index) -> Formula:
        return read(array, *map(along, axes[skipped:], array.axes, index[skipped:]))

    return entry, requires
