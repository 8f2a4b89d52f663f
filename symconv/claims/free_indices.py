"""Free index names: which names of a member are indices, and the values that keep it in range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Symbol

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.conditions import Compare

_Ranges = tuple[tuple[str, Poly, Poly], ...]


def free_indices(members: Sequence[TensorExpr], sizes: Iterable[str]) -> tuple[tuple[str, ...], tuple[Compare, ...]]:
    """The free index names of the first member, and what keeps it in range.

    A name that stands alone in an index ranges over that axis. Other reads are extended by zeros
    and restrict only names that stand alone nowhere. Of those, an argument of an operator or a
    bound of a slice (the stride of X[s*m+u]) is a parameter.
    """
    positions = list(_positions(members[0], ()))
    alone = {n for p in positions if p.stands_alone(sizes) for n in p.names(sizes)}
    sizes = {*sizes, *(set().union(*map(_argument_names, members)) - alone)}
    names = tuple(dict.fromkeys(n for p in positions for n in sorted(p.names(sizes))))
    alone = {n for p in positions if p.stands_alone(sizes) for n in p.names(sizes)}
    chosen = [p for p in positions if p.stands_alone(sizes) or p.names(sizes) - alone]
    found = [(p, p.within()) for p in chosen if p.names(sizes)]
    for position, within in found:
        if within is None and position.names(sizes) - alone:
            name = min(position.names(sizes) - alone)
            raise Unsupported(
                f"the range of the index '{name}' does not follow from {position.index}",
                hint="write the side first whose indices stand alone",
            )
    return names, tuple(dict.fromkeys(c for _, within in found for c in within or ()))


@dataclass(frozen=True)
class _Position:
    """A symbolic index of a read: its axis' size, and the ranges of the bound names around it."""

    index: Poly
    size: Poly
    bound: _Ranges

    def names(self, sizes: Iterable[str]) -> frozenset[str]:
        """The free index names that occur."""
        return self.index.names - {*sizes} - {name for name, _, _ in self.bound}

    def stands_alone(self, sizes: Iterable[str]) -> bool:
        """Whether the index is a free name and nothing else."""
        return self.index.is_atom and len(self.names(sizes)) == 1

    def within(self) -> list[Compare] | None:
        """0 ≤ index < size for all values of the bound names; None where that has no such form."""
        floors = (a for a in self.index.atoms if isinstance(a, Floor))
        if any(f.divisor == self.size and self.index == f.numerator % self.size for f in floors):
            return []
        ends = self._ends()
        if ends is None or self.size.names & {name for name, _, _ in self.bound}:
            return None
        return [c for low, high in ends for c in (Compare(low, ">="), Compare(self.size - 1 - high, ">="))]

    def _ends(self) -> list[tuple[Poly, Poly]] | None:
        """Pairs of a lowest and a highest value: one, but for factors of bound names whose sign is not known."""
        ends = [(self.index, self.index)]
        for name, lower, upper in reversed(self.bound):
            found: list[tuple[Poly, Poly]] = []
            for low, high in ends:
                at_first, at_last = (tuple(p.substitute({name: v}) for p in (low, high)) for v in (lower, upper - 1))
                slopes = [_slope(p, name) for p in (low, high)]
                if None in slopes:
                    return None
                if all(slope.constant is not None for slope in slopes if slope is not None):
                    rises = [slope.constant > 0 for slope in slopes if slope is not None]  # type: ignore[operator]
                    found.append((at_first[0] if rises[0] else at_last[0], at_last[1] if rises[1] else at_first[1]))
                else:
                    found += [(at_first[0], at_first[1]), (at_last[0], at_last[1])]
            ends = found
        return list(dict.fromkeys(ends))


def _slope(poly: Poly, name: str) -> Poly | None:
    """The factor of a name in a polynomial that is linear in it, else None."""
    slope = poly.substitute({name: ONE}) - poly.substitute({name: ZERO})
    linear = slope * Poly.name(name) + poly.substitute({name: ZERO}) == poly
    return slope if linear and name not in slope.names else None


def _argument_names(expr: TensorExpr) -> set[str]:
    """The names in arguments that are numbers: strides, shapes, slices; none of indices, ends of sums, conditions."""
    others = ("number", "when", "assume")
    operations = [n for n in nodes(expr) if isinstance(n, Operation) and n.operator.name not in others]
    values: list[Any] = []
    for operation in operations:
        if operation.operator.name == "index":
            key = operation.arguments["key"]
            slices = (item for item in (key if isinstance(key, tuple) else (key,)) if isinstance(item, slice))
            values += [part for item in slices for part in (item.start, item.stop, item.step)]
        elif not operation.operator.binds:
            values += operation.arguments.values()
    return {s.name for v in values for s in _numbers(v) if isinstance(s, Symbol)}


def _numbers(value: Any) -> set[Any]:
    if isinstance(value, (tuple, list)):
        return set().union(*map(_numbers, value))
    return value.free_symbols if isinstance(value, Expr) and not isinstance(value, TensorExpr) else set()


def _positions(node: Any, bound: _Ranges) -> Iterator[_Position]:
    if not isinstance(node, Operation):
        for part in node.args if isinstance(node, sympy.Tuple) else ():
            yield from _positions(part, bound)
        return
    if node.operator.closed:
        return
    arguments = node.arguments
    if node.operator.binds:
        end = arguments["upper"] if "upper" in arguments else arguments["stop"]
        lower, upper = (to_poly(sympy.sympify(value)) for value in (arguments.get("lower", 0), end))
        bound = (*bound, (str(arguments[node.operator.binds]), lower, upper))
    for part in node.args[1:]:
        yield from _positions(part, bound)
    if node.operator.name == "index":
        yield from _own_positions(arguments["a"], arguments["key"], bound)


def _own_positions(array: TensorExpr, key: Any, bound: _Ranges) -> Iterator[_Position]:
    items = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in items:
        where = items.index(Ellipsis)
        used = sum(item is not None for item in items) - 1
        items[where : where + 1] = [slice(None)] * (len(array.axes) - used)
    for item, axis in zip((i for i in items if i is not None), array.axes, strict=False):
        if isinstance(item, Expr) and item.free_symbols:
            yield _Position(to_poly(item), axis.size, bound)
