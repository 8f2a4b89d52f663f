"""Whether a condition is exact at given sizes, by linear algebra.

For tensors in which a claim and a condition are linear, what either says of their entries is a
system of linear equations; that of the claim is asked for at random values of all other tensors.
The condition is exact if both systems have the same solutions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
from fitting import draw, entries, equations, filled, names, real, residual
from oracle import Question, hashed
from references import OutsideError, UnclearError

MAX_UNKNOWNS = 16


def problem(
    question: Question, conditions: Sequence[str], values: Mapping[str, int], random: Random, given: Sequence[str] = ()
) -> str | None:
    """What is wrong with a condition at some sizes; raises `UnclearError` where that cannot be told.

    `given` are hypotheses of the claim.
    """
    declared = {t.name: t for t in question.tensors}
    on_tensors = [c for c in conditions if names(c) & declared.keys()]
    mine = sorted({n for c in on_tensors for n in names(c)} & declared.keys())
    like = {n: np.zeros(question.shape(declared[n], values), complex if declared[n].is_complex else int) for n in mine}
    places = entries([declared[n] for n in mine], {n: a.shape for n, a in like.items()})
    possible = all(question.holds(c, values, {}) for c in conditions if c not in on_tensors)
    if len(places) > MAX_UNKNOWNS or not mine:
        raise UnclearError("too many entries")
    others = [g for g in given if not names(g) & set(mine)]
    about = [g for g in given if g not in others and names(g) & declared.keys()]
    drawn = [draw(question, values, random, others, bound=9) for _ in range(3 + len(places))]

    functions = {f: hashed(k + 1) for k, f in enumerate(question.functions)}

    def claimed(vector: Sequence[int]) -> np.ndarray:
        found = []
        for other in drawn:
            arrays = {**other, **filled(places, vector, like)}
            for free in question.places(values, arrays, functions):
                for link in range(len(question.members) - 1):
                    left, right = question.sides(link, {**values, **free}, arrays, functions)
                    if left.shape != right.shape:
                        return np.ones(1)
                    found.append(np.ravel(left - right))
        return real([*found, *(residual(question, g, values, arrays) for g in about)])

    def conditioned(vector: Sequence[int]) -> np.ndarray:
        arrays = filled(places, vector, like)
        found = [residual(question, c, values, arrays) for c in [*on_tensors, *about]]
        return np.ones(1) if not possible or any(f is None for f in found) else real(found)

    first, second = (equations(f, len(places), random) for f in (claimed, conditioned))
    if _same(first, second):
        return None
    return f"condition {' and '.join(conditions)} is not exact at {dict(values)}"


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two systems have the same solutions."""
    solvable = [_rank(m) == _rank(m[:, :-1]) for m in (first, second)]
    if not all(solvable):
        return not any(solvable)
    return _rank(first) == _rank(second) == _rank(np.concatenate([first, second]))


def _rank(matrix: np.ndarray) -> int:
    """The rank of equations in whole numbers, which may be rounded."""
    if not matrix.size:
        return 0
    return int(np.linalg.matrix_rank(matrix, tol=max(1e-6, 1e-9 * float(np.abs(matrix).max()))))


__all__ = ["OutsideError", "problem"]
