"""Functions that are read: their arguments, their decorators, their statements, and what they return."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.limits import MAX_CALLS
from symconv.reading.programs.branching.branches import joined
from symconv.reading.programs.branching.common_shapes import common_shape
from symconv.reading.programs.origins.source import Enclosing, External, Function, outside, own_nodes
from symconv.reading.programs.read_functions.outside_names import (
    constant_array,
    evaluate_used,
    fallible,
    fixed,
    outside_value,
)
from symconv.reading.programs.state.dispatch import apply, block, constant, evaluate
from symconv.reading.programs.state.held_values import Ref, held
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Invocation, Path, Stale
from symconv.reading.programs.term_sums.summed_terms import elements, merged, simplified, sizes_of, terms_of
from symconv.reading.programs.term_sums.whole_arrays import array_of
from symconv.reading.programs.values.array_values import cells_of, kept, shape_of, sharing, tensor_of

HARMLESS = frozenset(
    "functools.cache functools.lru_cache functools.wraps jax.jit numba.jit numba.njit torch.no_grad "
    "torch.inference_mode torch.jit.script torch.compile triton.jit staticmethod "
    "typing.no_type_check typing.final".split()
)
"""Decorators that leave a function's value as it is."""
_CACHES = ("functools.cache", "functools.lru_cache")


def inlined(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST
) -> tuple[Any, Path]:
    """What a call of a function that is read returns, and the path after it."""
    caller = path.invocation
    wrapped = _decorated(function, path)
    if wrapped is not function:
        return apply(wrapped, args, path, node, kwargs), path
    inner = entered(function, args, kwargs, path, node)
    called = inner.invocation
    returned = called.returned
    returned += [(p, None) for p in block(function.body, inner)]
    returned = [(p, value) for p, value in returned if p.is_possible]
    if not returned:
        raise inner.error(f"'{function.name}' never returns", function.node)
    value, after = _returned(returned, inner, function)
    around = _around_decorators(function, path)
    if any(getattr(_decorator(d, around), "name", None) in _CACHES for d in function.decorators):
        value = _lasting(value, after, node)
    return value, replace(after, invocation=caller, env=path.env)


def _lasting(value: Any, path: Path, node: ast.AST) -> Any:
    """What a function returns that is called once, and then gives the same thing again."""
    if isinstance(value, tuple):
        return tuple(_lasting(v, path, node) for v in value)
    if isinstance(value, (list, Object)) or isinstance(value, Ref) and value.cell.is_list:
        raise path.error("this cached function returns one and the same list each time", node, "let it return a tuple")
    return constant_array(tensor_of(value, path, node)) if shape_of(value) else value


def entered(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST) -> Path:
    """The path at the beginning of a function that is called."""
    caller = path.invocation
    if caller.depth >= MAX_CALLS:
        raise path.error(f"'{function.name}' calls functions too deeply", node, "recursion is not read")
    call = Invocation(caller.reading, function.module, caller.depth + 1, _around(function, path), function, path)
    inner = replace(path, invocation=call)
    args, kwargs = [kept(a, path) for a in args], {k: kept(v, path) for k, v in kwargs.items()}
    return replace(inner, env=_arguments(function, args, kwargs, path, inner, node))


def _around(function: Function, path: Path) -> Enclosing | None:
    """What the functions around hold when a nested function is called, which is not what they held when it was made."""
    return _now(function.enclosing, function, path)


def _now(enclosing: Enclosing | None, function: Function, path: Path) -> Enclosing | None:
    if enclosing is None:
        return None
    return Enclosing(enclosing.call, _names_of(enclosing, function, path), _now(enclosing.around, function, path))


def _names_of(enclosing: Enclosing, function: Function, path: Path) -> Mapping[str, Any]:
    """What the names of a call that is still going on hold now; those of one that has ended are as it left them."""
    calling: Path | None = path
    while calling is not None:
        if calling.invocation is enclosing.call:
            return calling.env
        calling = calling.invocation.caller
    around = path.invocation.enclosing
    while around is not None:
        if around.call is enclosing.call:
            return around.names
        around = around.around
    ends = [p.env for p, _ in enclosing.call.returned if p.is_possible] or [enclosing.names]
    free = {n.id for s in function.body for n in ast.walk(s) if isinstance(n, ast.Name)}
    for name in sorted(free):
        if any(name in end and end[name] is not ends[0].get(name) for end in ends):
            raise path.error(f"what '{name}' holds in '{function.name}' is not known", function.node)
    return ends[0]


def _arguments(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], caller: Path, inner: Path, node: ast.AST
) -> dict[str, Any]:
    """The parameters of a function and what they are given."""
    parameters = function.node.args
    leading = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
    names = [a.arg for a in function.parameters]
    if len(args) > len(leading) and parameters.vararg is None:
        raise caller.error(f"'{function.name}' takes {len(leading)} arguments, not {len(args)}", node)
    env = dict(zip(leading, args, strict=False))
    more: dict[str, Any] = {}
    for name, value in kwargs.items():
        unknown = name not in names or any(name == a.arg for a in parameters.posonlyargs)
        if name in env or unknown and parameters.kwarg is None:
            wrong = "twice" if name in env else "but takes no such argument"
            raise caller.error(f"'{function.name}' is given '{name}' {wrong}", node)
        (more if unknown else env)[name] = value
    if parameters.vararg is not None:
        env[parameters.vararg.arg] = tuple(args[len(leading) :])
    if parameters.kwarg is not None:
        env[parameters.kwarg.arg] = inner.new_object("dict", more)
    for name, default in function.written_defaults.items():
        if name in env:
            continue
        if name in function.made_with:
            env[name] = function.made_with[name]
        elif function.defaults is None:
            env[name] = fixed(default, inner, node)
        else:
            value = function.defaults[name]
            env[name] = None if value is None else outside_value(outside(value), name, inner, node)
    missing = [n for n in names if n not in env]
    if missing:
        raise caller.error(f"'{function.name}' is not given '{missing[0]}'", node)
    return env


