"""What equality for all values of the other tensors says of the entries of some tensors.

Where the difference is linear in these tensors together, every output index and every product
of the other tensors' entries gives one linear equation among their entries: a row. Terms
without any of them count as multiples of the number 1. Rows with one entry say that it is 0,
rows with two that one is a multiple of the other; longer ones are kept as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from itertools import combinations

import islpy as isl

from symconv.algebra.atoms import names as atom_names
from symconv.algebra.polynomials import ONE, Inverse, Poly
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece
from symconv.kernel.decide import Difference
from symconv.kernel.terms import Atom, TensorAtom
from symconv.limits import MAX_LISTED_POINTS, MAX_ROW_PIECES

_SET = isl.dim_type.set
NUMBER = 0

Entry = tuple[int, ...]
Ratio = int | Fraction


@dataclass(frozen=True)
class Unknowns:
    """The tensors whose entries rows relate.

    An entry's coordinates are a tag and an index, filled up with zeros. Tag 0 is the number 1,
    tag t > 0 the t-th of `atoms`: the tensors, each complex one followed by its conjugate. The
    tags after these are `numbers`, which sizes give: what follows whatever they are, follows.
    """

    atoms: tuple[TensorAtom, ...]
    shapes: tuple[tuple[Poly, ...], ...]
    numbers: tuple[Poly, ...] = ()

    @staticmethod
    def of(tensors: Iterable[tuple[TensorAtom, tuple[Poly, ...]]]) -> Unknowns:
        """The unknowns that are all entries of the tensors, given with their shapes."""
        both = [(a, shape) for atom, shape in tensors for a in dict.fromkeys((atom, atom.conjugate()))]
        return Unknowns(tuple(a for a, _ in both), tuple(shape for _, shape in both))

    @property
    def width(self) -> int:
        """The number of coordinates of an entry."""
        return 1 + max(map(len, self.shapes), default=0)

    @property
    def is_complex(self) -> bool:
        """Whether conjugates occur."""
        return any(a.is_complex for a in self.atoms)

    def tag(self, atom: Atom) -> int | None:
        """The tag of a tensor's entries; None for other atoms."""
        return self.atoms.index(atom) + 1 if atom in self.atoms else None

    def conjugate(self, tag: int) -> int:
        """The tag of the conjugates."""
        if not 0 < tag <= len(self.atoms):
            return tag
        return self.atoms.index(self.atoms[tag - 1].conjugate()) + 1

    def number(self, coefficient: Poly) -> tuple[int, Poly]:
        """The tag of a number and what it is a multiple by: of the number 1, where it is of none that are named."""
        for tag, number in enumerate(self.numbers, len(self.atoms) + 1):
            ratio = ratio_of(coefficient, number)
            if ratio is not None:
                return tag, Poly.of(ratio)
        return NUMBER, coefficient


def ratio_of(one: Poly, other: Poly) -> Ratio | None:
    """The rational multiple of another polynomial that a polynomial is."""
    monomial = next(iter(other.terms))
    value, unit = one.terms.get(monomial, 0), other.terms[monomial]
    if not value or not isinstance(value, (int, Fraction)) or not isinstance(unit, (int, Fraction)):
        return None
    ratio = _quotient(value, unit)
    return ratio if one == other.scaled(ratio) else None


@dataclass(frozen=True)
class Long:
    """Rows that are not short: from (sizes, the rest of a row) to entries, each part with its coefficient."""

    parts: tuple[tuple[Ratio, isl.Map], ...]

    @property
    def domain(self) -> isl.Set:
        """The rows."""
        made = self.parts[0][1].domain()
        for _, part in self.parts[1:]:
            made = made.union(part.domain())
        return made

    def within(self, rows: isl.Set) -> Long:
        """Some of the rows."""
        return Long(tuple((c, part.intersect_domain(rows)) for c, part in self.parts))

    def at(self, point: isl.Set) -> Long:
        """The rows at some sizes."""
        return self.within(presburger.extended(point, self.domain.dim(_SET) - point.dim(_SET)))


