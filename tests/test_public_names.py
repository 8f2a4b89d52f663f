"""The package's names: typed, completable, imported when they are asked for; assertions for test suites."""

from __future__ import annotations

import importlib.util
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symconv
from symconv.errors import ClaimError, SymconvError
from symconv.testing import assert_equivalent, assert_proved, assert_refuted

ROOT = Path(symconv.__file__).parent.parent


def test_the_stub_is_what_the_registry_says() -> None:
    """`__init__.pyi` is what `docs/write_stubs.py` writes."""
    spec = importlib.util.spec_from_file_location("write_stubs", ROOT / "docs" / "write_stubs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "symconv" / "__init__.pyi").read_text("utf-8") == module.stubs()


def test_every_name_is_there_and_nothing_is_imported_for_it_before() -> None:
    """`dir`, `import *` and attributes agree; the import alone takes neither SymPy nor NumPy."""
    assert {"prove", "convolve", "Tensor", "lax", "SymconvError"} <= set(dir(symconv))
    assert not {"REGISTRY", "Any"} & set(dir(symconv))
    assert all(getattr(symconv, name) is getattr(symconv, name) for name in symconv.__all__)
    script = "import sys, symconv; print({'sympy', 'numpy', 'islpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_help_describes_an_operator_as_a_function() -> None:
    """Its signature and its docstring, not the class that it is an object of."""
    shown = pydoc.plain(pydoc.render_doc(symconv.convolve))
    assert "convolve(a, k, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr" in shown
    assert "Cross-correlation" not in shown and "Operator(" not in shown
    assert repr(symconv.convolve) == "<operator convolve(a, k, mode='full')>"


def turned(x, k):  # type: ignore[no-untyped-def]
    """A convolution by loops."""
    y = [0] * (len(x) - len(k) + 1)
    for i in range(len(y)):
        for j in range(len(k)):
            y[i] += x[i + j] * k[len(k) - 1 - j]
    return y


def slid(x, k):  # type: ignore[no-untyped-def]
    """A correlation by loops."""
    y = [0] * (len(x) - len(k) + 1)
    for i in range(len(y)):
        for j in range(len(k)):
            y[i] += x[i + j] * k[j]
    return y


def test_assertions_pass_or_tell_the_whole_answer() -> None:
    """What comes out otherwise is an AssertionError with counterexample and condition."""
    assert assert_proved("x[n]: flip(flip(x)) == x").verdict == "proved"
    assert_refuted("x[n], k[m]: convolve(x, k) == correlate(x, k)", condition="flip(k) == k")
    assert_equivalent(slid, slid, "x[n], k[m] if n >= m")
    with pytest.raises(ClaimError, match="(?s)counterexample: n=2, m=2.*holds exactly if k == flip"):
        assert_equivalent(slid, turned, "x[n], k[m] if n >= m")
    with pytest.raises(AssertionError, match="the exact condition m == 1, but it is k == flip"):
        assert_refuted("x[n], k[m]: convolve(x, k) == correlate(x, k)", condition="m == 1")
    with pytest.raises(AssertionError, match="expected refuted"):
        assert_refuted("x[n]: x == x")
    for first, declared in ((3, "x[n]"), (slid, "x[n, k[m]"), ("nowhere.py:f", "x[n]")):
        with pytest.raises(SymconvError):
            assert_equivalent(first, slid, declared)  # type: ignore[arg-type]


USE = """
import symconv
from symconv import Tensor, convolve, prove, sizes
N, M = sizes("N M")
x, k = Tensor("x", N), Tensor("k", M)
result = prove("x[n]: x == x")
print(result.verdict, result.condition, convolve(x, k, "valid").shape, symconv.lax.rev(x, (0,)))
result.verdit
symconv.convolv(x, k)
convolve(x, k, "vald")
symconv.correlate(x)
prove()
assert result.verdict != "prooved"
result.check("refutd")
"""

#: Type checkers, and the lines that they find. Pyright does not look at comparisons with words that never occur.
CHECKERS = (
    (["mypy", "--strict", "--no-error-summary"], [8, 9, 10, 11, 12, 13, 14]),
    (["pyright"], [8, 9, 10, 11, 12, 14]),
)


@pytest.mark.long
@pytest.mark.parametrize("checker, lines", CHECKERS)
def test_a_type_checker_finds_what_is_misspelt(checker: list[str], lines: list[int], tmp_path: Path) -> None:
    """It finds the mistakes in a user's file and nothing else."""
    pytest.importorskip(checker[0])
    (tmp_path / "use.py").write_text(USE, "utf-8")
    run = subprocess.run([sys.executable, "-m", *checker, "use.py"], cwd=tmp_path, capture_output=True, text=True)
    wrong = dict.fromkeys(re.findall(r"use\.py:(\d+):.*\berror", run.stdout))
    assert [int(line) for line in wrong] == lines, run.stdout
