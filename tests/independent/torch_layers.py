"""The layers of torch.nn.functional on object arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import array, divided, needs, plain, rearrange, sequence


def _spread(a: Any, padding: Any, axes: int) -> Any:
    lead = [(0, 0)] * (a.ndim - axes)
    return np.pad(a, lead + [(p, p) for p in padding]) if any(padding) else a


def conv(axes: int) -> Callable[..., Any]:
    def layer(
        x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
    ) -> Any:
        x, w = array(x), array(w)
        single = x.ndim == axes + 1
        x = x[None] if single else x
        stride, dilation = sequence(stride, axes), sequence(dilation, axes)
        needs(x.ndim == w.ndim == axes + 2)
        if padding == "same":
            needs(all(s == 1 for s in stride))
            total_width = [d * (k - 1) for d, k in zip(dilation, w.shape[2:], strict=False)]
            x = np.pad(x, [(0, 0), (0, 0), *((t // 2, t - t // 2) for t in total_width)])
        padding = sequence(0 if isinstance(padding, str) else padding, axes)
        needs(all(s >= 1 for s in stride) and all(d >= 1 for d in dilation) and all(p >= 0 for p in padding))
        needs(groups >= 1 and w.shape[0] % groups == 0 and x.shape[1] == w.shape[1] * groups)
        x = _spread(x, padding, axes)
        reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=False)]
        needs(all(n >= r for n, r in zip(x.shape[2:], reach, strict=False)))
        out_size = [(n - r) // s + 1 for n, r, s in zip(x.shape[2:], reach, stride, strict=False)]
        parts = []
        for xs, ws in zip(np.split(x, groups, 1), np.split(w, groups, 0), strict=False):
            out = np.full((x.shape[0], ws.shape[0], *out_size), 0, object)
            for u in np.ndindex(ws.shape[2:]):
                at = tuple(
                    slice(d * p, d * p + s * (n - 1) + 1, s)
                    for d, p, s, n in zip(dilation, u, stride, out_size, strict=False)
                )
                out = out + np.moveaxis(
                    np.tensordot(xs[(slice(None), slice(None), *at)], ws[(slice(None), slice(None), *u)], (1, 1)), -1, 1
                )
            parts.append(out)
        result = np.concatenate(parts, 1)
        if b is not None:
            result = result + np.reshape(array(b), (-1,) + (1,) * axes)
        return result[0] if single else result

    return layer


def conv_transpose(axes: int) -> Callable[..., Any]:
    def layer(
        x: Any,
        w: Any,
        b: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Any:
        x, w = array(x), array(w)
        single = x.ndim == axes + 1
        x = x[None] if single else x
        stride, padding, extra, dilation = (sequence(v, axes) for v in (stride, padding, output_padding, dilation))
        needs(x.ndim == w.ndim == axes + 2 and x.shape[1] == w.shape[0] and groups >= 1 and w.shape[0] % groups == 0)
        needs(all(v >= 1 for v in (*stride, *dilation)) and all(v >= 0 for v in (*padding, *extra)))
        needs(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=False)))
        size = [
            (n - 1) * s + d * (k - 1) + 1 + e
            for n, s, d, k, e in zip(x.shape[2:], stride, dilation, w.shape[2:], extra, strict=False)
        ]
        parts = []
        for xs, ws in zip(np.split(x, groups, 1), np.split(w, groups, 0), strict=False):
            out = np.full((x.shape[0], ws.shape[1], *size), 0, object)
            for u in np.ndindex(ws.shape[2:]):
                at = tuple(
                    slice(d * p, d * p + s * (n - 1) + 1, s)
                    for d, p, s, n in zip(dilation, u, stride, xs.shape[2:], strict=False)
                )
                out[(slice(None), slice(None), *at)] += np.moveaxis(
                    np.tensordot(xs, ws[(slice(None), slice(None), *u)], (1, 0)), -1, 1
                )
            parts.append(out)
        result = np.concatenate(parts, 1)
        needs(all(n - 2 * p >= 1 for n, p in zip(size, padding, strict=False)))
        result = result[(slice(None), slice(None), *(slice(p, n - p) for p, n in zip(padding, size, strict=False)))]
        if b is not None:
            result = result + np.reshape(array(b), (-1,) + (1,) * axes)
        return result[0] if single else result

    return layer


def avg_pool(axes: int) -> Callable[..., Any]:
    def layer(
        x: Any,
        size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Any:
        x = array(x)
        size, padding = sequence(size, axes), sequence(padding, axes)
        stride = size if stride is None else sequence(stride, axes)
        needs(
            x.ndim in (axes + 1, axes + 2)
            and all(k >= 1 and s >= 1 and 0 <= 2 * p <= k for k, s, p in zip(size, stride, padding, strict=False))
        )
        bounds = []
        for n, k, s, p in zip(x.shape[-axes:], size, stride, padding, strict=False):
            needs(n + 2 * p >= k)
            count = (n + 2 * p - k + (s - 1 if ceil_mode else 0)) // s + 1
            if ceil_mode and (count - 1) * s >= n + p:
                count -= 1
            bounds.append([(i * s - p, min(i * s - p + k, n + p), n) for i in range(count)])
        out = np.full(x.shape[:-axes] + tuple(len(b) for b in bounds), 0, object)
        for place in np.ndindex(out.shape[-axes:]):
            spans = [b[i] for b, i in zip(bounds, place, strict=False)]
            inside = [(max(lo, 0), min(hi, n)) for lo, hi, n in spans]
            area = math.prod((hi - lo for lo, hi, _ in spans) if count_include_pad else (hi - lo for lo, hi in inside))
            block = np.sum(x[(..., *(slice(lo, hi) for lo, hi in inside))], axis=tuple(range(-axes, 0)))
            out[(..., *place)] = divided(block, divisor_override or area)
        return out

    return layer


def _columns(shape: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """Image index (or None) for each kernel entry and each place of the window."""
    kernel, dilation, padding, stride = (sequence(v, 2) for v in (kernel, dilation, padding, stride))
    counts = []
    for n, k, d, p, s in zip(shape, kernel, dilation, padding, stride, strict=False):
        needs(k >= 1 and d >= 1 and p >= 0 and s >= 1)
        needs(n + 2 * p >= d * (k - 1) + 1)
        counts.append((n + 2 * p - d * (k - 1) - 1) // s + 1)
    for row, u in enumerate(np.ndindex(*kernel)):
        for column, i in enumerate(np.ndindex(*counts)):
            at = tuple(s * q + d * v - p for q, v, s, d, p in zip(i, u, stride, dilation, padding, strict=False))
            yield row, column, at if all(0 <= q < n for q, n in zip(at, shape, strict=False)) else None
    yield math.prod(kernel), math.prod(counts), None


def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    x = array(x)
    needs(x.ndim in (3, 4))
    *entries, (rows, columns, _) = _columns(x.shape[-2:], kernel_size, dilation, padding, stride)
    out = np.full((*x.shape[:-2], rows, columns), 0, object)
    for row, column, at in entries:
        if at is not None:
            out[..., row, column] = x[(..., *at)]
    return out.reshape(*x.shape[:-3], x.shape[-3] * rows, columns)


def fold(x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    x, output_size = array(x), sequence(output_size, 2)
    *entries, (rows, columns, _) = _columns(output_size, kernel_size, dilation, padding, stride)
    needs(x.ndim in (2, 3) and x.shape[-1] == columns and x.shape[-2] % rows == 0)
    x = x.reshape(*x.shape[:-2], x.shape[-2] // rows, rows, columns)
    out = np.full((*x.shape[:-2], *output_size), 0, object)
    for row, column, at in entries:
        if at is not None:
            out[(..., *at)] += x[..., row, column]
    return out


def linear(x: Any, w: Any, b: Any = None) -> Any:
    x, w = array(x), array(w)
    needs(x.ndim >= 1 and w.ndim in (1, 2) and x.shape[-1] == w.shape[-1])
    return plain(x @ (w.T if w.ndim == 2 else w) + (0 if b is None else array(b)))


def pixel_shuffle(x: Any, r: int) -> Any:
    needs(np.ndim(x) >= 3 and r >= 1)
    return rearrange(x, "... (c a b) h w -> ... c (h a) (w b)", a=r, b=r)


def pixel_unshuffle(x: Any, r: int) -> Any:
    needs(np.ndim(x) >= 3 and r >= 1)
    return rearrange(x, "... c (h a) (w b) -> ... (c a b) h w", a=r, b=r)
