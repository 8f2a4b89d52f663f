"""What a hypothesis on entries says, row by row: that entries are 0, or that entries are equal up to sign.

`left == right` holds at every index in its own range and nowhere else. So each of its rows is read with what
keeps the index in this range, and with what keeps the entries that it reads inside their arrays; an entry that
is read outside is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import islpy as isl

from symconv.algebra.polynomials import ONE, Poly
from symconv.algebra.solving import isolated
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.symmetry import Move, Permutation, ZeroEntries
from symconv.kernel.terms import TensorAtom, Term
from symconv.limits import MAX_PERMUTATION_ORDER


@dataclass(frozen=True)
class EntryUses:
    """Entries of a tensor that are 0, moves of all its entries, and a cyclic group of permutations of some."""

    tensor: str
    zeros: tuple[ZeroEntries, ...] = ()
    move: Move | None = None
    permutations: tuple[Permutation, ...] = ()


def entry_uses(
    left: Sequence[Term], right: Sequence[Term], rows: Sequence[Compare], shapes: Mapping[str, Sequence[Poly]],
    known: Context,
) -> EntryUses | None:  # fmt: skip
    """What left == right says of the entries of one tensor, both sides being single entries of it, or one of them 0.

    The sides are terms over the names $0, $1, … of the hypothesis's index, which `rows` keep in its range; `shapes`
    are the sizes of the tensors' axes. None where it says something else, or is not linear in sizes and indices.
    """
    try:
        left, right = (_joined(_possible(terms, rows, known), rows, known) for terms in (left, right))
        squares = _squares(left, tuple(rows)) if not right else None
        if squares is not None:
            return squares
        one, other = (_single_entry(terms) for terms in (left, right))
        if one is None or (other is None and right):
            return None
        if other is not None and one.slots[0].atom != other.slots[0].atom:
            return None
        return _uses(one, other, tuple(rows), shapes, known)
    except presburger.Undecided:
        return None


def _possible(terms: Sequence[Term], rows: Sequence[Compare], known: Context) -> Sequence[Term]:
    """The terms that are read at some index; one of a few cases may never be met."""
    if len(terms) < 2:
        return terms
    if any(t.bound for t in terms):
        return terms
    given = [(t, (*rows, *t.guards)) for t in terms]
    return [t for t, guards in given if not _region(guards, ZeroEntries("", (), guards).free, known).is_empty()]


def _joined(terms: Sequence[Term], rows: Sequence[Compare], known: Context) -> Sequence[Term]:
    """Cases of one entry as one term, where they are all cases of what they have in common."""
    if len(terms) < 2 or any(
        t.bound or (t.slots, t.coefficient) != (terms[0].slots, terms[0].coefficient) for t in terms
    ):
        return terms
    common = tuple(g for g in terms[0].guards if all(g in t.guards for t in terms))
    free = ZeroEntries("", (), tuple(g for t in terms for g in (*rows, *t.guards))).free
    frame = known.frame(mentioned=[g for t in terms for g in t.guards])
    names = [*frame.names, *free]
    regions = [presburger.points(names, (*rows, *t.guards)) for t in terms]
    if any(not one.is_disjoint(other) for one, other in combinations(regions, 2)):
        return terms
    whole = presburger.points(names, (*rows, *common)).intersect(presburger.extended(frame.allowed, len(free)))
    for region in regions:
        whole = whole.subtract(region)
    return [replace(terms[0], guards=common)] if whole.is_empty() else terms


def _squares(terms: Sequence[Term], rows: tuple[Compare, ...]) -> EntryUses | None:
    """The entries of one tensor that are 0 where a sum of squares is, each times a positive number."""
    zeros: list[ZeroEntries] = []
    for term in terms:
        if len(term.slots) != 2 or term.slots[0].index != term.slots[1].index:
            return None
        first, second = (slot.atom for slot in term.slots)
        number = term.coefficient.constant
        positive = isinstance(number, (int, Fraction)) and number > 0
        if not isinstance(first, TensorAtom) or first.conjugate() != second or not positive:
            return None
        bound = {name: Poly.name(f"$:{name}") for name in term.bound}
        index = tuple(i.substitute(bound) for i in term.slots[0].index)
        zeros.append(ZeroEntries(first.name, index, (*rows, *(g.substitute(bound) for g in term.guards))))
    names = {zero.tensor for zero in zeros}
    affine = all(i.is_affine for zero in zeros for i in zero.index)
    return EntryUses(names.pop(), tuple(zeros)) if len(names) == 1 and affine else None


def _single_entry(terms: Sequence[Term]) -> Term | None:
    """The term of an array of single entries of a tensor, times a number."""
    if len(terms) != 1 or terms[0].bound or len(terms[0].slots) != 1 or terms[0].coefficient.constant is None:
        return None
    slot = terms[0].slots[0]
    return terms[0] if isinstance(slot.atom, TensorAtom) and all(i.is_affine for i in slot.index) else None


def _uses(
    one: Term, other: Term | None, rows: tuple[Compare, ...], shapes: Mapping[str, Sequence[Poly]], known: Context
) -> EntryUses | None:
    tensor = one.slots[0].atom
    assert isinstance(tensor, TensorAtom)
    if other is None:
        return EntryUses(tensor.name, (ZeroEntries(tensor.name, one.slots[0].index, (*rows, *one.guards)),))
    outside = (*_outside(one, other, rows), *_outside(other, one, rows))
    zeros = tuple(z for z in outside if not _region(z.guards, z.free, known).is_empty())
    both = (*rows, *one.guards, *other.guards)
    if _region(both, ZeroEntries("", (*one.slots[0].index, *other.slots[0].index), both).free, known).is_empty():
        return EntryUses(tensor.name, zeros)
    if one.coefficient not in (ONE, -ONE) or other.coefficient not in (ONE, -ONE):
        return None
    there, back = _as_move(one, other, both), _as_move(other, one, both)
    if there is None or back is None:
        return None
    coordinates = [f"${i}" for i in range(len(there.images))]
    shape = [Compare(p, ">=") for n, size in zip(coordinates, shapes[tensor.name], strict=True)
             for p in (Poly.name(n), size - 1 - Poly.name(n))]  # fmt: skip
    if there.images == tuple(map(Poly.name, coordinates)):
        zero = ZeroEntries(tensor.name, there.images, there.guards)
        return EntryUses(tensor.name, (*zeros, zero) if there.sign < 0 else zeros)
    start, end = (_region(move.guards, coordinates, known) for move in (there, back))
    if _region(shape, coordinates, known).is_subset(start):
        return EntryUses(tensor.name, zeros, replace(there, guards=()))
    group = _group(there, back, start, end)
    return None if group is None else EntryUses(tensor.name, zeros, permutations=group)


def _outside(one: Term, other: Term, rows: Sequence[Compare]) -> Iterator[ZeroEntries]:
    """The entries on one side where the other side reads outside its array."""
    atom = one.slots[0].atom
    assert isinstance(atom, TensorAtom)
    inside: tuple[Compare, ...] = ()
    for guard in other.guards:
        for negated in _negated(guard):
            yield ZeroEntries(atom.name, one.slots[0].index, (*rows, *one.guards, *inside, negated))
        inside = (*inside, guard)


def _negated(guard: Compare) -> tuple[Compare, ...]:
    """The constraints one of which holds where this one does not."""
    if guard.relation == "==":
        return Compare(guard.poly - 1, ">="), Compare(-guard.poly - 1, ">=")
    return (guard.opposite,)


def _region(guards: Sequence[Compare], free: Sequence[str], known: Context) -> isl.Set:
    """The sizes, parameters and values of free names that satisfy what is known and the guards."""
    frame = known.frame(mentioned=guards)
    allowed = presburger.extended(frame.allowed, len(free))
    return presburger.points([*frame.names, *free], guards).intersect(allowed)


def _as_move(one: Term, other: Term, guards: Sequence[Compare]) -> Move | None:
    """K[y] = ±K[images]: the rows of an equation, each found by the entry y that is read on one side.

    None where this entry does not tell the row.
    """
    entry = [Poly.name(f"y{i}$") for i, _ in enumerate(one.slots[0].index)]
    row: dict[str, Poly] = {}
    fixed: list[Compare] = []
    for y, index in zip(entry, one.slots[0].index, strict=True):
        names = [n for n in index.names if n.startswith("$")]
        match isolated(index, names[0]) if len(names) == 1 else None:
            case (1 | -1) as sign, rest if names[0] not in row:
                row[names[0]] = (y - rest) * sign
            case _:
                fixed.append(Compare(y - index, "=="))
    found = [g.substitute(row) for g in (*guards, *fixed)]
    images = [index.substitute(row) for index in other.slots[0].index]
    if any(n.startswith("$") for p in (*images, *(g.poly for g in found)) for n in p.names):
        return None
    names_of_entry = {f"y{i}$": Poly.name(f"${i}") for i, _ in enumerate(entry)}
    return Move(
        tuple(image.substitute(names_of_entry) for image in images),
        int((one.coefficient * other.coefficient).constant or 0),
        tuple(g.substitute(names_of_entry) for g in found),
    )


def _group(there: Move, back: Move, start: isl.Set, end: isl.Set) -> tuple[Permutation, ...] | None:
    """The powers but the identity of the permutation that takes `start` to `end`, and all other entries nowhere.

    It is one where the two are disjoint, and then goes back from `end`; or where they are the same entries; or
    where the move is its own inverse. None otherwise.
    """
    identity = tuple(Poly.name(f"${i}") for i in range(len(there.images)))
    powers = [there]
    while powers[-1].images != identity and len(powers) < MAX_PERMUTATION_ORDER:
        powers.append(replace(there.after(powers[-1]), guards=there.guards))
    if len(powers) == 2 and powers[-1].images == identity:
        return ((there, back),)
    if start.is_equal(end) and powers[-1].images == identity:
        return tuple((power,) for power in powers[:-1]) if powers[-1].sign == 1 else None
    if start.is_disjoint(end):
        return ((there, back),)
    return None
