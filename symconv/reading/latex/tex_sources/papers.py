r"""A document in LaTeX as it stands: its files, its equations with the macros that hold there, and its comments.

Nothing is run. Files are followed inside a root folder only, after links are resolved; style files there are read for
their macros. What is verbatim or after `\iffalse` is no part of the document.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os.path import relpath
from pathlib import Path
from typing import TypeAlias

from symconv.claims.names import short
from symconv.errors import SymconvError
from symconv.limits import MAX_FILE, MAX_FILES, MAX_SHORT_MACRO
from symconv.reading.latex.tex_sources.macros import Expansion, Macro, Macros, Scopes, digested, expanded, opened
from symconv.reading.latex.tex_sources.tex_pieces import VERBATIM, Piece, Stream
from symconv.reading.text_files import read_text

__all__ = ["Comment", "Equation", "File", "Part", "Problem", "equation_in", "macros_in", "parts_of"]

#: Environments of displayed equations, and the one that the reader of formulas is given; none where it has no rows.
_DISPLAYED = {
    **dict.fromkeys(("equation", "displaymath", "dmath"), ""),
    **{name: name for name in ("align", "gather", "multline", "eqnarray")},
    **dict.fromkeys(("flalign", "alignat", "IEEEeqnarray"), "align"),
}
_WITH_COLUMNS = ("alignat", "IEEEeqnarray")
_CLOSING = {r"\[": r"\]", r"\(": r"\)", "$$": "$$", "$": "$"}
_DELIMITERS = frozenset((r"\begin", r"\end", r"\[", r"\]", r"\(", r"\)"))
_ROW_SPACE = re.compile(r"\*?(?:\[\s*-?[\d.]+\s*(?:pt|mm|cm|ex|em|in|\\\w+)\s*\])?")
_PLAIN_NAME = re.compile(r"[^\x00-\x1f\\#{}$%]{1,200}")
_FILE_NAME = re.compile(r"\s*([^\s{}\\%#]+)")


@dataclass(frozen=True)
class Comment:
    """A comment and its place."""

    path: Path
    line: int
    text: str


@dataclass(frozen=True)
class File:
    """A file that is a part of the document."""

    path: Path
    text: str = field(repr=False)


@dataclass(frozen=True)
class Problem:
    """Something that cannot be read, and its place; `is_minor` where a document may well do without it."""

    path: Path
    line: int
    message: str
    is_minor: bool = False


@dataclass(frozen=True)
class Equation:
    """An equation as its author wrote it, and what commands stand for there."""

    path: Path
    line: int
    source: str = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    macros: Macros = field(repr=False, compare=False)
    is_inline: bool = False
    labels: tuple[str, ...] = ()
    label_places: tuple[int, ...] = ()
    #: Comments that stand inside.
    comments: tuple[Comment, ...] = ()
    #: The line of the document that the source begins with.
    first: int = 1

    @cached_property
    def expansion(self) -> Expansion:
        """The formula with what its macros stand for; raises `SymconvError` with its place in the source."""
        return expanded(Stream(self.source, len(self.source), before=deque(self.pieces)), self.macros)

    def line_of(self, place: int) -> int:
        """The line of a place in the source."""
        return self.source.count("\n", 0, place) + self.first


Part: TypeAlias = File | Comment | Equation | Problem


@dataclass
class _Walk:
    """What is known on the way through the files of a document."""

    root: Path
    folder: Path
    #: The folder as its user wrote it.
    shown: Path
    scopes: Scopes
    #: The files that are being read, the innermost last, and how many were and how long they are.
    files: list[Path] = field(default_factory=list)
    count: int = 0
    length: int = 0
    #: Whether this is before the text of the document.
    is_preamble: bool = False


def parts_of(path: Path, root: Path | None = None, macros: Macros | None = None) -> Iterator[Part]:
    """The comments, equations and problems of a document, in the order in which it is read.

    Raises `OSError` or `UnicodeDecodeError` where the document itself cannot be read.
    """
    folder = path.resolve().parent
    walk = _Walk((root or folder).resolve(), folder, path.parent, Scopes(dict(macros or {})))
    if not path.resolve().is_relative_to(walk.root):
        raise SymconvError(f"{path} is outside of {walk.root}")
    text = read_text(path)
    walk.is_preamble = r"\begin{document}" in text
    yield from _file(walk, path, text)


def equation_in(text: str, path: Path, line: int, macros: Macros, label: str | None = None) -> Equation:
    """A formula that stands for itself, from a line of a document in another language."""
    pieces = tuple(piece for piece in Stream(text) if piece.text[0] != "%")
    found = {match[1]: match.start() for match in re.finditer(r"\\label\s*\{([^{}]*)\}", text)}
    labels = {label: 0} if label else found
    places = tuple(labels.values())
    return Equation(path, line, text, pieces, macros, labels=tuple(labels), label_places=places, first=line)


def macros_in(path: Path, macros: Macros) -> Macros:
    """What a file defines, and what is known; raises `SymconvError`."""
    folder = path.resolve().parent
    walk = _Walk(folder, folder, path.parent, Scopes(dict(macros)))
    try:
        for part in _file(walk, path, read_text(path)):
            if isinstance(part, Problem) and not part.is_minor:
                raise SymconvError(f"{part.path}:{part.line}: {part.message}")
    except OSError as error:
        raise SymconvError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SymconvError(f"{path} is not UTF-8 text") from None
    return walk.scopes.macros


def _file(walk: _Walk, path: Path, text: str, is_style: bool = False) -> Iterator[Part]:
    walk.count += 1
    walk.length += len(text)
    walk.files.append(path.resolve())
    if not is_style:
        yield File(path, text)
    stream = Stream(text, is_style=is_style or path.suffix in (".sty", ".cls"))
    while True:
        stream.skip_plain()
        if (piece := stream.take()) is None:
            break
        try:
            if piece.text == r"\endinput" or (piece.text == r"\end" and _ends_document(stream, piece)):
                break
            yield from _next(walk, stream, path, piece)
        except SymconvError as error:
            if not is_style:
                place = error.span[0] if error.span is not None and error.text == text else piece.span[0]
                hint = f"\nhint: {error.hint}" if error.hint else ""
                yield Problem(path, stream.line(place), error.message + hint)
    walk.files.pop()


def _ends_document(stream: Stream, piece: Piece) -> bool:
    return stream.text.startswith(r"{document}", piece.span[1])


def _next(walk: _Walk, stream: Stream, path: Path, piece: Piece) -> Iterator[Part]:
    """What one piece begins."""
    if piece.text[0] == "%":
        yield Comment(path, stream.line(piece.span[0]), _meant(walk.scopes.macros, piece.text))
    elif piece.text in (r"\begin", r"\end"):
        if piece.is_final or not opened(stream, walk.scopes.macros, piece):
            yield from _environment(walk, stream, path, piece)
    elif piece.text in ("$", r"\[", r"\("):
        yield from _formula(walk, stream, path, piece)
    elif piece.text in (r"\verb", r"\lstinline"):
        _skip_verb(stream)
    elif (include := _INCLUSIONS.get(piece.text)) is not None:
        yield from include(walk, stream, path, piece)
    elif not digested(stream, walk.scopes, piece) and _sets_equations(walk.scopes, piece):
        opened(stream, walk.scopes.macros, piece)


def _meant(macros: Macros, comment: str) -> str:
    """A comment that is said to us, its macros replaced."""
    marks, words = comment[: len(comment) - len(comment.lstrip("%"))], comment.lstrip("%")
    if "symconv" not in words or "\\" not in words:
        return comment
    try:
        return marks + expanded(words, macros).text
    except SymconvError:
        return comment


def _sets_equations(scopes: Scopes, piece: Piece) -> bool:
    r"""Whether a macro begins or ends an equation, such as \be and \ee."""
    if not piece.is_command or piece.is_final or piece.text not in scopes.macros:
        return False
    if piece.text not in scopes.setting:
        scopes.setting[piece.text] = _sets(scopes.macros, piece.text)
    return scopes.setting[piece.text]


def _sets(macros: Macros, name: str) -> bool:
    waiting, seen = [name], {name}
    while waiting:
        macro = macros.get(waiting.pop())
        if not isinstance(macro, Macro):
            continue
        names = {piece.text for piece in macro.body[:MAX_SHORT_MACRO] if piece.is_command and not piece.is_final}
        if names & _DELIMITERS:
            return True
        waiting += names - seen
        seen |= names
    return False


# Equations


def _environment(walk: _Walk, stream: Stream, path: Path, piece: Piece) -> Iterator[Part]:
    name = stream.word(piece)
    base = name.rstrip("*")
    if piece.text == r"\end":
        walk.scopes.close()
    elif name in VERBATIM:
        stream.skip_verbatim(name)
    elif base in _DISPLAYED or name == "math":
        if base in _WITH_COLUMNS:
            stream.optional()
            stream.argument(piece)
        yield from _collected(walk, stream, path, piece, name, _DISPLAYED.get(base, ""))
    elif name == "document":
        walk.is_preamble = False
    else:
        walk.scopes.open()


def _formula(walk: _Walk, stream: Stream, path: Path, piece: Piece) -> Iterator[Part]:
    mark = piece.text
    if mark == "$" and (following := stream.peek()) is not None and following.text == "$":
        stream.take()
        mark = "$$"
    yield from _collected(walk, stream, path, piece, mark, "")


def _collected(
    walk: _Walk, stream: Stream, path: Path, start: Piece, mark: str, environment: str
) -> Iterator[Equation | Comment]:
    """The equation up to what closes it."""
    pieces: list[Piece] = []
    comments: list[Comment] = []
    labels: dict[str, int] = {}
    macros = walk.scopes.macros
    while (piece := stream.take()) is not None:
        if piece.text[0] == "%":
            comments.append(Comment(path, stream.line(piece.span[0]), piece.text))
        elif _closes(stream, piece, mark):
            break
        elif mark == "$" and piece.text.count("\n") > 1:
            return  # TeX would stop here: a dollar sign that opens nothing
        elif piece.text in (r"\begin", r"\end") and not piece.is_final or _sets_equations(walk.scopes, piece):
            opened(stream, macros, piece)
        else:
            if piece.text in (r"\intertext", r"\shortintertext"):
                stream.argument(piece)
                if pieces and pieces[-1].text != r"\\":  # it ends the row
                    pieces.append(Piece(r"\\", piece.span))
                continue
            if piece.text == r"\label":
                ahead = stream.argument(piece)
                labels["".join(p.text for p in ahead)] = piece.span[0]
                continue
            pieces.append(piece)
            if piece.text == r"\\" and (space := _ROW_SPACE.match(stream.text, stream.position)) and not stream.before:
                stream.position = space.end()
    else:
        raise stream.error(f"'{_opening(mark)}' is not closed", start.span)
    line = stream.line(start.span[0])
    if environment:
        begin, end = (rf"\{word}{{{environment}}}" for word in ("begin", "end"))
        pieces = [Piece(begin, start.span, is_final=True), *pieces, Piece(end, stream.last, is_final=True)]
    inline = mark in ("$", r"\(", "math")
    names, places = tuple(labels), tuple(labels.values())
    yield Equation(path, line, stream.text, tuple(pieces), {**macros}, inline, names, places, tuple(comments))


def _opening(mark: str) -> str:
    return mark if mark in _CLOSING else rf"\begin{{{mark}}}"


def _closes(stream: Stream, piece: Piece, mark: str) -> bool:
    """Whether a piece ends the equation; the rest of what ends it is then taken."""
    if mark == "$$" and piece.text == "$":
        stream.take()
        return True
    if mark in _CLOSING:
        return piece.text == _CLOSING[mark]
    if piece.text != r"\end" or not piece.is_final:
        return False
    ahead = stream.argument(piece)
    if "".join(p.text for p in ahead) == mark:
        return True
    stream.put_back((Piece("{", piece.span), *ahead, Piece("}", piece.span)))
    return False


def _skip_verb(stream: Stream) -> None:
    match = re.compile(r"\*?([^\sA-Za-z{\[])").match(stream.text, stream.position)
    if match and not stream.before:
        end = stream.text.find(match[1], match.end())
        stream.position = end + 1 if end >= 0 else match.end()


# Files


def _included(walk: _Walk, stream: Stream, path: Path, piece: Piece) -> Iterator[Part]:
    r"""The parts of the file that \input, \include or \subfile names."""
    folders: Sequence[Path] = (walk.folder, path.parent)
    if piece.text in (r"\import", r"\subimport"):
        folder = _checked_name(stream, piece, stream.word(piece))
        folders = ((path.parent if piece.text == r"\subimport" else walk.folder) / folder,)
    name = _file_name(stream, piece)
    place = _located(walk, stream, piece, folders, name, ".tex")
    if place is None:
        if not walk.is_preamble:
            raise stream.error(f"there is no file '{short(name)}'", piece.span)
        message = f"there is no file '{short(name)}' here, and what it defines is not known"
        yield Problem(path, stream.line(piece.span[0]), message, is_minor=True)
        return
    yield from _read(walk, walk.shown / relpath(place, walk.folder))


def _read(walk: _Walk, path: Path, is_style: bool = False) -> Iterator[Part]:
    try:
        text = read_text(path)
    except OSError as error:
        raise SymconvError(f"{path.name}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SymconvError(f"{path.name} is not UTF-8 text") from None
    if walk.count >= MAX_FILES or walk.length + len(text) > MAX_FILE:
        raise SymconvError(f"more is included than is read: {MAX_FILES:,} files of {MAX_FILE:,} characters together")
    yield from _file(walk, path, text, is_style)


def _file_name(stream: Stream, piece: Piece) -> str:
    following = stream.after_blanks()
    if following is None or following.text == "{" or stream.before and stream.position > following.span[1]:
        name = stream.word(piece)
    else:
        match = _FILE_NAME.match(stream.text, following.span[0])
        name = match[1] if match else ""
        stream.before.clear()
        stream.position = match.end() if match else stream.position
    return _checked_name(stream, piece, name).strip('"')


def _checked_name(stream: Stream, piece: Piece, name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise stream.error(f"'{piece.text}' names no file", piece.span, "the name of a file is written out")
    return name


def _located(walk: _Walk, stream: Stream, piece: Piece, folders: Sequence[Path], name: str, suffix: str) -> Path | None:
    """The file of this name inside the root; None where there is none."""
    if name.startswith("|"):
        raise stream.error(f"'{short(name)}' is a pipe, which is not read", piece.span)
    named = [name] if name.endswith(suffix) else [name + suffix, name]
    places = [(folder / each).resolve() for folder in folders for each in named]
    inside = [place for place in places if place.is_relative_to(walk.root)]
    place = next((place for place in inside if place.exists()), None)
    if place is None:
        if len(inside) == len(places) or not any(p.exists() for p in places) and inside:
            return None
        hint = "a larger folder is allowed by --root"
        raise stream.error(f"'{short(name)}' is outside of {walk.root}", piece.span, hint)
    if place in walk.files:
        raise stream.error(f"'{short(name)}' includes itself", piece.span)
    return place


def _styles(walk: _Walk, stream: Stream, path: Path, piece: Piece) -> Iterator[Part]:
    r"""The macros of the style files of \usepackage that are the author's own."""
    suffix = ".cls" if piece.text in (r"\documentclass", r"\LoadClass") else ".sty"
    stream.optional()
    for name in filter(_PLAIN_NAME.fullmatch, stream.word(piece).split(",")):
        own = (walk.folder / (name.strip() + suffix)).resolve()
        if own.is_relative_to(walk.root) and own.is_file() and own not in walk.files:
            for _ in _read(walk, own, is_style=True):
                pass
    return iter(())


_INCLUSIONS = {
    **dict.fromkeys((r"\input", r"\include", r"\subfile", r"\subfileinclude", r"\import", r"\subimport"), _included),
    **dict.fromkeys((r"\usepackage", r"\RequirePackage", r"\documentclass", r"\LoadClass"), _styles),
}
