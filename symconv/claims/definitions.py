"""What a formula defines: a name, and what stands for it in the formulas that follow."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

__all__ = ["Definition"]


@dataclass(frozen=True)
class Definition:
    """A name that was not declared, and the expression that a formula gives to it, whose claim text is `reading`.

    `indices` are the names at which its entries are given, none where the whole is; `sizes` are then the sizes of
    its axes, None where they do not follow from the formula; `ends` are then those outside of which its entries are 0,
    if that follows. `arguments` are the tensors that a function is defined
    by, and `is_claimed` that the formula goes on, y = a = b. `taken` is
    what the formula leaves to the declarations, `uses` are the names of other definitions in it.
    """

    name: str
    indices: tuple[str, ...]
    value: ast.expr = field(compare=False, repr=False)
    reading: str
    sizes: tuple[str, ...] | None = None
    ends: tuple[str, ...] | None = None
    arguments: tuple[str, ...] = ()
    is_claimed: bool = field(default=False, compare=False)
    text: str = field(default="", compare=False)
    taken: tuple[str, ...] = field(default=(), compare=False)
    uses: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """The definition as claim text: y[n] = sum(…), f(x) = x.T @ x."""
        indices = f"[{', '.join(self.indices)}]" if self.indices else ""
        arguments = f"({', '.join(self.arguments)})" if self.arguments else ""
        return f"{self.name}{indices}{arguments} = {self.reading}"
