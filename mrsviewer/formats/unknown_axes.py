"""Files that do not say their dwell time or frequency: the error, and what a person answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Axes:
    """What a person says of a file that does not say it: nothing of it is guessed.

    Attributes
    ----------
    dwell_s
        Time between two samples.
    frequency_hz
        Spectrometer frequency.
    nucleus
        "1H", "31P", ...
    """

    dwell_s: float
    frequency_hz: float
    nucleus: str = "1H"

    def acquisition(self, path: Path) -> Acquisition:
        """Return an acquisition of which only this is known; FormatError if it is absurd."""
        # Written so that NaN fails as well.
        if not (1e-7 < self.dwell_s < 0.1 and 1e6 < self.frequency_hz < 2e9):
            cause = (
                f"{self.dwell_s:g} s between samples at {self.frequency_hz * 1e-6:g} MHz cannot be "
                "right."
            )
            raise FormatError(path, cause, "Give the dwell time in s and the frequency in Hz.")
        return Acquisition(self.nucleus, self.frequency_hz, self.dwell_s)


class UnknownAxesError(FormatError):
    """A file that does not say its dwell time or frequency.

    Attributes
    ----------
    missing
        "dwell_s", "frequency_hz", or both; never guessed. Ask for them and read the file with
        :func:`mrsviewer.formats.read_scans` and :class:`Axes`.
    """

    def __init__(self, path: Path, missing: tuple[str, ...], cause: str, remedy: str) -> None:
        self.missing = missing
        super().__init__(path, cause, remedy)
