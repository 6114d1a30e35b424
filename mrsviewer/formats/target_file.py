"""Output files: written whole or not at all, with errors that say what to do."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from pathlib import Path


_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_error(path: Path, cause: str, remedy: str) -> MrsError:
    """Return the error that a file could not be written."""
    return MrsError(f"Cannot write {path.name}", cause, remedy)


def keep_inputs(target: Path, *inputs: Path) -> None:
    """Do nothing if a file to be written is none of those that were read.

    Raises
    ------
    MrsError
        If it is one of them: the original would be lost.
    """
    for path in inputs:
        if target.exists() and path.exists() and target.samefile(path):
            cause = f"It is the file that was read; {path.name} would be lost."
            raise write_error(target, cause, "Choose another name.")


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the target and put it in place, so that no half file is ever seen.

    Raises
    ------
    MrsError
        If the folder cannot be written to, or a file that is there is read-only; what was there
        before is untouched.
    """
    if path.is_file() and not path.stat().st_mode & _WRITABLE:
        cause = "There is a file of that name, and it is read-only."
        raise write_error(path, cause, "Choose another name.")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        cause = f"The system does not let it be written: {error.strerror or error}."
        remedy = "Choose another folder, or free some space."
        raise write_error(path, cause, remedy) from error
