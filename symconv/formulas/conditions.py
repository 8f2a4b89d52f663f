"""Conditions on names: comparisons with 0, joined by and, or, not; with their only walker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, gcd, lcm
from operator import floordiv
from typing import TypeAlias

from symconv.algebra.atoms import names as atom_names
from symconv.algebra.atoms import parts as atom_parts
from symconv.algebra.exact_numbers import is_zero
from symconv.algebra.polynomials import ZERO, Atom, Extremum, Floor, Inverse, Number, Poly, Root
from symconv.algebra.remainders import remainder_text, with_remainders
from symconv.algebra.solving import solved_for
from symconv.limits import MAX_ROOTS_BOUND


class _Printed:
    """What stands in lists as it prints."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, repr=False)
class Compare(_Printed):
    """`poly` ≥ 0, == 0 or != 0."""

    poly: Poly
    relation: str

    @property
    def said(self) -> tuple[str, str, str]:
        """The left side, the relation and the right side as they are printed."""
        remainder = _remainder(self.poly) if self.relation != ">=" else None
        if remainder is not None:
            return remainder[0], self.relation, remainder[1]
        rest, remainders = with_remainders(self.poly)
        if remainders and self.relation != ">=":
            return self._with_remainders(rest, remainders)
        positive = Poly({m: c for m, c in self.poly.terms.items() if c > 0})
        negative = positive - self.poly
        if self.relation == "==" and (quotient := _less(negative, positive.terms.get((), 0))):
            return str(positive - positive.terms[()]), "==", quotient
        if not positive.names and negative.names:
            return str(negative), "<=" if self.relation == ">=" else self.relation, str(positive)
        return str(positive), self.relation, str(negative)

    def _with_remainders(self, rest: Poly, remainders: Sequence[tuple[Floor, int]]) -> tuple[str, str, str]:
        positive = Poly({m: c for m, c in rest.terms.items() if c > 0})
        texts = []
        for sign, terms in ((1, positive), (-1, positive - rest)):
            plain = [str(terms)] if terms.terms else []
            texts.append(" + ".join([*plain, *(remainder_text(f) for f, s in remainders if s == sign)]) or "0")
        return texts[0], self.relation, texts[1]

    def __str__(self) -> str:
        return " ".join(self.said)

    @property
    def opposite(self) -> Compare:
        """What holds of whole numbers where this does not."""
        if self.relation == ">=":
            return Compare(-1 - self.poly, ">=")
        return Compare(self.poly, "!=" if self.relation == "==" else "==")

    def mapped(self, f: Callable[[Poly], Poly]) -> Compare:
        """The same of another polynomial."""
        return Compare(f(self.poly), self.relation)

    def substitute(self, values: Mapping[str, Poly]) -> Compare:
        """The same with names replaced."""
        return self if self.poly.names.isdisjoint(values) else Compare(self.poly.substitute(values), self.relation)

    def with_atom(self, old: Atom, new: Poly) -> Compare:
        """The same with an atom replaced."""
        return Compare(self.poly.with_atom(old, new), self.relation)

    def solved_for(self, names: Iterable[str], rational: bool = False) -> tuple[str, Poly] | None:
        """A name that this gives, and what it is, if this is an equation; see `algebra.solving`."""
        return solved_for(self.poly, names, rational) if self.relation == "==" else None

    def reduced(self) -> Compare:
        """The same without a common factor of the coefficients."""
        values = [Fraction(c) for c in self.poly.terms.values()]
        common = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
        return Compare(self.poly * (1 / common), self.relation) if values else self


def _less(quotient: Poly, number: Number) -> str | None:
    """a // d − k as `(a - d*k)//d`."""
    if quotient.is_atom and isinstance(number, int) and number:
        for atom in quotient.atoms:
            if isinstance(atom, Floor):
                return f"({atom.numerator - atom.divisor * number})//{atom.divisor}"
    return None


