"""The record of a claim as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from symconv.displays.claim_record import ClaimRecord
from symconv.displays.json_record import array_data
from symconv.displays.words import MARKS
from symconv.kernel.replay import Counterexample
from symconv.limits import LINE_WIDTH, MAX_SHOWN_ENTRIES
from symconv.printing.as_text import said_of_sizes

__all__ = ["counterexample_lines", "mark", "one_line", "record_lines"]

_PLAIN_MARKS = {"proved": "+", "refuted": "x", "unknown": "?", "definition": "="}


def mark(verdict: str, encoding: str | None) -> str:
    """The sign before a verdict, a plain one where the encoding has no other."""
    try:
        MARKS[verdict].encode(encoding or "ascii")
    except (UnicodeError, LookupError):
        return _PLAIN_MARKS[verdict]
    return MARKS[verdict]


def record_lines(record: ClaimRecord, encoding: str | None = "utf-8") -> Iterator[str]:
    """The answer; its derivation is printed apart."""
    sign = mark(record.verdict, encoding)
    is_narrow = record.verdict == "proved" and record.only_where
    only = f", but only where {' and '.join(map(str, record.only_where))}" if is_narrow else ""
    if record.differs_at is not None:
        only = f": they differ{', at ' * bool(record.differs_at)}{', '.join(map(said_of_sizes, record.differs_at))}"
    yield f"{sign} {record.verdict}{only}  {record.text.strip()}  ({record.elapsed_ms:.3g} ms)"
    if record.link is not None:
        yield f"  at the link {record.link.left} {record.link.relation} {record.link.right}"
    if record.claim is not None and record.claim.added_operators:
        yield f"  with {', '.join(record.claim.added_operators)} as you defined it"
    if record.assumptions:
        yield f"  assuming {', '.join(map(str, record.assumptions))}"
    yield from (f"  warning: {text}" for text in record.warned)
    if record.compared:
        yield f"  {record.compared}"
    if record.reason:
        yield f"  {'the shapes differ' if record.reason == 'shape' else record.reason}"
    if record.checked_up_to is not None:
        yield f"  it holds at all sizes up to {record.checked_up_to}"
    if record.counterexample is not None:
        what = "witness" if record.verdict == "proved" else "counterexample"
        yield from (f"  {line}" for line in counterexample_lines(record.counterexample, what))
    if record.condition is not None:
        yield f"  it holds exactly if {record.condition}"
    elif record.no_condition is not None:
        yield f"  no exact condition was found: {record.no_condition}"


def one_line(record: ClaimRecord) -> str:
    """The answer in one line, for tracebacks and prompts; a long claim is cut.

    >>> one_line(ClaimRecord("x[n], y[n]: x == y", "refuted", counterexample=Counterexample({"n": 1}, (0,), {}, 1, 0)))
    '<refuted: x[n], y[n]: x == y, at n=1>'
    """
    told = []
    if record.claim is not None and record.claim.added_operators:
        told.append(f"with {', '.join(record.claim.added_operators)} as defined by the user")
    if record.verdict == "proved" and record.only_where:
        told.append(f"but only where {' and '.join(map(str, record.only_where))}")
    if record.counterexample is not None and record.counterexample.sizes:
        told.append("at " + ", ".join(f"{name}={value}" for name, value in record.counterexample.sizes.items()))
    if record.condition is not None:
        told.append(f"holds exactly if {record.condition}")
    if record.reason and record.verdict == "unknown":
        told.append(record.reason)
    claim = _cut(" ".join(record.text.split()), LINE_WIDTH // 2)
    return f"<{record.verdict}: {_cut(', '.join([claim, *told]), LINE_WIDTH)}>"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def counterexample_lines(found: Counterexample, what: str = "counterexample") -> Iterator[str]:
    """Sizes, entry, arrays and both sides, below what they are called."""
    sizes = ", ".join(f"{name}={value}" for name, value in found.sizes.items())
    index = f", entry [{', '.join(map(str, found.index))}]" if found.index else ""
    yield f"{what}{f' ({found.direction})' if found.direction else ''}: {sizes or 'no sizes'}{index}"
    for name, array in found.arrays.items():
        yield from _assignment(name, array)
    for name, values in found.functions.items():
        yield f"  {name}: {', '.join(f'{name}({x}) = {y}' for x, y in values.items())}"
    yield f"  left {found.lhs}, right {found.rhs}"


def _assignment(name: str, array: Any) -> Iterator[str]:
    if np.size(array) > MAX_SHOWN_ENTRIES:
        shown = str(array_data(array))
    else:
        values = np.asarray(array, dtype=object)
        shown = np.array2string(values, formatter={"object": str}, threshold=MAX_SHOWN_ENTRIES)
    head = f"  {name} = "
    for i, line in enumerate(shown.splitlines()):
        yield (head if i == 0 else " " * len(head)) + line
