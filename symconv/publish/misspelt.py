"""Directives whose names are nearly ours: they are errors that fail the build, not warnings."""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.util.docutils import is_directive_registered

from symconv.publish.blocks import nearest
from symconv.publish.directives import NearlyOurs

__all__ = ["watch_directives"]

_NAMED = re.compile(r"(?:\.\.[ \t]+|[`~:]{3,}[ \t]*\{)(?P<name>[\w:-]+)(?:::|\})")


def watch_directives(app: Sphinx) -> None:
    """Look through what is read for directives that nobody has, and that are nearly ours."""
    app.connect("source-read", lambda app, docname, content: _take(app, content[0]))
    app.connect("include-read", lambda app, path, docname, content: _take(app, content[0]))


def _take(app: Sphinx, text: str) -> None:
    for name in {found["name"].lower() for found in _NAMED.finditer(text)}:
        if nearest(name) is not None and not is_directive_registered(name):
            app.add_directive(name, NearlyOurs)
