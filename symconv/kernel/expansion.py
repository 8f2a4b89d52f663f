"""Concrete sizes: every entry of the difference multiplied out as a polynomial in the tensors' entries.

For algorithms of a fixed small size (Winograd, Strassen, literal arrays) this is quicker than
sets of indices. It is exact, and used only where no size is symbolic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Monomial, Poly
from symconv.formulas.axis import from_positions, positions
from symconv.formulas.conditions import holds
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.formulas.walking import arrays
from symconv.kernel.decide import Witness
from symconv.kernel.presburger import Undecided, check_time
from symconv.kernel.terms import TableAtom, TensorAtom
from symconv.limits import MAX_EXPANSION_STEPS

Entry = tuple[TensorAtom, tuple[int, ...]]


@dataclass(frozen=True)
class Expanded:
    """The entries of left − right that are not 0, by output index, as polynomials in `entries`."""

    rest: tuple[tuple[dict[str, int], Poly], ...]
    entries: Mapping[str, Entry]

    is_exact = True

    @property
    def is_zero(self) -> bool:
        """Whether every entry vanished."""
        return not self.rest

    def witnesses(self) -> Iterator[Witness]:
        """Products with a non-zero coefficient, at the first output indices."""
        for index, poly in self.rest:
            coefficients: dict[Monomial, Poly] = {}
            for m, c in poly.terms.items():
                entries = tuple(a for a in m if a in self.entries)
                rest = Poly({tuple(a for a in m if a not in self.entries): c})
                coefficients[entries] = coefficients.get(entries, ZERO) + rest
            products = [m for m, c in coefficients.items() if not c.is_zero()]
            for product in sorted(products, key=lambda m: (len(set(m)), len(m), [self.entries[str(a)][1] for a in m])):
                yield Witness(index, tuple(self.entries[str(a)] for a in product))


def expanded(left: Formula, right: Formula, points: Sequence[Mapping[str, int]]) -> Expanded:
    """left − right at the given output indices; raises `Undecided` beyond `MAX_EXPANSION_STEPS` steps."""
    run = _Run()
    rest = []
    for point in points:
        values = {name: Poly.of(v) for name, v in point.items()}
        difference = run.value(left, values) - run.value(right, values)
        if not difference.is_zero():
            rest.append((dict(point), difference))
    return Expanded(tuple(rest), run.entries)


def reads_table(formula: Formula) -> bool:
    """Whether a literal array occurs in a read array; asked of arrays that are SymPy trees or leaves."""
    return any(map(_has_table, arrays(formula)))


def _has_table(array: Any) -> bool:
    if isinstance(getattr(array, "leaf", None), TableAtom):
        return True
    return any(_has_table(part) for part in getattr(array, "args", ()))


class _Run:
    """Memoised entries of arrays, and the names given to tensors' entries."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.known: dict[tuple[Any, tuple[int, ...]], Poly] = {}
        self.steps = 0

    def value(self, formula: Formula, values: Mapping[str, Poly]) -> Poly:
        """The value of a formula at numbers for its names."""
        self.steps += 1
        if self.steps % 20 == 0:
            check_time()
        if self.steps > MAX_EXPANSION_STEPS:
            raise Undecided(f"more than {MAX_EXPANSION_STEPS} steps to multiply out")
        match formula:
            case Scalar(value):
                return value.substitute(values)
            case Plus(terms):
                return Poly.sum(self.value(t, values) for t in terms)
            case Times(factors):
                product = ONE
                for factor in factors:
                    product = product * self.value(factor, values)
                    if not product:
                        break
                return product
            case Sum(name, lower, upper, body):
                start, stop = lower.substitute(values).integer, upper.substitute(values).integer
                if start is None or stop is None:
                    raise Undecided("a sum whose bounds are not numbers")
                return Poly.sum(self.value(body, {**values, name: Poly.of(u)}) for u in range(start, stop))
            case When(conditions, body):
                return self.value(body, values) if all(holds(c, values) for c in conditions) else ZERO
            case Conj(body):
                return self._conjugate(self.value(body, values))
            case Read(array, index):
                return self._read(array.replace_names(values), positions(array.axes, index), values)
            case Call():
                raise Undecided("an uninterpreted function at concrete sizes")

    def _read(self, array: Any, index: Sequence[Poly], values: Mapping[str, Poly]) -> Poly:
        position = []
        for axis, i in zip(array.axes, index, strict=True):
            at, size = i.substitute(values).integer, axis.size.integer
            if at is None or size is None:
                raise Undecided("a size that is not a number")
            if not 0 <= at < size:
                return ZERO
            position.append(at)
        key = (array, tuple(position))
        if key not in self.known:
            self.known[key] = self._entry(array, tuple(position))
        return self.known[key]

    def _entry(self, array: Any, position: tuple[int, ...]) -> Poly:
        match array.leaf:
            case TensorAtom() as atom:
                return self._named(atom, position)
            case TableAtom(shape, table):
                offset = 0
                for at, size in zip(position, shape, strict=True):
                    offset = offset * size + at
                return table[offset]
        return self.value(array.entry(*from_positions(array.axes, position)), {})

    def _named(self, atom: TensorAtom, position: tuple[int, ...]) -> Poly:
        name = f"{atom.name}{list(position)}{'*' if atom.conjugated else ''}"
        self.entries[name] = (atom, position)
        return Poly.name(name)

    def _conjugate(self, value: Poly) -> Poly:
        swapped = {n: self._named(self.entries[n][0].conjugate(), self.entries[n][1]) for n in value.names}
        return value.conjugate().substitute(swapped)
