"""The layers that rearrange: folding windows back, exchanging channels and pixels; and the linear layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symconv.algebra.polynomials import ZERO, Poly
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, equal
from symconv.formulas.language import Formula, Sum, When, fresh, plus, total
from symconv.formulas.language import times as product
from symconv.operators.axes import along, bounded, flat_axis, merge, unflatten
from symconv.operators.layers import count_windows, per_axis, torch_layer
from symconv.operators.layout import inferred, regroup


@torch_layer("linear", "x w b", "the linear layer")
def linear(x: Any, w: Any, b: Any = None) -> Definition:
    """Linear layer: the last axis of x against that of w, with an optional bias: x @ w.T + b.

    Shapes: x (…, n), w (m, n) or (n,), b (m,) or what broadcasts to the result (…, m) or (…). Raises `ShapeError` where
    sizes differ. Source: torch.nn.functional.linear.

    >>> from symconv import Tensor, sizes
    >>> N, n, m = sizes("N n m")
    >>> linear(Tensor("X", N, n), Tensor("K", m, n), Tensor("b", m)).shape
    (N, m)
    """
    if not x.axes or len(w.axes) not in (1, 2):
        ranks = f"{len(x.axes)} and {len(w.axes)} axes"
        raise ShapeError(f"linear: the operands have {ranks}; it takes 1 or more, and 1 or 2")
    if b is not None and len(w.axes) == 1:
        raise ShapeError("linear: a bias takes a weight with 2 axes")
    line, requires = merge(x.axes[-1], w.axes[-1], "linear: inner sizes", broadcast=False)
    axes = (*x.axes[:-1], *w.axes[:-1])
    if b is not None:
        if len(b.axes) > len(axes):
            raise ShapeError(f"linear: the bias has {len(b.axes)} axes, the result {len(axes)}")
        for wide, own in zip(axes[len(axes) - len(b.axes) :], b.axes, strict=True):
            if own.size != 1:
                requires += merge(wide, own, "linear: sizes of the result and the bias", broadcast=False)[1]

    def entry(*index: Index) -> Formula:
        def body(u: Index) -> Formula:
            first, last = (index, ()) if len(w.axes) == 1 else (index[:-1], index[-1:])
            return product(read(x, *first, u), read(w, *last, along(line, w.axes[-1], u)))

        result = total([line], body)
        if b is None:
            return result
        skipped = len(axes) - len(b.axes)
        return plus(result, read(b, *map(along, axes[skipped:], b.axes, index[skipped:])))

    return Definition(axes, entry, requires=requires)


def _parts(
    axis: Axis, sizes: list[Poly]
) -> tuple[list[Axis], Callable[..., Index], tuple[Compare, ...], tuple[Requirement, ...]]:
    """The axes of these sizes that one axis is made of, and how their indices give its own."""
    line = flat_axis([axis])
    axes, parts, needs, requires = regroup(line.digits, sizes)

    def index(*at: Index) -> Index:
        return unflatten([axis], line.index(parts(at) or [ZERO]))[0]

    return axes, index, needs, requires


def _share(axis: Axis, parts: list[Poly], name: str) -> Poly:
    """What the parts leave of an axis."""
    try:
        return inferred([d for d in axis.digits if d != 1], [], parts)
    except ShapeError:
        raise ShapeError(f"{name}: the size {axis.size} is not divisible by {Axis(tuple(parts)).size}") from None


@torch_layer("fold", called="fold")
def fold(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Definition:
    """The columns of a matrix added up as the windows of an image (col2im): the adjoint of `unfold`.

    Shapes: x ([N,] C·h·w, P·Q), the result ([N,] C, H, W) with (H, W) the `output_size` and P, Q as in `conv2d`. Needs
    the window to fit. Raises `ShapeError` where x has other sizes. Source: torch.nn.functional.fold.

    >>> from symconv import Tensor, sizes
    >>> C, H, W, h, w = sizes("C H W h w")
    >>> fold(Tensor("X", C*h*w, (H - h + 1)*(W - w + 1)), (H, W), (h, w)).shape
    (C, H, W)
    """
    if len(x.axes) not in (2, 3):
        raise ShapeError(f"fold: the input has {len(x.axes)} axes; it takes 2, or 3 with a batch")
    size, needs = per_axis(output_size, 2, 1, "fold: output size", single=False)
    window, more = per_axis(kernel_size, 2, 1, "fold: kernel size", single=False)
    gaps, rest = per_axis(dilation, 2, 1, "fold: dilation", single=False)
    before, most = per_axis(padding, 2, 0, "fold: padding", single=False)
    steps, last = per_axis(stride, 2, 1, "fold: stride", single=False)
    counts = [
        count_windows(n, k, s, 2 * p, d, "fold")
        for n, k, s, p, d in zip(size, window, steps, before, gaps, strict=True)
    ]
    needs += more + rest + most + last + tuple(need for _, need in counts if need is not None)
    batch, rows, columns = tuple(x.axes[:-2]), x.axes[-2], x.axes[-1]
    channels, row, more, requires = _parts(rows, [_share(rows, window, "fold"), *window])
    places, column, rest, required = _parts(columns, [n for n, _ in counts])
    space = [Axis((n,)) for n in size]

    def entry(*index: Index) -> Formula:
        first, c, at = index[: len(batch)], index[len(batch)], index[len(batch) + 1 :]
        taps, spots = [fresh(u) for u in "uv"], [fresh(i) for i in "ij"]
        read_at = read(x, *first, row(c, *map(_index, channels[1:], taps)), column(*map(_index, places, spots)))
        conditions = tuple(
            equal(axis.flat(i) + p, s * Poly.name(spot) + d * Poly.name(tap))
            for axis, i, p, s, d, spot, tap in zip(space, at, before, steps, gaps, spots, taps, strict=True)
        )
        result: Formula = When(conditions, read_at)
        for name, (count, _) in zip(reversed(spots), reversed(counts), strict=True):
            result = Sum(name, ZERO, count, result)
        for name, width in zip(reversed(taps), reversed(window), strict=True):
            result = Sum(name, ZERO, width, result)
        return result

    return Definition((*batch, channels[0], *space), entry, needs + more + rest, requires + required)


def _index(axis: Axis, name: str) -> Index:
    return axis.index(axis.parts(Poly.name(name)))


def _pixels(x: Any, factor: Any, name: str, what: str) -> tuple[tuple[Axis, ...], Poly, tuple[Compare, ...]]:
    if len(x.axes) < 3:
        raise ShapeError(f"{name}: the input has {len(x.axes)} axes; it takes 3 or more")
    ratio, needs = bounded(factor, 1, f"{name}: {what}")
    return tuple(x.axes[:-3]), ratio, needs


@torch_layer("pixel_shuffle")
def pixel_shuffle(x: Any, upscale_factor: Any) -> Definition:
    """Channels spread over the pixels of a larger image.

    Shapes: (…, C·r², H, W) to (…, C, H·r, W·r). Raises `ShapeError` for fewer than three axes or channels that r² does
    not divide. Source: torch.nn.functional.pixel_shuffle.

    >>> from symconv import Tensor, sizes
    >>> C, H, W = sizes("C H W")
    >>> pixel_shuffle(Tensor("X", 4*C, H, W), 2).shape
    (C, 2*H, 2*W)
    """
    batch, r, needs = _pixels(x, upscale_factor, "pixel_shuffle", "upscale_factor")
    channels, *space = x.axes[-3:]
    depth = _share(channels, [r, r], "pixel_shuffle")
    split, channel, more, requires = _parts(channels, [depth, r, r])
    wide = [Axis((*axis.digits, r)) for axis in space]

    def entry(*index: Index) -> Formula:
        c, *at = index[len(batch) :]
        parts = [axis.parts(i) for axis, i in zip(wide, at, strict=True)]
        places = [axis.index(p[:-1]) for axis, p in zip(space, parts, strict=True)]
        return read(x, *index[: len(batch)], channel(c, *(p[-1] for p in parts)), *places)

    return Definition((*batch, split[0], *wide), entry, needs + more, requires)


@torch_layer("pixel_unshuffle")
def pixel_unshuffle(x: Any, downscale_factor: Any) -> Definition:
    """Pixels of blocks put into channels: what undoes `pixel_shuffle`.

    Shapes: (…, C, H·r, W·r) to (…, C·r², H, W). Raises `ShapeError` for fewer than three axes or sizes that r does not
    divide. Source: torch.nn.functional.pixel_unshuffle.

    >>> from symconv import Tensor, sizes
    >>> C, H, W = sizes("C H W")
    >>> pixel_unshuffle(Tensor("X", C, 2*H, 2*W), 2).shape
    (4*C, H, W)
    """
    batch, r, needs = _pixels(x, downscale_factor, "pixel_unshuffle", "downscale_factor")
    channels, *space = x.axes[-3:]
    made = [_parts(a, [_share(a, [r], "pixel_unshuffle"), r]) for a in space]
    depth = Axis((*channels.digits, r, r))

    def entry(*index: Index) -> Formula:
        c, *at = index[len(batch) :]
        *own, u, v = depth.parts(c)
        places = [m[1](i, tap) for m, i, tap in zip(made, at, (u, v), strict=True)]
        return read(x, *index[: len(batch)], channels.index(own), *places)

    needs += tuple(n for m in made for n in m[2])
    axes = (*batch, depth, *(m[0][0] for m in made))
    return Definition(axes, entry, needs, tuple(q for m in made for q in m[3]))
