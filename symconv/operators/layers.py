"""Layers of neural networks: PyTorch's functional convolutions and their relatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symconv.algebra.polynomials import Poly, floor
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Operator, Requirement, operator, read, require, same_axis
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Formula, plus, total
from symconv.formulas.language import times as product
from symconv.operators.axes import along, bounded, keywords_latex, shape_latex

LAYER_NAMES = {"input": "x", "weight": "w", "bias": "b"}
"""PyTorch's names of the operands."""


def torch_twin(name: str) -> Callable[..., Any]:
    def twin(*args: Any, **kwargs: Any) -> Any:
        import numpy as np
        import torch

        def convert(value: Any) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            floats = value.astype(np.result_type(value, np.float64))
            return torch.from_numpy(np.array(floats, order="C"))

        function = getattr(torch.nn.functional, name)
        return function(*map(convert, args), **{k: convert(v) for k, v in kwargs.items()}).numpy()

    return twin


def per_axis(
    value: Any, count: int, least: int, what: str, single: bool = True
) -> tuple[list[Poly], tuple[Compare, ...]]:
    """A parameter that is one integer for all axes, by itself or (`single`) in a tuple, or a tuple of one each."""
    values = value if isinstance(value, tuple) else (value,) * count
    values = values * count if len(values) == 1 and single else values
    if len(values) != count:
        raise ShapeError(f"{what} has {len(values)} entries for {count} axes")
    checked = [bounded(v, least, what) for v in values]
    return [p for p, _ in checked], tuple(dict.fromkeys(n for _, needs in checked for n in needs))


def batched(x: Any, rank: int, name: str) -> tuple[tuple[Axis, ...], Axis, tuple[Axis, ...]]:
    """The batch axes (none or one), the channel axis and the spatial axes."""
    if len(x.axes) not in (rank + 1, rank + 2):
        raise ShapeError(f"{name}: the input has {len(x.axes)} axes; it takes {rank + 1}, or {rank + 2} with a batch")
    return tuple(x.axes[: -rank - 1]), x.axes[-rank - 1], tuple(x.axes[-rank:])


def count_windows(
    size: Poly, window: Poly, stride: Poly, padding: Poly, dilation: Poly, name: str
) -> tuple[Poly, Compare | None]:
    """How many windows fit into one padded axis, and the need that one does."""
    room = size + padding - dilation * (window - 1) - 1
    if room.constant is not None and room.constant < 0:
        covered = dilation * (window - 1) + 1
        raise ShapeError(f"{name}: the kernel covers {covered} entries, the padded input has {size + padding}")
    return floor(room, stride) + 1, None if room.constant is not None else at_least(room, 0)


