"""The values of tensors at given sizes for which rows vanish: candidates to try, never a proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.kernel import presburger
from symconv.kernel.rows import NUMBER, Entry, Ratio, Rows, Unknowns
from symconv.limits import check_entries, check_time

Row = dict[Entry, Ratio]


@dataclass(frozen=True)
class Solutions:
    """Some entries as combinations of the others; for complex tensors, of real and of imaginary parts."""

    unknowns: Unknowns
    shapes: tuple[tuple[int, ...], ...]
    parts: tuple[Mapping[Entry, Row], ...]

    @property
    def is_unique(self) -> bool:
        """Whether there is only one solution."""
        return not any(self._free(part) for part in range(len(self.parts)))

    @property
    def is_zero(self) -> bool:
        """Whether all entries must be 0."""
        return self.is_unique and not any(row for part in self.parts for row in part.values())

    @property
    def size(self) -> int:
        """The number of entries."""
        return sum(1 for _ in self._entries(0))

    @property
    def rank(self) -> int:
        """How many entries the others determine."""
        return max(map(len, self.parts))

    def random(self, seed: int = 0) -> dict[str, np.ndarray]:
        """A solution with random values where they can be chosen."""
        random = Random(seed)
        return self._arrays([{e: random.randint(-9, 9) for e in self._free(k)} for k in range(len(self.parts))])

    def basis(self) -> Iterator[dict[str, np.ndarray]]:
        """Solutions with one chosen value that is 1; the others, and all in the first, are 0."""
        yield self._arrays([{} for _ in self.parts])
        for k in range(len(self.parts)):
            for entry in self._free(k):
                yield self._arrays([{entry: 1} if j == k else {} for j in range(len(self.parts))])

    def _free(self, part: int) -> list[Entry]:
        return [e for e, _ in self._entries(part) if e not in self.parts[part]]

    def _entries(self, part: int) -> Iterator[tuple[Entry, tuple[int, ...]]]:
        """The entries of the tensors, and their indices; only complex tensors have imaginary parts."""
        width = self.unknowns.width
        for tag, (atom, shape) in enumerate(zip(self.unknowns.atoms, self.shapes, strict=True), 1):
            if not atom.conjugated and (part == 0 or atom.is_complex):
                check_entries(prod(shape))
                for index in np.ndindex(*shape):
                    check_time()
                    yield (tag, *index, *[0] * (width - 1 - len(index))), index

    def _arrays(self, chosen: list[dict[Entry, int]]) -> dict[str, np.ndarray]:
        plain = [(a, s) for a, s in zip(self.unknowns.atoms, self.shapes, strict=True) if not a.conjugated]
        made = {atom.name: np.zeros(shape, dtype=object) for atom, shape in plain}
        number = (NUMBER, *[0] * (self.unknowns.width - 1))
        for part, (unit, values) in enumerate(zip((1, 1j), chosen, strict=False)):
            known: dict[Entry, Any] = {number: 1 - part, **values}
            for entry, index in self._entries(part):
                row = self.parts[part].get(entry)
                value = known.get(entry, 0) if row is None else sum(c * known.get(e, 0) for e, c in row.items())
                made[self.unknowns.atoms[entry[0] - 1].name][index] += unit * _whole(value)
        return made


def _whole(value: Any) -> Any:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def solutions_at(rows: Rows, values: Mapping[str, int]) -> Solutions | None:
    """The tensors for which rows vanish, at given sizes; None where there are none."""
    return solutions(rows.at(presburger.point_set([values[name] for name in rows.sizes])), values)


def solutions(rows: Rows, values: Mapping[str, int]) -> Solutions | None:
    """The solutions at sizes to which the rows have been restricted; None where there are none."""
    return solved(list(rows.equations()), rows.unknowns, values)


def solved(equations: Sequence[Row], unknowns: Unknowns, values: Mapping[str, int]) -> Solutions | None:
    """The solutions of linear equations at given sizes; None where there are none."""
    numbers = {name: Poly.of(v) for name, v in values.items()}
    shapes = tuple(tuple(int(p.substitute(numbers).integer or 0) for p in shape) for shape in unknowns.shapes)
    signs = (1, -1) if unknowns.is_complex else (1,)
    parts = [_eliminated(_part(row, unknowns, sign) for row in equations) for sign in signs]
    if any(part is None for part in parts):
        return None
    return Solutions(unknowns, shapes, tuple(part for part in parts if part is not None))


def _part(row: Row, unknowns: Unknowns, sign: int) -> Row:
    """The equation of real (sign 1) or imaginary parts that a row with its conjugate gives."""
    made: Row = {}
    for (tag, *index), value in row.items():
        conjugated = tag != NUMBER and unknowns.atoms[tag - 1].conjugated
        if tag == NUMBER and sign < 0:
            continue
        entry = (unknowns.conjugate(tag) if conjugated else tag, *index)
        made[entry] = made.get(entry, 0) + (sign * value if conjugated else value)
    return made


def _eliminated(equations: Iterable[Row]) -> dict[Entry, Row] | None:
    """Entries as combinations of the others and of the number 1; None where the equations contradict each other."""
    solved: dict[Entry, Row] = {}
    for equation in equations:
        row: Row = {}
        for entry, value in equation.items():
            _add(row, solved.get(entry, {entry: 1}), value)
        entries = [e for e in row if e[0] != NUMBER]
        if not entries:
            if row:
                return None
            continue
        pivot = max(entries)
        factor = Fraction(row.pop(pivot))
        own: Row = {e: -c / factor for e, c in row.items()}
        for other in solved.values():
            if pivot in other:
                _add(other, own, other.pop(pivot))
        solved[pivot] = own
    return solved


def _add(row: Row, other: Mapping[Entry, Ratio], factor: Ratio) -> None:
    for entry, value in other.items():
        row[entry] = row.get(entry, 0) + factor * value
        if not row[entry]:
            del row[entry]
