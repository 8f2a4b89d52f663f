"""Sums over roots of unity: Σ exp(2πi·k·t/n) over n consecutive k is n where n divides t, else 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import islpy as isl

from symconv.kernel import presburger
from symconv.kernel.formulas import Compare
from symconv.kernel.polynomials import PI, ZERO, Exp, I, Poly, exponential, inverse
from symconv.kernel.terms import Term

MAX_TURNS = 4


def root_sum(
    term: Term, name: str, low: Poly, high: Poly, visible: Sequence[str], context: isl.Set
) -> list[Term] | None:
    """Σ of a term c·exp(E) over low ≤ name ≤ high, where E is linear in the name.

    The number of summands must be n for E = 2πi·name·t/n + …, and |t| < 4n certain; else None.
    """
    ((monomial, c),) = term.coefficient.terms.items()
    power = next(a for a in monomial if isinstance(a, Exp))
    others = Poly({tuple(a for a in monomial if a != power): c})
    if name in others.names:
        return None
    at_zero = power.exponent.substitute({name: ZERO})
    slope = power.exponent.substitute({name: Poly.of(1)}) - at_zero
    if power.exponent != at_zero + slope * Poly.name(name):
        return None
    n = high - low + 1
    turns = slope * inverse(I * PI) * n * Fraction(1, 2)
    if not turns.is_affine or any(not isinstance(v, int) for v in turns.terms.values()) or not n.is_affine:
        return None
    names = [*visible, *term.bound]
    known = presburger.points(names, term.guards)
    known = known.intersect(presburger.extended(context, len(names) - context.dim(isl.dim_type.set)))
    known = known.intersect(presburger.points(names, [Compare(n - 1, ">=")]))
    inside = presburger.points(
        names, [Compare(n * MAX_TURNS - 1 - turns, ">="), Compare(turns + n * MAX_TURNS - 1, ">=")]
    )
    if not known.is_subset(inside):
        return None
    found = []
    for turn in range(1 - MAX_TURNS, MAX_TURNS):
        made = replace(term, coefficient=others * exponential(at_zero) * n)
        guarded = made.guarded([Compare(turns - n * turn, "=="), Compare(n - 1, ">=")])
        if guarded is not None:
            found.append(guarded)
    return found
