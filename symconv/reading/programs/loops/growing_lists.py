"""Lists that a loop appends to: each iteration's items as rows of an array."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel.facts import refusals
from symconv.reading.programs.loops.closed_loops import Carried
from symconv.reading.programs.loops.iteration import Iteration
from symconv.reading.programs.state.held_values import Cell, held
from symconv.reading.programs.state.objects import Growing, Object, Run
from symconv.reading.programs.state.paths import Path, require
from symconv.reading.programs.term_sums.summed_terms import Term, Terms, element, merged, simplified, sizes_of
from symconv.reading.programs.values.array_values import cells_in, contents, stored, tensor_of


@dataclass(frozen=True)
class Growth:
    """A list that a loop appends to, and what an iteration adds: rows of an array."""

    owner: Object
    change: Carried
    shares: frozenset[Cell]
    """The arrays from before the loop that its rows may be parts of."""
    has_shared_rows: bool


def grown_lists(
    lists: Sequence[Object], loop: Iteration, path: Path, inner: Path, after: Sequence[Path], node: ast.AST
) -> list[Growth]:
    """What an iteration appends to each list."""
    found = []
    for owner in lists:
        items = [p.heap[owner] for p in after]
        widths = {len(i.items) for i in items if isinstance(i, Growing)}
        if widths == {0}:
            continue
        if len(widths) > 1 or not all(isinstance(i, Growing) for i in items):
            hint = "append the same number of items in every step, 0 for instance"
            raise path.error("a list is appended to under a condition, or changed otherwise in a loop", node, hint)
        found.append(_growth(owner, loop, path, inner, after, node))
    return found


def _growth(owner: Object, loop: Iteration, path: Path, inner: Path, after: Sequence[Path], node: ast.AST) -> Growth:
    cells = [(p, cell) for p in after for cell in cells_in(p.heap[owner].items, p)]
    older = [(p, c) for p, cell in cells for c in path.store if c is cell or c.may_share_with(cell)]
    shares = frozenset(c for _, c in older)
    if any(p.store[c] is not path.store[c] for p, c in older):
        raise path.error("an array that this list holds is changed in the loop", node, "append a copy: x.copy()")
    pieces = [[_rows(v, p, node) for v in p.heap[owner].items] for p in after]
    sizes = {tuple(size for size, _, _ in row) for row in pieces}
    shapes = {shape for row in pieces for _, shape, _ in row}
    known = [size for sequence in (*sizes, *shapes) for size in sequence]
    if len(shapes) > 1 or len(sizes) > 1 or any(loop.name in size.names for size in known):
        raise path.error("the items of this list have different shapes", node, "arrays have rows of one length")
    (shape,), (each,) = shapes, sizes
    count, width = loop.upper - loop.lower, Poly.sum(each)
    if shape:  # an array of no rows has no columns
        require(Compare(count - 1, ">="), path, node, "this list may have no rows")
    if not path.known.implies(Compare(count, ">=")):
        count = extremum("max", [ZERO, count])
    path.reading.placeholders += 1
    whole = (count * width, *shape)
    placeholder = Tensor(f"list.{path.reading.placeholders}", *map(to_sympy, whole), complex=True)
    names = element(len(whole))
    here = Poly.name(names[0]) - (Poly.name(loop.name) - loop.lower) * width
    branches: list[tuple[tuple[Compare, ...], Terms]] = []
    for p, row in zip(after, pieces, strict=True):
        terms: list[Term] = []
        start = ZERO
        for size, _, rows in row:
            inside = [Compare(here - start, "==")] if size == ONE else in_range(here - start, size)
            terms += [t.at({names[0]: here - start}).given(inside) for t in rows]
            start = start + size
        branches.append((p.taken_since(inner), tuple(terms)))
    facts = inner.known
    for name, size in zip(names, whole, strict=True):
        facts = facts.within(name, ZERO, size)
    added = simplified(merged(branches), facts)
    change = Carried(placeholder, whole, (), tuple(refusals(tuple(in_range(here, width)))), added)
    return Growth(owner, change, shares, bool(shares) or len({*cells}) < len(cells))


def _rows(value: Any, path: Path, node: ast.AST) -> tuple[Poly, tuple[Poly, ...], Terms]:
    """How many rows an item stands for, the shape of one, and what they hold."""
    array = tensor_of(value.rows if isinstance(value, Run) else value, path, node)
    if isinstance(value, Run):
        return sizes_of(array)[0], sizes_of(array)[1:], held(array)
    names = element(len(array.axes) + 1)
    moved = {a: Poly.name(b) for a, b in zip(names, names[1:], strict=False)}
    return ONE, sizes_of(array), tuple(t.at(moved) for t in held(array))


def joined_list(growth: Growth, terms: Terms, path: Path, node: ast.AST) -> Any:
    """What a list holds after the loop: its items before it, and then those that were appended."""
    kind = {"is_list": True, "is_complex": True, "has_shared_rows": growth.has_shared_rows}
    rows = path.new(growth.change.shape, terms, growth.shares, **kind)
    around = path.heap[growth.owner]
    if isinstance(around, Growing):
        return Growing((*around.items, Run(rows)))
    before = path.items_of(growth.owner)
    if not before:
        return rows
    first = tensor_of(list(before), path, node)
    whole = REGISTRY["concatenate"]([first, contents(rows, path, node)])
    return stored(whole, path, {*growth.shares, *cells_in(before, path)}, **kind)
