r"""Sums with dots as sums over an index: x_1 y_1 + x_2 y_2 + \cdots + x_n y_n is \sum_{i=1}^{n} x_i y_i.

The terms before the dots and the one after them are the same but for whole numbers (subscripts, arguments, factors)
that rise or fall by the same step from each to the next. What does not is left as it is, and is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symconv.algebra.polynomials import ZERO, Poly
from symconv.claims.syntax import Span
from symconv.reading.latex.lexing.derivative_scope import TERM_ENDS, closing
from symconv.reading.latex.lexing.scan import Token

_INDICES = "ijklmnpqrstuv"
_OPENS = ("_LPAR", "_LSQ")


@dataclass(frozen=True)
class _Part:
    """A symbol of a term, or whole numbers in it: below or above something, in brackets, or a factor."""

    tokens: tuple[Token, ...]
    numbers: tuple[Poly, ...] = ()

    def shape(self) -> tuple[object, ...]:
        """What parts of two terms have in common that can belong together."""
        return (len(self.numbers),) if self.numbers else tuple((t.kind, t.text, t.font) for t in self.tokens)


def summed(tokens: Sequence[Token], known: Collection[str]) -> tuple[list[Token], list[tuple[Span, str]]]:
    """The tokens with sums over an index for those with dots, and what is taken for them."""
    found, told = [*tokens], []
    for place in reversed([k for k, t in enumerate(tokens) if t.kind == "DOTS"]):
        taken = {t.text for t in found} | {*known}
        name = next((letter for letter in _INDICES if letter not in taken), None)
        start, terms, last, end = _terms(found, place)
        if name is None or last is None:
            continue
        ways = (_sum(terms, last, found[place], name, beside) for beside in (True, False))
        if (whole := next((way for way in ways if way is not None), None)) is None:
            continue
        count, symbols, bounds = whole
        begin = start + sum(len(term) + 1 for term in terms[:-count])
        if begin and found[begin - 1].kind == "MINUS":
            continue
        told.append((found[place].span, f"the sum with dots runs over {name} from {bounds[0]} to {bounds[1]}"))
        found[begin:end] = symbols
    return found, told


def _terms(tokens: Sequence[Token], dots: int) -> tuple[int, list[list[Token]], list[Token] | None, int]:
    """Where the terms before dots begin, these terms, the one after the dots, and where it ends."""
    if not 0 < dots < len(tokens) - 2 or tokens[dots - 1].kind != "PLUS" or tokens[dots + 1].kind != "PLUS":
        return dots, [], None, dots
    depth, start, cuts = 0, dots - 1, [dots - 1]
    while start > 0:
        token = tokens[start - 1]
        depth += token.closes - token.opens
        if depth < 0 or (not depth and token.kind in TERM_ENDS and token.kind != "PLUS"):
            break
        start -= 1
        if not depth and token.kind == "PLUS":
            cuts.append(start)
    begins = [start, *(cut + 1 for cut in reversed(cuts[1:]))]
    terms = [[*tokens[a:b]] for a, b in zip(begins, reversed(cuts), strict=True)]
    end, depth = dots + 2, 0
    while end < len(tokens):
        depth += tokens[end].opens - tokens[end].closes
        if depth < 0 or (not depth and tokens[end].kind in TERM_ENDS):
            break
        end += 1
    return start, terms, [*tokens[dots + 2 : end]], end


def _sum(
    terms: Sequence[Sequence[Token]], last: Sequence[Token], dots: Token, name: str, beside: bool
) -> tuple[int, list[Token], tuple[Poly, Poly]] | None:
    """How many terms a sum takes, its symbols and its bounds; None where the terms do not follow one another. What
    stands side by side is several indices, or a product."""
    final = _parts(last, beside)
    before = [_parts(term, beside) for term in terms]
    alike = [k for k, term in enumerate(before) if [p.shape() for p in term] == [p.shape() for p in final]]
    if not alike or alike != [*range(alike[0], len(before))]:
        return None
    before = before[alike[0] :]
    steps = _steps(before, final)
    if steps is None or (count := _count(before[0], final, steps)) is None:
        return None
    for place, term in enumerate(before):
        for part, first, by in zip(term, before[0], steps, strict=True):
            if any(n != f + s * place for n, f, s in zip(part.numbers, first.numbers, by, strict=True)):
                return None
    # The index is the first number that rises by 1, or falls by 1 if none rises, or else counts from 0.
    begin = before[0]
    by_one = {step for by in steps for step in by} & {1, -1}
    if by_one == {-1}:
        begin, steps = final, [tuple(-step for step in by) for by in steps]
    pairs = [pair for first, by in zip(begin, steps, strict=True) for pair in zip(first.numbers, by, strict=True)]
    low = next((number for number, step in pairs if step == 1), ZERO)
    letter = Token("LETTER", name, dots.span)
    symbols: list[Token] = [replace(letter, kind="SUM", text=r"\sum"), replace(letter, kind="SUB", text="_")]
    limits = [_written(low, dots), _written(low + count, dots)]
    if None in limits:
        return None
    symbols += [*_braced([letter, replace(letter, kind="EQ", text="="), *(limits[0] or [])])]
    symbols += [replace(letter, kind="SUP", text="^"), *_braced(limits[1] or [])]
    for first, by in zip(begin, steps, strict=True):
        if not any(by):
            symbols += first.tokens
            continue
        items: list[Token] = []
        for number, step in zip(first.numbers, by, strict=True):
            if (index := _written(number - low * step, dots, letter, step)) is None:
                return None
            items += [*([replace(dots, kind="_COMMA", text=",")] if items else []), *index]
        if first.tokens[0].opens:
            symbols += [first.tokens[0], *items, first.tokens[-1]]
        else:
            symbols += _braced(items, "_LBRACE" if symbols[-1].kind in ("SUB", "SUP") else "_LPAR")
    return len(before), symbols, (low, low + count)


def _steps(before: Sequence[Sequence[_Part]], final: Sequence[_Part]) -> list[tuple[int, ...]] | None:
    """By how much each number rises from one term to the next."""
    if len(before) > 1:
        pairs = [zip(b.numbers, a.numbers, strict=True) for a, b in zip(before[0], before[1], strict=True)]
        found = [tuple((b - a).integer for b, a in pair) for pair in pairs]
    else:
        ends = [
            [b - a for a, b in zip(f.numbers, e.numbers, strict=True)] for f, e in zip(before[0], final, strict=True)
        ]
        length = next((n for each in ends for n in each if n != ZERO), ZERO)
        signs = {length: 1, -length: -1, ZERO: 0}
        found = [tuple(signs.get(n) for n in each) for each in ends] if length.integer is None else [(None,)]
    steps = [tuple(n for n in each if n is not None) for each in found]
    return steps if [len(s) for s in steps] == [len(f) for f in found] else None


def _count(first: Sequence[_Part], final: Sequence[_Part], steps: Sequence[tuple[int, ...]]) -> Poly | None:
    """How many steps lead from the first term to the last, which all of its numbers have to agree on."""
    counts = set()
    for begin, end, by in zip(first, final, steps, strict=True):
        for a, b, step in zip(begin.numbers, end.numbers, by, strict=True):
            if not step and a != b:
                return None
            if step:
                counts.add((b - a).scaled(Fraction(1, step)))
    return counts.pop() if len(counts) == 1 else None


def _parts(term: Sequence[Token], beside: bool) -> list[_Part]:
    """The symbols of a term, and its whole numbers."""
    found: list[_Part] = []
    place = 0
    while place < len(term):
        token = term[place]
        before = term[place - 1].kind if place else ""
        if token.opens and (before in ("SUB", "SUP") or token.kind in _OPENS):
            end = closing(term, place)
            if (numbers := _numbers(term[place + 1 : end], beside)) is not None:
                found.append(_Part(tuple(term[place : end + 1]), numbers))
                place = end + 1
                continue
        is_number = token.kind in ("NUM", "LETTER") and "." not in token.text
        found.append(_Part((token,), (_number(token),) if is_number and not token.font else ()))
        place += 1
    return found


def _number(token: Token) -> Poly:
    return Poly.of(int(token.text)) if token.kind == "NUM" else Poly.name(token.text)


def _numbers(inside: Sequence[Token], beside: bool) -> tuple[Poly, ...] | None:
    """The whole numbers that commas separate, or that digits and letters side by side are, as in a_{11} and a_{nn}."""
    kinds = {t.kind for t in inside}
    digits = [digit for t in inside for digit in (t.text if t.kind == "NUM" else [t.text])]
    if beside and kinds and kinds <= {"LETTER", "NUM"} and len(digits) > 1 and "." not in digits:
        return tuple(Poly.of(int(text)) if text.isdigit() else Poly.name(text) for text in digits)
    if not inside:
        return None
    numbers, factor, waits = [ZERO], 1, True
    for token, after in zip(inside, [*inside[1:], None], strict=True):
        if token.kind == "NUM" and waits and after is not None and after.kind == "LETTER" and token.text.isdigit():
            factor *= int(token.text)
        elif token.kind in ("NUM", "LETTER") and waits and "." not in token.text:
            numbers[-1] += _number(token) * factor
            waits = False
        elif token.kind in ("PLUS", "MINUS") and (not waits or (numbers[-1] == ZERO and abs(factor) == 1)):
            factor, waits = (1 if token.kind == "PLUS" else -1), True
        elif token.kind == "_COMMA" and not waits:
            numbers.append(ZERO)
            factor, waits = 1, True
        else:
            return None
    return None if waits else tuple(numbers)


def _written(number: Poly, dots: Token, letter: Token | None = None, step: int = 0) -> list[Token] | None:
    """A number, a step times an index added, as symbols."""
    found: list[Token] = []

    def add(coefficient: int, symbol: Token | None) -> None:
        if found or coefficient < 0:
            found.append(
                replace(dots, kind="PLUS" if coefficient > 0 else "MINUS", text="+" if coefficient > 0 else "-")
            )
        size = abs(coefficient)
        if symbol is None or size > 1:
            found.append(replace(dots, kind="NUM", text=str(size)))
        if symbol is not None:
            found.append(symbol)

    if step:
        add(step, letter)
    for monomial, coefficient in number.terms.items():
        if int(coefficient) != coefficient or len(monomial) > 1:
            return None
        add(int(coefficient), replace(dots, kind="LETTER", text=str(monomial[0])) if monomial else None)
    return found or [replace(dots, kind="NUM", text="0")]


def _braced(inside: Sequence[Token], kind: str = "_LBRACE") -> list[Token]:
    opened = replace(inside[0], kind=kind, text="{" if kind == "_LBRACE" else "(")
    return [opened, *inside, replace(opened, kind=kind.replace("_L", "_R"), text="}" if kind == "_LBRACE" else ")")]
