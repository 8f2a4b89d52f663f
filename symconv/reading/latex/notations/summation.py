"""Sums over everything up to the next + or −, and arrays that are listed by their entries."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.reading.latex.latex_notations import form, scripted_form
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.notations.derivatives import replacement
from symconv.reading.latex.notations.juxtaposition import side_by_side
from symconv.reading.latex.notations.sum_ranges import completed, guarded, without_solved, written_ranges
from symconv.reading.latex.parsing.grammar_nodes import Item, Node, items_of
from symconv.reading.latex.shared_parts.bases import ranged
from symconv.reading.latex.shared_parts.forms import read, settled
from symconv.reading.latex.shared_parts.formula import Formula, Operand, call, operand, placed


@form("summed")
def _summed(formula: Formula, node: Node) -> Operand:
    r"""\sum with its bounds and what it takes, and the factors before it."""
    start = next(i for i, part in enumerate(node.parts) if isinstance(part, Token))
    scripts = [n for n in node.nodes() if n.rule in ("below", "above")]
    body, generators = _ranged(formula, node, scripts, node.parts[-1])
    tree = placed(formula, call("sum", ast.GeneratorExp(body.node, generators)), formula.span(node))
    before = node.parts[start - 1] if start else None
    first = before.last if isinstance(before, Node) else node.first
    total = operand(formula, tree, (first, node.last))
    return side_by_side(formula, [read(formula, before), total]) if before else total


@scripted_form("bracket")
def _listed(formula: Formula, factor: Node) -> tuple[Operand, int] | None:
    r"""[x_n]_{0 \le n < N}: the array of the entries, one axis an index."""
    inside, below, *_ = factor.nodes()
    items = inside.nodes()[0].parts
    indices = items_of(below.argument)
    ranges = below.rule == "below" and all(isinstance(i, Node) and i.rule == "chain" for i in indices)
    if not ranges or len(items) > 1 or replacement(formula, below) is not None:
        return None
    body, generators = _ranged(formula, inside, [below], items[0])
    tree = body.node
    for generator in reversed(generators):
        tree = ast.ListComp(tree, [generator])
    return operand(formula, tree, (inside.first, below.last)), 1


def _ranged(
    formula: Formula, node: Node, scripts: Sequence[Node], body: Item
) -> tuple[Operand, list[ast.comprehension]]:
    """What stands inside of indices, and their ranges."""
    ranges = written_ranges(formula, node, scripts)
    inside = formula.within(name for r in ranges for name in r.names)
    since = len(formula.notes.reads)
    value = guarded(inside, ranges, without_solved(inside, ranges, settled(inside, body)))
    formula.closed |= {name for r in ranges for name in r.names}
    is_open = [r.upper is None or r.lower is None for r in ranges]
    generators = completed(inside, ranges, value)
    for one, left_out, generator in reversed([*zip(ranges, is_open, generators, strict=True)]):
        limits = generator.iter.args if isinstance(generator.iter, ast.Call) else []
        lower = limits[0] if len(limits) > 1 else placed(formula, ast.Constant(0), formula.span(node))
        ranged(inside, since, one.name, lower, limits[-1], left_out)
    return value, generators
