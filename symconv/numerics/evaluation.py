"""Exact evaluation on arrays: through NumPy's own functions, and through the index formula for the rest.

Numbers are Python integers and fractions; complex and irrational ones are constant polynomials
inside, so that nothing is rounded. An index formula is evaluated for all indices at once: every
index name is an `arange` along an axis of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symconv.algebra.polynomials import I, Poly
from symconv.errors import ShapeError, SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
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
    fresh,
)
from symconv.kernel.terms import TableAtom
from symconv.numerics.support import meeting_entries
from symconv.numerics.vectorised import Values, fold, plain, satisfied, values_of

CHUNK = 1 << 18
"""How many products are held at once; longer sums are looped over."""
DENSE = 32
"""Longer sums over arrays that are given by their entries leave out what meets none of them."""


def evaluate(
    expr: TensorExpr,
    sizes: Mapping[str, int],
    arrays: Mapping[str, Any],
    functions: Mapping[str, Callable[[Any], Any]] | None = None,
    *,
    entry: Sequence[int] | None = None,
    twins: bool = True,
) -> Any:
    """The value of an expression: an array of exact numbers, or one number if `entry` is given.

    `sizes` gives sizes, parameters and free indices; `arrays` gives each tensor as an array, or as a
    mapping from indices to its non-zero entries. With `twins`, operators of NumPy are computed by
    NumPy itself wherever the whole array is needed; else everything is computed by index formulas.

    >>> from symconv import Tensor, correlate, sizes
    >>> n = sizes("n")
    >>> x = Tensor("x", n)
    >>> evaluate(correlate(x, x), {"n": 2}, {"x": [1, 2]}).tolist()
    [2, 5, 2]
    >>> evaluate(x / 2, {"n": 1000}, {"x": {(7,): 3}}, entry=(7,))
    Fraction(3, 2)
    """
    run = _Evaluation({k: int(v) for k, v in sizes.items()}, arrays, functions or {}, twins)
    if entry is None:
        return _export(run.full(expr))
    names = [fresh("i") for _ in entry]
    at = {name: np.asarray(int(i)) for name, i in zip(names, entry, strict=True)}
    run.check(expr)
    return _export(np.asarray(run.formula(Read(expr, tuple(map(Poly.name, names))), at, 0, 1), dtype=object))[()]


class _Evaluation:
    """One evaluation: the values of all names, and the arrays that are known already."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        arrays: Mapping[str, Any],
        functions: Mapping[str, Callable[[Any], Any]],
        twins: bool,
    ) -> None:
        self.sizes, self.arrays, self.functions, self.twins = sizes, arrays, functions, twins
        self.known: dict[Any, np.ndarray] = {}
        self.sparse = {name for name, source in arrays.items() if isinstance(source, Mapping)}

    def number(self, value: Any) -> Any:
        """The value of a parameter: integers for sizes, arrays for tensors, containers kept."""
        match value:
            case tuple():
                return tuple(map(self.number, value))
            case slice():
                return slice(*map(self.number, (value.start, value.stop, value.step)))
            case TensorExpr():
                return self.full(value)
            case Expr():
                return plain(to_poly(value).substitute({k: Poly.of(v) for k, v in self.sizes.items()}))
        return value

    def digits(self, array: Array) -> list[int]:
        """The sizes of all digits."""
        sizes = [int(values_of(d, self.sizes, np.int64)) for axis in array.axes for d in axis.digits]
        if any(n < 0 for n in sizes):
            raise ShapeError(f"the size {min(sizes)} is negative")
        return sizes

    def shape(self, array: Array) -> tuple[int, ...]:
        """The sizes of the axes."""
        sizes = iter(self.digits(array))
        return tuple(prod(next(sizes) for _ in axis.digits) for axis in array.axes)

    def check(self, node: Any) -> None:
        """Raise where the sizes do not allow the operation."""
        if isinstance(node, Operation):
            for required in node.definition.requires:
                if values_of(required.left - required.right, self.sizes, object) != 0:
                    raise ShapeError(required.message, node=node)
            for need in node.definition.needs:
                if not satisfied(need, self.sizes, object):
                    raise ShapeError(f"{node.operator.name} needs {need}", node=node)

    def full(self, array: Any) -> np.ndarray:
        """All entries, in the array's own shape."""
        if array not in self.known:
            self.check(array)
            result = None
            if isinstance(array, Tensor) or isinstance(array.leaf, TableAtom):
                places = np.indices(self.shape(array), sparse=True)
                result = self.leaf(array, list(places))
            elif self.twins and isinstance(array, Operation):
                result = self.twin(array)
            self.known[array] = self.by_formula(array) if result is None else result
        return self.known[array]

    def twin(self, node: Operation) -> np.ndarray | None:
        """What NumPy computes; None where it has no such function, would round, or would read a lot for few entries."""
        op = node.operator
        if not op.library.startswith("numpy.") or op.binds or node.definition.extends:
            return None
        given = (t for t in nodes(node) if isinstance(t, Tensor) and t.name in self.sparse)
        if any(prod(self.shape(t)) > DENSE**2 for t in given):
            return None
        arguments = {name: self.number(value) for name, value in node.arguments.items()}
        try:
            result = np.asarray(op.apply(op.twin, arguments))
        except TypeError:
            return None
        except (ValueError, IndexError) as error:
            raise ShapeError(f"{op.name}: {error}", node=node) from None
        # NumPy's own scalars among objects (the zeros of `pad`) would make what is computed next round.
        values = [v.item() if isinstance(v, np.generic) else v for v in result.astype(object).flat]
        if any(isinstance(v, (float, complex)) for v in values):
            return None
        return _objects(values).reshape(self.shape(node))

    def by_formula(self, array: Array) -> np.ndarray:
        """All entries from the index formula."""
        sizes = self.digits(array)
        names = [fresh("i") for _ in sizes]
        places = np.indices(sizes, sparse=True)
        index, left = [], iter(names)
        for axis in array.axes:
            index.append(axis.index([Poly.name(next(left)) for _ in axis.digits]))
        values = self.formula(array.entry(*index), dict(zip(names, places, strict=True)), len(sizes), prod(sizes))
        return np.array(np.broadcast_to(np.asarray(values, dtype=object), sizes)).reshape(self.shape(array))

    def leaf(self, array: Any, places: Sequence[np.ndarray]) -> np.ndarray:
        """The entries of a tensor or literal at indices that are inside; one index array an axis."""
        atom = array.leaf
        if isinstance(atom, TableAtom):
            source: Any = _objects([plain(v) for v in atom.values]).reshape(atom.shape)
        elif atom.name in self.arrays:
            source = self.arrays[atom.name]
        else:
            raise SymconvError(f"no array is given for '{atom.name}'")
        if isinstance(source, Mapping):
            look_up = np.frompyfunc(lambda *index: _exact(source.get(index, 0)), len(places), 1)
            return np.asarray(look_up(*places) if places else _exact(source.get((), 0)), dtype=object)
        source = np.asarray(source)
        shape = self.shape(array)
        if source.shape != shape:
            raise ShapeError(f"the array for '{atom.name}' has shape {source.shape}, not {shape}")
        found = np.asarray(source[tuple(places)])
        if found.dtype.kind in "iu":
            return found.astype(object)
        return np.asarray(np.frompyfunc(_exact, 1, 1)(found.astype(object)), dtype=object)

    def formula(self, formula: Formula, at: Values, depth: int, volume: int) -> Any:
        """The values of a formula where the names in `at` are arrays with up to `depth` axes."""
        match formula:
            case Scalar(value):
                return self.poly(value, at, object)
            case Plus(terms):
                return fold(np.add, [self.formula(t, at, depth, volume) for t in terms])
            case Times(factors):
                return fold(np.multiply, [self.formula(f, at, depth, volume) for f in factors])
            case Conj(body):
                return np.frompyfunc(lambda v: v.conjugate(), 1, 1)(self.formula(body, at, depth, volume))
            case Call(function, body):
                if function not in self.functions:
                    raise SymconvError(f"no function is given for '{function}'")
                apply = self.functions[function]
                call = np.frompyfunc(lambda v: _exact(apply(_outward(v))), 1, 1)
                return call(self.formula(body, at, depth, volume))
            case When(conditions, body):
                mask = np.asarray(True)
                for condition in conditions:
                    mask = mask & satisfied(condition, {**self.sizes, **at}, np.int64)
                return np.where(mask, self.formula(body, at, depth, volume), 0) if mask.any() else 0
            case Sum():
                return self.sum(formula, at, depth, volume)
            case Read(array, index):
                parts = [p for axis, i in zip(array.axes, index, strict=True) for p in axis.parts(i)]
                return self.read(array, [self.poly(p, at, np.int64) for p in parts], at, depth, volume)

    def poly(self, poly: Poly, at: Values, dtype: Any) -> Any:
        return values_of(poly, {**self.sizes, **at}, dtype)

    def sum(self, formula: Sum, at: Values, depth: int, volume: int) -> Any:
        """A sum, on an axis of its own or, if that were too large, one index after the other."""
        lower, upper = (np.asarray(self.poly(p, at, np.int64)) for p in (formula.lower, formula.upper))
        if not lower.size or not upper.size or upper.max() <= lower.min():
            return 0
        values = np.arange(lower.min(), upper.max())
        if len(values) > DENSE and self.sparse:
            values = meeting_entries(formula, values, {**self.sizes, **at}, self.arrays)
            if not len(values):
                return 0
        if volume * len(values) > CHUNK:
            total: Any = 0
            for value in values:
                inside = (lower <= value) & (value < upper)
                body = self.formula(formula.body, {**at, formula.name: np.asarray(value)}, depth, volume)
                total = np.add(total, body if inside.all() else np.where(inside, body, 0))
            return total
        index = values.reshape(-1, *[1] * depth)
        body = self.formula(formula.body, {**at, formula.name: index}, depth + 1, volume * len(values))
        inside = (lower <= index) & (index < upper)
        if not inside.all():
            body = np.where(inside, body, 0)
        if np.ndim(body) <= depth:
            return np.multiply(body, len(values))
        body = np.asarray(body, dtype=object)
        return body.sum(axis=0) * (len(values) if len(body) == 1 else 1)

    def read(self, array: Any, parts: list[Any], at: Values, depth: int, volume: int) -> Any:
        """Entries of an array, 0 outside: from the whole array, or by its formula at these indices only."""
        closed = not any(s.name in at for s in array.free_symbols if isinstance(s, Symbol))
        sizes = [self.poly(d, at, np.int64) for axis in array.axes for d in axis.digits]
        inside = np.asarray(True)
        for part, size in zip(parts, sizes, strict=True):
            inside = inside & (part >= 0) & (part < size)
        if not inside.any():
            return 0
        parts = [np.where((p >= 0) & (p < n), p, 0) for p, n in zip(parts, sizes, strict=True)]
        if closed and array.leaf is not None:
            found: Any = self.leaf(array, _flat(array, parts, sizes))
        elif closed and (array in self.known or prod(map(int, sizes)) <= max(inside.size, 64)):
            found = self.full(array)[tuple(_flat(array, parts, sizes))]
        else:
            if closed:
                self.check(array)
            names = [fresh("i") for _ in parts]
            index, left = [], iter(names)
            for axis in array.axes:
                index.append(axis.index([Poly.name(next(left)) for _ in axis.digits]))
            found = self.formula(array.entry(*index), {**at, **dict(zip(names, parts, strict=True))}, depth, volume)
        return found if inside.all() else np.where(inside, found, 0)


