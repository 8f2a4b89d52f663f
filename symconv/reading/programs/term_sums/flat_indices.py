"""Flattened indices as their digits: an index below m·n of which k // n and k % n are taken is two indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy

from symconv.algebra.polynomials import ZERO, Floor, Poly, divided
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel.facts import Facts
from symconv.limits import MAX_SUMS
from symconv.reading.programs.term_sums.summed_terms import Term, Terms, another, names_in

Digits = list[tuple[str, Poly]]


def in_digits(terms: Terms, name: str, size: Poly, facts: Facts) -> tuple[Terms, Digits]:
    """The terms with an index below a size replaced by its digits, and these with their sizes, the last the fastest."""
    divisor = _divisor(terms, name)
    if divisor is None:
        return terms, [(name, size)]
    quotient, rest = divided(size, divisor)
    if rest or quotient * divisor != size or not facts.implies(Compare(divisor - 1, ">=")):
        return terms, [(name, size)]
    if quotient == 1:
        below = tuple(_put_in(t, {Floor(Poly.name(name), divisor): ZERO}, {}) for t in terms)
        return (terms, [(name, size)]) if below == terms else in_digits(below, name, size, facts)
    taken = {*names_in(terms), *facts.sizes, *facts.integers}
    high = another(name, taken)
    low = another(name, taken | {high})
    split = tuple(_split(t, name, divisor, high, low) for t in terms)
    inner = facts.within(high, ZERO, quotient).within(low, ZERO, divisor)
    after, digits = in_digits(split, high, quotient, inner)
    return after, [*digits, (low, divisor)]


def bound_in_digits(term: Term, facts: Facts) -> Term:
    """The term with its sums over flattened indices as sums over their digits."""
    for k, (name, lower, upper) in enumerate(term.bound):
        if lower != ZERO:
            continue
        inner = replace(term, bound=term.bound[k + 1 :])
        outer = facts
        for other, low, high in term.bound[:k]:
            outer = outer.within(other, low, high)
        (split,), digits = in_digits((inner,), name, upper, outer.within(name, lower, upper))
        if len(digits) > 1:
            bound = [*term.bound[:k], *((n, ZERO, size) for n, size in digits), *split.bound]
            if len(bound) > MAX_SUMS:
                return term
            return bound_in_digits(replace(split, bound=tuple(bound)), facts)
    return term


def without_small_quotients(terms: Terms, facts: Facts) -> Terms:
    """The terms with values without the quotients m // W of what is m < W where they count."""
    changed = []
    for term in terms:
        if term.value is None or not term.value.atoms(sympy.floor):
            changed.append(term)
            continue
        known = term.facts(facts)
        floors = [f for f in _floors((Term(term.value),)) if known.implies(*in_range(f.numerator, f.divisor))]
        small = _put_in(Term(term.value), dict.fromkeys(floors, ZERO), {}) if floors else term
        changed.append(replace(term, value=small.value))
    return tuple(changed)


def without_equal_quotients(terms: Terms, facts: Facts) -> Terms:
    """The terms with a // d == v under their conditions as 0 ≤ a − d·v < d."""
    return tuple(
        replace(t, guards=tuple(c for g in t.guards for c in _range_of_quotient(g, t.facts(facts)))) for t in terms
    )


def _range_of_quotient(guard: Compare, known: Facts) -> tuple[Compare, ...]:
    for found in (a for a in guard.poly.atoms if isinstance(a, Floor) and guard.relation == "=="):
        sign = guard.poly.coefficient(found)
        value = (Poly({(found,): 1}) - guard.poly * sign) if sign in (1, -1) else None
        alone = value is not None and all(found not in m for m in value.terms)
        if value is not None and alone and known.implies(Compare(found.divisor - 1, ">=")):
            return in_range(found.numerator - found.divisor * value, found.divisor)
    return (guard,)


def _floors(terms: Terms) -> set[Floor]:
    """The quotients anywhere in terms."""
    polys = [p for t in terms for p in (*(g.poly for g in t.guards), *(b for _, *ends in t.bound for b in ends))]
    values = (t.value for t in terms if t.value is not None)
    polys += [to_poly(f) for v in values for f in v.atoms(sympy.floor)]
    found: set[Floor] = set()
    while polys:
        for atom in polys.pop().atoms:
            if isinstance(atom, Floor):
                found.add(atom)
                polys += [atom.numerator, atom.divisor]
    return found


def _divisor(terms: Terms, name: str) -> Poly | None:
    """By what an index is divided first; None where it is not, or by numbers that do not divide one another."""
    divisors = [f.divisor for f in _floors(terms) if f.numerator == Poly.name(name)]
    for divisor in divisors:
        if all(not divided(other, divisor)[1] for other in divisors):
            return divisor
    return None


def _split(term: Term, name: str, divisor: Poly, high: str, low: str) -> Term:
    """The term with name = high·divisor + low."""
    upper = Poly.name(high)
    quotients = {f: upper // divided(f.divisor, divisor)[0] for f in _floors((term,)) if f.numerator == Poly.name(name)}
    term = _put_in(term, quotients, {name: upper * divisor + Poly.name(low)})
    return _put_in(term, {Floor(Poly.name(low), divisor): ZERO}, {})


def _put_in(term: Term, quotients: Mapping[Floor, Poly], names: Mapping[str, Poly]) -> Term:
    """The term with quotients replaced, and then names."""

    def changed(poly: Poly) -> Poly:
        for old, new in quotients.items():
            poly = poly.with_atom(old, new)
        return poly.substitute(names)

    value = term.value
    if value is not None:
        named = {f: to_poly(f) for f in value.atoms(sympy.floor)}
        value = value.xreplace({f: to_sympy(new) for f, poly in named.items() if (new := changed(poly)) != poly})
        value = value.replace_names(names) if names else value
    return Term(
        value,
        tuple(Compare(changed(g.poly), g.relation) for g in term.guards),
        tuple((n, changed(lower), changed(top)) for n, lower, top in term.bound),
    )
