"""Matching the terms of two formulas: which substitution of bound names turns one into the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from symconv.algebra.polynomials import ONE, ZERO, Exp, Poly
from symconv.algebra.solving import isolated, solved_in_turn
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.unfolding import Ranges, halves, tidy
from symconv.formulas.conditions import Compare
from symconv.formulas.language import (
    Call,
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    fresh,
    plus,
    summed,
    times,
)
from symconv.formulas.walking import parts, polys, rebuilt, substitute
from symconv.limits import MAX_STEP_TERMS, check_time


@dataclass(frozen=True)
class Product:
    """One term of a multiplied-out formula: Σ over `bound` of coefficient · factors where the guards hold."""

    coefficient: Poly
    factors: tuple[Formula, ...] = ()
    bound: tuple[tuple[str, Poly, Poly], ...] = ()
    guards: tuple[Compare, ...] = ()

    @property
    def indices(self) -> list[str]:
        """The names that the sums bind."""
        return [name for name, _, _ in self.bound]

    @property
    def formula(self) -> Formula:
        """The product as a formula, a coefficient that the sums do not bind before them."""
        inside = not self.coefficient.names.isdisjoint(self.indices) or not self.factors
        body = times(*([Scalar(self.coefficient)] if inside else []), *self.factors)
        total = summed(self.bound, When(self.guards, body) if self.guards else body)
        return total if inside else times(Scalar(self.coefficient), total)

    def without(self, name: str) -> Product:
        """The product without the sum over a name."""
        return replace(self, bound=tuple(b for b in self.bound if b[0] != name))

    def at(self, name: str, value: Poly) -> Product:
        """The product without the sum over a name, at a value of it; the ranges of other sums follow."""
        values = {name: value}
        bound = ((n, a.substitute(values), b.substitute(values)) for n, a, b in self.bound if n != name)
        return replace(self.substitute(values), bound=tuple(bound))

    def substitute(self, values: Mapping[str, Poly]) -> Product:
        """The product with names replaced in its factors, coefficient and guards; `bound` stays."""
        return replace(
            self,
            coefficient=self.coefficient.substitute(values),
            factors=tuple(tidy(substitute(f, values)) for f in self.factors),
            guards=tuple(g.substitute(values) for g in self.guards),
        )


def products(formula: Formula) -> list[Product]:
    """The terms of a formula, multiplied out.

    >>> x = Tensor("x", 3)
    >>> a, b = Read(x, (ONE,)), Read(x, (ONE + 1,))
    >>> len(products(Times((Plus((a, b)), Plus((a, b))))))
    4
    """
    match formula:
        case Scalar(value):
            return [Product(value)] if value else []
        case Plus(terms):
            return [p for t in terms for p in products(t)]
        case Sum(name, lower, upper, body):
            return [replace(p, bound=((name, lower, upper), *p.bound)) for p in products(body)]
        case When(conditions, body):
            return [replace(p, guards=(*conditions, *p.guards)) for p in products(body)]
        case Times(factors):
            result = [Product(ONE)]
            for factor in factors:
                result = [_joined(p, q) for p in result for q in map(refreshed, products(factor))]
            return result
        case _:
            return [Product(ONE, (formula,))]


def sum_of(terms: Sequence[Product]) -> Formula:
    """The terms added up."""
    return tidy(plus(*(t.formula for t in terms))) if terms else Scalar(ZERO)


def terms_of(formula: Formula) -> list[Product]:
    """The terms, multiplied out; none where there are too many to go on with."""
    terms = products(formula) if few_terms(formula, MAX_STEP_TERMS) else []
    return terms if len(terms) <= MAX_STEP_TERMS else []


def few_terms(formula: Formula, most: int) -> bool:
    """Whether multiplying out, with sums over numbers written out, gives at most so many terms."""
    return _count(formula) <= most


def _count(formula: Formula) -> int:
    match formula:
        case Sum(_, lower, upper, body):
            size = (upper - lower).integer
            return (1 if size is None else size) * _count(body)
        case Plus(terms):
            return sum(map(_count, terms))
        case Times(factors):
            return prod(map(_count, factors))
        case When(_, body) | Conj(body) | Call(_, body):
            return _count(body)
    return 1


def refreshed(product: Product) -> Product:
    """The product with new bound names."""
    names = {name: fresh(name) for name in product.indices}
    values = {old: Poly.name(new) for old, new in names.items()}
    bound = tuple((names[n], a.substitute(values), b.substitute(values)) for n, a, b in product.bound)
    return replace(product.substitute(values), bound=bound)


def _joined(p: Product, q: Product) -> Product:
    return Product(p.coefficient * q.coefficient, p.factors + q.factors, p.bound + q.bound, p.guards + q.guards)


@dataclass(frozen=True)
class Match:
    """How one product becomes another: bound names by expressions, and the tensors still read elsewhere."""

    values: Mapping[str, Poly]
    differing: frozenset[Tensor]
    exact_ranges: bool
    sign: int = 1

    @property
    def complete(self) -> bool:
        """Whether all factors agree, and the sign."""
        return not self.differing and self.sign == 1


def matches(p: Product, q: Product, up_to_turns: bool = False) -> Iterator[Match]:
    """The substitutions of p's bound names that turn it into q, complete ones first.

    With `up_to_turns`, exponentials may differ in their exponents.
    """
    candidates = list(_candidates(p, q, up_to_turns))
    yield from (m for m in candidates if m.complete)
    yield from (m for m in candidates if not m.complete)


def _candidates(p: Product, q: Product, up_to_turns: bool) -> Iterator[Match]:
    if len(p.bound) != len(q.bound) or len(p.factors) != len(q.factors):
        return
    for pairing in pairings(p.factors, q.factors):
        check_time()
        if not pairing and p.factors:
            return
        systems = [pairing, *([pair] for pair in pairing)] if len(pairing) > 1 else [pairing]
        for chosen in systems:
            solved = solution([e for a, b in chosen for e in equations(a, b)], p.indices, q.indices)
            values = _exchanged(p, q) if solved is None else solved
            if values is None:
                continue
            changed = p.substitute(values)
            differ = _differing(changed, pairing, p)
            sign = _sign(changed.coefficient, q.coefficient, up_to_turns)
            if differ is not None and sign:
                yield Match(values, differ, _ranges_agree(p, q, values), sign)
                if not differ and sign == 1:
                    return


def _exchanged(p: Product, q: Product) -> dict[str, Poly] | None:
    """The bound names of one product as those of the other with the same ranges, where these are in another order."""
    ranges = {(lower, upper): name for name, lower, upper in p.bound}
    targets = {(lower, upper): name for name, lower, upper in q.bound}
    if len(p.bound) < 2 or len(ranges) < len(p.bound) or ranges.keys() != targets.keys():
        return None
    return {name: Poly.name(targets[ends]) for ends, name in ranges.items()}


def _sign(ours: Poly, theirs: Poly, up_to_turns: bool) -> int:
    """1 if the coefficients are equal, −1 if one is the other's negative, else 0."""
    if ours == theirs or (up_to_turns and _without_phases(ours) == _without_phases(theirs)):
        return 1
    return -1 if ours == -theirs else 0


