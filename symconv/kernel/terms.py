"""The normal form: an entry of any expression as a sum of terms.

    coefficient · T1[f1] · … · Tk[fk]    summed over bound names, where guards hold

`lower` brings an array into this form, with its output index as the names `$0`, `$1`, … (one a
digit); `expand` does it for a formula. Bound names are made fresh wherever terms meet, so that
products and nested sums cannot capture one another's indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations, product
from math import prod
from typing import TypeAlias

from symconv.algebra.atoms import monomial_names
from symconv.algebra.polynomials import ONE, Poly
from symconv.formulas.axis import Index, digits, from_digits, positions
from symconv.formulas.conditions import Compare, extremum_cases, holds, in_range, without_least
from symconv.formulas.language import (
    Array,
    Call,
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    fresh,
)
from symconv.kernel.presburger import Undecided, opaque_monomials
from symconv.limits import MAX_REORDERED, MAX_TERMS, check_time


@dataclass(frozen=True)
class TensorAtom:
    """A named tensor, or its entry-wise conjugate."""

    name: str
    is_complex: bool = False
    conjugated: bool = False

    def conjugate(self) -> TensorAtom:
        """The atom of the conjugate; a real tensor is its own."""
        return replace(self, conjugated=not self.conjugated) if self.is_complex else self


@dataclass(frozen=True)
class TableAtom:
    """A literal array with its entries, row-major."""

    shape: tuple[int, ...]
    values: tuple[Poly, ...]

    def conjugate(self) -> TableAtom:
        """The literal with conjugate entries."""
        return TableAtom(self.shape, tuple(v.conjugate() for v in self.values))


@dataclass(frozen=True)
class CallAtom:
    """An uninterpreted function of an array with the index names $0 … $(arity-1)."""

    function: str
    arity: int
    argument: tuple[Term, ...]
    conjugated: bool = False

    def conjugate(self) -> CallAtom:
        """f is real-valued on reals, so only a complex argument makes a difference."""
        return self if is_real(self.argument) else replace(self, conjugated=not self.conjugated)


Atom: TypeAlias = TensorAtom | TableAtom | CallAtom


@dataclass(frozen=True)
class Slot:
    """One entry of an atom in a term."""

    atom: Atom
    index: tuple[Poly, ...]


@dataclass(frozen=True)
class Term:
    """coefficient · ∏ slots, summed over the integers `bound` for which the guards hold."""

    coefficient: Poly
    slots: tuple[Slot, ...] = ()
    bound: tuple[str, ...] = ()
    guards: tuple[Compare, ...] = ()

    @property
    def negated(self) -> Term:
        """The term times −1."""
        return Term(-self.coefficient, self.slots, self.bound, self.guards)

    def substitute(self, values: Mapping[str, Poly]) -> Term:
        """The term with free names replaced."""
        return Term(
            self.coefficient.substitute(values),
            tuple(Slot(s.atom, tuple(i.substitute(values) for i in s.index)) for s in self.slots),
            self.bound,
            tuple(g.substitute(values) for g in self.guards),
        )

    def instance(self, values: Mapping[str, Poly]) -> Term:
        """The term with free names replaced and its bound names made fresh."""
        names = {name: fresh(name) for name in self.bound}
        renamed = self.substitute({**values, **{old: Poly.name(new) for old, new in names.items()}})
        return Term(renamed.coefficient, renamed.slots, tuple(names.values()), renamed.guards)

    def guarded(self, guards: Iterable[Compare]) -> Term | None:
        """The term with more guards; None where one of them can never hold."""
        kept = dict.fromkeys(self.guards)
        for guard in guards:
            if guard.poly.constant is None:
                kept[guard] = None
            elif not holds(guard, {}):
                return None
        return Term(self.coefficient, self.slots, self.bound, tuple(kept))


def sorted_slots(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """The slots in an order that does not depend on where they stood."""
    return tuple(sorted(slots, key=lambda s: (type(s.atom).__name__, str(s.atom))))


def is_real(terms: Iterable[Term]) -> bool:
    """Whether the terms are their own conjugates, atom by atom."""
    return all(
        t.coefficient == t.coefficient.conjugate() and all(s.atom.conjugate() == s.atom for s in t.slots) for t in terms
    )


def tensor_atoms(terms: Iterable[Term]) -> Iterator[TensorAtom]:
    """The tensors in terms, inside functions too."""
    for atom in (slot.atom for term in terms for slot in term.slots):
        if isinstance(atom, TensorAtom):
            yield atom
        elif isinstance(atom, CallAtom):
            yield from tensor_atoms(atom.argument)


def lower(array: Array) -> tuple[Term, ...]:
    """The terms of an array's entry at the index $0, $1, … (one name a digit), which is inside."""
    return _terms_at(array, from_digits(array.axes, map(Poly.name, _out_names())), True)  # type: ignore[arg-type]


