"""At which sizes rows follow from other rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.kernel import presburger
from symconv.kernel.rows import Long, Ratio, Rows, diagonal, later, swapped, united
from symconv.limits import MAX_PAIRED_PARTS, check_time

_SET = isl.dim_type.set


def not_implied(known: Rows, wanted: Rows) -> isl.Set:
    """The sizes at which some wanted row is not seen to follow from the known ones."""
    given = _Given(known)
    failing = given.not_zero(_new(known, wanted.zero, known.zero))
    for ratio, pairs in wanted.pairs.items():
        old = known.pairs.get(ratio)
        failing = failing.union(given.not_paired(ratio, _new(known, pairs, old)))
    for long in wanted.long:
        failing = failing.union(given.not_matched(long.at(known.allowed)))
    return failing.subtract(known.contradictory).coalesce()


def _new(known: Rows, wanted: isl.Set, old: isl.Set | None) -> isl.Set:
    rest = wanted if old is None else wanted.subtract(old)
    return rest.intersect(presburger.extended(known.allowed, wanted.dim(_SET) - len(known.sizes)))


class _Given:
    """The known rows, and what follows from them, computed once it is needed."""

    def __init__(self, known: Rows) -> None:
        self.known = known
        self.n, self.width = len(known.sizes), known.unknowns.width

    @cached_property
    def zero(self) -> isl.Set:
        """The entries that are 0, by a row of their own or by one link to such an entry."""
        zero = self.known.zero
        for pairs in self.known.pairs.values():
            reached = presburger.extended(self.known.zero, self.width).intersect(pairs)
            zero = united(zero, reached.project_out(_SET, self.n, self.width))
        return zero

    @cached_property
    def linked(self) -> isl.Set:
        """The entries that are multiples of one another, by one link or two."""
        linked = presburger.empty(self.n + 2 * self.width)
        for pairs in self.known.pairs.values():
            linked = united(linked, pairs)
        return united(linked, self._joined(linked, linked).coalesce())

    @cached_property
    def equal(self) -> isl.Set:
        """The entries that are equal, by one link or two."""
        pairs = self.known.pairs
        equal = pairs.get(1, presburger.empty(self.n + 2 * self.width))
        for first, second in product(pairs, pairs):
            if first * second == 1:
                equal = united(equal, self._joined(pairs[first], pairs[second]))
        return equal.coalesce()

    def _joined(self, first: isl.Set, second: isl.Set) -> isl.Set:
        """The (e, e'') with (e, e') in the first and (e', e'') in the second."""
        wide = presburger.extended(first, self.width).intersect(second.insert_dims(_SET, self.n, self.width))
        return wide.project_out(_SET, self.n + self.width, self.width)

    def _over_sizes(self, made: isl.Set) -> isl.Set:
        return presburger.projected(made, self.n)

    def not_zero(self, wanted: isl.Set) -> isl.Set:
        """The sizes at which some of the entries is not linked to a zero entry by steps in one direction.

        If every entry is a multiple of one that comes later (or earlier) and that is wanted too,
        or 0, then all are 0, since there are finitely many.
        """
        rest = wanted if wanted.is_empty() else wanted.subtract(self.zero)
        failing = self._over_sizes(rest)
        if failing.is_empty() or not self.known.pairs:  # quicker
            return failing
        names = self._names("y", 1)
        ends = rest.union(self.zero)
        for steps in _directions(self.width - 1):
            left = rest
            for step in steps:
                check_time()
                if left.is_empty():  # quicker
                    break
                moved = self._moved(names, step)
                graph = presburger.preimage(self.linked, names, [*map(Poly.name, names), *moved])
                stays = presburger.preimage(ends, names, [*map(Poly.name, names[: self.n]), *moved])
                left = left.subtract(graph.intersect(stays))
            failing = failing.intersect(self._over_sizes(left)).coalesce()
            if failing.is_empty():  # quicker
                break
        return failing

    def not_paired(self, ratio: Ratio, wanted: isl.Set) -> isl.Set:
        """The sizes at which K[e] = ratio · K[e'] is not known for all wanted pairs.

        If e can be replaced by an equal entry that comes earlier (or later) such that the new pair
        is wanted as well, or known, then all are known, since there are finitely many. Wanted pairs
        come in both orders, of which one is enough.
        """
        rest = wanted
        if rest.is_empty():
            return self._over_sizes(rest)
        zero = presburger.extended(self.zero, self.width)
        rest = rest.subtract(zero.intersect(self.zero.insert_dims(_SET, self.n, self.width)))
        same = diagonal(self.n, self.width)
        rest = rest.subtract(same if ratio == 1 else same.intersect(zero))
        pairs = self.known.pairs
        if not rest.is_empty():  # quicker
            for first, second in product(pairs, pairs):
                if Fraction(first) * second == ratio:
                    rest = rest.subtract(self._joined(pairs[first], pairs[second]))
        failing = self._over_sizes(rest)
        if failing.is_empty():  # quicker
            return failing
        names = self._names("y", 2)
        every = list(map(Poly.name, names))
        ends = wanted.union(pairs[ratio]) if ratio in pairs else wanted
        ends = ends.union(same) if ratio == 1 else ends
        half = later(self.n, self.width)
        halves = (swapped(half, self.n, self.width), half) if abs(ratio) == 1 else (None, None)
        for steps, other in zip(_directions(self.width - 1), halves, strict=True):
            left = rest if other is None else rest.subtract(other)
            for step in steps:
                check_time()
                if left.is_empty():  # quicker
                    break
                moved = self._moved(names, step)
                graph = presburger.preimage(self.equal, names, [*every[: self.n + self.width], *moved])
                stays = presburger.preimage(ends, names, [*every[: self.n], *moved, *every[self.n + self.width :]])
                left = left.subtract(graph.intersect(stays))
            failing = failing.intersect(self._over_sizes(left)).coalesce()
            if failing.is_empty():  # quicker
                break
        return failing

    def _names(self, letter: str, entries: int) -> list[str]:
        return [f"{letter}{i}" for i in range(self.n + entries * self.width)]

    def _moved(self, names: list[str], step: tuple[int, ...]) -> list[Poly]:
        """The first entry one step further."""
        own = names[self.n : self.n + self.width]
        return [Poly.name(name) + s for name, s in zip(own, (0, *step), strict=True)]

    def not_matched(self, wanted: Long) -> isl.Set:
        """The sizes at which some of the long rows is neither a multiple of a known one nor of zeros only."""
        rest = presburger.empty(wanted.domain.dim(_SET))
        for _, part in wanted.parts:
            entries = presburger.as_set(part)
            extra = part.dim(isl.dim_type.in_) - self.n
            rest = rest.union(
                presburger.projected(
                    entries.subtract(self.known.zero.insert_dims(_SET, self.n, extra)), entries.dim(_SET) - self.width
                )
            )
        for long in self.known.long:
            if rest.is_empty():  # quicker
                break
            rest = rest.subtract(self._matched(wanted, long))
        if len(wanted.parts) <= MAX_PAIRED_PARTS:
            rest = rest.subtract(self._cancelled(rest, wanted.parts))
        return self._over_sizes(rest)

    def _cancelled(self, rows: isl.Set, parts: Sequence[tuple[Ratio, isl.Map]]) -> isl.Set:
        """The rows whose entries, one of each part, cancel in pairs of equal ones."""
        check_time()
        if rows.is_empty() or not parts:
            return rows
        (coefficient, first), *others = parts
        if not first.is_single_valued():
            return presburger.empty(rows.dim(_SET))
        cancelled = self._cancelled(rows.subtract(_rows_with(first)), others)
        for k, (opposite, other) in enumerate(others):
            if opposite == -coefficient and other.is_single_valued():
                met = rows.intersect(self._meeting(first, other))
                cancelled = cancelled.union(self._cancelled(met, [*others[:k], *others[k + 1 :]]))
        return cancelled

    def _meeting(self, first: isl.Map, second: isl.Map) -> isl.Set:
        """The rows in which both have an entry, and equal ones."""
        extra = first.dim(isl.dim_type.in_) - self.n
        one = presburger.extended(presburger.as_set(first), self.width)
        other = presburger.as_set(second).insert_dims(_SET, self.n + extra, self.width)
        equal = self.equal.union(diagonal(self.n, self.width)).insert_dims(_SET, self.n, extra)
        return presburger.projected(one.intersect(other).intersect(equal), self.n + extra)

    def _matched(self, wanted: Long, known: Long) -> isl.Set:
        """The wanted rows that are a multiple of one of the known."""
        mine, theirs = _by_coefficient(wanted), _by_coefficient(known)
        made = presburger.empty(wanted.domain.dim(_SET))
        if mine is None or theirs is None or len(mine) != len(theirs):
            return made
        first = next(iter(mine))
        for scale in {Fraction(first) / c for c in theirs}:
            if {scale * c for c in theirs} == set(mine):
                pairs = [(mine[scale * c], part) for c, part in theirs.items()]
                made = made.union(self._equal_rows(pairs, wanted.domain, known.domain))
        return made

    def _equal_rows(self, pairs: list[tuple[isl.Map, isl.Map]], mine: isl.Set, theirs: isl.Set) -> isl.Set:
        """The rows of the first relations for which a row of the second ones has the very same entries."""
        n, a, b = self.n, mine.dim(_SET) - self.n, theirs.dim(_SET) - self.n
        rows = presburger.extended(mine, b).intersect(theirs.insert_dims(_SET, n, a))
        for first, second in pairs:
            check_time()
            one = presburger.as_set(first).insert_dims(_SET, n + a, b)
            other = presburger.as_set(second).insert_dims(_SET, n, a)
            both = presburger.extended(rows, self.width)
            unequal = one.subtract(other).union(other.subtract(one)).intersect(both)
            rows = rows.subtract(presburger.projected(unequal, n + a + b))
        return presburger.projected(rows, n + a)


def _rows_with(part: isl.Map) -> isl.Set:
    return presburger.projected(presburger.as_set(part), part.dim(isl.dim_type.in_))


def _by_coefficient(long: Long) -> dict[Ratio, isl.Map] | None:
    """The parts by their coefficient; None where two of the same coefficient overlap."""
    made: dict[Ratio, isl.Map] = {}
    for coefficient, part in long.parts:
        if coefficient in made:
            if not made[coefficient].intersect(part).is_empty():
                return None
            part = made[coefficient].union(part)
        made[coefficient] = part
    return {c: part for c, part in made.items() if not part.is_empty()}


def _directions(axes: int) -> Iterator[list[tuple[int, ...]]]:
    """Short steps along the axes and diagonals, all towards earlier entries, then all towards later ones."""
    along = [{k: d} for k in range(axes) for d in (1, 2)]
    along += [{k: 1, j: d} for k, j in combinations(range(axes), 2) for d in (1, -1)]
    for sign in (-1, 1):
        yield [tuple(sign * step.get(i, 0) for i in range(axes)) for step in along]
