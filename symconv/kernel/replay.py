"""Counterexamples, and their replay: everything supposed is checked, and both sides computed, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Any

import numpy as np

from symconv.algebra.exact_numbers import are_equal, exact
from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.formulas.conditions import Compare, Condition, condition_names, holds
from symconv.formulas.language import Array, Read, Sum, minus
from symconv.formulas.walking import free_names
from symconv.kernel.evaluator import Evaluator, MissingFunction, Numbers
from symconv.kernel.expansion import Named
from symconv.kernel.index_values import all_satisfied
from symconv.kernel.sparse_arrays import SparseArray
from symconv.kernel.statement import Equation, Statement, entrywise
from symconv.kernel.support import meeting_entries
from symconv.kernel.terms import Term, expand, lower, tensor_atoms
from symconv.limits import DENSE_SUM, MAX_WRITTEN_OUT, Undecided, check_time


@dataclass(frozen=True, repr=False)
class Counterexample:
    """Sizes, arrays and an output index at which the two sides differ, replayed.

    The index begins with the values of the free indices. Functions are given by tables of the values that they take.
    """

    sizes: Mapping[str, int]
    index: tuple[int, ...]
    entries: Mapping[str, SparseArray] = field(default_factory=dict)
    lhs: Any = None
    rhs: Any = None
    functions: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    direction: str | None = None

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}={value}" for name, value in self.sizes.items())
        entry = f", entry {list(self.index)}" if self.index else ""
        return f"<counterexample at {sizes or 'no sizes'}{entry}: {self.lhs} against {self.rhs}>"

    @property
    def has_tables(self) -> bool:
        """Whether all functions are given by tables, so that they are functions."""
        return all(isinstance(table, Mapping) for table in self.functions.values())

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """The tensors as NumPy arrays, large ones as mappings of their non-zero entries."""
        return {name: _written_out(array) for name, array in self.entries.items()}


def _written_out(array: SparseArray) -> np.ndarray | SparseArray:
    if array.size > MAX_WRITTEN_OUT:
        return array
    whole = all(isinstance(v, int) and abs(v) < 1 << 62 for v in array.values())
    return np.asarray(array, dtype=int if whole else object)


def replayed(statement: Statement, example: Counterexample) -> Counterexample | None:
    """The example with the values of both sides, or their shapes where these differ.

    None where it does not satisfy what the statement supposes, or where something has no value.
    """
    evaluator = _supposed(statement, example)
    if evaluator is None:
        return None
    sides = (statement.left, statement.right)
    try:
        shapes = [evaluator.shape(side) for side in sides]
        if shapes[0] != shapes[1] and not any(map(_is_number, sides)):
            return replace(example, lhs=shapes[0], rhs=shapes[1])
        index = example.index[len(statement.indices) :]
        if any(shape and not _is_inside(index, shape) for shape in shapes):
            return None
        lhs, rhs = (evaluator.value(Read(s, tuple(map(Poly.of, index)) if s.axes else ())) for s in sides)
    except (ZeroDivisionError, _NoExample, MissingFunction):
        return None
    return replace(example, lhs=exact(lhs), rhs=exact(rhs))


def with_shapes(statement: Statement, example: Counterexample) -> Counterexample:
    """The example with the shapes of both sides, which are what there is to show where they have no entries."""
    evaluator = _supposed(statement, example)
    if evaluator is None:
        return example
    return replace(example, lhs=evaluator.shape(statement.left), rhs=evaluator.shape(statement.right))


def is_supposed(statement: Statement, example: Counterexample) -> bool:
    """Whether the example satisfies all that the statement supposes."""
    return _supposed(statement, example) is not None


def violates(statement: Statement, example: Counterexample) -> bool:
    """Whether the example surely does not satisfy what the statement supposes."""
    names = _names(statement, example)
    if names is None:
        return False
    if any(_satisfies([c], names) is False for c in statement.conditions):
        return True
    try:
        evaluator = Evaluator(names, _numbers(statement, example))
        return any(_holds_everywhere(h, evaluator) is False for h in statement.hypotheses)
    except (ZeroDivisionError, _NoExample, MissingFunction):
        return False


def holds_for_all_others(statement: Statement, example: Counterexample, fixed: Iterable[str]) -> bool:
    """Whether the sides are equal at the sizes of the example, with its arrays for some tensors and any for the others.

    Any that satisfy the hypotheses, as far as these are solved for entries in turn. Raises `Undecided` where that is
    much work.
    """
    names = _names(replace(statement, indices=()), example)
    if names is None:
        return False
    given = replace(example, entries={name: example.entries[name] for name in fixed})
    equation = entrywise(statement.left, statement.right)
    on_index = [c for c in statement.conditions if not condition_names(c).isdisjoint(statement.indices)]
    indices = (*statement.indices, *equation.indices)
    whole = replace(equation, indices=indices, conditions=(*on_index, *equation.conditions))
    try:
        arithmetic = Named(_numbers(statement, given))
        evaluator = Evaluator(names, arithmetic)
        differences = _differences(whole, evaluator)
        if differences is None or not any(differences):
            return differences is not None
        values = solved_in_turn(
            [d for h in statement.hypotheses for d in _given_differences(h, statement, evaluator)],
            sorted(arithmetic.names),
            rational=True,
        )
        return all(d.substitute(values).is_zero() for d in differences)
    except (ZeroDivisionError, _NoExample, MissingFunction):
        return False


def _given_differences(equation: Equation, statement: Statement, evaluator: Evaluator) -> list[Poly]:
    """left − right of a hypothesis, entry by entry; none of one that is about a free index."""
    about = free_names(equation.left) | free_names(equation.right)
    return (_differences(equation, evaluator) or []) if about.isdisjoint(statement.indices) else []


def _supposed(statement: Statement, example: Counterexample) -> Evaluator | None:
    """What evaluates formulas at the example; None where this does not satisfy what the statement supposes."""
    names = _names(statement, example)
    if names is None or not _satisfies(statement.conditions + statement.assumptions, names):
        return None
    try:
        evaluator = Evaluator(names, _numbers(statement, example))
        return evaluator if all(_holds_everywhere(h, evaluator) is True for h in statement.hypotheses) else None
    except (ZeroDivisionError, _NoExample, MissingFunction):
        return None


def _is_inside(index: Sequence[int], shape: Sequence[int]) -> bool:
    return len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True))


class _NoExample(Exception):
    """The arrays or functions are not what they should be."""


def _names(statement: Statement, example: Counterexample) -> dict[str, int] | None:
    """The values of all names; None where one is missing, or a size is less than 1."""
    free = dict(zip(statement.indices, example.index, strict=False))
    names = {**example.sizes, **free}
    wanted = {*statement.sizes, *statement.parameters, *statement.indices}
    whole = wanted <= names.keys() and all(isinstance(v, int) for v in names.values())
    return names if whole and all(names[s] >= 1 for s in statement.sizes) else None


def _satisfies(conditions: Iterable[Condition], names: Mapping[str, int]) -> bool | None:
    """Whether conditions hold; None where one has no value."""
    numbers = {k: Poly.of(v) for k, v in names.items()}
    try:
        return all(holds(c, numbers) for c in conditions)
    except (ZeroDivisionError, ValueError):
        return None


def _is_number(array: Array) -> bool:
    """Whether an array is one number that no tensor changes: compared with an array, it stands for every entry."""
    return not array.axes and not any(True for _ in tensor_atoms(lower(array)))


def _numbers(statement: Statement, example: Counterexample) -> Numbers:
    """The arrays and functions of an example; raises `_NoExample` where real ones have values that are not real."""
    other = {name for name, entries in example.entries.items() if not all(map(_is_real, entries.values()))}
    if other:
        sides = [t for side in (statement.left, statement.right) for t in lower(side)]
        sides += [t for h in statement.hypotheses for t in _terms(h)]
        if any(a.name in other for a in tensor_atoms(sides) if not a.is_complex):
            raise _NoExample
    arrays = {name: entries.entries for name, entries in example.entries.items()}
    shapes = {name: entries.shape for name, entries in example.entries.items()}
    return Numbers(arrays, {name: _function(table) for name, table in example.functions.items()}, shapes)


def names_of_tensors(equations: Iterable[Equation]) -> set[str]:
    """The tensors whose entries equations are about."""
    return {atom.name for equation in equations for atom in tensor_atoms(_terms(equation))}


def _terms(equation: Equation) -> list[Term]:
    return [*expand(equation.left), *expand(equation.right)]


def _is_real(value: Any) -> bool:
    number = exact(value)
    return not isinstance(number, Poly) or are_equal(number, number.conjugate()) is True


def _function(table: Mapping[Any, Any]) -> Any:
    """A function by its table: equal arguments have equal values, real ones real values."""
    if not isinstance(table, Mapping):
        return table
    values = {exact(x): exact(y) for x, y in table.items()}
    for (x, y), (other, z) in combinations(values.items(), 2):
        if are_equal(x, other) is not False and are_equal(y, z) is not True:
            raise _NoExample
    if any(_is_real(x) and not _is_real(y) for x, y in values.items()):
        raise _NoExample

    def value(x: Any) -> Any:
        found = values.get(x)
        found = found if found is not None else next((y for k, y in values.items() if are_equal(k, x) is True), None)
        if found is None:
            raise _NoExample
        return found

    return value


def _holds_everywhere(equation: Equation, evaluator: Evaluator) -> bool | None:
    """Whether the sides are equal at every index in range; None where that is not known."""
    pairs = _pairs(equation, evaluator)
    if pairs is None:
        return False
    found = {are_equal(Poly.of(a), Poly.of(b)) if a is not b else True for a, b in pairs}
    return False if False in found else None if None in found else True


def _differences(equation: Equation, evaluator: Evaluator) -> list[Poly] | None:
    """left − right wherever it is not 0; None where the sides have other shapes."""
    pairs = _pairs(equation, evaluator)
    if pairs is None:
        return None
    found = (Poly.of(a) - Poly.of(b) for a, b in pairs)
    return [d for d in found if not d.is_zero()]


def _pairs(equation: Equation, evaluator: Evaluator) -> Iterable[tuple[Any, Any]] | None:
    """The values of both sides at every index in range; None where they have other shapes.

    What no entry of a tensor meets is 0 on both sides, and is not looked at.
    """
    reads = [side for side in (equation.left, equation.right) if isinstance(side, Read) and side.array.axes]
    if len({evaluator.shape(read.array) for read in reads}) > 1:
        return None
    at = _places(equation, evaluator)
    if not all(map(np.size, at.values())):
        return ()
    inside = all_satisfied(equation.conditions, {**evaluator.names, **at})
    if not inside.all():
        grid = np.broadcast_arrays(inside, *at.values())
        at = {name: values[grid[0]] for name, values in zip(at, grid[1:], strict=True)}
        if not inside.any():
            return ()
    left, right = (np.ravel(evaluator.values(side, at)) for side in (equation.left, equation.right))
    return zip(left, right, strict=True)


def _places(equation: Equation, evaluator: Evaluator) -> dict[str, np.ndarray]:
    """For each index an axis of its own with all its values at which the sides may differ."""
    numbers = {k: Poly.of(v) for k, v in evaluator.names.items()}
    sparse, axes = evaluator.arithmetic.sparse, []
    for name in equation.indices:
        low, high = _bounds(name, [c for c in equation.conditions if isinstance(c, Compare)], numbers)
        values = np.arange(low, high + 1)
        if len(values) > DENSE_SUM and sparse:  # either way
            difference = Sum(name, Poly.of(low), Poly.of(high + 1), minus(equation.left, equation.right))
            values = meeting_entries(difference, values, evaluator.names, sparse)
        axes.append(values)
    if prod(map(len, axes)) > MAX_WRITTEN_OUT:
        raise Undecided("a hypothesis is about more entries than can be looked at")
    check_time()
    grid = np.meshgrid(*axes, indexing="ij", sparse=True)
    return dict(zip(equation.indices, grid, strict=True))


def _bounds(name: str, conditions: Sequence[Compare], numbers: Mapping[str, Poly]) -> tuple[int, int]:
    """The least and the greatest value of an index that conditions on it alone allow."""
    lows, highs = [], []
    for condition in conditions:
        if name in condition.poly.names and condition.relation == ">=":
            poly = condition.poly.substitute(numbers)
            c, rest = poly.coefficient(name), (poly - Poly.name(name) * poly.coefficient(name)).integer
            if rest is not None and c == 1:
                lows.append(-rest)
            elif rest is not None and c == -1:
                highs.append(rest)
    if not lows or not highs:
        raise Undecided("a hypothesis is about an index without bounds")
    return max(lows), min(highs)
