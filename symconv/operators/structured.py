"""Arrays that are written down or have a fixed structure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import numpy as np

from symconv.conversion import to_poly
from symconv.errors import ShapeError, SymconvError
from symconv.kernel.formulas import Axis, Formula, Index, Scalar, When, equal, plus
from symconv.kernel.polynomials import ONE, ZERO, Poly
from symconv.kernel.terms import TableAtom
from symconv.operators.axes import bounded, integer, scalar_value, shape_of
from symconv.operators.registry import Definition, operator, read


def _literal_latex(entries: Any) -> str:
    from sympy import latex

    def rows(value: Any) -> str:
        if not isinstance(value, tuple):
            return latex(value)
        if not any(isinstance(v, tuple) for v in value):
            return f"[{', '.join(map(latex, value))}]"
        body = r" \\ ".join(map(_row, value))
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"

    def _row(value: Any) -> str:
        return " & ".join(rows(v) for v in value) if isinstance(value, tuple) else rows(value)

    return rows(entries)


@operator(library="numpy.array", family="structured", operands="", latex=_literal_latex,
          twin=lambda entries: np.array(_numbers(entries)))  # fmt: skip
def array(entries: Any) -> Definition:
    """A literal array: nested sequences of numbers, scalar expressions or scalar tensors.

    Shapes: as nested. Raises `ShapeError` where rows differ in length. Source: numpy.array.

    >>> array([[1, 0, 1], [0, 1, 0]]).shape
    (2, 3)
    """
    shape, leaves = _nested(entries)
    formulas = [_scalar(leaf) for leaf in leaves]
    values = [scalar_value(f) for f in formulas]
    table = None
    if shape and all(v is not None and not v.names for v in values):
        table = TableAtom(shape, tuple(v for v in values if v is not None))
    places = list(combinations(*map(range, shape)))

    def entry(*index: Index) -> Formula:
        at = [Axis.of(n).flat(i) for n, i in zip(shape, index, strict=True)]
        terms = []
        for place, formula in zip(places, formulas, strict=True):
            differences = [i - p for i, p in zip(at, place, strict=True)]
            if all(d.constant in (None, 0) for d in differences):
                conditions = tuple(equal(d, 0) for d in differences if d.constant is None)
                terms.append(When(conditions, formula) if conditions else formula)
        return plus(*terms) if terms else Scalar(ZERO)

    return Definition(tuple(Axis.of(n) for n in shape), entry, leaf=table)


def _numbers(entries: Any) -> Any:
    return [_numbers(e) for e in entries] if isinstance(entries, (tuple, list)) else np.asarray(entries)[()]


def _nested(entries: Any) -> tuple[tuple[int, ...], list[Any]]:
    if not isinstance(entries, (tuple, list)):
        return (), [entries]
    if not entries:
        raise ShapeError("a literal array cannot be empty")
    parts = [_nested(e) for e in entries]
    shape = parts[0][0]
    for k, (other, _) in enumerate(parts):
        if other != shape:
            raise ShapeError(f"rows of a literal array differ: {_words(shape)} in row 0, {_words(other)} in row {k}")
    return (len(parts), *shape), [leaf for _, leaves in parts for leaf in leaves]


def _words(shape: Sequence[int]) -> str:
    return " by ".join(map(str, shape)) + (" entries" if shape != (1,) else " entry") if shape else "a number"


def _scalar(value: Any) -> Formula:
    axes = getattr(value, "axes", None)
    if axes is not None:
        if axes:
            raise ShapeError(f"an entry of a literal array has {len(axes)} axes; it takes scalars")
        return read(value)
    if isinstance(value, (bool, str)) or value is None:
        raise SymconvError(f"{value!r} cannot be an entry of a literal array")
    return Scalar(Poly.of(value) if isinstance(value, int) else to_poly(value))


def _eye_latex(N: Any, M: Any = None, k: Any = 0) -> str:
    from sympy import latex

    size = latex(N) if M is None else rf"{latex(N)} \times {latex(M)}"
    return rf"I_{{{size}}}" if k == 0 else rf"I_{{{size}}}^{{({latex(k)})}}"


@operator(library="numpy.eye", family="structured", operands="", latex=_eye_latex, twin=np.eye)
def eye(N: Any, M: Any = None, k: Any = 0) -> Definition:
    """Ones where j = i + k, zeros elsewhere.

    Shapes: (N, M), M being N if it is None. Raises `ShapeError` for negative sizes. Source: numpy.eye.

    >>> from symconv import sizes
    >>> eye(sizes("n")).shape
    (n, n)
    """
    rows, needs = bounded(N, 0, "eye: size")
    columns, more = (rows, ()) if M is None else bounded(M, 0, "eye: size")
    shift = integer(k, "eye: k")
    return Definition(
        (Axis((rows,)), Axis((columns,))), lambda i, j: When((equal(j, i + shift),), Scalar(ONE)), needs + more
    )


def _filled_latex(digit: str) -> Any:
    def latex_of(shape: Any) -> str:
        from sympy import latex

        sizes = r" \times ".join(map(latex, shape if isinstance(shape, tuple) else (shape,)))
        return rf"\mathbf{{{digit}}}_{{{sizes}}}"

    return latex_of


@operator(library="numpy.ones", family="structured", operands="", latex=_filled_latex("1"), twin=np.ones)
def ones(shape: Any) -> Definition:
    """An array of ones.

    Shapes: `shape`, an integer or a tuple. Raises `ShapeError` for negative sizes. Source: numpy.ones.

    >>> from symconv import sizes
    >>> ones(sizes("n m")).shape
    (n, m)
    """
    axes, needs = shape_of(shape, "ones")
    return Definition(axes, lambda *i: Scalar(ONE), needs)


@operator(library="numpy.zeros", family="structured", operands="", latex=_filled_latex("0"), twin=np.zeros)
def zeros(shape: Any) -> Definition:
    """An array of zeros.

    Shapes: `shape`, an integer or a tuple. Raises `ShapeError` for negative sizes. Source: numpy.zeros.

    >>> from symconv import sizes
    >>> zeros(sizes("n m")).shape
    (n, m)
    """
    axes, needs = shape_of(shape, "zeros")
    return Definition(axes, lambda *i: Scalar(ZERO), needs)
