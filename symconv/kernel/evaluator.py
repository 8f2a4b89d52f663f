"""Exact values of formulas at numbers for their names; the arithmetic of entries is a parameter.

Numbers are Python integers and fractions; complex and irrational ones are constant polynomials, so that nothing is
rounded. A formula is evaluated at all indices at once: every index name is an `arange` along an axis of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf, prod
from typing import Any, Protocol

import numpy as np

from symconv.algebra.exact_numbers import ExactNumber, exact
from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError, SymconvError
from symconv.formulas.axis import digits
from symconv.formulas.language import (
    Array,
    Call,
    Conj,
    Formula,
    Plus,
    Read,
    Scalar,
    Sum,
    Times,
    When,
    fresh_index,
)
from symconv.kernel.index_values import Values, fold, objects, plain, satisfied, small, values_of
from symconv.kernel.support import meeting_entries
from symconv.kernel.terms import TableAtom, TensorAtom
from symconv.limits import (
    CHUNK,
    DENSE_SUM,
    ENTRIES_OF_A_STEP,
    FEW_VALUES,
    MAX_SMALL_FACTOR,
    TooManySteps,
    check_entries,
    check_time,
)


class Arithmetic(Protocol):
    """What the entries of tensors are, and what is done with them besides adding and multiplying."""

    @property
    def sparse(self) -> Mapping[str, Any]:
        """The tensors that are given by their non-zero entries alone."""

    def entries(self, atom: TensorAtom, shape: tuple[int, ...], places: Sequence[np.ndarray]) -> np.ndarray:
        """The entries of a tensor at indices that are inside; one index array an axis."""

    def conjugate(self, value: Any) -> Any:
        """The complex conjugate of a value."""

    def apply(self, function: str, value: Any) -> Any:
        """The value of an uninterpreted function."""


class MissingFunction(SymconvError):
    """A function has no value."""


@dataclass(frozen=True)
class Numbers:
    """Tensors given as arrays of numbers, or as mappings from indices to their non-zero entries; functions by name.

    `shapes` are those of tensors that are given as mappings, where they are known.
    """

    arrays: Mapping[str, Any]
    functions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def sparse(self) -> Mapping[str, Any]:
        """The tensors that are given as mappings."""
        return {name: source for name, source in self.arrays.items() if isinstance(source, Mapping)}

    def entries(self, atom: TensorAtom, shape: tuple[int, ...], places: Sequence[np.ndarray]) -> np.ndarray:
        """The entries of a tensor at indices that are inside; one index array an axis."""
        if atom.name not in self.arrays:
            raise SymconvError(f"no array is given for '{atom.name}'")
        source = self.arrays[atom.name]
        given = self.shapes.get(atom.name, shape) if isinstance(source, Mapping) else np.shape(source)
        if given != shape:
            raise ShapeError(f"the array for '{atom.name}' has shape {given}, not {shape}")
        if isinstance(source, Mapping):
            look_up = np.frompyfunc(lambda *index: exact(source.get(index, 0)), len(places), 1)
            return np.asarray(look_up(*places) if places else exact(source.get((), 0)), dtype=object)
        found = np.asarray(np.asarray(source)[tuple(places)])
        if found.dtype.kind in "iu":
            return found.astype(object)
        return np.asarray(np.frompyfunc(exact, 1, 1)(found.astype(object)), dtype=object)

    def conjugate(self, value: Any) -> Any:
        """The complex conjugate of a number."""
        return value.conjugate()

    def apply(self, function: str, value: Any) -> Any:
        """The value of a function that is given."""
        if function not in self.functions:
            raise MissingFunction(f"no function is given for '{function}'")
        return exact(self.functions[function](value))


def value_of(formula: Formula, names: Mapping[str, int], arithmetic: Arithmetic) -> ExactNumber:
    """The value of a formula at numbers for its names."""
    return exact(Evaluator(names, arithmetic).value(formula))


@dataclass
class Evaluator:
    """Values of formulas at numbers for sizes, parameters and free indices.

    `whole` may compute an array as a whole by other means (None where it cannot); `check` raises where the sizes do
    not allow one. `steps` counts what was done, the same on every machine; more than `most_steps` raise `TooManySteps`.
    """

    names: Mapping[str, int]
    arithmetic: Arithmetic
    whole: Callable[[Any], np.ndarray | None] | None = None
    check: Callable[[Any], None] | None = None
    most_steps: float = inf
    steps: int = 0

    def __post_init__(self) -> None:
        self._known: dict[Any, np.ndarray] = {}
        self._sizes: dict[Any, list[int]] = {}
        self._sparse = self.arithmetic.sparse

    def value(self, formula: Formula) -> Any:
        """The value of a formula whose names all have numbers."""
        return self.formula(formula, {}, 0, 1)[()]

    def values(self, formula: Formula, at: Values) -> np.ndarray:
        """The values of a formula where the names in `at` are arrays of one shape up to axes of size 1."""
        shape = np.broadcast_shapes(*map(np.shape, at.values()))
        found = self.formula(formula, at, len(shape), prod(shape))
        return found if found.shape == shape else np.broadcast_to(found, shape)

    def digits(self, array: Array) -> list[int]:
        """The sizes of all digits of an array's axes."""
        sizes = self._sizes.get(array)
        if sizes is None:
            sizes = [int(values_of(d, self.names, np.int64)) for axis in array.axes for d in axis.digits]
            if any(n < 0 for n in sizes):
                raise ShapeError(f"the size {min(sizes)} is negative")
            self._sizes[array] = sizes
        return sizes

    def shape(self, array: Array) -> tuple[int, ...]:
        """The sizes of the axes."""
        sizes = iter(self.digits(array))
        return tuple(prod(next(sizes) for _ in axis.digits) for axis in array.axes)

    def array(self, array: Any) -> np.ndarray:
        """All entries, in the array's own shape."""
        if array not in self._known:
            check_entries(prod(self.digits(array)))
            if self.check is not None:
                self.check(array)
            result = None
            self._count(prod(self.digits(array)))
            if array.leaf is not None:
                result = self._leaf(array, _grid(self.shape(array)))
            elif self.whole is not None:
                result = self.whole(array)
            self._known[array] = self._by_formula(array) if result is None else result
        return self._known[array]

    def _by_formula(self, array: Any) -> np.ndarray:
        """All entries from the index formula."""
        sizes = self.digits(array)
        entry, names = entry_of(array)
        values = self.values(entry, dict(zip(names, _grid(tuple(sizes)), strict=True)))
        return np.array(values).reshape(self.shape(array))

    def _leaf(self, array: Any, places: Sequence[np.ndarray]) -> np.ndarray:
        """The entries of a tensor or literal at indices that are inside; one index array an axis."""
        atom = array.leaf
        if isinstance(atom, TableAtom):
            table = objects([plain(v) for v in atom.values]).reshape(atom.shape)
            return np.asarray(table[tuple(places)], dtype=object)
        return self.arithmetic.entries(atom, self.shape(array), places)

    def formula(self, formula: Formula, at: Values, depth: int, volume: int) -> np.ndarray:
        """The values of a formula where the names in `at` are arrays with up to `depth` axes and `volume` entries.

        They are objects, also where it is one number: NumPy's own integers would overflow.
        """
        return np.asarray(self._value(formula, at, depth, volume), dtype=object)

    def _count(self, volume: int) -> None:
        check_time()
        self.steps += 1 + volume // ENTRIES_OF_A_STEP
        if self.steps > self.most_steps:
            raise TooManySteps

    def _value(self, formula: Formula, at: Values, depth: int, volume: int) -> Any:
        self._count(volume)
        match formula:
            case Scalar(value):
                return self._poly(value, at, object)
            case Plus(terms):
                return fold(np.add, [self.formula(t, at, depth, volume) for t in terms])
            case Times(factors):
                return fold(np.multiply, [self.formula(f, at, depth, volume) for f in factors])
            case Conj(body):
                return np.frompyfunc(self.arithmetic.conjugate, 1, 1)(self.formula(body, at, depth, volume))
            case Call(function, body):
                apply = np.frompyfunc(lambda v: self.arithmetic.apply(function, v), 1, 1)
                return apply(self.formula(body, at, depth, volume))
            case When(conditions, body):
                mask: Any = True
                for condition in conditions:
                    mask = mask & satisfied(condition, {**self.names, **at}, np.int64)
                if isinstance(mask, bool):
                    return self.formula(body, at, depth, volume) if mask else 0
                return self._where(mask, body, at, depth, volume) if mask.any() else 0
            case Sum():
                return self._sum(formula, at, depth, volume)
            case Read(array, index):
                parts = [self._poly(part, at, np.int64) for part, _ in digits(array.axes, index)]
                return self._read(array, parts, at, depth, volume)

    def _where(self, mask: np.ndarray, body: Formula, at: Values, depth: int, volume: int) -> Any:
        """The values of a formula where a mask says so, 0 elsewhere, where it may divide by 0."""
        try:
            found = self.formula(body, at, depth, volume)
            return found if mask.all() else np.where(mask, found, 0)
        except ZeroDivisionError:
            if mask.all():
                raise
        mask, *places = np.broadcast_arrays(mask, *at.values())
        chosen = {name: values[mask] for name, values in zip(at, places, strict=True)}
        scattered = np.zeros(mask.shape, dtype=object)
        scattered[mask] = self.formula(body, chosen, 1, int(mask.sum()))
        return scattered

    def _poly(self, poly: Poly, at: Values, dtype: Any) -> Any:
        return values_of(poly, self.names if poly.names.isdisjoint(at) else {**self.names, **at}, dtype)  # either way

    def _sum(self, formula: Sum, at: Values, depth: int, volume: int) -> Any:
        """A sum, on an axis of its own or, if that were too large, one index after the other."""
        lower, upper = (self._poly(p, at, np.int64) for p in (formula.lower, formula.upper))
        is_one_range = isinstance(lower, int) and isinstance(upper, int)
        if not np.size(lower) or not np.size(upper):
            return 0
        first, end = (lower, upper) if is_one_range else (int(np.min(lower)), int(np.max(upper)))
        if end <= first:
            return 0
        check_entries(end - first)
        values = small(np.arange(first, end))
        if len(values) > DENSE_SUM and self._sparse:  # either way
            values = meeting_entries(formula, values, {**self.names, **at}, self._sparse)
            if not len(values):  # quicker
                return 0
        if volume * len(values) > CHUNK:  # either way
            total: Any = 0
            for value in values:
                inside = np.asarray((lower <= value) & (value < upper))
                here = {**at, formula.name: np.asarray(value)}
                total = np.add(total, self._where(inside, formula.body, here, depth, volume))
            return total
        index = values.reshape(-1, *[1] * depth)
        here, inner = {**at, formula.name: index}, volume * len(values)
        if is_one_range:
            body = self.formula(formula.body, here, depth + 1, inner)
        else:
            body = self._where((lower <= index) & (index < upper), formula.body, here, depth + 1, inner)
        if body.ndim <= depth:
            return body * len(values)
        return body.sum(axis=0) if len(body) > 1 else body[0] * len(values)

    def _read(self, array: Any, parts: list[Any], at: Values, depth: int, volume: int) -> Any:
        """Entries of an array, 0 outside: from the whole array, or by its formula at these indices only."""
        closed = array.free_names.isdisjoint(at)
        sizes = [self._poly(d, at, np.int64) for axis in array.axes for d in axis.digits]
        inside: Any = True
        for k, (part, size) in enumerate(zip(parts, sizes, strict=True)):
            fits = (part >= 0) & (part < size)
            if not (fits if isinstance(fits, bool) else fits.all()):  # either way
                inside = inside & fits
                if not np.any(inside):
                    return 0
                parts[k] = part = np.where(fits, part, 0)
            if not isinstance(size, int) or size > MAX_SMALL_FACTOR:
                parts[k] = small(np.asarray(part))
        if closed and array.leaf is not None:
            found: Any = self._leaf(array, _flat(array, parts, sizes))
        elif closed and (array in self._known or prod(map(int, sizes)) <= max(_extent(parts), FEW_VALUES)):
            found = self.array(array)[tuple(_flat(array, parts, sizes))]
        else:
            if closed and self.check is not None:
                self.check(array)
            entry, names = entry_of(array)
            found = self.formula(entry, {**at, **dict(zip(names, parts, strict=True))}, depth, volume)
        return found if inside is True else np.where(inside, found, 0)


def _extent(parts: Sequence[Any]) -> int:
    """The number of different indices along arrays of one shape up to axes of size 1."""
    return prod(np.broadcast_shapes(*map(np.shape, parts)))


@lru_cache(maxsize=512)
def _grid(sizes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """All indices below these sizes, one array an axis."""
    return tuple(np.indices(sizes, sparse=True))


@lru_cache(maxsize=512)
def entry_of(array: Array) -> tuple[Formula, tuple[str, ...]]:
    """The index formula of an array at names of its own, one a digit."""
    names, index = fresh_index(array.axes, "i")
    return array.entry(*index), names


def _flat(array: Array, parts: Sequence[Any], sizes: Sequence[Any]) -> list[Any]:
    """The index along each axis from the digits."""
    pairs = iter(zip(parts, sizes, strict=True))
    places = []
    for axis in array.axes:
        position: Any = 0
        for _ in axis.digits:
            part, size = next(pairs)
            position = position * size + part
        places.append(np.asarray(position, dtype=np.int64))
    return places
