"""Products and sums of entries, as NumPy defines them."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly, inverse
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import at_least
from symconv.formulas.language import Conj, Formula, Scalar, plus, total
from symconv.formulas.language import times as product
from symconv.operators.axes import (
    POINT,
    along,
    axis_numbers,
    contraction,
    diagonal_axes,
    flat_axis,
    integer,
    merge,
    number_value,
    unflatten,
)


@operator(library="numpy.dot", family="products", operands="a b", latex=r"{a} \cdot {b}", precedence=50, twin=np.dot,
          called="the dot product")  # fmt: skip
def dot(a: Any, b: Any) -> Definition:
    """Dot product: the last axis of a against the last but one of b, or the only one; scalars multiply.

    Shapes: (…, k) with (k,) or (…, k, n). Raises `ShapeError` where the two sizes differ. Source: numpy.dot.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> dot(Tensor("X", n, m), Tensor("y", m)).shape
    (n,)
    """
    left, right = _labels("a", a), _labels("b", b)
    out = left[:-1] + right
    if left and right:
        inner_position = max(len(right) - 2, 0)
        out = left[:-1] + right[:inner_position] + right[inner_position + 1 :]
        right[inner_position] = left[-1]
    else:
        out = left + right
    return contraction([(a, left), (b, right)], out, "dot: inner sizes")


@operator(library="numpy.matmul", family="products", operands="a b", latex="{a} {b}", precedence=50, twin=np.matmul,
          called="the matrix product")  # fmt: skip
def matmul(a: Any, b: Any) -> Definition:
    """Matrix product over the last two axes; the axes before them broadcast, a vector is a row or a column.

    Shapes: (…, n, k) with (…, k, m) to (…, n, m). Raises `ShapeError` for scalars and where the inner sizes
    differ. Source: numpy.matmul.

    >>> from symconv import Tensor, sizes
    >>> n, k, m = sizes("n k m")
    >>> (Tensor("X", n, k) @ Tensor("Y", k, m)).shape
    (n, m)
    """
    if not a.axes or not b.axes:
        raise ShapeError("matmul: a scalar has no axis to sum over; use *")
    batch = max(len(a.axes), len(b.axes)) - 2
    left: list[Any] = [("batch", batch - k) for k in range(len(a.axes) - 2, 0, -1)]
    right: list[Any] = [("batch", batch - k) for k in range(len(b.axes) - 2, 0, -1)]
    out: list[Any] = [("batch", k) for k in range(batch)]
    left += ["inner"] if len(a.axes) == 1 else ["row", "inner"]
    right += ["inner"] if len(b.axes) == 1 else ["inner", "column"]
    out += [label for label in ("row", "column") if label in left + right]
    return contraction(
        [(a, left), (b, right)], out, "matmul: inner sizes", broadcast=lambda label: isinstance(label, tuple)
    )


@operator(library="numpy.inner", family="products", operands="a b", latex=r"\langle {a}, {b} \rangle", twin=np.inner)
def inner(a: Any, b: Any) -> Definition:
    """Sum of products over the last axis of both, without conjugation; scalars multiply.

    Shapes: (…, k) with (…', k) to (…, …'). Raises `ShapeError` where the last sizes differ. Source: numpy.inner.

    >>> from symconv import Tensor, sizes
    >>> n, m, k = sizes("n m k")
    >>> inner(Tensor("X", n, k), Tensor("Y", m, k)).shape
    (n, m)
    """
    left, right = _labels("a", a), _labels("b", b)
    if not left or not right:
        return contraction([(a, left), (b, right)], left + right, "inner: sizes")
    right[-1] = left[-1]
    return contraction([(a, left), (b, right)], left[:-1] + right[:-1], "inner: last sizes")


@operator(
    library="numpy.vdot", family="products", operands="a b", latex=r"\operatorname{{vdot}}({a}, {b})", twin=np.vdot
)
def vdot(a: Any, b: Any) -> Definition:
    """Σ conj(a)·b over all entries in row-major order; the shapes may differ.

    Shapes: (n…) with the same number of entries to (). Raises `ShapeError` where the numbers of entries differ.
    Source: numpy.vdot.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> vdot(Tensor("X", n, m), Tensor("Y", n, m)).shape
    ()
    """
    left, right = flat_axis(a.axes), flat_axis(b.axes)
    common, requires = merge(left, right, "vdot: sizes", broadcast=False)

    def body(i: Index) -> Formula:
        x = read(a, *unflatten(a.axes, i))
        return product(Conj(x), read(b, *unflatten(b.axes, along(common, right, i))))

    return Definition((), lambda: total([common], body), requires=requires)


@operator(
    library="numpy.outer", family="products", operands="a b", latex=r"{a} \otimes {b}", precedence=50, twin=np.outer
)
def outer(a: Any, b: Any) -> Definition:
    """All products of an entry of a with an entry of b; both are flattened first.

    Shapes: (n…) with (m…) to (∏n, ∏m). Source: numpy.outer.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> outer(Tensor("x", n), Tensor("y", m)).shape
    (n, m)
    """

    def entry(i: Index, j: Index) -> Formula:
        return product(read(a, *unflatten(a.axes, i)), read(b, *unflatten(b.axes, j)))

    return Definition((flat_axis(a.axes), flat_axis(b.axes)), entry)


@operator(library="numpy.trace", family="products", operands="a", latex=r"\operatorname{{tr}}({a})", twin=np.trace)
def trace(a: Any, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> Definition:
    """Sum along a diagonal, Σ_i a[i, i + offset], of the axes `axis1` and `axis2`.

    Shapes: (n, m, …) to (…). Raises `ShapeError` for fewer than two axes. Source: numpy.trace.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> trace(Tensor("X", n, n, m)).shape
    (m,)
    """
    rank = len(a.axes)
    first, second = diagonal_axes(axis1, axis2, rank, "trace")
    shift = integer(offset, "trace: offset")
    row, column = a.axes[first], a.axes[second]

    def entry(*rest: Index) -> Formula:
        def body(i: Index) -> Formula:
            others = iter(rest)
            same = row.digits == column.digits and shift == 0
            places = {first: i, second: i if same else row.flat(i) + shift}
            return read(a, *(places[k] if k in places else next(others) for k in range(rank)))

        return total([row], body)

    return Definition(tuple(x for k, x in enumerate(a.axes) if k not in (first, second)), entry)


@operator(library="symconv.frobenius", family="products", operands="X Y", latex=r"\langle {X}, {Y} \rangle_F",
          twin=lambda X, Y: np.sum(np.conj(X) * Y), called="the Frobenius product")  # fmt: skip
def frobenius(X: Any, Y: Any) -> Definition:
    """The Frobenius inner product Σ conj(X)·Y over all entries.

    Shapes: equal, to (). Raises `ShapeError` where the shapes differ. Source: symconv.frobenius, as
    numpy.sum(numpy.conj(X) * Y) for equal shapes.

    >>> from symconv import Tensor, sizes
    >>> h, w = sizes("h w")
    >>> frobenius(Tensor("X", h, w), Tensor("Y", h, w)).shape
    ()
    """
    if len(X.axes) != len(Y.axes):
        raise ShapeError(f"frobenius: the operands have {len(X.axes)} and {len(Y.axes)} axes")
    labels = list(range(len(X.axes)))
    return contraction([(X, labels), (Y, labels)], [], "frobenius: sizes", conjugate={0})


def _sum_latex(a: str, axis: Any = None) -> str:
    return rf"\operatorname{{sum}}{_subscript(axis)}({a})"


def _mean_latex(a: str, axis: Any = None) -> str:
    return rf"\operatorname{{mean}}{_subscript(axis)}({a})"


def _subscript(axis: Any) -> str:
    return "" if axis is None else rf"_{{{', '.join(map(str, axis if isinstance(axis, tuple) else (axis,)))}}}"


@operator(library="numpy.sum", family="products", operands="a", latex=_sum_latex,
          twin=lambda a, axis=None, **options: np.sum(a, axis=axis, **options))  # fmt: skip
def sum_(a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = 0) -> Definition:
    """Sum of the entries along one axis, several, or (None) all, plus the number `initial`.

    Shapes: the summed axes go, or with `keepdims` have size 1. Raises `ShapeError` for an axis that does not
    exist. Source: numpy.sum.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> sum_(Tensor("X", n, m), axis=0).shape
    (m,)
    """
    chosen = () if not a.axes and axis in (0, -1) else axis_numbers(axis, len(a.axes), "sum")
    start = number_value(initial, "sum: initial")
    kept = [k for k in range(len(a.axes)) if k not in chosen]
    axes = [POINT if k in chosen else x for k, x in enumerate(a.axes) if keepdims or k in kept]

    def entry(*index: Index) -> Formula:
        outer_index = dict(zip(kept, (index[k] for k in kept) if keepdims else index, strict=True))

        def body(*bound: Index) -> Formula:
            at = outer_index | dict(zip(sorted(chosen), bound, strict=True))
            return read(a, *(at[k] for k in range(len(a.axes))))

        added = total([a.axes[k] for k in sorted(chosen)], body)
        return plus(added, Scalar(start)) if start else added

    return Definition(tuple(axes), entry)


@operator(library="numpy.mean", family="products", operands="a", latex=_mean_latex,
          twin=lambda a, axis=None, **options: np.mean(a, axis=axis, **options))  # fmt: skip
def mean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Definition:
    """Arithmetic mean of the entries along one axis, several, or (None) all.

    Shapes: as `sum`. Needs at least one entry to average. Raises `ShapeError` for an axis that does not exist.
    Source: numpy.mean.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> mean(Tensor("X", n, m), axis=1).shape
    (n,)
    """
    chosen = [a.axes[k] for k in axis_numbers(axis, len(a.axes), "mean")]
    added = sum_.define(a, axis, keepdims=keepdims)
    digits = [d for x in chosen for d in x.digits]
    if any(d.constant is not None and d.constant <= 0 for d in digits):
        raise ShapeError("mean: there are no entries to average")
    weight = Scalar(inverse(Axis(tuple(digits)).size) if digits else Poly.of(1))
    needs = () if a.leaf is not None else tuple(at_least(d, 1) for d in digits if d.constant is None)
    return Definition(added.axes, lambda *i: product(weight, added.entry(*i)), needs)


def _labels(prefix: str, array: Any) -> list[Any]:
    return [(prefix, k) for k in range(len(array.axes))]
