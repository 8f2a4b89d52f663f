"""Drawing arguments for layers of neural networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from drawing import Draw, draws

from symconv import Tensor


@draws("conv1d", "conv2d", "conv3d")
def _convolution_layers(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[4])
    groups, depth, filters = d.pick(1, 1, 1, 2, 3), d.number(1, 2), d.number(1, 2)
    window = [d.number(1, 3 if rank < 3 else 2) for _ in range(rank)]
    step, gap, width = (_maybe_each(d, low, high, rank) for low, high in ((1, 3), (1, 2), (0, 2)))
    padding = d.pick(width, width, "valid", "same")
    step = 1 if padding == "same" else step
    before = [0] * rank if isinstance(padding, str) else d.value(_each(padding, rank))
    reach = [g * (k - 1) + 1 for g, k in zip(d.value(_each(gap, rank)), window, strict=True)]
    free = padding == "same"
    space = [d.number(1 if free else max(1, r - 2 * p), r + 3) for r, p in zip(reach, before, strict=True)]
    x = d.tensor(*d.pick((), (1,), (2,)), groups * depth, *space, complex=False)
    w = d.tensor(groups * filters, depth, *window, complex=False)
    b = d.pick(None, d.tensor(groups * filters, complex=False))
    if groups > 1 and not d.concrete:
        x, w = (Tensor(t.name, *(d.sizes.get(str(s), s) for s in t.shape)) for t in (x, w))
    return d.apply(name, x, w, b, step, padding, gap, groups)


def _maybe_each(d: Draw, low: int, high: int, rank: int) -> Any:
    return d.pick(d.parameter(d.number(low, high)), tuple(d.parameter(d.number(low, high)) for _ in range(rank)))


def _each(value: Any, rank: int) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,) * rank


@draws("unfold")
def _unfold(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    window, gap, width, step = (_maybe_each(d, low, high, 2) for low, high in ((1, 3), (1, 2), (0, 2), (1, 3)))
    sizes = zip(*(d.value(_each(v, 2)) for v in (window, gap, width)), strict=True)
    space = [d.number(max(1, g * (k - 1) + 1 - 2 * p), g * (k - 1) + 4) for k, g, p in sizes]
    x = d.tensor(*d.pick((), (1,), (2,)), d.number(1, 2), *space, complex=False)
    return d.apply(name, x, window, gap, width, step)


@draws("avg_pool1d", "avg_pool2d", "avg_pool3d")
def _pooling(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[8])
    window = tuple(d.number(1, 4 if rank < 3 else 2) for _ in range(rank))
    width = tuple(d.number(0, k // 2) for k in window)
    space = [d.number(k if rank == 3 else max(1, k - 2 * p), k + 4) for k, p in zip(window, width, strict=True)]
    step = d.pick(None, _maybe_each(d, 1, 3, rank))
    x = d.tensor(*d.pick((), (2,)), d.number(1, 2), *space, complex=False)
    options: dict[str, Any] = {"ceil_mode": d.pick(False, True), "count_include_pad": d.pick(False, True)}
    if rank > 1:
        options["divisor_override"] = d.pick(None, None, d.parameter(d.pick(1, 2, 3, -2)))
    return d.apply(name, x, tuple(map(d.parameter, window)), step, tuple(map(d.parameter, width)), **options)


@draws("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def _transposed_layers(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[-2])
    largest = 3 if rank < 3 else 2
    groups, depth, filters = d.pick(1, 1, 2), d.number(1, 2), d.number(1, 2)
    window = [d.number(1, largest) for _ in range(rank)]
    step, gap = d.number(1, 3), d.number(1, 2)
    space = [d.number(1, largest) for _ in range(rank)]
    extents = [step * (n - 1) + gap * (k - 1) + 1 for n, k in zip(space, window, strict=True)]
    width = min(d.number(0, 2), (min(extents) - 1) // 2)
    extra = d.number(0, max(step, gap) - 1) if d.concrete else 0
    if groups > 1:
        d.concrete = True
    x = d.tensor(*d.pick((), (2,)), groups * depth, *space, complex=False)
    w = d.tensor(groups * depth, filters, *window, complex=False)
    b = d.pick(None, d.tensor(groups * filters, complex=False))
    return d.apply(name, x, w, b, d.parameter(step), d.parameter(width), extra, groups, d.parameter(gap))


@draws("linear")
def _linear(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    k, m = d.number(1, 4), d.number(1, 3)
    x = d.tensor(*d.shape(0, 2), k, complex=False)
    if d.pick(True, False, False):
        return d.apply(name, x, d.tensor(k, complex=False))
    b = d.pick(None, d.tensor(m, complex=False), d.tensor(1, complex=False))
    return d.apply(name, x, d.tensor(m, k, complex=False), b)


@draws("fold")
def _fold(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    d.concrete = True
    window, gap, width, step = (_maybe_each(d, low, high, 2) for low, high in ((1, 3), (1, 2), (0, 2), (1, 3)))
    each = list(zip(*(_each(v, 2) for v in (window, gap, width, step)), strict=True))
    space = [d.number(max(1, g * (k - 1) + 1 - 2 * p), g * (k - 1) + 4) for k, g, p, _ in each]
    counts = [(n + 2 * p - g * (k - 1) - 1) // s + 1 for n, (k, g, p, s) in zip(space, each, strict=True)]
    rows = d.number(1, 2) * each[0][0] * each[1][0]
    x = d.tensor(*d.pick((), (2,)), rows, counts[0] * counts[1], complex=False)
    return d.apply(name, x, tuple(space), window, gap, width, step)


@draws("pixel_shuffle", "pixel_unshuffle")
def _pixels(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    d.concrete = True
    r, shape = d.number(1, 3), d.shape(3, 4, 3)
    *batch, c, h, w = shape
    wide = (*batch, c * r * r, h, w) if name == "pixel_shuffle" else (*batch, c, h * r, w * r)
    return d.apply(name, d.tensor(*wide, complex=False), r)
