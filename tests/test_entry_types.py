"""Arrays of whole numbers cut fractions off: a program that writes one into them is refused, or read as NumPy does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from symconv import SymconvError, Tensor, evaluate, from_source, parse, sizes
from symconv.expressions.tensors import as_tensor

(N,) = (sizes("N"),)
x = Tensor("x", N)

WHOLE = """
np.full(3, 1) * 2
np.arange(3) ** 2
np.arange(len(x) // 2 + 1)
-np.arange(3)
np.array([1, 2]) + np.array([1, 1])
np.concatenate([np.arange(3), [1]])
np.tile([1, 2], 2)
np.arange(6).reshape(2, 3).T.copy()
np.array([1, 2, 3])[::-1] * 2
np.cumsum([1, 2, 3])
np.array([[1, 2], [3, 4]]) @ np.array([[1, 2], [3, 4]])
np.where([True, False], 1, 2)
np.arange(5) // 2
np.arange(5) % 2
np.pad(np.arange(3), 1)
np.array([i * i for i in range(3)])
np.indices((2, 3))[0] + 0
np.r_[1, 2, 3]
np.mgrid[0:3] * 1
np.diag([1, 2, 3])
np.full(3, len(x)) + np.arange(3)
len(np.zeros(3)) * np.arange(3)
np.array(COUNTS)
COUNTS * 2
np.zeros_like([1, 2])
np.full_like(np.arange(3), 2)
np.zeros(3, dtype=int)
np.array([1.0, 2.0], dtype=np.int64)
np.ones(3, int)
torch.arange(3) * 2
torch.full((3,), 1) + 1
torch.zeros(3, dtype=torch.long)
""".strip().splitlines()
FLOATS = """
np.ones(3) * 2
np.eye(3) * 2
1 - np.eye(3)
np.array([1, 2, 1]) / 4
np.arange(3) * 1.0
np.zeros(3) + 1
np.linspace(0, 2, 3)
np.arange(0.0, 3.0)
np.tri(3)
np.tril(np.ones((3, 3)))
np.arange(3).astype(float)
np.array([1, 2], dtype=float) * 3
np.full(3, 2.0) * 2
np.array([1.0, 2]) * 2
np.concatenate([np.zeros(2), [1]])
(np.arange(3) + 0.5) * 2
x * 0
torch.ones(3) * 2
torch.eye(3) + 1
""".strip().splitlines()
CUTTING = """
np.insert([1, 2], 1, 0.5)
np.pad([1, 2], 1, constant_values=0.5)
pad([1, 2], 1, constant_values=0.5)
np.full_like([1, 2], 0.5)
np.pad(np.full(2, 1), 1, constant_values=0.5)
ndimage.convolve([1, 2, 3], [0.5, 0.5, 0])
ndimage.uniform_filter([1, 2, 3], 3)
F.pad([1, 2], (1, 1), value=0.5)
torch.full_like([1, 2], 0.5)
""".strip().splitlines()


@pytest.mark.parametrize("made", [*WHOLE, *FLOATS])
def test_a_fraction_is_written_into_what_is_made_of_numbers(made: str) -> None:
    """Floats keep it as NumPy does, and integers, which do not, are refused."""
    text = (
        f"import numpy as np\nimport torch\nCOUNTS = np.array([1, 2])\ndef f(x):\n    w = {made}\n    w[0] = x[0] / 2\n"
    )
    text += "    return w\n"
    names: dict = {}
    exec(text, names)
    entries = np.array([1.0, 3.0])
    written = np.asarray(names["f"](torch.tensor(entries) if "torch" in made else entries))
    assert (made in FLOATS) == (written.reshape(-1)[0] == 0.5)
    if made in WHOLE:
        with pytest.raises(SymconvError, match="cuts other numbers off"):
            from_source(text, "f")(x)
        return
    read = evaluate(as_tensor(from_source(text, "f")(x)), {"N": 2}, {"x": entries})
    np.testing.assert_allclose(read.astype(float), written)


@pytest.mark.parametrize("text", CUTTING)
def test_functions_that_keep_the_type_of_their_array(text: str) -> None:
    """What they would cut off is an error in a claim as well; what promotes is not."""
    with pytest.raises(SymconvError, match="cuts other numbers off"):
        parse(f"x[N]: x == {text}")
    parse(f"x[N]: x == {text.replace('0.5', '2') if 'uniform' not in text else 'np.append([1, 2], 0.5)'}")


@pytest.mark.parametrize(
    "call", ["np.tile(x, len(x) / 2)", "np.roll(x, len(x) / 2)", "np.fft.fft(x, len(x) - 0.5)", "np.arange(len(x) / 2)"]
)
def test_a_float_is_no_size(call: str) -> None:
    """What / divides is a float, which Python takes for no size; fractions that are entries are read."""
    with pytest.raises(SymconvError, match="is no whole number|is not a whole number|which is a float"):
        from_source(f"import numpy as np\ndef f(x):\n    return {call}\n", "f")(x)
    assert from_source("import numpy as np\ndef f(x):\n    return np.pad(x, 1, constant_values=0.5)\n", "f")(x).axes
