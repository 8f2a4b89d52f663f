"""Parameters of operators as SymPy nodes, and back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, Integer, Tuple, UnevaluatedExpr
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from symconv.errors import SymconvError


def exact(value: Any) -> Expr:
    """A SymPy number without rounding: 0.1 is 1/10."""
    if isinstance(value, float):
        fraction = Fraction(str(value))
        return sympy.Rational(fraction.numerator, fraction.denominator)
    if isinstance(value, complex):
        return exact(value.real) + sympy.I * exact(value.imag)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.sympify(value)


def encode(value: Any, position: bool = False) -> Basic:
    """A parameter as a SymPy node; a symbolic position is marked, so that it stays one when it gets a value."""
    match value:
        case Expr() if position and not value.is_Integer:
            return Tuple(Str("at"), value.args[0] if isinstance(value, UnevaluatedExpr) else value)
        case Basic():
            return value
        case None:
            return Str("None")
        case bool():
            return sympy.true if value else sympy.false
        case int():
            return Integer(value)
        case float() | Fraction() | complex():
            return exact(value)
        case str():
            return Str(value)
        case slice():
            return Tuple(Str("slice"), *(encode(bound, position) for bound in (value.start, value.stop, value.step)))
        case tuple() | list():
            return Tuple(*(encode(item, position) for item in value))
        case dict():
            return Tuple(*(Tuple(Str(key), encode(item, position)) for key, item in value.items()))
    if value is Ellipsis:
        return Str("...")
    if hasattr(value, "tolist"):
        return encode(value.tolist(), position)
    raise SymconvError(f"{value!r} cannot be an argument of an operator")


def decode(node: Basic) -> Any:
    """The Python value of a parameter: what `encode` made a node of."""
    match node:
        case Str():
            return {"None": None, "...": Ellipsis}.get(node.name, node.name)
        case Tuple() if node.args and node.args[0] == Str("slice"):
            return slice(*map(decode, node.args[1:]))
        case Tuple() if node.args and node.args[0] == Str("at"):
            return UnevaluatedExpr(node.args[1]) if node.args[1].is_Integer else node.args[1]
        case Tuple():
            return tuple(map(decode, node.args))
        case Integer():
            return int(node)
    if node is sympy.true or node is sympy.false:
        return bool(node)
    return node
