"""Values of programs as arrays and numbers, and what operations on them need of the sizes."""

from __future__ import annotations

import ast
from typing import Any

from symconv.algebra.polynomials import Extremum, Floor, Poly
from symconv.expressions.conversion import to_argument
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Compare, condition_names
from symconv.kernel.facts import refusals
from symconv.limits import MAX_INTEGER
from symconv.operators.axes import scalar_value
from symconv.reading.programs.dispatch import evaluate
from symconv.reading.programs.held_values import Ref, held, kind
from symconv.reading.programs.paths import Derived, Path, example, require
from symconv.reading.programs.source import External, Function
from symconv.reading.programs.summed_terms import Terms, array_of, elements, number, simplified, sizes_of


def evaluate_whole(node: ast.expr, path: Path) -> Poly:
    """The node as a whole number."""
    value = evaluate(node, path)
    if isinstance(value, TensorExpr) and not value.axes:
        value = scalar_value(value.entry()) or value
    if not isinstance(value, Poly):
        hint = "indices, bounds and shapes are made of sizes, loop indices and numbers"
        raise path.error(f"'{path.text(node)}' is not a number that is known from the sizes", node, hint)
    atoms = {type(a) for a in value.atoms}
    if not atoms <= {str, Floor, Extremum} or not all(isinstance(c, int) for c in value.terms.values()):
        raise path.error(f"'{path.text(node)}' is not a whole number", node, "whole division is written //")
    check_size(value, path, node)
    return value


def evaluate_array(node: ast.expr, path: Path) -> TensorExpr:
    """The node as an array or a scalar."""
    return tensor_of(evaluate(node, path), path, node)


def tensor_of(value: Any, path: Path, node: ast.AST) -> TensorExpr:
    """A value as an expression, as it is now."""
    match value:
        case TensorExpr():
            return value
        case Poly():
            return number(value)
        case Ref():
            return contents(value, path, node)
        case Derived():
            return value.make(path)
        case list() | tuple():
            items = [tensor_of(v, path, node) for v in value]
            if any(item.axes for item in items):
                return checked(REGISTRY["stack"](items), path, node)
            return checked(REGISTRY["array"](tuple(items)), path, node)
    raise path.error(f"{described(value)} is not an array or a number", node)


def contents(ref: Ref, path: Path, node: ast.AST) -> TensorExpr:
    """What a view holds now."""
    return array_of(ref.shape, assigned(ref, path, node), elements(ref.shape, path.known))


def assigned(ref: Ref, path: Path, node: ast.AST) -> Terms:
    """The terms of a view, every entry of which was assigned."""
    terms = simplified([t.at(ref.inside()) for t in path.store[ref.cell]], elements(ref.shape, path.known))
    lost = [t for t in terms if t.value is None]
    if lost:
        where = example(path, [t.guards for t in lost], ref.shape)
        raise path.error(f"'{path.text(node)}' is read before it is assigned{where}", node)
    return terms


def view_of(value: Any, path: Path, node: ast.AST) -> Ref:
    """A value as something that has entries."""
    return value if isinstance(value, Ref) else stored(tensor_of(value, path, node), path)


def shape_of(value: Any) -> tuple[Poly, ...] | None:
    """The sizes of the axes of a value; None for what is no array."""
    match value:
        case Ref() | Derived():
            return value.shape
        case TensorExpr():
            return sizes_of(value)
    return None


def row(array: Ref, index: Poly, path: Path, node: ast.AST) -> Any:
    """One row of an array: a view, or an entry."""
    view = array.select([index])
    return view if view.shape else contents(view, path, node)


def stored(array: TensorExpr, path: Path, **kinds: bool) -> Ref:
    """A new array that holds what another one does."""
    return path.new(sizes_of(array), held(array), **(kinds or kind(array)))


def number_as_argument(value: Any) -> Any:
    """A number as an argument of an operator."""
    return to_argument(value) if isinstance(value, Poly) else value


def check_size(value: Poly, path: Path, node: ast.AST) -> None:
    """Raise where a number is beyond every size."""
    if any(isinstance(c, int) and abs(c) > MAX_INTEGER for c in value.terms.values()):
        raise path.error(f"'{path.text(node)}' is too large for a size or an index", node)


def check_unchanged(inner: Path, path: Path, node: ast.AST) -> None:
    """Raise where a part of an expression changed an array."""
    if any(inner.store[cell] is not terms for cell, terms in path.store.items()):
        raise path.error("an array is changed inside of an expression", node, "make it a statement of its own")


def checked(array: TensorExpr, path: Path, node: ast.AST) -> TensorExpr:
    """An expression whose operations have what they need of the sizes."""
    waiting = [array]
    while waiting:
        expr = waiting.pop()
        if expr in path.reading.checked or not isinstance(expr, Operation):
            continue
        path.reading.checked.add(expr)
        waiting += expr.children
        names = {*path.facts.sizes, *path.facts.integers}
        for required in expr.definition.requires:
            condition = Compare(required.left - required.right, "==")
            if condition.poly.names <= names and not path.known.implies(condition):
                hint = f"declare one size, or write: assert {required.left} == {required.right}"
                raise path.error(required.message + example(path, refusals([condition])), node, hint)
        for need in expr.definition.needs:
            if not condition_names(need) <= names:
                continue
            message = f"{expr.operator.name} needs {need}, which does not hold"
            if isinstance(need, Compare):
                require(need, path, node, message)
            elif not path.known.implies(need):
                raise path.error(f"{message} as far as can be shown", node)
    return array


def described(value: Any) -> str:
    """What a value is, for a message."""
    match value:
        case Ref() | Derived() | TensorExpr():
            return "an array"
        case Poly():
            return f"the number {value}"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case str():
            return f"the string {value[:30]!r}"
        case External(name):
            return name
        case Function():
            return f"the function '{value.name}'"
        case None:
            return "None"
    return type(value).__name__
