"""A whole document as LaTeX: the article class, amsmath and hyperref, and graphicx where there are pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes

from symconv.displays.claim_nodes import drawings
from symconv.displays.tex import code, escape

__all__ = ["document_tex"]

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{amsmath}
%GRAPHICS\usepackage[hidelinks]{hyperref}
\usepackage[open]{bookmark}
\hypersetup{pdflang={en},pdftitle={%TITLE}}
\setcounter{secnumdepth}{0}
\allowdisplaybreaks
\setlength{\textwidth}{16cm}
\setlength{\oddsidemargin}{-0.04cm}
\setlength{\textheight}{24cm}
\setlength{\topmargin}{-1.5cm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt}
\emergencystretch=2em
"""
_HEADINGS = (r"\section", r"\subsection", r"\subsubsection", r"\paragraph")
#: Nodes that only group others, or that a printed page does without.
_PLAIN = frozenset(
    "document compound compact_paragraph container inline target comment tbody thead tgroup generated".split()
)
_SILENT = frozenset({"comment", "target", "colspec", "substitution_definition", "toctree"})


def document_tex(doctree: nodes.document, top: str = "") -> tuple[str, list[tuple[nodes.Node, str]]]:
    """The LaTeX source of a document, and what could not be written, node by node.

    `top` is the way from the document to the folder that holds `claims/`, where pictures are.
    """
    visitor = _Translator(doctree, top)
    doctree.walkabout(visitor)
    title = f"\\begin{{center}}\n\\LARGE {visitor.title}\n\\end{{center}}\n"
    body = "".join(visitor.body).strip()
    graphics = "\\usepackage{graphicx}\n" if visitor.has_pictures else ""
    preamble = _PREAMBLE.replace("%GRAPHICS", graphics).replace("%TITLE", visitor.plain_title)
    source = f"{preamble}\\begin{{document}}\n{title}{body}\n\\end{{document}}\n"
    return source, visitor.problems


