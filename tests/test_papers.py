"""Equations of documents, checked where they stand: what binds them, what is followed, what is told."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

# ruff: noqa: E501  (a document stands on one line)

pytest.importorskip("lark")

from symconv.cli import main
from symconv.limits import MAX_FILE
from symconv.publish.equation_words import Settings
from symconv.publish.file_checks import check_file

PAPER = Path(__file__).parent / "paper"


def checked(tmp_path: Path, text: str, name: str = "paper.tex", **settings: object) -> list[str]:
    """What is said of a document: claims, then lines and first lines of messages."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    report = check_file(path, Settings(**settings))  # type: ignore[arg-type]
    told = [
        f"{f.path.removeprefix(str(tmp_path) + os.sep)}:{f.line}: {f.message.splitlines()[0]}" for f in report.failures
    ]
    unread = [f"unread {line.splitlines()[0].removeprefix(str(tmp_path) + os.sep)}" for line in report.unread]
    return [str(report.claims), *(t.removeprefix(name + ":") for t in told), *unread]


SAME = r"x \ast k = k \ast x"
#: A document, and what is said of it.
DOCUMENTS = [
    (rf"\[ {SAME} \]", ["0"]),
    (f"% symconv: x[N], k[M]\n\n\\begin{{equation}}{SAME}\\end{{equation}}", ["1"]),
    (f"% symconv: x[N],\n%   k[M]\n$${SAME}$$", ["1"]),
    (f"Text % symconv: x[N], k[M]\n\\[{SAME}\\] \\[ k = x \\]", ["1"]),
    ("% symconv: x[N], k[M]\nwith $x = k$\n\\begin{align*} x \\ast k \\\\\n &= k \\ast x \\end{align*}", ["1"]),
    ("% symconv: x[N], k[M]\n\\begin{align} x \\ast k \\\\*[2pt]\n &= k \\ast x\\\\[-1.5ex] \\end{align}", ["1"]),
    ("% symconv: x[n], y[n]; expect refuted\n\\[ x = y \\]", ["1"]),
    ("% symconv: x[n], y[n]; expect refuted\n\\begin{align} x &= x \\\\ x &= y \\end{align}", ["2"]),
    ("% symconv: x[n]; expect refuted\n\\begin{align} x &= x \\\\ 2x &= x + x \\end{align}",
     ["2", "2: expected refuted, but all is proved"]),
    ("% symconv-declare: x[n], y[n]\n% symconv: expect refuted\n\\[ x = y \\]", ["1"]),
    ("% symconv-declare: x[n]\n% symconv: x_1[n], x_2[n]\n\\[ x_1 + x_2 = x_2 + x_1 \\]", ["1"]),
    ("% symconv: x[n], y[n] if x == y\n\\[ y = x \\]", ["1"]),
    ("% symconv-declare: x[n], y[m]\n% symconv: y[n] if x == y\n\\[ y = x \\]", ["1"]),
    ("\n% symconv: x[n], y[n]\n\n\\begin{equation}\\label{eq:a}\n x = y\\end{equation}",
     ["1", "4: eq:a: expected proved, but refuted: x[n], y[n]: x == y"]),
    ("% symconv-declare: a, b\n% symconv: expect refuted\n\\begin{align} a &= 1 \\intertext{times} a &= a \\end{align}", ["2"]),
    ("% symconv: x[n]; expect refuted\n\\[ x = x \\]", ["1", "2: expected refuted, but proved: x[n]: x == x"]),
    ("% symconv: x[n]\n\\begin{gather}\\label{a}\n x = z\n\\end{gather}", ["0", "3: error: a: unknown name 'z'"]),
    ("% symconv: x[n]\n\\newcommand{\\y}{z}\n\\[ x\n = \\y \\]", ["0", "4: error: unknown name 'z', in what '\\y' stands for"]),
    ("% symconv: x[n], x[m]\n\\[ x = x \\]", ["0", "1: error: 'x' is declared twice"]),
    ("% symconv: x[n] if z == x\n\\[ x = x \\]", ["0", "2: error: unknown name 'z'"]),
    ("% symconv: x[n]; expect true\n\\[ x = x \\]", ["0", "1: error: 'expect true' says nothing of an equation"]),
    ("% symconv: x[n]; base 2\n\\[ x = x \\]", ["0", "1: error: 'base 2' says nothing of an equation"]),
    ("% symconv-declare: x[n]; expect refuted", ["0", "1: error: a declaration has names with their sizes, and perhaps a base"]),
    ("% symconv: x[n]\n% symconv: y[n]\n\\[ y = y \\]", ["1", "1: error: no equation follows that this could be said of"]),
    ("% symconv: skip\n\\[ x = \\]\n% symconv: skip", ["0", "3: error: no equation follows that this could be said of"]),
    ("% symconv: x[n]\n\\end{document} \\[ x = x \\]", ["0", "1: error: no equation follows that this could be said of"]),
    ("\\[ x\n% symconv: x[n]\n = x \\]",
     ["0", "2: error: this comment stands inside of an equation; it is about the next one where it stands before"]),
    ("% Symconv: x[n]", ["0", "1: error: '% Symconv: x[n]' says nothing to symconv"]),
    ("% symconv (refuted): x[n]", ["0", "1: error: '% symconv (refuted): x[n]' says nothing to symconv"]),
    ("%% symconv_declare: x[n]", ["0", "1: error: '%% symconv_declare: x[n]' says nothing to symconv"]),
    ("% symconv is a program", ["0"]),
    ("% claim: x[n]: x == x\n%Claim (refuted): x[n]: x == x", ["1", "2: error: '%Claim (refuted): x[n]: x == x' states nothing"]),
    ("\\begin{equation} x = x", ["0", "1: error: '\\begin{equation}' is not closed"]),
    ("\\iffalse\n% symconv: x[n]\n\\fi \\begin{comment}\n% symconv: x[n]\n\\end{comment} \\verb|$$|", ["0"]),
    ("% symconv: x_1[n], x_2[n], \\hat{y}[n]\n\\[ x_1 + x_2 + \\hat y = \\hat{y} + x_{2} + x_1 \\]", ["1"]),
    ("\\ifx\\a\\b \\def\\y{x} \\fi\n% symconv: x[n]\n\\[ x = \\y \\]",
     ["0", "3: error: '\\y' is defined under a condition, and is not read"]),
    ("\\catcode`\\%=12", ["0", "1: error: '\\catcode' is not read"]),
]  # fmt: skip


