r"""Derivatives: \nabla_{X} f, \frac{\partial f}{\partial X}, \frac{d}{dx} f, and at a place: [\nabla_{x} f]_{x = y}."""

from __future__ import annotations

import ast

from symconv.claims.names import quoted
from symconv.reading.latex.latex_notations import form, scripted_form
from symconv.reading.latex.lexing.derivative_scope import SECOND
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.notations.juxtaposition import side_by_side
from symconv.reading.latex.notations.second_derivatives import hessian, is_second, second, variables
from symconv.reading.latex.parsing.grammar_nodes import Item, Node, index_name, items_of
from symconv.reading.latex.shared_parts.forms import read, settled
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand

_FRACTION = "_FRAC _LBRACE {above} _RBRACE _LBRACE by _RBRACE"


@form("derivative", atom=_FRACTION.format(above="PARTIAL added"))
def _derivative(formula: Formula, node: Node) -> Operand:
    r"""\frac{\partial f}{\partial X}."""
    scalar, by = node.nodes()
    return _by(formula, node.symbol, scalar, by, (node.first, node.last))


def _by(formula: Formula, sign: Token, scalar: Item, by: Node, place: tuple[int, int]) -> Operand:
    """The first or the second derivative of a number by what stands below the fraction."""
    order = 2 if sign.text == SECOND else 1
    if order == 1 and len(by.nodes()) == 1:
        return _gradient(formula, scalar, by.nodes()[0], place)
    by_all = variables(formula, by)
    if len(by_all) != order:
        raise formula.error(
            "as many derivatives stand below as above", by, r"as in \frac{\partial^2 f}{\partial x_i^2}"
        )
    for variable in by_all:
        _check_variable(formula, variable)
    return second(formula, _scalar(formula, scalar), by_all, place)


@form(
    "derivation_of",
    atom=_FRACTION.format(above="DERIVED") + " (_LPAR items _RPAR | _LSQ items _RSQ | _LSET items _RSET)",
)
def _derivative_of_brackets(formula: Formula, node: Node) -> Operand:
    r"""\frac{\partial}{\partial X} (f)."""
    by, items = node.nodes()
    if len(items.parts) != 1:
        raise formula.error("these brackets hold several things", items, "one expression is derived")
    return _by(formula, node.symbol, items.parts[0], by, (node.first, node.last))


@form("derived")
def _derived(formula: Formula, node: Node) -> Operand:
    """A derivative of all that follows it, and the factors before it."""
    *before, derivation, scalar = node.nodes()
    by: Node | None = None
    variable: Item = derivation
    above = [n for n in derivation.nodes() if n.rule == "above" and is_second(formula, n)]
    match [n for n in derivation.nodes() if n not in above]:
        case [Node("below", (_, below))]:
            variable = items_of(below)[0] if len(items_of(below)) == 1 else below
        case [Node("by") as by]:
            pass
        case _:
            hint = r"as in \nabla_{X} \operatorname{tr}(X^\top A), \frac{\partial}{\partial x} x^\top x"
            raise formula.error("a derivative tells below by which array", derivation, hint)
    if scalar.rule == "term":
        first = read(formula, scalar.nodes()[0])
        if not first.rank and not first.pure:
            message = f"{AMBIGUOUS}: whether the derivative ends before this sign"
            raise formula.error(message, scalar.nodes()[1], "write brackets around all that is derived")
    place = (derivation.first, node.last)
    if by is not None:
        gradient = _by(formula, derivation.symbol, scalar, by, place)
    elif above:
        array = read(formula, variable)
        _check_variable(formula, array)
        gradient = hessian(formula, _scalar(formula, scalar), array, place)
    else:
        gradient = _gradient(formula, scalar, variable, place)
    return side_by_side(formula, [*(read(formula, part) for part in before), gradient])


def _gradient(formula: Formula, scalar: Item, variable: Item, place: tuple[int, int]) -> Operand:
    array = read(formula, variable)
    name, keys = _check_variable(formula, array)
    tree = call("grad", _scalar(formula, scalar).node, T=name)
    for key in keys:
        tree = ast.Subscript(tree, key, ast.Load())
    return operand(formula, tree, place)


def _check_variable(formula: Formula, array: Operand) -> tuple[ast.expr, list[ast.expr]]:
    """The array by which or by whose entry something is derived, and the indices of the entry."""
    keys: list[ast.expr] = []
    name = array.node
    if isinstance(array.node, ast.Subscript):
        name, keys = array.node.value, [array.node.slice]
    if not isinstance(name, ast.Name) or name.id not in formula.names.tensors or (keys and array.rank):
        raise formula.error("a derivative is taken by a declared array or one of its entries", array)
    return name, keys


def _scalar(formula: Formula, scalar: Item) -> Operand:
    value = settled(formula, scalar)
    if value.rank:
        message = f"only a scalar is derived, and this has {value.rank} {'axis' if value.rank == 1 else 'axes'}"
        raise formula.error(message, value, "the layout of a Jacobian is not fixed: derive an entry, or a product")
    return value


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
