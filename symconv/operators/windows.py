"""Windows and wrap-around: sliding window views, circular convolution and correlation."""

from __future__ import annotations

from itertools import product as combinations
from typing import Any

import numpy as np

from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import at_least
from symconv.formulas.language import Conj, Formula, plus, total
from symconv.formulas.language import times as product
from symconv.operators.axes import along, axis_number, bounded, merge, parameter_latex


def _window_latex(x: str, window_shape: Any) -> str:
    return rf"\operatorname{{windows}}_{{{parameter_latex(window_shape)}}}({x})"


@operator(library="numpy.lib.stride_tricks.sliding_window_view", family="sliding", operands="x", latex=_window_latex,
          twin=np.lib.stride_tricks.sliding_window_view, called="the windows")  # fmt: skip
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None) -> Definition:
    """All windows of an array, each along new last axes: V[m, u] = x[m + u].

    Shapes: (n…) with a window (w…) to (n − w + 1, …, w…). Needs n ≥ w. Raises `ShapeError` where the window is larger
    or has other axes. Source: numpy.lib.stride_tricks.sliding_window_view.

    >>> from symconv import Tensor, sizes
    >>> n, w = sizes("n w")
    >>> sliding_window_view(Tensor("x", n), w).shape
    (n - w + 1, w)
    """
    window = window_shape if isinstance(window_shape, tuple) else (window_shape,)
    rank = len(x.axes)
    axes = tuple(range(rank)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    places = [axis_number(a, rank, "sliding_window_view") for a in axes]
    if len(places) != len(window):
        raise ShapeError(f"sliding_window_view: a window of {len(window)} sizes for {len(places)} axes")
    sizes = [bounded(w, 0, "sliding_window_view: size") for w in window]
    needs = [need for _, more in sizes for need in more]
    left = [a.size for a in x.axes]
    for place, (width, _) in zip(places, sizes, strict=True):
        left[place] = left[place] - width + 1
        if left[place].constant is None:
            needs.append(at_least(left[place], 1))
        elif left[place].constant <= 0:
            raise ShapeError(f"sliding_window_view: the window {width} is larger than the array {x.axes[place].size}")
    kept = [a if k not in places else Axis((n,)) for k, (a, n) in enumerate(zip(x.axes, left, strict=True))]

    def entry(*index: Index) -> Formula:
        at = list(index[:rank])
        for place, (width, _), u in zip(places, sizes, index[rank:], strict=True):
            at[place] = kept[place].flat(at[place]) + Axis((width,)).flat(u)
        return read(x, *at)

    return Definition((*kept, *(Axis((w,)) for w, _ in sizes)), entry, tuple(needs))


def _rolled_sum(sign: int) -> Any:
    def twin(a: Any, b: Any) -> Any:
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape:
            raise ValueError(f"the shapes {a.shape} and {b.shape} differ")
        weight = b if sign > 0 else np.conj(b)
        axes = tuple(range(a.ndim))
        return sum(weight[u] * np.roll(a, tuple(sign * k for k in u), axes) for u in np.ndindex(b.shape))

    return twin


def _circular(a: Any, b: Any, sign: int, name: str) -> Definition:
    """Z[m] = Σ_u a[(m − sign·u) mod n]·b[u]: the index wraps around at most once."""
    if len(a.axes) != len(b.axes) or not a.axes:
        raise ShapeError(
            f"{name}: the operands have {len(a.axes)} and {len(b.axes)} axes; it takes the same, 1 or more"
        )
    requires: list[Requirement] = []
    for left, right in zip(a.axes, b.axes, strict=True):
        requires += merge(left, right, f"{name}: sizes", broadcast=False)[1]

    def entry(*m: Index) -> Formula:
        def body(*u: Index) -> Formula:
            at = [axis.flat(i) - sign * axis.flat(j) for axis, i, j in zip(a.axes, m, u, strict=True)]
            turns = [(p, p + sign * axis.size) for axis, p in zip(a.axes, at, strict=True)]
            weight = read(b, *map(along, a.axes, b.axes, u))
            wrapped = plus(*(read(a, *chosen) for chosen in combinations(*turns)))
            return product(wrapped, weight if sign > 0 else Conj(weight))

        return total(a.axes, body)

    return Definition(tuple(a.axes), entry, requires=tuple(requires))


@operator(library="symconv.circular_convolve", family="sliding", operands="a b",
          latex=r"{a} *_{{\mathrm{{circ}}}} {b}", precedence=50,
          twin=_rolled_sum(1), called="circular convolution")  # fmt: skip
def circular_convolve(a: Any, b: Any) -> Definition:
    """Circular convolution, N-D: Z[m] = Σ_u a[(m − u) mod n]·b[u].

    Shapes: equal. Raises `ShapeError` where they differ. Source: symconv.circular_convolve, as
    ifft(fft(a) * fft(b)) in numpy.fft.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> circular_convolve(Tensor("x", n), Tensor("k", n)).shape
    (n,)
    """
    return _circular(a, b, 1, "circular_convolve")


@operator(library="symconv.circular_correlate", family="sliding", operands="a b",
          latex=r"{a} \star_{{\mathrm{{circ}}}} {b}", precedence=50,
          twin=_rolled_sum(-1), called="circular correlation")  # fmt: skip
def circular_correlate(a: Any, b: Any) -> Definition:
    """Circular correlation, N-D: Z[m] = Σ_u a[(m + u) mod n]·conj(b[u]).

    Shapes: equal. Raises `ShapeError` where they differ. Source: symconv.circular_correlate, as
    ifft(fft(a) * conj(fft(b))) in numpy.fft.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> circular_correlate(Tensor("x", n), Tensor("k", n)).shape
    (n,)
    """
    return _circular(a, b, -1, "circular_correlate")
