"""A picture as plain data, which `drawing` makes images of."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

from symconv.pictures import drawing
from symconv.pictures.model import Grid

__all__ = ["Picture"]


@dataclass(frozen=True)
class Picture:
    """Grids and signs from left to right, and the same in words for those who cannot see them."""

    parts: tuple[Grid | str, ...]
    words: str

    def save(self, path: str | PathLike[str], theme: str = "light") -> None:
        """Write an image; the suffix (.svg, .pdf, .png) says of which kind.

        The background is transparent. An SVG follows the reader's colour scheme in browsers; `theme` ("light" or
        "dark") chooses the colours of the others. Raises `SymconvError` where matplotlib is missing.
        """
        drawing.save(self.parts, self.words, path, theme)

    def svg(self) -> str:
        """The picture as an `<svg>` element that can stand in an HTML page."""
        return drawing.svg(self.parts, self.words)

    def pdf(self) -> bytes:
        """The picture as a PDF file for print."""
        return drawing.image(self.parts, "pdf", "light")

    _repr_svg_ = svg
