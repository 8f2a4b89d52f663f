"""Functions of scipy.signal that are written with operators: swapped operands, boundaries, and filters.

SciPy exchanges the operands of "valid" where the first is the smaller one; the result is the same piece of the full
one, which starts where the smaller of them ends, along every axis.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from symconv.algebra.polynomials import Poly, extremum
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_argument
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.libraries.naming import Made, Numbers, naming
from symconv.operators.axes import axis_number, axis_numbers, scalar_value
from symconv.operators.conditional import written

SIGNAL: dict[str, Made] = {}
signal = naming(SIGNAL, "scipy.signal")

_METHODS = ("auto", "direct", "fft")
_BOUNDARIES = {
    "fill": "constant", "pad": "constant", "wrap": "wrap", "circular": "wrap", "symm": "symmetric",
    "symmetric": "symmetric",
}  # fmt: skip


@signal("convolve")
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> TensorExpr:
    """scipy.signal.convolve."""
    return _slid("convolve", in1, in2, mode, method)


@signal("correlate")
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> TensorExpr:
    """scipy.signal.correlate."""
    return _slid("correlate", in1, in2, mode, method)


@signal("fftconvolve", "oaconvolve")
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Numbers = None) -> TensorExpr:
    """scipy.signal.fftconvolve along all axes: the convolution, whatever computes it."""
    rank = len(as_tensor(in1).axes)
    if axes is not None and len(axis_numbers(axes, rank, "scipy.signal.fftconvolve")) != rank:
        raise Unsupported("scipy.signal.fftconvolve along some of the axes", hint="loop over the others")
    return _slid("convolve", in1, in2, mode, "fft")


def _slid(name: str, in1: Any, in2: Any, mode: str, method: str) -> TensorExpr:
    if method not in _METHODS:
        raise ShapeError(f"scipy.signal.{name}: the method {method!r} is not one of {', '.join(_METHODS)}")
    first, second = as_tensor(in1), as_tensor(in2)
    if mode == "valid" and len(first.axes) == len(second.axes):
        sizes = _sizes(first, second)
        known = [(n - m).constant for n, m in sizes]
        ordered = [d for d in known if d is not None]
        is_mixed = any(d > 0 for d in ordered) and any(d < 0 for d in ordered)
        if not is_mixed and len(ordered) < len(known) or _is_smaller(sizes):
            piece = _inner_piece(REGISTRY[name](first, second, "full"), sizes)
            needs = _in_order(sizes)
            return REGISTRY["needing"](piece, written(needs)) if needs else piece
    return REGISTRY[name](first, second, mode)


def _sizes(first: TensorExpr, second: TensorExpr) -> list[tuple[Poly, Poly]]:
    return [(a.size, b.size) for a, b in zip(first.axes, second.axes, strict=True)]


def _in_order(sizes: list[tuple[Poly, Poly]]) -> tuple[Compare, ...]:
    """That one array is at least as large as the other along every axis.

    For any two axes, the first array is no smaller along one of them, or the second along the other.
    """
    pairs = ((n - m, j - i) for (n, m), (i, j) in permutations(sizes, 2))
    either = [[d for d in pair if d.constant is None or d.constant >= 0] for pair in pairs if pair[0] != -pair[1]]
    unknown = (pair for pair in either if all(d.constant is None for d in pair))
    return tuple(dict.fromkeys(Compare(extremum("max", pair), ">=") for pair in unknown))


def _is_smaller(sizes: list[tuple[Poly, Poly]]) -> bool:
    """Whether the first array is known to be the smaller one along every axis, and not the same."""
    differences = [(n - m).constant for n, m in sizes]
    return all(d is not None and d <= 0 for d in differences) and any(differences)


def _inner_piece(full: TensorExpr, sizes: list[tuple[Poly, Poly]]) -> TensorExpr:
    """The piece of the full result at which the smaller array lies within the larger one."""
    ends = [(extremum("min", pair) - 1, extremum("max", pair)) for pair in sizes]
    return full[tuple(slice(to_argument(start), to_argument(stop)) for start, stop in ends)]


@signal("convolve2d")
def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Numbers = 0) -> TensorExpr:
    """scipy.signal.convolve2d: the boundary is put around the first array, of which "same" keeps the middle."""
    return _slid_in_plane("convolve", in1, in2, mode, boundary, fillvalue)


@signal("correlate2d")
def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Numbers = 0) -> TensorExpr:
    """scipy.signal.correlate2d, whose "same" starts (k − 1)//2 before, where that of correlate starts k//2 before."""
    return _slid_in_plane("correlate", in1, in2, mode, boundary, fillvalue)


