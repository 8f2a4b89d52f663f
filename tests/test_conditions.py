"""The exact conditions of false claims, and `iff` in both directions, each compared with brute force."""

from __future__ import annotations

from itertools import product
from random import Random

import exactness
import pytest
from oracle import Question
from random_claims import RandomClaim
from soundness import Finding, check

from symconv.results import prove

CONDITIONS = {
    # A symmetry of one tensor
    "A[H,W], K[h,w]: convolve(A, K) == correlate(A, K)": "K == flip(K)",
    "A[H,W], K[h,h]: correlate(A, K) == correlate(A, K.T)": "K == K.T",
    "A[H,W], K[h,h]: correlate(A, K) == correlate(A, rot90(K))": "K == rot90(K)",
    'A[H,W], K[h,w]: correlate(A, K, "valid") == correlate(A, flip(K, axis=0), "valid")': "K == flip(K, axis=0)",
    'A[H,H], K[h,h]: correlate(A, K, "valid").T == correlate(A.T, K, "valid")': "K == K.T",
    'A[H,H], K[h,h]: correlate(A, K, "valid") == correlate(A, K.T, "valid").T': "A == A.T",
    "X[C,H,W], K[C,1,h,w]: conv2d(X, K, groups=C) == conv2d(X, flip(K, axis=(2,3)), groups=C)": (
        "K == flip(K, axis=(2, 3))"
    ),
    "X[C,H,W], K[C,C,h,w]: conv2d(X, K) == conv2d(X, transpose(K, (1,0,2,3)))": (
        "K == transpose(K, axes=(1, 0, 2, 3))"
    ),
    "x[n], k[m]: convolve(flip(x), k) == flip(convolve(x, k))": "k == flip(k)",
    "x[n], y[m]: convolve(x, y) == correlate(y, x)": "x == flip(x)",
    "x[n]: flip(x) == -x": "x == -flip(x)",
    "A[n,n], B[n,n]: trace(A @ B) == trace(A @ B.T)": "B == B.T",
    "A[n,n], x[n]: dot(x, A @ x) == 0": "A == -A.T",
    "A[n,n], X[n,n], B[n,n]: vec(A @ X @ B) == kron(B, A) @ vec(X)": "B == B.T",
    'A[n,n,n]: einsum("ijk->kji", A) == A': "A == transpose(A, axes=(2, 1, 0))",
    'x[N], k[M]: convolve(x, k, "same") == correlate(x, k, "same")': "k == flip(k) (exact if 2*N >= M)",
    'x[N], k[M]: convolve(x, k, "same") == correlate(x, k, "same") if M % 2 == 1': (
        "k == flip(k) (exact if 2*N >= M + 1)"
    ),
    'x[N], k[2*r+1]: convolve(x, k, "same") == correlate(x, k, "same")': "k == flip(k) (exact if N >= r + 1)",
    'A[H,W], K[2*r+1,2*s+1]: convolve(A, K, "same") == correlate(A, K, "same")': (
        "K == flip(K) (exact if H >= r + 1 and W >= s + 1)"
    ),
    'x[N], k[2*r+1], y[N]: dot(convolve(x, k, "same"), y) == dot(x, convolve(y, k, "same"))': (
        "k == flip(k) (exact if N >= r + 1)"
    ),
    'x[N], k[2*r+1]: flip(convolve(x, k, "same")) == convolve(flip(x), k, "same")': (
        "k == flip(k) (exact if N >= r + 1)"
    ),
    "X[1,n]: X == -X": "X == 0",
    "X[1,N], K[1,1,2], G[1,(N-2)//2+1]: grad(sum(conv1d(X, K, stride=2) * G), X)[0,N-1] == G[0,(N-2)//2]*K[0,0,1]": (
        "N % 2 == 0"
    ),
    "X[1,n]: X == -flip(X)": "X == -flip(X)",
    "x[n], c[n]: circulant(c) == circulant(c).T": "c == roll(flip(c), 1)",
    # Two tensors
    "x[n], k[m], l[m]: convolve(x, k) == convolve(x, l)": "k == l",
    "A[H,W], K[h,w], L[h,w]: correlate(A, K) == convolve(A, L)": "K == flip(L)",
    "A[H,W], K[n,n], L[n,n]: correlate(A, K) == correlate(A, L.T)": "K == L.T",
    "x[n], y[n]: x + y == 2*y": "x == y",
    "x[n], y[n]: x == 2*y": "x == 2*y",
    "c[n], r[n]: toeplitz(c, r) == toeplitz(r, c)": "c == r",
    # Complex tensors
    "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, flip(k))": "k == conj(k)",
    "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, k)": "k == conj(flip(k))",
    "A[n,n] complex, x[n] complex: vdot(x, A @ x) == vdot(A @ x, x)": "A == conj(A.T)",
    "z[n] complex, w[n] complex: vdot(z, w) == dot(z, w)": "z == conj(z)",
    # Several at once
    "X[n,m]: X == X.T": "n == m and X == X.T",
    "A[n,m,p]: transpose(A, (1,0,2)) == A": "m == n and A == transpose(A, axes=(1, 0, 2))",
    "x[n], k[m]: convolve(x, k) == x": "m == 1 and k == 1",
    # Values
    "x[n], y[n]: circular_convolve(x, y) == x": "y == unit_impulse(n)",
    'x[n], k[m]: convolve(x, k, "same") == x': "k == unit_impulse(m, idx=(m - 1)//2) (exact if 2*n >= m + 1)",
    "x[n], k[m], c: convolve(x, k) == c*x": "m == 1 and k[0] == c",
    "A[n,n], x[n]: A @ x == x": "A == eye(n)",
    "A[n,n], x[n]: A @ x == flip(x)": "A == flip(eye(n), axis=0)",
    "x[n], c: c*x == x": "c == 1",
    "x[n]: roll(x, 1) == x": "x == x[0]*ones(n)",
    "x[n], k[m]: sum(convolve(x, k)) == sum(x)": "sum(k) == 1",
    "A[n,n], x[n]: sum(A @ x) == 0": "sum(A, axis=0) == 0",
    "A[n,n], c: c*trace(A) == 0": "trace(A) == 0",
    "X[C,H,W], K[F,C,h,w], b[F]: conv2d(X, K, b) == conv2d(X, K)": "b == 0",
    "x[n], k[m]: convolve(x, k) == 2*correlate(x, k)": "k == 0",
    "z[n] complex, w[n] complex: vdot(z, w) == vdot(w, z)": "w == 0",
    # Index by index
    'x[N], k[3]: correlate(x, k, "same") == k[1]*x': "k[0] == 0 and k[2] == 0 (exact if N >= 2)",
    'x[N], k[3]: correlate(x, k, "valid") == x[1:-1]': "k[0] == 0 and k[1] == 1 and k[2] == 0",
    "x[n], k[2]: convolve(x, k) == pad(x, (0,1))": "k[0] == 1 and k[1] == 0",
    'x[n]: pad(x, 1, "edge") == pad(x, 1, "wrap")': "x[n - 1] == x[0] (exact if n >= 2)",
    'x[n]: pad(x, 1, "symmetric") == pad(x, 1, "reflect")': "x[0] == x[1] and x[n - 1] == x[n - 2] (exact if n >= 3)",
    "x[n], k[m]: convolve(x, k)[i] == x[i]*k[0]": "k[1:] == 0",
    "A[n,n], x[n]: [sum(A[i,j]*x[j] for j in range(i)) for i in range(n)] == 0": "tril(A, k=-1) == 0",
    "X[n,m]: X[i,0] == 0": "X[:, 0] == 0",
    "X[n,n]: tril(X) == X": "triu(X, k=1) == 0",
    "X[n,n]: diag(diag(X)) == X": "X == diag(diag(X))",
    'x[N]: convolve(x, [1,0,-1], "valid")[n] == x[n] - x[n+2]': "x[2:] == x[:N - 2]",
    'X[C,H,W], K[F,C,h,w]: conv2d(X, K)[f] == correlate(X[0], K[f,0], "valid")': "K[:, 1:] == 0",
    "x[n]: x[::2] == x[:(n+1)//2]": "x[2::2] == x[1:(n + 1)//2]",
    "x[n]: x[:i] == x[i:]": "2*i == n and x[i:] == x[:i]",
    # Sizes
    'x[n], y[m]: correlate(x, y, "valid") == convolve(x, y, "same")': "m == 1",
    "A[n,n], B[n,n]: A @ B == B @ A": "n == 1",
    "A[n,n]: A @ A == A * A": "n == 1",
    "x[n]: roll(x, 1) == roll(x, -1)": "n <= 2",
    "x[n]: sum(x) == x[0]": "n == 1",
    "x[n], y[n]: dot(x, y) == sum(x)*sum(y)": "n == 1",
    "X[C,H,W], K[F,C,h,w]: conv2d(X, K, padding=p) == conv2d(X, K, padding=q)": "p == q",
    'A[H,W], K[h,w]: correlate(correlate(A, K, "same"), K, "same") == correlate(A, convolve(K, K), "same")': (
        "h == 1 and w == 1"
    ),
    'x[N], k[M]: flip(convolve(x, k, "same")) == convolve(flip(x), k, "same")': "N == 1 or M == 1",
    "c[n], r[n], d[n], s[n]: toeplitz(c, r) @ toeplitz(d, s) == toeplitz(d, s) @ toeplitz(c, r)": "n == 1",
    "x[N], k[M]: correlate(x, k, 'same')[i] == sum(x[i-c+u]*k[u] for u in range(M))": "c == M//2",
    'x[N], k[M]: convolve(x, k)[c:c+N] == convolve(x, k, "same") if c >= 0 and c < M': "c == (M - 1)//2",
    "A[n,m]: ravel(A) == vec(A)": "n == 1 or m == 1",
    "x[n], k[m]: convolve(x, k)[::2] == convolve(x[::2], k[::2])": "n == 1 or m == 1",
    "x[n]: x[::2] == x[1::2]": "n % 2 == 0 and x[1::2] == x[::2]",
    "A[n,m]: reshape(A, (m, n)) == A.T": "n == 1 or m == 1",
    "a[n], b[m]: kron(a, b) == kron(b, a)": "n == 1 or m == 1",
    "A[n,m], B[p,q]: kron(A, B) == kron(B, A)": "(n == 1 or p == 1) and (m == 1 or q == 1)",
    "A[n,m,p]: ravel(A) == ravel(transpose(A, (0,2,1)))": "m == 1 or p == 1",
}

