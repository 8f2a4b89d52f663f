"""Polynomials in one name, and their sums over a range of it in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import comb

from symconv.algebra.atoms import Monomial, monomial_names
from symconv.algebra.polynomials import ONE, ZERO, Number, Poly


def powers_of(poly: Poly, name: str) -> dict[int, Poly] | None:
    """What stands before each power of a name; None where the name stands inside another atom.

    >>> n, u = Poly.name("n"), Poly.name("u")
    >>> powers_of(n * u * u - 2 * u + 1, "u")
    {2: Poly(n), 1: Poly(-2), 0: Poly(1)}
    """
    factors: dict[int, dict[Monomial, Number]] = {}
    for monomial, c in poly.terms.items():
        others = tuple(a for a in monomial if a != name)
        if name in monomial_names(others):
            return None
        factors.setdefault(len(monomial) - len(others), {})[others] = c
    return {power: Poly(terms) for power, terms in factors.items()}


def sum_of_powers(factors: Mapping[int, Poly], lower: Poly, upper: Poly) -> Poly:
    """Σ over lower ≤ u < upper of a polynomial in u, given by what stands before each power."""
    return Poly.sum(factor * power_sum(power, lower, upper) for power, factor in factors.items())


def power_sum(power: int, lower: Poly, upper: Poly) -> Poly:
    """Σ u^power over lower ≤ u < upper, by Faulhaber's formula (0⁰ = 1); as a polynomial, for lower > upper too.

    >>> print(power_sum(1, ZERO, Poly.name("n")))
    1/2*n*n - 1/2*n
    """
    return _from_zero(power, upper) - _from_zero(power, lower)


def _from_zero(power: int, upper: Poly) -> Poly:
    total, factor = ZERO, ONE
    for c in _coefficients(power):
        factor = factor * upper
        total = total + factor * c
    return total


@lru_cache(maxsize=64)
def _coefficients(power: int) -> tuple[Fraction, ...]:
    """The coefficients of n, n², … in Σ u^power over 0 ≤ u < n: C(power + 1, k)·B_k / (power + 1) from the last k."""
    bernoulli: list[Fraction] = []
    for m in range(power + 1):
        bernoulli.append(Fraction(m == 0) - sum(comb(m, k) * bernoulli[k] / (m - k + 1) for k in range(m)))
    return tuple(comb(power + 1, k) * bernoulli[k] / (power + 1) for k in reversed(range(power + 1)))
