"""Remainders found back in polynomials that hold them as floors."""

from __future__ import annotations

from symconv.algebra.polynomials import Floor, Poly


def with_remainders(poly: Poly) -> tuple[Poly, tuple[tuple[Floor, int], ...]]:
    """A polynomial without what x mod d is in it, and each ⌊x/d⌋ of these with its sign.

    >>> i = Poly.name("i")
    >>> rest, remainders = with_remainders(1 - i % 2)
    >>> str(rest), [(str(floor.numerator), sign) for floor, sign in remainders]
    ('1', [('i', -1)])
    """
    remainders: list[tuple[Floor, int]] = []
    for atom in dict.fromkeys(a for a in poly.atoms if isinstance(a, Floor)):
        remainder = atom.numerator - atom.divisor * Poly({(atom,): 1})
        for sign in (1, -1):
            rest = poly - remainder * sign
            if len(rest.terms) < len(poly.terms) and not any(atom in monomial for monomial in rest.terms):
                remainders.append((atom, sign))
                poly = rest
                break
    return poly, tuple(remainders)


def remainder_text(floor: Floor) -> str:
    """x mod d for ⌊x/d⌋ as Python writes it."""
    return f"{_operand(floor.numerator)} % {_operand(floor.divisor)}"


def _operand(poly: Poly) -> str:
    return str(poly) if poly.is_atom or (poly.integer or -1) >= 0 else f"({poly})"


def poly_text(poly: Poly) -> str:
    """A polynomial as Python writes it, with remainders.

    >>> i, n = Poly.name("i"), Poly.name("n")
    >>> print(poly_text(1 - i % 2), "and", poly_text(i + Poly.of(1) % n), "and", poly_text(-(i % n)))
    1 - i % 2 and i + 1 % n and -(i % n)
    """
    rest, remainders = with_remainders(poly)
    texts = [(False, str(rest))] if rest.terms else []
    texts += [(sign < 0, remainder_text(floor)) for floor, sign in sorted(remainders, key=lambda r: -r[1])]
    first, *others = texts or [(False, "0")]
    head = f"-({first[1]})" if first[0] else first[1]
    return head + "".join((" - " if less else " + ") + text for less, text in others)


__all__ = ["poly_text", "remainder_text", "with_remainders"]
