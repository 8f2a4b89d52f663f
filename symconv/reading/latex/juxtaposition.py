"""Factors beside one another: numbers, an array and numbers, matrices and vectors."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from symconv.reading.latex.formula import AMBIGUOUS, Formula, Operand, call, operand
from symconv.reading.latex.second_reading import settle

_TWO = r"write x \cdot y, x y^{\top} or x \odot y"


def side_by_side(formula: Formula, factors: Sequence[Operand]) -> Operand:
    """The product of factors; numbers that stand together are read twice."""
    run: list[Operand] = []
    total: Operand | None = None
    for factor in [*factors, None]:
        if factor is not None and factor.pure:
            _check_numbers(formula, run, factor)
            run.append(factor)
            continue
        if run:
            number = run[0]
            for more in run[1:]:
                number = _times(formula, number, more)
            if len(run) < len(factors):
                number = settle(formula, number)
            total = number if total is None else _beside(formula, total, number)
            run = []
        if factor is not None:
            total = factor if total is None else _beside(formula, total, factor)
    assert total is not None
    return total


def _times(formula: Formula, left: Operand, right: Operand) -> Operand:
    return operand(formula, ast.BinOp(left.node, ast.Mult(), right.node), (left.first, right.last))


def _check_numbers(formula: Formula, run: Sequence[Operand], factor: Operand) -> None:
    """A number and a fraction of numbers side by side can be a sum, two numbers a slip."""
    if not run:
        return
    before, inside = formula.tokens[run[-1].last - 1], formula.tokens[factor.first : factor.last]
    numbers = all(t.kind in ("NUM", "_FRAC", "_LBRACE", "_RBRACE") for t in inside)
    if before.kind == "NUM" and numbers and inside[0].kind in ("NUM", "_FRAC"):
        hint = r"write 2 \cdot \frac{1}{2} for the product, 2 + \frac{1}{2} for a mixed number"
        raise formula.error(f"{AMBIGUOUS}: numbers side by side", (run[-1].first, factor.last), hint)


def _beside(formula: Formula, left: Operand, right: Operand) -> Operand:
    if not (left.rank and right.rank):
        return replace(_times(formula, left, right), row=left.row or right.row)
    place = (left.first, right.last)
    if left.rank == right.rank == 1:
        if right.row and not left.row:
            return operand(formula, call("outer", left.node, _column(right.node)), place)
        if right.row or not left.row:
            raise formula.error(f"{AMBIGUOUS}: two vectors side by side", place, _TWO)
    product = operand(formula, ast.BinOp(left.node, ast.MatMult(), right.node), place)
    return replace(product, row=product.rank == 1 and left.rank == 1)


def _column(node: ast.expr) -> ast.expr:
    """A vector without the mark that it was transposed."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else node
