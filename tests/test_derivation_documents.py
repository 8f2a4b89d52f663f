"""The documents in derivations/: their claims hold, and nothing is lost on the way to their pages.

What is about pages has the marker `long`; the pages are those that `SYMCONV_PAGES` names, else built for these tests.
`tests/look.py` tells how they look in a browser, and whether their LaTeX compiles.
"""

from __future__ import annotations

import doctest
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("myst_parser")

from symconv.cli import main
from symconv.publish.checking import claims_in
from symconv.publish.directives import captions

DOCUMENTS = Path(__file__).parent.parent / "derivations"


def blocks() -> Iterator[tuple[str, int]]:
    """The blocks of claims, as they are written, and how many each states."""
    for path in DOCUMENTS.glob("*.md"):
        for body in re.findall(r"```{claim}\n(.*?)```", path.read_text("utf-8"), re.S):
            yield body, len(claims_in([line for line in body.splitlines() if not line.startswith(":")]))


STATED = sum(count for _, count in blocks())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The real pages of the real documents, built without a failure."""
    folder = Path(os.environ.get("SYMCONV_PAGES") or tmp_path_factory.mktemp("site") / "build")
    if not folder.exists():
        assert main(["build", str(DOCUMENTS), "-o", str(folder), "--no-pdf"]) == 0
    return {path.stem: path.read_text("utf-8") for path in folder.glob("*.html")}


def test_every_claim_comes_out_as_expected(capsys: pytest.CaptureFixture[str]) -> None:
    """No directive is lost on the way."""
    assert main(["check", str(DOCUMENTS), "--no-cache"]) == 0
    files = len([*DOCUMENTS.glob("*.md")])
    assert capsys.readouterr().out == f"{STATED} claims in {files} files as expected\n"
    assert STATED > 330


def test_every_claim_has_a_caption_of_its_own() -> None:
    """In a block of several, too."""
    for body, count in blocks():
        caption = re.search(r"^:caption: (.*)$", body, re.M)
        assert caption and all(captions(caption[1], count)), body


def test_code_on_the_pages_prints_what_it_is_said_to_print() -> None:
    """As Python does."""
    for path in DOCUMENTS.glob("*.md"):
        text = path.read_text("utf-8").replace("```", "")
        examples = doctest.DocTestParser().get_doctest(text, {"np": np}, path.name, str(path), 0)
        assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.long
def test_every_document_is_reachable_from_the_index(pages: dict[str, str]) -> None:
    """The list on the first page is complete."""
    documents = {path.stem for path in DOCUMENTS.glob("*.md")}
    assert documents <= pages.keys()
    assert not {stem for stem in documents - {"index"} if f'href="{stem}.html"' not in pages["index"]}


@pytest.mark.long
def test_proved_claims_come_with_derivations(pages: dict[str, str]) -> None:
    """Every page with a proved claim has a derivation, and none has a line that was not verified."""
    for page in pages.values():
        assert ("<summary>Derivation" in page) == ('class="claim proved"' in page)
        assert 'class="unverified"' not in page


@pytest.mark.long
def test_every_statement_of_the_question_has_a_box(pages: dict[str, str]) -> None:
    """The table of the front page: each row links to the claim that decides it, and each link leads to one."""
    page = pages["index"]
    table = page[page.index("<table") : page.index("</table>")]
    rows = table.split("<tr")[2:]
    links = [re.findall(r'href="([\w-]+)?(?:\.html)?#([\w-]+)"', row) for row in rows]
    assert len(rows) == 22 and all(len(found) == 1 for found in links)
    for (name, anchor), *_ in links:
        assert f'id="{anchor}"' in pages[name or "index"]


@pytest.mark.long
def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    """To a page, and to a place in it."""
    places = {f"{name}.html": set(re.findall(r'\bid="([^"]+)"', page)) for name, page in pages.items()}
    for name, page in pages.items():
        for target, anchor in re.findall(r'href="([^"#:]*)(?:#([^"]*))?"', page):
            if target.endswith((".tex", ".pdf")):
                continue
            there = target or f"{name}.html"
            assert there in places, f"{name}: {target}"
            assert not anchor or anchor in places[there], f"{name}: {target}#{anchor}"


@pytest.mark.long
def test_all_claims_are_in_one_list(pages: dict[str, str]) -> None:
    """By number, caption and text, and so are the questions and the operators that they use."""
    assert len(re.findall(r"<li><a [^>]*>Claim [\d.]+</a>", pages["claims"])) == STATED
    assert pages["quiz"].count("<summary>Answer</summary>") > 50
    assert 'id="correlate"' in pages["operators"] and "operators.html#correlate" in pages["uses"]
