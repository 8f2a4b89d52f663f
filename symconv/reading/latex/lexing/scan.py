"""A formula while its text is cut into symbols."""

from __future__ import annotations

from dataclasses import dataclass, field

from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError

NAMES = ("LETTER", "WORD")
"""The kinds of names."""


@dataclass(frozen=True)
class Token:
    """A symbol of a formula: its grammatical kind, what it says, and its place in the text."""

    kind: str
    text: str
    span: Span
    spaced: bool = False
    font: str = ""

    @property
    def opens(self) -> bool:
        """Whether this opens brackets or an environment."""
        return self.kind.startswith("_L") or self.kind in ("_BEGIN", "_CASES")

    @property
    def closes(self) -> bool:
        """Whether this closes brackets or an environment."""
        return self.kind.startswith("_R") or self.kind in ("_END", "_ENDCASES")


@dataclass
class Scan:
    """How far one part of a source is read: the tokens, the brackets that are open, the side of a sized one."""

    source: Source
    position: int
    end: int
    tokens: list[Token] = field(default_factory=list)
    open: list[Token] = field(default_factory=list)
    spaced: bool = False
    side: str = ""
    #: Where the braces end whose letters are bold.
    bold: int = 0
    #: Where labels of braces begin, and where they end.
    labels: dict[int, int] = field(default_factory=dict)

    def take(self, kind: str, end: int, text: str | None = None, font: str = "") -> Token:
        """Add the token that ends here."""
        start = self.position
        token = Token(kind, self.source.text[start:end] if text is None else text, (start, end), self.spaced, font)
        self.tokens.append(token)
        self.position, self.spaced, self.side = end, False, ""
        return token

    def inside(self) -> str:
        """The kind of what was opened last and is more than wrapping."""
        return next((t.kind for t in reversed(self.open) if t.kind != "WRAPPED"), "")

    def fail(self, message: str, end: int, hint: str | None = None) -> SymconvError:
        """The error that points at the text up to here."""
        return self.source.error(message, (self.position, end), hint)
