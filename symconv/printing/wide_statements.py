"""Statements that are too wide for a line."""

from __future__ import annotations

import re

from symconv.printing import line_breaks as lines
from symconv.printing.line_breaks import LINE, width

__all__ = ["broken"]

_RELATION = re.compile(r"( (?:=|\\ne|\\quad\\Longleftrightarrow\\quad) )")
_CONDITION = re.compile(r"(?=\\quad\\text\{if)")
_AND = re.compile(r"( \\land )")
_OPENING = re.compile(r"(?<!\\)\{|\\left\b|\\begin\b|\\\{|[(\[]")
_CLOSING = re.compile(r"(?<!\\)\}|\\right\b|\\end\b|\\\}|[)\]]")


def broken(latex: str) -> str:
    r"""A statement that is too wide for a line, broken before its relations.

    >>> broken("a = b"), broken("a = " + "b+" * 40 + "b")[:35]
    ('a = b', '\\begin{aligned}&a\\\\&\\quad = b+b+b+b')
    """
    if width(latex) <= LINE:
        return latex
    statement, *conditions = _CONDITION.split(latex, maxsplit=1)
    rows = _outside(_RELATION, statement)
    for condition in conditions:
        rows += [rf"\quad{part}" for part in ([condition] if width(condition) <= LINE else _outside(_AND, condition))]
    shown = (lines.broken(row) for row in rows)
    return rf"\begin{{aligned}}&{(chr(92) * 2 + '&').join(shown)}\end{{aligned}}"


def _outside(sign: re.Pattern[str], latex: str) -> list[str]:
    """The formula cut before the signs that stand outside all brackets."""
    first, *rest = sign.split(latex)
    rows = [first]
    for found, piece in zip(rest[::2], rest[1::2], strict=True):
        if _depth("".join(rows)) == 0:
            rows.append(rf"\quad{found}{piece}")
        else:
            rows[-1] += found + piece
    return rows


def _depth(latex: str) -> int:
    """How many brackets and environments are still open."""
    opened = len(_OPENING.findall(latex))
    return opened - len(_CLOSING.findall(latex))
