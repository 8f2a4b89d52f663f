"""The kernel's exact evaluator, what it leaves out because no entry meets it, and replays, against plain loops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from symconv import parse
from symconv.algebra.polynomials import I as IMAGINARY
from symconv.algebra.polynomials import Poly, extremum, floor
from symconv.errors import ShapeError, SymconvError
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.kernel import evaluator
from symconv.kernel.evaluator import Evaluator, MissingFunction, Numbers
from symconv.kernel.index_values import small
from symconv.kernel.replay import Counterexample, holds_for_all_others, is_supposed, replayed, violates
from symconv.kernel.sparse_arrays import SparseArray
from symconv.kernel.support import meeting_entries
from symconv.kernel.verdicts import certify_cases, certify_different, certify_unnecessary, conclude, refute
from symconv.limits import DENSE_SUM, Undecided
from symconv.results import prove

n, m = sizes("n m")
X, Y, Z = Tensor("x", n), Tensor("y", n, m), Tensor("z", n, complex=True)
N, M, U, V, P = (Poly.name(name) for name in ("n", "m", "u", "v", "p"))


def formula(random: Random, names: list[Poly], depth: int) -> Formula:
    """A formula in names, with reads that may lie outside."""
    index = lambda: random.choice(names) * random.choice([1, 1, -1, 2]) + random.randint(-1, 2)  # noqa: E731
    match random.randint(0, 7 if depth else 2):
        case 0:
            return Scalar(random.choice([index(), Poly.of(Fraction(1, 2)), IMAGINARY, floor(index(), Poly.of(2))]))
        case 1:
            return Read(X, (index(),)) if random.random() < 0.7 else Read(Z, (index(),))
        case 2:
            return Read(Y, (index(), index()))
        case 3:
            return Plus((formula(random, names, depth - 1), formula(random, names, depth - 1)))
        case 4:
            return Times((formula(random, names, depth - 1), formula(random, names, depth - 1)))
        case 5:
            return Conj(formula(random, names, depth - 1))
        case 6:
            guard = Compare(index() - random.choice(names), random.choice([">=", "==", "!="]))
            return When((guard,), formula(random, names, depth - 1))
    lower, upper = random.choice([Poly.of(0), index()]), random.choice([N, M, index(), extremum("min", [N, index()])])
    return Sum("v", lower, upper, formula(random, [*names, V], depth - 1))


def value(found: Formula, at: Mapping[str, int], arrays: Mapping[str, Any]) -> Any:
    """The value by loops, one index after the other."""
    number = lambda poly: poly.substitute({k: Poly.of(v) for k, v in at.items()})  # noqa: E731
    match found:
        case Scalar(poly):
            return number(poly)
        case Plus(parts):
            return Poly.sum(value(p, at, arrays) for p in parts)
        case Times((one, other)):
            return value(one, at, arrays) * value(other, at, arrays)
        case Conj(body):
            return value(body, at, arrays).conjugate()
        case When((guard,), body):
            left = int(number(guard.poly).integer)
            holds = left >= 0 if guard.relation == ">=" else (left == 0) == (guard.relation == "==")
            return value(body, at, arrays) if holds else Poly.of(0)
        case Sum(name, lower, upper, body):
            values = range(int(number(lower).integer), int(number(upper).integer))
            return Poly.sum(value(body, {**at, name: v}, arrays) for v in values)
        case Read(array, index):
            place = tuple(int(number(i).integer) for i in index)
            inside = all(0 <= i < size for i, size in zip(place, arrays[array.leaf.name].shape, strict=True))
            return Poly.of(arrays[array.leaf.name][place]) if inside else Poly.of(0)
    raise AssertionError(found)


def arrays(random: Random, rows: int, columns: int) -> dict[str, np.ndarray]:
    """Arrays with many zeros."""
    few = lambda: random.choice([0, 0, 0, 1, -2, 3])  # noqa: E731
    x, y = [few() for _ in range(rows)], [[few() for _ in range(columns)] for _ in range(rows)]
    z = [few() + few() * IMAGINARY for _ in range(rows)]
    return {name: np.array(a, dtype=object) for name, a in (("x", x), ("y", y), ("z", z))}


def sparse(array: np.ndarray) -> dict[tuple[int, ...], Any]:
    return {place: v for place, v in np.ndenumerate(array) if v}


@pytest.mark.parametrize("seed", range(60))
def test_the_evaluator_computes_what_loops_compute(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, at many indices at once, from the non-zero entries alone, and in parts where that is too much."""
    random = Random(seed)
    if seed % 3 == 0:
        monkeypatch.setattr(evaluator, "CHUNK", 4)
    found = formula(random, [U], 3)
    given = arrays(random, 3, 2)
    names = {"n": 3, "m": 2}
    expected = [value(found, {**names, "u": u}, given) for u in range(-1, 5)]
    shapes = {name: a.shape for name, a in given.items()}
    for numbers in (Numbers(given), Numbers({k: sparse(a) for k, a in given.items()}, {}, shapes)):
        at_once = Evaluator(names, numbers).values(found, {"u": np.arange(-1, 5)})
        assert [Poly.of(v) - e for v, e in zip(at_once, expected, strict=True)] == [0] * 6
        one = Evaluator({**names, "u": 1}, numbers).value(found)
        assert Poly.of(one) == expected[2]


