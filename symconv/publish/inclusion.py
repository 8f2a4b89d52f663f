"""The files that a document may take in: those of its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import DirectiveError, directives
from docutils.parsers.rst.directives.misc import Raw
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from symconv.publish.build_records import fail
from symconv.publish.report import Failure

__all__ = ["only_files_inside", "only_images_inside"]


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
            if not Path(full).resolve().is_relative_to(folder.resolve()):  # Sphinx 8 follows no links
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


def only_images_inside(app: Sphinx, doctree: nodes.document) -> None:
    """Refuse images that are not of the folder, before Sphinx looks for them."""
    docname = app.env.docname
    for image in list(doctree.findall(nodes.image)):
        uri = image["uri"]
        path = Path(app.srcdir, uri[1:]) if uri.startswith("/") else Path(app.env.doc2path(docname)).parent / uri
        if "://" in uri or uri.startswith("data:") or not path.resolve().is_relative_to(Path(app.srcdir).resolve()):
            line = next((at.line for at in (image, image.parent) if at.line), 1)
            message = f"{uri[:60]} is no image in the folder of documents"
            fail(app.env, docname, Failure(str(app.env.doc2path(docname)), line, message, 2))
            image.parent.remove(image)
