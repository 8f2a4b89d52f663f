"""Sizes at which the sides surely differ, from single entries of them.

A product of sizes is known by its bounds only, so that where the sides are equal as a whole may be
out of reach. But one entry, at the place of a counterexample, often needs no product: if it differs
at all sizes outside a condition, the condition is necessary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from typing import Any

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, ExactCondition, Link, SizeHypothesis
from symconv.claims.hypothesis_records import size_hypotheses
from symconv.errors import SymconvError
from symconv.formulas.conditions import All, AnyOf
from symconv.kernel import presburger, wording
from symconv.kernel.decide import difference
from symconv.kernel.necessity import Place
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_EXCEPTIONS
from symconv.proving.condition.exact_condition import equal_shapes
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.refuting.counterexamples import position
from symconv.proving.statements import PreparedLink, prepared


def condition_on_sizes(
    claim: Claim, hypotheses: Sequence[Hypothesis], decide: Callable[[Link, Sequence[Hypothesis]], Any]
) -> ExactCondition | None:
    """The sizes at which the sides of all links are equal for all tensors, found by counterexamples.

    `decide(link, hypotheses)` decides equality. Each counterexample gives a place, and the sizes
    at which the sides surely differ there are left out, until the links are proved for the rest.
    Raises what `decide` raises, and `SymconvError` or `Undecided` where the links cannot be stated.
    """
    agree = equal_shapes(claim, hypotheses)
    if agree is None:
        return None
    stated = [prepared(claim, link, (*hypotheses, *agree)) for link in claim.links]
    if any(s.right_index is None or s.unused for s in stated):
        return None
    names = stated[0].context.outer
    if not names:
        return None
    allowed = reduce(isl.Set.intersect, (s.context.frame().sizes for s in stated))
    rest = allowed
    for _ in range(MAX_EXCEPTIONS):
        if rest.is_empty():
            return None
        example = _example(claim, _within(rest, names, (*hypotheses, *agree)), decide)
        if example is None:
            return None
        if not example:
            found = (*agree, *size_hypotheses(wording.set_condition(rest, names, allowed)))
            return ExactCondition(found) if found else None
        less = rest
        for number, place in places_that_differ(stated, example):
            pinned = stated[number].pinned(place)
            with suppress(Undecided):
                less = less.subtract(difference(*pinned).sizes_that_surely_differ()) if pinned is not None else less
        if less.is_equal(rest):
            return None
        rest = less
    return None


def _within(made: isl.Set, names: Sequence[str], hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The hypotheses and that the sizes are in a set."""
    everything = presburger.universe(len(names))
    cases = AnyOf(tuple(All(case) for case in wording.disjuncts(made, names, everything)))
    return (*hypotheses, SizeHypothesis(cases))


def _example(
    claim: Claim, hypotheses: Sequence[Hypothesis], decide: Callable[[Link, Sequence[Hypothesis]], Any]
) -> Mapping[str, int] | None:
    """Sizes at which the sides of a link differ; none where all links hold, and None where that is open."""
    for link in claim.links:
        made = decide(link, hypotheses)
        if made.holds is None:
            return None
        if made.holds is False:
            return dict(made.counterexample.sizes)
    return {}


def places_that_differ(stated: Sequence[PreparedLink], sizes: Mapping[str, int]) -> Iterator[Place]:
    """The entries of links that differ at some sizes, counted from the first entry and from the last."""
    for number, one in enumerate(stated):
        values = {n: sizes[n] for n in one.context.outer}
        yield from ((number, place) for place in _places(one, values))


def _places(stated: PreparedLink, values: Mapping[str, int]) -> Iterator[dict[str, Poly]]:
    """Where the sides differ at some sizes: the index digit by digit."""
    numbers = {n: Poly.of(v) for n, v in values.items()}
    try:
        at = stated.at(values)
        found = difference(*at.formulas, at.context) if at is not None and at.right_index is not None else None
    except (Undecided, SymconvError):
        return
    witness = next(found.witnesses(), None) if found is not None and found.is_exact else None
    if at is None or witness is None:
        return
    free = {name: Poly.of(witness.values[name]) for name in stated.free.indices}
    digits = [d for axis in stated.left.axes for d in axis.digits]
    place: list[int] = []
    for axis, flat in zip(stated.left.axes, position(at, witness.values), strict=True):
        own: list[int] = []
        for digit in reversed(axis.digits):
            flat, part = divmod(flat, digit.substitute(numbers).integer or 1)
            own.append(part)
        place += reversed(own)
    names = stated.names[len(stated.free.indices) :]
    if len(names) != len(digits):
        return
    yield {**free, **dict(zip(names, map(Poly.of, place), strict=True))}
    ends = (d - d.substitute(numbers) + p for d, p in zip(digits, place, strict=True))
    yield {**free, **dict(zip(names, ends, strict=True))}
