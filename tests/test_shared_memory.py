"""Programs that change arrays which may share their memory are read as they run, or refused."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch
from random_sharing import Library, judged

from symconv import SymconvError, Tensor, from_source, parse, prove, sizes

NUMPY = """
np.asarray(x, dtype=float)
np.array(x, copy=False)
np.atleast_1d(x)
np.atleast_2d(x)[0]
np.ascontiguousarray(x)
np.asanyarray(x)
np.require(x)
np.real(x)
x.real
x.conj()
x.astype(float, copy=False)
np.float64(x)
np.broadcast_arrays(x)[0]
np.broadcast_to(x, x.shape)
np.vsplit(x[:, None], 1)[0][:, 0]
np.einsum('i->i', x)
x.flatten()
x.astype(float)
+x
1 * x
np.pad(x, 0)
list([x])[0]
""".strip().splitlines()
TORCH = """
x.to(torch.float64)
x.to("cpu")
x.double()
x.type(torch.float64)
x.cpu()
x.requires_grad_(False)
torch.chunk(x, 1)[0]
torch.unbind(x.unsqueeze(0))[0]
x.real
torch.conj(x)
x.numpy()
torch.from_numpy(x.numpy())
torch.einsum('i->i', x)
+x
x.clone()
""".strip().splitlines()
WAYS = {
    "y += 1": ("y += 1", "return x"),
    "x += 1": ("x += 1", "return y"),
}
HINT = (
    "is not known",
    "cannot be assigned to",
    "may be one and the same",
    "is changed in the loop",
    "may change its length",
)


def _agrees(text: str, name: str, claim: str, is_right: bool) -> bool:
    """Whether a claim has the right verdict, or is refused because of what arrays share."""
    try:
        verdict = prove(parse(claim, {name: from_source(text, name)})).verdict
    except SymconvError as error:
        assert any(hint in str(error) for hint in HINT), error
        return True
    return verdict == ("proved" if is_right else "refuted")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "library, made", [*(("numpy as np", e) for e in NUMPY), *(("torch", e) for e in TORCH)], ids=[*NUMPY, *TORCH]
)
def test_what_may_be_a_view_is_no_copy(library: str, made: str, way: str) -> None:
    """What a library may return without copying, changed in place, or its argument after it."""
    change, end = WAYS[way]
    text = f"import {library}\n\ndef f(x):\n    y = {made}\n    {change}\n    {end}\n"
    names: dict = {}
    exec(text, names)
    ones = np.ones(3) if "numpy" in library else torch.ones(3, dtype=torch.float64)
    try:
        is_kept = bool((names["f"](ones) == 1).all())
    except (ValueError, TypeError):  # a view that is only read, and what this version of NumPy has no more
        is_kept = False
    assert _agrees(text, "f", "x[N]: f(x) == x if N >= 1", is_kept)


OF_EITHER_LIBRARY = """
y = x.flatten(); y += 1; return x
y = x.flatten(); x += 1; return y
y = x.flatten(); y[0] = 7; return x
y = x.clone(); y += 1; return x
y = x.flatten(); return y
y = x.reshape(-1); x += 1; return y
"""
MEMORY_ORDERS = """
y = x.T + 1; z = y.reshape(-1); y += 1; return z
y = 1 * x.T; z = y.T.ravel(); y += 1; return z
y = zeros_like(x.T); z = y.reshape(-1); y += 1; return x.T.reshape(-1) + z
y = zeros((2, 3)); z = y.reshape(-1); y += 1; return x.T.reshape(-1) + z[4]
z = x.reshape(-1); x += 1; return x.T.reshape(-1) + 0 * z
"""


@pytest.mark.parametrize("body", OF_EITHER_LIBRARY.strip().splitlines())
@pytest.mark.parametrize("head", ["import numpy, torch\n\ndef f(x):", "def f(x):\n    import torch, numpy"])
def test_what_one_of_two_libraries_copies(head: str, body: str) -> None:
    """A method that copies in NumPy and not in PyTorch is no copy where both are about."""
    text = "\n    ".join([head, *body.split("; ")])
    names: dict = {}
    exec(text, names)
    is_kept = all(bool((names["f"](torch.ones(3)) == k).all()) for k in [1 + ("x += 1" in body)])
    assert _agrees(text, "f", f"x[N]: f(x) == x + {int('x += 1' in body)} if N >= 1", is_kept)


@pytest.mark.parametrize("body", MEMORY_ORDERS.strip().splitlines())
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_whether_a_row_is_a_view_depends_on_the_order_in_memory(library: str, body: str) -> None:
    """Arrays that are made of transposed ones may lie in memory as these do, and are copied then."""
    text = "\n    ".join([f"from {library} import zeros, zeros_like\n\ndef f(x):", *body.split("; ")])
    names: dict = {}
    exec(text, names)
    x = np.arange(6.0).reshape(3, 2)
    value = names["f"](x.copy() if library == "numpy" else torch.from_numpy(x.copy()))
    is_right = bool((np.asarray(value) == x.T.ravel() + 1).all())
    assert _agrees(text, "f", "x[H,W]: f(x) == ravel(x.T) + 1 if H >= 1 and W >= 1", is_right)


ARGUMENTS = """
import numpy as np