def _slid_in_plane(name: str, in1: Any, in2: Any, mode: str, boundary: str, fillvalue: Any) -> TensorExpr:
    first, second = as_tensor(in1), as_tensor(in2)
    if len(first.axes) != 2 or len(second.axes) != 2:
        raise ShapeError(f"scipy.signal.{name}2d: the arrays have {len(first.axes)} and {len(second.axes)} axes, not 2")
    if boundary not in _BOUNDARIES:
        raise ShapeError(f"scipy.signal.{name}2d: the boundary {boundary!r} is not one of 'fill', 'wrap', 'symm'")
    kernel = [axis.size for axis in second.axes]
    match mode:
        case "full":
            widths = [(k - 1, k - 1) for k in kernel]
        case "same" if name == "convolve":
            widths = [(k // 2, (k - 1) // 2) for k in kernel]
        case "same":
            widths = [((k - 1) // 2, k // 2) for k in kernel]
        case "valid":
            piece = _slid(name, first, second, "valid", "direct")
            sizes = _sizes(first, second)
            swapped = name == "correlate" and _is_smaller(sizes)
            if name == "correlate" and is_complex(piece) and any((n - m).constant is None for n, m in sizes):
                raise Unsupported("scipy.signal.correlate2d of complex arrays whose sizes are not known to be in order")
            return REGISTRY["conj"](piece) if swapped else piece  # the other one is conjugated
        case _:
            raise ShapeError(f"scipy.signal.{name}2d: mode {mode!r} is not one of 'full', 'same', 'valid'")
    how = _BOUNDARIES[boundary]
    if how == "constant" and _is_zero(fillvalue) and (mode == "full" or name == "convolve"):
        return REGISTRY[name](first, second, mode)
    return REGISTRY[name](padded(first, widths, how, fillvalue), second, "valid")


def _is_zero(value: Any) -> bool:
    return scalar_value(as_tensor(value).entry()) == 0


def padded(array: TensorExpr, widths: list[tuple[Poly, Poly]], how: str, value: Any) -> TensorExpr:
    """The array with so many entries more around it; the value counts where they are constant."""
    pairs = tuple((to_argument(before), to_argument(after)) for before, after in widths)
    filling = {"constant_values": value} if how == "constant" and not _is_zero(value) else {}
    return REGISTRY["pad"](array, pairs, how, **filling)


@signal("lfilter")
def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Numbers = None) -> TensorExpr:
    """scipy.signal.lfilter without feedback: a convolution, of which the first entries are kept."""
    taps, array = as_tensor(b), as_tensor(x)
    first, *more = a if isinstance(a, (list, tuple)) else [a]
    if zi is not None or more or as_tensor(first).axes:
        raise Unsupported("scipy.signal.lfilter with feedback", hint="a is one number: lfilter(b, [1.0], x)")
    place = axis_number(axis, len(array.axes), "scipy.signal.lfilter")
    last = REGISTRY["moveaxis"](array, place, -1) if place != len(array.axes) - 1 else array
    taps = taps if taps.axes else taps[None]
    kernel = taps[(None,) * (len(array.axes) - 1) + (slice(None),)] if len(array.axes) > 1 else taps
    filtered = REGISTRY["convolve"](last, kernel, "full")[..., : to_argument(last.axes[-1].size)]
    divided = filtered if first == 1 else filtered / first
    return divided if last is array else REGISTRY["moveaxis"](divided, -1, place)
