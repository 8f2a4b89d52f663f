"""Quotients and factors of bound indices, guard by guard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from kernel_inputs import at_least, at_most, contains, term

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly, floor
from symconv.formulas.conditions import Compare, equal, in_range
from symconv.kernel import multiples, quotients
from symconv.kernel.context import Context
from symconv.kernel.presburger import Undecided
from symconv.kernel.terms import Term
from symconv.limits import MAX_FLOORS, MAX_TURNS, MAX_UNROLLED

N, M, P, U, V, W, Y = (Poly.name(name) for name in ("n", "m", "p", "u.1", "v.2", "w.3", "@0.0"))
NAMES = ["n", "m"]
ALLOWED = Context(("n", "m")).frame().allowed
OUTER = frozenset(NAMES)


# Quotients

TURNS = [
    (in_range(U, N), 0, 0),
    (in_range(U, 2 * N), 0, 1),
    (in_range(U, MAX_TURNS * N), 0, MAX_TURNS - 1),
    (in_range(U, MAX_TURNS * N + 1), 0, None),
    (in_range(U, N, -N), -1, 0),
    (in_range(U, ONE, -MAX_TURNS * N), -MAX_TURNS, 0),
    (in_range(U, ONE, -MAX_TURNS * N - 1), None, 0),
    (in_range(U, N, ONE), 0, 0),
    (in_range(U, ZERO, -N), -1, -1),
    ((at_least(U),), 0, None),
    ((at_most(U, N - 1),), None, 0),
    ((at_most(U, N),), None, 1),
]


@pytest.mark.parametrize(("guards", "low", "high"), TURNS)
def test_the_values_of_a_quotient(guards: tuple[Compare, ...], low: int | None, high: int | None) -> None:
    """The least and the greatest, where they are certain and near 0."""
    found = term(*guards)
    known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
    assert everything == ["n", "m", "u.1"]
    assert quotients.turn_bounds(Floor(U, N), known, everything) == (low, high)
    few = None if low is None or high is None else range(low, high + 1)
    assert quotients.turns(Floor(U, N), known, everything) == few
    assert quotients.turn_bounds(Floor(U, N - 2), known, everything) == (None, None)
    assert quotients.turn_bounds(Floor(U, N * M), known, everything) == (None, None)


def test_a_value_that_a_quotient_cannot_have() -> None:
    """Leaves nothing; another one stands for it, with what it says of the numerator."""
    found = term(*in_range(U, N), equal(Y, floor(U, N)))
    known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
    for value in (-1, 1):
        assert quotients._with_value(found, Floor(U, N), value, known, everything) is None
    assert quotients._with_value(found, Floor(U, N), 0, known, everything) == term(*in_range(U, N), equal(Y, 0))


def test_what_is_certain() -> None:
    """What the context and the linear guards say."""
    found = term(at_least(U, 2), at_least(N * U - 7), at_least(W), bound=("u.1",))
    assert quotients.everything_named(found, NAMES) == ["n", "m", "u.1", "w.3"]
    known = quotients.certain(found, NAMES, ALLOWED)
    assert contains(known, 1, 1, 2, 0) and not contains(known, 1, 1, 1, 0) and not contains(known, 0, 1, 2, 0)
    assert not contains(known, 1, 1, 2, -1)
    everything = ["n", "m", "u.1", "w.3"]
    assert quotients.at_least_one(N, known, everything) and quotients.at_least_one(U - 1, known, everything)
    assert not quotients.at_least_one(U - 2, known, everything) and not quotients.at_least_one(N * U, known, everything)


CLEARED = [
    (at_least(floor(U, N), 1), at_least(U, N)),
    (at_least(floor(U, N) + V, 1), at_least(U + N * V, N)),
    (at_most(floor(U, N), 2), at_most(U, 3 * N - 1)),
    (at_most(floor(U, N), V), at_most(U, N * V + N - 1)),
    (at_least(U - N * floor(U, N)), None),
    (at_most(U - N * floor(U, N), N - 1), None),
    (at_most(U - N * floor(U, N), N - 2), at_most(U - N * floor(U, N), N - 2)),
    (at_least(2 * floor(U, N), 1), at_least(2 * floor(U, N), 1)),
    (equal(floor(U, N), 1), equal(floor(U, N), 1)),
    (at_least(floor(U, N) + M * floor(U, N)), at_least(floor(U, N) + M * floor(U, N))),
    (at_least(floor(U, N) + floor(V, M)), at_least(floor(U, N) + floor(V, M))),
    (at_least(floor(U, N) + floor(V, Poly.of(2))), at_least(U + N * floor(V, Poly.of(2)))),
    (at_least(floor(U, N - 1), 1), at_least(floor(U, N - 1), 1)),
    (at_least(floor(U, Poly.of(2)), 1), at_least(floor(U, Poly.of(2)), 1)),
]


@pytest.mark.parametrize(("guard", "expected"), CLEARED)
def test_bounds_on_quotients_are_bounds_on_numerators(guard: Compare, expected: Compare | None) -> None:
    """Where one quotient stands there alone, and its divisor is 1 or more; what always holds is gone."""
    found = term(guard, bound=("u.1", "v.2"))
    known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
    assert quotients._cleared(found, known, everything).guards == (() if expected is None else (expected,))


def test_quotients_of_quotients() -> None:
    """One of a sum with a quotient is one by the product of both divisors."""
    assert quotients.flattened(Floor(floor(U, N) + V, M)) == (Floor(U, N), floor(U + N * V, N * M))
    assert quotients.flattened(Floor(2 * floor(U, N), M)) is None and quotients.flattened(Floor(U, N)) is None
    for poly, expected in ((floor(N, M), True), (floor(U, M), False), (floor(N, Poly.of(2)), False),
                           (floor(floor(N, M), Poly.of(2)), True), (floor(N, U), False)):  # fmt: skip
        assert quotients.settles(term(at_least(poly)), OUTER) == expected
    less = Context(("n", "m"), (), (), (at_least(M, N + 1),)).frame().allowed
    (zero,) = quotients.settled(term(equal(Y, floor(N, M)), bound=()), OUTER, NAMES, less)
    assert equal(Y, 0) in zero.guards and at_most(N, M - 1) in zero.guards
    open_ = term(equal(Y, floor(N, M)), bound=())
    assert quotients.settled(open_, OUTER, NAMES, ALLOWED) == [open_]
    nested = term(equal(Y, floor(floor(N, M) + 1, M)), bound=())
    (flat_one,) = quotients.settled(nested, OUTER, NAMES, ALLOWED)
    assert equal(Y, floor(N + M, M * M)) in flat_one.guards
    by_parameter = term(equal(Y, floor(floor(N, P), M)), bound=())
    known = Context(("n", "m"), ("p",)).frame().allowed
    assert quotients.settled(by_parameter, OUTER | {"p"}, [*NAMES, "p"], known) == [by_parameter]


def test_an_index_counted_downwards_is_turned() -> None:
    """(−1 − u) // n is −1 − u // n."""
    turned, multiple = (term(equal(Y, -1 - floor(value, N))) for value in (U, M * U))
    for numerator, divisor, expected in (
        (-1 - M * U, N, multiple),
        (-1 - U, N, turned),
        (1 + U, N, None),
        (-1 - M, N, None),
        (-1 - U, N - 1, None),
    ):
        found = term(equal(Y, floor(numerator, divisor)))
        known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
        assert quotients._turned(found, Floor(numerator, divisor), known, everything) == expected


