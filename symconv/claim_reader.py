"""Python's expression syntax, as far as claims use it, read into tensor expressions and conditions.

The syntax tree is walked and never evaluated. Every node that is built has a place in the text,
and whatever is wrong with it is reported there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import count, pairwise
from math import comb
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Integer

from symconv.claim_syntax import Source, Span
from symconv.conversion import symbol, to_poly, to_sympy
from symconv.errors import SymconvError
from symconv.kernel.formulas import All, AnyOf, Compare, Condition, Negation
from symconv.kernel.polynomials import Extremum, Floor, Poly, extremum
from symconv.operators.registry import REGISTRY, Operator
from symconv.tensors import Tensor, TensorExpr, as_tensor, exact

#: Operators that have notation of their own and no name in claims.
UNNAMED = {"index", "index_sum", "index_stack", "call", "number"}
CONSTANTS = {"pi": sympy.pi, "I": sympy.I}
SCALAR_FUNCTIONS = ("exp", "max", "min", "sqrt")
RESERVED = {*SCALAR_FUNCTIONS, "lax", "range"}
MAX_INTEGER = 10**18
MAX_POWER = 64
MAX_MONOMIALS = 2_000

Bound: TypeAlias = Mapping[str, Expr]

_INFIX = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power", ast.MatMult: "matmul"}
_FOREIGN = {
    ast.Compare: "a comparison", ast.BoolOp: "'and' or 'or'", ast.IfExp: "'if … else'", ast.Lambda: "a lambda",
    ast.Dict: "a dictionary", ast.Set: "a set", ast.JoinedStr: "an f-string", ast.NamedExpr: "an assignment",
    ast.Starred: "a starred argument", ast.DictComp: "a dictionary", ast.SetComp: "a set",
}  # fmt: skip
_ORDER: dict[type, Callable[[Poly, Poly], Compare]] = {
    ast.Eq: lambda a, b: Compare(a - b, "=="),
    ast.NotEq: lambda a, b: Compare(a - b, "!="),
    ast.GtE: lambda a, b: Compare(a - b, ">="),
    ast.LtE: lambda a, b: Compare(b - a, ">="),
    ast.Gt: lambda a, b: Compare(a - b - 1, ">="),
    ast.Lt: lambda a, b: Compare(b - a - 1, ">="),
}


class Reader:
    """Reads the parts of one text; knows what is declared and where each node stands."""

    def __init__(self, source: Source, tensors: Iterable[Tensor] = (), functions: Iterable[str] = ()) -> None:
        self.source = source
        self.tensors: dict[str, Tensor] = {}
        self.functions: list[str] = []
        self.sizes: set[str] = set()
        self.integers: set[str] = set()
        self.free: set[str] = set()
        self.spans: dict[TensorExpr, Span] = {}
        for tensor in tensors:
            self._declare(tensor)
        self.functions += functions

    def fail(self, message: str, node: ast.AST, hint: str | None = None) -> SymconvError:
        """The error that points at a node."""
        return self.source.error(message, self.source.places[node], hint)

    # Declarations

    def declaration(self, span: Span) -> None:
        """Read `name[size, …]`, `name` or `name()`, the first two perhaps followed by `complex`."""
        start, end = span
        words = [m for m in self.source.marks if start <= m.start < end and m.text != ","]
        is_complex = False
        if len(words) > 1:
            last = words[-1]
            is_complex = last.text == "complex"
            if not is_complex or len(words) > 2:
                wrong = words[1]
                raise self.source.error(f"unexpected {_quoted(wrong.text)} in a declaration", (wrong.start, wrong.end),
                                        hint="declare as in A[H,W], z[N] complex, b, f()")  # fmt: skip
            end = last.start
        tree = self.source.parse((start, end))
        match tree:
            case ast.Name(name):
                self._new(name, tree)
                self._declare(Tensor(name, complex=is_complex))
            case ast.Subscript(ast.Name(name), key):
                self._new(name, tree)
                items = key.elts if isinstance(key, ast.Tuple) else [key]
                shape = [self._size(item) for item in items]
                try:
                    self._declare(Tensor(name, *shape, complex=is_complex))
                except SymconvError as error:
                    raise error.located(self.source.text, self.source.places[tree]) from None
            case ast.Call(ast.Name(name), [], []):
                if is_complex:
                    raise self.fail("a function is not declared complex", tree)
                self._new(name, tree)
                self.functions.append(name)
            case _:
                raise self.fail("this is not a declaration", tree, "declare as in A[H,W], z[N] complex, b, f()")

    def declared(self, spans: Iterable[Span]) -> None:
        """Read all declarations; a name stands for one thing only."""
        spans = list(spans)
        for span in spans:
            self.declaration(span)
        for name in self.sizes & {*self.tensors, *self.functions}:
            place = next(p for n, p in self.source.places.items() if isinstance(n, ast.Name) and n.id == name)
            raise self.source.error(f"{_quoted(name)} is declared and is a size as well", place, "use two names")

    def _new(self, name: str, node: ast.AST) -> None:
        if name in self.tensors or name in self.functions:
            raise self.fail(f"{_quoted(name)} is declared twice", node)
        self._allowed(name, node)

    def _allowed(self, name: str, node: ast.AST) -> None:
        if name in RESERVED or _operator(name):
            raise self.fail(f"{_quoted(name)} is the name of an operator", node, "choose another name")
        if len(name) > 60:
            raise self.fail(f"the name {_quoted(name)} is too long", node)

    def _declare(self, tensor: Tensor) -> None:
        self.tensors[tensor.name] = tensor
        self.sizes |= {name for axis in tensor.axes for name in axis.size.names}

    def _size(self, node: ast.expr) -> Expr:
        names = {n.id: n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in RESERVED}
        for name, place in names.items():
            self._allowed(name, place)
        self.sizes |= names.keys()
        size = self.integer(node, {})
        if isinstance(size, int) and size < 1:
            raise self.fail(f"a size of {size}", node, "sizes are 1 or more")
        return size

    # Names

    def survey(self, tree: ast.AST) -> None:
        """Note which free names stand where only an integer can: in an index, a range, an argument."""
        self._survey(tree, frozenset(), False)

    def _survey(self, node: ast.AST, bound: frozenset[str], whole: bool) -> None:
        match node:
            case ast.Name(name):
                if name not in bound:
                    self.free.add(name)
                    if whole and (name not in CONSTANTS or name in self.sizes):
                        self.integers.add(name)
            case ast.Subscript(value, key):
                self._survey(value, bound, whole)
                self._survey(key, bound, True)
            case ast.GeneratorExp(element, generators) | ast.ListComp(element, generators):
                for generator in generators:
                    self._survey(generator.iter, bound, whole)
                    bound |= {generator.target.id} if isinstance(generator.target, ast.Name) else set()
                self._survey(element, bound, whole)
            case ast.Call(func, arguments, keywords):
                op = REGISTRY.get(self._callee(func))
                named = [(k.arg, k.value) for k in keywords]
                positional = list(zip(_parameters(op, len(arguments)), arguments, strict=True))
                for name, argument in [*positional, *named]:
                    inner = whole if op is None else name not in op.operands
                    self._survey(argument, bound, inner or getattr(func, "id", None) == "range")
            case _:
                for child in ast.iter_child_nodes(node):
                    self._survey(child, bound, whole)

    def _name(self, node: ast.Name, bound: Bound) -> Any:
        name = node.id
        if name in bound:
            return bound[name]
        if name in self.tensors:
            return self.tensors[name]
        if name in self.sizes:
            return symbol(name)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions or name in RESERVED or _operator(name):
            raise self.fail(f"{_quoted(name)} is a function", node, f"call it: {name}(…)")
        if name in self.integers:
            return symbol(name)
        raise self._unknown(name, node)

    def _unknown(self, name: str, node: ast.AST, called: bool = False) -> SymconvError:
        known = [*self.tensors, *self.functions]
        known += [n for n in REGISTRY if _operator(n)] + [*SCALAR_FUNCTIONS] if called else [*self.sizes]
        close = get_close_matches(name, known, 1, 0.6) if len(name) <= 60 else []
        close = close or [n for n in known if n.lower() == name.lower()]
        declaration = f"{name}()" if called else f"{name}[n]"
        hint = f"did you mean {_quoted(close[0])}?" if close else f"declare it before a colon, as in '{_short(declaration)}: …'"
        return self.fail(f"unknown {'function' if called else 'name'} {_quoted(name)}", node, hint)

    def _callee(self, func: ast.expr) -> str:
        match func:
            case ast.Name(name):
                return name
            case ast.Attribute(ast.Name("lax"), name):
                return f"lax.{name}"
            case ast.Attribute(_, name) if name in REGISTRY and _operator(name):
                raise self.fail(f"there is no method {_quoted(name)}", func, f"write {name}(…)")
        raise self.fail("only a name can be called", func)

    # Expressions

    def tensor(self, node: ast.expr, bound: Bound) -> TensorExpr:
        """The node as an array or a number of shape ()."""
        value = self.value(node, bound)
        return self._built(node, lambda: as_tensor(value))

    def integer(self, node: ast.expr, bound: Bound) -> int | Expr:
        """The node as a whole number, which may depend on sizes and indices."""
        value = self.value(node, bound)
        poly = self._whole(value, node)
        return poly.integer if poly.integer is not None else value

    def value(self, node: ast.expr, bound: Bound) -> Any:
        """What a node stands for: a tensor expression, a SymPy scalar, a list, a string, None, …"""
        made = self._built(node, lambda: self._value(node, bound))
        if not isinstance(made, Expr) or isinstance(made, TensorExpr) or made.is_Atom:
            return made
        if _monomials(made) > MAX_MONOMIALS:
            raise self.fail("this number is too long when it is multiplied out", node)
        return self._built(node, lambda: to_sympy(to_poly(made)))

    def _built(self, node: ast.AST, build: Callable[[], Any]) -> Any:
        try:
            made = build()
        except SymconvError as error:
            raise error.located(self.source.text, self.source.places[node])
        except (ArithmeticError, AttributeError, LookupError, NotImplementedError, RuntimeError, TypeError, ValueError) as error:
            raise self.fail(f"this cannot be formed: {error}", node) from None
        if isinstance(made, TensorExpr):
            self.spans.setdefault(made, self.source.places[node])
        return made

    def _value(self, node: ast.expr, bound: Bound) -> Any:
        match node:
            case ast.Constant(value):
                return self._constant(value, node)
            case ast.Name():
                return self._name(node, bound)
            case ast.UnaryOp(ast.USub() | ast.UAdd() as op, operand):
                value = self._array(self.value(operand, bound))
                self._arithmetic(value, operand)
                return value if isinstance(op, ast.UAdd) else -value
            case ast.BinOp(left, op, right):
                return self._infix(node, op, left, right, bound)
            case ast.Call(func, arguments, keywords):
                return self._call(node, func, arguments, keywords, bound)
            case ast.Attribute(value, "T"):
                return self.tensor(value, bound).T
            case ast.Attribute(_, name):
                raise self.fail(f"there is no attribute {_quoted(name)}", node, "only .T; sizes have names of their own")
            case ast.Subscript(value, key):
                return self._subscript(value, key, bound)
            case ast.List(items) | ast.Tuple(items):
                values = [self.value(item, bound) for item in items]
                return values if isinstance(node, ast.List) else tuple(values)
            case ast.ListComp(element, generators):
                if len(generators) > 1:
                    raise self.fail("one 'for' to a list", node, "nest them: [[… for n in …] for m in …]")
                [(name, lower, upper)], inner = self._bind(generators, bound)
                body = self.tensor(element, inner)
                return REGISTRY["index_stack"](body, name, to_sympy(upper - lower))
            case ast.GeneratorExp():
                raise self.fail("a generator stands only in sum(… for …)", node)
        raise self.fail(f"{_FOREIGN.get(type(node), 'this')} cannot stand in an expression", node)

    def _constant(self, value: Any, node: ast.expr) -> Any:
        match value:
            case None | bool() | str():
                return value
            case int():
                if value > MAX_INTEGER:
                    raise self.fail("this number is too large", node, "numbers go up to 10**18")
                return Integer(value)
            case float() | complex():
                size = abs(value)
                if not (size == 0 or 1e-18 <= size <= 1e18):
                    raise self.fail("this number is too large or too small", node)
                return exact(value) if isinstance(value, float) else sympy.I * exact(value.imag)
        if value is Ellipsis:
            return value
        raise self.fail("bytes cannot stand in an expression", node)

    def _array(self, value: Any) -> Any:
        """Lists as arrays; anything else as it is."""
        return as_tensor(value) if isinstance(value, (list, tuple)) else value

    def _arithmetic(self, value: Any, node: ast.AST) -> None:
        if not isinstance(value, Expr):
            raise self.fail(f"{value!r} is not an array or a number" if value is not Ellipsis else "'...' is not a number", node)

    def _infix(self, node: ast.expr, op: ast.operator, left: ast.expr, right: ast.expr, bound: Bound) -> Any:
        a, b = self._array(self.value(left, bound)), self._array(self.value(right, bound))
        self._arithmetic(a, left)
        self._arithmetic(b, right)
        if isinstance(op, ast.MatMult) or isinstance(a, TensorExpr) or isinstance(b, TensorExpr):
            if type(op) not in _INFIX:
                raise self.fail("this operator is not for arrays", node, "arrays take + - * / ** @")
            return REGISTRY[_INFIX[type(op)]](a, b)
        match op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.Div() | ast.FloorDiv() | ast.Mod() if b == 0:
                raise self.fail("division by zero", right)
            case ast.Div():
                return a / b
            case ast.FloorDiv():
                return to_sympy(self._whole(a, left) // self._whole(b, right))
            case ast.Mod():
                return to_sympy(self._whole(a, left) % self._whole(b, right))
            case ast.Pow():
                if isinstance(b, Integer) and abs(b) > MAX_POWER:
                    raise self.fail(f"the exponent {_short(str(b))} is too large", right, f"exponents go up to {MAX_POWER}")
                if a == 0 and b.is_negative:
                    raise self.fail("division by zero", left)
                return sympy.Pow(a, b)
        raise self.fail("this operator is not for numbers", node, "numbers take + - * / // % **")

    def _whole(self, value: Any, node: ast.AST) -> Poly:
        if isinstance(value, (list, tuple, TensorExpr)):
            raise self.fail("a whole number belongs here, not an array", node)
        if not isinstance(value, Expr):
            raise self.fail(f"a whole number belongs here, not {value!r}", node)
        poly = self._built(node, lambda: to_poly(value))
        if not all(isinstance(c, int) and all(isinstance(a, (str, Floor, Extremum)) for a in m) for m, c in poly.terms.items()):
            raise self.fail("a whole number belongs here", node, "whole division is written //")
        return poly

    def _subscript(self, value: ast.expr, key: ast.expr, bound: Bound) -> TensorExpr:
        array = self._array(self.value(value, bound))
        if not isinstance(array, TensorExpr):
            raise self.fail("this is not an array and has no entries", value)
        items = key.elts if isinstance(key, ast.Tuple) else [key]
        return array[tuple(self._item(item, bound) for item in items)]

    def _item(self, node: ast.expr, bound: Bound) -> Any:
        match node:
            case ast.Slice(lower, upper, step):
                return slice(*(None if part is None else self._position(part, bound) for part in (lower, upper, step)))
            case ast.Constant(value) if value is None or value is Ellipsis:
                return value
        return self._position(node, bound)

    def _position(self, node: ast.expr, bound: Bound) -> int | Expr:
        """A whole number; one that cancels down from symbols, as in [m-m-1], does not count from the end."""
        number = self.integer(node, bound)
        symbolic = isinstance(number, int) and any(isinstance(n, ast.Name) for n in ast.walk(node))
        return sympy.UnevaluatedExpr(Integer(number)) if symbolic else number

    # Calls and generators

    def _call(self, node: ast.expr, func: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], bound: Bound) -> Any:
        name = self._callee(func)
        for argument in arguments:
            if isinstance(argument, ast.Starred):
                raise self.fail("a starred argument cannot stand in a claim", argument)
        if any(k.arg is None for k in keywords):
            raise self.fail("a starred argument cannot stand in a claim", node)
        if name in bound or name in self.tensors or name in self.sizes:
            raise self.fail(f"{_quoted(name)} is no function and cannot be called", func, "declare a function as in 'f(): …'")
        if name in self.functions:
            if len(arguments) != 1 or keywords:
                raise self.fail(f"{name} takes one argument", node)
            return REGISTRY["call"](name, self.tensor(arguments[0], bound))
        if name == "sum" and len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp) and not keywords:
            return self._sum(arguments[0], bound)
        op = _operator(name)
        if op is not None and not (name in SCALAR_FUNCTIONS and not self._has_tensor(arguments)):
            return self._operation(op, node, arguments, keywords, bound)
        if name in SCALAR_FUNCTIONS and not keywords:
            return self._scalar_function(name, node, arguments, bound)
        if name == "range":
            raise self.fail("range(…) stands only after 'in'", node)
        raise self._unknown(name, func, called=True)

    def _has_tensor(self, nodes: Iterable[ast.AST]) -> bool:
        return any(isinstance(n, ast.Name) and n.id in self.tensors for node in nodes for n in ast.walk(node))

    def _operation(self, op: Operator, node: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], bound: Bound) -> Any:
        try:
            given = op.signature.bind(*arguments, **{str(k.arg): k.value for k in keywords})
        except TypeError as error:
            raise self.fail(f"{op.name}: {error}", node, hint=f"it is called as {_signature(op)}") from None
        for name, value in given.arguments.items():
            read = self._operand if name in op.operands else self._argument
            several = isinstance(value, tuple)
            given.arguments[name] = tuple(read(v, bound) for v in value) if several else read(value, bound)
        return op(*given.args, **given.kwargs)

    def _operand(self, node: ast.expr, bound: Bound) -> Any:
        value = self.value(node, bound)
        if isinstance(value, (str, bool)) or value is Ellipsis:
            raise self.fail(f"an array belongs here, not {value!r}", node)
        return value

    def _argument(self, node: ast.expr, bound: Bound) -> Any:
        """A parameter that is no array: lists are sequences, whole numbers are Python's."""
        value = _plain(self.value(node, bound))
        if isinstance(value, TensorExpr):
            raise self.fail("a number or a string belongs here, not an array", node)
        return value

    def _scalar_function(self, name: str, node: ast.expr, arguments: list[ast.expr], bound: Bound) -> Expr:
        values = [self.value(argument, bound) for argument in arguments]
        for argument, value in zip(arguments, values, strict=True):
            if isinstance(value, TensorExpr) or not isinstance(value, Expr):
                raise self.fail(f"{name} is for numbers here", argument)
        if name in ("min", "max"):
            if not values:
                raise self.fail(f"{name} of nothing", node)
            return to_sympy(extremum(name, [self._whole(v, a) for v, a in zip(values, arguments, strict=True)]))
        if len(values) != 1:
            raise self.fail(f"{name} takes one number", node)
        return sympy.exp(values[0]) if name == "exp" else sympy.sqrt(values[0])

    def _sum(self, node: ast.GeneratorExp, bound: Bound) -> TensorExpr:
        ranges, inner = self._bind(node.generators, bound)
        body = self.tensor(node.elt, inner)
        for name, lower, upper in reversed(ranges):
            body = REGISTRY["index_sum"](body, name, to_sympy(lower), to_sympy(upper))
        return body

    def _bind(self, generators: Sequence[ast.comprehension], bound: Bound) -> tuple[list[tuple[str, Poly, Poly]], Bound]:
        """The new names with their ranges, and what each `for` name now stands for."""
        ranges: list[tuple[str, Poly, Poly]] = []
        inner = dict(bound)
        for generator in generators:
            if generator.ifs:
                raise self.fail("a generator takes no 'if'", generator.ifs[0], "write the bounds into range(…)")
            if generator.is_async or not isinstance(generator.target, ast.Name):
                raise self.fail("one name stands between 'for' and 'in'", generator.target)
            name = generator.target.id
            self._allowed(name, generator.target)
            lower, upper, step = self._range(generator.iter, inner)
            taken = {n for value in inner.values() for n in to_poly(value).names}
            own = self._fresh(name, taken)
            if step == 1:
                ranges.append((own, lower, upper))
                inner[name] = symbol(own)
            else:
                ranges.append((own, Poly.of(0), _steps(lower, upper, step)))
                inner[name] = to_sympy(lower + step * Poly.name(own))
        return ranges, inner

    def _fresh(self, name: str, taken: set[str]) -> str:
        """The name itself, or with a number where it stands for something else already."""
        used = {*self.tensors, *self.functions, *self.sizes, *self.free, *taken}
        if name not in used:
            return name
        return next(new for i in count(1) if (new := f"{name}{i}") not in used)

    def _range(self, node: ast.expr, bound: Bound) -> tuple[Poly, Poly, Poly]:
        match node:
            case ast.Call(ast.Name("range"), [_] | [_, _] | [_, _, _] as arguments, []):
                values = [self._whole(self.value(a, bound), a) for a in arguments]
            case _:
                raise self.fail("'in' is followed by range(…)", node, "as in 'for u in range(h)'")
        if len(values) == 1:
            values.insert(0, Poly.of(0))
        lower, upper, step = [*values, Poly.of(1)][:3]
        positive = all(c > 0 for c in step.terms.values()) and step.names <= self.sizes
        if not step or (step.integer is None and not (positive and step.is_affine)):
            raise self.fail("the step of a range is a number other than 0, or a size", arguments[2])
        return lower, upper, step

    # Conditions

    def conditions(self, node: ast.expr) -> Iterator[tuple[ast.expr, Condition | list[tuple[TensorExpr, TensorExpr]]]]:
        """Each part of a conjunction: a condition on sizes, or the pairs that a tensor equation equates."""
        match node:
            case ast.BoolOp(ast.And(), parts):
                for part in parts:
                    yield from self.conditions(part)
            case ast.Compare(left, ops, rights):
                sides = [left, *rights]
                values = [self._array(self.value(side, {})) for side in sides]
                if any(isinstance(value, TensorExpr) for value in values):
                    for op, (first, second) in zip(ops, pairwise(sides), strict=True):
                        if not isinstance(op, ast.Eq):
                            raise self._between("a condition on arrays is an equation", first, second, "write ==")
                    yield node, list(pairwise(self.tensor(side, {}) for side in sides))
                else:
                    yield node, self.condition(node)
            case _:
                yield node, self.condition(node)

    def condition(self, node: ast.expr) -> Condition:
        """A condition on sizes and parameters."""
        match node:
            case ast.BoolOp(op, parts):
                made = tuple(self.condition(part) for part in parts)
                return All(made) if isinstance(op, ast.And) else AnyOf(made)
            case ast.UnaryOp(ast.Not(), operand):
                return Negation(self.condition(operand))
            case ast.Compare(left, ops, rights):
                sides = [left, *rights]
                values = [self.value(side, {}) for side in sides]
                for side, value in zip(sides, values, strict=True):
                    if isinstance(value, (list, tuple, TensorExpr)):
                        raise self.fail("'or', 'not' and inequalities are for sizes, not for arrays", side,
                                        "arrays are related by ==, joined by 'and'")  # fmt: skip
                polys = [self._whole(v, s) for s, v in zip(sides, values, strict=True)]
                links = []
                for op, (a, b), (first, second) in zip(ops, pairwise(polys), pairwise(sides), strict=True):
                    if type(op) not in _ORDER:
                        raise self._between("this is not a comparison of numbers", first, second)
                    links.append(_ORDER[type(op)](a, b))
                return links[0] if len(links) == 1 else All(tuple(links))
            case ast.Constant(bool()):
                raise self.fail("a condition compares; this is only true or false", node, "write it as in 'if h == w' or 'if K == flip(K)'")
        raise self.fail("a condition compares two sides", node, "as in 'if h == w' or 'if K == flip(K)'")

    def _between(self, message: str, first: ast.expr, second: ast.expr, hint: str | None = None) -> SymconvError:
        start, end = self.source.trimmed((self.source.places[first][1], self.source.places[second][0]))
        return self.source.error(message, (start, max(end, start + 1)), hint)

    # The claim proper

    def links(self, node: ast.expr) -> list[tuple[TensorExpr, str, TensorExpr]]:
        """The comparisons of a chain."""
        if not isinstance(node, ast.Compare):
            hint = "state a chain a == b == c, or two claims" if isinstance(node, ast.BoolOp) else "as in 'x[n], y[n]: x + y == y + x'"
            raise self.fail("a claim compares two sides with == or !=", node, hint)
        sides = [node.left, *node.comparators]
        for op, (first, second) in zip(node.ops, pairwise(sides), strict=True):
            if not isinstance(op, (ast.Eq, ast.NotEq)):
                raise self._between("a claim compares two sides with == or !=", first, second)
        members = [self.tensor(side, {}) for side in sides]
        relations = ["==" if isinstance(op, ast.Eq) else "!=" for op in node.ops]
        return list(zip(members, relations, members[1:], strict=False))