def _decorated(function: Function, path: Path) -> Any:
    """What the decorators make of a function, which is itself where they leave it as it is."""
    value: Any = function
    if not function.decorators:
        return function
    path = _around_decorators(function, path)
    for node in reversed(function.decorators):
        decorator = _decorator(node, path)
        given = replace(function, is_plain=True) if value is function else value
        if isinstance(decorator, External) and decorator.name in HARMLESS and _otherwise_harmless(node, given, path):
            continue
        is_known = isinstance(decorator, External) and decorator.name == "jax.vmap"
        if not isinstance(decorator, Function) and not is_known:
            raise path.error(f"the decorator '{path.text(node)}' is not understood", node, "read the inner one")
        made = evaluate(node, _loading(path)) if isinstance(node, ast.Call) else decorator
        value = apply(made, [given], _loading(path), node)
    return value


def _around_decorators(function: Function, path: Path) -> Path:
    """The path on which the decorators of a function are worked out."""
    around, depth = _around(function, path), path.invocation.depth + 1
    call = Invocation(path.reading, function.module, depth, around, caller=path)
    return replace(path, invocation=call)


def check_decorators(function: Function, path: Path) -> None:
    """Raise where a decorator is none, which Python tells when the function is defined."""
    around = _around_decorators(function, path)
    for node in function.decorators:
        if _decorator(node, around) is None:
            raise path.error(f"the decorator '{path.text(node)}' is not understood", node, "read the inner one")


def _otherwise_harmless(node: ast.expr, function: Any, path: Path) -> bool:
    """Whether what is bound to a decorator's name where an import fails leaves the function as it is, too."""
    written = node.func if isinstance(node, ast.Call) else node
    known = fallible(written, path) if isinstance(written, ast.Name) else None
    for otherwise in known.otherwise if known is not None and not known.raises_otherwise else ():
        loading = _loading(path)
        made = otherwise
        if isinstance(node, ast.Call):
            made = evaluate(ast.copy_location(ast.Call(constant(made, node), node.args, node.keywords), node), loading)
        if apply(made, [function], loading, node) is not function:
            return False
    return True


def _decorator(node: ast.expr, path: Path) -> Any:
    """What stands for a decorator: the function itself, also where it is given arguments."""
    match node:
        case ast.Call(function, [first, *_]) if path.text(function) in ("partial", "functools.partial"):
            return _decorator(first, path)
        case ast.Call(function):
            return _decorator(function, path)
    try:
        known = fallible(node, path) if isinstance(node, ast.Name) else None
        return evaluate_used(node, _loading(path)) if known is None else known.value
    except Exception:
        return None


def _loading(path: Path) -> Path:
    """A path on which nothing is known but the names of the module."""
    return Path(path.invocation, path.reading.base, store=path.store, heap=path.heap)


def _returned(returned: Sequence[tuple[Path, Any]], base: Path, function: Function) -> tuple[Any, Path]:
    """The value that is returned on one of several paths, and the path after it."""
    if len(returned) == 1:
        return returned[0][1], returned[0][0]
    after = joined([p for p, _ in returned], base)
    value = _common(returned, base, function)
    return sharing(value, cells_of(*(v for _, v in returned)), after), after


def _return_in(function: Function) -> ast.AST:
    """The one statement that returns, or the function where there are several."""
    returns = [n for s in function.body for n in own_nodes(s) if isinstance(n, ast.Return)]
    return returns[0] if len(returns) == 1 else function.node


def _common(returned: Sequence[tuple[Path, Any]], base: Path, function: Function) -> Any:
    """One value for those of several paths of which exactly one is taken."""
    node, values = function.node, [value for _, value in returned]
    if all(v is values[0] or type(v) is type(values[0]) and v == values[0] for v in values):
        return values[0]
    items = [p.items_of(v) for p, v in returned]
    if all(isinstance(v, tuple) for v in values) and len({len(i) for i in items if i is not None}) == 1:
        columns = zip(*(i for i in items if i is not None), strict=True)
        paths = [p for p, _ in returned]
        return tuple(_common(list(zip(paths, column, strict=True)), base, function) for column in columns)
    if any(v is None or isinstance(v, (tuple, list, Object, Stale, str, bool)) for v in values):
        raise base.error(f"'{function.name}' returns different kinds of values on different paths", node)
    arrays = [tensor_of(value, p, node) for p, value in returned]
    shapes = [(p, sizes_of(array)) for (p, _), array in zip(returned, arrays, strict=True)]
    shape = common_shape(shapes, base, f"what '{function.name}' returns", _return_in(function))
    terms = [held(array) if shape else terms_of(array) for array in arrays]
    branches = [(p.taken_since(base), t) for (p, _), t in zip(returned, terms, strict=True)]
    facts = elements(shape, base.known)
    return array_of(shape, simplified(merged(branches), facts), facts)
