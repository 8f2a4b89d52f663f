"""Replays and what they rest on, guard by guard: each function of the kernel on few inputs, with all that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from kernel_inputs import at_least

from symconv import parse, prove
from symconv.algebra.polynomials import ONE, PI, ZERO, I, Poly, exponential, extremum, inverse, square_root
from symconv.errors import ShapeError
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import Compare, equal, in_range
from symconv.formulas.language import Read, Scalar, Sum, Times, When
from symconv.kernel import consequences, necessity, replay, use_of_hypotheses, verdicts
from symconv.kernel.context import Context
from symconv.kernel.evaluator import Evaluator, Numbers, value_of
from symconv.kernel.reduction import Reduced
from symconv.kernel.replay import (
    Counterexample,
    holds_for_all_others,
    is_supposed,
    names_of_tensors,
    replayed,
    violates,
    with_shapes,
)
from symconv.kernel.sparse_arrays import SparseArray, nonzero
from symconv.kernel.statement import Equation, Statement, entrywise
from symconv.kernel.support import meeting_entries
from symconv.kernel.symmetry import Move, Symmetry, ZeroEntries
from symconv.kernel.use_of_hypotheses import Hypotheses
from symconv.kernel.verdicts import certify_different, conclude, refute
from symconv.limits import DENSE_SUM, MAX_SMALL_FACTOR, MAX_WRITTEN_OUT, Undecided

n, m = sizes("n m")
X, Y = Tensor("x", n), Tensor("y", n, m)
N, M, U, P = (Poly.name(name) for name in ("n", "m", "u", "p"))


def statement(text: str) -> Statement:
    claim = parse(text)
    return claim.statement(claim.links[0])


def example(at: Mapping[str, int], index: tuple[int, ...] = (), **tensors: Any) -> Counterexample:
    entries = {}
    for name, given in tensors.items():
        array = np.array(given, dtype=object)
        entries[name] = SparseArray(array.shape, dict(nonzero(array)))
    return Counterexample(at, index, entries)


# Counterexamples


def test_counterexamples_are_told_and_written_out() -> None:
    """Large arrays stay sparse; whole numbers are NumPy's where they fit."""
    small = replace(example({"n": 2, "m": 1}, (0,), x=[1, 2]), lhs=1, rhs=2)
    assert repr(small) == "<counterexample at n=2, m=1, entry [0]: 1 against 2>"
    assert repr(Counterexample({}, (), lhs=0, rhs=1)) == "<counterexample at no sizes: 0 against 1>"
    assert small.arrays["x"].tolist() == [1, 2] and small.arrays["x"].dtype == int
    for value in (Fraction(1, 2), 1 << 62, -(1 << 62)):
        assert example({}, x=[value]).arrays["x"].dtype == object
    assert example({}, x=[(1 << 62) - 1]).arrays["x"].dtype == int
    assert nonzero([0, -1, 2]) == [((1,), -1), ((2,), 2)] == nonzero(SparseArray((3,), {(2,): 2, (1,): -1}))
    large = SparseArray((MAX_WRITTEN_OUT + 1,), {(3,): 1})
    assert Counterexample({}, (), {"x": large}).arrays["x"] is large
    exact = SparseArray((MAX_WRITTEN_OUT,), {})
    assert isinstance(Counterexample({}, (), {"x": exact}).arrays["x"], np.ndarray)
    assert small.has_tables and Counterexample({}, (), functions={"f": {1: 2}}).has_tables
    assert not Counterexample({}, (), functions={"f": {1: 2}, "g": abs}).has_tables  # type: ignore[dict-item]


def test_shapes_are_shown_where_all_that_is_supposed_holds() -> None:
    """Else the example is as it was."""
    claim, one = statement("x[n]: x == x[1:] if n >= 2"), example({"n": 2}, (0,), x=[1, 2])
    assert with_shapes(claim, one) == replace(one, lhs=(2,), rhs=(1,))
    less = example({"n": 1}, (0,), x=[1])
    assert with_shapes(claim, less) is less


