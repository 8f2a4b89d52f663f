"""Ideas for one formula: what it becomes by itself once all definitions are in.

Each idea proposes lines; one is taken if the kernel proves all of them. Both sides of a claim
are brought towards each other so, where matching their terms does not suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.derivations.closed_forms import counts, power_sums, roots_of_unity, triangles
from symconv.derivations.dividing import digits_joined, digits_split, known_quotients, quotient_cases, remainders
from symconv.derivations.given import entries_given, moved_apart, shifted_apart, sums_given, tensors_given
from symconv.derivations.matching import (
    Product,
    canonical,
    few_terms,
    head,
    reads_outside,
    sum_of,
    terms_of,
)
from symconv.derivations.periodic import wrapped
from symconv.derivations.reasons import Listed, Reason, Rule, Shown, only_terms, outside, several
from symconv.derivations.setting import Line, Setting
from symconv.derivations.shifting import aligned, telescoped
from symconv.derivations.simplifying import collected, counted_products, single_terms, without_sure_conditions
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.unfolding import numbers, tidy, written
from symconv.formulas.axis import Axis, digits
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, When
from symconv.formulas.walking import free_names, rebuilt, substitute
from symconv.kernel.terms import TableAtom
from symconv.limits import LONG_LINE, MAX_IDEAS, MAX_LISTED_NUMBERS, MAX_SPLIT_PARTS, MAX_STEP_TERMS

Idea: TypeAlias = Callable[[Formula, Setting], Iterator[tuple[Line, ...]]]


def settled(formula: Formula, setting: Setting) -> Iterator[Line]:
    """The lines that the ideas lead to, one after the other, until none of them helps."""
    seen = {canonical(formula)}
    for _ in range(MAX_IDEAS):
        lines = () if setting.late else _next(formula, setting)
        if not lines or canonical(lines[-1].formula) in seen:
            return
        yield from lines
        formula = lines[-1].formula
        seen.add(canonical(formula))


def _next(formula: Formula, setting: Setting) -> tuple[Line, ...]:
    for idea in (*_GIVEN, *_IDEAS):
        holds = setting.holds if idea in _GIVEN else setting.plainly
        for lines in idea(formula, setting):
            told = [Line(formula), *lines]
            changed = any(canonical(a.formula) != canonical(b.formula) for a, b in pairwise(told))
            if changed and all(holds(a.formula, b.formula) for a, b in pairwise(told)):
                return lines
    return ()


def _only_values(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The indices along axes of size 1, which are 0, put in."""
    names = [n for n, size in setting.ranges.sizes.items() if size == ONE and n in free_names(formula)]
    told = Listed(tuple(Shown(Compare(Poly.name(n), "=="), formula) for n in names))
    yield (Line(tidy(substitute(formula, dict.fromkeys(names, ZERO))), Reason(Rule.IN_THIS_RANGE, (told,))),)


# Terms that are zero


