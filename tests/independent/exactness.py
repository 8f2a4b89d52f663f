"""Whether a condition is exact: where it fails the sides differ, for some of the tensors that it does not name."""

from __future__ import annotations

import ast
import contextlib
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .arrays import array, plain
from .exact import NotLinear
from .places import NotThere, equal
from .reading import Tensor, conjuncts, unbound
from .solving import Arrays, NoArrays, differences, drawn, drawn_functions, satisfying, shapes
from .trials import MISSING, Judge, Opinion, Values, shown


def judge_exact(judge: Judge, condition: ast.expr, points: int = 0, only_where: Sequence[ast.expr] = ()) -> Opinion:
    """A condition that is said to be exact: where it fails, so do the sides, for some of the other tensors."""
    question = judge.question
    parts = conjuncts(condition)
    named = unbound(condition)
    hypotheses = [*question.hypotheses, *only_where]
    tried = 0
    judge.started = time.thread_time()
    for values in judge.sizes(hypotheses, entries=40):
        blank = {n: np.full(s, 0, object) for n, s in shapes(question, values).items()}
        given = set(question.free) & named
        places = judge.indices(values, blank, {}, {}) if given else iter([{}])
        for place in itertools.islice(places, 6):
            given_values = {n: v for n, v in place.items() if n in given}
            for fixed in _candidates(judge, parts, hypotheses, values, given_values, named):
                try:
                    if judge.holds(parts, values, {**blank, **fixed}, {}, given_values):
                        continue
                except MISSING:
                    continue
                witness = always_equal(judge, hypotheses, values, given_values, fixed)
                if witness:
                    text = shown("holds where the condition fails", values, given_values, witness, None, None)
                    return Opinion("contradiction", text, points)
                tried += 1
        if tried >= judge.points or judge.late():
            break
    return Opinion("consistent", "", points + tried)


def _candidates(
    judge: Judge,
    parts: Sequence[ast.expr],
    hypotheses: Sequence[ast.expr],
    values: Values,
    index: Values,
    named: set[str],
) -> Iterator[Arrays]:
    """Values of the tensors that a condition names, such that it may just fail."""
    question = judge.question
    mine = [t for t in question.tensors if t.name in named]
    if not mine:
        yield {}
        return
    functions = drawn_functions(question, judge.rng)

    def only(arrays: Arrays) -> Arrays:
        return {t.name: arrays[t.name] for t in mine}

    def equations(arrays: Arrays) -> list[Any]:
        """The sides' differences, for three draws of the other tensors."""
        found = []
        for _ in range(3):
            others = satisfying(question, [], {**values, **index}, judge.rng)
            both = {**others, **only(arrays)}
            for place in itertools.islice(judge.indices(values, both, functions, index), 12):
                try:
                    found += [d for a, b in judge.pairs(values, both, functions, place) for d in differences(a, b)]
                except (NotThere, *MISSING):
                    continue
        return found

    for style in ("binary", "small"):
        arrays = drawn(question, shapes(question, values), judge.rng, style)
        with contextlib.suppress(*MISSING):
            if judge.holds(hypotheses, values, arrays, functions, index):
                yield only(arrays)
    nothing = (NoArrays, NotLinear, *MISSING)
    with contextlib.suppress(*nothing):
        yield only(judge.arrays(hypotheses, values, functions, index))
    with contextlib.suppress(*nothing):
        arrays = _disturbed(judge, judge.arrays([*hypotheses, *parts], values, functions, index), mine)
        if judge.holds(hypotheses, values, arrays, functions, index):
            yield only(arrays)
    if not hypotheses:
        with contextlib.suppress(*nothing):
            yield only(judge.arrays([], values, functions, index, extra=equations))


def _disturbed(judge: Judge, arrays: Arrays, tensors: Sequence[Tensor]) -> Arrays:
    """The arrays with one entry of one of these tensors changed."""
    name = judge.rng.choice(tensors).name
    changed = array(arrays[name]).copy()
    if changed.size:
        where = judge.rng.randrange(changed.size)
        changed.flat[where] = changed.flat[where] + judge.rng.choice([1, -1, 2])
    return {**arrays, name: plain(changed)}


def always_equal(
    judge: Judge, conditions: Sequence[ast.expr], values: Values, given: Values, fixed: Arrays
) -> Arrays | None:
    """Arrays of many draws on which the sides agreed every time; a few may all be 0 by chance."""
    seen: Arrays | None = None
    draws = 1 if set(fixed) >= judge.question.tensor_names and not judge.question.functions else 16
    for _, arrays, _, pairs in judge.trials(conditions, values, draws, given, fixed, most=4000):
        if not all(equal(a, b) for a, b in pairs):
            return None
        seen = arrays
    return seen
