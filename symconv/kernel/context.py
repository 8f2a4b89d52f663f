"""What is known of the names in a formula, as a set of their values.

A product of sizes (n·m), or a quotient by one, is no linear expression: it becomes a name of its
own, an integer of which no more is said than bounds. So the set may hold points that are no
values: what is true on all of it is true, but a point of it refutes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import islpy as isl

from symconv.algebra.atoms import monomial_names
from symconv.algebra.polynomials import ONE, ZERO, Floor, Monomial, Poly, divided, floor
from symconv.formulas.conditions import (
    Compare,
    Condition,
    comparisons,
    condition_names,
    in_linear_cases,
    in_range,
)
from symconv.kernel import presburger
from symconv.kernel.presburger import Undecided
from symconv.kernel.quotients import flattened, turn_bounds
from symconv.kernel.symbolic_products import inherited
from symconv.kernel.symmetry import Symmetry, ZeroEntries
from symconv.kernel.terms import is_local
from symconv.limits import MAX_FACTORS, MAX_PRODUCTS, OutOfTime


@dataclass(frozen=True)
class Context:
    """What is known of the names in a formula: sizes ≥ 1, any integers, conditions on them, and on entries."""

    sizes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    symmetries: Mapping[str, Symmetry] = field(default_factory=dict)
    zeros: tuple[ZeroEntries, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names, sizes first, then parameters, then the output index."""
        return (*self.outer, *self.indices)

    @property
    def outer(self) -> tuple[str, ...]:
        """The sizes and parameters, which no index changes."""
        return (*self.sizes, *self.parameters)

    def implies(self, condition: Condition) -> bool:
        """Whether a condition on sizes and parameters is known to follow."""
        frame = self.frame(mentioned=[condition])
        try:
            return bool(frame.allowed.is_subset(presburger.condition_set(frame.names, condition)))
        except Undecided:
            return False

    def frame(
        self,
        monomials: Sequence[Monomial] = (),
        remainders: Mapping[str, Floor] | None = None,
        mentioned: Sequence[Condition] = (),
    ) -> Frame:
        """The visible names and the set of their values that the context allows.

        `monomials` are products to be names of their own where sizes and parameters determine them,
        as are all those of the conditions and of those `mentioned`, which are not assumed;
        `remainders` are further names, for what the quotients leave of their numerators.
        """
        known = (self.sizes, self.parameters, self.indices, self.conditions)
        return _frame(*known, tuple(monomials), tuple((remainders or {}).items()), tuple(mentioned))


@dataclass(frozen=True)
class Frame:
    """Visible names in order, how many of them are sizes and parameters, and their possible values.

    `possible` are the values of all but the indices, also those that leave no output index.

    `complete` says that every allowed value is one: no product of sizes was made a name of its
    own, and no condition was beyond linear arithmetic.
    """

    names: tuple[str, ...]
    n_sizes: int
    n_parameters: int
    opaque: Mapping[str, Monomial]
    remainders: Mapping[str, Floor]
    allowed: isl.Set
    possible: isl.Set
    complete: bool

    @property
    def n(self) -> int:
        """The number of sizes and parameters."""
        return self.n_sizes + self.n_parameters

    @cached_property
    def sizes(self) -> isl.Set:
        """The values of sizes and parameters alone."""
        return self.over_sizes(self.possible)

    @property
    def monomials(self) -> tuple[Monomial, ...]:
        """The products that are names of their own."""
        return tuple(self.opaque.values())

    def over_sizes(self, made: isl.Set) -> isl.Set:
        """The projection of a set onto the sizes and parameters."""
        return presburger.projected(made, self.n)


@presburger.cached(maxsize=1_024)
def _frame(
    size_names: tuple[str, ...],
    parameters: tuple[str, ...],
    indices: tuple[str, ...],
    conditions: tuple[Condition, ...],
    monomials: tuple[Monomial, ...],
    named: tuple[tuple[str, Floor], ...],
    mentioned: tuple[Condition, ...],
) -> Frame:
    remainders = dict(named)
    outer = (*size_names, *parameters)
    of_remainders = [m for f in remainders.values() for m in (*presburger.opaque_monomials(f.numerator), (f,))]
    given = {*outer}
    fixed = [m for m in (*monomials, *of_remainders) if monomial_names(m) <= given]
    wanted = [*fixed, *(m for c in (*conditions, *mentioned) for m in monomials_of(c))]
    kept = _closed([m for m in dict.fromkeys(wanted) if monomial_names(m) <= given | {*indices}])
    opaque = {presburger.opaque_name(m): m for m in kept}
    names = (*outer, *opaque, *remainders, *indices)
    positive = [Compare(Poly.name(s) - 1, ">=") for s in size_names]
    links = [Compare(f.numerator - f.divisor * Poly.atom(f) - Poly.name(r), "==") for r, f in remainders.items()]
    sizes = allowed = presburger.points(names, [*positive, *links])
    complete = not opaque
    for condition in conditions:
        try:
            made = presburger.condition_set(names, condition)
        except OutOfTime:
            raise
        except Undecided:
            complete = False
            continue
        allowed = allowed.intersect(made)
        if condition_names(condition).isdisjoint(indices):
            sizes = sizes.intersect(made)
    if opaque:
        sizes, allowed = (s.intersect(_facts(opaque.values(), names, s)) for s in (sizes, allowed))
        found = _cancelled(conditions, kept, names, allowed)
        allowed = allowed.intersect(presburger.points(names, found))
        allowed = allowed.intersect(presburger.points(names, inherited(found, kept, names, allowed)))
    n, m = len(size_names), len(parameters)
    possible = presburger.projected(sizes, n + m + len(opaque) + len(remainders))
    return Frame(names, n, m, opaque, remainders, allowed, possible, complete)


