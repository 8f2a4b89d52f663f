"""Calls in programs: of functions that are read, of libraries, and of methods and attributes of arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import mul
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, Poly
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.libraries.library_table import LibraryFunction, function_named, method_named, of_method, resolved
from symconv.reading import numpy_protocol
from symconv.reading.programs.assignment.assignments import overwrite
from symconv.reading.programs.calling.numpy_calls import strides_of, taken
from symconv.reading.programs.origins.source import External
from symconv.reading.programs.read_functions.outside_names import outside_value
from symconv.reading.programs.state.dispatch import constant, evaluate
from symconv.reading.programs.state.held_values import Ref, entry_number
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Derived, Path, require
from symconv.reading.programs.term_sums.joined_rows import JOINS, joined_rows
from symconv.reading.programs.term_sums.summed_terms import sizes_of
from symconv.reading.programs.values.array_values import (
    cells_of,
    checked,
    described,
    number_as_argument,
    numbers_in,
    shape_of,
    sharing,
    stored,
    tensor_of,
)
from symconv.reading.programs.values.flat_memory import strides
from symconv.reading.programs.values.float_numbers import Float
from symconv.reading.programs.values.series import Series
from symconv.reading.programs.values.split_axes import with_split_axes


def _given(node: ast.Call, path: Path) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call."""
    return [evaluate(a, path) for a in node.args], {str(k.arg): evaluate(k.value, path) for k in node.keywords}


def library(name: str, node: ast.Call, path: Path) -> Any:
    """A call of a function of a library, or of Python's own."""
    if name not in _LAZY:
        node = _using_up(node)
    special = path.reading.syntax.functions.get(name)
    if special is not None:
        return special(node, path)
    args, kwargs = _given(node, path)
    owner, _, method = name.rpartition(".")
    ufunc = resolved(owner) if owner.startswith("numpy") else None
    if isinstance(ufunc, np.ufunc) and callable(getattr(ufunc, method, None)):
        return _outcome(numpy_protocol.ufunc(ufunc, method, *_plain(args, kwargs, path, node)), path, node)
    if (joined := _of_rows(name, args, kwargs, path, node)) is not None:
        return joined
    known = function_named(name)
    if known is None:
        raise path.error(f"{name} is not understood", node, "known are NumPy's linear functions and Python's loops")
    return _applied(known, args, kwargs, path, node)


def _of_rows(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.Call) -> Any:
    """What joins the rows of one array; None for other calls."""
    owner, _, name = name.rpartition(".")
    kwargs = {"axis" if owner == "torch" and k == "dim" else k: v for k, v in kwargs.items()}
    is_list = bool(args) and isinstance(args[0], Ref) and args[0].cell.is_list  # PyTorch joins no rows of arrays
    if (
        name not in JOINS
        or owner not in ("numpy", "jax.numpy", "torch")
        or owner == "torch"
        and not is_list
        or not 1 <= len(args) <= 2
        or not set(kwargs) <= {"axis"}
        or path.items_of(args[0]) is not None
    ):
        return None
    axis = args[1] if len(args) > 1 else kwargs.get("axis")
    if axis is not None and not isinstance(axis, Poly):
        return None
    joined = joined_rows(name, tensor_of(args[0], path, node), axis)
    return None if joined is None else checked(joined, path, node)


_LAZY = ("map", "zip", "enumerate", "iter", "functools.partial", "itertools.chain", "itertools.product")


def _using_up(node: ast.Call) -> ast.Call:
    """The call with its generators as lists, which are the same to a function that uses them up at once."""
    args = [
        ast.copy_location(ast.ListComp(a.elt, a.generators), a) if isinstance(a, ast.GeneratorExp) else a
        for a in node.args
    ]
    return ast.copy_location(ast.Call(node.func, args, node.keywords), node)


