"""What makes a condition hold for all values of an index: by algebra where that is plain, else by sets."""

from __future__ import annotations

from dataclasses import replace

from symconv.algebra.polynomials import Poly
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, condition_names, holds, in_range
from symconv.formulas.throughout import throughout
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.wording import set_condition
from symconv.limits import OutOfTime, Undecided

NOTHING = Context()


def for_all_values(
    need: Condition, name: str, low: Poly, high: Poly, known: Context = NOTHING
) -> tuple[Condition, ...] | None:
    """What makes a need hold at all whole numbers from low to high, under what is known; None where that is not seen.

    >>> i, n = Poly.name("i"), Poly.name("n")
    >>> for_all_values(Compare(i % 3 + 1, "!="), "i", Poly.of(0), n - 1)
    ()
    >>> for_all_values(Compare(i // 2 - 1, "!="), "i", Poly.of(0), n - 1)
    (n <= 2,)
    """
    if name not in condition_names(need):
        return (need,)
    found = throughout(need, name, low, high) if isinstance(need, Compare) else None
    if found is None:
        found = _by_sets(need, name, low, high, known)
    if found is None and isinstance(need, AnyOf):
        one_by_one = (for_all_values(part, name, low, high, known) for part in need.conditions)
        certain = any(each is not None and all(map(known.implies, each)) for each in one_by_one)
        found = [] if certain else None
    if found is None:
        return None
    return tuple(c for c in found if not (isinstance(c, Compare) and c.poly.constant is not None and holds(c, {})))


def _by_sets(need: Condition, name: str, low: Poly, high: Poly, known: Context) -> list[Condition] | None:
    """The same from the set of values at which the need fails, projected onto the other names.

    A product of names is one of its own, of which too little is known to say that the need fails.
    """
    inside = in_range(Poly.name(name), high + 1, low)
    mentioned = condition_names(need).union(*(c.poly.names for c in inside)) - {name, *known.names}
    outside = replace(known, parameters=(*known.parameters, *sorted(mentioned)))
    bound = replace(outside, indices=(*known.indices, name), conditions=(*known.conditions, *inside))
    try:
        frame = bound.frame(mentioned=[need])
        points = frame.allowed.intersect(presburger.condition_set(frame.names, Negation(need)))
        if points.is_empty():
            return []
        if not frame.complete:
            return None
        failing = presburger.projected(points, len(frame.names) - 1)
        everything = outside.frame().allowed
        condition = set_condition(everything.subtract(failing), outside.names, everything)
    except OutOfTime:
        raise
    except Undecided:
        return None
    return [*condition.conditions] if isinstance(condition, All) else [condition]
