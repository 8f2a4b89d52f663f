"""What is made of a formula on the way: syntax trees of claims, each with its place and what is known of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Symbol

from symconv.claims.expression_reader import Bound, Reader, array_of, value_of
from symconv.claims.names import Names
from symconv.claims.syntax import MAX_DEPTH, Source, Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.reading.latex import second_reading as scalars
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.tokens import Token

AMBIGUOUS = "this notation is ambiguous"


@dataclass(frozen=True)
class Made:
    """A part of a formula as a syntax tree of claims: its tokens, its number of axes, and what it is.

    `pure` scalars hold no tensors; a `row` is a vector that was transposed.
    """

    node: ast.expr
    first: int
    last: int
    rank: int
    pure: bool
    row: bool = False


class Values:
    """The names and values of a formula, whose names are open until all of it is read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = Names(source, is_open=True)
        self.reader = Reader(self.names)
        self.tensors, self.functions, self.sizes = self.names.tensors, self.names.functions, self.names.sizes
        self.fail, self.unknown, self.check = source.fail, self.names.unknown, self.names.check
        self.tokens: list[Token] = []
        #: Ranges that the formula leaves out, and the entries that they are taken from.
        self.taken: list[tuple[Span, str]] = []
        self._values = self.reader.values
        self._depths: dict[ast.AST, int] = {}
        self._opaque: dict[int, tuple[int, Expr]] = {}

    def span(self, part: Node | Made | Token) -> Span:
        """The place of a part."""
        if isinstance(part, Token):
            return part.span
        first, last = min(part.first, len(self.tokens) - 1), max(part.first, part.last - 1)
        return self.tokens[first].span[0], self.tokens[min(last, len(self.tokens) - 1)].span[1]

    def error(self, message: str, part: Node | Made | Token, hint: str | None = None) -> SymconvError:
        """The error that points at a part."""
        return self.source.error(message, self.span(part), hint)

    def value(self, node: ast.expr, bound: Bound) -> Any:
        """What a tree stands for."""
        return value_of(self.reader, node, bound)

    def made(
        self, node: ast.expr, part: Node | Made | tuple[int, int], bound: Bound, *, row: bool = False, deep: bool = True
    ) -> Made:
        """A syntax tree with its place, and what it stands for."""
        first, last = part if isinstance(part, tuple) else (part.first, part.last)
        self.place(node, (self.tokens[first].span[0], self.tokens[last - 1].span[1]))
        value = self.value(node, bound)
        if isinstance(value, (list, tuple)):
            value = array_of(self.reader, node, bound)
        rank = len(value.axes) if isinstance(value, TensorExpr) else 0
        return Made(node, first, last, rank, isinstance(value, Expr) and not isinstance(value, TensorExpr), row)

    def place(self, node: ast.AST, span: Span) -> int:
        """Give a new tree and what is new below it a place; returns its depth."""
        if node in self._depths:
            return self._depths[node]
        if not isinstance(node, ast.expr_context):
            self.source.places.setdefault(node, span)
        depth = 1 + max((self.place(child, span) for child in ast.iter_child_nodes(node)), default=0)
        if depth > MAX_DEPTH:
            hint = f"at most {MAX_DEPTH} levels are read"
            raise self.source.error("this expression is nested too deeply", self.source.places[node], hint)
        self._depths[node] = depth
        return depth

    def synthetic(self, text: str, span: Span) -> ast.expr:
        """A piece of claim text that the formula leaves out, as a tree at a place."""
        node = ast.parse(text, mode="eval").body
        self.place(node, span)
        return node

    # The second reading

    def opaque(self, made: Made, bound: Bound) -> None:
        """Let the second reader see a part as one name."""
        value = self.value(made.node, bound)
        if isinstance(value, Expr) and not isinstance(value, TensorExpr):
            self._opaque[made.first] = (made.last, value)

    def settle(self, made: Made, bound: Bound) -> Made:
        """Compare a whole scalar with what the second reader makes of it."""
        if not made.pure or made.last - made.first < 2:
            return made
        text, names, nested = self._rendered(made.first, made.last, bound)
        if len(names) == 1 and text == scalars.letter(0):
            return made
        if made.last - made.first > scalars.MAX_TOKENS or nested > scalars.MAX_NESTED:
            raise self.error("this number is too long to be read twice", made, "write it in several parts")
        found = scalars.second_reading(text)
        if found is None:
            raise self.error(f"{AMBIGUOUS}: the second reader of scalars cannot read it", made)
        ours = self.value(made.node, bound)
        try:
            theirs = found.xreplace({scalars.symbol(i): value for i, value in enumerate(names)})
            same = isinstance(theirs, Expr) and to_poly(theirs) == to_poly(ours)
        except (SymconvError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            theirs, same = found, False
        if not same:
            hint = f"it is read as {ours} here, and as {theirs} by the second reader"
            raise self.error(AMBIGUOUS, made, hint if len(hint) < 120 else "write brackets or \\cdot")
        return made

    def _rendered(self, first: int, last: int, bound: Bound) -> tuple[str, list[Expr], int]:
        """Tokens as text for the second reader, what its names stand for, and how deeply brackets are nested."""
        words: list[str] = []
        names: dict[Expr, int] = {}
        place, depth, nested = first, 0, 0
        shown = {"_LBRACE": "{", "_RBRACE": "}", "_FRAC": r"\frac", "CDOT": r"\cdot", "TIMES": r"\times",
                 "_LPAR": "(", "_RPAR": ")", "_LSET": "(", "_RSET": ")"}  # fmt: skip
        while place < last:
            token = self.tokens[place]
            end, value = self._opaque.get(place, (place + 1, None))
            if end > last:
                end, value = place + 1, None
            if value is None and token.kind in ("LETTER", "WORD") and token.text not in ("e", "max", "min", "exp"):
                value = bound.get(token.text) or symbol(token.text)
                value = None if token.text == "pi" else value
            if value is not None:
                words.append(scalars.letter(names.setdefault(value, len(names))))
            elif token.kind in ("LETTER", "WORD"):
                words.append(token.text if token.text == "e" else "\\" + token.text)
            else:
                depth += (token.kind in ("_LBRACE", "_LPAR", "_LSET")) - (token.kind in ("_RBRACE", "_RPAR", "_RSET"))
                words.append(shown.get(token.kind, token.text))
            nested = max(nested, depth)
            place = end
        return " ".join(words), list(names), nested

    def free_names(self, node: ast.expr, bound: Bound) -> set[str]:
        """The names in what a tree stands for."""
        value = self.value(node, bound)
        return {s.name for s in value.free_symbols if isinstance(s, Symbol)} if isinstance(value, Expr) else set()


def tuple_of(nodes: Iterable[ast.expr]) -> ast.expr:
    """One tree, or several as a tuple."""
    listed = list(nodes)
    return listed[0] if len(listed) == 1 else ast.Tuple(listed, ast.Load())


def call(name: str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    """The call of a function by its name."""
    parts = name.split(".")
    function: ast.expr = ast.Name(parts[0], ast.Load())
    for part in parts[1:]:
        function = ast.Attribute(function, part, ast.Load())
    return ast.Call(function, list(args), [ast.keyword(key, value) for key, value in keywords.items()])


def binary(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    """Two trees joined by an operator."""
    return ast.BinOp(left, op, right)


__all__ = ["AMBIGUOUS", "Made", "Values", "binary", "call", "replace", "tuple_of"]
