"""Axes of arrays, and indices along them.

An axis is a tuple of digits: the axis of `ravel(A)` for an H×W matrix has the digits (H, W), so
that i·W + j is never formed. An index along an axis is one polynomial for a single digit and
a tuple of polynomials, one a digit, for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symconv.algebra.computed import computed_once
from symconv.algebra.polynomials import ONE, ZERO, Poly, floor

Index: TypeAlias = "Poly | tuple[Poly, ...]"


@dataclass(frozen=True)
class Axis:
    """One axis of an array, of size ∏ digits; the last digit runs fastest.

    >>> H, W = Poly.name("H"), Poly.name("W")
    >>> print(Axis((H, W)).size)
    H*W
    """

    digits: tuple[Poly, ...]

    @staticmethod
    def of(*digits: Poly | int) -> Axis:
        """The axis with these digits."""
        return Axis(tuple(Poly.of(d) for d in digits))

    @computed_once
    def size(self) -> Poly:
        """The number of entries along the axis."""
        product = ONE
        for digit in self.digits:
            product = product * digit
        return product

    def parts(self, index: Index | int) -> tuple[Poly, ...]:
        """The digits of an index; one polynomial for several digits is split by `//` and `%`.

        Along an axis without entries every index is outside, whatever its digits.
        """
        if isinstance(index, tuple):
            return index
        rest, parts = Poly.of(index), []
        for digit in reversed(self.digits[1:]):
            if digit == 0:
                parts.append(ZERO)
                continue
            quotient = floor(rest, digit)
            parts.append(rest - digit * quotient)
            rest = quotient
        return (rest, *reversed(parts))

    def flat(self, index: Index | int) -> Poly:
        """The position that the digits stand for, as one polynomial."""
        if isinstance(index, int):
            return Poly.of(index)
        if isinstance(index, Poly):
            return index
        position = ZERO
        for digit, part in zip(self.digits, index, strict=True):
            position = position * digit + part
        return position

    def index(self, parts: Sequence[Poly]) -> Index:
        """The index with these digits, in the form that definitions get it."""
        return parts[0] if len(self.digits) == 1 else tuple(parts)

    def reversed(self, index: Index) -> Index:
        """The index counted from the other end: n − 1 − i, digit by digit."""
        return self.index([d - 1 - p for d, p in zip(self.digits, self.parts(index), strict=True)])


def digits(axes: Sequence[Axis], index: Sequence[Index | int]) -> Iterator[tuple[Poly, Poly]]:
    """The digits of an index, each with the size that it runs below."""
    for axis, i in zip(axes, index, strict=True):
        yield from zip(axis.parts(i), axis.digits, strict=True)


def from_digits(axes: Sequence[Axis], parts: Iterable[Poly]) -> tuple[Index, ...]:
    """The index with these digits."""
    left = iter(parts)
    return tuple(axis.index([next(left) for _ in axis.digits]) for axis in axes)


def positions(axes: Sequence[Axis], index: Sequence[Index]) -> tuple[Poly, ...]:
    """The position along each axis."""
    return tuple(axis.flat(i) for axis, i in zip(axes, index, strict=True))


def from_positions(axes: Sequence[Axis], at: Sequence[Poly | int]) -> tuple[Index, ...]:
    """The index with these positions."""
    return tuple(axis.index(axis.parts(position)) for axis, position in zip(axes, at, strict=True))
