"""What a reader may overlook about a claim: that it says something of few sizes only, or of an entry that a size names.

A warning is about what the operations need, never about the claim's own hypotheses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import islpy as isl
from sympy import Expr

from symconv.algebra.polynomials import Poly
from symconv.claims.free_indices import indices_of_windows
from symconv.errors import ShapeError
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.conditions import Compare, Condition, condition_names, replaced
from symconv.kernel import presburger
from symconv.kernel.context import Context


@dataclass(frozen=True)
class OnlyWhere:
    """What is assumed leaves few values of a size, a parameter or an index, or makes sizes depend on one another."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class SizeAsIndex:
    """A size is the index of a result, which is then one entry of it."""

    size: str
    entry: TensorExpr


Warned: TypeAlias = OnlyWhere | SizeAsIndex


def only_where(
    sizes: Sequence[str], given: Context, known: Context, assumptions: Sequence[Condition]
) -> Iterator[OnlyWhere]:
    """The assumptions beyond what is given that leave finitely many values of a size, and equations between sizes."""
    if not assumptions:
        return
    try:
        frame, before = (context.frame(mentioned=assumptions) for context in (known, given))
    except presburger.Undecided:
        return
    places = [frame.names.index(s) for s in sizes if s in frame.names]
    allowed, free = (_onto(made, places) for made in (frame.allowed, before.allowed))
    names = [frame.names[place] for place in places]
    equations = [
        Compare(poly, "==")
        for poly in presburger.equalities(allowed, names)
        if not free.is_subset(presburger.points(names, [Compare(poly, "==")]))
    ]
    told: list[Condition] = [e for e in equations if len(e.poly.names) > 1]
    for place, name in enumerate(names):
        if presburger.greatest(allowed, place) is not None and presburger.greatest(free, place) is None:
            told += [a for a in assumptions if name in condition_names(a)]
    if told:
        yield OnlyWhere(tuple(dict.fromkeys(told)))


def only_at(
    names: Sequence[str], given: Context, known: Context, values: Mapping[str, Poly] | None = None
) -> Iterator[OnlyWhere]:
    """Equations that leave at most one value of a name, a parameter or an index, at given sizes."""
    try:
        frame, before = known.frame(), given.frame()
        order = [before.names.index(name) for name in frame.names if name in before.names]
        if len(order) != len(frame.names) or len(before.names) != len(order):
            return
        free = presburger.reordered(before.allowed, order)
        for poly in presburger.equalities(frame.allowed, frame.names):
            told = Compare(poly, "==")
            if not poly.names.isdisjoint(names) and not free.is_subset(presburger.points(frame.names, [told])):
                yield OnlyWhere((replaced(told, values or {}),))
    except presburger.Undecided:
        return


def only_in_windows(members: Sequence[TensorExpr], ranges: Sequence[Condition], free: Context) -> Iterator[OnlyWhere]:
    """The ranges of indices whose reads bound names move along: zeros beyond the ends of an array are left out.

    No range is told that is the whole axis of something which the index runs along, as in correlate(x, k, "valid")[n].
    """
    told: list[Condition] = []
    for name in sorted(indices_of_windows(members[0], free.indices, free.implies)):
        own = [c for c in ranges if name in condition_names(c)]
        if not is_whole_axis(name, members, own, free):
            told += own
    if told:
        yield OnlyWhere(tuple(dict.fromkeys(told)))


def is_whole_axis(name: str, members: Sequence[TensorExpr], ranges: Sequence[Condition], free: Context) -> bool:
    """Whether the ranges of an index are that of an axis which it runs along alone."""
    for size in _axes_along(members, name):
        axis = _within(Poly.name(name), size, {})
        narrow, wide = (replace(free, conditions=(*free.conditions, *more)) for more in (ranges, axis))
        if all(map(narrow.implies, axis)) and all(map(wide.implies, ranges)):
            return True
    return False


def _axes_along(members: Sequence[TensorExpr], name: str) -> Iterator[Poly]:
    """The sizes of the axes that an index alone runs along."""
    for node in (n for member in members for n in nodes(member) if isinstance(n, Operation)):
        if node.operator.name == "index" and Ellipsis not in node.arguments["key"]:
            items = [item for item in node.arguments["key"] if item is not None]
            yield from (a.size for i, a in zip(items, node.arguments["a"].axes, strict=False) if str(i) == name)


def _onto(made: isl.Set, places: Sequence[int]) -> isl.Set:
    return presburger.without(made, [i for i in range(presburger.dimension(made)) if i not in places])


def sizes_as_indices(
    expr: TensorExpr, sizes: Sequence[str], solved: Mapping[str, Poly], known: Context
) -> Iterator[SizeAsIndex]:
    """Where a size by itself is the index of a result, outside every condition.

    Raises `ShapeError` where an entry of a tensor is read at numbers and sizes at which it never has one.
    """
    if not isinstance(expr, Operation) or expr.operator.name == "when":
        return
    for part in expr.children:
        yield from sizes_as_indices(part, sizes, solved, known)
    if expr.operator.name != "index":
        return
    array, key = expr.arguments["a"], expr.arguments["key"]
    items = [item for item in (key if isinstance(key, tuple) else (key,)) if item is not None]
    read = [(to_poly(i), axis.size) for i, axis in zip(items, array.axes, strict=False) if isinstance(i, Expr)]
    places = [(p, size) for p, size in read if p.names and p.names <= {*sizes}]
    if not places or Ellipsis in items:
        return
    if isinstance(array, Tensor):
        _require_an_entry(expr, places, solved, known)
    yield from (SizeAsIndex(str(p), expr) for p, size in places if p.is_atom and not _is_inside(p, size, solved, known))


def _require_an_entry(
    read: Operation, places: Sequence[tuple[Poly, Poly]], solved: Mapping[str, Poly], known: Context
) -> None:
    inside = [c for p, size in places for c in _within(p, size, solved)]
    frame = known.frame(mentioned=inside)
    if not frame.allowed.intersect(presburger.points(frame.names, inside)).is_empty():
        return
    index, size = next(((p, size) for p, size in places if p.is_atom), places[0])
    tensor = read.arguments["a"]
    hint = f"{index} is the size of {tensor}" if index == size else f"an axis of {tensor} has the size {size}"
    last = f"{tensor}[0] … {tensor}[{size - 1}]" if len(tensor.axes) == 1 else f"at 0 … {size - 1} along this axis"
    raise ShapeError(f"{read} is outside {tensor} at all sizes", node=read, hint=f"{hint}; its entries are {last}")


def _is_inside(index: Poly, size: Poly, solved: Mapping[str, Poly], known: Context) -> bool:
    return all(known.implies(c) for c in _within(index, size, solved))


def _within(index: Poly, size: Poly, solved: Mapping[str, Poly]) -> tuple[Compare, Compare]:
    at, end = index.substitute(solved), size.substitute(solved)
    return Compare(at, ">="), Compare(end - 1 - at, ">=")
