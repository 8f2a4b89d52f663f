"""Functions of source files in claims, and what the names of a module stand for."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symconv import SymconvError, Tensor, from_file, from_python, from_source, parse, prove, sizes
from symconv.cli import main, proving_command

CONV = '''\
"""Convolutions."""

import numpy as np

SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def my_conv(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            Z[i, j] = np.sum(A[i:i + h, j:j + w] * K)
    return Z


def edges(A):
    return my_conv(A, SOBEL)


def differences(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i + 1] - x[i]
    return y


def convolve(x, k):
    return np.convolve(x, k)


def scaled(x, s: int):
    return s * x


def shifted(x, s=1):
    return np.roll(x, s)


def two(x):
    return x, x
'''

OLD = "def blur(x):\n    return x[1:] + x[:-1]\n"
NEW = "def blur(x):\n    return x[:-1] + x[1:]\n"
x = Tensor("x", sizes("n m")[0])


@pytest.fixture
def conv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with source files, which is the working folder."""
    for name, text in (
        ("conv.py", CONV),
        ("old.py", OLD),
        ("new.py", NEW),
        ("broken.py", "def f(:\n"),
        ("lax.py", OLD),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "old.py").write_text(OLD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("A[H,W], K[h,w]: my_conv(A, K) == correlate(A, K, 'valid')", "proved"),
        ("A[H,W], K[h,w]: my_conv(A, K) == correlate(A, K, 'valid') if K == flip(K)", "proved"),
        ("A[H,W], K[h,w]: my_conv(A, K)[m, n] == sum(A[m+u,n+v]*K[u,v] for u in range(h) for v in range(w))", "proved"),
        ("A[H,W], K[h,w]: my_conv(A, K) == symconv.convolve(A, K, 'valid')", "refuted"),
        ("A[H,W], K[h,w]: conv.my_conv(A, K) == symconv.convolve(A, K, 'valid') iff K == flip(K)", "proved"),
        ("A[H,W]: edges(A) == correlate(A, [[1,0,-1],[2,0,-2],[1,0,-1]], 'valid')", "proved"),
        ("x[n], k[m]: conv.convolve(x, k) == symconv.convolve(k, x)", "proved"),
        ("x[n]: scaled(x, s) == s*x", "proved"),
        ("x[n]: shifted(x, s=s) == roll(x, s)", "proved"),
        ("x[n]: shifted(x) == roll(x, 1)", "proved"),
        ("x[n]: scaled(x, 3) == 3*x", "proved"),
    ],
)
def test_a_claim_calls_functions_of_a_file(conv: Path, claim: str, verdict: str) -> None:
    """What a file's function computes is compared for all sizes, as an operator is."""
    assert prove(parse(claim, from_file("conv.py"))).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "place", "message", "hint"),
    [
        (
            "x[n], k[m]: convolve(x, k) == x",
            "convolve",
            "a name of conv and of an operator",
            "conv.convolve or symconv",
        ),
        ("x[n], scaled(): scaled(x) == x", "scaled", "a name of conv and of a declared function", "write conv.scaled"),
        ("x[n]: two(x) == x", "two(x)", "returns 2 values", "return one"),
        ("x[n]: my_conf(x, x) == x", "my_conf", "unknown function", "'my_conv'"),
        ("x[n]: other.two(x) == x", "other.two", "unknown function 'other.two'", None),
        ("x[n]: sum(scaled(x, i)[0] for i in range(n)) == 0", "i", "bound by a 'for'", "out of the sum"),
        ("two[n]: two(two) == two", "two", "'two' is not a function", "declared"),
        ("x[n]: convolve(x, c) == x", "convolve", "a name of conv", None),
        ("x[n]: two(c) == x", "c", "unknown name 'c'", "declare it"),
    ],
)
def test_names_that_do_not_fit(conv: Path, claim: str, place: str, message: str, hint: str | None) -> None:
    """A name with two meanings, a wrong one or none is an error in the claim."""
    with pytest.raises(SymconvError) as info:
        parse(claim, from_file("conv.py"))
    error = info.value
    assert message in error.message and (hint is None or hint in (error.hint or ""))
    assert error.text == claim and error.span is not None and claim[slice(*error.span)] == place


def test_two_files_are_compared(conv: Path) -> None:
    """Functions with one name in two files are told apart by the file."""
    programs = from_file("old.py", "new.py")
    assert prove(parse("x[n]: old.blur(x) == new.blur(x)", programs)).verdict == "proved"
    with pytest.raises(SymconvError, match="'blur' is a name of old and of new"):
        parse("x[n]: blur(x) == x", programs)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["none.py"], "none.py cannot be read"),
        (["broken.py"], "broken.py:1: this is not Python"),
        (["old.py", "there/old.py"], "there/old.py and old.py have one name"),
        (["lax.py"], "lax.py and symconv's lax have one name"),
    ],
)
def test_files_that_are_no_source(conv: Path, files: list[str], message: str) -> None:
    """What cannot be read as Python, or not told apart, is an error that names the file."""
    with pytest.raises(SymconvError, match=message):
        from_file(*files)


