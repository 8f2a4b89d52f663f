"""Claims in LaTeX: what is read, what it is read as, and its verdict."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("lark")

from latex_read import INPUTS

from symconv import SymconvError, prove
from symconv.claims import Claim, parse
from symconv.cli import main


@pytest.mark.parametrize("text, verdict, reading", INPUTS)
def test_a_formula_is_read_and_decided(text: str, verdict: str, reading: str) -> None:
    """The reading is claim text for an equal claim, and the verdict is that of the formula."""
    claim = Claim.from_latex(text)
    assert str(claim) == reading
    assert parse(reading) == claim
    assert prove(claim).verdict == verdict


def test_there_are_enough_inputs() -> None:
    """At least 120 formulas, a third of them malformed or ambiguous."""
    from latex_refused import MALFORMED

    assert len(INPUTS) >= 80
    assert len(MALFORMED) >= 60


@pytest.mark.parametrize("declare", ["x[N], k[M]", r"x \in \mathbb{R}^N, k \in \mathbb{R}^{M}", "x[N], k[M] "])
def test_declarations_stand_before_a_colon_or_apart(declare: str) -> None:
    """Both ways give the same claim, in claim text as in LaTeX."""
    apart = Claim.from_latex("x * k = k * x", declare)
    assert (
        apart == Claim.from_latex(f"{declare}: x * k = k * x") == parse("x[N], k[M]: convolve(x, k) == convolve(k, x)")
    )


def test_an_error_of_the_prover_points_into_the_formula() -> None:
    """Sizes that cannot agree are shown where the formula has them."""
    claim = Claim.from_latex(r"X[3,4], Y[n,m]: X = Y \text{ if } n = 2")
    with pytest.raises(SymconvError) as info:
        prove(Claim.from_latex(r"X[n,m], Y[n,m]: X Y = X \text{ if } m = n + 1"))
    assert prove(claim).verdict == "refuted"
    assert info.value.text is not None and info.value.span is not None
    assert info.value.text[slice(*info.value.span)] == "X Y"


def test_the_command_line_shows_how_a_formula_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """`--latex-input` prints the reading, ranges that were left out included."""
    text = r"x[N]: \sum_u x_u = \operatorname{sum}(x)"
    assert main(["prove", "--latex-input", text]) == 0
    out = capsys.readouterr().out
    assert "proved" in out and text in out
    assert "  read as x[N]: sum(x[u] for u in range(N)) == sum(x)\n    u in range(N)  # from x[u]\n" in out


def test_the_reading_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` has the formula, the reading, and errors with their place."""
    assert main(["prove", "--latex-input", "--json", r"x[N]: x = \bar x", r"x[N]: x^{2 = x"]) == 2
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert good["claim"] == r"x[N]: x = \bar x" and good["reading"] == "x[N]: x == conj(x)"
    assert bad["span"] == [8, 9] and "not closed" in bad["error"]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (
            r"A[H,W], B[h,w]: \sum_u\sum_v A[m+u,n+v] B[u,v] = (A \star_{\mathrm{valid}} B)[m,n]",
            ("u in range(h)  # from B[u, v]", "v in range(w)  # from B[u, v]"),
        ),
        (r"f[N], g[M]: (f*g)[n] = \sum_{m=-\infty}^{\infty} f[n-m] g[m]", ("m in range(M)  # from g[m]",)),
        (r"f[N], g[M]: (f*g)[n] = \sum_{m=-\infty}^{N-1} f[m] g[n-m]", ("m in range(0, N - 1 + 1)  # 0 from f[m]",)),
        (r"f[N], g[M]: (f*g)[n] = \sum_{m=0}^{\infty} f[m] g[n-m]", ("m in range(0, N)  # from f[m]",)),
        (r"f[N], g[M]: (f*g)[n] = \sum_{m=0}^{N-1} f[m] g[n-m]", ()),
    ],
)
def test_ranges_that_are_left_out_are_told(text: str, taken: tuple[str, ...]) -> None:
    """The array that a range is taken from is named."""
    assert Claim.from_latex(text).taken == taken
