"""prove: from a claim to a `Proof`, a `Refutation` or `Unknown`.

Each link of a chain is decided for all sizes at once. Where that is not possible, the claim is
tried at small sizes one by one, which can refute it but never prove it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from time import perf_counter, thread_time
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, ExactCondition, Link, from_expressions, parse
from symconv.errors import ShapeError, SymconvError
from symconv.expressions import hooks
from symconv.formulas.conditions import Condition
from symconv.formulas.language import Read, Scalar
from symconv.kernel import presburger
from symconv.kernel.decide import Difference, Undecided
from symconv.kernel.expansion import Expanded
from symconv.kernel.verdicts import (
    Certificate,
    Counterexample,
    Refutation,
    Unknown,
    Verdict,
    certify_different,
    certify_equal,
    conclude,
)
from symconv.limits import CONDITION_SECONDS, MAX_CHOICES, MAX_SMALL_SIZES, PROOF_SECONDS, TRIAL_SECONDS
from symconv.proving.condition.condition_on_sizes import condition_on_sizes
from symconv.proving.condition.exact_condition import exact_condition
from symconv.proving.hypotheses.case_split import cases
from symconv.proving.iff import exactly
from symconv.proving.refuting import counterexamples as refuting
from symconv.proving.statements import Hypothesis, Statement, statement


@dataclass(frozen=True)
class Outcome:
    """What one link came to: `holds` is about equality of its sides, whatever its relation."""

    holds: bool | None
    statement: Statement | None
    certificates: tuple[Certificate, ...] = ()
    counterexample: Counterexample | None = None
    find_condition: Callable[[], ExactCondition | None] | None = None
    reason: str | None = None
    checked_up_to: int | None = None


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
    started = perf_counter()
    made = _claim(claim, right, assuming)
    seconds = PROOF_SECONDS if timeout is None else timeout
    try:
        with presburger.budget(seconds + TRIAL_SECONDS):
            return _decided(made, started, thread_time() + seconds)
    except Undecided as error:
        return Unknown(made, (), str(error), tell=_tell, elapsed_ms=(perf_counter() - started) * 1e3)
    except SymconvError as error:
        raise _located(error, made) from None


def _tell(verdict: Verdict) -> Any:
    return hooks.call("derivation", verdict)


def _claim(claim: Any, right: Any, assuming: Sequence[Any]) -> Claim:
    if isinstance(claim, Claim):
        return claim
    if isinstance(claim, str):
        if right is not None or assuming:
            raise SymconvError("claim text holds both sides and its hypotheses", hint='write "… == … if …"')
        return _parsed(claim)
    return from_expressions(claim, right, assuming)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Claim:
    return parse(text)


def _located(error: SymconvError, claim: Claim) -> SymconvError:
    """The error with the place of its node in the claim's text."""
    node: Any = getattr(error, "node", None)
    span = claim.spans.get(node)
    if span is None and not isinstance(error, ShapeError):
        stated = (claim.spans.get(h) for h in (*claim.hypotheses, *(claim.exactly or ())))
        span = next((place for place in stated if place is not None), None)
    span = span or claim.spans.get(claim.links[0].left)
    return error.located(claim.text, span) if span else error


def _decided(claim: Claim, started: float, deadline: float) -> Verdict:
    def told() -> dict[str, Any]:
        return {"tell": _tell, "elapsed_ms": (perf_counter() - started) * 1e3}

    def decide(link: Link, hypotheses: Sequence[Hypothesis]) -> Outcome:
        return _outcome(claim, link, hypotheses, deadline)

    if claim.exactly is not None:
        outcomes = exactly(claim, decide, Outcome, partial(_condition, claim, claim.hypotheses))
    else:
        outcomes = ((number, decide(link, claim.hypotheses)) for number, link in enumerate(claim.links))
    assumptions: tuple[Condition, ...] = ()
    certificates: list[Certificate] = []
    shown: Counterexample | None = None
    undecided: Unknown | None = None
    for number, outcome in outcomes:
        stated = outcome.statement
        assumptions = tuple(dict.fromkeys([*assumptions, *(stated.assumptions if stated else ())]))
        holds, example = outcome.holds, outcome.counterexample
        if claim.links[number].relation == "!=" and holds is not None:
            holds = not holds
            if not holds:
                example = refuting.any_instance(claim, stated, claim.hypotheses) if stated else None
        if holds is False and example is not None:
            return Refutation(
                claim,
                assumptions,
                outcome.reason,
                counterexample=example,
                find_condition=outcome.find_condition,
                link=number,
                certificates=tuple(certificates),
                **told(),
            )
        if not holds:
            if undecided is None:
                checked = outcome.checked_up_to
                undecided = Unknown(claim, assumptions, outcome.reason, checked_up_to=checked, link=number)
            continue
        certificates += outcome.certificates
        shown = shown or example
    if undecided is not None:
        return replace(undecided, assumptions=assumptions, **told())
    return conclude(claim, certificates, assumptions=assumptions, counterexample=shown, **told())


