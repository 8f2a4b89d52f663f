r"""LaTeX of expressions, index formulas and claims: amsmath only, in an order of our own.

The language's own forms (numbers, literal arrays, subscripts, calls, sums over an index) are
written here; every other operator brings its notation with its definition, as a format string
over its parameters or as a function of the printed operands and the other parameters.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Basic, Expr, Integer, Mul, Tuple, UnevaluatedExpr
from sympy.core.symbol import Str, Symbol

from symconv.algebra.polynomials import Constant, Exp, Extremum, Floor, Poly, Root
from symconv.expressions.conversion import FromEnd, to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.formulas.conditions import Compare, Condition
from symconv.formulas.language import Formula
from symconv.operators.axes import keywords_latex
from symconv.operators.conditional import compared
from symconv.printing import axis_notation as notation
from symconv.printing.latex_brackets import ends_below, is_remainder, is_tall, stretched
from symconv.printing.notation import Notation, current
from symconv.printing.term_order import Mod, Names, Shown, names_of
from symconv.printing.writer import ATOM, NEGATIVE, POSTFIX, PRODUCT, SUM, Writer, poly_precedence

_SUBSCRIPT = 95
_RELATIONS = {">=": r"\ge", "<=": r"\le", "==": "=", "!=": r"\ne", ">": ">", "<": "<"}
_CONSTANTS = (r"\pi", r"\mathrm{i}")


class Written(Expr):
    """LaTeX that is written already, for notations that print their parameters with SymPy."""

    def __new__(cls, text: str) -> Written:
        return Expr.__new__(cls, Str(text))

    def _latex(self, printer: Any) -> str:
        return self.args[0].name

    _sympystr = _latex


@dataclass(frozen=True)
class LatexWriter(Writer):
    """LaTeX, in a notation that a document may choose."""

    notation: Notation = field(default_factory=current)

    def name(self, name: str) -> str:
        return self.notation.name(name.split(".")[0])

    def parenthesised(self, text: str) -> str:
        return rf"\left({text}\right)" if is_tall(text) else f"({text})"

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def factor(self, atom: Shown) -> str:
        match atom:
            case Floor(numerator, divisor):
                return rf"\left\lfloor {self.fraction(self.poly(numerator), self.poly(divisor))} \right\rfloor"
            case Mod(numerator, divisor):
                return rf"{self.poly(numerator, PRODUCT)} \bmod {self.poly(divisor, PRODUCT)}"
            case Extremum(kind, args):
                return rf"\{kind}({', '.join(map(self.poly, args))})"
            case Root(radicand):
                return rf"\sqrt{{{self.poly(Poly.of(radicand))}}}"
            case Constant(name):
                return r"\mathrm{i}" if name == "I" else rf"\ln {atom.prime}" if atom.prime else r"\pi"
            case Exp():
                powers, rest = atom.powers()
                shown = [f"{b if b > 0 else f'({b})'}^{{{self.poly(e)}}}" for b, e in powers]
                return r" \cdot ".join([*shown, *([f"e^{{{self.exponent(rest)}}}"] if rest else [])])
        return str(atom)

    def power(self, base: str, exponent: int) -> str:
        return f"{base}^{{{exponent}}}"

    def formula_power(self, base: Formula, exponent: int) -> str:
        text = self.formula(base, POSTFIX)
        return self.power(self.parenthesised(text) if "^" in text[:-1] and not text.endswith(")") else text, exponent)

    def juxtaposed(self, factors: Sequence[str]) -> str:
        bracketed = [f"({f})" if len(factors) > 1 and is_remainder(f) else f for f in factors]
        if all(len(f) == 1 or f.isdigit() for f in bracketed):
            return "".join(bracketed)
        return r"\,".join(bracketed)

    def product(self, factors: Sequence[str]) -> str:
        return r"\,".join(factors)

    def signed(self, terms: Sequence[tuple[bool, str]]) -> str:
        if len(terms) > 1 or terms[0][0]:
            terms = [(minus, f"({text})" if is_remainder(text) else text) for minus, text in terms]
        first, *rest = terms
        return ("-" if first[0] else "") + first[1] + "".join(("-" if minus else "+") + t for minus, t in rest)

    def summation(self, name: str, lower: Poly, upper: Poly, body: str) -> str:
        return rf"\sum_{{{self.name(name)}={self.poly(lower)}}}^{{{self.poly(upper - 1)}}} {body}"

    def entry(self, array: Any, index: Sequence[str]) -> tuple[str, int]:
        return (self.subscripted(array, index), _SUBSCRIPT) if index else self.node(array)

    @property
    def subscripts(self) -> FlatWriter:
        return FlatWriter(self.names, self.notation)

    def bracket(self, conditions: Sequence[str]) -> str:
        return rf"\left[{','.join(conditions)}\right]"

    def conjugate(self, body: Formula) -> str:
        if self.notation.conjugate:
            return rf"{self.formula(body, POSTFIX)}^{{{self.notation.conjugate}}}"
        return rf"\overline{{{self.formula(body)}}}"

    def call(self, function: str, body: Formula) -> str:
        return self.name(function) + self.parenthesised(self.formula(body))

    def relation(self, left: str, relation: str, right: str) -> str:
        return rf"{left} {_RELATIONS[relation]} {right}"

    def connected(self, word: str, conditions: Sequence[str]) -> str:
        if word == "not":
            return rf"\lnot {conditions[0]}"
        return (r" \land " if word == "and" else r" \lor ").join(conditions)

    def subscript(self, poly: Poly) -> str:
        """A polynomial as an index: floors lie flat."""
        return self.subscripts.poly(poly)

    def subscripted(self, array: TensorExpr, subscripts: Sequence[str]) -> str:
        """An array with subscripts; those of an array that is itself an entry are joined."""
        match array:
            case Tensor():
                return self.notation.entry_of(array.name, subscripts)
            case Operation() if (below := _leading(array)) is not None:
                inner = [self.subscript(to_poly(k)) for k in below]
                return self.subscripted(array.arguments["a"], [*inner, *subscripts])
        text, precedence = self.node(array)
        whole = len(subscripts) == len(array.axes) and not any(
            ":" in s or "arrow" in s or s == r"\ldots" for s in subscripts
        )
        plain = not (ends_below(text) and self.notation.has_low_subscripts) and (whole or r"^{\top" not in text[-12:])
        least = POSTFIX + 1 if self.notation.has_columns else POSTFIX
        base = text if precedence >= least and plain else self.parenthesised(text)
        return self.notation.entry(base, subscripts)

    def expression(self, expr: Any, level: int = 0) -> str:
        """An expression, in brackets if it binds less than `level`."""
        return self.fit(*self.node(expr), level)

    def node(self, expr: Any) -> tuple[str, int]:
        """The LaTeX of an expression and how tightly it binds."""
        match expr:
            case Tensor():
                return self.name(expr.name), ATOM
            case Operation():
                syntax = _SYNTAX.get(expr.operator.name)
                shown = syntax(self, expr) if syntax else None
                return shown or notation.in_symbols(self, expr, *self._operation(expr))
            case Expr():
                poly = to_poly(expr)
                return self.poly(poly), SUM if len(poly.terms) > 1 else ATOM
        return str(expr), ATOM

    def _operation(self, expr: Operation) -> tuple[str, int]:
        op = expr.operator
        if isinstance(op.latex, str):
            tight = set(re.findall(r"\{(\w+)\}[_^]", op.latex)) if op.precedence >= ATOM else set()
            shown = {
                key: self._operand(value, POSTFIX if key in tight else _level(expr, value, place), place)
                if key in op.operands
                else self._parameter(value)
                for place, (key, value) in enumerate(expr.arguments.items())
            }
            return stretched(op.latex.format(**shown)), op.precedence
        wanted = inspect.signature(op.latex).parameters
        shown = {}
        for place, (key, value) in enumerate(expr.arguments.items()):
            default = op.signature.parameters[key].default
            if key in op.operands:
                shown[key] = self._operand(value, _level(expr, value, place), place)
            elif value != default or (key in wanted and wanted[key].default is inspect.Parameter.empty):
                shown[key] = self._parameter(value)
        by_name = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in wanted.values())
        if by_name:
            text = op.latex(**{key: value for key, value in shown.items() if key in wanted})
            more = keywords_latex({key: value for key, value in shown.items() if key not in wanted})
            return stretched(", ".join([text[:-1], *more]) + ")" if more else text), op.precedence
        operands = [shown.pop(key) for key in op.operands]
        return stretched(op.latex(*operands, **shown)), op.precedence

    def operand(self, expr: Operation, value: Any, position: int) -> str:
        """One operand of an operation, in brackets where its precedence asks for them."""
        return str(self._operand(value, _level(expr, value, position), position))

    def fitted(self, value: Any, level: int) -> str:
        """An operand that is not the first, in brackets if it binds less than `level` or begins with a sign."""
        return str(self._operand(value, level, 1))

    def _operand(self, value: Any, level: int, position: int) -> Any:
        """An operand in print, in brackets if it binds less than `level`; a sequence of them as a tuple."""
        if isinstance(value, (Tuple, tuple, list)):
            return tuple(self._operand(v, 0, position) for v in value)
        if value is None or value == Str("None"):
            return None
        text = self.expression(value, level)
        if position and level and text.startswith("-"):
            text = self.parenthesised(text)
        return text

    def _parameter(self, value: Any) -> Any:
        """A parameter for an operator's notation: symbolic ones are printed, plain ones stay."""
        match value:
            case tuple():
                return tuple(map(self._parameter, value))
            case TensorExpr():
                return Written(self.expression(value))
            case Expr() if not isinstance(value, Integer):
                return Written(self.scalar(value))
        return value

    def scalar(self, value: Expr) -> str:
        """A size or index as it was written: a product of sums stays one."""
        if isinstance(value, Mul) and any(isinstance(factor, Add) for factor in value.args):
            factors = sorted((to_poly(f) for f in value.args), key=lambda p: len(p.terms))
            return self.juxtaposed([self.poly(p, PRODUCT) for p in factors])
        return self.poly(to_poly(value))

    def _slice_bound(self, bound: Any) -> str:
        if isinstance(bound, FromEnd):
            distance = to_poly(bound.args[0])
            shown = self.subscript(distance)
            return f"-{shown}" if distance.is_atom else f"-({shown})"
        return self.subscript(to_poly(Integer(bound) if isinstance(bound, int) else bound))

    def key(self, key: Any) -> str:
        """One subscript of an indexed array."""
        match key:
            case slice(start=None, stop=None, step=int() | Expr() as step) if step not in (1, -1):
                return rf"\downarrow {self.key(step)}"
            case slice():
                ends = ["" if e is None else self._slice_bound(e) for e in (key.start, key.stop)]
                step = "" if key.step is None else f":{self.key(key.step)}"
                return ":".join(ends) + step
            case None:
                return r"\mathrm{new}"
            case int():
                return str(key)
            case UnevaluatedExpr():
                return self.key(key.args[0])
            case Expr() if not isinstance(key, TensorExpr):
                return self.subscript(to_poly(key))
        return r"\ldots" if key is Ellipsis else self.expression(key)

    def matrix(self, rows: Iterable[Iterable[str]]) -> str:
        """A matrix of printed entries."""
        body = r"\\".join("&".join(row) for row in rows)
        return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