def _flat(array: Array, parts: Sequence[Any], sizes: Sequence[Any]) -> list[Any]:
    """The index along each axis from the digits."""
    pairs = iter(zip(parts, sizes, strict=True))
    places = []
    for axis in array.axes:
        position: Any = 0
        for _ in axis.digits:
            part, size = next(pairs)
            position = position * size + part
        places.append(position)
    return places


def _objects(values: Sequence[Any]) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _exact(value: Any) -> Any:
    """A number as it is computed with: an integer, a fraction or a constant polynomial."""
    if isinstance(value, (np.generic,)):
        value = value.item()
    if isinstance(value, Expr):
        value = to_poly(value)
    if isinstance(value, Poly):
        return plain(value)
    if isinstance(value, complex):
        return plain(Poly.of(_fraction(value.real)) + I * _fraction(value.imag))
    return _fraction(value)


def _fraction(value: Any) -> int | Fraction:
    fraction = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def _outward(value: Any) -> Any:
    """A number as callers see it: whole complex numbers as Python's, other irrational ones exact."""
    if isinstance(value, Fraction):
        return _fraction(value)
    if not isinstance(value, Poly):
        return value
    imaginary = (value - value.conjugate()) * Fraction(1, 2)
    parts = (plain(value - imaginary), plain(-I * imaginary))
    if all(isinstance(p, int) for p in parts):
        return complex(*parts) if parts[1] else parts[0]
    return plain(value)


def _export(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(_outward, 1, 1)(values), dtype=object)
