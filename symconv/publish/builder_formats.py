"""Claims as each builder of Sphinx can show them: MathML for pages, `align*` for LaTeX, words for plain text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from symconv.displays.claim_nodes import claim, details, steps
from symconv.printing.as_mathml import MathError, mathml
from symconv.publish.build_records import fail
from symconv.publish.claim_domain import claim_number
from symconv.publish.report import Failure

__all__ = ["show_claims", "show_math"]

logger = logging.getLogger(__name__)

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def show_claims(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put docutils' own nodes, as the builder's writer knows them, in the place of claims."""
    if app.builder.name == "symconv":  # our own pages read the nodes as they are
        return
    for block in list(doctree.findall(claim)):
        number = nodes.inline("", claim_number(app.env, block["docname"], block["ids"][0]), classes=["claim-number"])
        block[0].insert(0, [number, nodes.Text(" ")])
        match app.builder.format:
            case "html":
                _as_html(block, app)
            case "latex":
                _as_latex(block, app.env, docname)
            case _:
                _as_words(block)
        plain = nodes.container("", *block.children, classes=block["classes"], ids=block["ids"])
        block.replace_self(plain)
        if app.builder.format != "html":  # other writers give a container no place to refer to
            plain["ids"] = []
            plain.parent.insert(plain.parent.index(plain), nodes.target("", "", ids=block["ids"]))
    for node in list(doctree.findall(lambda node: isinstance(node, nodes.container) and "file" in node)):
        _show_drawing(node, app, docname)


def _show_drawing(node: Any, app: Sphinx, docname: str) -> None:
    match app.builder.format:
        case "html":
            node += _raw(node["drawing"].svg())
        case "latex":
            node += _image(node["drawing"], app.env, docname)
        case _:
            node += nodes.paragraph("", f"{node['drawing'].words}.")


def _as_html(block: claim, app: Sphinx) -> None:
    namespace = _NAMESPACE if app.builder.name == "epub" else ""
    for node in _elements(block):
        if isinstance(node, (nodes.math, nodes.math_block)) and app.config.symconv_math == "mathml":
            is_block = isinstance(node, nodes.math_block)
            try:
                shown = mathml(node.astext(), is_block).replace("<math", f"<math{namespace}", 1)
            except MathError as error:
                path = str(block.source or app.env.doc2path(block["docname"]))
                message = f"cannot show {block['said']}: {error}"
                fail(app.env, block["docname"], Failure(path, block.line or 1, message, 1))
                continue
            node.replace_self(_raw(shown))
        elif isinstance(node, details):
            opened = ' open="open"' if node["open"] else ""
            opening = _raw(f"<details{opened}><summary>{escape(node['summary'])}</summary>")
            node.replace_self([opening, *node.children, _raw("</details>")])
        elif isinstance(node, steps):
            node.replace_self(nodes.bullet_list("", *node.children, classes=node["classes"]))
        elif "drawing" in node:
            node += _raw(node["drawing"].svg())


def show_math(translator: Any, node: nodes.Element) -> None:
    """A math renderer of Sphinx: formulas of the text as MathML. What MathML cannot show is an error of the build."""
    is_block = isinstance(node, nodes.math_block)
    try:
        shown = mathml(node.astext(), is_block)
    except MathError as error:
        logger.error("cannot show this formula: %s", error, location=node)
        shown = f"<code>{escape(node.astext())}</code>"
    number = f'<span class="eqno">({node["number"]})</span>' if is_block and node.get("number") else ""
    opening = translator.starttag(node, "div", "", CLASS="formula") if is_block else ""
    translator.body.append(f"{opening}{number}{shown}{'</div>' if is_block else ''}")
    raise nodes.SkipNode


def _as_latex(block: claim, env: BuildEnvironment, docname: str) -> None:
    for node in _elements(block):
        if isinstance(node, steps):
            node.replace_self(nodes.math_block("", node["align"], **{"nowrap": True, "no-wrap": True}))
        elif isinstance(node, details):
            node.replace_self([] if _is_source(node) else node.children)
        elif "drawing" in node:
            node += _image(node["drawing"], env, docname)


def _image(drawing: Any, env: BuildEnvironment, docname: str) -> nodes.image:
    """A picture as a file, which the builder copies."""
    folder = Path(env.doctreedir) / "images" / "symconv"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"claim-{hashlib.sha256(repr(drawing).encode()).hexdigest()[:16]}.pdf"
    if not path.exists():
        path.write_bytes(drawing.pdf())
    env.images.add_file(docname, str(path))
    return nodes.image("", uri=str(path), alt=drawing.words, align="center", candidates={"application/pdf": str(path)})


def _as_words(block: claim) -> None:
    """Formulas as plain text, what can be opened in full, pictures in words."""
    for paragraph in block.findall(nodes.paragraph):
        if "plain" in paragraph:
            paragraph[:] = [nodes.Text(paragraph["plain"])]
    for node in _elements(block):
        if isinstance(node, nodes.math_block):
            node.replace_self(nodes.literal_block(node["plain"], node["plain"], language="none"))
        elif isinstance(node, nodes.math):
            node.replace_self(nodes.Text(node["plain"]))
        elif isinstance(node, steps):
            lines = [nodes.list_item("", nodes.paragraph("", _told_line(line))) for line in node.children]
            node.replace_self(nodes.bullet_list("", *lines, bullet="*"))
        elif isinstance(node, details):
            told = [nodes.paragraph("", f"{node['summary']}:"), *node.children]
            node.replace_self([] if _is_source(node) else told)
        elif "drawing" in node:
            node += nodes.paragraph("", f"{node['drawing'].words}.")


def _told_line(line: nodes.Element) -> str:
    """A line of a chain with its reason behind it."""
    formula, *rest = (child.astext() for child in line.children)
    return f"{formula}   ({'; '.join(rest)})" if rest else formula


def _elements(block: claim) -> Iterator[Any]:
    """The nodes of a claim from the innermost, so that each may be replaced."""
    return reversed(list(block.findall(nodes.Element))[1:])


def _is_source(node: details) -> bool:
    return "source" in node[0]["classes"]


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")
