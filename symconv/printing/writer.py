"""How formulas are put together from signs, factors and sums, whatever the notation.

A notation (LaTeX, Unicode text) supplies the pieces; precedence, order and signs are here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from symconv.algebra.polynomials import ONE, ZERO, Constant, Exp, Extremum, Floor, Poly, Root
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.printing.term_order import Names, Part, Shown, common_factor, parts

SUM, NEGATIVE, PRODUCT, POSTFIX, ATOM = 40, 45, 50, 90, 100

W = TypeVar("W", bound="Writer")


@dataclass(frozen=True)
class Writer(ABC):
    """Writes polynomials, conditions and formulas; `names` says which names are indices."""

    names: Names = Names()

    @abstractmethod
    def name(self, name: str) -> str:
        """A size, index or function by its name."""

    @abstractmethod
    def parenthesised(self, text: str) -> str:
        """The text in brackets."""

    @abstractmethod
    def fraction(self, above: str, below: str) -> str:
        """A quotient."""

    @abstractmethod
    def factor(self, atom: Shown) -> str:
        """An atom that is not a name: a floor, a root, …"""

    @abstractmethod
    def power(self, base: str, exponent: int) -> str:
        """base to the power of a number above 1."""

    @abstractmethod
    def juxtaposed(self, factors: Sequence[str]) -> str:
        """The product of names and numbers within a polynomial."""

    @abstractmethod
    def product(self, factors: Sequence[str]) -> str:
        """The product of entries."""

    @abstractmethod
    def signed(self, terms: Sequence[tuple[bool, str]]) -> str:
        """The sum of terms, each with whether it is taken away."""

    @abstractmethod
    def summation(self, name: str, lower: Poly, upper: Poly, body: str) -> str:
        """Σ of the body over lower ≤ name < upper."""

    @abstractmethod
    def entry(self, array: Any, index: Sequence[str]) -> tuple[str, int]:
        """An entry of an array at printed positions, with its precedence."""

    @property
    @abstractmethod
    def subscripts(self) -> Writer:
        """The writer for what stands in subscripts."""

    @abstractmethod
    def bracket(self, conditions: Sequence[str]) -> str:
        """1 where all conditions hold, else 0."""

    @abstractmethod
    def conjugate(self, body: Formula) -> str:
        """The complex conjugate."""

    @abstractmethod
    def call(self, function: str, body: Formula) -> str:
        """A function of a number."""

    @abstractmethod
    def relation(self, left: str, relation: str, right: str) -> str:
        """A comparison."""

    @abstractmethod
    def connected(self, word: str, conditions: Sequence[str]) -> str:
        """Conditions joined by "and" or "or", or one with "not" before it."""

    def within(self: W, name: str) -> W:
        """The writer for the body of a sum over `name`."""
        return replace(self, names=self.names.binding(name))

    def fit(self, text: str, precedence: int, level: int) -> str:
        """The text, in brackets if it binds less than `level`."""
        return text if precedence >= level else self.parenthesised(text)

    def poly(self, poly: Poly, level: int = 0) -> str:
        """A polynomial, in brackets if it binds less than `level`."""
        terms = [(part.negative, self.part(part)) for part in parts(poly, self.names)]
        if not terms:
            return "0"
        return self.fit(self.signed(terms), poly_precedence(poly), level)

    def exponent(self, poly: Poly) -> str:
        """An exponent, with what its terms have in common in front: 2πi·m·(u + v)/n."""
        common, rest = common_factor(poly)
        writer = self.subscripts
        (part,) = parts(common, self.names)
        shown = writer.part(part, [] if rest == ONE else [writer.parenthesised(writer.poly(rest))])
        return writer.signed([(part.negative, shown)])

    def part(self, part: Part, factors: Sequence[str] = ()) -> str:
        """A term without its sign, with further factors."""
        number, below = part.coefficient.numerator, part.coefficient.denominator
        above = [*self._factors(part.numerator), *factors]
        if number != 1 or not above:
            above = [str(number), *above]
        if below == 1 and not part.denominator:
            return self.juxtaposed(above)
        if len(part.denominator) == 1 and below == 1:
            return self.fraction(self.juxtaposed(above), self.poly(part.denominator[0], self.fraction_level))
        divisors = [str(below)] if below != 1 else []
        divisors += [
            self.power(self.poly(p, PRODUCT), n) if n > 1 else self.poly(p, PRODUCT)
            for p, n in ((p, len([*same])) for p, same in groupby(part.denominator))
        ]
        joined = self.juxtaposed(divisors)
        if len(divisors) > 1 and self.fraction_level:
            joined = self.parenthesised(joined)
        return self.fraction(self.juxtaposed(above), joined)

    fraction_level = 0

    def position(self, axis: Axis, index: Index) -> str:
        """An index along an axis; several digits as i·W + j, the sizes as they are."""
        digits = axis.digits
        if not isinstance(index, tuple) or all(len(d.terms) == 1 for d in digits[1:]):
            return self.poly(axis.flat(index))
        position = self.poly(index[0])
        for k, (digit, part) in enumerate(zip(digits[1:], index[1:], strict=True)):
            before = self.poly(index[0], PRODUCT) if k == 0 else self.parenthesised(position)
            product = self.juxtaposed([before, self.poly(digit, PRODUCT)])
            position = self.signed([(False, product), (False, self.poly(part))])
        return position

    def _factors(self, atoms: Iterable[Shown]) -> list[str]:
        result = []
        for atom, same in groupby(atoms):
            count = len([*same])
            base = self.name(atom) if isinstance(atom, str) else self.factor(atom)
            result.append(base if count == 1 else self.power(base, count))
        return result

    def formula(self, formula: Formula, level: int = 0) -> str:
        """A formula, in brackets if it binds less than `level`."""
        match formula:
            case Scalar(value):
                return self.poly(value, level)
            case Read(array, index):
                flat = [self.subscripts.position(axis, i) for axis, i in zip(array.axes, index, strict=True)]
                return self.fit(*self.entry(array, flat), level)
            case Sum(name, lower, upper, body):
                inner = self.within(name).formula(body, NEGATIVE)
                return self.fit(self.summation(name, lower, upper, inner), PRODUCT - 1, level)
            case Plus(terms):
                shown = [self._term(t, first=i == 0) for i, t in enumerate(terms)]
                return self.fit(self.signed(shown), SUM, level)
            case Times():
                negative, text = self._term(formula)
                return self.fit(self.signed([(negative, text)]), NEGATIVE if negative else PRODUCT, level)
            case When(conditions, body):
                guard = self.bracket(self.conditions(conditions))
                if body == Scalar(ONE):
                    return guard
                return self.fit(self.product([guard, self.formula(body, PRODUCT)]), PRODUCT, level)
            case Conj(body):
                return self.conjugate(body)
            case Call(function, body):
                return self.call(function, body)

    def formula_power(self, base: Formula, exponent: int) -> str:
        """An entry or a value to the power of a number above 1."""
        return self.power(self.formula(base, POSTFIX), exponent)

    def _term(self, formula: Formula, first: bool = False) -> tuple[bool, str]:
        """A term of a sum without its sign, and whether the sign is minus."""
        match formula:
            case Scalar(value) if len(shown := parts(value, self.names)) == 1:
                return shown[0].negative, self.part(shown[0])
            case Times(factors):
                numbers = [f.value for f in factors if isinstance(f, Scalar)]
                rest = [f for f in factors if not isinstance(f, Scalar)]
                coefficient = ONE
                for number in numbers:
                    coefficient = coefficient * number
                if not rest or not coefficient:
                    return self._term(Scalar(coefficient))
                shown = parts(coefficient, self.names)
                texts = []
                negative = len(shown) == 1 and shown[0].negative
                if len(shown) > 1:
                    texts = [self.poly(coefficient, PRODUCT)]
                elif coefficient.constant not in (1, -1):
                    text = self.part(shown[0])
                    texts = [self.parenthesised(text) if shown[0].is_remainder else text]
                if not texts and len(rest) == 1:
                    return negative, self.formula(rest[0], PRODUCT if isinstance(rest[0], Plus) else NEGATIVE)
                counts = Counter(rest)
                *before, last = dict.fromkeys(rest)
                least = PRODUCT + (len(rest) > 1)
                for f in (*before, last):
                    level = least if isinstance(f, Read) else PRODUCT - (f is last)
                    texts += [self.formula_power(f, counts[f])] if counts[f] > 1 else [self.formula(f, level)]
                return negative, self.product(texts) if len(texts) > 1 else texts[0]
            case _:
                return False, self.formula(formula, 0 if first else SUM + 1)

    def conditions(self, conditions: Sequence[Compare]) -> list[str]:
        """Conditions that hold together, two bounds of one index as one: 0 ≤ m − u < n."""
        shown, rest = [], list(conditions)
        while rest:
            first = rest.pop(0)
            other = next((c for c in rest if self._between(first, c)), None)
            if other is not None:
                rest.remove(other)
            shown.append(self.condition(first) if other is None else self._bounds(first, other))
        return shown

    def _between(self, one: Compare, other: Compare) -> Poly:
        """What two conditions bound from below and above, 0 if there is nothing with an index in it."""
        if (one.relation, other.relation) != (">=", ">="):
            return ZERO
        shared = Poly({m: c for m, c in one.poly.terms.items() if m and other.poly.terms.get(m) == -c})
        return ZERO if shared.names.isdisjoint(self.names.indices) else shared

    def _bounds(self, one: Compare, other: Compare) -> str:
        inside = self._between(one, other)
        if all(c < 0 for c in inside.terms.values()):
            one, other, inside = other, one, -inside
        low, high = inside - one.poly, inside + other.poly
        if low == high:
            return self.relation(self.poly(inside), "==", self.poly(low))
        end = ("<", high + 1) if high.terms.get(()) == -1 else ("<=", high)
        return self.relation(self.relation(self.poly(low), "<=", self.poly(inside)), end[0], self.poly(end[1]))

    def _sides(self, poly: Poly) -> tuple[str, str]:
        """The terms that are added and those that are taken away, each a sum."""
        terms = parts(poly, self.names)
        added, taken = (
            self.signed([(False, self.part(p)) for p in terms if p.negative == negative] or [(False, "0")])
            for negative in (False, True)
        )
        return added, taken

    def condition(self, condition: Condition, level: int = 0) -> str:
        """A condition on sizes."""
        match condition:
            case Compare(poly, ">=") if _is_strict(poly):
                left, right = self._sides(poly + 1)
                return self.relation(left, ">", right)
            case Compare(poly, relation):
                terms = parts(poly, self.names)
                left, right = self._sides(poly)
                if terms and not any(p.numerator for p in terms if not p.negative):
                    return self.relation(right, "<=" if relation == ">=" else relation, left)
                return self.relation(left, relation, right)
            case All(conditions):
                shown = [self.condition(c, 2) for c in conditions]
                return self.fit(self.connected("and", shown), 2 if len(shown) > 1 else 3, level)
            case AnyOf(conditions):
                shown = [self.condition(c, 2) for c in conditions]
                return self.fit(self.connected("or", shown), 1 if len(shown) > 1 else 3, level)
            case Negation(inner):
                return self.connected("not", [self.condition(inner, 3)])


def _is_strict(poly: Poly) -> bool:
    """Whether i − j − 1 ≥ 0 says that i > j."""
    signs = {c > 0 for monomial, c in poly.terms.items() if monomial}
    return poly.terms.get(()) == -1 and len(signs) == 2


def poly_precedence(poly: Poly) -> int:
    """How tightly a polynomial binds when it is written."""
    if len(poly.terms) > 1:
        return SUM
    for monomial, coefficient in poly.terms.items():
        if coefficient < 0:
            return NEGATIVE
        match monomial:
            case ():
                return ATOM if coefficient == int(coefficient) else PRODUCT
            case (str() | Floor() | Root() | Constant() | Extremum() | Exp(),) if coefficient == 1:
                return ATOM
            case _:
                return PRODUCT
    return ATOM


__all__ = ["ATOM", "NEGATIVE", "POSTFIX", "PRODUCT", "SUM", "Writer", "poly_precedence"]
