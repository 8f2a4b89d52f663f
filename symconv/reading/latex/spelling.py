r"""What letters spell, once the declared names are known: words, labels of layers, the imaginary unit.

    \mathbf{AB} is A B,  W^{(2)} is W2 where that is declared,  i in e^{-2\pi i k n/N} is the imaginary unit

Each pass goes from tokens to tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconv.claims.names import Names, named_operator, quoted
from symconv.claims.syntax import Span
from symconv.reading.latex.derivative_scope import TERM_ENDS, after_scripts, closing
from symconv.reading.latex.latex_notations import FUNCTIONS
from symconv.reading.latex.scan import Token

_NAMES = ("LETTER", "WORD")
_OPEN, _CLOSED = ("_LPAR", "_LSQ"), ("_RPAR", "_RSQ")
#: Functions whose one array can stand without brackets.
_PARTS = ("real", "imag")
_OF_ONE_ARRAY = ("fft", "ifft", *_PARTS)


def spelled(
    names: Names, tokens: Sequence[Token], defined: Sequence[str] = (), declaring: bool = False
) -> tuple[list[Token], list[tuple[Span, str]]]:
    """The tokens of a formula with what their letters spell, and what is taken for it; `defined` are names that
    formulas before it define."""
    known = {*names.tensors, *names.sizes, *names.functions, *defined}
    found = _listed_below(_with_braces(_without_empty_scripts(tokens)))
    found = _squares(found, known)
    found = _barred(names, found, known, declaring)
    found = _bold_letters(names, found, known)
    found = _labelled(found, known, declaring)
    if declaring:
        return found, []
    found, told = _without_layers(names, found, known)
    return _imaginary(names, _in_brackets(_words(found, known), known), known), told


def _without_empty_scripts(tokens: Sequence[Token]) -> list[Token]:
    """Without the braces that hold nothing, of \\sum_{i}^{}."""
    found: list[Token] = []
    for token in tokens:
        if token.kind == "_RBRACE" and [t.kind for t in found[-2:]] in (["SUP", "_LBRACE"], ["SUB", "_LBRACE"]):
            del found[-2:]
        else:
            found.append(token)
    return found


def _with_braces(tokens: Sequence[Token]) -> list[Token]:
    r"""With the braces that \frac12 and \sqrt2 leave out: each takes one digit or letter; \norm{x} has bars."""
    found: list[Token] = []
    rest = [*tokens]
    while rest:
        token = rest.pop(0)
        bar = {"NORMED": "NORM", "ABSOLUTE": "BAR"}.get(token.kind)
        if bar and rest and rest[0].kind == "_LBRACE" and (end := closing(rest, 0)) < len(rest):
            rest[0], rest[end] = replace(rest[0], kind=f"_L{bar}"), replace(rest[end], kind=f"_R{bar}")
            continue
        found.append(token)
        for _ in range({"_FRAC": 2, "_SQRT": 1}.get(token.kind, 0)):
            if rest and rest[0].kind in ("NUM", "LETTER") and "." not in rest[0].text:
                first = rest.pop(0)
                start, end = first.span
                if first.kind == "NUM" and len(first.text) > 1:
                    rest.insert(0, replace(first, text=first.text[1:], span=(start + 1, end)))
                    first = replace(first, text=first.text[0], span=(start, start + 1))
                found += [replace(first, kind="_LBRACE", text="{"), first, replace(first, kind="_RBRACE", text="}")]
            elif rest and rest[0].kind == "_LBRACE":
                end = closing(rest, 0) + 1
                found += _with_braces(rest[:end])
                del rest[:end]
    return found


def _listed_below(tokens: Sequence[Token]) -> list[Token]:
    r"""With a comma for the colon of \sum_{i,j: i \ne j}."""
    found = [*tokens]
    for place, token in enumerate(tokens):
        if token.kind == "SUM":
            for inside in range(place, after_scripts(tokens, place + 1)):
                if tokens[inside].kind == "COLON":
                    found[inside] = replace(tokens[inside], kind="_COMMA")
    return found


def _squares(tokens: Sequence[Token], known: set[str]) -> list[Token]:
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


# Letters side by side


def _bold_letters(names: Names, tokens: Sequence[Token], known: set[str]) -> list[Token]:
    r"""\mathbf{AB}: a declared name, or the letters one by one."""
    found: list[Token] = []
    for token in tokens:
        if token.kind != "LETTERS":
            found.append(token)
            continue
        letters = [(place, char) for place, char in enumerate(token.text) if not char.isspace()]
        word = "".join(char for _, char in letters)
        if word in known:
            found.append(replace(token, kind="WORD", text=word))
            continue
        unknown = [char for _, char in letters if char not in known and char.swapcase() not in known]
        if unknown:
            hint = f"it is read as letters, and {quoted(unknown[0])} is not declared"
            raise names.source.error(f"unknown name {quoted(word)}", token.span, hint)
        start = names.source.text.find(token.text, *token.span)
        for place, char in letters:
            found.append(Token("LETTER", char, (start + place, start + place + 1), token.spaced, token.font))
    return found


def _words(tokens: Sequence[Token], known: set[str]) -> list[Token]:
    """Letters side by side, outside of indices, that can only be a declared name or that of a function."""
    inside = {place for place, _ in in_scripts(tokens)}
    runs: list[list[Token]] = []
    words: set[int] = set()
    for place, token in enumerate(tokens):
        if runs and _plain(token) and _plain(runs[-1][-1]) and runs[-1][-1].span[1] == token.span[0]:
            runs[-1].append(token)
            continue
        if place not in inside:
            words.add(len(runs))
        runs.append([token])
    texts = ["".join(t.text for t in run) for run in runs]
    for number, (run, word) in enumerate(zip(runs, texts, strict=True)):
        if len(run) == 1 or number not in words:
            continue
        elsewhere = {t.text for other, text in zip(runs, texts, strict=True) if text != word for t in other}
        letters, used = {t.text for t in run}, known | elsewhere
        is_function = word in FUNCTIONS or named_operator(word) is not None
        if not letters <= used if word in known else is_function and not letters & used:
            runs[number] = [replace(run[0], kind="WORD", text=word, span=(run[0].span[0], run[-1].span[1]))]
    return [token for run in runs for token in run]


def _plain(token: Token) -> bool:
    return token.kind == "LETTER" and len(token.text) == 1 and not token.font


def in_scripts(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """The places of what stands below or above something, or in square brackets after a name, with which of these."""
    opened: list[str] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].kind if place else ""
        if token.kind.startswith("_R"):
            opened = opened[:-1]
        inside = next((o for o in reversed(opened) if o), "")
        if before in ("SUB", "SUP"):
            inside = _script(tokens, place)
        if inside:
            yield place, inside
        if token.kind.startswith("_L"):
            opened.append(_script(tokens, place))


def _script(tokens: Sequence[Token], place: int) -> str:
    """Whether what begins here stands below something or in its brackets, above something, or above e; else empty."""
    before = tokens[place - 1].kind if place else ""
    if before == "SUP" and place > 1 and _is_letter(tokens[place - 2], "e"):
        return "EXP"
    if before in ("SUB", "SUP"):
        return before
    indexes = before in _NAMES or before in _CLOSED or before == "_RSET"
    return "SUB" if tokens[place].kind == "_LSQ" and indexes else ""


def _in_brackets(tokens: Sequence[Token], known: set[str]) -> list[Token]:
    r"""With brackets around the one name after \mathcal{F}, DFT or \Re, where it can take nothing more."""
    starts = [place for place, token in enumerate(tokens) if _takes_a_name(token, known)]
    arguments = {after_scripts(tokens, start + 1) for start in starts}
    found: list[Token] = []
    transformed = {
        after_scripts(tokens, start + 1) for start in starts if FUNCTIONS.get(tokens[start].text) not in _PARTS
    }
    closes: set[int] = set()
    for place, token in enumerate(tokens):
        end = after_scripts(tokens, place + 1) if place not in transformed else place + 1
        after = tokens[end].kind if end < len(tokens) else "_RPAR"
        ends = after in TERM_ENDS or after.startswith("_R") or (after in ("ODOT", "CDOT") and end + 1 in starts)
        is_argument = place in arguments and token.kind in _NAMES and ends
        found += [replace(token, kind="_LPAR", text="("), token] if is_argument else [token]
        closes |= {end - 1} if is_argument else set()
        found += [replace(token, kind="_RPAR", text=")")] if place in closes else []
    return found


def _takes_a_name(token: Token, known: set[str]) -> bool:
    if token.kind == "LETTER":
        return (token.text, token.font) == ("F", "mathcal") and "F" not in known
    return token.kind == "WORD" and FUNCTIONS.get(token.text) in _OF_ONE_ARRAY and token.text not in known


# Bars


def _barred(names: Names, tokens: Sequence[Token], known: set[str], declaring: bool) -> list[Token]:
    r"""With one name for \bar{x}, where it is declared or defined; elsewhere it is a conjugate."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        barred = _bar(tokens, place)
        if barred is not None:
            name, end = f"{barred.text}_bar", closing(tokens, place + 1) + 1
            if declaring or name in known or (not place and _defines_bar(names, tokens, barred, end, known)):
                span = (tokens[place].span[0], tokens[end - 1].span[1])
                found.append(replace(barred, text=name, span=span, font=""))
                known.add(name)
                place = end
                continue
        found.append(tokens[place])
        place += 1
    return found


