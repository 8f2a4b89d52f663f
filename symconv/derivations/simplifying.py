"""Steps inside one formula: writing sums out, dropping terms that are zero, collecting equal ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import and_
from typing import TypeAlias

from symconv.algebra.polynomials import ONE, ZERO, Atom, Extremum, Poly, extremum
from symconv.algebra.solving import isolated
from symconv.derivations.matching import Product, canonical, few_terms, matches, products, refreshed
from symconv.derivations.reasons import Reason, Rule, only_terms
from symconv.derivations.setting import Line
from symconv.expressions.unfolding import Ranges, numbers, tidy, written
from symconv.formulas.conditions import Compare, in_range
from symconv.formulas.language import Formula, Plus, Read, Scalar, Sum, Times, When, plus, times
from symconv.formulas.walking import arrays, free_names, mapped, parts, polys, rebuilt
from symconv.kernel.terms import TableAtom
from symconv.limits import MANY_TERMS, MAX_SPELLED_TERMS

Verify: TypeAlias = Callable[[Formula, Formula], bool]


def without_zeros(formula: Formula, ranges: Ranges, equal: Verify) -> Formula:
    """The formula without terms that read outside an array for certain, where a definition has three terms or more."""
    shorter = _kept(formula, lambda part: part, ranges, equal)
    return formula if shorter == formula or not equal(formula, shorter) else shorter


def _kept(part: Formula, whole: Callable[[Formula], Formula], ranges: Ranges, equal: Verify) -> Formula:
    """What is left of a part; `whole` is the formula that has something else in its place."""

    def within(inner: Formula, around: Callable[[Formula], Formula], inner_ranges: Ranges) -> Formula:
        return around(_kept(inner, lambda new: whole(around(new)), inner_ranges, equal))

    match part:
        case Sum(name, lower, upper, body):
            return within(body, partial(Sum, name, lower, upper), ranges.with_name(name, lower, upper))
        case When(conditions, body):
            return within(body, partial(When, conditions), ranges)
        case Times(factors):
            product: Formula = part
            for k in range(len(factors)):
                assert isinstance(product, Times)
                product = within(product.factors[k], partial(_with_factor, product.factors, k), ranges)
            return times(*product.factors) if isinstance(product, Times) else product
        case Plus(terms) if len(terms) >= MANY_TERMS:
            left = [t for t in terms if not (_may_vanish(t, ranges) and equal(whole(t), Scalar(ZERO)))]
            left = [_kept(t, whole, ranges, equal) for t in left]
            return plus(*left) if left else Scalar(ZERO)
    return part


def without_sure_conditions(formula: Formula, ranges: Ranges, equal: Verify) -> Formula:
    """The formula without conditions on sizes that always hold."""
    inside = list(parts(formula))
    indices = ranges.sizes.keys() | {part.name for part in inside if isinstance(part, Sum)}
    stated = dict.fromkeys(c for part in inside if isinstance(part, When) for c in part.conditions)
    on_sizes = [c for c in stated if indices.isdisjoint(c.poly.names)]
    return _without(formula, {c for c in on_sizes if equal(When((c,), Scalar(ONE)), Scalar(ONE))})


def _without(formula: Formula, sure: Collection[Compare]) -> Formula:
    inner = rebuilt(formula, partial(_without, sure=sure)) if sure else formula
    match inner:
        case When(conditions, body):
            kept = tuple(c for c in conditions if c not in sure)
            return When(kept, body) if kept else body
    return inner


def _with_factor(factors: tuple[Formula, ...], k: int, new: Formula) -> Formula:
    return Times((*factors[:k], new, *factors[k + 1 :]))


def _may_vanish(term: Formula, ranges: Ranges) -> bool:
    match term:
        case Read(array, index):
            return not ranges.contain(array, index)  # type: ignore[arg-type]
        case Times(factors):
            return any(_may_vanish(f, ranges) for f in factors)
    return isinstance(term, When)


def decided(formula: Formula) -> Iterator[Formula]:
    """The formula with one of its `min` and `max` as one of the numbers that it is taken of."""
    extrema = (a for part in parts(formula) for poly in polys(part) for a in poly.atoms if isinstance(a, Extremum))
    for atom in dict.fromkeys(extrema):
        for value in atom.args:
            with suppress(ZeroDivisionError):  # of an index along an axis of that size
                yield mapped(formula, partial(_with_value, atom, value))


def _with_value(atom: Extremum, value: Poly, poly: Poly) -> Poly:
    return poly.with_atom(atom, value)


def spelled(formula: Formula) -> Formula:
    """The formula with the entries of literal arrays as numbers, where few terms come of it; else as it is."""
    if not _has_tables(formula) or not few_terms(formula, MAX_SPELLED_TERMS):
        return formula
    numeric = tidy(numbers(written(formula)))
    return formula if _has_tables(numeric) else numeric


def _has_tables(formula: Formula) -> bool:
    return any(isinstance(a.leaf, TableAtom) for a in arrays(formula))


@dataclass(frozen=True)
class SingleTerms:
    """A formula without sums of which only one term is not zero, which terms these are, and the sums themselves."""

    before: Formula
    formula: Formula
    terms: tuple[Mapping[str, Poly], ...]
    sums: Formula

    @property
    def lines(self) -> Iterator[Line]:
        """What follows: the sums apart, where they have several terms that are told, then the terms."""
        if len(self.terms) > 1 and canonical(self.sums) != canonical(self.before):
            yield Line(self.sums, Reason(Rule.DISTRIBUTE))
        is_whole = not any(isinstance(part, Sum) for part in parts(self.formula))
        yield Line(self.formula, only_terms(self.terms, self.sums, is_whole))


def single_terms(formula: Formula) -> Iterator[SingleTerms]:
    """What sums may come to of which only one term is not zero, the simplest first; nothing where there are none.

    The term is in its sum's range; or it is where those of the other sums are in theirs; or a bracket says that it is.
    """
    factored = products(formula)
    sums = tidy(plus(*(p.formula for p in factored)))
    for guarded, kept in ((False, True), (True, False), (True, True)):
        told: list[dict[str, Poly]] = [{} for _ in factored]
        single = []
        for p, at in zip(factored, told, strict=True):
            q, added = _single(p, guarded, at)
            single.append(q if kept else replace(q, guards=tuple(g for g in q.guards if g not in added)))
        if not any(told):
            return
        values = tuple({n: v.substitute(at) for n, v in at.items()} for at in told if at)
        yield SingleTerms(formula, tidy(plus(*(p.formula for p in single))), values, sums)


def _single(
    product: Product, guarded: bool, told: dict[str, Poly], added: tuple[Compare, ...] = ()
) -> tuple[Product, tuple[Compare, ...]]:
    """The product without the sums whose index its guards determine, and the guards that say that it is in range."""
    for determined in (_equated, _divided):
        for name, lower, upper in product.bound:
            for value, rest in determined(product, name):
                if any(name in (low.names | high.names) for n, low, high in product.bound if n in value.names):
                    continue
                at = {name: value}
                told |= {known: v.substitute(at) for known, v in told.items()} | at
                ends = tuple(in_range(value, upper, lower)) if guarded else ()
                left = replace(product, guards=(*rest, *ends)).at(name, value)
                return _single(left, guarded, told, tuple(g.substitute(at) for g in (*added, *ends)))
    return product, added


def _equated(product: Product, name: str) -> Iterator[tuple[Poly, tuple[Compare, ...]]]:
    """What a guard says that an index equals, and the other guards."""
    for guard in product.guards:
        plain = Compare(_without_shared_names(guard.poly), guard.relation)
        if solved := plain.solved_for([name]):
            yield solved[1], tuple(g for g in product.guards if g != guard)


def _without_shared_names(poly: Poly) -> Poly:
    """u − m for d·u − d·m."""
    shared = reduce(and_, map(Counter, poly.terms)) if poly.terms else Counter[Atom]()
    return Poly({tuple((Counter(m) - shared).elements()): c for m, c in poly.terms.items()})


def _divided(product: Product, name: str) -> Iterator[tuple[Poly, tuple[Compare, ...]]]:
    """The only index u with d·u = e or 0 ≤ e − d·u < d, and the other guards."""
    for guard in product.guards:
        at = isolated(guard.poly, name)
        if at is None or not isinstance(at[0], int) or not at[1].names.isdisjoint(product.indices):
            continue
        d, e = abs(at[0]), at[1] if at[0] < 0 else -at[1]
        rest = tuple(g for g in product.guards if g != guard)
        if guard.relation == "==" and _is_whole(e):
            yield e // d, (*rest, Compare(e % d, "=="))
        ending = Compare(d - 1 - guard.poly, ">=")
        if guard.relation == ">=" and at[0] < 0 and ending in rest and _is_whole(e):
            yield e // d, tuple(g for g in rest if g != ending)


def _is_whole(poly: Poly) -> bool:
    return all(isinstance(c, int) for c in poly.terms.values())


def without_extrema(formula: Formula, equal: Verify) -> Formula:
    """The formula with each `min` and `max` as the number that it always is, as far as there is one."""
    shorter = next((other for other in decided(formula) if other != formula and equal(formula, other)), None)
    return formula if shorter is None else without_extrema(shorter, equal)


def counted(formula: Formula) -> Formula:
    """The formula with sums of equal terms as products."""
    match formula:
        case Sum(name, lower, upper, body):
            inner = counted(body)
            depends = name in free_names(inner)
            return Sum(name, lower, upper, inner) if depends else tidy(times(Scalar(upper - lower), inner))
        case Plus() | Times():
            return rebuilt(formula, counted)
    return formula


def counted_products(product: Product, guarded: bool = False) -> Product:
    """The term with sums over names that nothing depends on as numbers of terms.

    With `guarded`, only the guards depend on the name, and they leave a range.
    """
    for name, lower, upper in product.bound:
        rest = product.without(name)
        used = free_names(replace(rest, guards=()).formula)
        guards = {g: g.poly.coefficient(name) for g in product.guards if name in g.poly.names}
        if name in used or bool(guards) != guarded or any(g.relation != ">=" or abs(c) != 1 for g, c in guards.items()):
            continue
        lowers = [lower, *(Poly.name(name) - g.poly for g, c in guards.items() if c == 1)]
        uppers = [upper, *(g.poly + Poly.name(name) + 1 for g, c in guards.items() if c == -1)]
        length = extremum("min", uppers) - extremum("max", lowers)
        others = tuple(g for g in product.guards if g not in guards)
        counted = replace(rest, coefficient=product.coefficient * length, guards=others)
        return counted if guarded else counted_products(counted)
    return product


def collected(terms: Sequence[Product]) -> list[Product]:
    """The terms with equal ones added up, and those gone that cancel.

    >>> from symconv import Tensor
    >>> x = Read(Tensor("x", 3), (ONE,))
    >>> [str(p.coefficient) for p in collected(products(Plus((x, x))))]
    ['2']
    """
    kept: list[Product] = []
    places: dict[object, int] = {}
    for term in terms:
        if not term.bound and not term.guards:
            place = places.setdefault(frozenset(Counter(term.factors).items()), len(kept))
            if place < len(kept):
                kept[place] = replace(kept[place], coefficient=kept[place].coefficient + term.coefficient)
            else:
                kept.append(term)
            continue
        for i, other in enumerate(kept):
            if _equal(term, other):
                kept[i] = replace(other, coefficient=other.coefficient + term.coefficient)
                break
        else:
            kept.append(term)
    return [p for p in kept if p.coefficient]


def _equal(p: Product, q: Product) -> bool:
    bound = {*p.indices, *q.indices}
    if bound & (p.coefficient.names | q.coefficient.names):
        return False
    if set(p.guards) != set(q.guards) or any(not bound.isdisjoint(g.poly.names) for g in p.guards):
        return False
    plain = refreshed(replace(p, coefficient=ONE)), replace(q, coefficient=ONE)
    return any(m.complete and m.exact_ranges for m in matches(*plain))


def commuted(formula: Formula) -> Formula:
    """The formula with bound names by their order and terms and factors sorted."""
    return _sorted(canonical(formula))


def _sorted(formula: Formula) -> Formula:
    formula = rebuilt(formula, _sorted)
    match formula:
        case Plus(terms):
            return Plus(tuple(sorted(terms, key=str)))
        case Times(factors):
            return Times(tuple(sorted(factors, key=str)))
    return formula


__all__ = ["collected", "commuted", "counted", "counted_products", "decided", "single_terms", "spelled",
           "without_extrema", "without_sure_conditions", "without_zeros"]  # fmt: skip
