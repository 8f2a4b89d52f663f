"""The command line: `symconv prove`, `symconv derive`, `symconv calc`, `symconv check`, `symconv build`.

Exit status: 0 all proved, 1 something refuted, 2 malformed input, 3 something unknown; where
several apply, the first of 2, 1, 3, 0.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from symconv.cli.answers import MALFORMED
from symconv.cli.arguments import parser
from symconv.cli.colours import coloured
from symconv.errors import SymconvError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    commands = parser()
    if "_ARGCOMPLETE" in os.environ:  # set by a shell that asks for completions
        with suppress(ImportError):
            import argcomplete

            argcomplete.autocomplete(commands)
    options = commands.parse_args(arguments)
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
        print(coloured("error:", "error", sys.stderr), error, file=sys.stderr)
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