def _bar(tokens: Sequence[Token], place: int) -> Token | None:
    """The one letter that stands below a bar which begins here."""
    match [*tokens[place : place + 4]]:
        case [Token("_OVER"), Token("LETTER") as letter, *_]:
            return letter
        case [Token("_OVER"), Token("_LBRACE"), Token("LETTER") as letter, Token("_RBRACE")]:
            return letter
    return None


def _defines_bar(names: Names, tokens: Sequence[Token], letter: Token, end: int, known: set[str]) -> bool:
    r"""Whether \bar{x} = … defines a mean rather than states what a conjugate is: nothing is complex."""
    after = _after_below(tokens, end)
    if after < len(tokens) and tokens[after].kind in _OPEN:
        after = closing(tokens, after) + 1
    is_defined = letter.text in known and letter.text not in names.tensors
    if is_defined and after > end:
        return False
    end = after
    right = [(t.kind, t.text) for t in tokens[end + 1 :]]
    is_equation = [t.kind for t in tokens[end : end + 1]] == ["EQ"]
    return (
        is_equation
        and right != [("LETTER", letter.text)]
        and not any(tensor.is_complex_valued for tensor in names.tensors.values())
    )


# Labels


def _labelled(tokens: Sequence[Token], known: set[str], declaring: bool) -> list[Token]:
    r"""W^{(2)}, a^{[l-1]}: the label is a part of the name, where the name with it is declared or the one without is
    not; and h_{t-1} where that is declared."""
    found = [*tokens]
    place = 0
    while place < len(found):
        token = found[place]
        if token.kind in _NAMES and not (place and found[place - 1].kind == "SUB"):
            for start in (place + 1, _after_below(found, place + 1)):
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


