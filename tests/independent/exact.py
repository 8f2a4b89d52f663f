"""Numbers that object arrays hold: int, Fraction, Gauss (complex rationals), mpmath's where a value is irrational.

`Linear` is a number plus multiples of unknowns; with it an evaluation yields equations instead of values, and with
`Dual`, which drops what is of second order, derivatives.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

mp = mpmath.mp.clone()
mp.dps = 50
TOLERANCE = mp.mpf(10) ** -30


class Undefined(Exception):
    """A division by zero, or another value that does not exist."""


class NotLinear(Exception):
    """Two unknowns were multiplied, or an unknown went where only numbers can go."""


class Gauss:
    """A complex number whose parts are rational, and the imaginary one not 0."""

    __slots__ = ("im", "re")

    def __init__(self, re: Any, im: Any) -> None:
        self.re, self.im = re, im

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Irrational):
            return _float(self) + other
        if isinstance(other, Linear):
            return NotImplemented
        return gauss(self.re + real(other), self.im + imag(other))

    __radd__ = __add__

    def __neg__(self) -> Gauss:
        return Gauss(-self.re, -self.im)

    def __pos__(self) -> Gauss:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Irrational):
            return _float(self) * other
        if isinstance(other, Linear):
            return NotImplemented
        a, b = real(other), imag(other)
        return gauss(self.re * a - self.im * b, self.re * b + self.im * a)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Gauss) and self.re == other.re and self.im == other.im

    def __hash__(self) -> int:
        return hash((self.re, self.im))

    def __repr__(self) -> str:
        return f"({self.re}+{self.im}j)"

    def __complex__(self) -> complex:
        return complex(self.re, self.im)

    def conjugate(self) -> Gauss:
        return Gauss(self.re, -self.im)


Irrational = (mp.mpf, mp.mpc, mp.constant)


class Linear:
    """constant + Σ coefficient·unknown, the unknowns standing for real numbers."""

    __slots__ = ("constant", "parts")

    def __init__(self, constant: Any, parts: dict[Any, Any]) -> None:
        self.constant, self.parts = constant, parts

    def _of(self, constant: Any, parts: dict[Any, Any]) -> Any:
        parts = {name: c for name, c in parts.items() if (c != 0 if type(c) is int else not same(c, 0))}
        return type(self)(constant, parts) if parts else constant

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Linear):
            return type(self)(self.constant + other, self.parts)
        if type(self) is not type(other):
            raise NotLinear
        parts = dict(self.parts)
        for name, c in other.parts.items():
            parts[name] = parts.get(name, 0) + c
        return self._of(self.constant + other.constant, parts)

    __radd__ = __add__

    def __neg__(self) -> Any:
        return type(self)(-self.constant, {name: -c for name, c in self.parts.items()})

    def __pos__(self) -> Any:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Linear):
            return self._of(self.constant * other, {name: c * other for name, c in self.parts.items()})
        return self.product(other)

    __rmul__ = __mul__

    def product(self, other: Linear) -> Any:
        raise NotLinear

    def over(self, number: Any) -> Any:
        return self._of(ratio(self.constant, number), {name: ratio(c, number) for name, c in self.parts.items()})

    def conjugate(self) -> Any:
        return self._of(conjugate(self.constant), {name: conjugate(c) for name, c in self.parts.items()})


class Dual(Linear):
    """A value with its derivatives."""

    __slots__ = ()

    def product(self, other: Linear) -> Any:
        if not isinstance(other, Dual):
            raise NotLinear
        parts = {name: c * other.constant for name, c in self.parts.items()}
        for name, c in other.parts.items():
            parts[name] = parts.get(name, 0) + self.constant * c
        return self._of(self.constant * other.constant, parts)


def gauss(re: Any, im: Any) -> Any:
    return Gauss(re, im) if im else re


def _float(value: Any) -> Any:
    """The value as one of mpmath's."""
    if isinstance(value, Irrational):
        return +value
    if isinstance(value, Gauss):
        return mp.mpc(_float(value.re), _float(value.im))
    if isinstance(value, Linear):
        raise NotLinear
    value = Fraction(value)
    return mp.mpf(int(value.numerator)) / int(value.denominator)


