"""The names that the indices of a derivation are printed with, chosen anew in each notation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symconv.algebra.polynomials import Poly
from symconv.formulas.language import Formula
from symconv.formulas.walking import substitute
from symconv.printing.index_names import readable, renaming
from symconv.printing.term_order import Names


@dataclass(frozen=True)
class Naming:
    """What the names of a chain depend on.

    The free `indices` may have a dot and more after the name to print. Those that the claim itself names, its
    `written` ones, keep their names; no index is called like what is `taken`.
    """

    indices: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()

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
        return readable(named, self.taken.union(free.values()), renamed)

    def printed(self, formula: Formula | None) -> dict[str, str]:
        """The free and bound names of a formula, each as it is printed there."""
        renamed: dict[str, str] = {}
        if formula is not None:
            self.readable(formula, renamed)
        return {**self.free, **renamed}


__all__ = ["Naming"]
