"""What a user holds: a verdict, with its exact condition and its derivation, each computed once when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from symconv.claims import Claim, ExactCondition, NoCondition
from symconv.derivations import Derivation, tell
from symconv.derivations.counterexample import whole_sides
from symconv.derivations.lemmas import Lemma
from symconv.displays.claim_record import ClaimRecord, chains_of
from symconv.displays.shown_example import ShownExample
from symconv.displays.terminal import one_line
from symconv.errors import ClaimError
from symconv.formulas.conditions import Condition
from symconv.kernel.verdicts import Certificate, Verdict, VerdictWord
from symconv.proving.numpy_check import Checked, Unchecked
from symconv.proving.proof_search import Question, decided
from symconv.proving.scope_warnings import Warned


@dataclass(frozen=True, repr=False)
class Result:
    """The verdict on a claim; `record` is it as the kernel made it, plain data."""

    record: Verdict
    question: Question | None = field(default=None, compare=False)
    #: Earlier claims that the derivation may use.
    lemmas: tuple[Lemma, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return one_line(self.shown(told=False))

    def __str__(self) -> str:
        return str(self.shown(told=False))

    def _repr_html_(self) -> str | None:
        return self.shown()._repr_html_()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.claim.latex()}$"

    def __bool__(self) -> bool:
        return bool(self.record)

    def __getstate__(self) -> dict[str, Any]:
        return {"record": self.record, "question": None, "lemmas": self.lemmas, "_sought": self._sought}

    @property
    def claim(self) -> Claim:
        """What was claimed."""
        claim: Claim = self.record.claim
        return claim

    @property
    def verdict(self) -> VerdictWord:
        """What came out."""
        return self.record.verdict

    @property
    def added_operators(self) -> tuple[str, ...]:
        """The operators in the claim that are not symconv's own: the verdict is about what they are defined to be."""
        return self.record.added_operators

    @property
    def holds(self) -> bool | None:
        """True if proved, False if refuted, None if unknown."""
        return self.record.holds

    @property
    def assumptions(self) -> tuple[Condition, ...]:
        """What is assumed of the sizes besides the claim's own hypotheses."""
        return self.record.assumptions

    @property
    def reason(self) -> str | None:
        """Why it is unknown; "shape" where the shapes differ."""
        return self.record.reason

    @property
    def checked_up_to(self) -> int | None:
        """The sizes up to which an undecided claim was checked and held."""
        return self.record.checked_up_to

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What a reader may overlook: few sizes, equations between sizes, a size that is an index."""
        return self.record.warnings

    @property
    def checked(self) -> Checked | None:
        """What of a proof was compared with NumPy; None where nothing could be, as `unchecked` says."""
        return self.record.checked if isinstance(self.record.checked, Checked) else None

    @property
    def unchecked(self) -> str | None:
        """Why nothing of a proof was compared with NumPy."""
        return self.record.checked.reason if isinstance(self.record.checked, Unchecked) else None

    @property
    def elapsed_ms(self) -> float:
        """How long it took to decide."""
        return self.record.elapsed_ms

    @property
    def link(self) -> int:
        """The number of the link that is refuted or open."""
        return self.record.link

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """What the kernel established."""
        return self.record.certificates

    @cached_property
    def counterexample(self) -> ShownExample | None:
        """Where the sides differ, numbers as users see them: complex ones as Python's, irrational ones as SymPy's."""
        found = self.record.counterexample
        return None if found is None else ShownExample.of(found)

    @cached_property
    def _sought(self) -> ExactCondition | NoCondition | None:
        return self.question.condition() if self.question is not None else None

    @property
    def condition(self) -> ExactCondition | None:
        """The exact condition under which a refuted claim holds; None where none is told, as `no_condition` says."""
        return self._sought if isinstance(self._sought, ExactCondition) else None

    @property
    def no_condition(self) -> str | None:
        """Why no exact condition of a refuted claim is told."""
        return self._sought.reason if isinstance(self._sought, NoCondition) else None

    @cached_property
    def derivation(self) -> Derivation | None:
        """The proof or counterexample told step by step; None where the claim is undecided."""
        derivation = tell(self.record, self.condition, self.lemmas)
        spelling = self.claim.spelling
        return derivation if derivation is None or spelling is None else replace(derivation, notation=spelling)

    def using(self, claims: Mapping[str, Result]) -> Result:
        """The same verdict, whose derivation uses earlier claims by their names where these lead to the other side.

        >>> turned = prove("A[N], K[M]: convolve(A, K, 'valid') == correlate(A, flip(K), 'valid')")
        >>> claim = prove("x[N], k[M], c: convolve(c*x, k, 'valid') == correlate(c*x, flip(k), 'valid')")
        >>> print(claim.using({"Claim 2.1": turned}).derivation)
          convolve(c*x, k, "valid")[m]
        = correlate(c*x, flip(k), "valid")[m]   by Claim 2.1
        """
        return replace(self, lemmas=tuple(Lemma.of(name, result.record) for name, result in claims.items()))

    def check(self, expect: VerdictWord = "proved") -> Result:
        """Itself if the verdict is the expected one; else raises `ClaimError`, which tells the whole answer.

        >>> prove("x[n], k[m]: correlate(x, k) == convolve(x, k) if m == 1").check()
        <proved: x[n], k[m]: correlate(x, k) == convolve(x, k) if m == 1>
        """
        if self.verdict != expect:
            raise ClaimError(f"expected {expect}, but\n{self}")
        return self

    def shown(self, told: bool = True) -> ClaimRecord:
        """The record that every display is made from, with the derivation if that is to be told.

        >>> prove("x[n], y[n]: x + y == y + x").shown().verdict
        'proved'
        """
        claim = self.claim
        is_broken = len(claim.links) > 1 and self.verdict != "proved"
        condition = self.condition
        if condition is not None and condition.restates((link.left, link.right) for link in claim.links):
            condition = None
        return ClaimRecord(
            text=claim.text,
            verdict=self.verdict,
            reason=self.reason,
            assumptions=self.assumptions,
            warnings=self.warnings,
            checked=self.checked,
            condition=condition,
            no_condition=self.no_condition,
            counterexample=self.counterexample,
            chains=chains_of(self.derivation) if told else (),
            checked_up_to=self.checked_up_to,
            elapsed_ms=self.elapsed_ms,
            claim=claim,
            link=claim.links[self.link] if is_broken else None,
            sides=whole_sides(self.record) if self.counterexample is not None else (),
            has_sizes=bool(claim.sizes),
        )

    def latex(self, notation: Any = None) -> str:
        """LaTeX of the derivation, in a `symconv.Notation`; nothing where there is none."""
        return self.derivation.latex(notation) if self.derivation is not None else ""


def prove(claim: Any, right: Any = None, *, assuming: Sequence[Any] = (), timeout: float | None = None) -> Result:
    """Prove or refute a claim for every size at once.

    `claim` is claim text, a `Claim`, a SymPy `Eq`, or the left side with `right` the other.
    `timeout` bounds the seconds of processor time spent (1.5 by default); what is not decided by then is unknown.
    Numbers in Python are SymPy's, which cancels before anything is proved: (n - 1)/(n - 1) is 1, also for n = 1, where
    claim text keeps that n is not 1. Raises `SymconvError` on malformed or ill-typed claims and on vacuous assumptions.

    >>> prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").verdict
    'proved'
    >>> prove("X[n,n], Y[n,n]: dot(X, Y) == X * Y").counterexample.sizes
    {'n': 2}
    """
    return Result(*decided(claim, right, assuming=assuming, timeout=timeout))