def method(owner: Any, name: str, node: ast.Call, path: Path) -> Any:
    """A call of a method of an array."""
    args, kwargs = _given(node, path)
    shape = shape_of(owner)
    if isinstance(owner, Poly) and (number := _of_number(name, owner, node, path)) is not None:
        return number
    if shape is None or isinstance(owner, Ref) and owner.cell.is_list:
        raise path.error(f"the method '{name}' of {described(owner)} is not understood", node)
    if name in ("view", "view_as") and isinstance(owner, Ref) and not owner.lies_in_a_row:
        raise path.error("view of a part of an array whose entries do not lie in a row", node, "write reshape")
    counted = _of_sizes(name, owner, shape, args, path, node)
    if counted is not None:
        return counted
    if name == "item" and not args:
        for size in shape:
            require(Compare(size - 1, "=="), path, node, "item is for one entry; there are more")
        name = "sum"
    if name == "tolist" and not args:
        return stored(tensor_of(owner, path, node), path, is_list=True, is_complex=True)
    if name == "take":
        return taken(owner, args[0], args[1] if len(args) > 1 else kwargs.get("axis"), path, node)
    if name == "fill" and isinstance(owner, Ref):
        overwrite(owner, args[0], path, node)
        return None
    known = [m for m in (method_named(name, library) for library in _libraries(path)) if m is not None]
    if not known:
        raise path.error(f"the method '{name}' is not understood", node, "write it as a function of its library")
    readings = [partial(_applied, m, of_method(m, owner, args), kwargs, path, node) for m in known]
    value = numpy_protocol.agreed(readings, name, lambda value: tensor_of(value, path, node))
    return value if all(m.makes_copy for m in known) else sharing(value, cells_of(owner, *args), path)


def _of_number(name: str, owner: Poly, node: ast.Call, path: Path) -> Any:
    """What methods of NumPy's numbers make of one; None for other methods."""
    if name == "item" and not node.args:
        return owner
    if name == "astype" and len(node.args) == 1 and not node.keywords:
        wanted = evaluate(node.args[0], path)
        kind = wanted.name.removeprefix("builtins.") if isinstance(wanted, External) else ""
        functions = path.reading.syntax.functions
        convert = functions.get(kind) if kind in ("int", "float", "numpy.int64", "numpy.int32") else None
        return None if convert is None else convert(ast.Call(node.func, [constant(owner, node)], []), path)
    return None


def _axis_of(axis: Poly, shape: Sequence[Poly], path: Path, node: ast.AST) -> int:
    if axis.integer is None or not -len(shape) <= axis.integer < len(shape):
        raise path.error(f"there is no axis {axis} in an array with {len(shape)} axes", node)
    return axis.integer


def _of_sizes(name: str, owner: Any, shape: Sequence[Poly], args: Sequence[Any], path: Path, node: ast.AST) -> Any:
    """What methods of PyTorch's tensors say of sizes alone; None for other methods."""
    match name, args:
        case "size", []:
            return tuple(shape)
        case "size", [Poly() as axis]:
            return shape[_axis_of(axis, shape, path, node)]
        case (("numel" | "nelement"), []):
            return reduce(mul, shape, ONE)
        case (("dim" | "ndimension"), []):
            return Poly.of(len(shape))
        case "stride", [] | [Poly()]:
            if isinstance(owner, Derived) or isinstance(owner, Ref) and not owner.is_whole:
                raise path.error("the strides of a part of an array", node, "make it contiguous first")
            found = strides(shape)
            return tuple(found) if not args else found[_axis_of(args[0], shape, path, node)]
    return None


def _libraries(path: Path) -> list[str]:
    """The libraries whose arrays a method may belong to, as the imports say; JAX's have the methods of NumPy's."""
    roots = path.module.libraries
    others = ["numpy"] if roots & {"numpy", "jax"} or "torch" not in roots else []
    return others + ["torch"] * ("torch" in roots or not roots & {"numpy", "jax"})


def _applied(known: LibraryFunction, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST) -> Any:
    """What a function of a library makes of values."""
    args, kwargs = known.bound(args, kwargs)
    _check_whole(known, args, kwargs, path, node)
    if known.makes_view:
        may_copy = known.name.rpartition(".")[2] in _PERHAPS_COPIES
        return _viewed(known.apply, args, kwargs, path, node, may_copy)
    value = _outcome(known.apply(*_plain(args, kwargs, path, node)), path, node)
    is_new = known.makes_copy and "copy" not in kwargs
    return value if is_new else sharing(value, cells_of(*args, *kwargs.values()), path)


_NUMBERS = frozenset(
    "constant_values divisor_override exponent initial value scale entries key cval fillvalue norm zi".split()
)
"""Parameters of operators that take other numbers than whole ones."""


