"""Documents become pages, LaTeX and PDF; what is wrong in them fails the build at its line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from document_site import FALSE, GOOD, Site, claim

from symconv.displays.claim_record import ClaimRecord
from symconv.errors import SymconvError
from symconv.publish import build
from symconv.publish.checking import check, claims_in
from symconv.publish.report import BuildReport

MALFORMED = "A[H,W]: A == Q"


# The stand-in prover ------------------------------------------------------------------------


def result(text: str, verdict: str = "proved", **changes: object) -> SimpleNamespace:
    """A result of the prover's form, with what a test wants to be different."""
    claim = SimpleNamespace(
        text=text, sizes=("H",), links=(), added_operators=(), indices=("m", "n"), latex=lambda: r"A \star K"
    )
    record = ClaimRecord(**{"text": text, "verdict": verdict, "claim": claim, "has_sizes": True} | changes)
    return SimpleNamespace(verdict=verdict, shown=lambda told=True: record, condition=record.condition)


def counterexample(**changes: object) -> SimpleNamespace:
    """A counterexample of the prover's form."""
    plain = {
        "sizes": {"H": 1, "W": 2},
        "index": (0, 0),
        "arrays": {"A": np.array([[0, 1]])},
        "functions": {},
        "lhs": 1,
        "rhs": 0,
        "direction": None,
    }
    return SimpleNamespace(**(plain | changes))


@pytest.fixture
def answers(monkeypatch):
    """Answers given in place of the prover's, by claim text."""
    table: dict[str, object] = {}

    def prove(text: str, timeout: float | None = None) -> object:
        answer = table[text]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("symconv.results.prove", prove)
    return table


@pytest.fixture
def site(tmp_path):
    """A function that writes documents and builds them without PDF."""
    return Site(tmp_path)


def places(report: BuildReport) -> list[tuple[str, int, int]]:
    """Where a report's failures are, and how bad."""
    return [(Path(f.path).name, f.line, f.status) for f in report.failures]


# Claims in a document -----------------------------------------------------------------------


def test_a_line_is_a_claim_and_an_indented_line_continues_it():
    """The number of a claim is that of its first line."""
    lines = ["a: b", "   == c", "", "d: e"]
    assert claims_in(lines) == [(0, "a: b == c"), (3, "d: e")]


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("k == flip(k) (exact if 2*N >= M)", 0),
        ("(flip( k )==k) (exact if M <= 2*N)", 0),
        ("k == flip(k)", 1),
        ("x == flip(x) (exact if 2*N >= M)", 1),
        ("k == flip(k) (exact if 2*N >= M + 1)", 1),
        ("K == flip(K)", 2),
    ],
)
def test_conditions_are_compared_as_what_they_say(condition, status):
    """Spaces, brackets and the order of sides make no difference; other tensors and sizes do."""
    assert check('x[N], k[M]: convolve(x, k, "same") == correlate(x, k, "same")', "refuted", condition).status == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (result("x"), 0),
        (result("x", "refuted", counterexample=counterexample()), 1),
        (result("x", "unknown", reason="too hard"), 3),
        (SymconvError("no such name"), 2),
        (ZeroDivisionError("oops"), 3),
    ],
)
def test_an_outcome_has_the_status_of_the_command_line(answers, answer, status):
    """0 as expected, 1 refuted, 2 malformed, 3 undecided; a crash decides nothing."""
    answers["x"] = answer
    assert check("x").status == status


# Failures have lines ------------------------------------------------------------------------


