"""Drawing arguments for structured arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws

from symconv.operators import REGISTRY


@draws("array", "eye", "ones", "zeros")
def _structured(d: Draw, name: str) -> Any:
    if name == "array":
        shape = d.shape(1, 3)
        entries = d.random.integers(-4, 5, shape).tolist()
        if d.pick(True, False):
            row = entries
            while isinstance(row[0], list):
                row = row[0]
            row[0] = d.pick(d.parameter(3), d.tensor())
            tuples = _tuples(entries)
            return REGISTRY[name](tuples), np.array(d.value(tuples))
        return REGISTRY[name](entries), np.array(entries)
    if name == "eye":
        rows, columns = d.parameter(d.number(0, 4)), d.pick(None, d.parameter(d.number(0, 4)))
        return d.apply(name, rows, columns, d.parameter(d.number(-4, 4)))
    return d.apply(name, d.pick(d.parameter(d.number(0, 4)), tuple(map(d.parameter, d.shape(0, 3)))))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@draws("toeplitz", "circulant", "convolution_matrix")
def _matrices(d: Draw, name: str) -> Any:
    c = d.tensor(d.number(1, 6))
    if name == "circulant":
        return d.apply(name, c)
    if name == "toeplitz":
        return d.apply(name, c, d.pick(None, d.tensor(d.number(1, 6))))
    return d.apply(name, c, d.parameter(d.number(1, 6)), d.pick("full", "same", "valid"))
