r"""Functions by name: \operatorname{flip}(K), with what stands above and below the name as parameters."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.claims.expression_reader import Bound
from symconv.claims.names import SCALAR_FUNCTIONS, named_operator, quoted
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.juxtaposition import Products
from symconv.reading.latex.subscripts import Item, token_of
from symconv.reading.latex.syntax_trees import Made, call, tuple_of
from symconv.reading.latex.tokens import Token

_OTHER_NAMES = {"nabla": "grad", "tr": "trace", "Tr": "trace", "windows": "sliding_window_view"}
#: The parameter that stands below the name, or above it.
_BELOW = {
    "flip": "axis", "sum": "axis", "mean": "axis", "concatenate": "axis", "stack": "axis", "reshape": "shape",
    "unfold": "kernel_size", "pad": "pad_width", "roll": "shift", "sliding_window_view": "window_shape",
    "ravel": "order", "grad": "T", "rearrange": "pattern", "einsum": "subscripts", "convolution_matrix": "n",
}  # fmt: skip
_WORDS = {"True": True, "False": False, "None": None}
_ABOVE = {"rot90": "k", "pad": "mode", "convolution_matrix": "mode"}


class Functions(Products):
    """Reads calls."""

    def function_named(self, token: Token, bound: Bound) -> str | None:
        """The function that a name stands for: an operator, a declared one, exp, max, min, or the word rot."""
        name = _OTHER_NAMES.get(token.text, token.text)
        if token.text == "F" and token.font == "mathcal" and not self.is_known("F", bound):
            return "fft"
        if token.text in self.functions:
            return token.text
        if token.kind != "WORD" or token.text in self.tensors or token.text in self.sizes or token.text in bound:
            return None
        return name if named_operator(name) or name in SCALAR_FUNCTIONS or name == "rot" else None

    def call(self, name: str, head: Node, group: Node | None, bound: Bound) -> Made:
        """A function applied to what stands in brackets."""
        if group is None or group.parts[0].rule not in ("group", "set"):  # type: ignore[union-attr]
            word = next(head.nodes()[0].tokens()).text
            raise self.error(f"{quoted(word)} is a function", head, "its argument stands in round brackets")
        inside = group.parts[0]
        assert isinstance(inside, Node)
        items = inside.nodes()[0].parts
        scripts = head.nodes()[1:]
        place = (head.first, inside.last)
        if name == "fft" and scripts and self._is_inverse(scripts[0], bound):
            name, scripts = "ifft", scripts[1:]
        if name == "rot":
            return self._rotated(head, scripts, items, place, bound)
        if name in self.functions or name in SCALAR_FUNCTIONS:
            if scripts:
                raise self.error(f"{quoted(name)} takes nothing above or below it", scripts[0])
            parts = [self.expression(item, bound) for item in items]
            made = self.made(call(name, *(p.node for p in parts)), place, bound)
            if not made.pure:
                for part in parts:
                    self.settle(part, bound)
            return made
        positional, keywords = self._arguments(items, bound)
        for script in scripts:
            table = _BELOW if script.rule == "below" else _ABOVE
            if name not in table:
                where = "below" if script.rule == "below" else "above"
                raise self.error(f"{quoted(name)} takes nothing {where} it", script)
            key = table[name]
            if key in keywords:
                raise self.error(f"{quoted(key)} is given twice", script)
            keywords[key] = self._script(script, name, bound)
        if name == "einsum" and "subscripts" in keywords:
            positional.insert(0, keywords.pop("subscripts"))
        if name in ("concatenate", "stack"):
            positional = [ast.List(positional, ast.Load())]
        return self.made(call(name, *positional, **keywords), place, bound)

    def derivative_at(self, made: Made, at: tuple[str, Item], script: Node, bound: Bound) -> Made:
        r"""\left[\nabla_{x} f(x)\right]_{x = y}."""
        name, value = at
        match made.node:
            case ast.Call(ast.Name("grad"), [_], [ast.keyword("T", ast.Name(own))]) if own == name:
                put = self.settle(self.expression(value, bound), bound)
                tree = call("grad", made.node.args[0], T=made.node.keywords[0].value, at=put.node)
                return self.made(tree, (made.first, script.last), bound)
        raise self.error(f"something is put for {quoted(name)}, which the gradient before is not taken by", script)

    def _is_inverse(self, script: Node, bound: Bound) -> bool:
        argument = script.parts[1]
        if script.rule != "above" or not isinstance(argument, Node):
            return False
        return ast.unparse(self.whole_number(argument, bound)) == "-1"

    def _rotated(
        self, head: Node, scripts: Sequence[Node], items: Sequence[Item], place: tuple[int, int], bound: Bound
    ) -> Made:
        r"""\operatorname{rot}_{180}(K)."""
        token = token_of(scripts[0].parts[1]) if scripts else None
        if len(scripts) != 1 or token is None or token.text != "180" or len(items) != 1:
            raise self.error(
                "'rot' turns by 180", head, r"write \operatorname{rot}_{180}(K) or \operatorname{rot90}(K)"
            )
        operand = self.expression(items[0], bound)
        if operand.rank != 2:
            raise self.error(f"'rot' turns matrices, not arrays with {operand.rank} axes", operand)
        return self.made(call("rot90", operand.node, ast.Constant(2)), place, bound)

    def _arguments(self, items: Sequence[Item], bound: Bound) -> tuple[list[ast.expr], dict[str, ast.expr]]:
        positional: list[ast.expr] = []
        keywords: dict[str, ast.expr] = {}
        for item in items:
            key = _keyword(item)
            if key is None:
                if keywords:
                    raise self.error("named arguments come last", item)
                several = _several(item) if _is_group(item) else None
                one = self.settle(self.expression(item, bound), bound).node if several is None else None
                positional.append(one or self._parameter(item, bound))
                continue
            assert isinstance(item, Node)
            if key in keywords:
                raise self.error(f"{quoted(key)} is given twice", item)
            keywords[key] = self._parameter(item.parts[2], bound)
        return positional, keywords

    def _parameter(self, item: Item, bound: Bound) -> ast.expr:
        """A number, a word, or several of them in brackets."""
        token = token_of(item)
        if token is not None and token.kind == "WORD" and not self.is_known(token.text, bound):
            node: ast.expr = ast.Constant(_WORDS.get(token.text, token.text))
            self.place(node, token.span)
            return node
        several = _several(item)
        if several is not None:
            node = ast.Tuple([self._parameter(part, bound) for part in several], ast.Load())
            self.place(node, self.span(item))
            return node
        return self.whole_number(item, bound)

    def filled(self, token: Token, scripts: Sequence[Node], first: int, bound: Bound) -> tuple[Made, int]:
        r"""An array of zeros or ones or an identity matrix with its sizes below, and how many scripts that takes."""
        sizes = self._script(scripts[0], "", bound)
        if token.kind == "FILLED":
            return self.made(call(token.text, sizes), (first, scripts[0].last), bound), 1
        given = sizes.elts if isinstance(sizes, ast.Tuple) else [sizes]
        if len(given) > 2:
            raise self.error("an identity matrix has one or two sizes", scripts[0])
        match [s.parts[1] for s in scripts[1:2] if s.rule == "above"]:
            case [Node("items", (Node("factor", (Node("group", (Node("items", (diagonal,)),)),)),))]:
                tree = call("eye", *given, k=self.whole_number(diagonal, bound))
                return self.made(tree, (first, scripts[1].last), bound), 2
        return self.made(call("eye", *given), (first, scripts[0].last), bound), 1

    def _script(self, script: Node, name: str, bound: Bound) -> ast.expr:
        """What stands above or below the name of a function: numbers, or sizes joined by ×."""
        argument = script.parts[1]
        if name == "grad":
            return self.expression(argument, bound).node
        pattern = token_of(argument)
        if pattern is not None and (pattern.kind == "PATTERN" or name == "einsum"):
            written: ast.expr = ast.Constant("".join(pattern.text.split()) if name == "einsum" else pattern.text)
            self.place(written, pattern.span)
            return written
        if name == "ravel":
            token = token_of(argument)
            if token is None or token.text != "F":
                raise self.error("'ravel' takes F below it, or nothing", script)
            node: ast.expr = ast.Constant("F")
            self.place(node, token.span)
            return node
        items = argument.parts if isinstance(argument, Node) and argument.rule == "items" else (argument,)
        if len(items) == 1:
            items = self.by_times(items[0])
        made = tuple_of([self._parameter(item, bound) for item in items])
        self.place(made, self.span(script))
        return made


def _is_group(item: Item) -> bool:
    match item:
        case Node("factor", (Node("group"),)):
            return True
    return False


def _several(item: Item) -> tuple[Item, ...] | None:
    """What stands in brackets that hold several things."""
    match item:
        case Node("factor", (Node("nothing"),)):
            return ()
        case Node("factor", (Node("group", (Node("items", parts),)),)) if len(parts) > 1 or _several(parts[0]):
            return parts
        case Node("factor", (Node("bracket", (Node("items", parts),)),)):
            return parts
    return None


def _keyword(item: Item) -> str | None:
    r"""The name of a named argument, \mathrm{stride}=2."""
    if not isinstance(item, Node) or item.rule != "chain" or len(item.parts) != 3:
        return None
    token, relation = token_of(item.parts[0]), item.parts[1]
    equal = isinstance(relation, Node) and next(relation.tokens()).kind == "EQ"
    return token.text if equal and token is not None and token.kind in ("WORD", "LETTER") else None
