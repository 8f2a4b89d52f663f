"""Arrays that satisfy hypotheses, and what conditions say of entries as linear equations."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

import numpy as np
from oracle import Declared, Question, _bound, _names, _positions
from references import LIBRARY, OutsideError, UnclearError

MAX_UNKNOWNS = 60
"""How many entries linear hypotheses may be about."""
Place = tuple[str, tuple[int, ...], complex]


def draw(
    question: Question, values: Mapping[str, int], random: Random, conditions: Sequence[str] = (), bound: int = 1000
) -> dict[str, Any]:
    """Random arrays that satisfy conditions on tensors; whole ones unless the conditions are sums.

    Raises `UnclearError` where none are found.
    """
    arrays = {}
    for t in question.tensors:
        shape = question.shape(t, values)
        if any(n < 1 for n in shape):
            raise OutsideError("a size below 1")
        arrays[t.name] = _random(shape, random, bound, t.is_complex)
    assigned = {c: name for c in conditions if (name := _assigned(c)) in arrays}
    free = [c for c in conditions if c not in assigned]
    moves = [_move(question, c, values, arrays) for c in free]
    if all(moves):
        for name in sorted({m[0] for m in moves if m}):
            fresh = _random(np.shape(arrays[name]), random, bound, False)
            arrays[name] = _invariant(fresh, [m[1] for m in moves if m and m[0] == name])
    else:
        arrays = _projected(question, free, values, arrays, random)
    for condition, name in assigned.items():
        arrays[name] = _value(question, condition, name, values, arrays)
    if not all(question.holds(c, values, arrays) for c in conditions):
        raise UnclearError("no arrays are known that satisfy the hypotheses together")
    return arrays


def _random(shape: tuple[int, ...], random: Random, bound: int, is_complex: bool) -> Any:
    count = int(np.prod(shape))
    values: list[Any] = [random.randint(-bound, bound) for _ in range(count)]
    if is_complex:
        values = [complex(v, random.randint(-bound, bound)) for v in values]
    array = np.array(values).reshape(shape)
    return array if shape else array[()]


def _sides(condition: str) -> tuple[ast.expr, ast.expr]:
    tree = ast.parse(condition, mode="eval").body
    if not isinstance(tree, ast.Compare) or len(tree.ops) > 1:
        raise UnclearError("a hypothesis that is not an equation")
    return tree.left, tree.comparators[0]


def _assigned(condition: str) -> str | None:
    """The tensor that a condition says to be an expression of others."""
    left, right = _sides(condition)
    if not isinstance(left, ast.Name):
        left, right = right, left
    return left.id if isinstance(left, ast.Name) and left.id not in _names(right) else None


def _value(question: Question, condition: str, name: str, values: Mapping[str, int], arrays: Mapping[str, Any]) -> Any:
    left, right = _sides(condition)
    side = right if isinstance(left, ast.Name) and left.id == name else left
    value, shape = np.asarray(question.evaluate(ast.unparse(side), values, arrays, {})), np.shape(arrays[name])
    if value.shape not in ((), shape):
        raise UnclearError("a hypothesis on other shapes")
    return np.broadcast_to(value, shape).copy() if shape else value[()]


def _move(
    question: Question, condition: str, values: Mapping[str, int], arrays: Mapping[str, Any]
) -> tuple[str, np.ndarray] | None:
    """The real tensor that a condition says to be its own entries moved, perhaps with other signs, and how.

    For each entry ± (1 + the position of the entry that it equals).
    """
    named = sorted(names(condition) & arrays.keys())
    if len(named) != 1 or np.iscomplexobj(arrays[named[0]]):
        return None
    shape = np.shape(arrays[named[0]])
    labels = np.arange(1, int(np.prod(shape)) + 1)

    def side(node: ast.expr, entries: np.ndarray) -> np.ndarray:
        given = entries.reshape(shape) if shape else entries[0]
        return np.asarray(question.evaluate(ast.unparse(node), values, {named[0]: given}, {}))

    try:
        left, right = (side(s, labels) for s in _sides(condition))
        twice = [side(s, 2 * labels) for s in _sides(condition)]
    except OutsideError:
        raise UnclearError("a hypothesis on other shapes") from None
    if not left.shape == right.shape == shape:
        return None
    if any(sorted(abs(v).flat) != list(labels) for v in (left, right)) or np.any(twice != 2 * np.stack([left, right])):
        return None
    images = np.zeros(labels.size, dtype=int)
    for a, b in zip(left.flat, right.flat, strict=True):
        images[abs(a) - 1] = b if a > 0 else -b
    return named[0], images


def _invariant(fresh: np.ndarray, maps: Sequence[np.ndarray]) -> np.ndarray:
    """The array with one value an orbit; 0 where an entry must equal its own negative."""
    signs: dict[int, tuple[int, int]] = {}
    flat = fresh.reshape(-1).copy()
    for root in range(flat.size):
        if root in signs:
            continue
        orbit, pending, zero = {root: 1}, [root], False
        while pending:
            at = pending.pop()
            for images in maps:
                steps = [(at, int(images[at]))] if images[at] else []
                steps += [(int(i), int(images[i])) for i in np.flatnonzero(np.abs(images) == at + 1)]
                for source, image in steps:
                    end = abs(image) - 1
                    other, sign = (end, 1 if image > 0 else -1) if source == at else (source, 1 if image > 0 else -1)
                    wanted = orbit[at] * sign
                    if other not in orbit:
                        orbit[other] = wanted
                        pending.append(other)
                    zero = zero or orbit[other] != wanted
        for place, sign in orbit.items():
            signs[place] = (root, sign)
            flat[place] = 0 if zero else sign * fresh.reshape(-1)[root]
    return flat.reshape(fresh.shape)


def _projected(
    question: Question,
    conditions: Sequence[str],
    values: Mapping[str, int],
    arrays: Mapping[str, Any],
    random: Random,
) -> dict[str, Any]:
    """The nearest arrays that satisfy linear equations."""
    declared = {t.name: t for t in question.tensors}
    mine = sorted({n for c in conditions for n in names(c)} & declared.keys())
    places = entries([declared[n] for n in mine], {n: np.shape(arrays[n]) for n in mine})
    if len(places) > MAX_UNKNOWNS:
        raise UnclearError("too many entries")

    def said(vector: Sequence[float]) -> np.ndarray:
        found = [residual(question, c, values, {**arrays, **filled(places, vector, arrays)}) for c in conditions]
        if any(f is None for f in found):
            raise UnclearError("a hypothesis on other shapes")
        return real([f for f in found if f is not None])

    matrix = equations(said, len(places), random)
    now = np.array([np.real(np.asarray(arrays[n])[i] / unit) for n, i, unit in places])
    correction = np.linalg.lstsq(matrix[:, :-1], said([0] * len(places)) + matrix[:, :-1] @ now, rcond=None)[0]
    return {**arrays, **filled(places, now - correction, arrays)}


def entries(tensors: Sequence[Declared], shapes: Mapping[str, tuple[int, ...]]) -> list[Place]:
    """The entries of tensors, each complex one as two real unknowns."""
    return [
        (t.name, i, unit) for t in tensors for i in np.ndindex(*shapes[t.name]) for unit in (1, 1j)[: 1 + t.is_complex]
    ]


def filled(places: Sequence[Place], vector: Sequence[Any], like: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays with these entries."""
    kind = int if all(isinstance(v, int) for v in vector) else float
    made = {
        n: np.zeros(np.shape(like[n]), dtype=complex if np.iscomplexobj(like[n]) else kind)
        for n in {n for n, _, _ in places}
    }
    for (n, index, unit), v in zip(places, vector, strict=True):
        made[n][index] += unit * v
    return {n: a if a.ndim else a[()] for n, a in made.items()}


def names(condition: str) -> set[str]:
    """The names in a condition."""
    return {n.id for n in ast.walk(ast.parse(condition, mode="eval")) if isinstance(n, ast.Name)} - _bound(condition)


def residual(question: Question, condition: str, values: Mapping[str, int], arrays: Mapping[str, Any]) -> Any:
    """Left − right of an equation between tensors, entry by entry; None where the shapes differ."""
    tree = ast.parse(condition, mode="eval").body
    assert isinstance(tree, ast.Compare)
    sides = [ast.unparse(tree.left), ast.unparse(tree.comparators[0])]
    known = {*values, *arrays, *LIBRARY}
    free = sorted(names(condition) - known)
    found = []
    for index in _indices(question, tree.left, free, values, arrays):
        at = {**values, **index}
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
        if all(p.within(n, at) for p, n in zip(places, sizes, strict=True)):
            yield dict(zip(free, chosen, strict=True))


def real(found: Sequence[np.ndarray]) -> np.ndarray:
    """The real and imaginary parts, one after the other."""
    joined = np.concatenate(found).astype(complex) if found else np.zeros(0, dtype=complex)
    return np.concatenate([joined.real, joined.imag])


def equations(f: Any, count: int, random: Random) -> np.ndarray:
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
