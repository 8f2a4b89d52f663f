"""Triton's kernels, read for every size: what they compute, and what is wrong with them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy_triton
import pytest
import torch

from symconv import SymconvError, evaluate, from_file, parse, prove
from symconv.expressions.tensors import TensorExpr

FILE = Path(__file__).parent / "triton_kernels.py"
PROGRAMS: dict[str, Any] = from_file(str(FILE))

CLAIMS = """
x[N,M], y[N,M]: added(x, y) == x + y | proved
A[m,k], B[k,n]: multiplied(A, B) == A @ B | proved
A[m,k], B[k,n]: split(A, B) == A @ B | proved
A[m,n]: transposed(A) == A.T | proved
A[m,n]: row_sums(A) == sum(A, axis=1) | proved
A[m,16]: row_sums_nomask(A) == sum(A, axis=1) | proved
A[m,n], a: scaled(A, a) == a*A | proved
A[H,W], K[h,w]: correlated(A, K) == correlate(A, K, "valid") | proved
A[H,W], K[h,w]: correlated(A, K) == convolve(A, K, "valid") | refuted
A[n,n], B[n,n]: mm_strides(A, B) == B @ A | refuted
x[N]: total(x) == sum(x) | proved
x[N]: doubled(x) == 2*x | proved
x[N]: shifted(x) == concatenate((x[1:], zeros(1))) | proved
""".strip().splitlines()


@pytest.mark.parametrize("line", CLAIMS)
def test_kernels_compute_what_they_say(line: str) -> None:
    """What all programs of a grid leave in memory is compared for every size."""
    claim, _, verdict = line.rpartition(" | ")
    result = prove(parse(claim, PROGRAMS))
    assert result.verdict == verdict and "arithmetic is exact" in result.claim.taken[0]


@pytest.mark.long
@pytest.mark.parametrize(
    "claim",
    [
        "x[N], y[N]: add_block(x, y, b) == x + y if b >= 1",
        "A[m,k], B[k,n]: mm_blocks(A, B, p, q, r) == A @ B if p >= 1 and q >= 1 and r >= 1",
    ],
)
def test_kernels_with_symbolic_blocks(claim: str) -> None:
    """Blocks and tiles of any sizes."""
    assert prove(parse(claim, PROGRAMS)).verdict == "proved"


@pytest.mark.parametrize(
    "claim, message",
    [
        ("x[N], y[N]: add_short(x, y) == x + y", "read before it is assigned at N = 1"),
        ("x[N], y[N]: copy_nomask(x, y) == x", "out of bounds: index 1 of an axis with 1 entry at N = 1"),
        ("A[m,n]: row_sums_nomask(A) == sum(A, axis=1)", "out of bounds: index 1 of an axis with 1 entry"),
        ("A[m,k], B[k,n]: mm_strides(A, B) == A @ B", "out of bounds at"),
        ("A[m,k], B[k,n]: split_store(A, B) == A @ B", "two programs store to the same place at"),
        ("A[m,n]: doubled_view(A) == 2*A", "stores to a view"),
        ("x[N]: shifted_in_place(x) == x", "two programs load and store to the same place at N = 9"),
        ("x[N]: total_store(x) == sum(x)", "two programs store to the same place at N = 17"),
    ],
)
def test_what_is_wrong_with_kernels(claim: str, message: str) -> None:
    """Lost tails, missing masks, wrong strides and races are errors with the smallest sizes."""
    with pytest.raises(SymconvError) as caught:
        parse(claim, PROGRAMS)
    assert f"{FILE.name}:" in str(caught.value) and message in str(caught.value)


SHAPES = {
    "added": ("nm", "nm"), "multiplied": ("mk", "kn"), "split": ("mk", "kn"), "transposed": ("mn",),
    "row_sums": ("mn",), "correlated": ("HW", "hw"), "total": ("N",), "shifted": ("N",), "doubled": ("N",),
    "mm_strides": ("nn", "nn"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_kernels_that_are_run(name: str) -> None:
    """The expression of a kernel gives what the kernel itself does, program by program."""
    numpy_triton.install()
    sys.path.insert(0, str(FILE.parent))
    run = getattr(import_module("triton_kernels"), name)
    for seed in range(12):
        random = Random(seed)
        sizes = {
            letter: random.randint(1, 40 if name != "correlated" else 9) for pair in SHAPES[name] for letter in pair
        }
        sizes |= {small: random.randint(1, sizes[large]) for small, large in ("hH", "wW") if small in sizes}
        declared = [f"{array}[{','.join(axes)}]" for array, axes in zip("ABCD", SHAPES[name], strict=False)]
        call = f"{name}({', '.join('ABCD'[: len(declared)])})"
        (link,) = parse(f"{', '.join(declared)}: {call} == {call}", PROGRAMS).links
        generator = np.random.default_rng(seed)
        arrays = {
            array: generator.integers(-4, 5, [sizes[x] for x in axes]).astype(float)
            for array, axes in zip("ABCD", SHAPES[name], strict=False)
        }
        assert isinstance(link.left, TensorExpr)
        found = evaluate(link.left, sizes, arrays)
        expected = run(*(torch.from_numpy(a.copy()) for a in arrays.values()))
        np.testing.assert_allclose(np.asarray(found, dtype=float), expected.numpy(), atol=1e-6)
