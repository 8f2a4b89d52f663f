"""Sums of powers in closed form."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb

from symconv.algebra.polynomials import ONE, ZERO, Poly


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
