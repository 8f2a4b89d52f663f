"""Drawing operands and parameters for every operator, with what its library's function makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from references import lax
from sympy import Expr, Symbol

from symconv import Tensor
from symconv.expressions.conversion import symbol
from symconv.operators import REGISTRY

DRAWN: dict[str, Callable[[Draw], tuple[Any, Any]]] = {}


class Draw:
    """Draws operands and parameters, and keeps what they stand for.

    Every choice is a whole number between two others, which `number` makes. `slow_twins` says whether libraries are
    asked that take long.
    """

    def __init__(self, number: Callable[[int, int], int], slow_twins: bool = False) -> None:
        self.number = number
        self.slow_twins = slow_twins
        self.concrete = self.pick(False, True)
        self.random = np.random.default_rng(number(0, 2**32))
        self.sizes: dict[str, int] = {}
        self.arrays: dict[str, np.ndarray] = {}

    def pick(self, *choices: Any) -> Any:
        return choices[self.number(0, len(choices) - 1)]

    def order(self, items: Sequence[Any]) -> list[Any]:
        """The items in any order."""
        left = list(items)
        return [left.pop(self.number(0, len(left) - 1)) for _ in items]

    def some(self, items: Sequence[Any]) -> list[Any]:
        """Some of the items, in any order."""
        return self.order(items)[: self.number(0, len(items))]

    def shape(self, low: int, high: int, largest: int = 4) -> tuple[int, ...]:
        return tuple(self.number(1, largest) for _ in range(self.number(low, high)))

    def size(self, value: int) -> Any:
        """A size: the number itself, or a symbol that has this value."""
        if self.concrete or value == 1:
            return value
        self.sizes[f"n{value}"] = value
        return symbol(f"n{value}")

    def parameter(self, value: int) -> Any:
        """An integer parameter: a number or a symbol."""
        if self.concrete:
            return value
        name = f"p{value}".replace("-", "_")
        self.sizes[name] = value
        return Symbol(name, integer=True)

    def tensor(self, *shape: int, complex: bool | None = None) -> Tensor:
        """A new tensor with random whole entries, complex ones now and then."""
        if complex is None:
            complex = self.pick(False, False, True)
        entries = self.random.integers(-4, 5, shape)
        if complex:
            entries = entries + 1j * self.random.integers(-4, 5, shape)
        name = f"T{len(self.arrays)}"
        self.arrays[name] = np.asarray(entries)
        return Tensor(name, *map(self.size, shape), complex=complex)

    def value(self, argument: Any) -> Any:
        """What the twin gets for an argument."""
        match argument:
            case Tensor():
                return self.arrays[argument.name]
            case Symbol():
                return self.sizes[argument.name]
            case Expr():
                return int(argument.subs({s: self.sizes[s.name] for s in argument.free_symbols}))
            case tuple() | list():
                return type(argument)(map(self.value, argument))
            case slice():
                return slice(*map(self.value, (argument.start, argument.stop, argument.step)))
        return argument

    def apply(self, name: str, *args: Any, **parameters: Any) -> tuple[Any, Any]:
        """The operator on these arguments, and its twin on their values."""
        op = REGISTRY[name]
        bound = op.bind(args, parameters)
        expected = op.twin(*map(self.value, bound.args), **{k: self.value(v) for k, v in bound.kwargs.items()})
        return op(*args, **parameters), expected

    def apply_slow(self, name: str, *args: Any, empty: tuple[int, ...] | None = None) -> tuple[Any, Any]:
        """An operator of XLA on these arguments, and what loops make of them, which a slow twin confirms if it may.

        `empty` is the shape of a result without entries, which loops do not make.
        """
        values = list(map(self.value, args))
        expected = getattr(lax, name.removeprefix("lax."))(*values) if empty is None else np.zeros(empty, int)
        if self.slow_twins:
            confirmed = np.asarray(REGISTRY[name].twin(*values))
            np.testing.assert_allclose(confirmed, np.asarray(expected), rtol=1e-4, atol=1e-4)
        return REGISTRY[name](*args), expected


def draws(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function that draws arguments for these operators."""

    def register(make: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            DRAWN[name] = lambda d, name=name: make(d, name)
        return make

    return register
