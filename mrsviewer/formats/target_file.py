"""Output files: written whole or not at all, with errors that say what to do."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from pathlib import Path


def write_error(path: Path, cause: str, remedy: str) -> MrsError:
    """Return the error that a file could not be written."""
    return MrsError(f"Cannot write {path.name}", cause, remedy)


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the target and put it in place, so that no half file is ever seen.

    Raises
    ------
    MrsError
        If the folder cannot be written to; what was there before is untouched.
    """
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
