"""A verdict is made by the kernel or not at all: every other way to one fails."""

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import numpy as np
import pytest

from symconv import SymconvError, parse, prove
from symconv.algebra.polynomials import PI, I, Poly, exponential
from symconv.expressions.registry import REGISTRY, Definition, operator, read
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Read
from symconv.kernel.context import Context
from symconv.kernel.necessity import is_given_by_rows
from symconv.kernel.reduction import Reduced
from symconv.kernel.replay import Counterexample, replayed
from symconv.kernel.sparse_arrays import SparseArray
from symconv.kernel.statement import Statement
from symconv.kernel.verdicts import (
    Certificate,
    Proof,
    Refutation,
    certify_cases,
    certify_converse,
    certify_different,
    certify_equal,
    certify_necessary,
    certify_sizes,
    certify_sufficient,
    conclude,
    refute,
)
from symconv.limits import Undecided
from symconv.proving.statements import prepared

TRUE, FALSE = parse("x[n]: x == x + 0"), parse("x[n]: x == 2*x")


def certificate(text: str) -> Certificate:
    """The first certificate of a verdict."""
    (first, *_) = prove(text).certificates
    return first


def test_a_certificate_concludes_its_own_claim_only() -> None:
    """What certifies one claim says nothing of another, under other hypotheses, or of another link."""
    equal = certificate("x[n]: x == x + 0")
    assert conclude(TRUE, [equal]).verdict == "proved"
    for text in ("x[n]: x == 2*x", "x[n]: x + 0 == x", "x[m]: x == x + 0", "x[n] complex: x == x + 0"):
        with pytest.raises(TypeError):
            conclude(parse(text), [equal])
    with pytest.raises(TypeError):
        conclude(parse("x[n]: x == x + 0 == 2*x"), [equal])
    with pytest.raises(TypeError):
        conclude(parse("x[n]: x == flip(x)"), [certificate("x[n]: x == flip(x) if n == 1")])
    with pytest.raises(TypeError):
        conclude(parse("x[n]: x == 0*x"), [certificate("x[n]: x == 0*x if x == 0")])


def test_a_certificate_is_of_the_kind_that_the_link_asks_for() -> None:
    """That two sides differ proves no equality, that they are equal no difference, and neither an `iff`."""
    different, equal = certificate("x[n]: x == 2*x"), certificate("x[n]: x == x + 0")
    with pytest.raises(TypeError):
        conclude(FALSE, [different])
    with pytest.raises(TypeError):
        conclude(parse("x[n]: x != x + 0"), [equal])
    assert conclude(parse("x[n]: x != 2*x"), [different]).verdict == "proved"
    with pytest.raises(TypeError):
        refute(parse("x[n]: x != 2*x"), 0, different, different.counterexample)
    exactly = parse("x[n], k[m]: convolve(x, k) == 0 iff k == 0")
    suffices, necessary = prove(exactly).certificates
    assert (suffices.kind, necessary.kind) == ("equal", "necessary")
    for forged in ([suffices], [suffices, suffices], [necessary, suffices], [necessary]):
        with pytest.raises(TypeError):
            conclude(exactly, forged)
    for proves in (suffices, necessary):
        with pytest.raises(TypeError):
            refute(exactly, 0, proves)
    with pytest.raises(TypeError):
        conclude(parse("x[n], k[m]: convolve(x, k) == 0 iff k[1:] == 0"), [suffices, necessary])
    both = parse("x[n]: x == x + 0 != 2*x")
    first, second = prove(both).certificates
    assert conclude(both, [first, second]).counterexample == second.counterexample is not None
    for forged in ([first, copy.copy(second)], [copy.copy(first), second]):
        with pytest.raises(TypeError):
            conclude(both, forged)
    (unnecessary,) = prove("x[n]: 0*x == 0 iff x == 0").certificates
    assert unnecessary.kind == "not necessary"
    with pytest.raises(TypeError):
        refute(parse("x[n]: 0*x == 0 == x iff x == 0"), 0, unnecessary)


