"""Drawing arguments for products and sums."""

from __future__ import annotations

from typing import Any

from drawing import Draw, draws


@draws("dot", "inner", "matmul", "outer", "vdot", "frobenius")
def _products(d: Draw, name: str) -> Any:
    k = d.number(1, 4)
    if name == "frobenius":
        shape = d.shape(0, 3)
        return d.apply(name, d.tensor(*shape), d.tensor(*shape))
    if name == "vdot":
        left, right = d.pick(((2, k), (2, k)), ((2, k), (k, 2)), ((2, 3), (6,)), ((k,), (1, k)), ((), ()))
        d.concrete = d.concrete or left != right
        return d.apply(name, d.tensor(*left), d.tensor(*right))
    if name == "outer":
        return d.apply(name, d.tensor(*d.shape(0, 2)), d.tensor(*d.shape(0, 2)))
    if name == "matmul":
        batch = d.shape(0, 2, 3)
        other = tuple(d.pick(n, 1) for n in batch)[d.number(0, len(batch)) :]
        left = (*batch, d.number(1, 3), k) if batch or d.pick(True, False) else (k,)
        right = (*other, k, d.number(1, 3)) if other or d.pick(True, False) else (k,)
        return d.apply(name, d.tensor(*left), d.tensor(*right))
    left, right = (*d.shape(0, 2), k), (*d.shape(0, 2), k)
    if name == "dot" and len(right) > 1:
        right = (*right[:-2], k, right[-2])
    return d.apply(name, d.tensor(*d.pick(left, left, left, ())), d.tensor(*right))


@draws("trace")
def _trace(d: Draw, name: str) -> Any:
    shape = d.shape(2, 3)
    first, second = d.order(range(len(shape)))[:2]
    return d.apply(name, d.tensor(*shape), d.parameter(d.number(-4, 4)), first, second - len(shape))


@draws("kron", "tensordot", "einsum")
def _contractions(d: Draw, name: str) -> Any:
    if name == "kron":
        return d.apply(name, d.tensor(*d.shape(0, 3, 3)), d.tensor(*d.shape(0, 3, 3)))
    if name == "tensordot":
        shared = d.shape(0, 2, 3)
        left, right = d.shape(0, 2, 3), d.shape(0, 2, 3)
        if d.pick(True, False):
            return d.apply(name, d.tensor(*left, *shared), d.tensor(*shared, *right), len(shared))
        axes = (tuple(range(len(left), len(left) + len(shared))), tuple(-k for k in range(len(shared), 0, -1)))
        return d.apply(name, d.tensor(*left, *shared), d.tensor(*right, *shared), axes)
    sizes = {letter: d.number(1, 3) for letter in "ijk"}
    terms = ["".join(d.pick(*"ijk") for _ in range(d.number(0, 3))) for _ in range(d.number(1, 3))]
    letters = sorted(set("".join(terms)))
    out = "".join(d.some(letters))
    dots = d.pick("", "...")
    wide = d.shape(0, 2, 3) if dots else ()
    shapes = [[d.pick(sizes[x], sizes[x], 1) if t.count(x) == 1 else sizes[x] for x in t] for t in terms]
    batches = [[d.pick(n, 1) for n in wide][d.number(0, len(wide)) :] for _ in terms]
    pattern = ",".join(dots + t for t in terms) + d.pick("->" + dots + out, "->" + dots + out, "")
    return d.apply(name, pattern, *(d.tensor(*b, *s) for b, s in zip(batches, shapes, strict=True)))


@draws("cumsum", "diff")
def _running(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    axis = d.number(-len(shape), len(shape) - 1)
    if name == "cumsum":
        return d.apply(name, d.tensor(*shape), d.pick(axis, axis, None))
    ends = []
    for _ in range(2):
        other = list(shape)
        other[axis] = d.number(1, 2)
        ends.append(d.pick(None, None, d.number(-2, 2), d.tensor(*other)))
    a = d.tensor(*shape)
    return d.apply(name, a, d.number(0, 3), axis, *ends)
