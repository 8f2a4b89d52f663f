r"""Notation that depends on numbers of axes, so that what is printed can be read in one way only.

Two vectors beside one another, `x \otimes y` or `\langle X, Y \rangle` could each stand for several
products; here they stand for the usual one, and the others are printed by name.
"""

from __future__ import annotations

import re
from typing import Any

from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.kernel.terms import TableAtom
from symconv.printing.latex_brackets import stretched
from symconv.printing.notation import OPERAND
from symconv.printing.writer import ATOM, NEGATIVE, POSTFIX, PRODUCT

Printed = tuple[str, int]

#: What stands before a transpose: an entry is put in brackets.
_BASE = POSTFIX + 6
_PARTED = re.compile(r"X\s*(,|\||\\mid\b)\s*Y")


def _named(name: str, writer: Any, *operands: Any) -> Printed:
    return stretched(rf"\operatorname{{{name}}}({', '.join(map(writer.expression, operands))})"), ATOM


def _pair(writer: Any, expr: Operation, symbol: str) -> Printed:
    a, b = (writer.operand(expr, value, place) for place, value in enumerate(expr.arguments.values()))
    return f"{a}{symbol}{b}", PRODUCT


def _are_vectors(*operands: Any) -> bool:
    return all(len(x.axes) == 1 for x in operands)


def outer(writer: Any, expr: Operation) -> Printed:
    """The column a times the row b."""
    a, b = map(_column, expr.arguments.values())
    if not _are_vectors(a, b) or _is_listed(a) != _is_listed(b):
        return _named("outer", writer, a, b)
    if _is_listed(a):
        return f"{_listed_column(writer, a)} {_listed_column(writer, b)}^{{{writer.notation.transpose}}}", PRODUCT
    return rf"{writer.operand(expr, a, 0)} {_as_row(writer, b)}", PRODUCT


def dot(writer: Any, expr: Operation) -> Printed:
    """A dot between vectors; of other arrays it is no dot product, and has its name."""
    a, b = map(_column, expr.arguments.values())
    if not _are_vectors(a, b):
        return _named("dot", writer, *expr.arguments.values())
    return f"{writer.operand(expr, a, 0)} \\cdot {writer.operand(expr, b, 1)}", PRODUCT


def matmul(writer: Any, expr: Operation) -> Printed:
    """Arrays side by side, vectors before a matrix as rows and after one as columns; a dot where none is a row."""
    a, b = expr.arguments.values()
    if _are_vectors(a, b) and not (_is_row(a) and not _is_row(b)):
        return f"{writer.operand(expr, _column(a), 0)} \\cdot {writer.operand(expr, _column(b), 1)}", PRODUCT
    if len(a.axes) == 1 and (not _is_row(a) or _is_listed(_column(a))):
        first = _as_row(writer, _column(a))
    else:
        first = writer.expression(a, PRODUCT if _is_beside(a) else PRODUCT + 1)
    column = _column(b)
    second = _listed_column(writer, column) if _is_listed(column) else writer.operand(expr, column, 1)
    return f"{first} {second}", PRODUCT


def _as_row(writer: Any, vector: Any) -> str:
    """A vector as the row that it is before a matrix, or after a column."""
    shown = _listed_column(writer, vector) if _is_listed(vector) else _raised(writer, vector, _base(writer, vector))
    return rf"{shown}^{{{writer.notation.transpose}}}"


def _column(expr: Any) -> Any:
    """A vector without the mark that it was transposed, which changes nothing."""
    if isinstance(expr, Operation) and expr.operator.name == "transpose" and len(expr.axes) == 1:
        return _column(expr.arguments["a"])
    return expr


def _is_listed(vector: Any) -> bool:
    """Whether a vector is a list of numbers."""
    return len(vector.axes) == 1 and isinstance(vector.leaf, TableAtom)


def _listed_column(writer: Any, vector: Any) -> str:
    """A list of numbers as a matrix with one column."""
    return str(writer.matrix([[f" {writer.poly(value)} "] for value in vector.leaf.values]))


def _is_beside(expr: Any) -> bool:
    """Whether an array is a product that is written without a sign."""
    if not isinstance(expr, Operation) or expr.operator.name not in ("matmul", "outer", "multiply"):
        return False
    a, b = expr.arguments.values()
    if expr.operator.name == "multiply":
        return not a.axes
    if expr.operator.name == "outer":
        return _are_vectors(a, b)
    return not _are_vectors(a, b) or (_is_row(a) and not _is_row(b))


def _is_row(expr: Any) -> bool:
    """Whether a vector is written as a row: transposed, or before a matrix."""
    if not isinstance(expr, Operation) or len(expr.axes) != 1:
        return False
    operands = [x for x in expr.arguments.values() if isinstance(x, TensorExpr)]
    match expr.operator.name:
        case "transpose":
            return not _is_row(operands[0])
        case "matmul":
            return len(operands[0].axes) == 1
        case "add" | "subtract" | "negative" | "conj":
            return all(map(_is_row, operands))
        case "multiply" | "divide":
            return any(map(_is_row, operands)) and sum(len(x.axes) for x in operands) == 1
    return False


def kron(writer: Any, expr: Operation) -> Printed:
    """The Kronecker product, which for vectors is written by name."""
    a, b = expr.arguments.values()
    symbol = f" {writer.notation.kronecker} "
    return _named("kron", writer, a, b) if _are_vectors(a, b) else _pair(writer, expr, symbol)


