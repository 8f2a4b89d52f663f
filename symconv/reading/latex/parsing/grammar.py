r"""The grammar of formulas: what may stand where, whatever the names mean.

A sum \sum takes all factors after it up to the next + or -. Brackets after a name, and names
beside one another, are told apart by what they stand for, in `factors`. What an atom can be
stands with the functions that read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError, Unsupported
from symconv.reading.latex.latex_notations import ATOMS
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import Node

GRAMMAR = r"""
start: either condition? exactly?
condition: _IF either
exactly: _IFF either

?either: both (OR both)*
?both: negated (AND negated)*
?negated: _NOT chain -> negation
    | chain
?chain: added (relation added)*
relation: EQ | NE | LE | GE | LT | GT | IN

?added: sign? term (plus term)*
sign: PLUS | MINUS
plus: PLUS | MINUS
?term: (factors infix)* (factors | summed | derived)
summed: factors? SUM script* signed
derived: factors? derivation signed
derivation: NABLA script*
    | _FRAC _LBRACE DERIVE _RBRACE _LBRACE by _RBRACE
by: PARTIAL factor (PARTIAL factor)?
?signed: MINUS term -> negative
    | term
infix: (SLIDE | CDOT | TIMES | ODOT | OTIMES | SLASH | BMOD) script*
?factors: factor+
factor: atom script*
script: SUB argument -> below
    | SUP argument -> above
?argument: LETTER | WORD | PATTERN | NUM | TOP | DAGGER | SLIDE | INFTY
    | _LBRACE content _RBRACE
?content: items
    | (SLIDE | DAGGER) -> mark
    | TOP (_LPAR items _RPAR)? -> transposed
    | ODOT added -> each

items: item (_COMMA item)*
?item: either | slice | resampled
slice: bound COLON bound (COLON bound)?
resampled: (DOWN | UP) added
bound: added?

row: added (AMP added)*
?case: added _COMMA? AMP _IF? either _COMMA? -> case
    | added _COMMA? AMP OTHERWISE _COMMA? -> otherwise

atom: NUM | LETTER | WORD | FILLED | PATTERN | IMAG | DOTS | INFTY | FIELD
    | _LPAR _RPAR -> nothing
"""

_MISPLACED = {
    "MINUS": "write brackets around a negative factor", "PLUS": "write brackets around a signed factor",
    "SUM": "write brackets around a sum that is not the last factor", "TOP": r"a transpose is written X^{\top}",
    "_IF": "one condition is read", "COLON": "declarations end with a colon: A[H,W], b: …",
    "_LBRACE": "braces hold one expression", "EQ": "equality is written =",
    "_COMMA": "one formula at a time; indices take all values that keep the left side in range",
    "PARTIAL": r"derivatives are written \nabla_{X}, \frac{\partial f}{\partial X} or \frac{\partial}{\partial X} f",
    "EMPHASIS": "words stand after a formula", "PM": "write two formulas, one with + and one with -",
    "DOTS": "write all entries, or one sum",
    "INFTY": r"infinity stands in the bounds of a sum: \sum_{k=-\infty}^{\infty}",
    "_ENDCASES": "a row of cases is: value & condition", "NEWROW": "a row of cases is: value & condition",
}  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Any:
    try:
        from lark import Lark
        from lark.lexer import Lexer
        from lark.lexer import Token as Leaf
    except ImportError:
        raise Unsupported("reading LaTeX needs lark", hint='pip install "symconv[latex]"') from None

    class Given(Lexer):
        """Hands over tokens that are read already, by their places in the list."""

        def __init__(self, _: Any) -> None:
            pass

        def lex(self, data: Sequence[Token]) -> Iterator[Any]:
            for place, token in enumerate(data):
                yield Leaf(token.kind, token.text, start_pos=place, end_pos=place + 1)

    grammar = GRAMMAR + "".join(f"    | {atom} -> {rule}\n" for rule, atom in ATOMS.items())
    kinds = " ".join(sorted({*re.findall(r"\b_?[A-Z]{2,}\b", grammar)}))
    return Lark(f"{grammar}\n%declare {kinds}\n", parser="lalr", lexer=Given, propagate_positions=True)


def parse(source: Source, tokens: Sequence[Token], within: Span) -> Node:
    """The tree of a formula; raises `SymconvError` at the first token that cannot stand where it does."""
    parser = _parser()
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    try:
        tree = parser.parse(tokens)
    except UnexpectedToken as error:
        place = error.token.start_pos
        if error.token.type == "$END" or place is None or place >= len(tokens):
            end = tokens[-1].span if tokens else within
            message = "the formula ends too early" if tokens else "there is no formula here"
            raise source.error(message, end) from None
        raise _misplaced(source, tokens, place) from None
    except UnexpectedInput:
        raise source.error("this cannot be read", within) from None
    return _node(tree, tokens)


def _misplaced(source: Source, tokens: Sequence[Token], place: int) -> SymconvError:
    token = tokens[place]
    fraction = place and tokens[place - 1].kind == "_FRAC"
    hint = r"write \frac{…}{…}" if fraction else _MISPLACED.get(token.kind)
    if place and tokens[place - 1].kind in ("PARTIAL", "DERIVE", "DERIVED"):
        hint = "first and second derivatives are read"
    return source.error(f"'{source.text[slice(*token.span)]}' cannot stand here", token.span, hint)


def _node(tree: Any, tokens: Sequence[Token]) -> Node:
    """The tree with our own tokens; its depth is bounded by that of the brackets."""
    parts = tuple(_node(c, tokens) if hasattr(c, "data") else tokens[c.start_pos] for c in tree.children)
    empty = getattr(tree.meta, "empty", True)
    first, last = (0, 0) if empty else (tree.meta.start_pos, tree.meta.end_pos)
    match str(tree.data), parts:
        case "braces", (Node("factor", (Node("atom" | "group") as inside,)),):
            return Node(inside.rule, inside.parts, first, last)
    return Node(str(tree.data), parts, first, last)
