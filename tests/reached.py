"""A plugin of pytest for the mutation run: which tests reach which lines of the kernel, and only some of the tests.

pytest -p reached --reached-lines lines.json …     a list of tests a line, the quickest first
pytest -p reached --only tests.json …              these tests in this order, with a time limit each
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

KERNEL = str(Path("symconv", "kernel"))
ALWAYS = "when imported"
SECONDS = 30.0  # of the processor; the slowest of the tests takes six


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reached-lines", type=Path)
    parser.addoption("--only", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--reached-lines"):
        config.pluginmanager.register(_Reached(config.getoption("--reached-lines")))
    if config.getoption("--only"):
        config.pluginmanager.register(_Only(json.loads(config.getoption("--only").read_text())))


class _Reached:
    """The lines that each test reaches, and those that run when the kernel is imported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, set[tuple[str, int]]] = {}
        self.durations: dict[str, float] = {}

    @contextmanager
    def _traced(self, name: str) -> Iterator[None]:
        seen = self.lines.setdefault(name, set())

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            path = frame.f_code.co_filename
            if KERNEL not in path:
                return None
            seen.add((path, frame.f_lineno))
            return trace

        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(None)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        with self._traced(ALWAYS):
            yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        with self._traced(item.nodeid):
            yield

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.durations[report.nodeid] = report.duration

    def pytest_sessionfinish(self) -> None:
        tests = sorted(self.lines, key=lambda test: self.durations.get(test, 0.0))
        reached: dict[str, list[int]] = {}
        for number, test in enumerate(tests):
            for path, line in self.lines[test]:
                reached.setdefault(f"{KERNEL}{path.split(KERNEL)[1]}:{line}", []).append(number)
        self.path.write_text(json.dumps({"tests": tests, "lines": reached}))


class Late(BaseException):
    """The time of one test is over."""


class _Only:
    """Some tests in an order."""

    def __init__(self, tests: list[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(chosen, key=lambda item: self.places[item.nodeid])

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
