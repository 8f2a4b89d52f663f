"""SymPy's own expressions as claims: what each is read as, its verdict, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from sympy import (
    Adjoint,
    And,
    Array,
    Eq,
    Function,
    HadamardPower,
    HadamardProduct,
    Identity,
    Idx,
    IndexedBase,
    KroneckerDelta,
    KroneckerProduct,
    Matrix,
    MatrixSymbol,
    Ne,
    Not,
    OneMatrix,
    Or,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    exp,
    oo,
    sin,
    symbols,
)
from sympy.tensor.array.expressions import ArrayContraction, ArraySymbol, ArrayTensorProduct, PermuteDims

from symconv import SymconvError, Tensor, correlate, parse, prove
from symconv import sum as total

n, m, p, H, W, h, w, i, j, k, u, v = symbols("n m p H W h w i j k u v", integer=True)
A, B, X, Y, M = (MatrixSymbol(*a) for a in [("A", n, m), ("B", m, p), ("X", n, n), ("Y", n, n), ("M", 2, 2)])
image, kernel = IndexedBase("I", shape=(H, W)), IndexedBase("K", shape=(h, w))
x, y = IndexedBase("x", shape=(n,)), IndexedBase("y", shape=(n,))
G, q, a, f = ArraySymbol("G", (n, n)), Idx("q", n), Symbol("a"), Function("f")

CLAIMS = [
    (Eq(Trace(X * Y), Trace(Y * X)), "proved"),
    (Eq(Trace(X * Y), Trace(X) * Trace(Y)), "refuted"),
    (Eq((X * Y).T, X.T * Y.T, evaluate=False), "refuted"),
    (Eq(Sum(A[i, k] * B[k, j], (k, 0, m - 1)), (A * B)[i, j], evaluate=False), "proved"),
    (Eq(Sum(A[i, k] * B[k, j], (k, 1, m - 1)), (A * B)[i, j], evaluate=False), "refuted"),
    (Eq(Sum(image[i + u, j + v] * kernel[u, v], (u, 0, h - 1), (v, 0, w - 1)),
        Sum(image[i + h - 1 - u, j + w - 1 - v] * kernel[h - 1 - u, w - 1 - v], (u, 0, h - 1), (v, 0, w - 1))),
     "proved"),
    (Eq(Sum(image[i + u, j + v] * kernel[u, v], (u, 0, h - 1), (v, 0, w - 1)),
        Sum(image[i + u, j + v] * kernel[h - 1 - u, w - 1 - v], (u, 0, h - 1), (v, 0, w - 1))), "refuted"),
    (Eq(Sum(x[q] * y[q], q), Sum(x[n - 1 - i] * y[n - 1 - i], (i, 0, n - 1))), "proved"),
    (Eq(HadamardProduct(X, Y), X * Y), "refuted"),
    (Eq(Trace(X.T * Y), Sum(HadamardProduct(X, Y)[i, j], (i, 0, n - 1), (j, 0, n - 1))), "proved"),
    (Eq(HadamardProduct(X, X), X * X, evaluate=False), "refuted"),
    (Eq(HadamardPower(X, 3), HadamardProduct(X, HadamardPower(X, 2)), evaluate=False), "proved"),
    (Eq(Sum(Sum(X[i, j], (j, 0, i)), (i, 0, n - 1)), Sum(Sum(X[i, j], (i, j, n - 1)), (j, 0, n - 1))), "proved"),
    (Eq(KroneckerProduct(X, Y), KroneckerProduct(Y, X)), "refuted"),
    (Eq(KroneckerProduct(M, Y) * KroneckerProduct(M, X), KroneckerProduct(M * M, Y * X), evaluate=False), "proved"),
    (Eq(Sum(Piecewise((x[i], i >= 1), (0, True)), (i, 0, n - 1)), Sum(x[i], (i, 1, n - 1))), "proved"),
    (Eq(Sum(Piecewise((x[i], i > 1), (0, True)), (i, 0, n - 1)), Sum(x[i], (i, 1, n - 1))), "refuted"),
    (Eq(Sum(Piecewise((x[i], Or(i < 1, i > 2)), (y[i], True)), (i, 0, n - 1)),
        Sum(Piecewise((y[i], And(i >= 1, i <= 2)), (x[i], True)), (i, 0, n - 1))), "proved"),
    (Eq(Sum(Piecewise((x[i], Not(Eq(i, 1))), (0, True)), (i, 0, n - 1)), Sum(x[i], (i, 0, n - 1)) - x[1]), "proved"),
    (Eq(Sum(x[i], (i, 0, n - 1)) - Sum(x[i], (i, 0, k)), Sum(x[i], (i, k + 1, n - 1))), "proved"),
    (Eq(Sum(1, (i, 0, k)) * x[0], (k + 1) * x[0]), "proved"),  # also where k + 1 is negative: SymPy's convention
    (Eq(X * (a * Y), a * (X * Y), evaluate=False), "proved"),
    (Eq(a * X + X, a * X), "refuted"),
    (Eq(Sum(G[i, i], (i, 0, n - 1)), ArrayContraction(G, (0, 1))), "proved"),
    (Eq(ArrayContraction(ArrayTensorProduct(X, Y), (1, 2)), X * Y), "proved"),
    (Eq(ArrayContraction(ArrayTensorProduct(X, Y), (0, 2)), X * Y), "refuted"),
    (Eq(PermuteDims(G, [1, 0]), G), "refuted"),
    (Eq(Adjoint(X), X.T, evaluate=False), "refuted"),
    (Eq(Trace(Adjoint(X) * X), Sum(X[i, j] * X[i, j].conjugate(), (i, 0, n - 1), (j, 0, n - 1))), "proved"),
    (Eq((X + Identity(n)) ** 2, X**2 + 2 * X + Identity(n)), "proved"),
    (Eq((X + Y) ** 2, X**2 + 2 * X * Y + Y**2), "refuted"),
    (Eq(OneMatrix(n, n) * X, ZeroMatrix(n, n), evaluate=False), "refuted"),
    (Eq(Sum(KroneckerDelta(i, j) * x[j], (j, 0, n - 1)), x[i]), "proved"),
    (Eq(M * Matrix([[0, 1], [1, 0]]), M), "refuted"),
    (Eq(Trace(M), M[0, 0] + M[1, 1], evaluate=False), "proved"),
    (Eq(ArrayTensorProduct(Array([1, 2]), Array([1, 0])), Array([[1, 0], [2, 0]])), "proved"),
    (Eq(f(x[0] + x[1]), f(x[1] + x[0]), evaluate=False), "proved"),
    (Ne(X * Y, Y * X), "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "verdict"), CLAIMS, ids=str)
def test_claims_of_sympy(claim: Any, verdict: str) -> None:
    """A claim in SymPy's own terms is decided, and its text reads back as the same claim."""
    found = prove(claim)
    assert found.verdict == verdict
    assert parse(str(found.claim)) == found.claim


