"""What divisions of numbers in a claim's text need: divisors that are not 0, wherever the division is looked at.

An expression that SymPy has cancelled says nothing of it any more, so it is noted while the text is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sympy import Expr

from symconv.algebra.polynomials import Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import to_poly
from symconv.formulas.conditions import Condition, guarded, nonzero
from symconv.kernel.all_values import for_all_values


@dataclass
class DivisorNeeds:
    """The needs of the divisions that were read so far."""

    conditions: list[Condition] = field(default_factory=list)

    def divide(self, op: ast.operator, a: Expr, b: Expr) -> None:
        """Note what an operation on two numbers needs."""
        match op:
            case ast.Div() | ast.FloorDiv() | ast.Mod() if b.free_symbols:
                self.conditions += nonzero(to_poly(b))
            case ast.Pow() if a.free_symbols and b.is_negative:
                self.conditions += nonzero(to_poly(a))

    @contextmanager
    def under(self, guards: Sequence[Condition]) -> Iterator[None]:
        """What is read inside is looked at only where all guards hold."""
        start = len(self.conditions)
        yield
        self._replace(start, (c for need in self.conditions[start:] for c in guarded(guards, need)))

    @contextmanager
    def bound(self, ranges: Sequence[tuple[str, Poly, Poly]]) -> Iterator[None]:
        """What is read inside is looked at for all values of bound names, from the first to below the second number."""
        start = len(self.conditions)
        yield
        for name, lower, upper in reversed(ranges):
            needs: list[Condition] = []
            for need in self.conditions[start:]:
                found = for_all_values(need, name, lower, upper - 1)
                if found is None:
                    raise Unsupported(f"whether {need} for all {name} in its range is not understood")
                needs += found
            self._replace(start, needs)

    def _replace(self, start: int, needs: Iterable[Condition]) -> None:
        self.conditions[start:] = list(needs)
