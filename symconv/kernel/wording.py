"""Sets of sizes as conditions on names: the shortest that is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations
from math import gcd

import islpy as isl

from symconv.algebra.atoms import parts as atom_parts
from symconv.algebra.polynomials import Floor, Monomial, Number, Poly, floor
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, comparisons, condition_names
from symconv.kernel.presburger import integer, points, polynomial, rational
from symconv.limits import MAX_WORDED_PARTS

#: What holds everywhere, and what nowhere.
ALWAYS, NEVER = All(()), AnyOf(())


def set_condition(made: isl.Set, names: Sequence[str], known: isl.Set) -> Condition:
    """The set as a condition on the names, leaving out what `known` says."""
    simple = made.coalesce().gist(known).coalesce().remove_redundancies()
    parts = [_constraints(basic, names) for basic in simple.compute_divs().get_basic_sets()]
    if any(not part for part in parts):
        return ALWAYS
    if len(parts) <= 1:
        return _all(parts[0], names) if parts else NEVER
    choices = [_alternatives(parts, names), *_shorter(made, names, known)]
    return min(choices, key=length)


def length(condition: Condition) -> tuple[int, int]:
    """How long a condition is: the names that its comparisons mention and the words between them, then all terms."""
    compared = list(comparisons(condition))
    named = sum(len(c.poly.names) for c in compared) + len(compared) - 1
    return named, sum(map(_terms, (c.poly for c in compared)))


def _terms(poly: Poly) -> int:
    """The terms of a polynomial and of what is divided in it."""
    return len(poly.terms) + sum(_terms(part) for atom in poly.atoms for part in atom_parts(atom))


def _all(conditions: Iterable[Condition], names: Sequence[str]) -> Condition:
    """All of the conditions, in the order of the names."""
    found = _sorted(conditions, names)
    return found.pop() if len(found) == 1 else All(tuple(found))


def _any(conditions: Iterable[Condition], names: Sequence[str]) -> Condition:
    """One of the conditions, in the order of the names."""
    found = _sorted(conditions, names)
    return found.pop() if len(found) == 1 else AnyOf(tuple(found))


def _alternatives(parts: Iterable[Iterable[Condition]], names: Sequence[str]) -> Condition:
    return _any([_all(part, names) for part in parts], names)


def _sorted(conditions: Iterable[Condition], names: Sequence[str]) -> list[Condition]:
    """In the order of the first name that each mentions."""

    def key(condition: Condition) -> tuple[int, str]:
        return min(map(names.index, condition_names(condition)), default=len(names)), str(condition)

    return sorted(dict.fromkeys(conditions), key=key)


def _shorter(made: isl.Set, names: Sequence[str], known: isl.Set) -> Iterator[Condition]:
    """The set with overlapping parts, each as wide as can be, and as what none of the parts outside it says."""
    within, beyond = made.intersect(known), known.subtract(made)
    for inside in (_wide(within, names, known), _wide(within.coalesce(), names, known)):
        if inside:
            yield _alternatives([[c.reduced() for c in part] for part in inside], names)
    for outside in (_wide(beyond, names, known), _wide(beyond.coalesce(), names, known)):
        if outside:
            yield _all([_any([_opposite(c, names, known) for c in part], names) for part in outside], names)


def _wide(made: isl.Set, names: Sequence[str], known: isl.Set) -> list[list[Compare]] | None:
    """The set, which lies in `known`, as conjunctions that may overlap, each without what it does not need.

    None where they are many or need quotients.
    """
    parts = _conjunctions(made.make_disjoint().gist(known), names)
    if len(parts) > MAX_WORDED_PARTS or any(isinstance(a, Floor) for p in parts for c in p for a in c.poly.atoms):
        return None
    found: list[tuple[list[Compare], isl.Set]] = []
    for part in parts:
        kept = list(part)
        for compare in part:
            rest = [c for c in kept if c is not compare]
            if points(names, rest).intersect(known).is_subset(made):
                kept = rest
        found.append((kept, points(names, kept).intersect(known)))
    for one in reversed(found):
        others = [o for o in found if o is not one]
        if others and one[1].is_subset(reduce(isl.Set.union, (s for _, s in others))):
            found = others
    return [part for part, _ in found]


def _opposite(compare: Compare, names: Sequence[str], known: isl.Set) -> Compare:
    """Where a comparison does not hold, as an equation where that is all that is known to be left."""
    if compare.relation == "==":
        return compare.opposite.reduced()
    left = compare.opposite
    equation = Compare(compare.poly + 1, "==")
    only = points(names, [left]).intersect(known).is_subset(points(names, [equation]))
    return (equation if only else left).reduced()


def disjuncts(made: isl.Set, names: Sequence[str], known: isl.Set) -> list[tuple[Compare, ...]]:
    """The set within `known` as disjoint conjunctions of constraints on the names."""
    return _conjunctions(made.intersect(known).coalesce().make_disjoint().gist(known), names)


def _conjunctions(made: isl.Set, names: Sequence[str]) -> list[tuple[Compare, ...]]:
    parts = made.compute_divs().get_basic_sets()
    return [tuple(dict.fromkeys(_comparison(c, names) for c in part.get_constraints())) for part in parts]


def _quotients(constraint: isl.Constraint) -> list[tuple[int, isl.Aff]]:
    """The quotients in a constraint with their coefficients."""
    places = range(constraint.dim(isl.dim_type.div))
    values = [integer(constraint.get_coefficient_val(isl.dim_type.div, i)) for i in places]
    return [(value, constraint.get_div(i)) for i, value in enumerate(values) if value]


def _comparison(constraint: isl.Constraint, names: Sequence[str]) -> Compare:
    poly = polynomial(constraint, names)
    for value, div in _quotients(constraint):
        poly = poly + _floor_of(div, names) * value
    return Compare(poly, "==" if constraint.is_equality() else ">=")


def _constraints(basic: isl.BasicSet, names: Sequence[str]) -> list[Compare]:
    """The constraints, an equation with one quotient as a congruence."""
    found: list[Compare] = []
    for constraint in basic.get_constraints():
        quotients = _quotients(constraint)
        if constraint.is_equality() and len(quotients) == 1:
            ((step, _),) = quotients
            found.append(_congruence(polynomial(constraint, names), step))
        else:
            found.append(_comparison(constraint, names).reduced())
    return _with_quotients(list(dict.fromkeys(found)), names)


def _with_quotients(found: list[Compare], names: Sequence[str]) -> list[Compare]:
    """The comparisons, two that keep a name between neighbouring multiples of a number as what it is.

    d·c <= p < d·c + d is c == p // d.
    """
    for low, high in combinations(found, 2):
        if not low.relation == high.relation == ">=":
            continue
        for name in names:
            d = abs(int(low.poly.coefficient(name)))
            above = (low if low.poly.coefficient(name) < 0 else high).poly + Poly.name(name) * d
            between = (low.poly + high.poly).integer
            if d > 1 and between == d - 1 and above.names and name not in above.names:
                rest = [c for c in found if c not in (low, high)]
                return _with_quotients([*rest, Compare(Poly.name(name) - above // d, "==")], names)
    return found


def _floor_of(div: isl.Aff, names: Sequence[str]) -> Poly:
    denominator = integer(div.get_denominator_val())

    def scaled(value: isl.Val) -> int:
        return int(rational(value) * denominator)

    terms: dict[Monomial, Number] = {(): scaled(div.get_constant_val())}
    for at, name in enumerate(names):
        terms[(name,)] = scaled(div.get_coefficient_val(isl.dim_type.in_, at))
    return floor(Poly(terms), Poly.of(denominator))


def _congruence(poly: Poly, step: int) -> Compare:
    """poly + step · (a whole number) == 0, as `left % step == remainder` with small numbers."""
    modulus = abs(step)
    choices = []
    for unit in (u for u in range(1, modulus) if gcd(u, modulus) == 1):
        scaled: dict[Monomial, Number] = {m: int(c) * unit % modulus for m, c in poly.terms.items() if m}
        choices.append((sum(scaled.values()), -int(poly.terms.get((), 0)) * unit % modulus, scaled))
    _, remainder, left = min(choices, key=lambda choice: choice[:2])
    return Compare(Poly(left) % modulus - remainder, "==")
