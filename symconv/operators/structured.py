"""Arrays that are written down or have a fixed structure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, floor
from symconv.errors import ShapeError, SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.registry import Definition, Requirement, operator, read, same_axis
from symconv.formulas.axis import Axis, Index, positions
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Formula, Scalar, When, plus
from symconv.kernel.terms import TableAtom
from symconv.operators.axes import (
    along,
    bounded,
    integer,
    ordered,
    parameter_latex,
    scalar_value,
    shape_latex,
    shape_of,
)
from symconv.operators.matrices import scipy_twin
from symconv.operators.repeating import stretched


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
    """A literal array: nested sequences of numbers, scalar expressions or tensors of one shape.

    Shapes: as nested, then the shape of the tensors. Raises `ShapeError` where rows differ in length.
    Source: numpy.array.

    >>> array([[1, 0, 1], [0, 1, 0]]).shape
    (2, 3)
    """
    shape, leaves = _nested(entries)
    if any(getattr(leaf, "axes", ()) for leaf in leaves):
        return _of_arrays(shape, leaves)
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


def _of_arrays(shape: tuple[int, ...], leaves: list[Any]) -> Definition:
    """A literal of arrays: they agree in shape, and their axes come last."""
    axes: tuple[Axis, ...] = getattr(leaves[0], "axes", ())
    requires: tuple[Requirement, ...] = ()
    for leaf in leaves:
        own = getattr(leaf, "axes", ())
        if len(own) != len(axes):
            raise ShapeError(f"the entries of a literal array have {len(axes)} and {len(own)} axes")
        for common, axis in zip(axes, own, strict=True):
            requires += same_axis(common, axis, "the entries of a literal array: sizes")[1]

    def entry(*index: Index) -> Formula:
        places, rest = index[: len(shape)], index[len(shape) :]
        at = [Axis.of(n).flat(i) for n, i in zip(shape, places, strict=True)]
        return plus(
            *(
                When(
                    tuple(equal(i, k) for i, k in zip(at, place, strict=True)),
                    read(leaf, *map(along, axes, leaf.axes, rest)),
                )
                for place, leaf in zip(combinations(*map(range, shape)), leaves, strict=True)
            )
        )

    return Definition((*(Axis.of(n) for n in shape), *axes), entry, requires=requires)


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

    size = latex(N) if M is None else shape_latex((N, M))
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
        return rf"\mathbf{{{digit}}}_{{{shape_latex(shape)}}}"

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


def _full_latex(shape: Any, fill_value: str) -> str:
    return rf"\operatorname{{full}}_{{{parameter_latex(shape)}}}({fill_value})"


@operator(library="numpy.full", family="structured", operands="fill_value", latex=_full_latex, twin=np.full)
def full(shape: Any, fill_value: Any) -> Definition:
    """An array of one value, or an array stretched to a shape.

    Shapes: `shape`, an integer or a tuple. Raises `ShapeError` for negative sizes, or where the value does not stretch
    to the shape. Source: numpy.full.

    >>> from symconv import sizes
    >>> full(sizes("n m"), 3).shape
    (n, m)
    """
    axes, needs = shape_of(shape, "full")
    entry, requires = stretched(fill_value, axes, "full")
    return Definition(axes, entry, needs, requires)


@operator(library="numpy.identity", family="structured", operands="", latex=lambda n: _eye_latex(n),
          twin=np.identity)  # fmt: skip
def identity(n: Any) -> Definition:
    """The identity matrix: ones where i = j.

    Shapes: (n, n). Raises `ShapeError` for a negative size. Source: numpy.identity.

    >>> from symconv import sizes
    >>> identity(sizes("n")).shape
    (n, n)
    """
    return eye.define(n)


def _impulse_latex(shape: Any, idx: Any = None) -> str:
    shown = [shape] if idx is None else [shape, idx]
    return rf"\operatorname{{impulse}}({', '.join(map(parameter_latex, shown))})"


@operator(library="scipy.signal.unit_impulse", family="structured", operands="", latex=_impulse_latex,
          twin=scipy_twin("unit_impulse", "signal"))  # fmt: skip
def unit_impulse(shape: Any, idx: Any = None) -> Definition:
    """The discrete delta: 1 at one index, 0 elsewhere.

    `idx` is where: 0 in every axis if it is None, the middle n // 2 if it is "mid", one number for all axes, or one
    for each. A negative number counts from the end, a symbol needs 0 ≤ idx < n. Shapes: `shape`, an integer or a
    tuple. Raises `ShapeError` for negative sizes, an index out of range, or the wrong number of them.
    Source: scipy.signal.unit_impulse.

    >>> from symconv import sizes
    >>> unit_impulse(sizes("n m"), "mid").shape
    (n, m)
    """
    axes, needs = shape_of(shape, "unit_impulse")
    if isinstance(idx, str) and idx != "mid":
        raise ShapeError(f"unit_impulse: idx is {idx!r}; the word that it takes is 'mid'")
    chosen = idx if isinstance(idx, tuple) else (0 if idx is None else idx,) * len(axes)
    if len(chosen) != len(axes):
        raise ShapeError(f"unit_impulse: {len(chosen)} indices for {len(axes)} axes")
    places: list[Poly] = []
    for axis, place in zip(axes, chosen, strict=True):
        if place == "mid":
            at = floor(axis.size, Poly.of(2))
        else:
            at = integer(place, "unit_impulse: idx")
            at = at + axis.size if at.integer is not None and at.integer < 0 else at
        places.append(at)
        needs += ordered(ZERO, at, "unit_impulse: index") + ordered(at, axis.size - 1, "unit_impulse: index")

    def entry(*index: Index) -> Formula:
        at = positions(axes, index)
        return When(tuple(equal(i, place) for i, place in zip(at, places, strict=True)), Scalar(ONE))

    return Definition(axes, entry, needs)


def _arange_latex(start: Any, stop: Any = None, step: Any = 1) -> str:
    shown = [v for v in (start, stop) if v is not None] + ([] if step == 1 else [step])
    return rf"\operatorname{{arange}}({', '.join(map(parameter_latex, shown))})"


@operator(library="numpy.arange", family="structured", operands="", latex=_arange_latex, twin=np.arange)
def arange(start: Any, stop: Any = None, step: Any = 1) -> Definition:
    """The whole numbers from start up to stop in steps; from 0 if only one number is given.

    Symbolic ends need start ≤ stop, a symbolic step needs to be 1 or more. Shapes: (⌈(stop − start) / step⌉,). Raises
    `ShapeError` for a step of 0. Source: numpy.arange.

    >>> from symconv import sizes
    >>> arange(sizes("n")).shape
    (n,)
    """
    low = ZERO if stop is None else integer(start, "arange: start")
    high = integer(start if stop is None else stop, "arange: stop")
    by = integer(step, "arange: step")
    if not by:
        raise ShapeError("arange: the step is 0")
    forward = by.integer is None or by.integer > 0
    needs: tuple[Compare, ...] = (at_least(by, 1),) if by.integer is None else ()
    distance = high - low if forward else low - high
    if distance.integer is None:
        needs += (at_least(distance, 0),)
    elif distance.integer < 0:
        distance = ZERO
    stride = by if forward else -by
    axis = Axis((floor(distance + stride - 1, stride),))
    return Definition((axis,), lambda i: Scalar(low + by * axis.flat(i)), needs)
