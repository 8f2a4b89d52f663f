"""Terms are taken apart, solved, summed and put together without a change of value, against sums over small ranges."""

from __future__ import annotations

import cmath
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from symconv import parse
from symconv.algebra.polynomials import ONE, PI, I, Poly, exponential, extremum, floor, inverse
from symconv.algebra.powers import logarithm
from symconv.expressions.tensors import Tensor, sizes
from symconv.formulas.conditions import Compare, in_range
from symconv.formulas.language import Read
from symconv.kernel import multiples, presburger, quotients
from symconv.kernel.coefficients import Piece, eliminated, piece, solved
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.kernel.decide import cancelled, overlaid
from symconv.kernel.presburger import Undecided
from symconv.kernel.roots import joined
from symconv.kernel.symmetry import Move, Permutation, Symmetry, averaged, generated
from symconv.kernel.terms import TensorAtom, Term, lower, tensor_atoms, without_alike
from symconv.kernel.vanishing import by_residues, nonzero_part
from symconv.limits import MAX_TURNS

N, M, U, V, Y = (Poly.name(name) for name in ("n", "m", "u.1", "v.2", "@0.0"))
CONTEXT = Context(("n", "m"))
POINTS = [(n, m, y) for n in (1, 2, 3) for m in (1, 2) for y in range(-1, 6)]


def compiled(term: Term) -> Callable[[int, int, int], complex]:
    """The value of a term as a function of n, m and the index of its entry."""
    bound = {name: f"b{k}" for k, name in enumerate(term.bound)}
    names = {"@0.0": Poly.name("y"), **{old: Poly.name(new) for old, new in bound.items()}}
    text = lambda poly: re.sub(r"\bpi\b", "PI", str(poly.substitute(names)))  # noqa: E731
    guards = " and ".join(f"({text(g.poly)}) {g.relation} 0" for g in term.guards) or "True"
    loops = " ".join(f"for {name} in range(-4, 13)" for name in bound.values()) or "for _ in range(1)"
    code = f"lambda n, m, y: sum(({text(term.coefficient)}) {loops} if {guards})"
    scope = {"exp": cmath.exp, "PI": cmath.pi, "min": min, "max": max}
    found: Any = eval(code, scope)
    return lambda n, m, y: found(n, m, y)


def total(terms: Iterable[Term]) -> list[complex]:
    functions = [compiled(term) for term in terms]
    return [sum(f(*at) for f in functions) for at in POINTS]


def same(one: Iterable[Term], other: Iterable[Term]) -> None:
    for at, a, b in zip(POINTS, total(one), total(other), strict=True):
        assert abs(a - b) < 1e-9, (at, a, b)


