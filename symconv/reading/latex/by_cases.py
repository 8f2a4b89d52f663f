r"""Values by cases: \begin{cases} … \end{cases}, whose conditions exclude one another and leave nothing out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import product

from symconv.claims.expression_reader import Bound, conditions_of
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.operators.conditional import compared
from symconv.reading.latex.function_names import Functions
from symconv.reading.latex.grammar import Node
from symconv.reading.latex.syntax_trees import Made, binary

MAX_PIECES = 32
_AS_IN = r"as in \begin{cases} x_n & \text{if } n < k \\ 0 & \text{otherwise} \end{cases}"


class Cases(Functions):
    """Reads values by cases."""

    def condition(self, node: Node, bound: Bound | None = None) -> ast.expr:
        """A condition on sizes, indices and tensors."""
        raise NotImplementedError

    def cases(self, node: Node, bound: Bound) -> Made:
        """The sum of the rows, each 0 where its condition does not hold."""
        rows = node.nodes()
        otherwise = rows[-1] if rows[-1].rule == "otherwise" else None
        for row in rows[:-1]:
            if row.rule == "otherwise":
                raise self.error("this row is not the last one", row, "what holds otherwise comes last")
        values = [self.settle(self.expression(row.nodes()[0], bound), bound) for row in rows]
        for row, value in zip(rows, values, strict=True):
            if value.rank != values[0].rank:
                raise self.error(f"values with {values[0].rank} and {value.rank} axes", row)
        tests = [self._test(row.nodes()[1], bound) for row in rows if row is not otherwise]
        found = [compared(conditions_of(self.reader, [test], bound)) for test in tests]
        facts = self._facts(found)
        self._check_apart(rows, found, facts)
        pieces = [(value, test) for value, test in zip(values, tests, strict=False)]
        rest = [p for p in self._rest(found, node) if facts.given(p).allow(())]
        if otherwise is None and rest:
            where = self._example(facts, rest[0])
            raise self.error(f"no row holds{where}", node, r"end with a row: … & \text{otherwise}")
        if otherwise is not None:
            pieces += [(values[-1], self._written(piece, otherwise)) for piece in rest]
        trees = [ast.IfExp(test, value.node, ast.Constant(0)) for value, test in pieces if not _is_zero(value)]
        if not trees:
            made = self.made(ast.Constant(0), node, bound)
            self.opaque(made, bound)
            return made
        total: ast.expr = trees[0]
        for tree in trees[1:]:
            total = binary(total, ast.Add(), tree)
        return self.made(total, node, bound)

    def _test(self, node: Node, bound: Bound) -> ast.expr:
        tree = self.condition(node, bound)
        parts = [n for n in ast.walk(tree) if isinstance(n, (ast.BoolOp, ast.UnaryOp, ast.Compare))]
        for part in parts:
            negated = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not)
            if negated or isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or):
                raise self.error("a row has one condition, or several joined by 'and'", node, "write a row for each")
        for part in parts:
            for side in [part.left, *part.comparators] if isinstance(part, ast.Compare) else ():
                if isinstance(self.value(side, bound), (TensorExpr, list, tuple)):
                    raise self.error("a condition of a row compares sizes and indices", node, _AS_IN)
        return tree

    def _facts(self, found: Sequence[Sequence[Compare]]) -> Facts:
        names = sorted(set().union(*(c.poly.names for conditions in found for c in conditions)))
        sizes = tuple(n for n in names if n in self.sizes)
        return Facts(sizes, tuple(n for n in names if n not in sizes))

    def _check_apart(self, rows: Sequence[Node], found: Sequence[Sequence[Compare]], facts: Facts) -> None:
        for i, conditions in enumerate(found):
            for k in range(i):
                both = (*found[k], *conditions)
                if facts.given(both).allow(()):
                    where = self._example(facts, both)
                    hint = "each row holds where the others do not"
                    raise self.error(f"this row and row {k + 1} both hold{where}", rows[i], hint)

    def _rest(self, found: Sequence[Sequence[Compare]], node: Node) -> list[tuple[Compare, ...]]:
        """The ways in which no row holds, disjoint."""
        ways = [list(refusals(conditions)) for conditions in found]
        pieces = [tuple(c for part in parts for c in part) for parts in product(*ways)]
        if len(pieces) > MAX_PIECES:
            raise self.error("these rows have too many conditions", node, f"at most {MAX_PIECES} pieces are read")
        return pieces

    def _example(self, facts: Facts, conditions: Sequence[Compare]) -> str:
        found = facts.smallest(conditions)
        shown = ", ".join(f"{name} = {value}" for name, value in (found or {}).items() if name.isidentifier())
        return f" at {shown}" if shown else ", as far as can be told"

    def _written(self, conditions: Sequence[Compare], row: Node) -> ast.expr:
        tests = [self.synthetic(str(c), self.span(row)) for c in conditions]
        return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _is_zero(made: Made) -> bool:
    return isinstance(made.node, ast.Constant) and made.node.value == 0


__all__ = ["Cases"]
