"""Products of a size and an index (a symbolic stride s·m), kept as visible coordinates.

Once the bound indices are eliminated, such a product is named by its monomial and treated as a
free integer with the bounds that it inherits from its factors. That loses what ties it to them:
equal coefficient functions stay equal, so it can prove; it can never refute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import islpy as isl

from symconv.algebra.atoms import monomial_names
from symconv.algebra.polynomials import Atom, Monomial, Poly
from symconv.formulas.conditions import Compare
from symconv.kernel import presburger
from symconv.kernel.terms import Term


def products(guards: Iterable[Compare], names: Sequence[str]) -> dict[str, Monomial]:
    """The non-linear monomials of the guards whose factors are all among the names, by their name."""
    known = set(names)
    found: dict[str, Monomial] = {}
    for guard in guards:
        for monomial in presburger.opaque_monomials(guard.poly):
            name = presburger.opaque_name(monomial)
            if name not in known and monomial_names(monomial) <= known:
                found[name] = monomial
    return found


def canonical(term: Term, own: Sequence[str]) -> Term:
    """The term with entry indices in products replaced by what equations say they are."""
    if not any(len(m) > 1 for g in term.guards for m in g.poly.terms):  # quicker
        return term
    guards = list(term.guards)
    for y in own:
        linear = (g for g in guards if g.poly.is_affine)
        found = next(((g, given) for g in linear if (given := g.solved_for([y])) is not None), None)
        if found is not None:
            equation, (_, value) = found
            guards = [g if g is equation else Compare(_in_products(g.poly, y, value), g.relation) for g in guards]
    return replace(term, guards=tuple(guards))


def _in_products(poly: Poly, name: str, value: Poly) -> Poly:
    linear = Poly({m: c for m, c in poly.terms.items() if len(m) < 2})
    return linear + (poly - linear).substitute({name: value})


def inherited(
    guards: Sequence[Compare], monomials: Iterable[Monomial], names: Sequence[str], context: isl.Set
) -> list[Compare]:
    """p·g ≥ 0 for every guard g ≥ 0 and every product p of factors ≥ 0 that stands before its names."""
    monomials = list(monomials)
    if not monomials:  # quicker
        return []
    known = set(names)
    positive = {a for a in {a for m in monomials for a in m} if isinstance(a, str) and _positive(a, names, context)}
    found: dict[Compare, None] = {}
    for guard in guards:
        if guard.relation != ">=":
            continue
        atoms = set(guard.poly.atoms)
        for factor in _factors(monomials, atoms, positive):
            made = Compare(guard.poly * Poly({factor: 1}), ">=")
            if all(presburger.opaque_name(m) in known for m in presburger.opaque_monomials(made.poly)):
                found[made] = None
    return list(found)


def _factors(monomials: Iterable[Monomial], atoms: Collection[Atom], positive: Collection[Atom]) -> list[Monomial]:
    """What stands before one of the atoms in a product, where that is known to be 0 or more."""
    found: dict[Monomial, None] = {}
    for monomial in monomials:
        for at, atom in enumerate(monomial):
            rest = monomial[:at] + monomial[at + 1 :]
            if atom in atoms and rest and all(a in positive for a in rest):
                found[rest] = None
    return list(found)


def _positive(name: str, names: Sequence[str], context: isl.Set) -> bool:
    at_least_zero = presburger.points(names, [Compare(Poly.name(name), ">=")])
    return bool(presburger.extended(context, len(names) - context.dim(isl.dim_type.set)).is_subset(at_least_zero))
