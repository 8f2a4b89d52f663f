"""How wide formulas are printed, and where lines that are too wide break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: What fits on a line of the article class on A4, in widths of a small letter.
LINE = 66.0

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}_^]|.", re.DOTALL)
_WIDTHS = {
    r"\sum": 3.0, r"\,": 0.35, r"\quad": 2.0, r"\qquad": 4.0, r"\left": 0.0, r"\right": 0.0, r"\operatorname": 0.6,
    r"\mathrm": 0.0, r"\text": 0.0, r"\top": 1.2, r"\star": 2.0, r"\cdot": 1.5, r"\odot": 2.6, r"\to": 3.2,
    r"\ge": 2.6, r"\le": 2.6, r"\ne": 2.6, r"\bigl": 0.0, r"\bigr": 0.0,
    r"\overline": 0.0, r"\phantom": 0.0, r"\mathrel": 0.0, r"\begin": 0.0, r"\end": 0.0, r"\frac": 0.5,
}  # fmt: skip
_MATRIX = re.compile(r"\\begin\{(\w*matrix)\}((?:(?!\\begin|\\end).)*)\\end\{\1\}", re.DOTALL)
_ROW = re.compile(r"\\\\(?![A-Za-z])")
_COLUMN = 1.6
_TERMS, _LIST = ("+", "-"), (",",)
_PRODUCTS = (r"\sum", r"\,", r"\odot", r"\star", r"\otimes", r"\cdot", "*", r"\begin")
#: Where a line may break: how many brackets are open there, and before what; the first that suffice are taken.
_LEVELS = (
    (0, _TERMS),
    (0, _TERMS + _PRODUCTS),
    *((depth, breaks) for depth in (1, 2, 3) for breaks in (_LIST, _LIST + _TERMS, _LIST + _TERMS + _PRODUCTS)),
)
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}
_BRACES = {"{": 1, r"\begin": 1, "}": -1, r"\end": -1}
_FENCE = re.compile(r"\\(left|right)(?![A-Za-z])")
#: What a line may begin with before its first factor.
_SIGNS = ("=", "+", "-", "&", r"\sum", "_", "^", "}", " ", r"\mathrel", r"\left")


def width(latex: str) -> float:
    r"""About how wide a formula is printed, in widths of a small letter.

    >>> width("a+b") < width(r"\sum_{u=0}^{h-1} A_{u}") < 12
    True
    >>> width(r"\begin{bmatrix}1 & 0 \\ 0 & 1\end{bmatrix} + \begin{bmatrix}1 & 0 \\ 0 & 1\end{bmatrix}") > 12
    True
    """
    while matrix := _MATRIX.search(latex):
        rows = [row.split("&") for row in _ROW.split(matrix[2])]
        columns = [max(width(row[k]) for row in rows if k < len(row)) for k in range(max(map(len, rows)))]
        total = sum(columns) + _COLUMN * (len(columns) - 1) + 2
        latex = latex[: matrix.start()] + "x" * round(total) + latex[matrix.end() :]
    return max(map(_row_width, _ROW.split(latex)))


def _row_width(latex: str) -> float:
    latex = re.sub(r"\\(begin|end)\{[a-z*]+\}", "  ", latex)
    total, scripts, depth = 0.0, [], 0
    small = 0
    previous = ""
    for token in _TOKEN.findall(latex):
        if token == "{":
            depth += 1
            if previous in "_^" and previous:
                scripts.append(depth)
                small += 1
        elif token == "}":
            if scripts and scripts[-1] == depth:
                scripts.pop()
                small -= 1
            depth -= 1
        elif token not in "_^":
            own = _WIDTHS.get(token, 1.6 if token.isupper() or token[0] == "\\" else 2.6 if token in "+-=" else 1.0)
            own = 0.0 if token in " \n$" else 2.0 if token == "&" else own
            total += own * (0.6 if small else 1.0)
        previous = token
    return total


def broken(row: str, limit: float = LINE) -> str:
    r"""The row, broken where it is too wide: before a sign outside all brackets, if there is one in time.

    Else it breaks before a Σ or between factors, a coefficient staying with its factor; else inside brackets, which
    then have a fixed size, before a sign or after a comma.

    >>> print(broken("&= " + "+".join(["x_{1}"] * 20), 40).count("qquad"))
    2
    >>> print(broken(r"\operatorname{f}(" + ", ".join("abcdefgh") + ")", 14))
    \operatorname{f}(a, b, c, \\
    &\qquad  d, e, f, g, h)
    """
    if width(row) <= limit:
        return row
    lines, inside = [""], False
    for depth, piece in _fitting(row, limit - 4, 0, 0):
        if lines[-1] and width(lines[-1] + piece) > limit - 4:
            lines.append("")
            inside = inside or depth > 0
        first = not lines[-1] and len(lines) > 1
        lines[-1] += r"\cdot " + piece.removeprefix(r"\,") if first and piece.startswith(r"\,") else piece
    made = " \\\\\n&\\qquad ".join(lines)
    return _FENCE.sub(lambda m: {"left": r"\bigl", "right": r"\bigr"}[m[1]], made) if inside else made


def _fitting(row: str, limit: float, start: int, level: int) -> Iterator[tuple[int, str]]:
    """The pieces of a row, those that are too wide in smaller pieces; each with the brackets open before it."""
    if width(row) <= limit or level == len(_LEVELS):
        yield start, row
        return
    for depth, piece in _pieces(row, start, *_LEVELS[level]):
        yield from _fitting(piece, limit, depth, level + 1)


def _pieces(row: str, start: int, level: int, breaks: Sequence[str]) -> list[tuple[int, str]]:
    """The row cut before the breaks, and after commas, that stand in so many brackets."""
    pieces, current, depth, braces = [], "", start, 0
    opened, opening, factor = start, True, ""
    for token in _TOKEN.findall(row):
        braces += _BRACES.get(token, 0)
        depth += _BRACKETS.get(token, 0) if not braces else 0
        here = depth == level and braces == (token == r"\begin")
        if here and not opening and token in breaks and token != ",":
            if token != r"\," or not _is_coefficient(factor):
                pieces.append((opened, current))
                current, opened = "", depth
            opening, factor = True, ""
        elif here and token in ("=", *breaks):
            opening, factor = True, ""
        elif here and token not in _SIGNS:
            opening = False
        current += token
        factor += "" if token in breaks else token
        if here and token == "," and "," in breaks:
            pieces.append((opened, current))
            current, opened = "", depth
    return [*pieces, (opened, current)]


def _is_coefficient(factor: str) -> bool:
    """Whether a factor is a number or a size, or a quotient of them: no array is read and no function applied."""
    return not any(mark in factor for mark in ("_", "(", "[", r"\operatorname"))


__all__ = ["LINE", "broken", "width"]
