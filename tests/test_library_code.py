"""Source files that use PyTorch, JAX and SciPy, read as they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from symconv import SymconvError, Tensor, evaluate, from_file, from_source, parse, prove, sizes

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

def cut_off(x):
    return x[:, 1:].view(-1)

def back(x):
    return x.t().view(x.shape)

def in_row(x):
    return x.t().contiguous().view(-1)

def layer(x, weight, bias):
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    out = weight.view(f, -1) @ F.unfold(x, (kh, kw)) + bias.view(1, -1, 1)
    return out.view(n, f, h - kh + 1, w - kw + 1)

def spread(x, k):
    y = torch.zeros(x.numel() + k.numel() - 1)
    for i in range(k.numel()):
        y[i:i + x.numel()].add_(k[i] * x)
    return y

def shared(x):
    y = x
    y.mul_(2)
    return x

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

JAX = """
import jax
import jax.numpy as jnp
from jax import vmap, jit, lax
from functools import partial

def dot(a, b):
    return jnp.dot(a, b)

def batched(A, B):
    return jax.vmap(dot)(A, B)

def matvec(A, x):
    return vmap(dot, in_axes=(0, None))(A, x)

def columns(A, x):
    return vmap(dot, in_axes=(1, None))(A, x)

def outs(A, B):
    return vmap(lambda a, b: a * b, in_axes=(0, 0), out_axes=1)(A, B)

def matmat(A, B):
    mv = vmap(jnp.vdot, (0, None), 0)
    mm = vmap(mv, (None, 1), 1)
    return mm(A, B)

@partial(jit, static_argnums=(1,))
def windows(x, m):
    idx = jnp.arange(x.shape[0] - m + 1)[:, None] + jnp.arange(m)[None, :]
    return x[idx]

def corr(x, k):
    return windows(x, k.shape[0]) @ k

@vmap
def double(row):
    return 2 * row

def conv_vmap(x, k):
    n = x.shape[0] - k.shape[0] + 1
    return vmap(lambda i: lax.dynamic_slice(x, (i,), (k.shape[0],)) @ k)(jnp.arange(n))

def inplace(x):
    y = jnp.zeros(x.shape[0])
    y[0] = x[0]
    return y

def mult(x):
    return x.at[::2].multiply(2.0)

def setrow(A, v):
    return A.at[0].set(v)

def cum(x):
    return lax.fori_loop(0, x.shape[0], lambda i, s: s + x[i], 0.0)

def scan_sum(x):
    def step(carry, v):
        carry = carry + v
        return carry, carry
    _, ys = lax.scan(step, 0.0, x)
    return ys
"""

NETS = """
import torch
from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, c, f):
        super().__init__()
        self.conv = nn.Conv2d(c, f, 3, padding=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        return self.pool(self.conv(x))

def with_weights(x, w, b):
    net = Net(x.shape[1], w.shape[0])
    net.conv.weight = nn.Parameter(w)
    net.conv.bias.data = b
    return net(x)

def loaded(x, w, b):
    net = Net(x.shape[1], w.shape[0])
    net.load_state_dict({"conv.weight": w, "conv.bias": b})
    net.eval()
    with torch.no_grad():
        return net(x)

class MLP(nn.Module):
    def __init__(self, d, e):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, e), nn.Linear(e, d, bias=False))

    def forward(self, x):
        return self.net(x)

