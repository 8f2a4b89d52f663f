"""Matrices that are made from a vector along diagonals, as SciPy defines them."""

from __future__ import annotations

from typing import Any

from symconv.errors import ShapeError
from symconv.kernel.formulas import Axis, Conj, Formula, When, at_least, plus
from symconv.kernel.polynomials import ZERO, Poly, extremum
from symconv.operators.axes import bounded, parameter_latex
from symconv.operators.registry import Definition, operator, read


def _scipy(name: str) -> Any:
    def twin(*args: Any) -> Any:
        from scipy import linalg

        return getattr(linalg, name)(*(a for a in args if a is not None))

    return twin


def _vector(x: Any, name: str) -> Poly:
    if len(x.axes) != 1:
        raise ShapeError(f"{name}: the array has {len(x.axes)} axes; it takes one")
    return x.axes[0].size


def _toeplitz_latex(c: str, r: str | None = None) -> str:
    return rf"\operatorname{{toeplitz}}({c if r is None else f'{c}, {r}'})"


@operator(library="scipy.linalg.toeplitz", family="structured", operands="c r", latex=_toeplitz_latex,
          twin=_scipy("toeplitz"))  # fmt: skip
def toeplitz(c: Any, r: Any = None) -> Definition:
    """The matrix with constant diagonals, first column c and first row r without its first entry; conj(c) if r is None.

    Shapes: (n,) and (m,) to (n, m). Raises `ShapeError` for other than one axis. Source: scipy.linalg.toeplitz.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> toeplitz(Tensor("c", n), Tensor("r", m)).shape
    (n, m)
    """
    rows, columns = _vector(c, "toeplitz"), _vector(c if r is None else r, "toeplitz")

    def entry(i: Poly, j: Poly) -> Formula:
        above = Conj(read(c, j - i)) if r is None else read(r, j - i)
        return plus(read(c, i - j), When((at_least(j - i, 1),), above))

    return Definition((Axis((rows,)), Axis((columns,))), entry)


@operator(library="scipy.linalg.circulant", family="structured", operands="c",
          latex=r"\operatorname{{circulant}}({c})", twin=_scipy("circulant"))  # fmt: skip
def circulant(c: Any) -> Definition:
    """The square matrix whose columns are c rolled by 0, 1, …: entry c[(i − j) mod n].

    Shapes: (n,) to (n, n). Raises `ShapeError` for other than one axis. Source: scipy.linalg.circulant.

    >>> from symconv import Tensor, sizes
    >>> circulant(Tensor("c", sizes("n"))).shape
    (n, n)
    """
    n = _vector(c, "circulant")
    return Definition((Axis((n,)), Axis((n,))), lambda i, j: plus(read(c, i - j), read(c, i - j + n)))


def _matrix_latex(a: str, n: Any, mode: str = "full") -> str:
    word = "" if mode == "full" else rf"^{{\mathrm{{{mode}}}}}"
    return rf"\operatorname{{T}}{word}_{{{parameter_latex(n)}}}({a})"


@operator(library="scipy.linalg.convolution_matrix", family="structured", operands="a", latex=_matrix_latex,
          twin=_scipy("convolution_matrix"))  # fmt: skip
def convolution_matrix(a: Any, n: Any, mode: str = "full") -> Definition:
    """The Toeplitz matrix that convolves with a: its product with v is numpy.convolve(a, v, mode).

    Shapes: (m,) to (m + n − 1, n), (max(m, n), n) for "same", (max(m, n) − min(m, n) + 1, n) for "valid". Raises
    `ShapeError` for other than one axis or n < 1. Source: scipy.linalg.convolution_matrix.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> convolution_matrix(Tensor("a", m), n).shape
    (m + n - 1, n)
    """
    m = _vector(a, "convolution_matrix")
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
    return Definition((Axis((rows,)), Axis((columns,))), lambda i, j: read(a, i + start - j), needs)