@pytest.mark.parametrize("text, said", DOCUMENTS)
def test_comments_bind_equations(text: str, said: list[str], tmp_path: Path) -> None:
    """The next displayed equation, whatever it is written in; what binds nothing or says nothing is an error."""
    assert checked(tmp_path, text) == said


#: Definitions across a document.
DEFINED = [
    ("% symconv-declare: x[n], K[m]\n\\[ y = x \\ast K \\] \\[ y = K \\ast x \\]\n\\[ y[i] = (x \\ast K)[i] \\]", ["2"]),
    ("% symconv-declare: x[n], K[m]\n\\[ y = x \\ast K \\]\n% symconv: K[n]\n\\[ y = x \\ast K \\]",
     ["0", "4: error: 'y' is defined for K[m], and here stands K[n]"]),
    ("% symconv-declare: x[N], h[M]\n\\begin{align} v[n] &= x[n] \\ast h[n] \\\\ &= \\sum_k h[k] x[n-k] \\end{align}\n"
     "\\begin{equation}\\label{a} v[n] = \\sum_k h[k] x[n+k] \\end{equation}",
     ["2", "3: a: expected proved, but refuted: x[N], h[M]: convolve(x, h)[n] == sum(h[k]*x[k + n] for k in range(M))"]),
    ("\\newcommand{\\mat}[1]{\\mathbf{#1}}\n% symconv-declare: \\mat{W}[m,n], \\mat{z}[n]\n\\[ (\\mat{Wz})^\\top = \\mat z^\\top \\mat W^\\top \\]",
     ["1"]),
    ("% symconv-declare: x[n], y[n]\n\\begin{align} x &= x \\label{a} \\\\ x &= y \\nonumber \\\\ x &= 2y \\label{c} \\end{align}",
     ["3", "2: c: expected proved, but refuted: x[n], y[n]: x == 2*y", "2: expected proved, but refuted: x[n], y[n]: x == y"]),
    ("% symconv-declare: x[n], K[m]\n\\[ y = x \\ast K \\]\n% symconv: y[n]\n\\[ y = y \\]", ["1"]),
    ("% symconv-declare: f[N]\n\\[ \\sum_{k=0}^{N-1} 1 = N \\]", ["1"]),
    ("% symconv-declare: f[N], A[m,n]\n\\[ \\sum_{m} f[m] = \\operatorname{sum}(f) \\]", ["1"]),
]  # fmt: skip


@pytest.mark.parametrize("text, said", DEFINED)
def test_definitions_hold_from_there_on(text: str, said: list[str], tmp_path: Path) -> None:
    """With the declarations that they were made with, though an equation does not name these arrays."""
    assert checked(tmp_path, text, is_all=True) == said


