"""Tensors as SymPy expressions: every habit holds."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Eq, I, Rational, Sum, Symbol, srepr

import symconv
from symconv import ShapeError, SymconvError, Tensor, Unsupported, conj, convolve, flip, index_sum, prove, sizes
from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import TensorExpr

H, W, n = sizes("H W n")
A, B, x = Tensor("A", H, W), Tensor("B", H, W), Tensor("x", n)
i, j = sympy.symbols("i j", integer=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: 2 * A,
        lambda: A * 2,
        lambda: H * A,
        lambda: A * H,
        lambda: (H * W + 1) * A,
        lambda: Rational(1, 2) * A,
        lambda: sympy.Float(0.5) * A,
        lambda: I * A,
        lambda: 0.1 * A,
        lambda: (1 + 2j) * A,
        lambda: Fraction(1, 3) * A,
        lambda: np.float64(2) * A,
        lambda: 1 + A,
        lambda: A + 1,
        lambda: H + A,
        lambda: H - A,
        lambda: A - A,
        lambda: 0 * A,
        lambda: A / H,
        lambda: A / 2,
        lambda: -A,
        lambda: +A,
        lambda: A**2,
    ],
)
def test_arithmetic_keeps_the_shape(make: object) -> None:
    """Numbers and sizes on either side build our nodes, never SymPy's Mul or Add."""
    made = make()  # type: ignore[operator]
    assert isinstance(made, TensorExpr)
    assert made.shape == (H, W)


@pytest.mark.parametrize(
    "make",
    [
        lambda q: [1, 2] + q,
        lambda q: q + [1, 2],
        lambda q: np.array([1, 2]) * q,
        lambda q: q * np.array([1, 2]),
        lambda q: np.eye(2, dtype=int) @ q,
        lambda q: q @ [[1, 0], [0, 1]],
    ],
)
def test_lists_and_arrays_are_operands(make: object) -> None:
    """A Python list or a NumPy array on either side is a literal array."""
    assert make(Tensor("q", 2)).shape == (2,)  # type: ignore[operator]


def test_numbers_stay_exact() -> None:
    """A float is read by its digits, not by its binary value."""
    assert (Rational(1, 10) * A) == (0.1 * A)


def test_tensors_are_not_iterable() -> None:
    """Unpacking a tensor would ask for entries without an end."""
    with pytest.raises(TypeError):
        list(A)


def test_equality_is_structural() -> None:
    """Same name and shape are the same tensor; a complex one is another."""
    assert Tensor("A", H, W) == A
    assert hash(A) == hash(Tensor("A", H, W))
    assert Tensor("A", W, H) != A
    assert Tensor("A", H, W, complex=True) != A
    assert convolve(A, B) != convolve(B, A)
    assert A - A != 0


def test_eq_keeps_different_sides() -> None:
    """`Eq` of different nodes stays an equation; of the same node SymPy makes it true."""
    equation = Eq(convolve(A, B), convolve(B, A))
    assert (equation.lhs, equation.rhs) == (convolve(A, B), convolve(B, A))
    assert isinstance(Eq(A, x), Eq)
    assert Eq(A, A) is sympy.true


def test_substitution() -> None:
    """Sizes, tensors and parameters are replaced everywhere."""
    assert A.subs(H, 5).shape == (5, W)
    assert convolve(A, B).subs({H: 5, W: 3}).shape == (9, 5)
    assert convolve(A, B).subs(A, B) == convolve(B, B)
    assert x[i].subs(i, j) == x[j]
    assert (A + B).xreplace({B: flip(A)}) == A + flip(A)


def test_a_symbolic_index_stays_symbolic() -> None:
    """x[i] at i = −1 is outside the array; x[-1] is the last entry."""
    replaced = x[i].subs(i, -1)
    assert replaced != x[-1]
    assert replaced.func(*replaced.args) == replaced
    assert x[i].subs(i, 5).definition.needs == ()
    assert x[i].subs(i, j - 1).subs(j, 0) == replaced


def test_a_bound_index_is_not_free() -> None:
    """A sum's index is its own: not free, not replaced, and renamed where it would capture."""
    total = index_sum(x[i] * j, "i", 0, n)
    assert i not in total.free_symbols
    assert {j, n, x} <= total.free_symbols
    assert total.subs(i, 3) == total
    assert total.xreplace({i: j}) == total
    captured = total.subs(j, i)
    assert i in captured.free_symbols
    assert captured.subs(i, 7) == index_sum(x[Symbol("i1", integer=True)] * 7, "i1", 0, n)
    assert index_sum(x[i], "i", 0, i).subs(i, 4) == index_sum(x[i], "i", 0, 4)


def test_replace_names_leaves_shadowed_names() -> None:
    """Replacing a free name does not touch an inner index of the same name."""
    expr = x[i] + index_sum(x[i], "i", 0, n)
    assert expr.replace_names({"i": Poly.of(2)}) == x[i].subs(i, 2) + index_sum(x[i], "i", 0, n)


def test_free_symbols_hold_sizes_and_tensors() -> None:
    """The free symbols of an expression are its sizes, parameters and tensors."""
    assert (A + B[i]).free_symbols == {H, W, i, A, B}


