"""Claims about patterns of axes, Fourier transforms, derivatives and XLA's operations."""

from __future__ import annotations

import pytest

from symconv import prove
from symconv.claims import parse

LAYER = "X[N,C,n], K[F,C,k]: lax.conv_general_dilated"
PADDED = "lax.conv_general_dilated(lax.pad(X, 0, [(0,0,0), (0,0,0), (a,b,0)]), K, (1,), [(c,d)])"
FOLDED = "lax.conv_general_dilated(X, K, (1,), [(a+c, b+d)])"

PROVED = [
    'X[C,H,W]: rearrange(X, "c h w -> c (h w)") == reshape(X, (C, H*W))',
    'X[C,H,W]: rearrange(rearrange(X, "c h w -> (c h) w"), "(c h) w -> c h w", c=C) == X',
    'X[C,2*H,2*W]: rearrange(X, "c (h a) (w b) -> (c a b) (h w)", a=2, b=2) == unfold(X, 2, stride=2)',
    'X[C,H*r]: rearrange(X, "c (h a) -> a h c", a=r)[i,j,k] == X[k, j*r+i]',
    "x[n]: ifft(fft(x)) == x",
    "a[n], b[n]: fft(circular_convolve(a, b)) == fft(a)*fft(b)",
    "x[n], y[n]: sum(x*y)*n == sum(fft(x)*conj(fft(y)))",
    'X[H,W], K[h,w], G[H-h+1,W-w+1]: grad(sum(G*correlate(X, K, "valid")), X) == convolve(G, K)',
    'X[H,W], K[h,w], G[H-h+1,W-w+1]: grad(sum(G*correlate(X, K, "valid")), K) == correlate(X, G, "valid")',
    "X[C,s*(P-1)+h,s*(Q-1)+w], K[F,C,h,w], G[F,P,Q]: "
    "grad(sum(G*conv2d(X, K, stride=s)), X) == conv_transpose2d(G, K, stride=s) if s >= 1",
    "x[n], A[n,n]: grad(x @ A @ x, x) == 2*A @ x if A == A.T",
    "X[n], Y[n]: grad(sum(X*Y), X) == Y if X == Y",
    "X[n,n], c[n]: grad(sum(X*X), X) == 2*circulant(c) if X == circulant(c)",
    'A[H,W], K[h,w]: convolve(A, lax.rev(K, (0, 1)), "valid") == correlate(A, K, "valid")',
    f"X[N,C,n], K[F,C,k]: {PADDED} == {FOLDED} if a >= 0 and b >= 0",
    f"{LAYER}(lax.pad(X, 0, [(0,0,0), (0,0,0), (a,b,0)]), K, (1,), 'VALID') == {FOLDED} if c == 0 and d == 0",
    f"{LAYER}(X, K, (2,), [(1,1)]) == conv1d(X, K, stride=2, padding=1)",
    "x[n]: lax.slice(lax.pad(x, 0, [(a,b,0)]), (a,), (a+n,)) == x",
    "x[n], y[m]: lax.slice(lax.dynamic_update_slice(x, y, (i,)), (i,), (i+m,)) == y",
    "A[n,k], B[k,m]: lax.dot_general(A, B, (((1,),(0,)), ((),()))) == A @ B",
    'lax.iota("int32", n)[i] == i',
]

REFUTED = [
    'X[C,H]: rearrange(X, "c h -> (h c)") == ravel(X)',
    "x[n]: fft(x) == ifft(x)",
    "x[n], y[n]: sum(x*y)*n == sum(fft(x)*fft(y))",
    'X[H,W], K[h,w], G[H-h+1,W-w+1]: grad(sum(G*correlate(X, K, "valid")), X) == convolve(G, flip(K))',
    "X[n], Y[n]: grad(sum(X*Y), X) == 2*Y if X == Y",
    "X[n], Y[n]: grad(sum(X*Y), X) == X + Y if Y == X",
    "A[H,W], K[h,w]: lax.rev(convolve(A, K), (0, 1)) == convolve(A, lax.rev(K, (0, 1)))",
    f"X[N,C,n], K[F,C,k]: {PADDED} == {FOLDED}",
    "x[n]: lax.pad(lax.pad(x, 0, [(a,b,0)]), 0, [(c,d,0)]) == lax.pad(x, 0, [(a+c,b+d,0)])",
    "x[n], y[m]: lax.dynamic_update_slice(x, y, [i]) == x",
]


@pytest.mark.parametrize("claim", PROVED)
def test_what_holds_is_proved(claim: str) -> None:
    """Each of these holds for every size, and the claim's own text reads back."""
    assert prove(claim).verdict == "proved"
    assert str(parse(str(parse(claim)))) == str(parse(claim))


@pytest.mark.parametrize("claim", REFUTED)
def test_what_fails_is_refuted(claim: str) -> None:
    """Each of these is wrong, and a counterexample shows it."""
    assert prove(claim).verdict == "refuted"
