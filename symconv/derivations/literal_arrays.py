"""Claims about literal arrays: the definition in numbers, entry by entry, then the array that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO
from symconv.claims import Claim
from symconv.derivations.entry_values import Numbers
from symconv.derivations.line_contents import Contents, InNumbers, Table, Whole
from symconv.derivations.line_contents import written as printed
from symconv.derivations.reasons import Reason, Rule, unfolding
from symconv.derivations.records import Chain, Step
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.unfolding import Ranges, unfolded, written
from symconv.formulas.axis import digits
from symconv.formulas.language import Formula, Plus, Read, Scalar, fresh_index, plus, terms_in
from symconv.formulas.walking import substitute
from symconv.printing.as_latex import LatexWriter
from symconv.printing.line_breaks import width

_TABLE_WIDTH = 48.0
_NUMBERS = Numbers()

Place: TypeAlias = tuple[int, ...]


def literal(claim: Claim) -> tuple[Chain, ...] | None:
    """A chain for each link of a claim without names; None where there is an array of more than two axes."""
    chains = []
    for link in claim.links:
        left, right = link.left, link.right
        sizes = [axis.size.integer for axis in left.axes]
        shape = tuple(size for size in sizes if size is not None)
        if len(shape) > 2 or None in sizes or len(left.axes) != len(right.axes) or not isinstance(left, Operation):
            return None
        places = list(product(*map(range, shape)))
        entries, others = _entries(left, places), _entries(right, places)
        same = all(_NUMBERS.value(entries[at]) == _NUMBERS.value(others[at]) for at in places)
        table = _table(list(entries.values()), shape)
        definition = unfolding([left])
        steps = [Step(Whole(left), None, True)]
        if table is not None:
            steps.append(Step(table, definition, same))
        steps.append(Step(Whole(right), definition if table is None else Reason(Rule.COMPUTE), same))
        chains.append(Chain(tuple(steps)))
    return tuple(chains)


def _entries(side: TensorExpr, places: Sequence[Place]) -> dict[Place, Formula]:
    """The entries of an array of numbers, written out."""
    names, index = fresh_index(side.axes, "i")
    formula = unfolded(Read(side, index), Ranges())
    values = (dict(zip(names, (part for part, _ in digits(side.axes, place)), strict=True)) for place in places)
    return {place: written(substitute(formula, at)) for place, at in zip(places, values, strict=True)}


def _table(entries: Sequence[Formula], shape: Place) -> Contents | None:
    """The entries as sums of numbers: all products, those that are not 0, or their values, as there is room."""
    columns = shape[-1] if shape else 1
    for style in (_all_products, _products, _values):
        told = [style(entry) for entry in entries]
        rows = [told[i : i + columns] for i in range(0, len(told), columns)]
        shown = [[width(printed(entry, LatexWriter())) + 2 for entry in row] for row in rows]
        if sum(max(row[k] for row in shown) for k in range(columns)) <= _TABLE_WIDTH:
            return Table(tuple(map(tuple, rows)), len(shape) == 2) if shape else told[0]
    return None


def _all_products(entry: Formula) -> InNumbers:
    return _NUMBERS.put_in(entry)


def _products(entry: Formula) -> InNumbers:
    kept = [t for t in terms_in(entry) if _NUMBERS.value(t)]
    return _NUMBERS.put_in(plus(*kept) if kept else Scalar(ZERO))


def _values(entry: Formula) -> InNumbers:
    kept = tuple(Scalar(v) for t in terms_in(entry) if (v := _NUMBERS.value(t)))
    return _NUMBERS.put_in(Plus(kept) if kept else Scalar(ZERO))


__all__ = ["literal"]
