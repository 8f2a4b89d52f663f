"""Tensors that may be to blame that a claim fails, with what it says of their entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symconv.algebra.exact_numbers import are_equal, exact
from symconv.claims import Claim
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.kernel.decide import Undecided
from symconv.kernel.implied import not_implied
from symconv.kernel.rows import Rows
from symconv.limits import FEW_ENTRIES, MAX_LISTED_ENTRIES
from symconv.numerics.evaluation import evaluate
from symconv.proving.condition import index_by_index as entrywise
from symconv.proving.condition.linear_equations import Equations, named
from symconv.proving.refuting.solutions import Solutions

#: The families of operators that slide their second operand over the first.
_SLIDING = ("sliding", "layers")


def in_order_of_blame(claim: Claim, sides: Iterable[TensorExpr]) -> tuple[Tensor, ...]:
    """The tensors in some expressions: what slides first, then those of fewer axes, then those declared later."""
    found: dict[str, Tensor] = {}
    slides: set[str] = set()
    for side in sides:
        found |= named(side)
        for node in nodes(side):
            if isinstance(node, Operation) and node.operator.family in _SLIDING and len(node.children) > 1:
                slides |= named(node.children[1]).keys()
    order = [t.name for t in claim.tensors]
    return tuple(sorted(found.values(), key=lambda t: (t.name not in slides, t.ndim, -order.index(t.name))))


@dataclass(frozen=True)
class Subject:
    """Some tensors with the equations of the claim for them, and their rows at typical sizes.

    `sample` holds the tensors that satisfy the equations at the sizes in `values`.
    """

    tensors: tuple[Tensor, ...]
    equations: Equations
    typical: Rows
    values: Mapping[str, int]
    sample: Solutions | None

    @cached_property
    def rows(self) -> Rows:
        """The rows at all sizes, which are more work."""
        made = self.equations.rows()
        if made is None:
            raise Undecided("coefficients that depend on the sizes")
        return made

    @property
    def own_sizes(self) -> frozenset[str]:
        """The names in the shapes of the tensors."""
        return frozenset().union(*(size.names for shape in self.equations.unknowns.shapes for size in shape))

    @property
    def must_vanish(self) -> bool:
        """Whether all entries are 0 at sizes that are not special."""
        return self.sample is not None and self.sample.is_zero

    @property
    def weight(self) -> float:
        """The share of entries that the rows determine."""
        return 1 if self.sample is None else self.sample.rank / self.sample.size

    @property
    def has_few_equations(self) -> bool:
        """Whether single entries are all that the rows can be about, as far as typical sizes tell."""
        numbers = all(size.constant is not None for shape in self.equations.unknowns.shapes for size in shape)
        return self.sample is not None and self.sample.rank <= (MAX_LISTED_ENTRIES if numbers else FEW_ENTRIES)

    def entrywise(self, claim: Claim) -> entrywise.Entrywise | None:
        """The rows index by index."""
        if self.equations.given is not None or not self.typical.is_short:
            return None
        return entrywise.condition(self.rows, claim, self.typical.allowed)

    @cached_property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """One solution at sizes that are not special."""
        return self.sample.random() if self.sample is not None else {}

    def fits(self, left: TensorExpr, right: TensorExpr) -> bool:
        """Whether some solution satisfies left == right, as it must where that is necessary."""
        if self.sample is None:
            return True
        values = (evaluate(side, self.values, self.arrays) for side in (left, right))
        pairs = zip(*map(np.ravel, np.broadcast_arrays(*values)), strict=True)
        return not any(are_equal(exact(a), exact(b)) is False for a, b in pairs)

    def is_given(self, own: Rows) -> bool:
        """Whether rows follow from the hypotheses, so that they cannot suffice."""
        return self.equations.given is not None and not_implied(self.equations.given, own).is_empty()
