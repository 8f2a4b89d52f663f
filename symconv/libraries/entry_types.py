"""What kind of numbers NumPy would hold an expression in, as far as the expression tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy

from symconv.errors import Unsupported
from symconv.expressions.tensors import Operation, Tensor, TensorExpr, as_tensor

CUTS = "an array of integers cuts other numbers off"
_DIVIDING = {"divide", "mean", "ifft", "ifft2", "ifftn", "call"}
_OF_FIRST_ARRAY = {
    *"numpy.pad numpy.insert numpy.full_like torch.nn.functional.pad torch.full_like".split(),
    *(f"scipy.ndimage.{name}" for name in "convolve correlate convolve1d correlate1d uniform_filter".split()),
    "scipy.ndimage.uniform_filter1d",
}
"""Functions whose result has the type of their first array."""


def _numbers(value: Any) -> Iterator[sympy.Number]:
    """The numbers that entries are made of: those inside of a floor count for whole ones."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, sympy.Number):
            yield part
        elif not isinstance(part, sympy.floor):
            waiting += part.args


def _operators(value: TensorExpr) -> set[str]:
    return {node.operator.name for node in value.atoms(Operation)}


def has_whole_entries(value: TensorExpr) -> bool:
    """Whether all entries are surely integers: no tensor, no fraction."""
    if value.atoms(Tensor) or value.has(sympy.I) or not all(n.is_Integer for n in _numbers(value)):
        return False
    return not _operators(value) & {*_DIVIDING, "power"}


def may_be_integers(value: TensorExpr) -> bool:
    """Whether NumPy may hold the value as integers; arrays that are arguments are of floats.

    Names with a point stand for what a program's loop has left, which may be of either kind.
    """
    if value.has(sympy.I) or any("." not in t.name for t in value.atoms(Tensor)):
        return False
    return all(n.is_Integer for n in _numbers(value)) and not _operators(value) & _DIVIDING


def check_filling(name: str, given: Sequence[Any]) -> None:
    """Raise where a function gives entries to an array of the type of its first one, which may cut them off."""
    if name not in _OF_FIRST_ARRAY or not given:
        return
    first, *others = [as_tensor(v) for v in given if isinstance(v, (TensorExpr, list, tuple, int, float, sympy.Expr))]
    divides = "uniform" in name
    if may_be_integers(first) and (divides or not all(map(has_whole_entries, others))):
        raise Unsupported(f"{name}: {CUTS}", hint="make it an array of floats, or join pieces by np.concatenate")
