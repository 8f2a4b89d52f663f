"""What a whole process takes: the time on the wall and the processor time, its children's included."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).parent.parent


def process(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, float]:
    """The seconds on the wall and of processor time that Python takes with these arguments.

    Raises RuntimeError where it writes to standard error, or ends with a status above 1.
    """
    before, started = _children(), perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    wall = perf_counter() - started
    if done.stderr or done.returncode > 1:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return wall, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
