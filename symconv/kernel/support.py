"""Which values of an index meet a non-zero entry, for arrays that are given by these entries alone.

A sum over a large array with few entries then costs no more than over a small one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.formulas.axis import positions
from symconv.formulas.language import Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.kernel.index_values import Values, satisfied, values_of
from symconv.kernel.terms import TensorAtom
from symconv.limits import FEW_VALUES, MAX_MASK


def meeting_entries(formula: Sum, values: np.ndarray, at: Values, arrays: Mapping[str, Any]) -> np.ndarray:
    """Those values of the summed index for which the summand can be non-zero.

    `at` gives all other names, as numbers or as arrays.

    >>> from symconv import Tensor, dot, sizes
    >>> n = sizes("n")
    >>> formula = dot(Tensor("x", n), Tensor("y", n)).entry()
    >>> meeting_entries(formula, np.arange(5), {"n": 5}, {"x": {(1,): 7, (3,): 2}, "y": {(3,): 1}}).tolist()
    [3]
    """
    return _Support(arrays).among(values, formula, at)


@dataclass(frozen=True)
class _Support:
    arrays: Mapping[str, Any]

    def among(self, values: np.ndarray, formula: Sum, at: Values) -> np.ndarray:
        """The values of a sum's index for which its body can be non-zero at some of the others' values."""
        depth = max((np.ndim(v) for v in at.values()), default=0)
        if len(values) * prod(np.broadcast_shapes(*map(np.shape, at.values()))) > MAX_MASK:  # either way
            return values
        mask = self.mask(formula.body, {**at, formula.name: values.reshape(-1, *[1] * depth)})
        mask = mask if mask.ndim > depth else mask[np.newaxis]
        return values[np.broadcast_to(mask.any(axis=tuple(range(1, mask.ndim))), values.shape)]

    def mask(self, formula: Formula, at: Values) -> np.ndarray:
        """Where a formula can be non-zero; names that are not in `at` may have any value."""
        match formula:
            case Scalar(value):
                return np.asarray(bool(value))
            case Plus(terms):
                return np.logical_or.reduce(np.broadcast_arrays(*(self.mask(t, at) for t in terms)))
            case Times(factors):
                return self.all_of([self.mask(f, at) for f in factors])
            case Conj(body):
                return self.mask(body, at)
            case When(conditions, body):
                known = [satisfied(c, at, np.int64) for c in conditions if c.poly.names <= at.keys()]
                return self.all_of([*map(np.asarray, known), self.mask(body, at)])
            case Sum():
                return self.mask_of_sum(formula, at)
            case Read(array, index) if isinstance(array.leaf, TensorAtom):
                places = positions(array.axes, index)
                return self.mask_of_entries(self.arrays.get(array.leaf.name), places, at)
            case Read(array, index) if array.leaf is None:
                return self.mask(array.entry(*index), at)
            case _:
                return np.asarray(True)

    def mask_of_sum(self, formula: Sum, at: Values) -> np.ndarray:
        """A sum's index takes only the values that meet an entry, if these are few."""
        if not (formula.lower.names | formula.upper.names) <= at.keys():
            return self.mask(formula.body, at)
        lower, upper = (np.asarray(values_of(p, at, np.int64)) for p in (formula.lower, formula.upper))
        if not lower.size or not upper.size:
            return np.asarray(False)
        single = {name: v for name, v in at.items() if not np.ndim(v)}
        values = self.among(np.arange(lower.min(), upper.max()), formula, single)
        if len(values) > FEW_VALUES:  # either way
            return self.mask(formula.body, at)
        depth = max((np.ndim(v) for v in at.values()), default=0)
        mask = self.mask(formula.body, {**at, formula.name: values.reshape(-1, *[1] * depth)})
        return np.asarray(mask.any(axis=0) if mask.ndim > depth else mask & (len(values) > 0))

    def mask_of_entries(self, source: Any, places: Sequence[Poly], at: Values) -> np.ndarray:
        """Where each index of a read is that of some entry."""
        if not isinstance(source, Mapping):
            return np.asarray(True)
        if not source:
            return np.asarray(False)
        known = [(p, {e[k] for e in source}) for k, p in enumerate(places) if p.names <= at.keys()]
        return self.all_of([np.isin(values_of(p, at, np.int64), list(found)) for p, found in known])

    @staticmethod
    def all_of(masks: Sequence[np.ndarray]) -> np.ndarray:
        """Where all masks are true."""
        result = np.asarray(True)
        for mask in masks:
            result = result & mask
        return result
