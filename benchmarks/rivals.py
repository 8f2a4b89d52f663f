"""The same claims for SymPy and z3: written out at one size, and for every size where z3 can be told.

Every case runs in a process of its own, under a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import Any

from benchmarks.timing import limited, table
from benchmarks.warm import Warm
from benchmarks.written import IMAGE, KERNEL, WRITTEN, Algebra, Sides

SECONDS = 10.0
SUM_SECONDS = 4.0


@dataclass(frozen=True)
class Run:
    """An answer, and the milliseconds to state the claim and to decide it."""

    answer: str
    state: float
    decide: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.state + self.decide


def sympy_run(write: Callable[[Algebra], Sides]) -> Run:
    """Expand the difference of each pair of entries until one is not zero."""
    import sympy

    algebra = Algebra(sympy.Symbol, lambda terms: sympy.Add(*terms), sympy.Function("f"))
    return _timed(
        lambda: list(write(algebra)),
        lambda sides: "differ" if any(sympy.expand(a - b) != 0 for a, b in sides) else "equal",
    )


def z3_run(write: Callable[[Algebra], Sides]) -> Run:
    """Look for real entries at which some pair differs."""
    import z3

    function = z3.Function("f", z3.RealSort(), z3.RealSort())
    algebra = Algebra(z3.Real, z3.Sum, function)
    z3.Solver().check(z3.Real("x") * z3.Real("x") < 0)  # sets z3 up, off the clock
    return _timed(
        lambda: list(write(algebra)),
        lambda sides: _checked(z3.Or([a != b for a, b in sides])),
    )


def z3_symbolic_run(formula: Callable[[], Any]) -> Run:
    """Look for sizes and indices that satisfy a formula."""
    import z3

    z3.Solver().check(z3.Int("x") * z3.Int("x") < 0)  # sets z3 up, off the clock
    return _timed(formula, _checked)


def _timed(state: Callable[[], Any], decide: Callable[[Any], str]) -> Run:
    started = process_time()
    stated = state()
    between = process_time()
    answer = decide(stated)
    return Run(answer, (between - started) * 1e3, (process_time() - between) * 1e3)


def _checked(formula: Any) -> str:
    import z3

    solver = z3.Solver()
    solver.add(formula)
    return {"sat": "differ", "unsat": "equal"}.get(str(solver.check()), "unknown")


def report(warm: Mapping[str, Warm]) -> str:
    """The tables beside the warm times of symconv in the same run."""
    from benchmarks.indexed import COEFFICIENTS, SUMS

    rows = []
    for name, ours in warm.items():
        if name in WRITTEN:
            runs = [limited(partial(run, WRITTEN[name]), SECONDS) for run in (sympy_run, z3_run)]
            cells = [cell for run in runs for cell in _cells(run, ours, written_out=True)]
            rows.append([name, ours.verdict, f"{ours.prove:.1f}", *cells])
    heads = ["claim", "symconv", "ms"]
    heads += [head for rival in ("SymPy", "z3") for head in (rival, "write", "decide", "×", "× decide")]
    concrete = table(heads, rows)

    rows = []
    for label, formulas, seconds in (("coefficients", COEFFICIENTS, SECONDS), ("sums", SUMS, SUM_SECONDS)):
        for name, formula in formulas.items():
            run = limited(partial(z3_symbolic_run, formula), seconds)
            ours = warm[name]
            cells = _cells(run, ours, written_out=False)
            rows.append([name, label, ours.verdict, f"{ours.prove:.1f}", f"{ours.isl:.1f}", *cells])
    symbolic = table(["claim", "as", "symconv", "ms", "in isl", "z3", "ms", "×", "× isl"], rows)
    return (
        f"One size, {IMAGE}×{IMAGE} with {KERNEL}×{KERNEL}; a * marks an answer that is right at this size only.\n\n"
        f"{concrete}\nmilliseconds; limit {SECONDS:g} s a case; × is the rival's time over symconv's, for writing out "
        f"and deciding together, and for deciding alone\n\nEvery size.\n\n{symbolic}\n"
        f"limits {SECONDS:g} s and {SUM_SECONDS:g} s a case"
    )


def _cells(run: Run | None, ours: Warm, written_out: bool) -> list[str]:
    if run is None:
        return ["timeout", *[""] * (4 if written_out else 3)]
    agrees = run.answer == {"proved": "equal", "refuted": "differ"}.get(ours.verdict)
    answer = run.answer + "*" * (not agrees and run.answer != "unknown")
    if not written_out:
        return [answer, f"{run.total:.1f}", f"{run.total / ours.prove:.1f}", f"{run.total / ours.isl:.1f}"]
    ratios = run.total / ours.prove, run.decide / ours.prove
    return [answer, f"{run.state:.0f}", f"{run.decide:.1f}", f"{ratios[0]:.0f}", f"{ratios[1]:.1f}"]