def test_the_converse_needs_a_proof() -> None:
    """Of this condition, from the links, under no more than they suppose."""
    claim = parse("x[n]: 2*x == 0 iff x == 0")
    links, condition = [claim.statement(claim.links[0])], claim.statement(claim.links[0], exactly=True)
    proof = certificate("x[n]: x == 0 if 2*x == 0")
    found = certify_converse([proof], links, condition)
    assert found is not None and (found.kind, found.statement) == ("necessary", condition)
    assert certify_converse([copy.copy(proof)], links, condition) is None
    for text in ("x[n]: x == 0 if x == 0", "x[n]: x == 0 if 2*x == 0 and n == 3", "x[n]: x == 0*x if 2*x == 0",
                 "x[m]: x == 0 if 2*x == 0", "x[n], y[m]: x == 0 if 2*x == 0"):  # fmt: skip
        assert certify_converse([certificate(text)], links, condition) is None
    given = parse("x[n]: x == 0 if 2*x == 0")
    stated = prepared(given, given.links[0], given.hypotheses)
    assuming = certify_equal(replace(stated.claimed, assumptions=(Compare(Poly.name("n") - 2, ">="),)), stated.reduced)
    assert isinstance(assuming, Certificate) and certify_converse([assuming], links, condition) is None
    for text in ("x[n]: 2*x == 0 iff x == 0 and n >= 2", "x[n], y[n]: x + y == 0 iff x == 0 and y == 0"):
        other = parse(text)
        both = [other.statement(other.links[0])], other.statement(other.links[0], exactly=True)
        assert certify_converse([proof], *both) is None
        assert certify_converse([], *both) is None
    sums = parse("x[n], y[n]: x*x + y*y == 0 iff x == 0 and y == 0")
    whole = [sums.statement(sums.links[0])], sums.statement(sums.links[0], exactly=True)
    proofs = [certificate(f"x[n], y[n]: {name} == 0 if x*x + y*y == 0") for name in "xy"]
    assert certify_converse(proofs, *whole) is not None
    assert certify_converse(proofs[:1], *whole) is None


def test_a_copy_of_a_certificate_is_none() -> None:
    """One whose fields are replaced, that is copied, or that comes out of a file, has no seal."""
    equal = certificate("x[n]: x == x + 0")
    with pytest.raises(TypeError):
        replace(equal, statement=FALSE.statement(FALSE.links[0]))
    with pytest.raises(TypeError):
        replace(equal)
    for copied in (copy.copy(equal), copy.deepcopy(equal), pickle.loads(pickle.dumps(equal))):
        assert copied == equal and not copied.is_sealed
        with pytest.raises(TypeError):
            conclude(TRUE, [copied])
    with pytest.raises(FrozenInstanceError):
        equal.statement = FALSE.statement(FALSE.links[0])  # type: ignore[misc]


def test_a_certificate_is_not_made_by_hand() -> None:
    """Neither by its constructor nor by a class that inherits from it."""
    with pytest.raises(TypeError):
        Certificate("equal", FALSE.statement(FALSE.links[0]))
    with pytest.raises(TypeError):
        type("Forged", (Certificate,), {"__post_init__": lambda self, seal: None})
    with pytest.raises(TypeError):
        conclude(FALSE, [object()])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        conclude(FALSE, [])


def test_formulas_of_another_statement_certify_nothing() -> None:
    """The kernel compares the formulas that it is given with the statement that it certifies."""
    true, false = (prepared(claim, claim.links[0], ()) for claim in (TRUE, FALSE))
    with pytest.raises(TypeError):
        certify_equal(false.claimed, true.reduced)
    one = Poly.of(1)
    pinned = Reduced(true.reduced.left, true.reduced.left, true.context, {"n": one})
    with pytest.raises(TypeError):
        certify_equal(true.claimed, pinned)
    other = parse("x[n]: x == 2*x if x[:1] == 0")
    zeros = prepared(other, other.links[0], other.hypotheses).context.zeros
    assumed = replace(true.context, zeros=zeros)
    with pytest.raises(TypeError):
        certify_equal(true.claimed, replace(true.reduced, context=assumed))
    less = replace(true.context, conditions=(*true.context.conditions, Compare(1 - Poly.name("n"), ">=")))
    with pytest.raises(TypeError):
        certify_equal(true.claimed, replace(true.reduced, context=less))


