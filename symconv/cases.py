"""Hypotheses on sizes by cases: under `n == 1 or m == 1`, each of which is an equation that can be solved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from symconv.claims import SizeHypothesis
from symconv.kernel import presburger
from symconv.kernel.formulas import All, AnyOf, Compare, Condition, Negation
from symconv.kernel.presburger import Undecided
from symconv.statements import Hypothesis, Statement, replaced

MAX_CASES = 16


def cases(hypotheses: Sequence[Hypothesis], stated: Statement) -> list[tuple[Hypothesis, ...]]:
    """The hypotheses of a statement by the alternatives of their `or`; together they cover all sizes.

    None where there is no `or`, or where there are more than `MAX_CASES`.
    """
    alternatives = [_alternatives(h.condition) if isinstance(h, SizeHypothesis) else [()] for h in hypotheses]
    if all(len(a) == 1 for a in alternatives):
        return []
    made: list[tuple[Hypothesis, ...]] = []
    for chosen in product(*alternatives):
        if len(made) == MAX_CASES:
            return []
        case = tuple(dict.fromkeys(c for conditions in chosen for c in conditions))
        if _is_possible(case, stated):
            on_tensors = [h for h in hypotheses if not isinstance(h, SizeHypothesis)]
            made.append((*on_tensors, *(SizeHypothesis(c, str(c)) for c in case)))
    return made


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
        case Negation(Compare(poly, ">=")):
            return [(Compare(-1 - poly, ">="),)]
        case Negation(Compare(poly, relation)):
            return [(Compare(poly, "!=" if relation == "==" else "=="),)]
    return [(condition,)]


def _is_possible(case: Sequence[Condition], stated: Statement) -> bool:
    frame = stated.free.frame()
    try:
        made = presburger.condition_set(frame.names, All(tuple(replaced(c, stated.solved) for c in case)))
    except Undecided:
        return True
    return not frame.allowed.intersect(made).is_empty()
