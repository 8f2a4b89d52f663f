"""A verdict told step by step: which chains tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis, parse
from symconv.derivations import entry_by_entry as entries
from symconv.derivations import instances
from symconv.derivations.chains import FALLBACK
from symconv.derivations.derivation import Derivation
from symconv.derivations.laid_out import Printing, Reason
from symconv.derivations.records import Chain, Step
from symconv.derivations.setting import Line
from symconv.derivations.told_statements import Told, derive, told, verified
from symconv.errors import SymconvError
from symconv.formulas.walking import substitute
from symconv.proving.hypotheses.case_split import cases
from symconv.proving.proof_search import prove


def tell(result: Any) -> Derivation | None:
    """The derivation of a verdict; None for one that is undecided.

    >>> from symconv.proving.proof_search import prove
    >>> print(prove("x[N], k[M]: convolve(x, k) == convolve(k, x)").derivation.text())
      convolve(x, k)[m]
    = Σ_{u=0}^{M-1} x[m-u]·k[u]                         definition of convolution
    = Σ_{u=0}^{N-1} x[u]·k[m-u]                         substitute u → m-u, entries outside x and k are zero
    = convolve(k, x)[m]                                 definition of convolution
    """
    chains = _chains(result)
    return None if chains is None else Derivation(chains, partial(tell, result))


def _chains(result: Any) -> tuple[Chain, ...] | None:
    """The chains of a verdict; None for one that is undecided."""
    claim = result.claim
    if result.verdict == "unknown":
        return None
    if result.verdict == "refuted" or any(link.relation == "!=" for link in claim.links):
        return (*instances.counterexample(result), *_repaired(result))
    if not (claim.tensors or claim.indices or claim.sizes or claim.parameters):
        literal = instances.literal(result)
        if literal is not None:
            return literal
    if claim.exactly is not None:
        return tuple(chain for link in claim.links for chain in _exactly(claim, link))
    return tuple(_equalities(claim))


def _equalities(claim: Any) -> Iterator[Chain]:
    """A chain for the links; each goes on where the one before ends."""
    steps: list[Step] = []
    ranges: tuple[tuple[str, Poly], ...] = ()
    for link in claim.links:
        made = told(claim, link, claim.hypotheses)
        tables = entries.has_tables(*made.stated.formulas)
        each = _entry_by_entry(made) if tables else ()
        more = () if each else _multiplied_out(made) if tables else derive(*made.sides, made.setting)
        if not tables and not _is_told(more):
            each = _entry_by_entry(made) or _by_cases(made, link, more)
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
        ranges = made.ranges
    if steps:
        yield _whole(steps, ranges)


def _whole(steps: Sequence[Step], ranges: tuple[tuple[str, Poly], ...], title: str = "", latex: str = "") -> Chain:
    """The steps as a chain; a single line is told to be both sides."""
    again = [replace(steps[0], reason=Reason("both sides read the same"))] if len(steps) == 1 else []
    return Chain((*steps, *again), title, title_latex=latex, ranges=ranges)


def _multiplied_out(made: Told) -> tuple[Step, ...]:
    """Literal arrays of too many entries to be told one by one, as one line if all sizes are numbers."""
    left, right = made.sides
    if made.stated.context.sizes or made.stated.context.parameters:
        return derive(left, right, made.setting)
    return verified([Line(left), Line(right, Reason(entries.MULTIPLIED_OUT))], made.setting)


def _entry_by_entry(made: Told) -> tuple[Chain, ...]:
    """A chain for each entry of arrays of a few entries; none where that does not succeed either."""
    left, right = made.sides
    setting = made.setting
    chains = []
    for values in entries.places(left) or ():
        lines = entries.route_at(substitute(left, values), substitute(right, values), setting)
        steps = verified(lines, setting) if lines else ()
        if not steps or not all(step.verified for step in steps):
            return ()
        at = ", ".join(f"{setting.printing.free.get(n, n)} = {v}" for n, v in values.items())
        titles = (f"For {at}:", f"For ${at}$:") if at else ("", "")
        chains.append(Chain(steps, titles[0], title_latex=titles[1]))
    return tuple(chains)


def _is_told(steps: Sequence[Step]) -> bool:
    """Whether all steps are verified, and none is by arithmetic alone."""
    return all(step.verified and FALLBACK not in step.rule for step in steps)


def _by_cases(made: Told, link: Any, steps: Sequence[Step]) -> tuple[Chain, ...]:
    """A chain for each alternative of an `or` among the hypotheses; none where that is no better than the steps."""
    chains = []
    for part in cases(made.hypotheses, made.stated):
        try:
            own = told(made.claim, link, part)
        except SymconvError:
            return ()
        lines = derive(*own.sides, own.setting)
        if not all(s.verified for s in lines) or not (_is_told(lines) or not all(s.verified for s in steps)):
            return ()
        added = [h for h in part if h not in made.hypotheses]
        text = " and ".join(h.text for h in added).replace("==", "=")
        shown = " and ".join(map(own.setting.printing.shown, added))
        chains.append(_whole(lines, own.ranges, f"For {text}:", f"For {shown}:"))
    return tuple(chains)


def _certified(made: Told, given: Sequence[TensorHypothesis]) -> tuple[Step, ...]:
    """Both sides of a claim that is proved from the equations of its condition, which no line in between could use."""
    left, right = made.sides
    reason = made.setting.printing.conditions(given) if given else Reason(FALLBACK)
    printing = made.setting.printing
    return Step(left, Reason(""), True, printing), Step(right, reason, True, printing)


def _exactly(claim: Any, link: Any) -> Iterator[Chain]:
    """That the condition suffices, then that nothing else does; the claim is proved."""
    condition = " and ".join(map(str, claim.exactly)).replace("==", "=")
    under = told(claim, link, (*claim.hypotheses, *claim.exactly))
    shown = " and ".join(map(under.setting.printing.shown, claim.exactly))
    lines = derive(*under.sides, under.setting)
    each = () if _is_told(lines) else _by_cases(under, link, lines)
    if not each and not all(step.verified for step in lines):
        lines = _certified(under, [h for h in claim.exactly if isinstance(h, TensorHypothesis)])
    yield from each or [_whole(lines, under.ranges, f"If {condition}:", f"If {shown}:")]
    free = told(claim, link, claim.hypotheses)
    if free.stated.right_index is None:
        return
    yield Chain(instances.only_if(free, under, condition), f"Only if {condition}:", title_latex=f"Only if {shown}:")


def _repaired(result: Any) -> Iterator[Chain]:
    """The derivation under the exact condition of a refuted claim."""
    if result.verdict != "refuted" or result.claim.exactly is not None:
        return
    if result.condition is None:
        return
    word = " and " if result.claim.hypotheses else " if "
    text = f"{result.claim}{word}{result.condition.text}"
    if result.condition.restriction:
        text += f" and {result.condition.restriction}"
    try:
        repaired = prove(parse(text))
    except SymconvError:
        return
    if repaired.verdict == "proved":
        added = [h for h in repaired.claim.hypotheses if h not in result.claim.hypotheses]
        shown = " and ".join(map(Printing().shown, added))
        title = f"It holds if {str(result.condition).replace('==', '=')}"
        for chain in tell(repaired).chains:  # type: ignore[union-attr]
            case = "; f" + chain.title[1:] if chain.title.startswith("For ") else ":"
            case_latex = "; f" + chain.title_latex[1:] if chain.title.startswith("For ") else ":"
            yield replace(chain, title=title + case, title_latex=f"It holds if {shown}{case_latex}")


__all__ = ["tell"]
