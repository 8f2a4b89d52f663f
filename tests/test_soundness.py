"""No verdict on a random claim is wrong; the long run is `python tests/soundness.py --claims 10000`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import soundness
from changed_laws import FAMILIES, LAWS, WRITTEN
from random_claims import MADE_UP, RandomClaim, claims
from soundness import check, run, table

from symconv.claims import parse
from symconv.expressions.tensors import Operation
from symconv.expressions.traversal import nodes
from symconv.operators import REGISTRY
from symconv.results import prove

SEEDS = range(10, 16)
CLAIMS = 30
"""How many claims a seed stands for: 180 together."""

EQUAL = RandomClaim("x[N], y[N]: x + y == y + x", "arithmetic", "law")
DIFFERENT = RandomClaim("x[N], y[N]: x + y == y - x", "arithmetic", "wild")
EXACT = RandomClaim("x[N], k[M]: convolve(x, k) == correlate(x, k) iff k == flip(k)", "iff", "law")
CONDITIONAL = RandomClaim("x[N], k[M]: convolve(x, k) == correlate(x, k)", "sliding", "mutated")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_verdict_is_wrong(seed: int) -> None:
    """Each verdict, counterexample, assumption and condition agrees with brute force at small sizes."""
    found = list(run(CLAIMS, seed, spent=0.03))
    wrong = [(f.claim.text, f.verdict, f.problems) for f in found if f.problems]
    assert not wrong
    verdicts = [f.verdict for f in found]
    assert verdicts.count("proved") > 6
    assert verdicts.count("refuted") > 6
    assert verdicts.count("unknown") < 5


@pytest.mark.long
def test_no_verdict_is_wrong_in_a_long_run() -> None:
    """As above, for many more claims and sizes."""
    found = list(run(3000, 1000))
    print(table(found))
    assert not [(f.claim.text, f.verdict, f.problems) for f in found if f.problems]


def test_claims_depend_on_the_seed_only() -> None:
    """A claim that was found wrong can be made again, and other seeds make other claims."""
    assert list(claims(20, 7)) == list(claims(20, 7)) != list(claims(20, 8))


def test_claims_of_every_kind_are_made() -> None:
    """A few hundred claims hold every family, each by law, mutated and wild."""
    missing = {*product((*FAMILIES, *MADE_UP), ("law", "mutated", "wild"))}
    for made in claims(700, 5):
        missing.discard((made.family, made.kind))
        if not missing:
            break
    assert not missing


def test_every_operator_has_laws() -> None:
    """At least two laws hold an operator, so that claims about a new operator are made too."""
    counts = Counter(name for law in LAWS for name in {*_operators(law)})
    assert not {name for name in REGISTRY if counts[name] < 2}


def _operators(law: str) -> Iterator[str]:
    for link in parse(law).links:
        for node in (*nodes(link.left), *nodes(link.right)):
            if isinstance(node, Operation):
                yield node.operator.name


@pytest.mark.parametrize("part", range(6))
def test_laws_are_true(part: int) -> None:
    """No law is refuted or an error, and brute force agrees."""
    found = [check(RandomClaim(law, "", "law"), spent=0.0) for law in WRITTEN[part::6]]
    assert not [(f.claim.text, f.verdict, f.problems) for f in found if f.problems]
    assert {f.verdict for f in found} <= {"proved", "unknown"}


@pytest.mark.parametrize(
    ("claim", "other", "problem"),
    [
        (DIFFERENT, EQUAL, "but they differ at"),
        (EQUAL, DIFFERENT, "on both sides"),
        (EXACT, RandomClaim("x[N], k[M]: convolve(x, k) == convolve(k, x)", "", ""), ""),
    ],
)
def test_a_wrong_verdict_is_noticed(claim: RandomClaim, other: RandomClaim, problem: str, monkeypatch: Any) -> None:
    """The check itself works: given the verdict on another claim, it finds what is wrong."""
    monkeypatch.setattr(soundness, "prove", lambda text: prove(other.text))
    found = check(claim)
    assert problem in " ".join(found.problems)
    assert bool(problem) == bool(found.problems)


TWISTED = [
    ("x[n]: fftshift(x) == roll(x, n//2)", "fft", "ifft"),
    ("x[n]: pad(x, 2, mode='wrap')[2:n+2] == x", "[2:n+2]", "[1:n+1]"),
    ("A[n,m]: tril(A, 1) == tri(n, m, 1)*A", "m, 1", "m"),
    ("X[4*C,H,W]: pixel_shuffle(X, 2) == rearrange(X, '(c a b) h w -> c (h a) (w b)', a=2, b=2)", "c a b", "c b a"),
    ("x[n], g[n]: grad(dot(g, cumsum(x)), x) == flip(cumsum(flip(g)))", "flip(g)", "g"),
    ("X[1,1,n], K[1,1,2]: lax.conv(X, K, (1,), 'SAME')[0,0] == conv1d(X, K, padding=1)[0,0,1:]", "AME", "AME_LOWER"),
    ("A[n,m]: rot90(A) == flipud(A.T)", "rot90(A)", "rot90(A, -1)"),
    (
        "G[n,p], K[n,m,q]: conv_transpose1d(G, K)[c] == sum(convolve(G[f], K[f,c]) for f in range(n))",
        "G[f]",
        "flip(G[f])",
    ),
    ("x[n]: reduce(outer(x, x), 'a b -> b', 'mean') == x*sum(x)/n", "mean", "sum"),
    ("c[n]: hankel(c) == hankel(c).T", "hankel", "circulant"),
    ("A[n,m], x[m]: einsum('ij,j->i', A, x) == A @ x", "A @ x", "2*A @ x"),
    ("x[n]: lax.cumsum(x, reverse=True)[0] == sum(x)", "True", "False"),
    ("x[n], k[3]: sum(convolve(x, k)) == sum(x) if sum(k) == 1", "k) == 1", "k) == 2"),
]
"""True claims, and what makes them false when it is put in the place of what."""


@pytest.mark.parametrize(("claim", "right", "wrong"), TWISTED)
def test_a_verdict_on_another_meaning_is_noticed(claim: str, right: str, wrong: str, monkeypatch: Any) -> None:
    """A proof of the true claim does not pass for the false one, nor does a counterexample the other way round."""
    false = claim.replace(right, wrong)
    for asked, answered in ((claim, false), (false, claim)):
        assert not check(RandomClaim(asked, "", "")).problems
        with monkeypatch.context() as patch:
            patch.setattr(soundness, "prove", lambda _, text=answered: prove(text))
            assert check(RandomClaim(asked, "", "")).problems


@pytest.mark.parametrize("wrong", ["k == -flip(k)", "k == 0", "N == 1", "M % 2 == 1", "M <= 2"])
def test_a_wrong_condition_is_noticed(wrong: str, monkeypatch: Any) -> None:
    """Too strong, too weak, and of another kind."""

    def prove_with_condition(text: str) -> Any:
        result = prove(text)
        result.__dict__["_sought"] = result.claim.exact_condition(wrong)
        return result

    assert not check(CONDITIONAL).problems
    monkeypatch.setattr(soundness, "prove", prove_with_condition)
    assert any(p.startswith(f"condition {wrong}") for p in check(CONDITIONAL).problems)


@pytest.mark.parametrize("wrong", ["k == -flip(k)", "k == 0", "M == 1", "N == 1", "M % 2 == 1"])
def test_a_wrong_iff_is_noticed(wrong: str, monkeypatch: Any) -> None:
    """A proof of a claim with another condition does not pass."""
    monkeypatch.setattr(soundness, "prove", lambda text: prove(EXACT.text))
    text = EXACT.text.replace("k == flip(k)", wrong)
    found = check(RandomClaim(text, "iff", "mutated"))
    assert bool(found.problems) == (wrong != "M == 1"), "for all k, the sides are equal exactly for M == 1"
