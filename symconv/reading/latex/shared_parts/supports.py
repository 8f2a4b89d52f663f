r"""Where products of entries are not 0: \sum_k h[k] x[n-k] is 0 outside of n = 0, …, N + M - 2."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from sympy import Expr

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.reading.latex.shared_parts.formula import Formula


@dataclass(frozen=True)
class Interval:
    """The first and the last value of an index, and the entries that are inside of their array there."""

    first: Poly
    last: Poly
    source: ast.expr


def supports(formula: Formula, tree: ast.expr, name: str) -> list[Interval]:
    """Intervals outside of each of which, for sure, an expression is 0 as a function of an integer; none where there
    may be none."""
    match tree:
        case ast.Subscript():
            return _of_entry(formula, tree, name)
        case ast.BinOp(left, ast.Mult(), right):
            return [*supports(formula, left, name), *supports(formula, right, name)]
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            others = supports(formula, right, name)
            return [
                hull for one in supports(formula, left, name) for two in others if (hull := _hull(formula, one, two))
            ]
        case ast.BinOp(inside, ast.Pow(), ast.Constant(int() as power)) if power > 0:
            return supports(formula, inside, name)
        case (
            ast.BinOp(inside, ast.Div(), _)
            | ast.UnaryOp(_, inside)
            | ast.Call(ast.Name("conj"), [inside], [])
            | ast.IfExp(_, inside, ast.Constant(0))
        ):
            return supports(formula, inside, name)
        case ast.Call(ast.Name("sum"), [ast.GeneratorExp(inside, ranges)]):
            return _of_sum(formula, inside, ranges, name)
    return []


def length(formula: Formula, tree: ast.expr, index: str) -> str | None:
    """The number of entries up to the last that is not 0, where the first one is at 0 and no other end is possible."""
    ends = {(one.first, one.last) for one in supports(formula, tree, index)}
    if len(ends) != 1 or (end := ends.pop())[0] != ZERO:
        return None
    return str(end[1] + 1)


def goes_on(formula: Formula, tree: ast.expr, name: str, size: Poly) -> bool:
    """Whether a term reads an array at a shifted index and may be other than 0 outside of 0, …, size - 1."""
    found = supports(formula, tree, name)
    if any(_at_most(formula, ZERO, one.first) and _at_most(formula, one.last, size - 1) for one in found):
        return False
    if isinstance(tree, ast.Subscript):
        return bool(found)
    if isinstance(tree, ast.GeneratorExp) and name in {ast.unparse(one.target) for one in tree.generators}:
        return False
    parts = [part for part in ast.iter_child_nodes(tree) if isinstance(part, ast.expr)]
    return any(goes_on(formula, part, name, size) for part in parts)


def _of_entry(formula: Formula, entry: ast.Subscript, name: str) -> list[Interval]:
    array = formula.reader.values.get(entry.value)
    keys = entry.slice.elts if isinstance(entry.slice, ast.Tuple) else [entry.slice]
    if not isinstance(array, TensorExpr) or any(isinstance(key, (ast.Slice, ast.Constant)) for key in keys):
        return []
    found = []
    for key, axis in zip(keys, array.axes, strict=False):
        if (index := _polynomial(formula, key)) is None:
            continue
        step = index.coefficient(name)
        rest = index - Poly.name(name) * step
        if name in rest.names or not isinstance(step, int) or not step:
            continue
        ends = (-rest, axis.size - 1 - rest)
        if step < 0:
            ends = (rest - axis.size + 1, rest)
        found.append(Interval(-(-ends[0] // abs(step)), ends[1] // abs(step), entry))
    return found


def _polynomial(formula: Formula, tree: ast.expr) -> Poly | None:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    value = formula.within(names - formula.names.sizes).value(tree)
    return to_poly(value) if isinstance(value, Expr) and not isinstance(value, TensorExpr) else None


def _of_sum(formula: Formula, inside: ast.expr, ranges: list[ast.comprehension], name: str) -> list[Interval]:
    """The intervals of a sum, whose own indices run through their ranges, or where what is summed is not 0."""
    found = supports(formula, inside, name)
    for one in reversed(ranges):
        if not isinstance(one.target, ast.Name) or not isinstance(one.iter, ast.Call) or one.target.id == name:
            return []
        index = one.target.id
        limits = [_polynomial(formula, limit) for limit in one.iter.args]
        ends = []
        if None not in limits and not any(name in limit.names for limit in limits if limit is not None):
            *lower, upper = (limit for limit in limits if limit is not None)
            ends = [(lower[0] if lower else ZERO, upper - 1)]
        ends += [
            (s.first, s.last) for s in supports(formula, inside, index) if name not in s.first.names | s.last.names
        ]
        found = [wide for interval in found if (wide := _widest(interval, index, ends)) is not None]
    return found


def _widest(interval: Interval, index: str, ends: list[tuple[Poly, Poly]]) -> Interval | None:
    """An interval whose ends depend on an index, for all of its values."""
    if index not in interval.first.names | interval.last.names:
        return interval
    if not ends:
        return None
    first = _at_end(interval.first, index, ends[0])
    last = _at_end(interval.last, index, ends[0][::-1])
    return None if first is None or last is None else Interval(first, last, interval.source)


def _at_end(value: Poly, index: str, ends: tuple[Poly, Poly]) -> Poly | None:
    """A value where it is least, if the ends are the first and the last value of the index; with the ends the other
    way round where it is largest."""
    for slope in (1, -1):
        rest = value - Poly.name(index) * slope
        if index not in rest.names:
            return rest + ends[0 if slope > 0 else 1] * slope
    return value if index not in value.names else None


def _hull(formula: Formula, one: Interval, two: Interval) -> Interval | None:
    first = one.first if _at_most(formula, one.first, two.first) else two.first
    last = one.last if _at_most(formula, two.last, one.last) else two.last
    covers = _at_most(formula, first, one.first) and _at_most(formula, first, two.first)
    covers = covers and _at_most(formula, one.last, last) and _at_most(formula, two.last, last)
    return Interval(first, last, one.source) if covers else None


def _at_most(formula: Formula, small: Poly, large: Poly) -> bool:
    """Whether a number is at most another one for all sizes, each of which is at least 1."""
    rest = large - small
    rises = all(c > 0 for monomial, c in rest.terms.items() if monomial) and rest.names <= formula.names.sizes
    least = rest.substitute(dict.fromkeys(rest.names, ONE)).integer
    return rises and least is not None and least >= 0
