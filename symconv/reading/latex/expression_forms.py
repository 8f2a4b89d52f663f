"""Expressions: what each form of the grammar stands for, as a syntax tree of claims."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import sympy

from symconv.claims.expression_reader import Bound
from symconv.claims.names import quoted
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly
from symconv.reading.latex.by_cases import Cases
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.subscripts import Item, index_name, token_of
from symconv.reading.latex.syntax_trees import AMBIGUOUS, Made, binary, call, replace
from symconv.reading.latex.tokens import Token

_CONDITIONS = ("chain", "either", "both", "negation")
_ENTRY = r"an entry has no transpose: write (A^{\top})_{i,j} or A_{j,i}"


class Expressions(Cases):
    """Reads expressions."""

    def expression(self, node: Item, bound: Bound) -> Made:
        """A whole expression; what is read once is not read again."""
        if isinstance(node, Token):
            node = Node("atom", (node,), place := self.tokens.index(node), place + 1)
        if (made := self._read.get(id(node))) is None:
            made = self._read[id(node)] = self._expression(node, bound)
        return made

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._read: dict[int, Made] = {}
        self._kept: list[Node] = []

    def _expression(self, node: Node, bound: Bound) -> Made:
        self._kept.append(node)
        match node.rule:
            case "added":
                return self._added(node, bound)
            case "negative":
                return self._negative(self.expression(node.parts[1], bound), node, bound)
            case "term":
                return self.term(node, bound)
            case "summed":
                return self.summed(node, bound)
            case "factors":
                return self.product(self.operands(node, bound), node, bound)
            case "factor":
                return self._headed([node], 0, bound)[0]
            case "items" if len(node.parts) == 1:
                return self.expression(node.parts[0], bound)
            case "slice":
                raise self.error("a slice stands only in indices", node)
            case "chain" | "either" | "both" | "negation":
                raise self.error("a comparison cannot stand in an expression", node)
        return self._atom(node, bound)

    def _added(self, node: Node, bound: Bound) -> Made:
        terms: list[tuple[bool, Node | Token]] = []
        minus = False
        for part in node.parts:
            if isinstance(part, Node) and part.rule in ("sign", "plus"):
                minus = next(part.tokens()).kind == "MINUS"
            else:
                terms.append((minus, part))
        for minus, part in terms:
            if isinstance(part, Node) and part.rule == "term" and (len(terms) > 1 or minus):
                for symbol in part.nodes():
                    if symbol.rule == "infix" and next(symbol.tokens()).kind == "BMOD":
                        raise self.error(AMBIGUOUS, symbol, "write brackets around the remainder")
        outer = self.closed
        made = [self.expression(part, bound) for _, part in terms]
        self.closed = outer if len(terms) == 1 else self.closed
        pure = all(m.pure for m in made)
        if not pure:
            made = [self.settle(m, bound) for m in made]
        if bound and any(m.rank for m in made):
            self._check_entries(made, bound)
        first, total = terms[0][0], made[0]
        if first:
            total = self._negative(total, node, bound)
        for (less, _), right in zip(terms[1:], made[1:], strict=True):
            op = ast.Sub() if less else ast.Add()
            total = self.made(binary(total.node, op, right.node), (node.first, right.last), bound)
        return replace(total, row=all(m.row for m in made) and total.rank == 1)

    def _check_entries(self, terms: Sequence[Made], bound: Bound) -> None:
        """A mean is written like a conjugate: no whole array stands beside entries that are summed over."""
        for term in terms:
            if not term.rank and not term.pure and self.free_names(term.node, {}) & {*bound}:
                array = next(t for t in terms if t.rank)
                hint = r"write an entry, or \operatorname{mean}(x)"
                raise self.error(f"{AMBIGUOUS}: an array beside entries that are summed over", array, hint)

    def _negative(self, made: Made, node: Node, bound: Bound) -> Made:
        tree = ast.UnaryOp(ast.USub(), made.node)
        return replace(self.made(tree, (node.first, made.last), bound), row=made.row)

    # Factors

    def operands(self, node: Node, bound: Bound) -> list[Made]:
        """The factors of a product, indices and arguments put to what they belong to."""
        if node.rule != "factors":
            return [self.expression(node, bound)]
        factors = node.nodes()
        found: list[Made] = []
        place = 0
        while place < len(factors):
            made, place = self._headed(factors, place, bound)
            found.append(made)
        return found

    def _headed(self, factors: Sequence[Node], place: int, bound: Bound) -> tuple[Made, int]:
        """One factor with the brackets after it that are its arguments or indices, and the place of the next."""
        head = factors[place]
        token = token_of(head.parts[0])
        following = factors[place + 1] if place + 1 < len(factors) else None
        name = self.function_named(token, bound) if token is not None else None
        if name is not None:
            made = self.call(name, head, following, bound)
            assert following is not None
            made = self._scripted(made, following.nodes()[1:], bound)
            place += 2
        else:
            made = self._factor(head, following, bound)
            place += 1
        while place < len(factors):
            inside = factors[place].parts[0]
            if not isinstance(inside, Node) or not self._is_index(made, inside, token, bound):
                break
            items = inside.nodes()[0]
            made = self.indexed(made, items, inside.last, bound)
            made = self._scripted(made, factors[place].nodes()[1:], bound)
            place += 1
        return made, place

    def _is_index(self, made: Made, inside: Node, token: Token | None, bound: Bound) -> bool:
        """Whether brackets after a factor hold indices into it."""
        if inside.rule not in ("group", "bracket"):
            return False
        items = inside.nodes()[0].parts
        if inside.rule == "bracket":
            is_number = token is None or token.kind == "NUM" or self.tokens[inside.first].spaced
            return made.rank > 0 or not is_number
        if len(items) > 1:
            if made.rank == 0:
                raise self.error("these brackets hold several things, and stand after a number", inside)
            return True
        if made.rank == 0:
            return False
        content = self.expression(items[0], bound)
        if not content.pure:
            return False
        computed = token is None and not self.free_names(content.node, bound) - self.sizes
        if made.rank == 1 and not computed and not self.tokens[inside.first].spaced:
            return True
        hint = r"write indices as a subscript, a product with \cdot"
        raise self.error(f"{AMBIGUOUS}: an index or a factor", inside, hint)

    def _factor(self, node: Node, following: Node | None, bound: Bound) -> Made:
        scripts = node.nodes()[1:]
        token = token_of(node.parts[0])
        if token is not None and scripts[:1] and scripts[0].rule == "below" and self._is_filled(token, bound):
            made, used = self.filled(token, scripts, node.first, bound)
            return self._scripted(made, scripts[used:], bound)
        if token is None or token.kind not in ("LETTER", "WORD"):
            outer, inside = self.closed, node.parts[0]
            assert isinstance(inside, Node)
            if inside.rule == "angle" and scripts and _is_frobenius(scripts[0]):
                return self._scripted(self._frobenius(inside, scripts[0].last, bound), scripts[1:], bound)
            if inside.rule == "bracket" and scripts and (at := self._replacement(scripts[0])) is not None:
                made = self.derivative_at(self._atom(inside, bound), at, scripts[0], bound)
                return self._scripted(made, scripts[1:], bound)
            if inside.rule == "bracket" and scripts and _holds_chains(scripts[0]) and len(inside.nodes()[0].parts) == 1:
                return self._scripted(self.listed(inside, scripts[0], bound), scripts[1:], bound)
            made = self._atom(inside, bound)
            self.closed = outer
            return self._scripted(made, scripts, bound)
        if token.text == "e" and not self.is_known("e", bound) and scripts[:1] and scripts[0].rule == "above":
            exponent = self._exponent(scripts[0], bound)
            made = self.made(call("exp", exponent.node), (node.first, scripts[0].last), bound)
            return self._scripted(made, scripts[1:], bound)
        opens = following.parts[0] if following is not None else None
        called = isinstance(opens, Node) and opens.rule in ("group", "bracket")
        if called and not scripts and not self.is_known(token.text, bound):
            assert isinstance(opens, Node)
            if opens.rule == "bracket" or len(opens.nodes()[0].parts) > 1 or token.kind == "WORD":
                raise self.undeclared(token, called=opens.rule == "group")
            self.called.setdefault(token.text, token)
        below = next((s for s in scripts if s.rule == "below"), None)
        first = scripts.index(below) if below is not None else 0
        if below is not None and first and self.array_named(token.text) is None:
            raise self.error("a subscript that is part of a name comes before an exponent", below)
        head = node.parts[0]
        assert isinstance(head, Node)
        place = (node.first, below.last if below is not None else head.last)
        made, used = self.name(token, below, place, bound)
        rest = [s for s in scripts if not (used and s is below)]
        return self._scripted(made, rest, bound, ordered=not used)

    def _replacement(self, script: Node) -> tuple[str, Node | Token] | None:
        """The array and what is put for it, in [∇_x f(x)]_{x = y}."""
        match script.parts[1]:
            case Node("items", (Node("chain", (Node() as left, Node("relation") as sign, right)),)):
                name = index_name(left)
                if script.rule == "below" and name in self.tensors and next(sign.tokens()).kind == "EQ":
                    return name, right
        return None

    def _is_filled(self, token: Token, bound: Bound) -> bool:
        """Whether a symbol with sizes below it is an array of zeros or ones, or an identity matrix."""
        taken = {*self.tensors, *self.sizes, *self.functions, *bound}
        return token.kind == "FILLED" or (token.kind == "LETTER" and token.text == "I" and "I" not in taken)

    #: Names that are nowhere declared, at a place where they could be functions.
    called: dict[str, Token]

    def _scripted(self, made: Made, scripts: Sequence[Node], bound: Bound, ordered: bool = True) -> Made:
        """What stands above and below a factor, in this order: indices, powers, transposes."""
        below = False
        transposed = False
        for script in scripts:
            if script.rule == "below":
                argument = script.parts[1]
                if not isinstance(argument, Node):
                    place = script.last - 1
                    argument = Node("items", (Node("atom", (argument,), place, place + 1),), place, place + 1)
                if below:
                    raise self.error("a second subscript", script, "indices stand in one subscript")
                made = self.indexed(made, argument, script.last, bound, script=True)
                if transposed and made.rank:
                    raise self.error(f"{AMBIGUOUS}: which comes first", script, r"write (A^{\top})_{i}")
                below = True
            else:
                kind = self._mark(script, made, bound)
                if kind in ("T", "H"):
                    if below or made.rank == 0:
                        hint = _ENTRY if made.rank == 0 else r"write (A_{i})^{\top}"
                        raise self.error("a transpose stands after an entry or a number", script, hint)
                    transposed = True
                made = self._above(made, script, kind, bound)
        return made

    def _mark(self, script: Node, made: Made, bound: Bound) -> str | None:
        """The mark above a factor that is no exponent: T, H, *, or axes after ⊤."""
        argument = script.parts[1]
        if isinstance(argument, Node) and argument.rule in ("transposed", "each"):
            return {"transposed": "T", "each": "each"}[argument.rule]
        marked = isinstance(argument, Node) and argument.rule == "mark"
        token = token_of(argument.parts[0] if marked else argument)  # type: ignore[union-attr]
        if token is None:
            return None
        if token.kind in ("TOP", "DAGGER", "SLIDE"):
            if token.kind == "SLIDE" and token.text not in ("*", r"\ast"):
                raise self.error("this cannot stand above", script)
            return {"TOP": "T", "DAGGER": "H", "SLIDE": "*"}[token.kind]
        if token.kind == "LETTER" and token.text == "T":
            if self.is_known("T", bound):
                if made.rank:
                    raise self.error(f"{AMBIGUOUS}: 'T' is declared", script, r"write X^{\top}")
                return None
            return "T"
        return None

    def _above(self, made: Made, script: Node, mark: str | None, bound: Bound) -> Made:
        place = (made.first, script.last)
        argument = script.parts[1]
        match mark:
            case "T":
                if isinstance(argument, Node) and argument.rule == "transposed" and argument.nodes():
                    items = argument.nodes()[0].parts
                    axes = ast.Tuple([self.whole_number(item, bound) for item in items], ast.Load())
                    return self.made(call("transpose", made.node, axes), place, bound)
                return self.made(
                    ast.Attribute(made.node, "T", ast.Load()), place, bound, row=made.rank == 1 and not made.row
                )
            case "H":
                tree = call("conj", ast.Attribute(made.node, "T", ast.Load()))
                return self.made(tree, place, bound, row=made.rank == 1 and not made.row)
            case "*":
                if made.rank > 1:
                    hint = r"write \overline{A}, or A^{\dagger} for the transpose as well"
                    raise self.error(AMBIGUOUS, script, hint)
                return self.made(call("conj", made.node), place, bound, row=made.row)
            case "each":
                assert isinstance(argument, Node)
                exponent = self.settle(self.expression(argument.parts[1], bound), bound)
                return self.made(binary(made.node, ast.Pow(), exponent.node), place, bound)
        if made.rank > 1:
            hint = r"write X X, or X^{\odot 2} for the squares of the entries"
            raise self.error(f"{AMBIGUOUS}: a power of a matrix or of its entries", script, hint)
        exponent = self._exponent(script, bound)
        if not made.pure:
            self.settle(exponent, bound)
        return self.made(binary(made.node, ast.Pow(), exponent.node), place, bound)

    def _exponent(self, script: Node, bound: Bound) -> Made:
        argument = script.parts[1]
        if isinstance(argument, Token):
            if argument.kind == "NUM" and len(argument.text) > 1:
                raise self.error(AMBIGUOUS, script, "write braces around the exponent")
            place = script.last - 1
            argument = Node("atom", (argument,), place, place + 1)
        made = self.expression(argument, bound)
        if not made.pure:
            raise self.error("an exponent is a number", made)
        if (
            self.tokens[made.first].kind == "_LPAR"
            and self.tokens[made.last - 1].kind == "_RPAR"
            and _is_group(argument)
        ):
            raise self.error(f"{AMBIGUOUS}: an exponent or a label", made, "write an exponent without brackets")
        return made

    # Atoms

    def _atom(self, node: Node, bound: Bound) -> Made:
        match node.rule:
            case "atom":
                return self._symbol(next(node.tokens()), node, bound)
            case "group" | "braces":
                return self._grouped(node, bound)
            case "bracket":
                items = node.nodes()[0].parts
                if len(items) == 1 and isinstance(items[0], Node) and items[0].rule in _CONDITIONS:
                    test = self.condition(items[0], bound)
                    return self.made(ast.IfExp(test, ast.Constant(1), ast.Constant(0)), node, bound)
                parts = [self.settle(self.expression(item, bound), bound) for item in items]
                if any(part.rank for part in parts):
                    if len(parts) > 1:
                        hint = r"write \operatorname{stack}(A, B), or A B - B A"
                        raise self.error(f"{AMBIGUOUS}: an array of arrays or a commutator", node, hint)
                    return replace(parts[0], first=node.first, last=node.last)
                return self.made(ast.List([part.node for part in parts], ast.Load()), node, bound)
            case "fraction":
                above, below = (self.expression(part, bound) for part in node.parts)
                if not (above.pure and below.pure):
                    above, below = self.settle(above, bound), self.settle(below, bound)
                return self.made(binary(above.node, ast.Div(), below.node), node, bound)
            case "root":
                return self.made(call("sqrt", self.expression(node.parts[0], bound).node), node, bound)
            case "floor" | "ceiling":
                return self._rounded(node, bound)
            case "conjugate":
                inside = self.settle(self.expression(node.parts[0], bound), bound)
                return replace(self.made(call("conj", inside.node), node, bound), row=inside.row)
            case "angle":
                return self._angle(node, bound)
            case "matrix":
                return self._matrix(node, bound)
            case "cases":
                return self.cases(node, bound)
            case "nothing":
                raise self.error("these brackets are empty", node)
            case "set":
                raise self.error("curly brackets hold the argument of a function", node, "write round brackets")
        raise self.error("this cannot stand in an expression", node)

    def _symbol(self, token: Token, node: Node, bound: Bound) -> Made:
        match token.kind:
            case "NUM":
                number = float(token.text) if "." in token.text else int(token.text[:2_000])
                return self.made(ast.Constant(number), node, bound)
            case "IMAG":
                if self.is_known("i", bound):
                    raise self.error(f"{AMBIGUOUS}: 'i' is an index", node, "choose another letter for the index")
                name = ast.Name("I", ast.Load())
                if "I" in self.tensors or "I" in self.sizes:
                    raise self.error("the imaginary unit cannot be told from 'I'", node, "rename what is called I")
                made = self.made(name, node, bound)
                self.opaque(made, bound)
                return made
            case "LETTER" | "WORD":
                return self.name(token, None, (node.first, node.last), bound)[0]
        hint = r"its sizes stand below: \mathbf{1}_{n}" if token.kind == "FILLED" else None
        raise self.error(f"'{self.source.text[slice(*token.span)]}' cannot stand here", node, hint)

    def _grouped(self, node: Node, bound: Bound) -> Made:
        inside = node.parts[0]
        if isinstance(inside, Node) and inside.rule == "items":
            if len(inside.parts) > 1:
                raise self.error("these brackets hold several things", node, "an array before them is not declared")
            inside = inside.parts[0]
        made = self.expression(inside, bound)
        return replace(made, first=node.first, last=node.last)

    def _rounded(self, node: Node, bound: Bound) -> Made:
        """⌊a/b⌋ as a // b, and ⌈a/b⌉ as −(−a // b)."""
        inside = self.expression(node.parts[0], bound)
        if not inside.pure:
            raise self.error("only a number can be rounded", inside)
        up = node.rule == "ceiling"
        match inside.node:
            case ast.BinOp(above, ast.Div(), below):
                pass
            case _:
                quotient = sympy.fraction(sympy.together(self.value(inside.node, bound)))
                above, below = (self.synthetic(str(to_poly(part)), self.span(node)) for part in quotient)
        if up:
            rounded = binary(ast.UnaryOp(ast.USub(), above), ast.FloorDiv(), below)
            return self.made(ast.UnaryOp(ast.USub(), rounded), node, bound)
        return self.made(binary(above, ast.FloorDiv(), below), node, bound)

    def _angle(self, node: Node, bound: Bound) -> Made:
        left, right = (self.settle(self.expression(part, bound), bound) for part in node.parts)
        complex_ones = any(t.is_complex_valued for t in self.tensors.values())
        if left.rank != 1 or right.rank != 1 or complex_ones:
            hint = r"write \langle X, Y \rangle_F for \sum \overline{X} Y, or \operatorname{inner}(X, Y)"
            raise self.error(f"{AMBIGUOUS}: which product is meant", node, hint)
        return self.made(call("inner", left.node, right.node), node, bound)

    def _frobenius(self, node: Node, last: int, bound: Bound) -> Made:
        r"""\langle X, Y \rangle_F."""
        left, right = (self.settle(self.expression(part, bound), bound) for part in node.parts)
        return self.made(call("frobenius", left.node, right.node), (node.first, last), bound)

    def _matrix(self, node: Node, bound: Bound) -> Made:
        rows = [row.nodes() for row in node.nodes()]
        cells = [[self.settle(self.expression(c, bound), bound).node for c in row if c.rule != "amp"] for row in rows]
        for row, part in zip(cells, node.nodes(), strict=True):
            if len(row) != len(cells[0]):
                raise self.error(f"rows of {len(cells[0])} and {len(row)} entries", part)
        trees: list[ast.expr] = [ast.List(row, ast.Load()) for row in cells]
        return self.made(ast.List(trees, ast.Load()), node, bound)


def _holds_chains(script: Node) -> bool:
    argument = script.parts[1]
    items = argument.parts if isinstance(argument, Node) and argument.rule == "items" else (argument,)
    return script.rule == "below" and all(isinstance(i, Node) and i.rule == "chain" for i in items)


def _is_group(node: Node) -> bool:
    match node:
        case Node("items", (Node("factor", (Node("group"),)),)):
            return True
    return False


def _is_frobenius(script: Node) -> bool:
    token = token_of(script.parts[1])
    return script.rule == "below" and token is not None and token.text == "F"


def unknown_function(reader: Expressions, token: Token) -> SymconvError:
    """The error for an undeclared name that stands before brackets only."""
    message = f"{AMBIGUOUS}: {quoted(token.text)} is not declared and stands before brackets"
    return reader.error(message, token, r"declare it as a function, or write \cdot")
