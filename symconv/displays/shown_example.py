"""Counterexamples as users see them: Python's numbers, a text of several lines, and a formula in notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.displays.terminal import counterexample_lines
from symconv.displays.words import given_values
from symconv.expressions.conversion import to_sympy
from symconv.kernel.replay import Counterexample
from symconv.kernel.sparse_arrays import SparseArray
from symconv.numerics.evaluation import outward
from symconv.printing.arrays_of_numbers import number_latex
from symconv.printing.notation import current

__all__ = ["ShownExample"]


@dataclass(frozen=True, repr=False)
class ShownExample(Counterexample):
    """Sizes, arrays and an output index at which the two sides differ.

    >>> import symconv
    >>> print(symconv.prove("x[n], y[n]: x + y == x").counterexample)
    counterexample: n=1, entry [0]
      x = [0]
      y = [1]
      left 1, right 0
    """

    @staticmethod
    def of(found: Counterexample) -> ShownExample:
        """A counterexample with numbers that are Python's, or SymPy's where they are irrational."""
        entries = {
            name: SparseArray(array.shape, {index: _number(value) for index, value in array.items()})
            for name, array in found.entries.items()
        }
        sides = _number(found.lhs), _number(found.rhs)
        return ShownExample(found.sizes, found.index, entries, *sides, found.functions, found.direction)

    def __str__(self) -> str:
        return "\n".join(counterexample_lines(self))

    def _repr_latex_(self) -> str:
        index = ",".join(map(str, self.index))
        sizes = [f"{current().name(name)}={value}" for name, value in self.sizes.items()]
        sides = [
            rf"\text{{{side}}}{f'_{{{index}}}' if index else ''}={number_latex(value)}"
            for side, value in (("left", self.lhs), ("right", self.rhs))
        ]
        rows = r" \\ ".join(row.replace("=", "&=", 1) for row in (*sizes, *given_values(self), *sides))
        return rf"$\displaystyle \begin{{aligned}}{rows}\end{{aligned}}$"


def _number(value: Any) -> Any:
    number = outward(value)
    return to_sympy(number) if isinstance(number, Poly) else number
