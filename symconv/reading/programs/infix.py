"""Operators in programs: arithmetic of numbers, of arrays, and lists that are joined and repeated."""

from __future__ import annotations

import ast
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly, inverse
from symconv.claims.expression_reader import INFIX
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.limits import MAX_MONOMIALS, MAX_POWER
from symconv.reading.programs.array_values import check_size, checked, number_as_argument, tensor_of
from symconv.reading.programs.branch_conditions import truth
from symconv.reading.programs.dispatch import evaluate, not_understood
from symconv.reading.programs.held_values import Ref
from symconv.reading.programs.paths import Path, require
from symconv.reading.programs.summed_terms import Term, number


def unary(node: ast.UnaryOp, path: Path) -> Any:
    """op a."""
    if isinstance(node.op, ast.Not):
        return truth(node, path)
    if isinstance(node.op, ast.Invert):
        raise not_understood(node, path)
    value = evaluate(node.operand, path)
    value = value if isinstance(value, Poly) else _entrywise(value, path, node.operand)
    return -value if isinstance(node.op, ast.USub) else value


def binary(node: ast.BinOp, path: Path) -> Any:
    """a op b."""
    return infix(node.op, evaluate(node.left, path), evaluate(node.right, path), path, node)


def infix(op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST) -> Any:
    """a op b, for values."""
    if isinstance(a, Poly) and isinstance(b, Poly):
        return _arithmetic(op, a, b, path, node)
    if isinstance(op, ast.Mult) and (isinstance(a, list) or isinstance(b, list)):
        return _repeated(a, b, path, node) if isinstance(a, list) else _repeated(b, a, path, node)
    if isinstance(op, ast.Add) and isinstance(a, (list, tuple)) and type(a) is type(b):
        return type(a)([*a, *b])
    left: Any
    right: Any
    left, right = (_entrywise(v, path, node) for v in (a, b))
    if type(op) not in INFIX:
        raise path.error("this operator is not for entries of arrays", node, "entries take + - * / ** @")
    right = number_as_argument(b) if isinstance(op, ast.Pow) else right
    return checked(REGISTRY[INFIX[type(op)]](left, right), path, node)


def _entrywise(value: Any, path: Path, node: ast.AST) -> TensorExpr:
    if isinstance(value, (list, tuple)) or isinstance(value, Ref) and value.cell.is_list:
        raise path.error("lists are not added or multiplied entry by entry", node, "make it an array: np.array(…)")
    return tensor_of(value, path, node)


def _arithmetic(op: ast.operator, a: Poly, b: Poly, path: Path, node: ast.AST) -> Poly:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            if len(a.terms) * len(b.terms) > MAX_MONOMIALS:
                raise path.error("this number is too long", node)
            return a * b
        case ast.Pow() if (
            b.integer is not None and 0 <= b.integer <= MAX_POWER and len(a.terms) ** b.integer <= MAX_MONOMIALS
        ):
            return a**b.integer
        case ast.Div() | ast.FloorDiv() | ast.Mod():
            if b == 0:
                raise path.error("division by zero", node)
            require(Compare(b, "!="), path, node, f"'{path.text(node)}' divides by zero")
            if isinstance(op, ast.Div):
                return a * inverse(b)
            if not all(isinstance(c, int) for p in (a, b) for c in p.terms.values()):
                raise path.error("// and % are for whole numbers here", node)
            return a // b if isinstance(op, ast.FloorDiv) else a % b
    raise path.error("this operator is not for numbers", node, "numbers take + - * / // % **")


def _repeated(items: list[Any], times: Any, path: Path, node: ast.AST) -> Any:
    if not isinstance(times, Poly) or times.constant is not None and times.integer is None:
        raise path.error("a list is repeated a whole number of times", node)
    if len(items) != 1 or not isinstance(items[0], (Poly, TensorExpr)):
        shared = len(items) == 1
        message = "the rows of this list are one and the same row" if shared else "this repeated list"
        hint = "[[0] * w for _ in range(h)] makes rows of their own" if shared else "write np.zeros or [0] * n"
        raise path.error(message, node, hint)
    check_size(times, path, node)
    require(Compare(times, ">="), path, node, f"the length {times} is negative")
    value = tensor_of(items[0], path, node)
    terms = () if value == number(ZERO) else (Term(value),)
    return path.new((times,), terms, is_list=True, is_complex=True)
