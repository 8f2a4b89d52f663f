"""Formulas in numbers: the exact values of arrays and functions put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy

from symconv.algebra.polynomials import ONE, ZERO, I, Poly
from symconv.derivations.line_contents import InNumbers
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.unfolding import written
from symconv.formulas.axis import Axis
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When, plus
from symconv.kernel.terms import TableAtom

_MANY_TERMS = 9


def exact(number: Any) -> Poly:
    """A number of a counterexample, exactly.

    >>> print(exact(0.5), exact(2 - 1j))
    1/2 2 - 1j
    """
    match number:
        case Poly():
            return number
        case complex():
            return exact(number.real) + I * exact(number.imag)
        case float():
            return Poly.of(Fraction(str(number)))
        case int() | Fraction():
            return Poly.of(number)
        case sympy.Expr():
            return to_poly(number)
    return exact(number.item())


@dataclass(frozen=True)
class Numbers:
    """Arrays and functions by name, and the values of formulas in them."""

    arrays: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)

    def value(self, formula: Formula) -> Poly:
        """The exact value of a written-out formula."""
        match formula:
            case Scalar(number):
                return number
            case Read(array, index):
                return self._entry(array, tuple(a.flat(i).integer for a, i in zip(array.axes, index, strict=True)))  # type: ignore[arg-type]
            case Plus(terms):
                return reduce(lambda total, t: total + self.value(t), terms, ZERO)
            case Times(factors):
                return reduce(lambda product, f: product * self.value(f), factors, ONE)
            case Conj(body):
                return self.value(body).conjugate()
            case Call(function, body):
                table = {exact(k): exact(v) for k, v in self.functions[function].items()}
                return table[self.value(body)]
            case Sum() | When():
                return self.value(written(formula))

    def _entry(self, array: TensorExpr, index: tuple[int | None, ...]) -> Poly:
        if isinstance(array, Tensor):
            values = self.arrays[array.name]
            return exact(values[index] if index else values)
        if isinstance(array.leaf, TableAtom):
            return array.leaf.values[Axis.of(*array.leaf.shape).flat(tuple(map(Poly.of, index))).integer]  # type: ignore[arg-type, index]
        return self.value(written(array.entry(*map(Poly.of, index))))  # type: ignore[arg-type]

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
        if not isinstance(formula, Plus) or len(formula.terms) <= _MANY_TERMS:
            return formula
        kept = [t for t in formula.terms if self.value(t)] or formula.terms[:1]
        return plus(*kept) if len(kept) < len(formula.terms) else formula


__all__ = ["Numbers", "exact"]