def test_definitions_that_nothing_is_said_of_hold_too(tmp_path: Path) -> None:
    """An equation that is bound is a claim where the name on its left is defined before."""
    text = "% symconv-declare: x[N], h[M]\n\\[ y = x * h \\] \\[ z = \\foo \\]\n% symconv:\n\\[ y = h * x \\]\n"
    assert checked(tmp_path, text + "% symconv:\n\\[ y = x \\star h \\]") == [
        "2", "6: expected proved, but refuted: x[N], h[M]: convolve(x, h) == correlate(x, h)",
    ]  # fmt: skip
    report = check_file(tmp_path / "paper.tex")
    assert (report.definitions, report.notes) == (1, [])


#: What `--all` and `--inline` say of a document.
ALL = [
    ("% symconv-declare: x[n], y[n]\n\\[ x + y = y + x \\]\n\\[ x = z \\]\n\\[ x = y \\]",
     ["2", "4: expected proved, but refuted: x[n], y[n]: x == y", "unread paper.tex:3: unknown name 'z'"]),
    ("% symconv-declare: x[n], y[m]\n$n \\times m$ \\(\\foo\\) $x = x$ \\( y = y \\)\n\\[ x_m = x_m \\]", ["3"]),
    ("% symconv-declare: \\mathbf{A}[n,n], x1[n]\n\\[ \\mathbf{A} = \\mathbf{A} \\]\n% symconv-declare: n[K]\n\\[ n = n \\]", ["2"]),
    ("% symconv-declare: x[n]\n\\begin{align} 2x &= x + x \\\\\n &= x \\cdot 2 \\label{a}\\\\\n &= 3x \\label{b}\\\\\n &= 4x \\label{c}\\end{align}",
     ["1", "4: b: expected proved, but refuted: x[n]: 2*x == x + x == x*2 == 3*x == 4*x"]),
    ("{\\newcommand{\\x}{y}\n% symconv: y[n]\n\\[ \\x = \\x \\]}\n% symconv: y[n]\n\\[ \\x = y \\]",
     ["1", "5: error: unknown macro '\\x'"]),
]  # fmt: skip


@pytest.mark.parametrize("text, said", ALL)
def test_all_equations_are_tried(text: str, said: list[str], tmp_path: Path) -> None:
    """Each with what is declared of the names in it; what cannot be read is listed."""
    assert checked(tmp_path, text, is_all=True, is_inline=True) == said


def test_what_was_not_read_is_named_where_it_is_missed(tmp_path: Path) -> None:
    """An equation that lacks a name says which line could define it."""
    path = tmp_path / "paper.tex"
    path.write_text(
        "% symconv-declare: x[n]\n\\[ P = \\foo{x} \\]\n\\[ P x = x \\]\n\\[ x = \\foo{x} \\]\n\\[ x = Q \\]"
    )
    notes = [line.splitlines()[-1] for line in check_file(path, Settings(is_all=True)).unread]
    assert [note for note in notes if note.startswith("note")] == ["note: what could define 'P' in line 2 was not read"]


def test_files_are_followed_inside_the_root(tmp_path: Path) -> None:
    """Only there, links resolved, and only regular files of a bearable length that do not include themselves."""
    folder = tmp_path / "paper"
    (folder / "parts").mkdir(parents=True)
    (tmp_path / "outside.tex").write_text("% symconv: x[n]\n\\[ x = x \\]")
    (folder / "link.tex").symlink_to(tmp_path / "outside.tex")
    (folder / "inside.tex").symlink_to("parts/a.tex")
    (folder / "long.tex").write_text("x" * (MAX_FILE + 1))
    (folder / "parts" / "a.tex").write_text("% symconv: x[n]\n\\[ x = x \\]\n\\input{parts/b}\\endinput \\[")
    (folder / "parts" / "b.tex").write_text("% claim: x[n], y[n]: x == y\n\\input{parts/a}")
    os.mkfifo(folder / "pipe.tex")
    includes = ["inside", "../outside", "link", "missing", "|ls", "pipe", "/dev/zero", "long.tex", r"\jobname"]
    lines = [rf"\input{{{name}}}" for name in includes]
    said = checked(folder, "\n".join([*lines, r"\subfile{parts/a.tex} \import{parts/}{a}"]))
    assert said[0] == "6"
    assert sorted({line for line in said if not line.startswith("parts")}) == sorted(
        [
            "6",
            f"2: error: '../outside' is outside of {folder}",
            f"3: error: 'link' is outside of {folder}",
            "4: error: there is no file 'missing'",
            "5: error: '|ls' is a pipe, which is not read",
            "6: error: pipe.tex: This is no regular file",
            f"7: error: '/dev/zero' is outside of {folder}",
            f"8: error: long.tex: This file is longer than {MAX_FILE:,} characters",
            "9: error: '\\input' names no file",
        ]
    )
    cycle = "parts/b.tex:2: error: 'parts/a' includes itself"
    assert cycle in said and "parts/b.tex:1: expected proved, but refuted: x[n], y[n]: x == y" in said
    assert checked(folder, r"\input{../outside}", root=tmp_path) == ["1"]