EXACTLY = {
    'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)': None,
    "A[H,W], K[h,h]: correlate(A, K) == correlate(A, K.T) iff K == K.T": None,
    "A[H,W], K[h,h]: correlate(A, K) == correlate(A, rot90(K)) iff K == rot90(K)": None,
    "A[H,W], K[h,w]: convolve(A, K) == correlate(A, K.T) iff h == w and K == flip(K).T": None,
    "x[n], k[m], l[m]: convolve(x, k) == convolve(x, l) iff k == l": None,
    "x[n], k[m], l[m]: convolve(x, k) == correlate(x, l) iff k == flip(l)": None,
    "x[n], y[n]: x + y == 2*y iff x == y": None,
    "X[n,m]: X == X.T iff n == m and X == X.T": None,
    "A[n,n], x[n]: dot(x, A @ x) == 0 iff A == -A.T": None,
    "A[n,n] complex, x[n] complex: vdot(x, A @ x) == vdot(A @ x, x) iff A == conj(A.T)": None,
    "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, flip(k)) iff k == conj(k)": None,
    "x[n], k[m]: convolve(x, k) == 0 iff k == 0": None,
    "x[n], k[m]: sum(convolve(x, k)) == sum(x) iff sum(k) == 1": None,
    "x[n], k[m]: convolve(x, k) == x iff m == 1 and k[0] == 1": None,
    "x[n], k[3]: convolve(x, k) == correlate(x, k) iff k[0] == k[2]": None,
    'x[n], k[3]: correlate(x, k, "valid") == x[1:-1] iff k[0] == 0 and k[1] == 1 and k[2] == 0': None,
    "x[n], k[m]: convolve(x, k) == pad(x, (0, m-1)) iff k[0] == 1 and k[1:] == 0": None,
    "A[n,n], B[n,n]: trace(A @ B) == trace(A) iff B == eye(n)": None,
    "x[n], c[n]: circulant(c) == circulant(c).T iff c == roll(flip(c), 1)": None,
    "c[n], r[n]: toeplitz(c, r) == toeplitz(r, c) iff c == r": None,
    "A[n,n], B[n,n]: A @ B == B @ A iff n == 1": None,
    "A[n,m]: ravel(A) == vec(A) iff n == 1 or m == 1": None,
    "A[n,m], B[p,q]: kron(A, B) == kron(B, A) iff (n == 1 or p == 1) and (m == 1 or q == 1)": None,
    'x[n], k[m]: convolve(x, k, "same") == x iff k == unit_impulse(m, (m-1)//2)': "only if",
    'x[n], k[m]: convolve(x, k, "same") == x iff k == unit_impulse(m, "mid")': "if",
    "A[n,m]: ravel(A) == vec(A) iff n == 1": "only if",
    "X[n,n], Y[n,n]: X @ Y == Y @ X iff X == Y": "only if",
    "X[n,n], Y[n,n], z[n]: X @ Y @ z == Y @ X @ z iff X == Y": "only if",
    "X[n,n]: X @ X == X iff X == 0": "only if",
    "x[n], y[m]: convolve(x, y) == 0 iff x == 0 and y == 0": "only if",
    "A[n,m], B[p,q]: kron(A, B) == kron(B, A) iff n == 1 and m == 1": "only if",
    "A[n,m], B[p,q]: kron(A, B) == kron(B, A) iff n == 1 or p == 1": "if",
    "x[n]: roll(x, 1) == roll(x, -1) iff n <= 2": None,
    "x[n], k[m]: convolve(x, k) == correlate(x, k) iff m == 1": None,
    "x[n], k[m]: convolve(x, k) == correlate(x, k) iff k == 0": "only if",
    "x[n], k[m]: convolve(x, k) == correlate(x, k) iff x == flip(x)": "if",
    "x[n], k[m]: convolve(x, k) == correlate(x, k) iff m % 2 == 1": "if",
    'x[n], k[m]: convolve(x, k, "same") == correlate(x, k, "same") iff k == flip(k)': "only if",
    "A[H,W], K[h,h]: correlate(A, K) == correlate(A, K.T) iff K == flip(K)": "if",
    "x[n], y[n]: x + y == 2*y iff x == 0": "if",
    "X[n,m]: X == X.T iff n == m": "if",
    "X[n,m]: X == X.T iff X == 0": "if",
    "x[n], k[m]: sum(convolve(x, k)) == sum(x) iff sum(k) == 0": "if",
    "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, flip(k)) iff k == flip(k)": "if",
    "A[n,n], x[n]: dot(x, A @ x) == 0 iff A == 0": "only if",
    "A[n,n], x[n], y[n]: dot(x, A @ y) == dot(A @ x, y) iff A == A.T and n >= 2": "only if",
    "A[n,m]: ravel(A) == vec(A) iff n == m": "if",
    "x[n], k[3]: convolve(x, k) == correlate(x, k) iff k[0] == k[1]": "if",
    "x[n]: roll(x, 1) == roll(x, -1) iff n == 2": "only if",
    "x[n], k[m]: convolve(x, k) == x iff m == 1": "if",
    "A[n,n], B[n,n]: trace(A @ B) == trace(A) iff B == B.T": "if",
}

