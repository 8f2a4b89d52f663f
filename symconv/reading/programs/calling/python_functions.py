"""Python's own functions in programs: of numbers, of what loops run over, and of lists and dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import product as product_of
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.libraries.entry_types import may_be_integers
from symconv.limits import MAX_AXES
from symconv.reading.programs.loops.iteration import generator_sum, series_of, zipped_of
from symconv.reading.programs.operations.infix import infix
from symconv.reading.programs.operations.texts import written
from symconv.reading.programs.read_functions.classes import attribute_of, set_attribute
from symconv.reading.programs.read_functions.container_methods import plain_key
from symconv.reading.programs.state.dispatch import apply, constant, evaluate
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Object, Partial, Unwritten
from symconv.reading.programs.state.paths import Derived, Path, require
from symconv.reading.programs.term_sums.summed_terms import sizes_of
from symconv.reading.programs.values.array_values import (
    checked,
    described,
    evaluate_whole,
    kept,
    numbers_in,
    rounded_number,
    shape_of,
    stored,
    stored_list,
    tensor_of,
    whole_number,
)
from symconv.reading.programs.values.float_arrays import holds_floats
from symconv.reading.programs.values.float_numbers import as_float, like
from symconv.reading.programs.values.series import Series, counted, listed, product, zipped


def _length(node: ast.Call, path: Path) -> Poly:
    (value,) = (evaluate(a, path) for a in node.args)
    items, held = path.items_of(value), path.dict_of(value)
    if items is not None or held is not None or isinstance(value, str):
        return Poly.of(len(items if items is not None else held if held is not None else value))
    if isinstance(value, Object) and isinstance(path.heap[value], Ref):
        value = path.heap[value]
    if isinstance(value, Series) and not value.factors and value.once is None:
        known = path.known.implies(Compare(value.count, ">="))
        return value.count if known else extremum("max", [ZERO, value.count])
    shape = shape_of(value)
    if not shape:
        raise path.error(f"{described(value)} has no length", node)
    return shape[0]


def _extreme(kind: str, node: ast.Call, path: Path) -> Poly:
    """min(a, b, …), or max; or that of a tuple of numbers."""
    values = [evaluate(a, path) for a in node.args]
    if len(values) == 1:
        one = values[0]
        values = list((one.used(path, node).items(path) if isinstance(one, Series) else path.items_of(one)) or ())
    if not values or node.keywords or len(values) > 8:
        raise path.error(f"{kind} takes two numbers or a few more", node)
    return like(extremum(kind, [rounded_number(v, path, node) for v in values]), *values)


def _converted(node: ast.Call, path: Path) -> Any:
    """float(…), complex(…)."""
    if len(node.args) != 1 or node.keywords:
        raise path.error(f"{path.text(node.func)} takes one number", node)
    value = evaluate(node.args[0], path)
    if isinstance(value, Poly):
        return as_float(value)
    array = tensor_of(value, path, node)
    if array.axes and path.module.libraries != {"torch"}:
        raise path.error("NumPy makes no number of an array with axes, from 2.4 on", node, "write x.item()")
    for size in sizes_of(array):
        require(Compare(size - 1, "=="), path, node, "this takes one number, or an array of one; there are more")
    return checked(REGISTRY["sum"](array), path, node) if array.axes else array


def _listed(kind: type[list[Any]] | type[tuple[Any, ...]], node: ast.Call, path: Path) -> Any:
    """list(…) or tuple(…)."""
    if len(node.args) > 1 or node.keywords:
        raise path.error(f"{path.text(node)} is not understood", node)
    value = evaluate(node.args[0], path) if node.args else ()
    value = value.used(path, node) if isinstance(value, Series) else value
    items = value.items(path) if isinstance(value, Series) else path.items_of(value)
    if items is None and (held := path.dict_of(value)) is not None:
        items = tuple(held)
    if items is None and kind is tuple and isinstance(value, (Ref, TensorExpr)):
        items = _numbers_in(value, path, node)
    if items is not None:
        return kind(items)
    if shape_of(value) is None and not isinstance(value, (Series, Object)):
        raise path.error(f"this {kind.__name__} is not understood", node)
    return stored_list(tensor_of(value, path, node), [value], path)


def _numbers_in(value: Any, path: Path, node: ast.Call) -> list[Poly] | None:
    """The entries of a line of a few numbers; None for other arrays."""
    array = tensor_of(value, path, node)
    numbers = numbers_in(array)
    are_floats = holds_floats(node.args[0], path) or not may_be_integers(array)
    return numbers if numbers is None or not are_floats else [as_float(n) for n in numbers]


def _dictionary(node: ast.Call, path: Path) -> Object:
    """dict(…)."""
    held: dict[Any, Any] = {}
    if node.args:
        given = evaluate(node.args[0], path)
        known = path.dict_of(given)
        items = given.used(path, node).items(path) if isinstance(given, Series) else path.items_of(given)
        if known is None and (items is None or not all(isinstance(i, tuple) and len(i) == 2 for i in items)):
            raise path.error("this dictionary is not understood", node)
        held |= known or {plain_key(k, path, node): v for k, v in items or ()}
    held |= {str(k.arg): kept(evaluate(k.value, path), path) for k in node.keywords}
    return path.new_object("dict", held)


def _range(node: ast.Call, path: Path) -> Series:
    if not 1 <= len(node.args) <= 3 or node.keywords:
        raise path.error("range takes one number to three", node, "as in 'for i in range(n)'")
    values = [evaluate_whole(a, path) for a in node.args]
    if len(values) == 1:
        return counted(ZERO, values[0])
    lower, upper, step = [*values, ONE][:3]
    if step.integer == 0:
        raise path.error("the step of a range cannot be 0", node)
    positive = Compare(step - 1, ">=")
    if step.integer is None and not path.known.implies(positive):
        require(positive, path, node, "the step of this range can be less than 1", f"state: if {positive}")
    return counted(lower, upper, step)


def _enumerated(node: ast.Call, path: Path) -> Series:
    start = ZERO
    if len(node.args) == 2 or node.keywords:
        start = evaluate_whole(node.args[1] if len(node.args) == 2 else node.keywords[0].value, path)
    series = series_of(node.args[0], path)
    if series.factors:
        raise path.error("a product that is enumerated", node)
    return series.numbered(start).as_iterator(path)


def _zipped(node: ast.Call, path: Path) -> Series:
    series = zipped_of(node.args, path)
    strict = [k.value for k in node.keywords if k.arg == "strict"]
    if strict and isinstance(strict[0], ast.Constant) and strict[0].value:
        counts = [series_of(a, path).count for a in node.args]
        for count in counts[1:]:
            require(Compare(count - counts[0], "=="), path, node, "these lengths differ")
    return series.as_iterator(path)


def _reversed(node: ast.Call, path: Path) -> Series:
    series = series_of(node.args[0], path)
    if series.factors:
        raise path.error("a product that is reversed", node)
    return series.backwards().as_iterator(path)


def _product(node: ast.Call, path: Path) -> Series:
    factors = [series_of(a, path) for a in node.args]
    times = [evaluate_whole(k.value, path).integer for k in node.keywords if k.arg == "repeat"]
    if times and times[0] is not None and 0 < times[0] <= MAX_AXES:
        factors = factors * times[0]
    items = [f.items(path) for f in factors]
    if any(f.is_listed for f in factors) and all(i is not None for i in items):
        return listed([tuple(c) for c in product_of(*(i for i in items if i is not None))]).as_iterator(path)
    return product(factors).as_iterator(path)


def _all_indices(node: ast.Call, path: Path) -> Series:
    """np.ndindex(n, m), or of a shape."""
    values = [evaluate(a, path) for a in node.args]
    sizes = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    return product([counted(ZERO, whole_number(s, path, node)) for s in sizes]).as_iterator(path)


def _mapped(node: ast.Call, path: Path) -> Series:
    """map(f, x)."""
    function = evaluate(node.args[0], path)
    series = zipped([series_of(a, path) for a in node.args[1:]])
    return replace(series, at=lambda at, k: apply(function, series.at(at, k), at, node)).as_iterator(path)


def _reduced(node: ast.Call, path: Path) -> Any:
    """functools.reduce(f, x), step by step."""
    function = evaluate(node.args[0], path)
    items = series_of(node.args[1], path).items(path)
    items = None if items is None else [evaluate(a, path) for a in node.args[2:3]] + items
    if not items:
        raise path.error("how many values are reduced is not known", node, "write a loop")
    value = items[0]
    for item in items[1:]:
        value = apply(function, [value, item], path, node)
    return value


def _partial(node: ast.Call, path: Path) -> Partial:
    function, *args = [evaluate(a, path) for a in node.args]
    return Partial(function, tuple(args), {str(k.arg): evaluate(k.value, path) for k in node.keywords})


def _next(node: ast.Call, path: Path) -> Any:
    """next(iterator)."""
    series = evaluate(node.args[0], path)
    if len(node.args) != 1 or not isinstance(series, Series):
        raise path.error("next takes an iterator here", node, "name it first: it = iter(…)")
    return series.next_value(path, node)


def _slice(node: ast.Call, path: Path) -> ast.Slice:
    bounds: list[ast.expr | None] = [
        None if isinstance(a, ast.Constant) and a.value is None else constant(evaluate(a, path), a) for a in node.args
    ]
    lower, upper, step = [None, *bounds, None] if len(bounds) == 1 else [*bounds, None][:3]
    return ast.copy_location(ast.Slice(lower, upper, step), node)


def _set(node: ast.Call, path: Path) -> None:
    owner, name, value = (evaluate(a, path) for a in node.args)
    set_attribute(owner, str(name), kept(value, path), path, node)


def _attribute(node: ast.Call, path: Path) -> Any:
    """getattr(owner, name), perhaps with a value that it has otherwise."""
    owner, name, *other = (evaluate(a, path) for a in node.args)
    if isinstance(owner, Object) and name not in path.heap[owner] and other:
        return other[0]
    if not isinstance(owner, Object):
        raise path.error("getattr is understood for instances", node)
    return attribute_of(owner, str(name), path, node)


def _has(node: ast.Call, path: Path) -> bool:
    owner, name = (evaluate(a, path) for a in node.args)
    if not isinstance(owner, Object):
        raise path.error("hasattr is understood for instances", node)
    return name in path.heap[owner]


def _every(kind: str, node: ast.Call, path: Path) -> bool:
    """all(…) or any(…) of values that are known one by one."""
    items = series_of(node.args[0], path).items(path)
    if items is None or not all(isinstance(i, bool) for i in items):
        raise path.error(f"{kind} is understood for a few truth values", node)
    return all(items) if kind == "all" else any(items)


def _total(node: ast.Call, path: Path) -> Any:
    if len(node.args) == 1 and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
        summed = generator_sum(node.args[0], path)
        if isinstance(summed, TensorExpr):
            return summed
        values: list[Any] = [summed]
    else:
        values = [evaluate(a, path) for a in node.args]
    start = [evaluate(k.value, path) for k in node.keywords if k.arg == "start"]
    if not 1 <= len(values) + len(start) <= 2:
        raise path.error("sum takes one array or one generator", node)
    value, *start = [*values, *start]
    value = value.used(path, node) if isinstance(value, Series) else value
    items = value.items(path) if isinstance(value, Series) and value.is_listed else path.items_of(value)
    if items is not None:
        total: Any = start[0] if start else ZERO
        for item in items:
            total = infix(ast.Add(), total, item, path, node)
        return total
    if start:
        return infix(
            ast.Add(), start[0], checked(REGISTRY["sum"](tensor_of(value, path, node), 0), path, node), path, node
        )
    return checked(REGISTRY["sum"](tensor_of(value, path, node), 0), path, node)


def _power(node: ast.Call, path: Path) -> Any:
    """pow(a, b)."""
    if len(node.args) != 2 or node.keywords:
        raise path.error("pow takes two numbers here", node)
    base, exponent = (evaluate(a, path) for a in node.args)
    return infix(ast.Pow(), base, exponent, path, node)


def _copied(node: ast.Call, path: Path) -> Any:
    """copy.deepcopy(x), which makes everything inside anew."""
    if len(node.args) != 1 or node.keywords:
        raise path.error("deepcopy takes one value", node)
    return _anew(evaluate(node.args[0], path), path, node)


def _anew(value: Any, path: Path, node: ast.AST) -> Any:
    match value:
        case Ref(cell) if not cell.has_shared_rows:
            kinds = {"is_list": cell.is_list, "is_complex": cell.is_complex, "is_integer": cell.is_integer}
            return stored(tensor_of(value, path, node), path, **kinds)
        case tuple():
            return tuple(_anew(v, path, node) for v in value)
        case Derived():
            return stored(value.make(path), path)
        case Object(kind="list") if (items := path.items_of(value)) is not None:
            parts = [v for v in items if isinstance(v, (Ref, Object))]
            if len({*parts}) == len(parts):
                return path.new_object("list", tuple(_anew(v, path, node) for v in items))
        case Poly() | TensorExpr() | None | bool() | str():
            return value
    raise path.error(f"a deep copy of {described(value)} is not understood", node)


def _chained(node: ast.Call, path: Path) -> Series:
    """itertools.chain(a, b, …)."""
    items = [series_of(a, path).items(path) for a in node.args]
    if any(i is None for i in items):
        raise path.error("how many values are chained is not known", node)
    return listed([v for i in items if i is not None for v in i]).as_iterator(path)


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "len": _length,
    "min": partial(_extreme, "min"),
    "max": partial(_extreme, "max"),
    "float": _converted,
    "complex": _converted,
    "list": partial(_listed, list),
    "tuple": partial(_listed, tuple),
    "dict": _dictionary,
    "sum": _total,
    "range": _range,
    "enumerate": _enumerated,
    "zip": _zipped,
    "reversed": _reversed,
    "map": _mapped,
    "slice": _slice,
    "iter": lambda node, path: series_of(node.args[0], path).as_iterator(path),
    "next": _next,
    "setattr": _set,
    "getattr": _attribute,
    "hasattr": _has,
    "all": partial(_every, "all"),
    "any": partial(_every, "any"),
    "str": written,
    "repr": lambda node, path: Unwritten(),
    "copy.deepcopy": _copied,
    "pow": _power,
    "itertools.product": _product,
    "itertools.chain": _chained,
    "functools.reduce": _reduced,
    "functools.partial": _partial,
    "numpy.ndindex": _all_indices,
}
