r"""What stands above or below a letter and is a part of its name: W^{(2)}, a^{[l-1]}, h_{t-1}, x_{1,i}, \sigma^2.

Each pass goes from tokens to tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.names import Names, quoted
from symconv.claims.syntax import Span
from symconv.reading.latex.lexing.derivative_scope import after_scripts, closing
from symconv.reading.latex.lexing.scan import NAMES, Token

_OPEN, _CLOSED = ("_LPAR", "_LSQ"), ("_RPAR", "_RSQ")


def squares(tokens: Sequence[Token], known: set[str]) -> list[Token]:
    r"""With one name for \sigma^2 where that is on the left and \sigma is not known, or is defined already."""
    left = [*tokens[: next((place for place, t in enumerate(tokens) if t.kind == "EQ"), 0)]]
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token, after = tokens[place], place + 1
        place = after
        found.append(token)
        name = f"{token.text}_squared"
        if token.kind != "LETTER" or token.text in known:
            continue
        scripts = tokens[after : after_scripts(tokens, after)]
        power = next((k for k, t in enumerate(scripts) if t.kind == "SUP"), len(scripts))
        width = 4 if scripts[power + 1 : power + 2] and scripts[power + 1].kind == "_LBRACE" else 2
        raised = scripts[power : power + width]
        is_square = [t.text for t in raised if t.kind not in ("_LBRACE", "_RBRACE")] == ["^", "2"]
        is_left = len(found) == 1 and len(left) == 1 + len(scripts)
        if is_square and (is_left or name in known or any(k.startswith(f"{name}_") for k in known)):
            found[-1] = replace(token, text=name)
            found += [*scripts[:power], *scripts[power + width :]]
            place = after + len(scripts)
    return found


def labelled(tokens: Sequence[Token], known: set[str], declaring: bool) -> list[Token]:
    r"""W^{(2)}, a^{[l-1]}: the label is a part of the name, where the name with it is declared or the one without is
    not; and h_{t-1} where that is declared."""
    found = [*tokens]
    place = 0
    while place < len(found):
        token = found[place]
        if token.kind in NAMES and not (place and found[place - 1].kind == "SUB"):
            for start in (place + 1, after_below(found, place + 1)):
                label = _label(found, start)
                if label is None and (bare := _bare_label(found, start)) is not None:
                    is_layer = not place and token.text not in known and any(n.endswith(f"_{bare[0]}") for n in known)
                    label = bare if declaring or is_layer or f"{token.text}_{bare[0]}" in known else None
                if label is None and (step := _step_below(found, start)) is not None:
                    is_next = not place and f"{token.text}_{step[0].partition('_')[0]}" in known
                    label = step if declaring or is_next or f"{token.text}_{step[0]}" in known else None
                if label is None:
                    continue
                text, cut = label
                name = token.text + text if text.isdigit() else f"{token.text}_{text}"
                is_identity = token.text == "I" and name not in known
                if declaring or name in known or (token.text not in known and not is_identity):
                    found[place] = replace(token, kind="WORD", text=name)
                    del found[cut]
                break
        place += 1
    return found


def function_labels(names: Names, tokens: Sequence[Token], known: set[str]) -> list[Token]:
    r"""With one name for E_D where that is defined, or on the left as a function of arrays, E_D(w)."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        found.append(token)
        place += 1
        end = after_below(tokens, place)
        inside = tokens[place + 1 : end]
        letters = [t for t in inside if t.kind not in ("_LBRACE", "_RBRACE")]
        if (
            token.kind != "LETTER"
            or token.text in known
            or not letters
            or [t.kind for t in tokens[end : end + 1]] != ["_LPAR"]
        ):
            continue
        name = f"{token.text}_{''.join(t.text for t in letters)}"
        closed = closing(tokens, end)
        arguments = [t for t in tokens[end + 1 : closed] if t.kind != "_COMMA"]
        is_left = len(found) == 1 and [t.kind for t in tokens[closed + 1 : closed + 2]] == ["EQ"]
        is_new = is_left and all(t.kind in NAMES and t.text in names.tensors for t in arguments)
        if all(t.kind in NAMES for t in letters) and (name in known or is_new):
            found[-1] = replace(token, kind="WORD", text=name)
            place = end
    return found