SPENT = 0.01


def _checked(claim: str) -> Finding:
    found = check(RandomClaim(claim, "", ""), SPENT)
    assert not found.problems
    return found


@pytest.mark.parametrize("claim", CONDITIONS)
def test_the_condition_is_the_one_to_expect(claim: str) -> None:
    """A refuted claim names the condition in the operators' own words, and at small sizes it is exact."""
    found = _checked(claim)
    assert (found.verdict, found.condition) == ("refuted", CONDITIONS[claim])
    assert found.exact > 0


@pytest.mark.parametrize("claim", EXACTLY)
def test_both_directions_are_decided(claim: str) -> None:
    """A right condition is proved to be exact; for a wrong one, the direction that fails is named."""
    found = _checked(claim)
    direction = EXACTLY[claim]
    assert found.verdict == ("proved" if direction is None else "refuted")
    assert found.direction == direction
    assert found.exact > 0 or direction is not None


def test_pieces_that_cancel_at_typical_sizes_leave_no_row() -> None:
    """Coefficients that add up to 0 at the sizes tried first say nothing of an entry."""
    found = _checked("S[n,n]: S.T - 2 == S if S == -flip(S) and n <= 3")
    assert (found.verdict, found.condition) == ("refuted", "")


def test_a_chain_holds_where_all_its_links_do() -> None:
    """The condition of a chain is that of its links together."""
    claim = "A[H,W], K[h,h]: convolve(A, K) == correlate(A, K) == correlate(A, K.T)"
    condition = prove(claim).condition
    assert str(condition) == "K == flip(K) and K == K.T"
    assert condition is not None
    question, parts = Question(claim), [str(h) for h in condition.hypotheses]
    for values in product((1, 2, 3), repeat=3):
        assert exactness.problem(question, parts, dict(zip(question.sizes, values, strict=True)), Random(1)) is None


