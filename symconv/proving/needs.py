"""What the operations in an expression need of sizes and parameters, for all values of the indices that they bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Compare, Condition, condition_names, holds
from symconv.formulas.throughout import throughout


def needs_of(expr: TensorExpr) -> Iterator[Condition]:
    """What the operations inside need of the sizes, wherever the bound indices are in their ranges."""
    if isinstance(expr, Operation):
        yield from expr.definition.needs
        for part in () if expr.operator.closed else expr.children:
            yield from _outside(expr, needs_of(part))


def _outside(expr: Operation, needs: Iterable[Condition]) -> Iterator[Condition]:
    """The needs for all values of the index that the operation binds."""
    bound = expr.operator.binds
    if bound is None:
        yield from needs
        return
    arguments = expr.arguments
    name = str(arguments[bound])
    low = _poly(arguments.get("lower", 0))
    high = _poly(arguments["upper"] if "upper" in arguments else arguments["stop"]) - 1
    for need in needs:
        if name not in condition_names(need):
            yield need
            continue
        found = throughout(need, name, low, high) if isinstance(need, Compare) else None
        if found is None:
            raise Unsupported(f"the condition {need} depends on the index {name} in a way that is not understood")
        yield from (c for c in found if not (isinstance(c, Compare) and c.poly.constant is not None and holds(c, {})))


def _poly(value: Any) -> Poly:
    return Poly.of(value) if isinstance(value, int) else to_poly(value)
