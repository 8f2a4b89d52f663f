"""The command line: output, JSON, exit statuses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import symconv.results
from symconv import __version__
from symconv.claims import parse
from symconv.cli import main
from symconv.displays.json_record import array_data
from symconv.kernel.verdicts import Unknown
from symconv.results import Result

PROVED = 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")'
REFUTED = 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")'
SHAPE = "X[n,n], Y[n,n]: dot(X, Y.T) == frobenius(X, Y)"
FUNCTION = "x[n], f(): f(x) == x"
CHAIN = "X[n,m], Y[n,m]: frobenius(X, Y) == dot(ravel(X), ravel(Y)) == dot(ravel(X), vec(Y))"
MALFORMED = "x[n]: x == y"
KEYS = [
    "claim",
    "verdict",
    "reason",
    "scope",
    "condition",
    "counterexample",
    "chains",
    "checked",
    "checked_up_to",
    "elapsed_ms",
]


def unknown(text: str, timeout: float | None = None) -> Result:
    """A result that leaves a claim open."""
    why = "the sum has no closed form"
    return Result(Unknown(parse(text), reason=why, checked_up_to=4, elapsed_ms=12.34567))


def test_a_proved_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """A proof is reported with what it assumes, status 0."""
    assert main(["prove", PROVED]) == 0
    first, second, *compared = capsys.readouterr().out.splitlines()
    assert all(line.startswith("  checked with NumPy at ") for line in compared) and len(compared) < 2
    assert first.startswith(f"✓ proved  {PROVED}  (") and first.endswith(" ms)")
    assert second == "  assuming H >= h, W >= w"


def test_a_proof_of_few_sizes_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The headline names the sizes that are left, and so does JSON; a size that is an index is warned of."""
    few = 'a[N], v[M]: correlate(a, v, "valid") == flip(correlate(v, a, "valid"))'
    assert main(["prove", few]) == 0
    assert capsys.readouterr().out.startswith(f"✓ proved, but only where M == N  {few}")
    main(["prove", "--json", few])
    assert json.loads(capsys.readouterr().out)["scope"]["warnings"] == ["only where M == N"]
    narrow, told = "x[N]: sum(x[n-k] for k in range(N)) == sum(x)", "only where n + 1 == N"
    main(["prove", narrow])
    assert capsys.readouterr().out.startswith(f"✓ proved, but {told}  {narrow}")
    main(["prove", "--json", narrow])
    assert json.loads(capsys.readouterr().out)["scope"]["warnings"] == [told]
    assert main(["prove", f"{narrow} + 1"]) == 1
    assert capsys.readouterr().out.startswith("✗ refuted  x[N]")
    main(["prove", "x[n], h[m]: convolve(x, h)[n] == convolve(h, x)[n]"])
    assert "  warning: n is a size: convolve(x, h)[n] is one entry" in capsys.readouterr().out


def test_a_refuted_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """A refutation shows the counterexample and the exact condition, status 1."""
    assert main(["prove", REFUTED]) == 1
    output = capsys.readouterr().out
    assert output.startswith("✗ refuted")
    assert "counterexample: H=1, W=2, h=1, w=2, entry [0, 0]" in output
    assert "    K = [[" in output and "    left " in output
    assert "it holds exactly if K == flip(K)" in output


def test_it_is_said_where_no_condition_was_found(capsys):
    """A refuted equation has an exact condition, or says that it has none and why."""
    assert main(["prove", "x[n], f(): f(x) == x"]) == 1
    assert "no exact condition was found: no condition of the kinds that are tried" in capsys.readouterr().out
    assert main(["prove", "x[n]: x != x"]) == 1
    assert "exact condition" not in capsys.readouterr().out


def test_sides_of_different_shape(capsys: pytest.CaptureFixture[str]) -> None:
    """A difference of shapes is said in words, with both shapes."""
    assert main(["prove", SHAPE]) == 1
    output = capsys.readouterr().out
    assert "the shapes differ" in output and "left (1, 1), right ()" in output


