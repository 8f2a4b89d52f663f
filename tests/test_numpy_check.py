"""Nothing is proved that NumPy contradicts."""

from __future__ import annotations

import sys
from dataclasses import replace
from random import Random
from time import thread_time
from typing import Any

import numpy as np
import pytest

from symconv import prove
from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis, parse
from symconv.kernel.evaluator import Evaluator
from symconv.kernel.symmetry import ZeroEntries
from symconv.numerics.evaluation import evaluate
from symconv.proving import numpy_check
from symconv.proving.numpy_check import Checked, ContradictedProof
from symconv.proving.refuting.counterexamples import satisfying
from symconv.proving.refuting.solved_hypotheses import solved_hypotheses
from symconv.proving.statements import prepared

CHECKED = """
x[N], k[M]: convolve(x, k) == convolve(k, x)
A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")
x[n]: cumsum(x)[i] == x[0] if x[1:] == 0
K[h,w]: sum(K) == 0 if K == -flip(K)
K[n,n], x[n]: dot(x, K @ x) == sum(x) if K == eye(n) and x*x == x
x[n], f(): f(x)[i] == f(x[i])
z[N] complex: fft(ifft(z)) == z
x[n]: sum(x) == sum(flip(x)) if n >= 7
x[n], y[n]: dot(x, y) == 0 iff x == 0
X[C,H,W], K[F,C,h,w]: conv2d(X, K)[f,i,j] == sum(X[c,i+u,j+v]*K[f,c,u,v] for c in range(C) for u in range(h) for v in range(w))
"""  # noqa: E501


@pytest.mark.parametrize("claim", [c for c in CHECKED.strip().splitlines() if "x*x == x" not in c])
def test_a_proof_is_compared_with_numpy(claim: str) -> None:
    """At sizes and arrays that satisfy all that is supposed."""
    result = prove(claim)
    assert result.verdict == "proved"
    assert isinstance(result.checked, Checked) and result.checked.entries > 0 and result.unchecked is None
    assert result.checked.libraries[0] == f"numpy {np.__version__}"


def test_other_libraries_are_asked_where_they_are_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy's and PyTorch's functions take part, in integers, and are not imported for it."""
    scipy, torch = pytest.importorskip("scipy"), pytest.importorskip("torch")
    convolution, layer = (
        "x[n], k[m]: convolve(2*x, k) == 2*convolve(x, k)",
        "X[C,n], W[F,C,n]: conv1d(X, W)[f,0] == sum(X*W[f])",
    )
    for claim, library in ((convolution, f"scipy {scipy.__version__}"), (layer, f"torch {torch.__version__}")):
        checked = prove(claim).checked
        assert checked is not None and checked.libraries == (f"numpy {np.__version__}", library)
    monkeypatch.setattr("scipy.signal.convolve", lambda a, v, *_, **__: np.convolve(a, v) + 1)
    with pytest.warns(ContradictedProof):
        assert prove(convolution).verdict == "unknown"
    monkeypatch.delitem(sys.modules, "scipy")
    result = prove(convolution)
    assert result.verdict == "proved" and result.checked.libraries == (f"numpy {np.__version__}",)


def test_what_cannot_be_compared_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no arrays are found that satisfy the hypotheses, the proof stands."""
    monkeypatch.setattr(numpy_check, "satisfying", lambda *_: iter(()))
    result = prove("K[h,w]: sum(K) == 0 if K == -flip(K)")
    assert result.verdict == "proved" and result.checked is None and "satisfy the hypotheses" in str(result.unchecked)


def test_a_contradicted_proof_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is unknown, with the numbers, and an alarm."""
    computed = numpy_check.both_sides

    def wrong(*given: Any) -> Any:
        left, right = computed(*given)
        return left + 1, right

    monkeypatch.setattr(numpy_check, "both_sides", wrong)
    with pytest.warns(ContradictedProof, match="NumPy contradicts the proof"):
        result = prove("x[N], k[M]: convolve(x, k) == convolve(k, x)")
    assert result.verdict == "unknown" and "NumPy contradicts the proof" in str(result.reason)


def test_what_was_compared_does_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes, entries and steps are counted: a slow machine compares as much as a fast one."""
    claim = "x[n], k[m]: convolve(x, k)[i] == sum(k[j]*x[i-j] for j in range(m)) == convolve(k, x)[i]"
    known = prove(claim).checked
    count = Evaluator._count

    def slow(*given: Any) -> None:
        sleep_until = thread_time() + 0.002
        while thread_time() < sleep_until:
            pass
        count(*given)

    monkeypatch.setattr(Evaluator, "_count", slow)
    assert prove(claim).checked == known


def test_all_free_indices_are_compared_at_once() -> None:
    """Every value that is in range at the sizes of the first choice."""
    checked = prove("X[h,w]: X.T[j,i] == X[i,j]").checked
    assert checked is not None
    assert checked.entries == sum(s["h"] * s["w"] for s in checked.sizes)


@pytest.mark.parametrize(
    "text", ["x[n], y[m]: sum(x) == 0 if x[1:] == 0", "x[n]: sum(x) == 0 if cumsum(x)[1:] == x[:-1] + x[1:]"]
)
def test_arrays_are_solutions_of_the_hypotheses_and_not_what_the_prover_takes_them_for(text: str) -> None:
    """Were a hypothesis read as that all of x is 0, the first arrays would not be so."""
    claim = parse(text)
    stated = prepared(claim, claim.links[0], claim.hypotheses)
    misread = replace(stated, context=replace(stated.context, zeros=(ZeroEntries("x", (Poly.name("$0"),)),)))
    arrays, _ = next(iter(satisfying(claim, misread, {"n": 3, "m": 2}, claim.hypotheses)))
    assert any(arrays["x"].values())


@pytest.mark.parametrize(
    ("claim", "solvable"),
    [
        ("x[n]: x == 0 if x[1:] == flip(x[1:]) and sum(x) == 3", True),
        ("X[n,n], x[n]: X == 0 if X @ x == x and X == X.T", True),
        ("x[n], y[n]: x == y if x == dot(y, y)*ones(n) and x[0] == x[1]", True),
        ("z[n] complex: z == 0 if z == conj(flip(z)) and sum(z) == 1", True),
        ("x[n]: x == 0 if x == 0 and sum(x) == n - 1", False),
        ("x[n]: x == 0 if x*x == x", False),
    ],
)
def test_solutions_satisfy_the_hypotheses(claim: str, solvable: bool) -> None:
    """Linear equations, also in one tensor only; contradictory ones have none."""
    stated = parse(claim)
    equations = [h for h in stated.hypotheses if isinstance(h, TensorHypothesis)]
    found = list(solved_hypotheses(stated, equations, {"n": 3}, Random(1)))
    assert bool(found) == solvable
    for arrays in [a for one in found for a in (one.random(), *one.simple())]:
        for h in equations:
            left, right = (evaluate(side, {"n": 3}, arrays) for side in (h.left, h.right))
            assert np.all(np.asarray(left == right))
