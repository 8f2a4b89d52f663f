"""The files that a document may take in: those of its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils.parsers.rst import DirectiveError, directives
from docutils.parsers.rst.directives.misc import Raw
from sphinx.environment import BuildEnvironment

__all__ = ["only_files_inside"]


class _Refused(DirectiveError):
    """What a directive asks for is not given; directives that catch every exception show it as it prints."""

    def __init__(self, message: str) -> None:
        super().__init__(3, message)

    def __str__(self) -> str:
        return str(self.msg)


class _RawText(Raw):
    """The `raw` directive without its options to read files and addresses."""

    option_spec = {name: read for name, read in (Raw.option_spec or {}).items() if name not in ("file", "url")}


@contextmanager
def only_files_inside(folder: Path) -> Iterator[None]:
    """Refuse, at their line, directives that read what is outside a folder or is no regular file."""
    located = BuildEnvironment.relfn2path

    def checked(env: BuildEnvironment, filename: str | Path, docname: str | None = None) -> Any:
        relative, full = located(env, filename, docname)
        if docname is None:  # asked by a directive that is going to read the file
            if not Path(full).is_relative_to(folder.resolve()):
                raise _Refused(f"{filename} is outside the folder of documents")
            if Path(full).exists() and not Path(full).is_file():
                raise _Refused(f"{filename} is no regular file")
        return relative, full

    BuildEnvironment.relfn2path = checked  # type: ignore[assignment, method-assign]
    directives.register_directive("raw", _RawText)
    try:
        yield
    finally:
        BuildEnvironment.relfn2path = located  # type: ignore[method-assign]
