"""Deciding whether two formulas are equal for all sizes, indices and tensors.

The difference is collected by products of entries. It vanishes exactly if every coefficient
function does; where one doesn't, its points are candidates for a counterexample, smallest
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice

import islpy as isl

from symconv.algebra.polynomials import Floor, Monomial, Poly
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula
from symconv.kernel import presburger, quotients, symmetry
from symconv.kernel.coefficients import Piece, eliminated, flat, piece, slot_names
from symconv.kernel.context import Context, Frame
from symconv.kernel.presburger import Undecided
from symconv.kernel.roots import joined
from symconv.kernel.symbolic_products import products
from symconv.kernel.tables import added_up
from symconv.kernel.terms import Atom, CallAtom, TableAtom, Term, expand, sorted_slots, without_alike
from symconv.kernel.uninterpreted import unified
from symconv.kernel.vanishing import by_residues, nonzero_part, slab
from symconv.limits import MAX_WITNESSES, MAX_WRITTEN_TERMS, check_time


@dataclass(frozen=True)
class Witness:
    """A point at which one product of entries has a non-zero coefficient."""

    values: Mapping[str, int]
    entries: tuple[tuple[Atom, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Difference:
    """Coefficient functions of left − right: as a sum of pieces, and where they are not 0, in disjoint cells."""

    frame: Frame
    pieces: Mapping[tuple[Atom, ...], tuple[Piece, ...]]
    cells: Mapping[tuple[Atom, ...], tuple[Piece, ...]]
    arities: Mapping[tuple[Atom, ...], tuple[int, ...]]

    def visible(self, key: tuple[Atom, ...]) -> list[str]:
        """The names of a cell's coordinates."""
        return _visible(self.frame, self.arities[key])

    @property
    def is_zero(self) -> bool:
        """Whether the difference vanishes: a proof of equality."""
        return not any(self.cells.values())

    @property
    def is_exact(self) -> bool:
        """Whether every point of a cell is one where the sides differ."""
        return self.frame.complete

    @property
    def is_nonzero(self) -> bool:
        """Whether no coefficient vanishes inside its cell."""
        return all(c.is_nonzero for cells in self.cells.values() for c in cells)

    def witnesses(self) -> Iterator[Witness]:
        """Points with a non-zero coefficient, in order of size."""
        remaining = {key: list(cells) for key, cells in self.cells.items()}
        frame = self.frame
        for _ in range(MAX_WITNESSES):
            check_time()
            best: tuple[tuple[int, ...], tuple[Atom, ...], tuple[int, ...]] | None = None
            for key, cells in remaining.items():
                point = presburger.smallest(_union(cells), frame.n_sizes, frame.n_parameters) if cells else None
                if point is None:
                    continue
                order = self._order(key, point)
                if best is None or order < best[0]:
                    best = (order, key, point)
            if best is None:
                return
            _, key, point = best
            one = presburger.point_set(point)
            at = next(i for i, c in enumerate(remaining[key]) if not c.domain.intersect(one).is_empty())
            cell, visible = remaining[key][at], self.visible(key)
            named = dict(zip(visible, point, strict=True))
            if cell.coefficient.substitute({n: Poly.of(v) for n, v in named.items()}).is_zero():
                remaining[key][at] = replace(cell, domain=cell.domain.subtract(slab(named, cell.coefficient)))
                continue
            yield Witness({n: named[n] for n in frame.names}, self.entries(key, point))
            remaining[key] = [replace(c, domain=c.domain.subtract(one)) for c in remaining[key]]

    def _order(self, key: tuple[Atom, ...], point: tuple[int, ...]) -> tuple[int, ...]:
        frame = self.frame
        sizes = point[: frame.n_sizes]
        parameters = point[frame.n_sizes : frame.n_sizes + frame.n_parameters]
        support = len(set(self.entries(key, point)))
        rest = point[frame.n_sizes + frame.n_parameters :]
        index, entries = rest[: len(frame.names) - frame.n_sizes - frame.n_parameters], rest[len(frame.names) :]
        return (sum(sizes), sum(map(abs, parameters)), *sizes, *parameters, *index, support, *entries)

    def entries(self, key: tuple[Atom, ...], point: Sequence[int]) -> tuple[tuple[Atom, tuple[int, ...]], ...]:
        """The entries whose product a point of a cell stands for."""
        at, found = len(self.frame.names), []
        for atom, arity in zip(key, self.arities[key], strict=True):
            found.append((atom, tuple(point[at : at + arity])))
            at += arity
        return tuple(found)

    def sizes_that_differ(self) -> isl.Set:
        """The sizes and parameters at which some coefficient is not zero."""
        found = presburger.empty(self.frame.n)
        for cells in self.cells.values():
            for cell in cells:
                found = found.union(self.frame.over_sizes(cell.domain))
        return found.coalesce()

    def sizes_that_surely_differ(self) -> isl.Set:
        """The sizes and parameters at which some coefficient is not zero, whatever their products are.

        Of a difference with an output index, this is only said where it is exact.
        """
        frame = self.frame
        alike, width = frame.possible, presburger.dimension(frame.possible)
        if not self.is_exact and len(frame.names) > width:
            return presburger.empty(frame.n)
        for key, cells in self.cells.items():
            if not self.is_exact and any(isinstance(atom, CallAtom) for atom in key):
                continue
            for cell in cells:
                if cell.is_nonzero and presburger.dimension(cell.domain) == len(self.visible(key)):
                    alike = alike.subtract(presburger.projected(cell.domain, width))
        return frame.sizes.subtract(frame.over_sizes(alike)).coalesce()


