"""Triton's kernels on their grid: read once for a program at any place of it, and put together from all of them.

Programs run in any order, so that no place may be stored to by two of them, and none may be loaded and stored to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, floor
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.reading.programs.origins.source import External, Function
from symconv.reading.programs.read_functions.function_calls import inlined
from symconv.reading.programs.state.dispatch import apply, evaluate
from symconv.reading.programs.state.held_values import Cell, Ref, held
from symconv.reading.programs.state.paths import Derived, Path, at_sizes
from symconv.reading.programs.term_sums.summed_terms import (
    Bound,
    Term,
    Terms,
    element,
    elements,
    overwritten,
    read_at,
    simplified,
)
from symconv.reading.programs.triton.triton_memory import Launch
from symconv.reading.programs.values.array_values import view_of
from symconv.reading.programs.values.triton_blocks import Block, Pointer

_SETTINGS = frozenset("num_warps num_stages num_ctas maxnreg".split())
"""Arguments of a launch that are none of the kernel's."""


def is_kernel(value: Function) -> bool:
    """Whether a function is one of Triton's kernels."""
    for node in value.decorators:
        written = node.func if isinstance(node, ast.Call) else node
        root = written
        while isinstance(root, ast.Attribute):
            root = root.value
        known = value.module.lookup(root.id) if isinstance(root, ast.Name) else None
        if isinstance(known, External):
            name = known.name if written is root else f"{known.name}.{ast.unparse(written).partition('.')[2]}"
            if name == "triton.jit":
                return True
    return False


def launched(kernel: Function, grid: ast.expr, node: ast.Call, path: Path) -> None:
    """kernel[grid](…), where a number of programs that is a product may have the digits of its factors."""
    if path.reading.launch is not None:
        raise path.error("a kernel that launches another one", node)
    named = {str(k.arg): evaluate(k.value, path) for k in node.keywords if k.arg not in _SETTINGS}
    args = [evaluate(a, path) for a in node.args]
    sizes = _grid(grid, named, kernel, args, path)
    refused: SymconvError | None = None
    assumed = path.reading.assumed()
    for digits in _digits(sizes):
        path.reading.go_back(assumed)
        try:
            return _run(kernel, args, named, digits, node, path)
        except SymconvError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _digits(sizes: Sequence[Poly]) -> Iterator[tuple[tuple[Poly, ...], ...]]:
    """Ways to count the programs along each axis: by one number, or by the digits of a product."""
    yield tuple((size,) for size in sizes)
    if len(sizes) == 1 and len(sizes[0].terms) == 1:
        ((factors, number),) = sizes[0].terms.items()
        if number == 1 and len(factors) == 2:
            first, second = (Poly({(factor,): 1}) for factor in factors)
            yield ((first, second),)
            yield ((second, first),)


def _run(
    kernel: Function, args: Sequence[Any], named: Mapping[str, Any], digits: Sequence[tuple[Poly, ...]],
    node: ast.Call, path: Path,
) -> None:  # fmt: skip
    inner = path.with_facts(path.facts)
    cells: dict[Cell, Tensor] = {}
    copies: set[Cell] = set()

    def pointer(value: Any) -> Any:
        """An argument as the kernel gets it: an array as a pointer to its first entry."""
        if not isinstance(value, (Ref, Derived)) and not getattr(value, "axes", ()):
            return value
        ref = view_of(value, inner, node)
        if not ref.is_whole:
            raise path.error("a part of an array as an argument of a kernel", node, "write x.contiguous()")
        if ref is not value:
            copies.add(ref.cell)
        if ref.cell not in cells:
            path.reading.placeholders += 1
            cells[ref.cell] = Tensor(f"memory.{path.reading.placeholders}", *map(to_sympy, ref.cell.shape))
        return Pointer(ref, Block((), ZERO))

    pointers, kwargs = [pointer(a) for a in args], {key: pointer(value) for key, value in named.items()}
    grid, names, numbers, facts = [], [], [], inner.facts
    for sizes in digits:
        number, count = ZERO, ONE
        for size in sizes:
            name = path.reading.fresh("program")
            facts = facts.within(name, ZERO, size)
            number, count = number * size + (ZERO if size == ONE else Poly.name(name)), count * size
            grid.append(size)
            names.append(name)
        numbers.append((number, count))
    before = {cell: inner.store[cell] for cell in cells}
    launch = Launch(tuple(grid), tuple(names), tuple(numbers), path.known, before)
    inner = replace(inner, facts=facts)
    inner.store.update({cell: held(placeholder) for cell, placeholder in cells.items()})
    path.reading.launch = launch
    try:
        _, after = inlined(kernel, pointers, kwargs, inner, node)
    finally:
        path.reading.launch = None
    for cell, placeholder in cells.items():
        if cell in launch.stored or cell in launch.added:
            if cell in copies:
                raise path.error("a kernel stores to a view of an array here", node, "give it the array itself")
            path.store[cell] = _together(cell, placeholder, after.store[cell], launch, kernel, path)


