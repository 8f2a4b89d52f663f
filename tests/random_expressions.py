"""Random well-typed expressions as claim text.

A node prints itself as claim text and knows its shape. Sizes are texts too; two are equal if their
values agree at one generic choice of the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from random import Random

GENERIC = {name: 10**9 + 7**k * 1_234_577 for k, name in enumerate("N M L H W h w n m r".split())}
"""One choice of sizes at which no two different size expressions have the same value."""
_SHORT: dict[int, str] = {}


class IllTypedError(Exception):
    """The operation does not take these shapes."""


def size(text: str | int) -> str:
    """The shortest text seen so far for a size."""
    text = str(text)
    value = eval(text, {"__builtins__": {}}, dict(GENERIC))
    known = _SHORT.get(value)
    if known is None or len(text) < len(known):
        _SHORT[value] = known = text
    return known


def need(condition: object) -> None:
    """Raise unless the condition holds."""
    if not condition:
        raise IllTypedError


@dataclass(frozen=True)
class Node:
    """An operation on nodes, with parameters as texts; a leaf is the operation of its own name."""

    op: str
    args: tuple[Node, ...] = ()
    given: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()

    def __str__(self) -> str:
        texts = list(map(str, self.args))
        if not self.args:
            return self.op
        match self.op:
            case "+" | "-" | "*" | "@":
                return f"({texts[0]} {self.op} {texts[1]})"
            case "neg":
                return f"(-{texts[0]})"
            case "T":
                return f"{texts[0]}.T"
            case "[]":
                return f"{texts[0]}[{self.given[0]}]"
        return f"{self.op}({', '.join((*texts, *self.given))})"

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def leaves(self) -> Iterator[Node]:
        """The leaves, from left to right."""
        if not self.args:
            yield self
        for a in self.args:
            yield from a.leaves()

    def inside(self, depth: int) -> list[Node]:
        """The nodes up to some levels below this one."""
        below = [n for a in self.args for n in (a, *(a.inside(depth - 1) if depth else []))]
        return below

    def nodes(self) -> Iterator[tuple[Node, Callable[[Node], Node]]]:
        """Every node inside, with a function that puts another in its place."""
        yield self, lambda new: new
        for k, arg in enumerate(self.args):
            for inner, put in arg.nodes():
                yield (
                    inner,
                    lambda new, k=k, put=put: make(
                        self.op, *self.args[:k], put(new), *self.args[k + 1 :], given=self.given
                    ),
                )


def leaf(name: str, *shape: str | int) -> Node:
    """A tensor or a number."""
    return Node(name, shape=tuple(map(size, shape)))


def make(op: str, *args: Node, given: Sequence[str] = ()) -> Node:
    """The operation, with its shape."""
    if not args:
        raise IllTypedError
    return Node(op, args, tuple(given), tuple(_shape(op, [a.shape for a in args], list(given))))


def _shape(op: str, shapes: list[tuple[str, ...]], given: list[str]) -> Sequence[str]:
    a, b = shapes[0], shapes[-1]
    match op:
        case "convolve" | "correlate":
            need(len(a) == len(b) > 0)
            forms = {"": "{0} + {1} - 1", '"full"': "{0} + {1} - 1", '"same"': "{0}", '"valid"': "{0} - ({1}) + 1"}
            return [size(forms[given[0] if given else ""].format(n, m)) for n, m in zip(a, b, strict=True)]
        case "+" | "-" | "*":
            need(a == b or not a or not b)
            return a or b
        case "@" | "dot" | "inner":
            need(a and b)
            inner = b[-1] if op == "inner" or len(b) == 1 else b[-2]
            need(a[-1] == inner and len(a) <= 2 and len(b) <= 2)
            rest = [s for k, s in enumerate(b) if k != (len(b) - 1 if op == "inner" or len(b) == 1 else len(b) - 2)]
            return [*a[:-1], *rest]
        case "outer":
            need(len(a) == len(b) == 1)
            return [*a, *b]
        case "frobenius":
            need(a == b and len(a) == 2)
            return []
        case "trace":
            need(len(a) == 2)
            return []
        case "sum":
            need(a)
            return [s for k, s in enumerate(a) if given and k != int(given[0][-1])]
        case "T":
            need(a)
            return a[::-1]
        case "rot90":
            need(len(a) == 2)
            return a[::-1] if int(given[0]) % 2 else a
        case "flip":
            need(a and (not given or int(given[0][-1]) < len(a)))
            return a
        case "ravel" | "vec":
            need(a)
            return [size("*".join(f"({s})" for s in a))]
        case "reshape":
            need("-" not in given[0])
            wanted = [size(s) for s in given[0][1:-1].split(", ")]
            need(prod(_value(s) for s in wanted) == prod(map(_value, a)))
            return wanted
        case "[]":
            return _indexed(a, given[0])
    return a


def _value(text: str) -> int:
    return int(eval(text, {"__builtins__": {}}, dict(GENERIC)))


def _indexed(shape: tuple[str, ...], key: str) -> list[str]:
    items = key.split(", ")
    need(len(items) <= len(shape))
    found = []
    for s, item in zip(shape, [*items, *[":"] * (len(shape) - len(items))], strict=True):
        match item:
            case ":" | "::-1":
                found.append(s)
            case "1:" | ":-1":
                found.append(size(f"{s} - 1"))
            case "1:-1":
                found.append(size(f"{s} - 2"))
            case "::2":
                found.append(size(f"({s} + 1)//2"))
            case "1::2":
                found.append(size(f"({s})//2"))
            case ":2":
                found.append("2" if s not in ("1", "2") else s)
            case _:
                need(item.lstrip("-").isdigit())
    return found


# Random expressions

UNARY = ["flip", "flip", "flip0", "flip1", "T", "T", "neg", "rot90", "double", "slice"]
MODES = ['"full"', '"same"', '"valid"']
SLICES = ["1:", ":-1", "::-1", "::2", ":2", "1:-1", "1::2"]


@dataclass
class Expressions:
    """A source of random expressions over given leaves."""

    random: Random
    leaves: list[Node]
    functions: bool = False
    complex: bool = False

    def of(self, ndim: int, depth: int) -> Node:
        """An expression with a number of axes."""
        for _ in range(30):
            try:
                return self._of(ndim, depth)
            except IllTypedError:
                continue
        raise IllTypedError

    def like(self, shape: tuple[str, ...], depth: int) -> Node:
        """An expression of a given shape."""
        for _ in range(40):
            try:
                found = self._of(len(shape), depth)
            except IllTypedError:
                continue
            if found.shape == shape:
                return found
        raise IllTypedError

    @cached_property
    def _by_ndim(self) -> dict[int, list[Node]]:
        return {ndim: [x for x in self.leaves if x.ndim == ndim] for ndim in {x.ndim for x in self.leaves}}

    def _leaf(self, ndim: int) -> Node:
        fitting = self._by_ndim.get(ndim, [])
        need(fitting)
        return self.random.choice(fitting)

    def _of(self, ndim: int, depth: int) -> Node:
        r = self.random
        if depth <= 0 or r.random() < 0.15:
            return self._leaf(ndim)
        kinds = (
            ["unary"] * 3
            + ["arithmetic"] * 2
            + ["product"] * (3 if ndim else 5)
            + ["sliding"] * (4 if ndim in (1, 2) else 0)
        )
        kind = r.choice(kinds + ["call"] * (2 * self.functions) + ["conj"] * (2 * self.complex))
        match kind:
            case "unary":
                return self.unary(self.of(ndim, depth - 1))
            case "call":
                return make("f", self.of(ndim, depth - 1))
            case "conj":
                return make("conj", self.of(ndim, depth - 1))
            case "arithmetic":
                a = self.of(ndim, depth - 1)
                b = self.like(a.shape, depth - 1) if r.random() < 0.8 else self.of(0, 0)
                return make(r.choice("+-*"), a, b)
            case "sliding":
                mode = r.choice([(), *((m,) for m in MODES)])
                return make(
                    r.choice(["convolve", "correlate"]), self.of(ndim, depth - 1), self.of(ndim, depth - 1), given=mode
                )
        return self._product(ndim, depth)

    def unary(self, a: Node) -> Node:
        """A rearrangement or multiple of an expression."""
        match self.random.choice(UNARY):
            case "flip0" | "flip1" as name:
                return make("flip", a, given=(f"axis={name[-1]}",))
            case "double":
                return make("*", leaf(str(self.random.choice([2, 3, -1]))), a)
            case "rot90":
                return make("rot90", a, given=(str(self.random.choice([1, 2, 3, -1])),))
            case "slice":
                need(a.ndim)
                return make(
                    "[]",
                    a,
                    given=(
                        ", ".join(self.random.choice([":", *SLICES]) for _ in range(self.random.randint(1, a.ndim))),
                    ),
                )
            case op:
                return make(op, a)

    def _product(self, ndim: int, depth: int) -> Node:
        r = self.random
        sub = depth - 1
        match ndim:
            case 0:
                op = r.choice(["dot", "sum", "trace", "frobenius", "@", "inner", "entry"])
                if op in ("sum", "trace"):
                    return make(op, self.of(2 if op == "trace" else r.choice([1, 2]), sub))
                if op == "entry":
                    a = self.of(r.choice([1, 2]), sub)
                    return make("[]", a, given=(", ".join(r.choice(["0", "1", "-1"]) for _ in a.shape),))
                a = self.of(2 if op == "frobenius" else 1, sub)
                return make(op, a, self.like(a.shape, sub))
            case 1:
                op = r.choice(["@", "dot", "sum", "ravel", "vec", "row", "diagonal"])
                if op == "sum":
                    return make("sum", self.of(2, sub), given=(f"axis={r.choice([0, 1])}",))
                if op == "row":
                    return make("[]", self.of(2, sub), given=(r.choice(["0", "-1", ":, 0", ":, -1"]),))
                if op in ("ravel", "vec"):
                    return make(op, self.of(2, sub))
                a = self.of(2, sub)
                return make("dot" if op == "diagonal" else op, a, self.like((a.shape[1],), sub))
            case 2:
                op = r.choice(["@", "@", "dot", "outer", "inner", "reshape"])
                if op == "outer":
                    return make(op, self.of(1, sub), self.of(1, sub))
                a = self.of(2, sub)
                if op == "reshape":
                    flat = make(r.choice(["ravel", "vec"]), a)
                    return make(op, flat, given=(f"({', '.join(r.choice([a.shape, a.shape[::-1]]))})",))
                b = self._leaf(2)
                b = r.choice([b, make("T", b)])
                return make(op, a, b)
        raise IllTypedError
