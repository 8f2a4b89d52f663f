"""XLA's operations that rearrange and add up entries, as JAX writes them: `lax.transpose`, `lax.reshape` and others."""

from __future__ import annotations

from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.language import Formula, Scalar, Sum, fresh
from symconv.operators.axes import axis_number, bounded, ordered, shape_of
from symconv.operators.lax import counted, jax_twin, lax_latex, numbers, slice_
from symconv.operators.layout import reshape as numpy_reshape
from symconv.operators.layout import transpose as numpy_transpose
from symconv.operators.moving import expand_dims as numpy_expand_dims
from symconv.operators.moving import squeeze as numpy_squeeze
from symconv.operators.products import dot as numpy_dot
from symconv.operators.products import sum_


@operator(name="lax.transpose", library="jax.lax.transpose", family="XLA", operands="operand",
          latex=lax_latex("transpose"), twin=jax_twin("transpose"))  # fmt: skip
def transpose(operand: Any, permutation: Any) -> Definition:
    """Axes in another order: axis k of the result is axis permutation[k] of the operand.

    Shapes: the sizes go with their axes. Raises `ShapeError` where it is not a permutation. Source: jax.lax.transpose.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> transpose(Tensor("X", n, m), (1, 0)).shape
    (m, n)
    """
    rank = len(operand.axes)
    given = numbers(permutation, rank, "lax.transpose: permutation")
    return numpy_transpose.define(operand, counted(given, rank, "lax.transpose"))


@operator(name="lax.reshape", library="jax.lax.reshape", family="XLA", operands="operand", latex=lax_latex("reshape"),
          twin=jax_twin("reshape"))  # fmt: skip
def reshape(operand: Any, new_sizes: Any, dimensions: Any = None) -> Definition:
    """The same entries in row-major order under another shape, after a permutation of the axes by `dimensions`.

    Shapes: (n…) to `new_sizes` with the same product. Raises `ShapeError` where the products differ.
    Source: jax.lax.reshape.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> reshape(Tensor("X", n, m), (n*m,)).shape
    (m*n,)
    """
    sizes = new_sizes if isinstance(new_sizes, tuple) else (new_sizes,)
    shape_of(sizes, "lax.reshape")
    return numpy_reshape.define(operand if dimensions is None else transpose(operand, dimensions), sizes)


@operator(name="lax.broadcast", library="jax.lax.broadcast", family="XLA", operands="operand",
          latex=lax_latex("broadcast"), twin=jax_twin("broadcast"))  # fmt: skip
def broadcast(operand: Any, sizes: Any) -> Definition:
    """The operand repeated along new first axes.

    Shapes: (n…) to (*sizes, n…). Raises `ShapeError` for negative sizes. Source: jax.lax.broadcast.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> broadcast(Tensor("x", n), (m,)).shape
    (m, n)
    """
    axes, needs = shape_of(sizes, "lax.broadcast")
    return Definition((*axes, *operand.axes), lambda *i: read(operand, *i[len(axes) :]), needs)


@operator(name="lax.broadcasted_iota", library="jax.lax.broadcasted_iota", family="XLA", operands="",
          twin=jax_twin("broadcasted_iota"), latex=lax_latex("iota"))  # fmt: skip
def broadcasted_iota(dtype: Any, shape: Any, dimension: Any) -> Definition:
    """The index along one axis as entries of an array; the type is only a name here.

    Shapes: `shape`. Raises `ShapeError` for negative sizes or an axis that does not exist.
    Source: jax.lax.broadcasted_iota.

    >>> from symconv import sizes
    >>> broadcasted_iota("int32", sizes("n m"), 1).shape
    (n, m)
    """
    axes, needs = shape_of(shape, "lax.broadcasted_iota")
    (place,) = counted(dimension, len(axes), "lax.broadcasted_iota")
    return Definition(axes, lambda *i: Scalar(axes[place].flat(i[place])), needs)


@operator(name="lax.expand_dims", library="jax.lax.expand_dims", family="XLA", operands="array",
          latex=lax_latex("expand"), twin=jax_twin("expand_dims"))  # fmt: skip
def expand_dims(array: Any, dimensions: Any) -> Definition:
    """New axes of size 1 at the places that they have in the result.

    Shapes: (n…) with 1 put in. Raises `ShapeError` for a place that does not exist or is given twice.
    Source: jax.lax.expand_dims.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> expand_dims(Tensor("X", n, m), (1,)).shape
    (n, 1, m)
    """
    return numpy_expand_dims.define(array, dimensions)


@operator(name="lax.squeeze", library="jax.lax.squeeze", family="XLA", operands="array", latex=lax_latex("squeeze"),
          twin=jax_twin("squeeze"))  # fmt: skip
def squeeze(array: Any, dimensions: Any) -> Definition:
    """The given axes of size 1 taken out.

    Shapes: (n…) without them. Raises `ShapeError` where an axis has another size. Source: jax.lax.squeeze.

    >>> from symconv import Tensor, sizes
    >>> squeeze(Tensor("X", 1, sizes("n")), (0,)).shape
    (n,)
    """
    return numpy_squeeze.define(array, dimensions if isinstance(dimensions, tuple) else (dimensions,))


@operator(name="lax.dynamic_slice", library="jax.lax.dynamic_slice", family="XLA", operands="operand",
          latex=lax_latex("dynamic\\_slice"), twin=jax_twin("dynamic_slice"))  # fmt: skip
