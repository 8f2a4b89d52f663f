"""What functions of libraries do with symbolic tensors, by full name: one table for code that is read or traced.

It follows from the registry: an operator whose library is `numpy.something` is what that function does here, and so
for every library. What NumPy has under further names is in `numpy_functions`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.libraries.entry_types import check_filling
from symconv.libraries.naming import Made
from symconv.libraries.numpy_functions import COMPOSED, is_exact_type, kept_in
from symconv.libraries.scipy_ndimage import NDIMAGE
from symconv.libraries.scipy_signal import SIGNAL
from symconv.libraries.torch_functions import TORCH
from symconv.libraries.torch_methods import METHODS, NO_METHODS
from symconv.libraries.torch_shapes import SHAPES

NEUTRAL = {
    "out", "order", "subok", "casting", "optimize", "where", "initial", "copy", "like", "device", "requires_grad",
    "memory_format", "pin_memory", "layout", "non_blocking", "precision",
}  # fmt: skip
"""Arguments that change nothing as long as they have their default."""
NO_VALUE = inspect.signature(np.sum).parameters["initial"].default
_NUMPY_VIEWS = (
    "transpose flip fliplr flipud rot90 reshape ravel swapaxes moveaxis expand_dims squeeze diagonal matrix_transpose "
    "lib.stride_tricks.sliding_window_view broadcast_to"
)
_TORCH_VIEWS = (
    "view view_as permute transpose swapaxes swapdims t unsqueeze squeeze select narrow expand expand_as broadcast_to "
    "diagonal detach movedim moveaxis reshape reshape_as flatten ravel unflatten contiguous adjoint unfold"
)
VIEWS = frozenset(
    [f"numpy.{name}" for name in _NUMPY_VIEWS.split()]
    + [f"torch.{owner}{name}" for name in _TORCH_VIEWS.split() for owner in ("", "Tensor.")]
)
"""Functions whose result shares its entries with what they are given."""
_COPIES = frozenset(
    "add subtract sub rsub multiply mul divide div true_divide power pow square negative neg sum mean var average "
    "dot vdot vecdot inner outer ger matmul mm mv bmm addmm addmv baddbmm tensordot kron trace cumsum ediff1d "
    "trapezoid trapz convolve correlate concatenate concat cat stack hstack vstack dstack row_stack column_stack "
    "append insert delete pad roll tile repeat repeat_interleave tril triu tri where copy clone tensor zeros ones "
    "full eye identity arange linspace zeros_like ones_like full_like flip fliplr flipud rot90 astype "
    "new_zeros new_ones new_full".split()
)
_COPYING_MODULES = ("numpy.fft", "torch.fft", "scipy.signal", "scipy.ndimage")
"""Functions whose result is surely new; that of any other may be what it is given, or a part of it."""

_ALSO_CALLED = {"axis": "dim", "keepdims": "keepdim"}
_NO_ARRAYS = ("int", "str", "bool", "Numbers")


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
        return self.name in VIEWS

    @property
    def makes_copy(self) -> bool:
        """Whether the result surely shares no entry with what the function is given."""
        module, _, name = self.name.rpartition(".")
        return name in _COPIES or self.name == "numpy.ndarray.flatten" or module in _COPYING_MODULES

    @property
    def signature(self) -> inspect.Signature:
        """The parameters of what stands for the function."""
        return self.make.signature if isinstance(self.make, Operator) else inspect.signature(self.make)

    def bound(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments by NumPy's own names where it tells them; PyTorch knows those of NumPy too."""
        if self.name.startswith("torch."):
            kwargs = {_ALSO_CALLED.get(key, key): value for key, value in kwargs.items()}
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
            check_filling(self.name, [*args, *kept.values()])
            return self.make(*args, **kept)
        except (AttributeError, TypeError) as error:
            raise SymconvError(f"{self.name}: {error}") from None

    def takes_array(self, parameter: str) -> bool:
        """Whether an array may be given for a parameter."""
        if isinstance(self.make, Operator):
            return self.make.parameter(parameter) in self.make.operands
        known = self.signature.parameters.get(parameter)
        return known is not None and known.annotation not in _NO_ARRAYS

    def _check_kinds(self, arguments: Mapping[str, Any]) -> None:
        """Raise where an array is given for a parameter that is none."""
        for key, value in arguments.items():
            if isinstance(value, TensorExpr) and not self.takes_array(key):
                raise Unsupported(f"{self.name}: the argument {key!r} is an array; a number or a word belongs there")


