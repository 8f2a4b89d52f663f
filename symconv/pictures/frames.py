"""Every frame of a window that slides, for every position of some sliders: plain data for a script to show.

The numbers are symconv's own: outputs are evaluated, and which entries meet is read off the index formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.expressions.registry import Operator
from symconv.limits import MAX_FRAMES
from symconv.operators import REGISTRY
from symconv.pictures import products, window
from symconv.pictures.meetings import Index, Meetings, flat, meetings, plane
from symconv.pictures.model import shown
from symconv.pictures.picture import Picture

__all__ = ["IMAGE_SIZE", "KERNEL_SIZE", "OPERATION", "TURN", "Setup", "Slider", "frames", "still"]

#: Sliders that change the arrays; all others are arguments of the operation.
OPERATION, IMAGE_SIZE, KERNEL_SIZE, TURN = "operation", "image size", "kernel size", "turn the kernel"
_OURS = frozenset((OPERATION, IMAGE_SIZE, KERNEL_SIZE, TURN))


@dataclass(frozen=True)
class Slider:
    """What a reader may choose: its name and the values in order."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Setup:
    """Two arrays, the largest that are shown, and the sliders, `operation` among them."""

    image: Any
    kernel: Any
    sliders: tuple[Slider, ...]

    def call(self, chosen: Mapping[str, Any]) -> tuple[Any, Any, Operator, dict[str, Any]]:
        """The arrays, the operation and its other arguments at a position of the sliders."""
        operator = REGISTRY[chosen[OPERATION]]
        image = _cut(self.image, chosen.get(IMAGE_SIZE))
        kernel = _cut(self.kernel, chosen.get(KERNEL_SIZE))
        if chosen.get(TURN):
            kernel = np.flip(kernel)
        given = {name: value for name, value in chosen.items() if name not in _OURS}
        return *_layered(operator, image, kernel), operator, given


def frames(setup: Setup) -> dict[str, Any]:
    """All frames, as JSON can hold them.

    `arrays` are the images and kernels; `frames` has for each position of the sliders an image and a kernel (their
    numbers among the arrays), the output, how many cells around the image the window reaches (top, left, bottom,
    right), and for each output a pattern (the number of it; left out where all have the same) and a shift:
    pattern[k] + shift is the place, among the cells with those around, that meets entry k of the kernel; a pattern
    holds null where none does. `products` says what two entries come to. A row of numbers is a string.

    >>> shown = frames(Setup([1, 2, 3], [1, 10], (Slider("operation", ("convolve",)), Slider("mode", ("valid",)))))
    >>> shown["arrays"], shown["frames"]["0,0"]["output"]
    ([['1 2 3'], ['1 10']], ['12 23'])
    >>> shown["frames"]["0,0"]["patterns"], shown["frames"]["0,0"]["shifts"]
    ([[1, 0]], [0, 1])
    """
    counts = [range(len(slider.values)) for slider in setup.sliders]
    if np.prod([len(count) for count in counts]) > MAX_FRAMES:
        raise SymconvError(f"these are more than {MAX_FRAMES} positions of sliders")
    arrays: list[list[str]] = []
    values: dict[str, str] = {}
    told: dict[str, Any] = {}
    for position in product(*counts):
        chosen = {slider.name: slider.values[n] for slider, n in zip(setup.sliders, position, strict=True)}
        try:
            met = meetings(*setup.call(chosen))
        except SymconvError as error:
            told[",".join(map(str, position))] = {"problem": str(error).splitlines()[0]}
            continue
        pair = [_number(arrays, _text(array)) for array in (met.image, met.kernel)]
        told[",".join(map(str, position))] = {"arrays": pair, "output": _text(met.output), **_windows(met)}
        for a, k in product(map(_plain, np.ravel(met.image)), map(_plain, np.ravel(met.kernel))):
            values[f"{shown(a)}·{shown(k)}"] = shown(a * k)
    if all("problem" in frame for frame in told.values()):
        raise SymconvError(next(frame["problem"] for frame in told.values()))
    return {
        "sliders": [[slider.name, [_word(value) for value in slider.values]] for slider in setup.sliders],
        "arrays": arrays,
        "products": values,
        "frames": told,
    }


def still(setup: Setup) -> list[Picture]:
    """The first window with its products, and the last, where all sliders begin: what is seen where nothing moves."""
    image, kernel, operator, given = setup.call({slider.name: slider.values[0] for slider in setup.sliders})
    *_, last = np.ndindex(meetings(image, kernel, operator, given).output.shape)
    first = tuple(0 for _ in last)
    pictures = [draw(image, kernel, first, operator, **given) for draw in (window, products)]
    return pictures if first == last else [*pictures, window(image, kernel, last, operator, **given)]


def _windows(met: Meetings) -> dict[str, Any]:
    """Where each output's window lies, and how far it reaches around the image."""
    taps = list(np.ndindex(met.kernel.shape))
    windows = [_window(met, at) for at in np.ndindex(met.output.shape)]
    places = [flat(place) for window in windows for place in window.values()]
    rows, columns = plane(met.image).shape if met.image.ndim > 1 else (1, len(met.image))
    top, left = (max(0, -min((place[axis] for place in places), default=0)) for axis in (0, 1))
    bottom, right = (
        max(0, max((place[axis] for place in places), default=0) - size + 1) for axis, size in ((0, rows), (1, columns))
    )
    width = left + columns + right
    patterns: list[list[int | None]] = []
    shifts = []
    for meets in windows:
        cells = [_cell(flat(meets[tap]), top, left, width) if tap in meets else None for tap in taps]
        first = next((cell for cell in cells if cell is not None), 0)
        shifts.append([_number(patterns, [None if c is None else c - first for c in cells]), first])
    lowest = [min((cell for cell in pattern if cell is not None), default=0) for pattern in patterns]
    told: dict[str, Any] = {
        "around": [top, left, bottom, right],
        "patterns": [[None if c is None else c - low for c in p] for p, low in zip(patterns, lowest, strict=True)],
        "shifts": [first + lowest[number] for number, first in shifts],
    }
    return told if len(patterns) == 1 else {**told, "which": [number for number, _ in shifts]}


def _window(met: Meetings, at: Index) -> dict[Index, Index]:
    return {**met.meets[at], **met.outside(at)}


def _cell(place: tuple[int, int], top: int, left: int, width: int) -> int:
    return (place[0] + top) * width + place[1] + left


def _number(known: list[Any], item: Any) -> int:
    """The number of an item among those that are known; a new one is added."""
    if item not in known:
        known.append(item)
    return known.index(item)


def _cut(array: Any, size: int | None) -> np.ndarray:
    """The first entries of an array along each axis."""
    values = np.asarray(array, dtype=object)
    return values if size is None else values[(slice(size),) * values.ndim]


def _layered(operator: Operator, image: Any, kernel: Any) -> tuple[Any, Any]:
    """The arrays as an operation takes them: layers want axes of batch or channels, which are of size 1 here."""
    return (image[None], kernel[None, None]) if operator.family == "layers" else (image, kernel)


def _text(array: Any) -> list[str]:
    return [" ".join(shown(_plain(value)) for value in row) for row in np.atleast_2d(plane(array))]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _word(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
