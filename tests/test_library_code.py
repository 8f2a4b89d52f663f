"""Source files that use PyTorch, JAX and SciPy, read as they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from symconv import SymconvError, Tensor, from_file, parse, prove, sizes

TORCH = """
import torch
import torch.nn.functional as F

def pixels(x, r: int):
    n, c, h, w = x.size()
    return x.view(n, c, h // r, r, w // r, r).permute(0, 1, 3, 5, 2, 4).reshape(n, c * r * r, h // r, w // r)

def windows(x, k):
    patches = x.unfold(0, k.size(0), 1).unfold(1, k.size(1), 1)
    return (patches * k).sum(dim=(-2, -1))

def attention(q, k, v):
    return torch.bmm(torch.bmm(q, k.transpose(1, 2)), v)

def attention_late(q, k, v):
    return torch.bmm(q, torch.bmm(k.transpose(-2, -1), v))

def turned(a):
    return a.transpose(0, 1)

def same(x, w):
    kh, kw = w.shape[-2:]
    return F.conv2d(F.pad(x, (kw // 2, (kw - 1) // 2, kh // 2, (kh - 1) // 2)), w)

def copies(x):
    return x.repeat(2)

def laid_out(x):
    return x.t().view(-1)

def in_row(x):
    return x.t().contiguous().view(-1)

def flipped(x):
    y = torch.flip(x, (0,))
    x[0] = 0
    return y

def centred(x):
    return x - x.mean(dim=-1, keepdim=True)

def built(x, k):
    n, m = x.numel(), len(k)
    out = torch.zeros(n + m - 1, dtype=x.dtype, device=x.device)
    for i in range(m):
        out[i:i + n] += k[i] * x
    return out
"""

BOTH = """
import numpy as np
import torch

def turned(a):
    return a.transpose(0, 1)

def copies(x):
    return x.repeat(2)

def swapped(x):
    return x.transpose(1, 2)

def summed(x):
    return x.sum(0)
"""

CLAIMS = """
x[N,C,2*h,2*w]: torch_code.pixels(x, 2) == pixel_unshuffle(x, 2) | proved
A[H,W], K[h,w]: torch_code.windows(A, K) == correlate(A, K, "valid") | proved
A[H,W], K[h,w]: torch_code.windows(A, K) == convolve(A, K, "valid") | refuted
q[b,n,d], k[b,m,d], v[b,m,e]: torch_code.attention(q, k, v) == torch_code.attention_late(q, k, v) | proved
A[n,m]: torch_code.turned(A) == A.T | proved
x[N,C,H,W], w[F,C,h,v]: torch_code.same(x, w) == torch_code.same(x, flip(w, (2, 3))) | refuted
x[n]: torch_code.copies(x) == np.tile(x, 2) | proved
x[n]: torch_code.copies(x) == np.repeat(x, 2) | refuted
A[n,m]: torch_code.in_row(A) == np.ravel(A.T) | proved
x[n]: torch_code.flipped(x) == flip(x) | proved
A[n,m]: torch_code.centred(A) == A - np.sum(A, axis=1, keepdims=True)/m | proved
x[N], k[M]: torch_code.built(x, k) == convolve(x, k) | proved
X[a,b,c]: both.swapped(X) == swapaxes(X, 1, 2) | proved
X[a,b]: both.summed(X) == sum(X, axis=0) | proved
""".strip().splitlines()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("code")
    files = {"torch_code": TORCH, "both": BOTH}
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return from_file(*(str(folder / f"{name}.py") for name in files))


@pytest.mark.parametrize("line", CLAIMS)
def test_code_means_what_its_library_does(programs: dict, line: str) -> None:
    """Functions and methods are those of the library that the file imports."""
    claim, _, verdict = line.rpartition(" | ")
    assert prove(parse(claim, programs)).verdict == verdict


@pytest.mark.parametrize(
    "claim, message",
    [
        ("A[n,m]: torch_code.laid_out(A) == ravel(A)", "do not lie in a row"),
        ("A[n,m]: both.turned(A) == A", "one thing in NumPy and another in PyTorch"),
        ("x[n]: both.copies(x) == x", "one thing in NumPy and another in PyTorch"),
    ],
)
def test_what_code_may_mean_in_two_ways_is_refused(programs: dict, claim: str, message: str) -> None:
    """What would raise, or depends on the library that an array comes from, is an error that says so."""
    with pytest.raises(SymconvError) as caught:
        parse(claim, programs)
    assert message in str(caught.value)


C, h, w, n, m = sizes("C h w n m")
K, A, x = Tensor("K", C, 1, h, w), Tensor("A", n, m), Tensor("x", n)


@pytest.mark.parametrize(
    "run, text",
    [
        (lambda: torch.flip(A, (0,)), "flip(A, axis=(0,))"),
        (lambda: F.conv2d(F.pad(A, (1, 2))[None, None], K), "conv2d(pad(A, ((0, 0), (1, 2)))[None, None], K)"),
        (lambda: torch.ones(2, 3) @ Tensor("B", 3, 4), "[[1, 1, 1], [1, 1, 1]] @ B"),
        (lambda: A.permute(1, 0).sum(dim=1), "sum(transpose(A, axes=(1, 0)), axis=1)"),
        (lambda: x.unfold(0, 3, 2), "sliding_window_view(x, 3, axis=0)[::2]"),
    ],
)
def test_pytorch_runs_on_symbolic_tensors(run: Callable[[], Any], text: str) -> None:
    """PyTorch's functions and methods build expressions."""
    assert str(run()) == text


@pytest.mark.parametrize(
    "run, message",
    [
        (lambda: torch.sigmoid(A), "torch.sigmoid is not known"),
        (lambda: A.transpose(0, 1), "one thing in NumPy and another in PyTorch"),
        (lambda: x.repeat(2), "one thing in NumPy and another in PyTorch"),
    ],
)
def test_what_pytorch_may_mean_otherwise_is_refused(run: Callable[[], Any], message: str) -> None:
    """What is not known, or differs between libraries, is an error."""
    with pytest.raises(SymconvError) as caught:
        run()
    assert message in str(caught.value)
