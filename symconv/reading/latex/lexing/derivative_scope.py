r"""How far a derivative reaches: the brackets after it, or all that follows up to the next + or −.

\nabla_x (x^\top A x) c,   \nabla_x x^\top A x,   \frac{\partial}{\partial x} x^\top A x
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symconv.claims.names import Names, quoted
from symconv.reading.latex.lexing.scan import Token

#: What the sign of second derivatives says.
SECOND = "2"
_OPEN = ("_LPAR", "_LSQ", "_LSET")
TERM_ENDS = frozenset("PLUS MINUS EQ NE LE GE LT GT IN _COMMA _IF _IFF AND OR AMP NEWROW".split())


def scoped(names: Names, tokens: Sequence[Token], functions: Mapping[str, Sequence[str]]) -> list[Token]:
    """The tokens with a kind of its own for each derivative that takes more than brackets; `functions` are those that
    formulas before define, with their arguments."""
    found = _applied(_seconds(_fractions(names, tokens)), functions)
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


def _seconds(tokens: Sequence[Token]) -> list[Token]:
    r"""With one sign for the \partial^2 above a fraction."""
    found: list[Token] = []
    rest = [*tokens]
    while rest:
        token = rest.pop(0)
        above = [(t.kind, t.text) for t in rest[:4]]
        if token.kind == "PARTIAL" and found and found[-1].kind == "_LBRACE" and above[:1] == [("SUP", "^")]:
            length = 2 if above[1:2] == [("NUM", "2")] else 4 if above[2:3] == [("NUM", "2")] else 0
            if length:
                token = replace(token, text=SECOND, span=(token.span[0], rest[length - 1].span[1]))
                del rest[:length]
        found.append(token)
    return found


def _applied(tokens: Sequence[Token], functions: Mapping[str, Sequence[str]]) -> list[Token]:
    r"""With what \nabla f and \nabla f(y) leave out where f is defined as a function of x: \nabla_x (f), and
    [\nabla_x (f(x))]_{x = y}."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token, start = tokens[place], after_scripts(tokens, place + 1)
        name = tokens[start] if start < len(tokens) else token
        arguments = functions.get(name.text, ()) if name.kind in ("LETTER", "WORD") else ()
        if (token.kind, token.text) != ("WORD", "nabla") or not arguments:
            found.append(token)
            place += 1
            continue
        scripts = [*tokens[place + 1 : start]]
        end, inside = start + 1, [*tokens[start + 1 : start + 1]]
        if [t.kind for t in tokens[end : end + 1]] == ["_LPAR"]:
            end = closing(tokens, end) + 1
            inside = [*tokens[start + 2 : end - 1]]
        mark = lambda kind, text="": replace(name, kind=kind, text=text)  # noqa: E731, B023
        parameter = mark("LETTER", arguments[0])
        below = {t.text for t in scripts if t.kind in ("LETTER", "WORD")}
        if not below and len(arguments) == 1:
            scripts = [mark("SUB", "_"), parameter, *scripts]
        elsewhere = len(arguments) == 1 and below <= {arguments[0]} and inside and _texts(inside) != [arguments[0]]
        called = [name, mark("_LPAR", "("), *([parameter] if elsewhere else inside), mark("_RPAR", ")")]
        body = called if inside else [name]
        gradient = [replace(token, text="grad"), *scripts, mark("_LPAR", "("), *body, mark("_RPAR", ")")]
        if elsewhere:
            at = [mark("SUB", "_"), mark("_LBRACE", "{"), parameter, mark("EQ", "="), *inside, mark("_RBRACE", "}")]
            gradient = [mark("_LSQ", "["), *gradient, mark("_RSQ", "]"), *at]
        found += gradient
        place = end
    return found


def _texts(tokens: Sequence[Token]) -> list[str]:
    return [token.text for token in tokens]


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
