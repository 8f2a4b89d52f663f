"""Arrays that satisfy many equations between products: permutations, rotations, projections, shifts, unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from random import Random

import numpy as np

from symconv.limits import check_entries

Entries = dict[tuple[int, ...], "int | Fraction"]

COSINE, SINE = Fraction(3, 5), Fraction(4, 5)


def special_arrays(shapes: Mapping[str, tuple[int, ...]], random: Random) -> dict[str, Entries]:
    """Such an array of each shape; square matrices of one kind, so that they commute, or of several."""
    check_entries(sum(map(prod, shapes.values())))
    kinds = [random.choice(_MATRICES)] if random.randint(0, 1) else _MATRICES
    return {name: _special(shape, kinds, random) for name, shape in shapes.items()}


def _special(shape: tuple[int, ...], kinds: Sequence[Callable[[int, Random], Entries]], random: Random) -> Entries:
    if len(shape) == 2 and shape[0] == shape[1]:
        return random.choice(kinds)(shape[0], random)
    if len(shape) == 1 and random.randint(0, 1):
        place, sign = random.randrange(shape[0]), random.choice((1, -1))
        return {(0,): COSINE, (1,): sign * SINE} if shape[0] > 1 and random.randint(0, 1) else {(place,): sign}
    largest = random.randint(0, 1)
    return {index: random.randint(0, largest) for index in np.ndindex(*shape)}


def _signed_permutation(n: int, random: Random) -> Entries:
    return {(i, j): random.choice((1, -1)) for i, j in enumerate(random.sample(range(n), n))}


def _ones_on_diagonal(n: int, random: Random) -> Entries:
    return {(i, i): random.randint(0, 1) for i in range(n)}


def _diagonal(n: int, random: Random) -> Entries:
    return {(i, i): random.randint(-1, 2) for i in range(n)}


def _column(n: int, random: Random) -> Entries:
    column = random.randrange(n)
    return {(i, column): 1 for i in range(n)}


def _row(n: int, random: Random) -> Entries:
    row = random.randrange(n)
    return {(row, j): 1 for j in range(n)}


def _rotation(n: int, random: Random) -> Entries:
    sign = random.choice((1, -1))
    rest: Entries = {(i, i): 1 for i in range(n)}
    return rest | {(0, 0): COSINE, (0, 1): -sign * SINE, (1, 0): sign * SINE, (1, 1): COSINE} if n > 1 else rest


def _projection(n: int, random: Random) -> Entries:
    unit = (COSINE, SINE) if n > 1 and random.randint(0, 1) else None
    if unit is None:
        return {(i, j): Fraction(1, n) for i in range(n) for j in range(n)}
    return {(i, j): unit[i] * unit[j] for i in range(2) for j in range(2)}


def _shift(n: int, random: Random) -> Entries:
    steps = random.choice((1, 1, 2))
    return {(i, i + steps): 1 for i in range(n - steps)}


def _circulant(n: int, random: Random) -> Entries:
    row = [random.randint(-1, 1) for _ in range(n)]
    return {(i, (i + j) % n): value for i in range(n) for j, value in enumerate(row)}


_MATRICES: tuple[Callable[[int, Random], Entries], ...] = (
    _signed_permutation,
    _ones_on_diagonal,
    _column,
    _row,
    _diagonal,
    _rotation,
    _projection,
    _shift,
    _circulant,
)
