"""XLA's operations as JAX writes them, except the convolution: `lax.pad`, `lax.rev`, `lax.slice` and others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symconv.algebra.polynomials import ONE, ZERO, Poly, extremum, floor
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, Requirement, operator, read, same_axis
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least, equal
from symconv.formulas.language import Formula, Scalar, Sum, When, fresh, minus, plus
from symconv.formulas.language import times as product
from symconv.kernel.terms import TensorAtom
from symconv.operators.axes import (
    POINT,
    along,
    axis_numbers,
    bounded,
    contraction,
    integer,
    keywords_latex,
    literal,
    ordered,
    scalar_value,
)
from symconv.operators.boundaries import concatenate


def jax_twin(name: str, numbers: int = 0) -> Callable[..., Any]:
    """JAX's own function, imported when it is called; arrays, the first `numbers` arguments too, get a common type."""

    def twin(*given: Any, **kwargs: Any) -> Any:
        import jax

        args = [*map(np.asarray, given[:numbers]), *given[numbers:]]
        arrays = [a for arg in args for a in (arg if isinstance(arg, list) else [arg]) if isinstance(a, np.ndarray)]
        common = np.result_type(*arrays, np.float32) if arrays else None

        def typed(value: Any) -> Any:
            if isinstance(value, list):
                return [typed(v) for v in value]
            return value.astype(common) if isinstance(value, np.ndarray) else value

        return getattr(jax.lax, name)(*map(typed, args), **kwargs)

    return twin


def lax_latex(name: str) -> Callable[..., str]:
    """A call by its name in JAX, the parameters by name."""

    def latex_of(*operands: Any, **parameters: Any) -> str:
        listed = [x for o in operands for x in (o if isinstance(o, tuple) else (o,))]
        return rf"\operatorname{{lax.{name}}}({', '.join([*map(str, listed), *keywords_latex(parameters)])})"

    return latex_of


def numbers(value: Any, count: int, what: str) -> tuple[Any, ...]:
    """A parameter that is a sequence of one value an axis."""
    if not isinstance(value, tuple) or len(value) != count:
        raise ShapeError(f"{what} takes {count} values, one an axis")
    return value


def counted(value: Any, rank: int, name: str) -> tuple[int, ...]:
    """Positions of different axes; JAX takes no negative ones here."""
    chosen = value if isinstance(value, tuple) else (value,)
    if any(literal(v, f"{name}: dimension") < 0 for v in chosen):
        raise ShapeError(f"{name}: dimensions are counted from 0")
    return axis_numbers(chosen, rank, name)


def dilated(array: Any, axis: Axis, gap: Poly) -> Poly:
    """The size of an axis with `gap` − 1 entries put between neighbours."""
    if gap == 1:
        return axis.size
    between = axis.size - 1
    if not isinstance(array.leaf, TensorAtom):
        between = extremum("max", [between, ZERO])
    return axis.size + (gap - 1) * between


def spread(axes: Sequence[Axis], gaps: Sequence[Poly], at: Sequence[Poly], body: Callable[..., Formula]) -> Formula:
    """The body at the index whose entries have come to stand `gaps` apart, 0 where none has."""
    index: list[Index] = []
    sums: list[tuple[str, Poly, Compare]] = []
    for axis, gap, position in zip(axes, gaps, at, strict=True):
        if gap == 1:
            index.append(position)
        else:
            name = fresh("i")
            sums.append((name, axis.size, equal(position, gap * Poly.name(name))))
            index.append(Poly.name(name))
    result = body(*index)
    for name, size, condition in reversed(sums):
        result = Sum(name, ZERO, size, When((condition,), result))
    return result


@operator(name="lax.pad", library="jax.lax.pad", family="XLA", operands="operand padding_value",
          latex=lax_latex("pad"), twin=jax_twin("pad", numbers=2))  # fmt: skip
