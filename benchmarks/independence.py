"""Whether the time to decide a claim depends on the concrete sizes in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from statistics import median

from benchmarks.timing import limited, samples_ms, table
from benchmarks.warm import forget
from symconv.results import prove

ROUNDS, RUNS = 3, 3
SECONDS = 6.0
BAR = 2.0


def report(claims: Mapping[str, str], small: int, large: int) -> str:
    """The table of the same claims at both sizes."""
    rows = []
    for name, form in claims.items():
        texts = form.format(n=small), form.format(n=large)
        verdict = prove(texts[0]).verdict
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):  # in turn, so that a busy machine is busy for both
            runs = [limited(partial(_series, text, verdict), SECONDS) for text in texts]
            if None in runs:
                break
            for found, more in zip(spent, runs, strict=True):
                found += more
        else:
            ms = [median(found) for found in spent]
            ratio = ms[1] / ms[0]
            mark = "missed" if ratio > BAR else ""
            rows.append([name, verdict, f"{ms[0]:.1f}", f"{ms[1]:.1f}", f"{ratio:.2f}", mark])
            continue
        rows.append([name, verdict, "", "timeout", "", "missed"])
    heads = ["claim", "verdict", f"{small}×{small}", f"{large}×{large}", "ratio", "bar"]
    return f"{table(heads, rows)}\nmilliseconds; limit {SECONDS:g} s for {RUNS + 1} runs; bar: ratio {BAR:g}"


def _series(text: str, verdict: str) -> list[float]:
    """The milliseconds of several runs, all of which must come to the verdict."""
    verdicts: set[str] = set()
    spent = samples_ms(lambda: verdicts.add(prove(text).verdict), forget, RUNS)
    if verdicts != {verdict}:
        raise RuntimeError(f"{text}: {verdicts}, not {verdict}")
    return spent
