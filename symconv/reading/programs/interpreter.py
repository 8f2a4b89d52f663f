"""Programs: functions, calls of them, and their statements one after the other."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.tensors import TensorExpr
from symconv.kernel.presburger import Undecided
from symconv.reading.programs.assignments import Frame
from symconv.reading.programs.held_values import Path, Ref, held
from symconv.reading.programs.looping import Looping
from symconv.reading.programs.source import External, Function, outside
from symconv.reading.programs.summed_terms import Terms, array_of, elements, merged, simplified, terms_of

MAX_CALLS = 20
MAX_PATHS = 32
MAX_STATEMENTS = 5_000
COMPILERS = {"functools.cache", "functools.lru_cache", "jax.jit", "numba.jit", "numba.njit", "torch.no_grad"}
"""Decorators that leave a function's value as it is."""


class Interpreter(Looping):
    """Reads a program on symbolic sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []
        self._statements = 0

    # Calls

    def inlined(self, function: Function, args: list[Any], kwargs: dict[Any, Any], path: Path, node: ast.AST) -> Any:
        """The value of a call of another function that is read."""
        if len(self.frames) >= MAX_CALLS:
            raise self.fail(f"'{function.name}' calls functions too deeply", node, "recursion is not read")
        env = self.arguments(function, args, kwargs, node)
        inner = Path(path.facts, env, path.store, path.guards)
        value, after = self.run(function, inner)
        if after.store is not path.store:
            path.store.clear()
            path.store.update(after.store)
        return value

    def arguments(self, function: Function, args: list[Any], kwargs: dict[Any, Any], node: ast.AST) -> dict[str, Any]:
        """The parameters of a function and what they are given."""
        own = function.node.args
        if own.vararg or own.kwarg or own.posonlyargs:
            raise self.fail(f"'{function.name}' takes starred arguments, which are not understood", node)
        names = [a.arg for a in own.args]
        if len(args) > len(names):
            raise self.fail(f"'{function.name}' takes {len(names)} arguments, not {len(args)}", node)
        env = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name in env or name not in [*names, *(a.arg for a in own.kwonlyargs)]:
                wrong = "twice" if name in env else "but takes no such argument"
                raise self.fail(f"'{function.name}' is given '{name}' {wrong}", node)
            env[name] = value
        defaults = dict(zip(reversed(names), reversed(own.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(own.kwonlyargs, own.kw_defaults, strict=True) if d is not None}
        caller, self.module = getattr(self, "module", function.module), function.module
        for name, default in defaults.items():
            if name not in env:
                known = function.defaults
                env[name] = self.fixed(default, node) if known is None else self._known(known[name], name, node)
        self.module = caller
        missing = [n for n in [*names, *(a.arg for a in own.kwonlyargs)] if n not in env]
        if missing:
            raise self.fail(f"'{function.name}' is not given '{missing[0]}'", node)
        return env

    def _known(self, value: Any, name: str, node: ast.AST) -> Any:
        return None if value is None else self.constant(outside(value), name, node)

    def run(self, function: Function, path: Path) -> tuple[Any, Path]:
        """What a function returns, and the path after it."""
        caller = getattr(self, "module", function.module)
        self.module = function.module
        frame = Frame(function.module)
        self.frames.append(frame)
        try:
            self._check_decorators(function)
            left = self.block(function.node.body, path)
            returned = [*frame.returns, *((p, None) for p in left)]
            returned = [(p, v) for p, v in returned if self.facts(p).allow(())]
            if not returned:
                raise self.fail(f"'{function.name}' never returns", function.node)
            return self._returned(returned, path, function)
        finally:
            self.frames.pop()
            self.module = caller

    def _check_decorators(self, function: Function) -> None:
        for node in function.node.decorator_list:
            found = self.value(node.func if isinstance(node, ast.Call) else node, Path(self.base))
            if not isinstance(found, External) or found.name not in COMPILERS:
                raise self.fail(f"the decorator '{self.segment(node)}' is not understood", node, "read the inner one")

    def _returned(self, returned: list[tuple[Path, Any]], base: Path, function: Function) -> tuple[Any, Path]:
        if len(returned) == 1:
            return returned[0][1], returned[0][0]
        values = [value for _, value in returned]
        node = function.node
        after = self._joined_paths([p for p, _ in returned], base)
        if all(v is None for v in values):
            return None, after
        if any(v is None or isinstance(v, (tuple, list)) for v in values):
            raise self.fail(f"'{function.name}' returns different kinds of values on different paths", node)
        if all(isinstance(v, Poly) and v == values[0] for v in values):
            return values[0], after
        arrays = [self.tensor(v, p, node) for p, v in returned]
        shapes = {tuple(a.size for a in array.axes) for array in arrays}
        if len(shapes) > 1:
            shown = " and ".join(str(list(s)) for s in sorted(shapes, key=str))
            raise self.fail(f"'{function.name}' returns shapes that differ: {shown}", node)
        branches = [
            (self._taken_since(p, base), held(a) if a.axes else terms_of(a))
            for (p, _), a in zip(returned, arrays, strict=True)
        ]
        (shape,) = shapes
        return self._array(shape, merged(branches), base), after

    def _array(self, shape: tuple[Poly, ...], terms: Terms, path: Path) -> TensorExpr:
        facts = elements(shape, self.facts(path))
        return array_of(shape, simplified(terms, facts), facts)

    def block(self, body: Sequence[ast.stmt], path: Path) -> list[Path]:
        """The paths that go on after the statements."""
        paths = [path]
        for statement in body:
            self._statements += 1
            if self._statements > MAX_STATEMENTS:
                raise self.fail("this program is too long when its branches are followed", statement)
            paths = [after for p in paths for after in self._one(statement, p)]
            if len(paths) > MAX_PATHS:
                raise self.fail(f"there are more than {MAX_PATHS} ways to get here", statement, "join the branches")
        return paths

    def _one(self, node: ast.stmt, path: Path) -> list[Path]:
        try:
            return self.statement(node, path)
        except SymconvError as error:
            raise self.module.located(error, node) from None
        except Undecided as error:
            raise self.fail(f"this is too complex: {error}", node) from None

    def statement(self, node: ast.stmt, path: Path) -> list[Path]:
        """The paths that go on after one statement."""
        match node:
            case ast.Pass() | ast.Expr(ast.Constant()):
                pass
            case ast.Expr(ast.Call(ast.Name("print"))):
                pass
            case ast.Expr(value):
                self.value(value, path)
            case ast.Assign(targets, value):
                made = self._kept(self.value(value, path), path)
                for target in targets:
                    self.assign(target, made, path)
            case ast.AnnAssign(target, _, value):
                if value is not None:
                    self.assign(target, self._kept(self.value(value, path), path), path)
            case ast.AugAssign(target, op, value):
                self.augment(target, op, value, path, node)
            case ast.If(test, body, orelse):
                return self.branch(test, body, orelse, path)
            case ast.For():
                return self.loop(node, path)
            case ast.Return(value):
                if self.frames[-1].ended:
                    raise self.fail("a loop that returns", node, "return after the loop")
                made = None if value is None else self.value(value, path)
                if len(self.frames) == 1 and isinstance(made, Ref):
                    self.assigned(made, path, value or node)
                self.frames[-1].returns.append((path, made))
                return []
            case ast.Continue():
                self.frames[-1].ended[-1].append(path)
                return []
            case ast.Assert(test, _):
                self._assert(test, path, node)
            case ast.Raise():
                self._raised(path, node)
                return []
            case ast.Import(aliases):
                for alias in aliases:
                    root = alias.name if alias.asname else alias.name.split(".")[0]
                    path.bind(alias.asname or root, External(root))
            case ast.ImportFrom(str() as source, aliases, 0):
                for alias in aliases:
                    path.bind(alias.asname or alias.name, External(f"{source}.{alias.name}"))
            case _:
                raise self.fail(
                    f"'{_word(node)}' is not understood", node, "programs are made of for, if and assignments"
                )
        return [path]


def _word(node: ast.stmt) -> str:
    words: dict[type, str] = {
        ast.While: "while", ast.With: "with", ast.Try: "try", ast.FunctionDef: "def", ast.ClassDef: "class",
        ast.Break: "break", ast.Delete: "del", ast.Global: "global", ast.Nonlocal: "nonlocal",
        ast.AsyncFor: "async for",
        ast.AsyncFunctionDef: "async def", ast.AsyncWith: "async with", ast.Import: "import", ast.ImportFrom: "import",
    }  # fmt: skip
    return words.get(type(node), type(node).__name__.lower())
