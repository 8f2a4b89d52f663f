"""The outer syntax of a claim: where its parts begin and end, before Python's parser sees them.

    declarations : sides [if hypotheses] [iff condition]

Offsets are offsets into the claim's text throughout, so that every error can point at its place.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symconv.errors import SymconvError
from symconv.limits import MAX_CLAIM_LENGTH, MAX_DEPTH, MAX_FORMULA_LENGTH, check_time

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WITHOUT_PLACE = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
_WORD = re.compile(r"\w+")
_NUMBERS = re.compile(r"[0-9,.+\- ]+")
_STRING = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_LOOKALIKES = {
    "≠": "!=", "≡": "==", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "⊙": "*", "÷": "/", "≤": "<=",
    "≥": ">=", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "：": ":", "，": ",", "∧": "and",
    "∨": "or",
}  # fmt: skip

Span = tuple[int, int]


@dataclass(frozen=True)
class Outline:
    """The spans of a claim's parts; a part that is not there is None."""

    text: str
    declarations: tuple[Span, ...]
    sides: Span
    hypotheses: Span | None
    exactly: Span | None


@dataclass(frozen=True)
class Mark:
    """A comma, colon or word outside all brackets."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass
class Source:
    """A text whose parts are parsed on demand, and the place of every syntax node in it.

    `clean` is the text without comments and odd white space, `marks` are its outermost separators and words. Of a
    text in LaTeX only the declarations may be claim text: it is taken as it stands.
    """

    text: str
    is_latex: bool = False
    clean: str = field(init=False)
    marks: list[Mark] = field(init=False)
    places: dict[ast.AST, Span] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        limit = MAX_FORMULA_LENGTH if self.is_latex else MAX_CLAIM_LENGTH
        if len(self.text) > limit:
            hint = f"at most {limit:,} are read"
            raise self.error(f"the text has {len(self.text):,} characters", (limit, limit + 1), hint)
        self.clean, self.marks = (self.text, []) if self.is_latex else _scanned(self)

    def error(self, message: str, span: Span, hint: str | None = None) -> SymconvError:
        """The error that points at a place in this text."""
        return SymconvError(message, text=self.text, span=span, hint=hint)

    def fail(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error that points at a node."""
        return self.error(message, self.places[node], hint)

    def between(self, message: str, first: ast.expr, second: ast.expr, hint: str | None = None) -> SymconvError:
        """The error that points at what stands between two nodes."""
        start, end = self.trimmed((self.places[first][1], self.places[second][0]))
        return self.error(message, (start, max(end, start + 1)), hint)

    def parse(self, span: Span, hint: str | None = None) -> ast.expr:
        """The syntax tree of a part, its nodes' places noted; `hint` goes with a syntax error."""
        start, end = self.trimmed(span)
        source = f"({self.clean[start:end]})"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(source, mode="eval").body
        except SyntaxError as error:
            starts = _line_starts(source)
            line = min(max(error.lineno or 1, 1), len(starts))
            at = start - 1 + starts[line - 1] + (error.offset or 1) - 1
            at = min(max(at, start), max(start, end - 1))
            message = error.msg.split(";")[0].split(":")[0]
            if message.startswith("Exceeds the limit"):
                message = "a number has too many digits"
            raise self.error(f"this cannot be read: {message}", (at, at + 1), hint) from None
        except (MemoryError, RecursionError, ValueError):
            raise self.error("this expression is nested too deeply", (start, end)) from None
        self._place(tree, source, start, end)
        return tree

    def segment(self, node: ast.expr) -> str:
        """A node as claim text on one line."""
        return ast.unparse(node) if self.is_latex else " ".join(self.clean[slice(*self.places[node])].split())

    def trimmed(self, span: Span) -> Span:
        """The span without the white space at its ends."""
        part = self.clean[slice(*span)]
        return span[0] + len(part) - len(part.lstrip()), span[1] - len(part) + len(part.rstrip())

    def _place(self, tree: ast.expr, source: str, start: int, end: int) -> None:
        starts = [start - 1 + at for at in _line_starts(source)]
        lines = [None if line.isascii() else line.encode() for line in source.split("\n")]

        def offset(line: int, column: int) -> int:
            encoded = lines[line - 1]
            at = starts[line - 1] + (column if encoded is None else len(encoded[:column].decode()))
            return start if at < start else end if at > end else at

        waiting: list[tuple[ast.AST, int, Span]] = [(tree, 0, (0, 0))]
        while waiting:
            node, depth, place = waiting.pop()
            if isinstance(node, (ast.expr, ast.keyword)) and node.end_lineno and node.end_col_offset is not None:
                place = offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)
            self.places[node] = place
            check_time()
            if depth > MAX_DEPTH:
                raise self.error(
                    "this expression is nested too deeply", place, hint=f"at most {MAX_DEPTH} levels are read"
                )
            if not isinstance(node, (ast.Constant, ast.Name)):
                inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
                if isinstance(node, (ast.List, ast.Tuple)):  # quicker
                    inside = node.elts
                waiting += [(c, depth + 1, place) for c in inside if not isinstance(c, _WITHOUT_PLACE)]


