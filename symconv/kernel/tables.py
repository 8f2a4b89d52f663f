"""Literal arrays in terms: those that are read together with the same entries are added up, entry by entry.

Σ T[u]·A[x + n − 1 − u] over u is Σ T[x + n − 1 − y]·A[y] over y. So what stands before A[y] in several terms is one
literal, read at one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symconv.algebra.polynomials import ZERO, Number, Poly
from symconv.formulas.conditions import Compare, at_least, in_range
from symconv.formulas.language import fresh
from symconv.kernel.coefficients import slot_names, solved
from symconv.kernel.index_values import objects, plain
from symconv.kernel.terms import Slot, TableAtom, Term, sorted_slots


@dataclass(frozen=True)
class _Reading:
    """A term as `factor` · `coefficient` · table[places] · ∏ slots[@k.0, @k.1, …], where the guards hold."""

    table: np.ndarray
    places: tuple[Poly, ...]
    factor: Number
    coefficient: Poly
    slots: tuple[Slot, ...]
    guards: frozenset[Compare]


def added_up(terms: Sequence[Term]) -> list[Term]:
    """The terms with one for those that differ in their literal arrays only, and none where these add up to 0."""
    left: list[Term] = []
    groups: dict[tuple[Poly, tuple[Slot, ...], frozenset[Compare]], list[_Reading]] = {}
    for term in terms:
        reading = _reading(term)
        if reading is None:
            left.append(term)
            continue
        alike = groups.setdefault((reading.coefficient, reading.slots, reading.guards), [])
        for k, other in enumerate(alike):
            total = _sum(other, reading)
            if total is not None:
                alike[k] = total
                break
        else:
            alike.append(reading)
    return left + [t for alike in groups.values() for reading in alike for t in _term(reading)]


def _reading(term: Term) -> _Reading | None:
    """What a term with one literal array reads; None where the other entries do not give its bound names."""
    tables = [s for s in term.slots if isinstance(s.atom, TableAtom)]
    if len(tables) != 1:
        return None
    (literal,) = tables
    others = sorted_slots([s for s in term.slots if s is not literal])
    own = [[Poly.name(n) for n in slot_names(k, len(s.index))] for k, s in enumerate(others)]
    met = [Compare(y - i, "==") for ys, s in zip(own, others, strict=True) for y, i in zip(ys, s.index, strict=True)]
    found = solved(Term(term.coefficient, (literal,), term.bound, (*term.guards, *met)))
    if found.bound:
        return None
    ((table, places),) = ((s.atom, s.index) for s in found.slots)
    assert isinstance(table, TableAtom)
    inside = [c for place, size in zip(places, table.shape, strict=True) for c in in_range(place, Poly.of(size))]
    factor = next(iter(found.coefficient.terms.values()))
    return _Reading(
        objects([plain(v) for v in table.values]).reshape(table.shape),
        places,
        factor,
        found.coefficient / Poly.of(factor),
        tuple(Slot(s.atom, tuple(ys)) for s, ys in zip(others, own, strict=True)),
        frozenset(map(_normal, (*found.guards, *inside))),
    )


def _normal(guard: Compare) -> Compare:
    """A guard in a form that does not depend on how it was written."""
    if guard.relation == ">=":
        return at_least(guard.poly, 0)
    return Compare(guard.poly if min(guard.poly.terms.items(), key=str)[1] > 0 else -guard.poly, guard.relation)


def _sum(one: _Reading, other: _Reading) -> _Reading | None:
    """Two literals as one, if the places in one give those in the other up to signs, order and numbers."""
    left = list(range(len(one.places)))
    grid = np.indices(one.table.shape, sparse=True)
    places = []
    for place in other.places:
        found = ((i, sign, (place - one.places[i] * sign).integer) for i in left for sign in (1, -1))
        match next((f for f in found if f[2] is not None), None):
            case i, sign, int(offset):
                left.remove(i)
                places.append(grid[i] * sign + offset)
            case _:
                return None
    inside = np.ones(one.table.shape, dtype=bool)
    for position, size in zip(places, other.table.shape, strict=True):
        inside &= (position >= 0) & (position < size)
    moved = other.table[tuple(np.clip(p, 0, n - 1) for p, n in zip(places, other.table.shape, strict=True))]
    total = one.table * one.factor + np.where(inside, moved, 0) * other.factor
    return _Reading(total, one.places, 1, one.coefficient, one.slots, one.guards)


def _term(reading: _Reading) -> Iterator[Term]:
    """The reading as a term, if anything is left of its literal."""
    if not reading.table.any():  # quicker
        return
    values = [Poly.of(v) * reading.factor for v in reading.table.flat]
    values = [ZERO if v.is_zero() else v for v in values]
    if any(values):
        names = {str(name): fresh("y") for s in reading.slots for name in s.index}
        to: Mapping[str, Poly] = {old: Poly.name(new) for old, new in names.items()}
        table = Slot(TableAtom(reading.table.shape, tuple(values)), reading.places)
        term = Term(reading.coefficient, (table, *reading.slots), tuple(names.values()), tuple(reading.guards))
        yield term.substitute(to)
