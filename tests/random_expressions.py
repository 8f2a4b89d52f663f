"""Random well-typed expressions as claim text, laws that keep their value, and mutations that may not.

A node prints itself as claim text and knows its shape. Sizes are texts too; two are equal if their
values agree at one generic choice of the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from random import Random

GENERIC = dict(
    zip("N M L H W h w n m r".split(), (1009, 2003, 3001, 4001, 5003, 607, 709, 8009, 907, 10007), strict=True)
)
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

    def _leaf(self, ndim: int) -> Node:
        fitting = [x for x in self.leaves if x.ndim == ndim]
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


# Laws


def _op(op: str, *args: Node | None, given: Sequence[str] = ()) -> Node | None:
    """The operation, or None where it does not take these shapes."""
    try:
        return None if None in args else make(op, *(a for a in args if a is not None), given=given)
    except IllTypedError:
        return None


def laws(e: Node, complex: bool = False) -> Iterator[Node | None]:
    """Expressions with the same value, by one known law at the root."""
    a, b = (*e.args, e, e)[:2] if e.args else (e, e)
    mode = e.given

    def conj(x: Node | None) -> Node | None:
        return _op("conj", x) if complex else x

    if e.ndim:
        yield _op("flip", _op("flip", e))
        yield _op("T", _op("T", e))
    yield _op("-", _op("*", leaf("2"), e), e)
    yield _op("neg", _op("neg", e))
    yield _op("conj", _op("conj", e))
    if e.ndim == 2:
        yield _op("reshape", _op("ravel", e), given=(f"({', '.join(e.shape)})",))
        yield _op("flip", _op("flip", _op("flip", e), given=("axis=0",)), given=("axis=1",))
        yield _op("rot90", _op("rot90", e, given=("1",)), given=("-1",))
    match e.op:
        case "convolve":
            if mode in ((), ('"full"',)):
                yield _op("convolve", b, a, given=mode)
                if a.op == "convolve" and a.given == mode:
                    yield _op("convolve", a.args[0], _op("convolve", a.args[1], b, given=mode), given=mode)
            yield _op("correlate", a, conj(_op("flip", b)), given=mode)
            if mode != ('"same"',):
                yield _op("flip", _op("convolve", _op("flip", a), _op("flip", b), given=mode))
            yield _op("T", _op("convolve", _op("T", a), _op("T", b), given=mode))
        case "correlate":
            yield _op("convolve", a, conj(_op("flip", b)), given=mode)
            if mode in ((), ('"full"',)):
                yield conj(_op("flip", _op("correlate", b, a, given=mode)))
            yield _op("T", _op("correlate", _op("T", a), _op("T", b), given=mode))
        case "@":
            if a.ndim == b.ndim == 2:
                yield _op("T", _op("@", _op("T", b), _op("T", a)))
                yield _op("inner", a, _op("T", b))
            if a.ndim == b.ndim == 1:
                yield _op("sum", _op("*", a, b))
            if a.op == "@" and a.ndim == 2:
                yield _op("@", a.args[0], _op("@", a.args[1], b))
            yield _op("dot", a, b)
        case "dot" | "inner":
            if a.ndim == b.ndim == 1:
                yield _op(e.op, b, a)
                yield _op("sum", _op("*", b, a))
                yield _op("trace", _op("outer", a, b))
            if e.op == "inner" and a.ndim == b.ndim == 2:
                yield _op("@", a, _op("T", b))
        case "outer":
            yield _op("T", _op("outer", b, a))
        case "frobenius":
            yield _op("trace", _op("@", _op("T", conj(a)), b))
            yield _op("dot", _op("ravel", conj(a)), _op("ravel", b))
            yield _op("dot", _op("vec", conj(a)), _op("vec", b))
            yield _op("sum", _op("*", conj(a), b))
            if not complex:
                yield _op("[]", _op("correlate", b, a, given=('"valid"',)), given=("0, 0",))
        case "trace":
            if a.op == "@" and a.args[0].ndim == a.args[1].ndim == 2:
                yield _op("trace", _op("@", a.args[1], a.args[0]))
            if a.shape[0] == a.shape[1]:
                yield _op("trace", _op("T", a))
        case "sum":
            if not e.given:
                yield _op("sum", _op("flip", a))
                yield _op("sum", _op("ravel", a))
                if a.ndim == 2:
                    yield _op("sum", _op("sum", a, given=("axis=0",)))
                if a.op == "convolve" and a.given in ((), ('"full"',)):
                    yield _op("*", _op("sum", a.args[0]), _op("sum", a.args[1]))
            elif a.ndim == 2:
                yield _op("sum", _op("T", a), given=(f"axis={1 - int(e.given[0][-1])}",))
        case "T":
            if a.op in ("+", "-", "*") and a.args[0].shape == a.args[1].shape:
                yield _op(a.op, *(_op("T", x) for x in a.args))
            if a.op == "f":
                yield _op("f", _op("T", a.args[0]))
        case "rot90":
            if mode == ("1",):
                yield _op("flip", _op("T", a), given=("axis=0",))
            if mode == ("2",):
                yield _op("flip", a)
        case "flip":
            if a.op == "f":
                yield _op("f", _op("flip", a.args[0], given=mode))
            if a.op in ("+", "-", "*") and a.args[0].shape == a.args[1].shape:
                yield _op(a.op, *(_op("flip", x, given=mode) for x in a.args))
            if a.op == "convolve" and a.given in ((), ('"full"',), ('"valid"',)):
                yield _op("convolve", *(_op("flip", x, given=mode) for x in a.args), given=a.given)
            if a.ndim == 1:
                yield _op("[]", a, given=("::-1",))
        case "+" | "*":
            yield _op(e.op, b, a)
            if e.op == "*" and b.op == "+" and b.args[0].shape == b.args[1].shape:
                yield _op("+", _op("*", a, b.args[0]), _op("*", a, b.args[1]))
            if e.op == "*" and not a.ndim and b.op in ("convolve", "@"):
                yield _op(b.op, _op("*", a, b.args[0]), b.args[1], given=b.given)
        case "-":
            yield _op("neg", _op("-", b, a))
            yield _op("+", a, _op("neg", b))
        case "vec":
            yield _op("ravel", _op("T", a))
        case "ravel":
            yield _op("vec", _op("T", a))
        case "f":
            yield _op("f", _op("+", a, leaf("0")))
            yield _op("-", _op("*", leaf("2"), e), _op("f", _op("neg", _op("neg", a))))
        case "conj":
            if a.op in ("+", "-", "*", "@", "outer", "convolve"):
                yield _op(a.op, *(_op("conj", x) for x in a.args), given=a.given)
    if e.op in ("convolve", "correlate", "@", "dot", "outer", "frobenius", "inner"):
        for k, arg in enumerate(e.args):
            if arg.op in ("+", "-") and arg.args[0].shape == arg.args[1].shape:
                yield _op(arg.op, *(_op(e.op, *e.args[:k], x, *e.args[k + 1 :], given=mode) for x in arg.args))


NEUTRAL = {"flip", "T", "-", "neg", "conj", "reshape", "rot90"}
"""What undoes itself; laws that only wrap an expression in these apply anywhere, so they are rarer."""


def rewritten(e: Node, random: Random, steps: int, complex: bool = False) -> Node:
    """The expression after some laws at random places."""
    for _ in range(steps):
        places = list(e.nodes())
        random.shuffle(places)
        specific = random.random() < 0.85
        for node, put in places:
            options = [
                o
                for o in laws(node, complex)
                if o is not None and not (specific and o.op in NEUTRAL and node in o.inside(2))
            ]
            random.shuffle(options)
            made = next((m for o in options if (m := _put(put, o)) is not None and m.shape == e.shape and m != e), None)
            if made is not None and len(str(made)) < 160:
                e = made
                break
    return e


def _put(put: Callable[[Node], Node], new: Node) -> Node | None:
    try:
        return put(new)
    except IllTypedError:
        return None


# Mutations


def _mutants(e: Node, random: Random) -> Iterator[Node | None]:
    args = e.args
    if e.op in ("flip", "conj", "neg", "T", "rot90"):
        yield args[0]
    if e.op in ("convolve", "correlate"):
        yield _op("correlate" if e.op == "convolve" else "convolve", *args, given=e.given)
        yield _op(e.op, *args, given=(random.choice(MODES),))
    if len(args) == 2:
        yield _op(e.op, args[1], args[0], given=e.given)
    if e.op in ("flip", "sum") and args[0].ndim == 2:
        yield _op(e.op, args[0], given=random.choice([(), ("axis=0",), ("axis=1",)]))
    if e.op == "rot90":
        yield _op("rot90", args[0], given=(random.choice("123"),))
    if e.op in "+-*" and len(args) == 2:
        yield _op(random.choice("+-*"), *args)
    if e.op in ("ravel", "vec"):
        yield _op("vec" if e.op == "ravel" else "ravel", *args)
    if e.op == "[]":
        swaps = {
            "1:": ":-1",
            ":-1": "1:",
            "0": "-1",
            "-1": "0",
            "1": "0",
            "::2": "::-1",
            "1::2": "::2",
            ":2": "1:",
            "::-1": ":",
        }
        yield _op("[]", *args, given=(", ".join(swaps.get(i, i) for i in e.given[0].split(", ")),))
    if not args and e.op.lstrip("-").isdigit():
        yield leaf(str(int(e.op) + random.choice([-1, 1])))
    if e.ndim:
        yield _op("flip", e)
        yield _op("flip", e, given=("axis=0",))
    yield _op("neg", e)
    if e.ndim == 2:
        yield _op("T", e)


def mutated(e: Node, random: Random) -> Node:
    """The expression with one random change that keeps it well-typed."""
    for _ in range(60):
        node, put = random.choice(list(e.nodes()))
        options = [m for m in _mutants(node, random) if m is not None]
        made = _put(put, random.choice(options)) if options else None
        if made is not None and made != e:
            return made
    raise IllTypedError
