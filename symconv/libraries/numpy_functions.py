"""Functions of NumPy that are written with operators: what `library_table` knows beside the operators themselves."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from itertools import chain, count, islice
from operator import mul
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, Poly, extremum
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_argument, to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.libraries.naming import Made, naming
from symconv.operators.axes import axis_numbers
from symconv.operators.conditional import written

COMPOSED: dict[str, Made] = {
    "numpy.convolve": lambda a, v, mode="full": _slid("convolve", a, v, mode),
    "numpy.correlate": lambda a, v, mode="valid": _slid("correlate", a, v, mode),
    "numpy.square": lambda x: REGISTRY["power"](x, 2),
    "numpy.zeros_like": lambda a, dtype=None: REGISTRY["zeros"](as_tensor(a).shape),
    "numpy.ones_like": lambda a, dtype=None: REGISTRY["ones"](as_tensor(a).shape),
    "numpy.full_like": lambda a, fill_value, dtype=None: (
        REGISTRY["ones"](as_tensor(a).shape) * kept_in(dtype, fill_value)
    ),
    "numpy.full": lambda shape, fill_value, dtype=None: REGISTRY["ones"](shape) * kept_in(dtype, fill_value),
    "numpy.astype": lambda x, dtype: kept_in(dtype, x),
    "numpy.matrix_transpose": lambda x: REGISTRY["swapaxes"](x, -1, -2),
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


composed = naming(COMPOSED, "numpy")


_TYPES_OF_TORCH = {"half": "float16", "bfloat16": "float32", "cfloat": "complex64", "cdouble": "complex128"}


def kind_of_type(dtype: Any) -> str | None:
    """What kind of numbers a type of entries holds, by NumPy's letter for it: f for floats, c for complex ones."""
    try:
        return np.dtype(_TYPES_OF_TORCH.get(dtype, dtype)).kind
    except TypeError:
        return None


def is_exact_type(dtype: Any) -> bool:
    """Whether a type of entries keeps numbers as they are: floats and complex numbers do, integers cut them off."""
    return dtype is None or kind_of_type(dtype) in ("f", "c")


