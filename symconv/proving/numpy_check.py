"""Nothing is proved that NumPy contradicts: both sides of a proved link, computed at a few small sizes.

NumPy's own functions compute what they can, index formulas the rest; at other sizes index formulas everything. All
numbers are exact. Arrays are random ones that satisfy the hypotheses, by construction or as solutions of linear
equations. SciPy's and PyTorch's functions compute small integers at the first sizes, where they are imported already.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any, TypeAlias

import numpy as np

from symconv.algebra.exact_numbers import are_equal, exact
from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, TensorHypothesis
from symconv.errors import SymconvError
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.conditions import condition_names
from symconv.kernel.evaluator import Evaluator, entry_of
from symconv.kernel.presburger import Undecided
from symconv.kernel.replay import is_supposed
from symconv.limits import (
    CHECK_STEPS,
    MAX_CHECK_STEPS,
    MAX_CHECKED_PLACES,
    MAX_CHECKED_SIZE,
    MAX_CHECKED_SIZES,
    MAX_TRIES,
    STEPS_OF_A_HYPOTHESIS,
    TooManySteps,
)
from symconv.numerics.evaluation import evaluator_of, outward
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.refuting.counterexamples import drafted, free_places, satisfying, tabled
from symconv.proving.small_choices import all_hold
from symconv.proving.statements import PreparedLink


@dataclass(frozen=True)
class Checked:
    """The sizes at which NumPy agreed, how many entries were compared, and with what they were computed."""

    sizes: tuple[Mapping[str, int], ...]
    entries: int
    libraries: tuple[str, ...] = (f"numpy {np.__version__}",)


@dataclass(frozen=True)
class Unchecked:
    """Why nothing was compared."""

    reason: str


@dataclass(frozen=True)
class Contradiction:
    """Where the two sides of a proved link differ."""

    sizes: Mapping[str, int]
    index: tuple[int, ...]
    left: Any
    right: Any

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} = {value}" for name, value in self.sizes.items())
        return f"NumPy contradicts the proof: {self.left} and {self.right} at {list(self.index)} for {sizes or 'these'}"


class ContradictedProof(UserWarning):
    """A proof that NumPy contradicts: a defect of symconv, to be reported."""


Check: TypeAlias = Checked | Unchecked | Contradiction


@dataclass(frozen=True)
class _Agreement:
    """At some sizes both sides agree in so many entries, which took so many steps."""

    sizes: Mapping[str, int]
    entries: int
    steps: int


def check(claim: Claim, links: Sequence[PreparedLink], hypotheses: Sequence[Hypothesis]) -> Check:
    """What NumPy says to links that were proved: at several sizes where that is little work."""
    agreements: list[_Agreement] = []
    others: dict[str, list[str]] = {name: [] for name in ("scipy", "torch") if name in sys.modules}
    steps = 0
    for link in links:
        try:
            for found in islice(_compared(claim, link, hypotheses, others), MAX_CHECKED_SIZES):
                if isinstance(found, Contradiction):
                    return found
                agreements.append(found)
                steps += found.steps
                if steps * (1 + 1 / len(agreements)) > CHECK_STEPS:
                    break
        except (Undecided, SymconvError, ZeroDivisionError):
            continue
    entries = sum(a.entries for a in agreements)
    if not entries:
        what = "sizes and arrays that satisfy the hypotheses" if hypotheses else "sizes"
        return Unchecked(f"no {what} were found and computed in few steps")
    libraries = ("numpy", *(name for name, operators in others.items() if operators))
    versions = tuple(f"{name} {sys.modules[name].__version__}" for name in libraries)
    return Checked(tuple({tuple(a.sizes.items()): a.sizes for a in agreements}.values()), entries, versions)


def _compared(
    claim: Claim, link: PreparedLink, hypotheses: Sequence[Hypothesis], others: Mapping[str, list[str]]
) -> Iterator[_Agreement | Contradiction]:
    """The comparison at one choice of sizes after the other, by NumPy and by index formulas in turn."""
    compared = 0
    supposed = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
    every = _is_same_everywhere(link, supposed)
    for values in _some_sizes(link):
        names = link.sizes_at(values)
        places = [{n.removesuffix(".x"): v for n, v in place.items()} for place in _places(link, values)]
        if not places:
            continue
        where = places if every else places[-1:]
        shown = {name: names[name] for name in (*claim.sizes, *claim.parameters) if name in names}
        for arrays, functions in satisfying(claim, link, names, hypotheses):
            if not _is_supposed(claim, link, names, places[-1], arrays, functions):
                continue
            evaluator = evaluator_of(names, arrays, functions, twins=compared % 2 == 0)
            evaluator.most_steps = MAX_CHECK_STEPS
            try:
                left, right = np.broadcast_arrays(*both_sides(link, evaluator, where))
            except TooManySteps:
                break
            index = _first_difference(left, right)
            if index is None and not compared and _names_another(link, others):
                another = evaluator_of(names, arrays, functions, twins=True, others=others)
                left, right = np.broadcast_arrays(*both_sides(link, another, where))
                index = _first_difference(left, right)
            if index is not None:
                at = (*where[index[0]].values(), *index[1:])
                yield Contradiction(shown, at, outward(left[index]), outward(right[index]))
                return
            yield _Agreement(shown, left.size, evaluator.steps + len(supposed) * STEPS_OF_A_HYPOTHESIS)
            compared += 1
            break


def _names_another(link: PreparedLink, others: Mapping[str, list[str]]) -> bool:
    """Whether a side is written with a function of one of some libraries."""
    operations = (n for side in (link.link.left, link.link.right) for n in nodes(side) if isinstance(n, Operation))
    return bool(others) and any(n.operator.library.partition(".")[0] in others for n in operations)


def _places(link: PreparedLink, values: Mapping[str, int]) -> list[dict[str, int]]:
    """The values of the free indices that are taken: first and last ones of many."""
    if not link.free.indices:
        return [{}]
    places = free_places(link, values)[0]
    return places if len(places) <= MAX_CHECKED_PLACES else [*places[: MAX_CHECKED_PLACES - 1], places[-1]]


def _is_same_everywhere(link: PreparedLink, hypotheses: Sequence[TensorHypothesis]) -> bool:
    """Whether free indices are in the sides' entries alone, and not in their sizes or in what is supposed of arrays."""
    sizes = {name for side in (link.link.left, link.link.right) for axis in side.axes for name in axis.size.names}
    return sizes.union(*(h.left.free_names | h.right.free_names for h in hypotheses)).isdisjoint(link.claimed.indices)


