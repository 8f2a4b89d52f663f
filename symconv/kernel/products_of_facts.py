"""What follows from products of what is known: that i·k + p < n·k, as i ≤ n − 1 and p ≤ k − 1.

Every product that occurs, every quotient and every extremum is a name of its own, and of each is known
what multiplying known facts tells. If no values of all these names are left, none of the sizes and
indices are: so it can show that something holds, never that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, combinations_with_replacement, islice, product

from symconv.algebra.atoms import parts
from symconv.algebra.polynomials import ONE, Atom, Extremum, Floor, Monomial, Poly
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel import presburger
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_DIVISOR, MAX_KNOWN_FACTS, MAX_PRODUCTS_OF_FACTS, PRODUCTS_SECONDS


@presburger.cached(8_192)
def contradictory(sizes: tuple[str, ...], conditions: tuple[Compare, ...]) -> bool:
    """Whether no sizes ≥ 1 and other integers can satisfy all conditions, as far as products of two or three tell."""
    named = _Named(sizes, conditions)
    rows, equations = named.read([*(Compare(Poly.name(s) - 1, ">=") for s in sizes), *conditions])
    rows, equations = _solved(rows, equations)
    wanted = {part for poly in (*rows, *equations) for m in poly.terms for part in _parts(m)}
    wanted = {m for m in wanted if len(m) > 1}
    if len(rows) > MAX_KNOWN_FACTS:
        return False
    linear = [r for r in rows if _is_linear(r)]
    products = [r for r in rows if not _is_linear(r)]
    linear += dict.fromkeys(s for a, b in combinations(products, 2) if _is_linear(s := a + b) and s.names)
    linear += _without_indices(linear, {*sizes})
    known = dict.fromkeys(rows)
    found = list(_products(linear, linear, wanted))
    if any(len(m) > 2 for m in wanted):
        nonnegative = [r for r in (*linear, *found) if r not in known]
        found += _products(linear, nonnegative, wanted)
    known |= dict.fromkeys(found)
    equal = [e * Poly.name(str(n)) for e in equations for m in wanted for n in set(m)]
    equal = [e for e in dict.fromkeys(equal) if _is_spoken_of(e, wanted)]
    polys = [*known, *equations, *equal]
    names = sorted({n for p in polys for n in p.names} | {presburger.opaque_name(m) for m in wanted})
    constraints = [Compare(p, ">=") for p in known] + [Compare(e, "==") for e in (*equations, *equal)]
    try:
        with presburger.budget(PRODUCTS_SECONDS):
            return bool(presburger.points(names, constraints).is_empty())
    except Undecided:
        return False


class _Named:
    """Quotients and extrema as names of their own, with what is known of each."""

    def __init__(self, sizes: tuple[str, ...], conditions: tuple[Compare, ...]) -> None:
        self.sizes, self.conditions = sizes, conditions
        self.names: dict[Atom, str] = {}
        self.facts: list[Compare] = []

    def read(self, conditions: Iterable[Compare]) -> tuple[list[Poly], list[Poly]]:
        """The polynomials that are at least 0, and those that are 0."""
        rows: list[Poly] = []
        equations: list[Poly] = []
        waiting = list(conditions)
        while waiting:
            condition = waiting.pop(0)
            poly = self._plain(condition.poly)
            if poly is not None and condition.relation == ">=":
                rows.append(poly)
            elif poly is not None and condition.relation == "==":
                equations.append(poly)
            waiting += self.facts
            self.facts.clear()
        return list(dict.fromkeys(rows)), list(dict.fromkeys(equations))

    def _plain(self, poly: Poly) -> Poly | None:
        if not all(isinstance(a, (str, Floor, Extremum)) for a in poly.atoms):
            return None
        return poly.mapped(lambda atom: Poly.name(atom if isinstance(atom, str) else self._name(atom)))

    def _name(self, atom: Atom) -> str:
        if atom in self.names:
            return self.names[atom]
        name = self.names[atom] = f"#{len(self.names)}"
        value = Poly.name(name)
        match atom:
            case Floor(numerator, divisor) if self._is_positive(divisor):
                self.facts += in_range(numerator - divisor * value, divisor)
            case Extremum("min", args):
                self.facts += [Compare(a - value, ">=") for a in args]
            case Extremum("max", args):
                self.facts += [Compare(value - a, ">=") for a in args]
        return name

    def _is_positive(self, divisor: Poly) -> bool:
        """Whether a divisor is whole and at least 1, whatever is said of quotients by divisors that may be negative."""
        if divisor.integer is not None:
            return divisor.integer > 0
        if not all(isinstance(c, int) for c in divisor.terms.values()):
            return False
        if {*divisor.atoms} <= {*self.sizes} and all(c > 0 for c in divisor.terms.values()):  # quicker
            return True
        plain = tuple(c for c in self.conditions if not _quotients_by_names(c.poly))
        return not _quotients_by_names(divisor) and contradictory(self.sizes, (*plain, Compare(-divisor, ">=")))


def _quotients_by_names(poly: Poly) -> bool:
    """Whether there are quotients by other than numbers, at any depth."""
    return any(
        (isinstance(atom, Floor) and atom.divisor.integer is None) or any(map(_quotients_by_names, parts(atom)))
        for atom in poly.atoms
    )


def _solved(rows: Sequence[Poly], equations: Sequence[Poly]) -> tuple[list[Poly], list[Poly]]:
    """The same with names put in that equations give, such as H = 2·q."""
    rows, waiting, left = list(rows), list(equations), []
    while waiting:
        equation = waiting.pop(0)
        name = next((n for n in sorted(equation.names) if _is_given(equation, n)), None)
        if name is None:
            left.append(equation)
            continue
        value = {name: Poly.name(name) - equation * equation.coefficient(name)}
        rows = [r.substitute(value) for r in rows]
        waiting = [e.substitute(value) for e in waiting]
        left = [e.substitute(value) for e in left]
    return [r for r in dict.fromkeys(rows) if r], [e for e in dict.fromkeys(left) if e]


def _is_given(equation: Poly, name: str) -> bool:
    return equation.coefficient(name) in (1, -1) and sum(name in m for m in equation.terms) == 1


def _is_linear(poly: Poly) -> bool:
    return all(len(m) < 2 for m in poly.terms)


def _without_indices(rows: Sequence[Poly], sizes: set[str]) -> list[Poly]:
    """What rows say together without one name: from 0 ≤ j ≤ W − w that W ≥ w."""
    found: dict[Poly, None] = {}
    for name in sorted({n for r in rows for n in r.names} - sizes):
        largest = MAX_DIVISOR if name.startswith("#") else 1
        known = [(r, c) for r in rows if isinstance(c := r.coefficient(name), int) and 0 < abs(c) <= largest]
        found |= dict.fromkeys(a * -d + b * c for a, c in known if c > 0 for b, d in known if d < 0)
    return [r for r in found if r.names and r not in rows]


def _parts(monomial: Monomial) -> Iterator[Monomial]:
    """The products of some of the factors."""
    found: dict[Monomial, None] = {(): None}
    for atom in monomial:
        found |= {(*part, atom): None for part in found}
    yield from found


def _products(first: Sequence[Poly], second: Sequence[Poly], wanted: set[Monomial]) -> Iterator[Poly]:
    """The products of two facts that hold no other products of names than those that are wanted."""
    pairs = combinations_with_replacement(first, 2) if first is second else product(first, second)
    for a, b in islice(pairs, MAX_PRODUCTS_OF_FACTS):
        if not _has_wanted_product(a, b, wanted):  # quicker
            continue
        if _is_spoken_of(a * b, wanted):
            yield a * b


def _has_wanted_product(a: Poly, b: Poly, wanted: set[Monomial]) -> bool:
    """Whether the products of single names of two facts are wanted, those that may cancel aside."""
    return all(
        tuple(sorted((*m, *n), key=str)) in wanted
        for m in a.terms
        for n in b.terms
        if len(m) == len(n) == 1 and (m not in b.terms or n not in a.terms or m == n)
    )


def _is_spoken_of(poly: Poly, wanted: set[Monomial]) -> bool:
    return poly != ONE and all(len(m) < 2 or m in wanted for m in poly.terms)
