"""Uninterpreted functions: f(e1)[y1] and f(e2)[y2] are one entry exactly where e1[y1] == e2[y2].

Every call is renamed to the first equal one, in a fixed order of calls and then of indices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.formulas.conditions import Compare
from symconv.formulas.language import fresh
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece, slot_names
from symconv.kernel.terms import Atom, CallAtom, Term

Collected = dict[tuple[Atom, ...], list[Piece]]
Arities = dict[tuple[Atom, ...], tuple[int, ...]]
Coincidence = Callable[[Sequence[Term], Sequence[Term], tuple[str, ...]], isl.Set]
_SET = isl.dim_type.set


def unified(
    collected: Collected, arities: Mapping[tuple[Atom, ...], tuple[int, ...]], names: Sequence[str], equal: Coincidence
) -> tuple[Collected, Arities]:
    """The same coefficient functions with equal calls made one atom.

    `equal(left, right, indices)` is the set over (names, indices) where two arguments agree.
    """
    calls = sorted({a for key in collected for a in key if isinstance(a, CallAtom)}, key=str)
    if not calls:  # quicker
        return collected, dict(arities)
    used = {a: _used(a, collected, arities, names) for a in calls}
    maps = {a: _representatives(a, calls[: i + 1], used, names, equal) for i, a in enumerate(calls)}
    renamed: Collected = {}
    new_arities: Arities = {}
    for key, found in collected.items():
        for piece in found:
            for atoms, widths, moved in _renamed(key, arities[key], piece, names, maps):
                order = sorted(range(len(atoms)), key=lambda k: (type(atoms[k]).__name__, str(atoms[k])))
                final = tuple(atoms[k] for k in order)
                new_arities[final] = tuple(widths[k] for k in order)
                places = {
                    _moved(old, j): Poly.name(slot_names(new, widths[old])[j])
                    for new, old in enumerate(order)
                    for j in range(widths[old])
                }
                made = _permuted(moved.domain, len(names), widths, order)
                renamed.setdefault(final, []).append(Piece(made, moved.coefficient.substitute(places)))
    return renamed, new_arities


def _used(
    call: CallAtom, collected: Collected, arities: Mapping[tuple[Atom, ...], tuple[int, ...]], names: Sequence[str]
) -> isl.Set:
    """The (names, index) at which a call occurs."""
    n = len(names)
    total = isl.Set.empty(presburger.universe(n + call.arity).get_space())
    for key, found in collected.items():
        at = n
        for atom, arity in zip(key, arities[key], strict=True):
            if atom == call:
                for piece in found:
                    kept = piece.domain.project_out(_SET, at + arity, piece.domain.dim(_SET) - at - arity)
                    total = total.union(kept.project_out(_SET, n, at - n))
            at += arity
    return total


def _representatives(
    call: CallAtom,
    earlier: Sequence[CallAtom],
    used: Mapping[CallAtom, isl.Set],
    names: Sequence[str],
    equal: Coincidence,
) -> list[tuple[CallAtom, isl.Set]]:
    """For each earlier call (this one last): the set (names, index of it, index here) that renames.

    `equal` may hold fewer points than are equal; an entry always equals itself.
    """
    n, rest, found = len(names), used[call], []
    for other in earlier:
        if other.function != call.function or other.conjugated != call.conjugated:
            continue
        mine = [fresh("y") for _ in range(call.arity)]
        theirs = [fresh("y") for _ in range(other.arity)]
        left = [t.substitute({f"${j}": Poly.name(y) for j, y in enumerate(theirs)}) for t in other.argument]
        right = [t.substitute({f"${j}": Poly.name(y) for j, y in enumerate(mine)}) for t in call.argument]
        graph = equal(left, right, (*theirs, *mine))
        if other == call:
            same = [Compare(Poly.name(a) - Poly.name(b), "==") for a, b in zip(theirs, mine, strict=True)]
            graph = graph.union(presburger.points([*names, *theirs, *mine], same))
        graph = graph.intersect(presburger.extended(used[other], call.arity))
        graph = graph.intersect(_inserted(rest, n, other.arity))
        if graph.is_empty():
            continue
        chosen = _first(graph, n, other.arity, call.arity)
        found.append((other, chosen))
        rest = rest.subtract(chosen.project_out(_SET, n, other.arity))
        if rest.is_empty():  # quicker
            break
    return found


def _first(graph: isl.Set, n: int, theirs: int, mine: int) -> isl.Set:
    """For every (names, mine) the lexicographically first `theirs`."""
    if theirs == 0:
        return graph
    mine_last = [*range(n), *range(n + theirs, n + theirs + mine), *range(n, n + theirs)]
    first = presburger.as_set(presburger.as_relation(presburger.reordered(graph, mine_last), n + mine).lexmin())
    return presburger.reordered(first, [*range(n), *range(n + mine, n + mine + theirs), *range(n, n + mine)])


def _inserted(made: isl.Set, at: int, count: int) -> isl.Set:
    return made.insert_dims(_SET, at, count) if count else made  # either way


def _moved(slot: int, axis: int) -> str:
    """The coordinate of an entry once its slot has been looked at."""
    return f"#{slot}.{axis}"


def _renamed(
    key: tuple[Atom, ...],
    arities: Sequence[int],
    piece: Piece,
    names: Sequence[str],
    maps: Mapping[CallAtom, list[tuple[CallAtom, isl.Set]]],
) -> list[tuple[list[Atom], list[int], Piece]]:
    """Every slot of a call replaced by its representatives, one after the other.

    The coordinates of a slot have the names of `_moved` afterwards, in the coefficient too: it is a
    function of the entry, and so of the representative's index.
    """
    states: list[tuple[list[Atom], list[int], Piece]] = [([], [], piece)]
    for k, atom in enumerate(key):
        own = slot_names(k, arities[k])
        later = [n for i in range(k + 1, len(key)) for n in slot_names(i, arities[i])]
        made = []
        for atoms, widths, current in states:
            before = [*names, *(_moved(i, j) for i, width in enumerate(widths) for j in range(width))]
            if not isinstance(atom, CallAtom):
                values = {n: Poly.name(_moved(k, j)) for j, n in enumerate(own)}
                same = Piece(current.domain, current.coefficient.substitute(values))
                made.append(([*atoms, atom], [*widths, arities[k]], same))
                continue
            for other, graph in maps[atom]:
                new = [_moved(k, j) for j in range(other.arity)]
                joined = _joined(current.domain, graph, len(names), len(before), other.arity)
                for domain, coefficient in _rewritten(current.coefficient, joined, [*before, *new, *own, *later], own):
                    kept = domain.project_out(_SET, len(before) + len(new), len(own))
                    if not kept.is_empty():
                        made.append(([*atoms, other], [*widths, other.arity], Piece(kept, coefficient)))
        states = made
    return states


def _joined(domain: isl.Set, graph: isl.Set, n: int, at: int, new: int) -> isl.Set:
    """The domain with `new` coordinates at `at`, before those of a call to which the graph relates them."""
    wide = _inserted(domain, at, new)
    names = [f"a{i}" for i in range(wide.dim(_SET))]
    images = [Poly.name(m) for m in (*names[:n], *names[at : at + graph.dim(_SET) - n])]
    return wide.intersect(presburger.preimage(graph, names, images))


def _rewritten(
    coefficient: Poly, domain: isl.Set, names: Sequence[str], own: Sequence[str]
) -> list[tuple[isl.Set, Poly]]:
    """The coefficient in other coordinates than `own`, part by part; raises `Undecided` where they do not tell."""
    if coefficient.names.isdisjoint(own):
        return [(domain, coefficient)]
    found = []
    for basic in domain.make_disjoint().get_basic_sets():
        part = isl.Set.from_basic_set(basic)
        values = solved_in_turn(presburger.equalities(part, names), own, rational=True)
        made = coefficient.substitute(values)
        if not made.names.isdisjoint(own):
            raise presburger.Undecided(
                "a coefficient that depends on the place of a call, which another one stands for"
            )
        found.append((part, made))
    return found


def _permuted(domain: isl.Set, n: int, widths: Sequence[int], order: Sequence[int]) -> isl.Set:
    """The set with its slots in another order."""
    starts = [n + sum(widths[:k]) for k in range(len(widths))]
    return presburger.reordered(domain, [*range(n), *(starts[k] + j for k in order for j in range(widths[k]))])
