"""Documents that are written into a folder and built there, and claims to put into them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

from symconv.publish import build
from symconv.publish.report import BuildReport

GOOD = 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")'
FALSE = 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")'


class Site:
    """A folder of documents, and where they are built."""

    def __init__(self, folder: Path) -> None:
        self.documents, self.output = folder / "docs", folder / "out"

    def __call__(self, pdf: bool = False, **documents: str) -> BuildReport:
        """Write documents in place of those that are there, and build them."""
        shutil.rmtree(self.documents, ignore_errors=True)
        self.documents.mkdir()
        for name, text in documents.items():
            suffix = ".rst" if name.endswith("_rst") else ".md"
            (self.documents / (name.removesuffix("_rst") + suffix)).write_text(text, "utf-8")
        return build(self.documents, self.output, pdf=pdf)


def claim(text: str, *options: str) -> str:
    """A claim directive in Markdown."""
    return "\n".join(["```{claim}", *options, text, "```"])
