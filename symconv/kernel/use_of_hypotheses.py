"""Whether what is done with entries of tensors follows from a statement's hypotheses: read off them here once more.

A tensor may be replaced by what a hypothesis says that it is, or by an array that is the same tensor wherever the
hypotheses hold. Entries are 0, and may be moved, where rows of the hypotheses say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from itertools import permutations
from typing import Any

import islpy as isl

from symconv.algebra.polynomials import ONE, ZERO, Extremum, I, Poly
from symconv.algebra.solving import solved_in_turn
from symconv.errors import SymconvError
from symconv.formulas.conditions import Compare, condition_names
from symconv.formulas.language import Array, Read, Scalar, minus, plus, times
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.entry_hypotheses import EntryUses, entry_uses, zeros_of
from symconv.kernel.expansion import expanded
from symconv.kernel.implied import not_implied
from symconv.kernel.rows import Rows, Unknowns, ratio_of, rows
from symconv.kernel.statement import Equation, at_numbers, entrywise
from symconv.kernel.symmetry import Symmetry, ZeroEntries, generated
from symconv.kernel.terms import TensorAtom, Term, expand, lower, without_alike
from symconv.limits import MAX_SMALL_CHECKS, Undecided

Sides = tuple[Array, Array]

HALF = Poly.of(Fraction(1, 2))
FACTORS = (ONE, -ONE, HALF, -HALF)


@dataclass(frozen=True)
class Hypotheses:
    """The sides of hypotheses, arrays of equal shapes or a number for one, under what is known of their names."""

    sides: tuple[Sides, ...]
    known: Context

    @staticmethod
    def of(equations: Iterable[Equation], values: Mapping[str, Poly], context: Context, free: int) -> Hypotheses:
        """Those of a statement, with the values that its names have in a context of `free` indices and others.

        A free index is a parameter here: what a hypothesis says of one of its values it says of no other.
        """
        integers = (*context.parameters, *context.indices[:free])
        names = {*context.sizes, *integers}
        known = Context(
            context.sizes, integers, (), tuple(c for c in context.conditions if condition_names(c) <= names)
        )
        reads = ((e.left, e.right) for e in equations)
        sides = ((a.array, b.array) for a, b in reads if isinstance(a, Read) and isinstance(b, Read))
        return Hypotheses(tuple((a.replace_names(values), b.replace_names(values)) for a, b in sides), known)

    def replacing(self, name: str, value: Array) -> Hypotheses:
        """The hypotheses with a tensor replaced."""
        sides = tuple((a.replace_tensor(name, value), b.replace_tensor(name, value)) for a, b in self.sides)
        return replace(self, sides=sides)

    def define(self, name: str, value: Array) -> bool:
        """Whether one of them says that a tensor is a value."""
        pairs = (pair for a, b in self.sides for pair in ((a, b), (b, a)))
        return any(_is_tensor(a, name) and (b == value or _is_number(value, b)) for a, b in pairs)

    def identify(self, name: str, value: Array) -> bool:
        """Whether every tensor that satisfies them is equal to a value: by rows that follow from theirs."""
        everything = [value, *(array for pair in self.sides for array in pair)]
        tensor = next((array for array in _arrays(everything) if _is_tensor(array, name)), None)
        if tensor is None:
            return False
        if self.give_rows_of(tensor, value) or self._give_multiple(tensor, value):
            return True
        if self._identify_at_each_size(tensor, value):
            return True
        given, sides = self, (tensor, value)
        for defined, array in self._definitions:
            given = given.replacing(defined, array)
            sides = sides[0].replace_tensor(defined, array), sides[1].replace_tensor(defined, array)
        return given != self and given.give_rows_of(*sides)

    @property
    def _definitions(self) -> Iterator[tuple[str, Array]]:
        """Tensors that one of them says to be other arrays, which hold no such tensor."""
        held: set[str] = set()
        defined: set[str] = set()
        for one, other in (pair for a, b in self.sides for pair in ((a, b), (b, a))):
            names = {atom.name for atom, _ in tensors_in([other])}
            if isinstance(one.leaf, TensorAtom) and one.axes == other.axes:
                name = one.leaf.name
                if name not in {*names, *held, *defined} and names.isdisjoint(defined):
                    yield name, other
                    held |= names
                    defined.add(name)

    def give_rows_of(self, tensor: Array, value: Array) -> bool:
        """Whether the rows of tensor == value follow from theirs."""
        everything = [tensor, value, *(array for pair in self.sides for array in pair)]
        unknowns = Unknowns.of(tensors_in(everything))
        try:
            differences = [_difference_of_rows(*sides, self.known) for sides in (*self.sides, (tensor, value))]
            unknowns = replace(unknowns, numbers=_numbers(differences, self.known))
            *found, wanted = (rows(each, unknowns) for each in differences)
        except Undecided:
            found, wanted = [], None
        known = [each for each in found if each is not None]
        return bool(known) and wanted is not None and not_implied(reduce(Rows.united, known), wanted).is_empty()

    def _give_multiple(self, tensor: Array, value: Array) -> bool:
        """Whether the difference is that of one of them or half of it, or that of two, the second times i."""
        digits = [axis.digits for axis in tensor.axes]
        whole = [pair for pair in self.sides if [axis.digits for axis in (max(pair, key=_rank)).axes] == digits]
        wanted = entrywise(tensor, value)
        context = _at_rows_of(wanted, self.known)
        differences = [minus(e.left, e.right) for e in (entrywise(*pair) for pair in whole)]
        multiples = [times(Scalar(factor), one) for one in differences for factor in FACTORS]
        multiples += [plus(real, times(Scalar(I), imaginary)) for real, imaginary in permutations(differences, 2)]
        for multiple in multiples:
            try:
                if difference(minus(wanted.left, wanted.right), multiple, context).is_zero:
                    return True
            except Undecided:
                continue
        return False

    def _identify_at_each_size(self, tensor: Array, value: Array) -> bool:
        """The same where all names have few values: there each entry of the difference is a combination of rows."""
        frame = self.known.frame()
        try:
            points = presburger.each_point(frame.allowed, MAX_SMALL_CHECKS) if frame.complete else ()
            values = [{n: Poly.of(v) for n, v in zip(frame.names, point, strict=True)} for point in points]
            return bool(values) and all(self._identify_at(point, tensor, value) for point in values)
        except (Undecided, SymconvError, ZeroDivisionError):
            return False

    def _identify_at(self, point: Mapping[str, Poly], tensor: Array, value: Array) -> bool:
        equations = [poly for sides in self.sides for poly in _entries_of_difference(*sides, point)]
        wanted = _entries_of_difference(tensor, value, point)
        own = sorted({name for poly in (*equations, *wanted) for name in poly.names})
        values = solved_in_turn(equations, own, rational=True)
        return not any(poly.substitute(values) for poly in wanted)

    def give(self, context: Context) -> bool:
        """Whether they give the symmetries and the entries that are 0 in a context."""
        by_entries = all(self._is_zero(zero, self._zeros) for zero in context.zeros)
        return (by_entries or all(self._is_zero(zero, self._all_zeros) for zero in context.zeros)) and all(
            self._is_generated(symmetry) for symmetry in context.symmetries.values()
        )

    @cached_property
    def _uses(self) -> list[EntryUses]:
        return [uses for one, other in self.sides for uses in uses_of(one, other, self.known) or ()]

    @cached_property
    def _zeros(self) -> list[ZeroEntries]:
        return [zero for uses in self._uses for zero in uses.zeros]

    @cached_property
    def _all_zeros(self) -> list[ZeroEntries]:
        """Those that sums of entries give as well."""
        return [*self._zeros, *(zero for sides in self.sides for zero in zeros_by_rows(*sides, self.known))]

    def _is_zero(self, zero: ZeroEntries, known: Sequence[ZeroEntries]) -> bool:
        """Whether entries are among those that are 0."""
        others = [z for z in known if z.tensor == zero.tensor and len(z.index) == len(zero.index)]
        if zero in others:
            return True
        frame = self.known.frame(mentioned=[g for z in (zero, *others) for g in z.guards])
        entry = [f"y{i}" for i in range(len(zero.index))]
        try:
            left = _points(zero, frame.names, entry).intersect(presburger.extended(frame.allowed, len(entry)))
            for other in others:
                left = left.subtract(_points(other, frame.names, entry))
        except Undecided:
            return False
        return bool(left.is_empty())

    def _is_generated(self, symmetry: Symmetry) -> bool:
        """Whether moves are among those that the hypotheses generate."""
        own = [uses for uses in self._uses if uses.tensor == symmetry.tensor]
        moves = [uses.move for uses in own if uses.move is not None]
        (first, *_) = symmetry.moves
        whole = generated(symmetry.tensor, len(first.images), moves)
        permutations = [uses.permutations for uses in own]
        return (
            whole is not None
            and {*symmetry.moves} <= {*whole.moves}
            and all(partial in permutations for partial in symmetry.partial)
        )


def _points(zero: ZeroEntries, names: Sequence[str], entry: Sequence[str]) -> isl.Set:
    """The names and entries that are 0."""
    equal = [Compare(Poly.name(y) - i, "==") for y, i in zip(entry, zero.index, strict=True)]
    return presburger.points([*names, *entry], [*equal, *zero.guards], zero.free)


def _is_tensor(array: Array, name: str) -> bool:
    return isinstance(array.leaf, TensorAtom) and array.leaf.name == name


def _is_number(array: Array, number: Array) -> bool:
    """Whether each entry of an array is a number."""
    return not number.axes and not without_alike([*lower(array), *(t.negated for t in lower(number))])


def uses_of(left: Array, right: Array, known: Context) -> list[EntryUses] | None:
    """What left == right says of single entries, each over the hypothesis's own range; None where it says more."""
    one, other, inside = terms_of_rows(left, right)
    return entry_uses(one, other, inside, {a.name: shape for a, shape in tensors_in([left, right])}, known)