class _Translator(nodes.NodeVisitor):
    """One method a kind of node; environments open on the way in and close on the way out."""

    def __init__(self, doctree: nodes.document, top: str) -> None:
        super().__init__(doctree)
        self.top = top
        self.has_pictures = False
        self.body: list[str] = []
        self.problems: list[tuple[nodes.Node, str]] = []
        self.title = self.plain_title = ""
        self.depth = -1

    def unknown_visit(self, node: Any) -> None:
        name = type(node).__name__
        if name in _SILENT:
            raise nodes.SkipNode
        if name not in _PLAIN:
            self.problems.append((node, f"cannot write this in LaTeX: {name}"))
            raise nodes.SkipNode

    def unknown_departure(self, node: Any) -> None:
        pass

    def visit_Text(self, node: Any) -> None:
        self.body.append(self._written(escape, node))

    def _written(self, write: Callable[[str], str], node: Any) -> str:
        try:
            return write(node.astext())
        except ValueError as error:
            self.problems.append((node, str(error)))
            return ""

    # sections

    def visit_section(self, node: Any) -> None:
        self.depth += 1

    def depart_section(self, node: Any) -> None:
        self.depth -= 1

    def visit_title(self, node: Any) -> None:
        self.mark = len(self.body)

    def depart_title(self, node: Any) -> None:
        text = "".join(self.body[self.mark :])
        del self.body[self.mark :]
        if isinstance(node.parent, nodes.admonition):
            self.body.append(rf"\textbf{{{text}.}} ")
        elif self.depth == 0 and not self.title:
            self.title, self.plain_title = text, _in_outline(node.astext())
        else:
            command = _HEADINGS[min(max(self.depth - 1, 0), len(_HEADINGS) - 1)]
            outline = rf"\texorpdfstring{{{text}}}{{{_in_outline(node.astext())}}}"
            self.body.append(f"\n{command}{{{outline}}}\n")

    # blocks

    def depart_paragraph(self, node: Any) -> None:
        self.body.append("" if isinstance(node.parent, nodes.entry) else "\n\n")

    def visit_math_block(self, node: Any) -> None:
        code = node.astext().strip()
        inner = rf"\begin{{aligned}}{code}\end{{aligned}}" if _has_lines(code) else code
        self.body.append(f"\\begin{{equation*}}\n{inner}\n\\end{{equation*}}\n")
        raise nodes.SkipNode

    def visit_literal_block(self, node: Any) -> None:
        self.body.append(f"\\begin{{verbatim}}\n{node.astext()}\n\\end{{verbatim}}\n")
        raise nodes.SkipNode

    def visit_doctest_block(self, node: Any) -> None:
        self.visit_literal_block(node)

    def visit_claim(self, node: Any) -> None:
        self.body.append(f"\n{node['tex']}\n")
        if list(drawings(node)):
            self._picture(node["fragment"])
        raise nodes.SkipNode

    def visit_container(self, node: Any) -> None:
        if "file" in node:
            self._picture(node["file"])

    def depart_container(self, node: Any) -> None:
        pass

    def visit_raw(self, node: Any) -> None:
        if "explorer" in node.parent.get("classes", ()):
            raise nodes.SkipNode
        self.unknown_visit(node)

    def _picture(self, name: str) -> None:
        self.has_pictures = True
        file = f"{self.top}claims/{name}.pdf"
        self.body.append(f"\\begin{{center}}\n\\includegraphics[scale=0.8]{{{file}}}\n\\end{{center}}\n")

    def visit_transition(self, node: Any) -> None:
        self.body.append("\n\\medskip\\hrule\\medskip\n")

    def visit_bullet_list(self, node: Any) -> None:
        self.body.append("\n\\begin{itemize}\n")

    def depart_bullet_list(self, node: Any) -> None:
        self.body.append("\\end{itemize}\n\n")

    def visit_enumerated_list(self, node: Any) -> None:
        self.body.append("\n\\begin{enumerate}\n")

    def depart_enumerated_list(self, node: Any) -> None:
        self.body.append("\\end{enumerate}\n\n")

    def visit_list_item(self, node: Any) -> None:
        self.body.append("\\item ")

    def visit_definition_list(self, node: Any) -> None:
        self.body.append("\n\\begin{description}\n")

    def depart_definition_list(self, node: Any) -> None:
        self.body.append("\\end{description}\n\n")

    def visit_definition_list_item(self, node: Any) -> None:
        pass

    def visit_term(self, node: Any) -> None:
        self.body.append("\\item[{")

    def depart_term(self, node: Any) -> None:
        self.body.append("}] ")

    def visit_definition(self, node: Any) -> None:
        pass

    def visit_block_quote(self, node: Any) -> None:
        self.body.append("\n\\begin{quote}\n")

    def depart_block_quote(self, node: Any) -> None:
        self.body.append("\\end{quote}\n\n")

    def visit_admonition(self, node: Any) -> None:
        name = type(node).__name__
        self.body.append("\n\\begin{quote}\n")
        if name != "admonition":
            self.body.append(rf"\textbf{{{name.capitalize()}.}} ")

    depart_admonition = depart_block_quote
    visit_note = visit_tip = visit_hint = visit_warning = visit_important = visit_admonition
    depart_note = depart_tip = depart_hint = depart_warning = depart_block_quote
    depart_important = depart_block_quote

    # tables

    def visit_table(self, node: Any) -> None:
        columns = [spec["colwidth"] for spec in node.findall(nodes.colspec)]
        widths = "".join(_column(width / sum(columns), len(columns)) for width in columns)
        self.body.append(f"\n\\begin{{center}}\n\\begin{{tabular}}{{{widths}}}\n\\hline\n")

    def depart_table(self, node: Any) -> None:
        self.body.append("\\hline\n\\end{tabular}\n\\end{center}\n\n")

    def depart_thead(self, node: Any) -> None:
        self.body.append("\\hline\n")

    def depart_row(self, node: Any) -> None:
        self.body.append(" \\\\\n")

    def visit_row(self, node: Any) -> None:
        pass

    def visit_entry(self, node: Any) -> None:
        if node.parent.index(node):
            self.body.append(" & ")

    # text

    def visit_math(self, node: Any) -> None:
        self.body.append(f"${node.astext()}$")
        raise nodes.SkipNode

    def visit_literal(self, node: Any) -> None:
        self.body.append(self._written(code, node))
        raise nodes.SkipNode

    def visit_emphasis(self, node: Any) -> None:
        self.body.append(r"\emph{")

    def visit_strong(self, node: Any) -> None:
        self.body.append(r"\textbf{")

    def depart_emphasis(self, node: Any) -> None:
        self.body.append("}")

    depart_strong = depart_emphasis

    def visit_paragraph(self, node: Any) -> None:
        pass

    def visit_reference(self, node: Any) -> None:
        pass

    def depart_reference(self, node: Any) -> None:
        uri = node.get("refuri", "")
        if uri.startswith(("http://", "https://")) and uri != node.astext():
            self.body.append(f" ({code(uri)})")


def _in_outline(text: str) -> str:
    """Plain text for a PDF's title and outline, where no command can stand."""
    return "".join(f"\\{c}" if c in "{}%#&_" else " " if c in "\\$^~\n" else c for c in text)


def _has_lines(code: str) -> bool:
    from docutils.utils.math import toplevel_code

    return r"\\" in toplevel_code(code)


def _column(share: float, count: int) -> str:
    # each column has 2\tabcolsep of padding, about 0.03\textwidth
    return rf"p{{{share * (1 - 0.03 * count):.3f}\textwidth}}"