def test_the_command_line(conv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reading is shown, and the status is that of the verdict."""
    assert main(["prove", "--source", "conv.py", "x[n]: shifted(x) == x"]) == 1
    out = capsys.readouterr().out
    assert "read as x[n]: roll(x, 1) == x" in out and "it holds exactly if" in out
    assert (
        main(["prove", "--json", "--source", "old.py", "--source", "new.py", "x[n]: old.blur(x) == new.blur(x)"]) == 0
    )
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "proved" and record["reading"].startswith("x[n]: ")


def test_a_read_out_of_bounds_on_the_command_line(conv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is reported with file, line and the smallest sizes, as text and as JSON, status 2."""
    claim = "x[n]: differences(x) == x"
    where = "conv.py:25: 'i + 1' is out of range: index 1 of an axis with 1 entry at n = 1, i = 0"
    assert main(["prove", "--source", "conv.py", claim]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"error: {where}" and lines[1].strip() == "y[i] = x[i + 1] - x[i]"
    assert lines[2].strip() == "^^^^^" and lines[3] == f"  in the claim {claim}"
    assert main(["prove", "--source", "conv.py", "--json", claim]) == 2
    record = json.loads(capsys.readouterr().out)
    assert record["error"] == where and record["span"] is None and record["claim"] == claim


def test_files_and_latex_do_not_mix(conv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """LaTeX has no names for functions of files."""
    assert main(["prove", "--source", "conv.py", "--latex-input", "x[n]: x = x"]) == 2
    assert "claims in LaTeX call no functions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("head", "body", "value"),
    [
        ("S = 2", "x * S", "2*x"),
        ("S: int = -2", "x * S", "-2*x"),
        ("S, T = 2, 2 * 3", "x * S * T", "12*x"),
        ("K = (1, [2, 3])", "x * K[1][1]", "3*x"),
        ("import numpy as np\nK = np.array([[1, 2], [3, 4]])", "x * K[1, 0]", "3*x"),
        ("if __name__ == '__main__':\n    S = 5\nS = 2", "x * S", "2*x"),
        ("from math import sqrt", "x * sqrt(4)", "2*x"),
        ("S = 4", "[s * x for s in (S,)][0]", "4*x"),
        ("S = 2\nS = 3", "x * S", "3*x"),
        ("import numpy as np\nK = np.ones((2, 2)) / 4\nS = 8 * 1", "x * K[0, 1] * S", "2*x"),
        ("import numpy as np\ndef g(y):\n    return np.append(y, 0)\nimport numpy as np", "np.flip(np.flip(x))", "x"),
        ("try:\n    import numpy as np\nexcept ImportError:\n    np = None", "np.flip(np.flip(x))", "x"),
        ("import numpy as np\nfrom pylab import *", "np.flip(np.flip(x))", "x"),
        ("from numpy import *", "flip(flip(x))", "x"),
        ("C = {'a': 2, 'b': [1, 5]}", "x * C['a'] * C['b'][1]", "10*x"),
        ("def g(n):\n    return 2 * n\nK = g(3)", "x * K", "6*x"),
        ("twice = lambda v: 2 * v", "twice(x)", "2*x"),
        ("import jax, jax.numpy as jnp\nscaled = jax.vmap(jnp.multiply, in_axes=(0, None))", "scaled(x, 3)", "3*x"),
        ("import math", "x * math.sqrt(len(x)) * len(x) ** 0.5 / len(x)", "x"),
    ],
)
def test_constants_of_a_module(head: str, body: str, value: str) -> None:
    """Numbers, lists and literal arrays of a module are known in its functions."""
    source = f"{head}\ndef f(x):\n    return {body}\n"
    assert prove(from_source(source, "f")(x), parse(f"x[n]: {value} == x").links[0].left).verdict == "proved"


@pytest.mark.parametrize(
    ("head", "body", "message"),
    [
        ("S = 2\nS += 1", "x * S", "'S' is given a value more than once"),
        ("S = 2\nif True:\n    S = 4", "x * S", "'S' is given a value more than once"),
        ("if True:\n    S = 4", "x * S", "'S' is not a name that one statement gives a value"),
        ("for S in range(3):\n    pass", "x * S", "'S' is not a name that one"),
        ("[S := 3]", "x * S", "'S' is not a name that one"),
        ("with open('a') as S:\n    pass", "x * S", "'S' is not a name that one"),
        ("S = 2\ndef g():\n    global S\n    S = 9\ng()", "x * S", "'S' is given a value more than once"),
        ("def g(x):\n    return x\ng = abs", "g(x)", "'g' is given a value more than once"),
        ("def g(x):\n    return x\nimport math as g", "g(x)", "'g' is given a value more than once"),
        ("try:\n    import cupy\nexcept ImportError:\n    g = None", "g(x)", "'g' is bound where an import fails"),
        ("class g:\n    pass", "g(x)", "'g' does not take these arguments"),
        ("from pylab import *", "x * sum(x)", "'sum' may come from 'import \\*'"),
        ("def g(x):\n    return x\nfrom pylab import *", "g(x)", "'g' may be another one after 'import \\*'"),
        ("S = 2\ndef g(x, s=S):\n    return x * s\nS = 3", "g(x)", "'S' is given a value more than once"),
        ("S = 2\nK = S * 2\nS = 3", "x * K", "'S' is given a value more than once"),
        ("def g():\n    return 2\nK = g()\ndef g():\n    return 3", "x * K", "'g' is given a value more than once"),
        ("K = [1, 2]\nK[0] = 5", "x * K[0]", "'K' may be changed later on"),
        ("K = [1, 2]\nK.append(3)", "x * K[0]", "'K' may be changed later on"),
        ("import numpy as np\nK = np.array([1, 2])\nnp.fill_diagonal(K, 3)", "x * K[0]", "'K' may be changed later on"),
        ("import numpy as np\nnp.pi = 3", "x * np.pi", "'np' may be changed later on"),
        ("S = input()", "x * S", "'S' is no number or list of numbers"),
        ("from a import jit\n@jit\ndef g(x):\n    return x", "g(x)", "the decorator 'jit' is not understood"),
    ],
)
def test_names_of_a_module_that_are_not_sure(head: str, body: str, message: str) -> None:
    """A name that a module may bind or change in another way is refused with its line, never guessed."""
    with pytest.raises(SymconvError, match=message):
        from_source(f"{head}\ndef f(x):\n    return {body}\n", "f")(x)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(x):\n    return 2*x\nf = abs", "<text>:3: 'f' is given a value more than once"),
        ("async def f(x):\n    return x", "<text>:1: 'f' is not a name that one statement gives a value"),
        ("def g(x):\n    return x", "<text> has no function 'f'"),
        ("from a import d\n@d\ndef f(x):\n    return x", "<text>:2: the decorator 'd' is not understood"),
    ],
)
def test_functions_that_are_not_sure(source: str, message: str) -> None:
    """A function that the module replaces or wraps is not the one that is written."""
    with pytest.raises(SymconvError) as info:
        from_source(source, "f")(x)
    assert message in info.value.message


