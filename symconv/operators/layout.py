"""Rearranging entries, as NumPy defines it: transposing, flipping, reshaping, rolling, joining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Literal

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, inverse
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read, require
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Formula
from symconv.operators.axes import (
    POINT,
    axis_numbers,
    bounded,
    flat_axis,
    literal,
    shape_latex,
    unflatten,
)


def _transpose_latex(a: str, axes: Any = None) -> str:
    return rf"{a}^{{\top}}" if axes is None else rf"{a}^{{\top({', '.join(map(str, axes))})}}"


@operator(library="numpy.transpose", family="layout", operands="a", latex=_transpose_latex, precedence=90,
          twin=np.transpose)  # fmt: skip
def transpose(a: Any, axes: Any = None) -> Definition:
    """Axes in another order: axis k of the result is axis axes[k] of a; reversed if `axes` is None.

    Shapes: (n0, …, nr) to (nr, …, n0). Raises `ShapeError` where `axes` is not a permutation.
    Source: numpy.transpose.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> transpose(Tensor("X", n, m)).shape
    (m, n)
    """
    rank = len(a.axes)
    order = tuple(reversed(range(rank))) if axes is None else axis_numbers(axes, rank, "transpose")
    if len(order) != rank:
        raise ShapeError(f"transpose: {len(order)} axes for an array with {rank} axes")
    return Definition(tuple(a.axes[k] for k in order), lambda *i: read(a, *(i[order.index(k)] for k in range(rank))))


def _flip_latex(a: str, axis: Any = None) -> str:
    if axis is None:
        return rf"\operatorname{{flip}}({a})"
    return rf"\operatorname{{flip}}_{{{', '.join(map(str, axis if isinstance(axis, tuple) else (axis,)))}}}({a})"


@operator(library="numpy.flip", family="layout", operands="m", latex=lambda m, axis=None: _flip_latex(m, axis),
          twin=np.flip)  # fmt: skip
def flip(m: Any, axis: Any = None) -> Definition:
    """Entries in reverse order along one axis, several, or (None) all.

    Shapes: unchanged. Raises `ShapeError` for an axis that does not exist. Source: numpy.flip.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> flip(Tensor("K", h, w)).shape
    (h, w)
    """
    chosen = axis_numbers(axis, len(m.axes), "flip")

    def entry(*index: Index) -> Formula:
        return read(m, *(m.axes[k].reversed(i) if k in chosen else i for k, i in enumerate(index)))

    return Definition(m.axes, entry)


@operator(library="numpy.rot90", family="layout", operands="m", twin=np.rot90,
          latex=lambda m, k=1: r"\operatorname{rot90}" + (f"^{{{k}}}" if str(k) != "1" else "") + f"({m})")  # fmt: skip
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Definition:
    """k quarter turns in the plane of two axes, from the first towards the second.

    Shapes: an odd k exchanges the two sizes. Raises `ShapeError` for fewer than two axes or equal ones.
    Source: numpy.rot90.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> rot90(Tensor("K", h, w)).shape
    (w, h)
    """
    plane = axis_numbers(axes, len(m.axes), "rot90") if isinstance(axes, tuple) else ()
    if len(plane) != 2:
        raise ShapeError("rot90: axes must be two different axes")
    first, second = plane
    turns = literal(k, "rot90: k") % 4
    order = list(range(len(m.axes)))
    if turns % 2:
        order[first], order[second] = second, first

    def entry(*index: Index) -> Formula:
        at = [index[order[j]] for j in range(len(index))]
        for position in {0: (), 1: (second,), 2: (first, second), 3: (first,)}[turns]:
            at[position] = m.axes[position].reversed(at[position])
        return read(m, *at)

    return Definition(tuple(m.axes[j] for j in order), entry)


def _reshape_latex(a: str, shape: Any) -> str:
    return rf"\operatorname{{reshape}}_{{{shape_latex(shape)}}}({a})"


@operator(library="numpy.reshape", family="layout", operands="a", latex=_reshape_latex, twin=np.reshape)
def reshape(a: Any, shape: Any, order: Literal["C", "F"] = "C") -> Definition:
    """The same entries in the same order under another shape; one size may be −1 and is then inferred.

    Shapes: (n…) to `shape` with the same product. `order` "C": the last axis runs fastest, "F": the first. Axes
    that are merged become the digits of one axis. Raises `ShapeError` where the products differ.
    Source: numpy.reshape.

    >>> from symconv import Tensor, sizes
    >>> C, h, w = sizes("C h w")
    >>> reshape(Tensor("K", C, h, w), (C, h*w)).shape
    (C, h*w)
    """
    if order not in ("C", "F"):
        raise ShapeError(f"reshape: order {order!r} is not one of 'C', 'F'")
    wanted = shape if isinstance(shape, tuple) else (shape,)
    free = [k for k, s in enumerate(wanted) if s == -1]
    if len(free) > 1:
        raise ShapeError("reshape: only one size can be -1")
    targets = [ONE if k in free else bounded(s, 0, "reshape: size")[0] for k, s in enumerate(wanted)]
    if order == "F":
        targets.reverse()
        free = [len(targets) - 1 - k for k in free]
    source = flat_axis(a.axes, order)
    beside: tuple[Compare, ...] = ()
    if free:
        before, after = targets[: free[0]], targets[free[0] + 1 :]
        targets[free[0]] = inferred(source.digits, before, after)
        beside = tuple(at_least(d, 1) for d in _beside(source.digits, before, after) if d.constant is None)
    axes, digits, needs, requires = regroup(source.digits, targets)

    def entry(*index: Index) -> Formula:
        parts = digits(index if order == "C" else index[::-1])
        return read(a, *unflatten(a.axes, source.index(parts or [ZERO]), order), inside=True)

    return Definition(tuple(axes if order == "C" else reversed(axes)), entry, (*needs, *beside), requires)


def _size(digits: Sequence[Poly]) -> Poly:
    return Axis(tuple(digits)).size


def _middle(digits: Sequence[Poly], before: Sequence[Poly], after: Sequence[Poly]) -> slice | None:
    """Which of the digits are left between those that sizes before and after are made of."""
    for i in range(len(digits) + 1):
        for j in range(i, len(digits) + 1):
            if _size(digits[:i]) == _size(before) and _size(digits[j:]) == _size(after):
                return slice(i, j)
    return None


def _beside(digits: Sequence[Poly], before: Sequence[Poly], after: Sequence[Poly]) -> list[Poly]:
    """The sizes beside one that is inferred, none of which may be 0."""
    found = _middle(digits, before, after)
    return [*before, *after] if found is None else [*digits[: found.start], *digits[found.stop :]]


def inferred(digits: Sequence[Poly], before: Sequence[Poly], after: Sequence[Poly]) -> Poly:
    """The size that −1 stands for: what the sizes before and after leave of the digits."""
    total, rest = _size(digits), _size([*before, *after])
    if not rest:
        raise ShapeError("reshape: -1 cannot be inferred beside a size of 0")
    if (found := _middle(digits, before, after)) is not None:
        return _size(digits[found])
    size = total * inverse(rest)
    whole = size.constant is None and all(isinstance(x, str) for m in size.terms for x in m)
    if size.integer is None and not whole:
        raise ShapeError(f"reshape: {total} entries cannot be divided into parts of {rest}")
    return size


def regroup(
    digits: Sequence[Poly], targets: Sequence[Poly]
) -> tuple[list[Axis], Callable[[Sequence[Index]], list[Poly]], tuple[Compare, ...], tuple[Requirement, ...]]:
    """The axes of the target sizes, how their indices give the digits, what is needed and what must be equal.

    The digits and sizes are cut into the smallest blocks of equal products. A block with one target
    is an axis with those digits; any other goes through the position within the block.
    """
    axes = [POINT if t == 1 else Axis((t,)) for t in targets]
    pending = [k for k, t in enumerate(targets) if t != 1]
    blocks: list[tuple[list[int], list[Poly]]] = []
    needs = tuple(need for t in targets for need in _whole(t))
    requires: tuple[Requirement, ...] = ()
    rest = [d for d in digits if d != 1]
    while pending or rest:
        k, m = _block(rest, [targets[p] for p in pending])
        block, members = rest[:k], pending[:m]
        rest, pending = rest[k:], pending[m:]
        have, want = _size(block), _size([targets[p] for p in members])
        if have != want:
            if len(block) == len(members) > 1:
                pairs = zip(block, members, strict=True)
                requires += tuple(require(d, targets[p], "reshape: sizes") for d, p in pairs if d != targets[p])
                blocks += [([p], [d]) for d, p in zip(block, members, strict=True)]
                continue
            requires += (require(have, want, "reshape: numbers of entries"),)
        if len(members) == 1 and block:
            axes[members[0]] = Axis(tuple(block))
        else:
            needs += tuple(at_least(targets[p], 0) for p in members if targets[p].constant is None)
        blocks.append((members, block))

    def parts(index: Sequence[Index]) -> list[Poly]:
        found: list[Poly] = []
        for members, block in blocks:
            if len(members) == 1 and block:
                found += axes[members[0]].parts(index[members[0]])
            elif block:
                position = Axis(tuple(targets[p] for p in members)).flat(tuple(axes[p].flat(index[p]) for p in members))
                found += Axis(tuple(block)).parts(position)
        return found

    return axes, parts, needs, requires


def _whole(size: Poly) -> tuple[Compare, ...]:
    """What makes a size such as C/4 a whole number."""
    common = lcm(*(Fraction(c).denominator for c in size.terms.values()))
    return () if common == 1 else (equal((size * common) % Poly.of(common), 0),)


def _block(digits: Sequence[Poly], targets: Sequence[Poly]) -> tuple[int, int]:
    """How many digits and targets the first block of equal products takes; all of them if there is none."""
    for total in range(2, len(digits) + len(targets) + 1):
        for k in range(max(1, total - len(targets)), min(len(digits), total - 1) + 1):
            if _size(digits[:k]) == _size(targets[: total - k]):
                return k, total - k
    return len(digits), len(targets)


def _ravel_latex(a: str, order: str = "C") -> str:
    return rf"\operatorname{{ravel}}{'' if order == 'C' else '_F'}({a})"


@operator(library="numpy.ravel", family="layout", operands="a", latex=_ravel_latex, twin=np.ravel)
def ravel(a: Any, order: Literal["C", "F"] = "C") -> Definition:
    """All entries along one axis; `order` "C": the last index runs fastest, "F": the first.

    Shapes: (n…) to (∏n,). Raises `ShapeError` for another order. Source: numpy.ravel.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> ravel(Tensor("K", h, w)).shape
    (h*w,)
    """
    if order not in ("C", "F"):
        raise ShapeError(f"ravel: order {order!r} is not one of 'C', 'F'")
    return Definition((flat_axis(a.axes, order),), lambda i: read(a, *unflatten(a.axes, i, order), inside=True))


@operator(library="symconv.vec", family="layout", operands="a", latex=r"\operatorname{{vec}}({a})",
          twin=lambda a: np.ravel(a, order="F"))  # fmt: skip
def vec(a: Any) -> Definition:
    """The columns of a stacked: all entries along one axis, the first index running fastest.

    Shapes: (n…) to (∏n,). Source: symconv.vec, as numpy.ravel with order "F".

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> vec(Tensor("K", h, w)).shape
    (h*w,)
    """
    return ravel.define(a, "F")
