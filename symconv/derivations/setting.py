"""What a derivation is made in: a verifier, ranges and names, the hypotheses as reasons, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from time import thread_time
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO
from symconv.claims import Hypothesis, TensorHypothesis
from symconv.derivations.line_names import Naming
from symconv.derivations.reasons import Reason, since
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import Ranges, plainly, with_tensors
from symconv.formulas.language import Call, Formula, Read, Scalar, fresh_index, times
from symconv.formulas.walking import rebuilt
from symconv.limits import FEW_HYPOTHESES

Verify: TypeAlias = Callable[[Formula, Formula], bool]


@dataclass(frozen=True)
class Known:
    """A hypothesis as a reason, and the tensors that it is about: none for one on sizes.

    `equation` is between arrays of equal shape; what is `stated` may compare one with a number.
    """

    reason: Reason
    stated: Hypothesis
    tensors: frozenset[str] = frozenset()
    equation: TensorHypothesis | None = None

    @cached_property
    def is_zero(self) -> bool:
        """Whether it says that a tensor is 0."""
        h = self.equation
        if h is None or not isinstance(h.left, Tensor):
            return False
        _, index = fresh_index(h.left.axes, "i")
        return plainly(Read(h.right, index)) == Scalar(ZERO)

    def covers(self, differing: Iterable[Tensor]) -> bool:
        """Whether it may say why these tensors are read elsewhere."""
        return not self.is_zero and (not self.tensors or {a.name for a in differing} <= self.tensors)

    def explains(self, before: Sequence[Formula], after: Sequence[Formula]) -> bool:
        """Whether it turns the factors that differ into one another when it is applied to them."""
        if self.equation is None:
            return False
        applied = [(f, *self._applied(f)) for f in before if isinstance(f, Read)]
        return bool(applied) and all(any(other in after for other in others) for others in applied)

    @property
    def negates(self) -> bool:
        """Whether it says of a tensor that it is the negative of something."""
        inside = nodes(self.equation.right) if self.equation is not None else ()
        return any(isinstance(n, Operation) and n.operator.name == "negative" for n in inside)

    @property
    def with_inverses_exchanged(self) -> Known | None:
        """B A = I for the hypothesis A B = I on square matrices."""
        match self.equation:
            case TensorHypothesis(Operation() as product, Operation() as one):
                if product.operator.name == "matmul" and one.operator.name == "eye":
                    a, b = product.arguments.values()
                    if len(a.axes) == len(b.axes) == 2 and a.axes[0].size == a.axes[1].size:
                        return replace(self, equation=TensorHypothesis(b @ a, one))
        return None

    @property
    def entry(self) -> tuple[Read, Formula] | None:
        """For a hypothesis on one entry: the entry, and what it is."""
        if self.equation is None or isinstance(self.equation.left, Tensor) or self.equation.left.axes:
            return None
        left = plainly(Read(self.equation.left, ()))
        right = plainly(Read(self.equation.right, ())) if isinstance(self.equation.right, TensorExpr) else None
        return (left, right) if isinstance(left, Read) and right is not None else None

    def applied(self, formula: Formula) -> Formula:
        """The formula with its entries as the hypothesis has them."""
        if isinstance(formula, Read) and self.equation is not None and formula.array == self.equation.left:
            return plainly(Read(self.equation.right, formula.index))
        return rebuilt(formula, self.applied)

    def _applied(self, read: Read) -> tuple[Formula, ...]:
        assert self.equation is not None
        if self.entry is not None and read in self.entry:
            return self.entry
        if read.array != self.equation.left:
            return (read,)
        image = plainly(Read(self.equation.right, read.index))
        return (times(*image.factors[1:]) if self.negates and hasattr(image, "factors") else image,)


@dataclass(frozen=True)
class Setting:
    """What a chain is told in: a verifier, the ranges of the free indices, names, and hypotheses.

    `plain` verifies without the hypotheses on tensors, if there are any, `under` with some hypotheses alone, and
    `without` one on sizes although the shapes may rest on it; `definitions` are the tensors that hypotheses define by
    others. After `deadline` no more ideas are tried; lines that are found are verified all the same.
    """

    verify: Verify
    plain: Verify | None
    ranges: Ranges
    naming: Naming
    hypotheses: tuple[Known, ...] = ()
    definitions: tuple[tuple[str, TensorExpr, TensorHypothesis], ...] = ()
    under: Callable[[Sequence[Known]], Verify] | None = None
    without: Callable[[Known], Verify] | None = None
    known: dict[tuple[Formula, Formula], bool] = field(default_factory=dict, compare=False)
    known_plainly: dict[tuple[Formula, Formula], bool] = field(default_factory=dict, compare=False)
    deadline: float = float("inf")

    def holds(self, left: Formula, right: Formula) -> bool:
        """Whether the kernel proves the two equal; each pair is asked for once, without a function around both."""
        match left, right:
            case (Call(f, ours), Call(g, theirs)) if f == g:
                return self.holds(ours, theirs)
        if self.known.get((right, left)):
            return True
        key = (left, right)
        if key not in self.known:
            self.known[key] = self.plainly(left, right) or (self.plain is not None and self.verify(left, right))
        return self.known[key]

    def plainly(self, left: Formula, right: Formula) -> bool:
        """Whether the two are equal without the hypotheses on tensors."""
        if self.known_plainly.get((right, left)):
            return True
        key = (left, right)
        if key not in self.known_plainly:
            self.known_plainly[key] = left == right or (self.plain or self.verify)(left, right)
        return self.known_plainly[key]

    def needed(self, left: Formula, right: Formula) -> tuple[Known, ...]:
        """The fewest hypotheses under which two formulas that are equal under all of them are proved equal."""
        on_tensors, on_sizes = self.on_tensors, tuple(h for h in self.hypotheses if not h.tensors)
        used = () if self.plainly(left, right) else self._fewest(on_tensors, on_sizes, left, right)
        sizes = self._fewest(on_sizes, used, left, right, least=0) if on_sizes else ()
        if sizes and self.without is not None and not self.late:  # without some, there is no claim, but the line holds
            sizes = tuple(known for known in sizes if not self.without(known)(left, right))
        return (*used, *sizes)

    def _fewest(
        self, some: Sequence[Known], others: Sequence[Known], left: Formula, right: Formula, least: int = 1
    ) -> tuple[Known, ...]:
        """The fewest of some hypotheses that suffice beside others; of many, some of which none can go."""

        def suffice(chosen: Sequence[Known]) -> bool:
            return not self.late and self.under is not None and self.under((*chosen, *others))(left, right)

        if self.late:
            return tuple(some) if least else ()
        are_few = len(some) <= FEW_HYPOTHESES + 1
        counts = range(least, min(len(some) - 1, FEW_HYPOTHESES) + 1) if are_few else (least,)  # all of few do
        fewest = next((c for count in counts for c in combinations(some, count) if suffice(c)), None)
        if fewest is not None or are_few:
            return tuple(some) if fewest is None else fewest
        kept = tuple(some)
        for each in some:
            fewer = tuple(k for k in kept if k is not each)
            kept = fewer if suffice(fewer) else kept
        return kept

    def defined(self, formula: Formula) -> tuple[Formula, Reason | None]:
        """The formula with the tensors that hypotheses define replaced, and the reason for that."""
        used = []
        for name, value, hypothesis in self.definitions:
            new = with_tensors(formula, {name: value})
            used += [hypothesis] * (new != formula)
            formula = new
        return formula, since(used) if used else None

    @property
    def on_tensors(self) -> tuple[Known, ...]:
        """The hypotheses on tensors."""
        return tuple(h for h in self.hypotheses if h.tensors)

    @property
    def late(self) -> bool:
        """Whether the time to look for a route is over."""
        return thread_time() > self.deadline


@dataclass(frozen=True)
class Line:
    """A formula and the reason for which it equals the line before it in its sequence, if there is one.

    `back` is the reason where the two are read in the other order, if it is not the same rule reversed.
    """

    formula: Formula
    reason: Reason | None = None
    back: Reason | None = None

    @property
    def returning(self) -> Reason | None:
        """Why the line before equals this one."""
        return self.back or (self.reason and self.reason.reversed)


def back(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines after the last one, read in the other direction."""
    for before, line in zip(lines[-2::-1], lines[:0:-1], strict=True):
        yield Line(before.formula, line.returning)


__all__ = ["Known", "Line", "Setting", "back"]
