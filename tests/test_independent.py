"""The second opinion: it reads claims as they are meant, sees what is wrong, and says nothing against symconv."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import torch
import torch.nn.functional as F
from independent.arrays import Outside
from independent.evaluating import evaluate, truth
from independent.judging import judge_condition, judged
from independent.operators import OPERATORS
from independent.places import Place
from independent.reading import parsed, read
from independent.solving import NoArrays, satisfying
from independent.trials import Judge
from judge_claims import Summary, judge, judge_all, known_problems, root_of

CLAIMS, PARTS = 300, 10


def value(text: str, **values: Any) -> Any:
    """An expression at sizes and arrays."""
    arrays = {n: np.array(v, dtype=object) if isinstance(v, list) else v for n, v in values.items()}
    tensors = frozenset(n for n, v in values.items() if isinstance(v, list))
    result = evaluate(parsed(text), Place(arrays, {}, {}, tensors))
    return result.tolist() if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[n]", 0),
        ("x[-1]", 3),
        ("x[i]", 0),
        ("x[-p]", 0),
        ("x[:-1]", [1, 2]),
        ("x[:-p]", [1]),
        ("x[p:]", [3]),
        ("x[1:100]", [2, 3]),
        ("mean(x)/4", Fraction(1, 2)),
        ("sum(x[i] for i in range(p, 9))", 3),
        ("[x[j] for j in range(0)]", []),
        ("(x[7] if p >= 5 else 0)", 0),
        ("(-7)//2 + (-7) % 2", -3),
        ("0.1*3", Fraction(3, 10)),
        ("sqrt(4)", 2),
        ("conj(1j)*1j", 1),
        ("grad(dot(x, x)*sum(x), x)", [14 + 12, 14 + 24, 14 + 36]),
    ],
)
def test_values_are_exact_and_reads_outside_are_zero(text: str, expected: Any) -> None:
    """A literal index counts as in NumPy, a symbolic one is read as it is."""
    assert value(text, x=[1, 2, 3], n=3, i=-1, p=2) == expected


@pytest.mark.parametrize(
    "text", ["x[p:]", "x[:p]", "x[:-q]", 'pad(x, (p,0), mode="symmetric")', "x[9]", "[x[i] for i in range(-p)]"]
)
def test_what_sizes_do_not_allow_is_told(text: str) -> None:
    """Symbolic bounds, widths and lengths have to fit."""
    with pytest.raises(Outside):
        value(text, x=[1, 2, 3], p=5, q=0)


def numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(-5, 6, shape)


def agree(mine: Any, theirs: Any) -> bool:
    theirs = theirs.numpy() if isinstance(theirs, torch.Tensor) else np.asarray(theirs)
    mine = np.array([complex(v) for v in np.ravel(mine)]).reshape(np.shape(mine))
    return mine.shape == theirs.shape and np.allclose(mine, theirs)


def as_objects(*arrays: np.ndarray) -> list[np.ndarray]:
    return [a.astype(object) for a in arrays]


def test_operators_are_those_of_scipy() -> None:
    """Those that SciPy does not have for objects are ours, with its values."""
    rng = np.random.default_rng(1)
    for n, m in [(5, 3), (4, 4), (3, 1), (6, 2)]:
        a, k = numbers(rng, n), numbers(rng, m) + 1j * numbers(rng, m)
        x, y = numbers(rng, n, n), numbers(rng, m, m)
        for mode in ("full", "same", "valid"):
            for name in ("convolve", "correlate"):
                for left, right in ((a, k), (x, y)):
                    theirs = getattr(scipy.signal, name)(left, right, mode)
                    pair = [np.vectorize(_exact, otypes=[object])(v) for v in (left, right)]
                    assert agree(OPERATORS[name](*pair, mode), theirs)
        for mode in ("full", "same", "valid"):
            assert agree(
                OPERATORS["convolution_matrix"](a.astype(object), m, mode), scipy.linalg.convolution_matrix(a, m, mode)
            )
        assert agree(OPERATORS["fft"](a.astype(object), 4), np.fft.fft(a, 4))
        assert agree(OPERATORS["ifft2"](x.astype(object)), np.fft.ifft2(x))
        assert agree(OPERATORS["fftn"](x.astype(object), norm="ortho"), np.fft.fftn(x, norm="ortho"))
        assert agree(OPERATORS["hankel"](a.astype(object), a[::-1].astype(object)), scipy.linalg.hankel(a, a[::-1]))
        assert agree(OPERATORS["dft"](n, "sqrtn"), scipy.linalg.dft(n, "sqrtn"))


def _exact(v: Any) -> Any:
    return evaluate(parsed(str(complex(v)) if isinstance(v, complex) else str(v)), Place({}, {}, {}))


@pytest.mark.parametrize("axes", [1, 2])
def test_layers_are_those_of_torch(axes: int) -> None:
    """Strides, paddings, dilations, groups and what is taken in at the ends."""
    rng = np.random.default_rng(axes)
    spatial = (7, 6)[:axes]
    x, w, b = numbers(rng, 2, 4, *spatial), numbers(rng, 6, 2, *(3, 2)[:axes]), numbers(rng, 6)
    t, u, v = (torch.tensor(q, dtype=torch.float64) for q in (x, w, b))
    for stride, padding, dilation in [(1, 0, 1), (2, 1, 1), (1, 2, 2), (3, 1, 2)]:
        mine = OPERATORS[f"conv{axes}d"](*as_objects(x, w, b), stride, padding, dilation, 2)
        assert agree(mine, getattr(F, f"conv{axes}d")(t, u, v, stride, padding, dilation, 2))
    mine = OPERATORS[f"conv{axes}d"](*as_objects(x, w[..., :1]), padding="same", groups=2)
    assert agree(mine, getattr(F, f"conv{axes}d")(t, u[..., :1], padding="same", groups=2))
    g, kernel = numbers(rng, 2, 4, *spatial), numbers(rng, 4, 3, *(3, 2)[:axes])
    for stride, padding, extra, dilation in [(1, 0, 0, 1), (2, 1, 1, 1), (3, 0, 2, 2)]:
        mine = OPERATORS[f"conv_transpose{axes}d"](*as_objects(g, kernel), None, stride, padding, extra, 2, dilation)
        theirs = getattr(F, f"conv_transpose{axes}d")(
            torch.tensor(g, dtype=torch.float64),
            torch.tensor(kernel, dtype=torch.float64),
            None,
            stride,
            padding,
            extra,
            2,
            dilation,
        )
        assert agree(mine, theirs)
    for size, stride, padding, up, count in [
        (2, None, 0, False, True),
        (3, 2, 1, True, True),
        (3, 2, 1, True, False),
        (2, 3, 1, True, True),
    ]:
        mine = OPERATORS[f"avg_pool{axes}d"](x.astype(object), size, stride, padding, up, count)
        assert agree(mine, getattr(F, f"avg_pool{axes}d")(t, size, stride, padding, up, count))


def test_windows_are_those_of_torch() -> None:
    """`unfold`, `fold` and the shuffles."""
    rng = np.random.default_rng(3)
    x = numbers(rng, 2, 4, 5, 6)
    t = torch.tensor(x, dtype=torch.float64)
    for size, dilation, padding, stride in [((2, 3), 1, 0, 1), ((2, 2), 2, 1, 2)]:
        columns = OPERATORS["unfold"](x.astype(object), size, dilation, padding, stride)
        theirs = F.unfold(t, size, dilation, padding, stride)
        assert agree(columns, theirs)
        assert agree(
            OPERATORS["fold"](columns, (5, 6), size, dilation, padding, stride),
            F.fold(theirs, (5, 6), size, dilation, padding, stride),
        )
    assert agree(OPERATORS["pixel_shuffle"](x.astype(object), 2), F.pixel_shuffle(t, 2))
    assert agree(OPERATORS["pixel_unshuffle"](x[..., :4, :4].astype(object), 2), F.pixel_unshuffle(t[..., :4, :4], 2))


@pytest.mark.parametrize(
    "claim",
    [
        "x[n]: x == 0 if x[1:] == flip(x[1:])",
        "X[n,n]: X == 0 if X[:2,:2] == X[:2,:2].T",
        "x[n], y[m]: sum(x) == 0 if x == dot(y,y)*ones(n)",
        "z[n] complex: z == 0 if z == conj(flip(z))",
        "x[n]: x == 0 if [(x[i] if p >= 1 else 0) for i in range(n)] == [x[n-1-i] for i in range(n)]",
        "X[n,n]: X == 0 if X.T @ X == eye(n)",
        "x[n], y[n]: dot(x, y) == 1 if dot(x, y) == 0 and sum(x) == 3",
    ],
)
def test_arrays_satisfy_hypotheses_exactly(claim: str) -> None:
    """And they are not all zero."""
    question = read(claim)
    values = {"n": 3, "m": 2, "p": 1}
    arrays = satisfying(question, question.hypotheses, values, random.Random(1))
    assert all(truth(h, Place({**values, **arrays}, {}, {}, question.tensor_names)) for h in question.hypotheses)
    assert any(np.any(np.array(a) != 0) for a in arrays.values())


def test_hypotheses_that_nothing_satisfies_are_proved_empty() -> None:
    """By elimination."""
    question = read("x[n]: x == 0 if x == 0 and sum(x) == n - 1")
    assert satisfying(question, question.hypotheses, {"n": 1}, random.Random(1))
    with pytest.raises(NoArrays) as error:
        satisfying(question, question.hypotheses, {"n": 2}, random.Random(1))
    assert error.value.proved


def said(claim: str, verdict: str, **more: Any) -> str:
    """The opinion on a verdict that is made up."""
    result = SimpleNamespace(verdict=verdict, reason=None, link=0, counterexample=None, **more)
    return judged(claim, result, random.Random(1), points=20, seconds=2).kind


LINES = """
x[n]: concatenate((x[:p + 1], x)) == 0 if x == p
x[n]: concatenate((x[:p], x)) == 0
x[n]: roll([(x[i] if i >= 1 else 0) for i in range(n)], p) == convolve(roll(x - x[0]*unit_impulse(n), p), [0, 1])[1:]
x[n+1]: sum(x) == sum(roll(convolve(x, [0, 1])[1:], p))
x[n], k[m]: convolve(x, k) == 0 iff x[::-2][1:] == 0
x[n]: diag(x) @ ones(n) == x + (n % 2)*(diag(x) @ ones(n)) if n % 2 == 0
X[n,m], x[m]: kron(eye(2), X) @ concatenate((x, x)) == concatenate((X @ x, X @ x))
"""


@pytest.mark.parametrize("claim", LINES.strip().splitlines())
def test_lines_of_derivations_are_true(claim: str) -> None:
    """An axis without entries, products of blocks, remainders in conditions."""
    judged_claim = judge(0, "given", claim, seed=1, points=8, seconds=0.2)
    assert judged_claim.lines and not judged_claim.problems


WRONG = """
x[n]: x == 0 if x[1:] == 0
x[n], k[m]: convolve(x, k) == 0 iff k[1:] == 0
X[5,5]: X == X.T if X[:2,:2] == X[:2,:2].T
X[m,n]: X == 0 if X[1:] == -X[1:]
x[n]: flip(roll(x,p)) == roll(x,-p) if [(x[i] if p >= 1 else 0) for i in range(n)] == flip(x)*min(1,max(p,0))
x[n]: n**3*x == (6*n*n - 11*n + 6)*x
x[n]: x == flip(x) iff n <= 2 and x == flip(x)
x[n]: x*x == x iff x == 0
x[n]: sum(x) == 0 iff x == 0
x[N], k[M]: convolve(x, k) == correlate(x, k)
x[n]: x[i] == x[i+1]
x[n]: 10**12*(exp(2j*pi/5)+exp(-2j*pi/5)-(sqrt(5)-1)/2+1/10**20)*x == 0*x
"""


@pytest.mark.parametrize("claim", WRONG.strip().splitlines())
def test_a_wrong_proof_is_seen(claim: str) -> None:
    """Each of these has been, or might be, proved by mistake."""
    assert said(claim, "proved") == "contradiction"


def test_a_wrong_refutation_is_seen() -> None:
    """Sizes, index, hypotheses, numbers: all have to be right."""
    claim = "x[n]: x == flip(x) if x[0] == 0"
    good = {
        "sizes": {"n": 2},
        "index": (1,),
        "arrays": {"x": np.array([0, 1])},
        "lhs": 1,
        "rhs": 0,
        "functions": {},
        "direction": None,
    }

    def kind(**changes: Any) -> str:
        example = SimpleNamespace(**{**good, **changes})
        result = SimpleNamespace(verdict="refuted", reason=None, link=0, counterexample=example)
        return judged(claim, result, random.Random(1)).kind

    assert kind() == "consistent"
    for change in (
        {"arrays": {"x": np.array([1, 0])}},
        {"arrays": {"x": np.array([0, 0])}},
        {"index": (2,)},
        {"lhs": 2},
        {"sizes": {"n": 0}},
    ):
        assert kind(**change) == "contradiction"


@pytest.mark.parametrize(
    ("claim", "condition", "right"),
    [
        ("A[N], K[M]: convolve(A, K) == correlate(A, K)", "K == flip(K)", True),
        ("A[N], K[M]: convolve(A, K) == correlate(A, K)", "K == 0", False),
        ("A[N], K[M]: convolve(A, K) == correlate(A, K)", "M <= 2", False),
        ("A[N], K[M]: convolve(A, K) == correlate(A, K)", "M == 1", True),
        ("x[n]: x == flip(x)", "x == flip(x)", True),
        ("x[n], y[m]: kron(x, y) == kron(y, x)", "n == 1 or m == 1", True),
        ("x[n], y[m]: kron(x, y) == kron(y, x)", "n == 1", False),
        ("x[n]: cumsum(x) == x", "x[:-1] == 0", True),
        ("x[n]: cumsum(x) == x", "x[1:] == 0", False),
        ("x[n]: cumsum(x) == x", "x == 0", False),
    ],
)
def test_conditions_are_tried_both_ways(claim: str, condition: str, right: bool) -> None:
    """One that does not suffice, and one that is not necessary."""
    opinion = judge_condition(Judge(read(claim), random.Random(1), points=20, seconds=2), condition, None, 0)
    assert (opinion.kind == "consistent") == right


@pytest.mark.parametrize("part", range(PARTS))
def test_no_verdict_condition_or_line_is_contradicted(part: int) -> None:
    """Random claims of every form; what is known to be wrong is listed by its root, and the list is to become empty."""
    _all_agree(1, range(part, CLAIMS, PARTS), points=8, seconds=0.1, every=3)


def test_no_verdict_on_equations_between_products_is_contradicted() -> None:
    """Inverses, projections, matrices that commute: `python tests/judge_claims.py --form products` tries more."""
    _all_agree(1, range(25), points=6, seconds=0.1, form="products")


def test_no_verdict_on_quotients_is_contradicted() -> None:
    """By divisors of either sign, and by what may be 0: `python tests/judge_claims.py --form quotients` tries more."""
    _all_agree(1, range(25), points=12, seconds=0.1, form="quotients")


@pytest.mark.long
def test_no_verdict_of_many_is_contradicted() -> None:
    """The same over many claims: `python tests/judge_claims.py --claims 100000` prints the table."""
    _all_agree(2, range(20000), points=12, seconds=0.5)


def _all_agree(seed: int, numbers: range, points: int, seconds: float, every: int = 1, form: str | None = None) -> None:
    known = known_problems(Path(__file__).with_name("judged_wrong.txt"))
    summary, problems = Summary(), []
    for one in judge_all(seed, numbers, 1, points, seconds, every, form):
        summary.add(one)
        problems += [
            f"{one.claim}\n    {problem}" for problem in one.problems if root_of(one.claim, problem, known) is None
        ]
    assert not problems, "\n".join([f"{len(problems)} problems", *problems])
    assert summary.compared > len(numbers) * 0.4, str(summary)
