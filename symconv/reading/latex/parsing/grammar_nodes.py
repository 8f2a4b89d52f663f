"""The tree of a formula as the grammar makes it, and what can be asked of it before anything is known of its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symconv.reading.latex.lexing.scan import Token


@dataclass(frozen=True, eq=False)
class Node:
    """A part of a formula: the rule it comes from, its parts, and the range of its tokens."""

    rule: str
    parts: tuple[Item, ...]
    first: int
    last: int

    @property
    def symbol(self) -> Token:
        """The first of the symbols among the parts, which an atom, a relation, a sign and an infix have."""
        return next(part for part in self.parts if isinstance(part, Token))

    @property
    def argument(self) -> Item:
        """What stands below or above, of a script."""
        return self.parts[1]

    def nodes(self) -> list[Node]:
        """The parts that have parts."""
        return [part for part in self.parts if isinstance(part, Node)]


Item: TypeAlias = Node | Token
#: The rules of the grammar that are conditions.
CONDITIONS = ("chain", "either", "both", "negation")


def token_of(item: Item | None) -> Token | None:
    """The one symbol that a part consists of."""
    while isinstance(item, Node) and len(item.parts) == 1 and item.rule in ("factor", "atom", "items", "bound"):
        item = item.parts[0]
    return item if isinstance(item, Token) else None


def name_token(item: Item | None) -> Token | None:
    """The one name that a part consists of."""
    token = token_of(item)
    return token if token is not None and token.kind in ("LETTER", "WORD") else None


def items_of(item: Item) -> Sequence[Item]:
    """What commas separate, or the one thing that stands alone."""
    return item.parts if isinstance(item, Node) and item.rule == "items" else (item,)


def only_item(item: Item) -> Item:
    """What stands alone in braces, or the part itself."""
    items = items_of(item)
    return items[0] if len(items) == 1 else item


def compared(chain: Node) -> tuple[list[Node], list[Node]]:
    """The members of a chain, and the relations between them."""
    nodes = chain.nodes()
    return [n for n in nodes if n.rule != "relation"], [n for n in nodes if n.rule == "relation"]


def in_brackets(item: Item, *rules: str) -> Sequence[Item] | None:
    """What stands between brackets of these kinds, where nothing else stands there."""
    match item:
        case Node("factor", (Node(rule, (Node("items", parts),)),)) if rule in rules:
            return parts
    return None


def several(item: Item) -> Sequence[Item] | None:
    """What stands in brackets that hold several things."""
    match item:
        case Node("factor", (Node("nothing"),)):
            return ()
        case Node("factor", (Node("group", (Node("items", parts),)),)) if len(parts) > 1 or several(parts[0]):
            return parts
    return in_brackets(item, "bracket")


# Names and indices


def letters_of(item: Item) -> Sequence[Node] | None:
    """The names and digits that stand side by side, or the one that stands alone."""
    if not isinstance(item, Node):
        return None
    letters = item.nodes() if item.rule == "factors" else [item]
    tokens = map(token_of, letters)
    return letters if all(t is not None and t.kind in ("LETTER", "WORD", "NUM") for t in tokens) else None


def has_product(node: Node) -> bool:
    """Whether names stand side by side somewhere."""
    letters = letters_of(node)
    if letters is not None and len(letters) > 1 and all(name_token(letter) for letter in letters):
        return True
    return any(has_product(part) for part in node.nodes())


def subscript_text(below: Node) -> str | None:
    """A subscript that can be part of a name: digits, a name, or a name with such a subscript."""
    argument = only_item(below.argument)
    match argument:
        case Node("factor", (outer, Node() as inner)):
            token = name_token(outer)
            text = subscript_text(inner) if token is not None and inner.rule == "below" else None
            return None if token is None or text is None else f"{token.text}_{text}"
    token = token_of(argument)
    if token is None or token.kind not in ("LETTER", "WORD", "NUM") or "." in token.text:
        return None
    return token.text


def joined_names(name: str, below: Node) -> tuple[str, ...]:
    """The names that a name with a simple subscript can be: x1 or x_1, k_out, C_out_j."""
    text = subscript_text(below) or letters_below(below)
    if text is None:
        return ()
    return (name + text, f"{name}_{text}") if text.isdigit() else (f"{name}_{text}",)


def letters_below(below: Node) -> str | None:
    """The word in a subscript, of one symbol or of letters side by side, as in k_{out}."""
    token = token_of(below.argument)
    if token is not None:
        return token.text
    match below.argument:
        case Node(_, (Node("factors") as only,)):
            tokens = [t for t in map(token_of, letters_of(only) or ()) if t is not None]
            return "".join(t.text for t in tokens) if tokens and all(t.kind == "LETTER" for t in tokens) else None
    return None


def index_name(item: Item) -> str | None:
    """The name of an index, which may have a subscript that is part of it."""
    token = token_of(item)
    if token is not None:
        return token.text if token.kind in ("LETTER", "WORD") else None
    match item:
        case Node("factor", (base, Node("below") as script)):
            outer, text = name_token(base), subscript_text(script)
            if outer is not None and text is not None:
                return joined_names(outer.text, script)[0]
    return None
