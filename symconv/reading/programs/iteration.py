"""What loops and comprehensions run over, and comprehensions: lists of rows, and sums over generators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.claims.number_limits import steps
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.operators.conditional import written
from symconv.reading.programs.array_values import check_unchanged, evaluate_array, evaluate_whole, row, view_of
from symconv.reading.programs.assignments import assign
from symconv.reading.programs.branch_conditions import cases
from symconv.reading.programs.dispatch import evaluate
from symconv.reading.programs.held_values import Ref, entry_of
from symconv.reading.programs.paths import Path, require
from symconv.reading.programs.source import External
from symconv.reading.programs.summed_terms import Term, element, elements, number, simplified, sizes_of


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
    number: str | None = None
    is_strict = False
    sources, targets = [node.iter], [node.target]
    match node.iter, node.target:
        case ast.Call(ast.Name("range" | "reversed")), ast.Name(name):
            bounds = _range(node.iter, path)
            return _counted("i" if name == "_" else name, bounds, path, lambda at, k: at.env.update({name: k}))
        case ast.Call(ast.Name("enumerate"), [source], []), ast.Tuple([ast.Name(number), target]):
            sources, targets = [source], [target]
        case (
            ast.Call(ast.Name("zip"), [_, *_] as sources, [] | [ast.keyword("strict", ast.Constant(bool()))] as strict),
            ast.Tuple(targets),
        ) if len(targets) == len(sources):
            is_strict = any(isinstance(k.value, ast.Constant) and k.value.value for k in strict)
        case ast.Call(ast.Name("zip" | "reversed" | "range" | "enumerate")), _:
            hint = "as in 'for i in range(n)', 'for i, v in enumerate(x)' or 'for a, b in zip(x, y)'"
            raise path.error("this loop is not understood", node.iter, hint)
    arrays = [view_of(evaluate(source, path), path, source) for source in sources]
    for array, source in zip(arrays, sources, strict=True):
        if not array.shape:
            raise path.error("a number cannot be looped over", source)
    first, *others = lengths = [array.shape[0] for array in arrays]
    for length in others if is_strict else ():
        require(Compare(length - first, "=="), path, node.iter, "these lengths differ")

    def bind(at: Path, index: Poly) -> None:
        if number is not None:
            at.env[number] = index
        for target, array, source in zip(targets, arrays, sources, strict=True):
            assign(target, row(array, index, at, source), at)

    return _counted(number or "i", (ZERO, extremum("min", lengths), ONE), path, bind)


def _counted(name: str, bounds: tuple[Poly, Poly, Poly], path: Path, bind: Callable[[Path, Poly], None]) -> Iteration:
    """The iteration over a range, by an index that runs in steps of 1."""
    name, (lower, upper, step) = path.reading.fresh(name), bounds
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


def generator_sum(node: ast.GeneratorExp | ast.ListComp, path: Path) -> TensorExpr:
    """sum(… for … in …)."""
    loops, inner, guards = _inside(node.generators, path)
    body = evaluate_array(node.elt, inner)
    check_unchanged(inner, path, node.elt)
    if guards:
        body = REGISTRY["when"](body, written(tuple(guards)))
    for loop in reversed(loops):
        body = REGISTRY["index_sum"](body, loop.name, to_sympy(loop.lower), to_sympy(loop.upper))
    return body


def comprehension(node: ast.ListComp, path: Path) -> Ref:
    """[… for … in …]."""
    if len(node.generators) != 1 or node.generators[0].ifs:
        raise path.error("a list takes one 'for' and no 'if'", node, "nest them: [[… for n in …] for m in …]")
    [loop], inner, _ = _inside(node.generators, path)
    body = evaluate_array(node.elt, inner)
    check_unchanged(inner, path, node.elt)
    facts, length = path.known, loop.upper - loop.lower
    if body.axes:  # an array of no rows has no columns
        require(Compare(length - 1, ">="), path, node, "this list may have no rows")
    require(Compare(length, ">="), path, node, "the range of this list may run backwards")
    at = [Poly.name(n) for n in element(len(body.axes) + 1)]
    value = entry_of(body, at[1:]).replace_names({loop.name: at[0] + loop.lower})
    shape = (length, *sizes_of(body))
    if any(loop.name in size.names for size in shape):
        raise path.error("the rows of this list have different lengths", node)
    terms = () if value == number(ZERO) else simplified([Term(value)], elements(shape, facts))
    return path.new(shape, terms, is_list=True, is_complex=True)


def _inside(generators: Sequence[ast.comprehension], path: Path) -> tuple[list[Iteration], Path, list[Compare]]:
    """The loops of generators, the path inside them, and the conditions on their indices."""
    loops: list[Iteration] = []
    guards: list[Compare] = []
    inner = path.taking(())
    for generator in generators:
        if generator.is_async:
            raise path.error("this loop is not understood", generator.target)
        loop = iteration(generator, inner)
        loops.append(loop)
        inner = inner.with_facts(inner.facts.within(loop.name, loop.lower, loop.upper))
        loop.bind_at(inner, loop.position)
        for test in generator.ifs:
            yes, _ = cases(test, inner)
            if len(yes) != 1:
                raise path.error("this condition has several cases", test, "write one comparison, or 'and'")
            guards += yes[0]
            inner = inner.taking(yes[0])
    return loops, inner, guards