@pytest.mark.parametrize("seed", range(60))
def test_what_no_entry_meets_is_zero(seed: int) -> None:
    """Values of a sum's index that are left out have no summand, whatever the names that have values."""
    random = Random(seed)
    found = Sum("u", Poly.of(0), N, formula(random, [U], 3))
    given = arrays(random, 4, 2)
    names = {"n": 4, "m": 2}
    kept = meeting_entries(found, np.arange(4), names, {k: sparse(a) for k, a in given.items()})
    for u in {*range(4)} - {*map(int, kept)}:
        assert value(found.body, {**names, "u": u}, given) == 0


MEETS = [
    (Read(X, (U,)), [1]),
    (Read(X, (U - 1,)), [2]),
    (Read(X, (3 - U,)), [2]),
    (Times((Read(X, (U,)), Read(X, (U + 1,)))), []),
    (Plus((Read(X, (U,)), Read(X, (U + 1,)))), [0, 1]),
    (Read(Y, (U, U - 1)), [2]),
    (Read(Y, (U, V)), [0, 2]),
    (Conj(Read(X, (U,))), [1]),
    (When((Compare(U - 2, ">="),), Scalar(Poly.of(1))), [2, 3]),
    (When((Compare(U - V, ">="),), Read(X, (U,))), [1]),
    (Scalar(Poly.of(0)), []),
    (Scalar(U), [0, 1, 2, 3]),
    (Sum("v", Poly.of(0), N, Read(Y, (U, V))), [0, 2]),
    (Sum("v", Poly.of(0), Poly.of(1), Read(Y, (U, V))), [0, 2]),  # each axis by itself
    (Sum("v", Poly.of(2), Poly.of(3), Read(Y, (U, V))), []),
    (Sum("v", Poly.of(2), Poly.of(2), Scalar(Poly.of(1))), []),
    (Sum("v", U, Poly.of(2), Scalar(Poly.of(1))), [0, 1, 2, 3]),
    (Sum("v", Poly.of(0), V, Read(X, (U,))), [1]),
    (Read(Z, (U,)), []),
    (Read(Z, (V,)), []),
    (Read(X, (V,)), [0, 1, 2, 3]),
]


@pytest.mark.parametrize(("body", "expected"), MEETS)
def test_which_values_meet_an_entry(body: Formula, expected: list[int]) -> None:
    """Few values are left where entries are few; what depends on names without a value is not left out."""
    given = {"x": {(1,): 7}, "y": {(0, 0): 1, (2, 1): 5}, "z": {}}
    found = meeting_entries(Sum("u", Poly.of(0), N, body), np.arange(4), {"n": 4, "m": 2}, given)
    assert found.tolist() == expected


def test_sums_over_large_arrays_are_quick() -> None:
    """An array of millions of entries of which three are given is summed over these alone."""
    size = 50 * DENSE_SUM
    given = Numbers({"x": {(0,): 2, (7,): 3, (size - 1,): 4}}, {}, {"x": (size,)})
    total = Sum("u", Poly.of(0), N, Times((Read(X, (U,)), Scalar(U + 1))))
    assert Evaluator({"n": size}, given).value(total) == 2 + 24 + 4 * size
    shifted = Sum("u", Poly.of(0), N, Times((Read(X, (U,)), Read(X, (U + 7,)))))
    assert Evaluator({"n": size}, given).value(shifted) == 6


