"""Chains of lines laid out: `align*` for LaTeX, Markdown, HTML with MathML, and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from symconv.derivations.reason_words import html_words, latex_words
from symconv.derivations.records import Chain
from symconv.errors import SymconvError
from symconv.limits import MAX_TAG, NARROW, TEXT_COLUMN
from symconv.printing.as_mathml import mathml
from symconv.printing.line_breaks import LINE, broken, width


def align(chain: Chain, reasons: str = "margin") -> str:
    r"""A chain as an `align*` block.

    Reasons stand at the right margin, below their line where there is no room, or as an \intertext before it.
    Raises `SymconvError` for another place.
    """
    if reasons not in ("margin", "intertext"):
        raise SymconvError(f"reasons cannot stand in {reasons!r}", hint='write "margin" or "intertext"')
    first, *rest = chain.steps
    opening = first.latex()
    lead = width(opening)
    lines = ["&= " + step.latex() for step in rest]
    wide = any(LINE - lead < width(line) <= LINE for line in lines)
    lead = lead if rest and lead <= NARROW and not wide and reasons == "margin" else 0.0
    rows = [] if lead else [broken(r"&\mathrel{\phantom{=}} " * bool(rest) + opening, LINE)]
    for step, line in zip(rest, lines, strict=True):
        line = broken(line, LINE - lead)
        line = f"{opening} {line}" if lead and not rows else line
        why = latex_words(step.why(is_latex=True))
        if why and reasons == "margin":
            line += rf" \tag*{{\footnotesize {_fitting(why)}}}"
        elif why:
            line = rf"\intertext{{{why}:}}" + "\n" + line
        rows.append(line)
    return "\n".join([*_heading(chain), r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def _fitting(words: str) -> str:
    """Words for the margin; many of them in several lines."""
    if len(re.sub(r"\\[a-z]+", "", words)) <= MAX_TAG:
        return words
    return rf"\parbox[t]{{0.6\linewidth}}{{\raggedleft {words}}}"


def _heading(chain: Chain) -> Iterator[str]:
    if chain.heading is not None:
        yield rf"\noindent {latex_words(chain.words(is_latex=True))}"
    if chain.given:
        shown = [given.latex for given in chain.given]
        side_by_side = sum(map(width, shown)) + 3 * len(shown) < LINE
        yield r"\begin{gather*}"
        yield (r", \quad " if side_by_side else ",\\\\\n").join(shown)
        yield r"\end{gather*}"


def markdown(chain: Chain) -> str:
    """A chain as Markdown with one display formula."""
    first, *rest = chain.steps
    rows = [rf"&\phantom{{{{}}={{}}}} {first.latex()}"]
    for step in rest:
        why = latex_words(step.why(is_latex=True))
        rows.append(rf"&= {step.latex()}" + (rf" && \text{{{why}}}" if why else ""))
    body = " \\\\\n".join(rows)
    given = "".join(f"$${shown.latex}$$\n\n" for shown in chain.given)
    title = f"{chain.title}\n\n" if chain.title else ""
    return f"{title}{given}$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def html(chain: Chain) -> str:
    """A chain as a table with MathML; raises `SymconvError` without the extra [docs]."""
    try:
        mathml("x")
    except ImportError:
        raise SymconvError("HTML needs docutils", hint='pip install "symconv[docs]"') from None

    told = [(mathml(rf"\displaystyle {s.latex()}"), html_words(s.why(is_latex=True))) for s in chain.steps]
    cells = [("=" if i else "", *shown) for i, shown in enumerate(told)]
    left = ' style="text-align:left"'  # notebooks align cells to the right
    rows = "".join("<tr>" + "".join(f"<td{left}>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    title = f"<p>{escape(chain.title)}</p>" if chain.title else ""
    given = "".join(f"<p>{mathml(shown.latex)}</p>" for shown in chain.given)
    return f'{title}{given}<table class="derivation">{rows}</table>'


def text(chain: Chain) -> str:
    """A chain for a terminal."""
    lines = [(step.text(), "".join(step.why())) for step in chain.steps]
    column = max((len(line) for line, _ in lines if len(line) <= TEXT_COLUMN), default=0)
    shown = [chain.title] if chain.title else []
    shown += map(str, chain.given)
    for i, (line, reason) in enumerate(lines):
        start = ("= " if i else "  ") + line.replace("\n", "\n  ")
        fits = len(line) <= column and "\n" not in line
        shown.append((f"{start:<{column + 5}}{reason}" if fits else f"{start}\n{'':<7}{reason}") if reason else start)
    return "\n".join(shown)


__all__ = ["align", "html", "markdown", "text"]
