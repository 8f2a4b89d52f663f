"""The claims written out at concrete sizes, entry by entry, over any algebra with `+` and `*`.

This is what a computer algebra system or an SMT solver can be given of a claim: one image of
16×16 with one kernel of 5×5. It says nothing about other sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

IMAGE, KERNEL = 16, 5
CHANNELS, FILTERS = 2, 2

Sides: TypeAlias = Iterator[tuple[Any, Any]]


@dataclass(frozen=True)
class Algebra:
    """How scalars are made and added, and an uninterpreted function is applied."""

    symbol: Callable[[str], Any]
    add: Callable[[Sequence[Any]], Any]
    call: Callable[[Any], Any]

    def array(self, name: str, *shape: int) -> np.ndarray:
        """An array whose entries are symbols."""
        return self.build(shape, lambda i: self.symbol("_".join([name, *map(str, i)])))

    def build(self, shape: tuple[int, ...], entry: Callable[[tuple[int, ...]], Any]) -> np.ndarray:
        """The array with these entries."""
        made: np.ndarray = np.empty(shape, dtype=object)
        for index in np.ndindex(*shape):
            made[index] = entry(index)
        return made

    def dot(self, a: np.ndarray, b: np.ndarray) -> Any:
        """Σ a·b over all entries."""
        return self.add([x * y for x, y in zip(a.flat, b.flat, strict=True)])

    def matmul(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The matrix product."""
        return self.build((a.shape[0], b.shape[1]), lambda i: self.dot(a[i[0]], b[:, i[1]]))

    def at_offset(self, a: np.ndarray, k: np.ndarray, shape: tuple[int, ...], offset: tuple[int, ...]) -> np.ndarray:
        """Σ_u a[x - offset + u]·k[u] at every x of a shape; `a` is 0 outside."""

        def entry(x: tuple[int, ...]) -> Any:
            terms = []
            for u in np.ndindex(*k.shape):
                place = tuple(i - o + j for i, o, j in zip(x, offset, u, strict=True))
                if all(0 <= p < n for p, n in zip(place, a.shape, strict=True)):
                    terms.append(a[place] * k[u])
            return self.add(terms)

        return self.build(shape, entry)

    def correlate(self, a: np.ndarray, k: np.ndarray, mode: str = "full") -> np.ndarray:
        """As in SciPy: "full", "same" or "valid"."""
        sides = list(zip(a.shape, k.shape, strict=True))
        if mode == "valid":
            return self.at_offset(a, k, tuple(n - m + 1 for n, m in sides), (0,) * len(sides))
        if mode == "same":
            return self.at_offset(a, k, a.shape, tuple(m // 2 for _, m in sides))
        return self.at_offset(a, k, tuple(n + m - 1 for n, m in sides), tuple(m - 1 for _, m in sides))

    def convolve(self, a: np.ndarray, k: np.ndarray, mode: str = "full") -> np.ndarray:
        """As in SciPy, from the definition: "same" is cut from "full" at (m-1)//2."""
        whole = self.correlate(a, np.flip(k))
        if mode == "full":
            return whole
        start, size = {
            "same": (lambda m: (m - 1) // 2, lambda n, m: n),
            "valid": (lambda m: m - 1, lambda n, m: n - m + 1),
        }[mode]
        sides = zip(a.shape, k.shape, strict=True)
        return whole[tuple(slice(start(m), start(m) + size(n, m)) for n, m in sides)]

    def conv2d(self, x: np.ndarray, k: np.ndarray) -> np.ndarray:
        """As in torch, for one image."""
        return np.stack([self.correlate(x, kernel, "valid")[0] for kernel in k])


def _entries(left: np.ndarray, right: np.ndarray) -> Sides:
    assert left.shape == right.shape
    return zip(left.flat, right.flat, strict=True)


def _image_and_kernel(o: Algebra) -> tuple[np.ndarray, np.ndarray]:
    return o.array("A", IMAGE, IMAGE), o.array("K", KERNEL, KERNEL)


def _matrices(o: Algebra) -> tuple[np.ndarray, np.ndarray]:
    return o.array("X", IMAGE, IMAGE), o.array("Y", IMAGE, IMAGE)


def _layer(o: Algebra, side: int) -> tuple[np.ndarray, np.ndarray]:
    return o.array("X", CHANNELS, IMAGE, IMAGE), o.array("K", FILTERS, CHANNELS, side, side)


def correlate_by_definition(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    size = IMAGE - KERNEL + 1
    total = o.build((size, size), lambda i: o.dot(a[i[0] : i[0] + KERNEL, i[1] : i[1] + KERNEL], k))
    return _entries(o.correlate(a, k, "valid"), total)


def convolve_by_definition(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    size = IMAGE + KERNEL - 1

    def entry(i: tuple[int, ...]) -> Any:
        places = [(n, m, i[0] - n, i[1] - m) for n, m in np.ndindex(KERNEL, KERNEL)]
        return o.add([k[n, m] * a[x, y] for n, m, x, y in places if 0 <= x < IMAGE and 0 <= y < IMAGE])

    return _entries(o.convolve(a, k), o.build((size, size), entry))


def convolve_commutes(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.convolve(a, k), o.convolve(k, a))


def valid_flipped(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.convolve(a, k, "valid"), o.correlate(a, np.flip(k), "valid"))


def valid_symmetric(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    half = o.build(k.shape, lambda i: k[min(i, tuple(KERNEL - 1 - j for j in i))])
    return _entries(o.convolve(a, half, "valid"), o.correlate(a, half, "valid"))


def convolve_associates(o: Algebra) -> Sides:
    x, k, m = o.array("x", IMAGE), o.array("k", KERNEL), o.array("l", KERNEL)
    return _entries(o.convolve(o.convolve(x, k), m), o.convolve(x, o.convolve(k, m)))


def frobenius_four_ways(o: Algebra) -> Sides:
    x, y = _matrices(o)
    first = o.dot(x, y)
    product = o.matmul(x, y.T)
    yield first, o.dot(x.ravel(), y.ravel())
    yield first, o.add([product[i, i] for i in range(IMAGE)])
    yield first, o.correlate(x, y, "valid")[0, 0]


def im2col(o: Algebra) -> Sides:
    x, k = _layer(o, KERNEL)
    size = IMAGE - KERNEL + 1
    patches = [x[:, i : i + KERNEL, j : j + KERNEL].ravel() for i, j in np.ndindex(size, size)]
    product = o.matmul(k.reshape(FILTERS, -1), np.stack(patches, axis=1))
    return _entries(product, o.conv2d(x, k).reshape(FILTERS, -1))


def pointwise(o: Algebra) -> Sides:
    x, k = _layer(o, 1)
    shape = (FILTERS, IMAGE, IMAGE)
    return _entries(o.conv2d(x, k), o.build(shape, lambda i: o.dot(k[i[0], :, 0, 0], x[:, i[1], i[2]])))


def channels_and_bias(o: Algebra) -> Sides:
    x, k = _layer(o, KERNEL)
    b = o.array("b", FILTERS)
    left = o.conv2d(x, k) + b[:, None, None]
    each = [[o.correlate(x[c], k[f, c], "valid") for c in range(CHANNELS)] for f in range(FILTERS)]
    right = np.stack([np.sum(each[f], axis=0) + b[f] for f in range(FILTERS)])
    return _entries(left, right)


def activation(o: Algebra) -> Sides:
    x, w, b = o.array("x", IMAGE), o.array("w", IMAGE), o.symbol("b")
    yield o.call(o.dot(x, w) + b), o.call(o.add(list(w * x)) + b)


def same_flipped(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.convolve(a, k, "same"), o.correlate(a, np.flip(k), "same"))


def _same_at(o: Algebra, start: int) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.correlate(a, k, "same"), o.at_offset(a, k, a.shape, (start, start)))


def same_by_definition(o: Algebra) -> Sides:
    return _same_at(o, KERNEL // 2)


def convolve_as_correlate(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.convolve(a, k, "valid"), o.correlate(a, k, "valid"))


def transpose_for_flip(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    half = o.build(k.shape, lambda i: k[tuple(sorted(i))])
    return _entries(o.convolve(a, half, "valid"), o.correlate(a, half, "valid"))


def correlate_commutes(o: Algebra) -> Sides:
    a, k = _image_and_kernel(o)
    return _entries(o.correlate(a, k), o.correlate(k, a))


def rows_against_columns(o: Algebra) -> Sides:
    x, y = _matrices(o)
    yield o.dot(x.ravel(), y.ravel(order="F")), o.dot(x, y)


def same_wrong_offset(o: Algebra) -> Sides:
    return _same_at(o, (KERNEL - 1) // 2)


#: By the names in `claims`. The others hold numbers only, or sides of different shape.
WRITTEN: dict[str, Callable[[Algebra], Sides]] = {
    "correlate by definition": correlate_by_definition,
    "convolve by definition": convolve_by_definition,
    "convolve commutes": convolve_commutes,
    "valid, kernel flipped": valid_flipped,
    "valid, iff symmetric": valid_symmetric,
    "convolve associates": convolve_associates,
    "Frobenius, four ways": frobenius_four_ways,
    "im2col": im2col,
    "1x1 kernels": pointwise,
    "channels and bias": channels_and_bias,
    "activation": activation,
    "same, kernel flipped": same_flipped,
    "same by definition": same_by_definition,
    "convolve as correlate": convolve_as_correlate,
    "transpose for flip": transpose_for_flip,
    "correlate commutes": correlate_commutes,
    "rows against columns": rows_against_columns,
    "same, wrong offset": same_wrong_offset,
}
