"""Claims as HTML with MathML; no script, nothing loaded."""

from __future__ import annotations

from html import escape

from symconv.derivations.reason_words import html_words
from symconv.expressions.latex_names import name_latex
from symconv.printing.as_mathml import mathml
from symconv.publish.views import Chain, ClaimView, Counterexample, Step
from symconv.publish.words import HEADINGS, scope_words

__all__ = ["claim_html"]

_MARKS = {"proved": "✓", "refuted": "✗", "unknown": "?"}


def claim_html(
    claim: ClaimView, caption: str = "", derivation: str = "closed", tex: str = "", name: str = "", picture: str = ""
) -> str:
    """One claim as a block: verdict, statement, picture, counterexample, derivation and its sources."""
    anchor = f' id="{escape(name)}"' if name else ""
    parts = [
        f'<section class="claim {claim.verdict}"{anchor}>',
        f'<p class="verdict">{_caption(caption)}<strong>{_MARKS[claim.verdict]} '
        f"{HEADINGS[claim.verdict]}</strong> {_scope(claim)}</p>",
        _formula(claim.latex) if claim.latex else "",
    ]
    if picture:
        parts.append(f'<div class="picture">{picture}</div>')
    if claim.counterexample is not None:
        parts.append(_counterexample(claim, claim.counterexample))
    if claim.condition:
        parts.append(f'<p class="condition">The exact condition: <code>{escape(claim.condition)}</code></p>')
    parts.append('<div class="more">')
    if derivation != "none" and claim.chains:
        opened = " open" if derivation == "open" else ""
        told = "Derivation" if claim.verdict == "proved" else "Working"
        parts.append(f"<details{opened}><summary>{told}</summary>")
        parts += [_chain(chain) for chain in claim.chains]
        parts.append("</details>")
    parts.append(f'<details><summary>Claim text</summary><pre class="source">{escape(claim.text)}</pre></details>')
    if tex:
        parts.append(f'<details><summary>LaTeX</summary><pre class="source">{escape(tex)}</pre></details>')
    parts.append("</div>\n</section>")
    return "\n".join(parts)


def _caption(caption: str) -> str:
    return f'<span class="caption">{escape(caption)}</span> ' if caption else ""


def _scope(claim: ClaimView) -> str:
    words, conditions = scope_words(claim)
    inside = ", ".join(mathml(condition) for condition in conditions)
    return escape(words) + (f" {inside}" if inside else "")


def _formula(latex: str) -> str:
    return f'<div class="formula">{mathml(latex, block=True)}</div>'


def _counterexample(claim: ClaimView, found: Counterexample) -> str:
    what = "Witness" if claim.verdict == "proved" else "Smallest counterexample"
    sizes = ", ".join(
        f'<span class="size">{mathml(f"{name_latex(name)}={value}")}</span>' for name, value in found.sizes
    )
    where = f" at {sizes}" if sizes else ""
    side = f" ({escape(found.direction)})" if found.direction else ""
    shown = [*(array.latex for array in found.arrays), *found.functions]
    arrays = "".join(_formula(latex) for latex in shown)
    entry = f"entry {mathml('(' + ', '.join(found.index) + ')')} of " if found.index else ""
    sides = (
        f"<p>There {entry}the left side {found.compared} {mathml(found.lhs)} "
        f"and the right side {found.compared} {mathml(found.rhs)}.</p>"
    )
    whole = "".join(map(_formula, found.sides))
    return (
        f'<div class="counterexample"><p>{what}{where}{side}:</p><div class="arrays">{arrays}</div>{sides}'
        f'<div class="arrays">{whole}</div></div>'
    )


def _chain(chain: Chain) -> str:
    title = f"<p>{html_words(chain.title)}</p>" if chain.title else ""
    first, *rest = chain.steps
    lines = [_line(first, equal=False), *(_line(step, equal=True) for step in rest)]
    return f'{title}<ol class="steps">{"".join(lines)}</ol>'


def _line(step: Step, equal: bool) -> str:
    shown = mathml(rf"\displaystyle {'= ' if equal else ''}{step.latex}")
    reason = f'<span class="reason">{html_words(step.reason)}</span>' if step.reason else ""
    broken = "" if step.verified else ' <span class="unverified">not verified</span>'
    return f'<li><div class="formula">{shown}</div>{reason}{broken}</li>'
