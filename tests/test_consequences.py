"""Hypotheses that are equations between products rewrite products, by multiples that the kernel takes away itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from symconv import parse, prove
from symconv.algebra.polynomials import ONE, Poly, inverse
from symconv.formulas.conditions import AnyOf
from symconv.formulas.language import Read, Scalar, Sum, When, times
from symconv.kernel.consequences import Multiple, inverses
from symconv.kernel.verdicts import Certificate, certify_equal
from symconv.limits import Undecided
from symconv.proving.hypotheses.rewriting import ways
from symconv.proving.statements import PreparedLink, prepared

PROVED = """
Q[n,n], x[n]: dot(Q @ x, Q @ x) == dot(x, x) if Q.T @ Q == eye(n)
Q[n,n], x[n], y[n]: (Q @ x) @ (Q @ y) == x @ y if Q @ Q.T == eye(n)
Q[n,n], A[n,n]: trace(Q.T @ A @ Q) == trace(A) if Q.T @ Q == eye(n)
Q[n,n], A[n,n]: trace(Q.T @ A @ Q) == trace(A) if Q @ Q.T == eye(n)
U[m,n], V[p,n]: frobenius(U @ V.T, U @ V.T) == frobenius(V, V) if U.T @ U == eye(n)
U[m,n]: U @ U.T @ U == U if U.T @ U == eye(n)
Q[n,n] complex, x[n] complex: vdot(Q @ x, Q @ x) == vdot(x, x) if conj(Q.T) @ Q == eye(n)
P[n,n], x[n]: P @ (P @ x) == P @ x if P @ P == P
P[n,n]: (eye(n) - P) @ (eye(n) - P) == eye(n) - P if P @ P == P
P[n,n]: trace(P @ P @ P) == trace(P) if P == P @ P
A[n,n], B[n,n]: A @ A @ B == B @ A @ A if A @ B == B @ A
A[n,n], B[n,n]: (A @ B) @ (A @ B) == -(A @ A @ B @ B) if A @ B == -B @ A
A[n,n], x[n], lam: A @ (A @ x) == lam*lam*x if A @ x == lam*x
A[n,n], x[n]: A @ A @ A @ x == 8*x if A @ x == 2*x
A[n,n], B[n,n]: B @ A == eye(n) if A @ B == eye(n)
A[n,m], B[m,n]: B @ A == eye(m) if A @ B == eye(n) and n == m
A[n,n], P[n,n], R[n,n]: P @ A @ R @ (P @ A @ R) == P @ A @ A @ R if P @ R == eye(n)
A[n,n]: A @ A @ A == A if 2*A @ A == 2*eye(n)
A[m,n], x[n], b[m]: A.T @ (A @ x - b) == 0 if A.T @ A @ x == A.T @ b
x[n], y[n]: dot(x + y, x + y) == dot(x, x) + dot(y, y) if dot(x, y) == 0
x[n]: dot(x, x)*x[0] == x[0] if dot(x, x) == 1
x[n]: sum(x*x) == sum(x) if x == x*x
A[n,n], B[n,n]: A @ B == B @ A if A @ B == B @ A
X[n,m], w[m], y[n], p int: X[:p] @ w == y[:p] if X @ w == y
x[n], y[n]: x == y if fft(x) == fft(y)
x[n], y[n]: x == 2*y if ifft(x) == 2*ifft(y)
z[n] complex: fft(z) == 0 iff z == 0
A[m,n], B[m,n]: A == B if fft2(A) == fft2(B)
x[n], y[n], z[n] complex: fft(z) == fft(x)*fft(y) iff z == circular_convolve(x, y)
"""

NOT_PROVED = """
U[m,n]: U @ U.T == eye(m) if U.T @ U == eye(n)
A[n,m], B[m,n]: B @ A == eye(m) if A @ B == eye(n)
A[n,n], B[n,n]: A == B if A @ B == eye(n)
A[n,n], B[n,n]: (A @ B) @ (A @ B) == A @ A @ B @ B if A @ B == -B @ A
Q[n,n]: Q.T @ Q == 2*eye(n) if Q.T @ Q == eye(n)
x[n], y[n]: dot(x + y, x + y) == dot(x, x) if dot(x, y) == 0
A[n,n], B[n,n]: B[1:] @ A[:,1:] == eye(n-1) if A[1:] @ B[:,1:] == eye(n-1) and n >= 2
A[n,n], B[n,n]: B @ A == eye(n) if (A @ B)[1:] == eye(n)[1:] and n >= 2
A[n,n], B[n,n]: B @ A == eye(n) if [[(A @ B)[i,j] for j in range(n)] for i in range(n)] == ones((n,n))
P[n,n], x[n]: P @ x == x if P @ P == P
A[n,n], x[n], lam: A @ (A @ x) == lam*x if A @ x == lam*x
x[n], y[n]: x == y if fft(x) == 2*fft(y)
x[n], y[n]: x == y if fft(x)[1:] == fft(y)[1:] and n >= 2
x[n], y[n]: x == y if real(fft(x)) == real(fft(y))
x[n], y[n], z[n] complex: fft(z) == fft(x)*fft(y) iff z == circular_correlate(x, y)
"""


@pytest.mark.parametrize("claim", PROVED.strip().splitlines())
def test_products_are_rewritten(claim: str) -> None:
    """The claim needs its hypothesis, and is proved by it; each line of its derivation is confirmed."""
    result = prove(claim)
    assert result.verdict == "proved"
    assert all(step.verified for chain in result.derivation.chains for step in chain.steps)
    assert " iff " in claim or prove(claim.split(" if ")[0]).verdict != "proved" or "n == m" in claim


@pytest.mark.parametrize("claim", NOT_PROVED.strip().splitlines())
def test_what_does_not_follow_is_not_proved(claim: str) -> None:
    """It is refuted, or open."""
    assert prove(claim).verdict != "proved"


def link(text: str) -> PreparedLink:
    """The only link of a claim, made ready."""
    claim = parse(text)
    return prepared(claim, claim.links[0], claim.hypotheses)


def test_multiples_are_checked_by_the_kernel() -> None:
    """Multiples of another hypothesis, at another index, or that may be undefined, certify nothing."""
    true = link("A[n,n], x[n]: A @ (A @ x) == 4*x if A @ x == 2*x")
    (multiples, *_) = ways(*true.formulas, true)
    assert isinstance(certify_equal(true.claimed, true.reduced, multiples), Certificate)
    false = link("A[n,n], x[n]: A @ (A @ x) == 4*x if A @ x == 3*x")
    assert not isinstance(certify_equal(false.claimed, false.reduced, multiples), Certificate)
    first = multiples[0]
    for forged in (
        replace(first, at=(first.at[0] + 1,)),
        replace(first, factor=times(Scalar(Poly.of(2)), first.factor)),
    ):
        assert not isinstance(certify_equal(true.claimed, true.reduced, [forged, *multiples[1:]]), Certificate)


def test_a_multiple_is_defined_wherever_it_is_used() -> None:
    """x == 0 follows of (n - 1)*x == 0 for n > 1 only: one over n - 1 is no factor."""
    stated = link("x[n], y[n]: x*y == 0 if (n - 1)*x*y == 0")
    (name,) = stated.names
    forged = Multiple(0, (Poly.name(name),), Scalar(inverse(Poly.name("n") - 1)))
    with pytest.raises(Undecided):
        certify_equal(stated.claimed, stated.reduced, [forged])
    assert prove("x[n], y[n]: x*y == 0 if (n - 1)*x*y == 0").verdict != "proved"


def test_rows_of_a_hypothesis_are_rows() -> None:
    """No row lies between two others, and none is of another size: there, a hypothesis says nothing."""
    half = Poly.of(Fraction(1, 2))
    stated = link("x[n], y[n]: y == 0 if x*x == 1")
    (name,) = stated.names
    read = Read(stated.tensors[1], (Poly.name(name),))
    with pytest.raises(Undecided):
        certify_equal(stated.claimed, stated.reduced, [Multiple(0, (half,), times(Scalar(Poly.of(-1)), read))])
    with pytest.raises(Undecided):
        certify_equal(stated.claimed, stated.reduced, [Multiple(0, (Poly.name("other"),), read)])
    (said,) = stated.claimed.hypotheses
    partly = replace(stated.claimed, hypotheses=(replace(said, conditions=(AnyOf(said.conditions),)),))
    with pytest.raises(Undecided, match="part of its rows"):
        certify_equal(partly, stated.reduced, [Multiple(0, (Poly.name(name),), read)])
    with pytest.raises(Undecided, match="no multiples"):
        other = replace(stated.reduced, replaced={"x": (stated.tensors[1],)})
        certify_equal(stated.claimed, other, [Multiple(0, (Poly.name(name),), read)])
    for at in ((), (Poly.name(name), Poly.name(name))):
        with pytest.raises(Undecided, match="part of its rows"):
            certify_equal(stated.claimed, stated.reduced, [Multiple(0, at, read)])
    sized = link("x[n]: (n - 1)*x*x == 0 if n*x*x == x*x")
    (name,) = sized.names
    for bound in (("n", Poly.of(1), Poly.of(2)), (name, Poly.of(0), Poly.of(1)), ("other", Poly.of(0), Poly.of(1))):
        with pytest.raises(Undecided):
            certify_equal(sized.claimed, sized.reduced, [Multiple(0, (Poly.name(name),), Scalar(ONE), (bound,))])


def test_only_square_matrices_are_turned() -> None:
    """B A = 1 is taken for a consequence of A B = 1 only where it is that, for whole square matrices."""
    square = link("A[n,n], B[n,n]: B @ A == eye(n) if A @ B == eye(n)")
    (multiples, *_) = ways(*square.formulas, square)
    turned = next(m.turned for m in multiples if m.turned is not None)
    assert isinstance(certify_equal(square.claimed, square.reduced, multiples), Certificate)
    for text in (
        "A[n,n], B[n,n]: B @ A == eye(n) if A @ B == 2*eye(n)",
        "A[n,n], B[n,n]: B @ A == eye(n) if A @ A == eye(n)",
        "A[n,n], B[n,n]: B @ A == eye(n) if (A @ B)[:1] == eye(n)[:1]",
        "A[n,m], B[m,n]: B @ A == eye(m) if A @ B == eye(n)",
    ):
        other = link(text)
        with pytest.raises(Undecided):
            certify_equal(other.claimed, other.reduced, multiples)
    (i, j), n = turned.indices, Poly.name("n")
    one = When(tuple(c for c in turned.conditions), Scalar(ONE))  # type: ignore[arg-type]
    assert inverses(replace(turned, right=one)) is None
    assert inverses(replace(turned, conditions=turned.conditions[:2])) is None
    assert inverses(replace(turned, conditions=())) is None
    product = turned.left
    assert isinstance(product, Sum)
    assert inverses(replace(turned, left=replace(product, upper=n - 1))) is None
    assert inverses(replace(turned, indices=(j, i))) != inverses(turned)


TOGETHER = """
proved: x[n+1]: x[1] == 0 if [x[i]*i for i in range(n+1)] == 0 and diff(x) == 0
proved: X[n,n]: X[0] == flip(X[0]) if X[::2] == flip(X[::2], axis=-1)
proved: x[n]: x == x[1]*ones(n) if x[::2] == x[1::2] and x[2:] == x[:-2]
proved: x[n], y[n]: x == roll(x, 1) if x[::-1] == x and x[:1] == y[1:]
proved: x[n], k[m]: convolve(x, k)[:n] == x[0]*pad(k, (0, n))[:n] if [x[i]*i for i in range(n)] == 0 and x[1:] == x[:-1]
refuted: x[n+1]: x[0] == 0 if [x[i]*i for i in range(n+1)] == 0 and sum(x) == x[0]
refuted: X[n,n]: X[1] == flip(X[1]) if X[::2] == flip(X[::2], axis=-1)
proved: x[n]: x == x[1]*ones(n) if x[1::2] == x[2::2] and x[2:] == x[:-2]
refuted: x[n]: x == x[1]*ones(n) if x[::3] == x[1::3] and x[3:] == x[:-3]
"""


@pytest.mark.parametrize("row", TOGETHER.strip().splitlines())
def test_linear_hypotheses_are_used_together(row: str) -> None:
    """What follows from the equations of several hypotheses, and what does not."""
    verdict, claim = row.split(": ", 1)
    assert prove(claim).verdict == verdict


def test_what_rests_on_hypotheses_together_is_told() -> None:
    """Each line names those that it takes."""
    shown = str(prove("X[n,n]: X[0] == flip(X[0]) if X[::2] == flip(X[::2], axis=-1) and X[1] == 0").derivation)
    assert "since X[::2] = flip(X[::2], axis=-1)" in shown and "X[1] = 0" not in shown and "linear" not in shown
