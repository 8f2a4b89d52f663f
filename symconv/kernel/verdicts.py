"""The three answers, and the one door to them: a `Proof` and a `Refutation` are made of certificates.

Only the kernel issues a certificate, and it says of which statements. What concludes asks the claim for its
statements and compares; a certificate that was changed, made by hand or read from a file is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field, replace
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import islpy as isl

from symconv.algebra.exact_numbers import are_equal
from symconv.formulas.conditions import All, Condition, equal
from symconv.kernel import presburger
from symconv.kernel.comparison import compared
from symconv.kernel.consequences import Multiple, without_multiples
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference
from symconv.kernel.expansion import Expanded
from symconv.kernel.necessity import Place, not_necessary, not_sufficient, not_surely_different
from symconv.kernel.reduction import Reduced, is_reduction
from symconv.kernel.replay import (
    Counterexample,
    holds_for_all_others,
    is_supposed,
    names_of_tensors,
    replayed,
    violates,
    with_shapes,
)
from symconv.kernel.statement import Statement, entrywise
from symconv.limits import Undecided

_SEAL = object()

VerdictWord: TypeAlias = Literal["proved", "refuted", "unknown"]
EQUAL, DIFFERENT, SHAPES, NECESSARY, UNNECESSARY = "equal", "different", "shapes", "necessary", "not necessary"


@dataclass(frozen=True)
class _Sealed:
    """What only the kernel makes; nobody inherits from it, and a copy of any kind has lost the seal."""

    seal: InitVar[object] = field(kw_only=True, default=None)

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the kernel can certify and conclude: use symconv.prove")
        object.__setattr__(self, "_seal", seal)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_seal"}

    @property
    def is_sealed(self) -> bool:
        """Whether the kernel of this process has made this very object."""
        return self.__dict__.get("_seal") is _SEAL


@dataclass(frozen=True)
class Certificate(_Sealed):
    """What the kernel has established of a statement.

    Its sides are "equal"; they are "different" or have different "shapes" at a counterexample; that the sides of all
    `links` are equal makes it "necessary" that the statement's suppositions hold, or "not necessary".
    """

    kind: str
    statement: Statement
    counterexample: Counterexample | None = None
    links: tuple[Statement, ...] = ()

    def __init_subclass__(cls) -> None:
        raise TypeError("only the kernel can certify: use symconv.prove")


class OtherStatement(Undecided, TypeError):
    """What the kernel is asked to certify is not about the statement."""


def certify_equal(
    statement: Statement, reduced: Reduced, multiples: Sequence[Multiple] = ()
) -> Certificate | Difference | Expanded:
    """A certificate that the sides of a statement are equal, or the difference that is left of its reduced form.

    Multiples of hypotheses, which are 0, are taken from the left side first. Raises `Undecided` where the coefficient
    functions cannot be had, and where the reduced form is not the statement's.
    """
    if multiples and reduced.replaced:
        raise Undecided("hypotheses on tensors that are replaced have no multiples")
    values, context = reduced.values(statement), reduced.context
    left = without_multiples(reduced.left, multiples, statement, values, context)
    found = compared(left, reduced.right, context)
    if not found.is_zero:
        return found
    if not is_reduction(reduced, statement):
        raise OtherStatement("these formulas are not those of the statement")
    return Certificate(EQUAL, statement, seal=_SEAL)


def certify_cases(statement: Statement, parts: Sequence[Certificate]) -> Certificate | None:
    """A certificate that the sides are equal, from one for each case of the conditions, if these are all cases."""
    cases = [c.statement for c in parts if _is_genuine(c, EQUAL)]
    if len(cases) < len(parts) or any(_without_conditions(c) != _without_conditions(statement) for c in cases):
        return None
    context = Context(statement.sizes, statement.parameters, statement.indices, _all(statement).conditions)
    frame = context.frame(mentioned=[_all(case) for case in cases])
    left = frame.allowed
    try:
        for case in cases:
            left = left.subtract(presburger.condition_set(frame.names, _all(case)))
    except Undecided:
        return None
    return Certificate(EQUAL, statement, seal=_SEAL) if left.is_empty() else None


def _all(statement: Statement) -> All:
    return All(statement.conditions + statement.assumptions)


def _without_conditions(statement: Statement) -> Statement:
    return replace(statement, conditions=(), assumptions=())


def certify_different(statement: Statement, example: Counterexample) -> Certificate | None:
    """A certificate that the sides differ at an example that satisfies all that is supposed, once it is replayed."""
    found = replayed(statement, example) if example.has_tables else None
    if found is None:
        return None
    if isinstance(found.lhs, tuple):
        return Certificate(SHAPES, statement, found, seal=_SEAL)
    return Certificate(DIFFERENT, statement, found, seal=_SEAL) if are_equal(found.lhs, found.rhs) is False else None


def certify_sufficient(statement: Statement, reduced: Reduced, names: Sequence[str]) -> Certificate | isl.Set:
    """A certificate that the sides are equal as rows of the hypotheses on named tensors give it.

    Else the sizes at which that is not seen. Raises `Undecided` where there are no such rows.
    """
    failing = not_sufficient(statement, reduced, names)
    if not failing.is_empty():
        return failing
    if not is_reduction(reduced, statement):
        raise OtherStatement("these formulas are not those of the statement")
    return Certificate(EQUAL, statement, seal=_SEAL)


def certify_necessary(
    condition: Statement, links: Sequence[Statement], forms: Sequence[Reduced], inside: Sequence[Reduced]
) -> Certificate | isl.Set:
    """A certificate that a condition on tensors is necessary as rows of the links give it.

    Else the sizes where that is open. The links are given with their reduced forms, and `inside` are those at the sizes
    of the condition.
    """
    _require_alike(condition, links)
    failing = not_necessary(condition, links, forms, inside)
    return Certificate(NECESSARY, condition, None, tuple(links), seal=_SEAL) if failing.is_empty() else failing


def certify_sizes(
    condition: Statement, links: Sequence[Statement], forms: Sequence[Reduced], places: Sequence[Place] = ()
) -> Certificate | isl.Set:
    """A certificate that a condition on sizes is necessary: outside it, links differ as wholes or at one of the places.

    Else the sizes outside the condition at which they are equal, as far as is known.
    """
    _require_alike(condition, links)
    if not {*condition.hypotheses} <= {*links[0].hypotheses}:
        raise OtherStatement("this condition is about tensors")
    failing = not_surely_different(condition, links, forms, places)
    return Certificate(NECESSARY, condition, None, tuple(links), seal=_SEAL) if failing.is_empty() else failing


def _require_alike(condition: Statement, links: Sequence[Statement]) -> None:
    """Raise where links and their condition are not about the same names, or links not under the same hypotheses."""
    supposed = {(link.sizes, link.parameters, link.indices, link.conditions, link.hypotheses) for link in links}
    assumed = {a for link in links for a in link.assumptions}
    names = (condition.sizes, condition.parameters, condition.indices)
    if (
        len(supposed) != 1
        or supposed.pop()[:3] != names
        or not {*links[0].conditions} <= {*condition.conditions}
        or not {*links[0].hypotheses} <= {*condition.hypotheses}
        or not {*condition.assumptions} <= assumed
    ):
        raise OtherStatement("these are no links and their condition")


def certify_converse(
    proved: Sequence[Certificate], links: Sequence[Statement], condition: Statement
) -> Certificate | None:
    """A certificate that a condition of equations is necessary: from proofs of all of them where all links hold."""
    wanted = {h for h in condition.hypotheses if h not in links[0].hypotheses}
    given = {*links[0].hypotheses, *(entrywise(link.left, link.right) for link in links)}
    shapes = {equal(a.size, b.size) for link in links for a, b in zip(link.left.axes, link.right.axes, strict=False)}
    conditions = {*links[0].conditions} | shapes

    def follows(one: Certificate) -> bool:
        own = one.statement
        return (
            _is_genuine(one, EQUAL)
            and {*own.hypotheses} <= given
            and {*own.conditions} <= conditions
            and {*own.assumptions} <= {a for link in links for a in link.assumptions}
            and (own.sizes, own.parameters, own.indices) == (condition.sizes, condition.parameters, condition.indices)
        )

    said = {entrywise(one.statement.left, one.statement.right) for one in proved}
    is_forced = bool(wanted) and wanted <= said and {*condition.conditions} <= conditions and all(map(follows, proved))
    return Certificate(NECESSARY, condition, None, tuple(links), seal=_SEAL) if is_forced else None


def certify_unnecessary(
    links: Sequence[Statement], condition: Statement, example: Counterexample
) -> Certificate | None:
    """A certificate that a condition is not necessary.

    At the example it does not hold, and the sides of all links are equal whatever the tensors that it does not name.
    """
    if not all(is_supposed(link, example) for link in links) or not violates(condition, example):
        return None
    named = names_of_tensors(h for h in condition.hypotheses if h not in links[0].hypotheses)
    try:
        if not all(holds_for_all_others(link, example, named) for link in links):
            return None
    except Undecided:
        return None
    found = replayed(links[0], example) or with_shapes(links[0], example)
    return Certificate(UNNECESSARY, condition, replace(found, direction="only if"), tuple(links), seal=_SEAL)


def _is_genuine(certificate: Any, *kinds: str) -> bool:
    return type(certificate) is Certificate and certificate.is_sealed and (not kinds or certificate.kind in kinds)


class Claimed(Protocol):
    """What a verdict asks of its claim: the statement of each link, under its hypotheses and perhaps its condition."""

    @property
    def links(self) -> Sequence[Any]: ...

    @property
    def exactly(self) -> Any: ...

    def statement(self, link: Any, *, exactly: bool, assumptions: tuple[Condition, ...]) -> Statement: ...


@dataclass(frozen=True, repr=False)
class Verdict:
    """What all answers have in common: plain data about a claim."""

    claim: Any
    assumptions: tuple[Any, ...] = ()
    reason: str | None = None
    counterexample: Counterexample | None = None
    checked_up_to: int | None = None
    elapsed_ms: float = field(default=0.0, compare=False)
    link: int = 0
    certificates: tuple[Certificate, ...] = ()
    warnings: tuple[Any, ...] = ()
    checked: Any = field(default=None, compare=False)

    verdict: ClassVar[VerdictWord]

    def __repr__(self) -> str:
        added = ", ".join(self.added_operators)
        return f"<{self.verdict}: {self.claim}{f', with the definition of {added} added' if added else ''}>"

    @property
    def added_operators(self) -> tuple[str, ...]:
        """The operators in the claim that are not symconv's own: the verdict is about what they are defined to be."""
        added: tuple[str, ...] = self.claim.added_operators
        return added

    @property
    def holds(self) -> bool | None:
        """True if proved, False if refuted, None if unknown."""
        return {"proved": True, "refuted": False}.get(self.verdict)

    def __bool__(self) -> bool:
        if self.holds is None:
            raise ValueError(f"the claim is undecided: {self.reason}; use .holds or .verdict")
        return self.holds


