"""Claim text: declarations, members and what stands between them, `if` and `iff`, and what each name stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

from .operators import OPERATORS

CONSTANTS = {"pi", "True", "False", "None", "I"}
BUILTINS = {"range", "min", "max", "abs", "len", "int", "bool", "sum", "grad", "Sum", "Piecewise", "floor", "Mod"}
BUILTINS |= {"Min", "Max", "Eq", "Ne", "ceiling", "Abs", "conjugate", "Rational"}
LIBRARIES = {"lax", "np", "numpy"}


T = TypeVar("T")


class Unreadable(Exception):
    """Text outside of what this evaluator reads."""


def of_nodes(function: Callable[[ast.expr], T]) -> Callable[[ast.expr], T]:
    """A function of a node, which is computed once for each."""
    return lru_cache(1 << 14)(function)


@dataclass(frozen=True)
class Tensor:
    name: str
    sizes: tuple[ast.expr, ...]
    complex: bool = False


@dataclass(frozen=True)
class Question:
    """A claim as it stands."""

    text: str
    tensors: tuple[Tensor, ...]
    functions: tuple[str, ...]
    integers: tuple[str, ...]
    members: tuple[ast.expr, ...]
    relations: tuple[str, ...]
    hypotheses: tuple[ast.expr, ...] = ()
    exact: ast.expr | None = None
    tensor_names: frozenset[str] = field(init=False)
    sizes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [n for t in self.tensors for s in t.sizes for n in sorted(names(s))]
        object.__setattr__(self, "sizes", tuple(dict.fromkeys(found)))
        object.__setattr__(self, "tensor_names", frozenset(t.name for t in self.tensors))

    @cached_property
    def free(self) -> dict[str, bool]:
        """The free indices; whether one stands alone in some subscript of the first member."""
        known = {*self.sizes, *self.tensor_names, *self.functions, *self.integers, *CONSTANTS}
        found: dict[str, bool] = {}
        for element, bound in subscripts(self.members[0], frozenset()):
            single = names(element) - known - bound
            for name in single:
                found[name] = found.get(name, False) or isinstance(element, ast.Name)
        used = set().union(*(as_parameter(m) for m in self.members[:1]))
        return {name: alone for name, alone in found.items() if name not in used}

    @cached_property
    def widely(self) -> set[str]:
        """Free indices that another reading of the rules takes for parameters."""
        shared = {n for e, bound in subscripts(self.members[0], frozenset()) for n in self._strange(e, bound)}
        parts = [*self.members, *self.hypotheses, *([self.exact] if self.exact is not None else [])]
        return (shared | set().union(*(as_parameter(part) for part in parts))) & set(self.free)

    def _strange(self, element: ast.expr, bound: frozenset[str]) -> frozenset[str]:
        """Names that share a subscript with others of their kind."""
        found = names(element) & set(self.free) - bound
        return found if len(found) > 1 else frozenset()

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        known = {*self.sizes, *self.tensor_names, *self.functions, *CONSTANTS, *self.free}
        parts = [*self.members, *self.hypotheses, *([self.exact] if self.exact is not None else [])]
        found = dict.fromkeys(n for part in parts for n in sorted(unbound(part)) if n not in known)
        return tuple(dict.fromkeys([*self.integers, *found]))

    def names_tensor(self, node: ast.expr) -> bool:
        return bool(unbound(node) & self.tensor_names)


@of_nodes
def names(node: ast.expr) -> frozenset[str]:
    """Names that stand for values: called ones and libraries are left out."""
    nodes = list(ast.walk(node))
    called = {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    library = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    return frozenset(
        n.id
        for n in nodes
        if isinstance(n, ast.Name) and id(n) not in called and not (id(n) in library and n.id in LIBRARIES)
    )


def bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        return {g.target.id for g in node.generators if isinstance(g.target, ast.Name)}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "forall":
        return {k.arg for k in node.keywords if k.arg}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sum":
        return {a.elts[0].id for a in node.args[1:] if isinstance(a, ast.Tuple) and isinstance(a.elts[0], ast.Name)}
    return set()


@of_nodes
def unbound(node: ast.expr) -> frozenset[str]:
    """The names of a node that no generator within it binds."""
    return frozenset(_unbound(node, frozenset()))


def _unbound(node: ast.AST, bound: frozenset[str]) -> set[str]:
    if isinstance(node, ast.Name):
        return set() if node.id in bound else {node.id}
    if isinstance(node, ast.Call):
        parts = [*node.args, *(k.value for k in node.keywords)]
        if not isinstance(node.func, ast.Name):
            parts += [] if _library(node.func) else [node.func]
        inside = bound | bound_by(node)
        return set().union(*(_unbound(p, inside) for p in parts))
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        found: set[str] = set()
        for g in node.generators:
            found |= _unbound(g.iter, bound)
            bound = bound | {getattr(g.target, "id", "")}
            for test in g.ifs:
                found |= _unbound(test, bound)
        return found | _unbound(node.elt, bound)
    return set().union(*(_unbound(child, bound) for child in ast.iter_child_nodes(node)))


def _library(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in LIBRARIES


def elements(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def subscripts(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[ast.expr, frozenset[str]]]:
    """Every index that is not a slice, with the names that are bound there."""
    bound = bound | bound_by(node)
    if isinstance(node, ast.Subscript):
        yield from ((e, bound) for e in elements(node) if not isinstance(e, (ast.Slice, ast.Constant)))
    for child in ast.iter_child_nodes(node):
        yield from subscripts(child, bound)


def as_parameter(node: ast.AST) -> set[str]:
    """Names in bounds of ranges and slices, in shapes, steps and other arguments."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Slice):
            found |= set().union(*(names(b) for b in (part.lower, part.upper, part.step) if b is not None))
        elif isinstance(part, ast.Call):
            for argument in [*part.args, *(k.value for k in part.keywords)]:
                found |= _argument(argument)
    return found


