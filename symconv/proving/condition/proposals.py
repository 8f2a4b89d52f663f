"""Equations on tensors in the operators' own words, to try as the exact condition of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import combinations

from symconv.errors import ShapeError
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.limits import FEW_ENTRIES, MAX_PERMUTED_AXES

Equation = tuple[TensorExpr, TensorExpr]


def symmetries(tensors: Sequence[Tensor]) -> Iterator[Equation]:
    """A tensor equals ± a rearrangement of itself, or of another one; the most usual first."""
    first, last = tensors[0], tensors[-1]
    moved = [*_rearranged(last), *_turned(last)]
    own = [last, *moved] if first != last else moved
    if last.is_complex_valued:
        conjugates = [REGISTRY["conj"](e) for e in [last, *moved]]
        own = [*own, *conjugates]
    for expr in own:
        yield first, expr
    for expr in own:
        yield first, REGISTRY["negative"](expr)


def _rearranged(tensor: Tensor) -> Iterator[TensorExpr]:
    """Reflections, exchanges of axes of equal size, and both; quarter turns."""
    flip, transpose, n = REGISTRY["flip"], REGISTRY["transpose"], tensor.ndim
    if not 0 < n <= MAX_PERMUTED_AXES:
        return
    long = [k for k in range(n) if tensor.axes[k].size != 1]
    if long:
        yield flip(tensor)
    for number in range(1, len(long)):
        for axes in combinations(long, number):
            yield flip(tensor, axis=axes[0] if number == 1 else axes)
    for i, j in combinations(range(n), 2):
        if tensor.axes[i].size != tensor.axes[j].size or tensor.axes[i].size == 1:
            continue
        order = list(range(n))
        order[i], order[j] = j, i
        yield transpose(tensor) if n == 2 else transpose(tensor, tuple(order))
        if n == 2:
            yield flip(transpose(tensor))
            yield REGISTRY["rot90"](tensor)


def _turned(tensor: Tensor) -> Iterator[TensorExpr]:
    """The reflection of a circular axis about its first entry."""
    if tensor.ndim == 1:
        yield REGISTRY["roll"](REGISTRY["flip"](tensor), 1)


def zero(tensor: Tensor) -> Iterator[Equation]:
    """A tensor is 0."""
    yield tensor, as_tensor(0)


def values(tensor: Tensor) -> Iterator[Equation]:
    """All entries of a tensor are equal, it is triangular or diagonal, or it is another array that has a name."""
    yield tensor, as_tensor(1)
    if tensor.ndim:
        ones = REGISTRY["ones"](tensor.shape[0] if tensor.ndim == 1 else tuple(tensor.shape))
        yield tensor, REGISTRY["multiply"](tensor[(0,) * tensor.ndim], ones)
        yield from _impulses(tensor)
    if tensor.ndim == 2:
        yield REGISTRY["tril"](tensor, -1), as_tensor(0)
        yield REGISTRY["triu"](tensor, 1), as_tensor(0)
    if tensor.ndim == 2 and tensor.axes[0].size == tensor.axes[1].size:
        yield tensor, REGISTRY["diag"](REGISTRY["diag"](tensor))
        identity = REGISTRY["eye"](tensor.shape[0])
        yield tensor, identity
        yield tensor, REGISTRY["flip"](identity, axis=0)


def _impulses(tensor: Tensor) -> Iterator[Equation]:
    """1 in the first entry, in the middle, or where the middle of "same" is; 0 elsewhere; not for a few entries."""
    if tensor.ndim == 1 and tensor.shape[0].is_number and tensor.shape[0] <= FEW_ENTRIES:
        return
    shape = tensor.shape[0] if tensor.ndim == 1 else tuple(tensor.shape)
    middles = tuple((n - 1) // 2 for n in tensor.shape)
    for index in (None, middles[0] if tensor.ndim == 1 else middles, "mid"):
        with suppress(ShapeError):
            yield tensor, REGISTRY["unit_impulse"](*([shape] if index is None else [shape, index]))


def totals(tensor: Tensor) -> Iterator[Equation]:
    """Sums of entries are 0 or 1."""
    sums = [REGISTRY["sum"](tensor)]
    if tensor.ndim > 1:
        sums += [REGISTRY["sum"](tensor, axis=k) for k in range(tensor.ndim)]
    if tensor.ndim == 2 and tensor.axes[0].size == tensor.axes[1].size:
        sums.append(REGISTRY["trace"](tensor))
    for value in (0, 1):
        for total in sums:
            yield total, as_tensor(value)
