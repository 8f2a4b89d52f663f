"""What stands beyond the ends of an array: padding and rolling; and arrays put side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import numpy as np

from symconv.errors import ShapeError
from symconv.kernel.formulas import Axis, Compare, Formula, Index, Scalar, When, at_least, equal, plus
from symconv.kernel.polynomials import ZERO, Poly
from symconv.operators.axes import along, axis_number, bounded, flat_axis, integer, merge, parameter_latex, unflatten
from symconv.operators.registry import Definition, Requirement, operator, read

Piece = tuple[tuple[Compare, ...], Index]
"""Conditions and, where they hold, the position that is read; outside the array it reads 0."""

MAX_COPIES = 8
"""How far a literal width may reach beyond an array of symbolic size before the size has to be as large."""


def _pad_latex(array: str, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> str:
    word = "" if mode == "constant" else rf"^{{\mathrm{{{mode}}}}}"
    return rf"\operatorname{{pad}}{word}_{{{parameter_latex(pad_width)}}}({array})"


def _numpy_pad(array: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = 0) -> Any:
    if mode == "constant":
        return np.pad(array, pad_width, mode, constant_values=constant_values)
    return np.pad(array, pad_width, mode)


@operator(library="numpy.pad", family="sliding", operands="array", latex=_pad_latex, twin=_numpy_pad)  # fmt: skip
def pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Definition:
    """The array with `pad_width` entries more before and after; the mode says which.

    Modes: "constant", "edge", "wrap", "reflect" and "symmetric".

    Shapes: (n, …) to (n + before + after, …); a width is a number, a pair, or a pair for each axis. Symbolic widths
    need 0 ≤ width, and at most n ("wrap", "symmetric") or n − 1 ("reflect"). Raises `ShapeError` for negative widths.
    Source: numpy.pad.

    >>> from symconv import Tensor, sizes
    >>> n, p = sizes("n p")
    >>> pad(Tensor("x", n), (p, 1)).shape
    (n + p + 1,)
    """
    if mode not in ("constant", "edge", "wrap", "reflect", "symmetric"):
        raise ShapeError(f"pad: mode {mode!r} is not one of 'constant', 'edge', 'wrap', 'reflect', 'symmetric'")
    fill = integer(constant_values, "pad: constant_values") if constant_values != 0 else ZERO
    needs: list[Compare] = []
    widths = [tuple(bounded(w, 0, "pad: width") for w in pair) for pair in _pairs(pad_width, len(array.axes))]
    for axis, pair in zip(array.axes, widths, strict=True):
        for width, positive in pair:
            needs += [*positive, *_reach(axis.size, width, mode)]
    sizes = [(before, after) for (before, _), (after, _) in widths]
    axes = tuple(
        axis if before == after == 0 else Axis.of(axis.size + before + after)
        for axis, (before, after) in zip(array.axes, sizes, strict=True)
    )

    def entry(*index: Index) -> Formula:
        pieces = [
            _pieces(old, new.flat(i) - before, before, after, mode) if new is not old else [((), i)]
            for old, new, i, (before, after) in zip(array.axes, axes, index, sizes, strict=True)
        ]
        terms = [_where([c for cs, _ in chosen for c in cs], read(array, *(p for _, p in chosen)))
                 for chosen in combinations(*pieces)]  # fmt: skip
        if mode == "constant" and fill:
            at = [old.flat(chosen[0][1]) for old, chosen in zip(array.axes, pieces, strict=True)]
            inside = [
                c for old, p in zip(array.axes, at, strict=True) for c in (at_least(p, 0), at_least(old.size - 1, p))
            ]
            terms += [Scalar(fill), _where(inside, Scalar(-fill))]
        return plus(*terms)

    return Definition(axes, entry, tuple(dict.fromkeys(needs)))


def _where(conditions: Sequence[Compare], body: Formula) -> Formula:
    return When(tuple(conditions), body) if conditions else body


def _pairs(widths: Any, rank: int) -> list[tuple[Any, Any]]:
    """A width before and after for every axis, as NumPy broadcasts them."""
    if not isinstance(widths, tuple):
        return [(widths, widths)] * rank
    rows = list(widths) if any(isinstance(w, tuple) for w in widths) else [widths]
    rows = rows * rank if len(rows) == 1 else rows
    if len(rows) != rank or any(not isinstance(row, tuple) or len(row) not in (1, 2) for row in rows):
        raise ShapeError(f"pad: the widths {widths} do not fit an array with {rank} axes")
    return [(row[0], row[-1]) for row in rows]


def _reach(size: Poly, width: Poly, mode: str) -> list[Compare]:
    """How large the array has to be for a width: its copies are counted where that is not said."""
    if mode in ("constant", "edge") or width == 0:
        return []
    if width.integer is not None and (size.integer is not None or width.integer <= MAX_COPIES):
        return []
    return [at_least(size - (1 if mode == "reflect" else 0), width)]


def _copies(size: Poly, width: Poly, period: Poly) -> int:
    """How many periods a width reaches beyond the array at most."""
    if width.integer is None or (size.integer is None and width.integer > MAX_COPIES):
        return 1
    if period.integer is not None and period.integer > 0:
        return -(-width.integer // period.integer)
    return width.integer


def _pieces(axis: Axis, p: Poly, before: Poly, after: Poly, mode: str) -> list[Piece]:
    """Where an entry at position p, counted from the array's first, is read."""
    n = axis.size
    match mode:
        case "constant":
            return [((), p)]
        case "edge":
            return [((), p), ((at_least(-1, p),), ZERO), ((at_least(p, n),), n - 1)]
        case "wrap":
            return [((), p - k * n) for k in range(-_copies(n, before, n), _copies(n, after, n) + 1)]
    period = 2 * n if mode == "symmetric" else 2 * n - 2
    low, high = -_copies(n, before, period), _copies(n, after, period)
    if mode == "symmetric":
        straight: list[Piece] = [((), p - k * period) for k in range(low, high + 1)]
        return straight + [((), k * period - 1 - p) for k in range(low, high + 2)]
    several = (at_least(n, 2),) if n.integer is None else ()
    straight = [(() if k == 0 else several, p - k * period) for k in range(low, high + 1)]
    turned = [k * period - p for k in range(low, high + 2)]
    if n == 1:
        return [((), ZERO)]
    single: list[Piece] = [((equal(n, 1), Compare(p, "!=")), ZERO)] if several else []
    return straight + [((at_least(q, 1), at_least(n - 2, q), *several), q) for q in turned] + single


