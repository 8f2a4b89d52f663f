"""Ranges of sums that are left out: taken from the arrays that are read at the bare index."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symconv.claims.names import quoted
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.reading.latex.formula import AMBIGUOUS, Formula, Operand, call, placed, synthetic
from symconv.reading.latex.sum_bounds import EXAMPLE, Range


def completed(formula: Formula, ranges: list[Range], body: Operand) -> list[ast.comprehension]:
    """The ranges of a sum as claims write them, complete."""
    written = []
    for one in ranges:
        _check_counting(formula, one, body)
        _complete(formula, one, body)
        assert one.upper is not None
        target = ast.Name(one.name, ast.Store())
        placed(formula, target, formula.span(one.place))
        limits = [one.upper] if one.lower is None else [one.lower, one.upper]
        written.append(ast.comprehension(target, call("range", *limits), [], 0))
    return written


def _check_counting(formula: Formula, one: Range, body: Operand) -> None:
    """Bounds from 1 to the size of an array that is read at the bare index: indices start at 0."""
    if one.lower is None or one.upper is None:
        return
    first, stop = (to_poly(formula.value(end)) for end in (one.lower, one.upper))
    if first == 1 and any(str(stop - 1) == size for _, size in _reads(formula, body.node, one.name)):
        hint = rf"indices start at 0: write \sum_{{{one.name}=0}}, or shift the index"
        raise formula.error(f"{AMBIGUOUS}: {quoted(one.name)} runs past the end", one.place, hint)


def _complete(formula: Formula, one: Range, body: Operand) -> None:
    """Take what is left out of a range, and tell where from."""
    span = formula.span(one.place)
    if one.upper is None:
        size, source = _extent(formula, one, body)
        one.upper = synthetic(formula, size, span)
        start = "" if one.lower is None else f"{ast.unparse(one.lower)}, "
        formula.taken.append((span, f"{one.name} in range({start}{size})  # from {ast.unparse(source)}"))
    elif one.infinite and one.lower is None:
        one.lower = synthetic(formula, "0", span)
        _, source = _extent(formula, one, body)
        stop = ast.unparse(one.upper)
        formula.taken.append((span, f"{one.name} in range(0, {stop})  # 0 from {ast.unparse(source)}"))


def _extent(formula: Formula, one: Range, body: Operand) -> tuple[str, ast.Subscript]:
    """The size that a range ends at, and the entry that it is taken from."""
    if one.infinite:
        sizes = _support(formula, body.node, one.name)
        if not sizes:
            message = f"where this sum over {quoted(one.name)} ends cannot be told"
            hint = "every term needs a factor that is read at the bare index and so is 0 outside; or write bounds"
            raise formula.error(message, one.place, hint)
        return sizes[0]
    reads = {size: source for source, size in reversed([*_reads(formula, body.node, one.name)])}
    if len(reads) != 1:
        possible = " and ".join(reversed(reads))
        told = f"the sizes {possible} are possible" if reads else "no array is read at the bare index"
        raise formula.error(f"the range of {quoted(one.name)} is left out", one.place, f"{told}; {EXAMPLE}")
    return next(iter(reads.items()))


def _reads(formula: Formula, node: ast.AST, name: str) -> Iterator[tuple[ast.Subscript, str]]:
    """The arrays that are read at the bare name, with the size of that axis."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Subscript):
            for size in _axis_sizes(formula, part, name):
                yield part, size
        waiting += reversed([*ast.iter_child_nodes(part)])


def _axis_sizes(formula: Formula, node: ast.Subscript, name: str) -> Iterator[str]:
    array = formula.reader.values.get(node.value)
    keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not isinstance(array, TensorExpr) or any(isinstance(k, ast.Constant) and k.value is ... for k in keys):
        return
    for key, axis in zip(keys, array.axes, strict=False):
        if isinstance(key, ast.Name) and key.id == name:
            yield str(axis.size)


def _support(formula: Formula, node: ast.expr, name: str) -> list[tuple[str, ast.Subscript]]:
    """The sizes outside of which, for sure, a body is 0, and the entries that are 0 there."""
    match node:
        case ast.Subscript():
            return [(size, node) for size in _axis_sizes(formula, node, name)]
        case ast.BinOp(left, ast.Mult(), right):
            return [*_support(formula, left, name), *_support(formula, right, name)]
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            other = {size for size, _ in _support(formula, right, name)}
            return [(size, source) for size, source in _support(formula, left, name) if size in other]
        case (
            ast.BinOp(inside, ast.Div(), _)
            | ast.UnaryOp(_, inside)
            | ast.Call(ast.Name("conj"), [inside], [])
            | ast.Call(ast.Name("sum"), [ast.GeneratorExp(inside)], [])
            | ast.IfExp(_, inside, ast.Constant(0))
        ):
            return _support(formula, inside, name)
    return []