FORGED = [
    ("x[n]: x[0] == 0 if x[1:] == 0", "x[n]: x == 0 if x == 0"),
    ("x[n]: x[0] == 0 if x[1:] == 0", "x[n]: x[0] == 0 if x[:1] == 0"),
    ("x[n]: x == 0 if cumsum(x[1:]) == 0", "x[n]: x == 0 if cumsum(x) == 0"),
    ("k[n]: k == -flip(k) if k == flip(k)", "k[n]: k == -flip(k) if k == -flip(k)"),
    ("K[n,n]: K == flip(K) if K == K.T", "K[n,n]: K == flip(K) if K == flip(K)"),
    ("X[5,5]: X == X.T if X[:2,:2] == X[:2,:2].T", "X[5,5]: X == X.T if X == X.T"),
    ("X[5,5]: X[:3,:3] == X[:3,:3].T if X[:2,:2] == X[:2,:2].T", "X[5,5]: X == X if X[:3,:3] == X[:3,:3].T"),
    ("x[n], y[n]: x == 2*y if x == y", "x[n], y[n]: x == 2*y if x == 2*y"),
    ("K[h,w], p[h], q[w]: K == 2*outer(p,q) if K == outer(p,q)", "K[h,w], p[h], q[w]: K == K if K == 2*outer(p,q)"),
    ("x[n]: sum(x) == 2 if sum(x) == 1", "x[n]: sum(x) == 2 if sum(x) == 2"),
    ("x[n]: x[0] == x[n-1] if x[2:] == x[1:-1]", "x[n]: x[0] == x[n-1] if x[1:] == x[:-1]"),
    ("x[n]: x[n-1] == 0 if x[1:] == -x[:-1] and n >= 2", "x[n]: x[n-1] == 0 if x[1:] == 0 and n >= 2"),
    ("x[n]: x[i] == x[0] if x[i] == 0", "x[n]: x[i] == x[0] if x == 0"),
    ("x[n], y[n]: x == y if 2*x == 3*y", "x[n], y[n]: x == y if x - y == 0"),
]


@pytest.mark.parametrize(("wanted", "other"), FORGED)
def test_hypotheses_of_another_statement_are_not_used(wanted: str, other: str) -> None:
    """What is 0, what is moved and what tensors are replaced by has to follow from the statement's own hypotheses."""
    claim, given = parse(wanted), parse(other)
    stated = prepared(claim, claim.links[0], claim.hypotheses)
    forged = prepared(given, claim.links[0], given.hypotheses)
    assert prove(replace(given, links=claim.links)).verdict == "proved"
    used = replace(stated.context, zeros=forged.context.zeros, symmetries=forged.context.symmetries)
    for context in (used, forged.context):
        with pytest.raises(TypeError):
            certify_equal(stated.claimed, replace(forged.reduced, context=context))


def test_a_reduced_form_is_about_every_entry_and_every_value() -> None:
    """Not about one entry, a diagonal, another place on the other side, or sizes where integers are meant."""

    def refused(text: str, **changes: object) -> None:
        claim = parse(text)
        stated = prepared(claim, claim.links[0], claim.hypotheses)
        left, right = stated.formulas
        context = replace(stated.context, **changes.pop("context", {}))  # type: ignore[arg-type]
        places = changes.pop("places", (left.index, right.index))
        sides = (Read(read.array, index) for read, index in zip((left, right), places, strict=True))  # type: ignore[call-overload]
        assert prove(claim).verdict == "refuted"
        with pytest.raises(TypeError):
            certify_equal(stated.claimed, Reduced(*sides, context, stated.solved, **changes))  # type: ignore[arg-type]

    n, i, j, first = Poly.name("n"), Poly.name("m.x"), Poly.name("n.x"), (Poly.of(0),)
    inside = (Compare(i, ">="), Compare(n - 1 - i, ">="))
    refused("x[n], y[n]: x*y[0] == y*x[0]", places=(first, first), context={"indices": (), "conditions": ()})
    refused("X[n,n]: X == X.T", places=((i, i), (i, i)), context={"indices": ("m.x",), "conditions": inside})
    refused("x[n]: x == flip(x)", places=((i,), (n - 1 - i,)))
    refused(
        "x[n]: x == roll(x, 1)",
        places=((i,), (i + 1,)),
        context={"conditions": (*inside, inside[1].substitute({"m.x": i + 1}))},
    )
    refused("X[2,3]: ravel(X) == ravel(X.T)", places=(((i, j),), ((j, i),)))
    refused("x[n], p int: (x if p >= 1 else 0) == x", context={"sizes": ("n", "p"), "parameters": ()})


