"""What the kernel takes to follow from facts about sizes and indices, against all small values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random

import numpy as np
import pytest
from kernel_inputs import at_least

from symconv.algebra.polynomials import Poly, extremum, floor
from symconv.errors import SymconvError, Unsupported
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, condition_names, equal, holds
from symconv.formulas.throughout import throughout
from symconv.kernel import presburger
from symconv.kernel.all_values import for_all_values
from symconv.kernel.context import Context
from symconv.kernel.facts import Facts, refusals
from symconv.kernel.index_values import all_satisfied, values_of
from symconv.kernel.presburger import Undecided
from symconv.kernel.products_of_facts import contradictory
from symconv.kernel.small_values import smallest_values
from symconv.kernel.sparse_arrays import SparseArray, nonzero
from symconv.kernel.wording import set_condition

N, M, K, J = (Poly.name(name) for name in "nmij")
HIGH = 5
BOX = [Compare(p, ">=") for p in (HIGH - N, HIGH - M, HIGH - K, K + HIGH)]


def below(value: Poly, high: int | Poly) -> Compare:
    return Compare(Poly.of(high) - 1 - value, ">=")


def points(names: str = "nmi") -> Iterator[Mapping[str, Poly]]:
    """All values in the box: sizes n and m from 1, other integers of either sign."""
    ranges = [range(1 if name in "nm" else -HIGH, HIGH + 1) for name in names]
    return ({n: Poly.of(v) for n, v in zip(names, at, strict=True)} for at in product(*ranges))


def truth(condition: Condition, at: Mapping[str, Poly]) -> bool:
    try:
        return holds(condition, at)
    except ZeroDivisionError:
        return False


def condition(random: Random, products: bool) -> Compare:
    """A comparison of sums of names, perhaps with a product, a quotient or an extremum."""
    number = random.randint
    poly = number(-2, 2) * N + number(-2, 2) * M + number(-1, 2) * K + number(-4, 4)
    match number(0, 4):
        case 0:
            poly = poly + floor(K + number(-2, 2), Poly.of(number(2, 3)))
        case 1:
            poly = poly + extremum(random.choice(["min", "max"]), [K, random.choice([N, M]) - number(0, 2)])
        case 2 if products:
            poly = poly + number(-1, 1) * N * random.choice([M, K, N])
        case 3 if products:
            poly = poly + random.choice([-1, 1]) * floor(random.choice([K, M]), N)
    return Compare(poly, random.choice([">=", ">=", "==", "!="]))


@pytest.mark.parametrize("seed", range(60))
def test_what_follows_from_facts(seed: int) -> None:
    """In a box where all is linear exactly what holds at all points follows; with products nothing that does not."""
    random = Random(seed)
    products = seed % 2 == 1
    given = [condition(random, products) for _ in range(2)]
    wanted = [condition(random, products) for _ in range(2)]
    facts = Facts(("n", "m"), ("i",), (*BOX, *given))
    left = [at for at in points() if all(truth(c, at) for c in given)]
    whole = all(truth(c, at) for at in left for c in wanted)
    some = any(all(truth(c, at) for c in wanted) for at in left)
    assert facts.implies(*wanted) <= whole
    assert facts.allow(wanted) >= some
    assert facts.exclude(wanted) <= (not some)
    smallest = facts.smallest(wanted)
    if smallest is not None:
        at = {name: Poly.of(value) for name, value in smallest.items()}
        assert all(truth(c, at) for c in (*BOX, *given, *wanted))
    needed = facts.needed([*wanted, *given])
    assert {*needed} <= {*wanted} and all(truth(c, at) for at in left for c in wanted) == (
        all(truth(c, at) for at in left for c in needed)
    )
    if not products:
        assert facts.implies(*wanted) == whole and facts.allow(wanted) == some and facts.exclude(wanted) != some
        best = min(
            (at["n"].integer + at["m"].integer for at in left if all(truth(c, at) for c in wanted)), default=None
        )
        assert (smallest and smallest["n"] + smallest["m"]) == best
        frame, region = facts.region([[wanted[0]], [wanted[1]]])
        assert frame.names == ("n", "m", "i")
        for at in points():
            inside = at in left and (truth(wanted[0], at) or truth(wanted[1], at))
            number = [int(at[n].integer) for n in frame.names]
            assert presburger.point_set(number).is_subset(region) == inside


IN_ROW = (at_least(K), below(K, N), at_least(J), below(J, M))
FOLLOW = [
    ((), at_least(N * M, 1), True),
    ((), at_least(N * M, 2), False),
    ((at_least(N, 2),), at_least(N * M, 2), True),
    ((at_least(N, 2), at_least(M, 3)), at_least(N * M, 6), True),
    ((at_least(N, 2), at_least(M, 3)), at_least(N * M, 7), False),
    (IN_ROW, at_least(N * M - 1 - K * M - J), True),
    (IN_ROW, at_least(N * M - 2 - K * M - J), False),
    (IN_ROW, at_least(K * M + J), True),
    (IN_ROW, at_least(K * M + J, 1), False),
    ((at_least(K - J), at_least(J - K)), equal(K * N, J * N), True),
    ((at_least(K - J),), equal(K * N, J * N), False),
    ((at_least(N * M, 2), equal(N, M)), at_least(N, 2), True),
    ((at_least(N, 2),), Compare(N * M - 1, "!="), True),
    ((), Compare(N * M - 1, "!="), False),
    ((), Compare(N * M, "!="), True),
    ((at_least(K), at_least(J), at_least(K + J, 1)), at_least(K * N + J * N, 1), True),
    ((at_least(K),), at_least(N * (K // N)), True),
    ((at_least(K),), at_least(K - N * (K // N)), True),
    ((at_least(K),), at_least(N - 1 - K + N * (K // N)), True),
    ((at_least(K),), at_least(K - N * (K // N), 1), False),
    ((equal(N, 2 * M),), at_least(N * K - 2 * M * K), True),
    ((equal(N, 2 * M),), equal(N * K, 2 * M * K), True),
    ((equal(N, 2 * M),), equal(N * K, M * K), False),
]


@pytest.mark.parametrize(("given", "wanted", "follows"), FOLLOW)
def test_products_of_facts(given: tuple[Compare, ...], wanted: Compare, follows: bool) -> None:
    """A product of what is at least 0 is so, too; what holds at some sizes only does not follow."""
    facts = Facts(("n", "m"), ("i", "j"), given)
    assert facts.implies(wanted) == follows
    assert facts.exclude([wanted.opposite]) == follows or wanted.relation == "=="
    counter = any(
        all(truth(c, at) for c in given) and not truth(wanted, at) for at in points("nmij")
    )  # fmt: skip
    assert counter != follows


@pytest.mark.parametrize("seed", range(60))
def test_contradictions_are_ones(seed: int) -> None:
    """Conditions that some values satisfy are never said to contradict one another."""
    random = Random(seed)
    conditions = tuple(condition(random, True) for _ in range(random.randint(2, 4)))
    if any(all(truth(c, at) for c in conditions) for at in points()):
        assert not contradictory(("n", "m"), conditions)


@pytest.mark.parametrize("seed", range(80))
def test_a_context_says_nothing_that_is_false(seed: int) -> None:
    """What is known of products and quotients of sizes holds at every point that satisfies the conditions."""
    random = Random(seed)
    given = tuple(condition(random, True) for _ in range(2))
    wanted = condition(random, True)
    context = Context(("n", "m"), ("i",), (), (*BOX, *given))
    if context.implies(wanted):
        assert all(truth(wanted, at) for at in points() if all(truth(c, at) for c in given))
    frame = context.frame(mentioned=[wanted])
    for at in points():
        if all(truth(c, at) for c in given):
            numbers = [Poly({m: 1}).substitute(at).integer for m in frame.opaque.values()]
            if None not in numbers:
                values = [*(at[n].integer for n in "nmi"), *numbers]
                assert presburger.point_set(values).is_subset(frame.allowed)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ((at_least(K, 5), at_least(2 - N), at_least(N, 2), at_least(K // N, 2)), False),
        ((at_least(K // N, 2), at_least(2 * N - 1 - K)), True),
        ((at_least(-(K // N), 1), at_least(K)), True),
        ((at_least(-(K // N), 1), at_least(-K, 1)), False),
        ((at_least(extremum("min", [N * M, K]), 2), at_least(1 - K)), True),
        ((at_least(extremum("max", [N, M]), 2), at_least(1 - N)), False),
        ((at_least(extremum("max", [N, M]) * -1, 0),), True),
        ((at_least(extremum("max", [M // K, Poly.of(0)]), 1),), False),
        ((at_least(extremum("min", [M // K, M]), 1), at_least(K, 1), at_least(-M)), True),
    ],
)
def test_what_is_known_of_quotients_and_extrema(conditions: tuple[Compare, ...], expected: bool) -> None:
    """A quotient times its divisor is near the numerator, and an extremum on one side of what it is of."""
    assert contradictory(("n", "m"), conditions) == expected


CONTEXT = [
    ((), at_least(N * M, N), True),
    ((), at_least(N * M, N + 1), False),
    ((at_least(N, 3),), at_least(N * M, 3 * M), True),
    ((at_least(N, 3),), at_least(N * M, 4 * M), False),
    ((at_least(N * M, 2 * N),), at_least(M, 2), True),
    ((at_least(N * M, N + 1),), at_least(M, 2), True),
    ((at_least(N * M, N),), at_least(M, 2), False),
    ((at_least(N - M),), at_least(N // M, 1), True),
    ((at_least(N - M),), at_least(N // M, 2), False),
    ((at_least(M - 1 - N),), equal(N // M, 0), True),
    ((at_least(2 * M - 1 - N), at_least(N - M)), equal(N // M, 1), True),
    ((equal(N * K, 0),), equal(K, 0), True),
    ((), equal((K // N) // M, K // (N * M)), True),
    ((), equal((K // N) // M, K // (N + M)), False),
]


@pytest.mark.parametrize(("given", "wanted", "follows"), CONTEXT)
def test_products_of_sizes(given: tuple[Compare, ...], wanted: Compare, follows: bool) -> None:
    """Products and quotients of sizes have bounds, and what bounds a product bounds its factors."""
    assert Context(("n", "m"), ("i",), (), given).implies(wanted) == follows


def test_facts_are_data() -> None:
    """Names and conditions are added once; what fails first is told apart; too large numbers are errors."""
    facts = Facts(("n",), ("i",)).over("n", "i", "j", "j").given([at_least(K)]).given([at_least(K)])
    assert facts == Facts(("n",), ("i", "j"), (at_least(K),))
    assert facts.within("i", Poly.of(2), N).conditions[1:] == (at_least(K, 2), below(K, N))
    first, second = at_least(K), at_least(N, 2)
    assert list(refusals([first, second])) == [(first.opposite,), (first, second.opposite)]
    top = extremum("max", [N, Poly.of(3)])
    assert facts.given([at_least(N, 3)]).settled(top + K) == N + K
    assert facts.given([at_least(2 - N)]).settled(top + K) == K + 3
    assert facts.settled(top) == top and facts.settled(extremum("min", [N, N + K])) == N
    assert facts.settled(extremum("max", [N, N - K])) == N
    with pytest.raises(Unsupported):
        facts.implies(at_least(N, 2**63))
    assert facts.needed([at_least(N), at_least(K, 2), at_least(K, 1)]) == (at_least(K, 2),)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], {"n": 1, "m": 1, "i": -1}),
        ([equal(N * M, 6)], {"n": 2, "m": 3, "i": -1}),
        ([equal(N * K, 6)], {"n": 2, "m": 1, "i": 3}),
        ([at_least(N * M, 7), Compare(K, "!="), at_least(K)], {"n": 3, "m": 3, "i": 1}),
        ([equal(N // K, 2), at_least(M - N)], {"n": 2, "m": 2, "i": 1}),
        ([equal(N * N, 2)], None),
    ],
)
def test_smallest_values(conditions: list[Compare], expected: dict[str, int] | None) -> None:
    """They have the least sum of sizes among few small ones; what divides by 0 is passed over."""
    found = smallest_values(["n", "m"], ["i"], conditions)
    assert (found and found["n"] + found["m"]) == (expected and expected["n"] + expected["m"])
    assert found is None or all(truth(c, {k: Poly.of(v) for k, v in found.items()}) for c in conditions)


@pytest.mark.parametrize("seed", range(80))
def test_what_makes_a_condition_hold_for_all_values_of_an_index(seed: int) -> None:
    """It does at all values of the others, and by sets also at no more of them than that."""
    random = Random(seed)
    need: Condition = condition(random, False)
    if seed % 3 == 0:
        need = AnyOf((need, condition(random, False))) if seed % 2 else Negation(All((need, at_least(N, 2))))
    low, high = Poly.of(random.randint(-1, 1)), random.choice([N - 1, N - M, M, M + 1])
    known = Context(("n", "m"))
    found = for_all_values(need, "i", low, high, known)
    algebra = throughout(need, "i", low, high) if isinstance(need, Compare) else None
    for at in points("nm"):
        top, bottom = (int(p.substitute(at).integer) for p in (high, low))
        whole = all(truth(need, {**at, "i": Poly.of(i)}) for i in range(bottom, top + 1))
        if found is not None:
            assert all(truth(c, at) for c in found) <= whole, (need, found)
            simple = algebra is not None or "i" not in condition_names(need)
            assert simple or all(truth(c, at) for c in found) == whole


@pytest.mark.parametrize("seed", range(40))
def test_sets_in_words(seed: int) -> None:
    """The condition that a set of sizes is printed as holds exactly on the set, of what is known."""
    random = Random(seed)
    known = [Compare(p - 1, ">=") for p in (N, M)]
    pieces = [All(tuple(_linear(random) for _ in range(2))) for _ in range(random.randint(1, 3))]
    names = ["n", "m"]
    everything = presburger.points(names, known)
    made = presburger.condition_set(names, AnyOf(tuple(pieces))).intersect(everything)
    words = set_condition(made, names, everything)
    for at in points("nm"):
        assert truth(words, at) == truth(AnyOf(tuple(pieces)), at), words


def _linear(random: Random) -> Compare:
    number = random.randint
    match number(0, 3):
        case 0:
            d = number(2, 4)
            return equal((number(0, 2) * N + M) % d, number(0, d - 1))
        case 1:
            return equal(N - M // number(2, 3), number(-1, 2))
    return Compare(number(-2, 2) * N + number(-2, 2) * M + number(-3, 3), random.choice([">=", "==", "!="]))


@pytest.mark.parametrize("seed", range(40))
def test_polynomials_at_many_values_at_once(seed: int) -> None:
    """They are what Python's integers say, in 64 bits, beyond these, and for single numbers."""
    random = Random(seed)
    poly = condition(random, True).poly * random.choice([1, 1, 2**40])
    scale = random.choice([1, 1, 10**12])
    axis = np.arange(-3, 6) * scale
    at = {"n": 4 * scale, "m": np.asarray(3), "i": axis}
    numbers = [{"n": Poly.of(4 * scale), "m": Poly.of(3), "i": Poly.of(int(v))} for v in axis]
    expected = [poly.substitute(at).constant for at in numbers]
    found = np.broadcast_to(values_of(poly, at, object), axis.shape)
    assert [int(v) for v in found] == expected
    small = np.broadcast_to(values_of(poly, at, np.int64), axis.shape)
    assert [int(v) for v in small] == [max(min(v, 10**18), -(10**18)) for v in expected]
    conditions = [AnyOf((Compare(poly, ">="), Negation(Compare(K - 2, "!=")))), Compare(K, "!=")]
    mask = np.broadcast_to(all_satisfied(conditions, at), axis.shape)
    assert list(mask) == [all(truth(c, one) for c in conditions) for one in numbers]
    with pytest.raises(SymconvError, match="no value is given for m"):
        values_of(M + K, {"i": axis}, np.int64)


