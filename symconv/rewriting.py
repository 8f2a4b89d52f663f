"""Rewriting index formulas for derivations: unfolding operators, tidying, and matching terms.

Nothing here proves anything. Every line that a derivation makes with these is proved equal to
its neighbour by the kernel afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr

from symconv.kernel.formulas import (
    Call,
    Compare,
    Conj,
    Formula,
    Index,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    fresh,
    plus,
    substitute,
    times,
)
from symconv.kernel.polynomials import ONE, ZERO, Floor, Poly
from symconv.kernel.terms import expand, is_real
from symconv.tensors import Operation, Tensor, TensorExpr

#: Operators that are only notation where an entry is read: unfolding them is not a step.
_NOTATION = frozenset("number add subtract multiply divide negative conj power call index index_sum".split())


@dataclass(frozen=True)
class Ranges:
    """Names that run from 0 to below a size, so that reading an axis of that size at them stays inside."""

    sizes: Mapping[str, Poly] = field(default_factory=dict)

    def with_name(self, name: str, lower: Poly, upper: Poly) -> Ranges:
        """The ranges inside a sum."""
        return Ranges({**self.sizes, name: upper}) if lower == ZERO else self

    def contain(self, array: TensorExpr, index: Sequence[Index]) -> bool:
        """Whether the index is inside the array for certain."""
        return all(self._inside(part, size) for part, size in digits(array, index))

    def _inside(self, part: Poly, size: Poly) -> bool:
        if part.integer is not None and part.integer == 0:
            return True
        return any(part == Poly.name(n) and size == s for n, s in self.sizes.items())


def tidy(formula: Formula, ranges: Ranges = Ranges()) -> Formula:
    """The formula as one would write it: mere notation unfolded, numbers collected, sums in front.

    >>> from symconv import sizes
    >>> x = Tensor("x", sizes("n"))
    >>> m = Poly.name("m")
    >>> tidy(Read(2 * x[1:], (m,))) == times(Scalar(Poly.of(2)), Read(x[1:], (m,)))
    True
    """
    match formula:
        case Read(array, index) if isinstance(array, Operation) and _is_notation(array, index, ranges):
            return tidy(array.entry(*index), ranges)
        case Sum(name, lower, upper, body):
            if (upper - lower) == ONE:
                return tidy(substitute(body, {name: lower}), ranges)
            inner = tidy(body, ranges.with_name(name, lower, upper))
            return Scalar(ZERO) if inner == Scalar(ZERO) else Sum(name, lower, upper, inner)
        case Plus(terms):
            flat = [t for term in terms for t in _terms(tidy(term, ranges))]
            kept = [t for t in flat if t != Scalar(ZERO)]
            return plus(*kept) if kept else Scalar(ZERO)
        case Times(factors):
            return _product([tidy(f, ranges) for f in factors])
        case When(conditions, body):
            return _guarded(conditions, tidy(body, ranges))
        case Conj(body):
            return _conjugate(tidy(body, ranges))
        case Call(function, body):
            return Call(function, tidy(body, ranges))
        case Read(array, index):
            return Read(array, tuple(tuple(map(_halves, i)) if isinstance(i, tuple) else _halves(i) for i in index))
        case _:
            return formula


def _halves(poly: Poly) -> Poly:
    """⌊(h+1)/2⌋ − h as −⌊h/2⌋."""
    for monomial, c in poly.terms.items():
        match monomial:
            case (Floor(numerator, divisor),) if divisor == 2:
                shorter = poly + (numerator - 1 - Poly({monomial: 1}) - (numerator - 1) // 2) * c
                if len(shorter.terms) < len(poly.terms):
                    return shorter
    return poly


def _terms(formula: Formula) -> tuple[Formula, ...]:
    return formula.terms if isinstance(formula, Plus) else (formula,)


def _product(factors: Sequence[Formula]) -> Formula:
    """A product with its numbers in front and its sums outside."""
    flat = [f for factor in factors for f in (factor.factors if isinstance(factor, Times) else (factor,))]
    number = ONE
    for f in flat:
        if isinstance(f, Scalar):
            number = number * f.value
    rest = [f for f in flat if not isinstance(f, Scalar)]
    if not number:
        return Scalar(ZERO)
    guards = tuple(c for f in rest if isinstance(f, When) for c in f.conditions)
    rest = [f.body if isinstance(f, When) else f for f in rest]
    if guards:
        return _guarded(guards, _product([Scalar(number), *rest]))
    sums = [f for f in rest if isinstance(f, Sum)]
    if not sums or len(rest) == 1:
        return times(Scalar(number), *rest)
    bound: list[tuple[str, Poly, Poly]] = []
    opened = []
    for f in rest:
        while isinstance(f, Sum):
            name = fresh(f.name) if len(sums) > 1 else f.name
            bound.append((name, f.lower, f.upper))
            f = substitute(f.body, {f.name: Poly.name(name)}) if name != f.name else f.body
        opened.append(f)
    return _summed(bound, _product([Scalar(number), *opened]))


def _summed(bound: Iterable[tuple[str, Poly, Poly]], body: Formula) -> Formula:
    for name, lower, upper in reversed([*bound]):
        body = Sum(name, lower, upper, body)
    return body


def _guarded(conditions: Iterable[Compare], body: Formula) -> Formula:
    kept = [c for c in conditions if not (c.poly.constant is not None and _holds(c))]
    if any(c.poly.constant is not None for c in kept) or body == Scalar(ZERO):
        return Scalar(ZERO)
    if isinstance(body, When):
        return When((*kept, *body.conditions), body.body)
    return When(tuple(kept), body) if kept else body


def _holds(condition: Compare) -> bool:
    value = condition.poly.constant
    assert value is not None
    return {">=": value >= 0, "==": value == 0, "!=": value != 0}[condition.relation]


def _conjugate(body: Formula) -> Formula:
    match body:
        case Scalar(value):
            return Scalar(value.conjugate())
        case Times(factors):
            return times(*map(_conjugate, factors))
        case Plus(terms):
            return Plus(tuple(map(_conjugate, terms)))
        case Sum(name, lower, upper, inner):
            return Sum(name, lower, upper, _conjugate(inner))
        case When(conditions, inner):
            return When(conditions, _conjugate(inner))
        case Conj(inner):
            return inner
    return body if is_real(expand(body)) else Conj(body)


def _is_notation(array: Operation, index: Sequence[Index], ranges: Ranges) -> bool:
    """Whether reading this entry of an operation is only a way to write its index formula."""
    name = array.operator.name
    if name not in _NOTATION or (name == "index" and not _plain_key(array)):
        return False
    return not index or ranges.contain(array, index) or _vanishes_outside(array)


def _plain_key(array: Operation) -> bool:
    """Whether indexing only fixes axes and keeps the others whole."""
    key = array.arguments["key"]
    items = key if isinstance(key, tuple) else (key,)
    whole = slice(None)
    return all(item == whole or item is Ellipsis or isinstance(item, (int, Expr)) for item in items if item is not None)


def _vanishes_outside(array: Any) -> bool:
    """Whether the index formula of an operation is 0 outside its shape, as reading it is."""
    match array:
        case Tensor():
            return True
        case Operation():
            full = [v for v in array.arguments.values() if isinstance(v, TensorExpr) and len(v.axes) == len(array.axes)]
            full = [v for v in full if all(a.digits == b.digits for a, b in zip(v.axes, array.axes, strict=True))]
            match array.operator.name:
                case "multiply":
                    return any(map(_vanishes_outside, full))
                case "add" | "subtract":
                    return len(full) == 2 and all(map(_vanishes_outside, full))
                case "negative" | "conj" | "divide" | "index_sum":
                    return bool(full) and _vanishes_outside(full[0])
                case "index":
                    return True
            return True
    return False


def digits(array: TensorExpr, index: Sequence[Index]) -> Iterator[tuple[Poly, Poly]]:
    """The digits of an index, each with the size it runs below."""
    for axis, i in zip(array.axes, index, strict=True):
        yield from zip(axis.parts(i), axis.digits, strict=True)


# Unfolding


def outermost(formula: Formula, atoms: frozenset[Any] = frozenset()) -> Iterator[Operation]:
    """The operations whose entries a formula reads, left to right; those in `atoms` stay folded."""
    match formula:
        case Read(array, _) if isinstance(array, Operation) and array.leaf is None and array not in atoms:
            yield array
        case Sum(_, _, _, body) | When(_, body) | Conj(body) | Call(_, body):
            yield from outermost(body, atoms)
        case Plus(parts) | Times(parts):
            for part in parts:
                yield from outermost(part, atoms)



def unfold(formula: Formula, names: frozenset[str], atoms: frozenset[Any], guards: Ranges | None = None) -> Formula:
    """The formula with the outermost operations of these operators replaced by their definitions.

    With `guards`, the new formula says that it is 0 outside the operation's shape, where the
    ranges do not say that the read is inside.
    """
    match formula:
        case Read(array, index) if isinstance(array, Operation) and array.leaf is None and array not in atoms:
            if array.operator.name not in names:
                return formula
            body = array.entry(*index)
            if guards is None or guards.contain(array, index):
                return body
            inside = ((Compare(p, ">="), Compare(d - 1 - p, ">=")) for p, d in digits(array, index))
            return When(tuple(c for pair in inside for c in pair), body)
        case Sum(name, lower, upper, body):
            inner = guards.with_name(name, lower, upper) if guards else None
            return Sum(name, lower, upper, unfold(body, names, atoms, inner))
        case Plus(terms):
            return Plus(tuple(unfold(t, names, atoms, guards) for t in terms))
        case Times(factors):
            return Times(tuple(unfold(f, names, atoms, guards) for f in factors))
        case When(conditions, body):
            return When(conditions, unfold(body, names, atoms, guards))
        case Conj(body):
            return Conj(unfold(body, names, atoms, guards))
        case Call(function, body):
            return Call(function, unfold(body, names, atoms, guards))
        case _:
            return formula


def unfolded(formula: Formula, ranges: Ranges, equal: Callable[[Formula, Formula], bool] | None = None) -> Formula:
    """The formula with every operation replaced by its definition, reads of tensors being left.

    Guards are left out where `equal` says that they make no difference.
    """
    formula = tidy(formula, ranges)
    while names := frozenset(array.operator.name for array in outermost(formula)):
        plain = tidy(unfold(formula, names, frozenset()), ranges)
        guarded = tidy(unfold(formula, names, frozenset(), ranges), ranges)
        formula = plain if plain == guarded or (equal is not None and equal(plain, guarded)) else guarded
    return formula


# Matching


@dataclass(frozen=True)
class Product:
    """One term of a multiplied-out formula: Σ over `bound` of coefficient · factors where the guards hold."""

    coefficient: Poly
    factors: tuple[Formula, ...] = ()
    bound: tuple[tuple[str, Poly, Poly], ...] = ()
    guards: tuple[Compare, ...] = ()

    @property
    def formula(self) -> Formula:
        """The product as a formula."""
        body = times(Scalar(self.coefficient), *self.factors)
        return _summed(self.bound, When(self.guards, body) if self.guards else body)

    def substitute(self, values: Mapping[str, Poly]) -> Product:
        """The product with names replaced in its factors, coefficient and guards; `bound` stays."""
        return replace(
            self,
            coefficient=self.coefficient.substitute(values),
            factors=tuple(tidy(substitute(f, values)) for f in self.factors),
            guards=tuple(Compare(g.poly.substitute(values), g.relation) for g in self.guards),
        )


def products(formula: Formula) -> list[Product]:
    """The terms of a formula, multiplied out.

    >>> x = Tensor("x", 3)
    >>> a, b = Read(x, (ZERO,)), Read(x, (ONE,))
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
                result = [_joined(p, q) for p in result for q in map(_fresh, products(factor))]
            return result
        case _:
            return [Product(ONE, (formula,))]


