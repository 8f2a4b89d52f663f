"""Rewriting index formulas: unfolding operators, tidying, writing sums out.

Nothing here proves anything. Every line that a derivation makes with these is proved equal to
its neighbour by the kernel afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sympy import Expr

from symconv.algebra.polynomials import ONE, ZERO, Atom, Floor, Poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.formulas.axis import Axis, Index, digits, positions
from symconv.formulas.conditions import Compare
from symconv.formulas.language import (
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    factors_in,
    fresh,
    plus,
    summed,
    terms_in,
    times,
)
from symconv.formulas.walking import arrays, mapped, rebuilt, substitute
from symconv.kernel.terms import TableAtom, expand, is_real

#: Operators that are only notation where an entry is read: unfolding them is not a step.
NOTATION = frozenset("number add subtract multiply divide negative conj power call index index_sum when".split())


@dataclass(frozen=True)
class Ranges:
    """Names that run from 0 to below a size, so that reading an axis of that size at them stays inside."""

    sizes: Mapping[str, Poly] = field(default_factory=dict)

    def with_name(self, name: str, lower: Poly, upper: Poly) -> Ranges:
        """The ranges inside a sum."""
        return Ranges({**self.sizes, name: upper}) if lower == ZERO else self

    def contain(self, array: TensorExpr, index: Sequence[Index]) -> bool:
        """Whether the index is inside the array for certain."""
        return all(self.inside(part, size) for part, size in digits(array.axes, index))

    def inside(self, part: Poly, size: Poly) -> bool:
        """Whether 0 ≤ part < size for certain."""
        if (part == ZERO and size.integer != 0) or any(
            part == Poly.name(n) and size == s for n, s in self.sizes.items()
        ):
            return True
        for atom in (a for a in part.atoms if isinstance(a, Floor)):
            if atom.divisor == size and part + Poly.atom(atom) * size == atom.numerator:
                return True
            if part == Poly.atom(atom) and self.inside(atom.numerator, size * atom.divisor):
                return True
        return not any(self._limits(part, size))

    def guards(self, array: TensorExpr, index: Sequence[Index]) -> tuple[Compare, ...]:
        """What the ranges leave open of the index being inside the array."""
        open_digits = [(p, d) for p, d in digits(array.axes, index) if not self.inside(p, d)]
        return tuple(c for p, d in open_digits for c in self._limits(p, d) if c is not None)

    def _limits(self, part: Poly, size: Poly) -> tuple[Compare | None, Compare | None]:
        """part ≥ 0 and part < size, None for what is certain."""
        room = size - 1 - part
        return tuple(  # type: ignore[return-value]
            None if (least := self._least(p).integer) is not None and least >= 0 else Compare(p, ">=")
            for p in (part, room)
        )

    def _least(self, part: Poly) -> Poly:
        """The least value of an index, in sizes, if it rises or falls with each name that runs; else the index."""
        ends: dict[str, Poly] = {}
        for name in part.names & self.sizes.keys():
            if _rises(part, name):
                ends[name] = ZERO
            elif _rises(-part, name):
                ends[name] = self.sizes[name] - 1
            else:
                return part
        return part.substitute(ends)


def _rises(poly: Poly, name: str) -> bool:
    """Whether a polynomial of names that are not negative never falls where one of them grows, as its terms tell."""
    return all(
        isinstance(c, (int, Fraction)) and c > 0 and all(_atom_rises(atom, name) for atom in monomial)
        for monomial, c in poly.terms.items()
        if name in Poly({monomial: c}).names
    )


def _atom_rises(atom: Atom, name: str) -> bool:
    match atom:
        case str():
            return True
        case Floor(numerator, divisor):
            return name not in divisor.names and _rises(numerator, name)
        case _:
            return False


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
            flat = [t for term in terms for t in terms_in(tidy(term, ranges))]
            kept = [t for t in flat if t != Scalar(ZERO)]
            return plus(*kept) if kept else Scalar(ZERO)
        case Times(factors):
            return _product([tidy(f, ranges) for f in factors])
        case When(conditions, body):
            return _guarded(conditions, tidy(body, ranges))
        case Conj(body):
            return _conjugate(tidy(body, ranges))
        case Read():
            return mapped(formula, halves)
        case _:
            return rebuilt(formula, lambda part: tidy(part, ranges))


def negative(formula: Formula) -> Formula:
    """The formula taken away from 0."""
    return tidy(times(Scalar(-ONE), formula))


def halves(poly: Poly) -> Poly:
    """⌊(h+1)/2⌋ − h as −⌊h/2⌋."""
    for monomial, c in poly.terms.items():
        match monomial:
            case (Floor(numerator, divisor),) if divisor == 2:
                shorter = poly + (numerator - 1 - Poly({monomial: 1}) - (numerator - 1) // 2) * c
                if len(shorter.terms) < len(poly.terms):
                    return shorter
    return poly


def _product(factors: Sequence[Formula]) -> Formula:
    """A product with its numbers in front and its sums outside."""
    flat = [f for factor in factors for f in factors_in(factor)]
    number = ONE
    for f in flat:
        if isinstance(f, Scalar):
            number = number * f.value
    rest: list[Formula] = [f for f in flat if not isinstance(f, Scalar)]
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
    names = {name for name, _, _ in bound}
    if number.names.isdisjoint(names):
        return times(Scalar(number), summed(bound, _product(opened)))
    return summed(bound, _product([Scalar(number), *opened]))


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
        case Plus() | Sum() | When():
            return rebuilt(body, _conjugate)
        case Conj(inner):
            return inner
    return body if is_real(expand(body)) else Conj(body)


def _is_notation(array: Operation, index: Sequence[Index], ranges: Ranges) -> bool:
    """Whether reading this entry of an operation is only a way to write its index formula."""
    name = array.operator.name
    if name not in NOTATION or (name == "index" and not _plain_key(array)):
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
                case "call":
                    return not array.axes
            return True
    return False


def with_tensors(formula: Formula, values: Mapping[str, TensorExpr]) -> Formula:
    """The formula with tensors replaced, one after the other."""
    match formula:
        case Read(array, index):
            for name, value in values.items():
                array = array.replace_tensor(name, value)
            return Read(array, index)
    return rebuilt(formula, lambda part: with_tensors(part, values))


# Unfolding


def outermost(formula: Formula, atoms: frozenset[Any] = frozenset()) -> Iterator[Operation]:
    """The operations whose entries a formula reads, left to right; those in `atoms` stay folded."""
    return (a for a in arrays(formula) if isinstance(a, Operation) and a.leaf is None and a not in atoms)


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
            return When(guards.guards(array, index), body)
        case Sum(name, lower, upper, body):
            inner = guards.with_name(name, lower, upper) if guards else None
            return Sum(name, lower, upper, unfold(body, names, atoms, inner))
    return rebuilt(formula, lambda part: unfold(part, names, atoms, guards))


def plainly(formula: Formula) -> Formula:
    """The formula with every operation replaced by its definition, as if all reads were inside."""
    formula = tidy(formula)
    while names := frozenset(array.operator.name for array in outermost(formula)):
        formula = tidy(unfold(formula, names, frozenset()))
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


# Writing out


def written(formula: Formula) -> Formula:
    """A formula with its sums over numbers written out; entries known to lie outside are left out.

    >>> x, u = Tensor("x", 2), Poly.name("u")
    >>> written(Sum("u", ZERO, Poly.of(3), Read(x, (u,)))) == Plus((Read(x, (ZERO,)), Read(x, (ONE,))))
    True
    """
    return tidy(_written(formula))


def _written(formula: Formula) -> Formula:
    match formula:
        case Sum(name, lower, upper, body):
            first, last = lower.integer, upper.integer
            if first is None or last is None:
                return Sum(name, lower, upper, _written(body))
            return Plus(tuple(_written(substitute(body, {name: Poly.of(i)})) for i in range(first, last)))
        case Times(factors):
            return times(*map(_written, factors))
        case Read(array, index):
            known = [(p.integer, d.integer) for p, d in digits(array.axes, index)]
            outside = any(p is not None and (p < 0 or (d is not None and p >= d)) for p, d in known)
            return Scalar(ZERO) if outside else formula
    return rebuilt(formula, _written)


def numbers(formula: Formula) -> Formula:
    """The formula with the entries of literal arrays as numbers where they stand at numbers, which are inside."""
    match formula:
        case Read(array, index) if isinstance(array.leaf, TableAtom):
            position = Axis.of(*array.leaf.shape).flat(positions(array.axes, index)).integer
            return formula if position is None else Scalar(array.leaf.values[position])
    return rebuilt(formula, numbers)
