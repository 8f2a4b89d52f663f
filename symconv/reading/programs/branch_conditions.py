"""Conditions in programs: comparisons of sizes and indices, as disjoint cases."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.reading.programs.array_entries import Entries
from symconv.reading.programs.held_values import Derived, Path, Ref
from symconv.reading.programs.knowledge import Case

Cases = tuple[list[Case], list[Case]]

ORDER: dict[type, Callable[[Poly, Poly], Compare]] = {
    ast.Eq: lambda a, b: Compare(a - b, "=="),
    ast.NotEq: lambda a, b: Compare(a - b, "!="),
    ast.GtE: lambda a, b: Compare(a - b, ">="),
    ast.LtE: lambda a, b: Compare(b - a, ">="),
    ast.Gt: lambda a, b: Compare(a - b - 1, ">="),
    ast.Lt: lambda a, b: Compare(b - a - 1, ">="),
}
MAX_CASES = 64


class Conditions(Entries):
    """Takes conditions apart."""

    # Conditions

    def cases(self, node: ast.expr, path: Path) -> Cases:
        """The disjoint cases in which a condition holds, and those in which it does not."""
        match node:
            case ast.BoolOp(op, parts):
                made = self.cases(parts[0], path)
                for part in parts[1:]:
                    made = self._joined(isinstance(op, ast.And), made, part, path)
                return made
            case ast.UnaryOp(ast.Not(), operand):
                yes, no = self.cases(operand, path)
                return no, yes
            case ast.Compare(left, ops, rights):
                return self._comparison([left, *rights], ops, path, node)
        value = self.value(node, path)
        if isinstance(value, Poly):
            condition = Compare(value, "!=")
            return self._static([condition]) or ([(condition,)], list(refusals([condition])))
        if isinstance(value, (Ref, TensorExpr, Derived)):
            raise self._on_entries(node)
        return ([()], []) if value else ([], [()])

    def _joined(self, both: bool, made: Cases, part: ast.expr, path: Path) -> Cases:
        yes, no = made
        if both and not yes or not both and not no:
            return made
        later_yes, later_no = self.cases(part, path)
        if len(yes) * len(later_yes) + len(no) * len(later_no) > MAX_CASES:
            raise self.fail("this condition has too many cases", part)
        if both:
            return [a + b for a, b in product(yes, later_yes)], no + [a + b for a, b in product(yes, later_no)]
        return yes + [a + b for a, b in product(no, later_yes)], [a + b for a, b in product(no, later_no)]

    def _comparison(self, sides: Sequence[ast.expr], ops: Sequence[ast.cmpop], path: Path, node: ast.AST) -> Cases:
        values = [self.value(side, path) for side in sides]
        conditions: list[Compare] = []
        for op, (a, b), (first, _) in zip(ops, pairwise(values), pairwise(sides), strict=True):
            found = self._compared(op, a, b, first)
            if found is False:
                return [], [()]
            conditions += [] if found is True else found
        return self._static(conditions) or ([tuple(conditions)], list(refusals(conditions)))

    def _compared(self, op: ast.cmpop, a: Any, b: Any, node: ast.AST) -> list[Compare] | bool:
        match op:
            case ast.Is() | ast.IsNot() if a is None or b is None or isinstance(a, bool):
                return (a is b) == isinstance(op, ast.Is)
            case ast.In() | ast.NotIn() if isinstance(a, str) and isinstance(b, (tuple, list)):
                return (a in b) == isinstance(op, ast.In)
            case ast.Eq() | ast.NotEq() if isinstance(a, (str, bool)) or isinstance(b, (str, bool)) or None in (a, b):
                return (type(a) is type(b) and a == b) == isinstance(op, ast.Eq)
            case ast.Eq() if isinstance(a, tuple) and isinstance(b, tuple):
                if len(a) != len(b):
                    return False
                parts = [self._compared(op, x, y, node) for x, y in zip(a, b, strict=True)]
                return False if False in parts else [c for part in parts if not isinstance(part, bool) for c in part]
        if isinstance(a, (Ref, TensorExpr, Derived)) or isinstance(b, (Ref, TensorExpr, Derived)):
            raise self._on_entries(node)
        if not isinstance(a, Poly) or not isinstance(b, Poly) or type(op) not in ORDER:
            raise self.fail("this comparison is not understood", node, "conditions compare sizes, indices and numbers")
        return [ORDER[type(op)](a, b)]

    def _on_entries(self, node: ast.AST) -> SymconvError:
        return self.fail("a condition on entries of an array", node, "conditions compare sizes, indices and numbers")

    def _static(self, conditions: Sequence[Compare]) -> Cases | None:
        if all(c.poly.constant is not None for c in conditions):
            return ([()], []) if Facts().implies(*conditions) else ([], [()])
        return None
