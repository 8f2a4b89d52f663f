"""Ideas for sums in closed form: roots of unity, numbers of terms, powers of the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symconv.algebra.polynomials import ONE, PI, ZERO, Exp, I, Inverse, Poly, exponential, inverse
from symconv.algebra.power_sums import powers_of, sum_of_powers
from symconv.derivations.matching import Product, sum_of, terms_of
from symconv.derivations.reasons import Reason, Rule, Shown
from symconv.derivations.setting import Line, Setting
from symconv.derivations.simplifying import counted_products, without_extrema
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula, Scalar, Sum, When, plus, times
from symconv.formulas.language import summed as plain_sum
from symconv.formulas.walking import free_names
from symconv.limits import MAX_SUMMED_POWER


def roots_of_unity(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u e^{2πi·d·u/n} over a whole period is n where n divides d, else 0."""
    apart: list[Formula] = []
    summed: list[Product] = []
    told: Reason | None = None
    for p in terms_of(formula):
        turning = next((f for name, lo, hi in p.bound if lo == ZERO and (f := _turns(p, name, hi))), None)
        if turning is None:
            summed.append(p)
            apart.append(p.formula)
            continue
        name, period, distance, rest = turning
        apart.append(_with_sum_inside(p, name, period, rest))
        told = told or Reason(Rule.GEOMETRIC_SUM, tuple(Shown(each, apart[-1]) for each in (period, period, distance)))
        for k in (0, 1, -1):
            guard = Compare(distance - period * k, "==")
            q = replace(p.without(name), coefficient=_multiplied(rest, period), guards=(*p.guards, guard))
            if not setting.holds(q.formula, Scalar(ZERO)):
                summed.append(q)
    if told is not None:
        yield Line(plus(*apart), Reason(Rule.EXCHANGE_SUMS)), Line(sum_of(summed), told)


def _with_sum_inside(p: Product, name: str, period: Poly, rest: Poly) -> Formula:
    """The term with the sum of powers of a root of unity by itself, `rest` being the other factors of its number."""
    ((monomial, _),) = p.coefficient.terms.items()
    exponent = next(a.exponent for a in monomial if isinstance(a, Exp))
    turns = Sum(name, ZERO, period, Scalar(exponential(exponent - exponent.substitute({name: ZERO}))))
    bound = [b for b in p.bound if b[0] != name]
    is_free = rest.names.isdisjoint(n for n, _, _ in bound)
    inside = times(*([] if is_free else [Scalar(rest)]), *p.factors, turns)
    total = plain_sum(bound, When(p.guards, inside) if p.guards else inside)
    return times(Scalar(rest), total) if is_free else total


def _turns(p: Product, name: str, period: Poly) -> tuple[str, Poly, Poly, Poly] | None:
    """The name, the period, d with e^{2πi·d·name/period} as the only place of the name, and the rest."""
    if len(p.coefficient.terms) != 1 or name in free_names(replace(p.without(name), coefficient=ONE).formula):
        return None
    ((monomial, _),) = p.coefficient.terms.items()
    exponent = next((a.exponent for a in monomial if isinstance(a, Exp)), None)
    if exponent is None or name not in exponent.names:
        return None
    at = [exponent.substitute({name: Poly.of(i)}) for i in range(3)]
    if at[2] - at[1] != at[1] - at[0]:
        return None
    distance = _multiplied(at[1] - at[0], period) * inverse(PI * 2) * -I
    if not distance.is_affine or any(not isinstance(c, int) for c in distance.terms.values()):
        return None
    if all(c < 0 for c in distance.terms.values()):
        distance = -distance
    return name, period, distance, p.coefficient.substitute({name: ZERO})


def _multiplied(poly: Poly, factor: Poly) -> Poly:
    """poly · factor, with 1/factor · factor as 1."""
    (monomial, _), *more = inverse(factor).terms.items()
    one = next((a for a in monomial if isinstance(a, Inverse)), None)
    if more or len(monomial) != 1 or one is None or any(one not in m for m in poly.terms):
        return poly * factor
    return poly.with_atom(one, ONE)


def counts(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u of 1 over the range that brackets leave is the length of the range."""
    terms = terms_of(formula)
    counted = [counted_products(p, guarded=True) for p in terms]
    if counted != terms:
        line = without_extrema(sum_of(counted), setting.plainly)
        yield (Line(line, Reason(Rule.COUNT_THE_TERMS)),)


def triangles(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_i Σ_{j≤i} x[j] as Σ_j Σ_{i≥j} x[j], where the terms of the inner sum are equal."""
    terms = terms_of(formula)
    turned = [_turned(p) or p for p in terms]
    if turned != terms:
        exchanged, counted = sum_of(turned), sum_of([counted_products(p) for p in turned])
        yield Line(exchanged, Reason(Rule.EXCHANGE_SUMS)), Line(counted, Reason(Rule.COUNT_THE_TERMS))


def _turned(p: Product) -> Product | None:
    """The term with its two sums exchanged, the inner one of which ends or begins where the index of the outer says."""
    if len(p.bound) != 2 or p.guards:
        return None
    (outer, low, high), (inner, first, end) = p.bound
    if outer in free_names(replace(p, bound=()).formula):
        return None
    beyond, before = end - Poly.name(outer), first - Poly.name(outer)
    if outer not in beyond.names | first.names and _is_natural(first - beyond + 1 - low):
        bound = (inner, first, high - 1 + beyond), (outer, Poly.name(inner) - beyond + 1, high)
    elif outer not in before.names | end.names and _is_natural(high + before - end):
        bound = (inner, low + before, end), (outer, low, Poly.name(inner) - before + 1)
    else:
        return None
    return replace(p, bound=bound)


def _is_natural(poly: Poly) -> bool:
    return (poly.integer if poly.integer is not None else -1) >= 0


def power_sums(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ of a polynomial in its index, in closed form."""
    terms, closed = terms_of(formula), []
    for p in terms:
        while _sums_numbers(p) and (value := _power_sum(p)) is not None:
            p = replace(p, coefficient=value, bound=p.bound[:-1])
        closed.append(p)
    if closed != terms:
        yield (Line(sum_of(closed), Reason(Rule.SUMS_OF_POWERS)),)


def _sums_numbers(p: Product) -> bool:
    """Whether nothing but the coefficient depends on the innermost index."""
    return bool(p.bound) and p.bound[-1][0] not in free_names(replace(p, coefficient=ONE, bound=()).formula)


def _power_sum(p: Product) -> Poly | None:
    name, lower, upper = p.bound[-1]
    factors = powers_of(p.coefficient, name)
    return (
        None
        if factors is None or any(power > MAX_SUMMED_POWER for power in factors)
        else sum_of_powers(factors, lower, upper)
    )


__all__ = ["counts", "power_sums", "roots_of_unity", "triangles"]
