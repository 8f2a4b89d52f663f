"""`symconv check` and `symconv build`: the claims of files, and pages of them."""

from __future__ import annotations

import argparse
import sys

from symconv.cli.answers import MALFORMED
from symconv.errors import SymconvError

__all__ = ["check", "publish"]


def check(options: argparse.Namespace) -> int:
    """Check the claims of files and print what comes out otherwise than expected."""
    from pathlib import Path

    from symconv.publish.report import count, worst
    from symconv.publish.sources import check_file

    claims, statuses = 0, []
    for name in options.files:
        try:
            found, failures = check_file(Path(name))
        except SymconvError as error:
            print(f"error: {error}", file=sys.stderr)
            statuses.append(MALFORMED)
            continue
        claims += found
        for failure in failures:
            print(failure, file=sys.stderr)
            statuses.append(failure.status)
    wrong = f", {count(len(statuses), 'failure')}" if statuses else " as expected"
    print(f"{count(claims, 'claim')} in {count(len(options.files), 'file')}{wrong}")
    return worst(statuses)


def publish(options: argparse.Namespace) -> int:
    """Make pages of a folder of documents, if all their claims hold."""
    from symconv.publish.build import build

    report = build(options.folder, options.output, pdf=not options.no_pdf)
    print(report, file=sys.stderr if report.failures else sys.stdout)
    return report.status
