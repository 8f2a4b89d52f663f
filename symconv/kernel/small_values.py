"""The smallest values of names at which conditions hold, found by trying, where products are in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symconv.algebra.polynomials import Poly
from symconv.formulas.conditions import Compare
from symconv.limits import MAX_TRIED_VALUE, MAX_TRIED_VALUES


def smallest_values(
    sizes: Sequence[str], integers: Sequence[str], conditions: Sequence[Compare]
) -> dict[str, int] | None:
    """Values of sizes ≥ 1 and other integers at which all conditions hold, of the smallest sizes among few and small
    ones that are tried; None where none is found."""
    names = [*sizes, *integers]
    left = iter(range(MAX_TRIED_VALUES))
    for largest in range(1, MAX_TRIED_VALUE + 1):
        values = [range(1, largest + 1) if n in sizes else range(-1, largest + 1) for n in names]
        points = _points(names, values, tuple(conditions), left)
        best = min(points, key=lambda point: sum(point[s] for s in sizes), default=None)
        if best is not None:
            return best
    return None


def _points(
    names: Sequence[str], values: Sequence[range], conditions: tuple[Compare, ...], left: Iterator[int]
) -> Iterator[dict[str, int]]:
    """The points at which the conditions hold, as long as tries are left."""
    if not names:
        yield {}
        return
    name, *rest = names
    for value in values[0]:
        if next(left, None) is None:
            return
        here: Mapping[str, Poly] = {name: Poly.of(value)}
        try:
            now = tuple(c.substitute(here) for c in conditions)
        except ZeroDivisionError:
            continue
        known = [(c, c.poly.constant) for c in now]
        if all(v is None or _holds(c, v) for c, v in known):
            for point in _points(rest, values[1:], tuple(c for c, v in known if v is None), left):
                yield {name: value, **point}


def _holds(condition: Compare, value: int | Fraction) -> bool:
    return value >= 0 if condition.relation == ">=" else (value == 0) == (condition.relation == "==")
