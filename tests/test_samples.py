"""Every sample claim gets its verdict; what is refuted, its smallest counterexample and its condition."""

from __future__ import annotations

import pytest
from oracle import Question, close, concrete
from samples import PROVED, REFUTED

from symconv.results import prove

DESIGN = {
    "exactly": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)',
    "frobenius": "X[n,p], Y[n,p]: frobenius(X, Y) == trace(X.T @ Y) == dot(ravel(X), ravel(Y))",
    "autocorrelation": "x[n]: correlate(x, x) == flip(correlate(x, x))",
    "autocorrelation_sum": "x[n]: sum(convolve(x, x)) == sum(x)*sum(x)",
    "quadratic_form": "A[n,n], x[n]: dot(x, A @ x) == dot(x, A.T @ x)",
    "counting": "x[n]: sum(1 for u in range(n)) == n",
    "antisymmetric": 'A[H,W], K[h,w]: convolve(A, K, "valid") == -correlate(A, K, "valid") if K == -flip(K)',
    "separable": "A[H,W], K[h,w], p[h], q[w]: convolve(A, K) == convolve(convolve(A, outer(p, ones(1))), "
    "outer(ones(1), q)) if K == outer(p, q)",
    "symmetric_sum": "X[n,m]: X + X.T == (X + X.T).T if n == m",
    "zero": "A[H,W], K[h,w]: correlate(A, K) == 0 if K == 0",
    "volumes": "A[a,b,c], K[d,e,f]: convolve(A, K) == convolve(K, A)",
    "literal_kernel": 'A[H,W]: correlate(A, [[1,0],[0,1]], "valid")[m,n] == A[m,n] + A[m+1,n+1]',
    "elementwise": "x[n], f(): f(flip(x)) == flip(f(x))",
}

FALSE = {
    "wrong_literal": 'A[H,W]: correlate(A, [[1,0],[0,1]], "valid")[m,n] == A[m,n] + A[m,n+1]',
    "vectors": "x[N], k[M]: convolve(x, k) == correlate(x, k)",
    "products": "X[n,m], Y[m,n]: X @ Y == Y @ X",
    "squares": "A[n,n]: A @ A == A * A",
    "no_conjugate": "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, flip(k))",
    "same_flipped": 'A[H,W], K[h,w]: correlate(A, K, "same") == correlate(A, flip(K), "same")',
    "transposed": "X[n,m]: X == X.T",
    "too_many_taps": 'A[H,W], K[h,w]: convolve(A, K, "same") == correlate(A, K, "same") iff K == flip(K)',
}

SMALLEST = {
    "not_symmetric": {"H": 1, "W": 2, "h": 1, "w": 2},
    "matrix_symmetry": {"H": 2, "h": 2},
    "shapes": {"n": 1},
    "not_commutative": {"H": 1, "W": 1, "h": 1, "w": 2},
    "vec_ravel": {"n": 2, "m": 2},
    "even_kernel": {"H": 1, "W": 1, "h": 1, "w": 2},
    "vectors": {"N": 1, "M": 2},
    "products": {"n": 1, "m": 2},
    "squares": {"n": 2},
    "no_conjugate": {"N": 1, "M": 1},
    "transposed": {"n": 1, "m": 2},
}

CONDITIONS = {
    "not_symmetric": "K == flip(K)",
    "matrix_symmetry": "K == flip(K)",
    "even_kernel": "h % 2 == 1 and w % 2 == 1",
    "vectors": "k == flip(k)",
    "squares": "n == 1",
}


@pytest.mark.parametrize("claim", [*PROVED.values(), *DESIGN.values()], ids=[*PROVED, *DESIGN])
def test_what_is_true_is_proved(claim: str) -> None:
    """The claim is proved for all sizes, and says so by being true."""
    result = prove(claim)
    assert result.verdict == "proved", result.reason
    assert result.holds and bool(result)


@pytest.mark.parametrize("name", [*REFUTED, *FALSE])
def test_what_is_false_is_refuted_by_the_smallest_example(name: str) -> None:
    """The counterexample has the smallest sizes, and NumPy and SciPy agree that the sides differ there."""
    claim = (REFUTED | FALSE)[name]
    result = prove(claim)
    example = result.counterexample
    assert result.verdict == "refuted" and example is not None
    assert dict(example.sizes) == SMALLEST.get(name, dict(example.sizes))
    if example.direction is None and result.reason != "shape":
        question = Question(claim)
        values = example.sizes | question.at_index(example.index)
        left, right = question.sides(0, values, {n: concrete(a) for n, a in example.arrays.items()}, {})
        index = example.index[len(question.free) :]
        assert not close(left[index], right[index])


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_condition_is_named(name: str) -> None:
    """A refuted claim says exactly when it holds, in the operators' own words."""
    assert str(prove((REFUTED | FALSE)[name]).condition) == CONDITIONS[name]


def test_swapping_a_correlation_needs_a_kernel_of_zeros() -> None:
    """Correlation commutes only for K == 0 once the image has more than one entry."""
    assert str(prove(REFUTED["not_commutative"]).condition).startswith("K == 0")


def test_different_shapes_are_a_reason() -> None:
    """Sides of different shape are refuted as such, both shapes shown."""
    result = prove(REFUTED["shapes"])
    assert result.reason == "shape"
    assert result.counterexample is not None
    assert (result.counterexample.lhs, result.counterexample.rhs) == ((1, 1), ())


def test_an_iff_fails_in_a_direction() -> None:
    """With kernels larger than the image, symmetry suffices but is not necessary: the restriction says where it is."""
    result = prove(FALSE["too_many_taps"])
    assert result.counterexample is not None and result.counterexample.direction == "only if"
    assert result.condition is not None and result.condition.text == "K == flip(K)"
    assert result.condition.restriction


def test_valid_mode_reports_what_it_assumes() -> None:
    """The kernel must fit into the image, and the verdict says so."""
    assert {str(a) for a in prove(PROVED["flipped"]).assumptions} == {"H >= h", "W >= w"}
