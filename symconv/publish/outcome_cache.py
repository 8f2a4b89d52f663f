"""What claims came to before, on disk: plain records in JSON, never more than a note that one was decided.

An entry is for one claim, with what is expected of it, as decided by one version of symconv and what it rests on. It
is written at one stroke, so that many may write at once; one that cannot be read is no entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["OutcomeCache", "default_folder"]

_PACKAGE = Path(__file__).parent.parent
_RESTS_ON = ("symconv", "islpy", "sympy", "numpy")


def default_folder() -> Path:
    """The folder for caches of this user."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "symconv"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symconv"


class OutcomeCache:
    """Outcomes in a folder, by what was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, question: Any) -> tuple[str, int] | None:
        """The message and the exit status that a question came to, if it was asked before."""
        try:
            entry = json.loads(self._path(question).read_text("utf-8"))
            message, status, digest = entry["message"], entry["status"], entry["digest"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        is_whole = status in (0, 1) and digest == _digest(question, message, status)
        return (message, status) if is_whole else None

    def put(self, question: Any, message: str, status: int) -> None:
        """Remember what a question came to; what was left open or is malformed is asked again."""
        if status not in (0, 1):
            return
        told = {"question": _plain(question), "message": message, "status": status}
        entry = json.dumps({**told, "digest": _digest(question, message, status)})
        path = self._path(question)
        with suppress(OSError):  # a cache that cannot be written is none
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(entry)
            os.replace(name, path)

    def _path(self, question: Any) -> Path:
        key = hashlib.sha256(f"{_made_by()}\n{json.dumps(_plain(question))}".encode()).hexdigest()
        return self.folder / key[:2] / f"{key[2:]}.json"


def _digest(question: Any, message: Any, status: Any) -> str:
    """What shows that an entry is as it was written."""
    return hashlib.sha256(json.dumps([_made_by(), _plain(question), message, status]).encode()).hexdigest()


def _plain(question: Any) -> list[Any]:
    return [None if value is None else str(value) for value in question]


@cache
def _made_by() -> str:
    """The versions of what decides, and of this package's very files."""
    versions = [f"{name} {_version(name)}" for name in _RESTS_ON]
    files = (path.stat() for path in sorted(_PACKAGE.rglob("*.py")))
    return "\n".join([*versions, *(f"{file.st_size} {file.st_mtime_ns}" for file in files)])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
