"""Rational combinations of roots of unity and of square roots, which are sums of roots of unity themselves.

A number is kept as {q: c}, which stands for Σ c·exp(2πi·q). It is 0 exactly if Σ c·x^(qN) vanishes at all
primitive N-th roots of unity, so exactly if its product with ∏(1 − x^(N/p)) over the primes p of N, which vanishes
at all others, is 0 modulo x^N − 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import TypeAlias

from symconv.algebra.atoms import Atom, Constant, Exp, Monomial, Root
from symconv.algebra.primes import prime_factors
from symconv.limits import MAX_RADICAND

_I_PI = (Constant("I"), Constant("pi"))

Turns: TypeAlias = Mapping[Fraction, Fraction]


def vanishes(terms: Mapping[Monomial, int | Fraction]) -> bool | None:
    """Whether a sum of products is 0: True where the roots of unity before every other product add up to 0.

    False where there are no other products; else None.
    """
    alike: dict[Monomial, list[tuple[Monomial, int | Fraction]]] = {}
    for monomial, c in terms.items():
        known, rest = _split(monomial)
        alike.setdefault(rest, []).append((known, c))
    is_zero = all(len(parts) > 1 and sums_to_zero(_added(parts)) for parts in alike.values())
    return True if is_zero else False if alike.keys() == {()} else None


def sums_to_zero(turns: Turns) -> bool:
    """Whether Σ c·exp(2πi·q) is 0.

    >>> sums_to_zero({Fraction(k, 3): Fraction(1) for k in range(3)})
    True
    """
    for prime, _ in prime_factors(lcm(*(q.denominator for q in turns))):
        turns = _times(turns, {Fraction(0): Fraction(1), Fraction(1, prime): Fraction(-1)})
    return not turns


@lru_cache(maxsize=4_096)
def _split(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """The roots of unity and square roots in a product, and the rest of it."""
    known: list[Atom] = []
    rest: list[Atom] = []
    for atom in monomial:
        match atom:
            case Constant("I"):
                known.append(atom)
            case Root(int() as radicand) if radicand <= MAX_RADICAND:
                known.append(atom)
            case Exp(exponent):
                make = type(exponent)
                parts = {m: Exp(make({m: c})) for m, c in exponent.terms.items()}
                exact = [m for m in parts if _turns(parts[m]) is not None]
                known += [parts[m] for m in exact]
                left = make({m: c for m, c in exponent.terms.items() if m not in exact})
                rest += [Exp(left)] if left else []
            case _:
                rest.append(atom)
    return tuple(known), tuple(rest)


def _added(parts: list[tuple[Monomial, int | Fraction]]) -> Turns:
    total: dict[Fraction, Fraction] = {}
    for known, c in parts:
        product: Turns = {Fraction(0): Fraction(c)}
        for atom in known:
            product = _times(product, _turns(atom) or {})
        for q, value in product.items():
            total[q] = total.get(q, Fraction(0)) + value
    return {q: c for q, c in total.items() if c}


def _times(left: Turns, right: Turns) -> Turns:
    product: dict[Fraction, Fraction] = {}
    for q1, c1 in left.items():
        for q2, c2 in right.items():
            q = (q1 + q2) % 1
            product[q] = product.get(q, Fraction(0)) + c1 * c2
    return {q: c for q, c in product.items() if c}


@lru_cache(maxsize=1_024)
def _turns(atom: object) -> Turns | None:
    """i, a root of unity, or the square root of a whole number as a sum of roots of unity; else None."""
    match atom:
        case Constant("I"):
            return {Fraction(1, 4): Fraction(1)}
        case Root(int() as radicand):
            return _square_root(radicand)
        case Exp(exponent):
            ((monomial, c),) = exponent.terms.items()
            if monomial == _I_PI:
                return {Fraction(c) / 2 % 1: Fraction(1)}
            log = monomial[0] if len(monomial) == 1 and c == Fraction(1, 2) else None
            if isinstance(log, Constant) and log.prime is not None and log.prime <= MAX_RADICAND:
                return _square_root(log.prime)
    return None


def _square_root(number: int) -> Turns:
    """The square root of a squarefree number; of a prime p it is Σ (a/p)·exp(2πi·a/p), by i where p is 3 modulo 4."""
    product: Turns = {Fraction(0): Fraction(1)}
    for prime, _ in prime_factors(number):
        if prime == 2:
            root = {Fraction(1, 8): Fraction(1), Fraction(7, 8): Fraction(1)}
        else:
            turn = Fraction(0) if prime % 4 == 1 else Fraction(3, 4)
            signs = {a: 1 if pow(a, prime // 2, prime) == 1 else -1 for a in range(1, prime)}
            root = {(Fraction(a, prime) + turn) % 1: Fraction(sign) for a, sign in signs.items()}
        product = _times(product, root)
    return product
