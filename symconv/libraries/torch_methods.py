"""Methods of PyTorch's tensors that are more than the function of the same name, written with operators."""

from __future__ import annotations

from typing import Any

from symconv.errors import ShapeError, Unsupported
from symconv.expressions.conversion import to_argument
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr, as_tensor
from symconv.libraries.naming import Made, Numbers, naming
from symconv.libraries.numpy_functions import kept_in
from symconv.libraries.torch_functions import several
from symconv.libraries.torch_shapes import expand, reshape
from symconv.operators.axes import axis_number

_SAME = "cpu cuda double float half bfloat16 numpy requires_grad_ resolve_neg type_as"

METHODS: dict[str, Made] = {f"torch.Tensor.{name}": lambda self, *_: as_tensor(self) for name in _SAME.split()}
method = naming(METHODS, "torch.Tensor")

NO_METHODS = frozenset(
    f"torch.{name}"
    for name in (
        "zeros ones full eye arange zeros_like ones_like full_like einsum tensordot cat concat concatenate stack "
        "hstack vstack row_stack tensor as_tensor from_numpy asarray rsub bilinear chain_matmul"
    ).split()
)
"""Functions that tensors do not have as methods."""


@method("view")
def view(self: Any, *shape: Numbers) -> TensorExpr:
    """torch.Tensor.view of entries that lie in a row; PyTorch refuses it after a transposition that parts them."""
    array = as_tensor(self)
    viewed = reshape(array, *shape)
    several = [(place, axis) for place, axis in zip(_order(array), array.axes, strict=True) if axis.size != 1]
    ranked = {place: k for k, place in enumerate(sorted(place for place, _ in several))}
    digits = [(ranked[place], axis) for place, axis in several for d in axis.digits if d != 1]
    for axis in viewed.axes:
        kept = [d for d in axis.digits if d != 1]
        together, digits = digits[: len(kept)], digits[len(kept) :]
        known = len(together) == len(kept) and all(d in one.digits for d, (_, one) in zip(kept, together, strict=True))
        if not known and [place for place, _ in several] != sorted(place for place, _ in several):
            raise ShapeError("view: the entries do not lie in a row", hint="write reshape, or contiguous() before view")
        if known and any(b - a not in (0, 1) for (a, _), (b, _) in zip(together, together[1:], strict=False)):
            raise ShapeError("view: the entries do not lie in a row", hint="write reshape, or contiguous() before view")
    return viewed


@method("contiguous")
def contiguous(self: Any) -> TensorExpr:
    """torch.Tensor.contiguous: the same entries in a row, which a reshape to the same shape stands for."""
    array = as_tensor(self)
    in_a_row = _order(array) == list(range(len(array.axes)))
    return array if in_a_row else REGISTRY["reshape"](array, array.shape)


def _order(array: TensorExpr) -> list[int]:
    """Where the axes of an array lie in memory, as far as a transposition says it."""
    name = getattr(getattr(array, "operator", None), "name", "")
    rank = len(array.axes)
    places = list(range(rank))
    if name == "swapaxes":
        first, second = (axis_number(array.arguments[k], rank, name) for k in ("axis1", "axis2"))
        places[first], places[second] = places[second], places[first]
    if name in ("moveaxis", "broadcast_to", "diagonal", "sliding_window_view"):
        places.reverse()
    if name == "transpose":
        axes = array.arguments["axes"]
        places = [axis_number(k, rank, name) for k in axes] if axes is not None else places[::-1]
    return places


@method("new_zeros")
def new_zeros(self: Any, *size: Numbers) -> TensorExpr:
    return REGISTRY["zeros"](several(size))


@method("new_ones")
def new_ones(self: Any, *size: Numbers) -> TensorExpr:
    return REGISTRY["ones"](several(size))


@method("new_full")
def new_full(self: Any, size: Numbers, fill_value: Any) -> TensorExpr:
    return REGISTRY["full"](tuple(size), fill_value)


@method("view_as", "reshape_as")
def view_as(self: Any, other: Any) -> TensorExpr:
    return view(self, *as_tensor(other).shape)


@method("expand_as")
def expand_as(self: Any, other: Any) -> TensorExpr:
    return expand(self, *as_tensor(other).shape)


@method("repeat")
def repeat(self: Any, *repeats: Numbers) -> TensorExpr:
    """torch.Tensor.repeat: copies side by side, which NumPy calls tile."""
    counts = several(repeats)
    if len(counts) < len(as_tensor(self).axes):
        raise ShapeError(f"repeat: {len(counts)} numbers for an array with {len(as_tensor(self).axes)} axes")
    return REGISTRY["tile"](self, counts)


@method("to", "type")
def to(self: Any, *target: Numbers, dtype: Numbers = None) -> TensorExpr:
    """torch.Tensor.to another type of entries or device."""
    array = as_tensor(self)
    for name in (*target, dtype):
        is_device = isinstance(name, str) and name.partition(":")[0] in ("cpu", "cuda", "mps")
        if name is not None and not is_device and not isinstance(name, TensorExpr):
            array = kept_in(name, array)
    return array


@method("unbind")
def unbind(self: Any, dim: int = 0) -> tuple[TensorExpr, ...]:
    array = as_tensor(self)
    place = axis_number(dim, len(array.axes), "unbind")
    count = array.axes[place].size.integer
    if count is None:
        raise Unsupported(f"unbind: the number of parts is {array.axes[place].size}", hint="loop over the axis")
    return tuple(array[(slice(None),) * place + (k,)] for k in range(count))


@method("chunk")
def chunk(self: Any, chunks: int, dim: int = 0) -> tuple[TensorExpr, ...]:
    """torch.Tensor.chunk of an axis that the number of parts divides."""
    array = as_tensor(self)
    place = axis_number(dim, len(array.axes), "chunk")
    size = array.axes[place].size
    if any(not isinstance(c, int) or c % chunks for c in size.terms.values()):
        raise Unsupported(f"chunk: {size} entries are not {chunks} equal parts", hint="write split with their sizes")
    return split(array, [to_argument(size // chunks)] * chunks, place)


@method("split")
def split(self: Any, split_size: Numbers, dim: int = 0) -> tuple[TensorExpr, ...]:
    """torch.Tensor.split into parts of these sizes, or of one size of which the axis is a known multiple or more."""
    array = as_tensor(self)
    place = axis_number(dim, len(array.axes), "split")
    size = array.axes[place].size
    if not isinstance(split_size, (tuple, list)):
        whole, each = size.integer, split_size if isinstance(split_size, int) else None
        if whole is None or each is None or each < 1:
            raise Unsupported(
                f"split: how many parts {size} entries make is not known", hint="give the sizes in a list"
            )
        split_size = [min(each, whole - k) for k in range(0, whole, each)]
    parts, start = [], 0
    for width in split_size:
        parts.append(array[(slice(None),) * place + (slice(start, start + width),)])
        start = start + width
    if start != to_argument(size):
        raise ShapeError(f"split: the sizes come to {start}, the axis has {size}")
    return tuple(parts)