@dataclass(frozen=True)
class Rows:
    """Over (sizes, e): entries that are 0; over (sizes, e, e'): entries with K[e] = ratio · K[e']; and long rows."""

    unknowns: Unknowns
    sizes: tuple[str, ...]
    allowed: isl.Set
    zero: isl.Set
    pairs: Mapping[Ratio, isl.Set]
    long: tuple[Long, ...]

    def at(self, point: isl.Set) -> Rows:
        """The same at some sizes only."""
        n = len(self.sizes)

        def cut(made: isl.Set) -> isl.Set:
            return made.intersect(presburger.extended(point, made.dim(_SET) - n))

        pairs = {ratio: cut(made) for ratio, made in self.pairs.items()}
        long = tuple(made.at(point) for made in self.long)
        kept = tuple(made for made in long if not made.domain.is_empty())
        return Rows(self.unknowns, self.sizes, self.allowed.intersect(point), cut(self.zero), pairs, kept)

    def united(self, other: Rows) -> Rows:
        """All rows of both, which are about the same unknowns at the same sizes."""
        pairs = dict(self.pairs)
        for ratio, made in other.pairs.items():
            pairs[ratio] = united(pairs[ratio], made) if ratio in pairs else made
        zero = _with_conflicts(united(self.zero, other.zero), pairs)
        return replace(self, zero=zero, pairs=pairs, long=(*self.long, *other.long)).at(other.allowed)

    @cached_property
    def is_short(self) -> bool:
        """Whether there are no long rows."""
        return not self.long

    @cached_property
    def contradictory(self) -> isl.Set:
        """The sizes at which the rows say that 1 is 0."""
        number = presburger.fixed(self.zero, len(self.sizes), [NUMBER])
        return presburger.projected(number, len(self.sizes))

    def equations(self) -> Iterator[dict[Entry, Ratio]]:
        """The rows one by one, at sizes that are given; raises `Undecided` where they are too many.

        Pairs stand in both orders, of which one is enough.
        """
        n, width = len(self.sizes), self.unknowns.width
        for point in presburger.each_point(self.zero.project_out(_SET, 0, n), MAX_LISTED_POINTS):
            yield {point: 1}
        for ratio, made in self.pairs.items():
            if abs(Fraction(ratio)) < 1:
                continue
            half = made.intersect(later(n, width)) if ratio == 1 else made
            for point in presburger.each_point(half.project_out(_SET, 0, n), MAX_LISTED_POINTS):
                first, second = point[:width], point[width:]
                yield {first: 1, second: -ratio} if first != second else {first: 1 - ratio}
        for long in self.long:
            found: dict[Entry, dict[Entry, Ratio]] = {}
            for coefficient, part in long.parts:
                for point in presburger.each_point(presburger.as_set(part).project_out(_SET, 0, n), MAX_LISTED_POINTS):
                    row = found.setdefault(point[:-width], {})
                    row[point[-width:]] = row.get(point[-width:], 0) + coefficient
            yield from found.values()


def united(first: isl.Set, second: isl.Set) -> isl.Set:
    """The union, in as few parts as is cheap."""
    return first if second.is_subset(first) else first.union(second).coalesce()


def typical(sizes: Sequence[str], allowed: isl.Set, least: int, inside: Collection[str] = ()) -> isl.Set:
    """One choice of sizes that are not special: no less than `least` where that is allowed.

    Those `inside` a size, as r in 2·r + 1, may be one less, so that what they make is not large beside the others.
    """
    large = [Compare(Poly.name(s) - least + (s in inside), ">=") for s in sizes]
    chosen = allowed.intersect(presburger.points(sizes, large))
    chosen = allowed if chosen.is_empty() else chosen
    point = presburger.smallest(chosen, len(sizes))
    return presburger.empty(len(sizes)) if point is None else presburger.point_set(point)