def test_what_replaces_a_tensor_is_that_tensor_at_all_sizes() -> None:
    """Not only at small ones, whether in one step or in two."""
    claim = parse("x[n]: x == (x if n <= 4 else 0) + (2*x if n >= 5 else 0)")
    kept = parse("x[n]: x == (x if n <= 4 else 0)").links[0].right
    stated = prepared(claim, claim.links[0], ())
    left, right = (Read(s.replace_tensor("x", kept), (Poly.name("m.x"),)) for s in (stated.left, stated.right))
    for replaced in ((kept,), (stated.left, kept)):
        with pytest.raises(TypeError):
            certify_equal(stated.claimed, Reduced(left, right, stated.context, {}, {"x": replaced}))


def reduced(text: str) -> tuple[list[Statement], list[Reduced], Statement]:
    """The links of an `iff` as statements and as reduced forms, and the first under the condition."""
    claim = parse(text)
    stated = [prepared(claim, link, claim.hypotheses) for link in claim.links]
    condition = claim.statement(claim.links[0], exactly=True, assumptions=stated[0].assumptions)
    return [one.claimed for one in stated], [one.reduced for one in stated], condition


def refused(certify: Callable[..., object], *given: object) -> None:
    """Nothing is certified: it is refused, or left open."""
    try:
        found = certify(*given)
    except (TypeError, Undecided):
        return
    assert not isinstance(found, Certificate)


NECESSARY = "x[n], k[m]: convolve(x, k) == 0 iff k == 0"


@pytest.mark.parametrize(
    ("wanted", "other"),
    [
        ("x[n], k[m]: 0*convolve(x, k) == 0 iff k == 0", NECESSARY),
        ("x[n], k[m]: convolve(x, k)[:1] == 0 iff k == 0", NECESSARY),
        ("x[n], k[m]: convolve(x, k) == 0 iff k == 0 if x == 0", NECESSARY),
        ("x[n], k[m]: convolve(x, k) == 0 iff k == 0 if sum(x) == 0 and n == 1", NECESSARY),
        ("x[n], k[m]: convolve(x, k) == 0 iff k == 1", NECESSARY),
        ("x[n], k[m]: convolve(x, k) == 0 iff k == 0 and m == 1", NECESSARY),
        ("x[n], k[m]: k == k iff k == flip(k)", "x[n], k[m]: k == k iff k == flip(k) if k == flip(k)"),
        ("x[n], k[m]: 0*k == 0 iff k[1:] == 0", "x[n], k[m]: 0*k == 0 iff k[1:] == 0 if k[1:] == 0"),
        ("x[n], k[m]: sum(k) == 0 iff k == 0", "x[n], k[m]: sum(k) == 0 iff k == 0 if m == 1"),
    ],
)
def test_what_is_necessary_follows_from_the_links_themselves(wanted: str, other: str) -> None:
    """Neither from forms of other links, nor where more is supposed, or less than hypotheses say of other tensors."""
    links, own, condition = reduced(wanted)
    _, forms, _ = reduced(other)
    assert prove(wanted).verdict != "proved"
    for given in (own, forms):
        refused(certify_necessary, condition, links, given, given)
        refused(certify_necessary, condition, links, own, given)


