"""The state of a program that is read: one way through it, and what all ways share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.reading.programs.origins.source import Class, Enclosing, Function, Module
from symconv.reading.programs.state.held_values import Cell, Ref
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.term_sums.summed_terms import Terms, another, elements

Case = tuple[Compare, ...]


@dataclass(frozen=True)
class Syntax:
    """How each kind of expression and statement is read, and the functions that are more than a call of a library."""

    expressions: Mapping[type[ast.expr], Callable[[Any, Path], Any]]
    statements: Mapping[type[ast.stmt], Callable[[Any, Path], list[Path]]]
    functions: Mapping[str, Callable[[Any, Path], Any]]
    by_cases: Callable[[ast.stmt, Path, Compare], list[Path]]
    """How a statement is read where a condition holds, and where it does not."""


class Undetermined(Exception):
    """What is read depends on a condition, which may hold and may not: each is to be read by itself."""

    def __init__(self, condition: Compare) -> None:
        super().__init__(str(condition))
        self.condition = condition


@dataclass(eq=False)
class Reading:
    """What all paths through a program share."""

    syntax: Syntax
    base: Facts
    given: set[str]
    """The sizes and parameters that the arguments bring."""
    taken: set[str]
    """The names that no loop may take for its index."""
    needs: list[Compare] = field(default_factory=list)
    """What is assumed of the sizes and parameters."""
    checked: set[tuple[TensorExpr, Facts]] = field(default_factory=set)
    """The expressions whose needs are known to hold, or assumed, where these facts do."""
    flattened: dict[Cell, tuple[Terms, TensorExpr]] = field(default_factory=dict)
    """The expressions of arrays with flattened axes, and the terms that they were stored as."""
    launch: Any = None
    """The launch of a kernel that is read at present."""
    arguments: dict[TensorExpr, Ref] = field(default_factory=dict)
    """The arrays from outside."""
    strided: dict[Any, int] = field(default_factory=dict)
    """The arrays whose strides are spoken of, each with a number."""
    statements: int = 0
    fallible: int = 0
    """How often a name was read that is there only if an import works."""
    placeholders: int = 0

    def assumed(self) -> tuple[int, set[tuple[TensorExpr, Facts]]]:
        """What is assumed by now, to go back to it."""
        return len(self.needs), {*self.checked}

    def go_back(self, assumed: tuple[int, set[tuple[TensorExpr, Facts]]]) -> None:
        """Assume no more than then: what was tried since did not succeed."""
        count, checked = assumed
        del self.needs[count:]
        self.checked = {*checked}

    def fresh(self, name: str) -> str:
        """A loop's name that no other loop or size has."""
        free = another(name, self.taken) if name in self.taken else name
        self.taken.add(free)
        return free


@dataclass(eq=False)
class Invocation:
    """A call of a function that is read: where its text is, and the paths that end in it."""

    reading: Reading
    module: Module
    depth: int = 0
    enclosing: Enclosing | None = None
    """What the functions around hold, for one that is nested."""
    function: Function | None = None
    caller: Path | None = None
    """The path that calls."""
    returned: list[tuple[Path, Any]] = field(default_factory=list)
    continued: list[list[Path]] = field(default_factory=list)
    """For each loop around, the paths that go on with its next step."""
    left: list[list[Path]] = field(default_factory=list)
    """For each loop around, the paths that leave it."""

    @property
    def ended(self) -> int:
        """How many paths have ended so far."""
        return len(self.returned) + sum(map(len, [*self.continued, *self.left]))


