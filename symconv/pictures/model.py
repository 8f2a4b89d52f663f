"""Grids of cells, of which pictures are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Cell", "Grid", "grid", "shown"]


@dataclass(frozen=True)
class Cell:
    """One square: its place, its text, a small note in its corner, what it is, and how far from 0 it is (−1 to 1)."""

    row: int
    column: int
    text: str
    note: str = ""
    role: str = "plain"
    heat: float = 0.0


@dataclass(frozen=True)
class Grid:
    """An array as a table of cells under its name."""

    title: str
    cells: tuple[Cell, ...]


def grid(title: str, values: Any, style: Callable[[tuple[int, int]], dict[str, Any]] = lambda at: {}) -> Grid:
    """The grid of an array with up to two axes; `style` gives the note, role and heat of a place.

    >>> grid("x", [1, 2]).cells[1]
    Cell(row=0, column=1, text='2', note='', role='plain', heat=0.0)
    """
    table = np.atleast_2d(np.asarray(values, dtype=object))
    return Grid(title, tuple(Cell(*at, text=shown(table[at]), **style(at)) for at in _places(table.shape)))


def _places(shape: Sequence[int]) -> list[tuple[int, int]]:
    return [(i, j) for i in range(shape[0]) for j in range(shape[1])]


def shown(value: Any) -> str:
    """A number as short as it can be told.

    >>> shown(2.0), shown(-1), shown(0.3333333)
    ('2', '−1', '0.333')
    """
    if isinstance(value, (float, np.floating)):
        value = f"{value:.3g}"
    return str(value).replace("-", "−")
