"""The command line: `symconv prove`, `symconv derive`, `symconv check`, `symconv build`.

Exit status: 0 all proved, 1 something refuted, 2 malformed input, 3 something unknown; where
several apply, the first of 2, 1, 3, 0.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from symconv.errors import SymconvError
from symconv.limits import GRACE_SECONDS, MAX_SHOWN_ENTRIES

STATUS = {"proved": 0, "refuted": 1, "unknown": 3}
MALFORMED, DEFECT = 2, 3
MARKS = {"proved": "✓", "refuted": "✗", "unknown": "?"}
PLAIN_MARKS = {"proved": "+", "refuted": "x", "unknown": "?"}
SOURCE_EXAMPLE = """\
the functions of a source file, which stays as it is:
  symconv prove --source conv.py "A[H,W], K[h,w]: my_conv(A, K) == correlate(A, K, 'valid')"
A function whose name is an operator's as well is called conv.correlate, and the operator symconv.correlate."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except SymconvError as error:
        print(f"error: {error}", file=sys.stderr)
        return MALFORMED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _silence()
        return 141
    except OSError as error:
        _silence()
        print(f"error: {error}", file=sys.stderr)
        return MALFORMED


def _silence() -> None:
    """Let nothing more be written where nothing can be."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symconv",
        description="Proves or refutes statements about convolution and its relatives, for every size at once.",
        epilog="Exit status: 0 all proved, 1 something refuted, 2 malformed input, 3 something unknown.",
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

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
    prove.add_argument(
        "--latex-input", action="store_true", help="read claims in LaTeX: 'A[H,W], K[h,w]: A * K = K * A'"
    )
    prove.add_argument("--timeout", type=_seconds, metavar="S", help="answer 'unknown' after S seconds a claim")
    prove.set_defaults(run=_prove)

    derive = commands.add_parser("derive", help="tell the proof of a claim", description="Tell the proof of a claim.")
    derive.add_argument("claim", nargs="*", metavar="CLAIM", help="claim text; - reads it from standard input")
    derive.add_argument("--stats", nargs="+", metavar="PATH", help="count the steps of all claims in files and folders")
    derive.add_argument("--format", choices=("text", "latex", "markdown", "html"), default="text")
    _add_notation(derive)
    derive.set_defaults(run=_derive)

    calc = commands.add_parser(
        "calc", help="check a chain of lines", description="Check a chain of lines, link by link."
    )
    calc.add_argument(
        "lines", metavar="LINES", help="declarations: first line, then lines that begin with ==; - reads them"
    )
    calc.add_argument("--format", choices=("text", "latex", "markdown", "html"), default="text")
    _add_notation(calc)
    calc.set_defaults(run=_calc)

    check = commands.add_parser(
        "check",
        help="check the claims in files",
        description="Check every claim in Markdown, reStructuredText, LaTeX and the docstrings of Python.",
    )
    check.add_argument("files", nargs="+", metavar="FILE", help="*.md, *.rst, *.tex or *.py")
    check.set_defaults(run=_check)

    build = commands.add_parser(
        "build",
        help="publish documents whose claims hold",
        description="Check the claims of a folder of documents and make pages, LaTeX and PDF of them.",
    )
    build.add_argument("folder", metavar="DIR", help="the folder of documents (*.md, *.rst)")
    build.add_argument("-o", "--output", required=True, metavar="OUT", help="the folder to write")
    build.add_argument("--no-pdf", action="store_true", help="leave the PDF files out")
    build.set_defaults(run=_build)
    return parser


def _add_notation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--notation",
        action="append",
        default=[],
        metavar="ENTRY",
        help=r"print in a notation: 'convolution: \ast', 'indices: u=i, v=j' …, or a file with one entry a line",
    )


def _notation(entries: Sequence[str]) -> Any:
    """The notation of entries and of files of them."""
    from pathlib import Path

    from symconv.printing.notation import Notation
    from symconv.reading.text_files import read_text

    found = Notation()
    for entry in entries:
        try:
            lines = [entry] if ":" in entry else read_text(Path(entry)).splitlines()
        except (OSError, UnicodeDecodeError):
            hint = r"write an entry, such as 'convolution: \ast', or the name of a file of them"
            raise SymconvError(f"--notation {entry!r} is no entry and no file", hint=hint) from None
        found = Notation.read(lines, found)
    return found


class _Version(argparse.Action):
    """Prints the version; the package is imported only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"symconv {version('symconv')}")
        parser.exit()


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value


# Commands


def _prove(options: argparse.Namespace) -> int:
    from symconv.publish.report import worst

    if options.source and options.latex_input:
        raise SymconvError("claims in LaTeX call no functions of files", hint="leave out --source or --latex-input")
    show = _print_json if options.json else _print_text
    return worst(_answered(text, options, show) for text in _texts(options.claims))


