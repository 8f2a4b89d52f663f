"""Where a program is read from: its text, its place, and what its names stand for outside."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from symconv.errors import SymconvError, Unsupported
from symconv.limits import MAX_CODE_DEPTH, MAX_CODE_LENGTH


@dataclass(frozen=True, eq=False)
class External:
    """A function, module or type of a library, by its full name."""

    name: str


@dataclass(frozen=True, eq=False)
class Unclear:
    """A name of a module whose value is not known, and the statement because of which it is not."""

    node: ast.AST
    reason: str


@dataclass(eq=False)
class Module:
    """The text of a file, or of one function, and how names are looked up in it."""

    file: str
    text: str
    first: int = 1
    names: Mapping[str, Any] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    hidden: Unclear | None = None

    def error(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error at a node, with its file, line and place."""
        return self.located(Unsupported(message, hint=hint), node)

    def located(self, error: SymconvError, node: ast.AST) -> SymconvError:
        """The error with the place of a node, unless it has one already."""
        if error.span is None:
            line = getattr(node, "lineno", 1)
            error.text, error.span = self.text, self._span(node)
            error.message = f"{self.file}:{line + self.first - 1}: {error.message}"
            error.args = (error.message,)
        return error

    def _span(self, node: ast.AST) -> tuple[int, int]:
        lines = self.text.split("\n")

        def offset(line: int, column: int) -> int:
            line = min(max(line, 1), len(lines))
            before = sum(len(text) + 1 for text in lines[: line - 1])
            return before + len(lines[line - 1].encode()[:column].decode(errors="ignore"))

        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        start = offset(line, column)
        last, end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        stop = offset(last, end) if last is not None and end is not None and last == line else None
        return start, max(start + 1, stop if stop is not None else offset(line + 1, 0) - 1)

    def lookup(self, name: str) -> Any:
        """What a name of the module stands for: a function here, something of a library, a constant; or None."""
        if name in self.functions:
            return Function(self, self.functions[name])
        if name in self.names:
            return outside(self.names[name])
        return self.hidden or (External(name) if hasattr(builtins, name) else None)


@dataclass(frozen=True, eq=False)
class Function:
    """A Python function that is read."""

    module: Module
    node: ast.FunctionDef
    defaults: Mapping[str, Any] | None = None
    """What parameters are if they are not given, where that is known already."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.node.name

    @property
    def parameters(self) -> list[ast.arg]:
        """The parameters that are not starred."""
        return [*self.node.args.args, *self.node.args.kwonlyargs]

    @property
    def written_defaults(self) -> Mapping[str, ast.expr]:
        """What parameters are if they are not given, as it is written."""
        args = self.node.args
        leading = zip(reversed(args.args), reversed(args.defaults), strict=False)
        return {a.arg: d for a, d in (*leading, *zip(args.kwonlyargs, args.kw_defaults, strict=True)) if d is not None}


def outside(value: Any) -> Any:
    """What a Python object from outside a program is in it."""
    match value:
        case ast.AST() | Function() | External() | Unclear() | int() | float() | complex() | str() | None:
            return value
        case ModuleType():
            return External(value.__name__)
        case FunctionType() if value.__module__.split(".")[0] not in ("numpy", "scipy", "einops", "torch", "math"):
            return of_function(value)
    name = getattr(value, "__name__", None)
    if name is None:
        return value
    return External(f"{getattr(value, '__module__', None) or 'numpy'}.{name}")


def of_function(function: Any) -> Function:
    """The source of a Python function; raises `SymconvError` where there is none."""
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        raise SymconvError(f"{function!r} is not a Python function", hint="from_python takes a function")
    try:
        lines, first = inspect.getsourcelines(function)
        file = inspect.getsourcefile(function) or function.__code__.co_filename
    except (OSError, TypeError):
        raise SymconvError(
            f"the source of '{function.__name__}' is not known", hint="define it in a file or a notebook"
        ) from None
    text = textwrap.dedent("".join(lines))
    module = Module(Path(file).name, text, max(first, 1), _names(function))
    for node in _parsed(module).body:
        if isinstance(node, ast.FunctionDef):
            return Function(module, node, _defaults(function))
    raise SymconvError(f"'{function.__name__}' is not written as a function with def", hint="lambdas are not read")


def _defaults(function: FunctionType) -> Mapping[str, Any]:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    leading = zip(reversed(names), reversed(function.__defaults__ or ()), strict=False)
    return {**dict(leading), **(function.__kwdefaults__ or {})}


def _names(function: FunctionType) -> Mapping[str, Any]:
    enclosed = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            enclosed[name] = cell.cell_contents
        except ValueError:
            continue
    return {**function.__globals__, **enclosed}


def of_text(text: str, name: str, file: str = "<text>") -> Function:
    """A function of a module's text, which is never run; raises `SymconvError` where it is not there."""
    module = module_of(text, file)
    if name not in module.functions:
        known = ", ".join(module.functions) or "none"
        unclear = module.names.get(name)
        if isinstance(unclear, Unclear):
            raise module.error(f"'{name}' {unclear.reason}", unclear.node)
        raise SymconvError(f"{file} has no function '{name}'", hint=f"functions in it: {known}")
    return Function(module, module.functions[name])