def _scanned(source: Source) -> tuple[str, list[Mark]]:
    """The text with comments and odd white space blanked, and its outermost separators and words."""
    text, clean, marks = source.text, list(source.text), list[Mark]()
    open_brackets: list[int] = []
    position = 0
    while position < len(text):
        char, end = text[position], position + 1
        if open_brackets and (match := _NUMBERS.match(text, position)):
            end = match.end()
        elif char in "'\"":
            match = _STRING.match(text, position)
            if match is None:
                raise source.error("this string is not closed", (position, end))
            end = match.end()
        elif char == "#":
            newline = text.find("\n", position)
            end = len(text) if newline < 0 else newline
            clean[position:end] = " " * (end - position)
        elif char in "\t\r\f\v":
            clean[position] = " "
        elif match := _WORD.match(text, position):
            end = match.end()
            if not open_brackets:
                marks.append(Mark(match[0], position))
        elif char in "([{)]}":
            _bracket(source, open_brackets, position)
        elif char in ",:" and not open_brackets:
            marks.append(Mark(char, position))
        else:
            _check_character(source, open_brackets, position)
        position = end
    if open_brackets:
        raise source.error(f"'{text[open_brackets[-1]]}' is not closed", (open_brackets[-1], open_brackets[-1] + 1))
    return "".join(clean), marks


def _bracket(source: Source, open_brackets: list[int], position: int) -> None:
    char, span = source.text[position], (position, position + 1)
    if char in _CLOSING:
        open_brackets.append(position)
        if len(open_brackets) > MAX_DEPTH:
            raise source.error("brackets are nested too deeply", span, hint=f"at most {MAX_DEPTH} levels are read")
        return
    if not open_brackets:
        raise source.error(f"'{char}' closes nothing", span)
    opened = source.text[open_brackets.pop()]
    if _CLOSING[opened] != char:
        raise source.error(f"'{char}' closes '{opened}'", span, hint=f"'{opened}' is closed by '{_CLOSING[opened]}'")


def _check_character(source: Source, open_brackets: list[int], position: int) -> None:
    """Raise at a character that claims do not use, and at '=' outside of an argument."""
    text, span = source.text, (position, position + 1)
    char, before, after = text[position], text[position - 1 : position], text[position + 1 : position + 2]
    if char == "=" and before not in tuple("=!<>") and after != "=":
        if not open_brackets or text[open_brackets[-1]] != "(":
            raise source.error("'=' does not compare", span, hint="write == for equality")
    elif not char.isascii() or not (char.isprintable() or char == "\n") or char in "$?!`;\\":
        if char == "!" and after == "=":
            return
        shown = f"'{char}'" if char.isprintable() else f"U+{ord(char):04X}"
        plain = "a plain space" if char.isspace() else _LOOKALIKES.get(char)
        raise source.error(f"unexpected character {shown}", span, hint=f"write {plain}" if plain else None)


def outline(source: Source) -> Outline:
    """Where the parts of a claim are."""
    colons = [m for m in source.marks if m.text == ":"]
    body = colons[0].end if colons else 0
    declarations = tuple(_declarations(source, colons[0].start)) if colons else ()
    if len(colons) > 1:
        raise source.error("a second ':'", (colons[1].start, colons[1].end), hint="one claim at a time")
    words = [m for m in source.marks if m.text in ("if", "iff", "else") and m.start >= body]
    parts: dict[str, Span] = {}
    for word, following in zip(words, [*words[1:], None], strict=False):
        span = (word.end, following.start if following else len(source.text))
        if word.text == "else":
            raise source.error("'else' has no place in a claim", (word.start, word.end))
        if word.text in parts:
            raise source.error(f"a second '{word.text}'", (word.start, word.end), hint="join conditions with 'and'")
        parts[word.text] = _filled(source, span, (word.start, word.end), f"nothing follows '{word.text}'")
    sides = (body, words[0].start if words else len(source.text))
    end = len(source.text.rstrip())
    sides = _filled(source, sides, (min(body, end), end), "there is no claim here")
    return Outline(source.text, declarations, sides, parts.get("if"), parts.get("iff"))


def _declarations(source: Source, end: int) -> Iterator[Span]:
    commas = [m for m in source.marks if m.text == "," and m.start < end]
    starts, ends = [0, *(m.end for m in commas)], [*(m.start for m in commas), end]
    for start, stop in zip(starts, ends, strict=True):
        yield _filled(source, (start, stop), (stop, stop + 1), "a declaration is missing here")


def _filled(source: Source, span: Span, where: Span, message: str) -> Span:
    start, end = source.trimmed(span)
    if start >= end:
        raise source.error(message, where)
    return start, end


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts[:-1]
