"""Arrays and their entries in programs: reading, slicing, and showing that an index is in range."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Extremum, Floor, Poly, extremum
from symconv.claims.number_limits import MAX_INTEGER
from symconv.errors import SymconvError
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import refusals
from symconv.operators.axes import scalar_value
from symconv.reading.programs.held_values import Derived, Item, Path, Range, Ref, held, kind
from symconv.reading.programs.knowledge import Knowledge, described
from symconv.reading.programs.summed_terms import Terms, array_of, elements, number, simplified


class Entries(Knowledge):
    """Reads arrays and parts of them."""

    def whole(self, node: ast.expr, path: Path) -> Poly:
        """The node as a whole number."""
        value = self.value(node, path)
        if isinstance(value, TensorExpr) and not value.axes:
            value = scalar_value(value.entry()) or value
        if not isinstance(value, Poly):
            hint = "indices, bounds and shapes are made of sizes, loop indices and numbers"
            raise self.fail(f"'{self.segment(node)}' is not a number that is known from the sizes", node, hint)
        atoms = {type(a) for a in value.atoms}
        if not atoms <= {str, Floor, Extremum} or not all(isinstance(c, int) for c in value.terms.values()):
            raise self.fail(f"'{self.segment(node)}' is not a whole number", node, "whole division is written //")
        self.check_size(value, node)
        return value

    def array(self, node: ast.expr, path: Path) -> TensorExpr:
        """The node as an array or a scalar."""
        return self.tensor(self.value(node, path), path, node)

    def tensor(self, value: Any, path: Path, node: ast.AST) -> TensorExpr:
        """A value as an expression, as it is now."""
        match value:
            case TensorExpr():
                return value
            case Poly():
                return number(value)
            case Ref():
                return self.read(value, path, node)
            case Derived():
                return value.make(path)
            case list() | tuple():
                items = [self.tensor(v, path, node) for v in value]
                if any(item.axes for item in items):
                    return self.checked(REGISTRY["stack"](items), path, node)
                return self.checked(REGISTRY["array"](tuple(items)), path, node)
        raise self.fail(f"{described(value)} is not an array or a number", node)

    def read(self, ref: Ref, path: Path, node: ast.AST) -> TensorExpr:
        """What a view holds now."""
        found = self.assigned(ref, path, node)
        facts = elements(ref.shape, self.facts(path))
        return array_of(ref.shape, found, facts)

    def assigned(self, ref: Ref, path: Path, node: ast.AST) -> Terms:
        """The terms of a view, every entry of which was assigned."""
        found = simplified([t.at(ref.inside()) for t in path.store[ref.cell]], elements(ref.shape, self.facts(path)))
        lost = [t for t in found if t.value is None]
        if lost:
            where = self.example(path, [t.guards for t in lost], ref.shape)
            raise self.fail(f"'{self.segment(node)}' is read before it is assigned{where}", node)
        return found

    def check_size(self, value: Poly, node: ast.AST) -> None:
        """Raise where a number is beyond every size."""
        if any(isinstance(c, int) and abs(c) > MAX_INTEGER for c in value.terms.values()):
            raise self.fail(f"'{self.segment(node)}' is too large for a size or an index", node)

    def ref(self, value: Any, path: Path, node: ast.AST) -> Ref:
        """A value as something that has entries."""
        if isinstance(value, Ref):
            return value
        made = self.tensor(value, path, node)
        return path.new(tuple(a.size for a in made.axes), held(made), **kind(made))

    def unchanged(self, inner: Path, path: Path, node: ast.AST) -> None:
        """Raise where a part of an expression changed an array."""
        if any(inner.store[cell] is not terms for cell, terms in path.store.items()):
            raise self.fail("an array is changed inside of an expression", node, "make it a statement of its own")

    def checked(self, made: TensorExpr, path: Path, node: ast.AST) -> TensorExpr:
        """An expression whose operations have what they need of the sizes."""
        waiting = [made]
        while waiting:
            expr = waiting.pop()
            if expr in self._seen or not isinstance(expr, Operation):
                continue
            self._seen.add(expr)
            waiting += expr.children
            known = {*self.facts(path).sizes, *self.facts(path).integers}
            for required in expr.definition.requires:
                condition = Compare(required.left - required.right, "==")
                if condition.poly.names <= known and not self.facts(path).implies(condition):
                    hint = f"declare one size, or write: assert {required.left} == {required.right}"
                    raise self.fail(required.message + self.example(path, refusals([condition])), node, hint)
            for need in expr.definition.needs:
                if need.poly.names <= known:
                    self.require(need, path, node, f"{expr.operator.name} needs {need}, which does not hold")
        return made

    # Entries

    def entry(self, value: Any, key: ast.expr, path: Path, node: ast.AST) -> Any:
        """value[key]: an entry, a view, or an item of a tuple."""
        if isinstance(value, (tuple, list)) and not isinstance(key, (ast.Tuple, ast.Slice)):
            place = self.whole(key, path).integer
            if place is not None and -len(value) <= place < len(value):
                return value[place]
            if place is not None or isinstance(value, tuple):
                raise self.fail(f"there is no item {self.segment(key)} in {len(value)} items", key)
        if isinstance(value, (tuple, list)) and isinstance(key, ast.Slice):
            low, high, step = (
                None if b is None else self.whole(b, path).integer for b in (key.lower, key.upper, key.step)
            )
            return value[low:high:step]
        ref = self.ref(value, path, node)
        parts = key.elts if isinstance(key, ast.Tuple) else [key]
        odd = [p for p in parts if isinstance(p, ast.Constant) and p.value in (None, Ellipsis)]
        if odd or any(isinstance(p, ast.Attribute) and p.attr == "newaxis" for p in parts):
            return self._unusual(ref, parts, path, node)
        found = self.select(ref, parts, path, node)
        if not found.shape:
            return self.read(found, path, node)
        if ref.cell.is_list and any(isinstance(p, ast.Slice) for p in parts):
            return path.new(found.shape, held(self.read(found, path, node)), is_list=True, is_complex=True)
        return found

    def _unusual(self, ref: Ref, parts: Sequence[ast.expr], path: Path, node: ast.AST) -> Derived:
        """A view with new axes or `...`: like any view, but it cannot be assigned to."""
        keys: list[Any] = []
        plain = [p for p in parts if not (isinstance(p, ast.Constant) and p.value in (None, Ellipsis))]
        plain = [p for p in plain if not (isinstance(p, ast.Attribute) and p.attr == "newaxis")]
        dots = [k for k, p in enumerate(parts) if isinstance(p, ast.Constant) and p.value is Ellipsis]
        spread = len(ref.shape) - len(plain)
        if len(dots) > 1 or spread < 0:
            raise self.fail(f"too many indices for an array with {len(ref.shape)} axes", node)
        full: list[ast.expr] = []
        for p in parts:
            if p in plain:
                full.append(p)
                keys += [slice(None)] if isinstance(p, ast.Slice) else []
            elif isinstance(p, ast.Constant) and p.value is Ellipsis:
                full += [ast.copy_location(ast.Slice(), node) for _ in range(spread)]
                keys += [slice(None)] * spread
            else:
                keys.append(None)
        inner = self.select(ref, full, path, node)

        def make(now: Path) -> TensorExpr:
            return self.read(inner, now, node)[tuple(keys)]

        return Derived(make, tuple(a.size for a in make(path).axes))

    def select(self, ref: Ref, parts: Sequence[ast.expr], path: Path, node: ast.AST) -> Ref:
        """The view that integers and slices select."""
        if len(parts) > len(ref.shape):
            raise self.fail(f"{len(parts)} indices for an array with {len(ref.shape)} axes", node)
        items = [self._item(part, size, path) for part, size in zip(parts, ref.shape, strict=False)]
        return ref.select(items)

    def _item(self, node: ast.expr, size: Poly, path: Path) -> Item:
        if isinstance(node, ast.Slice):
            return self._slice(node, size, path)
        return self.position(self.whole(node, path), size, path, node)

    def position(self, index: Poly, size: Poly, path: Path, node: ast.AST) -> Poly:
        """An index that is known to be in range, counted from the start."""
        facts = self.facts(path)
        inside = (Compare(index, ">="), Compare(size - 1 - index, ">="))
        if facts.implies(*inside):
            return index
        if facts.implies(Compare(index + size, ">="), Compare(-1 - index, ">=")):
            return index + size
        beyond = [(Compare(index - size, ">="),), (Compare(-1 - index - size, ">="),)]
        text = f"'{self.segment(node)}' is out of range"
        for case in beyond:
            if (found := facts.smallest(case)) is not None:
                raise self._outside(text, index, size, found, node, "")
        found = facts.smallest((Compare(-1 - index, ">="),))
        if found is not None:
            raise self._outside(text, index, size, found, node, ", which NumPy counts from the end")
        raise self.fail(f"that '{self.segment(node)}' is in range, 0 to {size - 1}, cannot be shown", node)

    def _outside(
        self, text: str, index: Poly, size: Poly, found: dict[str, int], node: ast.AST, end: str
    ) -> SymconvError:
        values = {n: Poly.of(v) for n, v in found.items()}
        at = ", ".join(f"{n} = {v}" for n, v in found.items() if "." not in n)
        number, entries = index.substitute(values), size.substitute(values)
        plural = "entry" if entries == 1 else "entries"
        where = f" at {at}" if at else ""
        return self.fail(f"{text}: index {number} of an axis with {entries} {plural}{end}{where}", node)

    def _slice(self, node: ast.Slice, size: Poly, path: Path) -> Range:
        step = ONE if node.step is None else self.whole(node.step, path)
        if not step.integer:
            raise self.fail("the step of a slice is a number other than 0", node.step or node)
        lower, upper = (None if b is None else self._end(b, size, path) for b in (node.lower, node.upper))
        if step.integer < 0:
            if upper is not None:
                raise self.fail("a slice that runs backwards to a bound", node, "slice forwards, then flip")
            start = size - 1 if lower is None else extremum("min", [lower, size - 1])
            return Range(start, step.integer, (start + -step) // -step)
        start, stop = ZERO if lower is None else lower, size if upper is None else upper
        length = stop - start
        if not self.facts(path).implies(Compare(length, ">=")):
            length = extremum("max", [ZERO, length])
        return Range(start, step.integer, (length + step - 1) // step)

    def _end(self, node: ast.expr, size: Poly, path: Path) -> Poly:
        """A bound of a slice: numbers are cut to the array as NumPy does, anything else has to be within it."""
        bound = self.whole(node, path)
        facts = self.facts(path)
        if bound.integer is not None:
            bound = bound if bound.integer >= 0 else size + bound
            if facts.implies(Compare(bound, ">="), Compare(size - bound, ">=")):
                return bound
            return extremum("max", [ZERO, extremum("min", [bound, size])])
        if facts.implies(Compare(bound, ">="), Compare(size - bound, ">=")):
            return bound
        if facts.implies(Compare(-1 - bound, ">="), Compare(bound + size, ">=")):
            return bound + size
        text = f"the slice bound '{self.segment(node)}' is out of range"
        for case, end in (
            ((Compare(bound - size - 1, ">="),), ", where NumPy cuts the slice off"),
            ((Compare(-1 - bound, ">="),), ", which NumPy counts from the end"),
        ):
            if (found := facts.smallest(case)) is not None:
                raise self._outside(text, bound, size, found, node, end)
        raise self.fail(f"that the slice bound '{self.segment(node)}' is within 0 to {size} cannot be shown", node)
