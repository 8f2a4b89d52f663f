"""Vectorised NumPy and einops code on symbolic tensors: right and subtly wrong functions, each with its verdict."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import einops
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import symconv
from symconv import SymconvError, Tensor, convolve, correlate, evaluate, flip, from_source, prove, sizes
from symconv.expressions.conversion import symbol
from symconv.expressions.tensors import TensorExpr

H, W, h, w, N, M, n, m, p, C, F = sizes("H W h w N M n m p C F")
A, K, x, k, y = Tensor("A", H, W), Tensor("K", h, w), Tensor("x", N), Tensor("k", M), Tensor("y", N)
X, Y, Q, P = Tensor("X", n, m), Tensor("Y", m, p), Tensor("Q", n, n), Tensor("P", n, n)
z, image, filters = Tensor("z", N, complex=True), Tensor("I", C, H, W), Tensor("G", F, C, h, w)
even, three, four = Tensor("e", 2 * n, 2 * m), Tensor("t", 3), Tensor("f", 2, 2)


def windows(a: Any, b: Any) -> Any:
    return np.einsum("ijuv,uv->ij", sliding_window_view(a, b.shape), b)


def windows_swapped(a: Any, b: Any) -> Any:
    return np.einsum("ijuv,vu->ij", sliding_window_view(a, b.shape), b)


def windows_summed(a: Any, b: Any) -> Any:
    return (sliding_window_view(a, b.shape) * b).sum(axis=(-2, -1))


def windows_wrong_axes(a: Any, b: Any) -> Any:
    return np.tensordot(sliding_window_view(a, b.shape), np.flip(b, 0), axes=((2, 3), (0, 1)))


def full_by_padding(a: Any, b: Any) -> Any:
    return windows(np.pad(a, [(s - 1, s - 1) for s in b.shape]), np.flip(b))


def full_without_flip(a: Any, b: Any) -> Any:
    return windows(np.pad(a, [(s - 1, s - 1) for s in b.shape]), b)


def layer(a: Any, b: Any) -> Any:
    views = sliding_window_view(a, b.shape[2:], axis=(1, 2))
    return np.einsum("cijuv,fcuv->fij", views, b)


def layer_wrong_channel(a: Any, b: Any) -> Any:
    views = sliding_window_view(a, b.shape[2:], axis=(1, 2))
    return np.einsum("cijuv,fcuv->fij", views, b[:, ::-1])


def im2col(a: Any, b: Any) -> Any:
    views = sliding_window_view(a, b.shape)
    return views.reshape(*views.shape[:2], -1) @ b.ravel()


def im2col_columns(a: Any, b: Any) -> Any:
    views = sliding_window_view(a, b.shape)
    return views.reshape(*views.shape[:2], -1) @ b.ravel(order="F")


def pooled(a: Any) -> Any:
    return einops.reduce(a, "(h p) (w q) -> h w", "mean", p=2, q=2)


def pooled_other_order(a: Any) -> Any:
    return einops.reduce(a, "(p h) (q w) -> h w", "mean", p=2, q=2)


def spectrum(a: Any, b: Any) -> Any:
    return np.fft.ifft(np.fft.fft(a) * np.fft.fft(b))


def spectrum_correlation(a: Any, b: Any) -> Any:
    return np.fft.ifft(np.conj(np.fft.fft(b)) * np.fft.fft(a))


CODE = [
    (windows, (A, K), correlate(A, K, "valid"), "proved"),
    (windows, (A, K), convolve(A, K, "valid"), "refuted"),
    (windows_swapped, (A, Tensor("K", h, h)), correlate(A, Tensor("K", h, h), "valid"), "refuted"),
    (windows_summed, (A, K), correlate(A, K, "valid"), "proved"),
    (windows_wrong_axes, (A, K), correlate(A, K, "valid"), "refuted"),
    (full_by_padding, (A, K), convolve(A, K), "proved"),
    (full_without_flip, (A, K), convolve(A, K), "refuted"),
    (layer, (image, filters), symconv.conv2d(image, filters), "proved"),
    (layer_wrong_channel, (image, filters), symconv.conv2d(image, filters), "refuted"),
    (im2col, (A, K), correlate(A, K, "valid"), "proved"),
    (im2col_columns, (A, K), correlate(A, K, "valid"), "refuted"),
    (pooled, (even,), symconv.avg_pool2d(even[None], 2)[0], "proved"),
    (pooled_other_order, (even,), symconv.avg_pool2d(even[None], 2)[0], "refuted"),
    (spectrum, (x, y), symconv.circular_convolve(x, y), "proved"),
    (spectrum_correlation, (x, y), symconv.circular_correlate(x, y), "proved"),
    (spectrum, (x, y), symconv.circular_correlate(x, y), "refuted"),
    (lambda a, b: spectrum(a, b).real, (x, y), symconv.circular_convolve(x, y), "proved"),
    (lambda a: a.real + 1j * a.imag, (z,), z, "proved"),
    (lambda a: a.real - 1j * a.imag, (z,), z, "refuted"),
    (lambda a, b: np.convolve(a, b), (x, k), convolve(x, k), "proved"),
    (lambda a, b: np.convolve(a, b, "same"), (x, k), np.convolve(k, x, "same"), "proved"),  # swapped if shorter
    (lambda a, b: np.convolve(a, b, "valid"), (x, k), convolve(x, k, "valid"), "proved"),
    (lambda a, b: np.convolve(a, b, "same"), (x, k), convolve(x, k, "same"), "refuted"),
    (lambda a, b: np.correlate(a, b, "full"), (x, k), flip(correlate(k, x)), "proved"),
    (lambda a, b: np.correlate(a, b, "full"), (x, k), correlate(k, x), "refuted"),
    (lambda a, b: np.correlate(a, b), (x, k), correlate(x, k, "valid"), "proved"),
    (lambda a, b: np.correlate(a, b, "same"), (x, y), correlate(x, y, "same"), "proved"),
    (lambda a: np.correlate(a, a, "full")[len_of(a) - 1], (z,), np.vdot(z, z), "proved"),
    (lambda a: np.correlate(a, a, "full")[len_of(a) - 1], (z,), np.dot(z, z), "refuted"),
    (lambda a, b: np.einsum("ij,jk", a, b), (X, Y), X @ Y, "proved"),
    (lambda a, b: np.einsum("ij,kj->ik", a, b), (Q, P), Q @ P, "refuted"),
    (lambda a, b: np.einsum("ij,ij->", a, b), (Q, P), np.trace(Q.T @ P), "proved"),
    (lambda a, b: np.tensordot(a, b, 1), (X, Y), np.matmul(X, Y), "proved"),
    (lambda a, b: np.tensordot(a, b), (Q, P), np.trace(Q @ P), "refuted"),
    (lambda a: np.roll(a, 1)[::-1], (x,), np.roll(np.flip(x), -1), "proved"),
    (lambda a: np.roll(a, 1)[::-1], (x,), np.roll(np.flip(x), 1), "refuted"),
    (lambda a: np.pad(a, 1, mode="reflect")[1:-1], (x,), x, "proved"),
    (lambda a: np.pad(a, 1, mode="edge"), (x,), np.pad(x, 1, mode="symmetric"), "proved"),
    (lambda a: np.pad(a, 2, mode="edge"), (x,), np.pad(x, 2, mode="symmetric"), "refuted"),
    (lambda a: np.pad(a, 1, mode="wrap")[:-2], (x,), np.roll(x, 1), "proved"),
    (lambda a: np.rot90(a, 2), (A,), np.flip(A), "proved"),
    (lambda a: np.rot90(a), (A,), np.flip(A.T, 1), "refuted"),
    (lambda a: np.rot90(a), (A,), np.flipud(A.T), "proved"),
    (lambda a, b: np.kron(a, b).T, (X, Y), np.kron(X.T, Y.T), "proved"),
    (lambda a, b: np.outer(a, b), (x, y), np.outer(y, x), "refuted"),
    (lambda a, b: np.outer(a, b), (x, k), np.multiply.outer(x, k), "proved"),
    (lambda a: np.diff(np.cumsum(a)), (x,), x[1:], "proved"),
    (lambda a: np.cumsum(np.diff(a)), (x,), x[1:], "refuted"),
    (lambda a: np.sum(np.diagonal(a)), (Q,), np.trace(Q), "proved"),
    (lambda a: np.tril(a) + np.triu(a), (Q,), Q, "refuted"),
    (lambda a: np.tril(a) + np.triu(a, 1), (Q,), Q, "proved"),
    (lambda a: a.mean(axis=0).mean(), (A,), np.mean(A), "proved"),
    (lambda a: np.square(a).mean() - a.mean() ** 2, (x,), np.mean((x - x.mean()) ** 2), "proved"),
    (lambda a: a.reshape(-1).sum(), (A,), np.add.reduce(A, axis=(0, 1)), "proved"),
    (lambda a: np.transpose(a, (2, 0, 1)), (image,), np.moveaxis(image, -1, 0), "proved"),
    (lambda a: np.swapaxes(a, 0, 2), (image,), np.transpose(image, (2, 0, 1)), "refuted"),
    (lambda a, b: np.concatenate([a, b])[::-1], (x, k), np.concatenate([k[::-1], x[::-1]]), "proved"),
    (lambda a, b: np.stack([a, b], -1), (x, y), np.stack([x, y]).T, "proved"),
    (lambda a: np.vstack([a, a]), (A,), np.tile(A, (2, 1)), "proved"),
    (lambda a: np.hstack([a, a]), (A,), np.tile(A, (2, 1)), "refuted"),
    (lambda a: np.where([True, False, True], a, 0), (three,), np.array([1, 0, 1]) * three, "proved"),
    (lambda a: np.where([[True, False], [True, True]], a, a.T), (four,), np.tril(four), "refuted"),
    (lambda a: np.squeeze(np.expand_dims(a, 1), 1), (x,), x, "proved"),
    (lambda a: np.linalg.multi_dot([a, a, a]), (Q,), Q @ (Q @ Q), "proved"),
    (lambda a, b: np.inner(a, b), (Q, P), Q @ P, "refuted"),
    (lambda a: einops.rearrange(a, "c h w -> (h w) c"), (image,), image.reshape(C, -1).T, "proved"),
    (lambda a: einops.rearrange(a, "c h w -> (w h) c"), (image,), image.reshape(C, -1).T, "refuted"),
    (lambda a: einops.repeat(a, "h w -> (h 2) w"), (A,), np.kron(A, np.ones((2, 1))), "proved"),
    (lambda a: einops.repeat(a, "h w -> (2 h) w"), (A,), np.kron(A, np.ones((2, 1))), "refuted"),
    (lambda a, b: einops.einsum(a, b, "i j, j k -> i k"), (X, Y), X @ Y, "proved"),
    (lambda a, b: np.float64(2) * a + np.ones(2) @ b, (four, four), 2 * four + np.sum(four, 0), "proved"),
]  # fmt: skip


def len_of(a: Any) -> Any:
    return a.shape[0]


def _cases() -> list[Any]:
    return [
        pytest.param(*case, id=f"{number}-{getattr(case[0], '__name__', '').strip('<>')}")
        for number, case in enumerate(((f, a) for f, a in {c[0]: c[1] for c in CODE}.items()))
    ]


@pytest.mark.parametrize(("function", "args", "other", "verdict"), CODE)
def test_numpy_code(function: Callable[..., Any], args: tuple[Any, ...], other: Any, verdict: str) -> None:
    """Vectorised code runs on symbolic tensors, and is decided for every size."""
    assert prove(function(*args), other, timeout=10).verdict == verdict


@pytest.mark.parametrize(("function", "args"), _cases())
def test_the_same_code_on_arrays(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Run on NumPy's own arrays, the code computes what its expression says."""
    made = function(*args)
    random, compared = Random(1), 0
    names = sorted({s.name for a in args for s in a.free_symbols if not isinstance(s, TensorExpr)})
    for _ in range(8):
        values = {name: random.randint(1, 4) for name in names}
        shapes = [tuple(int(d.subs({symbol(k): v for k, v in values.items()})) for d in a.shape) for a in args]
        arrays = [np.array([random.randint(-3, 3) for _ in range(int(np.prod(s)))]).reshape(s) for s in shapes]
        given = {a.name: array for a, array in zip(args, arrays, strict=True)}
        arrays = [given[a.name] for a in args]
        try:
            expected = np.asarray(evaluate(made, values, given)).astype(complex)
        except SymconvError:
            continue
        found = function(*(a.astype(float) for a in arrays))
        np.testing.assert_allclose(np.asarray(found).astype(complex), expected, atol=1e-9)
        compared += 1
    assert compared or not names


