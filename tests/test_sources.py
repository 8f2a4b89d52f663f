"""Claims in files: which are found, on which line, and what `symconv check` says of them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symconv.cli import main
from symconv.publish.blocks import MISSPELT, OPTIONS, WORDS
from symconv.publish.file_checks import check_file
from symconv.publish.report import FileReport
from symconv.publish.sources import stated_in

MARKDOWN = """\
```{claim}
:expect: refuted
:condition: x == y
x[n], y[n]: x == y
x[n],
  y[n]: x == y
```

````markdown
```{claim}
x[n]: shown, not stated
```
````

:::{note}
```{claim}
x[n]: x == x
```
:::
"""

RST = """\
.. claim::
   :expect: refuted

   x[n], y[n]: x == y

.. code-block:: rst

   .. claim::

      x[n]: shown, not stated

Literal::

   .. claim::

      x[n]: shown, not stated

.. note::

   .. claim::

      x[n]: x == x
"""

PYTHON = '''\
"""A module.

.. claim::

   x[n]: x == x
"""


def f():
    r"""
    ```{claim}
    y[n]: y == y
    ```
    """
    return ".. claim::\\n\\n   x[n]: a string, no docstring"
'''

LATEX = r"""
% claim: x[n], y[n]:
%    x + y == y + x
  % claim (refuted): x[n], y[n]: x == y