def _without_layers(names: Names, tokens: list[Token], known: set[str]) -> tuple[list[Token], list[tuple[Span, str]]]:
    r"""Without the labels of z_i^{l} = w_i^{l} a_i^{l-1}: the name that is defined has no power, so that the letter
    above it is the number of a layer, everywhere."""
    first = tokens[0] if tokens else None
    above = _after_below(tokens, 1)
    layer = _layer(tokens, above)
    is_new = first is not None and first.kind in _NAMES and first.text not in known
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
        if tokens[place].kind in _NAMES and (not place or tokens[place - 1].kind not in ("SUB", "_LBRACE", "_COMMA")):
            name = tokens[place]
        found.append(tokens[place])
        place += 1
    told = ", ".join(f"{text}^{{{label}}}" for text, label in labels.items())
    return found, [(tokens[above].span, f"{told}: the letters above are labels of layers")] if told else []


def _after_below(tokens: Sequence[Token], place: int) -> int:
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


def _step_below(tokens: Sequence[Token], place: int) -> tuple[str, slice] | None:
    """A letter and a number below something, as the step before is told in h_{t-1}."""
    match [t.kind for t in tokens[place : place + 6]]:
        case ["SUB", "_LBRACE", "LETTER", "PLUS" | "MINUS", "NUM", "_RBRACE"]:
            text = _label_text(tokens[place + 2 : place + 5])
            return None if text is None else (text, slice(place, place + 6))
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