def is_linear(found: Difference, unknowns: Unknowns) -> bool:
    """Whether a difference is exact and no product in it has two entries of the unknowns."""
    keys = [key for key, cells in found.cells.items() if cells]
    return found.is_exact and all(
        all(isinstance(a, TensorAtom) for a in key) and sum(unknowns.tag(a) is not None for a in key) <= 1
        for key in keys
    )


def rows(found: Difference, unknowns: Unknowns, point: isl.Set | None = None) -> Rows | None:
    """The rows of a difference, or those at some sizes; None where it is not linear in the unknowns together."""
    frame = found.frame
    n = frame.n_sizes + frame.n_parameters
    if not is_linear(found, unknowns):
        return None
    groups: dict[tuple[Atom, ...], list[tuple[tuple[Atom, ...], int | None, Piece]]] = {}
    for key, parts in found.pieces.items():
        if not found.cells[key]:
            continue
        slot = next((k for k, atom in enumerate(key) if unknowns.tag(atom) is not None), None)
        others = tuple(a for a in key if unknowns.tag(a) is None)
        added = _added_up(parts if point is None else _at(parts, point))
        if added:
            groups.setdefault(others, []).extend((key, slot, part) for part in added)
    made = _Collected(n, unknowns.width)
    for group in groups.values():
        if len(group) == 1:
            group = [(key, slot, _divided(part, found)) for key, slot, part in group]
        tags = [NUMBER if slot is None else unknowns.tag(key[slot]) or NUMBER for key, slot, _ in group]
        own = [part.coefficient for _, _, part in group]
        coefficients = _constants(own, frame.names, frame.n_sizes)
        if coefficients is None and unknowns.numbers:
            named = [unknowns.number(c) if tag == NUMBER else (tag, c) for tag, c in zip(tags, own, strict=True)]
            tags, own = [tag for tag, _ in named], [c for _, c in named]
            coefficients = _constants(own, frame.names, frame.n_sizes)
        if coefficients is None or len(group) > MAX_ROW_PIECES:
            return None
        for conjugate in (False, True)[: 1 + unknowns.is_complex]:
            relations = []
            for (key, slot, part), tag in zip(group, tags, strict=True):
                shown = unknowns.conjugate(tag) if conjugate else tag
                arities, n_names = found.arities[key], len(frame.names)
                relations.append(_relation(part.domain, slot, arities, n_names, shown, unknowns.width))
            made.add(relations, coefficients)
    pairs = made.symmetric()
    zero = _with_conflicts(made.zero.coalesce(), pairs)
    allowed = frame.sizes if point is None else frame.sizes.intersect(point)
    return Rows(unknowns, frame.names[:n], allowed, zero, pairs, tuple(made.long))


def _divided(part: Piece, found: Difference) -> Piece:
    """A piece divided by its coefficient, where that is the same for all entries of a row, and not 0."""
    cells = [c for some in found.cells.values() for c in some]
    if len(cells) != 1 or not cells[0].is_nonzero or not part.coefficient.names <= {*found.frame.names}:
        return part
    return Piece(part.domain.intersect(cells[0].domain), ONE)


def _at(pieces: Sequence[Piece], point: isl.Set) -> list[Piece]:
    """The pieces at some sizes, without empty ones."""
    extra = [p.domain.dim(_SET) - point.dim(_SET) for p in pieces]
    cut = [p.domain.intersect(presburger.extended(point, k)) for p, k in zip(pieces, extra, strict=True)]
    return [replace(p, domain=d) for p, d in zip(pieces, cut, strict=True) if not d.is_empty()]


def _with_conflicts(zero: isl.Set, pairs: Mapping[Ratio, isl.Set]) -> isl.Set:
    """The entries that are 0, also those that are two different multiples of the same one."""
    for first, second in combinations(pairs.values(), 2):
        both = first.intersect(second)
        if not both.is_empty():
            zero = united(zero, presburger.projected(both, zero.dim(_SET)).coalesce())
    return zero


