"""What a reader is told about a claim, as plain data: HTML and LaTeX are both made from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symconv.derivations import Derivation
from symconv.derivations.counterexample import whole_sides
from symconv.derivations.laid_out import align
from symconv.derivations.reason_words import Phrase
from symconv.expressions.latex_names import name_latex
from symconv.printing.arrays_of_numbers import array_latex, number_latex
from symconv.printing.as_latex import condition_latex
from symconv.printing.wide_statements import broken

__all__ = ["ArrayView", "Chain", "ClaimView", "Counterexample", "Step", "calculation_view", "view"]


@dataclass(frozen=True)
class Step:
    """One line of a derivation and why it equals the line before."""

    latex: str
    reason: Phrase
    verified: bool


@dataclass(frozen=True)
class Chain:
    """A run of lines, each equal to the one before, and all of them set for print."""

    title: Phrase
    steps: tuple[Step, ...]
    tex: str


@dataclass(frozen=True)
class ArrayView:
    """One array of a counterexample."""

    name: str
    latex: str


@dataclass(frozen=True)
class Counterexample:
    """The smallest sizes and arrays at which the two sides differ."""

    sizes: tuple[tuple[str, str], ...]
    index: tuple[str, ...]
    arrays: tuple[ArrayView, ...]
    functions: tuple[str, ...]
    lhs: str
    rhs: str
    of_shapes: bool
    direction: str
    sides: tuple[str, ...] = ()

    @property
    def compared(self) -> str:
        """What of a side is compared."""
        return "has the shape" if self.of_shapes else "is"


@dataclass(frozen=True)
class ClaimView:
    """Everything that is shown of one decided claim."""

    text: str
    latex: str
    verdict: str
    reason: str
    sized: bool
    assumptions: tuple[str, ...]
    condition: str
    counterexample: Counterexample | None
    checked_up_to: int | None
    chains: tuple[Chain, ...]


def view(result: Any, told: bool = True) -> ClaimView:
    """The plain data of a result of `symconv.prove`, with its derivation if that is to be told."""
    found = result.counterexample
    return ClaimView(
        text=result.claim.text,
        latex=broken(result.claim.latex()),
        verdict=result.verdict,
        reason=result.reason or "",
        sized=bool(result.claim.sizes),
        assumptions=tuple(map(condition_latex, result.assumptions)),
        condition="" if result.condition is None else str(result.condition),
        counterexample=None if found is None else _counterexample(result, found),
        checked_up_to=result.checked_up_to,
        chains=_chains(result.derivation) if told else (),
    )


def calculation_view(found: Any, text: str) -> ClaimView:
    """The plain data of a result of `symconv.calc`: its lines are shown as a chain, not as a statement."""
    results = [link.result for link in found.links]
    broken = results[found.broken] if found.broken is not None else None
    assumptions = dict.fromkeys(condition_latex(a) for result in results for a in result.assumptions)
    return ClaimView(
        text=text,
        latex="",
        verdict=found.verdict,
        reason=(broken.reason or "") if broken is not None else "",
        sized=bool(found.claim.sizes),
        assumptions=tuple(assumptions),
        condition="",
        counterexample=None,
        checked_up_to=None,
        chains=_chains(found.derivation),
    )


def _chains(derivation: Derivation | None) -> tuple[Chain, ...]:
    if derivation is None:
        return ()
    return tuple(
        Chain(
            chain.words(is_latex=True),
            tuple(Step(s.latex(), s.why(is_latex=True), s.verified) for s in chain.steps),
            align(replace(chain, given=())),
        )
        for chain in derivation.chains
        if chain.steps
    )


def _counterexample(result: Any, found: Any) -> Counterexample:
    return Counterexample(
        sizes=tuple((str(name), str(value)) for name, value in found.sizes.items()),
        index=tuple(str(i) for i in found.index or ()),
        arrays=tuple(ArrayView(str(name), array_latex(array, str(name))) for name, array in found.arrays.items()),
        functions=tuple(_function(str(n), values) for n, values in (found.functions or {}).items()),
        lhs=number_latex(found.lhs),
        rhs=number_latex(found.rhs),
        of_shapes=isinstance(found.lhs, tuple),
        direction=str(found.direction or ""),
        sides=tuple(side.latex for side in whole_sides(result)),
    )


def _function(name: str, values: Mapping[Any, Any]) -> str:
    """The values that a chosen function has to take, as LaTeX.

    >>> _function("f", {0: 1, 2: 0})
    'f(0)=1,\\\\ f(2)=0'
    """
    shown = name_latex(name)
    return r",\ ".join(f"{shown}({number_latex(x)})={number_latex(y)}" for x, y in values.items())
