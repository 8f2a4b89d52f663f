"""Quotients of indices: j // W and so j % W, by a number or by a symbolic size.

j // 3 becomes a bound integer. Over a symbolic W, where −aW ≤ j < bW is certain for small a and
b, the term is split into the cases j // W = −a, …, b − 1; what in j does not depend on an index
(a shift, a number) is reduced modulo W first if that helps. Two bound indices of which only W·a + b
is taken become one, and j // s // t is j // (s·t).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import copysign

import islpy as isl

from symconv.algebra.atoms import monomial_names
from symconv.algebra.polynomials import ZERO, Atom, Floor, Monomial, Poly, floor
from symconv.formulas.conditions import Compare, in_range
from symconv.formulas.language import fresh
from symconv.kernel import presburger
from symconv.kernel.presburger import Undecided
from symconv.kernel.terms import Term, is_local
from symconv.limits import MAX_FLOORS, MAX_TURNS, MAX_UNROLLED, check_time


def polys(term: Term) -> Iterable[Poly]:
    """Every polynomial in a term without slots."""
    return (term.coefficient, *(g.poly for g in term.guards))


def split(term: Term, names: Sequence[str], context: isl.Set, gathering: bool = True) -> list[Term]:
    """The term by cases for its quotients over a symbolic divisor, where they have few values.

    `names` are the coordinates of the context; quotients of these alone stay. `gathering` says that no bound index
    was taken apart into digits, which would only be put together again.
    """
    term = _gathered(term, names, context) if gathering else term
    if not any(_over_symbols(term, names)):  # quicker
        return [term]
    everything = everything_named(term, names)
    term = _cleared(term, certain(term, names, context), everything)
    known = certain(term, names, context)
    for found in dict.fromkeys(_over_symbols(term, names)):
        cases = turns(found, known, everything)
        if cases is not None:
            made = (_with_value(term, found, turn, known, everything) for turn in cases)
            return [t for case in made if case is not None for t in split(case, names, context, gathering)]
        digits = _by_digits(term, found, known, everything)
        if digits is not None:
            return split(digits, names, context, gathering=False)
        turned = _turned(term, found, known, everything)
        if turned is not None:
            return split(turned, names, context, gathering)
    return [term]


def flattened(whole: Floor) -> tuple[Floor, Poly] | None:
    """(a // d + r) // q as the quotient a // d and (a + d·r) // (d·q), to which it is equal if d ≥ 1."""
    inner = next((a for a in whole.numerator.atoms if isinstance(a, Floor)), None)
    if inner is None or whole.numerator.terms.get((inner,)) != 1:
        return None
    rest = whole.numerator - Poly.atom(inner)
    return inner, floor(inner.numerator + inner.divisor * rest, inner.divisor * whole.divisor)


def settles(term: Term, outer: frozenset[str]) -> bool:
    """Whether there is a quotient of `outer` names alone over a symbolic divisor, or one of a quotient."""
    floors = [f for f in floors_in(polys(term)) if f.numerator.names | f.divisor.names <= outer]
    return any(f.divisor.integer is None or flattened(f) is not None for f in floors)


def settled(term: Term, outer: frozenset[str], names: Sequence[str], context: isl.Set) -> list[Term]:
    """The term with a // d // q as a // (d·q), and by cases for quotients of `outer` names with few values (1 // m)."""
    everything = everything_named(term, names)
    known = certain(term, names, context)
    floors = dict.fromkeys(f for f in floors_in(polys(term)) if f.numerator.names | f.divisor.names <= outer)
    for one in floors:
        match flattened(one):
            case inner, value if all(at_least_one(f.divisor, known, everything) for f in (inner, one)):
                return settled(_mapped(term, one, value), outer, names, context)
    for one in (f for f in floors if f in {*_over_symbols(term, names)}):
        cases = turns(one, known, everything)
        if cases is not None:
            made = (_with_value(term, one, turn, known, everything) for turn in cases)
            return [t for case in made if case is not None for t in settled(case, outer, names, context)]
    return [term]


def _gathered(term: Term, names: Sequence[str], context: isl.Set) -> Term:
    """The term with bound a < q and b < W of which it only takes W·a + b as one bound index below q·W."""
    for monomial in dict.fromkeys(m for g in term.guards for m in g.poly.terms if len(m) > 1):
        for high in (n for n in term.bound if monomial.count(n) == 1):
            factor = Poly({tuple(a for a in monomial if a != high): 1})
            if not at_least_one(factor, certain(term, names, context), everything_named(term, names)):
                continue
            for low, top in product((n for n in term.bound if n != high), _tops(term, high)):
                made = _gathered_into(term, high, low, factor, top, names, context)
                if made is not None:
                    return _gathered(made, names, context)
    return term


def _tops(term: Term, name: str) -> list[Poly]:
    """The ends of a bound index that are given without other bound ones."""
    index = Poly.name(name)
    tops = [g.poly + index + 1 for g in term.guards if g.relation == ">=" and g.poly.coefficient(name) == -1]
    return [t for t in tops if t.names.isdisjoint(term.bound)]


def _gathered_into(
    term: Term, high: str, low: str, factor: Poly, top: Poly, names: Sequence[str], context: isl.Set
) -> Term | None:
    """The term with factor·high + low as one index, for high < top; None where it takes more of them than that."""
    a, b = Poly.name(high), Poly.name(low)
    ends = [*in_range(a, top), *in_range(b, factor)]
    if any(e not in term.guards for e in ends):
        return None
    whole = fresh(low)
    joined = {low: Poly.name(whole) - factor * a}
    alone = [g for g in term.guards if g not in ends and high in g.poly.substitute(joined).names]
    if alone and not _follow(
        alone, replace(term, guards=tuple(g for g in term.guards if g not in alone)), names, context
    ):
        return None
    made = replace(term, guards=tuple(g for g in term.guards if g not in ends and g not in alone)).substitute(joined)
    if any(high in p.names for p in polys(made)):
        return None
    bounds = [*in_range(Poly.name(whole), top * factor), Compare(factor - 1, ">=")]
    return replace(made, bound=(*(n for n in made.bound if n not in (high, low)), whole)).guarded(bounds)


def _follow(guards: Iterable[Compare], term: Term, names: Sequence[str], context: isl.Set) -> bool:
    """Whether guards are certain in a term that does without them."""
    known, everything = certain(term, names, context), everything_named(term, names)
    try:
        return all(g.relation == ">=" and _holds(g.poly, known, everything) for g in guards)
    except Undecided:
        return False


def _by_digits(term: Term, found: Floor, known: isl.Set, everything: Sequence[str]) -> Term | None:
    """The term with a bound b in 0 ≤ b < q·W, of which it takes b // W, as b = W·b' + b″; None for other floors."""
    divisor = found.divisor
    name = next((n for n in term.bound if found.numerator == Poly.name(n)), None)
    if name is None or not at_least_one(divisor, known, everything):
        return None
    index = Poly.name(name)
    tops = _tops(term, name)
    quotient = next((q for top in tops if (q := floor(top, divisor)) * divisor in tops), None)
    if quotient is None or Compare(index, ">=") not in term.guards:
        return None
    high, low = fresh(name), fresh(name)
    digits = (Poly.name(high), Poly.name(low))
    ends = in_range(index, quotient * divisor)
    rest = replace(term, guards=tuple(g for g in term.guards if g not in ends))
    made = rest.substitute({name: digits[0] * divisor + digits[1]})
    bounds = [*in_range(digits[0], quotient), *in_range(digits[1], divisor)]
    return replace(made, bound=(*(n for n in made.bound if n != name), high, low)).guarded(bounds)


def _turned(term: Term, found: Floor, known: isl.Set, everything: Sequence[str]) -> Term | None:
    """The term with (−1 − a) // W as −1 − a // W where the last index in the numerator is counted downwards."""
    local = [c for m, c in found.numerator.terms.items() if any(is_local(n) for n in monomial_names(m))]
    if not local or local[-1] > 0 or not at_least_one(found.divisor, known, everything):
        return None
    return _mapped(term, found, -1 - floor(-1 - found.numerator, found.divisor))


def _cleared(term: Term, known: isl.Set, everything: Sequence[str]) -> Term:
    """The term with the bounds on a quotient a // W ≥ b, a // W ≤ b as bounds on a, and those of a % W gone."""
    guards: list[Compare] = []
    for guard in term.guards:
        floors = [f for m in guard.poly.terms for f in m if isinstance(f, Floor) and f.divisor.integer is None]
        bound = _cleared_bound(guard, floors[0], known, everything) if len(set(floors)) == 1 else guard
        guards += [bound] if bound is not None else []
    return replace(term, guards=tuple(guards))


def _cleared_bound(guard: Compare, found: Floor, known: isl.Set, everything: Sequence[str]) -> Compare | None:
    """The same bound without the floor; None where it always holds."""
    divisor = found.divisor
    if guard.relation != ">=" or not at_least_one(divisor, known, everything):
        return guard
    rest = found.numerator - divisor * Poly.atom(found)
    if guard.poly in (rest, divisor - 1 - rest):
        return None
    sign = guard.poly.coefficient(found)
    other = guard.poly - Poly.atom(found) * sign
    if sign not in (1, -1) or any(found in m for m in other.terms):
        return guard
    if sign == 1:
        return Compare(found.numerator + other * divisor, ">=")
    return Compare((other + 1) * divisor - 1 - found.numerator, ">=")


def reduced(term: Term, names: Sequence[str], outer: frozenset[str]) -> tuple[Term, dict[str, Floor]]:
    """The term with what in its numerators holds `outer` names only taken modulo the symbolic divisor.

    (j + s) // W becomes (j + r) // W + s // W, with a name r for s % W; these names come with their s // W.
    """
    remainders: dict[str, Floor] = {}
    for found in dict.fromkeys(_over_symbols(term, names)):
        if not found.divisor.names <= outer or found.numerator.names <= outer:
            continue
        whole, numerator = ZERO, ZERO
        for monomial, c in found.numerator.terms.items():
            part, times = Poly({monomial: 1}), c
            if not monomial:
                times = int(copysign(1, c))
                part = Poly.of(c * times)
            quotient = Floor(part, found.divisor)
            name = f"{part}%{found.divisor}"
            small = part.constant is not None and part.constant < MAX_TURNS
            if not small and part.names <= outer and not any(isinstance(a, Floor) for a in monomial):
                remainders[name] = quotient
                whole, part = whole + Poly.atom(quotient) * times, Poly.name(name)
            numerator = numerator + part * times
        if whole:
            term = _mapped(term, found, whole + floor(numerator, found.divisor))
    return term, remainders


def named(term: Term) -> list[Term]:
    """Quotients by a number as bound integers, so that equations can be solved for them.

    A coefficient with i // 3 comes as three terms, one for each i % 3: each is a polynomial in i.
    """
    check_time()
    first = next(((f, d) for f in floors_in(polys(term)) if (d := f.divisor.integer) is not None), None)
    if first is None:
        return [term]
    (found, divisor), name = first, fresh("q")
    rest = found.numerator - Poly.name(name) * divisor
    made = _mapped(term, found, Poly.name(name))
    made = replace(made, bound=(*made.bound, name))
    if len(made.bound) > MAX_FLOORS:
        raise Undecided(f"more than {MAX_FLOORS} quotients and bound indices in one product")
    if name in made.coefficient.names and divisor <= MAX_UNROLLED:
        residues = [replace(made, guards=(*made.guards, Compare(rest - r, "=="))) for r in range(divisor)]
        return [t for case in residues for t in named(case)]
    return named(replace(made, guards=(*made.guards, *in_range(rest, found.divisor))))


def floors_in(several: Iterable[Poly]) -> Iterator[Floor]:
    """The floors of polynomials, innermost first."""

    def inside(poly: Poly) -> Iterator[Floor]:
        for monomial in poly.terms:
            for atom in monomial:
                if isinstance(atom, Floor):
                    yield from inside(atom.numerator)
                    yield atom

    return (found for poly in several if not poly.is_affine for found in inside(poly))


def _over_symbols(term: Term, names: Sequence[str]) -> Iterator[Floor]:
    """The floors by a symbolic divisor that are not coordinates themselves."""
    return (
        f for f in floors_in(polys(term)) if f.divisor.integer is None and presburger.opaque_name((f,)) not in names
    )


def _mapped(term: Term, old: Atom, new: Poly) -> Term:
    """The term with an atom replaced, inside other atoms too."""
    check_time()
    guards = tuple(g.with_atom(old, new) for g in term.guards)
    return replace(term, coefficient=term.coefficient.with_atom(old, new), guards=guards)


def everything_named(term: Term, names: Sequence[str]) -> list[str]:
    """All names: the coordinates of the context, then the bound ones and those of entries."""
    loose = {n for p in polys(term) for n in p.names} - {*names, *term.bound}
    return [*names, *term.bound, *sorted(loose)]


def certain(term: Term, names: Sequence[str], context: isl.Set) -> isl.Set:
    """What the linear guards and the context say of all names."""
    everything = everything_named(term, names)
    known = set(everything)
    linear = [g for g in term.guards if _is_linear(g.poly, known)]
    made = presburger.points(everything, linear)
    return made.intersect(presburger.extended(context, len(everything) - len(names)))


def _is_linear(poly: Poly, known: set[str]) -> bool:
    def plain(monomial: Monomial) -> bool:
        return presburger.opaque_name(monomial) in known

    return all(plain(m) for m in presburger.opaque_monomials(poly))


def turns(found: Floor, known: isl.Set, everything: Sequence[str]) -> range | None:
    """The values that a floor can have, or None where they are not known to be few."""
    low, high = turn_bounds(found, known, everything)
    return None if low is None or high is None else range(low, high + 1)


def turn_bounds(found: Floor, known: isl.Set, everything: Sequence[str]) -> tuple[int | None, int | None]:
    """The least and the greatest value of a floor, as far as they are certain and near 0."""
    if not at_least_one(found.divisor, known, everything):
        return None, None
    tried = range(MAX_TURNS + 1)
    try:
        low = next((-t for t in tried if _holds(found.numerator + found.divisor * t, known, everything)), None)
        high = next((t - 1 for t in tried if _holds(found.divisor * t - 1 - found.numerator, known, everything)), None)
    except Undecided:
        return None, None
    return low, high


def at_least_one(divisor: Poly, known: isl.Set, everything: Sequence[str]) -> bool:
    """Whether a divisor is certainly 1 or more, by what is known of all names."""
    try:
        return _holds(divisor - 1, known, everything)
    except Undecided:
        return False


def _holds(value: Poly, known: isl.Set, everything: Sequence[str]) -> bool:
    """Whether value ≥ 0 is certain."""
    return bool(known.is_subset(presburger.points(everything, [Compare(value, ">=")])))


def _with_value(term: Term, found: Floor, turn: int, known: isl.Set, everything: Sequence[str]) -> Term | None:
    """The term where a floor has a value; None where it cannot."""
    rest = found.numerator - found.divisor * turn
    bounds = in_range(rest, found.divisor)
    if known.intersect(presburger.points(everything, bounds)).is_empty():
        return None
    return _mapped(term, found, Poly.of(turn)).guarded(bounds)
