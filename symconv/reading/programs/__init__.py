"""Programs as they stand, as expressions: Python loop nests and NumPy code.

A program's source is read and never run. Its loops are read at one symbolic index, and summed by
what one iteration does to each variable; what is not understood is an error with file and line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from symconv.errors import SymconvError
from symconv.formulas.conditions import Compare
from symconv.reading.programs.origins.source import Class, Function, module_of, of_function, of_text
from symconv.reading.programs.origins.whole_parameters import whole_parameters
from symconv.reading.programs.running import Known, run, run_method
from symconv.reading.text_files import read_text


@dataclass(frozen=True)
class Program:
    """A Python function that is read; calling it on tensors builds the expression that it computes."""

    source: Function | Class
    known: Known = Known()

    @property
    def is_class(self) -> bool:
        """Whether this is a class, which makes instances."""
        return isinstance(self.source, Class)

    def method(self, name: str) -> Callable[..., Any]:
        """A method of a class, called on an instance of which the keywords that it does not take are attributes."""
        if not isinstance(self.source, Class):
            raise SymconvError(f"'{self.source.name}' is a function and has no methods")
        return partial(run_method, self.source, name, self.known)

    def under(self, sizes: Sequence[str], conditions: Sequence[Compare]) -> Program:
        """The program where names are sizes of 1 or more, and conditions are known to hold."""
        return replace(self, known=Known(tuple(sizes), tuple(conditions)))

    @property
    def function(self) -> Function | None:
        """The function that is called: of a class, the one that makes its instances; None where it has none."""
        if isinstance(self.source, Function):
            return self.source
        made = self.source.members.get("__init__")
        return self.source.function(made) if isinstance(made, ast.FunctionDef) else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is taken for granted of the machine that the program is for."""
        exact = "arithmetic is exact: rounding, and types that are narrower, are left out"
        return (exact,) if "triton" in self.source.module.libraries else ()

    @property
    def __name__(self) -> str:
        return self.source.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(a.arg for a in self._written)

    @property
    def _written(self) -> list[ast.arg]:
        written = self.function.parameters if self.function is not None else []
        return written if isinstance(self.source, Function) else written[1:]

    @property
    def integers(self) -> frozenset[str]:
        """The parameters that are whole numbers: by annotation, by default, or by how the function uses them."""
        if self.function is None:
            return frozenset()
        defaults = self.function.written_defaults
        told = (
            a.arg
            for a in self._written
            if isinstance(a.annotation, ast.Name)
            and a.annotation.id == "int"
            or isinstance(default := defaults.get(a.arg), ast.Constant)
            and type(default.value) is int
        )
        return frozenset(told) | whole_parameters(self.function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value: an expression, a tuple of them, or None.

        Sizes that the program needs (shapes that are not negative, what it asserts) are assumed and
        reported. Raises `SymconvError` with file and line for what is not understood, and for an index
        that can be out of range, with the smallest sizes at which it is.
        """
        return run(self.source, args, kwargs, self.known)

    def __repr__(self) -> str:
        return f"<program {self.source.name}>"


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
    programs: dict[str, Program] = {}
    seen: dict[str, str] = {"lax": "symconv's lax", "symconv": "symconv"}
    for file in files:
        stem = re.sub(r"\W", "_", Path(file).stem)
        if stem in seen:
            raise SymconvError(f"{file} and {seen[stem]} have one name", hint="give the file another name")
        seen[stem] = file
        module = module_of(_text(file), file)
        programs |= {f"{stem}.{name}": Program(module.lookup(name)) for name in module.functions}
    return programs


def _text(file: str) -> str:
    try:
        return read_text(Path(file))
    except (OSError, UnicodeError, ValueError) as error:
        raise SymconvError(f"{file} cannot be read: {error}") from None


def from_source(text: str, name: str, file: str = "<text>") -> Program:
    """The program of a function in the text of a module.

    >>> from symconv import Tensor
    >>> double = from_source("def double(x):\\n    return 2 * x", "double")
    >>> double(Tensor("x", 3))
    2*x
    """
    return Program(of_text(text, name, file))
