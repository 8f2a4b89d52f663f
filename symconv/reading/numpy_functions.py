"""Functions of NumPy that are written with operators: what `library_table` knows beside the operators themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import reduce
from itertools import chain, count, islice
from operator import mul
from typing import Any

import numpy as np
from sympy import Integer

from symconv.algebra.polynomials import ONE, Poly, extremum
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.operators.axes import axis_number, axis_numbers
from symconv.operators.conditional import written

Made = Callable[..., Any]

COMPOSED: dict[str, Made] = {
    "numpy.convolve": lambda a, v, mode="full": _slid("convolve", a, v, mode),
    "numpy.correlate": lambda a, v, mode="valid": _slid("correlate", a, v, mode),
    "numpy.square": lambda x: REGISTRY["power"](x, 2),
    "numpy.fliplr": lambda m: REGISTRY["flip"](m, 1),
    "numpy.flipud": lambda m: REGISTRY["flip"](m, 0),
    "numpy.identity": lambda n, dtype=None: REGISTRY["eye"](n),
    "numpy.zeros_like": lambda a, dtype=None: REGISTRY["zeros"](as_tensor(a).shape),
    "numpy.ones_like": lambda a, dtype=None: REGISTRY["ones"](as_tensor(a).shape),
    "numpy.full_like": lambda a, fill_value, dtype=None: (
        REGISTRY["ones"](as_tensor(a).shape) * kept_in(dtype, fill_value)
    ),
    "numpy.full": lambda shape, fill_value, dtype=None: REGISTRY["ones"](shape) * kept_in(dtype, fill_value),
    "numpy.astype": lambda x, dtype: kept_in(dtype, x),
    "numpy.matrix_transpose": lambda x: swapaxes(x, -1, -2),
    "numpy.vecdot": lambda x1, x2: REGISTRY["sum"](REGISTRY["multiply"](REGISTRY["conj"](x1), x2), -1),
    "numpy.linalg.multi_dot": lambda arrays: reduce(REGISTRY["dot"], arrays),
    "numpy.shape": lambda a: as_tensor(a).shape,
    "numpy.ndim": lambda a: len(as_tensor(a).axes),
    **dict.fromkeys(
        (f"numpy.{name}" for name in "positive copy asarray ascontiguousarray asanyarray real_if_close".split()),
        lambda a: as_tensor(a),
    ),
}
"""Functions of NumPy that are written with operators, by full name; longer ones follow."""


def composed(*names: str) -> Callable[[Made], Made]:
    """Register a function as what NumPy means by these names."""

    def register(make: Made) -> Made:
        COMPOSED.update(dict.fromkeys((f"numpy.{name}" for name in names), make))
        return make

    return register


def is_exact_type(dtype: Any) -> bool:
    """Whether a type of entries keeps numbers as they are: floats and complex numbers do, integers cut them off."""
    if dtype is None or dtype in (float, complex, "float", "complex"):
        return True
    try:
        return np.dtype(dtype).kind in "fc"
    except TypeError:
        return False


def kept_in(dtype: Any, value: Any) -> TensorExpr:
    """An array whose entries a type of entries keeps as they are; raises `Unsupported` where it would not."""
    array = as_tensor(value)
    if not is_exact_type(dtype):
        raise Unsupported(f"entries of type {dtype!r} cut numbers off", hint="use float or complex")
    if dtype is not None and np.dtype(dtype).kind == "f" and is_complex(array):
        raise Unsupported(f"entries of type {dtype!r} have no imaginary part", hint="take the real part: np.real(…)")
    return array


def _names(array: TensorExpr) -> set[str]:
    return {str(s) for s in array.free_symbols}


def _index_names(letters: str, taken: Collection[str], number: int) -> list[str]:
    """Names for indices that are not taken, letters first."""
    names = chain(letters.split(), (f"i{k}" for k in count(1)))
    return list(islice((n for n in names if n not in taken), number))


def _line(value: Any, name: str) -> TensorExpr:
    array = as_tensor(value)
    if len(array.axes) > 1:
        raise ShapeError(f"numpy.{name}: the array has {len(array.axes)} axes; it takes one")
    return array if array.axes else REGISTRY["reshape"](array, (1,))


def _cut(full: TensorExpr, first: Poly, second: Poly, starts: tuple[Poly, Poly], length: Poly) -> TensorExpr:
    """A piece of the full result that starts at one place if the first array is as long as the second, else another."""
    difference = (first - second).constant
    if difference is not None:
        start = starts[0] if difference >= 0 else starts[1]
        return full[to_sympy(start) : to_sympy(start + length)]
    (index,) = _index_names("m n i j", _names(full) | (first + second).names, 1)
    at = Poly.name(index)
    pieces = [
        REGISTRY["when"](full[to_sympy(at + start)], written((Compare(condition, ">="),)))
        for start, condition in zip(starts, (first - second, second - first - 1), strict=True)
    ]
    return REGISTRY["index_stack"](pieces[0] + pieces[1], index, to_sympy(length))


def _slid(name: str, a: Any, v: Any, mode: Any) -> TensorExpr:
    """NumPy's convolve and correlate: the same numbers as SciPy's "full", cut as NumPy does."""
    first, second = _line(a, name), _line(v, name)
    n, m = first.axes[0].size, second.axes[0].size
    full = REGISTRY[name](first, second, "full")
    mode = {0: "valid", 1: "same", 2: "full", "v": "valid", "s": "same", "f": "full"}.get(mode, mode)
    difference = (n - m).constant
    short, long = extremum("min", [n, m]), extremum("max", [n, m])
    match mode:
        case "full":
            return full
        case "valid" if difference is not None and difference >= 0:
            return REGISTRY[name](first, second, "valid")
        case "valid":
            return _cut(full, n, m, (m - 1, n - 1), long - short + 1)
        case "same":
            return _cut(full, n, m, ((m - 1) // 2, (n - 1) // 2 if name == "convolve" else n // 2), long)
    raise ShapeError(f"numpy.{name}: mode {mode!r} is not one of 'full', 'same', 'valid'")


@composed("ndarray.flatten")
def flatten(a: Any, order: str = "C") -> TensorExpr:
    return REGISTRY["ravel"](a, order)


@composed("expand_dims")
def expand_dims(a: Any, axis: Any) -> TensorExpr:
    array = as_tensor(a)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = len(array.axes) + len(axes)
    new = [axis_number(k, rank, "numpy.expand_dims") for k in axes]
    return array[tuple(None if k in new else slice(None) for k in range(rank))]


@composed("squeeze")
def squeeze(a: Any, axis: Any = None) -> TensorExpr:
    """numpy.squeeze of axes of size 1."""
    array = as_tensor(a)
    if axis is None and any(x.size.constant is None for x in array.axes):
        shown = ", ".join(str(x.size) for x in array.axes)
        raise Unsupported(f"numpy.squeeze: which of the sizes {shown} are 1 is not known", hint="name an axis")
    chosen = (
        [k for k, x in enumerate(array.axes) if x.size == 1]
        if axis is None
        else axis_numbers(tuple(axis) if isinstance(axis, (tuple, list)) else axis, len(array.axes), "numpy.squeeze")
    )
    for k in chosen:
        if array.axes[k].size != 1:
            raise ShapeError(f"numpy.squeeze: the size {array.axes[k].size} of axis {k} is not 1")
    return array[tuple(0 if k in chosen else slice(None) for k in range(len(array.axes)))] if chosen else array


@composed("swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> TensorExpr:
    array = as_tensor(a)
    order = list(range(len(array.axes)))
    first, second = (axis_number(k, len(order), "numpy.swapaxes") for k in (axis1, axis2))
    order[first], order[second] = order[second], order[first]
    return REGISTRY["transpose"](array, tuple(order))


@composed("moveaxis")
def moveaxis(a: Any, source: Any, destination: Any) -> TensorExpr:
    array = as_tensor(a)
    rank = len(array.axes)
    pair = [tuple(v) if isinstance(v, (tuple, list)) else (v,) for v in (source, destination)]
    taken, places = (axis_numbers(v, rank, "numpy.moveaxis") for v in pair)
    if len(taken) != len(places):
        raise ShapeError("numpy.moveaxis: source and destination are of different length")
    order = [k for k in range(rank) if k not in taken]
    for place, k in sorted(zip(places, taken, strict=True)):
        order.insert(place, k)
    return REGISTRY["transpose"](array, tuple(order))


@composed("hstack")
def hstack(tup: Any) -> TensorExpr:
    arrays = [as_tensor(a) for a in tup]
    return REGISTRY["concatenate"](arrays, 0 if len(arrays[0].axes) == 1 else 1)


@composed("vstack")
def vstack(tup: Any) -> TensorExpr:
    arrays = [a if len(a.axes) > 1 else REGISTRY["reshape"](a, (1, -1)) for a in map(as_tensor, tup)]
    return REGISTRY["concatenate"](arrays, 0)


@composed("diff")
def diff(a: Any, n: int = 1, axis: int = -1) -> TensorExpr:
    array = as_tensor(a)
    place = axis_number(axis, len(array.axes), "numpy.diff")
    before = (slice(None),) * place
    for _ in range(n):
        array = array[before + (slice(1, None),)] - array[before + (slice(None, -1),)]
    return array


@composed("cumsum")
def cumsum(a: Any, axis: Any = None) -> TensorExpr:
    """numpy.cumsum: sums of the entries up to each index."""
    array = as_tensor(a)
    if axis is None:
        if len(array.axes) != 1:
            raise Unsupported("numpy.cumsum of a flattened array", hint="name an axis")
        axis = 0
    place = axis_number(axis, len(array.axes), "numpy.cumsum")
    row, column = _index_names("m u n v", _names(array), 2)
    size = to_sympy(array.axes[place].size)
    at = [to_sympy(Poly.name(n)) for n in (row, column)]
    entry = array[(slice(None),) * place + (at[1],)]
    rows = REGISTRY["index_stack"](REGISTRY["index_sum"](entry, column, 0, at[0] + 1), row, size)
    return moveaxis(rows, 0, place)


@composed("diagonal")
def diagonal(a: Any, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> TensorExpr:
    """numpy.diagonal of a matrix."""
    array = as_tensor(a)
    if len(array.axes) != 2 or offset != 0 or (axis1, axis2) != (0, 1):
        raise Unsupported("numpy.diagonal is known for the main diagonal of a matrix")
    (name,) = _index_names("m n", _names(array), 1)
    at = to_sympy(Poly.name(name))
    length = extremum("min", [array.axes[0].size, array.axes[1].size])
    return REGISTRY["index_stack"](array[at, at], name, to_sympy(length))


@composed("average")
def average(a: Any, axis: Any = None, weights: Any = None) -> TensorExpr:
    """numpy.average without weights."""
    if weights is not None:
        raise Unsupported("numpy.average with weights is not known for symbolic tensors")
    return REGISTRY["mean"](a, axis)


@composed("size")
def size(a: Any, axis: Any = None) -> Any:
    array = as_tensor(a)
    total = reduce(mul, (array.axes[place].size for place in axis_numbers(axis, len(array.axes), "numpy.size")), ONE)
    return int(total.integer) if total.integer is not None else to_sympy(total)


@composed("where")
def where(condition: Any, x: Any, y: Any) -> TensorExpr:
    """numpy.where, the condition being an array of truth values written out."""
    if isinstance(condition, TensorExpr):
        raise Unsupported("numpy.where: a condition on entries has no index formula", hint="give an array of bools")
    mask = np.asarray(condition)
    if mask.dtype != bool:
        raise Unsupported("numpy.where: the condition is not an array of truth values")
    return as_tensor(mask.astype(int)) * x + as_tensor((~mask).astype(int)) * y


@composed("tril")
def tril(m: Any, k: int = 0) -> TensorExpr:
    """numpy.tril of a matrix: its entries on and below a diagonal."""
    return _triangle(m, k, 1, "tril")


@composed("triu")
def triu(m: Any, k: int = 0) -> TensorExpr:
    """numpy.triu of a matrix: its entries on and above a diagonal."""
    return _triangle(m, k, -1, "triu")


def _triangle(m: Any, k: int, sign: int, name: str) -> TensorExpr:
    array = as_tensor(m)
    if len(array.axes) != 2:
        raise Unsupported(f"numpy.{name} is known for matrices")
    row, column = _index_names("m n i j", _names(array), 2)
    at = [Poly.name(row), Poly.name(column)]
    kept = Compare((at[0] - at[1] + k) * sign, ">=")
    entry = REGISTRY["when"](array[tuple(map(to_sympy, at))], written((kept,)))
    for index, axis in reversed(list(zip((row, column), array.axes, strict=True))):
        entry = REGISTRY["index_stack"](entry, index, to_sympy(axis.size))
    return entry


@composed("tile")
def tile(A: Any, reps: Any) -> TensorExpr:
    """numpy.tile: copies side by side."""
    array = as_tensor(A)
    counts = tuple(reps) if isinstance(reps, (tuple, list)) else (reps,)
    rank = max(len(counts), len(array.axes))
    array = array[(None,) * (rank - len(array.axes)) + (Ellipsis,)] if rank > len(array.axes) else array
    for axis, number in enumerate((1,) * (rank - len(counts)) + counts):
        if not isinstance(number, (int, Integer)) or number < 1:
            raise Unsupported(f"numpy.tile: {number} copies", hint="it takes numbers of 1 or more")
        if number > 1:
            array = REGISTRY["concatenate"]([array] * int(number), axis)
    return array
