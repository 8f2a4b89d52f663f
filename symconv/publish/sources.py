"""Claims in files: Markdown, reStructuredText, Python docstrings and LaTeX, each with its line."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from symconv.errors import SymconvError
from symconv.printing.notation import Notation
from symconv.publish.blocks import CODE, COLONS, NEAR_COMMENT, NEAR_FENCE, OPTIONS, STATED, WORDS
from symconv.publish.checking import VERDICTS, claims_in, earlier_claims
from symconv.publish.equation_words import Settings, Words, words_of
from symconv.reading.latex.tex_sources.papers import Comment, Equation, File, Problem, equation_in, parts_of
from symconv.reading.text_files import read_text

if TYPE_CHECKING:
    from docutils import nodes

__all__ = ["SUFFIXES", "Malformed", "Note", "Part", "Stated", "parts_of_file", "parts_of_tree", "stated_in"]

_COMMENT = re.compile(r"\s*%+ ?(?P<text>.*)$")
_SHORT = re.compile(r"claim(?: \((?P<expect>\w+)\))?:\s*(?P<text>.*)$")
_NEAR = re.compile(r"claims?\s*(?:[(\[]\s*\w+\s*[)\]]|proved|refuted|unknown)?\s*:|claims?\b[^:]*:.*[=!]=", re.I)
#: The files that claims are looked for in.
SUFFIXES = (".md", ".markdown", ".rst", ".txt", ".tex", ".py", ".ipynb")
#: A claim in a comment behind text.
_BEHIND = re.compile(r"[^\s%].*(?<!\\)%+\s*claim\s*(?:\(\w+\))?:", re.I)
_LATEX = (".tex", ".sty", ".cls")
_TEXTS = ("paragraph", "title", "rubric")
_TOLD = ("asked", "math_block", "literal_block", "comment", *_TEXTS)
_STATING = ("claim", "calc")
_MARKDOWN = (".md", ".markdown", ".ipynb")
_INDENTED = re.compile(r"%+(?: {2,}|\t)(?P<text>\s*\S.*)")


@dataclass(frozen=True)
class Stated:
    """A claim as a file states it: the line, the text, and how it is to come out."""

    line: int
    text: str
    expect: str = "proved"
    condition: str | None = None
    is_calculation: bool = False
    figure: str | None = None
    path: Path | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Malformed:
    """An option or a line of a block that says nothing that is known."""

    line: int
    message: str
    path: Path | None = None


@dataclass(frozen=True)
class Note:
    """What a reader of the report may want to know."""

    text: str


Part: TypeAlias = "Stated | Malformed | Words | Equation | Problem | Note"


def parts_of_file(path: Path, settings: Settings) -> list[Part]:
    """What a file states, in its order; raises `SymconvError` where it cannot be read."""
    try:
        if str(path) == "-":
            return list(_read(sys.stdin.read() if sys.stdin else "", ".md", replace(settings, path=path)))
        if path.suffix.lower() in _LATEX:
            return list(_paper(path, settings))
        return list(_read(read_text(path), path.suffix.lower(), replace(settings, path=path)))
    except OSError as error:
        raise SymconvError(str(error.strerror or error)) from None
    except UnicodeDecodeError:
        raise SymconvError("this is not UTF-8 text") from None
    except SyntaxError as error:
        return [Malformed(error.lineno or 1, error.msg)]


def stated_in(text: str, suffix: str) -> list[Stated]:
    """The claims of a text in the language that the suffix of its file names.

    >>> stated_in("% claim (refuted): x[n], y[n]: x == y", ".tex")
    [Stated(line=1, text='x[n], y[n]: x == y', expect='refuted', condition=None, is_calculation=False, figure=None)]
    """
    return [stated for stated in _read(text, suffix, Settings()) if isinstance(stated, Stated)]


def _read(text: str, suffix: str, settings: Settings) -> Iterator[Part]:
    match suffix:
        case ".md" | ".markdown" | ".rst" | ".txt":
            return _document(text, settings.path, suffix in (".md", ".markdown"), settings)
        case ".py":
            return _docstrings(text, settings)
        case ".ipynb":
            return _cells(text, settings)
        case ".tex" | ".sty" | ".cls":
            return _comments(text.splitlines())
    raise SymconvError(f"no claims are known in files '*{suffix}'", hint=f"use {', '.join(SUFFIXES)}")


def _paper(path: Path, settings: Settings) -> Iterator[Part]:
    """The claims in comments of a document in LaTeX and of files that it includes, its equations and their words."""
    words: Words | None = None
    for part in parts_of(path, settings.root, settings.macros):
        if isinstance(part, Comment):
            more = _INDENTED.fullmatch(part.text)
            if words is not None and more and (part.path, part.line) == (words.path, words.end + 1):
                words = replace(words, text=f"{words.text} {more['text'].strip()}", end=part.line)
                continue
            said = words_of(part)
            if words is not None:
                yield words
            words = said if isinstance(said, Words) else None
            if isinstance(said, Problem):
                yield said
            continue
        if words is not None:
            yield words
            words = None
        if isinstance(part, File):
            claims = _comments(part.text.splitlines())
            yield from (replace(c, path=part.path) for c in claims)
        else:
            yield part
    if words is not None:
        yield words


def _docstrings(text: str, settings: Settings) -> Iterator[Part]:
    """What docstrings, those of attributes too, say in reStructuredText and in fences of Markdown, at its line."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(docstring)) as constant) if STATED.search(docstring):
                shown = "\n" * (constant.lineno - 1) + "\n".join(_dedented(docstring.splitlines()))
                for is_markdown in (False, True):
                    if ("{" if is_markdown else "::") in shown:
                        yield from _document(shown, settings.path, is_markdown, settings)


