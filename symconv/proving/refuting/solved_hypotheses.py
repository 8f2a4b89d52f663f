"""Arrays that satisfy hypotheses at given sizes: solutions of the equations that these come to, entry by entry.

They owe nothing to how the prover uses hypotheses. Equations that are not linear are solved for one tensor, where
they are linear in it, the others being drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, TensorHypothesis
from symconv.errors import SymconvError
from symconv.kernel.expansion import Entry, expanded
from symconv.kernel.presburger import Undecided
from symconv.kernel.rows import NUMBER, Unknowns
from symconv.kernel.sparse_arrays import nonzero
from symconv.kernel.statement import at_numbers
from symconv.limits import MAX_SOLVED_ENTRIES
from symconv.proving.refuting.solutions import Row, Solutions, solved

Arrays = dict[str, dict[tuple[int, ...], Any]]


@dataclass(frozen=True)
class SolvedHypotheses:
    """The solutions for some tensors, and the others."""

    solutions: Solutions
    others: Arrays

    def random(self, seed: int = 0) -> Arrays:
        """A solution with random values where they can be chosen."""
        return self._with_others(self.solutions.random(seed))

    def simple(self) -> Iterator[Arrays]:
        """Solutions with no chosen value other than 0, or one that is 1."""
        return map(self._with_others, self.solutions.basis())

    def _with_others(self, arrays: Mapping[str, np.ndarray]) -> Arrays:
        return {**self.others, **{name: dict(nonzero(array)) for name, array in arrays.items()}}


def solved_hypotheses(
    claim: Claim, hypotheses: Sequence[TensorHypothesis], names: Mapping[str, int], random: Random
) -> Iterator[SolvedHypotheses]:
    """The solutions for all tensors at once, then for one after the other, as far as the equations are linear."""
    if not hypotheses:
        return
    numbers = {k: Poly.of(v) for k, v in names.items()}
    shapes = {t.name: tuple(a.size.substitute(numbers).integer or 0 for a in t.axes) for t in claim.tensors}
    if sum(map(prod, shapes.values())) > MAX_SOLVED_ENTRIES:
        return
    try:
        equations, entries = _equations(hypotheses, numbers)
    except (Undecided, SymconvError, ZeroDivisionError):
        return
    held = [t.name for t in claim.tensors if any(atom.name == t.name for atom, _ in entries.values())]
    for others in dict.fromkeys([(), *(tuple(n for n in held if n != name) for name in held if len(held) > 1)]):
        drawn = {n: {i: random.randint(-3, 3) for i in product(*map(range, shapes[n]))} for n in others}
        unknowns = Unknowns.of(
            (t.leaf, tuple(map(Poly.of, shapes[t.name]))) for t in claim.tensors if t.name not in others
        )
        rows = _rows(equations, entries, unknowns, drawn)
        found = None if rows is None else solved(rows, unknowns, names)
        if found is not None:
            yield SolvedHypotheses(found, drawn)


def _equations(
    hypotheses: Sequence[TensorHypothesis], numbers: Mapping[str, Poly]
) -> tuple[list[Poly], dict[str, Entry]]:
    """What has to be 0, and the entries that are named in it."""
    equations: list[Poly] = []
    entries: dict[str, Entry] = {}
    for h in hypotheses:
        equation, points = at_numbers(h.left, h.right, numbers)
        found = expanded(equation.left, equation.right, points)
        equations += [poly for _, poly in found.rest]
        entries |= found.entries
    return equations, entries


def _rows(
    equations: Sequence[Poly], entries: Mapping[str, Entry], unknowns: Unknowns, drawn: Arrays
) -> list[Row] | None:
    """The equations as rows of the unknown entries; None where they are not linear in these, with real numbers."""
    known = {name: Poly.of(drawn[atom.name][i]) for name, (atom, i) in entries.items() if atom.name in drawn}
    rows: list[Row] = []
    for equation in equations:
        row: Row = {}
        for monomial, number in equation.substitute(known).terms.items():
            if len(monomial) > 1 or any(str(m) not in entries for m in monomial):
                return None
            row[_coordinates(monomial, entries, unknowns)] = number
        rows.append(row)
    return rows


def _coordinates(monomial: Collection[Any], entries: Mapping[str, Entry], unknowns: Unknowns) -> tuple[int, ...]:
    tag, index = NUMBER, tuple[int, ...]()
    for name in monomial:
        atom, index = entries[str(name)]
        tag = unknowns.tag(atom) or NUMBER
    return (tag, *index, *[0] * (unknowns.width - 1 - len(index)))


__all__ = ["SolvedHypotheses", "solved_hypotheses"]
