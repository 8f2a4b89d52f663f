"""Many claims at once, on the workers of any executor: threads, processes, a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from symconv.claims import Claim
from symconv.displays.claim_record import ClaimRecord
from symconv.errors import SymconvError
from symconv.limits import LATE_FACTOR, LATE_SECONDS, PROOF_SECONDS
from symconv.results import prove

__all__ = ["lost", "patience", "prove_all", "run_all"]

Question = TypeVar("Question")
Answer = TypeVar("Answer")
#: What stands in the place of an answer that no worker gave, with the reason.
Lost = Callable[[Question, str], Answer]


def prove_all(
    claims: Iterable[str | Claim],
    *,
    executor: Executor | None = None,
    timeout: float | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[ClaimRecord]:
    """Decide claims, each by itself; their records come in the claims' order, each as soon as it and those before
    are there.

    `executor` is any `concurrent.futures.Executor`, such as that of a Dask client (`client.get_executor()`); without
    one claims are decided here. `timeout` is that of `symconv.prove` and holds for each claim. A worker that dies or
    does not answer costs the claim that it had: "unknown", with the reason. A malformed claim is a record with the
    verdict "malformed" and the reason. `progress` is called with the number of claims that are done and of all.

    Records are plain data: ask `symconv.prove` for a verdict of your own, or a derivation.

    >>> [record.verdict for record in prove_all(["x[n]: flip(flip(x)) == x", "x[n]: flip(x) == x", "x[n]: y"])]
    ['proved', 'refuted', 'malformed']
    """
    if isinstance(claims, (str, Claim)):
        raise SymconvError("prove_all takes a list of claims", hint="one claim is for prove")
    if executor is not None and not hasattr(executor, "submit"):
        raise SymconvError(f"{executor!r} is no executor", hint="as in concurrent.futures.ProcessPoolExecutor()")
    asked = [(claim, timeout) for claim in claims]
    late = patience(timeout)
    yield from run_all(_record, asked, lambda question, why: lost(str(question[0]), why), executor, late, progress)


def patience(timeout: float | None) -> float:
    """The seconds after which a worker is late with a claim of this time limit."""
    return LATE_SECONDS + LATE_FACTOR * (timeout or PROOF_SECONDS)


def lost(text: str, reason: str) -> ClaimRecord:
    """The record of a claim that no worker decided."""
    return ClaimRecord(text, "unknown", reason)


def _record(question: tuple[str | Claim, float | None]) -> ClaimRecord:
    claim, timeout = question
    try:
        return prove(claim, timeout=timeout).shown()
    except SymconvError as error:
        return ClaimRecord(str(claim), "malformed", str(error))
    except Exception as error:  # a defect costs one claim, not all
        return ClaimRecord(str(claim), "unknown", f"symconv failed: {type(error).__name__}: {error}")


def run_all(
    function: Callable[[Question], Answer],
    questions: Sequence[Question],
    lost: Lost[Question, Answer],
    executor: Executor | None = None,
    late: float = 60.0,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[Answer]:
    """The answers to questions, in order, as they come; `lost` stands for one whose worker died or was late.

    Workers are late if for `late` seconds none of them answers.
    """
    total = len(questions)
    if executor is None:
        for number, question in enumerate(questions, 1):
            yield function(question)
            if progress is not None:
                progress(number, total)
        return
    futures = [executor.submit(function, question) for question in questions]
    finished: SimpleQueue[int] = SimpleQueue()
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _, number=number: finished.put(number))  # type: ignore[misc]
    answers: dict[int, Answer] = {}
    waiting = dict(enumerate(futures))
    shown = 0
    with _Alone(function, lost, late) as alone:
        try:
            while shown < total:
                for number in _next(finished, waiting, late):
                    if number in waiting:
                        answers[number] = _answer(waiting.pop(number), questions[number], alone)
                if progress is not None:
                    progress(total - len(waiting), total)
                while shown in answers:
                    yield answers.pop(shown)
                    shown += 1
        finally:
            for future in waiting.values():
                future.cancel()


def _next(finished: SimpleQueue[int], waiting: Mapping[int, Future[Any]], late: float) -> list[int]:
    """The number of the next future that is done, or those that are given up: what runs, or all where nothing does."""
    try:
        return [finished.get(timeout=late)]
    except Empty:
        return [number for number, future in waiting.items() if future.running()] or [*waiting]


def _answer(future: Future[Answer], question: Question, alone: _Alone[Question, Answer]) -> Answer:
    """What a future holds. Where its executor lost a worker, nobody knows on which question: each is asked alone."""
    if not future.done():
        future.cancel()
        return alone.lost(question, "no worker answered in time")
    try:
        return future.result()
    except Exception as error:
        return alone.ask(question, error)


@dataclass
class _Alone(Generic[Question, Answer]):
    """A process for one question at a time."""

    function: Callable[[Question], Answer]
    lost: Lost[Question, Answer]
    late: float
    pool: ProcessPoolExecutor | None = None

    def ask(self, question: Question, error: Exception) -> Answer:
        """The answer; where it does not come, what stands for it. `error` is what went wrong before."""
        self.pool = self.pool or ProcessPoolExecutor(1)
        try:
            return self.pool.submit(self.function, question).result(self.late)
        except Exception as again:
            self.close()
            told = str(again) or str(error) or type(error).__name__
            return self.lost(question, f"the worker was lost: {told}")

    def close(self) -> None:
        """End the process, whatever it does."""
        pool, self.pool = self.pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):  # noqa: SLF001  (a pool ends no process that hangs)
                process.kill()
            pool.shutdown(wait=False)

    def __enter__(self) -> _Alone[Question, Answer]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
