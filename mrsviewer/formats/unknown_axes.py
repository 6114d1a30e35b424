"""Files that do not say their dwell time or frequency: the error, and the note of an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.model.axes import Axes
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ENTERED_BY_HAND", "Axes", "UnknownAxesError", "told"]

ENTERED_BY_HAND = "Axes entered by hand"
"""Title of the finding of a file that was opened with a person's answer."""


class UnknownAxesError(FormatError):
    """A file that does not say its dwell time or frequency.

    Attributes
    ----------
    missing
        "dwell_s", "frequency_hz", or both; never guessed. Ask for them and read the file with
        :func:`mrsviewer.formats.read_scans` and :class:`Axes`. Its failure names them as well.
    """

    def __init__(self, path: Path, missing: tuple[str, ...], cause: str, remedy: str) -> None:
        self.missing = missing
        super().__init__(path, cause, remedy)
        self.failure = replace(self.failure, missing=missing)


def told(axes: Axes) -> Finding:
    """Return the note of what a person said and the file does not."""
    detail = f"The file does not say it; a person did: {axes.in_words()}."
    return Finding("info", ENTERED_BY_HAND, detail, "header")
