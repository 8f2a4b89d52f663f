r"""How far a derivative reaches: the brackets after it, or all that follows up to the next + or −.

\nabla_x (x^\top A x) c,   \nabla_x x^\top A x,   \frac{\partial}{\partial x} x^\top A x
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.names import Names, quoted
from symconv.reading.latex.tokens import Token

_OPEN = ("_LPAR", "_LSQ", "_LSET")
TERM_ENDS = frozenset("PLUS MINUS EQ NE LE GE LT GT IN _COMMA _IF _IFF AND OR AMP NEWROW".split())


def scoped(names: Names, tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a kind of its own for each derivative that takes more than brackets."""
    found = _fractions(names, tokens)
    for place, token in enumerate(found):
        if token.kind == "PARTIAL" and [t.kind for t in found[place + 1 : place + 2]] == ["SUB"]:
            token = found[place] = replace(token, kind="WORD", text="nabla")
        if (token.kind, token.text) == ("WORD", "nabla"):
            end = after_scripts(found, place + 1)
            if _takes_all(names, found, found[place + 1 : end], end):
                found[place] = replace(token, kind="NABLA")
        elif token.kind == "PARTIAL" and [t.kind for t in found[place + 1 : place + 2]] == ["_RBRACE"]:
            end = closing(found, place + 2) + 1
            takes_all = _takes_all(names, found, found[place + 4 : end - 1], end)
            found[place] = replace(token, kind="DERIVE" if takes_all else "DERIVED")
    return found


def _fractions(names: Names, tokens: Sequence[Token]) -> list[Token]:
    r"""With \partial for the d of \frac{d}{dz}, where z is declared and d is not."""
    found = [*tokens]
    declared = {*names.tensors, *names.sizes}
    for place, token in enumerate(tokens):
        if token.kind != "_FRAC" or "d" in declared:
            continue
        above, below = place + 2, closing(tokens, place + 1) + 2
        inside = tokens[below : closing(tokens, below - 1)]
        words = [t.text for t in inside[:2]]
        if all(_is_d(tokens, at) for at in (above, below)) and words[1:] and words[1] in names.tensors:
            for at in (above, below):
                found[at] = replace(tokens[at], kind="PARTIAL")
    return found


def _is_d(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and (tokens[place].kind, tokens[place].text) == ("LETTER", "d")


def closing(tokens: Sequence[Token], place: int) -> int:
    """Where the bracket that opens here closes."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += tokens[end].kind.startswith("_L") - tokens[end].kind.startswith("_R")
        if depth <= 0:
            return end
    return len(tokens)


def after_scripts(tokens: Sequence[Token], place: int) -> int:
    """Where what stands above and below something ends."""
    while place + 1 < len(tokens) and tokens[place].kind in ("SUB", "SUP"):
        place = closing(tokens, place + 1) + 1
    return place


def _takes_all(names: Names, tokens: Sequence[Token], variable: Sequence[Token], place: int) -> bool:
    """Whether a derivative takes what begins here and all that follows, rather than brackets."""
    if place >= len(tokens) or tokens[place].kind not in _OPEN:
        return True
    end = closing(tokens, place) + 1
    if end < len(tokens) and tokens[end].kind == "SUP":
        return True
    end = after_scripts(tokens, end)
    letters = {t.text for t in variable if t.kind in ("LETTER", "WORD")}
    depth = 0
    for token in tokens[end:]:
        depth += token.kind.startswith("_L") - token.kind.startswith("_R")
        if depth < 0 or (depth == 0 and token.kind in TERM_ENDS):
            break
        if token.text in letters:
            message = f"this notation is ambiguous: whether the derivative takes this {quoted(token.text)} as well"
            raise names.source.error(message, token.span, "write brackets around all that is derived")
    return False
