"""Claims from formulas: declarations, the members of a chain, and conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from symconv.claims.declarations import declaration, declare, declare_function
from symconv.claims.expression_reader import Bound, array_of
from symconv.claims.names import DECLARE, quoted
from symconv.claims.syntax import Mark, Span
from symconv.reading.latex.expression_forms import Expressions, unknown_function
from symconv.reading.latex.grammar import Node, parse
from symconv.reading.latex.subscripts import Item, index_name, token_of
from symconv.reading.latex.syntax_trees import AMBIGUOUS, Made, tuple_of
from symconv.reading.latex.tokens import Token, tokens

_WORD = re.compile(r"\w+")
_OPS: dict[str, type[ast.cmpop]] = {
    "EQ": ast.Eq, "NE": ast.NotEq, "LE": ast.LtE, "LT": ast.Lt, "GE": ast.GtE, "GT": ast.Gt,
}  # fmt: skip


class Statements(Expressions):
    """Reads whole claims."""

    # Declarations

    def declared(self, end: int) -> None:
        """Read what stands before the colon, piece by piece: claim text, or A ∈ ℝ^{H×W}."""
        pieces = [self.source.trimmed(piece) for piece in _pieces(self.source.text, end)]
        for (start, stop), following in zip(pieces, [*pieces[1:], None], strict=True):
            if start >= stop:
                raise self.source.error("a declaration is missing here", (stop, stop + 1), DECLARE)
            text = self.source.text[start:stop]
            if following and re.fullmatch(r"[\w\\']+", text) and r"\in" in self.source.text[slice(*following)]:
                message = f"{AMBIGUOUS}: whether {quoted(text)} is a number or an array as well"
                raise self.source.error(message, (start, stop), r"declare each: A \in \mathbb{R}^{n}, B \in …")
            if re.search(r"[\\'^{$]", text):
                self._declared_in_latex((start, stop))
            else:
                words = _WORD.finditer(_blanked(text))
                declaration(self.reader, (start, stop), [Mark(m[0], start + m.start()) for m in words])
                self.names.check_distinct()

    def _declared_in_latex(self, span: Span) -> None:
        self._begin(tokens(self.source, *span))
        tree = parse(self.source, self.tokens, span)
        node = tree.parts[0]
        sizes: Sequence[Item] = ()
        name, is_complex = None, False
        match node:
            case Node("chain", (Node() as left, Node("relation") as relation, Node() as right)):
                if next(relation.tokens()).kind == "IN" and (field := token_of(right.parts[0])) is not None:
                    name, is_complex = index_name(left), field.text == "C"
                    sizes = self._exponents(right)
                    plain = len(right.parts) < 3 and all(n.rule in ("atom", "above") for n in right.nodes())
                    if field.kind != "FIELD" or field.text == "Z" or not plain:
                        name = None
            case Node("factors", (Node() as left, Node("factor", (Node("nothing"),)))):
                if (name := index_name(left)) is not None:
                    self._declare_function(name, self.span(tree))
                    return
            case Node("factors", (Node() as left, Node("factor", (Node("bracket") as bracket,)))):
                name, sizes = index_name(left), bracket.nodes()[0].parts
            case Node():
                name = index_name(node)
        if name is None:
            raise self.error("this is not a declaration", tree, rf"{DECLARE}, or A \in \mathbb{{R}}^{{H \times W}}")
        self._declare(name, self.span(tree), sizes, is_complex)

    def _exponents(self, node: Node) -> Sequence[Item]:
        r"""The sizes in \mathbb{R}^{H \times W}; none for \mathbb{R}."""
        if len(node.parts) == 1:
            return ()
        script = node.parts[1]
        argument = script.parts[-1] if isinstance(script, Node) else script
        items = argument.parts if isinstance(argument, Node) and argument.rule == "items" else (argument,)
        return self.by_times(items[0]) if len(items) == 1 else items

    def _declare(self, name: str, place: Span, sizes: Sequence[Item], is_complex: bool) -> None:
        node = ast.Name(name, ast.Load())
        self.place(node, place)
        trees = [self.whole_number(item, {}) for item in sizes]
        for part in (part for tree in trees for part in ast.walk(tree)):
            if isinstance(part, ast.Name):
                self.check(part.id, part)
        declare(self.reader, name, node, trees, is_complex)
        self.names.check_distinct()

    def _declare_function(self, name: str, place: Span) -> None:
        node = ast.Name(name, ast.Load())
        self.place(node, place)
        declare_function(self.reader, name, node)
        self.names.check_distinct()

    def _begin(self, found: list[Token]) -> None:
        """Go on with other tokens."""
        self.tokens = found
        self._opaque, self.closed, self.defined, self.called = {}, frozenset(), (), {}

    # Formulas

    def formula(self, start: int) -> tuple[ast.expr, ast.expr | None, ast.expr | None]:
        """The chain, the hypotheses and the exact condition of the formula that begins here."""
        self._begin(tokens(self.source, start))
        self._check_letters()
        tree = parse(self.source, self.tokens, (start, len(self.source.text)))
        conditions = {part.rule: part.nodes()[0] for part in tree.nodes() if part.rule in ("condition", "exactly")}
        sides = self._chain(tree.nodes()[0])
        made = [self.condition(conditions[key]) if key in conditions else None for key in ("condition", "exactly")]
        for token in self.called.values():
            used = [i for i, t in enumerate(self.tokens) if t.kind == token.kind and t.text == token.text]
            if all(i + 1 < len(self.tokens) and self.tokens[i + 1].kind == "_LPAR" for i in used):
                raise unknown_function(self, token)
        return sides, made[0], made[1]

    def _check_letters(self) -> None:
        """Letters side by side must not spell a declared name, nor one name stand in two fonts."""
        known = {n for n in {*self.tensors, *self.sizes, *self.functions} if len(n) > 1}
        run: list[Token] = []
        fonts: dict[str, str] = {}
        for token in [*self.tokens, Token("END", "", (-1, -1))]:
            if token.kind == "LETTER" and fonts.setdefault(token.text, token.font) != token.font:
                hint = "write it in one font, or use two letters"
                raise self.error(f"{AMBIGUOUS}: {quoted(token.text)} in two fonts", token, hint)
            if token.kind == "LETTER" and len(token.text) == 1 and (not run or run[-1].span[1] == token.span[0]):
                run.append(token)
                continue
            word = "".join(t.text for t in run)
            for name in known:
                if (place := word.find(name)) >= 0:
                    span = (run[place].span[0], run[place + len(name) - 1].span[1])
                    hint = rf"write \mathrm{{{name}}} for the name, or \cdot for the product"
                    raise self.source.error(f"{AMBIGUOUS}: {quoted(name)} is a name", span, hint)
            run = [token] if token.kind == "LETTER" and len(token.text) == 1 else []

    def _chain(self, node: Node) -> ast.expr:
        """The members of a chain, arrays read at the indices of those that are entries."""
        if node.rule != "chain":
            raise self.error("a claim compares two sides with = or \\ne", node, "as in A * K = K * A")
        members = [n for n in node.nodes() if n.rule != "relation"]
        relations = [n for n in node.nodes() if n.rule == "relation"]
        ops = [_OPS.get(next(r.tokens()).kind) for r in relations]
        for relation, op in zip(relations, ops, strict=True):
            if op not in (ast.Eq, ast.NotEq):
                raise self.error("a claim compares two sides with = or \\ne", relation)
        defines = self._definition(members[0])
        if defines is not None:
            if ops[0] is not ast.Eq or len(members) < 3:
                name = self.tokens[members[0].first].text
                message = f"{quoted(name)} is not declared, so that this defines it and states nothing"
                raise self.error(message, members[0], f"declare {quoted(name)}, or say what else it equals")
            members, ops = members[1:], ops[1:]
            self.defined = tuple(defines)
        made = []
        for member in members:
            self.closed = frozenset()
            made.append(self.settle(self.expression(member, {}), {}))
        made = self._at_indices(made, defines)
        self._check_columns(made)
        self._check_repeated(made)
        if all(op is ast.Eq for op in ops):
            made = _indexed_first(made)
        tree = ast.Compare(made[0].node, [op() for op in ops if op], [m.node for m in made[1:]])
        self.place(tree, self.span(node))
        return tree

    def _definition(self, node: Node) -> list[str] | None:
        """The indices of an undeclared array on the left, which the formula defines."""
        items: Sequence[Item]
        match node:
            case Node("factors", (Node("factor", (base,)), Node("factor", (Node("group" | "bracket") as inside,)))):
                items = inside.nodes()[0].parts
            case Node("factor", (base, Node("below", (_, below)))):
                items = below.parts if isinstance(below, Node) and below.rule == "items" else (below,)
                only = items[0] if len(items) == 1 else None
                if isinstance(only, Node) and only.rule == "factors":
                    items = only.nodes()
            case _:
                return None
        token = token_of(base)
        if token is None or token.kind not in ("LETTER", "WORD") or self.is_known(token.text, {}):
            return None
        if self.function_named(token, {}) is not None:
            return None
        if isinstance(node.parts[-1], Node) and node.parts[-1].rule == "below":
            joined = self._joined(token, node.parts[-1])
            if any(self.is_known(n, {}) for n in joined):
                return None
        names = [name for item in items if (name := index_name(item)) is not None]
        if len(names) < len(items) or len({*names}) < len(names):
            if token.kind == "WORD" and node.rule == "factors":
                raise self.undeclared(token, called=True)
            raise self.error(
                f"{quoted(token.text)} is not declared", node, "what a formula defines is indexed by names"
            )
        for name, item in zip(names, items, strict=True):
            if self.is_known(name, {}):
                if any(n.rule == "group" for part in node.nodes()[1:] for n in part.nodes()):
                    raise self.undeclared(token, called=True)
                raise self.error(f"{quoted(name)} is no index: it is declared", item)
        return names

    def _at_indices(self, members: list[Made], defines: Sequence[str] | None) -> list[Made]:
        """Bare arrays read at the indices that other members have."""
        names = defines or next((found for m in members if (found := _plain_indices(m)) is not None), None)
        if names is None:
            self._check_ranks(members)
        if names is None or (defines is None and all(m.rank for m in members)):
            return members
        read = []
        for member in members:
            if member.rank and (inside := self.free_names(member.node, {}) & {*names}):
                if any(not m.rank for m in members):
                    message = f"an array that depends on {quoted(min(inside))}, beside an entry"
                    raise self.error(message, member, f"write an entry: (…)[{min(inside)}]")
                read.append(member)
                continue
            if member.rank and member.rank != len(names):
                message = f"an array with {member.rank} axes beside one that is read at {len(names)} indices"
                raise self.error(message, member)
            if member.rank:
                tree = ast.Subscript(member.node, tuple_of(ast.Name(n, ast.Load()) for n in names), ast.Load())
                member = self.made(tree, member, {})
            read.append(member)
        return read

    def _check_columns(self, members: Sequence[Made]) -> None:
        """A matrix with one column can be meant as a vector."""
        shapes = [array_of(self.reader, m.node, {}).axes if m.rank else () for m in members]
        for member, shape in zip(members, shapes, strict=True):
            long = [axis for axis in shape if axis.size != 1]
            if len(long) < member.rank and any(m.rank == len(long) for m in members):
                hint = "write [a, b] for a vector, or one column of the matrix: (…)_{:,0}"
                raise self.error(f"{AMBIGUOUS}: a matrix with one row or column beside a vector", member, hint)

    def _check_ranks(self, members: Sequence[Made]) -> None:
        """An array stands beside no entry at an index that only that entry has."""
        array = next((m for m in members if m.rank), None)
        if array is None:
            return
        for member in members:
            free = self.free_names(member.node, {}) - self.sizes - {*self.tensors}
            if not member.rank and not member.pure and free:
                message = f"an array beside a number that depends on {quoted(min(free))}"
                raise self.error(message, array, f"write an entry: (…)[{min(free)}]")

    def _check_repeated(self, members: Sequence[Made]) -> None:
        """An index that stands twice in one member and in no other can be meant as one to sum over."""
        free = [self.free_names(m.node, {}) - self.sizes for m in members]
        for place, member in enumerate(members):
            others = set().union(*free[:place], *free[place + 1 :])
            bare = [key for key in _bare_indices(member.node) if key.id in free[place] - others]
            for key in bare:
                if sum(k.id == key.id for k in bare) > 1:
                    message = f"{AMBIGUOUS}: {quoted(key.id)} stands twice and only here"
                    hint = rf"write \sum_{{{key.id}}} if it is summed over"
                    raise self.source.error(message, self.source.places[key], hint)

    # Conditions

    def condition(self, node: Node, bound: Bound | None = None) -> ast.expr:
        """A condition on sizes and tensors."""
        match node.rule:
            case "either" | "both":
                op = ast.Or() if node.rule == "either" else ast.And()
                tree: ast.expr = ast.BoolOp(op, [self.condition(part, bound) for part in node.nodes()])
            case "negation":
                tree = ast.UnaryOp(ast.Not(), self.condition(node.nodes()[0], bound))
            case "chain":
                tree = self._comparison(node, bound or {})
            case _ if (inside := _bracketed(node)) is not None:
                return self.condition(inside, bound)
            case _:
                raise self.error("a condition compares two sides", node, r"as in h = w, or K = K^{\top}")
        self.place(tree, self.span(node))
        return tree

    def _comparison(self, node: Node, bound: Bound) -> ast.expr:
        members = [n for n in node.nodes() if n.rule != "relation"]
        relations = [n for n in node.nodes() if n.rule == "relation"]
        ops = []
        for relation in relations:
            op = _OPS.get(next(relation.tokens()).kind)
            if op is None:
                raise self.error("this does not compare", relation)
            ops.append(op())
        made = []
        for member in members:
            self.closed = frozenset()
            made.append(self.settle(self.expression(member, bound), bound).node)
        return ast.Compare(made[0], list(ops), made[1:])


def _plain_indices(made: Made) -> list[str] | None:
    """The names that a member is read at, if it is an entry at different names."""
    node = made.node
    if made.rank or not isinstance(node, ast.Subscript):
        return None
    keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    names = [key.id for key in keys if isinstance(key, ast.Name)]
    return names if len(names) == len(keys) == len(set(names)) else None


def _bare_indices(tree: ast.AST) -> list[ast.Name]:
    """The names that stand alone as an index."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            found += [key for key in keys if isinstance(key, ast.Name)]
    return found


