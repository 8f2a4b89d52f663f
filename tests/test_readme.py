"""The README keeps its promises. (Its example runs as a doctest.)"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_there_are_two_commands_to_set_up():
    """One installs and builds, one installs and tests; the CI script runs both as they stand."""
    commands = re.findall(r"^pip install.*$", README, re.M)
    assert len(commands) == 2
    assert commands[0].endswith("&& symconv build derivations/ -o build/")
    assert "&& pytest" in commands[1]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "grep '^pip install' README.md" in script


@pytest.mark.skipif(sys.version_info < (3, 11), reason="needs tomllib")
def test_the_extras_that_it_names_exist():
    """In the commands as in the text."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {e for group in re.findall(r"\.\[([a-z,]+)\]", README) for e in group.split(",")}
    assert named
    assert named <= set(project["optional-dependencies"])


def test_the_example_of_a_document_is_a_claim_that_builds(tmp_path):
    """The directives shown there are run as they stand."""
    pytest.importorskip("myst_parser")
    from symconv.publish import build

    examples = "\n".join(re.findall(r"^````markdown\n(.*?)^````$", README, re.M | re.S))
    (tmp_path / "index.md").write_text(f"# Title\n\n{examples}", "utf-8")
    report = build(tmp_path, tmp_path / "out", pdf=False)
    assert (report.status, report.claims) == (0, 1), str(report)


def test_the_claims_that_it_shows_are_proved():
    """Each line of the block under 'What can be claimed'."""
    from symconv.results import prove

    (block,) = re.findall(r"^```text\n(.*?)^```$", README, re.M | re.S)
    for text in block.splitlines():
        assert prove(text).verdict == "proved", text
