"""The kernel piece by piece: polynomials, sets, coefficient functions, symmetries, rows, roots of unity."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symconv import convolve, correlate, flip, parse, prove
from symconv.algebra.exact_numbers import approximate
from symconv.algebra.polynomials import (
    PI,
    I,
    Poly,
    exponential,
    extremum,
    floor,
    inverse,
    square_root,
)
from symconv.algebra.power_sums import power_sum
from symconv.algebra.powers import logarithm
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.tensors import Tensor, TensorExpr, sizes
from symconv.formulas.conditions import All, AnyOf, Compare, Negation, at_least, equal, holds
from symconv.formulas.language import Read
from symconv.kernel import presburger, symmetry, wording
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.decide import difference
from symconv.kernel.implied import not_implied
from symconv.kernel.presburger import Undecided
from symconv.kernel.rows import Rows, Unknowns, rows
from symconv.kernel.verdicts import Certificate, Proof, conclude

N, M = (Poly.name(n) for n in "nm")
SMALL = st.integers(-6, 6)


@st.composite
def polys(draw: st.DrawFn) -> Poly:
    """A polynomial in n and m with quotients, minima and maxima."""
    made = draw(SMALL) * N + draw(SMALL) * M + draw(SMALL)
    match draw(st.integers(0, 4)):
        case 1:
            return floor(made, Poly.of(draw(st.integers(1, 4)))) + draw(SMALL) * N
        case 2:
            return extremum(draw(st.sampled_from(["min", "max"])), [made, N - draw(SMALL)])
        case 3:
            return made * (N + draw(SMALL))
        case 4:
            return made % draw(st.integers(1, 4))
    return made


def value(poly: Poly, n: int, m: int) -> Fraction:
    """The value of a polynomial, by evaluating its text in Python."""
    text = str(poly)
    return Fraction(eval(text, {"n": n, "m": m, "min": min, "max": max}))


@given(polys(), polys(), st.integers(1, 6), st.integers(1, 6))
def test_arithmetic_agrees_with_numbers(a: Poly, b: Poly, n: int, m: int) -> None:
    """Sum, difference and product of polynomials have the sum, difference and product as values."""
    at = {"n": Poly.of(n), "m": Poly.of(m)}
    x, y = value(a, n, m), value(b, n, m)
    for made, expected in ((a + b, x + y), (a - b, x - y), (a * b, x * y)):
        assert made.substitute(at).constant == expected
        assert value(made, n, m) == expected


def test_constants_are_canonical() -> None:
    """Roots, phases and inverses that are equal have equal polynomials."""
    assert square_root(2) * square_root(6) == 2 * square_root(3)
    assert I * I == -1
    assert exponential(2 * PI * I * N) == 1
    assert exponential(PI * I * Fraction(1, 2)) == I
    assert exponential(PI * I * N * inverse(M)) * exponential(-PI * I * N * inverse(M)) == 1
    assert inverse(N) * N == 1
    assert (inverse(N + 1) * (N + 1) - 1).is_zero()
    assert not (inverse(N + 1) * (N + 2) - 1).is_zero()
    assert approximate(exponential(PI * I * Fraction(1, 3))) == pytest.approx(0.5 + 3**0.5 / 2 * 1j)


@pytest.mark.parametrize("power", range(6))
def test_power_sums(power: int) -> None:
    """Faulhaber's polynomials are the sums of powers over any range, the empty one included."""
    for lower, upper in combinations_with_replacement(range(-3, 8), 2):
        assert power_sum(power, Poly.of(lower), Poly.of(upper)) == sum(u**power for u in range(lower, upper))


