"""The claims and the equations of files: read, decided, and compared with what is expected of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from symconv.batches import patience, run_all
from symconv.errors import SymconvError
from symconv.publish.checking import check, check_calculation
from symconv.publish.equation_words import Settings, Words
from symconv.publish.outcome_cache import OutcomeCache
from symconv.publish.report import Failure, FileReport, Passed
from symconv.publish.sources import SUFFIXES, Malformed, Note, Part, Stated, parts_of_file
from symconv.reading.latex.tex_sources.papers import Equation, Problem

__all__ = ["Deciding", "check_file", "check_files", "files_in", "outcome_of"]

#: Text, what is expected, condition, figure, whether it is a calculation, and the time for it.
_Question: TypeAlias = "tuple[str, str, str | None, str | None, bool, float | None]"
_Answer: TypeAlias = "tuple[str, int]"


@dataclass(frozen=True)
class Deciding:
    """How claims are decided: by whom, in what time each, and what is known of them from before."""

    executor: Executor | None = None
    timeout: float | None = None
    cache: OutcomeCache | None = None
    progress: Callable[[int, int], object] | None = None


def files_in(names: Iterable[str]) -> Iterator[Path]:
    """The files that names stand for: a folder for all in it that may state claims, but for hidden and built ones.

    Raises `SymconvError` for a pattern that nothing matches.
    """
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*")) if each.suffix in SUFFIXES and each.is_file())
            yield from (each for each in inside if not any(_is_hidden(part) for part in each.relative_to(path).parts))
        elif not path.exists() and any(sign in name for sign in "*?["):
            found = sorted(Path().glob(name)) if not path.is_absolute() else sorted(Path("/").glob(name[1:]))
            if not found:
                raise SymconvError(f"no file matches {name!r}")
            yield from (each for each in found if each.is_file())
        else:
            yield path


def _is_hidden(part: str) -> bool:
    return part.startswith((".", "_")) or part in ("node_modules", "build", "venv", "site-packages")


def check_file(path: Path, settings: Settings | None = None) -> FileReport:
    """Check one file; raises `SymconvError` where it cannot be read."""
    parts = parts_of_file(path, settings or Settings())
    return _checked([(path, parts)], settings or Settings(), Deciding())


def check_files(paths: Iterable[Path], settings: Settings, deciding: Deciding) -> FileReport:
    """Check files, all their claims at once; a file that cannot be read is a failure."""
    read: list[tuple[Path, list[Part]]] = []
    unreadable = FileReport()
    for path in paths:
        try:
            read.append((path, parts_of_file(path, settings)))
        except SymconvError as error:
            unreadable.failures.append(Failure(str(path), 1, f"error: {error}", 2))
    report = _checked(read, settings, deciding)
    report.add(unreadable)
    return report


def _checked(read: list[tuple[Path, list[Part]]], settings: Settings, deciding: Deciding) -> FileReport:
    stated = [(path, part) for path, parts in read for part in parts if isinstance(part, Stated)]
    report = FileReport(claims=len(stated))
    answers = _answers([_question(part, deciding.timeout) for _, part in stated], deciding)
    for (path, claim), (message, status) in zip(stated, answers, strict=True):
        place = str(claim.path or path), claim.line
        if status:
            report.failures.append(Failure(*place, message, status))
        else:
            report.passed.append(Passed(*place, claim.text))
    for path, parts in read:
        for part in parts:
            match part:
                case Malformed(line, message, place_):
                    report.failures.append(Failure(str(place_ or path), line, f"error: {message}", 2))
                case Note(text):
                    report.notes.append(text)
        equations = [part for part in parts if isinstance(part, (Words, Equation, Problem))]
        if equations:
            from symconv.publish.equations import check_equations

            report.add(check_equations(equations, settings))
    order = {str(path): number for number, (path, _) in enumerate(read)}
    report.failures.sort(key=lambda failure: (order.get(failure.path, len(order)), failure))
    return report


def outcome_of(stated: Stated, deciding: Deciding) -> _Answer:
    """What a claim comes to: the message, empty if it is as expected, and the exit status."""
    return _answers([_question(stated, deciding.timeout)], deciding)[0]


def _question(stated: Stated, timeout: float | None) -> _Question:
    return stated.text, stated.expect, stated.condition, stated.figure, stated.is_calculation, timeout


def _answers(questions: list[_Question], deciding: Deciding) -> list[_Answer]:
    """What each claim comes to: from before where that is known, and the rest decided, equal ones once."""
    cache = deciding.cache
    known = {question: cache.get(question) if cache else None for question in questions}
    asked = [question for question, answer in known.items() if answer is None]
    executor = deciding.executor if len(asked) > 1 else None
    decided = run_all(_answer, asked, _lost, executor, patience(deciding.timeout), deciding.progress)
    for question, (message, status) in zip(asked, decided, strict=True):
        known[question] = message, status
        if cache:
            cache.put(question, message, status)
    return [answer for question in questions if (answer := known[question]) is not None]


def _answer(question: _Question) -> _Answer:
    text, expect, condition, figure, is_calculation, timeout = question
    if is_calculation:
        outcome = check_calculation(text, expect)
    else:
        outcome = check(text, expect, condition, figure, timeout=timeout, shown=False)
    return outcome.message, outcome.status


def _lost(question: _Question, reason: str) -> _Answer:
    return f"expected {question[1]}, but unknown: {question[0]}\n  reason: {reason}", 3
