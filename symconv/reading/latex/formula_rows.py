r"""The formulas of a text: rows of an alignment, what commas and wide gaps separate, and the ranges that follow them.

    \begin{align} x * k &= k * x, \\ (x + y)_n &= x_n + y_n, \quad n = 0, \dots, N - 1 \end{align}

A row that begins with a relation or a sign continues the one before; another one that compares is a formula of its
own. A range after a formula becomes its condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.reading.latex.latex_notations import WORDS_ARE_CONDITIONS
from symconv.reading.latex.tokens import Token

_EQUALS = frozenset(["EQ", "NE"])
_RELATIONS = _EQUALS | frozenset("LE GE LT GT IN".split())
_SIGNS = frozenset(["PLUS", "MINUS"])
_WORDS = frozenset("_IF _IFF AND OR _NOT".split())
#: What stands between two parts, so that neither a formula nor a row is complete there.
_JOINS = _RELATIONS | _SIGNS | _WORDS | frozenset("CDOT TIMES ODOT OTIMES SLASH SLIDE BMOD".split())
_ONE = "one formula at a time; indices take all values that keep the left side in range"


@dataclass
class Row:
    """The tokens of one formula, and what separates it from the one before on its line."""

    tokens: list[Token]
    separator: Token | None = None
    conditions: list[list[Token]] = field(default_factory=list)

    def whole(self) -> list[Token]:
        """The formula with the ranges that follow it as conditions."""
        whole = [*self.tokens]
        for condition in self.conditions:
            first = condition[0]
            has_if = any(t.kind == "_IF" for t in _outside(whole))
            whole += [replace(first, kind="AND" if has_if else "_IF"), *condition]
        return whole


def rows(source: Source, tokens: Sequence[Token]) -> list[Row]:
    """The formulas of a text, in their order; at least one, which may be empty."""
    read: list[Row] = []
    for line in _split(tokens, {"ROW"}):
        marks = [t for t in line if t.kind in ("GATHER", "MULTLI")]
        cells = [t for t in line if t not in marks]
        words = [t for t in cells if t.kind not in ("ALIGN", "GAP")]
        if not words:
            continue
        if read and _continues(source, read[-1].tokens, cells):
            pieces = _pieces([*read.pop().tokens, *cells])
        else:
            if read and not _compares(words):
                message = "this line does not continue the chain"
                raise source.error(message, words[0].span, "lines begin with =, + or -")
            pieces = _pieces(cells)
        read += _formulas(source, pieces)
    return read or [Row([])]


def _outside(tokens: Iterable[Token]) -> list[Token]:
    """The tokens outside of all brackets."""
    depth, found = 0, []
    for token in tokens:
        depth -= token.kind.startswith("_R") or token.kind in ("_END", "_ENDCASES")
        if not depth:
            found.append(token)
        depth += token.kind.startswith("_L") or token.kind in ("_BEGIN", "_CASES")
    return found


def _split(tokens: Sequence[Token], kinds: set[str]) -> list[list[Token]]:
    """The runs of tokens between those of some kinds."""
    runs: list[list[Token]] = [[]]
    outside = {t.span for t in _outside(tokens)}
    for token in tokens:
        if token.kind in kinds and token.span in outside:
            runs.append([])
        else:
            runs[-1].append(token)
    return runs


def _compares(tokens: Sequence[Token], kinds: frozenset[str] = _RELATIONS) -> bool:
    return any(t.kind in kinds for t in _outside(tokens))


def _continues(source: Source, before: Sequence[Token], line: Sequence[Token]) -> bool:
    """Whether a line continues the formula before it."""
    first = next(t for t in line if t.kind not in ("ALIGN", "GAP"))
    if before[-1].kind in _JOINS or (first.kind in _JOINS and first.kind not in _SIGNS):
        return True
    if first.kind not in _SIGNS:
        return False
    if line[0].kind == "ALIGN" or not _compares(line):
        return True
    place = next(i for i, t in enumerate(line) if t.kind in _RELATIONS)
    if any(t.kind == "ALIGN" for t in line[:place]):
        return False
    message = "this notation is ambiguous: whether this line continues the one before"
    raise source.error(message, first.span, r"begin it with &, or write & before its =")


@dataclass
class _Piece:
    tokens: list[Token]
    separator: Token | None


def _pieces(line: Sequence[Token]) -> list[_Piece]:
    """What commas, gaps, columns and 'and' separate on a line."""
    pieces = [_Piece([], None)]
    outside = {t.span for t in _outside(line)}
    for place, token in enumerate(line):
        here = pieces[-1].tokens
        rest = line[place + 1 :]
        following = next((t for t in rest if t.kind not in ("ALIGN", "GAP")), None)
        kind = token.kind if token.span in outside else ""
        if kind == "GAP" and _is_number(rest):
            break
        if kind in ("WHERE", "FORALL"):
            pieces = [*pieces[: None if here else -1], _Piece([token] if kind == "FORALL" else [], token)]
        elif (kind == "_COMMA" and following is not None) or (kind == "AND" and _compares(here) and _apart(here, rest)):
            pieces.append(_Piece([], token))
        elif kind in ("GAP", "ALIGN"):
            ends = not here or here[-1].kind in _JOINS
            joined = following is None or following.kind in _JOINS or following.kind in ("_COMMA", "FORALL", "WHERE")
            if not ends and not joined and _compares(here) and _compares(rest):
                pieces.append(_Piece([], token))
        elif kind != "_COMMA":
            here.append(token)
    return [p for p in pieces if p.tokens or (p.separator is not None and p.separator.kind in ("_COMMA", "WHERE"))]


def _is_number(rest: Sequence[Token]) -> bool:
    """Whether a line ends with the number of its equation after a gap, as in A = B \\qquad (3)."""
    return [t.kind for t in rest] == ["_LPAR", "NUM", "_RPAR"]


def _apart(before: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether 'and' stands between formulas rather than in a condition."""
    conditional = any(t.kind in ("_IF", "_IFF") for t in [*_outside(before), *rest])
    return not conditional and _compares(rest, _EQUALS) and _compares(before, _EQUALS)


