"""How a sum of monomials with numbers before them is written."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symconv.algebra.atoms import Floor, Monomial
from symconv.algebra.atoms import key as atom_key


def sum_text(terms: Mapping[Monomial, int | Fraction]) -> str:
    """The sum, higher monomials first, but one with a plus sign before those with a minus."""
    if not terms:
        return "0"
    ordered = sorted(_lowered(terms).items(), key=lambda item: (-len(item[0]), [atom_key(a) for a in item[0]]))
    if any(c > 0 for _, c in ordered) and ordered[0][1] < 0:
        first = next(i for i, (_, c) in enumerate(ordered) if c > 0)
        ordered.insert(0, ordered.pop(first))
    text = ""
    for m, c in ordered:
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        factors = [str(abs(c))] if abs(c) != 1 or not m else []
        alone = len(m) + len(factors) == 1 and (c > 0 or text)
        factors += [str(a) if alone or not isinstance(a, Floor) else f"({a})" for a in m]
        text += sign + "*".join(factors)
    return text


def _lowered(terms: Mapping[Monomial, int | Fraction]) -> Mapping[Monomial, int | Fraction]:
    """The terms as they print: (m + 1)//2 − 1 as (m − 1)//2."""
    floors = [m for m, c in terms.items() if len(m) == 1 and isinstance(m[0], Floor) and c == 1]
    less = terms.get((), 0)
    if len(floors) != 1 or less >= 0 or Fraction(less).denominator != 1:
        return terms
    (old,) = floors[0]
    if not isinstance(old, Floor) or old.divisor.integer is None:
        return terms
    new = Floor(old.numerator + old.divisor * less, old.divisor)
    return {(new,) if m == (old,) else m: c for m, c in terms.items() if m}