@dataclass(frozen=True, repr=False)
class Proof(Verdict, _Sealed):
    """The claim holds for every size that satisfies the assumptions, and all tensors."""

    verdict = "proved"


@dataclass(frozen=True, repr=False)
class Refutation(Verdict, _Sealed):
    """The claim fails; the counterexample was replayed."""

    verdict = "refuted"


@dataclass(frozen=True, repr=False)
class Unknown(Verdict):
    """Neither; `reason` says why, `checked_up_to` up to which sizes the claim held."""

    verdict = "unknown"


def conclude(claim: Claimed, certificates: Sequence[Certificate], **told: Any) -> Proof:
    """The proof of a claim from one certificate a link, and of an `iff` from one more: that it is necessary.

    `told` are `warnings`, what else was `checked` about it, and `elapsed_ms`.

    Raises `TypeError` where they are not certificates of this kernel, for these statements.
    """
    if not all(map(_is_genuine, certificates)):
        raise TypeError("a proof needs certificates of this kernel: use symconv.prove")
    kinds = [(DIFFERENT, SHAPES) if link.relation == "!=" else (EQUAL,) for link in claim.links]
    kinds += [(NECESSARY,)] if claim.exactly is not None else []
    if len(certificates) != len(kinds) or any(c.kind not in k for c, k in zip(certificates, kinds, strict=True)):
        raise TypeError("a proof needs one certificate a link, of the kind that the link asks for: use symconv.prove")
    for certificate, link in zip(certificates, claim.links, strict=False):
        _compare(certificate.statement, claim, link, exactly=claim.exactly is not None)
    if claim.exactly is not None:
        _compare_condition(certificates[-1], claim)
    assumed = [a for c in certificates for a in (c.links[0] if c.links else c.statement).assumptions]
    shown = next((c.counterexample for c in certificates if c.counterexample is not None), None)
    return Proof(
        claim,
        tuple(dict.fromkeys(assumed)),
        counterexample=shown,
        certificates=tuple(certificates),
        **told,
        seal=_SEAL,
    )


