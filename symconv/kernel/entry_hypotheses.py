"""What a hypothesis on entries says, row by row: that entries are 0, or that two are equal up to sign.

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

from symconv.algebra.polynomials import ONE, I, Poly
from symconv.algebra.solving import isolated
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.rows import Rows, diagonal, disjoint
from symconv.kernel.symmetry import Move, Permutation, ZeroEntries
from symconv.kernel.terms import TensorAtom, Term, without_alike
from symconv.limits import MAX_PERMUTATION_ORDER, MAX_ROW_CASES


@dataclass(frozen=True)
class EntryUses:
    """Entries of a tensor that are 0, moves of all its entries, and a cyclic group of permutations of some.

    A `link` is a move of some entries, which can lead on and on, as x[i] = x[i-1] does; it leads to those that are 0.
    """

    tensor: str
    zeros: tuple[ZeroEntries, ...] = ()
    move: Move | None = None
    permutations: tuple[Permutation, ...] = ()
    link: Move | None = None


def entry_uses(
    left: Sequence[Term], right: Sequence[Term], rows: Sequence[Compare], shapes: Mapping[str, Sequence[Poly]],
    known: Context,
) -> list[EntryUses] | None:  # fmt: skip
    """What left == right says of single entries of tensors: that one is 0, or that two of a tensor are equal.

    The sides are terms over the names $0, $1, … of the hypothesis's index, which `rows` keep in its range; `shapes`
    are the sizes of the tensors' axes. None where it says something else, or is not linear in sizes and indices.
    """
    terms = _added_up(without_alike([*left, *(t.negated for t in right)]))
    try:
        found = [_of_case(case, shapes, known) for case in _cases(terms, tuple(rows), known)]
    except presburger.Undecided:
        return None
    return [uses for of_case in found for uses in of_case] if all(found) else None


@dataclass(frozen=True)
class _Case:
    """Terms whose sum is 0 for some rows of a hypothesis."""

    terms: Sequence[Term]
    rows: tuple[Compare, ...]


def _cases(terms: Sequence[Term], rows: tuple[Compare, ...], known: Context, depth: int = 0) -> Iterator[_Case]:
    """The rows of a hypothesis by which of its terms are met, where these are more than two."""
    met = _joined(_possible(terms, rows, known), rows, known)
    guard = _deciding(met, rows, known) if len(met) > 2 and depth < MAX_ROW_CASES else None
    if guard is None:
        if met:
            yield _Case(met, rows)
        return
    for condition in (guard, *_negated(guard)):
        here = _region((*rows, condition), _free((*rows, condition)), known)
        if here.is_empty():
            continue
        value = condition.solved_for([n for n in condition.poly.names if n.startswith("$")])
        if value is not None:
            at = dict([value])
            fixed = tuple(r.substitute(at) for r in rows)
            yield from _cases([t.substitute(at) for t in met], fixed, known, depth + 1)
        else:
            yield from _cases(met, (*rows, condition), known, depth + 1)


def _deciding(terms: Sequence[Term], rows: tuple[Compare, ...], known: Context) -> Compare | None:
    """A guard that holds for some of the rows and not for others."""
    for guard in dict.fromkeys(g for t in terms if not t.bound for g in t.guards):
        free = _free((*rows, guard))
        whole = _region(rows, free, known)
        if not whole.is_subset(_region((*rows, guard), free, known)):
            return guard
    return None


def _free(guards: Sequence[Compare]) -> list[str]:
    return ZeroEntries("", (), tuple(guards)).free


def _of_case(case: _Case, shapes: Mapping[str, Sequence[Poly]], known: Context) -> Sequence[EntryUses]:
    """What a case says; nothing where that is something else."""
    squares = _squares(case.terms, case.rows)
    if squares:
        return squares
    match case.terms:
        case [one]:
            found = _zero_entry(one, case.rows)
        case [one, other] if _is_entry(one) and _is_entry(other) and one.slots[0].atom == other.slots[0].atom:
            found = _uses(one, other, case.rows, shapes, known)
        case _:
            found = None
    return [] if found is None else [found]


def _added_up(terms: Sequence[Term]) -> list[Term]:
    """The terms with multiples of the same entries as one."""
    totals: dict[object, Term] = {}
    for term in terms:
        key = term if term.bound else (term.slots, frozenset(term.guards))
        old = totals.get(key)
        totals[key] = replace(term, coefficient=term.coefficient + old.coefficient) if old else term
    return [term for term in totals.values() if term.coefficient]


def _possible(terms: Sequence[Term], rows: Sequence[Compare], known: Context) -> Sequence[Term]:
    """The terms that are read at some index; one of a few cases may never be met."""
    if len(terms) < 2:  # quicker
        return terms
    if any(t.bound for t in terms):
        return terms
    given = [(t, (*rows, *t.guards)) for t in terms]
    return [t for t, guards in given if not _region(guards, _free(guards), known).is_empty()]


def _joined(terms: Sequence[Term], rows: Sequence[Compare], known: Context) -> Sequence[Term]:
    """Cases of one entry as one term, where they are all cases of what they have in common."""
    alike: dict[object, list[Term]] = {}
    for term in terms:
        alike.setdefault(term if term.bound else (term.slots, term.coefficient), []).append(term)
    return [t for some in alike.values() for t in _all_cases(some, rows, known)]


def _all_cases(terms: Sequence[Term], rows: Sequence[Compare], known: Context) -> Sequence[Term]:
    if len(terms) < 2:
        return terms
    first, *others = terms
    common = tuple(g for g in first.guards if all(g in t.guards for t in others))
    free = _free([g for t in terms for g in (*rows, *t.guards)])
    frame = known.frame(mentioned=[g for t in terms for g in t.guards])
    names = [*frame.names, *free]
    regions = [presburger.points(names, (*rows, *t.guards)) for t in terms]
    if any(not one.is_disjoint(other) for one, other in combinations(regions, 2)):
        return terms
    whole = presburger.points(names, (*rows, *common)).intersect(presburger.extended(frame.allowed, len(free)))
    for region in regions:
        whole = whole.subtract(region)
    return [replace(first, guards=common)] if whole.is_empty() else terms


def _squares(terms: Sequence[Term], rows: tuple[Compare, ...]) -> list[EntryUses]:
    """The entries that are 0 where a sum of squares is, each times a positive number; none where it is another sum."""
    zeros: list[ZeroEntries] = []
    for term in terms:
        if len(term.slots) != 2 or term.slots[0].index != term.slots[1].index:
            return []
        first, second = (slot.atom for slot in term.slots)
        number = term.coefficient.constant
        positive = isinstance(number, (int, Fraction)) and number > 0
        if not isinstance(first, TensorAtom) or first.conjugate() != second or not positive:
            return []
        bound = {name: Poly.name(f"$:{name}") for name in term.bound}
        index = tuple(i.substitute(bound) for i in term.slots[0].index)
        zeros.append(ZeroEntries(first.name, index, (*rows, *(g.substitute(bound) for g in term.guards))))
    if not all(i.is_affine for zero in zeros for i in zero.index):
        return []
    names = dict.fromkeys(zero.tensor for zero in zeros)
    return [EntryUses(name, tuple(zero for zero in zeros if zero.tensor == name)) for name in names]


def _is_entry(term: Term) -> bool:
    """Whether a term is an array of single entries of a tensor, times a number."""
    if term.bound or len(term.slots) != 1 or term.coefficient.constant is None:
        return False
    slot = term.slots[0]
    return isinstance(slot.atom, TensorAtom) and not any(
        True for index in slot.index for _ in presburger.opaque_monomials(index)
    )


def _zero_entry(term: Term, rows: tuple[Compare, ...]) -> EntryUses | None:
    """The entries of a term that is 0, where the number before them is not."""
    number = term.coefficient
    if number.constant is not None or {*number.atoms} <= {*I.atoms}:
        factor: tuple[Compare, ...] = ()
    elif number.is_affine:
        factor = (Compare(number, "!="),)
    else:
        return None
    term = replace(term, coefficient=ONE)
    if not _is_entry(term):
        return None
    (slot,) = term.slots
    assert isinstance(slot.atom, TensorAtom)
    return EntryUses(slot.atom.name, (ZeroEntries(slot.atom.name, slot.index, (*rows, *term.guards, *factor)),))


def _uses(
    one: Term, other: Term, rows: tuple[Compare, ...], shapes: Mapping[str, Sequence[Poly]], known: Context
) -> EntryUses | None:
    """What it says that the sum of two entries of a tensor, each times a number, is 0."""
    tensor = one.slots[0].atom
    assert isinstance(tensor, TensorAtom)
    ends, starts = (
        tuple(z for z in outside if not _region(z.guards, z.free, known).is_empty())
        for outside in (_outside(one, other, rows), _outside(other, one, rows))
    )
    zeros = (*ends, *starts)
    both = (*rows, *one.guards, *other.guards)
    if _region(both, ZeroEntries("", (*one.slots[0].index, *other.slots[0].index), both).free, known).is_empty():
        return EntryUses(tensor.name, zeros)
    if one.slots == other.slots:
        same = ZeroEntries(tensor.name, one.slots[0].index, both)
        return EntryUses(tensor.name, zeros if one.coefficient == -other.coefficient else (*zeros, same))
    if one.coefficient not in (other.coefficient, -other.coefficient):
        return None
    there, back = _as_move(one, other, both), _as_move(other, one, both)
    if there is None or back is None:
        return None
    coordinates = [f"${i}" for i in range(len(there.images))]
    shape = [Compare(p, ">=") for n, size in zip(coordinates, shapes[tensor.name], strict=True)
             for p in (Poly.name(n), size - 1 - Poly.name(n))]  # fmt: skip
    start, end = (_region(move.guards, coordinates, known) for move in (there, back))
    is_affine = all(image.is_affine for move in (there, back) for image in move.images)
    if is_affine and _region(shape, coordinates, known).is_subset(start):
        images = tuple(
            Poly.name(n) if image.constant == 0 and size == ONE else image
            for n, image, size in zip(coordinates, there.images, shapes[tensor.name], strict=True)
        )
        return EntryUses(tensor.name, zeros, replace(there, images=images, guards=()))
    group = _group(there, back, start, end) if is_affine else None
    if group is None:
        return EntryUses(tensor.name, zeros, link=back if starts and not ends else there)
    return EntryUses(tensor.name, zeros, permutations=group)


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
        1 if one.coefficient == -other.coefficient else -1,
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


def zeros_of(known: Rows) -> list[ZeroEntries] | None:
    """The entries that are 0 by rows; None where rows say more than that."""
    n, width = len(known.sizes), known.unknowns.width
    both = presburger.extended(known.zero, width).intersect(known.zero.insert_dims(isl.dim_type.set, n, width))
    trivial = both.union(diagonal(n, width))
    said = all(pairs.is_subset(trivial if ratio == 1 else both) for ratio, pairs in known.pairs.items())
    if not said or not known.contradictory.is_empty():
        return None
    for long in known.long:
        others = long.domain.dim(isl.dim_type.set) - n
        zero = known.zero.insert_dims(isl.dim_type.set, n, others)
        if not all(presburger.as_set(part).is_subset(zero) for _, part in disjoint(long.parts)):
            return None
    zeros: list[ZeroEntries] = []
    for tag, (atom, shape) in enumerate(zip(known.unknowns.atoms, known.unknowns.shapes, strict=True), 1):
        index = [f"${i}" for i in range(len(shape))]
        own = presburger.fixed(known.zero, n, [tag])
        own = own.project_out(isl.dim_type.set, n, 1).project_out(
            isl.dim_type.set, n + len(shape), width - 1 - len(shape)
        )
        for basic in own.coalesce().get_basic_sets():
            guards = presburger.one_range(isl.Set.from_basic_set(basic), [*known.sizes, *index])
            if guards is None:
                return None
            zeros.append(ZeroEntries(atom.name, tuple(map(Poly.name, index)), guards))
    return zeros
