"""Numbers in claims: how large and how long they may be."""

from __future__ import annotations

from functools import lru_cache
from math import comb, prod

import sympy
from sympy import Expr, Integer

from symconv.algebra.polynomials import Poly


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
