"""Functions of scipy.ndimage that are written with operators: filters of the size of their input, by `pad`.

A filter with k entries reads k//2 + origin entries before each place, the reversed one (`convolve`) as many after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.libraries.naming import Made, Numbers, naming
from symconv.libraries.scipy_signal import padded
from symconv.operators.axes import axis_numbers, integer

NDIMAGE: dict[str, Made] = {}
ndimage = naming(NDIMAGE, "scipy.ndimage")

MODES = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap",
    "grid-wrap": "wrap", "constant": "constant", "grid-constant": "constant",
}  # fmt: skip
"""What `pad` calls the boundaries of scipy.ndimage."""


@ndimage("convolve")
def convolve(
    input: Any, weights: Any, output: Any = None, mode: str = "reflect", cval: Numbers = 0, origin: Numbers = 0,
    *, axes: Numbers = None,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.convolve."""
    return _filtered("convolve", input, weights, output, mode, cval, origin, axes)


@ndimage("correlate")
def correlate(
    input: Any, weights: Any, output: Any = None, mode: str = "reflect", cval: Numbers = 0, origin: Numbers = 0,
    *, axes: Numbers = None,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.correlate."""
    return _filtered("correlate", input, weights, output, mode, cval, origin, axes)


@ndimage("convolve1d")
def convolve1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Numbers = 0,
    origin: Numbers = 0,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.convolve1d."""
    return _filtered("convolve", input, weights, output, mode, cval, origin, (axis,))


@ndimage("correlate1d")
def correlate1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Numbers = 0,
    origin: Numbers = 0,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.correlate1d."""
    return _filtered("correlate", input, weights, output, mode, cval, origin, (axis,))


@ndimage("uniform_filter1d")
def uniform_filter1d(
    input: Any, size: Numbers, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Numbers = 0,
    origin: Numbers = 0,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.uniform_filter1d: means of so many neighbours."""
    return correlate1d(input, REGISTRY["ones"](size) / size, axis, output, mode, cval, origin)


@ndimage("uniform_filter")
def uniform_filter(
    input: Any, size: Numbers = 3, output: Any = None, mode: Numbers = "reflect", cval: Numbers = 0,
    origin: Numbers = 0, *, axes: Numbers = None,
) -> TensorExpr:  # fmt: skip
    """scipy.ndimage.uniform_filter: a filter along one axis after the other."""
    array = as_tensor(input)
    places = axis_numbers(tuple(axes) if isinstance(axes, list) else axes, len(array.axes), "scipy.ndimage")
    sizes, modes, origins = (_one_an_axis(v, len(places)) for v in (size, mode, origin))
    steps = [s for s in zip(places, sizes, modes, origins, strict=True) if s[1] != 1]
    return reduce(lambda x, s: uniform_filter1d(x, s[1], s[0], output, s[2], cval, s[3]), steps, array)


def _one_an_axis(value: Any, count: int) -> Sequence[Any]:
    values = value if isinstance(value, (tuple, list)) else (value,) * count
    if len(values) != count:
        raise ShapeError(f"scipy.ndimage: {len(values)} values for {count} axes")
    return values


def _filtered(
    name: str, input: Any, weights: Any, output: Any, mode: Any, cval: Any, origin: Any, axes: Any
) -> TensorExpr:
    array, kernel = as_tensor(input), as_tensor(weights)
    if output is not None:
        raise Unsupported(f"scipy.ndimage.{name}: an array for the output", hint="use what the function returns")
    if mode not in MODES:
        raise ShapeError(f"scipy.ndimage.{name}: mode {mode!r} is not one of {', '.join(map(repr, MODES))}")
    rank = len(array.axes)
    places = axis_numbers(tuple(axes) if isinstance(axes, list) else axes, rank, "scipy.ndimage")
    if len(kernel.axes) != len(places) or places != tuple(sorted(places)):
        raise ShapeError(f"scipy.ndimage.{name}: weights with {len(kernel.axes)} axes for {len(places)} axes in order")
    widths: list[tuple[Poly, Poly]] = [(ZERO, ZERO)] * rank
    for place, axis, shift in zip(places, kernel.axes, _one_an_axis(origin, len(places)), strict=True):
        reach = axis.size // 2 + integer(shift, f"scipy.ndimage.{name}: origin")
        other = axis.size - 1 - reach
        widths[place] = (reach, other) if name == "correlate" else (other, reach)
    spread = kernel[tuple(slice(None) if k in places else None for k in range(rank))] if len(places) < rank else kernel
    return REGISTRY[name](padded(array, widths, MODES[mode], cval), spread, "valid")
