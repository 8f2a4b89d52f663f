"""Claims in other people's themes, light and dark by the theme's own switch, as a browser paints them."""

from __future__ import annotations

import importlib.util
import io
import shutil
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")
image = pytest.importorskip("PIL.Image")

from look import chromium  # noqa: E402
from test_sphinx import built  # noqa: E402

CONF = "extensions = ['myst_parser', 'symconv.publish.sphinx']\nhtml_theme = '{}'\n"
PAGE = """# T

```{claim}
:expect: refuted
:derivation: open
A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")
```
"""
THEMES = ("alabaster", "furo", "pydata_sphinx_theme", "sphinx_book_theme")
SWITCH = "for (const e of [document.documentElement, document.body]) e.dataset.theme = {0!r}, e.dataset.mode = {0!r}"
BOX = "(r => [r.x, r.y, r.width, r.height])(document.querySelector('.claim').getBoundingClientRect())"


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
@pytest.mark.parametrize("theme", THEMES)
def test_a_claim_is_legible_in_light_and_dark(theme: str, tmp_path: Path) -> None:
    """The ground of a claim is the theme's, and what stands on it differs from it enough to be read."""
    if importlib.util.find_spec(theme) is None:
        pytest.skip(f"needs {theme}")
    (tmp_path / "conf.py").write_text(CONF.format(theme))
    (tmp_path / "index.md").write_text(PAGE)
    page = built(tmp_path).output / "index.html"
    with chromium() as browser:
        browser.open(page)
        assert [address for address in browser.requests if address[:5] not in ("file:", "data:")] == []
        for scheme in ("light",) if theme == "alabaster" else ("light", "dark"):
            browser.show(1200, "light")  # the theme's own switch decides, not the system
            browser.evaluate(SWITCH.format(scheme))
            x, y, width, height = browser.evaluate(BOX)
            with image.open(io.BytesIO(browser.picture())) as whole:
                box = whole.convert("L").crop((int(x) + 6, int(y) + 2, int(x + width) - 2, int(y + height) - 2))
            ground = max(range(256), key=box.histogram().__getitem__)
            assert (ground > 200) == (scheme == "light")
            lightest, darkest = box.getextrema()[::-1]
            assert max(lightest - ground, ground - darkest) > 120
