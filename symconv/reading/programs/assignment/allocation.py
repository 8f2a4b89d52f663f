"""New arrays in programs: np.zeros, np.empty, np.full, np.array and their kin."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.libraries.entry_types import CUTS, has_whole_entries, may_be_integers
from symconv.libraries.library_table import NEUTRAL
from symconv.libraries.numpy_functions import is_exact_type, kind_of_type
from symconv.reading.programs.origins.source import External
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Ref, entry_number
from symconv.reading.programs.state.paths import Derived, Path, Stale, require
from symconv.reading.programs.term_sums.summed_terms import Term, Terms, number
from symconv.reading.programs.values.array_values import (
    cells_of,
    check_size,
    contents,
    evaluate_array,
    numbers_in,
    stored,
    tensor_of,
    view_of,
)
from symconv.reading.programs.values.float_arrays import holds_floats
from symconv.reading.programs.values.float_numbers import Float


def filled(
    node: ast.Call, path: Path, *, terms: Terms | None = None, like: bool = False, is_of_numpy: bool = False
) -> Ref:
    """An array of a shape, or of that of another one, that holds terms, or its `fill_value`."""
    given = _arguments(node, path, "a" if like else "shape", *(["fill_value"] if terms is None else []), "dtype")
    first = given.get("a" if like else "shape")
    if first is None:
        raise path.error("no shape is given", node)
    is_integer = False
    if terms is None:
        if "fill_value" not in given:
            raise path.error("no fill_value is given", node)
        value = evaluate_array(given["fill_value"], path)
        if value.axes:
            raise path.error("the fill_value is an array", given["fill_value"])
        terms = () if value == number(ZERO) else (Term(value),)
        is_integer = may_be_integers(value) and not holds_floats(given["fill_value"], path)
    has_complex = any(t.value is not None and is_complex(t.value) for t in terms)
    kind: Mapping[str, bool] = {"is_complex": has_complex, "is_integer": is_integer}
    is_in_order = True
    if like:
        other = view_of(evaluate(first, path), path, first)
        shape, is_in_order = other.shape, len(other.shape) < 2 or other.cell.is_in_order and other.is_whole
        whole = other.cell.is_integer or other.cell.is_list and may_be_integers(contents(other, path, first))
        whole = whole and not holds_floats(first, path)
        if whole and "dtype" not in given and not all(t.value is None or has_whole_entries(t.value) for t in terms):
            raise path.error(CUTS, node, "give it dtype=float")
        kind = {"is_complex": has_complex or other.cell.is_complex, "is_integer": whole}
    else:
        shape = _shape(first, path)
    if "dtype" in given:
        kind = _kind_of_type(given["dtype"], path, kind)
        if kind["is_integer"] and not all(t.value is None or has_whole_entries(t.value) for t in terms):
            raise path.error(CUTS, node, "give it dtype=float")
    for size in shape:
        if size.constant is None or size.constant < 0:
            require(Compare(size, ">="), path, node, f"the size {size} is negative")
    return path.new(shape, terms, **kind, is_of_numpy=is_of_numpy, is_in_order=is_in_order)


def of_sizes(node: ast.Call, path: Path, *, terms: Terms) -> Ref:
    """An array of the sizes that are given one by one, or as one shape, as PyTorch takes them."""
    together = ast.copy_location(ast.Tuple(list(node.args), ast.Load()), node)
    shape: list[ast.expr] = node.args if len(node.args) <= 1 else [together]
    return filled(ast.copy_location(ast.Call(node.func, shape, node.keywords), node), path, terms=terms)


def _arguments(node: ast.Call, path: Path, *names: str) -> Mapping[str, ast.expr]:
    if len(node.args) > len(names):
        raise path.error(f"{path.text(node.func)} takes {len(names)} arguments here", node)
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    given |= {str(k.arg): k.value for k in node.keywords}
    for name in given:
        if name not in names and name not in NEUTRAL:
            raise path.error(f"the argument '{name}' is not understood", given[name])
    return given


def _shape(node: ast.expr, path: Path) -> tuple[Poly, ...]:
    value = evaluate(node, path)
    items = path.items_of(value)
    if isinstance(value, Ref) and value.shape:
        items = tuple(numbers_in(tensor_of(value, path, node)) or (value,))
    given = (value,) if items is None else items
    sizes: tuple[Any, ...] = tuple(entry_number(s) if isinstance(s, TensorExpr) else s for s in given)
    for size in sizes:
        if not isinstance(size, Poly) or any(not isinstance(c, int) for c in size.terms.values()):
            raise path.error(f"'{path.text(node)}' is not a shape", node, "a shape is a tuple of whole numbers")
        if isinstance(size, Float):
            raise path.error(f"'{path.text(node)}' is a float, which is no size", node, "whole division is written //")
        check_size(size, path, node)
    return sizes


def _kind_of_type(node: ast.expr, path: Path, otherwise: Mapping[str, bool]) -> Mapping[str, bool]:
    """What kind of numbers an array of this type of entries takes."""
    value = evaluate(node, path)
    name = value.name.rpartition(".")[2] if isinstance(value, External) else value
    if name is None or name == "object":
        return otherwise
    if not is_exact_type(name) and name not in _WHOLE:
        raise path.error(f"entries of type {name} cut numbers off", node, "use float or complex")
    return {"is_complex": kind_of_type(name) == "c", "is_integer": name in _WHOLE}


_WHOLE = ("int", "int_", "intp", "int32", "int64", "long")
"""Types of whole numbers, with a sign and room enough."""


def copied(node: ast.Call, path: Path, *, same: bool = False, is_of_numpy: bool = False) -> Any:
    """An array that holds what another one does, or the `same` one where NumPy makes no copy."""
    types = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "dtype")]
    if not node.args or len(types) > 1 or any(k.arg != "dtype" and k.arg not in NEUTRAL for k in node.keywords):
        raise path.error(f"{path.text(node.func)} takes one array here", node)
    value = evaluate(node.args[0], path)
    array = isinstance(value, Derived) or isinstance(value, Ref) and not value.cell.is_list
    if isinstance(value, Stale):
        return value
    if same and array and not node.keywords and not types:
        return value
    entries = tensor_of(value, path, node)
    kind: Mapping[str, bool] = {
        "is_complex": is_complex(entries),
        "is_integer": value.cell.is_integer
        if isinstance(value, Ref) and array
        else may_be_integers(entries) and not holds_floats(node.args[0], path),
    }
    for given in types:
        wanted = _kind_of_type(given, path, kind)
        if kind["is_complex"] and not wanted["is_complex"]:
            raise path.error("an array of floats has no imaginary part", given, "take the real part first")
        if wanted["is_integer"] and not has_whole_entries(entries):
            raise path.error(f"entries of type {path.text(given)} cut numbers off", given)
        kind = wanted
    if not entries.axes:
        return entries
    is_fresh = not same and not any(k.arg == "copy" for k in node.keywords)
    shares = () if is_fresh or not array else cells_of(value)
    is_in_order = isinstance(value, Ref) and value.cell.is_in_order and value.is_whole
    is_in_order = is_in_order or not array and not isinstance(value, TensorExpr) or is_fresh and len(entries.axes) < 2
    return stored(entries, path, shares, **kind, is_of_numpy=is_of_numpy, is_in_order=is_in_order)


_CONTENTS: Mapping[str, Terms | None] = {
    "zeros": (),
    "ones": (Term(number(ONE)),),
    "empty": (Term(None),),
    "full": None,
}
_LIBRARIES = ("numpy", "jax.numpy", "torch")
FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    **{f"{m}.{name}": partial(filled, terms=t, is_of_numpy=m == "numpy")
       for m in _LIBRARIES for name, t in _CONTENTS.items()},
    **{f"{m}.{name}_like": partial(filled, terms=t, like=True, is_of_numpy=m == "numpy")
       for m in _LIBRARIES for name, t in _CONTENTS.items()},
    **{f"torch.{name}": partial(of_sizes, terms=t) for name, t in _CONTENTS.items() if t is not None},
    **dict.fromkeys(("numpy.array", "numpy.copy"), partial(copied, is_of_numpy=True)),
    **dict.fromkeys(("jax.numpy.array", "jax.numpy.copy", "torch.tensor", "torch.clone"), copied),
    **{f"torch.nn.{name}": partial(copied, same=True) for name in ("Parameter", "parameter.Parameter", "Buffer")},
    **{f"{m}.asarray": partial(copied, same=True) for m in ("numpy", "jax.numpy", "torch")},
    "torch.as_tensor": partial(copied, same=True), "torch.from_numpy": partial(copied, same=True),
}  # fmt: skip
