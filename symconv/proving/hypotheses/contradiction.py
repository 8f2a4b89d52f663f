"""Hypotheses that no arrays satisfy: one of them comes to 0 == c once the others are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import islpy as isl

from symconv.claims import TensorHypothesis
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import with_tensor
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.statement import entrywise
from symconv.proving.hypotheses.usable import Uses, broadcast


def contradict(hypotheses: Sequence[TensorHypothesis], used: Uses, known: Context) -> bool:
    """Whether the hypotheses are seen to hold for no arrays, whatever the sizes; `used` is what was made of them."""
    if not used.unused and len(hypotheses) < 2:
        return False
    return any(_is_impossible(h, used, known) for h in hypotheses)


def _is_impossible(hypothesis: TensorHypothesis, used: Uses, known: Context) -> bool:
    left, right = (_put_in(side, used) for side in broadcast(hypothesis.left, hypothesis.right))
    if len(left.axes) != len(right.axes):
        return False
    equation = entrywise(left, right)
    context = replace(
        known,
        indices=(*known.indices, *equation.indices),
        conditions=(*known.conditions, *equation.conditions),
        symmetries=used.symmetries,
        zeros=used.zeros,
    )
    try:
        found = difference(equation.left, equation.right, context)
        return found.is_exact and bool(_impossible_rows(found).is_equal(found.frame.sizes))
    except presburger.Undecided:
        return False


def _put_in(side: TensorExpr, used: Uses) -> TensorExpr:
    for name, value in used.substituted.items():
        side = with_tensor(side, name, value)
    return side


def _impossible_rows(found: Difference) -> isl.Set:
    """The sizes at which some row is a number other than 0 without any entry."""
    width = len(found.frame.names)
    numbers = [c.domain for c in found.cells.get((), ()) if c.is_nonzero]
    entries = [c.domain for key, cells in found.cells.items() if key for c in cells]
    rows = _united(numbers, width).subtract(_united(entries, width))
    return found.frame.over_sizes(rows)


def _united(domains: Iterable[isl.Set], width: int) -> isl.Set:
    united = presburger.empty(width)
    for domain in domains:
        united = united.union(presburger.projected(domain, width))
    return united


__all__ = ["contradict"]