@given(polys(), polys(), st.sampled_from([">=", "==", "!="]))
def test_condition_sets(a: Poly, b: Poly, relation: str) -> None:
    """The set of a condition holds exactly the points at which the condition is true."""
    condition = AnyOf((All((Compare(a, relation), at_least(N, M))), Negation(Compare(b, ">="))))
    try:
        made = presburger.condition_set(["n", "m"], condition)
    except Undecided:
        return
    for n, m in product(range(1, 5), repeat=2):
        expected = holds(condition, {"n": Poly.of(n), "m": Poly.of(m)})
        assert presburger.point_set((n, m)).is_subset(made) == expected


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (equal(N % 2, 1), "n % 2 == 1"),
        (at_least(N, M + 1), "n >= m + 1"),
        (equal((N + M) % 3, 0), "(m + n) % 3 == 0"),
        (AnyOf((equal(N, 1), equal(M, 1))), "n == 1 or m == 1"),
    ],
)
def test_sets_print_as_conditions(condition: object, text: str) -> None:
    """A set of sizes prints as claim text."""
    known = presburger.points(["n", "m"], [at_least(N, 1), at_least(M, 1)])
    made = presburger.condition_set(["n", "m"], condition).intersect(known)  # type: ignore[arg-type]
    assert str(wording.set_condition(made, ["n", "m"], known)) == text


def test_the_smallest_point_comes_first() -> None:
    """Points are ordered by the sum of sizes, then |parameters|, then lexicographically."""
    p = Poly.name("p")
    made = presburger.points(["n", "m", "p"], [at_least(N, 1), at_least(M, 1), at_least(N + M, 4), at_least(-1, p)])
    assert presburger.smallest(made, 2, 1) == (1, 3, -1)
    assert presburger.smallest(presburger.points(["m", "p"], [at_least(M, 2), equal(p, -3 - M)]), 0, 2) == (2, -5)


def test_a_map_is_projected_only_where_it_is_determined() -> None:
    """The bound index of u // 2 is not determined by its value; that of u + 1 is."""
    u, y = Poly.name("u"), Poly.name("y")
    everything = presburger.universe(1)
    halves = [Compare(u - 2 * y, ">="), Compare(2 * y + 1 - u, ">=")]
    assert not presburger.determined(["y"], halves, ["u"], everything)
    assert presburger.determined(["y"], [Compare(u + 1 - y, "==")], ["u"], everything)


def _context(*names: str) -> Context:
    return Context(names)


def _difference(text_mode: str) -> tuple[object, Tensor]:
    n, k = sizes("n k")
    x, w = Tensor("x", n), Tensor("w", k)
    left, right = convolve(x, w, text_mode), correlate(x, w, text_mode)
    i = Poly.name("i.x")
    ranges = (Compare(i, ">="), Compare(left.axes[0].size - 1 - i, ">="))
    needs = (at_least(Poly.name("n"), Poly.name("k")),)
    context = Context(("n", "k"), (), ("i.x",), (*ranges, *needs))
    return difference(Read(left, (i,)), Read(right, (i,)), context), w


def test_rows_force_symmetry() -> None:
    """Convolution equals correlation for all images only if the kernel is symmetric."""
    found, w = _difference("valid")
    unknowns = Unknowns.of([(w.leaf, (w.axes[0].size,))])
    linear = rows(found, unknowns)  # type: ignore[arg-type]
    assert linear is not None and linear.is_short
    symmetric, vanishing = (_rows(w, other, unknowns) for other in (flip(w), 0 * w))
    assert not_implied(linear, symmetric).is_empty() and not_implied(symmetric, linear).is_empty()
    assert not not_implied(linear, vanishing).is_empty()


def _rows(left: Tensor, right: TensorExpr, unknowns: Unknowns) -> Rows:
    """The rows of left == right."""
    i = Poly.name("i.x")
    ranges = (Compare(i, ">="), Compare(left.axes[0].size - 1 - i, ">="))
    context = Context(("n", "k"), (), ("i.x",), ranges)
    made = rows(difference(Read(left, (i,)), Read(right, (i,)), context), unknowns)
    assert made is not None
    return made


