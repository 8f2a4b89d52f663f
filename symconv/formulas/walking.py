"""The only walker of formulas: their parts, and formulas with parts, polynomials or names replaced.

A read that gets another index no longer says that it is `inside`: that was said of the index before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import holds
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When, fresh


def children(formula: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside, in the order in which they are written."""
    match formula:
        case Plus(parts) | Times(parts):
            return parts
        case Sum(_, _, _, body) | When(_, body) | Conj(body) | Call(_, body):
            return (body,)
        case Scalar() | Read():
            return ()


def rebuilt(formula: Formula, f: Callable[[Formula], Formula]) -> Formula:
    """The formula with its children replaced.

    >>> rebuilt(Plus((Scalar(ZERO), Scalar(ZERO))), lambda part: Conj(part)) == Plus((Conj(Scalar(ZERO)),) * 2)
    True
    """
    match formula:
        case Sum(name, lower, upper, body):
            return Sum(name, lower, upper, f(body))
        case Plus(terms):
            return Plus(tuple(map(f, terms)))
        case Times(factors):
            return Times(tuple(map(f, factors)))
        case When(conditions, body):
            return When(conditions, f(body))
        case Conj(body):
            return Conj(f(body))
        case Call(function, body):
            return Call(function, f(body))
        case Scalar() | Read():
            return formula


def parts(formula: Formula) -> Iterator[Formula]:
    """The formula and everything inside it, outermost first and left to right."""
    yield formula
    for child in children(formula):
        yield from parts(child)


def arrays(formula: Formula) -> Iterator[Any]:
    """Every array that a formula reads."""
    return (part.array for part in parts(formula) if isinstance(part, Read))


def polys(formula: Formula) -> tuple[Poly, ...]:
    """The polynomials of a formula that stand in none of its children: a number, bounds, conditions, an index."""
    match formula:
        case Scalar(value):
            return (value,)
        case Read(_, index):
            return tuple(part for i in index for part in (i if isinstance(i, tuple) else (i,)))
        case Sum(_, lower, upper, _):
            return (lower, upper)
        case When(conditions, _):
            return tuple(c.poly for c in conditions)
        case _:
            return ()


def mapped(formula: Formula, f: Callable[[Poly], Poly]) -> Formula:
    """The formula with all its polynomials replaced; what stands in the arrays that it reads stays."""
    match formula:
        case Scalar(value):
            return Scalar(f(value))
        case Read(array, index):
            return Read(array, tuple(_mapped_index(i, f) for i in index))
        case Sum(name, lower, upper, body):
            return Sum(name, f(lower), f(upper), mapped(body, f))
        case When(conditions, body):
            return When(tuple(c.mapped(f) for c in conditions), mapped(body, f))
        case _:
            return rebuilt(formula, lambda part: mapped(part, f))


def _mapped_index(index: Index, f: Callable[[Poly], Poly]) -> Index:
    return tuple(map(f, index)) if isinstance(index, tuple) else f(index)


def free_names(formula: Formula) -> frozenset[str]:
    """The names that a formula depends on, those in the arrays that it reads among them; no bound ones."""
    own = frozenset(name for poly in polys(formula) for name in poly.names)
    match formula:
        case Read(array, _):
            return own | array.free_names
        case Sum(name, _, _, body):
            return own | (free_names(body) - {name})
        case _:
            return own.union(*map(free_names, children(formula)))


def substitute(formula: Formula, values: Mapping[str, Poly]) -> Formula:
    """The formula with free names replaced at once; a bound name that occurs in a value gives way to a new one.

    >>> u, v = Poly.name("u"), Poly.name("v")
    >>> made = substitute(Sum("u", ZERO, v, Scalar(u * v)), {"v": u})
    >>> made.name.startswith("u."), made.body == Scalar(u * Poly.name(made.name))
    (True, True)
    """
    return _substitute(formula, values, frozenset().union(*(v.names for v in values.values()))) if values else formula


def _substitute(formula: Formula, values: Mapping[str, Poly], taken: frozenset[str]) -> Formula:
    """The same; `taken` are the names in the values."""
    match formula:
        case Scalar(value):
            return Scalar(value.substitute(values))
        case Read(array, index):
            replaced = array.replace_names(values)
            places = zip(array.axes, replaced.axes, index, strict=True)
            return Read(replaced, tuple(_refit(old, new, i, values) for old, new, i in places))
        case Sum(name, lower, upper, body):
            inner = {k: v for k, v in values.items() if k != name}
            new = fresh(name) if name in taken else name
            if new != name:
                inner[name] = Poly.name(new)
            body = _substitute(body, inner, taken | {new}) if inner else body
            return Sum(new, lower.substitute(values), upper.substitute(values), body)
        case When(conditions, body):
            conditions = tuple(c.substitute(values) for c in conditions)
            if any(c.poly.constant is not None and not holds(c, {}) for c in conditions):
                return Scalar(ZERO)  # the body may divide by 0 here
            return When(conditions, _substitute(body, values, taken))
        case _:
            return rebuilt(formula, lambda part: _substitute(part, values, taken))


def _refit(old: Axis, new: Axis, index: Index, values: Mapping[str, Poly]) -> Index:
    """The index with its names replaced, along an axis whose digits may be others then: those of size 1 may go."""
    index = _mapped_index(index, lambda part: part.substitute(values))
    digits = tuple(d.substitute(values) for d in old.digits)
    if digits == new.digits or not isinstance(index, tuple):
        return index
    kept = [part for part, d in zip(index, digits, strict=True) if d != 1]
    wanted = [d for d in new.digits if d != 1]
    if [d for d in digits if d != 1] == wanted:
        left = iter(kept)
        return new.index([ZERO if d == 1 else next(left) for d in new.digits])
    return new.index(new.parts(Axis(digits).flat(index)))
