"""How long a claim takes in a process that has proved others before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.timing import isl_clock, median_ms, table
from symconv.kernel import terms
from symconv.kernel.evaluator import entry_of
from symconv.kernel.verdicts import Verdict
from symconv.proving import proof_search
from symconv.proving.hypotheses import usable
from symconv.results import prove

RUNS, SLOW_RUNS = 9, 3
PROVE_BAR, ISL_BAR = 50.0, 5.0


@dataclass(frozen=True)
class Warm:
    """Medians in milliseconds."""

    verdict: str
    prove: float
    cached: float
    isl: float
    derive: float
    condition: float | None

    @property
    def misses(self) -> bool:
        """Whether a bar is missed."""
        return self.prove > PROVE_BAR or self.isl > ISL_BAR


def forget() -> None:
    """Forget all claims that were read and unfolded, so that the next one is read, and its nodes built, anew."""
    proof_search._parsed.cache_clear()
    terms._terms_at.cache_clear()
    terms._terms_of.cache_clear()
    entry_of.cache_clear()
    usable._filed.cache_clear()


def measure(text: str) -> Warm:
    """Time a claim."""
    results: list[Verdict] = []

    def proved() -> None:
        forget()
        results.append(prove(text))

    fresh = median_ms(lambda: prove(text), forget, RUNS)
    cached = median_ms(lambda: prove(text), runs=RUNS)
    derive = median_ms(lambda: results[-1].derivation, proved, SLOW_RUNS)
    refuted = results[-1].holds is False
    condition = median_ms(lambda: results[-1].condition, proved, SLOW_RUNS) if refuted else None
    return Warm(results[-1].verdict, fresh, cached, _inside_isl(text), derive, condition)


def _inside_isl(text: str) -> float:
    spent = []
    with isl_clock() as clock:
        for _ in range(RUNS):
            forget()
            before = clock.seconds
            prove(text)
            spent.append((clock.seconds - before) * 1e3)
    return median(spent)


def report(claims: Mapping[str, str]) -> tuple[str, dict[str, Warm]]:
    """The table over all claims, and its numbers."""
    found = {name: measure(text) for name, text in claims.items()}
    rows = [
        [
            name,
            w.verdict,
            f"{w.prove:.1f}",
            f"{w.isl:.1f}",
            f"{w.isl / w.prove:.0%}",
            f"{w.cached:.1f}",
            f"{w.derive:.1f}",
            "" if w.condition is None else f"{w.condition:.1f}",
            "missed" if w.misses else "",
        ]
        for name, w in found.items()
    ]
    heads = ["claim", "verdict", "prove", "in isl", "share", "again", "derivation", "condition", "bar"]
    over_all = f"median prove {median(w.prove for w in found.values()):.1f} ms"
    return f"{table(heads, rows)}\n{over_all}; bars: prove {PROVE_BAR:g} ms, isl {ISL_BAR:g} ms", found
