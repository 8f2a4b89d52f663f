"""Exact polynomials in names: sizes, indices and coefficients are all of this one form.

A monomial is a sorted tuple of atoms. Most atoms are plain names; the others are closed
under the reductions in `_reduce` (floors, extrema, inverses, roots, exponentials), so that
two equal coefficients have equal polynomials wherever `is_zero` is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from math import gcd
from operator import mul

from symconv.algebra.atoms import Atom as Atom
from symconv.algebra.atoms import Constant as Constant
from symconv.algebra.atoms import Exp as Exp
from symconv.algebra.atoms import Extremum as Extremum
from symconv.algebra.atoms import Floor as Floor
from symconv.algebra.atoms import Inverse as Inverse
from symconv.algebra.atoms import Monomial as Monomial
from symconv.algebra.atoms import Root as Root
from symconv.algebra.atoms import key as atom_key
from symconv.algebra.atoms import names as atom_names
from symconv.algebra.atoms import parts as atom_parts
from symconv.algebra.computed import computed_once
from symconv.algebra.cyclotomic import vanishes
from symconv.algebra.monomials import Number as Number
from symconv.algebra.monomials import exact, quarter_turns, radicand_in, whole_powers, without
from symconv.algebra.primes import square_and_rest
from symconv.algebra.sum_text import sum_text
from symconv.limits import MAX_DIVISION_STEPS


class Poly:
    """An immutable polynomial: `terms` maps each monomial to its non-zero exact coefficient.

    >>> h, u = Poly.name("h"), Poly.name("u")
    >>> print(2 * (h - 1 - u) + h * u)
    h*u + 2*h - 2*u - 2
    """

    __slots__ = ("__dict__", "_hash", "terms")
    terms: dict[Monomial, Number]

    def __init__(self, terms: dict[Monomial, Number]) -> None:
        """`terms` is not used by anybody else."""
        self.terms = terms if all(terms.values()) else {m: c for m, c in terms.items() if c}
        self._hash: int | None = None

    @staticmethod
    @lru_cache(maxsize=16_384)
    def name(name: str) -> Poly:
        """The polynomial that is one name."""
        return Poly({(name,): 1})

    @staticmethod
    def atom(atom: Atom) -> Poly:
        """The polynomial that is one atom, reduced if it can be."""
        return _reduce((atom,))

    @staticmethod
    def of(value: Poly | Number | str) -> Poly:
        """A polynomial from a number, a name or a polynomial."""
        if type(value) is int:
            return _whole(value)
        if isinstance(value, Poly):
            return value
        return Poly.name(value) if isinstance(value, str) else Poly({(): exact(value)})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Poly):
            return self is other or self.terms == other.terms
        return isinstance(other, (int, Fraction)) and self.terms == ({(): other} if other else {})

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Poly | Number) -> Poly:
        terms = dict(self.terms)
        for m, c in Poly.of(other).terms.items():
            terms[m] = exact(terms[m] + c) if m in terms else c
        return Poly(terms)

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Poly | Number) -> Poly:
        terms = dict(self.terms)
        for m, c in Poly.of(other).terms.items():
            terms[m] = exact(terms[m] - c) if m in terms else -c
        return Poly(terms)

    def __rsub__(self, other: Poly | Number) -> Poly:
        return Poly.of(other) - self

    def __mul__(self, other: Poly | Number) -> Poly:
        if not isinstance(other, Poly):
            return self.scaled(other) if isinstance(other, (int, Fraction)) else NotImplemented
        for factor, whole in ((self.terms, other), (other.terms, self)):
            if len(factor) == 1 and () in factor:
                return whole.scaled(factor[()])
        product: dict[Monomial, Number] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                for m, c in _multiply(m1, m2).items():
                    product[m] = exact(product.get(m, 0) + c1 * c2 * c)
        return Poly(product)

    def scaled(self, factor: Number) -> Poly:
        """This times a number."""
        return self if factor == 1 else Poly({m: exact(c * factor) for m, c in self.terms.items()})

    __rmul__ = __mul__

    @staticmethod
    def sum(parts: Iterable[Poly]) -> Poly:
        """The sum of many."""
        terms: dict[Monomial, Number] = {}
        for part in parts:
            for m, c in part.terms.items():
                terms[m] = terms.get(m, 0) + c
        return Poly({m: exact(c) for m, c in terms.items()})

    def __pow__(self, power: int) -> Poly:
        return reduce(lambda product, _: product * self, range(power), ONE)

    def __floordiv__(self, divisor: Poly | Number) -> Poly:
        return floor(self, Poly.of(divisor))

    def __mod__(self, divisor: Poly | Number) -> Poly:
        divisor = Poly.of(divisor)
        return self - divisor * floor(self, divisor)

    def __truediv__(self, divisor: Poly | Number) -> Poly:
        return self * inverse(Poly.of(divisor))

    @computed_once
    def constant(self) -> Number | None:
        """The value of a constant polynomial, else None."""
        if not self.terms:
            return 0
        return self.terms.get(()) if len(self.terms) == 1 else None

    @computed_once
    def integer(self) -> int | None:
        """The value of a constant integer polynomial, else None."""
        value = self.constant
        return value if isinstance(value, int) else None

    @property
    def is_atom(self) -> bool:
        """Whether this prints without an operator."""
        return self.constant is not None or (
            len(self.terms) == 1 and all(len(m) == 1 and c == 1 for m, c in self.terms.items())
        )

    @computed_once
    def atoms(self) -> tuple[Atom, ...]:
        """The different atoms of the monomials."""
        return tuple(dict.fromkeys(atom for m in self.terms for atom in m))

    @computed_once
    def names(self) -> frozenset[str]:
        """Every name that occurs, inside atoms too."""
        atoms = {atom for m in self.terms for atom in m}
        plain = {atom for atom in atoms if isinstance(atom, str)}
        return frozenset(plain.union(*map(atom_names, atoms - plain)) if len(plain) < len(atoms) else plain)

    @computed_once
    def is_affine(self) -> bool:
        """Whether every monomial is a plain name or constant."""
        return all(len(m) == 0 or (len(m) == 1 and isinstance(m[0], str)) for m in self.terms)

    def coefficient(self, name: Atom) -> Number:
        """The coefficient of an atom that stands alone."""
        return self.terms.get((name,), 0)

    def substitute(self, values: Mapping[str, Poly]) -> Poly:
        """The polynomial with names replaced, everywhere and at once."""
        if self.names.isdisjoint(values):
            return self
        if self.is_affine:
            return self._substitute_linearly(values)
        return self.mapped(lambda atom: _substitute(atom, values))

    def _substitute_linearly(self, values: Mapping[str, Poly]) -> Poly:
        terms: dict[Monomial, Number] = {}
        for m, c in self.terms.items():
            value = values.get(m[0]) if m else None  # type: ignore[arg-type]
            if value is None:
                terms[m] = exact(terms[m] + c) if m in terms else c
                continue
            for q, k in value.terms.items():
                terms[q] = exact(terms.get(q, 0) + c * k)
        return Poly(terms)

    def conjugate(self) -> Poly:
        """The complex conjugate, names being real."""
        return self if all(isinstance(a, str) for a in self.atoms) else self.mapped(_conjugate)

    def mapped(self, f: Callable[[Atom], Poly]) -> Poly:
        """The polynomial with its atoms replaced."""
        return Poly.sum(reduce(mul, map(f, m), ONE).scaled(c) for m, c in self.terms.items())

    def with_atom(self, old: Atom, new: Poly) -> Poly:
        """The polynomial with an atom replaced, inside quotients and extrema too."""
        if self.is_affine and not isinstance(old, str):  # quicker
            return self

        def replaced(atom: Atom) -> Poly:
            if atom == old:
                return new
            is_entered = isinstance(atom, (Floor, Extremum))
            return rebuilt(atom, lambda p: p.with_atom(old, new)) if is_entered else Poly({(atom,): 1})

        return self.mapped(replaced)

    @computed_once
    def first_extremum(self) -> Extremum | None:
        """A min or max that stands in this or in a quotient, an innermost one."""
        entered = (a for a in self.atoms if isinstance(a, (Floor, Extremum)))
        found = ((*(p.first_extremum for p in atom_parts(a)), a if isinstance(a, Extremum) else None) for a in entered)
        return next((extremum for each in found for extremum in each if extremum is not None), None)

    @property
    def numerator(self) -> Poly:
        """This times all its denominators."""
        poly = self
        while True:
            found = next((a for a in poly.atoms if isinstance(a, Inverse)), None)
            if found is None:
                return poly
            poly = _clear(poly, found)

    def is_zero(self) -> bool:
        """Whether this vanishes identically: denominators cleared, phases and roots reduced."""
        numerator = self.numerator
        return not numerator or vanishes(numerator.terms) is True

    def __str__(self) -> str:
        return self._text

    @computed_once
    def _text(self) -> str:
        return sum_text(self.terms)

    def __repr__(self) -> str:
        return f"Poly({self})"


@lru_cache(maxsize=1_024)
def _whole(value: int) -> Poly:
    return Poly({(): value})


ZERO = Poly({})
ONE = Poly({(): 1})
I = Poly({(Constant("I"),): 1})  # noqa: E741  the field's name for it
PI = Poly({(Constant("pi"),): 1})


def floor(numerator: Poly, divisor: Poly) -> Poly:
    """⌊numerator / divisor⌋, reduced where it can be.

    >>> n = Poly.name("n")
    >>> print(floor(2 * n + 5, Poly.of(2)), floor(floor(n, Poly.of(2)) + 1, Poly.of(3)))
    n + 2 (n + 2)//6
    """
    d = divisor.integer
    if d == 0:
        raise ZeroDivisionError("division of an index by zero")
    if d is not None and d < 0:
        return floor(-numerator, Poly.of(-d))
    if d is not None:
        whole = Poly({m: c // d for m, c in numerator.terms.items()})
        rest = Poly({m: c % d for m, c in numerator.terms.items()})
        if rest.constant is not None:
            return whole
        shared = reduce(gcd, (int(c) for m, c in rest.terms.items() if m), d)
        if shared > 1:
            lowered = Poly({m: c // shared for m, c in rest.terms.items()})
            return whole + floor(lowered, Poly.of(d // shared))
        for (atom, *more), value in ((m, c) for m, c in rest.terms.items() if m):
            if isinstance(atom, Floor) and not more and value == 1 and atom.divisor.integer is not None:
                flat = atom.numerator + atom.divisor * (rest - Poly.atom(atom))
                return whole + floor(flat, atom.divisor * d)
        return whole + Poly({(Floor(rest, divisor),): 1})
    quotient, rest = divided(numerator, divisor)
    return quotient + Poly({(Floor(rest, divisor),): 1}) if rest else quotient


def divided(numerator: Poly, divisor: Poly) -> tuple[Poly, Poly]:
    """numerator = whole·divisor + rest, with whole coefficients in `whole`.

    All multiples of a divisor with one term are in `whole`; by a longer one, what is left is of lower degree or
    shorter, or else nothing is divided.

    >>> n = Poly.name("n")
    >>> divided(n * n + 2, n + 1)
    (Poly(n - 1), Poly(3))
    """
    lead = max(divisor.terms, key=lambda m: (len(m), [atom_key(a) for a in m]))
    c = divisor.terms[lead]
    whole, rest = ZERO, numerator
    for _ in range(MAX_DIVISION_STEPS):
        found = ((m, without(m, lead)) for m, v in rest.terms.items() if Fraction(v, c).denominator == 1)
        chosen = next(((m, left) for m, left in found if left is not None), None)
        if chosen is None:
            break
        term = Poly({chosen[1]: exact(Fraction(rest.terms[chosen[0]], c))})
        whole, rest = whole + term, rest - term * divisor
    lower = all(len(m) < len(lead) for m in rest.terms) or len(rest.terms) < len(numerator.terms)
    is_reduced = len(divisor.terms) == 1 or lower
    return (whole, rest) if is_reduced else (ZERO, numerator)


def extremum(kind: str, args: Iterable[Poly]) -> Poly:
    """The smallest ("min") or largest ("max") of the arguments, decided where they differ by a number."""
    kept: list[Poly] = []
    for arg in args:
        for i, other in enumerate(kept):
            difference = (arg - other).constant
            if difference is not None:
                if (difference < 0) == (kind == "min"):
                    kept[i] = arg
                break
        else:
            kept.append(arg)
    return kept[0] if len(kept) == 1 else Poly({(Extremum(kind, tuple(kept)),): 1})


def inverse(value: Poly) -> Poly:
    """1 / value.

    >>> n = Poly.name("n")
    >>> print(inverse(2 * n) * n)
    1/2
    """
    if not value:
        raise ZeroDivisionError("division by zero")
    if value.constant is not None:
        return Poly.of(Fraction(1) / value.constant)
    if not value.names and value.is_zero():
        raise ZeroDivisionError(f"division by {value}, which is zero")
    if len(value.terms) == 1:
        ((monomial, c),) = value.terms.items()
        product = Poly.of(Fraction(1) / c)
        for atom in monomial:
            product = product * _invert(atom)
        return product
    return Poly({(Inverse(value),): 1})


def square_root(value: Poly | Number) -> Poly:
    """The square root of a rational number, its squarefree part kept as an atom, or of what is 0 or more.

    >>> n = Poly.name("n")
    >>> print(square_root(12), square_root(inverse(4 * n * n * n)) * n)
    2*sqrt(3) 1/2*1/(n)*sqrt(n)
    """
    value = Poly.of(value)
    if value.constant is not None:
        return _root_of_number(Fraction(value.constant))
    if len(value.terms) > 1:
        return Poly({(Root(value),): 1})
    ((monomial, c),) = value.terms.items()
    product = _root_of_number(Fraction(c))
    for atom in monomial:
        is_inverse = isinstance(atom, Inverse)
        root = Poly.atom(Root(atom.denominator if isinstance(atom, Inverse) else Poly({(atom,): 1})))
        product = product * (inverse(root) if is_inverse else root)
    return product


def _root_of_number(value: Fraction) -> Poly:
    if value < 0:
        return I * _root_of_number(-value)
    outside, number = square_and_rest(value.numerator * value.denominator)
    radical = ONE if number == 1 else Poly({(Root(number),): 1})
    return radical * Fraction(outside, value.denominator)


def exponential(exponent: Poly) -> Poly:
    """e ** exponent; phases that are whole quarter turns are reduced to powers of I."""
    return Poly.atom(Exp(exponent)) if exponent else ONE


def _clear(poly: Poly, atom: Inverse) -> Poly:
    """`poly` times the atom's denominator, with one power of the atom gone from every monomial."""
    fractions = {left: c for m, c in poly.terms.items() if (left := without(m, (atom,))) is not None}
    return Poly(fractions) + Poly({m: c for m, c in poly.terms.items() if atom not in m}) * atom.denominator


