"""Claims as each builder of Sphinx can show them: MathML for pages, `align*` for LaTeX, words for plain text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import number_reference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from symconv.derivations.laid_out import align
from symconv.displays.claim_nodes import claim, details, steps
from symconv.printing.as_mathml import MathError, mathml
from symconv.printing.notation import using
from symconv.publish.build_records import fail
from symconv.publish.claim_domain import claim_number, with_numbers
from symconv.publish.report import Failure

__all__ = ["BOXES", "note_formulas", "show_claims", "show_math"]

logger = logging.getLogger(__name__)

#: Claims in LaTeX: a bar at their side, and a label that gives their number.
BOXES = r"""
\usepackage{framed}
\definecolor{claimproved}{HTML}{1A7F37}
\definecolor{claimrefuted}{HTML}{B42318}
\definecolor{claimunknown}{HTML}{8A5A00}
\ifdefined\pdftexversion
\DeclareUnicodeCharacter{2713}{\ensuremath{\surd}}
\DeclareUnicodeCharacter{2717}{\ensuremath{\times}}
\DeclareUnicodeCharacter{2254}{\ensuremath{:=}}
\fi
\newcounter{symconvclaim}
\newcommand\claimnumbered[1]{\renewcommand\thesymconvclaim{#1}\refstepcounter{symconvclaim}}
\newenvironment{symconvclaim}[2]
  {\def\FrameCommand{{\color{claim#2}\vrule width 2.5pt}\hspace{8pt}}%
   \MakeFramed{\advance\hsize-\width\FrameRestore}\claimnumbered{#1}}
  {\endMakeFramed}
"""
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def note_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Ask for MathJax only where the text has formulas of its own: older versions of Sphinx do for any in the tree."""
    if app.config.symconv_math == "mathml":
        formulas = doctree.findall(lambda node: isinstance(node, (nodes.math, nodes.math_block)))
        of_text = (node for node in formulas if not any(isinstance(above, claim) for above in _above(node)))
        app.env.domains["math"].data["has_equations"][app.env.docname] = any(True for _ in of_text)


def show_claims(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put docutils' own nodes, as the builder's writer knows them, in the place of claims."""
    if app.builder.name == "symconv":  # our own pages read the nodes as they are
        return
    for block in list(doctree.findall(claim)):
        called = claim_number(app.env, block["docname"], block["ids"][0])
        block[0].insert(0, [nodes.inline("", called, classes=["claim-number"]), nodes.Text(" ")])
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
            target = nodes.target("", "", ids=block["ids"])
            if app.builder.format == "latex":
                _put_in_box(plain, block["verdict"], called, target)
            else:
                plain.parent.insert(plain.parent.index(plain), target)
    if app.builder.format not in ("html", "latex"):  # whose writers know numbers; others print the "%s" of a title
        for reference in doctree.findall(number_reference):
            reference["title"] = reference.astext()
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
        hint = "html_math_renderer = 'mathjax' shows more"
        logger.error("cannot show this formula: %s\nhint: %s", error, hint, location=node)
        shown = f"<code>{escape(node.astext())}</code>"
    number = f'<span class="eqno">({node["number"]})</span>' if is_block and node.get("number") else ""
    opening = translator.starttag(node, "div", "", CLASS="formula") if is_block else ""
    translator.body.append(f"{opening}{number}{shown}{'</div>' if is_block else ''}")
    raise nodes.SkipNode


def _as_latex(block: claim, env: BuildEnvironment, docname: str) -> None:
    table = next((node for node in _above(block) if isinstance(node, nodes.table)), None)
    if table is not None:
        table["classes"].append("colwidths-given")  # other columns of Sphinx's take no displayed formulas
    if "using" in block:
        record, notation = block["using"]
        with using(notation):
            for node, chain in zip(block.findall(steps), with_numbers(env, record).chains, strict=True):
                node["align"] = align(replace(chain, given=(), heading=None))
    for node in _elements(block):
        if isinstance(node, steps):
            if table is None:
                node.replace_self(nodes.math_block("", node["align"], **{"nowrap": True, "no-wrap": True}))
            else:
                node.replace_self([part for line in node.children for part in line.children])
        elif isinstance(node, details):
            node.replace_self([] if _is_source(node) else node.children)
        elif "drawing" in node:
            node += _image(node["drawing"], env, docname)


def _put_in_box(block: nodes.container, verdict: str, called: str, target: nodes.target) -> None:
    """Number a claim for references, and mark it at its side where it stands in the text itself."""
    number = called.rpartition(" ")[2]
    if all(isinstance(node, (nodes.document, nodes.section, nodes.container)) for node in _above(block)):
        opening = _raw(rf"\begin{{symconvclaim}}{{{number}}}{{{verdict}}}", "latex")
        block[:] = [opening, target, *block.children, _raw(r"\end{symconvclaim}", "latex")]
    else:
        block[:] = [_raw(rf"\claimnumbered{{{number}}}", "latex"), target, *block.children]


def _above(node: nodes.Element) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


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


def _raw(text: str, format: str = "html") -> nodes.raw:
    return nodes.raw("", text, format=format)
