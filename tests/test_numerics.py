"""Exact evaluation on arrays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

import symconv
from symconv import ElementwiseFunction, ShapeError, SymconvError, Tensor, convolve, correlate, index_sum, mean, sizes
from symconv.numerics.evaluation import evaluate

n, m, H, W, h, w = sizes("n m H W h w")
x, A, K = Tensor("x", n), Tensor("A", H, W), Tensor("K", h, w)
i, j = sympy.symbols("i j", integer=True)


def test_the_worked_example() -> None:
    """The 5×5 image with the 3×3 cross, from which the project began."""
    image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    found = evaluate(convolve(A, K, "valid"), {"H": 5, "W": 5, "h": 3, "w": 3}, {"A": image, "K": kernel})
    assert found.tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_numbers_are_exact() -> None:
    """Large integers, fractions, Gaussian integers and roots are not rounded."""
    assert evaluate(x * 10**30, {"n": 1}, {"x": [7]}).tolist() == [7 * 10**30]
    assert evaluate(mean(x) / 3, {"n": 2}, {"x": [1, 2]})[()] == Fraction(1, 2)
    assert evaluate(x * x, {"n": 1}, {"x": [1 + 2j]}).tolist() == [-3 + 4j]
    assert evaluate(x * sympy.sqrt(2) * sympy.sqrt(2), {"n": 1}, {"x": [3]}).tolist() == [6]
    root = sympy.exp(2 * sympy.pi * sympy.I / 4)
    assert evaluate(x * root, {"n": 1}, {"x": [2]}).tolist() == [2j]


@pytest.mark.parametrize("twins", [True, False])
def test_zeros_that_numpy_adds_are_as_exact_as_others(twins: bool) -> None:
    """np.pad puts scalars of its own among Python's numbers, with which np.mean would round."""
    padded = symconv.pad(x, (0, 1))
    assert evaluate(mean(padded), {"n": 1}, {"x": [3]}, twins=twins)[()] == Fraction(3, 2)
    assert evaluate(padded * 10**20, {"n": 1}, {"x": [3]}, twins=twins).tolist() == [3 * 10**20, 0]
    assert {type(v) for v in evaluate(padded, {"n": 1}, {"x": [3]}, twins=twins).flat} == {int}


def test_symbolic_indices_read_zeros_outside() -> None:
    """An index symbol outside the array reads 0, a literal −1 the last entry."""
    given = {"x": [5, 6]}
    assert evaluate(x[i], {"n": 2, "i": -1}, given)[()] == 0
    assert evaluate(x[i], {"n": 2, "i": 2}, given)[()] == 0
    assert evaluate(x[-1], {"n": 2}, given)[()] == 6


def test_nested_binders() -> None:
    """Sums over indices that depend on one another, and on arrays at such indices."""
    expr = index_sum(index_sum(x[i + j] * j, "j", 0, i + 1), "i", 0, n)
    values = [1, 2, 3]
    expected = sum((values[a + b] if a + b < 3 else 0) * b for a in range(3) for b in range(a + 1))
    assert evaluate(expr, {"n": 3}, {"x": values})[()] == expected
    windows = symconv.index_stack(symconv.sum(x[i : i + 2]), "i", n - 1)
    assert evaluate(windows, {"n": 3}, {"x": values}).tolist() == [3, 5]


def test_one_entry_of_a_large_array() -> None:
    """One entry is computed without making the arrays that it is taken from."""
    expr = correlate(convolve(A, K), K, "same")
    sizes_ = {"H": 4096, "W": 4096, "h": 3, "w": 3}
    arrays = {"A": {(2000, 2000): 7}, "K": np.arange(9).reshape(3, 3)}
    at = (2001, 2001)
    small = evaluate(expr, {**sizes_, "H": 5, "W": 5}, {**arrays, "A": {(2, 2): 7}})
    assert evaluate(expr, sizes_, arrays, entry=at) == small[3, 3] != 0


def test_long_sums_are_looped() -> None:
    """A sum that is too large for one array gives the same number."""
    big = evaluate(convolve(x, x), {"n": 700}, {"x": np.arange(700)})
    assert big.tolist() == np.convolve(np.arange(700), np.arange(700)).tolist()


def test_scalar_tensors_in_literals() -> None:
    """A literal array may hold scalar tensors, complex ones too."""
    z = Tensor("z", complex=True)
    assert evaluate(symconv.array([z, 1]), {}, {"z": np.array(-2j)}).tolist() == [-2j, 1]


def test_functions() -> None:
    """An uninterpreted function takes the values that are given for it."""
    f = ElementwiseFunction("f")
    assert evaluate(f(x + 1), {"n": 2}, {"x": [1, 2]}, {"f": lambda v: 10 * v}).tolist() == [20, 30]


@pytest.mark.parametrize(
    ("expr", "given", "arrays", "message"),
    [
        (x[i], {}, {"x": [1]}, "no value is given for i"),
        (x, {}, {"x": {(0,): 1}}, "no value is given for n"),
        (x, {"n": 1}, {}, "no array is given for 'x'"),
        (x, {"n": 2}, {"x": [1]}, "the array for 'x' has shape (1,), not (2,)"),
        (ElementwiseFunction("f")(x), {"n": 1}, {"x": [1]}, "no function is given for 'f'"),
    ],
)
def test_what_is_missing_is_named(expr: Tensor, given: dict[str, int], arrays: dict[str, object], message: str) -> None:
    """Missing sizes, arrays and functions are errors with their names."""
    with pytest.raises(SymconvError) as caught:
        evaluate(expr, given, arrays)
    assert message in str(caught.value)