def dynamic_slice(operand: Any, start_indices: Any, slice_sizes: Any) -> Definition:
    """The entries of a block that begins at `start_indices`.

    Shapes: (n…) to `slice_sizes`. Needs 0 ≤ start and start + size ≤ n, where JAX moves the block until it fits.
    Raises `ShapeError` for other numbers of axes. Source: jax.lax.dynamic_slice.

    >>> from symconv import Tensor, sizes
    >>> n, i = sizes("n i")
    >>> dynamic_slice(Tensor("x", n), (i,), (3,)).shape
    (3,)
    """
    rank = len(operand.axes)
    starts = [
        bounded(v, 0, "lax.dynamic_slice: start")
        for v in numbers(start_indices, rank, "lax.dynamic_slice: start_indices")
    ]
    sizes = [
        bounded(v, 0, "lax.dynamic_slice: size") for v in numbers(slice_sizes, rank, "lax.dynamic_slice: slice_sizes")
    ]
    needs = tuple(n for _, more in [*starts, *sizes] for n in more)
    axes = tuple(Axis((size,)) for size, _ in sizes)
    for own, (start, _), (size, _) in zip(operand.axes, starts, sizes, strict=True):
        needs += ordered(start + size, own.size, "lax.dynamic_slice: end of the block")

    def entry(*index: Index) -> Formula:
        return read(operand, *(start + x.flat(i) for (start, _), x, i in zip(starts, axes, index, strict=True)))

    return Definition(axes, entry, needs)


@operator(name="lax.slice_in_dim", library="jax.lax.slice_in_dim", family="XLA", operands="operand",
          latex=lax_latex("slice"), twin=jax_twin("slice_in_dim"))  # fmt: skip
def slice_in_dim(operand: Any, start_index: Any, limit_index: Any, stride: Any = 1, axis: int = 0) -> Definition:
    """Entries from start up to limit in steps along one axis; None is the axis' end, negative numbers count from it.

    Shapes: n to ⌈(limit − start) / stride⌉ along the axis. Needs 0 ≤ start ≤ limit ≤ n and stride ≥ 1. Raises
    `ShapeError` for an axis that does not exist. Source: jax.lax.slice_in_dim.

    >>> from symconv import Tensor, sizes
    >>> n = sizes("n")
    >>> slice_in_dim(Tensor("x", n), 1, None).shape
    (n - 1,)
    """
    rank = len(operand.axes)
    place = axis_number(axis, rank, "lax.slice_in_dim")
    shape = operand.shape

    def end(value: Any, default: Any) -> Any:
        return default if value is None else shape[place] + value if isinstance(value, int) and value < 0 else value

    starts, limits, strides = [0] * rank, list(shape), [1] * rank
    starts[place], limits[place], strides[place] = end(start_index, 0), end(limit_index, shape[place]), stride
    return slice_.define(operand, tuple(starts), tuple(limits), tuple(strides))


@operator(name="lax.dot", library="jax.lax.dot", family="XLA", operands="lhs rhs", latex=r"{lhs} \cdot {rhs}",
          precedence=50, twin=jax_twin("dot"))  # fmt: skip
def dot(lhs: Any, rhs: Any) -> Definition:
    """Product of two vectors or matrices: the last axis of lhs against the first of rhs.

    Shapes: (n,) or (n, k) with (k,) or (k, m). Raises `ShapeError` where the inner sizes differ or for other numbers of
    axes. Source: jax.lax.dot.

    >>> from symconv import Tensor, sizes
    >>> n, k, m = sizes("n k m")
    >>> dot(Tensor("A", n, k), Tensor("B", k, m)).shape
    (n, m)
    """
    ranks = (len(lhs.axes), len(rhs.axes))
    if not set(ranks) <= {1, 2}:
        raise ShapeError(f"lax.dot: the operands have {ranks[0]} and {ranks[1]} axes; it takes 1 or 2")
    return numpy_dot.define(lhs, rhs)


@operator(name="lax.reduce_sum", library="jax.lax.reduce_sum", family="XLA", operands="operand",
          latex=lax_latex("sum"), twin=jax_twin("reduce_sum"))  # fmt: skip
def reduce_sum(operand: Any, axes: Any) -> Definition:
    """Sum of the entries along the given axes.

    Shapes: the summed axes go. Raises `ShapeError` for an axis that does not exist or is negative.
    Source: jax.lax.reduce_sum.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> reduce_sum(Tensor("X", n, m), (0,)).shape
    (m,)
    """
    return sum_.define(operand, counted(axes, len(operand.axes), "lax.reduce_sum"))


@operator(name="lax.cumsum", library="jax.lax.cumsum", family="XLA", operands="operand", latex=lax_latex("cumsum"),
          twin=jax_twin("cumsum"))  # fmt: skip
def cumsum(operand: Any, axis: int = 0, reverse: bool = False) -> Definition:
    """Sums of the entries up to each one along an axis, or (`reverse`) from each one on.

    Shapes: unchanged. Raises `ShapeError` for an axis that does not exist or is negative. Source: jax.lax.cumsum.

    >>> from symconv import Tensor, sizes
    >>> n, m = sizes("n m")
    >>> cumsum(Tensor("X", n, m), 1).shape
    (n, m)
    """
    (place,) = counted(axis, len(operand.axes), "lax.cumsum")
    line = operand.axes[place]

    def entry(*index: Index) -> Formula:
        name, here = fresh("u"), line.flat(index[place])
        position = line.index(line.parts(Poly.name(name)))
        low, high = (here, line.size) if reverse else (Poly.of(0), here + 1)
        return Sum(name, low, high, read(operand, *index[:place], position, *index[place + 1 :]))

    return Definition(tuple(operand.axes), entry)