def _roll_latex(a: str, shift: Any, axis: Any = None) -> str:
    below = parameter_latex(shift) + ("" if axis is None else f";{parameter_latex(axis)}")
    return rf"\operatorname{{roll}}_{{{below}}}({a})"


@operator(library="numpy.roll", family="layout", operands="a", latex=_roll_latex, twin=np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Definition:
    """Entries moved by `shift` places along one axis, several, or (None) in row-major order, around the ends.

    Shapes: unchanged. Raises `ShapeError` where shifts and axes differ in number. Source: numpy.roll.

    >>> from symconv import Tensor, sizes
    >>> roll(Tensor("x", sizes("n")), 1).shape
    (n,)
    """
    if axis is None and len(a.axes) != 1:
        if isinstance(shift, tuple):
            raise ShapeError("roll: several shifts take as many axes")
        line = flat_axis(a.axes)
        moved = _rolled(line, integer(shift, "roll: shift"))
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
    axes = axis if isinstance(axis, tuple) else (0 if axis is None else axis,)
    shifts = shift if isinstance(shift, tuple) else (shift,) * len(axes)
    axes = axes * len(shifts) if len(axes) == 1 else axes
    shifts = shifts * len(axes) if len(shifts) == 1 else shifts
    if len(axes) != len(shifts):
        raise ShapeError(f"roll: {len(shifts)} shifts for {len(axes)} axes")
    total: dict[int, Poly] = {}
    for k, s in zip(axes, shifts, strict=True):
        k = axis_number(k, len(a.axes), "roll")
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

    return latex


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
