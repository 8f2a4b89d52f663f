"""A statement made ready for sets of indices: sizes that equations give by others replaced, sides at an output index.

What prepares it is not believed: that the formulas are those of the statement is checked. Either the statement has to
follow from its reduced form, as a proof of it needs, or the reduced form from the statement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from symconv.algebra.polynomials import Poly
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, Condition, condition_names, equal, rebuilt
from symconv.formulas.language import Array, Read
from symconv.formulas.walking import free_names
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.statement import Equation, Statement, entrywise
from symconv.kernel.symmetry import closed
from symconv.kernel.terms import TensorAtom, expand, is_real, lower, tensor_atoms, without_alike
from symconv.kernel.use_of_hypotheses import Hypotheses
from symconv.limits import MAX_GROUP


@dataclass(frozen=True)
class Reduced:
    """left == right in a context, where sizes are `solved` for and tensors `replaced`, in this order.

    What replaces a tensor is given in steps: in each array, the tensor itself is the next one.
    """

    left: Read
    right: Read
    context: Context
    solved: Mapping[str, Poly] = field(default_factory=dict)
    replaced: Mapping[str, tuple[Array, ...]] = field(default_factory=dict)

    def values(self, statement: Statement) -> dict[str, Poly]:
        """What the names of the statement are here: sizes as they are solved for, free indices as names of indices."""
        return {**self.solved, **{name: Poly.name(f"{name}.x") for name in statement.indices}}

    def put_in(self, array: Array) -> Array:
        """An array with the tensors replaced."""
        for name, (value, *steps) in self.replaced.items():
            for step in steps:
                value = value.replace_tensor(name, step)
            array = array.replace_tensor(name, value)
        return array


def is_reduction(reduced: Reduced, statement: Statement) -> bool:
    """Whether a statement follows from its reduced form."""
    values = reduced.values(statement)
    return (
        _has_names(reduced, statement)
        and _are_sides(reduced, statement, values)
        and {*reduced.context.conditions} <= {*_supposed(statement, values), *_ranges(reduced)}
        and _is_every_index(reduced, len(statement.indices))
        and _is_same_place(reduced)
        and _are_given(reduced, statement, values)
    )


def entailed(reduced: Reduced, statement: Statement, fixed: Collection[str] = ()) -> Reduced | None:
    """The reduced form with all that is known where it is read, if it follows from the statement for any arrays.

    That is so where any arrays make up some that satisfy the hypotheses, but for those on `fixed` tensors alone.
    """
    values = reduced.values(statement)
    conditions = tuple(dict.fromkeys((*_supposed(statement, values), *_ranges(reduced))))
    whole = replace(reduced, context=replace(reduced.context, conditions=conditions))
    follows = (
        _has_names(whole, statement)
        and _are_sides(whole, statement, values)
        and _is_same_place(whole)
        and _are_satisfied(whole, statement, values, fixed)
    )
    return whole if follows else None


def _has_names(reduced: Reduced, statement: Statement) -> bool:
    """Whether the names are those of the statement but for sizes that it gives by others."""
    free = tuple(f"{name}.x" for name in statement.indices)
    return (
        _are_solved(reduced.solved, statement)
        and reduced.context.names[len(reduced.context.outer) :][: len(free)] == free
        and {*reduced.context.outer} == {*statement.sizes, *statement.parameters} - reduced.solved.keys()
        and {*reduced.context.sizes} <= {*statement.sizes}
    )


def _are_satisfied(reduced: Reduced, statement: Statement, values: Mapping[str, Poly], fixed: Collection[str]) -> bool:
    """Whether any arrays, once replaced, satisfy the hypotheses that are about others than the fixed tensors."""
    context = reduced.context
    zero = {entries.tensor for entries in context.zeros}
    about = [h for h in statement.hypotheses if not _is_about(h, fixed, statement.indices)]
    return (
        zero.union(reduced.replaced, context.symmetries).isdisjoint(fixed)
        and (zero.isdisjoint(context.symmetries) or len(closed(context.zeros, context.symmetries)) < MAX_GROUP)
        and all(symmetry.is_group for symmetry in context.symmetries.values())
        and _are_real_where_real(reduced)
        and all(_holds(h, reduced, values, len(statement.indices)) for h in about)
    )


def _is_about(equation: Equation, fixed: Collection[str], indices: Collection[str]) -> bool:
    """Whether an equation is about entries of fixed tensors alone, and not at a free index."""
    atoms = [slot.atom for side in (equation.left, equation.right) for term in expand(side) for slot in term.slots]
    is_free = (free_names(equation.left) | free_names(equation.right)).isdisjoint(indices)
    return is_free and bool(atoms) and all(isinstance(a, TensorAtom) and a.name in fixed for a in atoms)


def _are_real_where_real(reduced: Reduced) -> bool:
    """Whether real tensors are replaced by real arrays."""
    terms = [t for steps in reduced.replaced.values() for array in steps for t in lower(array)]
    complex_ones = {atom.name for atom in tensor_atoms(terms) if atom.is_complex}
    return all(
        name in complex_ones or is_real(lower(array)) for name, steps in reduced.replaced.items() for array in steps
    )


def _holds(equation: Equation, reduced: Reduced, values: Mapping[str, Poly], free: int) -> bool:
    """Whether an equation holds for any arrays, once replaced."""
    sides = [side.array for side in (equation.left, equation.right) if isinstance(side, Read)]
    if len(sides) < 2:
        return False
    own = entrywise(*(reduced.put_in(side.replace_names(values)) for side in sides))
    context = reduced.context
    of_index = {*context.indices[free:]}
    known = [c for c in context.conditions if condition_names(c).isdisjoint(of_index)]
    where = replace(context, indices=(*context.indices[:free], *own.indices), conditions=(*known, *own.conditions))
    return formulas_equal(own.left, own.right, where)


def _are_given(reduced: Reduced, statement: Statement, values: Mapping[str, Poly]) -> bool:
    """Whether hypotheses give what tensors are replaced by, symmetries, and the entries that are 0."""
    context = reduced.context
    if not (reduced.replaced or context.symmetries or context.zeros):  # quicker
        return True
    given = Hypotheses.of(statement.hypotheses, values, context, len(statement.indices))
    stated = put_in = given
    waiting = [(name, value) for name, steps in reduced.replaced.items() for value in steps]
    while waiting:
        for name, value in waiting:
            if given.define(name, value):
                given = given.replacing(name, value)
            elif not any(known.identify(name, value) for known in (given, put_in, stated)):
                continue
            put_in = put_in.replacing(name, value)
            waiting.remove((name, value))
            break
        else:
            return False
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
        _meets(a, i, b, j, reduced.context)
        for a, i, b, j in zip(left.array.axes, left.index, right.array.axes, right.index, strict=True)
    )


def _meets(a: Axis, i: Index, b: Axis, j: Index, context: Context) -> bool:
    if not context.implies(equal(a.size, b.size)):
        return False
    long = [_long_digits(axis, index) for axis, index in ((a, i), (b, j))]
    by_digit = len(long[0]) == len(long[1]) and all(
        p == q and context.implies(equal(d, e)) for (p, d), (q, e) in zip(*long, strict=True)
    )
    return by_digit or b.index(b.parts(a.flat(i))) == j


def _long_digits(axis: Axis, index: Index) -> list[tuple[Poly, Poly]]:
    return [(part, digit) for part, digit in zip(axis.parts(index), axis.digits, strict=True) if digit != 1]


def _are_sides(reduced: Reduced, statement: Statement, values: Mapping[str, Poly]) -> bool:
    """Whether the arrays that are read are the sides, with the values of names; a number stands for every entry."""
    return all(
        _is_side(read.array, reduced.put_in(side.replace_names(values)))
        for read, side in ((reduced.left, statement.left), (reduced.right, statement.right))
    )


def _is_side(array: Array, side: Array) -> bool:
    if array == side:
        return True
    if side.axes or any(True for _ in tensor_atoms(lower(side))):
        return False
    return not without_alike([*lower(array), *(t.negated for t in lower(side))])
