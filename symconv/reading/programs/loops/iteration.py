"""What loops and comprehensions run over, and comprehensions: lists of rows, and sums over generators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.operators.conditional import written
from symconv.reading.programs.assignment.assignments import assign
from symconv.reading.programs.branching.branch_conditions import cases, truth
from symconv.reading.programs.branching.branches import value_by_cases
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import Range, Ref, entry_of
from symconv.reading.programs.state.paths import Derived, Path, require
from symconv.reading.programs.term_sums.summed_terms import Term, element, elements, number, simplified, sizes_of
from symconv.reading.programs.values.array_values import (
    cells_in,
    cells_of,
    check_unchanged,
    contents,
    described,
    part_of_view,
    row,
    stored,
    tensor_of,
    view_of,
)
from symconv.reading.programs.values.narrowed_series import narrowed
from symconv.reading.programs.values.series import Series, listed, zipped


@dataclass(frozen=True)
class Iteration:
    """An index with lower ≤ name < upper that counts the steps of a loop, and what binds the loop's names there."""

    name: str
    lower: Poly
    upper: Poly
    bind_at: Callable[[Path, Poly], None]


def series_of(node: ast.expr, path: Path) -> Series:
    """What a loop over an expression runs over."""
    return series_in(evaluate(node, path), path, node)


def series_in(value: Any, path: Path, node: ast.AST) -> Series:
    """The values in a value."""
    if isinstance(value, Series):
        return value.used(path, node)
    items = path.items_of(value)
    if items is None and (held := path.dict_of(value)) is not None:
        items = tuple(held)
    if items is not None:
        return listed(items)
    if not isinstance(value, (Ref, Derived, TensorExpr)):
        raise path.error(f"{described(value)} cannot be looped over", node, "as in 'for i in range(n)'")
    array = view_of(value, path, node)
    if not array.shape:
        raise path.error("a number cannot be looped over", node)
    if isinstance(value, Derived):
        return Series(ZERO, array.shape[0], lambda at, k: part_of_view(value, [k], at, node))
    return Series(ZERO, array.shape[0], lambda at, k: row(array, k, at, node))


def iteration(target: ast.expr, series: Series, path: Path) -> Iteration:
    """The steps of a loop over a series, each of which binds the target."""
    name = series.name
    match target:
        case ast.Name(given) if given != "_" and given.isidentifier():
            name = given
        case ast.Tuple([ast.Name(given), ast.Tuple() | ast.Name()]) if series.name == "i":
            name = given
    free = path.reading.fresh(name)
    return Iteration(free, series.lower, series.upper, lambda at, k: assign(target, series.at(at, k), at))


def narrowed_by(
    target: ast.expr, series: Series, tests: Sequence[ast.expr], path: Path, wanted: bool = True
) -> Series | None:
    """The values of a series at which conditions hold, or do not; None where these do not make a series."""
    loop = iteration(target, series, path)
    inner = path.with_facts(path.facts.within(loop.name, loop.lower, loop.upper))
    loop.bind_at(inner, Poly.name(loop.name))
    conditions: list[Compare] = []
    for test in tests:
        try:
            yes, no = cases(test, inner)
        except SymconvError:
            return None
        held = [case for case in (yes if wanted else no) if inner.taking(case).is_possible]
        if len(held) != 1:
            return None
        conditions += held[0]
    return narrowed(series, loop.name, conditions, path.known)


def generator_sum(node: ast.GeneratorExp | ast.ListComp, path: Path) -> TensorExpr | list[Any]:
    """sum(… for … in …); the values where they are known one by one."""
    first, generators = _with_first(node, path)
    if first.is_listed:
        return _one_by_one(node.elt, generators, path)
    loops, inner, guards = _inside(generators, path)
    body = tensor_of(value_by_cases(node.elt, inner), inner, node.elt)
    check_unchanged(inner, path, node.elt)
    if guards:
        body = REGISTRY["when"](body, written(tuple(guards)))
    for loop in reversed(loops):
        body = REGISTRY["index_sum"](body, loop.name, to_sympy(loop.lower), to_sympy(loop.upper))
    return body


