"""Places in the memory of arrays: the index of the entry at a distance from the first, shown to be inside."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.algebra.polynomials import ONE, ZERO, Monomial, Poly, floor
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel.facts import Facts
from symconv.reading.programs.paths import Path, at_sizes

Index = tuple[Poly, ...]


def strides(shape: Sequence[Poly]) -> list[Poly]:
    """How far apart neighbours along each axis are."""
    found = [ONE]
    for size in reversed(shape[1:]):
        found.insert(0, found[0] * size)
    return found if shape else []


def place(offset: Poly, shape: Sequence[Poly], facts: Facts, path: Path, node: ast.AST) -> tuple[Index, bool]:
    """The index of the entry at an offset, and whether it is found by division; raises where it can be outside."""
    index = _digits(offset, shape)
    if all(facts.implies(*in_range(i, size)) for i, size in zip(index, shape, strict=True)):
        return index, False
    total = strides(shape)[0] * shape[0] if shape else ONE
    if facts.implies(*in_range(offset, total)):
        return _divided(offset, shape), True
    _check_inside(index, shape, facts, path, node)
    raise path.error(f"that '{path.text(node)}' stays inside of its array cannot be shown", node, "is there a mask?")


def _digits(offset: Poly, shape: Sequence[Poly]) -> Index:
    """The index whose products with the strides are written in an offset."""
    rest, index = offset, []
    for stride in strides(shape)[:-1]:
        quotient = _multiples(rest, stride)
        index.append(quotient)
        rest = rest - quotient * stride
    return (*index, rest)


def _multiples(poly: Poly, stride: Poly) -> Poly:
    """How often a stride is written in a sum, by one of the products of names in it."""
    for factors, number in sorted(stride.terms.items(), key=lambda item: -len(item[0])):
        quotient = ZERO
        for monomial, c in poly.terms.items():
            left = _without(monomial, factors)
            if left is not None and c % number == 0:
                quotient = quotient + Poly({left: c // number})
        if quotient and (factors or len(stride.terms) == 1):
            return quotient
    return ZERO


def _without(monomial: Monomial, factors: Monomial) -> Monomial | None:
    """A product without some of its factors; None where it does not hold them all."""
    left = list(monomial)
    for factor in factors:
        if factor not in left:
            return None
        left.remove(factor)
    return tuple(left)


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