def test_every_failure_is_reported_with_its_line(site):
    """In Markdown: after options, after a blank line, in a later line, inside of a note."""
    text = "\n".join(
        [
            "# Title",
            claim(FALSE),  # its text is on line 3
            claim(FALSE, ":expect: proved", ":derivation: open"),  # line 8
            claim(FALSE, ":expect: proved", ""),  # line 13
            claim(f"{GOOD}\n{FALSE}\n\n{MALFORMED}"),  # lines 16, 17, 19
            ":::{note}",
            "",
            claim(FALSE),  # line 24
            ":::",
        ]
    )
    report = site(index=text)
    lines = [(line, status) for _, line, status in places(report)]
    assert lines == [(3, 1), (8, 1), (13, 1), (17, 1), (19, 2), (24, 1)]
    assert report.status == 2
    assert report.claims == 7


def test_restructured_text_has_lines_as_well(site):
    """The same directive in reStructuredText."""
    text = f"Title\n=====\n\n.. claim::\n   :expect: proved\n\n   {GOOD}\n   {FALSE}\n"
    assert places(site(index_rst=text)) == [("index.rst", 8, 1)]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Raw <b>HTML</b>.", 1),
        ("```{clam}\nx: y\n```", 2),
        (r"Text $\nosuchcommand$.", 1),
        ("[somewhere](#nowhere)", 2),
        ("<script>alert(1)</script>", 1),
        (r"Text $\text{\input{secret}}$ and $\operatorname{\input{secret}}$.", 1),
        (r"$$\mbox{^^5cinput{secret}}$$", 1),
        ("```{claim}\n```", 2),
        ("![a picture](x.png)", 2),
        (claim(GOOD, ":expect: maybe"), 2),
    ],
)
def test_whatever_cannot_be_shown_fails_the_build(site, line, status):
    """A mistyped directive or formula is a failure, not a gap in the page."""
    report = site(index=f"# Title\n\n{line}\n")
    assert status in {f.status for f in report.failures}
    assert all(f.line in (3, 4) for f in report.failures)


def test_a_failure_names_file_and_line_and_the_counterexample(site):
    """The message is what a compiler would print, with what the author needs next."""
    text = str(site(index=f"# T\n\n{claim(FALSE)}\n"))
    assert "docs/index.md:4: expected proved, but refuted" in text
    assert "H=1, W=2, h=1, w=2 at [0, 0]" in text
    assert "K == flip(K)" in text


def test_mathematics_of_a_claim_that_cannot_be_shown_fails_at_the_claim(site, answers):
    """Strictness reaches the prover's own LaTeX."""
    shown = SimpleNamespace(text="x", sizes=(), links=(), latex=lambda: r"\nosuchcommand")
    answers["x"] = result("x", claim=shown)
    assert places(site(index=f"# T\n\n{claim('x')}\n")) == [("index.md", 4, 1)]


# What is written ----------------------------------------------------------------------------


def test_a_failed_build_leaves_the_earlier_pages_alone(site):
    """Pages appear all at once or not at all, and no rubbish stays beside them."""
    assert site(index=f"# First\n\n{claim(GOOD)}\n").status == 0
    before = (site.output / "index.html").read_text("utf-8")
    assert site(index=f"# Second\n\n{claim(FALSE)}\n").status == 1
    assert (site.output / "index.html").read_text("utf-8") == before
    assert {path.name for path in site.output.parent.iterdir()} == {"docs", "out"}


def test_pages_of_documents_that_are_gone_are_removed(site):
    """Only files that a build has made itself."""
    site(index="# T\n", other="# Other\n")
    (site.output / "mine.txt").write_text("mine")
    site(index="# T\n")
    assert {path.name for path in site.output.glob("*.*")} >= {"index.html", "mine.txt"}
    assert not (site.output / "other.html").exists()


def test_pages_are_self_contained(site):
    """Scripts, styles and pictures are in the page; nothing comes from elsewhere."""
    site(index=f"# T\n\nText $x$.\n\n{claim(GOOD)}\n")
    page = (site.output / "index.html").read_text("utf-8")
    for loaded in ("<script ", "<link", "<img", "src=", "url(", "@import", "http:", "https:"):
        assert loaded not in page
    assert page.count("<math") > 3


