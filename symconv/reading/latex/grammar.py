r"""The grammar of formulas: what may stand where, whatever the names mean.

A sum \sum takes all factors after it up to the next + or -. Brackets after a name, and names
beside one another, are told apart by what they stand for, in `expressions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError, Unsupported
from symconv.reading.latex.tokens import Token

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
?term: (factors infix)* (factors | summed)
summed: factors? SUM script* signed
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
?item: either | slice
slice: bound COLON bound (COLON bound)?
bound: added?

atom: NUM | LETTER | WORD | FILLED | PATTERN | IMAG | DOTS | INFTY | FIELD
    | _LPAR items _RPAR -> group
    | _LPAR _RPAR -> nothing
    | _LSQ items _RSQ -> bracket
    | _LBRACE either _RBRACE -> braces
    | _FRAC _LBRACE added _RBRACE _LBRACE added _RBRACE -> fraction
    | _SQRT _LBRACE added _RBRACE -> root
    | _LFLOOR added _RFLOOR -> floor
    | _LCEIL added _RCEIL -> ceiling
    | _LANGLE added _COMMA added _RANGLE -> angle
    | _OVER (_LBRACE added _RBRACE | LETTER) -> conjugate
    | _BEGIN row (NEWROW row)* NEWROW? _END -> matrix
    | _CASES case (NEWROW case)* NEWROW? _ENDCASES -> cases
    | _LSET items _RSET -> set
row: added (AMP added)*
?case: added _COMMA? AMP _IF? either _COMMA? -> case
    | added _COMMA? AMP OTHERWISE _COMMA? -> otherwise

%declare NUM LETTER WORD FILLED PATTERN IMAG DOTS INFTY FIELD TOP DAGGER SUM
%declare PLUS MINUS SLIDE CDOT TIMES ODOT OTIMES SLASH BMOD SUB SUP COLON AMP NEWROW _COMMA
%declare EQ NE LE GE LT GT IN AND OR _NOT _IF _IFF
%declare _LPAR _RPAR _LSQ _RSQ _LBRACE _RBRACE _LFLOOR _RFLOOR _LCEIL _RCEIL _LANGLE _RANGLE
%declare _FRAC _SQRT _OVER _BEGIN _END _CASES _ENDCASES OTHERWISE _LSET _RSET
"""

_SHOWN = {"_RBRACE": "a closing }", "_RPAR": "a closing )", "_RSQ": "a closing ]", "SUB": "a subscript"}


@dataclass(frozen=True)
class Node:
    """A part of a formula: the rule it comes from, its parts, and the range of its tokens."""

    rule: str
    parts: tuple[Node | Token, ...]
    first: int
    last: int

    def tokens(self) -> Iterator[Token]:
        """The symbols among the parts."""
        return (part for part in self.parts if isinstance(part, Token))

    def nodes(self) -> list[Node]:
        """The parts that have parts."""
        return [part for part in self.parts if isinstance(part, Node)]


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

    return Lark(GRAMMAR, parser="lalr", lexer=Given, propagate_positions=True)


def parse(source: Source, tokens: Sequence[Token], within: Span, start: str = "start") -> Node:
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
    token, before = tokens[place], tokens[place - 1] if place else None
    hints = {
        "MINUS": "write brackets around a negative factor", "PLUS": "write brackets around a signed factor",
        "SUM": "write brackets around a sum that is not the last factor", "TOP": r"a transpose is written X^{\top}",
        "_IF": "one condition is read", "COLON": "declarations end with a colon: A[H,W], b: …",
        "_LBRACE": "braces hold one expression", "EQ": "equality is written =",
        "_COMMA": "one formula at a time; indices take all values that keep the left side in range",
        "INFTY": r"infinity stands in the bounds of a sum: \sum_{k=-\infty}^{\infty}",
        "_ENDCASES": "a row of cases is: value & condition", "NEWROW": "a row of cases is: value & condition",
    }  # fmt: skip
    hint = hints.get(token.kind)
    if before is not None and before.kind == "_FRAC":
        hint = r"write \frac{…}{…}"
    shown = source.text[slice(*token.span)]
    return source.error(f"'{shown}' cannot stand here", token.span, hint)


def _node(tree: Any, tokens: Sequence[Token]) -> Node:
    """The tree with our own tokens; its depth is bounded by that of the brackets."""
    parts = []
    for child in tree.children:
        if hasattr(child, "data"):
            parts.append(_node(child, tokens))
        else:
            parts.append(tokens[child.start_pos])
    empty = getattr(tree.meta, "empty", True)
    first, last = (0, 0) if empty else (tree.meta.start_pos, tree.meta.end_pos)
    match str(tree.data), parts:
        case "braces", [Node("factor", (Node("atom" | "group") as inside,))]:
            return Node(inside.rule, inside.parts, first, last)
    return Node(str(tree.data), tuple(parts), first, last)