def _indexed_first(members: list[Made]) -> list[Made]:
    """The members of a chain of equations with one first whose indices range over all of an array."""
    if _plain_indices(members[0]) is not None:
        return members
    place = next((i for i, m in enumerate(members) if _plain_indices(m) is not None), 0)
    return [members[place], *members[:place], *members[place + 1 :]]


def _bracketed(node: Node) -> Node | None:
    """What stands in brackets that hold one condition."""
    match node:
        case Node("factor", (Node("group", (Node("items", (Node() as inside,)),)),)):
            return inside if inside.rule in ("either", "both", "negation", "chain") else None
    return None


def _pieces(text: str, end: int) -> Iterator[Span]:
    """The pieces between the commas outside all brackets."""
    cuts = [-1, *_outer(text, ",", end), end]
    for before, after in pairwise(cuts):
        yield before + 1, after


def _outer(text: str, mark: str, end: int) -> list[int]:
    """Where a mark stands outside all brackets."""
    depth, found = 0, []
    for place, char in enumerate(text[:end]):
        depth += (char in "([{") - (char in ")]}")
        if char == mark and depth <= 0 and text[place - 1 : place] != "\\" and text[place + 1 : place + 2] != "=":
            found.append(place)
    return found


def _blanked(text: str) -> str:
    """The text with everything inside brackets blank."""
    depth, shown = 0, []
    for char in text:
        depth -= char in ")]}"
        shown.append(" " if depth > 0 else char)
        depth += char in "([{"
    return "".join(shown)


def colon(text: str) -> int | None:
    """Where the declarations end, if there are any."""
    return next(iter(_outer(text, ":", len(text))), None)
