"""Programs as they stand, as expressions: Python loop nests and NumPy code.

A program's source is read and never run. Its loops are read at one symbolic index, and summed by
what one iteration does to each variable; what is not understood is an error with file and line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import sympy
from sympy import Integer, Symbol, Tuple
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol, to_poly, with_symbols_of
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import ElementwiseFunction, Operation, Tensor, TensorExpr, as_tensor, exact
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.operators.conditional import written
from symconv.reading.programs.held_values import Derived, Path, Ref, held
from symconv.reading.programs.interpreter import Interpreter
from symconv.reading.programs.source import Function, module_of, of_function, of_text, outside


@dataclass(frozen=True)
class Program:
    """A Python function that is read; calling it on tensors builds the expression that it computes."""

    function: Function

    @property
    def __name__(self) -> str:
        return self.function.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(a.arg for a in (*self.function.node.args.args, *self.function.node.args.kwonlyargs))

    @property
    def integers(self) -> frozenset[str]:
        """The parameters that are whole numbers: those with `int` after a colon or a whole number as default."""
        own = self.function.node.args
        defaults = [None] * (len(own.args) - len(own.defaults)) + [*own.defaults, *own.kw_defaults]
        return frozenset(
            a.arg
            for a, default in zip([*own.args, *own.kwonlyargs], defaults, strict=True)
            if isinstance(a.annotation, ast.Name)
            and a.annotation.id == "int"
            or isinstance(default, ast.Constant)
            and type(default.value) is int
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value: an expression, a tuple of them, or None.

        Sizes that the program needs (shapes that are not negative, what it asserts) are assumed and
        reported. Raises `SymconvError` with file and line for what is not understood, and for an index
        that can be out of range, with the smallest sizes at which it is.
        """
        return _read(self.function, args, kwargs)

    def __repr__(self) -> str:
        return f"<program {self.function.name}>"


def from_python(function: Callable[..., Any] | str) -> Program:
    """The program of a Python function, whose source is read and never run.

    A text is that of a file: "file.py:function". Raises `SymconvError` where there is no source.

    >>> from symconv import Tensor, correlate, prove, sizes
    >>> def valid(x, k):
    ...     y = [0] * (len(x) - len(k) + 1)
    ...     for i in range(len(y)):
    ...         for u in range(len(k)):
    ...             y[i] += x[i + u] * k[u]
    ...     return y
    >>> N, M = sizes("N M")
    >>> x, k = Tensor("x", N), Tensor("k", M)
    >>> prove(from_python(valid)(x, k), correlate(x, k, "valid")).verdict
    'proved'
    """
    if not isinstance(function, str):
        return Program(of_function(function))
    file, _, name = function.rpartition(":")
    if not file or not name.isidentifier():
        raise SymconvError(f"{function!r} does not name a function", hint='as in "file.py:function"')
    return Program(of_text(_text(file), name, file))


def from_file(*files: str) -> dict[str, Program]:
    """The programs of all functions of source files, by file and name: conv.blur for `blur` in conv.py.

    For `symconv.parse(claim, programs)`. The files are read and never run. Raises `SymconvError` for what
    is no Python file.
    """
    found: dict[str, Program] = {}
    seen: dict[str, str] = {"lax": "symconv's lax", "symconv": "symconv"}
    for file in files:
        stem = re.sub(r"\W", "_", FilePath(file).stem)
        if stem in seen:
            raise SymconvError(f"{file} and {seen[stem]} have one name", hint="give the file another name")
        seen[stem] = file
        module = module_of(_text(file), file)
        found |= {f"{stem}.{name}": Program(Function(module, node)) for name, node in module.functions.items()}
    return found


def _text(file: str) -> str:
    try:
        return FilePath(file).read_text(encoding="utf-8")
    except (OSError, UnicodeError, ValueError) as error:
        raise SymconvError(f"{file} cannot be read: {error}") from None


def from_source(text: str, name: str, file: str = "<text>") -> Program:
    """The program of a function in the text of a module.

    >>> double = from_source("def double(x):\\n    return 2 * x", "double")
    >>> double(Tensor("x", 3))
    2*x
    """
    return Program(of_text(text, name, file))


