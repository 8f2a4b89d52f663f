"""Random claims, and what a second opinion says of their verdicts, conditions and derivations.

    python tests/judge_claims.py --claims 100000 --jobs 2 --seed 1 --log claims.log

One line a problem with the claim; at the end the table by form and verdict. With `--log` every claim leaves a line, and
a run that is started again with the same log goes on where it ended.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from independent.drawing import drawn_claim
from independent.judging import judge_condition, judged
from independent.lines import judge_derivation
from independent.reading import Unreadable, read
from independent.trials import Judge, Opinion

from symconv import prove
from symconv.batches import run_all
from symconv.errors import SymconvError

SLOW = 10.0  # seconds of the processor; a wall clock would count what else runs


@dataclass(frozen=True)
class Judged:
    """One claim, its verdict, and the problems that were seen."""

    number: int
    form: str
    claim: str
    verdict: str
    problems: tuple[str, ...]
    points: int = 0
    condition: bool = False
    lines: int = 0
    prove_s: float = 0.0
    why: str = ""


class Late(BaseException):
    """The time of one claim is over."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def ring(*_: Any) -> None:
        raise Late

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def judge(number: int, form: str, claim: str, seed: int, points: int, seconds: float, tell: bool = True) -> Judged:
    """What prove says of a claim, and what is wrong with it; where it is told, conditions and derivations too."""
    start = time.process_time()
    problems: list[str] = []
    outcome: Any
    try:
        with limited(6 * SLOW):
            outcome = prove(claim)
    except SymconvError as error:
        outcome = error
    except Late:
        return Judged(number, form, claim, "late", (f"slow: over {6 * SLOW:.0f} s",))
    except Exception as error:
        return Judged(number, form, claim, "crash", (f"crash: {type(error).__name__}: {error}"[:300],))
    took = time.process_time() - start
    if took > SLOW:
        problems.append(f"slow: {took:.1f} s")
    verdict = "error" if isinstance(outcome, SymconvError) else outcome.verdict
    rng = random.Random(f"{seed}/{number}")
    condition, lines = False, 0
    try:
        with limited(SLOW):
            opinion = judged(claim, outcome, rng, points, seconds)
    except Late:
        opinion = Opinion("unreadable", "too slow to be tried")
    except Exception as error:
        opinion = Opinion("unreadable", "")
        problems.append(f"not tried: {type(error).__name__}: {error}"[:300])
    if opinion.kind in ("contradiction", "empty"):
        problems.append(f"{opinion.kind}: {opinion.why}")
    elif tell and opinion.kind == "consistent" and verdict in ("proved", "refuted"):
        said, condition, lines = told(claim, outcome, rng, points, seconds)
        problems += said
    if opinion.kind == "unreadable":
        verdict += " (unread)"
    why = str(outcome) if verdict.startswith("error") else outcome.reason or ""
    if opinion.kind == "unreadable":
        why += f" | {opinion.why}"
    return Judged(number, form, claim, verdict, tuple(problems), opinion.points, condition, lines, round(took, 3), why)


def told(claim: str, result: Any, rng: random.Random, points: int, seconds: float) -> tuple[list[str], bool, int]:
    """Problems with the condition and the derivation; whether there was a condition; how many lines were compared."""
    question, problems = read(claim), []
    try:
        with limited(6 * SLOW):
            condition = result.condition if result.verdict == "refuted" else None
            derivation = result.derivation
    except Late:
        return [f"slow: condition or derivation over {6 * SLOW:.0f} s"], False, 0
    except Exception as error:
        return [f"crash: condition or derivation: {type(error).__name__}: {error}"[:300]], False, 0
    if condition is not None:
        try:
            only = [condition.restriction] if condition.restriction is not None else []
            only += result.assumptions if question.exact is not None else ()  # where that is defined
            restriction = " and ".join(f"({c})" for c in only) or None
            opinion = judge_condition(Judge(question, rng, points, seconds), condition.text, restriction, result.link)
            if opinion.kind == "contradiction":
                problems.append(f"condition: {opinion.why}")
        except Unreadable:
            condition = None
    lines = 0
    if derivation is not None:
        try:
            opinion = judge_derivation(Judge(question, rng, points, seconds), result, derivation)
        except Exception as error:
            return [*problems, f"crash: a line: {type(error).__name__}: {error}"[:300]], condition is not None, 0
        lines = opinion.points
        if opinion.kind == "contradiction":
            problems.append(f"line: {opinion.why}")
    return problems, condition is not None, lines


