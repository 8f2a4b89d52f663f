"""Claims that name functions of NumPy, SciPy, PyTorch and JAX by their modules: what they mean there."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import product

import numpy as np
import pytest
from scipy import signal

from symconv import SymconvError, prove

CLAIMS = """
x[N], k[M]: np.correlate(x, k) == correlate(x, k, "valid") | proved
x[N], k[M]: np.correlate(x, k) == correlate(x, k) | refuted
x[N], k[M]: np.correlate(x, k, "valid") == np.correlate(k, x, "valid") | refuted
x[N] complex, k[M] complex: np.correlate(x, k, "full") == conj(flip(np.correlate(k, x, "full"))) | proved
x[N], k[M]: np.convolve(x, k, "same") == np.convolve(k, x, "same") | proved
x[N], k[M]: np.convolve(x, k, "same") == convolve(x, k, "same") | refuted
x[N], k[M]: np.convolve(x, k, "same") == convolve(x, k, "same") if N >= M | proved
x[N], k[M]: np.correlate(x, k, "same") == correlate(x, k, "same") if N >= M | proved
x[N], k[M]: jnp.convolve(x, k) == signal.fftconvolve(x, k) == convolve(x, k) | proved
x[3], k[5]: signal.convolve(x, k, "valid") == convolve(k, x, "valid") | proved
A[H,W], K[h,w]: signal.correlate2d(A, K, "valid") == flip(correlate(K, A, "valid")) if h >= H and w >= W | proved
A[H,W], K[h,w]: signal.correlate2d(A, K, "valid") == correlate(K, A, "valid") if h >= H and w >= W | refuted
x[N], k[M]: signal.lfilter(k, [1.0], x) == np.convolve(x, k)[:N] | proved
A[H,W], K[h,w]: signal.correlate2d(A, K, "same") == correlate(A, K, "same") | refuted
A[H,W], K[2*p+1,2*q+1]: signal.correlate2d(A, K, "same") == correlate(A, K, "same") | proved
A[H,W], K[h,w]: signal.convolve2d(A, K, "same", boundary="wrap") == convolve(A, K, "same") | refuted
A[H,W], K[3,3]: signal.correlate2d(A, K, mode="same", boundary="symm") == ndimage.correlate(A, K) | proved
A[H,W], K[h,w]: signal.convolve2d(A, K, "same") == ndimage.convolve(A, K, mode="constant") | refuted
A[H,W], K[h,w]: ndimage.correlate(A, K, mode="constant") == correlate(A, K, "same") | proved
x[N], k[3]: ndimage.convolve(x, k, None, "wrap", 0, 1) == ndimage.correlate(x, flip(k), None, "wrap", 0, -1) | proved
x[N], k[3]: ndimage.convolve(x, k, None, "wrap", 0, 1) == ndimage.correlate(x, flip(k), None, "wrap", 0, 1) | refuted
A[H,W]: ndimage.uniform_filter(A, 3, mode="constant") == correlate(A, ones((3, 3))/9, "same") | proved
X[N,C,H,W]: F.pad(X, (1, 2)) == pad(X, ((0, 0), (0, 0), (0, 0), (1, 2))) | proved
X[N,C,H,W]: F.pad(X, (1, 2, 3, 4)) == pad(X, ((0, 0), (0, 0), (1, 2), (3, 4))) | refuted
X[C,W]: F.pad(X, (p, q), "circular") == pad(X, ((0, 0), (p, q)), "wrap") | proved
X[N,C,H,W], w[F,C,h,v]: torch.conv2d(X, w, stride=2) == F.conv2d(X, w, stride=2) | proved
A[n,m]: torch.transpose(A, 0, 1) == np.transpose(A) == torch.permute(A, (1, 0)) | proved
a[n,m], b[m,k]: torch.einsum("ij,jk->ik", a, b) == torch.mm(a, b) == np.dot(a, b) | proved
x[n], y[n]: torch.fft.ifft(torch.fft.fft(x) * torch.fft.fft(y)) == circular_convolve(x, y) | proved
X[n,m]: jax.lax.rev(X, (0,)) == lax.rev(X, (0,)) == jnp.flip(X, 0) | proved
""".strip().splitlines()


@pytest.mark.parametrize("line", CLAIMS)
def test_a_qualified_name_means_that_function(line: str) -> None:
    """What a library's own function does is proved, and what it does not is refuted."""
    claim, _, verdict = line.rpartition(" | ")
    assert prove(claim).verdict == verdict


