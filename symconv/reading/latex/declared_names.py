"""What a name stands for, and whether the subscript below it is a part of the name."""

from __future__ import annotations

import ast
from keyword import iskeyword

from symconv.claims.names import quoted
from symconv.errors import SymconvError
from symconv.reading.latex.formula import AMBIGUOUS, Formula, Operand, operand, placed
from symconv.reading.latex.grammar_nodes import Node, joined_names, subscript_text
from symconv.reading.latex.second_reading import opaque
from symconv.reading.latex.tokens import Token

IMAGINARY = r"the imaginary unit is written \mathrm{i}"


def named(formula: Formula, token: Token, head: Node, below: Node | None) -> tuple[Operand, bool]:
    """What a name stands for, and whether the subscript is a part of it."""
    name = token.text
    alone = (head.first, head.last if below is None else below.first)
    place = (head.first, head.last if below is None else below.last)
    joined = joined_names(name, below) if below is not None else ()
    known = [n for n in joined if formula.is_known(n)]
    if formula.is_known(name) and not (known and formula.array_named(name) is None):
        if known:
            hint = f"{quoted(name)} and {quoted(known[0])} are both declared"
            raise formula.error(AMBIGUOUS, place, hint)
        if below is None or formula.array_named(name) is not None:
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
    if not formula.is_known(name) and name in formula.closed:
        message = f"the index {quoted(name)} stands outside of its sum"
        raise formula.error(message, place, "write brackets around all that is summed")
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


def check_spelling(formula: Formula) -> None:
    """Letters side by side must not spell a declared name, nor one name stand in two fonts."""
    names = formula.names
    known = {n for n in {*names.tensors, *names.sizes, *names.functions} if len(n) > 1}
    run: list[Token] = []
    fonts: dict[str, str] = {}
    for token in [*formula.tokens, Token("END", "", (-1, -1))]:
        if token.kind == "LETTER" and fonts.setdefault(token.text, token.font) != token.font:
            hint = "write it in one font, or use two letters"
            raise formula.error(f"{AMBIGUOUS}: {quoted(token.text)} in two fonts", token, hint)
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


def check_called(formula: Formula) -> None:
    """Raise where a name that is not declared stands before brackets only."""
    kinds = [*(t.kind for t in formula.tokens), ""]
    for token in formula.called.values():
        uses = [i for i, t in enumerate(formula.tokens) if (t.kind, t.text) == (token.kind, token.text)]
        if all(kinds[i + 1] == "_LPAR" for i in uses):
            message = f"{AMBIGUOUS}: {quoted(token.text)} is not declared and stands before brackets"
            raise formula.error(message, token, r"declare it as a function, or write \cdot")
