"""Claims in LaTeX: what is read, what it is read as, and its verdict."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("lark")

from latex_decorated import DECORATED
from latex_read import INPUTS
from latex_textbooks import TEXTBOOKS
from latex_written import READ, SEVERAL

from symconv import SymconvError, prove
from symconv.claims import Claim, parse
from symconv.claims.definitions import Definition
from symconv.cli import main
from symconv.reading.latex import read_all


@pytest.mark.parametrize("text, verdict, reading", [*INPUTS, *READ])
def test_a_formula_is_read_and_decided(text: str, verdict: str, reading: str) -> None:
    """The reading is claim text for an equal claim, and the verdict is that of the formula."""
    claim = Claim.from_latex(text)
    assert str(claim) == reading
    assert parse(reading) == claim
    assert prove(claim).verdict == verdict


@pytest.mark.parametrize("declare, text, expected", [*TEXTBOOKS, *DECORATED])
def test_a_formula_of_a_textbook_is_read_as_it_stands(declare: str, text: str, expected: str) -> None:
    """Its last claim is proved or refuted, or there are only definitions; or all is an error."""
    try:
        claims = [one for one in read_all(text, declare) if isinstance(one, Claim)]
    except SymconvError:
        assert expected == "error"
    else:
        assert (prove(claims[-1]).verdict if claims else "definition") == expected


@pytest.mark.parametrize("text, readings", SEVERAL)
def test_formulas_of_one_text_are_read_one_by_one(text: str, readings: list[str]) -> None:
    """Rows and what commas separate are claims or definitions, which those after them use."""
    stated = read_all(text)
    assert [str(one) for one in stated] == readings
    assert all(prove(one).verdict == "proved" for one in stated if isinstance(one, Claim))
    if not isinstance(stated[0], Claim):
        assert all(one.uses == (stated[0].name,) for one in stated[1:])


def test_definitions_last_for_other_texts() -> None:
    """What one formula defines can be handed to the next ones."""
    definitions = [d for d in read_all("x[N], h[M]: y = x * h") if isinstance(d, Definition)]
    (claim,) = read_all("y = h * x", "x[N], h[M]", definitions=definitions)
    assert str(claim) == "x[N], h[M]: convolve(x, h) == convolve(h, x)"
    assert claim.taken == ("y = convolve(x, h), as defined",)


def test_the_command_line_answers_definitions(capsys: pytest.CaptureFixture[str]) -> None:
    """A definition is no claim: it has its name and is fine."""
    assert main(["prove", "--latex-input", "--json", r"x[N]: y = 2 x, \quad y = x + x"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["verdict"], first["name"], first["reading"]) == ("definition", "y", "y = 2*x")
    assert second["verdict"] == "proved" and second["taken"] == ["y = 2*x, as defined"]
    assert main(["prove", "--latex-input", "x[N]: y = 2 x"]) == 0
    assert "definition" in capsys.readouterr().out


def test_indices_start_where_it_is_said() -> None:
    """`--base` decides where a formula does not, and contradicts none."""
    text = r"x[n], k[3]: (x \star_{\mathrm{valid}} k)_i = \sum_{u} x_{i+u-1} k_u"
    assert prove(Claim.from_latex(text, base=1)).verdict == "proved"
    assert prove(Claim.from_latex(text, base=0)).verdict == "refuted"
    for base, formula in ((0, r"x[n]: \sum_{i=1}^n x_i = 0"), (1, r"x[n]: \sum_{i=0}^{n-1} x_i = 0")):
        with pytest.raises(SymconvError):
            Claim.from_latex(formula, base=base)


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