def test_a_chain_says_which_link_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a chain, the link that fails is shown."""
    assert main(["prove", CHAIN]) == 1
    assert "at the link dot(ravel(X), ravel(Y)) == dot(ravel(X), vec(Y))" in capsys.readouterr().out


def test_an_unknown_claim(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left open is reported with the reason and how far it was checked, status 3."""
    monkeypatch.setattr(symconv.results, "prove", unknown)
    assert main(["prove", PROVED]) == 3
    output = capsys.readouterr().out
    assert output.startswith("? unknown") and "no closed form" in output and "all sizes up to 4" in output


@pytest.mark.parametrize("as_json", [False, True])
def test_the_time_limit(as_json: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that takes too long is unknown, also where the prover does not look at the clock."""

    def busy(text: str, timeout: float) -> None:
        while True:
            pass

    monkeypatch.setattr(symconv.results, "prove", busy)
    assert main(["prove", PROVED, "--timeout", "0.05", *["--json"] * as_json]) == 3
    output = capsys.readouterr().out
    assert "no answer within 0.05 s" in output
    if as_json:
        assert list(json.loads(output)) == KEYS


@pytest.mark.parametrize("failure, status", [(RecursionError("deep"), 2), (KeyError("lost"), 3), (MemoryError(), 3)])
def test_a_defect_is_no_traceback(
    failure: Exception, status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong inside is an error that says so."""

    def broken(text: str, timeout: float | None = None) -> None:
        raise failure

    monkeypatch.setattr(symconv.results, "prove", broken)
    assert main(["prove", PROVED]) == status
    assert capsys.readouterr().err.startswith("error: ")


def test_malformed_input(capsys: pytest.CaptureFixture[str]) -> None:
    """An error stands on standard error with a caret and a hint, status 2."""
    assert main(["prove", MALFORMED]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert lines[:3] == ["error: unknown name 'y'", f"  {MALFORMED}", "  " + " " * MALFORMED.index("y") + "^"]
    assert lines[3].startswith("hint: ")


@pytest.mark.parametrize(
    "text, message",
    [
        ("X[n,p], Y[q,m]: X @ Y == X @ Y", "p and q"),
        ("x[n], k[m]: x == x if n > 5 and n < 4", "vacuous"),
        ("x[n]: " + "(" * 1_000 + "x" + ")" * 1_000 + " == x", "nested too deeply"),
        ("x[n]: x == x" + " " * 200_000, "characters"),
    ],
)
def test_errors_of_every_stage_look_alike(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Ill-typed shapes, vacuous assumptions and texts beyond all limits are errors with the claim, status 2."""
    assert main(["prove", text]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and message in error and len(error.splitlines()) >= 2


@pytest.mark.parametrize(
    "claims, status",
    [([PROVED], 0), ([PROVED, REFUTED], 1), ([REFUTED, MALFORMED, PROVED], 2), ([PROVED, PROVED], 0)],
)
def test_the_worst_status_wins(claims: list[str], status: int) -> None:
    """Of several claims, malformed comes before refuted, refuted before unknown, unknown before proved."""
    assert main(["prove", *claims]) == status


def test_unknown_comes_before_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something unknown and something malformed is malformed."""
    monkeypatch.setattr(symconv.results, "prove", unknown)
    assert main(["prove", PROVED, PROVED]) == 3
    monkeypatch.undo()
    assert main(["prove", PROVED, MALFORMED]) == 2


@pytest.mark.parametrize("text", [PROVED, REFUTED, SHAPE, FUNCTION, "1/2 == 1/2", "x[n] complex: x == conj(x)"])
def test_json_has_the_promised_form(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each claim is one object on one line, with exactly the promised keys and kinds of values."""
    status = main(["prove", "--json", text])
    (line,) = capsys.readouterr().out.splitlines()
    data = json.loads(line)
    assert list(data) == KEYS
    assert data["claim"] == text
    assert data["verdict"] == ("proved", "refuted")[status]
    assert list(data["scope"]) == ["sizes", "assumptions", "warnings"] and data["scope"]["sizes"] == "all"
    assert isinstance(data["elapsed_ms"], float)
    for chain in data["chains"]:
        first, *steps = chain["steps"]
        assert list(chain) == ["title", "steps"] and first["rule"] is None and "verified" not in first
        assert all(list(step) == ["latex", "rule", "verified"] and step["verified"] is True for step in steps)
    if status == 1:
        assert list(data["counterexample"])[:5] == ["sizes", "index", "arrays", "lhs", "rhs"]
    else:
        assert data["counterexample"] is None


def test_json_of_a_counterexample(capsys: pytest.CaptureFixture[str]) -> None:
    """A counterexample holds sizes, index, arrays as nested lists and both sides."""
    main(["prove", "--json", REFUTED])
    data = json.loads(capsys.readouterr().out)
    assert data["condition"] == "K == flip(K)"
    found = data["counterexample"]
    assert found["sizes"] == {"H": 1, "W": 2, "h": 1, "w": 2} and found["index"] == [0, 0]
    assert np.shape(found["arrays"]["A"]) == (1, 2) and found["lhs"] != found["rhs"]


def test_json_shows_the_function_that_was_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """A counterexample to a claim about f gives the values of f that it uses."""
    main(["prove", "--json", FUNCTION])
    found = json.loads(capsys.readouterr().out)["counterexample"]
    (argument,) = found["arrays"]["x"]
    assert found["functions"]["f"][str(argument)] == found["lhs"]


def test_json_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """An error is an object too, with the place and the hint; the other claims are answered."""
    assert main(["prove", "--json", MALFORMED, PROVED]) == 2
    captured = capsys.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    assert captured.err == ""
    assert first["error"] == "unknown name 'y'" and first["span"] == [11, 12] and first["hint"]
    assert second["verdict"] == "proved"


def test_latex_is_added(capsys: pytest.CaptureFixture[str]) -> None:
    """--latex prints the claim and its derivation in LaTeX."""
    main(["prove", "--latex", PROVED])
    output = capsys.readouterr().out
    assert "\\mathrm{valid}" in output and "\\begin{align*}" in output
    main(["prove", "--latex", "--json", PROVED])
    assert "\\mathrm{valid}" in json.loads(capsys.readouterr().out)["latex"]


def test_arrays_for_json() -> None:
    """Numbers that JSON cannot hold are strings; large arrays are sparse."""
    from fractions import Fraction

    assert array_data([Fraction(1, 2), 2, 1.5, 2.0, 1j, 3 + 0j, 10**30]) == ["1/2", 2, 1.5, 2, "1j", 3, 10**30]
    large = np.zeros((40, 40), dtype=object)
    large[3, 4] = Fraction(1, 3)
    assert array_data(large) == {"shape": [40, 40], "nonzero": [[[3, 4], "1/3"]]}
    assert array_data(np.int64(3)) == 3


def test_claims_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads a claim a line; indented lines continue a claim, lines that begin with # are comments."""
    text = "# two claims\nx[n], y[n]:\n  x + y == y + x\n\nx[n]: x == \u03b1\n".encode() + b"\xff[n]: 1 == 1\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["prove", "-"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("✓ proved  x[n], y[n]: x + y == y + x")
    assert "unknown name 'α'" in captured.err and "U+DCFF" in captured.err


@pytest.mark.parametrize("style, sign", [("text", "= "), ("latex", "align*"), ("markdown", "$$")])
def test_derive_tells_the_proof(style: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A derivation is printed in the notation that is asked for."""
    assert main(["derive", PROVED, "--format", style]) == 0
    output = capsys.readouterr().out
    assert sign in output and "definition of convolution" in output


def test_derive_in_a_notation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries of the notation table are taken from the command line, from files, and for chains of lines."""
    table = tmp_path / "table"
    table.write_text("convolution: \\circledast\n", "utf-8")
    chosen = ["--format", "latex", "--notation", str(table), "--notation", "indices: u=r"]
    assert main(["derive", PROVED, *chosen]) == 0
    told = capsys.readouterr().out
    assert r"A \circledast_{\mathrm{valid}} K" in told and r"\sum_{r=0}" in told and "\\sum_{u" not in told
    assert main(["calc", "x[n], k[m]: convolve(x, k)\n  == convolve(k, x)", *chosen]) == 0
    assert r"x \circledast k" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "error"),
    [("convulution: a", "did you mean convolution?"), ("nowhere", "no entry and no file"), ("flip: {", "is no symbol")],
)
def test_a_notation_that_cannot_be_read(entry: str, error: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no entry of the table is an error with a hint, status 2."""
    assert main(["derive", PROVED, "--notation", entry]) == 2
    assert error in capsys.readouterr().err


def test_derive_of_a_refuted_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """What is refuted has the status of that, and something is told."""
    assert main(["derive", SHAPE]) == 1
    assert capsys.readouterr().out.strip()


def test_derive_of_a_malformed_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """A malformed claim is an error as in `prove`."""
    assert main(["derive", MALFORMED]) == 2
    assert "unknown name 'y'" in capsys.readouterr().err


def test_build_reports_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that does not exist is an error, status 2."""
    assert main(["build", str(tmp_path / "none"), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_build_has_the_status_of_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A claim that does not come out as expected gives status 1 with file and line."""
    pytest.importorskip("myst_parser")
    (tmp_path / "page.md").write_text(f"# Page\n\n```{{claim}}\n{REFUTED}\n```\n", "utf-8")
    assert main(["build", str(tmp_path), "-o", str(tmp_path / "out"), "--no-pdf"]) == 1
    assert "page.md:4: expected proved, but refuted" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["prove"], ["prove", PROVED, "--timeout", "-1"], ["prove", PROVED, "--timeout", "x"], ["play"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong arguments end with status 2 and the usage."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: symconv" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version, status 0."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"symconv {__version__}\n"


def run(*arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, "-m", "symconv", *arguments], capture_output=True, env=environment, timeout=60
    )


def test_a_terminal_without_unicode() -> None:
    """Where the encoding has no check mark, a plain sign stands in for it."""
    done = run("prove", "α[n]: α == α", encoding="ascii")
    assert done.returncode == 0
    assert done.stdout.startswith(b"+ proved  \\u03b1[n]: ")


def test_nothing_heavy_is_imported() -> None:
    """`prove` imports neither SciPy nor torch, Sphinx or matplotlib: they would double the start-up time."""
    script = (
        "import sys; from symconv.cli import main; main(['prove', sys.argv[1]]);"
        "print(*{'scipy', 'torch', 'sphinx', 'matplotlib', 'docutils', 'einops', 'lark'} & set(sys.modules))"
    )
    for text in (PROVED, REFUTED):
        done = subprocess.run([sys.executable, "-c", script, text], capture_output=True, timeout=60)
        assert done.stdout.splitlines()[-1].strip() == b""


def test_a_closed_pipe_is_no_error() -> None:
    """Output that nobody reads any more ends the command quietly."""
    command = f"{sys.executable} -m symconv prove {' '.join(['1 == 1'.join(chr(39) * 2)] * 300)} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr


def test_colour_is_for_terminals_and_for_who_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict is coloured with FORCE_COLOR, and NO_COLOR has the last word."""
    assert main(["prove", "x[n]: x == 2*x"]) == 1 and "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["prove", "x[n]: x == 2*x", "x["]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("\x1b[31m✗ refuted\x1b[0m  x[n]") and said.err.startswith("\x1b[31merror:\x1b[0m ")
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["prove", "x[n]: x == x"]) == 0 and "\x1b" not in capsys.readouterr().out
