"""Functions that yield: read as the series of what a loop in them yields."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.reading.programs.array_values import check_unchanged
from symconv.reading.programs.assignments import assign
from symconv.reading.programs.dispatch import block, evaluate
from symconv.reading.programs.function_calls import entered
from symconv.reading.programs.iteration import series_of
from symconv.reading.programs.paths import Path
from symconv.reading.programs.series import Series
from symconv.reading.programs.source import Function, own_nodes

_HINT = "generators are read that end with one loop, which yields at its end"


def generated(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST) -> Series:
    """The values that a generator yields: those of one loop, which yields at the end of each step."""
    inner = entered(function, args, kwargs, path, node)
    *before, last = function.body
    match last:
        case ast.For(target, source, [*steps, ast.Expr(ast.Yield(ast.expr() as value))], []):
            pass
        case _:
            raise path.error(f"'{function.name}' yields in a way that is not understood", node, _HINT)
    yields = [n for s in function.body for n in own_nodes(s) if isinstance(n, (ast.Yield, ast.YieldFrom, ast.Return))]
    if len(yields) != 1:
        raise path.error(f"'{function.name}' yields in several places", node, _HINT)
    start = _straight(before, inner, node)
    series = series_of(source, start)
    path.go_on_as(start)
    if series.factors:
        raise path.error(f"'{function.name}' yields in a product of loops", node, _HINT)

    def at(now: Path, index: Poly) -> Any:
        step = replace(now, invocation=start.invocation, env=dict(start.env))
        assign(target, series.at(step, index), step)
        step = _straight(steps, step, node)
        yielded = evaluate(value, step)
        check_unchanged(step, now, value)
        now.store.update(step.store)
        now.heap.update(step.heap)
        return yielded

    return replace(series, at=at).as_iterator(path)


def _straight(statements: Sequence[ast.stmt], path: Path, node: ast.AST) -> Path:
    after = block(statements, path)
    if len(after) != 1:
        raise path.error("a generator that branches", node, _HINT)
    return after[0]
