r"""The unit impulse where no \delta is declared, 1 at 0 alone: \delta[n - m], and Kronecker's \delta_{ij}."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.expressions.conversion import to_poly
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    index_name,
    items_of,
    letters_of,
    only_item,
    token_of,
)
from symconv.reading.latex.shared_parts.forms import whole_number
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand


def impulse(formula: Formula, factors: Sequence[Node]) -> tuple[Operand, int] | None:
    r"""An impulse at what stands below or in brackets after \delta, and how many factors that is."""
    head = factors[0]
    token = token_of(head.parts[0])
    if token is None or (token.kind, token.text) != ("LETTER", "delta") or formula.is_known("delta"):
        return None
    scripts = head.nodes()[1:]
    match scripts, factors[1:]:
        case [Node("below") as below], _ if (parts := _subscript(formula, below)) is not None:
            return _at(formula, parts, (head.first, head.last)), 1
        case [], [Node("factor", (Node("group" | "bracket") as inside,)), *_]:
            items = inside.nodes()[0].parts
            if len(items) > 1:
                hint = r"write \delta_{ij} for Kronecker's, \delta[m] \delta[n] for an impulse over two indices"
                raise formula.error(f"{AMBIGUOUS}: a delta of several arguments", inside, hint)
            return _at(formula, items, (head.first, factors[1].last)), 2
    return None


def alone(formula: Formula, value: Operand, other: Operand) -> Operand:
    r"""The impulse of x * \delta, an array with one entry."""
    match value.node:
        case ast.Name("delta") if other.rank and not formula.is_known("delta"):
            shape = ast.Tuple([ast.Constant(1)] * other.rank, ast.Load())
            return operand(formula, call("unit_impulse", shape if other.rank > 1 else ast.Constant(1)), value)
    return value


def _subscript(formula: Formula, below: Node) -> Sequence[Item] | None:
    """One or two indices below; None where a single name can be a part of the delta's name."""
    items = items_of(below.argument)
    if len(items) == 1:
        only = only_item(below.argument)
        letters = letters_of(only)
        items = letters if letters is not None else [only]
        name = index_name(only)
        if token_of(only) is not None or (letters is not None and len(letters) == 1):
            return items if name in formula.bound else None
    return items if len(items) <= 2 else None


def _at(formula: Formula, parts: Sequence[Item], place: tuple[int, int]) -> Operand:
    keys = [whole_number(formula, part) for part in parts]
    if formula.conventions.base and len(keys) == 1:
        index = to_poly(formula.value(keys[0]))
        if sum(index.coefficient(name) for name in index.names if formula.offset(name)):
            message = f"{AMBIGUOUS}: an impulse at 0 in a formula that counts from 1"
            raise formula.error(message, place, r"write the formula from 0, or \delta[n-1]")
    key = keys[0] if len(keys) == 1 else ast.BinOp(keys[0], ast.Sub(), keys[1])
    tree = ast.IfExp(ast.Compare(key, [ast.Eq()], [ast.Constant(0)]), ast.Constant(1), ast.Constant(0))
    return operand(formula, tree, place)