def _answered(text: str, options: argparse.Namespace, show: Callable[[Any, argparse.Namespace], None]) -> int:
    """Decide one claim and print the answer; the exit status that it deserves."""
    from symconv.results import prove

    try:
        with _limit(options.timeout):
            claim = _read(text, options)
            result = prove(claim, timeout=options.timeout)
        show(result, options)
        return STATUS[result.verdict]
    except SymconvError as error:
        _print_error(text, error, options.json)
        return MALFORMED
    except TimeoutError:
        _print_timeout(text, options)
        return STATUS["unknown"]
    except OSError:  # the output, not the claim
        raise
    except RecursionError:
        _print_error(text, SymconvError("this claim is nested too deeply"), options.json)
        return MALFORMED
    except Exception as error:
        message = f"symconv failed on this claim, which is a defect of symconv: {type(error).__name__}: {error}"
        _print_error(text, SymconvError(message), options.json)
        return DEFECT


def _read(text: str, options: argparse.Namespace) -> Any:
    from symconv.claims import Claim, parse

    if options.source:
        from symconv.reading.programs import from_file

        return parse(text, from_file(*options.source))
    return Claim.from_latex(text) if options.latex_input else text


def _derive(options: argparse.Namespace) -> int:
    from symconv.printing.notation import using
    from symconv.results import prove

    if options.stats:
        return _statistics(options.stats)
    notation = _notation(options.notation)
    texts = list(_texts(options.claim))
    if len(texts) != 1:
        raise SymconvError(f"{len(texts)} claims", hint="derive takes one, or --stats and files")
    try:
        result = prove(texts[0])
        derivation = result.derivation
    except SymconvError as error:
        _print_error(texts[0], error, False)
        return MALFORMED
    if derivation is None or not derivation.steps:
        print("\n".join(_lines(result)))
    else:
        with using(notation):
            print(getattr(derivation, options.format)())
    return STATUS[result.verdict]


def _calc(options: argparse.Namespace) -> int:
    from symconv.derivations.calculation import calc
    from symconv.printing.notation import using

    notation = _notation(options.notation)
    text = options.lines
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if sys.stdin else ""
    try:
        found = calc(text)
    except SymconvError as error:
        _print_error(text, error, False)
        return MALFORMED
    with using(notation):
        print(found if options.format == "text" else getattr(found.derivation, options.format)())
    return STATUS[found.verdict]


def _statistics(names: Sequence[str]) -> int:
    from pathlib import Path

    from symconv.publish.statistics import statistics

    found = statistics(map(Path, names))
    print(found)
    return 0 if found.holds else DEFECT


def _check(options: argparse.Namespace) -> int:
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


def _build(options: argparse.Namespace) -> int:
    from symconv.publish.build import build

    report = build(options.folder, options.output, pdf=not options.no_pdf)
    print(report, file=sys.stderr if report.failures else sys.stdout)
    return report.status


def _texts(arguments: Iterable[str]) -> Iterator[str]:
    """The claims; `-` stands for those on standard input, one a line, indented lines continuing."""
    for argument in arguments:
        if argument != "-":
            yield argument
            continue
        from symconv.publish.checking import claims_in

        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if sys.stdin else ""
        claims = [claim for _, claim in claims_in(text.splitlines()) if not claim.startswith("#")]
        if not claims:
            raise SymconvError("no claim on standard input")
        yield from claims


