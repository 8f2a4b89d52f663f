"""prove: from a claim to a `Proof`, a `Refutation` or `Unknown`.

Each link of a chain is decided for all sizes at once. Where that is not possible, the claim is
tried at small sizes one by one, which can refute it but never prove it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from time import perf_counter, thread_time
from typing import Any
from warnings import warn

from symconv.claims import (
    Claim,
    ExactCondition,
    Link,
    NoCondition,
    SizeHypothesis,
    TensorHypothesis,
    from_expressions,
    parse,
)
from symconv.errors import ShapeError, SymconvError
from symconv.formulas.conditions import Condition, condition_names
from symconv.kernel import presburger
from symconv.kernel.comparison import compared
from symconv.kernel.decide import Difference, Undecided
from symconv.kernel.expansion import Expanded
from symconv.kernel.replay import Counterexample
from symconv.kernel.verdicts import (
    EQUAL,
    Certificate,
    OtherStatement,
    Unknown,
    Verdict,
    certify_cases,
    certify_different,
    certify_equal,
    certify_sufficient,
    conclude,
    refute,
)
from symconv.limits import (
    CONDITION_SECONDS,
    FEW_SMALL_SIZES,
    MAX_CHOICES,
    MAX_SMALL_SIZES,
    PROOF_SECONDS,
    SEARCH_SECONDS,
    SMALLER_SECONDS,
    TRIAL_SECONDS,
    OutOfTime,
)
from symconv.limits import deadline as time_limit
from symconv.proving.condition.condition_on_sizes import condition_on_sizes
from symconv.proving.condition.exact_condition import exact_condition, short
from symconv.proving.condition.linear_equations import named, prepared_for
from symconv.proving.given_sizes import Hypothesis
from symconv.proving.hypotheses.case_split import cases
from symconv.proving.hypotheses.rewriting import certified
from symconv.proving.iff import exactly, is_necessary
from symconv.proving.numpy_check import ContradictedProof, Contradiction, Unchecked, check
from symconv.proving.refuting import counterexamples as refuting
from symconv.proving.scope_warnings import Warned
from symconv.proving.statements import PreparedLink, prepared


@dataclass(frozen=True)
class Question:
    """What the search for the condition of a refuted claim starts from; `known` is a link with its difference."""

    claim: Claim
    hypotheses: Sequence[Hypothesis]
    known: tuple[PreparedLink, Difference] | None = None

    def condition(self) -> ExactCondition | NoCondition:
        """The exact condition, or why there is none; under hypotheses on tensors, one that is certified to be exact."""
        found = self._found()
        if not isinstance(found, ExactCondition) or not any(isinstance(h, TensorHypothesis) for h in self.hypotheses):
            return found
        if is_necessary(self.claim, self.hypotheses, found):
            return found
        return NoCondition(f"whether {found} is exact under the hypotheses is open")

    def _found(self) -> ExactCondition | NoCondition:
        """The exact condition, or else that on the sizes which counterexamples lead to, or why there is none."""
        start = thread_time()
        found = exact_condition(self.claim, self.hypotheses, self.known)
        if isinstance(found, ExactCondition) or self.known is not None:
            return found
        seconds = max(TRIAL_SECONDS, start + CONDITION_SECONDS - thread_time())
        deadline = thread_time() + seconds

        def decide(link: Link, hypotheses: Sequence[Hypothesis]) -> Outcome:
            return _outcome(self.claim, link, hypotheses, deadline, FEW_SMALL_SIZES)

        try:
            with presburger.budget(seconds):
                return short(condition_on_sizes(self.claim, self.hypotheses, decide) or found)
        except (Undecided, SymconvError):
            return found


@dataclass(frozen=True)
class Outcome:
    """What one link came to: `holds` is about equality of its sides, whatever its relation."""

    holds: bool | None
    statement: PreparedLink | None
    certificate: Certificate | None = None
    question: Question | None = None
    reason: str | None = None
    checked_up_to: int | None = None

    @property
    def counterexample(self) -> Counterexample | None:
        """Where the sides differ."""
        return self.certificate.counterexample if self.certificate is not None else None


def prove(claim: Any, right: Any = None, *, assuming: Sequence[Any] = (), timeout: float | None = None) -> Verdict:
    """Prove or refute a claim for every size at once.

    `claim` is claim text, a `Claim`, a SymPy `Eq`, or the left side with `right` the other.
    `timeout` bounds the seconds of processor time spent (1.5 by default); what is not decided by then is unknown.
    Raises `SymconvError` on malformed or ill-typed claims and on vacuous assumptions.

    >>> prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").verdict
    'proved'
    >>> prove("X[n,n], Y[n,n]: dot(X, Y) == X * Y").counterexample.sizes
    {'n': 2}
    """
    return decided(claim, right, assuming=assuming, timeout=timeout)[0]


def decided(
    claim: Any, right: Any = None, *, assuming: Sequence[Any] = (), timeout: float | None = None
) -> tuple[Verdict, Question | None]:
    """The verdict that `prove` gives, and what the condition of a refuted claim can be sought from."""
    started = perf_counter()
    seconds = PROOF_SECONDS if timeout is None else timeout
    if not isinstance(seconds, (int, float)) or not 0 <= seconds < float("inf"):
        raise SymconvError(f"the timeout {timeout!r} is not a number of seconds", hint="as in timeout=0.5")
    try:
        with time_limit(max(seconds, PROOF_SECONDS)):
            stated = _claim(claim, right, assuming)
    except OutOfTime:
        raise SymconvError("this claim takes too long to read", hint="write it in several claims") from None
    try:
        with presburger.budget(seconds + TRIAL_SECONDS):
            return _decided(stated, started, thread_time() + seconds)
    except Undecided as error:
        return Unknown(stated, reason=str(error), elapsed_ms=(perf_counter() - started) * 1e3), None
    except SymconvError as error:
        raise _located(error, stated) from None


def _claim(claim: Any, right: Any, assuming: Sequence[Any]) -> Claim:
    if isinstance(claim, Claim):
        return claim
    if isinstance(claim, str):
        if right is not None or assuming:
            raise SymconvError("claim text holds both sides and its hypotheses", hint='write "… == … if …"')
        read = _parsed(claim)
        return replace(read, spans=dict(read.spans))
    return from_expressions(claim, right, assuming)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Claim:
    return parse(text)


def _located(error: SymconvError, claim: Claim) -> SymconvError:
    """The error with the place of its node in the claim's text."""
    node: Any = error.node
    span = claim.spans.get(node)
    if span is None and not isinstance(error, ShapeError):
        stated = (claim.spans.get(h) for h in (*claim.hypotheses, *(claim.exactly or ())))
        span = next((place for place in stated if place is not None), None)
    span = span or claim.spans.get(claim.links[0].left)
    return error.located(claim.text, span) if span else error