def test_what_is_necessary_is_so_at_all_sizes() -> None:
    """The kernel takes what is supposed from the links, not from the forms, and their condition is theirs."""
    (link,), (form,), is_zero = reduced(NECESSARY)
    assert isinstance(certify_necessary(is_zero, [link], [form], [form]), Certificate)
    large = Compare(Poly.name("n") - 2, ">=")
    refused(certify_necessary, is_zero, [replace(link, conditions=(large,))], [form], [form])
    _, forms, one = reduced("x[n], k[m]: convolve(x, k) == 0 iff k == 0 and m == 1")
    narrow = replace(form, context=replace(form.context, conditions=(*form.context.conditions, large)))
    for some in (forms, [narrow]):
        refused(certify_necessary, one, [link], some, some)


def test_sizes_are_necessary_where_the_links_themselves_differ() -> None:
    """At places inside both sides, for sizes that are supposed, whatever differences one is told of."""
    text = "x[n]: roll(x, 1) == x iff n == 1"
    links, forms, condition = reduced(text)
    assert isinstance(certify_sizes(condition, links, forms), Certificate)
    for other in ("x[n]: x == x iff n == 1", "x[n]: roll(x, 1) == x iff n == 1 if x == x[0]*ones(n)"):
        true, own, wanted = reduced(other)
        for outside in (Poly.name("n"), Poly.of(-1), Poly.name("n") / 2, Poly.name("m")):
            refused(certify_sizes, wanted, true, forms, [(0, {"m.x": outside})])
            refused(certify_sizes, wanted, true, own, [(0, {"m.x": outside})])
    refused(certify_sizes, reduced("x[n]: roll(x, 1) == x iff x == 0")[2], links, forms)
    true, _, wanted = reduced("x[n]: 0*x == 0 iff n == 1")
    refused(certify_sizes, wanted, true, reduced("x[n]: x == 0 iff n == 1")[1])


def test_hypotheses_suffice_by_their_own_rows() -> None:
    """Those of the statement itself, for the sides of the statement itself."""
    claim = parse("x[n], k[m]: convolve(x, k) == convolve(x, flip(k)) iff k == flip(k)")
    plain = prepared(claim, claim.links[0], ()).reduced
    statement = claim.statement(claim.links[0], exactly=True)
    assert isinstance(certify_sufficient(statement, plain, ["k"]), Certificate)
    for text in (
        "x[n], k[m]: convolve(x, k) == convolve(x, flip(k)) iff k[1:] == 0",
        "x[n], k[m]: convolve(x, k) == convolve(x, flip(k)) iff x == flip(x)",
        "x[n], k[m]: convolve(x, k) == convolve(x, 2*k) iff k == flip(k)",
    ):
        other = parse(text)
        for names in (["k"], ["x"], ["x", "k"], []):
            refused(certify_sufficient, other.statement(other.links[0], exactly=True), plain, names)
            refused(certify_sufficient, claim.statement(claim.links[0]), plain, names)


def test_what_is_not_linear_has_no_rows() -> None:
    """Neither in a hypothesis, nor in sides, nor in a condition."""
    for text in ("x[n]: x == 0 iff x*x == 0", "x[n]: x*x == x iff x == 0", "x[n]: x*x == 0 iff x*x*x == 0"):
        _, (form,), statement = reduced(text)
        with pytest.raises(Undecided, match="not linear in x$"):
            certify_sufficient(statement, form, ["x"])
        assert not is_given_by_rows(form.left, form.right, statement, form.values(statement), form.context)
    _, (form,), statement = reduced("x[n]: 2*x == x iff x == 0")
    assert is_given_by_rows(form.left, form.right, statement, form.values(statement), form.context)
    links, forms, condition = reduced("x[n]: x == 0 iff x*x == 0")
    with pytest.raises(Undecided, match="not linear in x$"):
        certify_necessary(condition, links, forms, forms)


