"""Coefficient functions: which number stands before which product of entries.

A term becomes pieces once its bound indices are gone: a Presburger set over (sizes, output
index, the index of every entry) and a coefficient. A bound index may be projected away only
where the rest determines it; otherwise the coefficient is summed over its range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import comb, gcd

import islpy as isl

from symconv.algebra.polynomials import ONE, ZERO, Exp, Floor, Inverse, Monomial, Number, Poly, floor
from symconv.formulas.conditions import Compare, holds
from symconv.kernel import multiples, presburger, quotients
from symconv.kernel.presburger import Undecided
from symconv.kernel.roots import root_sum
from symconv.kernel.symbolic_products import canonical, inherited, products
from symconv.kernel.terms import Term


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
    cases = (n for u in multiples.unrolled(term) for n in quotients.named(u))
    reduced = (_solve(multiples.without_factors(t, names, context)) for t in cases)
    solved = (multiples.divided_out(t, own, names, context) for t in reduced)
    return [canonical(t, own) for s in solved for t in _eliminate(s, visible, context)]


def piece(
    term: Term, visible: Sequence[str], context: isl.Set, facts: Sequence[Compare], monomials: Sequence[Monomial]
) -> Piece:
    """The piece of an eliminated term over visible names, of which the context's come first.

    `facts` are what the context says, as constraints; `monomials` the products among the names.
    """
    bounds = inherited((*term.guards, *facts), monomials, visible, context) if monomials else []
    domain = presburger.points(visible, (*term.guards, *bounds), term.bound)
    return Piece(
        domain.intersect(presburger.extended(context, len(visible) - context.dim(isl.dim_type.set))), term.coefficient
    )


def _solve(term: Term) -> Term:
    """Eliminate bound names that an equation gives as a whole-number combination of the rest."""
    bound, guards, coefficient = list(term.bound), list(term.guards), term.coefficient
    progress = True
    while progress:
        progress = False
        for guard in guards:
            if guard.relation != "==":
                continue
            name = next((n for n in bound if guard.poly.coefficient(n) in (1, -1) and _alone(guard.poly, n)), None)
            if name is None:
                continue
            sign = guard.poly.coefficient(name)
            values = {name: Poly.name(name) - guard.poly * sign}
            guards = [g.substitute(values) for g in guards if g is not guard]
            guards = list(dict.fromkeys(g for g in guards if not _trivial(g)))
            coefficient = coefficient.substitute(values)
            bound.remove(name)
            progress = True
            break
    return Term(coefficient, (), tuple(bound), tuple(guards))


def _alone(poly: Poly, name: str) -> bool:
    """Whether the name occurs only by itself, not in a product or another atom."""
    return sum(1 for a in poly.atoms if a == name or (not isinstance(a, str) and name in Poly({(a,): 1}).names)) == 1


def _trivial(guard: Compare) -> bool:
    return guard.poly.constant is not None and holds(guard, {})


def _eliminate(term: Term, visible: Sequence[str], context: isl.Set) -> list[Term]:
    """Terms whose bound names are determined by the visible ones and absent from the coefficient."""
    if not term.bound:
        return [term]
    presburger.check_time()
    if presburger.determined([*visible, *products(term.guards, visible)], term.guards, term.bound, context):
        solved = _rational_solution(term, visible)
        if solved is not None:
            return [replace(term, coefficient=solved)]
    for name in term.bound:
        summed = _fibre_sum(term, name, visible, context)
        if summed is not None:
            split = [t for part in summed for t in quotients.named(part)]
            return [t for part in split for t in _eliminate(_solve(part), visible, context)]
    raise Undecided(f"the number of values of the bound index {term.bound[0].split('.')[0]} is not a polynomial here")


def _rational_solution(term: Term, visible: Sequence[str]) -> Poly | None:
    """The coefficient with bound names expressed by the visible ones, over the rationals, if equations do."""
    coefficient = term.coefficient
    for guard in term.guards:
        name = next((n for n in term.bound if n in coefficient.names and guard.poly.coefficient(n)), None)
        if guard.relation == "==" and name is not None and _alone(guard.poly, name):
            c = Fraction(guard.poly.coefficient(name))
            solution = Poly.name(name) - guard.poly * (1 / c)
            coefficient = coefficient.substitute({name: solution})
    return coefficient if coefficient.names <= set(visible) else None


def _fibre_sum(term: Term, name: str, visible: Sequence[str], context: isl.Set) -> list[Term] | None:
    """Σ over one bound name that stands alone in its bounds; None where it doesn't, or there is an equation."""
    lowers: list[Poly] = []
    uppers: list[Poly] = []
    rest: list[Compare] = []
    for guard in map(_tightened, term.guards):
        if name not in guard.poly.names:
            rest.append(guard)
            continue
        c = guard.poly.coefficient(name)
        if guard.relation != ">=" or not isinstance(c, int) or not c or not _alone(guard.poly, name):
            return None
        rest_of_it = floor(guard.poly - Poly.name(name) * c, Poly.of(abs(c)))
        (lowers if c > 0 else uppers).append(-rest_of_it if c > 0 else rest_of_it)
    lowers, uppers = list(dict.fromkeys(lowers)), list(dict.fromkeys(uppers))
    if not lowers or not uppers:
        return None
    left = Term(term.coefficient, (), tuple(n for n in term.bound if n != name), tuple(rest))
    phases, plain = _phases(term.coefficient, name)
    powers = _powers(plain, name)
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
        value = ZERO
        for power, factor in powers.items():
            presburger.check_time()
            value = value + factor * (_power_sum(power, high) - _power_sum(power, low - 1))
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


