"""What is known of products and quotients, guard by guard."""

from __future__ import annotations

from fractions import Fraction

import pytest
from kernel_inputs import at_least, at_most, contains

from symconv.algebra.polynomials import ONE, Floor, Poly, extremum, floor, inverse, square_root
from symconv.errors import Unsupported
from symconv.formulas.conditions import AnyOf, Compare, equal, in_range
from symconv.kernel import context, presburger, products_of_facts
from symconv.kernel.context import Context
from symconv.kernel.facts import Facts
from symconv.kernel.presburger import Undecided
from symconv.kernel.products_of_facts import contradictory
from symconv.kernel.quotients_of_facts import bounds_of_quotients
from symconv.kernel.small_values import smallest_values
from symconv.kernel.symbolic_products import canonical, inherited, products
from symconv.kernel.terms import Term
from symconv.limits import MAX_KNOWN_FACTS, MAX_TRIED_VALUE

N, M, K, P, Q, A, B = (Poly.name(name) for name in ("n", "m", "k", "p", "q", "i.x", "j.x"))
Y = Poly.name("@0.0")
HALF = Fraction(1, 2)


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
    ((at_least(K), at_most(Poly.atom(Floor(K, Poly.of(1))), -1)), True),
    ((at_least(floor(K, P), 3), at_most(floor(K, P), 2)), True),
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


OTHER_DIVISORS = [P, -N, N - M, N - 1, N * HALF, N + M * HALF, N + M + P, N * P, floor(P, N), Poly.of(-2)]


@pytest.mark.parametrize("divisor", OTHER_DIVISORS)
def test_quotients_by_other_than_whole_numbers_from_one_on_say_nothing(divisor: Poly) -> None:
    """Unless what is given says that they are such."""
    below = (at_least(K), at_most(Poly.atom(Floor(K, divisor)), -1))
    assert not contradictory(("n", "m"), below)
    assert not contradictory(("n", "m"), (*below, at_least(divisor, -2)))
    if divisor in (P, N - M, N - 1):
        assert contradictory(("n", "m"), (*below, at_least(divisor, 1)))


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