def keep(a, b):
    a += 1
    return b

def keep_first(a, b):
    b[0] = 7
    return a

def join(a, b):
    a += b
    return a

def add_each(a, b):
    for i in range(len(a)):
        a[i] += b[i]
    return a

def pure(a, b):
    return a + b

class Layer:
    def __init__(self, w):
        self.w = w
    def forward(self, x):
        x += 1
        return self.w
    def grow(self, x):
        self.w += 1
        return x
"""
CALLS = """
keep(x, x) == x + 1
keep(x, x[::-1]) == x[::-1]
keep_first(x, x[::-1]) == x
keep(x, np.flip(x)) == np.flip(x)
keep(A, A.T) == A.T
keep_first(A.T, A) == A.T
join(x[:-1], x[1:]) == x[:-1] + x[1:]
add_each(x[:-1], x[1:]) == x[:-1] + x[1:]
add_each(x[1:], x[:-1]) == x[1:] + x[:-1]
add_each(x, x) == 2 * x
pure(x, x[::-1]) == x + x[::-1]
keep(x + 1, x + 1) == x + 1
keep(2 * x, x) == x
keep(x, 2 * x) == 2 * x
keep(x[1:], x[1:]) == x[1:] + 1
keep(np.ravel(x), x) == x
keep(A @ A, A) == A
keep(A[0], A[1]) == A[1]
keep(A[0], A) == A
keep(a=x, b=x[::-1]) == x[::-1]
keep(np.zeros(3), np.zeros(3)) == np.zeros(3)
Layer(x).forward(x) == x
Layer(x).grow(x) == x
Layer(x).forward(x[::-1]) == x
Layer(2 * x).grow(x) == x
"""


@pytest.mark.parametrize("claim", CALLS.strip().splitlines())
def test_arguments_that_are_views_of_one_array(claim: str) -> None:
    """A call changes what its other arguments share with the one that it changes, or it is refused."""
    left, right = claim.split(" == ")
    names: dict = {}
    exec(ARGUMENTS, names)
    fresh = [{**names, "x": np.array([1.0, 2, 4]), "A": np.array([[1.0, 2], [4, 8]])} for _ in "lr"]
    is_right = np.array_equal(*(eval(side, space) for side, space in zip((left, right), fresh, strict=True)))
    name = left.partition("(")[0]
    assert _agrees(ARGUMENTS, name, f"x[N], A[H,H]: {claim} if N >= 3 and H >= 2", is_right)


def test_arguments_that_are_no_views_of_one_array_are_read() -> None:
    """Copies, arrays of their own, and arguments of which none is changed are as they are."""
    for claim in ("pure(x, x[::-1]) == x + flip(x)", "keep(2 * x, x) == x", "keep(x, y) == y", "keep(x, x) == x + 1"):
        program = from_source(ARGUMENTS, claim.partition("(")[0])
        assert prove(parse(f"x[N], y[N]: {claim}", {program.__name__: program})).verdict == "proved"


LISTS = """
import numpy as np

def rows(A):
    out = []
    row = np.zeros(A.shape[1])
    for i in range(A.shape[0]):
        row += A[i]
        out.append(row)
    return np.array(out)

def pairs(A):
    out = []
    row = np.zeros(A.shape[1])
    for i in range(A.shape[0]):
        row += A[i]
        out.append((row, np.real(row)))
    return np.array(out)[:, 0]

def reals(A):
    out = []
    row = np.zeros(A.shape[1])
    for i in range(A.shape[0]):
        row += A[i]
        out.append(np.real(row))
    return np.array(out)

def copies(A):
    out = []
    row = np.zeros(A.shape[1])
    for i in range(A.shape[0]):
        row += A[i]
        out.append(row.copy())
    return np.array(out)

def views(A):
    out = []
    for i in range(A.shape[0]):
        out.append(A[i])
    A += 1
    return np.array(out)

def comprehended(A):
    out = [A[i] for i in range(A.shape[0])]
    A += 1
    return np.array(out)

def sliced(A):
    out = [A[i] for i in range(A.shape[0])]
    some = out[:]
    A += 1
    return np.array(some)

def listed_again(A):
    out = []
    for i in range(A.shape[0]):
        out.append(A[i])
    some = list(out)
    A += 1
    return np.array(some)

