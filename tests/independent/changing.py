"""Small changes of a claim that mostly make it false, and sometimes false at one size only."""

from __future__ import annotations

import ast
import copy
import random

OTHERS = """
convolve:correlate correlate:convolve circular_convolve:circular_correlate
circular_correlate:circular_convolve
tril:triu triu:tril fft:ifft ifft:fft vec:ravel ravel:vec conj:real real:conj dot:outer vdot:dot inner:vdot mean:sum
fliplr:flipud flipud:fliplr toeplitz:hankel ones:zeros
"""
SWAPS = dict(pair.split(":") for pair in OTHERS.split())
MODES = {
    "valid": "same",
    "same": "full",
    "full": "same",
    "wrap": "symmetric",
    "symmetric": "reflect",
    "reflect": "wrap",
    "edge": "wrap",
}


def changed(text: str, rng: random.Random) -> str:
    """The claim with one change in a side, or now and then in a hypothesis."""
    head, _, body = text.partition(": ")
    for word in (" iff ", " if "):
        sides, found, condition = body.partition(word)
        if (
            found
            and "(" not in condition[:0]
            and sides.count("(") == sides.count(")")
            and sides.count("[") == sides.count("]")
        ):
            break
    else:
        sides, found, condition = body, "", ""
    if found and rng.random() < 0.3:
        return f"{head}: {sides}{found}{_changed(condition, rng)}"
    return f"{head}: {_changed(sides, rng)}{found}{condition}"


def _changed(text: str, rng: random.Random) -> str:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return text
    places = [
        (parent, name, k) for parent in ast.walk(tree) for name, k in _slots(parent) if _options(_at(parent, name, k))
    ]
    rng.shuffle(places)
    for parent, name, k in places:
        new = rng.choice(_options(_at(parent, name, k)))(rng)
        if k is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[k] = new
        break
    return ast.unparse(ast.fix_missing_locations(tree))


def _slots(parent: ast.AST):
    for name, value in ast.iter_fields(parent):
        if (
            isinstance(value, ast.expr)
            and name != "target"
            and not (isinstance(parent, ast.Call) and name == "func" and not isinstance(value, ast.Name))
        ):
            yield name, None
        if isinstance(value, list):
            yield from ((name, k) for k, v in enumerate(value) if isinstance(v, ast.expr))


def _at(parent: ast.AST, name: str, k: int | None) -> ast.expr:
    value = getattr(parent, name)
    return value if k is None else value[k]


def _options(node: ast.expr) -> list:
    match node:
        case ast.Constant(value=bool()):
            return []
        case ast.Constant(value=int() as value):
            return [lambda rng: ast.Constant(value + rng.choice([1, -1]) if value else 1)]
        case ast.Constant(value=str() as value) if value in MODES:
            return [lambda rng: ast.Constant(MODES[value])]
        case ast.Call(func=ast.Name(id=name)) if name in SWAPS:
            renamed = copy.deepcopy(node)
            renamed.func = ast.Name(SWAPS[name], ast.Load())
            return [lambda rng: renamed]
        case ast.Call(func=ast.Name(id="flip" | "roll" | "cumsum" | "range"), args=[first, *_]):
            if node.func.id == "range":  # type: ignore[attr-defined]
                longer = copy.deepcopy(node)
                longer.args[-1] = ast.BinOp(longer.args[-1], ast.Sub(), ast.Constant(1))
                return [lambda rng: longer]
            return [lambda rng: copy.deepcopy(first)]
        case ast.BinOp(left=a, op=ast.Add() | ast.Sub() as op, right=b):
            other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
            return [lambda rng: ast.BinOp(a, other, b), lambda rng: ast.BinOp(b, op, a), lambda rng: a]
        case ast.BinOp(left=a, op=ast.Mult(), right=b):
            return [
                lambda rng: ast.BinOp(a, ast.Add(), b),
                lambda rng: ast.BinOp(a, ast.Mult(), ast.BinOp(b, ast.Mult(), ast.Constant(2))),
            ]
        case ast.BinOp(left=a, op=ast.MatMult(), right=b):
            return [lambda rng: ast.BinOp(b, ast.MatMult(), a)]
        case ast.Attribute(value=value, attr="T"):
            return [lambda rng: value]
        case ast.Compare(left=a, ops=[ast.GtE()], comparators=[b]):
            return [lambda rng: ast.Compare(a, [ast.LtE()], [b]), lambda rng: ast.Compare(a, [ast.Eq()], [b])]
        case ast.Name(id="i" | "j" | "n" | "m" | "p" as name):
            return [lambda rng: ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), ast.Constant(1))]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [lambda rng: operand]
    return []
