"""Rational combinations of roots of unity: Σ c·exp(2πi·q) is 0 exactly if Σ c·x^(qN) is a multiple of Φ_N."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

from symconv.algebra.atoms import Constant, Exp, Monomial

MAX_ORDER = 2_000
_I_PI = (Constant("I"), Constant("pi"))


def phases_cancel(terms: Mapping[Monomial, int | Fraction]) -> bool:
    """Whether the roots of unity before every other product add up to 0."""
    sums: dict[Monomial, list[tuple[Fraction, Fraction]]] = {}
    for monomial, c in terms.items():
        turns, rest = Fraction(0), []
        for atom in monomial:
            angle = atom.exponent.terms.get(_I_PI) if isinstance(atom, Exp) and len(atom.exponent.terms) == 1 else None
            if angle is not None:
                turns += Fraction(angle) / 2
            elif atom == Constant("I"):
                turns += Fraction(1, 4)
            else:
                rest.append(atom)
        sums.setdefault(tuple(rest), []).append((turns, Fraction(c)))
    return all(len(parts) > 1 and sums_to_zero(parts) for parts in sums.values())


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