REFUSED = [
    (lambda: np.sin(A), "numpy.sin is not known"),
    (lambda: np.linalg.svd(A), "numpy.linalg.svd is not known"),
    (lambda: np.sum(A, dtype=int), "numpy.sum: the argument dtype"),
    (lambda: np.maximum(A, 0), "numpy.maximum is not known"),
    (lambda: np.add.accumulate(A), "numpy.add.accumulate is not known"),
    (lambda: np.where(A, A, A), "numpy.where: a condition on entries"),
    (lambda: np.dot(A, A.T, out=np.zeros(3)), "numpy.dot: the argument out"),
    (lambda: np.array([A, A]), "symbolic"),
    (lambda: np.pad(A, 1, mode="linear_ramp"), "linear_ramp"),
    (lambda: einops.reduce(A, "h w -> h", "max"), "einops.reduce with 'max'"),
    (lambda: np.matmul(A, A), "differ"),
    (lambda: np.tril(A, K), "numpy.tril: the argument 'k' is an array"),
    (lambda: np.roll(x, k), "numpy.roll: the argument 'shift' is an array"),
    (lambda: np.squeeze(A), "whether the size H is 1 is not known"),
    (lambda: np.sum(A[:, :1], 1, keepdims=True).squeeze(), "whether the size H is 1 is not known"),
    (lambda: z.astype(float), "have no imaginary part"),
    (lambda: np.sum(z, dtype=float), "have no imaginary part"),
    (lambda: np.full_like(x, 0.5, dtype=int), "cut numbers off"),
]


