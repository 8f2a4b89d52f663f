"""How long documents with a thousand claims take: `symconv check`, the same again from its cache, and Sphinx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.processes import PROJECT, process
from benchmarks.timing import table

CLAIMS, DOCUMENTS = 1000, 20
BARS = {"check --jobs 2": 10.0, "again, from the cache": 3.0, "Sphinx, html, -j 2": 25.0}


def report() -> str:
    """The table of times; all claims come out as expected, or there is none."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "docs")
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        check = ["-m", "symconv", "check", "--jobs", "2", str(folder / "docs")]
        sphinx = ["-m", "sphinx", "-q", "-E", "-j", "2", "-b", "html", str(folder / "docs"), str(folder / "html")]
        rows = []
        for command, (kind, bar) in zip((check, check, sphinx), BARS.items(), strict=True):
            wall, busy = process(command, environment)
            rows.append([kind, f"{wall:.1f}", f"{busy:.1f}", f"{bar:g}", "missed" if wall > bar else ""])
    heads = ["1,000 claims in 20 documents", "wall s", "processor s", "bar s", ""]
    return table(heads, rows)


def write(folder: Path) -> None:
    """Write the documents, and what Sphinx needs to make pages of them."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = Random(1).sample([*dict.fromkeys(_stated())], CLAIMS)
    for number in range(DOCUMENTS):
        blocks = (f"```{{claim}}\n:expect: {verdict}\n{text}\n```\n" for verdict, text in chosen[number::DOCUMENTS])
        (folder / f"part{number}.md").write_text("\n".join([f"# Part {number}\n", *blocks]), "utf-8")
    listed = "\n".join(f"part{number}" for number in range(DOCUMENTS))
    (folder / "index.md").write_text(f"# All\n\n```{{toctree}}\n{listed}\n```\n", "utf-8")
    (folder / "conf.py").write_text('extensions = ["myst_parser", "symconv.publish.sphinx"]\n', "utf-8")


def _stated() -> Iterator[tuple[str, str]]:
    """The claims that the tests hold, each with its verdict."""
    for line in _lines("laws.txt"):
        yield "proved", line
    for line in _lines("hard_claims.txt"):
        verdict, _, text = line.partition(" ")
        yield verdict, text


def _lines(name: str) -> Iterator[str]:
    lines = map(str.strip, (PROJECT / "tests" / name).read_text("utf-8").splitlines())
    return (line for line in lines if line and not line.startswith("#"))
