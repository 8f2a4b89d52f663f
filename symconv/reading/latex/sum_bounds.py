r"""The ranges of sums as they are written: \sum_{u=0}^{h-1}, \sum_{0 \le u < h}, \sum_{u,v}."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from symconv.claims.names import quoted
from symconv.reading.latex.forms import whole_number
from symconv.reading.latex.formula import Formula, placed
from symconv.reading.latex.grammar_nodes import (
    Item,
    Node,
    compared,
    index_name,
    items_of,
    only_item,
    token_of,
)

EXAMPLE = r"as in \sum_{u=0}^{h-1}, \sum_{0 \le u < h} or \sum_{u,v}"


@dataclass
class Range:
    """A bound name with its first value and the one after its last, so far as they are written; None is left out."""

    name: str
    place: Item
    lower: ast.expr | None = None
    upper: ast.expr | None = None
    infinite: bool = False


def written_ranges(formula: Formula, node: Node, scripts: Sequence[Node]) -> list[Range]:
    """The indices that stand below a sum, with the bounds that are written."""
    below = [s for s in scripts if s.rule == "below"]
    above = [s for s in scripts if s.rule == "above"]
    if len(below) != 1 or len(above) > 1:
        raise formula.error("a sum has its index below it", scripts[-1] if scripts else node, EXAMPLE)
    found: list[Range] = []
    for item in items_of(below[0].argument):
        one = _range(formula.within(r.name for r in found), item)
        if any(one.name == r.name for r in found) or one.name in formula.bound:
            raise formula.error(f"the index {quoted(one.name)} is bound twice", one.place)
        if formula.is_declared(one.name):
            message = f"{quoted(one.name)} is no index: it is declared"
            raise formula.error(message, one.place, "choose another letter")
        found.append(one)
    if above:
        _bound_above(formula, found, above[0])
    elif any(r.lower is not None and r.upper is None for r in found):
        raise formula.error("this sum has no upper bound", below[0], EXAMPLE)
    return found


def _bound_above(formula: Formula, found: Sequence[Range], above: Node) -> None:
    """The bound above a sum, which belongs to the one index below it."""
    argument = only_item(above.argument)
    if len(found) != 1 or found[0].upper is not None:
        raise formula.error("this bound belongs to one index that begins below", above, EXAMPLE)
    (only,) = found
    if only.lower is None and not only.infinite:
        raise formula.error("this sum has no lower bound", above, EXAMPLE)
    if _is_infinite(argument):
        only.infinite = True
        return
    only.upper = _after(whole_number(formula, argument))
    placed(formula, only.upper, formula.span(above))


def _after(last: ast.expr) -> ast.expr:
    return ast.BinOp(last, ast.Add(), ast.Constant(1))


def _range(formula: Formula, item: Item) -> Range:
    """u, u = 0, 0 ≤ u < h, or u ∈ ℤ."""
    if not isinstance(item, Node) or item.rule != "chain":
        return _index(formula, item)
    sides, relations = compared(item)
    signs = [relation.symbol.kind for relation in relations]
    match signs:
        case ["EQ"]:
            only = _index(formula, sides[0])
            only.infinite = _is_infinite(sides[1], negative=True)
            if not only.infinite:
                only.lower = whole_number(formula, sides[1])
            return only
        case ["IN"]:
            token = token_of(sides[1])
            if token is None or (token.kind, token.text) != ("FIELD", "Z"):
                raise formula.error("this set is not read", sides[1], EXAMPLE)
            only = _index(formula, sides[0])
            only.infinite = True
            return only
        case ["GE" | "GT", "GE" | "GT"]:
            sides, signs = sides[::-1], [sign.replace("G", "L") for sign in signs[::-1]]
        case ["LE" | "LT", "LE" | "LT"]:
            pass
        case _:
            raise formula.error("these bounds are not read", item, EXAMPLE)
    only = _index(formula, sides[1])
    lower, upper = (whole_number(formula, sides[i]) for i in (0, 2))
    only.lower = _after(lower) if signs[0] == "LT" else lower
    only.upper = _after(upper) if signs[1] == "LE" else upper
    for end in (only.lower, only.upper):
        placed(formula, end, formula.span(item))
    return only


def _index(formula: Formula, item: Item) -> Range:
    name = index_name(item)
    if name is None:
        raise formula.error("the index of a sum is a name", item, EXAMPLE)
    return Range(name, item)


def _is_infinite(item: Item, negative: bool = False) -> bool:
    """Whether a bound is ∞, or −∞."""
    match item:
        case Node("added", (Node("sign") as sign, rest)):
            if (sign.symbol.kind == "MINUS") != negative:
                return False
            item = rest
        case _ if negative:
            return False
    token = token_of(item)
    return token is not None and token.kind == "INFTY"