def _cells(text: str, settings: Settings) -> Iterator[Part]:
    """The claims of a notebook, each at its cell and its line there: Markdown, and code that begins with `%%claim`."""
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError):
        raise SymconvError("this is no notebook of Jupyter (format 4)") from None
    for number, (kind, source) in enumerate(sources, 1):
        path = Path(f"{settings.path}:cell {number}")
        if kind == "markdown":
            yield from _document(source, path, True, settings)
        elif kind == "code" and source.lstrip().lower().startswith("%%claim"):
            first = len(source) - len(source.lstrip())
            line = source.count("\n", 0, first) + 1
            opening, *lines = source[first:].splitlines()
            claims = claims_in(lines)
            expect = opening.removeprefix("%%claim").strip() or "proved"
            if expect not in VERDICTS or not claims or source[first - 1 : first] == " ":
                hint = "%%claim, or %%claim refuted, stands on a line of its own, and claims below it"
                yield Malformed(line, f"'{opening[:60]}' states nothing\nhint: {hint}", path)
            else:
                yield from (Stated(line + 1 + at, claim, expect, path=path) for at, claim in claims)


def _dedented(lines: Sequence[str]) -> list[str]:
    """The lines of a docstring, all but the first without the space that they have in common."""
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return [lines[0].lstrip(), *(line[margin:] for line in lines[1:])]


def _document(text: str, path: Path, is_markdown: bool, settings: Settings) -> Iterator[Part]:
    """What directives and formulas of a document say, in their order."""
    try:
        from symconv.publish.documents import Reading, document_of

        reading = Reading((settings.root or path.parent).resolve(), above=(path.resolve(),))
        document = document_of(text, path, is_markdown, reading)
    except ImportError as error:
        raise SymconvError(f"reading documents needs {error.name}", hint='pip install "symconv[docs]"') from None
    yield from parts_of_tree(document, settings)
    for source, line, name in reading.unknown:
        yield Note(f"{source}:{line}: the directive '{name}' is not known: what it holds was read as text")
    yield from _near_directives(text.splitlines(), is_markdown)


def _near_directives(lines: Iterable[str], is_markdown: bool) -> Iterator[Malformed]:
    """Lines that would open a block of ours but for a colon, braces or spaces."""
    pattern, written = (NEAR_FENCE, ":::{claim}") if is_markdown else (NEAR_COMMENT, ".. claim::")
    for number, line in enumerate(lines, 1):
        if pattern.match(line) and any(block in line.lower() for block in (*OPTIONS, *WORDS)):
            yield Malformed(number, f"'{line.strip()}' opens no block, and states nothing\nhint: as in {written}")