def labels_before_indices(tokens: Sequence[Token], known: set[str]) -> list[Token]:
    r"""With x_{1,i} as the entry of x_1, where that is declared and x is not."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token, kinds = tokens[place], [t.kind for t in tokens[place + 1 : place + 5]]
        found.append(token)
        place += 1
        if token.kind not in NAMES or token.text in known or kinds[:2] != ["SUB", "_LBRACE"]:
            continue
        label = tokens[place + 2]
        if kinds[2:] == [label.kind, "_COMMA"] and label.kind in ("NUM", *NAMES):
            names = [name for name in (token.text + label.text, f"{token.text}_{label.text}") if name in known]
            if len(names) == 1:
                found[-1] = replace(token, kind="WORD", text=names[0])
                found += tokens[place : place + 2]
                place += 4
    return found


def without_layers(names: Names, tokens: list[Token], known: set[str]) -> tuple[list[Token], list[tuple[Span, str]]]:
    r"""Without the labels of z_i^{l} = w_i^{l} a_i^{l-1}: the name that is defined has no power, so that the letter
    above it is the number of a layer, everywhere."""
    first = tokens[0] if tokens else None
    above = after_below(tokens, 1)
    layer = _layer(tokens, above)
    is_new = first is not None and first.kind in NAMES and first.text not in known
    if layer is None or not is_new or layer[0] in known or [t.kind for t in tokens[layer[2] : layer[2] + 1]] != ["EQ"]:
        return tokens, []
    letter, labels = layer[0], dict[str, str]()
    found: list[Token] = []
    place, name = 0, tokens[0]
    while place < len(tokens):
        one = _layer(tokens, place)
        if one is not None and one[0] == letter:
            if name.text in known and labels.setdefault(name.text, one[1]) != one[1]:
                hint = f"declare each: {name.text}^{{({letter})}}[n], {name.text}^{{({letter}-1)}}[n]"
                message = f"this notation is ambiguous: {quoted(name.text)} with several labels"
                raise names.source.error(message, (tokens[place].span[0], tokens[one[2] - 1].span[1]), hint)
            place = one[2]
            continue
        if tokens[place].kind in NAMES and (not place or tokens[place - 1].kind not in ("SUB", "_LBRACE", "_COMMA")):
            name = tokens[place]
        found.append(tokens[place])
        place += 1
    told = ", ".join(f"{text}^{{{label}}}" for text, label in labels.items())
    return found, [(tokens[above].span, f"{told}: the letters above are labels of layers")] if told else []


def after_below(tokens: Sequence[Token], place: int) -> int:
    """Where a subscript that begins here ends."""
    if place + 1 < len(tokens) and tokens[place].kind == "SUB":
        return closing(tokens, place + 1) + 1
    return place


def _layer(tokens: Sequence[Token], place: int) -> tuple[str, str, int] | None:
    """A letter above something, perhaps with a number added: the letter, all of it, and where it ends."""
    match [*tokens[place : place + 6]]:
        case [Token("SUP"), Token("LETTER", letter), *_] if letter not in ("T", "H"):
            return letter, letter, place + 2
        case [Token("SUP"), Token("_LBRACE"), Token("LETTER", letter), Token("_RBRACE"), *_] if letter not in (
            "T",
            "H",
        ):
            return letter, letter, place + 4
        case [
            Token("SUP"),
            Token("_LBRACE"),
            Token("LETTER", letter),
            Token("PLUS" | "MINUS", sign),
            Token("NUM", number),
            Token("_RBRACE"),
        ]:
            return letter, f"{letter}{sign}{number}", place + 6
    return None


def _label(tokens: Sequence[Token], place: int) -> tuple[str, slice] | None:
    """A number or a name in brackets above something, perhaps with a number added, and the tokens that it is; a
    transpose after it stays above."""
    kinds = [t.kind for t in tokens[place : place + 10]]
    if kinds[:2] != ["SUP", "_LBRACE"] or kinds[2:3] not in (["_LPAR"], ["_LSQ"]):
        return None
    closed = _CLOSED[_OPEN.index(kinds[2])]
    if closed not in kinds:
        return None
    end = kinds.index(closed)
    is_alone = kinds[end + 1 : end + 2] == ["_RBRACE"]
    if not is_alone and not (kinds[end + 2 : end + 3] == ["_RBRACE"] and _is_mark(tokens[place + end + 1])):
        return None
    text = _label_text(tokens[place + 3 : place + end])
    cut = slice(place, place + end + 2) if is_alone else slice(place + 2, place + end + 1)
    return None if text is None else (text, cut)


def _is_mark(token: Token) -> bool:
    """Whether a symbol above something transposes it."""
    return token.kind in ("TOP", "DAGGER") or (token.kind == "LETTER" and token.text in ("T", "H"))


def _label_text(inside: Sequence[Token]) -> str | None:
    """A label as a part of a name."""
    match [*inside]:
        case [Token("NUM" | "LETTER" | "WORD", text)] if text.isalnum():
            return text
        case [Token("LETTER", text), Token("PLUS" | "MINUS" as sign), Token("NUM", number)] if number.isdigit():
            return f"{text}_{'plus' if sign == 'PLUS' else 'minus'}_{number}"
    return None


def _bare_label(tokens: Sequence[Token], place: int) -> tuple[str, slice] | None:
    """A letter above something without brackets, perhaps with a number added, as the layers of a^{l-1} are told."""
    layer = _layer(tokens, place)
    if layer is None:
        return None
    is_braced = tokens[place + 1].kind == "_LBRACE"
    inside = tokens[place + 1 + is_braced : layer[2] - is_braced]
    text = _label_text(inside)
    return None if text is None else (text, slice(place, layer[2]))


def _step_below(tokens: Sequence[Token], place: int) -> tuple[str, slice] | None:
    """A letter and a number below something, as the step before is told in h_{t-1}."""
    match [t.kind for t in tokens[place : place + 6]]:
        case ["SUB", "_LBRACE", "LETTER", "PLUS" | "MINUS", "NUM", "_RBRACE"]:
            text = _label_text(tokens[place + 2 : place + 5])
            return None if text is None else (text, slice(place, place + 6))
    return None
