"""Whether the time to decide a claim depends on the concrete sizes in it."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks.timing import samples_ms, table
from benchmarks.warm import forget
from symconv.proving import prove

ROUNDS, RUNS = 4, 4
BAR = 2.0


def report(claims: Mapping[str, str], small: int, large: int) -> str:
    """The table of the same claims at both sizes."""
    rows = []
    for name, form in claims.items():
        texts = form.format(n=small), form.format(n=large)
        verdicts = {prove(text).verdict for text in texts}
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for text, found in zip(texts, spent, strict=True):
                found += samples_ms(lambda text=text: prove(text), forget, RUNS)  # type: ignore[misc]
        ms = [median(found) for found in spent]
        ratio = ms[1] / ms[0]
        cells = [name, "/".join(sorted(verdicts)), f"{ms[0]:.1f}", f"{ms[1]:.1f}", f"{ratio:.2f}"]
        rows.append([*cells, "missed" if ratio > BAR else ""])
    heads = ["claim", "verdict", f"{small}×{small}", f"{large}×{large}", "ratio", "bar"]
    return f"{table(heads, rows)}\nmilliseconds; bar: ratio {BAR:g}"