def test_sides_of_other_shapes_are_not_equal() -> None:
    """However equal the entries are at places that both have, and whatever one of several sizes is."""
    claim = parse("x[n], y[m]: 0*x == 0*y")
    i, n, m = (Poly.name(name) for name in ("i.x", "n", "m"))
    inside = (Compare(i, ">="), Compare(n - 1 - i, ">="))
    statement, link = claim.statement(claim.links[0]), claim.links[0]
    sides = (Read(link.left, (i,)), Read(link.right, (i,)))
    for forged in (sides, (sides[0], sides[0])):
        with pytest.raises(TypeError):
            certify_equal(statement, Reduced(*forged, Context(("n", "m"), (), ("i.x",), inside)))
    scalar = parse("x[n], v: v == v + 0*x")
    every = Read(scalar.links[0].right, (i,))
    with pytest.raises(TypeError):
        certify_equal(scalar.statement(scalar.links[0]), Reduced(every, every, Context(("n",), (), ("i.x",), inside)))
    both = parse("x[n], y[m], z[k]: 0*x == 0*y if n == k")
    stated, link = both.statement(both.links[0]), both.links[0]
    fixed = (
        link.left.replace_names({"n": Poly.name("k"), "m": Poly.name("k")}),
        link.right.replace_names({"m": Poly.name("k")}),
    )
    ends = (Compare(i, ">="), Compare(Poly.name("k") - 1 - i, ">="))
    solved = {"n": Poly.name("k"), "m": Poly.name("k")}
    with pytest.raises(TypeError):
        certify_equal(stated, Reduced(*(Read(f, (i,)) for f in fixed), Context(("k",), (), ("i.x",), ends), solved))


def test_cases_are_all_cases() -> None:
    """A certificate under more conditions counts as a case only, and the cases must be all."""
    whole = parse("x[n]: x == flip(x) if n == 1 or n == 2")
    part = certificate("x[n]: x == flip(x) if n == 1")
    assert certify_cases(whole.statement(whole.links[0]), [part]) is None
    other = parse("x[n]: x == flip(x)")
    assert certify_cases(other.statement(other.links[0]), [part]) is None


def test_a_refutation_needs_a_counterexample_that_is_one() -> None:
    """Where the sides are equal, a hypothesis fails, arrays do not fit or have other entries, nothing is refuted."""
    claim = parse("x[n]: x == 2*x if sum(x) == 1")
    statement = claim.statement(claim.links[0])
    good = Counterexample({"n": 2}, (0,), {"x": SparseArray((2,), {(0,): 1})})
    found = certify_different(statement, good)
    assert found is not None and refute(claim, 0, found).counterexample == replace(good, lhs=1, rhs=2)
    for bad in (
        replace(good, index=(1,)),
        replace(good, index=(2,)),
        replace(good, index=()),
        replace(good, sizes={"n": 0}),
        replace(good, sizes={}),
        replace(good, entries={"x": SparseArray((2,), {(0,): 2})}),
        replace(good, entries={"x": SparseArray((2,), {(0,): 1 + 1j, (1,): -1j})}),
    ):
        assert certify_different(statement, bad) is None
    with pytest.raises(SymconvError):
        certify_different(statement, replace(good, entries={"x": SparseArray((3,), {(0,): 1})}))
    with pytest.raises(TypeError):
        refute(TRUE, 0, found)
    with pytest.raises(TypeError):
        refute(parse("x[n]: x == 2*x if sum(x) == 2"), 0, found)
    with pytest.raises(TypeError):
        Refutation(FALSE, counterexample=good)
    with pytest.raises(TypeError):
        Proof(FALSE)


def test_functions_of_a_counterexample_are_functions() -> None:
    """Equal arguments have equal values, however they are written, and real ones real values."""
    claim = parse("f(), x: f(x) == 1")
    statement = claim.statement(claim.links[0])
    example = Counterexample({}, (), {"x": SparseArray((), {(): 1})}, functions={"f": {1: 0}})
    assert certify_different(statement, example) is not None
    for table in ({1: 1j}, {2: 0}, {1: 0, Fraction(1): 1j}, lambda x: 0):
        assert certify_different(statement, replace(example, functions={"f": table})) is None
    root = 1 + 2 * exponential(2 * I * PI * Fraction(1, 5)) + 2 * exponential(-2 * I * PI * Fraction(1, 5))
    written_otherwise = parse("f(), x: f(sqrt(5)*x) == 1")
    statement = written_otherwise.statement(written_otherwise.links[0])
    assert certify_different(statement, replace(example, functions={"f": {7: 1, root: 0}})) is not None
    twice = parse("f(), x: f(sqrt(2)*sqrt(3)*x) == f(sqrt(6)*x) + 1")
    assert prove(twice).verdict == "refuted"
    assert prove(parse("f(), x: f(sqrt(5)*x) == f((1 + 2*exp(2j*pi/5) + 2*exp(-2j*pi/5))*x)")).verdict == "proved"


