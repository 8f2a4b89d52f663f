"""Drawing arguments for XLA's operations; JAX's own functions are the second opinion where JAX is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws
from references import as_keras


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
    return d.apply_slow(name, x, fill, tuple(tuple(map(d.parameter, row)) for row in rows))


@draws("lax.rev")
def _rev(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    chosen = tuple(k for k in range(len(shape)) if d.pick(True, False))
    x = d.tensor(*shape)
    return d.apply_slow(name, x, chosen)


@draws("lax.slice")
def _slice(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3, 5)
    rows = [(*sorted((d.number(0, n), d.number(0, n))), d.number(1, 3)) for n in shape]
    x = d.tensor(*shape)
    starts, limits, steps = ([row[k] for row in rows] for k in range(3))
    if d.pick(True, False):
        steps = [1] * len(shape)
    strides = () if set(steps) <= {1} else (tuple(map(d.parameter, steps)),)
    return d.apply_slow(name, x, tuple(map(d.parameter, starts)), tuple(map(d.parameter, limits)), *strides)


@draws("lax.concatenate")
def _concatenate(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(0, len(shape) - 1)
    shapes = [(*shape[:axis], d.number(1, 4), *shape[axis + 1 :]) for _ in range(d.number(1, 3))]
    arrays = [d.tensor(*s, complex=False) for s in shapes]
    return d.apply_slow(name, arrays, axis)


@draws("lax.dynamic_update_slice")
def _update(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    own = [d.number(1, n) for n in shape]
    starts = [d.number(0, n - m) for n, m in zip(shape, own, strict=True)]
    x, y = d.tensor(*shape, complex=False), d.tensor(*own, complex=False)
    return d.apply_slow(name, x, y, tuple(map(d.parameter, starts)))


@draws("lax.broadcast_in_dim")
def _broadcast(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    kept = [k for k in range(len(shape)) if d.pick(True, False)]
    own = [d.pick(shape[k], shape[k], 1) for k in kept]
    x = d.tensor(*own)
    return d.apply_slow(name, x, tuple(map(d.size, shape)), tuple(kept))


@draws("lax.dot_general")
def _dot_general(d: Draw, name: str) -> Any:
    sizes = {letter: d.number(1, 3) for letter in "bcklmn"}
    batch, summed = "bc"[: d.number(0, 2)], "kl"[: d.number(0, 2)]
    left = "".join(d.order(batch + summed + "m"[: d.number(0, 1)]))
    right = "".join(d.order(batch + summed + "n"[: d.number(0, 1)]))
    x, y = (d.tensor(*(sizes[letter] for letter in word), complex=False) for word in (left, right))
    numbers = tuple(tuple(tuple(map(word.index, own)) for word in (left, right)) for own in (summed, batch))
    return d.apply_slow(name, x, y, numbers)


@draws("lax.iota")
def _iota(d: Draw, name: str) -> Any:
    n = d.number(0, 5)
    return d.apply_slow(name, "int32", d.parameter(n))


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
    if not isinstance(padding, str):
        padding = tuple(tuple(map(d.parameter, pair)) for pair in padding)
    step, spread, gap = (tuple(map(d.parameter, v)) for v in (step, spread, gap))
    spread = None if isinstance(padding, str) else spread
    return d.apply_slow(name, X, K, step, padding, spread, gap, layouts, groups, shares)


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
    step, gap = (tuple(map(d.parameter, v)) for v in (step, gap))
    if not isinstance(padding, str):
        spread = tuple(map(d.parameter, spread))
        padding = tuple(tuple(map(d.parameter, pair)) for pair in padding)
    return d.apply_slow(name, X, K, step, padding, *((tuple(spread), gap) if wide else ()))


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
        pairs = [as_keras(r, s, padding) for r, s in zip(reach, step, strict=True)]
    wide = [s * (n - 1) + 1 for s, n in zip(step, space, strict=True)]
    counts = [max(sum(p) + n - r + 1, 0) for p, n, r in zip(pairs, wide, reach, strict=True)]
    empty = None if all(counts) else (batch, *counts, filters)
    d.concrete = d.concrete or empty is not None
    x = d.tensor(batch, *space, depth, complex=False)
    k = d.tensor(*window, *((filters, depth) if turned else (depth, filters)), complex=False)
    step, gap = (tuple(map(d.parameter, v)) for v in (step, gap))
    return d.apply_slow(name, x, k, step, padding, gap, None, turned, empty=empty)


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
        return d.apply_slow(name, x, gone)
    x = d.tensor(*shape)
    order = tuple(d.order(range(rank)))
    match name:
        case "lax.transpose":
            return d.apply_slow(name, x, order)
        case "lax.broadcast":
            new = d.shape(0, 2)
            return d.apply_slow(name, x, tuple(map(d.parameter, new)))
        case "lax.expand_dims":
            places = tuple(d.some(range(rank + 1)))[:1]
            return d.apply_slow(name, x, places)
        case "lax.reshape":
            used = d.pick(None, order)
            turned = shape if used is None else [shape[k] for k in used]
            size = np.prod([d.size(n) for n in turned]) if not d.concrete else int(np.prod(turned))
            return d.apply_slow(name, x, (size,), used)
        case "lax.reduce_sum":
            axes = tuple(d.some(range(rank)))
            return d.apply_slow(name, x, axes)
    return d.apply_slow(name, x, d.number(0, rank - 1), d.pick(False, True))


@draws("lax.broadcasted_iota")
def _numbered(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(0, len(shape) - 1)
    return d.apply_slow(name, "int32", tuple(map(d.parameter, shape)), axis)


@draws("lax.dynamic_slice", "lax.slice_in_dim")
def _cut(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    x = d.tensor(*shape)
    if name == "lax.dynamic_slice":
        sizes = [d.number(0, n) for n in shape]
        starts = [d.number(0, n - m) for n, m in zip(shape, sizes, strict=True)]
        return d.apply_slow(name, x, tuple(map(d.parameter, starts)), tuple(map(d.parameter, sizes)))
    axis = d.number(-len(shape), len(shape) - 1)
    n, step = shape[axis], d.number(1, 3)
    start, limit = sorted((d.number(0, n), d.number(0, n)))
    first = d.pick(d.parameter(start), *([None] if start == 0 else []), *([start - n] if start < n else []))
    last = d.pick(d.parameter(limit), *([None] if limit == n else [limit - n]))
    return d.apply_slow(name, x, first, last, d.parameter(step), axis)


@draws("lax.dot")
def _dot(d: Draw, name: str) -> Any:
    n, k, m = (d.number(1, 4) for _ in range(3))
    x, y = d.tensor(*d.pick((k,), (n, k)), complex=False), d.tensor(*d.pick((k,), (k, m)), complex=False)
    return d.apply_slow(name, x, y)
