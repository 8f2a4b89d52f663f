"""A plugin for pytest: the claims of documents and docstrings are test items, `notes.md::12`.

It does nothing unless it is asked for, by `pytest --symconv` or by `symconv_files` in the configuration: patterns of
the files that claims are collected from, such as `docs/*.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        """An item a claim, and one for each line that cannot be read."""
        from symconv.errors import SymconvError
        from symconv.publish.equation_words import Settings
        from symconv.publish.sources import Malformed, Stated, parts_of_file

        try:
            parts = parts_of_file(self.path, Settings())
        except SymconvError as error:
            parts = [Malformed(1, str(error))]
        seen: dict[int, int] = {}
        for part in parts:
            if isinstance(part, (Stated, Malformed)):
                seen[part.line] = seen.get(part.line, 0) + 1
                name = str(part.line) if seen[part.line] == 1 else f"{part.line}-{seen[part.line]}"
                yield ClaimItem.from_parent(self, name=name, part=part)


class ClaimFailed(Exception):
    """A claim that does not come out as expected; its text is the whole report."""


class ClaimItem(pytest.Item):
    """One claim."""

    def __init__(self, *, part: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part = part

    def runtest(self) -> None:
        """Decide the claim; what comes out otherwise than expected fails."""
        from symconv.publish.file_checks import Deciding, outcome_of
        from symconv.publish.sources import Malformed

        if isinstance(self.part, Malformed):
            raise ClaimFailed(f"error: {self.part.message}")
        deciding = Deciding(timeout=self.config.getoption("--symconv-timeout"))
        message, status = outcome_of(self.part, deciding)
        if status:
            raise ClaimFailed(message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of a claim; a traceback for anything else."""
        if isinstance(excinfo.value, ClaimFailed):
            return f"{self.path}:{self.part.line}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the claim stands."""
        return self.path, self.part.line - 1, f"{self.path.name}:{self.part.line}"
