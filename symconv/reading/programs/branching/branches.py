"""Branches of programs: the paths into them, and what names and arrays hold where paths meet again."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.reading.programs.branching.branch_conditions import cases
from symconv.reading.programs.branching.common_shapes import common_shape
from symconv.reading.programs.state.dispatch import block, evaluate
from symconv.reading.programs.state.held_values import Cell, Ref, held
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Case, Derived, Path, Stale, Undetermined, always, example, require
from symconv.reading.programs.term_sums.summed_terms import (
    Term,
    Terms,
    elements,
    expression_of,
    merged,
    simplified,
    sizes_of,
    terms_of,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.array_values import cells_of, check_unchanged, tensor_of


def branch(node: ast.If, path: Path) -> list[Path]:
    """The paths after an if."""
    yes, no = cases(node.test, path)
    if not no or not yes:
        return block(node.body if yes else node.orelse, path)
    after: list[Path] = []
    ended = path.invocation.ended
    for statements, taken in ((node.body, yes), (node.orelse, no)):
        for case in taken:
            inner = path.taking(case)
            if inner.is_possible:
                after += block(statements, inner)
    after = [p for p in after if p.is_possible]
    if len(after) == 1 and path.known.implies(*after[0].taken_since(path)):
        return [replace(after[0], facts=path.facts, guards=path.guards)]
    if path.invocation.ended > ended or len(after) < 2 or not are_mergeable(after):
        return after
    return [joined(after, path)]


def read_by_cases(node: ast.stmt, path: Path, condition: Compare) -> list[Path]:
    """The paths after a statement that is read once where a condition holds, and once where it does not."""
    if not condition.poly.names <= {*path.facts.sizes, *path.facts.integers}:
        raise path.error(f"whether {condition} holds cannot be told here", node)
    ended = path.invocation.ended
    inside = [inner for case in cases_of(condition) if (inner := path.taking(case)).is_possible]
    after = [p for inner in inside for p in block([node], inner) if p.is_possible]
    if path.invocation.ended > ended or len(after) < 2 or not are_mergeable(after):
        return after
    return [joined(after, path)]


def value_by_cases(node: ast.expr, path: Path) -> Any:
    """The value of an expression, in several cases where it depends on conditions."""
    try:
        inner = path.taking(())
        value = evaluate(node, inner)
        path.store.update(inner.store)
        path.heap.update(inner.heap)
        return value
    except Undetermined as error:
        condition = error.condition
    branches: list[tuple[Case, TensorExpr]] = []
    shapes = []
    for case in cases_of(condition):
        inner = path.taking(case)
        if inner.is_possible:
            array = tensor_of(value_by_cases(node, inner), inner, node)
            check_unchanged(inner, path, node)
            branches.append((case, array))
            shapes.append((inner, sizes_of(array)))
    shape = common_shape(shapes, path, path.text(node), node)
    facts = elements(shape, path.known)
    terms = merged([(case, held(array) if shape else terms_of(array)) for case, array in branches])
    return array_of(shape, simplified(terms, facts), facts)


def cases_of(condition: Compare) -> tuple[Case, Case]:
    """That it holds, and that it does not."""
    return (condition,), (condition.opposite,)


def are_mergeable(paths: Sequence[Path]) -> bool:
    """Whether all names stand for the same on all paths, numbers that depend on entries aside."""
    for values in ([p.env[name] for p in paths] for name in paths[0].env if all(name in p.env for p in paths)):
        if all(isinstance(v, Poly) or isinstance(v, TensorExpr) and not v.axes for v in values):
            if all(isinstance(v, Poly) for v in values) and not _all_same(values):
                return False
        elif not _all_same(values):
            return False
    return True


def _all_same(values: Sequence[Any]) -> bool:
    return all(v is values[0] or v == values[0] for v in values)


def joined(paths: Sequence[Path], base: Path) -> Path:
    """One path for several of which exactly one is taken."""
    guards = [p.taken_since(base) for p in paths]
    env: dict[str, Any] = {}
    for name in paths[0].env:
        if any(name not in p.env for p in paths):
            continue
        values = [p.env[name] for p in paths]
        if _all_same(values):
            env[name] = values[0]
        elif all(isinstance(v, (Poly, TensorExpr)) for v in values) and any(isinstance(v, TensorExpr) for v in values):
            scalars = [tensor_of(v, p, ast.Pass()) for v, p in zip(values, paths, strict=True)]
            branches = [(g, terms_of(scalar)) for g, scalar in zip(guards, scalars, strict=True)]
            env[name] = expression_of(simplified(merged(branches), base.known))
        else:
            env[name] = Stale("has different values on different paths")
    store: dict[Cell, Terms] = {}
    for cell in dict.fromkeys(c for p in paths for c in p.store):
        branches = [(g, p.store[cell]) for g, p in zip(guards, paths, strict=True) if cell in p.store]
        terms = merged(branches)
        store[cell] = terms if terms == branches[0][1] else simplified(terms, elements(cell.shape, base.known))
    heap: dict[Object, Any] = {}
    for obj in dict.fromkeys(o for p in paths for o in p.heap):
        contents = [p.heap[obj] for p in paths if obj in p.heap]
        heap[obj] = contents[0] if _all_same(contents) else _joined_contents(contents)
    return replace(base, env=env, store=store, heap=heap)


def _joined_contents(contents: Sequence[Any]) -> Any:
    """What an object holds where paths meet that leave it with different things."""
    if all(isinstance(held, dict) for held in contents) and len({frozenset(held) for held in contents}) == 1:
        other = Stale("has different values on different paths")
        return {key: v if _all_same([h[key] for h in contents]) else other for key, v in contents[0].items()}
    return Stale("has different items on different paths")


def choice(node: ast.IfExp, path: Path) -> Any:
    """body if test else orelse."""
    yes, no = cases(node.test, path)
    if not yes or not no:
        return evaluate(node.body if yes else node.orelse, path)
    branches = [(part, case) for part, taken in ((node.body, yes), (node.orelse, no)) for case in taken]
    branches = [(part, case) for part, case in branches if path.taking(case).is_possible]
    if len({part for part, _ in branches}) == 1:
        return evaluate(branches[0][0], path)
    values, before = [], {*path.store}
    for part, case in branches:
        inner = path.taking(case)
        values.append((evaluate(part, inner), case))
        check_unchanged(inner, path, part)
        path.store.update(inner.store)

    def chosen(at: Path) -> TensorExpr:
        arrays = [(tensor_of(value, at.taking(case), node), case) for value, case in values]
        if len({sizes_of(array) for array, _ in arrays}) > 1:
            raise at.error("the two values have different shapes", node)
        shape = sizes_of(arrays[0][0]) if arrays else ()
        terms = [t.given(case) for array, case in arrays for t in (held(array) if shape else (Term(array),))]
        facts = elements(shape, at.known)
        return array_of(shape, simplified(terms, facts), facts)

    array = chosen(path)
    shared = any(isinstance(v, Derived) or isinstance(v, Ref) and v.cell in before for v, _ in values)
    return Derived(chosen, sizes_of(array), cells_of(*(v for v, _ in values))) if shared and array.axes else array


def asserted(node: ast.Assert, path: Path) -> list[Path]:
    """What is asserted holds, or is assumed."""
    yes, no = cases(node.test, path)
    if any(path.known.given(case).allow(()) for case in no):
        if len(yes) != 1:
            raise path.error("this assertion has several cases", node, "assert them one by one")
        for condition in yes[0]:
            require(condition, path, node, f"'{path.text(node.test)}' does not hold")
    return [path]


def raised(node: ast.Raise, path: Path) -> list[Path]:
    """What keeps an exception from being raised is assumed."""
    if path.is_possible:
        guards = [g for g in path.guards if not always(g, path)]
        if len(guards) != 1 or not guards[0].poly.names <= path.reading.given:
            raise path.error(f"this is raised{example(path, [()])}", node)
        path.reading.needs.append(guards[0].opposite)
    return []
