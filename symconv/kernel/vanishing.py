"""Where the coefficient of a cell is 0, though it is not the number 0.

A coefficient is substituted with the equations of its cell and split into factors. The points
where a linear factor is 0 leave the cell; what other factors do is looked up point by point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import count
from math import lcm, prod

import islpy as isl

from symconv.algebra.polynomials import ONE, PI, Atom, Constant, Exp, I, Monomial, Number, Poly, Root, exponential
from symconv.algebra.solving import solved_for
from symconv.formulas.conditions import All, Compare
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_ROOT_ORDER, MAX_WITNESSES

MAX_SHOWN = 60


def nonzero_part(cell: Piece, visible: Sequence[str], opaque: Mapping[str, Monomial]) -> Piece | None:
    """The cell without points where its coefficient vanishes by a linear factor; None where it does everywhere.

    `opaque` are the products among the visible names. Raises `Undecided` where it is not known
    whether the coefficient vanishes on all of the cell.
    """
    if cell.coefficient.constant is not None:
        return replace(cell, is_nonzero=True) if cell.coefficient.constant else None
    value = cell.coefficient
    for equation in presburger.equalities(cell.domain, visible):
        value = value.substitute(_solved(_with_products(equation, opaque), value))
    value = value.numerator
    domain, others = cell.domain, False
    zeros = _zeros_of_a_root(value, visible)
    if zeros is not None:
        domain = domain.subtract(zeros)
        return None if domain.is_empty() else replace(cell, domain=domain, is_nonzero=True)
    for factor in _factors(value):
        try:
            domain = domain.intersect(presburger.condition_set(visible, Compare(factor, "!=")))
        except Undecided:
            others = True
    if not value or domain.is_empty():
        return None
    if others and not _somewhere(value, domain, visible):
        return None
    return replace(cell, domain=domain, is_nonzero=not others)


def _zeros_of_a_root(value: Poly, visible: Sequence[str]) -> isl.Set | None:
    """Where a + b·√p is 0, for a number b: where b²·p == a² and a·b <= 0; None of another value, or if it is not known.

    >>> n = Poly.name("n")
    >>> zeros = _zeros_of_a_root(Poly.atom(Root(n)) - n + 2, ["n"])
    >>> [k for k in range(9) if not zeros.intersect(presburger.points(["n"], [Compare(n - k, "==")])).is_empty()]
    [4]
    """
    roots = [(a, a.radicand) for a in value.atoms if isinstance(a, Root) and isinstance(a.radicand, Poly)]
    if len(roots) != 1 or len(value.terms) == 1:
        return None
    ((root, radicand),) = roots
    number = value.coefficient(root)
    rest = value - Poly.atom(root) * number
    if not {*rest.atoms, *radicand.atoms} <= {*visible}:
        return None
    squares = Compare(radicand * number * number - rest * rest, "==")
    try:
        return presburger.condition_set(visible, All((squares, Compare(rest * -number, ">="))))
    except Undecided:
        return None


def by_residues(cell: Piece, visible: Sequence[str]) -> list[Piece]:
    """The cell by what exponents q·iπ·(a sum of names) are modulo 2πi, where these decide whether it vanishes."""
    if len(cell.coefficient.terms) < 2:
        return [cell]
    found = next((a for a in cell.coefficient.atoms if isinstance(a, Exp) and _phase(a)[0]), None)
    if found is None:
        return [cell]
    phase, rest = _phase(found)
    order = 2 * lcm(*(Fraction(c).denominator for c in phase.terms.values()))
    if order > MAX_ROOT_ORDER or not phase.names <= {*visible}:
        return [cell]
    made: list[Piece] = []
    for residue in range(order):
        where = presburger.points(visible, [Compare((phase * (order // 2) - residue) % Poly.of(order), "==")])
        domain = cell.domain.intersect(where)
        if not domain.is_empty():
            value = exponential(rest + I * PI * Fraction(residue, order // 2))
            made += by_residues(Piece(domain, cell.coefficient.with_atom(found, value)), visible)
    return [c for c in made if not c.coefficient.is_zero()]


def _phase(power: Exp) -> tuple[Poly, Poly]:
    """p and r of an exponent iπ·p + r, for p a sum of names by rational numbers."""
    phase: dict[Monomial, Number] = {}
    rest: dict[Monomial, Number] = {}
    for monomial, c in power.exponent.terms.items():
        names = tuple(a for a in monomial if a not in (Constant("I"), Constant("pi")))
        if len(monomial) == len(names) + 2 and len(names) == 1 and isinstance(names[0], str):
            phase[names] = Fraction(c)
        else:
            rest[monomial] = c
    return Poly(phase), Poly(rest)


def slab(named: Mapping[str, int], value: Poly) -> isl.Set:
    """All points over the names at which the names of `value` are as given: it is the same on them."""
    equations = [Compare(Poly.name(n) - named[n], "==") for n in sorted(value.names)]
    return presburger.points(tuple(named), equations)


def _somewhere(value: Poly, domain: isl.Set, visible: Sequence[str]) -> bool:
    """Whether the value is not 0 at one of the first points; False where it is 0 at all there are."""
    for _ in range(MAX_WITNESSES):
        point = presburger.smallest(domain)
        if point is None:
            return False
        named = dict(zip(visible, point, strict=True))
        with suppress(ZeroDivisionError):  # a point that is none: where a product is known by its bounds only
            if not value.substitute({n: Poly.of(v) for n, v in named.items()}).is_zero():
                return True
        domain = domain.subtract(slab(named, value))
    text = str(value)
    shown = text if len(text) <= MAX_SHOWN and "@" not in text else "a coefficient"
    raise Undecided(f"whether {shown} vanishes on its whole range is not known")


def _with_products(equation: Poly, opaque: Mapping[str, Monomial]) -> Poly:
    """The equation with the names of products as these products again."""
    return equation.substitute({name: Poly({monomial: 1}) for name, monomial in opaque.items()})


def _solved(equation: Poly, value: Poly) -> dict[str, Poly]:
    """The equation solved for a name of `value` that stands alone in it, over the rationals."""
    names = sorted(equation.names & value.names, key=lambda n: ("%" in n, n), reverse=True)
    found = solved_for(equation, names, rational=True)
    return dict([found]) if found is not None else {}


def _factors(value: Poly) -> Iterator[Poly]:
    """Factors that are 0 somewhere in a cell wherever the value is; those that never are left out."""
    if value.is_affine:
        yield value
    elif len(value.terms) == 1:
        ((monomial, _),) = value.terms.items()
        yield from (_with_zeros_of(a) for a in dict.fromkeys(monomial) if not _never_zero(a))
    else:
        yield from _factored(value)


def _never_zero(atom: Atom) -> bool:
    return isinstance(atom, (Exp, Constant)) or (isinstance(atom, Root) and isinstance(atom.radicand, int))


def _with_zeros_of(atom: Atom) -> Poly:
    """What is 0 where an atom is: a root where its radicand is."""
    return Poly.of(atom.radicand) if isinstance(atom, Root) else Poly.atom(atom)


def _factored(value: Poly) -> list[Poly]:
    """The irreducible factors of a polynomial whose atoms are taken as independent."""
    import sympy

    numbers = count()
    symbols = {a: sympy.Symbol(f"a{next(numbers)}") for a in value.atoms}
    terms = [sympy.Rational(Fraction(c)) * prod(symbols[a] for a in m) for m, c in value.terms.items()]
    content, found = sympy.factor_list(sympy.Add(*terms), *symbols.values())
    atoms = {str(s): a for a, s in symbols.items()}
    factors = [(_polynomial(base.as_poly(*symbols.values()), atoms), power) for base, power in found]
    product = Poly.of(Fraction(int(content.p), int(content.q)))
    for base, power in factors:
        product = product * base**power
    if product != value:
        return [value]
    return [base for base, _ in factors if len(base.terms) > 1 or not all(map(_never_zero, base.atoms))]


def _polynomial(poly: object, atoms: Mapping[str, Atom]) -> Poly:
    total = Poly({})
    for powers, c in poly.terms():  # type: ignore[attr-defined]
        product = ONE * Fraction(int(c.p), int(c.q))
        for symbol, power in zip(poly.gens, powers, strict=True):  # type: ignore[attr-defined]
            product = product * Poly.atom(atoms[str(symbol)]) ** power
        total = total + product
    return total
