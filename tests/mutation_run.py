"""Tests on mutants of the kernel: everything is imported once, and each mutant tried in a process forked from there."""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

import symconv.cli.proving_command  # noqa: F401  # which each test looks at
from symconv.kernel import presburger

KERNEL = str(Path(presburger.__file__).parent)
SURVIVED = "survived"
SECONDS = 30.0  # of the processor; the slowest of the tests takes six
MEMORY = 6 << 30


@dataclass(frozen=True)
class Change:
    """A mutant: the file, the first of the changed lines and their number, and the file's text afterwards."""

    path: str
    line: int
    lines: int
    source: str


@dataclass(frozen=True)
class Options:
    """A file for what tests reach, how many mutants are tried at once, and how long each, of the processor's time."""

    reached: Path
    jobs: int
    seconds: float


class Late(BaseException):
    """The time of one test is over."""


def run(
    changes: Mapping[int, Change], files: Sequence[str], report: Callable[[int, str], None], how: Options
) -> str | None:
    """Try each change on the tests of the files and report its fate; returns what is wrong without a change."""
    plugin = _Run(changes, report, how)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=1"]
    pytest.main([*options, *files], plugins=[plugin])
    return plugin.failed


class _Run:
    """A plugin of pytest, in place of its own loop over the tests."""

    def __init__(self, changes: Mapping[int, Change], report: Callable[[int, str], None], how: Options) -> None:
        self.changes = changes
        self.report = report
        self.how = how
        self.failed: str | None = "the tests were not collected"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = [f for f in _objects(FunctionType) if f.__code__.co_filename.startswith(KERNEL)]
        forget = _forgetting()
        forget()
        gc.freeze()
        self.failed = None
        if not self.how.reached.exists():
            self.failed = _in_child(lambda: _record(session.items, self.how.reached, forget), 3600)
        if self.failed:
            return True
        reached = json.loads(self.how.reached.read_text())
        tests = [items.get(test) for test in reached["tests"]]
        for change in self.changes.values():
            _places(change.path)

        def work(part: int) -> str:
            for number, change in [*self.changes.items()][part :: self.how.jobs]:
                lines = range(change.line, change.line + change.lines)
                numbers = {n for line in lines for n in reached["lines"].get(f"{Path(change.path).name}:{line}", ())}
                chosen = [test for test in map(tests.__getitem__, sorted(numbers)) if test is not None]
                self.report(number, _fate(change, chosen, functions, self.how.seconds))
            return ""

        workers = [_fork(partial(work, part)) for part in range(self.how.jobs)]
        for worker in workers:
            self.failed = _answer(*worker, limit=24 * 3600) or self.failed
        return True

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        def ring(*_: Any) -> None:
            raise Late

        signal.signal(signal.SIGPROF, ring)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _objects(kind: type) -> list[Any]:
    return [o for o in gc.get_objects() if type(o) is kind]


def _forgetting() -> Callable[[], None]:
    """What empties every cache, so that a test reaches what it reaches by itself."""
    kind = type(functools.lru_cache(len))
    caches = [c for c in _objects(kind) if str(getattr(c, "__module__", "")).startswith("symconv")]

    def forget() -> None:
        vars(presburger)["_isl"].caches.clear()
        for cached in caches:
            cached.cache_clear()

    return forget


def _fate(change: Change, tests: Sequence[pytest.Item], functions: Sequence[FunctionType], seconds: float) -> str:
    """The first test that fails, and fails again by itself: a busy machine makes slow tests fail once."""
    left = list(tests)
    changed = dict(_codes(compile(change.source, change.path, "exec")))

    def attempt(tests: Sequence[pytest.Item]) -> str:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return _patch(change.path, changed, functions) or _first_failure(tests, seconds)

    while left:
        failed = _in_child(partial(attempt, left), 1200)
        at = next((i for i, test in enumerate(left) if test.nodeid == failed), None)
        if failed and at is None:
            return failed if failed.startswith("not tried") else f"killed by {failed}"
        if at is None:
            return SURVIVED
        if _in_child(partial(attempt, left[at : at + 1]), 120):
            return f"killed by {failed}"
        left = left[at + 1 :]
    return SURVIVED if tests else f"{SURVIVED}: no test reaches it"


