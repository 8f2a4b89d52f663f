"""Where a program is read from: its text, its place, and what its names stand for outside."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from symconv.errors import SymconvError, Unsupported
from symconv.limits import MAX_CODE_DEPTH, MAX_CODE_LENGTH
from symconv.reading.programs.origins.module_names import External as External
from symconv.reading.programs.origins.module_names import Fallible as Fallible
from symconv.reading.programs.origins.module_names import Unclear as Unclear
from symconv.reading.programs.origins.module_names import bound_names


@dataclass(eq=False)
class Module:
    """The text of a file, or of one function, and how names are looked up in it."""

    file: str
    text: str
    first: int = 1
    names: Mapping[str, Any] = field(default_factory=dict)
    rebound: frozenset[str] = frozenset()
    """Names with several values, of which functions see the last one."""
    hidden: Unclear | None = None
    imported: set[str] = field(default_factory=set)
    """What is imported anywhere in the text, functions included."""

    @property
    def loading(self) -> Module:
        """The module while it is loaded, when it is not clear which of several values a name has."""
        unclear = {n: Unclear(ast.Pass(), "is given a value more than once") for n in self.rebound}
        return replace(self, names={**self.names, **unclear}, rebound=frozenset()) if unclear else self

    @property
    def functions(self) -> dict[str, ast.FunctionDef | ast.ClassDef]:
        """The functions and classes by name."""
        return {n: v for n, v in self.names.items() if isinstance(v, (ast.FunctionDef, ast.ClassDef))}

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The libraries of arrays that the module imports."""
        named = (getattr(value, "name", None) or getattr(value, "__name__", "") for value in self.names.values())
        roots = {str(name).partition(".")[0] for name in (*named, *self.imported)}
        return frozenset(roots & {"numpy", "torch", "jax", "triton"})

    @property
    def arrays_are_values(self) -> bool:
        """Whether arrays never change, as those of JAX do not."""
        return self.libraries == {"jax"}

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
        if name in self.names:
            return self._standing_for(self.names[name])
        return self.hidden or (External(name) if hasattr(builtins, name) else None)

    def _standing_for(self, value: Any) -> Any:
        match value:
            case ast.FunctionDef() | ast.Lambda():
                return Function(self, value)
            case ast.ClassDef():
                return Class(self, value)
            case Fallible(works, otherwise, node):
                return Fallible(self._standing_for(works), tuple(map(self._standing_for, otherwise)), node)
        return outside(value)


@dataclass(frozen=True, eq=False)
class Enclosing:
    """What the names of the functions around a function hold, and which call of the nearest one that is."""

    call: Any
    names: Mapping[str, Any]
    around: Enclosing | None = None


