"""Drawing arguments for what rearranges entries."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws

from symconv.conversion import symbol
from symconv.operators import REGISTRY


@draws("rot90")
def _rot90(d: Draw, name: str) -> Any:
    shape = d.shape(2, 3)
    return d.apply(name, d.tensor(*shape), d.number(-3, 5), tuple(d.order(range(len(shape)))[:2]))


@draws("index")
def _index(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3, 5)
    key: list[Any] = []
    for n in shape[: d.number(0, len(shape))]:
        bounds = (d.pick(None, *range(-7, 8)), d.pick(None, *range(-7, 8)), d.pick(None, 1, 2, 3, -1, -2, -3))
        a, b = sorted((d.number(0, n), d.number(0, n)))
        step = d.pick(None, 1, 2, 3)
        items = [d.number(-n, n - 1), slice(*bounds), slice(*bounds), d.parameter(d.number(0, n - 1))]
        items += [slice(d.parameter(a), d.parameter(b), step), slice(d.parameter(a), None), slice(None, d.parameter(b))]
        key.append(d.pick(*items))
    if d.pick(True, False):
        key.insert(d.number(0, len(key)), None)
    if d.pick(True, False):
        key.insert(len(key), ...)
    return d.apply(name, d.tensor(*shape), tuple(key))


@draws("reshape")
def _reshape(d: Draw, name: str) -> Any:
    shape = d.shape(0, 4)
    blocks: list[list[int]] = [[]]
    for n in shape:
        if blocks[-1] and d.pick(True, False):
            blocks.append([])
        blocks[-1].append(n)
    merged: list[Any] = [np.prod([d.size(n) for n in block]) if block else 1 for block in blocks]
    if d.concrete and d.pick(True, False):
        total = int(np.prod(shape))
        divisor = d.pick(*[k for k in range(1, total + 1) if total % k == 0])
        merged = [divisor, total // divisor]
    if d.pick(True, False):
        merged.insert(d.number(0, len(merged)), 1)
    if d.pick(True, False):
        merged[d.number(0, len(merged) - 1)] = -1
    order = d.pick("C", "F")
    a = d.tensor(*shape)
    values = {symbol(name): size for name, size in d.sizes.items()}
    sizes = [m if isinstance(m, int) else int(m.subs(values)) for m in map(_plain, merged)]
    if order == "F":
        merged, sizes = merged[::-1], sizes[::-1]
        a = d.tensor(*shape[::-1])
    wanted = tuple(map(_plain, merged))
    return REGISTRY[name](a, wanted, order), np.reshape(d.value(a), sizes, order)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, (int, float, np.number)) else value


@draws("roll")
def _roll(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    shift = d.pick(d.number(-9, 9), d.parameter(d.number(-9, 9)))
    if not shape or d.pick(True, False):
        return d.apply(name, d.tensor(*shape), shift)
    axes = d.pick(d.number(-len(shape), len(shape) - 1), tuple(d.order(range(len(shape)))))
    shifts = tuple(d.number(-4, 4) for _ in axes) if isinstance(axes, tuple) else shift
    return d.apply(name, d.tensor(*shape), shifts, axes)


@draws("concatenate", "stack")
def _joined(d: Draw, name: str) -> Any:
    shape, count = list(d.shape(1, 3)), d.number(1, 3)
    if name == "stack":
        arrays = [d.tensor(*shape[1:]) for _ in range(count)]
        return d.apply(name, arrays, d.number(-len(shape), len(shape) - 1))
    axis = d.pick(None, d.number(-len(shape), len(shape) - 1))
    if axis is None:
        return d.apply(name, [d.tensor(*d.shape(0, 3)) for _ in range(count)], None)
    shapes = [[*shape[:axis], d.number(1, 4), *(shape[axis:][1:])] for _ in range(count)]
    return d.apply(name, [d.tensor(*s) for s in shapes], axis)