def pad(operand: Any, padding_value: Any, padding_config: Any) -> Definition:
    """Padding of (low, high, interior) entries an axis; negative `low` and `high` crop, `interior` goes between.

    Shapes: (n, …) to (low + high + n + (n − 1)·interior, …). Needs no size to become negative. Raises `ShapeError` for
    negative interior padding or other numbers of axes. Source: jax.lax.pad.

    >>> from symconv import Tensor, sizes
    >>> n, p = sizes("n p")
    >>> pad(Tensor("x", n), 0, [(p, -1, 0)]).shape
    (n + p - 1,)
    """
    if padding_value.axes:
        raise ShapeError(f"lax.pad: the padding value has {len(padding_value.axes)} axes; it takes a scalar")
    rows = [numbers(row, 3, "lax.pad: padding_config") for row in numbers(
        padding_config, len(operand.axes), "lax.pad: padding_config")]  # fmt: skip
    lows = [integer(low, "lax.pad: low") for low, _, _ in rows]
    highs = [integer(high, "lax.pad: high") for _, high, _ in rows]
    inner = [bounded(interior, 0, "lax.pad: interior") for _, _, interior in rows]
    gaps = [interior + 1 for interior, _ in inner]
    sizes = [dilated(operand, x, g) for x, g in zip(operand.axes, gaps, strict=True)]
    kept = [low == high == 0 and g == 1 for low, high, g in zip(lows, highs, gaps, strict=True)]
    axes = tuple(
        x if keep else Axis.of(low + n + high)
        for x, keep, low, n, high in zip(operand.axes, kept, lows, sizes, highs, strict=True)
    )
    needs = tuple(n for _, more in inner for n in more)
    for axis, keep, low, high in zip(axes, kept, lows, highs, strict=True):
        certain = all(p.integer is not None and p.integer >= 0 for p in (low, high))
        needs += () if keep or certain else ordered(ZERO, axis.size, "lax.pad: size")
    fill = padding_value.entry()

    def entry(*index: Index) -> Formula:
        at = [i if keep else axis.flat(i) - low for i, axis, keep, low in zip(index, axes, kept, lows, strict=True)]
        positions = [x.flat(p) for x, p in zip(operand.axes, at, strict=True)]
        if all(g == 1 for g in gaps):
            result = read(operand, *at)
        else:
            result = spread(operand.axes, gaps, positions, lambda *i: read(operand, *i))
        if scalar_value(fill) == 0:
            return result
        bounds = [
            c for p, n, keep in zip(positions, sizes, kept, strict=True) if not keep
            for c in (at_least(p, 0), at_least(n - 1, p))
        ]  # fmt: skip
        taken = spread(operand.axes, gaps, positions, lambda *i: Scalar(ONE))
        covered = product(When(tuple(bounds), taken) if bounds else taken, fill)
        return minus(plus(result, fill), covered)

    return Definition(axes, entry, needs)


@operator(name="lax.rev", library="jax.lax.rev", family="XLA", operands="operand", latex=lax_latex("rev"),
          twin=jax_twin("rev"))  # fmt: skip
def rev(operand: Any, dimensions: Any) -> Definition:
    """Entries in reverse order along the given axes.

    Shapes: unchanged. Raises `ShapeError` for an axis that does not exist or is negative. Source: jax.lax.rev.

    >>> from symconv import Tensor, sizes
    >>> rev(Tensor("x", sizes("n")), (0,)).shape
    (n,)
    """
    chosen = counted(dimensions, len(operand.axes), "lax.rev")

    def entry(*index: Index) -> Formula:
        return read(operand, *(operand.axes[k].reversed(i) if k in chosen else i for k, i in enumerate(index)))

    return Definition(tuple(operand.axes), entry)


@operator(name="lax.slice", library="jax.lax.slice", family="XLA", operands="operand", latex=lax_latex("slice"),
          twin=jax_twin("slice"))  # fmt: skip
