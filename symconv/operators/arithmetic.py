"""Element-wise arithmetic with NumPy's broadcasting, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, I, Poly, inverse
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.registry import Definition, Requirement, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import defined, nonzero
from symconv.formulas.language import Conj, Formula, Scalar, minus, plus
from symconv.formulas.language import times as product
from symconv.limits import MAX_POWER
from symconv.operators.axes import along, merge, scalar_value


def _broadcast(
    a: Any, b: Any, name: str
) -> tuple[tuple[Axis, ...], Callable[..., Formula], Callable[..., Formula], tuple[Requirement, ...]]:
    """The common axes, a reader of each operand at an index along them, and the sizes that must agree."""
    rank = max(len(a.axes), len(b.axes))
    axes: list[Axis] = []
    requires: list[Requirement] = []
    for k in range(-rank, 0):
        own = [x.axes[k] for x in (a, b) if len(x.axes) >= -k]
        axis, required = merge(own[0], own[-1], f"{name}: sizes", broadcast=True)
        axes.append(axis)
        requires += required

    def reader(x: Any) -> Callable[..., Formula]:
        skipped = rank - len(x.axes)

        def entry(*index: Index) -> Formula:
            return read(x, *map(along, axes[skipped:], x.axes, index[skipped:]))

        return entry

    return tuple(axes), reader(a), reader(b), tuple(requires)


@operator(library="numpy.add", family="arithmetic", operands="a b", latex="{a} + {b}", precedence=40, twin=np.add)
def add(a: Any, b: Any) -> Definition:
    """Element-wise sum a + b, with NumPy's broadcasting.

    Shapes: equal, or 1 against any size; missing axes come first. Raises `ShapeError` where two sizes differ.
    Source: numpy.add.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> (Tensor("x", n) + 1).shape
    (n,)
    """
    axes, left, right, requires = _broadcast(a, b, "add")
    return Definition(axes, lambda *i: plus(left(*i), right(*i)), requires=requires)


@operator(
    library="numpy.subtract", family="arithmetic", operands="a b", latex="{a} - {b}", precedence=40, twin=np.subtract
)
def subtract(a: Any, b: Any) -> Definition:
    """Element-wise difference a − b, with NumPy's broadcasting.

    Shapes: equal, or 1 against any size; missing axes come first. Raises `ShapeError` where two sizes differ.
    Source: numpy.subtract.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> (Tensor("x", n) - Tensor("y", n)).shape
    (n,)
    """
    axes, left, right, requires = _broadcast(a, b, "subtract")
    return Definition(axes, lambda *i: minus(left(*i), right(*i)), requires=requires)


@operator(
    library="numpy.multiply",
    family="arithmetic",
    operands="a b",
    latex=r"{a} \odot {b}",
    precedence=50,
    twin=np.multiply,
)
def multiply(a: Any, b: Any) -> Definition:
    """Element-wise product a · b, with NumPy's broadcasting.

    Shapes: equal, or 1 against any size; missing axes come first. Raises `ShapeError` where two sizes differ.
    Source: numpy.multiply.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> (2 * Tensor("x", n, m) * Tensor("y", m)).shape
    (n, m)
    """
    axes, left, right, requires = _broadcast(a, b, "multiply")
    return Definition(axes, lambda *i: product(left(*i), right(*i)), requires=requires)


@operator(library="numpy.divide", family="arithmetic", operands="a b", latex=r"\frac{{{a}}}{{{b}}}", precedence=60,
          twin=np.divide)  # fmt: skip
def divide(a: Any, b: Any) -> Definition:
    """Element-wise a / b for a scalar b without tensors: a number or an expression in sizes, and not 0.

    Shapes: that of a. Raises `ShapeError` where b is an array, `Unsupported` where it holds tensors.
    Source: numpy.divide.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> (Tensor("x", n) / n).shape
    (n,)
    """
    if b.axes:
        raise ShapeError(f"divide: the divisor has {len(b.axes)} axes; it takes a scalar")
    divisor = scalar_value(b.entry())
    if divisor is None:
        raise Unsupported("divide: the divisor holds tensors", hint="divide by numbers and sizes only")
    if not divisor:
        raise ShapeError("divide: division by zero")
    factor = Scalar(inverse(divisor))
    return Definition(a.axes, lambda *i: product(factor, read(a, *i)), nonzero(divisor) + defined(divisor))


@operator(library="numpy.power", family="arithmetic", operands="a", latex="{a}^{{{exponent}}}", precedence=90,
          twin=np.power)  # fmt: skip
def power(a: Any, exponent: Any) -> Definition:
    """Element-wise a to a whole exponent of 0 or more; a scalar number takes any exponent it is exact for.

    Shapes: that of a. Raises `Unsupported` for another exponent of a tensor. Source: numpy.power.

    >>> from symconv import Tensor, sizes
    >>> (Tensor("x", sizes("n")) ** 2).shape
    (n,)
    """
    base = None if a.axes else scalar_value(a.entry())
    if base is not None:
        value = to_poly(to_sympy(base) ** exponent)
        return Definition((), lambda: Scalar(value), defined(value))
    if not isinstance(exponent, int) or not 0 <= exponent <= MAX_POWER:
        raise Unsupported(
            f"power: the exponent {exponent} of a tensor", hint=f"it takes a number from 0 to {MAX_POWER}"
        )
    return Definition(a.axes, lambda *i: product(*[read(a, *i)] * exponent) if exponent else Scalar(ONE))


@operator(library="numpy.negative", family="arithmetic", operands="a", latex="-{a}", precedence=45, twin=np.negative)
def negative(a: Any) -> Definition:
    """Element-wise −a.

    Shapes: unchanged. Source: numpy.negative.

    >>> from symconv import Tensor, sizes
    >>> (-Tensor("x", sizes("n"))).shape
    (n,)
    """
    return Definition(a.axes, lambda *i: product(Scalar(Poly.of(-1)), read(a, *i)))


@operator(library="numpy.conj", family="arithmetic", operands="a", latex=r"\overline{{{a}}}", twin=np.conj)
def conj(a: Any) -> Definition:
    """Element-wise complex conjugate.

    Shapes: unchanged. Source: numpy.conj.

    >>> from symconv import Tensor, sizes
    >>> conj(Tensor("z", sizes("n"), complex=True)).shape
    (n,)
    """
    return Definition(a.axes, lambda *i: Conj(read(a, *i)))


def _half(val: Any, sign: int) -> Definition:
    """(val + sign·conj(val)) / 2, divided by the imaginary unit for sign −1."""
    factor = Scalar(Poly.of(Fraction(1, 2)) if sign > 0 else I * Fraction(-1, 2))

    def entry(*index: Index) -> Formula:
        own = read(val, *index)
        return product(factor, plus(own, Conj(own)) if sign > 0 else minus(own, Conj(own)))

    return Definition(val.axes, entry)


@operator(library="numpy.real", family="arithmetic", operands="val", latex=r"\operatorname{{Re}}({val})",
          twin=lambda val: np.real(np.asarray(val, complex)))  # fmt: skip
def real(val: Any) -> Definition:
    """Element-wise real part.

    Shapes: unchanged. Source: numpy.real.

    >>> from symconv import Tensor, sizes
    >>> real(Tensor("z", sizes("n"), complex=True)).shape
    (n,)
    """
    return _half(val, 1)


@operator(library="numpy.imag", family="arithmetic", operands="val", latex=r"\operatorname{{Im}}({val})",
          twin=lambda val: np.imag(np.asarray(val, complex)))  # fmt: skip
def imag(val: Any) -> Definition:
    """Element-wise imaginary part, a real number.

    Shapes: unchanged. Source: numpy.imag.

    >>> from symconv import Tensor, sizes
    >>> imag(Tensor("z", sizes("n"), complex=True)).shape
    (n,)
    """
    return _half(val, -1)


@operator(library="sympy.sympify", family="arithmetic", operands="", latex="{value}", twin=np.asarray)
def number(value: Any) -> Definition:
    """A number, size or index used as a scalar.

    Shapes: (). Raises `Unsupported` for scalars that have no exact form. Source: sympy.sympify.

    >>> from symconv import sizes
    >>> number(sizes("n") + 1).shape
    ()
    """
    poly = Poly.of(value) if isinstance(value, int) else to_poly(value)
    if not isinstance(poly, Poly):
        raise ShapeError(f"{value} is not a number")
    return Definition((), lambda: Scalar(poly), defined(poly))
