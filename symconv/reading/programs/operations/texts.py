"""Strings in programs: worked out where they are made of strings and whole numbers, and else only shown."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.limits import MAX_CODE_LENGTH
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.objects import Unwritten
from symconv.reading.programs.state.paths import Path

_METHODS = frozenset("lower upper strip lstrip rstrip startswith endswith replace split title format join".split())


def formatted(node: ast.JoinedStr, path: Path) -> str | Unwritten:
    """f"…"."""
    parts: list[Any] = []
    for part in node.values:
        match part:
            case ast.Constant(value):
                parts.append(value)
            case ast.FormattedValue(inner, -1, None):
                parts.append(text_of(evaluate(inner, path)))
            case _:
                return Unwritten()
    return "".join(parts) if all(isinstance(p, str) for p in parts) else Unwritten()


def written(node: ast.Call, path: Path) -> str | Unwritten:
    """str(…) or repr(…)."""
    values = [evaluate(a, path) for a in node.args]
    return text_of(values[0]) if len(values) == 1 and not node.keywords else Unwritten()


def text_of(value: Any) -> str | Unwritten:
    """What str() makes of a value."""
    plain = _plain(value)
    return str(plain) if isinstance(plain, (str, int)) else Unwritten()


def of_texts(op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST) -> str | Unwritten:
    """Strings that are joined, repeated and filled in."""
    left, right = _plain(a), _plain(b)
    if isinstance(left, str) and right is not None:
        try:
            match op:
                case ast.Add():
                    return str(left + right)
                case ast.Mult() if isinstance(right, int) and right * len(left) < MAX_CODE_LENGTH:
                    return str(left * right)
                case ast.Mod():
                    return str(left % right)
        except (TypeError, ValueError) as error:
            raise path.error(f"this string cannot be made: {error}", node) from None
    if not isinstance(op, (ast.Add, ast.Mod)) or isinstance(op, ast.Add) and not isinstance(b, (str, Unwritten)):
        raise path.error("strings are joined by +, repeated by *, and filled in by %", node)
    return Unwritten()


def text_method(text: str, name: str, args: Sequence[Any], path: Path, node: ast.AST) -> Any:
    """A method of a string."""
    given = [_plain(a) for a in args]
    if name not in _METHODS:
        raise path.error(f"the method '{name}' of a string is not understood", node)
    if None in given:
        return Unwritten()
    try:
        value = getattr(text, name)(*given)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise path.error(f"this string cannot be made: {error}", node) from None
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """A string, a whole number or a tuple of such as Python has them; None for what is not known."""
    match value:
        case str():
            return value
        case Poly() if value.integer is not None:
            return value.integer
        case tuple():
            parts = tuple(_plain(v) for v in value)
            return None if None in parts else parts
    return None
