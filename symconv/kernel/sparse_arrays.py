"""Large arrays by their non-zero entries, as counterexamples have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symconv.limits import check_entries


@dataclass(frozen=True)
class SparseArray(Mapping[tuple[int, ...], Any]):
    """An array that is 0 but for some entries, read like NumPy's: a mapping from indices to the others.

    >>> array = SparseArray((10**6, 10**6), {(0, 7): 3})
    >>> array[0, 7], array[1, 1], array.size, list(array)
    (3, 0, 1000000000000, [(0, 7)])
    """

    shape: tuple[int, ...]
    entries: Mapping[tuple[int, ...], Any]

    @property
    def size(self) -> int:
        """The number of entries."""
        return prod(self.shape)

    def __getitem__(self, index: int | tuple[int, ...]) -> Any:
        index = index if isinstance(index, tuple) else (index,)
        if len(index) != len(self.shape) or any(not 0 <= i < n for i, n in zip(index, self.shape, strict=True)):
            raise IndexError(f"{index} is no entry of an array of shape {self.shape}")
        return self.entries.get(index, 0)

    def __contains__(self, index: object) -> bool:
        return index in self.entries

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        check_entries(self.size)
        made = np.zeros(self.shape, dtype=object)
        for index, value in self.entries.items():
            made[index] = value
        return made if dtype is None else made.astype(dtype)


def nonzero(array: Any) -> list[tuple[tuple[int, ...], Any]]:
    """The entries of an array that are not 0, with their indices in order.

    >>> nonzero([[0, 1], [0, 2]])
    [((0, 1), 1), ((1, 1), 2)]
    """
    if isinstance(array, SparseArray):
        return sorted(array.items())
    values = np.asarray(array, dtype=object)
    return [(index, values[index]) for index in (tuple(map(int, place)) for place in np.argwhere(values != 0))]
