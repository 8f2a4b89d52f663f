"""The functions of triton.language, and of triton itself, in programs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.registry import REGISTRY
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import refusals
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import entry_of
from symconv.reading.programs.state.paths import Path, require
from symconv.reading.programs.term_sums.summed_terms import (
    element,
    elements,
    expression_of,
    simplified,
    sizes_of,
    terms_of,
)
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.triton.triton_memory import load, store
from symconv.reading.programs.values.array_values import checked, evaluate_array, evaluate_whole, tensor_of
from symconv.reading.programs.values.index_arrays import broadcast, stretched
from symconv.reading.programs.values.triton_blocks import Block, Mask, Pointer, block_of, common, entries_of

_HINTS = frozenset(
    "out_dtype num_stages eviction_policy cache_modifier volatile sem scope dtype boundary_check padding_option".split()
)


def _given(node: ast.Call, path: Path, *names: str) -> dict[str, Any]:
    """The arguments by name; hints for the compiler are left out."""
    if len(node.args) > len(names):
        raise path.error(f"{path.text(node.func)} takes {len(names)} arguments here", node)
    given = dict(zip(names, (evaluate(a, path) for a in node.args), strict=False))
    for keyword in node.keywords:
        if keyword.arg in _HINTS:
            continue
        if keyword.arg not in names:
            raise path.error(f"the argument '{keyword.arg}' is not understood", keyword.value)
        given[str(keyword.arg)] = evaluate(keyword.value, path)
    return given


def _program(node: ast.Call, path: Path) -> Poly:
    """tl.program_id."""
    axis, numbers = _axis(node, path), path.reading.launch.numbers
    return numbers[axis][0] if axis < len(numbers) else ZERO


def _number_of_programs(node: ast.Call, path: Path) -> Poly:
    axis, numbers = _axis(node, path), path.reading.launch.numbers
    return numbers[axis][1] if axis < len(numbers) else ONE


def _axis(node: ast.Call, path: Path) -> int:
    axis = _given(node, path, "axis").get("axis")
    if path.reading.launch is None:
        raise path.error("a program has a number in a kernel that is launched only", node)
    if not isinstance(axis, Poly) or axis.integer not in (0, 1, 2):
        raise path.error("an axis of the grid is 0, 1 or 2", node)
    return axis.integer or 0


def _range(node: ast.Call, path: Path) -> Block:
    """tl.arange."""
    given = _given(node, path, "start", "end")
    start, end = given.get("start"), given.get("end")
    if not isinstance(start, Poly) or not isinstance(end, Poly):
        raise path.error("tl.arange takes two whole numbers", node)
    require(Compare(end - start - 1, ">="), path, node, "a block has one element or more; this one may have none")
    return Block((end - start,), start + Poly.name("e.0"))


def _mask(value: Any, path: Path, node: ast.AST) -> Mask | None:
    if value is None or value is True or isinstance(value, Mask):
        return None if value is True else value
    raise path.error("a mask is made of comparisons", node)


def _pointer(given: Mapping[str, Any], path: Path, node: ast.AST) -> Pointer:
    pointer = given.get("pointer")
    if not isinstance(pointer, Pointer) or path.reading.launch is None:
        raise path.error("this is no pointer", node, "pointers are arguments of the kernel, and sums with them")
    return pointer


def _loaded(node: ast.Call, path: Path) -> Any:
    given = _given(node, path, "pointer", "mask", "other")
    return load(_pointer(given, path, node), _mask(given.get("mask"), path, node), given.get("other"), path, node)


def _stored(adds: bool, node: ast.Call, path: Path) -> None:
    given = _given(node, path, "pointer", "val", "mask")
    value = given.get("val", given.get("value"))
    store(_pointer(given, path, node), value, _mask(given.get("mask"), path, node), path, node, adds)


def _filled(value: Poly | None, node: ast.Call, path: Path) -> Any:
    given = _given(node, path, "shape", *([] if value is not None else ["value"]), "dtype")
    shape = path.items_of(given.get("shape")) or (given.get("shape"),)
    filling = value if value is not None else given.get("value")
    if not all(isinstance(s, Poly) for s in shape):
        raise path.error("a shape is made of whole numbers", node)
    scalar = tensor_of(filling, path, node)
    facts = elements(shape, path.known)
    return array_of(tuple(shape), simplified(terms_of(scalar), facts), facts) if shape else scalar


def _product(node: ast.Call, path: Path) -> Any:
    """tl.dot, with what it is added to."""
    given = _given(node, path, "input", "other", "acc", "input_precision", "allow_tf32", "max_num_imprecise_acc")
    factors = [tensor_of(entries_of(given.get(k), path), path, node) for k in ("input", "other")]
    product = checked(REGISTRY["matmul"](*factors), path, node)
    if given.get("acc") is None:
        return product
    return checked(REGISTRY["add"](tensor_of(given["acc"], path, node), product), path, node)


def _sum(node: ast.Call, path: Path) -> Any:
    given = _given(node, path, "input", "axis", "keep_dims")
    axis = given.get("axis")
    array = tensor_of(entries_of(given.get("input"), path), path, node)
    chosen = None if axis is None else axis.integer
    return checked(REGISTRY["sum"](array, chosen, keepdims=bool(given.get("keep_dims"))), path, node)


def _transposed(node: ast.Call, path: Path) -> Any:
    return checked(REGISTRY["transpose"](evaluate_array(node.args[0], path)), path, node)


def _quotient(node: ast.Call, path: Path) -> Poly:
    """triton.cdiv: a quotient that is rounded up."""
    a, b = (evaluate_whole(arg, path) for arg in node.args)
    require(Compare(b, "!="), path, node, f"'{path.text(node)}' divides by zero")
    return (a + b - 1) // b


def _chosen(node: ast.Call, path: Path) -> Any:
    """tl.where of a mask."""
    given = _given(node, path, "condition", "x", "y")
    mask = given.get("condition")
    if not isinstance(mask, Mask):
        raise path.error("a condition on entries", node, "conditions compare sizes, indices and numbers")
    arrays = [tensor_of(entries_of(given.get(k), path), path, node) for k in ("x", "y")]
    shape = broadcast([mask.shape, *map(sizes_of, arrays)], path, node)
    at = [Poly.name(n) for n in element(len(shape))]
    guards = mask.at(stretched(mask.shape, shape, at))
    terms = []
    for array, cases in zip(arrays, ([guards], list(refusals(guards))), strict=True):
        entries = terms_of(entry_of(array, stretched(sizes_of(array), shape, at)))
        terms += [t.given(case) for case in cases for t in entries]
    facts = elements(shape, path.known)
    found = simplified(terms, facts)
    return array_of(shape, found, facts) if shape else expression_of(found)


def _extreme(kind: str, node: ast.Call, path: Path) -> Any:
    blocks = [block_of(evaluate(a, path)) for a in node.args]
    if len(blocks) != 2 or any(b is None for b in blocks):
        raise path.error(f"{kind} of entries", node, "indices and sizes are compared")
    whole = [b for b in blocks if b is not None]
    shape, places = common(whole, path, node)
    value = extremum(kind, [b.at(at) for b, at in zip(whole, places, strict=True)])
    return Block(shape, value) if shape else value


def _same(node: ast.Call, path: Path) -> Any:
    """Hints for the compiler, which change no value."""
    return evaluate(node.args[0], path)


def _as_range(node: ast.Call, path: Path) -> Any:
    arguments = [constant(evaluate(a, path), node) for a in node.args]
    function = ast.copy_location(ast.Name("range", ast.Load()), node)
    return evaluate(ast.copy_location(ast.Call(function, arguments, []), node), path)


LANGUAGE: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "program_id": _program,
    "num_programs": _number_of_programs,
    "arange": _range,
    "load": _loaded,
    "store": lambda node, path: _stored(False, node, path),
    "atomic_add": lambda node, path: _stored(True, node, path),
    "zeros": lambda node, path: _filled(ZERO, node, path),
    "full": lambda node, path: _filled(None, node, path),
    "dot": _product,
    "sum": _sum,
    "trans": _transposed,
    "cdiv": _quotient,
    "where": _chosen,
    "minimum": lambda node, path: _extreme("min", node, path),
    "maximum": lambda node, path: _extreme("max", node, path),
    "range": _as_range,
    "static_range": _as_range,
    **dict.fromkeys("multiple_of max_contiguous max_constancy static_assert".split(), _same),
}
FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    **{f"triton.language.{name}": read for name, read in LANGUAGE.items()},
    "triton.cdiv": _quotient,
}