# The imaginary unit


def _imaginary(names: Names, tokens: Sequence[Token], known: set[str]) -> list[Token]:
    """i or j in an exponent of e, or as a factor beside complex arrays, where nothing else is called so and no index
    is."""
    exponents = [place for place, where in in_scripts(tokens) if where == "EXP"] + [*_in_exp(tokens)]
    places = {letter: [p for p, t in enumerate(tokens) if _is_letter(t, letter)] for letter in "ij"}
    is_complex = any(tensor.is_complex_valued for tensor in names.tensors.values())
    indexing = {*_indexing(tokens)} - {*exponents} if is_complex else {*range(len(tokens))} - {*exponents}
    found = [*tokens]
    for letter, every in places.items():
        if every and letter not in known and not any(place in indexing for place in every):
            for place in every:
                found[place] = replace(tokens[place], kind="IMAG")
    for run in _runs(exponents):
        units = {tokens[p].text for p in run if found[p].kind == "IMAG"}
        indices = [
            p for p in run if any(_is_letter(found[p], letter) for letter in "ij") and tokens[p].text not in known
        ]
        if len(units) > 1:
            message, hint = "'i' and 'j' both stand in an exponent", r"the imaginary unit is written \mathrm{i}"
        elif indices and not units and any(tokens[p].text == "pi" for p in run):
            message = f"{quoted(tokens[indices[0]].text)} is an index and could be the imaginary unit"
            hint = r"choose another letter for the index, or write the imaginary unit \mathrm{i}"
        else:
            continue
        place = indices[0] if indices else next(p for p in run if found[p].kind == "IMAG")
        raise names.source.error(f"this notation is ambiguous: {message}", tokens[place].span, hint)
    return found


def _indexing(tokens: Sequence[Token]) -> Iterator[int]:
    """The places where an index can stand: above and below something, and in brackets after a name."""
    yield from (place for place, _ in in_scripts(tokens))
    for place, token in enumerate(tokens):
        before = [t.kind for t in tokens[max(place - 2, 0) : place]]
        if token.kind == "_LPAR" and before[-1:] and before[-1] in _NAMES and before[0] != "SUP":
            yield from range(place, closing(tokens, place))


def _is_letter(token: Token, letter: str) -> bool:
    return token.kind == "LETTER" and token.text == letter


def _runs(places: Sequence[int]) -> list[list[int]]:
    """Places that follow one another."""
    runs: list[list[int]] = []
    for place in sorted({*places}):
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _in_exp(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of what stands in the brackets after exp."""
    for place, token in enumerate(tokens):
        if (token.kind, token.text) == ("WORD", "exp"):
            depth = 0
            for inside in range(place + 1, len(tokens)):
                depth += tokens[inside].kind.startswith("_L") - tokens[inside].kind.startswith("_R")
                yield inside
                if depth <= 0:
                    break
