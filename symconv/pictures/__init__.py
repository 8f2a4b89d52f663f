"""Pictures of sliding products and of counterexamples: SVG, PDF or PNG, through matplotlib (`[plot]`).

Which entries meet is read off the operation's index formula, so a window with a stride, padding or dilation, a
transposed layer and a circular product are all drawn in the same way.

    from symconv import pictures
    pictures.window(A, K, at=(0, 1)).save("window.svg")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.numerics.evaluation import evaluate
from symconv.operators.sliding import correlate as _correlate
from symconv.pictures.meetings import Index, flat, meetings, plane
from symconv.pictures.model import Cell, Grid, grid, shown
from symconv.pictures.picture import Picture

__all__ = ["Picture", "counterexample", "im2col", "of", "products", "toeplitz", "window"]

_WORDS = re.compile(r"(?P<kind>[\w-]+)(?: +at +(?P<at>-?\d+(?: *, *-?\d+)*))?$")


def window(
    image: Any, kernel: Any, at: Sequence[int] | None = None, operation: Any = _correlate, **options: Any
) -> Picture:
    """The window over the image that makes the output `at`, with the kernel's weights in it.

    Arrays have one or two axes (for layers behind axes of size 1); `options` go to the operation, which is
    `correlate` in mode "valid" by default. Raises `SymconvError` where an array cannot be drawn or there is no
    such output.

    >>> picture = window([[1, 2, 3], [4, 5, 6]], [[1, -1]], at=(1, 0))
    >>> [cell.note for cell in picture.parts[0].cells if cell.role == "window"]
    ['×1', '×−1']
    """
    met = meetings(image, kernel, operation, options)
    place = met.at(at)
    inside = {flat(y): shown(met.kernel[k]) for k, y in met.meets[place].items()}
    outside = {flat(y): shown(met.kernel[k]) for k, y in met.outside(place).items()}

    def weighed(y: tuple[int, int]) -> dict[str, Any]:
        return {"note": f"×{inside[y]}", "role": "window"} if y in inside else {}

    shown_image = grid("input", plane(met.image), weighed)
    around = tuple(Cell(*y, "0", f"×{k}", "outside") for y, k in sorted(outside.items()))
    result = grid("output", plane(met.output), lambda y: {"role": "output"} if y == flat(place) else {})
    parts = (Grid("input", shown_image.cells + around), "⊙", grid("kernel", plane(met.kernel)), "Σ→", result)
    return Picture(parts, f"The window that makes output {_told(place)}: {shown(met.output[place])}")


def products(
    image: Any, kernel: Any, at: Sequence[int] | None = None, operation: Any = _correlate, **options: Any
) -> Picture:
    """The flattened window above the flattened kernel, their products, and the sum: a dot product.

    Arrays, options and errors are those of `window`.

    >>> products([1, 2, 3], [1, 10]).parts[-1].cells[0].text
    '21'
    """
    met = meetings(image, kernel, operation, options)
    place = met.at(at)
    pairs = [(met.image[y], met.kernel[k]) for k, y in sorted(met.meets[place].items())]
    if not pairs:
        raise SymconvError(f"no entries meet in the output at {_told(place)}")
    window_row, kernel_row = ([pair[i] for pair in pairs] for i in (0, 1))
    table = [window_row, kernel_row, [a * k for a, k in pairs]]
    roles = ("window", "plain", "output")
    rows = grid("window, kernel, products", table, lambda y: {"role": roles[y[0]]})
    total = grid("sum", met.output[place], lambda y: {"role": "output"})
    return Picture((rows, "Σ", total), f"The dot product of window and kernel at {_told(place)}")


def im2col(image: Any, kernel: Any, operation: Any = _correlate, **options: Any) -> Picture:
    """The flattened kernel times the matrix whose columns are the windows: all outputs at once.

    Arrays, options and errors are those of `window`.

    >>> [part.title for part in im2col([1, 2, 3], [1, 10]).parts if not isinstance(part, str)]
    ['kernel', 'windows', 'output']
    """
    met = meetings(image, kernel, operation, options)
    taps = list(np.ndindex(met.kernel.shape))
    columns = [[met.image[meets[k]] if k in meets else 0 for k in taps] for meets in met.meets.values()]
    parts = (
        grid("kernel", [met.kernel.ravel()]),
        "·",
        grid("windows", np.array(columns, dtype=object).T, lambda y: {"role": "window"} if y[1] == 0 else {}),
        "=",
        grid("output", [met.output.ravel()], lambda y: {"role": "output"} if y[1] == 0 else {}),
    )
    return Picture(parts, "The kernel as a row times the matrix of windows")


def toeplitz(image: Any, kernel: Any, operation: Any = _correlate, **options: Any) -> Picture:
    """The matrix that the flattened image is multiplied by: Toeplitz, or doubly blocked for images.

    Arrays, options and errors are those of `window`.

    >>> matrix = toeplitz([1, 2, 3], [5, 7]).parts[0]
    >>> [cell.text for cell in matrix.cells]
    ['5', '7', '0', '0', '5', '7']
    """
    met = meetings(image, kernel, operation, options)
    matrix = np.zeros((met.output.size, met.image.size), dtype=object)
    filled = set()
    for row, meets in enumerate(met.meets.values()):
        for k, y in meets.items():
            at = (row, int(np.ravel_multi_index(y, met.image.shape)))
            matrix[at] += met.kernel[k]
            filled.add(at)
    parts = (
        grid("matrix", matrix, lambda y: {"role": "window" if y in filled else "empty"}),
        "·",
        grid("input", met.image.reshape(-1, 1)),
        "=",
        grid("output", met.output.reshape(-1, 1), lambda y: {"role": "output"}),
    )
    return Picture(parts, "The matrix of the operation times the flattened input")


def counterexample(result: Any) -> Picture:
    """Both sides of a refuted claim at its counterexample, and their difference, as heat maps.

    Raises `SymconvError` for a result without a counterexample, with sides of different shape, or with functions.

    >>> from symconv import prove
    >>> picture = counterexample(prove("x[N]: flip(x) == x"))
    >>> [cell.text for cell in picture.parts[-1].cells]
    ['−1', '1']
    """
    found = result.counterexample
    if found is None:
        raise SymconvError(f"a claim that is {result.verdict} has no counterexample to draw")
    if isinstance(found.lhs, tuple) or found.functions:
        raise SymconvError("this counterexample is told in words: its sides differ in shape, or it chooses a function")
    claim, link = result.claim, result.claim.links[result.link]
    names = {**found.sizes, **dict(zip(claim.indices, found.index, strict=False))}
    left, right = (np.asarray(evaluate(side, names, found.arrays)) for side in (link.left, link.right))
    left, right = np.broadcast_arrays(left, right)
    sides = [plane(side) for side in (left, right)]
    top = max([abs(complex(v)) for side in sides for v in np.ravel(side)] or [0]) or 1

    def coloured(title: str, values: Any) -> Grid:
        table = np.atleast_2d(np.asarray(values, dtype=object))
        return grid(title, table, lambda y: {"heat": max(-1.0, min(1.0, complex(table[y]).real / float(top)))})

    difference = np.subtract(*(np.asarray(side, dtype=object) for side in sides))
    parts = (coloured("left side", sides[0]), "−", coloured("right side", sides[1]), "=")
    return Picture(
        (*parts, coloured("difference", difference)), "Both sides at the counterexample, and their difference"
    )


_KINDS: dict[str, Callable[..., Picture]] = {
    "window": window, "products": products, "im2col": im2col, "toeplitz": toeplitz,
}  # fmt: skip


def of(result: Any, words: str) -> Picture:
    """The picture of a decided claim that `words` ask for: "window at 0, 1", "im2col", "counterexample" …

    All but the last are of the first operation in the claim that slides one literal array over another.
    Raises `SymconvError` for other words, and where the claim has nothing to draw.
    """
    asked = _WORDS.match(words.strip())
    kind = asked["kind"] if asked else words
    if asked is None or kind not in (*_KINDS, "counterexample"):
        raise SymconvError(f"no figure '{words}'", hint=f"use {', '.join(_KINDS)} or counterexample")
    at = tuple(int(i) for i in asked["at"].split(",")) if asked["at"] else None
    if at is not None and kind not in ("window", "products"):
        raise SymconvError(f"a figure '{kind}' has no place", hint="only window and products have one")
    if kind == "counterexample":
        return counterexample(result)
    node = next((n for link in result.claim.links for n in nodes(link.left) if _is_literal(n)), None)
    if node is None:
        raise SymconvError(f"a figure '{kind}' needs a product of two literal arrays on the left side")
    operands = node.operator.operands[:2]
    arrays = [np.asarray(evaluate(node.arguments[name], {}, {}), dtype=object) for name in operands]
    options = {name: value for name, value in node.arguments.items() if name not in operands}
    place = {"at": at} if at is not None else {}
    return _KINDS[kind](*arrays, operation=node.operator, **place, **options)


def _is_literal(node: Any) -> bool:
    if not isinstance(node, Operation) or node.operator.family not in ("sliding", "layers"):
        return False
    operands = [node.arguments.get(name) for name in node.operator.operands[:2]]
    return len(operands) == 2 and all(
        isinstance(x, TensorExpr) and x.axes and not x.free_symbols and not x.atoms(Tensor) for x in operands
    )


def _told(index: Index) -> str:
    return f"({', '.join(map(str, index))})"
