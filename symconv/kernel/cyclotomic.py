"""Rational combinations of roots of unity: Σ c·exp(2πi·q) is 0 exactly if Σ c·x^(qN) is a multiple of Φ_N."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import lcm

MAX_ORDER = 2_000


def sums_to_zero(parts: Iterable[tuple[Fraction, Fraction]]) -> bool:
    """Whether Σ c·exp(2πi·q) over the pairs (q, c) is 0; False where the order of the roots is very large.

    >>> sums_to_zero([(Fraction(k, 3), Fraction(1)) for k in range(3)])
    True
    """
    parts = list(parts)
    order = lcm(*(q.denominator for q, _ in parts))
    if order > MAX_ORDER:
        return False
    coefficients = [Fraction(0)] * order
    for q, c in parts:
        coefficients[int(q * order) % order] += c
    return not any(_remainder(coefficients, cyclotomic(order)))


@lru_cache(maxsize=64)
def cyclotomic(order: int) -> tuple[int, ...]:
    """The coefficients of the cyclotomic polynomial Φ, lowest power first.

    >>> cyclotomic(6)
    (1, -1, 1)
    """
    quotient = [-1, *[0] * (order - 1), 1]
    for d in range(1, order):
        if order % d == 0:
            quotient = _quotient(quotient, cyclotomic(d))
    return tuple(quotient)


def _quotient(dividend: list[int], divisor: tuple[int, ...]) -> list[int]:
    """The exact quotient by a monic polynomial."""
    rest, found = list(dividend), []
    for at in range(len(dividend) - len(divisor), -1, -1):
        lead = rest[at + len(divisor) - 1]
        found.append(lead)
        for k, c in enumerate(divisor):
            rest[at + k] -= lead * c
    return found[::-1]


def _remainder(dividend: list[Fraction], divisor: tuple[int, ...]) -> list[Fraction]:
    rest = list(dividend)
    for at in range(len(rest) - len(divisor), -1, -1):
        lead = rest[at + len(divisor) - 1]
        if lead:
            for k, c in enumerate(divisor):
                rest[at + k] -= lead * c
    return rest
