"""Ideas from hypotheses on entries and on sums of entries: what is given is put in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO, Poly, inverse
from symconv.derivations.matching import Product, equations, head, products, solution, sum_of, terms_of
from symconv.derivations.ranges import substitution
from symconv.derivations.reasons import outside
from symconv.derivations.setting import Known, Line, Setting
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.unfolding import plainly, tidy
from symconv.formulas.axis import digits
from symconv.formulas.language import Conj, Formula, Read, Scalar, fresh_index, plus, times
from symconv.formulas.walking import free_names, parts, polys, rebuilt, substitute

Shifted: TypeAlias = tuple[Product, dict[str, Poly], tuple[TensorExpr, ...]]


def entries_given(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """K[0,0] = 0 put in."""
    for known in setting.hypotheses:
        if known.entry is not None:
            old, new = known.entry
            yield (Line(tidy(_replaced(formula, old, new)), known.reason),)


def _replaced(formula: Formula, old: Formula, new: Formula) -> Formula:
    return new if formula == old else rebuilt(formula, lambda part: _replaced(part, old, new))


def tensors_given(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """A tensor that is 0 put in, and conj(z) where it is said to be another entry of z."""
    for known in setting.hypotheses:
        if known.equation is not None and isinstance(known.equation.left, Tensor):
            yield (Line(tidy(_plainer(formula, known.equation.left, known.equation.right)), known.reason),)


def _plainer(formula: Formula, tensor: Tensor, value: TensorExpr) -> Formula:
    match formula:
        case Read(array, index) if array == tensor:
            entry = plainly(Read(value, index))
            return entry if entry == Scalar(ZERO) else formula
        case Conj(Read(array, index)) if array == tensor:
            entry = tidy(Conj(plainly(Read(value, index))))
            return entry if isinstance(entry, Read) or entry == Scalar(ZERO) else formula
    return rebuilt(formula, lambda part: _plainer(part, tensor, value))


@dataclass(frozen=True)
class _Given:
    """A sum of products of entries and its value, at every value of the free names."""

    term: Product
    value: Formula
    free: tuple[str, ...]


def sums_given(formula: Formula, setting: Setting) -> Iterator[tuple[Line, ...]]:
    """Σ_v K[v] = 1 put in, where it stands by itself or does so after its index is shifted away from the others."""
    known = [(k, given) for k in setting.hypotheses if (given := _given(k)) is not None]
    terms = terms_of(formula) if known else []
    for hypothesis, given in known:
        replaced = [_applied(p, given) for p in terms]
        if any(replaced):
            new = [new or p.formula for new, p in zip(replaced, terms, strict=True)]
            yield (Line(tidy(plus(*new)) if new else Scalar(ZERO), hypothesis.reason),)
        apart = [shifted_apart(p, [head(f) for f in given.term.factors]) for p in terms]
        moved = [p for p, _, _ in apart]
        replaced = [_applied(p, given) for p in moved]
        if any(told for _, told, _ in apart) and any(replaced):
            new = [new or p.formula for new, p in zip(replaced, moved, strict=True)]
            yield moved_apart(formula, apart), Line(tidy(plus(*new)), hypothesis.reason)


def _given(known: Known) -> _Given | None:
    """What a hypothesis says of a sum; None where it says something else."""
    h = known.equation
    if h is None or isinstance(h.left, Tensor) or not isinstance(h.right, TensorExpr):
        return None
    names, at = fresh_index(h.left.axes, "i")
    left = products(plainly(Read(h.left, at)))
    if len(left) != 1 or not left[0].bound or left[0].guards or len(left[0].coefficient.terms) != 1:
        return None
    value = plainly(Read(h.right, at if h.right.axes else ()))
    return _Given(left[0], value, names)


def _applied(p: Product, given: _Given) -> Formula | None:
    """The term with the given sum replaced by its value; None where the sum does not stand in it."""
    q = given.term
    if len(p.factors) < len(q.factors) or len(p.bound) < len(q.bound):
        return None
    unknown = [*q.indices, *given.free]
    for chosen in permutations(range(len(p.factors)), len(q.factors)):
        pairs = [(f, p.factors[k]) for f, k in zip(q.factors, chosen, strict=True)]
        if any(head(a) != head(b) for a, b in pairs):
            continue
        values = solution([e for a, b in pairs for e in equations(a, b)], unknown, ())
        if values is None or any(tidy(substitute(a, values)) != b for a, b in pairs):
            continue
        rest = replace(p, factors=tuple(f for k, f in enumerate(p.factors) if k not in chosen))
        without = _without_sum(rest, q, values)
        if without is not None:
            value = substitute(given.value, {n: values[n] for n in given.free})
            scaled = replace(without, coefficient=without.coefficient * inverse(q.coefficient))
            if free_names(value).isdisjoint(without.indices):
                return times(scaled.formula, value)
            return replace(scaled, factors=(*scaled.factors, value)).formula
    return None


def _without_sum(rest: Product, q: Product, values: dict[str, Poly]) -> Product | None:
    """What is left of a term without the sums of the given one; None where something else depends on their names."""
    names = set()
    for name, lower, upper in q.bound:
        bound_name = next(iter(values[name].names), "")
        ends = lower.substitute(values), upper.substitute(values)
        if values[name] != Poly.name(bound_name) or bound_name in names or (bound_name, *ends) not in rest.bound:
            return None
        names.add(bound_name)
    left = replace(rest, bound=tuple(b for b in rest.bound if b[0] not in names))
    used = free_names(left.formula).union(*(v.names for k, v in values.items() if k not in q.indices))
    return left if names.isdisjoint(used) else None


def moved_apart(formula: Formula, apart: Sequence[Shifted]) -> Line:
    """The line after a formula whose terms are shifted apart."""
    moved = sum_of([p for p, _, _ in apart])
    reason = substitution([shift for _, shifts, _ in apart for shift in shifts.items()], formula, moved)
    return Line(moved, replace(reason, remark=outside(a for _, _, arrays in apart for a in arrays)))


def shifted_apart(p: Product, heads: Sequence[Hashable]) -> Shifted:
    """The term with its sums shifted so that the indices of what has these heads occur nowhere else.

    Also the shifts, and the arrays whose indices they are.
    """
    held = {n for f in p.factors if head(f) in heads for part in parts(f) for poly in polys(part) for n in poly.names}
    told: dict[str, Poly] = {}
    arrays: list[TensorExpr] = []
    for factor in p.factors:
        if head(factor) in heads or not isinstance(factor, Read):
            continue
        for part, size in digits(factor.array.axes, factor.index):
            name = _shifted(part, held, p)
            if name is not None:
                value = Poly.name(name) - (part - Poly.name(name))
                bound = tuple((n, ZERO, size) if n == name else (n, a, b) for n, a, b in p.bound)
                p = replace(p.substitute({name: value}), bound=bound)
                told[name] = value
                arrays.append(factor.array)  # type: ignore[arg-type]
    return p, told, tuple(arrays)


def _shifted(part: Poly, held: set[str], p: Product) -> str | None:
    """The bound name whose shift takes the names that are held out of an index."""
    if part.names.isdisjoint(held):
        return None
    free: Sequence[str] = [n for n in p.indices if n not in held and part.coefficient(n) == 1]
    return next((n for n in free if n not in (part - Poly.name(n)).names), None)


__all__ = ["entries_given", "moved_apart", "shifted_apart", "sums_given", "tensors_given"]
