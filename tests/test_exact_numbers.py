"""Numbers are compared exactly: what is equal is seen to be, and what differs by ever so little is not equal."""

from fractions import Fraction
from random import Random

import pytest

from symconv import SymconvError, prove
from symconv.algebra.exact_numbers import approximate, are_equal, exact, is_zero
from symconv.algebra.polynomials import ONE, PI, I, Poly, exponential, inverse, square_root
from symconv.algebra.powers import logarithm, power

TINY = Fraction(1, 10**30)


def root(turns: Fraction) -> Poly:
    """exp(2πi·turns)."""
    return exponential(PI * I * 2 * turns)


def golden() -> Poly:
    """(√5 − 1)/2."""
    return (square_root(5) - 1) * Fraction(1, 2)


ZEROS = {
    "fifth roots": root(Fraction(1, 5)) + root(Fraction(-1, 5)) - golden(),
    "third roots": 2 * root(Fraction(1, 3)) + 1 - I * square_root(3),
    "eighth roots": root(Fraction(1, 8)) + root(Fraction(7, 8)) - square_root(2),
    "all seventh roots": Poly.sum(root(Fraction(k, 7)) for k in range(7)),
    "a root of 15": square_root(15) - square_root(3) * square_root(5),
    "an inverse": inverse(square_root(2) + 1) - square_root(2) + 1,
    "a power": power(Fraction(2), Poly.of(Fraction(1, 2))) - square_root(2),
    "half turns of pi": exponential(PI * I) + 1,
}
OTHERS = {
    "e and pi": exponential(ONE) - PI,
    "two logarithms": logarithm(Fraction(2)) * 3 - logarithm(Fraction(8)) + TINY,
    "e to the pi": exponential(PI) - PI - Fraction(19999099979189, 10**12),
}


@pytest.mark.parametrize("name", ZEROS)
def test_sums_of_roots_are_decided(name: str) -> None:
    """Sums of roots of unity and square roots are 0 or not, however large the factor and small the difference."""
    value = ZEROS[name]
    assert is_zero(value) is True and is_zero(value * 10**40) is True and abs(approximate(value)) < 1e-12
    assert is_zero(value + TINY) is False and is_zero(value * 10**40 - 1) is False


@pytest.mark.parametrize("name", OTHERS)
def test_bounds_tell_others_apart(name: str) -> None:
    """Other numbers differ where rigorous bounds say so."""
    assert is_zero(OTHERS[name]) is False


def test_what_bounds_cannot_tell_is_not_known() -> None:
    """No float decides: a number that is 0 to a thousand bits is neither 0 nor not."""
    gauss = Poly.sum(root(Fraction(k * k, 1009)) for k in range(1009))
    assert is_zero(gauss - square_root(1009)) is None
    assert is_zero(gauss - square_root(1009) + TINY) is False


def test_division_by_a_hidden_zero_is_division_by_zero() -> None:
    """Whatever is 0 has no inverse."""
    with pytest.raises(ZeroDivisionError):
        inverse(ZEROS["fifth roots"])


@pytest.mark.parametrize("seed", range(40))
def test_random_identities_and_near_misses(seed: int) -> None:
    """(a + b)·(c + d) is what it multiplies out to, in any order; with one coefficient changed it is not."""
    random = Random(seed)

    def number() -> Poly:
        parts = [
            root(Fraction(random.randint(0, 11), random.choice((3, 4, 5, 7, 8, 12)))),
            square_root(random.randint(2, 30)),
        ]
        return Poly.of(Fraction(random.randint(1, 9), random.randint(1, 9))) * random.choice(parts)

    a, b, c, d = (number() for _ in range(4))
    apart = [a * c, d * b, c * b, a * d]
    random.shuffle(apart)
    whole = (a + b) * (d + c)
    assert are_equal(whole, Poly.sum(apart)) is True
    k = random.randrange(4)
    changed = Poly.sum(p * (1 + TINY) if i == k else p for i, p in enumerate(apart))
    assert is_zero(apart[k]) is False and are_equal(whole, changed) is False


