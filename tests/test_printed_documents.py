"""What documents may hold is shown on pages, in a browser, and printed through pdflatex."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from document_site import FALSE, GOOD, Site, claim
from look import chromium, look

from symconv.publish import build

needs_pdflatex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
needs_chromium = pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")


@pytest.fixture
def site(tmp_path):
    """A function that writes documents and builds them without PDF."""
    return Site(tmp_path)


EVERYTHING = f"""# Convolution & *correlation* \\<of> 100%

Text “quoted” – with $K_{{u}}$, `code_1 "x"`, **bold**, é and → and [a link](https://example.org).

$$
a &= b \\\\ &= c
$$

| a | b |
|---|---|
| $x$ | some text |

1. one
2. two

   - nested

:::{{note}}
A note.
:::

> A quotation.

```python
print("<&>")
```

Term
: its definition

## A section

### A smaller one

{claim(GOOD, ":caption: A & B", ":derivation: open")}

{claim(FALSE, ":expect: refuted")}
"""


@needs_pdflatex
def test_a_document_and_its_fragments_compile(site, tmp_path):
    """A document with what docutils loads, each fragment in an article that loads amsmath only."""
    report = site(pdf=True, index=EVERYTHING)
    assert (report.status, report.pdfs) == (0, 1)
    assert (site.output / "index.pdf").stat().st_size > 10_000
    source = (site.output / "index.tex").read_text("utf-8")
    assert "pdftitle={Convolution" in source and "bookmarksopen" in source
    for number in (1, 2):
        file = tmp_path / f"paper{number}.tex"
        file.write_text(
            "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
            f"Text.\n\\input{{out/claims/index-{number}}}\n\\end{{document}}\n"
        )
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True)
        assert run.returncode == 0, run.stdout[-800:]


@needs_pdflatex
def test_a_pdf_has_a_title_a_language_and_an_outline(site):
    """Whatever signs the headings have."""
    headings = "# A 3×3 kernel & 10% of $x_1$\n\n## Part ⋆\n\nText.\n\n### Below\n\nText.\n"
    assert site(pdf=True, index=headings).status == 0
    raw = (site.output / "index.pdf").read_bytes()
    packed = re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL)
    text = raw + b"".join(zlib.decompressobj().decompress(part) for part in packed if part[:1] == b"x")
    assert b"/Lang(en)" in text and b"/Outlines" in text
    assert text.count(b"/Title") == 3


@needs_pdflatex
def test_latex_that_does_not_compile_fails_the_build(site):
    """What MathML can show and LaTeX cannot, with the line of the .tex file."""
    report = site(pdf=True, index="# T\n\nText $x_{a}_{b}$.\n")
    assert report.status == 1
    assert "index.tex:" in str(report)
    assert not site.output.exists()


@needs_chromium
def test_a_page_is_readable_in_a_browser(site):
    """Narrow and wide, light and dark, without a network."""
    site(index=EVERYTHING)
    with chromium() as browser:
        assert look(browser, site.output / "index.html") == []


@needs_chromium
def test_the_inspector_sees_what_is_wrong(tmp_path):
    """A wide page, raw LaTeX, an empty formula, pale text, an error mark, a request."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><body><div style='width:3000px'>wide</div><p>raw $x$</p><math></math>"
        "<p style='color:#ccc'>pale</p><math><merror><mi>x</mi></merror></math>"
        "<img src='http://example.org/x.png'>"
    )
    with chromium() as browser:
        found = "\n".join(look(browser, page))
    for sign in ("wide, the window", "LaTeX in", "without size", "contrast", "error mark", "asks"):
        assert sign in found


RICH = """# Title 漢字

```{toctree}
sub/other
```

An image ![a square](square.png), a drawing ![a drawing](drawing.svg), a line<br>break <!-- unseen words -->.

:::{figure} square.png
:name: a-figure

A *caption* with $x^2$ and 漢字.
:::

See {numref}`a-figure`, {numref}`a-table`, {eq}`an-equation`, {claim}`named`, {numref}`named`, {doc}`sub/other`.

A note.[^1] A {term}`kernel`.

[^1]: At the foot, in `code` and $y$.

:::{warning}
Careful → 日本.

:::{versionadded} 2
New.
:::
:::

:::{table} Numbers
:name: a-table

| a | |
|---|:-:|
| $x$ | words |
:::

```{math}
:label: an-equation
a = b
```

```{glossary}
kernel
  A small array.
```

:::{list-table}
* - ```{claim}
    :name: named
    :caption: In a cell, 漢
    x[n]: 2*x == x + x
    ```
:::
"""


@needs_pdflatex
def test_what_sphinx_shows_is_shown(site, tmp_path):
    """Images, figures, footnotes, admonitions, tables, any letters and references, on the page and in print."""
    image = pytest.importorskip("PIL.Image")
    site(index="# T\n")
    folder = tmp_path / "docs"
    image.new("RGB", (1600, 40), "teal").save(folder / "square.png")
    (folder / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    (folder / "index.md").write_text(RICH, "utf-8")
    (folder / "sub").mkdir()
    (folder / "sub" / "other.md").write_text("# Other\n\n![again](../square.png)\n", "utf-8")
    report = build(folder, site.output)
    *notes, last = str(report).splitlines()
    assert (last, report.pdfs) == (f"1 claim in 2 documents as expected, 2 PDFs: {site.output}", 2)
    numbered = not subprocess.run(["kpsewhich", "c70gbsn.fd"], capture_output=True).stdout
    assert notes == [f"{folder}/index.md: pdflatex has no font for 字日本漢: the PDF has their numbers"] * numbered
    page, source = ((site.output / f"index.{kind}").read_text("utf-8") for kind in ("html", "tex"))
    assert page.count('src="data:image/png;base64,') == 2 and 'src="data:image/svg+xml;base64,' in page
    for shown in ("Fig. 1", "Table 1", "(1)", "Claim 1", "line<br>break", "Warning", "漢字", 'role="doc-footnote"'):
        assert shown in page
    assert "unseen words" not in page and page.count(">Claim 1<") == 3
    for written in (r"\tag{1}", r"\caption{", r"\DUfootnotetext", r"\textbf{Warning.}", r"\textbf{Claim 1}"):
        assert written in source


@needs_pdflatex
def test_latex_cannot_leave_its_folder(tmp_path):
    """Neither another file nor another program is within its reach."""
    from symconv.publish.build import compile_tex

    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "open.tex").write_text("open")
    start = "\\documentclass{article}\\begin{document}"
    for path, status in (("open", ""), ("../secret", "a.tex:1"), (f"{tmp_path}/secret", "a.tex:1")):
        (folder / "a.tex").write_text(f"{start}\\input{{{path}}}\\end{{document}}")
        assert compile_tex(folder, Path("a.tex")).error.partition(": ")[0] == status
    (folder / "a.tex").write_text(f"{start}\\immediate\\write18{{touch ran}}x\\end{{document}}")
    assert compile_tex(folder, Path("a.tex")).error == "" and not (folder / "ran").exists()
