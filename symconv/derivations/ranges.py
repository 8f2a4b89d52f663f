"""Terms that are one term over different ranges: bring them to the same form and join them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from symconv.algebra.polynomials import ONE, Exp, Poly
from symconv.algebra.solving import solved_for
from symconv.derivations.matching import Match, Product, canonical, matches, refreshed, sum_of, terms_of
from symconv.derivations.reasons import Became, Reason, Rule, whole_turns
from symconv.derivations.setting import Line, Setting
from symconv.formulas.conditions import in_range
from symconv.formulas.language import Formula

Case = tuple[Product, Product, Match]


def joined_ranges(
    many: Formula, few: Formula, ours: Sequence[Product], theirs: Sequence[Product], setting: Setting
) -> list[Line] | None:
    """The lines from the many terms to the few, the first included; None if they do not fit together.

    Each line knows the words for going back: split the ranges, then substitute.
    """
    cases = list(_assigned(ours, theirs))
    if len(cases) < len(ours) or {id(q) for _, q, _ in cases} != {id(q) for q in theirs}:
        return None
    if not setting.plainly(many, few):
        return None
    lines = [Line(many)]
    apart = sum_of([p for p, _, _ in cases])
    if canonical(apart) != canonical(many):
        lines.append(Line(apart, Reason(Rule.DISTRIBUTE)))
    moved = [_limited(_within(p, q, m), setting) for p, q, m in cases]
    named = [refreshed(p) for p in moved]
    together = sum_of(named)
    if canonical(together) != canonical(lines[-1].formula):
        before = lines[-1].formula
        names = [
            dict(zip(p.indices, map(Poly.name, q.indices), strict=True)) for p, q in zip(moved, named, strict=True)
        ]
        values = (
            (n, m.values[n].substitute(new)) for (p, _, m), new in zip(cases, names, strict=True) for n in p.indices
        )
        there = substitution(values, before, together)
        back = substitution(_inverse(cases, names), together, before)
        lines.append(Line(together, there, back))
    turned = any(_phase(p.coefficient) != _phase(q.coefficient) for p, (_, q, _) in zip(moved, cases, strict=True))
    rule = Rule.PUT_CASES_TOGETHER if any(p.guards for p in moved) else Rule.JOIN_THE_RANGES
    lines.append(Line(few, Reason(rule, remark=whole_turns() if turned else None)))
    return lines if all(setting.plainly(a.formula, b.formula) for a, b in pairwise(lines)) else None


def by_residues(
    left: Formula, right: Formula, ours: Sequence[Product], theirs: Sequence[Product], setting: Setting
) -> list[Line] | None:
    """One sum as several over every d-th index: u → d·u, d·u + 1, …; None if the terms do not match so."""
    few, many = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
    if len(few) != 1 or len(many) < 2 or not few[0].bound:
        return None
    one = few[0]
    residues = [next((m for m in matches(one, q) if m.complete), None) for q in many]
    if None in residues or not setting.plainly(left, right):
        return None
    values = [(n, m.values[n]) for m in residues if m is not None for n in one.indices]
    told = substitution(values, *((left, right) if many is theirs else (right, left)))
    rule = Rule.SPLIT_THE_RANGE if many is theirs else Rule.JOIN_THE_RANGES
    return [Line(right, Reason(rule, remark=replace(told, rule=Rule.AS_WRITTEN)))]


def _assigned(ours: Sequence[Product], theirs: Sequence[Product]) -> Iterator[Case]:
    """Each of the many with the one of the few that it is a part of."""
    for p in ours:
        for q in theirs:
            match = next((m for m in matches(p, q, up_to_turns=True) if m.complete), None)
            if match is not None:
                yield p, q, match
                break


def _within(p: Product, q: Product, match: Match) -> Product:
    """p in q's names, its ranges as conditions."""
    changed = replace(p.substitute(match.values), bound=q.bound)
    guards = list(changed.guards)
    if not match.exact_ranges:
        for name, lower, upper in p.bound:
            value = match.values[name]
            guards += in_range(value, upper.substitute(match.values), lower.substitute(match.values))
    known = [c for name, lower, upper in q.bound for c in in_range(Poly.name(name), upper, lower)]
    return replace(changed, guards=tuple(g for g in guards if g not in known))


def _limited(p: Product, setting: Setting) -> Product:
    """The term with conditions on its index as limits of its sum, where they are one number."""
    for guard in p.guards:
        for place in range(len(p.bound) - 1, -1, -1):
            name, lower, upper = p.bound[place]
            solved = solved_for(guard.poly, [name]) if guard.relation == ">=" else None
            if solved is None or not solved[1].names.isdisjoint(p.indices[place:]):
                continue
            end = solved[1]
            limits = (name, end, upper) if guard.poly.coefficient(name) == 1 else (name, lower, end + 1)
            bound = (*p.bound[:place], limits, *p.bound[place + 1 :])
            rest = tuple(g for g in p.guards if g is not guard)
            q = replace(p, bound=bound, guards=rest)
            if setting.plainly(p.formula, q.formula):
                return _limited(q, setting)
        rest = tuple(g for g in p.guards if g is not guard)
        if setting.plainly(p.formula, replace(p, guards=rest).formula):
            return _limited(replace(p, guards=rest), setting)
    return p


def _phase(coefficient: Poly) -> list[Exp]:
    return [a for a in coefficient.atoms if isinstance(a, Exp)]


def _inverse(cases: Sequence[Case], names: Sequence[Mapping[str, Poly]]) -> Iterator[tuple[str, Poly]]:
    """The substitutions that lead back, from the names that stand in each case for those of its target."""
    for (p, q, _), new in zip(cases, names, strict=True):
        plain = replace(p, coefficient=ONE, guards=())
        back = next((m for m in matches(replace(q, coefficient=ONE, guards=()), plain) if m.complete), None)
        if back is not None:
            yield from ((str(new[n]), back.values[n]) for n in q.indices)


def substitution(values: Iterable[tuple[str, Poly]], before: Formula, after: Formula) -> Reason:
    """A substitution; where no name changes, what has become of the conditions on the indices."""
    moved = _conditions_moved(terms_of(before), terms_of(after))
    return Reason(Rule.SUBSTITUTE, (Became(tuple(values), before, after),), otherwise=moved)


def _conditions_moved(before: Sequence[Product], after: Sequence[Product]) -> Rule:
    """What has become of conditions on the indices where nothing was substituted."""
    count = sum(len(p.guards) for p in before) - sum(len(p.guards) for p in after)
    if not count:
        return Rule.RENAME
    if count < 0:
        return Rule.CONDITIONS_FOR_LIMITS
    same = [[(a, b) for _, a, b in p.bound] for p in before] == [[(a, b) for _, a, b in p.bound] for p in after]
    return Rule.LEAVE_OUT_CONDITIONS if same else Rule.LIMITS_FOR_CONDITIONS


__all__ = ["by_residues", "joined_ranges", "substitution"]