def monomials_of(condition: Condition) -> Iterator[Monomial]:
    """The products and symbolic quotients in a condition, in every case of its extrema, and quotients of numbers."""
    for comparison in comparisons(in_linear_cases(condition)):
        yield from presburger.opaque_monomials(comparison.poly)
    for comparison in comparisons(condition):
        yield from (m for m in presburger.opaque_monomials(comparison.poly) if any(isinstance(a, Floor) for a in m))


def _closed(monomials: Iterable[Monomial]) -> list[Monomial]:
    """The products with those that bounds on them mention: parts of long products, divisors by their quotients."""
    kept: dict[Monomial, None] = {}
    waiting = list(monomials)[::-1]
    while waiting:
        monomial = waiting.pop()
        if monomial in kept:
            continue
        kept[monomial] = None
        if all(isinstance(a, str) for a in monomial):
            kept |= dict.fromkeys(_parts(monomial, MAX_PRODUCTS - len(kept)))
            continue
        for atom in monomial:
            if isinstance(atom, Floor) and atom.divisor.integer is None:
                flat = flattened(atom)
                wanted = (Poly.atom(atom) * atom.divisor, atom.numerator, atom.divisor, flat[1] if flat else ZERO)
                waiting += [m for poly in wanted for m in presburger.opaque_monomials(poly)]
    return list(kept)


def _parts(monomial: Monomial, limit: int) -> list[Monomial]:
    """The products of some factors of a product, but not of one or all; raises `Undecided` beyond a limit.

    >>> _parts(("a", "a", "b"), 9)
    [('a', 'a'), ('a', 'b')]
    """
    found: dict[Monomial, None] = {(): None}
    for atom in monomial:
        found |= {(*part, atom): None for part in found if len(part) < MAX_FACTORS}
        if len(found) - len(set(monomial)) - 2 > limit:
            raise Undecided(f"bounds on a product of {len(monomial)} sizes need too many other products")
    proper = (part for part in found if 1 < len(part) < len(monomial))
    return sorted(proper, key=lambda part: (len(part), [monomial.index(atom) for atom in part]))


def _facts(monomials: Collection[Monomial], names: Sequence[str], allowed: isl.Set) -> isl.Set:
    """What is known of products, ∏(a − least a) ≥ 0, and of quotients, 0 ≤ numerator − divisor·quotient < divisor."""
    products = [m for m in monomials if all(isinstance(a, str) for a in m)]
    facts = [Compare(Poly.of(a) - 1, ">=") for m in products for a in _positive_factors(m, names, allowed)]
    allowed = allowed.intersect(presburger.points(names, facts)) if facts else allowed
    for monomial in (m for m in products if len(m) <= MAX_FACTORS):
        excess = ONE
        for atom in monomial:
            low = presburger.least(allowed, names.index(str(atom)))
            excess = excess * (Poly.of(str(atom)) - low) if low is not None else ZERO
        facts.append(Compare(excess, ">="))
    allowed = allowed.intersect(presburger.points(names, facts)) if products else allowed
    floors = dict.fromkeys(a for m in monomials for a in m if isinstance(a, Floor) and a.divisor.integer is None)
    certain = [f for f in floors if allowed.is_subset(presburger.points(names, [Compare(f.divisor - 1, ">=")]))]
    for f in floors:
        if f in certain or allowed.is_subset(presburger.points(names, [Compare(-f.divisor - 1, ">=")])):
            sign = 1 if f in certain else -1
            rest, divisor = (f.numerator - f.divisor * Poly.atom(f)) * sign, f.divisor * sign
            bounds = turn_bounds(Floor(f.numerator * sign, divisor), allowed, names)
            facts += in_range(rest, divisor)
            facts += [c for c in _near_zero(f, divisor, *bounds) if _has_names(c.poly, names)]
    facts += [fact for f in certain for g in certain for fact in _nested(f, g, names)]
    for f in certain:
        match flattened(f):
            case inner, value if inner.divisor.integer is not None:
                fact = Compare(Poly.atom(f) - value, "==")
                facts += [fact] if _has_names(fact.poly, names) else []
    made = presburger.points(names, facts)
    for one in _undecided_signs(products, names, allowed.intersect(made)):
        made = made.intersect(one)
    return made


