"""What stands above and below a factor: indices, powers, transposes, conjugates."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from symconv.reading.latex.forms import atom, read, settled, whole_number
from symconv.reading.latex.formula import AMBIGUOUS, Formula, Operand, call, operand
from symconv.reading.latex.grammar_nodes import Node, in_brackets, only_item, token_of
from symconv.reading.latex.second_reading import settle
from symconv.reading.latex.subscripts import indexed
from symconv.reading.latex.tokens import Token

_ENTRY = r"an entry has no transpose: write (A^{\top})_{i,j} or A_{j,i}"


def scripted(formula: Formula, base: Operand, scripts: Sequence[Node]) -> Operand:
    """A factor with what stands above and below it, in this order."""
    below = transposed = False
    for script in scripts:
        if script.rule == "below":
            argument = script.argument
            if isinstance(argument, Token):
                alone = atom(formula, argument)
                argument = Node("items", (alone,), alone.first, alone.last)
            if below:
                raise formula.error("a second subscript", script, "indices stand in one subscript")
            base = indexed(formula, base, argument, script.last, script=True)
            if transposed and base.rank:
                raise formula.error(f"{AMBIGUOUS}: which comes first", script, r"write (A^{\top})_{i}")
            below = True
            continue
        mark = _mark(formula, script, base)
        if mark in ("transposed", "adjoint"):
            if below or base.rank == 0:
                hint = _ENTRY if base.rank == 0 else r"write (A_{i})^{\top}"
                raise formula.error("a transpose stands after an entry or a number", script, hint)
            transposed = True
        base = _ABOVE[mark](formula, base, script)
    return base


def _mark(formula: Formula, script: Node, base: Operand) -> str:
    """What stands above a factor: a mark that is no exponent, or a power."""
    argument = script.argument
    if isinstance(argument, Node) and argument.rule in ("transposed", "each"):
        return argument.rule
    if isinstance(argument, Node) and argument.rule == "mark":
        argument = argument.parts[0]
    token = token_of(argument)
    match token:
        case Token("TOP"):
            return "transposed"
        case Token("DAGGER"):
            return "adjoint"
        case Token("SLIDE", text):
            if text not in ("*", r"\ast"):
                raise formula.error("this cannot stand above", script)
            return "conjugate"
        case Token("LETTER", "T") if not formula.is_known("T"):
            return "transposed"
        case Token("LETTER", "T") if base.rank:
            raise formula.error(f"{AMBIGUOUS}: 'T' is declared", script, r"write X^{\top}")
    return "power"


def _transposed(formula: Formula, base: Operand, script: Node) -> Operand:
    place = (base.first, script.last)
    match script.argument:
        case Node("transposed", (_, Node("items", items))):
            axes = ast.Tuple([whole_number(formula, item) for item in items], ast.Load())
            return operand(formula, call("transpose", base.node, axes), place)
    is_row = base.rank == 1 and not base.row
    return operand(formula, ast.Attribute(base.node, "T", ast.Load()), place, row=is_row)


def _adjoint(formula: Formula, base: Operand, script: Node) -> Operand:
    tree = call("conj", ast.Attribute(base.node, "T", ast.Load()))
    return operand(formula, tree, (base.first, script.last), row=base.rank == 1 and not base.row)


def _conjugate(formula: Formula, base: Operand, script: Node) -> Operand:
    if base.rank > 1:
        raise formula.error(AMBIGUOUS, script, r"write \overline{A}, or A^{\dagger} for the transpose as well")
    return operand(formula, call("conj", base.node), (base.first, script.last), row=base.row)


def _power_of_each(formula: Formula, base: Operand, script: Node) -> Operand:
    argument = script.argument
    assert isinstance(argument, Node)
    exponent = settled(formula, argument.parts[1])
    tree = ast.BinOp(base.node, ast.Pow(), exponent.node)
    return operand(formula, tree, (base.first, script.last))


def _power(formula: Formula, base: Operand, script: Node) -> Operand:
    if base.rank > 1:
        hint = r"write X X, or X^{\odot 2} for the squares of the entries"
        raise formula.error(f"{AMBIGUOUS}: a power of a matrix or of its entries", script, hint)
    power = exponent(formula, script)
    if not base.pure:
        settle(formula, power)
    return operand(formula, ast.BinOp(base.node, ast.Pow(), power.node), (base.first, script.last))


def exponent(formula: Formula, script: Node) -> Operand:
    """A number that stands above a factor."""
    argument = script.argument
    if isinstance(argument, Token) and argument.kind == "NUM" and len(argument.text) > 1:
        raise formula.error(AMBIGUOUS, script, "write braces around the exponent")
    number = read(formula, argument)
    if not number.pure:
        raise formula.error("an exponent is a number", number)
    if in_brackets(only_item(argument), "group") and formula.tokens[number.first].kind == "_LPAR":
        hint = "write an exponent without brackets"
        raise formula.error(f"{AMBIGUOUS}: an exponent or a label", number, hint)
    return number


_ABOVE: dict[str, Callable[[Formula, Operand, Node], Operand]] = {
    "transposed": _transposed, "adjoint": _adjoint, "conjugate": _conjugate, "each": _power_of_each, "power": _power,
}  # fmt: skip
