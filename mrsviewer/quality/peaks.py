"""Heights and widths of the peaks that quality is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import WATER_PPM, ppm_axis, spectrum
from mrsviewer.dsp.linewidth import fwhm_hz
from mrsviewer.dsp.phase import phase_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.fit import FitResult


@dataclass(frozen=True, slots=True)
class Line:
    """A peak to measure: where it lies, where it ends, and which components make it up."""

    label: str
    ppm: float
    window: tuple[float, float]
    names: tuple[str, ...]


NAA = Line("tNAA", 2.01, (1.80, 2.20), ("NAA", "NAAG"))
CREATINE = Line("tCr", 3.03, (2.90, 3.13), ("Cr", "PCr"))
LINES = (NAA, CREATINE)
WATER_WINDOW = (4.4, 4.9)
NEAR_PPM = 0.06
FINER = 8
MEASURABLE = 6.0
"""A line must be this many noise SDs high."""


def upright(
    fit: FitResult, curve: NDArray[np.complex128], hz_per_ppm: float
) -> NDArray[np.float64]:
    """Return the real part of a curve of the fit with the fitted phase taken off."""
    away = (fit.ppm - fit.pivot_ppm) * hz_per_ppm
    turned = curve * phase_factor(away, fit.zero_phase_rad, fit.first_phase_s, 0.0).conj()
    return np.asarray(turned.real)


def naa_height(fit: FitResult, hz_per_ppm: float) -> float | None:
    """Return the height of the NAA peak above the baseline, or None outside the fit window."""
    near = np.abs(fit.ppm - fit.shift_ppm - NAA.ppm) < NEAR_PPM
    if not near.any():
        return None
    return float(upright(fit, fit.data - fit.baseline, hz_per_ppm)[near].max())


def line_width_ppm(
    data: Dataset, window_ppm: tuple[float, float], shift_ppm: float = 0.0
) -> float | None:
    """Return the FWHM of the highest line in a window, measured on the data, or None."""
    acquisition = data.acquisition
    low, high = window_ppm
    width = fwhm_hz(
        data.fid,
        acquisition.dwell_s,
        acquisition.hz_per_ppm,
        data.centre_ppm,
        (low + shift_ppm, high + shift_ppm),
    )
    return None if width is None else width / acquisition.hz_per_ppm


def isolated_width_ppm(
    fit: FitResult, names: tuple[str, ...], peak_ppm: float, hz_per_ppm: float
) -> float | None:
    """Return the FWHM of a line with everything else that was fitted taken off, or None.

    What is measured is data, not model: the residual stays in. Interpolated eight times.
    """
    rows = np.isin(fit.names, names)
    if not rows.any():
        return None
    line = upright(fit, fit.data - fit.fit + fit.curves[rows].sum(axis=0), hz_per_ppm)
    step = float(fit.ppm[0] - fit.ppm[-1]) / (fit.ppm.size - 1)
    fine = fft.irfft(fft.rfft(line), FINER * line.size) * FINER
    ppm = fit.ppm[0] - step / FINER * np.arange(fine.size)
    near = np.flatnonzero(np.abs(ppm - fit.shift_ppm - peak_ppm) < NEAR_PPM)
    if not near.size:
        return None
    top = int(near[np.argmax(fine[near])])
    if fine[top] < MEASURABLE * fit.noise_sd:
        return None
    low = fine < 0.5 * fine[top]
    left, right = np.flatnonzero(low[:top]), np.flatnonzero(low[top:])
    if not left.size or not right.size:
        return None
    return float((top + right[0] - left[-1] - 1) * step / FINER)


def water_height(data: Dataset, shift_ppm: float) -> float | None:
    """Return the largest magnitude of the spectrum at 4.4 to 4.9 ppm, or None."""
    acquisition = data.acquisition
    ppm = ppm_axis(data.points, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)
    low, high = WATER_WINDOW
    near = (ppm > low + shift_ppm) & (ppm < high + shift_ppm)
    return float(np.abs(spectrum(data.fid)[near]).max()) if near.any() else None


def water_width_ppm(water: Dataset) -> float | None:
    """Return the FWHM of unsuppressed water, or None."""
    return line_width_ppm(water, (WATER_PPM - 1.0, WATER_PPM + 1.0))
