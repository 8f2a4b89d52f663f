"""Programs on symbolic sizes: how each construct is read, and the way of a program from arguments to its value.

A program passes these files: `source` (from a file to a function), `function_calls` (from arguments to a value),
`branches`, `for_loops`, `assignments` (statements: what they leave on each path), `iteration` and `closed_loops`
(loops in closed form), `array_values` and `array_entries` (arrays, as `summed_terms`), and the expressions.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy import Integer, Symbol, Tuple
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import ElementwiseFunction, Operation, Tensor, TensorExpr, as_tensor, exact
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare, Condition, comparisons, condition_names
from symconv.kernel.facts import Facts
from symconv.operators.conditional import written
from symconv.printing.as_loops import assumed
from symconv.reading.programs import allocation, python_functions
from symconv.reading.programs.array_entries import entry
from symconv.reading.programs.array_values import assigned, stored, tensor_of
from symconv.reading.programs.assignments import assigned_to_all, augmented
from symconv.reading.programs.branch_conditions import truth
from symconv.reading.programs.branches import asserted, branch, choice, raised
from symconv.reading.programs.dispatch import evaluate, not_understood
from symconv.reading.programs.for_loops import for_loop
from symconv.reading.programs.function_calls import inlined
from symconv.reading.programs.held_values import Ref
from symconv.reading.programs.infix import binary, unary
from symconv.reading.programs.iteration import comprehension
from symconv.reading.programs.library_calls import attribute, call
from symconv.reading.programs.outside_names import literal, name
from symconv.reading.programs.paths import Derived, Invocation, Path, Reading, Syntax
from symconv.reading.programs.source import External, Function, imported_names, outside


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


def _imported(node: ast.Import | ast.ImportFrom, path: Path) -> list[Path]:
    if isinstance(node, ast.ImportFrom) and (node.module is None or node.level):
        raise not_understood(node, path)
    path.env.update((name, External(full)) for name, full in imported_names(node))
    return [path]


def _evaluated(node: ast.Expr, path: Path) -> list[Path]:
    match node.value:
        case ast.Constant() | ast.Call(ast.Name("print")):
            return [path]
    evaluate(node.value, path)
    return [path]


SYNTAX = Syntax(
    expressions={
        ast.Constant: literal,
        ast.Name: name,
        ast.Attribute: attribute,
        ast.Subscript: entry,
        ast.Tuple: lambda node, path: tuple(evaluate(item, path) for item in node.elts),
        ast.List: lambda node, path: [evaluate(item, path) for item in node.elts],
        ast.ListComp: comprehension,
        ast.UnaryOp: unary,
        ast.BinOp: binary,
        ast.Compare: truth,
        ast.BoolOp: truth,
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
        ast.Continue: _continued,
        ast.Return: _returned,
        ast.Assert: asserted,
        ast.Raise: raised,
        ast.Import: _imported,
        ast.ImportFrom: _imported,
    },
    functions={**python_functions.FUNCTIONS, **allocation.FUNCTIONS},
)
"""How each construct is read: another one takes a line here, and a function."""


def run(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What a function returns for arguments from outside; what it needs of the sizes is assumed."""
    given = [*args, *kwargs.values()]
    tensors = [t for value in given if isinstance(value, TensorExpr) for t in value.atoms(Tensor)]
    symbols = {s for value in given if isinstance(value, Basic) for s in value.atoms(Symbol)}
    names = {s.name for s in symbols}
    sizes = tuple(sorted({str(axis.size) for t in tensors for axis in t.axes} & names))
    conditions = [Compare(axis.size - 1, ">=") for t in tensors for axis in t.axes if str(axis.size) not in sizes]
    base = Facts(sizes, tuple(sorted(names - {*sizes})), tuple(conditions))
    reading = Reading(SYNTAX, base, names, names | {t.name for t in tensors}, _needs_of_arguments(given, base))
    path = Path(Invocation(reading, function.module), base)
    arrays: dict[TensorExpr, Ref] = {}
    inner_args = [_inward(v, path, arrays) for v in args]
    inner_kwargs = {k: _inward(v, path, arrays) for k, v in kwargs.items()}
    value, after = inlined(function, inner_args, inner_kwargs, path, function.node)
    return _outward(value, after, function, {symbol(s.name): s for s in symbols if symbol(s.name) != s})


def _needs_of_arguments(given: Sequence[Any], base: Facts) -> list[Compare]:
    """What the arguments need; what one needs where guards hold is asked for everywhere if it is not known to hold."""
    needs: list[Condition] = []
    for value in given:
        if isinstance(value, TensorExpr) and not isinstance(value, Tensor):
            needs += [Compare(axis.size, ">=") for axis in value.axes]
            needs += [n for n in assumed(value) if condition_names(n) <= {*base.sizes, *base.integers}]
    return [[*comparisons(n)][-1] for n in dict.fromkeys(needs) if not base.implies(n)]


def _inward(value: Any, path: Path, arrays: dict[TensorExpr, Ref]) -> Any:
    """An argument as the program holds it; the same array twice is one array."""
    if isinstance(value, TensorExpr) or hasattr(value, "tolist"):
        array = as_tensor(value)
        if not array.axes:
            return array
        if array not in arrays:
            whole = getattr(getattr(value, "dtype", None), "kind", "f") in "iub"
            arrays[array] = stored(array, path, is_complex=is_complex(array), is_integer=whole)
        return arrays[array]
    if isinstance(value, (bool, str, ElementwiseFunction)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_inward(v, path, arrays) for v in value)
    if isinstance(value, (int, float, complex, sympy.Expr)):
        return to_poly(exact(value))
    known = outside(value)
    if known is value:
        raise SymconvError(f"{value!r} cannot be an argument of a program")
    return known


def _outward(value: Any, path: Path, function: Function, symbols: Mapping[Any, Any]) -> Any:
    """What a program returns, for those who called it, in the symbols that they gave."""
    if value is None:
        return None
    if isinstance(value, tuple) or isinstance(value, list) and any(isinstance(v, (Ref, Derived)) for v in value):
        return tuple(_outward(v, path, function, symbols) for v in value)
    reading = path.reading
    array = _without_names_of_zero(tensor_of(value, path, function.node))
    for lost in (t.name.partition(".")[0] for t in array.atoms(Tensor) if "." in t.name):
        raise path.error(f"what '{lost}' holds after a loop has no closed form here", function.node)
    needs = reading.base.needed(reading.needs)
    integers = {*reading.base.integers} & {str(s) for s in array.free_symbols}
    known = reading.base.given(needs)
    if needs or integers or not all(condition_names(n) <= reading.given and known.implies(n) for n in assumed(array)):
        array = REGISTRY["assume"](array, written(needs))
    return array.xreplace(symbols) if symbols else array


def _without_names_of_zero(array: TensorExpr) -> TensorExpr:
    """The expression with x[0] as people write it, where a name became 0."""
    first = Tuple(Str("at"), Integer(0))
    reads = [n for n in array.atoms(Operation) if n.operator.name == "index" and isinstance(n.arguments["a"], Tensor)]
    return array.xreplace({n: n.xreplace({first: Integer(0)}) for n in reads if n.has(first)})
