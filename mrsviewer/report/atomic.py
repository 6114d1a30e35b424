"""Writing a file wholly or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from pathlib import Path

_REMEDIES = {
    errno.EACCES: "Choose a folder in which you may write.",
    errno.EPERM: "Choose a folder in which you may write.",
    errno.EROFS: "Choose a folder on a disk that is not read-only.",
    errno.ENOSPC: "Free some space on the disk or choose another one.",
    errno.EDQUOT: "Free some of your space on the disk or choose another one.",
    errno.ENOTDIR: "Choose a folder, not a file.",
    errno.EEXIST: "Choose a folder, not a file.",
    errno.EISDIR: "Remove the folder that has the name of the file to be written.",
    errno.ENAMETOOLONG: "Choose a folder with a shorter path.",
}


class WriteError(MrsError):
    """A file that cannot be written; what was there before is untouched."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        remedy = _REMEDIES.get(error.errno or 0, "Choose another folder and try again.")
        cause = f"{error.strerror or error} ({path})."
        super().__init__(f"Cannot write {path.name}", cause, remedy, repr(error))


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, if they are not there.

    Raises
    ------
    WriteError
        If that is not possible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(folder, error) from error


def write_bytes(path: Path, content: bytes) -> Path:
    """Write ``content`` beside ``path`` and move it there in one step; return ``path``.

    A reader sees the old file or the new one, never a part, and a crash leaves the old one.

    Raises
    ------
    WriteError
        If the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise WriteError(path, error) from error
    return path


def write_text(path: Path, content: str) -> Path:
    """Write text as UTF-8, as :func:`write_bytes` does."""
    return write_bytes(path, content.encode())