def _outcome(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], deadline: float) -> Outcome:
    """Whether the sides of a link are equal under the hypotheses."""
    made = _at_all_sizes(claim, link, hypotheses, deadline)
    stated = made.statement
    if made.holds is not None or stated is None or stated.right_index is None:
        return made
    found = _by_cases(claim, link, hypotheses, stated, deadline)
    found = found or _at_small_sizes(claim, link, hypotheses, stated, made.reason, deadline)
    return found if found.holds is not None else _by_trial(claim, hypotheses, found, stated) or found


def _at_all_sizes(claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], deadline: float) -> Outcome:
    """The link decided for all sizes at once, if it can be."""
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            stated = statement(claim, link, hypotheses)
    except Undecided as error:
        return Outcome(None, None, reason=str(error))
    if stated.right_index is None:
        return _shape_outcome(claim, hypotheses, stated, deadline)
    left, right = stated.formulas
    reason = None
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            found = certify_equal(left, right, stated.context)
            if isinstance(found, Certificate):
                return Outcome(True, stated, (found,))
            if found.is_exact and not stated.unused:
                refuted = _refuted(claim, stated, found, hypotheses)
                if refuted is not None:
                    return refuted
                reason = "the sides differ as expressions, but no arrays were found that show it"
            elif not found.is_exact:
                reason = "a product of sizes or indices is known by its bounds only, which do not settle it"
    except Undecided as error:
        reason = str(error)
    if stated.unused:
        reason = f"the hypothesis {' and '.join(stated.unused)} could not be used"
    return Outcome(None, stated, reason=reason)


def _by_cases(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], stated: Statement, deadline: float
) -> Outcome | None:
    """The link in every case of an `or` among the hypotheses; None where one of them is open."""
    parts = cases(hypotheses, stated)
    if not parts:
        return None
    certificates: tuple[Certificate, ...] = ()
    for part in parts:
        try:
            made = _at_all_sizes(claim, link, part, deadline)
        except SymconvError:
            return None
        if not made.holds:
            find_condition = partial(_condition, claim, hypotheses)
            return replace(made, statement=stated, find_condition=find_condition) if made.holds is False else None
        certificates += made.certificates
    return Outcome(True, stated, certificates)


def _refuted(
    claim: Claim,
    stated: Statement,
    found: Difference | Expanded,
    hypotheses: Sequence[Hypothesis],
    fixed: Mapping[str, int] | None = None,
) -> Outcome | None:
    for witness in found.witnesses() if found.is_exact else ():
        example = refuting.counterexample(claim, stated, witness, hypotheses, fixed or {})
        if example is None:
            continue
        values = (example.lhs, example.rhs)
        certificate = certify_different(*stated.formulas, stated.context, values)
        if certificate is not None:
            known = (stated, found) if isinstance(found, Difference) else None
            find_condition = partial(_condition, claim, hypotheses, known)
            return Outcome(False, stated, (certificate,), example, find_condition)
    return None


def _condition(
    claim: Claim, hypotheses: Sequence[Hypothesis], known: tuple[Statement, Difference] | None = None
) -> ExactCondition | None:
    """The exact condition, or else that on the sizes which counterexamples lead to."""
    deadline = thread_time() + CONDITION_SECONDS

    def decide(link: Link, hypotheses: Sequence[Hypothesis]) -> Outcome:
        return _outcome(claim, link, hypotheses, deadline)

    found = exact_condition(claim, hypotheses, known)
    if found is not None or known is not None:
        return found
    try:
        with presburger.budget(max(0.0, deadline - thread_time())):
            return condition_on_sizes(claim, hypotheses, decide)
    except (Undecided, SymconvError):
        return None


