"""What monomials are made of: names, and the few other things that a coefficient can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from symconv.kernel.polynomials import Poly


@dataclass(frozen=True)
class Floor:
    """⌊numerator / divisor⌋ of integer polynomials, as Python's `//`."""

    numerator: Poly
    divisor: Poly

    def __str__(self) -> str:
        return "//".join(str(p) if p.is_atom else f"({p})" for p in (self.numerator, self.divisor))


@dataclass(frozen=True)
class Extremum:
    """The smallest (`kind` "min") or largest ("max") of the arguments."""

    kind: str
    args: tuple[Poly, ...]

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(map(str, self.args))})"


@dataclass(frozen=True)
class Inverse:
    """1 / denominator, for a denominator that is never 0 where it is used."""

    denominator: Poly

    def __str__(self) -> str:
        return f"1/({self.denominator})"


@dataclass(frozen=True)
class Root:
    """The positive square root of a squarefree integer above 1."""

    radicand: int

    def __str__(self) -> str:
        return f"sqrt({self.radicand})"


@dataclass(frozen=True)
class Constant:
    """A named constant: "I" (I·I = −1) or "pi" (transcendental)."""

    name: str

    def __str__(self) -> str:
        return {"I": "1j"}.get(self.name, self.name)


@dataclass(frozen=True)
class Exp:
    """e to the power of a polynomial without constant-free cancellation: Exp(0) never occurs."""

    exponent: Poly

    def __str__(self) -> str:
        return f"exp({self.exponent})"


Atom: TypeAlias = str | Floor | Extremum | Inverse | Root | Constant | Exp
Monomial: TypeAlias = tuple[Atom, ...]


def key(atom: Atom) -> tuple[int, str]:
    """The order of atoms in a monomial."""
    return (0, atom) if isinstance(atom, str) else (1, _text(atom))


@lru_cache(maxsize=16_384)
def _text(atom: Atom) -> str:
    return str(atom)


def names(atom: Atom) -> Iterable[str]:
    """The names in an atom."""
    match atom:
        case str():
            yield atom
        case Floor(numerator, divisor):
            yield from numerator.names | divisor.names
        case Extremum(_, args):
            for arg in args:
                yield from arg.names
        case Inverse(inner) | Exp(inner):
            yield from inner.names
