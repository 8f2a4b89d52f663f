"""Whether a verdict on a claim can be right: it is tried at small sizes on arrays that satisfy the hypotheses."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from . import exact
from .arrays import array
from .exact import NotLinear
from .exactness import always_equal, judge_exact
from .places import NotThere, equal
from .reading import Question, Unreadable, conjuncts, parsed, quantified, read, unbound
from .solving import Arrays, NoArrays, drawn_functions, shapes
from .trials import MISSING, Judge, Opinion, Values, shown


def judge_proved(judge: Judge) -> Opinion:
    """A claim that is said to hold always."""
    question = judge.question
    if any(r == "!=" for r in question.relations):
        return Opinion("consistent", "a claim that something differs somewhere")
    conditions = [*question.hypotheses, *(conjuncts(question.exact) if question.exact is not None else [])]
    points = 0
    for values in judge.sizes(conditions):
        compared = 0
        for index, arrays, _, pairs in judge.trials(conditions, values, 2, {}):
            compared += 1
            for a, b in pairs:
                if not equal(a, b):
                    return Opinion("contradiction", shown("fails", values, index, arrays, a, b), points)
            if judge.late():
                break
        points += compared > 0
        if points >= judge.points or judge.late():
            break
    if question.exact is not None:
        return judge_exact(judge, question.exact, points)
    return Opinion("consistent" if points or judge.late() else "empty", "", points)


def judge_refuted(judge: Judge, example: Any, reason: str | None, link: int) -> Opinion:
    """A counterexample has to satisfy every hypothesis, and to differ."""
    question = judge.question
    if question.relations[link] == "!=":
        one = replace(question, members=question.members[link : link + 2], relations=("==",))
        found = judge_proved(replace(judge, question=one))
        kind = "contradiction" if found.kind == "contradiction" else "consistent"
        return Opinion(kind, "they differ: " + found.why if kind == "contradiction" else "", found.points)
    if example is None:
        return Opinion("contradiction", "no counterexample")
    values = {n: exact.number(v) for n, v in example.sizes.items()}
    missing = [n for n in (*question.sizes, *question.parameters) if n not in values]
    for n in missing:
        values[n] = 1
    try:
        form = shapes(question, values)
    except MISSING as error:
        return Opinion("contradiction", f"sizes {values}: {error}")
    functions = _tables(question, example, judge.rng)
    arrays = {}
    for name, shape in form.items():
        if name in example.arrays:
            a = dense(example.arrays[name])
            if a.shape != shape:
                return Opinion("contradiction", f"{name} has shape {a.shape} at {values}")
            arrays[name] = a if a.ndim else a[()]
    if len(arrays) < len(form):
        try:
            wanted = [*question.hypotheses]
            if question.exact is not None and example.direction != "only if":
                wanted.append(question.exact)
            arrays = judge.arrays(wanted, values, functions, {}, fixed=arrays)
        except (NoArrays, NotLinear, *MISSING) as error:
            if isinstance(error, NoArrays) and error.proved:
                return Opinion("contradiction", f"no arrays satisfy the hypotheses at {values}")
            return Opinion("unreadable", f"no arrays were found at {values}")
    index = tuple(int(k) for k in example.index)
    complaints = []
    as_parameters = {n: values[n] for n in question.free if n in values}
    for names in itertools.permutations([n for n in question.free if n not in values]):
        free = as_parameters | (
            dict(zip(names, index, strict=False))
            if reason != "shape" or len(index) >= len(names)
            else dict.fromkeys(names, 0)
        )
        complaint = _replayed(judge, example, reason, link, values, arrays, functions, free, index[len(names) :])
        if not complaint:
            return Opinion("consistent", "", 1)
        complaints.append(complaint)
    return Opinion("contradiction", complaints[0])


def _replayed(
    judge: Judge,
    example: Any,
    reason: str | None,
    link: int,
    values: Values,
    arrays: Arrays,
    functions: Any,
    free: Values,
    at: Any,
) -> str:
    """What is wrong with a counterexample."""
    question = judge.question
    text = shown("", values, free, arrays, None, None)
    try:
        if not judge.holds(question.hypotheses, values, arrays, functions, free):
            return f"violates a hypothesis: {text}"
        wide = any(n in question.widely for n in free)
        a, b = judge.pairs(values, arrays, functions, free, ranged=not wide)[link]
        agrees = equal(a, b)
        if question.exact is not None:
            inside = judge.holds(conjuncts(question.exact), values, arrays, functions, free)
            if inside and not agrees:
                return ""
            if inside or not agrees and example.direction == "only if":
                return f"decides nothing: {text}"
            if not inside and example.direction == "if":
                return f"violates the condition: {text}"
            fixed = {n: v for n, v in arrays.items() if n in unbound(question.exact)}
            given = {n: v for n, v in free.items() if n in unbound(question.exact)}
            if always_equal(judge, question.hypotheses, values, given, fixed) is None:
                return f"the sides differ for other arrays too: {text}"
            return ""
    except NotThere:
        return f"index out of range: {text}"
    except MISSING as error:
        return f"not defined ({error}): {text}"
    if agrees:
        return f"the sides agree: {text}"
    if reason != "shape" and np.shape(a) == np.shape(b):
        try:
            p, q = array(a)[tuple(at)], array(b)[tuple(at)]
        except IndexError:
            return f"no entry {at}: {text}"
        if exact.same(p, q):
            return f"the entry {at} agrees: {text}"
        for told, value in ((example.lhs, p), (example.rhs, q)):
            if not exact.same(exact.number(told), value) and abs(complex(told) - complex(exact._float(value))) > 1e-6:
                return f"shows {told} for {value}: {text}"
    return ""


def _tables(question: Question, example: Any, rng: random.Random) -> dict[str, Any]:
    """The functions of a counterexample: the values that it gives, and others elsewhere."""
    drawn_ones = drawn_functions(question, rng)
    given = getattr(example, "functions", None) or {}
    return {name: _table(given.get(name, {}), drawn_ones[name]) for name in question.functions}


def _table(given: Mapping[Any, Any], elsewhere: Callable[[Any], Any]) -> Callable[[Any], Any]:
    entries = [(exact.number(k), exact.number(v)) for k, v in given.items()]

    def function(value: Any) -> Any:
        for key, entry in entries:
            if exact.same(key, value):
                return entry
        return elsewhere(value)

    return function


def dense(value: Any) -> Any:
    """An array as an object array; sparse ones give shape and entries."""
    if isinstance(value, Mapping):
        out = np.full(tuple(value["shape"]), 0, object)
        for index, entry in value["nonzero"]:
            out[tuple(index)] = exact.number(entry)
        return out
    a = np.asarray(value, dtype=object)
    out = np.empty(a.shape, object)
    for k in np.ndindex(a.shape):
        out[k] = exact.number(a[k])
    return out


def judge_vacuous(judge: Judge) -> Opinion:
    """A claim that is said to be about nothing."""
    question = judge.question
    conditions = [*question.hypotheses, *(conjuncts(question.exact) if question.exact is not None else [])]
    for values in judge.sizes(conditions):
        for index, arrays, _, _ in judge.trials(conditions, values, 1, {}):
            return Opinion(
                "contradiction", shown("something satisfies everything", values, index, arrays, None, None), 1
            )
    return Opinion("consistent")


def judge_condition(judge: Judge, text: str, restriction: str | None, link: int) -> Opinion:
    """A condition that is reported for a refuted claim: sufficient, and necessary within its restriction."""
    question = judge.question
    one = replace(question, members=question.members[link : link + 2], relations=("==",), exact=None)
    condition = quantified(text, {*question.sizes, *question.parameters, *question.tensor_names, *question.free})
    if any(n in unbound(condition) for n in one.free.keys() ^ question.free.keys()):
        return Opinion("unreadable", "a condition on indices of another member")
    sufficient = replace(one, hypotheses=(*question.hypotheses, *conjuncts(condition)))
    found = judge_proved(replace(judge, question=sufficient, started=time.thread_time()))
    if found.kind == "contradiction":
        return Opinion("contradiction", f"condition {text} is not sufficient: {found.why}", found.points)
    where = conjuncts(parsed(restriction)) if restriction else []
    necessary = judge_exact(replace(judge, question=one, started=time.thread_time()), condition, found.points, where)
    if necessary.kind == "contradiction":
        return Opinion(
            "contradiction", f"condition {text} ({restriction}) is not necessary: {necessary.why}", necessary.points
        )
    return necessary


def judged(text: str, outcome: Any, rng: random.Random, points: int = 12, seconds: float = 0.25) -> Opinion:
    """An opinion on the outcome of a claim: a result of `prove`, or the error that it raised."""
    try:
        question = read(text)
        judge = Judge(question, rng, points, seconds)
        if isinstance(outcome, Exception):
            return judge_vacuous(judge) if "vacuous" in str(outcome) else Opinion("consistent", "an error")
        if outcome.verdict == "proved":
            return judge_proved(judge)
        if outcome.verdict == "refuted":
            return judge_refuted(judge, outcome.counterexample, outcome.reason, outcome.link)
    except Unreadable as error:
        return Opinion("unreadable", str(error))
    except NotLinear:
        return Opinion("unreadable", "not linear")
    return Opinion("consistent", "no verdict")