@pytest.mark.parametrize(
    "claim",
    [
        "x[n], y[n]: (x + y)[1:][1:] == x + y",
        "x[n*m]: sum(x[i*m+j] for i in range(n + 1) for j in range(m)) == n*n - n",
        "x[3]: dot([1, 2, 3], x) == x[1] + 2*x[1] + 3*x[2]",
    ],
)
def test_sizes_that_there_are_not_leave_no_condition(claim: str) -> None:
    """Where shapes never agree, or only at sizes that do not exist, or where no size has a name, nothing is said."""
    found = _checked(claim)
    assert (found.verdict, found.condition) == ("refuted", "")


def test_what_always_holds_has_no_condition() -> None:
    """An `iff` that is refuted since its sides are equal anyway names nothing."""
    result = prove("x[N], k[M]: correlate(x, k) == correlate(x, k) iff k == flip(k)")
    assert (result.verdict, result.condition) == ("refuted", None)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("x[n], y[n]: (x + y)[1:][1:] == x + y", "no condition on sizes makes the shapes equal"),
        ("x[n], f(): f(x) == x", "no condition of the kinds that are tried was seen to be exact"),
        ("x[n]: x != x", None),
        ("x[n]: x == x", None),
    ],
)
def test_why_there_is_no_condition(claim: str, reason: str | None) -> None:
    """Where none is told, a refuted equation says why."""
    result = prove(claim)
    assert (result.condition, result.no_condition) == (None, reason)