def test_what_the_evaluator_refuses() -> None:
    """Missing arrays and functions, other shapes, negative sizes; a function is applied to exact numbers."""
    with pytest.raises(SymconvError, match="no array is given"):
        Evaluator({"n": 2}, Numbers({})).value(Read(X, (Poly.of(0),)))
    for array in (np.ones(3, dtype=int), {(0,): 1}):
        shapes = {"x": (3,)} if isinstance(array, dict) else {}
        with pytest.raises(ShapeError, match="has shape"):
            Evaluator({"n": 2}, Numbers({"x": array}, {}, shapes)).value(Read(X, (Poly.of(0),)))
    with pytest.raises(ShapeError, match="negative"):
        Evaluator({"n": -1}, Numbers({"x": np.ones(0)})).shape(X)
    call = Call("f", Read(X, (Poly.of(0),)))
    with pytest.raises(MissingFunction):
        Evaluator({"n": 1}, Numbers({"x": [3]})).value(call)
    assert Evaluator({"n": 1}, Numbers({"x": [0.5]}, {"f": lambda v: v + 1})).value(call) == Fraction(3, 2)
    guarded = When((Compare(U, "!="),), Scalar(Poly.of(1) / U))
    assert Evaluator({}, Numbers({})).values(guarded, {"u": np.arange(3)}).tolist() == [0, 1, Fraction(1, 2)]
    with pytest.raises(ZeroDivisionError):
        Evaluator({}, Numbers({})).values(Scalar(Poly.of(1) / U), {"u": np.arange(3)})


def test_nothing_is_computed_at_no_indices() -> None:
    """No values at no indices, also where a sum depends on them."""
    none = {"u": np.arange(0)}
    found = Evaluator({"n": 2, "m": 2}, Numbers({"x": [1, 2]}))
    for lower, upper in ((U, N), (Poly.of(0), U), (U, U + 1)):
        assert found.values(Sum("v", lower, upper, Read(X, (V,))), none).shape == (0,)
    assert small(np.arange(0)).size == 0 and small(np.arange(3) * 10**15).dtype == object
    assert Evaluator({}, Numbers({})).values(Scalar(U), none).shape == (0,)


def example(sizes: Mapping[str, int], index: tuple[int, ...] = (), **tensors: list[Any]) -> Counterexample:
    given = {name: np.array(values, dtype=object) for name, values in tensors.items()}
    return Counterexample(sizes, index, {k: SparseArray(a.shape, sparse(a)) for k, a in given.items()})


SUPPOSED = [
    ("x[n]: x == 0 if sum(x) == 2", example({"n": 2}, (0,), x=[1, 1]), True),
    ("x[n]: x == 0 if sum(x) == 2", example({"n": 2}, (0,), x=[1, 2]), False),
    ("x[n]: x == 0 if x[1:] == 0", example({"n": 3}, (0,), x=[5, 0, 0]), True),
    ("x[n]: x == 0 if x[1:] == 0", example({"n": 3}, (0,), x=[5, 0, 1]), False),
    ("x[n]: x == 0 if x[1:] == 0", example({"n": 1}, (0,), x=[5]), True),
    ("x[n]: x == 0 if n >= 3", example({"n": 3}, (0,), x=[5, 0, 0]), True),
    ("x[n]: x == 0 if n >= 3", example({"n": 2}, (0,), x=[5, 0]), False),
    ("x[n], y[m]: x == 0 if x == y", example({"n": 2, "m": 2}, (0,), x=[1, 2], y=[1, 2]), True),
    ("x[n], y[m]: x == 0 if x == y", example({"n": 2, "m": 3}, (0,), x=[1, 2], y=[1, 2, 3]), False),
    ("x[n], p int: x[p] == 0 if x[0] == 1", example({"n": 2, "p": 1}, (), x=[1, 2]), True),
    ("x[n], p int: x[p] == 0 if x[0] == 1", example({"n": 2}, (), x=[1, 2]), False),
    ("x[n]: x == 0", example({"n": 0}, (0,), x=[]), False),
    ("x[n]: x[i] == 0 if i >= 1", example({"n": 2}, (1,), x=[1, 2]), True),
    ("x[n]: x[i] == 0 if i >= 1", example({"n": 2}, (0,), x=[1, 2]), False),
    ("x[n]: x == 0 if x*x == x", example({"n": 2}, (0,), x=[1, IMAGINARY * IMAGINARY]), False),
    ("x[n]: x == 0 if x*x == x", example({"n": 2}, (0,), x=[1, 0]), True),
    ("x[n]: x == 0", example({"n": 1}, (0,), x=[IMAGINARY]), False),
    ("z[n] complex: z == 0", example({"n": 1}, (0,), z=[IMAGINARY]), True),
    ("z[n] complex: z == 0 if z == conj(z)", example({"n": 1}, (0,), z=[IMAGINARY]), False),
]