def comprehension(node: ast.ListComp, path: Path) -> Any:
    """[… for … in …]."""
    first, generators = _with_first(node, path)
    if first.is_listed:
        return _one_by_one(node.elt, generators, path)
    if any(g.ifs for g in node.generators):
        outer, *others = generators
        few = narrowed_by(outer.target, first, outer.ifs, path) if not others else None
        if few is not None:
            alone = ast.comprehension(outer.target, constant(few, node), [], outer.is_async)
            return comprehension(ast.copy_location(ast.ListComp(node.elt, [alone]), node), path)
        hint = "how long the list is depends on it: write 0 in the other case, or a range without it"
        raise path.error("a list with an 'if'", node, hint)
    loops, inner, _ = _inside(generators, path)
    value = value_by_cases(node.elt, inner)
    body = tensor_of(value, inner, node.elt)
    check_unchanged(inner, path, node.elt)
    cells = cells_in([value], inner)
    shared = {c for c in cells if any(c is other or c.may_share_with(other) for other in path.store)}
    facts, lengths = path.known, [loop.upper - loop.lower for loop in loops]
    for length in lengths:
        if body.axes or len(loops) > 1:  # an array of no rows has no columns
            require(Compare(length - 1, ">="), path, node, "this list may have no rows")
        require(Compare(length, ">="), path, node, "the range of this list may run backwards")
    rank = len(loops)
    at = [Poly.name(n) for n in element(len(body.axes) + rank)]
    names = {loop.name: at[k] + loop.lower for k, loop in enumerate(loops)}
    term = entry_of(body, at[rank:]).replace_names(names)
    shape = (*lengths, *sizes_of(body))
    if any(loop.name in size.names for loop in loops for size in shape):
        raise path.error("the rows of this list have different lengths", node)
    terms = () if term == number(ZERO) else simplified([Term(term)], elements(shape, facts))
    made = path.new(shape, terms, shared, is_list=True, is_complex=True, has_shared_rows=bool(shared))
    if rank == 1:
        return made
    flat = (reduce(mul, lengths, ONE), *sizes_of(body))
    whole = REGISTRY["reshape"](contents(made, path, node), tuple(map(to_sympy, flat)))
    return stored(whole, path, shared, is_list=True, is_complex=True, has_shared_rows=bool(shared))


def _with_first(node: ast.ListComp | ast.GeneratorExp, path: Path) -> tuple[Series, list[ast.comprehension]]:
    """What the first loop of a comprehension runs over, which is worked out once, and the loops with it in place."""
    outer, *others = node.generators
    first = series_of(outer.iter, path)
    return first, [ast.comprehension(outer.target, constant(first, outer.iter), outer.ifs, outer.is_async), *others]


def _one_by_one(elt: ast.expr, generators: Sequence[ast.comprehension], path: Path) -> list[Any]:
    """The values of a comprehension over values that are known one by one."""
    inner = path.taking(())
    if not generators:
        return [evaluate(elt, inner)]
    generator, *rest = generators
    items = series_of(generator.iter, path).items(path)
    if items is None:
        raise path.error("this loop has too many steps, or not a number of them", generator.iter)
    values: list[Any] = []
    for item in items:
        assign(generator.target, item, inner)
        if all(truth(test, inner) for test in generator.ifs):
            values += _one_by_one(elt, rest, inner)
    check_unchanged(inner, path, elt)
    path.go_on_as(inner)
    return values


def _inside(generators: Sequence[ast.comprehension], path: Path) -> tuple[list[Iteration], Path, list[Compare]]:
    """The loops of generators, the path inside them, and the conditions on their indices."""
    loops: list[Iteration] = []
    guards: list[Compare] = []
    inner = path.taking(())
    for generator in generators:
        if generator.is_async:
            raise path.error("this loop is not understood", generator.target)
        for target, series in _nested(generator.target, series_of(generator.iter, inner), inner):
            if series.is_listed:
                raise inner.error("values of different kinds inside of a loop", generator.iter, "write them out")
            loop = iteration(target, series, inner)
            loops.append(loop)
            inner = inner.with_facts(inner.facts.within(loop.name, loop.lower, loop.upper))
            loop.bind_at(inner, Poly.name(loop.name))
        for test in generator.ifs:
            yes, _ = cases(test, inner)
            if len(yes) != 1:
                raise path.error("this condition has several cases", test, "write one comparison, or 'and'")
            guards += yes[0]
            inner = inner.taking(yes[0])
    return loops, inner, guards


def _nested(target: ast.expr, series: Series, path: Path) -> list[tuple[ast.expr, Series]]:
    """A loop over a product as the loops that it stands for."""
    if not series.factors:
        return [(target, series)]
    return list(zip(product_targets(target, len(series.factors), path), series.factors, strict=True))


def product_targets(target: ast.expr, count: int, path: Path) -> list[ast.expr]:
    """The targets of the loops that a product stands for, in their order."""
    flat: list[ast.expr] = []
    waiting = [target]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, (ast.Tuple, ast.List)):
            waiting[:0] = one.elts
        else:
            flat.append(one)
    if len(flat) != count or not all(isinstance(t, ast.Name) for t in flat):
        raise path.error(f"a product of {count} takes {count} names", target, "as in 'for i, j in product(…, …)'")
    return flat


def zipped_of(nodes: Sequence[ast.expr], path: Path) -> Series:
    """zip(…) of expressions, one of which may be a starred array, whose columns are meant."""
    match nodes:
        case [ast.Starred(inner)]:
            value = evaluate(inner, path)
            array = view_of(value, path, inner)
            if len(array.shape) < 2:
                raise path.error("what is zipped here has no columns", inner)
            rows = Range(ZERO, ONE, array.shape[0])

            def column(at: Path, k: Poly) -> Ref:
                """A tuple of numbers, which are no array."""
                part = part_of_view(value, [rows, k], at, inner) if isinstance(value, Derived) else None
                column = tensor_of(array.select([rows, k]) if part is None else part, at, inner)
                return stored(column, at, cells_of(value), is_list=True, is_complex=True)

            return Series(ZERO, array.shape[1], column)
    return zipped([series_of(n, path) for n in nodes])
