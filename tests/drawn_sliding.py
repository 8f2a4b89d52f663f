"""Drawing arguments for sliding, padding and wrap-around."""

from __future__ import annotations

from typing import Any

from drawing import Draw, draws


@draws("convolve", "correlate")
def _sliding(d: Draw, name: str) -> Any:
    rank = d.number(1, 3)
    mode = d.pick("full", "same", "valid")
    kernel = [d.number(1, 3 if rank > 1 else 6) for _ in range(rank)]
    low = kernel if mode == "valid" else [1] * rank
    image = [d.number(n, 6 if rank == 1 else 4) if n <= 4 else n for n in low]
    return d.apply(name, d.tensor(*image), d.tensor(*kernel), mode)


@draws("pad")
def _pad(d: Draw, name: str) -> Any:
    mode = d.pick("constant", "edge", "wrap", "reflect", "symmetric")
    shape = d.shape(1, 2)
    far = d.concrete or d.pick(True, False)

    def width(n: int) -> Any:
        if mode in ("constant", "edge"):
            return d.parameter(d.number(0, 5))
        return d.number(0, 7) if far else d.parameter(d.number(0, n - (mode == "reflect")))

    pairs = tuple((width(n), width(n)) for n in shape)
    widths = d.pick(pairs, pairs, (pairs[0],) if len(shape) == 1 else pairs, pairs[0] if len(shape) == 1 else pairs)
    options: dict[str, Any] = {}
    if mode == "constant":
        values = tuple((d.parameter(d.number(-2, 2)), d.number(-2, 2)) for _ in shape)
        options["constant_values"] = d.pick(0, d.number(-2, 2), values, values[:1])
    if mode in ("reflect", "symmetric") and not far:
        options["reflect_type"] = d.pick("even", "odd")
    return d.apply(name, d.tensor(*shape), widths, mode, **options)


@draws("circular_convolve", "circular_correlate")
def _circular(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    return d.apply(name, d.tensor(*shape), d.tensor(*shape))


@draws("sliding_window_view")
def _windows(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    if len(shape) == 1 and d.pick(True, False):
        return d.apply(name, d.tensor(*shape), d.parameter(d.number(1, shape[0])))
    if d.pick(True, False):
        return d.apply(name, d.tensor(*shape), tuple(d.parameter(d.number(1, n)) for n in shape))
    axis = d.number(-len(shape), len(shape) - 1)
    return d.apply(name, d.tensor(*shape), d.parameter(d.number(1, shape[axis])), axis)
