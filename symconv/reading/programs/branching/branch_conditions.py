"""Conditions in programs: comparisons of sizes and indices, as disjoint cases."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import lcm
from typing import Any

from symconv.algebra.polynomials import Extremum, Floor, Poly
from symconv.claims.reader_state import ORDER
from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.limits import MAX_BRANCHES
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Object, Unwritten
from symconv.reading.programs.state.paths import Case, Derived, Path
from symconv.reading.programs.values.array_values import described, shape_of
from symconv.reading.programs.values.series import Series

Cases = tuple[list[Case], list[Case]]


def truth(node: ast.expr, path: Path) -> bool:
    """A condition as a value, which holds at all sizes or at none."""
    yes, no = cases(node, path)
    if yes and no:
        raise path.error("a truth value that depends on sizes or indices", node, "put it into an if")
    return bool(yes)


def one_of(node: ast.BoolOp, path: Path) -> Any:
    """a or b, a and b, which are one of the values: the first that is true, or that is not, else the last."""
    *parts, last = node.values
    for part in parts:
        is_condition = isinstance(part, (ast.Compare, ast.BoolOp, ast.UnaryOp))
        value = truth(part, path) if is_condition else evaluate(part, path)
        if truth(constant(value, part), path) == isinstance(node.op, ast.Or):
            return value
    return truth(last, path) if isinstance(last, ast.Compare) else evaluate(last, path)


def cases(node: ast.expr, path: Path) -> Cases:
    """The disjoint cases in which a condition holds, and those in which it does not."""
    match node:
        case ast.BoolOp(op, parts):
            joined = cases(parts[0], path)
            for part in parts[1:]:
                joined = _joined(isinstance(op, ast.And), joined, part, path)
            return joined
        case ast.UnaryOp(ast.Not(), operand):
            yes, no = cases(operand, path)
            return no, yes
        case ast.Compare(left, ops, rights):
            return _comparison([left, *rights], ops, path, node)
    value = evaluate(node, path)
    if isinstance(value, Poly):
        return _split([Compare(value, "!=")])
    if isinstance(value, (Ref, TensorExpr, Derived)):
        raise _on_entries(path, node)
    if isinstance(value, Series) and not value.factors and value.once is None:
        return _split([Compare(value.count - 1, ">=")])
    if isinstance(value, Object):
        items = path.items_of(value) if value.kind == "list" else path.dict_of(value)
        if items is None and (value.cls is None or {"__len__", "__bool__"} & {*value.cls.members}):
            raise path.error(f"whether {described(value)} is empty or true is not known", node)
        value = items is None or len(items) > 0
    if isinstance(value, (Series, Unwritten)):
        raise path.error(f"whether {described(value)} is empty is not known", node)
    return ([()], []) if value else ([], [()])


def _joined(both: bool, first: Cases, part: ast.expr, path: Path) -> Cases:
    yes, no = first
    if both and not yes or not both and not no:
        return first
    later_yes, later_no = cases(part, path)
    if len(yes) * len(later_yes) + len(no) * len(later_no) > MAX_BRANCHES:
        raise path.error("this condition has too many cases", part)
    if both:
        return [a + b for a, b in product(yes, later_yes)], no + [a + b for a, b in product(yes, later_no)]
    return yes + [a + b for a, b in product(no, later_yes)], [a + b for a, b in product(no, later_no)]


def _comparison(sides: Sequence[ast.expr], ops: Sequence[ast.cmpop], path: Path, node: ast.AST) -> Cases:
    values = [evaluate(side, path) for side in sides]
    conditions: list[Compare] = []
    for op, (a, b), (first, _) in zip(ops, pairwise(values), pairwise(sides), strict=True):
        compared = _compared(op, a, b, path, first)
        if compared is False:
            return [], [()]
        conditions += [] if compared is True else compared
    return _split(conditions)


def _compared(op: ast.cmpop, a: Any, b: Any, path: Path, node: ast.AST) -> list[Compare] | bool:
    if isinstance(a, bool) != isinstance(b, bool) and isinstance(a, (bool, Poly)) and isinstance(b, (bool, Poly)):
        a, b = Poly.of(a), Poly.of(b)
    match op:
        case ast.Is() | ast.IsNot() if a is None or b is None or isinstance(a, bool):
            return (a is b) == isinstance(op, ast.Is)
        case ast.In() | ast.NotIn() if isinstance(a, str) and isinstance(b, (tuple, list)):
            return (a in b) == isinstance(op, ast.In)
        case ast.Eq() | ast.NotEq() if (None in (a, b)) and any(shape_of(v) for v in (a, b)):
            raise _on_entries(path, node)
        case ast.Eq() | ast.NotEq() if isinstance(a, (str, bool)) or isinstance(b, (str, bool)) or None in (a, b):
            return (type(a) is type(b) and a == b) == isinstance(op, ast.Eq)
        case ast.Eq() if isinstance(a, tuple) and isinstance(b, tuple):
            if len(a) != len(b):
                return False
            parts = [_compared(op, x, y, path, node) for x, y in zip(a, b, strict=True)]
            return False if False in parts else [c for part in parts if not isinstance(part, bool) for c in part]
    if isinstance(a, (Ref, TensorExpr, Derived)) or isinstance(b, (Ref, TensorExpr, Derived)):
        raise _on_entries(path, node)
    if not isinstance(a, Poly) or not isinstance(b, Poly) or type(op) not in ORDER:
        raise path.error("this comparison is not understood", node, "conditions compare sizes, indices and numbers")
    return [ORDER[type(op)](*_in_whole_numbers(op, a, b, path, node))]


def _in_whole_numbers(op: ast.cmpop, a: Poly, b: Poly, path: Path, node: ast.AST) -> tuple[Poly, Poly]:
    """Two numbers that compare as these do: of whole numbers, a < b says a + 1 <= b."""
    difference = a - b
    values = [Fraction(v) for v in difference.terms.values() if isinstance(v, (int, Fraction))]
    whole = lcm(*(v.denominator for v in values))
    is_known = len(values) == len(difference.terms) and {type(x) for x in difference.atoms} <= {str, Floor, Extremum}
    if not is_known or isinstance(op, (ast.Eq, ast.NotEq)) and whole & (whole - 1):
        raise path.error("numbers that are rounded are compared", node, "compare whole numbers")
    return (a, b) if whole == 1 else (difference * whole, Poly.of(0))


def _on_entries(path: Path, node: ast.AST) -> SymconvError:
    return path.error("a condition on entries of an array", node, "conditions compare sizes, indices and numbers")


def _split(conditions: Sequence[Compare]) -> Cases:
    """The case in which all conditions hold, and those in which one does not."""
    if all(c.poly.constant is not None for c in conditions):
        return ([()], []) if Facts().implies(*conditions) else ([], [()])
    return [tuple(conditions)], list(refusals(conditions))