@contextlib.contextmanager
def _limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeoutError` in the block a moment after the prover's own time is over."""
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# JSON


def record(result: Any) -> dict[str, Any]:
    """A verdict as plain data for JSON.

    >>> from symconv.results import prove
    >>> record(prove("x[n], y[n]: x + y == y + x"))["verdict"]
    'proved'
    """
    derivation = result.derivation
    steps = derivation.steps if derivation is not None else ()
    return {
        "claim": result.claim.text,
        "verdict": result.verdict,
        "reason": result.reason,
        "scope": {"sizes": "all", "assumptions": [str(a) for a in result.assumptions]},
        "condition": None if result.condition is None else str(result.condition),
        "counterexample": _counterexample_record(result.counterexample),
        "steps": [{"latex": s.latex(), "rule": s.rule, "verified": s.verified} for s in steps],
        "checked_up_to": result.checked_up_to,
        "elapsed_ms": round(result.elapsed_ms, 1),
    }


def _counterexample_record(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    data = {
        "sizes": {name: int(value) for name, value in found.sizes.items()},
        "index": None if found.index is None else [int(i) for i in found.index],
        "arrays": {name: array_record(array) for name, array in found.arrays.items()},
        "lhs": _number(found.lhs),
        "rhs": _number(found.rhs),
    }
    if found.functions:
        data["functions"] = {
            name: {str(x): _number(y) for x, y in values.items()} for name, values in _tables(found.functions)
        }
    if found.direction:
        data["direction"] = found.direction
    return data


def array_record(array: Any) -> Any:
    """An array as nested lists, or sparsely if it has many entries.

    >>> array_record([[1, 0], [0, 2]])
    [[1, 0], [0, 2]]
    """
    import numpy as np

    from symconv.kernel.sparse_arrays import nonzero

    if np.size(array) <= MAX_SHOWN_ENTRIES:
        return _number(np.asarray(array, dtype=object))
    shape = list(np.shape(array))
    return {"shape": shape, "nonzero": [[list(index), _number(value)] for index, value in nonzero(array)]}


def _number(value: Any) -> Any:
    """A number for JSON: itself if JSON can hold it exactly, else a string."""
    while hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_number(v) for v in value]
    if isinstance(value, complex) and value.imag == 0:
        value = value.real
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and value - value == 0):
        return value
    return int(value) if getattr(value, "is_Integer", False) else str(value)


def _tables(functions: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    for name, function in functions.items():
        yield name, getattr(function, "values", function) if not isinstance(function, Mapping) else function


def _print_json(result: Any, options: argparse.Namespace) -> None:
    data = record(result)
    if options.latex_input or options.source:
        data["reading"] = str(result.claim)
        data["taken"] = list(result.claim.taken)
    if options.latex:
        data["latex"] = result.claim.latex()
    print(json.dumps(data, ensure_ascii=False))


def _print_error(text: str, error: SymconvError, as_json: bool) -> None:
    if as_json:
        span = None if error.span is None or error.text != text else list(error.span)
        print(json.dumps({"claim": text, "error": error.message, "span": span, "hint": error.hint}))
        return
    lines = str(error).splitlines()
    if error.span is None:
        shown = text if len(text) <= 100 else text[:99] + "…"
        lines.insert(1, f"  {shown}")
    elif error.text != text:  # a place in a source file
        lines.insert(3, f"  in the claim {text}")
    print("error: " + "\n".join(lines), file=sys.stderr)


def _print_timeout(text: str, options: argparse.Namespace) -> None:
    reason = f"no answer within {options.timeout:g} s"
    if not options.json:
        print(f"{_mark('unknown')} unknown  {text}\n  {reason}")
        return
    data: dict[str, Any] = {"claim": text, "verdict": "unknown", "reason": reason}
    data |= {"scope": {"sizes": "all", "assumptions": []}, "condition": None, "counterexample": None}
    data |= {"steps": [], "checked_up_to": None, "elapsed_ms": 1e3 * options.timeout}
    print(json.dumps(data))


# Text


def _print_text(result: Any, options: argparse.Namespace) -> None:
    first, *rest = _lines(result)
    read = [f"  read as {result.claim}"] if options.latex_input or options.source else []
    print("\n".join([first, *read, *(f"    {taken}" for taken in result.claim.taken), *rest]))
    if options.latex:
        print(result.claim.latex())
        derivation = result.derivation
        if derivation is not None and derivation.steps:
            print(derivation.latex())


def _mark(verdict: str) -> str:
    try:
        MARKS[verdict].encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        return PLAIN_MARKS[verdict]
    return MARKS[verdict]


def _lines(result: Any) -> Iterator[str]:
    """The answer for a terminal."""
    yield f"{_mark(result.verdict)} {result.verdict}  {result.claim.text.strip()}  ({result.elapsed_ms:.3g} ms)"
    if len(result.claim.links) > 1 and result.verdict != "proved":
        link = result.claim.links[result.link]
        yield f"  at the link {link.left} {link.relation} {link.right}"
    if result.assumptions:
        yield f"  assuming {', '.join(map(str, result.assumptions))}"
    if result.reason:
        yield f"  {'the shapes differ' if result.reason == 'shape' else result.reason}"
    if result.checked_up_to is not None:
        yield f"  it holds at all sizes up to {result.checked_up_to}"
    if result.counterexample is not None:
        yield from _counterexample_lines(result)
    if result.condition is not None:
        yield f"  it holds exactly if {result.condition}"


def _counterexample_lines(result: Any) -> Iterator[str]:
    found = result.counterexample
    sizes = ", ".join(f"{name}={value}" for name, value in found.sizes.items())
    index = f", entry [{', '.join(map(str, found.index))}]" if found.index else ""
    what = "witness" if result.verdict == "proved" else "counterexample"
    yield f"  {what}{f' ({found.direction})' if found.direction else ''}: {sizes or 'no sizes'}{index}"
    for name, array in found.arrays.items():
        yield from _assignment(name, array)
    for name, values in _tables(found.functions):
        yield f"    {name}: {', '.join(f'{name}({x}) = {y}' for x, y in values.items())}"
    yield f"    left {found.lhs}, right {found.rhs}"


def _assignment(name: str, array: Any) -> Iterator[str]:
    import numpy as np

    if np.size(array) > MAX_SHOWN_ENTRIES:
        shown = str(array_record(array))
    else:
        values = np.asarray(array, dtype=object)
        shown = np.array2string(values, formatter={"object": str}, threshold=MAX_SHOWN_ENTRIES)
    head = f"    {name} = "
    for i, line in enumerate(shown.splitlines()):
        yield (head if i == 0 else " " * len(head)) + line
