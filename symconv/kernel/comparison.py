"""Two formulas in a context: by sets of indices for all sizes, or multiplied out where no size is symbolic."""

from __future__ import annotations

from symconv.formulas.language import Formula
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.expansion import Expanded, expanded, reads_table
from symconv.kernel.quotient_and_remainder import split_parameters
from symconv.limits import MAX_LISTED_POINTS, Undecided


def compared(left: Formula, right: Formula, context: Context) -> Difference | Expanded:
    """The difference of the formulas; raises `Undecided` where the coefficient functions cannot be had."""
    literal = reads_table(left) or reads_table(right)
    found: Difference | Expanded | None
    found = _multiplied_out(left, right, context) if literal else None
    if found is not None:
        return found
    try:
        found = difference(left, right, context)
        return found if found.is_zero or found.is_exact else _by_remainders(left, right, context) or found
    except Undecided:
        found = _multiplied_out(left, right, context) or _by_remainders(left, right, context)
        if found is None:
            raise
        return found


def _by_remainders(left: Formula, right: Formula, context: Context) -> Difference | None:
    """No difference, if there is none once parameters are quotients and remainders."""
    split = split_parameters((left, right), context)
    if split is None:
        return None
    try:
        found = difference(split.formula(left), split.formula(right), split.context(context))
    except (Undecided, ZeroDivisionError):  # conditions that are not linear then do not keep divisors from 0
        return None
    return found if found.is_zero else None


def formulas_equal(left: Formula, right: Formula, context: Context) -> bool:
    """Whether two formulas are proved equal in a context: what verifies a line of a derivation."""
    try:
        return compared(left, right, context).is_zero
    except Undecided:
        return False


def _multiplied_out(left: Formula, right: Formula, context: Context) -> Expanded | None:
    """The difference entry by entry, where it is small and no size is symbolic."""
    if context.sizes or context.parameters or context.symmetries or context.zeros:
        return None
    try:
        points = presburger.each_point(context.frame().allowed, MAX_LISTED_POINTS)
        return expanded(left, right, [dict(zip(context.names, p, strict=True)) for p in points])
    except Undecided:
        return None
