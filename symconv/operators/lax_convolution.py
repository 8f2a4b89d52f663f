"""XLA's general convolution, as JAX writes it."""

from __future__ import annotations

from typing import Any

from symconv.errors import ShapeError
from symconv.kernel.formulas import Axis, Compare, Formula, Index, at_least, total
from symconv.kernel.formulas import times as product
from symconv.kernel.polynomials import ZERO, Poly, extremum, floor
from symconv.operators.axes import bounded, integer
from symconv.operators.lax import dilated, jax_twin, lax_latex, numbers, spread
from symconv.operators.layers import grouping
from symconv.operators.registry import Definition, operator, read

_NAME = "lax.conv_general_dilated"


@operator(name=_NAME, library="jax.lax.conv_general_dilated", family="XLA", operands="lhs rhs",
          latex=lax_latex("conv"), twin=jax_twin("conv_general_dilated"),
          rule="definition of the general convolution")  # fmt: skip
def conv_general_dilated(
    lhs: Any,
    rhs: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    feature_group_count: Any = 1,
) -> Definition:
    """Cross-correlation over windows of a dilated and padded input, summed over channels, as in neural networks.

    `padding` is "SAME", "VALID" or (low, high) an axis, negative ones crop; `dimension_numbers` are three strings such
    as ("NHWC", "HWIO", "NHWC"), by default N, C, … and O, I, …. Shapes: (N, C, n…) and (O, C/groups, k…) to
    (N, O, ⌊(dilated n + low + high − dilated k) / stride⌋ + 1, …). Needs the kernel to fit into the padded input.
    Raises `ShapeError` where channels differ. Source: jax.lax.conv_general_dilated.

    >>> from symconv import Tensor, sizes
    >>> N, C, F, n, k = sizes("N C F n k")
    >>> conv_general_dilated(Tensor("X", N, C, n), Tensor("K", F, C, k), (1,), "VALID").shape
    (N, F, -k + n + 1)
    """
    rank = len(lhs.axes) - 2
    if rank < 0 or len(rhs.axes) != rank + 2:
        raise ShapeError(
            f"{_NAME}: the operands have {len(lhs.axes)} and {len(rhs.axes)} axes; it takes the same, 2 or more"
        )
    left, right, out = _layouts(dimension_numbers, rank)
    batch, channels, *space = (lhs.axes[k] for k in left)
    filters, depth, *window = (rhs.axes[k] for k in right)
    steps, needs = _integers(window_strides, rank, "window_strides")
    spreads, more = _integers((1,) * rank if lhs_dilation is None else lhs_dilation, rank, "lhs_dilation")
    gaps, most = _integers((1,) * rank if rhs_dilation is None else rhs_dilation, rank, "rhs_dilation")
    needs += more + most
    spans = [dilated(rhs, k, d) for k, d in zip(window, gaps, strict=True)]
    if isinstance(padding, str) and any(d != 1 for d in spreads):
        raise ShapeError(f"{_NAME}: padding {padding!r} takes no lhs_dilation")
    pairs = _padding(padding, [n.size for n in space], spans, steps)
    counts: list[Axis] = []
    for n, d, (low, high), span, step in zip(space, spreads, pairs, spans, steps, strict=True):
        room = dilated(lhs, n, d) + low + high - span
        if room.constant is None:
            needs += () if padding in ("SAME", "SAME_LOWER") else (at_least(room, 0),)
        counts.append(Axis.of(0 if room.constant is not None and room.constant < 0 else floor(room, step) + 1))
    if padding in ("SAME", "SAME_LOWER"):
        counts = [Axis.of(floor(n.size + s - 1, s)) for n, s in zip(space, steps, strict=True)]
    to_channel, requires, more = grouping(filters, depth, channels, feature_group_count, _NAME)
    results = [batch, filters, *counts]

    def entry(*index: Index) -> Formula:
        first, f, *m = (index[k] for k in out)

        def body(c: Index, *u: Index) -> Formula:
            at = [
                s * axis.flat(i) - low + d * k.flat(j)
                for axis, s, (low, _), d, k, i, j in zip(counts, steps, pairs, gaps, window, m, u, strict=True)
            ]
            weight = read(rhs, *_arranged(right, (f, c, *u)))
            channel = to_channel(f, c)
            return spread(
                space, spreads, at, lambda *i: product(read(lhs, *_arranged(left, (first, channel, *i))), weight)
            )

        return total([depth, *window], body, "cuvwpq")

    return Definition(tuple(_arranged(out, results)), entry, needs + more, requires)


def _arranged(layout: list[int], values: Any) -> list[Any]:
    """Values in the order batch, channels, space put where the layout has them."""
    placed = dict(zip(layout, values, strict=True))
    return [placed[k] for k in range(len(layout))]


def _layouts(given: Any, rank: int) -> tuple[list[int], list[int], list[int]]:
    """Where batch, channels and spatial axes stand in the input, the kernel and the output."""
    if given is None:
        return (list(range(rank + 2)),) * 3
    words = [str(w) for w in numbers(given, 3, f"{_NAME}: dimension_numbers")]
    spatial = [letter for letter in words[1] if letter not in "OI"]
    for word, outer in zip(words, ("NC", "OI", "NC"), strict=True):
        if sorted(word) != sorted([*outer, *spatial]) or len(set(word)) != rank + 2:
            raise ShapeError(f"{_NAME}: the layouts {', '.join(words)} do not fit each other and {rank + 2} axes")
    made = [
        [word.index(letter) for letter in [*outer, *spatial]]
        for word, outer in zip(words, ("NC", "OI", "NC"), strict=True)
    ]
    return made[0], made[1], made[2]


def _integers(value: Any, rank: int, what: str) -> tuple[list[Poly], tuple[Compare, ...]]:
    checked = [bounded(v, 1, f"{_NAME}: {what}") for v in numbers(value, rank, f"{_NAME}: {what}")]
    return [p for p, _ in checked], tuple(dict.fromkeys(n for _, needs in checked for n in needs))


def _padding(padding: Any, sizes: list[Poly], spans: list[Poly], steps: list[Poly]) -> list[tuple[Poly, Poly]]:
    """The entries put before and after every axis."""
    if padding == "VALID":
        return [(ZERO, ZERO)] * len(sizes)
    if padding in ("SAME", "SAME_LOWER"):
        pairs = []
        for n, span, step in zip(sizes, spans, steps, strict=True):
            both = (floor(n + step - 1, step) - 1) * step + span - n
            both = extremum("max", [both, ZERO]) if step != 1 else both
            less = floor(both, Poly.of(2))
            pairs.append((less, both - less) if padding in ("SAME", "SAME_LOWER") else (both - less, less))
        return pairs
    if isinstance(padding, str):
        raise ShapeError(f"{_NAME}: padding {padding!r} is not 'SAME', 'VALID' or pairs")
    rows = [numbers(row, 2, f"{_NAME}: padding") for row in numbers(padding, len(sizes), f"{_NAME}: padding")]
    return [(integer(low, f"{_NAME}: padding"), integer(high, f"{_NAME}: padding")) for low, high in rows]
