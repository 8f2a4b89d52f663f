"""Comprehensions in programs: lists of rows, and sums over generators."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.algebra.polynomials import ZERO, Poly
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.operators.conditional import written
from symconv.reading.programs.array_values import check_unchanged, evaluate_array
from symconv.reading.programs.branch_conditions import cases
from symconv.reading.programs.held_values import Ref, entry_of
from symconv.reading.programs.iteration import Iteration, iteration
from symconv.reading.programs.paths import Path, require
from symconv.reading.programs.summed_terms import Term, element, elements, number, simplified, sizes_of


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