def _remainder(poly: Poly) -> tuple[str, str] | None:
    """a − d·(a // d) − r == 0 as `a % d` and `r`."""
    found = next((a for a in poly.atoms if isinstance(a, Floor)), None)
    if found is None:
        return None
    rest = found.numerator - found.divisor * Poly.atom(found)
    value = next((v for v in ((rest - poly).integer, (rest + poly).integer) if v is not None), None)
    if value is None or value < 0:
        return None
    left = str(found.numerator)
    return f"{left if found.numerator.is_atom else f'({left})'} % {found.divisor}", str(value)


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
        several = (isinstance(c, All) and len(c.conditions) > 1 for c in self.conditions)
        return " or ".join(f"({c})" if s else str(c) for c, s in zip(self.conditions, several, strict=True)) or "False"


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
    whole = all(isinstance(c, int) for c in numbers) and not any(isinstance(a, Inverse) for a in poly.atoms)
    common = gcd(*map(int, numbers)) if whole else 1
    if common > 1:
        poly = Poly({m: floordiv(c, common) for m, c in poly.terms.items()})
    return Compare(poly, ">=")


def in_range(value: Poly, upper: Poly, lower: Poly = ZERO) -> tuple[Compare, Compare]:
    """lower ≤ value < upper."""
    return Compare(value - lower if lower else value, ">="), Compare(upper - 1 - value, ">=")


def equal(left: Poly | int, right: Poly | int) -> Compare:
    """left == right."""
    return Compare(Poly.of(left) - Poly.of(right), "==")


def nonzero(value: Poly) -> tuple[Compare, ...]:
    """What keeps a value from being 0, factor by factor for a product."""
    if len(value.terms) > 1:
        return (Compare(value, "!="),) if value.names else ()
    factors = [f for f in value.atoms if atom_names(f) and not isinstance(f, Inverse)]
    return tuple(
        Compare(f.radicand if isinstance(f, Root) and isinstance(f.radicand, Poly) else Poly.atom(f), "!=")
        for f in factors
    )


def guarded(guards: Sequence[Condition], need: Condition) -> tuple[Condition, ...]:
    """What is needed where all guards hold: nothing if they imply it, else one of their opposites, or the need.

    >>> i, n = Poly.name("i"), Poly.name("n")
    >>> guarded((Compare(i - 2, ">="),), Compare(i - 1, ">=")), guarded((Compare(i, ">="),), Compare(n - i, ">="))
    ((), (i + 1 <= 0 or n >= i,))
    """
    if not guards:
        return (need,)
    if any(_is_stronger(guard, need) for guard in guards):
        return ()
    either = [*map(_opposite, guards), *(need.conditions if isinstance(need, AnyOf) else [need])]
    return (AnyOf(tuple(dict.fromkeys(either))),)


def _is_stronger(guard: Condition, need: Condition) -> bool:
    """Whether one comparison says the same as another, or more."""
    if not isinstance(guard, Compare) or not isinstance(need, Compare):
        return guard == need
    if guard.relation == need.relation == ">=":
        difference = (need.poly - guard.poly).constant
        return difference is not None and difference >= 0
    return guard == need or (guard.relation == need.relation and guard.poly == -need.poly)


def _opposite(condition: Condition) -> Condition:
    """What holds where a condition does not, as a comparison where it is one of whole numbers."""
    match condition:
        case Negation(inner):
            return inner
        case Compare(poly, relation) if relation != ">=" or all(isinstance(c, int) for c in poly.terms.values()):
            return condition.opposite
    return Negation(condition)


