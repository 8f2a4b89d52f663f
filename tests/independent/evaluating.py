"""The value of an expression at sizes, parameters, indices and arrays.

An expression is made into a function of the place once, and evaluated at many; what cannot be read raises where an
evaluation reaches it.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import operator
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from . import exact
from .arrays import Outside, array, each, plain, stacked
from .exact import Dual, Linear, NotLinear, Undefined
from .needs_of_calls import check_symbols, check_widths
from .numbers import OF_NUMBERS
from .operators import OPERATORS
from .places import BINARY, Place, Test, Value, add, always, arithmetic, equal, unreadable
from .reading import LIBRARIES, Unreadable, elements, names, of_nodes
from .subscripts import entry_of, is_ellipsis, is_none, wholly

_NO_VALUE = (Outside, Undefined, Unreadable, NotLinear)

_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_CONSTANTS = {"pi": exact.mp.pi, "I": exact.Gauss(0, 1), "True": True, "False": False, "None": None}


def evaluate(node: ast.expr, at: Place) -> Any:
    """An int or another number, an object array, or (as an argument) a string, a tuple, None."""
    return value_of(node)(at)


def truth(node: ast.expr, at: Place) -> bool:
    """Whether a condition holds; an equation of arrays holds where shapes and entries agree."""
    return test_of(node)(at)


@of_nodes
def value_of(node: ast.expr) -> Value:
    """The expression as a function of a place."""
    match node:
        case ast.Constant(value=value) if value is not ...:
            return always(value if isinstance(value, (str, bool)) or value is None else exact.number(value))
        case ast.Name(id=name):
            return _named(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _operand(operand)
            return lambda at: plain(-inner(at))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _operand(operand)
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            a, b, product = value_of(left), value_of(right), OPERATORS["matmul"]
            return lambda at: product(a(at), b(at))
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.BoolOp() | ast.Compare() | ast.UnaryOp():
            return test_of(node)
        case ast.BinOp(op=op, left=left, right=right):
            return _binary(op, _operand(left), _operand(right))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _either(test_of(test), value_of(body), value_of(other))
        case ast.Tuple(elts=parts):
            entries = [value_of(p) for p in parts]
            return lambda at: tuple([entry(at) for entry in entries])
        case ast.List(elts=parts):
            entries = [value_of(p) for p in parts]
            return lambda at: stacked([entry(at) for entry in entries])
        case ast.ListComp():
            return _list(node)
        case ast.Subscript():
            return entry_of(node, value_of)
        case ast.Attribute(value=value, attr="T"):
            inner = value_of(value)
            return lambda at: plain(array(inner(at)).T)
        case ast.Call():
            return _call(node)
    return unreadable(ast.unparse(node))


def _named(name: str) -> Value:
    def named(at: Place) -> Any:
        values = at.values
        if name in values:
            return values[name]
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise Unreadable(f"name {name}")

    return named


def _operand(node: ast.expr) -> Value:
    """A number or an array."""
    inner = value_of(node)
    if isinstance(node, ast.Subscript) or isinstance(node, ast.BinOp) and type(node.op) in BINARY:
        return inner

    def operand(at: Place) -> Any:
        value = inner(at)
        if type(value) is int:
            return value
        if isinstance(value, (str, tuple)) or value is None:
            raise Unreadable(ast.unparse(node))
        return exact.number(value) if isinstance(value, bool) else value

    return operand


def _binary(op: ast.operator, left: Value, right: Value) -> Value:
    function, quick = arithmetic(op), BINARY.get(type(op))

    def binary(at: Place) -> Any:
        a, b = left(at), right(at)
        return quick(a, b) if quick and type(a) is int and type(b) is int else function(a, b)

    return binary


def _either(test: Test, body: Value, other: Value) -> Value:
    """The branch that holds, in the shape that both broadcast to where the other can be evaluated."""

    def either(at: Place) -> Any:
        chosen, rest = (body, other) if test(at) else (other, body)
        value = chosen(at)
        if np.ndim(value):
            return value
        try:
            shape = np.shape(rest(at.anywhere()))
        except _NO_VALUE:
            return value
        return plain(np.broadcast_to(array(value), shape)) if shape else value

    return either


@of_nodes
def test_of(node: ast.expr) -> Test:
    """The condition as a function of a place."""
    match node:
        case ast.BoolOp(op=op, values=values):
            tests = [test_of(v) for v in values]
            return _all(tests) if isinstance(op, ast.And) else _any(tests)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() as op, left=a, right=b):
            tests = [test_of(a), test_of(b)]
            return _all(tests) if isinstance(op, ast.BitAnd) else _any(tests)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            inner = test_of(operand)
            return lambda at: not inner(at)
        case ast.Compare():
            return _comparison(node)
        case ast.Call(func=ast.Name(id="Eq" | "Ne" as name), args=[a, b]):
            left, right, equation = value_of(a), value_of(b), name == "Eq"
            return lambda at: equal(left(at), right(at)) == equation
        case ast.Call(func=ast.Name(id="forall"), args=[body, guard]):
            holds, where = test_of(body), test_of(guard)
            return lambda at: all(holds(inner) for inner in quantified_places(node, at) if where(inner))
        case ast.Constant(value=bool() as value):
            return always(value)
        case ast.Name(id="True" | "False" as name):
            return always(name == "True")
    return unreadable(f"condition {ast.unparse(node)}")


def _all(tests: list[Test]) -> Test:
    return lambda at: all(test(at) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda at: any(test(at) for test in tests)


def quantified_places(node: ast.Call, at: Place) -> Iterator[Place]:
    """The places of a printed condition that holds for all of some indices."""
    names_ = [k.arg for k in node.keywords if k.arg]
    spans = [span(node, name, at, -1) for name in names_]
    for point in itertools.product(*spans):
        yield at.but(**dict(zip(names_, point, strict=False)))


def span(member: ast.AST, name: str, at: Place, reach: int) -> range:
    """The axes over which an index ranges, as far as they depend on no bound name."""
    limits = []
    for value, axis in _axes(member, name):
        with contextlib.suppress(Unreadable, IndexError, Outside, Undefined):
            limits.append(np.shape(value(at))[axis])
    if not limits and reach < 0:
        raise Unreadable(f"range of {name}")
    return range(min(limits)) if limits else range(-reach - 2, 3 * reach + 3)


@lru_cache(1 << 12)
def _axes(member: ast.AST, name: str) -> list[tuple[Value, int]]:
    """Where a name stands alone as a subscript: of what, and in which axis."""
    return [
        (value_of(node.value), axis)
        for node in ast.walk(member)
        if isinstance(node, ast.Subscript)
        for axis, part in enumerate(itertools.takewhile(lambda e: not (is_none(e) or is_ellipsis(e)), elements(node)))
        if isinstance(part, ast.Name) and part.id == name
    ]


def _comparison(node: ast.Compare) -> Test:
    nodes = [node.left, *node.comparators]
    values = [value_of(v) for v in nodes]
    related = [_related(op, nodes[k], nodes[k + 1]) for k, op in enumerate(node.ops)]

    def compared(at: Place) -> bool:
        found = [value(at) for value in values]
        return all(relation(found[k], found[k + 1], at) for k, relation in enumerate(related))

    return compared


def _related(op: ast.cmpop, left: ast.expr, right: ast.expr) -> Callable[[Any, Any, Place], bool]:
    if isinstance(op, (ast.Eq, ast.NotEq)):
        equation = isinstance(op, ast.Eq)
        return lambda a, b, at: equal(*matched(a, b, left, right, at)) == equation

    def ordered(a: Any, b: Any, at: Place) -> bool:
        if np.ndim(a) or np.ndim(b) or type(op) not in _ORDER:
            raise Unreadable("an order of arrays")
        return bool(_ORDER[type(op)](exact.order(a), exact.order(b)))

    return ordered


def matched(a: Any, b: Any, left: ast.expr, right: ast.expr, at: Place) -> tuple[Any, Any]:
    """Both sides, a number that names no tensor in the shape of the other."""
    axes = np.ndim(a), np.ndim(b)
    if not axes[0] and axes[1] and not _names_any(left, at):
        return plain(np.broadcast_to(array(a), np.shape(b))), b
    if not axes[1] and axes[0] and not _names_any(right, at):
        return a, plain(np.broadcast_to(array(b), np.shape(a)))
    return a, b


def _names_any(node: ast.expr, at: Place) -> bool:
    """Whether an expression names a tensor or a function."""
    found = _names(node)
    return not (found.isdisjoint(at.tensors) and found.isdisjoint(at.functions))


@of_nodes
def _names(node: ast.expr) -> frozenset[str]:
    return names(node) | {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def _places(generators: list[ast.comprehension]) -> Callable[[Place], Iterator[Place]]:
    """The places that the generators run through, each to be used at once."""
    if not generators:
        return lambda at: iter([at])
    first, *rest = generators
    target, range_of = first.target, _range(first.iter)
    tests, inner_places = _all([test_of(t) for t in first.ifs]), _places(rest)
    if not isinstance(target, ast.Name):
        return unreadable("target of a generator")
    name = target.id

    def places(at: Place) -> Iterator[Place]:
        for place in at.running(name, range_of(at)):
            if tests(place):
                if rest:
                    yield from inner_places(place)
                else:
                    yield place

    return places


def _range(node: ast.expr) -> Callable[[Place], range]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        return unreadable("a generator over other than a range")
    bounds_of = [wholly(a, value_of) for a in node.args]

    def values(at: Place) -> range:
        bounds = [bound(at) for bound in bounds_of]
        if len(bounds) == 3 and bounds[2] < 1:
            raise Outside("step of a range") if bounds[2] == 0 else Unreadable("a range downwards")
        if len(range(*bounds)) > 400:
            raise Unreadable("a long range")
        return range(*bounds)

    return values


def _shape_within(body: Value, generators: list[ast.comprehension], at: Place) -> tuple[int, ...]:
    """The shape that the body of a loop would have, if it were run."""
    inner = at.but(**{g.target.id: 0 for g in generators}).anywhere()  # type: ignore[attr-defined]
    try:
        return np.shape(body(inner))
    except (Outside, Undefined):
        return ()


def _list(node: ast.ListComp) -> Value:
    """The bodies along a first axis; an empty list has the shape that its body would have."""
    if len(node.generators) != 1 or node.generators[0].ifs:
        return unreadable("a list over two ranges")
    iterated = node.generators[0].iter
    one = isinstance(iterated, ast.Call) and len(iterated.args) == 1
    length = wholly(iterated.args[0], value_of) if one else None  # type: ignore[attr-defined]
    body, places = value_of(node.elt), _places(node.generators)

    def listed(at: Place) -> Any:
        if length is not None and length(at) < 0:
            raise Outside("a list of negative length")
        parts = [body(place) for place in places(at)]
        return stacked(parts) if parts else np.full((0, *_shape_within(body, node.generators, at)), 0, object)

    return listed


def _call(node: ast.Call) -> Value:
    name = _called(node.func)
    if name is None:
        return unreadable(ast.unparse(node.func))
    values, otherwise = [value_of(a) for a in node.args], _operator(name, node)

    def call(at: Place) -> Any:
        if name not in at.functions:
            return otherwise(at)
        arguments = [value(at) for value in values]
        if any(isinstance(v, Linear) for a in arguments for v in array(a).ravel()):
            raise NotLinear
        return plain(each(at.functions[name])(*arguments))

    return call


def _called(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in LIBRARIES:
        return f"lax.{node.attr}" if node.value.id == "lax" else node.attr
    return None


def _operator(name: str, node: ast.Call) -> Value:
    if name in ("sum", "max", "min") and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
        return _sum(node.args[0]) if name == "sum" else _extremum(name, node.args[0])
    if name == "grad":
        return _gradient(node)
    if name in _PRINTED:
        return _PRINTED[name](node)
    if name in OF_NUMBERS:
        function, operands = OF_NUMBERS[name], [_operand(a) for a in node.args]
        return lambda at: function(*[value(at) for value in operands])
    if name not in OPERATORS:
        return unreadable(f"operator {name}")
    if any(k.arg is None for k in node.keywords):
        return unreadable("**")
    return _library_call(name, node)


def _library_call(name: str, node: ast.Call) -> Value:
    values = [value_of(a) for a in node.args]
    keywords = {k.arg: value_of(k.value) for k in node.keywords if k.arg}
    function = OPERATORS[name]

    def call(at: Place) -> Any:
        arguments = [value(at) for value in values]
        if name in ("arange", "unit_impulse"):
            check_symbols(name, node, arguments)
        try:
            named = {key: value(at) for key, value in keywords.items()}
            if name == "pad":
                check_widths(node, arguments, named, lambda width: evaluate(width, at))
            return function(*arguments, **named)
        except (ValueError, IndexError, TypeError, AttributeError) as error:
            raise Outside(f"{name}: {error}") from None

    return call


def _sum(generator: ast.GeneratorExp) -> Value:
    term, body, places = _operand(generator.elt), value_of(generator.elt), _places(generator.generators)

    def total(at: Place) -> Any:
        parts = [term(place) for place in places(at)]
        if not parts:
            return plain(np.full(_shape_within(body, generator.generators, at), 0, object))
        result = parts[0]
        for part in parts[1:]:
            if type(part) is int and type(result) is int:
                result += part
            elif np.shape(part) != np.shape(result):
                raise Outside("terms of different shapes")
            else:
                result = add(result, part)
        return plain(result)

    return total


def _extremum(name: str, generator: ast.GeneratorExp) -> Value:
    term, places = _operand(generator.elt), _places(generator.generators)

    def extremum(at: Place) -> Any:
        parts = [term(place) for place in places(at)]
        if not parts or any(np.ndim(p) for p in parts):
            raise Outside("an extremum of nothing")
        return (max if name == "max" else min)(exact.order(p) for p in parts)

    return extremum


def _gradient(node: ast.Call) -> Value:
    scalar, tensor, *rest = node.args
    point = rest[0] if rest else next((k.value for k in node.keywords if k.arg == "at"), None)
    if not isinstance(tensor, ast.Name):
        return unreadable("grad")
    name, value_there = tensor.id, value_of(scalar)
    start_of = None if point is None else value_of(point)

    def gradient(at: Place) -> Any:
        value = array(at.values[name])
        start = value if start_of is None else array(start_of(at))
        if start.shape != value.shape:
            raise Outside("the point of a gradient")
        inside = np.empty(value.shape, object)
        for k in np.ndindex(value.shape):
            if isinstance(start[k], Linear):
                raise NotLinear
            inside[k] = Dual(start[k], {k: 1})
        result = value_there(at.but(**{name: plain(inside)}))
        parts = result.parts if isinstance(result, Linear) else {}
        out = np.full(value.shape, 0, object)
        for k, derivative in parts.items():
            out[k] = derivative
        return plain(out)

    return gradient


# What only printed expressions have


def _printed_sum(node: ast.Call) -> Value:
    """SymPy's Sum(body, (u, lower, upper), …): the last range is the outermost, upper ends are taken in."""
    body, *limits = node.args
    total = _operand(body)
    for limit in limits:
        if not (isinstance(limit, ast.Tuple) and len(limit.elts) == 3 and isinstance(limit.elts[0], ast.Name)):
            return unreadable("Sum")
        total = _summed(total, limit.elts[0].id, *[wholly(e, value_of) for e in limit.elts[1:]])
    return total


def _summed(term: Value, name: str, lower: Value, upper: Value) -> Value:
    return lambda at: sum([term(place) for place in at.running(name, range(lower(at), upper(at) + 1))])


def _piecewise(node: ast.Call) -> Value:
    cases = []
    for case in node.args:
        if not (isinstance(case, ast.Tuple) and len(case.elts) == 2):
            return unreadable("Piecewise")
        cases.append((test_of(case.elts[1]), value_of(case.elts[0])))

    def chosen(at: Place) -> Any:
        for test, value in cases:
            if test(at):
                return value(at)
        raise Undefined("Piecewise")

    return chosen


_PRINTED: dict[str, Callable[[ast.Call], Value]] = {
    "Sum": _printed_sum,
    "Piecewise": _piecewise,
    "Eq": lambda node: test_of(node),
    "Ne": lambda node: test_of(node),
}
