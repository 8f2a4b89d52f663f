"""While loops that count: read as loops over a range."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.formulas.conditions import Compare
from symconv.reading.programs.branching.branch_conditions import cases
from symconv.reading.programs.origins.source import own_nodes
from symconv.reading.programs.state.dispatch import block, constant
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path
from symconv.reading.programs.values.float_numbers import Float
from symconv.reading.programs.values.series import Series

_COUNTER = "steps."


def while_loop(node: ast.While, path: Path) -> list[Path]:
    """The paths after a while loop whose condition compares names that every step counts up or down."""
    if node.orelse:
        raise path.error("a loop with 'else'", node.orelse[0])
    steps = _steps(node.body, path)
    inside = [n for s in node.body for n in own_nodes(s)]
    changed = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names = {n.id for n in own_nodes(node.test) if isinstance(n, ast.Name)} & changed
    jumps: list[ast.AST] = [n for n in inside if isinstance(n, (ast.Continue, ast.Break))]
    jumps += [n for n in own_nodes(node.test) if _may_change(n, path)]
    hint = "loops such as 'while i < n: …; i += 1' are understood, else write 'for i in range(…)'"
    if not names or not names <= {*steps} or jumps:
        raise path.error("this 'while' does not count a name up in every step, and nothing else", node, hint)
    counter = path.reading.fresh("k")
    starts = {n: v for n in names if isinstance(v := path.env.get(n), Poly)}
    if set(starts) != names:
        raise path.error("what this 'while' counts is not known before it", node, hint)
    inner = path.with_facts(path.facts.over(counter))
    inner.env.update({n: v + steps[n] * Poly.name(counter) for n, v in starts.items()})
    yes, no = cases(node.test, inner)
    if len(yes) != 1 or not no:
        raise path.error("the condition of this 'while' has several cases", node.test, hint)
    counts = [_count(condition, counter, path, node) for condition in yes[0] if counter in condition.poly.names]
    fixed = [condition for condition in yes[0] if counter not in condition.poly.names]
    if not counts or not path.known.implies(*fixed):
        raise path.error("when this 'while' ends is not known", node.test, hint)
    count = extremum("min", counts)
    if not path.known.implies(Compare(count, ">=")):
        count = extremum("max", [ZERO, count])
    bind = [ast.Assign([ast.Name(n, ast.Store())], _plus(v, steps[n], node)) for n, v in starts.items()]
    bind = [ast.fix_missing_locations(ast.copy_location(b, node)) for b in bind]
    series = constant(Series(ZERO, count, lambda _, k: k, name="k"), node)
    target = ast.copy_location(ast.Name(_COUNTER, ast.Store()), node)
    loop = ast.copy_location(ast.For(target, series, [*bind, *node.body], []), node)
    after = block([loop], path)
    for p in after:
        p.env.update({n: v + steps[n] * count for n, v in starts.items()})
        p.env.pop(_COUNTER, None)
    return after


def _may_change(node: ast.AST, path: Path) -> bool:
    """Whether a part of a condition may change in the loop though no name is given another value."""
    match node:
        case ast.Name(name):
            return isinstance(path.env.get(name), Object)
        case ast.Attribute(_, name):
            return name not in ("shape", "size", "ndim")
        case ast.Call(function):
            return not (isinstance(function, ast.Name) and function.id in ("len", "min", "max", "int", "abs"))
    return False


def _plus(start: Poly, step: Poly, node: ast.AST) -> ast.expr:
    """start + step·(number of steps), as an expression of a program."""
    taken = ast.BinOp(constant(step, node), ast.Mult(), ast.Name(_COUNTER, ast.Load()))
    return ast.BinOp(constant(start, node), ast.Add(), taken)


def _steps(body: Sequence[ast.stmt], path: Path) -> dict[str, Poly]:
    """The names that every step of a loop counts up, and by how much."""
    steps: dict[str, Poly] = {}
    stored = [n.id for s in body for n in own_nodes(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    for statement in body:
        match statement:
            case ast.AugAssign(ast.Name(name), ast.Add() | ast.Sub() as op, by):
                pass
            case ast.Assign([ast.Name(name)], ast.BinOp(ast.Name(other), ast.Add() | ast.Sub() as op, by)) if (
                name == other
            ):
                pass
            case _:
                continue
        value = _fixed(by, stored, path)
        if value is not None and stored.count(name) == 1:
            steps[name] = value if isinstance(op, ast.Add) else -value
    return steps


def _fixed(node: ast.expr, stored: Sequence[str], path: Path) -> Poly | None:
    """The value of a number or a name that the loop does not change."""
    match node:
        case ast.Constant(int(value)) if not isinstance(value, bool):
            return Poly.of(value)
        case ast.Name(name) if name not in stored and isinstance(found := path.env.get(name), Poly):
            return None if isinstance(found, Float) else found
    return None


def _count(condition: Compare, counter: str, path: Path, node: ast.AST) -> Poly:
    """How many steps there are until a condition fails."""
    k = Poly.name(counter)
    slope = condition.poly.substitute({counter: ONE}) - condition.poly.substitute({counter: ZERO})
    rest = condition.poly.substitute({counter: ZERO})
    falls = path.known.implies(Compare(-slope - 1, ">="))
    if condition.relation != ">=" or condition.poly != rest + slope * k or not falls:
        hint = "as in 'while i < n', where i grows by 1 or more in every step"
        raise path.error("when this 'while' ends is not known", node, hint)
    return rest // -slope + 1
