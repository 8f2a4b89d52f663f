"""Claims whose sizes are all numbers, entry by entry: written out, multiplied out, collected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from symconv.algebra.polynomials import Poly
from symconv.derivations.ideas import collecting
from symconv.derivations.matching import few_terms, products
from symconv.derivations.reasons import Reason, Rule, several
from symconv.derivations.setting import Line, Setting, back
from symconv.derivations.simplifying import collected, commuted
from symconv.expressions.tensors import Operation
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import Ranges, numbers, outermost, tidy, unfold, written
from symconv.formulas.axis import digits
from symconv.formulas.language import Formula, Read
from symconv.kernel.terms import TableAtom
from symconv.limits import MAX_TOLD_ENTRIES, MAX_WRITTEN_TERMS

MULTIPLIED_OUT = several([Reason(Rule.PUT_IN), Reason(Rule.MULTIPLY_OUT)])


def has_tables(*sides: Read) -> bool:
    """Whether there are several literal arrays, whose numbers matter more than their index formulas."""
    arrays = [n for side in sides for n in nodes(side.array)]  # type: ignore[arg-type]
    listed = {n for n in arrays if isinstance(n, Operation) and n.operator.name == "array"}
    return sum(n in listed or isinstance(n.leaf, TableAtom) for n in arrays) > 1


def places(side: Read) -> list[dict[str, Poly]] | None:
    """The values of the index names of a side, one for each entry; None where sizes are symbolic or there are many."""
    names: list[tuple[str, int]] = []
    for part, digit in digits(side.array.axes, side.index):
        size, part_names = digit.integer, part.names
        if size is None or (size > 1 and len(part_names) != 1):
            return None
        names += [(next(iter(part_names)), size)] if part_names else []
    values = [dict(zip((n for n, _ in names), map(Poly.of, at), strict=True))
             for at in product(*(range(size) for _, size in names))]  # fmt: skip
    return values if len(values) <= MAX_TOLD_ENTRIES else None


def route_at(left: Formula, right: Formula, setting: Setting) -> list[Line] | None:
    """The lines from one entry at numbers to another by way of what both are, multiplied out."""
    first, last = list(_multiplied(left, setting)), list(_multiplied(right, setting))
    if commuted(first[-1].formula) != commuted(last[-1].formula):
        return None
    if len(last) > len(first) > 1:
        last[-1] = replace(last[-1], formula=first[-1].formula)
    elif len(first) > 1:
        first[-1] = replace(first[-1], formula=last[-1].formula)
    return [*first, *back(last)]


def _multiplied(side: Formula, setting: Setting) -> Iterator[Line]:
    """An entry, with all definitions and numbers put in, and multiplied out."""
    yield Line(side)
    formula = _put_in(setting.defined(side)[0])
    if formula != side:
        yield Line(formula, Reason(Rule.PUT_IN))
    if few_terms(formula, MAX_WRITTEN_TERMS):
        terms = products(formula)
        lines = list(collecting(formula, terms, collected(terms)))
        yield from lines[1:]


def _put_in(formula: Formula) -> Formula:
    """The formula unfolded, each sum written out before what is inside it is unfolded."""
    formula = tidy(formula)
    while names := frozenset(array.operator.name for array in outermost(formula)):
        formula = tidy(numbers(written(unfold(formula, names, frozenset(), Ranges()))))
    return formula


__all__ = ["MULTIPLIED_OUT", "has_tables", "places", "route_at"]
