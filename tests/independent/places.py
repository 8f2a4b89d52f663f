"""Places at which expressions are evaluated, and arithmetic on the values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import exact
from .arrays import Outside, array, each, plain
from .exact import Linear, NotLinear, Undefined
from .numbers import floor, modulo
from .reading import Unreadable


class NotThere(Exception):
    """A free index outside of the range that the first member gives it."""


@dataclass(slots=True)
class Place:
    """What the names stand for; `free` are the indices whose reads must be in range (whether one stands alone)."""

    values: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    free: Mapping[str, bool]
    tensors: frozenset[str] = frozenset()

    def but(self, **values: Any) -> Place:
        return Place({**self.values, **values}, self.functions, self.free, self.tensors)

    def anywhere(self) -> Place:
        """The same place, where no index has to be in range."""
        return Place(self.values, self.functions, {}, self.tensors) if self.free else self

    def running(self, name: str, values: Iterable[Any]) -> Iterator[Place]:
        """The places at which a bound name takes these values: one place that changes, to be used at once."""
        known = dict(self.values)
        free = {n: alone for n, alone in self.free.items() if n != name} if name in self.free else self.free
        place = Place(known, self.functions, free, self.tensors)
        for value in values:
            known[name] = value
            yield place


Value = Callable[[Place], Any]
Test = Callable[[Place], bool]


def always(value: Any) -> Value:
    return lambda at: value


def unreadable(what: str) -> Value:
    def raising(at: Place) -> Any:
        raise Unreadable(what)

    return raising


def equal(a: Any, b: Any) -> bool:
    if type(a) is int and type(b) is int:
        return a == b
    a, b = array(a), array(b)
    if a.shape != b.shape:
        return False
    p, q = a.ravel().tolist(), b.ravel().tolist()
    return all(map(exact.same, p, q))


def whole(value: Any) -> int:
    """An integer, where only integers can stand."""
    if type(value) is int:
        return value
    if isinstance(value, np.ndarray):
        raise Unreadable("an array as index")
    if isinstance(value, Linear):
        raise NotLinear
    value = exact.number(value)
    if not isinstance(value, int):
        raise Undefined(f"{value} as an integer")
    return value


_quotient = each(lambda a, b: exact.ratio(a, b))
_power = each(lambda a, b: exact.power(a, b))
_floor, _modulo = each(floor), each(modulo)
BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def arithmetic(op: ast.operator) -> Callable[[Any, Any], Any]:
    match op:
        case ast.Add() | ast.Sub() | ast.Mult():
            return _broadcasting(BINARY[type(op)])
        case ast.Div():
            return _broadcasting(_quotient)
        case ast.Pow():
            return _broadcasting(_power)
        case ast.FloorDiv():
            return _of_wholes(floor, _floor)
        case ast.Mod():
            return _of_wholes(modulo, _modulo)

    def raising(a: Any, b: Any) -> Any:
        raise Unreadable(type(op).__name__)

    return raising


def _broadcasting(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def called(a: Any, b: Any) -> Any:
        if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
            a, b = array(a), array(b)
        try:
            return plain(function(a, b))
        except ValueError as error:
            raise Outside(str(error)) from None

    return called


def _of_wholes(one: Callable[[Any, Any], Any], all_: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: (all_ if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else one)(a, b)


add = _broadcasting(operator.add)
