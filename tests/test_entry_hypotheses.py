"""Hypotheses on some entries of an array: they hold on their own range, and are used there."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symconv import SymconvError, prove

USED = """
x[n]: cumsum(x)[i] == x[0] if x[1:] == 0
X[n,m]: X[1:] @ X[1:].T == 0 if X[1:] == 0
x[n+1]: sum(x) == x[0] if x[1:] == 0
X[5,5]: X[:2,:2] == X[:2,:2].T if X[:2,:2] == X[:2,:2].T
X[n,n]: X[:2,:2] == X[:2,:2].T if X[:2,:2] == X[:2,:2].T and n >= 2
X[n,m]: X[1:] == flip(X[1:], axis=1) if X[1:] == flip(X[1:], axis=1)
X[m,n]: X[1:] == 0 if X[1:] == -X[1:]
x[2*m]: sum(x) == 2*sum(x[:m]) if x[:m] == x[m:]
X[n,m]: sum(X[0]) == sum(X[1]) if X[0] == X[1] and n >= 2
X[n,m]: X[0] == flip(X[0]) if X[:2] == flip(X[:2], axis=1)
X[n,n]: X[:2,:2] == X[:2,:2].T if X[:2,:2] == X[:2,:2].T
x[n]: x[a:b] == 0 if x[a:b] == 0
x[n]: x == flip(x) if x == x[0]*ones(n)
x[n], y[n]: x == y if x - y == 0
X[n,n]: X == X.T if tril(X) == triu(X).T
x[n], k[m]: convolve(x, k, "same") == 0 if x[:] == 0
X[n,n]: trace(X) == 0 if diag(X) == 0
x[n]: x[0] == 0 if x[0] == x[n]*1
k[2*r+1]: sum(k[:r]) == sum(k[r+1:]) if k[:r] == flip(k[r+1:])
X[4,4]: sum(X[:2,2:]) == sum(X[2:,:2]) if X[:2,2:] == X[2:,:2].T
x[n]: sum(x[i] for i in range(1, n)) == 0 if [x[i+1] for i in range(n-1)] == 0 and n >= 2
x[n]: sum(x) == n*x[0] if x[1:] == x[:-1]
x[n]: x == x[0]*ones(n) if diff(x) == 0
x[n]: x == 0 if [x[i] for i in range(n)] == [x[i+1] for i in range(n)]
x[n]: x == 0 if [x[i] for i in range(n)] == [x[i-2] for i in range(n)]
x[n]: sum(x) == 0 if x[1:] == -x[:-1] and n % 2 == 0
x[n]: x[n//2] == x[0] if x[n//2:] == x[:n-n//2]
x[2*n]: sum(x) == 2*sum(x[::2]) if x[::2] == x[1::2]
X[n,n]: trace(X) == n*X[0,0] if X[1:,1:] == X[:-1,:-1]
X[n,m]: X == outer(ones(n), X[0]) if X[1:] == X[:-1]
x[n], y[n]: sum(x) == sum(y) + x[0] - y[0] if x[1:] == y[1:]
x[n], y[n], f(): f(x)[1:] == f(y)[1:] if x[1:] == y[1:]
x[n]: sum(x) == x[0] + n - 1 if x[1:] == 1
X[n,n,m], Y[n,n,m]: X[:,:,0].T == Y[:,:,1] if X[:,:,0] == Y[:,:,1].T and m >= 2
x[n], y[n]: x == 0 if x + y == 0 and x - y == 0
x[n]: x[0] == x[1] if x[:2] == flip(x[:2]) and n >= 2
x[n]: x == 0 if 2*x == 3*x
x[n]: x[2:] == 0 if [x[i]*(i-1) for i in range(n)] == 0
z[n] complex, w[n] complex: vdot(z, w) == dot(z, w) if imag(z) == 0
z[n] complex: z == 0 if z == 1j*z
z[n] complex: z == 0 if z == 2*conj(z)
z[n] complex: z*z == 1j*z*conj(z) if z == 1j*conj(z)
"""

NOT_BEYOND = """
x[n], y[n]: x == y if [(x[i] if i <= 1 else 0) + (x[i] if i >= 1 else 0) for i in range(n)] == y
x[n]: x == 0 if x[1:] == 0
x[n]: x == 0 if x[:n//2] == 0
x[n], k[m]: convolve(x, k) == 0 iff k[1:] == 0
X[5,5]: X == X.T if X[:2,:2] == X[:2,:2].T
X[n,m]: X == flip(X, axis=1) if X[1:] == flip(X[1:], axis=1)
x[n]: x == 0 if [x[i] for i in range(2)] == 0
X[m,n]: X == 0 if X[1:] == -X[1:]
x[2*m]: x == flip(x) if x[:m] == x[m:]
k[2*r+1]: sum(k) == 2*sum(k[:r]) if k[:r] == flip(k[r+1:])
X[n,n]: X == 0 if diag(X) == 0
X[n,m]: X == flip(X, axis=1) if X[:2] == flip(X[:2], axis=1)
x[n]: sum(x) == n*x[0] if x[2:] == x[1:-1]
x[n]: x == x[0]*ones(n) if x[2:] == x[:-2]
x[n]: x == 0 if [x[i] for i in range(1, n)] == [x[i-1] for i in range(1, n)]
x[n]: sum(x) == 0 if x[1:] == -x[:-1]
x[n]: x == flip(x) if x[n//2:] == x[:n-n//2]
x[2*n]: x == x[0]*ones(2*n) if x[::2] == x[1::2]
X[n,n]: X == X.T if X[1:,1:] == X[:-1,:-1]
x[n], y[n]: sum(x) == sum(y) if x[1:] == y[1:]
x[n], y[n], f(): f(x) == f(y) if x[1:] == y[1:]
x[n], y[n]: x == y if x[1:] == y[:-1]
x[n]: x == 0 if [x[i]*(i-1) for i in range(n)] == 0
z[n] complex: z == 0 if imag(z) == 0
z[n] complex: z == 0 if z == 1j*conj(z)
x[n]: x == 0 if x == roll(x, 1)
X[n,n]: X == flip(X, axis=0) if X == tril(X)
x[n]: x == 0 if [(x[i] if i >= 1 else 0) for i in range(n)] == x
"""

ONLY_FOR_POSITIVE_P = (
    "x[n]: flip(roll(x,p)) == roll(x,-p) if "
    "[(x[i] if p >= 1 else 0) for i in range(n)] == [(x[n-1-i] if p >= 1 else 0) for i in range(n)]"
)


@pytest.mark.parametrize("claim", USED.strip().splitlines())
def test_a_hypothesis_is_used_where_it_holds(claim: str) -> None:
    """Zeros, symmetries and equal parts of an array."""
    result = prove(claim)
    assert result.verdict == "proved", result.reason


@pytest.mark.parametrize("claim", [*NOT_BEYOND.strip().splitlines(), ONLY_FOR_POSITIVE_P])
def test_a_hypothesis_says_nothing_of_other_entries(claim: str) -> None:
    """x[1:] == 0 leaves x[0] as it is."""
    assert prove(claim).verdict == "refuted"


@pytest.mark.parametrize("claim", ["x[n], c: sum(x) == c if x == c and n == 2", "x[n], y[m]: x == 0 if x == dot(y, y)"])
def test_a_scalar_is_no_array(claim: str) -> None:
    """A hypothesis that compares an array with a scalar tensor is an error that says how to write it."""
    with pytest.raises(SymconvError, match="compares an array of shape") as error:
        prove(claim)
    assert "*ones(n)" in str(error.value.hint)


PARTS = ["{}", "{}[1:]", "{}[:2]", "{}[1:3]", "{}[::2]", "{}[:-1]", "{}[2:]", "{}[1]", "flip({})[1:]", "{}[::-1]"]
FORMS = [
    "{0} == 0",
    "{0} == flip({0})",
    "{0} == -flip({0})",
    "{0} == {1}",
    "{0} == -{1}",
    "{0} == 2*{1}",
    "diff({0}) == 0",
    "{0} == roll({0}, 1)",
    "2*{0} == -{1}",
]


def holds(text: str, x: tuple[int, ...]) -> bool:
    """Whether NumPy finds an equation of parts of x true."""
    import numpy as np

    left, right = text.split(" == ")
    names = {
        "x": np.array(x),
        "roll": np.roll,
        "diff": lambda a: np.diff(np.atleast_1d(a)),
        "flip": lambda a: np.flip(np.asarray(a)),
        "np": np,
    }
    sides = [np.asarray(eval(side, names)) for side in (left, right)]
    return (right == "0" or sides[1].shape == sides[0].shape) and bool((sides[0] == sides[1]).all())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PARTS), st.sampled_from(PARTS), st.sampled_from(FORMS), st.sampled_from(PARTS),
       st.sampled_from(PARTS), st.sampled_from(FORMS))  # fmt: skip
def test_parts_against_every_small_array(a: str, b: str, given_: str, c: str, d: str, wanted: str) -> None:
    """What is proved of four entries holds for all from -2 to 2 of which it is given; a counterexample is one."""
    hypothesis, claim = given_.format(a.format("x"), b.format("x")), wanted.format(c.format("x"), d.format("x"))
    try:
        result = prove(f"x[4]: {claim} if {hypothesis}")
    except SymconvError:
        return
    if result.verdict == "refuted":
        shown = tuple(result.counterexample.arrays["x"])
        assert holds(hypothesis, shown) and not holds(claim, shown)
    arrays = (x for x in product(range(-2, 3), repeat=4) if holds(hypothesis, x))
    assert result.verdict != "proved" or all(holds(claim, x) for x in arrays)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[4]: x[p] == x[1] if x == roll(flip(x),1) and cumsum(x[:p]) == 0", "refuted"),
        ("x[n]: x[p] == 0 if cumsum(x[:p]) == 0", "refuted"),
        ("x[2*n]: x[p] == x[0] if x[1:] == 0 and x == p", "proved"),
        ("x[2*n]: x[p] == x[0] if x == p and cumsum(x[1:]) == 0", "proved"),
        ("x[n]: x[i] == 0 if cumsum(x) == 0", "proved"),
        ("x[n]: x[p] == 0 if x[p:] == 0", "proved"),
        ("x[n]: x[p] == 0 if x[:p] == 0", "refuted"),
        ("x[5]: x[p] == x[1] if sum(x[p:]) == 0", "refuted"),
        ("x[4]: x[p] == x[0] if x[:p] == 1", "refuted"),
        ("x[4]: x[p] == x[0] if x[:p] == 1 and [x[i] if p >= 1 else 0 for i in range(4)] == 0", "proved"),
        ("x[4]: x[p] == 0 if x[:p] == 1 and [x[i] if p >= 1 else 0 for i in range(4)] == 0", "refuted"),
        ("x[n], y[m]: x[p]*y[p] == 0 if x[p:] == 0", "proved"),
        ("X[n,n]: X[i,j] == 0 if X[i] == 0", "proved"),
        ("X[n,n]: X[i,j] == 0 if X[:,i] == 0", "refuted"),
        ("x[n]: x[p] == x[n-1-p] if x[p] == 3 and x[n-1-p] == 3", "proved"),
        ("x[n]: x[p] == 0 iff x[p] == 0", "proved"),
    ],
)
def test_a_hypothesis_about_a_free_index_is_another_one_for_each_of_its_values(claim: str, verdict: str) -> None:
    """Its rows at one value say nothing of the others, nor is it contradictory for all where it is for one."""
    assert prove(claim).verdict == verdict


@pytest.mark.parametrize(
    "claim",
    [
        "x[4]: sum(x) == dot(x, x) if sum(x[:-1]) == 0",
        "a[2*m+1]: mean(a) == a[0] if diff(a) == 1",
        "x[n], k[m]: convolve(x, k, 'valid') == correlate(x, k, 'valid') if x[1:] == 2*roll(x, 1)[1:]",
        "z[n] complex: z[0] == conj(z[0]) if z == conj(roll(z, 1))",
        "u[n], v[n], k[m]: correlate(u, k) == convolve(u, k) if u == 2*v and n >= 3 and u[:-1] == v[1:]",
        "x[n], y[n]: x == 3*y if x[0] == dot(y, y) and 2*x[0] == x[n-1]",
        "x[n]: x == x iff x == arange(n)",
        "x[n+1]: outer(x, x) == outer(x, x).T iff x == arange(n+1)",
        "x[n], k[m]: correlate(k, x, 'valid') == convolve(k, x, 'valid') iff x == n",
    ],
)
def test_what_no_rule_uses_is_met_by_solutions(claim: str) -> None:
    """A counterexample is a solution of the hypotheses, or simple arrays that do not satisfy the condition."""
    assert prove(claim).verdict == "refuted"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[4]: x == 0 if [(x[i] if i % 2 == 0 else 0) for i in range(4)] == 0 and x[::2] == x[1::2]", "proved"),
        ("x[3]: sum(x) == x[2] if x[0] + x[1] == 0", "proved"),
        ("x[3], y[3]: dot(x, y) == 0 if x[0] == y[0] and x[1] == -y[1] and sum(x[:2]) == 0 and x[2] == 0", "proved"),
        ("x[3], y[3]: dot(x, y) == 0 if x[0] == y[0] and x[1] == y[1] and sum(x[:2]) == 0 and x[2] == 0", "refuted"),
        ("X[2,2], x[2]: X @ x == x if X @ [1, 1] == [1, 1] and diff(x) == 0 and X[0,0] == X[1,1]", "proved"),
        ("X[2,2], x[2]: X == X.T if X @ [1, 1] == [1, 1] and diff(x) == 0 and X[0,0] == 3*X[1,1]", "refuted"),
    ],
)  # fmt: skip
def test_linear_hypotheses_on_arrays_of_given_sizes_are_solved_together(claim: str, verdict: str) -> None:
    """Where one after the other cannot be used: the entries of all arrays by those that can be chosen."""
    assert prove(claim).verdict == verdict
