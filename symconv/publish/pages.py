"""A Sphinx builder that writes a site: each document as one self-contained page and one LaTeX file."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders import Builder

from symconv.displays.claim_nodes import claim, drawings
from symconv.displays.html import html_of
from symconv.publish.build_records import fail
from symconv.publish.decoration import decorate
from symconv.publish.extra_pages import extra_pages
from symconv.publish.report import Failure
from symconv.publish.site import EXTRA, Page, site_of
from symconv.publish.texdocument import document_tex

__all__ = ["PagesBuilder"]


class PagesBuilder(Builder):
    """`sphinx-build -b symconv`: HTML with MathML, LaTeX, and a LaTeX fragment for each claim."""

    name = "symconv"
    format = "symconv"
    allow_parallel = False

    def get_outdated_docs(self) -> Set[str]:
        return self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return f"{docname}.html"

    def prepare_writing(self, docnames: Set[str]) -> None:
        self.site = site_of(self.env, self.config.root_doc, self.config.symconv_has_pdf)
        self.fragments: dict[str, str] = {}

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        source, problems = document_tex(doctree, "../" * docname.count("/"))
        self._write(f"{docname}.tex", source)
        for node, message in problems:
            self._fail(docname, node, message)
        for node in doctree.findall(claim):
            if self.fragments.setdefault(node["fragment"], docname) != docname:
                self._fail(docname, node, f"another document names a claim {node['fragment']}")
            self._write(f"claims/{node['fragment']}.tex", node["tex"])
            for drawing in drawings(node):
                self._draw(node["fragment"], drawing)
        for node in doctree.findall(nodes.container):
            if "file" in node:
                self._draw(node["file"], node["drawing"])
        decorate(doctree, self.site, docname)
        body = self._html(docname, doctree)
        self._write(f"{docname}.html", self.site.framed(Page(docname, self._title(docname)), body))

    def finish(self) -> None:
        if self.site.has_extra:
            for kind, body in extra_pages(self.site):
                page = Page(self.site.name(kind), EXTRA[kind])
                self._write(f"{page.name}.html", self.site.framed(page, body))

    def _draw(self, name: str, drawing: Any) -> None:
        folder = Path(self.outdir) / "claims"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.pdf").write_bytes(drawing.pdf())

    def _html(self, docname: str, doctree: nodes.document) -> str:
        body, problems = html_of(doctree)
        for node, message in problems:
            self._fail(docname, node, message)
        return body

    def _title(self, docname: str) -> str:
        return self.env.titles[docname].astext()

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