def difference(left: Formula, right: Formula, context: Context) -> Difference:
    """left − right as coefficient functions; raises `Undecided` where they cannot be had."""
    terms = [*expand(left), *(t.negated for t in expand(right))]
    calls = {s.atom for t in terms for s in t.slots if isinstance(s.atom, CallAtom)}
    if len(calls) > 1:  # either way
        terms = _with_equal_calls(terms, context)
    if calls or any(presburger.is_nonlinear(index) for t in terms for s in t.slots for index in s.index):
        terms = without_alike(terms)
    if any(isinstance(s.atom, TableAtom) for t in terms for s in t.slots):
        terms = added_up(terms)
    found = _difference(terms, context)
    if not found.is_zero and any(isinstance(s.atom, TableAtom) for t in terms for s in t.slots):
        written = [t for term in terms for t in islice(_tables_written_out(term), MAX_WRITTEN_TERMS + 1)]
        if len(written) > MAX_WRITTEN_TERMS:
            raise Undecided(f"literal arrays with more than {MAX_WRITTEN_TERMS} entries that make a difference")
        return _difference(written, context)
    return found


def _with_equal_calls(terms: Sequence[Term], context: Context) -> list[Term]:
    """The terms with one call for those whose arguments are equal, entry by entry, wherever they are used."""
    known: list[CallAtom] = []
    made: list[Term] = []
    for term in terms:
        slots = []
        for slot in term.slots:
            if isinstance(slot.atom, CallAtom):
                same = next((k for k in known if _agree(k, slot.atom, slot.index, term, context)), slot.atom)
                known += [] if same in known else [same]
                slot = replace(slot, atom=same)
            slots.append(slot)
        made.append(replace(term, slots=tuple(slots)))
    return made


def _agree(one: CallAtom, other: CallAtom, index: Sequence[Poly], term: Term, context: Context) -> bool:
    """Whether the arguments of two calls are equal at an index in a term."""
    if (one.function, one.arity, one.conjugated) != (other.function, other.arity, other.conjugated) or one == other:
        return one == other
    inner = replace(
        context,
        indices=(*context.indices, *term.bound),
        conditions=(*context.conditions, *term.guards),
    )
    at = {f"${j}": i for j, i in enumerate(index)}
    left, right = ([t.instance(at) for t in call.argument] for call in (one, other))
    try:
        return _difference([*left, *(t.negated for t in right)], inner).is_zero
    except Undecided:
        return False


