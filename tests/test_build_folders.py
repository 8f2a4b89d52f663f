"""The folders of `symconv build`: what it reads, what it refuses, what it reports."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize(
    ("block", "line", "message"),
    [
        ("```{include} ../secret.md\n```", 3, "outside the folder"),
        ("```{include} /../secret.md\n```", 3, "outside the folder"),
        ("```{include} link.txt\n```", 3, "outside the folder"),
        ("```{include} pipe\n```", 3, "no regular file"),
        ("```{literalinclude} ../secret.md\n```", 3, "outside the folder"),
        ("```{raw} html\n:file: ../secret.md\n```", 4, "file"),  # before MyST 5 at the opening line
    ],
)
def test_nothing_is_taken_in_from_outside(block: str, line: int, message: str, tmp_path: Path) -> None:
    """A document that takes in a file from outside its folder, or what is no file, is refused at that line."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (tmp_path / "secret.md").write_text("hidden words", "utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.md")
    os.mkfifo(folder / "pipe")
    (folder / "index.md").write_text(f"# A page\n\n{block}\n\n{CLAIM[10:]}", "utf-8")
    report = build(folder, tmp_path / "out", pdf=False)
    assert report.status == 2
    assert any(f.line in (line, 3) and message in f.message for f in report.failures), report.failures


def test_a_file_beside_a_document_is_taken_in(tmp_path: Path) -> None:
    """What stands in the folder itself may be included."""
    (tmp_path / "_part.md").write_text("words from a part", "utf-8")
    (tmp_path / "index.md").write_text(CLAIM + "\n```{include} _part.md\n```\n", "utf-8")
    assert build(tmp_path, tmp_path / "out", pdf=False).status == 0
    assert "words from a part" in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_documents_are_files_of_the_folder(tmp_path: Path) -> None:
    """A pipe that is called a document, and a link that leads away, are failures."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (tmp_path / "elsewhere.md").write_text(CLAIM, "utf-8")
    (folder / "a.md").symlink_to(tmp_path / "elsewhere.md")
    os.mkfifo(folder / "b.md")
    (folder / "c.md").symlink_to("/dev/zero")
    report = build(folder, tmp_path / "out", pdf=False)
    assert [(Path(f.path).name, f.status) for f in report.failures] == [("a.md", 2), ("b.md", 2), ("c.md", 2)]


def test_stale_pages_are_found_and_nothing_is_written(tmp_path: Path) -> None:
    """`build --check` compares with an earlier build."""
    documents, out = tmp_path / "docs", tmp_path / "out"
    documents.mkdir()
    (documents / "index.md").write_text(CLAIM, "utf-8")
    assert build(documents, out, pdf=False, only_compare=True).status == 1 and not out.exists()
    build(documents, out, pdf=False)
    assert build(documents, out, pdf=False, only_compare=True).status == 0
    (documents / "index.md").write_text(CLAIM.replace("A page", "Another"), "utf-8")
    report = build(documents, out, pdf=False, only_compare=True)
    assert {Path(failure.path).name for failure in report.failures} == {"index.html", "index.tex"}
    assert "Another" not in (out / "index.html").read_text("utf-8")
