"""Which undeclared names are integers: those that stand where only an integer can."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from symconv.claims.names import CONSTANTS, RESERVED, Names, names_below
from symconv.claims.program_calls import class_named, owner_called
from symconv.expressions.registry import REGISTRY, Operator
from symconv.libraries.library_table import LibraryFunction, function_named

#: An exponent may mean the imaginary unit by these: it makes no integers of them.
IMAGINARY = frozenset("ij")


def survey(names: Names, node: ast.AST, bound: frozenset[str] = frozenset(), whole: bool = False) -> None:
    """Note all free names, and which of them stand where only an integer can."""
    match node:
        case ast.Name(name):
            if name not in bound:
                names.free.add(name)
                if whole and name not in CONSTANTS:
                    names.integers.add(name)
        case ast.Subscript(value, key):
            survey(names, value, bound, whole)
            survey(names, key, bound, True)
        case ast.GeneratorExp(element, generators) | ast.ListComp(element, generators):
            for generator in generators:
                survey(names, generator.iter, bound, whole)
                bound |= {place.id for place in names_below([generator.target])}
            survey(names, element, bound, whole)
        case ast.BinOp(left, ast.FloorDiv() | ast.Mod() | ast.Pow() as op, right):
            is_power = isinstance(op, ast.Pow)
            survey(names, left, bound, whole or not is_power)
            survey(names, right, bound | IMAGINARY if is_power else bound, True)
        case ast.IfExp(test, body, orelse):
            survey(names, test, bound, True)
            survey(names, body, bound, whole)
            survey(names, orelse, bound, whole)
        case ast.Call(ast.Name("assume" | "needing"), [body, *conditions], []):
            survey(names, body, bound, whole)
            for condition in conditions:
                survey(names, condition, bound, True)
        case ast.Call():
            _survey_call(names, node, bound, whole)
        case _:
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.Constant):  # quicker
                    survey(names, child, bound, whole)


def _survey_call(names: Names, node: ast.Call, bound: frozenset[str], whole: bool) -> None:
    """Note the names in the arguments of a call."""
    if (owner := owner_called(names, node.func)) is not None:
        for part in (owner, *node.args, *(k.value for k in node.keywords)):
            if class_named(names, part) is None:
                survey(names, part, bound, whole)
        return
    name = names.callee(node.func)
    program = names.programs.get(name)
    library = function_named(name) if "." in name and not program else None
    if program:
        pairs = _given(node, program)
    else:
        pairs = _of_library(node, library) if library else _arguments(node, REGISTRY.get(name))
    bound = bound | IMAGINARY if name == "exp" else bound
    for is_array, argument in pairs:
        survey(names, argument, bound, whole or name in RESERVED if is_array is None else not is_array)


def _arguments(call: ast.Call, op: Operator | None) -> Iterator[tuple[bool | None, ast.expr]]:
    """Each argument with whether it is an array; None where the function is no operator."""
    parameters = list(op.signature.parameters.values()) if op else []
    for i, argument in enumerate(call.args):
        collected = next((p.name for p in parameters[: i + 1] if p.kind is p.VAR_POSITIONAL), None)
        name = collected or (parameters[i].name if i < len(parameters) else None)
        yield (name in op.operands if op and name else None), argument
    for keyword in call.keywords:
        yield (op.parameter(keyword.arg or "") in op.operands if op else None), keyword.value


def _of_library(call: ast.Call, function: LibraryFunction) -> Iterator[tuple[bool | None, ast.expr]]:
    """Each argument of a function of a library, with False where no array may be given."""
    parameters = list(function.signature.parameters.values())
    for i, argument in enumerate(call.args):
        collected = next((p for p in parameters[: i + 1] if p.kind is p.VAR_POSITIONAL), None)
        parameter = collected or (parameters[i] if i < len(parameters) else None)
        yield (None if parameter is None or function.takes_array(parameter.name) else False), argument
    for keyword in call.keywords:
        yield (None if function.takes_array(keyword.arg or "") else False), keyword.value


def _given(call: ast.Call, program: Any) -> Iterator[tuple[bool | None, ast.expr]]:
    """Each argument of a function of a source file, with False where a whole number belongs."""
    names, integers = getattr(program, "parameters", ()), getattr(program, "integers", ())
    named = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    for name, argument in named:
        yield (False if name in integers else None), argument
