"""What a build has to say: how much it checked and what went wrong where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["BuildReport", "Failure", "FileReport", "Passed", "count", "worst"]

#: Exit statuses, the most urgent first: malformed, refuted, unknown, fine.
_PRIORITY = (2, 1, 3, 0)


@dataclass(frozen=True, order=True)
class Failure:
    """One thing that fails a build, and the line that it stands on.

    >>> print(Failure("notes.md", 12, "expected proved, but refuted", 1))
    notes.md:12: expected proved, but refuted
    """

    path: str
    line: int
    message: str
    status: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Passed:
    """A claim that came out as expected."""

    path: str
    line: int
    text: str


@dataclass
class FileReport:
    """What came out of the claims of a file, what it defines, and what of it was not read though it was tried."""

    claims: int = 0
    definitions: int = 0
    failures: list[Failure] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list, compare=False)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: FileReport) -> None:
        """Count another file as a part of this one."""
        self.claims += other.claims
        self.definitions += other.definitions
        self.failures += other.failures
        self.passed += other.passed
        self.unread += other.unread
        self.notes += other.notes


def worst(statuses: Iterable[int]) -> int:
    """The exit status that several add up to.

    >>> worst([]), worst([0, 3]), worst([3, 1]), worst([1, 2, 3])
    (0, 3, 1, 2)
    """
    found = set(statuses)
    return next((status for status in _PRIORITY if status in found), 0)


@dataclass(frozen=True)
class BuildReport:
    """The outcome of a build; its text is what to print."""

    documents: int
    claims: int
    failures: tuple[Failure, ...]
    output: Path
    pdfs: int = 0
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The exit status that the build deserves."""
        return worst(failure.status for failure in self.failures)

    def __str__(self) -> str:
        checked = f"{count(self.claims, 'claim')} in {count(self.documents, 'document')}"
        if not self.failures:
            printed = f", {count(self.pdfs, 'PDF')}" if self.pdfs else ""
            return "\n".join([*self.notes, f"{checked} as expected{printed}: {self.output}"])
        wrong = count(len(self.failures), "failure")
        return "\n".join([*map(str, self.failures), f"{checked}, {wrong}: nothing written"])


def count(number: int, noun: str) -> str:
    """A number of things in words.

    >>> count(1, "claim"), count(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
