"""The files below a folder, in order, with a limit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext

MOST_FILES = 20_000
DEEPEST = 10
_LEFT_OUT = {"__MACOSX", "$RECYCLE.BIN", "System Volume Information"}


def walk(folder: Path, context: JobContext) -> tuple[Path, ...]:
    """Return the files in a folder and in those below it, sorted; hidden ones are left out.

    Links to folders are not followed, so there are no circles; folders that may not be read are
    passed over.

    Raises
    ------
    FormatError
        If there are more than 20 000 files or more than ten folders one in another.
    """
    files: list[Path] = []
    for place, folders, names in os.walk(folder):
        context.tick(0.02, f"Looking into {Path(place).name}")
        here = Path(place)
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in _LEFT_OUT)
        files += [here / name for name in sorted(names) if not name.startswith(".")]
        if folders and len(here.relative_to(folder).parts) >= DEEPEST:
            cause = f"Its folders lie more than {DEEPEST} deep."
            raise FormatError(folder, cause, "Open the folder of one examination.")
        if len(files) > MOST_FILES:
            cause = f"The folder holds more than {MOST_FILES} files."
            raise FormatError(folder, cause, "Open the folder of one examination.")
    return tuple(path for path in files if path.is_file())
