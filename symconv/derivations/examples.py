"""Derivations with numbers in: the same lines for concrete arrays, one output entry at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from symconv.algebra.polynomials import Poly
from symconv.derivations.instances import TEXT, Numbers, shortened
from symconv.derivations.laid_out import Given, Grid, Printing, Reason
from symconv.derivations.records import Chain, Step
from symconv.errors import SymconvError
from symconv.expressions.tensors import Operation, Tensor
from symconv.expressions.unfolding import written
from symconv.formulas.language import Call, Formula, Plus, Read, Sum, Times
from symconv.formulas.walking import arrays as arrays_in
from symconv.formulas.walking import substitute
from symconv.printing.as_latex import LatexWriter

MOST_ENTRIES = 64


def worked(
    chains: Sequence[Chain],
    sizes: Mapping[str, int],
    arrays: Mapping[str, Any],
    index: Sequence[int] | None,
) -> tuple[Chain, ...]:
    """The lines of chains at numbers; see `Derivation.at`."""
    values = {name: np.asarray(array, dtype=object) for name, array in arrays.items()}
    shown: list[Chain] = []
    for chain in chains:
        if all(isinstance(step.formula, Grid) for step in chain.steps):
            continue
        names = _sizes(chain, sizes, values)
        shape = [_integer(size, names) for _, size in chain.ranges]
        chosen = [tuple(index)] if index is not None else list(product(*map(range, shape)))[:MOST_ENTRIES]
        for place in chosen:
            if len(place) != len(shape) or any(not 0 <= i < n for i, n in zip(place, shape, strict=True)):
                raise SymconvError(f"the entry {list(place)} is not inside the shape {tuple(shape)}")
            at = names | {name: Poly.of(i) for (name, _), i in zip(chain.ranges, place, strict=True)}
            given = () if shown else tuple(Given(name, array) for name, array in values.items())
            shown.append(replace(chain, steps=tuple(_steps(chain, at, Numbers(values, {}))), given=given, title=""))
    return tuple(shown)


def _steps(chain: Chain, names: Mapping[str, Poly], numbers: Numbers) -> Iterator[Step]:
    """The lines with numbers for names and entries, and the number that all of them are."""
    printing = Printing()
    total: Poly | None = None
    shown = ""
    for step in chain.steps:
        assert not isinstance(step.formula, Grid)
        formula = substitute(step.formula, names)
        value = numbers.value(formula)
        holds = total is None or value == total
        total = value
        line: Formula | Grid = formula
        if not (isinstance(formula, Read) and isinstance(formula.array, Operation)):
            line = _in_numbers(formula, numbers)
        text = line.text if isinstance(line, Grid) else printing.text(line)
        if text != shown:
            reason = step.reason if step is not chain.steps[0] else Reason("")
            yield Step(line, reason, holds, printing)
        shown = text
    assert total is not None
    if shown != TEXT.poly(total):
        yield Step(Grid(LatexWriter().poly(total), TEXT.poly(total)), Reason("compute"), True, printing)


def _in_numbers(formula: Formula, numbers: Numbers) -> Grid:
    """A line with a number for each entry that it reads."""
    out, _ = shortened(written(formula), numbers)
    if not isinstance(out, (Plus, Times, Call)):
        value = numbers.value(out)
        return Grid(LatexWriter().poly(value), TEXT.poly(value))
    latex = _by_rows(formula, out, numbers) or numbers.shown(out, LatexWriter())
    return Grid(latex, numbers.shown(out, TEXT))


def _by_rows(formula: Formula, out: Formula, numbers: Numbers) -> str | None:
    """A sum of sums that comes `out` in numbers, with a brace under what an index of the outer one gives; else None."""
    if not isinstance(formula, Sum) or not isinstance(formula.body, Sum) or not isinstance(out, Plus):
        return None
    first, last = formula.lower.integer, formula.upper.integer
    if first is None or last is None or last - first < 2:
        return None
    rows: list[str] = []
    for i in range(first, last):
        row = written(substitute(formula.body, {formula.name: Poly.of(i)}))
        kept = tuple(t for t in row.terms if t in out.terms) if isinstance(row, Plus) else ()
        if len(kept) > 1:
            label = f"{formula.name.split('.')[0]}={i}"
            rows.append(rf"\underbrace{{{numbers.shown(Plus(kept), LatexWriter())}}}_{{{label}}}")
        elif kept or not isinstance(row, Plus):
            return None
    return "+".join(rows)


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
    found: set[Tensor] = set()
    for step in chain.steps:
        for array in arrays_in(step.formula) if not isinstance(step.formula, Grid) else ():
            found |= {array} if isinstance(array, Tensor) else array.atoms(Tensor)
    return found


def _integer(size: Poly, names: Mapping[str, Poly]) -> int:
    value = size.substitute(names).integer
    if value is None:
        unknown = ", ".join(sorted(size.substitute(names).names))
        raise SymconvError(f"no value for {unknown}", hint=f'sizes={{"{unknown}": …}}')
    return value


__all__ = ["worked"]