def _tightened(guard: Compare) -> Compare:
    """The same constraint on integers with the common factor of its coefficients divided out."""
    values = [c for m, c in guard.poly.terms.items() if m]
    if guard.relation != ">=" or not values or not all(isinstance(c, int) for c in values):
        return guard
    common = gcd(*(int(c) for c in values))
    terms = {m: c // common for m, c in guard.poly.terms.items()}
    return Compare(Poly(terms), ">=")


def _powers(coefficient: Poly, name: str) -> dict[int, Poly] | None:
    """The coefficient as a polynomial in one name."""
    powers: dict[int, dict[Monomial, Number]] = {}
    for monomial, value in coefficient.terms.items():
        if any(isinstance(a, (Exp, Inverse, Floor)) and name in Poly({(a,): 1}).names for a in monomial):
            return None
        powers.setdefault(monomial.count(name), {})[tuple(a for a in monomial if a != name)] = value
    return {power: Poly(terms) for power, terms in powers.items()}


@lru_cache(maxsize=64)
def _bernoulli(power: int) -> tuple[Fraction, ...]:
    """The coefficients of Σ_{b=0}^{n} b^power as a polynomial in n, lowest power first (0⁰ = 1)."""
    numbers: list[Fraction] = []
    for m in range(power + 1):
        numbers.append(Fraction(int(m == 0)) - sum(Fraction(comb(m, k)) * numbers[k] / (m - k + 1) for k in range(m)))
    if power >= 1:
        numbers[1] = Fraction(1, 2)
    coefficients = [Fraction(0)] * (power + 2)
    for k in range(power + 1):
        coefficients[power + 1 - k] = Fraction(comb(power + 1, k)) * numbers[k] / (power + 1)
    if power == 0:
        coefficients[0] = Fraction(1)
    return tuple(coefficients)


def _power_sum(power: int, n: Poly) -> Poly:
    """Σ_{b=0}^{n} b^power, extended to all integers n as a polynomial."""
    total, factor = ZERO, ONE
    for c in _bernoulli(power):
        total = total + factor * c
        factor = factor * n
    return total
