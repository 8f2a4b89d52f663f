"""Arrays that a program can change, and views of them: the store of a path holds their terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any, TypeAlias

from symconv.algebra.polynomials import ONE, ZERO, Poly, floor
from symconv.expressions.conversion import to_poly
from symconv.expressions.parameters import exact
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.expressions.unfolding import Ranges, unfolded
from symconv.formulas.axis import from_digits, from_positions, positions
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Formula, Plus, Read, When
from symconv.kernel.facts import Facts
from symconv.libraries.entry_types import may_be_integers
from symconv.limits import MAX_ROUNDS
from symconv.numerics.evaluation import evaluate
from symconv.operators.axes import scalar_value
from symconv.reading.programs.term_sums.summed_terms import Terms, element, read_at, terms_of


@dataclass(frozen=True, eq=False)
class Cell:
    """An array that a program can change; what it holds is in the path's store."""

    shape: tuple[Poly, ...]
    is_list: bool = False
    is_complex: bool = False
    is_integer: bool = False
    """Whether it may be one of integers, which cuts other numbers off."""
    is_of_numpy: bool = False
    """Whether it is surely NumPy's own."""
    is_in_order: bool = False
    """Whether its entries surely lie in memory in the order of their indices, as those of a transposed copy do not."""
    has_shared_rows: bool = False
    """Whether this is a list whose rows may be one and the same, or parts of other arrays."""
    made: Terms = ()
    """What it held first."""
    shares: frozenset[Cell] = frozenset()
    """Other arrays that it may share its entries with."""
    before: Mapping[Cell, Terms] = field(default_factory=dict)
    """What all arrays that it may share its entries with held when it was made."""

    def may_share_with(self, other: Cell) -> bool:
        """Whether a change of one may be a change of the other, which is another one."""
        return other is not self and not {self, *self.shares}.isdisjoint({other, *other.shares})


@dataclass(frozen=True)
class Range:
    """The positions start, start + step, … along an axis, `count` of them."""

    start: Poly
    step: Poly
    count: Poly

    @property
    def forward(self) -> Poly:
        """The step without its sign; a symbolic step is known to be 1 or more."""
        return self.step if self.step.integer is None or self.step.integer > 0 else -self.step


Item: TypeAlias = "Poly | Range"


@dataclass(frozen=True)
class Ref:
    """A cell, or a view of a part of it: one item for each of the cell's axes."""

    cell: Cell
    items: tuple[Item, ...]

    @staticmethod
    def whole(cell: Cell) -> Ref:
        """The view of everything."""
        return Ref(cell, tuple(Range(ZERO, ONE, size) for size in cell.shape))

    @property
    def is_whole(self) -> bool:
        """Whether this is the cell itself."""
        return self.items == Ref.whole(self.cell).items

    @property
    def lies_in_a_row(self) -> bool:
        """Whether the entries follow each other in memory: all axes are whole after the first that is not fixed."""
        whole = Ref.whole(self.cell).items
        ranges = [k for k, item in enumerate(self.items) if isinstance(item, Range)]
        if not ranges:
            return True
        first = self.items[ranges[0]]
        after = range(ranges[0] + 1, len(self.items))
        return isinstance(first, Range) and first.step == ONE and all(self.items[k] == whole[k] for k in after)

    @property
    def shape(self) -> tuple[Poly, ...]:
        """The sizes of the axes that are left."""
        return tuple(item.count for item in self.items if isinstance(item, Range))

    def select(self, items: Sequence[Item]) -> Ref:
        """The view of a view."""
        chosen = iter(items)
        selected: list[Item] = []
        for item in self.items:
            match item, None if isinstance(item, Poly) else next(chosen, Range(ZERO, ONE, item.count)):
                case Range(start, step, _), Range(inner, inner_step, count):
                    selected.append(Range(start + inner * step, step * inner_step, count))
                case Range(start, step, _), Poly() as inner:
                    selected.append(start + inner * step)
                case _:
                    selected.append(item)
        return Ref(self.cell, tuple(selected))

    def inside(self) -> dict[str, Poly]:
        """Where an element of the view is in the cell: the cell's indices in terms of the view's."""
        names = iter(element(len(self.items)))
        at = {}
        for name, item in zip(element(len(self.items)), self.items, strict=True):
            at[name] = item if isinstance(item, Poly) else item.start + Poly.name(next(names)) * item.step
        return at

    def region(self) -> tuple[tuple[Compare, ...], tuple[Poly, ...]]:
        """The elements of the cell that the view covers, and the view's indices in terms of theirs."""
        conditions: list[Compare] = []
        index: list[Poly] = []
        for name, size, item in zip(element(len(self.items)), self.cell.shape, self.items, strict=True):
            at = Poly.name(name)
            if isinstance(item, Poly):
                conditions.append(Compare(at - item, "=="))
                continue
            step = item.forward
            rest = at - item.start if step == item.step else item.start - at
            place = floor(rest, step)
            index.append(place)
            if step != ONE:
                conditions.append(Compare(rest - place * step, "=="))
            if step != ONE or item.count != size:
                conditions += [Compare(rest, ">="), Compare(item.count - 1 - place, ">=")]
        return tuple(conditions), tuple(index)


