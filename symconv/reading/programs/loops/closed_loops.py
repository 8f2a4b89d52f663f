"""Loops in closed form: what one iteration does to each variable, summed over all of them.

An iteration is read with placeholders for what earlier ones left. What it adds is summed over
the loop's index, as far as no later iteration takes it away again; what it reads of earlier
iterations is what those come to, summed up to its own index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import islpy as isl
from sympy import Expr

from symconv.algebra.atoms import monomial_names
from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import isolated
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, Tensor
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel import presburger, wording
from symconv.kernel.context import Frame
from symconv.kernel.facts import Facts, refusals
from symconv.kernel.presburger import Undecided
from symconv.reading.programs.term_sums.summed_terms import (
    Term,
    Terms,
    Values,
    another,
    apart,
    element,
    elements,
    expression_of,
    names_in,
    overwritten,
    read_at,
    simplified,
    step_given,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of


@dataclass(frozen=True)
class Loop:
    """A loop over lower ≤ name < upper, and what is known around it."""

    name: str
    lower: Poly
    upper: Poly
    facts: Facts

    @property
    def inside(self) -> Facts:
        """What is known in the loop."""
        return self.facts.within(self.name, self.lower, self.upper)


@dataclass(frozen=True)
class Carried:
    """A variable before a loop, and what an iteration does to it.

    `kept` are the conditions, no two of which hold together, under which an element keeps what the
    placeholder stands for; `added` are the terms that it gets.
    """

    placeholder: Tensor
    shape: tuple[Poly, ...]
    before: Terms
    kept: tuple[tuple[Compare, ...], ...]
    added: Terms

    @staticmethod
    def of(placeholder: Tensor, before: Terms, after: Terms, facts: Facts) -> Carried:
        """The variable that holds these terms before the loop and after an iteration."""
        shape = tuple(axis.size for axis in placeholder.axes)
        before_it = read_at(placeholder, [Poly.name(n) for n in element(len(shape))])
        known = elements(shape, facts)
        kept: list[tuple[Compare, ...]] = []
        added: list[Term] = []
        for term in after:
            alone_here = all(known.given(term.guards).exclude(guards) for guards in kept)
            if term.value == before_it and not term.bound and alone_here:
                kept.append(term.guards)
            else:
                added.append(term)
        return Carried(placeholder, shape, before, tuple(kept), tuple(added))

    def at(self, values: Values) -> Carried:
        """The same with names replaced in what an iteration does."""
        kept = tuple(tuple(g.substitute(values) for g in guards) for guards in self.kept)
        return replace(self, kept=kept, added=tuple(t.substitute(values) for t in self.added))

    @property
    def names(self) -> set[str]:
        """Every name that stands in what an iteration does."""
        return names_in(self.added) | {n for guards in self.kept for g in guards for n in g.poly.names}


def affine(facts: Facts) -> Facts:
    """The facts of which none holds a product of names."""
    return replace(
        facts,
        conditions=tuple(c for c in facts.conditions if not any(True for _ in presburger.opaque_monomials(c.poly))),
    )


def summary(carried: Carried, loop: Loop) -> Terms:
    """What the variable holds after the loop; raises `Undecided`."""
    bound = (loop.name, loop.lower, loop.upper)
    known = elements(carried.shape, loop.facts)
    if () in carried.kept:
        later = [replace(t, bound=(bound, *t.bound)) for t in carried.added]
        return simplified([*carried.before, *later], known)
    solved = _written_once(carried, loop)
    return _written_often(carried, loop) if solved is None else simplified(solved, known)


def _written_once(carried: Carried, loop: Loop) -> list[Term] | None:
    """What is held after a loop of which the element tells in which iteration it is assigned; None for other loops."""
    refused = [case[-1].opposite for case in carried.kept]
    if not any(True for g in refused for m in presburger.opaque_monomials(g.poly) if loop.name in monomial_names(m)):
        return None
    known = elements(carried.shape, loop.inside)
    for region in dict.fromkeys([tuple(refused), *(t.guards for t in carried.added)]):
        exact = all(known.given(region).exclude(case) for case in carried.kept) and all(
            any(known.given(case).implies(*kept) for kept in carried.kept) for case in refusals(region)
        )
        step = step_given(region, loop.name)
        if not exact or step is None or not all(t.facts(known).implies(*region) for t in carried.added):
            continue
        put_in = {loop.name: step}
        inside = [*in_range(step, loop.upper, loop.lower), *(g.substitute(put_in) for g in region)]
        facts = elements(carried.shape, loop.facts)
        kept = overwritten(carried.before, facts.needed(inside), facts)
        return [*kept, *(t.at(put_in).given(inside) for t in carried.added)]
    return None


def _written_often(carried: Carried, loop: Loop) -> Terms:
    """What is held after a loop in which later iterations may assign to what earlier ones have assigned to."""
    outer = affine(elements(carried.shape, loop.facts))
    inside = outer.within(loop.name, loop.lower, loop.upper)
    bound = (loop.name, loop.lower, loop.upper)
    frame, kept = inside.region(carried.kept)
    if any(loop.name in monomial_names(m) for m in frame.monomials):
        raise Undecided("a product of sizes or indices decides which entries are assigned")
    lost = frame.allowed.subtract(kept)
    place = frame.names.index(loop.name)
    again = lost.insert_dims(isl.dim_type.set, place, 1)
    names = [*frame.names[: place + 1], "later", *frame.names[place + 1 :]]
    order = presburger.points(names, [Compare(Poly.name("later") - Poly.name(loop.name) - 1, ">=")])
    final = frame.allowed.subtract(again.intersect(order).project_out(isl.dim_type.set, place + 1, 1))
    around = outer.frame(
        [*in_range(Poly.name(loop.name), loop.upper, loop.lower), *(g for c in carried.kept for g in c)]
    )
    if list(around.names) != [n for n in frame.names if n != loop.name]:
        raise Undecided("a product of sizes or indices decides which entries are assigned")
    untouched = around.allowed.subtract(lost.project_out(isl.dim_type.set, place, 1))
    terms = [t for term in carried.before for t in _restricted(term, untouched, around, outer)]
    for term in carried.added:
        terms += [replace(t, bound=(bound, *t.bound)) for t in _restricted(term, final, frame, inside)]
    return simplified(terms, elements(carried.shape, loop.facts))


def _restricted(term: Term, region: isl.Set, known: Frame, facts: Facts) -> Iterable[Term]:
    """The term within a region over the names of a frame."""
    products = [Compare(Poly({m: 1}), ">=") for m in known.monomials]
    frame = affine(term.facts(facts)).frame(products)
    wide = _over(region, known.names, frame.names)
    if frame.allowed.is_subset(wide):
        return [term]
    named = {name: Poly({m: 1}) for name, m in frame.opaque.items()}
    cases = wording.disjuncts(wide, frame.names, frame.allowed)
    return [term.given(tuple(c.substitute(named) for c in case)) for case in cases]


def _over(region: isl.Set, names: Sequence[str], wanted: Sequence[str]) -> isl.Set:
    """A region over names as one over more names, perhaps in another order."""
    new = [n for n in wanted if n not in names]
    wide = presburger.extended(region, len(new))
    given = [*names, *new]
    if set(given) != set(wanted):
        raise Undecided("a product of sizes or indices decides which entries are assigned")
    return presburger.reordered(wide, [given.index(n) for n in wanted])


class Unresolved(Exception):
    """A loop whose iterations read what others wrote in a way that has no closed form here."""

    def __init__(self, placeholder: Tensor) -> None:
        super().__init__(placeholder.name)
        self.placeholder = placeholder


def closed(variables: Sequence[Carried], loop: Loop) -> dict[Tensor, Terms]:
    """What every variable holds after the loop; raises `Unresolved` and `Undecided`."""
    by_name = {c.placeholder: c for c in variables}
    resolved: dict[Tensor, Carried] = {}
    waiting = list(variables)
    while waiting:
        progress = False
        for carried in list(waiting):
            in_sums = _resolved(carried, by_name, resolved, loop)
            if in_sums is None:
                continue
            resolved[carried.placeholder] = in_sums
            waiting.remove(carried)
            progress = True
        if not progress:
            raise Unresolved(waiting[0].placeholder)
    return {c.placeholder: summary(resolved[c.placeholder], loop) for c in variables}


def _resolved(
    carried: Carried, variables: Mapping[Tensor, Carried], resolved: Mapping[Tensor, Carried], loop: Loop
) -> Carried | None:
    """The variable with what it reads of earlier iterations put in; None where that is not known yet."""
    added: list[Term] = []
    for term in carried.added:
        read = _read_back(term, carried, variables, resolved, loop)
        if read is None:
            return _accumulated(carried, loop)
        added.append(read)
    return replace(carried, added=tuple(added))


def _read_back(
    term: Term, carried: Carried, variables: Mapping[Tensor, Carried], resolved: Mapping[Tensor, Carried], loop: Loop
) -> Term | None:
    value = term.value
    if value is None:
        return term
    known = term.facts(elements(carried.shape, loop.inside))

    def earlier(placeholder: Tensor, at: Values | None) -> Terms | None:
        """What earlier iterations left at an entry, or everywhere."""
        if at is not None and _untouched(variables[placeholder], at, known, loop):
            return variables[placeholder].before
        return _truncated(resolved[placeholder], loop) if placeholder in resolved else None

    for placeholder in [t for t in value.atoms(Tensor) if t in variables]:
        shape = variables[placeholder].shape
        rank = len(shape)
        replaced: dict[Any, Any] = {}
        for node in value.atoms(Operation) if rank else ():
            if node.operator.name == "index" and node.arguments["a"] == placeholder:
                index = _point(node.arguments["key"], rank)
                if index is None:
                    continue
                at = dict(zip(element(rank), index, strict=True))
                terms = earlier(placeholder, at)
                if terms is None:
                    return None
                replaced[node] = expression_of(simplified([t.at(at) for t in terms], known))
        value = value.xreplace(replaced) if replaced else value
        if value.has(placeholder):
            terms = earlier(placeholder, None if rank else {})
            if terms is None:
                return None
            whole = array_of(shape, simplified(terms, elements(shape, known)), known)
            value = value.xreplace({placeholder: whole})
    return replace(term, value=value)


def _point(key: Any, rank: int) -> list[Poly] | None:
    items = key if isinstance(key, tuple) else (key,)
    if len(items) != rank or not all(isinstance(i, (int, Expr)) for i in items):
        return None
    return [Poly.of(i) if isinstance(i, int) else to_poly(i) for i in items]


def _untouched(source: Carried, at: Values, known: Facts, loop: Loop) -> bool:
    """Whether no earlier iteration of the loop changes the entry."""
    earlier = another(loop.name, [*known.integers, *known.sizes])
    names = {**at, loop.name: Poly.name(earlier)}
    facts = known.within(earlier, loop.lower, Poly.name(loop.name))
    cases = [[g.substitute(names) for g in guards] for guards in source.kept]
    try:
        frame, kept = facts.region(cases)
    except Undecided:
        return False
    if frame.opaque and not all(not c for c in cases):
        return False
    if not frame.allowed.is_subset(kept):
        return False
    return not any(apart(t, facts).substitute(names).facts(facts).allow(()) for t in source.added)


def _truncated(source: Carried, loop: Loop) -> Terms:
    """What the variable holds when an iteration begins, in terms of the loop's index."""
    before = another(loop.name, source.names | {*loop.inside.integers, *loop.facts.sizes})
    earlier = source.at({loop.name: Poly.name(before)})
    return summary(earlier, Loop(before, loop.lower, Poly.name(loop.name), loop.inside))