def module_of(text: str, file: str = "<text>") -> Module:
    """The functions and names of a module's text, which is never run.

    A name stands for something only if one statement of the module gives it a value, and always does.
    """
    module = Module(file, text)
    names: dict[str, Any] = {}
    tree = _parsed(module)
    for name, node, value in _bindings(tree.body):
        if name == "*":
            names = {n: Unclear(node, "may be another one after 'import *'") for n in (*names, *module.functions)}
            module.functions, module.hidden = {}, Unclear(node, "may come from 'import *'")
        elif name in names or name in module.functions:
            module.functions.pop(name, None)
            names[name] = Unclear(node, "is given a value more than once")
        elif isinstance(value, ast.FunctionDef):
            module.functions[name] = value
        else:
            names[name] = value
    module.names = names | {n: Unclear(node, "may be changed later on") for n, node in _changes(tree) if n in names}
    return module


def _bindings(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST, Any]]:
    """Each name that a module's statements bind, where, and what to."""
    for node in body:
        match node:
            case ast.FunctionDef():
                yield node.name, node, node
            case ast.Import() | ast.ImportFrom(str(), _, 0):
                yield from ((name, node, External(full)) for name, full in imported_names(node))
            case ast.Assign([ast.Name(target)], value) | ast.AnnAssign(ast.Name(target), _, ast.expr() as value):
                yield target, node, value if _is_literal(value) else Unclear(node, "is no number or list of numbers")
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                for one, value in zip(targets, values, strict=True):
                    yield from _bindings([ast.copy_location(ast.Assign([one], value), node)])
            case ast.If(ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]), _, []):
                continue
            case _:
                for name in _bound_below(node):
                    yield name, node, Unclear(node, "is not a name that one statement gives a value")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for inner in ast.walk(node):
                for name in inner.names if isinstance(inner, ast.Global) else ():
                    yield name, inner, Unclear(inner, "is changed by a function")


def _changes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The names whose values a statement may change: K[0] = …, K.append(…), np.fill_diagonal(K, …), np.pi = …."""
    inside = {n for part in tree.body if isinstance(part, ast.FunctionDef) for n in ast.walk(part)}
    for node in ast.walk(tree):
        changed: list[ast.expr] = []
        match node:
            case ast.Subscript(value, _, ast.Store() | ast.Del()) | ast.Attribute(value, _, ast.Store() | ast.Del()):
                changed = [value]
            case ast.Call(ast.Attribute(value, method), arguments, _):
                changed = [value] * (method in _CHANGING) + arguments * (node not in inside)
            case ast.Call(_, arguments, _) if node not in inside:
                changed = arguments
        for part in changed:
            while isinstance(part, (ast.Subscript, ast.Attribute)):
                part = part.value
            if isinstance(part, ast.Name):
                yield part.id, node


def imported_names(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and the full name of what it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        else:
            root = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or root, root


_CHANGING = frozenset(
    "append byteswap clear extend fill insert itemset partition pop put remove resize reverse setfield setflags "
    "sort".split()
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


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value):
            return isinstance(value, (int, float, complex, str))
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return _is_literal(operand)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv(), right):
            return _is_number(left) and _is_number(right)
        case ast.Tuple(items) | ast.List(items):
            return all(map(_is_literal, items))
        case ast.Call(ast.Attribute(ast.Name(), "array"), [ast.List() as items], keywords):
            return _is_literal(items) and all(k.arg == "dtype" for k in keywords)
    return False


def _is_number(node: ast.expr) -> bool:
    return _is_literal(node) and not any(isinstance(n, (ast.Tuple, ast.List, ast.Call)) for n in ast.walk(node))


def _parsed(module: Module) -> ast.Module:
    if len(module.text) > MAX_CODE_LENGTH:
        raise SymconvError(f"{module.file}: the source is longer than {MAX_CODE_LENGTH:,} characters")
    try:
        tree = ast.parse(module.text)
    except SyntaxError as error:
        place = ast.Pass(lineno=error.lineno or 1, col_offset=max((error.offset or 1) - 1, 0))
        raise module.error(f"this is not Python: {error.msg}", place) from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise SymconvError(f"{module.file}: this cannot be read: {error}") from None
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_CODE_DEPTH:
            raise module.error("this is nested too deeply", node)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree
