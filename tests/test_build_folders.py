"""The folders of `symconv build`: what it reads, what it refuses, what it reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from symconv.errors import SymconvError
from symconv.publish import build
from symconv.publish.report import BuildReport, Failure, worst

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

CLAIM = "# A page\n\n```{claim}\nx[n]: x == x\n```\n"


def test_a_report_says_what_was_done(tmp_path):
    """One line if all is well, every failure otherwise."""
    fine = BuildReport(1, 2, (), tmp_path, 1)
    assert str(fine) == f"2 claims in 1 document as expected, 1 PDF: {tmp_path}"
    bad = BuildReport(1, 2, (Failure("a.md", 1, "wrong", 3),), tmp_path)
    assert str(bad) == "a.md:1: wrong\n2 claims in 1 document, 1 failure: nothing written"
    assert bad.status == 3


def test_a_folder_without_documents_is_an_error(tmp_path):
    """And so is one that is not there."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SymconvError):
            build(folder, tmp_path / "out")


def test_statuses_add_up_by_urgency():
    """Malformed before refuted before unknown."""
    assert [worst(s) for s in ((3, 1), (1, 2, 3), (0, 3), ())] == [1, 2, 3, 0]


@pytest.mark.parametrize(("output", "message"), [(".", "holds the documents"), ("..", "holds"), ("file", "no folder")])
def test_an_output_that_cannot_be(output: str, message: str, tmp_path: Path) -> None:
    """The output is a folder of its own."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "index.md").write_text(CLAIM, "utf-8")
    (folder / "file").touch()
    with pytest.raises(SymconvError, match=message):
        build(folder, folder / output, pdf=False)


def test_an_output_inside_the_documents(tmp_path: Path) -> None:
    """Pages may lie among the documents, and are no documents themselves."""
    (tmp_path / "index.md").write_text(CLAIM, "utf-8")
    for _ in range(2):
        report = build(tmp_path, tmp_path / "build", pdf=False)
        assert (report.documents, report.claims, report.status) == (1, 1, 0)


def test_documents_that_cannot_be_read(tmp_path: Path) -> None:
    """A document that is no UTF-8 text, or is not there, is a failure at its line; a folder is no document."""
    (tmp_path / "index.md").write_text(CLAIM, "utf-8")
    (tmp_path / "latin.md").write_bytes(b"# One\n\ncaf\xe9\n")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "folder.md").mkdir()
    report = build(tmp_path, tmp_path / "build", pdf=False)
    places = [(Path(failure.path).name, failure.line) for failure in report.failures]
    assert (report.documents, sorted(places), report.status) == (3, [("gone.md", 1), ("latin.md", 3)], 2)
    assert not (tmp_path / "build").exists()
