"""Drawing arguments for arithmetic and what works entry by entry."""

from __future__ import annotations

from typing import Any

from drawing import Draw, draws

from symconv.operators import REGISTRY


@draws("add", "subtract", "multiply")
def _broadcast(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    other = [d.pick(n, 1) for n in shape][d.number(0, len(shape)) :]
    pair = [d.tensor(*shape), d.tensor(*other)]
    return d.apply(name, *d.pick(pair, pair[::-1]))


@draws("negative", "conj", "real", "imag", "ravel", "vec", "mean", "sum", "flip", "transpose", "power", "divide")
def _unary(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    a = d.tensor(*shape)
    match name:
        case "ravel":
            return d.apply(name, a, d.pick("C", "F"))
        case "sum" | "mean":
            return d.apply(name, a, axis=_axes(d, len(shape)), keepdims=d.pick(False, True), **_start(d, name))
        case "flip":
            return d.apply(name, a, _axes(d, len(shape)))
        case "transpose":
            order = d.order(range(len(shape)))
            return d.apply(name, a, d.pick(None, tuple(order), tuple(k - len(shape) for k in order)))
        case "power":
            return d.apply(name, a, d.number(0, 4))
        case "divide":
            by = d.number(1, 5)
            made, expected = d.apply(name, a, by * d.pick(1, -1))
            return (
                (a / d.parameter(by), REGISTRY[name].twin(d.value(a), by)) if d.pick(False, True) else (made, expected)
            )
    return d.apply(name, a)


def _start(d: Draw, name: str) -> dict[str, Any]:
    return {"initial": d.pick(0, d.parameter(d.number(-3, 3)))} if name == "sum" else {}


def _axes(d: Draw, rank: int) -> Any:
    if not rank:
        return None
    several = d.some(range(rank))
    return d.pick(None, d.number(-rank, rank - 1), tuple(several))


@draws("number")
def _number(d: Draw, name: str) -> Any:
    value = d.number(-5, 5)
    return REGISTRY[name](d.parameter(value)), value