def test_an_index_is_taken_apart_into_digits() -> None:
    """Below a multiple of the divisor, of which it takes the quotient itself."""

    def digits(*guards: Compare, numerator: Poly = U, divisor: Poly = N) -> Term | None:
        found = term(*guards, equal(Y, floor(numerator, divisor)))
        known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
        return quotients._by_digits(found, Floor(numerator, divisor), known, everything)

    made = digits(*in_range(U, N * M))
    assert made is not None and len(made.bound) == 2
    high, low = map(Poly.name, made.bound)
    assert {*made.guards} == {equal(Y, high + floor(low, N)), *in_range(high, M), *in_range(low, N)}
    for other in (digits(*in_range(U, N * M + 1)), digits(at_most(U, N * M - 1)), digits(*in_range(U, N * M, ONE)),
                  digits(*in_range(U, N * M), numerator=U + 1), digits(*in_range(U, V)),
                  digits(*in_range(U, P * M), divisor=P)):  # fmt: skip
        assert other is None
    more = digits(*in_range(U, N * M), at_least(U, 3))
    assert more is not None and len(more.guards) == 6
    assert quotients._tops(term(*in_range(U, N), at_most(U, V), at_most(2 * U, N), equal(U, M)), "u.1") == [N, V + 1]
    assert quotients._tops(term(*in_range(U, N), at_most(U, V), bound=("u.1", "v.2")), "u.1") == [N]


