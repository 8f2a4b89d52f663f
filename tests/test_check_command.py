"""`symconv check` over folders, notebooks and patterns; its formats, jobs and cache; claims as items of pytest."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from symconv.cli import main
from symconv.publish import outcome_cache
from symconv.publish.equation_words import Settings
from symconv.publish.outcome_cache import OutcomeCache
from symconv.publish.sources import Malformed, Stated, parts_of_file

pytest.importorskip("myst_parser")

TRUE = "```{claim}\nx[n]: flip(flip(x)) == x\n```\n"
FALSE = "# T\n\n```{claim}\nx[n]: x == 2*x\n```\n"
SPELLED = """\
# T

```{tab-set}

:::{claim}
---
expect: refuted
---
x[n]: x == 1*x
:::
```

```claim
x[n]: x == 2*x
```

```{include} part.md
```

```{include} ../outside.md
```
"""
SPELLED_RST = """\
T
=

..  claim::

   x[n]: x == 1*x

.. only:: html

   .. claim:: x[n]: x == 2*x
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def stated(path: Path) -> list[tuple[str, int, str]]:
    """The claims of a file and what is wrong in it: file, line, and the claim or the first words of the problem."""
    parts = (part for part in parts_of_file(path, Settings()) if isinstance(part, (Stated, Malformed)))
    return [
        ((part.path or path).name, part.line, part.text if isinstance(part, Stated) else part.message.split("\n")[0])
        for part in parts
    ]


