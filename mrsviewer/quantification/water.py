"""How much water signal there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset

SPAN_S = 0.02
"""Length of the start of the FID that is extrapolated to time zero."""

FEWEST = 8
SKIPPED = 1
"""The first sample is not used: scanners halve it or filter it."""

MISMATCH = 0.03


@dataclass(frozen=True, slots=True)
class WaterSignal:
    """Amplitude of the water FID at time zero.

    Attributes
    ----------
    amplitude
        In the units of the FID, which are those of the metabolite FID and of ``proton_unit``.
    first_sample
        Magnitude of the stored first sample relative to it.
    """

    amplitude: float
    first_sample: float

    @property
    def first_sample_is_off(self) -> bool:
        """Return whether the stored first sample differs from the extrapolation."""
        return abs(self.first_sample - 1.0) > MISMATCH


def water_signal(water: Dataset) -> WaterSignal | None:
    """Return the amplitude of an unsuppressed water FID, or None if there is none.

    The logarithm of the magnitude over the first 20 ms is fitted by a parabola and read at time
    zero: exact for a Voigt line, blind to frequency and eddy-current phase, and independent of
    a first sample that the scanner halved. Several transients are averaged in magnitude.
    Coils must have been combined.
    """
    if "coil" in water.dims:
        return None
    fids = water.fid.reshape(-1, water.points)
    found = [_extrapolated(fid, water.acquisition.dwell_s) for fid in fids]
    valid = [(a, f) for a, f in found if np.isfinite(a) and a > 0]
    if not valid or len(valid) < len(found):
        return None
    amplitude = float(np.mean([a for a, _ in valid]))
    first = float(np.mean([f for _, f in valid]))
    return WaterSignal(amplitude, first / amplitude)


def _extrapolated(fid: NDArray[np.complex128], dwell_s: float) -> tuple[float, float]:
    """Return the magnitude at time zero, extrapolated and as stored."""
    count = min(fid.size, max(FEWEST, round(SPAN_S / dwell_s)))
    magnitude = np.abs(fid[:count])
    index = np.arange(SKIPPED, count)
    index = index[magnitude[index] > 0]
    if index.size < FEWEST - SKIPPED:
        return float("nan"), float(magnitude[0])
    x = index / count
    weights = magnitude[index] / magnitude.max()
    design = np.stack([np.ones_like(x), x, x**2], axis=1)
    coefficients = np.linalg.lstsq(
        design * weights[:, None], np.log(magnitude[index]) * weights, rcond=None
    )[0]
    return float(np.exp(coefficients[0])), float(magnitude[0])