def test_sympy_beside_tensors() -> None:
    """One side may be SymPy's and the other symconv's."""
    assert prove(Sum(x[i], (i, 0, n - 1)), total(Tensor("x", n))).verdict == "proved"
    line = Sum(x[i + u] * y[u], (u, 0, n - 1))
    assert prove(line, correlate(Tensor("x", n), Tensor("y", n))[i + n - 1]).verdict == "proved"


REFUSED = [
    (Eq(Sum(IndexedBase("z")[i], (i, 0, n)), 0), "the shape of 'z' is not known"),
    (Eq(Sum(x[i], (i, 0, oo)), 0), "has no end"),
    (Eq(X.inv(), X), "powers of matrices"),
    (Eq(Piecewise((x[i], i > 0)), 0), "has no value where"),
    (Eq(sin(x[i]), x[i]), "SymPy's sin is not understood: sin(x[i])"),
    (Eq(HadamardPower(X, Rational(1, 2)), X), "the power HadamardPower(X, 1/2)"),
    (Eq(Product(x[i], (i, 0, n)), 0), "Product is not understood"),
    (Eq(Sum(x[i] ** i, (i, 0, n)), 0), "the power x[i]**i"),
    (Eq(Piecewise((x[0], a > 0), (0, True)), 0), "'a' in the condition a > 0 may be no whole number"),
    (Eq(Piecewise((x[0], x[1] > 0), (0, True)), 0), "not a number of sizes and indices"),
    (Eq(x[a + Rational(1, 2)], 0), "may be no whole number"),
    (Eq(exp(a) * x[0], 0), "the scalar 'a' in exp(a)"),
    (Eq(IndexedBase("x", shape=(n, n))[i, j], x[i]), "two tensors are called 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "message"), REFUSED, ids=lambda v: str(v)[:30])
def test_what_of_sympy_is_refused(claim: Any, message: str) -> None:
    """What is not understood is named."""
    with pytest.raises(SymconvError) as caught:
        prove(claim)
    assert message in str(caught.value) and "as SymPy itself forms it" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::sympy.utilities.exceptions.SymPyDeprecationWarning")
def test_sums_of_cases_beside_guarded_arrays_are_made() -> None:
    """SymPy puts names for cases into a sum while it is made; they are none of an array's sizes."""
    tail = "[(x[i] if i >= 1 else 0) for i in range(n)]"
    result = prove(
        f"x[n], X[n,n]: dot(X, cumsum({tail})) == (tril(X) + triu(X, 1)) @ [sum({tail}[:i+1]) for i in range(n)]"
    )
    assert result.verdict == "proved"
    assert all(str(step.expr) for chain in result.derivation.chains for step in chain.steps)


def test_cases_of_an_inner_index_stay_inside() -> None:
    """SymPy would take them out of the inner sum, where their index means nothing."""
    result = prove("x[n]: sum([((eye(n) @ x)[i] if i >= 1 else 0) for i in range(n)]) == sum(x) - x[0]")
    shown = [str(step.expr) for chain in result.derivation.chains for step in chain.steps]
    (inner,) = (text for text in shown if "Eq(" in text)
    assert "Sum(Piecewise((Sum(Piecewise((x[v], Eq(u - v, 0)), (0, True)), (v, 0, n - 1)), u >= 1)" in inner


def test_what_sympy_cannot_print_is_refused() -> None:
    """An expression that SymPy itself does not form can be without a name, and is refused all the same."""
    pair = Piecewise((a, a > 0), (0, True)).args[0]
    broken = sympy.Add(a, sympy.Function("g")(sympy.Add(a, pair, evaluate=False)), evaluate=False)
    with pytest.raises(SymconvError, match="as SymPy itself forms it"):
        prove(Eq(broken, a, evaluate=False))