% a claim: this is prose
"""


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        (MARKDOWN, ".md", [(4, "refuted"), (5, "refuted"), (17, "proved")]),
        (RST, ".rst", [(4, "refuted"), (22, "proved")]),
        (PYTHON, ".py", [(5, "proved"), (12, "proved")]),
        (LATEX, ".tex", [(2, "proved"), (4, "refuted")]),
    ],
)
def test_claims_are_found_where_they_are_stated(text: str, suffix: str, expected: list[tuple[int, str]]) -> None:
    """Each language states claims in its own way, and code that shows one states none."""
    assert [(stated.line, stated.expect) for stated in stated_in(text, suffix)] == expected


def test_lines_that_continue_a_claim() -> None:
    """An indented line belongs to the claim before, in Markdown and in LaTeX."""
    assert stated_in(MARKDOWN, ".md")[1].text == "x[n], y[n]: x == y"
    assert stated_in(LATEX, ".tex")[0].text == "x[n], y[n]: x + y == y + x"


def test_the_condition_of_a_block() -> None:
    """The condition that an author states comes with every claim of the block."""
    assert [stated.condition for stated in stated_in(MARKDOWN, ".md")] == ["x == y", "x == y", None]


def test_files_whose_claims_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Claims that come out as expected are counted, status 0."""
    paths = [tmp_path / "a.md", tmp_path / "b.rst", tmp_path / "c.py", tmp_path / "d.tex"]
    for path, text in zip(paths, (MARKDOWN, RST, PYTHON, LATEX), strict=True):
        path.write_text(text.replace(":condition: x == y\n", ""), "utf-8")
    assert main(["check", *map(str, paths)]) == 0
    assert capsys.readouterr().out == "9 claims in 4 files as expected\n"


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("```{claim}\nx[n], y[n]: x == y\n```", 1, ":2: expected proved, but refuted"),
        ("\n```{claim}\nx[n]: x == z\n```", 2, ":3: error: unknown name 'z'"),
        ("```{claim}\n:expect: maybe\nx[n]: x == x\n```", 2, ":2: error: the option expect is one of proved"),
        ("```{claim}\n```", 2, ":1: error: an empty claim"),
    ],
)
def test_failures_name_file_and_line(
    text: str, status: int, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes out otherwise is reported with its place, and decides the exit status."""
    path = tmp_path / "notes.md"
    path.write_text(text, "utf-8")
    assert main(["check", str(path)]) == status
    output = capsys.readouterr()
    assert f"{path}{message}" in output.err
    assert output.out.endswith("1 failure\n")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.md", None, "No such file"),
        ("data.csv", b"x", "no claims are known in files '*.csv'"),
        ("latin.md", b"\xe9", "is not UTF-8 text"),
        ("broken.py", b"def (", "broken.py:1: error: "),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be read is an error, and the others are checked all the same."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    (tmp_path / "fine.tex").write_text(LATEX, "utf-8")
    assert main(["check", str(tmp_path / name), str(tmp_path / "fine.tex")]) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == "2 claims in 2 files, 1 failure\n"


def run(command: str) -> subprocess.CompletedProcess[str]:
    """A shell command in which `symconv` is the command line."""
    script = f'symconv() {{ "{sys.executable}" -m symconv "$@"; }}; {command}'
    return subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)


def test_a_reader_that_leaves_early() -> None:
    """`| head -1` ends the command without a word on standard error."""
    done = run("yes 'x[n], y[n]: x == y' | head -40 | symconv prove - | head -1")
    assert done.stdout.startswith("✗ refuted")
    assert not done.stderr


def test_closed_streams(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that are closed or empty are no reason for a traceback."""
    for stream in (None, io.TextIOWrapper(io.BytesIO())):
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["prove", "-"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("```{claim}\nx[n]: x == 2*x\n```\n"))
    assert main(["check", "-"]) == 1 and "-:2: expected proved" in capsys.readouterr().err
    done = run("symconv prove - <&- 2>&1; symconv prove 'x[n]: x == x' >&-")
    assert done.returncode == 0 and "Traceback" not in done.stdout + done.stderr


def test_options_and_notation_are_checked(tmp_path: Path) -> None:
    """What a build would refuse is a failure of the check as well, each with its line."""
    path = tmp_path / "page.md"
    path.write_text(
        "# T\n\n```{notation}\nflip: x\nflop: y\n```\n\n"
        "```{claim}\n:figure: windw at 0\n:derivation: maybe\n:foo: bar\nconvolve([1,2],[1]) == [1,2]\n```\n\n"
        "```{calc}\n:figure: window\nx[n]: x\n  == x\n```\n",
        "utf-8",
    )
    report = check_file(path)
    failures = report.failures
    assert report.claims == 2
    assert [(f.line, f.message.splitlines()[0]) for f in failures] == [
        (5, "error: notation: no entry is called 'flop'"),
        (10, "error: the option derivation is one of open, closed, none, not 'maybe'"),
        (
            11,
            "error: a claim block has no option foo; "
            + "it has name, expect, condition, derivation, using, caption, figure",
        ),
        (12, "error: no figure 'windw at 0'"),
        (16, "error: a calc block has no option figure; it has name, expect, derivation, caption"),
    ]
    assert {f.status for f in failures} == {2}


def test_a_figure_that_can_be_drawn_passes(tmp_path: Path) -> None:
    """A figure is asked for of the first claim of a block, as a build draws it."""
    path = tmp_path / "page.md"
    path.write_text("```{claim}\n:figure: window at 0\nconvolve([1,2],[1]) == [1,2]\nx[n]: x == x\n```\n", "utf-8")
    assert check_file(path) == FileReport(claims=2)


@pytest.mark.parametrize("kind", ["pipe", "device", "link"])
def test_what_is_no_regular_file_is_an_error(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pipes, devices and links to devices are refused before they are read."""
    path = tmp_path / "page.md"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/dev/zero")
    assert main(["check", "/dev/zero" if kind == "device" else str(path)]) == 2
    said = capsys.readouterr().err
    assert "error: " in said and said.count("\n") <= 2


@pytest.mark.parametrize(
    ("suffix", "line"),
    [
        (".tex", "% Claim: x[n]: x == 2*x"),
        (".tex", "% claim(proved): x[n]: x == 2*x"),
        (".tex", "% claims: x[n]: x == 2*x"),
        (".tex", "% claim refuted: x[n]: x == 2*x"),
        (".tex", "% CLAIM [proved] : x[n]: x == 2*x"),
        (".tex", "% claim x[n]: x == 2*x"),
        (".tex", "Text. % claim: x[n]: x == 2*x"),
        (".tex", "% symconv skip"),
        (".md", "```{claim}:\nx[n]: x == 2*x\n```"),
        (".rst", "..claim:: x[n]: x == 2*x"),
        (".rst", ".. claim::x[n]: x == 2*x"),
        (".md", "```claim\nx[n]: x == 2*x\n```"),
        (".md", "::: claim\nx[n]: x == 2*x\n:::"),
        (".md", "```{ claim }\nx[n]: x == 2*x\n```"),
        (".md", "```{claims}\nx[n]: x == 2*x\n```"),
        (".rst", ".. claim:\n\n   x[n]: x == 2*x"),
        (".rst", ".. claims::\n\n   x[n]: x == 2*x"),
    ],
)
def test_what_nearly_states_a_claim_is_an_error(tmp_path: Path, suffix: str, line: str) -> None:
    """A capital letter, a missing space, braces or a colon: nothing is skipped silently."""
    path = tmp_path / f"a{suffix}"
    path.write_text(f"{line}\n", "utf-8")
    (failure,) = check_file(path).failures
    assert (failure.line, failure.status) == (1, 2) and "hint: " in failure.message


def test_prose_about_claims_is_prose(tmp_path: Path) -> None:
    """Comments that only speak of claims are left alone."""
    path = tmp_path / "a.tex"
    path.write_text("% The claim: that is prose.\n% we claim nothing\n% claim (refuted): x[n]: x == 2*x\n", "utf-8")
    report = check_file(path)
    assert (report.claims, report.failures) == (1, [])


def test_files_without_claims_are_an_error_unless_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """A check of nothing is not a success."""
    path = tmp_path / "a.md"
    path.write_text("nothing\n", "utf-8")
    assert main(["check", str(path), str(path)]) == 2
    assert capsys.readouterr().err == "error: there are no claims in 1 file; --allow-empty takes that as it is\n"
    assert main(["check", "--allow-empty", str(path)]) == 0


def test_values_are_told_as_text(tmp_path: Path) -> None:
    """A counterexample with fractions has no LaTeX in the terminal."""
    path = tmp_path / "a.tex"
    path.write_text("% claim: x[n]: x/2 == x/3\n", "utf-8")
    (failure,) = check_file(path).failures
    assert "1/2 against 1/3" in failure.message


def test_every_block_has_a_directive_and_none_has_another_name() -> None:
    """What is called a block in the one table is read by a directive."""
    directives = pytest.importorskip("symconv.publish.directives")
    assert {*OPTIONS, *WORDS, *MISSPELT} == {*directives.DIRECTIVES}
