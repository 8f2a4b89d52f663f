"""Coefficient functions: which number stands before which product of entries.

A term becomes pieces once its bound indices are gone: a Presburger set over (sizes, output
index, the index of every entry) and a coefficient. A bound index may be projected away only
where the rest determines it; otherwise the coefficient is summed over its range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import islpy as isl

from symconv.algebra.polynomials import ZERO, Exp, Monomial, Poly, floor
from symconv.algebra.power_sums import powers_of, sum_of_powers
from symconv.algebra.solving import isolated
from symconv.formulas.conditions import Compare, at_least, holds
from symconv.kernel import multiples, presburger, quotients
from symconv.kernel.presburger import Undecided
from symconv.kernel.roots import root_sum
from symconv.kernel.symbolic_products import canonical, inherited, products
from symconv.kernel.terms import Slot, Term
from symconv.limits import check_time


@dataclass(frozen=True)
class Piece:
    """A coefficient on a set of (sizes, output index, entry indices); 0 elsewhere.

    `is_nonzero` says that the coefficient is known to be 0 nowhere on the set.
    """

    domain: isl.Set
    coefficient: Poly
    is_nonzero: bool = False


def slot_names(slot: int, arity: int) -> list[str]:
    """The coordinates of the entry in one slot of a product."""
    return [f"@{slot}.{j}" for j in range(arity)]


def flat(term: Term) -> Term:
    """The term without slots: the coordinates of its entries are equal to their indices."""
    own = [name for k, s in enumerate(term.slots) for name in slot_names(k, len(s.index))]
    indices = [i for s in term.slots for i in s.index]
    equalities = tuple(Compare(Poly.name(y) - i, "==") for y, i in zip(own, indices, strict=True))
    return Term(term.coefficient, (), term.bound, (*term.guards, *equalities))


def eliminated(term: Term, own: Sequence[str], names: Sequence[str], context: isl.Set) -> list[Term]:
    """A flat term as terms over (names, coordinates `own` of entries), their bound names determined by those."""
    visible = [*names, *own]
    try:
        return _eliminated(term, own, names, context)
    except ZeroDivisionError:
        domain = presburger.points(visible, term.guards, term.bound)
        if domain.intersect(presburger.extended(context, len(own))).is_empty():
            return []
        raise Undecided("a division by 0 where it is looked at") from None


def _eliminated(term: Term, own: Sequence[str], names: Sequence[str], context: isl.Set) -> list[Term]:
    visible = [*names, *own]
    cases = (n for u in multiples.unrolled(term) for n in quotients.named(u))
    reduced = (solved(multiples.without_factors(t, names, context)) for t in cases)
    divided = (multiples.divided_out(t, own, names, context) for t in reduced)
    return [canonical(t, own) for s in divided for t in _eliminate(s, visible, context)]


def piece(
    term: Term, visible: Sequence[str], context: isl.Set, facts: Sequence[Compare], monomials: Sequence[Monomial]
) -> Piece:
    """The piece of an eliminated term over visible names, of which the context's come first.

    `facts` are what the context says, as constraints; `monomials` the products among the names.
    """
    bounds = inherited((*term.guards, *facts), monomials, visible, context)
    domain = presburger.points(visible, (*term.guards, *bounds), term.bound)
    return Piece(
        domain.intersect(presburger.extended(context, len(visible) - context.dim(isl.dim_type.set))), term.coefficient
    )


def solved(term: Term) -> Term:
    """Eliminate bound names that an equation gives as a whole-number combination of the rest."""
    bound, guards, coefficient, slots = list(term.bound), list(term.guards), term.coefficient, term.slots
    while found := next(((g, given) for g in guards if (given := g.solved_for(bound)) is not None), None):
        guard, (name, value) = found
        guards = [g.substitute({name: value}) for g in guards if g is not guard]
        coefficient = coefficient.substitute({name: value})
        slots = tuple(Slot(s.atom, tuple(i.substitute({name: value}) for i in s.index)) for s in slots)
        bound.remove(name)
    return Term(coefficient, slots, tuple(bound), tuple(dict.fromkeys(g for g in guards if not _trivial(g))))


def _trivial(guard: Compare) -> bool:
    return guard.poly.constant is not None and holds(guard, {})


def _eliminate(term: Term, visible: Sequence[str], context: isl.Set) -> list[Term]:
    """Terms whose bound names are determined by the visible ones and absent from the coefficient."""
    check_time()
    if not term.bound:  # quicker
        return [term]
    if presburger.determined([*visible, *products(term.guards, visible)], term.guards, term.bound, context):
        coefficient = _rational_solution(term, visible)
        if coefficient is not None:
            return [replace(term, coefficient=coefficient)]
    for name in term.bound:
        summed = _fibre_sum(term, name, visible, context)
        if summed is not None:
            split = [t for part in summed for t in quotients.named(part)]
            return [t for part in split for t in _eliminate(solved(part), visible, context)]
    raise Undecided(f"the number of values of the bound index {term.bound[0].split('.')[0]} is not a polynomial here")


def _rational_solution(term: Term, visible: Sequence[str]) -> Poly | None:
    """The coefficient with bound names expressed by the visible ones, over the rationals, if equations do."""
    coefficient = term.coefficient
    for guard in term.guards:
        match guard.solved_for([n for n in term.bound if n in coefficient.names], rational=True):
            case name, value:
                coefficient = coefficient.substitute({name: value})
    return coefficient if coefficient.names <= set(visible) else None


def _fibre_sum(term: Term, name: str, visible: Sequence[str], context: isl.Set) -> list[Term] | None:
    """Σ over one bound name that stands alone in its bounds; None where it doesn't, or there is an equation."""
    lowers: list[Poly] = []
    uppers: list[Poly] = []
    rest: list[Compare] = []
    for guard in (at_least(g.poly, 0) if g.relation == ">=" else g for g in term.guards):
        if name not in guard.poly.names:
            rest.append(guard)
            continue
        match isolated(guard.poly, name) if guard.relation == ">=" else None:
            case int(c), others if c > 0:
                lowers.append(-floor(others, Poly.of(c)))
            case int(c), others:
                uppers.append(floor(others, Poly.of(-c)))
            case _:
                return None
    lowers, uppers = list(dict.fromkeys(lowers)), list(dict.fromkeys(uppers))
    if not lowers or not uppers:
        return None
    left = Term(term.coefficient, (), tuple(n for n in term.bound if n != name), tuple(rest))
    phases, plain = _phases(term.coefficient, name)
    powers = powers_of(plain, name)
    if powers is None:
        return None
    found = []
    for phase in phases:
        if len(lowers) != 1 or len(uppers) != 1:
            return None
        summed = root_sum(replace(left, coefficient=phase), name, lowers[0], uppers[0], visible, context)
        if summed is None:
            return None
        found += summed
    for (i, low), (j, high) in product(enumerate(lowers), enumerate(uppers)):
        guards = [Compare(low - other - (k < i), ">=") for k, other in enumerate(lowers) if k != i]
        guards += [Compare(other - high - (k < j), ">=") for k, other in enumerate(uppers) if k != j]
        guards.append(Compare(high - low, ">="))
        check_time()
        value = sum_of_powers(powers, low, high + 1)
        part = replace(left, coefficient=value).guarded(guards)
        if part is not None and value:
            found.append(part)
    return found


def _phases(coefficient: Poly, name: str) -> tuple[list[Poly], Poly]:
    """The terms with an exponential of the name, one by one, and the rest."""
    phases, rest = [], ZERO
    for monomial, value in coefficient.terms.items():
        made = Poly({monomial: value})
        if any(isinstance(a, Exp) and name in a.exponent.names for a in monomial):
            phases.append(made)
        else:
            rest = rest + made
    return phases, rest
