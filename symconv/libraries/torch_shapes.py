"""Functions of PyTorch that change shapes, choose entries and pad, written with operators."""

from __future__ import annotations

from typing import Any

from symconv.algebra.polynomials import ZERO, Poly
from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_argument
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.libraries.naming import Made, Numbers, naming
from symconv.libraries.torch_functions import several
from symconv.operators.axes import axis_number, integer

SHAPES: dict[str, Made] = {}
torch = naming(SHAPES, "torch")


@torch("reshape")
def reshape(input: Any, *sizes: Numbers, shape: Numbers = None) -> TensorExpr:
    return REGISTRY["reshape"](input, several(sizes) if shape is None else shape)


@torch("ravel")
def ravel(input: Any) -> TensorExpr:
    return REGISTRY["ravel"](input)


@torch("flatten")
def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> TensorExpr:
    """torch.flatten: the axes from one to another as one."""
    array = as_tensor(input)
    rank = len(array.axes)
    if not rank:
        return array[None]
    first, last = (axis_number(k, rank, "torch.flatten") for k in (start_dim, end_dim))
    if first > last:
        raise ShapeError("torch.flatten: end_dim is before start_dim")
    sizes = array.shape
    product = 1
    for size in sizes[first : last + 1]:
        product = product * size
    return REGISTRY["reshape"](array, (*sizes[:first], product, *sizes[last + 1 :]))