def kept_in(dtype: Any, value: Any) -> TensorExpr:
    """An array whose entries a type of entries keeps as they are; raises `Unsupported` where it would not."""
    array = as_tensor(value)
    if not is_exact_type(dtype):
        raise Unsupported(f"entries of type {dtype!r} cut numbers off", hint="use float or complex")
    if dtype is not None and kind_of_type(dtype) == "f" and is_complex(array):
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
    short, long = extremum("min", [n, m]), extremum("max", [n, m])
    match mode:
        case "full":
            return full
        case "valid" if short == m:
            return REGISTRY[name](first, second, "valid")
        case "valid":
            return full[to_argument(short - 1) : to_argument(long)]
        case "same":
            return _cut(full, n, m, ((m - 1) // 2, (n - 1) // 2 if name == "convolve" else n // 2), long)
    raise ShapeError(f"numpy.{name}: mode {mode!r} is not one of 'full', 'same', 'valid'")


@composed("ndarray.flatten")
def flatten(a: Any, order: str = "C") -> TensorExpr:
    return REGISTRY["ravel"](a, order)


def _rows(value: Any, rank: int) -> TensorExpr:
    """An array with at least this many axes, the new ones in front."""
    array = as_tensor(value)
    return array[(None,) * (rank - len(array.axes)) + (Ellipsis,)] if len(array.axes) < rank else array


@composed("atleast_1d")
def atleast_1d(array: Any) -> TensorExpr:
    return _line(array, "atleast_1d") if not as_tensor(array).axes else as_tensor(array)


@composed("atleast_2d")
def atleast_2d(array: Any) -> TensorExpr:
    return _rows(atleast_1d(array), 2)


@composed("append")
def append(arr: Any, values: Any, axis: Any = None) -> TensorExpr:
    """numpy.append: the array, then the values, both in a row where no axis is given."""
    pieces = [as_tensor(arr), as_tensor(values)]
    if axis is None:
        pieces = [REGISTRY["ravel"](p) if len(p.axes) != 1 else p for p in map(atleast_1d, pieces)]
    return REGISTRY["concatenate"](pieces, 0 if axis is None else axis)


@composed("insert")
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> TensorExpr:
    """numpy.insert of one value, or one slice, at a place."""
    array = as_tensor(arr)
    if axis is None and len(array.axes) != 1:
        array, axis = REGISTRY["ravel"](array), 0
    place = axis_numbers(0 if axis is None else axis, len(array.axes), "numpy.insert")[0]
    if isinstance(obj, (tuple, list, TensorExpr)):
        raise Unsupported("numpy.insert at several places", hint="join the pieces by np.concatenate")
    every = (slice(None),) * place
    first, second = (*every, slice(None, obj)), (*every, slice(obj, None))
    before, after = array[first], array[second]
    value = as_tensor(values)
    if len(array.axes) == 1 and len(value.axes) > 1:
        raise ShapeError(f"numpy.insert: values with {len(value.axes)} axes")
    if len(array.axes) > 1:
        sizes = [a.size for k, a in enumerate(array.axes) if k != place]
        value = REGISTRY["broadcast_to"](value, tuple(map(to_sympy, sizes)))
        column = (*every, None)
        value = value[column]
    whole: TensorExpr = REGISTRY["concatenate"]([before, atleast_1d(value), after], place)
    size = array.axes[place].size
    if not isinstance(obj, int) or obj == 0 or size.integer is not None and -size.integer <= obj <= size.integer:
        return whole
    if size.integer is not None:
        raise ShapeError(f"numpy.insert: place {obj} of {size} entries")
    inside: TensorExpr = REGISTRY["needing"](whole, written((Compare(size - abs(obj), ">="),)))
    return inside


@composed("delete")
def delete(arr: Any, obj: Any, axis: Any = None) -> TensorExpr:
    """numpy.delete of one entry, or one slice, at a place that is a number."""
    array = as_tensor(arr)
    if axis is None and len(array.axes) != 1:
        array, axis = REGISTRY["ravel"](array), 0
    place = axis_numbers(0 if axis is None else axis, len(array.axes), "numpy.delete")[0]
    if not isinstance(obj, int) or isinstance(obj, bool):
        raise Unsupported("numpy.delete of anything but one entry at a number", hint="join the pieces that are left")
    every = (slice(None),) * place
    keys = [(*every, slice(None, obj)), (*every, slice(obj + 1, None))]
    pieces = [array[key] for key in keys[: 1 if obj == -1 else 2]]
    return REGISTRY["concatenate"](pieces, place) if len(pieces) > 1 else pieces[0]


@composed("column_stack")
def column_stack(tup: Any) -> TensorExpr:
    arrays = map(as_tensor, tup)
    return REGISTRY["concatenate"]([a[:, None] if len(a.axes) == 1 else a for a in arrays], 1)


@composed("dstack")
def dstack(tup: Any) -> TensorExpr:
    arrays = (_rows(a, 2) for a in tup)
    return REGISTRY["concatenate"]([a[:, :, None] if len(a.axes) == 2 else a for a in arrays], 2)


@composed("row_stack")
def row_stack(tup: Any) -> TensorExpr:
    return REGISTRY["concatenate"]([_rows(a, 2) for a in tup], 0)


@composed("ediff1d")
def ediff1d(ary: Any) -> TensorExpr:
    return REGISTRY["diff"](REGISTRY["ravel"](ary))


@composed("asfortranarray", "require")
def asfortranarray(a: Any, dtype: Any = None) -> TensorExpr:
    return kept_in(dtype, a)


@composed("var")
def var(a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> TensorExpr:
    """numpy.var of real numbers: the mean of the squares of the differences from the mean."""
    array = as_tensor(a)
    if is_complex(array):
        raise Unsupported("numpy.var of complex numbers")
    around = array - REGISTRY["mean"](array, axis, keepdims=True)
    count = reduce(mul, (array.axes[k].size for k in axis_numbers(axis, len(array.axes), "numpy.var")), ONE)
    total = REGISTRY["sum"](REGISTRY["power"](around, 2), axis, keepdims=keepdims)
    return total / (to_sympy(count) - ddof)


@composed("trapezoid", "trapz")
def trapezoid(y: Any, dx: Any = 1) -> TensorExpr:
    """numpy.trapezoid of a line with equal steps."""
    line = _line(y, "trapezoid")
    return REGISTRY["sum"](line[1:] + line[:-1]) * dx / 2


@composed("linspace")
def linspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True) -> TensorExpr:
    """numpy.linspace between numbers, for at least two of them."""
    steps = num - 1 if endpoint else num
    if isinstance(num, int) and num < 2:
        raise Unsupported("numpy.linspace of fewer than 2 numbers")
    return as_tensor(start) + REGISTRY["arange"](num) * as_tensor((as_tensor(stop) - as_tensor(start)) / steps)


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
    return to_argument(total)


@composed("where")
def where(condition: Any, x: Any, y: Any) -> TensorExpr:
    """numpy.where, the condition being an array of truth values written out."""
    if isinstance(condition, TensorExpr):
        raise Unsupported("numpy.where: a condition on entries has no index formula", hint="give an array of bools")
    mask = np.asarray(condition)
    if mask.dtype != bool:
        raise Unsupported("numpy.where: the condition is not an array of truth values")
    return as_tensor(mask.astype(int)) * x + as_tensor((~mask).astype(int)) * y
