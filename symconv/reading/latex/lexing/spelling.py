r"""What letters spell, once the declared names are known: words, labels of layers, the imaginary unit.

    \mathbf{AB} is A B,  W^{(2)} is W2 where that is declared,  i in e^{-2\pi i k n/N} is the imaginary unit

Each pass goes from tokens to tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconv.claims.names import Names, named_operator, quoted
from symconv.claims.syntax import Span
from symconv.reading.latex.latex_notations import FUNCTIONS
from symconv.reading.latex.lexing.derivative_scope import TERM_ENDS, after_scripts, closing
from symconv.reading.latex.lexing.name_labels import (
    after_below,
    function_labels,
    labelled,
    labels_before_indices,
    squares,
    without_layers,
)
from symconv.reading.latex.lexing.scan import NAMES, Token

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
    _check_digits(names, found, known)
    _check_dots(names, found)
    found = squares(_indicators(names, found), known)
    found = _barred(names, found, known, declaring)
    found = _bold_letters(names, found, known)
    found = labels_before_indices(labelled(found, known, declaring), known)
    if declaring:
        return found, []
    found = function_labels(names, found, known)
    found, told = without_layers(names, found, known)
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


def _check_digits(names: Names, tokens: Sequence[Token], known: set[str]) -> None:
    """Without braces, one digit stands below or above something: x_12 is printed as x_1 2, unless it is a name."""
    for place in range(1, len(tokens) - 1):
        before, script, number = tokens[place - 1 : place + 2]
        is_name = {before.text + number.text, f"{before.text}_{number.text}"} & known
        if script.kind in ("SUB", "SUP") and number.kind == "NUM" and len(number.text) > 1 and not is_name:
            hint = f"write braces around the {'subscript' if script.kind == 'SUB' else 'exponent'}"
            raise names.source.error("this notation is ambiguous", (script.span[0], number.span[1]), hint)


def _check_dots(names: Names, tokens: Sequence[Token]) -> None:
    r"""A dot in the place of an index: A_{i \cdot} is a row in linear algebra and the sum of one in statistics."""
    for place in sorted({place for place, where in in_scripts(tokens) if where == "SUB"}):
        token, *after = tokens[place : place + 2]
        begins = tokens[place - 1].kind in ("_LBRACE", "_LSQ", "_COMMA", "SUB")
        if token.kind == "CDOT" and (begins or any(t.kind in ("_RBRACE", "_RSQ", "_COMMA") for t in after)):
            message = "this notation is ambiguous: a dot in the place of an index is a row or column, or its sum"
            raise names.source.error(message, token.span, r"write A_{i,:} for the row, \sum_j A_{i,j} for the sum")


def _indicators(names: Names, tokens: Sequence[Token]) -> list[Token]:
    r"""With [i = j] for \mathbf{1}_{i = j} and \mathbb{1}\{i = j\}; what else \mathbb{1} is cannot be told."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token.kind == "FILLED" and token.text in ("ones", "indicator"):
            start = place + (tokens[place : place + 1] != [] and tokens[place].kind == "SUB")
            end = closing(tokens, start) if start < len(tokens) else start
            inside = tokens[start + 1 : end]
            if any(t.kind in ("EQ", "NE", "LT", "LE", "GT", "GE") for t in inside):
                opened, closed = replace(tokens[start], kind="_LSQ"), replace(tokens[end], kind="_RSQ")
                found += [opened, *inside, closed]
                place = end + 1
                continue
        if token.text == "indicator":
            message = "this notation is ambiguous: ones, an identity matrix or an indicator"
            raise names.source.error(message, token.span, r"write \mathbf{1} for ones, I for the identity")
        found.append(token)
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
    indexes = before in NAMES or before in _CLOSED or before == "_RSET"
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
        is_argument = place in arguments and token.kind in NAMES and ends
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
    after = after_below(tokens, end)
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
        if token.kind == "_LPAR" and before[-1:] and before[-1] in NAMES and before[0] != "SUP":
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