def flat_term(random: Random) -> Term:
    """Σ of a coefficient over one or two bound names, with an equation for the index of its entry."""
    number = random.randint
    low, high = random.choice([0, 0, 1]), random.choice([N, M, Poly.of(2), N * M, N + 1, Poly.of(4)])
    guards = [*in_range(U, high, Poly.of(low))]
    bound: tuple[str, ...] = ("u.1",)
    places = [U, U + 1, N - 1 - U, U // 2, (U + 1) // N, U % 2, U % N, 2 * U, N * U, U // N, M - U, (U - 1) // 2]
    if number(0, 1):
        bound = ("u.1", "v.2")
        guards += in_range(V, random.choice([N, M, Poly.of(2)]))
        places = [
            U + V,
            U - V,
            N * U + V,
            U * M + V,
            (U + V) // 2,
            (U * N + V) // N,
            U,
            U + 2 * V,
            V // 2 + U,
            (U + V) % N,
        ]
    coefficient = random.choice([ONE, U, N - U, U * U, Poly.of(3), U // 2, N, U + V if len(bound) > 1 else U - 1])
    extra = random.choice(
        [[], [], [Compare(U - number(0, 2), "!=")], [Compare(N - M - U, ">=")], [Compare(N * U - M, ">=")]]
    )
    return Term(coefficient, (), bound, (*guards, *extra, Compare(Y - random.choice(places), "==")))


def frame_of(term: Term) -> Any:
    monomials = [m for g in term.guards for m in presburger.opaque_monomials(g.poly)]
    return CONTEXT.frame(monomials)


@pytest.mark.parametrize("seed", range(70))
def test_terms_keep_their_value(seed: int) -> None:
    """Quotients by cases and by digits, factors cancelled, equations solved, bound names summed over."""
    term = flat_term(Random(seed))
    frame = frame_of(term)
    same([term], quotients.named(term))
    same([term], quotients.split(term, frame.names, frame.allowed))
    same([term], multiples.unrolled(term))
    same([term], [multiples.without_factors(term, frame.names, frame.allowed)])
    same([term], [multiples.divided_out(term, ["@0.0"], frame.names, frame.allowed)])
    same([term], [solved(term)])
    for part in quotients.split(term, frame.names, frame.allowed):
        try:
            found = eliminated(part, ["@0.0"], frame.names, frame.allowed)
        except Undecided:
            continue
        same([part], found)
        assert all(not {*t.coefficient.names} & {*t.bound} for t in found)
        visible = [*frame.names, "@0.0"]
        if frame.names == ("n", "m") and not any(len(m) > 1 for t in found for g in t.guards for m in g.poly.terms):
            pieces = [piece(t, visible, frame.allowed, [], []) for t in found]
            for cells in (pieces, cancelled(pieces), overlaid(pieces)):
                for at, value in zip(POINTS, total([part]), strict=True):
                    assert abs(_at(cells, at) - value) < 1e-9


def _at(pieces: Sequence[Piece], at: Sequence[int]) -> complex:
    """The sum of pieces at a point."""
    point = presburger.point_set(at)
    values = {name: Poly.of(v) for name, v in zip(("n", "m", "@0.0"), at, strict=True)}
    found = [p.coefficient.substitute(values) for p in pieces if point.is_subset(p.domain)]
    return complex(Poly.sum(found).constant or 0)


@pytest.mark.parametrize("seed", range(20))
def test_the_same_terms_with_other_bound_names_cancel(seed: int) -> None:
    """Whatever the order of the bound names; what does not cancel is left."""
    random = Random(seed)
    terms = [flat_term(random) for _ in range(2)]
    other = [Term(-t.coefficient, t.slots, t.bound[::-1], t.guards).instance({}) for t in terms]
    assert without_alike([*terms, *other]) == []
    left = without_alike([*terms, *other, terms[0]])
    assert len(left) == 1
    same(left, [terms[0]])
    same(without_alike([terms[0], terms[0]]), [terms[0], terms[0]])


@pytest.mark.parametrize("factor", [1, 2, 3, -1])
@pytest.mark.parametrize("t", [Y, Y - 1, 2 * Y, 0 * Y, Poly.of(2)])
@pytest.mark.parametrize("size", [N, Poly.of(3), N + 1])
def test_sums_of_roots_of_unity(factor: int, t: Poly, size: Poly) -> None:
    """Over a whole period they are its length where the period divides, else 0, in one part or in several."""
    phase = exponential(2 * PI * I * U * t * factor * inverse(size))
    ranges = [Compare(Y, ">="), Compare(size - Y, ">=")]
    whole = Term(phase, (), ("u.1",), (*in_range(U, size), *ranges))
    frame = CONTEXT.frame()
    try:
        same([whole], eliminated(whole, ["@0.0"], frame.names, frame.allowed))
    except Undecided:
        assert (factor * t).names or abs((factor * t).integer or 0) >= MAX_TURNS
    parts = [Term(phase, (), ("u.1",), (*in_range(U, Poly.of(1)), *ranges)),
             Term(phase, (), ("v.2",), (*in_range(U, size, Poly.of(1)), *ranges)).substitute({"u.1": V})]  # fmt: skip
    together = joined(parts, ["n", "m", "@0.0"], frame.allowed)
    same(parts, together)
    gap = [parts[0], Term(parts[1].coefficient, (), parts[1].bound, (*parts[1].guards, Compare(V - 2, ">=")))]
    same(gap, joined(gap, ["n", "m", "@0.0"], frame.allowed))


@pytest.mark.parametrize("t", [Y, 2 * Y - 1, Poly.of(1)])
def test_sums_of_roots_of_unity_over_empty_ranges(t: Poly) -> None:
    """Are 0, however far the end is before the start."""
    size = N - 2
    empty = Term(
        exponential(2 * PI * I * U * t * inverse(size)), (), ("u.1",), (*in_range(U, size), *in_range(Y, size))
    )
    frame = CONTEXT.frame()
    same([empty], eliminated(empty, ["@0.0"], frame.names, frame.allowed))


@pytest.mark.parametrize("base", [Fraction(2), Fraction(1, 3)])
@pytest.mark.parametrize(("low", "high"), [(Poly.of(0), N - 2), (Poly.of(0), N - 3), (ONE, N), (M, N), (-N, M)])
def test_sums_of_powers_of_a_number(base: Fraction, low: Poly, high: Poly) -> None:
    """They are 0 over an empty range, however far its end is before its start."""
    power = exponential(logarithm(base) * U)
    term = Term(power, (), ("u.1",), (*in_range(U, high, low), Compare(Y, "==")))
    frame = CONTEXT.frame()
    same([term], eliminated(term, ["@0.0"], frame.names, frame.allowed))


def test_which_tensors_are_in_terms() -> None:
    """Those inside functions, too; literal arrays are none."""
    right = parse("x[2], y[2], f(): x == [1,2]*x + f([3,4]*y)").links[0].right
    assert {atom.name for atom in tensor_atoms(lower(right))} == {"x", "y"}
    assert [*tensor_atoms(lower(parse("x[2]: x == [1,2]").links[0].right))] == []


VISIBLE = ["n", "m", "@0.0"]
VANISHING = [
    (N - 2, {(2, 1), (2, 2), (2, 3)}),
    ((N - 2) * (M - 1), {(2, 1), (2, 2), (2, 3), (1, 1), (3, 1)}),
    (N - M, {(1, 1), (2, 2), (3, 3)}),
    (N * N - M * M, {(1, 1), (2, 2), (3, 3)}),
    (N * M, set()),
    (N * N - 4, {(2, 1), (2, 2), (2, 3)}),
    (2 * N - 3, set()),
    (inverse(N) - inverse(M), {(1, 1), (2, 2), (3, 3)}),
    (exponential(N), set()),
    ((N - 1) * exponential(PI * I * M * inverse(N)), {(1, 1), (1, 2), (1, 3)}),
    (Poly.of(0), {(n, m) for n in (1, 2, 3) for m in (1, 2, 3)}),
]


@pytest.mark.parametrize(("coefficient", "zeros"), VANISHING)
def test_where_a_coefficient_vanishes(coefficient: Poly, zeros: set[tuple[int, int]]) -> None:
    """Points at which a factor is 0 leave the cell; a coefficient that is 0 by the equations of its cell is none."""
    whole = presburger.points(VISIBLE, [c for p in (N, M) for c in in_range(p, Poly.of(4), ONE)])
    found = nonzero_part(Piece(whole, coefficient), VISIBLE, {})
    for n, m in product((1, 2, 3), repeat=2):
        inside = found is not None and presburger.point_set((n, m, 0)).is_subset(found.domain)
        assert inside == ((n, m) not in zeros), (n, m)
    assert found is None or found.is_nonzero
    on_line = whole.intersect(presburger.points(VISIBLE, [Compare(N - M - 1, "==")]))
    assert nonzero_part(Piece(on_line, (N - M - 1) * coefficient), VISIBLE, {}) is None


def test_what_vanishes_by_residues() -> None:
    """1 + exp(iπn) is 0 at odd n, and 2 at even n."""
    whole = presburger.points(VISIBLE, in_range(N, Poly.of(7), ONE))
    third = exponential(2 * PI * I * N * inverse(Poly.of(3)))
    for value, expected in (
        (1 + exponential(PI * I * N), [0, 2, 0, 2, 0, 2]),
        (1 - exponential(PI * I * N), [2, 0, 2, 0, 2, 0]),
        (third + third.conjugate() + 1, [0, 0, 3] * 2),
    ):
        cells = by_residues(Piece(whole, value), VISIBLE)
        for n, number in zip(range(1, 7), expected, strict=True):
            found = [c.coefficient for c in cells if presburger.point_set((n, 1, 0)).is_subset(c.domain)]
            assert (Poly.sum(found) - number).is_zero(), (n, found)


def test_entries_are_averaged_over_moves() -> None:
    """x[0] is x[n-1] where x is symmetric, x[i] is −x[n-1-i] and the middle 0 where it is odd; each slot by itself."""
    x = Tensor("x", sizes("n"))
    y = Poly.name("$0")
    entry = lambda i: Read(x, (Poly.of(i),))  # noqa: E731
    for sign in (1, -1):
        group = generated("x", 1, [Move((N - 1 - y,), sign)])
        assert group is not None and len(group.moves) == 2 and group.is_group
        context = Context(("n",), symmetries={"x": group})
        assert formulas_equal(entry(0), Read(x, (N - 1,)), context) == (sign == 1)
        odd = Context(("n",), (), (), (Compare(N - 3, "=="),), {"x": group})
        assert formulas_equal(entry(1) * 0 if False else Read(x, (Poly.of(1),)), Read(x, (Poly.of(5),)), odd) == (
            sign == -1
        )
    swap: Permutation = (Move((1 - y,), 1, (Compare(y, ">="), Compare(1 - y, ">="))),)
    partial = Symmetry("x", (Move((y,)),), ((swap,),))
    context = Context(("n",), (), (), (Compare(N - 4, ">="),), {"x": partial})
    assert formulas_equal(entry(0), entry(1), context) and not formulas_equal(entry(0), entry(2), context)
    assert formulas_equal(entry(3), entry(3), context) and not formulas_equal(entry(2), entry(3), context)
    atom = TensorAtom("x")
    one = Piece(presburger.points(["n", "@0.0"], [Compare(Poly.name("@0.0"), "==")]), ONE)
    assert averaged([one], (atom,), (1,), ["n"], {}) == [one]
    assert len(averaged([one], (atom,), (1,), ["n"], {"x": partial})) == 3


def test_extrema_are_split_into_cases() -> None:
    """A sum to a minimum is one to each, where it is the smaller."""
    top = extremum("min", [N, M + 1])
    term = Term(ONE, (), ("u.1",), (*in_range(U, top), Compare(Y - U, "==")))
    parts = [Term(ONE, (), ("u.1",), (*in_range(U, N), *in_range(U, M + 1), Compare(Y - U, "==")))]
    same([term], parts)
    assert floor(N * M, M) == N
