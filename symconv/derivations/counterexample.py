"""Counterexamples told step by step: both sides in numbers at the entry where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from symconv.algebra.exact_numbers import exact
from symconv.algebra.polynomials import Poly
from symconv.claims import Link, TensorHypothesis
from symconv.derivations.entry_values import Numbers
from symconv.derivations.matching import reads_outside, terms_of
from symconv.derivations.periodic import modular
from symconv.derivations.reasons import Heading, Reason, Rule, Shape, Title, Values, outside
from symconv.derivations.records import Chain, Given, Step, in_letters
from symconv.derivations.simplifying import without_zeros
from symconv.derivations.told_statements import derive, told
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.expressions.unfolding import Ranges, unfolded, written
from symconv.formulas.axis import from_positions
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, Sum, Times
from symconv.formulas.walking import parts
from symconv.kernel import presburger
from symconv.kernel.comparison import compared
from symconv.kernel.context import Context
from symconv.kernel.expansion import expanded
from symconv.kernel.replay import Counterexample
from symconv.kernel.verdicts import Verdict
from symconv.limits import LINE_SECONDS, MAX_WHOLE_SIDE, Undecided, deadline
from symconv.numerics.evaluation import evaluate
from symconv.printing.line_contents import Whole

_SIDES = ("left", "right")


def counterexample(result: Verdict) -> Iterator[Chain]:
    """Both sides of a claim at the entry where they differ, computed."""
    claim, point = result.claim, result.counterexample
    link = _differing(result)
    if link.relation == "!=" and result.verdict == "refuted":
        equal = told(claim, link, claim.hypotheses)
        yield Chain(in_letters(derive(*equal.sides, equal.setting)), Title(Heading.SIDES_ARE_EQUAL))
        return
    if point is None:
        return
    sizes = {k: Poly.of(int(v)) for k, v in point.sizes.items()}
    sides = (link.left, link.right)
    position = point.index[len(claim.indices) :] if point.index else ()
    if len(position) != max(len(side.axes) for side in sides):
        for name, side in zip(_SIDES, sides, strict=True):
            shape = Shape(tuple(axis.size for axis in side.axes), (*sizes.items(),))
            title = Title(Heading.SHAPE, (name, shape)) if side.axes else Title(Heading.NUMBER, (name,))
            yield Chain((Step(Whole(side), None, True),), title)
        return
    at = sizes | {k: Poly.of(int(v)) for k, v in zip(claim.indices, point.index, strict=False)}
    numbers = Numbers(point.arrays, point.functions)
    whole = whole_sides(result)
    shown = {side.of.name for side in whole[:1] if isinstance(side.of, Tensor)}
    given = tuple(Given(k, v) for k, v in point.arrays.items() if k not in shown)
    for k, (name, side, target) in enumerate(zip(_SIDES, sides, (point.lhs, point.rhs), strict=True)):
        index = tuple(Poly.of(int(i)) for i in position) if side.axes else ()
        steps = tuple(_computed(side.replace_names(at), index, numbers, Poly.of(target)))
        title = Title(Heading.SIDE_AT, (name, Values((*at.items(),)))) if at else Title(Heading.SIDE, (name,))
        yield Chain(steps, title, (*(given if k == 0 else ()), *whole[k : k + 1]))


def condition_there(result: Verdict) -> Iterator[Chain]:
    """What the exact condition that was claimed says at the counterexample: the arrays that it compares."""
    point = result.counterexample
    equations = [h for h in result.claim.exactly or () if isinstance(h, TensorHypothesis)]
    if point is None or point.functions or point.direction is None:
        return
    heading = Heading.HOLDS_THERE if point.direction == "if" else Heading.FAILS_THERE
    at = {k: Poly.of(int(v)) for k, v in point.sizes.items()}
    for h in equations:
        values = [_plain_array(side, point) for side in (h.left, h.right)]
        if any(value is None or not 0 < np.size(value) <= MAX_WHOLE_SIDE for value in values):
            return
        if heading is Heading.FAILS_THERE and len(equations) > 1 and np.array_equal(*values):
            continue
        are_given = isinstance(h.left, Tensor) and isinstance(h.right, Tensor)
        for side, value in zip((h.left, h.right), values, strict=True):
            if (are_given and side is h.left) or not isinstance(side, Tensor):
                steps = Step(Whole(side.replace_names(at)), None, True), _computed_whole(value)
                if not steps[0].reads_like(steps[1]):
                    yield Chain(steps, Title(heading, (h,)))


def _plain_array(side: TensorExpr, point: Counterexample) -> Any:
    """The value of an expression, as numbers that are printed; None where it cannot be had."""
    try:
        value = np.asarray(evaluate(side, point.sizes, point.arrays), dtype=object)
    except SymconvError:
        return None
    return np.array([_plain(v) for v in value.ravel()], dtype=object).reshape(value.shape)


def _computed_whole(value: Any) -> Step:
    return Step(Whole(as_tensor(value.tolist())), Reason(Rule.INSERT_NUMBERS), True)


def _differing(result: Verdict) -> Link:
    """The link that a counterexample is about."""
    links = result.claim.links
    unequal = [link for link in links if link.relation == "!="] if result.verdict == "proved" else []
    return unequal[0] if unequal else links[result.link]


def whole_sides(result: Verdict) -> tuple[Given, ...]:
    """Both sides of a counterexample as arrays, the entry that differs marked; none where that shows no more."""
    claim, point = result.claim, result.counterexample
    if point is None or point.functions or not point.index or claim.indices:
        return ()
    link = _differing(result)
    position = tuple(point.index)
    sizes = {k: Poly.of(int(v)) for k, v in point.sizes.items()}
    shown = []
    for side in (link.left, link.right):
        if len(side.axes) != len(position):
            return ()
        shape = [axis.size.substitute(sizes).integer or 0 for axis in side.axes]
        if not 1 < prod(shape) <= MAX_WHOLE_SIDE or any(i >= n for i, n in zip(position, shape, strict=True)):
            return ()
        try:
            values = evaluate(side, point.sizes, point.arrays)
        except SymconvError:
            return ()
        plain = np.array([_plain(v) for v in np.ravel(values)], dtype=object).reshape(shape)
        shown.append(Given(side.replace_names(sizes), plain, position))
    return tuple(shown)


def _plain(value: Any) -> Any:
    """A number as it is printed."""
    number = exact(value)
    return to_sympy(number) if isinstance(number, Poly) else number


def _computed(side: TensorExpr, index: tuple[Poly, ...], numbers: Numbers, target: Poly) -> Iterator[Step]:
    """The entry folded, by its definition, written out, in numbers, and its value; no line that nothing verifies."""
    entry = Read(side, from_positions(side.axes, index))
    definition = without_zeros(unfolded(entry, Ranges()), Ranges(), _are_equal)
    around = modular(definition)
    definition = around if around == definition or _are_equal(definition, around) else definition
    whole = written(definition)
    entries = numbers.shortened(whole)
    computes = numbers.value(entries) == target
    written_out = _written_out(definition)
    if entries != whole:
        written_out = replace(written_out, remark=Reason(Rule.OTHERS_ARE_ZERO))
    steps = [Step(entry, None, True)]
    before: Formula = entry
    for formula, reason in (
        (definition, Reason(Rule.BY_DEFINITION)),
        (entries, written_out),
    ):
        shortened = formula is entries and entries != whole
        step = Step(formula, reason, computes if shortened else _are_equal(before, formula))
        if step.verified and not step.reads_like(steps[-1]):
            steps.append(step)
            before = formula
    yield from steps
    value = Step(Scalar(target), Reason(Rule.INSERT_NUMBERS), computes)
    if value.reads_like(steps[-1]):
        return
    if isinstance(entries, (Plus, Times, Call)):
        yield replace(value, formula=numbers.put_in(entries))
        value = replace(value, reason=Reason(Rule.COMPUTE))
    yield value


def _are_equal(left: Formula, right: Formula) -> bool:
    """Whether two entries at numbers are proved equal: by sets of indices, or multiplied out where these take long."""
    try:
        with presburger.budget(LINE_SECONDS):
            return compared(left, right, Context()).is_zero
    except Undecided:
        pass
    try:
        with deadline(LINE_SECONDS):
            return expanded(left, right, [{}]).is_zero
    except Undecided:
        return False


def _written_out(definition: Formula) -> Reason:
    """Why a definition at numbers is its terms one by one, those left out that read outside an array."""
    sums = [part for part in parts(definition) if isinstance(part, Sum)]
    if sums and all(((s.upper - s.lower).integer or 0) < 1 for s in sums):
        return Reason(Rule.EMPTY_SUM)
    beyond = outside(array for p in terms_of(definition) for array in reads_outside(p, Ranges()))
    if beyond is not None and not sums:
        return beyond
    return Reason(Rule.WRITE_THE_SUM_OUT if sums else Rule.LEAVE_OUT_ZEROS, remark=beyond)


__all__ = ["condition_there", "counterexample", "whole_sides"]
