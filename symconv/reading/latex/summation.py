r"""Sums: bounds as they are written, and ranges taken from the arrays where they are left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from symconv.claims.expression_reader import Bound
from symconv.claims.names import quoted
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.subscripts import Indices, Item, index_name, token_of
from symconv.reading.latex.syntax_trees import AMBIGUOUS, Made, binary, call
from symconv.reading.latex.tokens import Token

_EXAMPLE = r"as in \sum_{u=0}^{h-1}, \sum_{0 \le u < h} or \sum_{u,v}"


@dataclass
class _Range:
    """A bound name with its first value and the one after its last, so far as they are written; None is left out."""

    name: str
    place: Node | Token
    lower: ast.expr | None = None
    upper: ast.expr | None = None
    infinite: bool = False


class Sums(Indices):
    """Reads sums."""

    def summed(self, node: Node, bound: Bound) -> Made:
        r"""\sum with its bounds over everything up to the next + or -."""
        nodes = node.nodes()
        scripts = [n for n in nodes if n.rule in ("below", "above")]
        start = next(i for i, part in enumerate(node.parts) if isinstance(part, Token))
        ranges = self._ranges(node, scripts, bound)
        inner = {**bound, **{r.name: symbol(r.name) for r in ranges}}
        outer = self.closed
        body = self.settle(self.expression(node.parts[-1], inner), inner)
        self.closed = outer | {r.name for r in ranges}
        span = self.span(node)
        tree = call("sum", ast.GeneratorExp(body.node, self._generators(ranges, body, inner)))
        self.place(tree, span)
        total = self.made(tree, (self._first(node, start), node.last), bound)
        if start == 0:
            return total
        return self.product([self.expression(nodes[0], bound), total], node, bound)

    def _generators(self, ranges: list[_Range], body: Made, bound: Bound) -> list[ast.comprehension]:
        generators = []
        for made in ranges:
            self._check_counting(made, body, bound)
            self._complete(made, body, bound)
            assert made.upper is not None
            limits = [made.upper] if made.lower is None else [made.lower, made.upper]
            target = ast.Name(made.name, ast.Store())
            self.place(target, self.span(made.place))
            generators.append(ast.comprehension(target, call("range", *limits), [], 0))
        return generators

    def listed(self, inside: Node, below: Node, bound: Bound) -> Made:
        r"""[x_n]_{0 \le n < N}: the array of the entries, one axis an index."""
        ranges = self._ranges(inside, [below], bound)
        inner = {**bound, **{r.name: symbol(r.name) for r in ranges}}
        outer = self.closed
        body = self.settle(self.expression(inside.nodes()[0].parts[0], inner), inner)
        self.closed = outer | {r.name for r in ranges}
        tree = body.node
        for generator in reversed(self._generators(ranges, body, inner)):
            tree = ast.ListComp(tree, [generator])
        return self.made(tree, (inside.first, below.last), bound)

    def product(self, factors: list[Made], node: Node, bound: Bound) -> Made:
        """Factors that stand side by side."""
        raise NotImplementedError

    def _first(self, node: Node, start: int) -> int:
        before = node.parts[start - 1] if start else None
        return before.last if isinstance(before, Node) else node.first

    def _ranges(self, node: Node, scripts: list[Node], bound: Bound) -> list[_Range]:
        below = [s for s in scripts if s.rule == "below"]
        above = [s for s in scripts if s.rule == "above"]
        if len(below) != 1 or len(above) > 1:
            raise self.error("a sum has its index below it", node if not scripts else scripts[-1], _EXAMPLE)
        argument = below[0].parts[1]
        items = list(argument.parts) if isinstance(argument, Node) and argument.rule == "items" else [argument]
        found: list[_Range] = []
        for item in items:
            one = self._limits(item, {**bound, **{r.name: symbol(r.name) for r in found}})
            if any(one.name == r.name for r in found) or one.name in bound:
                raise self.error(f"the index {quoted(one.name)} is bound twice", one.place)
            if one.name in self.tensors or one.name in self.sizes or one.name in self.functions:
                raise self.error(f"{quoted(one.name)} is no index: it is declared", one.place, "choose another letter")
            found.append(one)
        if above:
            self._upper(found, above[0], bound)
        elif any(r.lower is not None and r.upper is None for r in found):
            raise self.error("this sum has no upper bound", below[0], _EXAMPLE)
        return found

    def _upper(self, found: list[_Range], above: Node, bound: Bound) -> None:
        """The bound above a sum, which belongs to the one index below it."""
        argument = above.parts[1]
        if isinstance(argument, Node) and argument.rule == "items" and len(argument.parts) == 1:
            argument = argument.parts[0]
        if len(found) != 1 or found[0].upper is not None:
            raise self.error("this bound belongs to one index that begins below", above, _EXAMPLE)
        (made,) = found
        if made.lower is None and not made.infinite:
            raise self.error("this sum has no lower bound", above, _EXAMPLE)
        if _is_infinite(argument):
            made.infinite = True
            return
        last = self.whole_number(argument, bound)
        made.upper = binary(last, ast.Add(), ast.Constant(1))
        self.place(made.upper, self.span(above))

    def _limits(self, item: Item, bound: Bound) -> _Range:
        if isinstance(item, Node) and item.rule == "chain":
            return self._compared(item, bound)
        return _Range(self._index(item), item)

    def _index(self, item: Item) -> str:
        name = index_name(item)
        if name is None:
            raise self.error("the index of a sum is a name", item, _EXAMPLE)
        return name

    def _compared(self, item: Node, bound: Bound) -> _Range:
        """u = 0, 0 ≤ u < h, or u ∈ ℤ."""
        sides = [n for n in item.parts if not (isinstance(n, Node) and n.rule == "relation")]
        signs = [next(n.tokens()).kind for n in item.nodes() if n.rule == "relation"]
        if signs == ["EQ"]:
            made = _Range(self._index(sides[0]), sides[0])
            if _is_infinite(sides[1], negative=True):
                made.infinite = True
            else:
                made.lower = self.whole_number(sides[1], bound)
            return made
        if signs == ["IN"]:
            token = token_of(sides[1])
            if token is None or token.kind != "FIELD" or token.text != "Z":
                raise self.error("this set is not read", sides[1], _EXAMPLE)
            return _Range(self._index(sides[0]), sides[0], infinite=True)
        if len(signs) != 2 or not (set(signs) <= {"LE", "LT"} or set(signs) <= {"GE", "GT"}):
            raise self.error("these bounds are not read", item, _EXAMPLE)
        if signs[0] in ("GE", "GT"):
            sides, signs = sides[::-1], [s.replace("G", "L") for s in signs[::-1]]
        made = _Range(self._index(sides[1]), sides[1])
        made.lower, made.upper = (self.whole_number(sides[i], bound) for i in (0, 2))
        if signs[0] == "LT":
            made.lower = binary(made.lower, ast.Add(), ast.Constant(1))
        if signs[1] == "LE":
            made.upper = binary(made.upper, ast.Add(), ast.Constant(1))
        for end in (made.lower, made.upper):
            self.place(end, self.span(item))
        return made

    def _check_counting(self, made: _Range, body: Made, bound: Bound) -> None:
        """Bounds from 1 to the size of an array that is read at the bare index: indices start at 0."""
        if made.lower is None or made.upper is None:
            return
        first, stop = (to_poly(self.value(end, bound)) for end in (made.lower, made.upper))
        if first == 1 and any(str(stop - 1) == size for _, size in self._reads(body.node, made.name)):
            hint = rf"indices start at 0: write \sum_{{{made.name}=0}}, or shift the index"
            raise self.error(f"{AMBIGUOUS}: {quoted(made.name)} runs past the end", made.place, hint)

    # Ranges that are left out

    def _complete(self, made: _Range, body: Made, bound: Bound) -> None:
        """Take what is left out of a range from the arrays that are read at the bare index."""
        span = self.span(made.place)
        if made.upper is None:
            size, source = self._extent(made, body, bound)
            made.upper = self.synthetic(size, span)
            start = "" if made.lower is None else f"{ast.unparse(made.lower)}, "
            self.taken.append((span, f"{made.name} in range({start}{size})  # from {ast.unparse(source)}"))
        elif made.infinite and made.lower is None:
            made.lower = self.synthetic("0", span)
            _, source = self._extent(made, body, bound)
            stop = ast.unparse(made.upper)
            self.taken.append((span, f"{made.name} in range(0, {stop})  # 0 from {ast.unparse(source)}"))

    def _extent(self, made: _Range, body: Made, bound: Bound) -> tuple[str, ast.Subscript]:
        """The size that a range ends at, and the entry that it is taken from."""
        if made.infinite:
            sizes = self._support(body.node, made.name)
            if not sizes:
                message = f"where this sum over {quoted(made.name)} ends cannot be told"
                hint = "every term needs a factor that is read at the bare index and so is 0 outside; or write bounds"
                raise self.error(message, made.place, hint)
            return sizes[0]
        reads = {size: source for source, size in reversed([*self._reads(body.node, made.name)])}
        if len(reads) != 1:
            possible = " and ".join(reversed(reads))
            told = f"the sizes {possible} are possible" if reads else "no array is read at the bare index"
            raise self.error(f"the range of {quoted(made.name)} is left out", made.place, f"{told}; {_EXAMPLE}")
        return next(iter(reads.items()))

    def _reads(self, node: ast.AST, name: str) -> Iterator[tuple[ast.Subscript, str]]:
        """The arrays that are read at the bare name, with the size of that axis."""
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.Subscript):
                for size in self._axis(part, name):
                    yield part, size
            waiting += reversed([*ast.iter_child_nodes(part)])

    def _axis(self, node: ast.Subscript, name: str) -> Iterator[str]:
        array = self._values.get(node.value)
        keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not isinstance(array, TensorExpr) or any(isinstance(k, ast.Constant) and k.value is ... for k in keys):
            return
        for key, axis in zip(keys, array.axes, strict=False):
            if isinstance(key, ast.Name) and key.id == name:
                yield str(axis.size)

    def _support(self, node: ast.expr, name: str) -> list[tuple[str, ast.Subscript]]:
        """The sizes outside of which, for sure, a body is 0, and the entries that are 0 there."""
        match node:
            case ast.Subscript():
                return [(size, node) for size in self._axis(node, name)]
            case ast.BinOp(left, ast.Mult(), right):
                return [*self._support(left, name), *self._support(right, name)]
            case ast.BinOp(left, ast.Add() | ast.Sub(), right):
                other = {size for size, _ in self._support(right, name)}
                return [(size, source) for size, source in self._support(left, name) if size in other]
            case ast.BinOp(left, ast.Div(), _):
                return self._support(left, name)
            case ast.UnaryOp(_, operand):
                return self._support(operand, name)
            case ast.Call(ast.Name("conj"), [operand], []):
                return self._support(operand, name)
            case ast.Call(ast.Name("sum"), [ast.GeneratorExp(element)], []):
                return self._support(element, name)
            case ast.IfExp(_, body, ast.Constant(0)):
                return self._support(body, name)
        return []


def _is_infinite(item: Item, negative: bool = False) -> bool:
    """Whether a bound is ∞, or −∞."""
    match item:
        case Node("added", (Node("sign") as sign, rest)):
            if (next(sign.tokens()).kind == "MINUS") != negative:
                return False
            item = rest
        case _ if negative:
            return False
    token = token_of(item)
    return token is not None and token.kind == "INFTY"
