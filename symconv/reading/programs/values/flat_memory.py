"""Places in the memory of arrays: the index of the entry at a distance from the first, shown to be inside."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.algebra.polynomials import ONE, Poly, floor
from symconv.algebra.written_products import multiples
from symconv.formulas.conditions import Compare, holds, in_range
from symconv.kernel.facts import Facts
from symconv.limits import MAX_SEARCHED
from symconv.reading.programs.state.paths import Path, at_sizes

Index = tuple[Poly, ...]


def strides(shape: Sequence[Poly]) -> list[Poly]:
    """How far apart neighbours along each axis are."""
    found = [ONE]
    for size in reversed(shape[1:]):
        found.insert(0, found[0] * size)
    return found if shape else []


def place(offset: Poly, shape: Sequence[Poly], facts: Facts, path: Path, node: ast.AST) -> tuple[Index, bool]:
    """The index of the entry at an offset, and whether it is found by division; raises where it can be outside."""
    written = digits_within(offset, shape, facts)
    if written is not None:
        return written, False
    index = _digits(offset, shape)
    total = strides(shape)[0] * shape[0] if shape else ONE
    if facts.implies(*in_range(offset, total)):
        return _divided(offset, shape), True
    _check_inside(index, shape, facts, path, node)
    smallest = searched(facts.given([Compare(offset - total, ">=")]))
    if smallest is not None:
        message = f"'{path.text(node)}' is out of bounds{at_sizes(smallest)}"
        raise path.error(message, node, "is there a mask, and are the strides right?")
    raise path.error(f"that '{path.text(node)}' stays inside of its array cannot be shown", node, "is there a mask?")


def digits_within(offset: Poly, shape: Sequence[Poly], facts: Facts) -> Index | None:
    """The index whose products with the strides are written in an offset; None where it can be out of range."""
    index = _digits(offset, shape)
    inside = all(facts.implies(*in_range(i, size)) for i, size in zip(index, shape, strict=True))
    return index if inside else None


def _digits(offset: Poly, shape: Sequence[Poly]) -> Index:
    """The index whose products with the strides are written in an offset."""
    rest, index = offset, []
    for stride in strides(shape)[:-1]:
        quotient = multiples(rest, stride)
        index.append(quotient)
        rest = rest - quotient * stride
    return (*index, rest)


def _divided(offset: Poly, shape: Sequence[Poly]) -> Index:
    """The index by division: what is in range as a whole has a first index in range."""
    rest, index = offset, []
    for stride in strides(shape)[:-1]:
        quotient = floor(rest, stride)
        index.append(quotient)
        rest = rest - quotient * stride
    return (*index, rest)


def _check_inside(index: Index, shape: Sequence[Poly], facts: Facts, path: Path, node: ast.AST) -> None:
    """Raise where an entry can be outside: beyond the end of the last row, or before the first."""
    last = [Compare(i - size + 1, "==") for i, size in zip(index, shape, strict=True)]
    first = [Compare(i, "==") for i in index]
    for k, (i, size) in enumerate(zip(index, shape, strict=True)):
        for beyond, before in ((i - size, last[:k]), (-1 - i, first[:k])):
            smallest = facts.smallest((Compare(beyond, ">="), *before))
            if smallest is not None:
                values = {name: Poly.of(value) for name, value in smallest.items()}
                where, entries = i.substitute(values), size.substitute(values)
                axis = f"an axis with {entries} {'entry' if entries == 1 else 'entries'}"
                message = f"'{path.text(node)}' is out of bounds: index {where} of {axis}{at_sizes(smallest)}"
                raise path.error(message, node, "mask it")


def searched(facts: Facts) -> dict[str, int] | None:
    """Small values at which conditions hold that may be products of names; None where none are found soon."""
    names = [*facts.sizes, *facts.integers]
    waiting = [[c for c in facts.conditions if c.poly.names <= {*names[: k + 1]}] for k in range(len(names))]
    seen = [c for k, found in enumerate(waiting) for c in found if k == 0 or c not in waiting[k - 1]]
    new = [[c for c in found if k == 0 or c not in waiting[k - 1]] for k, found in enumerate(waiting)]
    if len(seen) < len(facts.conditions):
        return None
    tried = 0

    def extended(values: dict[str, Poly], largest: int) -> dict[str, Poly] | None:
        nonlocal tried
        if len(values) == len(names):
            return values
        k = len(values)
        for value in range(1 if k < len(facts.sizes) else 0, largest + 1):
            tried += 1
            if tried > MAX_SEARCHED:
                return None
            wider = {**values, names[k]: Poly.of(value)}
            if all(holds(c, wider) for c in new[k]) and (found := extended(wider, largest)) is not None:
                return found
        return None

    found = next((found for largest in (1, 2, 3) if (found := extended({}, largest)) is not None), None)
    return None if found is None else {name: value.integer or 0 for name, value in found.items()}