def expand(formula: Formula) -> Sequence[Term]:
    """The terms of a formula, with extrema of indices split into cases; no two terms meet that have bound names alike.

    Terms of another call may have the same bound names.
    """
    match formula:
        case Read(array, index, inside=False):
            return _terms_at(array, index, False)  # type: ignore[arg-type]
    return _terms_of(formula)


@lru_cache(maxsize=256)
def _terms_of(formula: Formula) -> tuple[Term, ...]:
    return tuple(_split(_expand(formula, {})))


@lru_cache(maxsize=256)
def _terms_at(array: Array, index: tuple[Index, ...], inside: bool) -> tuple[Term, ...]:
    """The terms of an array's entry at an index, which perhaps is inside for certain."""
    guards = () if inside else _in_range(digits(array.axes, index))
    return tuple(_split(_entry(array, index, guards, {})))


def _split(terms: Iterable[Term]) -> list[Term]:
    return [case for term in terms for case in _cases(term)]


def _expand(formula: Formula, at: Mapping[str, Poly]) -> list[Term]:
    """The terms of a formula with names replaced."""
    match formula:
        case Scalar(value):
            value = value.substitute(at)
            return [Term(value)] if value else []
        case Plus(summands):
            return [t for part in summands for t in _expand(part, at)]
        case Times(factors):
            expanded = [_expand(f, at) for f in factors]
            size = prod(map(len, expanded))
            if size > MAX_TERMS:
                raise Undecided(f"a product of sums has {size} terms; at most {MAX_TERMS} are multiplied out")
            return [_product(combination) for combination in product(*expanded)]
        case Sum(name, lower_bound, upper, body):
            new = fresh(name)
            index = Poly.name(new)
            bounds = in_range(index, upper.substitute(at), lower_bound.substitute(at))
            terms = _expand(body, {**at, name: index})
            return list(_guarded([Term(t.coefficient, t.slots, (new, *t.bound), t.guards) for t in terms], bounds))
        case When(conditions, body):
            return list(_guarded(_expand(body, at), [c.substitute(at) for c in conditions]))
        case Conj(body):
            return [_conjugate(t) for t in _expand(body, at)]
        case Call(function, body):
            return [_call(function, _split(_expand(body, at)))]
        case Read(array, index):
            places = [(part.substitute(at), size.substitute(at)) for part, size in digits(array.axes, index)]
            guards = _in_range(places)
            if formula.inside:
                guards = [g for g in guards if not _is_product_of_index(g.poly)]
            return _entry(array, from_digits(array.axes, [part for part, _ in places]), guards, at)


def _entry(array: Array, index: tuple[Index, ...], guards: Iterable[Compare], at: Mapping[str, Poly]) -> list[Term]:
    """The terms of an array's entry, where guards hold; in the array, names are replaced."""
    check_time()
    if array.leaf is not None:
        return list(_guarded([Term(ONE, (Slot(array.leaf, positions(array.axes, index)),))], guards))
    return list(_guarded(_expand(array.entry(*index), at), guards))


def _in_range(places: Iterable[tuple[Poly, Poly]]) -> list[Compare]:
    return [bound for part, size in places for bound in in_range(part, size)]


