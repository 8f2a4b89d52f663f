"""Products of atoms with their numbers: what is divided off, and what is split off exponents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias

from symconv.algebra.atoms import Atom, Constant, Monomial, Root, half_turns

Number: TypeAlias = int | Fraction


def exact(value: Number) -> Number:
    """The number, an integer where it is whole."""
    return value if type(value) is int or value.denominator != 1 else value.numerator


def without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """What is left of a monomial that is divided by another one."""
    left = list(monomial)
    for atom in factor:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def radicand_in(monomial: Iterable[Atom]) -> int | None:
    """The number below a root in a product."""
    return next((a.radicand for a in monomial if isinstance(a, Root) and isinstance(a.radicand, int)), None)


def quarter_turns(exponent: Mapping[Monomial, Number]) -> tuple[int, dict[Monomial, Number]]:
    """Split i·π/2 multiples off an exponent, and whole turns 2·i·π·M of integers M; i·π·n·n is i·π·n."""
    merged: dict[Monomial, Number] = {}
    for monomial, c in exponent.items():
        single = tuple(dict.fromkeys(monomial)) if c % 2 == 1 and half_turns(monomial) else monomial
        merged[single] = merged.get(single, 0) + c
    turns, rest = 0, dict(merged)
    for monomial, c in merged.items():
        names = half_turns(monomial)
        if names:
            rest[monomial] = exact(1 - (1 - c) % 2)
        elif names is not None:
            turns = int(Fraction(c) * 2 // 1)
            rest[monomial] = exact(c - Fraction(turns, 2))
    return turns % 4, rest


def whole_powers(exponent: Mapping[Monomial, Number]) -> tuple[Fraction, dict[Monomial, Number]]:
    """Split whole powers of primes off an exponent."""
    number, rest = Fraction(1), dict(exponent)
    for monomial, c in exponent.items():
        match monomial:
            case (Constant() as log,) if log.prime is not None:
                whole = Fraction(c) // 1
                number, rest[monomial] = number * Fraction(log.prime) ** int(whole), exact(Fraction(c) - whole)
    return number, rest
