"""Polynomials in indices at many values at once: names stand for numbers or for arrays of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm, prod
from typing import Any

import numpy as np

from symconv.algebra.exact_numbers import ExactNumber, exact
from symconv.algebra.polynomials import Extremum, Floor, Poly
from symconv.errors import SymconvError
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation
from symconv.limits import MAX_INTEGER, MAX_SMALL_FACTOR, MAX_WORD, check_time

Values = Mapping[str, Any]


def values_of(poly: Poly, at: Values, dtype: Any) -> Any:
    """The values of a polynomial where names are numbers or arrays; where all are numbers, an integer if wanted."""
    number = _number(poly, at)
    if number is not None:
        if dtype is object:
            return np.asarray(exact(number), dtype=object)
        if abs(number) > MAX_INTEGER:
            if poly.constant is not None:
                hint = f"these go up to {MAX_INTEGER:,}"
                raise SymconvError(f"{number} is too large for a size or an index", hint=hint)
            return MAX_INTEGER if number > 0 else -MAX_INTEGER
        return number
    if not poly.names <= at.keys():
        missing = sorted(name for name in poly.names if name not in at)
        raise SymconvError(f"no value is given for {', '.join(missing)}")
    fits, common, is_plain = _kind(poly)
    if dtype is not object and not (fits and all(_is_small(at[name]) for name in poly.names)):
        return np.asarray(np.clip(values_of(poly, at, object), -MAX_INTEGER, MAX_INTEGER), dtype=dtype)
    if common > 1 and dtype is not object:
        scaled = values_of(poly * common, at, dtype)
        whole = not np.any(scaled % common)
        return scaled // common if whole else np.frompyfunc(lambda v: Fraction(int(v), common), 1, 1)(scaled)
    if is_plain:
        total: Any = 0
        for monomial, coefficient in poly.terms.items():
            product: Any = coefficient
            for atom in monomial:
                product = product * _atom(atom, at, dtype)
            total = total + product
        return np.asarray(total, dtype=dtype)
    names = sorted(poly.names)

    def value(*values: Any) -> Any:
        check_time()
        return plain(poly.substitute(dict(zip(names, map(Poly.of, values), strict=True))))

    return np.asarray(
        np.frompyfunc(value, len(names), 1)(*(np.asarray(at[n]).astype(object) for n in names)), dtype=object
    )


def _number(poly: Poly, at: Values) -> Any:
    """The value of a polynomial whose names all are Python's integers here; None for any other."""
    total: Any = 0
    for monomial, c in poly.terms.items():
        product: Any = c
        for atom in monomial:
            value = at.get(atom) if isinstance(atom, str) else _number_of_atom(atom, at)
            if not isinstance(value, int):
                return None
            product = product * value
        total = total + product
    return total


def _number_of_atom(atom: Any, at: Values) -> Any:
    match atom:
        case Floor(numerator, divisor):
            over, by = _number(numerator, at), _number(divisor, at)
            return None if over is None or by is None else over // (by or 1)
        case Extremum(kind, args):
            values = [_number(a, at) for a in args]
            return None if None in values else min(values) if kind == "min" else max(values)
    return None


def small(values: np.ndarray) -> np.ndarray:
    """Values of an index as names hold them."""
    return values if not values.size or abs(values).max() <= MAX_SMALL_FACTOR else values.astype(object)


def _is_small(value: Any) -> bool:
    return abs(value) <= MAX_SMALL_FACTOR if isinstance(value, int) else np.asarray(value).dtype != object


@lru_cache(maxsize=16_384)
def _kind(poly: Poly) -> tuple[bool, int, bool]:
    """Whether 64 bits hold everything in between where all names are small; the common denominator; whether there are
    only names, quotients and extrema."""
    common = lcm(*(Fraction(c).denominator for c in poly.terms.values()))
    return _bound(poly) < MAX_WORD, common, all(isinstance(a, (str, Floor, Extremum)) for a in poly.atoms)


def _bound(poly: Poly) -> int:
    """The largest absolute value of a polynomial and of everything inside it, where all names are small."""
    total = 0
    for monomial, c in poly.terms.items():
        total += int(abs(Fraction(c)) * prod(_atom_bound(a) for a in monomial)) + 1
    return int(total * lcm(*(Fraction(c).denominator for c in poly.terms.values())))


def _atom_bound(atom: Any) -> int:
    match atom:
        case str():
            return MAX_SMALL_FACTOR
        case Floor(numerator, divisor):
            return max(_bound(numerator), _bound(divisor))
        case Extremum(_, args):
            return max(map(_bound, args))
    return 1


def _atom(atom: Any, at: Values, dtype: Any) -> Any:
    match atom:
        case str():
            value = at[atom]
            return value if isinstance(value, int) else np.asarray(value, dtype=dtype)
        case Floor(numerator, divisor):
            by = values_of(divisor, at, dtype)
            return np.floor_divide(values_of(numerator, at, dtype), np.where(by == 0, 1, by))
        case Extremum(kind, args):
            return fold(np.minimum if kind == "min" else np.maximum, [values_of(a, at, dtype) for a in args]).astype(
                dtype
            )
    raise AssertionError(atom)


def all_satisfied(conditions: Iterable[Condition], at: Values) -> np.ndarray:
    """Where all conditions hold."""
    mask = np.asarray(True)
    for condition in conditions:
        mask = mask & _holds(condition, at)
    return mask


def _holds(condition: Condition, at: Values) -> np.ndarray:
    match condition:
        case Compare():
            return np.asarray(satisfied(condition, at, np.int64))
        case Negation(inner):
            return ~_holds(inner, at)
        case All(parts):
            return all_satisfied(parts, at)
        case AnyOf(parts):
            return ~all_satisfied(map(Negation, parts), at)


def satisfied(condition: Compare, at: Values, dtype: Any) -> Any:
    value = values_of(condition.poly, at, dtype)
    return value >= 0 if condition.relation == ">=" else value == 0 if condition.relation == "==" else value != 0


def plain(value: Poly) -> ExactNumber:
    """A constant polynomial as a number where it is rational."""
    return value if value.constant is None else value.constant


def objects(values: Sequence[Any]) -> np.ndarray:
    """An array of these very objects."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def fold(operation: Callable[[Any, Any], Any], values: Sequence[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = operation(result, value)
    return np.asarray(result, dtype=object)
