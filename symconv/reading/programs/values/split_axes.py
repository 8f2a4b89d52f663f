"""Arrays that are reshaped: axes that are split into factors which conditions, as H % 2 == 0, make those of a size."""

from __future__ import annotations

from collections.abc import Sequence

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.reading.programs.state.held_values import entry_of
from symconv.reading.programs.term_sums.summed_terms import element, elements, simplified, sizes_of, terms_of
from symconv.reading.programs.term_sums.whole_arrays import array_of


def with_split_axes(array: TensorExpr, facts: Facts) -> TensorExpr:
    """A reshaped array by its entries, where each axis becomes some of the new ones; any other as it is."""
    if not isinstance(array, Operation) or array.operator.name != "reshape" or array.arguments["order"] != "C":
        return array
    inner, shape = array.arguments["a"], sizes_of(array)
    if not any(isinstance(atom, Floor) for size in shape for atom in size.atoms):
        return array
    groups = _groups(sizes_of(inner), shape, facts)
    if groups is None:
        return array
    index: list[Poly] = []
    for group in groups:
        place = ZERO
        for axis in group:
            place = place * shape[axis] + Poly.name(element(len(shape))[axis])
        index.append(place)
    known = elements(shape, facts)
    return array_of(shape, simplified(terms_of(entry_of(inner, index)), known), known)


def _groups(sizes: Sequence[Poly], shape: Sequence[Poly], facts: Facts) -> list[range] | None:
    """Which new axes each axis becomes; None where that is not known."""
    groups: list[range] = []
    start = 0
    for size in sizes:
        product, stop = ONE, start
        while stop < len(shape) and (stop == start or not facts.implies(Compare(product - size, "=="))):
            product = product * shape[stop]
            stop += 1
        if stop == start or not facts.implies(Compare(product - size, "==")):
            return None
        groups.append(range(start, stop))
        start = stop
    return groups if start == len(shape) else None