def _read(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    run = Interpreter()
    given = [*args, *kwargs.values()]
    tensors = [t for value in given if isinstance(value, TensorExpr) for t in value.atoms(Tensor)]
    names = {s.name for value in given if isinstance(value, Basic) for s in value.atoms(Symbol)}
    sizes = tuple(sorted({str(axis.size) for t in tensors for axis in t.axes} & names))
    conditions = [Compare(axis.size - 1, ">=") for t in tensors for axis in t.axes if str(axis.size) not in sizes]
    needs: list[Compare] = []
    for value in given:
        if isinstance(value, TensorExpr) and not isinstance(value, Tensor):
            needs += [Compare(axis.size, ">=") for axis in value.axes]
            needs += [n for n in _needs(value) if n.poly.names <= names]
    run.base = Facts(sizes, tuple(sorted(names - {*sizes})), tuple(conditions))
    run.given = names
    run._taken |= names | {t.name for t in tensors}
    run.needs += [n for n in dict.fromkeys(needs) if not run.base.implies(n)]
    path = Path(run.base)
    seen: dict[Any, Any] = {}
    run.module = function.module
    values = [_given(v, path, seen) for v in args]
    named = {k: _given(v, path, seen) for k, v in kwargs.items()}
    env = run.arguments(function, values, named, function.node)
    value, after = run.run(function, Path(run.base, env, path.store))
    own = {symbol(s.name): s for v in given if isinstance(v, Basic) for s in v.atoms(Symbol)}
    return _outward(value, run, after, function, {ours: s for ours, s in own.items() if ours != s})


def _needs(expr: TensorExpr) -> list[Compare]:
    if not isinstance(expr, Operation):
        return []
    return [*expr.definition.needs, *(n for child in expr.children for n in _needs(child))]


def _given(value: Any, path: Path, seen: dict[Any, Any]) -> Any:
    """An argument as the program holds it; the same array twice is one array."""
    if isinstance(value, TensorExpr) or hasattr(value, "tolist"):
        array = as_tensor(value)
        if not array.axes:
            return array
        if array not in seen:
            shape = tuple(axis.size for axis in array.axes)
            whole = getattr(getattr(value, "dtype", None), "kind", "f") in "iub"
            seen[array] = path.new(shape, held(array), is_complex=is_complex(array), is_integer=whole)
        return seen[array]
    if isinstance(value, (bool, str, ElementwiseFunction)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_given(v, path, seen) for v in value)
    if isinstance(value, (int, float, complex, sympy.Expr)):
        return to_poly(exact(value))
    found = outside(value)
    if found is value:
        raise SymconvError(f"{value!r} cannot be an argument of a program")
    return found


def _outward(value: Any, run: Interpreter, path: Path, function: Function, own: dict[Any, Any]) -> Any:
    """What a program returns, for those who called it, in the symbols that they gave."""
    if value is None:
        return None
    if isinstance(value, tuple) or isinstance(value, list) and any(isinstance(v, (Ref, Derived)) for v in value):
        return tuple(_outward(v, run, path, function, own) for v in value)
    made = _plain(run.tensor(value, path, function.node))
    for left in (t.name.partition(".")[0] for t in made.atoms(Tensor) if "." in t.name):
        raise run.fail(f"what '{left}' holds after a loop has no closed form here", function.node)
    needs = run.base.needed(run.needs)
    integers = {*run.base.integers} & {str(s) for s in made.free_symbols}
    inner = run.base.given(needs)
    if needs or integers or not all(n.poly.names <= run.given and inner.implies(n) for n in _needs(made)):
        made = REGISTRY["assume"](made, written(needs))
    return made.xreplace(own) if own else made


def _plain(made: TensorExpr) -> TensorExpr:
    """The expression with x[0] as people write it, where a name became 0."""
    first = Tuple(Str("at"), Integer(0))
    reads = [n for n in made.atoms(Operation) if n.operator.name == "index" and isinstance(n.arguments["a"], Tensor)]
    return made.xreplace({n: n.xreplace({first: Integer(0)}) for n in reads if n.has(first)})


__all__ = ["Poly", "Program", "from_file", "from_python", "from_source", "with_symbols_of"]
