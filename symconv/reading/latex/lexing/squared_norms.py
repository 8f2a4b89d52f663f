r"""Norms on both sides of an equation, which are compared by their squares: \|Qx\| = \|x\|, \|x\|_2 = \sqrt{x^\top x}.

A side is a product of norms, absolute values, roots and numbers, none of which is negative.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from symconv.claims.syntax import Span
from symconv.reading.latex.lexing.derivative_scope import after_scripts, closing
from symconv.reading.latex.lexing.scan import Token

_ENDS = frozenset(["_IF", "_IFF"])
_HALVES = (["1", "/", "2"], [r"\frac", "{", "1", "}", "{", "2", "}"], ["0.5"])


def with_squares(tokens: Sequence[Token], sizes: Collection[str]) -> tuple[list[Token], list[tuple[Span, str]]]:
    """The tokens with the squares of both sides where both are norms, and what is told of that."""
    stop = next((k for k, t in enumerate(tokens) if t.kind in _ENDS), len(tokens))
    found: list[Token] = []
    has_norm = has_relation = False
    place = 0
    while place < stop:
        token = tokens[place]
        if token.kind in ("EQ", "NE") and place:
            found.append(token)
            has_relation, place = True, place + 1
            continue
        squared, place = _squared(tokens, place, sizes)
        if squared is None:
            return [*tokens], []
        has_norm = has_norm or token.kind == "_LNORM"
        found += squared
    if not has_norm or not has_relation:
        return [*tokens], []
    return [*found, *tokens[stop:]], [(tokens[0].span, "norms are compared by their squares")]


def _squared(tokens: Sequence[Token], place: int, sizes: Collection[str]) -> tuple[list[Token] | None, int]:
    """The square of a factor that is a norm, an absolute value, a root, a size or a number, and where it ends."""
    token = tokens[place]
    if token.kind == "NUM" or (token.kind == "LETTER" and token.text in sizes):
        return [token, *_above("2", token)], place + 1
    if token.kind in ("_LNORM", "_LBAR"):
        end = closing(tokens, place) + 1
        last = after_scripts(tokens, end)
        scripts = [*tokens[end:last]]
        if any(t.kind == "SUP" for t in scripts):
            return None, place
        return [*tokens[place:last], *_above("2", token)], last
    if token.kind == "_SQRT" and tokens[place + 1 : place + 2] and tokens[place + 1].kind == "_LBRACE":
        end = closing(tokens, place + 1)
        opened = replace(tokens[place + 1], kind="_LPAR", text="(")
        return [opened, *tokens[place + 2 : end], replace(tokens[end], kind="_RPAR", text=")")], end + 1
    if token.kind == "_LPAR":
        end = closing(tokens, place) + 1
        last = after_scripts(tokens, end)
        if tokens[end : end + 1] and tokens[end].kind == "SUP" and _is_half(tokens[end + 1 : last]):
            return [*tokens[place:end]], last
    return None, place


def _is_half(power: Sequence[Token]) -> bool:
    texts = [t.text for t in power]
    return texts in _HALVES or (texts[:1] == ["{"] and texts[1:-1] in _HALVES)


def _above(text: str, place: Token) -> list[Token]:
    return [replace(place, kind="SUP", text="^"), replace(place, kind="NUM", text=text)]
