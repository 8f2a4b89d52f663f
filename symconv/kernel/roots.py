"""Sums of powers: Σ exp(2πi·k·t/n) over n consecutive k is n where n divides t, else 0; Σ r^k for a number r ≠ 1.

A sum over a whole period may come in parts (the turns of a circular index); these are joined first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd

import islpy as isl

from symconv.algebra.polynomials import PI, ZERO, Exp, I, Poly, exponential, inverse
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.terms import Term
from symconv.limits import MAX_TURNS


def joined(terms: Sequence[Term], visible: Sequence[str], context: isl.Set) -> list[Term]:
    """Flat terms with those put together that have the same phase on ranges which together are one range."""
    made: list[Term] = []
    for term in terms:
        while _has_phase(term):
            pairs = ((i, _together(other, term, visible, context)) for i, other in enumerate(made))
            found = next(((i, both) for i, both in pairs if both is not None), None)
            if found is None:
                break
            del made[found[0]]
            term = found[1]
        made.append(term)
    return made


def _has_phase(term: Term) -> bool:
    atoms = (a for a in term.coefficient.atoms if isinstance(a, Exp))
    return any(not a.exponent.names.isdisjoint(term.bound) for a in atoms)


def _together(first: Term, second: Term, visible: Sequence[str], context: isl.Set) -> Term | None:
    """The sum of two terms as one term, or None."""
    if len(first.bound) != len(second.bound):
        return None
    names = dict(zip(second.bound, map(Poly.name, first.bound), strict=True))
    renamed = second.substitute(names)
    if renamed.coefficient != first.coefficient:
        return None
    everything = [*visible, *first.bound]
    try:
        one, other = (presburger.points(everything, t.guards) for t in (first, renamed))
    except presburger.Undecided:
        return None
    allowed = presburger.extended(context, len(everything) - context.dim(isl.dim_type.set))
    one, other = one.intersect(allowed), other.intersect(allowed)
    if not one.is_disjoint(other):
        return None
    guards = presburger.one_range(one.union(other), everything)
    return None if guards is None else replace(first, guards=guards)


def _content(poly: Poly) -> int:
    """The number that divides a polynomial with whole coefficients; 1 for others."""
    numbers = [v for v in poly.terms.values() if isinstance(v, int)]
    return gcd(*numbers) if len(numbers) == len(poly.terms) else 1


def root_sum(
    term: Term, name: str, low: Poly, high: Poly, visible: Sequence[str], context: isl.Set
) -> list[Term] | None:
    """Σ of a term c·exp(E) over low ≤ name ≤ high, where E is linear in the name.

    Either exp(E) is multiplied by one number from each summand to the next, or the number of summands is n for
    E = 2πi·name·t/n + …, and |t| < 4n certain; else None.
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
    ratio = exponential(slope)
    if ratio.constant not in (None, 1):
        ends = exponential(at_zero + slope * (high + 1)) - exponential(at_zero + slope * low)
        made = replace(term, coefficient=others * ends * inverse(ratio - 1)).guarded([Compare(n - 1, ">=")])
        return [made] if made is not None else []
    per_summand = slope * inverse(I * PI) * Fraction(1, 2)
    turns = per_summand * n if n.constant is not None else per_summand.numerator * _content(n)
    if not n or not (turns * inverse(n) - per_summand).is_zero():
        return None
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