def _without_phases(poly: Poly) -> list[object]:
    return [(tuple(a for a in m if not isinstance(a, Exp)), any(isinstance(a, Exp) for a in m), c)
            for m, c in poly.terms.items()]  # fmt: skip


def pairings(left: Sequence[Formula], right: Sequence[Formula]) -> Iterator[list[tuple[Formula, Formula]]]:
    """Ways to pair factors that read the same things."""
    if not left:
        yield []
        return
    first, *rest = left
    for i, other in enumerate(right):
        if head(first) == head(other):
            for pairing in pairings(rest, [*right[:i], *right[i + 1 :]]):
                yield [(first, other), *pairing]


def head(formula: Formula) -> Hashable:
    """What a factor reads, its place left out."""
    match formula:
        case Read(array, _) if isinstance(array, Tensor):
            return array
        case Read(array, _) if isinstance(array, Operation):
            return (array.operator.name, tuple(sorted(t.name for t in array.atoms(Tensor))))
        case Conj(body):
            return ("conj", head(body))
        case Call(function, _):
            return ("call", function)
    return type(formula).__name__


def equations(left: Formula, right: Formula) -> Iterator[Poly]:
    """What is 0 where two factors with the same head read the same place."""
    match left, right:
        case Read(a, i), Read(_, j):
            for axis, x, y in zip(a.axes, i, j, strict=False):
                parts = zip(axis.parts(x), axis.parts(y), strict=False)
                yield from (s - t for s, t in parts)
        case (Conj(a), Conj(b)) | (Call(_, a), Call(_, b)):
            yield from equations(a, b)


