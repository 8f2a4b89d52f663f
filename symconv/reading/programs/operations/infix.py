"""Operators in programs: arithmetic of numbers, of arrays, and lists that are joined and repeated."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

from symconv.algebra.polynomials import ZERO, Extremum, Floor, Poly, extremum, inverse, square_root
from symconv.algebra.written_products import multiples
from symconv.claims.reader_state import INFIX
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare, in_range
from symconv.libraries.entry_types import may_be_integers
from symconv.limits import MAX_MONOMIALS, MAX_POWER, MAX_ROUNDS
from symconv.reading.programs.branching.branch_conditions import truth
from symconv.reading.programs.operations.texts import of_texts
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Ref, entry_number
from symconv.reading.programs.state.objects import Object, Unwritten
from symconv.reading.programs.state.paths import Path, require
from symconv.reading.programs.term_sums.summed_terms import Term, number
from symconv.reading.programs.values.array_values import (
    cells_of,
    check_no_floats,
    check_size,
    checked,
    number_as_argument,
    sharing,
    stored_list,
    tensor_of,
    whole_number,
)
from symconv.reading.programs.values.float_numbers import Float, as_float, as_int, like
from symconv.reading.programs.values.index_arrays import entrywise
from symconv.reading.programs.values.triton_blocks import Block, Mask, combined, entries_of, is_address, refused


def unary(node: ast.UnaryOp, path: Path) -> Any:
    """op a."""
    if isinstance(node.op, ast.Not):
        return truth(node, path)
    value = evaluate(node.operand, path)
    if isinstance(node.op, ast.Invert):
        if isinstance(value, Mask):
            return refused(value, path, node)
        return _inverted(value, path, node)
    if isinstance(value, Block):
        return infix(ast.Mult(), Poly.of(-1 if isinstance(node.op, ast.USub) else 1), value, path, node)
    entries = value if isinstance(value, Poly) else _entrywise(value, path, node.operand)
    return -entries if isinstance(node.op, ast.USub) else sharing(entries, cells_of(value), path)  # PyTorch's +x is x


def _inverted(value: Any, path: Path, node: ast.UnaryOp) -> Any:
    """~a of whole numbers, which is -a - 1."""
    if isinstance(value, bool):
        return Poly.of(~value)
    check_no_floats(value, path, node.operand)
    if isinstance(value, Poly):
        return -whole_number(value, path, node.operand) - 1
    array = tensor_of(value, path, node)
    whole = entrywise([array], lambda v: -v - 1, path, node) if may_be_integers(array) else None
    if whole is None:
        raise path.error("~ is for whole numbers and arrays of them", node)
    return whole


def binary(node: ast.BinOp, path: Path) -> Any:
    """a op b."""
    return infix(node.op, evaluate(node.left, path), evaluate(node.right, path), path, node)


def infix(op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST) -> Any:
    """a op b, for values."""
    if is_address(a) or is_address(b):
        address = combined(op, a, b, path, node, _arithmetic)
        if address is not None:
            return address
        a, b = entries_of(a, path), entries_of(b, path)
    if isinstance(a, Poly) and isinstance(b, Poly):
        return _arithmetic(op, a, b, path, node)
    if isinstance(op, ast.Mult) and (isinstance(a, list) or isinstance(b, list)):
        items, times = (a, b) if isinstance(a, list) else (b, a)
        return _repeated(items, times, path, node)
    if isinstance(a, (str, Unwritten)):
        return of_texts(op, a, b, path, node)
    if isinstance(a, tuple) and isinstance(b, (tuple, Poly)) and type(op) in (ast.Add, ast.Mult):
        return _of_tuples(op, a, b, path, node)
    if isinstance(op, ast.Add) and _is_list(a) and _is_list(b):
        return _joined(a, b, path, node)
    if _is_list(a) and not isinstance(a, Ref) and isinstance(op, ast.Mult) and isinstance(b, Poly):
        items = path.items_of(a)
        if items is None:
            raise path.error("a list that a loop has made is repeated", node, "join it with itself: out + out")
        return _repeated(list(items), b, path, node)
    left: Any
    right: Any
    left, right = (_entrywise(v, path, node) for v in (a, b))
    if isinstance(op, (ast.FloorDiv, ast.Mod)) or isinstance(op, ast.Pow) and isinstance(a, Poly):
        whole = entrywise([left, right], lambda x, y: _arithmetic(op, x, y, path, node), path, node)
        if whole is not None:
            return whole
    if type(op) not in INFIX:
        raise path.error("this operator is not for entries of arrays", node, "entries take + - * / ** @")
    if isinstance(op, ast.Div) and not right.axes and (divisor := entry_number(right, (), path.known)) is not None:
        require(Compare(divisor, "!="), path, node, f"'{path.text(node)}' divides by zero")
        right = number(divisor)
    right = number_as_argument(b) if isinstance(op, ast.Pow) else right
    return checked(REGISTRY[INFIX[type(op)]](left, right), path, node)


def _is_list(value: Any) -> bool:
    is_list = isinstance(value, Object) and value.kind == "list" or isinstance(value, Ref) and value.cell.is_list
    return isinstance(value, list) or is_list


def _of_tuples(op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST) -> Any:
    """Tuples that are joined or repeated."""
    if isinstance(op, ast.Add) and isinstance(b, tuple):
        return (*a, *b)
    times = b.integer if isinstance(b, Poly) and not isinstance(b, Float) else None
    if isinstance(op, ast.Mult) and times is not None and 0 <= times <= MAX_ROUNDS:
        return a * times
    raise path.error("tuples are joined by +, and repeated by a number that is known", node)


def _joined(a: Any, b: Any, path: Path, node: ast.AST) -> Any:
    """The items of one list, then those of another."""
    items = [path.items_of(v) for v in (a, b)]
    if items[0] is not None and items[1] is not None:
        return [*items[0], *items[1]]
    arrays = [tensor_of(v, path, node) for v, given in zip((a, b), items, strict=True) if given != ()]
    whole = arrays[0] if len(arrays) == 1 else checked(REGISTRY["concatenate"](arrays), path, node)
    return stored_list(whole, [a, b], path)


def _entrywise(value: Any, path: Path, node: ast.AST) -> TensorExpr:
    if isinstance(value, tuple) or _is_list(value):
        raise path.error("lists are not added or multiplied entry by entry", node, "make it an array: np.array(…)")
    return tensor_of(value, path, node)


def _arithmetic(op: ast.operator, a: Poly, b: Poly, path: Path, node: ast.AST) -> Poly:
    """a op b of numbers, which is a float where Python makes one."""
    value = _of_numbers(op, as_int(a), as_int(b), path, node)
    return as_float(value) if isinstance(op, ast.Div) else like(value, a, b)


def _of_numbers(op: ast.operator, a: Poly, b: Poly, path: Path, node: ast.AST) -> Poly:
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
        case ast.Pow() if b in (_HALF, -_HALF) and (root := root_of(a, path)) is not None:
            return root if b == _HALF else inverse(root)
        case ast.Div() | ast.FloorDiv() | ast.Mod():
            if b == 0:
                raise path.error("division by zero", node)
            require(Compare(b, "!="), path, node, f"'{path.text(node)}' divides by zero")
            if isinstance(op, ast.Div):
                return a * inverse(b)
            return _floored(op, a, b, path, node)
    raise path.error("this operator is not for numbers", node, "numbers take + - * / // % **")


_HALF = Poly.of(Fraction(1, 2))


def root_of(value: Poly, path: Path) -> Poly | None:
    """The square root of a number that is known to be 1 or more, of which no factor is negative."""
    factors = (Compare(Poly.atom(a), ">=") for a in value.atoms)
    return square_root(value) if path.known.implies(Compare(value - 1, ">="), *factors) else None


def _floored(op: ast.operator, a: Poly, b: Poly, path: Path, node: ast.AST) -> Poly:
    """a // b or a % b, where a is surely below b without a floor."""
    if any(not isinstance(c, int) for p in (a, b) for c in p.terms.values()) or not {
        type(atom) for p in (a, b) for atom in p.atoms
    } <= {str, Floor, Extremum}:
        raise path.error("// and % are for whole numbers here", node)
    whole = multiples(a, b)
    quotient = whole if path.known.implies(*in_range(a - whole * b, b)) else a // b
    return quotient if isinstance(op, ast.FloorDiv) else a - b * quotient


def _repeated(items: list[Any], times: Any, path: Path, node: ast.AST) -> Any:
    if not isinstance(times, Poly) or isinstance(times, Float) or times.constant is not None and times.integer is None:
        raise path.error("a list is repeated a whole number of times", node)
    is_short = times.integer is not None and times.integer <= MAX_ROUNDS
    arrays = (Ref, list, Object, TensorExpr) if len(items) > 1 else (Ref, list, Object, Poly, TensorExpr)
    if is_short and not any(isinstance(v, arrays) for v in items):
        return items * max(times.integer or 0, 0)
    if len(items) != 1 or not isinstance(items[0], (Poly, TensorExpr)):
        shared = len(items) == 1
        message = "the rows of this list are one and the same row" if shared else "this repeated list"
        hint = "[[0] * w for _ in range(h)] makes rows of their own" if shared else "write np.zeros or [0] * n"
        raise path.error(message, node, hint)
    check_size(times, path, node)
    if times.integer is None and not path.known.implies(Compare(times, ">=")):
        times = extremum("max", [ZERO, times])
    value = tensor_of(items[0], path, node)
    terms = () if value == number(ZERO) else (Term(value),)
    return path.new((times,), terms, is_list=True, is_complex=True)
