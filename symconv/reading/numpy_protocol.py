"""NumPy's functions on symbolic tensors: each is the operator of its name, or written with operators.

The table follows from the registry: an operator whose library is `numpy.something` is what that
function does here. What NumPy has under further names is composed below. A function that is in
neither is refused by its name.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import TensorExpr
from symconv.reading.numpy_functions import COMPOSED, Made, is_exact_type, kept_in

NEUTRAL = {"out", "order", "subok", "casting", "optimize", "where", "initial", "copy", "like", "device"}
"""Arguments that change nothing as long as they have their default."""


def resolved(path: str) -> Any:
    """The object of NumPy with this full name, or None."""
    found: Any = np
    for part in path.split(".")[1:]:
        found = getattr(found, part, None)
    return found


@cache
def functions() -> Mapping[Any, Made]:
    """What each function of NumPy does with tensors."""
    made: dict[Any, Made] = {}
    for op in REGISTRY.values():
        if op.library.startswith("numpy."):
            made[resolved(op.library)] = op
    for name, make in COMPOSED.items():
        made[resolved(name)] = make
    return {function: make for function, make in made.items() if function is not None}


@cache
def by_name() -> Mapping[str, Made]:
    """What a function of any library does with tensors, by full name, as programs that are only read have it."""
    libraries = {op.library: op for op in REGISTRY.values() if not op.library.startswith("symconv.")}
    own = {f"symconv.{name}": op for name, op in REGISTRY.items()}
    return {**libraries, **own, **COMPOSED, **{f"einops.{name}": _of_einops(name) for name in _EINOPS}}


_EINOPS = ("reduce", "repeat", "einsum")


def _of_einops(name: str) -> Made:
    def made(*args: Any, **kwargs: Any) -> Any:
        try:
            import einops

            import_module("symconv.reading.einops_backend")
        except ImportError:
            raise SymconvError(f"einops.{name} needs einops", hint="pip install symconv[einops]") from None
        try:
            return getattr(einops, name)(*args, **kwargs)
        except SymconvError:
            raise
        except Exception as error:  # einops refuses patterns and arguments with errors of many kinds
            told = str(error).strip().splitlines() or [type(error).__name__]
            raise ShapeError(f"einops.{name}: {told[-1].strip()}") from None

    return made


def full_name(function: Any) -> str:
    """The name by which people call a function."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module}.{getattr(function, '__name__', function)}"


def call(function: Any, args: Iterable[Any], kwargs: Mapping[str, Any]) -> Any:
    """A NumPy function on tensors; raises `Unsupported` for one that is not known here."""
    made = functions().get(function)
    if made is None:
        raise Unsupported(f"{full_name(function)} is not known for symbolic tensors", hint=_nearest(function))
    return apply(made, full_name(function), bound(function, tuple(args), kwargs), made is not function)


def apply(made: Made, name: str, arguments: tuple[tuple[Any, ...], Mapping[str, Any]], checked: bool = True) -> Any:
    """Call what stands for a function, its further arguments left out if they change nothing."""
    args, kwargs = arguments
    signature = made.signature if isinstance(made, Operator) else inspect.signature(made)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    kept = {}
    for key, value in kwargs.items():
        if key in signature.parameters or (takes_any and key not in NEUTRAL):
            kept[key] = value
        elif not _is_neutral(key, value, (*args, *kwargs.values())):
            raise Unsupported(f"{name}: the argument {key}={value!r} is not supported for symbolic tensors")
    try:
        _check_kinds(made, name, args, kept)
        return made(*args, **kept)
    except (AttributeError, TypeError) as error:
        raise SymconvError(f"{name}: {error}") from None


def _check_kinds(made: Made, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise where an array is given for a parameter that is none."""
    signature = made.signature if isinstance(made, Operator) else inspect.signature(made)
    for key, value in signature.bind(*args, **kwargs).arguments.items():
        if isinstance(made, Operator):
            takes_array = key in made.operands
        else:
            takes_array = signature.parameters[key].annotation not in ("int", "str")
        if isinstance(value, TensorExpr) and not takes_array:
            raise Unsupported(f"{name}: the argument {key!r} is an array; a number or a word belongs there")


def _is_neutral(key: str, value: Any, args: Iterable[Any]) -> bool:
    if key == "dtype":
        return is_exact_type(value) and all(kept_in(value, a) is not None for a in args if isinstance(a, TensorExpr))
    if value is None or value is np._NoValue or value is True and key in ("where", "subok", "optimize", "copy"):
        return True
    neutral = (False, "K", "C", "same_kind", "greedy", "optimal", "cpu")
    return key in NEUTRAL and isinstance(value, (bool, str)) and value in neutral


def bound(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments by NumPy's own names where it tells them."""
    made = functions()[function]
    try:
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())
        if isinstance(function, np.ufunc) or any(p.kind is p.VAR_POSITIONAL for p in parameters):
            return args, dict(kwargs)
        given = signature.bind(*args, **kwargs)
    except (TypeError, ValueError):
        return args, dict(kwargs)
    own = made.signature if isinstance(made, Operator) else inspect.signature(made)
    leading: list[Any] = []
    arguments = dict(given.arguments)
    arguments.update(arguments.pop("kwargs", {}))
    for parameter in parameters[: len(args)]:
        if parameter.name in own.parameters:
            break
        leading.append(arguments.pop(parameter.name))
    return tuple(leading), arguments


def _nearest(function: Any) -> str | None:
    from difflib import get_close_matches

    name = getattr(function, "__name__", "")
    known = sorted({n.rpartition(".")[2] for n in by_name() if n.startswith("numpy.")})
    close = get_close_matches(name, known, 1)
    return f"known are, among others, numpy.{close[0]}" if close else "write it with +, *, @, einsum and slices"


def ufunc(function: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """A universal function on tensors, or its `reduce` or `outer`."""
    match method, function:
        case "__call__", _:
            return call(function, inputs, kwargs)
        case "reduce", np.add:
            return call(np.sum, inputs, {"axis": 0, **kwargs})
        case "outer", np.multiply:
            return call(np.tensordot, (*inputs, 0), kwargs)
    raise Unsupported(f"numpy.{function.__name__}.{method} is not known for symbolic tensors")


# Methods of arrays

PARTS = ("real", "imag")


@cache
def methods() -> Mapping[str, Made]:
    """The methods of NumPy's arrays that are known as functions."""
    named = {name.removeprefix("numpy."): make for name, make in by_name().items() if name.startswith("numpy.")}
    return {name: make for name, make in named.items() if callable(getattr(np.ndarray, name, None))}


def method(array: TensorExpr, name: str) -> Any:
    """A method or attribute of an array; raises `AttributeError` for one that is not known."""
    if name in PARTS:
        return REGISTRY[name](array)
    if name not in methods():
        known = hasattr(np.ndarray, name)
        raise AttributeError(
            f"the method {name!r} is not known for symbolic tensors" if known else f"no attribute {name!r}"
        )
    function = resolved(f"numpy.{name}") or methods()[name]

    def bound(*args: Any, **kwargs: Any) -> Any:
        spread = name in ("reshape", "transpose") and len(args) > 1
        given = (args,) if spread else args
        if function in functions():
            return call(function, (array, *given), kwargs)
        return apply(methods()[name], f"ndarray.{name}", ((array, *given), kwargs))

    return bound
