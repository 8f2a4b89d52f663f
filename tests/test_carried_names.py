"""What loops hand on from step to step, and what changes with an array: read as Python runs it, or refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from symconv import SymconvError, Tensor, evaluate, from_source, sizes
from symconv.expressions.tensors import as_tensor

H, W = sizes("H W")
A = Tensor("A", H, W)

READ = """
s = A[0]; for i in range(1, len(A)): s = s + A[i]; return s
s = A.T[0]; for i in range(1, A.shape[1]): s = s + A.T[i]; return s
s = A[0].copy(); for i in range(1, len(A)): s += A[i]; return s
s = A[0]; for i in range(1, len(A)): s += A[i]; return A
s = A[0, 0]; for i in range(1, len(A)): s = s + A[i, 0]; return s
s = A[0]; for i in range(1, 3): s = A[i % len(A)]; return s
first = True; t = 0 * A[0]; for i in range(2): t = t + (A[0] if first else 2 * A[0]); first = False; return t
"""
READ_OF_NUMPY = """
s = A[0, 0]; A[0, 0] = 5; return s + A[0]
A -= A[:, :1].copy(); return A
A[0, 0], A[-1, -1] = A[-1, -1], A[0, 0]; return A
"""
READ_OF_TORCH = """
s = A[0, 0]; A[0, 0] = 5; return s + A[0]
A -= A[:, :1].clone(); return A
A[0, 0], A[-1, -1] = A[-1, -1], A[0, 0]; return A
s = A[0, 0]; s += 1; return A
s = A[0, 0].item(); A[0, 0] = 5; return s + A[0]
for v in A[0]: v += 1; return A
"""
UNSURE = """
s = A[0]; t = 0; for i in range(1, len(A)): t += s.sum(); s = A[i]; return t
s = (1, A[0]); t = 0; for i in range(1, len(A)): t += s[1][0]; s = (1, A[i]); return t
s = "a"; t = 0; for i in range(len(A)): t += A[i, 0] if s == "a" else 0; s = "b"; return t
f = lambda x: x; t = 0; for i in range(len(A)): t += f(A[i, 0]); f = lambda x: 2 * x; return t
s = None; t = 0; for i in range(len(A)): t += A[i, 0] if s is None else 0; s = 1; return t
s = True; t = 0; for i in range(len(A)): t += A[i, 0] if s else 0; s = not s; return t
s = A[0]; for i in range(1, len(A)): s = s + A[i]; s[0] = 0; return A
l = [0] * 3; l[1:] = [A[0, 0]]; return np.array(l)
l = [0] * 3; l[:] = [A[0, 0]] * 2; return np.array(l)
l = [0] * 3; l[::2] = [A[0, 0], 1]; return np.array(l)
v = np.asarray(np.ravel(A)); v[::2] -= 1; return A
c = [A.T, A.T]; c[0] += 1; return c[1]
d = {"a": A.T}; d["a"] += 1; return A
v = A.ravel(order="F"); A += 1; return v
A[:, 0] += A[0, 0]; return A
"""
UNSURE_OF_TORCH = """
A -= A[:, :1]; return A
A[0, ::2] += A[0, 0]; return A
A *= A[-1, -1]; return A
A.sub_(A[:, :1]); return A
"""


def _written(line: str) -> str:
    """The text of a function; what follows `for …:` up to `return` is the loop's body."""
    head, _, rest = line.partition("for i in ") if "for i in " in line else line.partition("for v in ")
    lines = [s.strip() for s in head.split(";") if s.strip()]
    if rest:
        source, _, body = rest.partition(": ")
        steps = [s.strip() for s in body.split(";")]
        inside = [s for s in steps if not s.startswith("return")]
        lines += [f"for {'i' if 'for i in ' in line else 'v'} in {source}:", *(f"    {s}" for s in inside), steps[-1]]
    return "import numpy as np\nimport torch\n\ndef f(A):\n" + "".join(f"    {s}\n" for s in lines)


def _lines(*texts: str) -> list[str]:
    return [line for text in texts for line in text.strip().splitlines()]


def _agrees(line: str, library: str) -> bool:
    """Whether what is read is what Python computes; raises where it is refused."""
    text = _written(line).replace("import torch\n" if library == "numpy" else "import numpy as np\n", "")
    read = as_tensor(from_source(text, "f")(A))
    names: dict = {}
    exec(text, names)
    for shape in ((1, 1), (2, 3), (3, 2), (3, 3)):
        entries = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
        try:
            value = evaluate(read, {"H": shape[0], "W": shape[1]}, {"A": entries})
        except SymconvError:
            continue
        returned = names["f"](entries.copy() if library == "numpy" else torch.tensor(entries))
        if not np.array_equal(np.asarray(returned), value.astype(float)):
            return False
    return True


@pytest.mark.parametrize(
    "library, line",
    [("numpy", line) for line in _lines(READ, READ_OF_NUMPY)]
    + [("torch", line) for line in _lines(READ.replace(".copy()", ".clone()"), READ_OF_TORCH)],
)
def test_what_is_handed_on_is_read(library: str, line: str) -> None:
    """Sums of views, and entries, which are numbers in NumPy and views in PyTorch."""
    assert _agrees(line, library)


@pytest.mark.parametrize(
    "library, line",
    [("numpy", line) for line in _lines(UNSURE)]
    + [("torch", line) for line in _lines(UNSURE, UNSURE_OF_TORCH) if "np." not in line],
)
def test_what_is_not_sure_is_no_other_value(library: str, line: str) -> None:
    """An error is right as well."""
    try:
        assert _agrees(line, library)
    except SymconvError:
        return
