"""Functions that yield: read as the series of what a loop in them yields."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.reading.programs.assignment.assignments import assign
from symconv.reading.programs.loops.iteration import series_of
from symconv.reading.programs.origins.source import Function, own_nodes
from symconv.reading.programs.read_functions.function_calls import entered
from symconv.reading.programs.state.dispatch import block, evaluate
from symconv.reading.programs.state.objects import Method
from symconv.reading.programs.state.paths import Path
from symconv.reading.programs.term_sums.summed_terms import another
from symconv.reading.programs.values.array_values import check_unchanged
from symconv.reading.programs.values.series import Series

_HINT = "write a loop over it: for … in …, or let it end with one loop, which yields at its end"


def inlined_loop(node: ast.For, path: Path) -> list[ast.stmt] | None:
    """The statements of a generator with a loop's body wherever it yields; None where the loop runs over other things.

    Its names become new ones of the function around the loop, and its parameters have their values.
    """
    call = node.iter
    if not isinstance(call, ast.Call) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    if isinstance(call.func, ast.Name) and call.func.id not in path.env:
        if not isinstance(path.module.lookup(call.func.id), Function):
            return None
    elif not isinstance(call.func, (ast.Name, ast.Attribute)) or _is_module(call.func, path):
        return None
    callee = evaluate(call.func, path)
    first, function = ([callee.owner], callee.function) if isinstance(callee, Method) else ([], callee)
    if not isinstance(function, Function) or not function.is_generator or _loop_at_end(function) is not None:
        return None
    _check_body(function, node, path)
    args = [*first, *(evaluate(a, path) for a in call.args)]
    given = entered(function, args, {str(k.arg): evaluate(k.value, path) for k in call.keywords}, path, call).env
    taken = {*path.env, *(path.invocation.function.stored if path.invocation.function else ()), *function.stored}
    names: dict[str, str] = {}
    for name in sorted(function.stored):
        names[name] = another(f"{name}_", {*taken, *names.values()})
    path.env.update({names[name]: value for name, value in given.items()})
    written_out: list[ast.stmt] = _Inlined(names, node).visit(ast.Module(copy.deepcopy(function.body), [])).body
    return written_out


def _is_module(node: ast.expr, path: Path) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in path.env


def _check_body(function: Function, node: ast.For, path: Path) -> None:
    """Raise where a generator cannot be written out in a loop over it."""
    inside = [n for s in function.body for n in own_nodes(s)]
    outside = (ast.YieldFrom, ast.Return, ast.FunctionDef, ast.Lambda, ast.ListComp, ast.GeneratorExp)
    yields = [n for n in inside if isinstance(n, ast.Yield)]
    statements = [n for n in inside if isinstance(n, ast.Expr) and isinstance(n.value, ast.Yield)]
    is_nested = function.enclosing is not None and function.enclosing.call is path.invocation
    free = {n.id for n in inside if isinstance(n, ast.Name)} - function.stored
    if any(isinstance(n, outside) for n in inside) or len(yields) > len(statements):
        raise path.error(f"'{function.name}' yields in a way that is not understood", node.iter, _HINT)
    if function.module is not path.module or function.enclosing is not None and not is_nested:
        raise path.error(f"'{function.name}' is defined elsewhere", node.iter, _HINT)
    if not is_nested and free & {*path.env}:
        raise path.error(f"'{min(free & {*path.env})}' means something else in '{function.name}'", node.iter)
    if any(isinstance(n, (ast.Continue, ast.Break, ast.Return)) for s in node.body for n in own_nodes(s)):
        raise path.error("a loop over a generator that is left early", node, _HINT)


class _Inlined(ast.NodeTransformer):
    """The statements of a generator under new names, with a loop's body where it yields."""

    def __init__(self, names: Mapping[str, str], loop: ast.For) -> None:
        self.names, self.loop = names, loop

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_Expr(self, node: ast.Expr) -> Any:
        if not isinstance(node.value, ast.Yield):
            return self.generic_visit(node)
        value = self.visit(node.value.value) if node.value.value is not None else ast.Constant(None)
        bound = ast.copy_location(ast.Assign([self.loop.target], ast.copy_location(value, node)), node)
        return [bound, *self.loop.body]


def _loop_at_end(function: Function) -> tuple[ast.expr, ast.expr, list[ast.stmt], ast.expr] | None:
    """The target, the source, the steps and what is yielded, of a generator that ends with one loop."""
    match function.body[-1]:
        case ast.For(target, source, [*steps, ast.Expr(ast.Yield(ast.expr() as value))], []):
            yields = [n for s in function.body for n in own_nodes(s)]
            if sum(isinstance(n, (ast.Yield, ast.YieldFrom, ast.Return)) for n in yields) == 1:
                return target, source, steps, value
    return None


def generated(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST) -> Series:
    """The values that a generator yields: those of one loop, which yields at the end of each step."""
    inner = entered(function, args, kwargs, path, node)
    found = _loop_at_end(function)
    if found is None:
        raise path.error(f"'{function.name}' yields in a way that is not understood", node, _HINT)
    target, source, steps, value = found
    before = function.body[:-1]
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
