"""What the kernel decides and concludes about: statements, and equations between entries that they suppose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from symconv.algebra.polynomials import Poly
from symconv.formulas.axis import from_digits
from symconv.formulas.conditions import Condition, in_range
from symconv.formulas.language import Array, Formula, Read


@dataclass(frozen=True)
class Equation:
    """left == right at all values of the indices that satisfy the conditions."""

    left: Formula
    right: Formula
    indices: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Statement:
    """Two arrays are equal for all sizes, integers, free indices and tensors that satisfy what is supposed.

    Sizes are 1 or more. `conditions` are supposed of the names, `hypotheses` of the entries of tensors;
    `assumptions` are what operations need and what keeps reads in range.
    """

    left: Array
    right: Array
    sizes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    hypotheses: tuple[Equation, ...] = ()
    assumptions: tuple[Condition, ...] = ()


def entrywise(left: Array, right: Array) -> Equation:
    """The equation of two arrays of equal shapes, entry by entry; a side without axes stands for every entry."""
    whole = left if left.axes else right
    sizes = [digit for axis in whole.axes for digit in axis.digits]
    names = tuple(f"e{i}.h" for i in range(len(sizes)))
    index = from_digits(whole.axes, map(Poly.name, names))
    ranges = tuple(c for name, size in zip(names, sizes, strict=True) for c in in_range(Poly.name(name), size))

    def entry(array: Array) -> Formula:
        pairs = zip(whole.axes, array.axes, index, strict=False)
        return Read(array, tuple(i if a.digits == b.digits else b.index(b.parts(a.flat(i))) for a, b, i in pairs))

    return Equation(entry(left), entry(right), names, ranges)


def at_numbers(left: Array, right: Array, numbers: Mapping[str, Poly]) -> tuple[Equation, list[dict[str, int]]]:
    """The equation of two arrays at numbers for their names, and all values of its indices there."""
    one, other = left.replace_names(numbers), right.replace_names(numbers)
    equation = entrywise(one, other)
    sizes = [digit.integer or 0 for axis in (one if one.axes else other).axes for digit in axis.digits]
    return equation, [dict(zip(equation.indices, at, strict=True)) for at in product(*map(range, sizes))]
