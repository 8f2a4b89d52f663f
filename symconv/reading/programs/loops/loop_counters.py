"""Names that every iteration of a loop counts up by the same number, also in loops inside of it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.errors import SymconvError
from symconv.formulas.conditions import Compare
from symconv.reading.programs.loops.iteration import series_of
from symconv.reading.programs.origins.source import own_nodes
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path, Undetermined
from symconv.reading.programs.values.triton_blocks import Block, Pointer


def counted_up(body: Sequence[ast.stmt], path: Path, assigned: Collection[str]) -> dict[str, Poly]:
    """By how much each iteration counts each of its counters up."""
    counters: dict[str, Poly] = {}
    jumps = any(isinstance(n, (ast.Continue, ast.Break, ast.Return)) for s in body for n in own_nodes(s))
    for name in dict.fromkeys(_augmented(body)):
        if isinstance(path.env.get(name), (Poly, Block, Pointer)) and not jumps:
            step = _step(name, body, path, assigned)
            if step is not None:
                counters[name] = step
    return counters


def _augmented(body: Sequence[ast.stmt]) -> list[str]:
    nodes = (n for s in body for n in own_nodes(s))
    return [n.target.id for n in nodes if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)]


def _step(name: str, body: Sequence[ast.stmt], path: Path, assigned: Collection[str]) -> Poly | None:
    """By how much statements count a name up; None where that is not always the same number."""
    total = ZERO
    for statement in body:
        if not any(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in own_nodes(statement)
        ):
            continue
        match statement:
            case ast.AugAssign(ast.Name(target), ast.Add() | ast.Sub() as op, by) if target == name:
                value = _fixed(by, path, assigned)
                if value is None:
                    return None
                total = total + value if isinstance(op, ast.Add) else total - value
            case ast.For(_, source, inner, []):
                count, step = _count(source, path, assigned), _step(name, inner, path, assigned)
                if count is None or step is None:
                    return None
                total = total + count * step
            case _:
                return None
    return total


def _fixed(node: ast.expr, path: Path, assigned: Collection[str]) -> Poly | None:
    match node:
        case ast.Constant(int(value)) if not isinstance(value, bool):
            return Poly.of(value)
        case ast.Name() | ast.BinOp():
            names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
            if any(n in assigned or not isinstance(path.env.get(n), Poly) for n in names):
                return None
            found = evaluate(node, path)
            if type(found) is Poly and all(isinstance(c, int) for c in found.terms.values()):
                return found
    return None


def _count(source: ast.expr, path: Path, assigned: Collection[str]) -> Poly | None:
    """How many steps a loop has that no step of the loop around it changes."""
    for part in own_nodes(source):
        if isinstance(part, ast.Name) and (part.id in assigned or isinstance(path.env.get(part.id), Object)):
            return None
    try:
        series = series_of(source, path.taking(()))
    except (SymconvError, Undetermined):
        return None
    product = ONE
    for factor in series.factors or (series,):
        known = path.known.implies(Compare(factor.count, ">="))
        product = product * (factor.count if known else extremum("max", [ZERO, factor.count]))
    return product
