"""Claims about literal arrays: the definition in numbers, entry by entry, then the array that it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO
from symconv.claims import Claim
from symconv.derivations.entry_values import Numbers
from symconv.derivations.reasons import Reason, Rule, unfolding
from symconv.derivations.records import Chain, Step
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.unfolding import Ranges, unfolded
from symconv.expressions.unfolding import written as written_out
from symconv.formulas.axis import digits
from symconv.formulas.language import Formula, Plus, Read, Scalar, fresh_index, plus, terms_in
from symconv.formulas.walking import substitute
from symconv.limits import TABLE_WIDTH
from symconv.printing.as_latex import LatexWriter
from symconv.printing.line_breaks import width
from symconv.printing.line_contents import Contents, InNumbers, Table, Whole, written

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
        if table is not None and left.leaf is None:
            steps.append(Step(table, definition, same))
        last = Step(Whole(right), definition if table is None else Reason(Rule.COMPUTE), same)
        if last.reads_like(steps[-1]):
            steps[-1] = replace(last, reason=steps[-1].reason)
        else:
            steps.append(last)
        chains.append(Chain(tuple(steps)))
    return tuple(chains)


def _entries(side: TensorExpr, places: Sequence[Place]) -> dict[Place, Formula]:
    """The entries of an array of numbers, written out."""
    names, index = fresh_index(side.axes, "i")
    formula = unfolded(Read(side, index), Ranges())
    values = (dict(zip(names, (part for part, _ in digits(side.axes, place)), strict=True)) for place in places)
    return {place: written_out(substitute(formula, at)) for place, at in zip(places, values, strict=True)}


def _table(entries: Sequence[Formula], shape: Place) -> Contents | None:
    """The entries as sums of numbers, as there is room; None where there is none."""
    columns = shape[-1] if shape else 1
    for told in zip(*map(_styles, entries), strict=True):
        rows = [told[i : i + columns] for i in range(0, len(told), columns)]
        widths = [[width(written(entry, LatexWriter())) + 2 for entry in row] for row in rows]
        if sum(map(max, zip(*widths, strict=True))) <= TABLE_WIDTH:
            return Table(tuple(rows), len(shape) == 2) if shape else told[0]
    return None


def _styles(entry: Formula) -> Iterator[InNumbers]:
    """An entry as all its products, as those that are not 0, or as their values."""
    values = [(term, _NUMBERS.value(term)) for term in terms_in(entry)]
    kept = [(term, Scalar(value)) for term, value in values if value]
    yield _NUMBERS.put_in(entry)
    yield _NUMBERS.put_in(plus(*(term for term, _ in kept)) if kept else Scalar(ZERO))
    yield _NUMBERS.put_in(Plus(tuple(value for _, value in kept)) if kept else Scalar(ZERO))


__all__ = ["literal"]
