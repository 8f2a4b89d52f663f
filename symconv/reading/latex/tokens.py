r"""The tokens of a formula: what is spacing or layout goes, what is unknown is an error with its place.

Rows, alignment marks and wide gaps between formulas stay tokens, which `formula_rows` takes apart; so do cells and
rows of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from symconv.claims.names import short
from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError
from symconv.limits import MAX_LATEX_DEPTH, MAX_NAME_LENGTH, MAX_SUMS
from symconv.reading.latex import decorations
from symconv.reading.latex import latex_notations as table
from symconv.reading.latex.text_words import is_law, pattern

_MACRO = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ARGUMENT = re.compile(r"\*?\s*(?:\{([^{}]*)\}|([A-Za-z])(?![A-Za-z]))")
_NAMED = re.compile(r"\s*\{\s*\\?([A-Za-z]+)\s*\}|\s*([A-Za-z])(?![A-Za-z])|\s*\\([A-Za-z]+)")
_FILLED = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|vec)\s*(?:\{\s*([01])\s*\}|([01])(?!\d))")
_PATTERN = re.compile(
    r"(\\mathtt\{(?:[^{}]|\{\})*\}(?:\s*\\to\s*\\mathtt\{(?:[^{}]|\{\})*\})+|\\mathtt\{[^{},]*,(?:[^{}]|\{\})*\})"
)
_ENVIRONMENT = re.compile(
    r"\s*\{([A-Za-z]+\*?)\}(?:(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\}|(?<=n\{array\})\s*(?:\[[tbc]\])?\{[lcr|\s]*\})?"
)
#: Cases as an array with a brace on its left, and what ends it.
_ARRAY_OF_CASES = re.compile(r"\s*\\\{\s*\\begin\s*\{array\}\s*(?:\[[tbc]\])?\{[lcr|@{}\s]*\}(?=[^{}]|\{)")
_NO_BRACKET = re.compile(r"\s*\\right\s*\.")
_BRACKET = re.compile(r"(?:\s|\\[!,;]|\\left|\\[bB]igg?l?|\\)*[(\[{]")
_ONE = re.compile(r"\s*\{?\s*1")
_PRIMES = re.compile(r"\s*(?:'+|\^\s*\\prime(?![A-Za-z])|\^\s*\{\s*(?:\\prime\s*)+\}|\^\s*\{\s*'+\s*\})")
_NUMBERED = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}")
_STOP = re.compile(
    r"[.,;]\s*(?:(?:\$|\\[\])]|\\\\|\\end\s*\{[A-Za-z]+\*?\}|\\(?:label|tag\*?)\s*\{[^{}]*\})\s*)*\Z"
    r"|[.;](?=\s*(?:\\\\|\\end\s*\{|\\q?quad(?![A-Za-z])|\\(?:label|tag\*?)\s*\{))"
)
_SWITCHED = re.compile(r"\{\s*\\(rm|bf|it|sf|cal)(?:\s+|(?=\\))\\?([A-Za-z]+)\s*\}")
_BOLD_INSIDE = re.compile(r"\s*\{\s*\\(?:mathbf|boldsymbol|bm)\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|([A-Za-z]))\s*\}")
_SEVERAL = re.compile(r"\s*\{\s*([A-Za-z](?:\s*[A-Za-z])+)\s*\}")
#: The star and the distance that can follow a new line.
_SKIP = re.compile(r"\*?(?:\s*\[\s*-?\d*\.?\d+\s*(?:pt|em|ex|mm|cm|in|bp|pc|sp|mu)\s*\])?")
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:\.\w+)?", re.ASCII)
#: Kinds of tokens after which something is complete, so that a bar closes.
_ENDS = frozenset("NUM LETTER LETTERS WORD FILLED PATTERN IMAG DOTS INFTY TOP DAGGER".split())


@dataclass(frozen=True)
class Token:
    """A symbol of a formula: its grammatical kind, what it says, and its place in the text."""

    kind: str
    text: str
    span: Span
    spaced: bool = False
    font: str = ""


@dataclass
class _Scan:
    """How far one part of a source is read: the tokens, the brackets that are open, the side of a sized one."""

    source: Source
    position: int
    end: int
    tokens: list[Token] = field(default_factory=list)
    open: list[Token] = field(default_factory=list)
    spaced: bool = False
    side: str = ""
    #: Where the braces end whose letters are bold.
    bold: int = 0
    #: Where labels of braces begin, and where they end.
    labels: dict[int, int] = field(default_factory=dict)

    def take(self, kind: str, end: int, text: str | None = None, font: str = "") -> Token:
        """Add the token that ends here."""
        start = self.position
        token = Token(kind, self.source.text[start:end] if text is None else text, (start, end), self.spaced, font)
        self.tokens.append(token)
        self.position, self.spaced, self.side = end, False, ""
        return token

    def inside(self) -> str:
        """The kind of what was opened last and is more than wrapping."""
        return next((t.kind for t in reversed(self.open) if t.kind != "WRAPPED"), "")

    def fail(self, message: str, end: int, hint: str | None = None) -> SymconvError:
        """The error that points at the text up to here."""
        return self.source.error(message, (self.position, end), hint)


def tokens(source: Source, start: int, stop: int | None = None) -> list[Token]:
    """The tokens of a part of a source, a full stop at the end left out.

    Raises `SymconvError` at what is unknown or not balanced.
    """
    scan = _Scan(source, start, len(source.text[:stop].rstrip()))
    while scan.position < scan.end:
        _next(scan)
    if scan.open:
        raise source.error(f"'{scan.open[-1].text}' is not closed", scan.open[-1].span)
    return scan.tokens


def _next(scan: _Scan) -> None:
    """Read one token, or what is no token."""
    text, start = scan.source.text, scan.position
    char = text[start]
    if char.isspace() or char in "~$&%":
        _layout(scan, char)
    elif char in ".,;" and _STOP.match(text, start, scan.end):
        scan.position += 1
    elif _decorated(scan):
        return
    elif match := _SWITCHED.match(text, start, scan.end):
        _switched(scan, match)
    elif char == "\\":
        _macro(scan)
    elif char == "|":
        is_double = text.startswith("||", start) and scan.inside() != "_LBAR" and not scan.side
        _bar(scan, "", start + 1 + is_double)
    elif match := _NUMBER.match(text, start, scan.end):
        if not match[0].isascii():
            raise scan.fail(f"unexpected character '{match[0][0]}'", start + 1)
        scan.take("NUM", match.end())
    elif char == ";" and scan.inside() == "_LPAR":
        scan.take("_COMMA", start + 1)
    elif text.startswith((":=", "=:"), start):
        scan.take("EQ", start + 2)
    elif char.isalpha() and (char.isascii() or char in table.GREEK_LETTERS):
        _name(scan, char, start + 1)
    elif char in table.SYMBOLS:
        if char == "{" and decorations.has_over(text, start, scan.end):
            scan.tokens.append(Token("_FRAC", r"\frac", (start, start + 1)))
        _symbol(scan, table.SYMBOLS[char], start + 1)
    elif char == "'":
        raise scan.fail("a prime stands right after a name", start + 1)
    else:
        shown = f"'{char}'" if char.isprintable() else f"U+{ord(char):04X}"
        raise scan.fail(f"unexpected character {shown}", start + 1, table.INSTEAD.get(char))


def _layout(scan: _Scan, char: str) -> None:
    text, after = scan.source.text, scan.position + 1
    if char == "%":
        line = text.find("\n", scan.position, scan.end)
        scan.position = scan.end if line < 0 else line + 1
        return
    if char == "&":
        if scan.inside() not in ("", "ROWS", "_BEGIN", "_CASES"):
            raise scan.fail("'&' stands outside of a matrix or an alignment", after)
        scan.take("AMP" if scan.inside() in ("_BEGIN", "_CASES") else "ALIGN", after)
        return
    if char == "$" and text[after : scan.end].strip(" $\n\t.") and scan.tokens:
        raise scan.fail("one formula at a time", after)
    scan.spaced = scan.spaced or char == "~"
    scan.position = after


def _decorated(scan: _Scan) -> bool:
    """Skip what is there for the eye; whether there is any."""
    text, start, end = scan.source.text, scan.position, scan.end
    if match := _NUMBERED.match(text, start, end):
        scan.position = match.end()
    elif start in scan.labels:
        scan.position = scan.labels.pop(start)
    elif (sign := decorations.equals(scan.source, start, end)) is not None:
        scan.take("EQ", sign)
    elif (after := decorations.blank(text, start, end)) is not None:
        if text.startswith(r"\hspace", start) and scan.inside() in ("", "ROWS"):
            scan.take("GAP", after)
        scan.position, scan.spaced = after, True
    elif (found := decorations.wrapped(scan.source, start, end)) is not None:
        brace, (begin, stop) = found
        if begin < stop:
            scan.labels[begin] = stop
        _opened(scan, Token("WRAPPED", text[start : brace + 1], (start, brace + 1)))
        scan.position = brace + 1
    else:
        return False
    return True


# Symbols and brackets


def _symbol(scan: _Scan, kind: str, end: int) -> None:
    token = scan.take(kind, end)
    if kind.startswith("_L"):
        _opened(scan, token)
    elif kind.startswith("_R"):
        _closed(scan, token)
    elif kind == "SUM" and sum(t.kind == "SUM" for t in scan.tokens) > MAX_SUMS:
        raise scan.source.error("too many sums", token.span, f"at most {MAX_SUMS} are read")


def _opened(scan: _Scan, token: Token) -> None:
    scan.open.append(token)
    if len(scan.open) > MAX_LATEX_DEPTH:
        hint = f"at most {MAX_LATEX_DEPTH} levels are read"
        raise scan.source.error("brackets are nested too deeply", token.span, hint)


def _closed(scan: _Scan, token: Token) -> None:
    if not scan.open:
        raise scan.source.error(f"'{token.text}' closes nothing", token.span)
    opened = scan.open.pop()
    if opened.kind in ("LINES", "WRAPPED") and token.kind == "_RBRACE":
        scan.tokens.pop()
    elif opened.kind != token.kind.replace("_R", "_L", 1):
        raise scan.source.error(f"'{token.text}' closes '{opened.text}'", token.span)


# Macros


def _macro(scan: _Scan) -> None:
    text, start = scan.source.text, scan.position
    match = _MACRO.match(text, start, scan.end)
    macro = match[0] if match else "\\"
    end = start + len(macro)
    name = macro[1:]
    if (read := _MACROS.get(macro)) is not None:
        read(scan, name, end)
    elif name in table.GREEK:
        _name(scan, "λ" if name == "lambda" else name, end)
    elif table.SYMBOLS.get(macro) == "WORD":
        scan.take("WORD", end, name)
    elif macro in table.SYMBOLS:
        _symbol(scan, table.SYMBOLS[macro], end)
    else:
        raise _unknown(scan, macro, end)


def _unknown(scan: _Scan, macro: str, end: int) -> SymconvError:
    hint = table.INSTEAD.get(macro, "nothing is skipped that is not known")
    return scan.fail(f"unknown macro '{short(macro)}'", end, hint)


def _space(scan: _Scan, name: str, end: int) -> None:
    if name in ("quad", "qquad", "hfill") and scan.inside() in ("", "ROWS"):
        scan.take("GAP", end)
    scan.position = end
    scan.spaced = scan.spaced or name[:1] in (",", ";", ":", " ") or name in table.GAPS


def _delimiter(scan: _Scan, name: str, end: int) -> None:
    text = scan.source.text
    if name == "left" and (cases := _ARRAY_OF_CASES.match(text, end, scan.end)):
        _opened(scan, Token("_CASES", r"\begin{array}", (scan.position, cases.end())))
        scan.take("_CASES", cases.end())
        return
    while end < scan.end and text[end].isspace():
        end += 1
    match = _MACRO.match(text, end, scan.end)
    symbol = match[0] if match else text[end : end + 1]
    kind = table.SYMBOLS.get(symbol, "")
    is_bracket = kind.startswith(("_L", "_R")) and kind not in ("_LBRACE", "_RBRACE") or symbol in table.BARS
    if end >= scan.end or not (is_bracket or name == "qty" and kind == "_LBRACE"):
        raise scan.fail("a bracket follows here", end, r"( ) [ ] \lfloor \rfloor \langle \rangle …")
    scan.position, scan.side = end, _SIDES.get(name, "")


def _bar(scan: _Scan, _: str, end: int) -> None:
    """A bar, which opens or closes by what stands around it."""
    text = scan.source.text[scan.position : end]
    kind = "BAR" if text in ("|", r"\vert", r"\lvert", r"\rvert") else "NORM"
    last = scan.tokens[-1].kind if scan.tokens else ""
    side = "L" if text[:2] == r"\l" else "R" if text[:2] == r"\r" else scan.side
    if not side:
        closes = scan.inside() == f"_L{kind}" and (last in _ENDS or last.startswith("_R"))
        side = "R" if closes else "L"
    _symbol(scan, f"_{side}{kind}", end)


def _new_row(scan: _Scan, _: str, end: int) -> None:
    if match := _SKIP.match(scan.source.text, end, scan.end):
        end = match.end()
    match scan.inside():
        case "LINES":
            scan.take("_COMMA", end)
        case "_BEGIN" | "_CASES":
            scan.take("NEWROW", end)
        case "" | "ROWS":
            scan.take("ROW", end)
        case _:
            raise scan.fail("a new line stands outside of a matrix or an alignment", end)


def _environment(scan: _Scan, which: str, end: int) -> None:
    match = _ENVIRONMENT.match(scan.source.text, end, scan.end)
    if match is None:
        raise scan.fail(f"the name of an environment follows \\{which}", end)
    name, end = match[1], match.end()
    if name == "array" and which == "end" and scan.open and scan.open[-1].kind == "_CASES":
        if (after := _NO_BRACKET.match(scan.source.text, end, scan.end)) is None:
            raise scan.fail(r"cases end with \right.", end)
        scan.open.pop()
        scan.take("_ENDCASES", after.end())
        return
    if name not in table.ENVIRONMENTS:
        raise scan.fail(f"unknown environment '{short(name)}'", end)
    kind = table.ENVIRONMENTS[name][which == "end"]
    shown = scan.source.text[scan.position : end]
    if which == "begin":
        if kind == "ROWS" and (scan.tokens or any(t.kind not in ("ROWS", "WRAPPED") for t in scan.open)):
            raise scan.fail("an alignment holds the whole formula", end)
        _opened(scan, Token(kind, shown, (scan.position, end)))
    else:
        opened = scan.open.pop().text if scan.open else None
        if opened is None or not opened.startswith(rf"\begin{{{name}}}"):
            raise scan.fail(f"'{shown}' closes " + ("nothing" if opened is None else f"'{opened}'"), end)
    if kind != "ROWS":
        scan.take(kind, end)
    elif which == "begin" and name.startswith(("gather", "multline")):
        scan.take(name[:6].upper(), end)
    else:
        scan.position = end


def _over(scan: _Scan, _: str, end: int) -> None:
    r"""The \over of {a \over b}, as \frac{a}{b}."""
    if scan.inside() != "_LBRACE":
        raise scan.fail(r"'\over' stands in braces", end, r"write \frac{…}{…}")
    start = scan.position
    _closed(scan, scan.take("_RBRACE", end))
    scan.position = start
    _opened(scan, scan.take("_LBRACE", end))


def _substack(scan: _Scan, _: str, end: int) -> None:
    r"""The brace after \substack, whose lines are items."""
    start, text = scan.position, scan.source.text
    brace = text.find("{", end, scan.end)
    if brace < 0 or text[end:brace].strip():
        raise scan.fail(r"braces follow \substack", end)
    _opened(scan, Token("LINES", text[start : brace + 1], (start, brace + 1)))
    scan.position = brace + 1


def _set(scan: _Scan, _: str, end: int) -> None:
    match = _NAMED.match(scan.source.text, end, scan.end)
    name = (match[1] or match[2]) if match else None
    if match is not None and name == "I":
        if _BRACKET.match(scan.source.text, match.end(), scan.end):
            raise scan.fail(
                "this notation is ambiguous: an identity matrix or an indicator", match.end(), "write I, or [i = j]"
            )
        _name(scan, "I", match.end(), "mathbb")
        return
    if _ONE.match(scan.source.text, end, scan.end):
        message = "this notation is ambiguous: ones, an identity matrix or an indicator"
        raise scan.fail(message, end + 1, r"write \mathbf{1} for ones, I for the identity")
    if match is None or name not in ("R", "C", "Z"):
        raise scan.fail("an unknown set", end, r"\mathbb{R} or \mathbb{C}")
    scan.take("FIELD", match.end(), name)


# Names


def _name(scan: _Scan, name: str, end: int, font: str = "", kind: str = "LETTER") -> None:
    """A letter with the primes after it."""
    primes = _PRIMES.match(scan.source.text, end, scan.end)
    if primes:
        count = primes[0].count("'") + primes[0].count(r"\prime")
        name, end = name + "_prime" * count, primes.end()
    if scan.position < scan.bold and not font:
        font = "mathbf"
    if len(name) > MAX_NAME_LENGTH:
        raise scan.fail(f"the name '{short(name)}' is too long", end)
    scan.take(kind, end, name, font)


def _styled(scan: _Scan, macro: str, end: int) -> None:
    """A letter or a word in a font, zeros or ones, or a pattern of einops."""
    text, start = scan.source.text, scan.position
    if match := _FILLED.match(text, start, scan.end):
        scan.take("FILLED", match.end(), ("zeros", "ones")[int(match[1] or match[2])])
        return
    if match := _PATTERN.match(text, start, scan.end):
        scan.take("PATTERN", match.end(), pattern(match[1]))
        return
    if table.FONTS.get(macro) == "mathbf" and (match := _SEVERAL.match(text, end, scan.end)):
        scan.take("LETTERS", match.end(), match[1], "mathbf")
        return
    letter, _ = _letter_after(scan, end)
    greek = letter in table.GREEK and macro not in ("mathrm", "mathsf", "mathit")
    if macro in table.FONTS and (len(letter) == 1 or greek):
        _letter(scan, macro, end)
    elif macro in table.UPRIGHT:
        _word(scan, macro, end)
    elif (
        table.FONTS[macro] == "mathbf"
        and (close := decorations.closing_brace(scan.source.text, end, scan.end)) is not None
    ):
        scan.position, scan.bold = end, close
    else:
        raise scan.fail(f"letters in braces follow \\{macro}", end)


def _switched(scan: _Scan, match: re.Match[str]) -> None:
    r"""A word in braces after the switch of a font: {\rm vec}, {\bf x}."""
    switch, word = match.groups()
    font = {"rm": "mathrm", "bf": "mathbf", "it": "", "sf": "mathsf", "cal": "mathcal"}[switch]
    if word in table.GREEK or len(word) == 1:
        _name(scan, "λ" if word == "lambda" else word, match.end(), font)
    elif switch == "bf":
        scan.take("LETTERS", match.end(), word, font)
    else:
        _name(scan, word, match.end(), kind="WORD")


def _letter(scan: _Scan, macro: str, end: int) -> None:
    """A letter in a font or with an accent."""
    letter, after = _letter_after(scan, end)
    if macro in table.ACCENTS and (match := _BOLD_INSIDE.match(scan.source.text, end, scan.end)):
        letter, after = match[1] or match[2], match.end()
    if not (len(letter) == 1 or letter in table.GREEK):
        raise scan.fail(f"one letter follows \\{macro}", end)
    letter = "λ" if letter == "lambda" else letter
    kinds = [t.kind for t in scan.tokens[-2:]]
    is_exponent = kinds[-1:] == ["SUP"] or kinds == ["SUP", "_LBRACE"]
    if macro in ("mathrm", "mathsf") and letter in table.MARKS and (letter == "i" or is_exponent):
        scan.take(table.MARKS[letter], after, letter)
    elif macro in table.ACCENTS:
        _name(scan, f"{letter}_{table.ACCENTS[macro]}", after)
    else:
        _name(scan, letter, after, table.FONTS[macro])


def _letter_after(scan: _Scan, end: int) -> tuple[str, int]:
    """The letter or the name of one that follows a macro, and where it ends."""
    match = _NAMED.match(scan.source.text, end, scan.end)
    return (match[1] or match[2] or match[3], match.end()) if match else ("", end)


def _word(scan: _Scan, macro: str, end: int) -> None:
    match = _ARGUMENT.match(scan.source.text, end, scan.end)
    if match is None:
        raise scan.fail(f"a word in braces follows \\{macro}", end)
    word = match[1] if match[1] is not None else match[2]
    word = " ".join(word.replace(r"\_", "_").replace("\\ ", " ").split())
    end = match.end()
    words = table.ROW_WORDS if any(t.kind == "_CASES" for t in scan.open) else table.WORDS
    if macro in (*_PLAIN, "mathrm") and word.rstrip(",.") in words:
        scan.take(words[word.rstrip(",.")], end, word)
    elif macro in _PLAIN and scan.inside() in ("", "ROWS") and word.rstrip(",.:").lower() in table.QUANTIFIERS:
        scan.take("FORALL", end, word)
    elif macro in _PLAIN and scan.inside() in ("", "ROWS") and word.rstrip(",.:").lower() in table.DEFINING:
        scan.take("WHERE", end, word)
    elif macro in _PLAIN and (word.rstrip(",.:") in table.EMPHASIS or is_law(word)):
        scan.take("EMPHASIS", end, word)
    elif macro in _PLAIN and word.rstrip(",.:").lower() in table.PROSE:
        raise scan.fail(f"words are not read: '{short(word)}'", end, table.WORDS_ARE_CONDITIONS)
    elif not _IDENTIFIER.fullmatch(word.replace(" ", "_")):
        hint = r"close the braces before a formula: \text{if } n > 0" if "$" in word else None
        raise scan.fail(f"this is not a name: '{short(word)}'", end, hint)
    elif len(word) == 1:
        _name(scan, word, end, "" if macro == "mathit" else macro)
    else:
        _name(scan, word.replace(" ", "_"), end, kind="WORD")


_PLAIN = ("text", "textrm", "mbox")
#: The sizes of brackets that tell whether they open or close.
_SIDES = {"left": "L", "right": "R"} | {name[1:]: name[-1].upper() for name in table.SIZING if name[-1] in "lr"}
#: What reads the macros that are no symbols, by the name without its backslash and where that ends.
_MACROS: dict[str, Callable[[_Scan, str, int], None]] = {
    **dict.fromkeys(table.SPACES, _space),
    **dict.fromkeys(table.SIZING, _delimiter),
    r"\\": _new_row,
    r"\begin": _environment,
    r"\end": _environment,
    r"\over": _over,
    **dict.fromkeys((r"\mathbb", r"\mathds", r"\mathbbm"), _set),
    **{bar: _bar for bar in table.BARS if bar != "|"},
    r"\substack": _substack,
    **{f"\\{name}": _letter for name in table.ACCENTS},
    **{f"\\{name}": _styled for name in (*table.FONTS, *table.UPRIGHT)},
}
