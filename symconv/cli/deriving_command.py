"""`symconv derive` and `symconv calc`: a proof told line by line, and lines that are checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symconv.cli.answers import DEFECT, MALFORMED, STATUS, claim_texts, macros_of, print_error, standard_input
from symconv.errors import SymconvError

if TYPE_CHECKING:
    from symconv.printing.notation import Notation

__all__ = ["calculate", "derive"]


def derive(options: argparse.Namespace) -> int:
    """Tell the derivation of one claim, or count the steps of many."""
    from symconv.claims import Claim
    from symconv.displays.terminal import record_lines
    from symconv.printing.notation import using
    from symconv.results import prove

    if options.stats:
        return _statistics(options.stats)
    _notation(options.notation)
    texts = list(claim_texts(options.claim))
    if len(texts) != 1:
        raise SymconvError(f"{len(texts)} claims", hint="derive takes one, or --stats and files")
    macros = macros_of(options.macros)
    try:
        result = prove(
            Claim.from_latex(texts[0], macros=macros, base=options.base) if options.latex_input else texts[0]
        )
        derivation = result.derivation
    except SymconvError as error:
        print_error(texts[0], error)
        return MALFORMED
    if derivation is None or not derivation.steps:
        print("\n".join(record_lines(result.shown(told=False), sys.stdout.encoding)))
    else:
        notation = _notation(options.notation, result.claim.spelling)
        with using(notation):
            print(getattr(replace(derivation, notation=notation), options.format)())
    return STATUS[result.verdict]


def calculate(options: argparse.Namespace) -> int:
    """Check the links of a chain of lines."""
    from symconv.derivations.calculation import calc
    from symconv.printing.notation import using

    notation = _notation(options.notation)
    text = standard_input() if options.lines == "-" else options.lines
    try:
        found = calc(text)
    except SymconvError as error:
        print_error(text, error)
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


def _notation(entries: Sequence[str], base: Notation | None = None) -> Notation:
    """The notation of entries and of files of them; what they leave out as in `base`."""
    from pathlib import Path

    from symconv.printing.notation import Notation
    from symconv.reading.text_files import read_text

    found = base or Notation()
    for entry in entries:
        try:
            lines = [entry] if ":" in entry else read_text(Path(entry)).splitlines()
        except (OSError, UnicodeDecodeError):
            hint = r"write an entry, such as 'convolution: \ast', or the name of a file of them"
            raise SymconvError(f"--notation {entry!r} is no entry and no file", hint=hint) from None
        found = Notation.read(lines, found)
    return found