def _decided(claim: Claim, started: float, deadline: float) -> tuple[Verdict, Question | None]:
    def elapsed() -> float:
        return (perf_counter() - started) * 1e3

    def decide(link: Link, hypotheses: Sequence[Hypothesis]) -> Outcome:
        return _outcome(claim, link, hypotheses, deadline)

    if claim.exactly is not None:
        outcomes = exactly(claim, decide, Outcome, Question(claim, claim.hypotheses))
    else:
        outcomes = ((number, decide(link, claim.hypotheses)) for number, link in enumerate(claim.links))
    assumptions: tuple[Condition, ...] = ()
    warnings: tuple[Warned, ...] = ()
    certificates: list[Certificate] = []
    proved: list[PreparedLink] = []
    undecided: Unknown | None = None
    for number, outcome in outcomes:
        stated, certificate = outcome.statement, outcome.certificate
        assumptions = tuple(dict.fromkeys([*assumptions, *(stated.assumptions if stated else ())]))
        warnings = tuple(dict.fromkeys([*warnings, *(stated.warnings if stated else ())]))
        differs = claim.links[number].relation == "!="
        holds = outcome.holds if outcome.holds is None else outcome.holds != differs
        if holds and certificate is not None:
            certificates.append(certificate)
            proved += [stated] if stated is not None and certificate.kind == EQUAL else []
            continue
        example = refuting.any_instance(claim, stated) if differs and holds is False and stated is not None else None
        if holds is False and certificate is not None and (example is not None or not differs):
            told = {"assumptions": assumptions, "warnings": warnings, "elapsed_ms": elapsed()}
            return refute(claim, number, certificate, example, **told), outcome.question
        if undecided is None:
            checked = outcome.checked_up_to
            undecided = Unknown(claim, reason=outcome.reason, checked_up_to=checked, link=number)
        if thread_time() > deadline:
            break
    if undecided is not None:
        return replace(undecided, assumptions=assumptions, warnings=warnings, elapsed_ms=elapsed()), None
    checked = check(claim, proved, (*claim.hypotheses, *(claim.exactly or ()))) if proved else None
    if isinstance(checked, Contradiction):
        warn(f"{claim}: {checked}", ContradictedProof, stacklevel=2)
        return Unknown(claim, assumptions, str(checked), warnings=warnings, elapsed_ms=elapsed()), None
    if isinstance(checked, Unchecked) and not _is_about_something(claim, proved[0]):
        reason = "no arrays were found that satisfy the hypotheses"
        return Unknown(claim, assumptions, reason, warnings=warnings, elapsed_ms=elapsed()), None
    return conclude(claim, certificates, warnings=warnings, checked=checked, elapsed_ms=elapsed()), None