def _difference(terms: Sequence[Term], context: Context, outer: Frame | None = None) -> Difference:
    """The difference of terms that are added up; the products of an outer frame stay visible."""
    listed: dict[tuple[Atom, ...], list[Term]] = {}
    arities: dict[tuple[Atom, ...], tuple[int, ...]] = {}
    for term in terms:
        slots = sorted_slots(term.slots)
        key = tuple(s.atom for s in slots)
        arities[key] = tuple(len(s.index) for s in slots)
        listed.setdefault(key, []).append(flat(replace(term, slots=slots)))
    frame, listed = _framed(listed, context, outer)
    found: dict[tuple[Atom, ...], list[Term]] = {}
    for key, made in listed.items():
        own = _own(arities[key])
        for term in joined(made, [*frame.names, *own], frame.allowed):
            check_time()
            found.setdefault(key, []).extend(eliminated(term, own, frame.names, frame.allowed))
    extra = {key: _products(made, frame, arities[key]) for key, made in found.items()}
    facts = [c for c in context.conditions if isinstance(c, Compare)]
    facts += [Compare(Poly.name(s) - 1, ">=") for s in context.sizes]
    collected: dict[tuple[Atom, ...], list[Piece]] = {}
    for key, made in found.items():
        visible = [*_visible(frame, arities[key]), *extra[key]]
        monomials = [*frame.monomials, *extra[key].values()]
        collected[key] = [piece(t, visible, frame.allowed, facts, monomials) for t in made]
    if any(extra.values()):
        frame = replace(frame, complete=False)
        if any(isinstance(a, CallAtom) for key in found for a in key):
            raise Undecided("a function with an index that is multiplied by a size")
    compared: list[Difference] = []

    def equal(left: Sequence[Term], right: Sequence[Term], indices: tuple[str, ...]) -> isl.Set:
        where, found = _coincidence(left, right, indices, context, frame)
        compared.append(found)
        return where

    collected, arities = unified(collected, arities, frame.names, equal)
    if not all(c.is_exact for c in compared):
        frame = replace(frame, complete=False)
    surely = all(c.is_nonzero for c in compared) and all(s.is_group for s in context.symmetries.values())
    cells, kept = {}, {}
    for key, parts in collected.items():
        visible = [*_visible(frame, arities[key]), *extra.get(key, ())]
        if context.zeros:
            zeros = symmetry.closed(context.zeros, context.symmetries)
            parts = [symmetry.without_zeros(p, key, arities[key], visible, zeros) for p in parts]
        rest = cancelled(parts)
        if rest and not extra.get(key):
            rest = cancelled(symmetry.averaged(rest, key, arities[key], frame.names, context.symmetries))
        kept[key] = tuple(rest)
        opaque = {**frame.opaque, **extra.get(key, {})}
        split = (c for cell in overlaid(rest) for c in by_residues(cell, visible))
        kept_cells = (nonzero_part(c, visible, opaque) for c in split)
        cells[key] = tuple(replace(c, is_nonzero=c.is_nonzero and surely) for c in kept_cells if c is not None)
    return Difference(frame, kept, cells, arities)


def _framed(
    listed: Mapping[tuple[Atom, ...], list[Term]], context: Context, outer: Frame | None
) -> tuple[Frame, dict[tuple[Atom, ...], list[Term]]]:
    """The visible names, and the terms with their quotients over symbolic divisors split into cases."""
    products, remainders = (list(outer.monomials), dict(outer.remainders)) if outer else ([], {})
    given = frozenset(context.outer)
    if any(quotients.settles(t, given) for terms in listed.values() for t in terms):
        frame = context.frame(products, remainders)
        listed = {
            key: [t for term in terms for t in quotients.settled(term, given, frame.names, frame.allowed)]
            for key, terms in listed.items()
        }
    frame = context.frame([*products, *_opaque(listed.values())], remainders)
    more: dict[str, Floor] = {}
    made = {
        key: [t for term in terms for t in quotients.split(term, frame.names, frame.allowed)]
        for key, terms in listed.items()
    }
    for terms in made.values():
        for i, term in enumerate(terms):
            terms[i], found = quotients.reduced(term, frame.names, given)
            more |= found
    if not more:  # quicker
        return frame, made
    frame = context.frame([*products, *_opaque(made.values())], remainders | more)
    return frame, {
        key: [t for term in terms for t in quotients.split(term, frame.names, frame.allowed)]
        for key, terms in made.items()
    }