def refute(
    claim: Claimed, number: int, certificate: Certificate, example: Counterexample | None = None, **told: Any
) -> Refutation:
    """The refutation of a claim by a certificate of one link; a link `!=` by an example, at which its sides are equal.

    `told` are `assumptions`, `warnings` and `elapsed_ms`. Raises `TypeError` where the certificate is not one for this
    claim.
    """
    link, shown = claim.links[number], certificate.counterexample
    if link.relation == "!=" and example is not None and _is_genuine(certificate, EQUAL):
        _compare(certificate.statement, claim, link, exactly=False)
        shown = replayed(certificate.statement, example) or example
        if not is_supposed(certificate.statement, shown):
            raise TypeError("the example does not satisfy what is supposed")
    elif link.relation == "==" and _is_genuine(certificate, DIFFERENT, SHAPES):
        _compare(certificate.statement, claim, link, exactly=claim.exactly is not None)
        shown = replace(shown, direction="if") if claim.exactly is not None and shown is not None else shown
    elif claim.exactly is not None and _is_genuine(certificate, UNNECESSARY):
        _compare_condition(certificate, claim)
    else:
        raise TypeError("a refutation needs a counterexample that the kernel has replayed: use symconv.prove")
    reason = "shape" if certificate.kind == SHAPES else None
    return Refutation(
        claim, reason=reason, counterexample=shown, link=number, certificates=(certificate,), **told, seal=_SEAL
    )


def _compare(statement: Statement, claim: Claimed, link: Any, *, exactly: bool) -> None:
    """Raise where a certificate's statement is not that of a link of the claim."""
    if statement != claim.statement(link, exactly=exactly, assumptions=statement.assumptions):
        raise TypeError("this certificate is of another statement: use symconv.prove")


def _compare_condition(certificate: Certificate, claim: Claimed) -> None:
    _compare(certificate.statement, claim, claim.links[0], exactly=True)
    if len(certificate.links) != len(claim.links):
        raise TypeError("this certificate is not of all links: use symconv.prove")
    for statement, link in zip(certificate.links, claim.links, strict=True):
        _compare(statement, claim, link, exactly=False)
