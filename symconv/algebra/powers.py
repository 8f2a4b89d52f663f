"""Powers of numbers as polynomials: 2 ** n is exp(n · log 2), where log 2 is a constant."""

from __future__ import annotations

from fractions import Fraction

from symconv.algebra.polynomials import PI, ZERO, Constant, I, Poly, exponential
from symconv.algebra.primes import prime_factors


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
