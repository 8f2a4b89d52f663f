"""SymPy scalars (sizes, indices, coefficients) to the kernel's polynomials, and back."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache, reduce
from math import lcm
from typing import Any

import sympy
from sympy import Basic, Expr, Integer, Rational, Symbol

from symconv.algebra.polynomials import (
    PI,
    Atom,
    Constant,
    Exp,
    Extremum,
    Floor,
    I,
    Inverse,
    Poly,
    Root,
    exponential,
    extremum,
    floor,
    inverse,
    square_root,
)
from symconv.algebra.powers import logarithm, power
from symconv.errors import SymconvError, Unsupported
from symconv.limits import MAX_BASE, MAX_NUMBER_POWER


class FromEnd(Expr):
    """A bound of a slice that is counted from the end, as in x[:-e]: the size less e, for e of 1 or more."""

    is_commutative = True

    def _sympystr(self, printer: Any) -> str:
        distance = to_poly(self.args[0])
        return f"-{distance}" if distance.is_atom else f"-({distance})"


class Radical(Expr):
    """The square root of what is 0 or more, as sizes are; SymPy's own is not told that of a name."""

    is_commutative = True

    def _sympystr(self, printer: Any) -> str:
        return f"sqrt({to_poly(self.args[0])})"

    def _latex(self, printer: Any) -> str:
        return rf"\sqrt{{{printer.doprint(self.args[0])}}}"


@lru_cache(maxsize=16_384)
def to_poly(expr: Expr) -> Poly:
    """The polynomial of a SymPy scalar; raises `Unsupported` on functions outside the exact form.

    >>> H, h = sympy.symbols("H h", integer=True)
    >>> print(to_poly((H + h) // 2 + 1))
    (H + h)//2 + 1
    """
    if not expr.args:
        return _leaf(expr)
    match expr:
        case sympy.Add():
            return reduce(lambda a, b: a + b, map(to_poly, expr.args))
        case sympy.Mul():
            return reduce(lambda a, b: a * b, map(to_poly, expr.args))
        case sympy.exp():
            return exponential(to_poly(expr.args[0]))
        case sympy.Pow():
            return _power(expr)
        case sympy.log() if isinstance(expr.args[0], Integer) and expr.args[0] > 0:
            return logarithm(Fraction(int(expr.args[0])))
        case sympy.floor():
            return _floor(expr.args[0])
        case sympy.ceiling():
            return -_floor(-expr.args[0])
        case sympy.Mod():
            return to_poly(expr.args[0]) % to_poly(expr.args[1])
        case FromEnd():
            return -to_poly(expr.args[0])
        case Radical():
            return square_root(to_poly(expr.args[0]))
        case sympy.UnevaluatedExpr():
            return to_poly(expr.args[0])
        case sympy.Min() | sympy.Max():
            return extremum(type(expr).__name__.lower(), map(to_poly, expr.args))
    raise Unsupported(f"'{expr}' is not a scalar that symconv can compute with exactly")


def _leaf(expr: Expr) -> Poly:
    """The polynomial of a name, a number or a constant."""
    match expr:
        case Symbol():
            return Poly.name(expr.name)
        case Integer():
            return Poly.of(int(expr))
        case Rational():
            return Poly.of(Fraction(int(expr.p), int(expr.q)))
        case sympy.Float():
            return Poly.of(Fraction(str(expr)))
    if expr is sympy.I:
        return I
    if expr is sympy.pi:
        return PI
    if expr is sympy.E:
        return exponential(Poly.of(1))
    if expr in (sympy.nan, sympy.oo, -sympy.oo, sympy.zoo):
        raise SymconvError(f"the value {expr} is not a number")
    raise Unsupported(f"'{expr}' is not a scalar that symconv can compute with exactly")


