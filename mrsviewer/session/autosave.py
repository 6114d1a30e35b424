"""Autosaves: what a crash would else take away. When to save is the window's affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.session.session_file import SessionFile, session_of
from mrsviewer.session.storage import read_struct, write_struct

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.session.document import Document

FOLDER = "autosave"


class Autosave:
    """The autosave of one running window.

    A window that ends as it should removes its file, so a file found where no window runs is
    that of a crash.

    Parameters
    ----------
    folder
        State folder of the program.
    slot
        Number of the window; no two running windows share one.
    """

    def __init__(self, folder: Path, slot: int) -> None:
        self.path = folder / FOLDER / f"window-{slot}.json"

    def save(self, document: Document) -> None:
        """Write recipe and input digests; nothing is open: remove the file.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        session = session_of(document)
        if session is None:
            self.remove()
        else:
            write_struct(self.path, session)

    def leftover(self) -> SessionFile | None:
        """Return what the last window of this slot left when it crashed, or None."""
        return read_struct(self.path, SessionFile)

    def remove(self) -> None:
        """Remove the file, as a window does that ends well."""
        self.path.unlink(missing_ok=True)
