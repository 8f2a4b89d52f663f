"""Drawing arguments for XLA's operations, with what they mean written out in loops.

JAX's own functions are the second opinion where JAX is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from drawing import Draw, draws

from symconv.operators import REGISTRY

try:
    import jax
except ImportError:
    jax = None


def _checked(d: Draw, name: str, expected: Any, *args: Any) -> tuple[Any, Any]:
    """The operator on these arguments and the expected entries, which JAX has to confirm if it is there."""
    if jax is not None and d.slow_twins:
        confirmed = np.asarray(REGISTRY[name].twin(*map(d.value, args)))
        np.testing.assert_allclose(confirmed, np.asarray(expected), rtol=1e-4, atol=1e-4)
    return REGISTRY[name](*args), expected


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
    return _checked(d, name, expected, x, fill, tuple(tuple(map(d.parameter, row)) for row in rows))


@draws("lax.rev")
def _rev(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    chosen = tuple(k for k in range(len(shape)) if d.pick(True, False))
    x = d.tensor(*shape)
    return _checked(d, name, np.flip(d.value(x), chosen), x, chosen)


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
    return _checked(d, name, expected, x, tuple(map(d.parameter, starts)), tuple(map(d.parameter, limits)), *strides)


@draws("lax.concatenate")
def _concatenate(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(0, len(shape) - 1)
    shapes = [(*shape[:axis], d.number(1, 4), *shape[axis + 1 :]) for _ in range(d.number(1, 3))]
    arrays = [d.tensor(*s, complex=False) for s in shapes]
    return _checked(d, name, np.concatenate(d.value(arrays), axis), arrays, axis)


@draws("lax.dynamic_update_slice")
def _update(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    own = [d.number(1, n) for n in shape]
    starts = [d.number(0, n - m) for n, m in zip(shape, own, strict=True)]
    x, y = d.tensor(*shape, complex=False), d.tensor(*own, complex=False)
    expected = d.value(x).copy()
    expected[tuple(slice(s, s + m) for s, m in zip(starts, own, strict=True))] = d.value(y)
    return _checked(d, name, expected, x, y, tuple(map(d.parameter, starts)))


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
    return _checked(d, name, expected, x, tuple(map(d.size, shape)), tuple(kept))


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
    return _checked(d, name, expected, x, y, numbers)


@draws("lax.iota")
def _iota(d: Draw, name: str) -> Any:
    n = d.number(0, 5)
    if jax is not None and d.slow_twins:
        np.testing.assert_array_equal(REGISTRY[name].twin("int32", n), np.arange(n))
    return REGISTRY[name]("int32", d.parameter(n)), np.arange(n)


@draws("lax.conv_general_dilated")
def _convolution(d: Draw, name: str) -> Any:
    rank = d.number(1, 2)
    groups, depth, filters, batch = d.pick(1, 1, 2), d.number(1, 2), d.number(1, 2), d.number(1, 2)
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
        padding = d.pick("SAME", "VALID") if all(r <= n for r, n in zip(reach, space, strict=True)) else "SAME"
    layouts = d.pick(None, (("NCHW", "OIHW", "NCHW"), ("NHWC", "HWIO", "NHWC"), ("CWNH", "WOHI", "NWHC")))
    if layouts is not None:
        layouts = tuple(word if rank == 2 else word.replace("H", "") for word in d.pick(*layouts))
    d.concrete = d.concrete or groups > 1
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
    expected = np.transpose(_correlated(x, w, step, pairs, spread, gap, groups), orders[2])
    if not isinstance(padding, str):
        padding = tuple(tuple(map(d.parameter, pair)) for pair in padding)
    step, spread, gap = (tuple(map(d.parameter, v)) for v in (step, spread, gap))
    spread = None if isinstance(padding, str) else spread
    return _checked(d, name, expected, X, K, step, padding, spread, gap, layouts, groups)


def _pairs(padding: Any, space: Sequence[int], reach: Sequence[int], step: Sequence[int]) -> Any:
    if not isinstance(padding, str):
        return padding
    if padding == "VALID":
        return [(0, 0)] * len(space)
    both = [max((-(-n // s) - 1) * s + r - n, 0) for n, r, s in zip(space, reach, step, strict=True)]
    return [(b // 2, b - b // 2) for b in both]


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
