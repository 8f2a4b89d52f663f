r"""Arrays of ones or zeros and identity matrices: \mathbf{1}_{n}, I_n, or without sizes beside what tells them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.names import quoted
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import Node, token_of
from symconv.reading.latex.shared_parts.formula import Formula, Operand, call, operand, synthetic

_SIZES_BELOW = {
    "ones": r"its sizes stand below: \mathbf{1}_{n}",
    "zeros": r"its sizes stand below: \mathbf{0}_{n}",
    "square": r"its size stands below: \mathbf{1}_{n} \mathbf{1}_{n}^{\top}",
    "rows": r"its size stands below: \mathbf{1}_{n} b^{\top}",
    "eye": r"its size stands below: I_{n}; the imaginary unit is written \mathrm{i}",
    "sum": r"their size stands below: I_{n}, \mathbf{1}_{n}",
}
#: What is a square matrix once its size is known.
_MATRICES = ("eye", "square", "sum")


def without_sizes(formula: Formula, token: Token, place: tuple[int, int]) -> Operand | None:
    """What a symbol stands for whose sizes its neighbours tell."""
    is_identity = (token.kind, token.text) == ("LETTER", "I") and not formula.is_declared("I")
    if token.kind != "FILLED" and (not is_identity or "I" in formula.bound):
        return None
    name = "eye" if is_identity else token.text
    return Operand(ast.Name(name, ast.Load()), *place, axes=(), pure=False, unsized=name)


def zero(formula: Formula, member: Node) -> Operand | None:
    r"""The number 0 for \mathbf{0} alone on a side, which has the shape of the other side."""
    token = token_of(member)
    if token is None or (token.kind, token.text) != ("FILLED", "zeros"):
        return None
    return operand(formula, ast.Constant(0), member)


def check_sized(formula: Formula, value: Operand) -> None:
    """Raise where no neighbour has told the sizes."""
    if value.unsized:
        shown = formula.source.text[slice(*formula.span(value))]
        message = f"{quoted(shown)} cannot stand here" if value.unsized != "eye" else "unknown name 'I'"
        raise formula.error(message, value, _SIZES_BELOW[value.unsized])


def with_sizes(formula: Formula, factors: Sequence[Operand]) -> list[Operand]:
    """The factors of a product, the arrays beside them telling the sizes that are left out."""
    sized: list[Operand] = []
    factors = [*factors]
    for place, factor in enumerate(factors):
        if is_square(factors[place : place + 2]) and (square := _square_size(sized, factors[place + 2 :])) is not None:
            factor, factors[place + 1] = (_sized(formula, each, square) for each in factors[place : place + 2])
        elif factor.unsized:
            before = next((f for f in reversed(sized) if f.rank or f.unsized), None)
            after = next((f for f in factors[place + 1 :] if f.rank or f.unsized), None)
            if after is not None and after.rank and (factor.row or factor.unsized in _MATRICES):
                factor = _sized(formula, factor, str(after.axes[0].size))
            elif before is not None and before.rank and not factor.row:
                factor = _sized(formula, factor, str(before.axes[-1].size))
            check_sized(formula, factor)
        sized.append(factor)
    return sized


def is_square(factors: Sequence[Operand]) -> bool:
    r"""Whether factors are \mathbf{1} \mathbf{1}^\top: one vector, so that the matrix is square."""
    return [(f.unsized, f.row) for f in factors] == [("ones", False), ("ones", True)]


def _square_size(before: Sequence[Operand], after: Sequence[Operand]) -> str | None:
    """The size of a square matrix that stands between these factors."""
    left = next((f for f in reversed(before) if f.rank), None)
    right = next((f for f in after if f.rank or f.unsized), None)
    if right is not None and right.rank:
        return str(right.axes[0].size)
    return None if left is None else str(left.axes[-1].size)


def terms_with_sizes(formula: Formula, terms: Sequence[Operand]) -> list[Operand]:
    """The terms of a sum, an identity matrix being as large as a square matrix beside it, and ones as many as the
    entries of a vector."""
    square = next((t for t in terms if t.rank == 2 and t.axes[0].size == t.axes[1].size), None)
    vector = next((t for t in terms if t.rank == 1), None)
    matrix = next((t for t in terms if t.rank == 2), None)
    beside = {**dict.fromkeys(_MATRICES, square), "ones": vector, "rows": matrix}
    return [
        term if (array := beside.get(term.unsized)) is None else _sized(formula, term, str(array.axes[0].size))
        for term in terms
    ]


def scaled(factors: Sequence[Operand]) -> tuple[list[Operand], Operand] | None:
    r"""The numbers of \lambda I, c \mathbf{1} or c \mathbf{1} \mathbf{1}^\top, and what stands beside them; None where
    there is more."""
    arrays = [factor for factor in factors if factor.rank or factor.unsized]
    if is_square(arrays):
        tree = call("outer", *(factor.node for factor in arrays))
        square = Operand(tree, arrays[0].first, arrays[1].last, axes=(), pure=False, unsized="square")
        return [factor for factor in factors if factor not in arrays], square
    if (
        len(arrays) == 2
        and (arrays[0].unsized, arrays[0].row) == ("ones", False)
        and arrays[1].rank == 1
        and arrays[1].row
    ):
        row = arrays[1].node
        row = row.value if isinstance(row, ast.Attribute) and row.attr == "T" else row
        tree = call("outer", arrays[0].node, row)
        rows = Operand(tree, arrays[0].first, arrays[1].last, axes=(), pure=False, unsized="rows")
        return [factor for factor in factors if factor not in arrays], rows
    if len(arrays) != 1 or len(factors) == 1 or not arrays[0].unsized or arrays[0].row:
        return None
    return [factor for factor in factors if factor is not arrays[0]], arrays[0]


def sum_without_size(terms: Sequence[Operand], signs: Sequence[bool], place: tuple[int, int]) -> Operand | None:
    r"""The sum of square matrices none of which tells the size, I - \frac{1}{n} \mathbf{1} \mathbf{1}^\top."""
    if len(terms) == 1 or not all(term.unsized in _MATRICES for term in terms):
        return None
    tree = ast.UnaryOp(ast.USub(), terms[0].node) if signs[0] else terms[0].node
    for term, is_less in zip(terms[1:], signs[1:], strict=True):
        tree = ast.BinOp(tree, ast.Sub() if is_less else ast.Add(), term.node)
    return Operand(tree, *place, axes=(), pure=False, unsized="sum")


def _filled(tree: ast.expr, size: ast.expr) -> ast.expr:
    """An expression with arrays put for the names of what had no size."""
    match tree:
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            return ast.BinOp(_filled(left, size), op, _filled(right, size))
        case ast.BinOp(number, op, right):
            return ast.BinOp(number, op, _filled(right, size))
        case ast.UnaryOp(op, value):
            return ast.UnaryOp(op, _filled(value, size))
        case ast.Call(function, [ast.Name("ones"), row], keywords):
            return ast.Call(function, [call("ones", size), _filled(row, size)], keywords)
        case ast.Name("ones" | "zeros" | "eye" as name):
            return call(name, size)
    return tree


def _sized(formula: Formula, value: Operand, size: str) -> Operand:
    tree = _filled(value.node, synthetic(formula, size, formula.span(value)))
    name = "ones" if value.unsized in ("square", "rows") else value.unsized
    told = ast.unparse(tree) if name == "sum" else f"{name}({size})"
    formula.take(value, f"{told}: its size from what stands beside it")
    if value.row:
        tree = ast.Attribute(tree, "T", ast.Load())
    array = operand(formula, tree, value)
    return replace(array, row=value.row and array.rank == 1)
