"""What the commands share: exit statuses, claims from arguments and standard input, errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symconv.cli.colours import coloured
from symconv.errors import SymconvError

if TYPE_CHECKING:
    from symconv.reading.latex.tex_sources.macros import Macros

__all__ = ["DEFECT", "MALFORMED", "STATUS", "claim_texts", "macros_of", "print_error", "standard_input"]

STATUS = {"proved": 0, "refuted": 1, "unknown": 3}
MALFORMED, DEFECT = 2, 3


def standard_input() -> str:
    """What was typed or piped in; odd bytes are kept, to be complained of where they stand."""
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if sys.stdin else ""


def claim_texts(arguments: Iterable[str]) -> Iterator[str]:
    """The claims; `-` stands for those on standard input, one a line, indented lines continuing."""
    for argument in arguments:
        if argument != "-":
            yield argument
            continue
        from symconv.publish.checking import claims_in

        claims = [claim for _, claim in claims_in(standard_input().splitlines()) if not claim.startswith("#")]
        if not claims:
            raise SymconvError("no claim on standard input")
        yield from claims


def macros_of(names: Sequence[str]) -> Macros:
    """What the commands stand for that files define."""
    if not names:
        return {}
    from symconv.reading.latex.tex_sources.papers import macros_in

    macros: Macros = {}
    for name in names:
        macros = macros_in(Path(name), macros)
    return macros


def print_error(text: str, error: SymconvError, as_json: bool = False) -> None:
    """Say what is wrong with a claim, as an object or on standard error."""
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
    print(coloured("error:", "error", sys.stderr), "\n".join(lines), file=sys.stderr)
