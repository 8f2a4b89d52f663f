r"""The tokens of a formula: what is spacing or layout goes, what is unknown is an error with its place.

Rows, alignment marks and wide gaps between formulas stay tokens, which `formula_rows` takes apart; so do cells and
rows of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symconv.claims.names import short
from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.limits import MAX_LATEX_DEPTH, MAX_SUMS
from symconv.reading.latex import latex_notations as table
from symconv.reading.latex.lexing import decorations
from symconv.reading.latex.lexing.name_tokens import blackboard, lettered, named, remainder, styled, switched
from symconv.reading.latex.lexing.scan import Scan, Token

_MACRO = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_ENVIRONMENT = re.compile(
    r"\s*\{([A-Za-z]+\*?)\}(?:(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\}|(?<=n\{array\})\s*(?:\[[tbc]\])?\{[lcr|\s]*\})?"
)
#: Cases as an array with a brace on its left, and what ends it.
_ARRAY_OF_CASES = re.compile(r"\s*\\\{\s*\\begin\s*\{array\}\s*(?:\[[tbc]\])?\{[lcr|@{}\s]*\}(?=[^{}]|\{)")
#: What follows the beginning of an array that is an alignment.
_CHAIN = re.compile(
    r"(?:(?!\\(?:begin|end)\s*\{array\}).)*?&\s*(?:[=<>]|\\equiv|\\[lg]eq?)\s*&(?:(?!\\(?:begin|end)\s*\{array\}).)*"
    r"\\end\s*\{array\}[\s.,;]*(?:\\end\s*\{\w+\*?\}\s*)*",
    re.DOTALL,
)
_NO_BRACKET = re.compile(r"\s*\\right\s*\.")
_SEMICOLON = re.compile(r";\s*\\(?:q?quad(?![A-Za-z])|[,;: ])")
#: Braces that only say how what is in them is set.
_STYLED = re.compile(r"\{\s*\\(?:(?:display|text|script)style(?![A-Za-z])|begin\s*\{(?:aligned|split|gathered))")
_EMPTY = re.compile(r"\{\s*\}")
_NUMBER_OF_IT = r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\l?eqno\s*(?:\([^()]*\)|\{[^{}]*\})"
_NUMBERED = re.compile(_NUMBER_OF_IT)
_UNSEEN = rf"{_NUMBER_OF_IT}|\\(?:nonumber|notag|qedhere|IEEEyesnumber|IEEEnonumber|[,;:! ])"
_STOP = re.compile(
    rf"[.,;]\s*(?:(?:\$|\\[\])]|\\\\|\\end\s*\{{[A-Za-z]+\*?\}}|{_UNSEEN})\s*)*\Z"
    rf"|[.;](?=\s*(?:(?:{_UNSEEN})\s*)*(?:\\\\|\\end\s*\{{|\\q?quad(?![A-Za-z])|\\(?:label|tag\*?)\s*\{{))"
)
#: The star and the distance that can follow a new line.
_SKIP = re.compile(r"\*?(?:\s*\[\s*-?\d*\.?\d+\s*(?:pt|em|ex|mm|cm|in|bp|pc|sp|mu)\s*\])?")
#: Kinds of tokens that braces belong to.
_TAKES_BRACES = frozenset("SUP SUB _FRAC _SQRT _OVER NORMED ABSOLUTE _RBRACE".split())
#: Kinds of tokens after which something is complete, so that a bar closes.
_ENDS = frozenset("NUM LETTER LETTERS WORD FILLED PATTERN IMAG DOTS INFTY TOP DAGGER".split())


def tokens(source: Source, start: int, stop: int | None = None) -> list[Token]:
    """The tokens of a part of a source, a full stop at the end left out.

    Raises `SymconvError` at what is unknown or not balanced.
    """
    scan = Scan(source, start, len(source.text[:stop].rstrip()))
    while scan.position < scan.end:
        _next(scan)
    if scan.open:
        raise source.error(f"'{scan.open[-1].text}' is not closed", scan.open[-1].span)
    return scan.tokens


def _next(scan: Scan) -> None:
    """Read one token, or what is no token."""
    text, start = scan.source.text, scan.position
    char = text[start]
    if char.isspace() or char in "~$&%":
        _layout(scan, char)
    elif char in ".,;" and _is_stop(scan) or _decorated(scan) or switched(scan):
        return
    elif char == "\\":
        _macro(scan)
    elif char == "|":
        is_double = text.startswith("||", start) and scan.inside() != "_LBAR" and not scan.side
        _bar(scan, "", start + 1 + is_double)
    elif match := _NUMBER.match(text, start, scan.end):
        if not match[0].isascii():
            raise scan.fail(f"unexpected character '{match[0][0]}'", start + 1)
        scan.take("NUM", match.end(), match[0] if match[0][0] != "." else f"0{match[0]}")
    elif text.startswith((":=", "=:"), start):
        scan.take("EQ", start + 2)
    elif char.isalpha() and (char.isascii() or char in table.GREEK_LETTERS):
        named(scan, char, start + 1)
    elif char in table.SYMBOLS:
        if char == "{" and _is_layout(scan):
            return
        _symbol(scan, table.SYMBOLS[char], start + 1)
    elif char == "'":
        raise scan.fail("a prime stands right after a name", start + 1)
    else:
        shown = f"'{char}'" if char.isprintable() else f"U+{ord(char):04X}"
        raise scan.fail(f"unexpected character {shown}", start + 1, table.INSTEAD.get(char))


def _is_stop(scan: Scan) -> bool:
    """Skip a stop at the end of a formula, and take a semicolon as a comma between ranges."""
    text, start, end = scan.source.text, scan.position, scan.end
    if scan.inside() == "_LPAR" and text[start] == ";" or _SEMICOLON.match(text, start, end):
        scan.take("_COMMA", start + 1)
        return True
    is_last = scan.open and scan.open[-1].kind == "WRAPPED" and text[start + 1 : end].lstrip()[:1] == "}"
    if not is_last and not _STOP.match(text, start, end):
        return False
    scan.position += 1
    return True


def _layout(scan: Scan, char: str) -> None:
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


def _is_layout(scan: Scan) -> bool:
    r"""Skip braces with nothing in them that belong to nothing; those of {a \over b} get the fraction before them."""
    text, start = scan.source.text, scan.position
    empty, last = _EMPTY.match(text, start, scan.end), scan.tokens[-1].kind if scan.tokens else ""
    if empty is not None and last and last not in _TAKES_BRACES:
        scan.position = empty.end()
        return True
    if last not in _TAKES_BRACES and _STYLED.match(text, start, scan.end):
        _opened(scan, Token("WRAPPED", "{", (start, start + 1)))
        scan.position = start + 1
        return True
    if decorations.has_over(text, start, scan.end):
        scan.tokens.append(Token("_FRAC", r"\frac", (start, start + 1)))
    return False


def _decorated(scan: Scan) -> bool:
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


def _symbol(scan: Scan, kind: str, end: int) -> None:
    token = scan.take(kind, end)
    if kind.startswith("_L"):
        _opened(scan, token)
    elif kind.startswith("_R"):
        _closed(scan, token)
    elif kind == "SUM" and sum(t.kind == "SUM" for t in scan.tokens) > MAX_SUMS:
        raise scan.source.error("too many sums", token.span, f"at most {MAX_SUMS} are read")


def _opened(scan: Scan, token: Token) -> None:
    scan.open.append(token)
    if len(scan.open) > MAX_LATEX_DEPTH:
        hint = f"at most {MAX_LATEX_DEPTH} levels are read"
        raise scan.source.error("brackets are nested too deeply", token.span, hint)


def _closed(scan: Scan, token: Token) -> None:
    if not scan.open:
        raise scan.source.error(f"'{token.text}' closes nothing", token.span)
    opened = scan.open.pop()
    if opened.kind in ("LINES", "WRAPPED") and token.kind == "_RBRACE":
        scan.tokens.pop()
    elif opened.kind != token.kind.replace("_R", "_L", 1):
        raise scan.source.error(f"'{token.text}' closes '{opened.text}'", token.span)


# Macros


def _macro(scan: Scan) -> None:
    text, start = scan.source.text, scan.position
    match = _MACRO.match(text, start, scan.end)
    macro = match[0] if match else "\\"
    end = start + len(macro)
    name = macro[1:]
    if (read := _MACROS.get(macro)) is not None:
        read(scan, name, end)
    elif name in table.GREEK:
        named(scan, "λ" if name == "lambda" else name, end)
    elif table.SYMBOLS.get(macro) == "WORD":
        scan.take("WORD", end, name)
    elif macro in table.SYMBOLS:
        _symbol(scan, table.SYMBOLS[macro], end)
    else:
        raise _unknown(scan, macro, end)


def _unknown(scan: Scan, macro: str, end: int) -> SymconvError:
    hint = table.INSTEAD.get(macro, "nothing is skipped that is not known")
    return scan.fail(f"unknown macro '{short(macro)}'", end, hint)


def _space(scan: Scan, name: str, end: int) -> None:
    if name in ("quad", "qquad", "hfill") and scan.inside() in ("", "ROWS"):
        scan.take("GAP", end)
    scan.position = end
    scan.spaced = scan.spaced or name[:1] in (",", ";", ":", " ") or name in table.GAPS


def _delimiter(scan: Scan, name: str, end: int) -> None:
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


def _bar(scan: Scan, _: str, end: int) -> None:
    """A bar, which opens or closes by what stands around it."""
    text = scan.source.text[scan.position : end]
    kind = "BAR" if text in ("|", r"\vert", r"\lvert", r"\rvert") else "NORM"
    last = scan.tokens[-1].kind if scan.tokens else ""
    side = "L" if text[:2] == r"\l" else "R" if text[:2] == r"\r" else scan.side
    if not side:
        closes = scan.inside() == f"_L{kind}" and (last in _ENDS or last.startswith("_R"))
        side = "R" if closes else "L"
    _symbol(scan, f"_{side}{kind}", end)


def _new_row(scan: Scan, _: str, end: int) -> None:
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


def _environment(scan: Scan, which: str, end: int) -> None:
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
    kind = "ROWS" if _is_chain(scan, name, which, end) else table.ENVIRONMENTS[name][which == "end"]
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


def _is_chain(scan: Scan, name: str, which: str, end: int) -> bool:
    r"""Whether an array is an alignment: it is the whole formula, and relations have a column of their own."""
    if name != "array":
        return False
    if which == "end":
        return bool(scan.open) and scan.open[-1].kind == "ROWS"
    is_first = not scan.tokens and all(t.kind in ("ROWS", "WRAPPED") for t in scan.open)
    return is_first and _CHAIN.fullmatch(scan.source.text, end, scan.end) is not None


def _over(scan: Scan, _: str, end: int) -> None:
    r"""The \over of {a \over b}, as \frac{a}{b}."""
    if scan.inside() != "_LBRACE":
        raise scan.fail(r"'\over' stands in braces", end, r"write \frac{…}{…}")
    start = scan.position
    _closed(scan, scan.take("_RBRACE", end))
    scan.position = start
    _opened(scan, scan.take("_LBRACE", end))


def _substack(scan: Scan, _: str, end: int) -> None:
    r"""The brace after \substack, whose lines are items."""
    start, text = scan.position, scan.source.text
    brace = text.find("{", end, scan.end)
    if brace < 0 or text[end:brace].strip():
        raise scan.fail(r"braces follow \substack", end)
    _opened(scan, Token("LINES", text[start : brace + 1], (start, brace + 1)))
    scan.position = brace + 1


#: The sizes of brackets that tell whether they open or close.
_SIDES = {"left": "L", "right": "R"} | {name[1:]: name[-1].upper() for name in table.SIZING if name[-1] in "lr"}
#: What reads the macros that are no symbols, by the name without its backslash and where that ends.
_MACROS: dict[str, Callable[[Scan, str, int], None]] = {
    **dict.fromkeys(table.SPACES, _space),
    **dict.fromkeys(table.SIZING, _delimiter),
    r"\\": _new_row,
    r"\begin": _environment,
    r"\end": _environment,
    r"\over": _over,
    r"\mod": remainder,
    **dict.fromkeys((r"\mathbb", r"\mathds", r"\mathbbm"), blackboard),
    **{bar: _bar for bar in table.BARS if bar != "|"},
    r"\substack": _substack,
    **{f"\\{name}": lettered for name in table.ACCENTS},
    **{f"\\{name}": styled for name in (*table.FONTS, *table.UPRIGHT)},
}
