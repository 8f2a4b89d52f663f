"""A Sphinx builder that writes each document as one self-contained page and one LaTeX file."""

from __future__ import annotations

from collections.abc import Iterator, Set
from html import escape
from pathlib import Path
from typing import Any

from docutils import frontend, nodes
from docutils.writers import html5_polyglot
from sphinx.builders import Builder
from sphinx.util.osutil import relative_uri

from symconv.displays.html import STYLE
from symconv.printing.as_mathml import MathError, mathml
from symconv.publish.claim_nodes import Record, claim, records
from symconv.publish.report import Failure
from symconv.publish.texdocument import document_tex

__all__ = ["PagesBuilder"]

_PAGE_STYLE = Path(__file__).parent / "static" / "symconv-page.css"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
{navigation}
</body>
</html>
"""


class PagesBuilder(Builder):
    """`sphinx-build -b symconv`: HTML with MathML, LaTeX, and a LaTeX fragment for each claim."""

    name = "symconv"
    format = "symconv"
    allow_parallel = False

    def init(self) -> None:
        self.style = "\n".join(path.read_text("utf-8") for path in (_PAGE_STYLE, STYLE)).strip()

    def get_outdated_docs(self) -> Set[str]:
        return self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return f"{docname}.html"

    def prepare_writing(self, docnames: Set[str]) -> None:
        self.relations = self.env.collect_relations()
        self.fragments: dict[str, str] = {}

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        body = self._html(docname, doctree)
        page = _PAGE.format(
            title=escape(self._title(docname)),
            style=self.style,
            body=body,
            navigation=self._navigation(docname),
        )
        self._write(f"{docname}.html", page)
        source, problems = document_tex(doctree, "../" * docname.count("/"))
        self._write(f"{docname}.tex", source)
        for node, message in problems:
            self._fail(docname, node, message)
        for node in doctree.findall(claim):
            if self.fragments.setdefault(node["fragment"], docname) != docname:
                self._fail(docname, node, f"another document names a claim {node['fragment']}")
            self._write(f"claims/{node['fragment']}.tex", node["tex"])
            if "pdf" in node:
                (Path(self.outdir) / "claims" / f"{node['fragment']}.pdf").write_bytes(node["pdf"])

    def _html(self, docname: str, doctree: nodes.document) -> str:
        settings = frontend.get_default_settings(html5_polyglot.Writer)
        vars(settings).update(vars(doctree.settings), initial_header_level="1")
        doctree.settings = settings
        translator = _Translator(doctree)
        try:
            doctree.walkabout(translator)
        except NotImplementedError as error:
            self._fail(docname, doctree, str(error))
        for node, message in translator.problems:
            self._fail(docname, node, message)
        return "".join(translator.body).strip()

    def _title(self, docname: str) -> str:
        return self.env.titles[docname].astext()

    def _navigation(self, docname: str) -> str:
        """Links to the page before, the contents and the page after, where there are any."""
        _, before, after = self.relations.get(docname, (None, None, None))
        root = self.config.root_doc
        links = [(before, "prev", "←"), (root, "up", "↑"), (after, "next", "→")]
        if before == root:
            links = links[1:]
        shown = [
            f'<a rel="{rel}" href="{escape(relative_uri(docname, other))}.html">'
            f"{arrow} {escape(self._title(other))}</a>"
            for other, rel, arrow in links
            if other and other != docname
        ]
        return f"<nav>\n{chr(10).join(shown)}\n</nav>" if shown else ""

    def _write(self, name: str, text: str) -> None:
        path = Path(self.outdir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _fail(self, docname: str, node: nodes.Node, message: str) -> None:
        record = records(self.env).setdefault(docname, Record())
        path = str(self.env.doc2path(docname))
        record.failures.append(Failure(path, _line(node), message, 1))


def _line(node: nodes.Node) -> int:
    """The line of the nearest node around that knows its own."""
    return next((at.line for at in _around(node) if getattr(at, "line", None)), 1)


def _around(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.parent


class _Translator(html5_polyglot.HTMLTranslator):
    """docutils' HTML, with strict MathML and with claims."""

    def __init__(self, doctree: nodes.document) -> None:
        super().__init__(doctree)
        self.problems: list[tuple[nodes.Node, str]] = []

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
        self.body.append(node["html"] + "\n")
        raise nodes.SkipNode

    def visit_literal(self, node: Any) -> None:
        self.body.append(f"<code>{escape(node.astext())}</code>")
        raise nodes.SkipNode

    def visit_section(self, node: Any) -> None:
        node["classes"] = []  # MyST's notes to MathJax
        super().visit_section(node)

    def visit_image(self, node: Any) -> None:
        self.problems.append((node, "a self-contained page cannot hold an image file"))
        raise nodes.SkipNode

    def visit_compact_paragraph(self, node: Any) -> None:
        pass

    def depart_compact_paragraph(self, node: Any) -> None:
        pass

    def _open_note(self, node: Any) -> None:
        kind = type(node).__name__
        self.body.append(f'<aside class="admonition {kind}">\n')
        self.body.append(f'<p class="admonition-title">{kind.capitalize()}</p>\n')

    def _close_note(self, node: Any) -> None:
        self.body.append("</aside>\n")

    visit_note = visit_tip = visit_hint = visit_warning = visit_important = _open_note
    depart_note = depart_tip = depart_hint = depart_warning = depart_important = _close_note

    def visit_table(self, node: Any) -> None:
        self.body.append('<div class="wide">')
        super().visit_table(node)

    def depart_table(self, node: Any) -> None:
        super().depart_table(node)
        self.body.append("</div>\n")