def slice_(operand: Any, start_indices: Any, limit_indices: Any, strides: Any = None) -> Definition:
    """Entries from start up to limit in steps, in every axis.

    Shapes: (n, …) to (⌈(limit − start) / stride⌉, …). Needs 0 ≤ start ≤ limit ≤ n and stride ≥ 1. Raises `ShapeError`
    for other numbers of axes. Source: jax.lax.slice.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> slice_(Tensor("x", n), (1,), (n,)).shape
    (n - 1,)
    """
    rank = len(operand.axes)
    starts = [bounded(v, 0, "lax.slice: start") for v in numbers(start_indices, rank, "lax.slice: start_indices")]
    limits = [integer(v, "lax.slice: limit") for v in numbers(limit_indices, rank, "lax.slice: limit_indices")]
    given = (1,) * rank if strides is None else numbers(strides, rank, "lax.slice: strides")
    steps = [bounded(v, 1, "lax.slice: stride") for v in given]
    needs = tuple(n for _, more in [*starts, *steps] for n in more)
    axes: list[Axis] = []
    for axis, (start, _), limit, (step, _) in zip(operand.axes, starts, limits, steps, strict=True):
        needs += ordered(start, limit, "lax.slice: start") + ordered(limit, axis.size, "lax.slice: limit")
        whole = start == 0 and limit == axis.size and step == 1
        axes.append(axis if whole else Axis.of(floor(limit - start + step - 1, step)))

    def entry(*index: Index) -> Formula:
        return read(operand, *(
            i if own is axis else start + step * axis.flat(i)
            for i, own, axis, (start, _), (step, _) in zip(index, operand.axes, axes, starts, steps, strict=True)
        ))  # fmt: skip

    return Definition(tuple(axes), entry, needs)


@operator(name="lax.concatenate", library="jax.lax.concatenate", family="XLA", operands="operands",
          sequences="operands", latex=lax_latex("concatenate"), twin=jax_twin("concatenate"))  # fmt: skip
def concatenate_(operands: Any, dimension: Any) -> Definition:
    """Arrays one after the other along an axis.

    Shapes: the sizes along the axis add up, the others are equal. Raises `ShapeError` where they differ.
    Source: jax.lax.concatenate.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> concatenate_([Tensor("x", n), Tensor("y", m)], 0).shape
    (m + n,)
    """
    if literal(dimension, "lax.concatenate: dimension") < 0:
        raise ShapeError("lax.concatenate: dimensions are counted from 0")
    return concatenate.define(operands, dimension)


@operator(name="lax.dynamic_update_slice", library="jax.lax.dynamic_update_slice", family="XLA",
          operands="operand update", latex=lax_latex("dynamic\\_update\\_slice"),
          twin=jax_twin("dynamic_update_slice"))  # fmt: skip
def dynamic_update_slice(operand: Any, update: Any, start_indices: Any) -> Definition:
    """The operand with the update written into it at `start_indices`.

    Shapes: (n, …) and (m, …) to (n, …). Needs 0 ≤ start and start + m ≤ n, where JAX moves the update until it fits.
    Raises `ShapeError` for other numbers of axes. Source: jax.lax.dynamic_update_slice.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> dynamic_update_slice(Tensor("x", n), Tensor("y", m), (2,)).shape
    (n,)
    """
    rank = len(operand.axes)
    if len(update.axes) != rank:
        raise ShapeError(f"lax.dynamic_update_slice: the update has {len(update.axes)} axes, the operand {rank}")
    given = numbers(start_indices, rank, "lax.dynamic_update_slice: start_indices")
    starts = [bounded(v, 0, "lax.dynamic_update_slice: start") for v in given]
    needs = tuple(n for _, more in starts for n in more)
    for axis, own, (start, _) in zip(operand.axes, update.axes, starts, strict=True):
        needs += ordered(start + own.size, axis.size, "lax.dynamic_update_slice: end of the update")

    def entry(*index: Index) -> Formula:
        at = [axis.flat(i) - start for axis, i, (start, _) in zip(operand.axes, index, starts, strict=True)]
        inside = [
            c for own, p in zip(update.axes, at, strict=True) for c in (at_least(p, 0), at_least(own.size - 1, p))
        ]
        old = read(operand, *index)
        return plus(minus(old, When(tuple(inside), old) if inside else old), read(update, *at))

    return Definition(tuple(operand.axes), entry, needs)


@operator(name="lax.broadcast_in_dim", library="jax.lax.broadcast_in_dim", family="XLA", operands="operand",
          latex=lax_latex("broadcast\\_in\\_dim"), twin=jax_twin("broadcast_in_dim"))  # fmt: skip
