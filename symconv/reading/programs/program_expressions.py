"""Expressions of programs: numbers of sizes and indices, arrays, and what is made of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly, inverse
from symconv.claims.number_limits import MAX_BITS
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, exact
from symconv.formulas.conditions import Compare
from symconv.reading.programs.held_values import Derived, Path, Ref, Stale, entry_of, held
from symconv.reading.programs.knowledge import construct, python
from symconv.reading.programs.program_calls import Calls
from symconv.reading.programs.summed_terms import Term, array_of, element, elements, number, simplified

INFIX = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.MatMult: "matmul"}


class Expressions(Calls):
    """Evaluates expressions on a path."""

    def value(self, node: ast.expr, path: Path) -> Any:
        """What a node stands for."""
        try:
            return self._value(node, path)
        except SymconvError as error:
            raise self.module.located(error, node) from None
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise self.fail(f"this cannot be formed: {error}", node) from None

    def _value(self, node: ast.expr, path: Path) -> Any:
        match node:
            case ast.Constant(value):
                return self._constant(value, node)
            case ast.Name(name):
                return self._name(name, node, path)
            case ast.Tuple(items):
                return tuple(self.value(i, path) for i in items)
            case ast.List(items):
                return [self.value(i, path) for i in items]
            case ast.UnaryOp(ast.USub(), operand):
                value = self._operand(operand, path)
                return -value
            case ast.UnaryOp(ast.UAdd(), operand):
                return self._operand(operand, path)
            case ast.BinOp(left, op, right):
                return self.infix(op, self.value(left, path), self.value(right, path), path, node)
            case ast.Attribute():
                return self._attribute(node, path)
            case ast.Subscript(value, key):
                return self.entry(self.value(value, path), key, path, node)
            case ast.Call():
                return self._call(node, path)
            case ast.IfExp(test, body, orelse):
                return self._choice(test, body, orelse, path, node)
            case ast.ListComp(body, generators):
                return self._comprehension(body, generators, path, node)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(ast.Not(), _):
                yes, no = self.cases(node, path)
                if not yes or not no:
                    return bool(yes)
                raise self.fail("a truth value that depends on sizes or indices", node, "put it into an if")
        raise self.fail(f"{construct(node)} is not understood here", node)

    def _constant(self, value: Any, node: ast.expr) -> Any:
        match value:
            case bool() | str() | None:
                return value
            case int():
                if value.bit_length() > MAX_BITS:
                    raise self.fail("this number is too large", node)
                return Poly.of(value)
            case float() | complex():
                if value != value or value in (float("inf"), float("-inf")):
                    raise self.fail("this number is not finite", node)
                return to_poly(exact(value))
        return value

    def _name(self, name: str, node: ast.AST, path: Path) -> Any:
        value = path.env.get(name)
        if isinstance(value, Stale):
            raise self.fail(f"'{name}' {value.reason}", node)
        if name in path.env:
            return value
        return self.constant(self.module.lookup(name), name, node)

    def _operand(self, node: ast.expr, path: Path) -> Any:
        value = self.value(node, path)
        return value if isinstance(value, Poly) else self.tensor(self._not_a_list(value, node), path, node)

    def _not_a_list(self, value: Any, node: ast.AST) -> Any:
        if isinstance(value, (list, tuple)) or (isinstance(value, Ref) and value.cell.is_list):
            raise self.fail("lists are not added or multiplied entry by entry", node, "make it an array: np.array(…)")
        return value

    def infix(self, op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST) -> Any:
        """a op b."""
        if isinstance(a, Poly) and isinstance(b, Poly):
            return self._arithmetic(op, a, b, path, node)
        if isinstance(op, ast.Mult) and (isinstance(a, list) or isinstance(b, list)):
            return self._repeated(a, b, path, node) if isinstance(a, list) else self._repeated(b, a, path, node)
        if isinstance(op, ast.Add) and isinstance(a, (list, tuple)) and type(a) is type(b):
            return type(a)([*a, *b])
        left, right = (self.tensor(self._not_a_list(v, node), path, node) for v in (a, b))
        if isinstance(op, ast.Pow):
            return self.checked(REGISTRY["power"](left, python(b)), path, node)
        if type(op) not in INFIX:
            raise self.fail("this operator is not for entries of arrays", node, "entries take + - * / ** @")
        return self.checked(REGISTRY[INFIX[type(op)]](left, right), path, node)

    def _arithmetic(self, op: ast.operator, a: Poly, b: Poly, path: Path, node: ast.AST) -> Poly:
        match op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                if len(a.terms) * len(b.terms) > 500:
                    raise self.fail("this number is too long", node)
                return a * b
            case ast.Pow() if b.integer is not None and 0 <= b.integer <= 16 and len(a.terms) ** b.integer <= 500:
                return a**b.integer
            case ast.Div() | ast.FloorDiv() | ast.Mod():
                if b == 0:
                    raise self.fail("division by zero", node)
                self.require(Compare(b, "!="), path, node, f"'{self.segment(node)}' divides by zero")
                if isinstance(op, ast.Div):
                    return a * inverse(b)
                if not all(isinstance(c, int) for p in (a, b) for c in p.terms.values()):
                    raise self.fail("// and % are for whole numbers here", node)
                return a // b if isinstance(op, ast.FloorDiv) else a % b
        raise self.fail("this operator is not for numbers", node, "numbers take + - * / // % **")

    def _repeated(self, items: list[Any], times: Any, path: Path, node: ast.AST) -> Any:
        if not isinstance(times, Poly) or times.constant is not None and times.integer is None:
            raise self.fail("a list is repeated a whole number of times", node)
        if len(items) != 1 or not isinstance(items[0], (Poly, TensorExpr)):
            shared = len(items) == 1
            message = "the rows of this list are one and the same row" if shared else "this repeated list"
            hint = "[[0] * w for _ in range(h)] makes rows of their own" if shared else "write np.zeros or [0] * n"
            raise self.fail(message, node, hint)
        self.check_size(times, node)
        self.require(Compare(times, ">="), path, node, f"the length {times} is negative")
        value = self.tensor(items[0], path, node)
        terms = () if value == number(ZERO) else (Term(value),)
        return path.new((times,), terms, is_list=True, is_complex=True)

    def _choice(self, test: ast.expr, body: ast.expr, orelse: ast.expr, path: Path, node: ast.AST) -> Any:
        yes, no = self.cases(test, path)
        if not yes or not no:
            return self.value(body if yes else orelse, path)
        branches = [(part, case) for part, cases in ((body, yes), (orelse, no)) for case in cases]
        branches = [(part, case) for part, case in branches if self.facts(path.taking(case)).allow(())]
        if len({part for part, _ in branches}) == 1:
            return self.value(branches[0][0], path)
        values, before = [], {*path.store}
        for part, case in branches:
            inner = path.taking(case)
            values.append((self.value(part, inner), case))
            self.unchanged(inner, path, part)
            path.store.update(inner.store)

        def now(at: Path) -> TensorExpr:
            terms: list[Term] = []
            shape: tuple[Poly, ...] | None = None
            for value, case in values:
                made = self.tensor(value, at.taking(case), node)
                if shape is not None and shape != tuple(a.size for a in made.axes):
                    raise self.fail("the two values have different shapes", node)
                shape = tuple(a.size for a in made.axes)
                terms += [t.given(case) for t in held(made)] if made.axes else [Term(made, case)]
            facts = elements(shape or (), self.facts(at))
            return array_of(shape or (), simplified(terms, facts), facts)

        made = now(path)
        shared = any(isinstance(v, Derived) or isinstance(v, Ref) and v.cell in before for v, _ in values)
        return Derived(now, tuple(a.size for a in made.axes)) if shared and made.axes else made

    def _comprehension(self, body: ast.expr, generators: Sequence[ast.comprehension], path: Path, node: ast.AST) -> Ref:
        if len(generators) != 1 or generators[0].ifs:
            raise self.fail("a list takes one 'for' and no 'if'", node, "nest them: [[… for n in …] for m in …]")
        [(name, lower, upper)], inner, _ = self._bound(generators, path)
        made = self.array(body, inner)
        self.unchanged(inner, path, body)
        facts = self.facts(path)
        rank = len(made.axes)
        if rank:  # an array of no rows has no columns
            self.require(Compare(upper - lower - 1, ">="), path, node, "this list may have no rows")
        self.require(Compare(upper - lower, ">="), path, node, "the range of this list may run backwards")
        at = [Poly.name(n) for n in element(rank + 1)]
        value = entry_of(made, at[1:]).replace_names({name: at[0] + lower})
        shape = (upper - lower, *(a.size for a in made.axes))
        if any(name in size.names for size in shape):
            raise self.fail("the rows of this list have different lengths", node)
        terms = simplified([Term(value)], elements(shape, facts))
        zero = value == number(ZERO)
        return path.new(shape, () if zero else terms, is_list=True, is_complex=True)
