"""A verdict told step by step: which chains tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, ExactCondition, Hypothesis, Link, TensorHypothesis
from symconv.derivations import entry_by_entry as entries
from symconv.derivations.counterexample import condition_there, counterexample
from symconv.derivations.derivation import Derivation
from symconv.derivations.lemmas import Lemma, by_lemmas
from symconv.derivations.literal_arrays import literal
from symconv.derivations.only_if import only_if
from symconv.derivations.reasons import Heading, Listed, Reason, Rule, Title, Values, since
from symconv.derivations.records import Chain, Step, in_letters
from symconv.derivations.setting import Line
from symconv.derivations.told_statements import Told, derive, derive_either_way, told, verified
from symconv.errors import SymconvError, Vacuous
from symconv.formulas.walking import substitute
from symconv.kernel.verdicts import Verdict
from symconv.limits import REPAIRED_SECONDS
from symconv.proving.hypotheses.case_split import cases
from symconv.proving.proof_search import prove


def tell(result: Verdict, condition: ExactCondition | None = None, lemmas: Sequence[Lemma] = ()) -> Derivation | None:
    """The derivation of a verdict, of a refuted one also under its exact condition; None for one that is undecided.

    Steps of a proof may be instances of lemmas.

    >>> from symconv import prove
    >>> print(prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation.text())
      convolve(x, k)[m]
    = Σ_{u=0}^{M-1} x[m-u]·k[u]                         definition of convolution
    = Σ_{v=0}^{N-1} x[v]·k[m-v]                         substitute u → m-v, entries outside x and k are zero
    = convolve(k, x)[m]                                 definition of convolution
    """
    chains = _chains(result, condition, lemmas)
    return None if chains is None else Derivation(chains)


def _chains(result: Verdict, condition: ExactCondition | None, lemmas: Sequence[Lemma]) -> tuple[Chain, ...] | None:
    """The chains of a verdict; None for one that is undecided."""
    claim = result.claim
    if result.verdict == "unknown":
        return None
    if result.verdict == "refuted" or any(link.relation == "!=" for link in claim.links):
        half = _half_that_holds(result) if claim.exactly is not None else ()
        return (*counterexample(result), *condition_there(result), *half, *_repaired(result, condition))
    named = claim.tensors or claim.indices or claim.sizes or claim.parameters
    if not named and (in_numbers := literal(claim)) is not None:
        return in_numbers
    if claim.exactly is not None:
        return tuple(chain for link in claim.links for chain in _exactly(claim, link))
    return tuple(_equalities(claim, lemmas))


def _equalities(claim: Claim, lemmas: Sequence[Lemma] = ()) -> Iterator[Chain]:
    """A chain for the links; each goes on where the one before ends."""
    steps: list[Step] = []
    ranges: tuple[tuple[str, Poly], ...] = ()
    turned = False
    for link in claim.links:
        subject = told(claim, link, claim.hypotheses)
        more, each, turned = _of_link(subject, link, lemmas)
        if each:
            yield from (_whole(steps, ranges), *each) if steps else each
            steps = []
            continue
        if steps and steps[-1].formula == more[0].formula:
            more = more[1:]
        elif steps:
            yield _whole(steps, ranges)
            steps = []
        steps += more
        ranges = subject.ranges
    if steps:
        yield _whole(steps, ranges, Title(Heading.FROM_THE_RIGHT) if turned else None)


def _of_link(subject: Told, link: Link, lemmas: Sequence[Lemma]) -> tuple[tuple[Step, ...], tuple[Chain, ...], bool]:
    """The lines of a link, or chains for its entries or cases; and whether the lines begin at the right side."""
    by_claims = by_lemmas(subject, lemmas) if lemmas else ()
    if by_claims:
        return by_claims, (), False
    if entries.has_tables(*subject.stated.formulas):
        each = _entry_by_entry(subject)
        return () if each else _multiplied_out(subject), each, False
    if len(subject.claim.links) == 1:
        lines, turned = derive_either_way(*subject.sides, subject.setting)
    else:
        lines, turned = derive(*subject.sides, subject.setting), False
    each = () if _is_told(lines) else _entry_by_entry(subject) or _by_cases(subject, link, lines)
    return lines, each, turned


def _whole(steps: Sequence[Step], ranges: tuple[tuple[str, Poly], ...], heading: Title | None = None) -> Chain:
    """The steps as a chain; a single line is told to be both sides."""
    again = [replace(steps[0], reason=Reason(Rule.BOTH_READ_THE_SAME))] if len(steps) == 1 else []
    return Chain(in_letters((*steps, *again)), heading, ranges=ranges)


def _multiplied_out(subject: Told) -> tuple[Step, ...]:
    """Literal arrays of too many entries to be told one by one, as one line if all sizes are numbers."""
    left, right = subject.sides
    if subject.stated.context.sizes or subject.stated.context.parameters:
        return derive(left, right, subject.setting)
    return verified([Line(left), Line(right, entries.MULTIPLIED_OUT)], subject.setting)


def _entry_by_entry(subject: Told) -> tuple[Chain, ...]:
    """A chain for each entry of arrays of a few entries; none where that does not succeed either."""
    left, right = subject.sides
    setting = subject.setting
    chains = []
    for values in entries.places(left) or ():
        lines = entries.route_at(substitute(left, values), substitute(right, values), setting)
        steps = verified(lines, setting) if lines else ()
        if not steps or not all(step.verified for step in steps):
            return ()
        chains.append(
            Chain(steps, Title(Heading.FOR, (Values((*values.items(),), together=True),)) if values else None)
        )
    return tuple(chains)


def _is_told(steps: Sequence[Step]) -> bool:
    """Whether all steps are verified, and none is by arithmetic alone."""
    return all(step.verified and not (step.reason and step.reason.is_arithmetic) for step in steps)


def _by_cases(subject: Told, link: Link, steps: Sequence[Step]) -> tuple[Chain, ...]:
    """A chain for each alternative of an `or` among the hypotheses; none where that is no better than the steps."""
    chains = []
    for part in cases(subject.hypotheses, subject.stated):
        try:
            case = told(subject.claim, link, part)
        except SymconvError:
            return ()
        lines = derive(*case.sides, case.setting)
        if not all(s.verified for s in lines) or not (_is_told(lines) or not all(s.verified for s in steps)):
            return ()
        added = _all_of([h for h in part if h not in subject.hypotheses])
        chains.append(_whole(lines, case.ranges, Title(Heading.FOR, (added,))))
    return tuple(chains)


def _all_of(hypotheses: Sequence[Hypothesis]) -> Listed:
    return Listed(tuple(hypotheses), " and ")


def _exactly(claim: Claim, link: Link) -> Iterator[Chain]:
    """That the condition suffices, then that nothing else does; the claim is proved."""
    assert claim.exactly is not None
    condition = _all_of(claim.exactly)
    under = told(claim, link, (*claim.hypotheses, *claim.exactly))
    lines = derive(*under.sides, under.setting)
    each = () if _is_told(lines) else _by_cases(under, link, lines)
    if not each and not all(step.verified for step in lines):  # the proof uses equations as no line in between could
        equations = [h for h in claim.exactly if isinstance(h, TensorHypothesis)]
        reasons = None, since(equations) if equations else Reason(Rule.LINEAR_ARITHMETIC)
        lines = tuple(Step(side, r, True, under.setting.naming) for side, r in zip(under.sides, reasons, strict=True))
    yield from each or [_whole(lines, under.ranges, Title(Heading.IF, (condition,)))]
    free = told(claim, link, claim.hypotheses)
    if free.stated.right_index is not None:
        yield Chain(in_letters(only_if(free, under, condition)), Title(Heading.ONLY_IF, (condition,)))


def _half_that_holds(result: Verdict) -> Iterator[Chain]:
    """That a condition suffices, where it is refuted that nothing else does."""
    claim, point = result.claim, result.counterexample
    if point is None or point.direction != "only if" or claim.exactly is None:
        return
    supposed = replace(claim, exactly=None, hypotheses=(*claim.hypotheses, *claim.exactly))
    try:
        sufficient = prove(supposed, timeout=REPAIRED_SECONDS)
    except Vacuous:  # nothing satisfies the condition
        return
    if sufficient.verdict == "proved":
        for chain in _equalities(sufficient.claim):
            case = chain.heading.parts if chain.heading is not None else ()
            yield replace(
                chain,
                heading=Title(Heading.HOLDS_IF_FOR if case else Heading.HOLDS_IF, (_all_of(claim.exactly), *case)),
            )


def _repaired(result: Verdict, condition: ExactCondition | None) -> Iterator[Chain]:
    """The derivation under the exact condition of a refuted claim."""
    claim = result.claim
    if result.verdict != "refuted" or claim.exactly is not None or condition is None:
        return
    if condition.restates((link.left, link.right) for link in claim.links):
        return
    try:
        repaired = prove(claim.assuming([condition]), timeout=REPAIRED_SECONDS)
    except SymconvError:
        return
    if repaired.verdict == "proved":
        for chain in tell(repaired).chains:  # type: ignore[union-attr]
            case = chain.heading.parts if chain.heading and chain.heading.heading is Heading.FOR else ()
            heading = Heading.HOLDS_IF_FOR if case else Heading.HOLDS_IF
            yield replace(chain, heading=Title(heading, (condition, *case)))


__all__ = ["tell"]