def _is_neutral(key: str, value: Any, args: Iterable[Any]) -> bool:
    if key == "dtype":
        return is_exact_type(value) and all(kept_in(value, a) is not None for a in args if isinstance(a, TensorExpr))
    if value is None or value is NO_VALUE or value is True and key in ("where", "subok", "optimize", "copy"):
        return True
    neutral = (False, "K", "C", "same_kind", "greedy", "optimal", "cpu")
    return key in NEUTRAL and isinstance(value, (bool, str)) and value in neutral


def viewed_tensors(array: TensorExpr) -> frozenset[Tensor]:
    """The tensors whose entries a library's array with this value may share."""
    if isinstance(array, Tensor):
        return frozenset({array})
    if not isinstance(array, Operation):
        return frozenset()
    function = LibraryFunction(array.operator.library, array.operator)
    if function.makes_copy and not function.makes_view:
        return frozenset()
    return frozenset().union(*map(viewed_tensors, array.children))


# Look-up

_EINOPS = ("reduce", "repeat", "einsum")


@cache
def by_name() -> Mapping[str, Made]:
    """What each function of a library does with tensors."""
    libraries = {op.library: op for op in REGISTRY.values() if not op.library.startswith("symconv.")}
    ours = {f"symconv.{name}": op for name, op in REGISTRY.items()}
    einops = {f"einops.{name}": _of_einops(name) for name in _EINOPS}
    return {**libraries, **ours, **COMPOSED, **SIGNAL, **NDIMAGE, **TORCH, **SHAPES, **METHODS, **einops}


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


MODULES = {
    "np": "numpy", "numpy": "numpy", "scipy": "scipy", "signal": "scipy.signal", "ndimage": "scipy.ndimage",
    "ndi": "scipy.ndimage", "torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "jax": "jax",
    "jnp": "jax.numpy", "lax": "jax.lax", "einops": "einops",
}  # fmt: skip
"""What people call the modules of libraries where no import says it."""
SAME_AS = {"jax.numpy.": "numpy.", "scipy.fft.": "numpy.fft.", "jax.scipy.signal.": "scipy.signal."}
"""Modules whose functions mean what those of the same names mean in another one."""
_ALSO_IN_TORCH = re.compile(r"torch\.(conv(_transpose)?\dd|avg_pool1d|pixel_(un)?shuffle|bilinear)")


def function_named(name: str) -> LibraryFunction | None:
    """The function with this full name, or None where it is not known."""
    for module, other in SAME_AS.items():
        name = other + name.removeprefix(module) if name.startswith(module) else name
    if _ALSO_IN_TORCH.fullmatch(name):
        name = name.replace("torch.", "torch.nn.functional.")
    if name in ("torch.chunk", "torch.split", "torch.unbind"):
        name = name.replace("torch.", "torch.Tensor.")
    function = resolved(name) if name.startswith("numpy.") else None
    make = by_name().get(name) if function is None else by_numpy_function().get(function)
    return None if make is None else LibraryFunction(name, make, function)


def nearest(name: str) -> str | None:
    """The function of the same module whose name is nearest to one that is not known; or those of a small module."""
    module, _, last = name.rpartition(".")
    known = {n.rpartition(".")[2]: n for n in _of_module(module)}
    close = get_close_matches(last, known, 1, 0.8)
    if close:
        return f"did you mean {module}.{close[0]}?"
    return f"known of {module} are {', '.join(sorted(known))}" if 0 < len(known) < 20 else None


def _of_module(module: str) -> list[str]:
    for alias, other in SAME_AS.items():
        if f"{module}.".startswith(alias):
            module = (other + f"{module}.".removeprefix(alias)).rstrip(".")
    return [n for n in by_name() if n.rpartition(".")[0] == module]


def method_named(name: str, library: str = "numpy") -> LibraryFunction | None:
    """The method of a library's arrays with this name, or None where it is not known."""
    if library == "torch":
        full = f"torch.{name}"
        return function_named(f"torch.Tensor.{name}") or (None if full in NO_METHODS else function_named(full))
    if not callable(getattr(np.ndarray, name, None)):
        return None
    return function_named(f"numpy.{name}") or function_named(f"numpy.ndarray.{name}")


AMBIGUOUS_METHODS = ("transpose", "repeat", "var")
"""Methods that mean one thing in NumPy and another in PyTorch, for arguments that both take."""


def of_method(method: LibraryFunction, array: Any, args: Sequence[Any]) -> tuple[Any, ...]:
    """The arguments of a method as those of the function: array.reshape(2, 3) is numpy.reshape(array, (2, 3))."""
    is_packed = method.name in ("numpy.reshape", "numpy.transpose") and len(args) > 1
    return (array, tuple(args)) if is_packed else (array, *args)


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