def _argument(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, (ast.Subscript, ast.GeneratorExp, ast.ListComp, ast.Call, ast.IfExp)):
        return set()
    return set().union(*(_argument(child) for child in ast.iter_child_nodes(node)))


def parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise Unreadable(f"syntax: {error.msg} in {text!r}") from None


def read(text: str) -> Question:
    """The claim that the text states."""
    head, body = _cut(text, ":")
    if body is None:
        head, body = "", text
    tensors, functions, integers = [], [], []
    for part in _parts(head):
        kind = "complex" if part.endswith(" complex") else "int" if part.endswith(" int") else ""
        part = part[: len(part) - len(kind)].strip() if kind else part
        if kind == "int":
            integers.append(part)
        elif part.endswith("()"):
            functions.append(part[:-2].strip())
        else:
            node = parsed(part)
            if isinstance(node, ast.Name):
                tensors.append(Tensor(node.id, (), kind == "complex"))
            elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                tensors.append(Tensor(node.value.id, tuple(elements(node)), kind == "complex"))
            else:
                raise Unreadable(f"declaration {part!r}")
    members, relations, hypotheses, exact = body_of(body)
    question = Question(text, tuple(tensors), tuple(functions), tuple(integers), members, relations, hypotheses, exact)
    for name in {
        n.func.id for m in members for n in ast.walk(m) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }:
        if name not in OPERATORS and name not in BUILTINS and name not in functions:
            raise Unreadable(f"operator {name}")
    return question


def body_of(body: str) -> tuple[tuple[ast.expr, ...], tuple[str, ...], tuple[ast.expr, ...], ast.expr | None]:
    sides, condition = _cut(body, " if ")
    sides, exact = _cut(sides, " iff ")
    if exact is None and condition is not None:
        condition, exact = _cut(condition, " iff ")
    if condition is not None and _cut(condition, " else ")[1] is not None:
        raise Unreadable("a conditional expression without parentheses")
    node = parsed(sides)
    if not isinstance(node, ast.Compare):
        raise Unreadable("no relation")
    relations = tuple({"Eq": "==", "NotEq": "!="}.get(type(o).__name__, "?") for o in node.ops)
    if "?" in relations:
        raise Unreadable("another relation")
    hypotheses = () if condition is None else tuple(conjuncts(parsed(condition)))
    return (node.left, *node.comparators), relations, hypotheses, None if exact is None else parsed(exact)


def quantified(text: str, known: set[str]) -> ast.expr:
    """A printed condition; names that the claim does not have stand for all indices, `for` restricts these."""
    body, guard = _cut(text, " for ")
    parts = []
    for part in conjuncts(parsed(body)):
        strange = sorted(unbound(part) - known - CONSTANTS)
        if strange:
            test = parsed(guard) if guard else ast.Constant(True)
            keywords = [ast.keyword(n, ast.Constant(0)) for n in strange]
            part = ast.Call(ast.Name("forall", ast.Load()), [part, test], keywords)
        elif guard:
            raise Unreadable("a quantifier over nothing")
        parts.append(part)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def conjuncts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [c for v in node.values for c in conjuncts(v)]
    return [node]


def _cut(text: str, word: str) -> tuple[str, str | None]:
    """The text before and after a word that stands outside of parentheses and quotes."""
    depth, quote = 0, ""
    for k, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth == 0 and text.startswith(word, k):
            return text[:k].strip(), text[k + len(word) :].strip()
    return text, None


def _parts(text: str) -> list[str]:
    found = []
    rest: str | None = text
    while rest is not None:
        part, rest = _cut(rest, ",")
        if part.strip():
            found.append(part.strip())
    return found
