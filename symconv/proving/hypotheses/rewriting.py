"""Hypotheses as rules that rewrite products: Q.T @ Q == eye(n), P @ P == P, A @ B == B @ A, A @ x == lam * x.

A hypothesis may also be the difference itself. The product with the most factors that a hypothesis speaks of is
replaced by the rest wherever it stands in a term of the difference, as often as it does. Each step is a multiple of the
hypothesis, and it is the kernel that takes these from the difference; nothing here is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.algebra.solving import isolated
from symconv.expressions.tensors import Tensor
from symconv.formulas.axis import from_positions
from symconv.formulas.conditions import Compare, equal
from symconv.formulas.language import Conj, Formula, Read, Scalar, Sum, When, fresh, times
from symconv.kernel.coefficients import solved
from symconv.kernel.consequences import Multiple, at_values, difference_terms, inverses, placed
from symconv.kernel.decide import Difference
from symconv.kernel.expansion import Expanded
from symconv.kernel.statement import Equation, Statement
from symconv.kernel.terms import Slot, TensorAtom, Term, is_local
from symconv.kernel.verdicts import Certificate, certify_equal
from symconv.limits import MAX_REWRITINGS, Undecided, check_time
from symconv.proving.statements import PreparedLink


@dataclass(frozen=True)
class _Rule:
    """A hypothesis as pivot + rest == 0: the pivot is what it replaces; `indices` are those of its rows.

    `turned` is what it says of a product of two matrices the other way round, if that is the rule.
    """

    number: int
    indices: tuple[str, ...]
    pivot: Term
    rest: tuple[Term, ...]
    turned: Equation | None = None


@dataclass(frozen=True)
class _Match:
    """A rule's pivot in a term: what its names are there, and what else stands in the term, over the pivot's number."""

    values: Mapping[str, Poly]
    factor: Term


def certified(stated: PreparedLink) -> Certificate | Difference | Expanded:
    """A certificate that the sides of a link are equal, perhaps by multiples of its hypotheses.

    Else the difference that there is without them, which may raise `Undecided`.
    """
    for multiples in ways(*stated.formulas, stated):
        with suppress(Undecided):
            found = certify_equal(stated.claimed, stated.reduced, multiples)
            if isinstance(found, Certificate):
                return found
    return certify_equal(stated.claimed, stated.reduced)


def ways(left: Formula, right: Formula, stated: PreparedLink) -> Iterator[list[Multiple]]:
    """Multiples of a link's hypotheses that may make a difference 0.

    They rewrite it, undo a transform, or are a hypothesis as it stands. There are none where all hypotheses are used in
    other ways.
    """
    if not stated.unused or stated.substituted:
        return
    yield from (steps for find in (_steps, _transformed_back) if (steps := find(left, right, stated)))
    at = tuple(Poly.name(n) for n in stated.names[len(stated.free.indices) :])
    for number, equation in enumerate(stated.claimed.hypotheses):
        if len(equation.indices) == len(at):
            yield from ([Multiple(number, at, Scalar(Poly.of(sign)))] for sign in (1, -1))


def _steps(left: Formula, right: Formula, stated: PreparedLink) -> list[Multiple]:
    """Multiples of hypotheses that rewrite the difference of two formulas as far as they can."""
    leaves = {t.name: t for t in stated.tensors}
    rules = list(_rules(stated.claimed, stated.reduced.values(stated.claimed), leaves))
    terms = difference_terms(left, right) if rules else []
    steps: list[Multiple] = []
    while len(steps) < MAX_REWRITINGS:
        found = next(_rewritings(terms, rules, leaves), None)
        if found is None:
            break
        terms, step = found
        steps.append(step)
    return steps


def _transformed_back(left: Formula, right: Formula, stated: PreparedLink) -> list[Multiple]:
    """The rows of a hypothesis on a Fourier transform, each times the conjugate of what stands before an entry.

    Their sum over all rows is the entry itself, as often as there are rows.
    """
    leaves = {t.name: t for t in stated.tensors}
    values = stated.reduced.values(stated.claimed)
    for number, equation in enumerate(at_values(h, values) for h in stated.claimed.hypotheses):
        terms = difference_terms(equation.left, equation.right)
        pivot = next((t for t in terms if len(t.slots) == 1 and t.bound and t.coefficient.constant is None), None)
        rule = _Rule(number, equation.indices, pivot, ()) if pivot is not None else None
        if rule is None or len(rule.pivot.bound) != len(rule.indices):
            continue
        found = [_adjoint(t, rule, equation) for t in difference_terms(left, right)]
        steps = [_multiple(rule, match, leaves) for match in found if match is not None]
        if steps:
            return [s for s in steps if s is not None]
    return []


def _adjoint(term: Term, rule: _Rule, equation: Equation) -> _Match | None:
    """The entry of the pivot in a term as the conjugate of what stands before it there, over all rows of the rule."""
    (slot,), coefficient = rule.pivot.slots, rule.pivot.coefficient
    scale = coefficient * coefficient.conjugate()
    for at, other in enumerate(term.slots):
        values = _at(slot.index, other.index, {}, {*rule.pivot.bound}) if other.atom == slot.atom else None
        if values is None or values.keys() != {*rule.pivot.bound} or any(map(is_local, scale.names)):
            continue
        rows = {name: Poly.name(fresh(name)) for name in rule.indices}
        guards = tuple(c.substitute(rows) for c in equation.conditions if isinstance(c, Compare))
        count = prod((upper for _, _, upper in _ranges(guards, dict.fromkeys(map(str, rows.values())))), start=ONE)
        factor = Term(
            term.coefficient * coefficient.conjugate().substitute({**values, **rows}) / (count * scale),
            (*term.slots[:at], *term.slots[at + 1 :]),
            (*term.bound, *map(str, rows.values())),
            (*term.guards, *guards),
        )
        return _Match(rows, factor)
    return None


def _rules(statement: Statement, values: Mapping[str, Poly], leaves: Mapping[str, Tensor]) -> Iterator[_Rule]:
    for number, stated in enumerate(statement.hypotheses):
        equation = at_values(stated, values)
        turned = _turned(equation, leaves)
        for one in (equation, *([turned] if turned is not None else [])):
            terms = difference_terms(one.left, one.right)
            pivot = max(terms, key=_weight, default=None)
            if pivot is not None and len(pivot.slots) > 1 and isinstance(pivot.coefficient.constant, (int, Fraction)):
                rest = tuple(t for t in terms if t is not pivot)
                yield _Rule(number, one.indices, pivot, rest, turned if one is turned else None)


def _turned(equation: Equation, leaves: Mapping[str, Tensor]) -> Equation | None:
    """B A = 1 where the equation is A B = 1 for square matrices."""
    found = inverses(equation)
    if found is None:
        return None
    (i, j), k = map(Poly.name, equation.indices), Poly.name(name := fresh("k"))
    one = _entry(placed(found.right, i, k), leaves)
    other = _entry(placed(found.left, k, j), leaves)
    if one is None or other is None:
        return None
    product = Sum(name, ZERO, found.size, times(one, other))
    return replace(equation, left=product, right=When((equal(i, j),), Scalar(ONE)))


def _weight(term: Term) -> tuple[int, int, list[str]]:
    return len(term.slots), len(term.bound), [str(s.atom) for s in term.slots]


def _rewritings(
    terms: Sequence[Term], rules: Sequence[_Rule], leaves: Mapping[str, Tensor]
) -> Iterator[tuple[list[Term], Multiple]]:
    """Every way to rewrite one of the terms by one of the rules, and the multiple of its hypothesis that does it."""
    for term in terms:
        for rule in rules:
            check_time()
            for match in _matches(term, rule):
                multiple = _multiple(rule, match, leaves)
                if multiple is not None:
                    others = [t for t in terms if t is not term]
                    yield [*others, *_replaced(rule, match)], multiple


def _replaced(rule: _Rule, match: _Match) -> Iterator[Term]:
    """What a term becomes: its other factors times the rest of the rule."""
    factor = match.factor
    for part in rule.rest:
        term = part.instance(match.values)
        made = Term(
            -factor.coefficient * term.coefficient,
            (*factor.slots, *term.slots),
            (*factor.bound, *term.bound),
            tuple(dict.fromkeys((*factor.guards, *term.guards))),
        )
        yield solved(made)


def _matches(term: Term, rule: _Rule) -> Iterator[_Match]:
    """The ways in which the pivot stands in a term, all of its sums over their whole ranges."""
    pivot = rule.pivot
    for values, slots in _unified(pivot.slots, term.slots, {}, {*rule.indices, *pivot.bound}):
        if not values.keys() >= {*rule.indices, *pivot.bound}:
            continue
        summed = {str(values[name]) for name in pivot.bound}
        own = [g.substitute(values) for g in pivot.guards]
        guards = [g for g in term.guards if summed.isdisjoint(g.poly.names)]
        rest = Term(term.coefficient, slots, tuple(n for n in term.bound if n not in summed), tuple(guards))
        outside = [rest.coefficient, *(i for s in slots for i in s.index), *(values[n] for n in rule.indices)]
        is_whole = (
            len(summed) == len(pivot.bound)
            and summed <= {*term.bound}
            and all(summed.isdisjoint(poly.names) for poly in outside)
            and {g for g in term.guards if g not in guards} == {g for g in own if not summed.isdisjoint(g.poly.names)}
        )
        if is_whole:
            number = pivot.coefficient.constant
            yield _Match(values, replace(rest, coefficient=rest.coefficient / Poly.of(number or 1)))


def _unified(
    pattern: Sequence[Slot], slots: tuple[Slot, ...], values: Mapping[str, Poly], free: set[str]
) -> Iterator[tuple[Mapping[str, Poly], tuple[Slot, ...]]]:
    """What the free names of a pattern are if its entries are some of the slots, and the slots that are left."""
    if not pattern:
        yield values, slots
        return
    first, *others = pattern
    for at, slot in enumerate(slots):
        if slot.atom == first.atom:
            made = _at(first.index, slot.index, values, free)
            if made is not None:
                yield from _unified(others, slots[:at] + slots[at + 1 :], made, free)


def _at(
    pattern: Sequence[Poly], index: Sequence[Poly], values: Mapping[str, Poly], free: set[str]
) -> Mapping[str, Poly] | None:
    """The values with those that make an index of the pattern another one."""
    for part, place in zip(pattern, index, strict=True):
        part = part.substitute(values)
        match sorted(part.names & (free - values.keys())):
            case []:
                if part != place:
                    return None
            case [name]:
                match isolated(part, name):
                    case (1 | -1) as sign, rest:
                        values = {**values, name: (place - rest) * sign}
                    case _:
                        return None
            case _:
                return None
    return values


def _multiple(rule: _Rule, match: _Match, leaves: Mapping[str, Tensor]) -> Multiple | None:
    """The multiple of the rule's hypothesis that takes the matched term away; None where it cannot be written."""
    factor, bound = match.factor, dict.fromkeys(match.factor.bound)
    ranges: list[tuple[str, Poly, Poly]] = []
    entries = [_entry(slot, leaves) for slot in factor.slots]
    while bound:
        found = next(_ranges(factor.guards, bound), None)
        if found is None:
            return None
        ranges.append(found)
        del bound[found[0]]
    if any(entry is None for entry in entries):
        return None
    product = times(Scalar(factor.coefficient), *(e for e in entries if e is not None))
    at = tuple(match.values[name] for name in rule.indices)
    product = When(factor.guards, product) if factor.guards else product
    return Multiple(rule.number, at, product, tuple(ranges), rule.turned)


def _ranges(guards: Sequence[Compare], bound: Mapping[str, None]) -> Iterator[tuple[str, Poly, Poly]]:
    """Names that guards keep between numbers without any of the names: where these start and end."""
    for name in bound:
        lower: Poly | None = None
        upper: Poly | None = None
        for guard in guards:
            match isolated(guard.poly, name) if guard.relation == ">=" else None:
                case 1, rest if rest.names.isdisjoint(bound):
                    lower = lower or -rest
                case -1, rest if rest.names.isdisjoint(bound):
                    upper = upper or rest + 1
        if lower is not None and upper is not None:
            yield name, lower, upper


def _entry(slot: Slot, leaves: Mapping[str, Tensor]) -> Formula | None:
    """The entry of a tensor as a formula."""
    if not isinstance(slot.atom, TensorAtom) or slot.atom.name not in leaves:
        return None
    tensor = leaves[slot.atom.name]
    read = Read(tensor, from_positions(tensor.axes, slot.index))
    return Conj(read) if slot.atom.conjugated else read