def terms_of_rows(left: Array, right: Array) -> tuple[list[Term], list[Term], list[Compare]]:
    """The terms of both sides of left == right at an index $0, $1, …, and what keeps this in its range."""
    equation = entrywise(left, right)
    names = {name: Poly.name(f"${k}") for k, name in enumerate(equation.indices)}
    sizes = [digit for axis in (left if left.axes else right).axes for digit in axis.digits]
    inside = [c for name, size in zip(names.values(), sizes, strict=True) for c in _inside(name, size)]
    one, other = ([_without(t.substitute(names), inside) for t in expand(s)] for s in (equation.left, equation.right))
    return one, other, inside


def _without(term: Term, guards: Sequence[Compare]) -> Term:
    return replace(term, guards=tuple(g for g in term.guards if g not in guards))


def _inside(name: Poly, size: Poly) -> Iterator[Compare]:
    """What keeps an index that is not negative below a size."""
    yield Compare(name, ">=")
    yield from (Compare(end - 1 - name, ">=") for end in _ends(size))


def _ends(size: Poly) -> list[Poly]:
    """The sizes below all of which an index that is not negative is below this one."""
    found = size.atoms[0] if len(size.atoms) == 1 else None
    if not isinstance(found, Extremum) or size != Poly.atom(found):
        return [size]
    positive = [argument for argument in found.args if argument != ZERO]
    if found.kind == "max":
        return _ends(positive[0]) if len(positive) == 1 and len(found.args) == 2 else [size]
    return [end for argument in found.args for end in _ends(argument)]


