"""Verdicts on random claims against brute force at small sizes.

    python tests/soundness.py --claims 10000 --jobs 2

prints each problem and a table by family. The exit status is 1 if there is a problem: a wrong verdict, counterexample,
assumption or condition, a crash, or a verdict that takes too long.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations_with_replacement, product
from multiprocessing import Pool
from random import Random
from typing import Any

import exactness
import numpy as np
from fitting import draw
from limited import limited
from oracle import Question, _split, close, concrete, hashed, looked_up, number
from random_claims import RandomClaim, claim
from references import OutsideError, UnclearError

from symconv.claims import parse
from symconv.errors import SymconvError, Unsupported
from symconv.numerics.evaluation import evaluate
from symconv.results import prove

LARGEST = 4
MAX_CASES = 36
MIN_CASES = 10
MIN_EXACT = 4
MAX_CANDIDATES = 4000
MAX_ENTRIES = 120
BOUND = 30
"""The largest random entry: products of several are still exact in floating point."""
SECONDS = 10
"""The limit on a claim with its condition."""
SLOW = 4
"""The limit on a verdict alone."""
TRIES = 4
"""How often a condition must look wrong: random entries may be equal by chance."""
MAX_REASONS = 40
MAX_REASON = 160
AIM = 2
"""What a verdict is to take at most; the table counts those that take longer."""


@dataclass
class Finding:
    """What came of one claim; `problems` are wrong verdicts and anything else that must not be.

    `checked` and `exact` count the sizes at which the verdict and the exact condition were compared.
    """

    claim: RandomClaim
    verdict: str = ""
    reason: str | None = None
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    checked: int = 0
    condition: str = ""
    direction: str | None = None
    exact: int = 0


def check(drawn: RandomClaim, spent: float = 0.3) -> Finding:
    """Prove the claim, and compare the verdict with brute force for about `spent` seconds."""
    found = Finding(drawn)
    started = time.process_time()
    result = None
    try:
        with limited(SECONDS):
            result = prove(drawn.text)
    except SymconvError as error:
        found.verdict, found.reason = "error", str(error).splitlines()[0]
        if isinstance(error, Unsupported) or "unknown name" in found.reason:
            return found
    except Exception as error:
        found.verdict, found.problems = "crash", [f"{type(error).__name__}: {error}"]
        return found
    found.seconds = time.process_time() - started
    if found.seconds > SLOW:
        found.problems.append(f"took {found.seconds:.1f} s")
    try:
        with limited(SECONDS):
            _ = result.condition if result is not None else None
    except Exception as error:
        found.verdict, found.problems = "crash", [*found.problems, f"condition: {type(error).__name__}: {error}"]
        return found
    try:
        _Comparison(drawn.text, found, spent).run(result)
    except Exception as error:
        found.problems.append(f"the check itself failed: {type(error).__name__}: {error}")
    return found


class _Comparison:
    """One verdict against the claim's text at small sizes."""

    def __init__(self, text: str, found: Finding, spent: float) -> None:
        self.question = Question(text)
        self.found = found
        self.random = Random(text)
        self.functions = {f: hashed(k + 1) for k, f in enumerate(self.question.functions)}
        self.spent = spent
        self.assumed = self.question.conditions if self.question.word == "if" else []

    def problem(self, text: str) -> None:
        """Note what is wrong, once for each kind."""
        if not any(p[:24] == text[:24] for p in self.found.problems):
            self.found.problems.append(text)

    def cases(self) -> Iterator[dict[str, int]]:
        """Small sizes and parameters: the smallest, and a random choice of the others."""
        found = [v for v in self._candidates() if self._fits(v)]
        found.sort(key=lambda v: sum(abs(v[n]) for n in v))
        few = MAX_CASES // 2
        rest = found[few:]
        yield from found[:few] + (rest if len(rest) <= few else self.random.sample(rest, few))

    def _candidates(self) -> list[dict[str, int]]:
        """All small sizes and parameters, or of many those near the smallest, and random ones."""
        q = self.question
        names = [*q.sizes, *q.parameters]
        plain = _plain_sizes(q)
        least = [1 if n in plain else 0 if n in q.sizes else -2 for n in names]
        if (LARGEST + 2) ** len(names) <= MAX_CANDIDATES:
            every = product(*(range(low, LARGEST + 1) for low in least))
            return [dict(zip(names, c, strict=True)) for c in every]
        base = {n: max(low, 0) for n, low in zip(names, least, strict=True)}
        near = [c for k in range(4) for c in combinations_with_replacement(names, k)]
        found = [{n: base[n] + c.count(n) for n in names} for c in near]
        found += [
            {n: self.random.randint(low, 3) for n, low in zip(names, least, strict=True)}
            for _ in range(MAX_CANDIDATES // 8)
        ]
        return [dict(v) for v in dict.fromkeys(tuple(v.items()) for v in found)]

    def _fits(self, values: Mapping[str, int]) -> bool:
        q = self.question
        try:
            shapes = [q.shape(t, values) for t in q.tensors]
        except OutsideError:
            return False
        sizes = [c for c in self.assumed if c in q.size_conditions]
        return (
            all(n >= 1 for s in shapes for n in s)
            and sum(int(np.prod(s)) for s in shapes) <= MAX_ENTRIES
            and all(q.holds(c, values, {}) for c in sizes)
        )

    def run(self, result: Any) -> None:
        """Compare everything that the result says."""
        q = self.question
        hypotheses = [c for c in self.assumed if c in q.tensor_conditions]
        answers: list[tuple[dict[str, int], str]] = []
        started = time.process_time()
        for values in self.cases():
            if len(answers) >= MIN_CASES and time.process_time() - started > self.spent:
                break
            try:
                answer = self._answer(values, hypotheses)
            except OutsideError:
                answer = "outside"
            except UnclearError:
                continue
            answers.append((values, answer))
            if result is not None and q.word != "iff":
                self._assumptions(result, values, answer)
        self.found.checked = sum(a != "outside" for _, a in answers)
        if result is None:
            if self.found.checked == len(answers) > 5:
                self.problem(f"error although the sides are defined at {answers[0][0]}")
            return
        self.found.verdict, self.found.reason = result.verdict, result.reason
        if q.word == "iff":
            self._exactly(result, [v for v, _ in answers])
        else:
            self._verdict(result, [(v, a) for v, a in answers if a != "outside"])
        if result.condition is not None:
            self.found.condition = str(result.condition)
            self._condition(result, [v for v, _ in answers], hypotheses)
        self._numerics([v for v, a in answers if a == "equal"])

    def _answer(self, values: Mapping[str, int], conditions: list[str], draws: int = 2) -> str:
        for _ in range(draws):
            arrays = draw(self.question, values, self.random, conditions, BOUND)
            answer = self.question.answer(values, arrays, self.functions)
            if answer != "equal":
                return answer
        return "equal"

    def _assumptions(self, result: Any, values: Mapping[str, int], answer: str) -> None:
        holds = all(self.question.holds(a, values, {}) for a in self._on_sizes(result))
        if holds != (answer != "outside"):
            assumed = " and ".join(map(str, result.assumptions)) or "nothing"
            if answer == "outside" and result.reason == "shape":
                return
            self.problem(f"assumptions: {assumed} at {values}, where the sides are {'' if holds else 'not '}undefined")

    def _on_sizes(self, result: Any) -> list[str]:
        """The assumptions that do not say which values free indices take."""
        return [str(a) for a in result.assumptions if not _names(str(a)) & set(self.question.free)]

    def _verdict(self, result: Any, answers: list[tuple[dict[str, int], str]]) -> None:
        q = self.question
        differing = [v for v, a in answers if a != "equal"]
        equal = result.verdict == ("proved" if q.relations[0] == "==" else "refuted")
        if result.verdict == "unknown":
            upto = result.checked_up_to or 0
            if any(max(map(abs, v.values()), default=0) <= upto for v in differing):
                self.problem(f"unknown, said to hold up to {upto}, but they differ at {differing[0]}")
        elif equal and differing:
            self.problem(f"{result.verdict}, but they differ at {differing[0]}")
        elif not equal and q.relations[0] == "==":
            self._replay(result.counterexample)
            differing = [v for v, a in answers if a == ("shape" if result.reason == "shape" else "differ")]
            smallest = min((sum(v[s] for s in q.sizes) for v in differing), default=None)
            reported = sum(result.counterexample.sizes.get(s, 0) for s in q.sizes)
            if smallest is not None and smallest < reported:
                self.problem(
                    f"not the smallest: {dict(result.counterexample.sizes)}, but they differ at "
                    f"{next(v for v in differing if sum(v[s] for s in q.sizes) == smallest)}"
                )
        elif not equal and not differing and self.found.checked > 8:
            self.problem("proved to differ, but never seen to")

    def _given(self, example: Any) -> tuple[dict[str, int], dict[str, Any], dict[str, Any]]:
        arrays = {name: concrete(a) for name, a in example.arrays.items()}
        functions = {f: looked_up(example.functions.get(f, {})) for f in self.question.functions}
        return dict(example.sizes), arrays, functions

    def _replay(self, example: Any) -> None:
        """The counterexample's sides, computed again."""
        q = self.question
        values, arrays, functions = self._given(example)
        for t in q.tensors:
            if t.name in arrays and np.iscomplexobj(arrays[t.name]) and not t.is_complex:
                self.problem(f"complex entries in the real tensor {t.name}")
            if t.name in arrays and np.shape(arrays[t.name]) != q.shape(t, values):
                self.problem(f"the counterexample's {t.name} has another shape")
        try:
            arrays = arrays or draw(q, values, self.random, [c for c in self.assumed if c in q.tensor_conditions])
        except UnclearError:
            return
        for c in self.assumed:
            if not q.holds(c, {**values, **q.at_index(example.index)}, arrays, functions):
                self.problem(f"the counterexample at {values} does not satisfy {c}")
        try:
            chosen = example.index[: len(q.free)] or next(iter(q.free_values(values, arrays, functions)), {}).values()
            free = dict(zip(q.free, chosen, strict=True))
            pairs = [q.sides(link, {**values, **free}, arrays, functions) for link in range(len(q.relations))]
        except UnclearError:
            return
        index = tuple(example.index[len(q.free) :])
        problems = [_example_problem(left, right, index, example) for left, right in pairs]
        if None not in problems and problems[0] is not None:
            self.problem(f"{problems[0]} at {values}")

    # Exact conditions

    def _exactly(self, result: Any, sizes: list[dict[str, int]]) -> None:
        q = self.question
        if result.verdict == "proved":
            self._exact(q.conditions, "", sizes, [])
        elif result.verdict == "refuted":
            example = result.counterexample
            values, arrays, functions = self._given(example)
            direction = self.found.direction = example.direction
            named = [t.name for t in q.tensors if any(t.name in c for c in q.tensor_conditions)]
            if direction == "if":
                self.assumed = q.conditions
                self._replay(example)
                self.assumed = []
            elif direction == "only if":
                if all(q.holds(c, values, arrays, functions) for c in q.conditions):
                    self.problem("the counterexample to 'only if' satisfies the condition")
                for _ in range(3):
                    drawn = {**draw(q, values, self.random), **{n: a for n, a in arrays.items() if n in named}}
                    if q.answer(values, drawn, self.functions) != "equal":
                        self.problem("the counterexample to 'only if' differs for other tensors")
            else:
                self.problem(f"a refuted iff with direction {direction}")

    def _condition(self, result: Any, sizes: list[dict[str, int]], hypotheses: list[str]) -> None:
        sizes = [v for v in sizes if all(self.question.holds(a, v, {}) for a in self._on_sizes(result))]
        conditions = [str(h) for h in result.condition.hypotheses]
        restriction = result.condition.restriction
        self._exact(conditions, "" if restriction is None else str(restriction), sizes, hypotheses)

    def _exact(
        self, conditions: list[str], restriction: str, sizes: list[dict[str, int]], hypotheses: list[str]
    ) -> None:
        """The sides are equal for all other tensors exactly under the conditions."""
        q = self.question
        on_tensors = any(exactness.names(c) & {t.name for t in q.tensors} for c in conditions)
        started = time.process_time()
        for seen, values in enumerate(sizes):
            if seen >= MIN_EXACT and time.process_time() - started > self.spent:
                break
            if restriction and not q.holds(restriction, values, {}):
                continue
            try:
                found = [self._inexact(on_tensors, values, conditions, hypotheses)]
                while found[-1] is not None and len(found) < TRIES:
                    found.append(self._inexact(on_tensors, values, conditions, hypotheses))
            except (OutsideError, UnclearError):
                continue
            if found[-1] is not None:
                self.problem(found[-1])
            self.found.exact += 1

    def _inexact(
        self, on_tensors: bool, values: dict[str, int], conditions: list[str], hypotheses: list[str]
    ) -> str | None:
        """What is wrong with a condition at some sizes, as far as random entries show."""
        if on_tensors:
            return exactness.problem(self.question, conditions, values, self.random, hypotheses)
        plain = self._answer(values, hypotheses)
        if all(self.question.holds(c, values, {}) for c in conditions) != (plain == "equal"):
            return f"condition {' and '.join(conditions)}: at {values} the sides are {plain}"
        return None

    def _numerics(self, sizes: list[dict[str, int]]) -> None:
        """symconv's own evaluation, by twins and by formulas, against the oracle."""
        q = self.question
        if not sizes or q.free or q.functions:
            return
        values = self.random.choice(sizes[:12])
        hypotheses = [c for c in self.assumed if c in q.tensor_conditions]
        arrays = draw(q, values, self.random, hypotheses, bound=9)
        links = parse(self.found.claim.text).links
        for member, side in zip(q.members, (links[0].left, *(link.right for link in links)), strict=True):
            own = q.evaluate(member, values, arrays, {})
            for twins in (True, False):
                said = np.vectorize(number, otypes=[complex])(evaluate(side, values, arrays, twins=twins))
                if said.shape != np.shape(own) or not close(said, own):
                    self.problem(f"numerics.evaluate(…, twins={twins}) gives another value of {side} at {values}")


def _example_problem(left: np.ndarray, right: np.ndarray, index: tuple[int, ...], example: Any) -> str | None:
    """What is wrong with a counterexample to one link."""
    if left.shape != right.shape:
        said = (example.lhs, example.rhs)
        return None if (left.shape, right.shape) == said else f"shapes are {left.shape} and {right.shape}, not {said}"
    lhs, rhs = left[index], right[index]
    if close(lhs, rhs):
        return f"the counterexample gives {lhs} on both sides"
    for said, own in ((example.lhs, lhs), (example.rhs, rhs)):
        if not close(number(said), own):
            return f"the counterexample says {said}, but it is {own}"
    return None


def _names(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)}


