"""What the operations in an expression need of sizes and parameters, for all values of the indices that they bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Condition, guarded
from symconv.kernel.all_values import for_all_values
from symconv.kernel.context import Context


@dataclass(frozen=True)
class Need:
    """A condition on the sizes, and what it comes from: an operation, and what this needs as it stands there."""

    condition: Condition
    operation: Operation
    stated: Condition


def needs_of(expr: TensorExpr, known: Context) -> Iterator[Need]:
    """What the operations inside need of the sizes, wherever they are looked at; what is known is not asked for."""
    if isinstance(expr, Operation):
        yield from (Need(need, expr, need) for need in expr.definition.needs)
        for part in () if expr.operator.closed else expr.children:
            for need in _outside(expr, needs_of(part, known), known):
                yield from (replace(need, condition=c) for c in guarded(expr.definition.guards, need.condition))


def _outside(expr: Operation, needs: Iterable[Need], known: Context) -> Iterator[Need]:
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
        found = for_all_values(need.condition, name, low, high, known)
        if found is None:
            message = f"the condition {need.condition} depends on the index {name} in a way that is not understood"
            raise Unsupported(message, node=need.operation)
        yield from (replace(need, condition=c) for c in found)


def _poly(value: Any) -> Poly:
    return Poly.of(value) if isinstance(value, int) else to_poly(value)
