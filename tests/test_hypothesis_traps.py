"""Where hypotheses on tensors could be overstretched, ignored, or used for entries that they do not name."""

from __future__ import annotations

import pytest
from test_traps import verdict

from symconv.errors import SymconvError
from symconv.results import prove


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("K[2*n+1]: K[n] == 0 if K == -flip(K)", "proved"),
        ("K[n]: sum(K) == 0 if K == -flip(K)", "proved"),
        ("K[n]: K[0] == 0 if K == -flip(K)", "refuted"),
        ("K[n,n]: trace(K) == 0 if K == -K.T", "proved"),
        ("K[n,n]: trace(K) == 0 if K == K.T", "refuted"),
        ("K[2*n+1]: K[n] == 0 if K == flip(K)", "refuted"),
        ("x[N], k[M]: convolve(x, k) == -correlate(x, k) if k == -flip(k)", "proved"),
        ("K[n]: K == 2*K if K == flip(K) and K == -flip(K)", "proved"),
    ],
)
def test_fixed_points_of_a_symmetry_come_out_right(claim: str, expected: str) -> None:
    """Averaging over the whole group, not over orbits: the middle entry of an odd kernel is its own mirror image."""
    assert verdict(claim) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("K[n]: K[0]*K[1] == K[n-1]*K[n-2] if K == flip(K)", "proved"),
        ("K[n]: K[0]*K[1] == K[n-1]*K[1] if K == flip(K)", "proved"),
        ("K[n]: K[0]*K[1] == K[0]*K[0] if K == flip(K)", "refuted"),
        ("K[n]: K[0]*K[n-1] == -K[0]*K[0] if K == -flip(K)", "proved"),
        ("K[n,n], x[n]: dot(x, K @ x) == 0 if K == -K.T", "proved"),
        ("x[n]: correlate(x, x) == convolve(x, x) if x == flip(x)", "proved"),
    ],
)
def test_a_symmetry_acts_on_each_slot_by_itself(claim: str, expected: str) -> None:
    """In K·K every factor may be replaced by its mirror image on its own."""
    assert verdict(claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        "x[n], y[n]: outer(x, x) == outer(x, x).T",
        "x[n]: correlate(x, x) == flip(correlate(x, x))",
        "x[n]: sum(convolve(x, x)) == sum(x)*sum(x)",
        "A[n,n], x[n]: dot(x, A @ x) == dot(x, A.T @ x)",
        "x[n]: sum(x[i]*x[j] for i in range(n) for j in range(i)) == sum(x[i]*x[j] for j in range(n) for i in range(j))",  # noqa: E501
    ],
)
def test_equal_slots_commute(claim: str) -> None:
    """x[i]·x[j] and x[j]·x[i] are one product."""
    assert verdict(claim) == "proved"


@pytest.mark.parametrize(
    "claim",
    [
        "K[n]: K[0] == K[1] if K == roll(K, 2)",
        "K[n], x[m]: convolve(x, K) == 0 if K == roll(K, 1)",
        "K[n]: K[0] == 3*K[2] if K == flip(K) and K[1:] == flip(K[1:])",
    ],
)
def test_a_group_that_does_not_close_is_not_used(claim: str) -> None:
    """Shifts, and two reflections whose composition is one, have no finite group at symbolic sizes."""
    assert verdict(claim) != "proved"


def test_a_symmetry_of_a_part_says_nothing_of_the_rest() -> None:
    """The inside of K is symmetric, its ends need not be."""
    assert verdict("K[n]: K[0] == K[n-1] if K[1:-1] == flip(K[1:-1])") != "proved"
    assert verdict("K[n]: K[0] == 0 if K[1:] == flip(K[1:])") != "proved"


@pytest.mark.parametrize("hypothesis", ["dot(x, x) == 1", "x == roll(x, 1)", "x == x*x", "f(x) == x"])
def test_a_hypothesis_that_cannot_be_used_is_neither_ignored_nor_overstretched(hypothesis: str) -> None:
    """What refutes a claim under it satisfies it, and what would need it stays open."""
    declared = "x[n], f()" if "f(" in hypothesis else "x[n]"
    assert verdict(f"{declared}: x == 2*x if {hypothesis}") == "refuted"
    assert verdict(f"{declared}: x + x == 2*x if {hypothesis}") == "proved"


@pytest.mark.parametrize(
    "claim",
    [
        "x[n], y[n]: x == y if x*x == y*y",
        "A[n,n]: A == eye(n) if A @ A == A",
        "A[n,n], B[n,n]: A == B if A @ B == eye(n)",
        "x[n] complex: x == 1 if x*x == 1",
        "x[n] complex: x == real(x) if x*x == -1",
        "x[n], y[n]: dot(x, y) == 1 if dot(x, x) == 1 and dot(y, y) == 1",
        "Q[n,n]: Q == Q.T if Q.T @ Q == eye(n)",
        "A[n,n], B[n,n]: A == 0 if A @ B == 0",
    ],
)
def test_hypotheses_that_are_not_linear_have_small_counterexamples(claim: str) -> None:
    """Arrays of a few entries are tried in all ways; the example satisfies the hypothesis."""
    assert prove(claim).verdict == "refuted"


