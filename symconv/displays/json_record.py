"""The record of a claim for JSON: numbers that JSON cannot hold exactly are strings, large arrays are sparse."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.derivations import Step
from symconv.displays.claim_record import ClaimRecord
from symconv.kernel.replay import Counterexample
from symconv.kernel.sparse_arrays import nonzero
from symconv.limits import MAX_SHOWN_ENTRIES
from symconv.proving.numpy_check import Checked

__all__ = ["array_data", "record_data"]


def record_data(record: ClaimRecord) -> dict[str, Any]:
    """The record as what JSON has: objects, lists, strings and numbers."""
    found = record.counterexample
    return {
        "claim": record.text,
        "verdict": record.verdict,
        "reason": record.reason,
        "scope": {
            "sizes": "all",
            "assumptions": [str(a) for a in record.assumptions],
            "warnings": [*record.warned],
        },
        "condition": None if record.condition is None else str(record.condition),
        "counterexample": None if found is None else _counterexample_data(found),
        "chains": [{"title": c.title or None, "steps": [*map(_step_data, c.steps)]} for c in record.chains],
        "checked": None if record.checked is None else _checked_data(record.checked),
        "checked_up_to": record.checked_up_to,
        "elapsed_ms": round(record.elapsed_ms, 1),
    }


def _step_data(step: Step) -> dict[str, Any]:
    """A line; whether it is verified is said of one that claims to equal the line before."""
    if step.reason is None:
        return {"latex": step.latex(), "rule": None}
    return {"latex": step.latex(), "rule": "".join(step.why()), "verified": step.verified}


def _checked_data(checked: Checked) -> dict[str, Any]:
    sizes = [dict(values) for values in checked.sizes]
    return {"sizes": sizes, "entries": checked.entries, "with": ", ".join(checked.libraries)}


def _counterexample_data(found: Counterexample) -> dict[str, Any]:
    data = {
        "sizes": {name: int(value) for name, value in found.sizes.items()},
        "index": None if found.index is None else [int(i) for i in found.index],
        "arrays": {name: array_data(array) for name, array in found.arrays.items()},
        "lhs": _number_data(found.lhs),
        "rhs": _number_data(found.rhs),
    }
    if found.functions:
        data["functions"] = {
            name: {str(x): _number_data(y) for x, y in values.items()} for name, values in found.functions.items()
        }
    if found.direction:
        data["direction"] = found.direction
    return data


def array_data(array: Any) -> Any:
    """An array as nested lists, or by its non-zero entries if it has many.

    >>> array_data([[1, 0], [0, 2]])
    [[1, 0], [0, 2]]
    """
    if np.size(array) <= MAX_SHOWN_ENTRIES:
        return _number_data(np.asarray(array, dtype=object))
    shape = list(np.shape(array))
    return {"shape": shape, "nonzero": [[list(index), _number_data(value)] for index, value in nonzero(array)]}


def _number_data(value: Any) -> Any:
    """A number itself if JSON can hold it exactly, else a string."""
    while hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_number_data(v) for v in value]
    if isinstance(value, complex) and value.imag == 0:
        value = value.real
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and value - value == 0):
        return value
    return int(value) if getattr(value, "is_Integer", False) else str(value)
