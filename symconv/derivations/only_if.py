"""That a condition is necessary: the difference of the sides, and a test array that leaves one of its terms."""

from __future__ import annotations

from dataclasses import replace

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.derivations.apart import Apart, difference
from symconv.derivations.reasons import Below, Listed, Part, Reason, Rule, Shown, unfolding
from symconv.derivations.records import Step
from symconv.derivations.told_statements import Told, proved_equal
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import NOTATION, tidy, unfolded
from symconv.formulas.axis import digits
from symconv.formulas.conditions import Compare, in_range
from symconv.formulas.language import Formula, Read, Scalar, When, minus
from symconv.formulas.walking import arrays, substitute

_LETTERS = "pqrs"


def only_if(free: Told, under: Told, condition: Listed) -> tuple[Step, ...]:
    """The difference of the sides, collected: it vanishes for all other tensors only under the condition."""
    setting, naming = free.setting, free.setting.naming
    left, right = free.sides
    opening = left if tidy(unfolded(right, setting.ranges)) == Scalar(ZERO) else minus(left, right)
    first = Step(opening, None, True, naming)
    apart = difference(left, right, setting, under.setting)
    if apart is not None and setting.holds(opening, apart.formula):
        collected = Step(apart.formula, _definitions(opening), True, naming)
        at_impulse = _tested(apart, condition, free)
        if at_impulse is not None:
            return first, collected, at_impulse
        return first, _with_remark(collected, _for_all(apart.others, condition))
    flat = unfolded(opening, setting.ranges, setting.holds)
    shown = Step(flat, _definitions(opening), setting.holds(opening, flat), naming)
    return first, _with_remark(shown, _for_all((), condition))


def _definitions(opening: Formula) -> Reason:
    inside = (n for a in arrays(opening) for n in nodes(a) if isinstance(n, Operation))
    return unfolding(n for n in inside if n.leaf is None and n.operator.name not in NOTATION)


def _with_remark(step: Step, remark: Reason) -> Step:
    assert step.reason is not None
    return replace(step, reason=replace(step.reason, remark=remark))


def _for_all(others: tuple[str, ...], condition: Listed) -> Reason:
    """What the necessity of the condition, which the kernel proved, says of a line."""
    names: Part = Shown(Poly.name(others[0])) if len(others) == 1 else Listed(others)
    return Reason(Rule.FOR_ALL_ONLY_IF, (names, condition)) if others else Reason(Rule.ONLY_IF, (condition,))


def _tested(apart: Apart, condition: Listed, free: Told) -> Step | None:
    """The difference where its other tensor is the unit impulse at the entry before one term."""
    if len(apart.terms) != 1 or len(apart.common[0]) != 1 or not isinstance(read := apart.common[0][0], Read):
        return None
    (term,), tensor = apart.terms, read.array
    rest = tuple(f for f in term.factors if f != read)
    taken_twice = any(tensor == node for f in rest for a in arrays(f) for node in nodes(a))
    letters = [name for letter in _LETTERS if (name := f"{letter}.x") not in free.stated.context.indices]
    if not isinstance(tensor, Tensor) or not term.bound or len(term.bound) > len(letters) or taken_twice:
        return None
    chosen = {name: letter for (name, _, _), letter in zip(term.bound, letters, strict=False)}
    if any(lower != ZERO or not upper.names.isdisjoint(chosen) for _, lower, upper in term.bound):
        return None
    at = {name: Poly.name(new) for name, new in chosen.items()}
    place = [p.substitute(at) for p, _ in digits(tensor.axes, read.index)]
    impulse = [Compare(p - q, "==") for (p, _), q in zip(digits(tensor.axes, read.index), place, strict=True)]
    summed = replace(term, factors=(When(tuple(impulse), Scalar(ONE)), *rest)).formula
    left = tidy(substitute(replace(term, factors=rest, bound=()).formula, at))
    context = free.stated.context
    ranges = [c for name, _, upper in term.bound for c in in_range(at[name], upper)]
    context = replace(context, indices=(*context.indices, *chosen.values()), conditions=(*context.conditions, *ranges))
    if not proved_equal(summed, left, context):
        return None
    naming = replace(free.setting.naming, indices=(*free.setting.naming.indices, *chosen.values()))
    where: Part = Listed(tuple(map(Shown, place)), ", ", ", ")
    below = Below(tuple((chosen[name], upper) for name, _, upper in term.bound), left)
    only = Reason(Rule.FOR_ALL_ONLY_IF, (below, condition))
    rule = Rule.UNIT_IMPULSE if len(place) == 1 else Rule.UNIT_IMPULSE_AT
    return Step(left, Reason(rule, (tensor, where), only), True, naming)


__all__ = ["only_if"]
