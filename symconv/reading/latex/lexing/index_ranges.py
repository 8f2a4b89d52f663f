r"""The ranges of indices that stand beside a formula.

n = 0, 1, \dots, N-1    0 \le i, j < n    i \in \{1, \dots, n\}    k = 1, 2, \dots    n \in \mathbb{Z}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.reading.latex.lexing.line_pieces import EQUALS, RELATIONS, Piece, compares, pieces
from symconv.reading.latex.lexing.scan import NAMES, Token


def index_ranges(tokens: Sequence[Token], waiting: list[Piece]) -> list[list[Token]] | None:
    """The conditions that a range says, none where it is all whole numbers; None if this is no range. What belongs to
    it is taken from the pieces that wait behind it."""
    if (limits := _dotted(tokens, waiting)) is not None:
        return [limits]
    if ranges := _of_several(tokens, waiting):
        return ranges
    if _is_unbounded(tokens, waiting):
        return []
    if (limits := _in_set(tokens)) is not None or (limits := _upwards(tokens, waiting)) is not None:
        return [limits]
    return [[*tokens]] if compares(tokens) and not compares(tokens, EQUALS | {"IN"}) else None


def is_name(tokens: Sequence[Token]) -> bool:
    """Whether this is one name."""
    return len(tokens) == 1 and tokens[0].kind in NAMES


def _is_unbounded(tokens: Sequence[Token], waiting: list[Piece]) -> bool:
    r"""Whether this is n \in \mathbb{Z}, -\infty < n < \infty, n = 0, \pm 1, \dots or n = \dots, -1, 0, 1, \dots."""
    names, last = 0, tokens
    while is_name(last) and names < len(waiting):
        last, names = waiting[names].tokens, names + 1
    match [(t.kind, t.text) for t in last]:
        case [("LETTER" | "WORD", _), ("IN", _), ("FIELD", "Z")]:
            del waiting[:names]
            return True
        case [("MINUS", _), ("INFTY", _), ("LT" | "LE", _), ("LETTER" | "WORD", _), ("LT" | "LE", _), *end]:
            return not names and [kind for kind, _ in end if kind != "PLUS"] == ["INFTY"]
    match _listed(tokens, waiting):
        case ["0", *numbers, "…"] if numbers and numbers == [rf"\pm{k}" for k in range(1, len(numbers) + 1)]:
            pass
        case ["…", *numbers, "…"] if "0" in numbers and _are_consecutive(numbers):
            pass
        case _:
            return False
    del waiting[: len(numbers) + 1]
    return True


def _listed(tokens: Sequence[Token], waiting: Sequence[Piece]) -> list[str]:
    """What an index is equal to, one after the other, dots as …, to the last dots; nothing where no dots end it."""
    if len(tokens) < 3 or not is_name(tokens[:1]) or tokens[1].kind != "EQ":
        return []
    texts: list[str] = []
    for item in [tokens[2:], *(piece.tokens for piece in waiting)]:
        if compares(item):
            break
        texts.append("…" if [t.kind for t in item] == ["DOTS"] else "".join(t.text for t in item))
    return texts if texts[-1:] == ["…"] else []


def _are_consecutive(numbers: Sequence[str]) -> bool:
    """Whether these are whole numbers that follow one another."""
    try:
        values = [int(number) for number in numbers]
    except ValueError:
        return False
    return values == [*range(values[0], values[0] + len(values))]


def _in_set(tokens: Sequence[Token]) -> list[Token] | None:
    r"""k \in \{a, \dots, b\} as a ≤ k ≤ b."""
    match tokens:
        case [Token("LETTER" | "WORD") as name, Token("IN") as sign, Token("_LSET"), *items, Token("_RSET")]:
            first, *others = [p.tokens for p in pieces(items)]
            waiting = [Piece(other, None) for other in others]
            limits = _dotted([name, replace(sign, kind="EQ"), *first], waiting)
            return limits if not waiting else None
    return None


def _upwards(tokens: Sequence[Token], waiting: list[Piece]) -> list[Token] | None:
    r"""k = 0, 1, 2, \dots as k ≥ 0."""
    match _listed(tokens, waiting):
        case [_, _, *_, "…"] as numbers if len(numbers) > 2 and _are_consecutive(numbers[:-1]):
            del waiting[: len(numbers) - 1]
            return [tokens[0], replace(tokens[1], kind="GE"), *tokens[2:]]
    return None


def _dotted(tokens: Sequence[Token], waiting: list[Piece]) -> list[Token] | None:
    r"""k = a, \dots, b as a ≤ k ≤ b."""
    counted = 0
    while counted < len(waiting) and [t.kind for t in waiting[counted].tokens] == ["NUM"]:
        counted += 1
    match waiting[counted:]:
        case [Piece([Token("DOTS")]), Piece([_, *_] as last), *_] if not compares(last):
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


def _of_several(tokens: Sequence[Token], waiting: list[Piece]) -> list[list[Token]]:
    r"""The ranges of 0 \le i, j < n and of i, j = 0, \dots, n-1: one of each name."""
    names = [tokens[-1]] if tokens and tokens[-1].kind in NAMES else []
    count = 0
    while count < len(waiting) and [t.kind for t in waiting[count].tokens] in (["LETTER"], ["WORD"]):
        names.append(waiting[count].tokens[0])
        count += 1
    if not names or count == len(waiting):
        return []
    last, rest = waiting[count].tokens, waiting[count + 1 :]
    match last:
        case [Token("LETTER" | "WORD") as name, Token("LE" | "LT"), _, *_] if (
            [t.kind for t in tokens if t.kind in RELATIONS] in (["LE"], ["LT"])
            and tokens[-2].kind in RELATIONS
            and not compares(last, EQUALS)
        ):
            del waiting[: count + 1]
            return [[*tokens[:-1], each, *last[1:]] for each in [*names, name]]
        case [Token("LETTER" | "WORD") as name, Token("EQ"), _, *_] if len(tokens) == 1:
            limits = _dotted(last, rest)
            if limits is not None:
                waiting[:] = rest
                return [[each if t is name else t for t in limits] for each in [*names, name]]
    return []
