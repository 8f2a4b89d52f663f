r"""Conditions: comparisons of sizes, indices and arrays, joined by \land, \lor and \lnot."""

from __future__ import annotations

import ast

from symconv.reading.latex.parsing.grammar_nodes import CONDITIONS, Node, compared
from symconv.reading.latex.shared_parts.filled import terms_with_sizes
from symconv.reading.latex.shared_parts.forms import read
from symconv.reading.latex.shared_parts.formula import Formula, placed
from symconv.reading.latex.shared_parts.second_reading import settle

#: How claims compare.
COMPARISONS: dict[str, type[ast.cmpop]] = {
    "EQ": ast.Eq, "NE": ast.NotEq, "LE": ast.LtE, "LT": ast.Lt, "GE": ast.GtE, "GT": ast.Gt,
}  # fmt: skip


def condition(formula: Formula, node: Node) -> ast.expr:
    """A condition on sizes, indices and tensors."""
    match node:
        case Node("either" | "both"):
            op = ast.Or() if node.rule == "either" else ast.And()
            tree: ast.expr = ast.BoolOp(op, [condition(formula, part) for part in node.nodes()])
        case Node("negation"):
            tree = ast.UnaryOp(ast.Not(), condition(formula, node.nodes()[0]))
        case Node("chain"):
            tree = _comparison(formula, node)
        case Node("factor", (Node("group", (Node("items", (Node(rule) as inside,)),)),)) if rule in CONDITIONS:
            return condition(formula, inside)
        case _:
            raise formula.error("a condition compares two sides", node, r"as in h = w, or K = K^{\top}")
    return placed(formula, tree, formula.span(node))


def _comparison(formula: Formula, node: Node) -> ast.expr:
    members, relations = compared(node)
    ops = []
    for relation in relations:
        op = COMPARISONS.get(relation.symbol.kind)
        if op is None:
            raise formula.error("this does not compare", relation)
        ops.append(op())
    values = []
    for member in members:
        formula.closed = frozenset()
        values.append(read(formula, member))
    first, *others = [settle(formula, value).node for value in terms_with_sizes(formula, values)]
    return ast.Compare(first, list(ops), others)
