"""Drawing arguments for what rearranges entries."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws


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
    if order == "F":
        merged, a = merged[::-1], d.tensor(*shape[::-1])
    return d.apply(name, a, tuple(map(_plain, merged)), order)


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


@draws("swapaxes", "moveaxis", "expand_dims", "squeeze", "fliplr", "flipud")
def _moved(d: Draw, name: str) -> Any:
    shape = d.shape(2 if name == "fliplr" else 1, 4, 3)
    rank = len(shape)
    match name:
        case "swapaxes":
            return d.apply(name, d.tensor(*shape), d.number(-rank, rank - 1), d.number(-rank, rank - 1))
        case "moveaxis":
            source, target = d.some(range(rank)), d.order(range(rank))
            target = [k - d.pick(0, rank) for k in target[: len(source)]]
            if len(source) == 1 and d.pick(True, False):
                return d.apply(name, d.tensor(*shape), source[0], target[0])
            return d.apply(name, d.tensor(*shape), tuple(source), tuple(target))
        case "expand_dims":
            place = d.number(-rank - 1, rank)
            return d.apply(name, d.tensor(*shape), d.pick(place, tuple(d.some(range(rank + 1))[:1])))
        case "squeeze":
            gone = d.some(range(rank))
            a = d.tensor(*(1 if k in gone else n for k, n in enumerate(shape)))
            axes = [None] if d.concrete else []
            return d.apply(name, a, d.pick(tuple(gone), tuple(k - rank for k in gone), *axes, *gone[:1]))
    return d.apply(name, d.tensor(*shape))


@draws("repeat", "tile", "broadcast_to")
def _repeated(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3, 3)
    a = d.tensor(*shape)
    if name == "tile":
        several = tuple(d.parameter(d.number(0, 3)) for _ in range(d.number(0, 4)))
        return d.apply(name, a, d.pick(d.parameter(d.number(0, 3)), several))
    if name == "broadcast_to":
        own = tuple(d.pick(n, n, 1) for n in shape)
        wide = (*d.shape(0, 2, 3), *shape)
        return d.apply(name, d.tensor(*own), tuple(map(d.size, wide)))
    if not shape or d.pick(True, False, False):
        return d.apply(name, a, d.parameter(d.number(0, 3)))
    axis = d.number(-len(shape), len(shape) - 1)
    count = d.parameter(d.number(0, 3))
    counts = [(count,), tuple(d.number(0, 2) for _ in range(shape[axis]))] if d.concrete else [(count,)]
    return d.apply(name, a, d.pick(count, *counts), axis)


@draws("hstack", "vstack")
def _stacked(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = 0 if name == "vstack" or len(shape) == 1 else 1
    if name == "vstack" and len(shape) == 1:
        return d.apply(name, [d.tensor(*d.pick(shape, (d.number(1, 3), *shape))) for _ in range(d.number(1, 3))])
    shapes = [(*shape[:axis], d.number(1, 4), *shape[axis + 1 :]) for _ in range(d.number(1, 3))]
    return d.apply(name, [d.tensor(*s) for s in shapes])
