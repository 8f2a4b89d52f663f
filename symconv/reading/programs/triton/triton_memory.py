"""Loads and stores of Triton's kernels: what a program reads is what was there before the launch."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.operators.conditional import compared
from symconv.reading.programs.state.held_values import Cell, entry_of
from symconv.reading.programs.state.paths import Path, example
from symconv.reading.programs.term_sums.summed_terms import (
    Bound,
    Term,
    Terms,
    element,
    elements,
    expression_of,
    number,
    overwritten,
    read_at,
    simplified,
    sizes_of,
    terms_of,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.array_values import tensor_of
from symconv.reading.programs.values.flat_memory import place, strides
from symconv.reading.programs.values.index_arrays import broadcast, stretched
from symconv.reading.programs.values.triton_blocks import Block, Mask, Pointer, entries_of

_UNDEFINED = "left out by a mask"


@dataclass(eq=False)
class Launch:
    """A kernel that runs on a grid: its programs by the names of their numbers, and what they read and write.

    `numbers` are those that tl.program_id tells: a name an axis, or several names as the digits of one.
    """

    grid: tuple[Poly, ...]
    programs: tuple[str, ...]
    numbers: tuple[tuple[Poly, Poly], ...]
    """For each axis of the grid, the number of the program and how many there are."""
    facts: Facts
    """What was known before the launch."""
    before: dict[Cell, Terms]
    loaded: dict[Cell, list[tuple[Term, ast.AST]]] = field(default_factory=dict)
    """For each array that is loaded from, where, as for those that are stored to."""
    stored: dict[Cell, list[tuple[Term, ast.AST]]] = field(default_factory=dict)
    """For each array that is stored to, where: ones at the entries that a program writes."""
    added: dict[Cell, ast.AST] = field(default_factory=dict)


def load(pointer: Pointer, mask: Mask | None, other: Any, path: Path, node: ast.AST) -> Any:
    """tl.load: entries where the mask holds, and `other` elsewhere, which is undefined if it is not given."""
    launch, cell = path.reading.launch, pointer.array.cell
    shape, offset, guards = _addressed(pointer, mask, path, node)
    if cell in launch.stored or cell in launch.added:
        raise path.error("this array is loaded after it is stored to", node, "keep what is stored, or load it first")
    facts = elements(shape, path.known)
    index, _ = place(offset, cell.shape, facts.given(guards), path, node)
    launch.loaded.setdefault(cell, []).append((_region(index, shape, guards, cell, path), node))
    at = dict(zip(element(len(cell.shape)), index, strict=True))
    terms = [t.at(at).given(guards) for t in launch.before[cell]]
    if guards:
        default = _elsewhere(shape, other, path, node)
        terms += [t.given(case) for case in refusals(guards) for t in default]
    found = simplified(terms, facts)
    lost = [t for t in found if t.value is None]
    if lost:
        where = example(path, [t.guards for t in lost], shape)
        raise path.error(f"'{path.text(node)}' loads what was never assigned{where}", node)
    return array_of(shape, found, facts) if shape else expression_of(found)


def _region(index: Sequence[Poly], shape: tuple[Poly, ...], guards: Sequence[Compare], cell: Cell, path: Path) -> Term:
    """Ones at the entries of an array that a load reads."""
    lanes = tuple((path.reading.fresh(f"lane{k}"), ZERO, size) for k, size in enumerate(shape))
    here = {n: Poly.name(name) for n, (name, _, _) in zip(element(len(shape)), lanes, strict=True)}
    places = zip(element(len(cell.shape)), index, strict=True)
    there = [Compare(Poly.name(n) - i.substitute(here), "==") for n, i in places]
    taken = (*there, *(g.substitute(here) for g in guards), *path.guards)
    return Term(number(ONE), taken, (*_loops(path, path.reading.launch), *lanes))


def _elsewhere(shape: tuple[Poly, ...], other: Any, path: Path, node: ast.AST) -> Terms:
    names = [Poly.name(n) for n in element(len(shape))]
    if other is None:
        path.reading.placeholders += 1
        undefined = Tensor(f"{_UNDEFINED}.{path.reading.placeholders}", *map(to_sympy, shape))
        return (Term(read_at(undefined, names)),)
    array = tensor_of(entries_of(other, path), path, node)
    return terms_of(entry_of(array, stretched(sizes_of(array), shape, names)))


def _addressed(pointer: Pointer, mask: Mask | None, path: Path, node: ast.AST) -> Any:
    """The shape of what a pointer points to, the offset at an element, and the conditions there."""
    shape = broadcast([pointer.offset.shape, *([mask.shape] if mask else [])], path, node)
    at = [Poly.name(n) for n in element(len(shape))]
    offset = pointer.offset.at(stretched(pointer.offset.shape, shape, at))
    return shape, offset, mask.at(stretched(mask.shape, shape, at)) if mask else ()


def store(pointer: Pointer, value: Any, mask: Mask | None, path: Path, node: ast.AST, adds: bool = False) -> None:
    """tl.store, or (`adds`) tl.atomic_add."""
    launch, cell = path.reading.launch, pointer.array.cell
    array = tensor_of(entries_of(value, path), path, node)
    wide = Pointer(pointer.array, Block(*_widened(pointer.offset, sizes_of(array), path, node)))
    shape, offset, guards = _addressed(wide, mask, path, node)
    index, is_divided = place(offset, cell.shape, elements(shape, path.known).given(guards), path, node)
    lanes: list[Bound] = [(path.reading.fresh(f"lane{k}"), ZERO, size) for k, size in enumerate(shape)]
    at = [Poly.name(name) if size != ONE else ZERO for name, _, size in lanes]
    lanes = [lane for lane in lanes if lane[2] != ONE]
    here = dict(zip(element(len(shape)), at, strict=True))
    names = [Poly.name(n) for n in element(len(cell.shape))]
    if is_divided:  # the offset as a whole is what can be solved
        total = sum((n * s for n, s in zip(names, strides(cell.shape), strict=True)), ZERO)
        there = [Compare(total - offset.substitute(here), "==")]
    else:
        there = [Compare(n - i.substitute(here), "==") for n, i in zip(names, index, strict=True)]
    conditions = (*there, *(g.substitute(here) for g in guards))
    facts = elements(cell.shape, path.known)
    entries = terms_of(entry_of(array, stretched(sizes_of(array), shape, at)))
    known = Term(None, (), tuple(lanes)).facts(path.known).given(g.substitute(here) for g in guards)
    entries = tuple(replace(t, value=t.value and _decided(t.value, known)) for t in entries)
    new = simplified([Term(t.value, (*conditions, *t.guards), (*lanes, *t.bound)) for t in entries], facts)
    if any(t.name.startswith(_UNDEFINED) for term in new if term.value for t in term.value.atoms(Tensor)):
        message = "what is stored depends on what a mask leaves out, which is undefined"
        raise path.error(message, node, "load with other=0.0")
    if adds:
        launch.added.setdefault(cell, node)
        path.store[cell] = simplified([*path.store[cell], *new], facts)
        return
    region = simplified([Term(number(ONE), conditions, tuple(lanes))], facts)
    if any(t.bound for t in region):
        where = example(path, [t.guards for t in region], shape)
        raise path.error(f"several elements are stored to one place{where}", node, "tl.atomic_add adds them up")
    before = path.store[cell]
    for term in region:
        before = overwritten(before, term.guards, facts)
        written = Term(term.value, (*term.guards, *path.guards), _loops(path, launch))
        launch.stored.setdefault(cell, []).append((written, node))
    path.store[cell] = simplified([*before, *new], facts)


def _decided(value: TensorExpr, known: Facts) -> TensorExpr:
    """A value without the cases that cannot be, where it may hold something undefined."""
    if not any(t.name.startswith(_UNDEFINED) for t in value.atoms(Tensor)):
        return value
    decided: dict[Any, Any] = {}
    for case in value.atoms(Operation):
        if case.operator.name == "when":
            conditions = compared(case.arguments["conditions"])
            if not known.allow(conditions):
                decided[case] = number(ZERO)
            elif known.implies(*conditions):
                decided[case] = case.arguments["body"]
    return value.xreplace(decided)


def _widened(offset: Block, shape: tuple[Poly, ...], path: Path, node: ast.AST) -> tuple[tuple[Poly, ...], Poly]:
    """An offset for a value of a shape."""
    wide = broadcast([offset.shape, shape], path, node)
    return wide, offset.at(stretched(offset.shape, wide, [Poly.name(n) for n in element(len(wide))]))


def _loops(path: Path, launch: Launch) -> tuple[Bound, ...]:
    """The indices of the kernel's loops around a place, with their ranges."""
    known = {*launch.facts.sizes, *launch.facts.integers, *launch.programs}
    bounds: list[Bound] = []
    for name in path.facts.integers:
        if name in known or name.startswith("e."):
            continue
        index = Poly.name(name)
        lower, upper = [c.poly for c in path.facts.conditions if c.relation == ">=" and name in c.poly.names][:2]
        bounds.append((name, index - lower, upper + index + 1))
    return tuple(bounds)
