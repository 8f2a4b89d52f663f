"""Names and what stands below them: subscripts that are part of a name, and subscripts that are indices."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from keyword import iskeyword

from symconv.claims.expression_reader import Bound
from symconv.claims.names import CONSTANTS, named_operator, quoted
from symconv.errors import SymconvError
from symconv.expressions.tensors import Tensor
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.syntax_trees import AMBIGUOUS, Made, Values, replace, tuple_of
from symconv.reading.latex.tokens import Token

Item = Node | Token
IMAGINARY = r"the imaginary unit is written \mathrm{i}"


class Indices(Values):
    """Reads names and indices."""

    def expression(self, node: Node | Token, bound: Bound) -> Made:
        """A whole expression."""
        raise NotImplementedError

    # Names

    def array_named(self, name: str) -> Tensor | None:
        """The declared array of this name, if it has axes."""
        tensor = self.tensors.get(name)
        return tensor if tensor is not None and tensor.axes else None

    def is_known(self, name: str, bound: Bound) -> bool:
        """Whether a name stands for something that is declared, bound or part of the language."""
        known = {*self.tensors, *self.functions, *self.sizes}
        return name in bound or name in known or name in CONSTANTS or named_operator(name) is not None

    def name(self, token: Token, below: Node | None, place: tuple[int, int], bound: Bound) -> tuple[Made, bool]:
        """What a name stands for, and whether the subscript is a part of it."""
        own = token.text
        alone = (place[0], place[1] if below is None else below.first)
        joined = self._joined(token, below) if below is not None else ()
        known = [n for n in joined if self.is_known(n, bound)]
        if self.is_known(own, bound) and not (known and not self.array_named(own)):
            if known:
                hint = f"{quoted(own)} and {quoted(known[0])} are both declared"
                raise self.source.error(AMBIGUOUS, self._span(place), hint)
            if below is None or self.array_named(own):
                return self._named(own, alone, bound), False
        if len(known) > 1:
            raise self.source.error(AMBIGUOUS, self._span(place), f"{' and '.join(known)} are both declared")
        if below is None:
            return self._named(own, alone, bound), False
        if own in self.sizes or own in bound or own in self.tensors:
            if not known:
                raise self.error(f"{quoted(own)} is a number and has no entries", below)
        elif not known and self._is_indexed(below, bound):
            raise self.undeclared(token)
        made = self._named((known or list(joined))[0], place, bound)
        self.opaque(made, bound)
        return made, True

    def _named(self, name: str, place: tuple[int, int], bound: Bound) -> Made:
        if iskeyword(name):
            raise self.source.error(f"{quoted(name)} is a word of claims and no name", self._span(place))
        if not self.is_known(name, bound) and name in self.closed:
            raise self.source.error(
                f"the index {quoted(name)} stands outside of its sum",
                self._span(place), "write brackets around all that is summed",
            )  # fmt: skip
        node = ast.Name(name, ast.Load())
        if name == "I" and name not in {*bound, *self.tensors, *self.sizes}:
            self.place(node, self._span(place))
            raise self.fail("unknown name 'I'", node, IMAGINARY)
        return self.made(node, place, bound)

    def undeclared(self, token: Token, called: bool = False) -> SymconvError:
        """The error for a name that stands for nothing."""
        node = ast.Name(token.text, ast.Load())
        self.source.places[node] = token.span
        return self.unknown(token.text, node, called)

    def _span(self, place: tuple[int, int]) -> tuple[int, int]:
        return self.tokens[place[0]].span[0], self.tokens[place[1] - 1].span[1]

    def _joined(self, token: Token, below: Node) -> tuple[str, ...]:
        """The names that a name with a simple subscript can be: x1 or x_1, k_out, C_out_j."""
        text = subscript_text(below) or _letters_below(below)
        if text is None:
            return ()
        return (token.text + text, f"{token.text}_{text}") if text.isdigit() else (f"{token.text}_{text}",)

    def _is_indexed(self, below: Node, bound: Bound) -> bool:
        """Whether a subscript names something that is known, and so is an index rather than a part of the name."""
        text = subscript_text(below)
        return text is None or self.is_known(text, bound) or text in self.defined

    #: The indices of what the left side defines, and of sums that have ended.
    defined: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()

    # Indices

    def indexed(self, base: Made, items: Node, last: int, bound: Bound, script: bool = False) -> Made:
        """An array read at indices; below a name they may stand side by side, as in A_{ij}."""
        if base.rank == 0:
            message = "an entry has no entries" if not base.pure else "a number has no entries"
            hint = "indices of one array stand in one pair of brackets"
            if base.pure and (size := _token(items)) is not None and size.text in self.sizes:
                hint = rf"a remainder is written (…) \bmod {size.text}"
            raise self.error(message, items, hint)
        parts = self._side_by_side(base, items) if script else list(items.parts)
        keys = [self.item(part, bound) for part in parts]
        used = sum(not (isinstance(k, ast.Constant) and k.value in (None, ...)) for k in keys)
        if used > base.rank:
            axes = "axis" if base.rank == 1 else "axes"
            raise self.error(f"{used} indices for an array with {base.rank} {axes}", items)
        node = ast.Subscript(base.node, tuple_of(keys), ast.Load())
        return replace(self.made(node, (base.first, last), bound), row=False)

    def _side_by_side(self, base: Made, items: Node) -> list[Item]:
        (only, *more) = items.parts
        if more:
            return list(items.parts)
        letters = _letters(only)
        if letters is None:
            if base.rank > 1 and isinstance(only, Node) and _has_product(only):
                raise self.error(AMBIGUOUS, items, "separate indices with commas")
            return [only]
        if len(letters) == 1:
            token = letters[0]
            assert isinstance(token, Node)
            digits = _token(token)
            if base.rank > 1 and digits is not None and digits.kind == "NUM" and len(digits.text) > 1:
                raise self.error(AMBIGUOUS, items, f"write {', '.join(digits.text)} or {digits.text}, :")
            return [only]
        numbered = [t.kind == "NUM" for t in map(_token, letters) if t is not None]
        if base.rank == 1 and sum(numbered) == 1 and numbered[0] and len(letters) == 2:
            return [only]
        if len(letters) == base.rank and not any(numbered):
            return list(letters)
        axes = "axis" if base.rank == 1 else "axes"
        hint = f"this array has {base.rank} {axes}: separate indices with commas, write a product with \\cdot"
        raise self.error(AMBIGUOUS, items, hint)

    def item(self, part: Item, bound: Bound) -> ast.expr:
        """One index or slice."""
        if isinstance(part, Node) and part.rule == "slice":
            ends = [self._bound(end, bound) for end in part.nodes()]
            node: ast.expr = ast.Slice(*ends, *[None] * (3 - len(ends)))
            self.place(node, self.span(part) if part.last else self.source.trimmed((0, 1)))
            return node
        token = _token(part) if isinstance(part, Node) else None
        if token is not None and token.kind == "DOTS":
            node = ast.Constant(...)
            self.place(node, token.span)
            return node
        if token is not None and (token.kind, token.text) == ("WORD", "new") and not self.is_known("new", bound):
            node = ast.Constant(None)
            self.place(node, token.span)
            return node
        return self.whole_number(part, bound)

    def _bound(self, end: Node, bound: Bound) -> ast.expr | None:
        return self.whole_number(end.parts[0], bound) if end.parts else None

    def by_times(self, item: Item) -> tuple[Item, ...]:
        """The sizes in F × C h w."""
        if not isinstance(item, Node) or item.rule not in ("term", "added"):
            return (item,)
        symbols = [next(n.tokens()).kind for part in (item, *item.nodes()) for n in part.nodes() if n.rule == "infix"]
        if item.rule == "added":
            if "TIMES" in symbols:
                raise self.error(AMBIGUOUS, item, "write brackets around a size that is a sum")
            return (item,)
        return tuple(n for n in item.nodes() if n.rule != "infix") if {*symbols} == {"TIMES"} else (item,)

    def whole_number(self, part: Item, bound: Bound) -> ast.expr:
        """An index, bound or size, read twice."""
        made = self.settle(self.expression(part, bound), bound)
        if not made.pure:
            raise self.error("a whole number belongs here, not an array or an entry", made)
        return made.node


def _token(node: Item | None) -> Token | None:
    """The one symbol that a node consists of."""
    while isinstance(node, Node) and len(node.parts) == 1 and node.rule in ("factor", "atom", "items", "bound"):
        node = node.parts[0]
    return node if isinstance(node, Token) else None


def _letters(node: Item) -> Sequence[Node] | None:
    """The names and digits that stand side by side, or the one that stands alone."""
    if not isinstance(node, Node):
        return None
    if node.rule == "factors":
        found = node.nodes()
        plain = all((t := _token(f)) is not None and t.kind in ("LETTER", "WORD", "NUM") for f in found)
        return found if plain else None
    token = _token(node)
    return [node] if token is not None and token.kind in ("LETTER", "WORD", "NUM") else None


def _has_product(node: Node) -> bool:
    """Whether names stand side by side somewhere."""
    letters = _letters(node)
    if letters is not None and len(letters) > 1 and all(t.kind != "NUM" for t in map(_token, letters) if t):
        return True
    return any(_has_product(part) for part in node.nodes())


def subscript_text(below: Node) -> str | None:
    """A subscript that can be part of a name: digits, a name, or a name with such a subscript."""
    argument = below.parts[1]
    if isinstance(argument, Node) and argument.rule == "items" and len(argument.parts) == 1:
        argument = argument.parts[0]
    if isinstance(argument, Node) and argument.rule == "factor" and len(argument.parts) == 2:
        outer, inner = _token(argument.parts[0]), argument.parts[1]
        if outer is None or outer.kind not in ("LETTER", "WORD") or not isinstance(inner, Node):
            return None
        text = subscript_text(inner) if inner.rule == "below" else None
        return None if text is None else f"{outer.text}_{text}"
    token = _token(argument)
    if token is None or token.kind not in ("LETTER", "WORD", "NUM") or "." in token.text:
        return None
    return token.text


def _letters_below(below: Node) -> str | None:
    """The word that letters side by side spell in a subscript, as in k_{out}."""
    argument = below.parts[1]
    only = argument.parts[0] if isinstance(argument, Node) and len(argument.parts) == 1 else None
    letters = _letters(only) if isinstance(only, Node) and only.rule == "factors" else None
    found = [t for t in map(_token, letters or ()) if t is not None]
    return "".join(t.text for t in found) if found and all(t.kind == "LETTER" for t in found) else None


def index_name(item: Item) -> str | None:
    """The name of an index, which may have a subscript that is part of it."""
    token = _token(item)
    if token is not None:
        return token.text if token.kind in ("LETTER", "WORD") else None
    if not isinstance(item, Node) or item.rule != "factor" or len(item.parts) != 2:
        return None
    base, script = _token(item.parts[0]), item.parts[1]
    text = subscript_text(script) if isinstance(script, Node) and script.rule == "below" else None
    if base is None or base.kind not in ("LETTER", "WORD") or text is None:
        return None
    return base.text + text if text.isdigit() else f"{base.text}_{text}"


token_of = _token

__all__ = ["Indices", "Item", "index_name", "token_of"]
