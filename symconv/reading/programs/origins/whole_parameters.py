"""Which parameters of a function are whole numbers, as its text uses them: bounds of ranges and slices, and shapes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symconv.reading.programs.origins.source import Function, stored_names

_SHAPED = frozenset("zeros ones empty full reshape arange eye identity tile repeat broadcast_to linspace".split())
_DEPTH = 4
"""How many calls deep a parameter is followed; those of real programs are handed on once or twice."""


def whole_parameters(function: Function, depth: int = _DEPTH) -> frozenset[str]:
    """The parameters that stand where only a whole number can, and nowhere where an array would."""
    changed = {name for statement in function.body for name in stored_names(statement)}
    names = {a.arg for a in function.parameters} - changed
    nodes = [n for s in function.body for n in ast.walk(s)]
    arrays = {
        n.value.id for n in nodes if isinstance(n, (ast.Attribute, ast.Subscript)) and isinstance(n.value, ast.Name)
    }
    whole = {name for node in nodes for place in _places(node) for name in _names(place)}
    if depth:
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(callee := _called(node, function), Function):
                inside = whole_parameters(callee, depth - 1)
                pairs = zip((a.arg for a in callee.parameters), node.args, strict=False)
                given = [*pairs, *((k.arg, k.value) for k in node.keywords)]
                whole |= {name for parameter, value in given if parameter in inside for name in _names(value)}
    return frozenset(names & whole - arrays)


def _places(node: ast.AST) -> Iterator[ast.expr]:
    """The parts of a node that are whole numbers."""
    match node:
        case ast.Call(ast.Name("range"), args):
            yield from args
        case ast.Call(ast.Name(name) | ast.Attribute(_, name), args) if name in _SHAPED:
            if name in ("zeros", "ones", "empty", "full", "arange", "eye", "identity"):
                yield from args[:1]
            else:
                yield from args[1:] if name != "reshape" or len(args) > 1 else args
        case ast.Slice(lower, upper, step):
            yield from (bound for bound in (lower, upper, step) if bound is not None)


def _names(node: ast.expr) -> Iterator[str]:
    """The names that a number is made of."""
    match node:
        case ast.Name(name):
            yield name
        case ast.BinOp(left, _, right):
            yield from (*_names(left), *_names(right))
        case ast.UnaryOp(_, inner) | ast.Starred(inner):
            yield from _names(inner)
        case ast.Tuple(items) | ast.List(items):
            yield from (name for item in items for name in _names(item))
        case ast.Call(ast.Name("min" | "max" | "int"), args):
            yield from (name for argument in args for name in _names(argument))


def _called(node: ast.Call, function: Function) -> Function | None:
    match node.func:
        case ast.Name(name) if name not in function.stored:
            found = function.module.lookup(name)
            return found if isinstance(found, Function) else None
    return None