def tensors_in(arrays: Iterable[Any]) -> list[tuple[TensorAtom, tuple[Poly, ...]]]:
    """The tensors inside arrays, with the sizes of their axes."""
    leaves = (a for a in _arrays(arrays) if isinstance(a.leaf, TensorAtom))
    return list({a.leaf: tuple(axis.size for axis in a.axes) for a in leaves}.items())


def _arrays(arrays: Iterable[Any]) -> Iterator[Array]:
    """The arrays and those inside them."""
    waiting = list(arrays)
    while waiting:
        array = waiting.pop()
        if hasattr(array, "leaf"):
            yield array
        waiting += getattr(array, "args", ())


def zeros_by_rows(left: Array, right: Array, known: Context) -> list[ZeroEntries]:
    """The entries that are 0 because sums of them are, as in cumsum(x) == 0; none where more is said."""
    try:
        found = _rows(left, right, known, Unknowns.of(tensors_in([left, right])))
        zeros = zeros_of(found) if found is not None else None
    except Undecided:
        return []
    return zeros or []


def _rows(left: Array, right: Array, known: Context, unknowns: Unknowns) -> Rows | None:
    return rows(_difference_of_rows(left, right, known), unknowns)


def _difference_of_rows(left: Array, right: Array, known: Context) -> Difference:
    equation = entrywise(left, right)
    return difference(equation.left, equation.right, _at_rows_of(equation, known))


def _numbers(differences: Iterable[Difference], known: Context) -> tuple[Poly, ...]:
    """The numbers in rows that sizes give, none of which is a multiple of another."""
    found: list[Poly] = []
    for coefficient in (part.coefficient for each in differences for part in each.pieces.get((), ())):
        is_of_sizes = coefficient.constant is None and coefficient.names <= {*known.outer}
        if is_of_sizes and all(ratio_of(coefficient, number) is None for number in found):
            found.append(coefficient)
    return tuple(found)


def _at_rows_of(equation: Equation, known: Context) -> Context:
    conditions = (*known.conditions, *equation.conditions)
    return replace(known, indices=(*known.indices, *equation.indices), conditions=conditions)


def _rank(array: Array) -> int:
    return len(array.axes)


def _entries_of_difference(left: Array, right: Array, point: Mapping[str, Poly]) -> list[Poly]:
    """left − right at numbers for sizes and indices, entry by entry, and its conjugate, as polynomials in entries."""
    equation, points = at_numbers(left, right, point)
    found = expanded(equation.left, equation.right, points)
    return [poly for _, poly in found.rest] + [found.conjugate(poly) for _, poly in found.rest]
