"""The exact condition under which a refuted claim holds.

Conditions on tensors are proposed in the operators' own words (K == flip(K), K == K.T, K == L,
K == 0). The kernel shows that they are necessary from the rows of the claim, and that they
suffice from their own rows or as hypotheses. Where none fits, the rows themselves are the
condition, index by index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

import islpy as isl

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, ExactCondition, NoCondition, SizeHypothesis, TensorHypothesis
from symconv.claims.hypothesis_records import size_hypotheses
from symconv.errors import SymconvError
from symconv.expressions.tensors import Tensor
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, condition_names
from symconv.kernel import presburger, wording
from symconv.kernel.comparison import compared
from symconv.kernel.decide import Difference, Undecided
from symconv.kernel.implied import not_implied
from symconv.kernel.rows import Rows
from symconv.limits import (
    FEW_EQUATIONS,
    LARGE_SIZE,
    MAX_ALTERNATIVES,
    MAX_COMPARISONS,
    MAX_JOINED,
    MAX_PAIRS,
    PATIENCE,
    SEARCH_SECONDS,
    TYPICAL_SIZES,
)
from symconv.proving.condition import proposals
from symconv.proving.condition.index_by_index import Entrywise
from symconv.proving.condition.linear_equations import (
    equations_of_claim,
    rows_of_equations,
    sizes_only,
)
from symconv.proving.condition.subjects import Subject, in_order_of_blame
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.refuting.solutions import solutions
from symconv.proving.statements import PreparedLink, prepared

SPENT = (Undecided, isl.Error)


def exact_condition(
    claim: Claim, hypotheses: Sequence[Hypothesis], known: tuple[PreparedLink, Difference] | None = None
) -> ExactCondition | NoCondition:
    """The condition under which the sides of all links of a refuted claim are equal, or why none is told.

    `known` is a link with its difference, where that has been computed.
    """
    if any(link.relation != "==" for link in claim.links):
        return NoCondition("it is sought for equations only")
    try:
        with presburger.budget(SEARCH_SECONDS, PATIENCE):
            return short(_found(claim, hypotheses, known))
    except Undecided as error:
        return NoCondition(str(error))
    except SymconvError as error:
        return NoCondition(error.message)


def short(found: ExactCondition | NoCondition) -> ExactCondition | NoCondition:
    """A condition that is short enough to be read."""
    if isinstance(found, ExactCondition) and found.length > MAX_COMPARISONS:
        return NoCondition(f"it would have more than {MAX_COMPARISONS} comparisons")
    return found


def _found(
    claim: Claim, hypotheses: Sequence[Hypothesis], known: tuple[PreparedLink, Difference] | None
) -> ExactCondition | NoCondition:
    agree = equal_shapes(claim, hypotheses)
    if agree is None or any(h.condition == wording.NEVER for h in agree):
        return NoCondition("no condition on sizes makes the shapes equal")
    search = _Search(claim, (*hypotheses, *agree), None if agree else known)
    if search.is_proved:
        return ExactCondition(agree) if agree else NoCondition("the sides are always equal")
    found = search.best()
    if isinstance(found, NoCondition) or not agree:
        return found
    if search.on_sizes is not None and found is search.on_sizes.condition:
        enough = (*hypotheses, *found.hypotheses)
        if all(prepared(claim, link, enough).right_index is not None for link in claim.links):
            return found
    return ExactCondition((*agree, *found.hypotheses), found.restriction)


def equal_shapes(claim: Claim, hypotheses: Sequence[Hypothesis]) -> tuple[SizeHypothesis, ...] | None:
    """What is needed for the sides of all links to have equal shapes; None where that is not a condition on sizes."""
    found: dict[SizeHypothesis, None] = {}
    for link in claim.links:
        stated = prepared(claim, link, hypotheses)
        if stated.right_index is None:
            if stated.shapes_agree is None or not condition_names(stated.shapes_agree).isdisjoint(stated.free.indices):
                return None
            found |= dict.fromkeys(size_hypotheses(_shortest(stated.shapes_agree, stated)))
    return tuple(found)


def _shortest(condition: Condition, stated: PreparedLink) -> Condition:
    """A condition on sizes, or what the set of its sizes comes to if that is shorter."""
    frame = stated.free.frame()
    names = frame.names[: frame.n]
    try:
        sizes = presburger.condition_set(names, condition).intersect(frame.sizes)
    except Undecided:
        return condition
    return min(condition, wording.set_condition(sizes, names, frame.sizes), key=wording.length)


def _choices(condition: Condition | None) -> int:
    """How often there is a choice in a condition."""
    match condition:
        case AnyOf(conditions):
            return len(conditions) - 1 + sum(map(_choices, conditions))
        case All(conditions):
            return sum(map(_choices, conditions))
        case _:
            return 0


@dataclass(frozen=True)
class _OnSizes:
    """A condition on sizes, whether it is short and true of large ones, and whether it leaves only finitely many."""

    condition: ExactCondition
    is_plain: bool
    fixes_all: bool


@dataclass(frozen=True)
class _Restricted:
    """A condition on tensors that is not exact at all sizes, and whether the others are few or small."""

    condition: ExactCondition
    leaves_few: bool


class _Search:
    """The search for the exact condition of a claim whose sides have equal shapes."""

    def __init__(
        self, claim: Claim, hypotheses: Sequence[Hypothesis], known: tuple[PreparedLink, Difference] | None
    ) -> None:
        self.claim, self.hypotheses, self.known = claim, tuple(hypotheses), known
        self.sizes = sizes_only(hypotheses)
        self.restricted: _Restricted | None = None
        self.on_sizes: _OnSizes | None = None
        self._subjects: dict[tuple[Tensor, ...], Subject | None] = {}

    @cached_property
    def links(self) -> list[tuple[PreparedLink, Difference | None]]:
        """The links, with what is left of those that are not equalities."""
        made: list[tuple[PreparedLink, Difference | None]] = []
        for link in self.claim.links:
            if self.known is not None and self.known[0].link == link:
                made.append(self.known)
                continue
            stated = prepared(self.claim, link, self.hypotheses)
            found = compared(*stated.formulas, stated.context)
            if not found.is_zero and not isinstance(found, Difference):
                raise Undecided("concrete sizes that sets cannot decide")
            made.append((stated, found if isinstance(found, Difference) and not found.is_zero else None))
        return made

    @cached_property
    def differences(self) -> list[Difference]:
        """What is left of the links."""
        return [found for _, found in self.links if found is not None]

    @property
    def is_proved(self) -> bool:
        """Whether all links hold."""
        return not self.differences

    def best(self) -> ExactCondition | NoCondition:
        """The condition that says most, of those that are found before the budget is spent."""
        if not all(found.is_exact for found in self.differences):
            return NoCondition("a product of sizes or indices is known by its bounds only")
        unused = [h for stated, _ in self.links for h in stated.unused]
        if unused:
            return NoCondition(f"the hypothesis {unused[0]} could not be used")
        with suppress(*SPENT):
            self.on_sizes = self._on_sizes()
        found: ExactCondition | None = None
        with suppress(*SPENT):
            found = self._on_tensors()
        if found is None and self.on_sizes is not None and (self.on_sizes.is_plain or self.restricted is None):
            return self.on_sizes.condition
        with suppress(*SPENT):
            found = found or self._limited() or self._index_by_index()
        return found or self._limited() or NoCondition("no condition of the kinds that are tried was seen to be exact")

    def _limited(self) -> ExactCondition | None:
        """The condition on tensors that is not exact at all sizes, or the sizes, where it leaves out many."""
        if self.restricted is None:
            return None
        if self.on_sizes is not None and not self.restricted.leaves_few:
            return self.on_sizes.condition
        return self.restricted.condition

    def _on_tensors(self) -> ExactCondition | None:
        """The symmetry, equality or value of a tensor that is exact, or is so but for few sizes."""
        found = self._moves()
        if found is not None or (self.restricted is not None and self.restricted.leaves_few):
            return found or self._limited()
        on_sizes = self.on_sizes
        if on_sizes is not None and on_sizes.is_plain:
            return None
        found = self._values()
        if found is not None or self.restricted is not None:
            return found or self._limited()
        if on_sizes is None or on_sizes.fixes_all or _choices(on_sizes.condition.on_sizes):
            return self._zeros() or self._limited()
        return None

    # Conditions on sizes

    def _on_sizes(self) -> _OnSizes | None:
        """The sizes at which the sides are equal for all tensors.

        None where there are no such sizes, or where a coefficient may vanish inside its cell.
        """
        frame = self.differences[0].frame
        holds, allowed = frame.sizes, frame.sizes
        for found in self.differences:
            if not found.is_nonzero:
                return None
            allowed = allowed.intersect(found.frame.sizes)
            holds = holds.intersect(found.frame.sizes).subtract(found.sizes_that_differ())
        if holds.is_empty():
            return None
        names = frame.names[: frame.n]
        sizes = [name for name in names if name in self.claim.sizes]
        large = presburger.points(names, [Compare(Poly.name(s) - LARGE_SIZE, ">=") for s in sizes])
        free = not holds.intersect(large).is_empty() or allowed.intersect(large).is_empty()
        condition = wording.set_condition(holds, names, allowed)
        is_plain = free and _choices(condition) < MAX_ALTERNATIVES
        return _OnSizes(ExactCondition(size_hypotheses(condition)), is_plain, bool(holds.is_bounded()))

    # Conditions on tensors

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors in the sides, the one to blame first."""
        return in_order_of_blame(self.claim, [side for s, _ in self.links for side in (s.left, s.right)])

    def subjects(self, joint: bool = True, alike: bool = True) -> Iterator[Subject]:
        """Single tensors, then pairs (`alike`: of the same shape, or with a number), for which the claim is linear."""
        chosen: list[tuple[Tensor, ...]] = [(t,) for t in self.tensors]
        if joint:
            order = [t.name for t in self.claim.tensors]
            pairs = combinations(sorted(self.tensors, key=lambda t: order.index(t.name)), 2)
            wanted = [p for p in pairs if p[0].is_complex_valued == p[1].is_complex_valued]
            chosen += [p for p in wanted if not (alike and all(t.axes for t in p)) or p[0].axes == p[1].axes][
                -MAX_PAIRS:
            ]
        for tensors in chosen:
            if tensors not in self._subjects:
                self._subjects[tensors] = self._subject(tensors)
            made = self._subjects[tensors]
            if made is not None:
                yield made

    def _subject(self, tensors: tuple[Tensor, ...]) -> Subject | None:
        known = {stated.link: found for stated, found in self.links if found is not None}
        declared = [t for t in self.claim.tensors if t.name in {own.name for own in tensors}]
        equations = equations_of_claim(self.claim, self.hypotheses, declared, known)
        typical = equations.rows(equations.typical(TYPICAL_SIZES[0])) if equations is not None else None
        if equations is None or typical is None or typical.allowed.is_empty() or not typical.contradictory.is_empty():
            return None
        for least in TYPICAL_SIZES:
            made = typical if least == TYPICAL_SIZES[0] else equations.rows(equations.typical(least))
            if made is None:
                break
            values = _point(made)
            with suppress(*SPENT):
                sample = solutions(made, values)
                return Subject(tensors, equations, typical, values, sample) if sample is not None else None
        return Subject(tensors, equations, typical, _point(typical), None)

    def _moves(self) -> ExactCondition | None:
        """A tensor is symmetric, or equal to another one up to a rearrangement."""
        for subject in self.subjects():
            if subject.sample is None or not subject.sample.is_unique:
                found = self._exact(subject, proposals.symmetries(subject.tensors))
                if found is not None:
                    return found
        return None

    def _values(self) -> ExactCondition | None:
        """What entries are, if they need not all be 0: the weakest condition first."""
        for subject in sorted(self.subjects(), key=lambda s: s.weight):
            if subject.must_vanish or (len(subject.tensors) > 1 and self.on_sizes is not None):
                continue
            found = self._array(subject) if len(subject.tensors) == 1 else None
            if found is not None:
                return found
            if self.restricted is not None and not subject.has_few_equations:
                continue
            entries = self._entrywise(subject)
            if entries is None or not (
                entries.is_finite or (self.restricted is None and len(entries.condition.hypotheses) <= FEW_EQUATIONS)
            ):
                continue
            if entries.condition.restriction is None:
                return entries.condition
            if entries.is_finite:
                self.restricted = self.restricted or _Restricted(
                    entries.condition, self._leaves_few(subject, entries.left_out)
                )
        return None

    def _array(self, subject: Subject) -> ExactCondition | None:
        """A tensor is an array with a name, or has sums that are 0 or 1."""
        (tensor,) = subject.tensors
        return self._exact(
            subject, chain(proposals.values(tensor), () if subject.typical.is_short else proposals.totals(tensor))
        )

    def _zeros(self) -> ExactCondition | None:
        """A tensor is 0, where the one to blame is."""
        subjects = list(self.subjects(joint=False))
        for subject in subjects if subjects and subjects[0].must_vanish else ():
            if subject.must_vanish:
                found = self._exact(subject, proposals.zero(subject.tensors[0]))
                if found is not None:
                    return found
        return None

    def _index_by_index(self) -> ExactCondition | None:
        """The rows themselves, if possible without a restriction."""
        found = [e.condition for s in self.subjects(alike=False) if (e := self._entrywise(s)) is not None]
        return next((c for c in found if c.restriction is None), found[0] if found else None)

    def _entrywise(self, subject: Subject) -> Entrywise | None:
        """The rows index by index; at sizes where these are not all of them, they have to suffice nevertheless."""
        found = subject.entrywise(self.claim)
        if found is None or found.condition.restriction is None:
            return found
        equations = tuple(h for h in found.condition.hypotheses if isinstance(h, TensorHypothesis))
        own = self._rows(subject, equations)
        implied = own is not None and not_implied(own, subject.rows).is_empty()
        return found if implied or self._suffices(equations) else None

    def _exact(self, subject: Subject, proposed: Iterable[proposals.Equation]) -> ExactCondition | None:
        """The first of the proposals that is exact at all sizes, or two of them together."""
        necessary: list[tuple[TensorHypothesis, Rows]] = []
        for left, right in proposed:
            if not subject.fits(left, right):
                continue
            h = TensorHypothesis(left, right)
            own = self._rows(subject, (h,))
            if own is None or not not_implied(subject.typical, own.at(subject.typical.allowed)).is_empty():
                continue
            if subject.is_given(own):
                continue
            necessary.append((h, own))
            found = self._certified(subject, (h,), own)
            if isinstance(found, ExactCondition):
                return found
            self.restricted = self.restricted or found
        for (a, first), (b, second) in combinations(necessary[:MAX_JOINED], 2):
            both = first.united(second)
            found = self._certified(subject, (a, b), both)
            if isinstance(found, ExactCondition):
                return found
        return None

    def _rows(self, subject: Subject, proposed: tuple[TensorHypothesis, ...]) -> Rows | None:
        own = rows_of_equations(self.claim, proposed, self.sizes, subject.equations.unknowns)
        given = subject.equations.given
        return own.united(given) if own is not None and given is not None else own

    def _certified(
        self, subject: Subject, proposed: tuple[TensorHypothesis, ...], own: Rows
    ) -> ExactCondition | _Restricted | None:
        """The proposals as a condition, with the sizes for which it is exact, if typical ones are among them."""
        if not self._suffices_typically(subject, own):
            return None
        failing = not_implied(subject.rows, own)
        if not failing.intersect(subject.typical.allowed).is_empty():
            return None
        missing = not_implied(own, subject.rows)
        if not missing.is_empty() and not self._suffices(proposed):
            return None
        if failing.is_empty():
            return ExactCondition(proposed)
        rows = subject.rows
        limits = wording.set_condition(rows.allowed.subtract(failing), rows.sizes, rows.allowed)
        leaves_few = not _choices(limits) and self._leaves_few(subject, failing)
        return _Restricted(ExactCondition(proposed, limits), leaves_few)

    def _leaves_few(self, subject: Subject, failing: isl.Set) -> bool:
        """Whether all sizes are left in but finitely many, and those at which what is not the tensors' own is small."""
        names = subject.rows.sizes
        others = [k for k, n in enumerate(names) if n in self.claim.sizes and n not in subject.own_sizes]
        if not others:
            return bool(failing.is_bounded())
        least = "least"
        bounds = [Compare(Poly.name(names[k]) - Poly.name(least), ">=") for k in others]
        room = presburger.points([*names, least], [Compare(Poly.name(least) - 1, ">=")])
        reached = presburger.extended(failing, 1).intersect(presburger.points([*names, least], bounds)).intersect(room)
        own = presburger.without(presburger.extended(subject.rows.allowed, 1).intersect(room), others)
        missed = own.subtract(presburger.without(reached, others))
        every = presburger.projected(own, len(names) - len(others))
        beyond = every.subtract(presburger.projected(missed, len(names) - len(others)))
        return bool(beyond.is_empty() or (subject.own_sizes and beyond.is_bounded()))

    def _suffices_typically(self, subject: Subject, own: Rows) -> bool:
        """Whether the rows are not obviously too few: only short rows can be compared."""
        typical = subject.typical
        return not typical.is_short or not_implied(own.at(typical.allowed), typical).is_empty()

    def _suffices(self, proposed: tuple[TensorHypothesis, ...]) -> bool:
        """Whether the kernel proves the links under the proposals as hypotheses."""
        for link in self.claim.links:
            stated = prepared(self.claim, link, (*self.hypotheses, *proposed))
            if stated.unused or not compared(*stated.formulas, stated.context).is_zero:
                return False
        return True


def _point(made: Rows) -> dict[str, int]:
    """The sizes to which rows have been restricted."""
    (point,) = presburger.each_point(made.allowed, 1)
    return dict(zip(made.sizes, point, strict=True))