def test_copies_are_equal() -> None:
    """Copying and pickling give equal nodes."""
    for expr in (A, Tensor("z", n, complex=True), convolve(A, B, "valid"), A[1:, i], symconv.array([[1, 2]])):
        assert copy.copy(expr) == expr
        assert copy.deepcopy(expr) == expr
        assert pickle.loads(pickle.dumps(expr)) == expr


def test_printing() -> None:
    """SymPy's printers go through ours and do not fail."""
    for expr in (A, A + B, 2 * convolve(A, B, "valid"), A.T[i, 1:], symconv.sum(A), index_sum(x[i], "i", 0, n)):
        assert sympy.latex(expr)
        assert str(expr)
        assert repr(expr)
        assert sympy.pretty(expr)
        assert sympy.latex(Eq(expr, 2 * expr))


def test_deep_expressions() -> None:
    """A hundred nested operations are built, replaced and hashed."""
    expr = x
    for _ in range(100):
        expr = flip(expr) + 1
    assert expr.subs(n, 3).shape == (3,)
    assert hash(expr) == hash(expr.func(*expr.args))


def test_symbols_of_the_user() -> None:
    """Shapes, sums and written-out entries hold the user's own symbols, whatever they assume."""
    n, m, i = Symbol("n", positive=True), Symbol("m"), Symbol("i")
    x, k = Tensor("x", n), Tensor("k", m)
    full = convolve(x, k)
    assert full.shape == (n + m - 1,)
    assert full[i].rewrite(Sum).free_symbols >= {n, m, i}
    assert full.subs({n: 2, m: 2}).shape == (3,)


def test_sympy_transposes_and_conjugates() -> None:
    """SymPy's own methods mean the same as the operators."""
    Z = Tensor("Z", H, W, complex=True)
    assert Z.transpose() == sympy.transpose(Z) == Z.T
    assert sympy.conjugate(Z) == conj(Z)
    assert Z.adjoint() == conj(Z.T)


@pytest.mark.parametrize(
    "size", [0, -1, sympy.Rational(5, 2), Symbol("q", negative=True), Symbol("q", integer=False), ((2, 3),)]
)
def test_sizes_that_cannot_be(size: Any) -> None:
    """A size is a whole number of 1 or more, or a symbol that may be one."""
    with pytest.raises(ShapeError):
        Tensor("x", size)


@pytest.mark.parametrize("claim", [3, None, Tensor("x", 2)])
def test_a_claim_of_one_side(claim: Any) -> None:
    """What is no claim is said to have one side."""
    with pytest.raises(SymconvError, match="two sides"):
        prove(claim)


def test_srepr_evaluates_back() -> None:
    """With the names of SymPy and of symconv: operators, indices, sums over indices, lists and words."""
    n, m, p = sizes("n m p")
    x, z, A = Tensor("x", n), Tensor("z", n, complex=True), Tensor("A", n, m)
    i = Symbol("i", integer=True)
    space: dict[str, object] = {}
    exec("from sympy import *\nfrom symconv import *", space)
    for expr in (
        z, A[:, None, 0], x[i + 1] * 2, x[-1], x[::-1], symconv.index_sum(x[i], "i", 0, n), symconv.concatenate((x, x)),
        symconv.pad(x, (1, 2)), symconv.einsum("ij->ji", A), symconv.array([[1, 2], [3, 4]]), x / n, symconv.roll(x, p),
        symconv.when(x[i - 1], [(i - 1, ">=")]), symconv.lax.rev(x, [0]), symconv.ElementwiseFunction("f")(x),
        symconv.rearrange(Tensor("B", 2 * n), "(a b) -> a b", a=2), symconv.correlate(x, x, "same"),
    ):  # fmt: skip
        assert eval(srepr(expr), space) == expr


def test_entries_are_written_out_for_concrete_sizes_only() -> None:
    """`as_explicit`, as SymPy's own arrays have it; symbolic sizes are named in the error."""
    n = sizes("n")
    x = Tensor("x", n)
    assert str((x + 1).subs(n, 2).as_explicit()) == "[x[0] + 1, x[1] + 1]"
    assert str(symconv.dot(x, x).subs(n, 2).as_explicit()) == "x[0]**2 + x[1]**2"
    for expr in (x, symconv.ones(n), symconv.dot(x, x)):
        with pytest.raises(Unsupported, match="for all sizes n"):
            expr.as_explicit()


def test_a_tensor_is_no_number_and_its_shape_may_be_a_tuple() -> None:
    """float(), int() and len() of what is symbolic are errors of symconv, len() of a known size is not."""
    n, m = sizes("n m")
    x = Tensor("x", n)
    assert Tensor("A", (n, m)) == Tensor("A", [n, m]) == Tensor("A", n, m)
    assert len(Tensor("x", 3, n)) == 3 and bool(x)
    for misuse in (lambda: len(x), lambda: len(x[0]), lambda: float(x[0]), lambda: int(x[0]), lambda: complex(x[0])):
        with pytest.raises(Unsupported):
            misuse()
