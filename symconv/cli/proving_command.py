"""`symconv prove`: claims are decided one by one and answered as text or JSON."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from symconv.cli.answers import DEFECT, MALFORMED, STATUS, claim_texts, macros_of, print_error
from symconv.cli.colours import coloured
from symconv.errors import SymconvError
from symconv.limits import GRACE_SECONDS, PROGRESS_SECONDS, WIDTH_OF_PROGRESS

if TYPE_CHECKING:
    from symconv.claims import Claim
    from symconv.claims.definitions import Definition
    from symconv.results import Result

__all__ = ["prove"]


def prove(options: argparse.Namespace) -> int:
    """Decide claims and print the answers; the worst exit status."""
    from symconv.publish.report import worst

    if options.source and options.latex_input:
        raise SymconvError("claims in LaTeX call no functions of files", hint="leave out --source or --latex-input")
    if options.macros and not options.latex_input:
        raise SymconvError("--macros belongs to claims in LaTeX", hint="add --latex-input")
    options.macros_read = macros_of(options.macros)
    show = _print_json if options.json else _print_text
    return worst(_answered(text, options, show) for text in claim_texts(options.claims))


def _answered(text: str, options: argparse.Namespace, show: Callable[[Result, argparse.Namespace], None]) -> int:
    """Decide one claim and print the answer; the exit status that it deserves."""
    from symconv.claims.definitions import Definition
    from symconv.publish.report import worst
    from symconv.results import prove

    statuses = []
    try:
        with _limit(options.timeout), _told(f"reading {', '.join(options.source or ())}", options):
            stated = _read(text, options)
        for claim in stated:
            if isinstance(claim, Definition):
                _print_definition(claim, options)
                statuses.append(0)
                continue
            with _limit(options.timeout), _told(f"deciding {text}", options):
                result = prove(claim, timeout=options.timeout)
            show(result, options)
            statuses.append(STATUS[result.verdict])
        return worst(statuses)
    except SymconvError as error:
        print_error(text, error, options.json)
        return MALFORMED
    except TimeoutError:
        _print_timeout(text, options)
        return STATUS["unknown"]
    except OSError:  # the output, not the claim
        raise
    except RecursionError:
        print_error(text, SymconvError("this claim is nested too deeply"), options.json)
        return MALFORMED
    except Exception as error:
        message = f"symconv failed on this claim, which is a defect of symconv: {type(error).__name__}: {error}"
        print_error(text, SymconvError(message), options.json)
        return DEFECT


def _read(text: str, options: argparse.Namespace) -> Sequence[Claim | Definition | str]:
    """The claims of a text, and what it defines."""
    from symconv.claims import parse

    if options.source:
        from symconv.reading.programs import from_file

        return [parse(text, from_file(*options.source))]
    if options.latex_input:
        from symconv.claims.definitions import Definition
        from symconv.reading.latex import read_all

        stated = read_all(text, macros=options.macros_read, base=options.base)
        return [one for one in stated if not (isinstance(one, Definition) and one.is_claimed)]
    return [text]


@contextlib.contextmanager
def _told(doing: str, options: argparse.Namespace) -> Iterator[None]:
    """Say what is being done with a source file once it takes longer than a second."""
    if not options.source:
        yield
        return
    line = doing if len(doing) <= WIDTH_OF_PROGRESS else doing[: WIDTH_OF_PROGRESS - 1] + "…"
    timer = threading.Timer(PROGRESS_SECONDS, lambda: print(f"{line} …", file=sys.stderr, flush=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeoutError` in the block a moment after the prover's own time is over."""
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _print_json(result: Result, options: argparse.Namespace) -> None:
    from symconv.displays.json_record import record_data
    from symconv.printing.notation import using

    with using(result.claim.spelling):
        data = record_data(result.shown())
    if options.latex_input or options.source:
        data["reading"] = str(result.claim)
        data["taken"] = list(result.claim.taken)
    if options.latex:
        data["latex"] = result.claim.latex()
    print(json.dumps(data, ensure_ascii=False))


def _print_definition(definition: Definition, options: argparse.Namespace) -> None:
    from symconv.displays.terminal import mark

    if options.json:
        data = {"claim": definition.text, "verdict": "definition", "name": definition.name}
        print(json.dumps({**data, "reading": str(definition), "taken": list(definition.taken)}, ensure_ascii=False))
        return
    opening = coloured(f"{mark('definition', sys.stdout.encoding)} definition", "definition", sys.stdout)
    lines = [f"{opening}  {definition.text.strip()}", f"  read as {definition}"]
    print("\n".join([*lines, *(f"    {taken}" for taken in definition.taken)]))


def _print_text(result: Result, options: argparse.Namespace) -> None:
    from symconv.derivations.laid_out import align
    from symconv.displays.terminal import mark, record_lines
    from symconv.printing.notation import using

    record = result.shown(told=options.latex)
    first, *rest = record_lines(record, sys.stdout.encoding)
    opening = f"{mark(record.verdict, sys.stdout.encoding)} {record.verdict}"
    first = coloured(opening, record.verdict, sys.stdout) + first.removeprefix(opening)
    read = [f"  read as {result.claim}"] if options.latex_input or options.source else []
    print("\n".join([first, *read, *(f"    {taken}" for taken in result.claim.taken), *rest]))
    if options.latex:
        print(result.claim.latex())
    if record.chains:
        with using(result.claim.spelling):
            print("\n\n".join(map(align, record.chains)))


def _print_timeout(text: str, options: argparse.Namespace) -> None:
    from symconv.displays.claim_record import ClaimRecord
    from symconv.displays.json_record import record_data
    from symconv.displays.terminal import mark

    reason = f"no answer within {options.timeout:g} s"
    if options.json:
        print(json.dumps(record_data(ClaimRecord(text, "unknown", reason, elapsed_ms=1e3 * options.timeout))))
    else:
        opening = coloured(f"{mark('unknown', sys.stdout.encoding)} unknown", "unknown", sys.stdout)
        print(f"{opening}  {text}\n  {reason}")
