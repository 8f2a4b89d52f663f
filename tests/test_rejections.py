"""Calls that may not fit, made in the library and here: what it rejects is rejected, and what both take is the same."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from rejecting import compared
from test_twins import numeric

from symconv.operators import REGISTRY

CALLS = 10
CHECKED = sorted(name for name in REGISTRY if not name.startswith("lax."))


@pytest.mark.parametrize("name", CHECKED)
def test_what_the_library_rejects_is_rejected(name: str) -> None:
    """A call that raises in the library is an error here with a message; another has the library's entries, or none."""
    for seed in range(CALLS):
        call = compared(name, Random(f"{name} misfit {seed}").randint)
        if call is None:
            continue
        if call.library.values is None:
            assert call.own.values is None, f"{call.call} is taken; the library says: {call.library.message}"
        if call.own.values is None:
            assert call.own.message, call.call
        elif call.library.values is not None:
            kind = complex if call.library.values.dtype.kind == "c" else float
            assert call.own.values.shape == call.library.values.shape, call.call
            np.testing.assert_allclose(
                numeric(call.own.values, kind), call.library.values, atol=1e-9, err_msg=call.call
            )
