"""XLA's general convolution, as JAX writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly, extremum, floor
from symconv.errors import ShapeError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import Definition, Requirement, operator, read, require
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Formula, total
from symconv.formulas.language import times as product
from symconv.operators.axes import bounded, integer
from symconv.operators.lax import dilated, jax_twin, lax_latex, numbers, rev, spread
from symconv.operators.layers import grouping
from symconv.operators.moving import swapaxes

_NAME = "lax.conv_general_dilated"


@operator(name=_NAME, library="jax.lax.conv_general_dilated", family="XLA", operands="lhs rhs",
          latex=lax_latex("conv\\_general\\_dilated"), twin=jax_twin("conv_general_dilated"),
          called="the general convolution")  # fmt: skip
def conv_general_dilated(
    lhs: Any,
    rhs: Any,
    window_strides: Any,
    padding: Any,
    lhs_dilation: Any = None,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    feature_group_count: Any = 1,
    batch_group_count: Any = 1,
) -> Definition:
    """Cross-correlation over windows of a dilated and padded input, summed over channels, as in neural networks.

    `padding` is "SAME", "SAME_LOWER", "VALID" or (low, high) an axis, negative ones crop; `dimension_numbers` are
    three strings such as ("NHWC", "HWIO", "NHWC"), by default N, C, … and O, I, …. `batch_group_count` shares the
    batch out to groups of filters. Shapes: (N, C, n…) and (O, C/groups, k…) to
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
    padding = padding.upper() if isinstance(padding, str) else padding
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
    to_batch, kept, required, rest = _batches(batch, filters, batch_group_count)
    if feature_group_count != 1 and batch_group_count != 1:
        raise ShapeError(f"{_NAME}: feature_group_count {feature_group_count} and batch_group_count {batch_group_count}"
                         " are both more than 1")  # fmt: skip
    results = [kept, filters, *counts]

    def entry(*index: Index) -> Formula:
        first, f, *m = (index[k] for k in out)

        def body(c: Index, *u: Index) -> Formula:
            at = [
                s * axis.flat(i) - low + d * k.flat(j)
                for axis, s, (low, _), d, k, i, j in zip(counts, steps, pairs, gaps, window, m, u, strict=True)
            ]
            weight = read(rhs, *_arranged(right, (f, c, *u)))
            channel, sample = to_channel(f, c), to_batch(f, first)
            return spread(
                space, spreads, at, lambda *i: product(read(lhs, *_arranged(left, (sample, channel, *i))), weight)
            )

        return total([depth, *window], body, "cuvwpq")

    return Definition(tuple(_arranged(out, results)), entry, needs + more + rest, requires + required)


def _batches(
    batch: Axis, filters: Axis, groups: Any
) -> tuple[Callable[[Index, Index], Index], Axis, tuple[Requirement, ...], tuple[Compare, ...]]:
    """Which of the batch a filter reads, the batch that is left, and what the groups require."""
    if groups == 1:
        return (lambda f, n: n), batch, (), ()
    count, needs = bounded(groups, 1, f"{_NAME}: batch_group_count")
    size, share = floor(batch.size, count), floor(filters.size, count)
    requires = (
        require(batch.size, count * size, f"{_NAME}: the batch not divided by the groups:"),
        require(filters.size, count * share, f"{_NAME}: filters not divided by the groups:"),
    )
    kept = Axis((size,))
    return (lambda f, n: floor(filters.flat(f), share) * size + kept.flat(n)), kept, requires, needs


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
            pairs.append((less, both - less) if padding == "SAME" else (both - less, less))
        return pairs
    if isinstance(padding, str):
        raise ShapeError(f"{_NAME}: padding {padding!r} is not 'SAME', 'SAME_LOWER', 'VALID' or pairs")
    rows = [numbers(row, 2, f"{_NAME}: padding") for row in numbers(padding, len(sizes), f"{_NAME}: padding")]
    return [(integer(low, f"{_NAME}: padding"), integer(high, f"{_NAME}: padding")) for low, high in rows]


def _relative(word: str) -> dict[str, Any]:
    return {
        "name": f"lax.{word}",
        "library": f"jax.lax.{word}",
        "family": "XLA",
        "operands": "lhs rhs",
        "twin": jax_twin(word),
        "called": "the general convolution",
    }


