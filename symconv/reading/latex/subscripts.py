"""Indices: the entries and parts of arrays that subscripts and brackets name."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from symconv.reading.latex.forms import whole_number
from symconv.reading.latex.formula import AMBIGUOUS, Formula, Operand, operand, placed, tuple_of
from symconv.reading.latex.grammar_nodes import Item, Node, has_product, letters_of, token_of


def indexed(formula: Formula, base: Operand, items: Node, last: int, script: bool = False) -> Operand:
    """An array read at indices; below a name they may stand side by side, as in A_{ij}."""
    if base.rank == 0:
        message = "an entry has no entries" if not base.pure else "a number has no entries"
        hint = "indices of one array stand in one pair of brackets"
        if base.pure and (size := token_of(items)) is not None and size.text in formula.names.sizes:
            hint = rf"a remainder is written (…) \bmod {size.text}"
        raise formula.error(message, items, hint)
    parts = _side_by_side(formula, base, items) if script else items.parts
    keys = [_key(formula, part) for part in parts]
    used = sum(not (isinstance(k, ast.Constant) and k.value in (None, ...)) for k in keys)
    if used > base.rank:
        raise formula.error(f"{used} indices for an array with {_axes(base)}", items)
    tree = ast.Subscript(base.node, tuple_of(keys), ast.Load())
    return replace(operand(formula, tree, (base.first, last)), row=False)


def _axes(base: Operand) -> str:
    return f"{base.rank} {'axis' if base.rank == 1 else 'axes'}"


def _side_by_side(formula: Formula, base: Operand, items: Node) -> Sequence[Item]:
    (only, *more) = items.parts
    if more:
        return items.parts
    letters = letters_of(only)
    if letters is None:
        if base.rank > 1 and isinstance(only, Node) and has_product(only):
            raise formula.error(AMBIGUOUS, items, "separate indices with commas")
        return [only]
    tokens = [t for t in map(token_of, letters) if t is not None]
    digits = [t.text for t in tokens if t.kind == "NUM"]
    if len(letters) == 1:
        if base.rank > 1 and digits and len(digits[0]) > 1:
            raise formula.error(AMBIGUOUS, items, f"write {', '.join(digits[0])} or {digits[0]}, :")
        return [only]
    if base.rank == 1 and len(letters) == 2 and tokens[0].kind == "NUM" and len(digits) == 1:
        return [only]
    if len(letters) == base.rank and not digits:
        return letters
    hint = f"this array has {_axes(base)}: separate indices with commas, write a product with \\cdot"
    raise formula.error(AMBIGUOUS, items, hint)


def _key(formula: Formula, part: Item) -> ast.expr:
    """One index or slice."""
    if isinstance(part, Node) and part.rule == "slice":
        ends = [whole_number(formula, end.parts[0]) if end.parts else None for end in part.nodes()]
        node: ast.expr = ast.Slice(*ends, *[None] * (3 - len(ends)))
        placed(formula, node, formula.span(part) if part.last else formula.source.trimmed((0, 1)))
        return node
    token = token_of(part) if isinstance(part, Node) else None
    is_new = token is not None and (token.kind, token.text) == ("WORD", "new") and not formula.is_known("new")
    if token is not None and (token.kind == "DOTS" or is_new):
        node = ast.Constant(None if is_new else ...)
        placed(formula, node, token.span)
        return node
    return whole_number(formula, part)
