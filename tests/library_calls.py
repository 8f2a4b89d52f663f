"""Calls of functions of libraries, drawn at random: the arguments of each, by full name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drawing import Draw

from symconv import Tensor

Arguments = tuple[list[Any], dict[str, Any]]
CALLS: dict[str, Callable[[Draw], Arguments]] = {}


def called(*names: str) -> Callable[[Callable[[Draw], Arguments]], Callable[[Draw], Arguments]]:
    """Register a function that draws arguments for these functions of libraries."""

    def register(make: Callable[[Draw], Arguments]) -> Callable[[Draw], Arguments]:
        CALLS.update(dict.fromkeys(names, make))
        return make

    return register


def sometimes(d: Draw, **options: Any) -> dict[str, Any]:
    """Some of the arguments by name."""
    return {key: options[key] for key in d.some(list(options))}


MODES = ("full", "same", "valid")


@called("numpy.convolve", "numpy.correlate")
def _(d: Draw) -> Arguments:
    return [d.tensor(d.number(1, 5)), d.tensor(d.number(1, 5))], sometimes(d, mode=d.pick(*MODES))


@called("scipy.signal.convolve", "scipy.signal.correlate", "scipy.signal.fftconvolve", "scipy.signal.oaconvolve")
def _(d: Draw) -> Arguments:
    kernel = d.shape(1, 2, 3)
    array = tuple(n + d.number(0, 2) for n in kernel) if len(kernel) > 1 else (d.number(1, 4),)
    if d.concrete and d.pick(False, True):
        array, kernel = kernel, array
    return [d.tensor(*array), d.tensor(*kernel)], sometimes(d, mode=d.pick(*MODES))


@called("scipy.signal.convolve2d", "scipy.signal.correlate2d")
def _(d: Draw) -> Arguments:
    kernel = d.number(1, 4), d.number(1, 4)
    array = tuple(n + d.number(0, 2) for n in kernel)
    if d.concrete and d.pick(False, True):
        array, kernel = kernel, array
    boundary = d.pick("fill", "wrap", "symm")
    options = {"mode": d.pick(*MODES), "boundary": boundary, "fillvalue": d.number(-2, 2)}
    kind = None if d.concrete else False
    return [d.tensor(*array, complex=kind), d.tensor(*kernel, complex=kind)], sometimes(d, **options)


@called("scipy.signal.lfilter")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 2)
    axis = d.number(-len(shape), len(shape) - 1)
    return [d.tensor(d.number(1, 4)), [d.number(1, 3)], d.tensor(*shape)], sometimes(d, axis=axis)


EDGES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-mirror", "grid-wrap", "grid-constant")


def edge(d: Draw, size: int) -> dict[str, Any]:
    origin = d.number(-(size // 2), (size - 1) // 2)
    return sometimes(d, mode=d.pick(*EDGES), cval=d.number(-2, 2), origin=d.parameter(origin))


def filtered(d: Draw, size: int, rank: int) -> Tensor:
    """An array to filter with so many entries: any where sizes are numbers, else one that is larger."""
    return d.tensor(*(d.number(1, 5) if d.concrete else size + 1 for _ in range(rank)))


@called("scipy.ndimage.convolve", "scipy.ndimage.correlate")
def _(d: Draw) -> Arguments:
    kernel = tuple(d.number(1, 4) for _ in range(d.number(1, 2)))
    return [filtered(d, max(kernel), len(kernel)), d.tensor(*kernel)], edge(d, min(kernel))


@called("scipy.ndimage.convolve1d", "scipy.ndimage.correlate1d")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    return [filtered(d, size, rank), d.tensor(size)], {**edge(d, size), **sometimes(d, axis=d.number(-rank, rank - 1))}


@called("scipy.ndimage.uniform_filter1d")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    return [filtered(d, size, rank), size], {**edge(d, size), **sometimes(d, axis=d.number(-rank, rank - 1))}


@called("scipy.ndimage.uniform_filter")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    return [filtered(d, size, rank), d.pick(size, (size,) * rank)], edge(d, size)