def defined_in(condition: Condition, guards: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    """What a condition with divisions in it needs; later parts are asked only where the earlier ones leave it open."""
    match condition:
        case Compare(poly):
            return tuple(need for divisor in defined(poly) for need in guarded(guards, divisor))
        case Negation(inner):
            return defined_in(inner, guards)
        case All(parts) | AnyOf(parts):
            needs: list[Condition] = []
            for part in parts:
                needs += defined_in(part, guards)
                guards = (*guards, part if isinstance(condition, All) else _opposite(part))
            return tuple(needs)


def defined(value: Poly) -> tuple[Compare, ...]:
    """What a value with divisions in it needs: divisors that are not 0."""
    needs: dict[Compare, None] = {}
    for atom in value.atoms:
        match atom:
            case Inverse(divisor) | Floor(_, divisor):
                needs |= dict.fromkeys(nonzero(divisor))
        needs |= dict.fromkeys(need for inner in atom_parts(atom) for need in defined(inner))
    return tuple(needs)


def extremum_cases(found: Extremum) -> Iterator[tuple[Poly, tuple[Compare, ...]]]:
    """Each argument of a min or max, with the conditions under which it is the first extreme one."""
    sign = 1 if found.kind == "max" else -1
    for i, chosen in enumerate(found.args):
        others = [(chosen - other) * sign - int(j < i) for j, other in enumerate(found.args) if j != i]
        yield chosen, tuple(Compare(other, ">=") for other in others)


def without_least(condition: Compare) -> tuple[Compare, ...]:
    """The comparisons that say the same where one says that a min, or minus a max, is large enough.

    >>> n = Poly.name("n")
    >>> without_least(Compare(Poly.atom(Extremum("min", (n, 3 - n))) - 1, ">="))
    (n >= 1, n <= 2)
    """
    for monomial, value in condition.poly.terms.items():
        match monomial:
            case (Extremum(kind, args) as found,) if condition.relation == ">=" and _pulls_down(value, kind):
                rest = condition.poly - Poly.atom(found) * value
                if found not in rest.atoms:
                    parts = (Compare(rest + chosen * value, ">=") for chosen in args)
                    return tuple(c for part in parts for c in without_least(part))
    return (condition,)


def alternatives(condition: Condition) -> Condition:
    """A comparison that says that a max is 0 or more as the comparisons of which one has to hold.

    >>> n, m = Poly.name("n"), Poly.name("m")
    >>> alternatives(Compare(Poly.atom(Extremum("max", (n - 2, m - 3))), ">="))
    n >= 2 or m >= 3
    """
    match condition:
        case Compare(poly, ">=") if poly.is_atom and isinstance(largest := next(iter(poly.atoms), None), Extremum):
            if largest.kind == "max":
                return AnyOf(tuple(Compare(arg, ">=") for arg in largest.args))
    return condition


def _pulls_down(value: Number, kind: str) -> bool:
    return isinstance(value, (int, Fraction)) and (value > 0) == (kind == "min")


def comparisons(condition: Condition) -> Iterator[Compare]:
    """The comparisons that a condition is made of, left to right."""
    match condition:
        case Compare():
            yield condition
        case Negation(inner):
            yield from comparisons(inner)
        case All(conditions) | AnyOf(conditions):
            for part in conditions:
                yield from comparisons(part)


def rebuilt(condition: Condition, f: Callable[[Compare], Condition]) -> Condition:
    """The condition with its comparisons replaced."""
    match condition:
        case Compare():
            return f(condition)
        case Negation(inner):
            return Negation(rebuilt(inner, f))
        case All(conditions):
            return All(tuple(rebuilt(c, f) for c in conditions))
        case AnyOf(conditions):
            return AnyOf(tuple(rebuilt(c, f) for c in conditions))


def replaced(condition: Condition, values: Mapping[str, Poly]) -> Condition:
    """The condition with names replaced."""
    return rebuilt(condition, lambda comparison: comparison.substitute(values))


def in_linear_cases(condition: Condition) -> Condition:
    """The condition with comparisons of a min, a max or a polynomial in one name as cases.

    >>> n = Poly.name("n")
    >>> in_linear_cases(Compare(Poly.atom(Extremum("min", (n, 3 - n))), ">="))
    (2*n <= 3 and n >= 0) or (2*n >= 4 and n <= 3)
    >>> in_linear_cases(equal(n * n, n)), in_linear_cases(Compare(n * n - 3, ">="))
    (n == 0 or n == 1, n + 2 <= 0 or n >= 2)
    >>> in_linear_cases(equal(Poly.atom(Floor(Poly.of(2), n)), 1))
    (0 == 0 and n <= 2 and 2*n >= 3) or n == 0
    """
    return rebuilt(condition, _cases)


def _cases(condition: Compare) -> Condition:
    extremum = condition.poly.first_extremum
    if extremum is None:
        return _turns(condition) or _factors(condition) or _values_of_one_name(condition)
    cases = ((*guards, condition.with_atom(extremum, chosen)) for chosen, guards in extremum_cases(extremum))
    return AnyOf(tuple(All(tuple(map(_cases, case))) for case in cases))


def _turns(condition: Compare) -> Condition | None:
    """A condition on a quotient of a number near 0, which has few values; open where a divisor is 0."""
    for found in condition.poly.atoms:
        match found:
            case Floor(Poly(integer=int() as number), Poly(integer=None, is_affine=True) as divisor) if (
                abs(number) <= MAX_ROOTS_BOUND
            ):
                turns = sorted({(number // (s * d), s) for d in range(1, abs(number) + 2) for s in (1, -1)})
                cases = (_at_turn(condition, found, number, turn, sign) for turn, sign in turns)
                possible = (case for case in cases if all(c.poly.names or holds(c, {}) for c in case))
                return AnyOf((*(All(tuple(map(_cases, case))) for case in possible), equal(divisor, 0)))
    return None


def _at_turn(condition: Compare, found: Floor, number: int, turn: int, sign: int) -> tuple[Compare, ...]:
    """A condition where the quotient of a number by a divisor of one sign has some value, and where that is."""
    inside = in_range((number - found.divisor * turn) * sign, found.divisor * sign)
    try:
        return condition.with_atom(found, Poly.of(turn)), *inside
    except ZeroDivisionError:
        return inside


def _factors(condition: Compare) -> Condition | None:
    """That a product of different names is a number, which few factors have."""
    match [(m, value) for m, value in condition.poly.terms.items() if m]:
        case [((str(first), str(), *_) as monomial, value)] if all(isinstance(a, str) for a in monomial):
            number = Fraction(-condition.poly.terms.get((), 0)) / value
        case _:
            return None
    if condition.relation == ">=" or len(set(monomial)) < len(monomial) or abs(number) > MAX_ROOTS_BOUND:
        return None
    if condition.relation == "!=":
        return Negation(_factors(equal(condition.poly, 0)) or condition)
    if number.denominator > 1:
        return AnyOf(())
    rest = Poly({tuple(a for a in monomial if a != first): 1})
    if not number:
        return AnyOf((equal(Poly.name(first), 0), _cases(equal(rest, 0))))
    divisors = [sign * d for d in range(1, abs(int(number)) + 1) if number % d == 0 for sign in (1, -1)]
    return AnyOf(tuple(All((equal(Poly.name(first), d), _cases(equal(rest, int(number) // d)))) for d in divisors))


@lru_cache(maxsize=1_024)
def _values_of_one_name(condition: Compare) -> Condition:
    """A comparison of a polynomial in one name as ranges of its values, where its roots are near 0."""
    poly, names = condition.poly, condition.poly.names
    if poly.is_affine or len(names) != 1 or {*poly.atoms} != names:
        return condition
    (name,) = names
    by_degree = {len(m): value for m, value in poly.terms.items()}
    leading = by_degree.pop(max(by_degree))
    if not all(isinstance(v, (int, Fraction)) for v in (leading, *by_degree.values())):
        return condition
    bound = 1 + max((abs(Fraction(v) / leading) for v in by_degree.values()), default=0)
    if bound > MAX_ROOTS_BOUND:
        return condition
    near = range(-ceil(bound), ceil(bound) + 1)
    place = Poly.name(name)
    true = [i for i in near if holds(condition, {name: Poly.of(i)})]
    if condition.relation == "==":
        return AnyOf(tuple(equal(place, i) for i in true))
    starts = [i for i in true if i - 1 not in true]
    ends = [i for i in true if i + 1 not in true]
    ranges: list[Condition] = []
    for start, end in zip(starts, ends, strict=True):
        low = () if start == near[0] else (Compare(place - start, ">="),)
        high = () if end == near[-1] else (Compare(end - place, ">="),)
        ranges.append(All((*low, *high)))
    return AnyOf(tuple(ranges))


def condition_names(condition: Condition) -> frozenset[str]:
    """Every name in a condition."""
    return frozenset().union(*(c.poly.names for c in comparisons(condition)))


def holds(condition: Condition, values: Mapping[str, Poly]) -> bool:
    """Whether a condition is true at numbers for all its names."""
    match condition:
        case Compare(poly, relation):
            number = poly.substitute(values)
            value = number.constant
            if value is None:
                zero = is_zero(number) if not number.names and relation != ">=" else None
                if zero is None:
                    raise ValueError(f"{condition} has no value here")
                return zero == (relation == "==")
            return value >= 0 if relation == ">=" else value == 0 if relation == "==" else value != 0
        case All(conditions):
            return all(holds(c, values) for c in conditions)
        case AnyOf(conditions):
            return any(holds(c, values) for c in conditions)
        case Negation(inner):
            return not holds(inner, values)