def _is_about_something(claim: Claim, link: PreparedLink) -> bool:
    """Whether small sizes and arrays are seen to satisfy the hypotheses on tensors."""
    if not any(isinstance(h, TensorHypothesis) for h in claim.hypotheses):
        return True
    try:
        stated = link if claim.exactly is None else prepared(claim, link.link, claim.hypotheses)
        return refuting.any_supposed(claim, claim.hypotheses, stated, thread_time() + TRIAL_SECONDS)
    except (Undecided, SymconvError):
        return False


def _outcome(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], deadline: float, most: int = MAX_SMALL_SIZES
) -> Outcome:
    """Whether the sides of a link are equal under the hypotheses; at `most` so many small sizes are tried."""
    first = _at_all_sizes(claim, link, hypotheses, deadline)
    stated = first.statement
    if stated is not None and first.counterexample is not None:
        return _at_smaller_sizes(claim, hypotheses, first, stated, first.counterexample)
    if first.holds is not None or stated is None or stated.right_index is None:
        return first
    found = _by_rows(claim, link, hypotheses, stated, deadline)
    found = found or _by_cases(claim, link, hypotheses, stated, deadline)
    found = found or _at_small_sizes(claim, hypotheses, stated, first.reason, deadline, most)
    return found if found.holds is not None else _by_trial(claim, hypotheses, found, stated) or found


def _at_all_sizes(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], deadline: float) -> Outcome:
    """The link decided for all sizes at once, if it can be."""
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            stated = prepared(claim, link, hypotheses)
    except Undecided as error:
        return Outcome(None, None, reason=str(error))
    if stated.right_index is None:
        return _shape_outcome(claim, link, hypotheses, stated, deadline)
    reason = None
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            found = certified(stated)
            if isinstance(found, Certificate):
                return Outcome(True, stated, found)
            if found.is_exact and not stated.unused:
                refuted = _refuted(claim, stated, found, hypotheses)
                if refuted is not None:
                    return refuted
                reason = "the sides differ as expressions, but no arrays were found that show it"
            elif not found.is_exact:
                reason = "a product of sizes or indices is known by its bounds only, which do not settle it"
    except OtherStatement:  # how the hypotheses are used is not seen to follow from them
        certificate = _without_hypotheses(claim, link, hypotheses, stated)
        if certificate is not None:
            return Outcome(True, stated, certificate)
        on_tensors = " and ".join(str(h) for h in hypotheses if isinstance(h, TensorHypothesis))
        return Outcome(None, stated, reason=f"the hypothesis {on_tensors} could not be used")
    except Undecided as error:
        reason = str(error)
    if stated.unused:
        reason = f"the hypothesis {' and '.join(stated.unused)} could not be used"
    return Outcome(None, stated, reason=reason)