def test_sparse_arrays_read_like_arrays() -> None:
    """Entries that are not stored are 0, what lies outside is an error."""
    array = SparseArray((2, 3), {(0, 1): 5, (1, 2): -1})
    assert [[array[i, j] for j in range(3)] for i in range(2)] == np.asarray(array).tolist()
    assert (len(array), array.size, (0, 1) in array, (0, 0) in array) == (2, 6, True, False)
    assert np.asarray(array, dtype=float).dtype == float
    assert nonzero(array) == nonzero(np.asarray(array)) == [((0, 1), 5), ((1, 2), -1)]
    assert SparseArray((2,), {(1,): 4})[1] == 4
    for outside in ((2, 0), (0, 3), (-1, 0), (0,), (0, 0, 0)):
        with pytest.raises(IndexError):
            array[outside]


def test_what_cannot_be_a_set_is_undecided() -> None:
    """A product of names is no linear term, nor has an unbounded set points that could be listed."""
    with pytest.raises(Undecided):
        presburger.points(["n", "m"], [equal(N * M, 2)])
    with pytest.raises(Undecided):
        presburger.each_point(presburger.points(["n"], [at_least(N)]), 10)
    listed = presburger.points(["n"], [at_least(N, 2), at_least(5 - N)])
    assert presburger.each_point(listed, 4) == [(2,), (3,), (4,), (5,)]
    with pytest.raises(Undecided):
        presburger.each_point(listed, 3)


def test_quotients_by_numbers_that_may_be_negative() -> None:
    """0 ≤ p < a·b says that p // b is 0 or more, and below a, only where b is known to be 1 or more."""
    p, a, b = Poly.name("p"), N - M + 1, Poly.name("k") - M + 1
    facts = Facts(("k", "m", "n")).over("p").given([at_least(p), below(p, a * b)])
    bounds = [at_least(floor(p, b)), below(floor(p, b), a)]
    assert not any(facts.implies(bound) for bound in bounds)
    assert facts.given([at_least(b, 1)]).implies(*bounds)
