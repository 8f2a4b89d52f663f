"""What is known at a place of a program, and errors that say where and at which sizes it goes wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import TensorExpr
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts, refusals
from symconv.reading.programs.held_values import Derived, Path, Ref
from symconv.reading.programs.source import External, Function, Module
from symconv.reading.programs.summed_terms import elements

Case = tuple[Compare, ...]


class Knowledge:
    """What an operation needs of the sizes is shown, assumed or refused here."""

    def __init__(self) -> None:
        self.needs: list[Compare] = []
        self.given: set[str] = set()
        self.module: Module
        self._seen: set[TensorExpr] = set()
        self._taken: set[str] = set()

    # Errors and what is known

    def fail(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error at a node."""
        return self.module.error(message, node, hint)

    def facts(self, path: Path) -> Facts:
        """All that is known on a path."""
        return path.facts.given(self.needs)

    def segment(self, node: ast.AST) -> str:
        """The text of a node, in one line."""
        text = " ".join((ast.get_source_segment(self.module.text, node) or "this").split())
        return text if len(text) <= 60 else text[:57] + "…"

    def require(self, condition: Compare, path: Path, node: ast.AST, what: str, hint: str | None = None) -> None:
        """Show that a condition holds, or assume it where it speaks of what was given only; else an error."""
        facts = self.facts(path)
        if facts.implies(condition):
            return
        assumable = condition.poly.names <= self.given and facts.given([condition]).allow(())
        if assumable and all(g.poly.names <= self.given and self._always(g, path) for g in path.guards):
            self.needs.append(condition)
            return
        raise self.fail(f"{what}{self.example(path, refusals([condition]))}", node, hint)

    def _always(self, guard: Compare, path: Path) -> bool:
        rest = [c for c in path.facts.conditions if c != guard]
        return Facts(path.facts.sizes, path.facts.integers, tuple(rest)).given(self.needs).implies(guard)

    def example(self, path: Path, cases: Iterable[Case], shape: Sequence[Poly] = ()) -> str:
        """The smallest sizes and indices at which one of the cases holds, for a message."""
        for case in cases:
            found = elements(shape, self.facts(path)).smallest(case)
            if found is not None:
                shown = ", ".join(f"{name} = {value}" for name, value in found.items() if "." not in name)
                return f" at {shown}" if shown else ""
        return " as far as can be shown"

    def fresh(self, name: str) -> str:
        """A loop's name that no other loop or size has."""
        made, k = name, 0
        while made in self._taken or not made.isidentifier():
            k += 1
            made = f"{name}{k}"
        self._taken.add(made)
        return made

    def value(self, node: ast.expr, path: Path) -> Any:
        """What a node stands for."""
        raise NotImplementedError


def python(value: Any) -> Any:
    """A number as an argument of an operator."""
    if not isinstance(value, Poly):
        return value
    return value.integer if value.integer is not None else to_sympy(value)


def described(value: Any) -> str:
    match value:
        case Ref() | Derived() | TensorExpr():
            return "an array"
        case Poly():
            return f"the number {value}"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case str():
            return f"the string {value[:30]!r}"
        case External(name):
            return name
        case Function():
            return f"the function '{value.name}'"
        case None:
            return "None"
    return type(value).__name__


def construct(node: ast.AST) -> str:
    names: dict[type, str] = {
        ast.Lambda: "a lambda", ast.Dict: "a dictionary", ast.Set: "a set", ast.JoinedStr: "an f-string",
        ast.GeneratorExp: "a generator outside sum(…)", ast.DictComp: "a dictionary", ast.SetComp: "a set",
        ast.Await: "await", ast.Yield: "yield", ast.NamedExpr: "an assignment in an expression",
        ast.Starred: "a starred value", ast.Slice: "a slice",
    }  # fmt: skip
    return names.get(type(node), f"{type(node).__name__}")
