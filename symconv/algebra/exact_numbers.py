"""Numbers compared exactly: as rationals, as sums of roots of unity, or within rigorous bounds; never as floats."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

from symconv.algebra.cyclotomic import vanishes
from symconv.algebra.polynomials import Constant, Exp, I, Inverse, Poly, Root
from symconv.limits import PRECISIONS

ExactNumber: TypeAlias = int | Fraction | Poly
"""Whole and rational numbers, and constant polynomials for all others."""


def exact(value: Any) -> ExactNumber:
    """A number of Python, NumPy or ours as it is computed with; a float is the decimal that it prints as.

    >>> exact(0.5), exact(2.0), exact(1 - 2j)
    (Fraction(1, 2), 2, Poly(1 - 2*1j))
    """
    if type(value) is int:
        return value
    if isinstance(value, Poly):
        return value if value.constant is None else value.constant
    if isinstance(value, complex):
        return exact(Poly.of(exact(value.real)) + I * exact(value.imag))
    if isinstance(value, float):
        value = Fraction(str(value))
    if isinstance(value, (bool, int, Fraction)):
        return Fraction(value) if value.denominator != 1 else int(value)
    if not hasattr(value, "item"):
        raise TypeError(f"{value!r} is not an exact number")
    return exact(value.item())


def are_equal(left: ExactNumber, right: ExactNumber) -> bool | None:
    """Whether two numbers are equal; None where that is not known.

    >>> from symconv.algebra.polynomials import square_root
    >>> are_equal(square_root(2) * square_root(3), square_root(6))
    True
    """
    if not isinstance(left, Poly) and not isinstance(right, Poly):
        return left == right
    return is_zero(Poly.of(left) - Poly.of(right))


def is_zero(value: Poly) -> bool | None:
    """Whether a polynomial is 0, for all values of its names; None where that is not known."""
    if value.constant is not None:
        return not value
    try:
        known = vanishes(value.numerator.terms)
        if known is not None or value.names:
            return known
        return False if any(_excludes_zero(value, bits) for bits in PRECISIONS) else None
    except ZeroDivisionError:
        return None


def _excludes_zero(value: Poly, bits: int) -> bool:
    real, imaginary = (part for part in _parts(_enclosure(value, _context(bits))))
    return not (0 in real and 0 in imaginary)


def approximate(value: Poly) -> complex:
    """The value of a polynomial without names, in floating point."""
    return complex(*(float(part.mid) for part in _parts(_enclosure(value, _context(PRECISIONS[0])))))


def _context(bits: int) -> Any:
    """Interval arithmetic of a precision; a context of its own, so that threads do not share one."""
    from mpmath.ctx_iv import MPIntervalContext  # type: ignore[import-untyped]

    made = MPIntervalContext()
    made.prec = bits
    return made


def _parts(enclosure: Any) -> tuple[Any, Any]:
    return enclosure.real, enclosure.imag


def _enclosure(value: Poly, iv: Any) -> Any:
    """Bounds of a number without names as a complex interval."""
    total = iv.mpc(0, 0)
    for monomial, c in value.terms.items():
        number = iv.mpc(iv.mpf(c.numerator) / iv.mpf(c.denominator), 0)
        total = total + reduce(lambda product, atom: product * _atom(atom, iv), monomial, number)
    return total


def _atom(atom: Any, iv: Any) -> Any:
    match atom:
        case Constant("I"):
            return iv.mpc(0, 1)
        case Constant():
            return iv.mpc(iv.pi if atom.prime is None else iv.log(iv.mpf(atom.prime)), 0)
        case Root(int() as radicand):
            return iv.mpc(iv.sqrt(iv.mpf(radicand)), 0)
        case Exp(exponent):
            power = _enclosure(exponent, iv)
            size = iv.exp(power.real)
            return iv.mpc(size * iv.cos(power.imag), size * iv.sin(power.imag))
        case Inverse(denominator):
            divisor = _enclosure(denominator, iv)
            square = divisor.real * divisor.real + divisor.imag * divisor.imag
            if 0 in square:
                raise ZeroDivisionError(f"{denominator} may be 0")
            return iv.mpc(divisor.real / square, -divisor.imag / square)
    raise ValueError(f"{atom} is not a number")
