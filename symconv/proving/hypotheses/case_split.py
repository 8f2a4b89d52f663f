"""Hypotheses on sizes by cases: under `n == 1 or m == 1`, each of which is an equation that can be solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from symconv.claims import SizeHypothesis
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, in_linear_cases, replaced
from symconv.kernel import presburger
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_HYPOTHESIS_CASES
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.statements import PreparedLink


def cases(hypotheses: Sequence[Hypothesis], stated: PreparedLink) -> list[tuple[Hypothesis, ...]]:
    """The hypotheses of a statement by the alternatives of their `or`; together they cover all sizes.

    Equations that only follow (n == 1 from n <= 1) are added. No case where that comes to nothing new, or where
    there are more than `MAX_HYPOTHESIS_CASES`.
    """
    on_sizes = [h.condition for h in hypotheses if isinstance(h, SizeHypothesis)]
    on_tensors = [h for h in hypotheses if not isinstance(h, SizeHypothesis)]
    made: list[tuple[Hypothesis, ...]] = []
    for conditions in _alternatives(All(tuple(on_sizes))):
        if len(made) == MAX_HYPOTHESIS_CASES:
            return []
        case = _with_equations(dict.fromkeys(conditions), stated)
        if case is not None:
            made.append((*on_tensors, *(SizeHypothesis(c) for c in case)))
    return made if len(made) != 1 or {*made[0]} != {*hypotheses} else []


def _alternatives(condition: Condition) -> list[tuple[Condition, ...]]:
    """Conjunctions of which at least one holds exactly if the condition does."""
    match condition:
        case All(parts):
            chosen = product(*map(_alternatives, parts))
            return [tuple(c for conjunction in some for c in conjunction) for some in chosen]
        case AnyOf(parts):
            return [conjunction for part in parts for conjunction in _alternatives(part)]
        case Negation(All(parts)):
            return _alternatives(AnyOf(tuple(map(Negation, parts))))
        case Negation(AnyOf(parts)):
            return _alternatives(All(tuple(map(Negation, parts))))
        case Negation(Negation(inner)):
            return _alternatives(inner)
        case Negation(Compare() as comparison):
            return _alternatives(comparison.opposite)
        case Compare() if (found := in_linear_cases(condition)) != condition:
            return _alternatives(found)
    return [(condition,)]


def _with_equations(case: Iterable[Condition], stated: PreparedLink) -> list[Condition] | None:
    """The conditions and the equations that follow from them; None where no sizes satisfy them."""
    frame, conditions = stated.free.frame(), list(case)
    names = frame.names[: frame.n]
    try:
        own = presburger.condition_set(names, All(tuple(replaced(c, stated.solved) for c in conditions)))
    except Undecided:
        return conditions
    allowed = frame.sizes.intersect(own)
    if allowed.is_empty():
        return None
    implied = [Compare(poly, "==") for poly in presburger.equalities(allowed, names)]
    return [*conditions, *(e for e in implied if e not in conditions)]
