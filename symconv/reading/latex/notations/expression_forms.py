"""Symbols and brackets: what each of them stands for, as a syntax tree of claims."""

from __future__ import annotations

import ast
from dataclasses import replace

import sympy

from symconv.claims.names import quoted
from symconv.expressions.conversion import to_poly
from symconv.reading.latex.identifiers.declared_names import named
from symconv.reading.latex.latex_notations import form, scripted_form
from symconv.reading.latex.lexing.derivative_scope import TERM_ENDS
from symconv.reading.latex.parsing.grammar_nodes import CONDITIONS, Node, items_of, name_token, token_of
from symconv.reading.latex.shared_parts.filled import without_sizes
from symconv.reading.latex.shared_parts.forms import read, settled
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand, synthetic
from symconv.reading.latex.shared_parts.formula_conditions import condition
from symconv.reading.latex.shared_parts.scripts import exponent
from symconv.reading.latex.shared_parts.second_reading import opaque, settle

# Symbols


@form("atom")
def _symbol(formula: Formula, node: Node) -> Operand:
    token = node.symbol
    match token.kind:
        case "NUM":
            number = float(token.text) if "." in token.text else int(token.text[:2_000])
            return operand(formula, ast.Constant(number), node)
        case "LETTER" | "WORD":
            return named(formula, token, node, None)[0]
        case "FILLED":
            value = without_sizes(formula, token, (node.first, node.last))
            assert value is not None
            return value
        case "IMAG":
            if formula.is_known(token.text):
                message = f"{AMBIGUOUS}: {quoted(token.text)} is an index"
                raise formula.error(message, node, "choose another letter for the index")
            if "I" in formula.names.tensors or "I" in formula.names.sizes:
                raise formula.error("the imaginary unit cannot be told from 'I'", node, "rename what is called I")
            return opaque(formula, operand(formula, ast.Name("I", ast.Load()), node))
    hint = "write all entries, or one sum" if token.kind == "DOTS" else None
    raise formula.error(f"'{formula.source.text[slice(*token.span)]}' cannot stand here", node, hint)


