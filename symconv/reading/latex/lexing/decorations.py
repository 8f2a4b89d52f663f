r"""What a formula holds for the eye: spaces, phantoms, colours, boxes, braces with a label, a word above =.

    \underbrace{x * h}_{\text{filtered}} \overset{(a)}{=} \textcolor{red}{h * x} \hspace{1em}

None of it says anything, or it is not skipped: a label that compares or a word above `=` that weakens it is an error.
"""

from __future__ import annotations

import re

from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError

_BLANK = re.compile(r"\\(?:[hm]space\*?|[hv]?phantom|color)\s*(?=\{)")
_WRAPPED = re.compile(
    r"\\(?:(?P<labelled>(?:under|over)(?:brace|bracket))|(?:textcolor|colorbox)\s*\{[^{}]*\}"
    r"|boxed|fbox|smash|ensuremath|math(?:rel|bin|op|ord|open|close|inner))\s*(?=\{)"
)
_SCRIPT = re.compile(r"\s*(?:[_^']|\\prime)")
_OVER = re.compile(r"\\over(?![A-Za-z])")
_ABOVE = re.compile(r"\\(?:overset|stackrel)\s*(?=\{)")
_EQUALS = re.compile(r"\{\s*(?:=|:=|\\equiv|\\coloneqq)\s*\}")
_RELATION = re.compile(r"[=<>:]|\\(?:n?eq|l[et]q?|g[et]q?|in|equiv|approx|coloneqq|to|subset)(?![A-Za-z])")
#: What may stand above an equals sign: that it defines, that it is asked, or the mark of a reason.
_MARK = re.compile(
    r"\s*(?:(?:\\(?:mathrm|text|textrm|textnormal|mathsf|mathit|rm)\s*\{?\s*)?def\.?\s*\}?|\\Delta|\\triangle|!|\?"
    r"|(?:\\(?:mathrm|text|textrm|textnormal)\s*\{)?\s*\(\s*\w{1,4}\s*\)\s*\}?"
    r"|\\(?:eqref|ref|cref)\s*\{[^{}]*\}|\\text\s*\{\s*\\(?:eqref|ref|cref)\s*\{[^{}]*\}\s*\})\s*"
)


def closing_brace(text: str, start: int, stop: int) -> int | None:
    """Where the braces close that begin here; None if there are none."""
    depth, place = 0, start
    while place < stop:
        char = text[place]
        if char == "\\":
            place += 2
            continue
        depth += (char == "{") - (char == "}")
        if depth == 0 and not char.isspace():
            return place if char == "}" else None
        place += 1
    return None


def blank(text: str, start: int, stop: int) -> int | None:
    """Where a space or a phantom ends that begins here."""
    match = _BLANK.match(text, start, stop)
    close = closing_brace(text, match.end(), stop) if match else None
    return None if close is None else close + 1


def wrapped(source: Source, start: int, stop: int) -> tuple[int, Span] | None:
    """Where the braces begin that only say how what is in them is set, and the place of a label after them."""
    text = source.text
    match = _WRAPPED.match(text, start, stop)
    close = closing_brace(text, match.end(), stop) if match else None
    if match is None or close is None:
        return None
    begin = end = close + 1
    mark = "_" if text.startswith("under", start + 1) else "^"
    label = re.compile(rf"\s*\{mark}\s*(?=\{{)").match(text, end, stop) if match["labelled"] else None
    if label is not None and (last := closing_brace(text, label.end(), stop)) is not None:
        end = last + 1
        if _RELATION.search(text, label.end(), last):
            hint = "write it as a formula of its own; a label without a relation is not read"
            raise source.error("a label under a brace that states something", (label.end(), end), hint)
    if script := _SCRIPT.match(text, end, stop):
        raise source.error("what a script belongs to is not clear", (end, script.end()), "write round brackets")
    return match.end(), (begin, end)


def equals(source: Source, start: int, stop: int) -> int | None:
    """Where an equals sign ends that has something above it."""
    text = source.text
    match = _ABOVE.match(text, start, stop)
    close = closing_brace(text, match.end(), stop) if match else None
    if match is None or close is None or (sign := _EQUALS.match(text, close + 1, stop)) is None:
        return None
    if not _MARK.fullmatch(text, match.end() + 1, close):
        raise unread_mark(source, (start, sign.end()))
    return sign.end()


def unread_mark(source: Source, place: Span) -> SymconvError:
    """The error for an equality that may be weaker than one."""
    return source.error("what stands above this sign is not read", place, "write =, or def, !, ? or a number above it")


def has_over(text: str, start: int, stop: int) -> bool:
    r"""Whether the braces that begin here hold a / b as {a \over b}."""
    close = closing_brace(text, start, stop)
    place = start + 1
    while close is not None and place < close:
        if _OVER.match(text, place, close):
            return True
        inner = closing_brace(text, place, close) if text[place] == "{" else None
        place = inner + 1 if inner is not None else place + (2 if text[place] == "\\" else 1)
    return False
