"""Lines that a decomposition found: named after known peaks, phased, with their bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.comparison import as_real
from mrsviewer.fitting.time_search import inverse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.dsp.hlsvd import Sinusoids
    from mrsviewer.fitting.window import Axis

CLOSE_PPM = 0.02
"""Spread of lines about their peaks that is expected once the common shift is right."""

STEP_PPM = 0.005
FARTHER = 0.02
"""Share by which a common shift at the end of the range must match better than none."""

REFINEMENTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class FreeLines:
    """Exponential lines; arrays of shape (lines,).

    Attributes
    ----------
    poles, amplitudes
        Signal of a line: ``amplitude * pole ** n``, n counted from time zero.
    ppm, fwhm_hz
        Place and width.
    begin
        Time of the first sample, in samples.
    """

    poles: NDArray[np.complex128]
    amplitudes: NDArray[np.complex128]
    ppm: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    begin: float = 0.0

    @classmethod
    def of(cls, found: Sinusoids, axis: Axis, dropped: int, begin: float) -> FreeLines:
        """Return the lines of a decomposition of the samples from ``dropped`` on.

        ``begin`` is the time of sample 0, in samples.
        """
        amplitudes = found.amplitudes * np.exp(-(begin + dropped) * np.log(found.poles))
        ppm = axis.to_ppm(found.frequency_hz)
        return cls(found.poles, amplitudes, ppm, found.fwhm_hz, begin)

    def take(self, chosen: NDArray[np.bool_]) -> FreeLines:
        """Return some of the lines."""
        return FreeLines(
            self.poles[chosen],
            self.amplitudes[chosen],
            self.ppm[chosen],
            self.fwhm_hz[chosen],
            self.begin,
        )

    def decays(self, points: int) -> NDArray[np.complex128]:
        """Return the signal of each line at amplitude 1, shape (lines, points)."""
        return np.asarray(np.exp(np.log(self.poles)[:, None] * (np.arange(points) + self.begin)))

    def signals(self, points: int) -> NDArray[np.complex128]:
        """Return the signal of each line, shape (lines, points)."""
        return self.amplitudes[:, None] * self.decays(points)


def common_shift(lines: FreeLines, peaks_ppm: NDArray[np.float64], most_ppm: float) -> float:
    """Return the shift of the lines against known peaks, in ppm, by their heights.

    Parameters
    ----------
    lines
        The narrow ones.
    peaks_ppm
        Where peaks are known.
    most_ppm
        Largest shift tried; the one that explains most height wins, a small one if in doubt.
    """
    if not lines.ppm.size or most_ppm == 0:
        return 0.0
    heights = np.abs(lines.amplitudes) / (lines.fwhm_hz + 1.0)
    steps = int(np.floor(most_ppm / STEP_PPM))
    shifts = np.arange(-steps, steps + 1) * STEP_PPM
    away = _nearest(lines.ppm[:, None] - shifts, peaks_ppm)
    scores = heights @ np.exp(-0.5 * (away / CLOSE_PPM) ** 2)
    scores = scores - FARTHER * scores.max() * np.abs(shifts) / most_ppm
    shift = float(shifts[np.argmax(scores)])
    for _ in range(REFINEMENTS):
        left = _nearest(lines.ppm - shift, peaks_ppm)
        weights = heights**2 * np.exp(-0.5 * (left / CLOSE_PPM) ** 2)
        shift += float(weights @ left / max(float(weights.sum()), 1e-300))
    return float(np.clip(shift, -1.3 * most_ppm, 1.3 * most_ppm))


def _nearest(ppm: NDArray[np.float64], peaks_ppm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each place from the nearest peak, with its sign."""
    away = ppm[..., None] - peaks_ppm
    nearest = np.argmin(np.abs(away), axis=-1)[..., None]
    return np.asarray(np.take_along_axis(away, nearest, axis=-1)[..., 0])


def assign(
    lines: FreeLines, peaks_ppm: NDArray[np.float64], tolerance_ppm: float
) -> NDArray[np.intp]:
    """Return for each line the peak that is nearest, -1 where none is within the tolerance."""
    away = np.abs(lines.ppm[:, None] - peaks_ppm)
    nearest = np.argmin(away, axis=1)
    return np.where(away.min(axis=1) <= tolerance_ppm, nearest, -1)


def line_covariance(
    lines: FreeLines, phase_rad: float, kept: NDArray[np.bool_], noise_variance: float
) -> NDArray[np.float64]:
    """Return the Cramer-Rao covariance of the lines' in-phase amplitudes, shape (lines, lines).

    Amplitude, phase, frequency and damping of every line count as unknown.

    Parameters
    ----------
    lines
        All lines of the model.
    phase_rad
        The common phase.
    kept
        Shape (points,): samples that the lines were found in.
    noise_variance
        Of the real part of one sample.
    """
    turned = np.exp(1j * phase_rad) * lines.decays(kept.size)
    own = (lines.amplitudes * np.exp(-1j * phase_rad))[:, None] * turned
    # Time in units of the record, so that all rows are of similar size.
    later = own * ((np.arange(kept.size) + lines.begin) / kept.size)
    rows = as_real(np.concatenate([turned, 1j * turned, later, 1j * later])[:, kept])
    count = len(lines.poles)
    return inverse(rows @ rows.T / max(noise_variance, 1e-300))[:count, :count]