def test_groups_close_or_are_refused() -> None:
    """Two reflections about different points generate shifts: no finite group at symbolic size."""
    y = Poly.name("$0")
    reflection, other, negative = (
        symmetry.Move((N - 1 - y,)),
        symmetry.Move((N - y,)),
        symmetry.Move((N - 1 - y,), -1),
    )
    closed = symmetry.generated("k", 1, [reflection])
    assert closed is not None and len(closed.moves) == 2
    assert symmetry.generated("k", 1, [reflection, other]) is None
    both = symmetry.generated("k", 1, [reflection, negative])
    assert both is not None and symmetry.orbit(both, (0,), {"n": 3}) == {}


def test_only_the_kernel_certifies() -> None:
    """A certificate or a proof cannot be made from outside."""
    one = Read(Tensor("x", 1), (Poly.of(0),))
    with pytest.raises(TypeError, match="only the kernel"):
        Certificate("equal", prove("x[n]: x == x").certificates[0].statement)
    with pytest.raises(TypeError, match="only the kernel"):
        Proof(claim=None)
    with pytest.raises(TypeError, match="certificates"):
        conclude(None, ["equal"])  # type: ignore[list-item]
    with pytest.raises((TypeError, ValueError)):
        replace(prove("x[n]: x == x"), claim=parse("x[n], y[n]: x == y"))
    assert formulas_equal(one, one, _context())


def test_time_is_bounded() -> None:
    """Beyond the budget the kernel says that it does not know."""
    with pytest.raises(Undecided), presburger.budget(0.0):
        _difference("valid")
    found, _ = _difference("valid")
    assert not found.is_zero  # type: ignore[attr-defined]


