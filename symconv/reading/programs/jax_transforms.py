"""JAX's functions of functions, as the loops that they stand for: vmap, fori_loop and scan."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.expressions.registry import REGISTRY
from symconv.formulas.conditions import Compare
from symconv.reading.programs.array_values import checked, shape_of, tensor_of
from symconv.reading.programs.dispatch import block, constant, evaluate
from symconv.reading.programs.paths import Path, require


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
    loop = ast.comprehension(ast.Name("place", ast.Store()), _range(constant(sizes[0], node)), [], 0)
    listed = ast.fix_missing_locations(ast.copy_location(ast.ListComp(call, [loop]), node))
    array = tensor_of(evaluate(listed, path), path, node)
    return checked(REGISTRY["moveaxis"](array, 0, function.out_axis), path, node) if function.out_axis else array


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


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "jax.vmap": vmap,
    "jax.lax.fori_loop": fori_loop,
    "jax.lax.scan": scan,
}