def test_two_indices_are_gathered_into_one() -> None:
    """n·u + v for v < n, where no more is taken of the two than that."""
    both, line = (*in_range(U, M), *in_range(V, N)), equal(Y, N * U + V)

    def gathered(*guards: Compare) -> Term:
        return quotients._gathered(term(*guards, bound=("u.1", "v.2")), NAMES, ALLOWED)

    made = gathered(*both, line)
    (whole,) = map(Poly.name, made.bound)
    assert {*made.guards} == {equal(Y, whole), *in_range(whole, N * M), at_least(N, 1)}
    implied = gathered(*both, line, at_least(U, -1))
    assert len(implied.bound) == 1 and len(implied.guards) == 4
    for other in (
        (*both, line, at_least(U, 1)),
        (*in_range(U, M), *in_range(V, M), line),
        (*in_range(U, M), *in_range(V, N - 1), line),
        (*in_range(U, M, ONE), *in_range(V, N), line),
        (*in_range(U, V + 1), *in_range(V, N), line),
        (*both, equal(Y, N * U + 2 * V)),
        (*both, line, equal(U, V)),
        (*both, line, at_least(M * U, 7)),
        (*in_range(U, M), *in_range(V, N - 1), equal(Y, (N - 1) * U + V)),
    ):
        assert gathered(*other) == term(*other, bound=("u.1", "v.2"))


def test_shifts_are_taken_modulo_the_divisor() -> None:
    """m in (u + m) // n is n·(m // n) and a rest with a name; small numbers and quotients of sizes alone stay."""
    rest, quotient = Poly.name("m%n"), floor(M, N)
    made, names = quotients.reduced(term(equal(Y, floor(U + M, N))), NAMES, OUTER)
    assert names == {"m%n": Floor(M, N)} and made.guards == (equal(Y, floor(U + rest, N) + quotient),)
    five, names = quotients.reduced(term(equal(Y, floor(U - 5, N))), NAMES, OUTER)
    assert names == {"5%n": Floor(Poly.of(5), N)}
    assert five.guards == (equal(Y, floor(U - Poly.name("5%n"), N) - floor(Poly.of(5), N)),)
    twice, names = quotients.reduced(term(equal(Y, floor(U + 2 * M, N))), NAMES, OUTER)
    assert twice.guards == (equal(Y, floor(U + 2 * rest, N) + 2 * quotient),) and [*names] == ["m%n"]
    half = floor(M, Poly.of(2))
    inside = (U + MAX_TURNS - 1, U + V, U + half, U + M * half, M)
    for kept in (*(floor(numerator, N) for numerator in inside), floor(U + M, V), floor(M + 5 * N, N * M)):
        assert quotients.reduced(term(equal(Y, kept)), NAMES, OUTER) == (term(equal(Y, kept)), {})
    assert [*quotients.reduced(term(equal(Y, floor(U + MAX_TURNS, N * M))), NAMES, OUTER)[1]] == [f"{MAX_TURNS}%m*n"]
    assert [*quotients.reduced(term(equal(Y, floor(U + N * M, N + M))), NAMES, OUTER)[1]] == [f"{N * M}%{N + M}"]
    large, names = quotients.reduced(term(equal(Y, floor(U + MAX_TURNS, N))), NAMES, OUTER)
    assert [*names] == [f"{MAX_TURNS}%n"]


