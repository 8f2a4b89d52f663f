"""JAX's x.at[…].set(…) and its kin: a new array that differs from another one in some entries."""

from __future__ import annotations

import ast
from typing import Any

from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.libraries.entry_types import may_be_integers
from symconv.reading.programs.assignment.array_entries import items_of_key
from symconv.reading.programs.assignment.assignments import assign, augmented
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.paths import Path
from symconv.reading.programs.values.array_values import stored, tensor_of

_CHANGES = {
    "add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mult, "mul": ast.Mult, "divide": ast.Div, "power": ast.Pow,
}  # fmt: skip


def updated(array: Any, key: ast.expr, method: str, node: ast.Call, path: Path) -> Any:
    """array.at[key].set(value), or another change of the entries."""
    if len(node.args) != 1 or method != "set" and method not in _CHANGES:
        hint = f"known are set, {', '.join(_CHANGES)}"
        raise path.error(f"'{path.text(node.func)}' is not understood", node, hint)
    if any(k.arg not in ("indices_are_sorted", "unique_indices", "mode") for k in node.keywords):
        raise path.error("this argument is not understood", node.keywords[0].value)
    whole = tensor_of(array, path, node)
    is_integer = array.cell.is_integer if isinstance(array, Ref) else may_be_integers(whole)
    copy = stored(whole, path, is_complex=is_complex(whole), is_integer=is_integer)
    target = ast.copy_location(ast.Subscript(constant(copy, node), key, ast.Store()), node)
    value = evaluate(node.args[0], path)
    if method == "set":
        assign(target, value, path)
        return copy
    if any(isinstance(part.value, TensorExpr) for part in items_of_key(key, path)):
        scattered = path.reading.syntax.functions.get("numpy.add.at")
        if method != "add" or scattered is None:
            raise path.error("a change at an array of indices is not understood", node)
        arguments = [constant(copy, node), key, constant(value, node)]
        scattered(ast.copy_location(ast.Call(node.func, arguments, []), node), path)
        return copy
    change = ast.AugAssign(target, _CHANGES[method](), constant(value, node))
    augmented(ast.copy_location(change, node), path)
    return copy
