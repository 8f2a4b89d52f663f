"""Ideas for one formula: what it becomes by itself once all definitions are in.

Each idea proposes lines; one is taken if the kernel proves all of them. Both sides of a claim
are brought towards each other so, where matching their terms does not suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations
from math import comb
from typing import TypeAlias

from symconv.derivations.given import entries_given, sums_given, tensors_given
from symconv.derivations.matching import MOST_TERMS, Product, canonical, few_terms, outside, products, sum_of, terms_of
from symconv.derivations.ranges import substitution
from symconv.derivations.rewriting import mapped, names_in, rebuilt, tidy
from symconv.derivations.setting import Line, Setting
from symconv.derivations.simplifying import collected, counted_products, numbers, single_terms, written
from symconv.kernel.formulas import (
    Axis,
    Call,
    Compare,
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    When,
    fresh,
    substitute,
    with_atom,
)
from symconv.kernel.polynomials import ONE, PI, ZERO, Atom, Exp, Floor, I, Inverse, Poly, divided, extremum, inverse
from symconv.kernel.terms import TableAtom
from symconv.latex.layout import Reason

Bound: TypeAlias = tuple[str, Poly, Poly]
Idea: TypeAlias = Callable[[Formula, Setting], Iterator[tuple[Line, ...]]]

_ROUNDS = 8
_POWERS = 6
_CASES = 3
_LISTED = 4
_ROW_MAJOR = "row-major index"
#: A line of more terms than this is left out where the next one is shorter.
_LONG = 16


def settled(formula: Formula, setting: Setting) -> Iterator[Line]:
    """The lines that the ideas lead to, one after the other, until none of them helps."""
    seen = {canonical(formula)}
    for _ in range(_ROUNDS):
        lines = () if setting.late else _next(formula, setting)
        if not lines or canonical(lines[-1].formula) in seen:
            return
        yield from lines
        formula = lines[-1].formula
        seen.add(canonical(formula))


def _next(formula: Formula, setting: Setting) -> tuple[Line, ...]:
    for idea in _IDEAS:
        for lines in idea(formula, setting):
            told = [Line(formula), *lines]
            changed = any(canonical(a.formula) != canonical(b.formula) for a, b in pairwise(told))
            if changed and all(setting.holds(a.formula, b.formula) for a, b in pairwise(told)):
                return lines
    return ()


# Quotients


def _quotients(formula: Formula) -> list[Floor]:
    found: dict[Floor, None] = {}

    def note(poly: Poly) -> Poly:
        found.update(dict.fromkeys(a for m in poly.terms for a in m if isinstance(a, Floor)))
        return poly

    mapped(formula, note)
    return list(found)


def _with_atom(formula: Formula, atom: Atom, new: Poly) -> Formula:
    return tidy(mapped(formula, lambda poly: with_atom(poly, atom, new)))


def _known_quotients(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """⌊m/n⌋ where the ranges say which number it is."""
    for atom in _quotients(formula):
        for value in (0, 1, -1):
            told = setting.printing.named(Poly.atom(atom) - value, formula)
            yield (Line(_with_atom(formula, atom, Poly.of(value)), told),)


def _quotient_cases(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A formula with ⌊m/d⌋, m running over two or three times d, as one for each value."""
    for atom in _quotients(formula):
        found = [(n, size) for n, size in setting.ranges.sizes.items() if atom.numerator == Poly.name(n)]
        count = divided(found[0][1], atom.divisor)[0].integer if found else None
        if not found or count is None or not 1 < count <= _CASES or found[0][1] != atom.divisor * count:
            continue
        m, made = atom.numerator, []
        for k in range(count):
            guards = [Compare(m - atom.divisor * k, ">=")] * (k > 0)
            guards += [Compare(atom.divisor * (k + 1) - 1 - m, ">=")] * (k + 1 < count)
            part = _with_atom(formula, atom, Poly.of(k))
            made += [replace(p, guards=(*guards, *p.guards)) for p in terms_of(part)]
        cases = setting.printing.cases(Poly.atom(atom), count, formula)
        yield (Line(sum_of(made), cases, Reason("put the cases together")),)


