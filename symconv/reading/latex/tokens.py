r"""The tokens of a formula: what is spacing or layout goes, what is unknown is an error with its place.

Rows of `aligned` are joined here to one chain; cells and rows of matrices stay tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symconv.claims.names import LONGEST, short
from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError

MAX_NESTED = 30
MAX_SUMS = 32

_SPACES = frozenset(
    [r"\ ", *r"\, \; \: \! \> \quad \qquad \displaystyle \textstyle \limits \nolimits \nonumber \notag".split()]
)
_SIZING = frozenset(r"\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr".split())
_GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
_GREEK_LETTERS = frozenset("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ")
_SYMBOLS = {
    "+": "PLUS", "-": "MINUS", "*": "SLIDE", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", "^": "SUP", "_": "SUB",
    ",": "_COMMA", ":": "COLON", ":=": "EQ", "(": "_LPAR", ")": "_RPAR", "[": "_LSQ", "]": "_RSQ", "{": "_LBRACE",
    "}": "_RBRACE",
    r"\ast": "SLIDE", r"\star": "SLIDE", r"\circledast": "SLIDE", r"\circledcirc": "SLIDE",
    r"\cdot": "CDOT", r"\times": "TIMES", r"\odot": "ODOT", r"\circ": "ODOT", r"\otimes": "OTIMES", r"\bmod": "BMOD",
    r"\ne": "NE", r"\neq": "NE", r"\le": "LE", r"\leq": "LE", r"\ge": "GE", r"\geq": "GE", r"\lt": "LT", r"\gt": "GT",
    r"\in": "IN", r"\coloneqq": "EQ", r"\triangleq": "EQ", r"\equiv": "EQ", r"\{": "_LSET", r"\}": "_RSET",
    r"\lfloor": "_LFLOOR", r"\rfloor": "_RFLOOR", r"\lceil": "_LCEIL", r"\rceil": "_RCEIL",
    r"\langle": "_LANGLE", r"\rangle": "_RANGLE", r"\lbrack": "_LSQ", r"\rbrack": "_RSQ",
    r"\frac": "_FRAC", r"\dfrac": "_FRAC", r"\tfrac": "_FRAC", r"\sqrt": "_SQRT",
    r"\overline": "_OVER", r"\bar": "_OVER", r"\sum": "SUM", r"\infty": "INFTY",
    r"\top": "TOP", r"\intercal": "TOP", r"\dagger": "DAGGER", r"\ldots": "DOTS", r"\dots": "DOTS",
    r"\land": "AND", r"\wedge": "AND", r"\lor": "OR", r"\vee": "OR", r"\lnot": "_NOT", r"\neg": "_NOT",
    r"\iff": "_IFF", r"\Longleftrightarrow": "_IFF", r"\Leftrightarrow": "_IFF",
    r"\max": "WORD", r"\min": "WORD", r"\exp": "WORD", r"\nabla": "WORD",
}  # fmt: skip
_CLOSING = {
    "_LPAR": "_RPAR", "_LSQ": "_RSQ", "_LBRACE": "_RBRACE", "_LFLOOR": "_RFLOOR", "_LCEIL": "_RCEIL",
    "_LANGLE": "_RANGLE", "_LSET": "_RSET",
}  # fmt: skip
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_WORDS = {"if": "_IF", "iff": "_IFF", "if and only if": "_IFF", "and": "AND", "or": "OR", "not": "_NOT"}
_UPRIGHT = ("mathrm", "operatorname", "text", "textrm", "mathit", "mathtt", "mathsf", "mbox", "textit")
_FONTS = ("mathbf", "boldsymbol", "bm", "mathcal", "mathscr", "mathsf", "mathit", "mathrm")
_ACCENTS = ("hat", "tilde", "widehat", "widetilde")
_ROW_WORDS = {"if": "_IF", "for": "_IF", "when": "_IF", "where": "_IF", "and": "AND", "or": "OR", "not": "_NOT",
              "otherwise": "OTHERWISE", "else": "OTHERWISE", "elsewhere": "OTHERWISE"}  # fmt: skip
_PROSE = frozenset(
    ["for", "for all", "for any", "for each", "for every", "where", "with", "when", "such that", "otherwise", "else",
     "then", "since", "because", "so", "hence", "subject to"]
)  # fmt: skip
_CASES = ("cases", "dcases")
_MATRICES = ("matrix", "pmatrix", "bmatrix", "smallmatrix")
_ROWS = (
    "aligned", "align", "align*", "split", "gather", "gather*", "gathered", "eqnarray", "eqnarray*", "equation",
    "equation*", "multline", "multline*",
)  # fmt: skip

_NORM = r"norms are written out: x \overline{x}, \langle X, X \rangle_F"
_INSTEAD = {
    ";": "separate indices with commas", "|": _NORM, r"\|": _NORM, r"\lvert": _NORM, r"\lVert": _NORM,
    r"\pmod": r"a remainder is written (n - m) \bmod N",
    r"\mod": r"a remainder is written (n - m) \bmod N", r"\cdots": "write all entries, or one sum",
    r"\vdots": "write all entries", r"\ddots": "write all entries",
    r"\int": r"sums are read: \sum_{\tau} f(\tau) g(t - \tau)",
    r"\cos": r"write e^{\mathrm{i} x} for waves", r"\sin": r"write e^{\mathrm{i} x} for waves",
    r"\forall": "indices take all values that keep the left side in range",
    r"\prod": "products of unknown length are not read",
}  # fmt: skip
_MACRO = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ARGUMENT = re.compile(r"\*?\s*(?:\{([^{}]*)\}|([A-Za-z])(?![A-Za-z]))")
_NAMED = re.compile(r"\s*\{\s*\\?([A-Za-z]+)\s*\}|\s*([A-Za-z])(?![A-Za-z])|\s*\\([A-Za-z]+)")
_FILLED = re.compile(r"\\mathbf\{([01])\}")
_PATTERN = re.compile(
    r"(\\mathtt\{(?:[^{}]|\{\})*\}(?:\s*\\to\s*\\mathtt\{(?:[^{}]|\{\})*\})+|\\mathtt\{[^{},]*,(?:[^{}]|\{\})*\})"
)
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
_PRIMES = re.compile(r"\s*(?:'+|\^\s*\\prime(?![A-Za-z])|\^\s*\{\s*(?:\\prime\s*)+\}|\^\s*\{\s*'+\s*\})")
_DEFINES = re.compile(r"\\stackrel\s*\{\s*\\(?:mathrm|text)\s*\{\s*def\s*\}\s*\}\s*\{\s*=\s*\}")
_NUMBERED = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}")
_STOP = re.compile(r"[.,]\s*(?:(?:\$|\\[\])]|\\\\|\\end\s*\{[A-Za-z]+\*?\})\s*)*\Z")
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:\.\w+)?", re.ASCII)
_CONTINUES = frozenset("EQ NE LE GE LT GT IN PLUS MINUS CDOT TIMES _IF _IFF AND OR".split())


@dataclass(frozen=True)
class Token:
    """A symbol of a formula: its grammatical kind, what it says, and its place in the text."""

    kind: str
    text: str
    span: Span
    spaced: bool = False
    font: str = ""


@dataclass
class Tokens:
    """Reads the tokens of one part of a source."""

    source: Source
    position: int
    end: int
    found: list[Token] = field(default_factory=list)
    _open: list[Token] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _spaced: bool = False

    def read(self) -> list[Token]:
        """All tokens; raises `SymconvError` at what is unknown or not balanced."""
        text = self.source.text
        while self.position < self.end:
            start = self.position
            char = text[start]
            if char.isspace() or char in "~$&" or text.startswith("%", start):
                self._layout(char)
            elif char in ".," and _STOP.match(text, start, self.end):
                self.position += 1
            elif found := _NUMBERED.match(text, start, self.end):
                self.position = found.end()
            elif found := _DEFINES.match(text, start, self.end):
                self._take("EQ", found.end())
            elif char == "\\":
                self._macro()
            elif found := _NUMBER.match(text, start, self.end):
                if not found[0].isascii():
                    raise self.fail(f"unexpected character '{found[0][0]}'", (start, start + 1))
                self._take("NUM", found.end())
            elif text.startswith(":=", start):
                self._take("EQ", start + 2)
            elif char.isalpha() and (char.isascii() or char in _GREEK_LETTERS):
                self._name(char, start + 1, "LETTER")
            elif char in _SYMBOLS:
                self._symbol(_SYMBOLS[char], start + 1)
            else:
                raise self._odd(char)
        if self._open:
            opened = self._open[-1]
            raise self.fail(f"'{opened.text}' is not closed", opened.span)
        self._check_rows()
        return self.found

    def fail(self, message: str, span: Span, hint: str | None = None) -> SymconvError:
        """The error that points at a place."""
        return self.source.error(message, span, hint)

    def _odd(self, char: str) -> SymconvError:
        start = self.position
        if char == "'":
            return self.fail("a prime stands right after a name", (start, start + 1))
        shown = f"'{char}'" if char.isprintable() else f"U+{ord(char):04X}"
        return self.fail(f"unexpected character {shown}", (start, start + 1), _INSTEAD.get(char))

    def _take(self, kind: str, end: int, text: str | None = None, font: str = "") -> Token:
        start = self.position
        token = Token(kind, self.source.text[start:end] if text is None else text, (start, end), self._spaced, font)
        self.found.append(token)
        self.position, self._spaced = end, False
        return token

    def _layout(self, char: str) -> None:
        text = self.source.text
        if char == "%":
            line = text.find("\n", self.position, self.end)
            self.position = self.end if line < 0 else line + 1
            return
        if char == "&" and (not self._open or self._open[-1].kind in ("_BEGIN", "_CASES")):
            self._take("AMP", self.position + 1)
            return
        if char == "&" and self._open[-1].kind != "ROWS":
            raise self.fail("'&' stands outside of a matrix or an alignment", (self.position, self.position + 1))
        if char == "$" and text[self.position + 1 : self.end].strip(" $\n\t.") and self.found:
            raise self.fail("one formula at a time", (self.position, self.position + 1))
        self._spaced = self._spaced or char == "~"
        self.position += 1

    def _symbol(self, kind: str, end: int) -> None:
        token = self._take(kind, end)
        if kind in _CLOSING:
            self._opened(token)
        elif kind in _OPENING:
            self._close(token, _OPENING[kind])
        elif kind == "SUM" and sum(t.kind == "SUM" for t in self.found) > MAX_SUMS:
            raise self.fail("too many sums", token.span, f"at most {MAX_SUMS} are read")

    def _opened(self, token: Token) -> None:
        self._open.append(token)
        if len(self._open) > MAX_NESTED:
            raise self.fail("brackets are nested too deeply", token.span, f"at most {MAX_NESTED} levels are read")

    def _close(self, token: Token, kind: str) -> None:
        if not self._open:
            raise self.fail(f"'{token.text}' closes nothing", token.span)
        opened = self._open.pop()
        if opened.kind == "LINES" and kind == "_LBRACE":
            self.found.pop()
        elif opened.kind != kind:
            raise self.fail(f"'{token.text}' closes '{opened.text}'", token.span)

    # Macros

    def _macro(self) -> None:
        text, start = self.source.text, self.position
        found = _MACRO.match(text, start, self.end)
        macro = found[0] if found else "\\"
        end = start + len(macro)
        name = macro[1:]
        if macro in _SPACES or macro in (r"\(", r"\)", r"\[", r"\]"):
            self.position = end
            self._spaced = self._spaced or macro[1:2] in (",", ";", ":", " ", "q", "t")
        elif macro in _SIZING:
            self._delimiter(end)
        elif macro == r"\\":
            self._new_row(end)
        elif name in ("begin", "end"):
            self._environment(name, end)
        elif name == "mathbb":
            self._field(end)
        elif name == "substack":
            self._substack(end)
        elif name in _GREEK:
            self._name("λ" if name == "lambda" else name, end, "LETTER")
        elif found := _FILLED.match(text, start, self.end):
            self._take("FILLED", found.end(), ("zeros", "ones")[int(found[1])])
        elif found := _PATTERN.match(text, start, self.end):
            self._take("PATTERN", found.end(), _pattern(found[1]))
        elif name in _ACCENTS or (name in _FONTS and self._font(name, end)):
            self._accent(name, end)
        elif name in _UPRIGHT:
            self._word(name, end)
        elif macro in _SYMBOLS:
            if _SYMBOLS[macro] == "WORD":
                self._take("WORD", end, name)
            else:
                self._symbol(_SYMBOLS[macro], end)
        else:
            hint = _INSTEAD.get(macro, "nothing is skipped that is not known")
            raise self.fail(f"unknown macro '{short(macro)}'", (start, end), hint)

    def _delimiter(self, end: int) -> None:
        text = self.source.text
        while end < self.end and text[end].isspace():
            end += 1
        found = _MACRO.match(text, end, self.end)
        shown = found[0] if found else text[end : end + 1]
        kind = _SYMBOLS.get(shown, "")
        if end >= self.end or (kind not in _CLOSING and kind not in _OPENING) or kind in ("_LBRACE", "_RBRACE"):
            raise self.fail(
                "a bracket follows here", (self.position, end), r"( ) [ ] \lfloor \rfloor \langle \rangle …"
            )
        self.position = end

    def _new_row(self, end: int) -> None:
        inside = self._open[-1].kind if self._open else ""
        if inside in ("_BEGIN", "_CASES", "LINES"):
            self._take("_COMMA" if inside == "LINES" else "NEWROW", end)
        elif inside == "ROWS":
            self._rows.append(len(self.found))
            self.position = end
        else:
            raise self.fail("a new line stands outside of a matrix or an alignment", (self.position, end))

    def _check_rows(self) -> None:
        """A line of a chain begins, or the one before ends, with what joins them."""
        for place in self._rows:
            after = self.found[place] if place < len(self.found) else None
            before = self.found[place - 1] if place else None
            joined = after is None or after.kind in _CONTINUES or (before is not None and before.kind in _CONTINUES)
            if not joined and after is not None:
                raise self.fail("this line does not continue the chain", after.span, "lines begin with =, + or -")

    def _environment(self, which: str, end: int) -> None:
        start = self.position
        found = _ENVIRONMENT.match(self.source.text, end, self.end)
        if found is None:
            raise self.fail(f"the name of an environment follows \\{which}", (start, end))
        name = found[1]
        if name not in (*_MATRICES, *_CASES, *_ROWS):
            raise self.fail(f"unknown environment '{short(name)}'", (start, found.end()))
        kind = "_BEGIN" if name in _MATRICES else "_CASES" if name in _CASES else "ROWS"
        span = (start, found.end())
        if which == "begin":
            token = Token(kind, self.source.text[slice(*span)], span)
            if kind == "ROWS" and (self.found or any(t.kind != "ROWS" for t in self._open)):
                raise self.fail("an alignment holds the whole formula", span)
            self._opened(token)
        else:
            opened = self._open[-1] if self._open else None
            if opened is None or opened.text != rf"\begin{{{name}}}":
                what = "nothing" if opened is None else f"'{opened.text}'"
                raise self.fail(f"'{self.source.text[slice(*span)]}' closes {what}", span)
            self._open.pop()
            kind = {"_BEGIN": "_END", "_CASES": "_ENDCASES"}.get(kind, kind)
        if kind == "ROWS":
            self.position = found.end()
        else:
            self._take(kind, found.end())

    def _substack(self, end: int) -> None:
        r"""The brace after \substack, whose lines are items."""
        start, text = self.position, self.source.text
        brace = text.find("{", end, self.end)
        if brace < 0 or text[end:brace].strip():
            raise self.fail(r"braces follow \substack", (start, end))
        self._opened(Token("LINES", text[start : brace + 1], (start, brace + 1)))
        self.position = brace + 1

    def _field(self, end: int) -> None:
        found = _NAMED.match(self.source.text, end, self.end)
        name = (found[1] or found[2]) if found else None
        if found is None or name not in ("R", "C", "Z"):
            raise self.fail("an unknown set", (self.position, end), r"\mathbb{R} or \mathbb{C}")
        self._take("FIELD", found.end(), name)

    # Names

    def _name(self, name: str, end: int, kind: str, font: str = "") -> None:
        primes = _PRIMES.match(self.source.text, end, self.end)
        if primes:
            count = primes[0].count("'") + primes[0].count(r"\prime")
            name, end = name + "_prime" * count, primes.end()
        if len(name) > LONGEST:
            raise self.fail(f"the name '{short(name)}' is too long", (self.position, end))
        self._take(kind, end, name, font)

    def _font(self, name: str, end: int) -> bool:
        found = _NAMED.match(self.source.text, end, self.end)
        letter = (found[1] or found[2] or found[3]) if found else None
        upright = name in ("mathrm", "mathsf", "mathit")
        return letter is not None and (len(letter) == 1 or (letter in _GREEK and not upright))

    def _accent(self, macro: str, end: int) -> None:
        """A letter in a font or with an accent."""
        found = _NAMED.match(self.source.text, end, self.end)
        letter = found and (found[1] or found[2] or found[3])
        if found is None or letter is None or not (len(letter) == 1 or letter in _GREEK):
            raise self.fail(f"one letter follows \\{macro}", (self.position, end))
        letter = "λ" if letter == "lambda" else letter
        if macro in ("mathrm", "mathsf") and letter in ("T", "H", "i") and self._is_mark(letter):
            kinds = {"T": "TOP", "H": "DAGGER", "i": "IMAG"}
            self._take(kinds[letter], found.end(), letter)
        elif macro in _ACCENTS:
            self._name(f"{letter}_{macro.removeprefix('wide')}", found.end(), "LETTER")
        else:
            fonts = {"mathit": "", "boldsymbol": "mathbf", "bm": "mathbf", "mathscr": "mathcal"}
            self._name(letter, found.end(), "LETTER", fonts.get(macro, macro))

    def _is_mark(self, letter: str) -> bool:
        """Whether an upright letter stands for an operation: i anywhere, T and H as exponents."""
        kinds = [t.kind for t in self.found[-2:]]
        return letter == "i" or kinds[-1:] == ["SUP"] or kinds == ["SUP", "_LBRACE"]

    def _word(self, macro: str, end: int) -> None:
        found = _ARGUMENT.match(self.source.text, end, self.end)
        if found is None:
            raise self.fail(f"a word in braces follows \\{macro}", (self.position, end))
        word = " ".join(
            (found[1] if found[1] is not None else found[2]).replace(r"\_", "_").replace("\\ ", " ").split()
        )
        in_cases = any(t.kind == "_CASES" for t in self._open)
        words = _ROW_WORDS if in_cases else _WORDS
        if macro in ("text", "textrm", "mathrm", "mbox") and word.rstrip(",.") in words:
            self._take(words[word.rstrip(",.")], found.end(), word)
            return
        if macro in ("text", "textrm", "mbox") and word.rstrip(",.:").lower() in _PROSE:
            told = r"a condition is written \text{ if } …; indices take all values that keep the left side in range"
            raise self.fail(f"words are not read: '{short(word)}'", (self.position, found.end()), told)
        if not _IDENTIFIER.fullmatch(word.replace(" ", "_")):
            hint = r"close the braces before a formula: \text{if } n > 0" if "$" in word else None
            raise self.fail(f"this is not a name: '{short(word)}'", (self.position, found.end()), hint)
        if len(word) == 1:
            self._name(word, found.end(), "LETTER", macro if macro != "mathit" else "")
        else:
            self._name(word.replace(" ", "_"), found.end(), "WORD")


def _pattern(latex: str) -> str:
    r"""A pattern of einops or einsum, as it is typed.

    >>> _pattern(r"\mathtt{c\ h} \to \mathtt{(h\ c)}")
    'c h -> (h c)'
    """
    text = re.sub(r"\\mathtt\{((?:[^{}]|\{\})*)\}", r"\1", latex)
    for macro, typed in ((r"\to", "->"), (r"\ldots{}", "..."), (r"\_", "_"), (r"\ ", " ")):
        text = text.replace(macro, typed)
    return text


def tokens(source: Source, start: int, stop: int | None = None) -> list[Token]:
    """The tokens of a part of a source, a full stop at the end left out."""
    text = source.text[:stop]
    return Tokens(source, start, len(text.rstrip())).read()
