"""Text in files: regular ones of a bearable length, whatever their names say."""

from __future__ import annotations

import errno
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from symconv.limits import MAX_FILE

__all__ = ["read_text"]


def read_text(path: Path) -> str:
    """The UTF-8 text of a regular file; raises `OSError` for a pipe, a device, a folder, or a file that is too long."""
    mode = path.stat().st_mode
    if not S_ISREG(mode) and not S_ISDIR(mode):
        raise OSError(errno.EINVAL, "This is no regular file")
    with path.open(encoding="utf-8-sig") as file:
        text = file.read(MAX_FILE + 1)
    if len(text) > MAX_FILE:
        raise OSError(errno.EFBIG, f"This file is longer than {MAX_FILE:,} characters")
    return text
