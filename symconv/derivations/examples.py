"""Derivations with numbers in: the same lines for concrete arrays, one output entry at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.derivations.entry_values import Numbers
from symconv.derivations.reasons import Reason, Rule
from symconv.derivations.records import Chain, Given, Step
from symconv.errors import SymconvError
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import written
from symconv.formulas.language import Call, Formula, Plus, Read, Scalar, Sum, Times
from symconv.formulas.walking import arrays as arrays_in
from symconv.formulas.walking import substitute
from symconv.limits import MAX_WORKED_ENTRIES
from symconv.printing.line_contents import Contents


def worked(
    chains: Sequence[Chain], sizes: Mapping[str, int], arrays: Mapping[str, Any], index: Sequence[int] | None
) -> tuple[Chain, ...]:
    """The lines of chains at numbers; see `Derivation.at`."""
    values = {name: np.asarray(array, dtype=object) for name, array in arrays.items()}
    shown: list[Chain] = []
    for chain in chains:
        if any(step.index_formula is None for step in chain.steps):
            continue
        names = _sizes(chain, sizes, values)
        shape = [_integer(size, names) for _, size in chain.ranges]
        chosen = [tuple(index)] if index is not None else list(product(*map(range, shape)))[:MAX_WORKED_ENTRIES]
        for place in chosen:
            if len(place) != len(shape) or any(not 0 <= i < n for i, n in zip(place, shape, strict=True)):
                raise SymconvError(f"the entry {list(place)} is not inside the shape {tuple(shape)}")
            at = names | {name: Poly.of(i) for (name, _), i in zip(chain.ranges, place, strict=True)}
            given = () if shown else tuple(Given(name, array) for name, array in values.items())
            shown.append(replace(chain, steps=tuple(_steps(chain, at, Numbers(values))), given=given, heading=None))
    return tuple(shown)


def _steps(chain: Chain, names: Mapping[str, Poly], numbers: Numbers) -> Iterator[Step]:
    """The lines with numbers for names and entries, and the number that all of them are."""
    total: Poly | None = None
    last: Step | None = None
    for step in chain.steps:
        assert step.index_formula is not None
        formula = substitute(step.index_formula, names)
        value = numbers.value(formula)
        folded = isinstance(formula, Read) and isinstance(formula.array, Operation) and _is_inside(formula)
        line = replace(
            step, verified=total in (None, value), formula=formula if folded else _in_numbers(formula, numbers)
        )
        if last is None or not line.reads_like(last):
            yield line
        total, last = value, line
    assert total is not None and last is not None
    line = Step(Scalar(total), Reason(Rule.COMPUTE), True)
    if not line.reads_like(last):
        yield line


def _is_inside(read: Read) -> bool:
    """Whether an entry at numbers is one of its array: what is read outside is 0, and no entry from the end."""
    places = [(axis.flat(i).integer, axis.size.integer) for axis, i in zip(read.array.axes, read.index, strict=True)]
    return all(i is None or size is None or 0 <= i < size for i, size in places)


def _in_numbers(formula: Formula, numbers: Numbers) -> Contents:
    """A line with a number for each entry that it reads."""
    out = numbers.shortened(written(formula))
    if not isinstance(out, (Plus, Times, Call)):
        return Scalar(numbers.value(out))
    return numbers.put_in(out, tuple(_rows(formula, out)))


def _rows(formula: Formula, out: Formula) -> list[tuple[str, int, Formula]]:
    """What each index of the outer sum gives where a sum of sums has come `out`; none where that shows no more."""
    if not isinstance(formula, Sum) or not isinstance(formula.body, Sum) or not isinstance(out, Plus):
        return []
    first, last = formula.lower.integer, formula.upper.integer
    if first is None or last is None or last - first < 2:
        return []
    rows: list[tuple[str, int, Formula]] = []
    for i in range(first, last):
        row = written(substitute(formula.body, {formula.name: Poly.of(i)}))
        kept = tuple(t for t in row.terms if t in out.terms) if isinstance(row, Plus) else ()
        if len(kept) > 1:
            rows.append((formula.name, i, Plus(kept)))
        elif kept or not isinstance(row, Plus):
            return []
    return rows


def _sizes(chain: Chain, sizes: Mapping[str, int], arrays: Mapping[str, Any]) -> dict[str, Poly]:
    """The values of the sizes: as given, else as the shapes of the arrays have them."""
    names = {name: Poly.of(int(value)) for name, value in sizes.items()}
    for tensor in sorted(_tensors(chain), key=lambda t: t.name):
        if tensor.name not in arrays:
            raise SymconvError(f"no array for {tensor.name}", hint=f'arrays={{"{tensor.name}": …}}')
        shape = np.shape(arrays[tensor.name])
        if len(shape) != len(tensor.axes):
            raise SymconvError(f"{tensor.name} has {len(tensor.axes)} axes, but its array has {len(shape)}")
        for axis, n in zip(tensor.axes, shape, strict=True):
            if len(axis.size.names) == 1 and axis.size.is_atom:
                (name,) = axis.size.names
                names.setdefault(name, Poly.of(int(n)))
            if _integer(axis.size, names) != n:
                raise SymconvError(f"{tensor.name} has the size {axis.size} = {axis.size.substitute(names)}, not {n}")
    return names


def _tensors(chain: Chain) -> set[Tensor]:
    formulas = [step.index_formula for step in chain.steps if step.index_formula is not None]
    return {node for f in formulas for array in arrays_in(f) for node in nodes(array) if isinstance(node, Tensor)}


def _integer(size: Poly, names: Mapping[str, Poly]) -> int:
    value = size.substitute(names).integer
    if value is None:
        unknown = ", ".join(sorted(size.substitute(names).names))
        raise SymconvError(f"no value for {unknown}", hint=f'sizes={{"{unknown}": …}}')
    return value


__all__ = ["worked"]
