"""How long symconv thinks, and how much it takes on: every time limit and every count, and why.

Times are seconds of the thread's own time on the processor, so no verdict depends on what else the
machine does. A deadline holds for the thread that set it and for all that is done inside, whatever
that is; one inside another can only be earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from time import thread_time

from symconv.errors import SymconvError

MAX_ENTRIES = 1 << 24
"""Entries of an array that is computed: about 130 MB as Python's numbers, and a few are held at once."""
MAX_WRITTEN_OUT = 1 << 20
"""Entries of a counterexample's array with its zeros; a larger one is given by its other entries alone."""
MAX_PRODUCTS = 40
"""Products of sizes of which bounds are known at one place: isl's time is exponential in them (six factors have 57)."""
MAX_FILE = 10_000_000
"""Characters of a file; the longest document of claims has some 100,000."""
MAX_FACTORS = 10
"""Factors of a product of which bounds are known: ∏(a − 1) ≥ 0 takes isl 0.03 s for ten equal ones, 3 s for 16."""


class Undecided(Exception):
    """This cannot be decided; the message says why, for people."""


class OutOfTime(Undecided):
    """The deadline has passed."""

    def __init__(self) -> None:
        super().__init__("the time is over")


class _Deadline(local):
    """When the thread has to be done, by its own clock; None where it may take as long as it likes."""

    at: float | None = None


_deadline = _Deadline()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Bound what this thread does inside to about this time, or to what is left of an earlier bound."""
    before = _deadline.at
    at = thread_time() + seconds
    _deadline.at = at if before is None else min(at, before)
    try:
        yield
    finally:
        _deadline.at = before


def time_left() -> float:
    """The seconds until the deadline: infinite where there is none, negative where it has passed."""
    return float("inf") if _deadline.at is None else _deadline.at - thread_time()


def check_time() -> None:
    """Raise `OutOfTime` where the deadline has passed."""
    at = _deadline.at
    if at is not None and thread_time() > at:
        raise OutOfTime


class TooLarge(Undecided, SymconvError):
    """This would take more memory than a claim is worth."""


def check_entries(number: int) -> None:
    """Raise `TooLarge` where an array would have more entries than are computed at once."""
    if number > MAX_ENTRIES:
        raise TooLarge(f"arrays of {number:,} entries are too large to compute")
