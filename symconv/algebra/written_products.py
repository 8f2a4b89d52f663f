"""Polynomials divided by others, as far as their products are written out."""

from __future__ import annotations

from symconv.algebra.monomials import without
from symconv.algebra.polynomials import ZERO, Poly


def multiples(poly: Poly, stride: Poly) -> Poly:
    """How often a stride is written in a sum, by one of the products of names in it."""
    for factors, number in sorted(stride.terms.items(), key=lambda item: -len(item[0])):
        quotient = ZERO
        for monomial, c in poly.terms.items():
            left = without(monomial, factors)
            if left is not None and c % number == 0:
                quotient = quotient + Poly({left: c // number})
        if quotient and (factors or len(stride.terms) == 1):
            return quotient
    return ZERO
