"""Hypotheses that are linear equations among few entries, no size being symbolic: solved for some of the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.kernel.expansion import Entry, Expanded, expanded
from symconv.kernel.presburger import Undecided
from symconv.kernel.statement import entrywise
from symconv.limits import MAX_SOLVED_ENTRIES


def solved_entries(
    equations: Sequence[tuple[TensorExpr, TensorExpr]], tensors: Sequence[Tensor]
) -> dict[str, TensorExpr] | None:
    """Tensors with some of their entries given by others, so that all equations hold; None where that is not seen.

    Entries of later tensors are given by those of earlier ones.
    """
    shapes = {t.name: shape for t in tensors if (shape := _shape(t)) and not t.is_complex_valued}
    vanishing: list[Poly] = []
    named: dict[str, Entry] = {}
    for left, right in equations:
        found = _multiplied_out(left, right)
        if found is None:
            return None
        vanishing += [poly for _, poly in found.rest]
        named |= found.entries
    places = {(atom.name, index): name for name, (atom, index) in named.items()}
    held = [t for t in tensors if any(name == t.name for name, _ in places)]
    if not held or any(t.name not in shapes for t in held) or {n for n, _ in places} - shapes.keys():
        return None
    if sum(prod(shapes[t.name]) for t in held) > MAX_SOLVED_ENTRIES:
        return None
    order = [places[t.name, i] for t in reversed(held) for i in _indices(shapes[t.name]) if (t.name, i) in places]
    if not all(e.is_affine for e in vanishing):
        return None
    values = solved_in_turn(vanishing, order, rational=True)
    if any(e.substitute(values) for e in vanishing):
        return None
    entries = {name: REGISTRY["index"](_named(tensors, atom.name), index) for name, (atom, index) in named.items()}
    given = {name: _combined(value, entries) for name, value in values.items()}
    return {
        t.name: REGISTRY["array"](
            _nested(shapes[t.name], {i: given.get(places.get((t.name, i), ""), t[i]) for i in _indices(shapes[t.name])})
        )
        for t in held
        if any((t.name, i) in places and places[t.name, i] in given for i in _indices(shapes[t.name]))
    }


def _multiplied_out(left: TensorExpr, right: TensorExpr) -> Expanded | None:
    """The difference entry by entry; None where a size or a parameter has no number."""
    shape = _shape(left)
    if shape is None or len(right.axes) != len(left.axes):
        return None
    equation = entrywise(left, right)
    points = [dict(zip(equation.indices, at, strict=True)) for at in product(*map(range, shape))]
    try:
        return expanded(equation.left, equation.right, points)
    except (Undecided, SymconvError):
        return None


def _shape(array: TensorExpr) -> tuple[int, ...] | None:
    sizes = [axis.size.integer for axis in array.axes]
    known = tuple(size for size in sizes if size is not None)
    return known if len(known) == len(sizes) and all(len(a.digits) == 1 for a in array.axes) else None


def _indices(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return product(*map(range, shape))


def _named(tensors: Sequence[Tensor], name: str) -> Tensor:
    return next(t for t in tensors if t.name == name)


def _combined(value: Poly, entries: Mapping[str, TensorExpr]) -> Any:
    """A combination of entries as an expression."""
    total: Any = to_sympy(Poly.of(value.terms.get((), 0)))
    for monomial, number in value.terms.items():
        for name in monomial:
            total = REGISTRY["add"](total, REGISTRY["multiply"](to_sympy(Poly.of(number)), entries[str(name)]))
    return total


def _nested(shape: Sequence[int], values: Mapping[tuple[int, ...], Any], at: tuple[int, ...] = ()) -> Any:
    if not shape:
        return values[at]
    return tuple(_nested(shape[1:], values, (*at, i)) for i in range(shape[0]))
