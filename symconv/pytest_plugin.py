"""A plugin for pytest: the claims of documents and docstrings are test items, `notes.md::12`.

It does nothing unless it is asked for, by `pytest --symconv` or by `symconv_files` in the configuration: patterns of
the files that claims are collected from, such as `docs/*.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

SUFFIXES = (".md", ".rst", ".tex", ".ipynb", ".py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("symconv")
    group.addoption("--symconv", action="store_true", help="collect the claims of documents and docstrings")
    group.addoption("--symconv-timeout", type=float, metavar="S", help="leave a claim open after S seconds")
    parser.addini("symconv_files", "patterns of files whose claims are collected", type="linelist", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the files of documents, if that is asked for."""
    patterns = parent.config.getini("symconv_files")
    is_asked = parent.config.getoption("--symconv") and not patterns
    if file_path.suffix in SUFFIXES and (is_asked or any(_matches(file_path, each, parent) for each in patterns)):
        return ClaimFile.from_parent(parent, path=file_path)
    return None


def _matches(path: Path, pattern: str, parent: pytest.Collector) -> bool:
    return path.is_relative_to(parent.config.rootpath) and path.relative_to(parent.config.rootpath).match(pattern)


class ClaimFile(pytest.File):
    """A file that states claims."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item a claim and an equation, and one for each line that cannot be read, in the order of the file."""
        from symconv.errors import SymconvError
        from symconv.publish.equation_words import Settings
        from symconv.publish.sources import Malformed, Note, Stated, parts_of_file

        try:
            parts = parts_of_file(self.path, Settings())
        except SymconvError as error:
            parts = [Malformed(1, str(error))]
        equations = FileEquations(parts)
        named: dict[str, int] = {}
        for part in parts:
            if isinstance(part, Note):
                continue
            if isinstance(part, (Stated, Malformed)) or part in equations.told:
                place = self._place(part.path, part.line)
                named[place] = named.get(place, 0) + 1
                name = place if named[place] == 1 else f"{place}-{named[place]}"
                yield ClaimItem.from_parent(self, name=name, part=part, equations=equations)

    def _place(self, path: Path | None, line: int) -> str:
        """A line of this file, of a cell of it, or of a file that it includes."""
        if path is None or path == self.path:
            return str(line)
        cell = str(path).removeprefix(f"{self.path}:")
        return f"{cell if cell != str(path) else os.path.relpath(path, self.path.parent)}:{line}"


class FileEquations:
    """The equations of a file, checked all at once when the first item asks, for they may define what others use."""

    def __init__(self, parts: Sequence[Any]) -> None:
        from symconv.publish.equation_words import Words
        from symconv.reading.latex.tex_sources.papers import Equation, Problem

        self.parts = [part for part in parts if isinstance(part, (Words, Equation, Problem))]
        said = [part for part in self.parts if not isinstance(part, Equation)]
        #: What items are made of: words on an equation, or else the first ones that are problems or declarations.
        self.told = [part for part in said if isinstance(part, Words) and not part.is_declaration] or said[:1]

    @cached_property
    def _failures(self) -> Sequence[Any]:
        from symconv.publish.equation_words import Settings
        from symconv.publish.equations import check_equations

        return check_equations(self.parts, Settings()).failures

    def problem(self, part: Any) -> str:
        """What is wrong from these words on up to the next ones; the first ones answer for what stands before."""
        return "\n".join(str(failure) for failure in self._failures if self._words_of(failure) is part)

    def _words_of(self, failure: Any) -> Any:
        before = [part for part in self.told if str(part.path) == failure.path and part.line <= failure.line]
        return max(before, key=lambda part: part.line, default=self.told[0])


class ClaimFailed(Exception):
    """A claim that does not come out as expected; its text is the whole report."""


class ClaimItem(pytest.Item):
    """One claim or equation."""

    def __init__(self, *, part: Any, equations: FileEquations, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part, self.equations = part, equations

    def runtest(self) -> None:
        """Decide the claim; what comes out otherwise than expected fails."""
        problem = self._problem()
        if getattr(self.part, "text", "").strip() == "skip":
            pytest.skip("left out in the document")
        if problem:
            raise ClaimFailed(problem)

    def _problem(self) -> str:
        from symconv.publish.file_checks import Deciding, outcome_of
        from symconv.publish.sources import Malformed, Stated

        place = f"{self.part.path or self.path}:{self.part.line}"
        match self.part:
            case Malformed(_, message):
                return f"{place}: error: {message}"
            case Stated():
                message, status = outcome_of(self.part, Deciding(timeout=self.config.getoption("--symconv-timeout")))
                return f"{place}: {message}" if status else ""
        return self.equations.problem(self.part)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of a claim; a traceback for anything else."""
        return str(excinfo.value) if isinstance(excinfo.value, ClaimFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the claim stands."""
        return self.path, self.part.line - 1, f"{self.path.name}:{self.name}"
