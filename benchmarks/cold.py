"""How long `symconv prove CLAIM` takes as a whole process, beside the imports that it cannot avoid."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks.processes import process
from benchmarks.timing import table

RUNS = 5
BAR = 1.2
IMPORTS = "import of numpy, sympy, islpy"


def report(claims: Mapping[str, str]) -> str:
    """The table of whole processes."""
    commands = {"python alone": ["-c", "pass"], IMPORTS: ["-c", "import numpy, sympy, islpy"]}
    commands |= {name: ["-m", "symconv", "prove", text] for name, text in claims.items()}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(RUNS):  # in turn, so that a busy machine is busy for all of them
        for name, arguments in commands.items():
            spent[name].append(process(arguments))
    rows = []
    for name, runs in spent.items():
        wall, busy = (median(column) for column in zip(*runs, strict=True))
        mark = "missed" if name in claims and wall > BAR else ""
        rows.append([name, f"{wall:.2f}", f"{min(w for w, _ in runs):.2f}", f"{busy:.2f}", mark])
    heads = ["process", "median s", "least s", "processor s", "bar"]
    return f"{table(heads, rows)}\nmedians of {RUNS} processes; bar: {BAR:g} s"
