"""Plain text: expressions as claim text that reads back, formulas in Unicode for the terminal."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Integer, Mul, Tuple, UnevaluatedExpr
from sympy.core.symbol import Str

from symconv.algebra.polynomials import Constant, Exp, Extremum, Floor, Inverse, Poly, Root
from symconv.algebra.remainders import poly_text, with_remainders
from symconv.expressions.conversion import FromEnd, to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation
from symconv.formulas.language import Formula
from symconv.operators.conditional import compared
from symconv.printing.term_order import Mod, Names, Shown
from symconv.printing.writer import ATOM, PRODUCT, SUM, Writer

_UNARY, _POWER, _TRAILER = 60, 70, 90
_INFIX = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
    "matmul": ("@", PRODUCT),
}


def expression_text(expr: Any) -> str:
    """The claim text of an expression; parsing it gives an equal expression.

    >>> from symconv import Tensor, sizes, convolve
    >>> H, W, h, w = sizes("H W h w")
    >>> A, K = Tensor("A", H, W), Tensor("K", h, w)
    >>> print(expression_text(2 * (convolve(A, K, "valid") + 1)))
    2*(convolve(A, K, "valid") + 1)
    """
    return _text(expr)[0]


def _fit(expr: Any, level: int) -> str:
    text, precedence = _text(expr)
    return text if precedence >= level else f"({text})"


def _text(expr: Any) -> tuple[str, int]:
    """The claim text of an expression and how tightly Python binds it."""
    match expr:
        case Tensor():
            return expr.name, ATOM
        case Operation():
            return _operation(expr)
        case Tuple() | tuple() | list():
            return f"[{', '.join(expression_text(e) for e in expr)}]", ATOM
        case Expr():
            return _scalar(to_poly(expr))
    return str(expr), ATOM


def _scalar(poly: Poly) -> tuple[str, int]:
    text = poly_text(poly)
    if len(poly.terms) > 1:
        rest, remainders = with_remainders(poly)
        return text, PRODUCT if not rest.terms and [sign for _, sign in remainders] == [1] else SUM
    for monomial, coefficient in poly.terms.items():
        if coefficient < 0:
            return text, _UNARY if len(monomial) + (abs(coefficient) != 1) < 2 else PRODUCT
        whole = coefficient == int(coefficient)
        if len(monomial) + (coefficient != 1 or not monomial) > 1 or not whole:
            return text, PRODUCT
        if any(isinstance(a, Floor | Inverse) for a in monomial):
            return text, PRODUCT
    return text, ATOM


def _operation(expr: Operation) -> tuple[str, int]:
    name, arguments = expr.operator.name, expr.arguments
    if name in _INFIX:
        symbol, precedence = _INFIX[name]
        a, b = arguments.values()
        spaces = "" if symbol in "*/" else " "
        return f"{_fit(a, precedence)}{spaces}{symbol}{spaces}{_fit(b, precedence + 1)}", precedence
    match name, tuple(arguments.values()):
        case "negative", (a,):
            return f"-{_fit(a, _UNARY)}", _UNARY
        case "power", (a, exponent):
            return f"{_fit(a, _POWER + 1)}**{_fit(exponent, _UNARY)}", _POWER
        case "number", (value,):
            return _scalar(to_poly(Integer(value) if isinstance(value, int) else value))
        case "transpose", (a, None):
            return f"{_fit(a, _TRAILER)}.T", _TRAILER
        case "index", (a, key):
            return f"{_fit(a, _TRAILER)}[{', '.join(map(_key, key if isinstance(key, tuple) else (key,)))}]", _TRAILER
        case "call", (function, x):
            return f"{function}({expression_text(x)})", ATOM
        case "array", (entries,):
            return _nested(entries), ATOM
        case "index_sum", _:
            return f"sum({_generator(expr)})", ATOM
        case "when", (body, conditions):
            return f"({_fit(body, PRODUCT - 1)} if {' and '.join(map(str, compared(conditions)))} else 0)", ATOM
        case "assume" | "needing", (body, conditions):
            return f"{name}({', '.join([expression_text(body), *map(str, compared(conditions))])})", ATOM
        case "index_stack", (body, index, stop):
            return f"[{expression_text(body)} for {index} in range({_argument(stop)})]", ATOM
    return f"{name}({', '.join(_arguments(expr))})", ATOM


def _nested(entries: Any) -> str:
    return f"[{', '.join(map(_nested, entries))}]" if isinstance(entries, (tuple, Tuple)) else _argument(entries)


def _generator(expr: Operation) -> str:
    """`body for u in range(n)`, the sums directly inside joined to it."""
    clauses = []
    inner: Any = expr
    while isinstance(inner, Operation) and inner.operator.name == "index_sum":
        body, index, lower, upper = inner.arguments.values()
        limits = _argument(upper) if lower == 0 else f"{_argument(lower)}, {_argument(upper)}"
        clauses.append(f"for {index} in range({limits})")
        inner = body
    return " ".join([expression_text(inner), *clauses])


def _arguments(expr: Operation) -> list[str]:
    """The arguments of a call: defaults left out, options that are numbers by name, and all after the first such."""
    shown: list[str] = []
    named = False
    for name, parameter in expr.operator.signature.parameters.items():
        value = expr.arguments[name]
        if parameter.default is not inspect.Parameter.empty and _plain(value) == parameter.default:
            named = True
            continue
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            shown += map(_argument, value)
            continue
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            shown += [f"{key}={_argument(item)}" for key, item in value.items()]
            continue
        optional = parameter.default is not inspect.Parameter.empty and not isinstance(value, (TensorExpr, str, Str))
        named = named or optional or parameter.kind is inspect.Parameter.KEYWORD_ONLY
        shown.append(f"{name}={_argument(value)}" if named else _argument(value))
    return shown


def _plain(value: Any) -> Any:
    return None if value == Str("None") else value


def _argument(value: Any) -> str:
    match value:
        case TensorExpr():
            return expression_text(value)
        case Tuple():
            return f"[{', '.join(map(_argument, value))}]"
        case tuple():
            return f"({', '.join(map(_argument, value))}{',' if len(value) == 1 else ''})"
        case Str():
            return f'"{value.name}"'
        case str():
            return f'"{value}"'
        case bool() | None:
            return str(value)
        case int():
            return str(value)
        case UnevaluatedExpr():
            return _argument(value.args[0])
        case Mul() if any(isinstance(factor, Add) for factor in value.args):
            polys = sorted(map(to_poly, value.args), key=lambda p: len(p.terms))
            return "*".join(f"({p})" if len(p.terms) > 1 else str(p) for p in polys)
        case FromEnd():
            return str(value)
        case Expr():
            return poly_text(to_poly(value))
    return str(value)


def _key(key: Any) -> str:
    match key:
        case slice():
            ends = ["" if e is None else _argument(e) for e in (key.start, key.stop)]
            return ":".join(ends if key.step is None else [*ends, _argument(key.step)])
    return "..." if key is Ellipsis else _argument(key)


@dataclass(frozen=True)
class TextWriter(Writer):
    """The Unicode notation."""

    tight: bool = False
    fraction_level = PRODUCT

    def name(self, name: str) -> str:
        return name.split(".")[0]

    def parenthesised(self, text: str) -> str:
        return f"({text})"

    def fraction(self, above: str, below: str) -> str:
        return f"{above}/{below}"

    def factor(self, atom: Shown) -> str:
        match atom:
            case Floor(numerator, divisor):
                return f"⌊{self.poly(numerator, PRODUCT)}/{self.poly(divisor, PRODUCT + 1)}⌋"
            case Mod(numerator, divisor):
                return f"{self.poly(numerator, PRODUCT)} mod {self.poly(divisor, PRODUCT)}"
            case Extremum(kind, args):
                return f"{kind}({', '.join(map(self.poly, args))})"
            case Root(radicand):
                return f"√{self.poly(Poly.of(radicand), ATOM)}"
            case Constant(name):
                return self._imaginary if name == "I" else f"ln({atom.prime})" if atom.prime else "π"
            case Exp():
                powers, rest = atom.powers()
                shown = [f"{b if b > 0 else f'({b})'}^{e if e.is_atom else f'({self.poly(e)})'}" for b, e in powers]
                return "·".join([*shown, *([f"exp({self.exponent(rest)})"] if rest else [])])
        return str(atom)

    @property
    def _imaginary(self) -> str:
        """What i is written as where it is not the name of something else."""
        return "j" if "i" in (*self.names.indices, *self.names.sizes) else "i"

    def power(self, base: str, exponent: int) -> str:
        return f"{base}^{exponent}"

    def juxtaposed(self, factors: Sequence[str]) -> str:
        return "·".join(f"({f})" if len(factors) > 1 and _is_remainder(f) else f for f in factors)

    def product(self, factors: Sequence[str]) -> str:
        return "·".join(factors)

    def signed(self, terms: Sequence[tuple[bool, str]]) -> str:
        if len(terms) > 1 or terms[0][0]:
            terms = [(less, f"({text})" if _is_remainder(text) else text) for less, text in terms]
        first, *rest = terms
        plus, minus = ("+", "-") if self.tight else (" + ", " - ")
        return ("-" if first[0] else "") + first[1] + "".join((minus if less else plus) + t for less, t in rest)

    def summation(self, name: str, lower: Poly, upper: Poly, body: str) -> str:
        inside = TextWriter(self.names, tight=True)
        return f"Σ_{{{self.name(name)}={inside.poly(lower)}}}^{{{inside.poly(upper - 1)}}} {body}"

    def entry(self, array: Any, index: Sequence[str]) -> tuple[str, int]:
        return (f"{_fit(array, _TRAILER)}[{', '.join(index)}]", _TRAILER) if index else _text(array)

    @property
    def subscripts(self) -> TextWriter:
        return TextWriter(self.names, tight=True)

    def bracket(self, conditions: Sequence[str]) -> str:
        return f"[{', '.join(conditions)}]"

    def conjugate(self, body: Formula) -> str:
        return f"conj({self.formula(body)})"

    def call(self, function: str, body: Formula) -> str:
        return f"{function}({self.formula(body)})"

    def relation(self, left: str, relation: str, right: str) -> str:
        shown = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠"}.get(relation, relation)
        return f"{left} {shown} {right}"

    def connected(self, word: str, conditions: Sequence[str]) -> str:
        return f"not ({conditions[0]})" if word == "not" else f" {word} ".join(conditions)


def _is_remainder(text: str) -> bool:
    """Whether mod stands in the text outside of all brackets."""
    before, found, _ = text.rpartition(" mod ")
    return bool(found) and before.count("(") == before.count(")")


def formula_text(formula: Formula, names: Names | None = None) -> str:
    """An index formula in Unicode, its bound names being readable already.

    >>> from symconv import Tensor, sizes
    >>> from symconv.formulas.language import Read, Sum
    >>> n, u = Poly.name("n"), Poly.name("u")
    >>> print(formula_text(Sum("u", n - n, n, Read(Tensor("x", sizes("n")), (n - 1 - u,)))))
    Σ_{u=0}^{n-1} x[n-1-u]
    """
    return TextWriter(names or Names()).formula(formula)


def condition_text(condition: Condition, names: Names | None = None) -> str:
    """A condition on sizes in Unicode.

    >>> from symconv.formulas.conditions import at_least
    >>> print(condition_text(at_least(Poly.name("H"), Poly.name("h"))))
    H ≥ h
    """
    return TextWriter(names or Names()).condition(condition)


def hypothesis_text(hypothesis: Any) -> str:
    """A hypothesis on sizes or tensors with the equality sign of mathematics."""
    if hasattr(hypothesis, "condition"):
        return said_of_sizes(hypothesis.condition)
    return f"{expression_text(hypothesis.left)} = {expression_text(hypothesis.right)}"


def said_of_sizes(condition: Condition) -> str:
    """A condition on sizes as claim text, but with the equality sign of mathematics.

    >>> from symconv.formulas.conditions import equal
    >>> said_of_sizes(AnyOf((equal(Poly.name("n") % 2, 1), equal(Poly.name("m"), 1))))
    'n % 2 = 1 or m = 1'
    """
    match condition:
        case Compare():
            left, relation, right = condition.said
            return f"{left} {'=' if relation == '==' else relation} {right}"
        case Negation(inner):
            return f"not ({said_of_sizes(inner)})"
        case All(parts) | AnyOf(parts):
            words = " and " if isinstance(condition, All) else " or "
            bracketed = len(parts) > 1
            shown = ((said_of_sizes(p), bracketed and isinstance(p, All | AnyOf)) for p in parts)
            return words.join(f"({text})" if inside else text for text, inside in shown)


__all__ = ["TextWriter", "condition_text", "expression_text", "formula_text", "hypothesis_text", "said_of_sizes"]
