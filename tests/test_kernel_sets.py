"""Sets of sizes and indices, their words and values, guard by guard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from kernel_inputs import at_least, at_most, contains

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly, extremum, floor, inverse, square_root
from symconv.errors import SymconvError
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, equal, in_range
from symconv.kernel import all_values, index_values, presburger, wording
from symconv.kernel.context import Context
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_SPARSENESS, OPERATIONS_PER_SECOND, time_left

N, M, K, P, A = (Poly.name(name) for name in ("n", "m", "k", "p", "i.x"))


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
    (AnyOf((equal(N % 2, 0), Compare(N - M, "!="))), "m >= n + 1 or n % 2 == 0 or n >= m + 1"),
]


@pytest.mark.parametrize(("condition", "expected"), WORDS)
def test_sets_in_the_shortest_words(condition: Condition, expected: str) -> None:
    """In the order of the names."""
    assert words(["n", "m"], condition, [at_least(N, 1), at_least(M, 1)]) == expected


def test_words_follow_the_first_name_of_each() -> None:
    """Whatever else is beside it."""
    assert words(["n", "m", "p"], All((at_least(M, 2), at_least(N + P, 5)))) == "n + p >= 5 and m >= 2"


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
    (N * 2**50, {"n": np.array([2**15, 2])}, [10**18, 2**51]),
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
