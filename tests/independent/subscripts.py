"""Entries and slices of arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Outside, array, plain
from .places import NotThere, Place, Value, whole
from .reading import Unreadable, elements, names

Reader = Callable[[ast.expr], Value]


def wholly(node: ast.expr, read: Reader) -> Callable[[Place], int]:
    inner = read(node)
    return lambda at: whole(inner(at))


@dataclass(frozen=True, slots=True)
class _Index:
    """A subscript that is one number."""

    value: Callable[[Place], int]
    names: frozenset[str]
    single: bool

    def must_be_there(self, at: Place) -> bool:
        """Whether a free index in it has to be in range."""
        return any(n in at.free and (self.single or not at.free[n]) for n in self.names)


def entry_of(node: ast.Subscript, read: Reader) -> Value:
    """What a subscript takes of an array; an index is 0 outside of it."""
    inner = read(node.value)
    parts = [_part(e, read) for e in elements(node)]
    given = sum(part is not None and part is not ... for part in parts)

    def entry(at: Place) -> Any:
        value = array(inner(at))
        if given > value.ndim:
            raise Outside("too many indices")
        key: list[Any] = []
        axis, zero = 0, False
        for part in parts:
            if part is ...:
                key.append(...)
                axis += value.ndim - given
            elif part is None:
                key.append(None)
            elif not isinstance(part, _Index):
                key.append(part(value.shape[axis], at))
                axis += 1
            else:
                size, k = value.shape[axis], part.value(at)
                axis += 1
                if not part.names:
                    if not -size <= k < size:
                        raise Outside(f"index {k} of {size}")
                elif not 0 <= k < size:
                    if part.must_be_there(at):
                        raise NotThere
                    zero, k = True, 0
                    if size == 0:
                        value = np.full((*value.shape[: axis - 1], 1, *value.shape[axis:]), 0, object)
                key.append(k)
        result = value[tuple(key)]
        return plain(np.full(np.shape(result), 0, object) if zero else result)

    return entry


def _part(node: ast.expr, read: Reader) -> Any:
    """An index, a slice as a function of the axis's size, an ellipsis or None."""
    if is_ellipsis(node):
        return ...
    if is_none(node):
        return None
    if isinstance(node, ast.Slice):
        return _slice(node, read)
    return _Index(wholly(node, read), names(node), isinstance(node, ast.Name))


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _slice(node: ast.Slice, read: Reader) -> Callable[[int, Place], slice]:
    """Literal bounds as in NumPy; with a symbolic one 0 <= start <= stop <= size, `-e` being size - e."""
    step_of = None if node.step is None else wholly(node.step, read)
    symbolic_step = node.step is not None and bool(names(node.step))
    symbolic = any(names(b) for b in (node.lower, node.upper) if b is not None)
    literal = [None if b is None else wholly(b, read) for b in (node.lower, node.upper)]
    lower_of, upper_of = _bound(node.lower, True, read), _bound(node.upper, False, read)

    def cut(size: int, at: Place) -> slice:
        step = 1 if step_of is None else step_of(at)
        if step == 0 or symbolic_step and step < 1:
            raise Outside("step")
        if not symbolic:
            return slice(*(None if b is None else b(at) for b in literal), step)
        if step < 0:
            raise Unreadable("symbolic bounds with a negative step")
        lower, upper = lower_of(size, at), upper_of(size, at)
        if not 0 <= lower <= upper <= size:
            raise Outside("bounds of a slice")
        return slice(lower, upper, step)

    return cut


def _bound(node: ast.expr | None, is_lower: bool, read: Reader) -> Callable[[int, Place], int]:
    if node is None:
        return lambda size, at: 0 if is_lower else size
    if not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)):
        value = wholly(node, read)
        return lambda size, at: value(at)
    distance = wholly(node.operand, read)

    def from_the_end(size: int, at: Place) -> int:
        back = distance(at)
        if not 1 <= back <= size:
            raise Outside("bound of a slice")
        return size - back

    return from_the_end
