"""The error of files that do not say their dwell time or frequency: the user is asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path


class UnknownAxesError(FormatError):
    """A file that does not say its dwell time or frequency.

    Attributes
    ----------
    missing
        "dwell_s", "frequency_hz", or both; never guessed.
    """

    def __init__(self, path: Path, missing: tuple[str, ...], cause: str, remedy: str) -> None:
        self.missing = missing
        super().__init__(path, cause, remedy)
