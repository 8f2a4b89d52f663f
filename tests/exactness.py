"""Whether a condition is exact at given sizes, by linear algebra.

For tensors in which a claim and a condition are linear, what either says of their entries is a
system of linear equations; that of the claim is asked for at random values of all other tensors.
The condition is exact if both systems have the same solutions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

import numpy as np
from oracle import LIBRARY, OutsideError, Question, UnclearError, _compiled, _positions

MAX_UNKNOWNS = 16


def parts(text: str) -> list[str]:
    """What `and` joins; an equation with `for` stands alone or in brackets."""
    found = _split(text)
    if any(" for " in p and p[0] != "(" for p in found):
        return [text]
    return [p[1:-1] if p[0] == "(" and " for " in p else p for p in found]


def _split(text: str) -> list[str]:
    depth, start, found = 0, 0, []
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if depth == 0 and text.startswith(" and ", i):
            found.append(text[start:i])
            start = i + 5
    return [*found, text[start:]]


def names(condition: str) -> set[str]:
    """The names in a condition."""
    return {
        n.id for p in condition.split(" for ") for n in ast.walk(ast.parse(p, mode="eval")) if isinstance(n, ast.Name)
    }


def residual(question: Question, condition: str, values: Mapping[str, int], arrays: Mapping[str, Any]) -> Any:
    """Left − right of an equation between tensors, entry by entry; None where the shapes differ."""
    head, _, limits = condition.partition(" for ")
    tree = ast.parse(head, mode="eval").body
    assert isinstance(tree, ast.Compare)
    sides = [ast.unparse(tree.left), ast.unparse(tree.comparators[0])]
    known = {*values, *arrays, *LIBRARY}
    free = sorted(names(head) - known)
    found = []
    for index in _indices(question, tree.left, free, values, arrays):
        at = {**values, **index}
        if limits and not eval(limits, {"__builtins__": {}}, at):
            continue
        left, right = (np.asarray(question.evaluate(s, at, arrays, {})) for s in sides)
        if left.shape != right.shape and right.ndim:
            return None
        found.append(np.ravel(left - right))
    return np.concatenate(found) if found else np.zeros(0)


def _indices(
    question: Question, left: ast.expr, free: Sequence[str], values: Mapping[str, int], arrays: Mapping[str, Any]
) -> Iterator[dict[str, int]]:
    """The values of free names that keep the left side in range."""
    places = _positions(left, {*values, *arrays})
    largest = max((n for a in arrays.values() for n in np.shape(a)), default=1)
    for chosen in product(range(-1, largest + 1), repeat=len(free)):
        at = {**values, **dict(zip(free, chosen, strict=True))}
        sizes = [np.shape(question.evaluate(p.array, at, arrays, {}))[p.axis] for p in places]
        where = [eval(_compiled(p.index), {"__builtins__": {}}, at) for p in places]
        if all(0 <= i < n for i, n in zip(where, sizes, strict=True)):
            yield dict(zip(free, chosen, strict=True))


def problem(
    question: Question, conditions: Sequence[str], values: Mapping[str, int], random: Random, given: Sequence[str] = ()
) -> str | None:
    """What is wrong with a condition at some sizes; raises `UnclearError` where that cannot be told.

    `given` are hypotheses of the claim.
    """
    declared = {t.name: t for t in question.tensors}
    on_tensors = [c for c in conditions if names(c) & declared.keys()]
    mine = sorted({n for c in on_tensors for n in names(c)} & declared.keys())
    shapes = {n: question.shape(declared[n], values) for n in mine}
    places = [
        (n, i, unit) for n in mine for i in np.ndindex(*shapes[n]) for unit in (1, 1j)[: 1 + declared[n].is_complex]
    ]
    possible = all(question.holds(c, values, {}) for c in conditions if c not in on_tensors)
    if len(places) > MAX_UNKNOWNS or not mine:
        raise UnclearError("too many entries")
    others = [g for g in given if not names(g) & set(mine)]
    about = [g for g in given if g not in others and names(g) & declared.keys()]
    drawn = [question.draw(values, random, others, bound=9) for _ in range(3 + len(places))]

    def arrays(vector: Sequence[int]) -> dict[str, Any]:
        made = {n: np.zeros(shapes[n], dtype=complex if declared[n].is_complex else int) for n in mine}
        for (n, index, unit), v in zip(places, vector, strict=True):
            made[n][index] += unit * v
        return made

    def claimed(vector: Sequence[int]) -> np.ndarray:
        found = []
        for other in drawn:
            filled = {**other, **arrays(vector)}
            for free in question.places(values, filled, {}):
                for link in range(len(question.members) - 1):
                    left, right = question.sides(link, {**values, **free}, filled, {})
                    if left.shape != right.shape:
                        return np.ones(1)
                    found.append(np.ravel(left - right))
        return _real([*found, *(residual(question, g, values, filled) for g in about)])

    def conditioned(vector: Sequence[int]) -> np.ndarray:
        filled = arrays(vector)
        found = [residual(question, c, values, filled) for c in [*on_tensors, *about]]
        return np.ones(1) if not possible or any(f is None for f in found) else _real(found)

    first, second = (_system(f, len(places), random) for f in (claimed, conditioned))
    if _same(first, second):
        return None
    return f"condition {' and '.join(conditions)} is not exact at {dict(values)}"


def _real(found: Sequence[np.ndarray]) -> np.ndarray:
    whole = np.concatenate(found).astype(complex) if found else np.zeros(0, dtype=complex)
    return np.concatenate([whole.real, whole.imag])


def _system(f: Any, count: int, random: Random) -> np.ndarray:
    """The equations that an affine function vanishes, the constant last."""
    zero = np.asarray(f([0] * count))
    columns = [np.asarray(f([int(i == k) for i in range(count)])) for k in range(count)]
    if any(c.shape != zero.shape for c in columns):
        raise UnclearError("not affine")
    matrix = np.stack([*(c - zero for c in columns), zero], axis=1)
    probe = [random.randint(-5, 5) for _ in range(count)]
    if not np.allclose(matrix @ [*probe, 1], f(probe)):
        raise UnclearError("not affine")
    return matrix


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two systems have the same solutions."""
    solvable = [_rank(m) == _rank(m[:, :-1]) for m in (first, second)]
    if not all(solvable):
        return not any(solvable)
    return _rank(first) == _rank(second) == _rank(np.concatenate([first, second]))


def _rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


__all__ = ["OutsideError", "parts", "problem"]
