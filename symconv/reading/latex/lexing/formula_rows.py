r"""The formulas of a text: rows of an alignment, what commas and wide gaps separate, and the ranges that follow them.

    \begin{align} x * k &= k * x, \\ (x + y)_n &= x_n + y_n, \quad n = 0, \dots, N - 1 \end{align}

A row that begins with a relation or a sign continues the one before; another one that compares is a formula of its
own. A range before or after a formula becomes its condition; `index_ranges` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.reading.latex.latex_notations import WORDS_ARE_CONDITIONS
from symconv.reading.latex.lexing.index_ranges import index_ranges, is_name
from symconv.reading.latex.lexing.line_pieces import (
    EQUALS,
    JOINS,
    RELATIONS,
    SIGNS,
    Piece,
    compares,
    outside,
    pieces,
    split,
)
from symconv.reading.latex.lexing.scan import Token

_ONE = "one formula at a time; indices take all values that keep the left side in range"


@dataclass
class Row:
    """The tokens of one formula, and what separates it from the one before on its line."""

    tokens: list[Token]
    separator: Token | None = None
    conditions: list[list[Token]] = field(default_factory=list)
    #: How many formulas stand before it on its line to which its condition may belong as well, and where that begins.
    shared: tuple[int, Token] | None = None

    def whole(self) -> list[Token]:
        """The formula with the ranges that follow it as conditions."""
        whole = [*self.tokens]
        for condition in self.conditions:
            first = condition[0]
            has_if = any(t.kind == "_IF" for t in outside(whole))
            whole += [replace(first, kind="AND" if has_if else "_IF"), *condition]
        return whole


def rows(source: Source, tokens: Sequence[Token]) -> list[Row]:
    """The formulas of a text, in their order; at least one, which may be empty."""
    read: list[Row] = []
    for line in split(tokens, {"ROW"}):
        marks = [t for t in line if t.kind in ("GATHER", "MULTLI")]
        cells = [t for t in line if t not in marks]
        words = [t for t in cells if t.kind not in ("ALIGN", "GAP")]
        if not words:
            continue
        if read and _continues(source, read[-1].tokens, cells):
            parts = pieces([*read.pop().tokens, *cells])
        else:
            if read and not compares(words):
                message = "this line does not continue the chain"
                raise source.error(message, words[0].span, "lines begin with =, + or -")
            parts = pieces(cells)
        read += _formulas(source, parts)
    return read or [Row([])]


def _continues(source: Source, before: Sequence[Token], line: Sequence[Token]) -> bool:
    """Whether a line continues the formula before it."""
    first = next(t for t in line if t.kind not in ("ALIGN", "GAP"))
    if before[-1].kind in JOINS or (first.kind in JOINS and first.kind not in SIGNS):
        return True
    if first.kind not in SIGNS:
        return False
    if line[0].kind == "ALIGN" or not compares(line):
        return True
    place = next(i for i, t in enumerate(line) if t.kind in RELATIONS)
    if any(t.kind == "ALIGN" for t in line[:place]):
        return False
    message = "this notation is ambiguous: whether this line continues the one before"
    raise source.error(message, first.span, r"begin it with &, or write & before its =")


def _formulas(source: Source, parts: Sequence[Piece]) -> list[Row]:
    """The formulas of a line, what follows them being their ranges."""
    read: list[Row] = []
    waiting = [*parts]
    quantified: Row | None = None
    while waiting:
        piece = waiting.pop(0)
        tokens, separator = piece.tokens, piece.separator
        if read and tokens and tokens[0].kind in ("_IF", "_IFF"):
            read[-1].tokens += tokens
        elif tokens and tokens[0].kind == "FORALL":
            quantified = None if read else quantified or Row([])
            _quantified(source, quantified or read[-1], tokens, waiting)
        elif quantified is not None and compares(tokens, EQUALS):
            read.append(Row(_without_emphasis(tokens), None, quantified.conditions))
            quantified = None
        elif read and (ranges := index_ranges(tokens, waiting)) is not None:
            read[-1].conditions += ranges
        elif separator is not None and separator.kind == "WHERE" and not compares(tokens, EQUALS):
            raise words_not_read(source, separator)
        elif not tokens or (separator is not None and not (separator.kind == "WHERE" or (read and compares(tokens)))):
            place = separator or tokens[0]
            shown = source.text[slice(*place.span)]
            raise source.error(f"'{shown}' cannot stand here", place.span, _ONE)
        else:
            read.append(Row(_without_emphasis(tokens), separator))
    conditional = [row for row in read if row.conditions or any(t.kind in ("_IF", "_IFF") for t in row.tokens)]
    if len(read) > 1 and conditional and conditional[0] is not read[0] and read[-1] in conditional:
        unclear = next((t for t in read[-1].tokens if t.kind in ("_IF", "_IFF")), None)
        before = {t.text for row in read[:-1] for t in row.tokens}
        if unclear is not None or any(_names(condition) <= before for condition in read[-1].conditions):
            read[-1].shared = (len(read) - 1, unclear or read[-1].tokens[-1])
    if quantified is not None:
        raise words_not_read(source, parts[0].tokens[0])
    return read


def _names(tokens: Sequence[Token]) -> set[str]:
    return {t.text for t in tokens if t.kind in ("LETTER", "WORD")}


def _without_emphasis(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 1 and tokens[-1].kind == "EMPHASIS":
        tokens = tokens[:-1]
    while len(tokens) > 1 and tokens[0].kind == "EMPHASIS":
        tokens = tokens[1:]
    return tokens


def _quantified(source: Source, row: Row, tokens: Sequence[Token], waiting: list[Piece]) -> None:
    """Names for all of which the formula holds, which say nothing more, or their range."""
    word, rest = tokens[0], tokens[1:]
    ranges = index_ranges(rest, waiting)
    while ranges is None and waiting and is_name(waiting[0].tokens):
        rest = [*rest, *waiting.pop(0).tokens]
    if ranges is None and rest and all(t.kind in ("LETTER", "WORD", "LETTERS") for t in rest):
        ranges = []
    if ranges is None:
        raise words_not_read(source, word)
    row.conditions += ranges


def words_not_read(source: Source, word: Token) -> SymconvError:
    """The error for words that would change what is claimed."""
    return source.error(f"words are not read: '{word.text}'", word.span, WORDS_ARE_CONDITIONS)
