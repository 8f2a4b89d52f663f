r"""Values by cases: \begin{cases} … \end{cases}, whose conditions exclude one another and leave nothing out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import combinations, product

from symconv.claims.expression_reader import conditions_of
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.limits import MAX_LATEX_PIECES, Undecided
from symconv.operators.conditional import compared, written
from symconv.reading.latex.latex_notations import form
from symconv.reading.latex.parsing.grammar_nodes import Node
from symconv.reading.latex.shared_parts.forms import settled
from symconv.reading.latex.shared_parts.formula import Formula, Operand, operand, synthetic
from symconv.reading.latex.shared_parts.formula_conditions import condition
from symconv.reading.latex.shared_parts.second_reading import opaque

_AS_IN = r"as in \begin{cases} x_n & \text{if } n < k \\ 0 & \text{otherwise} \end{cases}"


@form("cases", atom="_CASES case (NEWROW case)* NEWROW? _ENDCASES")
def _cases(formula: Formula, node: Node) -> Operand:
    """The sum of the rows, each 0 where its condition does not hold."""
    rows = node.nodes()
    otherwise = rows[-1] if rows[-1].rule == "otherwise" else None
    for row in rows[:-1]:
        if row.rule == "otherwise":
            raise formula.error("this row is not the last one", row, "what holds otherwise comes last")
    values = [settled(formula, row.nodes()[0]) for row in rows]
    for row, value in zip(rows, values, strict=True):
        if value.rank != values[0].rank:
            raise formula.error(f"values with {values[0].rank} and {value.rank} axes", row)
    tests = [_test(formula, row.nodes()[1]) for row in rows if row is not otherwise]
    holding = [compared(written(conditions_of(formula.reader, [test], formula.bound))) for test in tests]
    facts = _facts(formula, holding)
    try:
        _check_apart(formula, rows, holding, facts)
        rest = [piece for piece in _rest(formula, holding, node) if facts.given(piece).allow(())]
    except Undecided as error:
        raise formula.error(f"whether these rows exclude one another is not known: {error}", node) from None
    pieces = [(value, test) for value, test in zip(values, tests, strict=False)]
    if otherwise is None and rest:
        message = f"no row holds{_example(facts, rest[0])}"
        raise formula.error(message, node, r"end with a row: … & \text{otherwise}")
    if otherwise is not None:
        pieces += [(values[-1], _written(formula, piece, otherwise)) for piece in rest]
    trees = [ast.IfExp(test, value.node, ast.Constant(0)) for value, test in pieces if not _is_zero(value)]
    if not trees:
        return opaque(formula, operand(formula, ast.Constant(0), node))
    total: ast.expr = trees[0]
    for tree in trees[1:]:
        total = ast.BinOp(total, ast.Add(), tree)
    return operand(formula, total, node)


def _test(formula: Formula, node: Node) -> ast.expr:
    tree = condition(formula, node)
    parts = [n for n in ast.walk(tree) if isinstance(n, (ast.BoolOp, ast.UnaryOp, ast.Compare))]
    for part in parts:
        negated = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not)
        if negated or isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or):
            raise formula.error("a row has one condition, or several joined by 'and'", node, "write a row for each")
    for part in parts:
        for side in [part.left, *part.comparators] if isinstance(part, ast.Compare) else ():
            if isinstance(formula.value(side), (TensorExpr, list, tuple)):
                raise formula.error("a condition of a row compares sizes and indices", node, _AS_IN)
    return tree


def _facts(formula: Formula, holding: Sequence[Sequence[Compare]]) -> Facts:
    names = sorted(set().union(*(c.poly.names for conditions in holding for c in conditions)))
    sizes = tuple(n for n in names if n in formula.names.sizes)
    return Facts(sizes, tuple(n for n in names if n not in sizes))


def _check_apart(formula: Formula, rows: Sequence[Node], holding: Sequence[Sequence[Compare]], facts: Facts) -> None:
    for later, earlier in sorted((j, i) for i, j in combinations(range(len(holding)), 2)):
        both = (*holding[earlier], *holding[later])
        if facts.given(both).allow(()):
            message = f"this row and row {earlier + 1} both hold{_example(facts, both)}"
            raise formula.error(message, rows[later], "each row holds where the others do not")


def _rest(formula: Formula, holding: Sequence[Sequence[Compare]], node: Node) -> list[tuple[Compare, ...]]:
    """The ways in which no row holds, disjoint."""
    ways = [list(refusals(conditions)) for conditions in holding]
    pieces = [tuple(c for part in parts for c in part) for parts in product(*ways)]
    if len(pieces) > MAX_LATEX_PIECES:
        raise formula.error("these rows have too many conditions", node, f"at most {MAX_LATEX_PIECES} pieces are read")
    return pieces


def _example(facts: Facts, conditions: Sequence[Compare]) -> str:
    point = facts.smallest(conditions)
    shown = ", ".join(f"{name} = {value}" for name, value in (point or {}).items() if name.isidentifier())
    return f" at {shown}" if shown else ", as far as can be told"


def _written(formula: Formula, conditions: Sequence[Compare], row: Node) -> ast.expr:
    tests = [synthetic(formula, str(c), formula.span(row)) for c in conditions]
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _is_zero(value: Operand) -> bool:
    return isinstance(value.node, ast.Constant) and value.node.value == 0
