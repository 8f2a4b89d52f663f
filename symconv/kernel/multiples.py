"""Bound indices that a symbol multiplies, as u in x[W·u + j]: taken one by one, or as a quotient by the symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import islpy as isl

from symconv.algebra.polynomials import ONE, ZERO, Poly, divided, floor
from symconv.algebra.power_sums import powers_of
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.quotients import at_least_one, certain, everything_named
from symconv.kernel.terms import Term
from symconv.limits import MAX_UNROLLED


def unrolled(term: Term) -> list[Term]:
    """The term once for each value of a bound index that is multiplied by a symbol, if numbers say there are few."""
    for name in term.bound:
        if not any(name in m for g in term.guards for m in g.poly.terms if len(m) > 1):
            continue
        alone = [g for g in term.guards if g.relation == ">=" and g.poly.names == {name} and g.poly.is_affine]
        values = presburger.points([name], alone) if alone else None
        if values is not None and values.is_bounded() and values.dim_max_val(0) - values.dim_min_val(0) < MAX_UNROLLED:
            rest = replace(term, bound=tuple(n for n in term.bound if n != name))
            made = (_at(rest, name, value) for (value,) in presburger.each_point(values, MAX_UNROLLED))
            return [t for part in made if part is not None for t in unrolled(part)]
    return [term]


def _at(term: Term, name: str, value: int) -> Term | None:
    made = term.substitute({name: Poly.of(value)})
    return replace(made, guards=()).guarded(made.guards)


def without_factors(term: Term, names: Sequence[str], context: isl.Set) -> Term:
    """The term with W·a == 0 and W·a ≥ 0 as a == 0 and a ≥ 0 where W ≥ 1."""
    shared = {g: found for g in term.guards if (found := _shared(g.poly))}
    if not shared:  # quicker
        return term
    known, everything = certain(term, names, context), everything_named(term, names)
    guards = []
    for guard in term.guards:
        factor = ONE
        for name in shared.get(guard, ()):
            factor = factor * Poly.name(name) if at_least_one(Poly.name(name), known, everything) else factor
        guards.append(Compare(divided(guard.poly, factor)[0], guard.relation) if factor != 1 else guard)
    return replace(term, guards=tuple(guards))


def _shared(poly: Poly) -> set[str]:
    """The names that are factors of every monomial, where one is a product."""
    if not any(len(m) > 1 for m in poly.terms):
        return set()
    return set.intersection(*({a for a in m if isinstance(a, str)} for m in poly.terms))


def divided_out(term: Term, own: Sequence[str], names: Sequence[str], context: isl.Set) -> Term:
    """The term without bound u of which an equation says W·u == a with W ≥ 1: u is a // W, and a a multiple of W."""
    for guard in term.guards:
        if guard.relation != "==":
            continue
        for name in term.bound:
            factor, value = _linear_in(guard.poly, name)
            if factor.integer is not None or not (factor.names | value.names) <= {*names, *own}:
                continue
            known, everything = certain(term, names, context), everything_named(term, names)
            sign = next((s for s in (1, -1) if at_least_one(factor * s, known, everything)), None)
            if sign is not None:
                quotient = floor(value * -sign, factor * sign)
                made = replace(term, bound=tuple(n for n in term.bound if n != name)).substitute({name: quotient})
                return divided_out(made, own, names, context)
    return term


def _linear_in(poly: Poly, name: str) -> tuple[Poly, Poly]:
    """factor and rest of factor·name + rest; a factor of 0 where that is not its form."""
    factors = powers_of(poly, name)
    return (ZERO, poly) if factors is None or factors.keys() - {0, 1} else (factors.get(1, ZERO), factors.get(0, ZERO))
