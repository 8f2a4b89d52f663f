"""Calls in programs: of functions and classes that are read, of what they make, of libraries and of methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.expressions.elementwise_functions import ElementwiseFunction
from symconv.reading.programs.assignment.assignments import GROWING, assign, augmented, let_grow
from symconv.reading.programs.assignment.functional_updates import updated
from symconv.reading.programs.calling.jax_transforms import Mapped, mapped
from symconv.reading.programs.calling.library_calls import library, method
from symconv.reading.programs.loops.generators import generated
from symconv.reading.programs.loops.iteration import series_in
from symconv.reading.programs.operations.texts import text_method
from symconv.reading.programs.origins.source import Class, External, Function
from symconv.reading.programs.read_functions.classes import (
    Above,
    Idle,
    above,
    attribute_of,
    call_of,
    instance,
    set_attribute,
)
from symconv.reading.programs.read_functions.container_methods import container_method
from symconv.reading.programs.read_functions.function_calls import inlined
from symconv.reading.programs.read_functions.outside_names import evaluate_used
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.objects import Method, Object, Partial, Unwritten
from symconv.reading.programs.state.paths import Path, Stale
from symconv.reading.programs.triton.triton_launch import is_kernel, launched
from symconv.reading.programs.values.array_values import kept, shape_of, tensor_of
from symconv.reading.programs.values.triton_blocks import Block, Pointer


def call(node: ast.Call, path: Path) -> Any:
    """function(…), or owner.method(…)."""
    if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        node = _written_out(node, path)
    if isinstance(node.func, ast.Attribute):
        match node.func.value:
            case parameter if node.func.attr == "copy_" and set_unset(parameter, node, path):
                return None
            case target if (changed := in_place(target, node.func.attr, node, path)) is not None:
                return changed
            case ast.Subscript(ast.Attribute(array, "at"), key) if shape_of(value := evaluate(array, path)) is not None:
                return updated(value, key, node.func.attr, node, path)
        _let_grow(node.func, path)
        owner = evaluate_used(node.func.value, path)
        match owner:
            case External():
                pass
            case Unwritten():
                return owner
            case str():
                return text_method(owner, node.func.attr, _given(node, path)[0], path, node)
            case Block() | Pointer() if node.func.attr == "to":
                return owner
            case Object(kind="list" | "dict"):
                return container_method(owner, node.func.attr, node, path)
            case Object() | Above() | Class():
                attribute = attribute_of(owner, node.func.attr, path, node.func)
                return called(attribute, *_given(node, path), path, node)
            case _:
                return method(owner, node.func.attr, node, path)
    if isinstance(node.func, ast.Subscript):
        kernel = evaluate(node.func.value, path)
        if isinstance(kernel, Function) and is_kernel(kernel):
            return launched(kernel, node.func.slice, node, path)
    function = evaluate_used(node.func, path)
    if isinstance(function, External):
        name = function.name.removeprefix("builtins.")
        return above(path, node) if name == "super" else library(name, node, path)
    return called(function, *_given(node, path), path, node)


def _let_grow(method: ast.Attribute, path: Path) -> None:
    if method.attr in GROWING and isinstance(method.value, ast.Name) and not path.invocation.continued:
        let_grow(method.value.id, path)


_IN_PLACE = {"add_": ast.Add, "sub_": ast.Sub, "mul_": ast.Mult, "div_": ast.Div}


def in_place(target: ast.expr, method: str, node: ast.Call, path: Path) -> Any:
    """An array that a method of PyTorch's tensors has changed in place; None for other methods and values."""
    keywords = {k.arg: k.value for k in node.keywords}
    if method not in (*_IN_PLACE, "zero_", "fill_", "copy_") or len(node.args) != (method != "zero_"):
        return None
    if not keywords.keys() <= ({"alpha"} if method in ("add_", "sub_") else set()):
        return None
    owner = evaluate(target, path)
    if shape_of(owner) is None:
        return None
    whole = ast.copy_location(ast.Subscript(constant(owner, node), constant(Ellipsis, node), ast.Store()), node)
    value = node.args[0] if node.args else constant(Poly.of(0), node)
    if "alpha" in keywords:
        value = ast.copy_location(ast.BinOp(keywords["alpha"], ast.Mult(), value), node)
    if method in _IN_PLACE:
        augmented(ast.copy_location(ast.AugAssign(whole, _IN_PLACE[method](), value), node), path)
    else:
        assign(whole, evaluate(value, path), path)
    return owner


def set_unset(target: ast.expr, node: ast.Call, path: Path) -> bool:
    """Whether module.parameter.copy_(value) gives a parameter its first value, which it then has."""
    while isinstance(target, ast.Attribute) and target.attr == "data":
        target = target.value
    if not isinstance(target, ast.Attribute) or len(node.args) != 1:
        return False
    owner = evaluate(target.value, path)
    if not isinstance(owner, Object) or owner.kind != "instance":
        return False
    if not isinstance(path.heap[owner].get(target.attr), Stale):
        return False
    set_attribute(owner, target.attr, kept(evaluate(node.args[0], path), path), path, node)
    return True


def called(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.Call) -> Any:
    """What a value makes of arguments."""
    match function:
        case Function() if function.is_generator:
            return generated(function, args, kwargs, path, node)
        case Function():
            value, after = inlined(function, args, kwargs, path, node)
            path.go_on_as(after)
            return value
        case Method(owner, inner):
            return called(inner, [owner, *args], kwargs, path, node)
        case Class():
            return instance(function, args, kwargs, path, node)
        case Partial(inner, first, named):
            return called(inner, [*first, *args], {**named, **kwargs}, path, node)
        case Object(kind="instance"):
            return called(call_of(function, path, node), args, kwargs, path, node)
        case Mapped():
            return mapped(function, args, kwargs, path, node)
        case Idle(owner, sets):
            if sets:
                set_attribute(owner, args[0], args[1], path, node)
            return owner
        case ElementwiseFunction():
            if len(args) != 1 or kwargs:
                raise path.error(f"'{function}' takes one argument", node)
            return function(tensor_of(args[0], path, node))
        case External(name):
            keywords = [ast.keyword(k, constant(v, node)) for k, v in kwargs.items()]
            written = ast.Call(node.func, [constant(a, node) for a in args], keywords)
            return library(name.removeprefix("builtins."), ast.copy_location(written, node), path)
    raise path.error(f"'{path.text(node.func)}' cannot be called", node)


def _given(node: ast.Call, path: Path) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call."""
    return [evaluate(a, path) for a in node.args], {str(k.arg): evaluate(k.value, path) for k in node.keywords}


def _written_out(node: ast.Call, path: Path) -> ast.Call:
    """The call with the values of its starred arguments one by one."""
    args: list[ast.expr] = []
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            args.append(argument)
            continue
        value = evaluate(argument.value, path)
        items = path.items_of(value)
        if items is None:
            values = series_in(value, path, argument).items(path)
            if values is None:
                args.append(argument)
                continue
            items = tuple(values)
        args += [constant(item, argument) for item in items]
    keywords: list[ast.keyword] = []
    for keyword in node.keywords:
        if keyword.arg is not None:
            keywords.append(keyword)
            continue
        held = path.dict_of(evaluate(keyword.value, path))
        if held is None or not all(isinstance(key, str) for key in held):
            raise path.error("what follows ** is not a dictionary with names as keys", keyword.value)
        keywords += [ast.keyword(k, constant(v, keyword.value)) for k, v in held.items()]
    return ast.copy_location(ast.Call(node.func, args, keywords), node)
