"""Claims for every size as z3 can be given them.

`COEFFICIENTS` asks what symconv asks isl: does the same product of entries A[a]·K[k] stand in
output entry x on both sides? It is a formula of integers with quantifiers over the bound indices,
found by symconv's own reduction, which z3 gets for free. All of these claims say the same along
both axes of an image. `SUMS` states claims as they stand, along one axis, with entries as
uninterpreted functions and sums as recursive ones.

A formula is satisfiable exactly if its claim is false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import z3

AXES = range(2)

#: From output index, bound index and both sizes to the two indices read, and the bound's end.
Side: TypeAlias = Callable[[Any, Any, Any, Any], tuple[Any, Any, Any]]
#: From both sizes to the size of the output.
Extent: TypeAlias = Callable[[Any, Any], Any]
#: What both sizes have to satisfy.
Needs: TypeAlias = Callable[[Any, Any], Any]


def _full(n: Any, m: Any) -> Any:
    return n + m - 1


def _valid(n: Any, m: Any) -> Any:
    return n - m + 1


def _image(n: Any, m: Any) -> Any:
    return n


def _fits(n: Any, m: Any) -> Any:
    return n >= m


def _always(n: Any, m: Any) -> Any:
    return z3.BoolVal(True)


def _inside(*indices: tuple[Any, Any]) -> Any:
    return z3.And([z3.And(index >= 0, index < size) for index, size in indices])


def _exists(side: Side, x: list[Any], a: list[Any], k: list[Any], n: list[Any], m: list[Any]) -> Any:
    """Whether A[a]·K[k] occurs in output entry x."""
    bound = [z3.FreshInt("u") for _ in AXES]
    meets = []
    for axis, u in enumerate(bound):
        at_a, at_k, end = side(x[axis], u, n[axis], m[axis])
        meets += [_inside((u, end)), a[axis] == at_a, k[axis] == at_k]
    return z3.Exists(bound, z3.And(meets))


def differs(left: Side, right: Side, extent: Extent, needs: Needs = _always) -> Any:
    """Some product of entries occurs on one side only."""
    x, a, k, n, m = ([z3.Int(f"{name}{axis}") for axis in AXES] for name in "xaknm")
    known: list[Any] = []
    for axis in AXES:
        sizes = n[axis], m[axis]
        known += [sizes[0] >= 1, sizes[1] >= 1, needs(*sizes)]
        known.append(_inside((x[axis], extent(*sizes)), (a[axis], sizes[0]), (k[axis], sizes[1])))
    return z3.And(*known, _exists(left, x, a, k, n, m) != _exists(right, x, a, k, n, m))


def associativity() -> Any:
    """Three tensors along one axis."""
    x, a, k, m, size_a, size_k, size_m = z3.Ints("x a k m N M L")
    u, v, w = z3.Ints("u v w")
    known = [size_a >= 1, size_k >= 1, size_m >= 1, _inside((x, size_a + size_k + size_m - 2))]
    known.append(_inside((a, size_a), (k, size_k), (m, size_m)))
    bounds = _inside((v, size_m), (u, size_k), (x - v, size_a + size_k - 1))
    left = z3.Exists([u, v], z3.And(bounds, m == v, k == u, a == x - v - u))
    bounds = _inside((w, size_k + size_m - 1), (v, size_m), (w - v, size_k))
    right = z3.Exists([w, v], z3.And(bounds, a == x - w, m == v, k == w - v))
    return z3.And(*known, left != right)


#: By the names in `claims`.
COEFFICIENTS: dict[str, Callable[[], Any]] = {
    "correlate by definition": lambda: differs(
        lambda x, u, n, m: (x + u, u, m), lambda x, u, n, m: (x + u, u, m), _valid, _fits
    ),
    "convolve by definition": lambda: differs(
        lambda x, u, n, m: (x - u, u, m), lambda x, u, n, m: (x - u, u, m), _full
    ),
    "convolve commutes": lambda: differs(lambda x, u, n, m: (x - u, u, m), lambda x, u, n, m: (u, x - u, n), _full),
    "valid, kernel flipped": lambda: differs(
        lambda x, u, n, m: (x + m - 1 - u, u, m), lambda x, u, n, m: (x + u, m - 1 - u, m), _valid, _fits
    ),
    "convolve associates": associativity,
    "same, kernel flipped": lambda: differs(
        lambda x, u, n, m: (x + (m - 1) / 2 - u, u, m), lambda x, u, n, m: (x + u - m / 2, m - 1 - u, m), _image
    ),
    "same by definition": lambda: differs(
        lambda x, u, n, m: (x + (m - 1) / 2 + u - (m - 1), u, m), lambda x, u, n, m: (x + u - m / 2, u, m), _image
    ),
    "convolve as correlate": lambda: differs(
        lambda x, u, n, m: (x + m - 1 - u, u, m), lambda x, u, n, m: (x + u, u, m), _valid, _fits
    ),
    "correlate commutes": lambda: differs(
        lambda x, u, n, m: (x + u - (m - 1), u, m), lambda x, u, n, m: (u, x + u - (n - 1), n), _full
    ),
    "same, wrong offset": lambda: differs(
        lambda x, u, n, m: (x + u - m / 2, u, m), lambda x, u, n, m: (x + u - (m - 1) / 2, u, m), _image
    ),
}


def _sum(name: str, side: Side) -> Callable[[Any, Any, Any], Any]:
    """Σ_u A[…]·K[…] at output index x and sizes n, m, through a recursive function of the sum's end."""
    integer, real = z3.IntSort(), z3.RealSort()
    arrays = [z3.Function(array, integer, real) for array in "AK"]
    partial = z3.RecFunction(name, *[integer] * 4, real)
    end, x, n, m = z3.Ints("end x n m")
    at_a, at_k, _ = side(x, end - 1, n, m)
    reads = zip(arrays, (at_a, at_k), (n, m), strict=True)
    entries = [z3.If(_inside((index, size)), array(index), 0) for array, index, size in reads]
    step = partial(end - 1, x, n, m) + entries[0] * entries[1]
    z3.RecAddDefinition(partial, [end, x, n, m], z3.If(end <= 0, z3.RealVal(0), step))
    return lambda x, n, m: partial(side(x, x, n, m)[2], x, n, m)


def sums_differ(left: Side, right: Side, extent: Extent, needs: Needs = _always) -> Any:
    """The two sums differ at some output entry, for some sizes and arrays."""
    x, n, m = z3.Ints("x n m")
    known = [n >= 1, m >= 1, needs(n, m), _inside((x, extent(n, m)))]
    return z3.And(*known, _sum("left", left)(x, n, m) != _sum("right", right)(x, n, m))


SUMS: dict[str, Callable[[], Any]] = {
    "convolve commutes": lambda: sums_differ(lambda x, u, n, m: (x - u, u, m), lambda x, u, n, m: (u, x - u, n), _full),
    "valid, kernel flipped": lambda: sums_differ(
        lambda x, u, n, m: (x + m - 1 - u, u, m), lambda x, u, n, m: (x + u, m - 1 - u, m), _valid, _fits
    ),
    "convolve as correlate": lambda: sums_differ(
        lambda x, u, n, m: (x + m - 1 - u, u, m), lambda x, u, n, m: (x + u, u, m), _valid, _fits
    ),
}
