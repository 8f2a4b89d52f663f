"""Functions of functions, as the loops that they stand for: JAX's vmap, fori_loop and scan, apply_along_axis."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.reading.programs.state.dispatch import apply, block, constant, evaluate
from symconv.reading.programs.state.paths import Path, require
from symconv.reading.programs.values.array_values import checked, shape_of, tensor_of


@dataclass(frozen=True)
class Mapped:
    """A function that is called for each place along an axis of its arguments."""

    function: Any
    in_axes: Any
    out_axis: int


def vmap(node: ast.Call, path: Path) -> Mapped:
    """jax.vmap."""
    names = ("fun", "in_axes", "out_axes")
    if len(node.args) > 3 or any(k.arg not in names for k in node.keywords):
        raise path.error("these arguments of vmap are not understood", node, "it takes in_axes and out_axes")
    given = dict(zip(names, (evaluate(a, path) for a in node.args), strict=False))
    given |= {str(k.arg): evaluate(k.value, path) for k in node.keywords}
    out = given.get("out_axes", Poly.of(0))
    if not isinstance(out, Poly) or out.integer is None:
        raise path.error("out_axes is one number here", node)
    return Mapped(given["fun"], given.get("in_axes", Poly.of(0)), out.integer)


def mapped(function: Mapped, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.Call) -> Any:
    """What a function makes of arrays, place by place along their axes."""
    axes = path.items_of(function.in_axes) or (function.in_axes,) * len(args)
    if kwargs or len(axes) != len(args) or not all(a is None or isinstance(a, Poly) for a in axes):
        raise path.error("in_axes says an axis or None for each argument", node)
    sizes: list[Poly] = []
    parts: list[ast.expr] = []
    index = ast.copy_location(ast.Name("place", ast.Load()), node)
    for value, axis in zip(args, axes, strict=True):
        shape = shape_of(value)
        if axis is None:
            parts.append(constant(value, node))
            continue
        if shape is None or axis.integer is None or not -len(shape) <= axis.integer < len(shape):
            raise path.error("vmap runs along an axis of an array", node)
        place = axis.integer % len(shape)
        sizes.append(shape[place])
        key = ast.Tuple([*[ast.Slice()] * place, index], ast.Load())
        parts.append(ast.copy_location(ast.Subscript(constant(value, node), key, ast.Load()), node))
    if not sizes:
        raise path.error("vmap has no axis to run along", node)
    for size in sizes[1:]:
        require(Compare(size - sizes[0], "=="), path, node, f"the sizes {sizes[0]} and {size} differ")
    call = ast.Call(constant(function.function, node), parts, [])
    array = _place_by_place(call, sizes[0], path, node)
    return checked(REGISTRY["moveaxis"](array, 0, function.out_axis), path, node) if function.out_axis else array


def _place_by_place(call: ast.Call, size: Poly, path: Path, node: ast.AST) -> TensorExpr:
    """The array of what a call gives at each place below a size."""
    loop = ast.comprehension(ast.Name("place", ast.Store()), _range(constant(size, node)), [], 0)
    listed = ast.fix_missing_locations(ast.copy_location(ast.ListComp(call, [loop]), node))
    return tensor_of(evaluate(listed, path), path, node)


def _range(*bounds: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("range", ast.Load()), list(bounds), [])


def _named(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def fori_loop(node: ast.Call, path: Path) -> Any:
    """jax.lax.fori_loop: state = body(i, state) for i from one bound to below another."""
    if len(node.args) != 4 or any(k.arg != "unroll" for k in node.keywords):
        raise path.error("fori_loop takes lower, upper, body and a first state", node)
    lower, upper, body, first = (constant(evaluate(a, path), node) for a in node.args)
    step = ast.Call(body, [ast.Name("step", ast.Load()), ast.Name("state", ast.Load())], [])
    inner = path.taking(())
    return _inside(inner, path, [
        _named("state", first),
        ast.For(ast.Name("step", ast.Store()), _range(lower, upper), [_named("state", step)], []),
    ], ["state"], node)[0]  # fmt: skip


def scan(node: ast.Call, path: Path) -> tuple[Any, Any]:
    """jax.lax.scan: state, y = body(state, x) for the rows x of an array, and the array of all y."""
    if len(node.args) != 3 or node.keywords:
        raise path.error("scan takes a body, a first state and an array", node)
    body, first, rows = (constant(evaluate(a, path), node) for a in node.args)
    step = ast.Call(body, [ast.Name("state", ast.Load()), ast.Name("row", ast.Load())], [])
    both = ast.Tuple([ast.Name("state", ast.Store()), ast.Name("result", ast.Store())], ast.Store())
    method = ast.Attribute(ast.Name("results", ast.Load()), "append", ast.Load())
    append = ast.Call(method, [ast.Name("result", ast.Load())], [])
    inner = path.taking(())
    state, results = _inside(inner, path, [
        _named("state", first),
        _named("results", ast.List([], ast.Load())),
        ast.For(ast.Name("row", ast.Store()), rows, [ast.Assign([both], step), ast.Expr(append)], []),
    ], ["state", "results"], node)  # fmt: skip
    return state, tensor_of(results, path, node)


def _inside(
    inner: Path, path: Path, statements: Sequence[ast.stmt], results: Sequence[str], node: ast.Call
) -> list[Any]:
    """What names hold after statements that have names of their own."""
    whole = [ast.fix_missing_locations(ast.copy_location(s, node)) for s in statements]
    after = block(whole, inner)
    if len(after) != 1:
        raise path.error("this loop ends in several ways", node)
    path.go_on_as(after[0])
    return [after[0].env[name] for name in results]


def along_axis(node: ast.Call, path: Path) -> Any:
    """np.apply_along_axis(function, axis, array, …): the function of every line of a table, or of one line."""
    if len(node.args) < 3:
        raise path.error("apply_along_axis takes a function, an axis and an array", node)
    function, axis, value, *more = (evaluate(a, path) for a in node.args)
    keywords = {str(k.arg): evaluate(k.value, path) for k in node.keywords}
    shape = shape_of(value) or ()
    rank = len(shape)
    place = axis.integer if isinstance(axis, Poly) else None
    if rank not in (1, 2) or place is None or not -rank <= place < rank:
        raise path.error("apply_along_axis is understood along an axis of a line or a table", node)
    if rank == 1:
        return apply(function, [value, *more], path, node, keywords)
    key = ast.Tuple([*[ast.Slice()] * (place % rank == 0), ast.Name("place", ast.Load())], ast.Load())
    line = ast.Subscript(constant(value, node), key, ast.Load())
    named = [ast.keyword(k, constant(v, node)) for k, v in keywords.items()]
    call = ast.Call(constant(function, node), [line, *(constant(v, node) for v in more)], named)
    array = _place_by_place(call, shape[1 - place % rank], path, node)
    return checked(REGISTRY["transpose"](array), path, node) if place % rank == 0 and len(array.axes) == 2 else array


def conv_dimension_numbers(node: ast.Call, path: Path) -> Any:
    """jax.lax.conv_dimension_numbers: the words that say what the axes are."""
    values = [evaluate(a, path) for a in node.args]
    if len(values) != 3 or node.keywords:
        raise path.error("conv_dimension_numbers takes two shapes and the words for the axes", node)
    return values[2] if values[2] is not None else ("NCHW", "OIHW", "NCHW")


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "jax.vmap": vmap,
    "jax.lax.conv_dimension_numbers": conv_dimension_numbers,
    **dict.fromkeys(("numpy.apply_along_axis", "jax.numpy.apply_along_axis"), along_axis),
    "jax.lax.fori_loop": fori_loop,
    "jax.lax.scan": scan,
}
