"""Derivatives of scalars with respect to the entries of a tensor."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import Definition, Requirement, operator, same_axis
from symconv.formulas.axis import Index, digits
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Array, Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When, fresh, plus
from symconv.formulas.language import times as product
from symconv.formulas.walking import rebuilt
from symconv.kernel.terms import TensorAtom, lower
from symconv.operators.axes import along


def _differences(scalar: Any, T: Any) -> np.ndarray:
    """Central differences of a function, exact for polynomials of degree 2 or less in each entry."""
    result = np.empty(np.shape(T), dtype=object)
    for place in np.ndindex(*result.shape):
        step = np.zeros(result.shape, dtype=object)
        step[place] = 1
        result[place] = (scalar(T + step) - scalar(T - step)) / 2
    return result


def _replaced(rule: Any, scalar: Any, T: Any, at: Any) -> Any:
    """The derivative in which tensors are replaced: T is bound in `scalar`, and what replaces it goes to `at`."""
    inner = {old: new for old, new in rule.items() if getattr(old, "leaf", None) != T.leaf}
    at = (T if at is None else at).xreplace(rule)
    if any(_occurs(new, T) for new in inner.values()):
        taken = {s.name for e in (scalar, T, at, *inner.values()) for s in e.free_symbols if hasattr(s, "name")}
        fresh_name = next(name for k in count(1) if (name := f"{T.name}{k}") not in taken)
        renamed = T.func(fresh_name, *T.shape)
        scalar, T = scalar.xreplace({T: renamed}), renamed
    scalar, T = scalar.xreplace(inner), T.xreplace(inner)
    return grad(scalar, T) if at == T else grad(scalar, T, at)


def _grad_latex(scalar: str, T: str, at: str | None = None) -> str:
    shown = rf"\nabla_{{\!{T}}}\,({scalar})"
    return shown if at is None else rf"\left[{shown}\right]_{{{T}={at}}}"


def _rule(scalar: Any, T: Any, at: Any) -> str:
    """What the step is called: products of several entries of T need more than one rule."""
    several = any(sum(slot.atom == T.leaf for slot in term.slots) > 1 for term in lower(scalar))
    return f"differentiate entry by entry{', by the product rule' * several}"


@operator(library="symconv.grad", family="calculus", operands="scalar T at", latex=_grad_latex, precedence=80,
          twin=_differences, rule=_rule, replaced=_replaced)  # fmt: skip
def grad(scalar: Any, T: Any, at: Any = None) -> Definition:
    """The array of derivatives of a scalar with respect to the entries of a real tensor T, with `at` put for T then.

    Shapes: () and (n…) to (n…). Raises `ShapeError` where `scalar` has axes, `Unsupported` where T is not a real
    named tensor or stands inside an uninterpreted function. Source: symconv.grad.

    >>> from symconv import Tensor, sizes, sum
    >>> n = sizes("n")
    >>> x = Tensor("x", n)
    >>> grad(sum(x * x), x).shape
    (n,)
    """
    if scalar.axes:
        raise ShapeError(f"grad: the expression has {len(scalar.axes)} axes; it takes a scalar")
    atom = T.leaf
    if not isinstance(atom, TensorAtom):
        raise Unsupported("grad: derivatives are taken with respect to a named tensor")
    if atom.is_complex:
        raise Unsupported(f"grad: '{atom.name}' is complex", hint="derivatives are taken with respect to real tensors")
    requires: tuple[Requirement, ...] = ()
    if at is not None:
        if len(at.axes) != len(T.axes):
            raise ShapeError(f"grad: an array with {len(at.axes)} axes for '{atom.name}', which has {len(T.axes)}")
        requires = tuple(r for a, b in zip(T.axes, at.axes, strict=True) for r in same_axis(a, b, "grad: sizes")[1])
    _derivative(scalar.entry(), T, tuple(Poly.name(fresh("y")) for _ in T.axes))

    def entry(*index: Index) -> Formula:
        made = _derivative(scalar.entry(), T, index)
        return Scalar(ZERO) if made is None else made if at is None else _put(made, T, at)

    return Definition(tuple(T.axes), entry, requires=requires)


def _put(formula: Formula, tensor: Any, value: Any) -> Formula:
    """The formula with entries of an array for those of the tensor; what is made of the tensor is unfolded."""
    match formula:
        case Read(array, index) if array.leaf is not None:
            if array.leaf != tensor.leaf:
                return formula
            return Read(value, tuple(map(along, tensor.axes, value.axes, index)))
        case Read(array, index) if _occurs(array, tensor):
            inside = tuple(_inside(array, index, frozenset()))
            inner = _put(array.entry(*index), tensor, value)
            return When(inside, inner) if inside else inner
    return rebuilt(formula, lambda part: _put(part, tensor, value))


def _derivative(
    formula: Formula, tensor: Any, at: tuple[Index, ...], known: frozenset[Compare] = frozenset()
) -> Formula | None:
    """The derivative of an index formula with respect to the tensor's entry `at`; None where it is 0 throughout.

    `known` are conditions that hold here.
    """
    match formula:
        case Read(array, index) if array.leaf is not None:
            return _one(tensor, index, at) if array.leaf == tensor.leaf else None
        case Read(array, index):
            if not _occurs(array, tensor):
                return None
            inside = _inside(array, index, known)
            inner = _derivative(array.entry(*index), tensor, at, known | inside.keys())
            return inner and (When(tuple(inside), inner) if inside else inner)
        case Sum(name, lower, upper, body):
            ends = {at_least(Poly.name(name), lower), at_least(upper - 1, Poly.name(name))}
            inner = _derivative(body, tensor, at, known | ends)
            return inner and Sum(name, lower, upper, inner)
        case When(conditions, body):
            inner = _derivative(body, tensor, at, known | set(conditions))
            return inner and When(conditions, inner)
        case Conj(body):
            inner = _derivative(body, tensor, at, known)
            return inner and Conj(inner)
        case Plus(terms):
            parts = [d for t in terms if (d := _derivative(t, tensor, at, known)) is not None]
            return plus(*parts) if parts else None
        case Times(factors):
            parts = [
                product(*factors[:k], d, *factors[k + 1 :])
                for k, f in enumerate(factors)
                if (d := _derivative(f, tensor, at, known)) is not None
            ]
            return plus(*parts) if parts else None
        case Call(function, body):
            if _derivative(body, tensor, at, known) is not None:
                name = tensor.leaf.name
                raise Unsupported(f"grad: {function} depends on '{name}', and its derivative is not known")
    return None


def _occurs(array: Array, tensor: Any) -> bool:
    """Whether the tensor stands anywhere in an expression."""
    return any(getattr(s, "leaf", None) == tensor.leaf for s in getattr(array, "free_symbols", ()))


def _one(tensor: Any, index: tuple[Index, ...], at: tuple[Index, ...]) -> Formula:
    """1 where both indices are the same."""
    pairs = zip(tensor.axes, index, at, strict=True)
    return When(tuple(equal(axis.flat(i), axis.flat(j)) for axis, i, j in pairs), Scalar(ONE))


def _inside(array: Array, index: tuple[Index, ...], known: frozenset[Compare]) -> dict[Compare, None]:
    """The conditions, of those not known, for an index inside an array: outside of it entries are 0."""
    conditions: dict[Compare, None] = {}
    for part, digit in digits(array.axes, index):
        conditions |= dict.fromkeys((at_least(part, 0), at_least(digit - 1, part)))
    return {
        c: None for c in conditions if c not in known and not (c.poly.constant is not None and c.poly.constant >= 0)
    }
