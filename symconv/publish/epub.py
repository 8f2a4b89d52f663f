"""What Sphinx leaves out of an EPUB: which of its pages hold MathML, and dates that do not change."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["finish_epub"]

_ITEM = re.compile(r'(<item [^>]*href="(?P<page>[^"]+\.xhtml)"[^>]*?)\s*/>')


def finish_epub(app: Sphinx, error: Exception | None) -> None:
    """Name the properties of pages in the manifest, and pack the book once more."""
    if error is not None or app.builder.name != "epub":
        return
    builder: Any = app.builder
    folder = Path(app.outdir)
    manifest = folder / "content.opf"
    manifest.write_text(_ITEM.sub(lambda found: _item(found, folder), manifest.read_text("utf-8")), "utf-8")
    date = os.environ.get("SOURCE_DATE_EPOCH")
    if date is not None:
        for path in folder.rglob("*"):
            os.utime(path, (int(date), int(date)))
    builder.build_epub()


def _item(found: re.Match[str], folder: Path) -> str:
    """The entry of a page, with what readers of the book have to be able to show."""
    page = (folder / found["page"]).read_text("utf-8")
    properties = " ".join(name for name, sign in (("mathml", "<math"), ("svg", "<svg")) if sign in page)
    if not properties or "properties=" in found[1]:
        return found[0]
    return f'{found[1]} properties="{properties}" />'
