r"""Arrays of ones or zeros and identity matrices: \mathbf{1}_{n}, I_n, or without sizes beside what tells them."""

from __future__ import annotations

import ast
from dataclasses import replace

from symconv.claims.names import quoted
from symconv.reading.latex.formula import Formula, Operand, call, operand, synthetic
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


def check_sized(formula: Formula, value: Operand) -> None:
    """Raise where no neighbour has told the sizes."""
    if value.unsized:
        shown = formula.source.text[slice(*formula.span(value))]
        message = f"{quoted(shown)} cannot stand here" if value.unsized != "eye" else "unknown name 'I'"
        raise formula.error(message, value, _SIZES_BELOW[value.unsized])


def beside_sized(formula: Formula, left: Operand, right: Operand) -> tuple[Operand, Operand]:
    """Two factors, one of which tells the size of the other."""
    if left.unsized and right.rank and (left.row or left.unsized == "eye"):
        return _sized(formula, left, str(right.axes[0].size)), right
    if right.unsized and left.rank and not right.row:
        return left, _sized(formula, right, str(left.axes[-1].size))
    check_sized(formula, left)
    check_sized(formula, right)
    return left, right


def _sized(formula: Formula, value: Operand, size: str) -> Operand:
    tree: ast.expr = call(value.unsized, synthetic(formula, size, formula.span(value)))
    formula.take(value, f"{ast.unparse(tree)}: its size from what stands beside it")
    if value.row:
        tree = ast.Attribute(tree, "T", ast.Load())
    return replace(operand(formula, tree, value), row=value.row)