def test_a_condition_can_be_assumed_and_negated() -> None:
    """It is made of hypotheses of claims, and what it says is compared, not how."""
    result = prove('x[N], k[M]: convolve(x, k, "same") == correlate(x, k, "same")')
    condition = result.condition
    assert condition is not None
    assert prove(result.claim.assuming([condition])).verdict == "proved"
    assert condition.says_the_same(result.claim.exact_condition("flip(k) == k (exact if M <= 2*N)"))
    assert not condition.says_the_same(result.claim.exact_condition("flip(k) == k"))
    assert condition.latex() == r"k = \operatorname{flip}(k) \quad (\text{exact if } 2N \ge M)"
    on_sizes = prove("A[n,m]: ravel(A) == vec(A)")
    assert on_sizes.condition is not None
    assert prove(on_sizes.claim.assuming([on_sizes.condition.negated()])).verdict == "refuted"
    assert prove(on_sizes.claim.assuming([on_sizes.condition])).verdict == "proved"


@pytest.mark.parametrize(
    "claim",
    [
        "x[2*n]: sum(x[i] for i in range(p + 1)) == 0 if p >= 0 and p < 2*n and not 2*n >= 3",
        "x[n]: sum(x[i] for i in range(p)) == 0 if 1 <= p and p <= n and n == 2",
        "x[3]: sum(x[i]*(i+p) for i in range(p)) == 0 if 1 <= p and p <= 3",
    ],
)
def test_a_condition_that_is_exact_at_some_sizes_suffices_at_all(claim: str) -> None:
    """What the rows say at p == 1 alone is no condition; an entry more is summed at p == 2."""
    result = prove(claim)
    assert result.verdict == "refuted"
    assert result.condition is None or prove(result.claim.assuming([result.condition.text])).verdict == "proved"