def _shape_outcome(claim: Claim, hypotheses: Sequence[Hypothesis], stated: Statement, deadline: float) -> Outcome:
    """Sides whose shapes differ for some sizes."""
    try:
        with presburger.budget((deadline - thread_time()) / 2):
            example = refuting.shapes(claim, stated)
    except Undecided:
        example = None
    if example is None:
        return Outcome(None, stated, reason="the shapes of the sides differ as expressions, but agree for small sizes")

    certificate = certify_different(*_shape_formulas(stated), stated.context, (example.lhs, example.rhs))
    return Outcome(
        False, stated, (certificate,) if certificate else (), example, partial(_condition, claim, hypotheses), "shape"
    )


def _shape_formulas(stated: Statement) -> tuple[Any, Any]:
    left = Read(stated.left, stated.left_index)
    return left, Scalar(Poly.of(0))


def _at_small_sizes(
    claim: Claim, link: Link, hypotheses: Sequence[Hypothesis], general: Statement, reason: str | None, deadline: float
) -> Outcome:
    """Try the claim at every small choice of sizes: a counterexample refutes, agreement proves nothing."""
    checked, is_complete = 0, True
    tried = general.small_sizes(MAX_CHOICES) if not general.unused else iter(())
    for values in islice(tried, MAX_SMALL_SIZES):
        if thread_time() > deadline:
            break
        try:
            with presburger.budget(deadline - thread_time()):
                refuted, is_decided = _at_sizes(claim, general, hypotheses, values)
        except (Undecided, SymconvError):
            break
        if refuted is not None:
            return replace(refuted, statement=general, find_condition=partial(_condition, claim, hypotheses))
        is_complete = is_complete and is_decided
        checked = max(checked, _complete_up_to(values, general)) if is_complete else checked
    return Outcome(None, general, reason=reason, checked_up_to=checked or None)


def _at_sizes(
    claim: Claim, general: Statement, hypotheses: Sequence[Hypothesis], values: Mapping[str, int]
) -> tuple[Outcome | None, bool]:
    """The refutation at some sizes, if there is one, and whether every free index was looked at."""
    try:
        return _refuted_at(claim, general, hypotheses, values), True
    except Undecided:
        if not general.free.indices:
            raise
    places, are_all = refuting.free_places(general, values)
    found = (_refuted_at(claim, general, hypotheses, {**values, **place}) for place in places)
    return next((made for made in found if made is not None), None), are_all


def _refuted_at(
    claim: Claim, general: Statement, hypotheses: Sequence[Hypothesis], values: Mapping[str, int]
) -> Outcome | None:
    stated = general.at(values)
    if stated is None or stated.right_index is None:
        return None
    found = certify_equal(*stated.formulas, stated.context)
    if isinstance(found, Certificate):
        return None
    refuted = _refuted(claim, stated, found, hypotheses, values)
    if refuted is None:
        raise Undecided("the sides differ as expressions")
    return refuted


def _by_trial(claim: Claim, hypotheses: Sequence[Hypothesis], found: Outcome, stated: Statement) -> Outcome | None:
    """A refutation by random arrays, where nothing else decides."""
    try:
        example = refuting.by_trial(claim, stated, hypotheses, thread_time() + TRIAL_SECONDS)
    except Undecided:
        return None
    if example is None:
        return None
    certificate = certify_different(*stated.formulas, stated.context, (example.lhs, example.rhs))
    certificates = (certificate,) if certificate is not None else ()
    return replace(found, holds=False, certificates=certificates, counterexample=example, reason=None)


def _complete_up_to(values: Mapping[str, int], stated: Statement) -> int:
    """The n for which all sizes up to n come before these values."""
    names = stated.context.outer
    if not names:
        return 1
    before = sum(abs(values[n]) - (n in stated.context.sizes) for n in names) - 1
    return before // len(names) + (1 if stated.context.sizes else 0)


def formulas_equal(left: Any, right: Any, context: Any) -> bool:
    """Whether the kernel proves two formulas equal in a context: what verifies a line of a derivation."""
    try:
        return isinstance(certify_equal(left, right, context), Certificate)
    except Undecided:
        return False