def inner(writer: Any, expr: Operation) -> Printed:
    """Angle brackets around real vectors."""
    a, b = expr.arguments.values()
    if not _are_vectors(a, b) or any(t.is_complex_valued for t in expr.atoms(Tensor)):
        return _named("inner", writer, a, b)
    return rf"\langle {writer.expression(a)}, {writer.expression(b)} \rangle", ATOM


def _raised(writer: Any, array: Any, level: int) -> str:
    """An array before an exponent: a name that has a mark above it stands in brackets."""
    named = array
    while isinstance(named, Operation) and named.operator.name == "index":
        named = named.arguments["a"]
    is_marked = isinstance(named, Tensor) and "^" in writer.notation.name(named.name)
    return writer.parenthesised(writer.expression(array)) if is_marked else writer.expression(array, level)


def transpose(writer: Any, expr: Operation) -> Printed:
    """A superscript; an entry stands in brackets."""
    a, axes = expr.arguments["a"], expr.arguments["axes"]
    if not a.axes:
        return writer.node(a)
    mark = writer.notation.transpose if axes is None else rf"\top({', '.join(map(str, axes))})"
    return rf"{_raised(writer, a, _base(writer, a))}^{{{mark}}}", POSTFIX


def _base(writer: Any, array: Any) -> int:
    """How tightly what stands before a transpose must bind."""
    return POSTFIX + 1 if writer.notation.has_columns and array.axes else _BASE


def conj(writer: Any, expr: Operation) -> Printed:
    """A line above, or the mark of a conjugate transpose."""
    inside = expr.arguments["a"]
    is_adjoint = isinstance(inside, Operation) and inside.operator.name == "transpose" and inside.axes
    if writer.notation.adjoint and is_adjoint and inside.arguments["axes"] is None:
        return rf"{_raised(writer, inside.arguments['a'], _BASE)}^{{{writer.notation.adjoint}}}", POSTFIX
    if writer.notation.conjugate and len(inside.axes) < 2:
        return rf"{_raised(writer, inside, POSTFIX + 1)}^{{{writer.notation.conjugate}}}", POSTFIX
    return rf"\overline{{{writer.expression(inside)}}}", ATOM


def power(writer: Any, expr: Operation) -> Printed:
    r"""An exponent; \odot in front of it says that it is one of the entries."""
    a, exponent = expr.arguments.values()
    mark = f"{writer.notation.elementwise} " if len(a.axes) > 1 else ""
    return f"{_raised(writer, a, POSTFIX + 1)}^{{{mark}{writer.key(exponent)}}}", POSTFIX


def multiply(writer: Any, expr: Operation) -> Printed:
    r"""Arrays with \odot; a number before an array where it would be taken for digits or indices after it."""
    a, b = expr.arguments.values()
    if a.axes and b.axes:
        level = PRODUCT if _ends_with_array(a) else PRODUCT + 1
        return f"{writer.expression(a, level)} {writer.notation.elementwise} {writer.fitted(b, PRODUCT + 1)}", PRODUCT
    joined = isinstance(a, Operation) and a.operator.family == "products"
    first = writer.expression(a, PRODUCT + 1 if a.axes or joined else PRODUCT)
    second = writer.fitted(b, PRODUCT + 1)
    if a.axes and (second[:1].isdigit() or second.removeprefix(r"\left")[:1] == "("):
        is_number = isinstance(b, Operation) and b.operator.name == "number"
        return rf"{writer.expression(b, NEGATIVE + 1 if is_number else PRODUCT + 1)}\,{first}", PRODUCT
    return (rf"{first} \cdot {second}" if second[:1].isdigit() else rf"{first}\,{second}"), PRODUCT


def _ends_with_array(a: Any) -> bool:
    """Whether an array is a product that ends with one."""
    return isinstance(a, Operation) and a.operator.name == "multiply" and bool(a.arguments["b"].axes)


def frobenius(writer: Any, expr: Operation) -> Printed:
    """A pattern in X and Y; operands that no comma parts stand in brackets where they are products or sums."""
    pattern = writer.notation.frobenius
    is_open = pattern[:1] == "X" or pattern[-1:] == "Y"
    level = 0 if _PARTED.search(pattern) and not is_open else _BASE
    x, y = (writer.expression(value, level) for value in expr.arguments.values())
    shown = {"X": x, "Y": y}
    return OPERAND.sub(lambda found: shown[found[0]], pattern), NEGATIVE if is_open else ATOM


def in_symbols(writer: Any, expr: Operation, text: str, precedence: int) -> Printed:
    """An operation in print, with the symbol that the notation has for its operator."""
    usual, chosen = writer.notation.symbol(expr.operator.name)
    if usual == chosen:
        return text, precedence
    first = next(iter(expr.arguments.values()))
    start = len(writer.operand(expr, first, 0)) if precedence == PRODUCT else 0
    before, found, after = text[start:].partition(usual)
    if "_" in chosen and after.startswith("_"):
        chosen = rf"\mathbin{{{chosen}}}" if precedence == PRODUCT else f"{{{chosen}}}"
    return text[:start] + before + chosen * bool(found) + after, precedence


def negative(writer: Any, expr: Operation) -> Printed:
    """A minus; what begins with one stands in brackets."""
    return f"-{writer.fitted(expr.arguments['a'], NEGATIVE)}", NEGATIVE


SYNTAX = {
    "conj": conj, "dot": dot, "frobenius": frobenius, "inner": inner, "kron": kron, "matmul": matmul,
    "multiply": multiply, "negative": negative, "outer": outer, "power": power, "transpose": transpose,
}  # fmt: skip
