"""Sets of sizes in the words of claim text: as a condition, the shortest that is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from math import gcd

import islpy as isl

from symconv.algebra.polynomials import Floor, Monomial, Number, Poly, floor
from symconv.algebra.solving import solved_for
from symconv.formulas.conditions import Compare
from symconv.kernel.presburger import points, polynomial
from symconv.limits import MAX_WORDED_PARTS


def set_text(made: isl.Set, names: Sequence[str], known: isl.Set, solved: Sequence[str] = ()) -> str:
    """The set as a condition on the names in claim text, leaving out what `known` says.

    Bounds on the names in `solved` have these on the left.
    """
    simple = made.coalesce().gist(known).coalesce().remove_redundancies()
    basics = list(simple.compute_divs().get_basic_sets())
    parts = [_basic_text(basic, names, solved) for basic in basics]
    if any(not part for part in parts):
        return "True"
    if len(parts) <= 1:
        return _joined(parts, names) or "False"
    texts = [_joined(parts, names), *_shorter(made, names, known, solved)]
    return min(texts, key=lambda text: (len(re.findall(r"[a-zA-Z_]\w*", text)), len(text)))


def _joined(parts: Iterable[list[str]], names: Sequence[str]) -> str:
    """The parts, which have no `or`, joined by it."""
    found = [_sorted(part, names) for part in parts]
    if len(found) == 1:
        return " and ".join(found[0])
    return " or ".join(_sorted((p[0] if len(p) == 1 else f"({' and '.join(p)})" for p in found), names))


def _sorted(texts: Iterable[str], names: Sequence[str]) -> list[str]:
    """In the order of the first name that each mentions."""
    return sorted(texts, key=lambda text: _first_name(text, names))


def _shorter(made: isl.Set, names: Sequence[str], known: isl.Set, solved: Sequence[str]) -> Iterator[str]:
    """The set with overlapping parts, each as wide as can be, and as what none of the parts outside it says."""
    within, beyond = made.intersect(known), known.subtract(made)
    for inside in (_wide(within, names, known), _wide(within.coalesce(), names, known)):
        if inside:
            yield _joined([[_solved_text(c.reduced(), solved) for c in part] for part in inside], names)
    for outside in (_wide(beyond, names, known), _wide(beyond.coalesce(), names, known)):
        clauses = [[_solved_text(_opposite(c, names, known), solved) for c in part] for part in outside]
        clauses = [_sorted(clause, names) for clause in clauses]
        if len(clauses) == 1:
            yield " or ".join(clauses[0])
        elif clauses:
            yield " and ".join(_sorted((c[0] if len(c) == 1 else f"({' or '.join(c)})" for c in clauses), names))


def _wide(made: isl.Set, names: Sequence[str], known: isl.Set) -> list[list[Compare]]:
    """The set, which lies in `known`, as conjunctions that may overlap, each without what it does not need.

    None of them where they are many or need quotients.
    """
    parts = _conjunctions(made.make_disjoint().gist(known), names)
    if len(parts) > MAX_WORDED_PARTS or any(isinstance(a, Floor) for p in parts for c in p for a in c.poly.atoms):
        return []
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
        return Compare(compare.poly, "!=").reduced()
    left = Compare(-1 - compare.poly, ">=")
    equation = Compare(compare.poly + 1, "==")
    only = points(names, [left]).intersect(known).is_subset(points(names, [equation]))
    return (equation if only else left).reduced()


def disjuncts(made: isl.Set, names: Sequence[str], known: isl.Set) -> list[tuple[Compare, ...]]:
    """The set within `known` as disjoint conjunctions of constraints on the names."""
    return _conjunctions(made.intersect(known).coalesce().make_disjoint().gist(known), names)


def _conjunctions(made: isl.Set, names: Sequence[str]) -> list[tuple[Compare, ...]]:
    found = []
    for basic in made.compute_divs().get_basic_sets():
        conditions = []
        for constraint in basic.get_constraints():
            conditions.append(_comparison(constraint, names))
        found.append(tuple(dict.fromkeys(conditions)))
    return found


def _quotients(constraint: isl.Constraint) -> list[tuple[int, isl.Aff]]:
    """The quotients in a constraint with their coefficients."""
    places = range(constraint.dim(isl.dim_type.div))
    values = [int(constraint.get_coefficient_val(isl.dim_type.div, i).to_python()) for i in places]
    return [(value, constraint.get_div(i)) for i, value in enumerate(values) if value]


def _comparison(constraint: isl.Constraint, names: Sequence[str]) -> Compare:
    poly = polynomial(constraint, names)
    for value, div in _quotients(constraint):
        poly = poly + _floor_of(div, names) * value
    return Compare(poly, "==" if constraint.is_equality() else ">=")


def _first_name(text: str, names: Sequence[str]) -> tuple[int, str]:
    found = [names.index(word) for word in re.findall(r"\w+", text) if word in names]
    return (min(found, default=len(names)), text)


def _basic_text(basic: isl.BasicSet, names: Sequence[str], solved: Sequence[str]) -> list[str]:
    found: list[str] = []
    for constraint in basic.get_constraints():
        quotients = _quotients(constraint)
        if constraint.is_equality() and len(quotients) == 1:
            found.append(_congruence(polynomial(constraint, names), quotients[0][0]))
        else:
            found.append(_solved_text(_comparison(constraint, names).reduced(), solved))
    return list(dict.fromkeys(found))


def _solved_text(compare: Compare, names: Sequence[str]) -> str:
    """The comparison with the last of some names that it can be solved for on the left."""
    found = solved_for(compare.poly, reversed(names))
    if found is None:
        return str(compare)
    name, value = found
    relation = "==" if compare.relation == "==" else ">=" if compare.poly.coefficient(name) > 0 else "<="
    return f"{name} {relation} {value}"


def _floor_of(div: isl.Aff, names: Sequence[str]) -> Poly:
    denominator = int(div.get_denominator_val().to_python())

    def scaled(value: isl.Val) -> int:
        return int(value.get_num_si()) * denominator // int(value.get_den_val().to_python())

    terms: dict[Monomial, Number] = {(): scaled(div.get_constant_val())}
    for at, name in enumerate(names):
        terms[(name,)] = scaled(div.get_coefficient_val(isl.dim_type.in_, at))
    return floor(Poly(terms), Poly.of(denominator))


def _congruence(poly: Poly, step: int) -> str:
    """poly + step · (a whole number) == 0, as `left % step == remainder`."""
    modulus = abs(step)
    choices = []
    for unit in (u for u in range(1, modulus) if gcd(u, modulus) == 1):
        scaled = {m: int(c) * unit % modulus for m, c in poly.terms.items() if m}
        choices.append((sum(scaled.values()), -int(poly.terms.get((), 0)) * unit % modulus, scaled))
    _, remainder, left = min(choices, key=lambda choice: choice[:2])
    text = str(Poly(left))
    return f"{text if Poly(left).is_atom else f'({text})'} % {modulus} == {remainder}"
