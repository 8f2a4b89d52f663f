"""Claims as HTML with MathML; no script, nothing loaded."""

from __future__ import annotations

from html import escape
from pathlib import Path

from symconv.derivations.reason_words import html_words
from symconv.derivations.records import Chain, Step
from symconv.displays.claim_record import ClaimRecord
from symconv.displays.words import HEADINGS, compared, given_values, scope_words, statement_latex
from symconv.expressions.latex_names import name_latex
from symconv.kernel.replay import Counterexample
from symconv.printing.arrays_of_numbers import number_latex
from symconv.printing.as_mathml import mathml

__all__ = ["STYLE", "claim_html", "styled"]

#: What the classes of `claim_html` look like.
STYLE = Path(__file__).parent / "symconv-claims.css"
_MARKS = {"proved": "✓", "refuted": "✗", "unknown": "?"}


def claim_html(
    record: ClaimRecord, caption: str = "", derivation: str = "closed", tex: str = "", name: str = "", picture: str = ""
) -> str:
    """One claim as a block: verdict, statement, picture, counterexample, derivation and its sources."""
    anchor = f' id="{escape(name)}"' if name else ""
    parts = [
        f'<section class="claim {record.verdict}"{anchor}>',
        f'<p class="verdict">{_caption(caption)}<strong>{_MARKS[record.verdict]} '
        f"{HEADINGS[record.verdict]}</strong> {_scope(record)}</p>",
        _formula(statement_latex(record)) if record.claim is not None else "",
    ]
    if picture:
        parts.append(f'<div class="picture">{picture}</div>')
    if record.counterexample is not None:
        parts.append(_counterexample(record, record.counterexample))
    if record.condition is not None:
        condition = escape(str(record.condition))
        parts.append(f'<p class="condition">The exact condition: <code>{condition}</code></p>')
    elif record.no_condition is not None:
        parts.append(f'<p class="condition">No exact condition was found: {escape(record.no_condition)}.</p>')
    notes = [*(f"warning: {text}" for text in record.warned), record.compared]
    parts += [f'<p class="note">{escape(note[0].upper() + note[1:])}.</p>' for note in notes if note]
    parts.append('<div class="more">')
    if derivation != "none" and record.chains:
        opened = " open" if derivation == "open" else ""
        told = "Derivation" if record.verdict == "proved" else "Working"
        parts.append(f"<details{opened}><summary>{told}</summary>")
        parts += [_chain(chain) for chain in record.chains]
        parts.append("</details>")
    parts.append(f'<details><summary>Claim text</summary><pre class="source">{escape(record.text)}</pre></details>')
    if tex:
        parts.append(f'<details><summary>LaTeX</summary><pre class="source">{escape(tex)}</pre></details>')
    parts.append("</div>\n</section>")
    return "\n".join(parts)


def styled(record: ClaimRecord) -> str:
    """One claim as a block that brings its own style, for notebooks."""
    return f"<style>\n{STYLE.read_text('utf-8')}</style>\n{claim_html(record)}"


def _caption(caption: str) -> str:
    return f'<span class="caption">{escape(caption)}</span> ' if caption else ""


def _scope(record: ClaimRecord) -> str:
    words, conditions = scope_words(record)
    inside = ", ".join(mathml(condition) for condition in conditions)
    return escape(words) + (f" {inside}" if inside else "")


def _formula(latex: str) -> str:
    return f'<div class="formula">{mathml(latex, block=True)}</div>'


def _counterexample(record: ClaimRecord, found: Counterexample) -> str:
    what = "Witness" if record.verdict == "proved" else "Smallest counterexample"
    sizes = ", ".join(
        f'<span class="size">{mathml(f"{name_latex(name)}={value}")}</span>' for name, value in found.sizes.items()
    )
    where = f" at {sizes}" if sizes else ""
    side = f" ({escape(found.direction)})" if found.direction else ""
    arrays = "".join(map(_formula, given_values(found)))
    entry = f"entry {mathml('(' + ', '.join(map(str, found.index)) + ')')} of " if found.index else ""
    sides = (
        f"<p>There {entry}the left side {compared(found)} {mathml(number_latex(found.lhs))} "
        f"and the right side {compared(found)} {mathml(number_latex(found.rhs))}.</p>"
    )
    whole = "".join(_formula(side.latex) for side in record.sides)
    return (
        f'<div class="counterexample"><p>{what}{where}{side}:</p><div class="arrays">{arrays}</div>{sides}'
        f'<div class="arrays">{whole}</div></div>'
    )


def _chain(chain: Chain) -> str:
    title = f"<p>{html_words(words)}</p>" if (words := chain.words(is_latex=True)) else ""
    first, *rest = chain.steps
    lines = [_line(first, equal=False), *(_line(step, equal=True) for step in rest)]
    return f'{title}<ol class="steps">{"".join(lines)}</ol>'


def _line(step: Step, equal: bool) -> str:
    shown = mathml(rf"\displaystyle {'= ' if equal else ''}{step.latex()}")
    reason = f'<span class="reason">{html_words(reason)}</span>' if (reason := step.why(is_latex=True)) else ""
    broken = "" if step.verified else ' <span class="unverified">not verified</span>'
    return f'<li><div class="formula">{shown}</div>{reason}{broken}</li>'
