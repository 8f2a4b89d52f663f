"""NumPy's functions that are more than a function of tensors: grids and index arrays, parts, strides, adding at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.operators.axes import axis_number
from symconv.reading.programs.assignment.array_entries import items_of_key, places, position
from symconv.reading.programs.assignment.assignments import add_terms
from symconv.reading.programs.state.dispatch import block, constant, evaluate
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.paths import Derived, Path, require
from symconv.reading.programs.term_sums.summed_terms import element, elements, simplified, sizes_of
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.array_values import (
    assigned,
    cells_of,
    checked,
    evaluate_whole,
    number_as_argument,
    shape_of,
    sharing,
    tensor_of,
    view_of,
    whole_number,
)
from symconv.reading.programs.values.float_numbers import as_float
from symconv.reading.programs.values.index_arrays import broadcast, in_range_of, of_numbers, scattered
from symconv.reading.programs.values.series import counted


def _given(node: ast.Call, path: Path, *names: str) -> dict[str, Any]:
    """The arguments of a call by the names of its parameters."""
    values: dict[str, Any] = dict(zip(names, (evaluate(a, path) for a in node.args), strict=False))
    values |= {str(k.arg): evaluate(k.value, path) for k in node.keywords}
    if len(node.args) > len(names) or not set(values) <= set(names):
        raise path.error(f"these arguments of {path.text(node.func)} are not understood", node)
    return values


def _sizes(value: Any, path: Path, node: ast.AST) -> tuple[Poly, ...]:
    items = path.items_of(value)
    return tuple(whole_number(v, path, node) for v in (items if items is not None else (value,)))


def _reshaped(array: TensorExpr, shape: Sequence[Poly]) -> TensorExpr:
    return REGISTRY["reshape"](array, tuple(map(number_as_argument, shape)))


def _open_grid(lines: Sequence[TensorExpr]) -> tuple[TensorExpr, ...]:
    """Each line along an axis of its own."""
    rank = len(lines)
    shapes = [[ONE if j != k else sizes_of(a)[0] for j in range(rank)] for k, a in enumerate(lines)]
    return tuple(_reshaped(a, shape) for a, shape in zip(lines, shapes, strict=True))


def _full_grid(lines: Sequence[TensorExpr]) -> tuple[TensorExpr, ...]:
    shape = tuple(to_sympy(sizes_of(a)[0]) for a in lines)
    return tuple(REGISTRY["broadcast_to"](a, shape) for a in _open_grid(lines))


def _lines(values: Sequence[Any], path: Path, node: ast.AST) -> list[TensorExpr]:
    arrays = [tensor_of(v, path, node) for v in values]
    if any(len(a.axes) != 1 for a in arrays):
        raise path.error("a grid is made of lines", node)
    return arrays


def _meshgrid(node: ast.Call, path: Path) -> Any:
    keywords = {k.arg: evaluate(k.value, path) for k in node.keywords}
    lines = _lines([evaluate(a, path) for a in node.args], path, node)
    is_open, order = keywords.get("sparse", False), keywords.get("indexing", "xy")
    is_copy = keywords.get("copy", True) is True
    if set(keywords) - {"sparse", "indexing", "copy"} or not is_copy or order not in ("xy", "ij"):
        raise path.error("these arguments of meshgrid are not understood", node)
    swapped = order == "xy" and len(lines) > 1
    lines = [lines[1], lines[0], *lines[2:]] if swapped else lines
    grid = (_open_grid if is_open else _full_grid)(lines)
    return (grid[1], grid[0], *grid[2:]) if swapped else grid


def _range_line(size: Poly, path: Path) -> TensorExpr:
    return of_numbers((size,), Poly.name(element(1)[0]), path)


def _indices(node: ast.Call, path: Path) -> Any:
    given = _given(node, path, "dimensions", "dtype", "sparse")
    lines = [_range_line(s, path) for s in _sizes(given["dimensions"], path, node)]
    return (_open_grid if given.get("sparse") else _full_grid)(lines)


def _line_of(part: ast.expr, path: Path) -> TensorExpr:
    """The numbers of a slice in np.mgrid[…] or np.r_[…]."""
    if not isinstance(part, ast.Slice) or part.upper is None:
        raise path.error("a grid is made of slices with an end", part)
    start = ZERO if part.lower is None else evaluate_whole(part.lower, path)
    stop = evaluate_whole(part.upper, path)
    step = ONE if part.step is None else evaluate_whole(part.step, path)
    if step.integer is None or step.integer < 1:
        raise path.error("the step of this slice", part, "np.arange takes every step")
    count = (stop - start + step - 1) // step
    require(Compare(count, ">="), path, part, "this range may run backwards")
    return of_numbers((count,), start + step * Poly.name(element(1)[0]), path)


def _grid_of(is_open: bool, node: ast.Subscript, path: Path) -> Any:
    several = isinstance(node.slice, ast.Tuple)
    lines = [_line_of(p, path) for p in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]
    grid = (_open_grid if is_open else _full_grid)(lines)
    return grid if several else grid[0]


def _row_of(node: ast.Subscript, path: Path) -> TensorExpr:
    """np.r_[a, 0, b]: pieces one after the other."""
    pieces: list[TensorExpr] = []
    for part in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
        if isinstance(part, ast.Slice):
            pieces.append(_line_of(part, path))
            continue
        value = evaluate(part, path)
        if isinstance(value, str):
            raise path.error("a directive in np.r_", part, "use np.concatenate")
        array = tensor_of(value, path, part)
        pieces.append(array if array.axes else _reshaped(array, (ONE,)))
    return checked(REGISTRY["concatenate"](pieces, 0), path, node)


def _columns_of(node: ast.Subscript, path: Path) -> TensorExpr:
    """np.c_[a, b]: pieces beside one another."""
    written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    arrays = [tensor_of(evaluate(p, path), path, p) for p in written]
    arrays = [_reshaped(a, (*sizes_of(a), ONE)) if len(a.axes) == 1 else a for a in arrays]
    return checked(REGISTRY["concatenate"](arrays, -1), path, node)


def _open_mesh(node: ast.Call, path: Path) -> Any:
    """np.ix_(rows, columns)."""
    return _open_grid(_lines([evaluate(a, path) for a in node.args], path, node))


def _taken(node: ast.Call, path: Path) -> Any:
    """np.take(a, indices, axis)."""
    given = _given(node, path, "a", "indices", "axis")
    return taken(given["a"], given["indices"], given.get("axis"), path, node)


def taken(array: Any, indices: Any, axis: Any, path: Path, node: ast.AST) -> Any:
    """The entries of an array at indices along an axis; without one, of all entries in a row."""
    if axis is None:
        array = _reshaped(tensor_of(array, path, node), (Poly.of(-1),))
    ref = view_of(array, path, node)
    place = 0 if axis is None else axis_number(whole_number(axis, path, node).integer or 0, len(ref.shape), "take")
    every = [ast.copy_location(ast.Slice(), node) for _ in range(place)]
    key = ast.Tuple([*every, constant(indices, node)], ast.Load())
    part = evaluate(ast.copy_location(ast.Subscript(constant(ref, node), key, ast.Load()), node), path)
    return tensor_of(part, path, node) if isinstance(part, Ref) else part


def _split(name: str, node: ast.Call, path: Path) -> Any:
    """np.split(a, parts, axis): equal parts, or those between places; np.array_split's first ones may be longer."""
    given = _given(node, path, "ary", "indices_or_sections", "axis")
    axis = whole_number(given.get("axis", ONE if name == "hsplit" else ZERO), path, node).integer or 0
    ref = view_of(given["ary"], path, node)
    array = given["ary"] if isinstance(given["ary"], Derived) else ref
    size = ref.shape[axis_number(axis, len(ref.shape), "split")]
    parts, cuts = given["indices_or_sections"], path.items_of(given["indices_or_sections"])
    if cuts is None:
        count = whole_number(parts, path, node).integer
        if count is None or not 1 <= count <= 64:
            raise path.error("into how many parts is not known", node)
        each = size // count
        equal = Compare(size - each * count, "==")
        if name != "array_split":
            require(equal, path, node, f"{size} entries are not {count} equal parts")
        widths = [each if path.known.implies(equal) else (size + count - 1 - k) // count for k in range(count)]
        bounds = [*(Poly.sum(widths[:k]) for k in range(count)), size]
    else:
        bounds = [ZERO, *(whole_number(c, path, node) for c in cuts), size]
    every = [ast.copy_location(ast.Slice(), node) for _ in range(axis_number(axis, len(ref.shape), "split"))]
    pieces = [ast.Slice(constant(a, node), constant(b, node)) for a, b in zip(bounds, bounds[1:], strict=False)]
    keys = [ast.Tuple([*every, ast.copy_location(p, node)], ast.Load()) for p in pieces]
    return [evaluate(ast.copy_location(ast.Subscript(constant(array, node), k, ast.Load()), node), path) for k in keys]


def _add_at(sign: int, node: ast.Call, path: Path) -> None:
    """np.add.at(a, indices, values)."""
    given = _given(node, path, "a", "indices", "b")
    ref = given["a"]
    if not isinstance(ref, Ref):
        raise path.error("only the entries of an array can be added to", node)
    parts = items_of_key(constant(given["indices"], node), path)
    chosen = places(ref, parts, path, node)
    add_terms(ref, scattered(ref, chosen, given["b"], path, node, sign), given["b"], path, node)


# Strides


def strides_of(value: Any, rank: int, path: Path) -> tuple[Poly, ...]:
    """The strides of an array, of which nothing is known but that they are its own."""
    known = path.reading.strided
    number = known.setdefault(value, len(known))
    return tuple(Poly.name(f"{number}.stride.{k}") for k in range(rank))


def _strided(node: ast.Call, path: Path) -> Any:
    """as_strided(x, shape, strides), the strides being sums of multiples of those of x."""
    given = _given(node, path, "x", "shape", "strides", "writeable", "subok")
    value = given["x"]
    ref = view_of(value, path, node)
    own = strides_of(value, len(ref.shape), path)
    shape = _sizes(given.get("shape", ref.shape), path, node)
    strides = path.items_of(given.get("strides", own))
    if strides is None or len(strides) != len(shape) or not all(isinstance(s, Poly) for s in strides):
        raise path.error("as many strides as sizes are needed", node)
    names = element(len(shape))
    inside = [ZERO] * len(own)
    for name, stride in zip(names, strides, strict=True):
        left = stride
        for k, one in enumerate(own):
            (symbol,) = one.names
            factor = stride.substitute({symbol: ONE}) - stride.substitute({symbol: ZERO})
            inside[k] = inside[k] + factor * Poly.name(name)
            left = left - factor * one
        if left or any(".stride." in n for p in inside for n in p.names):
            hint = "multiples of the array's own strides are: s, = x.strides; as_strided(x, shape, (2 * s, s))"
            raise path.error(f"'{path.text(node)}' has strides that are not understood", node, hint)
    for size in shape:
        require(Compare(size, ">="), path, node, f"the size {size} is negative")
    facts = elements(shape, path.known)
    inside = [in_range_of(p, size, facts, path, node) for p, size in zip(inside, ref.shape, strict=True)]
    at = dict(zip(element(len(ref.shape)), inside, strict=True))

    def read(now: Path) -> TensorExpr:
        known = elements(shape, now.known)
        return array_of(shape, simplified([t.at(at) for t in assigned(ref, now, node)], known), known)

    read(path)
    return Derived(read, shape, cells_of(ref))


def _unraveled(node: ast.Call, path: Path) -> Any:
    """np.unravel_index(k, shape)."""
    given = _given(node, path, "indices", "shape")
    rest, digits = whole_number(given["indices"], path, node), []
    for size in reversed(_sizes(given["shape"], path, node)[1:]):
        digits.append(rest % size)
        rest = rest // size
    return (rest, *reversed(digits))


def _fill_diagonal(node: ast.Call, path: Path) -> None:
    """np.fill_diagonal(a, value) of a matrix: a loop over its shorter side."""
    given = _given(node, path, "a", "val")
    matrix = given["a"]
    if not isinstance(matrix, Ref) or len(matrix.shape) != 2 or shape_of(given["val"]):
        raise path.error("np.fill_diagonal is understood for a matrix and a number", node, "write a loop")
    name = path.reading.fresh("k")
    places = constant(counted(ZERO, extremum("min", matrix.shape)), node)
    at = ast.Tuple([ast.Name(name, ast.Load())] * 2, ast.Load())
    entry = ast.Subscript(constant(matrix, node), at, ast.Store())
    loop = ast.For(ast.Name(name, ast.Store()), places, [ast.Assign([entry], constant(given["val"], node))], [])
    (after,) = block([ast.fix_missing_locations(ast.copy_location(loop, node))], path)
    path.go_on_as(after)


def _raveled(node: ast.Call, path: Path) -> Any:
    """np.ravel_multi_index((i, j), shape)."""
    given = _given(node, path, "multi_index", "dims")
    at = _sizes(given["multi_index"], path, node)
    shape = _sizes(given["dims"], path, node)
    flat = ZERO
    for index, size in zip(at, shape, strict=True):
        flat = flat * size + position(index, size, path, node)
    return flat


def _number(node: ast.Call, path: Path) -> Any:
    """np.float64(…)."""
    (value,) = (evaluate(a, path) for a in node.args)
    if isinstance(value, (Poly, TensorExpr)):
        return as_float(value) if isinstance(value, Poly) else value
    return sharing(tensor_of(value, path, node), cells_of(value), path)


def _broadcast_arrays(node: ast.Call, path: Path) -> Any:
    values = [evaluate(a, path) for a in node.args]
    arrays = [tensor_of(v, path, node) for v in values]
    shape = tuple(map(to_sympy, broadcast([sizes_of(a) for a in arrays], path, node)))
    spread = [REGISTRY["broadcast_to"](a, shape) for a in arrays]
    return tuple(sharing(a, cells_of(v), path) for a, v in zip(spread, values, strict=True))


FUNCTIONS: Mapping[str, Callable[[Any, Path], Any]] = {
    "numpy.meshgrid": _meshgrid,
    "numpy.indices": _indices,
    "numpy.mgrid[]": lambda node, path: _grid_of(False, node, path),
    "numpy.ogrid[]": lambda node, path: _grid_of(True, node, path),
    "numpy.r_[]": _row_of,
    "numpy.c_[]": _columns_of,
    "numpy.ix_": _open_mesh,
    "numpy.take": _taken,
    **{f"numpy.{name}": partial(_split, name) for name in ("split", "hsplit", "vsplit", "array_split")},
    "numpy.add.at": lambda node, path: _add_at(1, node, path),
    "numpy.subtract.at": lambda node, path: _add_at(-1, node, path),
    "numpy.lib.stride_tricks.as_strided": _strided,
    "numpy.fill_diagonal": _fill_diagonal,
    "numpy.unravel_index": _unraveled,
    "numpy.ravel_multi_index": _raveled,
    "numpy.broadcast_arrays": _broadcast_arrays,
    **dict.fromkeys(("numpy.float64", "numpy.float32", "numpy.double", "numpy.complex128"), _number),
}
"""How they are read; those with brackets are subscripted."""
