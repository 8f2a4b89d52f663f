"""Matrices that are made from a vector along diagonals, as SciPy defines them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from symconv.algebra.polynomials import ZERO, Poly, extremum
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import at_least
from symconv.formulas.language import Conj, Formula, Scalar, When, plus
from symconv.operators.axes import POINT, along, bounded, merge, parameter_latex


def scipy_twin(name: str, module: str = "linalg") -> Any:
    """The function of SciPy, imported when it is called."""

    def twin(*args: Any) -> Any:
        function = getattr(import_module(f"scipy.{module}"), name)
        return function(*(a for a in args if a is not None))

    return twin


def _line(x: Any) -> tuple[tuple[Axis, ...], Poly]:
    """The batch axes of an array of vectors, and the vectors' size; a scalar is one entry."""
    return tuple(x.axes[:-1]), (x.axes or (POINT,))[-1].size


def _entry(x: Any, batch: tuple[Index, ...], i: Poly) -> Formula:
    """Entry i of one vector, 0 outside."""
    if x.axes:
        return read(x, *batch, i)
    return When((at_least(i, 0), at_least(ZERO, i)), read(x)) if i.constant is None else read(x) if not i else Scalar(i)


def _latex(word: str) -> Any:
    def latex_of(c: str, r: str | None = None) -> str:
        return rf"\operatorname{{{word}}}({c if r is None else f'{c}, {r}'})"

    return latex_of


@operator(library="scipy.linalg.toeplitz", family="structured", operands="c r", latex=_latex("toeplitz"),
          twin=scipy_twin("toeplitz"))  # fmt: skip
def toeplitz(c: Any, r: Any = None) -> Definition:
    """The matrix with constant diagonals, first column c and first row r without its first entry; conj(c) if r is None.

    Axes before the last are a batch. Shapes: (…, n) and (…, m) to (…, n, m), the batches broadcast. Raises
    `ShapeError` where the batches differ. Source: scipy.linalg.toeplitz.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> toeplitz(Tensor("c", n), Tensor("r", m)).shape
    (n, m)
    """
    row = c if r is None else r
    (left, rows), (right, columns) = _line(c), _line(row)
    batch, requires = _broadcast(left, right, "toeplitz")

    def entry(*index: Index) -> Formula:
        *first, i, j = index

        def of(x: Any, own: tuple[Axis, ...], k: Poly) -> Formula:
            skipped = len(batch) - len(own)
            return _entry(x, tuple(map(along, batch[skipped:], own, first[skipped:])), k)

        down, across = Axis((rows,)).flat(i), Axis((columns,)).flat(j)
        above = of(row, right, across - down)
        return plus(
            of(c, left, down - across), When((at_least(across - down, 1),), Conj(above) if r is None else above)
        )

    return Definition((*batch, Axis((rows,)), Axis((columns,))), entry, requires=requires)


def _broadcast(
    left: tuple[Axis, ...], right: tuple[Axis, ...], name: str
) -> tuple[tuple[Axis, ...], tuple[Requirement, ...]]:
    """The common batch axes of two arrays, as NumPy broadcasts them."""
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    skipped = len(longer) - len(shorter)
    axes, requires = list(longer[:skipped]), tuple[Requirement, ...]()
    for a, b in zip(longer[skipped:], shorter, strict=True):
        axis, required = merge(a, b, f"{name}: batch sizes", broadcast=True)
        axes.append(axis)
        requires += required
    return tuple(axes), requires


@operator(library="scipy.linalg.hankel", family="structured", operands="c r", latex=_latex("hankel"),
          twin=scipy_twin("hankel"))  # fmt: skip
def hankel(c: Any, r: Any = None) -> Definition:
    """The matrix with constant anti-diagonals, first column c and last row r without its first entry; 0 if r is None.

    Shapes: (n,) and (m,) to (n, m). Raises `ShapeError` for other than one axis. Source: scipy.linalg.hankel.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> hankel(Tensor("c", n), Tensor("r", m)).shape
    (n, m)
    """
    for x in (c, *([] if r is None else [r])):
        if len(x.axes) != 1:
            raise ShapeError(f"hankel: the array has {len(x.axes)} axes; it takes one")
    rows, columns = c.axes[0].size, (c if r is None else r).axes[0].size

    def entry(i: Index, j: Index) -> Formula:
        k = Axis((rows,)).flat(i) + Axis((columns,)).flat(j)
        beyond = k - rows + 1
        return read(c, k) if r is None else plus(read(c, k), When((at_least(beyond, 1),), read(r, beyond)))

    return Definition((Axis((rows,)), Axis((columns,))), entry)


@operator(library="scipy.linalg.circulant", family="structured", operands="c",
          latex=r"\operatorname{{circulant}}({c})", twin=scipy_twin("circulant"))  # fmt: skip
def circulant(c: Any) -> Definition:
    """The square matrix whose columns are c rolled by 0, 1, …: entry c[(i − j) mod n].

    Axes before the last are a batch. Shapes: (…, n) to (…, n, n). Source: scipy.linalg.circulant.

    >>> from symconv import Tensor, sizes
    >>> circulant(Tensor("c", sizes("n"))).shape
    (n, n)
    """
    batch, n = _line(c)
    side = Axis((n,))

    def entry(*index: Index) -> Formula:
        *first, i, j = index
        shift = side.flat(i) - side.flat(j)
        return plus(*(_entry(c, tuple(first), k) for k in ((shift, shift + n) if c.axes else (shift,))))

    return Definition((*batch, side, side), entry)


def _matrix_latex(a: str, n: Any, mode: str = "full") -> str:
    word = "" if mode == "full" else rf"^{{\mathrm{{{mode}}}}}"
    return rf"\operatorname{{convolution\_matrix}}{word}_{{{parameter_latex(n)}}}({a})"


@operator(library="scipy.linalg.convolution_matrix", family="structured", operands="a", latex=_matrix_latex,
          twin=scipy_twin("convolution_matrix"))  # fmt: skip
def convolution_matrix(a: Any, n: Any, mode: Literal["full", "same", "valid"] = "full") -> Definition:
    """The Toeplitz matrix that convolves with a: its product with v is numpy.convolve(a, v, mode).

    Axes before the last are a batch. Shapes: (…, m) to (…, m + n − 1, n), (…, max(m, n), n) for "same",
    (…, max(m, n) − min(m, n) + 1, n) for "valid". Raises `ShapeError` for a scalar or n < 1.
    Source: scipy.linalg.convolution_matrix.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> convolution_matrix(Tensor("a", m), n).shape
    (m + n - 1, n)
    """
    if not a.axes:
        raise ShapeError("convolution_matrix: the array has 0 axes; it takes one, or more with a batch")
    batch, m = _line(a)
    columns, needs = bounded(n, 1, "convolution_matrix: n")
    match mode:
        case "full":
            rows, start = m + columns - 1, ZERO
        case "same":
            rows, start = extremum("max", [m, columns]), extremum("min", [(m - 1) // 2, (columns - 1) // 2])
        case "valid":
            rows, start = extremum("max", [m - columns, columns - m]) + 1, extremum("min", [m, columns]) - 1
        case _:
            raise ShapeError(f"convolution_matrix: mode {mode!r} is not one of 'full', 'same', 'valid'")

    def entry(*index: Index) -> Formula:
        *first, i, j = index
        return read(a, *first, Axis((rows,)).flat(i) + start - Axis((columns,)).flat(j))

    return Definition((*batch, Axis((rows,)), Axis((columns,))), entry, needs)
