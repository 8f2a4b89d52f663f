"""Ideas for sums that are one sum a few places further: shifted, and taken from one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from symconv.algebra.polynomials import ZERO, Poly
from symconv.algebra.solving import isolated
from symconv.derivations.given import Shifted
from symconv.derivations.matching import Product, matches, refreshed, sum_of, terms_of
from symconv.derivations.ranges import substitution
from symconv.derivations.reasons import Reason, Rule, outside
from symconv.derivations.setting import Line, Setting
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.axis import digits
from symconv.formulas.language import Conj, Formula, Read, fresh
from symconv.limits import MAX_TELESCOPED


def telescoped(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ x[u+1] − Σ x[u] as its ends: what is added once and taken away once cancels."""
    terms = terms_of(formula)
    for p, q in permutations(terms, 2):
        if p.coefficient != -q.coefficient or len(p.bound) != 1 or len(q.bound) != 1 or p.guards or q.guards:
            continue
        match = next((m for m in matches(replace(p, coefficient=-p.coefficient), q) if m.complete), None)
        if match is None:
            continue
        ((name, lower, upper),), ((target, first, end),) = p.bound, q.bound
        solved = isolated(match.values[name], target)
        if solved is None or solved[0] != 1:
            continue
        offset = solved[1]
        moved = replace(p.substitute(match.values), bound=((target, lower - offset, upper - offset),))
        ends = [*_between(moved, lower - offset, first, target), *_between(moved, end, upper - offset, target)]
        if len(ends) > MAX_TELESCOPED or None in ends:
            continue
        others = [t for t in terms if t is not p and t is not q]
        left = sorted((e for e in ends if e is not None), key=lambda e: _is_negative(e.coefficient))
        kept = sum_of([*left, *others])
        told = Line(kept, Reason(Rule.TELESCOPE))
        if offset == ZERO:
            yield (told,)
        else:
            shown = refreshed(moved)
            line = sum_of([shown if t is p else t for t in terms])
            value = match.values[name].substitute({target: Poly.name(shown.indices[0])})
            yield Line(line, substitution([(name, value)], sum_of(terms), line)), told


def _is_negative(coefficient: Poly) -> bool:
    return all(isinstance(c, (int, Fraction)) and c < 0 for c in coefficient.terms.values())


def _between(p: Product, start: Poly, end: Poly, name: str) -> list[Product | None]:
    """The terms from one place to another, negative ones where the second comes first; [None] for too many."""
    count = (end - start).integer
    if count is None or abs(count) > MAX_TELESCOPED:
        return [None]
    low, sign = (start, 1) if count >= 0 else (end, -1)
    found = (p.at(name, low + k) for k in range(abs(count)))
    return [replace(q, coefficient=q.coefficient * sign) for q in found]


def aligned(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_v A[v-m]·B[v-m] as Σ_v A[v]·B[v] over the entries of A."""
    terms = terms_of(formula)
    kept: list[Shifted] = [(p, {}, ()) for p in terms]
    shifted = [_aligned(p) for p in terms]
    one_by_one = [[*kept[:k], each, *kept[k + 1 :]] for k, each in enumerate(shifted)] if len(terms) > 1 else []
    for moved in (shifted, *one_by_one):
        if any(values for _, values, _ in moved):
            line = sum_of([p for p, _, _ in moved])
            reason = substitution([item for _, values, _ in moved for item in values.items()], sum_of(terms), line)
            yield (Line(line, replace(reason, remark=outside(a for _, _, arrays in moved for a in arrays))),)


def _aligned(p: Product) -> Shifted:
    """The term with each index that only stands beside the same number by itself; the shifts, and what is read."""
    told: dict[str, Poly] = {}
    arrays: list[TensorExpr] = []
    for name, _, _ in p.bound:
        places = [
            (part, size, read.array)
            for f in p.factors
            if isinstance(read := f.body if isinstance(f, Conj) else f, Read)
            for part, size in digits(read.array.axes, read.index)
            if name in part.names
        ]
        elsewhere = name in p.coefficient.names or any(name in g.poly.names for g in p.guards)
        shifts = {part - Poly.name(name) for part, _, _ in places}
        if elsewhere or len(shifts) != 1 or ZERO in shifts or not next(iter(shifts)).names.isdisjoint(p.indices):
            continue
        (shift,), (_, size, array) = shifts, places[0]
        new = fresh(name)
        told[name] = Poly.name(new) - shift
        arrays.append(array)  # type: ignore[arg-type]
        bound = tuple((new, ZERO, size) if n == name else (n, a, b) for n, a, b in p.bound)
        p = replace(p.substitute({name: told[name]}), bound=bound)
    return p, told, tuple(arrays)


__all__ = ["aligned", "telescoped"]
