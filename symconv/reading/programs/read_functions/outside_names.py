"""Names and constants in programs: what functions bind, and what modules and libraries mean by the others."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy

from symconv.algebra.polynomials import PI, Poly
from symconv.expressions.conversion import to_poly
from symconv.expressions.elementwise_functions import ElementwiseFunction
from symconv.expressions.parameters import exact
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.kernel.facts import Facts
from symconv.limits import MAX_BITS
from symconv.reading.programs.origins.source import Class, External, Fallible, Function, Unclear
from symconv.reading.programs.read_functions.torch_modules import layer
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Derived, Path, Stale
from symconv.reading.programs.term_sums.summed_terms import sizes_of
from symconv.reading.programs.values.array_values import described, tensor_of
from symconv.reading.programs.values.float_numbers import as_float


def literal(node: ast.Constant, path: Path) -> Any:
    """A number, a string, True, False, None."""
    value = node.value
    match value:
        case bool():
            return value
        case int():
            if value.bit_length() > MAX_BITS:
                raise path.error("this number is too large", node)
            return Poly.of(value)
        case float() | complex():
            if value != value or value in (float("inf"), float("-inf")):
                raise path.error("this number is not finite", node)
            return as_float(to_poly(exact(value)))
    return value


def name(node: ast.Name, path: Path) -> Any:
    """What a name holds."""
    names = _holding(node, path)
    if names is None:
        return outside_value(path.module.lookup(node.id), node.id, path, node)
    value = names[node.id]
    if isinstance(value, Stale):
        raise path.error(f"'{node.id}' {value.reason}", node)
    return value


def _holding(node: ast.Name, path: Path) -> Mapping[str, Any] | None:
    """The names of the function, here or around, that has one; None where it is the module's."""
    call = path.invocation
    if node.id in path.env:
        return path.env
    if call.function is not None and node.id in call.function.stored:
        raise path.error(f"'{node.id}' may have no value here", node, "give it one before the branch or loop")
    around = call.enclosing
    while around is not None and node.id not in around.names:
        around = around.around
    return None if around is None else around.names


def evaluate_used(node: ast.expr, path: Path) -> Any:
    """What is called, or has attributes: where it is None or not there because an import failed, that raises."""
    if isinstance(node, ast.Name) and isinstance(known := fallible(node, path), Fallible) and known.raises_otherwise:
        path.reading.fallible += 1
        return outside_value(known.value, node.id, path, node)
    return evaluate(node, path)


def fallible(node: ast.Name, path: Path) -> Fallible | None:
    """What a name is if imports work, and if they fail; None where that is the same."""
    known = path.module.lookup(node.id) if _holding(node, path) is None else None
    return known if isinstance(known, Fallible) else None


def outside_value(value: Any, name: str, path: Path, node: ast.AST) -> Any:
    """What is found outside of the program, as a value in it."""
    match value:
        case None:
            raise path.error(f"'{name}' is not defined", node)
        case Unclear(node=where) | Fallible(node=where):
            line = getattr(where, "lineno", 1) + path.module.first - 1
            raise path.error(f"'{name}' {value.reason}", node, f"see line {line}")
        case ast.expr():
            return fixed(value, path, node)
        case External("numpy.pi" | "math.pi"):
            return PI
        case External(full) if layer(full) is not None:
            return layer(full)
        case External("numpy.newaxis"):
            return None
        case External("typing.TYPE_CHECKING"):
            return False
        case bool() | External() | Function() | Class() | ElementwiseFunction() | str() | TensorExpr() | Poly():
            return value
        case float() | complex():
            return as_float(to_poly(exact(value)))
        case int() | Fraction() | sympy.Expr():
            return to_poly(exact(value))
        case tuple() | list():
            return tuple(outside_value(v, name, path, node) for v in value)
    if hasattr(value, "tolist"):
        array = as_tensor(value)
        return constant_array(array) if array.axes else array
    raise path.error(f"'{name}' is {described(value)}, which is not understood", node)


def fixed(value: ast.expr, path: Path, node: ast.AST) -> Any:
    """What is worked out when a module is loaded, and no function can change."""
    call = replace(path.invocation, module=path.module.loading, function=None, enclosing=None)
    loading = Path(call, Facts(), heap=path.heap)

    return _unchanging(evaluate(value, loading), loading, node)


def _unchanging(loaded: Any, loading: Path, node: ast.AST) -> Any:
    """What was worked out on loading, as what no function can change."""
    if (items := loading.items_of(loaded)) is not None:
        return tuple(_unchanging(item, loading, node) for item in items)
    if (held := loading.dict_of(loaded)) is not None:
        return _shared(loaded, held, loading, node)
    if isinstance(loaded, Object) and loaded.kind == "instance":
        return _shared(loaded, loading.heap[loaded], loading, node)
    if isinstance(loaded, TensorExpr) and loaded.axes:
        return constant_array(loaded)
    return constant_array(tensor_of(loaded, loading, node)) if isinstance(loaded, Ref) else loaded


def _shared(loaded: Object, held: Mapping[Any, Any], loading: Path, node: ast.AST) -> Object:
    shared = Object(loaded.kind, loaded.cls, is_shared=True)
    loading.heap[shared] = {key: _unchanging(item, loading, node) for key, item in held.items()}
    return shared


def constant_array(array: TensorExpr) -> Derived:
    """An array that cannot be changed."""
    return Derived(lambda _: array, sizes_of(array))
