"""What a claim says, asked of Python itself: its text is run on arrays with NumPy, SciPy and PyTorch.

Nothing of symconv is used here, neither its reader nor its operators nor its index formulas, so
that a verdict can be compared with an independent answer.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

import numpy as np
from einops import EinopsError
from references import LIBRARY, OutsideError, UnclearError

Arrays = Mapping[str, Any]
Functions = Mapping[str, Callable[[Any], Any]]


_RAISED = (ValueError, IndexError, TypeError, AssertionError, RuntimeError, ZeroDivisionError, EinopsError)
"""What libraries raise where they do not take their arguments."""
_WHOLE = ("min", "max", "divide", "__builtins__")
MAX_PLACES = 60
"""How many values of the free indices are looked at."""


class _Reads(ast.NodeTransformer):
    """Subscripts become calls of `read`, lists become arrays, and what libraries do not know is called."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        key = ast.Tuple([self._item(i) for i in items], ast.Load())
        return _call("read", self.visit(node.value), key)

    def _item(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Slice):
            bounds = [self._bound(p) for p in (node.lower, node.upper)]
            step = ast.Constant(None) if node.step is None else node.step
            return _call(
                "Cut" if any(_names(p) for p in bounds) else "slice",
                *bounds,
                _call("step", step) if _names(step) else step,
            )
        return _call("At", self.visit(node)) if _names(node) else node

    def _bound(self, node: ast.expr | None) -> ast.expr:
        node = ast.Constant(None) if node is None else node
        return _call("Symbolic", self.visit(node)) if _names(node) else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """An array or else 0 has the array's shape."""
        self.generic_visit(node)
        zero = isinstance(node.orelse, ast.Constant) and node.orelse.value == 0
        return _call("or_zeros", node.test, node.body) if zero else node

    def visit_List(self, node: ast.List) -> ast.AST:
        return _call("array", self.generic_visit(node))

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return _call("array", self.generic_visit(node))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _call("divide", node.left, node.right) if isinstance(node.op, ast.Div) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if ast.unparse(node.func) in _SEQUENCES and isinstance(node.args[0], ast.List):
            node.args[0] = ast.Tuple(node.args[0].elts, ast.Load())
        if name in ("pad", "unit_impulse") and len(node.args) > 1:
            node.args[1] = _wide(node.args[1])
        self.generic_visit(node)
        if name == "grad" and isinstance(node.args[1], ast.Name):
            node.args[0] = _function(node.args[0], node.args[1].id)
        elif name == "sum" and isinstance(node.args[0], ast.GeneratorExp):
            names = [g.target.id for g in node.args[0].generators if isinstance(g.target, ast.Name)]
            return _call("total", node.args[0], _function(node.args[0].elt, *names, default=0))
        elif name in ("assume", "needing"):
            node.args[0] = _function(node.args[0])
        return node


_SEQUENCES = {"concatenate", "stack", "hstack", "vstack", "lax.concatenate"}


def _call(name: str, *args: Any) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _function(body: ast.expr, *names: str, default: int | None = None) -> ast.Lambda:
    defaults: list[ast.expr] = [] if default is None else [ast.Constant(default) for _ in names]
    return ast.Lambda(ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, defaults), body)


