"""Every operator's index formula against the function whose name it bears, over random shapes and arguments."""

from __future__ import annotations

from importlib import import_module
from random import Random
from typing import Any

import numpy as np
import pytest
from drawing import DRAWN, Draw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symconv.numerics.evaluation import evaluate
from symconv.operators import REGISTRY

for _family in "arithmetic functions lax layers layout patterns products sliding structured".split():
    import_module(f"drawn_{_family}")

DRAWS = 80
FUNCTIONS = {"f": lambda v: v**2 + 1}

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


def test_every_operator_is_drawn() -> None:
    """A new operator without a way to draw its arguments fails here."""
    assert set(DRAWN) == set(REGISTRY)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_formula_agrees_with_twin(name: str) -> None:
    """The index formula gives the shape and the entries of the library's own function."""
    for seed in range(DRAWS):
        d = Draw(Random(f"{name} {seed}").randint)
        try:
            _compare(name, d, thorough=seed % 8 == 0)
        except Exception as error:
            raise AssertionError(f"{name}, draw {seed}: {error}") from error


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(REGISTRY))
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_formula_agrees_with_twin_on_many_draws(name: str, data: st.DataObject) -> None:
    """The same on more draws, reduced to the smallest that fails, and with JAX where it is installed."""
    d = Draw(lambda low, high: data.draw(st.integers(low, high)), slow_twins=True)
    _compare(name, d, thorough=True)


def _compare(name: str, d: Draw, thorough: bool) -> None:
    """The formula against the twin; when thorough, also NumPy's own way, one entry, and the node's arguments."""
    expr, expected = DRAWN[name](d)
    expected = np.asarray(expected)
    found = evaluate(expr, d.sizes, d.arrays, FUNCTIONS, twins=False)
    assert found.shape == expected.shape
    kind = complex if expected.dtype.kind == "c" else float
    np.testing.assert_allclose(numeric(found, kind), expected.astype(kind), rtol=1e-9, atol=1e-9)
    if thorough:
        np.testing.assert_array_equal(evaluate(expr, d.sizes, d.arrays, FUNCTIONS), found)
        assert expr.func(*expr.args) == expr
        if found.size:
            entry = tuple(d.number(0, n - 1) for n in found.shape)
            assert evaluate(expr, d.sizes, d.arrays, FUNCTIONS, entry=entry) == found[entry]


def numeric(values: np.ndarray, kind: Any) -> np.ndarray:
    from symconv.algebra.polynomials import Poly
    from symconv.expressions.conversion import to_sympy

    plain = np.frompyfunc(lambda v: kind(to_sympy(v)) if isinstance(v, Poly) else kind(v), 1, 1)
    return np.asarray(plain(values)).astype(kind)