def test_claims_are_found_as_sphinx_finds_them(tmp_path: Path) -> None:
    """In tabs, included files and under odd spellings; `test_same_reading` has all other forms."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "conf.py").write_text("myst_enable_extensions = {'colon_fence'}\n", "utf-8")
    (folder / "a.md").write_text(SPELLED, "utf-8")
    (folder / "part.md").write_text("Text.\n\n```{claim}\nx[n]: x == 3*x\n```\n", "utf-8")
    (folder / "b.rst").write_text(SPELLED_RST, "utf-8")
    assert stated(folder / "a.md") == [
        ("a.md", 9, "x[n]: x == 1*x"),
        ("a.md", 13, "a fence 'claim' is code, which states nothing"),
        ("part.md", 4, "x[n]: x == 3*x"),
        ("a.md", 20, "outside.md is outside of the folder docs/"),
    ]
    assert stated(folder / "b.rst") == [("b.rst", 6, "x[n]: x == 1*x"), ("b.rst", 10, "x[n]: x == 2*x")]
    (folder / "conf.py").unlink()
    assert ("a.md", 5, "':::{claim}' is text here, and states nothing") in stated(folder / "a.md")


def test_folders_patterns_and_notebooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder stands for its files, hidden ones apart; cells are places of their own."""
    for name, text in (("a.md", TRUE), ("sub/b.md", TRUE), ("_build/c.md", FALSE), ("d.csv", "x")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    cells = [
        {"cell_type": "markdown", "source": ["# T\n", "\n", *TRUE.splitlines(keepends=True)]},
        {"cell_type": "code", "source": "print('{claim}')"},
        {"cell_type": "code", "source": "%%claim refuted\nx[n]: x == 2*x\nx[n]: x == x"},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == "5 claims in 3 files, 1 failure\n"
    assert f"{tmp_path / 'n.ipynb'}:cell 3:3: expected refuted, but proved" in said.err
    assert main(["check", str(tmp_path / "*.md"), "-q"]) == 0 and not capsys.readouterr().out
    assert main(["check", str(tmp_path / "*.nothing")]) == 2
    (tmp_path / "n.ipynb").write_text("{}", "utf-8")
    assert main(["check", str(tmp_path / "n.ipynb")]) == 2
    assert "this is no notebook" in capsys.readouterr().err


def test_nothing_to_check_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless that is allowed."""
    (tmp_path / "a.md").write_text("# No claim\n", "utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert "there are no claims in 1 file" in capsys.readouterr().err
    assert main(["check", str(tmp_path), "--allow-empty"]) == 0


DISPLAYED = """\
# T

```{symconv-declare} x[n]
```

> $$
> x = 2 x
> $$

```math
x = 3 x
```

Text before
$$ x = 4 x $$

:::{note}
$$ x = 5 x $$
:::

$$
x \\oint x = 6 x
$$
"""


def test_every_equation_of_markdown_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In quotations, fences and between dollars inside a paragraph; what is not read fails where that is asked for."""
    document = tmp_path / "a.md"
    document.write_text(DISPLAYED, "utf-8")
    assert main(["check", "--no-cache", "--all", str(document)]) == 2
    said = capsys.readouterr()
    found = [line.split(":")[1:3] for line in said.err.splitlines() if line.startswith(str(document))]
    refuted, error = " expected proved, but refuted", " error"
    assert found == [["7", refuted], ["11", refuted], ["15", error], ["18", error]]
    assert "1 equation not read" in said.out
    document.write_text("```{symconv-declare} x[n]\n```\n\n$$\nx \\oint x = x\n$$\n", "utf-8")
    assert main(["check", "--no-cache", "--all", str(document)]) == 0
    assert main(["check", "--no-cache", "--all", "--fail-on", "unread", str(document)]) == 2
    document.write_text("% symconv-declare: x[n]\n\n$$\nx = x\n$$\n", "utf-8")
    assert main(["check", "--no-cache", "--all", str(document)]) == 2
    assert "is a comment in Markdown" in capsys.readouterr().err


def test_formats_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each names file, line, rule and message."""
    path = tmp_path / "a.md"
    path.write_text(f"{FALSE}\n{TRUE}", "utf-8")
    written = {}
    for name in ("json", "junit", "sarif", "github"):
        assert main(["check", str(path), "--format", name]) == 1
        written[name] = capsys.readouterr().out
    (failure,) = json.loads(written["json"])["failures"]
    assert (failure["path"], failure["line"], failure["rule"]) == (str(path), 4, "symconv-refuted")
    suite = ET.fromstring(written["junit"])[0]
    assert [case.get("name") for case in suite] == ["line 8", "line 4"]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert "holds exactly if x == 0" in (suite.find("testcase/failure").text or "")  # type: ignore[union-attr]
    (result,) = json.loads(written["sarif"])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 4}
    assert written["github"].startswith(f"::error file={path},line=4,title=symconv-refuted::expected proved")


def test_machines_are_given_files_that_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell of a notebook is told in the message, paths are URIs in SARIF, and all is ASCII."""
    monkeypatch.chdir(tmp_path)
    cell = {"cell_type": "code", "source": "%%claim refuted\nx[n]: x == x"}
    Path("ä b.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    written = {}
    for name in ("json", "junit", "sarif", "github"):
        assert main(["check", ".", "--format", name]) == 1
        written[name] = capsys.readouterr().out
    (result,) = json.loads(written["sarif"])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "%C3%A4%20b.ipynb"}, "region": {"startLine": 1}}
    assert result["message"]["text"].startswith("cell 1, line 2: expected refuted")
    assert written["github"].startswith("::error file=ä b.ipynb,line=1,title=symconv-refuted::cell 1, line 2:")
    assert all(written[name].isascii() for name in ("json", "junit", "sarif"))


def test_jobs_give_the_same_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the same order, whoever is the first."""
    for number in range(3):
        claims = "\n".join(f"x[n+{number}]: x == {k}*x" for k in range(1, 5))
        (tmp_path / f"{number}.md").write_text(f"```{{claim}}\n{claims}\n```\n", "utf-8")
    reports = []
    for jobs in ("1", "2"):
        assert main(["check", str(tmp_path), "--jobs", jobs, "--no-cache"]) == 1
        reports.append(capsys.readouterr())
    assert reports[0] == reports[1] and reports[0].err.count("expected proved") == 9


def test_a_cache_answers_and_never_wrongly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decided is not decided again; a spoilt entry, another question and open claims are."""
    path = tmp_path / "a.md"
    path.write_text(TRUE, "utf-8")
    command = ["check", str(path), "--cache", str(tmp_path / "known")]
    assert main(command) == 0
    (entry,) = (tmp_path / "known").rglob("*.json")
    monkeypatch.setattr("symconv.results.prove", None)
    assert main(command) == 0
    changed = entry.read_text("utf-8").replace('"message": ""', '"message": "another"')
    for spoilt in ("", "[]", "[" * 100_000, '{"status": 0}', changed):
        entry.write_text(spoilt, "utf-8")
        assert main(command) == 3  # the prover that is not there is asked
    cache = OutcomeCache(tmp_path / "other")
    cache.put(("a", None), "late", 3)
    assert cache.get(("a", None)) is None
    cache.put(("a", None), "", 0)
    assert cache.get(("a", None)) == ("", 0) and cache.get(("a", "b")) is None


def written(folder: Path) -> None:
    """Many entries, all of them again and again, as other writers do at the same time."""
    cache = OutcomeCache(folder)
    for number in range(200):
        cache.put((str(number % 20), None), f"message {number % 20}", 0)
        found = cache.get((str(number % 20), None))
        assert found == (f"message {number % 20}", 0), found


def test_a_cache_has_many_writers_and_knows_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader sees half of an entry; another version of what decides asks again."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(written, [tmp_path] * 8))
    assert len([*tmp_path.rglob("*")]) == len([*tmp_path.rglob("*.json")]) + len([*tmp_path.glob("??")])
    for name in ("symconv", "islpy", "sympy", "numpy"):
        monkeypatch.setattr(
            outcome_cache, "_version", lambda each, name=name: "next" if each == name else version(each)
        )
        outcome_cache._made_by.cache_clear()
        assert OutcomeCache(tmp_path).get(("1", None)) is None, name
    monkeypatch.undo()
    outcome_cache._made_by.cache_clear()
    assert OutcomeCache(tmp_path).get(("1", None)) == ("message 1", 0)


PAPER = r"""% symconv-declare: x[N], k[M]
% symconv:
\begin{equation}\label{eq:wrong}
  x * k = x \star k
\end{equation}
% symconv:
\[ x * k = k * x \]
% symconv: skip
\[ x = 0 \]
"""
IMPORTED = """
import sys

def pytest_sessionfinish(session):
    print("imported:", sorted({"numpy", "sympy", "islpy", "docutils", "symconv.errors"} & {*sys.modules}))
"""


def test_claims_are_items_of_pytest(tmp_path: Path) -> None:
    """With `--symconv` or patterns in the configuration, and not otherwise; failures are told without a traceback.

    Until then the plugin takes nothing but pytest; equations and cells of notebooks are items, too.
    """
    (tmp_path / "a.md").write_text(f"{FALSE}\n{TRUE}", "utf-8")
    (tmp_path / "b.md").write_text(TRUE, "utf-8")
    (tmp_path / "c.tex").write_text(PAPER, "utf-8")
    cell = {"cell_type": "code", "source": "%%claim refuted\nx[n]: x == 2*x\nx[n]: x == x"}
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    (tmp_path / "conftest.py").write_text(IMPORTED, "utf-8")

    def run(*options: str) -> str:
        named = [] if "symconv" in entry_points(group="pytest11").names else ["-p", "symconv.pytest_plugin"]
        command = [sys.executable, "-m", "pytest", *named, "-p", "no:cacheprovider", "-rA"]
        return subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True).stdout

    before = run("-s")
    assert "no tests ran" in before and "imported: []" in before
    said = run("--symconv")
    assert "FAILED c.tex::2" in said and "c.tex:3: eq:wrong: expected proved, but refuted" in said
    assert "PASSED c.tex::6" in said and "SKIPPED" in said and "FAILED n.ipynb::cell 1:3" in said
    assert "FAILED a.md::4" in said and "PASSED a.md::8" in said and "PASSED b.md::2" in said
    assert "holds exactly if x == 0" in said and "Traceback" not in said
    (tmp_path / "pytest.ini").write_text("[pytest]\nsymconv_files = b.*\n", "utf-8")
    assert "1 passed" in run()