class Circular(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular", bias=False)

    def forward(self, x):
        return self.conv(x)

class Stack(nn.Module):
    def __init__(self, n, c):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv1d(c, c, 1, bias=False) for _ in range(2)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

def copied(x, w):
    layer = nn.Linear(w.shape[1], w.shape[0], bias=False)
    with torch.no_grad():
        layer.weight.copy_(w)
    return layer(x)

class Patches(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.unfold = nn.Unfold(k)
        self.weight = nn.Parameter(torch.randn(4, 9))

    def forward(self, x):
        n, c, h, w = x.shape
        return (self.weight @ self.unfold(x)).view(n, 4, h - 2, w - 2)
"""

FLAT = """
def smoothed(A, H, W, K, kh, kw):
    out = [0.0] * (H * W)
    for y in range(H):
        for x in range(W):
            acc = 0.0
            for u in range(kh):
                for v in range(kw):
                    i, j = y + u - kh // 2, x + v - kw // 2
                    if 0 <= i < H and 0 <= j < W:
                        acc += A[i * W + j] * K[u * kw + v]
            out[y * W + x] = acc
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

def kept(x):
    y = x.T.reshape(-1)
    x[0] = 0
    return y
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
x[N,C,H,W], w[F,C,h,v], b[F]: torch_code.layer(x, w, b) == conv2d(x, w, b) | proved
x[N], k[M]: spread(x, k) == convolve(x, k) | proved
x[n]: shared(x) == x + x | proved
x[n]: torch_code.flipped(x) == flip(x) | proved
A[n,m]: torch_code.centred(A) == A - np.sum(A, axis=1, keepdims=True)/m | proved
x[N], k[M]: torch_code.built(x, k) == convolve(x, k) | proved
x[N,C,H,W], w[F,C,3,3], b[F]: with_weights(x, w, b) == avg_pool2d(conv2d(x, w, b, padding=1), 2) if H > 1 < W | proved
x[N,C,H,W], w[F,C,3,3], b[F]: loaded(x, w, b) == with_weights(x, flip(w, (2, 3)), b) if H > 1 < W | refuted
x[N,3,H,W], w[8,3,3,3], b[8]: Net(3, 8, conv_weight=w, conv_bias=b)(x) == with_weights(x, w, b) if H > 1 < W | proved
x[N,D], u[E,D], c[E], v[D,E]: MLP(D, E, net_0_weight=u, net_0_bias=c, net_1_weight=v)(x) == (x @ u.T + c) @ v.T | proved
x[N,1,L], w[1,1,3]: Circular(conv_weight=w)(x) == conv1d(pad(x, ((0, 0), (0, 0), (1, 1)), "wrap"), w) | proved
x[N,C,L], u[C,C,1], v[C,C,1]: Stack(2, C, layers_0_weight=u, layers_1_weight=v)(x) == conv1d(conv1d(x, u), v) | proved
x[N,D], w[E,D]: copied(x, w) == x @ w.T | proved
x[N,1,H,W], w[4,9]: Patches(3, weight=w)(x) == conv2d(x, reshape(w, (4, 1, 3, 3))) if H >= 3 and W >= 3 | proved
A[n,m], B[n,m]: batched(A, B) == einsum("ij,ij->i", A, B) | proved
A[n,m], x[n]: columns(A, x) == A.T @ x | proved
A[n,n], x[n]: columns(A, x) == A @ x | refuted
A[n,m], B[n,m]: outs(A, B) == (A*B).T | proved
A[n,m], B[m,k]: matmat(A, B) == A @ B | proved
x[N], k[M]: corr(x, k) == conv_vmap(x, k) == correlate(x, k, "valid") | proved
A[n,m]: jax_code.double(A) == 2*A | proved
A[n,m], v[m]: setrow(A, v)[0] == v | proved
x[n]: mult(x) == x | refuted
x[n]: cum(x) == sum(x) | proved
x[n]: scan_sum(x) == cumsum(x) | proved
A[H,W], K[h,w]: smoothed(ravel(A), H, W, ravel(K), h, w) == ravel(correlate(A, K, "same")) | proved
A[H,W], K[h,w]: smoothed(ravel(A), H, W, ravel(K), h, w) == ravel(convolve(A, K, "same")) | refuted
X[a,b,c]: both.swapped(X) == swapaxes(X, 1, 2) | proved
X[a,b]: both.summed(X) == sum(X, axis=0) | proved
""".strip().splitlines()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("code")
    files = {"torch_code": TORCH, "both": BOTH, "nets": NETS, "jax_code": JAX, "flat": FLAT}
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
        ("A[n,m]: back(A) == reshape(A.T, (n, m))", "do not lie in a row"),
        ("A[n,m]: cut_off(A) == ravel(A[:, 1:])", "do not lie in a row"),
        ("A[n,m]: both.turned(A) == A", "one thing in NumPy and another in PyTorch"),
        ("x[n]: both.copies(x) == x", "one thing in NumPy and another in PyTorch"),
        ("A[n,m]: both.kept(A) == ravel(A.T)", "has changed since is not known"),
        ("x[n]: inplace(x) == x", "arrays of JAX cannot be assigned to"),
        ("x[N,3,H,W]: Net(3, 8)(x) == x", "'self.weight' has no value"),
        ("x[N,3,H,W], w[8,3,3,3]: Net(3, 8, cnv_weight=w)(x) == x", "no parameter 'cnv_weight'"),
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


LAYERS = {
    "nn.Conv1d(2, 3, 2, 2, 1, 2)": ((1, 2, 7), (3, 2, 2), (3,)),
    "nn.Conv2d(2, 4, (2, 3), stride=(2, 1), padding=(0, 2), groups=2)": ((1, 2, 5, 4), (4, 1, 2, 3), (4,)),
    "nn.Conv2d(1, 2, 3, padding=1, padding_mode='reflect')": ((1, 1, 4, 5), (2, 1, 3, 3), (2,)),
    "nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode='circular')": ((1, 1, 4, 5), (2, 1, 3, 3), (2,)),
    "nn.Conv2d(1, 2, (2, 3), padding=(1, 0), padding_mode='replicate')": ((1, 1, 4, 5), (2, 1, 2, 3), (2,)),
    "nn.ConvTranspose2d(2, 3, 3, 2, 1, 1)": ((1, 2, 3, 3), (2, 3, 3, 3), (3,)),
    "nn.ConvTranspose1d(2, 2, 3, stride=2, groups=2, dilation=2)": ((1, 2, 4), (2, 1, 3), (2,)),
    "nn.Linear(4, 3)": ((2, 5, 4), (3, 4), (3,)),
    "nn.AvgPool2d(2, 1, 1, False, False)": ((1, 2, 4, 5),),
    "nn.AdaptiveAvgPool2d((1, 1))": ((1, 2, 4, 5),),
    "nn.Unfold((2, 3), padding=1, stride=2)": ((1, 2, 4, 5),),
    "nn.Fold((4, 5), 2, stride=1, padding=1)": ((1, 8, 30),),
    "nn.ZeroPad2d((1, 2, 3, 0))": ((1, 2, 3, 4),),
    "nn.ReflectionPad1d(2)": ((1, 2, 4),),
    "nn.Flatten()": ((2, 3, 4),),
    "nn.Flatten(0, 1)": ((2, 3, 4),),
    "nn.PixelShuffle(2)": ((1, 8, 2, 3),),
    "nn.Sequential(nn.Flatten(), nn.Unflatten(1, (4, 3)))": ((2, 3, 4),),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_are_those_of_pytorch(layer: str) -> None:
    """A layer with given weights does what PyTorch's own does with them."""
    shapes = LAYERS[layer]
    names = "xwb"[: len(shapes)]
    lines = [
        f"layer.{full}.data = {name}" for name, full in zip("wb", ("weight", "bias"), strict=True) if name in names
    ]
    body = "; ".join([f"layer = {layer}", *lines, "return layer(x)"])
    text = f"import torch\nfrom torch import nn\ndef run({', '.join(names)}):\n    {body}\n"
    generator = np.random.default_rng(0)
    arrays = {name: generator.integers(-4, 5, shape).astype(float) for name, shape in zip(names, shapes, strict=True)}
    space: dict[str, Any] = {}
    exec(text, space)
    with torch.no_grad():
        expected = space["run"](*map(torch.from_numpy, arrays.values()))
    tensors = [Tensor(name, *shape) for name, shape in zip(names, shapes, strict=True)]
    found = evaluate(from_source(text, "run")(*tensors), {}, arrays)
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected.numpy())