def joined(A):
    rows = [A[i] for i in range(A.shape[0])]
    out = rows[:1] + rows[1:]
    A += 1
    return np.array(out)

def windows(A):
    buffer = np.zeros(A.shape[1])
    out = []
    for i in range(A.shape[0]):
        buffer[:] = A[i]
        out.append(buffer[:])
    return np.array(out)

def one_row(A):
    row = [0] * A.shape[1]
    out = [row for _ in range(A.shape[0])]
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            out[i][j] = A[i, j]
    return np.array(out)

def twice(A):
    out = []
    for i in range(A.shape[0]):
        row = 1 * A[i]
        out.append(row)
        out.append(row)
    out[0][:] = 0
    return np.array(out)[1::2]

def listed(A):
    rows = list(A)
    rows[0][:] = 7
    return A

def each(A):
    def total(row):
        row = np.asarray(row, dtype=float)
        row += 1
        return row.sum()
    totals = [total(A[i]) for i in range(A.shape[0])]
    return A

def bound_again(A):
    y = A
    for i in range(3):
        y[0] = 5
        y = y * 2
    return A

def given_back(A):
    def positive(A, k):
        if k > 1:
            return A
        return 2 * A
    y = positive(A, A.shape[0])
    y += 1
    return A

def in_steps(A):
    for i in range(A.shape[0]):
        y = np.asarray(A, dtype=float)
        y += 1
    return A

def owned(A):
    A = np.asarray(A, dtype=float)
    A += 1
    return A

def taken(A):
    y = np.take(A, 0, axis=0)
    y += 1
    return A
"""


@pytest.mark.parametrize("value", ["A", "A + 1", "cumsum(A, 0)"])
@pytest.mark.parametrize("name", [line[4:-4] for line in LISTS.splitlines() if line.startswith("def ")])
def test_what_lists_hold_is_no_copy(name: str, value: str) -> None:
    """Arrays in lists, in objects and in loops, which change afterwards."""
    names: dict = {"cumsum": np.cumsum}
    exec(LISTS, names)
    A = np.array([[1.0, 2], [4, 8], [16, 32]])
    is_right = np.array_equal(eval(value, {**names, "A": A}), names[name](A.copy()))
    assert _agrees(LISTS, name, f"A[H,W]: {name}(A) == {value} if H >= 2 and W >= 1", is_right)


def test_copies_and_own_arrays_are_read() -> None:
    """What is surely a copy is one, and an array that is not read by another name may change."""
    for name, value in {"copies": "cumsum(A, 0)", "owned": "A + 1", "taken": "A"}.items():
        claim = f"A[H,W]: {name}(A) == {value} if H >= 1 and W >= 1"
        assert prove(parse(claim, {name: from_source(LISTS, name)})).verdict == "proved"


JAX = """
y = 2 * jnp.array(x); y *= 2; z = y; z -= 1; return y
y = jnp.asarray(x); y += 1; return x
y = jnp.zeros(3); y[0] = 1; return y
y = jnp.cumsum(x); z = y; z += 1; return y
x[0] = 1; return x
""".strip().splitlines()


@pytest.mark.parametrize("line", JAX)
def test_arrays_that_may_be_of_jax_or_of_numpy(line: str) -> None:
    """Beside NumPy's arrays, those of JAX are not changed; alone they are values, as JAX has them."""
    body = "".join(f"    {s}\n" for s in line.split("; "))
    x = Tensor("x", sizes("N"))
    with pytest.raises(SymconvError, match="one of JAX, which does not, is not known"):
        from_source(f"import jax.numpy as jnp\nimport numpy as np\n\ndef f(x):\n{body}", "f")(x)
    alone = "    y = 2 * x\n    z = y\n    z -= 1\n    return y\n"
    read = from_source(f"import jax.numpy as jnp\n\ndef f(x):\n{alone}", "f")(x)
    assert prove(read, 2 * x).verdict == "proved"
    added = "    s = jnp.zeros(3)\n    s += x[0]\n    return s\n"
    assert from_source(f"import jax.numpy as jnp\nimport numpy as np\n\ndef f(x):\n{added}", "f")(x).axes


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_random_programs_that_share_memory(library: Library) -> None:
    """Programs that change views, entries and lists are read as the affine maps that Python makes of them."""
    read = 0
    for number in range(100):
        text, verdict = judged(Random(f"{library} 7 {number}"), library)
        assert verdict in ("proved", "refused", "skipped"), text
        read += verdict == "proved"
    assert read > 20


@pytest.mark.long
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_many_random_programs_that_share_memory(library: Library) -> None:
    """The same, of 20,000 programs."""
    judgements = (judged(Random(f"{library} 8 {number}"), library) for number in range(20_000))
    assert not [text for text, verdict in judgements if verdict in ("refuted", "unknown")]
