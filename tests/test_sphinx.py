"""Claims in a Sphinx project: every builder shows them, references find them, and what is wrong fails the build."""

from __future__ import annotations

import re
import shutil
import sys
import xml.dom.minidom
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from symconv.claims import parse
from symconv.kernel.verdicts import Unknown
from symconv.results import Result

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

from look import chromium
from sphinx.errors import ConfigError

CONF = """
import pathlib, sys
sys.path.insert(0, str(pathlib.Path(__file__).parent))
project, author, version, copyright = "P", "A", "1", "2026"
extensions = ["myst_parser", "symconv.publish.sphinx", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
suppress_warnings = ["epub.unknown_project_files"]
"""
INDEX = """
# Index

```{toctree}
:numbered:
one
two
```
"""
ONE = """
# One

```{claim}
:name: turned
:caption: The kernel turned
:derivation: open
A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")
```

```{claim}
:expect: refuted
:condition: flip(K) == K
A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")
```

```{claim}
:expect: refuted
:figure: counterexample
x[n]: x == flip(x)
```

```{calc}
:name: chain
x[n], k[m]: convolve(x, k)
== convolve(k, x)
```

See {claim}`turned`, {ref}`turned`, {claim}`that one <chain>` and {claim}`in-two`.

> ```{claim}
> x[n], y[n]: x + y == y + x
> ```
"""
TWO = """
Two
===

.. claim::
   :name: in-two

   x[n], f(): f(x) == f(x)

.. list-table::

   * - a cell
     - .. claim::

          x[n]: 2*x == x + x

See :claim:`in-two` and :symconv:claim:`turned`.

.. automodule:: documented
"""
DOCUMENTED = '''
"""A module.

.. claim::

   x[n]: flip(flip(x)) == x
"""
'''
BUILDERS = ("html", "dirhtml", "singlehtml", "epub", "latex", "man", "texinfo", "text", "gettext")