def test_a_compiled_function() -> None:
    """Compilers of Python leave a function's value as it is."""
    source = "import numba\n@numba.njit(cache=True)\ndef f(x, k=(1, 2)):\n    return x * k[1]\n"
    assert str(from_source(source, "f")(x)) == "x*2"


def doubled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A decorator that changes what a function returns."""

    @functools.wraps(function)
    def made(value: Any) -> Any:
        return 2 * function(value)

    return made


@doubled
def decorated(x: Any) -> Any:
    """Twice the argument."""
    return x


STEP = 2


def with_default(x: Any, step: Any = STEP) -> Any:
    """Every second entry, whatever STEP is later on."""
    return x[::step]


STEP = 3
KERNEL = np.array([1, 2])


def changes_a_constant(x: Any) -> Any:
    """Adds to an array of the module."""
    kernel = KERNEL
    kernel += 1
    return x * KERNEL[0]


def test_functions_of_a_running_program() -> None:
    """Decorators, defaults and arrays of a module mean what Python makes of them."""
    assert prove(from_python(decorated)(x), 2 * x).verdict == "proved"
    assert prove(from_python(with_default)(x), x[::2]).verdict == "proved"
    with pytest.raises(SymconvError, match="this view cannot be assigned to"):
        from_python(changes_a_constant)(x)


class _Late:
    """A timer whose time is over when it starts."""

    daemon = True

    def __init__(self, _: float, say: Callable[[], None]) -> None:
        self.start = say

    def cancel(self) -> None:
        pass


def test_the_command_line_says_what_it_does(
    conv: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a second: on the other stream, and nothing where the answer comes sooner."""
    claim = "x[n]: shifted(x) == roll(x, 1)"
    with monkeypatch.context() as at_once:
        at_once.setattr(proving_command.threading, "Timer", _Late)
        assert main(["prove", "--source", "conv.py", claim]) == 0
    said = capsys.readouterr().err
    assert "reading conv.py …" in said and f"deciding {claim} …" in said
    assert main(["prove", "--source", "conv.py", claim]) == 0
    assert capsys.readouterr().err == ""
