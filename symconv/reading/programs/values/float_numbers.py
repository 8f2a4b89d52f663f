"""Numbers that Python holds as floats: whole though they may be, they are no sizes and no indices."""

from __future__ import annotations

from collections.abc import Mapping

from symconv.algebra.polynomials import Number, Poly


class Float(Poly):
    """The number of a float, such as n/2 of an even n."""

    __slots__ = ()

    def __add__(self, other: Poly | Number) -> Float:
        return Float(super().__add__(other).terms)

    __radd__ = __add__

    def __neg__(self) -> Float:
        return Float(super().__neg__().terms)

    def substitute(self, values: Mapping[str, Poly]) -> Float:
        """The number with names replaced."""
        return Float(super().substitute(values).terms)


def as_float(value: Poly) -> Float:
    """The float of a number."""
    return Float(value.terms)


def as_int(value: Poly) -> Poly:
    """The number that a float has, or a whole number itself."""
    return Poly(value.terms) if isinstance(value, Float) else value


def like(value: Poly, *numbers: object) -> Poly:
    """A number that is made of others: a float if one of them is."""
    return as_float(value) if any(isinstance(n, Float) for n in numbers) else value