def test_a_preamble_may_take_files_of_the_installation(tmp_path: Path) -> None:
    """Their absence is told, and what they define is unknown."""
    text = "\\input{glyphtounicode}\n\\begin{document}\n% symconv: x[n]\n\\[ x = \\y \\]\n\\end{document}"
    assert checked(tmp_path, text) == ["0", "4: error: unknown macro '\\y'"]
    report = check_file(tmp_path / "paper.tex")
    assert [note.partition(": ")[2] for note in report.notes] == [
        "there is no file 'glyphtounicode' here, and what it defines is not known"
    ]


MARKDOWN = r"""
```{symconv-declare} x[N], k[M]
```

```{symconv}
x[N], k[M]; expect proved
```
$$ x * k = k * x $$

```{code}
$$ x = k $$
```

```{symconv} x[n], y[n]
:expect: refuted
```
```{math}
:label: eq

x = y
```

```{symconv} x[n], y[n]
```
$$
x
 = y
$$ (eq:two)

```{symconv} skip
```
\begin{align}
 a
\end{align}

```{symconv} x[n]
```
"""
RST = r"""
.. symconv-declare:: x[N], k[M]

.. symconv:: x[N], k[M]

.. math:: x * k = k * x

.. symconv:: x[n], y[n]

.. math::
   :label: two

   x
   = y

.. symconv::

   x[n], z[m]

.. math::

   x
   = y
"""


def test_directives_bind_formulas(tmp_path: Path) -> None:
    """In Markdown and reStructuredText, with the words of the comments."""
    refuted = "expected proved, but refuted: x[n], y[n]: x == y"
    assert checked(tmp_path, MARKDOWN, "notes.md") == [
        "3", f"26: eq:two: {refuted}", "36: error: no equation follows that this could be said of",
    ]  # fmt: skip
    assert checked(tmp_path, RST, "notes.rst") == ["2", f"13: two: {refuted}", "23: error: unknown name 'y'"]


def test_a_paper_is_checked_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty equations with macros, sums from 1, definitions and files that are included."""
    start = time.process_time()
    assert main(["check", "--all", str(PAPER / "paper.tex")]) == 0
    assert capsys.readouterr().out == "32 claims, 2 definitions in 1 file as expected\n"
    assert time.process_time() - start < 5


#: A file of the paper, what a mistake is planted in place of, the mistake, and the label that it is found at.
MISTAKES = [
    ("paper.tex", r"A_{ij} B_{jk}", r"A_{ij} B_{kj}", "eq:matrix-matrix"),
    ("paper.tex", r"\mB\T \mA\T", r"\mA\T \mB\T", "eq:transposed"),
    ("paper.tex", r"\sum_{i=1}^{m} \sum_{j=1}^{n} A_{ij} B_{ij}.", r"\sum_{i=1}^{m} \sum_{j=1}^{n} A_{ij} B_{ji}.", "eq:frobenius"),
    ("sections/signals.tex", r"f[m]\, g[n-m]", r"f[m]\, g[n+m]", "eq:convolution"),
    ("sections/signals.tex", r"(f \conv g) \conv h \label", r"(f \conv g) \corr h \label", "eq:associative-convolution"),
    ("sections/signals.tex", r"\sum_{k=1}^{N} f_k^2", r"\sum_{k=2}^{N} f_k^2", "eq:energy-dot"),
    ("sections/images.tex", r"X_{i+u-1,j+v-1}", r"X_{i+u,j+v-1}", "eq:window"),
    ("sections/images.tex", r"\operatorname{sum}(X) \operatorname{sum}(K)", r"\operatorname{sum}(X)", "eq:mass"),
]  # fmt: skip


def test_mistakes_in_a_paper_are_found(tmp_path: Path) -> None:
    """Each with file, line and label, and nothing else."""
    folder = tmp_path / "paper"
    shutil.copytree(PAPER, folder)
    planted = set()
    for name, right, wrong, label in MISTAKES:
        text = (folder / name).read_text()
        assert text.count(right) == 1
        (folder / name).write_text(text.replace(right, wrong))
        planted.add((name, label))
    report = check_file(folder / "paper.tex", Settings(is_all=True))
    found = {(str(Path(f.path).relative_to(folder)), f.message.partition(": ")[0]): f for f in report.failures}
    assert {(name, label.removeprefix("error: ")) for name, label in found} == planted
