r"""Second derivatives: \frac{\partial^2 f}{\partial x_i \partial x_j}, and all of them, \nabla^2 f, the Hessian."""

from __future__ import annotations

import ast
from itertools import count

from symconv.reading.latex.parsing.grammar_nodes import Node, token_of
from symconv.reading.latex.shared_parts.forms import read
from symconv.reading.latex.shared_parts.formula import Formula, Operand, call, operand, synthetic

_BY_ARRAYS = r"as in \frac{\partial^2 f}{\partial x_i \partial x_j} or \frac{\partial^2 f}{\partial x \partial x^\top}"


def variables(formula: Formula, by: Node) -> list[Operand]:
    r"""What stands below a fraction: \partial x_i \partial x_j, \partial x_i^2 or \partial x \partial x^\top."""
    factors = by.nodes()
    twice, squared = [], False
    for factor in factors:
        head, *scripts = factor.nodes()
        above = [s for s in scripts if s.rule == "above"]
        mark = token_of(above[0].argument) if len(above) == 1 else None
        if mark is not None and (mark.text == "2" or mark.kind == "TOP" or mark.text == "T"):
            squared = squared or mark.text == "2"
            kept = tuple(part for part in factor.parts if part is not above[0])
            factor = Node("factor", kept, factor.first, scripts[-1].first if scripts[-1] is above[0] else factor.last)
        twice.append(read(formula, factor))
    return [twice[0], twice[0]] if squared and len(twice) == 1 else twice


def second(formula: Formula, value: Operand, by: list[Operand], place: tuple[int, int]) -> Operand:
    """The derivative of a number by two entries, or by two vectors as a matrix, a row for each entry of the first."""
    first, then = by
    if first.rank != then.rank:
        raise formula.error("a second derivative by an array and an entry", then, _BY_ARRAYS)
    if first.rank > 1:
        raise formula.error("a second derivative by a matrix is not read", first, _BY_ARRAYS)
    if not first.rank:
        tree = _derived(_derived(value.node, then.node), first.node)
        return operand(formula, tree, place)
    index = _fresh(formula)
    entry = ast.Subscript(call("grad", value.node, T=first.node), ast.Name(index, ast.Load()), ast.Load())
    limit = synthetic(formula, str(first.axes[0].size), formula.span(place))
    generator = ast.comprehension(ast.Name(index, ast.Store()), call("range", limit), [], 0)
    tree = ast.ListComp(call("grad", entry, T=then.node), [generator])
    return operand(formula, tree, place)


def hessian(formula: Formula, value: Operand, variable: Operand, place: tuple[int, int]) -> Operand:
    r"""\nabla^2 f, told since it is the Laplacian elsewhere."""
    formula.take(place, r"\nabla^2 is the matrix of second derivatives")
    return second(formula, value, [variable, variable], place)


def is_second(formula: Formula, script: Node) -> bool:
    r"""Whether the script of a \nabla is a 2 above it; other ones are errors."""
    token = token_of(script.argument)
    if script.rule == "above" and (token is None or token.text != "2"):
        raise formula.error("only first and second derivatives are read", script)
    return script.rule == "above"


def _derived(tree: ast.expr, by: ast.expr) -> ast.expr:
    """The derivative by an array that is declared, or by one of its entries."""
    if isinstance(by, ast.Subscript):
        return ast.Subscript(call("grad", tree, T=by.value), by.slice, ast.Load())
    return call("grad", tree, T=by)


def _fresh(formula: Formula) -> str:
    """A name for an index that is nowhere in the formula."""
    used = {token.text for token in formula.tokens}
    return next(n for k in count() if (n := f"i{k or ''}") not in used and not formula.is_known(n))
