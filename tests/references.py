"""The libraries' own functions under the names that claims use, for `oracle` to run a claim's text with.

Nothing of symconv is used here. XLA's operations are written out in loops, so that JAX need not be installed.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import einops
import numpy as np
from scipy import linalg, signal


class OutsideError(Exception):
    """The sides are not defined at these sizes."""


class UnclearError(Exception):
    """Sizes at which nothing is claimed: hypotheses that no array fits, or an operand without entries."""


def need(condition: Any, what: str) -> None:
    """Raise unless the condition holds."""
    if not condition:
        raise OutsideError(what)


# Indexing, as claims mean it


@dataclass(frozen=True)
class At:
    """A symbolic index: 0 is read where it lies outside."""

    value: int


class Symbolic(int):
    """A bound or width that is not a literal number."""


@dataclass(frozen=True)
class Cut:
    """A slice of which a bound is symbolic, and which must lie inside."""

    start: int | None
    stop: int | None
    step: int | None

    def within(self, size: int) -> slice:
        """The slice of an axis; literal negative bounds count from its end."""
        step = 1 if self.step is None else self.step
        edge = 0 if step > 0 else -1
        given = [v if v is None or v >= 0 or isinstance(v, Symbolic) else v + size for v in (self.start, self.stop)]
        start = (0 if step > 0 else size - 1) if given[0] is None else given[0]
        stop = (size if step > 0 else -1) if given[1] is None else given[1]
        low, high = (start, stop) if step > 0 else (stop, start)
        need(edge <= low <= high <= size + edge, "a slice that does not lie inside")
        return slice(int(start), int(stop) if stop >= 0 else None, step) if start >= 0 else slice(0, 0)


def read(array: Any, items: tuple[Any, ...]) -> Any:
    """array[items]."""
    array = np.asarray(array)
    inside, key, axis = True, [], 0
    for item in items:
        if item is Ellipsis:
            axis = array.ndim - (len([i for i in items if i is not None]) - 1 - axis)
        elif isinstance(item, (At, Cut)):
            need(axis < array.ndim, "too many indices")
            size = array.shape[axis]
            if isinstance(item, Cut):
                item = item.within(size)
            else:
                inside = inside and 0 <= item.value < size
                if not size:
                    array = np.zeros([n or int(k == axis) for k, n in enumerate(array.shape)], array.dtype)
                item = item.value if 0 <= item.value < size else 0
        axis += item is not None and item is not Ellipsis
        key.append(item)
    found = array[tuple(key)]
    return found if inside else found * 0


def _hankel(c: Any, r: Any = None) -> Any:
    """SciPy's, without what it flattens for now and will treat as a batch."""
    need(all(np.ndim(v) == 1 for v in (c, r) if v is not None), "other than one axis")
    return linalg.hankel(c, r)


def _array(values: Any) -> Any:
    if len(values) == 0:
        raise UnclearError("an array without entries has no shape")
    return np.array(values)


def _total(values: Any, one: Callable[[], Any]) -> Any:
    """The sum of the values; of none it is as many zeros as one would have."""
    found = list(values)
    return builtins.sum(found) if found else one() * 0


def _sum(values: Any, axis: Any = None, **options: Any) -> Any:
    return np.sum(values, axis=axis, **options)


def _over(a: Any, b: Any) -> Any:
    need(b != 0, "a division by 0")
    return a / b


def _step(value: Any) -> Any:
    need(value >= 1, "a step below 1")
    return value


def _assume(body: Callable[[], Any], condition: bool) -> Any:
    need(condition, "what is assumed does not hold")
    return body()


# Functions of the libraries


def _sliding(function: Callable[..., Any]) -> Callable[..., Any]:
    def slide(a: Any, k: Any, mode: str = "full") -> Any:
        a, k = np.asarray(a), np.asarray(k)
        if not a.size or not k.size:
            raise UnclearError("an empty operand")
        need(a.ndim == k.ndim, "other numbers of axes")
        need(mode != "valid" or all(n >= m for n, m in zip(a.shape, k.shape, strict=True)), "a kernel that is larger")
        return function(a, k, mode=mode, method="direct")

    return slide