def _plain_sizes(q: Question) -> set[str]:
    return {s for t in q.tensors for s in t.sizes}


def run(count: int, seed: int = 0, jobs: int = 1, spent: float = 0.3) -> Iterator[Finding]:
    """Check that many random claims."""
    seeds = [f"{seed}:{number}" for number in range(count)]
    if jobs == 1:
        yield from (check(claim(s), spent) for s in seeds)
        return
    with Pool(jobs) as pool:
        yield from pool.imap(partial(_checked, spent), seeds, chunksize=20)


def _checked(spent: float, seed: str) -> Finding:
    return check(claim(seed), spent)


def table(found: list[Finding]) -> str:
    """Verdicts by family and by kind, what was compared, reasons of unknowns, and times."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for f in found:
        under = ["with hypotheses"] if _split(f.claim.text.partition(": ")[2])[1] else []
        for group in (f.claim.family, "all", f"  {f.claim.kind}", *(f"  {u}" for u in under)):
            groups[group][f.verdict] += 1
    columns = ["proved", "refuted", "unknown", "error", "crash"]
    lines = [f"{'family':22}" + "".join(f"{c:>9}" for c in columns)]
    for group, counter in sorted(groups.items(), key=lambda i: (i[0][0] == " ", i[0] == "all", i[0])):
        lines.append(f"{group:22}" + "".join(f"{counter[c]:9}" for c in columns))
    conditions = [f for f in found if f.exact]
    lines.append(
        f"\nverdicts compared at {sum(f.checked for f in found)} sizes; "
        f"{len(conditions)} conditions compared at {sum(f.exact for f in conditions)} sizes\n"
    )
    reasons: dict[str, list[Finding]] = defaultdict(list)
    for f in found:
        if f.verdict in ("unknown", "error"):
            reasons[f"{f.verdict}: {(f.reason or '')[:MAX_REASON]}"].append(f)
    for reason, those in sorted(reasons.items(), key=lambda i: -len(i[1]))[:MAX_REASONS]:
        lines.append(f"{len(those):5}  {reason}\n         e.g. {min((t.claim.text for t in those), key=len)}")
    times = sorted(f.seconds for f in found)
    lines.append(
        f"\n{len(found)} claims; prove: median {times[len(times) // 2] * 1e3:.0f} ms, slowest {times[-1]:.1f} s, "
        f"{sum(t > AIM for t in times)} over {AIM} s; "
        f"{sum(bool(f.problems) for f in found)} with problems"
    )
    return "\n".join(lines)


def main() -> int:
    """The long run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    found = []
    for at, finding in enumerate(run(options.claims, options.seed, options.jobs)):
        found.append(finding)
        if finding.seconds > AIM:
            print(f"slow: {finding.seconds:.1f} s, {finding.verdict}: {finding.claim.text}", flush=True)
        for problem in finding.problems:
            made = f"{options.seed}:{at} [{finding.claim.family}/{finding.claim.kind}] {finding.claim.text}"
            print(f"{made}\n    {finding.verdict}: {problem}", flush=True)
        if (at + 1) % 500 == 0:
            counts = ", ".join(f"{n} {v}" for v, n in Counter(f.verdict for f in found).most_common())
            print(f"{at + 1} claims: {counts}; {sum(bool(f.problems) for f in found)} with problems", flush=True)
    print(table(found))
    return int(any(f.problems for f in found))


if __name__ == "__main__":
    sys.exit(main())
