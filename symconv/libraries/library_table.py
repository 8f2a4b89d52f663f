"""What functions of libraries do with symbolic tensors, by full name: one table for code that is read or traced.

It follows from the registry: an operator whose library is `numpy.something` is what that function does here, and so
for every library. What NumPy has under further names is in `numpy_functions`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import TensorExpr
from symconv.libraries.naming import Made
from symconv.libraries.numpy_functions import COMPOSED, is_exact_type, kept_in
from symconv.libraries.scipy_ndimage import NDIMAGE
from symconv.libraries.scipy_signal import SIGNAL
from symconv.libraries.torch_functions import TORCH
from symconv.libraries.torch_shapes import SHAPES

NEUTRAL = {"out", "order", "subok", "casting", "optimize", "where", "initial", "copy", "like", "device"}
"""Arguments that change nothing as long as they have their default."""
NO_VALUE = inspect.signature(np.sum).parameters["initial"].default
VIEWS = frozenset(
    "transpose flip fliplr flipud rot90 reshape ravel swapaxes moveaxis expand_dims squeeze sliding_window_view "
    "diagonal matrix_transpose einsum rearrange real_if_close".split()
)
"""Functions whose result may share its entries with what they are given."""


@dataclass(frozen=True)
class LibraryFunction:
    """A function of a library, and what it does with tensors."""

    name: str
    make: Made
    numpy_function: Any = None
    """NumPy's own function, which knows the names of its arguments."""

    @property
    def makes_view(self) -> bool:
        """Whether the result may share its entries with what the function is given."""
        return self.name.rpartition(".")[2] in VIEWS

    @property
    def signature(self) -> inspect.Signature:
        """The parameters of what stands for the function."""
        return self.make.signature if isinstance(self.make, Operator) else inspect.signature(self.make)

    def bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments by NumPy's own names where it tells them."""
        as_given = tuple(args), dict(kwargs)
        if self.numpy_function is None or isinstance(self.numpy_function, np.ufunc):
            return as_given
        try:
            signature = inspect.signature(self.numpy_function)
            parameters = list(signature.parameters.values())
            if any(p.kind is p.VAR_POSITIONAL for p in parameters):
                return as_given
            arguments = dict(signature.bind(*args, **kwargs).arguments)
        except (TypeError, ValueError):
            return as_given
        arguments.update(arguments.pop("kwargs", {}))
        leading: list[Any] = []
        for parameter in parameters[: len(args)]:
            if parameter.name in self.signature.parameters:
                break
            leading.append(arguments.pop(parameter.name))
        return tuple(leading), arguments

    def apply(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What the function makes of arguments that are bound; those that change nothing are left out."""
        signature = self.signature
        takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        kept = {}
        for key, value in kwargs.items():
            if key in signature.parameters or takes_any and key not in NEUTRAL:
                kept[key] = value
            elif not _is_neutral(key, value, (*args, *kwargs.values())):
                raise Unsupported(f"{self.name}: the argument {key}={value!r} is not supported for symbolic tensors")
        try:
            self._check_kinds(signature.bind(*args, **kept).arguments)
            return self.make(*args, **kept)
        except (AttributeError, TypeError) as error:
            raise SymconvError(f"{self.name}: {error}") from None

    def _check_kinds(self, arguments: Mapping[str, Any]) -> None:
        """Raise where an array is given for a parameter that is none."""
        for key, value in arguments.items():
            if isinstance(self.make, Operator):
                takes_array = key in self.make.operands
            else:
                takes_array = self.signature.parameters[key].annotation not in ("int", "str")
            if isinstance(value, TensorExpr) and not takes_array:
                raise Unsupported(f"{self.name}: the argument {key!r} is an array; a number or a word belongs there")


def _is_neutral(key: str, value: Any, args: Iterable[Any]) -> bool:
    if key == "dtype":
        return is_exact_type(value) and all(kept_in(value, a) is not None for a in args if isinstance(a, TensorExpr))
    if value is None or value is NO_VALUE or value is True and key in ("where", "subok", "optimize", "copy"):
        return True
    neutral = (False, "K", "C", "same_kind", "greedy", "optimal", "cpu")
    return key in NEUTRAL and isinstance(value, (bool, str)) and value in neutral


# Look-up

_EINOPS = ("reduce", "repeat", "einsum")


@cache
def by_name() -> Mapping[str, Made]:
    """What each function of a library does with tensors."""
    libraries = {op.library: op for op in REGISTRY.values() if not op.library.startswith("symconv.")}
    ours = {f"symconv.{name}": op for name, op in REGISTRY.items()}
    einops = {f"einops.{name}": _of_einops(name) for name in _EINOPS}
    return {**libraries, **ours, **COMPOSED, **SIGNAL, **NDIMAGE, **TORCH, **SHAPES, **einops}


@cache
def by_numpy_function() -> Mapping[Any, Made]:
    """What each function of NumPy does with tensors, whatever name it is called by."""
    named = {resolved(name): make for name, make in by_name().items() if name.startswith("numpy.")}
    return {function: make for function, make in named.items() if function is not None}


def resolved(path: str) -> Any:
    """The object of NumPy with this full name, or None."""
    value: Any = np
    for part in path.split(".")[1:]:
        value = getattr(value, part, None)
    return value


def function_named(name: str) -> LibraryFunction | None:
    """The function with this full name, or None where it is not known."""
    function = resolved(name) if name.startswith("numpy.") else None
    make = by_name().get(name) if function is None else by_numpy_function().get(function)
    return None if make is None else LibraryFunction(name, make, function)


def method_named(name: str) -> LibraryFunction | None:
    """The method of arrays with this name, or None where it is not known."""
    if not callable(getattr(np.ndarray, name, None)):
        return None
    return function_named(f"numpy.{name}") or function_named(f"numpy.ndarray.{name}")


def of_method(name: str, array: Any, args: Sequence[Any]) -> tuple[Any, ...]:
    """The arguments of a method as those of the function: array.reshape(2, 3) is reshape(array, (2, 3))."""
    return (array, tuple(args)) if name in ("reshape", "transpose") and len(args) > 1 else (array, *args)


def _of_einops(name: str) -> Made:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            import einops

            import_module("symconv.libraries.einops_backend")
        except ImportError:
            raise SymconvError(f"einops.{name} needs einops", hint="pip install symconv[einops]") from None
        try:
            return getattr(einops, name)(*args, **kwargs)
        except SymconvError:
            raise
        except Exception as error:  # einops refuses patterns and arguments with errors of many kinds
            told = str(error).strip().splitlines() or [type(error).__name__]
            raise ShapeError(f"einops.{name}: {told[-1].strip()}") from None

    return call