def test_quotients_by_numbers_are_bound_integers() -> None:
    """In a coefficient, with a term for each of a few rests."""
    two = Poly.of(2)
    (one,) = quotients.named(term(equal(Y, floor(U, two))))
    (q,) = (Poly.name(n) for n in one.bound if n != "u.1")
    assert {*one.guards} == {equal(Y, q), *in_range(U - 2 * q, two)}
    assert len(quotients.named(term(coefficient=floor(U, two)))) == 2
    assert len(quotients.named(term(coefficient=floor(U, Poly.of(MAX_UNROLLED))))) == MAX_UNROLLED
    assert len(quotients.named(term(coefficient=floor(U, Poly.of(MAX_UNROLLED + 1))))) == 1
    assert quotients.named(term(equal(Y, floor(U, N)))) == [term(equal(Y, floor(U, N)))]
    many = [f"b{i}" for i in range(MAX_FLOORS)]
    with pytest.raises(Undecided):
        quotients.named(term(equal(Y, floor(U, two)), bound=many))
    assert len(quotients.named(term(equal(Y, floor(U, two)), bound=many[1:]))) == 1


# Factors of bound indices


def test_indices_with_few_values_are_taken_one_by_one() -> None:
    """Where a symbol multiplies them, and numbers say how many there are."""
    times = at_least(N * U, 2)
    assert [t.guards for t in multiples.unrolled(term(*in_range(U, Poly.of(3)), times))] == [
        (at_least(N, 2),), (at_least(2 * N, 2),)]  # fmt: skip
    for width, number in ((MAX_UNROLLED, MAX_UNROLLED - 1), (MAX_UNROLLED + 1, 1)):
        assert len(multiples.unrolled(term(*in_range(U, Poly.of(width)), times))) == number
    for kept in (term(*in_range(U, Poly.of(3)), at_least(U)), term(at_least(U), times), term(times),
                 term(*in_range(U, M), times)):  # fmt: skip
        assert multiples.unrolled(kept) == [kept]
    both = term(*in_range(U, Poly.of(3)), *in_range(V, Poly.of(2)), at_least(N * U + M * V), bound=("u.1", "v.2"))
    assert len(multiples.unrolled(both)) == 6


FACTORS = [
    (at_least(N * U), at_least(U)),
    (equal(N * U, 0), equal(U, 0)),
    (at_least(N * M * U), at_least(U)),
    (at_least(N * U + N * V), at_least(U + V)),
    (at_least(N * U + N), at_least(U + 1)),
    (at_least(N * U + M * V), at_least(N * U + M * V)),
    (at_least(N * U, 1), at_least(N * U, 1)),
    (at_least(P * U), at_least(P * U)),
    (at_least(2 * U), at_least(2 * U)),
]


@pytest.mark.parametrize(("guard", "expected"), FACTORS)
def test_factors_that_are_positive_are_left_out(guard: Compare, expected: Compare) -> None:
    """Where all terms have them, and there is a product."""
    known = Context(("n", "m"), ("p",)).frame().allowed
    found = multiples.without_factors(term(guard, at_least(U), bound=("u.1", "v.2")), [*NAMES, "p"], known)
    assert found.guards == (expected, at_least(U))


def test_an_index_times_a_symbol_is_a_quotient() -> None:
    """u is y // n where n·u == y, for n of one sign; not where other bound names stand there."""
    shapes = Context(("n", "m"), ("p",), (), (at_most(P, -1),)).frame().allowed

    def divided(*guards: Compare, bound: Sequence[str] = ("u.1",)) -> Term:
        return multiples.divided_out(term(*guards, bound=bound), ["@0.0"], [*NAMES, "p"], shapes)

    for guard, value in (
        (equal(Y, N * U), floor(Y, N)),
        (equal(N * U, Y + 1), floor(Y + 1, N)),
        (equal(Y, P * U), floor(-Y, -P)),
    ):
        made = divided(guard, at_least(U))
        assert made.bound == () and made.guards[1] == at_least(value)
    for kept in (at_least(N * U, Y), equal(2 * U, Y), equal((N - 1) * U, Y), equal(N * U * U, Y), equal(N, Y)):
        assert divided(kept) == term(kept)
    for inside in (equal(N * U, V), equal(V * U, Y)):
        assert divided(inside, bound=("u.1", "v.2")) == term(inside, bound=("u.1", "v.2"))
    assert multiples._linear_in(N * U + Y, "u.1") == (N, Y) and multiples._linear_in(N + 1, "u.1") == (ZERO, N + 1)
    assert multiples._linear_in(U * U + U, "u.1") == (ZERO, U * U + U)
    assert multiples._shared(N * U + N) == {"n"} and multiples._shared(N) == set() == multiples._shared(ZERO)