def _without_zeros(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Terms that read outside an array only are dropped, and brackets that say nothing new."""
    terms = terms_of(formula)
    suspicious = [p for p in terms if p.guards or any(reads_outside(p, setting.ranges))]
    if not suspicious:
        return
    kept, left_out = [], dict[TensorExpr, None]()
    for p in terms:
        if p not in suspicious or setting.late:
            kept.append(p)
            continue
        reads = dict.fromkeys(reads_outside(p, setting.ranges))
        if setting.plainly(p.formula, Scalar(ZERO)):
            left_out.update(reads)
            continue
        if p.guards and setting.plainly(p.formula, replace(p, guards=()).formula):
            left_out.update(reads)
            p = replace(p, guards=())
        kept.append(p)
    if kept != terms:
        yield (Line(sum_of(kept), outside(left_out) or Reason(Rule.LEAVE_OUT_ZEROS)),)


def _cut(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A sum beyond the few entries of an array that is read at its index, over these entries only."""
    shorter, cut = [], dict[TensorExpr, None]()
    for p in terms_of(formula):
        for factor in p.factors:
            for part, size in digits(factor.array.axes, factor.index) if isinstance(factor, Read) else ():
                bound = tuple(
                    (n, a, size) if part == Poly.name(n) and a == ZERO and b.integer is None else (n, a, b)
                    for n, a, b in p.bound
                )
                if bound != p.bound and size.names.isdisjoint(p.indices):
                    p = replace(p, bound=bound)
                    cut[factor.array] = None  # type: ignore[union-attr, index]
        shorter.append(p)
    if cut:
        yield (Line(sum_of(shorter), outside(cut)),)


def _covered(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """[P]·X + [Q]·X as X where one of P and Q always holds."""

    def inside(part: Formula) -> Formula:
        part = rebuilt(part, inside)
        if isinstance(part, Plus) and all(isinstance(t, When) for t in part.terms):
            bodies = {canonical(t.body) for t in part.terms if isinstance(t, When)}
            return part.terms[0].body if len(bodies) == 1 else part  # type: ignore[union-attr]
        return part

    yield (Line(tidy(inside(formula)), Reason(Rule.PUT_CASES_TOGETHER)),)


# Collecting


def _gathered(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Multiply out, count terms that do not depend on the index, and add equal ones up."""
    terms = terms_of(formula)
    counted = [counted_products(p) for p in terms]
    kept = collected(counted)
    if counted == terms and len(kept) == len(terms):
        yield from _inside_calls(formula, setting)
        return
    yield tuple(collecting(formula, terms, counted, kept))[1:]


def collecting(formula: Formula, *stages: Sequence[Product]) -> Iterator[Line]:
    """The formula, its terms multiplied out, counted if need be, and collected; long lines in between are left out."""
    terms, *_, kept = stages
    yield Line(formula)
    last = Rule.COLLECT_EQUAL_TERMS if kept else Rule.EQUAL_TERMS_CANCEL
    if len(terms) > LONG_LINE and len(kept) < len(terms):
        yield Line(sum_of(kept), several([Reason(Rule.MULTIPLY_OUT), Reason(last)]))
        return
    before = formula
    for stage, rule in zip(stages, (Rule.DISTRIBUTE, *[Rule.COUNT_THE_TERMS] * len(stages[2:]), last), strict=True):
        new = sum_of(stage)
        if canonical(new) != canonical(tidy(before)):
            yield Line(new, Reason(rule))
            before = new


def _convolved(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_m Σ_v x[m-v]·k[v] over all m, with u + v for m, so that x and k have an index of their own."""
    terms = terms_of(formula)
    apart = [shifted_apart(p, [head(f)]) for p in terms for f in p.factors[-1:] if len(p.factors) > 1]
    if len(apart) == len(terms) and any(told for _, told, _ in apart):
        yield (moved_apart(formula, apart),)


def _coefficients(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """(u + v)·x[u]·k[v] as u·x[u]·k[v] + v·x[u]·k[v]."""
    split = [
        replace(p, coefficient=Poly({m: c})) if p.factors or p.bound else p
        for p in terms_of(formula)
        for m, c in (p.coefficient if p.factors or p.bound else ONE).terms.items()
        if len(p.coefficient.terms) <= MAX_SPLIT_PARTS
    ]
    yield (Line(sum_of(split), Reason(Rule.DISTRIBUTE)),)


def _inside_calls(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The same for what a function is applied to."""

    def inside(part: Formula) -> Formula:
        if isinstance(part, Call) and (terms := terms_of(part.body)):
            return Call(part.function, sum_of(collected(terms)))
        return rebuilt(part, inside)

    yield (Line(inside(formula), Reason(Rule.COLLECT_EQUAL_TERMS)),)


def _written_out(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Sums over a few numbers term by term, with the numbers of literal arrays."""
    if few_terms(formula, MAX_STEP_TERMS):
        yield (Line(tidy(numbers(written(formula))), Reason(Rule.WRITE_THE_SUM_OUT)),)


def _small_tables(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A literal array of a few numbers, read at a symbolic place, as its numbers each at its place."""
    yield (Line(tidy(_listed(formula)), Reason(Rule.WRITE_THE_ARRAY_OUT)),)


def _listed(formula: Formula) -> Formula:
    match formula:
        case Read(array, index) if isinstance(array.leaf, TableAtom) and len(array.leaf.values) <= MAX_LISTED_NUMBERS:
            terms = []
            for k, value in enumerate(array.leaf.values):
                at = [p for p, _ in digits(array.axes, Axis.of(*array.leaf.shape).parts(k))]
                places = [p for p, _ in digits(array.axes, index)]
                guards = tuple(Compare(p - q, "==") for p, q in zip(places, at, strict=True))
                terms.append(When(guards, Scalar(value)))
            return Plus(tuple(terms))
    return rebuilt(formula, _listed)


def _at_the_guard(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """[m = 0]·x[m] as [m = 0]·x[0]."""
    terms = terms_of(formula)
    put_in = []
    for p in terms:
        solved = next(
            (s for g in p.guards if g.relation == "==" and (s := g.solved_for([*setting.ranges.sizes]))), None
        )
        put_in.append(replace(p.substitute({solved[0]: solved[1]}), guards=p.guards) if solved else p)
    yield (Line(sum_of(put_in), Reason(Rule.WHERE_THE_BRACKET_HOLDS)),)


def _single(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    for single in single_terms(formula):
        shorter = tidy(without_sure_conditions(single.formula, setting.ranges, setting.plainly))
        yield tuple(replace(single, formula=shorter).lines)


def _at_ends(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u x[-u] as x[0]: of a sum that reads an array inside at its first or last index only, that term."""
    terms, told = terms_of(formula), list[Mapping[str, Poly]]()
    single = []
    for p in terms:
        name, lower, upper = p.bound[-1] if p.bound else ("", ZERO, ZERO)
        for end in (lower, upper - 1) if any(reads_outside(p, setting.ranges)) else ():
            q = p.at(name, end)
            if end.names.isdisjoint(p.indices) and not setting.late and setting.plainly(p.formula, q.formula):
                told.append({name: end})
                p = q
                break
        single.append(p)
    if told:
        is_whole = not any(p.bound for p in single)
        line = without_sure_conditions(sum_of(single), setting.ranges, setting.plainly)
        yield (Line(tidy(line), only_terms(told, formula, is_whole)),)


#: Ideas that rest on hypotheses on tensors; the others hold without.
_GIVEN: tuple[Idea, ...] = (entries_given, sums_given, tensors_given)
_IDEAS: tuple[Idea, ...] = (
    _only_values, telescoped, wrapped, known_quotients, quotient_cases, digits_split,
    digits_joined, _without_zeros, _cut, _covered, roots_of_unity, _single, _at_ends, triangles, counts, _gathered,
    power_sums, _written_out, _small_tables, _convolved, _coefficients, _at_the_guard, aligned, remainders,
)  # fmt: skip

__all__ = ["collecting", "settled"]
