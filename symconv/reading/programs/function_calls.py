"""Functions that are read: their arguments, their statements, and what they return."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.limits import MAX_CALLS
from symconv.reading.programs.array_values import tensor_of
from symconv.reading.programs.branches import joined
from symconv.reading.programs.dispatch import block, evaluate
from symconv.reading.programs.held_values import held
from symconv.reading.programs.outside_names import fixed, outside_value
from symconv.reading.programs.paths import Invocation, Path
from symconv.reading.programs.source import External, Function, outside
from symconv.reading.programs.summed_terms import array_of, elements, merged, simplified, sizes_of, terms_of

COMPILERS = {"functools.cache", "functools.lru_cache", "jax.jit", "numba.jit", "numba.njit", "torch.no_grad"}
"""Decorators that leave a function's value as it is."""


def inlined(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST
) -> tuple[Any, Path]:
    """What a call of a function that is read returns, and the path after it."""
    caller = path.invocation
    if caller.depth >= MAX_CALLS:
        raise path.error(f"'{function.name}' calls functions too deeply", node, "recursion is not read")
    inner = replace(path, invocation=Invocation(caller.reading, function.module, caller.depth + 1))
    inner = replace(inner, env=_arguments(function, args, kwargs, path, inner, node))
    _check_decorators(function, inner)
    returned = inner.invocation.returned
    returned += [(p, None) for p in block(function.node.body, inner)]
    returned = [(p, value) for p, value in returned if p.is_possible]
    if not returned:
        raise inner.error(f"'{function.name}' never returns", function.node)
    return _returned(returned, inner, function)


def _arguments(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any], caller: Path, inner: Path, node: ast.AST
) -> dict[str, Any]:
    """The parameters of a function and what they are given."""
    parameters = function.node.args
    if parameters.vararg or parameters.kwarg or parameters.posonlyargs:
        raise caller.error(f"'{function.name}' takes starred arguments, which are not understood", node)
    leading = [a.arg for a in parameters.args]
    names = [a.arg for a in function.parameters]
    if len(args) > len(leading):
        raise caller.error(f"'{function.name}' takes {len(leading)} arguments, not {len(args)}", node)
    env = dict(zip(leading, args, strict=False))
    for name, value in kwargs.items():
        if name in env or name not in names:
            wrong = "twice" if name in env else "but takes no such argument"
            raise caller.error(f"'{function.name}' is given '{name}' {wrong}", node)
        env[name] = value
    for name, default in function.written_defaults.items():
        if name in env:
            continue
        if function.defaults is None:
            env[name] = fixed(default, inner, node)
        else:
            value = function.defaults[name]
            env[name] = None if value is None else outside_value(outside(value), name, inner, node)
    missing = [n for n in names if n not in env]
    if missing:
        raise caller.error(f"'{function.name}' is not given '{missing[0]}'", node)
    return env


def _check_decorators(function: Function, path: Path) -> None:
    for node in function.node.decorator_list:
        decorator = evaluate(
            node.func if isinstance(node, ast.Call) else node, Path(path.invocation, path.reading.base)
        )
        if not isinstance(decorator, External) or decorator.name not in COMPILERS:
            raise path.error(f"the decorator '{path.text(node)}' is not understood", node, "read the inner one")


def _returned(returned: Sequence[tuple[Path, Any]], base: Path, function: Function) -> tuple[Any, Path]:
    """The value that is returned on one of several paths, and the path after it."""
    if len(returned) == 1:
        return returned[0][1], returned[0][0]
    node, values = function.node, [value for _, value in returned]
    after = joined([p for p, _ in returned], base)
    if all(v is None for v in values):
        return None, after
    if any(v is None or isinstance(v, (tuple, list)) for v in values):
        raise base.error(f"'{function.name}' returns different kinds of values on different paths", node)
    if all(isinstance(v, Poly) and v == values[0] for v in values):
        return values[0], after
    arrays = [tensor_of(value, p, node) for p, value in returned]
    shapes = {sizes_of(array) for array in arrays}
    if len(shapes) > 1:
        shown = " and ".join(str(list(s)) for s in sorted(shapes, key=str))
        raise base.error(f"'{function.name}' returns shapes that differ: {shown}", node)
    (shape,) = shapes
    terms = [held(array) if shape else terms_of(array) for array in arrays]
    branches = [(p.taken_since(base), t) for (p, _), t in zip(returned, terms, strict=True)]
    facts = elements(shape, base.known)
    return array_of(shape, simplified(merged(branches), facts), facts), after