def _wide(node: ast.expr) -> ast.expr:
    """Widths or places of which those that are not literal are marked."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return ast.Tuple([_wide(e) for e in node.elts], ast.Load())
    return _call("Symbolic", node) if _names(node) else node


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


@lru_cache(maxsize=20_000)
def _compiled(text: str) -> CodeType:
    tree = ast.fix_missing_locations(_Reads().visit(ast.parse(text.strip(), mode="eval")))
    return compile(tree, text, "eval")


def whole(text: str, values: Mapping[str, int]) -> Any:
    """The value of an expression in integers, or of a condition on them."""
    try:
        return eval(_compiled(text), {n: LIBRARY[n] for n in _WHOLE}, dict(values))
    except ZeroDivisionError:
        raise OutsideError("a division by 0") from None


@dataclass(frozen=True)
class Declared:
    """A declared tensor."""

    name: str
    sizes: tuple[str, ...]
    is_complex: bool


class Question:
    """A claim's text taken apart, to be asked at sizes and arrays."""

    def __init__(self, text: str) -> None:
        declarations, rest = text.split(": ", 1) if ": " in text else ("", text)
        self.tensors: list[Declared] = []
        self.functions: list[str] = []
        for name, sizes, call, word in re.findall(r"(\w+)(?:\[([^\]]*)\])?(\(\))?( complex)?(?:, |$)", declarations):
            if call:
                self.functions.append(name)
            else:
                self.tensors.append(Declared(name, tuple(s.strip() for s in sizes.split(",") if s), bool(word)))
        body, self.word, condition = _split(rest)
        tree = ast.parse(body, mode="eval").body
        assert isinstance(tree, ast.Compare)
        self.members = [ast.unparse(m) for m in (tree.left, *tree.comparators)]
        self.relations = ["==" if isinstance(op, ast.Eq) else "!=" for op in tree.ops]
        self.conditions = conjuncts(condition) if condition else []
        self.sizes = list(dict.fromkeys(n for t in self.tensors for s in t.sizes for n in sorted(_names(ast.parse(s)))))
        places = _positions(tree.left, {*self.sizes, *(t.name for t in self.tensors)})
        alone = {n for p in places if p.alone for n in p.free}
        given = set().union(*(_arguments(m, {t.name for t in self.tensors}) for m in (tree.left, *tree.comparators)))
        places = [p.without(given - alone) for p in places]
        alone = {n for p in places if p.alone for n in p.free}
        self.free = list(dict.fromkeys(n for p in places for n in p.free))
        self.positions = [p for p in places if p.free and (p.alone or set(p.free) - alone)]
        known = {*self.sizes, *self.functions, *self.free, *LIBRARY, *(t.name for t in self.tensors)}
        named = set().union(*(_names(ast.parse(e)) - _bound(e) for e in (*self.members, *self.conditions)))
        self.parameters = sorted(named - known)

    @cached_property
    def size_conditions(self) -> list[str]:
        """The conditions that mention no tensor and no free index."""
        others = {*(t.name for t in self.tensors), *self.free}
        return [c for c in self.conditions if not _names(ast.parse(c)) & others]

    @cached_property
    def index_conditions(self) -> list[str]:
        """The conditions on free indices."""
        return [c for c in self.conditions if c not in (*self.tensor_conditions, *self.size_conditions)]

    @cached_property
    def tensor_conditions(self) -> list[str]:
        """The conditions that mention tensors."""
        tensors = {t.name for t in self.tensors}
        return [c for c in self.conditions if _names(ast.parse(c)) & tensors]

    def shape(self, tensor: Declared, values: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of a tensor at some sizes."""
        return tuple(int(whole(s, values)) for s in tensor.sizes)

    def evaluate(self, text: str, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> Any:
        """The value of an expression."""
        calls = {f: np.vectorize(functions[f], otypes=[object]) for f in self.functions if f in functions}
        lift = {f: (lambda x, call=call: _tidy(call(x))) for f, call in calls.items()}
        try:
            # One name space, since generators see globals only.
            return eval(_compiled(text), {**LIBRARY, **values, **arrays, **lift})
        except _RAISED as error:
            raise OutsideError(f"{text}: {error}") from None

    def free_values(self, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> Iterator[dict[str, int]]:
        """All values of the free indices that keep the first member in range."""
        if not self.free:
            yield {}
            return
        needed = [set(p.free) | (_names(ast.parse(p.array)) & set(self.free)) for p in self.positions]

        def size(p: Position, named: Mapping[str, int]) -> int:
            try:
                return np.shape(self.evaluate(p.array, {**values, **named}, arrays, functions))[p.axis]
            except OutsideError:
                if not named:
                    raise
                return 0

        plain = [
            size(p, {}) if names.isdisjoint(_names(ast.parse(p.array))) else None
            for p, names in zip(self.positions, needed, strict=True)
        ]
        window = range(-6, 7 + max((n for n in plain if n is not None), default=0))

        def inside(named: Mapping[str, int]) -> bool:
            return all(
                p.within(size(p, named) if n is None else n, {**values, **named})
                for p, n, names in zip(self.positions, plain, needed, strict=True)
                if names <= set(named)
            )

        chosen: list[dict[str, int]] = [{}]
        for name in self.free:
            chosen = [new for c in chosen for i in window if inside(new := {**c, name: i})]
        given = self.index_conditions if self.word == "if" else []
        yield from (c for c in chosen if all(self.holds(g, {**values, **c}, arrays) for g in given))

    def at_index(self, index: Sequence[int]) -> dict[str, int]:
        """The free indices at the index of a counterexample."""
        return dict(zip(self.free, index, strict=False))

    def places(self, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> list[dict[str, int]]:
        """Some values of the free indices, evenly spread."""
        every = list(self.free_values(values, arrays, functions))
        return [*every[:: 1 + len(every) // MAX_PLACES], *every[-1:]]

    def sides(
        self, link: int, values: Mapping[str, int], arrays: Arrays, functions: Functions
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both sides of a link; a scalar without tensors is broadcast."""
        texts = self.members[link], self.members[link + 1]
        left, right = (np.asarray(self.evaluate(t, values, arrays, functions)) for t in texts)
        tensors = {t.name for t in self.tensors}
        if not right.ndim and left.ndim and not _names(ast.parse(texts[1])) & tensors:
            right = np.broadcast_to(right, left.shape)
        elif not left.ndim and right.ndim and not _names(ast.parse(texts[0])) & tensors:
            left = np.broadcast_to(left, right.shape)
        return left, right

    def answer(self, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> str:
        """Whether the sides of every link are "equal" at these sizes and arrays, "differ", or differ in "shape"."""
        found = "equal"
        places = self.places(values, arrays, functions)
        if not places:
            raise UnclearError("no value of the free indices keeps the left side in range")
        for free in places:
            for link in range(len(self.relations)):
                left, right = self.sides(link, {**values, **free}, arrays, functions)
                if left.shape != right.shape:
                    return "shape"
                if not close(left, right):
                    found = "differ"
        return found

    def holds(
        self, condition: str, values: Mapping[str, int], arrays: Arrays, functions: Functions | None = None
    ) -> bool:
        """Whether a condition holds; a tensor condition includes that the shapes agree."""
        tree = ast.parse(condition, mode="eval").body
        if not _names(tree) & {t.name for t in self.tensors}:
            try:
                return bool(whole(condition, values))
            except OutsideError:
                return False
        assert isinstance(tree, ast.Compare)
        left, right = (
            np.asarray(self.evaluate(ast.unparse(s), values, arrays, functions or {}))
            for s in (tree.left, tree.comparators[0])
        )
        return close(left, right) if left.shape == right.shape else (not right.ndim and close(left, right))


def _split(text: str) -> tuple[str, str, str]:
    """Sides, "if" or "iff" or nothing, and the condition."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        for word in ("iff", "if"):
            if not depth and text.startswith(f" {word} ", i):
                return text[:i], word, text[i + len(word) + 2 :]
    return text, "", ""


def conjuncts(text: str) -> list[str]:
    """The parts that `and` joins."""
    tree = ast.parse(text, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    return [ast.unparse(p) for p in parts]


def _bound(text: str) -> set[str]:
    return {
        n.target.id
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.comprehension) and isinstance(n.target, ast.Name)
    }


@dataclass(frozen=True)
class Position:
    """An index with free names: what is indexed, along which axis, by what, and the ranges of bound names around it.

    `alone` says that the index depends on one name.
    """

    array: str
    axis: int
    index: str
    free: tuple[str, ...]
    alone: bool
    bound: str

    def without(self, names: set[str]) -> Position:
        """The position where some names are parameters."""
        free = tuple(n for n in self.free if n not in names)
        return replace(self, free=free, alone=self.alone or (len(free) == 1 and not self.bound))

    def within(self, size: int, values: Mapping[str, int]) -> bool:
        """Whether the index lies inside, for all values of the bound names."""
        try:
            if not self.bound:
                return bool(0 <= whole(self.index, values) < size)
            found = eval(f"[{self.index} {self.bound}]", {**values, "min": min, "max": max})
            return all(0 <= i < size for i in found)
        except (ZeroDivisionError, OutsideError):
            return False


def _positions(member: ast.expr, known: set[str]) -> list[Position]:
    """The indices with free names in a member."""
    found: list[Position] = []
    known = known | set(LIBRARY)

    def visit(node: ast.AST, bound: tuple[ast.comprehension, ...]) -> None:
        if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
            bound = (*bound, *node.generators)
        if isinstance(node, ast.Subscript):
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            items = [i for i in items if not (isinstance(i, ast.Constant) and i.value is None)]
            ellipses = [k for k, i in enumerate(items) if isinstance(i, ast.Constant) and i.value is ...]
            inner = {n for g in bound for n in _names(g.target)}
            for axis, item in enumerate(items):
                names = set() if isinstance(item, ast.Slice) else _names(item) - known
                if free := tuple(sorted(names - inner)):
                    place = axis - len(items) if ellipses and axis > ellipses[0] else axis
                    around = " ".join(ast.unparse(g).strip() for g in bound if names & inner)
                    found.append(
                        Position(ast.unparse(node.value), place, ast.unparse(item), free, len(names) == 1, around)
                    )
        for child in ast.iter_child_nodes(node):
            visit(child, bound)

    visit(member, ())
    return found


def _arguments(member: ast.expr, tensors: set[str]) -> set[str]:
    """The names in arguments that are numbers, and in slices: strides, widths, shapes, bounds."""
    calls = [n for n in ast.walk(member) if isinstance(n, ast.Call) and ast.unparse(n.func) != "range"]
    values = [v for c in calls for v in (*c.args, *(k.value for k in c.keywords)) if not _is_array(v, tensors)]
    slices = [n for n in ast.walk(member) if isinstance(n, ast.Slice)]
    values += [v for s in slices for v in (s.lower, s.upper, s.step) if v is not None]
    return set().union(*map(_names, values)) - set(LIBRARY)


def _is_array(node: ast.expr, tensors: set[str]) -> bool:
    arrays = (ast.Call, ast.Subscript, ast.GeneratorExp, ast.ListComp)
    return any(isinstance(n, arrays) for n in ast.walk(node)) or bool(_names(node) & tensors)


def _tidy(values: Any) -> Any:
    values = np.asarray(values)
    return values.astype(np.complex128 if any(isinstance(v, complex) for v in values.flat) else np.float64)


def close(left: Any, right: Any) -> bool:
    """Whether arrays are equal, whole numbers exactly."""
    left, right = np.asarray(left), np.asarray(right)
    if left.dtype.kind in "iub" and right.dtype.kind in "iub":
        return bool(np.all(left == right))
    return bool(np.all(np.abs(left - right) <= 1e-9 * np.maximum(1, np.maximum(np.abs(left), np.abs(right)))))


def hashed(seed: int) -> Callable[[Any], int]:
    """A function whose values look random, equal for equal numbers, real."""

    def f(value: Any) -> int:
        number = complex(value)
        text = f"{seed} {round(number.real, 6) + 0.0} {round(number.imag, 6) + 0.0}"
        return zlib.crc32(text.encode()) % 2001 - 1000

    return f


# What symconv shows, as NumPy computes with it


def number(value: Any) -> complex:
    """A number as shown, perhaps a fraction."""
    if isinstance(value, (int, float, complex, np.number)):
        return complex(value)
    return complex(eval(str(value), {"exp": np.exp, "sqrt": np.sqrt, "pi": np.pi, "I": 1j}))


def concrete(array: Any) -> Any:
    """An array of numbers as shown as one of whole, real or complex numbers."""
    given = np.asarray(array, dtype=object)
    values = [v if isinstance(v, (int, np.integer)) else number(v) for v in given.flat]
    if all(isinstance(v, (int, np.integer)) for v in values):
        made = np.array(values, dtype=np.int64)
    else:
        made = np.array(values, dtype=complex)
        made = made.real if not any(isinstance(v, complex) and v.imag for v in values) else made
    made = made.reshape(given.shape)
    return made if made.ndim else made[()]


def _rounded(value: complex) -> complex:
    return complex(round(value.real, 9), round(value.imag, 9)) + 0


def looked_up(table: Mapping[Any, Any]) -> Callable[[Any], Any]:
    """The function with these values, and 0 elsewhere."""
    values = {_rounded(number(k)): number(v) for k, v in table.items()}

    def f(x: Any) -> Any:
        value = values.get(_rounded(complex(x)), 0)
        return value.real if isinstance(value, complex) and not value.imag else value

    return f