def _check_whole(
    known: LibraryFunction, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST
) -> None:
    """Raise where a float stands for a size, an axis or a step."""
    operands = known.make.operands if isinstance(known.make, Operator) else ()
    parameters = known.signature.parameters
    try:
        named = known.signature.bind(*args, **kwargs).arguments
    except TypeError:  # which the call itself tells
        return
    for name, value in named.items():
        is_whole = isinstance(known.make, Operator) or parameters[name].annotation in ("int", "Numbers")
        if name in _NUMBERS or name in operands or not is_whole:
            continue
        for size in value if isinstance(value, (tuple, list)) else (value,):
            is_quotient = isinstance(size, Poly) and any(not isinstance(c, int) for c in size.terms.values())
            if is_quotient or isinstance(size, Float) and name not in ("start", "stop"):
                raise path.error(f"{known.name}: {name} is {size}, which is a float", node, "// divides whole")


def _plain(
    args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as operators take them."""
    return [_argument(a, path, node) for a in args], {k: _argument(v, path, node) for k, v in kwargs.items()}


def _argument(value: Any, path: Path, node: ast.AST) -> Any:
    match value:
        case Poly():
            return number_as_argument(value)
        case Ref() | Derived():
            array = tensor_of(value, path, node)
            numbers = numbers_in(array) if isinstance(value, Ref) and value.cell.is_list else None
            return array if numbers is None else [number_as_argument(n) for n in numbers]
        case TensorExpr() if not value.axes and (number := entry_number(value, (), path.known)) is not None:
            return number_as_argument(number)
        case tuple() | list():
            return type(value)(_argument(v, path, node) for v in value)
        case Object(kind="list") if (items := path.items_of(value)) is not None:
            return [_argument(v, path, node) for v in items]
        case Object(kind="list") | Series():
            return tensor_of(value, path, node)
        case External(name):
            return name.rpartition(".")[2]
    return value


def _outcome(value: Any, path: Path, node: ast.AST) -> Any:
    if isinstance(value, TensorExpr):
        return checked(value, path, node)
    return outside_value(value, path.text(node), path, node)


_PERHAPS_COPIES = ("reshape", "ravel", "flatten", "contiguous", "reshape_as", "unflatten")
"""Functions that make a view of what lies in a row, and a copy of anything else."""


def _viewed(
    make: Callable[[Sequence[Any], Mapping[str, Any]], TensorExpr],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    path: Path,
    node: ast.AST,
    may_copy: bool = False,
) -> Any:
    """What a function makes of views, worked out anew whenever it is read.

    One that copies what does not lie in a row may be read only as long as that is as it was.
    """
    given = [*args, *kwargs.values()]
    cells = cells_of(*given)
    in_a_row = all(a.is_whole and a.cell.is_in_order for a in given if isinstance(a, Ref))
    in_a_row = in_a_row and not any(isinstance(a, Derived) or isinstance(a, str) and a != "C" for a in given)
    before = {} if in_a_row or not may_copy else {c: path.store.get(c) for c in cells}

    def read(now: Path) -> TensorExpr:
        if any(now.store.get(c) is not terms for c, terms in before.items()):
            message = f"whether '{path.text(node)}' shares the entries of an array that has changed since is not known"
            raise path.error(message, node, "make it a copy")
        viewed = checked(make(*_plain(args, kwargs, now, node)), now, node)
        return with_split_axes(viewed, now.known)

    first = read(path)
    changing = any(isinstance(a, (Ref, Derived, Object, list, tuple)) for a in given)
    return Derived(read, sizes_of(first), cells) if changing else first


def array_attribute(value: Any, node: ast.Attribute, path: Path) -> Any:
    """An attribute of an array."""
    shape = shape_of(value)
    if shape is None:
        raise path.error(f"{described(value)} has no attribute '{node.attr}'", node)
    match node.attr:
        case "shape":
            return shape
        case "data" if "torch" in path.module.libraries:
            return value
        case "ndim":
            return Poly.of(len(shape))
        case "size":
            return reduce(mul, shape, ONE)
        case "T":
            return _viewed(lambda args, _: REGISTRY["transpose"](*args), [value], {}, path, node)
        case "real" | "imag":
            part = checked(REGISTRY[node.attr](tensor_of(value, path, node)), path, node)
            return sharing(part, cells_of(value), path)
        case "dtype":
            return External("numpy.complex128" if is_complex(tensor_of(value, path, node)) else "numpy.float64")
        case "strides":
            return strides_of(value, len(shape), path)
        case "flat":
            row = checked(REGISTRY["ravel"](tensor_of(value, path, node)), path, node)
            return sharing(row, cells_of(value), path)
    raise path.error(f"the attribute '{node.attr}' is not understood", node)