def _constants(coefficients: Sequence[Poly], names: Sequence[str], n_sizes: int) -> list[Ratio] | None:
    """The coefficients of rows up to a factor that is the same all along a row, and not 0: of sizes and inverses."""
    found = [c.constant for c in coefficients]
    if None not in found:
        return [c for c in found if c is not None]
    monomials = {m for c in coefficients for m in c.terms}
    (first, *more) = monomials
    positive, rows = {*names[:n_sizes]}, {*names}
    if more or not all(
        a in positive or (isinstance(a, Inverse) and atom_names(a) <= rows) or not atom_names(a) for a in first
    ):
        return None
    return [c.terms[first] for c in coefficients]


def _added_up(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with those on equal sets added up, without those that come to 0."""
    made: list[Piece] = []
    for piece in pieces:
        same = next((i for i, other in enumerate(made) if piece.domain.is_equal(other.domain)), None)
        if same is None:
            made.append(piece)
        else:
            made[same] = Piece(piece.domain, made[same].coefficient + piece.coefficient)
    return [piece for piece in made if not piece.coefficient.is_zero()]


def _relation(domain: isl.Set, slot: int | None, arities: Sequence[int], n_names: int, tag: int, width: int) -> isl.Map:
    """From rows (names, indices of the other entries) to the unknown entry."""
    start = n_names + sum(arities[:slot]) if slot is not None else 0
    own = list(range(start, start + arities[slot])) if slot is not None else []
    rest = [i for i in range(n_names + sum(arities)) if i not in own]
    made = presburger.reordered(domain, [*rest, *own])
    made = presburger.inserted(made, len(rest), [tag])
    made = presburger.inserted(made, len(rest) + 1 + len(own), [0] * (width - 1 - len(own)))
    return presburger.as_relation(made, len(rest))


class _Collected:
    """Short rows and long ones, as groups of rows come in."""

    def __init__(self, n: int, width: int) -> None:
        self.n, self.width = n, width
        self.zero = presburger.empty(n + width)
        self.pairs: dict[Ratio, isl.Set] = {}
        self.long: list[Long] = []

    def add(self, relations: Sequence[isl.Map], coefficients: Sequence[Ratio], first: int = 0) -> None:
        """Add the rows of one product of other entries; long ones are compared with their neighbours."""
        single = [r.lexmin().intersect(r.lexmax()) for r in relations]
        domains = [s.domain() for s in single]
        several = [r.domain().subtract(d) for r, d in zip(relations, domains, strict=True)]
        left = _union([r.domain() for r in relations])
        for i, relation in enumerate(single):
            alone = self._only(domains, several, {i})
            if not alone.is_empty():  # either way
                self.zero = self.zero.union(_over_sizes(relation.intersect_domain(alone), self.n))
                left = left.subtract(alone)
        for i, j in combinations(range(len(single)), 2):
            both = self._only(domains, several, {i, j})
            if both.is_empty():
                continue
            left = left.subtract(both)
            pairs = _over_sizes(single[i].flat_range_product(single[j]).intersect_domain(both), self.n)
            ratio = _quotient(-coefficients[j], coefficients[i])
            if ratio != 1:
                self.zero = self.zero.union(diagonal_of(pairs, self.n))
            self.pairs[ratio] = self.pairs[ratio].union(pairs) if ratio in self.pairs else pairs
        if not left.is_empty():
            self.long.append(Long(tuple(zip(coefficients, relations, strict=True))).within(left.coalesce()))
            for place in range(self.n + first, relations[0].dim(isl.dim_type.in_)):
                self._add_differences(relations, coefficients, place)

    def _add_differences(self, relations: Sequence[isl.Map], coefficients: Sequence[Ratio], place: int) -> None:
        """Add what rows do not have in common with those before them: of cumsum(x) == 0 that is one entry."""
        rows = _union([r.domain() for r in relations])
        names = [f"r{i}" for i in range(rows.dim(_SET))]
        before = [Poly.name(name) - (i == place) for i, name in enumerate(names)]
        both = rows.intersect(presburger.preimage(rows, names, before))
        changes: list[tuple[Ratio, isl.Map]] = []
        for coefficient, relation in zip(coefficients, relations, strict=True):
            moved = _moved(relation, names, before)
            changes += [(coefficient, relation.subtract(moved)), (-coefficient, moved.subtract(relation))]
        parts = disjoint([(c, change.intersect_domain(both)) for c, change in changes])
        if parts:
            self.add([r for _, r in parts], [c for c, _ in parts], place - self.n + 1)

    @staticmethod
    def _only(domains: Sequence[isl.Set], several: Sequence[isl.Set], chosen: set[int]) -> isl.Set:
        """The rows with one entry in each of the chosen relations and none in the others."""
        first, *rest = sorted(chosen)
        made = domains[first]
        for k in rest:
            made = made.intersect(domains[k])
        for k, (one, more) in enumerate(zip(domains, several, strict=True)):
            made = made.subtract(more) if k in chosen else made.subtract(one).subtract(more)
        return made

    def symmetric(self) -> dict[Ratio, isl.Set]:
        """The pairs in both orders, by ratio."""
        made: dict[Ratio, isl.Set] = {}
        for ratio, pairs in self.pairs.items():
            for r, found in ((ratio, pairs), (_quotient(1, ratio), swapped(pairs, self.n, self.width))):
                made[r] = united(made[r].coalesce(), found.coalesce()) if r in made else found.coalesce()
        return made


def _quotient(above: Ratio, below: Ratio) -> Ratio:
    made = Fraction(above) / below
    return made.numerator if made.denominator == 1 else made


def _moved(relation: isl.Map, names: Sequence[str], rows: Sequence[Poly]) -> isl.Map:
    """From rows to the entries of other rows."""
    entry = [f"e{i}" for i in range(relation.dim(isl.dim_type.out))]
    made = presburger.preimage(presburger.as_set(relation), [*names, *entry], [*rows, *map(Poly.name, entry)])
    return presburger.as_relation(made, len(names))


def disjoint(parts: Iterable[tuple[Ratio, isl.Map]]) -> list[tuple[Ratio, isl.Map]]:
    """The parts with coefficients added up where they overlap."""
    made: list[tuple[Ratio, isl.Map]] = []
    for coefficient, part in parts:
        cut: list[tuple[Ratio, isl.Map]] = []
        for other, old in made:
            common, part = old.intersect(part), part.subtract(old)
            cut += [(other, old.subtract(common)), (other + coefficient, common)]
        made = [(c, r) for c, r in (*cut, (coefficient, part)) if c and not r.is_empty()]
    return made


def _union(sets: Sequence[isl.Set]) -> isl.Set:
    return reduce(isl.Set.union, sets)


def _over_sizes(relation: isl.Map, n: int) -> isl.Set:
    made = presburger.as_set(relation)
    return made.project_out(_SET, n, relation.dim(isl.dim_type.in_) - n)


def swapped(pairs: isl.Set, n: int, width: int) -> isl.Set:
    """The pairs (e', e)."""
    return presburger.reordered(pairs, [*range(n), *range(n + width, n + 2 * width), *range(n, n + width)])


def diagonal(n: int, width: int) -> isl.Set:
    """The pairs (e, e)."""
    names = [f"a{i}" for i in range(n + 2 * width)]
    equal = [Compare(Poly.name(names[n + i]) - Poly.name(names[n + width + i]), "==") for i in range(width)]
    return presburger.points(names, equal)


def later(n: int, width: int) -> isl.Set:
    """The pairs (e, e') with e after e'."""
    names = [f"a{i}" for i in range(n + 2 * width)]
    gaps = [Poly.name(names[n + i]) - Poly.name(names[n + width + i]) for i in range(width)]
    made = presburger.empty(len(names))
    for k, gap in enumerate(gaps):
        equal = [Compare(before, "==") for before in gaps[:k]]
        made = made.union(presburger.points(names, [*equal, Compare(gap - 1, ">=")]))
    return made


def diagonal_of(pairs: isl.Set, n: int) -> isl.Set:
    """The entries that are paired with themselves."""
    width = (pairs.dim(_SET) - n) // 2
    return presburger.projected(pairs.intersect(diagonal(n, width)), n + width)
