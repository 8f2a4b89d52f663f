"""The value of an expression at sizes, parameters, indices and arrays."""

from __future__ import annotations

import ast
import contextlib
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import exact
from .arrays import Outside, array, each, plain, stacked
from .exact import Dual, Linear, NotLinear, Undefined
from .numbers import OF_NUMBERS, floor, modulo
from .operators import OPERATORS
from .reading import LIBRARIES, Unreadable, elements, names


class NotThere(Exception):
    """A free index outside of the range that the first member gives it."""


@dataclass(frozen=True)
class Place:
    """What the names stand for; `free` are the indices whose reads must be in range (whether one stands alone)."""

    values: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    free: Mapping[str, bool]
    tensors: frozenset[str] = frozenset()

    def but(self, **values: Any) -> Place:
        return replace(self, values={**self.values, **values})


_quotient = each(lambda a, b: exact.ratio(a, b))
_power = each(lambda a, b: exact.power(a, b))
_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_CONSTANTS = {"pi": exact.mp.pi, "I": exact.Gauss(0, 1), "True": True, "False": False, "None": None}


def evaluate(node: ast.expr, at: Place) -> Any:
    """An int or another number, an object array, or (as an argument) a string, a tuple, None."""
    match node:
        case ast.Constant(value=value):
            return value if isinstance(value, (str, bool)) or value is None else exact.number(value)
        case ast.Name(id=name):
            return _named(name, at)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=operand):
            return plain(-_operand(operand, at)) if isinstance(op, ast.USub) else _operand(operand, at)
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            return OPERATORS["matmul"](evaluate(left, at), evaluate(right, at))
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.BoolOp() | ast.Compare() | ast.UnaryOp():
            return truth(node, at)
        case ast.BinOp(op=op, left=left, right=right):
            return _arithmetic(op, _operand(left, at), _operand(right, at))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _either(truth(test, at), body, other, at)
        case ast.Tuple(elts=parts):
            return tuple(evaluate(p, at) for p in parts)
        case ast.List(elts=parts):
            return stacked([evaluate(p, at) for p in parts])
        case ast.ListComp():
            return _list(node, at)
        case ast.Subscript(value=value):
            return _entry(evaluate(value, at), node, at)
        case ast.Attribute(value=value, attr="T"):
            return plain(array(evaluate(value, at)).T)
        case ast.Call():
            return _call(node, at)
    raise Unreadable(ast.unparse(node))


def _named(name: str, at: Place) -> Any:
    if name in at.values:
        return at.values[name]
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    raise Unreadable(f"name {name}")


def _operand(node: ast.expr, at: Place) -> Any:
    value = evaluate(node, at)
    if isinstance(value, (str, tuple)) or value is None:
        raise Unreadable(ast.unparse(node))
    return exact.number(value) if isinstance(value, bool) else value


def _arithmetic(op: ast.operator, a: Any, b: Any) -> Any:
    if np.ndim(a) or np.ndim(b):
        a, b = array(a), array(b)
    try:
        if type(op) in _BINARY:
            return plain(_BINARY[type(op)](a, b))
        if isinstance(op, ast.Div):
            return plain(_quotient(a, b))
        if isinstance(op, ast.Pow):
            return plain(_power(a, b))
    except ValueError as error:
        raise Outside(str(error)) from None
    if isinstance(op, (ast.FloorDiv, ast.Mod)):
        return (
            each(floor if isinstance(op, ast.FloorDiv) else modulo)(a, b)
            if np.ndim(a) or np.ndim(b)
            else (floor(a, b) if isinstance(op, ast.FloorDiv) else modulo(a, b))
        )
    raise Unreadable(type(op).__name__)


