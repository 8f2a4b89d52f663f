"""Free index names: which names of a member are indices, and the values that keep it in range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Symbol

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import FromEnd, to_poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.formulas.conditions import Compare, at_least

_Ranges = tuple[tuple[str, Poly, Poly], ...]


def free_indices(members: Sequence[TensorExpr], sizes: Iterable[str]) -> tuple[tuple[str, ...], tuple[Compare, ...]]:
    """The free index names of the first member, and what keeps it in range.

    A free index is no bound of a range or a slice, no shape, step or other argument: the stride of X[s*m+u] is a
    parameter, and so is T beside range(T). One that stands alone in an index may occur inside such an argument, but
    not be one; it ranges over that axis, and other reads are extended by zeros. The reads of one that stands alone
    nowhere are in range.
    """
    positions = list(_positions(members[0], ()))
    alone = {n for p in positions if p.stands_alone(sizes) for n in p.names(sizes)}
    arguments = [a for member in members for a in _arguments(member)]
    whole = {str(a) for a in arguments if isinstance(a, Symbol)}
    inside = {s.name for a in arguments for s in a.free_symbols if isinstance(s, Symbol)}
    sizes = {*sizes, *whole, *(inside - alone)}
    alone = {n for p in positions if p.stands_alone(sizes) for n in p.names(sizes)}
    names = tuple(dict.fromkeys(n for p in positions for n in sorted(p.names(sizes))))
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


def indices_of_windows(member: TensorExpr, indices: Iterable[str], known: Callable[[Compare], bool]) -> frozenset[str]:
    """The free indices that stand alone nowhere, each with a read that a bound name moves along: n in x[n-k].

    Windows that do not overlap, as those of x[b*T+t] for t in range(T), are blocks; `known` says whether they do not.
    """
    positions = list(_positions(member, ()))
    indices = {*indices} - {str(p.index) for p in positions if p.index.is_atom}
    return frozenset(n for p in positions for n in p.index.names & indices if p.is_window(n, known))


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
        return [c for low, high in ends for c in (at_least(low, 0), at_least(self.size, high + 1))]

    def is_window(self, name: str, known: Callable[[Compare], bool]) -> bool:
        """Whether the bound names reach the same entry from several values of a free index."""
        if self.index.names.isdisjoint(n for n, _, _ in self.bound) or not self.within():
            return False
        is_rounded = any(isinstance(a, Floor) and name in Poly.atom(a).names for a in self.index.atoms)
        slope = None if is_rounded else _slope(self.index, name)
        return slope is None or not all(known(at_least(slope, high - low + 1)) for low, high in self._ends() or ())

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


def _arguments(expr: TensorExpr) -> Iterator[Expr]:
    """The numbers in arguments, bounds of ranges and of slices; none in indices and conditions."""
    for operation in (n for n in nodes(expr) if isinstance(n, Operation)):
        match operation.operator.name:
            case "number" | "when" | "assume" | "needing":
                continue
            case "index":
                key = operation.arguments["key"]
                items = key if isinstance(key, tuple) else (key,)
                values = [(s.start, s.stop, s.step) for s in items if isinstance(s, slice)]
            case _:
                values = list(operation.arguments.values())
        yield from _numbers(values)


def _numbers(value: Any) -> Iterator[Expr]:
    if isinstance(value, (tuple, list)):
        for part in value:
            if not isinstance(part, int):
                yield from _numbers(part)
    elif isinstance(value, FromEnd):
        yield value.args[0]
    elif isinstance(value, Expr) and not isinstance(value, TensorExpr):
        yield value


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
