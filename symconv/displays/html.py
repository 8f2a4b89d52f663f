"""Claims as HTML with MathML, without script, with nothing loaded. Needs the extra [docs]."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import frontend, nodes
from docutils.utils import new_document
from docutils.writers import html5_polyglot

from symconv.displays.claim_nodes import claim_block
from symconv.displays.claim_record import ClaimRecord
from symconv.printing.as_mathml import MathError, mathml

__all__ = ["STYLE", "ClaimVisitors", "claim_html", "html_of", "styled"]

#: What the classes of a claim look like.
STYLE = Path(__file__).parent / "symconv-claims.css"


def claim_html(record: ClaimRecord, caption: str = "", derivation: str = "closed", tex: str = "") -> str:
    """One claim as a block: verdict, statement, counterexample, derivation and its sources.

    Raises `MathError` for mathematics that cannot be shown.
    """
    document = new_document("claim")
    document += claim_block(record, caption, derivation, tex)
    shown, problems = html_of(document)
    for _, problem in problems:
        raise MathError(problem)
    return shown


def styled(record: ClaimRecord) -> str:
    """One claim as a block that brings its own style, for notebooks."""
    return f"<style>\n{STYLE.read_text('utf-8')}</style>\n{claim_html(record)}"


def html_of(document: nodes.document) -> tuple[str, list[tuple[nodes.Node, str]]]:
    """The body of a document, and the formulas that could not be shown."""
    settings = frontend.get_default_settings(html5_polyglot.Writer)
    vars(settings).update(vars(document.settings), initial_header_level="1")
    document.settings = settings
    translator = _Translator(document)
    document.walkabout(translator)
    return "".join(translator.body).strip(), translator.problems


class ClaimVisitors:
    """What a translator of docutils' HTML needs for claims and for strict MathML; formulas not shown are `problems`."""

    body: list[str]
    problems: list[tuple[nodes.Node, str]]
    starttag: Any

    def _math(self, node: Any, block: bool) -> None:
        try:
            shown = mathml(node.astext(), block)
        except MathError as error:
            self.problems.append((node, str(error)))
            shown = ""
        self.body.append(f'<div class="formula">{shown}</div>\n' if block else shown)
        raise nodes.SkipNode

    def visit_math(self, node: Any) -> None:
        self._math(node, block=False)

    def visit_math_block(self, node: Any) -> None:
        self._math(node, block=True)

    def visit_claim(self, node: Any) -> None:
        self.body.append(self.starttag(node, "section"))

    def depart_claim(self, node: Any) -> None:
        self.body.append("</section>\n")

    def visit_container(self, node: Any) -> None:
        self.body.append(self.starttag(node, "div"))
        if "drawing" in node:
            self.body.append(node["drawing"].svg())

    def depart_container(self, node: Any) -> None:
        self.body.append("</div>\n")

    def visit_details(self, node: Any) -> None:
        opened = " open" if node["open"] else ""
        self.body.append(f"<details{opened}><summary>{escape(node['summary'])}</summary>")

    def depart_details(self, node: Any) -> None:
        self.body.append("</details>\n")

    def visit_steps(self, node: Any) -> None:
        self.body.append(self.starttag(node, "ol"))

    def depart_steps(self, node: Any) -> None:
        self.body.append("</ol>\n")

    def visit_literal(self, node: Any) -> None:
        self.body.append(f"<code>{escape(node.astext())}</code>")
        raise nodes.SkipNode

    def visit_table(self, node: Any) -> None:
        self.body.append('<div class="wide">')
        super().visit_table(node)  # type: ignore[misc]

    def depart_table(self, node: Any) -> None:
        super().depart_table(node)  # type: ignore[misc]
        self.body.append("</div>\n")


class _Translator(ClaimVisitors, html5_polyglot.HTMLTranslator):
    """docutils' HTML, with claims."""

    def __init__(self, doctree: nodes.document) -> None:
        super().__init__(doctree)
        self.problems = []
