"""Drawing arguments for XLA's operations, with what they mean written out in loops.

JAX's own functions are the second opinion where JAX is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from drawing import Draw, draws


@draws("lax.pad")
def _pad(d: Draw, name: str) -> Any:
    shape = d.shape(0, 2)
    rows = []
    for n in shape:
        interior = d.number(0, 2)
        low = d.number(-2, 2)
        rows.append((low, d.number(max(-2, -low - n - (n - 1) * interior), 2), interior))
    fill = d.pick(0, d.number(-2, 2), d.tensor(complex=False))
    x = d.tensor(*shape)
    values = d.value(x)
    sizes = [low + n + (n - 1) * interior + high for n, (low, high, interior) in zip(shape, rows, strict=True)]
    expected = np.full(sizes, d.value(fill), values.dtype)
    for at in np.ndindex(*shape):
        to = [low + i * (interior + 1) for i, (low, _, interior) in zip(at, rows, strict=True)]
        if all(0 <= t < n for t, n in zip(to, sizes, strict=True)):
            expected[tuple(to)] = values[at]
    return d.apply_slow(name, expected, x, fill, tuple(tuple(map(d.parameter, row)) for row in rows))


@draws("lax.rev")
def _rev(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    chosen = tuple(k for k in range(len(shape)) if d.pick(True, False))
    x = d.tensor(*shape)
    return d.apply_slow(name, np.flip(d.value(x), chosen), x, chosen)


@draws("lax.slice")
def _slice(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3, 5)
    rows = [(*sorted((d.number(0, n), d.number(0, n))), d.number(1, 3)) for n in shape]
    x = d.tensor(*shape)
    starts, limits, steps = ([row[k] for row in rows] for k in range(3))
    if d.pick(True, False):
        steps = [1] * len(shape)
    expected = d.value(x)[tuple(slice(*row) for row in zip(starts, limits, steps, strict=True))]
    strides = () if set(steps) <= {1} else (tuple(map(d.parameter, steps)),)
    return d.apply_slow(name, expected, x, tuple(map(d.parameter, starts)), tuple(map(d.parameter, limits)), *strides)


@draws("lax.concatenate")
def _concatenate(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(0, len(shape) - 1)
    shapes = [(*shape[:axis], d.number(1, 4), *shape[axis + 1 :]) for _ in range(d.number(1, 3))]
    arrays = [d.tensor(*s, complex=False) for s in shapes]
    return d.apply_slow(name, np.concatenate(d.value(arrays), axis), arrays, axis)


@draws("lax.dynamic_update_slice")
def _update(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    own = [d.number(1, n) for n in shape]
    starts = [d.number(0, n - m) for n, m in zip(shape, own, strict=True)]
    x, y = d.tensor(*shape, complex=False), d.tensor(*own, complex=False)
    expected = d.value(x).copy()
    expected[tuple(slice(s, s + m) for s, m in zip(starts, own, strict=True))] = d.value(y)
    return d.apply_slow(name, expected, x, y, tuple(map(d.parameter, starts)))


@draws("lax.broadcast_in_dim")
def _broadcast(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    kept = [k for k in range(len(shape)) if d.pick(True, False)]
    own = [d.pick(shape[k], shape[k], 1) for k in kept]
    x = d.tensor(*own)
    wide = [1] * len(shape)
    for k, n in zip(kept, own, strict=True):
        wide[k] = n
    expected = np.broadcast_to(d.value(x).reshape(wide), shape)
    return d.apply_slow(name, expected, x, tuple(map(d.size, shape)), tuple(kept))


@draws("lax.dot_general")
def _dot_general(d: Draw, name: str) -> Any:
    sizes = {letter: d.number(1, 3) for letter in "bcklmn"}
    batch, summed = "bc"[: d.number(0, 2)], "kl"[: d.number(0, 2)]
    left = "".join(d.order(batch + summed + "m"[: d.number(0, 1)]))
    right = "".join(d.order(batch + summed + "n"[: d.number(0, 1)]))
    rest = "".join(x for x in left + right if x in "mn")
    x, y = (d.tensor(*(sizes[letter] for letter in word), complex=False) for word in (left, right))
    expected = np.einsum(f"{left},{right}->{batch}{rest}", d.value(x), d.value(y))
    numbers = tuple(tuple(tuple(map(word.index, own)) for word in (left, right)) for own in (summed, batch))
    return d.apply_slow(name, expected, x, y, numbers)


@draws("lax.iota")
def _iota(d: Draw, name: str) -> Any:
    n = d.number(0, 5)
    return d.apply_slow(name, np.arange(n), "int32", d.parameter(n))


@draws("lax.conv_general_dilated")
def _convolution(d: Draw, name: str) -> Any:
    rank = d.number(1, 2)
    groups, depth, filters, batch = d.pick(1, 1, 2), d.number(1, 2), d.number(1, 2), d.number(1, 2)
    shares = d.pick(1, 1, 2) if groups == 1 else 1
    filters, batch = filters * shares, batch * shares
    window = [d.number(1, 3) for _ in range(rank)]
    step, gap = ([d.number(1, 3) for _ in range(rank)] for _ in range(2))
    spread = [d.pick(1, d.number(1, 3)) for _ in range(rank)]
    space = [d.number(1, 4) for _ in range(rank)]
    reach = [g * (k - 1) + 1 for g, k in zip(gap, window, strict=True)]
    wide = [s * (n - 1) + 1 for s, n in zip(spread, space, strict=True)]
    padding: Any = tuple(
        (low := d.number(-1, 2), max(d.number(-1, 2), r - n - low)) for n, r in zip(wide, reach, strict=True)
    )
    if max(spread) == 1 and d.pick(True, False):
        padding = (
            d.pick("SAME", "SAME_LOWER", "VALID") if all(r <= n for r, n in zip(reach, space, strict=True)) else "SAME"
        )
    layouts = d.pick(None, (("NCHW", "OIHW", "NCHW"), ("NHWC", "HWIO", "NHWC"), ("CWNH", "WOHI", "NWHC")))
    if layouts is not None:
        layouts = tuple(word if rank == 2 else word.replace("H", "") for word in d.pick(*layouts))
    d.concrete = d.concrete or groups * shares > 1
    x = np.asarray(d.random.integers(-4, 5, (batch, groups * depth, *space)))
    w = np.asarray(d.random.integers(-4, 5, (groups * filters, depth, *window)))
    words = layouts or ("NCHW"[: rank + 2], "OIHW"[: rank + 2], "NCHW"[: rank + 2])
    spatial = "".join(letter for letter in words[1] if letter not in "OI")
    orders = [
        [(outer + spatial).index(letter) for letter in word]
        for word, outer in zip(words, ("NC", "OI", "NC"), strict=True)
    ]
    X, K = (d.tensor(*np.transpose(v, o).shape, complex=False) for v, o in zip((x, w), orders[:2], strict=True))
    d.arrays[X.name], d.arrays[K.name] = np.transpose(x, orders[0]), np.transpose(w, orders[1])
    pairs = _pairs(padding, space, reach, step)
    expected = np.transpose(_shared_out(x, w, shares, step, pairs, spread, gap, groups), orders[2])
    if not isinstance(padding, str):
        padding = tuple(tuple(map(d.parameter, pair)) for pair in padding)
    step, spread, gap = (tuple(map(d.parameter, v)) for v in (step, spread, gap))
    spread = None if isinstance(padding, str) else spread
    return d.apply_slow(name, expected, X, K, step, padding, spread, gap, layouts, groups, shares)


def _pairs(padding: Any, space: Sequence[int], reach: Sequence[int], step: Sequence[int]) -> Any:
    if not isinstance(padding, str):
        return padding
    if padding == "VALID":
        return [(0, 0)] * len(space)
    both = [max((-(-n // s) - 1) * s + r - n, 0) for n, r, s in zip(space, reach, step, strict=True)]
    halves = [(b // 2, b - b // 2) for b in both]
    return halves if padding == "SAME" else [pair[::-1] for pair in halves]


def _shared_out(x: Any, w: Any, shares: int, *rest: Any) -> np.ndarray:
    """Every share of the batch with its own share of the filters."""
    pairs = zip(np.split(x, shares), np.split(w, shares), strict=True)
    return np.concatenate([_correlated(part, own, *rest) for part, own in pairs], axis=1)


def _correlated(x: Any, w: Any, step: Any, pairs: Any, spread: Any, gap: Any, groups: int) -> np.ndarray:
    """What the definition says, entry by entry, on a dilated and padded copy."""
    space, window = x.shape[2:], w.shape[2:]
    sizes = [s * (n - 1) + 1 + low + high for s, n, (low, high) in zip(spread, space, pairs, strict=True)]
    wide = np.zeros((*x.shape[:2], *sizes), int)
    for at in np.ndindex(*space):
        to = [low + s * i for i, s, (low, _) in zip(at, spread, pairs, strict=True)]
        if all(0 <= t < n for t, n in zip(to, sizes, strict=True)):
            wide[(slice(None), slice(None), *to)] = x[(slice(None), slice(None), *at)]
    counts = [max((n - g * (k - 1) - 1) // s + 1, 0) for n, g, k, s in zip(sizes, gap, window, step, strict=True)]
    out = np.zeros((len(x), len(w), *counts), int)
    depth, share = w.shape[1], len(w) // groups
    for n, f, c in product(range(len(x)), range(len(w)), range(depth)):
        for m in np.ndindex(*counts):
            for u in np.ndindex(*window):
                at = [s * i + g * j for s, i, g, j in zip(step, m, gap, u, strict=True)]
                out[(n, f, *m)] += wide[(n, f // share * depth + c, *at)] * w[(f, c, *u)]
    return out


@draws("lax.conv", "lax.conv_with_general_padding")
def _plain_convolution(d: Draw, name: str) -> Any:
    rank = d.number(1, 2)
    depth, filters, batch = d.number(1, 2), d.number(1, 2), d.number(1, 2)
    window, step, space = ([d.number(1, 3) for _ in range(rank)] for _ in range(3))
    wide = name != "lax.conv"
    gap, spread = ([d.number(1, 2) if wide else 1 for _ in range(rank)] for _ in range(2))
    reach = [g * (k - 1) + 1 for g, k in zip(gap, window, strict=True)]
    space = [max(n, r) for n, r in zip(space, reach, strict=True)]
    padding: Any = d.pick("SAME", "VALID", "SAME_LOWER")
    if max(spread) > 1:
        padding = tuple((d.number(0, 2), d.number(0, 2)) for _ in range(rank))
    X, K = d.tensor(batch, depth, *space, complex=False), d.tensor(filters, depth, *window, complex=False)
    pairs = _pairs(padding, space, reach, step)
    expected = _correlated(d.value(X), d.value(K), step, pairs, spread, gap, 1)
    step, gap = (tuple(map(d.parameter, v)) for v in (step, gap))
    if not isinstance(padding, str):
        spread = tuple(map(d.parameter, spread))
        padding = tuple(tuple(map(d.parameter, pair)) for pair in padding)
    return d.apply_slow(name, expected, X, K, step, padding, *((tuple(spread), gap) if wide else ()))


@draws("lax.conv_transpose")
def _transposed(d: Draw, name: str) -> Any:
    rank = d.number(1, 2)
    depth, filters, batch = d.number(1, 2), d.number(1, 2), d.number(1, 2)
    window, step, space = ([d.number(1, 3) for _ in range(rank)] for _ in range(3))
    gap = [d.pick(1, 1, 2) for _ in range(rank)]
    turned = d.pick(False, True)
    padding: Any = d.pick("SAME", "VALID", tuple((d.number(1, 2), d.number(1, 2)) for _ in range(rank)))
    reach = [g * (n - 1) + 1 for g, n in zip(gap, window, strict=True)]
    pairs = padding
    if isinstance(padding, str):
        pairs = [_around(r, s, padding) for r, s in zip(reach, step, strict=True)]
    wide = [s * (n - 1) + 1 for s, n in zip(step, space, strict=True)]
    d.concrete = d.concrete or any(sum(p) + n < r for p, n, r in zip(pairs, wide, reach, strict=True))
    x = d.tensor(batch, *space, depth, complex=False)
    k = d.tensor(*window, *((filters, depth) if turned else (depth, filters)), complex=False)
    w = np.flip(d.value(k), range(rank)).swapaxes(rank, rank + 1) if turned else d.value(k)
    made = _correlated(
        np.moveaxis(d.value(x), -1, 1), np.moveaxis(w, (-1, -2), (0, 1)), [1] * rank, pairs, step, gap, 1
    )
    step, gap = (tuple(map(d.parameter, v)) for v in (step, gap))
    return d.apply_slow(name, np.moveaxis(made, 1, -1), x, k, step, padding, gap, None, turned)


def _around(reach: int, step: int, padding: str) -> tuple[int, int]:
    """The padding as Keras has it."""
    if padding == "VALID":
        return reach - 1, step - 1 + max(reach - step, 0)
    before = reach - 1 if step > reach - 1 else -(-(reach + step - 2) // 2)
    return before, reach + step - 2 - before


@draws(
    "lax.transpose", "lax.broadcast", "lax.expand_dims", "lax.squeeze", "lax.reshape", "lax.reduce_sum", "lax.cumsum"
)
def _rearranged(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    rank = len(shape)
    if name == "lax.squeeze":
        gone = tuple(d.some(range(rank)))
        shape = tuple(1 if k in gone else n for k, n in enumerate(shape))
        x = d.tensor(*shape)
        return d.apply_slow(name, np.squeeze(d.value(x), gone), x, gone)
    x = d.tensor(*shape)
    v, order = d.value(x), tuple(d.order(range(rank)))
    match name:
        case "lax.transpose":
            return d.apply_slow(name, v.transpose(order), x, order)
        case "lax.broadcast":
            new = d.shape(0, 2)
            return d.apply_slow(name, np.broadcast_to(v, (*new, *shape)), x, tuple(map(d.parameter, new)))
        case "lax.expand_dims":
            places = tuple(d.some(range(rank + 1)))[:1]
            return d.apply_slow(name, np.expand_dims(v, places), x, places)
        case "lax.reshape":
            used = d.pick(None, order)
            turned = v if used is None else v.transpose(used)
            size = np.prod([d.size(n) for n in turned.shape]) if not d.concrete else int(np.prod(turned.shape))
            return d.apply_slow(name, turned.reshape(-1), x, (size,), used)
        case "lax.reduce_sum":
            axes = tuple(d.some(range(rank)))
            return d.apply_slow(name, v.sum(axes), x, axes)
    axis, reverse = d.number(0, rank - 1), d.pick(False, True)
    expected = np.flip(np.cumsum(np.flip(v, axis), axis), axis) if reverse else np.cumsum(v, axis)
    return d.apply_slow(name, expected, x, axis, reverse)


@draws("lax.broadcasted_iota")
def _numbered(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(0, len(shape) - 1)
    return d.apply_slow(name, np.indices(shape)[axis], "int32", tuple(map(d.parameter, shape)), axis)


@draws("lax.dynamic_slice", "lax.slice_in_dim")
def _cut(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    x = d.tensor(*shape)
    v = d.value(x)
    if name == "lax.dynamic_slice":
        sizes = [d.number(0, n) for n in shape]
        starts = [d.number(0, n - m) for n, m in zip(shape, sizes, strict=True)]
        expected = v[tuple(slice(s, s + m) for s, m in zip(starts, sizes, strict=True))]
        return d.apply_slow(name, expected, x, tuple(map(d.parameter, starts)), tuple(map(d.parameter, sizes)))
    axis = d.number(-len(shape), len(shape) - 1)
    n, step = shape[axis], d.number(1, 3)
    start, limit = sorted((d.number(0, n), d.number(0, n)))
    first = d.pick(d.parameter(start), *([None] if start == 0 else []), *([start - n] if start < n else []))
    last = d.pick(d.parameter(limit), *([None] if limit == n else [limit - n]))
    key = [slice(None)] * len(shape)
    key[axis] = slice(start, limit, step)
    return d.apply_slow(name, v[tuple(key)], x, first, last, d.parameter(step), axis)


@draws("lax.dot")
def _dot(d: Draw, name: str) -> Any:
    n, k, m = (d.number(1, 4) for _ in range(3))
    x, y = d.tensor(*d.pick((k,), (n, k)), complex=False), d.tensor(*d.pick((k,), (k, m)), complex=False)
    return d.apply_slow(name, np.dot(d.value(x), d.value(y)), x, y)
