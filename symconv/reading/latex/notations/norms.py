r"""Squares of norms and of absolute values: \|x\|^2, \lVert X \rVert_F^2, |x_n|^2."""

from __future__ import annotations

import ast

from symconv.reading.latex.latex_notations import form, scripted_form
from symconv.reading.latex.parsing.grammar_nodes import Node, token_of
from symconv.reading.latex.shared_parts.forms import settled
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, call, operand

_SQUARE = r"a root is not exact here: write the square, \|x\|^2, \|X\|_F^2 or |x_n|^2, and square the other side"


@form("norm", atom="_LNORM added _RNORM")
@form("absolute", atom="_LBAR added _RBAR")
def _alone(formula: Formula, node: Node) -> Operand:
    raise formula.error("norms and absolute values are read only as squares", node, _SQUARE)


@scripted_form("norm")
@scripted_form("absolute")
def _squared(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    inside, *scripts = factor.nodes()
    below = [s for s in scripts[:2] if s.rule == "below"]
    above = [s for s in scripts[:2] if s.rule == "above"]
    power = token_of(above[0].argument) if above else None
    if power is None or power.text != "2" or len(below) > 1 or len(above) > 1:
        raise formula.error("norms and absolute values are read only as squares", inside, _SQUARE)
    used = len(below) + len(above)
    which = token_of(below[0].argument) if below else None
    value = settled(formula, inside.nodes()[0])
    if below and (which is None or inside.rule == "absolute" or which.text not in ("2", "F")):
        raise formula.error("this norm is not read", below[0], r"write \|x\|_2^2 or \|X\|_F^2")
    if inside.rule == "absolute" and value.rank:
        hint = r"write \|x\|^2 for the sum, |x_n|^2 for an entry"
        raise formula.error(f"{AMBIGUOUS}: an array between bars", inside, hint)
    if value.rank > 1 and (which is None or which.text != "F"):
        hint = r"write \|X\|_F^2 for the sum of the squares of the entries"
        raise formula.error(f"{AMBIGUOUS}: which norm of a matrix", inside, hint)
    place = (inside.first, scripts[used - 1].last)
    if not value.rank:
        return operand(formula, ast.BinOp(call("conj", value.node), ast.Mult(), value.node), place), used
    is_complex = any(t.is_complex_valued for t in formula.names.tensors.values()) or _transforms(value.node)
    name = "dot" if value.rank == 1 and not is_complex else "frobenius"
    return operand(formula, call(name, value.node, value.node), place), used


def _transforms(tree: ast.expr) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(names & {"fft", "ifft", "exp", "I"})
