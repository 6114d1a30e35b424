"""How the noise of a FID runs over time: level, falling, or ending.

A receiver's noise is as strong at the end of the record as at its beginning. A filter (apodisation)
makes it fall with the signal; zero-filling ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import ppm_axis
from mrsviewer.dsp.noise import EDGE, SIGNAL_PPM

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEGMENTS = 16
INNER = slice(1, SEGMENTS - 2)
"""Segments used: the jump at time zero shows in the first and, time going round, in the last."""

LEAST_BAND = 0.06
"""Share of the bandwidth that must be free of signal."""

LEAST_POINTS = 512
CERTAIN = 5.0
"""How many standard errors a finding must have."""

CLEAR = 2.0
"""A falling noise is followed until it is within so many nepers of where it ends."""

LEAST_SEGMENTS = 3
FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class NoiseProfile:
    """What the noise does over the record.

    Attributes
    ----------
    fall
        By what factor its amplitude falls from the beginning to the end of the record; 1 where
        that is within what chance makes.
    decay_hz
        Width of the Lorentzian filter that would do that; 0 where there is no fall.
    ends_at
        Sample at which the noise drops to less than a third, or None.
    """

    fall: float
    decay_hz: float
    ends_at: int | None


def noise_profile(
    fids: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> NoiseProfile | None:
    """Return what the noise does, or None where no part of the spectrum is free of signal.

    Parameters
    ----------
    fids
        Shape (signals, points); all count.
    dwell_s, hz_per_ppm, centre_ppm
        Axes.
    """
    points = fids.shape[-1]
    band = _free_band(points, dwell_s, hz_per_ppm, centre_ppm)
    share = float(np.mean(band**2))
    if points < LEAST_POINTS or share < LEAST_BAND or not fids.any():
        return None
    level = np.log(_levels(fids, band))[INNER]
    x = np.arange(SEGMENTS)[INNER]
    error = 0.5 / np.sqrt(len(fids) * share * points / SEGMENTS)
    ends = _end(level)
    if ends is not None:
        return NoiseProfile(1.0, 0.0, round(x[ends] * points / SEGMENTS))
    above = level > level.min() + CLEAR if np.ptp(level) > 2.0 * CLEAR else np.ones(x.size, bool)
    x, level = x[above], level[above]
    if x.size < LEAST_SEGMENTS:
        return NoiseProfile(1.0, 0.0, None)
    slope = float(np.polyfit(x, level, 1)[0])
    slope_error = error / np.sqrt(np.sum((x - x.mean()) ** 2))
    if -slope < CERTAIN * slope_error:
        return NoiseProfile(1.0, 0.0, None)
    fall = float(np.exp(-slope * SEGMENTS))
    return NoiseProfile(fall, -slope * SEGMENTS / (np.pi * points * dwell_s), None)


def _free_band(
    points: int, dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> NDArray[np.float64]:
    """Return weights, shape (points,): 0 where signals may be, smooth so that nothing rings."""
    ppm = ppm_axis(points, dwell_s, hz_per_ppm, centre_ppm)
    edge = int(EDGE * points)
    weights = np.zeros(points)
    for inside in (ppm < SIGNAL_PPM[0], ppm > SIGNAL_PPM[1]):
        free = np.flatnonzero(inside)
        free = free[(free >= edge) & (free < points - edge)]
        weights[free] = np.hanning(free.size + 2)[1:-1]
    return weights


def _levels(fids: NDArray[np.complex128], band: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the root mean square of the noise in each segment of time."""
    spectra = fft.fft(fids, axis=-1) * fft.ifftshift(band)
    power = np.mean(np.abs(fft.ifft(spectra, axis=-1)) ** 2, axis=0)
    length = power.size // SEGMENTS
    level = power[: SEGMENTS * length].reshape(SEGMENTS, length).mean(axis=1)
    return np.asarray(np.sqrt(level + FLOOR * level.max()))


def _end(level: NDArray[np.float64]) -> int | None:
    """Return where a level noise drops to less than a third and stays there, or None.

    The two segments about the drop may lie in between. The drop must be plain against what the
    noise does before it, and explain the course better than a straight fall, which is a filter's.
    """
    x = np.arange(level.size)
    straight = float(np.sum((level - np.polyval(np.polyfit(x, level, 1), x)) ** 2))
    for k in range(LEAST_SEGMENTS + 1, level.size - 1):
        before, after = level[: k - 1], level[k:]
        drop = float(before.mean() - after.max())
        left = before.size * float(np.var(before)) + after.size * float(np.var(after))
        if drop > max(np.log(3.0), 2.0 * float(np.ptp(before))) and left < 0.5 * straight:
            return k
    return None
