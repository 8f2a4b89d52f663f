"""Uninterpreted functions, of which nothing is known but that equal numbers have equal values."""

from __future__ import annotations

from typing import Any

from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr


class ElementwiseFunction:
    """An uninterpreted function of one number, applied to every entry of an array.

    >>> from symconv.expressions.tensors import Tensor
    >>> ElementwiseFunction("f")(Tensor("x", 3)).shape
    (3,)
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, x: Any) -> TensorExpr:
        return REGISTRY["call"](self.name, x)

    def __repr__(self) -> str:
        return self.name
