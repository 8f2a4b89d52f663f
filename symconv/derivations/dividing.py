"""Ideas for indices that are divided: quotients and remainders by the values or by the digits that they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO, Atom, Floor, Poly, divided
from symconv.derivations.matching import Product, products, sum_of, terms_of
from symconv.derivations.ranges import substitution
from symconv.derivations.reasons import Equation, Listed, Reason, Rule, Shown
from symconv.derivations.setting import Line, Setting
from symconv.expressions.unfolding import tidy
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Conj, Formula, Plus, Read, fresh
from symconv.formulas.walking import mapped, parts, polys, rebuilt, substitute
from symconv.limits import MAX_QUOTIENT_CASES

Bound: TypeAlias = tuple[str, Poly, Poly]

_ROW_MAJOR = Reason(Rule.ROW_MAJOR)


def _quotients(formula: Formula) -> list[Floor]:
    atoms = (a for part in parts(formula) for poly in polys(part) for a in poly.atoms)
    return list(dict.fromkeys(a for a in atoms if isinstance(a, Floor)))


def _with_atom(formula: Formula, atom: Atom, new: Poly) -> Formula:
    return tidy(mapped(formula, lambda poly: poly.with_atom(atom, new)))


def known_quotients(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """⌊m/n⌋ where the ranges say which number it is."""
    for atom in _quotients(formula):
        around = _has_remainder(formula, atom)
        for value in (0, 1, -1):
            rest = atom.numerator - atom.divisor * value
            left, right = (atom.numerator % atom.divisor, rest) if around else (Poly.atom(atom), Poly.of(value))
            told = Reason(Rule.IN_THIS_RANGE, (Equation(left, right, formula),))
            yield (Line(_with_atom(formula, atom, Poly.of(value)), told),)


def _has_remainder(formula: Formula, atom: Floor) -> bool:
    """Whether m − n·⌊m/n⌋ stands in the formula, which is printed as m mod n."""
    rest = atom.numerator % atom.divisor
    at = (poly for part in parts(formula) for poly in polys(part))
    return any(atom in poly.atoms and atom not in (poly - rest).atoms for poly in at)


def quotient_cases(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A formula with ⌊m/d⌋, m running over two or three times d, as one for each value."""
    for atom in _quotients(formula):
        size = next((size for n, size in setting.ranges.sizes.items() if atom.numerator == Poly.name(n)), ZERO)
        count = divided(size, atom.divisor)[0].integer
        if count is None or not 1 < count <= MAX_QUOTIENT_CASES or size != atom.divisor * count:
            continue
        m, by_case = atom.numerator, []
        for k in range(count):
            guards = [Compare(m - atom.divisor * k, ">=")] * (k > 0)
            guards += [Compare(atom.divisor * (k + 1) - 1 - m, ">=")] * (k + 1 < count)
            part = _with_atom(formula, atom, Poly.of(k))
            by_case += [replace(p, guards=(*guards, *p.guards)) for p in terms_of(part)]
        cases = Shown(Poly.atom(atom), formula, " ="), Listed(tuple(map(str, range(count))))
        yield (Line(sum_of(by_case), Reason(Rule.DISTINGUISH, cases), Reason(Rule.PUT_CASES_TOGETHER)),)


def digits_split(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The sum over u as one over ⌊u/d⌋ and one over u mod d."""
    for atom in _quotients(formula):
        d = atom.divisor
        terms = terms_of(formula)
        names = {n for p in terms for n in p.indices}
        if len(atom.numerator.terms) != 1 or not atom.numerator.names or not atom.numerator.names <= names:
            continue
        (name,) = atom.numerator.names
        ends = [(lo, hi) for p in terms for n, lo, hi in p.bound if n == name]
        if any(lo != ZERO or divided(hi, d)[1] != ZERO for lo, hi in ends):
            return
        quotient, rest = fresh(name), fresh("v" if d.integer is None else "r")
        value = Poly.name(quotient) * d + Poly.name(rest)
        split = []
        for p in terms:
            inner = tidy(substitute(_with_atom(replace(p, bound=()).formula, atom, Poly.name(quotient)), {name: value}))
            bound = [
                b
                for n, lo, hi in p.bound
                for b in (((quotient, ZERO, divided(hi, d)[0]), (rest, ZERO, d)) if n == name else ((n, lo, hi),))
            ]
            split += [replace(q, bound=(*bound, *q.bound)) for q in products(inner)]
        if d.integer is not None:
            there = Reason(Rule.SPLIT_THE_RANGE, remark=_at_a_time(d))
            yield (Line(sum_of(split), there, Reason(Rule.JOIN_THE_RANGES)),)
        else:
            there = replace(substitution([(name, value)], formula, sum_of(split)), remark=_ROW_MAJOR)
            yield (Line(sum_of(split), there, Reason(Rule.JOIN_THE_RANGES, remark=_ROW_MAJOR)),)


def _at_a_time(number: Poly) -> Reason:
    return Reason(Rule.AT_A_TIME, (str(number),))


def digits_joined(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """The sums over u and v of what depends on u·d + v only, as one sum."""
    joined, told = [], None
    for p in terms_of(formula):
        together = next(((q, v) for u, v in permutations(p.bound, 2) if (q := _joined(p, u, v)) is not None), None)
        joined.append(together[0] if together else p)
        if together:
            size = together[1][2]
            told = _ROW_MAJOR if size.integer is None else _at_a_time(size)
    if told is not None:
        yield (Line(sum_of(joined), Reason(Rule.JOIN_THE_RANGES, remark=told)),)


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
        yield from polys(factor.body if isinstance(factor, Conj) else factor)
    for _, lower, upper in p.bound:
        yield from (lower, upper)


def remainders(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """x[k mod n] as x[k] + x[k+n] + x[k-n], of which all but one are outside."""
    for atom in _quotients(formula):
        divisor = atom.divisor

        def spread(part: Formula, atom: Floor = atom, divisor: Poly = divisor) -> Formula:
            match part:
                case Read(array, (Poly() as place,)) if place.coefficient(atom) or _times(place, atom, divisor):
                    return Plus(tuple(Read(array, (place.with_atom(atom, Poly.of(k)),)) for k in (0, -1, 1)))
            return rebuilt(part, spread)

        k = atom.numerator
        told = Reason(Rule.REMAINDER, tuple(Shown(number, formula) for number in (k % divisor, k, divisor)))
        yield (Line(tidy(spread(formula)), told),)


def _times(place: Poly, atom: Floor, divisor: Poly) -> bool:
    return not any(atom in m for m in (place + Poly.atom(atom) * divisor).terms)


__all__ = ["digits_joined", "digits_split", "known_quotients", "quotient_cases", "remainders"]
