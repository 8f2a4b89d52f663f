"""A statement made ready for sets of indices: sizes that equations give by others replaced, sides at an output index.

What prepares it is not believed: that the formulas are those of the statement is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from symconv.algebra.polynomials import Poly
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, Condition, condition_names, equal, rebuilt
from symconv.formulas.language import Array, Read
from symconv.kernel.context import Context
from symconv.kernel.statement import Statement
from symconv.kernel.terms import lower, tensor_atoms, without_alike
from symconv.kernel.use_of_hypotheses import Hypotheses


@dataclass(frozen=True)
class Reduced:
    """left == right in a context, where sizes are `solved` for and tensors `replaced`, in this order."""

    left: Read
    right: Read
    context: Context
    solved: Mapping[str, Poly] = field(default_factory=dict)
    replaced: Mapping[str, Array] = field(default_factory=dict)

    def values(self, statement: Statement) -> dict[str, Poly]:
        """What the names of the statement are here: sizes as they are solved for, free indices as names of indices."""
        return {**self.solved, **{name: Poly.name(f"{name}.x") for name in statement.indices}}


def is_reduction(reduced: Reduced, statement: Statement) -> bool:
    """Whether a statement follows from its reduced form."""
    values, free = reduced.values(statement), [f"{name}.x" for name in statement.indices]
    return (
        _are_solved(reduced.solved, statement)
        and reduced.context.names[len(reduced.context.outer) :][: len(free)] == tuple(free)
        and {*reduced.context.outer} == {*statement.sizes, *statement.parameters} - reduced.solved.keys()
        and {*reduced.context.sizes} <= {*statement.sizes}
        and _are_sides(reduced, statement, values)
        and {*reduced.context.conditions} <= {*_supposed(statement, values), *_ranges(reduced)}
        and _is_every_index(reduced, len(free))
        and _is_same_place(reduced)
        and _are_given(reduced, statement, values)
    )


def _are_given(reduced: Reduced, statement: Statement, values: Mapping[str, Poly]) -> bool:
    """Whether hypotheses give what tensors are replaced by, symmetries, and the entries that are 0."""
    context = reduced.context
    if not (reduced.replaced or context.symmetries or context.zeros):
        return True
    given = Hypotheses.of(statement.hypotheses, values, context, len(statement.indices))
    stated = put_in = given
    for name, value in reduced.replaced.items():
        if given.define(name, value):
            given = given.replacing(name, value)
        elif not (given.identify(name, value) or put_in.identify(name, value)):
            return False
        put_in = put_in.replacing(name, value)
    sides = tuple(dict.fromkeys((*stated.sides, *given.sides, *put_in.sides)))
    return replace(given, sides=sides).give(context)


def _are_solved(solved: Mapping[str, Poly], statement: Statement) -> bool:
    """Whether the conditions give the sizes as they are solved for."""
    if not solved:
        return True
    of_sizes = tuple(c for c in statement.conditions if condition_names(c).isdisjoint(statement.indices))
    known = Context(statement.sizes, statement.parameters, (), of_sizes)
    return all(known.implies(equal(Poly.name(name), value)) for name, value in solved.items())


def _supposed(statement: Statement, values: Mapping[str, Poly]) -> Iterator[Condition]:
    """What the statement supposes of names, with their values."""
    for condition in statement.conditions + statement.assumptions:
        yield rebuilt(condition, lambda c: Compare(c.poly.substitute(values), c.relation)) if values else condition
    for name in statement.sizes:
        yield Compare(values.get(name, Poly.name(name)) - 1, ">=")


def _parts(axis: Axis, index: Index) -> Iterator[tuple[Poly, Poly]]:
    """The names that run along an axis, each with the size that it runs below: one a digit, or one for all."""
    parts = axis.parts(index)
    names = {name for part in parts for name in part.names - axis.size.names}
    whole = Poly.name(next(iter(names))) if len(names) == 1 else None
    if whole is not None and parts == axis.parts(whole):
        yield whole, axis.size
    else:
        yield from zip(parts, axis.digits, strict=True)


def _ranges(reduced: Reduced) -> Iterator[Condition]:
    """That the output index is in range."""
    for axis, index in zip(reduced.left.array.axes, reduced.left.index, strict=True):
        for part, size in _parts(axis, index):
            yield Compare(part, ">=")
            yield Compare(size - 1 - part, ">=")


def _is_every_index(reduced: Reduced, free: int) -> bool:
    """Whether the output index takes every value: names of its own run along the axes."""
    own = reduced.context.indices[free:]
    pairs = zip(reduced.left.array.axes, reduced.left.index, strict=True)
    running = [part for axis, index in pairs for part, _ in _parts(axis, index)]
    return sorted(map(str, running)) == sorted(own)


def _is_same_place(reduced: Reduced) -> bool:
    """Whether both sides are read at the same index, along axes of equal sizes."""
    left, right = reduced.left, reduced.right
    return len(left.index) == len(right.index) and all(
        (i == j and a.digits == b.digits) or _meets(a, i, b, j, reduced.context)
        for a, i, b, j in zip(left.array.axes, left.index, right.array.axes, right.index, strict=True)
    )


def _meets(a: Axis, i: Index, b: Axis, j: Index, context: Context) -> bool:
    if a.size != b.size and not context.implies(equal(a.size, b.size)):
        return False
    long = [_long_digits(axis, index) for axis, index in ((a, i), (b, j))]
    by_digit = len(long[0]) == len(long[1]) and all(
        p == q and (d == e or context.implies(equal(d, e))) for (p, d), (q, e) in zip(*long, strict=True)
    )
    return by_digit or b.index(b.parts(a.flat(i))) == j


def _long_digits(axis: Axis, index: Index) -> list[tuple[Poly, Poly]]:
    return [(part, digit) for part, digit in zip(axis.parts(index), axis.digits, strict=True) if digit != 1]


def _are_sides(reduced: Reduced, statement: Statement, values: Mapping[str, Poly]) -> bool:
    """Whether the arrays that are read are the sides, with the values of names; a number stands for every entry."""
    return all(
        _is_side(read.array, _with_tensors(side.replace_names(values), reduced.replaced))
        for read, side in ((reduced.left, statement.left), (reduced.right, statement.right))
    )


def _with_tensors(array: Array, values: Mapping[str, Array]) -> Array:
    for name, value in values.items():
        array = array.replace_tensor(name, value)
    return array


def _is_side(array: Array, side: Array) -> bool:
    if array == side:
        return True
    if side.axes or any(True for _ in tensor_atoms(lower(side))):
        return False
    return not without_alike([*lower(array), *(t.negated for t in lower(side))])
