"""The parts of a line: what commas, gaps, columns and words separate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from symconv.reading.latex.lexing.scan import Token

EQUALS = frozenset(["EQ", "NE"])
RELATIONS = EQUALS | frozenset("LE GE LT GT IN".split())
SIGNS = frozenset(["PLUS", "MINUS"])
_WORDS = frozenset("_IF _IFF AND OR _NOT".split())
#: What stands between two parts, so that neither a formula nor a row is complete there.
JOINS = RELATIONS | SIGNS | _WORDS | frozenset("CDOT TIMES ODOT OTIMES SLASH SLIDE BMOD".split())


@dataclass
class Piece:
    """A part of a line, and what separates it from the one before."""

    tokens: list[Token]
    separator: Token | None


def outside(tokens: Iterable[Token]) -> list[Token]:
    """The tokens outside of all brackets."""
    depth, found = 0, []
    for token in tokens:
        depth -= token.closes
        if not depth:
            found.append(token)
        depth += token.opens
    return found


def split(tokens: Sequence[Token], kinds: set[str]) -> list[list[Token]]:
    """The runs of tokens between those of some kinds."""
    runs: list[list[Token]] = [[]]
    places = {t.span for t in outside(tokens)}
    for token in tokens:
        if token.kind in kinds and token.span in places:
            runs.append([])
        else:
            runs[-1].append(token)
    return runs


def compares(tokens: Sequence[Token], kinds: frozenset[str] = RELATIONS) -> bool:
    """Whether something is compared outside of all brackets."""
    return any(t.kind in kinds for t in outside(tokens))


def pieces(line: Sequence[Token]) -> list[Piece]:
    """What commas, gaps, columns and 'and' separate on a line."""
    found = [Piece([], None)]
    line = _without_brackets(line)
    is_quantified = False
    places = {t.span for t in outside(line)}
    for place, token in enumerate(line):
        here = found[-1].tokens
        rest = line[place + 1 :]
        following = next((t for t in rest if t.kind not in ("ALIGN", "GAP")), None)
        kind = token.kind if token.span in places else ""
        if kind == "GAP" and _is_number(rest):
            break
        is_quantified = is_quantified or kind == "FORALL"
        if kind in ("WHERE", "FORALL"):
            found = [*found[: None if here else -1], Piece([token] if kind == "FORALL" else [], token)]
        elif _separates(kind, here, rest, is_quantified) and (kind != "_COMMA" or following is not None):
            found.append(Piece([], token))
        elif kind in ("GAP", "ALIGN"):
            ends = not here or here[-1].kind in JOINS
            joined = following is None or following.kind in JOINS or following.kind in ("_COMMA", "FORALL", "WHERE")
            if not ends and not joined and compares(here) and compares(rest):
                found.append(Piece([], token))
        elif kind != "_COMMA":
            here.append(token)
    return [p for p in found if p.tokens or (p.separator is not None and p.separator.kind in ("_COMMA", "WHERE"))]


def _separates(kind: str, before: Sequence[Token], rest: Sequence[Token], is_quantified: bool) -> bool:
    """Whether a comma, a colon or 'and' stands between two parts of a line."""
    if is_quantified and kind in ("AND", "COLON"):
        return True
    return kind == "_COMMA" or (kind == "AND" and compares(before) and _apart(before, rest))


def _without_brackets(line: Sequence[Token]) -> Sequence[Token]:
    r"""A line with a comma for the brackets around the ranges at its end: (n = 0, \dots, N-1), (0 \le i < n)."""
    if len(line) < 3 or line[-1].kind != "_RPAR":
        return line
    depth, start = 0, len(line)
    while start and (depth or start == len(line)):
        start -= 1
        depth += (line[start].kind == "_RPAR") - (line[start].kind == "_LPAR")
    before, inside = line[:start], line[start + 1 : -1]
    signs = {t.kind for t in outside(inside)} & RELATIONS
    is_apart = start > 0 and line[start - 1].kind in ("GAP", "_COMMA")
    is_range = is_apart and signs and not any(t.kind in ("_IF", "_IFF", "AND", "OR", "_NOT") for t in before)
    return [*before, replace(line[start], kind="_COMMA"), *inside] if is_range and compares(before) else line


def _is_number(rest: Sequence[Token]) -> bool:
    """Whether a line ends with the number of its equation after a gap, as in A = B \\qquad (3)."""
    return [t.kind for t in rest] == ["_LPAR", "NUM", "_RPAR"]


def _apart(before: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether 'and' stands between formulas rather than in a condition."""
    conditional = any(t.kind in ("_IF", "_IFF") for t in [*outside(before), *rest])
    return not conditional and compares(rest, EQUALS) and compares(before, EQUALS)
