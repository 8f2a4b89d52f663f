"""What the names of a module stand for once it is loaded; the module's text is never run."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class External:
    """A function, module or type of a library, by its full name."""

    name: str
    is_module: bool = False


@dataclass(frozen=True, eq=False)
class Unclear:
    """A name of a module whose value is not known, and the statement because of which it is not."""

    node: ast.AST
    reason: str


@dataclass(frozen=True, eq=False)
class Fallible:
    """What a name of a module stands for if nothing is raised, and what it does on each way through an `except`."""

    value: Any
    otherwise: tuple[Any, ...]
    """Values, None where the name is not bound."""
    node: ast.Try
    reason = "is another one where an import fails"

    @property
    def raises_otherwise(self) -> bool:
        """Whether the name is bound to nothing but None otherwise, so that a call or an attribute of it raises."""
        return all(v is None or isinstance(v, ast.Constant) and v.value is None for v in self.otherwise)


@dataclass(frozen=True)
class Bound:
    """What a module's names stand for; functions and classes by their definitions, constants by their texts."""

    names: Mapping[str, Any]
    rebound: frozenset[str]
    """Names with several values, of which functions see the last and what is worked out on loading another one."""
    hidden: Unclear | None
    """Why a name that is not among them may still have a value."""


def bound_names(tree: ast.Module) -> Bound:
    """What the names of a module stand for; a name that a branch or a function may bind stands for nothing known."""
    names: dict[str, Any] = {}
    rebound: set[str] = set()
    hidden: Unclear | None = None
    for name, node, value in _bindings(tree.body):
        if name == "*":
            unclear = Unclear(node, "may be another one after 'import *'")
            names = {n: v if isinstance(v, External) and v.is_module else unclear for n, v in names.items()}
            hidden = Unclear(node, "may come from 'import *'")
        elif isinstance(value, Fallible) and None in value.otherwise and (hidden or hasattr(builtins, name)):
            names[name] = Unclear(node, Fallible.reason)
        elif name in names and not _is_same_kind(names[name], value):
            names[name] = Unclear(node, "is given a value more than once")
        else:
            rebound |= {name} if name in names and not _is_same(_surely(names[name]), value) else set()
            names[name] = value
    for name, node in _read_by_checkers_only(tree, names):
        names[name] = Unclear(node, "is not a name that one statement gives a value")
    for name, node in _changes(tree, {n for n, v in names.items() if isinstance(_surely(v), External)}):
        if name in names and not isinstance(names[name], (ast.FunctionDef, ast.ClassDef)):
            names[name] = Unclear(node, "may be changed later on")
    return Bound(names, frozenset(rebound), hidden)


def _is_same_kind(old: Any, new: Any) -> bool:
    """Whether a second value simply takes the place of the first: an import, a definition or a number for its like."""
    kinds = (External, ast.FunctionDef, ast.ClassDef, ast.Lambda)
    if isinstance(new, Unclear) or isinstance(old, Unclear) or isinstance(new, Fallible) and None in new.otherwise:
        return False
    old, new = _surely(old), _surely(new)
    return any(isinstance(old, k) and isinstance(new, k) for k in kinds) or not any(
        isinstance(v, kinds) for v in (old, new)
    )


def _surely(value: Any) -> Any:
    """What a name stands for if no import fails."""
    return value.value if isinstance(value, Fallible) else value


def _bindings(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST, Any]]:
    """Each name that a module's statements bind, where, and what to."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name, node, node
            case ast.ImportFrom(str() as module, [ast.alias("*")], 0) if module in _OPEN:
                yield from ((name, node, External(f"{module}.{name}")) for name in _public_names(module))
            case ast.Import() | ast.ImportFrom(str(), _, 0):
                yield from ((name, node, value) for name, value in imported_names(node))
            case ast.Assign([ast.Name(target)], value) | ast.AnnAssign(ast.Name(target), _, ast.expr() as value):
                yield target, node, value if _is_known(value) else Unclear(node, "is no number or list of numbers")
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                for one, value in zip(targets, values, strict=True):
                    yield from _bindings([ast.copy_location(ast.Assign([one], value), node)])
            case ast.If(ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]), _, []):
                continue
            case ast.If(test, _, otherwise) if _is_type_checking(test):
                yield from _bindings(otherwise)
            case ast.Try():
                yield from _tried(node)
            case _:
                for name in _bound_below(node):
                    yield name, node, Unclear(node, "is not a name that one statement gives a value")
        yield from _made_global(node)


def _tried(node: ast.Try) -> Iterator[tuple[str, ast.AST, Any]]:
    """The names that a try binds, each with what it is on every way through it on which the file is loaded."""
    ways = [_once([*node.body, *node.orelse])]
    for handler in node.handlers:
        if not _always_raises(handler.body):
            ways.append(_once(handler.body))
            if handler.name is not None:
                yield handler.name, handler, Unclear(handler, "is bound where an import fails")
    for name in {n: None for way in ways for n in way}:
        value, *others = [v for way in ways for v in _alternatives(way.get(name))]
        otherwise = tuple(v for v in others if not _is_same(value, v))
        if value is None:
            yield name, node, Unclear(node, "is bound where an import fails")
        else:
            yield name, node, Fallible(value, otherwise, node) if otherwise else value
    yield from _bindings(node.finalbody)


def _once(body: Sequence[ast.stmt]) -> dict[str, Any]:
    """The names that statements bind which may all be executed or not; one that has several values is not known."""
    bound: dict[str, Any] = {}
    for name, node, value in _bindings(body):
        several = name in bound and not _is_same(bound[name], value)
        bound[name] = Unclear(node, "is given a value more than once") if several else value
    return bound


def _alternatives(value: Any) -> tuple[Any, ...]:
    return (value.value, *value.otherwise) if isinstance(value, Fallible) else (value,)


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values of a name are surely the same."""
    if isinstance(one, External) and isinstance(other, External):
        return one.name == other.name
    return isinstance(one, ast.AST) and isinstance(other, ast.AST) and ast.dump(one) == ast.dump(other)