def _opaque(listed: Iterable[Iterable[Term]]) -> list[Monomial]:
    """The products and symbolic quotients in the guards of flat terms."""
    guards = (g for terms in listed for t in terms for g in t.guards)
    return [m for g in guards for m in presburger.opaque_monomials(g.poly)]


def _visible(frame: Frame, arities: Sequence[int]) -> list[str]:
    return [*frame.names, *_own(arities)]


def _own(arities: Sequence[int]) -> list[str]:
    """The coordinates of the entries in all slots."""
    return [n for k, arity in enumerate(arities) for n in slot_names(k, arity)]


def _products(terms: Sequence[Term], frame: Frame, arities: Sequence[int]) -> dict[str, Monomial]:
    """The products with an index that occur in eliminated terms, by name."""
    return dict(sorted(products([g for t in terms for g in t.guards], _visible(frame, arities)).items()))


def cancelled(found: Sequence[Piece]) -> list[Piece]:
    """The pieces without empty ones and pairs that cancel; those on the very same domain added up."""
    kept: list[Piece] = []
    for part in found:
        check_time()
        if not part.coefficient or part.domain.is_empty():
            continue
        for i, other in enumerate(kept):
            if (part.coefficient + other.coefficient).is_zero() and part.domain.is_equal(other.domain):
                del kept[i]
                break
            if part.domain.plain_is_equal(other.domain):
                kept[i] = Piece(other.domain, part.coefficient + other.coefficient)
                break
        else:
            kept.append(part)
    return kept


def overlaid(found: Sequence[Piece]) -> list[Piece]:
    """Disjoint pieces with the same sum."""
    cells: list[Piece] = []
    for part in found:
        check_time()
        rest, made = part.domain, []
        for cell in cells:
            common = cell.domain.intersect(rest)
            if common.is_empty():
                made.append(cell)
                continue
            value = cell.coefficient + part.coefficient
            if not value.is_zero():
                made.append(Piece(common, value))
            only = cell.domain.subtract(part.domain)
            if not only.is_empty():
                made.append(Piece(only, cell.coefficient))
            rest = rest.subtract(cell.domain)
        if not rest.is_empty():
            made.append(Piece(rest, part.coefficient))
        cells = made
    return cells


def _union(cells: Sequence[Piece]) -> isl.Set:
    return reduce(isl.Set.union, (cell.domain for cell in cells))


def _coincidence(
    left: Sequence[Term], right: Sequence[Term], indices: tuple[str, ...], context: Context, outer: Frame
) -> tuple[isl.Set, Difference]:
    """Where two arguments of a function are surely equal, over (outer names, indices), and their difference.

    Products of sizes that only the arguments hold are projected away from where they may differ.
    """
    inner = replace(context, indices=(*context.indices, *indices))
    negated = [t.negated for t in right]
    found = _difference([*left, *negated], inner, outer)
    frame = found.frame
    own = [i for i, name in enumerate(frame.names) if name not in outer.names and name not in indices]
    equal = presburger.without(frame.allowed, own)
    for cells in found.cells.values():
        for cell in cells:
            differs = presburger.projected(cell.domain, len(frame.names))
            equal = equal.subtract(presburger.without(differs, own))
    return equal, found


def _tables_written_out(term: Term) -> Iterator[Term]:
    """The term with every literal array replaced by its entries."""
    at = next((k for k, s in enumerate(term.slots) if isinstance(s.atom, TableAtom)), None)
    if at is None:
        yield term
        return
    slot = term.slots[at]
    table = slot.atom
    assert isinstance(table, TableAtom)
    others = term.slots[:at] + term.slots[at + 1 :]
    for position, value in enumerate(table.values):
        if not value:
            continue
        guards, rest = [], position
        for index, size in zip(reversed(slot.index), reversed(table.shape), strict=True):
            guards.append(Compare(index - rest % size, "=="))
            rest //= size
        made = Term(term.coefficient * value, others, term.bound, term.guards).guarded(guards)
        if made is not None:
            yield from _tables_written_out(made)
