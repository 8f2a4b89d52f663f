"""Laws that keep the value of an expression, and mutations that may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from random_expressions import MODES, IllTypedError, Node, leaf, make


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