def test_numbers_of_python_are_exact() -> None:
    """A float is the decimal that it prints as; what is no number is an error."""
    assert exact(0.1) == Fraction(1, 10) and exact(True) == 1 and exact(1j) == I
    with pytest.raises(TypeError):
        exact("1")


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[n]: exp(2j*pi*n*(n+1)/2)*x == x", "proved"),
        ("x[n]: exp(1j*pi*n*n)*x == exp(1j*pi*n)*x", "proved"),
        ("x[n], m int: exp(1j*pi*n*n*m/2)*x == exp(1j*pi*n*m/2)*x", "refuted"),
        ("x[n]: 10**12*(exp(2j*pi/5)+exp(-2j*pi/5)-(sqrt(5)-1)/2)*x == 0*x", "proved"),
        ("x[n]: 10**12*(exp(2j*pi/5)+exp(-2j*pi/5)-(sqrt(5)-1)/2)*x == x/10**30", "refuted"),
        (
            "x[3]: fft(1000000000*x)[1] == 1000000000*(x[0]-(x[1]+x[2])/2-1j*sqrt(3)/2*(x[1]-x[2]))",
            "proved",
        ),
        (
            "x[3]: fft(1000000000*x)[1] == 1000000000*(x[0]-(x[1]+x[2])/2-1j*sqrt(3)/2*(x[1]-x[2])) + x[0]/10**20",
            "refuted",
        ),
        ("x[5]: fft(x)[1] + fft(x)[4] == 2*x[0] + (sqrt(5)-1)/2*(x[1]+x[4]) - (sqrt(5)+1)/2*(x[2]+x[3])", "proved"),
        ("x[8]: fft(x)[1] + fft(x)[7] == 2*x[0] - 2*x[4] + sqrt(2)*(x[1] - x[3] - x[5] + x[7])", "proved"),
        ("x[n]: exp(1)*x == 2.718281828459045*x", "refuted"),
    ],
)
def test_claims_with_irrational_numbers(claim: str, verdict: str) -> None:
    """Transforms of 3, 5 and 8 points are decided, and nothing within rounding is taken for equal or different."""
    assert prove(claim).verdict == verdict


ROOTS = [
    ("x[d]: sqrt(d)*sqrt(d)*x == d*x", "proved"),
    ("x[d]: x/sqrt(d) == sqrt(d)*x/d", "proved"),
    ("x[d]: x/sqrt(d) == x", "refuted"),
    ("x[d]: x/sqrt(d) == x if d == 1", "proved"),
    ("x[d], y[e]: sqrt(4*d*e)*outer(x, y) == 2*sqrt(d)*sqrt(e)*outer(x, y)", "proved"),
    ("x[d]: sqrt(2/d)*x == sqrt(2)*x/sqrt(d)", "proved"),
    ("x[d]: sqrt(d + 1)*sqrt(d + 1)*x == d*x + x", "proved"),
    ("x[2*r+1]: sqrt(r)*x == r*x", "refuted"),
    ("z[n] complex: conj(sqrt(n)*z) == sqrt(n)*conj(z)", "proved"),
    ("x[n]: ifft(fft(x, norm='ortho'), norm='ortho') == x", "proved"),
    ("x[n]: fft(x, norm='ortho') == fft(x)/n", "refuted"),
]


@pytest.mark.parametrize("text, verdict", ROOTS)
def test_roots_of_sizes_are_numbers(text: str, verdict: str) -> None:
    """Sizes are 0 or more, so that their square roots are exact numbers; refutations are replayed with them."""
    assert prove(text).verdict == verdict


@pytest.mark.parametrize("root", ["sqrt(p)", "sqrt(n - 1)", "sqrt(-n)"])
def test_roots_of_what_may_be_negative_are_refused(root: str) -> None:
    """An integer may be negative, and so may a difference of sizes."""
    with pytest.raises(SymconvError, match="whether .* is negative is not known"):
        prove(f"x[n], p int: {root}*x == x")


ROOTS = """
proved: x[n]: sqrt(n)*x == x iff n == 1
proved: x[n]: sqrt(n)*x == 2*x iff n == 4
proved: x[n]: sqrt(n)*x == (n-2)*x iff n == 4
proved: x[n]: sqrt(n)*x == (2-n)*x iff n == 1
proved: x[n]: sqrt(n+2)*x == n*x iff n == 2
proved: x[n]: sqrt(n*n+2*n+1)*x == (n+1)*x
proved: x[n], y[n]: dot(x, y)/sqrt(n) == dot(x, y)/n iff n == 1
refuted: x[n]: sqrt(n)*x == 2*x iff n == 2
refuted: x[n]: sqrt(n)*x == (n-2)*x iff n == 4 or n == 1
refuted: x[n]: x*sqrt(n) == -x
refuted: x[n]: sqrt(n*n+2*n+1)*x == -(n+1)*x
"""


@pytest.mark.parametrize("row", ROOTS.strip().splitlines())
def test_where_a_root_of_sizes_is_a_number_of_sizes(row: str) -> None:
    """Squares are compared, and signs."""
    verdict, claim = row.split(": ", 1)
    assert prove(claim).verdict == verdict
