"""Whole numbers as products of primes."""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

from symconv.limits import MAX_FACTOR


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


def square_and_rest(number: int) -> tuple[int, int]:
    """Numbers of which the first, squared, times the second is a natural number; squares of large primes may be left.

    >>> square_and_rest(12)
    (2, 3)
    """
    outside, factor = 1, 2
    while factor * factor <= number and factor < MAX_FACTOR:
        while number % (factor * factor) == 0:
            number //= factor * factor
            outside *= factor
        factor += 1
    root = isqrt(number)
    return (outside * root, 1) if root * root == number else (outside, number)
