"""Values of expressions on arrays: through NumPy's own functions, and through the index formula for the rest."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from symconv.algebra.exact_numbers import exact
from symconv.algebra.polynomials import I, Poly
from symconv.errors import ShapeError, SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr, as_tensor
from symconv.expressions.traversal import nodes
from symconv.formulas.language import Read
from symconv.kernel.evaluator import Evaluator, Numbers
from symconv.kernel.index_values import all_satisfied, objects, plain, values_of
from symconv.limits import DENSE_ARRAY
from symconv.numerics.given_shapes import sizes_of


def evaluate(
    expr: Any,
    sizes: Mapping[Any, Any] | None = None,
    arrays: Mapping[Any, Any] | None = None,
    functions: Mapping[str, Callable[[Any], Any]] | None = None,
    *,
    entry: Sequence[int] | None = None,
    twins: bool = True,
    **named: Any,
) -> Any:
    """The value of an expression: an array of exact numbers, or one number if `entry` is given.

    `arrays` gives each tensor as an array, or as a mapping from indices to its non-zero entries; `sizes` gives
    parameters, free indices, and what the shapes of the arrays leave open. Both may be one mapping, whose keys are
    names or tensors and symbols, or keywords; a value that can be called is a function. With `twins`, operators of
    NumPy are computed by NumPy itself wherever the whole array is needed; else everything is computed by index
    formulas. Shapes: that of the expression. Raises `ShapeError` where shapes contradict each other or an operation,
    `SymconvError` for a name without a value and for one that does not occur.

    >>> from symconv import Tensor, correlate, roll, sizes
    >>> n, p = sizes("n p")
    >>> x = Tensor("x", n)
    >>> evaluate(correlate(x, x), x=[1, 2]).tolist(), evaluate(roll(x, p), {x: [1, 2, 3], p: 1}).tolist()
    ([2, 5, 2], [3, 1, 2])
    >>> evaluate(x / 2, {"n": 1000}, {"x": {(7,): 3}}, entry=(7,))
    Fraction(3, 2)
    """
    numbers = {**_by_name(sizes), **_by_name(arrays), **named}
    if arrays is None or named:
        expr = as_tensor(expr)
        sizes, arrays, functions = _sorted(expr, numbers, functions or {})
    numbers = {name: given(array) for name, array in arrays.items()}
    known = {name: int(value) for name, value in _by_name(sizes).items()}
    if not expr.free_names <= known.keys():
        known = sizes_of(expr, numbers, known)
    evaluator = evaluator_of(known, numbers, functions or {}, twins=twins)
    if entry is None:
        return _export(evaluator.array(expr))
    assert evaluator.check is not None
    evaluator.check(expr)
    return outward(exact(evaluator.value(Read(expr, tuple(Poly.of(int(i)) for i in entry)))))


def evaluator_of(
    sizes: Mapping[str, int],
    arrays: Mapping[str, Any],
    functions: Mapping[str, Callable[[Any], Any]],
    *,
    twins: bool,
    others: Mapping[str, list[str]] | None = None,
) -> Evaluator:
    """What computes expressions with these numbers, where sizes allow it; with `twins`, by NumPy what it can.

    `others` are further libraries that compute arrays of integers; the operators that they did are noted with them.
    """
    called = {name: _outside(function) for name, function in functions.items()}
    evaluator = Evaluator(sizes, Numbers(arrays, called))
    by_numpy = _ByNumPy(evaluator, others or {})
    evaluator.check = by_numpy.check
    evaluator.whole = by_numpy.whole if twins else None
    return evaluator


def _by_name(values: Mapping[Any, Any] | None) -> dict[str, Any]:
    """Values by the names of what they are given for."""
    return {key if isinstance(key, str) else getattr(key, "name", str(key)): v for key, v in (values or {}).items()}


def _sorted(expr: TensorExpr, values: Mapping[str, Any], functions: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Values by what they are: numbers for sizes and indices, arrays for tensors, functions."""
    tensors = {t.name for t in nodes(expr) if isinstance(t, Tensor)}
    called = {n.arguments["name"] for n in nodes(expr) if isinstance(n, Operation) and n.operator.name == "call"}
    names = expr.free_names.union(*(axis.size.names for t in nodes(expr) if isinstance(t, Tensor) for axis in t.axes))
    for name, value in values.items():
        if name not in tensors | called | names:
            raise SymconvError(f"'{name}' does not occur in {expr}")
        if name in names and not isinstance(value, (int, np.integer, sympy.Integer)):
            raise SymconvError(f"{value!r} is not a whole number for '{name}'")
    for name in sorted(tensors - values.keys()):
        raise SymconvError(f"no array is given for '{name}'")
    parts = [{name: value for name, value in values.items() if name in group} for group in (names, tensors, called)]
    return parts[0], parts[1], {**parts[2], **functions}


