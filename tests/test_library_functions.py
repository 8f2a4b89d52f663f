"""What the tables say of functions of libraries, against the functions themselves on random arrays and arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from random import Random
from typing import Any

import numpy as np
import pytest
from drawing import Draw

from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.libraries.library_table import function_named
from symconv.numerics.evaluation import evaluate

Arguments = tuple[list[Any], dict[str, Any]]
CALLS: dict[str, Callable[[Draw], Arguments]] = {}


def called(*names: str) -> Callable[[Callable[[Draw], Arguments]], Callable[[Draw], Arguments]]:
    """Register a function that draws arguments for these functions of libraries."""

    def register(make: Callable[[Draw], Arguments]) -> Callable[[Draw], Arguments]:
        CALLS.update(dict.fromkeys(names, make))
        return make

    return register


def sometimes(d: Draw, **options: Any) -> dict[str, Any]:
    """Some of the arguments by name."""
    return {key: options[key] for key in d.some(list(options))}


MODES = ("full", "same", "valid")


@called("numpy.convolve", "numpy.correlate")
def _(d: Draw) -> Arguments:
    return [d.tensor(d.number(1, 5)), d.tensor(d.number(1, 5))], sometimes(d, mode=d.pick(*MODES))


@called("scipy.signal.convolve", "scipy.signal.correlate", "scipy.signal.fftconvolve", "scipy.signal.oaconvolve")
def _(d: Draw) -> Arguments:
    kernel = d.shape(1, 2, 3)
    array = tuple(n + d.number(0, 2) for n in kernel) if len(kernel) > 1 else (d.number(1, 4),)
    if d.concrete and d.pick(False, True):
        array, kernel = kernel, array
    return [d.tensor(*array), d.tensor(*kernel)], sometimes(d, mode=d.pick(*MODES))


@called("scipy.signal.convolve2d", "scipy.signal.correlate2d")
def _(d: Draw) -> Arguments:
    kernel = d.number(1, 4), d.number(1, 4)
    array = tuple(n + d.number(0, 2) for n in kernel)
    if d.concrete and d.pick(False, True):
        array, kernel = kernel, array
    boundary = d.pick("fill", "wrap", "symm")
    options = {"mode": d.pick(*MODES), "boundary": boundary, "fillvalue": d.number(-2, 2)}
    return [d.tensor(*array), d.tensor(*kernel)], sometimes(d, **options)


@called("scipy.signal.lfilter")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 2)
    array = d.tensor(*shape)
    return [d.tensor(d.number(1, 4)), [d.number(1, 3)], array], sometimes(d, axis=d.number(-len(shape), len(shape) - 1))


_EDGES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-mirror", "grid-wrap", "grid-constant")


def _edge(d: Draw, size: int) -> dict[str, Any]:
    origin = d.number(-(size // 2), (size - 1) // 2)
    return sometimes(d, mode=d.pick(*_EDGES), cval=d.number(-2, 2), origin=d.parameter(origin))


@called("scipy.ndimage.convolve", "scipy.ndimage.correlate")
def _(d: Draw) -> Arguments:
    rank = d.number(1, 2)
    kernel = tuple(d.number(1, 4) for _ in range(rank))
    array = tuple(n + 1 if not d.concrete else d.number(1, 5) for n in kernel)
    size = min(kernel)
    return [d.tensor(*array), d.tensor(*kernel)], _edge(d, size)


@called("scipy.ndimage.convolve1d", "scipy.ndimage.correlate1d")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    array = tuple(d.number(1, 5) if d.concrete else size + 1 for _ in range(rank))
    return [d.tensor(*array), d.tensor(size)], {**_edge(d, size), **sometimes(d, axis=d.number(-rank, rank - 1))}


@called("scipy.ndimage.uniform_filter1d")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    array = d.tensor(*(d.number(1, 5) if d.concrete else size + 1 for _ in range(rank)))
    return [array, d.parameter(size)], {**_edge(d, size), **sometimes(d, axis=d.number(-rank, rank - 1))}


@called("scipy.ndimage.uniform_filter")
def _(d: Draw) -> Arguments:
    size, rank = d.number(1, 4), d.number(1, 2)
    array = d.tensor(*(d.number(1, 5) if d.concrete else size + 1 for _ in range(rank)))
    return [array, d.pick(size, (size,) * rank)], _edge(d, size)


def compare(name: str, d: Draw) -> None:
    """One call of a function against the function itself."""
    args, kwargs = CALLS[name](d)
    function = _resolved(name)
    given = [_given(d, a, name) for a in args], {k: _given(d, v, name) for k, v in kwargs.items()}
    try:
        expected = function(*given[0], **given[1])
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
    for seed in range(6):
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