def _digits_split(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The sum over u as one over ⌊u/d⌋ and one over u mod d."""
    for atom in _quotients(formula):
        d = atom.divisor
        terms = terms_of(formula)
        names = {n for p in terms for n, _, _ in p.bound}
        if len(atom.numerator.terms) != 1 or not atom.numerator.names <= names:
            continue
        (name,) = atom.numerator.names
        found = [(lo, hi) for p in terms for n, lo, hi in p.bound if n == name]
        if any(lo != ZERO or divided(hi, d)[1] != ZERO for lo, hi in found):
            return
        quotient, rest = fresh(name), fresh("v" if d.integer is None else "r")
        value = Poly.name(quotient) * d + Poly.name(rest)
        made = []
        for p in terms:
            inner = tidy(substitute(_with_atom(replace(p, bound=()).formula, atom, Poly.name(quotient)), {name: value}))
            bound = [
                b
                for n, lo, hi in p.bound
                for b in (((quotient, ZERO, divided(hi, d)[0]), (rest, ZERO, d)) if n == name else ((n, lo, hi),))
            ]
            made += [replace(q, bound=(*bound, *q.bound)) for q in products(inner)]
        if d.integer is not None:
            yield (Line(sum_of(made), Reason("split the range", f"{d} at a time"), Reason("join the ranges")),)
        else:
            there = substitution([(name, value)], formula, sum_of(made), setting)
            yield (Line(sum_of(made), replace(there, detail=_ROW_MAJOR), Reason("join the ranges", _ROW_MAJOR)),)


def _digits_joined(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The sums over u and v of what depends on u·d + v only, as one sum."""
    made, told = [], ""
    for p in terms_of(formula):
        found = next(((q, v) for u, v in permutations(p.bound, 2) if (q := _joined(p, u, v)) is not None), None)
        made.append(found[0] if found else p)
        if found:
            size = found[1][2].integer
            told = _ROW_MAJOR if size is None else f"{size} at a time"
    if told:
        yield (Line(sum_of(made), Reason("join the ranges", told), Reason("split the range", told)),)


def _joined(p: Product, outer: Bound, inner: Bound) -> Product | None:
    if outer[1] != ZERO or inner[1] != ZERO or {outer[0], inner[0]} & (inner[2].names | outer[2].names):
        return None
    if any(outer[0] in part.names and inner[0] in part.names for part in _parts(p)):
        name = fresh(inner[0])
        changed = p.substitute({inner[0]: Poly.name(name) - Poly.name(outer[0]) * inner[2]})
        bound = tuple((name, ZERO, outer[2] * inner[2]) if b == inner else b for b in p.bound if b != outer)
        changed = replace(changed, bound=bound)
        if all(outer[0] not in part.names for part in _parts(changed)) and outer[0] not in changed.coefficient.names:
            return changed
    return None


def _parts(p: Product) -> Iterator[Poly]:
    """Every position that a term reads, and the ends of its sums."""
    for factor in p.factors:
        read = factor.body if isinstance(factor, Conj) else factor
        if isinstance(read, Read):
            for i in read.index:
                yield from i if isinstance(i, tuple) else (i,)
    for _, lower, upper in p.bound:
        yield from (lower, upper)


def _remainders(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """x[k mod n] as x[k] + x[k+n] + x[k-n], of which all but one are outside."""
    for atom in _quotients(formula):
        divisor = atom.divisor

        def spread(part: Formula, atom: Floor = atom, divisor: Poly = divisor) -> Formula:
            match part:
                case Read(array, (Poly() as place,)) if place.coefficient(atom) or _times(place, atom, divisor):
                    return Plus(tuple(Read(array, (with_atom(place, atom, Poly.of(k)),)) for k in (0, -1, 1)))
            return rebuilt(part, spread)

        told = setting.printing.remainder(atom.numerator, divisor, formula)
        yield (Line(tidy(spread(formula)), told),)


def _times(place: Poly, atom: Floor, divisor: Poly) -> bool:
    return not any(atom in m for m in (place + Poly.atom(atom) * divisor).terms)


# Terms that are zero


def _without_zeros(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Terms that read outside an array only are dropped, and brackets that say nothing new."""
    terms = terms_of(formula)
    suspicious = [p for p in terms if p.guards or any(outside(p, setting.ranges))]
    if not suspicious:
        return
    made, left_out = [], dict[object, None]()
    for p in terms:
        if p not in suspicious or setting.late:
            made.append(p)
            continue
        reads = dict.fromkeys(outside(p, setting.ranges))
        if setting.holds(p.formula, Scalar(ZERO)):
            left_out.update(reads)
            continue
        if p.guards and setting.holds(p.formula, replace(p, guards=()).formula):
            left_out.update(reads)
            p = replace(p, guards=())
        made.append(p)
    if made != terms:
        reason = setting.printing.zero_outside(Reason(""), list(left_out))
        yield (Line(sum_of(made), reason if left_out else Reason("leave out what is zero")),)


def _covered(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """[P]·X + [Q]·X as X where one of P and Q always holds."""

    def inside(part: Formula) -> Formula:
        part = rebuilt(part, inside)
        if isinstance(part, Plus) and all(isinstance(t, When) for t in part.terms):
            bodies = {canonical(t.body) for t in part.terms if isinstance(t, When)}
            return part.terms[0].body if len(bodies) == 1 else part  # type: ignore[union-attr]
        return part

    yield (Line(tidy(inside(formula)), Reason("put the cases together"), Reason("distinguish the cases")),)


# Sums in closed form


def _roots_of_unity(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u e^{2πi·d·u/n} over a whole period is n where n divides d, else 0."""
    terms = terms_of(formula)
    made: list[Product] = []
    told: Reason | None = None
    for p in terms:
        found = next((f for name, lo, hi in p.bound if lo == ZERO and (f := _turns(p, name, hi))), None)
        if found is None:
            made.append(p)
            continue
        name, period, distance, rest = found
        told = told or setting.printing.roots(name, period, distance, p.formula)
        for k in (0, 1, -1):
            guard = Compare(distance - period * k, "==")
            bound = tuple(b for b in p.bound if b[0] != name)
            q = replace(p, coefficient=_multiplied(rest, period), bound=bound, guards=(*p.guards, guard))
            if not setting.holds(q.formula, Scalar(ZERO)):
                made.append(q)
    if told is not None:
        yield (Line(sum_of(made), told),)


def _turns(p: Product, name: str, period: Poly) -> tuple[str, Poly, Poly, Poly] | None:
    """The name, the period, d with e^{2πi·d·name/period} as the only place of the name, and the rest."""
    if len(p.coefficient.terms) != 1 or any(name in names_in(f) for f in p.factors):
        return None
    if any(name in g.poly.names for g in p.guards) or any(name in (a.names | b.names) for _, a, b in p.bound):
        return None
    ((monomial, _),) = p.coefficient.terms.items()
    exponent = next((a.exponent for a in monomial if isinstance(a, Exp)), None)
    if exponent is None or name not in exponent.names:
        return None
    at = [exponent.substitute({name: Poly.of(i)}) for i in range(3)]
    if at[2] - at[1] != at[1] - at[0]:
        return None
    distance = _multiplied(at[1] - at[0], period) * inverse(PI * 2) * -I
    if not distance.is_affine or any(not isinstance(c, int) for c in distance.terms.values()):
        return None
    if all(c < 0 for c in distance.terms.values()):
        distance = -distance
    return name, period, distance, p.coefficient.substitute({name: ZERO})


def _multiplied(poly: Poly, factor: Poly) -> Poly:
    """poly · factor, with 1/factor · factor as 1."""
    (monomial, _), *more = inverse(factor).terms.items()
    one = next((a for a in monomial if isinstance(a, Inverse)), None)
    if more or len(monomial) != 1 or one is None or any(one not in m for m in poly.terms):
        return poly * factor
    return with_atom(poly, one, ONE)


def _counts(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_u of 1 over the range that brackets leave is the length of the range."""
    terms = terms_of(formula)
    made, told = [], False
    for p in terms:
        q = _counted_range(p)
        told |= q is not p
        made.append(q)
    if told:
        yield (Line(sum_of(made), Reason("count the terms")),)


def _counted_range(p: Product) -> Product:
    for name, lower, upper in p.bound:
        if name in p.coefficient.names or any(name in names_in(f) for f in p.factors):
            continue
        own = [g for g in p.guards if name in g.poly.names]
        if not own or any(g.relation != ">=" or g.poly.coefficient(name) not in (1, -1) for g in own):
            continue
        lowers = [lower, *(Poly.name(name) - g.poly for g in own if g.poly.coefficient(name) == 1)]
        uppers = [upper, *(g.poly + Poly.name(name) + 1 for g in own if g.poly.coefficient(name) == -1)]
        length = extremum("min", uppers) - extremum("max", lowers)
        rest = tuple(g for g in p.guards if g not in own)
        bound = tuple(b for b in p.bound if b[0] != name)
        return replace(p, coefficient=p.coefficient * length, bound=bound, guards=rest)
    return p


def _power_sums(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ of a polynomial in its index, in closed form."""
    made, told = [], False
    for p in terms_of(formula):
        while p.bound and not p.factors and not p.guards and (value := _power_sum(p)) is not None:
            p, told = replace(p, coefficient=value, bound=p.bound[:-1]), True
        made.append(p)
    if told:
        yield (Line(sum_of(made), Reason("sums of powers in closed form")),)


def _power_sum(p: Product) -> Poly | None:
    name, lower, upper = p.bound[-1]
    total = ZERO
    for monomial, c in p.coefficient.terms.items():
        power = monomial.count(name)
        rest = Poly({tuple(a for a in monomial if a != name): c})
        if name in rest.names or power > _POWERS:
            return None
        total = total + rest * (_faulhaber(power, upper) - _faulhaber(power, lower))
    return total


def _faulhaber(power: int, upper: Poly) -> Poly:
    """Σ u^power over 0 ≤ u < upper.

    >>> print(_faulhaber(1, Poly.name("n")))
    1/2*n*n - 1/2*n
    """
    total = upper ** (power + 1)
    for k in range(power):
        total = total - _faulhaber(k, upper) * comb(power + 1, k)
    return total * Fraction(1, power + 1)


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
    rules = [Reason("distribute"), *(Reason("count the terms") for _ in stages[2:])]
    rules.append(Reason("collect equal terms" if kept else "equal terms cancel"))
    if len(terms) > _LONG and len(kept) < len(terms):
        yield Line(sum_of(kept), Reason(f"multiply out; {rules[-1].rule}"))
        return
    before = formula
    for made, reason in zip(stages, rules, strict=True):
        new = sum_of(made)
        if canonical(new) != canonical(tidy(before)):
            yield Line(new, reason, Reason("factor out") if reason.rule == "distribute" else None)
            before = new


def _inside_calls(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The same for what a function is applied to."""

    def inside(part: Formula) -> Formula:
        if isinstance(part, Call) and (terms := terms_of(part.body)):
            return Call(part.function, sum_of(collected(terms)))
        return rebuilt(part, inside)

    yield (Line(inside(formula), Reason("collect equal terms")),)


def _written_out(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Sums over a few numbers term by term, with the numbers of literal arrays."""
    if few_terms(formula, MOST_TERMS):
        new = tidy(numbers(written(formula)))
        yield (Line(new, Reason("write the sum out"), Reason("write as a sum")),)


def _small_tables(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A literal array of a few numbers, read at a symbolic place, as its numbers each at its place."""
    yield (Line(tidy(_listed(formula)), Reason("write the literal array out"), Reason("write as a literal array")),)


def _listed(formula: Formula) -> Formula:
    match formula:
        case Read(array, index) if isinstance(array.leaf, TableAtom) and len(array.leaf.values) <= _LISTED:
            terms = []
            for k, value in enumerate(array.leaf.values):
                at = [a.parts(i) for a, i in zip(array.axes, Axis.of(*array.leaf.shape).parts(k), strict=True)]
                places = [a.parts(i) for a, i in zip(array.axes, index, strict=True)]
                guards = [
                    Compare(p - q, "==") for ps, qs in zip(places, at, strict=True) for p, q in zip(ps, qs, strict=True)
                ]
                terms.append(When(tuple(guards), Scalar(value)))
            return Plus(tuple(terms))
    return rebuilt(formula, _listed)


def _single(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    for guarded in (False, True):
        new, told, named = single_terms(formula, guarded)
        if told:
            yield (Line(new, setting.printing.single(told, setting.printing.renamed(named))),)


_IDEAS: tuple[Idea, ...] = (
    entries_given, sums_given, tensors_given, _known_quotients, _quotient_cases, _digits_split,
    _digits_joined, _remainders, _without_zeros, _covered, _roots_of_unity, _single, _counts, _gathered, _power_sums,
    _written_out, _small_tables,
)  # fmt: skip

__all__ = ["collecting", "settled"]
