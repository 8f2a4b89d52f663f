"""What loops run over: series of values, an index counts them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Extremum, Poly, extremum
from symconv.claims.number_limits import steps
from symconv.formulas.conditions import Compare
from symconv.limits import MAX_ROUNDS
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path, require


@dataclass(frozen=True)
class Series:
    """Values at an index with lower ≤ index < upper, none where that is empty."""

    lower: Poly
    upper: Poly
    at: Callable[[Path, Poly], Any]
    name: str = "i"
    is_listed: bool = False
    """Whether the values are known one by one, each perhaps of another kind, and no other index has one."""
    factors: tuple[Series, ...] = ()
    """Those that it runs through as nested loops do."""
    once: Object | None = None
    """What stands in the heap for an iterator: how many values were taken, until a use of all uses it up."""

    @property
    def count(self) -> Poly:
        """How many there are; negative where there are none."""
        return self.upper - self.lower

    def as_iterator(self, path: Path) -> Series:
        """The same values for one use."""
        return replace(self, once=path.new_object("iterator", 0))

    def used(self, path: Path, node: ast.AST) -> Series:
        """The values for a use of them; raises where an iterator was used before."""
        if self.once is None:
            return self
        taken = path.heap[self.once]
        if not isinstance(taken, int):
            raise path.error("this iterator may be used up here", node, "make a list of it first: list(…)")
        path.heap[self.once] = "used"
        return replace(self, once=None, lower=self.lower + taken)

    def next_value(self, path: Path, node: ast.AST) -> Any:
        """The next value of an iterator."""
        taken = None if self.once is None else path.heap[self.once]
        if self.once is None or not isinstance(taken, int) or self.factors:
            raise path.error("what this iterator holds next is not known", node, "make a list of it first: list(…)")
        require(Compare(self.count - taken - 1, ">="), path, node, "this iterator may be used up here")
        path.heap[self.once] = taken + 1
        return self.at(path, self.lower + taken)

    def items(self, path: Path) -> list[Any] | None:
        """The values one by one, where they are known to be few."""
        first, count = self.lower.integer, self.count.integer
        if self.factors or first is None or count is None or count > MAX_ROUNDS:
            return None
        return [self.at(path, Poly.of(k)) for k in range(first, first + count)]

    def backwards(self) -> Series:
        """The same values from the last to the first."""
        last = self.upper - 1
        return replace(self, lower=ZERO, upper=self.count, at=lambda path, k: self.at(path, last - k))

    def numbered(self, start: Poly) -> Series:
        """The values with their numbers."""
        shift = start - self.lower
        return replace(self, at=lambda path, k: (k + shift, self.at(path, k)), factors=())


def distance(start: Poly, stop: Poly) -> Poly:
    """How far it is from one number to another; that to the least of several is the least of those to each."""
    match [*start.terms.items()], [*stop.terms.items()]:
        case _, [((Extremum(kind, args),), 1)]:
            return extremum(kind, [distance(start, a) for a in args])
        case [((Extremum(kind, args),), 1)], _:
            return extremum("min" if kind == "max" else "max", [stop - a for a in args])
    return stop - start


def counted(lower: Poly, upper: Poly, step: Poly = ONE) -> Series:
    """The numbers of range(lower, upper, step)."""
    if step == ONE and any(len(m) > 1 for m in lower.terms):  # such a bound would be no linear condition on the index
        return Series(ZERO, distance(lower, upper), lambda _, k: lower + k)
    if step == ONE:
        return Series(lower, upper, lambda _, k: k)
    return Series(ZERO, steps(lower, upper, step), lambda _, k: lower + step * k)


def listed(items: Sequence[Any]) -> Series:
    """Values that are written down."""

    def at(_: Path, k: Poly) -> Any:
        assert k.integer is not None
        return items[k.integer]

    return Series(ZERO, Poly.of(len(items)), at, is_listed=True)


def zipped(series: Sequence[Series]) -> Series:
    """The tuples of values at the same place, as many as the shortest has."""
    if not series:
        return listed([])
    starts = [s.lower for s in series]
    return Series(
        ZERO,
        extremum("min", [s.count for s in series]),
        lambda path, k: tuple(s.at(path, k + start) for s, start in zip(series, starts, strict=True)),
        is_listed=any(s.is_listed for s in series),
    )


def product(series: Sequence[Series]) -> Series:
    """All tuples of one value of each, the last running fastest."""
    flat = [f for s in series for f in (s.factors or (s,))]
    shape = [len(s.factors) if s.factors else 1 for s in series]

    def grouped(_: Path, __: Poly) -> Any:
        raise AssertionError(shape)

    return Series(ZERO, ZERO, grouped, factors=tuple(flat))
