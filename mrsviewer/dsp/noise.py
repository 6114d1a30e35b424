"""Noise: how large it is, where there is nothing else, and how coils share it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNAL_PPM = (-0.5, 9.0)
"""Where proton signals of the brain lie, tails of strong lines included."""

EDGE = 0.08
"""Share of the bandwidth left out at each end, where the scanner's filter falls off."""

SEGMENT = 32
TREND_ORDER = 2
MEDIAN_BIAS = 1.0 - 2.0 / (9.0 * (SEGMENT - TREND_ORDER - 1))
"""Median of a chi-square over its mean (Wilson & Hilferty), cubed where used."""


def noise_sd(
    fid: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> float:
    """Return the standard deviation of the real part of the spectrum, from noise alone.

    The spectrum outside -0.5 to 9 ppm is cut into segments of 32 points; a parabola is taken off
    each, and the median of their variances counts, so a stray line does no harm. Where the
    bandwidth leaves fewer than four such segments (or the nucleus is not the proton), the quietest
    quarter of all segments is taken instead.

    Parameters
    ----------
    fid
        Shape (points,). Trailing zeros are left out first: zero-filling correlates neighbouring
        points of the spectrum but does not change their standard deviation. Noise of filtered
        (apodised) data is that of the filtered data, not of the receiver.
    dwell_s, hz_per_ppm, centre_ppm
        Axes.

    Returns
    -------
    float
        In the units of ``fft(fid)``; 0 where the FID is all zero.
    """
    samples = _without_zero_filling(np.asarray(fid))
    if samples.size < 2 * SEGMENT:
        return float(tail_noise(samples) * np.sqrt(samples.size)) if samples.size else 0.0
    ppm = ppm_axis(samples.size, dwell_s, hz_per_ppm, centre_ppm)
    values = spectrum(samples).real
    inner = slice(int(EDGE * samples.size), samples.size - int(EDGE * samples.size))
    variances, centres = _segment_variances(values[inner], ppm[inner])
    free = variances[(centres < SIGNAL_PPM[0]) | (centres > SIGNAL_PPM[1])]
    if free.size < 4:
        free = np.sort(variances)[: max(1, variances.size // 4)]
    return float(np.sqrt(np.median(free) / MEDIAN_BIAS**3))


def tail_noise(fid: NDArray[np.complex128], fraction: float = 0.25) -> float:
    """Return the noise SD of the real (and imaginary) part of one sample, from the FID's end.

    Differences of neighbouring samples are used where the tail still holds slow signal: the
    smaller of both estimates counts.

    Parameters
    ----------
    fid
        Shape (..., points).
    fraction
        Share of the record that is taken as its end.
    """
    tail = np.asarray(fid)[..., -max(8, int(fraction * np.shape(fid)[-1])) :]
    plain = np.mean(np.abs(tail - tail.mean(axis=-1, keepdims=True)) ** 2) / 2.0
    steps = np.mean(np.abs(np.diff(tail, axis=-1)) ** 2) / 4.0
    return float(np.sqrt(min(plain, steps)))


def noise_covariance(
    fids: NDArray[np.complex128], fraction: float = 0.25
) -> NDArray[np.complex128] | None:
    """Return the noise covariance of the coils, shrunk towards its diagonal, or None.

    Parameters
    ----------
    fids
        Shape (coils, transients, points). With two transients or more, differences of neighbours
        are used, in which all that repeats cancels; with one, the end of the record less its mean.
    fraction
        Share of the record that is taken as its end.

    Returns
    -------
    array of shape (coils, coils) or None
        None where the tail holds no noise (zero-filled data). The shrinkage is the square of
        three times coils over samples: 9 % at ten samples per coil, the least that is advised,
        and the diagonal alone at three.
    """
    coils, transients, points = fids.shape
    tail = fids[..., -max(8, int(fraction * points)) :]
    if transients > 1:
        tail = np.diff(tail, axis=1) / np.sqrt(2.0)
    noise = (tail - tail.mean(axis=-1, keepdims=True)).reshape(coils, -1)
    covariance = noise @ noise.conj().T / noise.shape[1]
    power = covariance.diagonal().real
    if not power.min() > 1e-20 * np.mean(np.abs(fids) ** 2):
        return None
    shrink = min(1.0, (3.0 * coils / noise.shape[1]) ** 2)
    return np.asarray((1.0 - shrink) * covariance + shrink * np.diag(power))


def _without_zero_filling(fid: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the samples up to the last that is not zero."""
    filled = np.flatnonzero(fid)
    return fid[: filled[-1] + 1] if filled.size else fid[:0]


@lru_cache(maxsize=1)
def _trend() -> NDArray[np.float64]:
    """Return orthonormal parabolas over a segment, shape (SEGMENT, TREND_ORDER + 1)."""
    basis = np.polynomial.legendre.legvander(np.linspace(-1, 1, SEGMENT), TREND_ORDER)
    return np.asarray(np.linalg.qr(basis)[0])


def _segment_variances(
    values: NDArray[np.float64], ppm: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the variance of each segment about its parabola, and the segments' centres."""
    count = values.size // SEGMENT
    blocks = values[: count * SEGMENT].reshape(count, SEGMENT)
    trend = _trend()
    rest = blocks - (blocks @ trend) @ trend.T
    variances = (rest**2).sum(axis=1) / (SEGMENT - TREND_ORDER - 1)
    return variances, ppm[: count * SEGMENT].reshape(count, SEGMENT).mean(axis=1)
