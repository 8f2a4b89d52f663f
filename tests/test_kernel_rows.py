"""Rows, entries multiplied out and symmetries, guard by guard."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from kernel_inputs import at_least, at_most, contains, term

from symconv import parse
from symconv.algebra.polynomials import ONE, PI, ZERO, I, Poly, exponential, inverse
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import equal, in_range
from symconv.formulas.language import Call, Plus, Read, Scalar, Times, minus
from symconv.kernel import entry_hypotheses, implied, presburger, rows, symmetry
from symconv.kernel.coefficients import Piece
from symconv.kernel.comparison import compared, formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.expansion import Expanded, expanded
from symconv.kernel.presburger import Undecided
from symconv.kernel.symmetry import Move, Symmetry, ZeroEntries, averaged, closed, generated, is_zero, orbit
from symconv.kernel.terms import TensorAtom

N, M, P, Y = (Poly.name(name) for name in ("n", "m", "p", "@0.0"))
NAMES = ["n", "m"]
X = Tensor("x", sizes("n m")[0])


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
        ([N * P, 2 * N * P], None),
        ([N, M * N], None),
        ([N, 2], None),
        ([inverse(Y), 2 * inverse(Y)], None),
    ):
        assert rows._constants([Poly.of(c) for c in numbers], names, 1) == expected
    assert rows._quotient(4, 2) == 2 and type(rows._quotient(4, 2)) is int and rows._quotient(1, 2) == Fraction(1, 2)
    one, two = (presburger.points(NAMES, [equal(N, i)]) for i in (1, 2))
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
    ranges = (presburger.points(NAMES, [equal(N, 0), at_least(M, a), at_most(M, a + 3)]) for a in (0, 2))
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


def test_cases_are_one_where_each_row_is_in_one_of_them() -> None:
    """Where two meet, their entry counts twice there."""
    i = Poly.name("$0")
    rows = in_range(i, N)
    for bounds, joined in (
        (((0, 4), (5, N)), True),
        (((0, 4), (5, 7), (8, N)), True),
        (((0, 5), (5, N)), False),
        (((0, 4), (4, 7), (8, N)), False),
        (((0, 4), (6, N)), False),
    ):
        cases = [term(at_least(i, low), at_most(i, high), bound=()) for low, high in bounds]
        together = entry_hypotheses._all_cases(cases, rows, Context(("n",)))
        assert together == ([term(bound=())] if joined else cases)


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
        assert (
            difference(Read(X, (ZERO,)), Scalar(ZERO), Context(("n",), symmetries={"x": symmetries})).is_nonzero
            == surely
        )
    strided = Read(X, (N * i,))
    assert not difference(strided, Scalar(ZERO), context).is_zero and formulas_equal(strided, strided, context)
    with pytest.raises(Undecided):
        difference(Plus((Call("f", strided), strided)), Scalar(ZERO), context)
