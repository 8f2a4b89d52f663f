"""Sets of sizes and indices, guard by guard: each function of the kernel on few inputs, with all that it gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly, extremum, floor, inverse, square_root
from symconv.errors import SymconvError, Unsupported
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, equal, in_range
from symconv.kernel import all_values, context, index_values, presburger, products_of_facts, wording
from symconv.kernel.context import Context
from symconv.kernel.facts import Facts
from symconv.kernel.presburger import Undecided
from symconv.kernel.products_of_facts import contradictory
from symconv.kernel.quotients_of_facts import bounds_of_quotients
from symconv.kernel.small_values import smallest_values
from symconv.kernel.symbolic_products import canonical, inherited, products
from symconv.kernel.terms import Term
from symconv.limits import MAX_KNOWN_FACTS, MAX_SPARSENESS, MAX_TRIED_VALUE, OPERATIONS_PER_SECOND, time_left

N, M, K, P, Q, A, B = (Poly.name(name) for name in ("n", "m", "k", "p", "q", "i.x", "j.x"))
Y = Poly.name("@0.0")


def at_least(value: Poly, low: int | Poly = 0) -> Compare:
    return Compare(value - low, ">=")


def at_most(value: Poly, high: int | Poly) -> Compare:
    return Compare(Poly.of(high) - value, ">=")


def contains(made: object, *point: int) -> bool:
    return bool(presburger.point_set(point).is_subset(made))


# Presburger sets


def test_budgets_are_counted_in_operations_and_seconds() -> None:
    """The smaller of two holds inside; that of before holds afterwards; `patience` is for the clock alone."""
    isl = presburger._isl.context
    before = isl.get_max_operations()
    with presburger.budget(10):
        assert isl.get_max_operations() == 10 * OPERATIONS_PER_SECOND
        with presburger.budget(2, patience=3):
            assert isl.get_max_operations() == 2 * OPERATIONS_PER_SECOND
            assert 5 < time_left() <= 6
        with presburger.budget(20):
            assert isl.get_max_operations() == 10 * OPERATIONS_PER_SECOND
        assert isl.get_max_operations() == 10 * OPERATIONS_PER_SECOND
        with presburger.budget(0):
            assert isl.get_max_operations() == 1
    assert isl.get_max_operations() == before


def test_what_is_cached_is_computed_once() -> None:
    """An argument a time."""
    seen: list[int] = []

    @presburger.cached(8)
    def twice(number: int) -> int:
        seen.append(number)
        return 2 * number

    assert [twice(1), twice(2), twice(1), twice(2)] == [2, 4, 2, 4] and seen == [1, 2]


def test_what_is_not_linear() -> None:
    """Products and quotients by a name, also inside of quotients by a number and of extrema."""
    top = extremum("max", [N * K, M * K + 1])
    mixed = N * M + floor(N * K + 1, Poly.of(2)) + floor(N, M) + top + N + 3
    listed = {("m", "n"), ("k", "n"), ("k", "m"), (Floor(N, M),)}
    assert {*presburger.opaque_monomials(mixed)} == listed
    assert [*presburger.opaque_monomials(N + floor(N, Poly.of(2)) + 3)] == []
    for poly, expected in ((N * M, True), (N * N, True), (floor(N, Poly.of(2)), True), (N + M - 1, False)):
        assert presburger.is_nonlinear(poly) == expected


def test_large_numbers_and_fractions() -> None:
    """A constraint holds numbers of any length; halves are multiplied out."""
    huge = 2**70
    at_huge = presburger.points(["n"], [equal(N, huge)])
    assert presburger.least(at_huge, 0) == huge
    assert presburger.points(["n"], [equal(huge * N, 3 * huge)]).is_equal(presburger.point_set([3]))
    half = Compare(N * inverse(Poly.of(2)) + M * inverse(Poly.of(3)) - 2, "==")
    made = presburger.points(["n", "m"], [half])
    assert contains(made, 2, 3) and contains(made, 4, 0) and not contains(made, 2, 2)


def test_hidden_names_are_projected_away() -> None:
    """There is a whole number for them."""
    even = presburger.points(["n"], [equal(N, 2 * K), at_least(K, 1)], ["k"])
    assert [contains(even, i) for i in range(5)] == [False, False, True, False, True]
    assert presburger.dimension(even) == 1
    unequal = presburger.points(["n"], [Compare(N - 2, "!="), *in_range(N, Poly.of(4))])
    assert presburger.each_point(unequal, 9) == [(0,), (1,), (3,)]


def test_conditions_on_products_by_their_names() -> None:
    """A product that is a visible name is bounded as such as well as by the cases for its factors."""
    six = presburger.condition_set(["n", "m", "m*n"], equal(N * M, 6))
    assert contains(six, 2, 3, 6) and not contains(six, 2, 3, 5) and not contains(six, 2, 2, 6)
    cases = presburger.condition_set(["n", "m"], equal(N * M, 6))
    assert contains(cases, 2, 3) and not contains(cases, 2, 2)
    least = presburger.condition_set(["n", "m"], at_least(extremum("min", [N, M]), 2))
    assert contains(least, 2, 2) and not contains(least, 2, 1)
    either = presburger.condition_set(["n", "m"], AnyOf((equal(N, 1), Negation(at_least(M, 2)))))
    assert [contains(either, *p) for p in ((1, 5), (2, 1), (2, 2))] == [True, True, False]
    assert contains(presburger.condition_set(["n"], All(())), 7)
    assert not contains(presburger.condition_set(["n"], AnyOf(())), 7)


def test_what_determines_an_index() -> None:
    """Equations, or that there is but one value under what is known."""
    inside = in_range(K, N)
    one = presburger.points(["n"], [equal(N, 1)])
    two = presburger.points(["n"], [equal(N, 2)])
    assert presburger.determined(["n"], inside, ["k"], one)
    assert not presburger.determined(["n"], inside, ["k"], two)
    assert presburger.determined(["n", "m"], [equal(M, K + N)], ["k"], two)


def test_preimages_and_places() -> None:
    """By affine maps, coordinates in other orders, with values put in and taken out."""
    line = presburger.points(["n", "m"], [equal(M, 2 * N + 1), *in_range(N, Poly.of(3))])
    moved = presburger.preimage(line, ["n"], [N - 5, 2 * N - 9])
    assert [contains(moved, i) for i in (4, 5, 6, 7, 8)] == [False, True, True, True, False]
    with pytest.raises(Undecided):
        presburger.preimage(line, ["n"], [floor(N, Poly.of(2)), N])
    assert presburger.reordered(line, [0, 1]) is line
    turned = presburger.reordered(line, [1, 0])
    assert contains(turned, 3, 1) and not contains(turned, 1, 3)
    three = presburger.reordered(presburger.point_set([7, 8, 9]), [2, 0, 1])
    assert contains(three, 9, 7, 8)
    wide = presburger.inserted(presburger.point_set([7, 8]), 1, [4, 5])
    assert contains(wide, 7, 4, 5, 8) and not contains(wide, 7, 5, 4, 8)
    assert presburger.fixed(presburger.universe(2), 1, [3]).is_equal(presburger.points(["n", "m"], [equal(M, 3)]))
    assert contains(presburger.without(presburger.point_set([1, 2, 3, 4]), [0, 2]), 2, 4)
    assert contains(presburger.projected(presburger.point_set([1, 2, 3]), 2), 1, 2)
    assert presburger.dimension(presburger.extended(presburger.universe(1), 2)) == 3
    relation = presburger.as_relation(presburger.point_set([1, 2, 3]), 1)
    assert relation.domain().is_equal(presburger.point_set([1])) and contains(presburger.as_set(relation), 1, 2, 3)


def test_equations_and_ranges_of_sets() -> None:
    """Equations without quotients; one range, no union and nothing with a congruence."""
    mixed = presburger.points(["n", "m", "k"], [equal(N % 2, 0), equal(M, N + 1)])
    found = presburger.equalities(mixed, ["n", "m", "k"])
    assert [p if p.coefficient("n") == 1 else -p for p in found] == [N - M + 1]
    assert presburger.equalities(presburger.universe(1), ["n"]) == []
    ends = presburger.one_range(presburger.points(["n"], [*in_range(N, Poly.of(4))]), ["n"])
    assert ends is not None and {*ends} == {at_least(N), at_most(N, 3)}
    exact = presburger.one_range(presburger.points(["n", "m"], [equal(N, M)]), ["n", "m"])
    assert exact is not None and [c.relation for c in exact] == ["=="]
    apart = presburger.points(["n"], [equal(N, 1)]).union(presburger.points(["n"], [equal(N, 5)]))
    for several in (apart, presburger.points(["n"], [equal(N % 2, 0)])):
        assert presburger.one_range(several, ["n"]) is None


def test_the_first_point() -> None:
    """The least sum of sizes, then parameters near 0; any other coordinates where these have no first."""
    names = ["n", "m", "p", "k"]
    free = presburger.points(names, [at_least(N, 1), at_least(M, 1), at_least(N + M, 4), at_least(P * P, 4)][:3])
    found = presburger.smallest(free, 2, 1)
    assert found is not None and found[:3] == (1, 3, 0)
    away = presburger.condition_set(names, All((at_least(N, 2), at_least(M, 1), at_least(P * P, 4), at_least(K, P))))
    assert presburger.smallest(away, 2, 1) == (2, 1, -2, -2)
    assert presburger.smallest(presburger.empty(1), 1, 0) is None
    assert presburger.smallest(presburger.points(["n", "k"], [equal(K, 3), at_least(N, 2)]), 1, 0) == (2, 3)


def test_least_and_greatest() -> None:
    """None where there is none."""
    half = presburger.points(["n", "m"], [at_least(N, 2), at_most(M, 5)])
    assert (presburger.least(half, 0), presburger.greatest(half, 0)) == (2, None)
    assert (presburger.least(half, 1), presburger.greatest(half, 1)) == (None, 5)
    assert presburger.least(presburger.empty(1), 0) is None


def test_points_are_listed_where_they_are_few() -> None:
    """And lie in a box that is not much larger."""
    for width, fits in ((2 * MAX_SPARSENESS, True), (2 * MAX_SPARSENESS + 1, False)):
        sparse = presburger.point_set([0]).union(presburger.point_set([width - 1]))
        if fits:
            assert presburger.each_point(sparse, 2) == [(0,), (width - 1,)]
        else:
            with pytest.raises(Undecided):
                presburger.each_point(sparse, 2)
    assert presburger.each_point(presburger.empty(2), 0) == []


# Products of facts


def test_facts_about_three_factors() -> None:
    """A product of two facts times a third; no fact but what products say."""
    least = (at_least(N, 2), at_least(M, 3), at_least(P, 4))
    assert contradictory(("n", "m"), (*least, at_most(N * M * P, 23)))
    assert not contradictory(("n", "m"), (*least, at_most(N * M * P, 24)))
    assert contradictory(("n",), (at_most(N, 0),)) and not contradictory(("n",), (at_most(N, 1),))
    assert not contradictory((), (at_most(P, 0),))


def test_too_many_facts_are_not_multiplied() -> None:
    """Nor is anything said of numbers that are neither names nor quotients."""
    many = tuple(at_least(P + i * Q, -i) for i in range(MAX_KNOWN_FACTS))
    assert not contradictory((), (*many, at_most(P, -9)))
    assert contradictory((), (*many[:9], at_most(P, -9)))
    assert not contradictory(("n",), (equal(2 * inverse(N), 1),))
    root = Compare(square_root(N) - 5, ">=")
    assert not contradictory(("n",), (root,)) and contradictory(("n",), (root, at_most(N, 0)))
    assert not contradictory(("n",), (Compare(square_root(N) - N, "=="), Compare(square_root(N), "!=")))


QUOTIENTS = [
    ((at_least(K), at_most(floor(K, N), -1)), True),
    ((at_least(K), at_most(floor(K, N), 0)), False),
    ((at_most(K, N - 1), at_least(floor(K, N), 1)), True),
    ((at_most(K, N), at_least(floor(K, N), 1)), False),
    ((at_most(K, 5), at_least(floor(K, Poly.of(3)), 2)), True),
    ((at_most(K, 6), at_least(floor(K, Poly.of(3)), 2)), False),
    ((at_least(K, -3), at_most(floor(K, Poly.of(3)), -2)), True),
    ((at_most(floor(K, Poly.of(3)), 1), at_least(K, 6)), True),
    ((at_least(extremum("min", [K, M]), 4), at_most(K, 3)), True),
    ((at_least(extremum("min", [K, M]), 4), at_most(K, 4)), False),
    ((at_most(extremum("max", [K, M]), 4), at_least(K, 5)), True),
    ((at_most(extremum("max", [K, M]), 4), at_least(K, 4)), False),
    ((equal(floor(K, Poly.of(2)), 3), equal(floor(K + 1, Poly.of(2)), 5)), True),
    ((equal(floor(K, Poly.of(2)), 3), equal(floor(K + 1, Poly.of(2)), 4)), False),
]


@pytest.mark.parametrize(("conditions", "expected"), QUOTIENTS)
def test_quotients_and_extrema_are_near_what_they_are_of(conditions: tuple[Compare, ...], expected: bool) -> None:
    """A quotient is less than 1 from the numerator over the divisor."""
    assert contradictory(("n", "m"), conditions) == expected


def test_equations_are_put_in() -> None:
    """Where a name stands once in one, times 1 or −1; the others are left, with the values put in."""
    solved = products_of_facts._solved
    assert solved([N * M - 1], [N - 2 * K]) == ([2 * K * M - 1], [])
    assert solved([N - 1], [3 - N]) == ([Poly.of(2)], [])
    for left in (N + N * M - 2, 2 * N - 4, N * M - 4):
        assert solved([N - 1], [left]) == ([N - 1], [left])
    assert solved([M - 1], [N * M - 4, N - 2]) == ([M - 1], [2 * M - 4])
    assert solved([M - 1, N - 2], [N - 2, N * M - 4]) == ([M - 1], [2 * M - 4])
    assert solved([], [N - 2, N - 2]) == ([], [])


def test_names_are_added_away() -> None:
    """Of two bounds on it, where numbers before it are small."""
    without = products_of_facts._without_indices
    quotient = Poly.name("#0")
    assert without([K, N - 1 - K], {"n"}) == [N - 1]
    assert without([K, N - 1 - K, N - 1], {"n"}) == []
    assert without([N, M - N], {"n", "m"}) == []
    assert without([2 * K, N - 1 - K], {"n"}) == [] and without([K, 4 - K], {"n"}) == []
    assert without([2 * quotient - 1, N - 3 * quotient], {"n"}) == [2 * N - 3]
    assert without([16 * quotient - 1, N - quotient], {"n"}) == [16 * N - 1]
    assert without([17 * quotient - 1, N - quotient], {"n"}) == []
    assert without([5 - K, N - K], {"n"}) == [] and without([K - 5, K - N], {"n"}) == []


def test_which_products_are_formed() -> None:
    """Those of which all monomials are spoken of, once the ones that cancel are gone."""
    multiplied = products_of_facts._products
    same = [N - 1, M - 1]
    wanted = {("n", "n"), ("m", "n"), ("m", "m")}
    assert [*multiplied(same, same, wanted)] == [(N - 1) * (N - 1), (N - 1) * (M - 1), (M - 1) * (M - 1)]
    assert [*multiplied(same, [K], {("k", "n"), ("k", "m")})] == [(N - 1) * K, (M - 1) * K]
    assert [*multiplied(same, [K], {("k", "m")})] == [(M - 1) * K]
    assert [*multiplied([N - K], [N + K], {("n", "n"), ("k", "k")})] == [N * N - K * K]
    assert [*multiplied([N - K], [N + K], {("n", "n")})] == []
    assert [*multiplied([N + M], [N + M], {("n", "n"), ("m", "m")})] == []
    assert [*products_of_facts._parts(("a", "a", "b"))] == [(), ("a",), ("a", "a"), ("b",), ("a", "b"), ("a", "a", "b")]
    spoken = products_of_facts._is_spoken_of
    assert not spoken(ONE, set()) and spoken(N - 1, set()) and not spoken(N * M, set())
    assert spoken(N * M + 1, {("m", "n")}) and not products_of_facts._is_linear(N * M)


# What is known of products and quotients


KNOWN = [
    ("np", (at_least(N * P, 1),), at_least(P, 1), True),
    ("np", (at_least(N * P),), at_least(P, 1), False),
    ("npq", (at_least(P * Q, 1),), Compare(P, "!="), True),
    ("npq", (at_least(P * Q, 1),), at_least(P, 1), False),
    ("npq", (at_least(P * Q, 1),), Compare(P + 1, "!="), False),
    ("npq", (at_least(P * Q, 1),), Compare(P - 1, "!="), False),
    ("npq", (at_least(P * Q),), Compare(P, "!="), False),
    ("npq", (at_least(P * Q, 1), at_least(P)), at_least(Q, 1), True),
    ("npq", (at_least(P * Q, 1), at_least(P)), at_least(P, 1), True),
    ("npq", (at_least(P * Q, 1), at_least(P, -3)), at_least(Q, 1), False),
    ("np", (at_least(P, 1), at_least(N - P)), at_least(floor(N, P), 1), True),
    ("np", (at_least(N - P),), at_least(floor(N, P), 1), False),
    ("nmi", (), equal(floor(floor(A, N) + B, M), floor(A + N * B, N * M)), True),
    ("nmi", (), equal(floor(floor(A, Poly.of(2)), N), floor(A, 2 * N)), True),
    ("nmi", (), at_least(N * floor(A, N), N * M * floor(A, N * M)), True),
    ("nmi", (), at_least(N * M * floor(A, N * M), N * floor(A, N)), False),
    ("nmp", (), equal(floor(floor(A, P), M), floor(A, P * M)), False),
    ("nmi", (at_least(A), at_most(A, N + M - 1), at_least((N + M) * B + A, N + M)), at_least(B, 1), True),
    ("nmi", (at_least(A), at_most(A, N + M), at_least((N + M) * B + A, N + M)), at_least(B, 1), False),
    ("nmi", (at_least(A), at_most(A, N + M - 1), at_least((N + M) * B + A, N + M)), at_least(B, 2), False),
    ("nmi", (at_least(A - N * B),), at_least(floor(A, N), B), True),
    ("nmi", (at_least(A - N * B),), at_least(floor(A, N), B + 1), False),
    ("nmi", (at_least(N * B, 1),), at_least(B, 1), True),
    ("nmi", (at_least(N * B, N),), at_least(B, 1), True),
    ("nmi", (at_least(N * B + N - 1),), at_least(B), True),
    ("nmi", (at_least(N * B + N),), at_least(B), False),
    ("nmi", (*in_range(A, 2 * N),), at_least(floor(A, N)), True),
    ("nmi", (*in_range(A, 2 * N),), at_most(floor(A, N), 1), True),
    ("nmi", (*in_range(A, 2 * N),), at_most(floor(A, N), 0), False),
    ("nmi", (*in_range(A, 2 * N),), at_most(N * floor(A, N), N), True),
    ("nmi", (*in_range(A, 2 * N),), at_least(N * floor(A, N)), True),
    ("nmi", (at_least(A, -N), at_most(A, -1)), equal(floor(A, N), -1), True),
    ("nmi", (at_least(N, 3), at_least(M, 4)), at_least((N - 3) * (M - 4)), True),
    ("nmi", (at_least(N, 3), at_least(M, 4)), at_least(N * M, 12), True),
    ("nmi", (at_least(N, 3), at_least(M, 4)), at_least(N * M, 13), False),
    ("nmi", (equal(N * M, 6),), at_most(N, 6), True),
    ("nmi", (equal(N * M, 6),), Compare(N - 4, "!="), True),
]


@pytest.mark.parametrize(("names", "given", "wanted", "follows"), KNOWN)
def test_what_follows_from_bounds_on_products(
    names: str, given: tuple[Compare, ...], wanted: Compare, follows: bool
) -> None:
    """Sizes n and m are 1 or more, parameters p and q any integers, indices i and j too."""
    sizes, parameters = (tuple(n for n in names if n in some) for some in ("nm", "pq"))
    assert Context(sizes, parameters, ("i.x", "j.x"), given).implies(wanted) == follows


def test_the_frame_of_a_context() -> None:
    """Sizes, parameters, products and quotients, indices; what is possible for all but the indices."""
    given = (at_least(N, 3), at_least(A, N), at_most(A, 0), at_least(N * M, 7))
    frame = Context(("n", "m"), ("p",), ("i.x",), given).frame()
    assert frame.names == ("n", "m", "p", "m*n", "i.x") and (frame.n_sizes, frame.n_parameters, frame.n) == (2, 1, 3)
    assert frame.monomials == (("m", "n"),) and not frame.complete
    assert frame.allowed.is_empty() and not frame.possible.is_empty()
    assert contains(frame.sizes, 3, 3, -5) and not contains(frame.sizes, 2, 9, 0) and not contains(frame.sizes, 3, 0, 0)
    plain = Context(("n",), (), ("i.x",), (at_least(A, N),)).frame()
    assert plain.complete and contains(plain.allowed, 1, 1) and not contains(plain.allowed, 0, 1)
    unknown = Context(("n",), (), (), (at_least(Poly.name("other")), at_least(N, 2))).frame()
    assert not unknown.complete and contains(unknown.allowed, 2) and not contains(unknown.allowed, 1)
    rest = Context(("n", "m")).frame([], {"n%m": Floor(N, M)})
    assert rest.names == ("n", "m", "n//m", "m*n//m", "n%m") and rest.remainders == {"n%m": Floor(N, M)}
    assert not rest.complete and {(Floor(N, M),), ("m", Floor(N, M))} & {*rest.monomials}


def test_products_and_their_parts() -> None:
    """Products of some of the factors, of divisors with their quotients, and of what these are made of."""
    parts = context._parts
    assert parts(("a", "a", "b"), 9) == [("a", "a"), ("a", "b")]
    assert len(parts(tuple("abcd"), 10)) == 10 and parts(("a", "b"), 0) == []
    with pytest.raises(Undecided):
        parts(tuple("abcd"), 9)
    assert context._closed([("a", "b", "c"), ("a", "b")]) == [("a", "b", "c"), ("a", "b"), ("a", "c"), ("b", "c")]
    nested = Floor(floor(A, N), M)
    assert {(nested,), (Floor(A, N),), (Floor(A, N * M),), ("m", "n")} <= {*context._closed([(nested,)])}
    quotient = Floor(N * K + M, M)
    assert {*context._closed([(quotient,)])} == {(quotient,), *presburger.opaque_monomials(Poly.atom(quotient) * M),
                                                 ("k", "n")}  # fmt: skip


def test_factors_of_what_is_positive() -> None:
    """All but one have to be 0 or more for all to be positive."""
    names = ["n", "p", "q", "n*p", "p*q"]
    of = context._positive_factors
    for bounds, monomial, expected in (
        ([at_least(N), at_least(Poly.name("n*p"), 1)], ("n", "p"), ["n", "p"]),
        ([at_least(N), at_least(Poly.name("n*p"))], ("n", "p"), []),
        ([at_least(N, -1), at_least(Poly.name("n*p"), 1)], ("n", "p"), []),
        ([at_least(Poly.name("p*q"), 1)], ("p", "q"), []),
        ([at_least(N)], ("n", "p"), []),
    ):
        assert of(monomial, names, presburger.points(names, bounds)) == expected


def test_sums_of_sizes_that_indices_are_below() -> None:
    """Two sizes or more, for an index; other bounds are none."""
    extents = context._extents
    assert [*extents([at_most(A, N + M - 1)])] == [N + M] and [*extents([at_most(A, 2 * N)])] == [2 * N + 1]
    for other in (at_most(A, N - 1), at_most(2 * A, N + M), at_least(A, N + M), at_most(A, N * M + N - 1),
                  at_most(A, N + B), at_most(K, N + M), Compare(N + M - 1 - A, "==")):  # fmt: skip
        assert [*extents([other])] == []
    assert [*extents([AnyOf(()), at_most(A, N + M - 1)])] == [N + M]


# Facts of programs


def test_facts_that_follow() -> None:
    """By sets, by products, by bounds of quotients; what contains a name that is not known does not."""
    known = Facts(("n", "m"), ("i.x", "j.x"), (at_least(A),))
    assert known.implies() and known.implies(Compare(ONE, ">=")) and not known.implies(Compare(-ONE, ">="))
    assert known.implies(Compare(Poly.of(2**70), ">=")) and not known.implies(Compare(Poly.of(-1), ">="))
    assert known.over("n", "i.x") is known and known.over("k").integers == ("i.x", "j.x", "k")
    assert not known.implies(at_least(Poly.name("other")))
    assert not known.implies(AnyOf((at_least(N * M, 3), equal(N * A, 1))))
    inside = known.given([at_most(A, N * M - 1)])
    assert inside.implies(at_most(floor(A, N), M - 1)) and not inside.implies(at_most(floor(A, N), M - 2))
    assert inside.implies(at_most(floor(floor(A, N), M), 0))
    deep = Facts(("n", "m", "k"), ("i.x",), (at_least(A), at_most(A, N * M * K - 1)))
    below = at_most(floor(A, K), N * M - 1)
    assert deep.implies(below) and deep.imply_within([below], 1) and not deep.imply_within([below], 0)
    assert not deep.implies(at_most(floor(A, K), N * M - 2)) and deep.implies(at_most(floor(floor(A, K), M), N - 1))
    assert known.implies(equal(N * A, A * N)) and not known.implies(equal(N * A, A))
    zero = known.given([equal(A, B)])
    assert zero.implies(equal(N * A, N * B)) and zero.implies(Compare(N * A - N * B - 1, "!="))
    assert not zero.implies(Compare(N * A - N * B, "!="))


def test_facts_that_can_hold() -> None:
    """Together; those beyond linear arithmetic are passed over."""
    known = Facts(("n", "m"), ("i.x",))
    assert known.allow([at_least(A, N), at_most(A, 5)]) and not known.allow([at_least(A, N), at_most(A, 0)])
    assert known.allow([at_least(Poly.name("other"))]) and not known.allow(
        [at_least(Poly.name("other")), at_most(N, 0)]
    )
    assert known.exclude([at_least(A, 2), at_most(A * N, 1)]) and not known.exclude([at_least(A, 2), at_most(A * N, 2)])
    assert not known.exclude([at_least(A, 2)]) and known.exclude([at_least(A, 2), at_most(A, 1)])
    assert known.smallest([at_least(N + M, 5), equal(A, M)]) == {"n": 1, "m": 4, "i.x": 4}
    assert known.smallest([at_most(N, 0)]) is None and known.smallest([at_least(N * M, 6)]) == {
        "n": 2,
        "m": 3,
        "i.x": -1,
    }
    with pytest.raises(Unsupported):
        known.implies(at_least(N, 2**62 + 1))
    assert not known.implies(at_least(N, 2**62))


def test_values_are_tried_in_order() -> None:
    """Up to a largest one, as long as there are tries left; what is divided by 0 is none."""
    assert smallest_values(["n"], [], [at_least(N, MAX_TRIED_VALUE)]) == {"n": MAX_TRIED_VALUE}
    assert smallest_values(["n"], [], [at_least(N, MAX_TRIED_VALUE + 1)]) is None
    assert smallest_values([], ["p"], [at_most(P, -1)]) == {"p": -1} and smallest_values([], ["p"], []) == {"p": -1}
    assert smallest_values([], ["p"], [at_most(P, -2)]) is None and smallest_values([], [], []) == {}
    assert smallest_values(["n"], ["p"], [Compare(P, "=="), Compare(N - 2, "!="), at_least(N, 2)]) == {"n": 3, "p": 0}
    assert smallest_values(["n"], ["p"], [equal(floor(N, P), 2)]) == {"n": 2, "p": 1}
    for names, expected in (("abcde", dict.fromkeys("abcde", MAX_TRIED_VALUE)), ("abcdef", None)):
        whole = at_least(Poly.sum(map(Poly.name, names)), MAX_TRIED_VALUE * len(names))
        assert smallest_values([*names], [], [whole]) == expected


def test_bounds_of_quotients() -> None:
    """Each is near its numerator, 0 or more where that is, and below how often the divisor fits in a bound."""
    quotient = floor(A, N)
    rest = A - N * quotient
    known = [at_most(A, N * M - 1)]

    def found(*facts: Compare) -> list[Compare]:
        return [*bounds_of_quotients([quotient + floor(A, Poly.of(2))], known, lambda fact: fact in facts)]

    positive, inside = at_least(N, 1), in_range(rest, N)
    assert found() == [] and found(positive) == [*inside]
    assert found(positive, at_least(A)) == [*inside, at_least(quotient)]
    below = at_least(N - 1 - (N * M - 1) + N * (M - 1))
    assert found(positive, below) == [*inside, at_least(M - 1 - quotient)]
    above = at_least(N - 1 - (N * M - 1) + N * M)
    assert found(positive, above) == [*inside, at_least(M - quotient)]
    nested = [*bounds_of_quotients([floor(quotient, M)], [], lambda fact: True)]
    assert at_least(quotient) in nested and at_least(floor(quotient, M)) in nested
    assert [*bounds_of_quotients([quotient], [Compare(N - A, "!="), at_most(A, A + N)], lambda fact: True)] == [
        *inside,
        at_least(quotient),
    ]


# Values of indices


VALUED = [
    (N * inverse(Poly.of(2)), {"n": np.array([2, 4])}, [1, 2]),
    (N * inverse(Poly.of(2)), {"n": np.array([1, 4])}, ["1/2", 2]),
    (floor(N, M), {"n": np.array([5, -5]), "m": np.array([2, 0])}, [2, -5]),
    (extremum("min", [N, M + 1]), {"n": np.array([5, 1]), "m": 2}, [3, 1]),
    (extremum("max", [N, M + 1]), {"n": np.array([5, 1]), "m": 2}, [5, 3]),
    (N * M - 1, {"n": 10**9, "m": np.array([10**9, -(10**9)])}, [10**18 - 1, -(10**18)]),
    (N * M * M, {"n": 10**9, "m": np.array([10**9, -(10**9)])}, [10**18, 10**18]),
    (-N * M * M, {"n": 10**9, "m": np.array([10**9, 3])}, [-(10**18), -9 * 10**9]),
]


@pytest.mark.parametrize(("poly", "at", "expected"), VALUED)
def test_values_at_arrays(poly: Poly, at: dict[str, object], expected: list[object]) -> None:
    """In whole numbers where they are whole; no larger than indices are."""
    given = {name: index_values.small(v) if isinstance(v, np.ndarray) else v for name, v in at.items()}
    assert [str(v) for v in index_values.values_of(poly, given, np.int64)] == [str(v) for v in expected]


def test_values_at_numbers() -> None:
    """They are integers, cut where they are too large for an index, and refused where the text says them."""
    of = index_values.values_of
    assert of(N * M + 2, {"n": 3, "m": 4}, np.int64) == 14 and of(ZERO, {}, np.int64) == 0
    assert of(N * N, {"n": 10**10}, np.int64) == 10**18 and of(-N * N, {"n": 10**10}, np.int64) == -(10**18)
    assert of(N, {"n": 10**18}, np.int64) == 10**18 and of(Poly.of(10**18), {}, np.int64) == 10**18
    with pytest.raises(SymconvError, match="too large"):
        of(Poly.of(10**18 + 1), {}, np.int64)
    assert of(floor(N, M), {"n": 7, "m": 2}, np.int64) == 3 and of(floor(N, M), {"n": 7, "m": 0}, np.int64) == 7
    assert of(extremum("max", [N, M]), {"n": 7, "m": 9}, np.int64) == 9
    for number in (floor(N, M), extremum("max", [N, M]), N * M):
        assert type(of(number, {"n": 7, "m": 2}, np.int64)) is int
    assert of(N * N, {"n": np.array([2**40])}, object).tolist() == [2**80]
    assert of(square_root(N), {"n": np.array([4, 9])}, object).tolist() == [2, 3]
    assert of(N, {"n": 3}, object).dtype == object and of(N * inverse(M), {"n": 3, "m": 2}, object) == ONE * 3 / 2
    with pytest.raises(SymconvError, match="no value is given for k, m"):
        of(floor(N, M) + K, {"n": np.arange(3)}, np.int64)
    small = index_values.small
    assert small(np.array([2**26])).dtype == np.int64 and small(np.array([2**26 + 1])).dtype == object
    assert small(np.array([-(2**26) - 1])).dtype == object


def test_where_conditions_hold() -> None:
    """All, any, and not; each comparison as it says."""
    at = {"n": np.arange(4)}
    either = AnyOf((equal(N, 0), All((at_least(N, 2), Compare(N - 3, "!=")))))
    for condition, expected in (
        (either, [True, False, True, False]),
        (Negation(either), [False, True, False, True]),
        (All(()), [True] * 4),
        (AnyOf(()), [False] * 4),
    ):
        assert np.broadcast_to(index_values.all_satisfied([condition], at), (4,)).tolist() == expected
    for relation, expected in ((">=", [False, True, True]), ("==", [False, True, False]), ("!=", [True, False, True])):
        assert index_values.satisfied(Compare(N - 1, relation), {"n": np.arange(3)}, np.int64).tolist() == expected


# Products with an index


def test_products_of_an_index_are_named() -> None:
    """Those whose factors are known, and that have no name yet."""
    guards = [at_least(N * A), at_least(N * K), at_least(N * M), at_least(A)]
    assert products(guards, ["n", "m", "i.x", "m*n"]) == {"i.x*n": ("i.x", "n")}
    assert products([at_least(N * A)], ["n", "i.x"]) == {"i.x*n": ("i.x", "n")}


def test_products_inherit_bounds() -> None:
    """A guard times what stands before its names, where that is 0 or more; all products have to have names."""
    names = ["n", "p", "i.x", "i.x*n", "i.x*p", "n*p"]
    known = presburger.points(["n"], [at_least(N, 1)])
    one = [("i.x", "n")]
    assert inherited([at_least(A, 2), equal(A, 3)], one, names, known) == [at_least(N * A, 2 * N)]
    assert inherited([at_least(A, 2)], [("i.x", "p")], names, known) == []
    assert inherited([at_least(M)], one, names, known) == [] and inherited([at_least(A)], [], names, known) == []
    assert inherited([at_least(A + P)], one, ["n", "p", "i.x", "i.x*n"], known) == []
    assert inherited([at_least(A + P)], one, names, known) == [at_least(N * A + N * P)]
    zero = presburger.points(["n"], [at_least(N)])
    below = presburger.points(["n"], [at_least(N, -1)])
    assert inherited([at_least(A)], one, names, zero) == [at_least(N * A)] and not inherited(
        [at_least(A)], one, names, below
    )


def test_entries_in_products_are_what_equations_say() -> None:
    """In other guards, and there in products only."""
    said = equal(Y, A + 1)
    term = Term(ONE, (), (), (said, at_least(N * Y + Y), at_least(Y)))
    assert canonical(term, ["@0.0"]).guards == (said, at_least(N * A + N + Y), at_least(Y))
    plain = Term(ONE, (), (), (said, at_least(Y)))
    assert canonical(plain, ["@0.0"]) == plain
    assert canonical(Term(ONE, (), (), (at_least(N * Y), at_least(Y))), ["@0.0"]).guards == (
        at_least(N * Y),
        at_least(Y),
    )


# Conditions in words and for all values of an index


def words(names: Sequence[str], condition: Condition, known: Sequence[Compare] = ()) -> str:
    everything = presburger.points(names, known)
    return str(
        wording.set_condition(presburger.condition_set(names, condition).intersect(everything), names, everything)
    )


WORDS = [
    (at_least(N, 1), "True"),
    (at_most(N, 0), "False"),
    (equal(N, 3), "n == 3"),
    (Compare(N - 3, "!="), "n != 3"),
    (AnyOf((equal(N, 3), equal(M, 2))), "n == 3 or m == 2"),
    (AnyOf((equal(M, 2), equal(N, 3))), "n == 3 or m == 2"),
    (All((equal(M, 2), at_least(N, 3))), "n >= 3 and m == 2"),
    (equal(N % 4, 3), "n % 4 == 3"),
    (equal((3 * N) % 5, 1), "n % 5 == 2"),
    (equal(M, N // 3), "m == n//3"),
    (AnyOf((at_most(N, 1), at_least(N, 4))), "n == 1 or n >= 4"),
    (All((Compare(N - 2, "!="), Compare(N - 5, "!="))), "n != 2 and n != 5"),
    (AnyOf((equal(N, 1), equal(N, 2), at_least(M, 2))), "n <= 2 or m >= 2"),
]


@pytest.mark.parametrize(("condition", "expected"), WORDS)
def test_sets_in_the_shortest_words(condition: Condition, expected: str) -> None:
    """In the order of the names."""
    assert words(["n", "m"], condition, [at_least(N, 1), at_least(M, 1)]) == expected


def test_how_long_conditions_are() -> None:
    """Names and words between comparisons, then terms."""
    assert wording.length(at_least(N, M)) == (2, 2) and wording.length(AnyOf((equal(N, 1), equal(M, 1)))) == (3, 4)
    assert wording.length(equal(N % 3, 1)) > wording.length(equal(N, 1))
    assert wording._congruence(3 * N - 1, 5) == equal(N % 5, 2) and wording._congruence(N + 1, -4) == equal(N % 4, 3)
    assert wording._congruence(2 * N - 2, 6) == equal((2 * N) % 6, 2) and wording._congruence(N, 3) == equal(N % 3, 0)
    again = [at_least(M + floor(N, Poly.of(3)), 2 * N), at_most(M + floor(N, Poly.of(3)), 2 * N + 1)]
    assert wording._with_quotients(again, ["n"]) == again
    disjoint = wording.disjuncts(presburger.condition_set(["n"], Compare(N - 2, "!=")), ["n"],
                                 presburger.points(["n"], [at_least(N, 1)]))  # fmt: skip
    assert {*disjoint} == {(equal(N, 1),), (at_least(N, 3),)}


def test_for_all_values_of_an_index() -> None:
    """By algebra, by sets, and one alternative that is certain."""
    need = all_values.for_all_values
    low, high = ZERO, N - 1
    assert need(at_least(M, 2), "i.x", low, high) == (at_least(M, 2),)
    assert need(at_least(A, M), "i.x", low, high) == (at_least(-M),)
    assert need(Compare(A, "=="), "i.x", low, high, Context(("n",))) == (equal(N, 1),)
    assert need(Compare(ONE + A * 0, ">="), "i.x", low, high) == (Compare(ONE, ">="),)
    assert need(at_least(A, -1), "i.x", low, high) == ()
    assert need(at_least(A, 1), "i.x", low, high) == (Compare(Poly.of(-1), ">="),)
    product = AnyOf((at_least(N * A), Compare(N * A - 5, "==")))
    assert need(product, "i.x", low, high, Context(("n",))) == ()
    assert need(AnyOf((at_least(N * M * A, 7), at_least(N * A, 9))), "i.x", low, high, Context(("n", "m"))) is None
