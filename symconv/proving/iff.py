"""Claims of the form `… iff condition`: whether the condition suffices, and whether it is necessary.

For all sizes, and for every value of the tensors that the condition names, the sides of all
links are equal for all values of the other tensors exactly if the condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from typing import Any

import islpy as isl

from symconv.claims import Claim, ExactCondition, Link, SizeHypothesis, TensorHypothesis
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import All, replaced
from symconv.kernel import presburger
from symconv.kernel.decide import Undecided, difference
from symconv.kernel.rows import Rows
from symconv.kernel.verdicts import Certificate, certify_rows, certify_sizes
from symconv.limits import MAX_EXCEPTIONS, PATIENCE, SEARCH_SECONDS
from symconv.proving.condition.condition_on_sizes import differing
from symconv.proving.condition.exact_condition import equal_shapes
from symconv.proving.condition.linear_equations import given_rows, named, rows_of_claim, rows_of_equations, sizes_only
from symconv.proving.refuting import counterexamples as refuting
from symconv.proving.statements import Hypothesis, Statement, statement

Decide = Callable[[Link, Sequence[Hypothesis]], Any]


def exactly(
    claim: Claim, decide: Decide, outcome: Any, condition: Callable[[], ExactCondition | None]
) -> Iterator[tuple[int, Any]]:
    """The two directions of an `iff`, as outcomes with the number of their link.

    `decide(link, hypotheses)` decides equality; `outcome(...)` makes an outcome; `condition()` finds the right one.
    """
    assert claim.exactly is not None
    question = _Question(claim)
    for number, link in enumerate(claim.links):
        made = decide(link, (*claim.hypotheses, *claim.exactly))
        if made.holds is None:
            made = _tried(made, partial(question.suffices, link, outcome))
        if made.holds is False:
            example = replace(made.counterexample, direction="if")
            yield number, replace(made, counterexample=example, find_condition=condition)
            return
        yield number, made
    made = outcome(None, None, reason="the condition suffices, but whether it is necessary was not decided")
    made = _tried(made, partial(question.is_necessary, outcome))
    yield 0, replace(made, find_condition=condition if made.holds is False else None)


def _tried(made: Any, decide: Callable[[], Any]) -> Any:
    """What is decided, or what was made before."""
    try:
        with presburger.budget(SEARCH_SECONDS, PATIENCE):
            return decide() or made
    except Undecided as error:
        reason = made.reason if made.statement is not None else f"whether the condition is necessary: {error}"
        return replace(made, reason=reason)


@dataclass(frozen=True)
class _Question:
    """A claim with a condition, at the sizes at which all sides have equal shapes."""

    claim: Claim

    @cached_property
    def condition(self) -> tuple[Hypothesis, ...]:
        """The condition."""
        return self.claim.exactly or ()

    @cached_property
    def on_tensors(self) -> list[TensorHypothesis]:
        """The equations of the condition between tensors."""
        return [h for h in self.condition if isinstance(h, TensorHypothesis)]

    @cached_property
    def on_sizes(self) -> tuple[SizeHypothesis, ...]:
        """What the condition says of the sizes."""
        return sizes_only(self.condition)

    @cached_property
    def tensors(self) -> list[Tensor]:
        """The tensors that the condition names."""
        names = {name for h in self.on_tensors for side in (h.left, h.right) for name in named(side)}
        return [t for t in self.claim.tensors if t.name in names]

    @cached_property
    def base(self) -> tuple[Hypothesis, ...]:
        """The hypotheses, and that the shapes of the sides are equal."""
        agree = equal_shapes(self.claim, self.claim.hypotheses)
        if agree is None:
            raise Undecided("the sides have different numbers of axes")
        return (*self.claim.hypotheses, *agree)

    @cached_property
    def stated(self) -> Statement:
        """The first link under these hypotheses."""
        return statement(self.claim, self.claim.links[0], self.base)

    @cached_property
    def rows(self) -> Rows:
        """The rows of all links for the tensors of the condition."""
        return _known(rows_of_claim(self.claim, self.base, self.tensors), self.tensors)

    @cached_property
    def sizes(self) -> isl.Set:
        """The sizes that the condition allows."""
        wanted = All(tuple(replaced(h.condition, self.stated.solved) for h in self.on_sizes))
        names = self.stated.context.outer
        return presburger.condition_set(names, wanted)

    @cached_property
    def inside(self) -> tuple[tuple[Hypothesis, ...], Rows]:
        """The hypotheses with what the condition says of the sizes, and the rows of the claim under these."""
        if self.rows.allowed.is_subset(self.sizes):
            return self.base, self.rows
        hypotheses = (*self.base, *self.on_sizes)
        return hypotheses, _known(rows_of_claim(self.claim, hypotheses, self.tensors), self.tensors)

    @cached_property
    def own(self) -> Rows:
        """The rows of the condition."""
        hypotheses, rows = self.inside
        made = rows_of_equations(self.claim, self.on_tensors, sizes_only(hypotheses), rows.unknowns)
        return _known(made, self.tensors)

    def suffices(self, link: Link, outcome: Any) -> Any:
        """Whether the rows of a link follow from those of the condition, as an outcome; None if that is open."""
        if not self.on_tensors:
            return None
        alone = replace(self.claim, links=(link,))
        hypotheses, rows = self.inside
        wanted = _known(rows_of_claim(alone, hypotheses, self.tensors), self.tensors)
        given = given_rows(self.claim, hypotheses, self.tensors, rows.unknowns)
        known = self.own.united(given) if given is not None else self.own
        stated = statement(self.claim, link, hypotheses)
        made = certify_rows(known, wanted, *stated.formulas, stated.context)
        if isinstance(made, Certificate):
            return outcome(True, stated, (made,))
        example = refuting.differs_under(self.claim, stated, known, self.condition, made)
        return outcome(False, stated, (), example) if example is not None else None

    def is_necessary(self, outcome: Any) -> Any:
        """Whether equality for all other tensors forces the condition, as an outcome; None if that is open."""
        if not self.on_tensors:
            return self._sizes_are_necessary(outcome)
        try:
            rows = self.rows
        except Undecided:
            links = [statement(self.claim, link, self.base) for link in self.claim.links]
            example = refuting.holds_for_arrays(self.claim, links, self.tensors, self.condition)
            if example is None:
                raise
            return outcome(False, self.stated, (), example)
        outside = rows.allowed.subtract(rows.contradictory).subtract(self.sizes)
        if not outside.is_empty():
            example = refuting.holds_without(self.claim, self.stated, rows, self.condition, outside)
            return outcome(False, self.stated, (), example) if example is not None else None
        hypotheses, rows = self.inside
        stated = statement(self.claim, self.claim.links[0], hypotheses)
        made = certify_rows(rows, self.own, *stated.formulas, stated.context)
        if isinstance(made, Certificate):
            return outcome(True, self.stated, (made,))
        example = refuting.holds_without(self.claim, stated, rows, self.condition, made)
        return outcome(False, self.stated, (), example) if example is not None else None

    def _sizes_are_necessary(self, outcome: Any) -> Any:
        stated = [statement(self.claim, link, self.base) for link in self.claim.links]
        names = stated[0].context.outer
        outside = reduce(isl.Set.intersect, (s.context.frame().sizes for s in stated)).subtract(self.sizes)
        found = [difference(*s.formulas, s.context) for s in stated]
        for _ in range(MAX_EXCEPTIONS):
            made = certify_sizes(found, outside, *self.stated.formulas, self.stated.context)
            if isinstance(made, Certificate):
                return outcome(True, self.stated, (made,))
            point = presburger.smallest(made, len(stated[0].context.sizes), len(stated[0].context.parameters))
            assert point is not None
            more = list(differing(stated, dict(zip(names, point, strict=True))))
            if not more:
                example = refuting.holds_outside(stated, made)
                return outcome(False, self.stated, (), example) if example is not None else None
            found += more
        return None


def _known(made: Rows | None, tensors: Sequence[Tensor]) -> Rows:
    if made is None:
        names = " and ".join(t.name for t in tensors)
        raise Undecided(f"the sides or the condition are not linear in {names}")
    return made
