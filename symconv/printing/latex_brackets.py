"""What printed LaTeX needs where something is put around it: brackets, taller ones, or no further subscript."""

from __future__ import annotations

import re

_BRACKET = re.compile(r"[()]|\\[lr]angle")


def is_remainder(text: str) -> bool:
    r"""Whether \bmod stands in the text outside of all brackets."""
    before, found, _ = text.rpartition(r"\bmod")
    return bool(found) and all(before.count(a) == before.count(b) for a, b in ("()", "{}"))


def is_tall(text: str) -> bool:
    return any(mark in text for mark in (r"\frac", r"\sum", r"\begin", r"\left"))


def stretched(text: str) -> str:
    r"""The text with brackets as tall as what they hold.

    >>> print(stretched(r"f(\frac{x}{2}) + g(x)"))
    f\left(\frac{x}{2}\right) + g(x)
    """
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(text) if is_tall(text) else ():
        if found[0] in ("(", r"\langle"):
            opened.append(found.start())
        elif opened:
            pairs.append((opened.pop(), found.start()))
    marks: dict[int, str] = {}
    for start, end in pairs:
        if is_tall(text[start:end]) and not text[:start].endswith(r"\left"):
            marks |= {start: r"\left", end: r"\right"}
    return "".join(marks.get(place, "") + letter for place, letter in enumerate(text))


def ends_below(text: str) -> bool:
    """Whether the text ends with a subscript, to which none can be added."""
    if not text.endswith("}"):
        return len(text) > 1 and text[-2] == "_"
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(text[place], 0)
        if depth == 0:
            return place > 0 and text[place - 1] == "_"
    return False
