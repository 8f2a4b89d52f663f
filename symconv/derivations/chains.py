"""The route from one side of a claim to the other: unfold both, match their terms, fold back.

Both sides are unfolded, outermost operator first, until they agree up to a substitution of bound
names; the right side's lines then follow in reverse, each by the definition that unfolded it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from symconv.algebra.polynomials import Exp, Floor, Poly
from symconv.derivations.given import sums_given
from symconv.derivations.ideas import collecting, settled
from symconv.derivations.matching import (
    Match,
    Product,
    canonical,
    matches,
    numbers_apart,
    products,
    reads_outside,
    sum_of,
    terms_of,
)
from symconv.derivations.periodic import modular, shifted
from symconv.derivations.ranges import by_residues, joined_ranges
from symconv.derivations.reasons import (
    Became,
    Equation,
    Listed,
    Reason,
    Rule,
    Shown,
    arithmetic,
    exponentials,
    outside,
    since,
    unfolding,
)
from symconv.derivations.setting import Known, Line, Setting, back
from symconv.derivations.simplifying import collected, commuted, counted, decided, single_terms, spelled, without_zeros
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import Ranges, negative, outermost, tidy, unfold
from symconv.formulas.axis import digits
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When, minus, times
from symconv.formulas.walking import arrays, children, parts, polys
from symconv.limits import MAX_IN_TURN, MAX_JOINED_TERMS, MAX_QUOTIENT_CASES

Pair: TypeAlias = tuple[Product, Product, Match]

#: Operations of this family are rearrangements: several of them make one line.
_LAYOUT = "layout"
#: Products of arrays that a first line shows as such, not entry by entry.
_PRODUCTS = ("multiply", "conj", "power")


def route(left: Formula, right: Formula, setting: Setting) -> list[Line]:
    """The lines from one formula to the other; parts that both sides share stay folded if that suffices."""
    inside = _within_a_call(left, right, setting)
    if inside is not None:
        return inside
    shared = _shared(left, right) | _shared(setting.defined(left)[0], setting.defined(right)[0])
    for atoms in dict.fromkeys((shared, frozenset[Operation]())):
        first = list(_unfolding(left, atoms, setting))
        last = list(_unfolding(right, atoms, setting))
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
    return Line(right, _of_numbers(left, right, setting) or _of_cases(left, right) or arithmetic(sizes, right))


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
    """What holds at some indices is told case by case, if nothing is summed."""
    inside = [part for side in (left, right) for part in parts(side)]
    cases = any(isinstance(part, When) for part in inside) and not any(isinstance(part, Sum) for part in inside)
    return Reason(Rule.DISTINGUISH_THE_CASES) if cases else None


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


def _opening(formula: Formula, ranges: Ranges) -> Formula:
    """A side as it stands at one entry: sums of arrays are written entry by entry, products stay folded."""
    match formula:
        case Read(array, _) if isinstance(array, Operation) and array.axes and array.operator.name in _PRODUCTS:
            return formula
    return tidy(formula, ranges)


def _unfolding(side: Formula, atoms: frozenset[Operation], setting: Setting) -> Iterator[Line]:
    """The side, then what it becomes as one operator after the other is replaced by its definition."""
    formula = _opening(side, setting.ranges)
    yield Line(formula)
    defined, told = setting.defined(formula)
    if defined != formula:
        formula = _opening(defined, setting.ranges)
        yield Line(formula, told)
    flat = tidy(formula, setting.ranges)
    if flat != formula:
        yield Line(flat, Reason(Rule.ENTRY_BY_ENTRY))
        formula = flat
    while not setting.late and (open_operations := list(outermost(formula, atoms))):
        group = [o for o in open_operations if o.operator.family == _LAYOUT == open_operations[0].operator.family] or [
            o for o in open_operations if o.operator is open_operations[0].operator
        ]
        names = frozenset(o.operator.name for o in group)
        new = tidy(unfold(formula, names, atoms), setting.ranges)
        if not setting.holds(formula, new):
            new = tidy(unfold(formula, names, atoms, setting.ranges), setting.ranges)
            if not setting.holds(formula, new):
                return
        for other in (modular(new), *decided(new)):
            if other != new and setting.plainly(new, other):
                new = other
                break
        new = without_zeros(new, setting.ranges, setting.plainly)
        yield Line(new, replace(unfolding(group), remark=_of_exponentials(group, formula)))
        formula = new
    yield from _simplified(formula, setting)


def _of_exponentials(operations: Sequence[Operation], before: Formula) -> Reason | None:
    """What definitions use of exponentials where these transforms are read at such places as n - m."""
    reads = [part for part in parts(before) if isinstance(part, Read) and part.array in operations]
    transforms = [read for read in reads if _has_exponentials(read.array.entry(*read.index))]
    conjugates = [part.body for part in parts(before) if isinstance(part, Conj)]
    places = (place for read in transforms for place in digits(read.array.axes, read.index))
    return exponentials(any(_turns(*place) for place in places), any(read in conjugates for read in transforms))


def _has_exponentials(formula: Formula) -> bool:
    return any(isinstance(atom, Exp) for part in parts(formula) for poly in polys(part) for atom in poly.atoms)


def _turns(place: Poly, size: Poly) -> bool:
    """Whether a multiple of a size is a term of a place, as in n - m and in m mod n."""
    return size.is_atom and any(
        {*size.atoms} & {*monomial} and isinstance(k, int) for monomial, k in place.terms.items()
    )


def _simplified(formula: Formula, setting: Setting) -> Iterator[Line]:
    """What becomes of an unfolded formula by itself: single terms, equal terms, numbers."""
    single = next((s for s in single_terms(formula) if setting.holds(formula, s.formula)), None)
    if single is not None:
        yield from single.lines
        formula = single.formula
    new = counted(formula)
    if new != formula and setting.holds(formula, new):
        yield Line(new, Reason(Rule.COUNT_THE_TERMS))
        formula = new
    new = spelled(formula)
    if new != formula:
        yield Line(new, Reason(Rule.WRITE_THE_SUM_OUT))


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
    pairs = _paired(ours, theirs, setting.hypotheses)
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
        reason = _hypothesis(pairs, given) if given else None
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
    for known in setting.hypotheses if all(isinstance(a, Tensor) for a in arrays(left)) else ():
        image = sum_of(products(tidy(known.applied(left)))) if known.negates else left
        pairs = _paired(products(image), products(opposite), ()) if image != left else None
        if pairs is None or not all(m.complete and m.exact_ranges for _, _, m in pairs):
            continue
        lines = [Line(image, known.reason), *_moves(image, pairs, setting)]
        if canonical(lines[-1].formula) != canonical(opposite):
            lines.append(Line(opposite, Reason(_reordering(opposite))))
        if all(setting.holds(a.formula, b.formula) for a, b in pairwise([Line(left), *lines])):
            return [*lines, Line(right, Reason(Rule.ITS_OWN_NEGATIVE))]
    return None


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
    pairs = _paired(ours, theirs, ())
    if pairs is None:
        return None
    lines = list(collecting(left, products(left), ours))
    lines += _moves(lines[-1].formula, pairs, setting)
    if commuted(tidy(lines[-1].formula)) == commuted(right) and len(lines) > 1:
        lines[-1] = Line(right, lines[-1].reason)
    else:
        split = Rule.SPLIT_TERMS if len(products(right)) > len(theirs) else Rule.COLLECT_EQUAL_TERMS
        lines.append(Line(right, Reason(Rule.MULTIPLY_OUT_THE_RIGHT if _has_sum_inside(right) else split)))
    return lines[1:] if all(setting.holds(a.formula, b.formula) for a, b in pairwise(lines)) else None


def _moves(left: Formula, pairs: Sequence[Pair], setting: Setting) -> list[Line]:
    """Multiplying out, then substituting bound names or exchanging sums."""
    lines: list[Line] = []
    here = expanded = sum_of([p for p, _, _ in pairs])
    if _has_sum_inside(left) and canonical(tidy(expanded)) != canonical(left):
        lines.append(Line(expanded, Reason(Rule.DISTRIBUTE)))
    moved = sum_of([_moved(p, q, m) for p, q, m in pairs])
    if not all(_is_renaming(m) and m.exact_ranges for _, _, m in pairs):
        lines.append(Line(moved, _substitution(pairs, here, moved, setting)))
    elif canonical(moved) != canonical(here):
        lines.append(Line(moved, Reason(Rule.EXCHANGE_SUMS if _exchanged(pairs) else Rule.COLLECT_NUMBERS)))
    return lines


def _exchanged(pairs: Sequence[Pair]) -> bool:
    """Whether some sum runs over the same names in another order."""
    return any([m.values[n] for n in p.indices] != [Poly.name(n) for n in q.indices] for p, q, m in pairs)


def _hypothesis(pairs: Sequence[Pair], given: Sequence[Known]) -> Reason | None:
    """The hypothesis that says why tensors are read elsewhere."""
    fitting = [h for h in given if all(_may_explain(h, m) for _, _, m in pairs)]
    told = [h for h in fitting if all(h.explains(_moved(p, q, m).factors, q.factors) for p, q, m in pairs)]
    equations = [h.stated for h in fitting]
    if not told and len(equations) > 1:
        return since(equations)
    return next((h.reason for h in (*told, *fitting)), None)


def _may_explain(known: Known, match: Match) -> bool:
    return known.covers(match.differing) and (match.sign == 1 or known.negates)


@dataclass(frozen=True)
class Apart:
    """A difference of two sides as terms with common factors before differences; the tensors in these factors."""

    terms: tuple[Product, ...]
    common: tuple[tuple[Formula, ...], ...]

    @property
    def formula(self) -> Formula:
        """The terms added up."""
        return sum_of(self.terms)

    @property
    def others(self) -> tuple[str, ...]:
        """The tensors that common factors read."""
        read = (t for some in self.common for f in some for a in arrays(f) for t in nodes(a))
        return tuple(dict.fromkeys(t.name for t in read if isinstance(t, Tensor)))


def difference(left: Read, right: Read, setting: Setting, under: Setting) -> Apart | None:
    """left − right as Σ of common factors times a difference of entries of the tensors that hypotheses are about.

    None if the sides do not match so.
    """
    nothing: frozenset[Operation] = frozenset()
    first, last = (products([*_unfolding(side, nothing, setting)][-1].formula) for side in (left, right))
    if not last:
        about = frozenset().union(*(h.tensors for h in under.on_tensors))
        split = [[[f for f in p.factors if _reads(f, about) is inside] for inside in (False, True)] for p in first]
        terms = [replace(p, factors=(*common, *ours)) for p, (common, ours) in zip(first, split, strict=True)]
        return Apart(tuple(terms), tuple(tuple(common) for common, _ in split))
    pairs = _paired(first, last, under.on_tensors)
    if pairs is None or any(not m.exact_ranges or m.complete for _, _, m in pairs):
        return None
    terms, shared = [], []
    for p, q, m in pairs:
        changed = _moved(p, q, m)
        common = tuple(f for f in changed.factors if f in q.factors)
        ours = [f for f in changed.factors if f not in common]
        theirs = [f for f in q.factors if f not in common]
        terms.append(replace(changed, factors=(*common, minus(times(*ours), times(Scalar(Poly.of(m.sign)), *theirs)))))
        shared.append(common)
    return Apart(tuple(terms), tuple(shared))


def _reads(formula: Formula, names: Set[str]) -> bool:
    return any(isinstance(t, Tensor) and t.name in names for a in arrays(formula) for t in nodes(a))


def _paired(ours: Sequence[Product], theirs: Sequence[Product], hypotheses: Sequence[Known]) -> list[Pair] | None:
    """Each product with the one that it becomes, but for what hypotheses may explain."""
    if len(ours) != len(theirs):
        return None
    rest = list(theirs)
    on_tensors = [h for h in hypotheses if h.tensors]
    pairs = []
    for p in ours:
        fitting = [
            (q, m) for q in rest for m in matches(p, q) if m.complete or any(_may_explain(h, m) for h in hypotheses)
        ]
        if not fitting:
            return None
        q, m = min(fitting, key=lambda item: _rank(item[1], on_tensors))
        rest.remove(q)
        pairs.append((p, q, m))
    return pairs


def _rank(match: Match, on_tensors: Sequence[Known]) -> tuple[bool, ...]:
    """What is better comes first: what needs no hypothesis, or only one on tensors; renaming; the same ranges."""
    explained = match.complete or any(_may_explain(h, match) for h in on_tensors)
    return not match.complete, not explained, not _is_renaming(match), not match.exact_ranges


def _moved(p: Product, q: Product, match: Match) -> Product:
    return replace(p.substitute(match.values), bound=q.bound)


def _is_renaming(match: Match) -> bool:
    return all(v.is_atom and v.constant is None for v in match.values.values())


def _has_sum_inside(formula: Formula) -> bool:
    """Whether a sum of terms stands under a Σ or in a product."""
    if isinstance(formula, (Conj, Call)):
        return False
    inside = not isinstance(formula, Plus)
    return any((inside and isinstance(part, Plus)) or _has_sum_inside(part) for part in children(formula))


def _substitution(pairs: Sequence[Pair], before: Formula, after: Formula, setting: Setting) -> Reason:
    """The substitution of bound names; where ranges change, that what is outside an array is 0."""
    values = tuple((name, m.values[name]) for p, _, m in pairs for name in p.indices)
    both = [term for p, q, m in pairs for term in (p, _moved(p, q, m))]
    exact = all(m.exact_ranges for _, _, m in pairs)
    remark = None if exact else outside(a for term in both for a in reads_outside(term, setting.ranges))
    if any(isinstance(a, Floor) for _, value in values for a in value.atoms):
        remark = Reason(Rule.WHOLE_PERIOD)
    otherwise = None if exact else Rule.CHANGE_THE_RANGES
    return Reason(Rule.SUBSTITUTE, (Became(values, before, after),), remark, otherwise)


__all__ = ["Apart", "difference", "joined", "route"]
