"""Arrays of whole numbers as indices: entries that are gathered, and values that are scattered."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel.facts import Facts
from symconv.limits import MAX_ROUNDS
from symconv.reading.programs.state.held_values import Range, Ref, entry_number, entry_of
from symconv.reading.programs.state.paths import Path, example
from symconv.reading.programs.term_sums.flat_indices import bound_in_digits
from symconv.reading.programs.term_sums.summed_terms import (
    Term,
    Terms,
    element,
    elements,
    number,
    simplified,
    sizes_of,
    terms_of,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.array_values import assigned, contents, tensor_of


def of_numbers(shape: Sequence[Poly], value: Poly, path: Path) -> TensorExpr:
    """The array whose entries are a number in the names of an element."""
    facts = elements(shape, path.known)
    return array_of(shape, simplified(terms_of(number(value)), facts), facts)


def entrywise(
    arrays: Sequence[TensorExpr], combine: Callable[..., Poly | None], path: Path, node: ast.AST
) -> TensorExpr | None:
    """An array of numbers that is worked out entry by entry from others; None where that is not possible."""
    shape = broadcast([sizes_of(a) for a in arrays], path, node)
    at = [Poly.name(n) for n in element(len(shape))]
    values = [entry_number(a, stretched(sizes_of(a), shape, at)) for a in arrays]
    if any(v is None for v in values):
        return None
    value = combine(*values)
    return None if value is None else of_numbers(shape, value, path)


def broadcast(shapes: Sequence[Sequence[Poly]], path: Path, node: ast.AST) -> tuple[Poly, ...]:
    """The shape that arrays have together."""
    rank = max(map(len, shapes), default=0)
    common = [ONE] * rank
    for shape in shapes:
        for k, size in enumerate(shape, rank - len(shape)):
            if common[k] == ONE:
                common[k] = size
            elif size != ONE and size != common[k] and not path.known.implies(Compare(size - common[k], "==")):
                where = example(path, [(Compare(size - common[k], "!="),)])
                raise path.error(f"the sizes {common[k]} and {size} do not fit{where}", node)
    return tuple(common)


def stretched(shape: Sequence[Poly], common: Sequence[Poly], at: Sequence[Poly]) -> list[Poly]:
    """Where an index of arrays together is in one of them."""
    own = at[len(common) - len(shape) :]
    wide = common[len(common) - len(shape) :]
    return [ZERO if size == ONE and other != ONE else i for size, other, i in zip(shape, wide, own, strict=True)]


def gathered(ref: Ref, places: Sequence[Any], path: Path, node: ast.AST) -> TensorExpr:
    """The entries at arrays of indices, which ranges and new axes may stand beside."""
    listed = _listed(ref, places, path, node)
    if listed is not None:
        axis, parts = listed
        chosen = [contents(part, path, node) for part in parts]
        return REGISTRY["stack"](chosen, axis) if chosen[0].axes else REGISTRY["array"](tuple(chosen))
    shape, inside = _landing(ref, places, path, node)
    names = dict(zip(element(len(ref.shape)), inside, strict=True))
    facts = elements(shape, path.known)
    whole = assigned(ref, path, node)
    return array_of(shape, simplified([t.at(names) for t in whole], facts), facts)


def put(ref: Ref, places: Sequence[Any], value: Any, path: Path, node: ast.AST) -> list[tuple[Ref, Any]]:
    """The parts of an array at indices that are written out, each with what is assigned to it."""
    listed = _listed(ref, places, path, node)
    if listed is None:
        hint = "np.add.at adds; a loop assigns one by one"
        raise path.error("entries at an array of indices are assigned to", node, hint)
    axis, parts = listed
    array = tensor_of(value, path, node)
    shape = sizes_of(array)
    own = axis - len(parts[0].shape) - 1 + len(shape)
    if own < 0 or shape[own] == ONE:
        return [(part, array if own < 0 else array[(slice(None),) * own + (0,)]) for part in parts]
    if shape[own] != len(parts):
        raise path.error(f"{shape[own]} values do not fit into {len(parts)}", node)
    return [(part, array[(slice(None),) * own + (k,)]) for k, part in enumerate(parts)]


def _listed(ref: Ref, places: Sequence[Any], path: Path, node: ast.AST) -> tuple[int, list[Ref]] | None:
    """The axis of the result, and the parts, where one line of indices is written out; else None."""
    arrays = [k for k, p in enumerate(places) if isinstance(p, TensorExpr)]
    if len(arrays) != 1 or any(not isinstance(p, (TensorExpr, Range)) for p in places):
        return None
    (axis,) = arrays
    line = places[axis]
    if len(line.axes) != 1 or (count := line.axes[0].size.integer) is None or not 0 < count <= MAX_ROUNDS:
        return None
    numbers = [entry_number(line, [Poly.of(k)]) for k in range(count)]
    size = ref.shape[axis]
    parts = []
    for place in numbers:
        if place is None:
            return None
        at = in_range_of(place, size, path.known, path, node)
        parts.append(ref.select([*places[:axis], at, *places[axis + 1 :]]))
    return axis, parts


def scattered(ref: Ref, places: Sequence[Any], value: Any, path: Path, node: ast.AST, sign: int = 1) -> Terms:
    """What is added to a cell where values are added at arrays of indices, as often as an index stands in them."""
    shape, inside = _landing(ref, places, path, node)
    array = tensor_of(value, path, node)
    own = broadcast([sizes_of(array), shape], path, node)
    if own != tuple(shape):
        raise path.error(f"values of shape {list(map(str, own))} do not fit into {list(map(str, shape))}", node)
    bound = tuple((path.reading.fresh(n), ZERO, size) for n, size in zip(_names(len(shape)), shape, strict=True))
    at = [Poly.name(n) for n, _, _ in bound]
    values = dict(zip(element(len(shape)), at, strict=True))
    view = ref.inside()
    landing = dict(zip(element(len(ref.shape)), (p.substitute(values) for p in inside), strict=True))
    guards = tuple(Compare(Poly.name(n) - p.substitute(landing), "==") for n, p in view.items())
    entries = terms_of(entry_of(array, stretched(sizes_of(array), shape, at)), sign)
    facts = elements(ref.cell.shape, path.known)
    added = [Term(t.value, (*guards, *t.guards), (*bound, *t.bound)) for t in entries]
    return simplified([bound_in_digits(t, facts) for t in added], facts)


def _names(rank: int) -> list[str]:
    return [f"{'pqrstuvw'[k % 8]}" for k in range(rank)]


def _landing(ref: Ref, places: Sequence[Any], path: Path, node: ast.AST) -> tuple[tuple[Poly, ...], list[Poly]]:
    """The shape of what is selected, and where an element of it is in the array.

    Index arrays that stand together take the place of their axes; with others between them they come first.
    """
    arrays = [p for p in places if isinstance(p, TensorExpr)]
    common = broadcast([sizes_of(a) for a in arrays], path, node)
    advanced = [k for k, p in enumerate(places) if isinstance(p, (TensorExpr, Poly))]
    together = advanced == list(range(advanced[0], advanced[-1] + 1))
    before = advanced[0] if together else 0
    shape: list[Poly] = []
    for k, place in enumerate(places):
        if k == before and together or not together and k == 0:
            shape += common
        if place is None:
            shape.append(ONE)
        elif isinstance(place, Range):
            shape.append(place.count)
    names = [Poly.name(n) for n in element(len(shape))]
    first = sum(1 for p in places[:before] if not isinstance(p, (TensorExpr, Poly))) if together else 0
    at_arrays = names[first : first + len(common)]
    others = iter([*names[:first], *names[first + len(common) :]])
    facts = elements(shape, path.known)
    inside: list[Poly] = []
    sizes = iter(ref.shape)
    for place in places:
        if place is None:
            next(others)
            continue
        size = next(sizes)
        if isinstance(place, Range):
            inside.append(place.start + place.step * next(others))
            continue
        if isinstance(place, Poly):
            inside.append(place)
            continue
        index = entry_number(place, stretched(sizes_of(place), common, at_arrays))
        if index is None:
            hint = "indices are made of sizes and of np.arange, np.repeat, np.tile, reshape, +, *"
            raise path.error("these indices are not known from the sizes", node, hint)
        inside.append(in_range_of(index, size, facts, path, node))
    return tuple(shape), inside


def in_range_of(index: Poly, size: Poly, facts: Facts, path: Path, node: ast.AST) -> Poly:
    """An index in terms of elements that is in range for all of them, counted from the start."""
    if facts.implies(*in_range(index, size)):
        return index
    if facts.implies(*in_range(index + size, size)):
        return index + size
    for outside in (index - size, -1 - index):
        smallest = facts.smallest((Compare(outside, ">="),))
        if smallest is not None:
            at = {name: Poly.of(v) for name, v in smallest.items()}
            shown = ", ".join(f"{n} = {v}" for n, v in smallest.items() if "." not in n)
            what = f"index {index.substitute(at)} of an axis with {size.substitute(at)} entries"
            raise path.error(f"these indices are out of range: {what} at {shown}", node)
    raise path.error(f"that these indices are in range, 0 to {size - 1}, cannot be shown", node)
