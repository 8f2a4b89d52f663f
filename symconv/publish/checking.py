"""Claims in documents: which lines state one, and whether it comes out as expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from symconv.displays.claim_record import ClaimRecord, record_of_calculation
from symconv.publish.blocks import DERIVATIONS, OPTIONS

if TYPE_CHECKING:
    from symconv.claims import Claim
    from symconv.derivations.lemmas import Lemma
    from symconv.kernel.verdicts import Verdict, VerdictWord
    from symconv.pictures import Picture
    from symconv.results import Result

__all__ = [
    "VERDICTS",
    "Earlier",
    "Outcome",
    "check",
    "check_calculation",
    "claims_in",
    "earlier_claims",
    "option_problem",
]

VERDICTS: tuple[VerdictWord, ...] = ("proved", "refuted", "unknown")
_STATUS = {"proved": 1, "refuted": 1, "unknown": 3}


@dataclass(frozen=True)
class Outcome:
    """A claim after checking: what to show, and the problem if there is one."""

    record: ClaimRecord | None
    message: str = ""
    status: int = 0
    picture: Picture | None = None


def claims_in(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The claims in a block of text, each with the number of its line within the block.

    Each line states a claim; an indented line continues the one before.

    >>> claims_in(["x[n]: x == x", "", "A[n,n]:", "  A == A.T"])
    [(0, 'x[n]: x == x'), (2, 'A[n,n]: A == A.T')]
    """
    claims: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if line[:1].isspace() and line.strip() and claims:
            start, text = claims[-1]
            claims[-1] = (start, f"{text} {line.strip()}")
        elif line.strip():
            claims.append((number, line.strip()))
    return claims


def option_problem(block: str, name: str, value: str) -> str:
    """What is wrong with an option of a block, or nothing.

    >>> option_problem("calc", "figure", "window")
    'a calc block has no option figure; it has name, expect, derivation, caption'
    """
    known = OPTIONS[block]
    if name not in known:
        return f"a {block} block has no option {name}" + (f"; it has {', '.join(known)}" if known else "")
    allowed = {"derivation": DERIVATIONS, "expect": VERDICTS}.get(name)
    if allowed and value not in allowed:
        return f"the option {name} is one of {', '.join(allowed)}, not '{value}'"
    return "" if value else f"the option {name} says nothing"


@dataclass(frozen=True)
class Earlier:
    """A claim that a later one may use: its name and text, and whether the later one asks for it."""

    name: str
    text: str
    asked: bool = False


def earlier_claims(
    stated: Iterable[tuple[str, str, Mapping[str, str]]],
) -> Iterator[tuple[tuple[Earlier, ...], tuple[str, ...]]]:
    """For each block, text and options of a document: the claims with names before it, and names asked for in vain.

    A calculation uses none: its lines are its author's.
    """
    before: dict[str, str] = {}
    for block, text, options in stated:
        wanted = [name.strip() for name in options.get("using", "").split(",") if name.strip()]
        known = before.items() if block == "claim" else ()
        usable = tuple(Earlier(name, other, name in wanted) for name, other in known if other != text)
        yield usable, tuple(name for name in wanted if name not in before)
        if block == "claim" and options.get("name") and options.get("expect", "proved") == "proved":
            before[options["name"]] = text


def _lemmas(earlier: Sequence[Earlier]) -> Iterator[Lemma]:
    """What the earlier claims come to, those left out that are no steps unless they are asked for."""
    from symconv.derivations.lemmas import Lemma
    from symconv.errors import SymconvError

    for each in earlier:
        try:
            yield Lemma.of(each.name, _decided(each.text), each.asked)
        except SymconvError:
            if each.asked:
                raise


@lru_cache(maxsize=256)  # each claim of a document asks for those before it
def _decided(text: str) -> Verdict:
    from symconv.proving.proof_search import prove

    return prove(text)


