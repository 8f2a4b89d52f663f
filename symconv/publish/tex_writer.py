r"""A whole document as LaTeX, by docutils' own writer: the article class, amsmath, hyperref and what else it needs."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from docutils import frontend, nodes
from docutils.writers import latex2e
from sphinx.locale import admonitionlabels
from sphinx.util.docutils import SphinxTranslator

from symconv.displays.claim_nodes import drawings
from symconv.displays.tex import claim_tex, symbol
from symconv.printing.as_mathml import MathError, mathml
from symconv.printing.notation import using
from symconv.publish.claim_domain import claim_number, with_numbers

__all__ = ["document_tex"]

_SETTINGS = {
    "documentclass": "article", "documentoptions": "11pt,a4paper", "font_encoding": "T1", "latex_preamble": "",
    "literal_block_env": "verbatim", "use_latex_citations": False, "legacy_column_widths": False,
    "hyperlink_color": "0", "hyperref_options": "hidelinks", "table_style": ["booktabs"], "figure_footnotes": False,
    "output_encoding": "utf-8", "syntax_highlight": "none", "docutils_footnotes": True, "language_code": "en",
}  # fmt: skip
_TEMPLATE = r"""%(classes)s
%(requirements)s
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\allowdisplaybreaks
\setlength{\textwidth}{16cm}
\setlength{\oddsidemargin}{-0.04cm}
\setlength{\textheight}{24cm}
\setlength{\topmargin}{-1.5cm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt}
\emergencystretch=2em
%(fallbacks)s
%(links)s
\hypersetup{pdflang={en},bookmarksopen}
%(folders)s%(characters)s\begin{document}
\begin{center}
\LARGE %(title)s
\end{center}
%(body)s
\end{document}
"""
#: How many letters of a listing a line holds.
_SIZES = {"": 78, r"\small": 86, r"\footnotesize": 96, r"\scriptsize": 108, r"\tiny": sys.maxsize}
#: What pdfTeX lacks is set by these; other engines have fonts for it.
_LACKING = r"""\ifdefined\pdftexversion
\newcommand\lacking[3]{\ifcsname u8:\detokenize{#1}\endcsname\else\DeclareUnicodeCharacter{#2}{#3}\fi}
\newcommand\numbered[2]{\ifcsname u8:\detokenize{#1}\endcsname\else
\typeout{symconv: no letter #2}\DeclareUnicodeCharacter{#2}{\fbox{\tiny #2}}\fi}
"""
#: The letters that the package CJK has in its Chinese font.
_SET_BY_CJK = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "FULLWIDTH")
_HAN = r"""\IfFileExists{c70gbsn.fd}{\usepackage{CJKutf8}
\AtBeginDocument{\begin{CJK}{UTF8}{gbsn}}\AtEndDocument{\end{CJK}}}{"""


def document_tex(
    doctree: nodes.document, builder: Any, images: Mapping[str, str], top: str = ""
) -> tuple[str, list[tuple[nodes.Node, str]]]:
    """The LaTeX source of a document, and what could not be written, node by node.

    `images` has the files of images that pdfTeX can read, and `top` is the way from the document to the folder that
    holds these, and pictures of claims; LaTeX may be run in either folder.
    """
    document = doctree.deepcopy()
    document.reporter = doctree.reporter
    document.settings = frontend.get_default_settings(latex2e.Writer)
    vars(document.settings).update(vars(doctree.settings))
    vars(document.settings).update(_SETTINGS)
    _promote_title(document)
    visitor = _Translator(document, builder, images)
    try:
        document.walkabout(visitor)
    except NotImplementedError as error:
        visitor.problems.append((document, str(error)))
    body = "".join(visitor.body).strip()
    title = "".join(visitor.title)
    has_pictures = any("graphicx" in line for line in visitor.requirements)
    source = _TEMPLATE % {
        "classes": "\n".join(visitor.head_prefix),
        "requirements": "\n".join(visitor.requirements),
        "fallbacks": "\n".join(visitor.fallbacks),
        "links": "\n".join(visitor.pdfsetup),
        "folders": rf"\graphicspath{{{{./}}{{{top}}}}}" + "\n" if top and has_pictures else "",
        "characters": _characters(title + body),
        "title": title,
        "body": body,
    }
    return source, visitor.problems


def _promote_title(document: nodes.document) -> None:
    """Make the first section the document itself, for its title is that of the page."""
    section = next((child for child in document.children if isinstance(child, nodes.section)), None)
    if section is not None:
        title, *rest = section.children
        at = document.index(section)
        document[:] = [title, *document[:at], *rest, *document[at + 1 :]]
        document["title"] = title.astext()


def _characters(text: str) -> str:
    """Declarations of the characters that pdfTeX may lack, drawn as their numbers where there is no symbol."""
    rare = sorted({character for character in text if character > "~"})
    if not rare:
        return ""
    shown = {c: known for c in rare if (known := symbol(c)) is not None}
    others = [c for c in rare if c not in shown]
    han = [c for c in others if unicodedata.name(c, "").startswith(_SET_BY_CJK)]
    lines = [rf"\lacking{{{c}}}{{{ord(c):04X}}}{{{known}}}" for c, known in shown.items()]
    lines += [rf"\numbered{{{c}}}{{{ord(c):04X}}}" for c in others if c not in han]
    if han:
        lines += [_HAN, *(rf"\numbered{{{c}}}{{{ord(c):04X}}}" for c in han), "}"]
    return "\n".join([_LACKING + lines[0], *lines[1:], r"\fi", ""])


class _Translator(SphinxTranslator, latex2e.LaTeXTranslator):
    """docutils' LaTeX, with claims, strict mathematics, and Sphinx's nodes for what they hold."""

    builder: Any

    def __init__(self, document: nodes.document, builder: Any, images: Mapping[str, str]) -> None:
        super().__init__(document, builder)
        self.images = images
        self.requirements["amsmath"] = r"\usepackage{amsmath}"
        self.problems: list[tuple[nodes.Node, str]] = []

    def unknown_visit(self, node: nodes.Node) -> None:
        if type(node).__name__ in ("index", "toctree", "tabular_col_spec", "highlightlang", "meta", "desc_sig_space"):
            raise nodes.SkipNode

    def unknown_departure(self, node: nodes.Node) -> None:
        pass

    # what is ours

    def visit_claim(self, node: Any) -> None:
        number = claim_number(self.builder.env, node["docname"], node["ids"][0])
        self.out += ["\n", *self.ids_to_labels(node), rf"{{\everypar{{\textbf{{{number}}} \everypar{{}}}}%"]
        self.out.append(f"\n{self._with_numbers(node)}}}\n")
        if list(drawings(node)):
            self._picture(node["fragment"])
        raise nodes.SkipNode

    def _with_numbers(self, node: Any) -> str:
        """The claim in LaTeX, with the numbers of the earlier claims that it uses."""
        if "using" not in node:
            return str(node["tex"])
        record, notation = node["using"]
        with using(notation):
            return claim_tex(with_numbers(self.builder.env, record), node["caption"])

    def visit_container(self, node: Any) -> None:
        if "file" in node:
            self._picture(node["file"])

    def depart_container(self, node: Any) -> None:
        pass

    def _picture(self, name: str) -> None:
        self._included(f"claims/{name}.pdf", "scale=0.8")

    def _included(self, file: str, options: str) -> None:
        self.requirements["graphicx"] = r"\usepackage{graphicx}"
        self.out.append(f"\n\\begin{{center}}\n\\includegraphics[{options}]{{{file}}}\n\\end{{center}}\n")

    def visit_math(self, node: Any, math_env: str = "$") -> None:
        self._formula(node, lambda tex: f"${tex}$", block=False)

    def visit_math_block(self, node: Any, math_env: str = "") -> None:
        self.out += self.ids_to_labels(node)
        number = rf"\tag{{{node['number']}}}" if node.get("number") else ""
        self._formula(node, lambda tex: f"\\begin{{equation*}}\n{_aligned(tex)}{number}\n\\end{{equation*}}\n", True)

    def _formula(self, node: Any, written: Callable[[str], str], block: bool) -> None:
        """A formula that symconv can read; LaTeX is given nothing else."""
        tex = node.astext().strip()
        try:
            mathml(tex, block)
        except MathError as error:
            self.problems.append((node, str(error)))
        else:
            self.out.append(written(tex))
        raise nodes.SkipNode

    # images and what has a number

    def visit_image(self, node: Any) -> None:
        file = self.images.get(node["uri"])
        if file is None:
            shown = self.encode(node.get("alt") or "picture")
            self.out.append(rf"\emph{{[{shown}]}}")
            raise nodes.SkipNode
        node["uri"] = file
        if not {"width", "height", "scale"} & set(node.attributes):
            self.requirements["~fitting"] = (
                r"\newsavebox\fitted\newcommand\fitting[1]{\sbox\fitted{\includegraphics{#1}}"
                r"\ifdim\wd\fitted>\linewidth\includegraphics[width=\linewidth]{#1}\else\usebox\fitted\fi}"
            )
        first = len(self.out)
        super().visit_image(node)
        if "~fitting" in self.requirements:
            self.out[first:] = [part.replace(r"\includegraphics{", r"\fitting{") for part in self.out[first:]]

    def visit_figure(self, node: Any) -> None:
        self._numbered(node, "figure")
        super().visit_figure(node)

    def visit_table(self, node: Any) -> None:
        self._numbered(node, "table")
        if "colwidths-given" not in node["classes"]:
            _set_widths(node)
        node["classes"] = ["colwidths-given"]
        super().visit_table(node)

    def visit_entry(self, node: Any) -> None:
        super().visit_entry(node)
        # a heading may hold more than one paragraph
        self.out[-2:] = [r"{\bfseries " if part == r"\textbf{" else part for part in self.out[-2:]]

    def _numbered(self, node: Any, kind: str) -> None:
        """The number that the site gives, for references to it."""
        numbers = self.builder.fignumbers.get(kind, {})
        number = next((numbers[name] for name in node["ids"] if name in numbers), None)
        if number:
            shown = ".".join(map(str, number))
            self.out.append(rf"\renewcommand{{\the{kind}}}{{{shown}}}" + "\n")

    def visit_caption(self, node: Any) -> None:
        if isinstance(node.parent, nodes.figure):
            super().visit_caption(node)
        else:  # of a listing, which floats nowhere
            self.out.append("\n" + r"\emph{")

    def depart_caption(self, node: Any) -> None:
        if isinstance(node.parent, nodes.figure):
            super().depart_caption(node)
        else:
            self.out.append("}\n\n")

    # text

    def visit_literal_block(self, node: Any) -> None:
        longest = max(map(len, node.astext().splitlines()), default=0)
        size = next(size for size, letters in _SIZES.items() if longest <= letters)
        self.out.append(f"\n{{{size}\\begin{{verbatim}}\n{node.astext()}\n\\end{{verbatim}}\n}}\n")
        raise nodes.SkipNode

    visit_doctest_block = visit_literal_block

    def visit_Admonition(self, node: Any) -> None:
        label = admonitionlabels.get(type(node).__name__)
        self.out.append("\n\\begin{quote}\n" + (rf"\textbf{{{label}.}} " if label else ""))

    def depart_Admonition(self, node: Any) -> None:
        self.out.append("\n\\end{quote}\n\n")

    visit_admonition, depart_admonition = visit_Admonition, depart_Admonition

    def visit_desc_signature(self, node: Any) -> None:
        self.out.append(rf"\texttt{{{self.encode(node.astext())}}}" + "\n\n")
        raise nodes.SkipNode

    def visit_raw(self, node: Any) -> None:
        if node.astext().strip().startswith("<br"):
            self.out.append("\\newline\n")
        raise nodes.SkipNode

    def visit_reference(self, node: Any) -> None:
        uri = node.get("refuri", "")
        if uri.startswith("#"):
            node["refid"] = uri[1:]
            del node["refuri"]
        elif uri and "://" not in uri:  # another page, which is another file in print
            self.context.append("")
            return
        super().visit_reference(node)
        self.context.append("}")

    def depart_reference(self, node: Any) -> None:
        self.out.append(self.context.pop())

    def visit_download_reference(self, node: Any) -> None:
        pass

    def depart_download_reference(self, node: Any) -> None:
        pass


def _set_widths(table: nodes.table) -> None:
    """Columns as wide as their longest cells ask for; what is too wide for the page is shared out and broken."""
    columns = list(table.findall(nodes.colspec))
    rows = [row.children for row in table.findall(nodes.row) if len(row) == len(columns)]
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        column["colwidth"] = 3 + min(60, max(len(cell.astext()) for cell in cells))


def _aligned(tex: str) -> str:
    from docutils.utils.math import toplevel_code

    return rf"\begin{{aligned}}{tex}\end{{aligned}}" if r"\\" in toplevel_code(tex) else tex