def test_verdicts_are_plain_data() -> None:
    """They are equal where they say the same, are read back as they were written, and cannot be changed."""
    for text in ("x[n]: x == x + 0", "x[n]: x == 2*x", "x[n]: x[:1] == x if x == 0 and sum(x) == n-1"):
        result = prove(text)
        again = pickle.loads(pickle.dumps(result))
        assert again == result == prove(text)
        assert (again.verdict, again.condition, repr(again)) == (result.verdict, result.condition, repr(result))
        assert again.latex() == result.latex()
    for name in ("claim", "counterexample"):
        with pytest.raises((TypeError, ValueError)):
            replace(prove("x[n]: x == 2*x").record, **{name: None})


def test_a_verdict_is_true_false_or_neither() -> None:
    """What is undecided has no truth."""
    assert conclude(TRUE, [certificate("x[n]: x == x + 0")])
    assert not prove(FALSE).record and prove(FALSE).record.holds is False
    undecided = prove("x[n]: x[:1] == x if x == 0 and sum(x) == n-1").record
    assert undecided.holds is None
    with pytest.raises(ValueError, match="undecided"):
        bool(undecided)


def test_what_one_user_does_to_a_claim_no_other_sees() -> None:
    """The places of a claim's nodes can be forgotten in one copy of it; the next is whole."""
    first = prove("x[n]: x == 3*x").claim
    first.spans.clear()  # type: ignore[attr-defined]
    assert prove("x[n]: x == 3*x").claim.spans


def test_operators_are_added_and_never_replaced() -> None:
    """A verdict says by which definitions of a user it holds."""
    with pytest.raises(SymconvError, match="already"):

        @operator(library="own.flip", latex="f", twin=np.asarray, operands="a", family="own", name="flip")
        def flip(a):  # type: ignore[no-untyped-def]
            return Definition(a.axes, lambda *i: read(a, *i))

    with pytest.raises(TypeError):
        REGISTRY["flip"] = REGISTRY["roll"]  # type: ignore[index]
    assert prove("x[n]: flip(x) == x").verdict == "refuted"
    script = """
import symconv
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.language import Poly, Sum

@operator(library="own.twice", latex="t", twin=lambda a: 2*a, operands="a", family="own")
def same(a):
    return Definition(a.axes, lambda *i: read(a, *i))

@operator(library="own.tail", latex="t", twin=lambda a: a[::-1].cumsum()[::-1], operands="a", family="own")
def tail(a):
    return Definition(a.axes, lambda i: Sum("k", Poly.of(0), a.axes[0].size, read(a, i + Poly.name("k"))))

print(repr(symconv.prove("x[n]: same(x) == x")))
print(repr(symconv.prove("x[n]: sum(tail(x)[k:k+1]) == sum(x[k:])")))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    first, second = run.stdout.splitlines()
    assert first == "<proved: x[n]: same(x) == x, with same as defined by the user>"
    assert second == "<proved: x[n]: sum(tail(x)[k:k+1]) == sum(x[k:]), with tail as defined by the user>"


def test_shapes_are_refuted_as_shapes() -> None:
    """The certificate holds both shapes, at arrays that satisfy the hypotheses."""
    result = prove("x[n]: x[:1] == x if sum(x) == 5")
    assert (result.verdict, result.reason, result.certificates[0].kind) == ("refuted", "shape", "shapes")
    found = result.counterexample
    assert (found.sizes, found.lhs, found.rhs) == ({"n": 2}, (1,), (2,))
    assert sum(found.arrays["x"]) == 5
    assert replayed(result.certificates[0].statement, found) == found
    assert prove("x[n]: x[:1] == x if x == 0 and sum(x) == n-1").verdict == "unknown"
