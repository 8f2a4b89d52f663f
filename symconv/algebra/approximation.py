"""Exact numbers in floating point: where an irrational value is compared with what NumPy computed."""

from __future__ import annotations

from cmath import exp
from math import log, pi, prod, sqrt

from symconv.algebra.polynomials import Atom, Constant, Exp, Inverse, Poly, Root


def approximate(poly: Poly) -> complex:
    """The value of a polynomial without names, in floating point."""
    total = 0j
    for monomial, c in poly.terms.items():
        total += prod((_number(atom) for atom in monomial), start=complex(c))
    return total


def _number(atom: Atom) -> complex:
    match atom:
        case Constant(name):
            return 1j if name == "I" else complex(log(atom.prime) if atom.prime else pi)
        case Root(radicand):
            return complex(sqrt(radicand))
        case Exp(exponent):
            return exp(approximate(exponent))
        case Inverse(denominator):
            return 1 / approximate(denominator)
        case _:
            raise ValueError(f"{atom} is not a number")
