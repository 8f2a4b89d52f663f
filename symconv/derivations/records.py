"""The lines of a derivation as data, printed in the notation that is current then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.derivations.line_names import Naming
from symconv.derivations.reason_words import Phrase, joined, title_words, words
from symconv.derivations.reasons import Reason, Title
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.language import Formula
from symconv.printing.arrays_of_numbers import array_equation, array_text
from symconv.printing.as_latex import LatexWriter, expression_latex
from symconv.printing.as_sympy import formula_expression
from symconv.printing.as_text import TextWriter, expression_text
from symconv.printing.line_contents import Contents, InNumbers, Table, Whole, written
from symconv.printing.notation import Notation, current, using
from symconv.printing.writer import Writer


@dataclass(frozen=True, repr=False)
class Step:
    """One line: what it shows, and why that equals the line before; a first line has no reason."""

    formula: Contents
    reason: Reason | None
    verified: bool
    naming: Naming = Naming()

    def __repr__(self) -> str:
        why = "".join(self.why())
        return f"<step: {self.text()}{f', {why}' if why else ''}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    @property
    def index_formula(self) -> Formula | None:
        """The formula that the line shows; None where it shows arrays or numbers."""
        return None if isinstance(self.formula, (Whole, InNumbers, Table)) else self.formula

    @property
    def rule(self) -> str:
        """What leads to this line, in words; empty for a first line."""
        return "".join((*words(self.reason, self.naming), ())[0])

    @property
    def detail(self) -> str:
        """What the rule was applied to."""
        return "".join(joined(words(self.reason, self.naming)[1:]))

    def why(self, is_latex: bool = False) -> Phrase:
        """The reason in words."""
        return joined(words(self.reason, self.naming, is_latex))

    @property
    def expr(self) -> Any:
        """The line as a SymPy expression."""
        formula = self.index_formula
        return None if formula is None else formula_expression(self.naming.readable(formula))

    def latex(self) -> str:
        """The line in LaTeX."""
        return _latex_of(self, current())

    def text(self) -> str:
        """The line in plain text."""
        return self.written(TextWriter(self.naming.names))

    def reads_like(self, other: Step) -> bool:
        """Whether the two lines show the same."""
        return self.text() == other.text()

    def written(self, writer: Writer) -> str:
        """The line in the notation of a writer."""
        formula = self.index_formula
        return written(self.formula if formula is None else self.naming.readable(formula), writer)


@lru_cache(maxsize=256)  # a page has a line two or three times: alone, in its chain, in the chain's LaTeX
def _latex_of(step: Step, notation: Notation) -> str:
    with using(notation):
        return step.written(LatexWriter(step.naming.names))


def in_letters(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The lines with each letter of a sum for one range in all of them."""
    shown = [step.index_formula for step in steps]
    naming = steps[-1].naming.over(formula for formula in shown if formula is not None)
    return tuple(replace(step, naming=replace(step.naming, letters=naming.letters)) for step in steps)


@dataclass(frozen=True)
class Given:
    """An array of numbers with what it is the value of; the entry at `mark` is set off."""

    of: str | TensorExpr
    array: Any
    mark: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        """What the array is called in plain text."""
        return self.of if isinstance(self.of, str) else expression_text(self.of)

    @property
    def latex(self) -> str:
        """The equation in LaTeX."""
        shown = current().name(self.of) if isinstance(self.of, str) else expression_latex(self.of)
        return array_equation(self.array, shown, self.mark, " = ")

    def __str__(self) -> str:
        return array_text(self.array, self.name, self.mark)


@dataclass(frozen=True)
class Chain:
    """Lines that all are equal; `given` says what arrays are where numbers are told.

    `ranges` are the names of the output index in the lines, each with the size that it runs below.
    """

    steps: tuple[Step, ...]
    heading: Title | None = None
    given: tuple[Given, ...] = ()
    ranges: tuple[tuple[str, Poly], ...] = ()

    def calling(self, names: Mapping[str, str]) -> Chain:
        """The chain with other names for earlier claims."""
        steps = (replace(step, reason=step.reason and step.reason.calling(names)) for step in self.steps)
        return replace(self, steps=tuple(steps))

    @property
    def title(self) -> str:
        """What the chain tells, in words; empty where it tells the claim itself."""
        return "".join(self.words())

    def words(self, is_latex: bool = False) -> Phrase:
        """The title in words."""
        return title_words(self.heading, self.steps[0].naming, is_latex) if self.heading is not None else ()


__all__ = ["Chain", "Given", "Step", "in_letters"]