def _without_hypotheses(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: PreparedLink
) -> Certificate | None:
    """A certificate for a link whose sides are equal for all arrays, whatever is supposed of them."""
    on_sizes = [h for h in hypotheses if not isinstance(h, TensorHypothesis)]
    try:
        with presburger.budget(SEARCH_SECONDS):
            found = certify_equal(stated.claimed, prepared(claim, link, on_sizes).reduced)
    except (Undecided, SymconvError):
        return None
    return found if isinstance(found, Certificate) else None


def _by_rows(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float
) -> Outcome | None:
    """The link as linear equations that follow from those of the hypotheses; None where they are not seen to."""
    on_tensors = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
    names = {name for h in on_tensors for side in (h.left, h.right) for name in named(side)}
    tensors = [t for t in claim.tensors if t.name in names]
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            form = prepared_for(claim, link, hypotheses, tensors) if tensors else None
            if form is None:
                return None
            found = certify_sufficient(stated.claimed, form.reduced, [t.name for t in tensors])
    except (Undecided, SymconvError):
        return None
    return Outcome(True, stated, found) if isinstance(found, Certificate) else None


def _by_cases(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float
) -> Outcome | None:
    """The link in every case of an `or` among the hypotheses; None where one of them is open."""
    certificates: list[Certificate] = []
    for part in cases(hypotheses, stated):
        try:
            found = _at_all_sizes(claim, link, part, deadline)
        except SymconvError:
            return None
        if found.certificate is None:
            return None
        if found.counterexample is not None:
            certificate = certify_different(stated.claimed, found.counterexample)
            question = Question(claim, hypotheses)
            return Outcome(False, stated, certificate, question, found.reason) if certificate is not None else None
        certificates.append(found.certificate)
    certificate = certify_cases(stated.claimed, certificates) if certificates else None
    return Outcome(True, stated, certificate) if certificate is not None else None


def _refuted(
    claim: Claim,
    stated: PreparedLink,
    found: Difference | Expanded,
    hypotheses: Sequence[Hypothesis],
    fixed: Mapping[str, int] | None = None,
) -> Outcome | None:
    for witness in found.witnesses() if found.is_exact else ():
        certificate = refuting.counterexample(claim, stated, witness, fixed or {})
        if certificate is not None:
            known = (stated, found) if isinstance(found, Difference) else None
            return Outcome(False, stated, certificate, Question(claim, hypotheses, known))
    return None


def _in_numbers(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float
) -> Certificate | None:
    """That sides differ where their shapes agree, which says more than that shapes differ elsewhere."""
    if stated.shapes_agree is None or not condition_names(stated.shapes_agree).isdisjoint(stated.free.indices):
        return None
    try:
        found = _at_all_sizes(claim, link, (*hypotheses, SizeHypothesis(stated.shapes_agree)), deadline)
    except SymconvError:
        return None
    return certify_different(stated.claimed, found.counterexample) if found.counterexample is not None else None


def _shape_outcome(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: PreparedLink, deadline: float
) -> Outcome:
    """Sides whose shapes differ for some sizes."""
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            certificate = refuting.shapes(claim, stated, hypotheses)
    except Undecided:
        certificate = None
    if certificate is not None and link.relation == "!=":
        certificate = _in_numbers(claim, link, hypotheses, stated, deadline) or certificate
    if certificate is None:
        agree = "no small sizes and arrays were found at which" if stated.claimed.hypotheses else ""
        reason = "the shapes of the sides differ as expressions, but agree for small sizes"
        if agree:
            reason = f"the shapes of the sides differ as expressions, but {agree} they do"
        return Outcome(None, stated, reason=reason)
    in_numbers = certificate.counterexample is not None and not isinstance(certificate.counterexample.lhs, tuple)
    return Outcome(False, stated, certificate, Question(claim, hypotheses), None if in_numbers else "shape")


