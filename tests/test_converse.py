"""Conditions that are proved to be necessary where the links hold, also under hypotheses."""

from __future__ import annotations

import pytest

from symconv import parse
from symconv.kernel.verdicts import certify_converse
from symconv.proving import prove


def test_a_converse_is_of_the_condition() -> None:
    """It takes a proof of the condition itself, under nothing but the links."""
    (necessary,) = [c for c in prove(parse("x[n]: x*x == 0 iff x == 0")).certificates if c.kind == "necessary"]
    condition, links = necessary.statement, necessary.links
    converse, trivial, reverse = (
        prove(text).certificates[0]
        for text in ("x[n]: x == 0 if x*x == 0", "x[n]: x == 0 if x == 0", "x[n]: x*x == 0 if x == 0")
    )
    assert certify_converse([converse], links, condition) == necessary
    assert certify_converse([trivial], links, condition) is None
    assert certify_converse([reverse], links, condition) is None


UNDER_HYPOTHESES = [
    ("x[n], y[n]: x*y == 0*x iff y == 0 if x == flip(x)", "proved"),
    ("x[n], y[n]: dot(x, y) == 0 iff y == -flip(y) if x == flip(x)", "proved"),
    ("x[n], y[n]: dot(x, y) == 0 iff y[1:] == 0 if x[0] == 0", "proved"),
    ("x[n]: x == flip(x) iff n == 1 if sum(x) == 0", "proved"),
    ("x[n]: roll(x, 1) == x iff n == 1 if x[0] == 0", "proved"),
    ("z[n] complex, k[n] complex: dot(z, k) == 0 iff k == 0 if z == conj(z)", "proved"),
    ("x[n], y[n]: x*y == 0*x iff y == 0 if x == -flip(x)", "refuted"),
    ("x[n], y[n]: dot(x, y) == 0 iff y == 0 if x == flip(x)", "refuted"),
    ("x[n], y[n]: dot(x, y) == 0 iff y == 0 if x[0] == 0", "refuted"),
    ("x[n], y[n]: x*y == 0*x iff n == 1 if x == 0", "refuted"),
    ("x[n]: x == flip(x) iff n == 1 if x == flip(x)", "refuted"),
    ("x[n], f(): f(n)*x == x iff n == 1 if f(n) == 1", "unknown"),
    ("x[n], k[m]: k == x[:m]*k iff k == 0 if x[:m] == k", "refuted"),
    ("x[n], k[n]: x*k == k iff k == 0 if x*k == k", "refuted"),
    ("A[n,n], x[n]: A @ x == x iff x == 0 if A @ x == x", "refuted"),
    ("x[n], k[m]: k[0] == x[0]*k[0] iff k[0] == 0 if x[0] == k[0]", "refuted"),
    ("x[N], k[M]: k == convolve(k, x, 'same') iff k == 0 if x[:M] == k", "refuted"),
    ("x[n], k[n]: k == x*k iff k == 0 if x[::2] == k[::2]", "refuted"),
    ("A[n,n], k[n]: A[0]*k == A[0] iff k == 1 if A[0] == k", "refuted"),
    ("x[n], y[n], k[n]: k == x*k + y*k iff k == 0 if x + y == k", "refuted"),
    ("x[n], k[n]: k == x*k iff k == 0 if cumsum(x) == k", "refuted"),
    ("x[n], k[m]: k == 2*x[:m]*k iff k == 0 if k == x[:m]", "refuted"),
    ("x[n], k[m]: convolve(x, k) == convolve(k, x) iff k == 0 if x[:m] == k", "refuted"),
    ("x[n], k[n], y[n]: y*k == x*k iff x == y if x*k == y*k", "refuted"),
    ("x[n], k[m]: sum(x[:m]) == sum(k) iff k == 0 if x[:m] == k", "refuted"),
    ("x[n], y[n]: x[0]*y[0] == 0 iff y[0] == 0 if x[0]*y[0] == 0", "refuted"),
    ("A[n,n], B[n,n]: A @ B == B @ A iff B == 0 if A @ B == 0", "refuted"),
    ("A[n,n], x[n], y[n]: A @ x == A @ y iff x == y if A @ x == A @ y", "refuted"),
    ("x[n], k[n]: dot(x, k) == n iff k == 1 if x*k == 1", "refuted"),
    ("x[n], c: c*x == x iff c == 1 if c*x == x", "refuted"),
    ("x[3], y[3]: x*y == x iff y == 1 if x*y == x", "refuted"),
    ("x[n], y[n]: x*x + y*y == 0 iff x == 0 and y == 0", "proved"),
    ("z[n] complex, y[m]: sum(z*conj(z)) + 3*sum(y*y) == 0 iff z == 0 and y == 0", "proved"),
    ("A[n,n], x[n]: trace(A.T @ A) + dot(x, x) == 0 iff x == 0 and A == 0", "proved"),
    ("x[n], y[n]: x*x + y*y == 0 iff x == 0 and y == 0 and n >= 2", "refuted"),
    ("x[n], y[n]: x*x + y*y == 0 iff x == 0", "refuted"),
    ("z[n] complex, y[m]: sum(z*z) + 3*sum(y*y) == 0 iff z == 0 and y == 0", "refuted"),
    ("x[n], y[m]: sum(x*x) - sum(y*y) == 0 iff x == 0 and y == 0", "refuted"),
]


@pytest.mark.parametrize(("text", "verdict"), UNDER_HYPOTHESES)
def test_what_hypotheses_leave_free_is_free_and_no_more(text: str, verdict: str) -> None:
    """Of the tensors that a condition does not name the links hold for those alone that satisfy the hypotheses."""
    assert prove(parse(text)).verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "x[n]: sum(x) == n iff x == 1",
        "x[n], y[n]: dot(x, y) == n iff x == 1 and y == 1",
        "X[n,n]: trace(X) == n iff X == eye(n)",
    ],
)
def test_arrays_are_found_for_which_the_links_hold_without_the_condition(text: str) -> None:
    """Simple ones, and solutions of the links."""
    assert prove(parse(text)).verdict == "refuted"


def test_sides_without_entries_are_shown_by_their_shapes() -> None:
    """There is nothing else to show of them."""
    found = prove(parse("x[n]: diff(x) == 0 iff x == 0")).counterexample
    assert found is not None and (found.lhs, found.rhs) == ((0,), ())


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("x[n]: x[1:] == 0 iff x == x[1]*unit_impulse(n)", "n >= 2"),
        ("x[n], p int: sum(x[i] for i in range(p)) == sum(x) iff x[p:] == -flip(x[p:])", "p >= 0"),
        ("x[n], k[m]: sum(k) == 0 iff convolve(k, x, 'valid') == 0", "m >= n"),
    ],
)
def test_what_a_condition_needs_is_assumed_in_both_directions(text: str, assumed: str) -> None:
    """Counterexamples satisfy it, and it is told."""
    result = prove(parse(text))
    assert result.verdict == "refuted" and assumed in map(str, result.assumptions)
    assert result.counterexample is not None and None not in (result.counterexample.lhs, result.counterexample.rhs)
