"""A builder of sites: each document as one self-contained page, by Sphinx, and one LaTeX file, by docutils."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.images import get_image_size
from sphinx.writers.html5 import HTML5Translator

from symconv.displays.claim_nodes import claim, drawings
from symconv.displays.html import ClaimVisitors
from symconv.publish.build_records import fail
from symconv.publish.decoration import decorate
from symconv.publish.extra_pages import extra_pages
from symconv.publish.report import Failure
from symconv.publish.site import EXTRA, Page, site_of
from symconv.publish.tex_writer import document_tex

__all__ = ["PagesBuilder"]

#: The only HTML that an author may write: it breaks a line.
_BREAK = re.compile(r"\s*<br\s*/?>\s*")
_COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
_PRINTED = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}


class _PageTranslator(ClaimVisitors, HTML5Translator):  # type: ignore[misc]
    """Sphinx's HTML, with claims, strict MathML, and images within the page."""

    def __init__(self, document: nodes.document, builder: Any) -> None:
        super().__init__(document, builder)
        self.problems = []

    def visit_math_block(self, node: Any, math_env: str = "") -> None:
        if not node.get("number"):
            super().visit_math_block(node)
        self.body.append(self.starttag(node, "div", "", CLASS="numbered"))
        with suppress(nodes.SkipNode):
            super().visit_math_block(node)
        self.body.append(f'<span class="eqno">({node["number"]})</span></div>')
        raise nodes.SkipNode

    def visit_literal_block(self, node: Any) -> None:
        self.body.append(f"{self.starttag(node, 'pre')}{self.encode(node.astext())}</pre>\n")
        raise nodes.SkipNode

    visit_doctest_block = visit_literal_block

    def visit_section(self, node: Any) -> None:
        node["classes"] = []  # MyST's notes to MathJax
        super().visit_section(node)

    def visit_image(self, node: Any) -> None:
        path = Path(self.builder.srcdir, node["uri"])
        if not path.is_file():  # Sphinx has told so
            raise nodes.SkipNode
        kind = mimetypes.guess_type(path.name)[0]
        size = get_image_size(path)
        node["uri"] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        if size and not {"width", "height"} & set(node.attributes):
            node["width"] = f"{size[0] * node.attributes.pop('scale', 100) // 100}px"
        node.attributes.setdefault("alt", "")
        super().visit_image(node)


class PagesBuilder(StandaloneHTMLBuilder):
    """`sphinx-build -b symconv`: HTML with MathML, LaTeX, and a LaTeX fragment for each claim."""

    name = "symconv"
    default_translator_class = _PageTranslator
    allow_parallel = False
    search = False
    copysource = False
    download_support = False
    add_permalinks = False
    html_scaled_image_link = False

    def get_outdated_docs(self) -> Iterator[str]:
        yield from self.env.found_docs

    def prepare_writing(self, docnames: Set[str]) -> None:
        super().prepare_writing(docnames)
        self.site = site_of(self.env, self.config.root_doc, self.config.symconv_has_pdf)
        self.fragments: dict[str, str] = {}

    def copy_assets(self) -> None:
        pass  # a page holds all that it needs

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        pass  # the site has a search of its own

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        self._refuse_raw(docname, doctree)
        self.fignumbers = self.env.toc_fignumbers.get(docname, {})
        source, problems = document_tex(doctree, self, self._images(doctree), "../" * docname.count("/"))
        self._write(f"{docname}.tex", source)
        for node, message in problems:
            self._fail(docname, node, message)
        for node in doctree.findall(claim):
            if self.fragments.setdefault(node["fragment"], docname) != docname:
                self._fail(docname, node, f"another document names a claim {node['fragment']}")
            self._write(f"claims/{node['fragment']}.tex", node["tex"])
            for drawing in drawings(node):
                self._put(f"claims/{node['fragment']}.pdf", drawing.pdf())
        for node in doctree.findall(nodes.container):
            if "file" in node:
                self._put(f"claims/{node['file']}.pdf", node["drawing"].pdf())
        decorate(doctree, self.site, docname)
        body = self._body(docname, doctree)
        self._write(f"{docname}.html", self.site.framed(Page(docname, self.env.titles[docname].astext()), body))

    def finish(self) -> None:
        if self.site.has_extra:
            for kind, body in extra_pages(self.site):
                page = Page(self.site.name(kind), EXTRA[kind])
                self._write(f"{page.name}.html", self.site.framed(page, body))

    def _body(self, docname: str, doctree: nodes.document) -> str:
        doctree.settings = self.docsettings
        self.current_docname = docname
        visitor = _PageTranslator(doctree, self)
        doctree.walkabout(visitor)
        for node, message in visitor.problems:
            self._fail(docname, node, message)
        return "".join(visitor.fragment).strip()

    def _refuse_raw(self, docname: str, doctree: nodes.document) -> None:
        """HTML of an author's own fails the build, but for line breaks; comments are left out."""
        for node in list(doctree.findall(nodes.raw)):
            text = node.astext()
            if "explorer" in node.parent.get("classes", ()) or _BREAK.fullmatch(text):
                continue
            if not _COMMENT.fullmatch(text):
                self._fail(docname, node, f"HTML is not taken over: {' '.join(text.split())[:60]}")
            node.parent.remove(node)

    def _images(self, doctree: nodes.document) -> dict[str, str]:
        """Copy the images of a document that can be printed; the file of each."""
        found: dict[str, str] = {}
        for node in doctree.findall(nodes.image):
            path = Path(self.srcdir, node["uri"])
            suffix = _PRINTED.get(mimetypes.guess_type(path.name)[0] or "")
            if suffix and path.is_file():
                name = f"images/{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{suffix}"
                self._put(name, path.read_bytes())
                found[node["uri"]] = name
        return found

    def _write(self, name: str, text: str) -> None:
        self._put(name, text.encode("utf-8"))

    def _put(self, name: str, content: bytes) -> None:
        path = Path(self.outdir, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def _fail(self, docname: str, node: nodes.Node, message: str) -> None:
        fail(self.env, docname, Failure(str(self.env.doc2path(docname)), _line(node), message, 1))


def _line(node: nodes.Node) -> int:
    """The line of the nearest node around that knows its own."""
    return next((at.line for at in _around(node) if getattr(at, "line", None)), 1)


def _around(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.parent
