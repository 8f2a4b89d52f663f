"""Random arrays that satisfy hypotheses at given sizes: solutions of the equations that these come to, entry by entry.

They owe nothing to how the prover uses hypotheses. Equations that are not linear are so in one tensor, the others
being drawn, or have no solution here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from random import Random
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.algebra.solving import solved_in_turn
from symconv.claims import Claim, TensorHypothesis
from symconv.errors import SymconvError
from symconv.kernel.expansion import Entry, expanded
from symconv.kernel.presburger import Undecided
from symconv.kernel.statement import entrywise
from symconv.limits import MAX_SOLVED_ENTRIES

Arrays = dict[str, dict[tuple[int, ...], Any]]


def random_solutions(
    claim: Claim, hypotheses: Sequence[TensorHypothesis], names: Mapping[str, int], random: Random
) -> Iterator[Arrays]:
    """Arrays for all tensors that satisfy the hypotheses; none where the equations are not linear, or contradictory."""
    numbers = {k: Poly.of(v) for k, v in names.items()}
    shapes = {t.name: tuple(a.size.substitute(numbers).integer or 0 for a in t.axes) for t in claim.tensors}
    if any(t.is_complex_valued for t in claim.tensors) or sum(map(prod, shapes.values())) > MAX_SOLVED_ENTRIES:
        return
    try:
        equations, entries = _equations(hypotheses, numbers)
    except (Undecided, SymconvError, ZeroDivisionError):
        return
    held = [t.name for t in claim.tensors if any(atom.name == t.name for atom, _ in entries.values())]
    for unknown in [{*held}, *({name} for name in held)] if len(held) > 1 else [{*held}]:
        values = _solved(equations, entries, unknown, random)
        if values is not None:
            places = {(atom.name, index): name for name, (atom, index) in entries.items()}
            yield {
                t.name: {
                    i: value
                    for i in np.ndindex(*shapes[t.name])
                    if (value := _value(values, places.get((t.name, i)), random))
                }
                for t in claim.tensors
            }


def _equations(
    hypotheses: Sequence[TensorHypothesis], numbers: Mapping[str, Poly]
) -> tuple[list[Poly], dict[str, Entry]]:
    """What has to be 0, and the entries that are named in it."""
    equations: list[Poly] = []
    entries: dict[str, Entry] = {}
    for h in hypotheses:
        equation = entrywise(h.left.replace_names(numbers), h.right.replace_names(numbers))
        whole = h.left if h.left.axes else h.right
        sizes = [d.substitute(numbers).integer or 0 for axis in whole.axes for d in axis.digits]
        points = [dict(zip(equation.indices, at, strict=True)) for at in product(*map(range, sizes))]
        found = expanded(equation.left, equation.right, points)
        equations += [poly for _, poly in found.rest]
        entries |= found.entries
    return equations, entries


def _solved(
    equations: Sequence[Poly], entries: Mapping[str, Entry], unknown: Collection[str], random: Random
) -> dict[str, Poly] | None:
    """The entries of the unknown tensors, drawn where nothing is said of them, and of all others."""
    drawn = {n: _drawn(random) for n, (atom, _) in sorted(entries.items()) if atom.name not in unknown}
    put_in = [e.substitute(drawn) for e in equations]
    if not all(e.is_affine for e in put_in):
        return None
    order = [name for name in sorted(entries, reverse=True) if name not in drawn]
    solved = solved_in_turn(put_in, order, rational=True)
    if any(e.substitute(solved) for e in put_in):
        return None
    drawn |= {name: _drawn(random) for name in order if name not in solved}
    return {**drawn, **{name: value.substitute(drawn) for name, value in solved.items()}}


def _drawn(random: Random) -> Poly:
    return Poly.of(random.randint(-3, 3))


def _value(values: Mapping[str, Poly], name: str | None, random: Random) -> Any:
    value = _drawn(random) if name is None else values[name]
    return value.constant


__all__ = ["random_solutions"]
