"""Terms that are one term over different ranges: bring them to the same form and join them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symconv.algebra.polynomials import ONE, Exp, Poly
from symconv.algebra.solving import solved_for
from symconv.derivations.laid_out import Reason
from symconv.derivations.matching import Match, Product, canonical, matches, sum_of, terms_of
from symconv.derivations.setting import Line, Setting
from symconv.formulas.conditions import Compare
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
        lines.append(Line(apart, Reason("distribute"), Reason("factor out")))
    moved = [_limited(_within(p, q, m), setting) for p, q, m in cases]
    together = sum_of(moved)
    if canonical(together) != canonical(lines[-1].formula):
        before = lines[-1].formula
        there = substitution([(n, m.values[n]) for p, _, m in cases for n, _, _ in p.bound], before, together, setting)
        back = substitution(list(_inverse(cases)), together, before, setting)
        lines.append(Line(together, there, back))
    turned = any(_phase(p.coefficient) != _phase(q.coefficient) for p, (_, q, _) in zip(moved, cases, strict=True))
    detail = "whole turns leave the exponential as it is" if turned else ""
    guarded = any(p.guards for p in moved)
    lines.append(
        Line(few, Reason("put the cases together" if guarded else "join the ranges", detail),
             Reason("distinguish the cases" if guarded else "split the range", detail))
    )  # fmt: skip
    return lines if all(setting.plainly(a.formula, b.formula) for a, b in pairwise(lines)) else None


def by_residues(
    left: Formula, right: Formula, ours: Sequence[Product], theirs: Sequence[Product], setting: Setting
) -> list[Line] | None:
    """One sum as several over every d-th index: u → d·u, d·u + 1, …; None if the terms do not match so."""
    few, many = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
    if len(few) != 1 or len(many) < 2 or not few[0].bound:
        return None
    one = few[0]
    found = [next((m for m in matches(one, q) if m.complete), None) for q in many]
    if None in found or not setting.plainly(left, right):
        return None
    values = [(n, m.values[n]) for m in found if m is not None for n, _, _ in one.bound]
    told = substitution(values, *((left, right) if many is theirs else (right, left)), setting)
    shown = replace(
        told, rule=told.rule.removeprefix("substitute "), rule_latex=told.rule_latex.removeprefix("substitute ")
    )
    rule = "split the range" if many is theirs else "join the ranges"
    return [Line(right, Reason(rule, shown.rule, detail_latex=shown.rule_latex))]


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
            low, high = lower.substitute(match.values), upper.substitute(match.values)
            guards += [Compare(value - low, ">="), Compare(high - 1 - value, ">=")]
    known = [Compare(g, ">=") for n, a, b in q.bound for g in (Poly.name(n) - a, b - 1 - Poly.name(n))]
    return replace(changed, guards=tuple(g for g in guards if g not in known))


def _limited(p: Product, setting: Setting) -> Product:
    """The term with conditions on its index as limits of its sum, where they are one number."""
    for guard in p.guards:
        for place in range(len(p.bound) - 1, -1, -1):
            name, lower, upper = p.bound[place]
            found = solved_for(guard.poly, [name]) if guard.relation == ">=" else None
            if found is None or not found[1].names.isdisjoint(n for n, _, _ in p.bound[place:]):
                continue
            end = found[1]
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


def _inverse(cases: Sequence[Case]) -> Iterator[tuple[str, Poly]]:
    """The substitutions that lead back."""
    for p, q, _ in cases:
        plain = replace(p, coefficient=ONE, guards=())
        back = next((m for m in matches(replace(q, coefficient=ONE, guards=()), plain) if m.complete), None)
        if back is not None:
            yield from ((n, back.values[n]) for n, _, _ in q.bound)


def substitution(values: Sequence[tuple[str, Poly]], before: Formula, after: Formula, setting: Setting) -> Reason:
    """The words for a substitution; different ones for the same name are told one after the other."""
    old, new = setting.printing.renamed(before), setting.printing.renamed(after)
    told: dict[tuple[str, Poly], None] = {}
    for name, value in values:
        shown = value.substitute({k: Poly.name(v) for k, v in new.items()})
        if shown != Poly.name(old.get(name, name)):
            told[old.get(name, name), shown] = None
    reason = setting.printing.substitutions(list(told))
    return reason if reason.rule else Reason(_conditions_moved(terms_of(before), terms_of(after)))


def _conditions_moved(before: Sequence[Product], after: Sequence[Product]) -> str:
    """What has become of conditions on the indices where nothing was substituted."""
    count = sum(len(p.guards) for p in before) - sum(len(p.guards) for p in after)
    if not count:
        return "rename the indices"
    if count < 0:
        return "conditions instead of limits of the sums"
    same = [[(a, b) for _, a, b in p.bound] for p in before] == [[(a, b) for _, a, b in p.bound] for p in after]
    return "leave out conditions that always hold" if same else "limits of the sums instead of conditions"


__all__ = ["by_residues", "joined_ranges", "substitution"]
