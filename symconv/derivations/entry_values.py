"""Formulas in numbers: the exact values of arrays and functions put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symconv.algebra.exact_numbers import exact
from symconv.algebra.polynomials import Poly
from symconv.expressions.unfolding import numbers
from symconv.formulas.language import Call, Formula, Plus, Scalar, Times, plus
from symconv.kernel import evaluator
from symconv.limits import MANY_NUMBERS
from symconv.printing.line_contents import InNumbers


@dataclass(frozen=True)
class Numbers:
    """Arrays, and functions by the values that they take, and the values of formulas in them."""

    arrays: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)

    def value(self, formula: Formula) -> Poly:
        """The exact value of a formula at numbers."""
        functions = {
            name: {exact(x): y for x, y in table.items()}.__getitem__ for name, table in self.functions.items()
        }
        return Poly.of(evaluator.value_of(numbers(formula), {}, evaluator.Numbers(self.arrays, functions)))

    def put_in(self, formula: Formula, rows: tuple[tuple[str, int, Formula], ...] = ()) -> InNumbers:
        """The formula with a number for each entry."""
        return InNumbers(formula, self._entries(formula), rows)

    def _entries(self, formula: Formula) -> dict[Formula, Poly]:
        """The entries in sums and products, and what functions are applied to, with their values."""
        match formula:
            case Plus(parts) | Times(parts):
                return {entry: value for part in parts for entry, value in self._entries(part).items()}
            case Call(_, body):
                return {body: self.value(body)}
            case Scalar():
                return {}
        return {formula: self.value(formula)}

    def shortened(self, formula: Formula) -> Formula:
        """A long sum without the terms that are 0."""
        if not isinstance(formula, Plus) or len(formula.terms) <= MANY_NUMBERS:
            return formula
        kept = [t for t in formula.terms if self.value(t)] or formula.terms[:1]
        return plus(*kept) if len(kept) < len(formula.terms) else formula


__all__ = ["Numbers"]