def test_the_names_of_an_example() -> None:
    """All of them, whole numbers, sizes from 1; free indices are the first of the index."""
    said = statement("x[n], p int: x[i] == x[p] if i >= 0 and i < n")
    names = replay._names
    given = Counterexample({"n": 1, "p": -4}, (0,))
    assert names(said, given) == {"n": 1, "p": -4, "i": 0}
    for bad in (replace(given, sizes={"n": 0, "p": 1}), replace(given, sizes={"n": 1}), replace(given, index=()),
                replace(given, sizes={"n": Fraction(3, 2), "p": 1}), replace(given, sizes={"p": 1})):  # fmt: skip
        assert names(said, bad) is None
    assert (
        replay._satisfies([at_least(N, 2)], {"n": 2}) is True and replay._satisfies([at_least(N, 3)], {"n": 2}) is False
    )
    assert replay._satisfies([Compare(N // M, ">=")], {"n": 2, "m": 0}) is None and replay._satisfies([], {}) is True
    assert replay._satisfies([at_least(M)], {"n": 2}) is None


def test_tables_are_functions() -> None:
    """Equal arguments have equal values, however they are written, and real ones real values."""
    function = replay._function({1: 2, Fraction(1, 2): 3, I: I})
    assert (function(1), function(Fraction(1, 2)), function(I)) == (2, 3, I)
    with pytest.raises(replay._NoExample):
        function(7)
    root = 1 + 2 * exponential(2 * PI * I * Fraction(1, 5)) + 2 * exponential(-2 * PI * I * Fraction(1, 5))
    assert replay._function({root: 5})(square_root(5)) == 5 == replay._function({root: 5, square_root(5): 5})(root)
    assert replay._function(abs) is abs
    for table in ({1: I}, {1: I, I: I}, {root: I}, {root: 5, square_root(5): 4}):
        with pytest.raises(replay._NoExample):
            replay._function(table)


def test_what_holds_everywhere() -> None:
    """At each index in range; of arrays of other shapes nothing does."""
    x = Tensor("x", n)
    evaluator = Evaluator({"n": 3}, Numbers({"x": [1, 0, 1]}))
    i = Poly.name("i")

    def holds(left: Any, right: Any, *conditions: Compare) -> bool | None:
        return replay._holds_everywhere(Equation(left, right, ("i",), (*in_range(i, N), *conditions)), evaluator)

    read, mirrored = Read(x, (i,)), Read(x, (N - 1 - i,))
    assert holds(read, mirrored) is True and holds(read, Scalar(ONE)) is False
    assert holds(read, Scalar(ONE), Compare(i - 1, "!=")) is True and holds(read, Scalar(ZERO), equal(i, 1)) is True
    assert holds(read, Scalar(ZERO), at_least(i, 3)) is True and holds(read, Scalar(ZERO), at_least(i, 2)) is False
    other = Evaluator({"n": 3, "m": 2}, Numbers({"x": [1, 0, 1], "y": np.zeros((3, 2), dtype=int)}))
    shapes = Equation(Read(x, (ZERO,)), Read(Y, (ZERO, ZERO)))
    assert replay._holds_everywhere(shapes, other) is False
    assert replay._holds_everywhere(Equation(Read(x, (ONE,)), Read(x, (ONE,))), evaluator) is True


def test_hypotheses_about_many_entries() -> None:
    """Those that no entry meets are left out, of large arrays too; what is about all of them is not decided."""
    long = statement("x[n]: x == 0 if x[1:] == 0")
    size = 10 * DENSE_SUM
    first = Counterexample({"n": size}, (0,), {"x": SparseArray((size,), {(0,): 1})})
    assert is_supposed(long, first)
    assert not is_supposed(long, replace(first, entries={"x": SparseArray((size,), {(0,): 1, (size - 1,): 1})}))
    wide = statement("X[n,n]: X == 0 if X == 1")
    with pytest.raises(Undecided):
        is_supposed(wide, Counterexample({"n": 2_000}, (0, 0), {"X": SparseArray((2_000, 2_000), {})}))
    assert replay._bounds("u", [at_least(U, 2), Compare(5 - U, ">="), equal(U, 9), at_least(U, 1)], {}) == (2, 5)
    assert replay._bounds("u", [at_least(U, P), Compare(9 - U, ">="), at_least(P, 9)], {"p": Poly.of(3)}) == (3, 9)
    for some in ([at_least(U)], [Compare(5 - U, ">=")], [at_least(2 * U), Compare(5 - 2 * U, ">=")], []):
        with pytest.raises(Undecided):
            replay._bounds("u", some, {})


def test_sides_of_other_shapes_have_no_pairs_of_values() -> None:
    """Where they are alike, a pair an entry."""
    (equation,) = statement("x[n], z[m]: x == x if x == z and n == m").hypotheses
    numbers = Numbers({"x": [1, 2], "z": [1, 2, 3]})
    assert replay._pairs(equation, Evaluator({"n": 2, "m": 3}, numbers)) is None
    alike = Evaluator({"n": 2, "m": 2}, Numbers({"x": [1, 2], "z": [1, 3]}))
    assert [*(replay._pairs(equation, alike) or ())] == [(1, 1), (2, 3)]


def test_tensors_that_equations_name() -> None:
    """On both sides, with arrays of numbers aside."""
    one, other = statement("x[n], y[n], z[n]: x == y if x == 2 and y == z").hypotheses
    assert names_of_tensors([one]) == {"x"} and names_of_tensors([one, other]) == {"x", "y", "z"}
    assert names_of_tensors([]) == set()


def test_what_has_no_value_satisfies_and_violates_nothing() -> None:
    """A function without a table, real tensors with other entries, a missing name."""
    divided = statement("x[n], p int: x == 0 if n // p >= 1")
    at_zero = example({"n": 1, "p": 0}, (0,), x=[1])
    assert not violates(divided, at_zero) and not is_supposed(divided, at_zero)
    called = statement("x[n], f(): x == 0 if f(x) == 1")
    given = example({"n": 1}, (0,), x=[1])
    assert not is_supposed(called, given) and not violates(called, given) and replayed(called, given) is None
    complete = replace(given, functions={"f": {1: 1}})
    assert is_supposed(called, complete) and not violates(called, complete)
    assert violates(called, replace(given, functions={"f": {1: 2}}))
    plain = statement("x[n]: x == 0 if x == 1")
    assert not violates(plain, example({"n": 1}, (0,), x=[I])) and not is_supposed(
        plain, example({"n": 1}, (0,), x=[I])
    )
    function = statement("x[n], f(): f(x) == f(x)")
    with pytest.raises(Undecided):
        holds_for_all_others(function, example({"n": 1}, (0,), x=[1]), ["x"])
    indexed = statement("x[n], k[m]: k[i]*x[0] == k[0]*x[0] if i >= 0 and i <= 1")
    for k, expected in (([3, 3, 7], True), ([3, 4, 3], False)):
        assert holds_for_all_others(indexed, example({"n": 2, "m": 3}, (1,), k=k), ["k"]) == expected
    number = statement("x[n]: sum(x) == 3")
    assert replayed(number, example({"n": 2}, (), x=[1, 1])).lhs == 2  # type: ignore[union-attr]
    assert replay._is_number(number.right) and not replay._is_number(number.left)
    assert not replay._is_number(statement("x[n]: x == 2*x").right)
    assert replay._is_inside((0, 1), (1, 2)) and not replay._is_inside((0,), (1, 2))
    assert (
        not replay._is_inside((0, 2), (1, 2)) and not replay._is_inside((-1, 0), (1, 2)) and replay._is_inside((), ())
    )


# The evaluator


def test_arrays_as_wholes() -> None:
    """They may be computed otherwise, and their sizes checked first; each once."""
    flipped: Any = parse("x[n]: flip(x) == x").links[0].left
    seen: list[object] = []
    checked: list[object] = []

    def whole(array: Any) -> np.ndarray | None:
        seen.append(array)
        return np.array([7, 8], dtype=object)

    evaluator = Evaluator({"n": 2}, Numbers({"x": [1, 2]}), whole, checked.append)
    assert evaluator.array(flipped).tolist() == [7, 8] == evaluator.array(flipped).tolist()
    assert seen == [flipped] and checked == [flipped]
    plain = Evaluator({"n": 2}, Numbers({"x": [1, 2]}), lambda array: None)
    assert plain.array(flipped).tolist() == [2, 1] and plain.array(X).tolist() == [1, 2]
    assert plain.value(Read(flipped, (ZERO,))) == 2 and plain.value(Read(flipped, (N,))) == 0
    assert plain.shape(Y.__class__("y", n, 3)) == (2, 3) and plain.digits(X) == [2]

    def refuse(array: Any) -> None:
        raise ShapeError("no")

    large = Evaluator({"n": 500}, Numbers({"x": np.arange(500)}), None, refuse)
    with pytest.raises(ShapeError):
        large.value(Read(flipped, (ZERO,)))
    assert Evaluator({"n": 500}, Numbers({"x": np.arange(500)})).value(Read(flipped, (ZERO,))) == 499


def test_entries_given_as_mappings_and_arrays() -> None:
    """Exact numbers all; a scalar too."""
    scalar = Tensor("c")
    assert value_of(Read(scalar, ()), {}, Numbers({"c": {(): 3}})) == 3
    assert value_of(Read(scalar, ()), {}, Numbers({"c": {}})) == 0
    assert value_of(Read(scalar, ()), {}, Numbers({"c": 5})) == 5
    square = Times((Read(X, (ONE,)), Read(X, (ONE,))))
    assert value_of(square, {"n": 2}, Numbers({"x": np.array([0.5, 0.1])})) == Fraction(1, 100)
    assert value_of(Read(X, (ONE,)), {"n": 2}, Numbers({"x": np.array([1, 2], dtype=np.uint8)})) == 2
    numbers = Numbers({"x": {(0,): 1}, "y": [1]})
    assert [*numbers.sparse] == ["x"]
    doubled = Sum("u", ZERO, N, Times((Read(X, (U,)), Read(X, (N - 1 - U,)))))
    assert value_of(doubled, {"n": 2}, Numbers({"x": [2**40, 2**40]})) == 2**81
    guarded = When((Compare(N - 2, "!="),), Scalar(inverse(N - 2)))
    assert value_of(guarded, {"n": 2}, Numbers({})) == 0 and value_of(guarded, {"n": 4}, Numbers({})) == Fraction(1, 2)
    wide = {"u": np.arange(3)}
    found = Evaluator({"n": 3}, Numbers({"x": [4, 5, 6]}))
    assert found.values(Sum("v", U, extremum("min", [N, U + 2]), Read(X, (Poly.name("v"),))), wide).tolist() == [
        9,
        11,
        6,
    ]
    assert found.values(Scalar(ONE), wide).tolist() == [1, 1, 1]
    v, w = Poly.name("v"), Poly.name("w")
    nested = Sum("v", U, N, Sum("w", ZERO, v + 1, Read(X, (w,))))
    assert found.values(nested, wide).tolist() == [28, 24, 15]
    cut: Any = parse("x[n], k int: x[:k] == x").links[0].left
    at = {"k": np.array([1, 2, 3]), "u": np.array([0, 1, 0])}
    assert found.values(Read(cut, (U + 1,)), at).tolist() == [0, 0, 5]
    far = {"u": np.array([0, 10 * MAX_SMALL_FACTOR])}
    assert found.values(Read(X, (U,)), far).tolist() == [4, 0]
    assert found.values(Sum("v", ZERO, N, Scalar(U)), far).tolist() == [0, 30 * MAX_SMALL_FACTOR]


def test_where_an_entry_may_be_met() -> None:
    """Everywhere in arrays that are not given by entries, and where a bound has no value."""
    given = {"x": {(1,): 7}}
    v = Poly.name("v")

    def kept(body: Any, **more: Any) -> list[int]:
        return meeting_entries(Sum("u", ZERO, N, body), np.arange(4), {"n": 4, "m": 2, **more}, given).tolist()

    assert kept(Read(X, (U,))) == [1] and kept(Read(Y, (U, ZERO))) == [0, 1, 2, 3]
    assert kept(Read(X, (U + v,)), v=np.array([0, 1])) == [0, 1]
    w = Poly.name("w")
    for lower, upper in ((ZERO, w), (w, N)):
        assert kept(Sum("v", lower, upper, Read(X, (U,))), w=np.arange(0)) == []
    three = meeting_entries(Sum("u", ZERO, N, Read(X, (U + v,))), np.arange(3), {"n": 3, "v": np.array([0, 1])}, given)
    assert three.tolist() == [0, 1]
    assert kept(Sum("v", ZERO, N, Times((Read(X, (v,)), Read(X, (U - v,)))))) == [2]
    assert kept(Sum("v", U, N, Read(X, (v,)))) == [0, 1, 2, 3]
    assert kept(Sum("v", U, Poly.of(2), Read(X, (v,)))) == [0, 1, 2, 3]
    flipped: Any = parse("x[n]: flip(x) == x").links[0].left
    assert kept(Read(flipped, (U,))) == [2]
    literal: Any = parse("x[2]: [1,2] == x").links[0].left
    assert kept(Read(literal, (U,))) == [0, 1, 2, 3]


# What hypotheses give


def test_hypotheses_define_tensors_and_give_zeros() -> None:
    """As they say it, from either side; more entries than they name are not given."""
    said = statement("x[n], y[n]: x == y if x == 2*y and 3 == y")
    context = Context(("n",))
    found = Hypotheses.of(said.hypotheses, {}, context, 0)
    right: Any = parse("x[n], y[n]: x == 2*y").links[0].right
    threes: Any = parse("y[n]: y == 0*y + 3").links[0].right
    fours: Any = parse("y[n]: y == 0*y + 4").links[0].right
    assert found.define("x", right) and not found.define("y", right) and not found.define("z", right)
    assert found.define("y", threes) and not found.define("y", fours) and not found.define("x", threes)
    first, second = at_least(Poly.name("i.x")), at_least(Poly.name("j.x"))
    known = Hypotheses.of((), {}, Context(("n",), ("p",), ("i.x", "j.x"), (at_least(N, 2), first, second)), 1).known
    assert known == Context(("n",), ("p", "i.x"), (), (at_least(N, 2), first))
    tail = Hypotheses.of(statement("x[n]: x == 0 if x[1:] == 0").hypotheses, {}, context, 0)
    i = Poly.name("$0")
    for guards, expected in (((at_least(i, 1), at_least(N - 1 - i)), True), ((at_least(i), at_least(N - 1 - i)), False),
                             ((at_least(i, 2), at_least(N - 1 - i)), True), ((at_least(i, 1), at_least(N - i)), False),
                             ((equal(i, 1), at_least(N, 2)), True), ((equal(i, 1),), False)):  # fmt: skip
        assert tail.give(Context(("n",), zeros=(ZeroEntries("x", (i,), guards),))) == expected, guards
    assert not tail.give(Context(("n",), zeros=(ZeroEntries("y", (ONE,), (at_least(N, 2),)),)))
    sums = Hypotheses.of(statement("x[n]: x == 0 if cumsum(x) == 0").hypotheses, {}, context, 0)
    assert sums.give(Context(("n",), zeros=(ZeroEntries("x", (i,), in_range(i, N)),)))
    mirror = Hypotheses.of(statement("x[n]: x == 0 if x == flip(x)").hypotheses, {}, context, 0)
    same, turned = Move((i,)), Move((N - 1 - i,))
    for moves, expected in (((same, turned), True), ((same,), True), ((same, Move((N - 1 - i,), -1)), False),
                            ((same, Move((N - i,))), False)):  # fmt: skip
        assert mirror.give(Context(("n",), symmetries={"x": Symmetry("x", moves)})) == expected
    assert not mirror.give(Context(("n",), symmetries={"y": Symmetry("y", (same, turned))}))
    swap = ((Move((1 - i,), 1, (at_least(i), at_least(1 - i))),),)
    assert not mirror.give(Context(("n",), symmetries={"x": Symmetry("x", (same,), (swap,))}))


def test_ranges_of_rows() -> None:
    """Below each argument of a minimum, and below the one of a maximum with 0."""
    ends = use_of_hypotheses._ends
    least, most = extremum("min", [N, M]), extremum("max", [N, M])
    assert ends(N) == [N] and ends(N + 1) == [N + 1] and {*ends(least)} == {N, M} and ends(most) == [most]
    assert ends(extremum("max", [N - 2, ZERO])) == [N - 2] and {*ends(extremum("max", [least, ZERO]))} == {N, M}
    assert ends(least + 1) == [least + 1]
    assert [*use_of_hypotheses._inside(U, N)] == [at_least(U), at_least(N - 1 - U)]
    equation = entrywise(X, X)
    assert equation.indices == ("e0.h",) and equation.conditions == in_range(Poly.name("e0.h"), N)


def test_matrices_whose_product_is_one() -> None:
    """Whichever side is the product, and whatever number both are multiplied by."""

    def found(text: str) -> Any:
        (said,) = statement(f"A[n,n], B[n,n], c[n]: A == A if {text}").hypotheses
        return consequences.inverses(said)

    one = found("A @ B == eye(n)")
    assert one is not None and (one.left.atom.name, one.right.atom.name, one.size) == ("A", "B", N)
    assert found("eye(n) == A @ B") == one == found("2*A @ B == 2*eye(n)") and found("B @ A == eye(n)") != one
    assert found("A @ B.T == eye(n)") not in (None, one)
    for text in ("A @ B == 2*eye(n)", "A @ B == eye(n) + A", "A @ B == A", "A*B == eye(n)", "A == eye(n)", "A @ c == c",
                 "A @ B @ A == eye(n)", "A @ B == ones((n,n))", "A @ B == 0", "A @ B == -eye(n)", "n*A @ B == n*eye(n)",
                 "A @ B + A @ B == eye(n)",
                 "[[sum(A[i,k] for k in range(n)) for j in range(n)] for i in range(n)] == eye(n)",
                 "[[sum(A[i,k]*B[k,j]*c[k] for k in range(n)) for j in range(n)] for i in range(n)] == eye(n)",
                 ):  # fmt: skip
        assert found(text) is None, text
    assert consequences._end(at_least(N - 1 - U), "u") == N and consequences._end(at_least(U), "u") is None
    assert consequences._end(equal(N, U), "u") is None
    for number, whole in (
        (N // 2, True),
        (N * Fraction(1, 2) + 1, False),
        (N * Fraction(1, 2), False),
        (inverse(N), False),
        (N * M - 1, True),
    ):
        assert consequences.is_whole(Poly.of(number)) == whole


# Verdicts


def test_links_and_their_condition_are_alike() -> None:
    """All links under the same suppositions, the condition under these and more."""
    claim = parse("x[n], k[m]: convolve(x, k) == 0 iff k == 0 if n >= 2 and k[:1] == 0")
    link, condition = (claim.statement(claim.links[0], exactly=exactly) for exactly in (False, True))
    verdicts._require_alike(condition, [link, link])
    for one, links in (
        (condition, [link, replace(link, hypotheses=())]),
        (condition, [link, replace(link, conditions=())]),
        (condition, []),
        (replace(condition, sizes=("n",)), [link]),
        (replace(condition, conditions=()), [link]),
        (replace(condition, hypotheses=condition.hypotheses[1:]), [link]),
        (replace(condition, assumptions=(at_least(N, 5),)), [link]),
    ):
        with pytest.raises(verdicts.OtherStatement):
            verdicts._require_alike(one, links)


def test_places_are_whole_numbers_of_sizes() -> None:
    """Whatever the sizes are."""
    for number, names, expected in (
        (N - 1, ["n"], True),
        (N - 1, ["n", "m"], True),
        (Poly.of(0), [], True),
        (N - 1, ["m"], False),
        (N * Fraction(1, 2), ["n"], False),
        (N // 2, ["n"], True),
        (N // M, ["n", "m"], False),
    ):
        assert necessity._is_place(number, names) == expected
    read = Read(Tensor("X", n, n), (Poly.name("i"), Poly.name("j")))
    form = Reduced(read, Scalar(ZERO), Context(("n",), (), ("i", "j")))
    assert necessity._at_place(form, {"i": N - 1, "j": N // 2})[0] == Read(read.array, (N - 1, N // 2))
    for place in ({"i": N / 2, "j": ZERO}, {"i": ZERO, "j": N / 2}, {"i": ZERO}, {"i": ZERO, "j": ZERO, "k": ZERO}):
        with pytest.raises(Undecided):
            necessity._at_place(form, place)


def test_verdicts_say_what_they_are() -> None:
    """In a line; whether they hold; why they were refuted."""
    equal_claim, false = parse("x[n]: x == x + 0"), parse("x[n]: x == 2*x")
    proof = conclude(equal_claim, prove(equal_claim).certificates)
    assert repr(proof) == "<proved: x[n]: x == x + 0>" and (proof.holds, bool(proof)) == (True, True)
    refuted = prove(false)
    (certificate,) = refuted.certificates
    again = refute(false, 0, certificate)
    assert again.reason is None and again.holds is False and not again
    assert repr(again) == "<refuted: x[n]: x == 2*x>" and again.added_operators == ()
    assert again.counterexample == certificate.counterexample and again.link == 0
    with pytest.raises(TypeError):
        refute(equal_claim, 0, proof.certificates[0])
    shapes = parse("x[n]: x[:1] == x")
    assert refute(shapes, 0, prove(shapes).certificates[0]).reason == "shape"
    different = parse("x[n]: x != 2*x")
    shown = conclude(different, [certify_different(statement("x[n]: x == 2*x"), example({"n": 1}, (0,), x=[1]))])  # type: ignore[list-item]
    assert shown.counterexample is not None and (shown.counterexample.lhs, shown.counterexample.rhs) == (1, 2)
    assumed = prove("x[n], k[m]: convolve(x, k, 'valid') == convolve(x, k, 'valid') + 0")
    assert (
        assumed.certificates[0].statement.assumptions == conclude(assumed.claim, assumed.certificates).assumptions != ()
    )
