"""Clocks: the processor time of an action, the time spent inside isl, and a limit on the rest."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import isclass
from statistics import median
from time import process_time
from typing import Any

import islpy


def median_ms(action: Callable[[], Any], prepare: Callable[[], Any] = lambda: None, runs: int = 9) -> float:
    """The median of an action's processor time in milliseconds, each run prepared off the clock."""
    return median(samples_ms(action, prepare, runs))


def samples_ms(action: Callable[[], Any], prepare: Callable[[], Any], runs: int) -> list[float]:
    """The processor time of every run, after one that is not counted."""
    spent = []
    gc.collect()
    for _ in range(runs + 1):
        prepare()
        started = process_time()
        action()
        spent.append((process_time() - started) * 1e3)
    return spent[1:]


class IslClock:
    """The processor time between call and return of every function of islpy that is written in C."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.calls = 0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, on the clock; what it calls back is Python's and off the clock."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            started = process_time()
            try:
                return function(*(self.untimed(a) if callable(a) else a for a in args), **kwargs)
            finally:
                self.seconds += process_time() - started

        return call

    def untimed(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """The callback, with its time taken off the clock again."""

        def call(*args: Any) -> Any:
            started = process_time()
            try:
                return callback(*args)
            finally:
                self.seconds -= process_time() - started

        return call


@contextmanager
def isl_clock() -> Iterator[IslClock]:
    """Put every C function of islpy on one clock for a while.

    A profiler of Python does not see these functions; wrapping them adds well under 1 µs a call.
    """
    clock = IslClock()
    replaced: list[tuple[type, str, Any]] = []
    for owner in vars(islpy).values():
        if isclass(owner) and type(owner).__module__ == "nanobind":
            for name, member in list(vars(owner).items()):
                kind = type(member).__name__
                if kind in ("nb_method", "nb_func"):
                    timed = clock.timed(member)
                    setattr(owner, name, staticmethod(timed) if kind == "nb_func" else timed)
                    replaced.append((owner, name, member))
    if not replaced:
        raise RuntimeError("this islpy is not built with nanobind: its functions cannot be timed")
    try:
        yield clock
    finally:
        for owner, name, member in replaced:
            setattr(owner, name, member)


def limited(action: Callable[[], Any], seconds: float) -> Any:
    """What an action returns in a process of its own, or None once the time is over."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(action()))
    child.start()
    try:
        sender.close()
        return receiver.recv() if receiver.poll(seconds) else None
    except EOFError:
        raise RuntimeError("a measurement failed; its traceback is above") from None
    finally:
        child.kill()
        child.join()


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their heads as Markdown, the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(heads), line(rule), *map(line, rows)])
