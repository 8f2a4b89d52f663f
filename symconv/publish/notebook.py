"""`%load_ext symconv` in IPython: cells that begin with `%%claim` hold claims, one a line."""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.publish.checking import VERDICTS, claims_in
from symconv.results import prove

__all__ = ["load_ipython_extension"]


def claim_cell(line: str, cell: str) -> None:
    """Decide the claims of a cell and show each; `%%claim refuted` says what is expected.

    Raises `ClaimError` where one comes out otherwise, `SymconvError` where one cannot be read.
    """
    from IPython.display import display

    written = line.strip() or "proved"
    expect = next((word for word in VERDICTS if word == written), None)
    if expect is None:
        raise SymconvError(f"a claim is expected to be {', '.join(VERDICTS)}, not '{written}'")
    results = [prove(text) for _, text in claims_in(cell.splitlines())]
    for result in results:
        display(result)
    for result in results:
        result.check(expect)


def load_ipython_extension(shell: Any) -> None:
    """IPython calls this for `%load_ext symconv`."""
    shell.register_magic_function(claim_cell, "cell", "claim")
