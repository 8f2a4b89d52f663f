"""What monomials are made of: names, and the few other things that a coefficient can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from symconv.algebra.polynomials import Poly


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
    """The square root of a squarefree integer above 1, or of a polynomial that is 0 or more where it is used."""

    radicand: int | Poly

    def __str__(self) -> str:
        return f"sqrt({self.radicand})"


@dataclass(frozen=True)
class Constant:
    """A named constant: "I" (I·I = −1), "pi" (transcendental), or the logarithm "log 2" of a prime."""

    name: str

    def __str__(self) -> str:
        return f"log({self.prime})" if self.prime else {"I": "1j"}.get(self.name, self.name)

    @property
    def prime(self) -> int | None:
        """The number of which this is the logarithm."""
        return int(self.name[4:]) if self.name.startswith("log ") else None


@dataclass(frozen=True)
class Exp:
    """e to the power of a polynomial without constant-free cancellation: Exp(0) never occurs."""

    exponent: Poly

    def __str__(self) -> str:
        powers, rest = self.powers()
        shown = [f"{b if b > 0 else f'({b})'}**{e if e.is_atom else f'({e})'}" for b, e in powers]
        return "*".join([*shown, *([f"exp({rest})"] if rest else [])])

    def powers(self) -> tuple[list[tuple[int, Poly]], Poly]:
        """The powers of whole numbers in this as (base, exponent), and the exponent of e for what is left."""
        exponents: dict[int, dict[Monomial, Any]] = {}
        left: dict[Monomial, Any] = {}
        for monomial, c in self.exponent.terms.items():
            logs = [a for a in monomial if isinstance(a, Constant) and a.prime]
            others = tuple(a for a in monomial if a not in logs)
            if len(logs) == 1 and not any(isinstance(a, Constant) for a in others):
                exponents.setdefault(logs[0].prime or 0, {})[others] = c
            elif isinstance(c, int) and (whole := half_turns(monomial)) is not None:
                exponents.setdefault(-1, {})[whole] = c
            else:
                left[monomial] = c
        make = type(self.exponent)
        return [(base, make(terms)) for base, terms in sorted(exponents.items())], make(left)


def half_turns(monomial: Monomial) -> Monomial | None:
    """The whole number before i·π in an exponent."""
    phase = [a for a in monomial if a in (Constant("I"), Constant("pi"))]
    others = tuple(a for a in monomial if a not in phase)
    is_whole = len(phase) == 2 and phase[0] != phase[1] and all(isinstance(a, (str, Floor)) for a in others)
    return others if is_whole else None


Atom: TypeAlias = str | Floor | Extremum | Inverse | Root | Constant | Exp
Monomial: TypeAlias = tuple[Atom, ...]


def key(atom: Atom) -> tuple[int, str]:
    """The order of atoms in a monomial."""
    return (0, atom) if isinstance(atom, str) else (1, _text(atom))


@lru_cache(maxsize=16_384)
def _text(atom: Atom) -> str:
    return str(atom)


def parts(atom: Atom) -> tuple[Poly, ...]:
    """The polynomials inside an atom."""
    match atom:
        case Floor(numerator, divisor):
            return (numerator, divisor)
        case Extremum(_, args):
            return args
        case Inverse(inner) | Exp(inner):
            return (inner,)
        case Root(radicand) if not isinstance(radicand, int):
            return (radicand,)
        case _:
            return ()


def monomial_names(monomial: Monomial) -> frozenset[str]:
    """The names in a product of atoms."""
    return frozenset().union(*map(names, monomial))


def names(atom: Atom) -> frozenset[str]:
    """The names in an atom."""
    return frozenset((atom,)) if isinstance(atom, str) else frozenset().union(*(p.names for p in parts(atom)))