def check(
    claim: str | Claim,
    expect: str = "proved",
    condition: str | None = None,
    figure: str | None = None,
    told: bool = True,
    timeout: float | None = None,
    *,
    shown: bool = True,
    earlier: Sequence[Earlier] = (),
) -> Outcome:
    """Decide a claim, compare the outcome with what its author expects, and draw the figure asked for.

    Its derivation is made if it is to be told, of `earlier` claims too; if it is not to be shown, an outcome as
    expected has no record.
    """
    from symconv.errors import SymconvError
    from symconv.results import prove

    if expect not in VERDICTS:
        return Outcome(None, f"error: a claim is expected to be {', '.join(VERDICTS)}, not '{expect}'", 2)
    try:
        result = prove(claim, timeout=timeout)
        is_expected = result.verdict == expect
        if told and shown and earlier:
            result = replace(result, lemmas=tuple(_lemmas(earlier)))
        record = result.shown(told and shown) if shown or not is_expected else None
    except SymconvError as error:
        return Outcome(None, f"error: {error}", 2)
    except Exception as error:  # a defect in the prover must not hide the other failures
        return Outcome(None, f"the prover failed on {str(claim)!r}: {type(error).__name__}: {error}", 3)
    if record is not None and not isinstance(claim, str):
        record = replace(record, text=str(claim))
    outcome = Outcome(record)
    if record is not None and not is_expected:
        outcome = replace(outcome, message=_unexpected(record, expect), status=_STATUS[record.verdict])
    elif condition is not None:
        outcome = _with_condition(outcome, result, condition)
    return outcome if outcome.message or figure is None else _drawn(outcome, result, figure)


def _with_condition(outcome: Outcome, result: Result, expected: str) -> Outcome:
    """The outcome where an exact condition is expected."""
    from symconv.errors import SymconvError

    try:
        wanted = result.claim.exact_condition(expected)
    except SymconvError as error:
        return replace(outcome, message=f"error: {error}", status=2)
    if result.condition is not None and wanted.says_the_same(result.condition):
        return outcome
    message = f"expected the condition {expected}, but it is {result.condition or 'none'}: {result.claim.text}"
    return replace(outcome, message=message, status=1)


def _drawn(outcome: Outcome, result: Result, figure: str) -> Outcome:
    from symconv.errors import SymconvError
    from symconv.pictures import of

    try:
        return replace(outcome, picture=of(result, figure))
    except SymconvError as error:
        return replace(outcome, message=f"error: {error}", status=2)


def check_calculation(text: str, expect: str = "proved") -> Outcome:
    """Check a chain of lines, each link by itself, and compare the outcome with what its author expects."""
    from symconv.derivations.calculation import calc
    from symconv.errors import SymconvError

    if expect not in VERDICTS:
        return Outcome(None, f"error: a calculation is expected to be {', '.join(VERDICTS)}, not '{expect}'", 2)
    try:
        found = calc(text)
    except SymconvError as error:
        return Outcome(None, f"error: {error}", 2)
    shown = record_of_calculation(found, text)
    if found.verdict == expect:
        return Outcome(shown)
    told = str(found).splitlines()[-1] if found.broken is not None else "every link holds"
    return Outcome(shown, f"expected {expect}, but {found.verdict}: {told}", _STATUS[found.verdict])


def _unexpected(shown: ClaimRecord, expect: str) -> str:
    lines = [f"expected {expect}, but {shown.verdict}: {shown.text}"]
    if shown.reason:
        lines.append(f"  reason: {shown.reason}")
    found = shown.counterexample
    if found is not None:
        sizes = ", ".join(f"{name}={value}" for name, value in found.sizes.items())
        entry = f" at [{', '.join(map(str, found.index))}]" if found.index else ""
        what = "witness" if shown.verdict == "proved" else "counterexample"
        values = f"{found.lhs} against {found.rhs}"
        lines.append(f"  {what}: {sizes or 'no sizes'}{entry}: {values}")
    if shown.condition is not None:
        lines.append(f"  it holds exactly if {shown.condition}")
    return "\n".join(lines)
