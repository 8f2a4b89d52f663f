"""What calls of library functions need of symbolic arguments: widths of padding, lengths and places."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Outside
from .places import whole
from .reading import names


def check_widths(
    node: ast.Call, arguments: list[Any], keywords: dict[str, Any], value: Callable[[ast.expr], Any]
) -> None:
    """Symbolic widths are at most the size, or one less, where a mode takes entries from the array."""
    mode = arguments[2] if len(arguments) > 2 else keywords.get("mode", "constant")
    if mode in ("constant", "edge") or len(node.args) < 2:
        return
    shape, less = np.shape(arguments[0]), int(mode == "reflect")
    every = keywords.get("reflect_type") == "odd"
    rows = _rows(node.args[1], len(shape))
    for size, row in zip(shape, rows, strict=False):
        for width in row:
            if (names(width) or every) and whole(value(width)) > size - less:
                raise Outside("a symbolic width of padding")


def check_symbols(name: str, node: ast.Call, arguments: list[Any]) -> None:
    """What arange and unit_impulse need of symbols."""
    symbolic = [bool(names(a)) for a in node.args]
    if name == "arange" and any(symbolic):
        start, stop = (0, arguments[0]) if len(arguments) == 1 else arguments[:2]
        step = arguments[2] if len(arguments) > 2 else 1
        if any(symbolic[:2]) and step >= 1 and start > stop or len(symbolic) > 2 and symbolic[2] and step < 1:
            raise Outside("arange")
    if (
        name == "unit_impulse"
        and len(node.args) > 1
        and symbolic[1]
        and isinstance(arguments[1], int)
        and arguments[1] < 0
    ):
        raise Outside("unit_impulse")


def _rows(node: ast.expr, axes: int) -> list[list[ast.expr]]:
    """The widths of each axis."""
    parts = list(node.elts) if isinstance(node, (ast.Tuple, ast.List)) else [node]
    if any(isinstance(p, (ast.Tuple, ast.List)) for p in parts):
        rows = [list(p.elts) for p in parts if isinstance(p, (ast.Tuple, ast.List))]
        return rows * axes if len(rows) == 1 else rows
    return [parts] * axes
