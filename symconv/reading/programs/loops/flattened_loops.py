"""Loops over a flattened index of which the body takes digits, as in k // n and k % n: loops over the digits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from symconv.algebra.polynomials import ONE, ZERO, Poly, divided
from symconv.errors import SymconvError
from symconv.formulas.conditions import Compare
from symconv.reading.programs.origins.source import own_nodes, stored_names
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.paths import Path, Undetermined
from symconv.reading.programs.values.series import Series, counted


def by_digits(node: ast.For, series: Series, path: Path) -> ast.For | None:
    """The loops over the digits of a loop's index; None where it is not divided, or not by sizes it is made of."""
    if not isinstance(node.target, ast.Name) or series.is_listed or series.factors or series.lower != ZERO:
        return None
    if any(isinstance(n, ast.Break) for s in node.body for n in own_nodes(s)):
        return None
    divisors = list(dict.fromkeys(_divisors(node, path)))
    if not divisors or series.at(path, Poly.name(series.name)) != Poly.name(series.name):
        return None
    divisors.sort(key=lambda d: max(map(len, d.terms)))
    sizes, whole = [], ONE
    for divisor in (*divisors, series.upper):
        size, rest = divided(divisor, whole)
        if rest or size * whole != divisor or not path.known.implies(Compare(divisor - 1, ">=")):
            return None
        sizes.append(size)
        whole = divisor
    return _nested(node, node.target, sizes, path)


def _nested(node: ast.For, target: ast.Name, sizes: list[Poly], path: Path) -> ast.For:
    """Loops over digits of these sizes, the first of which is the fastest."""
    names = [f"{target.id}.{k}" for k in range(len(sizes))]  # which no program has
    index: ast.expr = ast.Name(names[-1], ast.Load())
    for name, size in zip(names[-2::-1], sizes[-2::-1], strict=True):
        index = ast.BinOp(ast.BinOp(index, ast.Mult(), constant(size, node)), ast.Add(), ast.Name(name, ast.Load()))
    loop: list[ast.stmt] = [ast.Assign([ast.Name(target.id, ast.Store())], index), *node.body]
    for name, size in zip(names, sizes, strict=True):
        loop = [ast.For(ast.Name(name, ast.Store()), constant(replace(counted(ZERO, size), name="k"), node), loop, [])]
    (whole,) = loop
    assert isinstance(whole, ast.For)
    return ast.fix_missing_locations(ast.copy_location(whole, node))


def _divisors(node: ast.For, path: Path) -> Iterator[Poly]:
    """The sizes by which the statements of a loop divide its index, or a quotient of it."""
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    stored = {n for s in node.body for n in stored_names(s)}

    def size(written: ast.expr) -> Poly | None:
        if any(isinstance(n, ast.Call) or isinstance(n, ast.Name) and n.id in stored for n in ast.walk(written)):
            return None
        try:
            value = evaluate(written, path)
        except (SymconvError, Undetermined):
            return None
        return value if isinstance(value, Poly) and value.integer is None and value.names else None

    def quotient(written: ast.expr) -> Poly | None:
        """By what the index is divided."""
        match written:
            case ast.Name(read) if read == name:
                return ONE
            case ast.BinOp(inner, ast.FloorDiv(), divisor) if (before := quotient(inner)) is not None:
                by = size(divisor)
                return None if by is None else before * by
        return None

    for part in (n for s in node.body for n in own_nodes(s)):
        match part:
            case ast.BinOp(inner, ast.FloorDiv() | ast.Mod(), divisor) | ast.Call(ast.Name("divmod"), [inner, divisor]):
                before, by = quotient(inner), size(divisor)
                if before is not None and by is not None:
                    yield before * by
