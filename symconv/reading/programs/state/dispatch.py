"""The one place through which expressions and statements of programs recur: the tables of the reading say how."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from symconv.errors import SymconvError
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_PATHS, MAX_STATEMENTS
from symconv.reading.programs.state.paths import Path, Undetermined


def evaluate(node: ast.expr, path: Path) -> Any:
    """What an expression stands for."""
    try:
        read = path.reading.syntax.expressions.get(type(node))
        if read is None:
            raise not_understood(node, path)
        return read(node, path)
    except SymconvError as error:
        raise path.module.located(error, node) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise path.error(f"this cannot be formed: {error}", node) from None


def constant(value: Any, node: ast.AST) -> ast.expr:
    """An expression that stands for a value."""
    return ast.copy_location(ast.Constant(value), node)


def apply(
    function: Any, args: Sequence[Any], path: Path, node: ast.AST, kwargs: Mapping[str, Any] | None = None
) -> Any:
    """What a value makes of other values when it is called."""
    named = [ast.keyword(k, constant(v, node)) for k, v in (kwargs or {}).items()]
    call = ast.Call(constant(function, node), [constant(a, node) for a in args], named)
    return evaluate(ast.copy_location(call, node), path)


def block(body: Sequence[ast.stmt], path: Path) -> list[Path]:
    """The paths that go on after the statements."""
    paths, reading = [path], path.reading
    for statement in body:
        reading.statements += 1
        if reading.statements > MAX_STATEMENTS:
            raise path.error("this program is too long when its branches are followed", statement)
        paths = [after for p in paths for after in _executed(statement, p)]
        if len(paths) > MAX_PATHS:
            raise path.error(f"there are more than {MAX_PATHS} ways to get here", statement, "join the branches")
    return paths


def _executed(node: ast.stmt, path: Path) -> list[Path]:
    try:
        execute = path.reading.syntax.statements.get(type(node))
        if execute is None:
            raise not_understood(node, path)
        return execute(node, path.with_facts(path.facts))
    except Undetermined as error:
        return path.reading.syntax.by_cases(node, path, error.condition)
    except SymconvError as error:
        raise path.module.located(error, node) from None
    except Undecided as error:
        raise path.error(f"this is too complex: {error}", node) from None


_CALLED: dict[type[ast.AST], str] = {
    ast.Set: "a set", ast.DictComp: "a dictionary by a loop", ast.SetComp: "a set",
    ast.Await: "await", ast.Yield: "yield", ast.NamedExpr: "an assignment in an expression",
    ast.Starred: "a starred value", ast.Slice: "a slice", ast.ClassDef: "class",
    ast.Delete: "del", ast.AsyncFor: "async for", ast.AsyncFunctionDef: "async def", ast.AsyncWith: "async with",
    ast.ImportFrom: "import",
}  # fmt: skip


def not_understood(node: ast.AST, path: Path) -> SymconvError:
    """The error for a construct that is not read."""
    name = _CALLED.get(type(node), type(node).__name__)
    if not isinstance(node, ast.stmt):
        return path.error(f"{name} is not understood here", node)
    hint = "programs are made of for, if and assignments"
    return path.error(f"'{name.lower()}' is not understood", node, hint)
