"""The order in which the terms of a polynomial are printed: ours, so that it never drifts.

Indices that are added come first, then sizes, then the number, then indices that are taken
away: `m+u`, `H-h+1`, `m+h-1-u`. Floors that stand for a remainder are put back as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from operator import and_
from typing import TypeAlias

from symconv.algebra.polynomials import Atom, Constant, Floor, Inverse, Number, Poly
from symconv.algebra.remainders import with_remainders


@dataclass(frozen=True)
class Mod:
    """numerator mod divisor, found back in a polynomial that holds it as a floor."""

    numerator: Poly
    divisor: Poly


Shown: TypeAlias = "Atom | Mod"


@dataclass(frozen=True)
class Names:
    """The names of a formula in reading order; all names that are not indices are sizes."""

    indices: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()

    def rank(self, name: str) -> tuple[int, str]:
        """Where a name stands among the others: indices, known sizes, the rest by alphabet."""
        known = (*self.indices, *self.sizes)
        return (known.index(name) if name in known else len(known), name)

    def binding(self, name: str) -> Names:
        """The same names with one more index, the innermost."""
        return Names((*(i for i in self.indices if i != name), name), self.sizes)


@dataclass(frozen=True)
class Part:
    """One signed term of a polynomial: |coefficient| · numerator / denominators."""

    negative: bool
    coefficient: Fraction
    numerator: tuple[Shown, ...]
    denominator: tuple[Poly, ...]

    @property
    def is_remainder(self) -> bool:
        """Whether it is a remainder and no more, which binds weaker than a product."""
        alone = len(self.numerator) == 1 and self.coefficient == 1 and not self.denominator
        return alone and isinstance(self.numerator[0], Mod)


def parts(poly: Poly, names: Names) -> list[Part]:
    """The terms of a polynomial in printing order.

    >>> m, h, u = map(Poly.name, "mhu")
    >>> [str(p.numerator) for p in parts(m + h - 1 - u, Names(("m", "u")))]
    ["('m',)", "('h',)", '()', "('u',)"]
    """
    terms = list(_with_remainders(poly))
    taken_last = any(not m and c < 0 for m, c in terms)
    ordered = sorted(terms, key=lambda term: _place(term[0], term[1], names, taken_last))
    first = next((i for i, (_, c) in enumerate(ordered) if c > 0), 0)
    ordered.insert(0, ordered.pop(first)) if ordered else None
    return [_part(m, c, names) for m, c in ordered]


def _part(monomial: tuple[Shown, ...], coefficient: Number, names: Names) -> Part:
    above = tuple(a for a in monomial if not isinstance(a, Inverse))
    below = tuple(a.denominator for a in monomial if isinstance(a, Inverse))
    ordered = sorted(above, key=lambda a: _factor_place(a, names))
    return Part(coefficient < 0, abs(Fraction(coefficient)), tuple(ordered), below)


def _factor_place(atom: Shown, names: Names) -> tuple[int, tuple[int, str]]:
    match atom:
        case Constant(name) if not atom.prime:
            return -1, (name == "I", name)
        case str():
            return (0 if atom in names.indices else 1), names.rank(atom)
    return 2, names.rank("")


def common_factor(poly: Poly) -> tuple[Poly, Poly]:
    """What all terms have in common, and what is left of them; negative where all of them are.

    >>> m, u, v = map(Poly.name, "muv")
    >>> common_factor(m * u * -2 - m * v * 2)
    (Poly(-2*m), Poly(u + v))
    """
    monomials = [Counter(monomial) for monomial in poly.terms]
    shared = reduce(and_, monomials) if monomials else Counter[Atom]()
    numbers = [Fraction(c) for c in poly.terms.values()]
    size = Fraction(gcd(*(c.numerator for c in numbers)), lcm(*(c.denominator for c in numbers)))
    number = -size if all(c < 0 for c in numbers) else size
    rest = {tuple((Counter(m) - shared).elements()): Fraction(c) / number for m, c in poly.terms.items()}
    left = {m: int(c) if c.denominator == 1 else c for m, c in rest.items()}
    return Poly({tuple(shared.elements()): number if number.denominator > 1 else int(number)}), Poly(left)


def _place(monomial: tuple[Shown, ...], coefficient: Number, names: Names, taken_last: bool) -> tuple[object, ...]:
    plain = [a for a in monomial if isinstance(a, str)]
    with_index = any(a in names.indices for a in plain)
    if with_index:
        group = 4 if coefficient < 0 and taken_last else 2 if coefficient < 0 else 0
    elif monomial:
        group = 1
    else:
        group = 3
    ranks = sorted(names.rank(a) for a in plain)
    return group, coefficient < 0 and group == 1, -len(monomial), ranks


def _with_remainders(poly: Poly) -> Iterator[tuple[tuple[Shown, ...], Number]]:
    """The terms of a polynomial, with x − d·⌊x/d⌋ put together as x mod d."""
    rest, remainders = with_remainders(poly)
    yield from _lowered(rest).terms.items()
    yield from (((Mod(floor.numerator, floor.divisor),), sign) for floor, sign in remainders)


def _lowered(poly: Poly) -> Poly:
    """⌊(h+1)/2⌋ − 1 as ⌊(h−1)/2⌋: what is beside a floor and in it, too, goes into it where that shortens it."""
    for monomial, c in poly.terms.items():
        match monomial:
            case (Floor(numerator, divisor),) if abs(c) == 1 and divisor.integer:
                for beside, number in poly.terms.items():
                    inside = Fraction(numerator.terms.get(beside, 0))
                    whole = Poly({beside: number if beside else -c})
                    shortens = not beside or abs(inside + divisor.integer * number * c) <= abs(inside)
                    if inside and number * c < 0 and shortens and _is_whole(beside, number):
                        floor = Floor(numerator + whole * divisor * c, divisor)
                        return poly - whole + Poly({(floor,): c}) - Poly({monomial: c})
    return poly


def _is_whole(monomial: tuple[Atom, ...], coefficient: Number) -> bool:
    return isinstance(coefficient, int) and all(isinstance(a, str) for a in monomial)


def names_of(polys: Iterable[Poly], indices: Iterable[str] = ()) -> Names:
    """The names in polynomials as they are met, those in `indices` apart from the sizes."""
    known = tuple(indices)
    sizes: dict[str, None] = {}
    for poly in polys:
        for monomial in poly.terms:
            sizes.update(dict.fromkeys(a for a in monomial if isinstance(a, str) and a not in known))
    return Names(known, tuple(sizes))


__all__ = ["Mod", "Names", "Part", "Shown", "common_factor", "names_of", "parts"]
