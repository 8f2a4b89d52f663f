"""Programs on symbolic sizes: how each construct is read, and the way of a program from arguments to its value.

A program passes these files: `source` (from a file to a function), `function_calls` (from arguments to a value),
`branches`, `for_loops`, `assignments` (statements: what they leave on each path), `iteration` and `closed_loops`
(loops in closed form), `array_values` and `array_entries` (arrays, as `summed_terms`), and the expressions.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from typing import Any

from symconv.reading.programs.assignment import allocation
from symconv.reading.programs.assignment.array_entries import entry
from symconv.reading.programs.assignment.assignments import assigned_to_all, augmented
from symconv.reading.programs.branching.branch_conditions import one_of, truth
from symconv.reading.programs.branching.branches import asserted, branch, choice, raised, read_by_cases
from symconv.reading.programs.calling import jax_transforms, module_calls, numpy_calls, python_functions
from symconv.reading.programs.calling.calls import call
from symconv.reading.programs.calling.library_calls import array_attribute
from symconv.reading.programs.loops.counted_while import while_loop
from symconv.reading.programs.loops.for_loops import for_loop
from symconv.reading.programs.loops.iteration import comprehension
from symconv.reading.programs.operations import number_functions
from symconv.reading.programs.operations.infix import binary, unary
from symconv.reading.programs.operations.texts import formatted
from symconv.reading.programs.origins.module_names import imported_names
from symconv.reading.programs.origins.source import Class, Enclosing, External, Function
from symconv.reading.programs.read_functions.classes import attribute_of
from symconv.reading.programs.read_functions.container_methods import plain_key
from symconv.reading.programs.read_functions.function_calls import check_decorators
from symconv.reading.programs.read_functions.outside_names import evaluate_used, literal, name, outside_value
from symconv.reading.programs.state.dispatch import apply, block, constant, evaluate, not_understood
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path, Stale, Syntax
from symconv.reading.programs.triton import triton_functions
from symconv.reading.programs.values.array_values import assigned, kept
from symconv.reading.programs.values.series import Series
from symconv.reading.programs.values.triton_blocks import Block, Pointer, compared


def _returned(node: ast.Return, path: Path) -> list[Path]:
    if path.invocation.continued:
        raise path.error("a loop that returns", node, "return after the loop")
    value = None if node.value is None else evaluate(node.value, path)
    if path.invocation.depth == 1 and isinstance(value, Ref):
        assigned(value, path, node.value or node)
    path.invocation.returned.append((path, value))
    return []


def _continued(_: ast.Continue, path: Path) -> list[Path]:
    path.invocation.continued[-1].append(path)
    return []


def _left(_: ast.Break, path: Path) -> list[Path]:
    path.invocation.left[-1].append(path)
    return []


def _imported(node: ast.Import | ast.ImportFrom, path: Path) -> list[Path]:
    if isinstance(node, ast.ImportFrom) and (node.module is None or node.level):
        raise not_understood(node, path)
    path.env.update(imported_names(node))
    return [path]


def _evaluated(node: ast.Expr, path: Path) -> list[Path]:
    match node.value:
        case ast.Constant():
            return [path]
        case ast.Call(function) if _is_said(function, path):
            return [path]
    evaluate(node.value, path)
    return [path]


def _is_said(function: ast.expr, path: Path) -> bool:
    """Whether a call only prints, warns or logs."""
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name) or root.id in path.env:
        return False
    known = path.module.lookup(root.id)
    name = known.name if isinstance(known, External) else ""
    return name.split(".")[0] in ("logging", "warnings", "gc") or name == "print" and root is function


def _defined(node: ast.FunctionDef, path: Path) -> list[Path]:
    """A nested function, which sees the names around it."""
    function = _nested(node, path)
    check_decorators(function, path)
    path.env[node.name] = function
    return [path]


def _nested(node: ast.FunctionDef | ast.Lambda, path: Path) -> Function:
    call = path.invocation
    function = Function(path.module, node, enclosing=Enclosing(call, path.env, call.enclosing))
    if call.function is None:
        return function
    made_with = {name: kept(evaluate(default, path), path) for name, default in function.written_defaults.items()}
    return replace(function, made_with=made_with)


def _attribute(node: ast.Attribute, path: Path) -> Any:
    """module.name, or an attribute of an array, an instance or a class."""
    value = evaluate_used(node.value, path)
    if isinstance(value, External):
        return outside_value(External(f"{value.name}.{node.attr}"), node.attr, path, node)
    if isinstance(value, Class) or isinstance(value, Object) and value.kind == "instance":
        return attribute_of(value, node.attr, path, node)
    if isinstance(value, Pointer) and node.attr == "dtype":
        return External("numpy.float64")
    return array_attribute(value, node, path)


def _subscript(node: ast.Subscript, path: Path) -> Any:
    """value[key]: an entry, or what an instance makes of the key."""
    value = evaluate(node.value, path)
    if isinstance(value, Object) and value.kind == "instance":
        getter = attribute_of(value, "__getitem__", path, node)
        return apply(getter, [evaluate(node.slice, path)], path, node, {})
    return entry(ast.copy_location(ast.Subscript(constant(value, node.value), node.slice, node.ctx), node), path)


def _compared(node: ast.Compare, path: Path) -> Any:
    """A truth value, or a mask over a block of a kernel."""
    if path.reading.launch is not None:
        values = [evaluate(side, path) for side in (node.left, *node.comparators)]
        if any(isinstance(v, Block) for v in values):
            return compared(node.ops, values, path, node)
    return truth(node, path)


def _dictionary(node: ast.Dict, path: Path) -> Object:
    held: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            more = path.dict_of(evaluate(value, path))
            if more is None:
                raise path.error("what follows ** is not a dictionary", value)
            held |= more
        else:
            held[plain_key(evaluate(key, path), path, key)] = kept(evaluate(value, path), path)
    return path.new_object("dict", held)


def _listed(node: ast.List | ast.Tuple, path: Path) -> list[Any]:
    values: list[Any] = []
    for item in node.elts:
        if not isinstance(item, ast.Starred):
            values.append(evaluate(item, path))
            continue
        held = evaluate(item.value, path)
        items = held.used(path, item).items(path) if isinstance(held, Series) else path.items_of(held)
        if items is None:
            raise path.error("how many values these are is not known", item, "join arrays by np.concatenate")
        values += items
    return values


def _generator(node: ast.GeneratorExp, path: Path) -> Any:
    raise path.error("a generator that is not used up at once", node, "make it a list: […]")


def _tried(node: ast.Try, path: Path) -> list[Path]:
    """try: what is read raises nothing, so that no handler runs; where that is only assumed, one might."""
    reading = path.reading
    before = len(reading.needs), reading.fallible
    after = block(node.body, path)
    if (len(reading.needs), reading.fallible) != before or any(map(_may_fail, node.body)):
        raise path.error("this may raise, and what 'except' does then is not followed", node, "leave the 'try' out")
    return [p for q in after for p in block([*node.orelse, *node.finalbody], q)]


def _may_fail(node: ast.stmt) -> bool:
    """Whether a statement imports what may not be there."""
    match node:
        case ast.Import(aliases):
            return any(a.name.partition(".")[0] not in sys.stdlib_module_names for a in aliases)
        case ast.ImportFrom(module):
            return (module or "").partition(".")[0] not in sys.stdlib_module_names
    return any(isinstance(n, ast.stmt) and _may_fail(n) for n in ast.iter_child_nodes(node))


_CALM = frozenset("torch.no_grad torch.inference_mode numpy.errstate warnings.catch_warnings".split())


def _inside(node: ast.With, path: Path) -> list[Path]:
    """with torch.no_grad(): and other surroundings that change no value."""
    for item in node.items:
        called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
        value = evaluate(called, path)
        if not isinstance(value, External) or value.name not in _CALM or item.optional_vars is not None:
            raise path.error("this 'with' is not understood", item.context_expr)
    return block(node.body, path)


def _deleted(node: ast.Delete, path: Path) -> list[Path]:
    for target in node.targets:
        if not isinstance(target, ast.Name):
            raise path.error("del of anything but a name", target)
        path.env[target.id] = Stale("is deleted")
    return [path]


SYNTAX = Syntax(
    expressions={
        ast.Constant: literal,
        ast.Name: name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Tuple: lambda node, path: tuple(_listed(node, path)),
        ast.List: _listed,
        ast.Dict: _dictionary,
        ast.ListComp: comprehension,
        ast.GeneratorExp: _generator,
        ast.Lambda: _nested,
        ast.JoinedStr: formatted,
        ast.UnaryOp: unary,
        ast.BinOp: binary,
        ast.Compare: _compared,
        ast.BoolOp: one_of,
        ast.IfExp: choice,
        ast.Call: call,
    },
    statements={
        ast.Pass: lambda _, path: [path],
        ast.Expr: _evaluated,
        ast.Assign: assigned_to_all,
        ast.AnnAssign: assigned_to_all,
        ast.AugAssign: augmented,
        ast.If: branch,
        ast.For: for_loop,
        ast.While: while_loop,
        ast.FunctionDef: _defined,
        ast.With: _inside,
        ast.Try: _tried,
        ast.Delete: _deleted,
        ast.Continue: _continued,
        ast.Break: _left,
        ast.Return: _returned,
        ast.Assert: asserted,
        ast.Raise: raised,
        ast.Import: _imported,
        ast.ImportFrom: _imported,
    },
    functions={
        **python_functions.FUNCTIONS,
        **number_functions.FUNCTIONS,
        **allocation.FUNCTIONS,
        **triton_functions.FUNCTIONS,
        **jax_transforms.FUNCTIONS,
        **module_calls.FUNCTIONS,
        **numpy_calls.FUNCTIONS,
    },
    by_cases=read_by_cases,
)
"""How each construct is read: another one takes a line here, and a function."""
