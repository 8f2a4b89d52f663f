"""Reading a part of a formula: by the form that its rule of the grammar has in the table of notations."""

from __future__ import annotations

import ast

from symconv.reading.latex.latex_notations import FORMS
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import CONDITIONS, Item, Node
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand
from symconv.reading.latex.shared_parts.second_reading import settle

#: What is said of parts that stand elsewhere.
_ELSEWHERE = {
    **dict.fromkeys(CONDITIONS, ("a comparison cannot stand in an expression", None)),
    "slice": ("a slice stands only in indices", None),
    "nothing": ("these brackets are empty", None),
}


def read(formula: Formula, part: Item) -> Operand:
    """A whole expression; what is read once is not read again."""
    node = part if isinstance(part, Node) else atom(formula, part)
    if node not in formula.operands:
        if node.rule not in FORMS:
            message, hint = _ELSEWHERE.get(node.rule, ("this cannot stand in an expression", None))
            raise formula.error(message, node, hint)
        formula.operands[node] = FORMS[node.rule](formula, node)
    return formula.operands[node]


def atom(formula: Formula, token: Token) -> Node:
    """A symbol that stands alone above or below, as a part of its own."""
    place = formula.tokens.index(token)
    return Node("atom", (token,), place, place + 1)


def settled(formula: Formula, part: Item) -> Operand:
    """A whole expression, read twice if it is a number."""
    return settle(formula, read(formula, part))


def whole_number(formula: Formula, part: Item) -> ast.expr:
    """An index, bound or size, read twice."""
    number = settled(formula, part)
    if not number.pure:
        raise formula.error("a whole number belongs here, not an array or an entry", number)
    return number.node


def by_times(formula: Formula, item: Item) -> tuple[Item, ...]:
    """The sizes in F × C h w."""
    if not isinstance(item, Node) or item.rule not in ("term", "added"):
        return (item,)
    symbols = [n.symbol.kind for part in (item, *item.nodes()) for n in part.nodes() if n.rule == "infix"]
    if item.rule == "added":
        if "TIMES" in symbols:
            raise formula.error(AMBIGUOUS, item, "write brackets around a size that is a sum")
        return (item,)
    return tuple(n for n in item.nodes() if n.rule != "infix") if {*symbols} == {"TIMES"} else (item,)
