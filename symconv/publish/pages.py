"""A Sphinx builder that writes each document as one self-contained page and one LaTeX file."""

from __future__ import annotations

from collections.abc import Iterator, Set
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util.osutil import relative_uri

from symconv.displays.claim_nodes import claim, drawings
from symconv.displays.html import STYLE, html_of
from symconv.publish.build_records import fail
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
            for drawing in drawings(node):
                (Path(self.outdir) / "claims" / f"{node['fragment']}.pdf").write_bytes(drawing.pdf())

    def _html(self, docname: str, doctree: nodes.document) -> str:
        body, problems = html_of(doctree)
        for node, message in problems:
            self._fail(docname, node, message)
        return body

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
        fail(self.env, docname, Failure(str(self.env.doc2path(docname)), _line(node), message, 1))


def _line(node: nodes.Node) -> int:
    """The line of the nearest node around that knows its own."""
    return next((at.line for at in _around(node) if getattr(at, "line", None)), 1)


def _around(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.parent
