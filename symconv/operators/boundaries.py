"""Entries moved around the ends, and arrays put side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ZERO, Poly
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Formula, When, plus
from symconv.limits import MAX_COPIES
from symconv.operators.axes import along, axis_number, flat_axis, integer, merge, parameter_latex, unflatten

Piece = tuple[tuple[Compare, ...], Index]
"""Conditions and, where they hold, the position that is read; outside the array it reads 0."""


def _where(conditions: Sequence[Compare], body: Formula) -> Formula:
    return When(tuple(conditions), body) if conditions else body


def _roll_latex(a: str, shift: Any) -> str:
    return rf"\operatorname{{roll}}_{{{parameter_latex(shift)}}}({a})"


@operator(library="numpy.roll", family="layout", operands="a", latex=_roll_latex, twin=np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Definition:
    """Entries moved by `shift` places along one axis, several, or (None) in row-major order, around the ends.

    Several shifts along one axis add up. Shapes: unchanged. Raises `ShapeError` where shifts and axes differ in
    number. Source: numpy.roll.

    >>> from symconv import Tensor, sizes
    >>> roll(Tensor("x", sizes("n")), 1).shape
    (n,)
    """
    if axis is None and len(a.axes) != 1:
        line = flat_axis(a.axes)
        steps = [integer(s, "roll: shift") for s in (shift if isinstance(shift, tuple) else (shift,))]
        moved = _rolled(line, sum(steps, ZERO))
        around = flat_axis(a.axes).index

        def whole(*index: Index) -> Formula:
            parts = [
                p
                for x, i in zip(a.axes, index, strict=True)
                for d, p in zip(x.digits, x.parts(i), strict=True)
                if d != 1
            ]
            pieces = moved(line.flat(around(parts or [ZERO])))
            return plus(*(_where(c, read(a, *unflatten(a.axes, p))) for c, p in pieces))

        return Definition(a.axes, whole)
    given = axis if isinstance(axis, tuple) else (0 if axis is None else axis,)
    axes = tuple(axis_number(k, len(a.axes), "roll") for k in given)
    if not axes:
        raise ShapeError("roll: the list of axes is empty")
    shifts = shift if isinstance(shift, tuple) else (shift,) * len(axes)
    axes = axes * len(shifts) if len(axes) == 1 else axes
    shifts = shifts * len(axes) if len(shifts) == 1 else shifts
    if len(axes) != len(shifts):
        raise ShapeError(f"roll: {len(shifts)} shifts for {len(axes)} axes")
    total: dict[int, Poly] = {}
    for k, s in zip(axes, shifts, strict=True):
        total[k] = total.get(k, ZERO) + integer(s, "roll: shift")

    def entry(*index: Index) -> Formula:
        pieces = [
            _rolled(x, total[k])(x.flat(i)) if total.get(k, ZERO) else [((), i)]
            for k, (x, i) in enumerate(zip(a.axes, index, strict=True))
        ]
        return plus(
            *(
                _where([c for cs, _ in chosen for c in cs], read(a, *(p for _, p in chosen)))
                for chosen in combinations(*pieces)
            )
        )

    return Definition(a.axes, entry)


def _rolled(axis: Axis, shift: Poly) -> Any:
    """The pieces of an axis that is rolled: copies of the array where they can be counted, else by `%`."""
    n = axis.size

    def pieces(i: Poly) -> list[Piece]:
        if n.integer is not None and shift.integer is not None:
            s = shift.integer % max(n.integer, 1)
            return [((), i - s), ((), i - s + n)] if s else [((), i)]
        if shift.integer is None or abs(shift.integer) > MAX_COPIES:
            return [((), (i - shift) % n)]
        s = shift.integer
        return [((), i - s + k * n) for k in (range(s + 1) if s >= 0 else range(s, 1))]

    return pieces


def _listed_latex(word: str) -> Any:
    def latex(arrays: Sequence[str], axis: Any = 0) -> str:
        return rf"\operatorname{{{word}}}_{{{axis}}}({', '.join(arrays)})"

    def stacked(tup: Sequence[str]) -> str:
        return rf"\operatorname{{{word}}}({', '.join(tup)})"

    return stacked if word in ("hstack", "vstack") else latex


@operator(library="numpy.concatenate", family="layout", operands="arrays", sequences="arrays",
          latex=_listed_latex("concatenate"), twin=np.concatenate)  # fmt: skip
def concatenate(arrays: Any, axis: Any = 0) -> Definition:
    """Arrays one after the other along an existing axis; with `axis` None all entries of each.

    Shapes: the sizes along the axis add up, the others are equal. Raises `ShapeError` where they differ.
    Source: numpy.concatenate.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> concatenate([Tensor("x", n), Tensor("y", m)]).shape
    (m + n,)
    """
    own = [(flat_axis(x.axes),) if axis is None else tuple(x.axes) for x in arrays]
    ranks = sorted({len(axes) for axes in own})
    if not arrays or len(ranks) != 1 or ranks == [0]:
        raise ShapeError(f"concatenate: the arrays have {' and '.join(map(str, ranks or [0]))} axes")
    along_axis = 0 if axis is None else axis_number(axis, ranks[0], "concatenate")
    common, requires = _agree(own, "concatenate", leave=along_axis)
    starts = [ZERO]
    for axes in own:
        starts.append(starts[-1] + axes[along_axis].size)
    if len(own) > 1:
        common[along_axis] = Axis.of(starts[-1])

    def entry(*index: Index) -> Formula:
        terms = []
        for array, axes, start in zip(arrays, own, starts, strict=False):
            at = [
                along(c, x, i) if k != along_axis else i
                for k, (c, x, i) in enumerate(zip(common, axes, index, strict=True))
            ]
            if len(own) > 1:
                at[along_axis] = common[along_axis].flat(at[along_axis]) - start
            if axis is None:
                position = axes[0].flat(at[0])
                inside = [at_least(position, 0), at_least(axes[0].size - 1, position)]
                terms.append(_where(inside, read(array, *unflatten(array.axes, at[0]))))
            else:
                terms.append(read(array, *at))
        return plus(*terms)

    return Definition(tuple(common), entry, requires=requires)


@operator(library="numpy.stack", family="layout", operands="arrays", sequences="arrays", latex=_listed_latex("stack"),
          twin=np.stack)  # fmt: skip
def stack(arrays: Any, axis: Any = 0) -> Definition:
    """Arrays of one shape along a new axis.

    Shapes: k arrays (n…) to (k, n…), the new axis at place `axis`. Raises `ShapeError` where shapes differ.
    Source: numpy.stack.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> stack([Tensor("x", n), Tensor("y", n)], axis=1).shape
    (n, 2)
    """
    own = [tuple(x.axes) for x in arrays]
    ranks = sorted({len(axes) for axes in own})
    if not arrays or len(ranks) != 1:
        raise ShapeError(f"stack: the arrays have {' and '.join(map(str, ranks or [0]))} axes")
    place = axis_number(axis, ranks[0] + 1, "stack")
    common, requires = _agree(own, "stack")

    def entry(*index: Index) -> Formula:
        rest = index[:place] + index[place + 1 :]
        which = Axis.of(len(own)).flat(index[place])
        return plus(
            *(
                When((equal(which, k),), read(x, *map(along, common, axes, rest)))
                for k, (x, axes) in enumerate(zip(arrays, own, strict=True))
            )
        )

    return Definition((*common[:place], Axis.of(len(own)), *common[place:]), entry, requires=requires)


def _joined(tup: Any, rank: int, axis: int) -> Definition:
    """The arrays, with axes put first up to a rank, one after the other."""
    from symconv.operators.moving import expand_dims

    if not tup:
        raise ShapeError("there are no arrays to join")
    wide = [expand_dims(x, tuple(range(rank - x.ndim))) if x.ndim < rank else x for x in tup]
    return concatenate.define(tuple(wide), axis)


@operator(library="numpy.hstack", family="layout", operands="tup", sequences="tup", latex=_listed_latex("hstack"),
          twin=np.hstack)  # fmt: skip
def hstack(tup: Any) -> Definition:
    """Arrays side by side: along the second axis, or the only one.

    Shapes: (n, m, …) and (n, k, …) to (n, m + k, …), (n,) and (m,) to (n + m,). Raises `ShapeError` where other sizes
    differ. Source: numpy.hstack.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> hstack([Tensor("X", n, m), Tensor("Y", n, k)]).shape
    (n, k + m)
    """
    return _joined(tup, 1, 0 if tup and tup[0].ndim < 2 else 1)


@operator(library="numpy.vstack", family="layout", operands="tup", sequences="tup", latex=_listed_latex("vstack"),
          twin=np.vstack)  # fmt: skip
def vstack(tup: Any) -> Definition:
    """Arrays below each other: along the first axis, vectors as rows.

    Shapes: (n, m, …) and (k, m, …) to (n + k, m, …), (m,) counting as (1, m). Raises `ShapeError` where other sizes
    differ. Source: numpy.vstack.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> vstack([Tensor("X", n, m), Tensor("Y", k, m)]).shape
    (k + n, m)
    """
    return _joined(tup, 2, 0)


def _agree(
    own: Sequence[Sequence[Axis]], name: str, leave: int | None = None
) -> tuple[list[Axis], tuple[Requirement, ...]]:
    """The common axes of arrays whose sizes agree, except along one axis."""
    common = list(own[0])
    requires: list[Requirement] = []
    for axes in own[1:]:
        for k, axis in enumerate(axes):
            if k != leave:
                requires += merge(common[k], axis, f"{name}: sizes", broadcast=False)[1]
    return common, tuple(requires)
