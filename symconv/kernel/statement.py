"""What the kernel decides: equations between entries, at every index of their own range."""

from __future__ import annotations

from dataclasses import dataclass

from symconv.algebra.polynomials import Poly
from symconv.formulas.axis import Index
from symconv.formulas.conditions import Condition, in_range
from symconv.formulas.language import Array, Formula, Read


@dataclass(frozen=True)
class Equation:
    """left == right at all values of the indices that satisfy the conditions."""

    left: Formula
    right: Formula
    indices: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


def entrywise(left: Array, right: Array) -> Equation:
    """The equation of two arrays of equal shapes, entry by entry, over the digits of the left one's axes."""
    names = [f"e{i}.h" for i, _ in enumerate(d for axis in left.axes for d in axis.digits)]
    left_index: list[Index] = []
    right_index: list[Index] = []
    ranges: list[Condition] = []
    parts = iter(map(Poly.name, names))
    for axis, other in zip(left.axes, right.axes, strict=True):
        own = [next(parts) for _ in axis.digits]
        index = axis.index(own)
        left_index.append(index)
        right_index.append(index if axis.digits == other.digits else other.index(other.parts(axis.flat(index))))
        for part, digit in zip(own, axis.digits, strict=True):
            ranges += in_range(part, digit)
    return Equation(Read(left, tuple(left_index)), Read(right, tuple(right_index)), tuple(names), tuple(ranges))
