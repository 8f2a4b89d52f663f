"""The documents in derivations/: their claims hold, their pages show, their LaTeX compiles."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("myst_parser")

from look import chromium, compile_tex, look

from symconv.publish import build
from symconv.publish.checking import claims_in

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
    assert built.claims == stated > 300


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


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_every_page_is_readable(built):
    """In a browser without a network, narrow and wide, light and dark."""
    with chromium() as browser:
        wrong = [what for page in built.output.glob("*.html") for what in look(browser, page)]
    assert wrong == []


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_every_document_prints(built):
    """pdflatex compiles each, and no line sticks out of the page."""
    with tempfile.TemporaryDirectory() as scratch:
        wrong = [w for path in built.output.glob("*.tex") for w in compile_tex(path, scratch)]
    assert wrong == []
