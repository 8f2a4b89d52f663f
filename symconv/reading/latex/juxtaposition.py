"""What symbols between factors, and factors beside one another, mean for arrays of these numbers of axes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from symconv.claims.expression_reader import Bound
from symconv.claims.names import named_operator
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.subscripts import token_of
from symconv.reading.latex.summation import Sums
from symconv.reading.latex.syntax_trees import AMBIGUOUS, Made, binary, call, replace
from symconv.reading.latex.tokens import Token

_SLIDING = {
    "*": "convolve", r"\ast": "convolve", r"\star": "correlate", r"\circledast": "circular_convolve",
    r"\circledcirc": "circular_correlate",
}  # fmt: skip
_MODES = ("full", "same", "valid")
_RING = "circ"
_TWO = r"write x \cdot y, x y^{\top} or x \odot y"


class Products(Sums):
    """Reads products."""

    def term(self, node: Node, bound: Bound) -> Made:
        """Operands with symbols between them."""
        operands = [self.expression(part, bound) for part in node.nodes() if part.rule != "infix"]
        symbols = [part for part in node.nodes() if part.rule == "infix"]
        kinds = [next(s.tokens()) for s in symbols]
        for kind, part in zip(kinds, [p for p in node.nodes() if p.rule != "infix"][1:], strict=True):
            if kind.kind == "SLASH" and part.rule == "factors" and len(self.operands(part, bound)) > 1:
                raise self.error(AMBIGUOUS, part, r"write brackets around the denominator, or \frac{…}{…}")
        if len(kinds) > 1:
            self._check_mixed(operands, kinds, symbols)
        if all(o.pure for o in operands) and not any(k.kind in ("SLIDE", "ODOT", "OTIMES", "BMOD") for k in kinds):
            tree = operands[0]
            for kind, right in zip(kinds, operands[1:], strict=True):
                op = ast.Div() if kind.kind == "SLASH" else ast.Mult()
                tree = self._joined_pair(tree, binary(tree.node, op, right.node), right, bound)
            return tree
        made = operands[0]
        for symbol, right in zip(symbols, operands[1:], strict=True):
            made = self._pair(made, symbol, right, bound)
        return made

    def _joined_pair(self, left: Made, tree: ast.expr, right: Made, bound: Bound) -> Made:
        return self.made(tree, (left.first, right.last), bound)

    def _check_mixed(self, operands: Sequence[Made], kinds: Sequence[Token], symbols: Sequence[Node]) -> None:
        """Several symbols in one term need brackets, unless these change nothing."""
        arrays = [o for o in operands if o.rank]
        names = {k.kind for k in kinds}
        if names <= {"CDOT", "TIMES", "SLASH"} and (len(arrays) < 3 or all(o.rank == 2 for o in arrays)):
            return
        words = {_SLIDING.get(k.text, k.kind) for k in kinds}
        scripted = any(len(s.parts) > 1 for s in symbols)
        if len(words) == 1 and not scripted and words <= {"convolve", "circular_convolve", "ODOT"}:
            return
        if words == {"OTIMES"} and all(o.rank == 2 for o in operands):
            return
        raise self.error(AMBIGUOUS, symbols[1], "write brackets: several symbols stand in one term")

    def _pair(self, left: Made, symbol: Node, right: Made, bound: Bound) -> Made:
        token = next(symbol.tokens())
        scripts = symbol.nodes()
        if scripts and token.kind != "SLIDE":
            raise self.error(f"'{token.text}' takes no subscript", scripts[0])
        if token.kind != "BMOD":
            left, right = self.settle(left, bound), self.settle(right, bound)
        match token.kind:
            case "SLIDE":
                return self._sliding(left, symbol, right, bound)
            case "CDOT":
                return self._dot(left, symbol, right, bound)
            case "TIMES" if not (left.rank and right.rank):
                return self._joined_pair(left, binary(left.node, ast.Mult(), right.node), right, bound)
            case "SLASH":
                return self._joined_pair(left, binary(left.node, ast.Div(), right.node), right, bound)
            case "ODOT" if left.pure and right.pure:
                hint = "declare the arrays: A[n,m], B[n,m]: …"
                raise self.error(f"'{token.text}' stands between arrays, not between numbers", symbol, hint)
            case "ODOT":
                return self._joined_pair(left, binary(left.node, ast.Mult(), right.node), right, bound)
            case "OTIMES" if left.rank == right.rank == 1:
                hint = r"write x y^{\top}, or \operatorname{kron}(x, y) for a vector"
                raise self.error(f"{AMBIGUOUS}: a product of vectors as a matrix or as a vector", symbol, hint)
            case "OTIMES" if left.rank and right.rank:
                return self._joined_pair(left, call("kron", left.node, right.node), right, bound)
            case "BMOD":
                left, right = self.settle(left, bound), self.settle(right, bound)
                made = self._joined_pair(left, binary(left.node, ast.Mod(), right.node), right, bound)
                self.opaque(made, bound)
                return made
        raise self.error(f"'{token.text}' does not stand between these", symbol, r"numbers take \cdot and \times")

    def _sliding(self, left: Made, symbol: Node, right: Made, bound: Bound) -> Made:
        token = next(symbol.tokens())
        name = _SLIDING[token.text]
        if not (left.rank and right.rank):
            hint = r"write \cdot for a product of numbers, and (x * y)[n] for an entry of a convolution"
            raise self.error(f"'{token.text}' stands between arrays, not between numbers or entries", symbol, hint)
        mode = self._mode(symbol.nodes(), name)
        if mode == _RING:
            name, mode = f"circular_{name}", None
        tree = call(name, left.node, right.node, *([ast.Constant(mode)] if mode else []))
        return self._joined_pair(left, tree, right, bound)

    def _mode(self, scripts: Sequence[Node], name: str) -> str | None:
        if not scripts:
            return None
        argument = scripts[0].parts[1]
        token = token_of(argument)
        if len(scripts) > 1 or scripts[0].rule != "below" or token is None or token.text not in (*_MODES, _RING):
            raise self.error(
                "this is no mode", scripts[-1], r"*_{\mathrm{full}}, *_{\mathrm{same}}, *_{\mathrm{valid}}"
            )
        if name.startswith("circular"):
            raise self.error("a circular product has no mode", scripts[0])
        return token.text

    def _dot(self, left: Made, symbol: Node, right: Made, bound: Bound) -> Made:
        if not (left.rank and right.rank):
            return self._joined_pair(left, binary(left.node, ast.Mult(), right.node), right, bound)
        if left.rank == right.rank == 1 and right.row:
            raise self.error(f"{AMBIGUOUS}: a number or a matrix", symbol, r"write x \cdot y or x y^{\top}")
        return self._joined_pair(left, call("dot", left.node, right.node), right, bound)

    # Side by side

    def operands(self, node: Node, bound: Bound) -> list[Made]:
        """The factors of a product, indices and arguments put to what they belong to."""
        raise NotImplementedError

    def product(self, factors: list[Made], node: Node, bound: Bound) -> Made:
        """Factors that stand side by side: numbers, an array and numbers, or matrices."""
        run: list[Made] = []
        made: Made | None = None
        for factor in [*factors, None]:
            if factor is not None and factor.pure:
                self._check_numbers(run, factor)
                run.append(factor)
                continue
            if run:
                number = run[0]
                for more in run[1:]:
                    number = self._joined_pair(number, binary(number.node, ast.Mult(), more.node), more, bound)
                if len(run) < len(factors):
                    number = self.settle(number, bound)
                made = number if made is None else self._beside(made, number, bound)
                run = []
            if factor is not None:
                made = factor if made is None else self._beside(made, factor, bound)
        assert made is not None
        return made

    def _check_numbers(self, run: Sequence[Made], factor: Made) -> None:
        """A number and a fraction of numbers side by side can be a sum, two numbers a slip."""
        if not run:
            return
        before, after = self.tokens[run[-1].last - 1], self.tokens[factor.first]
        numbers = all(t.kind in ("NUM", "_FRAC", "_LBRACE", "_RBRACE") for t in self.tokens[factor.first : factor.last])
        if before.kind == "NUM" and numbers and after.kind in ("NUM", "_FRAC"):
            between = Made(factor.node, run[-1].first, factor.last, 0, True)
            hint = r"write 2 \cdot \frac{1}{2} for the product, 2 + \frac{1}{2} for a mixed number"
            raise self.error(f"{AMBIGUOUS}: numbers side by side", between, hint)

    def _beside(self, left: Made, right: Made, bound: Bound) -> Made:
        if not (left.rank and right.rank):
            row = left.row or right.row
            return replace(self._joined_pair(left, binary(left.node, ast.Mult(), right.node), right, bound), row=row)
        if left.rank == right.rank == 1:
            if right.row and not left.row:
                tree = call("outer", left.node, _column(right.node))
                return self._joined_pair(left, tree, right, bound)
            if right.row or not left.row:
                pair = Made(right.node, left.first, right.last, 0, False)
                raise self.error(f"{AMBIGUOUS}: two vectors side by side", pair, _TWO)
        tree = binary(left.node, ast.MatMult(), right.node)
        made = self._joined_pair(left, tree, right, bound)
        return replace(made, row=made.rank == 1 and left.rank == 1)


def _column(node: ast.expr) -> ast.expr:
    """A vector without the mark that it was transposed."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else node


def is_operator(name: str) -> bool:
    """Whether a word names an operator of claims."""
    return named_operator(name) is not None


__all__ = ["Products", "is_operator"]
