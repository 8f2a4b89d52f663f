"""Colour on terminals, unless NO_COLOR is set; elsewhere only if FORCE_COLOR is."""

from __future__ import annotations

import os
from typing import TextIO

__all__ = ["coloured"]

_CODES = {"bold": 1, "proved": 32, "refuted": 31, "unknown": 33, "definition": 36, "error": 31}


def coloured(text: str, kind: str, stream: TextIO) -> str:
    """A text in the colour of a verdict, of an error, or bold, if the stream shows colours."""
    return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if _shows_colours(stream) else text


def _shows_colours(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")
