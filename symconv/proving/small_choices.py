"""Values of names that satisfy conditions, small ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, islice

from symconv.algebra.polynomials import Poly
from symconv.formulas.conditions import Condition, condition_names, holds
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.limits import MAX_CHOICES, check_time


def small_values(context: Context, limit: int) -> Iterator[dict[str, int]]:
    """Values of sizes and parameters that the context allows, smallest first, from `limit` choices."""
    n, m = len(context.sizes), len(context.parameters)
    conditions = [c for c in context.conditions if condition_names(c) <= {*context.outer}]
    tried = 0
    for total in count():
        for sizes in _compositions(total, n, m):
            values = dict(zip(context.outer, sizes, strict=True))
            numbers = {k: Poly.of(v) for k, v in values.items()}
            tried += 1
            if all_hold(conditions, numbers):
                yield values
            if tried >= limit:
                return
        if not n and not m:
            return


def _compositions(total: int, n: int, m: int) -> Iterator[tuple[int, ...]]:
    """n integers ≥ 1 and m integers of any sign whose excess over 1 and absolute values sum to `total`."""
    if n == 0 and m == 0:
        if total == 0:
            yield ()
        return
    if n + m == 1:
        yield from ((total + 1,),) if n else ((value,) for value in {total: None, -total: None})
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, max(n - 1, 0), m if n else m - 1):
            if n:
                yield (first + 1, *rest)
            else:
                yield from ((value, *rest) for value in ({first, -first}))


def values_near_one(known: Context) -> Iterator[dict[str, int]]:
    """Values of all names that satisfy what is known, from some choices near 1, and the smallest that isl knows of."""
    conditions = [c for c in known.conditions if condition_names(c) <= {*known.names}]
    for values in chain(_choices_near_one(known), _smallest(known)):
        check_time()
        if all_hold(conditions, {k: Poly.of(v) for k, v in values.items()}):
            yield values


def _choices_near_one(known: Context) -> Iterator[dict[str, int]]:
    numbers = [[1, 2, 3, 4, 5, 6, 7, 8] if n in known.sizes else [1, 0, 2, 3, -1, 4, 5, 6] for n in known.names]
    steps = range(len(numbers[0]) * len(numbers)) if numbers else range(1)
    places = (p for total in steps for p in _places_of(total, len(numbers), max(map(len, numbers), default=0)))
    for chosen in islice(places, MAX_CHOICES):
        yield {n: options[k] for n, options, k in zip(known.names, numbers, chosen, strict=True)}


def _smallest(known: Context) -> Iterator[dict[str, int]]:
    frame = known.frame()
    point = presburger.smallest(frame.allowed, frame.n_sizes, frame.n_parameters)
    if point is not None:
        yield {n: v for n, v in zip(frame.names, point, strict=True) if n in known.names}


def _places_of(total: int, count: int, below: int) -> Iterator[tuple[int, ...]]:
    """`count` numbers from 0 up to `below` whose sum is `total`."""
    if count == 0:
        yield from [()] if total == 0 else []
        return
    for first in range(min(total, below - 1) + 1):
        for rest in _places_of(total - first, count - 1, below):
            yield (first, *rest)


def all_hold(conditions: Iterable[Condition], values: Mapping[str, Poly]) -> bool:
    """Whether conditions hold; one that divides by 0 does not."""
    try:
        return all(holds(c, values) for c in conditions)
    except ZeroDivisionError:
        return False
