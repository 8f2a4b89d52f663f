"""Calls that may not fit: valid ones with something changed, made in the library and here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from drawing import DRAWN, Draw

from symconv import SymconvError, Tensor
from symconv.numerics.evaluation import evaluate
from symconv.operators import REGISTRY

WORDS = ("full", "same", "valid", "constant", "wrap", "SAME", "VALID", "C", "F", "forward", "nope")


@dataclass(frozen=True)
class Outcome:
    """What a call came to: its entries, or the error's message."""

    values: np.ndarray | None
    message: str = ""


@dataclass
class Compared(Exception):
    """A call with the library's outcome and ours."""

    call: str
    library: Outcome
    own: Outcome


class Misfit(Draw):
    """Draws a valid call with plain numbers, changes something and compares instead of returning it."""

    def __init__(self, number: Any) -> None:
        super().__init__(number)
        self.concrete = True

    def tensor(self, *shape: int, complex: bool | None = None) -> Tensor:
        return super().tensor(*shape, complex=False)

    def apply(self, name: str, *args: Any, **parameters: Any) -> tuple[Any, Any]:
        op = REGISTRY[name]
        bound = op.bind(args, parameters)
        bound.apply_defaults()
        for _ in range(self.number(1, 2)):
            chosen = self.pick(*bound.arguments)
            bound.arguments[chosen] = self._changed(bound.arguments[chosen], chosen in op.operands)
        shown = ", ".join(f"{k}={self._shown(v)}" for k, v in bound.arguments.items())
        raise Compared(f"{name}({shown})", self._library(op, bound), self._own(op, bound))

    def apply_slow(self, name: str, *args: Any, empty: Any = None) -> tuple[Any, Any]:
        return self.apply(name, *args)

    def _library(self, op: Any, bound: Any) -> Outcome:
        try:
            args, kwargs = self.value(bound.args), {k: self.value(v) for k, v in bound.kwargs.items()}
            return Outcome(np.asarray(op.twin(*args, **kwargs)))
        except Exception as error:
            return Outcome(None, f"{type(error).__name__}: {error}")

    def _own(self, op: Any, bound: Any) -> Outcome:
        try:
            return Outcome(evaluate(op(*bound.args, **bound.kwargs), {}, self.arrays, twins=False))
        except SymconvError as error:
            return Outcome(None, error.message)

    def _changed(self, value: Any, operand: bool) -> Any:
        match value:
            case Tensor():
                shape = list(value.shape)
                match self.pick("resize", "resize", "drop", "add"):
                    case "resize" if shape:
                        shape[self.number(0, len(shape) - 1)] = self.number(1, 5)
                    case "drop" if shape:
                        shape.pop(self.number(0, len(shape) - 1))
                    case _:
                        shape.insert(self.number(0, len(shape)), self.number(1, 3))
                return self.tensor(*map(int, shape))
            case bool():
                return not value
            case int():
                return self.pick(value + 1, value - 1, 0, -value, value + 3, -1)
            case str() if not value.isalpha():
                k = self.number(0, len(value) - 1)
                return self.pick(value[:k] + value[k + 1 :], value[:k] + value[k] + value[k:], value.replace("->", ""))
            case str():
                return self.pick(*WORDS)
            case tuple() | list() if value:
                k = self.number(0, len(value) - 1)
                changed = (*value[:k], self._changed(value[k], operand), *value[k + 1 :])
                fewer, more = (*value[:k], *value[k + 1 :]), (*value[:k], value[k], *value[k:])
                return type(value)(self.pick(changed, changed, fewer, more))
            case None if operand:
                return self.tensor(self.number(1, 4))
            case None:
                return self.pick(self.number(-3, 3), (self.number(-1, 2),))
        return value

    def _shown(self, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(map(self._shown, value))}]"
        return f"array{tuple(value.shape)}" if isinstance(value, Tensor) else repr(value)


def compared(name: str, number: Any) -> Compared | None:
    """A call that may not fit, made twice; None where nothing was drawn that could be changed."""
    try:
        DRAWN[name](Misfit(number))
    except Compared as found:
        return found
    return None
