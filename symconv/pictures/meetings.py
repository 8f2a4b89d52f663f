"""Which entries of two arrays meet in each output of an operation, read off its index formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.tensors import Tensor
from symconv.formulas.axis import from_positions
from symconv.formulas.language import Read, Scalar
from symconv.kernel.expansion import expanded
from symconv.kernel.presburger import Undecided
from symconv.limits import MAX_DRAWN
from symconv.numerics.evaluation import evaluate
from symconv.operators.sliding import correlate

__all__ = ["Index", "Meetings", "flat", "meetings", "plane"]

Index = tuple[int, ...]


@dataclass(frozen=True)
class Meetings:
    """Two arrays under an operation, and for each output the pairs of entries that meet in it."""

    image: np.ndarray
    kernel: np.ndarray
    output: np.ndarray
    meets: dict[Index, dict[Index, Index]]

    def at(self, place: Sequence[int] | None) -> Index:
        """The index of an output, with the leading axes of size 1 filled in; the first one by default."""
        shape = self.output.shape
        given = tuple(place if place is not None else ())
        found = (0,) * (len(shape) - len(given)) + given
        if len(found) != len(shape) or any(not 0 <= i < n for i, n in zip(found, shape, strict=True)):
            raise SymconvError(f"there is no output at {given}: the output has the shape {shape}")
        return found

    def outside(self, at: Index) -> dict[Index, Index]:
        """Where the kernel's other entries would lie: places outside of the image."""
        fullest = max(self.meets.values(), key=len)
        here = self.meets[at]
        known = next((k for k in here if k in fullest), None)
        if known is None:
            return {}
        shift = np.subtract(here[known], fullest[known])
        places = {k: tuple(int(i) for i in np.add(place, shift)) for k, place in fullest.items() if k not in here}
        bounds = self.image.shape
        return {k: p for k, p in places.items() if any(not 0 <= i < n for i, n in zip(p, bounds, strict=True))}


def meetings(image: Any, kernel: Any, operation: Any, options: dict[str, Any]) -> Meetings:
    """What meets what, from the index formula at these sizes."""
    if operation is correlate:
        options = {"mode": "valid", **options}
    values = [np.asarray(v, dtype=object) for v in (image, kernel)]
    for value in values:
        plane(value)
    tensors = [Tensor(name, *value.shape) for name, value in zip(("a", "k"), values, strict=True)]
    expr = operation(*tensors, **options)
    output = np.asarray(evaluate(expr, {}, {"a": values[0], "k": values[1]}), dtype=object)
    names = [f"i{n}" for n in range(output.ndim)]
    places = [dict(zip(names, at, strict=True)) for at in product(*map(range, output.shape))]
    read = Read(expr, from_positions(expr.axes, [Poly.name(n) for n in names]))
    try:
        found = expanded(read, Scalar(Poly.of(0)), places)
    except Undecided as error:
        raise SymconvError(f"this is too large to draw: {error}") from None
    meets: dict[Index, dict[Index, Index]] = {tuple(p.values()): {} for p in places}
    for at, poly in found.rest:
        for monomial in poly.terms:
            pair = {atom.name: index for atom, index in (found.entries[str(m)] for m in monomial)}
            if set(pair) != {"a", "k"}:
                raise SymconvError("only products of two arrays, each of them once, are drawn")
            meets[tuple(at[n] for n in names)][pair["k"]] = pair["a"]
    plane(output)
    return Meetings(values[0], values[1], output, meets)


def plane(array: Any) -> Any:
    """The array without leading axes of size 1; raises where more than two axes are left."""
    values = np.asarray(array, dtype=object)
    if values.size == 0 or max(values.shape, default=1) > MAX_DRAWN:
        raise SymconvError(
            f"an array of shape {values.shape} cannot be drawn", hint=f"each axis has 1 to {MAX_DRAWN} entries"
        )
    while values.ndim > 2 and values.shape[0] == 1:
        values = values[0]
    if values.ndim > 2:
        raise SymconvError(f"an array of shape {np.shape(array)} has more than two axes to draw")
    return values


def flat(index: Index) -> tuple[int, int]:
    """The row and column of an entry in its plane."""
    return (0, *index)[-2], index[-1] if index else 0