@dataclass(frozen=True, eq=False)
class Function:
    """A Python function that is read, or a lambda."""

    module: Module
    node: ast.FunctionDef | ast.Lambda
    defaults: Mapping[str, Any] | None = None
    """What parameters are if they are not given, where that is known already."""
    made_with: Mapping[str, Any] = field(default_factory=dict)
    """What parameters of a function inside of another are if they are not given."""
    enclosing: Enclosing | None = None
    is_plain: bool = False
    """Whether its decorators are left out."""

    @property
    def name(self) -> str:
        """The function's name."""
        return getattr(self.node, "name", "lambda")

    @property
    def parameters(self) -> list[ast.arg]:
        """The parameters that are not starred."""
        args = self.node.args
        return [*args.posonlyargs, *args.args, *args.kwonlyargs]

    @property
    def body(self) -> list[ast.stmt]:
        """The statements."""
        if isinstance(self.node, ast.Lambda):
            return [ast.copy_location(ast.Return(self.node.body), self.node)]
        return self.node.body

    @property
    def decorators(self) -> list[ast.expr]:
        """The decorators, the outermost first."""
        return self.node.decorator_list if isinstance(self.node, ast.FunctionDef) and not self.is_plain else []

    @cached_property
    def stored(self) -> frozenset[str]:
        """The names that are local to the function because it gives them values."""
        named = self.node.args
        given = {a.arg for a in (*self.parameters, named.vararg, named.kwarg) if a is not None}
        return frozenset(given | {name for statement in self.body for name in stored_names(statement)})

    @property
    def is_generator(self) -> bool:
        """Whether a call yields."""
        return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for s in self.body for n in own_nodes(s))

    @property
    def written_defaults(self) -> Mapping[str, ast.expr]:
        """What parameters are if they are not given, as it is written."""
        args = self.node.args
        leading = zip(reversed([*args.posonlyargs, *args.args]), reversed(args.defaults), strict=False)
        return {a.arg: d for a, d in (*leading, *zip(args.kwonlyargs, args.kw_defaults, strict=True)) if d is not None}


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, but nothing inside of functions and classes that it defines."""
    yield node
    if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.AsyncFunctionDef)):
        for child in ast.iter_child_nodes(node):
            yield from own_nodes(child)


def stored_names(node: ast.AST) -> Iterator[str]:
    """The names that a statement of a function may bind, those of comprehensions aside."""
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Lambda)):
        return
    match node:
        case ast.Name(name, ast.Store() | ast.Del()) | ast.FunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.Import(aliases) | ast.ImportFrom(_, aliases, _):
            yield from ((a.asname or a.name).split(".")[0] for a in aliases)
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        for child in ast.iter_child_nodes(node):
            yield from stored_names(child)


@dataclass(frozen=True, eq=False)
class Class:
    """A Python class that is read."""

    module: Module
    node: ast.ClassDef

    @property
    def name(self) -> str:
        """The class's name."""
        return self.node.name

    @cached_property
    def members(self) -> Mapping[str, ast.AST]:
        """What the class's own statements define; those that are not understood stand for themselves."""
        found: dict[str, ast.AST] = {}
        for node in self.node.body:
            match node:
                case ast.FunctionDef(name) | ast.ClassDef(name):
                    found[name] = node
                case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                    found[name] = node
                case _:
                    found |= dict.fromkeys(stored_names(node), node)
        return found

    def function(self, node: ast.FunctionDef) -> Function:
        """One of its functions."""
        return Function(self.module, node)


def outside(value: Any) -> Any:
    """What a Python object from outside a program is in it."""
    match value:
        case ast.AST() | Function() | Class() | External() | Unclear() | int() | float() | complex() | str() | None:
            return value
        case ModuleType():
            return External(value.__name__, is_module=True)
        case FunctionType() if value.__module__.split(".")[0] not in _LIBRARIES:
            return of_function(value)
        case type() if (getattr(value, "__module__", "").split(".")[0] not in _LIBRARIES) and _has_source(value):
            return of_class(value)
    name = getattr(value, "__name__", None)
    if name is None:
        return value
    return External(f"{getattr(value, '__module__', None) or 'numpy'}.{name}")


_LIBRARIES = frozenset("builtins numpy scipy einops torch jax math functools itertools".split())


def _has_source(value: type) -> bool:
    try:
        return bool(inspect.getsource(value))
    except (OSError, TypeError):
        return False


def of_class(value: type) -> Class:
    """The source of a Python class."""
    lines, first = inspect.getsourcelines(value)
    text = textwrap.dedent("".join(lines))
    names = vars(inspect.getmodule(value) or object)
    module = Module(Path(inspect.getsourcefile(value) or "?").name, text, max(first, 1), names)
    (node,) = (n for n in _parsed(module).body if isinstance(n, ast.ClassDef))
    return Class(module, node)


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


def of_text(text: str, name: str, file: str = "<text>") -> Function | Class:
    """A function or class of a module's text, which is never run; raises `SymconvError` where it is not there."""
    module = module_of(text, file)
    if name not in module.functions:
        known = ", ".join(module.functions) or "none"
        unclear = module.names.get(name)
        if isinstance(unclear, (Fallible, Unclear)):
            raise module.error(f"'{name}' {unclear.reason}", unclear.node)
        raise SymconvError(f"{file} has no function '{name}'", hint=f"functions in it: {known}")
    found: Function | Class = module.lookup(name)
    return found


def module_of(text: str, file: str = "<text>") -> Module:
    """The functions and names of a module's text, which is never run."""
    module = Module(file, text)
    bound = bound_names(_parsed(module))
    module.names, module.rebound, module.hidden = bound.names, bound.rebound, bound.hidden
    return module


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
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module.imported |= {node.module or ""} if isinstance(node, ast.ImportFrom) else {a.name for a in node.names}
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree
