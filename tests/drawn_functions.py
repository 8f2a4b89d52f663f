"""Drawing arguments for functions of entries and bound indices."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawing import Draw, draws
from sympy import Symbol

from symconv.operators import REGISTRY


@draws("call")
def _call(d: Draw, name: str) -> Any:
    a = d.tensor(*d.shape(0, 2), complex=False)
    return REGISTRY[name]("f", a), d.value(a) ** 2 + 1


@draws("index_sum", "index_stack")
def _bound(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    a = d.tensor(*shape)
    i = Symbol("i", integer=True)
    values = d.value(a)
    if name == "index_stack":
        stop = d.number(0, 5)
        rows = [values[k] * k if k < len(values) else 0 * values[0] for k in range(stop)]
        return REGISTRY[name](a[i] * i, "i", d.parameter(stop)), np.array(rows).reshape(stop, *shape[1:])
    low, high = d.number(-1, 3), d.number(-1, 5)
    rows = [values[k] * (k + 1) for k in range(low, high) if 0 <= k < len(values)]
    return REGISTRY[name](a[i] * (i + 1), "i", d.parameter(low), d.parameter(high)), np.sum(
        rows, axis=0
    ) if rows else np.zeros(shape[1:], int)


@draws("when", "assume", "needing")
def _conditional(d: Draw, name: str) -> Any:
    a = d.tensor(*d.shape(0, 2))
    relation = d.pick(">=", "==", "!=")
    value = d.number(-1, 1)
    if name != "when":
        return REGISTRY[name](a, [(d.parameter(3), ">=")]), d.value(a)
    conditions = [(d.parameter(value), relation), (1, ">=")]
    return REGISTRY[name](a, conditions), REGISTRY[name].twin(d.value(a), [(value, relation)])