def _operator(name: str) -> Operator | None:
    """The operator that claims may call by this name."""
    return None if name in UNNAMED else REGISTRY.get(name)


def _parameters(op: Operator | None, number: int) -> list[str]:
    """The names of the first parameters; one that takes any number of arguments stands for the rest."""
    names: list[str] = []
    for parameter in op.signature.parameters.values() if op else ():
        names += [parameter.name] * (number if parameter.kind is parameter.VAR_POSITIONAL else 1)
    return [*names, *[""] * number][:number]


def _signature(op: Operator) -> str:
    parts = [
        p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in op.signature.parameters.values()
    ]
    return f"{op.name}({', '.join(parts)})"


def _plain(value: Any) -> Any:
    match value:
        case Integer():
            return int(value)
        case list() | tuple():
            return tuple(map(_plain, value))
    return value


def _steps(lower: Poly, upper: Poly, step: Poly) -> Poly:
    """How many values range(lower, upper, step) has, if any."""
    if step.integer is not None and step.integer < 0:
        lower, upper, step = upper, lower, -step
    return (upper - lower + step - 1) // step


@lru_cache(maxsize=4_096)
def _monomials(expr: Expr) -> int:
    """A bound on the number of monomials of an expression that is multiplied out."""
    match expr:
        case sympy.Add():
            return sum(map(_monomials, expr.args))
        case sympy.Mul():
            product = 1
            for factor in expr.args:
                product *= _monomials(factor)
            return product
        case sympy.Pow() if isinstance(expr.exp, Integer):
            terms = _monomials(expr.base)
            return comb(terms + abs(int(expr.exp)) - 1, abs(int(expr.exp)))
    return max(map(_monomials, expr.args), default=1)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"


def _quoted(name: str) -> str:
    return f"'{_short(name)}'"
