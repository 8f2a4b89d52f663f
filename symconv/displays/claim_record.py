"""What there is to say of a claim that was decided, as plain data: every rendering is made from this record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from symconv.algebra.polynomials import Poly
from symconv.claims import Claim, Link
from symconv.claims.hypothesis_records import ExactCondition
from symconv.derivations.calculation import Calculation
from symconv.derivations.derivation import Derivation
from symconv.derivations.records import Chain, Given
from symconv.errors import ClaimError
from symconv.expressions import hooks
from symconv.formulas.conditions import Condition, equal
from symconv.kernel.replay import Counterexample
from symconv.kernel.verdicts import VerdictWord
from symconv.proving.numpy_check import Checked
from symconv.proving.scope_warnings import OnlyWhere, SizeAsIndex, Warned

__all__ = ["ClaimRecord", "chains_of", "record_of_calculation"]


@dataclass(frozen=True, repr=False)
class ClaimRecord:
    """Everything that is told of one decided claim."""

    text: str
    verdict: VerdictWord | Literal["malformed"]
    reason: str | None = None
    assumptions: tuple[Condition, ...] = ()
    warnings: tuple[Warned, ...] = ()
    checked: Checked | None = None
    condition: ExactCondition | None = None
    #: Why no exact condition of a refuted claim is told.
    no_condition: str | None = None
    counterexample: Counterexample | None = None
    chains: tuple[Chain, ...] = ()
    checked_up_to: int | None = None
    elapsed_ms: float = 0.0
    #: The claim as it was read; None for a calculation, whose lines are its chain.
    claim: Claim | None = None
    #: The link of a chain that the answer is about, where there are several and not all hold.
    link: Link | None = None
    #: Both sides at the counterexample as whole arrays, where these show more than the entry that differs.
    sides: tuple[Given, ...] = ()
    has_sizes: bool = False

    def __repr__(self) -> str:
        return f"<record: {hooks.call('record_line', self)[1:]}"

    def __str__(self) -> str:
        return "\n".join(hooks.call("record_lines", self))

    def _repr_html_(self) -> str | None:
        try:
            shown: str = hooks.call("record_html", self)
        except ImportError:  # without the extra [docs] a notebook shows the text
            return None
        return shown

    def check(self, expect: VerdictWord = "proved") -> ClaimRecord:
        """Itself if the verdict is the expected one; else raises `ClaimError`, which tells the whole answer."""
        if self.verdict != expect:
            raise ClaimError(f"expected {expect}, but\n{self}")
        return self

    @property
    def lemmas(self) -> tuple[str, ...]:
        """The names of the earlier claims that the derivation uses."""
        reasons = (step.reason for chain in self.chains for step in chain.steps if step.reason is not None)
        return tuple(dict.fromkeys(name for reason in reasons for name in reason.lemmas))

    def calling(self, names: Mapping[str, str]) -> ClaimRecord:
        """The record with other names for the earlier claims that it uses."""
        return replace(self, chains=tuple(chain.calling(names) for chain in self.chains))

    @property
    def only_where(self) -> tuple[Condition, ...]:
        """The conditions that leave few sizes."""
        return tuple(c for w in self.warnings if isinstance(w, OnlyWhere) for c in w.conditions)

    @property
    def differs_at(self) -> tuple[Condition, ...] | None:
        """The sizes of the witness of a proved claim that sides differ; None for any other claim."""
        links = self.claim.links if self.claim is not None else ()
        if self.counterexample is None or self.verdict != "proved" or any(link.relation != "!=" for link in links):
            return None
        return tuple(equal(Poly.name(name), Poly.of(int(n))) for name, n in self.counterexample.sizes.items())

    @property
    def warned(self) -> tuple[str, ...]:
        """The warnings in words."""
        return tuple(map(_warning_text, self.warnings))

    @property
    def compared(self) -> str:
        """What was compared with NumPy, in words; empty where nothing was."""
        if self.checked is None:
            return ""
        sizes, entries = len(self.checked.sizes), self.checked.entries
        told = f"{sizes} size{'s' * (sizes > 1)}, {entries} {'entries' if entries > 1 else 'entry'}"
        return f"checked with NumPy at {told}"


def _warning_text(warning: Warned) -> str:
    match warning:
        case OnlyWhere(conditions):
            return f"only where {' and '.join(map(str, conditions))}"
        case SizeAsIndex(size, entry):
            return f"{size} is a size: {entry} is one entry"


def record_of_calculation(found: Calculation, text: str) -> ClaimRecord:
    """The record of a result of `symconv.calc`."""
    results = [link.result for link in found.links]
    return ClaimRecord(
        text=text,
        verdict=found.verdict,
        reason=results[found.broken].reason if found.broken is not None else None,
        assumptions=tuple(dict.fromkeys(a for result in results for a in result.assumptions)),
        warnings=tuple(dict.fromkeys(w for result in results for w in result.warnings)),
        chains=chains_of(found.derivation),
        has_sizes=bool(found.claim.sizes),
    )


def chains_of(derivation: Derivation | None) -> tuple[Chain, ...]:
    """The chains that say something."""
    return tuple(chain for chain in derivation.chains if chain.steps) if derivation is not None else ()
