"""What loops and comprehensions run over: an index with its bounds, and what the loop's names hold at an index."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.claims.number_limits import steps
from symconv.formulas.conditions import Compare
from symconv.reading.programs.array_values import evaluate_whole, row, view_of
from symconv.reading.programs.assignments import assign
from symconv.reading.programs.dispatch import evaluate
from symconv.reading.programs.held_values import Ref
from symconv.reading.programs.paths import Path, require
from symconv.reading.programs.source import External


@dataclass(frozen=True)
class Iteration:
    """An index with lower ≤ name < upper that counts the steps of a loop, and what binds the loop's names there.

    `position` is what the index stands for in the program.
    """

    name: str
    lower: Poly
    upper: Poly
    position: Poly
    bind_at: Callable[[Path, Poly], None]


def iteration(node: ast.For | ast.comprehension, path: Path) -> Iteration:
    """What a loop runs over."""
    if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name):
        _check_builtin(node.iter.func, path)
    match node.iter, node.target:
        case (
            ast.Call(ast.Name("zip"), [_, *_] as sources, [] | [ast.keyword("strict", ast.Constant(bool()))] as strict),
            ast.Tuple(targets),
        ) if len(targets) == len(sources):
            arrays = [_array(source, path) for source in sources]
            lengths = [_length(array, path, source) for array, source in zip(arrays, sources, strict=True)]
            if any(isinstance(k.value, ast.Constant) and k.value.value for k in strict):
                for length in lengths[1:]:
                    require(Compare(length - lengths[0], "=="), path, node.iter, "these lengths differ")
            rows = list(zip(targets, arrays, sources, strict=True))
            return _counted("i", ZERO, extremum("min", lengths), ONE, path, _binding(rows))
        case ast.Call(ast.Name("enumerate"), [source], []), ast.Tuple([ast.Name(number), target]):
            array = _array(source, path)
            length = _length(array, path, source)
            return _counted(number, ZERO, length, ONE, path, _binding([(target, array, source)], number))
        case ast.Call(ast.Name("range" | "reversed")), ast.Name(number):
            bounds = _range(node.iter, path)
            return _counted("i" if number == "_" else number, *bounds, path, _binding([], number))
        case ast.Call(ast.Name("zip" | "reversed" | "range" | "enumerate")), _:
            hint = "as in 'for i in range(n)', 'for i, v in enumerate(x)' or 'for a, b in zip(x, y)'"
            raise path.error("this loop is not understood", node.iter, hint)
    array = _array(node.iter, path)
    length = _length(array, path, node.iter)
    return _counted("i", ZERO, length, ONE, path, _binding([(node.target, array, node.iter)]))


def _array(source: ast.expr, path: Path) -> Ref:
    return view_of(evaluate(source, path), path, source)


def _length(array: Ref, path: Path, node: ast.AST) -> Poly:
    if not array.shape:
        raise path.error("a number cannot be looped over", node)
    return array.shape[0]


def _binding(rows: Sequence[tuple[ast.expr, Ref, ast.expr]], number: str | None = None) -> Callable[[Path, Poly], None]:
    """What gives each target the row of its array at an index, and a name the index."""

    def bind(path: Path, index: Poly) -> None:
        if number is not None:
            path.env[number] = index
        for target, array, source in rows:
            assign(target, row(array, index, path, source), path)

    return bind


def _counted(
    name: str, lower: Poly, upper: Poly, step: Poly, path: Path, bind: Callable[[Path, Poly], None]
) -> Iteration:
    """The iteration over a range, by an index that runs in steps of 1."""
    name = path.reading.fresh(name)
    if step == ONE:
        return Iteration(name, lower, upper, Poly.name(name), bind)
    return Iteration(name, ZERO, steps(lower, upper, step), lower + step * Poly.name(name), bind)


def _range(node: ast.expr, path: Path) -> tuple[Poly, Poly, Poly]:
    """The bounds and the step of a range."""
    match node:
        case ast.Call(ast.Name("range") as function, arguments, []) if 1 <= len(arguments) <= 3:
            _check_builtin(function, path)
            values = [evaluate_whole(a, path) for a in arguments]
        case ast.Call(ast.Name("reversed"), [ast.Call(ast.Name("range")) as inner], []):
            lower, upper, step = _range(inner, path)
            if step == ONE:
                return upper - 1, lower - 1, -ONE
            raise path.error("a reversed range with a step", node)
        case _:
            raise path.error("loops run over range(…) here", node, "as in 'for i in range(n)'")
    if len(values) == 1:
        return ZERO, values[0], ONE
    lower, upper, step = [*values, ONE][:3]
    if step.integer == 0:
        raise path.error("the step of a range cannot be 0", node)
    if step.integer is None and not path.known.implies(Compare(step - 1, ">=")):
        raise path.error("the step of this range is not known to be 1 or more", node, "write: assert step >= 1")
    return lower, upper, step


def _check_builtin(node: ast.Name, path: Path) -> None:
    """Raise where a name of Python's own functions stands for something else."""
    function = path.env.get(node.id, path.module.lookup(node.id))
    if not isinstance(function, External) or function.name.removeprefix("builtins.") != node.id:
        raise path.error(f"'{node.id}' is not Python's own here", node)
