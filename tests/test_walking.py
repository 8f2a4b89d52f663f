"""The walkers of formulas and conditions, and equations solved for a name, on random ones."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from symconv import Tensor, roll
from symconv.algebra.polynomials import Poly, extremum, floor
from symconv.algebra.solving import solved_for, solved_in_turn
from symconv.expressions.conversion import symbol
from symconv.formulas import conditions, walking
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, holds
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.kernel.expansion import expanded

NAMES = "uvn"
POINT = {"u": 2, "v": -1, "n": 3}
VALUES = {name: Poly.of(value) for name, value in POINT.items()}
X = Tensor("x", 4)


def affine() -> st.SearchStrategy[Poly]:
    """Small combinations of the names."""
    numbers = st.integers(-2, 2)
    return st.builds(
        lambda c, *cs: Poly.sum([Poly.of(c), *(Poly.name(n) * k for n, k in zip(NAMES, cs, strict=True))]),
        *[numbers] * 4,
    )


def polys() -> st.SearchStrategy[Poly]:
    """Combinations of names, and quotients, extrema and products of them."""
    pairs = st.tuples(affine(), affine())
    return st.one_of(
        affine(),
        pairs.map(lambda p: p[0] * p[1]),
        affine().map(lambda p: floor(p, Poly.of(3))),
        st.tuples(st.sampled_from(["min", "max"]), pairs).map(lambda p: extremum(*p)),
    )


def compared() -> st.SearchStrategy[Compare]:
    """Comparisons with 0."""
    return st.builds(Compare, polys(), st.sampled_from([">=", "==", "!="]))


def joined() -> st.SearchStrategy[Condition]:
    """Conditions of every kind."""
    return st.recursive(
        compared(),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2).map(lambda c: All(tuple(c))),
            st.lists(inner, max_size=2).map(lambda c: AnyOf(tuple(c))),
            inner.map(Negation),
        ),
        max_leaves=4,
    )


def formulas(calls: bool = True) -> st.SearchStrategy[Formula]:
    """Formulas of every kind over one tensor, also rolled by a name."""
    arrays = st.sampled_from([X, roll(X, symbol("u")), roll(X, symbol("n"))])
    reads = st.builds(lambda a, i: Read(a, (i,)), arrays, affine())
    leaves = st.one_of(polys().map(Scalar), reads)

    def around(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        parts = st.lists(inner, min_size=1, max_size=2).map(tuple)
        sums = st.builds(lambda n, low, size, body: Sum(n, low, low + size, body),
                         st.sampled_from("uv"), affine(), st.integers(0, 2), inner)  # fmt: skip
        guarded = st.builds(lambda c, body: When((c,), body), compared(), inner)
        kinds = [parts.map(Plus), parts.map(Times), sums, guarded, inner.map(Conj)]
        return st.one_of(*kinds, *([inner.map(lambda body: Call("f", body))] if calls else []))

    return st.recursive(leaves, around, max_leaves=5)


@settings(deadline=None)
@given(formulas())
def test_rebuilt_from_its_children(formula: Formula) -> None:
    """A formula with its children replaced has the new ones in their places, and is the same with the same ones."""
    assert walking.rebuilt(formula, lambda part: part) == formula
    assert walking.mapped(formula, lambda poly: poly) == formula
    conjugated = walking.rebuilt(formula, Conj)
    assert walking.children(conjugated) == tuple(map(Conj, walking.children(formula)))
    assert type(conjugated) is type(formula)


@settings(deadline=None)
@given(formulas(), st.sampled_from(NAMES), affine())
def test_free_names(formula: Formula, name: str, value: Poly) -> None:
    """A substitution replaces the names that are free, and no others; bound names are none of them."""
    replaced = walking.substitute(formula, {name: value})
    assert walking.free_names(replaced) <= walking.free_names(formula) - {name} | value.names
    if name not in walking.free_names(formula) and value.names.isdisjoint(NAMES):
        assert replaced == formula
    total = Sum(name, Poly.of(0), Poly.of(2), formula)
    assert walking.free_names(total) == walking.free_names(formula) - {name}


def test_names_inside_arrays_are_free() -> None:
    """x rolled by u depends on u, as long as no sum binds it; so does the entry at v on v."""
    rolled = Read(roll(X, symbol("u")), (Poly.name("v"),))
    assert walking.free_names(rolled) == {"u", "v"}
    assert walking.free_names(Sum("u", Poly.of(0), Poly.of(2), rolled)) == {"v"}


@settings(deadline=None)
@given(formulas(calls=False), st.sampled_from(NAMES), affine())
def test_nothing_is_captured(formula: Formula, name: str, value: Poly) -> None:
    """A value put in for a name, and then numbers, is that value's number put in: sums bind none of its names."""
    number = value.substitute(VALUES)
    left, right = (walking.substitute(formula, {name: new}) for new in (value, number))
    assert expanded(left, right, [POINT]).is_zero


@settings(deadline=None)
@given(joined(), st.sampled_from(NAMES), affine())
def test_conditions_with_names_replaced(condition: Condition, name: str, value: Poly) -> None:
    """They hold where the value of the name makes the condition hold, and have no name besides the value's."""
    replaced = conditions.replaced(condition, {name: value})
    assert holds(replaced, VALUES) == holds(condition, VALUES | {name: value.substitute(VALUES)})
    assert conditions.condition_names(replaced) <= conditions.condition_names(condition) - {name} | value.names
    assert conditions.rebuilt(condition, lambda comparison: comparison) == condition


@settings(deadline=None)
@given(joined(), st.tuples(*[st.integers(-4, 4)] * 3))
def test_conditions_in_linear_cases(condition: Condition, point: tuple[int, ...]) -> None:
    """They hold at the same points."""
    cases = conditions.in_linear_cases(condition)
    values = dict(zip(NAMES, map(Poly.of, point), strict=True))
    assert all(c.poly.first_extremum is None for c in conditions.comparisons(cases))
    assert holds(cases, values) == holds(condition, values)


@settings(deadline=None)
@given(polys(), st.booleans())
def test_solved_for_a_name(equation: Poly, rational: bool) -> None:
    """What an equation gives makes it true, without the name itself; a name that occurs twice is not given."""
    solution = solved_for(equation, NAMES, rational)
    if solution is not None:
        name, value = solution
        assert equation.substitute({name: value}) == 0
        assert name not in value.names
    elif rational:
        assert not equation.is_affine or not equation.names


@settings(deadline=None)
@given(st.lists(polys(), max_size=3))
def test_solved_in_turn(equations: list[Poly]) -> None:
    """No value has a name that is given, and each name given takes one equation.

    Halves of names in quotients are not reduced, so that what is 0 may not be seen to be.
    """
    values = solved_in_turn(equations, NAMES, rational=all(e.is_affine for e in equations))
    assert all(value.names.isdisjoint(values) for value in values.values())
    left = [e for e in equations if e.substitute(values) != 0]
    assert len(left) <= len(equations) - len(values)


def test_names_that_occur_again_are_not_given() -> None:
    """W·u + u + 1 == 0 gives no u, nor does u + u // 2 == 0; u + W == 0 does."""
    u, w = Poly.name("u"), Poly.name("W")
    assert solved_for(w * u + u + 1, ["u"]) is None
    assert solved_for(u + u // 2, ["u"]) is None
    assert solved_for(u + w, ["u"]) == ("u", -w)