class FlatWriter(LatexWriter):
    r"""LaTeX for subscripts: quotients lie flat, and a product of names has a dot, as x_{ij} has two indices."""

    fraction_level = PRODUCT

    def poly(self, poly: Poly, level: int = 0) -> str:
        text = super().poly(poly, level)
        ((monomial, coefficient), *more) = poly.terms.items() or [((), 0)]
        names = [a for a in monomial if isinstance(a, str)]
        if level or more or coefficient != 1 or len(names) < max(2, len(monomial)):
            return text
        return r" \cdot ".join(map(self.name, sorted(names, key=self.names.rank)))

    def fraction(self, above: str, below: str) -> str:
        return f"{above}/{below}"

    def juxtaposed(self, factors: Sequence[str]) -> str:
        """Numbers, constants and single letters side by side, with a space where they would be one word."""
        first, *rest = (f"({f})" if len(factors) > 1 and is_remainder(f) else f for f in factors)
        text, plain = first, _is_short(first)
        for factor in rest:
            after = _is_short(factor)
            is_word = text.endswith(_CONSTANTS) and factor[0].isalpha()
            text += ("" if plain and after and not is_word else r"\,") + factor
            plain = after
        return text

    def factor(self, atom: Shown) -> str:
        match atom:
            case Floor(numerator, divisor):
                return rf"\lfloor {self.poly(numerator, PRODUCT)}/{self.poly(divisor, PRODUCT + 1)}\rfloor"
        return super().factor(atom)


