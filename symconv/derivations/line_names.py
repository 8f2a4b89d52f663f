"""The names that the indices of a derivation are printed with, chosen anew in each notation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from symconv.algebra.polynomials import Poly
from symconv.formulas.language import Formula
from symconv.formulas.walking import substitute
from symconv.printing.index_names import lettered, readable, renaming
from symconv.printing.term_order import Names


@dataclass(frozen=True)
class Naming:
    """What the names of a chain depend on.

    The free `indices` may have a dot and more after the name to print. Those that the claim itself names, its
    `written` ones, keep their names; no index is called like what is `taken`. Sums of the same limits share `letters`.
    """

    indices: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    letters: tuple[tuple[Poly, Poly, tuple[str, ...]], ...] = ()

    @property
    def free(self) -> Mapping[str, str]:
        """The free indices, each with the name that it is printed with."""
        return renaming(self.indices, self.taken, self.written)

    @property
    def names(self) -> Names:
        """The names in reading order."""
        return Names((*self.free.values(), *self.parameters), self.sizes)

    def readable(self, formula: Formula, renamed: dict[str, str] | None = None) -> Formula:
        """The formula with readable names; `renamed` is filled with those of the bound ones."""
        free = self.free
        named = substitute(formula, {old: Poly.name(new) for old, new in free.items()})
        letters = {(lower, upper): names for lower, upper, names in self.letters}
        return readable(named, self.taken.union(free.values()), renamed, letters)

    def over(self, formulas: Iterable[Formula]) -> Naming:
        """The same, with each letter of a sum for one range in all these formulas."""
        free = self.free
        named = [substitute(f, {old: Poly.name(new) for old, new in free.items()}) for f in formulas]
        letters = lettered(named, self.taken.union(free.values()))
        return replace(self, letters=tuple((*limits, tuple(names)) for limits, names in letters.items()))

    def printed(self, formula: Formula | None) -> dict[str, str]:
        """The free and bound names of a formula, each as it is printed there."""
        renamed: dict[str, str] = {}
        if formula is not None:
            self.readable(formula, renamed)
        return {**self.free, **renamed}


__all__ = ["Naming"]
