"""Indexing and slicing: what square brackets mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, latex

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum, floor
from symconv.errors import ShapeError, SymconvError
from symconv.expressions.conversion import FromEnd
from symconv.expressions.registry import Definition, operator, read
from symconv.expressions.tensors import Tensor
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Formula
from symconv.kernel.terms import TensorAtom
from symconv.operators.axes import POINT, integer


@dataclass
class _Selection:
    """What one item of the key does to one axis: the axis left, if any, and where it reads."""

    axis: Axis | None
    source: Callable[[Index], Index]
    needs: list[Compare] = field(default_factory=list)
    extends: bool = False


def _key_latex(a: str, key: tuple[Any, ...]) -> str:
    def part(item: Any) -> str:
        if isinstance(item, slice):
            bounds = ["" if b is None else latex(b) for b in (item.start, item.stop)]
            return ":".join(bounds + ([latex(item.step)] if item.step is not None else []))
        return r"\dots" if item is Ellipsis else r"\cdot" if item is None else latex(item)

    return rf"{a}_{{{', '.join(map(part, key))}}}"


@operator(library="numpy.ndarray.__getitem__", family="layout", operands="a", latex=_key_latex, precedence=95,
          twin=lambda a, key: a[key], positions="key", called="the slice")  # fmt: skip
def index(a: Any, key: Any) -> Definition:
    """Indexing and slicing, a[key]: integers, slices with steps, `...` and `None`.

    A number counts as in NumPy: from the end if it is negative, slices are cut to the array, and an index that can
    be out of range needs not to be. A symbolic index is read as it is, with zeros outside the array; symbolic slice
    bounds need 0 ≤ start ≤ stop ≤ size. A bound that claim text writes with a minus, as in x[:-p], is counted from the
    end and needs 1 ≤ p ≤ size: for p = 0, NumPy's x[:-p] has no entries and x[-p:] has all of them. Shapes: an integer
    removes its axis, a slice cuts it, `None` inserts an axis of size 1. Raises `ShapeError` for too many indices or a
    number out of range. Source: numpy.ndarray.__getitem__.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> Tensor("X", n, m)[0, 1:].shape
    (m - 1,)
    """
    items = list(key) if isinstance(key, tuple) else [key]
    if sum(item is Ellipsis for item in items) > 1:
        raise ShapeError("index: an index can have only one '...'")
    used = len([item for item in items if item is not None and item is not Ellipsis])
    if used > len(a.axes):
        raise ShapeError(f"index: {used} indices for an array with {len(a.axes)} axes")
    rest = [slice(None)] * (len(a.axes) - used)
    where = next((k for k, item in enumerate(items) if item is Ellipsis), len(items))
    items = [*items[:where], *rest, *items[where + 1 :]]
    axes = iter(zip(a.axes, _never_empty(a), strict=True))
    selections = [None if item is None else _select(*next(axes), item) for item in items]
    chosen = [s for s in selections if s is not None]

    def entry(*out: Index) -> Formula:
        remaining = iter(out)
        at: list[Index] = []
        for selection in selections:
            if selection is None:
                next(remaining)
            else:
                at.append(selection.source(ZERO if selection.axis is None else next(remaining)))
        return read(a, *at, inside=not any(isinstance(item, Expr) for item in items))

    return Definition(
        tuple(axis for axis in (POINT if s is None else s.axis for s in selections) if axis is not None),
        entry,
        tuple(need for s in chosen for need in s.needs),
        extends=any(s.extends for s in chosen),
    )


def _never_empty(a: Any) -> list[bool]:
    """For each axis of an array whether its size is seen to be 1 or more, as the declared dimensions inside are."""
    if isinstance(a.leaf, TensorAtom):
        return [True] * len(a.axes)
    declared = {axis.size for tensor in a.atoms(Tensor) for axis in tensor.axes}
    names = {str(size) for size in declared if size.is_atom}

    def is_positive(size: Poly) -> bool:
        grows = all(c > 0 and names.issuperset(monomial) for monomial, c in size.terms.items() if monomial)
        return size in declared or bool(grows and sum(size.terms.values()) >= 1)

    return [is_positive(axis.size) for axis in a.axes]


def _select(axis: Axis, positive: bool, item: Any) -> _Selection:
    if isinstance(item, slice):
        return _slice(axis, item, positive)
    if isinstance(item, int) and not isinstance(item, bool):
        return _number(axis, item, positive)
    if isinstance(item, Expr):
        position = integer(item, "index")
        return _Selection(None, lambda _: position, extends=True)
    raise SymconvError(f"{item!r} is not an index", hint="use integers, index symbols, slices, ... and None")


def _number(axis: Axis, number: int, positive: bool) -> _Selection:
    least = number + 1 if number >= 0 else -number
    size = axis.size.constant
    if size is not None and size < least:
        raise ShapeError(f"index {number} is out of range for the size {size}")
    trivial = size is not None or (positive and least == 1)
    parts = axis.parts(least - 1)
    where = axis.index(parts) if number >= 0 else axis.reversed(axis.index(parts))
    return _Selection(None, lambda _: where, [] if trivial else [at_least(axis.size, least)])


def _slice(axis: Axis, item: slice, positive: bool) -> _Selection:
    step = ONE if item.step is None else integer(item.step, "slice step")
    if step == 0:
        raise ShapeError("a slice step cannot be 0")
    if item.start is None and item.stop is None and step == 1:
        return _Selection(axis, lambda i: i)
    if item.start is None and item.stop is None and step == -1:
        return _Selection(axis, axis.reversed)
    size = axis.size
    symbolic = [isinstance(b, Expr) for b in (item.start, item.stop, item.step)]
    forward = not all(c < 0 for c in step.terms.values())
    starts, stops = _bounds(item, size, forward, positive)
    needs: list[Compare] = []
    if any(symbolic[:2]):
        needs = _order(starts[0], stops[0], size, forward)
        starts, stops = starts[:1], stops[:1]
    for end in (b for b in (item.start, item.stop) if isinstance(b, FromEnd)):
        distance = integer(end.args[0], "slice bound")
        needs += [at_least(distance, 1), at_least(size, distance)]
    stride = step if forward else -step
    if stride.integer is None:
        needs.append(at_least(stride, 1))
    extents = [(stop - start) if forward else (start - stop) for start in starts for stop in stops]
    length = extremum("min", [floor(extent + stride - 1, stride) for extent in extents])
    if not any(symbolic[:2]) and not _nonnegative(length, extents, size, positive):
        length = extremum("max", [ZERO, length])
    start = extremum("max" if forward else "min", starts)
    return _Selection(Axis((length,)), lambda i: start + step * Axis((length,)).flat(i), needs, any(symbolic))


def _bounds(item: slice, size: Poly, forward: bool, positive: bool) -> tuple[Sequence[Poly], Sequence[Poly]]:
    """Candidates for the first position (largest or smallest counts) and the end (the other way round).

    What NumPy cuts on the far side needs no candidate: the length is then 0.
    """

    def bound(value: Any, default: Poly, limit: Poly, counted: bool) -> Sequence[Poly]:
        if value is None:
            return [default]
        if isinstance(value, FromEnd):
            return [size - integer(value.args[0], "slice bound")]
        if isinstance(value, Expr):
            return [integer(value, "slice bound")]
        position = Poly.of(value) if value >= 0 else size + value
        reaches = value >= -1 if value < 0 else value <= (1 if forward else 0)
        return [position, limit] if (value < 0) == counted and not (positive and reaches) else [position]

    if forward:
        return bound(item.start, ZERO, ZERO, True), bound(item.stop, size, size, False)
    return bound(item.start, size - 1, size - 1, False), bound(item.stop, Poly.of(-1), Poly.of(-1), True)


def _order(start: Poly, stop: Poly, size: Poly, forward: bool) -> list[Compare]:
    """0 ≤ start ≤ stop ≤ size, or for a negative step −1 ≤ stop ≤ start ≤ size − 1, without what always holds."""
    low, high = (start, stop) if forward else (stop, start)
    edge = ZERO if forward else Poly.of(-1)
    pairs = [(low, edge), (high, low), (size + edge, high)]
    return [at_least(left, right) for left, right in pairs if not _certain(left - right)]


def _certain(difference: Poly) -> bool:
    return difference.constant is not None and difference.constant >= 0


def _nonnegative(length: Poly, extents: Sequence[Poly], size: Poly, positive: bool) -> bool:
    """Whether a length cannot be negative: sizes never are, and those of a named tensor are at least 1."""
    if length.constant is not None:
        return length.constant >= 0
    return all(_certain(extent - (size - 1 if positive else size)) or _certain(extent) for extent in extents)
