"""The route from one side of a claim to the other: unfold both, match their terms, fold back.

Both sides are unfolded, outermost operator first, until they agree up to a substitution of bound
names; the right side's lines then follow in reverse, each by the definition that unfolded it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symconv.algebra.polynomials import Floor, Poly
from symconv.derivations.given import sums_given
from symconv.derivations.ideas import collecting, settled
from symconv.derivations.matching import Product, canonical, numbers_apart, products, reads_outside, sum_of, terms_of
from symconv.derivations.opened_sides import opened
from symconv.derivations.pairing import Pair, explanation, is_renaming, moved, paired
from symconv.derivations.periodic import shifted
from symconv.derivations.ranges import by_residues, joined_ranges
from symconv.derivations.reasons import (
    Became,
    Equation,
    Listed,
    Reason,
    Rule,
    Shown,
    arithmetic,
    outside,
    since,
    unfolding,
)
from symconv.derivations.setting import Line, Setting, back
from symconv.derivations.simplifying import collected, commuted
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import negative, outermost, tidy
from symconv.formulas.language import Call, Conj, Formula, Plus, Scalar, Sum, Times, When, plus
from symconv.formulas.walking import arrays, children, parts, polys
from symconv.limits import MAX_IN_TURN, MAX_JOINED_TERMS, MAX_QUOTIENT_CASES


def route(left: Formula, right: Formula, setting: Setting) -> list[Line]:
    """The lines from one formula to the other; parts that both sides share stay folded if that suffices."""
    inside = _within_a_call(left, right, setting)
    if inside is not None:
        return inside
    shared = _shared(left, right) | _shared(setting.defined(left)[0], setting.defined(right)[0])
    for atoms in dict.fromkeys((shared, frozenset[Operation]())):
        first = list(opened(left, atoms, setting))
        last = list(opened(right, atoms, setting))
        joint = joined(first, last, setting)
        if joint is not None:
            return joint
    around = shifted(first[-1].formula, last[-1].formula, setting)
    if around is not None:
        return [*first, around, *back(last)]
    tried = len(first), len(last)
    first += settled(first[-1].formula, setting)
    last += settled(last[-1].formula, setting)
    joint = joined(first, last, setting, tried)
    if joint is not None:
        return joint
    return [*first, _way_out(first[-1].formula, last[-1].formula, setting), *back(last)]


def _way_out(left: Formula, right: Formula, setting: Setting) -> Line:
    """The line `right`, by the hypotheses on tensors where it needs them, else by arithmetic on the ranges."""
    given = [h.stated for h in setting.on_tensors]
    if given and not setting.plainly(left, right) and setting.holds(left, right):
        return Line(right, _of_inverses(left, right, setting) or since(given))
    if _entries_alone(left) == _entries_alone(right) is not None:
        return Line(right, Reason(Rule.COLLECT_EQUAL_TERMS))
    if folded := [*outermost(left), *outermost(right)]:  # sides that no single definition opens
        return Line(right, unfolding(dict.fromkeys(folded)))
    sizes = setting.ranges.sizes
    told = _of_numbers(left, right, setting) or _of_cases(left, right) or _of_few_terms(left, right, setting)
    return Line(right, told or arithmetic(sizes, right))


def _of_inverses(left: Formula, right: Formula, setting: Setting) -> Reason | None:
    """That B A is the identity, too, where a hypothesis says that of A B, if that alone leads from line to line."""
    for known in setting.on_tensors:
        turned = known.with_inverses_exchanged
        if turned is None:
            continue
        under = replace(setting, hypotheses=(turned,))
        for start, end in ((left, right), (right, left)):
            if any(setting.plainly(lines[-1].formula, end) for lines in sums_given(start, under)):
                return replace(known.reason, remark=Reason(Rule.LEFT_INVERSE))
    return None


def _of_numbers(left: Formula, right: Formula, setting: Setting) -> Reason | None:
    """Where two lines differ in one number only: that the two are equal; where no arrays are read: how that is seen."""
    differing = numbers_apart(canonical(left), canonical(right))
    if differing and len({*differing}) == 1:
        ours, theirs = differing[0]
        bound = {part.name for part in parts(canonical(left)) if isinstance(part, Sum)}
        if bound.isdisjoint(ours.names | theirs.names) and setting.plainly(Scalar(ours), Scalar(theirs)):
            return Reason(Rule.IN_THIS_RANGE, (Equation(*_without_shared(ours, theirs), right),))
    if any(True for _ in arrays(left)) or any(True for _ in arrays(right)):
        return None
    sums = [any(isinstance(part, Sum) for part in parts(side)) for side in (left, right)]
    if any(sums):
        return Reason(Rule.CLOSED_FORM) if sums == [True, False] else None
    divided = (a for side in (left, right) for p in parts(side) for poly in polys(p) for a in poly.atoms)
    quotients = {a for a in divided if isinstance(a, Floor)}
    if len(quotients) == 1 and (d := (atom := quotients.pop()).divisor.integer) and d <= MAX_QUOTIENT_CASES:
        cases = Listed(tuple(map(str, range(d))))
        return Reason(Rule.DISTINGUISH, (Shown(atom.numerator % atom.divisor, right, " ="), cases))
    return None


def _without_shared(ours: Poly, theirs: Poly) -> tuple[Poly, Poly]:
    """Two numbers without the terms that both have."""
    shared = Poly({m: c for m, c in ours.terms.items() if m and theirs.terms.get(m) == c})
    return ours - shared, theirs - shared


def _of_cases(left: Formula, right: Formula) -> Reason | None:
    """What holds at some indices or sizes is told case by case, if both sides have the same sums."""
    ours, theirs = (Counter(canonical(p.formula) for p in products(side)) for side in (left, right))
    inside = [part for term in (ours - theirs) + (theirs - ours) for part in parts(term)]
    cases = any(isinstance(part, When) for part in inside) and not any(isinstance(part, Sum) for part in inside)
    return Reason(Rule.DISTINGUISH_THE_CASES) if cases else None


def _of_few_terms(left: Formula, right: Formula, setting: Setting) -> Reason | None:
    """That sums are written out, if each is one or several neighbours among the terms of the other side."""
    left_over = {canonical(p.formula): p.formula for p in products(right)}
    sums = [p.formula for p in products(left) if left_over.pop(canonical(p.formula), None) is None]
    terms = list(left_over.values())
    if not sums or any(isinstance(part, Sum) for term in terms for part in parts(term)):
        return None
    for each in sums:
        runs = [(k, k + n) for n in range(len(terms), 0, -1) for k in range(len(terms) - n + 1)]
        run = next((r for r in runs if not setting.late and setting.plainly(each, plus(*terms[slice(*r)]))), None)
        if run is None:
            return None
        terms[slice(*run)] = []
    return None if terms else Reason(Rule.WRITE_THE_SUM_OUT)


def _entries_alone(formula: Formula) -> frozenset[tuple[Formula, ...]] | None:
    """The products of entries in a formula, whatever their numbers are; None where there are sums or conditions."""
    terms = terms_of(formula)
    if not terms or any(p.bound or p.guards for p in terms):
        return None
    return frozenset(tuple(sorted(p.factors, key=str)) for p in terms)


def _within_a_call(left: Formula, right: Formula, setting: Setting) -> list[Line] | None:
    """The route between what one function is applied to on both sides, the function being kept around it."""
    ours, theirs = tidy(left, setting.ranges), tidy(right, setting.ranges)
    if not (isinstance(ours, Call) and isinstance(theirs, Call) and ours.function == theirs.function):
        return None
    inner = route(ours.body, theirs.body, setting)
    lines = [Line(Call(ours.function, line.formula), line.reason) for line in inner]
    return None if any(line.reason and line.reason.is_arithmetic for line in inner) else lines


def _shared(left: Formula, right: Formula) -> frozenset[Operation]:
    """The operations inside that occur on both sides, the sides themselves excepted."""

    def inside(side: Formula) -> set[Operation]:
        return {n for a in arrays(side) for n in nodes(a) if isinstance(n, Operation) and n.axes and n != a}

    return frozenset(inside(left) & inside(right))


def joined(
    first: Sequence[Line], last: Sequence[Line], setting: Setting, tried: tuple[int, int] = (0, 0)
) -> list[Line] | None:
    """The shortest way from the first of one sequence to the first of the other.

    Of each sequence so many lines were `tried` already.
    """
    for total in range(len(first) + len(last) - 1):
        for i in range(min(total, len(first) - 1), -1, -1):
            j = total - i
            if j < len(last) and (i >= tried[0] or j >= tried[1]) and not setting.late:
                middle = _between(first[i].formula, last[j].formula, j == 0, setting)
                if middle is not None:
                    return [*first[: i + 1], *middle, *back(last[: j + 1])]
    return None


def _between(left: Formula, right: Formula, is_last: bool, setting: Setting) -> list[Line] | None:
    """The lines after `left` from which the right side's next line follows; None if no single idea leads there.

    `right` gets a line of its own where it `is_last` or where factors were put outside.
    """
    if canonical(left) == canonical(right):
        return []
    if commuted(left) == commuted(right):
        return [Line(right, Reason(_reordering(right)))] if is_last else []
    ours, theirs = products(left), products(right)
    if not theirs and ours:
        return _cancelling(left, right, setting)
    pairs = paired(ours, theirs, setting.hypotheses)
    if pairs is not None:
        lines = _matched(left, right, pairs, is_last, setting)
        return lines if lines is not None else _by_cases(left, right, ours, theirs, setting)
    gathered = collected(ours), collected(theirs)
    if (len(gathered[0]), len(gathered[1])) != (len(ours), len(theirs)):
        lines = _gathered(left, right, *gathered, setting)
        if lines is not None:
            return lines
    return _by_cases(left, right, ours, theirs, setting)


def _matched(
    left: Formula, right: Formula, pairs: Sequence[Pair], is_last: bool, setting: Setting
) -> list[Line] | None:
    """By substitutions that turn each term into its partner, and a hypothesis where entries differ then."""
    lines = _moves(left, pairs, setting)
    here = lines[-1].formula if lines else left
    if not all(setting.holds(a.formula, b.formula) for a, b in pairwise([Line(left), *lines])):
        return None
    if not all(m.complete for _, _, m in pairs):
        if in_turn := _in_turn(here, right, setting):
            return [*lines, *in_turn]
        given = setting.holds(here, right) and (
            setting.hypotheses if setting.plainly(here, right) else setting.on_tensors
        )
        reason = explanation(pairs, given) if given else None
        return [*lines, Line(right, reason)] if reason is not None else None
    if canonical(here) == canonical(right):
        return [*lines[:-1], Line(right, lines[-1].reason)] if is_last else lines
    if not setting.holds(here, right):
        return None
    if not setting.plainly(here, right):
        return [*lines, Line(right, since([h.stated for h in setting.on_tensors]))]
    if _has_sum_inside(right):
        return [*lines, Line(right, Reason(Rule.FACTOR_OUT))]
    return [*lines, Line(right, Reason(_reordering(right, here)))] if is_last else lines


def _in_turn(left: Formula, right: Formula, setting: Setting) -> list[Line]:
    """The lines if several hypotheses lead there one after the other; nothing if one suffices, or they do not."""
    known = [h for h in setting.on_tensors if h.equation is not None and isinstance(h.equation.left, Tensor)]
    reached: list[tuple[Formula, list[Line]]] = [(left, [])] if len(known) > 1 else []
    seen, goal = {commuted(left)}, commuted(right)
    for _ in range(MAX_IN_TURN):
        further = []
        for formula, lines in reached:
            for hypothesis in known:
                new = tidy(hypothesis.applied(formula))
                if commuted(new) == goal:
                    return [*lines, Line(right, hypothesis.reason)] if lines else []
                if commuted(new) not in seen:
                    seen.add(commuted(new))
                    further.append((new, [*lines, Line(new, hypothesis.reason)]))
        reached = further
    return []


def _cancelling(left: Formula, right: Formula, setting: Setting) -> list[Line] | None:
    """What a hypothesis says to be the negative of something is 0 where it comes to its own negative."""
    opposite = negative(left)
    for given in _negated(left, setting) if all(isinstance(a, Tensor) for a in arrays(left)) else ():
        image = given[-1].formula
        pairs = paired(products(image), products(opposite), ())
        if pairs is None or not all(m.complete and m.exact_ranges for _, _, m in pairs):
            continue
        lines = [*given, *_moves(image, pairs, setting)]
        if canonical(lines[-1].formula) != canonical(opposite):
            lines.append(Line(opposite, Reason(_reordering(opposite))))
        if all(setting.holds(a.formula, b.formula) for a, b in pairwise([Line(left), *lines])):
            return [*lines, Line(right, Reason(Rule.ITS_OWN_NEGATIVE))]
    return None


def _negated(formula: Formula, setting: Setting) -> Iterator[list[Line]]:
    """What a hypothesis with a minus makes of a formula, and then one other hypothesis."""
    for known in setting.on_tensors:
        image = sum_of(products(tidy(known.applied(formula)))) if known.negates else formula
        if image == formula:
            continue
        line = Line(image, known.reason)
        yield [line]
        for other in setting.on_tensors:
            further = sum_of(products(tidy(other.applied(image)))) if other is not known and other.equation else image
            if further != image:
                yield [line, Line(further, other.reason)]


def _by_cases(
    left: Formula, right: Formula, ours: Sequence[Product], theirs: Sequence[Product], setting: Setting
) -> list[Line] | None:
    """Several terms that are one over different ranges, or under different conditions: join them, or split it."""
    if max(len(ours), len(theirs)) > MAX_JOINED_TERMS:
        return None
    forth = len(ours) >= len(theirs)
    many_to_few = (left, right, ours, theirs) if forth else (right, left, theirs, ours)
    lines = joined_ranges(*many_to_few, setting)
    if not lines:
        return by_residues(left, right, ours, theirs, setting)
    return lines[1:] if forth else [*back(lines)]


def _reordering(formula: Formula, before: Formula | None = None) -> Rule:
    """What putting a formula into another order is called."""
    if isinstance(before, Times) and len(before.factors) > len(formula.factors if isinstance(formula, Times) else (1,)):
        return Rule.COLLECT_NUMBERS
    return Rule.REORDER_TERMS if any(isinstance(f, (Plus, Call)) for f in parts(formula)) else Rule.REORDER_FACTORS


def _gathered(
    left: Formula, right: Formula, ours: Sequence[Product], theirs: Sequence[Product], setting: Setting
) -> list[Line] | None:
    """By way of the terms of both, equal ones added up."""
    pairs = paired(ours, theirs, ())
    if pairs is None:
        return None
    lines = list(collecting(left, products(left), ours))
    lines += _moves(lines[-1].formula, pairs, setting)
    if commuted(tidy(lines[-1].formula)) == commuted(right) and len(lines) > 1:
        lines[-1] = Line(right, lines[-1].reason)
    else:
        is_split = len(products(right)) > len(theirs)
        multiplied = Rule.MULTIPLY_OUT_THE_RIGHT if is_split else Rule.FACTOR_OUT
        split = Rule.SPLIT_TERMS if is_split else Rule.COLLECT_EQUAL_TERMS
        lines.append(Line(right, Reason(multiplied if _has_sum_inside(right) else split)))
    return lines[1:] if all(setting.holds(a.formula, b.formula) for a, b in pairwise(lines)) else None


def _moves(left: Formula, pairs: Sequence[Pair], setting: Setting) -> list[Line]:
    """Multiplying out, then substituting bound names or exchanging sums."""
    lines: list[Line] = []
    here = expanded = sum_of([p for p, _, _ in pairs])
    if _has_sum_inside(left) and canonical(tidy(expanded)) != canonical(left):
        lines.append(Line(expanded, Reason(Rule.DISTRIBUTE)))
    there = sum_of([moved(p, q, m) for p, q, m in pairs])
    if not all(is_renaming(m) and m.exact_ranges for _, _, m in pairs):
        lines.append(Line(there, _substitution(pairs, here, there, setting)))
    elif canonical(there) != canonical(here):
        lines.append(Line(there, Reason(Rule.EXCHANGE_SUMS if _exchanged(pairs) else Rule.COLLECT_NUMBERS)))
    return lines


def _exchanged(pairs: Sequence[Pair]) -> bool:
    """Whether some sum runs over the same names in another order."""
    return any([m.values[n] for n in p.indices] != [Poly.name(n) for n in q.indices] for p, q, m in pairs)


def _has_sum_inside(formula: Formula) -> bool:
    """Whether a sum of terms stands under a Σ or in a product."""
    if isinstance(formula, (Conj, Call)):
        return False
    inside = not isinstance(formula, Plus)
    return any((inside and isinstance(part, Plus)) or _has_sum_inside(part) for part in children(formula))


def _substitution(pairs: Sequence[Pair], before: Formula, after: Formula, setting: Setting) -> Reason:
    """The substitution of bound names; where ranges change, that what is outside an array is 0."""
    values = tuple((name, m.values[name]) for p, _, m in pairs for name in p.indices)
    both = [term for p, q, m in pairs for term in (p, moved(p, q, m))]
    exact = all(m.exact_ranges for _, _, m in pairs)
    remark = None if exact else outside(a for term in both for a in reads_outside(term, setting.ranges))
    if any(isinstance(a, Floor) for _, value in values for a in value.atoms):
        remark = Reason(Rule.WHOLE_PERIOD)
    otherwise = None if exact else Rule.CHANGE_THE_RANGES
    return Reason(Rule.SUBSTITUTE, (Became(values, before, after),), remark, otherwise)
