"""Entries and parts of arrays in programs, and showing that an index is in range."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare, in_range
from symconv.reading.programs.array_values import contents, evaluate_whole, stored, view_of
from symconv.reading.programs.dispatch import evaluate
from symconv.reading.programs.held_values import Range, Ref
from symconv.reading.programs.paths import Derived, Path, at_sizes
from symconv.reading.programs.summed_terms import sizes_of


def entry(node: ast.Subscript, path: Path) -> Any:
    """value[key]: an entry, a view, or an item of a tuple."""
    value, key = evaluate(node.value, path), node.slice
    if isinstance(value, (tuple, list)) and not isinstance(key, (ast.Tuple, ast.Slice)):
        place = evaluate_whole(key, path).integer
        if place is not None and -len(value) <= place < len(value):
            return value[place]
        if place is not None or isinstance(value, tuple):
            raise path.error(f"there is no item {path.text(key)} in {len(value)} items", key)
    if isinstance(value, (tuple, list)) and isinstance(key, ast.Slice):
        low, high, step = (
            None if b is None else evaluate_whole(b, path).integer for b in (key.lower, key.upper, key.step)
        )
        return value[low:high:step]
    ref = view_of(value, path, node)
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    if any(_is_new_axis(p) or _is_dots(p) for p in parts):
        return _with_new_axes(ref, parts, path, node)
    view = select(ref, parts, path, node)
    if not view.shape:
        return contents(view, path, node)
    if ref.cell.is_list and any(isinstance(p, ast.Slice) for p in parts):
        return stored(contents(view, path, node), path, is_list=True, is_complex=True)
    return view


def _is_new_axis(part: ast.expr) -> bool:
    return (
        isinstance(part, ast.Constant)
        and part.value is None
        or (isinstance(part, ast.Attribute) and part.attr == "newaxis")
    )


def _is_dots(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value is Ellipsis


def _with_new_axes(ref: Ref, parts: Sequence[ast.expr], path: Path, node: ast.AST) -> Derived:
    """A view with new axes or `...`: like any view, but it cannot be assigned to."""
    plain = [p for p in parts if not _is_new_axis(p) and not _is_dots(p)]
    spread = len(ref.shape) - len(plain)
    if sum(map(_is_dots, parts)) > 1 or spread < 0:
        raise path.error(f"too many indices for an array with {len(ref.shape)} axes", node)
    selecting: list[ast.expr] = []
    key: list[Any] = []
    for part in parts:
        if _is_new_axis(part):
            key.append(None)
        elif _is_dots(part):
            selecting += [ast.copy_location(ast.Slice(), node)] * spread
            key += [slice(None)] * spread
        else:
            selecting.append(part)
            key += [slice(None)] * isinstance(part, ast.Slice)
    view = select(ref, selecting, path, node)

    def read(now: Path) -> TensorExpr:
        return contents(view, now, node)[tuple(key)]

    return Derived(read, sizes_of(read(path)))


def select(ref: Ref, parts: Sequence[ast.expr], path: Path, node: ast.AST) -> Ref:
    """The view that integers and slices select."""
    if len(parts) > len(ref.shape):
        raise path.error(f"{len(parts)} indices for an array with {len(ref.shape)} axes", node)
    return ref.select(
        [
            _slice(part, size, path) if isinstance(part, ast.Slice) else _position(part, size, path)
            for part, size in zip(parts, ref.shape, strict=False)
        ]
    )


def _position(node: ast.expr, size: Poly, path: Path) -> Poly:
    """An index that is known to be in range, counted from the start."""
    index, facts = evaluate_whole(node, path), path.known
    if facts.implies(*in_range(index, size)):
        return index
    if facts.implies(*in_range(index + size, size)):
        return index + size
    text = f"'{path.text(node)}'"
    _check_inside(
        f"{text} is out of range", index, size, path, node,
        (index - size, ""), (-1 - index - size, ""), (-1 - index, ", which NumPy counts from the end"),
    )  # fmt: skip
    raise path.error(f"that {text} is in range, 0 to {size - 1}, cannot be shown", node)


def _check_inside(message: str, index: Poly, size: Poly, path: Path, node: ast.AST, *outside: tuple[Poly, str]) -> None:
    """Raise where one of the numbers, with what is said of it, can be 0 or more: the index is outside then."""
    for beyond, remark in outside:
        if (smallest := path.known.smallest((Compare(beyond, ">="),))) is not None:
            values = {name: Poly.of(value) for name, value in smallest.items()}
            place, entries = index.substitute(values), size.substitute(values)
            axis = f"an axis with {entries} {'entry' if entries == 1 else 'entries'}"
            raise path.error(f"{message}: index {place} of {axis}{remark}{at_sizes(smallest)}", node)


def _slice(node: ast.Slice, size: Poly, path: Path) -> Range:
    step = ONE if node.step is None else evaluate_whole(node.step, path)
    if not step.integer:
        raise path.error("the step of a slice is a number other than 0", node.step or node)
    lower, upper = (None if b is None else _end(b, size, path) for b in (node.lower, node.upper))
    if step.integer < 0:
        if upper is not None:
            raise path.error("a slice that runs backwards to a bound", node, "slice forwards, then flip")
        start = size - 1 if lower is None else extremum("min", [lower, size - 1])
        return Range(start, step.integer, (start + -step) // -step)
    start, stop = ZERO if lower is None else lower, size if upper is None else upper
    length = stop - start
    if not path.known.implies(Compare(length, ">=")):
        length = extremum("max", [ZERO, length])
    return Range(start, step.integer, (length + step - 1) // step)


def _end(node: ast.expr, size: Poly, path: Path) -> Poly:
    """A bound of a slice: numbers are cut to the array as NumPy does, anything else has to be within it."""
    bound = evaluate_whole(node, path)
    facts = path.known
    is_number = bound.integer is not None
    if bound.integer is not None and bound.integer < 0:
        bound = size + bound
    if facts.implies(*in_range(bound, size + 1)):
        return bound
    if is_number:
        return extremum("max", [ZERO, extremum("min", [bound, size])])
    if facts.implies(*in_range(bound + size, size)):
        return bound + size
    text = f"the slice bound '{path.text(node)}'"
    _check_inside(
        f"{text} is out of range", bound, size, path, node,
        (bound - size - 1, ", where NumPy cuts the slice off"), (-1 - bound, ", which NumPy counts from the end"),
    )  # fmt: skip
    raise path.error(f"that {text} is within 0 to {size} cannot be shown", node)
