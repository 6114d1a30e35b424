"""When to autosave, and which of several running windows owns which autosave."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer

from mrsviewer.analysis.recipe import usual_recipe
from mrsviewer.session.autosave import FOLDER, Autosave

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.session.document import Document
    from mrsviewer.session.session_file import SessionFile

DELAY_MS = 2000
_SLOTS = 32
_LOG = logging.getLogger(__name__)


class AutosaveTimer(QObject):
    """Saves the document two seconds after its last change, under a slot of its own.

    A slot is locked by the process that uses it, so a file in a slot that could be locked was
    left by a crash.
    """

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._has_saved = False
        self._lock, self._autosave = _free_slot(folder)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.save_now)

    def leftover(self) -> SessionFile | None:
        """Return what a crashed window left, or None."""
        return None if self._autosave is None else self._autosave.leftover()

    def changed(self, document: Document) -> None:
        """Save this document unless another change follows within two seconds."""
        self._document = document
        self._timer.start()

    def save_now(self) -> None:
        """Save what waits to be saved."""
        self._timer.stop()
        document, self._document = self._document, None
        if document is None or self._autosave is None:
            return
        if not (decided(document) or self._has_saved):
            return
        try:
            self._autosave.save(document)
            self._has_saved = True
        except OSError as error:
            _LOG.warning("Autosave failed: %s", error)

    def forget(self) -> None:
        """Remove the autosave: it was restored, or is not wanted."""
        if self._autosave is not None:
            self._autosave.remove()

    def close(self) -> None:
        """End as a window should: nothing is left to restore."""
        self._timer.stop()
        self.forget()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def decided(document: Document) -> bool:
    """Return whether a person decided anything that would be lost."""
    if document.exam is None or document.history.undo_label is not None:
        return document.history.undo_label is not None
    return document.recipe != usual_recipe(document.exam)


def _free_slot(folder: Path) -> tuple[QLockFile | None, Autosave | None]:
    """Return the first slot that no running process holds; none where the folder is read-only."""
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _LOG.warning("No autosave: %s", error)
        return None, None
    for slot in range(_SLOTS):
        lock = QLockFile(str(folder / FOLDER / f"window-{slot}.lock"))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            return lock, Autosave(folder, slot)
    return None, None