def entry_of(array: TensorExpr, index: Sequence[Poly]) -> TensorExpr:
    """One entry of an array that lies inside it, arithmetic and comprehensions worked out."""
    if not index:
        return array
    if isinstance(array, Operation):
        arguments, name = array.arguments, array.operator.name
        match name:
            case "index_stack":
                body = arguments["body"].replace_names({str(arguments["index"]): index[0]})
                return entry_of(body, index[1:])
            case "add" | "subtract" | "multiply":
                both = [_broadcast(arguments[k], array, index) for k in ("a", "b")]
                if None not in both:
                    return REGISTRY[name](*both)
            case "negative":
                return -entry_of(arguments["a"], index)
            case "divide":
                return entry_of(arguments["a"], index) / arguments["b"]
            case "when":
                return REGISTRY["when"](entry_of(arguments["body"], index), arguments["conditions"])
            case "transpose":
                axes = arguments["axes"] if arguments["axes"] is not None else tuple(range(len(index)))[::-1]
                at_axes = {k % len(index): i for k, i in zip(axes, index, strict=True)}
                return entry_of(arguments["a"], [at_axes[k] for k in range(len(index))])
            case "reshape" | "ravel" | "tile" | "repeat":
                formula = array.entry(*from_positions(array.axes, index))
                if isinstance(formula, Read) and isinstance(formula.array, TensorExpr):
                    return entry_of(formula.array, positions(formula.array.axes, formula.index))
            case "zeros":
                return REGISTRY["number"](0)
            case "ones":
                return REGISTRY["number"](1)
    return read_at(array, index)


def entry_number(array: TensorExpr, index: Sequence[Poly] = (), known: Facts | None = None) -> Poly | None:
    """The number at an entry, in terms of the index; None where it depends on tensors, or on what is not known."""
    if array.atoms(Tensor):
        return None
    digits, value = _number_by_digits(array)
    if value is not None:
        parts = [part for axis, position in zip(array.axes, index, strict=True) for part in axis.parts(position)]
        return value.substitute(dict(zip(digits, parts, strict=True)))
    places = [i.integer for i in index]
    if None not in places and not array.free_symbols and (entries := _entries(array)) is not None:
        return to_poly(exact(entries[tuple(places)]))
    return _where(unfolded(Read(array, from_positions(array.axes, index)), Ranges()), known or Facts())


def _where(formula: Formula, known: Facts) -> Poly | None:
    """The number that a formula is, where it is known which of its conditions hold."""
    match formula:
        case When(conditions, body):
            if known.implies(*conditions):
                return _where(body, known)
            return ZERO if known.exclude(conditions) else None
        case Plus(parts):
            values = [_where(part, known) for part in parts]
            return None if None in values else sum((v for v in values if v is not None), ZERO)
    return scalar_value(formula)


@lru_cache(maxsize=512)
def _number_by_digits(array: TensorExpr) -> tuple[tuple[str, ...], Poly | None]:
    """The number at an entry in terms of the digits of its index, if one term gives it everywhere."""
    digits = {f"e.{k}.{d}": size for k, axis in enumerate(array.axes) for d, size in enumerate(axis.digits)}
    formula = Read(array, from_digits(array.axes, map(Poly.name, digits)))
    return tuple(digits), scalar_value(unfolded(formula, Ranges(digits)))


@lru_cache(maxsize=512)
def _entries(array: TensorExpr) -> Any:
    """The entries of an array that is made of numbers alone; None for those that have too many."""
    sizes = [axis.size.integer for axis in array.axes]
    if None in sizes or prod(s for s in sizes if s is not None) > MAX_ROUNDS:
        return None
    return evaluate(array, {}, {}, twins=False)


def _broadcast(operand: TensorExpr, array: TensorExpr, index: Sequence[Poly]) -> TensorExpr | None:
    rank = len(operand.axes)
    at = list(index[len(index) - rank :])
    for k, (axis, common) in enumerate(zip(operand.axes, array.axes[len(index) - rank :], strict=True)):
        if axis.size == ONE and common.size != ONE:
            at[k] = ZERO
        elif axis.size != common.size:
            return None
    return entry_of(operand, at)


def kind(value: TensorExpr) -> dict[str, bool]:
    """What kind of numbers NumPy may hold the value in."""
    return {"is_complex": is_complex(value), "is_integer": may_be_integers(value)}


def held(array: TensorExpr) -> Terms:
    """The terms of a cell that holds an array."""
    return terms_of(entry_of(array, [Poly.name(n) for n in element(len(array.axes))]))
