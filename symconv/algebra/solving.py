"""Equations solved for a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from symconv.algebra.polynomials import Number, Poly


def isolated(poly: Poly, name: str) -> tuple[Number, Poly] | None:
    """The number c and the rest r of c·name + r; None where the name does not occur, or elsewhere too."""
    c = poly.coefficient(name)
    if not c:
        return None
    rest = Poly({m: value for m, value in poly.terms.items() if m != (name,)})
    return (c, rest) if poly.is_affine or name not in rest.names else None


def solved_for(equation: Poly, names: Iterable[str], rational: bool = False) -> tuple[str, Poly] | None:
    """The first of the names that `equation` == 0 gives by what else occurs in it, and what it is then.

    That is a combination of the rest with whole numbers, or, if `rational`, with any.

    >>> n, u = Poly.name("n"), Poly.name("u")
    >>> solved_for(2 * n - u - 1, ["n", "u"]), solved_for(2 * n - u - 1, ["n"], rational=True)
    (('u', Poly(2*n - 1)), ('n', Poly(1/2*u + 1/2)))
    """
    for name in names:
        if equation.coefficient(name) in (1, -1) or rational:
            match isolated(equation, name):
                case c, rest:
                    return name, rest * (-(Fraction(c) ** -1))
    return None


def solved_in_turn(equations: Iterable[Poly], names: Sequence[str], rational: bool = False) -> dict[str, Poly]:
    """What equations give of the names, one name each, with what is known already put in on both sides."""
    values: dict[str, Poly] = {}
    for equation in equations:
        match solved_for(equation.substitute(values), names, rational):
            case name, value:
                values = {known: v.substitute({name: value}) for known, v in values.items()} | {name: value}
    return values
