"""What the tables say of functions of libraries, against the functions themselves on random arrays and arguments."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any

import library_calls_torch  # noqa: F401
import numpy as np
import pytest
from drawing import Draw
from library_calls import CALLS

from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.libraries.library_table import function_named
from symconv.libraries.scipy_ndimage import NDIMAGE
from symconv.libraries.scipy_signal import SIGNAL
from symconv.libraries.torch_functions import TORCH
from symconv.libraries.torch_methods import METHODS
from symconv.libraries.torch_shapes import SHAPES
from symconv.numerics.evaluation import evaluate

ALIKE = {
    *(f"torch.{name}" for name in "tensor as_tensor asarray from_numpy".split()),
    *(f"torch.Tensor.{name}" for name in "cpu cuda float half bfloat16 numpy requires_grad_ to type".split()),
}
"""Rows that give back what they are given, and depend on the machine or round."""


def compare(name: str, d: Draw) -> None:
    """One call of a function against the function itself."""
    args, kwargs = CALLS[name](d)
    function = _resolved(name)
    given = [_given(d, a, name) for a in args], {k: _given(d, v, name) for k, v in kwargs.items()}
    try:
        expected = function(*given[0], **given[1])
        if name.startswith("torch."):
            expected = [e.resolve_conj() for e in expected] if isinstance(expected, tuple) else expected.resolve_conj()
    except (ValueError, RuntimeError, TypeError, IndexError) as error:
        with pytest.raises(SymconvError):
            evaluate(_made(name, args, kwargs), d.sizes, d.arrays)
        assert d.concrete, f"{args} {kwargs}: {error}"
        return
    made = _made(name, args, kwargs)
    for value, one in zip(_listed(made), _listed(expected), strict=True):
        found = evaluate(as_tensor(value), d.sizes, d.arrays, twins=False)
        np.testing.assert_equal(np.shape(found), np.shape(one), f"{args} {kwargs}")
        kind = complex if np.asarray(one).dtype.kind == "c" else float
        np.testing.assert_allclose(
            _numeric(found, kind), np.asarray(one, kind), rtol=1e-5, atol=1e-5, err_msg=f"{args} {kwargs}"
        )


def _made(name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    known = function_named(name)
    assert known is not None, name
    return known.apply(*known.bound(args, kwargs))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _resolved(name: str) -> Any:
    module, _, rest = name.rpartition(".")
    try:
        return getattr(import_module(module), rest)
    except ImportError:
        return getattr(_resolved(module), rest)


def _given(d: Draw, value: Any, name: str) -> Any:
    """An argument as the library takes it."""
    if isinstance(value, TensorExpr):
        array = d.arrays[str(value)]
        floats = array.astype(np.result_type(array, np.float64))
        if name.startswith("torch."):
            import torch

            return torch.from_numpy(np.array(floats, order="C"))
        return floats
    if isinstance(value, (tuple, list)):
        return type(value)(_given(d, v, name) for v in value)
    return d.value(value)


def _numeric(values: Any, kind: type) -> np.ndarray:
    from test_twins import numeric

    return numeric(np.asarray(values, dtype=object), kind)


def _seeds(number: int) -> Iterator[int]:
    yield from range(number)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_functions_of_libraries_mean_what_they_do(name: str) -> None:
    """A function's expression gives the shape and the entries that the function does."""
    for seed in range(2):
        _compare_seed(name, seed)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(CALLS))
def test_functions_of_libraries_on_many_draws(name: str) -> None:
    """The same on 200 draws."""
    for seed in range(200):
        _compare_seed(name, seed)


def _compare_seed(name: str, seed: int) -> None:
    try:
        compare(name, Draw(Random(f"{name} {seed}").randint))
    except Exception as error:
        raise AssertionError(f"{name}, draw {seed}: {error}") from error


def test_every_row_is_drawn() -> None:
    """A new row of a table without a way to draw its arguments fails here."""
    tables = {**SIGNAL, **NDIMAGE, **TORCH, **SHAPES, **METHODS}
    drawn = {tables[name] for name in CALLS if name in tables}
    assert {name for name, make in tables.items() if make not in drawn} <= ALIKE
