"""What a line of a derivation shows: a formula, a whole array, or numbers in the places of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, Times, factors_in, times
from symconv.printing.as_latex import LatexWriter
from symconv.printing.writer import ATOM, Writer


@dataclass(frozen=True)
class Whole:
    """An array as a whole."""

    array: TensorExpr


@dataclass(frozen=True)
class InNumbers:
    """A formula with a number for each entry; a long sum may be told in `rows`: at each value of a name, some terms."""

    formula: Formula
    numbers: Mapping[Formula, Poly] = field(hash=False)
    rows: tuple[tuple[str, int, Formula], ...] = ()


@dataclass(frozen=True)
class Table:
    """An array of one axis or two by its entries."""

    rows: tuple[tuple[InNumbers, ...], ...]
    has_rows: bool


Contents: TypeAlias = "Formula | Whole | InNumbers | Table"


def written(contents: Contents, writer: Writer) -> str:
    """The contents of a line in a notation, the names of formulas being readable already."""
    match contents:
        case Whole(array):
            return writer.entry(array, ())[0]
        case InNumbers(_, numbers, rows) if rows and isinstance(writer, LatexWriter):
            sums = [(_in_numbers(row, numbers, writer), writer.name(name), value) for name, value, row in rows]
            return "+".join(rf"\underbrace{{{total}}}_{{{name}={value}}}" for total, name, value in sums)
        case InNumbers(formula, numbers):
            return _in_numbers(formula, numbers, writer, level=0)
        case Table(rows, has_rows):
            entries = [[written(entry, writer) for entry in row] for row in rows]
            if isinstance(writer, LatexWriter):
                return writer.matrix(entries)
            shown = [f"[{', '.join(row)}]" for row in entries]
            return f"[{', '.join(shown)}]" if has_rows else shown[0]
    return writer.formula(contents)


def _in_numbers(formula: Formula, numbers: Mapping[Formula, Poly], writer: Writer, level: int = ATOM) -> str:
    match formula:
        case Plus(terms):
            return writer.signed([_term(t, numbers, writer) for t in terms])
        case Times(factors):
            shown = [_in_numbers(f, numbers, writer) for f in factors]
            shown = [writer.parenthesised(t) if isinstance(f, Plus) else t for f, t in zip(factors, shown, strict=True)]
            if isinstance(factors[0], Scalar) and isinstance(factors[0].value.constant, (int, Fraction)):
                shown[0] = writer.poly(factors[0].value)
            return (r" \cdot " if isinstance(writer, LatexWriter) else "·").join(shown)
        case Call(function, body):
            return f"{function}({writer.poly(numbers[body])})"
        case Scalar(value):
            return writer.poly(value, level)
    return writer.poly(numbers[formula], level)


def _term(formula: Formula, numbers: Mapping[Formula, Poly], writer: Writer) -> tuple[bool, str]:
    """A term without its sign, and whether that is minus."""
    if isinstance(formula, (Read, Scalar)):
        value = formula.value if isinstance(formula, Scalar) else numbers[formula]
        negative = isinstance(value.constant, (int, Fraction)) and value.constant < 0
        return negative, writer.poly(-value if negative else value, ATOM)
    first, *rest = factors_in(formula)
    number = first.value.constant if isinstance(first, Scalar) else None
    if not isinstance(number, (int, Fraction)) or number >= 0:
        return False, _in_numbers(formula, numbers, writer)
    positive = [Scalar(Poly.of(-number))] if number != -1 or not rest else []
    left = times(*positive, *rest)
    shown = _in_numbers(left, numbers, writer)
    return True, writer.parenthesised(shown) if isinstance(left, Plus) else shown


__all__ = ["Contents", "InNumbers", "Table", "Whole", "written"]
