"""What is known of sizes and loop indices at one place of a program, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import islpy as isl

from symconv.algebra.polynomials import Floor, Monomial, Poly
from symconv.errors import Unsupported
from symconv.formulas.conditions import All, Compare, Condition, comparisons, holds, in_range, without_least
from symconv.kernel import presburger
from symconv.kernel.decide import Context, Frame
from symconv.kernel.presburger import Undecided
from symconv.kernel.products_of_facts import contradictory
from symconv.kernel.quotients_of_facts import bounds_of_quotients
from symconv.kernel.small_values import smallest_values
from symconv.limits import MAX_NESTED_QUOTIENTS, MAX_WORD


def refusals(conditions: Sequence[Compare]) -> Iterator[tuple[Compare, ...]]:
    """The ways in which not all conditions hold, disjoint: the first that fails, after those that hold."""
    for i, condition in enumerate(conditions):
        yield (*conditions[:i], condition.opposite)


@dataclass(frozen=True)
class Facts:
    """Sizes of at least 1, other integers, and conditions on them, with which everything is compared."""

    sizes: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    conditions: tuple[Compare, ...] = ()

    def given(self, conditions: Iterable[Compare]) -> Facts:
        """The facts, and these conditions as well."""
        return replace(self, conditions=tuple(dict.fromkeys([*self.conditions, *conditions])))

    def over(self, *names: str) -> Facts:
        """The facts, with more integers to speak of."""
        new = [n for n in dict.fromkeys(names) if n not in self.sizes and n not in self.integers]
        return replace(self, integers=(*self.integers, *new)) if new else self

    def within(self, name: str, lower: Poly, upper: Poly) -> Facts:
        """The facts, with a new integer from `lower` to below `upper`."""
        return self.over(name).given(in_range(Poly.name(name), upper, lower))

    def frame(self, conditions: Sequence[Condition] = ()) -> Frame:
        """The names and the set of their values, products that occur in the conditions being names of their own."""
        polys = [part.poly for c in (*self.conditions, *conditions) for part in comparisons(c)]
        if any(isinstance(v, int) and abs(v) > MAX_WORD for poly in polys for v in poly.terms.values()):
            raise Unsupported("a number is too large to be compared with sizes and indices")
        monomials = tuple(m for poly in polys for m in presburger.opaque_monomials(poly))
        return _frame(self, tuple(dict.fromkeys(monomials)))

    def implies(self, *conditions: Condition) -> bool:
        """Whether all conditions are known to hold."""
        return self.imply_within(conditions, MAX_NESTED_QUOTIENTS)

    def imply_within(self, conditions: Iterable[Condition], depth: int) -> bool:
        """The same, where quotients are looked into only so deep: what bounds one asks for bounds of others."""
        parts = (p for c in conditions for p in (without_least(c) if isinstance(c, Compare) else (c,)))
        rest = [c for c in parts if not _trivial(c)]
        if not rest:  # quicker
            return True
        frame = self.frame(rest)
        try:
            left = [c for c in rest if not frame.allowed.is_subset(presburger.condition_set(frame.names, c))]
        except Undecided:
            left = rest
        if not left or frame.complete:  # quicker
            return not left
        return all(map(self._follows_by_products, left)) or (depth > 0 and self._follows_by_quotients(left, depth - 1))

    def _follows_by_quotients(self, left: Sequence[Condition], depth: int) -> bool:
        """Whether bounds of the quotients that conditions speak of show them."""
        polys = [part.poly for c in left for part in comparisons(c)]
        if not any(isinstance(atom, Floor) and atom.divisor.integer is None for p in polys for atom in p.atoms):
            return False
        more = self.given(bounds_of_quotients(polys, self.conditions, lambda fact: self.imply_within([fact], depth)))
        return len(more.conditions) > len(self.conditions) and more.imply_within(left, depth)

    def _follows_by_products(self, condition: Condition) -> bool:
        """Whether products of facts show a condition."""
        if not isinstance(condition, Compare):
            return False
        poly = condition.poly
        match condition.relation:
            case ">=":
                against = [Compare(-poly - 1, ">=")]
            case "==":
                against = [Compare(poly - 1, ">="), Compare(-poly - 1, ">=")]
            case _:
                against = [Compare(poly, "==")]
        return all(contradictory(self.sizes, (*self.conditions, other)) for other in against)

    def allow(self, conditions: Iterable[Compare]) -> bool:
        """Whether the conditions can hold together, as far as is known."""
        conditions = list(conditions)
        frame = self.frame(conditions)
        allowed = frame.allowed
        for condition in conditions:
            try:
                allowed = allowed.intersect(presburger.condition_set(frame.names, condition))
            except Undecided:
                continue
        return not allowed.is_empty()

    def exclude(self, conditions: Sequence[Compare]) -> bool:
        """Whether the conditions are known not to hold together, products of facts being used."""
        if not self.allow(conditions):
            return True
        return not self.frame(conditions).complete and contradictory(self.sizes, (*self.conditions, *conditions))

    def smallest(self, conditions: Sequence[Compare]) -> dict[str, int] | None:
        """The smallest values at which the conditions hold; None where there are none, or that is not known."""
        frame = self.frame(conditions)
        if not frame.complete:
            return smallest_values(self.sizes, self.integers, (*self.conditions, *conditions))
        try:
            points = presburger.condition_set(frame.names, All(tuple(conditions))).intersect(frame.allowed)
        except Undecided:
            return None
        at = presburger.smallest(points, len(self.sizes))
        return None if at is None else dict(zip(frame.names, at, strict=True))

    def settled(self, value: Poly) -> Poly:
        """A number with its extrema replaced where it is known which of their arguments they are."""
        while (found := value.first_extremum) is not None:
            sign = 1 if found.kind == "max" else -1
            ahead = ((a, [Compare((a - b) * sign, ">=") for b in found.args]) for a in found.args)
            best = next((a for a, conditions in ahead if self.implies(*conditions)), None)
            if best is None:
                return value
            value = value.with_atom(found, best)
        return value

    def region(self, cases: Iterable[Sequence[Compare]]) -> tuple[Frame, isl.Set]:
        """The values at which one of the cases holds; raises `Undecided` where that is not a Presburger set."""
        listed = [tuple(case) for case in cases]
        frame = self.frame([c for case in listed for c in case])
        points = presburger.empty(len(frame.names))
        for case in listed:
            points = points.union(presburger.condition_set(frame.names, All(case)))
        return frame, points.intersect(frame.allowed)

    def needed(self, conditions: Sequence[Compare]) -> tuple[Compare, ...]:
        """The conditions that do not follow from the facts and the others; the last go first."""
        kept = list(dict.fromkeys(conditions))
        for condition in reversed(kept[:]):
            rest = [c for c in kept if c is not condition]
            if self.given(rest).implies(condition):
                kept = rest
        return tuple(kept)


def _trivial(condition: Condition) -> bool:
    return isinstance(condition, Compare) and condition.poly.constant is not None and holds(condition, {})


@presburger.cached(8_192)
def _frame(facts: Facts, monomials: tuple[Monomial, ...]) -> Frame:
    return Context(facts.sizes, facts.integers, (), facts.conditions).frame(monomials)
