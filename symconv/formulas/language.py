"""The language of index formulas: what an operator's definition is written in.

A formula is one entry of an array as a sum of products of entries of other arrays. Nothing
here knows an operator: an array is anything with axes and an index formula for its entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeAlias

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.formulas.axis import Axis, Index, from_digits
from symconv.formulas.conditions import Compare


class Array(Protocol):
    """What the kernel asks of an array: axes, and an index formula or, for a leaf, an atom."""

    @property
    def axes(self) -> tuple[Axis, ...]: ...

    @property
    def leaf(self) -> Any: ...

    @property
    def free_names(self) -> frozenset[str]: ...

    def entry(self, *index: Index) -> Formula: ...

    def replace_names(self, values: Mapping[str, Poly]) -> Array: ...

    def replace_tensor(self, name: str, value: Any) -> Array: ...


@dataclass(frozen=True)
class Scalar:
    """A number that may depend on sizes and indices."""

    value: Poly


@dataclass(frozen=True)
class Read:
    """One entry of an array; 0 where the index lies outside.

    `inside` says that it never does while the index of the array that is being defined is inside.
    """

    array: Array
    index: tuple[Index, ...]
    inside: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Sum:
    """Σ of the body over lower ≤ name < upper."""

    name: str
    lower: Poly
    upper: Poly
    body: Formula


@dataclass(frozen=True)
class Plus:
    """A sum of formulas."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True)
class Times:
    """A product of formulas."""

    factors: tuple[Formula, ...]


@dataclass(frozen=True)
class When:
    """The body where all conditions hold, else 0."""

    conditions: tuple[Compare, ...]
    body: Formula


@dataclass(frozen=True)
class Conj:
    """The complex conjugate."""

    body: Formula


@dataclass(frozen=True)
class Call:
    """An uninterpreted function of one number."""

    function: str
    body: Formula


Formula: TypeAlias = "Scalar | Read | Sum | Plus | Times | When | Conj | Call"

_numbers = count()


def fresh(hint: str) -> str:
    """A new bound name; what stands before the dot is the name to print."""
    return f"{hint.split('.')[0]}.{next(_numbers)}"


def fresh_index(axes: Sequence[Axis], hint: str) -> tuple[tuple[str, ...], tuple[Index, ...]]:
    """New bound names, one a digit, and the index that has them as its digits."""
    names = tuple(fresh(hint) for axis in axes for _ in axis.digits)
    return names, from_digits(axes, map(Poly.name, names))


def total(axes: Sequence[Axis], body: Callable[..., Formula], names: str = "uvwpqrst") -> Formula:
    """Σ of body(index, …) over every index along the axes, the first axis outermost."""
    indices: list[Index] = []
    bound: list[tuple[str, Poly, Poly]] = []
    for axis, hint in zip(axes, [*names, *(f"u{i}" for i in range(len(axes)))], strict=False):
        hints = [hint] if len(axis.digits) == 1 else [f"{hint}_{i}" for i in range(len(axis.digits))]
        fresh_names = [fresh(h) for h in hints]
        bound += ((name, ZERO, digit) for name, digit in zip(fresh_names, axis.digits, strict=True))
        indices.append(axis.index([Poly.name(n) for n in fresh_names]))
    return summed(bound, body(*indices))


def summed(bound: Iterable[tuple[str, Poly, Poly]], body: Formula) -> Formula:
    """Σ of the body over lower ≤ name < upper for each (name, lower, upper), the first outermost."""
    for name, lower, upper in reversed([*bound]):
        body = Sum(name, lower, upper, body)
    return body


def factors_in(formula: Formula) -> tuple[Formula, ...]:
    """The factors of a product; any other formula is one itself."""
    return formula.factors if isinstance(formula, Times) else (formula,)


def terms_in(formula: Formula) -> tuple[Formula, ...]:
    """The terms of a sum; any other formula is one itself."""
    return formula.terms if isinstance(formula, Plus) else (formula,)


def times(*parts: Formula) -> Formula:
    """The product, flattened."""
    flat = [f for part in parts for f in factors_in(part) if f != Scalar(ONE)]
    return flat[0] if len(flat) == 1 else Times(tuple(flat)) if flat else Scalar(ONE)


def plus(*parts: Formula) -> Formula:
    """The sum, flattened."""
    flat = [t for part in parts for t in terms_in(part)]
    return flat[0] if len(flat) == 1 else Plus(tuple(flat))


def minus(left: Formula, right: Formula) -> Formula:
    """left − right."""
    return plus(left, times(Scalar(Poly.of(-1)), right))