def _undecided_signs(products: Iterable[Monomial], names: Sequence[str], allowed: isl.Set) -> Iterator[isl.Set]:
    """Both factors ≥ 1 or both ≤ −1, for products ≥ 1 of two factors of unknown sign."""
    for a, b in (tuple(map(Poly.atom, m)) for m in products if len(m) == 2 and m[0] != m[1]):
        whole, *least = (presburger.least(allowed, names.index(str(p))) for p in (a * b, a, b))
        if whole is not None and whole >= 1 and least == [None, None]:
            positive, negative = ([Compare(p * s - 1, ">=") for p in (a, b)] for s in (1, -1))
            yield presburger.points(names, positive).union(presburger.points(names, negative))


def _near_zero(found: Floor, divisor: Poly, low: int | None, high: int | None) -> Iterator[Compare]:
    """Bounds on a quotient, and so on its product with the divisor, which is at least 1 with this sign."""
    for factor in (ONE, divisor):
        if low is not None:
            yield Compare(factor * (Poly.atom(found) - low), ">=")
        if high is not None:
            yield Compare(factor * (high - Poly.atom(found)), ">=")


def _nested(whole: Floor, inner: Floor, names: Sequence[str]) -> Iterator[Compare]:
    """a // (d·q) == a // d // q for divisors d, q ≥ 1, and d·(a // d − q·(a // (d·q))) ≥ 0, if they have names."""
    q, rest = divided(whole.divisor, inner.divisor)
    if rest:
        return
    once = floor(whole.numerator, inner.divisor)
    facts = (
        Compare(Poly.atom(whole) - floor(once, q), "=="),
        Compare(inner.divisor * (once - q * Poly.atom(whole)), ">="),
    )
    yield from (f for f in facts if _has_names(f.poly, names))


def _has_names(poly: Poly, names: Sequence[str]) -> bool:
    return all(presburger.opaque_name(m) in names for m in presburger.opaque_monomials(poly))


def _cancelled(
    known: Iterable[Condition], monomials: Collection[Monomial], names: Sequence[str], allowed: isl.Set
) -> list[Compare]:
    """q ≥ k, so d·q ≥ d·k, for all d·q + r ≥ 0 known with r < d·(1 − k), r perhaps the rest of a quotient by d."""
    single = sorted({a for m in monomials for a in m if isinstance(a, str)})
    divisors = list(dict.fromkeys([*map(Poly.name, single), *_extents(known)]))
    floors = dict.fromkeys(a for m in monomials for a in m if isinstance(a, Floor))
    found: dict[Compare, None] = {}
    waiting = [c.poly for c in known if isinstance(c, Compare) and c.relation == ">="]
    while waiting:
        poly = waiting.pop()
        if poly.first_extremum is not None:
            continue
        products = {name for m in poly.terms if len(m) > 1 for name in m}
        for d in divisors:
            rests = [f.numerator - d * Poly.atom(f) for f in floors if f.divisor == d]
            for rest in (ZERO, *rests) if not products.isdisjoint(d.names) else rests:
                q, r = divided(poly - rest, d)
                if not q.names or not _has_names(q, names) or not _has_names(q * d, names):
                    continue
                for least in (1, 0):
                    small = [Compare(d - 1, ">="), Compare(d * (1 - least) - 1 - r - rest, ">=")]
                    if allowed.is_subset(presburger.points(names, small)):
                        made = Compare(q - least, ">=")
                        if made not in found and made.poly.names:
                            waiting.append(made.poly)
                        found |= dict.fromkeys([made, Compare(made.poly * d, ">=")])
                        break
    return list(found)


def _extents(known: Iterable[Condition]) -> Iterator[Poly]:
    """The sums d of sizes of which an index is said to be less."""
    for bound in (c.poly for c in known if isinstance(c, Compare) and c.relation == ">="):
        for index in filter(is_local, bound.names):
            extent = bound + Poly.name(index) + 1
            if len(extent.terms) > 1 and extent.is_affine and not any(map(is_local, extent.names)):
                yield extent


def _positive_factors(monomial: Monomial, names: Sequence[str], allowed: isl.Set) -> list[str]:
    """The factors of a product ≥ 1 of which all but one are ≥ 0: then all are ≥ 1."""
    whole = presburger.least(allowed, names.index(presburger.opaque_name(monomial)))
    if whole is None or whole < 1:
        return []
    factors = [str(a) for a in monomial]
    least = [presburger.least(allowed, names.index(a)) for a in factors]
    return factors if sum(1 for low in least if low is None or low < 0) <= 1 else []
