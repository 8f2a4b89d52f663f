r"""What TeX sees of a text: commands, characters, comments and space, each with its place.

These pieces are only what macros, environments and files are found by; formulas have `tokens` of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from symconv.claims.names import short
from symconv.claims.syntax import Span
from symconv.errors import SymconvError

_PIECE = re.compile(r"\\(?:[A-Za-z]+|.|\Z)|%[^\n]*|\s+|#[1-9]|.", re.DOTALL)
_PLAIN = re.compile(r"[^\\%{}$]*")
_PIECE_WITH_AT = re.compile(r"\\(?:[A-Za-z@]+|.|\Z)|%[^\n]*|\s+|#[1-9]|.", re.DOTALL)
#: Environments whose text is shown or left out as it stands.
VERBATIM = frozenset("verbatim verbatim* Verbatim lstlisting minted alltt comment filecontents filecontents*".split())


class Piece(NamedTuple):
    """A command, a character, a comment or space; `within` are the macros that it comes from, the last one first.

    A command `is_final` where it keeps the meaning that it has without macros.
    """

    text: str
    span: Span
    within: tuple[str, ...] = ()
    is_final: bool = False

    @property
    def is_command(self) -> bool:
        """Whether it is a backslash and a name."""
        return self.text[0] == "\\"

    @property
    def is_parameter(self) -> bool:
        """Whether an argument of a macro comes in its place."""
        return self.text[0] == "#" and len(self.text) == 2 and not self.is_final

    @property
    def is_blank(self) -> bool:
        """Whether it is space or a comment."""
        return self.text[0] == "%" or self.text.isspace()


@dataclass
class Stream:
    """A text and how far its pieces are taken; what a macro stands for comes before the rest.

    Names hold @ in style files, and between \\makeatletter and \\makeatother.

    >>> [piece.text for piece in Stream(r"\\a@b#1% c")]
    ['\\\\a', '@', 'b', '#1', '% c']
    """

    text: str
    position: int = 0
    is_style: bool = False
    before: deque[Piece] = field(default_factory=deque)
    last: Span = (0, 0)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.take, None)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where the lines of the text begin."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line(self, place: int) -> int:
        """The line of a place, from 1."""
        return bisect_right(self.line_starts, place)

    def take(self) -> Piece | None:
        """The next piece."""
        if self.before:
            piece = self.before.popleft()
        elif match := (_PIECE_WITH_AT if self.is_style else _PIECE).match(self.text, self.position):
            piece = Piece(match[0], match.span())
            self.position = match.end()
            if piece.text in (r"\makeatletter", r"\makeatother"):
                self.is_style = piece.text == r"\makeatletter"
        else:
            return None
        self.last = piece.span
        return piece

    def skip_plain(self) -> None:
        """Leave out text that neither begins nor ends anything."""
        if not self.before:
            self.position = _PLAIN.match(self.text, self.position).end()  # type: ignore[union-attr]

    def put_back(self, several: Iterable[Piece]) -> None:
        """Let pieces come next."""
        self.before.extendleft(reversed([*several]))

    def peek(self) -> Piece | None:
        """The next piece, which stays."""
        if (piece := self.take()) is not None:
            self.before.appendleft(piece)
        return piece

    def after_blanks(self) -> Piece | None:
        """The next piece that is neither space nor a comment; it stays."""
        while (piece := self.peek()) is not None and piece.is_blank:
            self.take()
        return self.peek()

    def error(self, message: str, span: Span, hint: str | None = None) -> SymconvError:
        """The error that points at a place."""
        return SymconvError(message, text=self.text, span=span, hint=hint)

    def has(self, character: str) -> bool:
        """Whether a character comes next, which is then taken."""
        piece = self.after_blanks()
        if piece is None or piece.text != character:
            return False
        self.take()
        return True

    def argument(self, command: Piece) -> tuple[Piece, ...]:
        """What stands in braces, without them, or the one piece that stands alone."""
        piece = self.after_blanks()
        if piece is None or piece.text == "}":
            raise self.error(f"an argument of '{short(command.text)}' is missing", command.span)
        self.take()
        return self._until("}", piece) if piece.text == "{" else (piece,)

    def optional(self) -> tuple[Piece, ...] | None:
        """What stands in square brackets, if they come next."""
        piece = self.after_blanks()
        if piece is None or piece.text != "[":
            return None
        self.take()
        return self._until("]", piece)

    def word(self, command: Piece) -> str:
        """An argument as text."""
        return written(self.argument(command)).strip()

    def _until(self, closing: str, opened: Piece) -> tuple[Piece, ...]:
        """The pieces up to a bracket that closes, outside of braces."""
        found: list[Piece] = []
        depth = 0
        while (piece := self.take()) is not None:
            if piece.text == closing and depth == 0:
                return tuple(found)
            depth += (piece.text == "{") - (piece.text == "}")
            if depth < 0:
                break
            found.append(piece)
        raise self.error(f"'{opened.text}' is not closed", opened.span)

    def skip_verbatim(self, name: str) -> None:
        """Leave out everything up to the end of an environment whose text is no TeX."""
        end = self.text.find(closing := rf"\end{{{name}}}", self.last[1])
        self.position = len(self.text) if end < 0 else end + len(closing)
        self.before.clear()


def written(several: Iterable[Piece]) -> str:
    """Pieces as text, comments left out."""
    text = ""
    for piece in several:
        if piece.text[0] != "%":
            text += separator(text, piece) + piece.text
    return text


def separator(before: str, piece: Piece) -> str:
    """The space that keeps the name of a command apart from a letter after it."""
    return " " if piece.text[0].isalpha() and re.search(r"\\[A-Za-z@]+\Z", before[-80:]) else ""