def _accumulated(carried: Carried, loop: Loop) -> Carried | None:
    """c[w(k)] = c[w(k−1)] + d(k), as running sums: what an iteration assigns, without reading back."""
    names = element(len(carried.shape))
    reads = [t for t in carried.added if t.value is not None and t.value.has(carried.placeholder)]
    rest = [t for t in carried.added if t not in reads]
    if len(reads) != 1 or reads[0].bound or any(t.value is None for t in rest):
        return None
    (read,) = reads
    where = dict(given for g in read.guards for n in names if (given := g.solved_for([n])) is not None)
    if set(where) != set(names) or len(read.guards) != len(names) or any(set(names) & p.names for p in where.values()):
        return None
    before_this = {n: p.substitute({loop.name: Poly.name(loop.name) - 1}) for n, p in where.items()}
    moves = any(isolated(p, loop.name) is not None for p in where.values())
    if not moves or read.value != read_at(carried.placeholder, [before_this[n] for n in names]):
        return None
    if any(not set(read.guards) <= set(t.guards) for t in rest):
        return None
    known = affine(elements(carried.shape, loop.inside))
    frame, kept = known.region(carried.kept)
    _, written = known.region([read.guards])
    adds = written.is_subset(kept)
    if not frame.allowed.is_subset(kept.union(written)) or not (adds or kept.intersect(written).is_empty()):
        return None
    first = {n: p.substitute({loop.name: loop.lower}) for n, p in before_this.items()}
    start = [t.at(first).given(read.guards) for t in carried.before]
    before = another(loop.name, carried.names | {*loop.inside.integers, *loop.facts.sizes})
    sums = []
    for term in rest:
        once = replace(term, guards=tuple(g for g in term.guards if g not in read.guards)).at(where)
        earlier = once.at({loop.name: Poly.name(before)})
        bound = (before, loop.lower, Poly.name(loop.name) + 1)
        sums.append(replace(earlier, bound=(bound, *earlier.bound)).given(read.guards))
    if adds:
        bound = (before, loop.lower, Poly.name(loop.name))
        for term in carried.before:
            earlier = term.at(where).at({loop.name: Poly.name(before)})
            sums.append(replace(earlier, bound=(bound, *earlier.bound)).given(read.guards))
    return replace(carried, added=simplified([*start, *sums], elements(carried.shape, loop.inside)))
