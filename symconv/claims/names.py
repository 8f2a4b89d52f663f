"""What the names of a claim stand for: declared tensors and functions, sizes, and bare integers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any

import sympy
from sympy import Expr

from symconv.claims.syntax import Source, Span
from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol
from symconv.expressions.registry import REGISTRY, Operator
from symconv.expressions.tensors import Tensor

#: Operators that have notation of their own and no name in claims.
UNNAMED = {"index", "index_sum", "index_stack", "call", "number", "when", "assume"}
CONSTANTS = {"pi": sympy.pi, "I": sympy.I}
SCALAR_FUNCTIONS = ("exp", "max", "min", "sqrt")
RESERVED = {*SCALAR_FUNCTIONS, "lax", "range"}
LONGEST = 60
DECLARE = "declare as in A[H,W], z[N] complex, b, f()"


def named_operator(name: str) -> Operator | None:
    """The operator that claims may call by this name."""
    return None if name in UNNAMED else REGISTRY.get(name)


class Names:
    """The names of one text.

    An undeclared name is an integer if it stands at least once where only an integer can: in an
    index, a range, or an argument that is no array. Anywhere else it is a mistake.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tensors: dict[str, Tensor] = {}
        self.functions: list[str] = []
        self.sizes: set[str] = set()
        self.integers: set[str] = set()
        self.free: set[str] = set()
        #: Functions of source files: by name, or by file and name.
        self.programs: Mapping[str, Any] = {}

    def fail(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error that points at a node."""
        return self.source.error(message, self.source.places[node], hint)

    def declare(self, tensor: Tensor) -> None:
        """Add a tensor and the names in its shape."""
        self.tensors[tensor.name] = tensor
        self.sizes |= {name for axis in tensor.axes for name in axis.size.names}

    def begin(self, span: Span) -> tuple[str, ast.expr, list[ast.expr] | None, bool]:
        """The parts of a declaration: name, place, the sizes (None for a function), whether it is complex."""
        start, end = span
        words = [m for m in self.source.marks if start <= m.start < end]
        is_complex = len(words) == 2 and words[1].text == "complex"
        if len(words) > 1 and not is_complex:
            where = words[2 if words[1].text == "complex" else 1]
            message = f"unexpected {quoted(where.text)} in a declaration"
            raise self.source.error(message, (where.start, where.end), DECLARE)
        tree = self.source.parse((start, words[1].start if is_complex else end))
        match tree:
            case ast.Name(name):
                sizes: list[ast.expr] | None = []
            case ast.Subscript(ast.Name(name), key):
                sizes = key.elts if isinstance(key, ast.Tuple) else [key]
            case ast.Call(ast.Name(name), [], []) if not is_complex:
                sizes = None
            case _:
                raise self.fail("this is not a declaration", tree, DECLARE)
        if name in self.tensors or name in self.functions:
            raise self.fail(f"{quoted(name)} is declared twice", tree)
        self.check(name, tree)
        for place in names_below(sizes or ()):
            self.check(place.id, place)
        self.sizes |= {place.id for place in names_below(sizes or ())}
        return name, tree, sizes, is_complex

    def distinct(self) -> None:
        """Raise where a name is declared and is a size as well."""
        for node, place in self.source.places.items():
            if isinstance(node, ast.Name) and node.id in self.sizes & {*self.tensors, *self.functions}:
                message = f"{quoted(node.id)} is declared and is a size as well"
                raise self.source.error(message, place, "use two names")

    def check(self, name: str, node: ast.AST) -> None:
        """Raise where a name cannot be given to something new."""
        if name in RESERVED or named_operator(name):
            raise self.fail(f"{quoted(name)} is the name of an operator", node, "choose another name")
        if iskeyword(name):
            raise self.fail(f"{quoted(name)} is a word of claims and no name", node, "choose another name")
        if len(name) > LONGEST:
            raise self.fail(f"the name {quoted(name)} is too long", node)

    def scalar(self, node: ast.Name) -> Expr:
        """What a name stands for that is neither bound nor a tensor: a size, an integer, a constant."""
        name = node.id
        if name in self.sizes:
            return symbol(name)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions or name in RESERVED or named_operator(name):
            raise self.fail(f"{quoted(name)} is a function", node, f"call it: {name}(…)")
        if name in self.integers:
            return symbol(name)
        raise self.unknown(name, node)

    def unknown(self, name: str, node: ast.AST, called: bool = False) -> SymconvError:
        """The error for a name that stands for nothing, with the nearest one that does."""
        known = [*self.tensors, *self.functions, *([] if called else sorted(self.sizes | self.integers))]
        if called:
            known += [*self.programs, *(key.rpartition(".")[2] for key in self.programs)]
            known += [*filter(named_operator, REGISTRY), *SCALAR_FUNCTIONS]
        close = get_close_matches(name, known, 1) if len(name) <= LONGEST else []
        close = close or [n for n in known if n.lower() == name.lower()]
        hint = f"did you mean {quoted(close[0])}?" if close else None
        if hint is None and "." not in name:
            example = short(f"{name}()" if called else f"{name}[n]")
            hint = f"declare it before a colon, as in '{example}: …'"
        return self.fail(f"unknown {'function' if called else 'name'} {quoted(name)}", node, hint)

    def fresh(self, name: str, taken: Iterable[str]) -> str:
        """The name itself, or with a number where it stands for something else already."""
        used = {*self.tensors, *self.functions, *self.sizes, *self.free, *taken}
        number, made = 0, name
        while made in used:
            number += 1
            made = f"{name}{number}"
        return made

    def callee(self, func: ast.expr) -> str:
        """The name of what is called."""
        match func:
            case ast.Name(name):
                return self._program_called(name, func) or name
            case ast.Attribute(ast.Name(file), name) if f"{file}.{name}" in self.programs:
                return f"{file}.{name}"
            case ast.Attribute(ast.Name("symconv"), name) if self.programs:
                return name
            case ast.Attribute(ast.Name("lax"), name):
                return f"lax.{name}"
            case ast.Attribute(_, name):
                hint = f"write {name}(…)" if named_operator(name) else None
                raise self.fail(f"there is no method {quoted(name)}", func, hint)
        raise self.fail("only a name can be called", func)

    def _program_called(self, name: str, func: ast.expr) -> str | None:
        """The one function of a source file that a name can mean; raises where it can mean something else as well."""
        found = [key for key in self.programs if key.rpartition(".")[2] == name]
        known = named_operator(name) is not None or name in RESERVED
        if not found or (len(found) == 1 and not known and name not in self.functions):
            return found[0] if found else None
        ways = [*found, f"symconv.{name}"] if known else found
        what = " and of ".join(key.rpartition(".")[0] or "a function" for key in found)
        other = " and of an operator" if known else " and of a declared function" if name in self.functions else ""
        raise self.fail(f"{quoted(name)} is a name of {what}{other}", func, f"write {' or '.join(ways)}")

    def survey(self, tree: ast.AST) -> None:
        """Note all free names, and which of them stand where only an integer can."""
        self._survey(tree, frozenset(), False)

    def _survey(self, node: ast.AST, bound: frozenset[str], whole: bool) -> None:
        match node:
            case ast.Name(name):
                if name not in bound:
                    self.free.add(name)
                    if whole and name not in CONSTANTS:
                        self.integers.add(name)
            case ast.Subscript(value, key):
                self._survey(value, bound, whole)
                self._survey(key, bound, True)
            case ast.GeneratorExp(element, generators) | ast.ListComp(element, generators):
                for generator in generators:
                    self._survey(generator.iter, bound, whole)
                    bound |= {place.id for place in names_below([generator.target])}
                self._survey(element, bound, whole)
            case ast.IfExp(test, body, orelse):
                self._survey(test, bound, True)
                self._survey(body, bound, whole)
                self._survey(orelse, bound, whole)
            case ast.Call(ast.Name("assume"), [body, *conditions], []):
                self._survey(body, bound, whole)
                for condition in conditions:
                    self._survey(condition, bound, True)
            case ast.Call(func):
                name = self.callee(func)
                program = self.programs.get(name)
                pairs = _given(node, program) if program else _arguments(node, REGISTRY.get(name))
                for parameter, argument in pairs:
                    self._survey(argument, bound, whole or name == "range" if parameter is None else not parameter)
            case _:
                for child in ast.iter_child_nodes(node):
                    self._survey(child, bound, whole)


def names_below(nodes: Iterable[ast.expr]) -> Iterator[ast.Name]:
    """The names in syntax trees, those of scalar functions aside."""
    for node in nodes:
        yield from (n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in RESERVED)


def _arguments(call: ast.Call, op: Operator | None) -> Iterator[tuple[bool | None, ast.expr]]:
    """Each argument with whether it is an array; None where the function is no operator."""
    parameters = list(op.signature.parameters.values()) if op else []
    for i, argument in enumerate(call.args):
        own = next((p.name for p in parameters[: i + 1] if p.kind is p.VAR_POSITIONAL), None)
        name = own or (parameters[i].name if i < len(parameters) else None)
        yield (name in op.operands if op and name else None), argument
    for keyword in call.keywords:
        yield (op.parameter(keyword.arg or "") in op.operands if op else None), keyword.value


def _given(call: ast.Call, program: Any) -> Iterator[tuple[bool | None, ast.expr]]:
    """Each argument of a function of a source file, with False where a whole number belongs."""
    names, integers = getattr(program, "parameters", ()), getattr(program, "integers", ())
    named = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    for name, argument in named:
        yield (False if name in integers else None), argument


def short(text: str) -> str:
    """The text, cut to fit into a message."""
    return text if len(text) <= 40 else text[:37] + "…"


def quoted(name: str) -> str:
    """A name in quotation marks, cut to fit into a message."""
    return f"'{short(name)}'"