@pytest.mark.parametrize(
    "claim",
    [
        "A[n,n], B[n,n], C[n,n]: B == C if A @ B == eye(n) and C @ A == eye(n)",
        "x[n], f(): sum(f(x)) == sum(x) if f(x) == x",
    ],
)
def test_what_needs_a_hypothesis_that_cannot_be_used_is_open_and_says_so(claim: str) -> None:
    """The claim is true, but not without the hypothesis."""
    result = prove(claim)
    assert result.verdict == "unknown"
    assert f"the hypothesis {claim.split(' if ')[1]} could not be used" in (result.reason or "")


def test_a_real_tensor_stays_real_under_a_hypothesis() -> None:
    """K == z with a complex z makes z real; it does not make K complex."""
    assert verdict("K[n], z[n] complex: conj(K) == K if K == z") != "refuted"
    assert verdict("K[n], z[n] complex: conj(z) == z if K == z") != "refuted"


def test_hypotheses_with_no_sizes_are_vacuous() -> None:
    """A claim about nothing is an error, not a proof."""
    for claim in ("x[n]: x == 2*x if n >= 2 and n <= 1", "X[n,m]: X == 0 if X == X.T and n == m + 1"):
        with pytest.raises(SymconvError):
            prove(claim)


def test_zeros_of_an_array_that_is_restricted_as_well_make_no_condition_exact() -> None:
    """At n = 0 and p = -1 both hypotheses together make x 0, and the claim holds: p >= 0 is not necessary."""
    hypotheses = "[x[i + p] for i in range(n + 2)] == 0 and x[0] == x[n + 1]"
    result = prove(f"x[n+2]: sum(x[i] for i in range(p)) == sum(x) if {hypotheses}")
    assert result.verdict == "refuted" and result.condition is None


def test_roots_of_sizes_are_not_zero() -> None:
    """Nothing is assumed where a root of a size divides."""
    result = prove('x[n]: fft(x, norm="ortho") == fft(x)/sqrt(n)')
    assert result.verdict == "proved" and not result.assumptions


@pytest.mark.parametrize(
    "claim",
    [
        "x[n]: x[p] == x[0] if x == 1 and p >= 1 and [x[2*i] for i in range(n//2)] == 0",
        "x[n]: x[p] == x[0] if x == 1 and p >= 1 and x[1:] == 0",
        "x[n], k[m]: correlate(x, k, 'valid') == 0 if x == 1 and x[m-1:] == 0",
    ],
)
def test_no_arrays_at_the_values_that_an_index_has_are_vacuous(claim: str) -> None:
    """The hypotheses contradict each other at all sizes at which the index lies inside, though not at all sizes."""
    with pytest.raises(SymconvError, match="vacuous"):
        prove(claim)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("x[n]: x[::-1][:-1][1:] == x[:-2] if x[1:] == flip(x[1:]) and x[-1] == x[0]", "x == x[0]*ones(n)"),
        (
            "x[n]: flip(x) == [x[max(j-1, 0)] for j in range(n)] if x[1:] == flip(x[1:]) and x[-1] == x[0]",
            "x == x[0]*ones(n)",
        ),
        ("K[n,n], x[n]: K @ x == 2*K @ x if K == K.T and K[0,0] == 0", "K == 0"),
        ("x[n], k[m]: convolve(x, k) == correlate(x, k) if sum(k) == 1", "k == flip(k)"),
    ],
)
def test_a_condition_is_exact_where_all_that_hypotheses_say_is_used(text: str, condition: str) -> None:
    """Two that act on one array: at n = 3 they make the first two hold, which n <= 2 would leave out."""
    result = prove(text)
    assert result.verdict == "refuted" and str(result.condition) == condition


@pytest.mark.parametrize(
    ("claim", "n"),
    [
        ("x[n]: x[3:] == 2*x[:-3] if x == flip(x) and x[0] == x[1]", 4),
        ("x[n]: x[3:] == x[:-3] if x == -flip(x) and x[0] == x[1]", 4),
        ("x[n]: x[3:] == x[:-3] if x == flip(x) and x[0] == x[1]", 6),
        ("x[n], f(): f(x) == x if f(x) == 0", 1),
    ],
)
def test_counterexamples_are_the_smallest_where_hypotheses_meet(claim: str, n: int) -> None:
    """Used one by one, a symmetry and an equation between two entries leave fewer arrays than there are."""
    assert prove(claim).counterexample.sizes == {"n": n}
