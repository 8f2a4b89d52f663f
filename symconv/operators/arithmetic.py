"""Element-wise arithmetic with NumPy's broadcasting, and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.conversion import to_poly
from symconv.errors import ShapeError
from symconv.kernel.formulas import Axis, Conj, Formula, Index, Scalar, minus, plus
from symconv.kernel.formulas import times as product
from symconv.kernel.polynomials import Poly
from symconv.operators.registry import Definition, Requirement, operator, read, same_axis


def _broadcast(a: Any, b: Any, name: str) -> tuple[tuple[Axis, ...], Any, Any, tuple[Requirement, ...]]:
    """The common axes, a reader of each operand at an index along them, and the sizes that must agree."""
    rank = max(len(a.axes), len(b.axes))
    padded = [(None,) * (rank - len(x.axes)) + tuple(x.axes) for x in (a, b)]
    axes: list[Axis] = []
    requires: list[Requirement] = []
    for left, right in zip(*padded, strict=True):
        if left is None or right is None or left.size == 1 or right.size == 1:
            axes.append(right if left is None or (right is not None and left.size == 1) else left)
            continue
        axes.append(left)
        requires += same_axis(left, right, f"{name}: the sizes do not match")[1]

    def reader(x: Any, own: tuple[Axis | None, ...]) -> Any:
        def entry(index: tuple[Index, ...]) -> Formula:
            at: list[Index] = []
            for axis, mine, i in zip(axes, own, index, strict=True):
                if mine is None:
                    continue
                if mine.size == 1 and axis.size != 1:
                    at.append(mine.index([Poly.of(0)] * len(mine.digits)))
                else:
                    at.append(same_axis(axis, mine, name)[0](i))
            return read(x, *at)

        return entry

    return tuple(axes), reader(a, padded[0]), reader(b, padded[1]), tuple(requires)


@operator(library="numpy.add", family="arithmetic", operands="a b", latex="{a} + {b}", precedence=40, twin=np.add)
def add(a: Any, b: Any) -> Definition:
    """Element-wise sum a + b, with NumPy's broadcasting. Source: numpy.add.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> (Tensor("x", n) + 1).shape
    (n,)
    """
    axes, left, right, requires = _broadcast(a, b, "+")
    return Definition(axes, lambda *i: plus(left(i), right(i)), requires=requires)


@operator(library="numpy.subtract", family="arithmetic", operands="a b", latex="{a} - {b}", precedence=40, twin=np.subtract)
def subtract(a: Any, b: Any) -> Definition:
    """Element-wise difference a − b, with NumPy's broadcasting. Source: numpy.subtract.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> (Tensor("x", n) - Tensor("y", n)).shape
    (n,)
    """
    axes, left, right, requires = _broadcast(a, b, "-")
    return Definition(axes, lambda *i: minus(left(i), right(i)), requires=requires)


@operator(library="numpy.multiply", family="arithmetic", operands="a b", latex=r"{a} \odot {b}", precedence=50, twin=np.multiply)
def multiply(a: Any, b: Any) -> Definition:
    """Element-wise product a · b, with NumPy's broadcasting. Source: numpy.multiply.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> (2 * Tensor("x", n, m) * Tensor("y", m)).shape
    (n, m)
    """
    axes, left, right, requires = _broadcast(a, b, "*")
    return Definition(axes, lambda *i: product(left(i), right(i)), requires=requires)


@operator(library="numpy.negative", family="arithmetic", operands="a", latex="-{a}", precedence=45, twin=np.negative)
def negative(a: Any) -> Definition:
    """Element-wise −a. Source: numpy.negative.

    >>> from symconv import Tensor, sizes
    >>> (-Tensor("x", sizes("n"))).shape
    (n,)
    """
    return Definition(a.axes, lambda *i: product(Scalar(Poly.of(-1)), read(a, *i)))


@operator(library="numpy.conj", family="arithmetic", operands="a", latex=r"\overline{{{a}}}", twin=np.conj)
def conj(a: Any) -> Definition:
    """Element-wise complex conjugate. Source: numpy.conj.

    >>> from symconv import Tensor, sizes
    >>> conj(Tensor("z", sizes("n"), complex=True)).shape
    (n,)
    """
    return Definition(a.axes, lambda *i: Conj(read(a, *i)))


@operator(library="sympy.sympify", family="arithmetic", operands="", latex="{value}", twin=np.asarray)
def number(value: Any) -> Definition:
    """A number, size or index used as a scalar of shape ().

    >>> from symconv import sizes
    >>> number(sizes("n") + 1).shape
    ()
    """
    poly = Poly.of(value) if isinstance(value, int) else to_poly(value)
    if not isinstance(poly, Poly):
        raise ShapeError(f"{value} is not a number")
    return Definition((), lambda: Scalar(poly))
