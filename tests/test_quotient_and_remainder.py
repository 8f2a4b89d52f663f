"""Parameters of which quotients by sizes are taken, as quotient and remainder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symconv import prove
from symconv.algebra.polynomials import Poly, floor
from symconv.formulas.conditions import AnyOf, Compare, equal, holds
from symconv.formulas.language import Scalar
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.quotient_and_remainder import split_parameters
from symconv.kernel.symmetry import Move, Symmetry, ZeroEntries

PROVED = """
x[n], p int: roll(x, p) == x iff p % n == 0
x[n+1], p int: roll(x, p) == x iff p % (n+1) == 0
x[n], p int: roll(x, 2*p) == x iff (2*p) % n == 0
x[n], y[n], p int: circular_convolve(roll(x, p), y) == circular_convolve(x, y) iff p % n == 0
X[m,n], p int: roll(X, p, axis=1) == X iff p % n == 0
x[n], p int: roll(roll(x, 3), p+1) == roll(x, p+4)
x[n], p int, q int: roll(x, p) == roll(x, q) if (p-q) % n == 0
x[n], p int: roll(x, 4*p) == roll(x, p) if (3*p) % n == 0
x[n], p int: ifft(fft(roll(x, p)))[i] == x[(i-p) % n]
x[n], p int: fft(flip(roll(x, p))) == conj(fft(roll(roll(x, p), 1)))
"""

REFUTED = """
x[n], p int: roll(x, p) == x iff p % n == 1
x[n], p int: roll(x, p) == x iff p == 0
X[m,n], p int: roll(X, p, axis=0) == X iff p % n == 0
x[n], p int: roll(roll(x, 3), p+1) == roll(x, p+5)
x[n], p int, q int: roll(x, p) == roll(x, q) if (p-q) % n == 1
x[n], p int: roll(x, 3*p) == roll(x, p) if (3*p) % n == 0
x[n], p int: fft(flip(roll(x, p))) == conj(fft(roll(roll(x, p), 2)))
x[n]: roll(x, p)*(n//p) == roll(x, p)*(-((-n)//p))
"""


@pytest.mark.parametrize("verdict", ["proved", "refuted"])
def test_claims_about_positions_modulo_a_size(verdict: str) -> None:
    """What is moved around by any number of places, and what the number has to be."""
    claims = (PROVED if verdict == "proved" else REFUTED).strip().splitlines()
    assert [(c, prove(c).verdict) for c in claims] == [(c, verdict) for c in claims]


n, p, q = map(Poly.name, "npq")
KNOWN = Context(("n",), ("p", "q"))


def test_a_condition_comes_out_the_same() -> None:
    """At all small sizes and values, by cases of what remainders come to."""
    for number in (p, -p, 2 * p, p - q, p + q - 2, 3 * p + q):
        for condition in (equal(number, n * floor(number, n)), Compare(floor(number, n) - 1, ">=")):
            split = split_parameters((), KNOWN, (condition,))
            assert split is not None
            made = split.condition(condition)
            for size in range(1, 4):
                for value in range(-4, 5):
                    names = {"n": size, "p": value, "q": 1 - value}
                    for name in split.values:
                        quotient, remainder = divmod(names[name], size)
                        names |= {f"quotient of {name}": quotient, f"remainder of {name}": remainder}
                    numbers = {k: Poly.of(v) for k, v in names.items()}
                    assert holds(made, numbers) == holds(condition, numbers)


def test_few_cases_are_told_apart() -> None:
    """p - q ≡ 0 is two cases; of one remainder alone there is one."""
    both = equal(p - q, n * floor(p - q, n))
    one = equal(p, n * floor(p, n))
    split = split_parameters((), KNOWN, (both,))
    assert split is not None and isinstance(split.condition(both), AnyOf)
    assert isinstance(split.condition(one), Compare)


@pytest.mark.parametrize(
    ("context", "divisor"),
    [
        (replace(KNOWN, zeros=(ZeroEntries("x", (p,)),)), n),
        (replace(KNOWN, zeros=(ZeroEntries("x", (n,), (Compare(p, ">="),)),)), n),
        (replace(KNOWN, symmetries={"x": Symmetry("x", (Move((Poly.name("$0"),)),))}), n),
        (KNOWN, n - 1),
        (KNOWN, q),
        (replace(KNOWN, indices=("i",)), Poly.name("i")),
    ],
)
def test_what_is_not_split(context: Context, divisor: Poly) -> None:
    """A parameter in what is known of entries, and where the divisor may be 0 or changes with an index."""
    assert split_parameters((), context, (equal(floor(p, divisor), n),)) is None


def test_equal_at_all_remainders_is_equal() -> None:
    """And what differs at one of them is not."""
    least, other = floor(p + q, n), floor(p, n) + floor(q, n)
    assert not formulas_equal(Scalar(least), Scalar(other), KNOWN)
    assert formulas_equal(Scalar(least), Scalar(other), replace(KNOWN, conditions=(equal(q, n * floor(q, n)),)))
