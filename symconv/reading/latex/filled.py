r"""Arrays of ones or zeros and identity matrices: \mathbf{1}_{n}, I_n, or without sizes beside what tells them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.names import quoted
from symconv.reading.latex.formula import Formula, Operand, call, operand, synthetic
from symconv.reading.latex.grammar_nodes import Node, token_of
from symconv.reading.latex.tokens import Token

_SIZES_BELOW = {
    "ones": r"its sizes stand below: \mathbf{1}_{n}",
    "zeros": r"its sizes stand below: \mathbf{0}_{n}",
    "eye": r"its size stands below: I_{n}; the imaginary unit is written \mathrm{i}",
}


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
    for place, factor in enumerate(factors):
        if factor.unsized:
            before = next((f for f in reversed(sized) if f.rank or f.unsized), None)
            after = next((f for f in factors[place + 1 :] if f.rank or f.unsized), None)
            if after is not None and after.rank and (factor.row or factor.unsized == "eye"):
                factor = _sized(formula, factor, str(after.axes[0].size))
            elif before is not None and before.rank and not factor.row:
                factor = _sized(formula, factor, str(before.axes[-1].size))
            check_sized(formula, factor)
        sized.append(factor)
    return sized


def terms_with_sizes(formula: Formula, terms: Sequence[Operand]) -> list[Operand]:
    """The terms of a sum, an identity matrix being as large as a square matrix beside it."""
    square = next((t for t in terms if t.rank == 2 and t.axes[0].size == t.axes[1].size), None)
    if square is None:
        return [*terms]
    size = str(square.axes[0].size)
    return [_sized(formula, term, size) if term.unsized == "eye" else term for term in terms]


def _sized(formula: Formula, value: Operand, size: str) -> Operand:
    tree: ast.expr = call(value.unsized, synthetic(formula, size, formula.span(value)))
    formula.take(value, f"{ast.unparse(tree)}: its size from what stands beside it")
    if value.row:
        tree = ast.Attribute(tree, "T", ast.Load())
    return replace(operand(formula, tree, value), row=value.row)
