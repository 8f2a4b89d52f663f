"""Numbers in claims: what is written, and how large and how long they may be."""

from __future__ import annotations

import ast
from fractions import Fraction
from functools import lru_cache
from math import comb, prod

import sympy
from sympy import Expr, Integer

from symconv.algebra.polynomials import Poly
from symconv.claims.syntax import Source
from symconv.expressions.parameters import exact
from symconv.limits import MAX_BITS, MAX_DECIMAL, MAX_DIGITS


def exact_number(source: Source, value: complex, node: ast.expr) -> Expr:
    """A number as it is written: 0.1 is 1/10, and no digit is lost."""
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise source.fail("this number is too large", node, f"numbers have up to {MAX_BITS} binary digits")
        return exact(value)
    digits = source.clean[slice(*source.places[node])].replace("_", "").lower()
    is_zero = value == 0 and not any(digit in digits.split("e")[0] for digit in "123456789")
    if not (is_zero or 1 / MAX_DECIMAL <= abs(value) <= MAX_DECIMAL):
        raise source.fail("this number is too large or too small", node, "with a point they go up to 1e300")
    if is_zero:
        return exact(value)
    if len(digits) > MAX_DIGITS:
        raise source.fail("this number has too many digits", node, f"at most {MAX_DIGITS} are read")
    return exact(Fraction(digits.rstrip("j"))) * (sympy.I if isinstance(value, complex) else 1)


def steps(lower: Poly, upper: Poly, step: Poly) -> Poly:
    """How many values range(lower, upper, step) has; negative where it has none."""
    if step.integer is not None and step.integer < 0:
        lower, upper, step = upper, lower, -step
    return (upper - lower + step - 1) // step


def bits(expr: Expr) -> int:
    """The length of the number in front of an expression."""
    number = expr.as_coeff_Mul()[0]
    return max(int(number.p).bit_length(), int(number.q).bit_length()) if number.is_Rational else 0


@lru_cache(maxsize=4_096)
def count_monomials(expr: Expr) -> int:
    """A bound on the number of monomials of an expression that is multiplied out."""
    match expr:
        case sympy.Add():
            return sum(map(count_monomials, expr.args))
        case sympy.Mul():
            return prod(map(count_monomials, expr.args))
        case sympy.Pow() if isinstance(expr.exp, Integer):
            power = abs(int(expr.exp))
            return comb(count_monomials(expr.base) + power - 1, power)
    return max(map(count_monomials, expr.args), default=1)