def _is_supposed(claim: Claim, link: PreparedLink, names: Any, free: Any, arrays: Any, functions: Any) -> bool:
    if not (link.claimed.hypotheses or link.claimed.indices):
        return True
    example = drafted(claim, names, tuple(free.values()), arrays)
    return is_supposed(link.claimed, tabled(link.claimed, example, functions))


def both_sides(
    link: PreparedLink, evaluator: Evaluator, places: Sequence[Mapping[str, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """The arrays that the sides are, for each of these values of the free indices."""
    left, right = link.link.left, link.link.right
    rank = max(len(left.axes), len(right.axes))
    return _at_places(left, evaluator, places, rank), _at_places(right, evaluator, places, rank)


def _at_places(side: TensorExpr, evaluator: Evaluator, places: Sequence[Mapping[str, int]], rank: int) -> np.ndarray:
    shape = (len(places), *[1] * (rank - len(side.axes)), *evaluator.shape(side))
    if not places[0]:
        return evaluator.array(side).reshape(shape)
    sizes = evaluator.digits(side)
    entry, names = entry_of(side)
    at = {n: np.array([place[n] for place in places]).reshape(-1, *[1] * len(sizes)) for n in places[0]}
    at |= dict(zip(names, np.indices(tuple(sizes), sparse=True), strict=True))
    return evaluator.values(entry, at).reshape(shape)


def _first_difference(left: np.ndarray, right: np.ndarray) -> tuple[int, ...] | None:
    """The first entry that surely differs."""
    for index in np.ndindex(*left.shape):
        one, other = left[index], right[index]
        if one != other and are_equal(exact(one), exact(other)) is False:
            return index
    return None


def _some_sizes(link: PreparedLink) -> Iterator[dict[str, int]]:
    """Small sizes and parameters that satisfy what is assumed: mixed ones, then the smallest."""
    sizes, parameters = link.context.sizes, link.context.parameters
    conditions = [c for c in link.context.conditions if condition_names(c) <= {*sizes, *parameters}]
    random = Random(0)
    seen = set()
    for tried in range(MAX_TRIES if sizes or parameters else 0):
        values = {n: random.randint(2 - tried % 2, MAX_CHECKED_SIZE) for n in sizes}
        values |= {n: random.randint(0, MAX_CHECKED_SIZE) for n in parameters}
        numbers = {k: Poly.of(v) for k, v in values.items()}
        if tuple(values.values()) not in seen and all_hold(conditions, numbers):
            seen.add(tuple(values.values()))
            yield values
    yield from link.small_sizes(MAX_TRIES)
