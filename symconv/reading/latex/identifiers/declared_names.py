"""What a name stands for, and whether the subscript below it is a part of the name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from keyword import iskeyword

from symconv.claims.names import quoted
from symconv.errors import SymconvError
from symconv.reading.latex.identifiers.defined_names import standing_for
from symconv.reading.latex.lexing.derivative_scope import after_scripts
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import Node, joined_names, subscript_text
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, operand, placed
from symconv.reading.latex.shared_parts.second_reading import opaque

#: A letter with a label.
_LABELLED = re.compile(r"[a-z](?:\d+|_\w+)")

IMAGINARY = r"the imaginary unit is written \mathrm{i}"


def named(formula: Formula, token: Token, head: Node, below: Node | None) -> tuple[Operand, bool]:
    """What a name stands for, and whether the subscript is a part of it."""
    name = token.text
    alone = (head.first, head.last if below is None else below.first)
    place = (head.first, head.last if below is None else below.last)
    joined = joined_names(name, below) if below is not None else ()
    known = [n for n in joined if formula.is_known(n)]
    if formula.is_known(name) and not (known and not formula.has_entries(name)):
        if known and known[0] not in formula.definitions:
            hint = f"{quoted(name)} and {quoted(known[0])} are both declared"
            raise formula.error(AMBIGUOUS, place, hint)
        if below is None or (formula.has_entries(name) and not known):
            return _value(formula, name, alone), False
    if len(known) > 1:
        raise formula.error(AMBIGUOUS, place, f"{' and '.join(known)} are both declared")
    if below is None:
        return _value(formula, name, alone), False
    if name in formula.names.sizes or name in formula.bound or name in formula.names.tensors:
        if not known:
            raise formula.error(f"{quoted(name)} is a number and has no entries", below)
    elif not known and _is_index(formula, below):
        raise undeclared(formula, token)
    return opaque(formula, _value(formula, (known or joined)[0], place)), True


def _value(formula: Formula, name: str, place: tuple[int, int]) -> Operand:
    if iskeyword(name):
        raise formula.error(f"{quoted(name)} is a word of claims and no name", place)
    base = name.partition("_prime")[0]
    if base != name and base in formula.names.tensors and not formula.is_known(name):
        raise formula.names.unknown(name, placed(formula, ast.Name(name, ast.Load()), formula.span(place)))
    if not formula.is_known(name) and name in formula.closed:
        message = f"the index {quoted(name)} stands outside of its sum"
        raise formula.error(message, place, "write brackets around all that is summed")
    if formula.offset(name):
        return operand(formula, ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), ast.Constant(1)), place)
    if name in formula.definitions:
        return opaque(formula, standing_for(formula, formula.definitions[name], place))
    if name == "I" and name not in {*formula.bound, *formula.names.tensors, *formula.names.sizes}:
        raise formula.error("unknown name 'I'", place, IMAGINARY)
    return operand(formula, ast.Name(name, ast.Load()), place)


def undeclared(formula: Formula, token: Token, called: bool = False) -> SymconvError:
    """The error for a name that stands for nothing."""
    node = placed(formula, ast.Name(token.text, ast.Load()), token.span)
    return formula.names.unknown(token.text, node, called)


def _is_index(formula: Formula, below: Node) -> bool:
    """Whether a subscript names something that is known, and so is an index rather than a part of the name."""
    text = subscript_text(below)
    return text is None or formula.is_known(text) or text in formula.defined


def entries_of(formula: Formula, token: Token, below: Node | None) -> str | None:
    """The array whose entries a lower-case letter stands for: a_{ij} are those of A, if there is no a, and w_{ij}^{(1)}
    those of W^{(1)}; A is declared or defined."""
    name = token.text
    capital = name[:1].upper() + name[1:]
    is_letter = token.kind == "LETTER" if len(name) == 1 else _LABELLED.fullmatch(name) is not None
    alone = is_letter and name != capital and not formula.is_known(name)
    if below is None or not alone or not formula.has_entries(capital):
        return None
    if any(formula.is_known(joined) for joined in joined_names(name, below)):
        return None
    return capital


def check_fonts(formula: Formula) -> None:
    """One name in two fonts is one array, but where both are read with the same number of axes."""
    for name, fonts in formula.notes.ranks.items():
        for font, ranks in fonts.items():
            if any(ranks & others for other, others in fonts.items() if other != font):
                places = [t for t in formula.tokens if t.text == name and t.kind == "LETTER"]
                token = next(t for t in places if t.font != places[0].font)
                hint = "write it in one font, or use two letters"
                raise formula.error(f"{AMBIGUOUS}: {quoted(name)} in two fonts", token, hint)


def check_index_fonts(formula: Formula) -> None:
    """A name without entries stands in one font, but for the T of a transpose."""
    fonts: dict[str, str] = {}
    before = [Token("", "", (0, 0)), Token("", "", (0, 0)), *formula.tokens]
    labels = {*_labels(formula)}
    for place, token in enumerate(formula.tokens):
        is_mark = token.text in ("T", "H") and any(t.kind == "SUP" for t in before[place : place + 2])
        is_array = formula.has_entries(token.text) or formula.has_entries(token.text.upper())
        if token.kind != "LETTER" or is_mark or is_array or place in labels:
            continue
        if fonts.setdefault(token.text, token.font) != token.font:
            hint = "write it in one font, or use two letters"
            raise formula.error(f"{AMBIGUOUS}: {quoted(token.text)} in two fonts", token, hint)


def _labels(formula: Formula) -> Iterator[int]:
    """The places of letters below a name that are a part of it, as those of W_{xh} are, and below norms."""
    tokens = formula.tokens
    for place, token in enumerate(tokens):
        if token.kind == "SUB" and place and tokens[place - 1].kind in ("_RNORM", "_RANGLE"):
            yield from range(place, after_scripts(tokens, place))
        if token.kind == "SUB" and place:
            end = after_scripts(tokens, place)
            places = [k for k in range(place + 1, end) if tokens[k].kind == "LETTER"]
            if formula.is_known(f"{tokens[place - 1].text}_{''.join(tokens[k].text for k in places)}"):
                yield from places


def check_spelling(formula: Formula) -> None:
    """Letters side by side must not spell a declared name."""
    names = formula.names
    known = {n for n in {*names.tensors, *names.sizes, *names.functions} if len(n) > 1}
    run: list[Token] = []
    for token in [*formula.tokens, Token("END", "", (-1, -1))]:
        if token.kind == "LETTER" and len(token.text) == 1 and (not run or run[-1].span[1] == token.span[0]):
            run.append(token)
            continue
        word = "".join(t.text for t in run)
        for name in sorted(known):
            if (place := word.find(name)) >= 0:
                span = (run[place].span[0], run[place + len(name) - 1].span[1])
                hint = rf"write \mathrm{{{name}}} for the name, or \cdot for the product"
                raise formula.source.error(f"{AMBIGUOUS}: {quoted(name)} is a name", span, hint)
        run = [token] if token.kind == "LETTER" and len(token.text) == 1 else []


def _is_rounded(before: Sequence[str]) -> bool:
    """Whether what follows stands between floors or ceilings, which hold numbers and no functions."""
    opened = sum(kind in ("_LFLOOR", "_LCEIL") for kind in before)
    return opened > sum(kind in ("_RFLOOR", "_RCEIL") for kind in before)


def check_called(formula: Formula) -> None:
    """Raise where a name that is not declared stands before brackets only."""
    kinds = [*(t.kind for t in formula.tokens), ""]
    for token in formula.called.values():
        uses = [i for i, t in enumerate(formula.tokens) if (t.kind, t.text) == (token.kind, token.text)]
        if any(_is_rounded(kinds[:use]) for use in uses):
            continue
        if all(kinds[i + 1] == "_LPAR" for i in uses):
            message = f"{AMBIGUOUS}: {quoted(token.text)} is not declared and stands before brackets"
            raise formula.error(message, token, r"declare it as a function, or write \cdot")
