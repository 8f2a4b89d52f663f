"""`symconv check` and `symconv build`: the claims of files, and pages of them."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from symconv.cli.answers import MALFORMED, macros_of
from symconv.cli.colours import coloured

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from symconv.publish.report import FileReport

__all__ = ["check", "publish"]


def check(options: argparse.Namespace) -> int:
    """Check the claims and equations of files and print what comes out otherwise than expected."""
    from pathlib import Path

    from symconv.publish.equation_words import Settings
    from symconv.publish.file_checks import Deciding, check_files, files_in
    from symconv.publish.outcome_cache import OutcomeCache, default_folder
    from symconv.publish.report import count, worst
    from symconv.publish.report_formats import FORMATS

    root = Path(options.root) if options.root else None
    settings = Settings(options.all, options.inline, root, macros_of(options.macros))
    paths = list(dict.fromkeys(files_in(options.files)))
    cache = None if options.no_cache else OutcomeCache(Path(options.cache) if options.cache else default_folder())
    with _workers(options.jobs) as executor, _progress(options.quiet) as progress:
        report = check_files(paths, settings, Deciding(executor, options.timeout, cache, progress))
    if options.fail_on == "refuted":
        report.failures = [failure for failure in report.failures if failure.status != 3]
    statuses = [failure.status for failure in report.failures]
    if options.fail_on == "unread" and report.unread:
        statuses.append(MALFORMED)
    nothing = not (report.claims or report.definitions or report.unread or statuses or options.allow_empty)
    if options.format != "text":
        print(FORMATS[options.format](report))
    else:
        _tell(report, len(paths), options.quiet, nothing)
    if nothing:
        where = count(len(paths), "file")
        print(f"error: there are no claims in {where}; --allow-empty takes that as it is", file=sys.stderr)
        if not options.all and any(path.suffix == ".tex" for path in paths):
            hint = "--all tries every equation whose names are declared, as by % symconv-declare: x[N]"
            print(f"hint: {hint}", file=sys.stderr)
        return MALFORMED
    return worst(statuses)


def _tell(report: FileReport, files: int, is_quiet: bool, nothing: bool) -> None:
    """Failures go to standard error, the rest to standard output."""
    from symconv.publish.report import count

    for failure in report.failures:
        place = coloured(f"{failure.path}:{failure.line}:", "bold", sys.stderr)
        print(place, failure.message, file=sys.stderr)
    if is_quiet or nothing:
        return
    for note in (*report.notes, *(f"not read: {unread}" for unread in report.unread)):
        print(note)
    defined = f", {count(report.definitions, 'definition')}" if report.definitions else ""
    unread = f", {count(len(report.unread), 'equation')} not read" if report.unread else ""
    wrong = f", {count(len(report.failures), 'failure')}" if report.failures else " as expected"
    told = f"{count(report.claims, 'claim')}{defined} in {count(files, 'file')}{wrong}"
    print(coloured(told, "refuted" if report.failures else "proved", sys.stdout) + unread)


@contextlib.contextmanager
def _workers(jobs: int) -> Iterator[Executor | None]:
    """Processes that decide claims, if there are to be several."""
    if jobs == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs or None) as executor:
        yield executor


@contextlib.contextmanager
def _progress(is_quiet: bool) -> Iterator[Callable[[int, int], object] | None]:
    """A bar on a terminal, where tqdm is installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        is_quiet = True
    if is_quiet or not sys.stderr.isatty():
        yield None
        return
    with tqdm(unit=" claims", leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def publish(options: argparse.Namespace) -> int:
    """Make pages of a folder of documents, if all their claims hold."""
    from symconv.publish.build import build

    report = build(options.folder, options.output, pdf=not options.no_pdf, only_compare=options.check)
    print(report, file=sys.stderr if report.failures else sys.stdout)
    return report.status
