"""Drawing arguments for patterns of axes, Fourier transforms and derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import Draw, draws

from symconv import correlate, sum
from symconv.operators import REGISTRY


@draws("rearrange")
def _rearrange(d: Draw, name: str) -> Any:
    """Any pattern: axes are split, permuted, merged, and axes of size 1 come and go."""
    pytest.importorskip("einops")
    sizes = d.shape(0, 5, 3)
    names = [f"a{k}" for k in range(len(sizes))]
    lengths = dict(zip(names, sizes, strict=True))
    left, right = _grouped(d, names), _grouped(d, d.order(names))
    given: dict[str, Any] = {}
    for group in left:
        known = [n for n in group if len(group) > 1]
        given |= {n: d.size(lengths[n]) for n in known[: len(known) - d.number(0, 1)]}
    shape = [int(np.prod([lengths[n] for n in group])) for group in left]
    dots = left[-1] if left and len(left[-1]) == 1 and d.pick(True, False) else None
    pattern = " -> ".join(_side(side, dots) for side in (left, right))
    return d.apply(name, d.tensor(*shape), pattern, **given)


@draws("reduce")
def _reduce(d: Draw, name: str) -> Any:
    """Any pattern whose right side leaves out some axes."""
    pytest.importorskip("einops")
    sizes = d.shape(0, 4, 3)
    names = [f"a{k}" for k in range(len(sizes))]
    lengths = dict(zip(names, sizes, strict=True))
    left, right = _grouped(d, names), _grouped(d, d.some(names))
    given = {n: d.size(lengths[n]) for group in left if len(group) > 1 for n in group}
    shape = [int(np.prod([lengths[n] for n in group])) for group in left]
    return d.apply(
        name, d.tensor(*shape), f"{_side(left, None)} -> {_side(right, None)}", d.pick("sum", "mean"), **given
    )


def _grouped(d: Draw, names: list[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for n in names:
        if groups and d.pick(True, False):
            groups[-1].append(n)
        else:
            groups.append([n])
    if d.pick(True, False):
        groups.insert(d.number(0, len(groups)), [])
    return groups


def _side(groups: list[list[str]], dots: list[str] | None) -> str:
    words = [" ".join("..." if dots == [n] else n for n in group) for group in groups]
    return " ".join(w if len(g) == 1 else f"({w})" if g else "1" for w, g in zip(words, groups, strict=True))


@draws("fft", "ifft")
def _fourier(d: Draw, name: str) -> Any:
    shape = d.shape(1, 2)
    axis = d.number(-len(shape), len(shape) - 1)
    norm = d.pick(None, "backward", "forward", "ortho")
    return d.apply(name, d.tensor(*shape), d.pick(None, d.parameter(d.number(1, 5))), axis, norm)


@draws("fft2", "ifft2", "fftn", "ifftn")
def _several_fourier(d: Draw, name: str) -> Any:
    shape = d.shape(2, 3, 3)
    rank = len(shape)
    norm = d.pick(None, "backward", "forward", "ortho")
    axes = tuple(k - d.pick(0, rank) for k in d.some(range(rank))) or (0,)
    if d.pick(True, False):
        return d.apply(name, d.tensor(*shape), norm=norm)
    sizes = tuple(d.parameter(d.number(1, 3)) for _ in axes)
    return d.apply(name, d.tensor(*shape), d.pick(None, sizes), axes, norm)


@draws("fftshift", "ifftshift")
def _centred(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3, 5)
    rank = len(shape)
    return d.apply(name, d.tensor(*shape), d.pick(None, d.number(-rank, rank - 1), tuple(d.some(range(rank)))))


@draws("dft")
def _dft(d: Draw, name: str) -> Any:
    return d.apply(name, d.parameter(d.number(1, 5)), d.pick(None, "n", *(["sqrtn"] if d.concrete else [])))


@draws("grad")
def _grad(d: Draw, name: str) -> Any:
    """The derivatives of a quadratic function of an image and of its kernel."""
    image = d.shape(1, 2, 3)
    window = [d.number(1, n) for n in image]
    X, K = d.tensor(*image, complex=False), d.tensor(*window, complex=False)
    G = d.tensor(*(n - k + 1 for n, k in zip(image, window, strict=True)))
    x, k, g = map(d.value, (X, K, G))

    def quadratic(x: Any, k: Any) -> Any:
        windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
        slid = (windows * k).sum(axis=tuple(range(-k.ndim, 0)))
        return (g * slid).sum() + (x * x).sum() * 3 - k.sum() * k.sum()

    scalar = sum(G * correlate(X, K, "valid")) + 3 * sum(X * X) - sum(K) * sum(K)
    twin = REGISTRY[name].twin
    if d.pick(True, False):
        return REGISTRY[name](scalar, X), twin(lambda v: quadratic(v, k), x).astype(complex)
    return REGISTRY[name](scalar, K), twin(lambda v: quadratic(x, v), k).astype(complex)
