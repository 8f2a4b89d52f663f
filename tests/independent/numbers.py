"""Functions of numbers: whole quotients, and what Python and SymPy have for scalars."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from . import exact
from .exact import NotLinear, Undefined
from .operators import OPERATORS
from .reading import Unreadable


def floor(a: Any, b: Any) -> Any:
    """a // b."""
    if not all(isinstance(v, (int, Fraction)) for v in (a, b)):
        raise NotLinear
    if b == 0:
        raise Undefined("// 0")
    return a // b


def modulo(a: Any, b: Any) -> Any:
    """a % b."""
    return a - b * floor(a, b)


def _extremum(choose: Callable[..., Any]) -> Callable[..., Any]:
    def called(*values: Any) -> Any:
        if len(values) == 1 or any(np.ndim(v) for v in values):
            raise Unreadable("an extremum of an array")
        return choose(exact.order(v) for v in values)

    return called


OF_NUMBERS: dict[str, Callable[..., Any]] = {
    "floor": lambda v: floor(v, 1),
    "ceiling": lambda v: -floor(-v, 1),
    "Mod": modulo,
    "Rational": exact.ratio,
    "conjugate": exact.conjugate,
    "Abs": OPERATORS["absolute"],
    "abs": OPERATORS["absolute"],
    **dict.fromkeys(("Max", "max"), _extremum(max)),
    **dict.fromkeys(("Min", "min"), _extremum(min)),
}
