"""Entries and parts of arrays in programs, and showing that an index is in range."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare, in_range
from symconv.reading.programs.origins.source import External
from symconv.reading.programs.read_functions.container_methods import plain_key
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Range, Ref, entry_number
from symconv.reading.programs.state.paths import Derived, Path, Undetermined, at_sizes, require
from symconv.reading.programs.term_sums.summed_terms import sizes_of
from symconv.reading.programs.values.array_values import (
    check_no_floats,
    contents,
    described,
    entry_of_view,
    evaluate_whole,
    part_of_view,
    shape_of,
    stored_list,
    tensor_of,
    view_of,
    whole_number,
)
from symconv.reading.programs.values.index_arrays import gathered
from symconv.reading.programs.values.series import Series, distance
from symconv.reading.programs.values.triton_blocks import Block, Mask, indexed


@dataclass(frozen=True)
class Part:
    """One item of a key: a slice as it is written, None, `...`, a whole number, or an array of whole numbers."""

    value: Any
    node: ast.AST


def entry(node: ast.Subscript, path: Path) -> Any:
    """value[key]: an entry, a view, an item of a tuple, a list or a dictionary."""
    value = evaluate(node.value, path)
    if isinstance(value, (Block, Mask)):
        return indexed(value, node.slice, path)
    special = path.reading.syntax.functions.get(f"{value.name}[]") if isinstance(value, External) else None
    if special is not None:
        return special(node, path)
    if (held := path.dict_of(value)) is not None:
        key = plain_key(evaluate(node.slice, path), path, node)
        if key not in held:
            known = ", ".join(map(repr, held))
            raise path.error(
                f"there is no key {path.text(node.slice)} in this dictionary", node.slice, f"it has {known}"
            )
        return held[key]
    if isinstance(value, Series) and value.once is not None:
        raise path.error("an iterator has no entries", node, "make a list of it first: list(…)")
    items = path.items_of(value)
    if items is not None and not isinstance(node.slice, ast.Tuple):
        return _item(items if isinstance(value, tuple) else list(items), node.slice, path)
    if isinstance(value, Series) and not value.is_listed and not isinstance(node.slice, (ast.Slice, ast.Tuple)):
        return value.at(path, value.lower + position(evaluate_whole(node.slice, path), value.count, path, node.slice))
    if shape_of(value) is None and items is None and not isinstance(value, Series) and described(value) != "a list":
        raise path.error(f"{described(value)} has no entries", node)
    ref = view_of(value, path, node)
    parts = items_of_key(node.slice, path)
    if any(isinstance(p.value, TensorExpr) for p in parts):
        return gathered(ref, places(ref, parts, path, node), path, node)
    if isinstance(value, Derived):
        spread = _spread(parts, len(ref.shape), path, node)
        news = [p.value for p in spread if p.value is None or isinstance(p.value, ast.Slice)]
        key = tuple(None if p is None else slice(None) for p in news) if None in news else None
        return part_of_view(value, [c for c in places(ref, parts, path, node) if c is not None], path, node, key)
    if any(p.value is None or p.value is Ellipsis for p in parts):
        return _with_new_axes(ref, parts, path, node)
    view = select(ref, parts, path, node)
    if not view.shape:
        return entry_of_view(view, path, node)
    if ref.cell.is_list and any(isinstance(p.value, ast.Slice) for p in parts):
        return stored_list(contents(view, path, node), [ref], path)
    return view


def _item(items: Sequence[Any], key: ast.expr, path: Path) -> Any:
    """An item, or some items, of a tuple or list."""
    part = key if isinstance(key, ast.Slice) else evaluate(key, path)
    if isinstance(part, ast.Slice):
        bounds = [None if b is None else evaluate_whole(b, path) for b in (part.lower, part.upper, part.step)]
        if any(b is not None and b.integer is None for b in bounds):
            raise path.error("which items these are is not known", key)
        low, high, step = (None if b is None else b.integer for b in bounds)
        return items[low:high:step]
    place = whole_number(part, path, key).integer
    if place is None or not -len(items) <= place < len(items):
        raise path.error(f"there is no item {path.text(key)} in {len(items)} items", key)
    return items[place]


def items_of_key(node: ast.expr, path: Path) -> list[Part]:
    """The items of a key, worked out."""
    written = node.elts if isinstance(node, ast.Tuple) else [node]
    parts: list[Part] = []
    for one in written:
        if isinstance(one, ast.Slice):
            parts.append(Part(one, one))
            continue
        if isinstance(one, ast.Starred):
            value: Any = path.items_of(evaluate(one.value, path))
            if value is None:
                raise path.error("a starred index is not understood", one)
        else:
            value = Ellipsis if isinstance(one, ast.Constant) and one.value is Ellipsis else evaluate(one, path)
        several = isinstance(one, ast.Starred) or isinstance(value, tuple) and len(written) == 1
        parts += [Part(_part(v, path, one), one) for v in (value if several else [value])]
    return parts


def _part(value: Any, path: Path, node: ast.expr) -> Any:
    if value is None or value is Ellipsis or isinstance(value, ast.Slice):
        return value
    if isinstance(value, bool):
        raise path.error("a truth value as an index", node)
    if isinstance(value, (Ref, Derived, TensorExpr, list, Series)) or path.items_of(value) is not None:
        check_no_floats(value, path, node)
        array = tensor_of(value, path, node)
        if array.axes:
            return array
        number = entry_number(array, (), path.known)
        value = array if number is None else number
    return whole_number(value, path, node)


def _spread(parts: Sequence[Part], rank: int, path: Path, node: ast.AST) -> list[Part]:
    """The items with `...` as the slices that it stands for, and one for every axis."""
    used = sum(p.value is not None and p.value is not Ellipsis for p in parts)
    if used > rank or sum(p.value is Ellipsis for p in parts) > 1:
        raise path.error(f"{used} indices for an array with {rank} axes", node)
    rest = [Part(ast.copy_location(ast.Slice(), node), node) for _ in range(rank - used)]
    where = next((k for k, p in enumerate(parts) if p.value is Ellipsis), len(parts))
    return [*parts[:where], *rest, *parts[where + 1 :]]


def _with_new_axes(ref: Ref, parts: Sequence[Part], path: Path, node: ast.AST) -> Derived | Ref:
    """A view with new axes or `...`; with new axes it cannot be assigned to."""
    spread = _spread(parts, len(ref.shape), path, node)
    view = select(ref, [p for p in spread if p.value is not None], path, node)
    news = [p.value for p in spread if p.value is None or isinstance(p.value, ast.Slice)]
    if None not in news and view.shape:
        return view
    key = tuple(None if p is None else slice(None) for p in news)

    def read(now: Path) -> TensorExpr:
        return contents(view, now, node)[key]

    return Derived(read, sizes_of(read(path)), frozenset({ref.cell}))


def select(ref: Ref, parts: Sequence[Part], path: Path, node: ast.AST) -> Ref:
    """The view that integers and slices select."""
    chosen = places(ref, parts, path, node)
    if any(not isinstance(c, (Poly, Range)) for c in chosen):
        raise path.error("an index with a new axis cannot be assigned to", node)
    return ref.select(chosen)


def places(ref: Ref, parts: Sequence[Part], path: Path, node: ast.AST) -> list[Any]:
    """Where the items of a key are along the axes of an array: numbers and ranges, index arrays and None as given."""
    sizes = iter(ref.shape)
    chosen: list[Any] = []
    for part in _spread(parts, len(ref.shape), path, node):
        match part.value:
            case None:
                chosen.append(None)
            case ast.Slice() as written:
                chosen.append(sliced(written, next(sizes), path))
            case Poly() as index:
                chosen.append(position(index, next(sizes), path, part.node))
            case array:
                next(sizes)
                chosen.append(array)
    return chosen


def position(index: Poly, size: Poly, path: Path, node: ast.AST) -> Poly:
    """An index that is known to be in range, counted from the start."""
    facts = path.known
    if facts.implies(*in_range(index, size)):
        return index
    if facts.implies(*in_range(index + size, size)):
        return index + size
    text = f"'{path.text(node)}'"
    for beyond, remark in (
        (index - size, ""),
        (-1 - index - size, ""),
        (-1 - index, ", which NumPy counts from the end"),
    ):
        smallest = facts.smallest((Compare(beyond, ">="),))
        if smallest is not None:
            values = {name: Poly.of(value) for name, value in smallest.items()}
            place, entries = index.substitute(values), size.substitute(values)
            axis = f"an axis with {entries} {'entry' if entries == 1 else 'entries'}"
            message = f"{text} is out of range: index {place} of {axis}{remark}{at_sizes(smallest)}"
            raise path.error(message, node)
    hint = "write an assertion above it: assert 0 <= index < size"
    raise path.error(f"that {text} is in range, 0 to {size - 1}, cannot be shown", node, hint)


def sliced(node: ast.Slice, size: Poly, path: Path) -> Range:
    """The positions that a slice selects, cut to the array as Python does."""
    step = ONE if node.step is None else evaluate_whole(node.step, path)
    if step.integer == 0:
        raise path.error("the step of a slice is a number other than 0", node.step or node)
    forward = not all(c < 0 for c in step.terms.values())
    positive = Compare((step if forward else -step) - 1, ">=")
    if node.step is not None and step.integer is None and not path.known.implies(positive):
        sign = "less than 1" if forward else "more than -1"
        require(positive, path, node.step, f"the step of this slice can be {sign}", f"state: if {positive}")
    first, last = (ZERO, size) if forward else (Poly.of(-1), size - 1)
    lower, upper = (None if b is None else _end(evaluate_whole(b, path), first, last, size, path)
                    for b in (node.lower, node.upper))  # fmt: skip
    start = (first if forward else last) if lower is None else lower
    stop = (last if forward else first) if upper is None else upper
    length = distance(start, stop) if forward else distance(stop, start)
    if not path.known.implies(Compare(length, ">=")):
        length = extremum("max", [ZERO, length])
    stride = step if forward else -step
    return Range(start, step, length if stride == ONE else (length + stride - 1) // stride)


def _end(bound: Poly, first: Poly, last: Poly, size: Poly, path: Path) -> Poly:
    """A bound of a slice, counted from the end if it is negative, and cut to the array."""
    facts = path.known
    if facts.implies(Compare(-1 - bound, ">=")):
        bound = bound + size
        return bound if facts.implies(Compare(bound - first, ">=")) else extremum("max", [first, bound])
    if not facts.implies(Compare(bound, ">=")):
        raise Undetermined(Compare(bound, ">="))
    return bound if facts.implies(Compare(last - bound, ">=")) else extremum("min", [bound, last])