@torch("unflatten")
def unflatten(input: Any, dim: int, sizes: Numbers) -> TensorExpr:
    """torch.unflatten: one axis as several."""
    array = as_tensor(input)
    place = axis_number(dim, len(array.axes), "torch.unflatten")
    shape = list(sizes)
    unknown = [k for k, n in enumerate(shape) if n == -1]
    if len(unknown) > 1:
        raise ShapeError("torch.unflatten: at most one size is -1")
    if unknown:
        rest = 1
        for n in shape:
            rest = rest * n if n != -1 else rest
        shape[unknown[0]] = to_argument(array.axes[place].size // integer(rest, "torch.unflatten: size"))
    return REGISTRY["reshape"](array, (*array.shape[:place], *shape, *array.shape[place + 1 :]))


@torch("unsqueeze")
def unsqueeze(input: Any, dim: int) -> TensorExpr:
    array = as_tensor(input)
    return REGISTRY["expand_dims"](array, axis_number(dim, len(array.axes) + 1, "torch.unsqueeze"))


@torch("squeeze")
def squeeze(input: Any, dim: Numbers = None) -> TensorExpr:
    """torch.squeeze, which leaves axes of other sizes than 1 as they are."""
    array = as_tensor(input)
    rank = len(array.axes)
    named = range(rank) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    places = [axis_number(k, rank, "torch.squeeze") for k in named]
    for k in places:
        size = array.axes[k].size
        if size != 1 and (size.integer is None and not _exceeds_one(size)):
            hint = "give the axes that go"
            raise Unsupported(f"torch.squeeze: whether the size {size} is 1 is not known", hint=hint)
    gone = [k for k in places if array.axes[k].size == 1]
    return array[tuple(0 if k in gone else slice(None) for k in range(rank))] if gone else array


def _exceeds_one(size: Poly) -> bool:
    """Whether a size is surely more than 1: positive names and a number of 2 or more."""
    return all(c > 0 for c in size.terms.values()) and size.terms.get((), 0) >= 2


@torch("Tensor.expand", "broadcast_to")
def expand(input: Any, *size: Numbers) -> TensorExpr:
    """torch.Tensor.expand, where −1 leaves a size as it is."""
    array, shape = as_tensor(input), list(several(size))
    new = len(shape) - len(array.axes)
    if new < 0:
        raise ShapeError(f"torch.expand: {len(shape)} sizes for an array with {len(array.axes)} axes")
    for k, (n, axis) in enumerate(zip(shape[new:], array.axes, strict=True), new):
        shape[k] = to_argument(axis.size) if n == -1 else n
    return REGISTRY["broadcast_to"](array, tuple(shape))


@torch("tile")
def tile(input: Any, *dims: Numbers) -> TensorExpr:
    return REGISTRY["tile"](input, several(dims))


@torch("repeat_interleave")
def repeat_interleave(input: Any, repeats: Numbers, dim: Numbers = None) -> TensorExpr:
    return REGISTRY["repeat"](input, repeats, dim)


@torch("cat", "concat", "concatenate")
def cat(tensors: Any, dim: int = 0) -> TensorExpr:
    if not isinstance(tensors, TensorExpr):
        return REGISTRY["concatenate"](list(tensors), dim)
    place = axis_number(dim, len(tensors.axes) - 1, "torch.cat")
    moved = REGISTRY["moveaxis"](tensors, 0, place)
    return flatten(moved, place, place + 1)


@torch("stack")
def stack(tensors: Any, dim: int = 0) -> TensorExpr:
    if not isinstance(tensors, TensorExpr):
        return REGISTRY["stack"](list(tensors), dim)
    return REGISTRY["moveaxis"](tensors, 0, dim) if dim else tensors


@torch("hstack")
def hstack(tensors: Any) -> TensorExpr:
    return REGISTRY["hstack"](list(tensors))


@torch("vstack", "row_stack")
def vstack(tensors: Any) -> TensorExpr:
    return REGISTRY["vstack"](list(tensors))


@torch("select")
def select(input: Any, dim: int, index: Numbers) -> TensorExpr:
    array = as_tensor(input)
    return array[(slice(None),) * axis_number(dim, len(array.axes), "torch.select") + (index,)]


@torch("narrow")
def narrow(input: Any, dim: int, start: Numbers, length: Numbers) -> TensorExpr:
    array = as_tensor(input)
    place = axis_number(dim, len(array.axes), "torch.narrow")
    return array[(slice(None),) * place + (slice(start, start + length),)]


@torch("Tensor.unfold")
def unfold(input: Any, dimension: int, size: Numbers, step: Numbers) -> TensorExpr:
    """torch.Tensor.unfold: windows along one axis, as a new last axis."""
    array = as_tensor(input)
    place = axis_number(dimension, len(array.axes), "torch.Tensor.unfold")
    windows = REGISTRY["sliding_window_view"](array, size, place)
    return windows if step == 1 else windows[(slice(None),) * place + (slice(None, None, step),)]


_FILLED = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@torch("nn.functional.pad")
def pad(input: Any, pad: Numbers, mode: str = "constant", value: Numbers = None) -> TensorExpr:
    """torch.nn.functional.pad: widths before and after the last axis, then the last but one, and so on."""
    array, widths = as_tensor(input), list(pad)
    rank = len(array.axes)
    if len(widths) % 2 or len(widths) > 2 * rank:
        raise ShapeError(f"torch.nn.functional.pad: {len(widths)} widths for an array with {rank} axes")
    if mode not in _FILLED:
        raise ShapeError(f"torch.nn.functional.pad: mode {mode!r} is not one of {', '.join(map(repr, _FILLED))}")
    if mode != "constant" and value not in (None, 0):
        raise ShapeError(f"torch.nn.functional.pad: mode {mode!r} takes no value")
    if mode != "constant" and not 1 <= len(widths) // 2 == rank - 2 and not 1 <= len(widths) // 2 == rank - 1:
        raise ShapeError(f"torch.nn.functional.pad: mode {mode!r} takes widths for all axes but one or two")
    pairs = [(0, 0)] * (rank - len(widths) // 2) + list(zip(widths[-2::-2], widths[::-2], strict=True))
    if mode in ("reflect", "circular"):
        for place, pair in enumerate(pairs):
            array = _folded(array, place, pair, mode)
        return array
    if any(isinstance(w, int) and w < 0 for pair in pairs for w in pair):
        array, pairs = _cropped(array, pairs)
    filling = {"constant_values": value} if mode == "constant" and value not in (None, 0) else {}
    return REGISTRY["pad"](array, tuple(pairs), _FILLED[mode], **filling) if any(map(any, pairs)) else array


def _cropped(array: TensorExpr, pairs: list[tuple[Any, Any]]) -> tuple[TensorExpr, list[tuple[Any, Any]]]:
    """The array without what negative widths take away, and the widths that are left."""
    key: list[slice] = []
    for axis, pair in zip(array.axes, pairs, strict=True):
        first, last = (-w if isinstance(w, int) and w < 0 else 0 for w in pair)
        key.append(slice(first or None, to_argument(axis.size - last) if last else None))
    return array[tuple(key)], [tuple(0 if isinstance(w, int) and w < 0 else w for w in pair) for pair in pairs]  # type: ignore[misc]


def _folded(array: TensorExpr, place: int, pair: tuple[Any, Any], mode: str) -> TensorExpr:
    """The array with copies of its ends along one axis, which PyTorch makes no longer than the axis allows."""
    before, after = (integer(w, "torch.nn.functional.pad: width") for w in pair)
    if before == after == 0:
        return array
    size = array.axes[place].size
    most = size - 1 if mode == "reflect" else size
    for width in (before, after):
        spare = (most - width).constant
        if width.integer is not None and width.integer < 0:
            raise Unsupported(f"torch.nn.functional.pad: negative widths with mode {mode!r}")
        if spare is not None and spare < 0:
            raise ShapeError(f"torch.nn.functional.pad: the width {width} is more than {most}")
    if size.integer is not None or all(w.integer is None or w == ZERO for w in (before, after)):
        widths = [(0, 0)] * len(array.axes)
        widths[place] = to_argument(before), to_argument(after)
        return REGISTRY["pad"](array, tuple(widths), _FILLED[mode])
    turned = REGISTRY["flip"](array, place)
    if mode == "reflect":
        first, last = _last(turned, place, before, 1), REGISTRY["flip"](_last(array, place, after, 1), place)
    else:
        first, last = _last(array, place, before, 0), REGISTRY["flip"](_last(turned, place, after, 0), place)
    return REGISTRY["concatenate"]([first] * (before != 0) + [array] + [last] * (after != 0), place)


def _last(array: TensorExpr, place: int, width: Poly, without: int) -> TensorExpr:
    """The last entries of an axis, without so many at the very end."""
    stop = array.axes[place].size - without
    part = slice(to_argument(stop - width), to_argument(stop))
    return array[(slice(None),) * place + (part,)]
