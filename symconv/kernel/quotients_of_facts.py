"""What is known of quotients: that i // w < h where i < h·w, and that i % w, which is i − w·(i // w), is below w."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from symconv.algebra.polynomials import Floor, Poly
from symconv.algebra.written_products import multiples
from symconv.formulas.conditions import Compare, in_range


def bounds_of_quotients(
    polys: Iterable[Poly], conditions: Sequence[Compare], implies: Callable[..., bool]
) -> Iterator[Compare]:
    """What follows for the quotients by names that stand in polynomials; `implies` says what is known."""
    for quotient in dict.fromkeys(f for poly in polys for f in _quotients(poly)):
        divisor, numerator, at = quotient.divisor, quotient.numerator, Poly.atom(quotient)
        if not implies(Compare(divisor - 1, ">=")):
            continue
        yield from in_range(numerator - divisor * at, divisor)
        if implies(Compare(numerator, ">=")):
            yield Compare(at, ">=")
        for fact in conditions:
            largest = fact.poly + numerator
            if fact.relation != ">=" or largest.names & numerator.names:
                continue
            times = multiples(largest, divisor)
            for bound in (times - 1, times):
                if implies(Compare(divisor - 1 - largest + divisor * bound, ">=")):
                    yield Compare(bound - at, ">=")
                    break


def _quotients(poly: Poly) -> Iterator[Floor]:
    for atom in poly.atoms:
        if isinstance(atom, Floor):
            yield from _quotients(atom.numerator)
            if atom.divisor.integer is None:
                yield atom
