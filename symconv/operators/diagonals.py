"""Diagonals and triangles of matrices, as NumPy defines them."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import at_least, equal
from symconv.formulas.language import Formula, Scalar, When
from symconv.operators.axes import bounded, diagonal_axes, integer, parameter_latex


def _shifted(word: str) -> Any:
    """The operator's name with the diagonal's number above."""

    def latex_of(a: str, k: Any = 0) -> str:
        above = "" if k == 0 else rf"^{{({parameter_latex(k)})}}"
        return rf"\operatorname{{{word}}}{above}({a})"

    return latex_of


def _extreme(kind: str, *values: Poly) -> Poly:
    return extremum(kind, list(values))


def _diagonal_latex(a: str, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> str:
    below = "" if (axis1, axis2) == (0, 1) else f"_{{{axis1},{axis2}}}"
    return _shifted("diagonal")(a, offset).replace("{diagonal}", "{diagonal}" + below, 1)


@operator(library="numpy.diagonal", family="structured", operands="a", latex=_diagonal_latex, twin=np.diagonal)
def diagonal(a: Any, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> Definition:
    """The entries a[i, i + offset] of two axes, along a new last axis.

    Shapes: (n, m, …) to (…, d) with d the diagonal's length, 0 where it lies outside. Raises `ShapeError` for fewer
    than two axes or equal ones. Source: numpy.diagonal.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> diagonal(Tensor("X", n, n, m)).shape
    (m, n)
    """
    rank = len(a.axes)
    first, second = diagonal_axes(axis1, axis2, rank, "diagonal")
    shift = integer(offset, "diagonal: offset")
    rows, columns = a.axes[first], a.axes[second]
    if shift == 0 and rows.digits == columns.digits:
        line = rows
    else:
        n, m = rows.size, columns.size
        ends = [n, m] if shift == 0 else [n, m, n + shift, m - shift]
        if shift.integer is not None:
            ends = [n, m - shift] if shift.integer >= 0 else [n + shift, m]
        least = _extreme("min", *ends)
        line = Axis((least if shift == 0 else _extreme("max", least, ZERO),))
    below, right = _extreme("max", -shift, ZERO), _extreme("max", shift, ZERO)

    def entry(*index: Index) -> Formula:
        *rest, i = index
        others = iter(rest)
        places = {first: i, second: i} if line is rows else {first: line.flat(i) + below, second: line.flat(i) + right}
        return read(a, *(places[k] if k in places else next(others) for k in range(rank)))

    return Definition((*(x for k, x in enumerate(a.axes) if k not in (first, second)), line), entry)


@operator(library="numpy.diag", family="structured", operands="v", latex=lambda v, k=0: _shifted("diag")(v, k),
          twin=np.diag)  # fmt: skip
def diag(v: Any, k: Any = 0) -> Definition:
    """The square matrix with a vector on its diagonal number k, or the diagonal number k of a matrix.

    Shapes: (n,) to (n + |k|, n + |k|), or (n, m) to (d,) as `diagonal`. Raises `ShapeError` for other numbers of axes.
    Source: numpy.diag.

    >>> from symconv import Tensor, sizes
    >>> diag(Tensor("x", sizes("n"))).shape
    (n, n)
    """
    if len(v.axes) == 2:
        return diagonal.define(v, k)
    if len(v.axes) != 1:
        raise ShapeError(f"diag: the array has {len(v.axes)} axes; it takes 1 or 2")
    shift = integer(k, "diag: k")
    (line,) = v.axes
    if shift == 0:
        return Definition((line, line), lambda i, j: _on_diagonal(line, i, j, read(v, i)))
    side = Axis((line.size + _extreme("max", shift, -shift),))
    above = _extreme("min", shift, ZERO)

    def entry(i: Index, j: Index) -> Formula:
        row = side.flat(i)
        return When((equal(side.flat(j) - row, shift),), read(v, row + above))

    return Definition((side, side), entry)


def _on_diagonal(axis: Axis, i: Index, j: Index, body: Formula) -> Formula:
    """The body where two indices along an axis are the same, digit by digit."""
    return When(tuple(equal(a, b) for a, b in zip(axis.parts(i), axis.parts(j), strict=True)), body)


def _triangle(m: Any, k: Any, sign: int, name: str) -> Definition:
    """The entries with sign·(j − i − k) ≥ 0 of the last two axes; a vector counts as equal rows."""
    if not m.axes:
        raise ShapeError(f"{name}: the array has 0 axes; it takes 1 or more")
    shift = integer(k, f"{name}: k")
    axes = (*m.axes[:-2], *(m.axes[-1:] * 2 if len(m.axes) == 1 else m.axes[-2:]))

    def entry(*index: Index) -> Formula:
        distance = axes[-1].flat(index[-1]) - axes[-2].flat(index[-2]) - shift
        return When((at_least(sign * distance, 0),), read(m, *index[len(axes) - len(m.axes) :]))

    return Definition(axes, entry)


@operator(library="numpy.tril", family="structured", operands="m", latex=lambda m, k=0: _shifted("tril")(m, k),
          twin=np.tril)  # fmt: skip
def tril(m: Any, k: Any = 0) -> Definition:
    """The lower triangle of the last two axes: entries with j ≤ i + k, zeros elsewhere.

    Shapes: unchanged, a vector (n,) to (n, n) as its equal rows. Raises `ShapeError` for a scalar. Source: numpy.tril.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> tril(Tensor("X", n, m)).shape
    (n, m)
    """
    return _triangle(m, k, -1, "tril")


@operator(library="numpy.triu", family="structured", operands="m", latex=lambda m, k=0: _shifted("triu")(m, k),
          twin=np.triu)  # fmt: skip
def triu(m: Any, k: Any = 0) -> Definition:
    """The upper triangle of the last two axes: entries with j ≥ i + k, zeros elsewhere.

    Shapes: unchanged, a vector (n,) to (n, n) as its equal rows. Raises `ShapeError` for a scalar. Source: numpy.triu.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> triu(Tensor("X", n, m)).shape
    (n, m)
    """
    return _triangle(m, k, 1, "triu")


def _tri_latex(N: Any, M: Any = None, k: Any = 0) -> str:
    sizes = parameter_latex(N) + ("" if M is None else rf" \times {parameter_latex(M)}")
    return _shifted(f"tri}}_{{{sizes}")("", k).replace("()", "")


@operator(library="numpy.tri", family="structured", operands="", latex=_tri_latex, twin=np.tri)
def tri(N: Any, M: Any = None, k: Any = 0) -> Definition:
    """Ones where j ≤ i + k, zeros elsewhere.

    Shapes: (N, M), M being N if it is None. Raises `ShapeError` for negative sizes. Source: numpy.tri.

    >>> from symconv import sizes
    >>> tri(sizes("n")).shape
    (n, n)
    """
    rows, needs = bounded(N, 0, "tri: size")
    columns, more = (rows, ()) if M is None else bounded(M, 0, "tri: size")
    shift = integer(k, "tri: k")

    def entry(i: Poly, j: Poly) -> Formula:
        return When((at_least(i + shift, j),), Scalar(ONE))

    return Definition((Axis((rows,)), Axis((columns,))), entry, needs + more)