@pytest.mark.parametrize(
    "call, hint",
    [
        ("np.corelate(x, k)", "did you mean numpy.correlate?"),
        ("ndimage.uniform(x, 3)", "known of scipy.ndimage are convolve"),
        ("tf.nn.conv2d(x, k)", "known are functions of numpy"),
        ("x.unfold(0, 3, 1)", None),
        ("x.sum()", "write sum(…)"),
    ],
)
def test_no_hint_changes_the_meaning(call: str, hint: str | None) -> None:
    """An unknown function has the nearest of its own module, never an operator of another one."""
    with pytest.raises(SymconvError) as caught:
        prove(f"x[N], k[M]: {call} == x")
    assert (caught.value.hint or "").startswith(hint or "") and (hint is not None or caught.value.hint is None)


def test_scipy_asks_for_one_array_that_is_no_smaller_along_any_axis() -> None:
    """In mode "valid" it raises elsewhere, exactly where what is assumed does not hold; one axis is always in order."""
    plane = prove("A[h,w], K[m,n]: signal.convolve2d(A, K, 'valid') == signal.convolve2d(K, A, 'valid')")
    assert plane.verdict == "proved"
    assert [*map(str, plane.assumptions)] == ["h >= m or n >= w", "m >= h or w >= n"]
    for shape in product(range(1, 4), repeat=4):
        sizes = dict(zip("hwmn", shape, strict=True))
        with nullcontext() if all(eval(str(a), sizes) for a in plane.assumptions) else pytest.raises(ValueError):
            signal.convolve2d(np.ones(shape[:2]), np.ones(shape[2:]), "valid")
    line = prove("x[n], k[m]: signal.convolve(x, k, 'valid') == signal.convolve(k, x, 'valid')")
    assert line.verdict == "proved" and not line.assumptions


@pytest.mark.parametrize(
    "claim, assumed",
    [
        ("signal.correlate2d(A, K, 'valid') == flip(correlate(K, A, 'valid')) if h >= H and w >= W", []),
        ("signal.correlate2d(A, K, 'valid') == correlate(A, K, 'valid') if H >= h and W >= w", []),
        ("signal.correlate2d(A, K, 'valid') == correlate(A, K, 'valid') if H >= h", ["W >= w"]),
        ("signal.convolve2d(A, K, 'valid') == convolve(A, K, 'valid')", ["H >= h", "W >= w"]),
        (
            "signal.convolve2d(A, B, 'valid') == signal.convolve2d(B, A, 'valid')",
            ["H >= 3 or W <= 2", "W >= 2 or H <= 3"],
        ),
        ("signal.convolve2d(A, K, 'valid').T == signal.convolve2d(A.T, K.T, 'valid') if H < h", ["w >= W"]),
        ("signal.convolve(A, A, 'valid') == signal.convolve2d(A, A, 'valid')", []),
        ("np.insert(pad(A[0], p, 'reflect'), 1, 0)[1] == 0", ["p >= 0", "W >= p + 1"]),
    ],
)
def test_what_the_context_settles_is_not_assumed(claim: str, assumed: list[str]) -> None:
    """Of the orders that SciPy asks for those are reported that do not follow, beside what the operands need."""
    result = prove(f"A[H,W], K[h,w], B[3,2], p int: {claim}")
    assert result.verdict == "proved" and [*map(str, result.assumptions)] == assumed
