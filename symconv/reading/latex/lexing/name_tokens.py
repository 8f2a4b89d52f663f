"""Letters and words of a formula: their fonts, accents and primes, and what words mean between formulas."""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.names import short
from symconv.limits import MAX_NAME_LENGTH
from symconv.reading.latex import latex_notations as table
from symconv.reading.latex.lexing.decorations import closing_brace
from symconv.reading.latex.lexing.scan import Scan
from symconv.reading.latex.lexing.text_words import is_law, pattern

_ARGUMENT = re.compile(r"\*?\s*(?:\{([^{}]*)\}|([A-Za-z])(?![A-Za-z]))")
_NAMED = re.compile(r"\s*\{\s*\\?([A-Za-z]+)\s*\}|\s*([A-Za-z])(?![A-Za-z])|\s*\\([A-Za-z]+)")
_FILLED = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|vec)\s*(?:\{\s*([01])\s*\}|([01])(?!\d))")
_PATTERN = re.compile(
    r"(\\mathtt\{(?:[^{}]|\{\})*\}(?:\s*\\to\s*\\mathtt\{(?:[^{}]|\{\})*\})+|\\mathtt\{[^{},]*,(?:[^{}]|\{\})*\})"
)
_BRACKET = re.compile(r"(?:\s|\\[!,;]|\\left|\\[bB]igg?l?|\\)*[(\[{]")
_ONE = re.compile(r"\s*(?:\{\s*1\s*\}|1)")
_PRIMES = re.compile(r"\s*(?:'+|\^\s*\\prime(?![A-Za-z])|\^\s*\{\s*(?:\\prime\s*)+\}|\^\s*\{\s*'+\s*\})")
_SWITCHED = re.compile(r"\{\s*\\(rm|bf|it|sf|cal)(?:\s+|(?=\\))\\?([A-Za-z]+)\s*\}")
_BOLD_INSIDE = re.compile(r"\s*\{\s*\\(?:mathbf|boldsymbol|bm)\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|([A-Za-z]))\s*\}")
_SEVERAL = re.compile(r"\s*\{\s*([A-Za-z](?:\s*[A-Za-z])+)\s*\}")
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:\.\w+)?", re.ASCII)
_PLAIN = ("text", "textrm", "mbox")


def blackboard(scan: Scan, _: str, end: int) -> None:
    """A set, or the identity matrix."""
    match = _NAMED.match(scan.source.text, end, scan.end)
    name = (match[1] or match[2]) if match else None
    if match is not None and name == "I":
        if _BRACKET.match(scan.source.text, match.end(), scan.end):
            raise scan.fail(
                "this notation is ambiguous: an identity matrix or an indicator", match.end(), "write I, or [i = j]"
            )
        named(scan, "I", match.end(), "mathbb")
        return
    if one := _ONE.match(scan.source.text, end, scan.end):
        scan.take("FILLED", one.end(), "indicator")
        return
    if match is None or name not in ("R", "C", "Z"):
        raise scan.fail("an unknown set", end, r"\mathbb{R} or \mathbb{C}")
    scan.take("FIELD", match.end(), name)


def named(scan: Scan, name: str, end: int, font: str = "", kind: str = "LETTER") -> None:
    """A letter with the primes after it."""
    primes = _PRIMES.match(scan.source.text, end, scan.end)
    if primes:
        count = primes[0].count("'") + primes[0].count(r"\prime")
        base = scan.tokens[-2] if [t.kind for t in scan.tokens[-1:]] == ["SUB"] and len(scan.tokens) > 1 else None
        if base is not None and base.kind in ("LETTER", "WORD"):
            scan.tokens[-2] = replace(base, text=base.text + "_prime" * count)  # x_i' is x'_i
        elif base is not None:
            scan.position = end
            raise scan.fail("a prime stands right after a name", primes.end())
        else:
            name += "_prime" * count
        end = primes.end()
    if scan.position < scan.bold and not font:
        font = "mathbf"
    if len(name) > MAX_NAME_LENGTH:
        raise scan.fail(f"the name '{short(name)}' is too long", end)
    scan.take(kind, end, name, font)


def styled(scan: Scan, macro: str, end: int) -> None:
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
    greek = letter in table.GREEK and table.FONTS.get(macro) not in ("mathrm", "mathsf", "")
    if macro in table.FONTS and (len(letter) == 1 or greek):
        lettered(scan, macro, end)
    elif macro in table.UPRIGHT:
        _word(scan, macro, end)
    elif table.FONTS[macro] == "mathbf" and (close := closing_brace(scan.source.text, end, scan.end)) is not None:
        scan.position, scan.bold = end, close
    else:
        raise scan.fail(f"letters in braces follow \\{macro}", end)


def switched(scan: Scan) -> bool:
    r"""Take a word in braces after the switch of a font, {\rm vec} or {\bf x}; whether one stands here."""
    match = _SWITCHED.match(scan.source.text, scan.position, scan.end)
    if match is None:
        return False
    switch, word = match.groups()
    font = {"rm": "mathrm", "bf": "mathbf", "it": "", "sf": "mathsf", "cal": "mathcal"}[switch]
    if word in table.GREEK or len(word) == 1:
        named(scan, "λ" if word == "lambda" else word, match.end(), font)
    elif switch == "bf":
        scan.take("LETTERS", match.end(), word, font)
    else:
        named(scan, word, match.end(), kind="WORD")
    return True


def lettered(scan: Scan, macro: str, end: int) -> None:
    """A letter in a font or with an accent."""
    letter, after = _letter_after(scan, end)
    if macro in table.ACCENTS and (match := _BOLD_INSIDE.match(scan.source.text, end, scan.end)):
        letter, after = match[1] or match[2], match.end()
    if not (len(letter) == 1 or letter in table.GREEK):
        raise scan.fail(f"one letter follows \\{macro}", end)
    letter = "λ" if letter == "lambda" else letter
    kinds = [t.kind for t in scan.tokens[-2:]]
    is_exponent = kinds[-1:] == ["SUP"] or kinds == ["SUP", "_LBRACE"]
    if table.FONTS.get(macro) in ("mathrm", "mathsf") and letter in table.MARKS and (letter == "i" or is_exponent):
        scan.take(table.MARKS[letter], after, letter)
    elif macro in table.ACCENTS:
        named(scan, f"{letter}_{table.ACCENTS[macro]}", after)
    else:
        named(scan, letter, after, table.FONTS[macro])


def _letter_after(scan: Scan, end: int) -> tuple[str, int]:
    """The letter or the name of one that follows a macro, and where it ends."""
    match = _NAMED.match(scan.source.text, end, scan.end)
    return (match[1] or match[2] or match[3], match.end()) if match else ("", end)


def remainder(scan: Scan, _: str, end: int) -> None:
    r"""The word of a remainder in brackets; outside of them, as in a = b \mod n, it would belong to the equality."""
    if scan.inside() in ("", "ROWS"):
        raise scan.fail("a remainder outside of brackets", end, r"a remainder is written (n - m) \bmod N")
    scan.take("BMOD", end, r"\bmod")


def _word(scan: Scan, macro: str, end: int) -> None:
    """A name or a word of claims, upright."""
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
    elif word == "mod":
        remainder(scan, word, end)
    elif len(word) == 1:
        named(scan, word, end, "" if macro == "mathit" else macro)
    else:
        named(scan, word.replace(" ", "_"), end, kind="WORD")
