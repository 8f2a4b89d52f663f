"""Conditions and terms as the tests of the kernel write them."""

from __future__ import annotations

from collections.abc import Sequence

from symconv.algebra.polynomials import ONE, Poly
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.terms import Term


def at_least(value: Poly, low: int | Poly = 0) -> Compare:
    """value ≥ low, not reduced."""
    return Compare(value - low, ">=")


def at_most(value: Poly, high: int | Poly) -> Compare:
    """value ≤ high, not reduced."""
    return Compare(Poly.of(high) - value, ">=")


def term(*guards: Compare, bound: Sequence[str] = ("u.1",), coefficient: Poly = ONE) -> Term:
    """A number where the guards hold, without entries."""
    return Term(coefficient, (), tuple(bound), guards)


def contains(points: object, *point: int) -> bool:
    """Whether a set has a point."""
    return bool(presburger.point_set(point).is_subset(points))
