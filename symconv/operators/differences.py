"""Running sums and differences, as NumPy defines them."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.language import Formula, Scalar, Sum, fresh, plus
from symconv.formulas.language import times as product
from symconv.kernel.terms import TensorAtom
from symconv.operators.axes import axis_number, flat_axis, literal, unflatten


def _cumsum_latex(a: str, axis: Any = None) -> str:
    below = "" if axis is None else f"_{{{axis}}}"
    return rf"\operatorname{{cumsum}}{below}({a})"


@operator(library="numpy.cumsum", family="products", operands="a", latex=_cumsum_latex, twin=np.cumsum)
def cumsum(a: Any, axis: Any = None) -> Definition:
    """Sums of the entries up to each one along an axis; with `axis` None of all entries in row-major order.

    Shapes: unchanged, (∏n,) with `axis` None. Raises `ShapeError` for an axis that does not exist.
    Source: numpy.cumsum.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> cumsum(Tensor("X", n, m), axis=0).shape
    (n, m)
    """
    place = 0 if axis is None else axis_number(axis, max(len(a.axes), 1), "cumsum")
    axes = (flat_axis(a.axes),) if axis is None or not a.axes else tuple(a.axes)
    line = axes[place]

    def entry(*index: Index) -> Formula:
        name = fresh("u")
        position = line.index(line.parts(Poly.name(name)))
        at = unflatten(a.axes, position) if len(axes) != len(a.axes) or axis is None else [
            *index[:place], position, *index[place + 1 :]
        ]  # fmt: skip
        return Sum(name, ZERO, line.flat(index[place]) + 1, read(a, *at))

    return Definition(axes, entry)


def _diff_latex(a: str, n: Any = 1, axis: Any = -1, prepend: str | None = None, append: str | None = None) -> str:
    power = "" if n == 1 else f"^{{{n}}}"
    below = "" if axis == -1 else f"_{{{axis}}}"
    joined = [x for x in (prepend, a, append) if x is not None]
    return rf"\Delta{power}{below}({', '.join(joined)})"


def _numpy_diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    given = {"prepend": prepend, "append": append}
    return np.diff(a, n, axis, **{k: v for k, v in given.items() if v is not None})


@operator(library="numpy.diff", family="products", operands="a prepend append", latex=_diff_latex,
          twin=_numpy_diff)  # fmt: skip
def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Definition:
    """Differences of neighbours along an axis, n times: a[i + 1] − a[i] for n = 1.

    `prepend` and `append` are joined to the array first, scalars as one entry each. Shapes: s to s − n along the axis,
    or 0. Raises `ShapeError` for a scalar or a negative n. Source: numpy.diff.

    >>> from symconv import Tensor, sizes
    >>> diff(Tensor("x", sizes("n"))).shape
    (n - 1,)
    """
    times = literal(n, "diff: n")
    if times < 0:
        raise ShapeError(f"diff: n {times} is less than 0")
    if not a.axes and times:
        raise ShapeError("diff: the array has 0 axes; it takes 1 or more")
    if not times:
        return Definition(tuple(a.axes), lambda *i: read(a, *i))
    place = axis_number(axis, len(a.axes), "diff")
    parts = [x for x in (prepend, a, append) if x is not None]
    whole, needs, requires = a, (), ()
    if len(parts) > 1:
        whole = _joined(parts, a, place)
        needs, requires = whole.definition.needs, whole.definition.requires
    line = whole.axes[place]
    length = line.size - times
    if not (times == 1 and isinstance(a.leaf, TensorAtom)):
        length = extremum("max", [length, ZERO])
    made = Axis((length,))

    def entry(*index: Index) -> Formula:
        i = made.flat(index[place])
        terms = []
        for k in range(times, -1, -1):
            factor = (-1) ** (times - k) * comb(times, k)
            at = (*index[:place], i + k, *index[place + 1 :])
            terms.append(product(Scalar(ONE * factor), read(whole, *at)))
        return plus(*terms)

    return Definition((*whole.axes[:place], made, *whole.axes[place + 1 :]), entry, needs, requires)


def _joined(parts: list[Any], a: Any, place: int) -> Any:
    """The arrays side by side along an axis; a scalar is one entry wide."""
    from symconv.operators.boundaries import concatenate
    from symconv.operators.repeating import broadcast_to

    shape = [*a.shape[:place], 1, *a.shape[place + 1 :]]
    return concatenate([x if x.axes else broadcast_to(x, tuple(shape)) for x in parts], place)
