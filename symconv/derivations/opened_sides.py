"""A side of a claim as one operator after the other is replaced by its definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconv.algebra.polynomials import Exp, Poly
from symconv.derivations.periodic import modular
from symconv.derivations.reasons import Reason, Rule, exponentials, unfolding
from symconv.derivations.setting import Line, Setting
from symconv.derivations.simplifying import (
    counted,
    decided,
    single_terms,
    spelled,
    without_sure_conditions,
    without_zeros,
)
from symconv.expressions.tensors import Operation
from symconv.expressions.unfolding import Ranges, outermost, tidy, unfold
from symconv.formulas.axis import digits
from symconv.formulas.language import Conj, Formula, Read
from symconv.formulas.walking import parts, polys

#: Operations of this family are rearrangements: several of them make one line.
_LAYOUT = "layout"
#: Products of arrays that a first line shows as such, not entry by entry.
_PRODUCTS = ("multiply", "conj", "power")


def _opening(formula: Formula, ranges: Ranges) -> Formula:
    """A side as it stands at one entry: sums of arrays are written entry by entry, products stay folded."""
    match formula:
        case Read(array, _) if isinstance(array, Operation) and array.axes and array.operator.name in _PRODUCTS:
            return formula
    return tidy(formula, ranges)


_UNSAID = frozenset({"needing"})
"""Operators that say only what is assumed."""


def opened(side: Formula, atoms: frozenset[Operation], setting: Setting) -> Iterator[Line]:
    """The side, then what it becomes as one operator after the other is replaced by its definition."""
    formula = _opening(unfold(side, _UNSAID, atoms), setting.ranges)
    yield Line(formula)
    defined, told = setting.defined(formula)
    if defined != formula:
        formula = _opening(defined, setting.ranges)
        yield Line(formula, told)
    flat = tidy(formula, setting.ranges)
    if flat != formula:
        yield Line(flat, Reason(Rule.ENTRY_BY_ENTRY))
        formula = flat
    while not setting.late and (open_operations := list(outermost(formula, atoms))):
        group = [o for o in open_operations if o.operator.family == _LAYOUT == open_operations[0].operator.family] or [
            o for o in open_operations if o.operator is open_operations[0].operator
        ]
        names = frozenset(o.operator.name for o in group)
        new = tidy(unfold(formula, names, atoms), setting.ranges)
        if not setting.holds(formula, new):
            new = tidy(unfold(formula, names, atoms, setting.ranges), setting.ranges)
            if not setting.holds(formula, new):
                return
        for other in (modular(new), *decided(new)):
            if other != new and setting.plainly(new, other):
                new = other
                break
        new = without_zeros(new, setting.ranges, setting.plainly)
        new = without_sure_conditions(new, setting.ranges, setting.plainly)
        yield Line(new, replace(unfolding(group), remark=_of_exponentials(group, formula)))
        formula = new
    yield from _simplified(formula, setting)


def _of_exponentials(operations: Sequence[Operation], before: Formula) -> Reason | None:
    """What definitions use of exponentials where these transforms are read at such places as n - m."""
    reads = [part for part in parts(before) if isinstance(part, Read) and part.array in operations]
    transforms = [read for read in reads if has_exponentials(read.array.entry(*read.index))]
    conjugates = [part.body for part in parts(before) if isinstance(part, Conj)]
    places = (place for read in transforms for place in digits(read.array.axes, read.index))
    return exponentials(any(_turns(*place) for place in places), any(read in conjugates for read in transforms))


def has_exponentials(formula: Formula) -> bool:
    """Whether an exponential stands in a number, a bound or a condition."""
    return any(isinstance(atom, Exp) for part in parts(formula) for poly in polys(part) for atom in poly.atoms)


def _turns(place: Poly, size: Poly) -> bool:
    """Whether a multiple of a size is a term of a place, as in n - m and in m mod n."""
    return size.is_atom and any(
        {*size.atoms} & {*monomial} and isinstance(k, int) for monomial, k in place.terms.items()
    )


def _simplified(formula: Formula, setting: Setting) -> Iterator[Line]:
    """What becomes of an unfolded formula by itself: single terms, equal terms, numbers."""
    single = next((s for s in single_terms(formula) if setting.holds(formula, s.formula)), None)
    if single is not None:
        single = replace(single, formula=tidy(without_sure_conditions(single.formula, setting.ranges, setting.plainly)))
        yield from single.lines
        formula = single.formula
    new = counted(formula)
    if new != formula and setting.holds(formula, new):
        yield Line(new, Reason(Rule.COUNT_THE_TERMS))
        formula = new
    new = spelled(formula)
    if new != formula:
        yield Line(new, Reason(Rule.WRITE_THE_SUM_OUT))