def _either(test: bool, body: ast.expr, other: ast.expr, at: Place) -> Any:
    """The branch that holds, in the shape that both broadcast to where the other can be evaluated."""
    value = evaluate(body if test else other, at)
    if not np.ndim(value):
        try:
            shape = np.shape(evaluate(other if test else body, replace(at, free={})))
        except (Outside, Undefined, Unreadable, NotLinear):
            return value
        return plain(np.broadcast_to(array(value), shape)) if shape else value
    return value


def truth(node: ast.expr, at: Place) -> bool:
    """Whether a condition holds; an equation of arrays holds where shapes and entries agree."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(truth(v, at) for v in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(truth(v, at) for v in values)
        case ast.BinOp(op=ast.BitAnd(), left=a, right=b):
            return truth(a, at) and truth(b, at)
        case ast.BinOp(op=ast.BitOr(), left=a, right=b):
            return truth(a, at) or truth(b, at)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return not truth(operand, at)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            values = [evaluate(v, at) for v in (left, *comparators)]
            nodes = [left, *comparators]
            return all(_related(op, values[k], values[k + 1], nodes[k], nodes[k + 1], at) for k, op in enumerate(ops))
        case ast.Call(func=ast.Name(id="Eq" | "Ne" as name), args=[a, b]):
            return equal(evaluate(a, at), evaluate(b, at)) == (name == "Eq")
        case ast.Call(func=ast.Name(id="forall"), args=[body, guard]):
            return all(truth(body, inner) for inner in quantified_places(node, at) if truth(guard, inner))
        case ast.Constant(value=bool() as value):
            return value
        case ast.Name(id="True" | "False" as name):
            return name == "True"
    raise Unreadable(f"condition {ast.unparse(node)}")


def quantified_places(node: ast.Call, at: Place) -> Iterator[Place]:
    """The places of a printed condition that holds for all of some indices."""
    names_ = [k.arg for k in node.keywords if k.arg]
    spans = [span(node, name, at, -1) for name in names_]
    for point in itertools.product(*spans):
        yield at.but(**dict(zip(names_, point, strict=False)))


def span(member: ast.AST, name: str, at: Place, reach: int) -> range:
    """The axes over which an index ranges, as far as they depend on no bound name."""
    limits = []
    for node in ast.walk(member):
        if isinstance(node, ast.Subscript):
            for axis, part in enumerate(itertools.takewhile(lambda e: not (_none(e) or _ellipsis(e)), elements(node))):
                if isinstance(part, ast.Name) and part.id == name:
                    with contextlib.suppress(Unreadable, IndexError, Outside, Undefined):
                        limits.append(np.shape(evaluate(node.value, at))[axis])
    if not limits and reach < 0:
        raise Unreadable(f"range of {name}")
    return range(min(limits)) if limits else range(-reach - 2, 2 * reach + 3)


def _related(op: ast.cmpop, a: Any, b: Any, left: ast.expr, right: ast.expr, at: Place) -> bool:
    if isinstance(op, (ast.Eq, ast.NotEq)):
        a, b = matched(a, b, left, right, at)
        return equal(a, b) == isinstance(op, ast.Eq)
    if np.ndim(a) or np.ndim(b) or type(op) not in _ORDER:
        raise Unreadable("an order of arrays")
    return bool(_ORDER[type(op)](exact.order(a), exact.order(b)))


def matched(a: Any, b: Any, left: ast.expr, right: ast.expr, at: Place) -> tuple[Any, Any]:
    """Both sides, a number that names no tensor in the shape of the other."""
    tensors = at.tensors | set(at.functions)
    if not np.ndim(a) and np.ndim(b) and not _names(left) & tensors:
        return plain(np.broadcast_to(array(a), np.shape(b))), b
    if not np.ndim(b) and np.ndim(a) and not _names(right) & tensors:
        return a, plain(np.broadcast_to(array(b), np.shape(a)))
    return a, b


def _names(node: ast.expr) -> set[str]:
    return names(node) | {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def equal(a: Any, b: Any) -> bool:
    a, b = array(a), array(b)
    return a.shape == b.shape and all(exact.same(p, q) for p, q in zip(a.ravel(), b.ravel(), strict=False))


def whole(value: Any) -> int:
    """An integer, where only integers can stand."""
    if isinstance(value, np.ndarray):
        raise Unreadable("an array as index")
    if isinstance(value, Linear):
        raise NotLinear
    value = exact.number(value)
    if not isinstance(value, int):
        raise Undefined(f"{value} as an integer")
    return value


def _entry(value: Any, node: ast.Subscript, at: Place) -> Any:
    value = array(value)
    parts = elements(node)
    given = sum(not _none(e) and not _ellipsis(e) for e in parts)
    if given > value.ndim:
        raise Outside("too many indices")
    key: list[Any] = []
    axis, zero = 0, False
    for part in parts:
        if _ellipsis(part):
            key.append(...)
            axis += value.ndim - given
        elif _none(part):
            key.append(None)
        elif isinstance(part, ast.Slice):
            key.append(_slice(part, value.shape[axis], at))
            axis += 1
        else:
            size, k = value.shape[axis], whole(evaluate(part, at))
            axis += 1
            if not names(part):
                if not -size <= k < size:
                    raise Outside(f"index {k} of {size}")
            elif not 0 <= k < size:
                if any(
                    at.free.get(n, None) is not None and (not at.free[n] or isinstance(part, ast.Name))
                    for n in names(part)
                ):
                    raise NotThere
                zero, k = True, 0
                if size == 0:
                    rest = [n for d, n in enumerate(value.shape) if d != axis - 1]
                    value = np.full((*value.shape[: axis - 1], 1, *value.shape[axis:]), 0, object)
                    del rest
            key.append(k)
    result = value[tuple(key)]
    return plain(np.full(np.shape(result), 0, object) if zero else result)


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _slice(node: ast.Slice, size: int, at: Place) -> slice:
    """Literal bounds as in NumPy; with a symbolic one 0 <= start <= stop <= size, `-e` being size - e."""
    step = 1 if node.step is None else whole(evaluate(node.step, at))
    if step == 0 or node.step is not None and names(node.step) and step < 1:
        raise Outside("step")
    bounds = [b for b in (node.lower, node.upper) if b is not None]
    if not any(names(b) for b in bounds):
        lower, upper = (None if b is None else whole(evaluate(b, at)) for b in (node.lower, node.upper))
        return slice(lower, upper, step)
    if step < 0:
        raise Unreadable("symbolic bounds with a negative step")
    lower, upper = _bound(node.lower, 0, size, at), _bound(node.upper, size, size, at)
    if not 0 <= lower <= upper <= size:
        raise Outside("bounds of a slice")
    return slice(lower, upper, step)


def _bound(node: ast.expr | None, default: int, size: int, at: Place) -> int:
    if node is None:
        return default
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        back = whole(evaluate(node.operand, at))
        if not 1 <= back <= size:
            raise Outside("bound of a slice")
        return size - back
    return whole(evaluate(node, at))


def _ranges(generators: list[ast.comprehension], at: Place) -> Any:
    """The places that the generators run through."""
    if not generators:
        yield at
        return
    first, *rest = generators
    if not isinstance(first.target, ast.Name):
        raise Unreadable("target of a generator")
    for k in _range(first.iter, at):
        inner = at.but(**{first.target.id: k})
        inner = replace(inner, free={n: a for n, a in inner.free.items() if n != first.target.id})
        if all(truth(t, inner) for t in first.ifs):
            yield from _ranges(rest, inner)


def _range(node: ast.expr, at: Place) -> range:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        raise Unreadable("a generator over other than a range")
    bounds = [whole(evaluate(a, at)) for a in node.args]
    if len(bounds) == 3 and bounds[2] < 1:
        raise Outside("step of a range") if bounds[2] == 0 else Unreadable("a range downwards")
    if len(range(*bounds)) > 400:
        raise Unreadable("a long range")
    return range(*bounds)


def _list(node: ast.ListComp, at: Place) -> Any:
    """The bodies along a first axis; an empty list has the shape that its body would have."""
    if len(node.generators) != 1 or node.generators[0].ifs:
        raise Unreadable("a list over two ranges")
    generator = node.generators[0]
    iterated = generator.iter
    if isinstance(iterated, ast.Call) and len(iterated.args) == 1 and whole(evaluate(iterated.args[0], at)) < 0:
        raise Outside("a list of negative length")
    parts = [evaluate(node.elt, place) for place in _ranges(node.generators, at)]
    if parts:
        return stacked(parts)
    inner = replace(at.but(**{generator.target.id: 0}), free={})  # type: ignore[attr-defined]
    try:
        shape = np.shape(evaluate(node.elt, inner))
    except (Outside, Undefined):
        shape = ()
    return np.full((0, *shape), 0, object)


def _call(node: ast.Call, at: Place) -> Any:
    if isinstance(node.func, ast.Attribute):
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id in LIBRARIES):
            raise Unreadable(ast.unparse(node.func))
        library = node.func.value.id
        name = f"lax.{node.func.attr}" if library == "lax" else node.func.attr
    elif isinstance(node.func, ast.Name):
        name = node.func.id
    else:
        raise Unreadable(ast.unparse(node.func))
    if name in at.functions:
        arguments = [evaluate(a, at) for a in node.args]
        if any(isinstance(v, Linear) for a in arguments for v in array(a).ravel()):
            raise NotLinear
        return plain(each(at.functions[name])(*arguments))
    if name in ("sum", "max", "min") and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
        generator = node.args[0]
        parts = [_operand(generator.elt, place) for place in _ranges(generator.generators, at)]
        return plain(_sum(parts, generator, at)) if name == "sum" else _extremum(name, parts)
    if name == "grad":
        return _gradient(node, at)
    if name in _PRINTED:
        return _PRINTED[name](node, at)
    if name in OF_NUMBERS:
        return OF_NUMBERS[name](*(_operand(a, at) for a in node.args))
    if name not in OPERATORS:
        raise Unreadable(f"operator {name}")
    arguments = [evaluate(a, at) for a in node.args]
    if any(k.arg is None for k in node.keywords):
        raise Unreadable("**")
    if name == "pad":
        _check_widths(node, arguments, at)
    if name in ("arange", "unit_impulse"):
        _check_symbols(name, node, arguments)
    try:
        return OPERATORS[name](*arguments, **{k.arg: evaluate(k.value, at) for k in node.keywords if k.arg})
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        raise Outside(f"{name}: {error}") from None


def _check_widths(node: ast.Call, arguments: list[Any], at: Place) -> None:
    """Symbolic widths are at most the size, or one less, where a mode takes entries from the array."""
    keywords = {k.arg: evaluate(k.value, at) for k in node.keywords if k.arg and k.arg != "pad_width"}
    mode = arguments[2] if len(arguments) > 2 else keywords.get("mode", "constant")
    if mode in ("constant", "edge") or len(node.args) < 2:
        return
    shape, less = np.shape(arguments[0]), int(mode == "reflect")
    every = keywords.get("reflect_type") == "odd"
    rows = _rows(node.args[1], len(shape))
    for size, row in zip(shape, rows, strict=False):
        for width in row:
            if (names(width) or every) and whole(evaluate(width, at)) > size - less:
                raise Outside("a symbolic width of padding")


def _rows(node: ast.expr, axes: int) -> list[list[ast.expr]]:
    """The widths of each axis."""
    parts = list(node.elts) if isinstance(node, (ast.Tuple, ast.List)) else [node]
    if any(isinstance(p, (ast.Tuple, ast.List)) for p in parts):
        rows = [list(p.elts) for p in parts if isinstance(p, (ast.Tuple, ast.List))]
        return rows * axes if len(rows) == 1 else rows
    return [parts] * axes


def _check_symbols(name: str, node: ast.Call, arguments: list[Any]) -> None:
    """What arange and unit_impulse need of symbols."""
    symbolic = [bool(names(a)) for a in node.args]
    if name == "arange" and any(symbolic):
        start, stop = (0, arguments[0]) if len(arguments) == 1 else arguments[:2]
        step = arguments[2] if len(arguments) > 2 else 1
        if any(symbolic[:2]) and step >= 1 and start > stop or len(symbolic) > 2 and symbolic[2] and step < 1:
            raise Outside("arange")
    if (
        name == "unit_impulse"
        and len(node.args) > 1
        and symbolic[1]
        and isinstance(arguments[1], int)
        and arguments[1] < 0
    ):
        raise Outside("unit_impulse")


def _sum(parts: list[Any], generator: ast.GeneratorExp, at: Place) -> Any:
    if parts:
        result = parts[0]
        for part in parts[1:]:
            if np.shape(part) != np.shape(result):
                raise Outside("terms of different shapes")
            result = _arithmetic(ast.Add(), result, part)
        return result
    inner = at.but(**{g.target.id: 0 for g in generator.generators})  # type: ignore[attr-defined]
    try:
        shape = np.shape(evaluate(generator.elt, replace(inner, free={})))
    except (Outside, Undefined):
        shape = ()
    return np.full(shape, 0, object)


def _extremum(name: str, parts: list[Any]) -> Any:
    if not parts or any(np.ndim(p) for p in parts):
        raise Outside("an extremum of nothing")
    return (max if name == "max" else min)(exact.order(p) for p in parts)


def _gradient(node: ast.Call, at: Place) -> Any:
    scalar, tensor, *rest = node.args
    point = rest[0] if rest else next((k.value for k in node.keywords if k.arg == "at"), None)
    if not isinstance(tensor, ast.Name):
        raise Unreadable("grad")
    value = array(at.values[tensor.id])
    start = value if point is None else array(evaluate(point, at))
    if start.shape != value.shape:
        raise Outside("the point of a gradient")
    inside = np.empty(value.shape, object)
    for k in np.ndindex(value.shape):
        if isinstance(start[k], Linear):
            raise NotLinear
        inside[k] = Dual(start[k], {k: 1})
    result = evaluate(scalar, at.but(**{tensor.id: plain(inside)}))
    parts = result.parts if isinstance(result, Linear) else {}
    out = np.full(value.shape, 0, object)
    for k, derivative in parts.items():
        out[k] = derivative
    return plain(out)


# What only printed expressions have


def _printed_sum(node: ast.Call, at: Place) -> Any:
    """SymPy's Sum(body, (u, lower, upper), …): the last range is the outermost, upper ends are taken in."""
    body, *limits = node.args

    def over(limits: list[ast.expr], place: Place) -> Any:
        if not limits:
            return _operand(body, place)
        *inner, last = limits
        if not (isinstance(last, ast.Tuple) and isinstance(last.elts[0], ast.Name)):
            raise Unreadable("Sum")
        lower, upper = (whole(evaluate(e, place)) for e in last.elts[1:])
        return sum(over(inner, place.but(**{last.elts[0].id: k})) for k in range(lower, upper + 1))  # type: ignore[attr-defined]

    return over(limits, at)


def _piecewise(node: ast.Call, at: Place) -> Any:
    for case in node.args:
        if not isinstance(case, ast.Tuple):
            raise Unreadable("Piecewise")
        if truth(case.elts[1], at):
            return evaluate(case.elts[0], at)
    raise Undefined("Piecewise")


_PRINTED: dict[str, Callable[[ast.Call, Place], Any]] = {
    "Sum": _printed_sum,
    "Piecewise": _piecewise,
    "Eq": lambda node, at: truth(node, at),
    "Ne": lambda node, at: truth(node, at),
}
