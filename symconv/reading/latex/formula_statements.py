"""What a formula states: a chain, its hypotheses and its exact condition, as syntax trees of claims."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from symconv.claims.expression_reader import Reader
from symconv.claims.names import quoted
from symconv.claims.syntax import Span
from symconv.reading.latex.chain_members import at_indices, check_columns, check_repeated, indexed_first
from symconv.reading.latex.declared_names import check_called, check_spelling, undeclared
from symconv.reading.latex.forms import settled
from symconv.reading.latex.formula import Formula, placed
from symconv.reading.latex.formula_conditions import COMPARISONS, condition
from symconv.reading.latex.function_names import function_named
from symconv.reading.latex.grammar import parse
from symconv.reading.latex.grammar_nodes import Node, compared, index_name, items_of, joined_names, name_token
from symconv.reading.latex.tokens import tokens

_SIDES = r"a claim compares two sides with = or \ne"


@dataclass(frozen=True)
class Statement:
    """A formula as syntax trees, and the ranges that it leaves out with the entries that they are taken from."""

    sides: ast.expr
    hypotheses: ast.expr | None
    exactly: ast.expr | None
    taken: tuple[str, ...]


def statement(reader: Reader, span: Span) -> Statement:
    """What the formula at this place states, its names being open."""
    formula = Formula(reader, tokens(reader.source, span[0]))
    check_spelling(formula)
    tree = parse(reader.source, formula.tokens, span)
    sides, *conditions = tree.nodes()
    chain = _chain(formula, sides)
    trees = {part.rule: condition(formula, part.nodes()[0]) for part in conditions}
    check_called(formula)
    taken = tuple(told for _, told in sorted(formula.taken))
    return Statement(chain, trees.get("condition"), trees.get("exactly"), taken)


def _chain(formula: Formula, node: Node) -> ast.expr:
    """The members of a chain, arrays read at the indices of those that are entries."""
    if node.rule != "chain":
        raise formula.error(_SIDES, node, "as in A * K = K * A")
    members, relations = compared(node)
    ops = [COMPARISONS.get(relation.symbol.kind) for relation in relations]
    for relation, op in zip(relations, ops, strict=True):
        if op not in (ast.Eq, ast.NotEq):
            raise formula.error(_SIDES, relation)
    if (defines := _defined_indices(formula, members[0])) is not None:
        if ops[0] is not ast.Eq or len(members) < 3:
            name = quoted(formula.tokens[members[0].first].text)
            message = f"{name} is not declared, so that this defines it and states nothing"
            raise formula.error(message, members[0], f"declare {name}, or say what else it equals")
        members, ops = members[1:], ops[1:]
        formula.defined = tuple(defines)
    values = []
    for member in members:
        formula.closed = frozenset()
        values.append(settled(formula, member))
    values = at_indices(formula, values, defines)
    check_columns(formula, values)
    check_repeated(formula, values)
    if all(op is ast.Eq for op in ops):
        values = indexed_first(values)
    tree = ast.Compare(values[0].node, [op() for op in ops if op], [value.node for value in values[1:]])
    return placed(formula, tree, formula.span(node))


def _defined_indices(formula: Formula, node: Node) -> list[str] | None:
    """The indices of an undeclared array on the left, which the formula defines."""
    match node:
        case Node("factors", (Node("factor", (base,)), Node("factor", (Node("group" | "bracket") as inside,)))):
            items, brackets = items_of(inside.nodes()[0]), inside.rule
        case Node("factor", (base, Node("below", (_, below)))):
            items, brackets = items_of(below), ""
            match items:
                case (Node("factors") as only,):
                    items = only.nodes()
        case _:
            return None
    token = name_token(base)
    if token is None or formula.is_known(token.text) or function_named(formula, token) is not None:
        return None
    if not brackets and any(formula.is_known(n) for n in joined_names(token.text, node.nodes()[1])):
        return None
    names = [name for item in items if (name := index_name(item)) is not None]
    if len(names) < len(items) or len({*names}) < len(names):
        if token.kind == "WORD" and brackets:
            raise undeclared(formula, token, called=True)
        hint = "what a formula defines is indexed by names"
        raise formula.error(f"{quoted(token.text)} is not declared", node, hint)
    for name, item in zip(names, items, strict=True):
        if formula.is_known(name):
            if brackets == "group":
                raise undeclared(formula, token, called=True)
            raise formula.error(f"{quoted(name)} is no index: it is declared", item)
    return names