@scripted_form("atom")
def _exponential(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    """e with an exponent."""
    token, script = token_of(factor.parts[0]), factor.nodes()[1]
    if token is None or token.text != "e" or formula.is_known("e") or script.rule != "above":
        return None
    power = exponent(formula, script)
    return operand(formula, call("exp", power.node), (factor.first, script.last)), 1


# Brackets


@form("items")
def _only_item(formula: Formula, node: Node) -> Operand:
    if len(node.parts) > 1:
        raise formula.error("this cannot stand in an expression", node)
    return read(formula, node.parts[0])


@form("braces", atom="_LBRACE either _RBRACE")
@form("group", atom="_LPAR items _RPAR")
def _grouped(formula: Formula, node: Node) -> Operand:
    inside = items_of(node.parts[0])
    if len(inside) > 1:
        raise formula.error("these brackets hold several things", node, "an array before them is not declared")
    if node.rule == "braces" and isinstance(inside[0], Node) and not _stands_alone(formula, node, inside[0]):
        raise formula.error(f"{AMBIGUOUS}: braces are not printed", node, "write round brackets")
    return replace(read(formula, inside[0]), first=node.first, last=node.last)


def _stands_alone(formula: Formula, node: Node, inside: Node) -> bool:
    """Whether what stands in braces means the same without them."""
    kinds = ["", *(t.kind for t in formula.tokens), ""]
    before, after = kinds[node.first], kinds[node.last + 1]
    if after in ("SUB", "SUP") and inside.rule in ("factors", "added", "term", "summed", "derived"):
        return False
    if inside.rule not in ("added", "term", "summed", "derived"):
        return True
    opens = before in {"", *TERM_ENDS} or (before.startswith("_") and not before.startswith("_R"))
    closes = after in {"", *TERM_ENDS} or (after.startswith("_") and not after.startswith("_L"))
    if inside.rule in ("summed", "derived"):
        return closes
    return opens and closes and not (inside.rule == "added" and before == "MINUS")


@form("set", atom="_LSET items _RSET")
def _in_curly_brackets(formula: Formula, node: Node) -> Operand:
    r"""\left\{ P + Q \right\}: brackets, but for one name, which would be a set."""
    if name_token(node.parts[0]) is not None:
        raise formula.error("curly brackets hold the argument of a function", node, "write round brackets")
    return _grouped(formula, node)


@form("bracket", atom="_LSQ items _RSQ")
def _bracketed(formula: Formula, node: Node) -> Operand:
    """A list of entries, one array, or 1 where all conditions hold."""
    items = node.nodes()[0].parts
    if all(isinstance(item, Node) and item.rule in CONDITIONS for item in items):
        tests = [condition(formula, item) for item in items if isinstance(item, Node)]
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
        return operand(formula, ast.IfExp(test, ast.Constant(1), ast.Constant(0)), node)
    parts = [settled(formula, item) for item in items]
    is_grouped = isinstance(items[0], Node) and items[0].rule in ("added", "term", "factors") and not parts[0].pure
    if not any(part.rank for part in parts) and not (len(parts) == 1 and is_grouped):
        return operand(formula, ast.List([part.node for part in parts], ast.Load()), node)
    if len(parts) > 1:
        hint = r"write \operatorname{stack}(A, B), or A B - B A"
        raise formula.error(f"{AMBIGUOUS}: an array of arrays or a commutator", node, hint)
    return replace(parts[0], first=node.first, last=node.last)


@form("angle", atom="_LANGLE added _COMMA added _RANGLE", _LANGLE=r"\langle", _RANGLE=r"\rangle")
def _inner_product(formula: Formula, node: Node) -> Operand:
    left, right = (settled(formula, part) for part in node.parts)
    complex_ones = any(t.is_complex_valued for t in formula.names.tensors.values())
    if left.rank == right.rank == 1 and complex_ones:
        texts = [formula.source.text[slice(*formula.span(value))].strip() for value in (left, right)]
        texts = [text if len(text) == 1 or text[:1] == "\\" and text[1:].isalpha() else f"({text})" for text in texts]
        first, second = texts
        hint = rf"write {first}^{{\dagger}} {second} if the first is, {second}^{{\dagger}} {first} if the second is"
        raise formula.error(f"{AMBIGUOUS}: which of complex arrays is conjugated", node, hint)
    if left.rank != 1 or right.rank != 1:
        hint = r"write \langle X, Y \rangle_F for \sum \overline{X} Y, or \operatorname{inner}(X, Y)"
        raise formula.error(f"{AMBIGUOUS}: which product is meant", node, hint)
    return operand(formula, call("inner", left.node, right.node), node)


@scripted_form("angle")
def _frobenius(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    r"""\langle X, Y \rangle_F."""
    inside, script, *_ = factor.nodes()
    token = token_of(script.argument)
    if script.rule != "below" or token is None or token.text != "F":
        return None
    left, right = (settled(formula, part) for part in inside.parts)
    return operand(formula, call("frobenius", left.node, right.node), (inside.first, script.last)), 1


@form("matrix", atom="_BEGIN row (NEWROW row)* NEWROW? _END")
def _matrix(formula: Formula, node: Node) -> Operand:
    rows = [[settled(formula, cell).node for cell in row.nodes()] for row in node.nodes()]
    for row, part in zip(rows, node.nodes(), strict=True):
        if len(row) != len(rows[0]):
            raise formula.error(f"rows of {len(rows[0])} and {len(row)} entries", part)
    lists: list[ast.expr] = [ast.List(row, ast.Load()) for row in rows]
    return operand(formula, ast.List(lists, ast.Load()), node)


# Numbers


@form(
    "fraction",
    atom="_FRAC _LBRACE added _RBRACE _LBRACE added _RBRACE",
    _FRAC=r"\frac \dfrac \tfrac \cfrac \nicefrac \sfrac",
)
def _fraction(formula: Formula, node: Node) -> Operand:
    above, below = (read(formula, part) for part in node.parts)
    if not (above.pure and below.pure):
        above, below = settle(formula, above), settle(formula, below)
    return operand(formula, ast.BinOp(above.node, ast.Div(), below.node), node)


@form("root", atom="_SQRT _LBRACE added _RBRACE", _SQRT=r"\sqrt")
def _root(formula: Formula, node: Node) -> Operand:
    inside = read(formula, node.parts[0])
    root = operand(formula, call("sqrt", settle(formula, inside).node), node)
    return opaque(formula, root) if formula.free_names(inside.node) else root


@form("conjugate", atom="_OVER (_LBRACE added _RBRACE | LETTER)", _OVER=r"\overline \bar")
def _conjugate(formula: Formula, node: Node) -> Operand:
    inside = settled(formula, node.parts[0])
    return operand(formula, call("conj", inside.node), node, row=inside.row)


@form("floor", atom="_LFLOOR added _RFLOOR", _LFLOOR=r"\lfloor", _RFLOOR=r"\rfloor")
@form("ceiling", atom="_LCEIL added _RCEIL", _LCEIL=r"\lceil", _RCEIL=r"\rceil")
def _rounded(formula: Formula, node: Node) -> Operand:
    """⌊a/b⌋ as a // b, and ⌈a/b⌉ as −(−a // b)."""
    inside = read(formula, node.parts[0])
    if not inside.pure:
        raise formula.error("only a number can be rounded", inside)
    match inside.node:
        case ast.BinOp(above, ast.Div(), below):
            pass
        case _:
            quotient = sympy.fraction(sympy.together(formula.value(inside.node)))
            above, below = (synthetic(formula, str(to_poly(part)), formula.span(node)) for part in quotient)
    if node.rule == "floor":
        return operand(formula, ast.BinOp(above, ast.FloorDiv(), below), node)
    rounded = ast.BinOp(ast.UnaryOp(ast.USub(), above), ast.FloorDiv(), below)
    return operand(formula, ast.UnaryOp(ast.USub(), rounded), node)
