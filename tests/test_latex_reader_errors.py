"""Formulas that are not read: unknown notation, syntax, and whatever can be read in two ways."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("lark")

from latex_refused import MALFORMED
from latex_written import REFUSED

from symconv import SymconvError
from symconv.claims import Claim


def refused(text: str) -> SymconvError:
    """The error that a formula raises."""
    with pytest.raises(SymconvError) as info:
        Claim.from_latex(text)
    return info.value


@pytest.mark.parametrize("text, place, message, hint", MALFORMED)
def test_an_error_says_what_is_wrong_and_where(text: str, place: str, message: str, hint: str) -> None:
    """The message names the trouble, the carets stand under it, and the hint says what to write."""
    error = refused(text)
    assert error.message == message
    assert (error.hint or "") == hint
    assert error.span is not None and error.text == text
    assert text[slice(*error.span)] == place


@pytest.mark.parametrize("text, place, message, hint", REFUSED)
def test_what_can_be_misread_is_refused(text: str, place: str, message: str, hint: str) -> None:
    """Notations that could mean something else are errors that say what to write."""
    error = refused(text)
    assert message in error.message and hint in (error.hint or "")
    assert error.span is not None and text[slice(*error.span)].strip() == place


@pytest.mark.parametrize("text, place, message, hint", [case for case in MALFORMED if case[1].strip()])
def test_the_carets_stand_under_the_place(text: str, place: str, message: str, hint: str) -> None:
    """The printed error shows the formula with carets right under the place."""
    _, line, carets, *_ = str(refused(text)).split("\n")
    at = carets.index("^")
    assert place.startswith(line[at : at + len(carets.strip())])


@pytest.mark.parametrize(
    "text",
    [
        "x[n]: " + "(" * 1_000 + "x" + ")" * 1_000 + " = x",
        "x[n]: " + "{" * 5_000,
        "x[n]: " + r"\frac{" * 1_000 + "x" + "}{2}" * 1_000 + " = x",
        "x[n]: " + "+".join(["x"] * 2_000) + " = x",
        "x[n]: " + r"\odot ".join(["x"] * 1_000) + " = x",
        "x[n]: " + "x " * 4_000 + "= x",
        "x[n]: " + r"\sum_u " * 1_000 + "x_u = x",
        "x[n]: x" + "_{1" * 2_000,
        "x[n]: x" + r"^\top" * 1_500 + " = x",
        "x[n]: x" + "'" * 9_000 + " = x",
        "x[n]: x_{" + "+".join(["n"] * 1_000) + "} = 0",
        "x[n]: x_{" + "(" * 20 + "n" + ")" * 20 + "} = 0",
        "x[n]: x_{" + "m^{" * 12 + "2" + "}" * 12 + "} = 0",
        "x[n]: 1" + "0" * 9_000 + " x = x",
        "x[n]: " + r"\\" * 4_000,
        "x[n]: " + r"\begin{pmatrix}" * 500,
        "x[n]: " + "=".join(["x"] * 4_000) + "=",
        "x[n]: " + r"\lnot " * 1_500 + "x = x",
        "x[n]: x = x \\text{ if } " + r"\lnot " * 1_200 + "n = 2",
        "x[n]: " + "." * 9_000,
        "x[n]: " + "," * 9_000,
        "x[n]: x = x" + " " * 10_000,
        "x[n]," * 1_500 + ": x = x",
        "x[n]: " + ":" * 9_000,
        "x[n]: \\mathrm{" + "b" * 9_000 + "} = x",
    ],
    ids=lambda text: f"{text[:24]!r}…{len(text)}",
)
def test_long_and_deep_formulas_are_refused_quickly(text: str) -> None:
    """Limits on length and depth give an ordinary error, with a message that can be read."""
    Claim.from_latex(r"x[n]: x_{n-1} = x_{n-1}")
    started = time.process_time()
    error = refused(text)
    assert time.process_time() - started < 3
    assert error.span is not None
    assert len(str(error)) < 600


@pytest.mark.parametrize("text", [None, 3, b"x = x"])
def test_a_formula_is_a_text(text: object) -> None:
    """Anything else than text is refused."""
    with pytest.raises(SymconvError, match="a claim is a text"):
        Claim.from_latex(text)  # type: ignore[arg-type]