def _fresh(product: Product) -> Product:
    names = {name: fresh(name) for name, _, _ in product.bound}
    values = {old: Poly.name(new) for old, new in names.items()}
    bound = tuple((names[n], a.substitute(values), b.substitute(values)) for n, a, b in product.bound)
    return replace(product.substitute(values), bound=bound)


def _joined(p: Product, q: Product) -> Product:
    return Product(p.coefficient * q.coefficient, p.factors + q.factors, p.bound + q.bound, p.guards + q.guards)


@dataclass(frozen=True)
class Match:
    """How one product becomes another: bound names by expressions, and the tensors still read elsewhere."""

    values: Mapping[str, Poly]
    differing: frozenset[Any]
    exact_ranges: bool

    @property
    def complete(self) -> bool:
        """Whether all factors agree."""
        return not self.differing


def matches(p: Product, q: Product) -> Iterator[Match]:
    """The substitutions of p's bound names that turn it into q, complete ones first."""
    found = list(_candidates(p, q))
    yield from (m for m in found if m.complete)
    yield from (m for m in found if not m.complete)


def _candidates(p: Product, q: Product) -> Iterator[Match]:
    if len(p.bound) != len(q.bound) or len(p.factors) != len(q.factors):
        return
    unknown = [name for name, _, _ in p.bound]
    for pairing in _pairings(p.factors, q.factors):
        if not pairing and p.factors:
            return
        systems = [pairing, *([pair] for pair in pairing)] if len(pairing) > 1 else [pairing]
        for chosen in systems:
            equations = [e for a, b in chosen for e in _equations(a, b)]
            values = _solution(equations, unknown, [name for name, _, _ in q.bound])
            if values is None:
                continue
            changed = p.substitute(values)
            differ = _differing(changed, pairing, p)
            if differ is not None and changed.coefficient == q.coefficient:
                yield Match(values, differ, _ranges_agree(p, q, values))
                if not differ:
                    return


