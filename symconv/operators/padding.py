"""What stands beyond the ends of an array: padding, as NumPy defines it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product as combinations
from typing import Any, Literal

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Formula, Scalar, When, plus
from symconv.formulas.language import times as product
from symconv.limits import MAX_COPIES
from symconv.operators.axes import bounded, number_value, parameter_latex

MODES = ("constant", "edge", "wrap", "reflect", "symmetric")


@dataclass(frozen=True)
class Piece:
    """A position that is read where the conditions hold, times a factor; outside the array it reads 0."""

    position: Index
    conditions: tuple[Compare, ...] = ()
    factor: int = 1


def _pad_latex(array: str, pad_width: Any, mode: str = "constant") -> str:
    above = "" if mode == "constant" else rf"^{{\mathrm{{{mode}}}}}"
    return rf"\operatorname{{pad}}{above}_{{{parameter_latex(pad_width)}}}({array})"


def _numpy_pad(array: Any, pad_width: Any, mode: Any, *, constant_values: Any = 0, reflect_type: Any = "even") -> Any:
    options = {"constant_values": constant_values} if mode == "constant" or constant_values != 0 else {}
    odd = {"reflect_type": reflect_type} if mode in ("reflect", "symmetric") or reflect_type != "even" else {}
    return np.pad(array, pad_width, mode, **options, **odd)


@operator(library="numpy.pad", family="sliding", operands="array", latex=_pad_latex, twin=_numpy_pad)
def pad(
    array: Any,
    pad_width: Any,
    mode: Literal["constant", "edge", "wrap", "reflect", "symmetric"] = "constant",
    *,
    constant_values: Any = 0,
    reflect_type: Literal["even", "odd"] = "even",
) -> Definition:
    """The array with `pad_width` entries more before and after; the mode says which.

    Modes: "constant" (`constant_values` as the widths), "edge", "wrap", "reflect" and "symmetric"; `reflect_type`
    "odd" takes what is reflected from twice the edge.

    Shapes: (n, …) to (n + before + after, …); a width is a number, a pair, or a pair for each axis. Symbolic widths
    need 0 ≤ width, and at most n ("wrap", "symmetric") or n − 1 ("reflect"), as do all widths of type "odd"; all
    modes but "constant" need an entry. Raises `ShapeError` for negative widths. Source: numpy.pad.

    >>> from symconv import Tensor, sizes
    >>> n, p = sizes("n p")
    >>> pad(Tensor("x", n), (p, 1)).shape
    (n + p + 1,)
    """
    if mode not in MODES:
        raise ShapeError(f"pad: mode {mode!r} is not one of {', '.join(map(repr, MODES))}")
    odd = reflect_type == "odd"
    if reflect_type not in ("even", "odd"):
        raise ShapeError(f"pad: reflect_type {reflect_type!r} is not one of 'even', 'odd'")
    if odd and mode not in ("reflect", "symmetric"):
        raise ShapeError(f"pad: mode {mode!r} takes no reflect_type")
    if mode != "constant" and constant_values != 0:
        raise ShapeError(f"pad: mode {mode!r} takes no constant_values")
    rank = len(array.axes)
    widths = [tuple(bounded(w, 0, "pad: width") for w in p) for p in _pairs(pad_width, rank, "widths")]
    fills = [tuple(number_value(v, "pad: constant value") for v in p) for p in _pairs(constant_values, rank, "values")]
    needs: list[Compare] = []
    for axis, pair in zip(array.axes, widths, strict=True):
        if mode != "constant" and any(width != 0 for width, _ in pair):
            needs += [] if axis.size.integer else [at_least(axis.size, 1)]
        for width, positive in pair:
            needs += [*positive, *_reach(axis.size, width, mode, odd)]
    sizes = [(before, after) for (before, _), (after, _) in widths]
    axes = tuple(
        axis if before == after == 0 else Axis.of(axis.size + before + after)
        for axis, (before, after) in zip(array.axes, sizes, strict=True)
    )

    def entry(*index: Index) -> Formula:
        pieces = [
            _pieces(old, new.flat(i) - before, before, after, mode, odd) if new is not old else [Piece(i)]
            for old, new, i, (before, after) in zip(array.axes, axes, index, sizes, strict=True)
        ]
        terms = [_joined(array, chosen) for chosen in combinations(*pieces)]
        if mode == "constant":
            at = [p.flat(i) - before for p, i, (before, _) in zip(axes, index, sizes, strict=True)]
            for k, (own, (before, after), pair) in enumerate(zip(array.axes, sizes, fills, strict=True)):
                later = [c for x, p in zip(array.axes[k + 1 :], at[k + 1 :], strict=True) for c in _inside(x, p)]
                ends = [(before, at_least(-1, at[k])), (after, at_least(at[k], own.size))]
                terms += [
                    When((end, *later), Scalar(value))
                    for (width, end), value in zip(ends, pair, strict=True)
                    if width and value
                ]
        return plus(*terms)

    return Definition(axes, entry, tuple(dict.fromkeys(needs)))


def _joined(array: Any, chosen: tuple[Piece, ...]) -> Formula:
    """The entry that one piece of every axis reads."""
    conditions = tuple(c for piece in chosen for c in piece.conditions)
    factor = int(np.prod([piece.factor for piece in chosen], dtype=int))
    body = product(Scalar(Poly.of(factor)), read(array, *(piece.position for piece in chosen)))
    return When(conditions, body) if conditions else body


def _inside(axis: Axis, position: Poly) -> tuple[Compare, ...]:
    return at_least(position, 0), at_least(axis.size - 1, position)


def _pairs(values: Any, rank: int, what: str) -> list[tuple[Any, Any]]:
    """A value before and after for every axis, as NumPy broadcasts them."""
    if not isinstance(values, tuple):
        return [(values, values)] * rank
    rows = list(values) if any(isinstance(v, tuple) for v in values) else [values]
    lengths = {len(row) if isinstance(row, tuple) else 0 for row in rows}
    rows = rows * rank if len(rows) == 1 else rows
    if lengths not in ({1}, {2}) or len(rows) != rank:
        raise ShapeError(f"pad: the {what} {values} do not fit an array with {rank} axes")
    return [(row[0], row[-1]) for row in rows]


def _reach(size: Poly, width: Poly, mode: str, odd: bool) -> list[Compare]:
    """How large the array has to be for a width: its copies are counted where that is not said."""
    if mode in ("constant", "edge") or width == 0:
        return []
    most = size - 1 if mode == "reflect" else size
    if odd:
        if (spare := (most - width).constant) is not None and spare < 0:
            raise Unsupported(f"pad: the width {width} of reflect_type 'odd' is more than {most}")
        return [] if spare is not None else [at_least(most, width)]
    if width.integer is not None and (size.integer is not None or width.integer <= MAX_COPIES):
        return []
    return [at_least(most, width)]


def _copies(size: Poly, width: Poly, period: Poly) -> int:
    """How many periods a width reaches beyond the array at most."""
    if width.integer is None or (size.integer is None and width.integer > MAX_COPIES):
        return 1
    if period.integer is not None and period.integer > 0:
        return -(-width.integer // period.integer)
    return width.integer


def _pieces(axis: Axis, p: Poly, before: Poly, after: Poly, mode: str, odd: bool) -> list[Piece]:
    """Where an entry at position p, counted from the array's first, is read."""
    n = axis.size
    low_end, high_end = (at_least(-1, p),), (at_least(p, n),)
    match mode:
        case "constant":
            return [Piece(p)]
        case "edge":
            return [Piece(p), Piece(ZERO, low_end), Piece(n - 1, high_end)]
        case "wrap":
            return [Piece(p - k * n) for k in range(-_copies(n, before, n), _copies(n, after, n) + 1)]
    if odd:
        gap = ONE if mode == "symmetric" else ZERO
        low, high = -gap - p, 2 * n - 2 + gap - p
        return [
            Piece(p),
            *(Piece(ZERO, low_end, 2), Piece(low, low_end, -1)),
            *(Piece(n - 1, high_end, 2), Piece(high, high_end, -1)),
        ]
    period = 2 * n if mode == "symmetric" else 2 * n - 2
    first, last = -_copies(n, before, period), _copies(n, after, period)
    if mode == "symmetric":
        straight = [Piece(p - k * period) for k in range(first, last + 1)]
        return straight + [Piece(k * period - 1 - p) for k in range(first, last + 2)]
    if n == 1:
        return [Piece(ZERO)]
    several = (at_least(n, 2),) if n.integer is None else ()
    straight = [Piece(p - k * period, () if k == 0 else several) for k in range(first, last + 1)]
    turned = [k * period - p for k in range(first, last + 2)]
    single = [Piece(ZERO, (equal(n, 1), Compare(p, "!=")))] if several else []
    return straight + [Piece(q, (at_least(q, 1), at_least(n - 2, q), *several)) for q in turned] + single