def _formulas(source: Source, pieces: Sequence[_Piece]) -> list[Row]:
    """The formulas of a line, what follows them being their ranges."""
    read: list[Row] = []
    waiting = [*pieces]
    while waiting:
        piece = waiting.pop(0)
        tokens, separator = piece.tokens, piece.separator
        if read and tokens and tokens[0].kind in ("_IF", "_IFF"):
            read[-1].tokens += tokens
        elif read and tokens and tokens[0].kind == "FORALL":
            _quantified(source, read[-1], tokens, waiting)
        elif read and (limits := _dotted(tokens, waiting)) is not None:
            read[-1].conditions.append(limits)
        elif read and (ranges := _of_several(tokens, waiting)):
            read[-1].conditions += ranges
        elif read and _compares(tokens) and not _compares(tokens, _EQUALS | {"IN"}):
            read[-1].conditions.append(tokens)
        elif separator is not None and separator.kind == "WHERE" and not _compares(tokens, _EQUALS):
            raise words_not_read(source, separator)
        elif not tokens or (separator is not None and not (separator.kind == "WHERE" or (read and _compares(tokens)))):
            place = separator or tokens[0]
            shown = source.text[slice(*place.span)]
            raise source.error(f"'{shown}' cannot stand here", place.span, _ONE)
        else:
            read.append(Row(_without_emphasis(tokens), separator))
    conditional = [row for row in read if row.conditions or any(t.kind in ("_IF", "_IFF") for t in row.tokens)]
    if len(read) > 1 and conditional and conditional[0] is not read[0] and read[-1] in conditional:
        condition = next((t for t in read[-1].tokens if t.kind in ("_IF", "_IFF")), read[-1].tokens[-1])
        message = "this notation is ambiguous: which of the formulas the condition belongs to"
        raise source.error(message, condition.span, "write them on lines of their own")
    return read


def _without_emphasis(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 1 and tokens[-1].kind == "EMPHASIS":
        tokens = tokens[:-1]
    return tokens


def _dotted(tokens: Sequence[Token], waiting: list[_Piece]) -> list[Token] | None:
    r"""k = a, \dots, b as a ≤ k ≤ b."""
    counted = 0
    while counted < len(waiting) and [t.kind for t in waiting[counted].tokens] == ["NUM"]:
        counted += 1
    match waiting[counted:]:
        case [_Piece([Token("DOTS")]), _Piece([_, *_] as last), *_] if not _compares(last):
            pass
        case _:
            return None
    match tokens:
        case [Token("LETTER" | "WORD") as name, Token("EQ") as equals, _, *_]:
            written = [t.text for t in [*tokens[2:], *(t for piece in waiting[:counted] for t in piece.tokens)]]
            start = int(written[0]) if written[0].isdigit() else 0
            if counted and written != [str(start + step) for step in range(counted + 1)]:
                return None
            del waiting[: counted + 2]
            at_most = replace(equals, kind="LE")
            return [*tokens[2:], at_most, name, at_most, *last]
    return None


def _of_several(tokens: Sequence[Token], waiting: list[_Piece]) -> list[list[Token]]:
    r"""The ranges of 0 \le i, j < n and of i, j = 0, \dots, n-1: one of each name."""
    names = [tokens[-1]] if tokens and tokens[-1].kind in ("LETTER", "WORD") else []
    count = 0
    while count < len(waiting) and [t.kind for t in waiting[count].tokens] in (["LETTER"], ["WORD"]):
        names.append(waiting[count].tokens[0])
        count += 1
    if not names or count == len(waiting):
        return []
    last, rest = waiting[count].tokens, waiting[count + 1 :]
    match last:
        case [Token("LETTER" | "WORD") as name, Token("LE" | "LT"), _, *_] if (
            [t.kind for t in tokens if t.kind in _RELATIONS] in (["LE"], ["LT"])
            and tokens[-2].kind in _RELATIONS
            and not _compares(last, _EQUALS)
        ):
            del waiting[: count + 1]
            return [[*tokens[:-1], each, *last[1:]] for each in [*names, name]]
        case [Token("LETTER" | "WORD") as name, Token("EQ"), _, *_] if len(tokens) == 1:
            limits = _dotted(last, rest)
            if limits is not None:
                waiting[:] = rest
                return [[each if t is name else t for t in limits] for each in [*names, name]]
    return []


def _quantified(source: Source, row: Row, tokens: Sequence[Token], waiting: list[_Piece]) -> None:
    """Names for all of which the formula before holds, which say nothing more, or their range."""
    word, rest = tokens[0], tokens[1:]
    if (limits := _dotted(rest, waiting)) is not None:
        row.conditions.append(limits)
        return
    while waiting and len(waiting[0].tokens) == 1 and waiting[0].tokens[0].kind in ("LETTER", "WORD"):
        rest = [*rest, *waiting.pop(0).tokens]
    if rest and all(t.kind in ("LETTER", "WORD", "LETTERS") for t in rest):
        return
    if _compares(rest) and not _compares(rest, _EQUALS | {"IN"}):
        row.conditions.append([*rest])
        return
    raise words_not_read(source, word)


def words_not_read(source: Source, word: Token) -> SymconvError:
    """The error for words that would change what is claimed."""
    return source.error(f"words are not read: '{word.text}'", word.span, WORDS_ARE_CONDITIONS)