def numbered(seed: int, numbers: Iterable[int], form: str | None = None) -> Iterator[tuple[int, str, str]]:
    """The claims of a seed, of all forms or of one; each depends on its number alone."""
    for number in numbers:
        yield (number, *drawn_claim(random.Random(f"{seed}-{number}"), form))


_Task: TypeAlias = "tuple[int, int, int, float, int, str | None]"


def _lost(task: _Task, why: str) -> Judged:
    """What stands for a claim whose worker has died or hangs."""
    ((number, form, claim),) = numbered(task[1], [task[0]], task[-1])
    return Judged(number, form, claim, "crash", (f"crash: {why}",))


def _work(task: _Task) -> Judged:
    number, seed, points, seconds, every, wanted = task
    ((_, form, claim),) = numbered(seed, [number], wanted)
    return judge(number, form, claim, seed, points, seconds, tell=number % every == 0)


def _collect_rarely() -> None:
    """What is imported stays, and a full collection would take half a second of a claim's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def judge_all(
    seed: int,
    numbers: Iterable[int],
    jobs: int,
    points: int,
    seconds: float,
    every: int = 1,
    form: str | None = None,
) -> Iterator[Judged]:
    """Each claim's verdict is judged; conditions and derivations, which take longer, are those of every so many."""
    tasks = [(number, seed, points, seconds, every, form) for number in numbers]
    if jobs == 1:
        yield from run_all(_work, tasks, _lost)
        return
    with ProcessPoolExecutor(jobs, initializer=_collect_rarely) as pool:
        yield from run_all(_work, tasks, _lost, pool, late=60 * SLOW)


@dataclass
class Summary:
    """What was seen, by form and verdict."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: int = 0
    compared: int = 0
    conditions: int = 0
    lines: int = 0
    slowest: float = 0.0

    def add(self, one: Judged) -> None:
        self.counts[one.form, one.verdict] += 1
        self.problems += bool(one.problems)
        self.compared += one.points > 0
        self.conditions += one.condition
        self.lines += one.lines
        self.slowest = max(self.slowest, one.prove_s)

    def __str__(self) -> str:
        forms, verdicts = (sorted({key[k] for key in self.counts}) for k in (0, 1))
        rows = [["form", *verdicts, "all"]]
        for form in [*forms, "all"]:
            numbers = [sum(self.counts[f, v] for f in ([form] if form != "all" else forms)) for v in verdicts]
            rows.append([form, *map(str, numbers), str(sum(numbers))])
        widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=False))])
            for row in rows
        ]
        lines.append(
            f"{self.problems} claims with problems; {self.compared} claims, {self.conditions} conditions and "
            f"{self.lines} pairs of lines were compared; the slowest took {self.slowest:.1f} s"
        )
        return "\n".join(lines)


def known_problems(path: Path) -> dict[tuple[str, str], str]:
    """What is known to be wrong: the root of each (kind of problem, claim)."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {(kind, claim): root for root, kind, claim in (line.split("\t") for line in lines)}


def root_of(claim: str, problem: str, known: dict[tuple[str, str], str]) -> str | None:
    return known.get((problem.split(":")[0], claim))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--points", type=int, default=12, help="sizes at which a claim is tried")
    parser.add_argument("--seconds", type=float, default=0.5, help="time to try one claim")
    parser.add_argument("--log", type=Path, help="a line of JSON a claim; a further run goes on where it ends")
    parser.add_argument("--form", help="claims of this form only")
    parser.add_argument("--claim", help="judge this claim only")
    options = parser.parse_args()
    if options.claim:
        print(
            json.dumps(
                asdict(judge(0, "given", options.claim, options.seed, options.points, options.seconds)), indent=1
            )
        )
        return 0
    before = _logged(options.log) if options.log else []
    done = {one.number for one in before}
    todo = [number for number in range(options.claims) if number not in done]
    summary = Summary()
    for one in before:
        summary.add(one)
    with options.log.open("a") if options.log else nullcontext() as log:
        for one in judge_all(options.seed, todo, options.jobs, options.points, options.seconds, form=options.form):
            summary.add(one)
            if log:
                print(json.dumps(asdict(one)), file=log, flush=True)
            for problem in one.problems:
                print(one.number, one.form, one.verdict, one.claim, problem, sep="\t", flush=True)
    print(summary)
    return int(summary.problems > 0)


def _logged(path: Path) -> list[Judged]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [Judged(**{**(record := json.loads(line)), "problems": tuple(record["problems"])}) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