def _first_failure(tests: Sequence[pytest.Item], seconds: float) -> str:
    end = time.process_time() + seconds
    for test, following in zip(tests, [*tests[1:], None], strict=True):
        if any(report.failed for report in runtestprotocol(test, log=False, nextitem=following)):
            return test.nodeid
        if time.process_time() > end:
            break
    return ""


def _patch(path: str, changed: Mapping[tuple[Any, ...], CodeType], functions: Sequence[FunctionType]) -> str:
    """Give the functions of the changed file their new code; says so where that cannot be."""
    places = _places(path)
    for function in functions:
        code = function.__code__
        if code.co_filename == path:
            try:
                function.__code__ = changed[places[code.co_name, code.co_firstlineno]]
            except (KeyError, ValueError):
                return f"not tried: {code.co_name}"
    return ""


@functools.cache
def _places(path: str) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Where the functions of a file stand in it, by their name and first line."""
    codes = _codes(compile(Path(path).read_text(), path, "exec"))
    return {(code.co_name, code.co_firstlineno): at for at, code in codes}


def _codes(code: CodeType, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], CodeType]]:
    """The code objects in another, each with its names from outside in, and which of that name it is."""
    seen: dict[str, int] = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            name = inner.co_name
            seen[name] = seen.get(name, 0) + 1
            here = (*at, name, seen[name])
            yield here, inner
            yield from _codes(inner, here)


def _record(items: Sequence[pytest.Item], path: Path, forget: Callable[[], None]) -> str:
    """Write which tests reach which lines, the quickest first."""
    reached: dict[str, list[str]] = {}
    durations: dict[str, float] = {}
    for item, following in zip(items, [*items[1:], None], strict=True):
        forget()
        seen: dict[CodeType, set[int]] = {}
        start = time.process_time()
        sys.settrace(_tracer(seen))
        reports = runtestprotocol(item, log=False, nextitem=following)
        sys.settrace(None)
        durations[item.nodeid] = time.process_time() - start
        if any(report.failed for report in reports):
            del durations[item.nodeid]
            print(f"left out, as it fails without a change: {item.nodeid}", flush=True)
            continue
        for code, lines in seen.items():
            for line in lines:
                reached.setdefault(f"{Path(code.co_filename).name}:{line}", []).append(item.nodeid)
    tests = sorted(durations, key=durations.__getitem__)
    number = {test: i for i, test in enumerate(tests)}
    lines = {line: sorted({number[name] for name in names}) for line, names in reached.items()}
    path.write_text(json.dumps({"tests": tests, "lines": lines}))
    return ""


def _tracer(seen: dict[CodeType, set[int]]) -> Callable[[FrameType, str, Any], Any]:
    @functools.cache
    def all_lines(code: CodeType) -> frozenset[int]:
        return frozenset(line for _, _, line in code.co_lines() if line)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        if event == "call" and not code.co_filename.startswith(KERNEL):
            return None
        lines = seen.setdefault(code, set())
        lines.add(frame.f_lineno)
        return None if len(lines) >= len(all_lines(code)) else trace

    return trace


def _fork(task: Callable[[], str]) -> tuple[int, int]:
    """A process that does a task: its number, and where its answer can be read."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.write(writing, task().encode())
    except BaseException:
        os.write(writing, f"an error: {traceback.format_exc(limit=-3)}".encode())
    finally:
        os._exit(0)


def _answer(pid: int, reading: int, limit: float) -> str:
    """What a process answers, or that it died or was late."""
    end = time.monotonic() + limit
    done, status = os.waitpid(pid, os.WNOHANG)
    while not done and time.monotonic() < end:
        time.sleep(0.01)
        done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    return said if done and not status else "a crash" if done else "the time"


def _in_child(task: Callable[[], str], limit: float) -> str:
    return _answer(*_fork(task), limit=limit)
