"""Expressions printed as code: it runs, computes the same, and loops read back as the same expression."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import numpy as np
import pytest
from random_claims import made_up

import symconv
from symconv import SymconvError, Tensor, evaluate, from_source, parse, prove, sizes, to_einsum, to_loops
from symconv import to_numpy_source as to_numpy
from symconv.algebra.exact_numbers import approximate
from symconv.algebra.polynomials import Poly
from symconv.expressions.conversion import symbol
from symconv.expressions.elementwise_functions import ElementwiseFunction
from symconv.operators import REGISTRY
from symconv.printing.as_loops import signature
from symconv.publish.operator_pages import example

H, W, h, w, N, M, n, m, p = sizes("H W h w N M n m p")
A, K, x, k, Q, X = (Tensor("A", H, W), Tensor("K", h, w), Tensor("x", N), Tensor("k", M), Tensor("Q", n, n),
                    Tensor("X", n, m))  # fmt: skip
z, f = Tensor("z", N, complex=True), ElementwiseFunction("f")

EXPRESSIONS = {
    "correlate": symconv.correlate(A, K, "valid"),
    "same": symconv.convolve(A, K, "same"),
    "sum of products": (x + 1) * (x - 1) / N,
    "literal": symconv.convolve(A, [[1, 0, -1]], "same"),
    "complex": symconv.vdot(z, 1j * z) + symconv.vdot(z, z) ** 2,
    "slices": x[1:] - x[:-1],
    "reversed": X[::-1, ::2],
    "symbolic entry": symconv.correlate(x, k)[p],
    "flattened": symconv.kron(A, K).ravel(),
    "function": f(x @ x + 1) * x,
    "squares": symconv.sum((x - symconv.mean(x)) ** 2),
    "trace": symconv.trace(Q @ Q.T @ Q),
}


def _compared(expr: Any, source: str, seed: int = 0) -> int:
    """How often the code was run; each time it computed what the expression is worth."""
    space: dict[str, Any] = {}
    exec(compile(source, "<printed>", "exec"), space)
    tensors, others, functions, _ = signature(expr)
    names = sorted({n for t in tensors for a in t.axes for n in a.size.names} | {*others})
    random, compared = Random(seed), 0
    for _ in range(40):
        values = {name: random.randint(0 if name in others else 1, 4) for name in names}
        shapes = [tuple(int(d.subs({symbol(k): v for k, v in values.items()})) for d in t.shape) for t in tensors]
        if any(d < 1 for s in shapes for d in s):
            continue
        arrays = [np.array([random.randint(-3, 3) for _ in np.ndindex(*s)]).reshape(s) for s in shapes]
        given = {t.name: a for t, a in zip(tensors, arrays, strict=True)}
        calls = {name: lambda v: v * v + 1 for name in functions}
        try:
            expected = np.asarray(evaluate(expr, values, given, calls), dtype=object)
        except SymconvError:
            continue
        kinds = [complex if t.is_complex_valued else float for t in tensors]
        plain = [a.astype(t) if a.shape else t(a) for a, t in zip(arrays, kinds, strict=True)]
        try:
            found = np.asarray(space["f"](*plain, *(values[o] for o in others), *calls.values()))
        except AssertionError:  # sizes at which the expression is not defined
            continue
        assert found.shape == expected.shape, source
        numbers = [approximate(v) if isinstance(v, Poly) else complex(v) for v in expected.ravel()]
        np.testing.assert_allclose(found.astype(complex).ravel(), numbers, atol=1e-9, err_msg=source)
        compared += 1
        if compared == 3:
            break
    return compared


CASES = {**{name: lambda op=op: example(op) for name, op in REGISTRY.items()},
         **{name: lambda e=e: e for name, e in EXPRESSIONS.items()}}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_printed_code_runs_and_agrees(name: str) -> None:
    """The example of every operator, printed as loops and as NumPy code, computes what it is worth."""
    expr = CASES[name]()
    assert _compared(expr, to_loops(expr))
    assert _compared(expr, to_numpy(expr))


@pytest.mark.parametrize("seed", range(25))
def test_random_expressions_as_loops(seed: int) -> None:
    """A random expression printed as loops computes what it is worth, wherever it is defined."""
    expr = parse(made_up(f"print {seed}").text).links[0].left
    try:
        source = to_loops(expr)
    except SymconvError:
        return
    _compared(expr, source, seed)


NOT_PROVED = {"fold"}
"""Loops with conditions on products of indices and sizes."""


@pytest.mark.parametrize("name", sorted(CASES.keys() - NOT_PROVED))
def test_printed_loops_read_back(name: str) -> None:
    """The loops of every operator's example are read as a program, which is proved to be the example."""
    expr = CASES[name]()
    tensors, others, functions, _ = signature(expr)
    program = from_source(to_loops(expr), "f")
    made = program(*tensors, *map(symbol, others), *map(ElementwiseFunction, functions))
    assert prove(made, expr, timeout=10).verdict == "proved"


@pytest.mark.parametrize("name", sorted(NOT_PROVED))
def test_loops_that_are_not_proved(name: str) -> None:
    """They are read as what they compute, and whether that is the example stays open."""
    expr = CASES[name]()
    tensors, others, _, _ = signature(expr)
    made = from_source(to_loops(expr), "f")(*tensors, *map(symbol, others))
    assert _compared(made, to_loops(expr))
    assert prove(made, expr).verdict == "unknown"


EINSUMS = [
    (X @ Tensor("Y", m, p), "np.einsum('ac,cb->ab', X, Y)"),
    (symconv.trace(Q), "np.einsum('aa->', Q)"),
    (symconv.outer(x, k), "np.einsum('a,b->ab', x, k)"),
    (3 * symconv.frobenius(X, X), "3*np.einsum('ab,ab->', X, X)"),
    (symconv.sum(A, axis=0), None),
    (symconv.vdot(z, z), "np.einsum('a,a->', np.conj(z), z)"),
    (symconv.mean(x), None),
]


@pytest.mark.parametrize(("expr", "expected"), EINSUMS, ids=str)
def test_einsums(expr: Any, expected: str | None) -> None:
    """What is a sum of products over whole axes is printed as an einsum, which is the same expression."""
    printed = to_einsum(expr)
    assert expected is None or printed == expected
    tensors, *_ = signature(expr)
    head = "import numpy as np\n\ndef f({}):\n{}    return {}\n"
    told = "".join(f"    {size} = {where}\n" for size, where in signature(expr).sizes.items())
    program = from_source(head.format(", ".join(t.name for t in tensors), told, printed), "f")
    assert prove(program(*tensors), expr).verdict == "proved"


@pytest.mark.parametrize(
    "expr", [symconv.convolve(x, k), x + x[::-1], symconv.flip(x), x + 1, x[1:], symconv.ravel(A), x * 0], ids=str
)
def test_what_is_no_einsum(expr: Any) -> None:
    """Anything else is refused, and the message says which index is in the way."""
    with pytest.raises(SymconvError, match=re.compile("einsum|sum of products")):
        to_einsum(expr)
