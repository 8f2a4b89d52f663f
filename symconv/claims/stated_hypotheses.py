"""Hypotheses: what follows `if` and `iff` in a claim, and what stands in `assuming=` in Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import sympy
from sympy.core.basic import Basic
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from symconv.algebra.polynomials import Poly
from symconv.claims.expression_reader import polynomial_of, tensor_of, value_of
from symconv.claims.hypothesis_records import (
    ExactCondition,
    Hypothesis,
    HypothesisText,
    SizeHypothesis,
    TensorHypothesis,
)
from symconv.claims.reader_state import ORDER, Reader
from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation

_RELATIONS = {"==": ast.Eq, "!=": ast.NotEq, ">=": ast.GtE, "<=": ast.LtE, ">": ast.Gt, "<": ast.Lt}
_COMPARES = "as in 'if h == w' or 'if K == flip(K)'"


def read_hypotheses(reader: Reader, node: ast.expr) -> Iterator[Hypothesis]:
    """The hypotheses that `and` joins, their places noted."""
    places = reader.source.places
    match node:
        case ast.BoolOp(ast.And(), parts):
            for part in parts:
                yield from read_hypotheses(reader, part)
            return
        case ast.Compare(left, ops, rights):
            sides = [left, *rights]
            arrays = {side: isinstance(value_of(reader, side, {}), (TensorExpr, list, tuple)) for side in sides}
            if any(arrays.values()):
                for op, (first, second) in zip(ops, pairwise(sides), strict=True):
                    equation = _equation(reader, op, first, second, arrays[first] or arrays[second])
                    reader.spans.setdefault(equation, (places[first][0], places[second][1]))
                    yield equation
                return
    condition = SizeHypothesis(_sizes_condition(reader, node), reader.source.segment(node))
    reader.spans.setdefault(condition, places[node])
    yield condition


def _equation(reader: Reader, op: ast.cmpop, first: ast.expr, second: ast.expr, of_arrays: bool) -> Hypothesis:
    """One equation of a chain that holds arrays."""
    if not isinstance(op, ast.Eq):
        raise reader.source.between("a hypothesis on arrays is an equation", first, second, "write ==")
    if of_arrays:
        return TensorHypothesis(tensor_of(reader, first, {}), tensor_of(reader, second, {}))
    text = f"{reader.source.segment(first)} == {reader.source.segment(second)}"
    return SizeHypothesis(Compare(_size(reader, first) - _size(reader, second), "=="), text)


def _sizes_condition(reader: Reader, node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(word, parts):
            joined: list[Condition] = []
            for part in parts:
                earlier = joined if isinstance(word, ast.And) else [Negation(c) for c in joined]
                with reader.needs.under(earlier):
                    joined.append(_sizes_condition(reader, part))
            return All(tuple(joined)) if isinstance(word, ast.And) else AnyOf(tuple(joined))
        case ast.UnaryOp(ast.Not(), operand):
            return Negation(_sizes_condition(reader, operand))
        case ast.Compare(left, ops, rights):
            sides = [left, *rights]
            polys = [_size(reader, side) for side in sides]
            compared: list[Condition] = []
            for op, (a, b), (first, second) in zip(ops, pairwise(polys), pairwise(sides), strict=True):
                if type(op) not in ORDER:
                    raise reader.source.between("this does not compare numbers", first, second)
                compared.append(ORDER[type(op)](a, b))
            return compared[0] if len(compared) == 1 else All(tuple(compared))
        case ast.Constant(bool()):
            raise reader.fail("this is a truth value, not a condition", node, _COMPARES)
    raise reader.fail("a condition compares two sides", node, _COMPARES)


def _size(reader: Reader, node: ast.expr) -> Poly:
    value = value_of(reader, node, {})
    if isinstance(value, (TensorExpr, list, tuple)):
        hint = "hypotheses on arrays are equations, joined by 'and'"
        raise reader.fail("'or', 'not' and inequalities are for sizes, not for arrays", node, hint)
    return polynomial_of(reader, node, {})


# Hypotheses in Python


def hypotheses_of(entry: Any, reader: Callable[[Source, tuple[Tensor, ...]], Reader]) -> Iterator[Hypothesis]:
    """What one entry of `assuming=` says; `reader` makes the reader of a text from it."""
    match entry:
        case SizeHypothesis() | TensorHypothesis():
            yield entry
        case ExactCondition():
            yield from entry.assumed
        case str():
            yield from hypotheses_of(HypothesisText(entry), reader)
        case HypothesisText(text, tensors):
            source = Source(text)
            yield from read_hypotheses(reader(source, tensors), source.parse(whole_text(source)))
        case bool() | BooleanAtom():
            raise truth_value(entry, "a hypothesis")
        case sympy.And():
            for part in sympy.ordered(entry.args):
                yield from hypotheses_of(part, reader)
        case sympy.Eq() if any(isinstance(side, TensorExpr) for side in entry.args):
            left, right = map(as_tensor, entry.args)
            yield TensorHypothesis(left, right)
        case Relational() | sympy.Or() | sympy.Not():
            yield SizeHypothesis(_relation(entry))
        case _:
            raise SymconvError(f"{entry!r} is not a hypothesis", hint='use H >= h, Eq(K, flip(K)) or "K == flip(K)"')


def expressions_in(entry: Any) -> list[TensorExpr]:
    """The tensor expressions in an entry of `assuming=`."""
    match entry:
        case TensorHypothesis(left, right):
            return [left, right]
        case ExactCondition(hypotheses):
            return [e for h in hypotheses for e in expressions_in(h)]
        case HypothesisText(_, tensors):
            return list(tensors)
        case Relational():
            return [side for side in entry.args if isinstance(side, TensorExpr)]
        case sympy.And():
            return [e for part in entry.args for e in expressions_in(part)]
    return []


def whole_text(source: Source) -> Span:
    """The span of a hypothesis that is a text of its own."""
    start, end = source.trimmed((0, len(source.text)))
    if start >= end:
        raise SymconvError("the hypothesis is empty", hint='as in hypothesis("K == flip(K)")')
    return start, end


def truth_value(value: Any, what: str) -> SymconvError:
    """The error for a comparison that Python or SymPy has decided already."""
    return SymconvError(
        f"{what} is {value}: Python or SymPy has compared the sides already",
        hint='write hypothesis("K == flip(K)"), Eq(K, flip(K)) or claim text',
    )


def _relation(entry: Basic) -> Condition:
    match entry:
        case sympy.And():
            return All(tuple(_relation(part) for part in sympy.ordered(entry.args)))
        case sympy.Or():
            return AnyOf(tuple(_relation(part) for part in sympy.ordered(entry.args)))
        case sympy.Not():
            return Negation(_relation(entry.args[0]))
        case Relational() if not any(isinstance(side, TensorExpr) for side in entry.args):
            return ORDER[_RELATIONS[entry.rel_op]](*map(to_poly, entry.args))
    message = f"{entry} is not a condition on sizes"
    raise SymconvError(message, hint="hypotheses on arrays are equations; Or and Not join comparisons of sizes")
