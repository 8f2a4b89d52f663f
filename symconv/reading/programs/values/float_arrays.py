"""Whether an expression is surely one of floats, as its text tells where its value is made of whole numbers."""

from __future__ import annotations

import ast

from symconv.expressions.tensors import TensorExpr
from symconv.libraries.entry_types import may_be_integers
from symconv.libraries.numpy_functions import kind_of_type
from symconv.reading.programs.origins.source import External
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.paths import Path

_OF_FLOATS = frozenset(
    "zeros ones empty eye identity tri linspace logspace mean average var std sqrt exp sin cos true_divide divide "
    "float64 float32 hanning hamming blackman bartlett".split()
)
"""Functions that make floats of whatever they are given."""
_OF_WHOLE_NUMBERS = frozenset(
    "size ndim shape numel dim argmax argmin argsort searchsorted count_nonzero int64 int32 intp int_ long len "
    "int round floor ceil trunc".split()
)


def holds_floats(node: ast.AST, path: Path) -> bool:
    """Whether Python surely makes a float of an expression, or an array of floats; it has been read already."""
    match node:
        case ast.Constant(value):
            return isinstance(value, float)
        case ast.UnaryOp(ast.UAdd() | ast.USub(), inner) | ast.Subscript(inner) | ast.Attribute(inner, "T" | "real"):
            return holds_floats(inner, path)
        case ast.BinOp(left, op, right):
            return isinstance(op, ast.Div) or holds_floats(left, path) or holds_floats(right, path)
        case ast.List(items) | ast.Tuple(items):
            return any(holds_floats(item, path) for item in items)
        case ast.Name(name):
            value = path.env.get(name)
            if isinstance(value, Ref):
                return not value.cell.is_integer and not value.cell.is_list
            return isinstance(value, TensorExpr) and not may_be_integers(value)
        case ast.Call(function, args, keywords):
            return _call_holds_floats(function, args, keywords, path)
    return False


def _call_holds_floats(function: ast.expr, args: list[ast.expr], keywords: list[ast.keyword], path: Path) -> bool:
    name = _full_name(function, path)
    module, _, last = name.rpartition(".") if name is not None else ("", "", getattr(function, "attr", ""))
    kinds = [kind for k in [*args, *(k.value for k in keywords)] if (kind := _type(k, path)) is not None]
    if kinds:
        return kinds[0] in ("f", "c")
    if name is None and isinstance(function, ast.Attribute):
        return last not in _OF_WHOLE_NUMBERS and (last == "double" or holds_floats(function.value, path))
    if name in ("builtins.float", "float"):
        return True
    if module.partition(".")[0] not in ("numpy", "torch", "jax", "scipy") or last in _OF_WHOLE_NUMBERS:
        return False
    return last in _OF_FLOATS or any(holds_floats(a, path) for a in args)


def _full_name(node: ast.expr, path: Path) -> str | None:
    """The name of something outside of the program; None for what is not that."""
    match node:
        case ast.Name(name):
            value = path.env[name] if name in path.env else path.module.lookup(name)
            return value.name if isinstance(value, External) else None
        case ast.Attribute(owner, name):
            around = _full_name(owner, path)
            return None if around is None else f"{around}.{name}"
    return None


def _type(node: ast.expr, path: Path) -> str | None:
    """NumPy's letter for a type of entries that a node names; None for anything else."""
    name = node.value if isinstance(node, ast.Constant) else _full_name(node, path)
    return kind_of_type(name.rpartition(".")[2]) if isinstance(name, str) else None
