"""Statements that are too wide for a line."""

from __future__ import annotations

import re

from symconv.latex import lines
from symconv.latex.lines import LINE, width

__all__ = ["broken"]

_RELATION = re.compile(r"( (?:=|\\ne|\\quad\\Longleftrightarrow\\quad) |(?=\\quad\\text\{if))")
_OPENING = re.compile(r"(?<!\\)\{|\\left\b|\\begin\b|\\\{|[(\[]")
_CLOSING = re.compile(r"(?<!\\)\}|\\right\b|\\end\b|\\\}|[)\]]")


def broken(latex: str) -> str:
    r"""A statement that is too wide for a line, broken before its relations.

    >>> broken("a = b"), broken("a = " + "b+" * 40 + "b")[:35]
    ('a = b', '\\begin{aligned}&a\\\\&\\quad = b+b+b+b')
    """
    pieces = _RELATION.split(latex)
    sides = [pieces[0]]
    for sign, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if _depth("".join(sides)) == 0:
            sides.append(rf"\quad{sign}{piece}")
        else:
            sides[-1] += sign + piece
    if width(latex) <= LINE:
        return latex
    rows = (lines.broken(side) for side in sides)
    return rf"\begin{{aligned}}&{(chr(92) * 2 + '&').join(rows)}\end{{aligned}}"


def _depth(latex: str) -> int:
    """How many brackets and environments are still open."""
    opened = len(_OPENING.findall(latex))
    return opened - len(_CLOSING.findall(latex))
