"""Powers and square roots of numbers as polynomials: 2 ** n is exp(n · log 2), where log 2 is a constant."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from symconv.algebra.polynomials import ONE, PI, ZERO, Constant, I, Poly, Root, exponential
from symconv.algebra.primes import prime_factors
from symconv.limits import MAX_FACTOR


def square_root(value: Fraction | int) -> Poly:
    """The square root of a rational number, with its squarefree part kept as an atom."""
    value = Fraction(value)
    if value < 0:
        return I * square_root(-value)
    number, outside, factor = value.numerator * value.denominator, 1, 2
    while factor * factor <= number and factor < MAX_FACTOR:
        while number % (factor * factor) == 0:
            number //= factor * factor
            outside *= factor
        factor += 1
    root = isqrt(number)
    if root * root == number:
        number, outside = 1, outside * root
    radical = ONE if number == 1 else Poly({(Root(number),): 1})
    return radical * Fraction(outside, value.denominator)


def power(base: Fraction, exponent: Poly) -> Poly:
    """base ** exponent of a number other than 0; of a negative one, for whole exponents.

    >>> print(power(Fraction(2), Poly.name("n") + 1))
    2*2**n
    """
    return exponential(logarithm(base) * exponent)


def logarithm(value: Fraction) -> Poly:
    """log value for a rational number other than 0, as a sum of logarithms of primes, and iπ for a negative one."""
    total = PI * I if value < 0 else ZERO
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in prime_factors(abs(number)):
            total = total + Poly({(Constant(f"log {prime}"),): sign * times})
    return total