def parts_of_tree(document: nodes.document, settings: Settings) -> Iterator[Part]:
    """What our directives and the formulas in a tree of docutils say, in their order."""
    stated = [node for node in document.findall(lambda node: node.tagname == "asked") if node["block"] in _STATING]
    earlier = earlier_claims((node["block"], node["text"], node["options"]) for node in stated)
    for node in document.findall(lambda node: node.tagname in _TOLD):
        place = Path(node.source or document["source"]), node.line or 1
        match node.tagname:
            case "asked":
                said = _said(node, *place)
                if said is not None:
                    yield said
                for name in next(earlier)[1] if node["block"] in _STATING else ():
                    yield Malformed(place[1], f"no earlier claim of this document has the name {name}", place[0])
            case "math_block":
                yield _formula(node, *place, settings)
            case "comment" if place[0].suffix in _MARKDOWN and words_of(Comment(*place, f"% {node.astext()}")):
                hint = "a directive says it: ```{symconv-declare} x[n], and ``` on the next line"
                message = f"'% {node.astext().splitlines()[0]}' is a comment in Markdown\nhint: {hint}"
                yield Malformed(place[1], message, place[0])
            case name if name in _TEXTS:
                yield from _colons(node, *place)
                yield from _dollars(node, *place) if settings.is_all else ()
            case "literal_block" if settings.is_all and "math" in (node.get("language"), *node["classes"]):
                yield _formula(node, *place, settings)  # as GitHub and GitLab set it
            case "literal_block":
                names = filter(None, map(CODE.match, (*node["classes"], node.get("language", ""))))
                if near := next(names, None):
                    hint = f"write ```{{{near['name'].lower()}}} on a line of its own"
                    message = f"a fence '{near[0]}' is code, which states nothing\nhint: {hint}"
                    yield Malformed(place[1], message, place[0])


def _colons(paragraph: nodes.Element, path: Path, line: int) -> Iterator[Malformed]:
    """The blocks between colons that are read as text."""
    for child in paragraph.children:
        text = child.astext()
        for colons in COLONS.finditer(text) if child.tagname == "#text" else ():
            message = f"'{colons[0]}' is text here, and states nothing"
            hint = f"enable MyST's extension colon_fence in conf.py, or write ```{{{colons['name']}}}"
            yield Malformed(line + text.count("\n", 0, colons.start()), f"{message}\nhint: {hint}", path)
        line += text.count("\n")


def _dollars(paragraph: nodes.Element, path: Path, line: int) -> Iterator[Malformed]:
    """Formulas between double dollars inside a paragraph, which MyST reads as formulas in the text between dollars."""
    texts = [child.astext() for child in paragraph.children]
    for number, child in enumerate(paragraph.children[:-1]):
        before, after = "".join(texts[max(number - 1, 0) : number]), texts[number + 1]
        if child.tagname == "math" and before.endswith("$") and after.startswith("$"):
            message = f"'$${texts[number]}$$' stands inside a paragraph, and is not read"
            hint = "leave a blank line before and after it"
            yield Malformed(line + sum(t.count("\n") for t in texts[:number]), f"{message}\nhint: {hint}", path)


def _said(node: nodes.Element, path: Path, line: int) -> Part | None:
    text, options = node["text"], node["options"]
    match node["block"]:
        case "problem":
            return Malformed(line, text, path)
        case "notation":
            try:
                Notation.read([text])
            except SymconvError as error:
                return Malformed(line, str(error), path)
            return None
        case "symconv" | "symconv-declare":
            return Words(path, line, text, node["block"] == "symconv-declare")
    expect, is_calculation = options.get("expect", "proved"), node["block"] == "calc"
    return Stated(line, text, expect, options.get("condition"), is_calculation, options.get("figure"), path)


def _formula(node: nodes.Element, path: Path, line: int, settings: Settings) -> Equation:
    """The formula of a block, at the line that it begins on: readers note that of the block."""
    text = node.astext()
    label = node.get("label") or next(iter(node.get("names", ())), None)
    try:
        around = read_text(path).splitlines()[line - 1 : line + 9]
    except (OSError, UnicodeDecodeError):
        around = []
    opening = text.strip().partition("\n")[0].strip()
    first = next((line + n for n, shown in enumerate(around) if opening in shown), line)
    return equation_in(text, path, first, settings.macros, label)


def _comments(lines: Iterable[str]) -> Iterator[Stated | Malformed]:
    """The claims in LaTeX comments: `% claim: …` or `% claim (refuted): …`, further lines indented.

    What nearly looks like it is malformed.
    """
    found: Stated | None = None
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.match(line)
        text = comment["text"] if comment else ""
        if found and text[:1].isspace() and text.strip():
            found = Stated(found.line, f"{found.text} {text.strip()}", found.expect)
            continue
        if found:
            yield found
        short = _SHORT.match(text)
        found = Stated(number, short["text"], short["expect"] or "proved") if short else None
        if not short and (_NEAR.match(text) or _BEHIND.search(line)):
            hint = "write '% claim: …' or '% claim (refuted): …'"
            yield Malformed(number, f"'{line.strip()[:60]}' states nothing\nhint: {hint}")
    if found:
        yield found
