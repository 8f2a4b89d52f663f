"""What a claim says, asked of Python itself: its text is run on arrays with NumPy, SciPy and PyTorch.

Nothing of symconv is used here, neither its reader nor its operators nor its index formulas, so
that a verdict can be compared with an independent answer.
"""

from __future__ import annotations

import ast
import builtins
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random
from types import CodeType
from typing import Any

import numpy as np
from scipy import linalg, signal

Arrays = Mapping[str, Any]
Functions = Mapping[str, Callable[[Any], Any]]


MAX_PLACES = 60
"""How many values of the free indices are looked at."""


class OutsideError(Exception):
    """The sides are not defined at these sizes."""


class UnclearError(Exception):
    """Sizes at which nothing is claimed: hypotheses that no array fits, or an operand without entries."""


@dataclass(frozen=True)
class At:
    """A symbolic index: 0 is read where it lies outside."""

    value: int


@dataclass(frozen=True)
class Cut:
    """A slice with symbolic bounds, which must lie inside."""

    start: int | None
    stop: int | None
    step: int | None = None


def read(array: Any, items: tuple[Any, ...]) -> Any:
    """array[items] as claims mean it."""
    array = np.asarray(array)
    inside, key, axis = True, [], 0
    for item in items:
        if item is Ellipsis:
            axis = array.ndim - (len([i for i in items if i is not None]) - 1 - axis)
        elif isinstance(item, At):
            size = array.shape[axis]
            inside = inside and 0 <= item.value < size
            if not inside and not size:
                raise OutsideError("no entry to stand for one outside")
            item = item.value if 0 <= item.value < size else 0
        elif isinstance(item, Cut):
            size = array.shape[axis]
            item = _cut(item, size)
        axis += item is not None and item is not Ellipsis
        key.append(item)
    try:
        found = array[tuple(key)]
    except IndexError as error:
        raise OutsideError(str(error)) from None
    return found if inside else found * 0


def _cut(item: Cut, size: int) -> slice:
    """The slice, if its bounds are as they have to be."""
    if item.step is not None and item.step < 0:
        start, stop = size - 1 if item.start is None else item.start, -1 if item.stop is None else item.stop
        if not -1 <= stop <= start <= size - 1:
            raise OutsideError("a slice that does not lie inside")
        return slice(start, stop if stop >= 0 else None, item.step) if start >= 0 else slice(0, 0)
    start, stop = item.start or 0, size if item.stop is None else item.stop
    if not 0 <= start <= stop <= size:
        raise OutsideError("a slice that does not lie inside")
    return slice(start, stop, item.step)


