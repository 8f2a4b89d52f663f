"""The language of index formulas: what an operator's definition is written in.

A formula is one entry of an array as a sum of products of entries of other arrays. Nothing
here knows an operator: an array is anything with axes and an index formula for its entries.

An axis is a tuple of digits: the axis of `ravel(A)` for an H×W matrix has the digits (H, W), so
that i·W + j is never formed. An index along an axis is one polynomial for a single digit and
a tuple of polynomials, one a digit, for more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import gcd, lcm
from operator import floordiv
from typing import Any, Protocol, TypeAlias

from symconv.algebra.polynomials import ONE, ZERO, Atom, Exp, Extremum, Floor, Inverse, Poly, extremum, floor

Index: TypeAlias = "Poly | tuple[Poly, ...]"


@dataclass(frozen=True)
class Axis:
    """One axis of an array, of size ∏ digits; the last digit runs fastest.

    >>> H, W = Poly.name("H"), Poly.name("W")
    >>> print(Axis((H, W)).size)
    H*W
    """

    digits: tuple[Poly, ...]

    @staticmethod
    def of(*digits: Poly | int) -> Axis:
        """The axis with these digits."""
        return Axis(tuple(Poly.of(d) for d in digits))

    @cached_property
    def size(self) -> Poly:
        """The number of entries along the axis."""
        product = ONE
        for digit in self.digits:
            product = product * digit
        return product

    def parts(self, index: Index | int) -> tuple[Poly, ...]:
        """The digits of an index; one polynomial for several digits is split by `//` and `%`.

        Along an axis without entries every index is outside, whatever its digits.
        """
        if isinstance(index, tuple):
            return index
        rest, parts = Poly.of(index), []
        for digit in reversed(self.digits[1:]):
            if digit == 0:
                parts.append(ZERO)
                continue
            quotient = floor(rest, digit)
            parts.append(rest - digit * quotient)
            rest = quotient
        return (rest, *reversed(parts))

    def flat(self, index: Index | int) -> Poly:
        """The position that the digits stand for, as one polynomial."""
        if isinstance(index, int):
            return Poly.of(index)
        if isinstance(index, Poly):
            return index
        position = ZERO
        for digit, part in zip(self.digits, index, strict=True):
            position = position * digit + part
        return position

    def index(self, parts: Sequence[Poly]) -> Index:
        """The index with these digits, in the form that definitions get it."""
        return parts[0] if len(self.digits) == 1 else tuple(parts)

    def reversed(self, index: Index) -> Index:
        """The index counted from the other end: n − 1 − i, digit by digit."""
        return self.index([d - 1 - p for d, p in zip(self.digits, self.parts(index), strict=True)])


class _Printed:
    """What stands in lists as it prints."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, repr=False)
class Compare(_Printed):
    """`poly` ≥ 0, == 0 or != 0."""

    poly: Poly
    relation: str

    def __str__(self) -> str:
        remainder = _remainder(self.poly) if self.relation == "==" else None
        if remainder is not None:
            return remainder
        positive = Poly({m: c for m, c in self.poly.terms.items() if c > 0})
        negative = positive - self.poly
        if not positive.names and negative.names:
            return f"{negative} {'<=' if self.relation == '>=' else self.relation} {positive}"
        return f"{positive} {self.relation} {negative}"

    def reduced(self) -> Compare:
        """The same without a common factor of the coefficients."""
        values = [Fraction(c) for c in self.poly.terms.values()]
        common = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
        return Compare(self.poly * (1 / common), self.relation) if values else self


def _remainder(poly: Poly) -> str | None:
    """a − d·(a // d) − r == 0 as `a % d == r`."""
    found = next((a for m in poly.terms for a in m if isinstance(a, Floor)), None)
    if found is None:
        return None
    rest = found.numerator - found.divisor * Poly.atom(found)
    value = next((v for v in ((rest - poly).integer, (rest + poly).integer) if v is not None), None)
    if value is None or value < 0:
        return None
    left = str(found.numerator)
    return f"{left if found.numerator.is_atom else f'({left})'} % {found.divisor} == {value}"


@dataclass(frozen=True, repr=False)
class All(_Printed):
    """Every one of the conditions."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(f"({c})" if isinstance(c, AnyOf) else str(c) for c in self.conditions) or "True"


@dataclass(frozen=True, repr=False)
class AnyOf(_Printed):
    """At least one of the conditions."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(str(c) for c in self.conditions) or "False"


@dataclass(frozen=True, repr=False)
class Negation(_Printed):
    """Not the condition."""

    condition: Condition

    def __str__(self) -> str:
        return f"not ({self.condition})"


Condition: TypeAlias = "Compare | All | AnyOf | Negation"


