"""einops on symbolic tensors: what its functions need of arrays, told to it when both are imported."""

from __future__ import annotations

from typing import Any

from einops._backends import AbstractBackend
from sympy import Integer

from symconv.errors import Unsupported
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr


class SymconvBackend(AbstractBackend):
    """The operations of which einops makes rearrange, reduce, repeat, pack and einsum, by its names for them."""

    framework_name = "symconv"

    def is_appropriate_type(self, tensor: Any) -> bool:
        return isinstance(tensor, TensorExpr)

    def shape(self, x: TensorExpr) -> tuple[Any, ...]:
        return tuple(int(n) if isinstance(n, Integer) else n for n in x.shape)

    def reshape(self, x: TensorExpr, shape: Any) -> TensorExpr:
        return REGISTRY["reshape"](x, tuple(shape))

    def transpose(self, x: TensorExpr, axes: Any) -> TensorExpr:
        return REGISTRY["transpose"](x, tuple(axes))

    def reduce(self, x: TensorExpr, operation: str, axes: Any) -> TensorExpr:
        if operation not in ("sum", "mean"):
            raise Unsupported(f"einops.reduce with {operation!r} is not known for symbolic tensors", hint="sum or mean")
        return REGISTRY[operation](x, tuple(axes))

    def stack_on_zeroth_dimension(self, tensors: list[TensorExpr]) -> TensorExpr:
        return REGISTRY["stack"](list(tensors))

    def add_axis(self, x: TensorExpr, new_position: int) -> TensorExpr:
        return x[(slice(None),) * new_position + (None,)]

    def tile(self, x: TensorExpr, repeats: Any) -> TensorExpr:
        return x * REGISTRY["ones"](tuple(repeats))

    def concat(self, tensors: Any, axis: int) -> TensorExpr:
        return REGISTRY["concatenate"](list(tensors), axis)

    def is_float_type(self, x: TensorExpr) -> bool:
        return True

    def einsum(self, pattern: str, *x: TensorExpr) -> TensorExpr:
        return REGISTRY["einsum"](pattern, *x)