def built(
    folder: Path, builder: str = "html", is_strict: bool = False, jobs: int = 1, **settings: object
) -> SimpleNamespace:
    """Build a project; its status, what it said, what failed in which document, and the folder of what it wrote."""
    from io import StringIO

    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from symconv.publish.build_records import records

    said = StringIO()
    output = folder / "_build" / builder
    doctrees = folder / ("_messages" if builder == "gettext" else "_doctrees")  # gettext reads documents otherwise
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder,
            folder,
            output,
            doctrees,
            builder,
            settings,
            status=None,
            warning=said,
            warningiserror=is_strict,
            parallel=jobs,
        )
        app.build()
    failures = {name: sorted(record.failures) for name, record in records(app.env).items() if record.failures}
    plain = re.sub(r"\x1b\[\d*m", "", said.getvalue())
    has_equations = app.env.domains["math"].data["has_equations"].get("index")
    return SimpleNamespace(
        status=app.statuscode, said=plain, output=output, failures=failures, has_equations=has_equations
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with every form of claim."""
    folder = tmp_path_factory.mktemp("project")
    files = {"conf.py": CONF, "index.md": INDEX, "one.md": ONE, "two.rst": TWO, "documented.py": DOCUMENTED}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path):
    """A function that builds a project of one document."""

    def make(text: str, suffix: str = ".md", **settings: object) -> SimpleNamespace:
        (tmp_path / "conf.py").write_text(CONF, "utf-8")
        (tmp_path / f"index{suffix}").write_text(text, "utf-8")
        return built(tmp_path, **settings)

    return make


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_takes_every_form_of_claim(project: Path, builder: str) -> None:
    """No builder crashes or warns."""
    run = built(project, builder)
    assert (run.status, run.said) == (0, "")


def test_pages_show_numbers_references_and_an_index(project: Path) -> None:
    """A claim is referred to by its number or its caption; the index lists all with their verdicts."""
    output = built(project, "html").output
    one, two, index = ((output / name).read_text("utf-8") for name in ("one.html", "two.html", "symconv-claims.html"))
    assert one.count('class="claim-number"') == 5 and one.count('<div class="claim') == 5
    assert re.search(r'href="#turned".*?Claim 1\.1</span>.*The kernel turned</span>.*that one</span>', one)
    assert re.search(r'href="one\.html#turned".*?Claim 1\.1', two) and "Claim 2.3" in two
    assert re.search(r'Claim 1\.1</span> <span class="caption">The kernel turned</span> <strong>', one)
    assert "The kernel turned" in index and index.count("Proved") == 6 and index.count("False") == 2
    assert "<svg" in one and "<math" in one and '<details open="open">' in one
    assert "turned" in (output / "searchindex.js").read_text("utf-8")


def test_an_epub_is_well_formed_and_its_formulas_are_mathml(project: Path) -> None:
    """Each page is XML, with formulas in MathML's namespace."""
    (book,) = built(project, "epub").output.glob("*.epub")
    with zipfile.ZipFile(book) as files:
        pages = {name: files.read(name) for name in files.namelist() if name.endswith(".xhtml")}
        manifest = files.read("content.opf").decode()
    assert re.search(r'href="one\.xhtml"[^>]* properties="mathml svg"', manifest)
    formulas = [
        formula for page in pages.values() for formula in xml.dom.minidom.parseString(page).getElementsByTagName("math")
    ]
    assert len(formulas) > 20
    assert {formula.getAttribute("xmlns") for formula in formulas} == {"http://www.w3.org/1998/Math/MathML"}


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_an_epub_shows_the_formulas_of_the_pages(project: Path) -> None:
    """Each has a size in a browser, and the text that it has in HTML."""
    script = "[...document.getElementsByTagName('math')].map(m => [m.textContent, m.getBoundingClientRect().width > 0])"
    pages = built(project, "html").output / "one.html", built(project, "epub").output / "one.xhtml"
    with chromium() as browser:
        browser.show(1200, "light")
        shown = []
        for page in pages:
            browser.open(page)
            shown.append(browser.evaluate(script))
    assert shown[0] == shown[1] and len(shown[0]) > 20 and all(has_size for _, has_size in shown[0])


def test_printed_formats_show_statement_derivation_and_picture(project: Path) -> None:
    """LaTeX has labels, `align*` and figures; plain text has plain formulas."""
    latex = (built(project, "latex").output / "p.tex").read_text("utf-8")
    assert r"\phantomsection\label{\detokenize{one:turned}}" in latex and r"\begin{align*}" in latex
    assert r"\begin{symconvclaim}{1.1}{proved}" in latex and r"\claimnumbered{2.2}" in latex
    assert r"\sphinxincludegraphics" in latex and r"\hyperref[\detokenize{one:turned}]" in latex
    text = (built(project, "text").output / "one.txt").read_text("utf-8")
    assert 'convolve(A, K, "valid") == correlate(A, flip(K), "valid")' in text and "\\" not in text
    assert "(definition of flip)" in text and "The exact condition: K == flip(K)" in text
    man = (built(project, "man").output / "p.1").read_text("utf-8")
    assert "correlate(A, flip(K)" in man and "\\flip" not in man
    assert "correlate(A, flip(K)" in (built(project, "texinfo").output / "p.texi").read_text("utf-8")


#: Documents that fail a build: text, line, message and status.
WRONG = [
    ("```{claim}\nx[n]: x == 2*x\n```\n", 4, "expected proved, but refuted", 1),
    ("```{claim}\n:expct: refuted\nx[n]: x == 2*x\n```\n", 4, "no option expct", 2),
    ("```{claim}\n:expect: maybe\nx[n]: x == 2*x\n```\n", 4, "proved, refuted, unknown", 2),
    ("```{claim}\n```\n", 3, "an empty claim", 2),
    ("```{symconv-declare} x[n]\n```\n", 3, "names are declared, and nothing is claimed", 2),
    ("```{claim}\n:using: b\nx[n]: x == x\n```\n", 5, "no earlier claim", 2),
    ("```{claim}\nx[n]: x == y\n```\n", 4, "unknown name 'y'", 2),
    ("```{claim}\n:condition: x == 1\n:expect: refuted\nx[n]: x == 2*x\n```\n", 6, "expected the condition x == 1", 1),
    ("```{claim}\n:expect: refuted\nx[n]: x == x\n```\n", 5, "expected refuted, but proved", 1),
    ("```{claim}\n@\n```\n", 4, "error", 2),
    ("```{claim}\n:figure: windw\nx[n]: x == x\n```\n", 5, "no figure 'windw'", 2),
    ("- a\n\n  ```{claim}\n  x[n]: x == x\n  x[n]: x == 2*x\n  ```\n", 7, "but refuted", 1),
    ("```{calc}\nx[n]: x\n== 2*x\n```\n", 4, "expected proved", 1),
    ("```{notation}\nnonsense: 1\n```\n", 4, "error", 2),
    ("```{cliam}\nx[n]: x == 2*x\n```\n", 3, "did you mean 'claim'", 2),
    ("```{prf:claim}\nx[n]: x == 2*x\n```\n", 3, "states nothing", 2),
    (":::{claim}\nx[n]: x == 2*x\n:::\n", 3, "states nothing", 2),
    ("- a\n\n  ::::{calc}\n  x[n]: x\n  ::::\n", 5, "states nothing", 2),
    ("Words\n:::{claim}\nx[n]: x == 2*x\n:::\n", 4, "states nothing", 2),
    ("```{symconv-declare} x[n], y[n]\n```\n\n```{symconv} skip\n```\n```{math}\na\n```\n\n```{symconv} y[n]\n```\n"
     "```{math}\n:label: eq\nx = y\n```\n", 16, "eq: expected proved, but refuted", 1),
    ("```{symconv} y[n]\n```\n\n$$ y = y $$\n", 3, "dollarmath", 2),
]  # fmt: skip


def test_what_is_wrong_fails_the_build_at_its_line(tmp_path: Path) -> None:
    """With and without `-W`: what is malformed, misspelt, false, empty or only looks like a claim."""
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    for number, (text, *_) in enumerate(WRONG):
        (tmp_path / f"w{number}.md").write_text(f"# T\n\n{text}", "utf-8")
    listed = "\n".join(f"w{number}" for number in range(len(WRONG)))
    (tmp_path / "index.md").write_text(f"# T\n\n```{{toctree}}\n{listed}\n```\n", "utf-8")
    for is_strict in (False, True):
        run = built(tmp_path, is_strict=is_strict, myst_enable_extensions=[])
        assert run.status if is_strict else run.status == 2
        first = [run.failures[f"w{number}"][0] for number, _ in enumerate(WRONG)]
        assert [(f.line, f.status) for f in first] == [(line, status) for _, line, _, status in WRONG]
        for number, (_, line, message, _) in enumerate(WRONG):
            assert re.search(rf"w{number}\.md:{line}: ERROR: .*\n?.*{re.escape(message)}", run.said), message


#: Settings that mean nothing, and what is said of each.
SETTINGS = [
    ({"symconv_notation": 5}, "symconv_notation: it is a list"),
    ({"symconv_notation": ["flop: x"]}, "no entry is called 'flop'"),
    ({"symconv_executor": 3}, "symconv_executor is a function"),
    ({"symconv_timeout": 0}, "symconv_timeout is a number of seconds"),
    ({"symconv_timeout": "1"}, "symconv_timeout is a number of seconds"),
    ({"symconv_timout": 3}, "symconv_timout is no setting of symconv: symconv_timeout is one"),
    ({"symconv_math": "mathjax"}, "symconv_math is 'mathml' or 'sphinx'"),
    ({"symconv_math": "sphinx", "html_math_renderer": "mathjax"}, "needs MathJax here, not mathjax_path = 'https:"),
    ({"symconv_math": "sphinx", "mathjax_path": "mathjax/tex.js"}, "needs MathJax here"),
]


@pytest.mark.parametrize(("settings", "message"), SETTINGS)
def test_settings_that_mean_nothing_are_errors(site, settings: dict[str, object], message: str) -> None:
    """Before a document is read."""
    with pytest.raises(ConfigError, match=re.escape(message)):
        site("# T\n", **settings)


@pytest.mark.parametrize(
    ("settings", "renderer"),
    [
        ({}, "symconv"),
        ({"mathjax_path": "tex.js"}, "mathjax"),
        ({"mathjax3_config": {"tex": {}}}, "mathjax"),
        ({"html_math_renderer": "mathjax"}, "mathjax"),
        ({"extensions": ["symconv.publish.sphinx", "sphinx.ext.imgmath"]}, "imgmath"),
    ],
)
def test_formulas_of_the_text_keep_the_renderer_of_the_project(
    tmp_path: Path, settings: dict[str, object], renderer: str
) -> None:
    """What a project has set up stays; else they are MathML, as claims are."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    with patch_docutils(), docutils_namespace():
        app = Sphinx(tmp_path, tmp_path, tmp_path / "o", tmp_path / "t", "html", settings, status=None)
    assert app.builder.math_renderer_name == renderer


@pytest.mark.parametrize("renderer", [None, "mathjax", "own mathjax"])
def test_claims_ask_for_no_network(site, tmp_path: Path, renderer: str | None) -> None:
    """Neither by default, nor where the text's formulas are MathJax's, nor by a MathJax of the project's own."""
    (tmp_path / "static" / "mathjax").mkdir(parents=True)
    (tmp_path / "static" / "mathjax" / "tex.js").write_text("")
    has_own = renderer == "own mathjax"
    settings = (
        {"symconv_math": "sphinx", "mathjax_path": "mathjax/tex.js"} if has_own else {"html_math_renderer": renderer}
    )
    run = site("# T\n\n```{claim}\nx[n]: x == x\n```\n", html_static_path=["static"], **settings)
    page = (run.output / "index.html").read_text("utf-8")
    loaded = re.findall(r'<(?:script|img|iframe|link)\b[^>]*(?:src|href)="([^"]+)', page)
    assert (run.status, run.said) == (0, "") and not [address for address in loaded if "//" in address]
    assert ("<math" in page) != has_own and ("_static/mathjax/tex.js" in page) == has_own
    assert not run.has_equations


def test_builds_are_reproducible_and_follow_the_version(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two builds give the same bytes; another version of symconv reads all documents anew."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    contents = []
    for _ in range(2):
        shutil.rmtree(project / "_build", ignore_errors=True)
        shutil.rmtree(project / "_doctrees", ignore_errors=True)
        outputs = [built(project, builder).output for builder in ("html", "epub")]
        files = [path for output in outputs for path in sorted(output.rglob("*")) if path.is_file()]
        contents.append({path.name: path.read_bytes() for path in files if path.name != "environment.pickle"})
    assert [name for name in contents[0] if contents[0][name] != contents[1][name]] == []
    read: list[str] = []
    monkeypatch.setattr("symconv.publish.sphinx.version", lambda name: "another")
    monkeypatch.setattr("symconv.publish.sphinx._outcomes", lambda questions, config: read.extend(questions) or [])
    with pytest.raises(Exception, match="shorter"):
        built(project, "html")
    assert read


def test_lines_of_included_files_and_docstrings(tmp_path: Path) -> None:
    """A failure is where its text stands, not where that was taken in."""
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    (tmp_path / "index.rst").write_text("T\n=\n\n.. include:: part.txt\n\n.. automodule:: spoken_of\n", "utf-8")
    (tmp_path / "part.txt").write_text("Text.\n\n.. claim::\n\n   x[n]: x == 2*x\n", "utf-8")
    (tmp_path / "spoken_of.py").write_text('"""M.\n\n.. claim::\n\n   x[n]: x == 3*x\n"""\n', "utf-8")
    run = built(tmp_path)
    assert re.search(r"part\.txt:5: .*2\*x", run.said) and re.search(r"spoken_of\.py:docstring.*:5: .*3\*x", run.said)


def test_two_claims_of_one_name_and_a_reference_to_none(site, tmp_path: Path) -> None:
    """Both are warned of."""
    block = "```{claim}\n:name: a\nx[n]: x == x\n```\n\n"
    (tmp_path / "other.md").write_text(f"# Other\n\n{block}", "utf-8")
    said = site(f"# T\n\n```{{toctree}}\nother\n```\n\n{block}See {{claim}}`b`.\n").said
    assert "another claim has the name a, in" in said and "no claim has the name b" in said


def test_numbers_of_claims_in_plain_text(site) -> None:
    """Sphinx's own references by number are written out."""
    text = "# T\n\n```{claim}\n:name: a\n:caption: Same\nx[n]: x == x\n```\n\nSee {numref}`a`.\n"
    run = site(text, builder="text", numfig=True)
    assert (run.status, run.said) == (0, "") and "See Claim 1." in (run.output / "index.txt").read_text("utf-8")


@pytest.mark.parametrize(("setting", "status"), [({}, 3), ({"symconv_expect_unknown": True}, 0)])
def test_what_is_left_open_fails_unless_the_project_expects_it(
    site, monkeypatch: pytest.MonkeyPatch, setting: dict[str, object], status: int
) -> None:
    """`symconv_expect_unknown` lets open claims pass; `symconv_timeout` is handed on."""

    def late(text: str, timeout: float | None = None) -> Result:
        return Result(Unknown(parse(text), reason=f"no answer within {timeout} s"))

    monkeypatch.setattr("symconv.results.prove", late)
    run = site("# T\n\n```{claim}\nx[n]: x == x\n```\n", symconv_timeout=2.5, **setting)
    assert run.status == status and "no answer within 2.5 s" in (run.output / "index.html").read_text("utf-8")


def test_derivations_refer_to_earlier_claims(site) -> None:
    """By their numbers, as links; those of other steps only where they are asked for."""
    blocks = (
        "```{claim}\n:name: Commutes\nx[N], k[M]: convolve(x, k) == convolve(k, x)\n```\n",
        "```{claim}\n:derivation: open\np[n], q[m]: convolve(q, p) == convolve(p, q)\n```\n",
        "```{claim}\n:using: Commutes\np[n], q[m]: convolve(q, p)[m-1:] == correlate(p, flip(q))[m-1:]\n```\n",
    )
    run = site("# T\n\n" + "\n".join(blocks))
    (latex,) = built(run.output.parents[1], "latex").output.glob("*.tex")
    assert latex.read_text("utf-8").count("footnotesize by Claim 1") == 2
    shown = (run.output / "index.html").read_text("utf-8")
    assert (run.status, run.said) == (0, "")
    assert len(re.findall(r'by <a class="reference internal" href="#commutes"[^>]*>.*?Claim 1</span>', shown)) == 2


def test_claims_are_decided_by_an_executor_and_shown_in_the_notation(site) -> None:
    """`symconv_executor` makes one; the pages are the same. `symconv_notation` is that of all documents."""
    from concurrent.futures import ThreadPoolExecutor

    text = "# T\n\n```{claim}\nx[n], k[m]: convolve(x, k) == convolve(k, x)\nx[n]: 2*x == x + x\n```\n"
    notation = [r"convolution: \circledast"]
    run = site(text, symconv_executor=lambda: ThreadPoolExecutor(2), symconv_notation=notation)
    page = (run.output / "index.html").read_text("utf-8")
    assert run.status == 0 and page.count("Proved</strong>") == 2 and "⊛" in page


def test_captions_are_translated(tmp_path: Path) -> None:
    """What gettext collects, and what comes out with a catalogue, by two processes."""
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    for number in range(6):
        claim = f"```{{claim}}\n:name: c{number}\n:caption: Caption {number}\nx[n]: x == x\n```\n"
        (tmp_path / f"d{number}.md").write_text(f"# T\n\n{claim}\nSee {{ref}}`c{number}`.\n", "utf-8")
    (tmp_path / "index.md").write_text("# I\n\n```{toctree}\n:glob:\nd*\n```\n", "utf-8")
    catalogue = built(tmp_path, "gettext").output / "d3.pot"
    collected = catalogue.read_text("utf-8")
    assert "d3.md:6" in collected
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    translated = collected.replace('msgid "Caption 3"\nmsgstr ""', 'msgid "Caption 3"\nmsgstr "Titel *drei*"')
    (folder / "d3.po").write_text(translated, "utf-8")
    run = built(tmp_path, jobs=2, language="de", locale_dirs=["locale"])
    page, index, other = ((run.output / f"{name}.html").read_text("utf-8") for name in ("d3", "symconv-claims", "d4"))
    assert (run.status, run.said) == (0, "")
    assert page.count("Titel") >= 2 and "Caption 3" not in page and "Titel" in index and "Caption 4" in other


def test_our_own_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    """Every claim in `docs/` comes out as its page says."""
    from io import StringIO

    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    docs, said = Path(__file__).parent.parent / "docs", StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(docs, docs, tmp_path / "html", tmp_path / "trees", "html", status=None, warning=said)
        app.build()
    assert (app.statuscode, said.getvalue()) == (0, "")
    assert "cdn" not in (tmp_path / "html" / "for-authors.html").read_text("utf-8")


GOOD, FALSE = (
    f'```{{claim}}\nA[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, {kernel}, "valid")\n```'
    for kernel in ("flip(K)", "K")
)


def sphinx_build(folder: Path, builder: str = "html") -> tuple[int, str]:
    """Run sphinx-build as a user would; its exit status and what it said."""
    from sphinx.cmd.build import build_main

    settings = "extensions = ['myst_parser', 'symconv.publish.sphinx']\n"
    (folder / "conf.py").write_text(settings)
    log = folder / "warnings.txt"
    options = ["-q", "-b", builder, "-w", str(log), str(folder), str(folder / "_out" / builder)]
    return build_main(options), log.read_text("utf-8")


@pytest.mark.parametrize("builder", ["html", "latex", "text"])
def test_the_extension_works_in_any_sphinx_project(tmp_path: Path, builder: str) -> None:
    """HTML, LaTeX and text."""
    (tmp_path / "index.md").write_text(f"# T\n\n{GOOD}\n")
    status, log = sphinx_build(tmp_path, builder)
    assert (status, log) == (0, "")


def test_a_false_claim_fails_sphinx_build_also_when_nothing_has_changed(tmp_path: Path) -> None:
    """A second run reads nothing anew and still fails; the mended document passes."""
    page = tmp_path / "index.md"
    page.write_text(f"# T\n\n{FALSE}\n")
    for _ in range(2):
        status, log = sphinx_build(tmp_path)
        assert status == 1
        assert f"{page}:4: ERROR: expected proved, but refuted" in log
    page.write_text(f"# T\n\n{GOOD}\n")
    assert sphinx_build(tmp_path)[0] == 0


def test_a_picture_without_matplotlib_is_an_error_at_its_line(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not one of Sphinx's own, which says nothing of the place."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run = site("# T\n\n```{claim}\n:expect: refuted\n:figure: counterexample\nx[n]: flip(x) == x\n```\n")
    assert run.status == 2 and re.search(r"index\.md:6: ERROR: .*pictures need matplotlib", run.said)
