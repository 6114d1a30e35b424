"""What a person says of a file that does not say its own axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SHORTEST_DWELL_S, LONGEST_DWELL_S = 1e-7, 0.1
LOWEST_HZ, HIGHEST_HZ = 1e6, 2e9


@dataclass(frozen=True, slots=True)
class Axes:
    """What a person says of a file that does not say it: nothing of it is guessed.

    Attributes
    ----------
    dwell_s
        Time between two samples, or None if the file says it.
    frequency_hz
        Spectrometer frequency, or None if the file says it.
    nucleus
        "1H", "31P", ...
    """

    dwell_s: float | None
    frequency_hz: float | None
    nucleus: str = "1H"

    def gives(self, missing: Collection[str]) -> bool:
        """Return whether all of ``missing`` ("dwell_s", "frequency_hz") is said."""
        return all(getattr(self, name) is not None for name in missing)

    def only(self, missing: Collection[str]) -> Axes:
        """Return these axes without what the file says itself."""
        return replace(
            self,
            dwell_s=self.dwell_s if "dwell_s" in missing else None,
            frequency_hz=self.frequency_hz if "frequency_hz" in missing else None,
        )

    def check(self, path: Path) -> None:
        """Raise FormatError if a value is absurd."""
        dwell_s, frequency_hz = self.dwell_s, self.frequency_hz
        # Written so that NaN fails as well.
        if dwell_s is not None and not SHORTEST_DWELL_S < dwell_s < LONGEST_DWELL_S:
            cause = f"{dwell_s:g} s between samples cannot be right."
            raise FormatError(path, cause, "Give the dwell time in seconds, such as 0.00025.")
        if frequency_hz is not None and not LOWEST_HZ < frequency_hz < HIGHEST_HZ:
            cause = f"A spectrometer frequency of {frequency_hz * 1e-6:g} MHz cannot be right."
            raise FormatError(path, cause, "Give the frequency in MHz, such as 123.2.")

    def acquisition(self, path: Path) -> Acquisition:
        """Return an acquisition of which only this is known.

        Raises
        ------
        FormatError
            If a value is absurd, or only one of the two is known.
        """
        self.check(path)
        if self.dwell_s is None or self.frequency_hz is None:
            cause = "Dwell time and frequency are both needed, and only one is known."
            raise FormatError(path, cause, "Give both.")
        return Acquisition(self.nucleus, self.frequency_hz, self.dwell_s)

    def in_words(self) -> str:
        """Return what is said: "dwell time 0.25 ms, frequency 123.2 MHz, nucleus 1H"."""
        words = []
        if self.dwell_s is not None:
            words.append(f"dwell time {self.dwell_s * 1e3:.7g} ms")
        if self.frequency_hz is not None:
            words.append(f"frequency {self.frequency_hz * 1e-6:.9g} MHz")
        return ", ".join([*words, f"nucleus {self.nucleus}"])
