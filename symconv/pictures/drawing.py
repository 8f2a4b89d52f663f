"""Images of pictures, through matplotlib; the same picture always gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from symconv.errors import SymconvError
from symconv.pictures.model import Cell, Grid

__all__ = ["image", "save", "svg"]

Parts: TypeAlias = "Sequence[Grid | str]"

_INCH = 0.36
_GAP = 0.55
_SIGN = 0.9
#: What each thing is coloured in, on light and on dark ground.
_COLOURS = {
    "ink": ("#1c2128", "#e3e7ec"),
    "note": ("#5b2a86", "#d3b3f5"),
    "rule": ("#8d96a3", "#6b7684"),
    "window": ("#cfe3fb", "#1d4468"),
    "output": ("#ffdf9e", "#6a4b07"),
    "faint": ("#77808c", "#98a2af"),
    "more": ("#d1495b", "#ff6b7d"),
    "less": ("#2f6fb3", "#63a9f5"),
}
#: The same on whatever ground the text around has, light or dark.
_ADAPTING = {
    "ink": "currentColor",
    "note": "color-mix(in srgb,#8a4fc7 70%,currentColor)",
    "rule": "color-mix(in srgb,currentColor 45%,transparent)",
    "window": "color-mix(in srgb,#3b82f6 25%,transparent)",
    "output": "color-mix(in srgb,#f5a800 40%,transparent)",
    "faint": "color-mix(in srgb,currentColor 60%,transparent)",
    "more": "color-mix(in srgb,#d1495b 80%,currentColor)",
    "less": "color-mix(in srgb,#3f7fc4 80%,currentColor)",
}
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def save(parts: Parts, words: str, path: str | PathLike[str], theme: str) -> None:
    """Write a picture to a file of the kind that its suffix names."""
    kind = Path(path).suffix.lower().lstrip(".")
    if kind not in _METADATA:
        raise SymconvError(f"no pictures are written as '{Path(path).name}'", hint="use .svg, .pdf or .png")
    Path(path).write_bytes(svg(parts, words).encode() if kind == "svg" else image(parts, kind, theme))


def svg(parts: Parts, words: str) -> str:
    """The picture as an `<svg>` element whose colours follow the text around it, or the reader's scheme alone."""
    text = image(parts, "svg", "light").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r' id="[^"]*"', "", text)
    head = f'<svg role="img" aria-label="{escape(words)}"'
    adapted = "".join(
        f'svg [style*="{kind}: {_COLOURS[name][0]}"]{{{kind}:{adapting}!important}}'
        for name, adapting in _ADAPTING.items()
        for kind in ("fill", "stroke")
    )
    light, dark = _COLOURS["ink"]
    alone = f"svg:root{{color:{light}}}@media screen and (prefers-color-scheme: dark){{svg:root{{color:{dark}}}}}"
    style = f"<style>@media screen{{{adapted}}}{alone}</style>"
    opened = text.index(">") + 1
    return head + text[4:opened] + style + text[opened:].strip() + "\n"


def require_matplotlib() -> None:
    """Raise `SymconvError` where matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SymconvError("pictures need matplotlib", hint='pip install "symconv[plot]"') from None


def image(parts: Parts, kind: str, theme: str) -> bytes:
    """The bytes of a file; raises `SymconvError` where matplotlib is missing."""
    require_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    if theme not in ("light", "dark"):
        raise SymconvError(f"the theme is 'light' or 'dark', not {theme!r}")
    colours = {name: pair[theme == "dark"] for name, pair in _COLOURS.items()}
    width = sum(_width(part) for part in parts) + _GAP * (len(parts) - 1)
    height = max(_rows(part) for part in parts) + 1.2
    settings = {"svg.fonttype": "none", "svg.hashsalt": "symconv", "font.family": "DejaVu Sans", "pdf.fonttype": 42}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(width * _INCH, height * _INCH))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(-0.1, width + 0.1), ylim=(height, 0))
        left = 0.0
        for part in parts:
            if isinstance(part, str):
                axes.text(left + _width(part) / 2, (height + 1) / 2, part, color=colours["ink"], **_centred(15))
            else:
                _draw(axes, part, left, 1 + (height - 1 - _rows(part)) / 2, colours)
            left += _width(part) + _GAP
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, transparent=True, metadata=_METADATA[kind], dpi=160)
    return buffer.getvalue()


def _draw(axes: Any, grid: Grid, left: float, top: float, colours: dict[str, str]) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = (min(c.row for c in grid.cells), min(c.column for c in grid.cells))
    for cell in grid.cells:
        x, y = left + cell.column - columns, top + cell.row - rows
        fill, alpha = _fill(cell, colours)
        line: Any = (0, (2, 2)) if cell.role == "outside" else "-"
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor=fill, alpha=alpha, linewidth=0, clip_on=False))
        frame = Rectangle((x, y), 1, 1, fill=False, edgecolor=colours["rule"], linewidth=0.7, linestyle=line)
        axes.add_patch(frame).set_clip_on(False)
        ink = colours["faint" if cell.role in ("outside", "empty") else "ink"]
        raised = 0.42 if cell.note else 0.5
        axes.text(x + 0.5, y + raised, cell.text, color=ink, **_centred(10 if len(cell.text) < 4 else 7))
        if cell.note:
            axes.text(x + 0.93, y + 0.93, cell.note, color=colours["note"], ha="right", va="bottom", fontsize=6)
    axes.text(left + _width(grid) / 2, top - 0.25, grid.title, color=colours["ink"], ha="center", fontsize=8.5)


def _fill(cell: Cell, colours: dict[str, str]) -> tuple[str, float]:
    if cell.heat:
        return colours["more" if cell.heat > 0 else "less"], round(0.15 + 0.5 * abs(cell.heat), 3)
    return (colours[cell.role], 1.0) if cell.role in ("window", "output") else ("none", 1.0)


def _centred(size: float) -> dict[str, Any]:
    return {"ha": "center", "va": "center_baseline", "fontsize": size}


def _rows(part: Grid | str) -> int:
    return 1 if isinstance(part, str) else 1 + max(c.row for c in part.cells) - min(c.row for c in part.cells)


def _width(part: Grid | str) -> float:
    if isinstance(part, str):
        return _SIGN
    columns = 1 + max(c.column for c in part.cells) - min(c.column for c in part.cells)
    return max(columns, 0.2 * len(part.title))
