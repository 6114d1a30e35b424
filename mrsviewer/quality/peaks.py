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
    from collections.abc import Mapping

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


NAA = Line("tNAA", 2.01, (1.80, 2.20), ("NAA", "NAAG", "tNAA"))
CREATINE = Line("tCr", 3.03, (2.90, 3.13), ("Cr", "PCr", "tCr"))
PHOSPHOCREATINE = Line("PCr", 0.0, (-0.5, 0.5), ("PCr",))
LINES: Mapping[str, tuple[Line, ...]] = {"1H": (NAA, CREATINE), "31P": (PHOSPHOCREATINE,)}
"""What line widths are taken of, by nucleus; the first is also the measure of the signal."""

FOUND = 2.0
"""An amplitude is told from nothing by as many of its bounds."""

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


@dataclass(frozen=True, slots=True)
class Peak:
    """The peak that signal-to-noise is measured at: its name, and its height above the baseline.

    ``missing`` is the name of the one that is asked for first and was not found.
    """

    name: str
    height: float
    missing: str | None = None


def reference_peak(fit: FitResult, nucleus: str, hz_per_ppm: float) -> Peak | None:
    """Return the peak that stands for the signal, or None where no metabolite was found.

    NAA in proton spectra, PCr in phosphorus spectra; where that was not found, the highest peak of
    a metabolite that was.
    """
    above = upright(fit, fit.data - fit.baseline, hz_per_ppm)
    usual = LINES.get(nucleus, ())[:1]
    for line in usual:
        near = np.abs(fit.ppm - fit.shift_ppm - line.ppm) < NEAR_PPM
        rows = np.isin(fit.names, line.names)
        if near.any() and _found(fit, rows):
            return Peak(line.label.removeprefix("t"), float(above[near].max()))
    missing = usual[0].label.removeprefix("t") if usual else None
    peaks = []
    for row, component in enumerate(fit.components):
        alone = np.arange(len(fit.components)) == row
        if component.kind != "metabolite" or not _found(fit, alone):
            continue
        top = fit.ppm[int(np.argmax(upright(fit, fit.curves[row], hz_per_ppm)))]
        near = np.abs(fit.ppm - top) < NEAR_PPM
        peaks.append(Peak(component.name, float(above[near].max()), missing))
    return max(peaks, key=lambda peak: peak.height, default=None)


def _found(fit: FitResult, rows: NDArray[np.bool_]) -> bool:
    """Return whether components together are told from nothing."""
    weights = rows.astype(float)
    amplitude = float(weights @ fit.amplitudes)
    variance = float(weights @ fit.covariance @ weights)
    return amplitude > 0 and amplitude**2 >= FOUND**2 * variance


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
