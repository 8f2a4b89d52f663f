"""What comments and directives say of the equations of a document, and how the document is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from symconv.reading.latex.tex_sources.macros import Macros
from symconv.reading.latex.tex_sources.papers import Comment, Problem

__all__ = ["Settings", "Words", "words_of"]

_WORDS = re.compile(r"%+[ \t]*symconv(?P<declare>-declare)?:[ \t]*(?P<text>.*)", re.DOTALL)
_NEAR = re.compile(
    r"%+\s*sym[-_ ]?conv?\s*(?:$|[-_]|[-_ ]?\s*(?:declare[sd]?|declarations?)?\s*(?:\([^)]*\)|\[[^]]*\])?\s*[:=]"
    r"|(?:skip|declare|expect|base)\b|[A-Za-z]\w*\s*\[)",
    re.I,
)
_HINT = "'% symconv: A[H,W], K[h,w]' stands before an equation, '% symconv-declare: …' holds from there on"


@dataclass(frozen=True)
class Settings:
    """How a document is checked: all equations or those that are bound, those in its text too, inside which folder."""

    is_all: bool = False
    is_inline: bool = False
    root: Path | None = None
    macros: Macros = field(default_factory=dict, compare=False)
    path: Path = Path()


@dataclass(frozen=True)
class Words:
    """What a comment or a directive says of the equations that follow, and its place."""

    path: Path
    line: int
    text: str
    is_declaration: bool = False
    #: The last line, 0 for the first.
    end: int = 0


def words_of(comment: Comment) -> Words | Problem | None:
    """What a comment says of equations, or what it nearly says."""
    if match := _WORDS.fullmatch(comment.text):
        return Words(comment.path, comment.line, match["text"], match["declare"] is not None, comment.line)
    if _NEAR.match(comment.text):
        shown = comment.text.strip()[:60]
        return Problem(comment.path, comment.line, f"'{shown}' says nothing to symconv\nhint: {_HINT}")
    return None
