"""The few words and formulas that every rendering of a claim uses."""

from __future__ import annotations

from symconv.derivations.reason_words import Maths, Phrase
from symconv.displays.claim_record import ClaimRecord
from symconv.kernel.replay import Counterexample
from symconv.printing.arrays_of_numbers import array_latex, number_latex
from symconv.printing.as_latex import condition_latex
from symconv.printing.notation import current
from symconv.printing.wide_statements import broken

__all__ = ["HEADINGS", "MARKS", "compared", "given_values", "scope_words", "statement_latex"]

#: The sign of a verdict, and what stands before a claim that has it.
MARKS = {"proved": "✓", "refuted": "✗", "unknown": "?", "definition": "≔"}
HEADINGS = {"proved": "Proved", "refuted": "False", "unknown": "Undecided"}


def scope_words(record: ClaimRecord) -> tuple[str, tuple[str, ...]]:
    """How far the verdict reaches: some words, then conditions (LaTeX) to list after them."""
    if record.verdict == "refuted":
        return "as it stands", ()
    if record.verdict == "unknown":
        reach = "" if record.checked_up_to is None else f", checked up to size {record.checked_up_to}"
        return f"({record.reason or 'no reason given'}){reach}", ()
    if record.differs_at is not None:
        return "they differ, at" if record.differs_at else "they differ", tuple(map(condition_latex, record.differs_at))
    if record.only_where:
        others = (a for a in record.assumptions if a not in record.only_where)
        return "but only where", tuple(map(condition_latex, (*record.only_where, *others)))
    if record.assumptions:
        return "for all sizes with", tuple(map(condition_latex, record.assumptions))
    return "for all sizes" if record.has_sizes else "", ()


def statement_latex(record: ClaimRecord) -> str:
    """The claim as a formula, broken into lines; empty for a calculation."""
    return broken(record.claim.latex()) if record.claim is not None else ""


def given_values(found: Counterexample) -> list[str]:
    r"""The arrays and the values of functions at a counterexample, as LaTeX.

    >>> from symconv.kernel.sparse_arrays import SparseArray
    >>> given_values(Counterexample({}, (), {"x": SparseArray((2,), {(1,): 3})}, 1, 0, {"f": {0: 1, 2: 0}}))
    ['x=\\begin{bmatrix}0&3\\end{bmatrix}', 'f(0)=1,\\ f(2)=0']
    """
    arrays = [array_latex(array, name) for name, array in found.arrays.items()]
    values = {current().name(name): table for name, table in (found.functions or {}).items()}
    shown = [
        r",\ ".join(f"{name}({number_latex(x)})={number_latex(y)}" for x, y in table.items())
        for name, table in values.items()
    ]
    return [*arrays, *shown]


def compared(found: Counterexample, is_latex: bool = True) -> Phrase:
    """Both sides at a counterexample, in words.

    >>> "".join(compared(Counterexample({}, (0, 2), {}, 1, 0), is_latex=False))
    'There, entry (0, 2) is 1 on the left side and 0 on the right.'
    """

    def shown(value: object) -> str:
        return Maths(number_latex(value)) if is_latex else str(value)

    if isinstance(found.lhs, tuple):
        left, right = (("has the shape ", shown(s)) if s else ("is a number",) for s in (found.lhs, found.rhs))
        return "The left side ", *left, ", the right side ", *right, "."
    opening: Phrase = ("There, the value is ",)
    if found.index:
        opening = ("There, entry ", Maths(f"({', '.join(map(str, found.index))})"), " is ")
    return *opening, shown(found.lhs), " on the left side and ", shown(found.rhs), " on the right."
