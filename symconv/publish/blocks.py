"""The blocks that documents state things in: what they are called, what may be said of them, and near misses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

__all__ = [
    "CODE",
    "COLONS",
    "DERIVATIONS",
    "MISSPELT",
    "NEAR_COMMENT",
    "NEAR_FENCE",
    "OPTIONS",
    "STATED",
    "WORDS",
    "nearest",
]

#: The options of each block that holds text of its own.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "claim": ("name", "expect", "condition", "derivation", "using", "caption", "figure"),
    "calc": ("name", "expect", "derivation", "caption"),
    "notation": (),
}
#: The blocks that say something of equations, in the words of comments in LaTeX.
WORDS = ("symconv", "symconv-declare")
#: How a derivation is shown.
DERIVATIONS = ("open", "closed", "none")
#: Names that are nearly a block's, each with the block's.
MISSPELT = {near: name for name in OPTIONS for near in (f"{name}s", f"symconv-{name}")} | {"prf:claim": "claim"}

_HELD, _ALL = "|".join(OPTIONS), "|".join((*OPTIONS, *WORDS))
#: A block in a docstring.
STATED = re.compile(rf"\{{?(?:{_ALL})(?:\}}|::)", re.I)
#: The language of a block of code that is no block of ours for want of braces or a line of its own.
CODE = re.compile(rf"\{{?\s*(?P<name>{_ALL})s?(?![\w-]).*", re.I)
#: A block between colons that is read as text, for its extension is not enabled.
COLONS = re.compile(rf"^:{{3,}}\s*\{{(?P<name>{_ALL})\}}", re.I | re.M)
#: A comment of reStructuredText, and fences of MyST, that are a colon, braces or spaces away from a block.
NEAR_COMMENT = re.compile(rf"\s*\.\.(?:(?P<name>{_HELD})\s*:|\s+(?:{_HELD})\s*:(?!:(?:\s|$)))", re.I)
NEAR_FENCE = re.compile(
    rf"\s*(?::{{3,}}\s*(?P<name>{_HELD})\s*$|(?:`{{3,}}|~{{3,}}|:{{3,}})\s*\{{(?:\s+\w+\s*|\w+\s+)\}}\s*$)", re.I
)


def nearest(name: str) -> str | None:
    """The block of ours that a name is nearly that of.

    >>> nearest("cliam"), nearest("figure")
    ('claim', None)
    """
    return next(iter(get_close_matches(name.lower(), (*OPTIONS, *WORDS), 1, 0.75)), None)