def at_least(left: Poly | int, right: Poly | int) -> Compare:
    """left ≥ right for whole numbers; 2·t ≥ 1 is t ≥ 1.

    >>> t = Poly.name("t")
    >>> at_least(2 * t, 1)
    t >= 1
    """
    poly = Poly.of(left) - Poly.of(right)
    numbers = [c for m, c in poly.terms.items() if m]
    whole = all(isinstance(c, int) for c in numbers) and not any(isinstance(a, Inverse) for m in poly.terms for a in m)
    common = gcd(*map(int, numbers)) if whole else 1
    if common > 1:
        poly = Poly({m: floordiv(c, common) for m, c in poly.terms.items()})
    return Compare(poly, ">=")


def equal(left: Poly | int, right: Poly | int) -> Compare:
    """left == right."""
    return Compare(Poly.of(left) - Poly.of(right), "==")


def nonzero(value: Poly) -> tuple[Compare, ...]:
    """What keeps a value from being 0, factor by factor for a product."""
    if len(value.terms) > 1:
        return (Compare(value, "!="),) if value.names else ()
    factors = dict.fromkeys(atom for monomial in value.terms for atom in monomial)
    return tuple(Compare(Poly.atom(f), "!=") for f in factors if Poly.atom(f).names and not isinstance(f, Inverse))


def defined(value: Poly) -> tuple[Compare, ...]:
    """What a value with divisions in it needs: divisors that are not 0."""
    needs: dict[Compare, None] = {}
    for atom in (a for monomial in value.terms for a in monomial):
        match atom:
            case Inverse(divisor):
                needs |= dict.fromkeys(nonzero(divisor) + defined(divisor))
            case Floor(numerator, divisor):
                needs |= dict.fromkeys(nonzero(divisor) + defined(numerator) + defined(divisor))
            case Exp(exponent):
                needs |= dict.fromkeys(defined(exponent))
            case Extremum(_, args):
                needs |= dict.fromkeys(need for arg in args for need in defined(arg))
    return tuple(needs)


def extremum_cases(found: Extremum) -> Iterator[tuple[Poly, tuple[Compare, ...]]]:
    """Each argument of a min or max, with the conditions under which it is the first extreme one."""
    sign = 1 if found.kind == "max" else -1
    for i, chosen in enumerate(found.args):
        others = [(chosen - other) * sign - int(j < i) for j, other in enumerate(found.args) if j != i]
        yield chosen, tuple(Compare(other, ">=") for other in others)


def with_atom(poly: Poly, old: Atom, new: Poly) -> Poly:
    """The polynomial with an atom replaced, inside quotients and extrema too."""

    def swap(atom: Atom) -> Poly:
        if atom == old:
            return new
        match atom:
            case Floor(numerator, divisor):
                return floor(numerator._map(swap), divisor._map(swap))
            case Extremum(kind, args):
                return extremum(kind, [arg._map(swap) for arg in args])
            case _:
                return Poly({(atom,): 1})

    return poly._map(swap)


def first_extremum(polys: Iterable[Poly]) -> Extremum | None:
    """A min or max that stands in one of the polynomials, an innermost one."""
    for atom in (a for p in polys for m in p.terms for a in m):
        match atom:
            case Floor(numerator, divisor):
                found = first_extremum([numerator, divisor])
            case Extremum(_, args):
                found = first_extremum(args) or atom
            case _:
                continue
        if found is not None:
            return found
    return None


def condition_names(condition: Condition) -> frozenset[str]:
    """Every name in a condition."""
    match condition:
        case Compare(poly):
            return poly.names
        case Negation(inner):
            return condition_names(inner)
        case All(conditions) | AnyOf(conditions):
            return frozenset().union(*map(condition_names, conditions))


def holds(condition: Condition, values: Mapping[str, Poly]) -> bool:
    """Whether a condition is true at numbers for all its names."""
    match condition:
        case Compare(poly, relation):
            value = poly.substitute(values).constant
            if value is None:
                raise ValueError(f"{condition} has no value here")
            return value >= 0 if relation == ">=" else value == 0 if relation == "==" else value != 0
        case All(conditions):
            return all(holds(c, values) for c in conditions)
        case AnyOf(conditions):
            return any(holds(c, values) for c in conditions)
        case Negation(inner):
            return not holds(inner, values)


class Array(Protocol):
    """What the kernel asks of an array: axes, and an index formula or, for a leaf, an atom."""

    @property
    def axes(self) -> tuple[Axis, ...]: ...

    @property
    def leaf(self) -> Any: ...

    def entry(self, *index: Index) -> Formula: ...

    def replace_names(self, values: Mapping[str, Poly]) -> Array: ...


@dataclass(frozen=True)
class Scalar:
    """A number that may depend on sizes and indices."""

    value: Poly