def _is_product_of_index(poly: Poly) -> bool:
    """Whether an index is multiplied or divided by a size: a bound that says so is left out where it follows."""
    return any(is_local(n) for m in opaque_monomials(poly) for n in monomial_names(m))


def is_local(name: str) -> bool:
    """Whether a name is that of an index: bound, or of an output."""
    return "." in name or "$" in name


def _out_names() -> Iterator[str]:
    i = 0
    while True:
        yield f"${i}"
        i += 1


def _guarded(terms: Iterable[Term], guards: Iterable[Compare]) -> Iterator[Term]:
    guards = tuple(guards)
    return (t for term in terms if (t := term.guarded(guards)) is not None)


def _product(terms: tuple[Term, ...]) -> Term:
    result = Term(ONE)
    for t in terms:
        result = Term(
            result.coefficient * t.coefficient,
            result.slots + t.slots,
            result.bound + t.bound,
            tuple(dict.fromkeys(result.guards + t.guards)),
        )
    return result


def _conjugate(term: Term) -> Term:
    slots = tuple(Slot(s.atom.conjugate(), s.index) for s in term.slots)
    return replace(term, coefficient=term.coefficient.conjugate(), slots=slots)


def _call(function: str, argument: list[Term]) -> Term:
    """f(argument) as one entry: the names that are neither sizes nor bound inside become its index."""
    outer: dict[str, None] = {}
    for term in argument:
        polys = [term.coefficient, *(i for s in term.slots for i in s.index), *(g.poly for g in term.guards)]
        for poly in polys:
            for name in sorted(poly.names):
                if name not in term.bound and is_local(name):
                    outer[name] = None
    canonical = dict(zip(outer, (Poly.name(n) for n in _out_names()), strict=False))
    atom = CallAtom(function, len(outer), tuple(_canonical(t.substitute(canonical)) for t in argument))
    return Term(ONE, (Slot(atom, tuple(Poly.name(n) for n in outer)),))


def _canonical(term: Term) -> Term:
    """The term with bound names that do not depend on how it was made."""
    names = {name: f"b.{i}" for i, name in enumerate(term.bound)}
    renamed = term.substitute({old: Poly.name(new) for old, new in names.items()})
    return replace(renamed, bound=tuple(names.values()))


def without_alike(terms: Sequence[Term]) -> list[Term]:
    """The terms without pairs that are each other's negative, whatever their bound names and the order of these."""
    left: dict[tuple[tuple[Slot, ...], frozenset[Compare], int], list[Term]] = {}
    seen: set[tuple[Atom, ...]] = set()
    for term in terms:
        atoms = tuple(s.atom for s in term.slots)
        orders = permutations(term.bound) if len(term.bound) <= MAX_REORDERED else iter((term.bound,))
        for order in orders if atoms in seen else ():
            made = _canonical(replace(term, bound=order))
            key = (made.slots, frozenset(made.guards), len(order))
            other = next((o for o in left.get(key, ()) if _canonical(o).coefficient == -made.coefficient), None)
            if other is not None:
                left[key].remove(other)
                break
        else:
            made = _canonical(term)
            left.setdefault((made.slots, frozenset(made.guards), len(made.bound)), []).append(term)
            seen.add(atoms)
    return [t for some in left.values() for t in some]


def _cases(term: Term) -> Iterator[Term]:
    """Split the term at every min and max."""
    check_time()
    term = replace(term, guards=tuple(part for guard in term.guards for part in without_least(guard)))
    polys = [term.coefficient, *(g.poly for g in term.guards), *(i for s in term.slots for i in s.index)]
    found = next((e for poly in polys if (e := poly.first_extremum) is not None), None)
    if found is None:
        yield term
        return
    for chosen, guards in extremum_cases(found):
        try:
            replaced = Term(
                term.coefficient.with_atom(found, chosen),
                tuple(Slot(s.atom, tuple(p.with_atom(found, chosen) for p in s.index)) for s in term.slots),
                term.bound,
                tuple(g.with_atom(found, chosen) for g in term.guards),
            )
        except ZeroDivisionError:  # an axis without entries, along which no index is divided
            continue
        for t in _guarded([replaced], guards):
            yield from _cases(t)