@operator(**_relative("conv"), latex=lax_latex("conv"))
def conv(lhs: Any, rhs: Any, window_strides: Any, padding: Any) -> Definition:
    """`lax.conv_general_dilated` without dilation, its padding "SAME" or "VALID".

    Shapes: (N, C, n…) and (O, C, k…) to (N, O, …). Raises `ShapeError` for another padding or where channels differ.
    Source: jax.lax.conv.

    >>> from symconv import Tensor, sizes
    >>> N, C, F, n, k = sizes("N C F n k")
    >>> conv(Tensor("X", N, C, n), Tensor("K", F, C, k), (1,), "SAME").shape
    (N, F, n)
    """
    return conv_general_dilated.define(lhs, rhs, window_strides, padding)


@operator(**_relative("conv_with_general_padding"), latex=lax_latex("conv"))
def conv_with_general_padding(
    lhs: Any, rhs: Any, window_strides: Any, padding: Any, lhs_dilation: Any, rhs_dilation: Any
) -> Definition:
    """`lax.conv_general_dilated` with the default layout and without groups.

    Shapes: (N, C, n…) and (O, C, k…) to (N, O, …). Raises `ShapeError` where channels differ.
    Source: jax.lax.conv_with_general_padding.

    >>> from symconv import Tensor, sizes
    >>> N, C, F, n, k = sizes("N C F n k")
    >>> conv_with_general_padding(Tensor("X", N, C, n), Tensor("K", F, C, k), (1,), [(1, 1)], None, None).shape
    (N, F, -k + n + 3)
    """
    return conv_general_dilated.define(lhs, rhs, window_strides, padding, lhs_dilation, rhs_dilation)


@operator(**_relative("conv_transpose"), latex=lax_latex("conv\\_transpose"))
def conv_transpose(
    lhs: Any,
    rhs: Any,
    strides: Any,
    padding: Any,
    rhs_dilation: Any = None,
    dimension_numbers: Any = None,
    transpose_kernel: bool = False,
) -> Definition:
    """Convolution of the input with its entries `strides` apart, by default in the layouts ("NHWC", "HWIO", "NHWC").

    `transpose_kernel` reverses the kernel in space and exchanges its channels, which makes it the adjoint of the
    convolution with these strides. Shapes: (N, n…, C) and (k…, C, O) to (N, …, O) with n·stride for "SAME". Raises
    `ShapeError` where channels differ. Source: jax.lax.conv_transpose.

    >>> from symconv import Tensor, sizes
    >>> N, C, F, n, k = sizes("N C F n k")
    >>> conv_transpose(Tensor("X", N, n, C), Tensor("K", k, C, F), (2,), "SAME").shape
    (N, 2*n, F)
    """
    rank = len(lhs.axes) - 2
    if not 1 <= rank <= 3 or len(rhs.axes) != rank + 2:
        ranks = f"{len(lhs.axes)} and {len(rhs.axes)} axes"
        raise ShapeError(f"lax.conv_transpose: the operands have {ranks}; it takes the same number, 3 to 5")
    space = "HWD"[:rank]
    words = dimension_numbers or (f"N{space}C", f"{space}IO", f"N{space}C")
    _, places, _ = _layouts(words, rank)
    steps, _ = _integers(strides, rank, "strides")
    gaps, _ = _integers((1,) * rank if rhs_dilation is None else rhs_dilation, rank, "rhs_dilation")
    padding = padding.upper() if isinstance(padding, str) else padding
    if padding in ("SAME", "VALID"):
        spans = [d * (rhs.axes[k].size - 1) + 1 for d, k in zip(gaps, places[2:], strict=True)]
        padding = tuple(_adjoint_padding(span, step, padding) for span, step in zip(spans, steps, strict=True))
    kernel = rhs
    if transpose_kernel:
        kernel = swapaxes(rev(rhs, tuple(places[2:])), places[0], places[1])
    return conv_general_dilated.define(lhs, kernel, (1,) * rank, padding, strides, rhs_dilation, words)


def _adjoint_padding(span: Poly, step: Poly, padding: str) -> tuple[Any, Any]:
    """The padding of the transposed convolution that "SAME" or "VALID" stands for."""
    if padding == "VALID":
        both = span + step - 2 + extremum("max", [span - step, ZERO])
        before = span - 1
    else:
        both = span + step - 2
        before = extremum("min", [span - 1, floor(both + 1, Poly.of(2))])
    return to_sympy(before), to_sympy(both - before)
