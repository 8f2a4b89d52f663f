"""Where a program is read from: its text, its place, and what its names stand for outside."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from symconv.errors import ShapeError, SymconvError, Unsupported

MAX_LENGTH = 100_000
MAX_DEPTH = 60


@dataclass(frozen=True, eq=False)
class External:
    """A function, module or type of a library, by its full name."""

    name: str


@dataclass(eq=False)
class Module:
    """The text of a file, or of one function, and how names are looked up in it."""

    file: str
    text: str
    first: int = 1
    names: Mapping[str, Any] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)

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
        return External(name) if hasattr(builtins, name) else None


@dataclass(frozen=True, eq=False)
class Function:
    """A Python function that is read."""

    module: Module
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """The function's name."""
        return self.node.name


def outside(value: Any) -> Any:
    """What a Python object from outside a program is in it."""
    match value:
        case ast.AST() | Function() | External() | int() | float() | complex() | str() | None:
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
            return Function(module, node)
    raise SymconvError(f"'{function.__name__}' is not written as a function with def", hint="lambdas are not read")


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
    module = Module(file, text)
    tree = _parsed(module)
    names: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef():
                module.functions[node.name] = node
            case ast.Import(aliases):
                for alias in aliases:
                    root = alias.name if alias.asname else alias.name.split(".")[0]
                    names[alias.asname or root] = External(root)
            case ast.ImportFrom(str() as source, aliases, 0):
                for alias in aliases:
                    names[alias.asname or alias.name] = External(f"{source}.{alias.name}")
            case ast.Assign([ast.Name(target)], ast.Constant(int() | float() | complex() | str() as value)):
                names[target] = value
    module.names = names
    if name not in module.functions:
        known = ", ".join(module.functions) or "none"
        raise SymconvError(f"{file} has no function '{name}'", hint=f"functions in it: {known}")
    return Function(module, module.functions[name])


def _parsed(module: Module) -> ast.Module:
    if len(module.text) > MAX_LENGTH:
        raise SymconvError(f"{module.file}: the source is longer than {MAX_LENGTH:,} characters")
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
        if depth > MAX_DEPTH:
            raise module.error("this is nested too deeply", node)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree


__all__ = ["External", "Function", "Module", "ShapeError", "of_function", "of_text", "outside"]