def _pairings(left: Sequence[Formula], right: Sequence[Formula]) -> Iterator[list[tuple[Formula, Formula]]]:
    """Ways to pair factors that read the same things."""
    if not left:
        yield []
        return
    first, *rest = left
    for i, other in enumerate(right):
        if _head(first) == _head(other):
            for pairing in _pairings(rest, [*right[:i], *right[i + 1 :]]):
                yield [(first, other), *pairing]


def _head(formula: Formula) -> Any:
    match formula:
        case Read(array, _) if isinstance(array, Tensor):
            return array
        case Read(array, _) if isinstance(array, Operation):
            return (array.operator.name, tuple(sorted(t.name for t in array.atoms(Tensor))))
        case Conj(body):
            return ("conj", _head(body))
        case Call(function, _):
            return ("call", function)
    return type(formula)


def _equations(left: Formula, right: Formula) -> Iterator[Poly]:
    match left, right:
        case Read(a, i), Read(_, j):
            for axis, x, y in zip(a.axes, i, j, strict=False):
                parts = zip(axis.parts(x), axis.parts(y), strict=False)
                yield from (s - t for s, t in parts)
        case (Conj(a), Conj(b)) | (Call(_, a), Call(_, b)):
            yield from _equations(a, b)


def _solution(equations: Sequence[Poly], unknown: Sequence[str], targets: Sequence[str]) -> dict[str, Poly] | None:
    """The unknown names by solving the equations in turn; what they leave open takes the targets left, in order."""
    values: dict[str, Poly] = {}
    for equation in equations:
        rest = equation.substitute(values)
        name = next((n for n in unknown if n not in values and rest.coefficient(n) in (1, -1)), None)
        if name is None:
            continue
        value = Poly.name(name) - rest * rest.coefficient(name)
        if name in value.names:
            continue
        values = {k: v.substitute({name: value}) for k, v in values.items()}
        values[name] = value
    used = {n for v in values.values() for n in v.names}
    free = [t for t in targets if t not in used]
    open_names = [n for n in unknown if n not in values]
    if len(open_names) > len(free):
        return None
    values.update(zip(open_names, map(Poly.name, free), strict=False))
    values = {k: v.substitute({n: values[n] for n in open_names}) for k, v in values.items()}
    values = {k: _halves(v) for k, v in values.items()}
    return None if any(not v.names.isdisjoint(unknown) for v in values.values()) else values


