"""Terms, pieces and rows, guard by guard: each function of the kernel on few inputs, with all that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from symconv import parse
from symconv.algebra.polynomials import ONE, PI, ZERO, Floor, I, Poly, exponential, floor, inverse, square_root
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import Compare, equal, in_range
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, Sum, Times, When, minus
from symconv.kernel import (
    coefficients,
    implied,
    multiples,
    presburger,
    quotients,
    reduction,
    roots,
    rows,
    symmetry,
    tables,
    uninterpreted,
    vanishing,
)
from symconv.kernel.coefficients import Piece, eliminated, flat, solved
from symconv.kernel.comparison import compared, formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, cancelled, difference, overlaid
from symconv.kernel.expansion import Expanded, expanded, reads_table
from symconv.kernel.presburger import Undecided
from symconv.kernel.reduction import Reduced
from symconv.kernel.statement import entrywise
from symconv.kernel.symmetry import Move, Symmetry, ZeroEntries, averaged, closed, generated, is_zero, orbit
from symconv.kernel.terms import (
    CallAtom,
    Slot,
    TableAtom,
    TensorAtom,
    Term,
    expand,
    is_local,
    is_real,
    lower,
    without_alike,
)
from symconv.kernel.vanishing import by_residues, nonzero_part
from symconv.limits import MAX_FLOORS, MAX_TURNS, MAX_UNROLLED, MAX_WITNESSES

N, M, P, U, V, W, Y = (Poly.name(name) for name in ("n", "m", "p", "u.1", "v.2", "w.3", "@0.0"))
NAMES = ["n", "m"]
ALLOWED = Context(("n", "m")).frame().allowed
OUTER = frozenset(NAMES)


def at_least(value: Poly, low: int | Poly = 0) -> Compare:
    return Compare(value - low, ">=")


def at_most(value: Poly, high: int | Poly) -> Compare:
    return Compare(Poly.of(high) - value, ">=")


def term(*guards: Compare, bound: Sequence[str] = ("u.1",), coefficient: Poly = ONE) -> Term:
    return Term(coefficient, (), tuple(bound), guards)


def contains(made: object, *point: int) -> bool:
    return bool(presburger.point_set(point).is_subset(made))


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

    def digits(*guards: Compare, numerator: Poly = U) -> Term | None:
        found = term(*guards, equal(Y, floor(numerator, N)))
        known, everything = quotients.certain(found, NAMES, ALLOWED), quotients.everything_named(found, NAMES)
        return quotients._by_digits(found, Floor(numerator, N), known, everything)

    made = digits(*in_range(U, N * M))
    assert made is not None and len(made.bound) == 2
    high, low = map(Poly.name, made.bound)
    assert {*made.guards} == {equal(Y, high + floor(low, N)), *in_range(high, M), *in_range(low, N)}
    for other in (digits(*in_range(U, N * M + 1)), digits(at_most(U, N * M - 1)), digits(*in_range(U, N * M, ONE)),
                  digits(*in_range(U, N * M), numerator=U + 1), digits(*in_range(U, V))):  # fmt: skip
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
    for kept in (floor(U + MAX_TURNS - 1, N), floor(U + M, V), floor(M, N), floor(U + V, N)):
        assert quotients.reduced(term(equal(Y, kept)), NAMES, OUTER) == (term(equal(Y, kept)), {})
    assert [*quotients.reduced(term(equal(Y, floor(U + MAX_TURNS, N * M))), NAMES, OUTER)[1]] == [f"{MAX_TURNS}%m*n"]
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


# Terms


def test_sums_over_ranges_without_an_end() -> None:
    """Are not known; those with two lower ends begin at the later one."""
    summed = coefficients._fibre_sum
    for guards in ((at_least(U),), (at_most(U, N),), (), (equal(U, N), at_least(U), at_most(U, N))):
        assert summed(term(*guards), "u.1", NAMES, ALLOWED) is None
    (one,) = summed(term(*in_range(U, N)), "u.1", NAMES, ALLOWED) or ()
    assert (one.coefficient, one.bound, one.guards) == (N, (), (at_least(N, 1),))
    two = summed(term(*in_range(U, N), at_least(U, M)), "u.1", NAMES, ALLOWED)
    assert two is not None and {t.coefficient for t in two} == {N, N - M}
    (halves,) = summed(term(at_least(2 * U, 1), at_most(2 * U, 7)), "u.1", NAMES, ALLOWED) or ()
    assert halves.coefficient == 3
    (apart,) = summed(term(*in_range(U, N), coefficient=exponential(M)), "u.1", NAMES, ALLOWED) or ()
    assert apart.coefficient == N * exponential(M)
    (weighted,) = summed(term(*in_range(U, Poly.of(4)), coefficient=U), "u.1", NAMES, ALLOWED) or ()
    assert weighted.coefficient == 6


def test_names_of_indices() -> None:
    """Bound ones have a dot, those of an output a dollar."""
    assert [is_local(name) for name in ("u.1", "$0", "n", "m*n")] == [True, True, False, False]


def test_divisions_by_zero_in_terms() -> None:
    """Where nothing is looked at they do no harm, elsewhere they are not decided."""
    zero = term(equal(U, 0), coefficient=inverse(U))
    with pytest.raises(Undecided):
        eliminated(zero, [], NAMES, ALLOWED)
    nowhere = term(equal(U, 0), at_most(N, 0), coefficient=inverse(U))
    assert eliminated(nowhere, [], NAMES, ALLOWED) == []


def test_equations_give_bound_names() -> None:
    """By whole numbers only; what follows at once is left out."""
    assert solved(term(equal(U, N - 1), at_least(U), at_least(N, 1), coefficient=U)) == Term(
        N - 1, (), (), (at_least(N, 1),)
    )
    assert solved(term(equal(2 * U, N))) == term(equal(2 * U, N))
    assert solved(term(equal(U, 3), at_least(U), at_least(U, 4))) == Term(ONE, (), (), (Compare(Poly.of(-1), ">="),))
    assert flat(Term(ONE, (Slot(TensorAtom("x"), (U,)), Slot(TensorAtom("y"), (V, N))), ("u.1",))).guards == (
        equal(Y, U), equal(Poly.name("@1.0"), V), equal(Poly.name("@1.1"), N))  # fmt: skip


def test_conjugates_of_atoms_and_terms() -> None:
    """A real tensor is its own, and so is a function of real arguments."""
    x, z = TensorAtom("x"), TensorAtom("z", True)
    assert x.conjugate() == x and z.conjugate() == TensorAtom("z", True, True) and z.conjugate().conjugate() == z
    real, other = (Term(ONE, (Slot(a, ()),)) for a in (x, z))
    assert is_real([real]) and not is_real([real, other]) and not is_real([Term(I)]) and is_real([])
    assert CallAtom("f", 0, (real,)).conjugate() == CallAtom("f", 0, (real,))
    assert CallAtom("f", 0, (other,)).conjugate() == CallAtom("f", 0, (other,), True)
    assert TableAtom((2,), (I, ONE)).conjugate() == TableAtom((2,), (-I, ONE))


def test_guards_are_added_once() -> None:
    """One that cannot hold leaves nothing; one that always does is not kept."""
    found = term(at_least(U))
    assert found.guarded([at_least(U), at_least(V), Compare(ONE, ">=")]) == term(at_least(U), at_least(V))
    assert found.guarded([Compare(-ONE, ">=")]) is None
    assert found.negated.coefficient == -1 and found.instance({"n": M}).bound != found.bound


def test_terms_with_other_bound_names_are_alike() -> None:
    """Up to three of them in any order; with another number they stay."""
    one = term(*in_range(U, N), *in_range(V, M), equal(Y, U + 2 * V), bound=("u.1", "v.2"))
    other = term(*in_range(W, N), *in_range(P, M), equal(Y, W + 2 * P), bound=("p", "w.3"), coefficient=-ONE)
    assert without_alike([one, other]) == []
    assert without_alike([one, one.negated, one]) == [one]
    assert without_alike([one, one]) == [one, one]
    double = Term(Poly.of(-2), (), other.bound, other.guards)
    assert without_alike([one, double]) == [one, double]


# Where coefficients vanish

SQUARE = ["n", "m"]


def test_products_with_names_in_coefficients() -> None:
    """n·m - 6 is 0 where the product is said to be 6."""
    names = [*SQUARE, "m*n"]
    six = presburger.points(names, [equal(Poly.name("m*n"), 6), at_least(N, 1), at_least(M, 1)])
    assert nonzero_part(Piece(six, N * M - 6), names, {"m*n": ("m", "n")}) is None
    left = nonzero_part(Piece(six, N * M - 5), names, {"m*n": ("m", "n")})
    assert left is not None and left.is_nonzero and contains(left.domain, 2, 3, 6)
    assert nonzero_part(Piece(six, ZERO), names, {}) is None
    three = nonzero_part(Piece(six, 3 * ONE), names, {})
    assert three is not None and three.is_nonzero


def test_what_is_not_seen_to_vanish_is_tried() -> None:
    """At the first points: once it is not 0 that is known, and where all are 0 too; more are not tried."""
    circle = N * N + M * M - 25
    near = presburger.points(SQUARE, [*in_range(N, Poly.of(7)), *in_range(M, Poly.of(7))])
    found = nonzero_part(Piece(near, circle), SQUARE, {})
    assert found is not None and not found.is_nonzero
    on_it = presburger.point_set((3, 4)).union(presburger.point_set((4, 3)))
    assert nonzero_part(Piece(on_it, circle), SQUARE, {}) is None
    some = on_it.union(presburger.point_set((5, 5)))
    assert nonzero_part(Piece(some, circle), SQUARE, {}) is not None
    many = presburger.empty(2)
    for i in range(MAX_WITNESSES):
        many = many.union(presburger.point_set((i, i * i)))
    with pytest.raises(Undecided, match=r"whether n\*n - m vanishes|whether -m \+ n\*n|whether n\*n"):
        nonzero_part(Piece(many, N * N - M), SQUARE, {})
    few = presburger.empty(2)
    for i in range(MAX_WITNESSES - 1):
        few = few.union(presburger.point_set((i, i * i)))
    assert nonzero_part(Piece(few, N * N - M), SQUARE, {}) is None
    with pytest.raises(Undecided, match="whether a coefficient vanishes"):
        nonzero_part(Piece(many, (N * N - M) * (N * N + M * M + 123456789 * N + 987654321 * M + 5)), SQUARE, {})
    with pytest.raises(Undecided, match="whether a coefficient vanishes"):
        nonzero_part(Piece(many, N * N - Y), ["n", "@0.0"], {})
    assert vanishing.slab({"n": 2, "m": 3}, M + 1).is_equal(presburger.points(SQUARE, [equal(M, 3)]))


def test_factors_of_coefficients() -> None:
    """Irreducible ones that can be 0, by numbers."""
    factors = vanishing._factored
    assert {f if f.coefficient("n") > 0 else -f for f in factors(N * N - M * M)} == {N - M, N + M}
    assert {*factors(2 * N * M + 2 * N)} == {N, M + 1}
    assert {*factors((N + 1) * exponential(M * I))} == {N + 1}
    assert {*factors(N * N + M * M - 25)} == {N * N + M * M - 25}
    assert [*vanishing._factors(square_root(N) * M)] in ([M, N], [N, M])
    assert [*vanishing._factors(square_root(2) * M * exponential(N))] == [M]
    assert [*vanishing._factors(N + 1)] == [N + 1]


def test_phases_are_split_by_residues() -> None:
    """Of up to twelve kinds; not where the exponent has a name that is no coordinate, nor one term alone."""
    whole = presburger.points(SQUARE, [*in_range(N, Poly.of(24))])
    for order, parts in ((2, 2), (3, 3), (6, 6), (5, 5), (4, 4), (7, 1)):
        root = exponential(2 * PI * I * N * inverse(Poly.of(order))) + 7
        assert len(by_residues(Piece(whole, root), SQUARE)) == parts
    assert len(by_residues(Piece(whole, exponential(PI * I * N)), SQUARE)) == 1
    assert [p.coefficient for p in by_residues(Piece(whole, exponential(PI * I * N) + 1), SQUARE)] == [2]
    assert len(by_residues(Piece(whole, exponential(PI * I * Y) + 1), SQUARE)) == 1
    assert len(by_residues(Piece(whole, exponential(PI * I * N) + 1), SQUARE)) == 1
    assert vanishing._phase(next(iter(exponential(PI * I * N * inverse(Poly.of(3)) + I * M).atoms))) == (  # type: ignore[arg-type]
        N * Fraction(1, 3), I * M)  # fmt: skip


# Sums of roots


def test_which_sums_of_roots_are_known() -> None:
    """Linear exponents before which the name does not stand, over ranges that the period fits."""

    def summed(coefficient: Poly, low: Poly = ZERO, high: Poly = N - 1, *guards: Compare) -> list[Term] | None:
        return roots.root_sum(term(*guards, bound=(), coefficient=coefficient), "u.1", low, high, SQUARE, ALLOWED)

    whole = exponential(2 * PI * I * U * inverse(N))
    (one, *more) = summed(whole) or []
    assert more and one.coefficient.names <= {"n"}
    assert summed(U * whole) is None and summed(exponential(2 * PI * I * U * U * inverse(N))) is None
    assert summed(exponential(2 * PI * I * U * inverse(N + 1))) is None
    assert summed(exponential(I * U * inverse(N))) is None
    assert summed(exponential(2 * PI * I * U * inverse(N * M)), ZERO, N * M - 1) is None
    assert summed(exponential(2 * PI * I * U * M * inverse(N))) is None
    assert summed(exponential(2 * PI * I * U * M * inverse(N)), ZERO, N - 1, at_most(M, MAX_TURNS * N)) is None
    below = summed(exponential(2 * PI * I * U * M * inverse(N)), ZERO, N - 1, at_most(M, MAX_TURNS * N - 1))
    assert below is not None and len(below) == 2 * MAX_TURNS - 1
    assert summed(exponential(PI * I * U * inverse(N))) is None
    third = summed(exponential(2 * PI * I * U * inverse(Poly.of(3))), ZERO, Poly.of(2))
    assert third is not None and all(t.coefficient.is_zero() for t in third)
    assert summed(exponential(PI * I * U), ONE, ZERO) == []
    assert roots._content(4 * N + 6) == 2 and roots._content(N * Fraction(1, 2)) == 1


def test_ranges_of_one_phase_are_joined() -> None:
    """Where they are apart and together one range, and what stands before is the same."""
    phase = exponential(2 * PI * I * U * inverse(N))
    first, second = term(equal(U, 0), coefficient=phase), term(*in_range(U, N, ONE), coefficient=phase)
    renamed = second.substitute({"u.1": V})
    renamed = Term(renamed.coefficient, (), ("v.2",), renamed.guards)
    assert len(roots.joined([first, renamed], SQUARE, ALLOWED)) == 1
    for other in (
        term(*in_range(U, N), coefficient=phase),
        term(*in_range(U, N, Poly.of(2)), coefficient=phase),
        term(*in_range(U, N, ONE), coefficient=2 * phase),
        term(*in_range(U, N, ONE), *in_range(V, N), bound=("u.1", "v.2"), coefficient=phase),
        term(*in_range(N * U, N, ONE), coefficient=phase),
    ):
        assert len(roots.joined([first, other], SQUARE, ALLOWED)) == 2
    plain = [term(equal(U, 0)), term(*in_range(U, N, ONE))]
    assert roots.joined(plain, SQUARE, ALLOWED) == plain


# Pieces


def test_pieces_that_cancel() -> None:
    """On equal domains; those that are empty or 0 are gone, those on the same domain are added."""
    one, two = (presburger.points(SQUARE, [equal(N, i)]) for i in (1, 2))
    assert cancelled([Piece(one, N), Piece(one, -N)]) == []
    assert [p.coefficient for p in cancelled([Piece(one, N), Piece(two, -N)])] == [N, -N]
    assert [p.coefficient for p in cancelled([Piece(one, N), Piece(one, M)])] == [N + M]
    assert cancelled([Piece(one, ZERO), Piece(presburger.empty(2), ONE)]) == []
    (left,) = overlaid([Piece(one.union(two), ONE), Piece(one, -ONE)])
    assert left.coefficient == 1 and left.domain.is_equal(two)
    parts = overlaid([Piece(one, ONE), Piece(one.union(two), 2 * ONE)])
    assert sorted(str(p.coefficient) for p in parts) == ["2", "3"]


n, m = sizes("n m")
X, B = Tensor("x", n), Tensor("y", m)
FIRST, LAST = Read(X, (ZERO,)), Read(X, (N - 1,))


def test_where_two_entries_differ() -> None:
    """x[0] and x[n-1] at n > 1, where the first witness is n == 2; products of sizes tell nothing surely."""
    found = difference(FIRST, LAST, Context(("n",)))
    two = presburger.points(["n"], [at_least(N, 2)])
    assert not found.is_zero and found.is_exact and found.is_nonzero
    assert found.sizes_that_differ().is_equal(two) and found.sizes_that_surely_differ().is_equal(two)
    witnesses = [*found.witnesses()][:3]
    assert [(w.values["n"], w.entries) for w in witnesses[:2]] == [
        (2, ((X.leaf, (0,)),)), (2, ((X.leaf, (1,)),))]  # fmt: skip
    assert witnesses[2].values["n"] == 3
    few = difference(FIRST, LAST, Context(("n",), (), (), (equal(N, 2),)))
    assert len([*few.witnesses()]) == 2
    product = difference(Times((Scalar(N - 2), FIRST)), Scalar(ZERO), Context(("n",)))
    assert [w.values["n"] for w in product.witnesses()][:2] == [1, 3]
    large = Context(("n", "m"), (), (), (at_least(N * M, 6), at_least(M, 2)))
    opaque = difference(FIRST, Scalar(ZERO), large)
    assert not opaque.is_exact and contains(opaque.sizes_that_surely_differ(), 3, 2)
    indexed = Context(("n", "m"), (), ("i.x",), (at_least(N * M, 6), *in_range(Poly.name("i.x"), N)))
    assert difference(Read(X, (Poly.name("i.x"),)), Scalar(ZERO), indexed).sizes_that_surely_differ().is_empty()


def test_terms_that_are_the_same_cancel_before_they_are_sets() -> None:
    """Also where an index is no linear one, of which no sets can be made."""
    context = Context(("n", "m"))
    one, other = (
        Sum(name, ZERO, N, Times((Read(X, (Poly.name(name) ** 2,)), Read(B, (Poly.name(name),))))) for name in "ab"
    )
    assert formulas_equal(one, other, context) and formulas_equal(one, one, context)
    assert not formulas_equal(one, Scalar(ZERO), context)
    hidden = [Sum(name, ZERO, N, Times((Read(X, (Poly.name(name) ** 2,)), Read(B, (ZERO,))))) for name in "ab"]
    assert formulas_equal(*hidden, context) and not formulas_equal(hidden[0], Scalar(ZERO), context)


def test_functions_of_equal_arguments_are_equal() -> None:
    """Wherever they are used, and there only."""
    context = Context(("n",))
    call = lambda name, read: Call(name, read)  # noqa: E731
    zero = When((equal(N, 1),), LAST)
    assert formulas_equal(call("f", FIRST), call("f", FIRST), context)
    assert not formulas_equal(call("f", FIRST), call("g", FIRST), context)
    assert not formulas_equal(call("f", FIRST), call("f", LAST), context)
    one = Context(("n",), (), (), (equal(N, 1),))
    assert formulas_equal(call("f", FIRST), call("f", LAST), one)
    assert formulas_equal(When((equal(N, 1),), call("f", FIRST)), When((equal(N, 1),), call("f", zero)), context)
    assert not formulas_equal(call("f", FIRST), call("f", zero), context)
    i = Poly.name("i.x")
    inside = Context(("n",), (), ("i.x",), in_range(i, N))
    shifted = lambda by: call("f", Read(X, (i + by,)))  # noqa: E731
    assert formulas_equal(shifted(0), shifted(0), inside) and not formulas_equal(shifted(0), shifted(1), inside)
    total = lambda name: Sum(name, ZERO, N, call("f", Read(X, (Poly.name(name),))))  # noqa: E731
    assert formulas_equal(total("u"), total("v"), context)
    product = Times((call("f", FIRST), call("f", LAST)))
    assert formulas_equal(product, Times((call("f", LAST), call("f", FIRST))), context)
    assert not formulas_equal(product, Times((call("f", LAST), call("f", LAST))), context)


def test_places_of_calls() -> None:
    """For each place the first that is equal; coefficients are told by it or not at all."""
    graph = presburger.points(["n", "a", "b"], [*in_range(U * 0 + Poly.name("a"), Poly.of(3)), equal(N, 1)])
    first = uninterpreted._first(graph, 1, 1, 1)
    assert contains(first, 1, 0, 5) and not contains(first, 1, 1, 5)
    assert uninterpreted._first(graph, 1, 0, 2) is graph and uninterpreted._moved(1, 2) == "#1.2"
    names, new = ["n", "#0.0", "@0.0"], Poly.name("#0.0")
    line = presburger.points(names, [equal(Y, new + 2)])
    assert [c for _, c in uninterpreted._rewritten(Y * N, line, names, ["@0.0"])] == [(new + 2) * N]
    half = presburger.points(names, [equal(2 * Y, new)])
    assert [c for _, c in uninterpreted._rewritten(Y, half, names, ["@0.0"])] == [new * Fraction(1, 2)]
    assert uninterpreted._rewritten(N, line, names, ["@0.0"]) == [(line, N)]
    with pytest.raises(Undecided):
        uninterpreted._rewritten(Y, presburger.universe(3), names, ["@0.0"])
    swapped = uninterpreted._permuted(presburger.point_set((9, 1, 2, 3)), 1, [2, 1], [1, 0])
    assert contains(swapped, 9, 3, 1, 2)


def test_literals_are_seen() -> None:
    """In what a formula reads, also within operators."""
    with_one = parse("x[2]: flip([1,2])*x == x").links[0]
    assert reads_table(Read(with_one.left, (ZERO,))) and not reads_table(Read(with_one.right, (ZERO,)))
    assert reads_table(Read(parse("x[2]: [1,2] == x").links[0].left, (ZERO,)))
    two = TableAtom((2,), (ONE, 2 * ONE))
    slot, other = Slot(two, (U,)), Slot(TensorAtom("x"), (V,))
    assert tables._reading(Term(ONE, (slot, slot), ("u.1",))) is None
    assert tables._reading(Term(ONE, (slot,), ("u.1",))) is None
    assert tables._reading(Term(ONE, (slot, other), ("u.1", "v.2"))) is None
    reading = tables._reading(Term(3 * N, (slot, Slot(TensorAtom("x"), (U + 1,))), ("u.1",), in_range(U, Poly.of(2))))
    assert reading is not None and (reading.factor, reading.coefficient, reading.places) == (3, N, (Y - 1,))
    assert tables._normal(at_least(2 * N, 1)) == at_least(N, 1)
    assert tables._normal(equal(-N, 1)) == tables._normal(equal(N, -1))
    assert tables._normal(Compare(-N, "!=")).relation == "!="


# Rows


def test_what_rows_are_divided_by() -> None:
    """A factor of sizes, inverses and numbers, which is the same all along a row and never 0."""
    names = ["n", "p"]
    for numbers, expected in (
        ([2, 3], [2, 3]),
        ([N, 2 * N], [1, 2]),
        ([N * N, -N * N], [1, -1]),
        ([I, 2 * I], [1, 2]),
        ([inverse(P + N), 3 * inverse(P + N)], [1, 3]),
        ([N * Fraction(1, 2), N], [Fraction(1, 2), 1]),
        ([P, 2 * P], None),
        ([N, M * N], None),
        ([N, 2], None),
        ([inverse(Y), 2 * inverse(Y)], None),
    ):
        assert rows._constants([Poly.of(c) for c in numbers], names, 1) == expected
    assert rows._quotient(4, 2) == 2 and type(rows._quotient(4, 2)) is int and rows._quotient(1, 2) == Fraction(1, 2)
    one, two = (presburger.points(SQUARE, [equal(N, i)]) for i in (1, 2))
    added = rows._added_up([Piece(one, N), Piece(two, ONE), Piece(one, M), Piece(two, -ONE)])
    assert [p.coefficient for p in added] == [N + M]


def test_entries_as_coordinates() -> None:
    """A tag and an index each; a complex tensor has conjugates."""
    x, z = TensorAtom("x"), TensorAtom("z", True)
    unknowns = rows.Unknowns.of([(x, (N,)), (z, (N, M))])
    assert unknowns.atoms == (x, z, z.conjugate()) and unknowns.width == 3 and unknowns.is_complex
    assert [unknowns.tag(a) for a in (x, z, z.conjugate(), TensorAtom("y"))] == [1, 2, 3, None]
    assert [unknowns.conjugate(tag) for tag in range(4)] == [0, 1, 3, 2]
    assert not rows.Unknowns.of([(x, (N,))]).is_complex and rows.Unknowns.of([]).width == 1
    same, after = rows.diagonal(1, 2), rows.later(1, 2)
    assert contains(same, 9, 1, 2, 1, 2) and not contains(same, 9, 1, 2, 1, 3)
    for pair, expected in (((1, 2, 1, 1), True), ((1, 2, 1, 2), False), ((1, 2, 1, 3), False), ((2, 0, 1, 9), True),
                           ((0, 9, 1, 0), False)):  # fmt: skip
        assert contains(after, 9, *pair) == expected
    assert contains(rows.swapped(presburger.point_set((9, 1, 2, 3, 4)), 1, 2), 9, 3, 4, 1, 2)
    pairs = presburger.point_set((9, 1, 2, 1, 2)).union(presburger.point_set((9, 1, 2, 1, 3)))
    assert rows.diagonal_of(pairs, 1).is_equal(presburger.point_set((9, 1, 2)))


def test_overlapping_parts_are_added_up() -> None:
    """Where they meet; what comes to 0 is gone."""
    ranges = (presburger.points(SQUARE, [equal(N, 0), at_least(M, a), at_most(M, a + 3)]) for a in (0, 2))
    low, high = (presburger.as_relation(made, 1) for made in ranges)
    made = {c: sorted(presburger.each_point(presburger.as_set(r), 9)) for c, r in rows.disjoint([(1, low), (2, high)])}
    assert made == {1: [(0, 0), (0, 1)], 3: [(0, 2), (0, 3)], 2: [(0, 4), (0, 5)]}
    assert rows.disjoint([(1, low), (-1, low)]) == []
    assert rows.united(presburger.point_set((1,)), presburger.point_set((1,))).is_equal(presburger.point_set((1,)))
    assert contains(rows.united(presburger.point_set((1,)), presburger.point_set((2,))), 2)


def test_rows_of_several_relations() -> None:
    """Are those of each."""
    every = rows._union([presburger.point_set((i,)) for i in range(4)])
    assert every.is_equal(presburger.points(["n"], in_range(N, Poly.of(4))))


def test_long_rows_by_their_numbers() -> None:
    """Parts without entries are none; two of one number may not meet."""
    one, two, nothing = (presburger.as_relation(p, 1) for p in (
        presburger.point_set((0, 1)), presburger.point_set((0, 2)), presburger.empty(2)))  # fmt: skip
    made = implied._by_coefficient(rows.Long(((1, one), (2, nothing), (1, two))))
    assert (
        made is not None and [*made] == [1] and presburger.as_set(made[1]).is_equal(presburger.as_set(one.union(two)))
    )
    assert implied._by_coefficient(rows.Long(((1, one), (1, one)))) is None


def test_typical_sizes() -> None:
    """As large as wanted where that is allowed; a size inside another one may be one less."""
    any_size = presburger.points(["n"], [at_least(N, 1)])
    assert rows.typical(["n"], any_size, 4).is_equal(presburger.point_set((4,)))
    assert rows.typical(["n"], any_size, 4, {"n"}).is_equal(presburger.point_set((3,)))
    small = presburger.points(["n"], [at_least(N, 2), at_most(N, 3)])
    assert rows.typical(["n"], small, 4).is_equal(presburger.point_set((2,)))
    assert rows.typical(["n"], presburger.empty(1), 4).is_empty()


# Entries multiplied out


def test_what_is_multiplied_out() -> None:
    """Literal arrays, where no size, no parameter and no hypothesis is there."""
    i = Poly.name("i.x")
    literal: Any = parse("x[2]: [1,2] == x").links[0].left
    read, other = Read(literal, (i,)), Times((Scalar(2 * ONE), Read(literal, (i,))))
    inside = in_range(i, Poly.of(2))
    plain = Context((), (), ("i.x",), inside)
    mirror = Symmetry("x", (Move((Poly.name("$0"),)),))
    assert isinstance(compared(read, other, plain), Expanded) and formulas_equal(read, read, plain)
    for context in (
        replace(plain, sizes=("n",)),
        replace(plain, parameters=("p",), conditions=(*inside, *in_range(P, Poly.of(2)))),
        replace(plain, symmetries={"x": mirror}),
        replace(plain, zeros=(ZeroEntries("x", (ZERO,)),)),
        replace(plain, conditions=()),
    ):
        assert isinstance(compared(read, other, context), Difference)


def test_entries_are_multiplied_out() -> None:
    """At given indices; what is left is told with its entries, shortest products first."""
    i = Poly.name("i")
    three = Tensor("x", 3)
    found = expanded(Read(three, (i,)), Read(three, (2 - i,)), [{"i": k} for k in range(3)])
    assert [at["i"] for at, _ in found.rest] == [0, 2] and not found.is_zero
    assert [w.entries for w in found.witnesses()][:2] == [((three.leaf, (0,)),), ((three.leaf, (2,)),)]
    assert expanded(Read(three, (i,)), Scalar(ZERO), []) == Expanded((), {})
    squares = Times((Read(three, (ZERO,)), Read(three, (ZERO,))))
    mixed = expanded(minus(squares, Read(three, (ONE,))), Times((Read(three, (ZERO,)), Read(three, (ONE,)))), [{}])
    assert [[at for _, at in w.entries] for w in mixed.witnesses()] == [[(1,)], [(0,), (0,)], [(0,), (1,)]]
    third = exponential(2 * PI * I * Fraction(1, 3))
    nothing = Times((Scalar(third * third + third + 1), Read(three, (ZERO,))))
    partly = expanded(Plus((nothing, Read(three, (ONE,)))), Scalar(ZERO), [{}])
    assert [w.entries for w in partly.witnesses()] == [((three.leaf, (1,)),)]
    c = Tensor("c")
    assert [w.entries for w in expanded(Read(c, ()), Scalar(ZERO), [{}]).witnesses()] == [((c.leaf, ()),)]
    z = Tensor("z", 2, complex=True)
    entry = expanded(Read(z, (ZERO,)), Scalar(ZERO), [{}])
    (poly,) = (p for _, p in entry.rest)
    assert str(poly) == "z[0]" and str(entry.conjugate(poly)) == "z[0]*"
    with pytest.raises(Undecided):
        expanded(Call("f", Read(three, (ZERO,))), Scalar(ZERO), [{}])


# Symmetries


def test_zero_entries_and_their_images() -> None:
    """Under moves of all entries and of some of the same tensor."""
    y = Poly.name("$0")
    first = ZeroEntries("x", (ZERO,))
    mirror = generated("x", 1, [Move((N - 1 - y,))])
    assert mirror is not None
    images = closed([first], {"x": mirror})
    assert {z.index for z in images} == {(ZERO,), (N - 1,)}
    assert closed([first], {"y": mirror}) == (first,) and closed([first], {}) == (first,)
    swap = (Move((1 - y,), 1, (at_least(y), at_most(y, 1))),)
    partial = Symmetry("x", (Move((y,)),), ((swap,),))
    assert {z.index for z in closed([first], {"x": partial})} == {(ZERO,), (ONE,)}
    assert orbit(partial, (0,), {}) == {(0,): 1, (1,): 1} and orbit(partial, (2,), {}) == {(2,): 1}
    odd = Symmetry("x", (Move((y,)),), (((Move((1 - y,), -1, (at_least(y), at_most(y, 1))),),),))
    assert orbit(odd, (1,), {}) == {(1,): 1, (0,): -1}
    assert partial.is_group and mirror.is_group
    assert not Symmetry("x", mirror.moves, partial.partial).is_group
    assert not Symmetry("x", (Move((y,)),), (*partial.partial, *partial.partial)).is_group
    guarded = ZeroEntries("x", (y,), (at_least(y, 2),))
    assert [is_zero([guarded], "x", (i,), {}) for i in range(4)] == [False, False, True, True]
    named = ZeroEntries("x", (Poly.name("p.x"),))
    assert is_zero([named], "x", (3,), {"p": 3}) and not is_zero([named], "x", (2,), {"p": 3})


def test_pieces_averaged_and_cut() -> None:
    """Half at each of two places; nothing where an entry is 0."""
    x = TensorAtom("x")
    names = ["n", "@0.0"]
    at_first = Piece(presburger.points(names, [equal(Y, 0), at_least(N, 1)]), 3 * ONE)
    y = Poly.name("$0")
    for sign in (1, -1):
        group = generated("x", 1, [Move((N - 1 - y,), sign)])
        assert group is not None
        one, other = averaged([at_first], (x,), (1,), ["n"], {"x": group})
        assert (one.coefficient, other.coefficient) == (Fraction(3, 2), Fraction(3, 2) * sign)
        assert other.domain.is_equal(presburger.points(names, [equal(Y, N - 1), at_least(N, 1)]))
    both = ["n", "@0.0", "@1.0"]
    pair = Piece(presburger.points(both, [equal(Y, 0), equal(Poly.name("@1.0"), 1)]), ONE)
    turned = averaged([pair], (x, x), (1, 1), ["n"], {})
    assert [p.coefficient for p in turned] == [Fraction(1, 2)] * 2 and contains(turned[1].domain, 5, 1, 0)
    assert averaged([pair], (x, TensorAtom("y")), (1, 1), ["n"], {}) == [pair]
    swap = Symmetry("x", (Move((y,)),), (((Move((1 - y,), -1, (at_least(y), at_most(y, 1))),),),))
    parts = averaged([at_first], (x,), (1,), ["n"], {"x": swap})
    assert [p.coefficient for p in parts] == [Fraction(3, 2), Fraction(-3, 2), Fraction(3, 2)]
    assert contains(parts[1].domain, 5, 1) and parts[2].domain.is_empty()
    assert symmetry._orders((x, x, TensorAtom("y"))) == [(0, 1, 2), (1, 0, 2)]
    cut = symmetry.without_zeros(at_first, (x,), (1,), names, [ZeroEntries("x", (y,), (at_least(y), at_most(N, 4)))])
    assert cut.domain.is_equal(presburger.points(names, [equal(Y, 0), at_least(N, 5)]))
    assert symmetry.without_zeros(at_first, (x,), (1,), names, [ZeroEntries("y", (y,))]).domain.is_equal(
        at_first.domain
    )


def test_symmetries_are_left_out_where_an_index_is_multiplied() -> None:
    """There are coordinates that no move speaks of."""
    mirror = generated("x", 1, [Move((N - 1 - Poly.name("$0"),))])
    assert mirror is not None
    i = Poly.name("i.x")
    context = Context(("n",), (), ("i.x",), in_range(i, N), {"x": mirror})
    y = Poly.name("$0")
    swap = ((Move((1 - y,), 1, (at_least(y), at_most(y, 1), at_least(N, 2))),),)
    for symmetries, surely in ((mirror, True), (Symmetry("x", mirror.moves, (swap,)), False)):
        assert difference(FIRST, Scalar(ZERO), Context(("n",), symmetries={"x": symmetries})).is_nonzero == surely
    strided = Read(X, (N * i,))
    assert not difference(strided, Scalar(ZERO), context).is_zero and formulas_equal(strided, strided, context)


def test_arrays_and_formulas_have_the_same_terms() -> None:
    """An entry inside has no guards but what its formula says, one read anywhere has them."""
    (own,) = lower(X)
    assert own.guards == () and own.slots == (Slot(X.leaf, (Poly.name("$0"),)),)
    (read,) = expand(Read(X, (Poly.name("$0"),)))
    assert {*read.guards} == {*in_range(Poly.name("$0"), N)}
    (inside,) = expand(Read(X, (Poly.name("$0"),), inside=True))
    assert {*inside.guards} == {*in_range(Poly.name("$0"), N)}
    k, j = Poly.name("k.1"), Poly.name("j.2")
    place = (M * k + j,)
    (known,), (anywhere,) = (expand(Read(Tensor("x", n * m), place, inside=inside)) for inside in (True, False))
    assert known.guards == () and {*anywhere.guards} == {*in_range(place[0], N * M)}
    assert [*expand(Scalar(ZERO))] == [] and [*expand(Read(X, (Poly.of(-1),)))] == []
    flipped: Any = parse("x[n]: flip(x) == x").links[0].left
    (entry,) = lower(flipped)
    assert entry.slots[0].index == (N - 1 - Poly.name("$0"),)
    formula: Formula = Sum("k", ZERO, N, Read(X, (Poly.name("k"),)))
    (one,), (two,) = expand(formula), expand(formula)
    assert len(one.bound) == 1 and one.bound != two.bound


def test_witnesses_of_several_products() -> None:
    """The smallest sizes first, there the fewest entries, each once."""
    one, both = Read(X, (ZERO,)), Times((Read(X, (ZERO,)), Read(B, (ZERO,))))
    found = difference(Plus((both, one, Read(X, (ONE,)))), Scalar(ZERO), Context(("n", "m")))
    first = [(w.values, [at for _, at in w.entries]) for w, _ in zip(found.witnesses(), range(3), strict=False)]
    assert first == [({"n": 1, "m": 1}, [(0,)]), ({"n": 1, "m": 1}, [(0,), (0,)]), ({"n": 1, "m": 2}, [(0,)])]
    assert found.visible((X.leaf,)) == ["n", "m", "@0.0"]
    at_parameter = difference(Read(X, (P,)), Scalar(ZERO), Context(("n",), ("p",)))
    assert [w.values["p"] for w, _ in zip(at_parameter.witnesses(), range(3), strict=False)] == [0, 0, 1]


def test_axes_cut_differently_are_compared_place_by_place() -> None:
    """i·m + j of an axis of one digit is (i, j) of one of two."""
    link = parse("A[n,m], z[p]: ravel(A) == z if p == n*m").links[0]
    equation = entrywise(link.left, link.right)
    i, j = (Poly.name(name) for name in equation.indices)
    assert equation.right == Read(link.right, (i * M + j,)) and equation.left == Read(link.left, ((i, j),))
    assert {*equation.conditions} == {*in_range(i, N), *in_range(j, M)}
    flat_right = link.right.replace_names({"p": N * M})
    context = Context(("n", "m"), (), ("e0.h", "e1.h"))
    for place, expected in ((i * M + j, True), (j * M + i, False)):
        read = Reduced(Read(link.left, ((i, j),)), Read(flat_right, (place,)), context)
        assert reduction._is_same_place(read) == expected
    number = entrywise(parse("x[n]: x == 3").links[0].left, parse("x[n]: x == 3").links[0].right)
    assert number.right.index == () and len(number.indices) == 1  # type: ignore[union-attr]