def number(value: Any) -> Any:
    """A value from elsewhere (NumPy, SymPy, Python) as one of ours."""
    if type(value) is int:
        return value
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, Fraction, Gauss, Linear, *Irrational)):
        return whole(value) if isinstance(value, Fraction) else value
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return whole(Fraction(repr(float(value))))
    if isinstance(value, (complex, np.complexfloating)):
        return gauss(number(value.real), number(value.imag))
    if getattr(value, "is_Rational", False):
        return whole(Fraction(int(value.p), int(value.q)))
    if hasattr(value, "as_real_imag"):
        re, im = value.as_real_imag()
        if re.is_Rational and im.is_Rational:
            return gauss(number(re), number(im))
        re, im = re.evalf(50), im.evalf(50)
        return mp.mpc(mp.mpf(str(re)), mp.mpf(str(im))) if im else mp.mpf(str(re))
    raise TypeError(type(value).__name__)


def whole(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else value


def real(value: Any) -> Any:
    if isinstance(value, Linear):
        return value._of(real(value.constant), {name: real(c) for name, c in value.parts.items()})
    return value.re if isinstance(value, Gauss) else value.real


def imag(value: Any) -> Any:
    if isinstance(value, Linear):
        return value._of(imag(value.constant), {name: imag(c) for name, c in value.parts.items()})
    return value.im if isinstance(value, Gauss) else value.imag


def conjugate(value: Any) -> Any:
    return value.conjugate()


def ratio(a: Any, b: Any) -> Any:
    """a / b, exactly where both are rational."""
    if isinstance(b, Linear):
        raise NotLinear
    if same(b, 0):
        raise Undefined("division by zero")
    if isinstance(a, Linear):
        return a.over(b)
    if isinstance(a, Irrational) or isinstance(b, Irrational):
        return _float(a) / _float(b)
    if isinstance(b, Gauss):
        size = b.re * b.re + b.im * b.im
        return ratio(a * b.conjugate(), size)
    if isinstance(a, Gauss):
        return gauss(ratio(a.re, b), ratio(a.im, b))
    return whole(Fraction(a) / b)


def power(a: Any, b: Any) -> Any:
    """a ** b: exact for whole exponents and for roots of squares."""
    if isinstance(b, Linear):
        raise NotLinear
    if isinstance(b, Fraction) and b.denominator == 1:
        b = b.numerator
    if isinstance(b, int):
        if b < 0:
            return ratio(1, power(a, -b))
        result: Any = 1
        for _ in range(b):
            result = result * a
        return result
    if isinstance(a, Linear):
        raise NotLinear
    if b == Fraction(1, 2) and isinstance(a, (int, Fraction)) and a >= 0:
        root = [mpmath.libmp.isqrt(int(part)) for part in (Fraction(a).numerator, Fraction(a).denominator)]
        if Fraction(int(root[0]), int(root[1])) ** 2 == a:
            return whole(Fraction(int(root[0]), int(root[1])))
    if same(a, 0):
        if isinstance(b, (Gauss, mp.mpc)) or b <= 0:
            raise Undefined("a power of zero")
        return 0
    return mp.power(_float(a), _float(b))


def same(a: Any, b: Any) -> bool:
    """Whether two numbers are equal; irrational ones up to 30 digits."""
    if type(a) is int and type(b) is int:
        return a == b
    if isinstance(a, Linear) or isinstance(b, Linear):
        difference = a - b
        return not isinstance(difference, Linear) and same(difference, 0)
    if isinstance(a, Irrational) or isinstance(b, Irrational):
        a, b = _float(a), _float(b)
        return bool(abs(a - b) <= TOLERANCE * (1 + max(abs(a), abs(b))))
    return bool(a == b)


def transcendental(name: str, value: Any) -> Any:
    """exp, cos, sin, log or sqrt of a number."""
    if name == "sqrt":
        return power(value, Fraction(1, 2))
    if name == "log" and same(value, 0):
        raise Undefined("log of zero")
    if name in ("exp", "sin") and same(value, 0) or name == "log" and same(value, 1):
        return int(name == "exp")
    return getattr(mp, name)(_float(value))


@lru_cache(1 << 10)
def root_of_unity(k: int, n: int) -> Any:
    """exp(2πi·k/n)."""
    turn = Fraction(k, n) % 1
    if turn.denominator in (1, 2, 4):
        return (1, Gauss(0, 1), -1, Gauss(0, -1))[int(4 * turn)]
    return mp.expjpi(2 * _float(turn))


def order(value: Any) -> Any:
    """The value where an order is needed: real numbers only."""
    if isinstance(value, Linear):
        raise NotLinear
    if isinstance(value, (Gauss, mp.mpc)):
        raise Undefined("an order of complex numbers")
    return value
