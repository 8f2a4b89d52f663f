"""Claims of the form `… iff condition`: whether the condition suffices, and whether it is necessary.

For all sizes, and for every value of the tensors that the condition names, the sides of all
links are equal for all values of the other tensors exactly if the condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import islpy as isl

from symconv.claims import Claim, ExactCondition, Link, SizeHypothesis, TensorHypothesis
from symconv.errors import SymconvError, Vacuous
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import All, replaced
from symconv.kernel import presburger
from symconv.kernel.decide import Undecided
from symconv.kernel.necessity import Place, not_linear
from symconv.kernel.reduction import Reduced
from symconv.kernel.rows import Rows
from symconv.kernel.statement import Statement
from symconv.kernel.verdicts import (
    Certificate,
    certify_converse,
    certify_necessary,
    certify_sizes,
    certify_sufficient,
)
from symconv.limits import MAX_EXCEPTIONS, PATIENCE, SEARCH_SECONDS
from symconv.proving.condition.condition_on_sizes import places_that_differ
from symconv.proving.condition.exact_condition import equal_shapes
from symconv.proving.condition.linear_equations import (
    given_rows,
    named,
    prepared_for,
    rows_of_claim,
    rows_of_equations,
    sizes_only,
)
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.hypotheses.rewriting import certified
from symconv.proving.refuting import refuted_conditions as refuting
from symconv.proving.statements import PreparedLink, prepared

_Made = TypeVar("_Made")
Decide = Callable[[Link, Sequence[Hypothesis]], Any]


def exactly(claim: Claim, decide: Decide, outcome: Any, right: Any) -> Iterator[tuple[int, Any]]:
    """The two directions of an `iff`, as outcomes with the number of their link.

    `decide(link, hypotheses)` decides equality; `outcome(...)` makes an outcome; `right` asks for the right condition.
    """
    assert claim.exactly is not None
    question = _Question(claim)
    for number, link in enumerate(claim.links):
        try:
            made = decide(link, (*claim.hypotheses, *claim.exactly))
        except Vacuous:
            yield 0, _never(question, outcome, right)
            return
        if made.holds is None:
            made = _tried(made, partial(question.suffices, link, outcome))
        if made.holds is False:
            yield number, replace(made, question=right)
            return
        yield number, made
    made = outcome(None, None, reason="the condition suffices, but whether it is necessary was not decided")
    made = _tried(made, partial(question.is_necessary, outcome))
    yield 0, replace(made, question=right if made.holds is False else None)


def is_necessary(claim: Claim, hypotheses: Sequence[Hypothesis], condition: ExactCondition) -> bool:
    """Whether the kernel certifies that the links force a condition, where its restriction holds."""
    restricted = () if condition.restriction is None else (SizeHypothesis(condition.restriction),)
    question = _Question(replace(claim, hypotheses=(*hypotheses, *restricted), exactly=condition.hypotheses))
    try:
        with presburger.budget(SEARCH_SECONDS, PATIENCE):
            return question.is_necessary(_holds) is True
    except (Undecided, SymconvError):
        return False


def _holds(holds: bool, *_: Any) -> bool:
    return holds


def _never(question: _Question, outcome: Any, right: Any) -> Any:
    """What a condition comes to that nothing satisfies: it is not necessary where the links ever hold."""
    prepared(question.claim, question.claim.links[0], question.claim.hypotheses)
    made = outcome(None, None, reason="nothing satisfies the condition, and whether the sides are ever equal is open")
    made = _tried(made, partial(question.is_necessary, outcome))
    if made.holds is False:
        return replace(made, question=right)
    return replace(made, holds=None, certificate=None, reason=made.reason or "nothing satisfies the condition")


def _tried(made: Any, decide: Callable[[], Any]) -> Any:
    """What is decided, or what was made before."""
    try:
        with presburger.budget(SEARCH_SECONDS, PATIENCE):
            return decide() or made
    except Vacuous:
        return replace(
            made, reason="the sides never have equal shapes, and nothing is known that satisfies the condition"
        )
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
    def stated(self) -> PreparedLink:
        """The first link under these hypotheses."""
        return prepared(self.claim, self.claim.links[0], self.base)

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
        hypotheses, rows = self.inside
        if prepared(self.claim, link, (*self.claim.hypotheses, *self.condition)).right_index is None:
            return None
        stated = prepared(self.claim, link, hypotheses)
        statement = self.claim.statement(link, exactly=True, assumptions=stated.assumptions)
        form = _known(prepared_for(self.claim, link, hypotheses, self.tensors), self.tensors).reduced
        found = certify_sufficient(statement, form, [t.name for t in self.tensors])
        if isinstance(found, Certificate):
            return outcome(True, replace(stated, claimed=found.statement), found)
        given = given_rows(self.claim, hypotheses, self.tensors, rows.unknowns)
        known = self.own.united(given) if given is not None else self.own
        certificate = refuting.differs_under(self.claim, stated, known, found)
        return outcome(False, stated, certificate) if certificate is not None else None

    @cached_property
    def links(self) -> list[PreparedLink]:
        """All links where their sides have equal shapes."""
        return [self.stated, *(prepared(self.claim, link, self.base) for link in self.claim.links[1:])]

    @cached_property
    def claimed(self) -> list[Statement]:
        """What the links say."""
        return [self.claim.statement(stated.link, assumptions=stated.assumptions) for stated in self.links]

    @cached_property
    def conditioned(self) -> Statement:
        """What the first link says under the condition."""
        return self.claim.statement(self.stated.link, exactly=True, assumptions=self.stated.assumptions)

    def is_necessary(self, outcome: Any) -> Any:
        """Whether equality for all other tensors forces the condition, as an outcome; None if that is open."""
        if not self.on_tensors:
            return self._sizes_are_necessary(outcome)
        failing: isl.Set | None = None
        reason: Undecided | None = None
        try:
            certificate, failing = self._by_rows()
        except Undecided as error:
            certificate, reason = None, error
        certificate = certificate or self._by_converse()
        if certificate is not None:
            return outcome(True, self.stated, certificate)
        if failing is None:
            found = refuting.holds_for_arrays(self.claim, self.links, self.tensors)
            if found is None and reason is not None:
                raise reason
        else:
            rows = self.inside[1] if failing.is_subset(self.sizes) else self.rows
            found = refuting.holds_without(self.claim, self.links, rows, failing)
        return outcome(False, self.stated, found) if found is not None else None

    def _by_rows(self) -> tuple[Certificate | None, isl.Set | None]:
        """A certificate that the rows of the links give those of the condition, or the sizes where that is open."""
        forms = self._forms(self.base)
        inside = forms
        if not all(form.context.frame().sizes.is_subset(self.sizes) for form in forms):
            with suppress(Vacuous):
                inside = self._forms((*self.base, *self.on_sizes))
        found = certify_necessary(self.conditioned, self.claimed, forms, inside)
        return (found, None) if isinstance(found, Certificate) else (None, found)

    def _forms(self, hypotheses: Sequence[Hypothesis]) -> list[Reduced]:
        """The links as the kernel takes their rows."""
        forms = [prepared_for(self.claim, link, hypotheses, self.tensors) for link in self.claim.links]
        return [_known(form, self.tensors).reduced for form in forms]

    def _by_converse(self) -> Certificate | None:
        """A certificate that the condition is necessary from proofs of its equations where the links hold."""
        if self.on_sizes:
            return None
        links = [TensorHypothesis(link.left, link.right) for link in self.claim.links]
        hypotheses = (*self.claim.hypotheses, *links)
        proved: list[Certificate] = []
        try:
            for equation in self.on_tensors:
                stated = prepared(self.claim, Link(equation.left, "==", equation.right), hypotheses)
                found = certified(stated) if stated.right_index is not None else None
                if not isinstance(found, Certificate):
                    return None
                proved.append(found)
            return certify_converse(proved, self.claimed, self.conditioned)
        except (Undecided, SymconvError):
            return None

    def _sizes_are_necessary(self, outcome: Any) -> Any:
        stated = self.links
        names = stated[0].context.outer
        forms, places = [s.reduced for s in stated], list[Place]()
        for _ in range(MAX_EXCEPTIONS):
            made = certify_sizes(self.conditioned, self.claimed, forms, places)
            if isinstance(made, Certificate):
                return outcome(True, self.stated, made)
            point = presburger.smallest(made, len(stated[0].context.sizes), len(stated[0].context.parameters))
            assert point is not None
            more = list(places_that_differ(stated, dict(zip(names, point, strict=True))))
            if not more:
                certificate = refuting.holds_outside(self.claim, stated, made)
                return outcome(False, self.stated, certificate) if certificate is not None else None
            places += more
        return None


def _known(made: _Made | None, tensors: Sequence[Tensor]) -> _Made:
    if made is None:
        raise not_linear([t.name for t in tensors])
    return made