def _power(expr: sympy.Pow) -> Poly:
    base, exponent = expr.args
    if base is sympy.E:
        return exponential(to_poly(exponent))
    if isinstance(exponent, Integer):
        if abs(int(exponent)) > MAX_NUMBER_POWER:
            raise Unsupported(f"the power {expr} is too large", hint=f"exponents go up to {MAX_NUMBER_POWER}")
        power = to_poly(base) ** abs(int(exponent))
        return power if exponent >= 0 else inverse(power)
    if isinstance(exponent, Rational) and exponent.q == 2 and isinstance(base, Rational):
        root = square_root(Fraction(int(base.p), int(base.q)))
        return root ** int(exponent.p) if exponent.p > 0 else inverse(root ** int(-exponent.p))
    if isinstance(base, Rational) and base and not isinstance(exponent, Rational):
        return _power_of_number(expr, Fraction(int(base.p), int(base.q)), to_poly(exponent))
    raise Unsupported(f"the power {expr} is not exact here", hint="use whole exponents, sqrt(number) or exp(...)")


def _power_of_number(expr: sympy.Pow, base: Fraction, exponent: Poly) -> Poly:
    if max(abs(base.numerator), base.denominator) > MAX_BASE:
        raise Unsupported(f"the base of {expr} is too large", hint=f"a base goes up to {MAX_BASE:,}")
    whole = all(isinstance(c, int) and all(isinstance(a, (str, Floor)) for a in m) for m, c in exponent.terms.items())
    if base < 0 and not whole:
        raise Unsupported(f"the power {expr} of a negative number is not exact here", hint="use whole exponents")
    return power(base, exponent)


def _floor(quotient: Expr) -> Poly:
    numerator, denominator = sympy.fraction(sympy.together(quotient))
    top, bottom = to_poly(numerator), to_poly(denominator)
    common = lcm(*(Fraction(c).denominator for c in [*top.terms.values(), *bottom.terms.values()]))
    return floor(top * common, bottom * common)


def to_sympy(poly: Poly) -> Expr:
    """The SymPy expression of a polynomial; names become integer symbols.

    >>> to_sympy(to_poly(Symbol("n", integer=True) + 1))
    n + 1
    """
    return sympy.Add(*(sympy.Mul(_number(c), *map(_atom, m)) for m, c in poly.terms.items()))


def to_argument(poly: Poly) -> int | Expr:
    """A polynomial as an argument of an operator: a whole number is Python's."""
    return to_sympy(poly) if poly.integer is None else poly.integer


def _number(value: int | Fraction) -> Expr:
    return Rational(value.numerator, value.denominator)


def _atom(atom: Atom) -> Expr:
    match atom:
        case str():
            return symbol(atom)
        case Floor(numerator, divisor):
            return sympy.floor(to_sympy(numerator) / to_sympy(divisor), evaluate=False)
        case Extremum(kind, args):
            return (sympy.Min if kind == "min" else sympy.Max)(*map(to_sympy, args))
        case Inverse(denominator):
            return 1 / to_sympy(denominator)
        case Root(radicand):
            return sympy.sqrt(radicand) if isinstance(radicand, int) else Radical(to_sympy(radicand))
        case Constant(name):
            return sympy.I if name == "I" else sympy.log(atom.prime) if atom.prime else sympy.pi
        case Exp(exponent):
            return sympy.exp(to_sympy(exponent))


@lru_cache(maxsize=4_096)
def symbol(name: str) -> Symbol:
    """The integer symbol of this name.

    It is not declared positive, not even for a size: SymPy would then fold `max(n, 1)` and the
    like, and the same name can be a parameter of any sign in another claim.
    """
    return Symbol(name, integer=True)


def with_symbols_of(source: Basic, result: Any) -> Any:
    """The result with the symbols that occur in `source` in place of ours of the same names.

    >>> n = Symbol("n", positive=True)
    >>> with_symbols_of(2 * n, to_sympy(to_poly(n + 1))) == n + 1
    True
    """
    own = {symbol(s.name): s for s in source.free_symbols if isinstance(s, Symbol)}
    foreign = {ours: s for ours, s in own.items() if ours != s and ours not in source.free_symbols}
    return result.xreplace(foreign) if foreign else result