def test_what_stands_before_the_entries_of_a_row_is_divided_out_where_it_is_the_same() -> None:
    """That a weighted sum is 0 is not that the sum is."""
    assert str(prove("x[n]: sum(x[i]/n for i in range(n)) == 0").condition) == "sum(x) == 0"
    assert str(prove("x[n]: [x[i]/(i+1) for i in range(n)] == 0").condition) == "x == 0"
    assert prove("x[n]: sum(x[i]/(i+1) for i in range(n)) == 0").condition is None


def test_what_stands_before_the_entries_is_no_condition_where_it_is_not_zero() -> None:
    """Two is the only size at which n*n and 2*n are equal, and 1 and 7 are the factors of 7."""
    assert prove("x[n]: n*n*x == 2*n*x iff x == 0 if n != 2").verdict == "proved"
    assert prove("x[n]: n*n*x == 2*n*x iff x == 0").verdict == "refuted"
    assert prove("x[n], w[m]: (n*m - 7)*x == 0*x iff x == 0 if n >= 2 and m >= 2").verdict == "proved"


@pytest.mark.parametrize(
    ("claim", "hypothesis"),
    [
        ("x[n]: x[::2] == x[:(n+1)//2] iff n <= 2 or n == 4", "x == roll(x, 3)"),
        ("x[n]: (n-1)*(x*x - x) == 0*x iff n == 1", "x*x == x"),
        ("x[n]: (n-1)*(x*x*x - x) == 0*x iff n == 1", "x*x == 1"),
    ],
)
def test_nothing_is_necessary_under_a_hypothesis_that_is_used_in_part(claim: str, hypothesis: str) -> None:
    """What satisfies all of it may make the sides equal at other sizes."""
    assert prove(f"{claim} if {hypothesis}").verdict != "proved"
    plain = prove(f"{claim.split(' iff ')[0]} if {hypothesis}")
    assert plain.verdict != "refuted" or plain.condition is None


@pytest.mark.parametrize(
    ("claim", "too_strong"),
    [
        ("x[n]: x[::-1][:-1][1:] == x[:-2]", "n <= 2"),
        ("x[n]: flip(x) == [x[max(j-1, 0)] for j in range(n)]", "n <= 2"),
        ("x[n]: [x[(-j)//2 + n - 1] for j in range(n)][1::2] == reshape(x, (n, 1))[0]", "n == 2"),
    ],
)
def test_a_condition_under_hypotheses_that_meet_is_certified(claim: str, too_strong: str) -> None:
    """Together they make three entries equal; what one of them leaves free would leave n = 3 out."""
    found = prove(f"{claim} if x[1:] == flip(x[1:]) and x[-1] == x[0]").condition
    assert found is None or str(found) != too_strong
    assert prove("x[n]: flip(x) == x if x[1:] == flip(x[1:])").condition is not None


def test_the_condition_of_a_complex_claim_is_sought_exactly() -> None:
    """Gaussian numbers are compared with other exact ones."""
    assert str(prove("z[n] complex: flip(real(z)) + 1j*imag(z) == z if sum(z) == 1").condition) == "n == 1"
    assert prove("z[6] complex: sum(z) == sum((1/2)**i for i in range(6))").condition is None
