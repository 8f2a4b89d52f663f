"""Derivations, their reasons verified: what they take, and how many steps are by arithmetic alone."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import process_time

from symconv import Result, prove

TESTS = Path(__file__).parent.parent / "tests"
VERDICTS = ("proved ", "refuted ", "unknown ")


def claims(count: int) -> list[str]:
    """Some of the laws and hard claims of the tests, evenly chosen."""
    lines = [
        line for name in ("laws.txt", "hard_claims.txt") for line in (TESTS / name).read_text("utf-8").splitlines()
    ]
    texts = [
        line.split(" ", 1)[1] if line.startswith(VERDICTS) else line for line in lines if line[:1] not in ("", "#")
    ]
    return texts[:: len(texts) // count][:count]


def report(count: int = 100) -> str:
    """Median and longest time, and steps without a rule of their own.

    Conditions of refuted claims are found before.
    """
    decided = [result for text in claims(count) if (result := prove(text)).verdict != "unknown"]
    timed = [(_seconds(result), str(result.claim)) for result in decided]
    derivations = [result.derivation for result in decided]
    steps = [s for d in derivations if d is not None for c in d.chains for s in c.steps if s.reason is not None]
    unnamed = [s for s in steps if s.reason is not None and s.reason.is_arithmetic]
    slowest, claim = max(timed)
    return (
        f"{len(timed)} derivations, {len(steps)} steps\n"
        f"median      {1e3 * median(s for s, _ in timed):7.1f} ms\n"
        f"slowest     {1e3 * slowest:7.1f} ms  {claim}\n"
        f"without a named rule {len(unnamed)}, {100 * len(unnamed) / len(steps):.1f} %"
    )


def _seconds(result: Result) -> float:
    """Processor time of the derivation and its LaTeX."""
    result.condition  # noqa: B018
    started = process_time()
    if result.derivation is not None:
        result.derivation.latex()
    return process_time() - started
