"""The pages that no author writes: all claims with their search, operators, what uses what, and questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils import new_document

from symconv.displays.claim_nodes import claim, details
from symconv.displays.html import html_of
from symconv.displays.words import HEADINGS, MARKS
from symconv.operators import REGISTRY
from symconv.publish.documents import Reading, document_of
from symconv.publish.operator_pages import sections
from symconv.publish.site import EXTRA, Site, SiteClaim, uri

__all__ = ["extra_pages"]


def extra_pages(site: Site) -> Iterator[tuple[str, str]]:
    """Which page holds what: kinds and bodies, the order that of `EXTRA`."""
    bodies = {"claims": _all_claims, "operators": _operators, "uses": _uses, "quiz": _quiz}
    for kind, title in EXTRA.items():
        yield kind, f"<h1>{escape(title)}</h1>\n{bodies[kind](site)}"


# All claims


def _all_claims(site: Site) -> str:
    parts = [f'<p class="found" role="status">{len(site.claims)} claims</p>', '<div class="all-claims">']
    for page, found in groupby(site.claims, lambda entry: entry.page):
        title = f'<h2><a href="{escape(uri("", page.name))}">{escape(page.title)}</a></h2>'
        parts.append(f"<section>{title}<ul>{''.join(map(_row, found))}</ul></section>")
    return "\n".join([*parts, "</div>"])


def _row(entry: SiteClaim) -> str:
    verdict = entry.block["verdict"]
    told = f'<span class="{verdict}">{MARKS[verdict]} {HEADINGS[verdict]}</span>'
    caption = f" <strong>{escape(entry.block['caption'])}</strong>" if entry.block["caption"] else ""
    return f"<li>{_link(entry)} {told}{caption} <code>{escape(entry.block['said'])}</code></li>"


def _link(entry: SiteClaim, words: str = "") -> str:
    href = f"{uri('', entry.page.name)}#{entry.anchor}"
    return f'<a href="{escape(href)}">{escape(words or entry.number)}</a>'


# Operators


def _operators(site: Site) -> str:
    """The definitions that the claims and their derivations use, each with the claims that use it."""
    used = {name for entry in site.claims for name in entry.block["operators"] if name in REGISTRY}
    text = "\n".join(sections(REGISTRY[name] for name in sorted(used)))
    document = document_of(text, Path("operators.md"), True, Reading(Path()))
    for section in list(document.findall(nodes.section)):
        if section[0].astext() in used:
            section["ids"] = [nodes.make_id(section[0].astext())]
            section += nodes.raw("", _used_in(site, section[0].astext()), format="html")
    body, _ = html_of(document)
    opening = "<p>What the names on these pages mean: the operators that their claims and derivations use.</p>"
    return f"{opening}\n{body}"


def _used_in(site: Site, name: str) -> str:
    links = ", ".join(
        f'<a href="{escape(uri("", e.page.name))}#{escape(e.anchor)}" title="{escape(e.words)}">{escape(e.number)}</a>'
        for e in site.claims
        if name in e.block["operators"]
    )
    return f'<details class="used-in"><summary>Claims that use {escape(name)}</summary><p>{links}</p></details>'


# What uses what

_ROW, _LEFT, _RIGHT, _TOP = 26, 190, 560, 20
#: Families of operators that every page uses.
_EVERYWHERE = ("arithmetic", "functions")


def _uses(site: Site) -> str:
    """Operators and pages, with a line from each operator to each page that uses it."""
    counts: dict[tuple[str, str], int] = {}
    for entry in site.claims:
        for name in entry.block["operators"]:
            if name in REGISTRY and REGISTRY[name].family not in _EVERYWHERE:
                counts[name, entry.page.name] = counts.get((name, entry.page.name), 0) + 1
    names = sorted({name for name, _ in counts}, key=lambda name: (-sum(_of(counts, name)), name))
    pages = [page for page in (site.root, *site.pages) if any(at == page.name for _, at in counts)]
    height = _ROW * max(len(names), len(pages)) + 2 * _TOP
    rows = {page.name: _spread(n, len(pages), height) for n, page in enumerate(pages)}
    drawn = [_used_by(site, name, _spread(n, len(names), height), counts, rows) for n, name in enumerate(names)]
    drawn += [
        f'<a href="{escape(uri("", page.name))}"><text x="{_RIGHT}" y="{rows[page.name] + 4}">'
        f"{escape(page.title)}</text></a>"
        for page in pages
    ]
    said = "Operators on the left, the pages that use them on the right"
    svg = f'<svg class="uses" viewBox="0 0 960 {height}" role="group" aria-label="{said}">{"".join(drawn)}</svg>'
    return f"{_lemmas(site)}<p>{said}. Point at an operator to see its own.</p>\n{_wide(svg, 'Operators and pages')}"


def _wide(drawing: str, name: str) -> str:
    """A drawing that scrolls on narrow screens, by keyboard as well."""
    return f'<div class="wide" role="region" tabindex="0" aria-label="{name}">{drawing}</div>'


def _lemmas(site: Site) -> str:
    """Claims whose derivations use other claims, with an arc to each that they use; empty where none does."""
    named = {name: entry for entry in site.claims for name in entry.block["names"]}
    arrows = [
        (entry, named[normal])
        for entry in site.claims
        for name in entry.block.get("lemmas", ())
        if (normal := nodes.fully_normalize_name(name)) in named
    ]
    shown = [entry for entry in site.claims if any(entry in arrow for arrow in arrows)]
    if not shown:
        return ""
    at = {entry.number: _TOP + _ROW * n for n, entry in enumerate(shown)}
    drawn = []
    for user, lemma in arrows:
        start, end = at[user.number], at[lemma.number]
        bulge = max(10, _LEFT - 20 - abs(start - end) // 2)
        drawn.append(f'<path d="M{_LEFT} {start} C {bulge} {start}, {bulge} {end}, {_LEFT} {end}"/>')
    for entry in shown:
        href = f"{uri('', entry.page.name)}#{entry.anchor}"
        words = escape(f"{entry.number}: {entry.words}")
        drawn.append(f'<a href="{escape(href)}"><text x="{_LEFT + 10}" y="{at[entry.number] + 4}">{words}</text></a>')
    height = _TOP * 2 + _ROW * len(shown)
    said = "Claims whose derivations use other claims, with an arc between the two"
    svg = f'<svg class="uses" viewBox="0 0 960 {height}" role="group" aria-label="{said}">{"".join(drawn)}</svg>'
    return f"<p>{said}.</p>\n{_wide(svg, 'Claims that use claims')}\n"


def _used_by(site: Site, name: str, y: float, counts: dict[tuple[str, str], int], rows: dict[str, float]) -> str:
    """An operator with its lines to the pages that use it."""
    middle = (_LEFT + _RIGHT) / 2
    lines = "".join(
        f'<path d="M{_LEFT + 8} {y} C {middle} {y}, {middle} {rows[page]}, {_RIGHT - 8} {rows[page]}"'
        f' stroke-width="{min(0.6 + count / 3, 5):.1f}"/>'
        for (other, page), count in counts.items()
        if other == name
    )
    href = f"{uri('', site.name('operators'))}#{nodes.make_id(name)}"
    text = f'<text x="{_LEFT}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
    return f'<g><a href="{escape(href)}">{text}</a>{lines}</g>'


def _of(counts: dict[tuple[str, str], int], name: str) -> Iterable[int]:
    return (count for (other, _), count in counts.items() if other == name)


def _spread(number: int, count: int, height: int) -> float:
    return round(_TOP + (height - 2 * _TOP) * (number + 0.5) / count, 1)


# Questions


def _quiz(site: Site) -> str:
    """Claims that are false, and the claim before each, as questions."""
    opening = (
        "<p>Is it true for every size, and for all numbers in the arrays? Think of a small case before you look: the "
        "answer comes with the smallest counterexample and the exact condition.</p>"
    )
    asked = [entry for n, entry in enumerate(site.claims) if _is_asked(entry) or _is_before(site.claims, n)]
    parts = [opening]
    for page, found in groupby(asked, lambda entry: entry.page):
        questions = "\n".join(_question(entry) for entry in found)
        parts.append(f'<section><h2><a href="{escape(uri("", page.name))}">{escape(page.title)}</a></h2>{questions}')
        parts.append("</section>")
    return "\n".join(parts)


def _is_asked(entry: SiteClaim) -> bool:
    return bool(entry.block["verdict"] == "refuted" and len(entry.block["said"]) < 200)


def _is_before(claims: tuple[SiteClaim, ...], n: int) -> bool:
    """Whether a claim that holds is asked as well, lest every answer be no."""
    entry = claims[n]
    if entry.block["verdict"] != "proved" or len(entry.block["said"]) > 200 or n + 1 == len(claims):
        return False
    return claims[n + 1].page == entry.page and _is_asked(claims[n + 1])


def _question(entry: SiteClaim) -> str:
    """The statement, and what decides it behind a door."""
    document = new_document("question")
    block: Any = entry.block.deepcopy()
    _, *rest = [child for child in block if "more" not in child["classes"]]
    statement = [child for child in rest if isinstance(child, nodes.math_block)]
    verdict = f"{'Yes' if entry.block['verdict'] == 'proved' else 'No'}: "
    answer = details("", summary="Answer", open=False)
    answer += nodes.paragraph("", "", nodes.strong("", f"{verdict}{HEADINGS[entry.block['verdict']].lower()}. "))
    answer += [child for child in rest if child not in statement]
    answer += nodes.raw("", f"<p>{_link(entry, f'{entry.number}: {entry.words}')}</p>", format="html")
    question = claim("", classes=["claim", "question"])
    question += [*statement, nodes.paragraph("", "", nodes.literal("", entry.block["said"]), classes=["said"])]
    question += nodes.container("", answer, classes=["more"])
    document += question
    return html_of(document)[0]
