"""Concrete sizes: every entry of the difference multiplied out as a polynomial in the tensors' entries.

For algorithms of a fixed small size (Winograd, Strassen, literal arrays) this is quicker than
sets of indices. It is exact, and used only where no size is symbolic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ZERO, Monomial, Poly
from symconv.formulas.language import Formula, minus
from symconv.formulas.walking import arrays
from symconv.kernel.decide import Witness
from symconv.kernel.evaluator import Evaluator, Numbers
from symconv.kernel.index_values import small
from symconv.kernel.presburger import Undecided
from symconv.kernel.terms import TableAtom, TensorAtom
from symconv.limits import MAX_EXPANSION_STEPS, check_time

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

    def conjugate(self, poly: Poly) -> Poly:
        """The conjugate of a polynomial in the entries, those of complex tensors having names for their conjugates."""
        names = {name: Poly.name(entry_name(a.conjugate(), i)) for name, (a, i) in self.entries.items()}
        return poly.conjugate().substitute(names)

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
    """left − right at the given output indices; raises `Undecided` where that is much work."""
    named = Named()
    if not points:
        return Expanded((), {})
    at = {name: small(np.array([point[name] for point in points])) for name in points[0]}
    found = np.ravel(Evaluator({}, named).values(minus(left, right), at or {"": np.zeros(len(points))}))
    rest = [(dict(point), Poly.of(value)) for point, value in zip(points, found, strict=True)]
    return Expanded(tuple((point, value) for point, value in rest if not value.is_zero()), named.names)


def reads_table(formula: Formula) -> bool:
    """Whether a literal array occurs in a read array; asked of arrays that are SymPy trees or leaves."""
    return any(map(_has_table, arrays(formula)))


def _has_table(array: Any) -> bool:
    if isinstance(getattr(array, "leaf", None), TableAtom):
        return True
    return any(_has_table(part) for part in getattr(array, "args", ()) if part.args)


def entry_name(atom: TensorAtom, index: Sequence[int]) -> str:
    """The name of an entry in polynomials."""
    return f"{atom.name}{list(index)}{'*' if atom.conjugated else ''}"


@dataclass
class Named:
    """Entries of tensors as names in polynomials, but those of tensors whose numbers are given."""

    given: Numbers = Numbers({})
    names: dict[str, Entry] = field(default_factory=dict)
    steps: int = 0

    @property
    def sparse(self) -> Mapping[str, Any]:
        """No tensor has zeros that could be left out."""
        return {}

    def entries(self, atom: TensorAtom, shape: tuple[int, ...], places: Sequence[np.ndarray]) -> np.ndarray:
        """The entries of a tensor at indices that are inside; one index array an axis."""
        check_time()
        if atom.name in self.given.arrays:
            return self.given.entries(atom, shape, places)
        self.steps += prod(np.broadcast_shapes(*map(np.shape, places)))
        if self.steps > MAX_EXPANSION_STEPS:
            raise Undecided(f"more than {MAX_EXPANSION_STEPS} entries to multiply out")
        if not places:
            return np.asarray(self._named(atom), dtype=object)
        return np.asarray(
            np.frompyfunc(lambda *index: self._named(atom, *index), len(places), 1)(*places), dtype=object
        )

    def _named(self, atom: TensorAtom, *index: int) -> Poly:
        name = entry_name(atom, index)
        self.names[name] = (atom, index)
        return Poly.name(name)

    def conjugate(self, value: Any) -> Any:
        """The complex conjugate, names standing for conjugates of their entries."""
        if not isinstance(value, Poly):
            return value
        known = {name: self.names[name] for name in value.names}
        return value.conjugate().substitute({n: self._named(a.conjugate(), *at) for n, (a, at) in known.items()})

    def apply(self, function: str, value: Any) -> Any:
        """No function has a value."""
        raise Undecided("an uninterpreted function at concrete sizes")
