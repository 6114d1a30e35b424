"""Limits of the quality metrics: defaults that a site can replace.

The consensus papers (Oz 2021, Wilson 2019) ask for criteria fixed beforehand and name few
numbers, so the limits are data with their source, not constants of the measurements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

if TYPE_CHECKING:
    from mrsviewer.model.quality import Grade


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where good ends and where borderline ends; for SNR these are lower limits."""

    good: float
    borderline: float
    source: str
    higher_is_better: bool = False

    def grade(self, value: float) -> Grade:
        """Return the verdict on a value."""
        sign = -1.0 if self.higher_is_better else 1.0
        if sign * value <= sign * self.good:
            return "good"
        return "borderline" if sign * value <= sign * self.borderline else "poor"

    def in_words(self, unit: str) -> str:
        """Return the limits as a clause: "good to 0.1 ppm, borderline to 0.15 ppm (source)"."""
        word = "from" if self.higher_is_better else "to"
        space = "" if unit in ("", "%") else " "
        return (
            f"good {word} {self.good:g}{space}{unit}, borderline {word} "
            f"{self.borderline:g}{space}{unit} ({self.source})"
        )


_TARQUIN = "twice TARQUIN's limits, whose SNR divides by two SDs"
_WIDTH = "Wilson 2019, doi 10.1002/mrm.27742"
_OWN = "no published limit; site setting"
_CRLB = "20 % as commonly asked; 50 %: hardly more than detected"


class QualityProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits by metric."""

    name: Annotated[str, Meta(description="Name and version of the profile")] = "default 1"
    snr: Limits = Limits(good=40, borderline=8, source=_TARQUIN, higher_is_better=True)
    fwhm_ppm: Limits = Limits(good=0.1, borderline=0.15, source=_WIDTH)
    water_fwhm_ppm: Limits = Limits(good=0.1, borderline=0.15, source=_WIDTH)
    fit_quality: Limits = Limits(good=2.0, borderline=9.0, source=_OWN)
    water_residual: Limits = Limits(good=1.0, borderline=5.0, source=_OWN)
    crlb_percent: Limits = Limits(good=20, borderline=50, source=_CRLB)
    shift_ppm: Limits = Limits(good=0.05, borderline=0.15, source=_OWN)


DEFAULT_PROFILE = QualityProfile()