def test_points_are_all_there_or_none(capfd: pytest.CaptureFixture[str]) -> None:
    """Wherever isl stops counting, no point is lost, and nothing is printed on the way."""
    a, b, c = (Poly.name(name) for name in "abc")
    bounds = [at_least(a, 0), at_least(5, a), at_least(b, 0), at_least(a, b), equal(a + b, 2 * c)]
    listed = presburger.points(["a", "b", "c"], bounds)
    every = [(i, j, (i + j) // 2) for i in range(6) for j in range(i + 1) if (i + j) % 2 == 0]
    complete = 0
    for operations in range(1, 2_000, 13):
        try:
            with presburger.budget(operations / presburger.OPERATIONS_PER_SECOND, patience=1e9):
                assert sorted(presburger.each_point(listed, 100)) == every
                complete += 1
        except Undecided:
            pass
    assert 0 < complete < 150
    assert capfd.readouterr() == ("", "")


def test_points_that_cannot_be_read_are_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is enough: without it, what holds at all others would hold at all."""
    listed = presburger.points(["n"], [at_least(N, 2), at_least(5, N)])
    read = presburger.integer
    numbers = iter(range(10))

    def unread(value: Any) -> int:
        if next(numbers) == 3:
            raise Undecided("the budget is used up")
        return read(value)

    monkeypatch.setattr(presburger, "integer", unread)
    with pytest.raises(Undecided):
        presburger.each_point(listed, 10)


def test_large_numbers_of_isl_are_whole() -> None:
    """Quotients and numbers beyond 64 bits reach conditions with all their digits."""
    large = 10**25 + 7
    word = wording.set_condition(
        presburger.points(["n"], [equal(Poly.name("n"), Poly.of(large))]), ["n"], presburger.universe(1)
    )
    assert holds(word, {"n": Poly.of(large)})
    assert not holds(word, {"n": Poly.of(large + 2**64)})
    half = floor(Poly.name("n") + large, Poly.of(2))
    odd = presburger.points(["n"], [equal(2 * half, Poly.name("n") + large)])
    told = wording.set_condition(odd, ["n"], presburger.universe(1))
    assert [holds(told, {"n": Poly.of(n)}) for n in range(4)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("exponent", "text"),
    [
        (PI * I * Poly.name("n"), "(-1)**n"),
        (I * Poly.name("n"), "exp(n*1j)"),
        (PI * Poly.name("n"), "exp(n*pi)"),
        (PI * I * Poly.name("n") * Fraction(1, 3), "exp(1/3*n*1j*pi)"),
        (logarithm(Fraction(2)) * Poly.name("n"), "2**n"),
        (logarithm(Fraction(2)) * (Poly.name("n") + 1), "2*2**n"),
        (logarithm(Fraction(2)) * Poly.name("n") + I, "2**n*exp(1j)"),
        (logarithm(Fraction(1, 12)) * Poly.name("n"), "2**(-2*n)*3**(-n)"),
    ],
)
def test_powers_print_by_their_bases(exponent: Poly, text: str) -> None:
    """An exponential is the power of a number where its exponent says so, and of e else."""
    assert str(exponential(exponent)) == text
    assert to_poly(to_sympy(exponential(exponent))) == exponential(exponent)


HUGE = 2**62


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (f"[{2**40},1][0]*[{2**40},1][0] == {2**80}", "proved"),
        (f"[{2**40},1][0]*[{2**40},1][0] == 0", "refuted"),
        (f"[{HUGE},1][0] + [{HUGE},1][0] == {2 * HUGE}", "proved"),
        (f"sum([{HUGE},1][0] for u in range(3)) == {3 * HUGE}", "proved"),
        (f"sum([{HUGE},1][0] for u in range(3)) == -{HUGE}", "refuted"),
        (f"sum(sum([[{HUGE},1],[2,3]][0,0] for u in range(2)) for v in range(2)) == 0", "refuted"),
        (f"([{HUGE},1][0] + [{HUGE},1][0])*[2,1][0] == 0", "refuted"),
        (f"x: x*{HUGE}*4 == 0*x", "refuted"),
        (f"x[n]: sum({HUGE}*x)*x[0] == 0 if x == 2 and n == 2", "refuted"),
    ],
)
def test_numbers_are_never_cut_to_64_bits(claim: str, verdict: str) -> None:
    """Neither are those that stand alone, where NumPy makes integers of its own of them."""
    assert prove(claim).verdict == verdict


def _kernel(random: Random, rows: int, columns: int) -> list[list[int]]:
    return [[random.randint(-2, 2) for _ in range(columns)] for _ in range(rows)]


@pytest.mark.parametrize("seed", range(12))
def test_literals_are_added_up_where_the_same_entries_are_read(seed: int) -> None:
    """Whether a literal is another one flipped, transposed or twice as large is seen as NumPy sees it."""
    random = Random(seed)
    size = random.randint(1, 3)
    one = _kernel(random, size, size)
    other = random.choice([np.flip(one), np.flip(one, 0), np.transpose(one), np.array(_kernel(random, size, size))])
    k, m = str(one), str(other.tolist())
    claims = {
        f'A[H,W]: convolve(A, {k}, "valid") == correlate(A, {m}, "valid")': np.flip(one),
        f"A[H,W]: 2*correlate(A, {k}) == correlate(A, {m}) + correlate(A, {m})": one,
        f"X[{size},p]: {k} @ X == transpose({m}) @ X": np.transpose(one),
        f"X[{size},{size}]: sum({k}*flip(X, 0)) == sum({m}*X)": np.flip(one, 0),
    }  # fmt: skip
    for claim, wanted in claims.items():
        assert prove(claim).verdict == ("proved" if np.array_equal(other, wanted) else "refuted"), claim


@pytest.mark.parametrize("size", [31, 51])
def test_large_literals(size: int) -> None:
    """They are compared as arrays, not entry by entry with each other."""
    kernel = [[(i - size // 2) ** 2 + abs(j - size // 2) for j in range(size)] for i in range(size)]
    claim = 'A[H,W]: convolve(A, {}, "valid") == correlate(A, {}, "valid")'
    assert prove(claim.format(kernel, kernel)).verdict == "proved"
    wrong = [[*kernel[0][:-1], 0], *kernel[1:]]
    result = prove(claim.format(wrong, wrong))
    assert result.verdict == "refuted" and result.counterexample.sizes == {"H": size, "W": size}