def _invert(atom: Atom) -> Poly:
    match atom:
        case Inverse(denominator):
            return denominator
        case Constant("I"):
            return -I
        case Root(radicand):
            return Poly({(atom,): 1}) * inverse(Poly.of(radicand))
        case Exp(exponent):
            return exponential(-exponent)
        case _:
            return Poly({(Inverse(Poly({(atom,): 1})),): 1})


def _multiply(m1: Monomial, m2: Monomial) -> dict[Monomial, Number]:
    if not m1 or not m2:
        return {m1 or m2: 1}
    merged = m1 + m2
    for atom in merged:
        if not isinstance(atom, str):
            return _reduce(tuple(sorted(merged, key=atom_key))).terms
    return {tuple(sorted(merged)): 1}  # type: ignore[type-var]


@lru_cache(maxsize=16_384)
def _reduce(monomial: Monomial) -> Poly:
    """The product of the atoms in canonical form."""
    rest: list[Atom] = []
    factor = ONE
    exponent: Poly | None = None
    for atom in monomial:
        match atom:
            case Exp(e):
                exponent = e if exponent is None else exponent + e
            case Constant("I") if atom in rest:
                rest.remove(atom)
                factor = -factor
            case Root(radicand) if atom in rest:
                rest.remove(atom)
                factor = factor * radicand
            case Root(int() as radicand) if (other := radicand_in(rest)) is not None:
                rest.remove(Root(other))
                common = gcd(other, radicand)
                product = other * radicand // common**2
                factor = factor * common
                if product > 1:
                    rest.append(Root(product))
            case Inverse(denominator) if len(denominator.terms) == 1 and next(iter(denominator.terms))[0] in rest:
                rest.remove(next(iter(denominator.terms))[0])
            case _ if Inverse(Poly({(atom,): 1})) in rest:
                rest.remove(Inverse(Poly({(atom,): 1})))
            case _:
                rest.append(atom)
    if exponent is not None:
        turns, terms = quarter_turns(exponent.terms)
        number, terms = whole_powers(terms)
        factor = factor * (ONE, I, -ONE, -I)[turns] * number
        if remaining := Poly(terms):
            rest.append(Exp(remaining))
    others = tuple(sorted(rest, key=atom_key))
    if factor.constant is not None:
        return Poly({others: factor.constant})
    return Poly.sum(
        (_reduce(tuple(sorted(m + others, key=atom_key))) if m else Poly({others: 1})) * c
        for m, c in factor.terms.items()
    )


def rebuilt(atom: Atom, f: Callable[[Poly], Poly]) -> Poly:
    """The atom with the polynomials inside it replaced, reduced where that changes them."""
    inside = atom_parts(atom)
    new = tuple(map(f, inside))
    match atom:
        case _ if new == inside:
            return Poly({(atom,): 1})
        case Floor():
            return floor(*new)
        case Extremum(kind):
            return extremum(kind, new)
        case Inverse():
            return inverse(*new)
        case Root():
            return square_root(*new)
        case _:
            return exponential(*new)


def _substitute(atom: Atom, values: Mapping[str, Poly]) -> Poly:
    if isinstance(atom, str) and atom in values:
        return values[atom]
    return rebuilt(atom, lambda inside: inside.substitute(values))


def _conjugate(atom: Atom) -> Poly:
    return -I if atom == Constant("I") else rebuilt(atom, Poly.conjugate)