@pytest.mark.parametrize(("text", "given", "supposed"), SUPPOSED)
def test_an_example_satisfies_what_is_supposed_or_not(text: str, given: Counterexample, supposed: bool) -> None:
    """Sizes, parameters, free indices, conditions, hypotheses on entries, and that real tensors are real."""
    claim = parse(text)
    statement = claim.statement(claim.links[0])
    assert is_supposed(statement, given) == supposed
    assert not (supposed and violates(statement, given))
    assert (replayed(statement, given) is not None) == supposed
    if not supposed:
        assert certify_different(statement, given) is None
    if supposed and replayed(statement, given).lhs:
        assert certify_different(statement, given) is not None


def test_what_an_example_violates() -> None:
    """Only what surely does not hold is violated: an example without values for all names violates nothing."""
    claim = parse("x[n]: x == 0 if sum(x) == 2 and n >= 2")
    statement = claim.statement(claim.links[0])
    assert violates(statement, example({"n": 1}, (0,), x=[2]))
    assert violates(statement, example({"n": 2}, (0,), x=[2, 1]))
    assert not violates(statement, example({"n": 2}, (0,), x=[2, 0]))
    assert not violates(statement, example({}, (0,), x=[2, 1]))
    assert not violates(statement, example({"n": 2}, (0,), x=[IMAGINARY, 1]))


def test_an_index_of_a_hypothesis_has_bounds() -> None:
    """They are those that conditions with the index alone say, the narrowest of them; without any it is undecided."""
    claim = parse("x[n]: x == 0 if x[1:] == 0")
    statement = claim.statement(claim.links[0])
    (said,) = statement.hypotheses
    e, size = Poly.name("e0.h"), Poly.name("n")
    given = example({"n": 4}, (0,), x=[1, 0, 0, 5])
    for conditions, expected in (
        ((Compare(e, ">="), Compare(size - 2 - e, ">=")), False),
        ((Compare(e, ">="), Compare(size - 3 - e, ">=")), True),
        ((Compare(e, ">="), Compare(size - 2 - e, ">="), Compare(1 - e, ">=")), True),
        ((Compare(e, ">="), Compare(size - 2 - e, ">="), Compare(e - 2, ">=")), False),
        ((Compare(e, ">="), Compare(size - 2 - e, ">="), Compare(e - 2, "!=")), True),
        ((Compare(e - 2, ">="), Compare(2 - e, ">="), Compare(e - 2, "!=")), True),
    ):
        assert is_supposed(replace(statement, hypotheses=(replace(said, conditions=conditions),)), given) == expected
    for conditions in (
        (Compare(e, ">="),),
        (Compare(size - e, ">="),),
        (Compare(e, ">="), Compare(size - 2 * e, ">=")),
    ):
        with pytest.raises(Undecided):
            is_supposed(replace(statement, hypotheses=(replace(said, conditions=conditions),)), given)


def test_equal_for_all_other_tensors() -> None:
    """k is as given, x is any array."""
    claim = parse("x[n], k[m]: convolve(x, k) == convolve(x, flip(k))")
    statement = claim.statement(claim.links[0])
    for k, expected in (([1, 2, 1], True), ([1, 2, 3], False), ([0, 0, 0], True)):
        given = example({"n": 2, "m": 3}, (0,), x=[0, 0], k=k)
        assert holds_for_all_others(statement, given, ["k"]) == expected
    assert not holds_for_all_others(statement, example({"n": 2}, (0,), k=[1]), ["k"])
    assert not holds_for_all_others(statement, example({"n": 2, "m": 1}, (0,), k=[IMAGINARY]), ["k"])
    same = parse("x[n], k[m]: k[0]*x[i] == k[m-1]*x[i]")
    for k, expected in (([1, 2, 1], True), ([1, 2, 3], False)):
        statement = same.statement(same.links[0])
        assert holds_for_all_others(statement, example({"n": 2, "m": 3}, (1,), k=k), ["k"]) == expected


