"""The lines of a derivation as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.derivations.laid_out import Given, Grid, Printing, Reason
from symconv.formulas.language import Formula
from symconv.printing.as_sympy import formula_expression


@dataclass(frozen=True)
class Step:
    """One line: a formula, and why it equals the line before."""

    formula: Formula | Grid
    reason: Reason
    verified: bool
    printing: Printing

    @property
    def rule(self) -> str:
        """What leads to this line, in words; empty for a first line."""
        return self.reason.rule

    @property
    def detail(self) -> str:
        """What the rule was applied to."""
        return self.reason.detail

    @property
    def expr(self) -> Any:
        """The line as a SymPy expression."""
        return None if isinstance(self.formula, Grid) else formula_expression(self.printing.prepared(self.formula)[0])

    def latex(self) -> str:
        """The line in LaTeX."""
        return self.printing.latex(self.formula)

    def text(self) -> str:
        """The line in plain text."""
        return self.printing.text(self.formula)


@dataclass(frozen=True)
class Chain:
    """Lines that all are equal; `given` says what arrays are where numbers are told.

    `ranges` are the names of the output index in the lines, each with the size that it runs below.
    """

    steps: tuple[Step, ...]
    title: str = ""
    given: tuple[Given, ...] = ()
    title_latex: str = ""
    ranges: tuple[tuple[str, Poly], ...] = ()


__all__ = ["Chain", "Step"]
