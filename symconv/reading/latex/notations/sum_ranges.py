r"""The ranges of sums: as they are written, \sum_{u=0}^{h-1}, and taken from the arrays where they are left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symconv.algebra.polynomials import ZERO
from symconv.claims.names import quoted
from symconv.expressions.conversion import to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.axis import Axis
from symconv.reading.latex.identifiers.defined_names import with_names
from symconv.reading.latex.lexing.derivative_scope import TERM_ENDS, after_scripts, closing
from symconv.reading.latex.lexing.scan import Token
from symconv.reading.latex.parsing.grammar_nodes import (
    Item,
    Node,
    compared,
    index_name,
    items_of,
    letters_of,
    name_token,
    only_item,
    token_of,
)
from symconv.reading.latex.shared_parts.forms import whole_number
from symconv.reading.latex.shared_parts.formula import Formula, Operand, call, operand, placed, synthetic
from symconv.reading.latex.shared_parts.supports import goes_on, supports

EXAMPLE = r"as in \sum_{u=0}^{h-1}, \sum_{0 \le u < h} or \sum_{u,v}"


@dataclass
class Range:
    """A bound name with its first value and the one after its last, so far as they are written; None is left out."""

    name: str
    place: Item
    lower: ast.expr | None = None
    upper: ast.expr | None = None
    infinite: bool = False
    #: Another bound name that the condition below the sum gives, and what it is.
    solved: tuple[str, ast.expr] | None = None
    #: Whether it goes on to the end of the array that is read, as j does in \sum_{j > i}.
    is_open: bool = False
    #: What this index is not equal to.
    excluded: ast.expr | None = None

    @property
    def names(self) -> list[str]:
        """The names that are bound."""
        return [self.name] if self.solved is None else [self.name, self.solved[0]]


def written_ranges(formula: Formula, node: Node, scripts: Sequence[Node]) -> list[Range]:
    """The indices that stand below a sum, with the bounds that are written."""
    below = [s for s in scripts if s.rule == "below"]
    above = [s for s in scripts if s.rule == "above"]
    if len(below) != 1 or len(above) > 1:
        raise formula.error("a sum has its index below it", scripts[-1] if scripts else node, EXAMPLE)
    ranges: list[Range] = []
    for item in _apart(formula, below[0].argument):
        several = (
            _solved(formula, item) or _ordered(formula, node, item, ranges) or _unequal(formula, node, item, ranges)
        )
        if several is not None:
            ranges += several
            continue
        one = _range(formula.within(r.name for r in ranges), item)
        if any(one.name == r.name for r in ranges) or one.name in formula.bound:
            raise formula.error(f"the index {quoted(one.name)} is bound twice", one.place)
        if formula.is_declared(one.name) or one.name in formula.definitions:
            message = f"{quoted(one.name)} is no index: it is declared"
            raise formula.error(message, one.place, "choose another letter")
        ranges.append(one)
    if above:
        _bound_above(formula, ranges, above[0])
    elif any(r.lower is not None and r.upper is None and not r.is_open for r in ranges):
        raise formula.error("this sum has no upper bound", below[0], EXAMPLE)
    return ranges


def _apart(formula: Formula, below: Item) -> Sequence[Item]:
    r"""The indices below a sum; letters side by side, as in \sum_{kl}, are one each."""
    items = items_of(below)
    if len(items) == 1:
        letters = letters_of(items[0])
        if letters is not None and len(letters) > 1 and all(name_token(letter) for letter in letters):
            return letters
    return items


def _solved(formula: Formula, item: Item) -> list[Range] | None:
    """The ranges of i + j = k: those of all names but the last, which the others give."""
    match item:
        case Node("chain", (Node("added") as left, Node("relation", (Token("EQ"),)), right)):
            pass
        case _:
            return None
    signs, names, minus = [], [], False
    for part in left.parts:
        if isinstance(part, Node) and part.rule in ("sign", "plus"):
            minus = part.symbol.kind == "MINUS"
            continue
        names.append(_index(formula, part))
        signs.append(minus)
    for one in names:
        if formula.is_known(one.name) or sum(other.name == one.name for other in names) > 1:
            raise formula.error(f"{quoted(one.name)} is no index of this sum", one.place, EXAMPLE)
    if len(names) < 2:
        raise formula.error("these bounds are not read", item, EXAMPLE)
    *others, last = names
    total = whole_number(formula, right)
    if not formula.conventions.base and to_poly(formula.value(total)).terms.get((), 0) == len(others):
        formula.notes.offsets.append((item.first, item.last))
    if formula.free_names(total) & {one.name for one in names}:
        raise formula.error("these bounds are not read", item, EXAMPLE)
    tree = total if not signs[-1] else ast.UnaryOp(ast.USub(), total)
    for one, less in zip(others, signs, strict=False):
        name = ast.Name(one.name, ast.Load())
        written = ast.BinOp(name, ast.Add(), ast.Constant(1)) if formula.conventions.base else name
        op = ast.Add() if less != signs[-1] else ast.Sub()
        tree = ast.BinOp(tree, op, written)
    if formula.conventions.base:
        tree = ast.BinOp(tree, ast.Sub(), ast.Constant(1))
    others[-1].solved = (last.name, placed(formula, tree, formula.span(item)))
    for one in others:
        one.infinite = True
    return others


def _ordered(formula: Formula, node: Node, item: Item, before: Sequence[Range]) -> list[Range] | None:
    """The ranges of i < j and 1 ≤ i < j ≤ n: those of both, that of i ending at j, or of one where the other is given
    already."""
    if not isinstance(item, Node) or item.rule != "chain":
        return None
    sides, relations = compared(item)
    signs = [relation.symbol.kind for relation in relations]
    if {*signs} <= {"GT", "GE"}:
        sides, signs = sides[::-1], [sign.replace("G", "L") for sign in reversed(signs)]
    ends: Sequence[Item] = ()
    outer = [signs[0], signs[-1]]
    if len(signs) == 3 and {*outer} <= {"LE", "LT"}:
        ends, sides, signs = (sides[0], sides[3]), sides[1:3], signs[1:2]
    names = [name for side in sides if (name := index_name(side)) is not None]
    if signs not in (["LT"], ["LE"]) or len(names) < 2 or any(map(formula.is_declared, names)):
        return None
    known = {one.name for one in before}
    left, right = (name not in known and not _is_given(formula, node, name) for name in names)
    if not left and not right:
        raise formula.error("these bounds are not read", item, EXAMPLE)
    inside = formula.within([*known, *(names[1:] if right and left else ())])
    ranges = [_index(formula, side) for side, is_new in zip(reversed(sides), (right, left), strict=True) if is_new]
    if ends:
        first, last = (whole_number(formula, end) for end in ends)
        for one in ranges:
            one.lower = _after(formula, first, item) if outer[0] == "LT" else first
            one.upper = _after(formula, last, item) if outer[1] == "LE" else last
    if left:
        limit = whole_number(inside, sides[1])
        ranges[-1].upper = _after(formula, limit, item) if signs == ["LE"] else limit
    else:
        limit = whole_number(inside, sides[0])
        ranges[-1].lower = _after(formula, limit, item) if signs == ["LT"] else limit
        ranges[-1].is_open = True
    return ranges


def _unequal(formula: Formula, node: Node, item: Item, before: Sequence[Range]) -> list[Range] | None:
    r"""The ranges of i \ne j and 1 \le i \ne j \le n: those of both, or of one where the other is given already."""
    if not isinstance(item, Node) or item.rule != "chain":
        return None
    sides, relations = compared(item)
    signs = [relation.symbol.kind for relation in relations]
    ends: list[Item] = []
    outer = [signs[0], signs[-1]]
    if len(signs) == 3 and {*outer} <= {"LE", "LT"}:
        ends, sides, signs = [sides[0], sides[3]], sides[1:3], signs[1:2]
    if signs != ["NE"]:
        return None
    written = {one.name: one for one in before}
    names = [index_name(side) for side in sides]
    new = [n for n in names if n is not None and n not in written and not _is_given(formula, node, n)]
    pairs = [(name, other) for name, other in zip(names, reversed(sides), strict=True) if name in {*written, *new}]
    if not pairs or len({*names}) < 2:
        raise formula.error("these bounds are not read", item, EXAMPLE)
    name, other = pairs[0]
    ranges = [_index(formula, side) for n, side in zip(names, sides, strict=True) if n in new]
    excluding = written[name] if name in written else next(one for one in ranges if one.name == name)
    excluding.excluded = whole_number(formula.within([*written, *new]), other)
    if ends:
        lower, upper = (whole_number(formula, end) for end in ends)
        for one in ranges:
            one.lower = _after(formula, lower, item) if outer[0] == "LT" else lower
            one.upper = _after(formula, upper, item) if outer[1] == "LE" else upper
    return [*(one for one in ranges if one is not excluding), *([excluding] if excluding in ranges else [])]


def _is_given(formula: Formula, node: Node, name: str) -> bool:
    """Whether a name below a sum is an index of what stands around it: bound, on the left of a definition, or written
    where no sum has it below."""
    if name in formula.bound or name in formula.defined or formula.is_known(name):
        return True
    tokens = formula.tokens
    inside = {*range(node.first, node.last)}
    for start in [place for place, t in enumerate(tokens) if t.kind == "SUM"]:
        stop = after_scripts(tokens, start + 1)
        scripts = [place for place in range(start + 1, stop) if tokens[place].kind in ("SUB", "SUP")]
        below = next((place for place in scripts if tokens[place].kind == "SUB"), stop)
        if name in {t.text for t in tokens[below : closing(tokens, below + 1) + 1]}:
            inside |= {*range(start, _end_of_term(tokens, stop))}
    return any(t.text == name and place not in inside for place, t in enumerate(tokens))


def _end_of_term(tokens: Sequence[Token], place: int) -> int:
    """Where a sum ends whose body begins here: before the next + or -, relation or closing bracket."""
    depth, start = 0, place
    while place < len(tokens):
        kind = tokens[place].kind
        if depth == 0 and (kind.startswith("_R") or (kind in TERM_ENDS and place > start)):
            break
        depth += kind.startswith("_L") - kind.startswith("_R")
        place += 1
    return place


def guarded(formula: Formula, ranges: Sequence[Range], body: Operand) -> Operand:
    """What is summed, 0 where an index is one that it is not to be."""
    for one in ranges:
        if one.excluded is None:
            continue
        name: ast.expr = ast.Name(one.name, ast.Load())
        if formula.offset(one.name):
            name = ast.BinOp(name, ast.Add(), ast.Constant(1))
        test = ast.Compare(name, [ast.NotEq()], [one.excluded])
        tree = ast.IfExp(test, body.node, ast.Constant(0))
        body = operand(formula, tree, body, row=body.row)
    return body


def without_solved(formula: Formula, ranges: Sequence[Range], body: Operand) -> Operand:
    """What is summed with the names that the others give put in."""
    given = {one.solved[0]: one.solved[1] for one in ranges if one.solved is not None}
    if not given:
        return body
    for name in given:
        if name not in formula.free_names(body.node):
            raise formula.error(f"{quoted(name)} is no index of what is summed", ranges[0].place, EXAMPLE)
    return operand(formula, with_names(formula, body.node, given), body, row=body.row)


def _bound_above(formula: Formula, ranges: Sequence[Range], above: Node) -> None:
    r"""The bound above a sum, which belongs to the index below it, or to all of \sum_{i,j=1}^{n}."""
    argument = only_item(above.argument)
    bounded = [one for one in ranges if one.lower is not None or one.infinite]
    if any(one.upper is not None or one.solved is not None for one in ranges) or len(bounded) > 1:
        raise formula.error("this bound belongs to one index that begins below", above, EXAMPLE)
    if not bounded:
        raise formula.error("this sum has no lower bound", above, EXAMPLE)
    (first,) = bounded
    last = None if _is_infinite(argument) else _after(formula, whole_number(formula, argument), above)
    for one in ranges:
        one.lower, one.upper, one.infinite = first.lower, last, first.infinite or last is None


def _after(formula: Formula, last: ast.expr, place: Item) -> ast.expr:
    return placed(formula, ast.BinOp(last, ast.Add(), ast.Constant(1)), formula.span(place))


def _range(formula: Formula, item: Item) -> Range:
    """u, u = 0, 0 ≤ u < h, or u ∈ ℤ."""
    if not isinstance(item, Node) or item.rule != "chain":
        return _index(formula, item)
    sides, relations = compared(item)
    signs = [relation.symbol.kind for relation in relations]
    match signs:
        case ["EQ"]:
            only = _index(formula, sides[0], _is_infinite(sides[1], negative=True))
            if not only.infinite:
                only.lower = whole_number(formula, sides[1])
            return only
        case ["IN"]:
            token = token_of(sides[1])
            if (listed := _in_set(formula, sides)) is not None:
                return listed
            if token is None or (token.kind, token.text) != ("FIELD", "Z"):
                raise formula.error("this set is not read", sides[1], EXAMPLE)
            return _index(formula, sides[0], infinite=True)
        case ["GE" | "GT", "GE" | "GT"]:
            sides, signs = sides[::-1], [sign.replace("G", "L") for sign in signs[::-1]]
        case ["LE" | "LT", "LE" | "LT"]:
            pass
        case _:
            raise formula.error("these bounds are not read", item, EXAMPLE)
    only = _index(formula, sides[1])
    lower, upper = (whole_number(formula, sides[i]) for i in (0, 2))
    only.lower = _after(formula, lower, item) if signs[0] == "LT" else lower
    only.upper = _after(formula, upper, item) if signs[1] == "LE" else upper
    return only


def _in_set(formula: Formula, sides: Sequence[Item]) -> Range | None:
    r"""The range of i \in \{a, \dots, b\}, and of i \in [n], which is \{1, \dots, n\}."""
    match sides[1]:
        case Node("factor", (Node("set", (Node("items", (first, *between, dots, last)),)),)):
            token = token_of(dots)
            texts = [t.text for t in map(token_of, [first, *between]) if t is not None]
            start = int(texts[0]) if texts and texts[0].isdigit() else 0
            if token is None or token.kind != "DOTS":
                return None
            if between and texts != [str(start + step) for step in range(len(between) + 1)]:
                return None
            only = _index(formula, sides[0])
            only.lower = whole_number(formula, first)
        case Node("factor", (Node("bracket", (Node("items", (last,)),)),)):
            only = _index(formula, sides[0])
            only.lower = placed(formula, ast.Constant(1), formula.span(last))
        case _:
            return None
    only.upper = _after(formula, whole_number(formula, last), last)
    return only


def _index(formula: Formula, item: Item, infinite: bool = False) -> Range:
    name = index_name(item)
    if name is None:
        raise formula.error("the index of a sum is a name", item, EXAMPLE)
    return Range(name, item, infinite=infinite)


def _is_infinite(item: Item, negative: bool = False) -> bool:
    """Whether a bound is ∞, or −∞."""
    minus = False
    match item:
        case Node("added", (Node("sign") as sign, rest)):
            minus, item = sign.symbol.kind == "MINUS", rest
    token = token_of(item)
    return minus == negative and token is not None and token.kind == "INFTY"


# What is left out


def completed(formula: Formula, ranges: list[Range], body: Operand) -> list[ast.comprehension]:
    """The ranges of a sum as claims write them, complete."""
    written = []
    for one in ranges:
        if formula.conventions.base:
            one.lower, one.upper = (_shifted(formula, end, one.place) for end in (one.lower, one.upper))
        _complete(formula, one, body)
        assert one.upper is not None
        target = placed(formula, ast.Name(one.name, ast.Store()), formula.span(one.place))
        starts_at_0 = one.lower is None or (formula.conventions.base and ast.unparse(one.lower) == "0")
        limits = [one.upper] if starts_at_0 or one.lower is None else [one.lower, one.upper]
        written.append(ast.comprehension(target, call("range", *limits), [], 0))
    return written


def _shifted(formula: Formula, end: ast.expr | None, place: Item) -> ast.expr | None:
    """A bound of an index that is written one more than it is in the claim."""
    if end is None:
        return None
    return synthetic(formula, str(to_poly(formula.value(end)) - 1), formula.span(place))


def _complete(formula: Formula, one: Range, body: Operand) -> None:
    """Take what is left out of a range, and tell where from."""
    span = formula.span(one.place)
    begins, ends = one.lower is not None, one.upper is not None
    if ends and (begins or not one.infinite):
        return
    first, stop, source = _extent(formula, one, body)
    if not begins and (ends or first != "0"):
        one.lower = synthetic(formula, first, span)
    if not ends:
        one.upper = synthetic(formula, stop, span)
    limits = [*([one.lower] if one.lower is not None else []), one.upper]
    shown = ", ".join(ast.unparse(limit) for limit in limits if limit is not None)
    word = "0 from" if ends else "from"
    formula.notes.taken.append((span, f"{one.name} in range({shown})  # {word} {ast.unparse(source)}"))


def _extent(formula: Formula, one: Range, body: Operand) -> tuple[str, str, ast.expr]:
    """Where the values begin and end that an index takes, and the entry that this is taken from."""
    inside = supports(formula, body.node, one.name)
    whole = next((s for s in inside if s.first == ZERO), None)
    chosen = whole or next(iter(inside), None)
    if one.infinite:
        if chosen is None:
            message = f"where this sum over {quoted(one.name)} ends cannot be told"
            hint = "every term needs a factor that is read at the bare index and so is 0 outside; or write bounds"
            raise formula.error(message, one.place, hint)
        return str(chosen.first), str(chosen.last + 1), chosen.source
    reads = {size: source for source, size in reversed([*reads_at(formula, body.node, one.name)])}
    if not reads and whole is not None:
        return "0", str(whole.last + 1), body.node
    if len(reads) != 1:
        possible = " and ".join(reversed(reads))
        told = f"the sizes {possible} are possible" if reads else "no array is read at the bare index"
        raise formula.error(f"the range of {quoted(one.name)} is left out", one.place, f"{told}; {EXAMPLE}")
    size, source = next(iter(reads.items()))
    length = next(axis.size for axis in _axes_at(formula, source, one.name))
    if goes_on(formula, body.node, one.name, length):
        message = (
            f"the range of {quoted(one.name)} is left out, and what is summed goes on where {ast.unparse(source)} ends"
        )
        raise formula.error(message, one.place, rf"write the bounds, or \sum_{{{one.name}=-\infty}}^{{\infty}}")
    return "0", size, source


def reads_at(formula: Formula, node: ast.AST, name: str) -> Iterator[tuple[ast.Subscript, str]]:
    """The arrays that are read at the bare name, with the size of that axis."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Subscript):
            for size in _axis_sizes(formula, part, name):
                yield part, size
        waiting += reversed([*ast.iter_child_nodes(part)])


def _axis_sizes(formula: Formula, node: ast.Subscript, name: str) -> Iterator[str]:
    return (str(axis.size) for axis in _axes_at(formula, node, name))


def _axes_at(formula: Formula, node: ast.Subscript, name: str) -> Iterator[Axis]:
    array = formula.reader.values.get(node.value)
    keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not isinstance(array, TensorExpr) or any(isinstance(k, ast.Constant) and k.value is ... for k in keys):
        return
    for key, axis in zip(keys, array.axes, strict=False):
        if isinstance(key, ast.Name) and key.id == name:
            yield axis