def given(array: Any) -> Any:
    """An array with its SymPy numbers as ours."""
    if isinstance(array, Mapping):
        return {index: number(value) for index, value in array.items()}
    values = np.asarray(array)
    return np.frompyfunc(number, 1, 1)(values) if values.dtype == object else values


def number(value: Any) -> Any:
    """A SymPy number as ours, any other as it is."""
    return to_poly(value) if isinstance(value, Expr) else value


def _outside(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of numbers as callers see them."""
    return lambda value: number(function(outward(value)))


@dataclass
class _ByNumPy:
    """Arrays computed by the operators' twins, with the values of everything inside from an evaluator."""

    evaluator: Evaluator
    others: Mapping[str, list[str]]

    def check(self, node: Any) -> None:
        """Raise where the sizes do not allow the operation."""
        if isinstance(node, Operation):
            for required in node.definition.requires:
                if values_of(required.left - required.right, self.evaluator.names, object) != 0:
                    raise ShapeError(required.message, node=node)
            for need in node.definition.needs:
                if not all_satisfied([need], self.evaluator.names):
                    raise ShapeError(f"{node.operator.name} needs {need}", node=node)

    def whole(self, node: Any) -> np.ndarray | None:
        """What NumPy computes; None where it has no such function, would round, or would read a lot for few entries."""
        if not isinstance(node, Operation):
            return None
        op = node.operator
        library = op.library.partition(".")[0]
        if (library != "numpy" and library not in self.others) or op.binds or node.definition.extends:
            return None
        sparse = self.evaluator.arithmetic.sparse
        given = (t for t in nodes(node) if isinstance(t, Tensor) and t.name in sparse)
        if any(prod(self.evaluator.shape(t)) > DENSE_ARRAY for t in given):
            return None
        arguments = {name: self._argument(value) for name, value in node.arguments.items()}
        if library != "numpy":
            return self._by_another(node, library, arguments)
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
        return objects(values).reshape(self.evaluator.shape(node))

    def _by_another(self, node: Operation, library: str, arguments: Mapping[str, Any]) -> np.ndarray | None:
        """What another library computes of small integers, if it computes with these and gets integers."""
        try:
            result = np.asarray(node.operator.apply(node.operator.twin, {k: _small(v) for k, v in arguments.items()}))
        except Exception:  # whatever a library raises for entries that are no floats
            return None
        if result.dtype.kind not in "iuf":
            return None
        whole = result.astype(np.int64)
        if not np.array_equal(whole, result) or whole.shape != self.evaluator.shape(node):
            return None
        self.others[library].append(node.operator.name)
        return objects(whole.ravel().tolist()).reshape(whole.shape)

    def _argument(self, value: Any) -> Any:
        """The value of a parameter: integers for sizes, arrays for tensors, containers kept."""
        match value:
            case tuple():
                return tuple(map(self._argument, value))
            case slice():
                return slice(*map(self._argument, (value.start, value.stop, value.step)))
            case TensorExpr():
                return self.evaluator.array(value)
            case Expr():
                return plain(to_poly(value).substitute({k: Poly.of(v) for k, v in self.evaluator.names.items()}))
        return value


def _small(value: Any) -> Any:
    """An array of small integers as the machine's; raises for other arrays."""
    if not isinstance(value, np.ndarray):
        return value
    whole = np.array([operator.index(v) for v in value.flat], dtype=np.int32)
    return whole.reshape(value.shape).astype(np.int64)


def outward(value: Any) -> Any:
    """A number as callers see it: whole complex numbers as Python's, other irrational ones exact."""
    if isinstance(value, Fraction):
        return exact(value)
    if not isinstance(value, Poly):
        return value
    imaginary = (value - value.conjugate()) * Fraction(1, 2)
    parts = (plain(value - imaginary), plain(-I * imaginary))
    if all(isinstance(p, int) for p in parts):
        return complex(*parts) if parts[1] else parts[0]  # type: ignore[arg-type]
    return plain(value)


def _export(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(outward, 1, 1)(values), dtype=object)
