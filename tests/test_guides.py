"""The guides can be followed: what they say to save and to run does what they say."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from symconv.cli import main

DOCS = Path(__file__).parent.parent / "docs"


def blocks(guide: str, language: str, fence: str = "```") -> list[str]:
    """What a guide shows in a language."""
    return re.findall(rf"^{fence}{language}\n(.*?)^{fence}$", (DOCS / guide).read_text("utf-8"), re.M | re.S)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are saved in an empty folder, and no cache of the user is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_paper(capsys: pytest.CaptureFixture[str]) -> None:
    """The authors' paper is answered as printed there."""
    paper, *_ = blocks("for-authors.md", "latex")
    told, *_ = blocks("for-authors.md", "text")
    Path("paper.tex").write_text(paper, "utf-8")
    assert main(["check", "paper.tex"]) == 1
    said = capsys.readouterr()
    assert said.err + said.out == told


def test_a_function_and_its_tests() -> None:
    """The engineers' function, and both tests of it."""
    pytest.importorskip("scipy")
    function, tests, *_ = blocks("for-engineers.md", "python")
    Path("conv.py").write_text(function, "utf-8")
    Path("test_conv.py").write_text(tests, "utf-8")
    assert main(["prove", "--source", "conv.py", "A[H,W], K[h,w]: blur(A, K) == correlate(A, K, 'valid')"]) == 0
    sys.path.insert(0, "")
    try:
        import test_conv  # type: ignore[import-not-found]

        test_conv.test_blur()
        test_conv.test_documented_identity()
    finally:
        sys.path.remove("")
        for name in ("conv", "test_conv"):
            sys.modules.pop(name, None)


def test_a_page_for_a_class(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The teachers' page is built, and the students' lines are judged."""
    pytest.importorskip("myst_parser")
    pytest.importorskip("matplotlib")
    (page,) = blocks("for-teachers.md", "markdown", "````")
    Path("class").mkdir()
    Path("class/index.md").write_text(page, "utf-8")
    assert main(["build", "class/", "-o", "site/", "--no-pdf"]) == 0 and Path("site/index.html").exists()
    (answer,) = blocks("for-teachers.md", "text")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(answer.encode())))
    assert main(["calc", "-"]) == 1
    assert "link 2 is false" in capsys.readouterr().out
