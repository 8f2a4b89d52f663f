"""Transposed convolution layers, as PyTorch defines them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly, floor
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, read, require, same_axis
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import at_least, equal
from symconv.formulas.language import Formula, Sum, When, fresh, plus, total
from symconv.formulas.language import times as product
from symconv.operators.axes import along, bounded
from symconv.operators.layers import batched, per_axis, torch_layer


def _check_output_padding(extra: Sequence[Poly], steps: Sequence[Poly], gaps: Sequence[Poly], name: str) -> None:
    """Raise where the output padding is not less than the stride or the dilation, as far as numbers tell."""
    for e, s, d in zip(extra, steps, gaps, strict=True):
        numbers = [v.integer for v in (e, s, d) if v.integer is not None]
        if len(numbers) == 3 and numbers[0] >= max(numbers[1:]):
            raise ShapeError(f"{name}: the output padding {e} is not less than the stride {s} or the dilation {d}")
        if len(numbers) < 3 and e != 0:
            raise ShapeError(f"{name}: the output padding takes numbers for itself, the stride and the dilation")


def _transposed(
    rank: int,
    name: str,
    x: Any,
    w: Any,
    b: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Definition:
    """The adjoint of the convolution layer with respect to its input.

    out[n, f, m] = b[f] + Σ x[n, c, i]·w[c, f, u] over all c, i, u with s·i − p + d·u = m, c in the group of f.
    """
    batch, channels, space = batched(x, rank, name)
    if len(w.axes) != rank + 2:
        raise ShapeError(f"{name}: the kernel has {len(w.axes)} axes; it takes {rank + 2}")
    depth, filters, window = w.axes[0], w.axes[1], w.axes[2:]
    steps, needs = per_axis(stride, rank, 1, f"{name}: stride")
    gaps, more = per_axis(dilation, rank, 1, f"{name}: dilation")
    before, most = per_axis(padding, rank, 0, f"{name}: padding")
    extra, rest = per_axis(output_padding, rank, 0, f"{name}: output padding")
    needs += more + most + rest
    _check_output_padding(extra, steps, gaps, name)
    counts = [
        s * (n.size - 1) - 2 * p + d * (k.size - 1) + e + 1
        for n, k, s, p, d, e in zip(space, window, steps, before, gaps, extra, strict=True)
    ]
    for n in counts:
        if n.constant is None:
            needs += (at_least(n, 1),)
        elif n.constant < 1:
            raise ShapeError(f"{name}: the output's size {n} is less than 1")
    parts, more = bounded(groups, 1, f"{name}: groups")
    message = f"{name}: channels of the kernel and the input"
    requires = same_axis(depth, channels, message)[1]
    share = floor(channels.size, parts)
    results = filters
    if parts != 1:
        requires += (require(channels.size, parts * share, f"{name}: channels not divided by the groups:"),)
        results = Axis.of(parts * filters.size)
    if b is not None:
        if len(b.axes) != 1:
            raise ShapeError(f"{name}: the bias has {len(b.axes)} axes; it takes one")
        requires += same_axis(results, b.axes[0], f"{name}: filters and bias entries")[1]
    members = depth if parts == 1 else Axis.of(share)

    def entry(*index: Index) -> Formula:
        first, f, m = index[: len(batch)], index[len(batch)], index[len(batch) + 1 :]

        def body(c: Index, *u: Index) -> Formula:
            own, channel = f, c
            if parts != 1:
                group = floor(results.flat(f), filters.size)
                own, channel = results.flat(f) - group * filters.size, group * share + members.flat(c)
            at: list[Poly] = []
            sums: list[tuple[str, Poly, Poly]] = []
            for axis, k, s, p, d, n, i, j in zip(space, window, steps, before, gaps, counts, m, u, strict=True):
                target = Axis((n,)).flat(i) + p - d * k.flat(j)
                if s == 1:
                    at.append(target)
                else:
                    bound = fresh("i")
                    sums.append((bound, axis.size, target - s * Poly.name(bound)))
                    at.append(Poly.name(bound))
            result = product(read(x, *first, along(depth, channels, channel), *at), read(w, channel, own, *u))
            for bound, size, difference in reversed(sums):
                result = Sum(bound, ZERO, size, When((equal(difference, 0),), result))
            return result

        result = total([members, *window], body, "cuvwpq")
        return result if b is None else plus(result, read(b, along(results, b.axes[0], f)))

    return Definition((*batch, results, *(Axis((n,)) for n in counts)), entry, needs + more, requires)


def _define_transposed(rank: int) -> None:
    name = f"conv_transpose{rank}d"
    space, taps = ", ".join("HWD"[:rank]), ", ".join("hwd"[:rank])

    def define(
        x: Any,
        w: Any,
        b: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: Any = 1,
        dilation: Any = 1,
    ) -> Definition:
        return _transposed(rank, name, x, w, b, stride, padding, output_padding, groups, dilation)

    define.__name__ = name
    define.__doc__ = f"""{rank}-D transposed convolution layer: the adjoint of `conv{rank}d` in its input, plus a bias.

    Shapes: x ([N,] F, {space}), w (F, C/groups, {taps}), b (C,); the result ([N,] C, …) with
    (H − 1)·stride − 2·padding + dilation·(h − 1) + output_padding + 1 in every axis. Raises `ShapeError` where
    channels differ. Source: torch.nn.functional.{name}.

    >>> from symconv import Tensor, sizes
    >>> C, F, {space}, {taps} = sizes("C, F, {space}, {taps}")
    >>> {name}(Tensor("G", F, {space}), Tensor("K", F, C, {taps})).ndim
    {rank + 1}
    """
    globals()[name] = torch_layer(name, "x w b", "the transposed convolution layer")(define)


for _rank in (1, 2, 3):
    _define_transposed(_rank)
