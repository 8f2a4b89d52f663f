"""Terms, coefficients and their pieces, guard by guard."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from kernel_inputs import at_least, at_most, contains, term

from symconv import parse
from symconv.algebra.polynomials import ONE, PI, ZERO, I, Poly, exponential, inverse, square_root
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import Compare, equal, in_range
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.kernel import coefficients, presburger, reduction, roots, tables, uninterpreted, vanishing
from symconv.kernel.coefficients import Piece, eliminated, flat, solved
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.decide import cancelled, difference, overlaid
from symconv.kernel.expansion import reads_table
from symconv.kernel.presburger import Undecided
from symconv.kernel.reduction import Reduced
from symconv.kernel.statement import entrywise
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
from symconv.limits import MAX_TURNS, MAX_WITNESSES

N, M, P, U, V, W, Y = (Poly.name(name) for name in ("n", "m", "p", "u.1", "v.2", "w.3", "@0.0"))
NAMES = ["n", "m"]
ALLOWED = Context(("n", "m")).frame().allowed


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
    one, two = expand(Plus((formula, formula)))
    assert len(one.bound) == 1 and one.bound != two.bound


# Where coefficients vanish


def test_products_with_names_in_coefficients() -> None:
    """n·m - 6 is 0 where the product is said to be 6."""
    names = [*NAMES, "m*n"]
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
    near = presburger.points(NAMES, [*in_range(N, Poly.of(7)), *in_range(M, Poly.of(7))])
    found = nonzero_part(Piece(near, circle), NAMES, {})
    assert found is not None and not found.is_nonzero
    on_it = presburger.point_set((3, 4)).union(presburger.point_set((4, 3)))
    assert nonzero_part(Piece(on_it, circle), NAMES, {}) is None
    some = on_it.union(presburger.point_set((5, 5)))
    assert nonzero_part(Piece(some, circle), NAMES, {}) is not None
    many = presburger.empty(2)
    for i in range(MAX_WITNESSES):
        many = many.union(presburger.point_set((i, i * i)))
    with pytest.raises(Undecided, match=r"whether n\*n - m vanishes|whether -m \+ n\*n|whether n\*n"):
        nonzero_part(Piece(many, N * N - M), NAMES, {})
    few = presburger.empty(2)
    for i in range(MAX_WITNESSES - 1):
        few = few.union(presburger.point_set((i, i * i)))
    assert nonzero_part(Piece(few, N * N - M), NAMES, {}) is None
    with pytest.raises(Undecided, match="whether a coefficient vanishes"):
        nonzero_part(Piece(many, (N * N - M) * (N * N + M * M + 123456789 * N + 987654321 * M + 5)), NAMES, {})
    with pytest.raises(Undecided, match="whether a coefficient vanishes"):
        nonzero_part(Piece(many, N * N - Y), ["n", "@0.0"], {})
    assert vanishing.slab({"n": 2, "m": 3}, M + 1).is_equal(presburger.points(NAMES, [equal(M, 3)]))


def test_where_a_root_is_a_number_of_sizes() -> None:
    """Of names that are visible, and not beside other factors."""
    for value, names, expected in (
        (square_root(N) - 3, ["n"], True),
        (square_root(N + M) - 3, ["n", "m"], True),
        (square_root(M) - 3, ["n"], False),
        (N * square_root(N) - 3, ["n", "m"], False),
        (square_root(N) + square_root(M), ["n", "m"], False),
        (N - M, ["n", "m"], False),
    ):
        zeros = vanishing._zeros_of_a_root(value, names)
        assert (zeros is not None) == expected, value


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
    whole = presburger.points(NAMES, [*in_range(N, Poly.of(24))])
    for order, parts in ((2, 2), (3, 3), (6, 6), (5, 5), (4, 4), (7, 1)):
        root = exponential(2 * PI * I * N * inverse(Poly.of(order))) + 7
        assert len(by_residues(Piece(whole, root), NAMES)) == parts
    assert len(by_residues(Piece(whole, exponential(PI * I * N)), NAMES)) == 1
    assert [p.coefficient for p in by_residues(Piece(whole, exponential(PI * I * N) + 1), NAMES)] == [2]
    assert len(by_residues(Piece(whole, exponential(PI * I * Y) + 1), NAMES)) == 1
    assert len(by_residues(Piece(whole, exponential(PI * I * N) + 1), NAMES)) == 1
    assert vanishing._phase(next(iter(exponential(PI * I * N * inverse(Poly.of(3)) + I * M).atoms))) == (  # type: ignore[arg-type]
        N * Fraction(1, 3), I * M)  # fmt: skip


# Sums of roots


def test_which_sums_of_roots_are_known() -> None:
    """Linear exponents before which the name does not stand, over ranges that the period fits."""

    def summed(coefficient: Poly, low: Poly = ZERO, high: Poly = N - 1, *guards: Compare) -> list[Term] | None:
        return roots.root_sum(term(*guards, bound=(), coefficient=coefficient), "u.1", low, high, NAMES, ALLOWED)

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
    assert len(roots.joined([first, renamed], NAMES, ALLOWED)) == 1
    for other in (
        term(*in_range(U, N), coefficient=phase),
        term(*in_range(U, N, Poly.of(2)), coefficient=phase),
        term(*in_range(U, N, ONE), coefficient=2 * phase),
        term(*in_range(U, N, ONE), *in_range(V, N), bound=("u.1", "v.2"), coefficient=phase),
        term(*in_range(N * U, N, ONE), coefficient=phase),
    ):
        assert len(roots.joined([first, other], NAMES, ALLOWED)) == 2
    plain = [term(equal(U, 0)), term(*in_range(U, N, ONE))]
    assert roots.joined(plain, NAMES, ALLOWED) == plain


# Pieces


def test_pieces_that_cancel() -> None:
    """On equal domains; those that are empty or 0 are gone, those on the same domain are added."""
    one, two = (presburger.points(NAMES, [equal(N, i)]) for i in (1, 2))
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
