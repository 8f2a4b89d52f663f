"""Assignments and branches of programs: what names and cells hold after them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.expressions.tensors import TensorExpr
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import negation
from symconv.reading.programs.allocation import Allocation
from symconv.reading.programs.held_values import (
    Cell,
    Derived,
    Path,
    Ref,
    Stale,
    entry_of,
    has_whole_entries,
    held,
    kind,
)
from symconv.reading.programs.source import Module
from symconv.reading.programs.summed_terms import (
    Terms,
    elements,
    expression_of,
    merged,
    overwritten,
    simplified,
    terms_of,
)

_ADDING = {ast.Add: 1, ast.Sub: -1}


@dataclass
class Frame:
    """A call: the module of its function, what it returned on which paths, and how many loops it is in."""

    module: Module
    returns: list[tuple[Path, Any]] = field(default_factory=list)
    ended: list[list[Path]] = field(default_factory=list)


class Assignments(Allocation):
    """Assigns to names and entries, and joins what branches leave."""

    frames: list[Frame]

    def block(self, body: Sequence[ast.stmt], path: Path) -> list[Path]:
        """The paths that go on after the statements."""
        raise NotImplementedError

    def _kept(self, value: Any, path: Path) -> Any:
        """A value as a name keeps it: a new array can be changed."""
        if isinstance(value, TensorExpr) and value.axes:
            return path.new(tuple(a.size for a in value.axes), held(value), **kind(value))
        if isinstance(value, tuple):
            return tuple(self._kept(v, path) for v in value)
        return value

    def assign(self, target: ast.expr, value: Any, path: Path) -> None:
        """target = value."""
        match target:
            case ast.Name(name):
                path.bind(name, self._listed(value, path, target))
            case ast.Tuple(targets) | ast.List(targets):
                if isinstance(value, (Ref, TensorExpr, Derived)):
                    value = self._rows(value, len(targets), path, target)
                if not isinstance(value, (tuple, list)) or len(value) != len(targets):
                    count = len(value) if isinstance(value, (tuple, list)) else "one value"
                    raise self.fail(f"{len(targets)} names for {count}", target)
                for part, item in zip(targets, value, strict=True):
                    self.assign(part, item, path)
            case ast.Subscript(owner, key):
                self.write(self._target(owner, key, path, target), value, path, target)
            case _:
                raise self.fail("this cannot be assigned to", target)

    def _listed(self, value: Any, path: Path, node: ast.AST) -> Any:
        """A list of numbers as an array of entries that can be assigned to."""
        if isinstance(value, list) and value and all(isinstance(v, (Poly, TensorExpr)) for v in value):
            made = self.tensor(value, path, node)
            return path.new(tuple(a.size for a in made.axes), held(made), is_list=True, is_complex=True)
        return value

    def _rows(self, value: Any, count: int, path: Path, node: ast.AST) -> list[Any]:
        ref = self.ref(value, path, node)
        if not ref.shape or ref.shape[0] != count:
            raise self.fail(f"{count} names for an array that has not {count} rows", node)
        rows = [ref.select([Poly.of(k)]) for k in range(count)]
        return [r if r.shape else self.read(r, path, node) for r in rows]

    def _target(self, owner: ast.expr, key: ast.expr, path: Path, node: ast.AST) -> Ref:
        value = self.value(owner, path)
        if isinstance(value, Derived):
            raise self.fail("this view cannot be assigned to", node, "assign to the array itself")
        if not isinstance(value, Ref):
            raise self.fail("this has no entries that can be assigned to", node)
        parts = key.elts if isinstance(key, ast.Tuple) else [key]
        if len(parts) == 1 and isinstance(parts[0], ast.Constant) and parts[0].value is Ellipsis:
            return value
        return self.select(value, parts, path, node)

    def write(self, ref: Ref, value: Any, path: Path, node: ast.AST) -> None:
        """Overwrite the entries of a view."""
        region, _ = ref.region()
        facts = elements(ref.cell.shape, self.facts(path))
        made = self._fitted(value, ref, path, node)
        kept = overwritten(path.store[ref.cell], region, facts) if region else ()
        path.store[ref.cell] = simplified([*kept, *(t.given(region) for t in made)], facts)

    def _fitted(self, value: Any, ref: Ref, path: Path, node: ast.AST, sign: int = 1) -> Terms:
        """The terms of a value, spread over the entries of a view."""
        _, index = ref.region()
        made = self.tensor(value, path, node)
        if is_complex(made) and not ref.cell.is_complex:
            raise self.fail("complex numbers do not fit into an array of floats", node, "make it with dtype=complex")
        if ref.cell.is_integer and not has_whole_entries(made):
            raise self.fail("an array of integers cuts other numbers off", node, "make it with dtype=float")
        shape = tuple(a.size for a in made.axes)
        extra = len(shape) - len(index)
        if extra > 0 and any(size != 1 for size in shape[:extra]):
            raise self.fail(f"an array with {len(shape)} axes does not fit into {len(index)}", node)
        at: list[Poly] = [ZERO] * max(extra, 0)
        wanted = ref.shape
        for k, size in enumerate(shape[max(extra, 0) :]):
            target = wanted[len(wanted) - (len(shape) - max(extra, 0)) + k]
            place = index[len(index) - (len(shape) - max(extra, 0)) + k]
            if size == ONE and target != ONE:
                at.append(ZERO)
                continue
            if size != target and not self.facts(path).implies(Compare(size - target, "==")):
                where = self.example(path, [(Compare(size - target, "!="),)])
                raise self.fail(f"{size} entries do not fit into {target}{where}", node)
            at.append(place)
        return terms_of(entry_of(made, at), sign)

    def augment(self, target: ast.expr, op: ast.operator, value: ast.expr, path: Path, node: ast.AST) -> None:
        """target op= value."""
        if isinstance(target, ast.Name):
            own = self.value(ast.copy_location(ast.Name(target.id, ast.Load()), target), path)
            if isinstance(own, Derived):
                raise self.fail("this view cannot be assigned to", node, "assign to the array itself")
            if not isinstance(own, Ref):
                made = self.infix(op, own, self.value(value, path), path, node)
                path.bind(target.id, self._kept(made, path))
                return
            if own.cell.is_list:
                raise self.fail("adding to a list appends to it, which is not understood", node)
            ref = own
        elif isinstance(target, ast.Subscript):
            ref = self._target(target.value, target.slice, path, target)
        else:
            raise self.fail("this cannot be assigned to", target)
        given = self.value(value, path)
        if ref.shape and ref.cell.is_list:
            raise self.fail("adding to a list appends to it, which is not understood", node)
        if type(op) in _ADDING:
            region, _ = ref.region()
            facts = elements(ref.cell.shape, self.facts(path))
            lost = [t for t in path.store[ref.cell] if t.value is None and t.facts(facts).allow(region)]
            if lost:
                where = self.example(path, [(*lost[0].guards, *region)], ref.cell.shape)
                raise self.fail(f"'{self.segment(target)}' is read before it is assigned{where}", target)
            made = self._fitted(given, ref, path, node, _ADDING[type(op)])
            path.store[ref.cell] = simplified([*path.store[ref.cell], *(t.given(region) for t in made)], facts)
            return
        self.write(ref, self.infix(op, self.read(ref, path, target), given, path, node), path, node)

    def branch(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], path: Path) -> list[Path]:
        """The paths after an if."""
        yes, no = self.cases(test, path)
        if not no or not yes:
            return self.block(body if yes else orelse, path)
        after: list[Path] = []
        ended = self._ended()
        for statements, cases in ((body, yes), (orelse, no)):
            for case in cases:
                taken = path.taking(case)
                if not self.facts(taken).allow(()):
                    continue
                after += self.block(statements, taken)
        after = [p for p in after if self.facts(p).allow(())]
        if len(after) == 1 and self.facts(path).implies(*self._taken_since(after[0], path)):
            return [replace(after[0], facts=path.facts, guards=path.guards)]
        if self._ended() > ended or len(after) < 2 or not self._mergeable(after, path):
            return after
        return [self._joined_paths(after, path)]

    def _ended(self) -> int:
        """How many paths have ended so far, by a return or by going on with a loop's next step."""
        frame = self.frames[-1]
        return len(frame.returns) + sum(map(len, frame.ended))

    def _taken_since(self, path: Path, base: Path) -> tuple[Compare, ...]:
        return path.guards[len(base.guards) :]

    def _mergeable(self, paths: Sequence[Path], base: Path) -> bool:
        """Whether all names stand for the same on all paths, numbers that depend on entries aside."""
        names = [n for n in paths[0].env if all(n in p.env for p in paths)]
        for name in names:
            values = [p.env[name] for p in paths]
            if all(isinstance(v, Poly) or isinstance(v, TensorExpr) and not v.axes for v in values):
                if all(isinstance(v, Poly) for v in values) and any(v != values[0] for v in values):
                    return False
            elif any(v is not values[0] and v != values[0] for v in values):
                return False
        return True

    def _joined_paths(self, paths: Sequence[Path], base: Path) -> Path:
        """One path for several of which exactly one is taken."""
        guards = [self._taken_since(p, base) for p in paths]
        env: dict[str, Any] = {}
        for name in paths[0].env:
            values = [p.env.get(name) for p in paths]
            if any(name not in p.env for p in paths):
                continue
            if all(v is values[0] or v == values[0] for v in values):
                env[name] = values[0]
            elif all(isinstance(v, (Poly, TensorExpr)) for v in values) and any(
                isinstance(v, TensorExpr) for v in values
            ):
                terms = [terms_of(self.tensor(v, p, ast.Pass())) for v, p in zip(values, paths, strict=True)]
                joined = merged(list(zip(guards, terms, strict=True)))
                env[name] = expression_of(simplified(joined, self.facts(base)))
            else:
                env[name] = Stale("has different values on different paths")
        store: dict[Cell, Terms] = {}
        for cell in dict.fromkeys(c for p in paths for c in p.store):
            branches = [(g, p.store[cell]) for g, p in zip(guards, paths, strict=True) if cell in p.store]
            joined = merged(branches)
            same = joined == branches[0][1]
            store[cell] = joined if same else simplified(joined, elements(cell.shape, self.facts(base)))
        return Path(base.facts, env, store, base.guards)

    def _assert(self, test: ast.expr, path: Path, node: ast.AST) -> None:
        yes, no = self.cases(test, path)
        no = [case for case in no if self.facts(path).given(case).allow(())]
        if not no:
            return
        if len(yes) != 1:
            raise self.fail("this assertion has several cases", node, "assert them one by one")
        for condition in yes[0]:
            self.require(condition, path, node, f"'{self.segment(test)}' does not hold")

    def _raised(self, path: Path, node: ast.AST) -> None:
        """What keeps an exception from being raised is assumed."""
        facts = self.facts(path)
        if not facts.allow(()):
            return
        own = [g for g in path.guards if not self._always(g, path)]
        if len(own) != 1 or not own[0].poly.names <= self.given:
            raise self.fail(f"this is raised{self.example(path, [()])}", node)
        self.needs.append(negation(own[0]))
