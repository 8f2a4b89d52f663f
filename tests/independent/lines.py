"""Derivations: every line that can be read is evaluated, and neighbours have to agree."""

from __future__ import annotations

import ast
import contextlib
import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import exact, printed
from .arrays import array
from .evaluating import evaluate, span
from .exact import NotLinear, Undefined
from .judging import dense
from .places import NotThere, Place
from .reading import CONSTANTS, Question, Unreadable, conjuncts, elements, parsed, quantified, unbound
from .solving import NoArrays, drawn_functions
from .trials import MISSING, Judge, Opinion, Values


@dataclass(frozen=True)
class Line:
    text: str
    node: ast.expr


Lines = Sequence[Line | None]


def read_step(step: Any) -> list[Line]:
    """The line as an expression and as it is printed, as far as they can be read."""
    expression = step.expr
    found = []
    for text in ([] if expression is None else [str(expression)]) + [printed.line(step.text())]:
        with contextlib.suppress(Unreadable):
            node = parsed(text)
            if _plain(node):
                found.append(Line(text, node))
    return found


def judge_derivation(judge: Judge, result: Any, derivation: Any) -> Opinion:
    """The first pair of neighbouring lines that differ, if any."""
    question = judge.question
    assumed = [node for text in map(str, result.assumptions) for node in _conditions(text)]
    compared = 0
    for chain in derivation.chains:
        title = (chain.title or "").removeprefix("From the right side to the left:").lstrip()
        # after "take A the unit impulse", a line is about that array alone
        steps = [s for s in chain.steps if "unit impulse at" not in s.rule]
        lines = [line for step in steps for line in read_step(step) or [None]]
        if title.startswith("Only if"):
            complaint, count = _everywhere(judge, lines, assumed)
        elif title.startswith(("The left side", "The right side")):
            complaint, count = _at_the_counterexample(judge, lines, result.counterexample)
        else:
            match = re.fullmatch(r"(For|It holds if|If|Where) (.*):", title)
            if title and not match:
                continue
            known = {*question.sizes, *question.parameters, *question.tensor_names, *question.free}
            extra: list[ast.expr] = []
            if match:
                try:
                    text = printed.condition(match[2])
                    holding = match[1] == "It holds if"
                    extra = conjuncts(quantified(text, known) if holding else parsed(text))
                except Unreadable:
                    continue
                strange = set(_strange(question, lines))
                if not holding:
                    extra = [c for c in extra if unbound(c) <= known | strange | CONSTANTS]
            elif question.exact is not None:
                extra = conjuncts(question.exact)
            complaint, count = _everywhere(judge, lines, [*assumed, *extra])
        if complaint:
            return Opinion("contradiction", f"{title} {complaint}".strip(), compared)
        compared += count
    return Opinion("consistent", "", compared)


def _plain(node: ast.expr) -> bool:
    """Whether no index is a negative number: a formula means 0 by it, code the entry from the end."""
    indices = [e for n in ast.walk(node) if isinstance(n, ast.Subscript) for e in elements(n)]
    return not any(isinstance(e, ast.UnaryOp) for e in indices)


def _conditions(text: str) -> list[ast.expr]:
    try:
        return conjuncts(parsed(text))
    except Unreadable:
        return []


def _strange(question: Question, lines: Lines) -> list[str]:
    """The indices of the lines that are neither sizes nor bound."""
    known = {*question.sizes, *question.parameters, *question.tensor_names, *question.functions, *CONSTANTS}
    found = dict.fromkeys(n for line in lines if line for n in sorted(unbound(line.node)))
    return [n for n in found if n not in known]


def _everywhere(judge: Judge, lines: Lines, extra: Sequence[ast.expr]) -> tuple[str, int]:
    question = judge.question
    indices = _strange(question, lines)
    first = next((line for line in lines if line), None)
    if first is None:
        return "", 0
    conditions = [*question.hypotheses, *extra]
    if any(unbound(c) & set(question.free) for c in conditions) and set(question.free) - set(indices):
        return "", 0
    compared = points = 0
    for values in judge.sizes(conditions):
        functions = drawn_functions(question, judge.rng)
        try:
            arrays = judge.arrays([c for c in conditions if not unbound(c) & set(indices)], values, functions, {})
            place = Place({**values, **arrays}, functions, {}, question.tensor_names)
            spans = [span(first.node, n, place, -1) for n in indices]
        except (NoArrays, NotLinear, Unreadable, *MISSING):
            continue
        at_index = [c for c in conditions if unbound(c) & set(indices)]
        for point in _some(itertools.product(*spans), judge.rng, 6):
            index = dict(zip(indices, point, strict=False))
            try:
                if not judge.holds(at_index, values, arrays, functions, index):
                    continue
            except MISSING:
                continue
            complaint, count = _compared(lines, place.but(**index), index, values)
            if complaint:
                return complaint, compared
            compared += count
        points += 1
        if points >= judge.points // 2 or judge.late():
            break
    return "", compared


def _some(points: Any, rng: random.Random, most: int) -> list[Any]:
    everything = list(itertools.islice(points, 400))
    return rng.sample(everything, min(most, len(everything)))


def _compared(lines: Lines, place: Place, index: Values, values: Values) -> tuple[str, int]:
    last: tuple[Line, Any] | None = None
    compared = 0
    for line in lines:
        try:
            same_line = last is not None and line is not None and last[0].text == line.text
            value = last[1] if same_line else None if line is None else evaluate(line.node, place)
        except (Unreadable, NotLinear, NotThere, Undefined, *MISSING):
            value = None
        if value is None or isinstance(value, (str, tuple)) or line is None:
            continue
        if last is not None:
            a, b = array(last[1]), array(value)
            if a.shape != b.shape or not all(exact.same(p, q) for p, q in zip(a.ravel(), b.ravel(), strict=False)):
                told = {n: array(v).tolist() for n, v in place.values.items() if n in place.tensors}
                return (
                    f"{last[0].text} = {line.text}: {a.tolist()} and {b.tolist()} at {values} {index} {told}"[:700],
                    0,
                )
            compared += 1
        last = line, value
    return "", compared


def _at_the_counterexample(judge: Judge, lines: Lines, example: Any) -> tuple[str, int]:
    question = judge.question
    if example is None or example.functions or set(example.arrays) != question.tensor_names:
        return "", 0
    values = {n: exact.number(v) for n, v in example.sizes.items()}
    arrays = {}
    for name, given in example.arrays.items():
        a = dense(given)
        arrays[name] = a if a.ndim else a[()]
    known = {**values, **arrays}
    readable = [line if line and unbound(line.node) <= {*known, *CONSTANTS} else None for line in lines]
    return _compared(readable, Place(known, {}, {}, question.tensor_names), {}, values)
