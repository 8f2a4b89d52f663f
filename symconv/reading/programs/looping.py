"""Loops of programs: read at one symbolic index and summed, or followed step by step."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.reading.programs.assignments import Assignments
from symconv.reading.programs.closed_loops import Carried, Loop, Unresolved, closed
from symconv.reading.programs.held_values import Cell, Path, Ref, Stale, held
from symconv.reading.programs.program_calls import Iterated
from symconv.reading.programs.summed_terms import elements, expression_of, merged, simplified, terms_of

MAX_UNROLLED = 64


class Looping(Assignments):
    """Reads loops."""

    _placeholders = 0

    def loop(self, node: ast.For, path: Path) -> list[Path]:
        """The path after a loop."""
        if node.orelse:
            raise self.fail("a loop with 'else'", node.orelse[0])
        values = self._literal(node.iter, path)
        if values is not None:
            return self._unrolled(node, values, path)
        target, bounds, bind = self.iterated(node, path)
        name = self.fresh(target)
        index, lower, upper = self.counted(name, *bounds)
        count = (upper - lower).integer
        numbers: list[Poly] | None = None
        if count is not None and count <= MAX_UNROLLED and lower.integer is not None:
            numbers = [Poly.of(k) for k in range(lower.integer, lower.integer + count)]
        try:
            left = self._summed(node, path, name, lower, upper, lambda inner: bind(inner, index))
            if numbers is None or not any(_is_lost(key, path, p) for p in left for key in path.env):
                return left
        except Unresolved as error:
            if numbers is None:
                shown = error.placeholder.name.partition(".")[0]
                raise self.fail(
                    f"what an iteration writes to '{shown}' depends on earlier ones in a way that has no sum",
                    node,
                    "sums such as s += x[i] and c[i] = c[i - 1] + x[i] are understood, for any number of steps",
                ) from None
        return self._unrolled(node, [index.substitute({name: k}) for k in numbers], path, bind)

    def _literal(self, node: ast.expr, path: Path) -> list[Any] | None:
        """The values of a loop over a tuple or a list that is written down."""
        if (
            isinstance(node, (ast.Tuple, ast.List))
            or isinstance(node, ast.Name)
            and isinstance(path.env.get(node.id), (tuple, list))
        ):
            made = list(self.value(node, path))
            if len(made) > MAX_UNROLLED:
                raise self.fail("this loop has too many steps", node)
            return made
        return None

    def iterated(self, node: ast.For | ast.comprehension, path: Path) -> Iterated:
        """A name for the index, its bounds, and what binds the loop's names at an index."""
        if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name):
            self.check_builtin(node.iter.func, path)
        match node.iter, node.target:
            case (
                ast.Call(ast.Name("zip"), [_, *_] as sources, [] | [ast.keyword("strict", ast.Constant(bool()))]),
                ast.Tuple(items),
            ) if len(items) == len(sources):
                arrays = [self.ref(self.value(source, path), path, source) for source in sources]

                def all_of_them(inner: Path, index: Poly) -> None:
                    for item, array, source in zip(items, arrays, sources, strict=True):
                        self.assign(item, self._row(array, index, inner, source), inner)

                lengths = [self._length(array, source) for array, source in zip(arrays, sources, strict=True)]
                if any(isinstance(k.value, ast.Constant) and k.value.value for k in node.iter.keywords):
                    for length in lengths[1:]:
                        self.require(Compare(length - lengths[0], "=="), path, node.iter, "these lengths differ")
                return "i", (ZERO, extremum("min", lengths), ONE), all_of_them
            case ast.Call(ast.Name("enumerate"), [source], []), ast.Tuple([ast.Name(number), item]):
                array = self.ref(self.value(source, path), path, source)

                def both(inner: Path, index: Poly) -> None:
                    inner.bind(number, index)
                    self.assign(item, self._row(array, index, inner, source), inner)

                return number, (ZERO, self._length(array, source), ONE), both
            case ast.Call(ast.Name("range" | "reversed")), ast.Name(name):
                return (
                    name if name != "_" else "i",
                    self.range(node.iter, path),
                    lambda inner, index: inner.bind(name, index),
                )
            case ast.Call(ast.Name("zip" | "reversed" | "range" | "enumerate")), _:
                hint = "as in 'for i in range(n)', 'for i, v in enumerate(x)' or 'for a, b in zip(x, y)'"
                raise self.fail("this loop is not understood", node.iter, hint)
        array = self.ref(self.value(node.iter, path), path, node.iter)

        def each(inner: Path, index: Poly) -> None:
            self.assign(node.target, self._row(array, index, inner, node.iter), inner)

        return "i", (ZERO, self._length(array, node.iter), ONE), each

    def _length(self, array: Ref, node: ast.AST) -> Poly:
        if not array.shape:
            raise self.fail("a number cannot be looped over", node)
        return array.shape[0]

    def _row(self, array: Ref, index: Poly, path: Path, node: ast.AST) -> Any:
        row = array.select([index])
        return row if row.shape else self.read(row, path, node)

    def _unrolled(
        self, node: ast.For, values: Sequence[Any], path: Path, bind: Callable[[Path, Poly], None] | None = None
    ) -> list[Path]:
        paths = [path]
        for value in values:
            left: list[Path] = []
            for p in paths:
                self.frames[-1].ended.append([])
                if bind is not None:
                    bind(p, value)
                else:
                    self.assign(node.target, value, p)
                left += self.block(node.body, p)
                left += self.frames[-1].ended.pop()
            paths = [self._joined_paths(left, path)] if len(left) > 1 and self._mergeable(left, path) else left
        return paths

    def _summed(
        self, node: ast.For, path: Path, name: str, lower: Poly, upper: Poly, bind: Callable[[Path], None]
    ) -> list[Path]:
        """The path after a loop, from one iteration at a symbolic index."""
        assigned = {
            n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        assigned |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        cells = set(self._changed(node.body, path))
        while True:
            inner, placeholders = self._started(node, path, name, lower, upper, assigned, cells)
            bind(inner)
            counters = self._counters(node, path, inner, name, lower, assigned)
            self.frames[-1].ended.append([])
            after = [*self.block(node.body, inner), *self.frames[-1].ended.pop()]
            after = [p for p in after if self.facts(p).allow(())]
            touched = {c for p in after for c in path.store if c not in cells and p.store[c] != path.store[c]}
            if not touched:
                break
            cells |= touched
        if not after:
            return [path] if not self.facts(path).given([Compare(upper - 1 - lower, ">=")]).allow(()) else []
        facts = self.facts(path)
        carried = [self._carried(key, placeholder, path, inner, after) for key, placeholder in placeholders.items()]
        read = {t for c in carried if c for term in c.added if term.value for t in term.value.atoms(Tensor)}
        numbers = [
            self._carried(key, placeholder, path, inner, after, numbers=True)
            for (key, placeholder), found in zip(placeholders.items(), carried, strict=True)
            if found is None and placeholder in read
        ]
        made = closed([c for c in (*carried, *numbers) if c is not None], Loop(name, lower, upper, facts))
        left = Path(path.facts, dict(path.env), dict(path.store), path.guards)
        last = {name: upper - 1} if facts.implies(Compare(upper - 1 - lower, ">=")) else None
        for variable in assigned:
            if any(p.env.get(variable) is not path.env.get(variable, p) for p in after):
                left.bind(variable, self._last([p.env.get(variable) for p in after], last, placeholders))
        for variable, (start, step) in counters.items():
            left.bind(variable, start + step * (upper - lower) if last else Stale("depends on whether the loop runs"))
        for (key, placeholder), found in zip(placeholders.items(), carried, strict=True):
            if found is None:
                continue
            terms = made[placeholder]
            if isinstance(key, Cell):
                left.store[key] = terms
            elif not found.shape:
                left.bind(key, expression_of(terms))
            else:
                left.bind(key, left.new(found.shape, terms, is_complex=True))
        return [left]

    def _changed(self, body: Sequence[ast.stmt], path: Path) -> Iterator[Cell]:
        """The arrays that the statements assign to, as far as their text says."""
        for node in (n for s in body for n in ast.walk(s)):
            match node:
                case ast.Assign(targets):
                    pass
                case ast.AugAssign(target) | ast.AnnAssign(target):
                    targets = [target]
                case _:
                    continue
            for place in (t for whole in targets for t in ast.walk(whole)):
                augmented = isinstance(node, ast.AugAssign) and isinstance(place, ast.Name)
                root: Any = place
                while isinstance(root, ast.Subscript):
                    root = root.value
                value = path.env.get(root.id) if isinstance(root, ast.Name) else None
                if isinstance(value, Ref) and (augmented or isinstance(place, ast.Subscript)):
                    yield value.cell

    def _started(
        self, node: ast.For, path: Path, name: str, lower: Poly, upper: Poly, assigned: set[str], cells: set[Cell]
    ) -> tuple[Path, dict[Any, Tensor]]:
        """The path into an iteration, with placeholders for what earlier ones may have changed."""
        inner = Path(path.facts.within(name, lower, upper), dict(path.env), dict(path.store), path.guards)
        placeholders: dict[Any, Tensor] = {}
        for cell in path.store:
            if cell in cells:
                shown = next((n for n, v in path.env.items() if isinstance(v, Ref) and v.cell is cell), "array")
                placeholders[cell] = self._placeholder(shown, cell.shape, cell.is_complex)
                inner.store[cell] = held(placeholders[cell])
        targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        for variable in sorted(assigned - targets):
            value = path.env.get(variable)
            if isinstance(value, Poly) or isinstance(value, TensorExpr) and not value.axes:
                placeholders[variable] = self._placeholder(variable, (), False)
                inner.bind(variable, placeholders[variable])
            elif isinstance(value, Ref) and value.is_whole and not self._is_augmented(node.body, variable):
                placeholders[variable] = self._placeholder(variable, value.shape, value.cell.is_complex)
                inner.bind(variable, inner.new(value.shape, held(placeholders[variable]), is_complex=True))
        return inner, placeholders

    @staticmethod
    def _is_augmented(body: Sequence[ast.stmt], name: str) -> bool:
        """Whether a name is only ever assigned to by `op=`, which changes the array that it has."""
        stores = [
            n
            for s in body
            for n in ast.walk(s)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id == name
        ]
        augmented = [
            n
            for s in body
            for n in ast.walk(s)
            if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name) and n.target.id == name
        ]
        return len(stores) == len(augmented)

    def _placeholder(self, name: str, shape: Sequence[Poly], is_complex: bool) -> Tensor:
        self._placeholders += 1
        return Tensor(f"{name}.{self._placeholders}", *map(to_sympy, shape), complex=is_complex)

    def _counters(
        self, node: ast.For, path: Path, inner: Path, name: str, lower: Poly, assigned: set[str]
    ) -> dict[str, tuple[Poly, Poly]]:
        """Names that every iteration counts up by the same number: bound to what they are at the index."""
        found: dict[str, tuple[Poly, Poly]] = {}
        for statement in node.body:
            match statement:
                case ast.AugAssign(ast.Name(variable), ast.Add() | ast.Sub() as op, ast.Constant(int(step))):
                    start = path.env.get(variable)
                    stores = [
                        n
                        for s in node.body
                        for n in ast.walk(s)
                        if isinstance(n, ast.Name) and n.id == variable and isinstance(n.ctx, ast.Store)
                    ]
                    if isinstance(start, Poly) and len(stores) == 1 and not isinstance(step, bool):
                        by = Poly.of(step if isinstance(op, ast.Add) else -step)
                        found[variable] = (start, by)
                        inner.bind(variable, start + by * (Poly.name(name) - lower))
        return found

    def _carried(
        self,
        key: Any,
        placeholder: Tensor,
        path: Path,
        inner: Path,
        after: Sequence[Path],
        numbers: bool = False,
    ) -> Carried | None:
        """A variable and what an iteration does to it; None for one that is a number each time, unless asked for."""
        guards = [self._taken_since(p, inner) for p in after]
        if isinstance(key, Cell):
            terms = merged([(g, p.store[key]) for g, p in zip(guards, after, strict=True)])
            facts = elements(key.shape, self.facts(inner))
            return Carried.of(placeholder, path.store[key], simplified(terms, facts), self.facts(inner))
        values = [p.env.get(key) for p in after]
        before = path.env[key]
        if isinstance(before, Ref):
            if len(after) != 1 or not isinstance(values[0], Ref) or not values[0].is_whole:
                return None
            if values[0].shape != before.shape:
                return None
            terms = after[0].store[values[0].cell]
            return Carried.of(placeholder, path.store[before.cell], terms, self.facts(inner))
        if not all(isinstance(v, (Poly, TensorExpr)) for v in values):
            return None
        if all(isinstance(v, Poly) for v in values) and not numbers:
            return None
        branches = [(g, terms_of(self.tensor(v, p, ast.Pass()))) for g, p, v in zip(guards, after, values, strict=True)]
        first = terms_of(self.tensor(before, path, ast.Pass()))
        facts = self.facts(inner)
        return Carried.of(placeholder, first, simplified(merged(branches), facts), facts)

    def _last(self, values: Sequence[Any], last: dict[str, Poly] | None, placeholders: dict[Any, Tensor]) -> Any:
        """What a name that is assigned anew in every iteration holds after the last one."""
        value = values[0]
        reason = "holds what the last iteration of a loop left, if there was one"
        if last is None or any(v is None or v != value for v in values):
            return Stale(reason)
        if isinstance(value, Poly):
            return value.substitute(last)
        if isinstance(value, TensorExpr) and not any(value.has(p) for p in placeholders.values()):
            return value.replace_names(last)
        return Stale(reason)


def _is_lost(name: str, before: Path, after: Path) -> bool:
    """Whether what a name holds is not known any more."""
    return isinstance(after.env.get(name), Stale) and not isinstance(before.env[name], Stale)
