"""How good a spectrum and its fit are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["good", "borderline", "poor", "unknown"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One quality figure with its definition, so that two programs can be compared.

    Attributes
    ----------
    key, label
        "snr", "SNR (NAA)".
    value, unit
        The figure; None where it could not be measured.
    grade, reason
        The verdict, and why: "tCr FWHM 0.041 ppm, limit 0.1 ppm (Wilson 2019)".
    definition
        How it is computed.
    """

    key: str
    label: str
    value: float | None
    unit: str
    grade: Grade
    reason: str
    definition: str


@dataclass(frozen=True, slots=True)
class Quality:
    """All metrics of an analysis and the overall grade, which is that of the worst metric."""

    metrics: tuple[Metric, ...] = ()
    grade: Grade = "unknown"

    def get(self, key: str) -> Metric | None:
        """Return the metric ``key``, or None."""
        return next((m for m in self.metrics if m.key == key), None)
