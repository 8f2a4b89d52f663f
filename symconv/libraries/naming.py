"""How a table of a library is filled: the full names of functions, and what each does with tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Made: TypeAlias = Callable[..., Any]
Numbers: TypeAlias = Any
"""What parameters take that are numbers, sizes, shapes or axes, and no arrays; `Any` is what arrays are told by."""


def naming(table: dict[str, Made], library: str) -> Callable[..., Callable[[Made], Made]]:
    """A decorator that enters a function into a table, under names that a library has for it."""

    def named(*names: str) -> Callable[[Made], Made]:
        def register(make: Made) -> Made:
            table.update(dict.fromkeys((f"{library}.{name}" for name in names), make))
            return make

        return register

    return named
