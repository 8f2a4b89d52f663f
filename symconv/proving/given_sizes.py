"""What a claim says of sizes, parameters and free indices before its sides are looked at, and what that needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.claims import Claim, SizeHypothesis, TensorHypothesis
from symconv.errors import Vacuous
from symconv.formulas.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    alternatives,
    condition_names,
    defined,
    defined_in,
    holds,
    replaced,
)
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.proving.needs import needs_of

Hypothesis = SizeHypothesis | TensorHypothesis


@dataclass(frozen=True)
class Given:
    """What a claim says of sizes, parameters and free indices before its sides are looked at.

    `solved` are the sizes that equations give by others; `told` is what to name where nothing satisfies it all;
    `needs` is what sizes and conditions need to be defined.
    """

    solved: Mapping[str, Poly]
    known: Context
    on_index: tuple[Condition, ...]
    told: tuple[object, ...]
    needs: tuple[Condition, ...]


def given_by(claim: Claim, hypotheses: Sequence[Hypothesis]) -> Given:
    """Declared sizes are natural numbers, whole dimensions 1 or more; the rest is what hypotheses say."""
    on_sizes = [h for h in hypotheses if isinstance(h, SizeHypothesis)]
    shapes = [c for h in hypotheses if isinstance(h, TensorHypothesis) for c in h.equal_shapes]
    told: list[object] = [h for h in on_sizes if condition_names(h.condition) or not holds(h.condition, {})]
    conditions = [*(h.condition for h in on_sizes), *shapes, *fixed_ranges(claim)]
    on_index = tuple(c for c in conditions if not condition_names(c).isdisjoint(claim.indices))
    conditions = [c for c in conditions if c not in on_index]
    solved = _solved(conditions, claim, hypotheses)
    conditions = [replaced(c, solved) for c in conditions]
    whole = claim.dimensions
    others = [a.size for t in claim.tensors for a in t.axes if str(a.size) not in whole]
    for size, least in [*((Poly.name(n), int(n in whole)) for n in claim.sizes), *((size, 1) for size in others)]:
        value = size.substitute(solved).constant
        if value is not None and (value < least or not isinstance(value, int)):
            hint = f"sizes are integers of {least} or more"
            raise Vacuous(f"vacuous: the size {size} would be {value}", hint=hint)
    inside = tuple(name for name in claim.sizes if name not in whole)
    natural = [Compare(solved.get(s, Poly.name(s)) - (s in whole), ">=") for s in claim.sizes
               if s in solved or s in inside]  # fmt: skip
    declared = [Compare(size.substitute(solved) - 1, ">=") for size in others]
    known = Context(
        tuple(s for s in whole if s not in solved),
        tuple(p for p in (*inside, *claim.parameters) if p not in solved),
        (),
        (*natural, *conditions, *declared),
    )
    in_conditions = (need for condition in conditions for need in defined_in(condition))
    needs = (*(replaced(n, solved) for n in claim.needs), *(d for p in others for d in defined(p)), *in_conditions)
    told += [c for c in (*shapes, *declared) if condition_names(c) or not holds(c, {})]
    return Given(solved, known, on_index, tuple(told), needs)


def fixed_ranges(claim: Claim) -> tuple[Compare, ...]:
    """The ranges of those free indices that are parameters."""
    return tuple(r for r in claim.ranges if condition_names(r).isdisjoint(claim.indices)) if claim.fixed else ()


def needs_of_condition(claim: Claim) -> tuple[Condition, ...]:
    """What has to be assumed for the condition of an `iff` to be defined, whether or not it holds."""
    given = given_by(claim, claim.hypotheses)
    on_tensors = [h for h in claim.exactly or () if isinstance(h, TensorHypothesis)]
    sides = [side.replace_names(given.solved) for h in on_tensors for side in (h.left, h.right)]
    needs = [*given.needs, *(n.condition for side in sides for n in needs_of(side, given.known))]
    return informative([n for n in needs if condition_names(n).isdisjoint(claim.indices)], given.known)


def _solved(conditions: Sequence[Condition], claim: Claim, hypotheses: Sequence[Hypothesis]) -> Mapping[str, Poly]:
    """Sizes that equations among the conditions give by others, where no divisor is 0: the later by the earlier."""
    equations = [c.poly for c in _conjuncts(conditions) if isinstance(c, Compare) and c.relation == "=="]
    try:
        solved = solved_in_turn(equations, [*reversed(claim.sizes), *reversed(claim.parameters)])
        needs = [*_divisors(claim, hypotheses), *(n for c in conditions for n in defined_in(c))] if solved else []
        found = [replaced(n, solved) for n in needs if not condition_names(n).isdisjoint(solved)]
        return solved if all(condition_names(c) or holds(c, {}) for c in found) else {}
    except ZeroDivisionError:
        return {}


def _divisors(claim: Claim, hypotheses: Sequence[Hypothesis]) -> Iterator[Condition]:
    """What the operations in a claim and its conditions need."""
    yield from claim.needs
    known = Context(claim.sizes, claim.parameters)
    on_tensors = [h for h in (*hypotheses, *(claim.exactly or ())) if isinstance(h, TensorHypothesis)]
    for side in (side for equations in (claim.links, on_tensors) for e in equations for side in (e.left, e.right)):
        yield from (need.condition for need in needs_of(side, known))


def _conjuncts(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, All):
            yield from _conjuncts(condition.conditions)
        else:
            yield condition


def informative(needs: Sequence[Condition], known: Context) -> tuple[Condition, ...]:
    """The conditions that do not follow from what is known and from the others."""
    kept = [
        n for n in dict.fromkeys(needs) if not isinstance(n, Compare) or n.poly.constant is None or not holds(n, {})
    ]
    kept = list(dict.fromkeys(_simpler(n, known) for n in kept))
    frame = known.frame(mentioned=kept)
    sets: list[Any] = []
    for n in kept:
        try:
            sets.append(presburger.condition_set(frame.names, n))
        except presburger.Undecided:
            sets.append(None)
    for i in reversed(range(len(kept))):
        if sets[i] is None:
            continue
        rest = frame.allowed
        for j, other in enumerate(sets):
            rest = rest.intersect(other) if j != i and other is not None else rest
        if not frame.allowed.is_empty() and rest.is_subset(sets[i]) and not rest.is_empty():
            del kept[i], sets[i]
    return tuple(kept)


def _simpler(condition: Condition, known: Context) -> Condition:
    """Alternatives without those that are not possible."""
    condition = alternatives(condition)
    if not isinstance(condition, AnyOf):
        return condition
    left = tuple(c for c in condition.conditions if is_possible(c, known)) or condition.conditions
    return left[0] if len(left) == 1 else AnyOf(left)


def is_possible(condition: Condition, known: Context) -> bool:
    """Whether a condition is not seen to fail at all values."""
    frame = known.frame(mentioned=[condition])
    try:
        return not frame.allowed.intersect(presburger.condition_set(frame.names, condition)).is_empty()
    except presburger.Undecided:
        return True
