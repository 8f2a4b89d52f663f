"""Constraints that hold for all values of an index."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symconv.algebra.atoms import Atom, Extremum, Floor
from symconv.algebra.polynomials import Poly, floor
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, holds
from symconv.limits import MAX_ROOT


def throughout(need: Compare, name: str, low: Poly, high: Poly) -> list[Condition] | None:
    """What makes a constraint hold at all whole numbers from low to high; None where that is not known."""
    try:
        first, last = (need.poly.substitute({name: end}) for end in (low, high))
    except ZeroDivisionError:
        return None
    match need.relation:
        case ">=":
            direction = _direction(need.poly, name)
            if direction is not None:
                return [Compare(first if direction > 0 else last, ">=")]
            ends: list[Condition] = [Compare(first, ">="), Compare(last, ">=")]
            return ends if _slope_and_rest(need.poly, name) is not None else None
        case "!=":
            return _nowhere_zero(need.poly, name, low, high)
    return None


def _nowhere_zero(poly: Poly, name: str, low: Poly, high: Poly) -> list[Condition] | None:
    """What keeps a polynomial from being 0 between low and high."""
    if poly.names == {name}:
        roots = _whole_roots(poly, name)
        return None if roots is None else [_any(_beyond(Poly.of(root), low, high)) for root in roots]
    parts = _slope_and_rest(poly, name)
    if parts is None:
        return None
    slope, rest = parts
    if slope.integer:
        root = floor(-rest * (1 if slope.integer > 0 else -1), Poly.of(abs(slope.integer)))
        divides = slope * root + rest
        uneven = [] if divides == 0 else [Compare(divides, "!=")]
        return [_any([*uneven, *_beyond(root, low, high)])]
    first, last = slope * low + rest, slope * high + rest
    same_sign = [Compare(first * sign - 1, ">=") for sign in (1, -1)]
    ends = [Compare(last * sign - 1, ">=") for sign in (1, -1)]
    return [AnyOf((All((same_sign[0], ends[0])), All((same_sign[1], ends[1]))))]


def _slope_and_rest(poly: Poly, name: str) -> tuple[Poly, Poly] | None:
    """The polynomial as slope · name + rest, neither of which depends on the name; None for another form."""
    slope = poly.substitute({name: Poly.name(name) + 1}) - poly
    rest = poly - slope * Poly.name(name)
    return None if name in slope.names | rest.names else (slope, rest)


def _any(either: Sequence[Compare]) -> Condition:
    return either[0] if len(either) == 1 else AnyOf(tuple(either))


def _beyond(root: Poly, low: Poly, high: Poly) -> list[Compare]:
    """What says of a number that it is below `low` or above `high`: any of these."""
    either = [Compare(low - 1 - root, ">="), Compare(root - 1 - high, ">=")]
    return [c for c in either if c.poly.constant is None or holds(c, {})]


def _whole_roots(poly: Poly, name: str) -> list[int] | None:
    """The whole numbers at which a polynomial in one name with rational coefficients is 0; None for another form."""
    if not all(set(monomial) <= {name} for monomial in poly.terms):
        return None
    coefficients = {len(monomial): Fraction(c) for monomial, c in poly.terms.items()}
    bound = 1 + max(abs(c / coefficients[max(coefficients)]) for c in coefficients.values())  # Cauchy's, on all roots
    if bound > MAX_ROOT:
        return None
    return [n for n in range(-int(bound), int(bound) + 1) if poly.substitute({name: Poly.of(n)}) == 0]


def _direction(poly: Poly, name: str) -> int | None:
    """1 where a polynomial grows with a name, or does not depend on it, −1 where it falls; None if neither is seen."""
    found = set()
    for monomial, coefficient in poly.terms.items():
        atoms = [a for a in monomial if name in Poly.atom(a).names]
        if not atoms:
            continue
        direction = _atom_direction(atoms[0], name) if len(monomial) == 1 else None
        if direction is None:
            return None
        found.add(direction if coefficient > 0 else -direction)
    return None if len(found) > 1 else found.pop() if found else 1


def _atom_direction(atom: Atom, name: str) -> int | None:
    match atom:
        case str():
            return 1
        case Floor(numerator, divisor) if divisor.integer is not None and divisor.integer > 0:
            return _direction(numerator, name)
        case Extremum(_, args):
            directions = {_direction(arg, name) for arg in args if name in arg.names}
            return directions.pop() if len(directions) == 1 else None
    return None