def _at_small_sizes(
    claim: Claim,
    hypotheses: Sequence[Hypothesis],
    general: PreparedLink,
    reason: str | None,
    deadline: float,
    most: int,
) -> Outcome:
    """Try the claim at every small choice of sizes: a counterexample refutes, agreement proves nothing."""
    checked, is_complete = 0, True
    tried = general.small_sizes(MAX_CHOICES) if not general.unused else iter(())
    for values in islice(tried, most):
        if thread_time() > deadline:
            break
        try:
            with presburger.budget(deadline - thread_time()):
                refuted, is_decided = _at_sizes(claim, general, hypotheses, values)
        except (Undecided, SymconvError):
            break
        if refuted is not None:
            return replace(refuted, statement=general, question=Question(claim, hypotheses))
        is_complete = is_complete and is_decided
        checked = max(checked, _complete_up_to(values, general)) if is_complete else checked
    return Outcome(None, general, reason=reason, checked_up_to=checked or None)


def _at_sizes(
    claim: Claim, general: PreparedLink, hypotheses: Sequence[Hypothesis], values: Mapping[str, int]
) -> tuple[Outcome | None, bool]:
    """The refutation at some sizes, if there is one, and whether every free index was looked at."""
    try:
        return _refuted_at(claim, general, hypotheses, values), True
    except Undecided:
        if not general.free.indices:
            raise
    places, are_all = refuting.free_places(general, values)
    found = (_refuted_at(claim, general, hypotheses, {**values, **place}) for place in places)
    return next((refuted for refuted in found if refuted is not None), None), are_all


def _refuted_at(
    claim: Claim, general: PreparedLink, hypotheses: Sequence[Hypothesis], values: Mapping[str, int]
) -> Outcome | None:
    stated = general.at(values)
    if stated is None or stated.right_index is None:
        return None
    found = compared(*stated.formulas, stated.context)
    if found.is_zero:
        return None
    refuted = _refuted(claim, stated, found, hypotheses, values)
    if refuted is None:
        raise Undecided("the sides differ as expressions")
    return refuted


def _at_smaller_sizes(
    claim: Claim, hypotheses: Sequence[Hypothesis], refuted: Outcome, stated: PreparedLink, example: Counterexample
) -> Outcome:
    """The same with a smaller counterexample, where hypotheses that are used one by one may hide it."""
    if sum(isinstance(h, TensorHypothesis) for h in hypotheses) + len(claim.functions) < 2 or not claim.tensors:
        return refuted
    soon = thread_time() + SMALLER_SECONDS
    try:
        smaller = refuting.at_smaller_sizes(claim, hypotheses, stated, example, soon)
    except Undecided:
        return refuted
    return replace(refuted, certificate=smaller) if smaller is not None else refuted


def _by_trial(claim: Claim, hypotheses: Sequence[Hypothesis], found: Outcome, stated: PreparedLink) -> Outcome | None:
    """A refutation by random arrays, where nothing else decides."""
    try:
        certificate = refuting.by_trial(claim, hypotheses, stated, thread_time() + TRIAL_SECONDS)
    except Undecided:
        return None
    return replace(found, holds=False, certificate=certificate, reason=None) if certificate is not None else None


def _complete_up_to(values: Mapping[str, int], stated: PreparedLink) -> int:
    """The n for which all sizes up to n come before these values."""
    names = stated.context.outer
    if not names:
        return 1
    before = sum(abs(values[n]) - (n in stated.context.sizes) for n in names) - 1
    return before // len(names) + (1 if stated.context.sizes else 0)