def _level(expr: Operation, value: Any, position: int) -> int:
    """How tightly an operand must bind to stand without brackets."""
    precedence = expr.operator.precedence
    if precedence >= ATOM or expr.operator.family == "calculus" or expr.operator.name == "divide":
        return 0  # its notation has brackets of its own, or a bar
    if precedence >= POSTFIX:
        return POSTFIX + 1
    leading = isinstance(value, Operation) and position == 0 and expr.operator.family == "arithmetic"
    return precedence if leading and value.operator.family == "arithmetic" else precedence + 1


def _leading(array: Operation) -> tuple[Any, ...] | None:
    """The indices of an array that is an entry of another one, all its leading axes fixed."""
    if array.operator.name != "index":
        return None
    key = array.arguments["key"]
    key = key if isinstance(key, tuple) else (key,)
    fixed = all(isinstance(k, int) and k >= 0 or (isinstance(k, Expr) and not isinstance(k, TensorExpr)) for k in key)
    return tuple(Integer(k) if isinstance(k, int) else k for k in key) if fixed else None


def _is_short(factor: str) -> bool:
    """Whether a factor is a number, a letter, or a constant."""
    return len(factor) == 1 or factor.isdigit() or factor in _CONSTANTS


def _number(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    poly = to_poly(_scalar(expr.arguments["value"]))
    return writer.poly(poly), poly_precedence(poly)


def _scalar(value: Any) -> Expr:
    return Integer(value) if isinstance(value, int) else value


def _index(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    key = expr.arguments["key"]
    array, key = expr.arguments["a"], key if isinstance(key, tuple) else (key,)
    if len(key) == 1 and isinstance(key[0], slice):  # A_{i:} could be a row
        key = (*key, *[slice(None)] * (len(array.axes) - 1))
    return writer.subscripted(array, [writer.key(k) for k in key]), _SUBSCRIPT


def _stuffed(writer: LatexWriter, expr: Operation) -> tuple[str, int] | None:
    """Zeros between neighbours, as an arrow upwards at each axis that has some; None for any other padding."""
    rows = [[to_poly(_scalar(number)) for number in row] for row in expr.arguments["padding_config"]]
    only_between = all(low == high == 0 for low, high, _ in rows) and any(inner != 0 for *_, inner in rows)
    if str(expr.arguments["padding_value"]) != "0" or not only_between:
        return None
    shown = [rf"\uparrow {writer.subscript(inner + 1)}" if inner != 0 else ":" for *_, inner in rows]
    return writer.subscripted(expr.arguments["operand"], shown), _SUBSCRIPT


def _call(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    argument = writer.expression(expr.arguments["x"])
    return writer.name(str(expr.arguments["name"])) + writer.parenthesised(argument), ATOM


def _index_sum(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    name, body = str(expr.arguments["index"]), expr.arguments["body"]
    lower, upper = (to_poly(_scalar(expr.arguments[k])) for k in ("lower", "upper"))
    return writer.summation(name, lower, upper, writer.within(name).expression(body, NEGATIVE)), PRODUCT - 1


def _when(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    found = compared(expr.arguments["conditions"])
    match found, expr.arguments["body"]:
        case [Compare(place, "==")], Operation() as body if writer.notation.impulse and body.operator.name == "number":
            if body.arguments["value"] == 1:
                return writer.notation.entry(writer.notation.impulse, [writer.subscript(place)]), _SUBSCRIPT
    conditions = [writer.condition(c) for c in found]
    return writer.product([writer.bracket(conditions), writer.expression(expr.arguments["body"], PRODUCT)]), PRODUCT


def _assume(writer: LatexWriter, expr: Operation) -> tuple[str, int]:
    return writer.node(expr.arguments["body"])


_SYNTAX: dict[str, Any] = {
    "number": _number, "index": _index, "call": _call, "index_sum": _index_sum, "when": _when, "assume": _assume,
    "needing": _assume,
    "lax.pad": _stuffed, **notation.SYNTAX,
}  # fmt: skip


def names_in(expr: Any) -> Names:
    """The names in an expression: those in the sizes of its tensors, and indices."""
    tensors = sorted(expr.atoms(Tensor), key=lambda t: t.name) if isinstance(expr, Basic) else []
    sizes = names_of(axis.size for t in tensors for axis in t.axes).sizes
    symbols = sorted(s.name for s in expr.free_symbols | _bound(expr) if isinstance(s, Symbol)) if tensors else []
    return Names(tuple(s for s in symbols if s not in sizes), sizes)


def _bound(expr: Any) -> set[Any]:
    return {s for node in expr.atoms(Operation) for s in node.bound_symbols}


def expression_latex(expr: Any, names: Names | None = None) -> str:
    r"""The LaTeX of an expression.

    >>> from symconv import Tensor, sizes, convolve, correlate
    >>> H, W, h, w = sizes("H W h w")
    >>> A, K = Tensor("A", H, W), Tensor("K", h, w)
    >>> print(expression_latex(correlate(convolve(A, K), K, "valid")))
    (A * K) \star_{\mathrm{valid}} K
    """
    return LatexWriter(names or names_in(expr)).expression(expr)


def poly_latex(poly: Poly, names: Names | None = None) -> str:
    r"""The LaTeX of a size, index or coefficient.

    >>> H, h = Poly.name("H"), Poly.name("h")
    >>> print(poly_latex(H - h + 1), poly_latex((h - 1) // 2))
    H-h+1 \left\lfloor \frac{h-1}{2} \right\rfloor
    """
    return LatexWriter(names or Names()).poly(poly)


def formula_latex(formula: Formula, names: Names | None = None) -> str:
    r"""The LaTeX of an index formula whose bound names are readable already.

    >>> from symconv import Tensor, sizes
    >>> from symconv.formulas.language import Read, Sum
    >>> n, u = Poly.name("n"), Poly.name("u")
    >>> print(formula_latex(Sum("u", n - n, n, Read(Tensor("x", sizes("n")), (n - 1 - u,)))))
    \sum_{u=0}^{n-1} x_{n-1-u}
    """
    return LatexWriter(names or Names()).formula(formula)


def claim_names(claim: Any) -> Names:
    """The names of a claim in reading order."""
    return Names((*claim.indices, *claim.parameters), claim.sizes)


def hypothesis_latex(hypothesis: Any, names: Names | None = None, level: int = 0) -> str:
    """The LaTeX of a hypothesis on sizes or tensors, in brackets if it binds less than `level`."""
    writer = LatexWriter(names or Names())
    if hasattr(hypothesis, "condition"):
        return writer.condition(hypothesis.condition, level)
    return f"{writer.expression(hypothesis.left)} = {writer.expression(hypothesis.right)}"


def hypotheses_latex(hypotheses: Sequence[Any], names: Names | None = None) -> str:
    """The LaTeX of hypotheses that hold together."""
    level = 2 if len(hypotheses) > 1 else 0
    return r" \land ".join(hypothesis_latex(h, names, level) for h in hypotheses)


def claim_latex(claim: Any) -> str:
    r"""The LaTeX of a claim: its sides, then its hypotheses or its exact condition.

    >>> from symconv.claims import parse
    >>> print(claim_latex(parse('A[H,W], K[h,w]: convolve(A, K) == correlate(A, K) iff K == flip(K)')))
    A * K = A \star K \quad\Longleftrightarrow\quad K = \operatorname{flip}(K)
    """
    names = claim_names(claim)
    writer = LatexWriter(names)
    text = writer.expression(claim.links[0].left)
    for link in claim.links:
        text += f" {_RELATIONS[link.relation]} {writer.expression(link.right)}"
    for words, hypotheses in ((r"\text{if }", claim.hypotheses), (r"\Longleftrightarrow\quad", claim.exactly)):
        if hypotheses:
            text += rf" \quad{words} " + hypotheses_latex(hypotheses, names)
    return text


def condition_latex(condition: Condition, names: Names | None = None) -> str:
    r"""The LaTeX of a condition on sizes.

    >>> from symconv.formulas.conditions import at_least
    >>> print(condition_latex(at_least(Poly.name("H"), Poly.name("h"))))
    H \ge h
    """
    return LatexWriter(names or Names()).condition(condition)


__all__ = ["LatexWriter", "claim_latex", "claim_names", "condition_latex", "expression_latex", "formula_latex",
           "hypotheses_latex", "hypothesis_latex", "names_in", "poly_latex"]  # fmt: skip