@pytest.mark.parametrize(("run", "message"), REFUSED)
def test_what_is_not_supported_is_named(run: Callable[[], Any], message: str) -> None:
    """A function or argument that has no expression raises, and the message names it."""
    with pytest.raises(SymconvError) as caught:
        prove(run(), 0)
    assert message in str(caught.value)


def test_what_is_cut_out_captures_nothing() -> None:
    """A number in the entries stays what it is, whatever the index of the result is called."""
    assert prove(np.convolve(m * x, k, "same"), m * np.convolve(x, k, "same")).verdict == "proved"


def test_what_is_only_read() -> None:
    """A program that is only read has the same functions, methods and attributes."""
    text = """
    def parts(a):
        return np.fft.ifft(np.fft.fft(a)).real
    def reduced(a):
        return np.add.reduce(a * a)
    def squeezed(a):
        return a[:, None].squeeze(1)
    def kept(a):
        b = np.zeros(a.shape, a.dtype)
        b[:] = a
        return b
    def cut(a):
        return np.array(a, dtype=float)
    def strided(a):
        return a.strides
    """
    import textwrap

    source = "import numpy as np\n" + textwrap.dedent(text)
    assert prove(from_source(source, "parts")(x), x).verdict == "proved"
    assert prove(from_source(source, "reduced")(x), np.dot(x, x)).verdict == "proved"
    assert prove(from_source(source, "squeezed")(x), x).verdict == "proved"
    assert prove(from_source(source, "kept")(z), z).verdict == "proved"
    for name, message in (("cut", "no imaginary part"), ("strided", "strides are not understood")):
        with pytest.raises(SymconvError, match=message):
            from_source(source, name)(z)


def test_einops_in_programs() -> None:
    """A program that is only read has einops as well."""
    text = "from einops import reduce\ndef f(a):\n    return reduce(a, '(h p) w -> h w', 'sum', p=2)"
    assert prove(from_source(text, "f")(even), even[::2] + even[1::2]).verdict == "proved"
    with pytest.raises(SymconvError, match="einops.reduce"):
        from_source(text, "f")(x)
