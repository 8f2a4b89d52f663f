r"""Derivatives at a place: \left[\nabla_{x} f(x)\right]_{x = y}."""

from __future__ import annotations

import ast

from symconv.claims.names import quoted
from symconv.reading.latex.forms import read, settled
from symconv.reading.latex.formula import Formula, Operand, call, operand
from symconv.reading.latex.grammar_nodes import Item, Node, index_name
from symconv.reading.latex.latex_notations import scripted_form
from symconv.reading.latex.tokens import Token


@scripted_form("bracket")
def _derivative_at(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    inside, script, *_ = factor.nodes()
    if (replaced := replacement(formula, script)) is None:
        return None
    name, value = replaced
    derivative = read(formula, inside)
    match derivative.node:
        case ast.Call(ast.Name("grad"), [scalar], [ast.keyword("T", ast.Name() as variable)]) if variable.id == name:
            tree = call("grad", scalar, T=variable, at=settled(formula, value).node)
            return operand(formula, tree, (derivative.first, script.last)), 1
    raise formula.error(f"something is put for {quoted(name)}, which the gradient before is not taken by", script)


def replacement(formula: Formula, script: Node) -> tuple[str, Item] | None:
    """The array and what is put for it, in x = y below brackets."""
    match script:
        case Node("below", (_, Node("items", (Node("chain", (left, Node("relation", (Token("EQ"),)), right)),)))):
            name = index_name(left)
            return (name, right) if name in formula.names.tensors and name is not None else None
    return None
