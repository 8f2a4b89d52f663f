"""Sizes, indices and arrays at which a claim is tried, and the sides there."""

from __future__ import annotations

import ast
import itertools
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arrays import Outside, array
from .evaluating import evaluate, matched, span, truth
from .exact import NotLinear, Undefined
from .places import NotThere, Place
from .reading import Question, unbound
from .solving import Arrays, NoArrays, drawn_functions, satisfying, shapes

Values = Mapping[str, int]
MISSING = (Outside, Undefined)


@dataclass(frozen=True)
class Opinion:
    """contradiction, consistent, empty (nothing could be compared) or unreadable; why; at how many sizes."""

    kind: str
    why: str = ""
    points: int = 0


@dataclass
class Judge:
    """A claim with the means to try it."""

    question: Question
    rng: random.Random
    points: int = 12
    seconds: float = 0.25
    started: float = field(default_factory=time.thread_time)

    def late(self) -> bool:
        return time.thread_time() - self.started > self.seconds

    def sizes(self, conditions: Sequence[ast.expr] | None = None, entries: int = 160) -> Iterator[Values]:
        """Sizes and parameters that satisfy what does not depend on tensors, small ones first."""
        question = self.question
        conditions = question.hypotheses if conditions is None else conditions
        varying = question.tensor_names | set(question.free)
        plain = [c for c in conditions if not unbound(c) & varying]
        yielded = 0
        for values in _grid(question, self.rng):
            if self.late() and yielded:
                return
            try:
                form = shapes(question, values)
                if sum(int(np.prod(s)) for s in form.values()) > entries:
                    continue
                if not all(truth(c, Place(values, {}, {})) for c in plain):
                    continue
            except MISSING:
                continue
            yield values
            yielded += 1
            if yielded >= 4 * self.points:
                return

    def indices(
        self, values: Values, arrays: Arrays, functions: Any, given: Values, most: int = 60
    ) -> Iterator[Values]:
        """Where the free indices can stand, in random order."""
        question = self.question
        names = [n for n in question.free if n not in given]
        if not names:
            yield given
            return
        at = Place({**values, **arrays}, functions, {}, question.tensor_names)
        reach = max([max(np.shape(a), default=1) for a in arrays.values()], default=3)
        spans = [span(question.members[0], n, at, reach) for n in names]
        tuples = list(itertools.islice(itertools.product(*spans), 4000))
        self.rng.shuffle(tuples)
        for point in tuples[:most]:
            yield {**given, **dict(zip(names, point, strict=False))}

    def side(self, k: int, values: Values, arrays: Arrays, functions: Any, index: Values, ranged: bool = True) -> Any:
        question = self.question
        free = question.free if k == 0 and ranged else {}
        return evaluate(
            question.members[k], Place({**values, **index, **arrays}, functions, free, question.tensor_names)
        )

    def pairs(
        self, values: Values, arrays: Arrays, functions: Any, index: Values, ranged: bool = True
    ) -> list[tuple[Any, Any]]:
        """Both sides of each relation."""
        question = self.question
        at = Place({**values, **index, **arrays}, functions, {}, question.tensor_names)
        sides = [self.side(k, values, arrays, functions, index, ranged) for k in range(len(question.members))]
        nodes = question.members
        return [matched(sides[k], sides[k + 1], nodes[k], nodes[k + 1], at) for k in range(len(question.relations))]

    def holds(
        self, conditions: Sequence[ast.expr], values: Values, arrays: Arrays, functions: Any, index: Values
    ) -> bool:
        at = Place({**values, **index, **arrays}, functions, {}, self.question.tensor_names)
        return all(truth(c, at) for c in conditions)

    def arrays(
        self, conditions: Sequence[ast.expr], values: Values, functions: Any, index: Values, **more: Any
    ) -> Arrays:
        return satisfying(self.question, conditions, {**values, **index}, self.rng, functions=functions, **more)

    def trials(
        self,
        conditions: Sequence[ast.expr],
        values: Values,
        draws: int,
        given: Values,
        fixed: Arrays | None = None,
        most: int = 60,
    ) -> Iterator[tuple[Values, Arrays, Any, list[tuple[Any, Any]]]]:
        """Indices, arrays and functions that satisfy everything, with the sides there."""
        free = set(self.question.free)
        on_index = any(unbound(c) & free - set(given) for c in conditions)
        for _ in range(draws):
            functions = drawn_functions(self.question, self.rng)
            if on_index:
                options = self._arrays_at_an_index(conditions, values, functions, given, fixed)
            else:
                try:
                    arrays = self.arrays(conditions, values, functions, given, fixed=fixed)
                except (NoArrays, NotLinear, *MISSING):
                    return
                options = ((index, arrays) for index in self.indices(values, arrays, functions, given, most))
            for index, arrays in options:
                try:
                    yield index, arrays, functions, self.pairs(values, arrays, functions, index)
                except (NotThere, *MISSING):
                    continue

    def _arrays_at_an_index(
        self, conditions: Sequence[ast.expr], values: Values, functions: Any, given: Values, fixed: Arrays | None
    ) -> Iterator[tuple[Values, Arrays]]:
        """Where hypotheses speak of free indices there are arrays for each."""
        blank = {n: np.full(s, 0, object) for n, s in shapes(self.question, values).items()}
        varying = self.question.tensor_names
        plain = [c for c in conditions if not unbound(c) & varying]
        for index in itertools.islice(self.indices(values, blank, functions, given), 25):
            try:
                if self.holds(plain, values, {}, functions, index):
                    yield index, self.arrays(conditions, values, functions, index, fixed=fixed)
            except (NoArrays, NotLinear, *MISSING):
                continue


def _grid(question: Question, rng: random.Random) -> Iterator[Values]:
    """Sizes from 0 and parameters of either sign, small ones and others by turns."""
    names = [*question.sizes, *question.parameters]
    if not names:
        yield {}
        return
    top = {1: 12, 2: 8, 3: 5, 4: 3}.get(len(names), 2)
    spans = [range(top + 1) if n in question.sizes else range(-min(top, 4), min(top, 6) + 1) for n in names]
    if len(names) <= 4:
        everything = list(itertools.product(*spans))
    else:
        everything = [tuple(rng.choice(s) for s in spans) for _ in range(400)]
    everything.sort(key=lambda p: sum(map(abs, p)))
    others = rng.sample(everything, len(everything))
    reach = 7 if len(names) > 2 else 14
    larger = [tuple(rng.randint(*((1, reach) if n in question.sizes else (-6, 8))) for n in names) for _ in range(60)]
    seen = {None}
    for point in itertools.chain.from_iterable(itertools.zip_longest(everything, others, larger)):
        if point not in seen:
            seen.add(point)
            yield dict(zip(names, point, strict=True))


def shown(what: str, values: Values, index: Values, arrays: Arrays, a: Any, b: Any) -> str:
    told = {n: array(v).tolist() for n, v in arrays.items()}
    sides = "" if a is None else f": {array(a).tolist()} and {array(b).tolist()}"
    return f"{what} at {dict(values)} {dict(index) or ''} {told}{sides}"[:700].strip()
