r"""Products that are written between entries and mean the arrays: x[n] * h[n] is (x * h)[n], as is x_n * h_n."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.reading.latex.shared_parts.formula import Formula, call

__all__ = ["common_indices", "is_turned", "lifted"]


def common_indices(*trees: ast.expr) -> list[str] | None:
    """The names at which all arrays in these entries are read alone; None where there are no such names."""
    names = [_names(node) for tree in trees for node in _outer_reads(tree)]
    return names[0] if names and all(n == names[0] for n in names) else None


def is_turned(tree: ast.expr, name: str) -> bool:
    """Whether all arrays in an entry are read at a name turned over, as in h[-n], and that stands nowhere else."""
    reads = _outer_reads(tree)
    turned = [
        read
        for read in reads
        if isinstance(read.slice, ast.UnaryOp)
        and isinstance(read.slice.op, ast.USub)
        and isinstance(read.slice.operand, ast.Name)
        and read.slice.operand.id == name
    ]
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
    return bool(reads) and len(turned) == len(reads) == uses


def _keys(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _names(read: ast.Subscript) -> list[str] | None:
    names = [key.id for key in _keys(read) if isinstance(key, ast.Name)]
    return names if len(names) == len(_keys(read)) == len({*names}) else None


def _outer_reads(tree: ast.AST) -> list[ast.Subscript]:
    """The reads that are not inside of another one."""
    if isinstance(tree, ast.Subscript):
        return [tree]
    return [read for child in ast.iter_child_nodes(tree) for read in _outer_reads(child)]


def lifted(formula: Formula, tree: ast.expr, names: Sequence[str]) -> ast.expr | None:
    """The array whose entry at these names a tree is; None where it cannot be told, or an array would be extended."""
    match tree:
        case ast.Subscript(array) if _names(tree) == [*names]:
            return array
        case ast.IfExp(ast.Compare(key, [ast.Eq()], [ast.Constant(0)]), ast.Constant(1)) if len(names) == 1:
            return _shifted_impulse(formula, key, names[0])
        case ast.UnaryOp(ast.USub() as op, inside):
            array_inside = lifted(formula, inside, names)
            return None if array_inside is None else ast.UnaryOp(op, array_inside)
        case ast.Call(ast.Name("conj"), [inside], []):
            array_inside = lifted(formula, inside, names)
            return None if array_inside is None else call("conj", array_inside)
        case ast.BinOp(left, ast.Mult() | ast.Div() as op, right) if not _depends(formula, right, names):
            array_inside = lifted(formula, left, names)
            return None if array_inside is None else ast.BinOp(array_inside, op, right)
        case ast.BinOp(left, ast.Mult() as op, right) if not _depends(formula, left, names):
            array_inside = lifted(formula, right, names)
            return None if array_inside is None else ast.BinOp(left, op, array_inside)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() as op, right):
            arrays = [lifted(formula, side, names) for side in (left, right)]
            shapes = [None if a is None else _shape(formula, a, tree) for a in arrays]
            if arrays[0] is None or arrays[1] is None or shapes[0] != shapes[1]:
                return None
            return ast.BinOp(arrays[0], op, arrays[1])
    return None


def _depends(formula: Formula, tree: ast.expr, names: Sequence[str]) -> bool:
    return bool({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {*names})


def _shape(formula: Formula, array: ast.expr, place: ast.expr) -> tuple[str, ...]:
    for node in ast.walk(array):
        if isinstance(node, ast.expr):
            formula.source.places.setdefault(node, formula.source.places[place])
    return tuple(str(axis.size) for axis in formula.value(array).axes)


def _shifted_impulse(formula: Formula, key: ast.expr, name: str) -> ast.expr | None:
    """The impulse at a place that is not negative, as an array that ends with it."""
    match key:
        case ast.Name(same) if same == name:
            return call("unit_impulse", ast.Constant(1))
        case ast.BinOp(ast.Name(same), ast.Sub(), offset) if same == name and not _depends(formula, offset, [name]):
            size = ast.BinOp(offset, ast.Add(), ast.Constant(1))
            if isinstance(offset, ast.Constant) and isinstance(offset.value, int):
                return call("unit_impulse", ast.Constant(offset.value + 1), idx=offset)
            return call("unit_impulse", size, idx=offset)
    return None
