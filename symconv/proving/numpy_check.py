"""Nothing is proved that NumPy contradicts: both sides of a proved link, computed at a few small sizes.

NumPy's own functions compute what they can, index formulas the rest; at other sizes index formulas everything. All
numbers are exact. Arrays are random ones that satisfy the hypotheses, by construction or as solutions of linear
equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from time import thread_time
from typing import Any, TypeAlias

import numpy as np

from symconv.algebra.exact_numbers import are_equal, exact
from symconv.algebra.polynomials import Poly
from symconv.claims import Claim
from symconv.errors import SymconvError
from symconv.formulas.conditions import condition_names
from symconv.kernel.presburger import Undecided
from symconv.kernel.replay import is_supposed
from symconv.limits import (
    CHECK_SECONDS,
    CHECK_SHARE,
    LONGEST_CHECK_SECONDS,
    MAX_CHECKED_SIZE,
    MAX_CHECKED_SIZES,
    MAX_TRIES,
    deadline,
)
from symconv.numerics.evaluation import evaluate
from symconv.proving.refuting.counterexamples import drafted, free_places, satisfying, tabled
from symconv.proving.small_choices import all_hold
from symconv.proving.statements import Hypothesis, PreparedLink


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


def check(claim: Claim, links: Sequence[PreparedLink], hypotheses: Sequence[Hypothesis], seconds: float) -> Check:
    """What NumPy says to links that were proved in `seconds`, which bound the time that is spent here."""
    start, share = thread_time(), CHECK_SHARE * seconds
    sizes: list[Mapping[str, int]] = []
    entries = 0
    for link in links:
        try:
            with deadline(start + max(share, LONGEST_CHECK_SECONDS) - thread_time()):
                for found in islice(_compared(claim, link, hypotheses), MAX_CHECKED_SIZES):
                    if isinstance(found, Contradiction):
                        return found
                    sizes += found.sizes
                    entries += found.entries
                    spent = thread_time() - start
                    if spent * (1 + 1 / len(sizes)) > max(share, CHECK_SECONDS):
                        break
        except (Undecided, SymconvError, ZeroDivisionError):
            continue
    if not entries:
        what = "sizes and arrays that satisfy the hypotheses" if hypotheses else "sizes"
        return Unchecked(f"no {what} were found and computed in the time for it")
    return Checked(tuple({tuple(s.items()): s for s in sizes}.values()), entries)


def _compared(claim: Claim, link: PreparedLink, hypotheses: Sequence[Hypothesis]) -> Iterator[Checked | Contradiction]:
    """The comparison at one choice of sizes after the other, by NumPy and by index formulas in turn."""
    twins = True
    for values in _some_sizes(link):
        names = link.sizes_at(values)
        places = free_places(link, values)[0] if link.free.indices else [{}]
        first_and_last = [*places[:1], *places[1:][-1:]]
        shown = {name: names[name] for name in (*claim.sizes, *claim.parameters) if name in names}
        for arrays, functions in satisfying(claim, link, names, hypotheses):
            free = [{n.removesuffix(".x"): v for n, v in place.items()} for place in first_and_last]
            supposed = [f for f in free if _is_supposed(claim, link, names, f, arrays, functions)]
            if not supposed:
                continue
            entries = 0
            for place in supposed:
                found = _difference(link, {**names, **place}, arrays, functions, twins)
                if isinstance(found, Contradiction):
                    yield Contradiction(shown, (*place.values(), *found.index), found.left, found.right)
                    return
                entries += found
            yield Checked((shown,), entries)
            twins = not twins
            break


def _is_supposed(claim: Claim, link: PreparedLink, names: Any, free: Any, arrays: Any, functions: Any) -> bool:
    if not (link.claimed.hypotheses or link.claimed.indices):
        return True
    example = drafted(claim, names, tuple(free.values()), arrays)
    return is_supposed(link.claimed, tabled(link.claimed, example, functions))


def _difference(
    link: PreparedLink, names: Mapping[str, int], arrays: Any, functions: Any, twins: bool
) -> int | Contradiction:
    """The number of entries in which both sides agree, or where they do not."""
    both = (evaluate(s, names, arrays, functions, twins=twins) for s in (link.link.left, link.link.right))
    left, right = np.broadcast_arrays(*(np.asarray(side, dtype=object) for side in both))
    for index in np.ndindex(*left.shape):
        if left[index] is not right[index] and are_equal(exact(left[index]), exact(right[index])) is False:
            return Contradiction(names, index, left[index], right[index])
    return left.size


def _some_sizes(link: PreparedLink) -> Iterator[dict[str, int]]:
    """Small sizes and parameters that satisfy what is assumed: mixed ones, then the smallest."""
    sizes, parameters = link.context.sizes, link.context.parameters
    conditions = [c for c in link.context.conditions if condition_names(c) <= {*sizes, *parameters}]
    random = Random(0)
    seen = set()
    for _ in range(MAX_TRIES if sizes or parameters else 0):
        values = {n: random.randint(1, MAX_CHECKED_SIZE) for n in sizes}
        values |= {n: random.randint(0, MAX_CHECKED_SIZE) for n in parameters}
        numbers = {k: Poly.of(v) for k, v in values.items()}
        if tuple(values.values()) not in seen and all_hold(conditions, numbers):
            seen.add(tuple(values.values()))
            yield values
    yield from link.small_sizes(MAX_TRIES)