def _grid(node: ast.expr, named: dict[str, Any], kernel: Function, args: Sequence[Any], path: Path) -> tuple[Poly, ...]:
    """How many programs there are along each axis of the grid."""
    value = evaluate(node, path)
    if isinstance(value, Function):
        parameters = [a.arg for a in kernel.parameters]
        meta = {**dict(zip(parameters, args, strict=False)), **named}
        value = apply(value, [path.new_object("dict", meta)], path, node, {})
    sizes = value if isinstance(value, tuple) else path.items_of(value) or (value,)
    if not 1 <= len(sizes) <= 3 or not all(isinstance(s, Poly) for s in sizes):
        raise path.error("a grid is one, two or three whole numbers", node)
    return tuple(sizes)


def _together(cell: Cell, placeholder: Tensor, after: Terms, launch: Launch, kernel: Function, path: Path) -> Terms:
    """What an array holds after all programs."""
    facts = elements(cell.shape, path.known)
    kept = read_at(placeholder, [Poly.name(n) for n in element(len(cell.shape))])
    added = [t for t in after if t.value != kept]
    if any(t.value is not None and t.value.has(placeholder) for t in added):
        raise kernel.module.error("what a program stores depends on what was stored before", kernel.node)
    bounds: list[Bound] = [
        (name, ZERO, size) for name, size in zip(launch.programs, launch.grid, strict=True) if size != ONE
    ]
    single = {name: ZERO for name, size in zip(launch.programs, launch.grid, strict=True) if size == ONE}
    before = launch.before[cell]
    stored = launch.stored.get(cell, [])
    if stored and cell in launch.added:
        raise kernel.module.error("this array is stored to and added to", launch.added[cell])
    regions = [(_settled(t.substitute(single), launch, facts), node) for t, node in stored]
    _check_apart(
        [(a, b, node) for k, (a, node) in enumerate(regions) for b, _ in regions[k:]], "store to", launch, facts, kernel
    )
    if cell in launch.loaded and cell in launch.added:
        raise kernel.module.error("this array is loaded and added to in one launch", launch.added[cell])
    loads = [t.substitute(single) for t, _ in launch.loaded.get(cell, [])]
    both = [(load, region, node) for load in loads for region, node in regions]
    _check_apart(both, "load and store to", launch, facts, kernel)
    for region, node in regions:
        if not before:
            break
        for term in simplified([replace(region, bound=(*bounds, *region.bound))], facts):
            if term.bound:
                raise kernel.module.error("which entries the programs store to cannot be said", node)
            before = overwritten(before, term.guards, facts)
    summed = [_settled(t.substitute(single), launch, facts) for t in added]
    return simplified([*before, *(replace(t, bound=(*bounds, *t.bound)) for t in summed)], facts)


def _settled(term: Term, launch: Launch, facts: Facts) -> Term:
    """The term with 0 ≤ a − size·i < size as i == a // size, for the numbers of programs and the indices of loops."""
    guards = list(term.guards)
    for name in (*launch.programs, *(name for name, _, _ in term.bound)):
        if any(g.relation == "==" and name in g.poly.names for g in guards):
            continue
        for low in [g for g in guards if g.relation == ">=" and name in g.poly.names]:
            size = -(low.poly - low.poly.substitute({name: Poly.name(name) - 1}))
            rest = low.poly + Poly.name(name) * size
            if name in size.names or name in rest.names or not facts.implies(Compare(size - 1, ">=")):
                continue
            if Compare(size - 1 - low.poly, ">=") in guards or facts.given(guards).implies(
                Compare(size - 1 - low.poly, ">=")
            ):
                guards.append(Compare(Poly.name(name) - floor(rest, size), "=="))
                break
    return replace(term, guards=tuple(guards))


def _check_apart(
    pairs: Sequence[tuple[Term, Term, ast.AST]], what: str, launch: Launch, facts: Facts, kernel: Function
) -> None:
    """Raise where two programs reach the same place of an array, each of them by one of two terms."""
    moving = {name: size for name, size in zip(launch.programs, launch.grid, strict=True) if size != ONE}
    for first, second, node in pairs:
        other = {name: Poly.name(f"{name}.other") for name in (*moving, *(name for name, _, _ in second.bound))}
        known = facts
        for name, size in moving.items():
            known = known.within(name, ZERO, size).within(f"{name}.other", ZERO, size)
        for name, low, high in first.bound:
            known = known.within(name, low, high)
        for name, low, high in second.bound:
            known = known.within(f"{name}.other", low.substitute(other), high.substitute(other))
        known = known.given([*first.guards, *(g.substitute(other) for g in second.guards)])
        for name in moving:
            for sign in (1, -1):
                apart = Compare(sign * (other[name] - Poly.name(name)) - 1, ">=")
                if not known.allow([apart]):
                    continue
                smallest = known.smallest([apart])
                if smallest is None:
                    message = f"that no two programs {what} the same place cannot be shown"
                    raise kernel.module.error(message, node)
                message = f"two programs {what} the same place{at_sizes(smallest)}"
                raise kernel.module.error(message, node, "tl.atomic_add adds them up" if what == "store to" else None)
