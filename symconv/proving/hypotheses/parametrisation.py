"""Hypotheses on one tensor as a parametrisation of the arrays that satisfy them, which is then substituted.

sum(K) == c holds exactly for K := T − (sum(T) − c)/N, T being any array and N the number of its
entries; K == g(K) for an involution g exactly for K := (T + g(T))/2. The name of K is kept for T:
every K that satisfies the hypothesis is its own T, so what holds for all T holds for all these K.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import ONE, I, Inverse, Poly
from symconv.expressions.conversion import symbol, to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import entries_of
from symconv.formulas.conditions import Compare, in_range
from symconv.formulas.language import Read, fresh, fresh_index
from symconv.kernel import presburger
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.terms import Slot, TensorAtom, Term, is_real, lower


def parametrised(
    left: TensorExpr, right: TensorExpr, tensors: Collection[Tensor], known: Context
) -> tuple[str, TensorExpr] | None:
    """The tensor of which `left` sums entries, and the expression that makes left == right true; else None.

    `left` has to be c·Σ K[…], each index of K being a name of its own that takes all values, one that is used
    twice (a trace), or fixed; `right` must not hold K, but for K[0] == K[1] and the like.
    """
    terms = lower(left)
    if len(terms) != 1 or len(terms[0].slots) != 1 or len(left.axes) != len(right.axes):
        return None
    (term,) = terms
    (slot,) = term.slots
    atom, given = slot.atom, lower(right)
    if not isinstance(atom, TensorAtom) or atom.conjugated:
        return None
    tensor = next((t for t in tensors if t.name == atom.name), None)
    if tensor is None or not (tensor.is_complex_valued or is_real(given)):
        return None
    places = _places(slot, len(left.axes), term)
    count = _count(term, tensor, places, known) if places is not None else None
    if places is None or count is None:
        return None
    fixed = not any(isinstance(p, str) for p in places) and _only_fixed_entries(given, tensor)
    if tensor.name in entries_of(right) and not fixed:
        return None
    return tensor.name, _corrected(tensor, REGISTRY["subtract"](left, right), places, count)


def solved_for(left: TensorExpr, right: TensorExpr, tensors: Collection[Tensor]) -> tuple[str, TensorExpr] | None:
    """T − (left − right)/c for the last tensor T that stands in one term c·T of left − right; else None."""
    found = [(t, value) for t, value, others in _isolated(left, right, tensors) if not others]
    return (found[-1][0].name, found[-1][1]) if found else None


def _isolated(
    left: TensorExpr, right: TensorExpr, tensors: Collection[Tensor]
) -> Iterator[tuple[Tensor, TensorExpr, list[Term]]]:
    """T − (left − right)/c for the tensors T that stand in a term c·T of left − right, with what else holds T."""
    terms = [*lower(left), *(t.negated for t in lower(right))]
    for tensor in tensors:
        if [axis.digits for axis in tensor.axes] != [axis.digits for axis in left.axes]:
            continue
        held = [t for t in terms if any(not isinstance(s.atom, TensorAtom) or _is_entry(s, tensor) for s in t.slots)]
        whole = next((t for t in held if _is_whole(t, tensor)), None)
        if whole is not None and (tensor.is_complex_valued or is_real(terms)):
            excess = REGISTRY["subtract"](left, right)
            if whole.coefficient != ONE:
                excess = REGISTRY["divide"](excess, to_sympy(whole.coefficient))
            yield tensor, REGISTRY["subtract"](tensor, excess), [t for t in held if t is not whole]


def _is_whole(term: Term, tensor: Tensor) -> bool:
    """Whether a term is all of a tensor, entry by entry, times a number."""
    index = tuple(Poly.name(f"${i}") for i in range(len(_digits(tensor))))
    inside = {c for n, d in zip(index, _digits(tensor), strict=True) for c in in_range(n, d)}
    return (
        term.slots == (Slot(tensor.leaf, index),)
        and not term.bound
        and inside.issuperset(term.guards)
        and {*term.coefficient.atoms} <= {*I.atoms}
    )


def _digits(tensor: Tensor) -> list[Poly]:
    return [digit for axis in tensor.axes for digit in axis.digits]


def averaged(
    left: TensorExpr, right: TensorExpr, tensors: Collection[Tensor], known: Context
) -> tuple[str, TensorExpr] | None:
    """(K + g(K))/2 for K == g(K), where g(g(K)) is K again and g takes sums to sums; g(K) where that is g(g(K)).

    Where g(g(K)) is another multiple of K, then K is 0.
    """
    for tensor, value, others in _isolated(left, right, tensors):
        if not others or any(len(t.slots) != 1 or not _is_entry(t.slots[0], tensor) for t in others):
            continue
        image = right if left == tensor else value
        twice = image.xreplace({tensor: image})
        names, index = fresh_index(tensor.axes, "i")
        inside = [c for n, d in zip(names, _digits(tensor), strict=True) for c in in_range(Poly.name(n), d)]
        context = replace(known, indices=names, conditions=(*known.conditions, *inside))
        if formulas_equal(Read(twice, index), Read(tensor, index), context):
            return tensor.name, REGISTRY["divide"](REGISTRY["add"](tensor, image), 2)
        if formulas_equal(Read(twice, index), Read(image, index), context):
            return tensor.name, image
        match lower(twice):
            case [term] if _is_whole(term, tensor) and term.coefficient != ONE:
                return tensor.name, REGISTRY["multiply"](0, tensor)
    return None


def _only_fixed_entries(terms: Collection[Term], tensor: Tensor) -> bool:
    """Whether all entries of the tensor in the terms stand at fixed places."""
    slots = [s for t in terms for s in t.slots if _is_entry(s, tensor)]
    return not any(t.bound for t in terms) and not any("$" in n for s in slots for i in s.index for n in i.names)


def _is_entry(slot: Slot, tensor: Tensor) -> bool:
    return isinstance(slot.atom, TensorAtom) and slot.atom.name == tensor.name


def in_order(made: Mapping[str, TensorExpr]) -> dict[str, TensorExpr] | None:
    """The expressions in the order of substitution: each before those of tensors that it holds; None for a cycle."""
    rest, ordered = dict(made), dict[str, TensorExpr]()
    while rest:
        held = {name: entries_of(value) - {name} for name, value in rest.items()}
        name = next((n for n in rest if not any(n in others for others in held.values())), None)
        if name is None:
            return None
        ordered[name] = rest.pop(name)
    return ordered


def _places(slot: Slot, rank: int, term: Term) -> list[str | Poly] | None:
    """Each index of the slot: a name, or a value without bound and output names; None for anything else."""
    free = {*term.bound, *(f"${j}" for j in range(rank))}
    found: list[str | Poly] = []
    for index in slot.index:
        name = next(iter(index.names)) if len(index.names) == 1 else None
        if name in free and index == Poly.name(str(name)):
            found.append(str(name))
        elif index.names.isdisjoint(free):
            found.append(index)
        else:
            return None
    return found if free == {p for p in found if isinstance(p, str)} else None


def _count(term: Term, tensor: Tensor, places: list[str | Poly], known: Context) -> Poly | None:
    """The coefficient times the number of entries in one sum; None where not all of them are in it."""
    axes = [axis.size for axis in tensor.axes]
    first = {p: n for p, n in reversed(list(zip(places, axes, strict=True))) if isinstance(p, str)}
    bounds = [
        c for p, n in zip(places, axes, strict=True) for c in in_range(Poly.name(p) if isinstance(p, str) else p, n)
    ]
    used = {n for c in (*bounds, *term.guards) for n in c.poly.names}
    names = [*sorted(used - first.keys()), *first]
    positive = [Compare(Poly.name(s) - 1, ">=") for s in names if s in known.sizes]
    fixed = [c for p, n in zip(places, axes, strict=True) if not isinstance(p, str) for c in in_range(p, n)]
    own = [c for p, n in first.items() for c in in_range(Poly.name(p), n)]
    try:
        every = presburger.points(names, [*positive, *fixed, *own])
        if not every.is_subset(presburger.points(names, term.guards)):
            return None
    except presburger.Undecided:
        return None
    count = term.coefficient
    for name in term.bound:
        count = count * first[name]
    single = len(count.terms) == 1 and all(_positive(a, known.sizes) for a in count.atoms)
    return count if single or (count.is_affine and known.implies(Compare(count, "!="))) else None


def _positive(atom: Any, sizes: Collection[str]) -> bool:
    return atom in sizes or (isinstance(atom, Inverse) and all(a in sizes for a in atom.denominator.atoms))


def _corrected(tensor: Tensor, excess: TensorExpr, places: list[str | Poly], count: Poly) -> TensorExpr:
    """tensor − excess/count at the entries that are summed."""
    names = [fresh("k").replace(".", "_") for _ in places]
    read, multiply = REGISTRY["index"], REGISTRY["multiply"]
    first = {p: names[k] for k, p in reversed(list(enumerate(places))) if isinstance(p, str)}
    out = [symbol(first[f"${j}"]) for j in range(len(excess.axes))]
    change = read(excess, tuple(out)) if out else excess
    for name, place, axis in zip(names, places, tensor.axes, strict=True):
        if isinstance(place, str) and first[place] == name:
            continue
        other = symbol(first[place]) if isinstance(place, str) else to_sympy(place)
        size = to_sympy(axis.size)
        change = multiply(read(REGISTRY["eye"](size), (symbol(name), other)), change)
    if count != ONE:
        change = REGISTRY["divide"](change, to_sympy(count))
    entry = read(tensor, tuple(map(symbol, names))) if names else tensor
    made = REGISTRY["subtract"](entry, change)
    for name, axis in reversed(list(zip(names, tensor.axes, strict=True))):
        made = REGISTRY["index_stack"](made, name, to_sympy(axis.size))
    return made