def _torch(name: str) -> Callable[..., Any]:
    def layer(*args: Any, **kwargs: Any) -> Any:
        import torch

        def given(value: Any) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            return torch.from_numpy(np.array(value, dtype=np.result_type(value, np.float64)))

        torch.set_num_threads(1)
        called = getattr(torch.nn.functional, name)
        return called(*map(given, args), **{k: given(v) for k, v in kwargs.items()}).numpy()

    return layer


def _circular(sign: int) -> Callable[[Any, Any], Any]:
    def slide(a: Any, b: Any) -> Any:
        need(np.shape(a) == np.shape(b), "other shapes")
        terms = [
            (b[u] if sign > 0 else np.conj(b[u])) * np.roll(a, tuple(sign * i for i in u), range(a.ndim))
            for u in np.ndindex(a.shape)
        ]
        return sum(terms)

    return slide


def _pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    array = np.asarray(array)
    widths = [(w, w) for w in [pad_width] * array.ndim] if np.ndim(pad_width) == 0 else _pairs_of(pad_width, array.ndim)
    for n, pair in zip(array.shape, widths, strict=True):
        for width in pair:
            bounces = mode in ("reflect", "symmetric", "wrap")
            if bounces and (isinstance(width, Symbolic) or options.get("reflect_type") == "odd"):
                need(width <= n - (mode == "reflect"), "a width that is larger than the array")
    return np.pad(array, pad_width, mode=mode, **options)


def _pairs_of(widths: Any, rank: int) -> list[tuple[int, int]]:
    rows = list(widths) if any(isinstance(w, tuple) for w in widths) else [widths]
    rows = rows * rank if len(rows) == 1 else rows
    need(len(rows) == rank, "widths for other axes")
    return [(row[0], row[-1]) for row in rows]


def _mean(a: Any, axis: Any = None, **options: Any) -> Any:
    need(np.size(a), "a mean of nothing")
    return np.mean(a, axis=axis, **options)


def _impulse(shape: Any, idx: Any = None) -> Any:
    places = idx if isinstance(idx, tuple) else (idx,)
    need(all(i >= 0 for i in places if isinstance(i, Symbolic)), "a place outside")
    return signal.unit_impulse(shape, idx)


def _einsum(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts.replace(" ", ""), *operands)


def _reduce(tensor: Any, pattern: str, reduction: str, **lengths: int) -> Any:
    floats = np.asarray(tensor, dtype=np.result_type(tensor, np.float64))
    return einops.reduce(floats if reduction == "mean" else tensor, pattern, reduction, **lengths)


def _frobenius(X: Any, Y: Any) -> Any:
    need(np.shape(X) == np.shape(Y), "other shapes")
    return np.sum(np.conj(X) * Y)