def _differing(
    changed: Product, pairing: Sequence[tuple[Formula, Formula]], p: Product
) -> frozenset[TensorExpr] | None:
    """The tensors that are read elsewhere than in the partner; None if anything else differs."""
    partner = {id(a): b for a, b in pairing}
    found = set()
    for old, new in zip(p.factors, changed.factors, strict=True):
        other = partner[id(old)]
        match new, other:
            case _ if new == other:
                continue
            case (Read(Tensor() as array, _), Read(_, _)) | (Conj(Read(Tensor() as array, _)), Conj(_)):
                found.add(array)
            case _:
                return None
    return frozenset(found)


def _ranges_agree(p: Product, q: Product, values: Mapping[str, Poly]) -> bool:
    """Whether the substitution maps the box of one product's indices onto the other's."""
    ranges = {name: (lower, upper) for name, lower, upper in q.bound}
    for name, lower, upper in p.bound:
        value = values[name]
        target = next((t for t in ranges if value.coefficient(t) in (1, -1)), None)
        if target is None or len(value.names & set(ranges)) > 1:
            return False
        offset = value - Poly.name(target) * value.coefficient(target)
        forward = value.coefficient(target) == 1
        image = (lower - offset, upper - offset) if forward else (offset - upper + 1, offset - lower + 1)
        if image != ranges[target]:
            return False
    return True


def canonical(formula: Formula) -> Formula:
    """The formula with bound names by their order, so that equal up to renaming is equal."""
    return _canonical(formula, 0)


def _canonical(formula: Formula, depth: int) -> Formula:
    match formula:
        case Sum(name, lower, upper, body):
            new = f"${depth}."
            return Sum(new, lower, upper, _canonical(substitute(body, {name: Poly.name(new)}), depth + 1))
        case Plus(terms):
            return Plus(tuple(_canonical(t, depth) for t in terms))
        case Times(factors):
            return Times(tuple(_canonical(f, depth) for f in factors))
        case When(conditions, body):
            return When(conditions, _canonical(body, depth))
        case Conj(body):
            return Conj(_canonical(body, depth))
        case Call(function, body):
            return Call(function, _canonical(body, depth))
        case _:
            return formula


def outside(product: Product, ranges: Ranges) -> Iterator[TensorExpr]:
    """The arrays that a product may read outside their shapes."""
    for name, lower, upper in product.bound:
        ranges = ranges.with_name(name, lower, upper)
    for factor in product.factors:
        inner = factor.body if isinstance(factor, Conj) else factor
        if isinstance(inner, Read) and not ranges.contain(inner.array, inner.index):  # type: ignore[arg-type]
            yield inner.array  # type: ignore[misc]