def _convolution(
    rank: int, name: str, x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Definition:
    """PyTorch's convolution in `rank` dimensions.

    out[n, f, m] = b[f] + Σ_{c,u} x[n, g(f)·C' + c, s·m − p + d·u]·w[f, c, u], where g(f) is f's group.
    """
    batch, channels, space = batched(x, rank, name)
    if len(w.axes) != rank + 2:
        raise ShapeError(f"{name}: the kernel has {len(w.axes)} axes; it takes {rank + 2}")
    filters, depth, window = w.axes[0], w.axes[1], w.axes[2:]
    steps, needs = per_axis(stride, rank, 1, f"{name}: stride")
    gaps, more = per_axis(dilation, rank, 1, f"{name}: dilation")
    needs += more
    spans = [d * (k.size - 1) for d, k in zip(gaps, window, strict=True)]
    if padding == "same":
        if any(s != 1 for s in steps):
            raise ShapeError(f"{name}: padding 'same' takes stride 1 only")
        before, both = [floor(s, Poly.of(2)) for s in spans], spans
    elif isinstance(padding, str) and padding != "valid":
        raise ShapeError(f"{name}: padding {padding!r} is not 'valid', 'same' or integers")
    else:
        before, more = per_axis(0 if padding == "valid" else padding, rank, 0, f"{name}: padding")
        both, needs = [2 * p for p in before], needs + more
    counts = [
        count_windows(n.size, k.size, s, p, d, name)
        for n, k, s, p, d in zip(space, window, steps, both, gaps, strict=True)
    ]
    needs += tuple(need for _, need in counts if need is not None)
    to_channel, requires, more = grouping(filters, depth, channels, groups, name)
    needs += more
    if b is not None:
        if len(b.axes) != 1:
            raise ShapeError(f"{name}: the bias has {len(b.axes)} axes; it takes one")
        requires += same_axis(filters, b.axes[0], f"{name}: filters and bias entries")[1]

    def entry(*index: Index) -> Formula:
        first, f, m = index[: len(batch)], index[len(batch)], index[len(batch) + 1 :]

        def body(c: Index, *u: Index) -> Formula:
            at = [
                s * Axis((n,)).flat(i) - p + d * k.flat(j)
                for (n, _), s, p, d, k, i, j in zip(counts, steps, before, gaps, window, m, u, strict=True)
            ]
            return product(read(x, *first, to_channel(f, c), *at), read(w, f, c, *u))

        result = total([depth, *window], body, "cuvwpq")
        return result if b is None else plus(result, read(b, along(filters, b.axes[0], f)))

    return Definition((*batch, filters, *(Axis((n,)) for n, _ in counts)), entry, needs, requires)


def grouping(
    filters: Axis, depth: Axis, channels: Axis, groups: Any, name: str
) -> tuple[Callable[[Index, Index], Index], tuple[Requirement, ...], tuple[Compare, ...]]:
    """Which input channel a filter reads, and what its group requires."""
    message = f"{name}: channels of the kernel and the input"
    if groups == 1:
        to_channel, requires = same_axis(depth, channels, message)
        return (lambda f, c: to_channel(c)), requires, ()
    count, needs = bounded(groups, 1, f"{name}: groups")
    share = floor(filters.size, count)
    requires = (
        require(channels.size, count * depth.size, message),
        require(filters.size, count * share, f"{name}: filters not divided by the groups:"),
    )
    return (lambda f, c: floor(filters.flat(f), share) * depth.size + depth.flat(c)), requires, needs


def layer_latex(name: str) -> Callable[..., str]:
    word = name.replace("_", r"\_")
    symbol = rf"\operatorname{{{word}}}"

    def latex_of(*operands: str | None, **parameters: Any) -> str:
        given = [p for p in operands if p is not None]
        return rf"{symbol}({', '.join(given + keywords_latex(parameters))})"

    return latex_of


def torch_layer(
    name: str, operands: str = "x", called: str | None = None, latex: Callable[..., str] | None = None
) -> Callable[[Callable[..., Definition]], Operator]:
    """The decorator of an operator that is PyTorch's layer of this name."""
    return operator(
        library=f"torch.nn.functional.{name}", family="layers", operands=operands, aliases=LAYER_NAMES,
        latex=latex or layer_latex(name), twin=torch_twin(name), called=called,
    )  # fmt: skip


def _define_convolution(rank: int) -> None:
    name = f"conv{rank}d"
    space, taps = ", ".join("HWD"[:rank]), ", ".join("hwd"[:rank])

    def define(
        x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1
    ) -> Definition:
        return _convolution(rank, name, x, w, b, stride, padding, dilation, groups)

    define.__name__ = name
    define.__doc__ = f"""{rank}-D convolution layer: a cross-correlation, summed over channels, with an optional bias.

    Shapes: x ([N,] C, {space}), w (F, C/groups, {taps}), b (F,); the result ([N,] F, …) with
    ⌊(H + 2·padding − dilation·(h − 1) − 1) / stride⌋ + 1 in every axis. Needs the kernel to fit into the padded
    input. Raises `ShapeError` where channels differ. Source: torch.nn.functional.{name}.

    >>> from symconv import Tensor, sizes
    >>> C, F, {space}, {taps} = sizes("C, F, {space}, {taps}")
    >>> {name}(Tensor("X", C, {space}), Tensor("K", F, C, {taps})).ndim
    {rank + 1}
    """
    globals()[name] = torch_layer(name, "x w b", "the convolution layer")(define)


for _rank in (1, 2, 3):
    _define_convolution(_rank)


def _unfold_latex(x: str, kernel_size: Any, **parameters: Any) -> str:
    window = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 2
    called = layer_latex("unfold")(x, **parameters)
    below = f"_{{{shape_latex(window)}}}"
    return called.replace(r"\operatorname{unfold}", r"\operatorname{unfold}" + below, 1)


@torch_layer("unfold", called="unfold", latex=_unfold_latex)
def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Definition:
    """The windows of an image as the columns of a matrix (im2col).

    Shapes: x ([N,] C, H, W), the result ([N,] C·h·w, P·Q) with P and Q as in `conv2d`. Needs the window to fit.
    Raises `ShapeError` for other numbers of axes. Source: torch.nn.functional.unfold.

    >>> from symconv import Tensor, sizes
    >>> C, H, W, h, w = sizes("C H W h w")
    >>> unfold(Tensor("X", C, H, W), (h, w)).shape
    (C*h*w, (H - h + 1)*(W - w + 1))
    """
    batch, channels, space = batched(x, 2, "unfold")
    window, needs = per_axis(kernel_size, 2, 1, "unfold: kernel size", single=False)
    gaps, more = per_axis(dilation, 2, 1, "unfold: dilation", single=False)
    before, most = per_axis(padding, 2, 0, "unfold: padding", single=False)
    steps, rest = per_axis(stride, 2, 1, "unfold: stride", single=False)
    counts = [
        count_windows(n.size, k, s, 2 * p, d, "unfold")
        for n, k, s, p, d in zip(space, window, steps, before, gaps, strict=True)
    ]
    rows = Axis((*channels.digits, *window))
    columns = Axis(tuple(n for n, _ in counts))

    def entry(*index: Index) -> Formula:
        *c, u, v = rows.parts(index[-2])
        m = columns.parts(index[-1])
        at = [s * i - p + d * j for s, i, p, d, j in zip(steps, m, before, gaps, (u, v), strict=True)]
        return read(x, *index[: len(batch)], channels.index(c), *at)

    needs += more + most + rest + tuple(need for _, need in counts if need is not None)
    return Definition((*batch, rows, columns), entry, needs)