@dataclass(frozen=True)
class Read:
    """One entry of an array; 0 where the index lies outside.

    `inside` says that it never does while the index of the array that is being defined is inside.
    """

    array: Array
    index: tuple[Index, ...]
    inside: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Sum:
    """Σ of the body over lower ≤ name < upper."""

    name: str
    lower: Poly
    upper: Poly
    body: Formula


@dataclass(frozen=True)
class Plus:
    """A sum of formulas."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True)
class Times:
    """A product of formulas."""

    factors: tuple[Formula, ...]


@dataclass(frozen=True)
class When:
    """The body where all conditions hold, else 0."""

    conditions: tuple[Compare, ...]
    body: Formula


@dataclass(frozen=True)
class Conj:
    """The complex conjugate."""

    body: Formula


@dataclass(frozen=True)
class Call:
    """An uninterpreted function of one number."""

    function: str
    body: Formula


Formula: TypeAlias = "Scalar | Read | Sum | Plus | Times | When | Conj | Call"

_numbers = count()


def fresh(hint: str) -> str:
    """A new bound name; what stands before the dot is the name to print."""
    return f"{hint.split('.')[0]}.{next(_numbers)}"


def total(axes: Sequence[Axis], body: Callable[..., Formula], names: str = "uvwpqrst") -> Formula:
    """Σ of body(index, …) over every index along the axes, the first axis outermost."""
    indices: list[Index] = []
    bound: list[tuple[str, Poly]] = []
    for axis, hint in zip(axes, [*names, *(f"u{i}" for i in range(len(axes)))], strict=False):
        hints = [hint] if len(axis.digits) == 1 else [f"{hint}_{i}" for i in range(len(axis.digits))]
        fresh_names = [fresh(h) for h in hints]
        bound += zip(fresh_names, axis.digits, strict=True)
        indices.append(axis.index([Poly.name(n) for n in fresh_names]))
    formula = body(*indices)
    for name, size in reversed(bound):
        formula = Sum(name, ZERO, size, formula)
    return formula


def times(*factors: Formula) -> Formula:
    """The product, flattened."""
    flat = [f for factor in factors for f in (factor.factors if isinstance(factor, Times) else (factor,))]
    flat = [f for f in flat if f != Scalar(ONE)]
    return flat[0] if len(flat) == 1 else Times(tuple(flat)) if flat else Scalar(ONE)


def plus(*terms: Formula) -> Formula:
    """The sum, flattened."""
    flat = [f for term in terms for f in (term.terms if isinstance(term, Plus) else (term,))]
    return flat[0] if len(flat) == 1 else Plus(tuple(flat))


def minus(left: Formula, right: Formula) -> Formula:
    """left − right."""
    return plus(left, times(Scalar(Poly.of(-1)), right))


def substitute(formula: Formula, values: Mapping[str, Poly]) -> Formula:
    """The formula with free names replaced; the values must not use its bound names."""
    if not values:
        return formula
    match formula:
        case Scalar(value):
            return Scalar(value.substitute(values))
        case Read(array, index):
            replaced = array.replace_names(values)
            places = zip(array.axes, replaced.axes, index, strict=True)
            return Read(replaced, tuple(_refit(old, new, _replace_index(i, values), values) for old, new, i in places))
        case Sum(name, lower, upper, body):
            inner = {k: v for k, v in values.items() if k != name}
            return Sum(name, lower.substitute(values), upper.substitute(values), substitute(body, inner))
        case Plus(terms):
            return Plus(tuple(substitute(t, values) for t in terms))
        case Times(factors):
            return Times(tuple(substitute(f, values) for f in factors))
        case When(conditions, body):
            return When(
                tuple(Compare(c.poly.substitute(values), c.relation) for c in conditions), substitute(body, values)
            )
        case Conj(body):
            return Conj(substitute(body, values))
        case Call(function, body):
            return Call(function, substitute(body, values))


def _refit(old: Axis, new: Axis, index: Index, values: Mapping[str, Poly]) -> Index:
    """The index along an axis whose digits are other ones once sizes have values: those of size 1 may go."""
    digits = tuple(d.substitute(values) for d in old.digits)
    if digits == new.digits or not isinstance(index, tuple):
        return index
    kept = [part for part, d in zip(index, digits, strict=True) if d != 1]
    wanted = [d for d in new.digits if d != 1]
    if [d for d in digits if d != 1] == wanted:
        left = iter(kept)
        return new.index([ZERO if d == 1 else next(left) for d in new.digits])
    return new.index(new.parts(Axis(digits).flat(index)))


def _replace_index(index: Index, values: Mapping[str, Poly]) -> Index:
    if isinstance(index, tuple):
        return tuple(part.substitute(values) for part in index)
    return index.substitute(values)
