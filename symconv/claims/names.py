"""What the names of a claim stand for: declared tensors and functions, sizes, and bare integers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any

import sympy
from sympy import Expr

from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import Tensor
from symconv.libraries.library_table import AMBIGUOUS_METHODS, MODULES, function_named, nearest
from symconv.limits import MAX_NAME_LENGTH

#: Operators that have notation of their own and no name in claims.
UNNAMED = {"index", "index_sum", "index_stack", "call", "number", "when", "assume", "needing"}
CONSTANTS = {"pi": sympy.pi, "I": sympy.I}
SCALAR_FUNCTIONS = ("exp", "log", "max", "min", "sqrt")
RESERVED = {*SCALAR_FUNCTIONS, "lax", "range"}
_SIZES = "sizes are named where they are declared, as n in x[n]"
_EXACT = "numbers are exact as they are: leave it out"
_SQUARES = "compare squares, as dot(x, x) or x*conj(x)"
INSTEAD = {
    **dict.fromkeys(("len", "shape", "size"), _SIZES),
    **dict.fromkeys(("float", "int", "complex", "round", "Fraction"), _EXACT),
    **dict.fromkeys(("abs", "norm", "absolute"), _SQUARES),
    "vecdot": "write sum(conj(x)*y, axis=-1)",
    "cos": "write (exp(1j*t) + exp(-1j*t))/2",
    "sin": "write (exp(1j*t) - exp(-1j*t))/2j",
}
"""What says the same as functions that claims do not have."""
DECLARE = "declare as in A[H,W], z[N] complex, b, p int, f()"


def named_operator(name: str) -> Operator | None:
    """The operator that claims may call by this name."""
    return None if name in UNNAMED else REGISTRY.get(name)


@dataclass
class Names:
    """The names of one text.

    An undeclared name is an integer if it stands at least once where only an integer can: in an
    index, a range, an argument that is no array, or an operation on whole numbers. Anywhere else it
    could be a real number or an array as well, and has to be declared. Names are open while that is
    not yet known: then any other name may become an integer.
    """

    source: Source
    tensors: dict[str, Tensor] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    sizes: set[str] = field(default_factory=set)
    #: Integers that are declared as such.
    parameters: list[str] = field(default_factory=list)
    integers: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    #: Functions of source files: by name, or by file and name.
    programs: Mapping[str, Any] = field(default_factory=dict)
    #: What is said of names that stand for nothing.
    hints: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    #: Whether hypotheses are read, whose names stand in the sides as well.
    is_supposing: bool = False

    def declare(self, tensor: Tensor) -> None:
        """Add a tensor and the names in its shape."""
        self.tensors[tensor.name] = tensor
        self.sizes |= {name for axis in tensor.axes for name in axis.size.names}

    def check_new(self, name: str, node: ast.AST) -> None:
        """Raise where a name cannot be declared."""
        if name in self.tensors or name in self.functions or name in self.parameters:
            raise self.source.fail(f"{quoted(name)} is declared twice", node)
        self.check(name, node)

    def check(self, name: str, node: ast.AST) -> None:
        """Raise where a name cannot be given to something new."""
        if name in RESERVED or named_operator(name):
            raise self.source.fail(f"{quoted(name)} is the name of an operator", node, "choose another name")
        if iskeyword(name):
            raise self.source.fail(f"{quoted(name)} is a word of claims and no name", node, "choose another name")
        if len(name) > MAX_NAME_LENGTH:
            raise self.source.fail(f"the name {quoted(name)} is too long", node)

    def check_distinct(self) -> None:
        """Raise where a name is declared and is a size as well."""
        twice = self.sizes & {*self.tensors, *self.functions, *self.parameters}
        for node, place in self.source.places.items():
            if isinstance(node, ast.Name) and node.id in twice:
                message = f"{quoted(node.id)} is declared and is a size as well"
                raise self.source.error(message, place, "use two names")

    def scalar(self, node: ast.Name) -> Expr:
        """What a name stands for that is neither bound nor a tensor: a size, an integer, a constant."""
        name = node.id
        if name in self.sizes:
            return symbol(name)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions or named_operator(name) or (name in RESERVED and not self.is_open):
            raise self.source.fail(f"{quoted(name)} is a function", node, f"call it: {name}(…)")
        if self.is_open or name in self.integers or name in self.parameters:
            return symbol(name)
        raise self.unknown(name, node)

    def unknown(self, name: str, node: ast.AST, called: bool = False) -> SymconvError:
        """The error for a name that stands for nothing, with the nearest one that does."""
        close = self.nearest(name, called)
        hint = self.hints.get(name) or (INSTEAD.get(name) if called else None)
        hint = hint or (f"did you mean {quoted(close)}?" if close else None)
        if hint is None and self.is_supposing and not called:
            hint = (
                f"a name that stands only in 'if' says nothing; for all of an array: [… for {short(name)} in range(n)]"
            )
        if hint is None and "." not in name:
            hint = f"declare it before a colon, as in '{short(f'{name}()' if called else f'{name}[n]')}: …'"
            hint += "" if called else f", '{short(name)}: …' or '{short(f'{name} int')}: …'"
        return self.source.fail(f"unknown {'function' if called else 'name'} {quoted(name)}", node, hint)

    def nearest(self, name: str, called: bool = False) -> str | None:
        """The known name that is spelled nearly like one, if there is one."""
        known = [*self.tensors, *self.functions]
        known += [] if called else sorted(self.sizes.union(self.integers, self.parameters))
        if called:
            known += [*self.programs, *(key.rpartition(".")[2] for key in self.programs)]
            known += [*filter(named_operator, REGISTRY), *SCALAR_FUNCTIONS]
        close = get_close_matches(name, known, 1) if len(name) <= MAX_NAME_LENGTH else []
        close = close or [n for n in known if n.lower() == name.lower()]
        return close[0] if close else None

    def fresh(self, name: str, taken: Iterable[str]) -> str:
        """The name itself, or with a number where it stands for something else already."""
        used = {*self.tensors, *self.functions, *self.sizes, *self.parameters, *self.free, *taken}
        number, unused = 0, name
        while unused in used:
            number += 1
            unused = f"{name}{number}"
        return unused

    def callee(self, func: ast.expr) -> str:
        """The name of what is called."""
        match func:
            case ast.Name(name):
                return self._program_called(name, func) or name
            case ast.Attribute(ast.Name(file), name) if f"{file}.{name}" in self.programs:
                return f"{file}.{name}"
            case ast.Attribute(ast.Name("symconv"), name) if self.programs:
                return name
            case ast.Attribute(owner, name):
                return self._of_library(owner, name, func)
        raise self.source.fail("only a name can be called", func)

    def _of_library(self, owner: ast.expr, name: str, func: ast.expr) -> str:
        """The full name of a function of a library; raises for what is no such function."""
        first, path = owner, [name]
        while isinstance(first, ast.Attribute):
            path.insert(0, first.attr)
            first = first.value
        if not isinstance(first, ast.Name) or first.id in self.tensors:
            operator = named_operator(name)
            is_same = operator and operator.library.startswith("numpy.") and name not in AMBIGUOUS_METHODS
            raise self.source.fail(f"there is no method {quoted(name)}", func, f"write {name}(…)" if is_same else None)
        written = ".".join([first.id, *path])
        if first.id not in MODULES:
            hint = "known are functions of numpy (np), scipy (signal, ndimage), torch (F), jax (jnp, lax) and einops"
            raise self.source.fail(f"unknown function {quoted(written)}", func, hint)
        full = ".".join([MODULES[first.id], *path])
        if full.startswith("jax.lax.") and named_operator(full.removeprefix("jax.")):
            return full.removeprefix("jax.")
        if function_named(full) is None:
            raise self.source.fail(f"unknown function {quoted(written)}", func, nearest(full))
        return full

    def _program_called(self, name: str, func: ast.expr) -> str | None:
        """The one function of a source file that a name can mean; raises where it can mean something else as well."""
        candidates = [key for key in self.programs if key.rpartition(".")[2] == name]
        known = named_operator(name) is not None or name in RESERVED
        if not candidates or (len(candidates) == 1 and not known and name not in self.functions):
            return candidates[0] if candidates else None
        ways = [*candidates, f"symconv.{name}"] if known else candidates
        what = " and of ".join(key.rpartition(".")[0] or "a function" for key in candidates)
        other = " and of an operator" if known else " and of a declared function" if name in self.functions else ""
        raise self.source.fail(f"{quoted(name)} is a name of {what}{other}", func, f"write {' or '.join(ways)}")


def names_below(nodes: Iterable[ast.expr]) -> Iterator[ast.Name]:
    """The names in syntax trees, those of scalar functions aside."""
    for node in nodes:
        yield from (n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in RESERVED)


def short(text: str) -> str:
    """The text, cut to fit into a message."""
    return text if len(text) <= 40 else text[:37] + "…"


def quoted(name: str) -> str:
    """A name in quotation marks, cut to fit into a message."""
    return f"'{short(name)}'"
