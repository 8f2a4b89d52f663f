"""Directives whose names are nearly ours: Sphinx warns of them, and they fail the build."""

from __future__ import annotations

import logging
import re

from sphinx.application import Sphinx

from symconv.publish.blocks import nearest
from symconv.publish.build_records import fail
from symconv.publish.report import Failure

__all__ = ["watch_directives"]

_UNKNOWN = re.compile(r"""[Uu]nknown directive(?: type)?:? ['"](?P<name>[\w:-]+)['"]""")


class _Watch(logging.Handler):
    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.app = app

    def emit(self, record: logging.LogRecord) -> None:
        found = _UNKNOWN.search(record.getMessage())
        meant = nearest(found["name"]) if found else None
        docname = self.app.env.temp_data.get("docname", "")
        if found is None or meant is None or not docname:
            return
        path, line = str(self.app.env.doc2path(docname)), 1
        match getattr(record, "location", None):
            case str(place) if place.rpartition(":")[2].isdigit():
                path, line = place.rpartition(":")[0], int(place.rpartition(":")[2])
            case (_, int(number)):
                line = number
        message = f"error: the directive '{found['name']}' is not known\nhint: did you mean '{meant}'?"
        fail(self.app.env, docname, Failure(path, line, message, 2))


def watch_directives(app: Sphinx) -> None:
    """Listen to what Sphinx says while it reads documents."""
    logger = logging.getLogger("sphinx")
    for handler in [each for each in logger.handlers if isinstance(each, _Watch)]:
        logger.removeHandler(handler)
    logger.addHandler(_Watch(app))
