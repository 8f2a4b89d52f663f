"""Macros in LaTeX: what commands stand for, what is refused, and where errors point."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("lark")

from symconv import SymconvError, prove
from symconv.claims import Claim
from symconv.cli import main
from symconv.reading.latex.tex_sources.macros import expanded

#: Declarations, definitions, a formula, and its reading.
READ = [
    ("P[a,b], Q[b,a]", r"\newcommand{\tr}{\operatorname{tr}}", r"\tr(PQ) = \tr(QP)", "trace(P @ Q) == trace(Q @ P)"),
    ("P[k,k], z[k]", r"\newcommand\mP{\mathbf{P}}\newcommand*{\vz}{\mathbf{z}}",
     r"(\mP\vz)^\top \vz = \vz^\top \mP^\top\vz",
     "(P @ z).T @ z == z.T @ P.T @ z"),
    ("P[m,n], Q[m,n]", r"\newcommand{\inn}[2]{\langle #1, #2 \rangle_F}", r"\inn{P}{Q} = \inn QP",
     "frobenius(P, Q) == frobenius(Q, P)"),
    ("P[m,n]", r"\newcommand{\twice}[2][2]{#1 #2}", r"\twice P = \twice[2]{P}", "2*P == 2*P"),
    ("w[n], z[n]", r"\DeclareMathOperator*{\Diag}{diag}", r"\Diag(w) z = w \odot z", "diag(w) @ z == w*z"),
    ("P[k,k]", r"\DeclareMathOperator{\Sp}{\mathrm{tr}}", r"\Sp(P) = \Sp(P^\top)", "trace(P) == trace(P.T)"),
    ("p[n], q[n]", r"\def\T{^{\mathsf T}}", r"p\T q = q\T p", "p.T @ q == q.T @ p"),
    ("x[N], k[M]", r"\let\conv=* \def\both#1#2{#1\conv#2}", r"\both x k = \both kx",
     "convolve(x, k) == convolve(k, x)"),
    ("x[N], k[M]", r"\let\old\ast \renewcommand{\ast}{\old_{\mathrm{same}}}", r"x \ast k = x \ast k",
     'convolve(x, k, "same") == convolve(x, k, "same")'),
    ("x[N], k[M]", r"\providecommand{\star}{*}\providecommand{\conv}{\star}", r"x \conv k = x \star k",
     "correlate(x, k) == correlate(x, k)"),
    ("x[n]", r"\newcommand\two{2}\newcommand\half{1/2}", r"\frac\two4 x = \frac12 x", "1/2*x == 1/2*x"),
    ("X[n,n]", r"\newcommand{\X}{X}\newcommand{\up}{\top}", r"\overline\X^\up = X^{\up}", "conj(X).T == X.T"),
    ("x[n]", r"\iffalse \newcommand{\y}{x} \else \newcommand{\y}{2x} \fi", r"\y = x + x", "2*x == x + x"),
    ("x[n], y[n]", r"\newcommand{\s}[1]{#1 + #1}", r"\s{\s{x}} = \s y", "x + x + x + x == y + y"),
    ("x[N], k[M]", r"\newcommand{\conv}{\mathbin{\ast}}", r"\ensuremath{x \conv k} = k \conv x",
     "convolve(x, k) == convolve(k, x)"),
    ("x[N], k[M]", r"\newif\ifdraft \newcommand{\conv}{*} % a comment" "\n", r"x \conv k = k \conv x",
     "convolve(x, k) == convolve(k, x)"),
    ("x[n]", r"\newcommand{\y}{\ifmmode x\else$x$\fi}", r"\y + \y = 2 \y", "x + x == 2*x"),
]  # fmt: skip


@pytest.mark.parametrize("declare, macros, formula, reading", READ)
def test_macros_stand_for_what_they_say(declare: str, macros: str, formula: str, reading: str) -> None:
    """Before the formula, after the declarations, or apart."""
    claims = [
        Claim.from_latex(f"{declare}: {macros}\n{formula}"),
        Claim.from_latex(f"{macros}\n{declare}: {formula}"),
        Claim.from_latex(formula, declare, macros),
    ]
    assert {str(claim) for claim in claims} == {f"{declare}: {reading}"}


#: A text, the part that the error points at, and what it says.
REFUSED = [
    (r"p[n]: \def\a{\b}\def\b{\a} p = \a", r"\a", "itself"),
    (r"p[n]: \renewcommand{\star}{\star p} p \star p = p", r"\star", "itself"),
    (r"p[n]: \def\a#1{#1#1} p = \a\a", r"\a", "more than is read"),
    (r"p[n]: \def\a#1{#1#1#1#1#1#1#1#1#1} p = \a{\a{\a{\a{\a{\a p}}}}}", r"p}}", "more than is read"),
    (r"p[n]: \def\a(#1){#1} p = \a(p)", r"\a", "delimited parameters"),
    (r"p[n]: \edef\a{\p} p = \a", r"\a", r"defined by \edef"),
    (r"p[n]: \NewDocumentCommand{\a}{m}{#1} p = \a{p}", r"\a", r"defined by \NewDocumentCommand"),
    (r"p[n]: \ifx\x\y \def\a{p} \fi p = \a", r"\ifx", "is not read"),
    (r"p[n]: \newif\ifb \newcommand{\a}{\ifb p\else 2p\fi} p = \a", r"\a", "'\\ifb' is not read"),
    (r"p[n]: \catcode`\*=13 p = p", r"\catcode", "is not read"),
    (r"p[n]: \def\a{\csname p\endcsname} p = \a", r"\a", "is not read"),
    (r"p[n]: \newcommand{\a}[1]{#2} p = \a p", r"\newcommand{", "'#2' in what takes 1 argument"),
    (r"p[n]: \newcommand{\a}[1]{\def\b##1{##1}} p = \a p", r"\a", "parameters within parameters"),
    (r"p[n]: \newcommand{\a}[x]{p} p = \a", r"\newcommand", "no number of arguments"),
    (r"p[n]: \newcommand{a}{p} p = a", r"\newcommand", "defines a command, not 'a'"),
    (r"p[n]: \newcommand{\a}[1]{#1 p = p", "{#1", "'{' is not closed"),
    (r"p[n]: \newcommand{\a}[2]{#1} p = \a p", r"\a", "an argument of"),
    (r"p[n]: \foo p = p", r"\foo", r"unknown macro '\foo'"),
    (r"p[n]: \newcommand{\a}{p + \foo} p = \a + p", r"\a", r"'\foo', in what '\a' stands for"),
    (r"p[n], q[n]: \newcommand{\a}[1]{#1} \a{p + z} = q", "z} = q", "unknown name 'z'"),
    (r"p[n], q[m]: \newcommand{\a}[1]{#1} \a{p + q} = q", "p + q} = q", "sizes n and m differ"),
]  # fmt: skip


@pytest.mark.parametrize("text, place, said", REFUSED)
def test_errors_point_at_what_the_author_wrote(text: str, place: str, said: str) -> None:
    """A caret stands under the macro or the argument, never in what a macro stands for."""
    with pytest.raises(SymconvError) as error:
        prove(Claim.from_latex(text))
    assert said in error.value.message and error.value.text == text
    assert error.value.position is not None and text[error.value.position :].startswith(place)


def test_groups_end_definitions() -> None:
    """A definition holds to the end of its group, one by \\gdef beyond it."""
    assert expanded(r"{\def\a{1}\gdef\b{2}\a\b}\a\b\def\a{3}\a").text == r"{12}\a23"


def test_a_text_without_macros_stays_itself() -> None:
    """So do its comments and the places of its errors."""
    assert Claim.from_latex(text := "x[n]: x = x % so it is").text == text


def test_macros_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And from style files beside it; what is wrong there is told with file and line."""
    (tmp_path / "own.sty").write_text(
        "\\makeatletter\n\\def\\my@conv{*}\n\\catcode`\\%=12\n\\newcommand{\\conv}{\\my@conv}"
    )
    macros = tmp_path / "macros.tex"
    macros.write_text("\\usepackage{amsmath,own}\n\\newcommand{\\vx}{\\mathbf x}\n")
    arguments = ["--latex-input", "--macros", str(macros), r"\vx[N], k[M]: \vx \conv k = k \conv \vx"]
    assert main(["prove", *arguments]) == 0 and main(["derive", *arguments]) == 0
    assert "convolve(x, k) == convolve(k, x)" in capsys.readouterr().out
    macros.write_text("\n\\def\\a#2{x}")
    assert main(["prove", *arguments]) == 2
    macros.write_text("\n\\catcode`\\%=12")
    assert main(["prove", *arguments]) == 2
    assert f"{macros}:2: '\\catcode' is not read" in capsys.readouterr().err
    assert main(["prove", "--macros", str(macros), "x[n]: x == x"]) == 2
