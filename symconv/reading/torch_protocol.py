"""PyTorch's functions on symbolic tensors, called by PyTorch itself: what `library_table` knows, by full name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symconv.errors import Unsupported
from symconv.libraries.library_table import function_named, method_named, nearest


def call(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """A function of PyTorch on tensors; raises `Unsupported` for one that is not known here."""
    from torch.overrides import resolve_name

    name = str(resolve_name(function) or getattr(function, "__name__", function))
    name = name.replace("torch.functional.", "torch.")
    owner, _, method = name.rpartition(".")
    known = method_named(method, "torch") if owner == "torch.Tensor" else function_named(name)
    if known is None:
        raise Unsupported(f"{name} is not known for symbolic tensors", hint=nearest(name))
    return known.apply(*known.bound(args, {k: v for k, v in kwargs.items() if v is not None}))
