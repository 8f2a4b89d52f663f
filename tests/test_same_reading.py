"""`symconv check` and Sphinx read generated documents alike: the same errors at the same lines."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from symconv.publish.file_checks import check_file

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

from test_sphinx import built

CONF = "extensions = ['myst_parser', 'symconv.publish.sphinx']\nexclude_patterns = ['part*']\n"
TRUE, FALSE, MALFORMED = "x[n]: x == x", "x[n]: x == 2*x", "x[n]: x == y"


def fence(*lines: str, name: str = "{claim}") -> list[str]:
    """A block of MyST, longer than what it holds."""
    ticks = "`" * (3 + max((len(line) - len(line.lstrip("`")) for line in lines), default=0))
    return [f"{ticks}{name}", *lines, ticks]


def directive(*lines: str, name: str = "claim") -> list[str]:
    """A block of reStructuredText."""
    return [f".. {name}::", "", *(f"   {line}" if line else "" for line in lines)]


def leaf(rng: random.Random, block) -> list[str]:
    """A block that states something, or only seems to."""
    return rng.choice([
        lambda: block(TRUE),
        lambda: block(FALSE),
        lambda: block(TRUE, FALSE, "", MALFORMED),
        lambda: block(MALFORMED),
        lambda: block("x[n]: x", "== x + x", name="{calc}" if block is fence else "calc"),
        lambda: block(FALSE, name="{claims}" if block is fence else "claims"),
        lambda: block(FALSE, name="{cliam}" if block is fence else "cliam"),
        lambda: block(name="{claim}" if block is fence else "claim"),
        lambda: block(":expct: proved", *([] if block is fence else [""]), TRUE),
        lambda: block(":expect: refuted", *([] if block is fence else [""]), FALSE),
        lambda: block(FALSE, name="text" if block is fence else "code-block"),
        lambda: block(FALSE, name="{code-block}" if block is fence else "parsed-literal"),
        lambda: ["<!--", *block(FALSE), "-->"] if block is fence else ["..", *(f"   {x}" for x in block(FALSE))],
        lambda: [f"Words, and `{FALSE}`."],
        lambda: ["", *(f"    {line}" for line in block(FALSE))] if block is fence else ["::", "", f"   {FALSE}"],
    ])()  # fmt: skip


def content(rng: random.Random, block, depth: int = 0) -> list[str]:
    """Blocks in lists, quotes and admonitions."""
    lines: list[str] = []
    for _ in range(rng.randint(1, 3)):
        inside = content(rng, block, depth + 1) if depth < 3 and rng.random() < 0.5 else leaf(rng, block)
        match rng.randint(0, 3):
            case 0:
                first, *rest = ["words", "", *inside]
                inside = [f"- {first}", *(f"  {line}" if line else "" for line in rest)]
            case 1 if block is fence:
                inside = [f"> {line}" if line else ">" for line in inside]
            case 1:
                inside = ["Words:", "", *(f"   {line}" if line else "" for line in ["words", "", *inside])]
            case 2:
                inside = block(*["words", "", *inside], name="{note}" if block is fence else "note")
        lines += ["Words.", "", *inside, ""]
    return lines


def documents(seeds: range) -> Iterator[tuple[str, str]]:
    """Names and texts of documents; some end in a fence that is not closed."""
    for seed in seeds:
        rng = random.Random(seed)
        block, suffix = rng.choice([(fence, "md"), (directive, "rst")])
        lines = ["# Title" if suffix == "md" else "Title\n=====", "", *content(rng, block)]
        if suffix == "md" and rng.random() < 0.2:
            lines += ["```{claim}", FALSE]
        yield f"d{seed}.{suffix}", "\n".join(lines) + "\n"


def disagreements(folder: Path, seeds: range) -> list[str]:
    """The documents on which the two say different things."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "conf.py").write_text(CONF)
    (folder / "index.rst").write_text("Index\n=====\n")
    written = dict(documents(seeds))
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    said = built(folder).said
    wrong = []
    for name, text in written.items():
        ours = {f.line for f in check_file(folder / name).failures}
        theirs = {int(line) for line in re.findall(rf"{re.escape(name)}:(\d+): ERROR: (?!Unknown|Content)", said)}
        if ours != theirs:
            wrong.append(f"{name}: check {sorted(ours)}, Sphinx {sorted(theirs)}\n{text}")
    return wrong


def test_check_and_sphinx_agree(tmp_path: Path) -> None:
    """On a few documents of random nesting, planted errors included."""
    assert disagreements(tmp_path / "docs", range(20)) == []
    failing = [path for path in (tmp_path / "docs").glob("d*") if check_file(path).failures]
    assert 10 < len(failing) < 20


@pytest.mark.long
def test_check_and_sphinx_agree_on_many(tmp_path: Path) -> None:
    """On a hundred more."""
    assert disagreements(tmp_path / "docs", range(100, 200)) == []
