"""What the operators mean, on object arrays: NumPy's own functions, and the definitions of SciPy's and torch's."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from functools import reduce as folded
from typing import Any

import einops
import numpy as np
import scipy.linalg

from . import exact
from .arrays import Outside, array, each, needs, on_arrays, on_sequences, plain, rearrange, sequence, stacked
from .exact import NotLinear, ratio
from .torch_layers import avg_pool, conv, conv_transpose, fold, linear, pixel_shuffle, pixel_unshuffle, unfold

# Sliding


def _full(a: Any, k: Any) -> Any:
    needs(a.ndim == k.ndim)
    out = np.full([n + m - 1 for n, m in zip(a.shape, k.shape, strict=False)], 0, object)
    for u in np.ndindex(k.shape):
        out[tuple(slice(p, p + n) for p, n in zip(u, a.shape, strict=False))] += a * k[u]
    return out


def convolve(a: Any, k: Any, mode: str = "full") -> Any:
    a, k = array(a), array(k)
    full = _full(a, k)
    if mode == "full":
        return full
    if mode == "same":
        return full[tuple(slice((m - 1) // 2, (m - 1) // 2 + n) for n, m in zip(a.shape, k.shape, strict=False))]
    needs(mode == "valid" and all(n >= m for n, m in zip(a.shape, k.shape, strict=False)))
    return full[tuple(slice(m - 1, n) for n, m in zip(a.shape, k.shape, strict=False))]


def correlate(a: Any, k: Any, mode: str = "full") -> Any:
    return convolve(a, np.conj(np.flip(array(k))), mode)


def circular_convolve(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    needs(a.shape == b.shape)
    axes = tuple(range(a.ndim))
    return plain(sum((np.roll(a, u, axes) * b[u] for u in np.ndindex(b.shape)), np.full(a.shape, 0, object)))


def circular_correlate(a: Any, b: Any) -> Any:
    a, b = array(a), np.conj(array(b))
    needs(a.shape == b.shape)
    axes = tuple(range(a.ndim))
    shifts = ((tuple(-p for p in u), u) for u in np.ndindex(b.shape))
    return plain(sum((np.roll(a, back, axes) * b[u] for back, u in shifts), np.full(a.shape, 0, object)))


def pad(value: Any, width: Any, mode: str = "constant", **keywords: Any) -> Any:
    a = array(value)
    needs(mode == "constant" or a.size > 0)
    needs(all(int(w) >= 0 for w in np.ravel(np.array(width, dtype=object))))
    if mode == "constant":
        filler = keywords.get("constant_values", 0)
        needs(isinstance(filler, int) or np.ndim(filler) <= 1)
    return on_arrays(np.pad)(a, width, mode=mode, **keywords)


def windows(value: Any, shape: Any, axis: Any = None) -> Any:
    return on_arrays(np.lib.stride_tricks.sliding_window_view)(value, shape, axis)


# Sums and products


def total(value: Any, axis: Any = None, keepdims: bool = False, initial: Any = 0) -> Any:
    return plain(on_arrays(np.sum)(value, axis=axis, keepdims=keepdims) + initial)


def mean(value: Any, axis: Any = None, keepdims: bool = False) -> Any:
    a = array(value)
    s = array(total(a, axis, keepdims))
    needs(s.size > 0 and a.size > 0)
    return plain(each(lambda v: ratio(v, a.size // s.size))(s))


def frobenius(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    needs(a.shape == b.shape)
    return plain(np.sum(np.conj(a) * b))


def _product(function: Callable[..., Any]) -> Callable[..., Any]:
    return on_arrays(function, 2)


def einsum(pattern: str, *operands: Any) -> Any:
    return on_arrays(lambda *a: np.einsum(pattern, *[array(x) for x in a]), 0)(*operands)


def reduce(value: Any, pattern: str, how: str, **sizes: int) -> Any:
    a = array(value)
    try:
        s = array(einops.reduce(a, pattern, "sum", **sizes))
    except einops.EinopsError as error:
        raise Outside(str(error)) from None
    return plain(s if how == "sum" else each(lambda v: ratio(v, a.size // s.size))(s))


def extremum(which: Callable[..., Any]) -> Callable[..., Any]:
    def called(value: Any, axis: Any = None, keepdims: bool = False) -> Any:
        a = each(lambda v: exact.order(v))(array(value))
        return on_arrays(which)(a, axis=axis, keepdims=keepdims)

    return called


# Structured arrays


def _eye(*args: Any, **keywords: Any) -> Any:
    needs(all(n >= 0 for n in args[:2] if isinstance(n, int)))
    return np.eye(*args, dtype=int, **keywords).astype(object)


def _filled(value: Any) -> Callable[..., Any]:
    def filled(shape: Any, fill: Any = value) -> Any:
        sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
        needs(all(n >= 0 for n in sizes))
        return plain(np.broadcast_to(array(fill), tuple(sizes)).copy()) if sizes else plain(array(fill))

    return filled


def arange(start: int, stop: Any = None, step: int = 1) -> Any:
    start, stop = (0, start) if stop is None else (start, stop)
    needs(step != 0)
    return np.array(range(start, stop, step), dtype=object)


def _batched(function: Callable[..., Any]) -> Callable[..., Any]:
    """A matrix for each of the vectors that lie along the last axis."""

    def called(*vectors: Any) -> Any:
        vectors = tuple(array(v) for v in vectors)
        needs(all(v.ndim >= 1 for v in vectors))
        lead = np.broadcast_shapes(*(v.shape[:-1] for v in vectors))
        vectors = tuple(np.broadcast_to(v, lead + v.shape[-1:]) for v in vectors)
        if not lead:
            return array(function(*vectors))
        rows = [array(function(*(v[i] for v in vectors))) for i in np.ndindex(lead)]
        return stacked(rows).reshape(lead + rows[0].shape)

    return called


def toeplitz(c: Any, r: Any = None) -> Any:
    return _batched(scipy.linalg.toeplitz)(c, np.conj(array(c)) if r is None else r)


def hankel(c: Any, r: Any = None) -> Any:
    c = array(c)
    return array(scipy.linalg.hankel(c, np.full(c.shape, 0, object) if r is None else array(r)))


def convolution_matrix(a: Any, n: int, mode: str = "full") -> Any:
    needs(n >= 1)

    def matrix(v: Any) -> Any:
        full = np.stack([_full(v, np.array([int(j == k) for k in range(n)], object)) for j in range(n)], 1)
        big, small = max(len(v), n), min(len(v), n)
        if mode == "same":
            return full[(small - 1) // 2 : (small - 1) // 2 + big]
        return full if mode == "full" else full[small - 1 : big]

    return _batched(matrix)(a)


def diag(v: Any, k: int = 0) -> Any:
    return on_arrays(np.diag)(v, k)


def unit_impulse(shape: Any, idx: Any = None) -> Any:
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    at = [0] * len(sizes) if idx is None else [n // 2 for n in sizes] if idx == "mid" else sequence(idx, len(sizes))
    needs(len(at) == len(sizes) and all(-n <= i < n for i, n in zip(at, sizes, strict=False)))
    out = np.full(sizes, 0, object)
    out[tuple(at)] = 1
    return out


# Transforms


@lru_cache(1 << 8)
def dft(n: int, scale: Any = None, sign: int = -1) -> Any:
    needs(n >= 1)
    by = {None: 1, "n": n, "sqrtn": exact.power(n, Fraction(1, 2))}[scale]
    return np.array([[ratio(exact.root_of_unity(sign * j * k, n), by) for k in range(n)] for j in range(n)], object)


def _transform(sign: int) -> Callable[..., Any]:
    scales = {None: None if sign < 0 else "n", "backward": None if sign < 0 else "n", "ortho": "sqrtn"}
    scales["forward"] = "n" if sign < 0 else None

    def transform(value: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        a = array(value)
        needs(a.ndim >= 1 and -a.ndim <= axis < a.ndim and (n is None or n >= 1))
        a = np.moveaxis(a, axis, -1)
        if n is not None:
            a = np.concatenate([a[..., :n], np.full((*a.shape[:-1], max(0, n - a.shape[-1])), 0, object)], -1)
        return np.moveaxis(a @ dft(a.shape[-1], scales[norm], sign), -1, axis)

    return transform


def _transforms(sign: int, default: Any) -> Callable[..., Any]:
    def transform(value: Any, s: Any = None, axes: Any = default, norm: Any = None) -> Any:
        a = array(value)
        axes = tuple(range(a.ndim))[-len(s) if s is not None else 0 :] if axes is None else axes
        sizes = (None,) * len(axes) if s is None else s
        return folded(
            lambda b, pair: _transform(sign)(b, pair[1], pair[0], norm), list(zip(axes, sizes, strict=False)), a
        )

    return transform


def root(name: str) -> Callable[..., Any]:
    return lambda value: plain(each(lambda v: exact.transcendental(name, v))(array(value)))


def absolute(value: Any) -> Any:
    def of(v: Any) -> Any:
        if isinstance(v, exact.Linear):
            raise NotLinear
        if isinstance(v, exact.Gauss):
            return exact.power(v.re * v.re + v.im * v.im, Fraction(1, 2))
        return abs(v)

    return plain(each(of)(array(value)))


def _pairwise(choose: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, b: plain(each(lambda p, q: choose(exact.order(p), exact.order(q)))(array(a), array(b)))


def squeeze(value: Any, axis: Any = None) -> Any:
    return on_arrays(np.squeeze)(value, axis)


def reshape(value: Any, shape: Any, order: str = "C") -> Any:
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    needs(all(n >= -1 for n in sizes))
    return on_arrays(np.reshape)(value, sizes, order=order)


def roll(value: Any, shift: Any, axis: Any = None) -> Any:
    return on_arrays(np.roll)(value, shift, axis)


def repeat(value: Any, repeats: Any, axis: Any = None) -> Any:
    return on_arrays(np.repeat)(value, np.array(repeats, dtype=int), axis)


def tile(value: Any, reps: Any) -> Any:
    needs(all(r >= 0 for r in (reps if isinstance(reps, (tuple, list)) else (reps,))))
    return on_arrays(np.tile)(value, reps)


def diff(value: Any, n: int = 1, axis: int = -1, **joined: Any) -> Any:
    needs(n >= 0)
    return on_arrays(np.diff)(value, n, axis, **{k: array(v) for k, v in joined.items()})


# XLA


def _lax_pad(value: Any, filler: Any, config: Any) -> Any:
    a = array(value)
    needs(len(config) == a.ndim and all(c[2] >= 0 for c in config))
    sizes = [lo + hi + n + max(n - 1, 0) * t for n, (lo, hi, t) in zip(a.shape, config, strict=False)]
    needs(all(n >= 0 for n in sizes))
    out = np.full(sizes, plain(array(filler)), object)
    for i in np.ndindex(a.shape):
        at = tuple(lo + q * (t + 1) for q, (lo, _, t) in zip(i, config, strict=False))
        if all(0 <= q < n for q, n in zip(at, sizes, strict=False)):
            out[at] = a[i]
    return out


def _lax_slice(value: Any, start: Any, limit: Any, strides: Any = None) -> Any:
    a = array(value)
    strides = (1,) * a.ndim if strides is None else strides
    needs(all(0 <= s <= e <= n and t >= 1 for s, e, n, t in zip(start, limit, a.shape, strides, strict=False)))
    return a[tuple(slice(s, e, t) for s, e, t in zip(start, limit, strides, strict=False))]


OPERATORS: dict[str, Callable[..., Any]] = {
    "convolve": convolve,
    "correlate": correlate,
    "circular_convolve": circular_convolve,
    "circular_correlate": circular_correlate,
    "pad": pad,
    "mean": mean,
    "frobenius": frobenius,
    "einsum": einsum,
    "reduce": reduce,
    "rearrange": rearrange,
    "unfold": unfold,
    "fold": fold,
    "linear": linear,
    "pixel_shuffle": pixel_shuffle,
    "pixel_unshuffle": pixel_unshuffle,
    "arange": arange,
    "toeplitz": toeplitz,
    "hankel": hankel,
    "convolution_matrix": convolution_matrix,
    "diag": diag,
    "unit_impulse": unit_impulse,
    "dft": dft,
    "absolute": absolute,
    "squeeze": squeeze,
    "reshape": reshape,
    "roll": roll,
    "repeat": repeat,
    "tile": tile,
    "diff": diff,
    "array": array,
    "sliding_window_view": windows,
    "sum": total,
    "circulant": _batched(scipy.linalg.circulant),
    "identity": _eye,
    "eye": _eye,
    "tri": lambda *a, **k: np.tri(*a, dtype=int, **k).astype(object),
    "ones": _filled(1),
    "zeros": _filled(0),
    "full": _filled(0),
    "fft": _transform(-1),
    "ifft": _transform(1),
    "fft2": _transforms(-1, (-2, -1)),
    "ifft2": _transforms(1, (-2, -1)),
    "fftn": _transforms(-1, None),
    "ifftn": _transforms(1, None),
    "fftshift": on_arrays(np.fft.fftshift),
    "ifftshift": on_arrays(np.fft.ifftshift),
    "vec": lambda a: np.ravel(array(a), order="F"),
    "conj": lambda a: plain(each(exact.conjugate)(array(a))),
    "real": lambda a: plain(each(exact.real)(array(a))),
    "imag": lambda a: plain(each(exact.imag)(array(a))),
    "add": lambda a, b: plain(array(a) + array(b)),
    "subtract": lambda a, b: plain(array(a) - array(b)),
    "multiply": lambda a, b: plain(array(a) * array(b)),
    "negative": lambda a: plain(-array(a)),
    "maximum": _pairwise(max),
    "minimum": _pairwise(min),
    "amax": extremum(np.max),
    "amin": extremum(np.min),
    "relu": lambda a: _pairwise(max)(a, 0),
    **{name: _product(getattr(np, name)) for name in ("dot", "inner", "matmul", "outer", "kron", "tensordot", "vdot")},
    **{
        name: on_arrays(getattr(np, name))
        for name in """broadcast_to cumsum expand_dims flip fliplr flipud moveaxis ravel
       rot90 swapaxes transpose trace diagonal tril triu""".split()
    },
    **{name: on_sequences(getattr(np, name)) for name in ("concatenate", "hstack", "vstack", "stack")},
    **{name: root(name) for name in ("exp", "sqrt", "cos", "sin", "log")},
    **{f"conv{d}d": conv(d) for d in (1, 2, 3)},
    **{f"conv_transpose{d}d": conv_transpose(d) for d in (1, 2, 3)},
    **{f"avg_pool{d}d": avg_pool(d) for d in (1, 2, 3)},
    "lax.pad": _lax_pad,
    "lax.slice": _lax_slice,
    "lax.rev": on_arrays(np.flip),
    "lax.concatenate": on_sequences(np.concatenate),
    "lax.transpose": on_arrays(np.transpose),
    "lax.reshape": lambda a, sizes: reshape(a, tuple(sizes)),
    "lax.reduce_sum": lambda a, axes: total(a, tuple(axes)),
}