def test_sizes_that_do_not_fit_are_errors() -> None:
    """Needs and requirements hold at the sizes that are given, or it is an error."""
    y = Tensor("y", m)
    with pytest.raises(ShapeError):
        evaluate(x + y, {"n": 1, "m": 2}, {"x": [1], "y": [1, 2]})
    with pytest.raises(ShapeError):
        evaluate(correlate(x, y, "valid"), {"n": 1, "m": 2}, {"x": [1], "y": [1, 2]})


def test_a_sum_over_an_index_that_only_the_range_uses() -> None:
    """A body that does not depend on an outer index is counted as often as that index runs, around inner sums too."""
    k, q = sympy.symbols("k q", integer=True)
    inner = index_sum(symconv.when(x[0] + 0 * i, [(q - k, "==")]), "k", 0, n)
    expr = symconv.index_stack(index_sum(inner, "i", 0, 2), "q", 4)
    assert evaluate(expr, {"n": 3}, {"x": [5, 0, 0]}).tolist() == [10, 10, 10, 0]


def test_a_long_sum_over_few_entries_beside_many_names() -> None:
    """However many names have a value, a sum reads what meets an entry."""
    n = sizes("n")
    x = Tensor("x", n)
    values = {"n": 5_000, **{f"p{k}": k for k in range(80)}}
    assert evaluate(symconv.sum(x * x), values, {"x": {(4_999,): 3, (7,): 2}}, entry=()) == 13


@pytest.mark.parametrize(
    "given",
    [{"x": [1, 2, 3], "k": [1, 1, 1]}, {x: np.array([1, 2, 3]), Tensor("k", 2 * m + 1): [1, 1, 1]}],
)
def test_sizes_are_those_of_the_arrays(given: object) -> None:
    """What the shapes say of sizes need not be said again; a declared size may be an expression."""
    expr = convolve(x, Tensor("k", 2 * m + 1), "same")
    assert evaluate(expr, given).tolist() == [3, 6, 5]  # type: ignore[arg-type]
    assert evaluate(expr, x=[1, 2, 3], k=[1, 1, 1]).tolist() == [3, 6, 5]
    assert evaluate(symconv.roll(x, m), x=[1, 2, 3], m=1).tolist() == [3, 1, 2]
    assert evaluate(ElementwiseFunction("f")(x), {"x": [1, 2], "f": lambda v: -v}).tolist() == [-1, -2]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": [1, 2], "y": [1, 2, 3]}, "the array for 'y' has the size 3, where n is 2 by the shape of 'x'"),
        ({"x": [[1]], "y": [1]}, "the array for 'x' has 2 axes, not 1"),
        ({"x": [1], "z": [1]}, "'z' does not occur in x + y"),
        ({"x": [1]}, "no array is given for 'y'"),
        ({"x": [1], "y": [1], "n": "1"}, "'1' is not a whole number for 'n'"),
    ],
)
def test_shapes_that_contradict_each_other_are_one_error(given: dict[str, object], message: str) -> None:
    """It says which array, and where the size came from."""
    with pytest.raises(SymconvError) as info:
        evaluate(x + Tensor("y", n), given)
    assert message in str(info.value)


def test_the_size_of_an_array_must_be_one_that_is_declared() -> None:
    """No r makes 2*r + 1 an even number."""
    with pytest.raises(ShapeError, match=r"has the size 4, which 2\*r \+ 1 is not"):
        evaluate(Tensor("k", 2 * sizes("r") + 1) * 2, k=[1, 2, 3, 4])


def test_expressions_become_functions_of_numpy_arrays() -> None:
    """By lambdify of symconv and of SymPy; sizes are told by shapes, or checked where they are arguments."""
    y, p = Tensor("y", n), sizes("p")
    assert symconv.lambdify((x, y), convolve(x, y))([1, 2], [1.5, 1]).tolist() == [1.5, 4, 2]
    assert symconv.lambdify((p, x), symconv.roll(x, p), "numpy")(1, [1, 2, 3]).tolist() == [3, 1, 2]
    assert symconv.lambdify([x, "f"], ElementwiseFunction("f")(x))([0.0], np.cos).tolist() == [1.0]
    assert symconv.lambdify(A, symconv.reshape(A, (H * W,)))(np.eye(2)).tolist() == [1, 0, 0, 1]
    assert sympy.lambdify([x, y], convolve(x, y))(np.array([1, 2]), np.array([1.5, 1])).tolist() == [1.5, 4, 2]
    assert sympy.lambdify([x, i], 2 * x[i] + 1, "numpy")(np.array([1.0, 2]), 1) == 5
    for misuse in (
        lambda: symconv.lambdify((x,), x + y),
        lambda: symconv.lambdify((x, y), x + y)([1], [1, 2]),
        lambda: symconv.lambdify((x, n), n * x)([1], 2),
        lambda: symconv.lambdify((x,), x)([1], [2]),
        lambda: symconv.lambdify((x,), x, "torch"),
        lambda: symconv.lambdify((x + 1,), x),
    ):
        with pytest.raises(SymconvError):
            misuse()