def _grad(scalar: Callable[[Any], Any], T: Any, at: Any = None) -> Any:
    """Derivatives by differences that are exact for polynomials up to degree 6, in whole numbers."""
    point = np.asarray(T if at is None else at)
    need(point.shape == np.shape(T), "another shape to differentiate at")
    found = []
    for place in np.ndindex(point.shape):
        step = np.zeros(point.shape, dtype=np.int64)
        step[place] = 1
        ahead, back = ([np.asarray(scalar(point + sign * k * step)) for k in (1, 2, 3)] for sign in (1, -1))
        need(all(not v.ndim for v in ahead), "a derivative of an array")
        total = sum(w * (a - b) for w, a, b in zip((45, -9, 1), ahead, back, strict=True))
        whole = total.dtype.kind == "i" and total % 60 == 0
        found.append(total // 60 if whole else total / 60)
    return np.array(found).reshape(point.shape)


# XLA


def _pad_by(x: Any, value: Any, config: Sequence[Sequence[int]]) -> Any:
    x = np.asarray(x)
    need(len(config) == x.ndim and all(i >= 0 for _, _, i in config), "negative interior padding, or other axes")
    sizes = [low + n + max(n - 1, 0) * i + high for n, (low, high, i) in zip(x.shape, config, strict=True)]
    need(all(n >= 0 for n in sizes), "a negative size")
    made = np.full(sizes, value, np.result_type(x, value))
    for at in np.ndindex(*x.shape):
        to = [low + k * (i + 1) for k, (low, _, i) in zip(at, config, strict=True)]
        if all(0 <= t < n for t, n in zip(to, sizes, strict=True)):
            made[tuple(to)] = x[at]
    return made


def _slice(x: Any, start: Sequence[int], limit: Sequence[int], strides: Sequence[int] | None = None) -> Any:
    x = np.asarray(x)
    rows = list(zip(start, limit, [1] * x.ndim if strides is None else strides, strict=True))
    need(len(rows) == x.ndim, "other axes")
    need(all(0 <= a <= b <= n and s >= 1 for (a, b, s), n in zip(rows, x.shape, strict=True)), "bounds outside")
    return x[tuple(slice(*row) for row in rows)]


def _slice_in_dim(x: Any, start: int | None, limit: int | None, stride: int = 1, axis: int = 0) -> Any:
    n = np.shape(x)[axis]
    first, last = 0 if start is None else start, n if limit is None else limit
    first, last = (v + n if v < 0 else v for v in (first, last))
    need(0 <= first <= last <= n and stride >= 1, "bounds outside")
    return np.moveaxis(np.moveaxis(x, axis, 0)[first:last:stride], 0, axis)


def _block(x: Any, start: Sequence[int], sizes: Sequence[int]) -> tuple[slice, ...]:
    rows = list(zip(start, sizes, np.shape(x), strict=True))
    need(all(s >= 0 and n >= 0 and s + n <= m for s, n, m in rows), "a block outside")
    return tuple(slice(s, s + n) for s, n, _ in rows)


def _update(x: Any, y: Any, start: Sequence[int]) -> Any:
    made = np.array(x, dtype=np.result_type(x, y))
    made[_block(x, start, np.shape(y))] = y
    return made


def _broadcast_in_dim(x: Any, shape: Sequence[int], dimensions: Sequence[int]) -> Any:
    x, wide = np.asarray(x), [1] * len(shape)
    need(len(dimensions) == x.ndim and list(dimensions) == sorted(set(dimensions)), "other dimensions")
    for k, n in zip(dimensions, x.shape, strict=True):
        wide[k] = n
    return np.broadcast_to(x.reshape(wide), tuple(shape))


def _dot_general(x: Any, y: Any, numbers: Any) -> Any:
    (left, right), (first, second) = numbers
    x, y = np.asarray(x), np.asarray(y)
    own, other = list(range(x.ndim)), [20 + k for k in range(y.ndim)]
    for a, b in zip((*left, *first), (*right, *second), strict=True):
        need(x.shape[a] == y.shape[b], "sizes differ")
        other[b] = own[a]
    rest = [k for k in own if k not in {*left, *first}] + [k for k in other if k >= 20]
    return np.einsum(x, own, y, other, [own[k] for k in first] + rest)


def _dot(x: Any, y: Any) -> Any:
    need(0 < np.ndim(x) <= 2 and 0 < np.ndim(y) <= 2, "other numbers of axes")
    return np.dot(x, y)


def _around(padding: Any, space: Sequence[int], reach: Sequence[int], step: Sequence[int]) -> Any:
    """The padding before and after, an axis."""
    if not isinstance(padding, str):
        return padding
    if padding == "VALID":
        return [(0, 0)] * len(space)
    need(padding in ("SAME", "SAME_LOWER"), "another padding")
    both = [max((-(-n // s) - 1) * s + r - n, 0) for n, r, s in zip(space, reach, step, strict=True)]
    halves = [(b // 2, b - b // 2) for b in both]
    return halves if padding == "SAME" else [pair[::-1] for pair in halves]


def _correlated(x: Any, w: Any, step: Any, pairs: Any, spread: Any, gap: Any, groups: int = 1) -> Any:
    """The sum over channels and taps, entry by entry, on a dilated and padded copy."""
    need(all(n >= 1 for n in (*step, *spread, *gap)), "a step or dilation below 1")
    need(x.shape[1] == groups * w.shape[1] and len(w) % groups == 0, "channels differ")
    wide = _pad_by(x, 0, [(0, 0, 0)] * 2 + [(*p, s - 1) for p, s in zip(pairs, spread, strict=True)])
    reach = [g * (k - 1) + 1 for g, k in zip(gap, w.shape[2:], strict=True)]
    need(all(n >= r for n, r in zip(wide.shape[2:], reach, strict=True)), "a kernel that does not fit")
    counts = [(n - r) // s + 1 for n, r, s in zip(wide.shape[2:], reach, step, strict=True)]
    out = np.zeros((len(x), len(w), *counts), np.result_type(x, w))
    depth, share = w.shape[1], len(w) // groups
    for f, m, u in product(range(len(w)), np.ndindex(*counts), np.ndindex(*w.shape[2:])):
        at = [s * i + g * j for s, i, g, j in zip(step, m, gap, u, strict=True)]
        channels = slice(f // share * depth, (f // share + 1) * depth)
        out[(slice(None), f, *m)] += wide[(slice(None), channels, *at)] @ w[(f, slice(None), *u)]
    return out


def _in_order(words: Sequence[str]) -> list[list[int]]:
    """The axes of input, kernel and output in the order batch, channel, space; filters, channel, space."""
    spatial = "".join(letter for letter in words[1] if letter not in "OI")
    return [
        [word.index(letter) for letter in outer + spatial]
        for word, outer in zip(words, ("NC", "OI", "NC"), strict=True)
    ]


def _conv_general_dilated(
    lhs: Any,
    rhs: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    feature_group_count: int = 1,
    batch_group_count: int = 1,
) -> Any:
    rank = np.ndim(lhs) - 2
    plain = "NCHWD"[: rank + 2], "OIHWD"[: rank + 2], "NCHWD"[: rank + 2]
    words = plain if dimension_numbers is None else dimension_numbers
    orders = _in_order(words)
    x, w = np.transpose(lhs, orders[0]), np.transpose(rhs, orders[1])
    spread, gap = ((1,) * rank if d is None else d for d in (lhs_dilation, rhs_dilation))
    need(len(window_strides) == rank == len(spread) == len(gap), "other axes")
    reach = [g * (k - 1) + 1 for g, k in zip(gap, w.shape[2:], strict=True)]
    pairs = _around(padding, [s * (n - 1) + 1 for s, n in zip(spread, x.shape[2:], strict=True)], reach, window_strides)
    shares = batch_group_count
    need(len(x) % shares == 0 and len(w) % shares == 0, "a batch that cannot be shared out")
    parts = [
        _correlated(part, own, window_strides, pairs, spread, gap, feature_group_count)
        for part, own in zip(np.split(x, shares), np.split(w, shares), strict=True)
    ]
    return np.transpose(np.concatenate(parts, axis=1), np.argsort(orders[2]))


def _conv_transpose(
    lhs: Any,
    rhs: Any,
    strides: Any,
    padding: Any,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    transpose_kernel: bool = False,
) -> Any:
    rank = np.ndim(lhs) - 2
    space = "HWD"[:rank]
    words = (f"N{space}C", f"{space}IO", f"N{space}C") if dimension_numbers is None else dimension_numbers
    orders = _in_order(words)
    x, w = np.transpose(lhs, orders[0]), np.transpose(rhs, orders[1])
    if transpose_kernel:
        w = np.flip(w, range(2, rank + 2)).swapaxes(0, 1)
    gap = (1,) * rank if rhs_dilation is None else rhs_dilation
    pairs = padding
    if isinstance(padding, str):
        reach = [g * (n - 1) + 1 for g, n in zip(gap, w.shape[2:], strict=True)]
        pairs = [as_keras(r, s, padding) for r, s in zip(reach, strides, strict=True)]
    made = _correlated(x, w, [1] * rank, pairs, strides, gap)
    return np.transpose(made, np.argsort(orders[2]))


def as_keras(reach: int, step: int, padding: str) -> tuple[int, int]:
    """The padding of a transposed convolution along one axis, as Keras has it."""
    if padding == "VALID":
        return reach - 1, step - 1 + max(reach - step, 0)
    need(padding == "SAME", "another padding")
    before = reach - 1 if step > reach - 1 else -(-(reach + step - 2) // 2)
    return before, reach + step - 2 - before


def _cumsum(x: Any, axis: int = 0, reverse: bool = False) -> Any:
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)


class lax:
    """The functions of jax.lax."""

    pad = staticmethod(_pad_by)
    slice = staticmethod(_slice)
    slice_in_dim = staticmethod(_slice_in_dim)
    dynamic_slice = staticmethod(lambda x, start, sizes: x[_block(x, start, sizes)])
    dynamic_update_slice = staticmethod(_update)
    broadcast_in_dim = staticmethod(_broadcast_in_dim)
    dot_general = staticmethod(_dot_general)
    dot = staticmethod(_dot)
    conv_general_dilated = conv = conv_with_general_padding = staticmethod(_conv_general_dilated)
    conv_transpose = staticmethod(_conv_transpose)
    rev = staticmethod(lambda x, dimensions: np.flip(x, tuple(dimensions)))
    concatenate = staticmethod(lambda arrays, dimension: np.concatenate(arrays, dimension))
    iota = staticmethod(lambda dtype, n: np.indices((n,))[0])
    broadcasted_iota = staticmethod(lambda dtype, shape, dimension: np.indices(tuple(shape))[dimension])
    transpose = staticmethod(lambda x, permutation: np.transpose(x, permutation))
    reshape = staticmethod(
        lambda x, sizes, dimensions=None: np.reshape(x if dimensions is None else np.transpose(x, dimensions), sizes)
    )
    broadcast = staticmethod(lambda x, sizes: np.broadcast_to(x, (*sizes, *np.shape(x))))
    expand_dims = staticmethod(lambda x, dimensions: np.expand_dims(x, tuple(dimensions)))
    squeeze = staticmethod(lambda x, dimensions: np.squeeze(x, tuple(dimensions)))
    reduce_sum = staticmethod(lambda x, axes: np.sum(x, axis=tuple(axes)))
    cumsum = staticmethod(_cumsum)


LIBRARY: dict[str, Any] = {
    **{n: getattr(np, n) for n in "dot vdot matmul inner outer trace transpose flip rot90 ravel reshape conj".split()},
    **{n: getattr(np, n) for n in "eye ones zeros full identity arange tri tril triu diag diagonal roll kron".split()},
    **{n: getattr(np, n) for n in "tensordot cumsum diff concatenate stack hstack vstack repeat tile".split()},
    **{n: getattr(np, n) for n in "swapaxes moveaxis expand_dims squeeze fliplr flipud broadcast_to".split()},
    **{n: getattr(np, n) for n in "real imag exp sqrt pi add subtract multiply negative power".split()},
    **{n: getattr(np.fft, n) for n in "fft ifft fft2 ifft2 fftn ifftn fftshift ifftshift".split()},
    **{n: getattr(linalg, n) for n in "circulant toeplitz convolution_matrix dft".split()},
    "hankel": _hankel,
    **{n: _sliding(getattr(signal, n)) for n in ("convolve", "correlate")},
    **{f"conv{t}{k}d": _torch(f"conv{t}{k}d") for t in ("", "_transpose") for k in (1, 2, 3)},
    **{f"avg_pool{k}d": _torch(f"avg_pool{k}d") for k in (1, 2, 3)},
    **{n: _torch(n) for n in "unfold fold linear pixel_shuffle pixel_unshuffle".split()},
    "unit_impulse": _impulse,
    "sliding_window_view": np.lib.stride_tricks.sliding_window_view,
    "pad": _pad,
    "mean": _mean,
    "einsum": _einsum,
    "rearrange": einops.rearrange,
    "reduce": _reduce,
    "circular_convolve": _circular(1),
    "circular_correlate": _circular(-1),
    "frobenius": _frobenius,
    "vec": lambda a: np.ravel(a, order="F"),
    "array": _array,
    "divide": _over,
    "sum": _sum,
    "total": _total,
    "grad": _grad,
    "assume": _assume,
    "needing": _assume,
    "step": _step,
    "lax": lax,
    **{f.__name__: f for f in (read, At, Cut, Symbolic, range, min, max, slice)},
    "or_zeros": lambda test, body: body if test else np.asarray(body) * 0,
    "__builtins__": {},
}