def solution(equations: Sequence[Poly], unknown: Sequence[str], targets: Sequence[str]) -> dict[str, Poly] | None:
    """The unknown names by solving the equations in turn; what they leave open takes the targets left, in order."""
    values = solved_in_turn(equations, unknown)
    used = {n for v in values.values() for n in v.names}
    free = [t for t in targets if t not in used]
    open_names = [n for n in unknown if n not in values]
    if len(open_names) > len(free):
        return None
    values.update(zip(open_names, map(Poly.name, free), strict=False))
    values = {k: v.substitute({n: values[n] for n in open_names}) for k, v in values.items()}
    values = {k: halves(v) for k, v in values.items()}
    return None if any(not v.names.isdisjoint(unknown) for v in values.values()) else values


def _differing(changed: Product, pairing: Sequence[tuple[Formula, Formula]], p: Product) -> frozenset[Tensor] | None:
    """The tensors that are read elsewhere than in the partner; None if anything else differs."""
    partner = {id(a): b for a, b in pairing}
    differing = set()
    for old, new in zip(p.factors, changed.factors, strict=True):
        other = partner[id(old)]
        match new, other:
            case _ if new == other:
                continue
            case Call(_, ours), Call(_, theirs) if _same_terms(ours, theirs):
                continue
            case (Read(Tensor() as array, _), Read(_, _)) | (Conj(Read(Tensor() as array, _)), Conj(_)):
                differing.add(array)
            case _:
                return None
    return frozenset(differing)


def _same_terms(left: Formula, right: Formula) -> bool:
    """Whether two sums have the same terms in some order."""
    ours, theirs = (Counter(canonical(p.formula) for p in products(side)) for side in (left, right))
    return ours == theirs


def _ranges_agree(p: Product, q: Product, values: Mapping[str, Poly]) -> bool:
    """Whether the substitution maps the box of one product's indices onto the other's."""
    ranges = {name: (lower, upper) for name, lower, upper in q.bound}
    for name, lower, upper in p.bound:
        value = values[name]
        targets = value.names & ranges.keys()
        match [isolated(value, target) for target in targets]:
            case [(1, offset)]:
                image = lower - offset, upper - offset
            case [(-1, offset)]:
                image = offset - upper + 1, offset - lower + 1
            case _:
                return False
        if image != ranges[next(iter(targets))]:
            return False
    return True


def canonical(formula: Formula) -> Formula:
    """The formula with bound names by their order, so that equal up to renaming is equal."""
    return _canonical(formula, 0)


def _canonical(formula: Formula, depth: int) -> Formula:
    if not isinstance(formula, Sum):
        return rebuilt(formula, lambda part: _canonical(part, depth))
    new = f"${depth}."
    body = substitute(formula.body, {formula.name: Poly.name(new)})
    return Sum(new, formula.lower, formula.upper, _canonical(body, depth + 1))


def numbers_apart(left: Formula, right: Formula) -> tuple[tuple[Poly, Poly], ...] | None:
    """The numbers in which two formulas differ, pair by pair; None where they differ in more."""
    ours, theirs = list(parts(left)), list(parts(right))
    if len(ours) != len(theirs):
        return None
    apart = []
    for a, b in zip(ours, theirs, strict=True):
        numbers = [*polys(a)], [*polys(b)]
        alike = type(a) is type(b) and len(numbers[0]) == len(numbers[1]) and _headed(a) == _headed(b)
        if not alike:
            return None
        apart += [(p, q) for p, q in zip(*numbers, strict=True) if p != q]
    return tuple(apart)


def _headed(formula: Formula) -> Hashable:
    """What a formula is, its numbers and parts left out."""
    match formula:
        case Read(Tensor() | Operation() as array, _):
            return array
        case Sum(name, _, _, _):
            return name
        case When(conditions, _):
            return tuple(c.relation for c in conditions)
        case Call(function, _):
            return function
    return None


def reads_outside(product: Product, ranges: Ranges) -> Iterator[TensorExpr]:
    """The arrays that a product may read outside their shapes."""
    for name, lower, upper in product.bound:
        ranges = ranges.with_name(name, lower, upper)
    for factor in product.factors:
        inner = factor.body if isinstance(factor, Conj) else factor
        if isinstance(inner, Read) and not ranges.contain(inner.array, inner.index):  # type: ignore[arg-type]
            yield inner.array  # type: ignore[misc]
