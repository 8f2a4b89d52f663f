"""Drawing arguments for structured arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws

from symconv.operators import REGISTRY


@draws("unit_impulse")
def _impulses(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    sizes = tuple(map(d.size, shape))
    places = tuple(d.pick(d.parameter(d.number(0, n - 1)), d.number(-n, n - 1)) for n in shape)
    everywhere = d.number(-min(shape, default=1), min(shape, default=1) - 1)
    middle = [] if 1 in shape and not d.concrete else ["mid"]
    return d.apply(
        name, d.pick(sizes, *sizes[:1]) if len(sizes) == 1 else sizes, d.pick(None, everywhere, places, *middle)
    )


@draws("array", "eye", "ones", "zeros", "tri", "identity", "full")
def _structured(d: Draw, name: str) -> Any:
    if name == "array":
        shape = d.shape(1, 3)
        if d.pick(True, False, False):
            own = d.shape(1, 2)
            rows = tuple(d.tensor(*own) for _ in range(shape[0]))
            rows = d.pick(rows, (rows, rows))
            return REGISTRY[name](rows), np.array(d.value(rows))
        entries = d.random.integers(-4, 5, shape).tolist()
        if d.pick(True, False):
            row = entries
            while isinstance(row[0], list):
                row = row[0]
            row[0] = d.pick(d.parameter(3), d.tensor())
            tuples = _tuples(entries)
            return REGISTRY[name](tuples), np.array(d.value(tuples))
        return REGISTRY[name](entries), np.array(entries)
    if name == "identity":
        return d.apply(name, d.parameter(d.number(0, 4)))
    if name == "full":
        shape = d.shape(0, 3)
        value = d.tensor(*(d.pick(n, 1) for n in shape[d.number(0, len(shape)) :]))
        return d.apply(name, tuple(map(d.size, shape)), d.pick(d.number(-3, 3), value))
    if name in ("eye", "tri"):
        rows, columns = d.parameter(d.number(0, 4)), d.pick(None, d.parameter(d.number(0, 4)))
        return d.apply(name, rows, columns, d.parameter(d.number(-4, 4)))
    return d.apply(name, d.pick(d.parameter(d.number(0, 4)), tuple(map(d.parameter, d.shape(0, 3)))))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@draws("toeplitz", "hankel", "circulant", "convolution_matrix")
def _matrices(d: Draw, name: str) -> Any:
    batch = () if name == "hankel" or d.pick(True, True, False) else d.shape(1, 2, 2)
    c = d.tensor(*batch, d.number(1, 6))
    if name == "circulant":
        return d.apply(name, d.pick(c, c, c, d.tensor()))
    if name in ("toeplitz", "hankel"):
        other = tuple(d.pick(n, 1) for n in batch)[d.number(0, len(batch)) :]
        return d.apply(name, c, d.pick(None, d.tensor(*other, d.number(1, 6))))
    return d.apply(name, c, d.parameter(d.number(1, 6)), d.pick("full", "same", "valid"))


@draws("diag", "diagonal", "tril", "triu")
def _diagonals(d: Draw, name: str) -> Any:
    k = d.parameter(d.number(-4, 4))
    if name == "diag":
        return d.apply(name, d.tensor(*d.shape(1, 2)), d.pick(0, k, k))
    shape = d.shape(2 if name == "diagonal" else 1, 4, 3)
    if name == "diagonal":
        first, second = d.order(range(len(shape)))[:2]
        return d.apply(name, d.tensor(*shape), d.pick(0, k, k), first, second - len(shape))
    return d.apply(name, d.tensor(*shape), d.pick(0, k, k))


@draws("arange")
def _range(d: Draw, name: str) -> Any:
    if d.pick(True, False):
        return d.apply(name, d.parameter(d.number(-2 if d.concrete else 0, 5)))
    start = d.number(-4, 4)
    stop = d.number(-6 if d.concrete else start, 8)
    step = d.pick(1, 2, 3, -1, -2) if d.concrete else d.parameter(d.number(1, 3))
    return d.apply(name, d.parameter(start), d.parameter(stop), step)