def _always_raises(body: Sequence[ast.stmt]) -> bool:
    """Whether the file is not loaded after the statements."""
    match body[-1]:
        case ast.Raise():
            return True
        case ast.Expr(ast.Call(function)):
            return ast.unparse(function) in ("sys.exit", "exit", "quit")
    return False


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING" or ast.unparse(test).endswith(".TYPE_CHECKING")


def _read_by_checkers_only(tree: ast.Module, names: Mapping[str, Any]) -> Iterator[tuple[str, ast.AST]]:
    """The names below `if TYPE_CHECKING:` where that is not what `typing` has under this name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            root = _root(node.test)
            known = names.get(root.id) if isinstance(root, ast.Name) else None
            if not isinstance(known, External) or known.name.removesuffix(".TYPE_CHECKING") not in _TYPING:
                yield from ((name, node) for name in _bound_below(node))


_TYPING = ("typing", "typing_extensions")


def _made_global(node: ast.stmt) -> Iterator[tuple[str, ast.AST, Unclear]]:
    """The names of the module that a function or a class gives other values."""
    for inner in ast.walk(node) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else ():
        for name in inner.names if isinstance(inner, ast.Global) else ():
            yield name, inner, Unclear(inner, "is changed by a function")


_OPEN = frozenset({"cmath", "functools", "itertools", "math", "numpy", "typing"})
"""Modules whose names are looked up for `import *`."""


def _public_names(module: str) -> list[str]:
    loaded = importlib.import_module(module)
    return list(getattr(loaded, "__all__", None) or (n for n in dir(loaded) if not n.startswith("_")))


def _changes(tree: ast.Module, modules: set[str]) -> Iterator[tuple[str, ast.AST]]:
    """The names whose values a statement may change: K[0] = …, K.append(…), np.fill_diagonal(K, …), np.pi = ….

    What is called of a module or of its parts leaves the module as it is.
    """
    inside = {n for part in tree.body if isinstance(part, ast.FunctionDef) for n in ast.walk(part)}
    for node in ast.walk(tree):
        changed: list[ast.expr] = []
        given = [a for a in node.args if not _is_part_of(a, modules)] if isinstance(node, ast.Call) else []
        match node:
            case ast.Subscript(value, _, ast.Store() | ast.Del()) | ast.Attribute(value, _, ast.Store() | ast.Del()):
                changed = [value]
            case ast.Call(ast.Attribute(value, method)):
                is_module = isinstance(root := _root(value), ast.Name) and root.id in modules
                changed = [value] * (method in _CHANGING and not is_module) + given * (node not in inside)
            case ast.Call() if node not in inside:
                changed = given
        for part in map(_root, changed):
            if isinstance(part, ast.Name):
                yield part.id, node


def _is_part_of(node: ast.expr, modules: set[str]) -> bool:
    """Whether this is a function or a type of a module, which is as it is."""
    return isinstance(node, ast.Attribute) and isinstance(root := _root(node), ast.Name) and root.id in modules


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node


def imported_names(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, External]]:
    """Each name that an import binds, and what it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, External(f"{node.module}.{alias.name}")
        else:
            root = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or root, External(root, is_module=True)


_CHANGING = frozenset(
    "append byteswap clear extend fill insert itemset partition pop put remove resize reverse setfield setflags "
    "sort update setdefault popitem".split()
)


def _bound_below(node: ast.AST) -> Iterator[str]:
    """The names that a statement of a module may bind."""
    match node:
        case ast.AsyncFunctionDef(name) | ast.ClassDef(name) | ast.FunctionDef(name):
            yield name
            return
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from (n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            return
        case ast.Name(name, ast.Store() | ast.Del()) | ast.ExceptHandler(_, str() as name):
            yield name
        case ast.MatchAs(_, str() as name) | ast.MatchStar(str() as name) | ast.MatchMapping(_, _, str() as name):
            yield name
        case ast.Import(aliases) | ast.ImportFrom(_, aliases, _):
            yield from ((a.asname or a.name).split(".")[0] for a in aliases)
    for child in ast.iter_child_nodes(node):
        yield from _bound_below(child)


def _is_known(node: ast.expr) -> bool:
    """Whether a name's value is a constant, or a function without a name of its own."""
    return isinstance(node, ast.Lambda) or _is_constant(node)


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression is worked out on loading from numbers, other constants and functions of libraries."""
    match node:
        case ast.Constant(value):
            return isinstance(value, (bool, int, float, complex, str)) or value is None
        case ast.Name(name):
            return not hasattr(builtins, name)
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return _is_constant(operand)
        case ast.BinOp(left, _, right):
            return _is_constant(left) and _is_constant(right)
        case ast.Tuple(items) | ast.List(items):
            return all(map(_is_constant, items))
        case ast.Dict(keys, values):
            return all(k is not None and _is_constant(k) for k in keys) and all(map(_is_constant, values))
        case ast.Attribute(value) | ast.Subscript(value, ast.Constant()):
            return _is_constant(value)
        case ast.Call(ast.Attribute() | ast.Name() as function, items, keywords):
            arguments = [function, *items, *(k.value for k in keywords)]
            return all(map(_is_constant, arguments)) and "random" not in ast.dump(function)
    return False
