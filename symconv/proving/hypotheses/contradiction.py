"""Hypotheses that no arrays satisfy: one of them comes to 0 == c once the others are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare, equal
from symconv.kernel import presburger
from symconv.kernel.coefficients import Piece
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.statement import entrywise
from symconv.kernel.terms import Atom, TensorAtom
from symconv.limits import CONTRADICTION_SECONDS
from symconv.proving.hypotheses.usable import Uses, broadcast


def contradict(hypotheses: Sequence[TensorHypothesis], used: Uses, known: Context) -> bool:
    """Whether the hypotheses are seen to hold for no arrays, whatever the sizes; `used` is what was made of them."""
    if not used.unused and not used.substituted and len(hypotheses) < 2:
        return False
    return any(_is_impossible(h, used, known) for h in hypotheses)


def _is_impossible(hypothesis: TensorHypothesis, used: Uses, known: Context) -> bool:
    left, right = (_put_in(side, used) for side in broadcast(hypothesis.left, hypothesis.right))
    if left == right or len(left.axes) != len(right.axes):
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
        with presburger.budget(CONTRADICTION_SECONDS):
            found = difference(equation.left, equation.right, context)
            frame = known.frame()
            supposed = frame.over_sizes(frame.allowed) if frame.n == found.frame.n else found.frame.sizes
            if supposed.is_empty():
                return False
            return found.is_exact and bool(supposed.is_subset(_impossible_rows(found)))
    except presburger.Undecided:
        return False


def _put_in(side: TensorExpr, used: Uses) -> TensorExpr:
    for name, value in used.substituted.items():
        side = side.replace_tensor(name, value)
    return side


def _impossible_rows(found: Difference) -> isl.Set:
    """The sizes at which some row is a number other than 0 without any entry, or with squares of its sign alone."""
    width = len(found.frame.names)
    rows = presburger.empty(width)
    for sign in (1, -1):
        numbers = [c.domain for c in found.cells.get((), ()) if c.is_nonzero and _has_sign(c, sign, found.visible(()))]
        entries = (
            c.domain
            for key, cells in found.cells.items()
            for c in cells
            if key and not (_has_sign(c, sign, found.visible(key)) and _is_square(key, c, found))
        )
        rows = rows.union(_united(numbers, width).subtract(_united(entries, width)))
    numbers = [c.domain for c in found.cells.get((), ()) if c.is_nonzero]
    every_entry = [c.domain for key, cells in found.cells.items() if key for c in cells]
    return found.frame.over_sizes(rows.union(_united(numbers, width).subtract(_united(every_entry, width))))


def _has_sign(cell: Piece, sign: int, visible: Sequence[str]) -> bool:
    """Whether a coefficient is seen to have a sign on all of its cell."""
    if cell.coefficient.constant is not None:
        return cell.coefficient.constant * sign > 0
    if not (cell.coefficient.is_affine and all(isinstance(c, int) for c in cell.coefficient.terms.values())):
        return False
    return bool(cell.domain.is_subset(presburger.points(visible, [Compare(cell.coefficient * sign - 1, ">=")])))


def _is_square(key: tuple[Atom, ...], cell: Piece, found: Difference) -> bool:
    """Whether products are squares of real entries, or of absolute values, throughout a cell."""
    pairs = list(zip(key[::2], key[1::2], strict=False))
    if len(key) % 2 or not all(isinstance(a, TensorAtom) and a.conjugate() == b for a, b in pairs):
        return False
    names, equations = found.visible(key), []
    place = len(found.frame.names)
    for arity in found.arities[key][::2]:
        own, others = names[place : place + arity], names[place + arity : place + 2 * arity]
        equations += [equal(Poly.name(a), Poly.name(b)) for a, b in zip(own, others, strict=True)]
        place += 2 * arity
    return bool(cell.domain.is_subset(presburger.points(names, equations)))


def _united(domains: Iterable[isl.Set], width: int) -> isl.Set:
    united = presburger.empty(width)
    for domain in domains:
        united = united.union(presburger.projected(domain, width))
    return united


__all__ = ["contradict"]
