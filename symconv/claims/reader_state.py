"""What is known of a text while its expressions are read, and of the values that its parts stand for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sympy import Expr, Integer

from symconv.algebra.polynomials import Poly
from symconv.claims.divisor_needs import DivisorNeeds
from symconv.claims.hypothesis_records import Hypothesis
from symconv.claims.names import Names, short
from symconv.claims.number_limits import bits, count_monomials, exact_number
from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.limits import MAX_BITS, MAX_INTEGER, MAX_MONOMIALS, MAX_MONOMIALS_OF_TEXT

#: What each bound name stands for.
Bound: TypeAlias = Mapping[str, Expr]

#: The operators of arrays.
INFIX: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
}
#: How two numbers compare, as a condition.
ORDER: dict[type, Callable[[Poly, Poly], Compare]] = {
    ast.Eq: lambda a, b: Compare(a - b, "=="),
    ast.NotEq: lambda a, b: Compare(a - b, "!="),
    ast.GtE: lambda a, b: Compare(a - b, ">="),
    ast.LtE: lambda a, b: Compare(b - a, ">="),
    ast.Gt: lambda a, b: Compare(a - b - 1, ">="),
    ast.Lt: lambda a, b: Compare(b - a - 1, ">="),
}


@dataclass
class Reader:
    """The names of one text, what its parts stand for, and where each node that was built stands."""

    names: Names
    spans: dict[TensorExpr | Hypothesis, Span] = field(default_factory=dict)
    values: dict[ast.expr, Any] = field(default_factory=dict)
    needs: DivisorNeeds = field(default_factory=DivisorNeeds)
    monomials: int = 0
    #: What the claim says of its sizes: the names that are 1 or more, and conditions.
    known: tuple[tuple[str, ...], tuple[Compare, ...]] = ((), ())
    #: What is taken for granted besides what the text says.
    taken: list[str] = field(default_factory=list)

    @property
    def source(self) -> Source:
        """The text that is read."""
        return self.names.source

    def fail(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error that points at a node."""
        return self.names.source.fail(message, node, hint)


def built(reader: Reader, node: ast.AST, build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `build` makes; errors point at the node, which is the place of what is built."""
    place = reader.source.places[node]
    try:
        value = build(*args, **kwargs)
    except SymconvError as error:
        error.located(reader.source.text, place)
        raise
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise reader.fail(f"this cannot be formed: {error}", node) from None
    if isinstance(value, TensorExpr):
        reader.spans.setdefault(value, place)
    return value


def constant_of(reader: Reader, value: Any, node: ast.expr) -> Any:
    match value:
        case bytes():
            raise reader.fail("bytes cannot stand in an expression", node)
        case bool():
            return value
        case int() | float() | complex():
            return exact_number(reader.source, value, node)
    return value


def multiplied_out(reader: Reader, node: ast.expr, number: Any) -> Any:
    """A number in normal form; raises where it is too long for that. What is written as a product stays one."""
    if not isinstance(number, Expr) or isinstance(number, TensorExpr):
        return number
    if bits(number) > MAX_BITS:
        raise reader.fail("this number is too large", node, f"numbers have up to {MAX_BITS} binary digits")
    if number.is_Atom:
        return number
    monomials = count_monomials(number)
    reader.monomials += monomials
    if monomials > MAX_MONOMIALS or reader.monomials > MAX_MONOMIALS_OF_TEXT:
        raise reader.fail("this number is too long when it is multiplied out", node)
    normal = built(reader, node, lambda: to_sympy(to_poly(number)))
    written_as_product = number.is_Mul and all(f.is_Symbol or f.is_Integer or f.is_Add for f in number.args)
    return number if written_as_product else normal


def described(value: Any) -> str:
    match value:
        case TensorExpr():
            return "an array"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case str():
            return f"the string {short(repr(value))}"
    return "'...'" if value is Ellipsis else str(value)


def plain_value(value: Any) -> Any:
    match value:
        case Integer() if abs(value) > MAX_INTEGER:
            raise SymconvError(f"the number {short(str(value))} is too large here", hint="it goes up to 10**18")
        case Integer():
            return int(value)
        case list() | tuple():
            return tuple(map(plain_value, value))
    return value