@dataclass(frozen=True, eq=False)
class Path:
    """One way through a program: what its names and cells hold, under the conditions taken."""

    invocation: Invocation
    facts: Facts
    env: dict[str, Any] = field(default_factory=dict)
    store: dict[Cell, Terms] = field(default_factory=dict)
    guards: Case = ()
    heap: dict[Object, Any] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """What all paths share."""
        return self.invocation.reading

    @property
    def module(self) -> Module:
        """Where the text is."""
        return self.invocation.module

    @property
    def known(self) -> Facts:
        """All that is known here."""
        return self.facts.given(self.reading.needs)

    @property
    def is_possible(self) -> bool:
        """Whether any sizes lead here, as far as is known."""
        return self.known.allow(())

    def with_facts(self, facts: Facts) -> Path:
        """A path of its own with these facts."""
        return replace(self, facts=facts, env=dict(self.env), store=dict(self.store), heap=dict(self.heap))

    def go_on_as(self, after: Path) -> None:
        """Take over what another path has left in arrays and objects."""
        if after is not self:
            store, heap = dict(after.store), dict(after.heap)
            self.store.clear()
            self.heap.clear()
            self.store.update(store)
            self.heap.update(heap)

    def taking(self, case: Case) -> Path:
        """A path of its own on which the conditions hold."""
        return replace(self.with_facts(self.facts.given(case)), guards=(*self.guards, *case))

    def taken_since(self, base: Path) -> Case:
        """The conditions taken after another path."""
        return self.guards[len(base.guards) :]

    def new(self, shape: Sequence[Poly], terms: Terms, shares: Iterable[Cell] = (), /, **kind: bool) -> Ref:
        """A new array that holds the terms, and may share its entries with others; `kind` says what else it is."""
        others = frozenset(c for cell in shares for c in (cell, *cell.shares))
        before = {c: t for c, t in self.store.items() if c in others or c.shares & others} if others else {}
        kind = {"is_in_order": len(shape) < 2 and not others, **kind}
        cell = Cell(tuple(shape), **kind, made=terms, shares=others, before=before)
        self.store[cell] = terms
        return Ref.whole(cell)

    def new_object(self, kind: str, contents: Any, cls: Class | None = None) -> Object:
        """A new list, dictionary or instance."""
        made = Object(kind, cls)
        self.heap[made] = contents
        return made

    def change(self, owner: Object, contents: Any, node: ast.AST) -> None:
        """Let a list, a dictionary or an instance hold something else."""
        if owner.is_shared:
            message = "this is made once, when the file is loaded, and all calls would change the same one"
            raise self.error(message, node, "make it in the function, or change a copy: dict(…)")
        self.heap[owner] = contents

    def items_of(self, value: Any) -> tuple[Any, ...] | None:
        """The items of a tuple or a list whose items are known one by one; None for anything else."""
        if isinstance(value, (tuple, list)):
            return tuple(value)
        held = self.heap.get(value) if isinstance(value, Object) and value.kind == "list" else None
        return held if isinstance(held, tuple) else None

    def dict_of(self, value: Any) -> Mapping[Any, Any] | None:
        """What a dictionary holds; None for anything else."""
        return self.heap[value] if isinstance(value, Object) and value.kind == "dict" else None

    def is_overtaken(self, cell: Cell) -> bool:
        """Whether an array has changed that a cell may share its entries with, which may have changed it or not."""
        for other, terms in self.store.items():
            if (other.shares or cell.shares) and cell.may_share_with(other):
                before = cell.before.get(other, other.made)
                if terms is not before and terms != before:
                    return True
        return False

    def has_lost_changes_of(self, inner: Path) -> bool:
        """Whether arrays have changed that an inner path has made, and that may share their entries with those here."""
        made = [c for c, terms in inner.store.items() if c.shares and c not in self.store and terms != c.made]
        return any(cell.may_share_with(other) for cell in made for other in self.store)

    def error(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error at a node."""
        return self.module.error(message, node, hint)

    def text(self, node: ast.AST) -> str:
        """The text of a node, in one line."""
        text = " ".join((ast.get_source_segment(self.module.text, node) or "this").split())
        return text if len(text) <= 60 else text[:57] + "…"


@dataclass(frozen=True)
class Derived:
    """What a library's function makes of views without copying: it is worked out whenever it is read."""

    make: Callable[[Path], TensorExpr]
    shape: tuple[Poly, ...]
    cells: frozenset[Cell] = frozenset()
    """The arrays that it may share its entries with, as far as they are known."""


@dataclass(frozen=True)
class Stale:
    """A name that has no value that is known here; the reason is told where it is read."""

    reason: str


def require(condition: Compare, path: Path, node: ast.AST, what: str, hint: str | None = None) -> None:
    """Show that a condition holds, or assume it where it speaks of what was given only; else an error."""
    known, given = path.known, path.reading.given
    if known.implies(condition):
        return
    assumable = condition.poly.names <= given and known.given([condition]).allow(())
    if assumable and all(g.poly.names <= given and always(g, path) for g in path.guards):
        path.reading.needs.append(condition)
        return
    raise path.error(f"{what}{example(path, refusals([condition]))}", node, hint)


def always(guard: Compare, path: Path) -> bool:
    """Whether a condition taken on a path follows from all else that is known there."""
    rest = tuple(c for c in path.facts.conditions if c != guard)
    return replace(path.facts, conditions=rest).given(path.reading.needs).implies(guard)


def example(path: Path, cases: Iterable[Case], shape: Sequence[Poly] = ()) -> str:
    """The smallest sizes and indices at which one of the cases holds, for a message."""
    for case in cases:
        smallest = elements(shape, path.known).smallest(case)
        if smallest is not None:
            return at_sizes(smallest)
    return " as far as can be shown"


def at_sizes(values: Mapping[str, int]) -> str:
    """Where something goes wrong, for the end of a message."""
    shown = ", ".join(f"{name} = {value}" for name, value in values.items() if "." not in name)
    return f" at {shown}" if shown else ""
