"""Average pooling, as PyTorch defines it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum, floor, inverse
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least, nonzero
from symconv.formulas.language import Formula, Scalar, total
from symconv.formulas.language import times as product
from symconv.operators.axes import integer, ordered
from symconv.operators.layers import batched, per_axis, torch_layer


@dataclass(frozen=True)
class _Windows:
    """The windows along one axis: its size, the window's, the step, the padding, how many there are."""

    size: Poly
    width: Poly
    step: Poly
    padding: Poly
    count: Poly

    def covered(self, m: Poly, padded: bool) -> Poly:
        """How many entries window m covers, padding counted or not."""
        start = self.step * m - self.padding
        if padded:
            return extremum("min", [start + self.width, self.size + self.padding]) - start
        return extremum("min", [start + self.width, self.size]) - extremum("max", [start, ZERO])


def _count(
    size: Poly, width: Poly, step: Poly, padding: Poly, ceil_mode: bool, name: str
) -> tuple[Poly, tuple[Compare, ...]]:
    """How many windows there are: the last one starts inside the array or the padding before it."""
    room = size + 2 * padding - width
    if ceil_mode:
        room = extremum("min", [room + step - 1, size + padding - 1])
    if room.constant is not None and room.constant < 0:
        raise ShapeError(f"{name}: the window {width} does not fit into the padded input {size + 2 * padding}")
    return floor(room, step) + 1, () if room.constant is not None else (at_least(room, 0),)


def _pool(
    rank: int, name: str, x: Any, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, padded: bool, by: Any
) -> Definition:
    """Sums over windows by a divisor: out[n, c, m] = Σ_u x[n, c, s·m − p + u] / divisor(m)."""
    batch, channels, space = batched(x, rank, name)
    window, needs = per_axis(kernel_size, rank, 1, f"{name}: kernel size")
    steps, more = (window, ()) if stride in (None, ()) else per_axis(stride, rank, 1, f"{name}: stride")
    before, most = per_axis(padding, rank, 0, f"{name}: padding")
    needs += more + most
    for p, k in zip(before, window, strict=True):
        spare = k - 2 * p
        if spare.constant is not None and spare.constant < 0:
            raise ShapeError(f"{name}: the padding {p} is more than half the window {k}")
        needs += () if spare.constant is not None or p == 0 else (at_least(spare, 0),)
    lines: list[_Windows] = []
    for axis, k, s, p in zip(space, window, steps, before, strict=True):
        n, fits = _count(axis.size, k, s, p, ceil_mode, name)
        needs += fits
        if rank == 3:
            needs += ordered(k, axis.size, f"{name}: the window")
        lines.append(_Windows(axis.size, k, s, p, n))
    whole = not ceil_mode and (padded or all(p == 0 for p in before))
    divisor = None
    if by is not None:
        divisor = integer(by, f"{name}: divisor_override")
        if not divisor:
            raise ShapeError(f"{name}: the divisor_override is 0")
        needs += nonzero(divisor)
    elif whole:
        divisor = Axis(tuple(window)).size
    taps = [Axis((k,)) for k in window]
    outer = [Axis((line.count,)) for line in lines]

    def entry(*index: Index) -> Formula:
        first, places = index[: len(batch) + 1], index[len(batch) + 1 :]
        at = [axis.flat(i) for axis, i in zip(outer, places, strict=True)]

        def body(*u: Index) -> Formula:
            inside = (
                line.step * m - line.padding + tap.flat(j) for line, tap, m, j in zip(lines, taps, at, u, strict=True)
            )
            return read(x, *first, *inside, inside=not ceil_mode and all(p == 0 for p in before))

        return product(Scalar(inverse(divisor or _product(lines, at, padded))), total(taps, body))

    return Definition((*batch, channels, *outer), entry, tuple(dict.fromkeys(needs)))


def _product(lines: Sequence[_Windows], at: Sequence[Poly], padded: bool) -> Poly:
    """How many entries a window covers in all axes together."""
    covered = ONE
    for line, m in zip(lines, at, strict=True):
        covered = covered * line.covered(m, padded)
    return covered


def _define(rank: int) -> None:
    name = f"avg_pool{rank}d"
    space = ", ".join("HWD"[:rank])

    def define(
        x: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Definition:
        return _pool(rank, name, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def define_1d(
        x: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Definition:
        return _pool(rank, name, x, kernel_size, stride, padding, ceil_mode, count_include_pad, None)

    made = define_1d if rank == 1 else define
    override = "" if rank == 1 else ", `divisor_override` divides by another number"
    unpadded = " without the padding" if rank == 3 else ""
    made.__name__ = name
    made.__doc__ = f"""Means over the windows of every channel; padded zeros count if `count_include_pad`.

    The stride is the window's size if it is None. `ceil_mode` also takes the windows that begin inside and reach
    beyond the end, of which only what lies inside or in the padding counts{override}.

    Shapes: x ([N,] C, {space}), the result ([N,] C, …) with ⌊(H + 2·padding − k) / stride⌋ + 1 in every axis. Needs a
    window to fit{unpadded}. Raises `ShapeError` for a padding of more than half the window.
    Source: torch.nn.functional.{name}.

    >>> from symconv import Tensor, sizes
    >>> C, {space} = sizes("C, {space}")
    >>> {name}(Tensor("X", C, {space}), 2).ndim
    {rank + 1}
    """
    globals()[name] = torch_layer(name, called="average pooling")(made)


for _rank in (1, 2, 3):
    _define(_rank)