def test_an_index_has_to_be_one_of_both_sides() -> None:
    """A counterexample names an entry that there is; sides of other shapes differ by these."""
    claim = parse("x[n]: x == 2*x")
    statement = claim.statement(claim.links[0])
    for index in ((2,), (-1,), (), (0, 0)):
        assert certify_different(statement, example({"n": 2}, index, x=[1, 1])) is None
    shorter = parse("x[n]: x[1:] == x")
    found = replayed(shorter.statement(shorter.links[0]), example({"n": 2}, (0,), x=[1, 1]))
    assert found is not None and (found.lhs, found.rhs) == ((1,), (2,))
    number = parse("x[n]: x == 3")
    found = replayed(number.statement(number.links[0]), example({"n": 2}, (1,), x=[1, 4]))
    assert found is not None and (found.lhs, found.rhs) == (4, 3)


def test_cases_are_put_together_where_they_are_all() -> None:
    """Two proofs under n == 1 and n == 2 are one under either, and none under more than these."""
    one, two = (prove(f"x[n]: roll(x, 2) == x if n == {k}").certificates[0] for k in (1, 2))
    either = parse("x[n]: roll(x, 2) == x if n == 1 or n == 2")
    statement = either.statement(either.links[0])
    whole = certify_cases(statement, [one, two])
    assert whole is not None and conclude(either, [whole]).verdict == "proved"
    for parts in ([one], [two], [one, one], []):
        assert certify_cases(statement, parts) is None
    more = parse("x[n]: roll(x, 2) == x if n == 1 or n == 2 or n == 3")
    assert certify_cases(more.statement(more.links[0]), [one, two]) is None
    different = prove("x[n]: roll(x, 2) == 2*x if n == 1").certificates[0]
    assert certify_cases(statement, [one, two, different]) is None


def test_a_condition_is_unnecessary_only_where_the_sides_are_equal_without_it() -> None:
    """At an example that violates it, for all other tensors."""
    claim = parse("x[n], k[m]: convolve(x, k) == convolve(x, flip(k)) iff k == 0")
    links = [claim.statement(link) for link in claim.links]
    condition = claim.statement(claim.links[0], exactly=True)
    given = example({"n": 1, "m": 2}, (0,), x=[1], k=[1, 1])
    found = certify_unnecessary(links, condition, given)
    assert found is not None and found.kind == "not necessary"
    assert refute(claim, 0, found).counterexample.direction == "only if"
    for k in ([0, 0], [1, 2]):
        bad = replace(given, entries={**given.entries, "k": SparseArray((2,), sparse(np.array(k)))})
        assert certify_unnecessary(links, condition, bad) is None
    with pytest.raises(TypeError):
        refute(parse("x[n], k[m]: convolve(x, k) == convolve(x, flip(k)) iff k == flip(k)"), 0, found)


def test_a_condition_is_unnecessary_only_where_the_sides_of_all_links_are_equal_without_it() -> None:
    """Not where those of one are for the example alone, whichever it is."""
    sides = ["convolve(x, k)", "convolve(x, flip(k))", "convolve(flip(x), k)"]
    given = example({"n": 2, "m": 1}, (0,), x=[1, 1], k=[1])
    for left, middle, right in (sides, sides[::-1], [sides[1], sides[0], sides[1]]):
        claim = parse(f"x[n], k[m]: {left} == {middle} == {right} iff k == 0")
        links = [claim.statement(link) for link in claim.links]
        found = certify_unnecessary(links, claim.statement(claim.links[0], exactly=True), given)
        assert (found is None) == (sides[2] in (left, right))


def test_a_refuted_inequality_shows_an_example() -> None:
    """One that satisfies what is supposed; a proof of equality refutes `!=`, and nothing else."""
    claim = parse("x[n]: x != x + 0 if sum(x) == 1")
    equal_sides = prove("x[n]: x == x + 0 if sum(x) == 1").certificates[0]
    good = example({"n": 1}, (0,), x=[1])
    assert refute(claim, 0, equal_sides, good).counterexample == replace(good, lhs=1, rhs=1)
    for bad in (example({"n": 1}, (0,), x=[2]), example({"n": 0}, (0,), x=[])):
        with pytest.raises(TypeError):
            refute(claim, 0, equal_sides, bad)
    for certificate, shown in ((equal_sides, None), (prove("x[n]: x == 2*x").certificates[0], good)):
        with pytest.raises(TypeError):
            refute(claim, 0, certificate, shown)


def test_prepared_formulas_may_be_written_otherwise() -> None:
    """The kernel sees that they are those of the statement: a number for an array of it, sizes that equations give."""
    for text in ("x[n]: 0*x == 0", "x[n], y[m]: x[0] - x[0] == 0 if n == m", "x[n,m]: x - x == 0 if n == 2*m"):
        assert prove(text).verdict == "proved"
