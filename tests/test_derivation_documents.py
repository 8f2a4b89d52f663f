"""The documents in derivations/: their claims hold, their pages show, their LaTeX compiles."""

from __future__ import annotations

import doctest
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("myst_parser")

from look import chromium, compile_tex, formulas_on, look, too_many_scroll

from symconv.publish import build
from symconv.publish.checking import claims_in
from symconv.publish.directives import captions

DOCUMENTS = Path(__file__).parent.parent / "derivations"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The real build of the real documents, once."""
    output = tmp_path_factory.mktemp("site") / "build"
    return build(DOCUMENTS, output, pdf=False)


def test_every_claim_comes_out_as_expected(built):
    """The build reports no failure."""
    assert str(built).splitlines()[:-1] == []
    assert built.status == 0


def test_every_claim_is_counted(built):
    """No directive is lost on the way."""
    texts = [path.read_text("utf-8") for path in DOCUMENTS.glob("*.md")]
    bodies = [body for text in texts for body in re.findall(r"```{claim}\n(.*?)```", text, re.S)]
    stated = sum(len(claims_in([line for line in body.splitlines() if not line.startswith(":")])) for body in bodies)
    assert built.claims == stated > 330


def test_every_document_is_reachable_from_the_index(built):
    """The list on the first page is complete."""
    index = (built.output / "index.html").read_text("utf-8")
    for path in DOCUMENTS.glob("*.md"):
        assert path.stem == "index" or f'href="{path.stem}.html"' in index


def test_proved_claims_come_with_derivations(built):
    """Every page with a proved claim has a derivation, and none has a line that was not verified."""
    for path in built.output.glob("*.html"):
        page = path.read_text("utf-8")
        assert ("<summary>Derivation" in page) == ('class="claim proved"' in page)
        assert 'class="unverified"' not in page


def test_every_claim_has_a_caption_of_its_own():
    """In a block of several, too."""
    for path in DOCUMENTS.glob("*.md"):
        for body in re.findall(r"```{claim}\n(.*?)```", path.read_text("utf-8"), re.S):
            stated = claims_in([line for line in body.splitlines() if not line.startswith(":")])
            caption = re.search(r"^:caption: (.*)$", body, re.M)
            assert caption and all(captions(caption[1], len(stated))), f"{path.name}: {body}"


def test_code_on_the_pages_prints_what_it_is_said_to_print():
    """As Python does."""
    for path in DOCUMENTS.glob("*.md"):
        text = path.read_text("utf-8").replace("```", "")
        examples = doctest.DocTestParser().get_doctest(text, {"np": np}, path.name, str(path), 0)
        assert doctest.DocTestRunner().run(examples).failed == 0


def test_every_statement_of_the_question_has_a_box(built):
    """The table of the front page: each row links to the claim that decides it, and each link leads to one."""
    page = (built.output / "index.html").read_text("utf-8")
    table = page[page.index("<table") : page.index("</table>")]
    rows = table.split("<tr")[2:]
    links = [re.findall(r'href="([\w-]+)?(?:\.html)?#([\w-]+)"', row) for row in rows]
    assert len(rows) == 22 and all(len(found) == 1 for found in links)
    for (name, anchor), *_ in links:
        assert f'id="{anchor}"' in (built.output / f"{name or 'index'}.html").read_text("utf-8")


def test_every_link_leads_somewhere(built):
    """To a page, and to a place in it."""
    pages = {path.name: path.read_text("utf-8") for path in built.output.glob("*.html")}
    places = {name: set(re.findall(r'\bid="([^"]+)"', page)) for name, page in pages.items()}
    for name, page in pages.items():
        for target, anchor in re.findall(r'href="([^"#:]*)(?:#([^"]*))?"', page):
            if target.endswith((".tex", ".pdf")):
                continue
            assert (target or name) in pages, f"{name}: {target}"
            assert not anchor or anchor in places[target or name], f"{name}: {target}#{anchor}"


def test_all_claims_are_in_one_list(built):
    """By number, caption and text, and so are the questions and the operators that they use."""
    pages = {
        kind: (built.output / f"{kind}.html").read_text("utf-8") for kind in ("claims", "operators", "quiz", "uses")
    }
    assert len(re.findall(r"<li><a [^>]*>Claim [\d.]+</a>", pages["claims"])) == built.claims
    assert pages["quiz"].count("<summary>Answer</summary>") > 50
    assert 'id="correlate"' in pages["operators"] and "operators.html#correlate" in pages["uses"]


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_every_page_is_readable(built):
    """In a browser without a network, narrow and wide, light and dark."""
    wrong, counts = [], []
    with chromium() as browser:
        for page in built.output.glob("*.html"):
            wrong += look(browser, page)
            counts.append(formulas_on(browser))
    assert wrong + too_many_scroll(counts) == []


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_every_document_prints(built):
    """pdflatex compiles each, and no line sticks out of the page."""
    with tempfile.TemporaryDirectory() as scratch:
        wrong = [w for path in built.output.glob("*.tex") for w in compile_tex(path, scratch)]
    assert wrong == []
