"""`symconv check` and `symconv build`: the claims of files, and pages of them."""

from __future__ import annotations

import argparse
import sys

from symconv.cli.answers import MALFORMED, macros_of
from symconv.errors import SymconvError

__all__ = ["check", "publish"]


def check(options: argparse.Namespace) -> int:
    """Check the claims and equations of files and print what comes out otherwise than expected."""
    from pathlib import Path

    from symconv.publish.equation_words import Settings
    from symconv.publish.report import FileReport, count, worst
    from symconv.publish.sources import check_file

    root = Path(options.root) if options.root else None
    settings = Settings(options.all, options.inline, root, macros_of(options.macros))
    report, statuses = FileReport(), []
    for name in options.files:
        try:
            of_file = check_file(Path(name), settings)
        except SymconvError as error:
            print(f"error: {error}", file=sys.stderr)
            statuses.append(MALFORMED)
            continue
        report.add(of_file)
        for failure in of_file.failures:
            print(failure, file=sys.stderr)
            statuses.append(failure.status)
    for note in (*report.notes, *(f"not read: {unread}" for unread in report.unread)):
        print(note)
    nothing = not (report.claims or report.definitions or report.unread or statuses)
    if nothing and not options.allow_empty:
        where = count(len(options.files), "file")
        print(f"error: there are no claims in {where}; --allow-empty takes that as it is", file=sys.stderr)
        return MALFORMED
    defined = f", {count(report.definitions, 'definition')}" if report.definitions else ""
    unread = f", {count(len(report.unread), 'equation')} not read" if report.unread else ""
    wrong = f", {count(len(statuses), 'failure')}" if statuses else " as expected"
    print(f"{count(report.claims, 'claim')}{defined} in {count(len(options.files), 'file')}{wrong}{unread}")
    return worst(statuses)


def publish(options: argparse.Namespace) -> int:
    """Make pages of a folder of documents, if all their claims hold."""
    from symconv.publish.build import build

    report = build(options.folder, options.output, pdf=not options.no_pdf)
    print(report, file=sys.stderr if report.failures else sys.stdout)
    return report.status
