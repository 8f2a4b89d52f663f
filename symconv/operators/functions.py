"""Functions of entries, and arrays over a bound index."""

from __future__ import annotations

from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError
from symconv.expressions.latex_names import name_latex
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.language import Call, Formula, Sum, fresh
from symconv.operators.axes import bounded, integer, parameter_latex


@operator(library="symconv.call", family="functions", operands="x", latex=lambda name, x: f"{name}({x})",
          twin=lambda name, x: name(x), rule="apply {name} to equal arguments")  # fmt: skip
def call(name: Any, x: Any) -> Definition:
    """An uninterpreted function applied to every entry: equal arguments give equal values, no more is known.

    Shapes: unchanged. Source: symconv.call.

    >>> from symconv import Tensor, sizes
    >>> call("f", Tensor("x", sizes("n"))).shape
    (n,)
    """
    return Definition(x.axes, lambda *i: Call(str(name), read(x, *i)))


def _sum_latex(body: str, index: str, lower: Any, upper: Any) -> str:
    from sympy import latex

    return rf"\sum_{{{index}={latex(lower)}}}^{{{latex(upper - 1)}}} {body}"


@operator(library="symconv.index_sum", family="functions", operands="body", latex=_sum_latex, precedence=45,
          twin=lambda body, index, lower, upper: sum(map(body, range(lower, upper))), binds="index",
          rule="write the sum out")  # fmt: skip
def index_sum(body: Any, index: Any, lower: Any, upper: Any) -> Definition:
    """Σ of the body over lower ≤ index < upper; `index` is the name that the body uses.

    Shapes: that of the body, which must not depend on the index. Source: symconv.index_sum, as Python's
    sum(body for index in range(lower, upper)).

    >>> from symconv import Tensor, sizes
    >>> from sympy import Symbol
    >>> n, m = sizes("n m")
    >>> index_sum(Tensor("X", n, m)[Symbol("i", integer=True)], "i", 0, n).shape
    (m,)
    """
    low, high = integer(lower, "index_sum: lower bound"), integer(upper, "index_sum: upper bound")
    _independent(body, index, "index_sum")

    def entry(*at: Index) -> Formula:
        name = fresh(index)
        return Sum(name, low, high, read(body.replace_names({index: Poly.name(name)}), *at))

    return Definition(body.axes, entry)


def _stack_latex(body: str, index: str, stop: Any) -> str:
    return rf"\left[ {body} \right]_{{0 \le {name_latex(index)} < {parameter_latex(stop)}}}"


@operator(library="symconv.index_stack", family="functions", operands="body", latex=_stack_latex,
          twin=lambda body, index, stop: [body(i) for i in range(stop)], binds="index",
          called="the array")  # fmt: skip
def index_stack(body: Any, index: Any, stop: Any) -> Definition:
    """[body for index in range(stop)]: the bodies along a new first axis.

    Shapes: (stop, …) where the body, whose shape must not depend on the index, has (…). Source: symconv.index_stack.

    >>> from symconv import Tensor, sizes
    >>> from sympy import Symbol
    >>> n, m = sizes("n m")
    >>> index_stack(Tensor("X", n, m)[:, Symbol("j", integer=True)], "j", m).shape
    (m, n)
    """
    size, needs = bounded(stop, 0, "index_stack: size")
    _independent(body, index, "index_stack")
    axis = Axis((size,))

    def entry(i: Index, *at: Index) -> Formula:
        return read(body.replace_names({index: axis.flat(i)}), *at)

    return Definition((axis, *body.axes), entry, needs)


def _independent(body: Any, index: Any, name: str) -> None:
    for axis in body.axes:
        if index in axis.size.names:
            raise ShapeError(f"{name}: the size {axis.size} depends on the index {index}")