def test_options_are_obeyed(site):
    """Name, caption and the state of the derivation."""
    shown = claim(GOOD, ":name: my-claim", ":caption: A <good> one", ":derivation: open")
    hidden = claim(GOOD, ":derivation: none")
    site(index=f"# T\n\n{shown}\n\n{hidden}\n\nSee [it](#my-claim).\n")
    page = (site.output / "index.html").read_text("utf-8")
    assert 'id="my-claim"' in page
    assert 'href="#my-claim"' in page
    assert '<span class="caption">A &lt;good&gt; one</span> <strong>' in page
    assert page.count("<summary>Derivation") == 1
    fragments = {path.name for path in (site.output / "claims").iterdir()}
    assert fragments == {"my-claim.tex", "index-1.tex"}


def test_names_of_fragments_do_not_clash(site):
    """Two documents cannot give the same name to a claim."""
    named = claim(GOOD, ":name: twice")
    report = site(index=f"# T\n\n{named}\n", other=f"# O\n\n{named}\n")
    assert report.status != 0


def test_counterexamples_of_any_form_are_shown(site, answers):
    """Three axes, large arrays, chosen functions, sides that are shapes, directions of iff."""
    found = counterexample(
        arrays={"X": np.arange(8).reshape(2, 2, 2), "big_one": np.eye(20), "s": np.float64(0.5)},
        functions={"f": {0: 1, 2: 0}},
        lhs=(1, 1),
        rhs=(),
        index=None,
        direction="if",
    )
    answers["x"] = result("x", "refuted", reason="shape", counterexample=found)
    assert site(index=f"# T\n\n{claim('x', ':expect: refuted')}\n").status == 0
    source = (site.output / "index.tex").read_text("utf-8")
    assert r"X_{1}=\begin{bmatrix}4&5\\6&7\end{bmatrix}" in source
    assert r"{\mathrm{big}_{\mathrm{one}}}_{0,0}=1" in source
    assert r"s=\frac{1}{2}" in source or "s=0.5" in source
    assert r"f(0)=1,\ f(2)=0" in source


def test_both_chains_of_an_iff_are_shown(site):
    """One for each direction, with the reason for each line."""
    site(index=f"# T\n\n{claim(f'{FALSE} iff K == flip(K)', ':derivation: open')}\n")
    for name in ("index.html", "index.tex"):
        text = (site.output / name).read_text("utf-8")
        assert text.index(">If " if name == "index.html" else " If ") < text.index("Only if ")
        assert "definition of correlation" in text


def test_a_wide_statement_is_broken_before_its_relations(site, answers):
    """And nowhere inside of brackets."""
    long = "+".join(["x_{i=0}"] * 30)
    shown = SimpleNamespace(text="x", sizes=(), links=(), latex=lambda: f"{long} = \\left({long} = y\\right)")
    answers["x"] = result("x", claim=shown)
    site(index=f"# T\n\n{claim('x')}\n")
    assert (site.output / "index.tex").read_text("utf-8").count(r"\quad =") == 1


# The command's manners ----------------------------------------------------------------------


def test_progress_is_for_terminals_only(site, capsys):
    """Nothing reaches a log."""
    site(index="# T\n")
    assert capsys.readouterr() == ("", "")


# What documents may hold --------------------------------------------------------------------


@pytest.mark.parametrize("image", ["../outside.png", "https://example.org/x.png", "link.png", "missing.png"])
def test_images_come_from_the_folder(site, tmp_path, image):
    """Nothing is fetched, and nothing taken from elsewhere."""
    site(index="# T\n")
    (tmp_path / "outside.png").write_bytes(b"secret")
    (tmp_path / "docs" / "link.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "docs" / "index.md").write_text(f"# T\n\n![x]({image})\n")
    report = build(tmp_path / "docs", site.output, pdf=False)
    assert report.status and {status for _, _, status in places(report)} <= {1, 2}