class _Reads(ast.NodeTransformer):
    """Subscripts become calls of `read`, lists become arrays."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        key = ast.Tuple([self._item(i) for i in items], ast.Load())
        return ast.Call(ast.Name("read", ast.Load()), [self.visit(node.value), key], [])

    def _item(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Slice):
            parts = [p or ast.Constant(None) for p in (node.lower, node.upper, node.step)]
            kind = "Cut" if any(map(_names, parts[:2])) else "slice"
            return ast.Call(ast.Name(kind, ast.Load()), parts, [])
        return ast.Call(ast.Name("At", ast.Load()), [node], []) if _names(node) else node

    def visit_List(self, node: ast.List) -> ast.AST:
        return ast.Call(ast.Name("array", ast.Load()), [self.generic_visit(node)], [])

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return ast.Call(ast.Name("array", ast.Load()), [self.generic_visit(node)], [])


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


@lru_cache(maxsize=20_000)
def _compiled(text: str) -> CodeType:
    tree = ast.fix_missing_locations(_Reads().visit(ast.parse(text.strip(), mode="eval")))
    return compile(tree, text, "eval")


def _sliding(function: Callable[..., Any]) -> Callable[..., Any]:
    def slide(a: Any, k: Any, mode: str = "full") -> Any:
        a, k = np.asarray(a), np.asarray(k)
        if not a.size or not k.size:
            raise UnclearError("an empty operand")
        if mode == "valid" and any(n < m for n, m in zip(a.shape, k.shape, strict=True)):
            raise OutsideError("a kernel larger than the image")
        return function(a, k, mode=mode, method="direct")

    return slide


def _torch(name: str) -> Callable[..., Any]:
    def layer(*args: Any, **kwargs: Any) -> Any:
        import torch

        torch.set_num_threads(1)
        given = [torch.from_numpy(np.array(a, dtype=np.float64)) if isinstance(a, np.ndarray) else a for a in args]
        try:
            return getattr(torch.nn.functional, name)(*given, **kwargs).numpy()
        except RuntimeError as error:
            raise OutsideError(str(error)) from None

    return layer


def _sum(values: Any, axis: Any = None) -> Any:
    return np.sum(values, axis=axis) if isinstance(values, (np.ndarray, np.generic, int)) else builtins.sum(values)


LIBRARY: dict[str, Any] = {
    **{n: getattr(np, n) for n in "dot vdot matmul inner outer trace transpose flip rot90 ravel reshape conj".split()},
    **{n: getattr(np, n) for n in "eye ones zeros roll kron pad einsum tensordot".split()},
    **{n: getattr(linalg, n) for n in ("circulant", "toeplitz")},
    **{n: _sliding(getattr(signal, n)) for n in ("convolve", "correlate")},
    **{n: _torch(n) for n in ("conv1d", "conv2d", "unfold")},
    "array": np.array,
    "unit_impulse": signal.unit_impulse,
    "circular_convolve": lambda a, b: linalg.circulant(b) @ a,
    "frobenius": lambda X, Y: np.sum(np.conj(X) * Y),
    "vec": lambda a: np.ravel(a, order="F"),
    "sum": _sum,
    **{f.__name__: f for f in (read, At, Cut, range, min, max, slice)},
    "__builtins__": {},
}


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
                self.tensors.append(Declared(name, tuple(s for s in sizes.split(",") if s), bool(word)))
        body, self.word, condition = _split(rest)
        tree = ast.parse(body, mode="eval").body
        assert isinstance(tree, ast.Compare)
        self.members = [ast.unparse(m) for m in (tree.left, *tree.comparators)]
        self.relations = ["==" if isinstance(op, ast.Eq) else "!=" for op in tree.ops]
        self.conditions = conjuncts(condition) if condition else []
        self.sizes = list(dict.fromkeys(n for t in self.tensors for s in t.sizes for n in sorted(_names(ast.parse(s)))))
        self.positions = _positions(tree.left, {*self.sizes, *(t.name for t in self.tensors)})
        self.free = list(dict.fromkeys(n for p in self.positions for n in p.free))
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
        return [c for c in self.conditions if c not in self.tensor_conditions and c not in self.size_conditions]

    @cached_property
    def tensor_conditions(self) -> list[str]:
        """The conditions that mention tensors."""
        tensors = {t.name for t in self.tensors}
        return [c for c in self.conditions if _names(ast.parse(c)) & tensors]

    def shape(self, tensor: Declared, values: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of a tensor at some sizes."""
        return tuple(int(eval(_compiled(s), {"__builtins__": {}}, dict(values))) for s in tensor.sizes)

    def draw(
        self, values: Mapping[str, int], random: Random, conditions: Sequence[str] = (), bound: int = 1000
    ) -> dict[str, Any]:
        """Random whole arrays that satisfy conditions of the forms that `satisfied` knows."""
        arrays = {}
        for t in self.tensors:
            shape = self.shape(t, values)
            if any(n < 1 for n in shape):
                raise OutsideError("a size below 1")
            arrays[t.name] = _random(shape, random, bound, t.is_complex)
        for condition in conditions:
            arrays.update(satisfied(condition, arrays, values, random, bound, conditions))
        if not all(self.holds(c, values, arrays) for c in conditions):
            raise UnclearError("no arrays are known that satisfy the hypotheses together")
        return arrays

    def evaluate(self, text: str, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> Any:
        """The value of an expression."""
        calls = {f: np.vectorize(functions[f], otypes=[object]) for f in self.functions if f in functions}
        lift = {f: (lambda x, call=call: _tidy(call(x))) for f, call in calls.items()}
        try:
            # One name space, since generators see globals only.
            return eval(_compiled(text), {**LIBRARY, **values, **arrays, **lift})
        except (ValueError, IndexError) as error:
            raise OutsideError(f"{text}: {error}") from None

    def free_values(self, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> Iterator[dict[str, int]]:
        """All values of the free indices that keep the first member in range."""
        if not self.free:
            yield {}
            return
        sizes = [np.shape(self.evaluate(p.array, values, arrays, functions))[p.axis] for p in self.positions]
        window = range(-6, 7 + max(sizes))

        def inside(named: Mapping[str, int]) -> bool:
            known = [(p.index, n) for p, n in zip(self.positions, sizes, strict=True) if set(p.free) <= set(named)]
            return all(0 <= eval(_compiled(index), {"__builtins__": {}}, {**values, **named}) < n for index, n in known)

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

    def answer(self, link: int, values: Mapping[str, int], arrays: Arrays, functions: Functions) -> str:
        """Whether the sides are "equal" at these sizes and arrays, "differ", or differ in "shape"."""
        for free in self.places(values, arrays, functions):
            left, right = self.sides(link, {**values, **free}, arrays, functions)
            if left.shape != right.shape:
                return "shape"
            if not close(left, right):
                return "differ"
        return "equal"

    def holds(
        self, condition: str, values: Mapping[str, int], arrays: Arrays, functions: Functions | None = None
    ) -> bool:
        """Whether a condition holds; a tensor condition includes that the shapes agree."""
        tree = ast.parse(condition, mode="eval").body
        if not _names(tree) & {t.name for t in self.tensors}:
            return bool(eval(_compiled(condition), {"__builtins__": {}, "min": min, "max": max}, dict(values)))
        assert isinstance(tree, ast.Compare)
        left, right = (
            np.asarray(self.evaluate(ast.unparse(s), values, arrays, functions or {}))
            for s in (tree.left, tree.comparators[0])
        )
        return close(left, right) if left.shape == right.shape else (not right.ndim and close(left, right))


def _split(text: str) -> tuple[str, str, str]:
    """Sides, "if" or "iff" or nothing, and the condition."""
    for word in ("iff", "if"):
        before, found, after = text.partition(f" {word} ")
        if found:
            return before, word, after
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
    """An index with free names: what is indexed, along which axis, and by what."""

    array: str
    axis: int
    index: str
    free: tuple[str, ...]


def _positions(member: ast.expr, known: set[str]) -> list[Position]:
    """The indices with free names in a member."""
    found = []
    known = known | _bound(ast.unparse(member)) | set(LIBRARY)
    for node in ast.walk(member):
        if isinstance(node, ast.Subscript):
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for axis, item in enumerate(items):
                if not isinstance(item, ast.Slice) and (names := _names(item) - known):
                    found.append(Position(ast.unparse(node.value), axis, ast.unparse(item), tuple(sorted(names))))
    return found


def _random(shape: tuple[int, ...], random: Random, bound: int, is_complex: bool) -> Any:
    count = int(np.prod(shape))
    values: list[Any] = [random.randint(-bound, bound) for _ in range(count)]
    if is_complex:
        values = [complex(v, random.randint(-bound, bound)) for v in values]
    array = np.array(values).reshape(shape)
    return array if shape else array[()]


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


def satisfied(
    condition: str, arrays: Arrays, values: Mapping[str, int], random: Random, bound: int, others: Sequence[str] = ()
) -> dict[str, Any]:
    """New arrays for which `T == ±rearranged T` (together with the others like it) or `T == expression` holds."""
    tree = ast.parse(condition, mode="eval").body
    assert isinstance(tree, ast.Compare)
    left, right = tree.left, tree.comparators[0]
    if not isinstance(left, ast.Name):
        left, right = right, left
    assert isinstance(left, ast.Name)
    name = left.id
    space = {**LIBRARY, **values}
    try:
        if name not in _names(right):
            value = np.asarray(eval(_compiled(ast.unparse(right)), {**space, **arrays}))
            shape = np.shape(arrays[name])
            if value.shape not in ((), shape):
                raise UnclearError("a hypothesis on other shapes")
            return {name: np.broadcast_to(value, shape).copy() if shape else value[()]}
        maps = [_signed_map(c, name, np.shape(arrays[name]), space) for c in (condition, *others) if _is_move(c, name)]
    except ValueError as error:
        raise UnclearError(str(error)) from None
    fresh = _random(np.shape(arrays[name]), random, bound, np.iscomplexobj(arrays[name]))
    return {name: _invariant(fresh, maps)}


def _is_move(condition: str, name: str) -> bool:
    return len(re.findall(rf"\b{name}\b", condition)) == 2


def _signed_map(condition: str, name: str, shape: tuple[int, ...], space: Mapping[str, Any]) -> np.ndarray:
    """For each entry ± (1 + the position of the entry that it equals)."""
    tree = ast.parse(condition, mode="eval").body
    assert isinstance(tree, ast.Compare)
    labels = np.arange(1, int(np.prod(shape)) + 1).reshape(shape)
    sides = [
        np.asarray(eval(_compiled(ast.unparse(s)), {**space, name: labels})) for s in (tree.left, tree.comparators[0])
    ]
    if sides[0].shape != sides[1].shape:
        raise UnclearError("a hypothesis on other shapes")
    images = np.zeros(labels.size, dtype=int)
    for a, b in zip(sides[0].flat, sides[1].flat, strict=True):
        images[abs(a) - 1] = b if a > 0 else -b
    return images


def _invariant(fresh: np.ndarray, maps: Sequence[np.ndarray]) -> np.ndarray:
    """The array with one value an orbit; 0 where an entry must equal its own negative."""
    signs: dict[int, tuple[int, int]] = {}
    flat = fresh.reshape(-1).copy()
    for root in range(flat.size):
        if root in signs:
            continue
        orbit, pending, zero = {root: 1}, [root], False
        while pending:
            at = pending.pop()
            for images in maps:
                steps = [(at, int(images[at]))] if images[at] else []
                steps += [(int(i), int(images[i])) for i in np.flatnonzero(np.abs(images) == at + 1)]
                for source, image in steps:
                    end = abs(image) - 1
                    other, sign = (end, 1 if image > 0 else -1) if source == at else (source, 1 if image > 0 else -1)
                    wanted = orbit[at] * sign
                    if other not in orbit:
                        orbit[other] = wanted
                        pending.append(other)
                    zero = zero or orbit[other] != wanted
        for place, sign in orbit.items():
            signs[place] = (root, sign)
            flat[place] = 0 if zero else sign * fresh.reshape(-1)[root]
    return flat.reshape(fresh.shape)


# What symconv shows, as NumPy computes with it


def number(value: Any) -> complex:
    """A number as shown, perhaps a fraction."""
    return complex(value) if isinstance(value, (int, float, complex, np.number)) else complex(eval(str(value)))


def concrete(array: Any) -> Any:
    """An array of Python's numbers as one of whole, real or complex numbers."""
    array = np.asarray(array, dtype=object)
    kinds = {
        complex if isinstance(v, complex) else int if isinstance(v, (int, np.integer)) else float for v in array.flat
    }
    made = array.astype(complex if complex in kinds else float if float in kinds else np.int64)
    return made if made.ndim else made[()]


def looked_up(table: Mapping[Any, Any]) -> Callable[[Any], Any]:
    """The function with these values, and 0 elsewhere."""
    values = {number(k): number(v) for k, v in table.items()}

    def f(x: Any) -> Any:
        value = values.get(complex(x), 0)
        return value.real if isinstance(value, complex) and not value.imag else value

    return f
