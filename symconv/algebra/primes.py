"""Whole numbers as products of primes."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1_024)
def prime_factors(number: int) -> tuple[tuple[int, int], ...]:
    """The primes in a positive number, each with how often it occurs.

    >>> prime_factors(12)
    ((2, 2), (3, 1))
    """
    found: dict[int, int] = {}
    factor = 2
    while number > 1:
        while number % factor == 0:
            found[factor] = found.get(factor, 0) + 1
            number //= factor
        factor = factor + 1 if factor * factor <= number else max(number, 2)
    return tuple(found.items())
