"""Lines of derivations as they are printed, in Python's syntax."""

from __future__ import annotations

import re

SIGNS = {
    "·": "*",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "−": "-",
    "⌊": "floor(",
    "⌋": ")",
    "π": "pi",
    "⌈": "ceiling(",
    "⌉": ")",
    "^": "**",
}
SUM = re.compile(r"Σ_\{(\w+)=")
#: What ends the operands of a remainder.
WEAKER = re.compile(r"( and | or |[<>=!]=|<|>|,) ?$")
WEAKER_AFTER = re.compile(r" and | or | ?[<>=!]=| ?[<>]|,")
RELATION = re.compile(r"[≤≥≠=<>]")


def condition(text: str) -> str:
    """A printed condition: `k = flip(k)`, `n ≤ 2`."""
    return _signed(text.replace(" = ", " == "))


def line(text: str) -> str:
    """A printed formula: sums, brackets of conditions, products."""
    return _signed(_brackets(_sums(re.sub(r"π·[ij]\b", "π·I", text))))


def _signed(text: str) -> str:
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    return _remainders(text)


def _remainders(text: str) -> str:
    """a mod b, which binds weaker than products and stands in brackets elsewhere, as (a) % (b)."""
    at = text.find(" mod ")
    if at < 0:
        return text
    opening = closing = at
    depth = 0
    while opening > 0 and not (depth == 0 and (text[opening - 1] in "([" or WEAKER.search(text[:opening]))):
        opening -= 1
        depth += (text[opening] in ")]") - (text[opening] in "([")
    depth = 0
    while closing < len(text) and not (depth == 0 and (text[closing] in ")]" or WEAKER_AFTER.match(text, closing))):
        depth += (text[closing] in "([") - (text[closing] in ")]")
        closing += 1
    before, after = text[opening:at], text[at + 5 : closing]
    return _remainders(f"{text[:opening]}({before}) % ({after}){text[closing:]}")


def _sums(text: str) -> str:
    """Σ_{u=a}^{b} body, the body going on up to the next + or −, as Sum(body, (u, a, b))."""
    found = SUM.search(text)
    if not found:
        return text
    lower_end = _closing(text, found.end())
    upper_end = _closing(text, lower_end + 3)
    lower, upper = text[found.end() : lower_end], text[lower_end + 3 : upper_end]
    start = upper_end + 1
    end = _end_of_product(text, start)
    body = _sums(text[start:end].strip())
    return f"{text[: found.start()]}Sum({body}, ({found[1]}, {lower}, {upper})){_sums(text[end:])}"


def _closing(text: str, start: int) -> int:
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth < 0:
            return k
    return len(text)


def _end_of_product(text: str, start: int) -> int:
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] in "([{") - (text[k] in ")]}")
        if depth < 0 or depth == 0 and text.startswith((" + ", " - ", ", "), k):
            return k
    return len(text)


def _brackets(text: str) -> str:
    """[i ≤ 0, j = 1] as 1 where all of it holds and 0 elsewhere."""
    result, k = "", 0
    while k < len(text):
        if text[k] == "[" and (k == 0 or text[k - 1] in " ·(-"):
            end = k + 1
            depth = 1
            while end < len(text) and depth:
                depth += (text[end] in "([") - (text[end] in ")]")
                end += 1
            inside = text[k + 1 : end - 1]
            if RELATION.search(inside):
                tests = " and ".join(f"({part})" for part in condition(inside).split(", "))
                result += f"(1 if {tests} else 0)"
                k = end
                continue
        result += text[k]
        k += 1
    return result
