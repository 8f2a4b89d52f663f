"""What the command line takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from symconv.cli import checking_command, deriving_command, proving_command

__all__ = ["parser"]

SOURCE_EXAMPLE = """\
the functions of a source file, which stays as it is:
  symconv prove --source conv.py "A[H,W], K[h,w]: my_conv(A, K) == correlate(A, K, 'valid')"
A function whose name is an operator's as well is called conv.correlate, and the operator symconv.correlate."""


EQUATIONS = """\
a claim in Markdown, in reStructuredText and docstrings, and in LaTeX:
  ```{claim}                    .. claim::                    % claim: x[n]: x + x == 2*x
  x[n]: x + x == 2*x                x[n]: x + x == 2*x
  ```
options such as :expect: refuted stand before it in the block.

equations of a document in LaTeX are checked where they stand:
  % symconv-declare: A[H,W], K[h,w]                             from there on
  % symconv: x[n] if n > 1; base 1; expect refuted              the next displayed equation
  % symconv: skip
In Markdown and reStructuredText a directive symconv or symconv-declare has the same words."""


def parser() -> argparse.ArgumentParser:
    """The commands and their options; each sets `run`."""
    command_line = argparse.ArgumentParser(
        prog="symconv",
        description="Proves or refutes statements about convolution and its relatives, for every size at once.",
        epilog="Exit status: 0 all proved, 1 something refuted, 2 malformed input, 3 something unknown.",
    )
    command_line.add_argument("--version", action=_Version)
    commands = command_line.add_subparsers(required=True, metavar="COMMAND")

    prove = commands.add_parser(
        "prove",
        help="decide claims",
        description="Decide claims.",
        epilog=SOURCE_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prove.add_argument("claims", nargs="+", metavar="CLAIM", help="claim text; - reads claims from standard input")
    prove.add_argument("--json", action="store_true", help="print one JSON object a claim")
    prove.add_argument("--latex", action="store_true", help="print the claim and its derivation in LaTeX as well")
    prove.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file whose functions claims may call, by name or as file.name; it is read and never run",
    )
    _add_latex_input(prove)
    prove.add_argument("--timeout", type=_seconds, metavar="S", help="answer 'unknown' after S seconds a claim")
    prove.set_defaults(run=proving_command.prove)

    derive = commands.add_parser("derive", help="tell the proof of a claim", description="Tell the proof of a claim.")
    derive.add_argument("claim", nargs="*", metavar="CLAIM", help="claim text; - reads it from standard input")
    derive.add_argument("--stats", nargs="+", metavar="PATH", help="count the steps of all claims in files and folders")
    derive.add_argument("--format", choices=("text", "latex", "markdown", "html"), default="text")
    _add_latex_input(derive)
    _add_notation(derive)
    derive.set_defaults(run=deriving_command.derive)

    calc = commands.add_parser(
        "calc", help="check a chain of lines", description="Check a chain of lines, link by link."
    )
    calc.add_argument(
        "lines", metavar="LINES", help="declarations: first line, then lines that begin with ==; - reads them"
    )
    calc.add_argument("--format", choices=("text", "latex", "markdown", "html"), default="text")
    _add_notation(calc)
    calc.set_defaults(run=deriving_command.calculate)

    check = commands.add_parser(
        "check",
        help="check the claims and equations in files",
        description="Check the claims in Markdown, reStructuredText, LaTeX and docstrings of Python, and equations.",
        epilog=EQUATIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("files", nargs="+", metavar="PATH", help="files (*.md, *.rst, *.tex, *.py, *.ipynb) and folders")
    check.add_argument("--format", choices=("text", "json", "junit", "sarif", "github"), default="text")
    check.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="decide N claims at a time (0: one a processor)"
    )
    check.add_argument("--timeout", type=_seconds, metavar="S", help="leave a claim open after S seconds")
    check.add_argument("-q", "--quiet", action="store_true", help="print failures only")
    check.add_argument("--fail-on", choices=("unread", "unknown", "refuted"), default="unknown",
                       help="refuted: what is open passes; unread: what --all cannot read fails, too")  # fmt: skip
    check.add_argument("--cache", metavar="DIR", help="the folder for what is known from before; the user's by default")
    check.add_argument("--no-cache", action="store_true", help="decide every claim anew")
    check.add_argument("--all", action="store_true", help="try every equation whose names are declared")
    check.add_argument("--allow-empty", action="store_true", help="files without any claim are as expected")
    check.add_argument("--inline", action="store_true", help="check formulas in the text of LaTeX as well")
    check.add_argument("--root", metavar="DIR", help="the folder that included files are in; that of the document")
    _add_macros(check)
    check.set_defaults(run=checking_command.check)

    build = commands.add_parser(
        "build",
        help="publish documents whose claims hold",
        description="Check the claims of a folder of documents and make pages, LaTeX and PDF of them.",
    )
    build.add_argument("folder", metavar="DIR", help="the folder of documents (*.md, *.rst)")
    build.add_argument("-o", "--output", required=True, metavar="OUT", help="the folder to write")
    build.add_argument("--no-pdf", action="store_true", help="leave the PDF files out")
    build.add_argument(
        "--check", action="store_true", help="write nothing; fail where OUT is not what would be written"
    )
    build.set_defaults(run=checking_command.publish)
    return command_line


def _add_latex_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--latex-input", action="store_true", help="read claims in LaTeX: 'A[H,W], K[h,w]: A * K = K * A'"
    )
    told = "where the indices of formulas in LaTeX start; left out, the formula tells"
    parser.add_argument("--base", type=int, choices=(0, 1), help=told)
    _add_macros(parser)


def _add_macros(parser: argparse.ArgumentParser) -> None:
    told = "a LaTeX file that defines commands which formulas use, by \\newcommand and the like"
    parser.add_argument("--macros", action="append", default=[], metavar="FILE", help=told)


def _add_notation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--notation",
        action="append",
        default=[],
        metavar="ENTRY",
        help=r"print in a notation: 'convolution: \ast', 'indices: u=i, v=j' …, or a file with one entry a line",
    )


class _Version(argparse.Action):
    """Prints the version; the package is imported only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"symconv {version('symconv')}")
        parser.exit()


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) > 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of jobs")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value