def broadcast_in_dim(operand: Any, shape: Any, broadcast_dimensions: Any) -> Definition:
    """The operand along some axes of a larger shape, repeated along the others; axes of size 1 stretch.

    Shapes: (n, …) to `shape`, axis k of the operand being axis broadcast_dimensions[k]. Raises `ShapeError` where sizes
    differ or the dimensions do not increase. Source: jax.lax.broadcast_in_dim.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> broadcast_in_dim(Tensor("x", n), (n, m), (0,)).shape
    (n, m)
    """
    wanted = shape if isinstance(shape, tuple) else (shape,)
    sizes = [bounded(v, 0, "lax.broadcast_in_dim: size") for v in wanted]
    places = numbers(broadcast_dimensions, len(operand.axes), "lax.broadcast_in_dim: broadcast_dimensions")
    chosen = counted(places, len(wanted), "lax.broadcast_in_dim")
    if list(chosen) != sorted(chosen):
        raise ShapeError("lax.broadcast_in_dim: the dimensions do not increase")
    axes = [Axis((size,)) for size, _ in sizes]
    requires: list[Requirement] = []
    for own, k in zip(operand.axes, chosen, strict=True):
        if own.size != 1:
            requires += same_axis(axes[k], own, "lax.broadcast_in_dim: sizes")[1]

    def entry(*index: Index) -> Formula:
        return read(operand, *(along(axes[k], own, index[k]) for own, k in zip(operand.axes, chosen, strict=True)))

    return Definition(tuple(axes), entry, tuple(n for _, more in sizes for n in more), tuple(requires))


@operator(name="lax.dot_general", library="jax.lax.dot_general", family="XLA", operands="lhs rhs",
          latex=lax_latex("dot\\_general"), twin=jax_twin("dot_general"))  # fmt: skip
def dot_general(lhs: Any, rhs: Any, dimension_numbers: Any) -> Definition:
    """Sum of products over pairs of axes: ((lhs_contracting, rhs_contracting), (lhs_batch, rhs_batch)).

    Shapes: the batch axes, the axes of lhs that are left, then those of rhs. Raises `ShapeError` where paired sizes
    differ. Source: jax.lax.dot_general.

    >>> from symconv import Tensor, sizes
    >>> b, n, m, k = sizes("b n m k")
    >>> dot_general(Tensor("A", b, n, k), Tensor("B", b, k, m), (((2,), (1,)), ((0,), (0,)))).shape
    (b, n, m)
    """
    pairs = [numbers(pair, 2, "lax.dot_general: dimension_numbers") for pair in numbers(
        dimension_numbers, 2, "lax.dot_general: dimension_numbers")]  # fmt: skip
    (left, right), (left_batch, right_batch) = (
        [counted(tuple(own), len(x.axes), "lax.dot_general") for own, x in zip(pair, (lhs, rhs), strict=True)]
        for pair in pairs
    )
    if len(left) != len(right) or len(left_batch) != len(right_batch):
        raise ShapeError("lax.dot_general: the lists of axes are not pairs")
    if set(left) & set(left_batch) or set(right) & set(right_batch):
        raise ShapeError("lax.dot_general: an axis cannot be summed and a batch")
    first: list[Any] = [("lhs", k) for k in range(len(lhs.axes))]
    second: list[Any] = [("rhs", k) for k in range(len(rhs.axes))]
    for i, j in zip(left + left_batch, right + right_batch, strict=True):
        second[j] = first[i]
    out = [first[k] for k in left_batch]
    out += [x for k, x in enumerate(first) if k not in left + left_batch]
    out += [x for k, x in enumerate(second) if k not in right + right_batch]
    return contraction([(lhs, first), (rhs, second)], out, "lax.dot_general: sizes")


@operator(name="lax.iota", library="jax.lax.iota", family="XLA", operands="", twin=jax_twin("iota"),
          latex=lambda dtype, size: lax_latex("iota")(dtype=dtype, size=size))  # fmt: skip
def iota(dtype: Any, size: Any) -> Definition:
    """The numbers 0, 1, …, size − 1; the type is only a name here.

    Shapes: (size,). Raises `ShapeError` for a negative size. Source: jax.lax.iota.

    >>> from symconv import sizes
    >>> iota("int32", sizes("n")).shape
    (n,)
    """
    length, needs = bounded(size, 0, "lax.iota: size")
    axis = POINT if length == 1 else Axis((length,))
    return Definition((axis,), lambda i: Scalar(axis.flat(i)), needs)
