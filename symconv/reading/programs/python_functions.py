"""Python's own functions in programs, and NumPy's functions of numbers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from symconv.algebra.polynomials import Poly, exponential, extremum
from symconv.algebra.powers import square_root
from symconv.expressions.registry import REGISTRY
from symconv.reading.programs.array_values import checked, described, evaluate_whole, shape_of, tensor_of
from symconv.reading.programs.dispatch import evaluate
from symconv.reading.programs.iteration import generator_sum
from symconv.reading.programs.paths import Path


def _length(node: ast.Call, path: Path) -> Poly:
    (value,) = (evaluate(a, path) for a in node.args)
    if isinstance(value, (list, tuple)):
        return Poly.of(len(value))
    shape = shape_of(value)
    if not shape:
        raise path.error(f"{described(value)} has no length", node)
    return shape[0]


def _extreme(kind: str, node: ast.Call, path: Path) -> Poly:
    """min(a, b, …), or max."""
    if len(node.args) < 2 or node.keywords or len(node.args) > 8:
        raise path.error(f"{kind} takes two numbers or a few more", node)
    return extremum(kind, [evaluate_whole(a, path) for a in node.args])


def _absolute(node: ast.Call, path: Path) -> Poly:
    (value,) = (evaluate_whole(a, path) for a in node.args)
    return extremum("max", [value, -value])


def _converted(kind: str, read: Callable[[ast.expr, Path], Any], node: ast.Call, path: Path) -> Any:
    """int(…), or float."""
    if len(node.args) != 1:
        raise path.error(f"{kind} takes one number", node)
    return read(node.args[0], path)


def _tupled(node: ast.Call, path: Path) -> tuple[Any, ...]:
    value = evaluate(node.args[0], path) if len(node.args) == 1 else None
    if not isinstance(value, (tuple, list)):
        raise path.error("this tuple is not understood", node)
    return tuple(value)


def _total(node: ast.Call, path: Path) -> Any:
    if len(node.args) == 1 and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
        return generator_sum(node.args[0], path)
    values = [evaluate(a, path) for a in node.args]
    if len(values) != 1 or node.keywords:
        raise path.error("sum takes one array or one generator", node)
    (value,) = values
    if isinstance(value, (list, tuple)) and value and all(isinstance(a, Poly) for a in value):
        return sum(value[1:], value[0])
    return checked(REGISTRY["sum"](tensor_of(value, path, node), 0), path, node)


def _square_root_of(node: ast.Call, path: Path) -> Poly:
    value = _number(node, path).constant
    if not isinstance(value, (int, Fraction)) or value < 0:
        raise path.error("a square root of anything but a number", node)
    return square_root(Fraction(value))


def _number(node: ast.Call, path: Path) -> Poly:
    value = evaluate(node.args[0], path) if len(node.args) == 1 and not node.keywords else None
    if not isinstance(value, Poly):
        raise path.error(f"{path.text(node.func)} is understood for one number, not for entries", node)
    return value


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "len": _length,
    "min": partial(_extreme, "min"),
    "max": partial(_extreme, "max"),
    "abs": _absolute,
    "int": partial(_converted, "int", evaluate_whole),
    "float": partial(_converted, "float", evaluate),
    "tuple": _tupled,
    "sum": _total,
    **dict.fromkeys(("numpy.exp", "math.exp", "cmath.exp"), lambda node, path: exponential(_number(node, path))),
    **dict.fromkeys(("numpy.sqrt", "math.sqrt"), _square_root_of),
}
