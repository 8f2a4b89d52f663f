"""Mathematics of pages: LaTeX becomes MathML, or an error where it would not be shown as it is meant."""

from __future__ import annotations

import re

import pytest

from symconv.displays.tex import escape
from symconv.printing.as_mathml import MathError, mathml


@pytest.mark.parametrize(
    "tex",
    [
        r"A *_{\mathrm{valid}} K = A \star_{\mathrm{valid}} \operatorname{rot}_{180}(K)",
        r"\sum_{u=0}^{h-1}\sum\limits_{v=0}^{w-1} A_{m+u,n+v}\,K_{u,v}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\begin{bmatrix}1&0\\0&1\end{bmatrix}\begin{pmatrix}1\\2\end{pmatrix}",
        r"\begin{cases} 1 & \text{if } n \ge 0\\ 0 & \text{otherwise}\end{cases}",
        r"\langle X, Y\rangle_F = \operatorname{tr}(X^{\mathsf T} Y)",
        r"\left\lfloor \frac{h}{2}\right\rfloor",
        r"X \odot Y \otimes Z,\quad \overline{K},\ \bigl( x \bigr),\ K^\top,\ A'_{i}",
        r"P \iff Q",
        r"\underbrace{a+b}_{\text{both}}",
    ],
)
def test_mathematics_of_derivations_is_shown(tex):
    """Every construction that derivations use becomes MathML."""
    assert mathml(tex, block=True).startswith("<math")


@pytest.mark.parametrize(
    "tex",
    [
        r"\nosuchcommand x",
        r"\operatorname*{argmax}_x",
        r"{a",
        "a}",
        r"\left( a",
        "a & b",
        "a^",
        r"\begin{array}{c} a \end{array}",
        r"\begin{aligned}[t] a \end{aligned}",
        "a \u2318 b",
    ],
)
def test_mathematics_that_would_break_is_an_error(tex):
    """What docutils rejects, and what it silently garbles, is refused."""
    with pytest.raises(MathError):
        mathml(tex)


def test_the_label_of_a_brace_stands_below_it():
    """The label is attached as an underscript, not as a subscript at the side."""
    assert "<munder><munder>" in mathml(r"\underbrace{a}_{b}")


def test_two_indices_are_not_one_number():
    """The comma between digits separates."""
    assert "<mn>0</mn><mo>,</mo><mn>1</mn>" in mathml("A_{0,1}")


def test_a_line_over_a_formula_is_as_long_as_it():
    """\\overline is a border of what it is over, and a subscript stands beside it, not below."""
    assert re.search(r'<mrow style="border-top:[^"]*"><mrow><mi>a</mi><mo>\+</mo><mi>b</mi>', mathml(r"\overline{a+b}"))
    assert re.search(r'<msub><mrow style="border-top:[^"]*"><mi>a</mi></mrow><mi>k</mi>', mathml(r"\overline{a}_{k}"))


def test_names_with_underscores():
    """The underscore of an operator's name is shown as one."""
    assert ">avg_pool<" in mathml(r"\operatorname{avg\_pool}(X)")


def test_operator_names_stand_apart_from_a_factor():
    """As in TeX: a thin space after a factor, none after a relation or at a start."""
    assert "<mspace" in mathml(r"\operatorname{f}(K) \operatorname{g}(X)")
    assert "<mspace" not in mathml(r"\operatorname{f}(K) = \operatorname{g}(X)")
    assert "<mspace" not in mathml(r"a \cdot \operatorname{g}(X)")


def test_brackets_grow_only_where_told_to():
    """Angle brackets of an inner product stay small, those after left and right may grow."""
    assert mathml(r"\langle X\rangle_F").count('stretchy="false"') == 2
    assert "stretchy" not in mathml(r"\left\langle X\right\rangle_F")


@pytest.mark.parametrize("character", r'\{}$&#%_~^<>|"')
def test_special_characters_are_escaped(character):
    """No character of LaTeX's syntax goes through as it is."""
    assert escape(character) != character
